//! Which file an output goes to.
//!
//! For a source `csto.txt`: `csto.pt.txt` and `csto.pt.summary.md`, beside it or mirrored below `--out`. The
//! part before the language is the *label*. It is the source's stem, except:
//!
//! * a summary or a review page (`csto.review.html`) of a source that is no plain text takes the whole file name
//!   (`notes.md.pt.summary.md`) where another source has the same stem: in the run, or a plain text beside it on disk;
//! * where two sources of the run would still meet in one name, both get `~` and twelve digits of the hash of
//!   their own paths (`a~3f2a91c0d17e.pt.txt`). Names that differ in case or Unicode composition only count
//!   as one, because some file systems hold them for one;
//! * a label that would make a component longer than 255 bytes is cut, and gets such digits too, and so does
//!   one that looks as if it had them already.
//!
//! The names depend on the set of sources, never on their order.

use std::collections::{HashMap, HashSet};
use std::ffi::{OsStr, OsString};
use std::path::{Component, Path, PathBuf};

use unicode_normalization::UnicodeNormalization;

use super::disk::parent;
use crate::document::{Format, Source};
use crate::language::Language;

/// The longest file name that file systems in use take, in bytes.
const LONGEST_COMPONENT: usize = 255;

/// Bytes kept free after the language for the longest ending: `.new99.summary.md`.
const LONGEST_ENDING: usize = 17;

/// What stands behind the label of a review page.
const REVIEW_ENDING: &str = ".review.html";

/// The longest form of it: `.review.new99.html`.
const LONGEST_REVIEW_ENDING: usize = 18;

/// Digits of a hash in a name: 48 bits, enough for a million names to differ (chance of a clash 1 in 500).
const HASH_DIGITS: usize = 12;

/// The names of a run's outputs.
#[derive(Debug, Clone)]
pub struct OutputNames {
    out: Option<PathBuf>,
    root: PathBuf,
    /// Stems that more than one source of a folder has.
    shared_stems: HashSet<Wanted>,
    /// Output names that more than one source would have.
    contested: HashSet<Wanted>,
    /// Relative paths that sources of several roots have in common.
    same_relative: HashSet<Wanted>,
}

/// The hash of a folded name: a set of a million of them stays small.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Wanted([u8; 16]);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Purpose {
    Translation,
    Summary,
    Review,
}

/// The folder that `.gloss` goes into and below which every output lies: `out` where given, the one
/// folder given (or the folder of the one file), otherwise the deepest folder common to all inputs.
pub fn state_root(inputs: &[PathBuf], out: Option<&Path>) -> PathBuf {
    if let Some(out) = out {
        return out.to_owned();
    }
    let folder = |input: &PathBuf| {
        if input.is_dir() { input.clone() } else { parent(input).to_owned() }
    };
    let mut folders = inputs.iter().map(folder);
    let Some(first) = folders.next() else { return PathBuf::from(".") };
    if inputs.len() == 1 {
        return first;
    }
    folders.fold(resolve(&first), |common, next| {
        let next = resolve(&next);
        common.components().zip(next.components()).take_while(|(a, b)| a == b).map(|(a, _)| a).collect()
    })
}

/// The path without links and `..` where it exists; as it is, made absolute, where it does not.
fn resolve(path: &Path) -> PathBuf {
    path.canonicalize().or_else(|_| std::path::absolute(path)).unwrap_or_else(|_| path.to_owned())
}

impl OutputNames {
    /// Names for the outputs of `sources` (every source of the run) below `root`, which is
    /// [`state_root`] of the same inputs.
    pub fn new(out: Option<&Path>, root: &Path, sources: &[Source]) -> Self {
        let mut names = Self {
            out: out.map(Path::to_owned),
            root: root.to_owned(),
            shared_stems: HashSet::new(),
            contested: HashSet::new(),
            same_relative: HashSet::new(),
        };
        names.shared_stems = more_than_once(
            sources.iter().map(|source| names.wanted(source, Purpose::Summary, &stem(source))),
        );
        names.same_relative = more_than_once(sources.iter().map(exact));
        names.contested = more_than_once(sources.iter().flat_map(|source| {
            [Purpose::Translation, Purpose::Summary, Purpose::Review]
                .map(|purpose| names.wanted(source, purpose, &names.plain_label(source, purpose)))
        }));
        names
    }

