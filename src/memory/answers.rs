//! The memory's table: answers in, answers out.

use std::collections::HashMap;

use rusqlite::{Connection, OptionalExtension, params};

use super::{Entry, Key, Origin, Remembered};
use crate::engine::Usage;

/// Keeps one answer, unless a person's is there and this is a machine's.
pub(super) fn put(connection: &Connection, entry: &Entry) -> rusqlite::Result<()> {
    let findings = if entry.findings.is_empty() {
        None
    } else {
        let json = serde_json::to_string(&entry.findings)
            .map_err(|error| rusqlite::Error::ToSqlConversionFailure(Box::new(error)))?;
        Some(json)
    };
    connection
        .prepare_cached(
            "INSERT INTO memory (key, kind, engine, model, source_language, target_language, source, answer,
                findings, origin, created, tokens_in, tokens_out)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)
             ON CONFLICT (key) DO UPDATE SET engine = excluded.engine, model = excluded.model,
                source = excluded.source, answer = excluded.answer, findings = excluded.findings,
                origin = excluded.origin, created = excluded.created,
                tokens_in = excluded.tokens_in, tokens_out = excluded.tokens_out
             WHERE excluded.origin >= origin",
        )?
        .execute(params![
            entry.key.as_bytes(),
            entry.kind.code(),
            entry.engine,
            entry.model,
            entry.from.as_str(),
            entry.to.as_str(),
            entry.source,
            entry.answer,
            findings,
            entry.origin.code(),
            entry.created,
            entry.usage.tokens_in.cast_signed(),
            entry.usage.tokens_out.cast_signed(),
        ])?;
    Ok(())
}

/// What is known of `keys`.
pub(super) fn find(connection: &Connection, keys: &[Key]) -> rusqlite::Result<HashMap<Key, Remembered>> {
    let mut statement = connection.prepare_cached(
        "SELECT answer, findings, origin, engine, model, created, tokens_in, tokens_out
         FROM memory WHERE key = ?1",
    )?;
    let mut known = HashMap::new();
    for key in keys {
        let found = statement
            .query_row([key.as_bytes()], |row| {
                let findings = match row.get_ref(1)?.as_str_or_null()? {
                    // Findings of another version's form are worth less than the answer they go with.
                    Some(json) => serde_json::from_str(json).unwrap_or_default(),
                    None => Vec::new(),
                };
                Ok(Remembered {
                    answer: row.get(0)?,
                    findings,
                    origin: Origin::from_code(row.get(2)?),
                    engine: row.get(3)?,
                    model: row.get(4)?,
                    created: row.get(5)?,
                    usage: Usage {
                        tokens_in: row.get::<_, i64>(6)?.cast_unsigned(),
                        tokens_out: row.get::<_, i64>(7)?.cast_unsigned(),
                        ..Usage::default()
                    },
                })
            })
            .optional()?;
        if let Some(remembered) = found {
            known.insert(*key, remembered);
        }
    }
    Ok(known)
}
