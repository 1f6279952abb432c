//! The table of what outputs held when they were last looked through for people's edits: one row an output, for those that a
//! person changed.
//!
//! A file that is kept as a person left it goes on holding texts that were corrected elsewhere since; only what it did not
//! hold before is an edit.

use std::path::Path;

use rusqlite::types::ValueRef;
use rusqlite::{Connection, OptionalExtension};

use super::corrections::{TextHash, text_hash};
use super::ledger::path_bytes;
use super::row::HELD;

/// A paragraph of an output: whose translation it stood for, and what it said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Held {
    source: TextHash,
    content: TextHash,
}

/// Bytes of one in its row.
const HELD_BYTES: usize = 2 * size_of::<TextHash>();

impl Held {
    /// `source` is the unit's canonical text, `content` its paragraph in the output's own form; white space at the ends
    /// of its lines is not looked at.
    pub fn of(source: &str, content: &str) -> Self {
        let lines: Vec<&str> = content.lines().map(str::trim_end).collect();
        Self { source: text_hash(source), content: text_hash(&lines.join("\n")) }
    }

    /// Whether an output that held `before` says nothing new with this: it said the same of the same text, or of one that
    /// stands there no longer.
    pub fn is_old(&self, before: &[Self]) -> bool {
        match before.iter().any(|held| held.source == self.source) {
            true => before.contains(self),
            false => before.iter().any(|held| held.content == self.content),
        }
    }
}

pub(super) fn put(connection: &Connection, path: &Path, held: &[Held]) -> rusqlite::Result<()> {
    let data: Vec<u8> = held.iter().flat_map(|one| [one.source, one.content]).flatten().collect();
    HELD.put(connection, &[ValueRef::Blob(&path_bytes(path)), ValueRef::Blob(&data)], "true")
}

/// What is known of one output; none where it was never looked through, or its row does not verify.
pub(super) fn find(connection: &Connection, path: &Path) -> rusqlite::Result<Option<Vec<Held>>> {
    let found = connection
        .prepare_cached(&HELD.select("WHERE path = ?1"))?
        .query_row([path_bytes(path).as_ref()], |row| {
            if HELD.holds(row)? {
                row.get_ref(1)?.as_blob().map(unpack).map(Some).map_err(Into::into)
            } else {
                Ok(None)
            }
        })
        .optional()?;
    Ok(found.flatten())
}

fn unpack(data: &[u8]) -> Vec<Held> {
    let rows = data.as_chunks::<HELD_BYTES>().0.iter();
    rows.filter_map(|row| {
        let (source, content) = row.split_at(size_of::<TextHash>());
        Some(Held { source: source.try_into().ok()?, content: content.try_into().ok()? })
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_output_held_is_no_edit_and_what_is_new_is_one() {
        let before = [Held::of("One.", "Um."), Held::of("Two.", "Dois,\nou três."), Held::of("One.", "Uma.")];
        for (source, content, old) in [
            ("One.", "Um.", true),
            ("One.", "Uma.", true),
            ("Two.", "Dois,  \r\nou três.", true),
            ("Two.", "Dois, ou três.", false),
            // Another's text was put here.
            ("Two.", "Um.", false),
            // Its source has changed since.
            ("Two or so.", "Um.", true),
            ("Two or so.", "Dois ou assim.", false),
        ] {
            assert_eq!(Held::of(source, content).is_old(&before), old, "{source} {content}");
        }
        assert!(!Held::of("One.", "Um.").is_old(&[]));
    }
}
