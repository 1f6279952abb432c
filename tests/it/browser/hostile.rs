//! What an article, an answer or a file name could try on the reader's browser.

use std::time::Duration;

use gloss::language::Language;
use gloss::report::event::DocumentState;
use gloss::review::data::{Earlier, ReviewDocument};
use gloss::review::page::index::{
    IndexData, IndexDocument, IndexDrift, IndexRendering, IndexTranslation, render_index,
};
use gloss::review::page::{PageOptions, render};
use serde_json::{Value, json};
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, ResponseTemplate};

use super::{Browser, CTRL, article, run};

/// Texts that run or fetch something where they are taken for markup.
fn payloads(leak: &str) -> Vec<String> {
    [
        "</script><script>window.pwned = 1; alert(1)</script>",
        "<!--<script>window.pwned = 1</script>-->",
        "<!--<script>",
        "<img src=\"LEAK\" onerror=\"window.pwned = 1\">",
        "\"><svg onload=\"window.pwned = 1; fetch('LEAK')\"><a href=\"",
        "' onmouseover='window.pwned = 1' autofocus onfocus='window.pwned = 1",
        "javascript:window.pwned=1",
        "data:text/html,<script>window.pwned = 1</script>",
        "<iframe srcdoc=\"<script>parent.pwned = 1</script>\"></iframe><iframe src=\"LEAK\"></iframe>",
        "<link rel=stylesheet href=\"LEAK\"><link rel=prefetch href=\"LEAK\"><style>@import url(LEAK)</style>",
        "<meta http-equiv=refresh content=\"0;url=LEAK\"><base href=\"LEAK\">",
        "<object data=\"LEAK\"></object><embed src=\"LEAK\"><video src=\"LEAK\" autoplay></video>",
        "</style></title></textarea></noscript><script>window.pwned = 1</script>",
        "{{script}}{{data}}\u{2028}\u{2029}]]>&lt;script&gt;&#60;",
    ]
    .iter()
    .map(|payload| payload.replace("LEAK", leak))
    .collect()
}

/// The sample article with `payload` in each of its texts.
fn poisoned(payload: &str) -> ReviewDocument {
    let mut article = article();
    article.path = format!("articles/{payload}");
    article.digest = payload.to_owned();
    for unit in &mut article.units {
        unit.text = format!("{payload} ⟦1⟧");
        unit.kept = vec![payload.to_owned()];
    }
    for translation in &mut article.translations {
        translation.output = Some(payload.to_owned());
        for unit in &mut translation.units {
            unit.text = unit.text.as_ref().map(|_| format!("{payload} ⟦1⟧"));
            unit.engine = Some(payload.to_owned());
            unit.error = unit.error.as_ref().map(|_| payload.to_owned());
            unit.earlier = Some(Earlier { source: payload.to_owned(), text: payload.to_owned() });
            for finding in &mut unit.findings {
                finding.check = payload.to_owned();
                finding.message = payload.to_owned();
                finding.span = Some([0, payload.len() / 2]);
            }
        }
    }
    for summary in &mut article.summaries {
        summary.engine = payload.to_owned();
        summary.output = Some(payload.to_owned());
        summary.sentences.iter_mut().for_each(|sentence| sentence.text = payload.to_owned());
        for finding in &mut summary.findings {
            finding.check = payload.to_owned();
            finding.message = payload.to_owned();
        }
    }
    article
}

async fn listener() -> (MockServer, String) {
    let server = MockServer::start().await;
    Mock::given(any()).respond_with(ResponseTemplate::new(200)).mount(&server).await;
    let leak = format!("{}/leak", server.uri());
    (server, leak)
}

async fn assert_inert(browser: &Browser, server: &MockServer, scripts: u32, what: &str) {
    tokio::time::sleep(Duration::from_millis(150)).await;
    assert!(browser.get::<bool>("return window.pwned === undefined").await, "{what}");
    let strange = "return document.querySelectorAll('img, svg, iframe, base, link, object, embed, video, meta[http-equiv=refresh]').length";
    assert_eq!(browser.get::<u32>(strange).await, 0, "{what}");
    assert_eq!(browser.get::<u32>("return document.scripts.length").await, scripts, "{what}");
    let handlers = "return Array.from(document.querySelectorAll('*')).filter((node) => \
                    node.getAttributeNames().some((name) => name.startsWith('on'))).length";
    assert_eq!(browser.get::<u32>(handlers).await, 0, "{what}");
    let links = "return Array.from(document.links).filter((link) => link.protocol !== 'file:').length";
    assert_eq!(browser.get::<u32>(links).await, 0, "{what}");
    assert!(server.received_requests().await.unwrap().is_empty(), "{what}");
}

