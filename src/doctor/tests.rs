use serde_json::json;
use wiremock::matchers::{method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

use super::*;
use crate::settings::{ChatSettings, Connection, LocalSettings};

fn chat(url: &str) -> EngineSettings {
    EngineSettings::Chat(ChatSettings {
        connection: Connection::plain(url, "GLOSS_TEST_KEY_THAT_IS_UNSET"),
        dialect: None,
        model: "qwen".to_owned(),
        prompts_dir: None,
        context_tokens: 8192,
        temperature: 0.0,
    })
}

fn spanish() -> Wanted {
    Wanted { from: None, to: vec![Language::parse("es").unwrap()] }
}

async fn diagnosed(settings: EngineSettings, wanted: &Wanted) -> Diagnosis {
    diagnose(&[("gpt".to_owned(), settings)], wanted).await
}

/// The outcome of each check by its name.
fn outcomes(diagnosis: &Diagnosis) -> Vec<(&str, Outcome)> {
    diagnosis.checks().map(|check| (check.name.as_str(), check.outcome)).collect()
}

/// A server that lists `models` and answers every question with `answer`.
async fn server(models: &[&str], answer: &str) -> MockServer {
    let server = MockServer::start().await;
    let list: Vec<_> = models.iter().map(|id| json!({ "id": id })).collect();
    Mock::given(method("GET"))
        .and(path("/v1/models"))
        .respond_with(ResponseTemplate::new(200).set_body_json(json!({ "data": list })))
        .mount(&server)
        .await;
    let completion = json!({
        "choices": [{ "message": { "content": answer }, "finish_reason": "stop" }],
        "usage": { "prompt_tokens": 9, "completion_tokens": 4 },
    });
    Mock::given(method("POST"))
        .respond_with(ResponseTemplate::new(200).set_body_json(completion))
        .mount(&server)
        .await;
    server
}

const GOOD: &str =
    "<u id=\"1\">El ayuntamiento se reunió el lunes y aprobó el plan para el nuevo puente.</u>";

#[tokio::test]
async fn an_engine_that_works_is_told_so_in_every_line() {
    let server = server(&["other", "qwen:latest"], GOOD).await;
    let diagnosis = diagnosed(chat(&format!("{}/v1", server.uri())), &spanish()).await;
    let good = |name| (name, Outcome::Good);
    assert_eq!(outcomes(&diagnosis), [good("key"), good("reachable"), good("model"), good("en-es")]);
    assert!(diagnosis.is_good());
    let last = diagnosis.checks().last().unwrap();
    assert!(last.detail.starts_with("El ayuntamiento") && last.took.is_some(), "{last:?}");
}

#[tokio::test]
async fn an_answer_that_a_run_would_refuse_is_a_failure() {
    let english = "<u id=\"1\">The town council met on Monday and approved the plan for the new bridge.</u>";
    let server = server(&["llama"], english).await;
    let diagnosis = diagnosed(chat(&format!("{}/v1", server.uri())), &spanish()).await;
    let last = diagnosis.checks().last().unwrap();
    assert_eq!((last.name.as_str(), last.outcome), ("en-es", Outcome::Failed));
    let model = diagnosis.checks().find(|check| check.name == "model").unwrap();
    assert_eq!(model.outcome, Outcome::Untold);
    assert!(model.hint.as_ref().unwrap().contains("`llama`"), "{model:?}");
}

#[tokio::test]
async fn the_names_of_models_cannot_reach_into_a_terminal() {
    let server = server(&["llama\u{1b}[2J\nkey: good"], GOOD).await;
    let diagnosis = diagnosed(chat(&format!("{}/v1", server.uri())), &spanish()).await;
    let model = diagnosis.checks().find(|check| check.name == "model").unwrap();
    assert!(model.hint.as_ref().unwrap().contains("listed: `llama [2J key: good`"), "{model:?}");
}

#[tokio::test]
async fn a_refused_key_and_a_closed_port_are_failures_with_what_to_mend() {
    let server = MockServer::start().await;
    Mock::given(method("GET")).respond_with(ResponseTemplate::new(401)).mount(&server).await;
    let diagnosis = diagnosed(chat(&format!("{}/v1", server.uri())), &spanish()).await;
    let refused = diagnosis.checks().find(|check| check.name == "accepted").unwrap();
    assert!(refused.hint.as_ref().unwrap().contains("GLOSS_TEST_KEY_THAT_IS_UNSET"), "{refused:?}");
    assert_eq!(outcomes(&diagnosis).last().unwrap(), &("en-es", Outcome::Untold));
    // Nothing is sent once the key was refused.
    assert!(server.received_requests().await.unwrap().iter().all(|request| request.method == "GET"));

    let closed = format!("http://{}/v1", {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.local_addr().unwrap()
    });
    let diagnosis = diagnosed(chat(&closed), &spanish()).await;
    let untold = |name| (name, Outcome::Untold);
    assert_eq!(outcomes(&diagnosis), [untold("key"), ("reachable", Outcome::Failed), untold("en-es")]);
    assert!(diagnosis.checks().nth(1).unwrap().hint.as_ref().unwrap().contains("running"));
}

#[tokio::test]
async fn what_keeps_a_connection_from_being_made_is_told() {
    let EngineSettings::Chat(mut settings) = chat("http://10.1.2.3/v1") else { panic!() };
    let diagnosis = diagnosed(EngineSettings::Chat(settings.clone()), &spanish()).await;
    assert_eq!(outcomes(&diagnosis), [("connection", Outcome::Failed)]);
    assert!(diagnosis.checks().next().unwrap().hint.as_ref().unwrap().contains("--allow-http"));
    settings.connection.key.file = Some("no-such-file".into());
    let diagnosis = diagnosed(EngineSettings::Chat(settings), &spanish()).await;
    assert_eq!(outcomes(&diagnosis), [("key", Outcome::Failed)]);
}

#[tokio::test]
async fn a_missing_model_is_named_with_the_command_that_brings_it() {
    let folder = tempfile::tempdir().unwrap();
    let settings = EngineSettings::Local(LocalSettings {
        models_dir: Some(folder.path().to_owned()),
        // A port that nothing listens on: a diagnosis that fetched would say so.
        models_url: Some("http://127.0.0.1:9".to_owned()),
        threads: None,
    });
    let wanted = Wanted {
        from: Some(Language::parse("de").unwrap()),
        to: ["en", "pt"].map(|tag| Language::parse(tag).unwrap()).to_vec(),
    };
    let diagnosis = diagnosed(settings.clone(), &wanted).await;
    assert_eq!(
        outcomes(&diagnosis),
        [("models", Outcome::Untold), ("de-en", Outcome::Failed), ("de-pt", Outcome::Failed)]
    );
    let hint = diagnosis.checks().last().unwrap().hint.clone().unwrap();
    assert!(hint.contains("`gloss models pull de-en` and `gloss models pull en-pt`"), "{hint}");
    // Without a wish there is nothing to miss.
    assert!(diagnosed(settings, &Wanted::default()).await.is_good());
}

#[test]
fn there_is_a_sentence_for_whatever_is_tried_unasked() {
    for (tag, text) in SENTENCES {
        let language = Language::parse(tag).unwrap();
        assert_eq!(sentence(&language), Some(text));
    }
    let wanted = Wanted { from: None, to: ["en-GB", "pt"].map(|tag| Language::parse(tag).unwrap()).to_vec() };
    let pairs: Vec<String> = wanted.pairs().iter().map(|(from, to)| format!("{from}-{to}")).collect();
    assert_eq!(pairs, ["de-en-GB", "en-pt"]);
}
