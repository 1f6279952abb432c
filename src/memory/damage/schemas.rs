//! Memories that earlier versions wrote.

use super::*;

#[tokio::test]
async fn a_memory_of_the_first_schema_opens_with_all_that_is_in_it() {
    let root = tempfile::tempdir().unwrap();
    crate::write::make_own_folder(&state_folder(root.path())).unwrap();
    let old = rusqlite::Connection::open(database(root.path())).unwrap();
    schema::make_first(&old).unwrap();
    let kept = Entry { origin: Origin::Human, ..entry("Hello.", "Olá.") };
    old.execute(
        "INSERT INTO memory VALUES (?1, 0, 'scripted', 'm', 'en', 'pt', 'Hello.', 'Olá.', NULL, 1, 1700000000, 3, 4)",
        [kept.key.as_bytes()],
    )
    .unwrap();
    old.execute("INSERT INTO intent VALUES (?1, ?2)", (b"b.pt.txt", [5_u8; 32])).unwrap();
    drop(old);
    for _ in 0..2 {
        let store = Store::open(root.path()).unwrap();
        let known = store.recall(&[kept.key]).await.unwrap();
        assert_eq!((known[&kept.key].answer.as_str(), known[&kept.key].origin), ("Olá.", Origin::Human));
        assert_eq!(store.own_hashes_blocking_elsewhere("b.pt.txt").await, [[5; 32]]);
        assert!(store.salvage().is_none());
    }
}

/// The tables of people's work are added to what is there, also in a memory whose run was killed.
#[tokio::test]
async fn a_memory_of_the_second_schema_gets_the_new_tables() {
    for sealed in [true, false] {
        let root = tempfile::tempdir().unwrap();
        crate::write::make_own_folder(&state_folder(root.path())).unwrap();
        let old = schema::connect(&database(root.path()), schema::Role::Writer).unwrap();
        schema::make_sealed(&old, 2).unwrap();
        let kept = entry("Hello.", "Olá.");
        answers::put(&old, &kept, false).unwrap();
        drop(old);
        let seal = if sealed { Seal::of(&database(root.path())).unwrap() } else { Seal::Open };
        seal.write(&beside(root.path(), ".seal")).unwrap();

        let store = Store::open(root.path()).unwrap();
        assert!(store.salvage().is_none());
        store.correct_elsewhere(vec![correction(1)], Vec::new()).await;
        // The migration is in the log still: a kill now must not look like damage.
        let killed = tempfile::tempdir().unwrap();
        put(killed.path(), &files(root.path()));
        drop(store);
        for root in [root.path(), killed.path()] {
            let store = Store::open(root).unwrap();
            assert!(store.salvage().is_none());
            assert_eq!(store.recall(&[kept.key]).await.unwrap()[&kept.key].answer, "Olá.");
            let (one, text) = (correction(1), correction(1).source);
            let found = store.corrections_for(&one.from, &one.to, &[&text]).await.unwrap();
            assert_eq!(found[&text], [one]);
        }
    }
}

#[tokio::test]
async fn what_people_did_under_the_third_schema_is_found_under_this_one() {
    let root = tempfile::tempdir().unwrap();
    crate::write::make_own_folder(&state_folder(root.path())).unwrap();
    let old = schema::connect(&database(root.path()), schema::Role::Writer).unwrap();
    schema::make_sealed(&old, 3).unwrap();
    let kept = entry("Hello.", "Olá.");
    answers::put(&old, &kept, false).unwrap();
    corrections::put(&old, &correction(1)).unwrap();
    reviews::put(&old, &("a.txt".to_owned(), "{}".to_owned())).unwrap();
    drop(old);

    let store = Store::open(root.path()).unwrap();
    assert!(store.salvage().is_none());
    assert_eq!(store.recall(&[kept.key]).await.unwrap()[&kept.key].answer, "Olá.");
    let (one, text) = (correction(1), correction(1).source);
    let found = store.corrections_for(&one.from, &one.to, &[&text]).await.unwrap();
    assert_eq!(found[&text], [one]);
    // What the third schema had no table for can be kept now.
    let tables = "SELECT count(*) FROM sqlite_schema WHERE name IN ('held', 'summary', 'review')";
    let connection = schema::connect(&database(root.path()), schema::Role::Reader).unwrap();
    assert_eq!(connection.query_row(tables, [], |row| row.get::<_, u32>(0)).unwrap(), 3);
    assert_eq!(store.unsound(), 0);
}
