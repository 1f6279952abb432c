//! A glossary: what is sent of it, and what a change of it asks again.

use serde_json::{Value, json};
use wiremock::matchers::method;
use wiremock::{Mock, MockServer, Request, ResponseTemplate};

use crate::harness::{Ran, Sandbox};

const ARTICLE: &str =
    "The old mill stands here.\n\nBoats came in at dawn.\n\nThe harbour froze.\n\nBoth mills burned twice.\n";

/// A folder and an endpoint that answers each unit, and says what it was asked.
struct Desk {
    runtime: tokio::runtime::Runtime,
    server: MockServer,
    sandbox: Sandbox,
    seen: usize,
}

fn answer(request: &Request) -> ResponseTemplate {
    let body: Value = request.body_json().unwrap();
    let asked = body["messages"][1]["content"].as_str().unwrap().to_owned();
    let answers: Vec<String> =
        ids(&asked).into_iter().map(|id| format!("<u id=\"{id}\">Respuesta {id}.</u>")).collect();
    ResponseTemplate::new(200).set_body_json(json!({
        "choices": [{ "message": { "content": answers.join("\n") }, "finish_reason": "stop" }],
        "usage": { "prompt_tokens": 100, "completion_tokens": 30 },
    }))
}

fn ids(asked: &str) -> Vec<String> {
    let units = asked.split("<u id=\"").skip(1).filter_map(|rest| rest.split_once('"'));
    units.map(|(id, _)| id.to_owned()).filter(|id| id != "…").collect()
}

impl Desk {
    fn new() -> Self {
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let server = runtime.block_on(async {
            let server = MockServer::start().await;
            Mock::given(method("POST")).respond_with(answer).mount(&server).await;
            server
        });
        let sandbox = Sandbox::new();
        sandbox.file("articles/a.txt", ARTICLE);
        Self { runtime, server, sandbox, seen: 0 }
    }

    fn run(&self, more: &[&str]) -> Ran {
        let url = format!("{}/v1", self.server.uri());
        let arguments =
            ["run", "articles", "--from", "en", "--to", "es", "--no-summary", "--model", "double"];
        self.sandbox.gloss(&[&arguments, &["--url", &url][..], more].concat())
    }

    /// Runs; how many units the endpoint was asked for, and in which words.
    fn asked(&mut self, more: &[&str]) -> (usize, String) {
        self.run(more).expect(0);
        let requests = self.runtime.block_on(self.server.received_requests()).unwrap();
        let bodies = requests.iter().skip(self.seen).map(|request| request.body_json::<Value>().unwrap());
        let said: Vec<String> =
            bodies.map(|body| body["messages"][1]["content"].as_str().unwrap().to_owned()).collect();
        self.seen = requests.len();
        let said = said.join("\n");
        (ids(&said).len(), said)
    }

    /// What a dry run says would be asked.
    fn forecast(&self, more: &[&str]) -> u64 {
        let plan = self.run(&[&["--dry-run", "--json"], more].concat()).expect(0);
        let plan: Value = serde_json::from_str(&plan.stdout).unwrap();
        plan["rows"][0]["to_ask"].as_u64().unwrap()
    }
}

#[test]
fn a_changed_glossary_asks_again_exactly_the_units_that_hold_what_changed() {
    let mut desk = Desk::new();
    let with = ["--glossary", "terms.tsv"];
    assert_eq!(desk.asked(&[]).0, 4);

    desk.sandbox.file("terms.tsv", "mill\tmolino\n");
    assert_eq!(desk.forecast(&with), 2);
    let (units, said) = desk.asked(&with);
    assert_eq!(units, 2);
    assert!(said.contains("mill = molino") && said.contains("inflected"), "{said}");
    assert!(said.contains("Both mills") && !said.contains(">Boats"), "{said}");
    assert_eq!(desk.asked(&with).0, 0);

    // Added: only where it stands, and only what stands there is told.
    desk.sandbox.file("terms.tsv", "# boats too\nmill\tmolino\nboat\tbarco\nheron\tgarza\n");
    assert_eq!(desk.forecast(&with), 1);
    let (units, said) = desk.asked(&with);
    assert_eq!(units, 1);
    assert!(said.contains("boat = barco") && !said.contains("mill =") && !said.contains("heron"), "{said}");

    // Changed, then forbidden; a comment is no change, nor is the order.
    desk.sandbox.file("terms.tsv", "boat\tbarco\tof wood\nmill\taceña\n");
    assert_eq!(desk.asked(&with).0, 2);
    desk.sandbox.file("terms.tsv", "boat\tbarco\t\tbuque\nmill\taceña\tby the sea\n");
    let (units, said) = desk.asked(&with);
    assert_eq!(units, 1);
    assert!(said.contains("boat = barco (never: buque)"), "{said}");

    // Removed: what was answered without it is known.
    assert_eq!(desk.asked(&[]).0, 0);
    desk.sandbox.file("terms.tsv", "mill\taceña\n");
    assert_eq!(desk.asked(&with).0, 0);
}

