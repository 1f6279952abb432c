//! The table of reviews: one JSON a source, opaque here. Under no source's path, the empty one, is what the last run left
//! for the folder's index.

use rusqlite::types::ValueRef;
use rusqlite::{Connection, OptionalExtension};

use super::row::REVIEW;
use super::writer::ReviewRow;

/// The path of what belongs to no source.
pub(super) const FOLDER: &str = "";

pub(super) fn put(connection: &Connection, (path, data): &ReviewRow) -> rusqlite::Result<()> {
    REVIEW.put(connection, &[ValueRef::Text(path.as_bytes()), ValueRef::Text(data.as_bytes())], "true")
}

/// The data of one source. A row that does not verify is as none: the next run makes it again.
pub(super) fn find(connection: &Connection, path: &str) -> rusqlite::Result<Option<String>> {
    let found = connection
        .prepare_cached(&REVIEW.select("WHERE path = ?1"))?
        .query_row([path], |row| if REVIEW.holds(row)? { row.get(1).map(Some) } else { Ok(None) })
        .optional()?;
    Ok(found.flatten())
}

/// The sources that have one, in order.
pub(super) fn paths(connection: &Connection) -> rusqlite::Result<Vec<String>> {
    let mut statement =
        connection.prepare_cached("SELECT path FROM review WHERE path <> '' ORDER BY path")?;
    statement.query_map([], |row| row.get(0))?.collect()
}
