//! The database file: opening, settings, schema, and what its faults mean to a person.

use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, OpenFlags, TransactionBehavior};

use crate::error::Error;

/// The schema this version writes. A file with a higher one is refused.
pub(super) const SCHEMA: i64 = 1;

/// Statements that lead from schema n to n + 1.
///
/// The memory is a plain table with an index on the key: measured faster and three times smaller than a
/// table ordered by the random key itself.
const MIGRATIONS: [&str; SCHEMA as usize] = ["
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
"];

/// How long a statement waits for another process before it fails.
const BUSY_TIMEOUT: Duration = Duration::from_secs(10);

/// What a connection is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    Writer,
    Reader,
}

/// Opens the database for one purpose, without looking at its schema.
pub(super) fn connect(path: &Path, role: Role) -> Result<Connection, rusqlite::Error> {
    // A reader never makes the file: one that vanished is an error, not an empty memory.
    let connection = match role {
        Role::Writer => Connection::open(path)?,
        Role::Reader => Connection::open_with_flags(
            path,
            OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX,
        )?,
    };
    connection.busy_timeout(BUSY_TIMEOUT)?;
    // Page caches in KiB: a run over many files must not grow with its memory's size.
    match role {
        Role::Writer => {
            switch_to_wal(&connection)?;
            connection.execute_batch(
                "PRAGMA synchronous = FULL; PRAGMA cache_size = -8192; PRAGMA journal_size_limit = 16777216;",
            )?;
        }
        Role::Reader => connection.execute_batch("PRAGMA query_only = 1; PRAGMA cache_size = -4096;")?,
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

/// Brings the schema up to [`SCHEMA`].
///
/// # Errors
/// Where the file is of a newer gloss, damaged, no database, or cannot be written.
pub(super) fn migrate(connection: &mut Connection, path: &Path) -> Result<(), Error> {
    let found = version(connection).map_err(|error| explain(path, &error))?;
    if found == SCHEMA {
        return Ok(());
    }
    let migrated = (|| {
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        // Read again: another process may have been here first.
        let found = version(&transaction)?;
        for step in MIGRATIONS.iter().skip(usize::try_from(found).unwrap_or(usize::MAX)) {
            transaction.execute_batch(step)?;
        }
        if found < SCHEMA {
            transaction.pragma_update(None, "user_version", SCHEMA)?;
        }
        transaction.commit()?;
        Ok(found)
    })()
    .map_err(|error| explain(path, &error))?;
    if migrated > SCHEMA {
        return Err(Error::Memory {
            path: path.to_owned(),
            message: format!("written by a newer gloss (schema {migrated}, this one knows {SCHEMA})"),
            hint: Some("use the newer gloss, or give another folder with `--out`".to_owned()),
        });
    }
    Ok(())
}

fn version(connection: &Connection) -> Result<i64, rusqlite::Error> {
    connection.pragma_query_value(None, "user_version", |row| row.get(0))
}

/// Says what a fault of SQLite's means, naming the file.
pub(super) fn explain(path: &Path, error: &rusqlite::Error) -> Error {
    let path: PathBuf = path.to_owned();
    let (message, hint) = match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => (
            format!("the file is damaged ({error})"),
            "nothing was changed; move the file elsewhere to start with an empty memory (what it held is asked for again)",
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