    /// Where the translation of `source` into `language` goes, ready to be opened.
    pub fn translation(&self, source: &Source, language: &Language) -> PathBuf {
        let ending = extension(source);
        self.name(source, language, Purpose::Translation, &ending)
    }

    /// Where the summary of `source` in `language` goes, ready to be opened.
    pub fn summary(&self, source: &Source, language: &Language) -> PathBuf {
        self.name(source, language, Purpose::Summary, OsStr::new(".summary.md"))
    }

    /// Where the review page of `source` goes, ready to be opened.
    pub fn review(&self, source: &Source) -> PathBuf {
        let room = LONGEST_COMPONENT - LONGEST_REVIEW_ENDING;
        let mut name = self.label(source, Purpose::Review, room);
        name.push(REVIEW_ENDING);
        self.folder(source).join(name)
    }

    /// An output's or a source's path relative to the state root: the form that ledger and events speak.
    pub fn relative(&self, path: &Path) -> PathBuf {
        if let Ok(relative) = path.strip_prefix(&self.root) {
            return relative.to_owned();
        }
        let resolved = match path.file_name() {
            Some(name) => resolve(parent(path)).join(name),
            None => resolve(path),
        };
        match resolved.strip_prefix(resolve(&self.root)) {
            Ok(relative) => relative.to_owned(),
            Err(_) => normal_parts(path),
        }
    }

    fn name(&self, source: &Source, language: &Language, purpose: Purpose, ending: &OsStr) -> PathBuf {
        let tag = language.as_str();
        let room = LONGEST_COMPONENT.saturating_sub(1 + tag.len() + LONGEST_ENDING.max(ending.len() + 6));
        let mut name = self.label(source, purpose, room);
        name.push(".");
        name.push(tag);
        name.push(ending);
        self.folder(source).join(name)
    }

    fn folder(&self, source: &Source) -> PathBuf {
        match &self.out {
            Some(out) => out.join(normal_parts(parent(&source.relative))),
            None => parent(&source.path).to_owned(),
        }
    }

    fn label(&self, source: &Source, purpose: Purpose, room: usize) -> OsString {
        let plain = self.plain_label(source, purpose);
        let contested = self.contested.contains(&self.wanted(source, purpose, &plain));
        if !contested && plain.len() <= room && !is_hashed(&plain) {
            return plain;
        }
        let hash = if self.same_relative.contains(&exact(source)) {
            short_hash(resolve(&source.path).as_os_str().as_encoded_bytes())
        } else {
            short_hash(source.relative.as_os_str().as_encoded_bytes())
        };
        let mut label = cut(&stem(source), room.saturating_sub(hash.len() + 1));
        label.push("~");
        label.push(hash);
        label
    }

    fn plain_label(&self, source: &Source, purpose: Purpose) -> OsString {
        let stem = stem(source);
        if purpose != Purpose::Translation && source.format != Format::Text {
            let mut sibling = stem.clone();
            sibling.push(".txt");
            if self.shared_stems.contains(&self.wanted(source, Purpose::Summary, &stem))
                || parent(&source.path).join(sibling).symlink_metadata().is_ok()
            {
                return file_name(source).to_owned();
            }
        }
        stem
    }

    fn wanted(&self, source: &Source, purpose: Purpose, label: &OsStr) -> Wanted {
        let ending = match purpose {
            Purpose::Translation => extension(source),
            Purpose::Summary => OsString::from(".summary.md"),
            Purpose::Review => OsString::from(REVIEW_ENDING),
        };
        wanted([fold(self.folder(source).as_os_str()), fold(label), fold(&ending)])
    }
}

