//! Putting bytes at a path: whole or not at all, and never over what is not ours.
//!
//! The order for each file (what it makes sure of in brackets): the intent in the ledger, durable (a crash
//! from here on leaves a file that is known as ours); a temporary file in the same folder, written and
//! synced (never half a file under the real name); the rename; the folder synced (the rename survives power
//! loss). What stands at a path is gloss's own only where the ledger knows its hash. Beside a person's translation
//! nothing is put where theirs says the same as ours ([`super::white_space`]). What was put beside a file that is a person's
//! no longer is removed again.

use std::collections::HashMap;
use std::ffi::{OsStr, OsString};
use std::fmt;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use super::aside;
use super::disk::{
    Disk, RealDisk, Standing, clean_temporaries, disk_error, look, make_folders, missing, parent, same_file,
    temporary,
};
use super::white_space::says_the_same;
use crate::background;
use crate::error::{Error, Result};
use crate::language::Language;
use crate::memory::{ContentHash, OutputRecord, RunLock, Stamp, Store};
use crate::report::event::{OutputKind, WriteState};

/// How many `name.LANG.newN.ext` are tried beside outputs that a person changed.
const BESIDE_TRIES: u32 = 99;

/// One output to be written.
#[derive(Debug, Clone)]
pub struct WriteRequest {
    /// Where it goes, from [`crate::write::OutputNames`].
    pub path: PathBuf,
    pub bytes: Vec<u8>,
    pub kind: OutputKind,
    pub language: Language,
    /// The source it was made from, as it can be opened.
    pub source: PathBuf,
    /// The source's path relative to the state root, as the ledger speaks of it.
    pub source_relative: PathBuf,
    /// The bytes are a person's own: where they stand, the file is recorded as theirs, and nothing of gloss's replaces it.
    pub theirs: bool,
    /// Overwrite what a person made or changed. A source is not overwritten all the same.
    pub force: bool,
}

/// What became of a [`WriteRequest`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    pub state: WriteState,
    /// Where the other version is, ready to be opened: ours, where a person's file was kept; the person's, where it was
    /// overwritten.
    pub beside: Option<PathBuf>,
    /// What [`Store::record_document`] is to be given: one record, or two where there is a `beside`.
    pub records: Vec<OutputRecord>,
}

/// What an attempt at one path came to.
enum Put {
    /// Our bytes stand there; what was overwritten by force is kept at the path.
    Ours(WriteState, Option<PathBuf>),
    /// A person's file stands there, which says the same: its hash.
    SaysTheSame(ContentHash),
    /// Something else stands there.
    Theirs,
}

/// Writes outputs below one state root. Cheap to clone.
#[derive(Clone)]
pub struct Writer {
    shared: Arc<Shared>,
}

struct Shared {
    root: PathBuf,
    store: Store,
    is_source: Box<dyn Fn(&Path) -> bool + Send + Sync>,
    /// Folders known to lie under the root, each with its place there.
    folders: Mutex<HashMap<PathBuf, PathBuf>>,
    disk: Box<dyn Disk>,
}

impl Writer {
    /// A writer below `root`, the state root that `lock` is held on. `is_source` says of a path whether a
    /// source of this run stands there.
    ///
    /// # Errors
    /// Where `root` cannot be found.
    pub fn new(
        root: &Path,
        store: Store,
        _lock: &RunLock,
        is_source: impl Fn(&Path) -> bool + Send + Sync + 'static,
    ) -> Result<Self> {
        Self::with_disk(root, store, Box::new(is_source), Box::new(RealDisk))
    }

    pub(super) fn with_disk(
        root: &Path,
        store: Store,
        is_source: Box<dyn Fn(&Path) -> bool + Send + Sync>,
        disk: Box<dyn Disk>,
    ) -> Result<Self> {
        let root = root.canonicalize().map_err(|source| disk_error(root, source))?;
        let folders = Mutex::new(HashMap::new());
        Ok(Self { shared: Arc::new(Shared { root, store, is_source, folders, disk }) })
    }

    /// [`Writer::write_blocking`] off the async threads. A write that has begun is carried out even when the
    /// future is dropped.
    ///
    /// # Errors
    /// As there.
    pub async fn write(&self, request: WriteRequest) -> Result<Outcome> {
        let writer = self.clone();
        match background::run_blocking(move || writer.write_blocking(&request)).await {
            Ok(outcome) => outcome,
            Err(error) => match error.try_into_panic() {
                Ok(panic) => std::panic::resume_unwind(panic),
                Err(_) => Err(Error::Interrupted),
            },
        }
    }

