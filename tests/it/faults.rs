//! Every fault of an endpoint against the real binary: what the user saw, nothing lost, nothing paid twice, the key
//! nowhere. `cargo test --test it faults -- --nocapture` prints the table; it also stands in `target/tmp/faults.md`.

use std::collections::VecDeque;
use std::io::Write as _;
use std::path::Path;
use std::process::Stdio;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use rustls::ServerConfig;
use rustls::pki_types::PrivateKeyDer;
use serde_json::{Value, json};

use crate::endpoint::spanish;
use crate::fault_server::{Fault, FaultServer, Plan};
use crate::harness::{Ran, Sandbox};

/// Searched for in everything that a run leaves.
const CANARY: &str = "sk-canary-5f3a9c1e7b2d4086";

/// Memory a run may take: the tokenizer's tables are most of it.
const MOST_MEMORY_MB: u64 = 400;

/// Deadlines that a test can wait for.
const FAST: &[&str] = &[
    "--connect-timeout",
    "2s",
    "--first-byte-timeout",
    "2s",
    "--idle-timeout",
    "3s",
    "--total-timeout",
    "4s",
    "--patience",
    "20s",
];

const ARTICLES: usize = 3;

/// One of the rows: a fault, the exit code and what the user must be told.
struct Row {
    name: &'static str,
    plan: Plan,
    code: i32,
    says: &'static [&'static str],
    /// Requests after which the listener closes.
    dies_after: Option<u64>,
    tls: bool,
}

/// A fault of the first `count` requests.
fn passing(name: &'static str, count: u64, fault: Fault) -> Row {
    let plan: Plan = Box::new(move |number, _| (number < count).then(|| fault.clone()));
    Row { name, plan, code: 0, says: &[], dies_after: None, tls: false }
}

