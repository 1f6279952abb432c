//! The database file: opening, settings, schema, and what its faults mean to a person.

use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, ErrorCode, OpenFlags, TransactionBehavior};

use super::row::{TABLES, Table};
use crate::error::Error;

/// The schema this version writes. A file with a higher one is refused.
const SCHEMA: u16 = 4;

/// The schema that a file says it has, in SQLite's `user_version`. From the second on the number stands in both
/// halves, so that a damaged one is not taken for a newer gloss's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Version {
    /// Nothing has been made yet.
    None,
    /// The first schema, whose rows have no sums.
    Plain,
    /// This version's, or an earlier one whose rows have sums.
    Sealed(u16),
    Newer(u16),
    Damaged,
}

impl Version {
    pub fn read(stored: u32) -> Self {
        let (high, low) = ((stored >> 16) as u16, (stored & 0xFFFF) as u16);
        match stored {
            0 => Self::None,
            1 => Self::Plain,
            _ if high != low || low < 2 => Self::Damaged,
            _ if low > SCHEMA => Self::Newer(low),
            _ => Self::Sealed(low),
        }
    }

    /// What is stored for [`SCHEMA`].
    pub const CURRENT: i64 = (SCHEMA as i64) << 16 | SCHEMA as i64;
}

/// Statements that lead from schema n to n + 1. The rows of the first get their sums in between ([`sign_rows`]).
///
/// The memory is a plain table with an index on the key: measured faster and three times smaller than a
/// table ordered by the random key itself.
const MIGRATIONS: [&str; SCHEMA as usize] = [
    "
    CREATE TABLE memory (
        key BLOB NOT NULL,
        kind INTEGER NOT NULL,
        engine TEXT NOT NULL,
        model TEXT NOT NULL,
        source_language TEXT NOT NULL,
        target_language TEXT NOT NULL,
        source TEXT NOT NULL,
        answer TEXT NOT NULL,
        findings TEXT,
        origin INTEGER NOT NULL,
        created INTEGER NOT NULL,
        tokens_in INTEGER NOT NULL,
        tokens_out INTEGER NOT NULL
    );
    CREATE UNIQUE INDEX memory_by_key ON memory (key);
    CREATE TABLE document (
        path BLOB NOT NULL,
        size INTEGER NOT NULL,
        mtime_ns INTEGER NOT NULL,
        digest TEXT NOT NULL,
        fingerprint BLOB NOT NULL,
        edge_lines BLOB NOT NULL,
        state TEXT NOT NULL,
        summary TEXT NOT NULL
    );
    CREATE UNIQUE INDEX document_by_path ON document (path);
    CREATE TABLE output (
        path BLOB NOT NULL,
        source BLOB NOT NULL,
        kind TEXT NOT NULL,
        language TEXT NOT NULL,
        hash BLOB NOT NULL,
        size INTEGER NOT NULL,
        mtime_ns INTEGER NOT NULL,
        edited INTEGER NOT NULL
    );
    CREATE UNIQUE INDEX output_by_path ON output (path);
    CREATE INDEX output_by_source ON output (source);
    CREATE TABLE intent (
        path BLOB NOT NULL,
        hash BLOB NOT NULL,
        PRIMARY KEY (path, hash)
    ) WITHOUT ROWID;
",
    "
    ALTER TABLE memory ADD COLUMN sum BLOB;
    ALTER TABLE document ADD COLUMN sum BLOB;
    ALTER TABLE output ADD COLUMN sum BLOB;
    ALTER TABLE intent RENAME TO intent_before;
    CREATE TABLE intent (path BLOB NOT NULL, hash BLOB NOT NULL, sum BLOB);
    CREATE UNIQUE INDEX intent_by_path ON intent (path, hash);
    INSERT INTO intent (path, hash) SELECT path, hash FROM intent_before;
    DROP TABLE intent_before;
",
    "
    CREATE TABLE correction (
        key BLOB NOT NULL,
        text_key BLOB NOT NULL,
        source_language TEXT NOT NULL,
        target_language TEXT NOT NULL,
        source TEXT NOT NULL,
        before BLOB,
        after BLOB,
        shape BLOB,
        path TEXT NOT NULL,
        block INTEGER NOT NULL,
        kind TEXT NOT NULL,
        answer TEXT NOT NULL,
        raw TEXT,
        machine TEXT,
        machine_engine TEXT,
        how TEXT NOT NULL,
        created_ms INTEGER NOT NULL,
        sum BLOB
    );
    CREATE UNIQUE INDEX correction_by_key ON correction (key);
    CREATE INDEX correction_by_text ON correction (text_key);
    CREATE INDEX correction_by_path ON correction (path, target_language);
    CREATE TABLE ignored (
        key BLOB NOT NULL,
        source_language TEXT NOT NULL,
        target_language TEXT NOT NULL,
        source TEXT NOT NULL,
        check_id TEXT NOT NULL,
        message TEXT NOT NULL,
        created_ms INTEGER NOT NULL,
        sum BLOB
    );
    CREATE UNIQUE INDEX ignored_by_key ON ignored (key);
    CREATE TABLE review (path TEXT NOT NULL, data TEXT NOT NULL, sum BLOB);
    CREATE UNIQUE INDEX review_by_path ON review (path);
",
    "
    CREATE TABLE held (path BLOB NOT NULL, data BLOB NOT NULL, sum BLOB);
    CREATE UNIQUE INDEX held_by_path ON held (path);
    CREATE TABLE summary (
        path TEXT NOT NULL,
        language TEXT NOT NULL,
        digest TEXT NOT NULL,
        file TEXT NOT NULL,
        created_ms INTEGER NOT NULL,
        sum BLOB
    );
    CREATE UNIQUE INDEX summary_by_path ON summary (path, language);
",
];

