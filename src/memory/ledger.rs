//! The ledger: what this folder's runs read and produced, so that a document that has not changed costs a
//! look-up, and a file that a person changed is known from one that gloss wrote.

use std::borrow::Cow;
use std::fs::Metadata;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use rusqlite::types::ValueRef;
use rusqlite::{Connection, OptionalExtension, Row};

use super::row::{DOCUMENT, INTENT, OUTPUT};
use crate::language::Language;
use crate::report::event::{DocumentState, OutputKind};

/// The BLAKE3 hash of a file's bytes.
pub type ContentHash = [u8; 32];

/// What a look at a file's metadata tells: enough to believe that it has not changed since.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Stamp {
    /// Bytes.
    pub size: u64,
    /// Time of the last change, in nanoseconds since 1970; 0 where the file system has none.
    pub mtime_ns: i64,
}

impl Stamp {
    pub fn of(metadata: &Metadata) -> Self {
        let mtime_ns = match metadata.modified().map(|time| time.duration_since(UNIX_EPOCH)) {
            Ok(Ok(after)) => i64::try_from(after.as_nanos()).unwrap_or(i64::MAX),
            Ok(Err(before)) => i64::try_from(before.duration().as_nanos()).map_or(i64::MIN, |nanos| -nanos),
            Err(_) => 0,
        };
        Self { size: metadata.len(), mtime_ns }
    }
}

/// One output file as it stood when gloss last dealt with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutputRecord {
    /// Relative to the state root.
    pub path: PathBuf,
    /// The source it was made from, relative to the state root.
    pub source: PathBuf,
    pub kind: OutputKind,
    pub language: Language,
    pub hash: ContentHash,
    pub stamp: Stamp,
    /// The file at `path` is a person's: it was kept, `hash` and `stamp` are theirs, and the next run must
    /// still not overwrite it.
    pub edited: bool,
}

impl OutputRecord {
    /// Whether the file still stands as recorded, going by its size and time.
    pub fn stands(&self, state_root: &Path) -> bool {
        std::fs::symlink_metadata(state_root.join(&self.path))
            .is_ok_and(|metadata| metadata.is_file() && Stamp::of(&metadata) == self.stamp)
    }
}

/// One source as it was when its outputs were last complete.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentRecord {
    /// Relative to the state root.
    pub path: PathBuf,
    pub stamp: Stamp,
    /// BLAKE3 of the source's bytes, hex, as [`crate::document::Document::digest`].
    pub digest: String,
    /// Everything beside the source that determines its outputs; opaque here.
    pub fingerprint: Vec<u8>,
    /// Hashes of the lines at the document's edges, for finding furniture that repeats across files.
    pub edge_lines: Vec<u64>,
    pub state: DocumentState,
    /// What the report needs to know of it, as JSON.
    pub summary: String,
}

/// A document and every output ever recorded for it, in any language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownDocument {
    pub document: DocumentRecord,
    pub outputs: Vec<OutputRecord>,
}

/// Rows of the ledger that do not verify are as unknown: a document is looked at again, a file is not ours.
pub(super) fn find_document(
    connection: &Connection,
    path: &Path,
) -> Result<Option<DocumentRecord>, rusqlite::Error> {
    let found = connection
        .prepare_cached(&DOCUMENT.select("WHERE path = ?1"))?
        .query_row([path_bytes(path).as_ref()], |row| {
            if DOCUMENT.holds(row)? { document_from(row).map(Some) } else { Ok(None) }
        })
        .optional()?;
    Ok(found.flatten())
}

/// Hands every document on record to `each`, in order of path.
pub(super) fn each_document(
    connection: &Connection,
    each: &mut dyn FnMut(DocumentRecord),
) -> Result<(), rusqlite::Error> {
    let mut statement = connection.prepare_cached(&DOCUMENT.select("ORDER BY path"))?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        if DOCUMENT.holds(row)? {
            each(document_from(row)?);
        }
    }
    Ok(())
}

