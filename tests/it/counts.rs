//! What a run counts is what the server saw: each request that may be charged for, in the caps, the table and the report.

use std::io::{BufRead, BufReader};
use std::process::Stdio;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use wiremock::matchers::method;
use wiremock::{Mock, MockServer, Request, ResponseTemplate};

use crate::doubles::Served;
use crate::doubles::apertium::{Apertium, SENTENCE};
use crate::doubles::libretranslate::LibreTranslate;
use crate::fault_server::{Fault, FaultServer};
use crate::harness::{Ran, Sandbox};

/// Six articles of three paragraphs, each of about 150 characters.
fn folder() -> Sandbox {
    let sandbox = Sandbox::new();
    for number in 0..6 {
        let paragraph = |part: u32| {
            format!(
                "Part {part} of article {number} tells that the council met on Monday. It talked about the old \
                 bridge for {part} hours, and then approved plan {number}."
            )
        };
        let text: Vec<String> = (1..4).map(paragraph).collect();
        sandbox.file(&format!("articles/{number}.txt"), text.join("\n\n"));
    }
    sandbox
}

fn run(sandbox: &Sandbox, engine: &str, url: &str, more: &[&str]) -> Ran {
    let base = ["run", "articles", "--from", "en", "--to", "es", "--no-summary", "--engine", engine];
    sandbox.gloss(&[&base, &["--url", url][..], more].concat())
}

fn totals(sandbox: &Sandbox) -> Value {
    sandbox.report("articles")["totals"].clone()
}

#[test]
fn a_cap_counts_each_request_to_a_server_that_takes_few_characters() {
    for most in [100, 150, 400] {
        let libre = Arc::new(LibreTranslate { most_characters: most, ..LibreTranslate::default() });
        let served = Served::start(&libre);
        let sandbox = folder();
        let capped =
            run(&sandbox, "libretranslate", &served.url, &["--max-requests", "10", "--concurrency", "2"]);
        capped.expect(3).says("cap of 10 requests is reached");
        assert_eq!(served.posts(), 10, "at {most}");
        let first = totals(&sandbox);
        assert_eq!(first["requests"], 10, "{first}");
        assert_eq!(first["engines"]["libretranslate"]["spent"]["count"], 10, "{first}");
        assert!(first["units"]["translated"].as_u64().unwrap() > 0, "what was paid is kept: {first}");

        run(&sandbox, "libretranslate", &served.url, &[]).expect(0);
        let second = totals(&sandbox);
        assert_eq!(second["requests"].as_u64().unwrap() + 10, served.posts(), "at {most}: {second}");
        assert_eq!(libre.refused.load(Ordering::Relaxed), 0, "none was too large");
        // Of what was paid before the cap, no more is paid again than the texts that were then half done.
        let twice = libre.answered.lock().unwrap().values().filter(|times| **times > 1).count();
        assert!(twice <= 2, "{twice} at {most}");
    }
}

#[test]
fn a_cap_counts_each_piece_that_apertium_is_sent_and_a_cap_on_cost_each_piece_s() {
    let apertium = Arc::new(Apertium::default());
    let served = Served::start(&apertium);
    let sandbox = Sandbox::new();
    let said: Vec<String> = (0..300).map(|number| format!("{} {number}.", SENTENCE.0)).collect();
    sandbox.file("articles/long.txt", said.join(" "));
    let large = ["--chunk-tokens", "30000"];
    run(&sandbox, "apertium", &served.url, &[&large[..], &["--max-requests", "5"]].concat()).expect(3);
    assert_eq!((served.posts(), &totals(&sandbox)["requests"]), (5, &json!(5)));

    run(&sandbox, "apertium", &served.url, &large).expect(0);
    let totals = totals(&sandbox);
    let pieces = served.posts() - 5;
    assert!(pieces >= 20, "{pieces}");
    assert_eq!(totals["requests"], pieces);
    assert_eq!(totals["requests_failed"], 0, "{totals}");
    // Blanks between two sentences may belong to no piece.
    let source = sandbox.read("articles/long.txt").len() as u64;
    let characters = totals["usage"]["characters"].as_u64().unwrap();
    assert!(characters <= source && characters + 300 >= source, "{characters} of {source}");
}

