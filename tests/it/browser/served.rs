//! The page as `gloss review` serves it: a change counts when the server has said so.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use gloss::review::change::{Action, ChangeFile};
use gloss::review::page::{PageOptions, Server, render};
use serde_json::json;
use wiremock::matchers::{header, method, path};
use wiremock::{Mock, MockServer, Request, Respond, ResponseTemplate};

use super::{Browser, CTRL, article, run};

/// Answers each request with the next reply, the last one again and again.
struct Replies(Mutex<Vec<ResponseTemplate>>);

impl Respond for Replies {
    fn respond(&self, _: &Request) -> ResponseTemplate {
        let mut replies = self.0.lock().unwrap();
        if replies.len() > 1 { replies.remove(0) } else { replies.first().unwrap().clone() }
    }
}

fn saved() -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_json(json!({ "results": [{ "ok": true }] }))
}

fn refused(error: &str) -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_json(json!({ "results": [{ "ok": false, "error": error }] }))
}

/// Serves the sample article, opens it, and gives what was posted so far.
async fn serve(browser: &Browser, replies: Vec<ResponseTemplate>) -> Arc<MockServer> {
    // Not one of the pool, which go on listening.
    let server = MockServer::builder().start().await;
    let options = PageOptions {
        index: None,
        server: Some(Server { token: "t0k3n".to_owned(), changes: "./api/changes".to_owned() }),
    };
    let page =
        ResponseTemplate::new(200).set_body_raw(render(&article(), &options), "text/html; charset=utf-8");
    Mock::given(method("GET")).and(path("/")).respond_with(page).mount(&server).await;
    Mock::given(method("GET"))
        .and(path("/favicon.ico"))
        .respond_with(ResponseTemplate::new(204))
        .mount(&server)
        .await;
    Mock::given(method("POST"))
        .and(path("/api/changes"))
        .and(header("X-Gloss-Token", "t0k3n"))
        .and(header("Content-Type", "application/json"))
        .respond_with(Replies(Mutex::new(replies)))
        .mount(&server)
        .await;
    browser.visit(&format!("{}/", server.uri())).await;
    Arc::new(server)
}

async fn actions(server: &MockServer) -> Vec<Action> {
    let requests = server.received_requests().await.unwrap();
    requests
        .iter()
        .filter(|request| request.method.as_str() == "POST")
        .map(|request| {
            let mut file: ChangeFile = serde_json::from_slice(&request.body).unwrap();
            assert_eq!(file.changes.len(), 1);
            file.changes.remove(0).action
        })
        .collect()
}

#[test]
fn each_change_is_sent_at_once_and_called_saved_when_it_is() {
    run(
        async |browser: &Browser| {
            let server = serve(browser, vec![saved().set_delay(Duration::from_millis(400)), saved()]).await;
            assert!(browser.get::<bool>("return document.getElementById('export').hidden").await);
            browser.click("#u-0 [data-action=accept]").await;
            let meta = browser.text("#u-0 .meta").await;
            assert!(meta.contains("saving…") && !meta.contains("saved"), "{meta}");
            browser.until("return document.querySelector('#u-0 .meta').textContent.includes('accepted here, saved')").await;
            browser.click("#u-3 [data-action=ignore]").await;
            browser
                .until("return document.querySelector('#u-3 .finding').classList.contains('ignored')")
                .await;
            for text in ["Undone: ignore of paragraph 4.", "Undone: accept of paragraph 1."] {
                browser.key("u").await;
                browser
                    .until(&format!("return document.getElementById('say').textContent === '{text}'"))
                    .await;
            }
            let title = article().translations.first().unwrap().units.first().unwrap().text.clone().unwrap();
            let (check, message) = ("numbers".to_owned(), "41.5 became 45.1".to_owned());
            assert_eq!(
                actions(&server).await,
                [
                    Action::Accept { text: title },
                    Action::Ignore { check: check.clone(), message: message.clone() },
                    Action::Heed { check, message },
                    Action::Revert,
                ]
            );
        },
        &[],
    );
}

#[test]
fn undoing_an_edit_of_a_human_text_sends_that_text() {
    run(
        async |browser: &Browser| {
            let server = serve(browser, vec![saved()]).await;
            browser.click("#u-2 [data-action=edit]").await;
            browser.write("Outro texto").await;
            browser.click("#u-2 [data-action=save]").await;
            browser
                .until("return document.querySelector('#u-2 .target .text')?.textContent === 'Outro texto'")
                .await;
            browser.key("u").await;
            browser.until("return document.getElementById('say').textContent.startsWith('Undone')").await;
            let before = article().translations.first().unwrap().units.get(2).unwrap().text.clone().unwrap();
            assert_eq!(browser.text("#u-2 .target .text").await, before);
            assert_eq!(
                actions(&server).await,
                [Action::Edit { text: "Outro texto".to_owned() }, Action::Edit { text: before }]
            );
        },
        &[],
    );
}

