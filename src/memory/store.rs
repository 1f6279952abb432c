//! One handle on the database: the writer thread ([`super::writer`]) and a few reading connections.

use std::collections::HashMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, mpsc};
use std::thread::JoinHandle;

use rusqlite::Connection;
use tokio::sync::oneshot;

use super::health::Files;
use super::ledger::{self, ContentHash, DocumentRecord, KnownDocument, OutputRecord};
use super::opening::{Checked, check};
use super::readers::Readers;
use super::salvage::{self, Salvage};
use super::schema::{self, Role};
use super::seal::{Guard, Seal};
use super::writer::{Change, Job, write_in_groups};
use super::{Entry, Key, Remembered, answers};
use crate::error::{Error, Result};
use crate::write::disk_error;

/// The memory and the ledger of one state root. Cheap to clone; the last clone to go waits for what is
/// being written.
///
/// [`Store::open`] and methods named `_blocking` are for threads that may block (`spawn_blocking`), never for async code.
#[derive(Clone)]
pub struct Store {
    shared: Arc<Shared>,
}

struct Shared {
    files: Files,
    jobs: Option<mpsc::Sender<Job>>,
    writer: Option<JoinHandle<()>>,
    readers: Readers,
    guard: Guard,
    salvage: Option<Salvage>,
    /// Something did not verify or could not be read or written.
    suspect: Arc<AtomicBool>,
    unsound: AtomicU64,
}

impl Store {
    /// Opens the database in `.gloss` below `state_root`, making both where there are none. A damaged one is kept
    /// aside, and what is sound in it used: see [`Store::salvage`].
    ///
    /// # Errors
    /// Where the folder cannot be made or written, and where the file is of a newer gloss.
    pub fn open(state_root: &Path) -> Result<Self> {
        let folder = super::state_folder(state_root);
        crate::write::make_own_folder(&folder)?;
        let store = Self::open_in(&folder, true)?;
        // The names of the database and its log must outlive a power loss as their contents do.
        for folder in [folder.as_path(), state_root] {
            crate::write::sync_folder(folder).map_err(|source| disk_error(folder, source))?;
        }
        Ok(store)
    }

    /// Opens the database where there is one, and makes nothing where there is none: for `--dry-run`.
    ///
    /// # Errors
    /// As [`Store::open`], and where the file is damaged: a look mends nothing.
    pub fn open_existing(state_root: &Path) -> Result<Option<Self>> {
        let folder = super::state_folder(state_root);
        let stands = folder.join("gloss.db").exists();
        if stands { Self::open_in(&folder, false).map(Some) } else { Ok(None) }
    }

    fn open_in(folder: &Path, mend: bool) -> Result<Self> {
        let files = Files::new(folder);
        let path = files.database.clone();
        let explain = |error: rusqlite::Error| schema::explain(&path, &error);
        let mut guard = Guard::enter(files.beside(".lock"))?;
        let checked = if guard.alone { check(&files, mend)? } else { Checked::default() };
        let mut connection = schema::connect(&path, Role::Writer).map_err(explain)?;
        // A kill between this and `keep_tail` costs answers that nobody was told are kept.
        if checked.torn {
            schema::begin_log_anew(&connection).map_err(explain)?;
        }
        schema::migrate(&mut connection, &path)?;
        salvage::keep_tail(&mut connection, &checked.tail).map_err(explain)?;
        if guard.alone {
            let seal = files.seal();
            Seal::Open.write(&seal).map_err(|source| disk_error(&seal, source))?;
            guard.share()?;
        }
        let (jobs, queue) = mpsc::channel();
        let suspect = Arc::new(AtomicBool::new(false));
        let writer = std::thread::Builder::new()
            .name("gloss-memory".to_owned())
            .spawn({
                let (path, suspect) = (path.clone(), Arc::clone(&suspect));
                move || write_in_groups(&mut connection, &path, &queue, &suspect)
            })
            .map_err(|source| disk_error(&path, source))?;
        let shared = Shared {
            readers: Readers::new(path),
            files,
            jobs: Some(jobs),
            writer: Some(writer),
            guard,
            salvage: checked.salvage,
            suspect,
            unsound: AtomicU64::new(0),
        };
        Ok(Self { shared: Arc::new(shared) })
    }

    /// What became of a damaged database, if this handle found one when it was opened.
    pub fn salvage(&self) -> Option<&Salvage> {
        self.shared.salvage.as_ref()
    }

    /// Answers that were there and did not verify, since this handle was opened. They were as unknown, and are
    /// kept aside when the database is next opened.
    pub fn unsound(&self) -> u64 {
        self.shared.unsound.load(Ordering::Relaxed)
    }

    /// The database file.
    pub fn path(&self) -> &Path {
        &self.shared.files.database
    }

    /// What is known of `keys`. Ask for many at once: a look-up costs microseconds, the way here more.
    ///
    /// # Errors
    /// Where the database cannot be read.
    pub async fn recall(&self, keys: &[Key]) -> Result<HashMap<Key, Remembered>> {
        let keys = keys.to_vec();
        let found = self.read(move |connection| answers::find(connection, &keys)).await?;
        self.note_unsound(found.unsound);
        Ok(found.known)
    }

    /// Notes rows that were there and did not verify.
    pub(super) fn note_unsound(&self, rows: u64) {
        if rows > 0 {
            self.shared.suspect.store(true, Ordering::Relaxed);
            self.shared.unsound.fetch_add(rows, Ordering::Relaxed);
        }
    }

    /// Keeps answers. They are on disk when this returns, or an error is. A person's answer is not replaced
    /// by a machine's.
    ///
    /// Once called it is carried out, even when the future is dropped half-way.
    ///
    /// # Errors
    /// Where the database cannot be written.
    pub async fn remember(&self, entries: Vec<Entry>) -> Result<()> {
        self.remember_and_let_go(entries, ()).await
    }

