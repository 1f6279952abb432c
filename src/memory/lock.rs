//! One run at a time on one state root.

use std::fs::{File, TryLockError};
use std::io::{ErrorKind, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::report::printable::printable;
use crate::write::disk_error;

/// Inputs that a message names.
const NAMED: usize = 3;

/// Bytes of a signature that are read.
const LONGEST_SIGNATURE: u64 = 65_536;

/// Held for as long as a run writes.
///
/// It is the operating system's own lock on an open file, and nothing in the file decides: the system lets it go
/// when the process ends, however it ends. So a dead holder's lock needs no recovery, a number that another
/// process has since got or a signature from before a reboot means nothing, and runs in two containers on one
/// machine keep each other out. Over a network it is as good as the file system's locks; one that has none is refused.
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
    /// The files and folders that it works on, as typed.
    #[serde(default)]
    inputs: Vec<String>,
}

impl RunLock {
    /// [`RunLock::acquire_for`] a run that names no inputs.
    ///
    /// # Errors
    /// As there.
    pub fn acquire(state_root: &Path) -> Result<Self> {
        Self::acquire_for(state_root, &[])
    }

    /// Takes the lock `.gloss/lock` below `state_root` for a run over `inputs`, or leaves at once.
    ///
    /// # Errors
    /// Where another run holds it (the message names its process, host, start and inputs), and where the file
    /// cannot be made or locked.
    pub fn acquire_for(state_root: &Path, inputs: &[PathBuf]) -> Result<Self> {
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
                sign(&mut file, inputs).map_err(|source| disk_error(&path, source))?;
                Ok(Self { file })
            }
            Err(TryLockError::WouldBlock) => Err(held(path, &mut file)),
            Err(TryLockError::Error(source)) if source.kind() == ErrorKind::Unsupported => Err(Error::file(
                path,
                "this file system has no locks, so that a second run could not be kept out",
                "give a folder on another one with `--out`",
            )),
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

fn sign(file: &mut File, inputs: &[PathBuf]) -> std::io::Result<()> {
    let holder = Holder {
        process: std::process::id(),
        host: host(),
        since: jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
        inputs: inputs.iter().take(NAMED + 1).map(|input| input.display().to_string()).collect(),
    };
    file.set_len(0)?;
    file.seek(SeekFrom::Start(0))?;
    file.write_all(serde_json::to_string(&holder)?.as_bytes())
}

fn held(path: PathBuf, file: &mut File) -> Error {
    let mut text = Vec::new();
    let read = file.take(LONGEST_SIGNATURE).read_to_end(&mut text);
    let message = describe(if read.is_ok() { &text } else { &[] });
    Error::file(path, message, "wait for it to end, or end it: what it has done is kept")
}

/// What to say of a holder who signed so.
pub(super) fn describe(signature: &[u8]) -> String {
    let mut message = "another run is working on this folder".to_owned();
    if let Ok(holder) = serde_json::from_slice::<Holder>(signature) {
        let (host, since) = (short(&holder.host), short(&holder.since));
        message.push_str(&format!(": process {} on {host}, since {since}", holder.process));
        let mut inputs: Vec<String> =
            holder.inputs.iter().take(NAMED).map(|input| format!("`{}`", short(input))).collect();
        if holder.inputs.len() > NAMED {
            inputs.push("…".to_owned());
        }
        if !inputs.is_empty() {
            message.push_str(&format!(", with {}", inputs.join(", ")));
        }
    }
    message
}

/// A word of a signature, fit for a message.
fn short(text: &str) -> String {
    printable(&text.chars().take(200).collect::<String>()).into_owned()
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
