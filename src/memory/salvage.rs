//! A new database from what verifies in a damaged one, which is kept aside.
//!
//! The new one is complete and on disk, under a name of its own, before anything is renamed; a kill at any moment
//! leaves either the damaged files, to be salvaged again, or the new one, to be put in their place
//! ([`finish`]).

use std::fs::File;
use std::io::{self, Read, Seek};
use std::path::{Path, PathBuf};

use rusqlite::types::{Value, ValueRef};
use rusqlite::{Connection, TransactionBehavior};

use super::health::Files;
use super::log::{Log, PageMap};
use super::pages::Pages;
use super::row::{CORRECTION, DOCUMENT, INTENT, MEMORY, OUTPUT, REVIEW, SUM, SUMMARY, TABLES, Table};
use super::schema::{self, Role};
use crate::error::Result;
use crate::write::disk_error;

/// While it is being made, and when it is complete.
const PARTIAL: &str = ".partial";
const COMPLETE: &str = ".salvaged";

/// What became of a damaged memory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Salvage {
    /// Where the damaged file is now; those that belonged to it are beside it, with the same name before their endings.
    pub kept_aside: PathBuf,
    /// Answers in the new memory, made by machines and by people.
    pub answers: u64,
    /// Of those, made by people.
    pub human: u64,
    /// Corrections that people made, which are beside the answers.
    pub corrections: u64,
    /// Rows of any kind that were found and did not verify.
    pub unsound: u64,
}

/// Puts a new database in the place of a damaged one.
///
/// # Errors
/// Where the new one cannot be written, or the old one cannot be read or renamed.
pub(super) fn salvage(files: &Files, log: &Log, foreign: bool) -> Result<Salvage> {
    let partial = files.beside(PARTIAL);
    for ending in ["", "-journal", "-wal", "-shm"] {
        let mut left = partial.clone().into_os_string();
        left.push(ending);
        remove(left.into())?;
    }
    let mut salvage =
        Salvage { kept_aside: PathBuf::new(), answers: 0, human: 0, corrections: 0, unsound: 0 };
    build(files, &partial, log, foreign, &mut salvage)?;
    let synced = File::options().write(true).open(&partial).and_then(|file| file.sync_all());
    synced.map_err(|source| disk_error(&partial, source))?;
    rename(partial, files.beside(COMPLETE))?;
    salvage.kept_aside = finish(files)?.unwrap_or_default();
    Ok(salvage)
}

/// Puts a new database that is complete in its place, if there is one; gives the damaged one's new name.
///
/// # Errors
/// Where a file cannot be renamed.
pub(super) fn finish(files: &Files) -> Result<Option<PathBuf>> {
    let complete = files.beside(COMPLETE);
    if !complete.exists() {
        return Ok(None);
    }
    let aside = free_name(files);
    for ending in ["-wal", "-journal", ""] {
        let from = files.beside(ending);
        // The look into it leaves an empty log.
        if std::fs::metadata(&from).is_ok_and(|metadata| ending.is_empty() || metadata.len() > 0) {
            let mut to = aside.clone().into_os_string();
            to.push(ending);
            rename(from, to.into())?;
        }
    }
    rename(complete, files.database.clone())?;
    crate::write::sync_folder(&files.folder).map_err(|source| disk_error(&files.folder, source))?;
    Ok(Some(aside))
}

/// `gloss.db.damaged-2026-11-24T010203Z`, or with a number if that is taken.
fn free_name(files: &Files) -> PathBuf {
    let now = jiff::Timestamp::now().strftime("%Y-%m-%dT%H%M%SZ").to_string();
    let mut name = files.beside(&format!(".damaged-{now}"));
    let mut number = 2;
    while ["", "-wal", "-journal"].iter().any(|ending| {
        let mut taken = name.clone().into_os_string();
        taken.push(ending);
        PathBuf::from(taken).exists()
    }) {
        name = files.beside(&format!(".damaged-{now}-{number}"));
        number += 1;
    }
    name
}

#[expect(clippy::disallowed_methods, reason = "the database's own files, all of them in the state folder")]
fn rename(from: PathBuf, to: PathBuf) -> Result<()> {
    std::fs::rename(&from, to).map_err(|source| disk_error(&from, source))
}

#[expect(clippy::disallowed_methods, reason = "what an earlier, unfinished salvage of ours left")]
fn remove(path: PathBuf) -> Result<()> {
    match std::fs::remove_file(&path) {
        Err(source) if source.kind() != io::ErrorKind::NotFound => Err(disk_error(&path, source)),
        _ => Ok(()),
    }
}

/// Writes the new database at `partial`.
fn build(files: &Files, partial: &Path, log: &Log, foreign: bool, salvage: &mut Salvage) -> Result<()> {
    let explain = |error: rusqlite::Error| schema::explain(partial, &error);
    let mut connection = schema::connect(partial, Role::Builder).map_err(explain)?;
    schema::migrate(&mut connection, partial)?;
    let transaction =
        connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(explain)?;
    let mut failed = None;
    let mut each = |values: &[ValueRef<'_>], stranger: bool| match recognise(values) {
        Row::Sound(table, values) => {
            if let Err(error) = keep(&transaction, table, values, stranger) {
                failed.get_or_insert(error);
            }
        }
        Row::Unsound => salvage.unsound += 1,
        Row::Other => {}
    };
    let read = match File::open(&files.database) {
        Ok(mut file) => read_all(&mut file, log, foreign, &mut each),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            read_all(&mut io::Cursor::new(Vec::new()), log, foreign, &mut each)
        }
        Err(error) => Err(error),
    };
    read.map_err(|source| disk_error(&files.database, source))?;
    if let Some(error) = failed {
        return Err(explain(error));
    }
    let count = |condition: &str| {
        let statement = format!("SELECT count(*) FROM memory {condition}");
        transaction.query_row(&statement, [], |row| row.get::<_, i64>(0)).map(i64::cast_unsigned)
    };
    salvage.answers = count("").map_err(explain)?;
    salvage.human = count("WHERE origin = 1").map_err(explain)?;
    salvage.corrections = transaction
        .query_row("SELECT count(*) FROM correction WHERE kind <> 'withdrawal'", [], |row| {
            row.get::<_, i64>(0)
        })
        .map(i64::cast_unsigned)
        .map_err(explain)?;
    transaction.commit().map_err(explain)?;
    connection.close().map_err(|(_, error)| explain(error))
}