/// A fault of every request.
fn lasting(name: &'static str, says: &'static [&'static str], fault: Fault) -> Row {
    Row { code: 3, says, ..passing(name, u64::MAX, fault) }
}

fn status(code: u16, headers: &str, body: &str) -> Fault {
    Fault::Status(code, headers.to_owned(), body.to_owned())
}

fn rows(elsewhere: &str) -> Vec<Row> {
    let slow_down = r#"{"error":{"message":"slow down"}}"#;
    let page = "<!DOCTYPE html><html><body>Bad gateway</body></html>";
    let date = "date: Sun, 06 Nov 1994 08:49:37 GMT\r\nretry-after: Sun, 06 Nov 1994 08:49:38 GMT\r\n";
    let moved = |to: &str| status(307, &format!("location: {to}\r\n"), "");
    let whole = r#"{"choices":[{"message":{"content":"<u id=\"1\">Hola"#;
    let filtered: Plan = Box::new(|_, prompt| {
        prompt.contains("paragraph 2 of article 1").then(|| {
            Fault::Choice(json!({ "message": { "content": null }, "finish_reason": "content_filter" }))
        })
    });
    let redirected = moved("/v1/again/chat/completions");
    vec![
        passing("429, Retry-After 1 (twice)", 2, status(429, "retry-after: 1\r\n", slow_down)),
        passing("429, Retry-After a date (twice)", 2, status(429, date, slow_down)),
        passing("429 without Retry-After (twice)", 2, status(429, "", slow_down)),
        passing("500, three in a row", 3, status(500, "", slow_down)),
        passing("502, a web page (twice)", 2, status(502, "content-type: text/html\r\n", page)),
        passing("reset before the reply (twice)", 2, Fault::ResetBefore),
        passing("reset inside the reply (twice)", 2, Fault::ResetInside),
        passing("one byte a second (once)", 1, Fault::Drip),
        passing("silence after the request (once)", 1, Fault::Silence),
        passing("a web page with status 200 (twice)", 2, Fault::Body(page.to_owned())),
        passing("an empty body (twice)", 2, Fault::Body(String::new())),
        passing("cut JSON (twice)", 2, Fault::Body(whole.to_owned())),
        passing("no choices (twice)", 2, Fault::Body(r#"{"choices":[]}"#.to_owned())),
        passing("a choice without message (twice)", 2, Fault::Choice(json!({ "finish_reason": "stop" }))),
        passing(
            "content of a wrong type (twice)",
            2,
            Fault::Choice(json!({ "message": { "content": 7 }, "finish_reason": "stop" })),
        ),
        passing("choices of a wrong type (twice)", 2, Fault::Body(r#"{"choices":"none"}"#.to_owned())),
        passing("100,000 nested arrays (once)", 1, Fault::Body("[".repeat(100_000))),
        passing("finish_reason length (twice)", 2, Fault::Finish(Some("length"))),
        passing("finish_reason null (twice)", 2, Fault::Finish(None)),
        Row { plan: filtered, ..lasting("content filter, one unit always", &["units failed"], Fault::Prose) },
        passing("ids that were not asked (twice)", 2, Fault::WrongIds),
        passing("an id twice (three times)", 3, Fault::DoubledIds),
        passing("two units merged (three times)", 3, Fault::MergedUnits),
        passing("prose round the answer (always)", u64::MAX, Fault::Prose),
        passing("1 GB, announced (once)", 1, Fault::Huge { bytes: 1 << 30, announced: true }),
        passing("1 GB, unannounced (once)", 1, Fault::Huge { bytes: 1 << 30, announced: false }),
        passing("gzip bomb, 256 MiB (once)", 1, Fault::Gzip(Arc::new(bomb()))),
        passing("headers without end (once)", 1, Fault::EndlessHeader),
        passing("redirect, same origin (once)", 1, redirected),
        lasting("redirect, other origin", &["redirect"], moved(elsewhere)),
        Row { tls: true, ..lasting("TLS, certificate of nobody's", &["--ca-file"], Fault::Prose) },
        Row {
            plan: Box::new(|_, _| None),
            dies_after: Some(1),
            ..lasting("dies after one request", &["refused"], Fault::Prose)
        },
        lasting("401, says the key back", &["401", "[key]", "OPENAI_API_KEY"], Fault::RefusesKey),
        passing("answers with the key in them (always)", u64::MAX, Fault::SaysKey),
    ]
}

/// 256 MiB of zeros, gzipped.
fn bomb() -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    archive.start_file("x", zip::write::SimpleFileOptions::default()).unwrap();
    for _ in 0..256 {
        archive.write_all(&vec![0; 1 << 20]).unwrap();
    }
    let archive = archive.finish().unwrap().into_inner();
    // The deflate stream follows the local header (30 bytes) and the name; gzip's own header goes before it.
    [&[0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255], archive.get(31..).unwrap()].concat()
}

fn tls() -> Arc<ServerConfig> {
    let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    let key = PrivateKeyDer::try_from(made.signing_key.serialize_der()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    Arc::new(config.with_no_client_auth().with_single_cert(vec![made.cert.der().clone()], key).unwrap())
}

fn paragraphs(article: usize) -> Vec<String> {
    (0..4)
        .map(|number| {
            format!(
                "This is paragraph {number} of article {article}, and nothing like it stands anywhere else. \
                 The council talked about plan {article}{number} for an hour."
            )
        })
        .collect()
}

fn articles() -> Sandbox {
    let sandbox = Sandbox::new();
    for article in 0..ARTICLES {
        sandbox.file(&format!("articles/{article}.txt"), format!("{}\n", paragraphs(article).join("\n\n")));
    }
    sandbox
}

/// Runs the binary and watches its memory; gives the most it had, in MB.
fn run(sandbox: &Sandbox, url: &str, more: &[&str]) -> (Ran, u64) {
    let arguments = ["run", "articles", "--from", "en", "--to", "es", "--no-summary", "--model", "double"];
    let child = sandbox
        .command(&[&arguments, &["--url", url][..], FAST, more].concat())
        .env("OPENAI_API_KEY", CANARY)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let status = format!("/proc/{}/status", child.id());
    let waiting = std::thread::spawn(move || child.wait_with_output().unwrap());
    let mut most = 0;
    while !waiting.is_finished() {
        let text = std::fs::read_to_string(&status).unwrap_or_default();
        let kilobytes =
            text.lines().find_map(|line| line.strip_prefix("VmHWM:")?.trim().split(' ').next()?.parse().ok());
        most = most.max(kilobytes.unwrap_or(0_u64));
        std::thread::sleep(Duration::from_millis(10));
    }
    let output = waiting.join().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let code = output.status.code().unwrap_or(-1);
    (Ran { code, stdout: text(&output.stdout), stderr: text(&output.stderr) }, most / 1000)
}

/// Units that are neither translated nor marked in their place nor part of a document reported as failed, and
/// units that are not translated.
fn lost(sandbox: &Sandbox) -> (Vec<String>, usize) {
    let (mut lost, mut untranslated) = (Vec::new(), 0);
    let report = sandbox.exists("articles/.gloss/report.json").then(|| sandbox.report("articles"));
    let documents =
        report.as_ref().and_then(|report| report["documents"].as_array()).cloned().unwrap_or_default();
    for article in 0..ARTICLES {
        let name = format!("{article}.txt");
        let output = format!("articles/{article}.es.txt");
        let text = if sandbox.exists(&output) { sandbox.read(&output) } else { String::new() };
        let document = documents.iter().find(|document| document["path"] == name.as_str());
        let failed = document.is_some_and(|document| {
            document["state"] == "failed" && !document["reason"].as_str().unwrap_or_default().is_empty()
        });
        for paragraph in paragraphs(article) {
            let marked = text.contains(&format!("⟪untranslated⟫ {paragraph} ⟪/untranslated⟫"));
            let translated = text.contains(&spanish(&paragraph));
            untranslated += usize::from(!translated);
            if !(translated || marked || text.is_empty() && failed) {
                lost.push(paragraph);
            }
        }
        let units = document.map(|document| &document["languages"][0]["units"]);
        let counted: u64 = units
            .and_then(Value::as_object)
            .map(|units| units.values().filter_map(Value::as_u64).sum())
            .unwrap_or_default();
        if counted != 4 && !failed {
            lost.push(format!("{name} counts {counted} units"));
        }
    }
    (lost, untranslated)
}

/// Where the key stands: files by their name, and what was printed.
fn key_found(sandbox: &Sandbox, printed: &[&Ran]) -> Vec<String> {
    fn search(folder: &Path, found: &mut Vec<String>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                search(&path, found);
            } else if std::fs::read(&path)
                .unwrap()
                .windows(CANARY.len())
                .any(|part| part == CANARY.as_bytes())
            {
                found.push(path.display().to_string());
            }
        }
    }
    let mut found = Vec::new();
    search(&sandbox.path(""), &mut found);
    for (number, ran) in printed.iter().enumerate() {
        for (stream, text) in [("stdout", &ran.stdout), ("stderr", &ran.stderr)] {
            if text.contains(CANARY) {
                found.push(format!("{stream} of run {}", number + 1));
            }
        }
    }
    found
}

/// The line of what was printed that says most: the one that tells of a fault, else the last.
fn saw(ran: &Ran) -> String {
    let telling = ["stopped", "error", "failed", "no more"];
    let lines: Vec<&str> = ran.stderr.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let line = lines.iter().find(|line| telling.iter().any(|word| line.contains(word)));
    line.map_or("nothing: it was waited out".to_owned(), |line| line.replace('|', "/"))
}

/// What one row came to: its line of the table, and what is wrong.
fn try_row(row: Row, elsewhere: &FaultServer) -> (String, Vec<String>) {
    let server = FaultServer::with(row.plan, row.tls.then(tls));
    if let Some(requests) = row.dies_after {
        server.die_after(requests);
    }
    let sandbox = articles();
    let began = Instant::now();
    let (first, memory) = run(&sandbox, &server.url(), &["--concurrency", "2"]);
    let took = began.elapsed();
    let (lost_units, untranslated) = lost(&sandbox);
    let mut wrong = Vec::new();
    let mut expect = |holds: bool, what: String| {
        if !holds {
            wrong.push(format!("{}: {what}", row.name));
        }
    };
    expect(first.code == row.code, format!("exit {} and not {}\n{}", first.code, row.code, first.stderr));
    for part in row.says {
        expect(first.stderr.contains(part), format!("`{part}` is not in\n{}", first.stderr));
    }
    expect(lost_units.is_empty(), format!("lost {lost_units:?}\n{}", first.stderr));
    expect((untranslated == 0) == (row.code == 0), format!("{untranslated} units are untranslated"));
    expect(memory < MOST_MEMORY_MB, format!("{memory} MB"));
    expect(elsewhere.requests() == 0, "the other origin was asked".to_owned());

    let planned = row.dies_after.is_none() && !row.tls;
    expect(!planned || server.faults() > 0, "the fault never happened".to_owned());

    // Every request that the endpoint may charge for is counted, and none else. A redirect is charged by nobody, and
    // what found the door closed was seen by nobody.
    if planned && !row.name.starts_with("redirect") {
        let counted = sandbox.report("articles")["totals"]["requests"].as_u64().unwrap_or_default();
        expect(counted == server.requests(), format!("{counted} counted of {}", server.requests()));
    }

    // Where the fault is over, the next run finishes the work and asks for nothing that was answered.
    let mut second = None;
    if !row.tls {
        server.mend();
        let (ran, _) = run(&sandbox, &server.url(), &["--json"]);
        let (lost_units, untranslated) = lost(&sandbox);
        expect(ran.code == 0, format!("second run: exit {}\n{}", ran.code, ran.stderr));
        expect(lost_units.is_empty() && untranslated == 0, format!("second run: {untranslated} left"));
        second = Some(ran);
    }
    let twice = server.paid_twice();
    expect(twice.is_empty(), format!("paid twice {twice:?}"));
    let printed: Vec<&Ran> = std::iter::once(&first).chain(&second).collect();
    let keys = key_found(&sandbox, &printed);
    expect(keys.is_empty(), format!("the key stands in {keys:?}"));
    let line = format!(
        "| {} | {} | {} | {} | {} | {} | {} | {:.1} s | {memory} MB |",
        row.name,
        saw(&first).replace(&server.address.port().to_string(), "PORT"),
        first.code,
        untranslated,
        lost_units.len(),
        twice.len(),
        keys.len(),
        took.as_secs_f64(),
    );
    (line, wrong)
}

#[test]
#[expect(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "the table is what this test is read for"
)]
fn no_fault_loses_a_unit_or_pays_twice_or_shows_the_key() {
    let elsewhere = FaultServer::start(Box::new(|_, _| None));
    let rows = rows(&format!("{}/chat/completions", elsewhere.url()));
    let count = rows.len();
    let waiting: Mutex<VecDeque<(usize, Row)>> = Mutex::new(rows.into_iter().enumerate().collect());
    let done = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..6 {
            scope.spawn(|| {
                loop {
                    let Some((number, row)) = waiting.lock().unwrap().pop_front() else { break };
                    let (line, wrong) = try_row(row, &elsewhere);
                    done.lock().unwrap().push((number, line, wrong));
                }
            });
        }
    });
    let mut done = done.into_inner().unwrap();
    assert_eq!(done.len(), count);
    done.sort_by_key(|(number, ..)| *number);
    let mut table = "| fault | what the user saw | exit | untranslated | lost | paid twice | key found | time | memory |\n\
        |---|---|---|---|---|---|---|---|---|\n"
        .to_owned();
    for (_, line, _) in &done {
        table.push_str(line);
        table.push('\n');
    }
    println!("{table}");
    std::fs::write(Path::new(env!("CARGO_TARGET_TMPDIR")).join("faults.md"), table).unwrap();
    let wrong: Vec<String> = done.into_iter().flat_map(|(_, _, wrong)| wrong).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