/// How long a statement waits for another process before it fails.
const BUSY_TIMEOUT: Duration = Duration::from_secs(10);

/// What a connection is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    Writer,
    Reader,
    /// Looks through a database that may be damaged.
    Examiner,
    /// Fills a new database that nobody has seen yet; a kill leaves it to be made again.
    Builder,
}

/// Opens the database for one purpose, without looking at its schema.
pub(super) fn connect(path: &Path, role: Role) -> Result<Connection, rusqlite::Error> {
    // A reader never makes the file: one that vanished is an error, not an empty memory.
    let connection = match role {
        Role::Writer | Role::Builder => Connection::open(path)?,
        Role::Reader | Role::Examiner => Connection::open_with_flags(
            path,
            OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX,
        )?,
    };
    connection.busy_timeout(BUSY_TIMEOUT)?;
    // Else a statement with `ORDER BY` is compiled again each time that a value is bound to it.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    // Page caches in KiB: a run over many files must not grow with its memory's size.
    match role {
        // What is deleted is overwritten: a salvage must not find an old answer beside the new one.
        Role::Writer => {
            connection.execute_batch("PRAGMA page_size = 4096;")?;
            switch_to_wal(&connection)?;
            connection.execute_batch(
                "PRAGMA synchronous = FULL; PRAGMA cache_size = -8192; PRAGMA journal_size_limit = 16777216;
                 PRAGMA secure_delete = 1;",
            )?;
        }
        Role::Builder => connection.execute_batch(
            "PRAGMA page_size = 4096; PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF; PRAGMA cache_size = -8192;",
        )?,
        Role::Reader | Role::Examiner => connection.execute_batch("PRAGMA query_only = 1; PRAGMA cache_size = -4096;")?,
    }
    connection.set_prepared_statement_cache_capacity(32);
    Ok(connection)
}

/// SQLite does not wait on its own when two processes switch a new file to WAL at once.
fn switch_to_wal(connection: &Connection) -> Result<(), rusqlite::Error> {
    let mut tries = 0;
    loop {
        let switched = connection.pragma_update_and_check(None, "journal_mode", "WAL", |_| Ok(()));
        match switched {
            Err(error) if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy) && tries < 100 => {
                tries += 1;
                std::thread::sleep(Duration::from_millis(20));
            }
            other => return other,
        }
    }
}

/// Puts the log's commits into the database and empties the log; what comes after the last commit goes. While another
/// program reads the database, the log stays as it is.
pub(super) fn begin_log_anew(connection: &Connection) -> Result<(), rusqlite::Error> {
    connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))
}

/// Brings the schema up to [`SCHEMA`].
///
/// # Errors
/// Where the file is of a newer gloss, damaged, no database, or cannot be written.
pub(super) fn migrate(connection: &mut Connection, path: &Path) -> Result<(), Error> {
    let found = version(connection).map_err(|error| explain(path, &error))?;
    let found = match found {
        Version::None | Version::Plain | Version::Sealed(..SCHEMA) => {
            step_up(connection).map_err(|error| explain(path, &error))?
        }
        other => other,
    };
    match found {
        Version::Newer(found) => Err(Error::Memory {
            path: path.to_owned(),
            message: format!("written by a newer gloss (schema {found}, this one knows {SCHEMA})"),
            hint: Some("use the newer gloss, or give another folder with `--out`".to_owned()),
        }),
        Version::Damaged => Err(Error::Memory {
            path: path.to_owned(),
            message: "the file is damaged (its version is none)".to_owned(),
            hint: Some("run the same command again: what is sound in it will be used".to_owned()),
        }),
        Version::None | Version::Plain | Version::Sealed(_) => Ok(()),
    }
}