/// A row read with every column, in the order of [`DOCUMENT`].
fn document_from(row: &Row<'_>) -> Result<DocumentRecord, rusqlite::Error> {
    Ok(DocumentRecord {
        path: path_from(row.get_ref(0)?.as_blob()?),
        stamp: stamp(row, 1, 2)?,
        digest: row.get(3)?,
        fingerprint: row.get(4)?,
        edge_lines: unpack(row.get_ref(5)?.as_blob()?),
        state: word(row, 6)?,
        summary: row.get(7)?,
    })
}

pub(super) fn find_outputs(
    connection: &Connection,
    source: &Path,
) -> Result<Vec<OutputRecord>, rusqlite::Error> {
    let mut statement = connection.prepare_cached(&OUTPUT.select("WHERE source = ?1 ORDER BY path"))?;
    let rows = statement.query_map([path_bytes(source).as_ref()], |row| {
        if OUTPUT.holds(row)? { output_from(row).map(Some) } else { Ok(None) }
    })?;
    rows.filter_map(Result::transpose).collect()
}

/// Hands every output on record to `each`, in order of path.
pub(super) fn each_output(
    connection: &Connection,
    each: &mut dyn FnMut(OutputRecord),
) -> Result<(), rusqlite::Error> {
    let mut statement = connection.prepare_cached(&OUTPUT.select("ORDER BY path"))?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        if OUTPUT.holds(row)? {
            each(output_from(row)?);
        }
    }
    Ok(())
}

/// A row read with every column, in the order of [`OUTPUT`].
fn output_from(row: &Row<'_>) -> Result<OutputRecord, rusqlite::Error> {
    Ok(OutputRecord {
        path: path_from(row.get_ref(0)?.as_blob()?),
        source: path_from(row.get_ref(1)?.as_blob()?),
        kind: word(row, 2)?,
        language: word(row, 3)?,
        hash: row.get(4)?,
        stamp: stamp(row, 5, 6)?,
        edited: row.get(7)?,
    })
}

/// The hashes under which `path` is gloss's own: what it wrote last, and what it was about to write when an
/// earlier run ended.
pub(super) fn own_hashes(connection: &Connection, path: &Path) -> Result<Vec<ContentHash>, rusqlite::Error> {
    let path = path_bytes(path).into_owned();
    let mut hashes: Vec<ContentHash> = Vec::new();
    let mut outputs = connection.prepare_cached(&OUTPUT.select("WHERE path = ?1"))?;
    let written = outputs.query_map([&path], |row| {
        if OUTPUT.holds(row)? && !row.get::<_, bool>(7)? { row.get(4).map(Some) } else { Ok(None) }
    })?;
    let mut intents = connection.prepare_cached(&INTENT.select("WHERE path = ?1"))?;
    let intended =
        intents.query_map([&path], |row| if INTENT.holds(row)? { row.get(1).map(Some) } else { Ok(None) })?;
    for hash in written.chain(intended) {
        if let Some(hash) = hash?.filter(|hash| !hashes.contains(hash)) {
            hashes.push(hash);
        }
    }
    Ok(hashes)
}

pub(super) fn put_document(
    connection: &Connection,
    document: &DocumentRecord,
    outputs: &[OutputRecord],
) -> Result<(), rusqlite::Error> {
    let (path, edges, state) =
        (path_bytes(&document.path), pack(&document.edge_lines), to_word(&document.state)?);
    let values = [
        ValueRef::Blob(&path),
        ValueRef::Integer(integer(document.stamp.size)),
        ValueRef::Integer(document.stamp.mtime_ns),
        ValueRef::Text(document.digest.as_bytes()),
        ValueRef::Blob(&document.fingerprint),
        ValueRef::Blob(&edges),
        ValueRef::Text(state.as_bytes()),
        ValueRef::Text(document.summary.as_bytes()),
    ];
    DOCUMENT.put(connection, &values, "true")?;
    for output in outputs {
        put_output(connection, output)?;
    }
    Ok(())
}

