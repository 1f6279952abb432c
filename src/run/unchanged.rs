//! What a run knows before it opens a source: whether anything about it has changed since its outputs were
//! made.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use serde::{Deserialize, Serialize};

use super::ask::Saved;
use super::{Shared, off_thread};
use crate::document::{BlockId, Document, Source};
use crate::error::{Error, Result};
use crate::language::Language;
use crate::memory::{DocumentRecord, KnownDocument, Stamp};
use crate::report::event::{Counts, DocumentState, Event};
use crate::review::page::index::IndexDocument;

/// What of a finished document a later run's report repeats, kept in the ledger.
#[derive(Debug, Serialize, Deserialize)]
struct Replay {
    /// The source's own path, so that two folders never take turns in one place.
    origin: Option<Origin>,
    /// The state root's own path then: where it is another by now, the folder was copied or moved.
    #[serde(default)]
    root: Option<Origin>,
    encoding: String,
    encoding_guessed: bool,
    language: Language,
    #[serde(deserialize_with = "crate::language::finite")]
    confidence: f32,
    units: u64,
    words: u64,
    boilerplate: u64,
    /// By language; the blocks by the engine that answered them.
    #[serde(default)]
    languages: Vec<Part>,
    /// What its answers cost when they were made, by engine.
    #[serde(default)]
    spent: Saved,
    #[serde(default)]
    summary_failed: bool,
    /// Furniture that was left out, once for each language.
    #[serde(default)]
    dropped: Vec<(BlockId, String)>,
    /// What the folder's index tells of it.
    #[serde(default)]
    index: Option<IndexDocument>,
}

/// A path in JSON: as text, or as its bytes where it is no UTF-8.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
enum Origin {
    Text(String),
    Bytes(Vec<u8>),
}

impl Origin {
    /// None where the system has no bytes for such a path.
    fn of(path: PathBuf) -> Option<Self> {
        match path.into_os_string().into_string() {
            Ok(text) => Some(Self::Text(text)),
            #[cfg(unix)]
            Err(path) => Some(Self::Bytes(std::os::unix::ffi::OsStringExt::into_vec(path))),
            #[cfg(not(unix))]
            Err(_) => None,
        }
    }

    /// `path` as the system knows it, where it stands.
    fn real(path: &Path) -> Option<Self> {
        Self::of(path.canonicalize().unwrap_or_else(|_| path.to_owned()))
    }

    fn path(self) -> Option<PathBuf> {
        match self {
            Self::Text(text) => Some(text.into()),
            #[cfg(unix)]
            Self::Bytes(bytes) => {
                let path: std::ffi::OsString = std::os::unix::ffi::OsStringExt::from_vec(bytes);
                Some(path.into())
            }
            #[cfg(not(unix))]
            Self::Bytes(_) => None,
        }
    }
}

/// One language of a document: how its units ended, and the blocks that each engine answered.
pub type Part = (Language, Counts, BTreeMap<String, Vec<BlockId>>);

/// What was made of a document.
#[derive(Debug, Clone, Default)]
pub struct Made {
    pub languages: Vec<Part>,
    pub spent: Saved,
    pub summary_failed: bool,
}

/// What [`replay`] needs of a finished document, as the ledger keeps it.
///
/// # Errors
/// Never in practice: the record is plain data.
pub fn pack(
    (document, words): (&Document, u64),
    root: &Path,
    made: Made,
    dropped: Vec<(BlockId, String)>,
    index: Option<IndexDocument>,
) -> Result<String> {
    let replay = Replay {
        origin: Origin::real(&document.source.path),
        root: Origin::real(root),
        encoding: document.encoding.name.clone(),
        encoding_guessed: document.encoding.guessed,
        language: document.language.language.clone(),
        confidence: document.language.confidence,
        units: document.units().count() as u64,
        words,
        boilerplate: super::article::boilerplate(document),
        languages: made.languages,
        spent: made.spent,
        summary_failed: made.summary_failed,
        dropped,
        index,
    };
    serde_json::to_string(&replay).map_err(|error| {
        Error::file(&document.source.path, error.to_string(), "this is a bug: please report it")
    })
}

/// What was made of a recorded document.
pub fn made(record: &DocumentRecord) -> Option<Made> {
    let replay: Replay = serde_json::from_str(&record.summary).ok()?;
    let Replay { languages, spent, summary_failed, .. } = replay;
    Some(Made { languages, spent, summary_failed })
}

/// The language of a recorded document.
pub fn language(record: &DocumentRecord) -> Option<Language> {
    serde_json::from_str::<Replay>(&record.summary).ok().map(|replay| replay.language)
}

/// What the folder's index tells of a recorded document, as long as its source stands.
pub fn in_index(record: &DocumentRecord, root: &Path) -> Option<IndexDocument> {
    let replay = serde_json::from_str::<Replay>(&record.summary).ok()?;
    let stands = source_path(record, root).is_file();
    replay.index.filter(|_| stands)
}

/// The record with what the index tells of its document by now: of its page. As it is where it stands in no index.
pub fn with_index(
    mut record: DocumentRecord,
    index: impl FnOnce(Option<String>) -> IndexDocument,
) -> DocumentRecord {
    let Ok(mut replay) = serde_json::from_str::<Replay>(&record.summary) else { return record };
    replay.index = replay.index.map(|before| IndexDocument { reason: before.reason, ..index(before.page) });
    if let Ok(summary) = serde_json::to_string(&replay) {
        record.summary = summary;
    }
    record
}

