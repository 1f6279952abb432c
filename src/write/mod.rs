//! Writing: names, atomic files, and what is never overwritten.
//!
//! Owns which file an output goes to ([`names`]), how one is known again ([`output_language`]), and how it gets
//! there ([`files`]): whole or not at all, never outside the state root, never onto a source, never over
//! what a person changed. The only stage that writes outputs. Must not decide what an output says, or record
//! more of it than the intent, and that it is no longer there.

mod aside;
mod disk;
mod export;
pub mod files;
pub mod names;
mod recognise;
pub mod summary;
mod white_space;

pub(crate) use disk::disk_error;
pub use export::put_export;
pub use files::{Outcome, WriteRequest, Writer};
pub use names::{OutputNames, state_root};
pub use recognise::{NamedOutput, is_page, named_output, output_language};
pub(crate) use white_space::says_the_same;

use std::io;
use std::path::Path;

use crate::error::Result;

/// Makes a folder of gloss's own, and what is missing above it, durably.
pub(crate) fn make_own_folder(folder: &Path) -> Result<()> {
    disk::make_folders(&disk::RealDisk, folder).map_err(|source| disk_error(folder, source))
}

/// Makes the names in `folder` durable: what was created, renamed or removed in it survives power loss.
#[cfg(unix)]
pub(crate) fn sync_folder(folder: &Path) -> io::Result<()> {
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    std::fs::File::open(folder)?.sync_all()
}

/// Folders cannot be synced here; their names are journalled by the file system.
#[cfg(not(unix))]
pub(crate) fn sync_folder(_folder: &Path) -> io::Result<()> {
    Ok(())
}

/// Puts a file there as a person would.
#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "tests play the person who writes files")]
pub(crate) fn put_for_test(path: &Path, bytes: &[u8]) {
    std::fs::write(path, bytes).unwrap();
}

#[cfg(test)]
mod tests;
