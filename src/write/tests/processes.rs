//! What needs a process of its own: kills, a full disk, a disk for reading only.

use super::*;

/// The bytes of one output in one round: they tell whether they are whole.
fn round_bytes(name: &str, round: u64) -> Vec<u8> {
    let line = format!("{name} {round}\n");
    line.repeat(1 + usize::try_from(round % 50).unwrap() * 40 + 1).into_bytes()
}

const KILL_OUTPUTS: [&str; 3] = ["csto.pt.txt", "csto.pt.summary.md", "sub/csto.es.txt"];

/// What [`a_hundred_kills`] starts and kills: writes, records and remembers in rounds, saying each round that
/// was acknowledged.
#[test]
#[ignore = "started by a_hundred_kills"]
#[expect(clippy::print_stdout, reason = "speaks to its parent")]
fn kill_child() {
    let Some(root) = std::env::var_os("GLOSS_TEST_KILL_ROOT").map(PathBuf::from) else { return };
    let first: u64 = std::env::var("GLOSS_TEST_KILL_ROUND").unwrap().parse().unwrap();
    let lock = RunLock::acquire(&root).unwrap();
    let store = Store::open(&root).unwrap();
    let writer = Writer::new(&root, store.clone(), &lock, |_| false).unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).build().unwrap();
    println!("\nready");
    for round in first.. {
        runtime.block_on(async {
            let writes = KILL_OUTPUTS.map(|name| {
                writer.write(WriteRequest {
                    path: root.join(name),
                    bytes: round_bytes(name, round),
                    kind: OutputKind::Translation,
                    language: Language::parse("pt").unwrap(),
                    source: root.join("csto.txt"),
                    source_relative: PathBuf::from("csto.txt"),
                    theirs: false,
                    force: false,
                })
            });
            let remembered = store.remember(vec![kill_entry(round)]);
            let (outcomes, remembered) = futures::join!(futures::future::try_join_all(writes), remembered);
            remembered.unwrap();
            println!("\nremembered {round}");
            let outcomes = outcomes.unwrap();
            if outcomes.iter().any(|outcome| outcome.state == WriteState::KeptEdited) {
                println!("\nedited {round}");
            }
            let records = outcomes.into_iter().flat_map(|outcome| outcome.records).collect();
            store.record_document(document(), records).await.unwrap();
            println!("\nrecorded {round}");
        });
    }
}

fn kill_entry(round: u64) -> crate::memory::Entry {
    use crate::memory::{Entry, EntryKind, Key, Origin};
    let (from, to) = (Language::parse("en").unwrap(), Language::parse("pt").unwrap());
    let text = format!("round {round}");
    Entry {
        key: Key::translation("kill", &from, &to, &text),
        kind: EntryKind::Translation,
        engine: String::new(),
        model: String::new(),
        from,
        to,
        source: text.clone(),
        answer: text,
        findings: Vec::new(),
        origin: Origin::Machine,
        created: 0,
        usage: crate::engine::Usage::default(),
    }
}

#[cfg(unix)]
#[test]
fn a_hundred_kills() {
    use std::io::Read;
    use std::process::{Command, Stdio};
    use std::time::Duration;

    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    put(&root.join("csto.txt"), b"the source\n");
    let (mut round, mut rounds, mut landed) = (0, 0, 0);
    for kill in 0..100_u64 {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "write::tests::processes::kill_child", "--ignored", "--nocapture"])
            .env("GLOSS_TEST_KILL_ROOT", root)
            .env("GLOSS_TEST_KILL_ROUND", round.to_string())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut output = child.stdout.take().unwrap();
        let (mut said, mut buffer) = (String::new(), [0; 4096]);
        while !said.contains("\nready") {
            let read = output.read(&mut buffer).unwrap();
            assert!(read > 0, "the child of kill {kill} did not start: {said}");
            said.push_str(std::str::from_utf8(&buffer[..read]).unwrap());
        }
        std::thread::sleep(Duration::from_micros(rand::random_range(0..60_000)));
        child.kill().unwrap();
        output.read_to_string(&mut said).unwrap();
        child.wait().unwrap();

        assert!(!said.contains("edited"), "kill {kill}: our own file was taken for a person's");
        let told = |word: &str| {
            said.lines()
                .filter_map(|line| line.strip_prefix(word)?.trim().parse::<u64>().ok())
                .collect::<Vec<_>>()
        };
        let remembered = told("remembered ");
        let recorded = told("recorded ");
        rounds += recorded.len();

        // The lock of the dead is free, what was acknowledged is there, files are whole and known as ours.
        let _lock = RunLock::acquire(root).unwrap();
        let store = Store::open(root).unwrap();
        let keys: Vec<_> = remembered.iter().map(|round| kill_entry(*round).key).collect();
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        assert_eq!(runtime.block_on(store.recall(&keys)).unwrap().len(), keys.len(), "kill {kill}");
        for name in KILL_OUTPUTS {
            let Ok(bytes) = std::fs::read(root.join(name)) else {
                assert!(recorded.is_empty(), "kill {kill}: {name} is gone");
                continue;
            };
            let text = String::from_utf8(bytes.clone()).unwrap();
            let number: u64 = text.lines().next().unwrap().rsplit(' ').next().unwrap().parse().unwrap();
            assert_eq!(bytes, round_bytes(name, number), "kill {kill}: {name} is not whole");
            assert!(recorded.last().is_none_or(|last| number >= *last), "kill {kill}: {name} is too old");
            let own = store.own_hashes_blocking(Path::new(name)).unwrap();
            assert!(
                own.contains(blake3::hash(&bytes).as_bytes()),
                "kill {kill}: {name} is not known as ours"
            );
            landed += usize::from(recorded.last() != Some(&number));
        }
        round = remembered.last().or(recorded.last()).map_or(round, |last| last + 1).max(round) + 1;
    }
    assert_eq!(std::fs::read(root.join("csto.txt")).unwrap(), b"the source\n");
    assert!(rounds > 100 && landed > 5, "the kills missed the work: {rounds} rounds, {landed} between steps");
}