#[test]
fn a_refused_edit_stays_in_its_box_with_the_reason() {
    run(
        async |browser: &Browser| {
            let replies = vec![
                refused("the source has changed: <b>run gloss again</b>"),
                ResponseTemplate::new(403),
                ResponseTemplate::new(200).set_body_string("<html>"),
                saved(),
            ];
            let server = serve(browser, replies).await;
            browser.click("#u-3 [data-action=edit]").await;
            browser.write("Um texto novo").await;
            for reason in [
                "not saved: the source has changed: <b>run gloss again</b>",
                "the server refuses this page",
                "was not understood",
            ] {
                browser.press("Enter", "Enter", CTRL).await;
                browser
                    .until(&format!("return document.querySelector('#u-3 .error')?.textContent.includes('{reason}') === true"))
                    .await;
                assert_eq!(
                    browser.get::<String>("return document.querySelector('#u-3 .box').value").await,
                    "Um texto novo"
                );
                assert!(browser.text("#u-3 .meta").await.contains("machine"), "nothing is called saved");
                browser.get::<serde_json::Value>("document.querySelector('#u-3 .box').focus()").await;
            }
            browser.press("Enter", "Enter", CTRL).await;
            browser
                .until("return document.querySelector('#u-3 .target .text')?.textContent === 'Um texto novo'")
                .await;
            assert_eq!(browser.text("#u-3 .error").await, "NOT FOUND");
            assert_eq!(actions(&server).await.len(), 4);
        },
        &["status of 403"],
    );
}

#[test]
fn a_server_that_is_gone_is_told() {
    run(
        async |browser: &Browser| {
            let server = serve(browser, vec![saved()]).await;
            drop(Arc::into_inner(server).unwrap());
            browser.click("#u-0 [data-action=accept]").await;
            browser.until("return document.querySelector('#u-0 .error') !== null").await;
            assert!(!browser.text("#u-0 .meta").await.contains("human"));
        },
        &["Failed to load resource", "ERR_"],
    );
}

#[test]
fn the_page_shows_the_unit_as_the_server_has_it() {
    run(
        async |browser: &Browser| {
            let finding = json!({ "check": "numbers", "severity": "flag", "message": "7 became 8" });
            let theirs = json!({ "state": "human", "text": "De outra pessoa", "engine": "human", "findings": [finding] });
            let ours = json!({ "state": "human", "text": "O nosso", "engine": "human" });
            let conflict = ResponseTemplate::new(200).set_body_json(
                json!({ "results": [{ "ok": false, "error": "it reads now: De outra pessoa", "unit": theirs }] }),
            );
            let kept = ResponseTemplate::new(200).set_body_json(
                json!({ "results": [{ "ok": true, "unit": ours, "message": "the output follows at the next run" }] }),
            );
            let server = serve(browser, vec![conflict, kept]).await;
            let machine = article().translations.first().unwrap().units.get(3).unwrap().text.clone().unwrap();
            browser.click("#u-3 [data-action=edit]").await;
            browser.write("O  nosso").await;
            browser.press("Enter", "Enter", CTRL).await;
            browser.until("return document.querySelector('#u-3 .error') !== null").await;
            assert_eq!(
                browser.get::<String>("return document.querySelector('#u-3 .box').value").await,
                "O  nosso"
            );
            browser.get::<serde_json::Value>("document.querySelector('#u-3 .box').focus()").await;
            browser.press("Enter", "Enter", CTRL).await;
            browser
                .until("return document.querySelector('#u-3 .target .text')?.textContent === 'O nosso'")
                .await;
            assert!(browser.text("#u-3 .meta").await.contains("edited here, saved"));
            assert_eq!(browser.text("#u-3 .remark").await, "the output follows at the next run");
            assert_eq!(browser.text("#u-3 .finding").await, "NOT FOUND");
            // The first says what the page showed, the second what the refusal showed.
            let requests = server.received_requests().await.unwrap();
            let seen: Vec<serde_json::Value> = requests
                .iter()
                .filter(|request| request.method.as_str() == "POST")
                .map(|request| {
                    let mut body: serde_json::Value = serde_json::from_slice(&request.body).unwrap();
                    body["changes"][0]["seen"].take()
                })
                .collect();
            assert_eq!(seen, [json!([machine]), json!(["De outra pessoa"])]);
        },
        &[],
    );
}
