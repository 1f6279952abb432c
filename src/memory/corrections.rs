//! The tables of what people did: answers that are theirs, and findings that they said to pass over.
//!
//! A correction belongs to a text in a pair of languages, whatever engine, model or prompt there is; where it stood
//! ([`Correction::before`], [`Correction::path`]) only chooses among several of one text. Must not decide which of
//! several counts: [`crate::review::recall`] does.

use std::collections::{BTreeMap, HashMap};

use rusqlite::types::ValueRef;
use rusqlite::{Connection, Row};
use serde::{Deserialize, Serialize};

use super::ledger::{to_word, word};
use super::row::{CORRECTION, IGNORED, Table};
use crate::document::BlockId;
use crate::language::Language;

/// The first 16 bytes of BLAKE3 over a text.
pub type TextHash = [u8; 16];

/// The hash of a text.
pub fn text_hash(text: &str) -> TextHash {
    over(&[text.as_bytes()])
}

/// What a person did to a unit's answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CorrectionKind {
    /// The text is the person's.
    Edit,
    /// The text is an engine's, and a person found it good.
    Acceptance,
    /// What was there is taken back in this place: the machine's answer stands.
    Withdrawal,
}

/// The way by which a correction came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum How {
    /// The export of a page that was opened from disk.
    Page,
    /// `gloss review`'s server.
    Server,
    /// The output file itself, changed with an editor.
    File,
    Xliff,
    Tmx,
    /// Another program's file of changes.
    Import,
}

/// One answer of a person's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Correction {
    pub from: Language,
    pub to: Language,
    /// The unit's canonical text.
    pub source: String,
    /// [`text_hash`] of the canonical text of the unit before it; none at the document's beginning.
    pub before: Option<TextHash>,
    /// The same of the unit after it.
    pub after: Option<TextHash>,
    /// [`text_hash`] of the block's content in the source's own bytes: what `raw` may take the place of. None where
    /// the source was not at hand.
    pub shape: Option<TextHash>,
    /// The source it was made at, relative to the state root, with `/`.
    pub path: String,
    pub block: BlockId,
    pub kind: CorrectionKind,
    /// Canonical; empty for a withdrawal.
    pub answer: String,
    /// The block's content as the person typed it, where `answer` put back would not give the same.
    pub raw: Option<String>,
    /// The machine's answer that stood there before, for when the correction is taken back.
    pub machine: Option<String>,
    pub machine_engine: Option<String>,
    pub how: How,
    /// Unix time in milliseconds: the newer of two counts.
    pub created_ms: i64,
}

impl Correction {
    /// What all corrections of one text in one pair of languages have in common.
    pub fn text_key(from: &Language, to: &Language, source: &str) -> TextHash {
        over(&[from.as_str().as_bytes(), to.as_str().as_bytes(), source.as_bytes()])
    }

    /// One correction counts in one context: a later one takes its place.
    fn key(&self) -> TextHash {
        let text = Self::text_key(&self.from, &self.to, &self.source);
        let side = |side: Option<TextHash>| side.map(Vec::from).unwrap_or_default();
        over(&[&text, &side(self.before), &side(self.after)])
    }
}

/// A finding that a person said to pass over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ignored {
    pub from: Language,
    pub to: Language,
    /// The unit's canonical text.
    pub source: String,
    /// The check's id.
    pub check: String,
    /// What it said.
    pub message: String,
    /// Unix time in milliseconds.
    pub created_ms: i64,
}

impl Ignored {
    /// What it is found again by: all of it but the time.
    pub fn key(from: &Language, to: &Language, source: &str, check: &str, message: &str) -> TextHash {
        over(&[from.as_str(), to.as_str(), source, check, message].map(str::as_bytes))
    }

    fn own_key(&self) -> TextHash {
        Self::key(&self.from, &self.to, &self.source, &self.check, &self.message)
    }
}

/// For each pair of languages, a hash of everything people did in it: another hash, other outputs.
pub type PairStamps = BTreeMap<(Language, Language), blake3::Hash>;

fn over(fields: &[&[u8]]) -> TextHash {
    let mut hasher = blake3::Hasher::new();
    for field in fields {
        hasher.update(&(field.len() as u64).to_le_bytes());
        hasher.update(field);
    }
    let mut hash = TextHash::default();
    hasher.finalize_xof().fill(&mut hash);
    hash
}

pub(super) fn put(connection: &Connection, correction: &Correction) -> rusqlite::Result<()> {
    let text = |text: &'_ str| -> rusqlite::types::Value { text.to_owned().into() };
    let maybe = |text: &Option<String>| text.clone().map_or(rusqlite::types::Value::Null, Into::into);
    let hash = |hash: Option<TextHash>| hash.map(Vec::from).map_or(rusqlite::types::Value::Null, Into::into);
    let values = [
        Vec::from(correction.key()).into(),
        Vec::from(Correction::text_key(&correction.from, &correction.to, &correction.source)).into(),
        text(correction.from.as_str()),
        text(correction.to.as_str()),
        text(&correction.source),
        hash(correction.before),
        hash(correction.after),
        hash(correction.shape),
        text(&correction.path),
        i64::from(correction.block.0).into(),
        text(&to_word(&correction.kind)?),
        text(&correction.answer),
        maybe(&correction.raw),
        maybe(&correction.machine),
        maybe(&correction.machine_engine),
        text(&to_word(&correction.how)?),
        correction.created_ms.into(),
    ];
    let values: Vec<ValueRef<'_>> = values.iter().map(ValueRef::from).collect();
    CORRECTION.put(connection, &values, "excluded.created_ms >= created_ms")
}