/// Carries out what is missing; gives the version that was found.
fn step_up(connection: &mut Connection) -> rusqlite::Result<Version> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    // Read again: another process may have been here first.
    let found = version(&transaction)?;
    let steps = match found {
        Version::None => 0,
        Version::Plain => 1,
        Version::Sealed(found @ ..SCHEMA) => usize::from(found),
        Version::Sealed(_) | Version::Newer(_) | Version::Damaged => return Ok(found),
    };
    for step in MIGRATIONS.iter().skip(steps) {
        transaction.execute_batch(step)?;
    }
    for table in TABLES {
        sign_rows(&transaction, table)?;
    }
    // The database's own number, by which its log is known to belong to it: given once.
    if steps < 2 {
        let number: i32 = rand::random_range(1..i32::MAX);
        transaction.pragma_update(None, "application_id", number)?;
    }
    transaction.pragma_update(None, "user_version", Version::CURRENT)?;
    transaction.commit()?;
    Ok(found)
}

/// A database of the first schema.
#[cfg(test)]
pub(super) fn make_first(connection: &Connection) -> rusqlite::Result<()> {
    connection.execute_batch(MIGRATIONS[0])?;
    connection.pragma_update(None, "user_version", 1)
}

/// A database of the second schema or a later one, with nothing in it.
#[cfg(test)]
pub(super) fn make_sealed(connection: &Connection, schema: u8) -> rusqlite::Result<()> {
    for step in &MIGRATIONS[..usize::from(schema)] {
        connection.execute_batch(step)?;
    }
    connection.pragma_update(None, "application_id", 77)?;
    connection.pragma_update(None, "user_version", u32::from(schema) << 16 | u32::from(schema))
}

/// Puts their sums into the rows of a table that has had none.
fn sign_rows(connection: &Connection, table: &Table) -> rusqlite::Result<()> {
    let name = table.name;
    let mut rows =
        connection.prepare(&format!("SELECT rowid, * FROM {name} WHERE sum IS NULL ORDER BY rowid"))?;
    let mut sign = connection.prepare(&format!("UPDATE {name} SET sum = ?2 WHERE rowid = ?1"))?;
    let mut rows = rows.query([])?;
    while let Some(row) = rows.next()? {
        let values: Vec<ValueRef<'_>> =
            (1..=table.columns.len()).map(|column| row.get_ref(column)).collect::<Result<_, _>>()?;
        let sum = table.sum(&values);
        sign.execute((row.get::<_, i64>(0)?, sum.as_slice()))?;
    }
    Ok(())
}

/// Writes the first page again, so that every commit holds the database's own number.
pub(super) fn mark(connection: &Connection) -> rusqlite::Result<()> {
    connection.pragma_update(None, "user_version", Version::CURRENT)
}

pub(super) fn version(connection: &Connection) -> Result<Version, rusqlite::Error> {
    let stored: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    Ok(u32::try_from(stored).map_or(Version::Damaged, Version::read))
}

/// Says what a fault of SQLite's means, naming the file.
pub(super) fn explain(path: &Path, error: &rusqlite::Error) -> Error {
    let path: PathBuf = path.to_owned();
    let (message, hint) = match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => (
            format!("the file is damaged ({error})"),
            "run the same command again: the damaged file is kept aside, and what is sound in it is used",
        ),
        Some(ErrorCode::DiskFull) => (
            "the disk is full".to_owned(),
            "make room and run the same command again: what was answered is kept",
        ),
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => (
            "another program is holding the file".to_owned(),
            "wait for it to end and run the same command again",
        ),
        Some(ErrorCode::CannotOpen | ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => (
            format!("cannot be opened for writing ({error})"),
            "gloss keeps its memory in `.gloss` beside its outputs: make the folder writable, or give another with `--out`",
        ),
        _ => (error.to_string(), "run the same command again: what was answered is kept"),
    };
    Error::Memory { path, message, hint: Some(hint.to_owned()) }
}