    /// Puts the bytes at the path, or beside it where a person's file stands there.
    ///
    /// # Errors
    /// Where the path is a source's or leaves the root, and where the disk refuses; the error names the path,
    /// what stood there still stands, and no temporary file is left.
    pub fn write_blocking(&self, request: &WriteRequest) -> Result<Outcome> {
        let folder = self.folder_of(&request.path)?;
        let hash = *blake3::hash(&request.bytes).as_bytes();
        match self.put(request, &request.path, &folder, &hash, request.force)? {
            Put::Ours(state, beside) => {
                let record = self.record(request, &request.path, hash, request.theirs)?;
                self.tidy(request, &folder)?;
                return Ok(Outcome { state, beside, records: vec![record] });
            }
            Put::SaysTheSame(theirs) => {
                let record = self.record(request, &request.path, theirs, true)?;
                self.tidy(request, &folder)?;
                return Ok(Outcome { state: WriteState::Unchanged, beside: None, records: vec![record] });
            }
            Put::Theirs => {}
        }
        for number in 1..=BESIDE_TRIES {
            let beside = folder.join(beside_name(&request.path, request.kind, number));
            let (stands, edited) = match self.put(request, &beside, &folder, &hash, false)? {
                Put::Ours(..) => (hash, false),
                Put::SaysTheSame(theirs) => (theirs, true),
                Put::Theirs => continue,
            };
            let mut records = vec![self.record(request, &beside, stands, edited)?];
            if let Ok(Standing::File(_, theirs)) = look(&request.path) {
                records.push(self.record(request, &request.path, theirs, true)?);
            }
            return Ok(Outcome { state: WriteState::KeptEdited, beside: Some(beside), records });
        }
        Err(Error::file(
            &request.path,
            "changed by hand, and so is every file beside it that gloss could write instead",
            "move the ones you are done with, or overwrite this one with `--force`",
        ))
    }

    /// Removes what was put beside a person's file that is kept no longer, and has the ledger forget it. What somebody changed
    /// stays, and so does what the disk does not let go.
    fn tidy(&self, request: &WriteRequest, folder: &Path) -> Result<()> {
        let mut recorded = None;
        for number in 1..=BESIDE_TRIES {
            let beside = folder.join(beside_name(&request.path, request.kind, number));
            let standing = look(&beside).unwrap_or(Standing::Other);
            let recorded = match &recorded {
                Some(recorded) => recorded,
                None => recorded.insert(self.shared.store.outputs_of_blocking(&request.source_relative)?),
            };
            let relative = self.relative(&beside);
            match (recorded.iter().find(|output| output.path == relative), standing) {
                (None, Standing::Nothing) => break,
                (Some(_), Standing::Nothing) => {}
                (Some(output), Standing::File(_, hash)) if !output.edited && output.hash == hash => {
                    if self.shared.disk.remove(&beside).is_err() {
                        continue;
                    }
                    self.shared.disk.sync_folder(folder).map_err(|source| disk_error(folder, source))?;
                }
                _ => continue,
            }
            self.shared.store.forget_blocking(&relative)?;
        }
        Ok(())
    }

    /// Puts the bytes at `path` unless something stands there that is not ours.
    fn put(
        &self,
        request: &WriteRequest,
        path: &Path,
        folder: &Path,
        hash: &ContentHash,
        force: bool,
    ) -> Result<Put> {
        let failed = |source| disk_error(path, source);
        self.refuse_sources(request, path)?;
        // Somebody may put a file there between the look and the rename; then there is another look.
        for _ in 0..3 {
            let standing = look(path).map_err(failed)?;
            let mut forced = false;
            let kept = match &standing {
                Standing::Nothing => None,
                Standing::File(_, found) if found == hash => {
                    return Ok(Put::Ours(WriteState::Unchanged, None));
                }
                Standing::File(seen, found) => {
                    let ours = self.shared.store.own_hashes_blocking(&self.relative(path))?.contains(found);
                    if !ours && !force {
                        let same = request.kind == OutputKind::Translation
                            && std::fs::read(path).is_ok_and(|theirs| {
                                blake3::hash(&theirs).as_bytes() == found
                                    && says_the_same(&theirs, &request.bytes)
                            });
                        return Ok(if same { Put::SaysTheSame(*found) } else { Put::Theirs });
                    }
                    forced = !ours;
                    Some(&seen.1)
                }
                Standing::Other if !force => return Ok(Put::Theirs),
                Standing::Other => None,
            };
            self.shared.store.intend_blocking(vec![(self.relative(path), *hash)])?;
            let file = temporary(&*self.shared.disk, folder, &request.bytes, kept).map_err(failed)?;
            let replace = match &standing {
                Standing::Nothing => false,
                Standing::File(seen, _) => {
                    let now = std::fs::symlink_metadata(path).map(|metadata| Stamp::of(&metadata));
                    if !now.is_ok_and(|now| now == seen.0) {
                        continue;
                    }
                    true
                }
                Standing::Other => true,
            };
            let aside = if forced { Some(aside::keep(path).map_err(failed)?) } else { None };
            match self.shared.disk.rename(file, path, replace) {
                Ok(()) => {}
                Err(error) if !replace && error.kind() == ErrorKind::AlreadyExists => continue,
                // Another run, on a folder above or below, has cleaned the temporary file away.
                Err(error) if error.kind() == ErrorKind::NotFound && folder.exists() => continue,
                Err(error) => return Err(failed(error)),
            }
            self.shared.disk.sync_folder(folder).map_err(|source| disk_error(folder, source))?;
            return Ok(Put::Ours(if replace { WriteState::Replaced } else { WriteState::Created }, aside));
        }
        Err(Error::file(path, "changes while it is being written", "run the same command again"))
    }

