//! What a log beside the database may hold: cut off, left behind by kills, from elsewhere.

use super::*;

#[tokio::test]
async fn a_changed_byte_after_a_kill_never_makes_an_answer_wrong() {
    let kept = killed(12).await;
    let (lost, _) = damage(&kept, "-wal", (0..kept.files["-wal"].len()).step_by(step(3_001)), |bytes, at| {
        flip(bytes, at)
    })
    .await;
    assert!(lost <= 6, "{lost} of {}", kept.entries.len());
    let (lost, _) =
        damage(&kept, "", (0..kept.files[""].len()).step_by(step(409)), |bytes, at| flip(bytes, at)).await;
    assert!(lost <= 6, "{lost} of {}", kept.entries.len());
    let (lost, noticed) =
        damage(&kept, "-shm", (0..kept.files["-shm"].len()).step_by(step(6_007)), |bytes, at| {
            flip(bytes, at)
        })
        .await;
    assert_eq!((lost, noticed), (0, 0));
}

/// Writes into the log what would have become a commit of `rows` rows, and gives the files as a kill leaves them.
fn kill_in_mid_commit(root: &Path, rows: u32) -> HashMap<&'static str, Vec<u8>> {
    let connection = rusqlite::Connection::open(database(root)).unwrap();
    // A page that finds no room in the cache goes into the log before its commit does.
    connection.execute_batch("PRAGMA cache_size = 2; BEGIN IMMEDIATE").unwrap();
    for row in 0..rows {
        let insert = "INSERT INTO held VALUES (?1, zeroblob(30000), zeroblob(16))";
        connection.execute(insert, [format!("{rows} {row}")]).unwrap();
    }
    files(root)
}

#[tokio::test]
async fn kills_one_after_another_are_no_damage() {
    let kept = killed(20).await;
    let (first, second) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    put(first.path(), &kept.files);
    let once = kill_in_mid_commit(first.path(), 9);
    assert!(once["-wal"].len() > kept.files["-wal"].len() + 40_000);
    put(second.path(), &once);
    // The second writing begins where the first did, and does not come as far.
    let twice = kill_in_mid_commit(second.path(), 4);
    assert_eq!(twice["-wal"].len(), once["-wal"].len());
    assert_ne!(twice["-wal"], once["-wal"]);
    for files in [once, twice] {
        let root = tempfile::tempdir().unwrap();
        put(root.path(), &files);
        let (found, salvage) = true_answers(root.path(), &kept.entries).await;
        assert_eq!((found, salvage), (20, None));
        // Nothing of it is mixed with what is written next.
        put(root.path(), &files);
        let store = Store::open(root.path()).unwrap();
        assert_eq!(std::fs::metadata(beside(root.path(), "-wal")).unwrap().len(), 0);
        drop(store);
    }
}

#[tokio::test]
async fn a_log_left_from_elsewhere_costs_nothing() {
    let (kept, other) = (closed(30).await, {
        let root = tempfile::tempdir().unwrap();
        let store = fill(root.path(), &entries(20, 500)).await;
        let files = files(root.path());
        drop(store);
        files
    });
    for endings in [&["-wal"][..], &["-wal", "-shm"]] {
        let root = tempfile::tempdir().unwrap();
        put(root.path(), &kept.files);
        for ending in endings {
            put_for_test(&beside(root.path(), ending), &other[ending]);
        }
        let store = Store::open(root.path()).unwrap();
        let keys: Vec<Key> = kept.entries.iter().map(|entry| entry.key).collect();
        assert_eq!(store.recall(&keys).await.unwrap().len(), 30);
        // The stranger's answers are true answers too.
        assert_eq!(store.salvage().map(|salvage| (salvage.answers, salvage.unsound)), Some((50, 0)));
    }
}

#[tokio::test]
async fn a_log_without_its_database_is_used() {
    let mut kept = killed(20).await;
    kept.files.remove("");
    let root = tempfile::tempdir().unwrap();
    put(root.path(), &kept.files);
    let store = Store::open(root.path()).unwrap();
    let keys: Vec<Key> = kept.entries.iter().map(|entry| entry.key).collect();
    assert_eq!(store.recall(&keys).await.unwrap().len(), 20);
    assert_eq!(store.salvage().map(|salvage| salvage.answers), Some(20));
}