fn wanted<const N: usize>(fields: [Vec<u8>; N]) -> Wanted {
    let mut hasher = blake3::Hasher::new();
    for field in fields {
        hasher.update(&(field.len() as u64).to_le_bytes());
        hasher.update(&field);
    }
    let mut hash = [0; 16];
    hasher.finalize_xof().fill(&mut hash);
    Wanted(hash)
}

fn exact(source: &Source) -> Wanted {
    wanted([source.relative.as_os_str().as_encoded_bytes().to_vec()])
}

fn more_than_once(all: impl Iterator<Item = Wanted>) -> HashSet<Wanted> {
    let mut times: HashMap<Wanted, bool> = HashMap::new();
    for wanted in all {
        times.entry(wanted).and_modify(|again| *again = true).or_insert(false);
    }
    times.into_iter().filter(|(_, again)| *again).map(|(wanted, _)| wanted).collect()
}

/// Whether a label ends like one that got a hash: `~` and [`HASH_DIGITS`] hexadecimal digits.
pub(super) fn is_hashed(label: &OsStr) -> bool {
    let bytes = label.as_encoded_bytes();
    let start = bytes.len().saturating_sub(HASH_DIGITS + 1);
    matches!(bytes.get(start..), Some([b'~', digits @ ..])
        if digits.len() == HASH_DIGITS && digits.iter().all(u8::is_ascii_hexdigit))
}

fn file_name(source: &Source) -> &OsStr {
    source.relative.file_name().or(source.path.file_name()).unwrap_or(OsStr::new("article"))
}

fn stem(source: &Source) -> OsString {
    Path::new(file_name(source)).file_stem().unwrap_or(OsStr::new("article")).to_owned()
}

/// The source's extension with its dot, as it is spelt.
fn extension(source: &Source) -> OsString {
    let mut ending = OsString::new();
    if let Some(extension) = Path::new(file_name(source)).extension() {
        ending.push(".");
        ending.push(extension);
    }
    ending
}

/// The parts of a path that lead downwards: nothing absolute, no `..`.
fn normal_parts(path: &Path) -> PathBuf {
    path.components().filter(|part| matches!(part, Component::Normal(_))).collect()
}

/// Whether a part of a name is a language tag as gloss writes it: canonical, and of a language there is
/// (`release.notes.txt` beside `release.txt` is an article).
pub(super) fn as_tag(part: &str) -> Option<Language> {
    Language::parse(part).ok().filter(|language| language.as_str() == part && language.is_known())
}

fn short_hash(bytes: &[u8]) -> String {
    blake3::hash(bytes).to_hex().chars().take(HASH_DIGITS).collect()
}

/// The name as a file system that knows neither case nor composition sees it.
fn fold(name: &OsStr) -> Vec<u8> {
    match name.to_str() {
        // Upper case first: `ß` and `ss`, final and plain sigma meet.
        Some(text) => {
            let folded = text.nfd().flat_map(char::to_uppercase).flat_map(char::to_lowercase);
            folded.nfc().collect::<String>().into_bytes()
        }
        None => name.as_encoded_bytes().to_ascii_lowercase(),
    }
}

/// At most `room` bytes of `name`, cut between characters where it has any.
fn cut(name: &OsStr, room: usize) -> OsString {
    if name.len() <= room {
        return name.to_owned();
    }
    match name.to_str() {
        Some(text) => OsString::from(crate::document::slice(text, 0..text.floor_char_boundary(room))),
        None => cut_bytes(name, room),
    }
}

#[cfg(unix)]
fn cut_bytes(name: &OsStr, room: usize) -> OsString {
    use std::os::unix::ffi::OsStrExt;
    OsStr::from_bytes(name.as_bytes().get(..room).unwrap_or_default()).to_owned()
}

#[cfg(not(unix))]
fn cut_bytes(name: &OsStr, room: usize) -> OsString {
    let text = name.to_string_lossy();
    OsString::from(crate::document::slice(&text, 0..text.floor_char_boundary(room)))
}
