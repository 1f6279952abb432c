//! The engine against doubles of endpoints, and against a real one where there is one.

mod dialects;
mod injection;
mod learning;

use serde_json::json;
use wiremock::matchers::{body_partial_json, method, path};
use wiremock::{Mock, MockServer, Request, ResponseTemplate};

use super::*;
use crate::document::{BlockId, Role};
use crate::engine::{Context, Paragraph, RequestUnit};
use crate::language::Language;
use crate::plan::tokens::Tokenizer;
use crate::settings::Connection;
use crate::summary::SummaryLength;

fn settings(url: &str) -> ChatSettings {
    ChatSettings {
        connection: Connection::plain(url, "GLOSS_TEST_KEY_THAT_IS_UNSET"),
        dialect: None,
        model: "qwen".to_owned(),
        prompts_dir: None,
        context_tokens: 8192,
        temperature: 0.0,
    }
}

fn engine(url: &str) -> ChatEngine {
    ChatEngine::new(&settings(url), Transport::new(Duration::from_secs(5)).unwrap()).unwrap()
}

fn request(texts: &[&str], form: Form) -> TranslationRequest {
    TranslationRequest {
        from: Language::parse("en").unwrap(),
        to: Language::parse("es").unwrap(),
        units: texts
            .iter()
            .enumerate()
            .map(|(index, text)| RequestUnit { id: format!("unit-{index}"), text: (*text).to_owned() })
            .collect(),
        context: Context::default(),
        form,
        attempt: 0,
    }
}

/// A reply whose text is `text`.
fn says(text: &str) -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_json(json!({
        "choices": [{ "message": { "content": text }, "finish_reason": "stop" }],
        "usage": { "prompt_tokens": 9, "completion_tokens": 4 },
    }))
}

async fn server(template: ResponseTemplate) -> MockServer {
    let server = MockServer::start().await;
    Mock::given(method("POST")).and(path("/v1/chat/completions")).respond_with(template).mount(&server).await;
    server
}

/// The end of a call: what takes several requests is asked on, as the pace would.
async fn to_the_end(
    engine: &ChatEngine,
    request: &TranslationRequest,
) -> std::result::Result<TranslationReply, EngineError> {
    loop {
        match engine.translate(request).await {
            Err(EngineError { class: ErrorClass::Again { .. }, .. }) => {}
            settled => return settled,
        }
    }
}

async fn bodies(server: &MockServer) -> Vec<serde_json::Value> {
    let requests: Vec<Request> = server.received_requests().await.unwrap();
    requests.iter().map(|request| request.body_json().unwrap()).collect()
}

#[tokio::test]
async fn units_go_out_by_tags_and_come_back_under_their_own_ids() {
    let server = server(says("<u id=\"2\">Dos.</u><u id=\"1\">Uno.</u>")).await;
    let reply = engine(&format!("{}/v1", server.uri()))
        .translate(&request(&["One.", "Two."], Form::Structured))
        .await
        .unwrap();
    let pair = |id: &str, text: &str| (id.to_owned(), text.to_owned());
    assert_eq!(reply.units, [pair("unit-1", "Dos."), pair("unit-0", "Uno.")]);
    assert_eq!(reply.usage.tokens_in, 9);
    let bodies = bodies(&server).await;
    let user = bodies[0]["messages"][1]["content"].as_str().unwrap();
    assert!(user.contains("<u id=\"1\">One.</u>\n<u id=\"2\">Two.</u>"), "{user}");
    assert!(bodies[0].get("response_format").is_none());
    assert_eq!(bodies[0]["temperature"], 0.0);
}

