//! Who has the database open, and whether it was closed well: the lock file and the seal beside it.
//!
//! Everyone with the database open holds `gloss.db.lock` together with the others; who finds no other may look at
//! the files as they lie ([`Guard::alone`]). The last to go writes the seal: the length and the BLAKE3 hash of the
//! database. One that opens a sealed file hashes it, which is cheaper than any look into it and misses no byte.

use std::fs::{File, TryLockError};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use crate::error::Result;
use crate::write::disk_error;

/// Held for as long as the database is open.
#[derive(Debug)]
pub(super) struct Guard {
    file: File,
    path: PathBuf,
    /// Nobody else has the database open, or will before [`Guard::share`].
    pub alone: bool,
}

impl Guard {
    /// Takes the lock file at `path`: alone where possible, else together with the others, after whoever is alone.
    ///
    /// # Errors
    /// Where the file cannot be made or locked.
    pub fn enter(path: PathBuf) -> Result<Self> {
        let mut options = File::options();
        let opened = options.read(true).write(true).create(true).truncate(false).open(&path);
        let file = opened.map_err(|source| disk_error(&path, source))?;
        let alone = match file.try_lock() {
            Ok(()) => true,
            Err(TryLockError::WouldBlock) => false,
            Err(TryLockError::Error(source)) => return Err(disk_error(&path, source)),
        };
        let guard = Self { file, path, alone };
        if !alone {
            guard.file.lock_shared().map_err(|source| disk_error(&guard.path, source))?;
        }
        Ok(guard)
    }

    /// Lets others in.
    ///
    /// # Errors
    /// Where the file cannot be locked.
    pub fn share(&mut self) -> Result<()> {
        self.alone = false;
        self.file.lock_shared().map_err(|source| disk_error(&self.path, source))
    }

    /// Whether nobody else is left; then nobody comes in before the guard is dropped.
    pub fn is_last(&self) -> bool {
        self.file.try_lock().is_ok()
    }
}

/// How the database was left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Seal {
    /// By a process that has it open still, or was killed.
    Open,
    /// With these bytes.
    Closed { bytes: u64, hash: String },
}

impl Seal {
    /// The seal at `path`; `None` where there is none. One that does not read says nothing of the database's bytes.
    pub fn read(path: &Path) -> Option<Self> {
        let mut text = String::new();
        match File::open(path) {
            Ok(file) => {
                // Longer than any seal.
                let read = file.take(512).read_to_string(&mut text);
                Some(if read.is_ok() { Self::parse(&text) } else { Self::Open })
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(_) => Some(Self::Open),
        }
    }

    /// A seal's text: `open`, or `closed`, the length and the hash.
    pub fn parse(text: &str) -> Self {
        let mut words = text.split_whitespace();
        let closed = words.next() == Some("closed");
        match (words.next().and_then(|bytes| bytes.parse().ok()), words.next(), words.next()) {
            (Some(bytes), Some(hash), None) if closed => Self::Closed { bytes, hash: hash.to_owned() },
            _ => Self::Open,
        }
    }

    /// The seal of the file at `path` as it lies there.
    ///
    /// # Errors
    /// Where it cannot be read.
    pub fn of(path: &Path) -> io::Result<Self> {
        let mut file = File::open(path)?;
        let mut hasher = blake3::Hasher::new();
        let mut buffer = vec![0; 1 << 18];
        let mut bytes = 0;
        loop {
            let read = file.read(&mut buffer)?;
            if read == 0 {
                break;
            }
            bytes += read as u64;
            hasher.update(buffer.get(..read).unwrap_or_default());
        }
        Ok(Self::Closed { bytes, hash: hasher.finalize().to_hex().to_string() })
    }

    /// Writes the seal. One that is lost or torn costs a closer look at the next opening, and nothing else.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn write(&self, path: &Path) -> io::Result<()> {
        let text = match self {
            Self::Open => "open\n".to_owned(),
            Self::Closed { bytes, hash } => format!("closed {bytes} {hash}\n"),
        };
        let mut file = File::options().write(true).create(true).truncate(true).open(path)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seal_is_read_as_it_was_written_or_says_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let (path, file) = (folder.path().join("seal"), folder.path().join("file"));
        crate::write::put_for_test(&file, &vec![7; 600_000]);
        assert_eq!(Seal::read(&path), None);
        let closed = Seal::of(&file).unwrap();
        assert!(matches!(&closed, Seal::Closed { bytes: 600_000, hash } if hash.len() == 64));
        for seal in [closed, Seal::Open] {
            seal.write(&path).unwrap();
            assert_eq!(Seal::read(&path), Some(seal));
        }
        for text in ["", "closed", "closed x y", "closed 1 a b", "open 1 a"] {
            assert_eq!(Seal::parse(text), Seal::Open, "{text}");
        }
    }

    #[test]
    fn one_is_alone_until_it_shares() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lock");
        let mut first = Guard::enter(path.clone()).unwrap();
        assert!(first.alone);
        let second = std::thread::spawn({
            let path = path.clone();
            move || Guard::enter(path).unwrap()
        });
        std::thread::sleep(std::time::Duration::from_millis(50));
        assert!(!second.is_finished());
        first.share().unwrap();
        let second = second.join().unwrap();
        assert!(!second.alone && !first.is_last());
        drop(second);
        assert!(first.is_last());
    }
}
