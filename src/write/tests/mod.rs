use std::collections::{BTreeMap, HashSet};
use std::ffi::OsString;
use std::fs::File;
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use super::disk::{Disk, TEMPORARY_PREFIX};
use super::files::{Outcome, WriteRequest, Writer};
use super::put_for_test as put;
use crate::error::{Error, Result};
use crate::language::Language;
use crate::memory::{DocumentRecord, RunLock, Stamp, Store};
use crate::report::event::{DocumentState, OutputKind, WriteState};

mod names;
mod processes;

struct Folder {
    _folder: tempfile::TempDir,
    root: PathBuf,
    store: Store,
    lock: RunLock,
}

impl Folder {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("articles");
        std::fs::create_dir(&root).unwrap();
        put(&root.join("csto.txt"), b"the source\n");
        let store = Store::open(&root).unwrap();
        let lock = RunLock::acquire(&root).unwrap();
        Self { _folder: folder, root, store, lock }
    }

    fn writer(&self) -> Writer {
        let source = self.root.join("csto.txt");
        Writer::new(&self.root, self.store.clone(), &self.lock, move |path| path == source).unwrap()
    }

    fn request(&self, name: &str, bytes: &[u8]) -> WriteRequest {
        WriteRequest {
            path: self.root.join(name),
            bytes: bytes.to_vec(),
            kind: if name.ends_with(".summary.md") { OutputKind::Summary } else { OutputKind::Translation },
            language: Language::parse("pt").unwrap(),
            source: self.root.join("csto.txt"),
            source_relative: PathBuf::from("csto.txt"),
            theirs: false,
            force: false,
        }
    }

    fn record(&self, outcome: &Outcome) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(self.store.record_document(document(), outcome.records.clone())).unwrap();
    }

    fn files(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        let mut found = BTreeMap::new();
        let mut folders = vec![self.root.clone()];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.file_name() == Some(".gloss".as_ref()) {
                    continue;
                }
                if path.is_dir() {
                    folders.push(path);
                } else {
                    let bytes = std::fs::read(&path).unwrap();
                    found.insert(path.strip_prefix(&self.root).unwrap().to_owned(), bytes);
                }
            }
        }
        found
    }
}

fn document() -> DocumentRecord {
    DocumentRecord {
        path: PathBuf::from("csto.txt"),
        stamp: Stamp::default(),
        digest: String::new(),
        fingerprint: Vec::new(),
        edge_lines: Vec::new(),
        state: DocumentState::Done,
        summary: String::new(),
    }
}

#[test]
fn a_file_is_created_left_alone_and_replaced() {
    let folder = Folder::new();
    let writer = folder.writer();
    for (bytes, state) in [
        (&b"one"[..], WriteState::Created),
        (b"one", WriteState::Unchanged),
        (b"two", WriteState::Replaced),
        (b"", WriteState::Replaced),
    ] {
        let outcome = writer.write_blocking(&folder.request("deep/er/csto.pt.txt", bytes)).unwrap();
        assert_eq!((outcome.state, &outcome.beside), (state, &None));
        let [record] = &outcome.records[..] else { panic!("{outcome:?}") };
        assert_eq!(record.path, Path::new("deep/er/csto.pt.txt"));
        assert_eq!(record.hash, *blake3::hash(bytes).as_bytes());
        assert!(record.stands(&folder.root) && !record.edited);
        folder.record(&outcome);
        assert_eq!(folder.files()[&record.path], bytes);
    }
    assert_eq!(folder.files().len(), 2, "{:?}", folder.files().keys());
}

#[test]
fn what_a_person_changed_is_kept_and_ours_goes_beside() {
    let folder = Folder::new();
    let writer = folder.writer();
    for (name, new) in [
        ("csto.pt.txt", ["csto.pt.new.txt", "csto.pt.new2.txt"]),
        ("csto.pt.summary.md", ["csto.pt.new.summary.md", "csto.pt.new2.summary.md"]),
    ] {
        folder.record(&writer.write_blocking(&folder.request(name, b"ours")).unwrap());
        put(&folder.root.join(name), b"theirs");

        // Twice: what stands beside from the first time is ours, and is replaced.
        for bytes in [&b"ours 2"[..], b"ours 3"] {
            let outcome = writer.write_blocking(&folder.request(name, bytes)).unwrap();
            assert_eq!(outcome.state, WriteState::KeptEdited);
            assert_eq!(outcome.beside, Some(folder.root.join(new[0])));
            let edited: Vec<_> = outcome.records.iter().map(|record| record.edited).collect();
            assert_eq!(edited, [false, true]);
            folder.record(&outcome);
            assert_eq!(folder.files()[Path::new(name)], b"theirs");
            assert_eq!(folder.files()[Path::new(new[0])], bytes);
        }
        // What a person changed beside is kept as well.
        put(&folder.root.join(new[0]), b"theirs too");
        let outcome = writer.write_blocking(&folder.request(name, b"ours 4")).unwrap();
        assert_eq!(outcome.beside, Some(folder.root.join(new[1])));
        assert_eq!(folder.files()[Path::new(new[0])], b"theirs too");

        let forced = WriteRequest { force: true, ..folder.request(name, b"ours 5") };
        let outcome = writer.write_blocking(&forced).unwrap();
        let copy = folder.root.join(format!("{name}.~1~"));
        assert_eq!((outcome.state, outcome.beside.as_deref()), (WriteState::Replaced, Some(&*copy)));
        assert_eq!(folder.files()[Path::new(&format!("{name}.~1~"))], b"theirs");
        folder.record(&outcome);
        assert_eq!(folder.files()[Path::new(name)], b"ours 5");
        assert_eq!(
            writer.write_blocking(&folder.request(name, b"ours 6")).unwrap().state,
            WriteState::Replaced
        );
    }
}

