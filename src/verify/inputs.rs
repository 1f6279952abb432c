//! From paths as typed to translations and summaries with their sources.
//!
//! | typed | checked |
//! |---|---|
//! | two files, of which neither is named as the other's output | the second as a translation of the first |
//! | `name.LANG.ext` beside `name.ext` | that translation |
//! | an XLIFF | its units |
//! | an article, a folder of them | every translation and summary that lies beside it, or below `--out` |
//! | the `--out` folder of a run | the same, of the sources that the run had |
//!
//! A translation that is named in several ways is checked once.
//!
//! Below a folder that gloss ran on, a translation that still stands as it was written is taken from the memory ([`super::kept`]); every other
//! is read again and aligned.

use std::collections::{BTreeSet, HashSet};
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use super::kept::{Kept, Standing};
use super::pair::{Subject, side_by_side};
use super::summary::Summary;
use super::{Options, Unread, same, shown, xliff};
use crate::document::{Document, Format, Source};
use crate::error::{Error, Result};
use crate::language::Language;
use crate::read::roles::FolderEvidence;
use crate::read::walk::{self, WalkOptions};
use crate::read::{self, LoadOptions};
use crate::run::article;
use crate::write::named_output;
use crate::write::names::{OutputNames, state_root};
use crate::write::summary::body;

/// Larger files are not read.
const MOST_BYTES: u64 = 16 << 20;

/// What there is to judge.
#[derive(Debug, Default)]
pub(super) struct Gathered {
    pub subjects: Vec<Subject>,
    pub summaries: Vec<Summary>,
    pub unread: Vec<Unread>,
    /// What a person should know beside, in words.
    pub notes: Vec<String>,
    /// The real paths of the translations in `subjects`.
    seen: HashSet<PathBuf>,
}

/// Reads what `options` names.
///
/// # Errors
/// Where a path does not exist, and where nothing is found that could be checked.
pub(super) fn gather(options: &Options) -> Result<Gathered> {
    let mut gathered = Gathered::default();
    for input in &options.inputs {
        std::fs::metadata(input).map_err(|source| Error::Io {
            path: input.clone(),
            source,
            hint: Some("give files or folders that exist".to_owned()),
        })?;
    }
    if let [source, target] = options.inputs.as_slice()
        && source.is_file()
        && target.is_file()
        && !xliff::is_named(source)
        && !xliff::is_named(target)
        && output_of(source).is_none()
        && output_of(target).is_none()
        && (same_file(source, target) || !(has_outputs(source) && has_outputs(target)))
    {
        gathered.pair(source, target, options.to.first(), options);
        return Ok(gathered);
    }
    let mut articles = Vec::new();
    let mut single = Vec::new();
    for input in &options.inputs {
        if xliff::is_named(input) && input.is_file() {
            gathered.xliff(input, options);
        } else if let Some(known) = output_of(input).filter(|_| input.is_file()) {
            single.push((input, known));
        } else if !gathered.made_into(input, options)? {
            articles.push(input.clone());
        }
    }
    if !articles.is_empty() {
        gathered.folders(&articles, options)?;
    }
    // After the articles, of whose translations the memory may know more.
    for (input, (source, language)) in single {
        gathered.pair(&source, input, Some(&language), options);
    }
    if gathered.subjects.is_empty() && gathered.summaries.is_empty() && gathered.unread.is_empty() {
        let shown: Vec<String> =
            options.inputs.iter().map(|input| format!("`{}`", input.display())).collect();
        return Err(Error::Engine {
            message: format!("no translations of {}", shown.join(", ")),
            hint: Some(
                "they lie beside their sources as `name.LANG.txt`, or below `--out DIR`; or give two files: \
                 `gloss check source.txt translation.txt`"
                    .to_owned(),
            ),
        });
    }
    Ok(gathered)
}

/// What is the same for every article below the inputs.
#[derive(Clone, Copy)]
struct Folder<'a> {
    options: &'a Options,
    evidence: &'a FolderEvidence,
    names: &'a OutputNames,
    kept: &'a Kept,
    root: &'a Path,
}

