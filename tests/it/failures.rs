//! What goes wrong is marked, named, counted and bought again by the next run, and nothing else is.

use std::process::Command;
use std::time::Duration;

use serde_json::{Value, json};

use crate::endpoint::{Endpoint, Fault};
use crate::harness::{Ran, Sandbox};

/// One unit a chunk, asked in order.
fn one_by_one(faults: Value) -> Value {
    json!({ "reply": "tag", "chunk_tokens": 20, "concurrency": 1, "faults": faults })
}

const PARAGRAPHS: [&str; 4] = [
    "The town council of Arlen approved the budget for the coming year on Monday.",
    "Nobody voted against it, although two members left the room before the vote.",
    "Most of the money, 4 million, goes to the repair of the bridge.",
    "The mayor said that the work would begin in March and end before the winter.",
];

const RUN: &[&str] = &["articles", "--from", "en", "--to", "pt", "--no-summary"];

fn one_article() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.file("articles/a.txt", format!("{}\n", PARAGRAPHS.join("\n\n")));
    sandbox
}

/// `count` articles for an endpoint.
fn articles(count: usize) -> Sandbox {
    let sandbox = Sandbox::new();
    for number in 0..count {
        let text = format!(
            "Article {number} tells that the council of the town met on Monday.\n\n\
             It approved plan {number} for the bridge, and nobody was against it.\n"
        );
        sandbox.file(&format!("articles/{number:02}.txt"), text);
    }
    sandbox
}

fn ask(sandbox: &Sandbox, endpoint: &Endpoint, more: &[&str]) -> Ran {
    let run = [
        "run",
        "articles",
        "--from",
        "en",
        "--to",
        "es",
        "--url",
        &endpoint.url,
        "--model",
        "double",
        "--no-summary",
    ];
    sandbox.gloss(&[&run, more].concat())
}

fn translations(sandbox: &Sandbox) -> usize {
    sandbox.files().keys().filter(|name| name.ends_with(".es.txt")).count()
}

#[test]
fn a_failed_unit_is_marked_in_its_place_and_named() {
    let sandbox = one_article();
    sandbox.script(&one_by_one(json!({ "2": "refuse" })));
    let ran = sandbox.scripted(RUN).expect(3);
    ran.says("a.txt").says("1 of 4 units failed").says("block 2");

    let translated = |text: &str| format!("[pt {text}]");
    let marked = format!("⟪untranslated⟫ {} ⟪/untranslated⟫", PARAGRAPHS[1]);
    let expected = [translated(PARAGRAPHS[0]), marked, translated(PARAGRAPHS[2]), translated(PARAGRAPHS[3])]
        .join("\n\n");
    assert_eq!(sandbox.read("articles/a.pt.txt"), format!("{expected}\n"));

    let report = sandbox.report("articles");
    let document = &report["documents"][0];
    assert_eq!(document["state"], "partial");
    assert_eq!(document["languages"][0]["units"]["failed"], 1);
    let note = &document["languages"][0]["notes"][0];
    assert_eq!((&note["state"], &note["block"]), (&json!("failed"), &json!(1)), "{note}");
    assert!(note["excerpt"].as_str().unwrap().starts_with("Nobody voted against it"), "{note}");
    assert!(ran.stdout.contains("report.json"), "{}", ran.stdout);
}

#[test]
fn the_next_run_asks_for_the_failed_unit_alone() {
    let sandbox = one_article();
    sandbox.script(&one_by_one(json!({ "2": "refuse" })));
    sandbox.scripted(RUN).expect(3);
    sandbox.script(&one_by_one(json!({})));
    sandbox.scripted(RUN).expect(0);
    let totals = &sandbox.report("articles")["totals"];
    assert_eq!(totals["requests"], 1, "{totals}");
    assert_eq!((&totals["units"]["translated"], &totals["units"]["remembered"]), (&json!(1), &json!(3)));
    assert!(!sandbox.read("articles/a.pt.txt").contains('⟪'));
}