    /// The same; `held` is dropped once the answers are on disk, on the thread that put them there: whoever waits for that
    /// need not wait for this task's turn too.
    ///
    /// # Errors
    /// As there.
    pub async fn remember_and_let_go(&self, entries: Vec<Entry>, held: impl Send + 'static) -> Result<()> {
        if entries.is_empty() {
            return Ok(());
        }
        let answer = self.send(Change::Remember(entries), Some(Box::new(held)))?;
        answer.await.map_err(|_| self.writer_gone())?
    }

    /// What is known of each of these sources (paths relative to the state root).
    ///
    /// # Errors
    /// Where the database cannot be read.
    pub async fn documents(&self, paths: Vec<PathBuf>) -> Result<HashMap<PathBuf, KnownDocument>> {
        self.read(move |connection| {
            let mut known = HashMap::with_capacity(paths.len());
            for path in paths {
                if let Some(document) = ledger::find_document(connection, &path)? {
                    let outputs = ledger::find_outputs(connection, &path)?;
                    known.insert(path, KnownDocument { document, outputs });
                }
            }
            Ok(known)
        })
        .await
    }

    /// What is known of one source.
    ///
    /// # Errors
    /// Where the database cannot be read.
    pub fn document_blocking(&self, path: &Path) -> Result<Option<DocumentRecord>> {
        self.read_blocking(|connection| ledger::find_document(connection, path))
    }

    /// Every output recorded for one source, in order of path.
    ///
    /// # Errors
    /// Where the database cannot be read.
    pub fn outputs_of_blocking(&self, source: &Path) -> Result<Vec<OutputRecord>> {
        self.read_blocking(|connection| ledger::find_outputs(connection, source))
    }

    /// The hashes under which the file at `path` (relative to the state root) is gloss's own work.
    ///
    /// # Errors
    /// Where the database cannot be read.
    pub fn own_hashes_blocking(&self, path: &Path) -> Result<Vec<ContentHash>> {
        self.read_blocking(|connection| ledger::own_hashes(connection, path))
    }

    /// Records a document and the outputs written for it; on disk when this returns. Outputs recorded
    /// earlier and not named here stay recorded.
    ///
    /// # Errors
    /// Where the database cannot be written.
    pub async fn record_document(&self, document: DocumentRecord, outputs: Vec<OutputRecord>) -> Result<()> {
        self.change(Change::Document(Box::new((document, outputs, None)))).await
    }

    /// Says, before it is done, which bytes are about to be put at which paths; on disk when this returns.
    /// If the run dies before [`Store::record_document`], the file is still known as gloss's own.
    ///
    /// # Errors
    /// Where the database cannot be written.
    pub fn intend_blocking(&self, outputs: Vec<(PathBuf, ContentHash)>) -> Result<()> {
        self.change_blocking(Change::Intend(outputs))
    }

    pub(super) async fn change(&self, change: Change) -> Result<()> {
        let answer = self.send(change, None)?;
        answer.await.map_err(|_| self.writer_gone())?
    }

    pub(super) fn change_blocking(&self, change: Change) -> Result<()> {
        let answer = self.send(change, None)?;
        answer.blocking_recv().map_err(|_| self.writer_gone())?
    }

    fn send(&self, change: Change, held: Option<Box<dyn Send>>) -> Result<oneshot::Receiver<Result<()>>> {
        let (done, answer) = oneshot::channel();
        let jobs = self.shared.jobs.as_ref().ok_or_else(|| self.writer_gone())?;
        jobs.send(Job { change, held, done }).map_err(|_| self.writer_gone())?;
        Ok(answer)
    }

    fn writer_gone(&self) -> Error {
        Error::Memory {
            path: self.path().to_owned(),
            message: "the writing thread has ended".to_owned(),
            hint: Some("run the same command again: what was answered is kept".to_owned()),
        }
    }

    pub(super) async fn read<T, F>(&self, read: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    {
        let store = self.clone();
        match tokio::task::spawn_blocking(move || store.read_blocking(read)).await {
            Ok(result) => result,
            Err(error) => match error.try_into_panic() {
                Ok(panic) => std::panic::resume_unwind(panic),
                Err(_) => Err(Error::Interrupted),
            },
        }
    }

    /// Runs `read` on a reading connection, inside one transaction.
    pub(super) fn read_blocking<T>(
        &self,
        read: impl FnOnce(&Connection) -> rusqlite::Result<T>,
    ) -> Result<T> {
        self.shared
            .readers
            .with(|connection| {
                let transaction = connection.unchecked_transaction()?;
                let value = read(&transaction)?;
                transaction.finish()?;
                Ok(value)
            })
            .map_err(|error| {
                // Whatever it was, the next opening looks closer.
                self.shared.suspect.store(true, Ordering::Relaxed);
                schema::explain(self.path(), &error)
            })
    }
}

impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Store").field("path", &self.path()).finish_non_exhaustive()
    }
}

impl Drop for Shared {
    fn drop(&mut self) {
        self.jobs = None;
        self.readers.close();
        if let Some(writer) = self.writer.take() {
            // A panic of the writer has already been seen by whoever waited for it.
            drop(writer.join());
        }
        // The last to go, with nothing left in the log, says what it leaves.
        let log_is_gone = !self.files.beside("-wal").exists();
        if !self.suspect.load(Ordering::Relaxed) && self.guard.is_last() && log_is_gone {
            // A seal that cannot be written costs a closer look at the next opening, and nothing else.
            drop(Seal::of(&self.files.database).and_then(|seal| seal.write(&self.files.seal())));
        }
    }
}
