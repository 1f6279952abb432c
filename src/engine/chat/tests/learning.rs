//! What an endpoint takes is found out once, what it cut or thought away is not taken for an answer.

use std::time::Duration;

use futures::future::join_all;
use serde_json::{Value, json};
use wiremock::matchers::method;
use wiremock::{Mock, MockServer, Request, ResponseTemplate};

use super::{
    BlockId, Form, Language, Paragraph, Role, SummaryLength, bodies, engine, request, says, settings,
    to_the_end,
};
use crate::engine::chat::ChatEngine;
use crate::engine::transport::Transport;
use crate::engine::{Engine as _, ErrorClass, Finish, SummaryRequest, SummaryStage};

/// A server that refuses requests with `field` at once, and answers others with `text` after `delay`.
async fn without(field: &'static str, text: &'static str, delay: Duration) -> MockServer {
    let server = MockServer::start().await;
    let respond = move |request: &Request| {
        let body: Value = request.body_json().unwrap();
        if body.get(field).is_some() {
            let message = format!("Unsupported value: '{field}' is unknown to this model.");
            return ResponseTemplate::new(400).set_body_json(json!({ "error": { "message": message } }));
        }
        says(text).set_delay(delay)
    };
    Mock::given(method("POST")).respond_with(respond).mount(&server).await;
    server
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sixty_four_first_requests_at_once_pay_one_refusal() {
    let table = [("temperature", 0, "<u id=\"1\">Uno.</u>"), ("response_format", 1, "{\"1\":\"Uno.\"}")];
    for (field, attempt, text) in table {
        let server = without(field, text, Duration::from_millis(400)).await;
        let engine = engine(&server.uri());
        let mut asked = request(&["One."], Form::Structured);
        asked.attempt = attempt;
        // The tokenizer is loaded: else its 0.3 s would keep the requests apart.
        assert!(crate::plan::tokens::Tokenizer::for_model("qwen").count("One.") > 0);
        let replies = join_all((0..64).map(|_| to_the_end(&engine, &asked))).await;
        assert!(replies.iter().all(|reply| reply.as_ref().unwrap().units[0].1 == "Uno."));
        let sent = bodies(&server).await;
        let refused = sent.iter().filter(|body| body.get(field).is_some()).count();
        assert_eq!(sent.len() - refused, 64);
        // One in a quiet machine; the wait for it is bounded, so a busy one may see a few more.
        assert!(refused <= 8, "{field}: {refused} refused");
    }
}

#[tokio::test]
async fn a_server_that_takes_a_schema_and_ignores_it_is_noticed() {
    let server = MockServer::start().await;
    Mock::given(method("POST")).respond_with(says("<u id=\"1\">Uno.</u>")).mount(&server).await;
    let engine = engine(&server.uri());
    let mut asked = request(&["One."], Form::Structured);
    asked.attempt = 1;
    for _ in 0..4 {
        assert_eq!(engine.translate(&asked).await.unwrap().units[0].1, "Uno.");
    }
    let formats: Vec<Value> =
        bodies(&server).await.iter().map(|body| body["response_format"]["type"].clone()).collect();
    assert_eq!(formats, [json!("json_schema"), json!("json_object"), Value::Null, Value::Null]);
}

#[tokio::test]
async fn a_limit_of_reply_tokens_that_the_endpoint_names_is_kept() {
    let server = MockServer::start().await;
    let words = "max_tokens is too large: 900. This model supports at most 100 completion tokens";
    let refusal = ResponseTemplate::new(400).set_body_json(json!({ "error": { "message": words } }));
    Mock::given(method("POST")).respond_with(refusal).up_to_n_times(1).mount(&server).await;
    Mock::given(method("POST")).respond_with(says("<u id=\"1\">Uno.</u>")).mount(&server).await;
    let engine = engine(&server.uri());
    let text = "One. ".repeat(60);
    for _ in 0..2 {
        assert!(to_the_end(&engine, &request(&[&text], Form::Structured)).await.is_ok());
    }
    let limits: Vec<u64> =
        bodies(&server).await.iter().map(|body| body["max_tokens"].as_u64().unwrap()).collect();
    assert!(limits[0] > 200, "{limits:?}");
    assert_eq!(limits[1..], [100, 100]);
}

#[tokio::test]
async fn the_answer_to_a_prompt_that_was_cut_is_refused() {
    // Ollama with a window of 4,096 tokens, as its tracker has it: 200, `stop`, and half of the window read.
    let server = MockServer::start().await;
    let reply = json!({
        "choices": [{ "message": { "content": "The council met." }, "finish_reason": "stop" }],
        "usage": { "prompt_tokens": 2050, "completion_tokens": 5 },
    });
    Mock::given(method("POST"))
        .respond_with(ResponseTemplate::new(200).set_body_json(reply))
        .mount(&server)
        .await;
    let engine = engine(&server.uri());
    let summary = |sentences: usize| SummaryRequest {
        language: Language::parse("en").unwrap(),
        title: None,
        paragraphs: vec![Paragraph {
            block: BlockId(0),
            role: Role::Body,
            text: "The council of the town approved the plan for the new bridge on Monday. "
                .repeat(sentences),
        }],
        length: SummaryLength::Short,
        words: 40,
        stage: SummaryStage::Whole,
        attempt: 0,
    };
    let error = engine.summarize(&summary(400)).await.unwrap_err();
    assert_eq!((error.class, error.usage.tokens_in, error.maybe_charged), (ErrorClass::Split, 2050, false));
    assert!(error.message.contains("read 2050 tokens"), "{error}");
    assert!(error.hint.unwrap().contains("OLLAMA_CONTEXT_LENGTH"));
    assert!(engine.summarize(&summary(130)).await.is_ok(), "as many as were sent");
}

#[tokio::test]
async fn a_model_that_thinks_gets_room_before_it_lacks_it() {
    let server = MockServer::start().await;
    let thought = json!({
        "choices": [{
            "message": { "content": "<u id=\"1\">Uno.</u>", "reasoning_content": "<u id=\"1\">One?</u>" },
            "finish_reason": "stop",
        }],
    });
    Mock::given(method("POST"))
        .respond_with(ResponseTemplate::new(200).set_body_json(thought))
        .mount(&server)
        .await;
    let mut settings = settings(&server.uri());
    settings.context_tokens = 100_000;
    let engine = ChatEngine::new(&settings, Transport::new(Duration::from_secs(5)).unwrap()).unwrap();
    for _ in 0..3 {
        let reply = engine.translate(&request(&["One."], Form::Structured)).await.unwrap();
        assert_eq!((reply.units[0].1.as_str(), reply.finish), ("Uno.", Finish::Stop));
    }
    let limits: Vec<u64> =
        bodies(&server).await.iter().map(|body| body["max_tokens"].as_u64().unwrap()).collect();
    assert!(limits[0] < 500 && limits[1] > 16_384 && limits[2] == limits[1], "{limits:?}");
}

#[tokio::test]
async fn no_thought_reaches_an_answer_in_any_form() {
    for reply in [
        "<think>First <u id=\"1\">DRAFT</u>.</think><u id=\"1\">Uno.</u>",
        "First <u id=\"1\">DRAFT</u>.</think><u id=\"1\">Uno.</u>",
        "<|channel|>analysis<|message|><u id=\"1\">DRAFT</u><|end|><|start|>assistant<|channel|>final<|message|><u id=\"1\">Uno.</u>",
        "<u id=\"1\">Uno.</u>\n<think>DRAFT</think>",
    ] {
        let server = MockServer::start().await;
        Mock::given(method("POST")).respond_with(says(reply)).mount(&server).await;
        let reply = engine(&server.uri()).translate(&request(&["One."], Form::Structured)).await.unwrap();
        assert_eq!(reply.units, [("unit-0".to_owned(), "Uno.".to_owned())], "{reply:?}");
    }
    let server = MockServer::start().await;
    Mock::given(method("POST")).respond_with(says("<think>DRAFT and no more")).mount(&server).await;
    let reply = engine(&server.uri()).translate(&request(&["One."], Form::Plain)).await.unwrap();
    assert_eq!((reply.units, reply.finish), (Vec::new(), Finish::Length { reasoning: true }));
}
