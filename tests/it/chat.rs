//! What a user sees of a chat endpoint's troubles.

use serde_json::{Value, json};
use wiremock::matchers::method;
use wiremock::{Mock, MockServer, Request, ResponseTemplate};

use crate::harness::{Ran, Sandbox};

const PARAGRAPH: &str = "The town council of Arlen approved the budget for the coming year on Monday.\n";

/// A run over one paragraph against an endpoint that answers each request with `respond`, and what it was asked.
fn run(respond: fn(&Request) -> ResponseTemplate, more: &[&str]) -> (Ran, Vec<Value>) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let server = runtime.block_on(async {
        let server = MockServer::start().await;
        Mock::given(method("POST")).respond_with(respond).mount(&server).await;
        server
    });
    let sandbox = Sandbox::new();
    sandbox.file("articles/a.txt", PARAGRAPH);
    let url = format!("{}/v1", server.uri());
    let arguments = ["run", "articles", "--from", "en", "--to", "es", "--no-summary", "--model", "double"];
    let ran = sandbox.gloss(&[&arguments, &["--url", &url][..], more].concat());
    let requests = runtime.block_on(server.received_requests()).unwrap();
    (ran, requests.iter().map(|request| request.body_json().unwrap()).collect())
}

#[test]
fn a_budget_used_up_by_reasoning_is_named_with_its_remedy_and_ends() {
    let thought = |_: &Request| {
        ResponseTemplate::new(200).set_body_json(json!({
            "choices": [{
                "message": { "content": "", "reasoning_content": "The user wants" },
                "finish_reason": "length",
            }],
            "usage": { "prompt_tokens": 100, "completion_tokens": 300 },
        }))
    };
    let (ran, requests) = run(thought, &["--context-tokens", "100000"]);
    ran.expect(3).says("used up by reasoning").says("--context-tokens");
    let limits: Vec<u64> = requests.iter().map(|body| body["max_tokens"].as_u64().unwrap()).collect();
    assert!((2..=3).contains(&limits.len()), "{limits:?}");
    assert!(limits[0] < 1_000 && limits[1] > 16_000, "{limits:?}");
}

#[test]
fn a_model_that_ollama_has_not_is_named_with_the_command_that_fetches_it() {
    let missing = |_: &Request| {
        ResponseTemplate::new(404).set_body_json(json!({
            "error": { "message": "model \"double\" not found, try pulling it first", "type": "api_error" },
        }))
    };
    let (ran, requests) = run(missing, &[]);
    ran.expect(3).says("ollama pull double");
    assert_eq!(requests.len(), 1);
}

#[test]
fn an_azure_deployment_s_address_names_the_model_too() {
    let sandbox = Sandbox::new();
    sandbox.file("articles/a.txt", PARAGRAPH);
    let base = "https://news.openai.azure.com/openai";
    let run = ["run", "articles", "--from", "en", "--to", "es", "--dry-run", "--json", "--url"];
    let whole = format!("{base}/deployments/desk-4.1/chat/completions?api-version=2025-01-01-preview");
    let plan: Value =
        serde_json::from_str(&sandbox.gloss(&[&run[..], &[&whole]].concat()).expect(0).stdout).unwrap();
    assert_eq!(plan["model"], "desk-4.1");
    sandbox.gloss(&[&run[..], &[&format!("{base}/v1")]].concat()).expect(2).says("needs a model's name");
}

#[test]
fn a_folder_named_as_key_file_is_said_to_be_one() {
    let sandbox = Sandbox::new();
    sandbox.file("articles/a.txt", PARAGRAPH);
    let run = ["run", "articles", "--to", "es", "--url", "http://127.0.0.1:9/v1", "--model", "m"];
    let ran = sandbox.gloss(&[&run[..], &["--key-file", "articles"]].concat());
    assert_ne!(ran.code, 0);
    ran.says("this is a folder, and the key is in a file").says("`--key-file articles/FILE`");
    assert!(!ran.stderr.contains("chmod"), "{}", ran.stderr);
}