/// An endpoint that knows neither temperature nor any format, and answers in whatever form it is asked.
fn plain_minded(asked: Arc<AtomicU64>) -> impl Fn(&Request) -> ResponseTemplate {
    move |request: &Request| {
        asked.fetch_add(1, Ordering::Relaxed);
        let body: Value = request.body_json().unwrap();
        for field in ["temperature", "response_format"] {
            if body.get(field).is_some() {
                let message = format!("Unsupported value: '{field}' is unknown to this model.");
                return ResponseTemplate::new(400).set_body_json(json!({ "error": { "message": message } }));
            }
        }
        let prompt = body["messages"][1]["content"].as_str().unwrap();
        let units = crate::endpoint::units(prompt);
        let answer: String = units
            .iter()
            .map(|(id, text)| format!("<u id=\"{id}\">{}</u>\n", crate::endpoint::spanish(text)))
            .collect();
        ResponseTemplate::new(200).set_body_json(json!({
            "choices": [{ "message": { "content": answer }, "finish_reason": "stop" }],
            "usage": { "prompt_tokens": 100, "completion_tokens": 50 },
        }))
    }
}

#[test]
fn a_cap_counts_what_an_endpoint_refuses_for_an_option_it_does_not_know() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let asked = Arc::new(AtomicU64::new(0));
    let server = runtime.block_on(async {
        let server = MockServer::start().await;
        Mock::given(method("POST")).respond_with(plain_minded(Arc::clone(&asked))).mount(&server).await;
        server
    });
    let sandbox = folder();
    let url = format!("{}/v1", server.uri());
    let ran = run(&sandbox, "chat", &url, &["--model", "double", "--max-requests", "1"]).expect(3);
    ran.says("cap of 1 requests is reached");
    assert_eq!((asked.swap(0, Ordering::Relaxed), &totals(&sandbox)["requests"]), (1, &json!(1)));

    run(&sandbox, "chat", &url, &["--model", "double"]).expect(0);
    let totals = totals(&sandbox);
    assert_eq!(totals["requests"], asked.load(Ordering::Relaxed), "{totals}");
    // One option at least was refused, and that cost nothing; each of the six articles was answered once.
    assert!(totals["requests_failed"].as_u64().unwrap() >= 1, "{totals}");
    assert_eq!(totals["usage"]["tokens_in"], 600, "{totals}");
}

/// Articles of one paragraph each, asked one after another of a chat server.
fn single_paragraphs(count: usize) -> Sandbox {
    let sandbox = Sandbox::new();
    for number in 0..count {
        let text = format!("Article {number} tells that the council of the town met on Monday evening.\n");
        sandbox.file(&format!("articles/{number:02}.txt"), text);
    }
    sandbox
}

fn one_by_one(sandbox: &Sandbox, server: &FaultServer) -> Ran {
    run(sandbox, "chat", &server.url(), &["--model", "double", "--concurrency", "1"])
}

#[test]
fn an_engine_of_whose_replies_none_can_be_used_is_given_up_after_forty() {
    let server = FaultServer::start(Box::new(|_, _| Some(Fault::Finish(None))));
    let sandbox = single_paragraphs(30);
    let ran = one_by_one(&sandbox, &server).expect(3);
    ran.says("engine chat stopped: nothing of 40 replies in a row could be used").says("gloss doctor");
    // The next one may leave while the fortieth is judged.
    let requests = server.requests();
    assert!((40..=44).contains(&requests), "{requests}");
    assert_eq!(totals(&sandbox)["requests"], requests);
    assert_eq!(totals(&sandbox)["documents"]["failed"], 30);
}

#[test]
fn one_reply_of_use_starts_the_forty_anew() {
    let server = FaultServer::start(Box::new(|number, _| (number != 30).then_some(Fault::Finish(None))));
    let sandbox = single_paragraphs(40);
    one_by_one(&sandbox, &server).expect(3).says("nothing of 40 replies in a row");
    // The next requests leave while the one reply of use is judged: those count from before it.
    let requests = server.requests();
    assert!((71..=85).contains(&requests), "{requests}");
    assert_eq!(totals(&sandbox)["requests"], requests);
    assert_eq!(totals(&sandbox)["units"]["translated"], 1);
}

/// Busy for so long after its first request.
fn busy(retry_after: u64, time: Duration) -> FaultServer {
    let header = format!("retry-after: {retry_after}\r\n");
    let first = OnceLock::new();
    FaultServer::start(Box::new(move |_, _| {
        let busy = first.get_or_init(Instant::now).elapsed() < time;
        busy.then(|| Fault::Status(429, header.clone(), String::new()))
    }))
}