/// Where a recorded document's source lies, as seen from the state root by now: where it was opened, unless the root was
/// copied or moved together with it.
pub fn source_path(record: &DocumentRecord, root: &Path) -> PathBuf {
    let here = root.join(&record.path);
    let Ok(replay) = serde_json::from_str::<Replay>(&record.summary) else { return here };
    let Some(origin) = replay.origin.and_then(Origin::path) else { return here };
    let then = replay.root.filter(|then| is_elsewhere(Some(then), root)).and_then(Origin::path);
    let along = then.and_then(|then| rebased(&origin, &then, root));
    along.filter(|path| path.is_file()).unwrap_or(origin)
}

/// `path` as it lies to `to`, where it lay so to `from`.
fn rebased(path: &Path, from: &Path, to: &Path) -> Option<PathBuf> {
    let common = path.components().zip(from.components()).take_while(|(one, other)| one == other).count();
    let up = from.components().count() - common;
    let below: PathBuf = path.components().skip(common).collect();
    Some(to.canonicalize().ok()?.ancestors().nth(up)?.join(below))
}

fn is_elsewhere(then: Option<&Origin>, root: &Path) -> bool {
    then.is_some() && then != Origin::real(root).as_ref()
}

/// The source's size and time of change as they are now.
pub fn stamp(source: &Source) -> Stamp {
    std::fs::metadata(&source.path).map(|metadata| Stamp::of(&metadata)).unwrap_or_default()
}

/// The path of another, still existing source whose outputs stand where those of `source` would go. A folder that was copied
/// with its ledger is a folder of its own: what lies in the original has no claim on it.
pub fn other_origin(source: &Source, known: &KnownDocument, root: &Path) -> Option<PathBuf> {
    let replay: Replay = serde_json::from_str(&known.document.summary).ok()?;
    let own = Origin::real(&source.path);
    if is_elsewhere(replay.root.as_ref(), root) || own == Origin::real(&root.join(&source.relative)) {
        return None;
    }
    let other = replay.origin.filter(|other| own.as_ref().is_none_or(|own| own != other))?;
    other.path().filter(|other| other.is_file())
}

/// Tells what an earlier run did, if nothing has changed since: neither the source, nor any setting, nor an
/// output. `false` where the document must be taken through the flow.
///
/// # Errors
/// Where a task of this process failed.
pub async fn replay(
    shared: &Arc<Shared>,
    source: &Source,
    path: &str,
    known: &KnownDocument,
    began: Instant,
) -> Result<bool> {
    let document = &known.document;
    let Ok(replay) = serde_json::from_str::<Replay>(&document.summary) else { return Ok(false) };
    let now = shared.fingerprint(source, &replay.language, &document.digest, &document.edge_lines);
    if document.state != DocumentState::Done || document.fingerprint != now {
        return Ok(false);
    }
    // A person's file among them says the same as ours: beside any other the document has no fingerprint.
    let stands = {
        let (shared, source, known) = (Arc::clone(shared), source.clone(), known.clone());
        off_thread(move || {
            same_source(&source, &known.document)
                && known.outputs.iter().all(|output| output.stands(&shared.root))
        })
        .await?
    };
    if !stands || replay.origin != Origin::real(&source.path) {
        return Ok(false);
    }
    shared.events.emit(Event::DocumentStarted {
        path: path.to_owned(),
        encoding: replay.encoding,
        encoding_guessed: replay.encoding_guessed,
        language: replay.language.clone(),
        confidence: replay.confidence,
        units: replay.units,
        words: replay.words,
        boilerplate: replay.boilerplate,
    });
    let targets = if shared.settings.translate { shared.settings.targets.as_slice() } else { &[] };
    for language in targets.iter().filter(|target| replay.language.same_as(target)) {
        shared.events.emit(Event::SameLanguage { path: path.to_owned(), language: language.clone() });
    }
    for (block, text) in replay.dropped {
        shared.events.emit(Event::BlockDropped { path: path.to_owned(), block, text });
    }
    shared.asker.remembered(replay.spent);
    for (language, counts, engines) in replay.languages {
        shared.events.emit(Event::LanguageFinished {
            path: path.to_owned(),
            language,
            counts: counts.known(),
            words: replay.words,
            engines,
            notes: Vec::new(),
        });
    }
    shared.events.emit(Event::DocumentFinished {
        path: path.to_owned(),
        state: DocumentState::Done,
        milliseconds: began.elapsed().as_millis() as u64,
        unchanged: true,
        reason: None,
    });
    Ok(true)
}

/// What reads as a record of a finished document is written again as the same.
#[cfg(any(test, fuzzing))]
pub(crate) fn reads_again(bytes: &[u8]) {
    let Ok(replay) = serde_json::from_slice::<Replay>(bytes) else { return };
    let json = serde_json::to_string(&replay).unwrap_or_default();
    let again = serde_json::from_str::<Replay>(&json).map(|same| serde_json::to_string(&same));
    assert!(matches!(again, Ok(Ok(same)) if same == json), "{json}");
}

/// Whether the source's bytes are the ones recorded: by size and time, and by hash where only the time differs.
pub fn same_source(source: &Source, record: &DocumentRecord) -> bool {
    let stamp = stamp(source);
    if stamp == record.stamp {
        return true;
    }
    stamp.size == record.stamp.size
        && std::fs::read(&source.path)
            .is_ok_and(|bytes| blake3::hash(&bytes).to_hex().as_str() == record.digest)
}