/// The source that stands beside a file named as its translation, and the language that the name tells.
fn output_of(path: &Path) -> Option<(PathBuf, Language)> {
    let named = named_output(path.file_name()?).filter(|named| !named.is_summary)?;
    let mut name = named.label;
    name.push(".");
    name.push(named.extension);
    let source = path.with_file_name(name);
    source.is_file().then_some((source, named.language))
}

/// The languages in the names of the files that lie in a folder.
fn languages_in(folder: &Path) -> BTreeSet<Language> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    entries.filter_map(|entry| named_output(&entry.file_name()).map(|named| named.language)).collect()
}

fn has_outputs(path: &Path) -> bool {
    let folder = folder_of(path);
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut outputs = entries.filter_map(|entry| output_of(&folder.join(entry.file_name())));
    outputs.any(|(source, _)| source.file_name() == path.file_name())
}

fn same_file(one: &Path, other: &Path) -> bool {
    one.canonicalize().ok().is_some_and(|real| other.canonicalize().is_ok_and(|other| other == real))
}

fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// An output's path without the `./` that the name of a source alone has not either.
fn as_typed(output: PathBuf, source: &Source) -> PathBuf {
    match output.strip_prefix(".") {
        Ok(bare) if !source.path.starts_with(".") => bare.to_owned(),
        _ => output,
    }
}

/// A file to be read as an article, whatever it is named.
fn source(path: &Path) -> Source {
    let markdown = path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("md"));
    Source {
        path: path.to_owned(),
        relative: PathBuf::from(path.file_name().unwrap_or(OsStr::new("article"))),
        format: if markdown { Format::Markdown } else { Format::Text },
        size: 0,
    }
}

impl Gathered {
    fn load(
        &mut self,
        source: &Source,
        from: Option<&Language>,
        evidence: &FolderEvidence,
    ) -> Option<Document> {
        let options = LoadOptions { from, candidates: &[], evidence, max_file_bytes: MOST_BYTES };
        match read::load(source, &options) {
            Ok(document) => Some(document),
            Err(error) => {
                self.not_read(&source.path, error.to_string());
                None
            }
        }
    }

    fn not_read(&mut self, path: &Path, reason: String) {
        self.unread.push(Unread { path: shown(path), reason });
    }

    fn pair(&mut self, from: &Path, target: &Path, language: Option<&Language>, options: &Options) {
        let source = self.load(&source(from), options.from.as_ref(), &FolderEvidence::default());
        if let Some(document) = source {
            self.translation(&document, target, language);
        }
    }

    fn translation(&mut self, document: &Document, path: &Path, language: Option<&Language>) {
        self.aligned(document, path, language, &BTreeSet::new());
    }

    /// The translation at `path` beside its source, unless it is there already. `dropped` are the blocks that gloss left out
    /// of it; `language` is none where nobody told what it is in.
    fn aligned(
        &mut self,
        document: &Document,
        path: &Path,
        language: Option<&Language>,
        dropped: &BTreeSet<usize>,
    ) {
        if !self.is_new(path) {
            return;
        }
        if let Some(target) = self.load(&source(path), language, &FolderEvidence::default()) {
            let paths = (shown(&document.source.path), shown(path));
            let mut subject = side_by_side(document, &target, paths, dropped);
            if language.is_none() {
                same::tell(&mut subject, document, &target);
            }
            self.subjects.push(subject);
        }
    }

    fn is_new(&mut self, path: &Path) -> bool {
        self.seen.insert(path.canonicalize().unwrap_or_else(|_| path.to_owned()))
    }

    fn xliff(&mut self, path: &Path, options: &Options) {
        let bytes = match std::fs::read(path) {
            Ok(bytes) => bytes,
            Err(error) => return self.not_read(path, format!("cannot be read: {error}")),
        };
        match xliff::subjects(&bytes, path, options) {
            Ok(subjects) => self.subjects.extend(subjects),
            Err(reason) => self.not_read(path, reason),
        }
    }

    /// Every output of the articles found below the inputs.
    fn folders(&mut self, inputs: &[PathBuf], options: &Options) -> Result<()> {
        let walk =
            WalkOptions { max_file_bytes: MOST_BYTES, out: options.out.clone(), ..WalkOptions::default() };
        let found = walk::find(inputs, &walk)?;
        for skipped in found.skipped.iter().filter(|skipped| skipped.unreadable) {
            self.not_read(&skipped.path, skipped.reason.to_string());
        }
        let root = state_root(inputs, options.out.as_deref());
        let kept = self.kept(&root);
        self.outputs(&found.sources, (&root, options.out.as_deref()), &kept, options)
    }

