//! Tests: every way in which a memory's files may be damaged, and what is left of it.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use super::seal::Seal;
use super::tests::{correction, document, entry, ignored, output, review};
use super::*;
use crate::error::Error;
use crate::write::put_for_test;

mod logs;
mod schemas;

/// A memory as its files, and the answers in it.
struct Kept {
    files: HashMap<&'static str, Vec<u8>>,
    entries: Vec<Entry>,
}

const ENDINGS: [&str; 5] = ["", "-wal", "-shm", "-journal", ".seal"];

fn database(root: &Path) -> PathBuf {
    state_folder(root).join("gloss.db")
}

fn beside(root: &Path, ending: &str) -> PathBuf {
    state_folder(root).join(format!("gloss.db{ending}"))
}

fn files(root: &Path) -> HashMap<&'static str, Vec<u8>> {
    let read = |ending| Some((ending, std::fs::read(beside(root, ending)).ok()?));
    ENDINGS.into_iter().filter_map(read).collect()
}

fn entries(count: usize, start: usize) -> Vec<Entry> {
    (start..start + count)
        .map(|number| {
            // Some answers reach over more pages than one.
            let length = [3, 20, 60, 900][number % 4];
            let mut entry =
                entry(&format!("Source {number}."), &format!("Resposta {number}; ").repeat(length));
            if number % 5 == 0 {
                entry.origin = Origin::Human;
            }
            entry
        })
        .collect()
}

async fn fill(root: &Path, entries: &[Entry]) -> Store {
    let store = Store::open(root).unwrap();
    for some in entries.chunks(7) {
        store.remember(some.to_vec()).await.unwrap();
    }
    store.record_document(document("a.txt"), vec![output("a.pt.txt", "a.txt", 7)]).await.unwrap();
    let edited = OutputRecord { edited: true, ..output("a.es.txt", "a.txt", 9) };
    store.record_document(document("a.txt"), vec![edited]).await.unwrap();
    store.intend_blocking_elsewhere(vec![(PathBuf::from("b.pt.txt"), [5; 32])]).await;
    store.correct_elsewhere((0..CORRECTIONS).map(correction).collect(), vec![ignored()]).await;
    store.record_reviewed(document("a.txt"), Vec::new(), &review("a.txt", "One.")).await.unwrap();
    store
}

/// Corrections in each memory.
const CORRECTIONS: usize = 6;

/// Holds what people did in a memory to what is true; gives the corrections that came back.
async fn true_corrections(store: &Store) -> usize {
    let wanted: Vec<Correction> = (0..CORRECTIONS).map(correction).collect();
    let texts: Vec<&str> = wanted.iter().map(|correction| correction.source.as_str()).collect();
    let (from, to) = (&wanted[0].from, &wanted[0].to);
    let found = store.corrections_for(from, to, &texts).await.unwrap();
    for correction in &wanted {
        if let Some(all) = found.get(&correction.source) {
            assert_eq!(all.as_slice(), std::slice::from_ref(correction));
        }
    }
    if let Some(found) = store.review("a.txt").await.unwrap() {
        assert_eq!(found, review("a.txt", "One."));
    }
    found.len()
}

impl Store {
    async fn intend_blocking_elsewhere(&self, outputs: Vec<(PathBuf, ContentHash)>) {
        let store = self.clone();
        tokio::task::spawn_blocking(move || store.intend_blocking(outputs)).await.unwrap().unwrap();
    }

    async fn correct_elsewhere(&self, corrections: Vec<Correction>, ignored: Vec<Ignored>) {
        let store = self.clone();
        let both = move || {
            store.correct_blocking(corrections).unwrap();
            store.ignore_blocking(ignored).unwrap();
        };
        tokio::task::spawn_blocking(both).await.unwrap();
    }
}

/// A memory that was closed.
async fn closed(count: usize) -> Kept {
    let root = tempfile::tempdir().unwrap();
    let entries = entries(count, 0);
    drop(fill(root.path(), &entries).await);
    let files = files(root.path());
    assert!(!files.contains_key("-wal") && files.contains_key(".seal"));
    Kept { files, entries }
}

/// A memory whose run was killed: most of it is in the log.
async fn killed(count: usize) -> Kept {
    let root = tempfile::tempdir().unwrap();
    let entries = entries(count, 0);
    let store = fill(root.path(), &entries).await;
    let files = files(root.path());
    assert!(files["-wal"].len() > 20_000);
    drop(store);
    Kept { files, entries }
}