pub(super) fn put_output(connection: &Connection, output: &OutputRecord) -> Result<(), rusqlite::Error> {
    let (path, source, kind) = (path_bytes(&output.path), path_bytes(&output.source), to_word(&output.kind)?);
    let values = [
        ValueRef::Blob(&path),
        ValueRef::Blob(&source),
        ValueRef::Text(kind.as_bytes()),
        ValueRef::Text(output.language.as_str().as_bytes()),
        ValueRef::Blob(&output.hash),
        ValueRef::Integer(integer(output.stamp.size)),
        ValueRef::Integer(output.stamp.mtime_ns),
        ValueRef::Integer(output.edited.into()),
    ];
    OUTPUT.put(connection, &values, "true")?;
    connection.prepare_cached("DELETE FROM intent WHERE path = ?1")?.execute([path.as_ref()])?;
    Ok(())
}

/// Forgets an output, and every intent to write one there.
pub(super) fn remove_output(connection: &Connection, path: &Path) -> Result<(), rusqlite::Error> {
    for table in ["output", "intent", "held"] {
        let delete = format!("DELETE FROM {table} WHERE path = ?1");
        connection.prepare_cached(&delete)?.execute([path_bytes(path).as_ref()])?;
    }
    Ok(())
}

/// Several intents may stand for one path: each crash between intent and record leaves one, and any of
/// them may be what is on disk.
pub(super) fn put_intent(
    connection: &Connection,
    path: &Path,
    hash: &ContentHash,
) -> Result<(), rusqlite::Error> {
    // Over the same intent, in case that one's sum is damaged.
    INTENT.put(connection, &[ValueRef::Blob(&path_bytes(path)), ValueRef::Blob(hash)], "true")
}

/// A path as stored: its own bytes, so that names that are no UTF-8 are found again.
#[cfg(unix)]
pub(super) fn path_bytes(path: &Path) -> Cow<'_, [u8]> {
    Cow::Borrowed(std::os::unix::ffi::OsStrExt::as_bytes(path.as_os_str()))
}

#[cfg(unix)]
fn path_from(bytes: &[u8]) -> PathBuf {
    PathBuf::from(<std::ffi::OsStr as std::os::unix::ffi::OsStrExt>::from_bytes(bytes))
}

/// A path as stored: with `/` between its parts.
#[cfg(not(unix))]
pub(super) fn path_bytes(path: &Path) -> Cow<'_, [u8]> {
    Cow::Owned(path.to_string_lossy().replace('\\', "/").into_bytes())
}

#[cfg(not(unix))]
fn path_from(bytes: &[u8]) -> PathBuf {
    PathBuf::from(String::from_utf8_lossy(bytes).into_owned())
}

fn stamp(row: &Row<'_>, size: usize, mtime_ns: usize) -> Result<Stamp, rusqlite::Error> {
    Ok(Stamp { size: row.get::<_, i64>(size)?.cast_unsigned(), mtime_ns: row.get(mtime_ns)? })
}

fn integer(number: u64) -> i64 {
    number.cast_signed()
}

/// A value whose serde form is one word, from its column.
pub(super) fn word<T: serde::de::DeserializeOwned>(
    row: &Row<'_>,
    column: usize,
) -> Result<T, rusqlite::Error> {
    let text = row.get::<_, String>(column)?;
    serde_json::from_value(serde_json::Value::String(text)).map_err(|error| {
        rusqlite::Error::FromSqlConversionFailure(column, rusqlite::types::Type::Text, Box::new(error))
    })
}

pub(super) fn to_word<T: serde::Serialize>(value: &T) -> Result<String, rusqlite::Error> {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(text)) => Ok(text),
        Ok(other) => Err(rusqlite::Error::ToSqlConversionFailure(format!("no word: {other}").into())),
        Err(error) => Err(rusqlite::Error::ToSqlConversionFailure(Box::new(error))),
    }
}

fn pack(hashes: &[u64]) -> Vec<u8> {
    hashes.iter().flat_map(|hash| hash.to_le_bytes()).collect()
}

fn unpack(bytes: &[u8]) -> Vec<u64> {
    bytes.as_chunks::<8>().0.iter().map(|chunk| u64::from_le_bytes(*chunk)).collect()
}
