//! One run at a time on one state root.

use std::fs::{File, TryLockError};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::write::disk_error;

/// Held for as long as a run writes. The operating system lets it go when the process ends, however it
/// ends, so a dead holder's lock needs no recovery.
#[derive(Debug)]
pub struct RunLock {
    file: File,
}

/// What a holder writes into the lock file for the one who finds it locked.
#[derive(Debug, Serialize, Deserialize)]
struct Holder {
    process: u32,
    host: String,
    since: String,
}

impl RunLock {
    /// Takes the lock `.gloss/lock` below `state_root`, or leaves at once.
    ///
    /// # Errors
    /// Where another run holds it (the message names its process, host and start), and where the file cannot
    /// be made.
    pub fn acquire(state_root: &Path) -> Result<Self> {
        let folder = super::state_folder(state_root);
        crate::write::make_own_folder(&folder)?;
        let path = folder.join("lock");
        let mut file = File::options()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)
            .map_err(|source| disk_error(&path, source))?;
        match file.try_lock() {
            Ok(()) => {
                sign(&mut file).map_err(|source| disk_error(&path, source))?;
                Ok(Self { file })
            }
            Err(TryLockError::WouldBlock) => Err(held(path, &mut file)),
            Err(TryLockError::Error(source)) => Err(disk_error(&path, source)),
        }
    }
}

impl Drop for RunLock {
    fn drop(&mut self) {
        // The signature is for people; that it could not be taken back harms nobody.
        drop(self.file.set_len(0));
    }
}

fn sign(file: &mut File) -> std::io::Result<()> {
    let holder = Holder {
        process: std::process::id(),
        host: host(),
        since: jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
    };
    file.set_len(0)?;
    file.seek(SeekFrom::Start(0))?;
    file.write_all(serde_json::to_string(&holder)?.as_bytes())
}

fn held(path: PathBuf, file: &mut File) -> Error {
    let mut text = String::new();
    let holder = file
        .take(4096)
        .read_to_string(&mut text)
        .ok()
        .and_then(|_| serde_json::from_str::<Holder>(&text).ok());
    let message = match holder {
        Some(Holder { process, host, since }) => {
            format!("another run is working on this folder: process {process} on {host:?}, since {since:?}")
                .replace('"', "")
        }
        None => "another run is working on this folder".to_owned(),
    };
    Error::file(path, message, "wait for it to end, or end it: what it has done is kept")
}

fn host() -> String {
    ["/proc/sys/kernel/hostname", "/etc/hostname"]
        .iter()
        .find_map(|path| std::fs::read_to_string(path).ok())
        .or_else(|| std::env::var("HOSTNAME").ok())
        .or_else(|| std::env::var("COMPUTERNAME").ok())
        .map(|name| name.trim().to_owned())
        .filter(|name| !name.is_empty())
        .unwrap_or_else(|| "this machine".to_owned())
}