/// What [`a_full_and_a_read_only_disk`] runs on a small file system of its own.
#[test]
#[ignore = "started by a_full_and_a_read_only_disk"]
fn full_disk_child() {
    let Some(root) = std::env::var_os("GLOSS_TEST_FULL_ROOT").map(PathBuf::from) else { return };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    put(&root.join("ballast"), &[1; 400_000]);
    let lock = RunLock::acquire(&root).unwrap();
    let store = Store::open(&root).unwrap();
    let writer = Writer::new(&root, store.clone(), &lock, |_| false).unwrap();
    let round = |number: u64| -> Result<WriteState> {
        runtime.block_on(async {
            store.remember(vec![kill_entry(number)]).await?;
            let outcome = writer
                .write(WriteRequest {
                    path: root.join(format!("csto{number}.pt.txt")),
                    bytes: vec![b'x'; 20_000],
                    kind: OutputKind::Translation,
                    language: Language::parse("pt").unwrap(),
                    source: root.join("csto.txt"),
                    source_relative: PathBuf::from("csto.txt"),
                    theirs: false,
                    force: false,
                })
                .await?;
            store.record_document(document(), outcome.records).await?;
            Ok(outcome.state)
        })
    };
    let (failed_at, error) = (0..).find_map(|number| Some((number, round(number).err()?))).unwrap();
    assert!(failed_at > 0, "{error}");
    assert!(error.to_string().contains(root.to_str().unwrap()), "{error}");
    assert!(error.hint().unwrap().contains("make room"), "{error}: {:?}", error.hint());
    let whole = |path: &Path| std::fs::read(path).unwrap() == [b'x'; 20_000];
    for entry in std::fs::read_dir(&root).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        assert!(!name.starts_with(TEMPORARY_PREFIX), "{name} was left");
        assert!(!name.starts_with("csto") || whole(&path), "{name} is not whole");
    }
    #[expect(clippy::disallowed_methods, reason = "the person who makes room")]
    std::fs::remove_file(root.join("ballast")).unwrap();
    for number in 0..failed_at + 3 {
        assert_ne!(round(number).unwrap(), WriteState::KeptEdited);
        assert!(whole(&root.join(format!("csto{number}.pt.txt"))));
    }
    let keys: Vec<_> = (0..failed_at + 3).map(|number| kill_entry(number).key).collect();
    assert_eq!(runtime.block_on(store.recall(&keys)).unwrap().len(), keys.len());
}

/// The same file system, mounted for reading only.
#[test]
#[ignore = "started by a_full_and_a_read_only_disk"]
fn read_only_child() {
    let Some(root) = std::env::var_os("GLOSS_TEST_FULL_ROOT").map(PathBuf::from) else { return };
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    // SQLite opens such a file for reading where its log lets it; then writing says no.
    let keep = Store::open(&root).and_then(|store| runtime.block_on(store.remember(vec![kill_entry(0)])));
    for error in [RunLock::acquire(&root).unwrap_err(), keep.unwrap_err()] {
        assert!(error.to_string().contains(root.to_str().unwrap()), "{error}");
        assert!(error.hint().unwrap().contains("--out"), "{error}: {:?}", error.hint());
    }
}

#[cfg(target_os = "linux")]
#[test]
#[expect(clippy::print_stderr, reason = "says that it was skipped")]
fn a_full_and_a_read_only_disk() {
    use std::process::Command;
    let folder = tempfile::tempdir().unwrap();
    // A mount namespace of its own: nothing of this is seen, or stays, outside.
    let script = r#"mount -t tmpfs -o size=900k none "$GLOSS_TEST_FULL_ROOT" || exit 77
        "$0" --exact write::tests::processes::full_disk_child --ignored || exit 1
        mount -o remount,ro "$GLOSS_TEST_FULL_ROOT" || exit 77
        exec "$0" --exact write::tests::processes::read_only_child --ignored"#;
    let run = Command::new("unshare")
        .args(["--mount", "sh", "-c", script])
        .arg(std::env::current_exe().unwrap())
        .env("GLOSS_TEST_FULL_ROOT", folder.path())
        .output();
    match run {
        Ok(output) if output.status.success() => {
            let said = String::from_utf8_lossy(&output.stdout);
            assert_eq!(said.matches("1 passed").count(), 2, "{said}");
        }
        Ok(output) if output.status.code() == Some(1) && output.stdout.is_empty() => {
            eprintln!("skipped: no mount namespace ({})", String::from_utf8_lossy(&output.stderr).trim());
        }
        Ok(output) if output.status.code() == Some(77) => eprintln!("skipped: nothing can be mounted here"),
        Ok(output) => panic!("{}", String::from_utf8_lossy(&output.stdout)),
        Err(error) => eprintln!("skipped: no `unshare` ({error})"),
    }
}
