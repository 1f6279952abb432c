//! The copy of a person's file that stays when the file itself is overwritten.

use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

/// Copies that a file may have.
const MOST: u32 = 1000;

/// Keeps what stands at `path` under another name in its folder: `csto.pt.txt.~1~`, or the next number that is free, as `cp
/// --backup=numbered` has it. No article and no output of a run is called so.
///
/// # Errors
/// Where the disk refuses, or every number is taken.
pub(super) fn keep(path: &Path) -> io::Result<PathBuf> {
    for number in 1..=MOST {
        let mut name = path.as_os_str().to_owned();
        name.push(format!(".~{number}~"));
        match std::fs::hard_link(path, &name) {
            Ok(()) => return Ok(PathBuf::from(name)),
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            // No hard links here.
            Err(_) => match copy_new(path, Path::new(&name)) {
                Ok(()) => return Ok(PathBuf::from(name)),
                Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error),
            },
        }
    }
    Err(io::Error::new(ErrorKind::AlreadyExists, "all names for a copy of it are taken"))
}

fn copy_new(from: &Path, to: &Path) -> io::Result<()> {
    let mut from = std::fs::File::open(from)?;
    let mut to = std::fs::File::options().write(true).create_new(true).open(to)?;
    io::copy(&mut from, &mut to)?;
    to.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::write::put_for_test;

    #[test]
    fn each_copy_has_a_number_of_its_own() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        let path = at("a.pt.txt");
        assert!(keep(&path).is_err());
        put_for_test(&path, b"new");
        put_for_test(&at("a.pt.txt.~1~"), b"older");
        assert_eq!(keep(&path).unwrap(), at("a.pt.txt.~2~"));
        assert_eq!(std::fs::read_to_string(at("a.pt.txt.~1~")).unwrap(), "older");
        assert_eq!(std::fs::read_to_string(at("a.pt.txt.~2~")).unwrap(), "new");
        let third = at("third");
        copy_new(&path, &third).unwrap();
        assert_eq!(std::fs::read_to_string(&third).unwrap(), "new");
        assert_eq!(copy_new(&path, &third).unwrap_err().kind(), ErrorKind::AlreadyExists);
    }
}