fn correction(row: &Row<'_>) -> rusqlite::Result<Correction> {
    Ok(Correction {
        from: word(row, 2)?,
        to: word(row, 3)?,
        source: row.get(4)?,
        before: row.get(5)?,
        after: row.get(6)?,
        shape: row.get(7)?,
        path: row.get(8)?,
        block: BlockId(row.get(9)?),
        kind: word(row, 10)?,
        answer: row.get(11)?,
        raw: row.get(12)?,
        machine: row.get(13)?,
        machine_engine: row.get(14)?,
        how: word(row, 15)?,
        created_ms: row.get(16)?,
    })
}

/// What was found, and the rows that are there and do not verify: those are as unknown.
#[derive(Debug, Default)]
pub(super) struct Found<T> {
    pub known: T,
    pub unsound: u64,
}

/// The corrections of some texts by their [`Correction::text_key`], the newest first; withdrawals too.
pub(super) fn of_texts(
    connection: &Connection,
    keys: &[TextHash],
) -> rusqlite::Result<Found<HashMap<TextHash, Vec<Correction>>>> {
    let mut found: Found<HashMap<_, Vec<_>>> = Found::default();
    for key in keys {
        let all = select(connection, "WHERE text_key = ?1 ORDER BY created_ms DESC, key", [key.as_slice()])?;
        found.unsound += all.unsound;
        if !all.known.is_empty() {
            found.known.insert(*key, all.known);
        }
    }
    Ok(found)
}

/// The corrections made at one source into one language, in the order of their blocks; withdrawals too.
pub(super) fn of_path(
    connection: &Connection,
    path: &str,
    to: &Language,
) -> rusqlite::Result<Found<Vec<Correction>>> {
    let rest = "WHERE path = ?1 AND target_language = ?2 ORDER BY block, created_ms DESC, key";
    select(connection, rest, [path, to.as_str()])
}

fn select(
    connection: &Connection,
    rest: &str,
    parameters: impl rusqlite::Params,
) -> rusqlite::Result<Found<Vec<Correction>>> {
    let mut statement = connection.prepare_cached(&CORRECTION.select(rest))?;
    let mut rows = statement.query(parameters)?;
    let mut found: Found<Vec<_>> = Found::default();
    while let Some(row) = rows.next()? {
        if CORRECTION.holds(row)? {
            found.known.push(correction(row)?);
        } else {
            found.unsound += 1;
        }
    }
    Ok(found)
}

/// Hands every correction that counts to `each`, by pair of languages, path and block.
pub(super) fn each(connection: &Connection, each: &mut dyn FnMut(Correction)) -> rusqlite::Result<()> {
    let rest = "WHERE kind <> 'withdrawal' ORDER BY source_language, target_language, path, block, key";
    let mut statement = connection.prepare_cached(&CORRECTION.select(rest))?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        if CORRECTION.holds(row)? {
            each(correction(row)?);
        }
    }
    Ok(())
}

pub(super) fn put_ignored(connection: &Connection, ignored: &Ignored) -> rusqlite::Result<()> {
    let key = ignored.own_key();
    let text = |text: &'_ str| -> rusqlite::types::Value { text.to_owned().into() };
    let values = [
        Vec::from(key).into(),
        text(ignored.from.as_str()),
        text(ignored.to.as_str()),
        text(&ignored.source),
        text(&ignored.check),
        text(&ignored.message),
        ignored.created_ms.into(),
    ];
    let values: Vec<ValueRef<'_>> = values.iter().map(ValueRef::from).collect();
    IGNORED.put(connection, &values, "true")
}

pub(super) fn remove_ignored(connection: &Connection, ignored: &Ignored) -> rusqlite::Result<()> {
    connection.prepare_cached("DELETE FROM ignored WHERE key = ?1")?.execute([ignored.own_key()])?;
    Ok(())
}

/// Those of `keys` ([`Ignored::key`]) that a person said to pass over.
pub(super) fn ignored(connection: &Connection, keys: &[TextHash]) -> rusqlite::Result<Vec<TextHash>> {
    let mut statement = connection.prepare_cached(&IGNORED.select("WHERE key = ?1"))?;
    let mut found = Vec::new();
    for key in keys {
        let mut rows = statement.query([key.as_slice()])?;
        if let Some(row) = rows.next()?
            && IGNORED.holds(row)?
        {
            found.push(*key);
        }
    }
    Ok(found)
}

/// A hash for each pair of languages over the sums of its rows.
pub(super) fn stamps(connection: &Connection) -> rusqlite::Result<PairStamps> {
    let mut hashers: BTreeMap<(Language, Language), blake3::Hasher> = BTreeMap::new();
    for table in [&CORRECTION, &IGNORED] {
        let Table { name, .. } = table;
        let select = format!("SELECT source_language, target_language, sum FROM {name} ORDER BY key");
        let mut statement = connection.prepare_cached(&select)?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let pair = (word(row, 0)?, word(row, 1)?);
            hashers.entry(pair).or_default().update(row.get_ref(2)?.as_blob()?);
        }
    }
    Ok(hashers.into_iter().map(|(pair, hasher)| (pair, hasher.finalize())).collect())
}
