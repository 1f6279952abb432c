//! The table of summaries that people wrote: one row an article and language, with the whole file as it was typed.

use rusqlite::types::ValueRef;
use rusqlite::{Connection, Row};

use super::corrections::Found;
use super::ledger::word;
use super::row::SUMMARY;
use crate::language::Language;

/// A summary of a person's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HumanSummary {
    /// The source, relative to the state root, with `/`.
    pub path: String,
    pub language: Language,
    /// [`crate::document::Document::digest`] of the article that it is of: of another text it says nothing.
    pub digest: String,
    /// The summary file, byte for byte.
    pub file: String,
    /// Unix time in milliseconds.
    pub created_ms: i64,
}

pub(super) fn put(connection: &Connection, summary: &HumanSummary) -> rusqlite::Result<()> {
    let HumanSummary { path, language, digest, file, created_ms } = summary;
    let values = [
        ValueRef::Text(path.as_bytes()),
        ValueRef::Text(language.as_str().as_bytes()),
        ValueRef::Text(digest.as_bytes()),
        ValueRef::Text(file.as_bytes()),
        ValueRef::Integer(*created_ms),
    ];
    SUMMARY.put(connection, &values, "true")
}

pub(super) fn remove(connection: &Connection, path: &str, language: &Language) -> rusqlite::Result<()> {
    let delete = "DELETE FROM summary WHERE path = ?1 AND language = ?2";
    connection.prepare_cached(delete)?.execute([path, language.as_str()])?;
    Ok(())
}

/// Those of one article, by language.
pub(super) fn of_path(connection: &Connection, path: &str) -> rusqlite::Result<Found<Vec<HumanSummary>>> {
    let select = SUMMARY.select("WHERE path = ?1 ORDER BY language");
    let mut statement = connection.prepare_cached(&select)?;
    let mut rows = statement.query([path])?;
    let mut found: Found<Vec<_>> = Found::default();
    while let Some(row) = rows.next()? {
        if SUMMARY.holds(row)? {
            found.known.push(from(row)?);
        } else {
            found.unsound += 1;
        }
    }
    Ok(found)
}

fn from(row: &Row<'_>) -> rusqlite::Result<HumanSummary> {
    Ok(HumanSummary {
        path: row.get(0)?,
        language: word(row, 1)?,
        digest: row.get(2)?,
        file: row.get(3)?,
        created_ms: row.get(4)?,
    })
}