#[test]
fn an_answer_that_lost_its_markup_is_asked_again_then_failed() {
    let sandbox = Sandbox::new();
    let unit = "Type ⟦1⟧ and wait until the number of loaves appears.";
    sandbox.file(
        "articles/a.md",
        "# The oven\n\nType `curl oven` and wait until the number of loaves appears.\n",
    );
    sandbox.script(&json!({ "answers": { unit: "Escreva e espere." } }));
    sandbox.scripted(RUN).expect(3);
    let output = sandbox.read("articles/a.pt.md");
    let marked =
        "⟪untranslated⟫ Type `curl oven` and wait until the number of loaves appears. ⟪/untranslated⟫\n";
    assert_eq!(output, format!("# [pt The oven]\n\n{marked}"));
    assert!(sandbox.report("articles")["totals"]["requests"].as_u64().unwrap() > 1);
}

#[test]
fn faults_that_pass_leave_no_trace() {
    let sandbox = one_article();
    sandbox.script(&one_by_one(json!({ "1": "wait", "2": "empty", "4": "length", "6": "split" })));
    sandbox.scripted(RUN).expect(0);
    let expected = PARAGRAPHS.map(|text| format!("[pt {text}]")).join("\n\n");
    assert_eq!(sandbox.read("articles/a.pt.txt"), format!("{expected}\n"));
}

#[test]
fn a_refused_key_stops_the_run_at_once_and_says_so() {
    let endpoint = Endpoint::start(Duration::ZERO);
    endpoint.fail(Fault::Status(401), 0, u64::MAX);
    let sandbox = articles(30);
    let ran = ask(&sandbox, &endpoint, &[]).expect(3);
    ran.says("401").says("the double's reason for 401").says("OPENAI_API_KEY");
    // What was under way at once, and nothing after it.
    assert!(endpoint.requests() <= 8, "{} requests", endpoint.requests());
    assert_eq!(translations(&sandbox), 0);
    let totals = &sandbox.report("articles")["totals"];
    assert_eq!(totals["documents"]["failed"], 30, "{totals}");
}

#[test]
fn a_wrong_address_or_model_stops_the_run_at_once_and_says_so() {
    let endpoint = Endpoint::start(Duration::ZERO);
    endpoint.fail(Fault::Status(404), 0, u64::MAX);
    let sandbox = articles(30);
    let ran = ask(&sandbox, &endpoint, &[]).expect(3);
    ran.says("404").says(&endpoint.url).says("the double's reason for 404");
    assert!(endpoint.requests() <= 8, "{} requests", endpoint.requests());
    assert_eq!(translations(&sandbox), 0);
}

#[test]
fn a_web_page_is_no_answer() {
    let endpoint = Endpoint::start(Duration::ZERO);
    endpoint.fail(Fault::Page, 0, u64::MAX);
    let sandbox = articles(1);
    ask(&sandbox, &endpoint, &[]).expect(3).says(&endpoint.url);
    for (name, bytes) in sandbox.files() {
        let text = String::from_utf8(bytes).unwrap();
        assert!(!text.contains("Sign in") && !text.contains("DOCTYPE"), "{name}:\n{text}");
    }
    endpoint.mend();
    ask(&sandbox, &endpoint, &[]).expect(0);
    assert_eq!(translations(&sandbox), 1);
}

#[test]
fn a_server_error_that_passes_is_waited_out() {
    let endpoint = Endpoint::start(Duration::ZERO);
    endpoint.fail(Fault::Status(500), 0, 2);
    let sandbox = articles(1);
    ask(&sandbox, &endpoint, &[]).expect(0);
    assert_eq!(endpoint.requests(), 3);
    assert_eq!(sandbox.report("articles")["totals"]["retries"], 2);
}

