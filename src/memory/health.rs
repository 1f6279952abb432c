//! Whether the database is as it was left, found out before SQLite is let at it.
//!
//! SQLite takes a log that belongs to another database, silently passes over what follows a damaged frame, and
//! deletes a log whose database is empty; so the files are judged as they lie. A sealed file is only hashed. One
//! that was not closed (its run was killed) is looked through: `integrity_check`, every row's sum, its log.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use rusqlite::ErrorCode;
use rusqlite::config::DbConfig;

use super::log::{self, Log};
use super::pages::{PAGE, number};
use super::row::TABLES;
use super::schema::{self, Role, Version};
use super::seal::Seal;
use crate::error::{Error, Result};
use crate::write::disk_error;

/// Bytes of a database's head.
const HEAD: usize = 100;

/// The longest log that is read into memory. Ours are cut to 16 MiB, and reach more only in one large commit.
const LONGEST_LOG: u64 = 1 << 28;

/// The files of one database.
#[derive(Debug, Clone)]
pub(super) struct Files {
    pub folder: PathBuf,
    pub database: PathBuf,
}

impl Files {
    pub fn new(folder: &Path) -> Self {
        Self { folder: folder.to_owned(), database: folder.join("gloss.db") }
    }

    /// The file beside the database whose name ends so.
    pub fn beside(&self, ending: &str) -> PathBuf {
        let mut name = self.database.as_os_str().to_owned();
        name.push(ending);
        PathBuf::from(name)
    }

    pub fn seal(&self) -> PathBuf {
        self.beside(".seal")
    }
}

/// What the files say.
#[derive(Debug)]
pub(super) enum Health {
    /// Sound, or not there yet. The log's frames after its last commit may still hold answers.
    Sound(Log),
    /// Something is not as it was written.
    Damaged {
        log: Log,
        /// The log is another database's.
        foreign: bool,
    },
}

/// Looks at the files of a database that nobody has open.
///
/// # Errors
/// Where they cannot be read, for other reasons than damage.
pub(super) fn look(files: &Files) -> Result<Health> {
    let wrong = |path: &Path| {
        let path = path.to_owned();
        move |source| disk_error(&path, source)
    };
    let size = match std::fs::metadata(&files.database) {
        Ok(metadata) => metadata.len(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => 0,
        Err(error) => return Err(disk_error(&files.database, error)),
    };
    let log_path = files.beside("-wal");
    let log_bytes = read_some(&log_path, LONGEST_LOG).map_err(wrong(&log_path))?;
    let journal = std::fs::metadata(files.beside("-journal")).is_ok_and(|metadata| metadata.len() > 0);
    let seal = Seal::read(&files.seal());
    if size == 0 {
        let log = log::read(&log_bytes);
        let lost = seal.is_some() && files.database.exists();
        let nothing = log == Log::default();
        return Ok(if lost || !nothing {
            Health::Damaged { log, foreign: false }
        } else {
            Health::Sound(log)
        });
    }
    if log_bytes.is_empty() && !journal && matches!(seal, Some(Seal::Closed { .. })) {
        let now = Seal::of(&files.database).map_err(wrong(&files.database))?;
        if Some(now) == seal {
            return Ok(Health::Sound(Log::default()));
        }
    }
    let head = read_some(&files.database, HEAD as u64).map_err(wrong(&files.database))?;
    let version = Version::read(word(&head, 60));
    if matches!(version, Version::Newer(_)) && plausible(&head) {
        return Ok(Health::Sound(Log::default()));
    }
    let log = log::read(&log_bytes);
    let current = matches!(version, Version::Sealed(_));
    // Every commit of ours writes the first page, and with it the database's own number.
    let foreign = current
        && !log.committed.is_empty()
        && log.committed.get(&1).is_none_or(|page| word(page, 68) != word(&head, 68));
    // No journal is kept from the moment there is a schema.
    let sound = plausible(&head)
        && version != Version::Damaged
        && !foreign
        && !log.broken
        && !(journal && version != Version::None)
        && looks_whole(&files.database)?;
    Ok(if sound { Health::Sound(log) } else { Health::Damaged { log, foreign } })
}

fn word(bytes: &[u8], at: usize) -> u32 {
    bytes.get(at..at + 4).map_or(0, number)
}

/// At most `limit` bytes of a file; none where there is no file.
fn read_some(path: &Path, limit: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    match File::open(path) {
        Ok(file) => file.take(limit).read_to_end(&mut bytes)?,
        Err(error) if error.kind() == io::ErrorKind::NotFound => 0,
        Err(error) => return Err(error),
    };
    Ok(bytes)
}

/// Whether a database's head is one that gloss writes: section 1.3 of SQLite's file format.
fn plausible(head: &[u8]) -> bool {
    let at = |range: std::ops::Range<usize>| head.get(range).unwrap_or_default();
    at(0..16) == b"SQLite format 3\0"
        && at(16..18) == (PAGE as u16).to_be_bytes()
        && at(18..20).iter().all(|version| matches!(version, 1 | 2))
        && at(20..24) == [0, 64, 32, 32]
        && word(head, 44) <= 4
        && word(head, 56) <= 1
}

/// Looks through the whole database with its log, and changes neither.
fn looks_whole(database: &Path) -> Result<bool> {
    match look_through(database) {
        Ok(whole) => Ok(whole),
        Err(error) => match error.sqlite_error_code() {
            Some(
                ErrorCode::DatabaseBusy
                | ErrorCode::DatabaseLocked
                | ErrorCode::CannotOpen
                | ErrorCode::PermissionDenied
                | ErrorCode::ReadOnly
                | ErrorCode::DiskFull
                | ErrorCode::OutOfMemory,
            ) => Err(schema::explain(database, &error)),
            _ => Ok(false),
        },
    }
}

fn look_through(database: &Path) -> rusqlite::Result<bool> {
    let connection = schema::connect(database, Role::Examiner)?;
    // Whatever the log does to the database, it must not reach the file.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
    let said: String = connection.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))?;
    if said != "ok" {
        return Ok(false);
    }
    let version = schema::version(&connection)?;
    let Version::Sealed(schema) = version else {
        // Rows had no sums before; nothing at all is a database that was being made.
        return Ok(matches!(version, Version::None | Version::Plain));
    };
    for table in TABLES.iter().filter(|table| table.since <= schema) {
        let mut statement = connection.prepare(&table.select(""))?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            if !table.holds(row)? {
                return Ok(false);
            }
        }
    }
    Ok(true)
}

/// The error of a look that must change nothing.
pub(super) fn refusal(database: &Path) -> Error {
    Error::Memory {
        path: database.to_owned(),
        message: "the file is damaged".to_owned(),
        hint: Some(
            "a run (without `--dry-run`) keeps the damaged file aside and goes on with what is sound in it"
                .to_owned(),
        ),
    }
}