/// Hands every row of a database and its log to `each`, and whether it is out of another database's log. The log's
/// rows come last.
fn read_all<F: Read + Seek>(
    file: &mut F,
    log: &Log,
    foreign: bool,
    each: &mut dyn FnMut(&[ValueRef<'_>], bool),
) -> io::Result<()> {
    let none = PageMap::new();
    let mut base = Pages::new(file, if foreign { &none } else { &log.committed })?;
    for number in base.numbers() {
        base.rows(number, &mut |values| each(values, false))?;
    }
    let newest = log.newest();
    let later = if foreign { &newest } else { &log.tail };
    let mut numbers: Vec<u32> = later.keys().copied().collect();
    numbers.sort_unstable();
    let mut all = Pages::new(file, &newest)?;
    for number in numbers {
        all.rows(number, &mut |values| each(values, foreign))?;
    }
    Ok(())
}

/// What the frames after a log's last commit hold: rows of answers that verify, each its values without the sum; and
/// whether any row there does not verify.
///
/// # Errors
/// Where the database cannot be read.
pub(super) fn tail_of(files: &Files, log: &Log) -> Result<(Vec<Vec<Value>>, bool)> {
    let mut rows = Vec::new();
    let mut unsound = false;
    let newest = log.newest();
    let mut read = || -> io::Result<()> {
        let mut file = File::open(&files.database)?;
        let mut pages = Pages::new(&mut file, &newest)?;
        for number in log.tail.keys() {
            pages.rows(*number, &mut |values| match recognise(values) {
                Row::Sound(table, values) if *table == MEMORY => {
                    rows.push(values.iter().filter_map(|value| Value::try_from(*value).ok()).collect());
                }
                Row::Unsound => unsound = true,
                Row::Sound(..) | Row::Other => {}
            })?;
        }
        Ok(())
    };
    if !log.tail.is_empty() {
        read().map_err(|source| disk_error(&files.database, source))?;
    }
    Ok((rows, unsound))
}

/// Keeps answers found in a log's tail, where there is none for their question.
///
/// # Errors
/// Where they cannot be written.
pub(super) fn keep_tail(connection: &mut Connection, rows: &[Vec<Value>]) -> rusqlite::Result<()> {
    if rows.is_empty() {
        return Ok(());
    }
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    for row in rows.iter().filter(|row| row.len() == MEMORY.columns.len()) {
        let values: Vec<ValueRef<'_>> = row.iter().map(ValueRef::from).collect();
        MEMORY.put(&transaction, &values, "false")?;
    }
    transaction.commit()
}

/// What a record is.
pub(super) enum Row<'v, 'b> {
    /// A row of ours, without its sum.
    Sound(&'static Table, &'v [ValueRef<'b>]),
    /// One that has the shape of ours and does not verify.
    Unsound,
    /// An entry of an index, a line of the schema, rubbish.
    Other,
}

pub(super) fn recognise<'v, 'b>(values: &'v [ValueRef<'b>]) -> Row<'v, 'b> {
    let Some((ValueRef::Blob(sum), rest)) = values.split_last() else { return Row::Other };
    let widths = TABLES.iter().any(|table| table.columns.len() == rest.len());
    if !widths || sum.len() != SUM {
        return Row::Other;
    }
    let table = TABLES.iter().find(|table| table.verifies(values));
    table.map_or(Row::Unsound, |table| Row::Sound(table, rest))
}

/// Puts a sound row into the new database. Of two for one thing the later counts, but a person's answer before a
/// machine's, a newer before an older (of two corrections, too), and what says that a file is a person's before what says that it is ours. Of
/// a stranger's rows only those count for which there is none.
fn keep(
    connection: &Connection,
    table: &Table,
    values: &[ValueRef<'_>],
    stranger: bool,
) -> rusqlite::Result<()> {
    if *table == OUTPUT {
        let [path, _, _, _, hash, _, _, edited] = values else { return Ok(()) };
        if *edited == ValueRef::Integer(0) {
            // Whichever of the two records counts in the end, both hashes are of files that gloss wrote.
            INTENT.put(connection, &[*path, *hash], "false")?;
        }
    }
    let condition = if *table == MEMORY {
        "(excluded.origin, excluded.created) >= (origin, created)"
    } else if *table == OUTPUT {
        if stranger { "excluded.edited > edited" } else { "excluded.edited >= edited" }
    } else if *table == CORRECTION || *table == SUMMARY {
        "excluded.created_ms >= created_ms"
    } else if (*table == DOCUMENT || *table == REVIEW) && stranger {
        "false"
    } else {
        "true"
    };
    table.put(connection, values, condition)
}
