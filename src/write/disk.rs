//! The steps of putting a file on disk, each by itself, and a look at what stands there already.

use std::fs::{File, Metadata};
use std::io::{self, ErrorKind, Write};
use std::path::Path;

use tempfile::NamedTempFile;

use crate::error::Error;
use crate::memory::{ContentHash, Stamp};

/// How the name of every temporary file begins. One left over from a killed run is known by it.
pub const TEMPORARY_PREFIX: &str = ".gloss-tmp-";

/// The steps that can fail or be cut short, so that tests can make them.
pub(super) trait Disk: Send + Sync {
    fn write(&self, file: &mut File, bytes: &[u8]) -> io::Result<()> {
        file.write_all(bytes)
    }
    fn sync_file(&self, file: &File) -> io::Result<()> {
        file.sync_all()
    }
    /// Puts the file at `path`; over what is there only where `replace`.
    fn rename(&self, file: NamedTempFile, path: &Path, replace: bool) -> io::Result<()> {
        let renamed = if replace { file.persist(path) } else { file.persist_noclobber(path) };
        renamed.map(drop).map_err(|failed| failed.error)
    }
    #[expect(
        clippy::disallowed_methods,
        reason = "a file that gloss wrote beside a person's and that nobody changed"
    )]
    fn remove(&self, path: &Path) -> io::Result<()> {
        std::fs::remove_file(path)
    }
    fn sync_folder(&self, folder: &Path) -> io::Result<()> {
        super::sync_folder(folder)
    }
}

/// The machine's own.
pub(super) struct RealDisk;

impl Disk for RealDisk {}

/// What stands at a path.
pub(super) enum Standing {
    Nothing,
    /// A regular file, its metadata before it was read and the hash of its bytes.
    File(Box<(Stamp, Metadata)>, ContentHash),
    /// A link, folder, device …
    Other,
}

/// A synced temporary file with these bytes, and the permissions of the file it replaces, if any. It is
/// removed when dropped.
pub(super) fn temporary(
    disk: &dyn Disk,
    folder: &Path,
    bytes: &[u8],
    like: Option<&Metadata>,
) -> io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(TEMPORARY_PREFIX);
    let permissions = new_file_permissions();
    if let Some(permissions) = &permissions {
        builder.permissions(permissions.clone());
    }
    let mut file = builder.tempfile_in(folder)?;
    disk.write(file.as_file_mut(), bytes)?;
    if let Some(like) = like {
        // A file that its owner opened to a group, say, stays so; that this may fail harms nobody.
        drop(file.as_file().set_permissions(like.permissions()));
    }
    disk.sync_file(file.as_file())?;
    Ok(file)
}

/// Makes a folder and what is missing above it, and makes their names durable.
pub(super) fn make_folders(disk: &dyn Disk, folder: &Path) -> io::Result<()> {
    let missing: Vec<&Path> = missing(folder).collect();
    if missing.is_empty() {
        return Ok(());
    }
    std::fs::create_dir_all(folder)?;
    missing.into_iter().try_for_each(|made| disk.sync_folder(parent(made)))
}

/// The folders on the way to `folder` that are not there, the deepest first.
pub(super) fn missing(folder: &Path) -> impl Iterator<Item = &Path> {
    folder
        .ancestors()
        .take_while(|ancestor| !ancestor.as_os_str().is_empty() && ancestor.symlink_metadata().is_err())
}

/// The folder that a path stands in; `.` for a bare name.
pub(super) fn parent(path: &Path) -> &Path {
    path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// An error of the disk's, with what to do about the usual ones.
pub(crate) fn disk_error(path: &Path, source: io::Error) -> Error {
    let hint = match source.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => {
            Some("make room and run the same command again: what was answered is kept")
        }
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => {
            Some("make the folder writable, or give another with `--out`")
        }
        _ => None,
    };
    Error::Io { path: path.to_owned(), source, hint: hint.map(str::to_owned) }
}

/// Removes the temporary files that killed runs left in `folder`. A folder that cannot be read is passed over:
/// writing to it will say why.
pub(super) fn clean_temporaries(folder: &Path) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let ours = entry.file_name().as_encoded_bytes().starts_with(TEMPORARY_PREFIX.as_bytes());
        if ours && entry.file_type().is_ok_and(|kind| kind.is_file()) {
            #[expect(clippy::disallowed_methods, reason = "its own temporary files")]
            // One that stays is cleaned another time.
            drop(std::fs::remove_file(entry.path()));
        }
    }
}

/// Finds out what stands at a path, reading it where it is a file.
pub(super) fn look(path: &Path) -> io::Result<Standing> {
    let metadata = match std::fs::symlink_metadata(path) {
        Ok(metadata) => metadata,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Standing::Nothing),
        Err(error) => return Err(error),
    };
    if !metadata.is_file() {
        return Ok(Standing::Other);
    }
    let mut hasher = blake3::Hasher::new();
    hasher.update_reader(File::open(path)?)?;
    Ok(Standing::File(Box::new((Stamp::of(&metadata), metadata)), *hasher.finalize().as_bytes()))
}

/// Temporary files are made for their owner only; outputs are made as any other program makes a file.
#[cfg(unix)]
fn new_file_permissions() -> Option<std::fs::Permissions> {
    Some(<std::fs::Permissions as std::os::unix::fs::PermissionsExt>::from_mode(0o666))
}

#[cfg(not(unix))]
fn new_file_permissions() -> Option<std::fs::Permissions> {
    None
}

/// Whether `path` is another name of the source's own file (other case, say, or a hard link). A symbolic
/// link is not: what is written takes its place and leaves what it leads to alone.
#[cfg(unix)]
pub(super) fn same_file(path: &Path, source: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    match (std::fs::symlink_metadata(path), std::fs::metadata(source)) {
        (Ok(path), Ok(source)) => path.dev() == source.dev() && path.ino() == source.ino(),
        _ => false,
    }
}

#[cfg(not(unix))]
pub(super) fn same_file(path: &Path, source: &Path) -> bool {
    match (path.canonicalize(), source.canonicalize()) {
        (Ok(path), Ok(source)) => path == source,
        _ => false,
    }
}
