use std::path::{Path, PathBuf};

use super::*;
use crate::check::{Finding, Severity};
use crate::engine::Usage;
use crate::error::exit;
use crate::language::Language;
use crate::report::event::{DocumentState, OutputKind};

fn language(tag: &str) -> Language {
    Language::parse(tag).unwrap()
}

pub(super) fn entry(text: &str, answer: &str) -> Entry {
    let (from, to) = (language("en"), language("pt"));
    Entry {
        key: Key::translation("scripted", &from, &to, text),
        kind: EntryKind::Translation,
        engine: "scripted".to_owned(),
        model: "m".to_owned(),
        from,
        to,
        source: text.to_owned(),
        answer: answer.to_owned(),
        findings: Vec::new(),
        origin: Origin::Machine,
        created: 1_700_000_000,
        usage: Usage { tokens_in: 3, tokens_out: 4, ..Usage::default() },
    }
}

pub(super) fn document(path: impl Into<PathBuf>) -> DocumentRecord {
    DocumentRecord {
        path: path.into(),
        stamp: Stamp { size: 12, mtime_ns: 1_700_000_000_123_456_789 },
        digest: "d".to_owned(),
        fingerprint: vec![0, 255, 7],
        edge_lines: vec![u64::MAX, 0, 42],
        state: DocumentState::Partial,
        summary: "{}".to_owned(),
    }
}

pub(super) fn output(path: impl Into<PathBuf>, source: impl Into<PathBuf>, hash: u8) -> OutputRecord {
    OutputRecord {
        path: path.into(),
        source: source.into(),
        kind: OutputKind::Summary,
        language: language("zh-Hant"),
        hash: [hash; 32],
        stamp: Stamp { size: 1, mtime_ns: -5 },
        edited: false,
    }
}

pub(super) fn correction(number: usize) -> Correction {
    Correction {
        from: language("en"),
        to: language("pt"),
        source: format!("Sentence {number}."),
        before: number.is_multiple_of(2).then(|| text_hash("before")),
        after: None,
        shape: Some(text_hash("shape")),
        path: "deep/a.txt".to_owned(),
        block: crate::document::BlockId(u32::try_from(number).unwrap()),
        kind: CorrectionKind::Edit,
        answer: format!("Frase {number}. ").repeat([1, 400][number % 2]),
        raw: number.is_multiple_of(3).then(|| "Frase\nem linhas.".to_owned()),
        machine: Some("Máquina.".to_owned()),
        machine_engine: None,
        how: How::File,
        created_ms: 1_700_000_000_000 + number as i64,
    }
}

pub(super) fn ignored() -> Ignored {
    Ignored {
        from: language("en"),
        to: language("pt"),
        source: "Sentence 1.".to_owned(),
        check: "repeat".to_owned(),
        message: "twice".to_owned(),
        created_ms: 5,
    }
}

pub(super) fn review(path: &str, text: &str) -> crate::review::data::ReviewDocument {
    use crate::document::{BlockId, BlockKind, Role};
    crate::review::data::ReviewDocument {
        schema: crate::review::data::SCHEMA,
        path: path.to_owned(),
        digest: "d".to_owned(),
        language: language("en"),
        units: vec![crate::review::data::SourceUnit {
            block: BlockId(0),
            kind: BlockKind::Heading(2),
            role: Role::Body,
            text: text.to_owned(),
            kept: Vec::new(),
        }],
        translations: Vec::new(),
        summaries: Vec::new(),
    }
}