    fn refuse_sources(&self, request: &WriteRequest, path: &Path) -> Result<()> {
        if path == request.source || (self.shared.is_source)(path) || same_file(path, &request.source) {
            return Err(Error::file(
                path,
                "is a source, and sources are never changed",
                "give another folder with `--out`",
            ));
        }
        Ok(())
    }

    /// The folder of an output, made where it is missing, and found to lie under the root with all links
    /// followed.
    fn folder_of(&self, path: &Path) -> Result<PathBuf> {
        let folder = parent(path);
        let mut folders = self.shared.folders.lock().unwrap_or_else(PoisonError::into_inner);
        if folders.contains_key(folder) {
            return Ok(folder.to_owned());
        }
        let failed = |source| disk_error(folder, source);
        let standing = missing(folder).last().map_or(folder, parent);
        let real = standing.canonicalize().map_err(failed)?;
        if !real.starts_with(&self.shared.root) || path.file_name().is_none() {
            return Err(Error::file(
                path,
                format!("leads out of `{}`", self.shared.root.display()),
                "outputs are written below one folder only: remove the link, or give another folder with `--out`",
            ));
        }
        make_folders(&*self.shared.disk, folder).map_err(failed)?;
        // Still under the mutex: none of this run's own temporary files is here yet.
        clean_temporaries(folder);
        let below = folder.canonicalize().map_err(failed)?;
        let below = below.strip_prefix(&self.shared.root).unwrap_or(&below).to_owned();
        folders.insert(folder.to_owned(), below);
        Ok(folder.to_owned())
    }

    /// The path relative to the root, in a folder that [`Writer::folder_of`] has let pass.
    fn relative(&self, path: &Path) -> PathBuf {
        let folders = self.shared.folders.lock().unwrap_or_else(PoisonError::into_inner);
        let below = folders.get(parent(path)).map_or(Path::new(""), PathBuf::as_path);
        below.join(path.file_name().unwrap_or_default())
    }

    fn record(
        &self,
        request: &WriteRequest,
        path: &Path,
        hash: ContentHash,
        edited: bool,
    ) -> Result<OutputRecord> {
        let metadata = std::fs::symlink_metadata(path).map_err(|source| disk_error(path, source))?;
        Ok(OutputRecord {
            path: self.relative(path),
            source: request.source_relative.clone(),
            kind: request.kind,
            language: request.language.clone(),
            hash,
            stamp: Stamp::of(&metadata),
            edited,
        })
    }
}

impl fmt::Debug for Writer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Writer").field("root", &self.shared.root).finish_non_exhaustive()
    }
}

/// `csto.pt.txt` becomes `csto.pt.new.txt`, `csto.pt.summary.md` becomes `csto.pt.new.summary.md`; from the
/// second on `new2`, `new3` …
pub(super) fn beside_name(path: &Path, kind: OutputKind, number: u32) -> OsString {
    let name = Path::new(path.file_name().unwrap_or_default());
    let (label, extension) = (name.file_stem().unwrap_or_default(), name.extension());
    let (label, ending) = match kind {
        OutputKind::Summary => {
            (Path::new(label).file_stem().unwrap_or(label), Some(OsStr::new("summary.md")))
        }
        OutputKind::Translation | OutputKind::Review | OutputKind::Index => (label, extension),
    };
    let mut beside = label.to_owned();
    beside.push(if number == 1 { ".new".to_owned() } else { format!(".new{number}") });
    if let Some(ending) = ending {
        beside.push(".");
        beside.push(ending);
    }
    beside
}
