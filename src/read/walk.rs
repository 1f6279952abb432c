//! From paths to sources: folders, globs, what is skipped and why.
//!
//! Owns the look of the file system: names, kinds and sizes. It opens no file and follows no link below an
//! input. The rules:
//!
//! * A source is a regular file named `*.txt` or `*.md` in any case. Files and folders may be given; an input
//!   that is itself a link is followed, because the user named it.
//! * Below a folder, links are never followed: what they point to inside the folder is found under its own
//!   name, and what lies outside was not asked for. Each is reported.
//! * Hidden files and folders, `.gloss`, the `--out` folder and gloss's own outputs are left out, see
//!   [`crate::write::output_language`].
//! * No git ignore rules: whoever says `gloss run articles` expects every article. A `.glossignore` file
//!   (git's syntax) is the way to leave some out for good.
//! * A glob without `/` is held against each name on the way to a file, one with `/` against the path below
//!   the root; a pattern that matches a folder takes all that is in it.
//! * Sources come in the order of their relative paths, compared name by name and byte by byte, root after root.
//!
//! Names that differ only in case or Unicode composition stay two sources: their outputs are kept apart by
//! the writing stage.

use std::collections::HashSet;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};
use ignore::WalkBuilder;

use crate::document::{Format, Source};
use crate::error::{Error, Result};

/// What is looked for, and where nothing is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WalkOptions {
    /// Only files that match one of these; all where empty.
    pub include: Vec<String>,
    /// No file that matches one of these, whatever `include` says.
    pub exclude: Vec<String>,
    /// Larger files are skipped; 0 for no limit.
    pub max_file_bytes: u64,
    /// The folder that outputs go to.
    pub out: Option<PathBuf>,
}

/// What was found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Found {
    pub sources: Vec<Source>,
    pub skipped: Vec<Skipped>,
}

/// A path that is no source, with the reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Skipped {
    pub path: PathBuf,
    pub reason: SkipReason,
    /// Whether an article may have been missed by it, which the exit code tells.
    pub unreadable: bool,
}

/// Why a path is no source.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SkipReason {
    #[error("neither `.txt` nor `.md`")]
    OtherType,
    #[error("hidden")]
    Hidden,
    #[error("named like an output of gloss for `{0}`")]
    OwnOutput(String),
    #[error("named like a review page of gloss")]
    OwnPage,
    #[error("left out by `--exclude`")]
    Excluded,
    #[error("matched by no `--include`")]
    NotIncluded,
    #[error("a link that leaves the folder; give its target as an input to have it read")]
    LinkOutside,
    #[error("a link to what is in the folder under its own name")]
    LinkInside,
    #[error("a link to nothing")]
    LinkBroken,
    #[error("not a regular file")]
    Special,
    #[error("{size} bytes, over the limit of {limit}")]
    TooLarge { size: u64, limit: u64 },
    #[error("cannot be read: {0}")]
    Unreadable(String),
}

/// Finds the sources among `inputs` (files and folders as typed).
///
/// # Errors
/// Where an input does not exist, a glob is not valid, or nothing at all was found.
pub fn find(inputs: &[PathBuf], options: &WalkOptions) -> Result<Found> {
    let mut walk = Walk {
        include: globs(&options.include, "include")?,
        exclude: globs(&options.exclude, "exclude")?,
        options,
        out: options.out.as_ref().and_then(|out| out.canonicalize().ok()),
        several: inputs.len() > 1,
        seen: HashSet::new(),
        taken: HashSet::new(),
        found: Found::default(),
    };
    for input in inputs {
        let kind = fs::metadata(input).map_err(|source| Error::Io {
            path: input.clone(),
            source,
            hint: Some("give files or folders that exist".to_owned()),
        })?;
        if kind.is_dir() { walk.folder(input)? } else { walk.file(input, &kind) }
    }
    let mut found = walk.found;
    found.skipped.sort_by(|a, b| a.path.cmp(&b.path));
    found.skipped.dedup();
    if found.sources.is_empty() && !found.skipped.iter().any(|skipped| skipped.unreadable) {
        return Err(nothing_found(inputs, &found.skipped));
    }
    Ok(found)
}

fn nothing_found(inputs: &[PathBuf], skipped: &[Skipped]) -> Error {
    let shown: Vec<_> = inputs.iter().map(|input| format!("`{}`", input.display())).collect();
    let hint = match skipped.first() {
        None => "gloss reads `.txt` and `.md` files".to_owned(),
        Some(first) => format!(
            "gloss reads `.txt` and `.md` files; {} skipped, the first of them `{}`: {}",
            skipped.len(),
            first.path.display(),
            first.reason
        ),
    };
    Error::usage(format!("no articles in {}", shown.join(", ")), hint)
}