    /// The outputs in a folder that a run wrote into with `--out`, its sources being elsewhere. `false` where the folder is
    /// no such one.
    fn made_into(&mut self, out: &Path, options: &Options) -> Result<bool> {
        if options.out.is_some() || !out.is_dir() {
            return Ok(false);
        }
        let kept = self.kept(out);
        let (sources, gone): (Vec<Source>, Vec<Source>) =
            kept.sources_elsewhere(out)?.into_iter().partition(|source| source.path.is_file());
        for source in &gone {
            self.not_read(
                &source.path,
                "the source is gone, so its translations cannot be checked".to_owned(),
            );
        }
        self.outputs(&sources, (out, Some(out)), &kept, options)?;
        Ok(!(sources.is_empty() && gone.is_empty()))
    }

    fn kept(&mut self, root: &Path) -> Kept {
        Kept::open(root).unwrap_or_else(|error| {
            let note = format!("{error}; every file is read again instead");
            if !self.notes.contains(&note) {
                self.notes.push(note);
            }
            Kept::none()
        })
    }

    fn outputs(
        &mut self,
        sources: &[Source],
        (root, out): (&Path, Option<&Path>),
        kept: &Kept,
        options: &Options,
    ) -> Result<()> {
        let names = OutputNames::new(out, root, sources);
        let evidence = read::folder_evidence(sources);
        let folder = Folder { options, evidence: &evidence, names: &names, kept, root };
        let mut languages: (PathBuf, BTreeSet<Language>) = Default::default();
        for source in sources {
            // Any language gives the folder that the source's outputs lie in.
            let any = Language::parse("en").map_err(|message| Error::usage(message, "this is a bug"))?;
            let lies = folder_of(&names.translation(source, &any)).to_owned();
            if languages.0 != lies {
                languages = (lies.clone(), languages_in(&lies));
            }
            self.outputs_of(source, &folder, &languages.1);
        }
        Ok(())
    }

    fn outputs_of(&mut self, source: &Source, folder: &Folder<'_>, languages: &BTreeSet<Language>) {
        let Folder { options, evidence, names, kept, root } = *folder;
        let wanted = |language: &&Language| options.to.is_empty() || options.to.contains(language);
        let translations: Vec<(PathBuf, &Language)> = languages
            .iter()
            .filter(wanted)
            .map(|language| (as_typed(names.translation(source, language), source), language))
            .filter(|(path, _)| path.is_file() && *path != source.path)
            .collect();
        let summaries: Vec<(PathBuf, &Language)> = languages
            .iter()
            .map(|language| (as_typed(names.summary(source, language), source), language))
            .filter(|(path, _)| path.is_file())
            .collect();
        if translations.is_empty() && summaries.is_empty() {
            return;
        }
        let Some(document) = self.load(source, options.from.as_ref(), evidence) else { return };
        let standing = kept.of(source, &document, root).unwrap_or_else(|error| {
            self.notes.push(format!("{error}; `{}` is read again instead", source.path.display()));
            Standing::default()
        });
        for (path, language) in translations {
            match standing.translation(language, (shown(&source.path), &path)) {
                Some(subject) if self.is_new(&path) => self.subjects.push(subject),
                Some(_) => {}
                None => self.aligned(&document, &path, Some(language), &standing.dropped(language)),
            }
        }
        // A summary is judged where it was made: in the article's own language.
        for (path, language) in summaries {
            if language.same_as(&document.language.language) {
                self.summary(&document, &path, language, kept.summary_by_person(&document, language));
            }
        }
    }

    fn summary(&mut self, document: &Document, path: &Path, language: &Language, theirs: Option<String>) {
        let file = match std::fs::read_to_string(path) {
            Ok(file) => file,
            Err(error) => return self.not_read(path, format!("cannot be read: {error}")),
        };
        self.summaries.push(Summary {
            path: shown(path),
            source_path: shown(&document.source.path),
            language: language.clone(),
            human: theirs.is_some_and(|theirs| theirs == file),
            text: body(&file),
            article: article::outline(document).whole_text(),
        });
    }
}
