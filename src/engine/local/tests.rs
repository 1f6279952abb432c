//! The store and its sources against a local mirror of tiny files, and the engine with a real model.

use std::path::Path;

use wiremock::matchers::{method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

use super::fetch::Sources;
use super::models::{ModelStore, sha256_hex};
use super::*;
use crate::engine::{Context, Form, RequestUnit};

fn language(tag: &str) -> Language {
    Language::parse(tag).unwrap()
}

fn settings(folder: &Path) -> LocalSettings {
    LocalSettings { models_dir: Some(folder.to_owned()), models_url: None, threads: Some(2) }
}

const FILES: [(&str, &str); 3] =
    [("model", "model.aabb.bin"), ("vocab", "vocab.aabb.spm"), ("lex", "lex.aabb.bin")];

/// A mirror with the model `en-de`, whose files hold their own names.
async fn mirror(spoil: Option<&str>) -> MockServer {
    let server = MockServer::start().await;
    let record = |(kind, name): &(&str, &str)| {
        serde_json::json!({
            "name": name, "fileType": kind, "sourceLanguage": "en", "targetLanguage": "de", "version": "3.0",
            "decompressedHash": sha256_hex(name.as_bytes()), "attachment": { "location": format!("files/{name}") },
        })
    };
    let records: Vec<_> = FILES.iter().map(record).collect();
    let records = ResponseTemplate::new(200).set_body_json(serde_json::json!({ "data": records }));
    Mock::given(method("GET")).and(path("/records.json")).respond_with(records).mount(&server).await;
    for (_, name) in FILES {
        let body = if spoil == Some(name) { b"something else".to_vec() } else { name.as_bytes().to_vec() };
        let answer = ResponseTemplate::new(200).set_body_bytes(body);
        Mock::given(method("GET"))
            .and(path(format!("/files/{name}")))
            .respond_with(answer)
            .mount(&server)
            .await;
    }
    server
}

fn store(folder: &Path, server: &MockServer) -> ModelStore {
    let mut store = ModelStore::new(&settings(folder)).unwrap();
    store.sources = Sources::only(&server.uri());
    store
}

fn left_behind(folder: &Path) -> Vec<String> {
    let names = std::fs::read_dir(folder).into_iter().flatten().flatten();
    names
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .filter(|name| name.starts_with('.'))
        .collect()
}

#[tokio::test]
async fn a_model_is_pulled_from_a_mirror_verified_and_listed() {
    let folder = tempfile::tempdir().unwrap();
    let server = mirror(None).await;
    let store = store(folder.path(), &server);
    let steps = std::sync::Mutex::new(Vec::new());
    let model = store
        .pull(&language("en-GB"), &language("de"), &|step| steps.lock().unwrap().push(step))
        .await
        .unwrap();
    assert_eq!((model.from.as_str(), model.to.as_str()), ("en", "de"));
    assert!(!steps.lock().unwrap().is_empty());
    assert_eq!(store.installed().unwrap(), std::slice::from_ref(&model));
    assert_eq!(std::fs::read(model.path.join("vocab.aabb.spm")).unwrap(), b"vocab.aabb.spm");
    assert!(left_behind(folder.path()).is_empty());
    assert_eq!(store.available().await.len(), 1);
}

/// What a run is named by that asks nothing: its summary files stay as they are.
#[tokio::test]
async fn a_model_that_is_not_loaded_has_its_name() {
    let folder = tempfile::tempdir().unwrap();
    let server = mirror(None).await;
    let model = store(folder.path(), &server).pull(&language("en"), &language("de"), &|_| {}).await.unwrap();
    let engine = LocalEngine::new(&settings(folder.path())).unwrap();
    assert_eq!(engine.model_for(&language("en"), &language("de")), model.name);
    assert_eq!(engine.model_for(&language("en"), &language("fr")), engine.model());
}

#[tokio::test]
async fn a_file_with_another_hash_is_refused_and_nothing_installed() {
    let folder = tempfile::tempdir().unwrap();
    let server = mirror(Some("lex.aabb.bin")).await;
    let store = store(folder.path(), &server);
    let error = store.pull(&language("en"), &language("de"), &|_| {}).await.unwrap_err();
    assert!(error.to_string().contains("SHA-256"), "{error}");
    assert!(error.to_string().contains("from en to de"), "{error}");
    assert!(error.hint().unwrap().contains("GLOSS_MODELS_URL"));
    assert!(store.installed().unwrap().is_empty());
}

#[tokio::test]
async fn two_pulls_at_once_end_with_one_whole_model() {
    let folder = tempfile::tempdir().unwrap();
    let server = mirror(None).await;
    let (one, two) = (store(folder.path(), &server), store(folder.path(), &server));
    let (from, to) = (language("en"), language("de"));
    let (first, second) = tokio::join!(one.pull(&from, &to, &|_| {}), two.pull(&from, &to, &|_| {}));
    assert_eq!(first.unwrap(), second.unwrap());
    assert_eq!(one.installed().unwrap().len(), 1);
    assert!(left_behind(folder.path()).is_empty());
}

#[tokio::test]
async fn a_damaged_model_is_not_installed_and_is_fetched_again() {
    let folder = tempfile::tempdir().unwrap();
    let server = mirror(None).await;
    let store = store(folder.path(), &server);
    let model = store.pull(&language("en"), &language("de"), &|_| {}).await.unwrap();
    // The same size with other bytes is seen when it is loaded, another size at once.
    std::fs::OpenOptions::new()
        .write(true)
        .open(model.path.join("lex.aabb.bin"))
        .unwrap()
        .set_len(3)
        .unwrap();
    assert!(store.installed().unwrap().is_empty());
    store.pull(&language("en"), &language("de"), &|_| {}).await.unwrap();
    assert_eq!(store.installed().unwrap().len(), 1);
}

#[tokio::test]
async fn a_model_folder_is_added_by_its_name() {
    let (folder, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let server = mirror(None).await;
    let from = store(folder.path(), &server);
    let model = from.pull(&language("en"), &language("de"), &|_| {}).await.unwrap();
    let to = store(other.path(), &server);
    assert_eq!(to.add(&model.path).unwrap().name, model.name);
    let empty = tempfile::tempdir().unwrap();
    assert!(to.add(empty.path()).is_err());
}

#[tokio::test]
async fn the_error_names_the_pair_and_what_was_tried() {
    let folder = tempfile::tempdir().unwrap();
    let server = mirror(None).await;
    let mut engine = LocalEngine::new(&settings(folder.path())).unwrap();
    engine.store.sources = Sources::only(&server.uri());
    let error = engine.prepare(&language("en"), &language("sw"), &|_| {}).await.unwrap_err();
    assert_eq!(error.class, ErrorClass::NextEngine);
    assert!(
        error.message.contains("from en to sw") && error.message.contains("the mirror: no such model"),
        "{error}"
    );
    assert!(error.hint.unwrap().contains("gloss models add"));
}

/// The engine with a real model, fetched through the store; `None`, with a word why, where it cannot be had.
#[expect(clippy::print_stderr, reason = "a skipped test says so")]
async fn real(from: &str, to: &str) -> Option<LocalEngine> {
    let folder = std::env::var_os("GLOSS_MODELS_DIR").map(Into::into);
    let settings = LocalSettings { models_dir: folder, models_url: None, threads: None };
    let engine = LocalEngine::new(&settings).unwrap();
    match engine.prepare(&language(from), &language(to), &|_| {}).await {
        Ok(()) => Some(engine),
        Err(error) if std::env::var_os("GLOSS_REQUIRE_MODEL").is_some() => panic!("{error}"),
        Err(error) => {
            eprintln!("skipped: {error}");
            None
        }
    }
}

async fn ask(engine: &LocalEngine, from: &str, to: &str, texts: &[&str]) -> Vec<String> {
    let units = texts
        .iter()
        .enumerate()
        .map(|(id, text)| RequestUnit { id: id.to_string(), text: (*text).to_owned() });
    let request = TranslationRequest {
        from: language(from),
        to: language(to),
        units: units.collect(),
        context: Context::default(),
        form: Form::Structured,
        attempt: 0,
    };
    engine.translate(&request).await.unwrap().units.into_iter().map(|(_, text)| text).collect()
}

#[tokio::test]
async fn a_real_model_keeps_marks_placeholders_and_numbers() {
    let Some(engine) = real("en", "pt").await else { return };
    let long = "the minister and the council of the town agreed on the plan, ".repeat(40);
    let answers = ask(
        &engine,
        "en",
        "pt",
        &[
            "“We can’t go back,” the minister said.",
            "Read ⟦1⟧the full report⟦2⟧ or write to jane.doe@site.example.",
            "The plan — which costs £3.5 million — was approved on 12–14 May.",
            "⟦1⟧",
            "2014–2015",
            &long,
        ],
    )
    .await;
    assert!(
        answers[0].starts_with('“') && answers[0].contains('”') && answers[0].contains("ministro"),
        "{}",
        answers[0]
    );
    let (open, close) = (answers[1].find("⟦1⟧").unwrap(), answers[1].find("⟦2⟧").unwrap());
    assert!(open < close && answers[1].contains("jane.doe@site.example"), "{}", answers[1]);
    assert!(
        answers[2].contains("12–14") && answers[2].contains('£') && answers[2].matches('—').count() == 2,
        "{}",
        answers[2]
    );
    assert_eq!((answers[3].as_str(), answers[4].as_str()), ("⟦1⟧", "2014–2015"));
    assert!(answers[5].matches("ministro").count() >= 35, "{}", answers[5]);
}

#[tokio::test]
async fn an_answer_does_not_depend_on_what_it_is_asked_with() {
    let Some(engine) = real("en", "pt").await else { return };
    let texts = [
        "The bridge was closed for repairs.",
        "Prices rose by 3% in May.",
        "Nobody knows why the dog barked.",
    ];
    let together = ask(&engine, "en", "pt", &texts).await;
    for (text, answer) in texts.iter().zip(together) {
        assert_eq!(ask(&engine, "en", "pt", &[text]).await, [answer]);
    }
}