fn globs(patterns: &[String], flag: &str) -> Result<GlobSet> {
    let invalid = |error: globset::Error| {
        Error::usage(format!("`--{flag}`: {error}"), "globs are like `*.md`, `2024/**` or `{a,b}*.txt`")
    };
    let mut set = GlobSetBuilder::new();
    for pattern in patterns {
        let pattern = pattern.strip_prefix("./").unwrap_or(pattern).trim_end_matches('/');
        let anchored = if pattern.contains('/') {
            pattern.trim_start_matches('/').to_owned()
        } else {
            format!("**/{pattern}")
        };
        for form in [anchored.clone(), format!("{anchored}/**")] {
            set.add(GlobBuilder::new(&form).literal_separator(true).build().map_err(invalid)?);
        }
    }
    set.build().map_err(invalid)
}

/// The format that a file's name tells.
pub fn format_of(name: &OsStr) -> Option<Format> {
    let extension = Path::new(name).extension()?;
    if extension.eq_ignore_ascii_case("txt") {
        Some(Format::Text)
    } else if extension.eq_ignore_ascii_case("md") {
        Some(Format::Markdown)
    } else {
        None
    }
}

struct Walk<'a> {
    options: &'a WalkOptions,
    include: GlobSet,
    exclude: GlobSet,
    out: Option<PathBuf>,
    several: bool,
    /// Real paths of what was found, kept only where two inputs could name the same file.
    seen: HashSet<PathBuf>,
    /// Relative paths given out, kept likewise.
    taken: HashSet<PathBuf>,
    found: Found,
}

impl Skipped {
    /// Whether it is a link out of the folder to what may be articles: a person may have meant it to be read.
    pub fn leads_out(&self) -> bool {
        self.reason == SkipReason::LinkOutside
    }
}