#[tokio::test]
async fn a_server_without_schemas_is_found_out_once() {
    let server = MockServer::start().await;
    let refusal = json!({ "error": { "message": "unknown field response_format" } });
    Mock::given(body_partial_json(json!({ "response_format": { "type": "json_schema" } })))
        .respond_with(ResponseTemplate::new(400).set_body_json(refusal))
        .expect(1)
        .mount(&server)
        .await;
    Mock::given(method("POST")).respond_with(says(r#"{"1":"Uno."}"#)).expect(2).mount(&server).await;
    let engine = engine(&server.uri());
    let mut request = request(&["One."], Form::Structured);
    request.attempt = 1;
    for _ in 0..2 {
        assert_eq!(to_the_end(&engine, &request).await.unwrap().units[0].1, "Uno.");
    }
    assert!(bodies(&server).await[1]["temperature"].as_f64().unwrap() > 0.0, "a second try is another try");
}

#[tokio::test]
async fn the_plain_form_is_the_bare_reply_of_one_unit() {
    let fence = fence(&["One.", ""]);
    let server = server(says(&format!("{fence}\nUno.\n{fence}"))).await;
    let engine = engine(&server.uri().replace("http://", "http://user:canary@"));
    // The mock listens below /v1 only; the path is joined either way.
    let error = engine.translate(&request(&["One."], Form::Plain)).await.unwrap_err();
    assert_eq!(error.class, ErrorClass::Stop);
    assert!(error.message.contains("404") && !error.message.contains("canary"), "{}", error.message);
    let engine = super::tests::engine(&format!("{}/v1/", server.uri()));
    let reply = engine.translate(&request(&["One."], Form::Plain)).await.unwrap();
    assert_eq!(reply.units, [("unit-0".to_owned(), "Uno.".to_owned())]);
    let two = engine.translate(&request(&["One.", "Two."], Form::Plain)).await.unwrap_err();
    assert_eq!(two.class, ErrorClass::Split, "never by position");
}

#[tokio::test]
async fn a_filter_passes_on_whatever_was_asked() {
    let filtered =
        json!({ "choices": [{ "message": { "content": null }, "finish_reason": "content_filter" }] });
    let server = server(ResponseTemplate::new(200).set_body_json(filtered)).await;
    let engine = engine(&format!("{}/v1", server.uri()));
    let class =
        async |texts: &[&str]| engine.translate(&request(texts, Form::Structured)).await.unwrap_err().class;
    assert_eq!(class(&["One.", "Two."]).await, ErrorClass::NextEngine);
    assert_eq!(class(&["One."]).await, ErrorClass::NextEngine);
}

#[tokio::test]
async fn a_model_that_thought_its_budget_away_gets_more_the_next_time() {
    let thought = json!({
        "choices": [{ "message": { "content": "", "reasoning_content": "hm" }, "finish_reason": "length" }],
    });
    let server = server(ResponseTemplate::new(200).set_body_json(thought)).await;
    let mut settings = settings(&format!("{}/v1", server.uri()));
    settings.context_tokens = 100_000;
    let engine = ChatEngine::new(&settings, Transport::new(Duration::from_secs(5)).unwrap()).unwrap();
    for _ in 0..2 {
        let reply = engine.translate(&request(&["One."], Form::Structured)).await.unwrap();
        assert_eq!((reply.units, reply.finish), (Vec::new(), Finish::Length { reasoning: true }));
    }
    let limits: Vec<u64> =
        bodies(&server).await.iter().map(|body| body["max_tokens"].as_u64().unwrap()).collect();
    assert!(limits[0] < 500 && limits[1] > 16_384, "{limits:?}");
}

#[tokio::test]
async fn a_web_page_or_a_reply_without_ids_is_an_error_that_names_the_endpoint() {
    let page = server(ResponseTemplate::new(200).set_body_string("<html>Welcome</html>")).await;
    let error = engine(&format!("{}/v1", page.uri()))
        .translate(&request(&["One."], Form::Structured))
        .await
        .unwrap_err();
    assert_eq!(error.class, ErrorClass::Retry);
    assert!(error.message.contains(&page.uri()), "{}", error.message);
    let prose = server(says("Uno. Dos.")).await;
    let error = engine(&format!("{}/v1", prose.uri()))
        .translate(&request(&["One.", "Two."], Form::Structured))
        .await
        .unwrap_err();
    assert_eq!((error.class, error.usage.tokens_out), (ErrorClass::Split, 4));
}

#[test]
fn a_million_spaces_are_counted() {
    assert!(Tokenizer::for_model("m").count(&" ".repeat(1_200_000)) > 0);
    assert_eq!(Tokenizer::for_model("m").count("One two."), Tokenizer::for_model("gpt-4o").count("One two."));
}

/// Against a real server: `GLOSS_CHAT_URL=http://127.0.0.1:8080/v1 cargo test real_server -- --nocapture`.
#[tokio::test]
#[expect(clippy::print_stderr, reason = "what a real model says is for a person to read")]
async fn a_real_server_answers_in_every_form() {
    let Ok(url) = std::env::var("GLOSS_CHAT_URL") else {
        eprintln!("skipped: GLOSS_CHAT_URL names no server");
        return;
    };
    let engine = engine(&url);
    let texts = [
        "The council approved fifteen documents on Thursday.",
        "The next meeting will take place in Moscow in November 2026.",
    ];
    for attempt in 0..2 {
        let mut request = request(&texts, Form::Structured);
        request.attempt = attempt;
        let reply = engine.translate(&request).await.unwrap();
        eprintln!("attempt {attempt}: {reply:#?}");
        assert_eq!(reply.units.len(), 2);
        assert_eq!(reply.finish, Finish::Stop);
        assert!(reply.usage.tokens_out > 0);
    }
    let reply = engine.translate(&request(&texts[..1], Form::Plain)).await.unwrap();
    eprintln!("plain: {reply:#?}");
    assert_eq!(reply.units.len(), 1);
    let reply = engine
        .summarize(&SummaryRequest {
            language: Language::parse("en").unwrap(),
            title: None,
            paragraphs: texts
                .iter()
                .enumerate()
                .map(|(index, text)| Paragraph {
                    block: BlockId(index as u32),
                    role: Role::Body,
                    text: (*text).to_owned(),
                })
                .collect(),
            length: SummaryLength::Short,
            words: 20,
            stage: SummaryStage::Whole,
            attempt: 0,
        })
        .await
        .unwrap();
    eprintln!("summary: {reply:#?}");
    assert!(!reply.sentences.is_empty());
}

/// Three short articles into Spanish, as a run would ask: in chunks by tags, what did not come back once more by
/// JSON, then singly and plain. Needs `GLOSS_CHAT_URL` and the articles of `GLOSS_SHARED`.
#[tokio::test]
#[expect(clippy::print_stderr, reason = "what a real model says is for a person to read")]
async fn three_articles_through_a_real_server_account_for_every_unit() {
    let (Ok(url), Ok(shared)) = (std::env::var("GLOSS_CHAT_URL"), std::env::var("GLOSS_SHARED")) else {
        eprintln!("skipped: GLOSS_CHAT_URL or GLOSS_SHARED is not set");
        return;
    };
    let engine = engine(&url);
    let names = ["000_bbc.381790.txt", "002_nytimes.184853.txt", "004_guardian.221754.txt"];
    for name in names {
        let text = std::fs::read_to_string(format!("{shared}/data/news/en/{name}")).unwrap();
        let mut lines = text.lines().filter(|line| !line.trim().is_empty());
        let title = lines.next().map(str::to_owned);
        let body: Vec<&str> = lines.take(4).collect();
        let mut asked = request(&body, Form::Structured);
        asked.context.title = title;
        let mut answers = std::collections::BTreeMap::new();
        for attempt in 0..3 {
            asked.attempt = attempt;
            asked.units.retain(|unit| !answers.contains_key(&unit.id));
            if asked.units.is_empty() {
                break;
            }
            if attempt == 2 {
                asked.units.truncate(1);
                asked.form = Form::Plain;
            }
            match engine.translate(&asked).await {
                Ok(reply) => {
                    eprintln!("{name} attempt {attempt}: {:?} {:?}", reply.finish, reply.usage);
                    answers.extend(reply.units);
                }
                Err(error) => eprintln!("{name} attempt {attempt}: {:?} {error}", error.class),
            }
        }
        for (index, source) in body.iter().enumerate() {
            let id = format!("unit-{index}");
            eprintln!("  < {source}\n  > {}", answers.get(&id).map_or("(no answer)", String::as_str));
            assert!(answers.contains_key(&id), "{name} {id}");
        }
    }
}