#[test]
fn a_long_rest_that_an_endpoint_asks_for_is_said_once() {
    // Whatever leaves before the first refusal is back is refused too, and told to rest as long.
    let server = busy(6, Duration::from_secs(4));
    let sandbox = single_paragraphs(8);
    let ran = run(&sandbox, "chat", &server.url(), &["--model", "double", "--concurrency", "4"]).expect(0);
    let told: Vec<&str> = ran.stderr.lines().filter(|line| line.contains("of rest")).collect();
    let [line] = told.as_slice() else { panic!("said {} times:\n{}", told.len(), ran.stderr) };
    let host = format!("localhost:{} asks for 6 s of rest (until ", server.address.port());
    let time =
        line.strip_prefix(&host).and_then(|rest| rest.strip_suffix(')')).unwrap_or_else(|| panic!("{line}"));
    assert!(time.len() == 8 && time.split(':').all(|part| part.parse::<u8>().is_ok()), "{line}");
    assert_eq!(totals(&sandbox)["requests"], server.requests());
}

#[test]
fn a_rest_that_is_longer_than_gloss_waits_is_said_with_what_gloss_does() {
    let server = busy(7_200, Duration::MAX);
    let sandbox = single_paragraphs(2);
    let url = server.url();
    let arguments = ["run", "articles", "--from", "en", "--to", "es", "--url", &url, "--model", "double"];
    let mut child = sandbox.command(&arguments).stderr(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
    let lines = BufReader::new(child.stderr.take().unwrap()).lines();
    let said = lines.map_while(Result::ok).find(|line| line.contains("of rest"));
    child.kill().unwrap();
    child.wait().unwrap();
    let said = said.unwrap_or_default();
    assert!(said.contains("asks for 120 min of rest; gloss asks again in 60 s (at "), "{said}");
}

/// Articles whose summaries the server makes as it is told.
fn summarised(bad: bool) -> FaultServer {
    let foreign = "El consejo municipal aprobó ayer el documento después de una larga reunión en la plaza.";
    let choice = json!({ "message": { "content": foreign }, "finish_reason": "stop" });
    FaultServer::start(Box::new(move |_, prompt| {
        let summary = crate::endpoint::units(prompt).is_empty();
        (bad && summary && !prompt.is_empty()).then(|| Fault::Choice(choice.clone()))
    }))
}

/// The range of requests that the plan gives, and what the run after it sent.
fn planned(sandbox: &Sandbox, server: &FaultServer) -> ((u64, u64), u64) {
    let url = server.url();
    let run = ["run", "articles", "--from", "en", "--to", "es", "--url", &url, "--model", "double"];
    let plan = sandbox.gloss(&[&run[..], &["--dry-run", "--json"]].concat()).expect(0);
    let plan: Value = serde_json::from_str(&plan.stdout).unwrap();
    let before = server.requests();
    sandbox.gloss(&run);
    let sent = server.requests() - before;
    assert_eq!(totals(sandbox)["requests"], sent);
    let range = &plan["requests"];
    ((range[0].as_u64().unwrap(), range[1].as_u64().unwrap()), sent)
}

#[test]
fn a_plan_counts_summaries_with_those_that_failed_before_and_their_translations() {
    let server = summarised(true);
    let sandbox = folder();
    // Six chunks, six summaries and their translations; each summary is refused three times.
    let ((low, high), sent) = planned(&sandbox, &server);
    assert_eq!(low, 12);
    assert!((low..=high).contains(&sent), "{sent} is not in {low} to {high}");
    assert_eq!(totals(&sandbox)["summaries_failed"], 6);

    // Six summaries once more and their translations, and nothing else.
    let ((low, high), sent) = planned(&sandbox, &server);
    assert_eq!((low, sent), (6, 6));
    assert!(high >= 12, "{high}");

    server.mend();
    let ((low, high), sent) = planned(&sandbox, &server);
    assert!((low..=high).contains(&sent), "{sent} is not in {low} to {high}");
    assert_eq!(totals(&sandbox)["summaries_failed"], 0);
    assert_eq!(planned(&sandbox, &server), ((0, 0), 0));
}