impl Walk<'_> {
    fn file(&mut self, path: &Path, kind: &fs::Metadata) {
        let Some(name) = path.file_name() else { return };
        let folder = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let real = path.canonicalize().unwrap_or_else(|_| path.to_owned());
        if !kind.is_file() {
            self.skip(path.to_owned(), SkipReason::Special, true);
        } else if format_of(name).is_none() {
            self.skip(path.to_owned(), SkipReason::OtherType, true);
        } else {
            let first = self.found.sources.len();
            self.candidate(path.to_owned(), PathBuf::from(name), real, || Ok(kind.len()));
            self.place_relatives(first, folder);
        }
    }

    fn folder(&mut self, root: &Path) -> Result<()> {
        let real_root = root.canonicalize().map_err(|source| Error::io(root, source))?;
        // Walked by its real path, so that a root that is a link is walked too; shown as it was typed.
        let hidden = Arc::new(Mutex::new(Vec::new()));
        let seen_hidden = Arc::clone(&hidden);
        let out = self.out.clone();
        let walker = WalkBuilder::new(&real_root)
            .standard_filters(false)
            .parents(false)
            .add_custom_ignore_filename(".glossignore")
            .follow_links(false)
            .filter_entry(move |entry| {
                let name = entry.file_name();
                if entry.depth() == 0 {
                    return true;
                }
                if out.as_deref() == Some(entry.path()) || name == ".gloss" {
                    return false;
                }
                if name.as_encoded_bytes().starts_with(b".") {
                    let mut hidden = seen_hidden.lock().unwrap_or_else(PoisonError::into_inner);
                    if name != ".glossignore" {
                        hidden.push(entry.path().to_owned());
                    }
                    return false;
                }
                true
            })
            .build();
        let below = |real: &Path| real.strip_prefix(&real_root).unwrap_or(real).to_owned();
        let first = self.found.sources.len();
        for entry in walker {
            match entry {
                Ok(entry) if entry.depth() == 0 => {}
                Ok(entry) => {
                    let relative = below(entry.path());
                    let shown = root.join(&relative);
                    let Some(kind) = entry.file_type() else { continue };
                    if kind.is_symlink() {
                        self.link(shown, &relative, (entry.path(), &real_root));
                    } else if kind.is_dir() {
                    } else if format_of(entry.file_name()).is_none() {
                        let stands = |name: &OsStr| {
                            let beside = entry.path().with_file_name(name).symlink_metadata();
                            beside.is_ok_and(|found| found.is_file())
                        };
                        let page = crate::write::is_page(entry.file_name(), stands);
                        let reason = if page { SkipReason::OwnPage } else { SkipReason::OtherType };
                        self.skip(shown, reason, false);
                    } else if !kind.is_file() {
                        self.skip(shown, SkipReason::Special, true);
                    } else {
                        let real = if self.several { entry.path().to_owned() } else { PathBuf::new() };
                        let size =
                            || entry.metadata().map(|metadata| metadata.len()).map_err(|e| e.to_string());
                        self.candidate(shown, relative, real, size);
                    }
                }
                Err(error) => {
                    let (path, message) = place(&error);
                    let path = path.map_or_else(|| root.to_owned(), |path| root.join(below(path)));
                    self.skip(path, SkipReason::Unreadable(message), true);
                }
            }
        }
        let hidden = std::mem::take(&mut *hidden.lock().unwrap_or_else(PoisonError::into_inner));
        for path in hidden {
            self.skip(root.join(below(&path)), SkipReason::Hidden, false);
        }
        if let Some(added) = self.found.sources.get_mut(first..) {
            added.sort_by(|a, b| a.relative.cmp(&b.relative));
        }
        self.place_relatives(first, root);
        Ok(())
    }

    fn link(&mut self, shown: PathBuf, relative: &Path, (link, real_root): (&Path, &Path)) {
        let reason = match link.canonicalize() {
            _ if self.exclude.is_match(relative) => SkipReason::Excluded,
            Ok(target) if target.is_file() && relative.file_name().and_then(format_of).is_none() => {
                SkipReason::OtherType
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => SkipReason::LinkBroken,
            Err(error) => SkipReason::Unreadable(error.to_string()),
            Ok(target) if target.starts_with(real_root) => SkipReason::LinkInside,
            Ok(_) => SkipReason::LinkOutside,
        };
        self.skip(shown, reason, false);
    }

    /// A regular file with a name we read: everything else that decides on it.
    fn candidate(
        &mut self,
        path: PathBuf,
        relative: PathBuf,
        real: PathBuf,
        size: impl FnOnce() -> std::result::Result<u64, String>,
    ) {
        let Some(format) = relative.file_name().and_then(format_of) else { return };
        if self.exclude.is_match(&relative) {
            return self.skip(path, SkipReason::Excluded, false);
        }
        if !self.include.is_empty() && !self.include.is_match(&relative) {
            return self.skip(path, SkipReason::NotIncluded, false);
        }
        let beside =
            |name: &OsStr| path.with_file_name(name).symlink_metadata().is_ok_and(|found| found.is_file());
        let name = path.file_name().unwrap_or_default();
        if let Some(language) = crate::write::output_language(name, beside) {
            return self.skip(path, SkipReason::OwnOutput(language.to_string()), false);
        }
        if self.several && !self.seen.insert(real) {
            return;
        }
        let limit = self.options.max_file_bytes;
        match size() {
            Err(message) => self.skip(path, SkipReason::Unreadable(message), true),
            Ok(size) if limit > 0 && size > limit => {
                self.skip(path, SkipReason::TooLarge { size, limit }, true);
            }
            Ok(size) => {
                self.found.sources.push(Source { path, relative, format, size });
            }
        }
    }

    /// Makes the relative paths of the sources from index `first` on, all found under `root`, unlike those of
    /// the roots before: a second `x.txt` goes below the name of its root, then below that with a number.
    fn place_relatives(&mut self, first: usize, root: &Path) {
        if !self.several {
            return;
        }
        let name = root.canonicalize().ok().and_then(|real| real.file_name().map(OsStr::to_owned));
        let name = name.unwrap_or_else(|| OsString::from("root"));
        for source in self.found.sources.iter_mut().skip(first) {
            let mut number = 1;
            let mut wanted = source.relative.clone();
            while !self.taken.insert(wanted.clone()) {
                let mut folder = name.clone();
                if number > 1 {
                    folder.push(format!("-{number}"));
                }
                wanted = Path::new(&folder).join(&source.relative);
                number += 1;
            }
            source.relative = wanted;
        }
    }

    fn skip(&mut self, path: PathBuf, reason: SkipReason, unreadable: bool) {
        self.found.skipped.push(Skipped { path, reason, unreadable });
    }
}

/// The path and the message of a walker's error.
fn place(error: &ignore::Error) -> (Option<&Path>, String) {
    match error {
        ignore::Error::WithPath { path, err } => {
            let (inner, message) = place(err);
            (inner.or(Some(path)), message)
        }
        ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => place(err),
        other => (None, other.to_string()),
    }
}

#[cfg(test)]
mod tests;