fn put(root: &Path, files: &HashMap<&'static str, Vec<u8>>) {
    crate::write::make_own_folder(&state_folder(root)).unwrap();
    for (ending, bytes) in files {
        put_for_test(&beside(root, ending), bytes);
    }
}

/// Opens what is there, and holds what comes back to what is true. Gives the answers found and the salvage.
async fn true_answers(root: &Path, entries: &[Entry]) -> (usize, Option<Salvage>) {
    let store = Store::open(root).unwrap();
    let keys: Vec<Key> = entries.iter().map(|entry| entry.key).collect();
    let known = store.recall(&keys).await.unwrap();
    for entry in entries {
        if let Some(found) = known.get(&entry.key) {
            assert_eq!(found.answer, entry.answer);
            assert_eq!((found.origin, found.created), (entry.origin, entry.created));
        }
    }
    let documents = store.documents(vec!["a.txt".into()]).await.unwrap();
    for known in documents.values() {
        assert_eq!(known.document, document("a.txt"));
    }
    let corrections = if entries.is_empty() { CORRECTIONS } else { true_corrections(&store).await };
    assert!(corrections == CORRECTIONS || store.salvage().is_some() || store.unsound() > 0, "{corrections}");
    let own = store.own_hashes_blocking_elsewhere("a.es.txt").await;
    assert!(own.is_empty(), "a person's file is taken for ours");
    let lost_in_silence = known.len() < entries.len() && store.salvage().is_none() && store.unsound() == 0;
    assert!(!lost_in_silence, "{} of {}", known.len(), entries.len());
    let salvage = store.salvage().cloned();
    if let Some(salvage) = &salvage {
        assert!(salvage.kept_aside.exists());
        assert_eq!(salvage.answers, known.len() as u64);
        assert_eq!(salvage.corrections, corrections as u64);
        let human = known.values().filter(|found| found.origin == Origin::Human).count();
        assert_eq!(salvage.human, human as u64);
    }
    (known.len(), salvage)
}

impl Store {
    async fn own_hashes_blocking_elsewhere(&self, path: &'static str) -> Vec<ContentHash> {
        let store = self.clone();
        tokio::task::spawn_blocking(move || store.own_hashes_blocking(Path::new(path)).unwrap())
            .await
            .unwrap()
    }
}

/// Damages one file of a memory in one way, again and again; what was lost at most, and how often it was noticed.
async fn damage(
    kept: &Kept,
    ending: &'static str,
    places: impl Iterator<Item = usize>,
    change: impl Fn(&mut Vec<u8>, usize),
) -> (usize, usize) {
    let (mut most_lost, mut noticed) = (0, 0);
    for at in places {
        let root = tempfile::tempdir().unwrap();
        put(root.path(), &kept.files);
        let mut bytes = kept.files[ending].clone();
        change(&mut bytes, at);
        put_for_test(&beside(root.path(), ending), &bytes);
        let (found, salvage) = true_answers(root.path(), &kept.entries).await;
        if let Some(salvage) = &salvage {
            let aside = match ending {
                "-wal" => format!("{}-wal", salvage.kept_aside.display()),
                _ => salvage.kept_aside.display().to_string(),
            };
            assert_eq!(std::fs::read(aside).unwrap(), bytes, "{ending} at {at}");
        }
        most_lost = most_lost.max(kept.entries.len() - found);
        noticed += usize::from(salvage.is_some());
        // And the next opening finds nothing amiss.
        let (again, salvage) = true_answers(root.path(), &[]).await;
        assert_eq!((again, salvage), (0, None), "{ending} at {at}");
    }
    (most_lost, noticed)
}

fn flip(bytes: &mut [u8], at: usize) {
    bytes[at] ^= 1 << (at % 8);
}

/// Every how manieth byte is changed; `GLOSS_EVERY_BYTE=1` changes each (a quarter of an hour in memory on one busy core).
fn step(default: usize) -> usize {
    std::env::var("GLOSS_EVERY_BYTE").map_or(default, |step| step.parse().unwrap())
}

#[tokio::test]
async fn a_changed_byte_of_a_closed_memory_never_makes_an_answer_wrong() {
    let kept = closed(12).await;
    let size = kept.files[""].len();
    let places = (0..100).step_by(step(5)).chain((100..size).step_by(step(509)));
    let (lost, _) = damage(&kept, "", places, |bytes, at| flip(bytes, at)).await;
    // A changed byte costs the rows of one page, or the ends of those that reach into it.
    assert!(lost <= 6, "{lost} of {}", kept.entries.len());
}

