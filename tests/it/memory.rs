//! A damaged memory, and a folder in use, as a person sees them.

use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use serde_json::json;

use crate::endpoint::Endpoint;
use crate::harness::{Ran, Sandbox};

const ARTICLES: usize = 12;
const MEMORY: &str = "articles/.gloss/gloss.db";

fn sandbox() -> Sandbox {
    let sandbox = Sandbox::new();
    for number in 0..ARTICLES {
        let text = format!(
            "The first paragraph of article {number} is about the ferry.\n\n\
             The second one of article {number} says when it leaves.\n"
        );
        sandbox.file(&format!("articles/{number:02}.txt"), text);
    }
    sandbox
}

fn run(sandbox: &Sandbox, endpoint: &Endpoint) -> Ran {
    let url = &endpoint.url;
    sandbox.gloss(&["run", "articles", "--to", "es", "--url", url, "--model", "double", "--no-summary"])
}

/// Takes the outputs away, so that the memory is asked again.
#[expect(clippy::disallowed_methods, reason = "the test plays the person who removes files")]
fn remove_outputs(sandbox: &Sandbox) {
    for name in sandbox.files().into_keys().filter(|name| name.ends_with(".es.txt")) {
        std::fs::remove_file(sandbox.path(&name)).unwrap();
    }
}

fn kept_aside(sandbox: &Sandbox) -> Vec<String> {
    let entries = std::fs::read_dir(sandbox.path("articles/.gloss")).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    names.filter(|name| name.contains(".damaged-")).collect()
}

#[test]
fn a_changed_letter_in_the_memory_is_asked_again_and_said() {
    let endpoint = Endpoint::start(Duration::ZERO);
    let sandbox = sandbox();
    run(&sandbox, &endpoint).expect(0);
    let expected = sandbox.files();
    remove_outputs(&sandbox);
    endpoint.forget();
    let mut bytes = sandbox.bytes(MEMORY);
    let letter = bytes.windows(18).position(|window| window == b"The first paragrap").unwrap() + 5;
    bytes[letter] ^= 1;
    sandbox.file(MEMORY, &bytes);

    let ran = run(&sandbox, &endpoint).expect(0);
    ran.says("the memory was damaged: 23 answers saved (0 by people), 1 row could not be");
    let kept = kept_aside(&sandbox);
    assert_eq!(kept.len(), 1, "{kept:?}");
    ran.says(&kept[0]);
    assert_eq!(sandbox.bytes(&format!("articles/.gloss/{}", kept[0])), bytes);
    assert!(sandbox.read("articles/.gloss/events.jsonl").contains("\"memory_damaged\""));
    assert_eq!(sandbox.files(), expected);
    assert_eq!(endpoint.answered().len(), 1, "{:?}", endpoint.answered());

    // Once said, it is over.
    let ran = run(&sandbox, &endpoint).expect(0);
    assert!(!ran.stderr.contains("damaged"), "{}", ran.stderr);
    assert_eq!(kept_aside(&sandbox), kept);
}

#[test]
fn a_memory_that_is_no_database_starts_anew_and_loses_no_file() {
    let endpoint = Endpoint::start(Duration::ZERO);
    let sandbox = sandbox();
    run(&sandbox, &endpoint).expect(0);
    let expected = sandbox.files();
    for damage in [&b"somebody's notes"[..], b""] {
        endpoint.forget();
        sandbox.file(MEMORY, damage);
        let ran = run(&sandbox, &endpoint).expect(0);
        // The log beside it may still hold sound pages: what was saved is not asked again.
        let saved: usize = ran
            .stderr
            .split_once("the memory was damaged: ")
            .and_then(|(_, rest)| rest.split_once(" answer"))
            .map(|(number, _)| number.parse().unwrap())
            .unwrap();
        assert_eq!(endpoint.answered().len() + saved, 2 * ARTICLES, "{}", ran.stderr);
        // What stands there is what would be written: it is known again as gloss's own.
        assert_eq!(sandbox.files(), expected);
    }
}

#[test]
fn a_dry_run_says_that_the_memory_is_damaged_and_mends_nothing() {
    let sandbox = sandbox();
    sandbox.file(MEMORY, "somebody's notes");
    let url = "http://127.0.0.1:9/v1";
    let ran = sandbox.gloss(&["run", "articles", "--to", "es", "--url", url, "--model", "m", "--dry-run"]);
    ran.expect(1).says("damaged").says("without `--dry-run`");
    assert_eq!(sandbox.read(MEMORY), "somebody's notes");
}

const SLOW: &[&str] =
    &["run", "--script", "script.json", "articles", "--from", "en", "--to", "pt", "--no-summary"];

/// A run that waits for its first answer for a minute, once it has the lock.
fn holder(sandbox: &Sandbox) -> Child {
    sandbox.script(&json!({ "delay_milliseconds": 60_000 }));
    let child = sandbox.command(SLOW).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let began = Instant::now();
    let own = format!("\"process\":{},", child.id());
    let signed = |sandbox: &Sandbox| {
        let lock = "articles/.gloss/lock";
        sandbox.exists(lock) && sandbox.read(lock).contains(&own) && sandbox.read(lock).ends_with('}')
    };
    while !signed(sandbox) {
        assert!(began.elapsed() < Duration::from_secs(20), "waited in vain");
        std::thread::sleep(Duration::from_millis(5));
    }
    child
}

#[test]
fn whoever_holds_a_folder_is_named_and_once_killed_in_nobodys_way() {
    let sandbox = sandbox();
    for _ in 0..5 {
        let mut first = holder(&sandbox);
        let second = sandbox.gloss(SLOW);
        first.kill().unwrap();
        first.wait().unwrap();
        second
            .expect(1)
            .says(&format!("another run is working on this folder: process {} on ", first.id()))
            .says("since 2")
            .says("with `articles`");
        // The signature of the dead is still there.
        assert!(sandbox.read("articles/.gloss/lock").contains(&first.id().to_string()));
    }
    sandbox.script(&json!({}));
    sandbox.gloss(SLOW).expect(0);
    assert_eq!(sandbox.read("articles/.gloss/lock"), "");
}

#[test]
fn of_many_runs_at_once_one_works() {
    let sandbox = sandbox();
    sandbox.script(&json!({ "delay_milliseconds": 300 }));
    let runs: Vec<Child> = (0..6)
        .map(|_| sandbox.command(SLOW).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap())
        .collect();
    let codes: Vec<Option<i32>> = runs.into_iter().map(|mut child| child.wait().unwrap().code()).collect();
    let (good, refused) = (
        codes.iter().filter(|code| **code == Some(0)).count(),
        codes.iter().filter(|code| **code == Some(1)).count(),
    );
    assert_eq!(good + refused, 6, "{codes:?}");
    assert!(good >= 1, "{codes:?}");
    assert_eq!(sandbox.files().keys().filter(|name| name.ends_with(".pt.txt")).count(), ARTICLES);
}
