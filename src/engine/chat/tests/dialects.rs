//! Azure and Anthropic, whole: address, headers, body, reply, refusal.

use serde_json::{Value, json};
use wiremock::matchers::{header, method, path, query_param};
use wiremock::{Mock, MockServer, ResponseTemplate};

use super::{Form, request, settings, to_the_end};
use crate::engine::chat::ChatEngine;
use crate::engine::transport::{Secret, Transport};
use crate::engine::{Engine as _, ErrorClass, Finish};
use crate::settings::Dialect;

fn engine(url: &str, dialect: Dialect) -> ChatEngine {
    let mut settings = settings(url);
    settings.dialect = Some(dialect);
    let transport = Transport::new(std::time::Duration::from_secs(5)).unwrap();
    let mut engine = ChatEngine::new(&settings, transport).unwrap();
    engine.key = Some(Secret::new("sk-canary-of-the-tests"));
    engine
}

async fn only_request(server: &MockServer) -> (wiremock::Request, Value) {
    let request = server.received_requests().await.unwrap().remove(0);
    let body = request.body_json().unwrap();
    (request, body)
}

#[tokio::test]
async fn azure_is_asked_at_its_address_with_its_key() {
    let server = MockServer::start().await;
    let reply = json!({
        "choices": [{ "message": { "content": "<u id=\"1\">Uno.</u>" }, "finish_reason": "stop" }],
        "usage": { "prompt_tokens": 9, "completion_tokens": 4 },
    });
    Mock::given(method("POST"))
        .and(path("/openai/deployments/gpt/chat/completions"))
        .and(query_param("api-version", "2025-01-01-preview"))
        .and(header("api-key", "sk-canary-of-the-tests"))
        .respond_with(ResponseTemplate::new(200).set_body_json(reply))
        .mount(&server)
        .await;
    let url =
        format!("{}/openai/deployments/gpt/chat/completions?api-version=2025-01-01-preview", server.uri());
    let engine = engine(&url, Dialect::Azure);
    let reply = engine.translate(&request(&["One."], Form::Structured)).await.unwrap();
    assert_eq!(reply.units[0].1, "Uno.");
    let (request, _) = only_request(&server).await;
    assert!(!request.headers.contains_key("authorization"));
}

#[tokio::test]
async fn what_azure_filters_goes_to_the_next_engine() {
    let server = MockServer::start().await;
    let body = json!({ "error": {
        "message": "The response was filtered due to the prompt triggering Azure OpenAI's content management policy.",
        "type": null, "param": "prompt", "code": "content_filter", "status": 400,
        "innererror": { "code": "ResponsibleAIPolicyViolation" },
    } });
    Mock::given(method("POST"))
        .respond_with(ResponseTemplate::new(400).set_body_json(body))
        .expect(1)
        .mount(&server)
        .await;
    let engine = engine(&server.uri(), Dialect::Azure);
    let error = engine.translate(&request(&["One."], Form::Structured)).await.unwrap_err();
    assert_eq!(error.class, ErrorClass::NextEngine);
    assert!(!error.maybe_charged);
}

#[tokio::test]
async fn anthropic_is_spoken_to_in_its_own_protocol() {
    let server = MockServer::start().await;
    let reply = json!({
        "id": "msg_1", "type": "message", "role": "assistant", "model": "claude",
        "content": [
            { "type": "thinking", "thinking": "<u id=\"1\">One?</u>", "signature": "x" },
            { "type": "text", "text": "{\"1\":\"Uno.\"}" },
        ],
        "stop_reason": "end_turn", "stop_sequence": null,
        "usage": { "input_tokens": 9, "output_tokens": 4 },
    });
    Mock::given(method("POST"))
        .and(path("/v1/messages"))
        .and(header("x-api-key", "sk-canary-of-the-tests"))
        .and(header("anthropic-version", "2023-06-01"))
        .respond_with(ResponseTemplate::new(200).set_body_json(reply))
        .mount(&server)
        .await;
    let engine = engine(&format!("{}/v1", server.uri()), Dialect::Anthropic);
    let mut asked = request(&["One."], Form::Structured);
    asked.attempt = 1;
    let reply = engine.translate(&asked).await.unwrap();
    assert_eq!(reply.units, [("unit-0".to_owned(), "Uno.".to_owned())]);
    assert_eq!((reply.finish, reply.usage.tokens_in, reply.usage.tokens_out), (Finish::Stop, 9, 4));
    let (request, body) = only_request(&server).await;
    assert!(!request.headers.contains_key("authorization"));
    assert!(body["system"].as_str().unwrap().contains("translator"));
    assert_eq!(body["messages"].as_array().unwrap().len(), 1);
    assert_eq!(body["output_config"]["format"]["type"], "json_schema");
    assert!(body["max_tokens"].as_u64().unwrap() > 0 && body.get("response_format").is_none());
}

#[tokio::test]
async fn a_claude_without_temperature_or_schemas_is_asked_without() {
    let server = MockServer::start().await;
    let refusal = |message: &str| {
        ResponseTemplate::new(400).set_body_json(json!({
            "type": "error", "error": { "type": "invalid_request_error", "message": message },
        }))
    };
    let refusals = [
        refusal("`temperature` is deprecated for this model."),
        refusal("output_config.format: this model does not support structured outputs"),
    ];
    for template in refusals {
        Mock::given(method("POST")).respond_with(template).up_to_n_times(1).mount(&server).await;
    }
    let reply = json!({
        "type": "message", "content": [{ "type": "text", "text": "{\"1\":\"Uno.\"}" }],
        "stop_reason": "end_turn", "usage": { "input_tokens": 9, "output_tokens": 4 },
    });
    Mock::given(method("POST"))
        .respond_with(ResponseTemplate::new(200).set_body_json(reply))
        .mount(&server)
        .await;
    let engine = engine(&server.uri(), Dialect::Anthropic);
    let mut asked = request(&["One."], Form::Structured);
    asked.attempt = 1;
    for _ in 0..2 {
        assert_eq!(to_the_end(&engine, &asked).await.unwrap().units[0].1, "Uno.");
    }
    let requests = server.received_requests().await.unwrap();
    assert_eq!(requests.len(), 4, "each is refused once");
    let last: Value = requests[3].body_json().unwrap();
    assert!(last.get("temperature").is_none() && last.get("output_config").is_none(), "{last}");
}

#[test]
fn the_key_of_one_service_is_not_looked_for_under_anothers_name() {
    use crate::engine::chat::dialect_of;
    use crate::settings::engines::Kind;

    let variable = |url| Kind::Chat.key_variable(Some(dialect_of(url)));
    assert_eq!(variable("https://api.anthropic.com/v1"), "ANTHROPIC_API_KEY");
    assert_eq!(variable("https://n.openai.azure.com/openai/v1"), "AZURE_OPENAI_API_KEY");
    assert_eq!(variable("http://127.0.0.1:8080/v1"), "OPENAI_API_KEY");
}
