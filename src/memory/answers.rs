//! The memory's table: answers in, answers out.

use std::collections::HashMap;

use rusqlite::types::ValueRef;
use rusqlite::{Connection, OptionalExtension, Row};

use super::row::MEMORY;
use super::{Entry, Key, Origin, Remembered};
use crate::engine::Usage;

/// Keeps one answer, unless a person's is there and this is a machine's. With `careful`, a row that does not verify
/// is left as it is too: it may have been a person's.
pub(super) fn put(connection: &Connection, entry: &Entry, careful: bool) -> rusqlite::Result<()> {
    if careful && !stands_sound(connection, &entry.key)? {
        return Ok(());
    }
    let findings = if entry.findings.is_empty() {
        None
    } else {
        let json = serde_json::to_string(&entry.findings)
            .map_err(|error| rusqlite::Error::ToSqlConversionFailure(Box::new(error)))?;
        Some(json)
    };
    let values = [
        ValueRef::Blob(entry.key.as_bytes()),
        ValueRef::Integer(entry.kind.code()),
        text(&entry.engine),
        text(&entry.model),
        text(entry.from.as_str()),
        text(entry.to.as_str()),
        text(&entry.source),
        text(&entry.answer),
        findings.as_deref().map_or(ValueRef::Null, text),
        ValueRef::Integer(entry.origin.code()),
        ValueRef::Integer(entry.created),
        ValueRef::Integer(entry.usage.tokens_in.cast_signed()),
        ValueRef::Integer(entry.usage.tokens_out.cast_signed()),
    ];
    MEMORY.put(connection, &values, "excluded.origin >= origin")
}

fn text(text: &str) -> ValueRef<'_> {
    ValueRef::Text(text.as_bytes())
}

/// Whether the row of `key` is sound, or there is none.
fn stands_sound(connection: &Connection, key: &Key) -> rusqlite::Result<bool> {
    let sound = connection
        .prepare_cached(&MEMORY.select("WHERE key = ?1"))?
        .query_row([key.as_bytes()], |row| MEMORY.holds(row))
        .optional()?;
    Ok(sound.unwrap_or(true))
}

/// What is known of some keys.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub known: HashMap<Key, Remembered>,
    /// Rows that are there and do not verify: as unknown.
    pub unsound: u64,
}

/// What is known of `keys`.
pub(super) fn find(connection: &Connection, keys: &[Key]) -> rusqlite::Result<Found> {
    let mut statement = connection.prepare_cached(&MEMORY.select("WHERE key = ?1"))?;
    let mut found = Found::default();
    for key in keys {
        let row = statement
            .query_row([key.as_bytes()], |row| {
                if MEMORY.holds(row)? { remembered(row).map(Some) } else { Ok(None) }
            })
            .optional()?;
        match row {
            Some(Some(remembered)) => {
                found.known.insert(*key, remembered);
            }
            Some(None) => found.unsound += 1,
            None => {}
        }
    }
    Ok(found)
}

/// A row read with every column, in the order of [`MEMORY`].
fn remembered(row: &Row<'_>) -> rusqlite::Result<Remembered> {
    let findings = match row.get_ref(8)?.as_str_or_null()? {
        // Findings of another version's form are worth less than the answer they go with.
        Some(json) => serde_json::from_str(json).unwrap_or_default(),
        None => Vec::new(),
    };
    Ok(Remembered {
        answer: row.get(7)?,
        findings,
        origin: Origin::from_code(row.get(9)?),
        engine: row.get(2)?,
        model: row.get(3)?,
        created: row.get(10)?,
        usage: Usage {
            tokens_in: row.get::<_, i64>(11)?.cast_unsigned(),
            tokens_out: row.get::<_, i64>(12)?.cast_unsigned(),
            ..Usage::default()
        },
    })
}