#[tokio::test]
async fn files_that_were_cut_off_keep_what_comes_before() {
    let kept = closed(40).await;
    let size = kept.files[""].len();
    for (length, least) in [(size / 2, 8), (size - 100, 30), (4096, 0), (50, 0), (1, 0), (0, 0)] {
        let (lost, noticed) =
            damage(&kept, "", std::iter::once(length), |bytes, length| bytes.truncate(length)).await;
        assert_eq!(noticed, 1, "cut to {length}");
        assert!(lost <= kept.entries.len() - least, "cut to {length}: {lost} lost");
    }
    let kept = killed(40).await;
    let size = kept.files["-wal"].len();
    for length in [size - 1, size - 4_000, size / 2] {
        let root = tempfile::tempdir().unwrap();
        put(root.path(), &kept.files);
        put_for_test(&beside(root.path(), "-wal"), &kept.files["-wal"][..length]);
        let store = Store::open(root.path()).unwrap();
        let keys: Vec<Key> = kept.entries.iter().map(|entry| entry.key).collect();
        let known = store.recall(&keys).await.unwrap();
        assert!(
            kept.entries.iter().all(|entry| known.get(&entry.key).is_none_or(|k| k.answer == entry.answer))
        );
        assert!(known.len() >= kept.entries.len() / 4, "{} left of {length}", known.len());
    }
}

#[tokio::test]
async fn what_is_no_database_is_kept_aside() {
    let kept = closed(8).await;
    let text = b"this was never a database, and it is longer than a header is: ".repeat(3);
    for damage in [text, vec![0x53; 9_000], vec![0; 4_096]] {
        let root = tempfile::tempdir().unwrap();
        put(root.path(), &HashMap::from([("", damage.clone())]));
        let (found, salvage) = true_answers(root.path(), &kept.entries).await;
        let salvage = salvage.unwrap();
        assert_eq!((found, salvage.answers, salvage.human), (0, 0, 0));
        assert_eq!(std::fs::read(&salvage.kept_aside).unwrap(), damage);
        let name = salvage.kept_aside.file_name().unwrap().to_str().unwrap();
        assert!(name.starts_with("gloss.db.damaged-2"), "{name}");
    }
}

#[tokio::test]
async fn a_journal_left_from_elsewhere_is_not_played_back() {
    let kept = closed(20).await;
    let root = tempfile::tempdir().unwrap();
    put(root.path(), &kept.files);
    let mut journal = b"\xd9\xd5\x05\xf9\x20\xa1\x63\xd7".to_vec();
    journal.resize(9_000, 1);
    put_for_test(&beside(root.path(), "-journal"), &journal);
    let (found, salvage) = true_answers(root.path(), &kept.entries).await;
    assert_eq!(found, 20);
    assert!(salvage.is_some());
}

#[tokio::test]
async fn a_row_that_rots_in_mid_run_is_as_unknown_and_is_never_written_over() {
    let root = tempfile::tempdir().unwrap();
    let entries = entries(10, 0);
    let store = fill(root.path(), &entries).await;
    let human = &entries[5];
    let other = rusqlite::Connection::open(database(root.path())).unwrap();
    let changed = other.execute(
        "UPDATE memory SET answer = 'changed' WHERE key IN (?1, ?2)",
        (human.key.as_bytes(), entries[6].key.as_bytes()),
    );
    assert_eq!(changed.unwrap(), 2);
    let keys: Vec<Key> = entries.iter().map(|entry| entry.key).collect();
    let known = store.recall(&keys).await.unwrap();
    assert_eq!((known.len(), store.unsound()), (8, 2));
    // Asked again, the machine's answer does not take the place of what may have been a person's.
    store.remember(vec![Entry { origin: Origin::Machine, ..human.clone() }]).await.unwrap();
    let stands: String = other
        .query_row("SELECT answer FROM memory WHERE key = ?1", [human.key.as_bytes()], |row| row.get(0))
        .unwrap();
    assert_eq!(stands, "changed");
    drop((store, other));
    let (found, salvage) = true_answers(root.path(), &entries).await;
    assert_eq!((found, salvage.unwrap().unsound), (8, 2));
}

