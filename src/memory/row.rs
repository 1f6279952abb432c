//! The shape of the tables, and the sum that stands in each of their rows.
//!
//! A row's sum is the first 16 bytes of BLAKE3 over the table's name and every other column, each with its type and
//! length. It is stored beside them and looked at whenever the row is read: SQLite itself notices a damaged page's
//! structure, never a changed letter in a text. Also what tells a row from rubbish in [`super::salvage`].
//!
//! Must not decide what becomes of a row that does not verify.

use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Connection, Row, params_from_iter};

/// Bytes of a row's sum.
pub(super) const SUM: usize = 16;

/// A table by its columns, in the order in which they are stored; its sum follows them.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Table {
    pub name: &'static str,
    pub columns: &'static [&'static str],
    /// The columns that are unique together.
    pub key: &'static str,
    /// The first schema that has it.
    pub since: u16,
}

pub(super) const MEMORY: Table = Table {
    name: "memory",
    columns: &[
        "key",
        "kind",
        "engine",
        "model",
        "source_language",
        "target_language",
        "source",
        "answer",
        "findings",
        "origin",
        "created",
        "tokens_in",
        "tokens_out",
    ],
    key: "key",
    since: 1,
};

pub(super) const DOCUMENT: Table = Table {
    name: "document",
    columns: &["path", "size", "mtime_ns", "digest", "fingerprint", "edge_lines", "state", "summary"],
    key: "path",
    since: 1,
};

pub(super) const OUTPUT: Table = Table {
    name: "output",
    columns: &["path", "source", "kind", "language", "hash", "size", "mtime_ns", "edited"],
    key: "path",
    since: 1,
};

pub(super) const INTENT: Table =
    Table { name: "intent", columns: &["path", "hash"], key: "path, hash", since: 1 };

pub(super) const CORRECTION: Table = Table {
    name: "correction",
    columns: &[
        "key",
        "text_key",
        "source_language",
        "target_language",
        "source",
        "before",
        "after",
        "shape",
        "path",
        "block",
        "kind",
        "answer",
        "raw",
        "machine",
        "machine_engine",
        "how",
        "created_ms",
    ],
    key: "key",
    since: 3,
};

pub(super) const IGNORED: Table = Table {
    name: "ignored",
    columns: &["key", "source_language", "target_language", "source", "check_id", "message", "created_ms"],
    key: "key",
    since: 3,
};

pub(super) const REVIEW: Table = Table { name: "review", columns: &["path", "data"], key: "path", since: 3 };

pub(super) const HELD: Table = Table { name: "held", columns: &["path", "data"], key: "path", since: 4 };

pub(super) const SUMMARY: Table = Table {
    name: "summary",
    columns: &["path", "language", "digest", "file", "created_ms"],
    key: "path, language",
    since: 4,
};

pub(super) const TABLES: [&Table; 9] =
    [&MEMORY, &DOCUMENT, &OUTPUT, &INTENT, &CORRECTION, &IGNORED, &REVIEW, &HELD, &SUMMARY];

impl Table {
    /// `SELECT` of every column and the sum, with the given rest of the statement.
    pub fn select(&self, rest: &str) -> String {
        format!("SELECT {}, sum FROM {} {rest}", self.columns.join(", "), self.name)
    }

    /// The sum of a row's values, which stand in the order of the columns.
    pub fn sum(&self, values: &[ValueRef<'_>]) -> [u8; SUM] {
        let mut hasher = blake3::Hasher::new();
        hasher.update(self.name.as_bytes());
        for value in values {
            let (number, real);
            let (kind, bytes): (u8, &[u8]) = match value {
                ValueRef::Null => (0, &[]),
                ValueRef::Integer(value) => {
                    number = value.to_le_bytes();
                    (1, &number)
                }
                ValueRef::Real(value) => {
                    real = value.to_le_bytes();
                    (2, &real)
                }
                ValueRef::Text(text) => (3, text),
                ValueRef::Blob(bytes) => (4, bytes),
            };
            hasher.update(&[kind]);
            hasher.update(&(bytes.len() as u64).to_le_bytes());
            hasher.update(bytes);
        }
        let mut sum = [0; SUM];
        hasher.finalize_xof().fill(&mut sum);
        sum
    }

    /// Whether a row's values, its sum last, are what was written.
    pub fn verifies(&self, values: &[ValueRef<'_>]) -> bool {
        match values.split_last() {
            Some((ValueRef::Blob(sum), values)) => {
                values.len() == self.columns.len() && self.sum(values).as_slice() == *sum
            }
            _ => false,
        }
    }

    /// Whether a row read with [`Table::select`] is what was written.
    pub fn holds(&self, row: &Row<'_>) -> rusqlite::Result<bool> {
        let values: Vec<ValueRef<'_>> =
            (0..=self.columns.len()).map(|column| row.get_ref(column)).collect::<Result<_, _>>()?;
        Ok(self.verifies(&values))
    }

    /// Puts a row where none has its key, or over the one that has, where `condition` (an expression over the
    /// standing row and `excluded`) allows.
    pub fn put(
        &self,
        connection: &Connection,
        values: &[ValueRef<'_>],
        condition: &str,
    ) -> rusqlite::Result<()> {
        let columns = self.columns.join(", ");
        let places: Vec<String> = (1..=self.columns.len() + 1).map(|number| format!("?{number}")).collect();
        let changes: Vec<String> = self
            .columns
            .iter()
            .chain([&"sum"])
            .map(|column| format!("{column} = excluded.{column}"))
            .collect();
        let statement = format!(
            "INSERT INTO {name} ({columns}, sum) VALUES ({places}) ON CONFLICT ({key}) DO UPDATE SET {changes} WHERE {condition}",
            name = self.name,
            places = places.join(", "),
            key = self.key,
            changes = changes.join(", "),
        );
        let sum = self.sum(values);
        let values = values.iter().copied().chain([ValueRef::Blob(&sum)]).map(ToSqlOutput::Borrowed);
        connection.prepare_cached(&statement)?.execute(params_from_iter(values))?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sum_tells_values_their_types_and_their_order_apart() {
        let rows: [&[ValueRef<'_>]; 6] = [
            &[ValueRef::Text(b"ab"), ValueRef::Text(b"c")],
            &[ValueRef::Text(b"a"), ValueRef::Text(b"bc")],
            &[ValueRef::Text(b"c"), ValueRef::Text(b"ab")],
            &[ValueRef::Blob(b"ab"), ValueRef::Text(b"c")],
            &[ValueRef::Null, ValueRef::Text(b"c")],
            &[ValueRef::Integer(0), ValueRef::Text(b"c")],
        ];
        for (index, row) in rows.iter().enumerate() {
            assert!(rows.iter().skip(index + 1).all(|other| INTENT.sum(row) != INTENT.sum(other)));
            let sum = INTENT.sum(row);
            let whole: Vec<ValueRef<'_>> = row.iter().copied().chain([ValueRef::Blob(&sum)]).collect();
            assert!(INTENT.verifies(&whole) && !OUTPUT.verifies(&whole) && !INTENT.verifies(row));
        }
        assert_ne!(INTENT.sum(rows[0]), Table { name: "other", ..INTENT }.sum(rows[0]));
    }
}
