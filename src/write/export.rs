//! Files that a person asked for by name, and that the ledger does not know: an XLIFF, a TMX, a glossary.
//!
//! They are replaced only where whoever makes them says of what stands there that nothing of a person's is in it.

use std::io::ErrorKind;
use std::path::Path;

use super::disk::{Disk, RealDisk, disk_error, make_folders, parent, temporary};
use crate::error::Result;
use crate::report::event::WriteState;

/// Puts `bytes` at `path`, whole or not at all. Something else that stands there stays
/// ([`WriteState::KeptEdited`]), unless `replaceable` says of its bytes that it may go.
///
/// # Errors
/// Where the disk refuses; what stood there still stands.
pub fn put_export(path: &Path, bytes: &[u8], replaceable: impl Fn(&[u8]) -> bool) -> Result<WriteState> {
    let failed = |source| disk_error(path, source);
    let folder = parent(path);
    make_folders(&RealDisk, folder).map_err(|source| disk_error(folder, source))?;
    let standing = match std::fs::symlink_metadata(path) {
        Ok(metadata) if !metadata.is_file() => return Ok(WriteState::KeptEdited),
        Ok(metadata) => {
            let there = std::fs::read(path).map_err(failed)?;
            if there == bytes {
                return Ok(WriteState::Unchanged);
            }
            if !replaceable(&there) {
                return Ok(WriteState::KeptEdited);
            }
            Some(metadata)
        }
        Err(error) if error.kind() == ErrorKind::NotFound => None,
        Err(error) => return Err(failed(error)),
    };
    let file = temporary(&RealDisk, folder, bytes, standing.as_ref()).map_err(failed)?;
    match RealDisk.rename(file, path, standing.is_some()) {
        Ok(()) => {}
        // Somebody put a file there since.
        Err(error) if standing.is_none() && error.kind() == ErrorKind::AlreadyExists => {
            return Ok(WriteState::KeptEdited);
        }
        Err(error) => return Err(failed(error)),
    }
    RealDisk.sync_folder(folder).map_err(|source| disk_error(folder, source))?;
    Ok(if standing.is_some() { WriteState::Replaced } else { WriteState::Created })
}

#[cfg(test)]
mod tests {
    use super::super::put_for_test;
    use super::*;

    #[test]
    fn what_a_person_made_stays() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("new/a.xlf");
        let put = |bytes: &[u8]| put_export(&path, bytes, |there| there == b"one").unwrap();
        assert_eq!(put(b"one"), WriteState::Created);
        assert_eq!(put(b"one"), WriteState::Unchanged);
        assert_eq!(put(b"two"), WriteState::Replaced);
        assert_eq!(put(b"three"), WriteState::KeptEdited);
        assert_eq!(std::fs::read(&path).unwrap(), b"two");
        put_for_test(&path, b"one");
        assert_eq!(put(b"four"), WriteState::Replaced);
        assert_eq!(std::fs::read_dir(path.parent().unwrap()).unwrap().count(), 1);
    }
}