#[test]
fn a_file_that_the_ledger_does_not_know_is_a_persons() {
    let folder = Folder::new();
    put(&folder.root.join("csto.pt.txt"), b"made by hand");
    let outcome = folder.writer().write_blocking(&folder.request("csto.pt.txt", b"ours")).unwrap();
    assert_eq!(outcome.state, WriteState::KeptEdited);
    assert_eq!(folder.files()[Path::new("csto.pt.txt")], b"made by hand");
}

#[test]
fn a_crash_before_the_record_does_not_make_ours_a_persons() {
    let folder = Folder::new();
    // Never recorded: the run dies after each rename.
    for (bytes, state) in [(b"one", WriteState::Created), (b"two", WriteState::Replaced)] {
        let outcome = folder.writer().write_blocking(&folder.request("csto.pt.txt", bytes)).unwrap();
        assert_eq!(outcome.state, state);
    }
    // The run dies between intent and rename: the file is still the one before.
    folder.store.intend_blocking(vec![("csto.pt.txt".into(), [7; 32])]).unwrap();
    let outcome = folder.writer().write_blocking(&folder.request("csto.pt.txt", b"three")).unwrap();
    assert_eq!(outcome.state, WriteState::Replaced);
}

#[test]
fn a_source_is_never_a_target() {
    let folder = Folder::new();
    let writer = folder.writer();
    std::fs::hard_link(folder.root.join("csto.txt"), folder.root.join("hard.txt")).unwrap();
    for name in ["csto.txt", "./csto.txt", "hard.txt"] {
        let request = WriteRequest { force: true, ..folder.request(name, b"ours") };
        let error = writer.write_blocking(&request).unwrap_err();
        assert!(error.to_string().contains("is a source"), "{error}");
        assert_eq!(folder.files()[Path::new("csto.txt")], b"the source\n");
    }
}

#[cfg(unix)]
#[test]
fn links_are_not_written_through() {
    use std::os::unix::fs::symlink;
    let folder = Folder::new();
    let writer = folder.writer();
    let outside = folder.root.parent().unwrap().join("outside");
    std::fs::create_dir(&outside).unwrap();
    put(&outside.join("precious"), b"precious");
    symlink(outside.join("precious"), folder.root.join("csto.pt.txt")).unwrap();
    let outcome = writer.write_blocking(&folder.request("csto.pt.txt", b"ours")).unwrap();
    assert_eq!(outcome.state, WriteState::KeptEdited);
    assert_eq!(folder.files()[Path::new("csto.pt.new.txt")], b"ours");
    let forced = WriteRequest { force: true, ..folder.request("csto.pt.txt", b"ours") };
    assert_eq!(writer.write_blocking(&forced).unwrap().state, WriteState::Replaced);
    assert!(folder.root.join("csto.pt.txt").symlink_metadata().unwrap().is_file());
    assert_eq!(std::fs::read(outside.join("precious")).unwrap(), b"precious");

    symlink(&outside, folder.root.join("way-out")).unwrap();
    for name in ["way-out/csto.pt.txt", "way-out/new/csto.pt.txt", "../csto.pt.txt", "../outside/csto.pt.txt"]
    {
        let error = writer.write_blocking(&folder.request(name, b"ours")).unwrap_err();
        assert!(error.to_string().contains("leads out of"), "{name}: {error}");
    }
    assert_eq!(std::fs::read_dir(&outside).unwrap().count(), 1);
}

#[cfg(unix)]
#[test]
fn outputs_have_the_rights_of_any_new_file_and_keep_those_they_have() {
    use std::os::unix::fs::PermissionsExt;
    let folder = Folder::new();
    let mode = |name: &str| folder.root.join(name).metadata().unwrap().permissions().mode() & 0o777;
    folder.writer().write_blocking(&folder.request("csto.pt.txt", b"one")).unwrap();
    assert_eq!(mode("csto.pt.txt"), mode("csto.txt"));
    let opened = std::fs::Permissions::from_mode(0o640);
    std::fs::set_permissions(folder.root.join("csto.pt.txt"), opened).unwrap();
    folder.writer().write_blocking(&folder.request("csto.pt.txt", b"two")).unwrap();
    assert_eq!(mode("csto.pt.txt"), 0o640);
}