#[test]
fn no_text_of_an_article_runs_or_fetches_anything() {
    run(
        async |browser: &Browser| {
            let (server, leak) = listener().await;
            for payload in payloads(&leak) {
                let article = poisoned(&payload);
                let options = PageOptions { index: Some(payload.clone()), server: None };
                browser.show("hostile.review.html", &render(&article, &options)).await;
                let title: String = browser.get("return document.title").await;
                let one_line = |text: &str| text.split_ascii_whitespace().collect::<Vec<_>>().join(" ");
                assert_eq!(one_line(&title), one_line(&format!("articles/{payload} – review")));
                // Everything a reader can do that puts text on the page.
                for key in ["j", "n", "i", "Enter"] {
                    browser.key(key).await;
                }
                browser.key("Escape").await;
                browser.click("#u-6 [data-action=edit]").await;
                browser.write(&format!("{payload} ⟦1⟧")).await;
                browser.press("Enter", "Enter", CTRL).await;
                for language in ["ar", "zh", "pt"] {
                    browser.click(&format!("[data-language={language}]")).await;
                }
                browser.reload().await;
                let shown = browser.text("#u-0 .source .text").await;
                assert!(shown.starts_with(&payload), "{shown}");
                assert_inert(browser, &server, 2, &payload).await;
            }
        },
        &[],
    );
}

#[test]
fn no_text_of_a_run_does_either() {
    run(
        async |browser: &Browser| {
            let (server, leak) = listener().await;
            let portuguese = Language::parse("pt").unwrap();
            for payload in payloads(&leak) {
                let translation = IndexTranslation {
                    language: portuguese.clone(),
                    state: DocumentState::Partial,
                    units: 3,
                    failed: 1,
                    flagged: 1,
                    human: 1,
                };
                let index = IndexData {
                    name: payload.clone(),
                    languages: vec![portuguese.clone()],
                    documents: vec![IndexDocument {
                        path: payload.clone(),
                        title: Some(payload.clone()),
                        language: None,
                        page: Some(payload.clone()),
                        reason: Some(payload.clone()),
                        human_summaries: Vec::new(),
                        translations: vec![translation],
                    }],
                    drift: vec![IndexDrift {
                        term: payload.clone(),
                        language: portuguese.clone(),
                        renderings: vec![IndexRendering {
                            text: payload.clone(),
                            count: 2,
                            documents: vec![payload.clone()],
                        }],
                    }],
                };
                browser.show("index.html", &render_index(&index)).await;
                assert_eq!(browser.text("#name").await, payload);
                assert_inert(browser, &server, 2, &payload).await;
            }
        },
        &[],
    );
}

#[test]
fn the_policy_holds_even_where_markup_gets_in() {
    run(
        async |browser: &Browser| {
            let (server, leak) = listener().await;
            let markup = format!(
                "<img src=\"{leak}\" onerror=\"window.pwned = 1\"><iframe src=\"{leak}\"></iframe>\
                 <style>@import url({leak});</style><form action=\"{leak}\"><button>x</button></form>"
            );
            let inject = "document.body.insertAdjacentHTML('beforeend', arguments[0]); \
                          fetch(arguments[1]).catch(() => null); document.forms[0]?.requestSubmit()";
            browser.show_article().await;
            browser.get_with::<Value>(inject, vec![json!(markup), json!(leak)]).await;
            tokio::time::sleep(Duration::from_millis(500)).await;
            assert!(browser.get::<bool>("return window.pwned === undefined").await);
            assert!(server.received_requests().await.unwrap().is_empty());
            // The same on a page without the policy, so that this test is known to be able to fail.
            let bare = "<!doctype html><html data-ready><body><script>window.ran = 1</script></body></html>";
            browser.show("bare.html", bare).await;
            browser.get_with::<Value>(inject, vec![json!(markup), json!(leak)]).await;
            tokio::time::sleep(Duration::from_millis(500)).await;
            assert!(server.received_requests().await.unwrap().len() >= 3);
        },
        // Chromium tells what the policy refused.
        &["Content Security Policy", "violates", "leak", "Refused"],
    );
}