#[tokio::test]
#[expect(clippy::disallowed_methods, reason = "the test plays the salvage that was killed")]
async fn a_salvage_that_was_killed_is_finished() {
    let kept = closed(12).await;
    let root = tempfile::tempdir().unwrap();
    put(root.path(), &kept.files);
    // Complete, and nothing renamed yet; then the damaged file out of the way already.
    for damaged in [Some(b"damaged".to_vec()), None] {
        let complete = beside(root.path(), ".salvaged");
        put_for_test(&complete, &kept.files[""]);
        match &damaged {
            Some(bytes) => put_for_test(&database(root.path()), bytes),
            None => std::fs::rename(database(root.path()), beside(root.path(), ".damaged-before")).unwrap(),
        }
        // And one that was not complete.
        put_for_test(&beside(root.path(), ".partial"), b"half");
        let (found, _) = true_answers(root.path(), &kept.entries).await;
        assert_eq!(found, 12);
        assert!(!complete.exists());
    }
}

#[tokio::test]
async fn a_look_mends_nothing() {
    let kept = closed(6).await;
    let root = tempfile::tempdir().unwrap();
    put(root.path(), &kept.files);
    let mut bytes = kept.files[""].clone();
    let text = bytes.windows(8).position(|window| window == b"Resposta").unwrap();
    flip(&mut bytes, text);
    put_for_test(&database(root.path()), &bytes);
    let error = Store::open_existing(root.path()).unwrap_err();
    assert!(matches!(error, Error::Memory { .. }), "{error:?}");
    assert!(error.to_string().contains("damaged") && error.hint().unwrap().contains("--dry-run"));
    assert_eq!(std::fs::read(database(root.path())).unwrap(), bytes);
}

/// Makes the seeds of the fuzz targets anew: `GLOSS_FUZZ_SEEDS=fuzz/seeds cargo test --lib fuzz_seeds -- --ignored`.
#[tokio::test]
#[ignore = "writes seeds"]
async fn fuzz_seeds() {
    let folder = PathBuf::from(std::env::var_os("GLOSS_FUZZ_SEEDS").unwrap());
    let root = tempfile::tempdir().unwrap();
    drop(fill(root.path(), &entries(2, 0)).await);
    let store = fill(root.path(), &[entry("Long.", &"Longa. ".repeat(900))]).await;
    let files = files(root.path());
    drop(store);
    // Only pages that hold rows of tables: the rest teaches the reader nothing.
    let leaves: Vec<&[u8]> =
        files[""].chunks(4096).filter(|page| page[0] == 13 && (page[3], page[4]) != (0, 0)).collect();
    put_for_test(&folder.join("memory_pages/rows"), &leaves.concat());
    let log = &files["-wal"];
    put_for_test(&folder.join("memory_pages/overflow"), &log[32 + 24..(32 + 5 * 4120).min(log.len())]);
    put_for_test(&folder.join("memory_log/commits"), &log[..(32 + 6 * 4120).min(log.len())]);
}

/// Figures for the module doc: `cargo test --lib speed_of_opening -- --ignored --nocapture`.
#[tokio::test]
#[ignore = "measures"]
#[expect(clippy::print_stdout, reason = "measures")]
async fn speed_of_opening() {
    use std::time::Instant;
    let root = tempfile::tempdir_in(env!("CARGO_MANIFEST_DIR")).unwrap();
    let store = Store::open(root.path()).unwrap();
    for group in 0..200 {
        let entries = (0..1_000)
            .map(|number| entry(&format!("{group} {number} {}", "word ".repeat(60)), &"palavra ".repeat(30)))
            .collect();
        store.remember(entries).await.unwrap();
    }
    let kept = store.clone();
    drop(store);
    let begin = Instant::now();
    drop(kept);
    println!("closing: {:.2?}", begin.elapsed());
    let size = std::fs::metadata(database(root.path())).unwrap().len() / 1_000_000;
    let open = |what: &str| {
        let begin = Instant::now();
        let store = Store::open(root.path()).unwrap();
        println!("{what} ({size} MB): {:.2?}", begin.elapsed());
        store.salvage().cloned()
    };
    open("opening what was closed");
    Seal::Open.write(&beside(root.path(), ".seal")).unwrap();
    open("opening what was not closed");
    let mut bytes = std::fs::read(database(root.path())).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle..middle + 4_096].fill(0xA5);
    put_for_test(&database(root.path()), &bytes);
    println!("{:?}", open("salvage"));
}