#[test]
fn temporary_files_of_killed_runs_are_cleaned_where_we_write() {
    let folder = Folder::new();
    std::fs::create_dir_all(folder.root.join("elsewhere")).unwrap();
    std::fs::create_dir_all(folder.root.join(format!("{TEMPORARY_PREFIX}folder"))).unwrap();
    let left = format!("{TEMPORARY_PREFIX}x1y2z3");
    put(&folder.root.join(&left), b"half");
    put(&folder.root.join("elsewhere").join(&left), b"half");
    folder.writer().write_blocking(&folder.request("csto.pt.txt", b"ours")).unwrap();
    let names: Vec<_> = folder.files().into_keys().collect();
    assert_eq!(names, ["csto.pt.txt", "csto.txt", &format!("elsewhere/{left}")].map(PathBuf::from));
    assert!(folder.root.join(format!("{TEMPORARY_PREFIX}folder")).is_dir());
}

/// Fails the step of that number, after half of the bytes where it is a write; notes every step.
struct Faulty {
    fail_at: usize,
    steps: AtomicUsize,
    order: Arc<Mutex<Vec<String>>>,
    kind: ErrorKind,
}

impl Faulty {
    fn step(&self, name: &str) -> io::Result<()> {
        self.order.lock().unwrap().push(name.to_owned());
        let failed = self.steps.fetch_add(1, Ordering::SeqCst) == self.fail_at;
        if failed { Err(self.kind.into()) } else { Ok(()) }
    }
}

impl Disk for Faulty {
    fn write(&self, file: &mut File, bytes: &[u8]) -> io::Result<()> {
        let (first, rest) = bytes.split_at(bytes.len() / 2);
        file.write_all(first)?;
        self.step("write")?;
        file.write_all(rest)
    }
    fn sync_file(&self, file: &File) -> io::Result<()> {
        self.step("sync file")?;
        file.sync_all()
    }
    fn rename(&self, file: tempfile::NamedTempFile, path: &Path, replace: bool) -> io::Result<()> {
        self.step("rename")?;
        super::disk::RealDisk.rename(file, path, replace)
    }
    fn sync_folder(&self, folder: &Path) -> io::Result<()> {
        self.step(&format!("sync folder {}", folder.file_name().unwrap().to_string_lossy()))?;
        super::sync_folder(folder)
    }
}

fn faulty(folder: &Folder, fail_at: usize, kind: ErrorKind) -> (Writer, Arc<Mutex<Vec<String>>>) {
    let order = Arc::<Mutex<Vec<String>>>::default();
    let disk = Faulty { fail_at, steps: AtomicUsize::new(0), order: order.clone(), kind };
    let writer =
        Writer::with_disk(&folder.root, folder.store.clone(), Box::new(|_| false), Box::new(disk)).unwrap();
    (writer, order)
}

#[test]
fn file_and_folders_are_synced_around_the_rename() {
    let folder = Folder::new();
    let (writer, order) = faulty(&folder, usize::MAX, ErrorKind::Other);
    writer.write_blocking(&folder.request("a/b/csto.pt.txt", b"ours")).unwrap();
    // The folders made on the way: first `b` in `a`, then `a` in the root.
    let expected = ["sync folder a", "sync folder articles", "write", "sync file", "rename", "sync folder b"];
    assert_eq!(*order.lock().unwrap(), expected);
}

#[test]
fn the_nth_step_failing_leaves_old_or_new_whole_and_the_next_run_ends_well() {
    for kind in [ErrorKind::StorageFull, ErrorKind::ReadOnlyFilesystem, ErrorKind::Other] {
        for fail_at in 0.. {
            let folder = Folder::new();
            let names = ["csto.pt.txt", "sub/csto.pt.summary.md", "csto.es.txt"];
            folder.record(&folder.writer().write_blocking(&folder.request(names[0], b"old words")).unwrap());
            let run = |writer: &Writer| -> Result<Vec<Outcome>> {
                names.iter().map(|name| writer.write_blocking(&folder.request(name, b"new words"))).collect()
            };
            let (writer, _) = faulty(&folder, fail_at, kind);
            let result = run(&writer);
            for (path, bytes) in folder.files() {
                let whole = [&b"old words"[..], b"new words", b"the source\n"].contains(&&bytes[..]);
                let temporary = path.to_string_lossy().contains(TEMPORARY_PREFIX);
                assert!(whole && !temporary, "step {fail_at}: {path:?} {bytes:?}");
            }
            let all_steps_passed = match result {
                Ok(_) => true,
                Err(error @ Error::Io { .. }) => {
                    assert!(error.to_string().contains(folder.root.to_str().unwrap()), "{error}");
                    assert_eq!(error.hint().is_some(), kind != ErrorKind::Other);
                    false
                }
                Err(error) => panic!("step {fail_at}: {error:?}"),
            };
            for outcome in run(&folder.writer()).unwrap() {
                assert_ne!(outcome.state, WriteState::KeptEdited, "step {fail_at}");
            }
            for name in names {
                assert_eq!(folder.files()[Path::new(name)], b"new words");
            }
            if all_steps_passed {
                assert_eq!(fail_at, 13, "steps of three files, one of them in a folder of its own");
                break;
            }
        }
    }
}