#[test]
fn a_glossary_of_several_files_and_languages_tells_each_language_its_own() {
    let mut desk = Desk::new();
    desk.sandbox.file("names.csv", "source,target,to\nmill,molino,es\nmill,moinho,pt\n");
    desk.sandbox.file("more.tsv", "source\tes\tpt\nharbour\tpuerto\tporto\n");
    desk.sandbox.file("gloss.toml", "glossary = [\"names.csv\", \"more.tsv\"]\n");
    let (units, said) = desk.asked(&[]);
    assert_eq!(units, 4);
    assert!(said.contains("mill = molino\n") && said.contains("harbour = puerto\n"), "{said}");
    assert!(!said.contains("moinho") && !said.contains("porto"), "{said}");
}

#[test]
fn a_glossary_that_does_not_read_ends_the_run_before_anything_is_asked() {
    let desk = Desk::new();
    desk.sandbox.file("terms.tsv", "mill\tmolino\nboat\n");
    desk.run(&["--glossary", "terms.tsv"]).expect(1).says("terms.tsv`: line 2: `boat` has neither");
    desk.run(&["--glossary", "none.tsv"]).expect(1).says("--glossary-id");
    assert!(desk.runtime.block_on(desk.server.received_requests()).unwrap().is_empty());
}

#[test]
fn an_engine_that_takes_no_terms_is_not_asked_again_for_them() {
    let sandbox = Sandbox::new();
    sandbox.file("articles/a.txt", ARTICLE).file("terms.tsv", "mill\tmolino\n");
    sandbox.script(&json!({ "reply": "tag" }));
    let counts = |more: &[&str]| {
        let arguments = ["articles", "--from", "en", "--to", "es", "--no-summary", "--json"];
        let events = sandbox.scripted(&[&arguments[..], more].concat()).expect(0).events();
        let finished = events.into_iter().find(|event| event["event"] == "language_finished").unwrap();
        (finished["counts"]["translated"].clone(), finished["counts"]["remembered"].clone())
    };
    assert_eq!(counts(&[]), (json!(4), json!(0)));
    assert_eq!(counts(&["--glossary", "terms.tsv"]), (json!(0), json!(4)));
}

#[test]
fn an_engine_that_takes_no_terms_is_named_once_and_its_answers_are_checked() {
    let sandbox = Sandbox::new();
    sandbox.script(&json!({ "reply": "tag" }));
    sandbox.file("articles/a.txt", ARTICLE).file("articles/b.txt", ARTICLE);
    sandbox.file("terms.tsv", "source\ttarget\nmill\tmolino\n");
    let run = ["articles", "--from", "en", "--to", "es,fr", "--no-summary"];
    let ran = sandbox.scripted(&[&run, &["--glossary", "terms.tsv"][..]].concat());
    assert_eq!(ran.stderr.matches("takes no terms").count(), 1, "{}", ran.stderr);
    let report = sandbox.report("articles");
    assert_eq!(report["totals"]["engines_without_terms"].as_array().unwrap().len(), 1, "{report}");
    let page = sandbox.read("articles/a.review.html");
    assert!(page.contains("\"check\":\"glossary\""));
    let ran = sandbox.gloss(&["check", "articles", "--to", "es", "--only", "glossary"]);
    assert!(ran.stdout.starts_with("articles/a.es.txt:1: glossary: "), "{}", ran.stdout);
    let ran = sandbox.scripted(&run);
    assert!(!ran.stderr.contains("takes no terms"), "{}", ran.stderr);
}