#[test]
fn an_endpoint_that_goes_away_leaves_what_is_finished() {
    let endpoint = Endpoint::start(Duration::from_millis(5));
    endpoint.fail(Fault::HangUp, 6, u64::MAX);
    let sandbox = articles(30);
    let ran = ask(&sandbox, &endpoint, &["--patience", "3s"]).expect(3);
    ran.says("in a row; the last one");
    let finished = translations(&sandbox);
    assert_eq!(finished, 6);
    let totals = &sandbox.report("articles")["totals"];
    assert_eq!(
        (&totals["documents"]["done"], &totals["documents"]["failed"]),
        (&json!(6), &json!(24)),
        "{totals}"
    );

    endpoint.mend();
    endpoint.forget();
    ask(&sandbox, &endpoint, &[]).expect(0);
    assert_eq!(translations(&sandbox), 30);
    // The six that were answered are not bought again.
    assert_eq!(endpoint.answered().len(), 48);
}

#[test]
fn a_missing_model_is_named_with_the_three_ways_out() {
    let sandbox = one_article();
    // Klingon: nobody publishes it. The mirror's port is one that nothing listens on.
    let run = ["run", "articles", "--from", "en", "--to", "tlh", "--models-dir", "models", "--no-summary"];
    let ran = sandbox.gloss(&[&run[..], &["--models-url", "http://127.0.0.1:9"]].concat());
    let ran = ran.expect(3);
    ran.says("from en to tlh").says("the mirror: ").says("hint: ");
    ran.says("gloss models pull en-tlh").says("gloss models add").says("GLOSS_MODELS_URL").says("--url");
    assert!(!sandbox.exists("articles/a.tlh.txt"));
    assert_eq!(sandbox.report("articles")["totals"]["units"]["failed"], 4);
}