#[test]
fn corrections_count_by_text_and_the_newest_of_one_context_alone() {
    let root = tempfile::tempdir().unwrap();
    let store = Store::open(root.path()).unwrap();
    let first = correction(0);
    let elsewhere = Correction { after: Some(text_hash("after")), created_ms: 7, ..correction(0) };
    let older = Correction { answer: "old".to_owned(), created_ms: 3, ..correction(0) };
    let newer =
        Correction { answer: "new".to_owned(), ..Correction { created_ms: i64::MAX, ..correction(0) } };
    let other_language = Correction { to: language("es"), ..correction(0) };
    store.correct_blocking(vec![first.clone(), elsewhere.clone(), older, other_language.clone()]).unwrap();
    let find = |to: &str| {
        let texts = ["Sentence 0.", "Sentence 9."];
        store.corrections_for_blocking(&language("en"), &language(to), &texts).unwrap()
    };
    assert_eq!(find("pt")["Sentence 0."], [first.clone(), elsewhere.clone()]);
    assert_eq!(find("es").values().flatten().collect::<Vec<_>>(), [&other_language]);
    assert!(find("pt-BR").is_empty());
    store.correct_blocking(vec![newer.clone()]).unwrap();
    assert_eq!(find("pt")["Sentence 0."], [newer.clone(), elsewhere.clone()]);

    let mut all = Vec::new();
    store.each_correction_blocking(|correction| all.push(correction)).unwrap();
    assert_eq!(all.len(), 3);
    store.withdraw_blocking(newer).unwrap();
    let found = find("pt");
    assert_eq!(found["Sentence 0."][0].kind, CorrectionKind::Withdrawal);
    assert_eq!(found["Sentence 0."][1], elsewhere);
    all.clear();
    store.each_correction_blocking(|correction| all.push(correction)).unwrap();
    assert_eq!(all, [other_language, elsewhere]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_stamp_of_a_pair_tells_whether_people_did_anything_in_it() {
    let root = tempfile::tempdir().unwrap();
    let store = Store::open(root.path()).unwrap();
    let pair = (language("en"), language("pt"));
    assert!(store.pair_stamps().await.unwrap().is_empty());
    let mut seen = vec![None];
    let key = Ignored::key(&pair.0, &pair.1, "Sentence 1.", "repeat", "twice");
    for step in 0..4 {
        tokio::task::block_in_place(|| match step {
            0 => store.correct_blocking(vec![correction(0)]).unwrap(),
            1 => store.ignore_blocking(vec![ignored()]).unwrap(),
            2 => store.withdraw_blocking(correction(0)).unwrap(),
            _ => store.heed_blocking(vec![ignored()]).unwrap(),
        });
        let stamps = store.pair_stamps().await.unwrap();
        assert_eq!(stamps.keys().collect::<Vec<_>>(), [&pair]);
        let stamp = stamps.get(&pair).copied();
        assert!(!seen.contains(&stamp), "{step}");
        seen.push(stamp);
        let passed_over = store.ignored(vec![key, text_hash("other")]).await.unwrap();
        assert_eq!(passed_over.contains(&key), (1..3).contains(&step), "{step}");
    }
}

#[tokio::test]
async fn a_review_is_kept_with_its_document() {
    let root = tempfile::tempdir().unwrap();
    let store = Store::open(root.path()).unwrap();
    assert_eq!(store.review("a.txt").await.unwrap(), None);
    for text in ["One.", "Two."] {
        let told = review("a.txt", text);
        store.record_reviewed(document("a.txt"), vec![output("a.pt.txt", "a.txt", 3)], &told).await.unwrap();
        assert_eq!(store.review("a.txt").await.unwrap(), Some(told));
    }
    let known = store.documents(vec!["a.txt".into()]).await.unwrap();
    assert_eq!(known.values().next().unwrap().outputs.len(), 1);
    store.record_reviewed(document("b.txt"), Vec::new(), &review("b.txt", "One.")).await.unwrap();
    let paths = tokio::task::spawn_blocking(move || store.reviews_blocking().unwrap()).await.unwrap();
    assert_eq!(paths, ["a.txt", "b.txt"]);
}

#[tokio::test]
async fn answers_survive_the_store() {
    let root = tempfile::tempdir().unwrap();
    let mut first = entry("Hello.", "Olá.");
    first.findings = vec![Finding::new("repeat", Severity::Flag, "twice")];
    let second = entry("Bye.", "Adeus.");
    let store = Store::open(root.path()).unwrap();
    store.remember(vec![first.clone(), second.clone()]).await.unwrap();
    drop(store);

    let store = Store::open(root.path()).unwrap();
    let unknown = entry("Unknown.", "").key;
    let known = store.recall(&[first.key, unknown, second.key]).await.unwrap();
    assert_eq!(known.len(), 2);
    let remembered = &known[&first.key];
    assert_eq!(remembered.answer, "Olá.");
    assert_eq!(remembered.findings, first.findings);
    assert_eq!((remembered.created, remembered.usage), (first.created, first.usage));
    assert_eq!(known[&second.key].answer, "Adeus.");
}

#[tokio::test]
async fn a_machine_does_not_replace_a_person() {
    let root = tempfile::tempdir().unwrap();
    let store = Store::open(root.path()).unwrap();
    let key = entry("Hello.", "").key;
    let steps = [
        (Origin::Machine, "Olá.", "Olá."),
        (Origin::Machine, "Oi.", "Oi."),
        (Origin::Human, "Ora viva.", "Ora viva."),
        (Origin::Machine, "Olá.", "Ora viva."),
        (Origin::Human, "Bom dia.", "Bom dia."),
    ];
    for (origin, answer, expected) in steps {
        store.remember(vec![Entry { origin, ..entry("Hello.", answer) }]).await.unwrap();
        assert_eq!(store.recall(&[key]).await.unwrap()[&key].answer, expected);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_tasks_and_two_handles_write_and_read_at_once() {
    let root = tempfile::tempdir().unwrap();
    let stores = [Store::open(root.path()).unwrap(), Store::open(root.path()).unwrap()];
    let tasks: Vec<_> = (0..64)
        .map(|task| {
            let store = stores[task % 2].clone();
            tokio::spawn(async move {
                for number in 0..10 {
                    let kept = entry(&format!("{task} {number}"), &format!("answer {task} {number}"));
                    let key = kept.key;
                    store.remember(vec![kept]).await.unwrap();
                    let answer = &store.recall(&[key]).await.unwrap()[&key].answer;
                    assert_eq!(*answer, format!("answer {task} {number}"));
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
}

#[tokio::test]
async fn a_dropped_future_is_carried_out() {
    let root = tempfile::tempdir().unwrap();
    let store = Store::open(root.path()).unwrap();
    let kept = entry("Hello.", "Olá.");
    let key = kept.key;
    {
        let mut remember = Box::pin(store.remember(vec![kept]));
        drop(futures::poll!(remember.as_mut()));
    }
    drop(store);
    let store = Store::open(root.path()).unwrap();
    assert_eq!(store.recall(&[key]).await.unwrap()[&key].answer, "Olá.");
}

#[tokio::test]
async fn the_ledger_gives_back_what_it_was_given() {
    let root = tempfile::tempdir().unwrap();
    let store = Store::open(root.path()).unwrap();
    let outputs = vec![output("a/x.es.txt", "a/x.txt", 1), output("a/x.pt.txt", "a/x.txt", 2)];
    store.record_document(document("a/x.txt"), outputs.clone()).await.unwrap();
    store.record_document(document("a/y.txt"), vec![]).await.unwrap();
    // A later run into one other language leaves the earlier outputs recorded.
    let changed = DocumentRecord { fingerprint: vec![1], state: DocumentState::Done, ..document("a/x.txt") };
    let added = output("a/x.zh-Hant.summary.md", "a/x.txt", 3);
    store.record_document(changed.clone(), vec![added.clone()]).await.unwrap();

    let known =
        store.documents(vec!["a/x.txt".into(), "a/y.txt".into(), "a/z.txt".into(), "".into()]).await.unwrap();
    assert_eq!(known.len(), 2);
    let x = &known[Path::new("a/x.txt")];
    assert_eq!(x.document, changed);
    assert_eq!(x.outputs, [outputs, vec![added]].concat());
    assert_eq!(known[Path::new("a/y.txt")].document, document("a/y.txt"));
}

#[cfg(unix)]
#[tokio::test]
async fn names_that_are_no_utf8_stay_apart() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    let root = tempfile::tempdir().unwrap();
    let store = Store::open(root.path()).unwrap();
    let paths = [b"a\xff.txt", b"a\xfe.txt"].map(|bytes| PathBuf::from(OsStr::from_bytes(bytes)));
    for (hash, path) in (0..).zip(&paths) {
        store.record_document(document(path), vec![output(path, path, hash)]).await.unwrap();
    }
    let known = store.documents(paths.to_vec()).await.unwrap();
    for (hash, path) in (0..).zip(&paths) {
        assert_eq!(known[path].outputs, [output(path, path, hash)]);
    }
}

#[test]
fn every_intent_is_ours_until_the_file_is_recorded() {
    let root = tempfile::tempdir().unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let store = Store::open(root.path()).unwrap();
    let path = PathBuf::from("x.pt.txt");
    runtime.block_on(store.record_document(document("x.txt"), vec![output(&path, "x.txt", 1)])).unwrap();
    store.intend_blocking(vec![(path.clone(), [2; 32])]).unwrap();
    store.intend_blocking(vec![(path.clone(), [3; 32])]).unwrap();
    let mut own = store.own_hashes_blocking(&path).unwrap();
    own.sort_unstable();
    assert_eq!(own, [[1; 32], [2; 32], [3; 32]]);

    runtime.block_on(store.record_document(document("x.txt"), vec![output(&path, "x.txt", 3)])).unwrap();
    assert_eq!(store.own_hashes_blocking(&path).unwrap(), [[3; 32]]);
    let theirs = OutputRecord { edited: true, ..output(&path, "x.txt", 9) };
    runtime.block_on(store.record_document(document("x.txt"), vec![theirs])).unwrap();
    assert!(store.own_hashes_blocking(&path).unwrap().is_empty());
}

#[test]
fn a_newer_schema_is_refused_and_left_alone() {
    let root = tempfile::tempdir().unwrap();
    let path = Store::open(root.path()).unwrap().path().to_owned();
    rusqlite::Connection::open(&path).unwrap().pragma_update(None, "user_version", 99 << 16 | 99).unwrap();
    let error = Store::open(root.path()).unwrap_err();
    assert!(error.to_string().contains("newer gloss"), "{error}");
    assert!(error.to_string().contains("gloss.db"), "{error}");
    assert!(error.hint().is_some());
    let version = rusqlite::Connection::open(&path)
        .unwrap()
        .pragma_query_value(None, "user_version", |row| row.get::<_, i64>(0))
        .unwrap();
    assert_eq!(version, 99 << 16 | 99);
}

#[test]
fn nothing_is_made_for_a_plan() {
    let root = tempfile::tempdir().unwrap();
    assert!(Store::open_existing(root.path()).unwrap().is_none());
    assert_eq!(std::fs::read_dir(root.path()).unwrap().count(), 0);
    drop(Store::open(root.path()).unwrap());
    assert!(Store::open_existing(root.path()).unwrap().is_some());
}

#[test]
fn a_second_run_is_told_who_holds_the_folder() {
    let root = tempfile::tempdir().unwrap();
    let lock = RunLock::acquire(root.path()).unwrap();
    let error = RunLock::acquire(root.path()).unwrap_err();
    let message = error.to_string();
    assert!(message.contains(&format!("process {} on ", std::process::id())), "{message}");
    assert!(message.contains("since 2"), "{message}");
    assert_eq!(error.exit_code(), exit::COULD_NOT_RUN);
    assert!(error.hint().is_some());
    drop(lock);
    RunLock::acquire(root.path()).unwrap();
}

#[test]
fn what_a_dead_holder_signed_keeps_nobody_out() {
    let root = tempfile::tempdir().unwrap();
    drop(RunLock::acquire(root.path()).unwrap());
    let path = state_folder(root.path()).join("lock");
    let living = std::process::id();
    for signature in [
        // A living process's number, as after a reboot or in another container; another host's; none.
        format!(r#"{{"process":{living},"host":"elsewhere","since":"2020-01-01T00:00:00Z","inputs":["a"]}}"#),
        r#"{"process":1,"host":"x","since":"2020-01-01T00:00:00Z"}"#.to_owned(),
        "cut off {".to_owned(),
        String::new(),
    ] {
        crate::write::put_for_test(&path, signature.as_bytes());
        let lock = RunLock::acquire_for(root.path(), &["articles".into(), "more".into()]).unwrap();
        let message = RunLock::acquire(root.path()).unwrap_err().to_string();
        assert!(message.contains(&format!("process {living} on ")), "{message}");
        assert!(message.ends_with("with `articles`, `more`"), "{message}");
        drop(lock);
    }
}

#[test]
fn a_lock_file_cannot_put_control_characters_into_the_message() {
    let root = tempfile::tempdir().unwrap();
    let lock = RunLock::acquire(root.path()).unwrap();
    let path = state_folder(root.path()).join("lock");
    crate::write::put_for_test(&path, br#"{"process":1,"host":"\u001b[2Jx","since":"\u0007"}"#);
    let message = RunLock::acquire(root.path()).unwrap_err().to_string();
    assert!(!message.chars().any(char::is_control), "{message:?}");
    drop(lock);
}

/// Figures for the module doc: `cargo test --release --lib memory:: -- --ignored --nocapture`.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "measures"]
#[expect(clippy::print_stdout, reason = "measures")]
async fn speed() {
    use std::time::Instant;
    let root = tempfile::tempdir_in(env!("CARGO_MANIFEST_DIR")).unwrap();
    let store = Store::open(root.path()).unwrap();
    let begin = Instant::now();
    let tasks: Vec<_> = (0..64)
        .map(|task| {
            let store = store.clone();
            tokio::spawn(async move {
                for number in 0..200 {
                    let entries = (0..4)
                        .map(|unit| {
                            entry(&format!("{task} {number} {unit} {}", "word ".repeat(60)), "palavra ")
                        })
                        .collect();
                    store.remember(entries).await.unwrap();
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    println!("64 tasks: {:.0} durable remembers/s of 4 entries", 12_800.0 / begin.elapsed().as_secs_f64());

    let keys: Vec<_> = (0..400_000).map(|number| entry(&format!("miss {number}"), "").key).collect();
    let begin = Instant::now();
    for keys in keys.chunks(40) {
        assert!(store.recall(keys).await.unwrap().is_empty());
    }
    println!("400,000 misses, 40 a call: {:.2?}", begin.elapsed());

    let begin = Instant::now();
    let mut tasks = Vec::new();
    for worker in 0..16 {
        let store = store.clone();
        tasks.push(tokio::spawn(async move {
            for number in 0..625 {
                let path = format!("folder/article-{worker}-{number}.txt");
                let outputs = (0..3).map(|n| output(format!("{path}.{n}"), &path, n)).collect();
                store.record_document(document(path), outputs).await.unwrap();
            }
        }));
    }
    for task in tasks {
        task.await.unwrap();
    }
    println!("10,000 documents with 3 outputs recorded: {:.2?}", begin.elapsed());
    let begin = Instant::now();
    let paths: Vec<PathBuf> = (0..16)
        .flat_map(|w| (0..625).map(move |n| PathBuf::from(format!("folder/article-{w}-{n}.txt"))))
        .collect();
    for paths in paths.chunks(256) {
        assert_eq!(store.documents(paths.to_vec()).await.unwrap().len(), paths.len());
    }
    println!("10,000 documents looked up, 256 a call: {:.2?}", begin.elapsed());
    let begin = Instant::now();
    for path in paths {
        assert_eq!(store.documents(vec![path]).await.unwrap().len(), 1);
    }
    println!("10,000 documents looked up, one a call: {:.2?}", begin.elapsed());
}
