//! Ctrl-C, a folder that is in use, and the dry run.

use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::endpoint::Endpoint;
use crate::harness::{Ran, Sandbox};

const RUN: &[&str] =
    &["run", "--script", "script.json", "articles", "--from", "en", "--to", "pt", "--no-summary"];

/// One chunk an article, each answered after `delay` milliseconds, two at a time.
fn sandbox(articles: usize, delay: u64) -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.script(&json!({ "delay_milliseconds": delay, "concurrency": 2 }));
    for number in 0..articles {
        let text =
            format!("Article {number} has a first paragraph.\n\nAnd it has one more, about {number}.\n");
        sandbox.file(&format!("articles/{number:02}.txt"), text);
    }
    sandbox
}

fn start(sandbox: &Sandbox, arguments: &[&str]) -> Child {
    sandbox.command(arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

/// Waits until `ready`, at most 20 s.
#[track_caller]
fn wait_until(mut ready: impl FnMut() -> bool) {
    let began = Instant::now();
    while !ready() {
        assert!(began.elapsed() < Duration::from_secs(20), "waited in vain");
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// Presses Ctrl-C; gives what the run came to and how long it took to end.
#[cfg(unix)]
fn interrupt(child: Child) -> (Ran, Duration) {
    let pressed = Instant::now();
    let pid = child.id().to_string();
    assert!(Command::new("kill").args(["-INT", &pid]).status().unwrap().success());
    let output = child.wait_with_output().unwrap();
    let ran = Ran {
        code: output.status.code().unwrap_or(-1),
        stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    };
    (ran, pressed.elapsed())
}

fn outputs(sandbox: &Sandbox) -> usize {
    sandbox.files().keys().filter(|name| name.ends_with(".pt.txt")).count()
}

#[cfg(unix)]
#[test]
fn an_interrupted_run_ends_in_time_and_keeps_what_is_done() {
    let sandbox = sandbox(40, 100);
    let child = start(&sandbox, RUN);
    wait_until(|| outputs(&sandbox) >= 4);
    let (ran, took) = interrupt(child);
    ran.expect(130).says("what is done is kept");
    assert!(took < Duration::from_secs(2), "{took:?}");
    let kept = outputs(&sandbox);
    assert!((4..40).contains(&kept), "{kept}");
    let totals = &sandbox.report("articles")["totals"];
    assert_eq!(totals["interrupted"], true);
    assert_eq!(
        totals["documents"]["unfinished"],
        40 - totals["documents"]["done"].as_u64().unwrap(),
        "{totals}"
    );

    sandbox.script(&json!({}));
    sandbox.gloss(RUN).expect(0);
    assert_eq!(outputs(&sandbox), 40);
    let asked = sandbox.report("articles")["totals"]["requests"].as_u64().unwrap();
    assert!(asked > 0 && asked <= (40 - kept) as u64, "{asked} requests for the rest of {kept} done");
}

#[cfg(unix)]
#[test]
fn a_run_whose_engine_does_not_answer_ends_in_time() {
    let sandbox = sandbox(3, 60_000);
    let child = start(&sandbox, RUN);
    wait_until(|| sandbox.exists("articles/.gloss/events.jsonl"));
    std::thread::sleep(Duration::from_millis(300));
    let (ran, took) = interrupt(child);
    ran.expect(130);
    assert!(took < Duration::from_secs(2), "{took:?}");
    assert_eq!(outputs(&sandbox), 0);
}

/// Interrupts a run of four requests at once once the endpoint has seen so many; what it says and comes to.
#[cfg(unix)]
fn interrupted_at(sandbox: &Sandbox, endpoint: &Endpoint, requests: u64) -> (Ran, Value) {
    let run = ["run", "articles", "--from", "en", "--to", "es", "--no-summary", "--concurrency", "4"];
    let to = ["--url", &endpoint.url, "--model", "double", "--price-in", "1", "--price-out", "1"];
    let child = start(sandbox, &[&run[..], &to].concat());
    wait_until(|| endpoint.requests() >= requests);
    let (ran, took) = interrupt(child);
    assert!(took < Duration::from_secs(2), "{took:?}");
    (ran.expect(130), sandbox.report("articles")["totals"].clone())
}

#[cfg(unix)]
#[test]
fn replies_under_way_are_taken_and_not_bought_again() {
    let endpoint = Endpoint::start(Duration::from_millis(500));
    let sandbox = sandbox(20, 0);
    let (ran, totals) = interrupted_at(&sandbox, &endpoint, 6);
    assert_eq!(totals["requests"], endpoint.requests(), "{totals}");
    assert!(totals["requests_abandoned"].is_null(), "{totals}");
    assert!(!ran.stdout.contains("not waited for"), "{}", ran.stdout);

    let run = ["run", "articles", "--from", "en", "--to", "es", "--no-summary", "--model", "double"];
    sandbox.gloss(&[&run, &["--url", &endpoint.url][..]].concat()).expect(0);
    assert!(endpoint.answered().values().all(|times| *times == 1), "{:?}", endpoint.answered());
}

#[cfg(unix)]
#[test]
fn replies_that_do_not_come_in_time_are_counted_by_estimate_and_said() {
    let endpoint = Endpoint::start(Duration::from_secs(20));
    let sandbox = sandbox(20, 0);
    let (ran, totals) = interrupted_at(&sandbox, &endpoint, 4);
    assert_eq!((&totals["requests"], &totals["requests_abandoned"]), (&json!(4), &json!(4)), "{totals}");
    assert_eq!(totals["requests_assumed"], 4, "{totals}");
    assert!(totals["cost"].as_f64().unwrap() > 0.0, "{totals}");
    assert!(totals["engines"]["chat"]["spent"]["tokens_out"].as_u64().unwrap() > 0, "{totals}");
    let said = "4 requests were still under way and not waited for";
    assert!(ran.stdout.contains(said), "{}", ran.stdout);
    // Nothing of the documents is written as failed.
    assert_eq!(totals["documents"]["unfinished"], 20, "{totals}");
}

#[cfg(unix)]
#[test]
fn a_second_ctrl_c_waits_for_nothing_and_counts_it_all_the_same() {
    let endpoint = Endpoint::start(Duration::from_secs(20));
    let sandbox = sandbox(9, 0);
    let run = ["run", "articles", "--from", "en", "--to", "es", "--no-summary", "--concurrency", "4"];
    let child = start(&sandbox, &[&run[..], &["--url", &endpoint.url, "--model", "double"]].concat());
    wait_until(|| endpoint.requests() >= 4);
    let pid = child.id().to_string();
    assert!(Command::new("kill").args(["-INT", &pid]).status().unwrap().success());
    std::thread::sleep(Duration::from_millis(200));
    let (ran, took) = interrupt(child);
    ran.expect(130);
    assert!(took < Duration::from_millis(900), "{took:?}");
    let totals = &sandbox.report("articles")["totals"];
    assert_eq!((&totals["requests"], &totals["requests_abandoned"]), (&json!(4), &json!(4)), "{totals}");
}

#[cfg(unix)]
#[test]
fn an_interrupted_pause_between_retries_ends_in_time() {
    let sandbox = sandbox(3, 0);
    let endpoint = Endpoint::start(Duration::ZERO);
    endpoint.fail(crate::endpoint::Fault::Status(503), 0, u64::MAX);
    let run = ["run", "articles", "--from", "en", "--to", "es", "--url", &endpoint.url, "--model", "double"];
    let child = start(&sandbox, &run);
    wait_until(|| endpoint.requests() >= 6);
    let (ran, took) = interrupt(child);
    ran.expect(130);
    assert!(took < Duration::from_secs(2), "{took:?}");
}

#[cfg(unix)]
#[test]
fn the_embedded_engine_stops_in_time() {
    if !crate::seeds::model_is_here() {
        return;
    }
    let sandbox = Sandbox::new();
    let seeds = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("seeds");
    let text = std::fs::read_to_string(seeds.join("tide-mill-greyhaven.txt")).unwrap();
    for number in 0..12 {
        sandbox.file(
            &format!("articles/{number:02}.txt"),
            text.replace("Greyhaven", &format!("Greyhaven {number}")),
        );
    }
    let child = start(&sandbox, &["run", "articles", "--to", "pt", "--no-summary"]);
    wait_until(|| sandbox.exists("articles/.gloss/events.jsonl"));
    std::thread::sleep(Duration::from_millis(700));
    let (ran, took) = interrupt(child);
    ran.expect(130);
    assert!(took < Duration::from_secs(2), "{took:?}");
}

#[test]
fn a_second_run_on_a_folder_in_use_leaves_at_once_and_names_the_holder() {
    let sandbox = sandbox(3, 60_000);
    let mut first = start(&sandbox, RUN);
    wait_until(|| {
        sandbox.exists("articles/.gloss/lock") && !sandbox.bytes("articles/.gloss/lock").is_empty()
    });
    let began = Instant::now();
    let second = sandbox.gloss(RUN);
    let took = began.elapsed();
    first.kill().unwrap();
    let pid = first.id();
    first.wait().unwrap();
    second.expect(1).says("another run is working on this folder").says(&format!("process {pid}"));
    assert!(took < Duration::from_secs(2), "{took:?}");

    // The dead holder is in nobody's way.
    sandbox.script(&json!({}));
    sandbox.gloss(RUN).expect(0);
    assert_eq!(outputs(&sandbox), 3);
}

fn plan(sandbox: &Sandbox, run: &[&str]) -> Value {
    let ran = sandbox.gloss(&[run, &["--dry-run", "--json"]].concat()).expect(0);
    serde_json::from_str(&ran.stdout).unwrap_or_else(|error| panic!("{error}: {}", ran.stdout))
}

/// Articles with a paragraph that all share, and more of their own than one chunk holds.
fn varied() -> Sandbox {
    let sandbox = sandbox(6, 0);
    for number in 0..6 {
        let wire = "The agency reported on Monday that the bridge will be closed for a month.";
        let own: Vec<String> = (0..30)
            .map(|n| format!("Sentence {n} of the article {number} says nothing new at all."))
            .collect();
        sandbox.file(&format!("articles/{number:02}.txt"), format!("{wire}\n\n{}\n", own.join("\n\n")));
    }
    sandbox
}

#[test]
fn a_dry_run_creates_nothing_and_asks_nothing() {
    let endpoint = Endpoint::start(Duration::ZERO);
    let sandbox = varied();
    let before = sandbox.files();
    for out in [&[][..], &["--out", "out"]] {
        let run = ["run", "articles", "--to", "es", "--url", &endpoint.url, "--model", "double", "--dry-run"];
        let ran = sandbox.gloss(&[&run, out].concat()).expect(0);
        assert!(ran.stdout.contains("nothing of them has been sent"), "{}", ran.stdout);
    }
    assert_eq!(endpoint.requests(), 0);
    assert_eq!(sandbox.files(), before);
    assert!(!sandbox.exists("articles/.gloss") && !sandbox.exists("out"));
}

#[test]
fn the_numbers_of_a_dry_run_are_those_of_the_run() {
    let sandbox = varied();
    let plan = plan(&sandbox, RUN);
    sandbox.gloss(RUN).expect(0);
    let totals = &sandbox.report("articles")["totals"];
    let row = &plan["rows"][0];
    assert_eq!(plan["documents"], totals["documents"]["found"]);
    let units: u64 = totals["units"].as_object().unwrap().values().map(|count| count.as_u64().unwrap()).sum();
    assert_eq!(row["units"], units);
    assert_eq!(row["to_ask"], 6 * 30 + 1);
    assert_eq!(row["requests"], totals["requests"], "{plan}");
}

#[test]
fn the_dry_run_of_what_is_done_has_nothing_to_ask() {
    let sandbox = varied();
    sandbox.gloss(RUN).expect(0);
    let plan = plan(&sandbox, RUN);
    let row = &plan["rows"][0];
    assert_eq!((&row["to_ask"], &row["requests"]), (&json!(0), &json!(0)), "{plan}");
    assert_eq!(row["known"], row["units"], "{plan}");
    assert_eq!((&plan["tokens_in"], &plan["tokens_out"]), (&json!([0, 0]), &json!([0, 0])), "{plan}");
    assert_eq!(row["words"], 0, "source words to ask for: {plan}");
}

#[test]
fn the_dry_run_counts_known_summaries_as_known() {
    let sandbox = varied();
    let run = ["run", "--script", "script.json", "articles", "--from", "en", "--to", "pt"];
    assert_eq!(plan(&sandbox, &run)["summaries_to_ask"], 6);
    sandbox.gloss(&run).expect(0);
    sandbox.gloss(&run).expect(0);
    assert_eq!(sandbox.report("articles")["totals"]["requests"], 0);
    assert_eq!(plan(&sandbox, &run)["summaries_to_ask"], 0);
}