#[cfg(unix)]
#[test]
fn what_cannot_be_read_is_skipped_with_its_reason_and_the_rest_is_done() {
    use std::os::unix::fs::symlink;

    let sandbox = Sandbox::new();
    sandbox.script(&json!({ "reply": "tag" }));
    sandbox
        .file("articles/a.txt", "The article that can be read.\n")
        .file("outside/o.txt", "Not asked for.\n");
    sandbox.file("articles/binary.txt", [&b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0"[..], &[0; 200]].concat());
    let portuguese =
        "A população não esperou: à porta havia já uma fila de crianças às oito da manhã. ".repeat(20);
    let mut damaged = portuguese.clone().into_bytes();
    let place = portuguese.find("não").unwrap() + 2;
    damaged[place] = b'a';
    sandbox.file("articles/damaged.txt", &damaged);
    sandbox.file("articles/large.txt", "Much too long. ".repeat(1_000));
    assert!(Command::new("mkfifo").arg(sandbox.path("articles/pipe.txt")).status().unwrap().success());
    symlink(sandbox.path("articles"), sandbox.path("articles/loop")).unwrap();
    symlink(sandbox.path("outside/o.txt"), sandbox.path("articles/link.txt")).unwrap();
    symlink(sandbox.path("outside"), sandbox.path("articles/folder")).unwrap();

    let ran = sandbox.scripted(&[RUN, &["--out", "out", "--max-file-size", "8KB"]].concat()).expect(4);
    assert_eq!(sandbox.read("out/a.pt.txt"), "[pt The article that can be read.]\n");
    let outputs: Vec<String> = sandbox.files().into_keys().filter(|name| name.starts_with("out/")).collect();
    assert_eq!(outputs, ["out/a.pt.txt", "out/a.review.html", "out/index.html"]);

    let report = sandbox.report("out");
    let reason = |name: &str| {
        let listed = |list: &str| report[list].as_array().unwrap().clone();
        let all = listed("skipped").into_iter().chain(listed("documents"));
        let of = all.filter(|entry| entry["path"].as_str().unwrap().ends_with(name));
        of.map(|entry| entry["reason"].as_str().unwrap_or_default().to_owned()).collect::<Vec<_>>().join("|")
    };
    for (name, part) in [
        ("binary.txt", "not text"),
        ("damaged.txt", &format!("at byte {}", place - 1)),
        ("large.txt", "over the limit of"),
        ("pipe.txt", "not a regular file"),
        ("loop", "a link"),
        ("link.txt", "a link that leaves the folder"),
        ("folder", "a link that leaves the folder"),
    ] {
        assert!(reason(name).contains(part), "{name}: `{}`", reason(name));
    }
    // What should have been read and was not is said without being asked.
    for name in ["binary.txt", "damaged.txt", "large.txt", "pipe.txt"] {
        ran.says(name);
    }
}

#[test]
fn exit_codes_are_those_of_the_help() {
    let sandbox = one_article();
    sandbox.script(&one_by_one(json!({})));
    sandbox.scripted(RUN).expect(0);
    let table: [(&[&str], i32); 9] = [
        (&["--help"], 0),
        (&["run", "nowhere", "--script", "script.json", "--to", "pt"], 1),
        (&["run", "articles", "--script", "no-script.json", "--to", "pt"], 1),
        (&["run", "articles", "--script", "script.json"], 2),
        (&["run", "articles", "--script", "script.json", "--to", "not a tag"], 2),
        (&["run", "articles", "--script", "script.json", "--to", "pt", "--no-such-flag"], 2),
        (&["run", "articles", "--script", "script.json", "--to", "pt", "--summary", "rather short"], 2),
        (&["run"], 2),
        (&["run", "articles", "--script", "script.json", "--to", "../../pt"], 2),
    ];
    for (arguments, code) in table {
        let ran = sandbox.gloss(arguments);
        assert_eq!(ran.code, code, "{arguments:?}\n{}{}", ran.stdout, ran.stderr);
        if code != 0 {
            ran.says("error: ");
        }
    }
    sandbox.script(&json!({ "model": "other", "stop_at": 1 }));
    sandbox.scripted(RUN).expect(3);
    sandbox.file("articles/b.txt", [0, 1, 2, 3, 0, 0, 255, 254, 0, 0, 7, 8]);
    sandbox.script(&one_by_one(json!({})));
    sandbox.scripted(RUN).expect(4);
}

fn said(ran: &Ran) -> String {
    format!("{}{}", ran.stdout, ran.stderr)
}

#[cfg(unix)]
#[test]
fn links_out_of_the_folder_are_told_in_the_last_lines() {
    use std::os::unix::fs::symlink;
    let sandbox = Sandbox::new();
    sandbox.script(&json!({ "reply": "tag" }));
    sandbox.file("articles/a.txt", "A bridge is opened on Monday.\n").file("far/b.txt", "Far away.\n");
    sandbox.file("far/logo.png", "no text");
    symlink(sandbox.path("far/b.txt"), sandbox.path("articles/b.txt")).unwrap();
    symlink(sandbox.path("far/logo.png"), sandbox.path("articles/logo.png")).unwrap();
    symlink(sandbox.path("articles/a.txt"), sandbox.path("articles/again.txt")).unwrap();
    let run = ["articles", "--from", "en", "--to", "pt", "--no-summary"];
    let ran = sandbox.scripted(&run).expect(0);
    let told =
        "1 link leads out of the folder and was not read: `articles/b.txt`; give its target as an input";
    assert!(said(&ran).contains(told), "{}{}", ran.stdout, ran.stderr);
    assert_eq!(sandbox.report("articles")["totals"]["links_out"]["count"], 1);
    symlink(sandbox.path("far"), sandbox.path("articles/far")).unwrap();
    let ran = sandbox.scripted(&run).expect(0);
    let told = "2 links lead out of the folder and were not read: `articles/b.txt`, `articles/far`; ";
    assert!(said(&ran).contains(told), "{}{}", ran.stdout, ran.stderr);
    // Who leaves one out by name has seen it.
    let ran = sandbox.scripted(&[&run, &["--exclude", "far", "--exclude", "b.txt"][..]].concat()).expect(0);
    assert!(!said(&ran).contains("out of the folder"), "{}{}", ran.stdout, ran.stderr);
}
