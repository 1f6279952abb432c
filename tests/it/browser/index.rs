//! The index of a run.

use gloss::language::Language;
use gloss::report::event::DocumentState;
use gloss::review::page::index::{
    IndexData, IndexDocument, IndexDrift, IndexRendering, IndexTranslation, render_index,
};
use serde_json::{Value, json};

use super::{Browser, in_browser};

fn language(tag: &str) -> Language {
    Language::parse(tag).unwrap()
}

/// Articles into Portuguese and Arabic; every tenth has failed units, every third findings.
pub fn index(articles: u32) -> IndexData {
    let document = |number: u32| IndexDocument {
        path: format!("2026/{number:05}.md"),
        title: Some(format!("Headline {number}")),
        language: Some(language("en")),
        page: Some(format!("2026/{number:05} café.review.html")),
        reason: None,
        human_summaries: if number == 2 { vec![language("en"), language("pt")] } else { Vec::new() },
        translations: ["pt", "ar"]
            .map(|tag| IndexTranslation {
                language: language(tag),
                state: if number % 10 == 9 { DocumentState::Partial } else { DocumentState::Done },
                units: 20,
                failed: if number % 10 == 9 { number % 7 + 1 } else { 0 },
                flagged: if number.is_multiple_of(3) { 2 } else { 0 },
                human: if number == 1 { 20 } else { 0 },
            })
            .to_vec(),
    };
    let mut documents: Vec<_> = (0..articles).map(document).collect();
    documents.push(IndexDocument {
        path: "broken.txt".to_owned(),
        title: None,
        language: None,
        page: None,
        reason: Some("not text: a NUL byte at offset 512".to_owned()),
        human_summaries: Vec::new(),
        translations: Vec::new(),
    });
    let rendering = |text: &str, count| IndexRendering {
        text: text.to_owned(),
        count,
        documents: vec!["a.md".to_owned()],
    };
    IndexData {
        name: "articles".to_owned(),
        languages: vec![language("pt"), language("ar")],
        documents,
        drift: vec![IndexDrift {
            term: "Nordlys Ferries".to_owned(),
            language: language("ar"),
            renderings: vec![rendering("نوردليس فيريز", 9), rendering("عبّارات نوردليس", 2)],
        }],
    }
}

#[test]
fn it_lists_sorts_filters_and_links() {
    in_browser(async |browser: &Browser| {
        browser.show("index.html", &render_index(&index(30))).await;
        assert_eq!(browser.text("#shown").await, "31 articles");
        let rows = "return Array.from(document.querySelectorAll('tbody tr'), (row) => row.querySelector('th').textContent)";
        assert!(browser.get::<Vec<String>>(rows).await.first().unwrap().contains("2026/00000.md"));
        let cell = browser.text("tbody tr:nth-child(10) td:nth-child(3)").await;
        assert!(
            cell.contains("partial") && cell.contains("✕ 3 failed") && cell.contains("◆ 2 flagged"),
            "{cell}"
        );
        assert!(browser.text("tbody tr:nth-child(2) td:nth-child(3)").await.contains("all reviewed"));
        let head = browser.text("tbody tr:nth-child(3) th").await;
        assert!(head.contains("✓ human summary: English, Portuguese"), "{head}");
        assert!(browser.text("tbody tr:last-child").await.contains("NUL byte at offset 512"));
        let links: Vec<String> = browser
            .get("return Array.from(document.querySelectorAll('tbody tr:nth-child(1) a'), (link) => link.getAttribute('href'))")
            .await;
        let page = "./2026/00000%20caf%C3%A9.review.html";
        assert_eq!(links, [page.to_owned(), format!("{page}#pt"), format!("{page}#ar")]);
        // 29, 19 and 9 have failed paragraphs: 2, 6 and 3 in each language.
        browser.choose("order", "worst").await;
        let worst: Vec<String> = browser.get(rows).await;
        for (row, number) in worst.iter().zip(["19", "9", "29"]) {
            assert!(row.starts_with(&format!("Headline {number}2026")), "{row}");
        }
        browser.choose("which", "failed").await;
        assert_eq!(browser.text("#shown").await, "3 of 31 articles");
        browser.choose("which", "without").await;
        assert_eq!(browser.text("#shown").await, "1 of 31 articles");
        browser.choose("which", "").await;
        browser.press(".", "Slash", 0).await;
        let script = "const field = document.activeElement; field.value = arguments[0]; field.dispatchEvent(new Event('input'))";
        browser.get_with::<Value>(script, vec![json!("HEADLINE 2")]).await;
        browser.until("return document.getElementById('shown').textContent === '11 of 31 articles'").await;
        assert!(browser.text("#totals").await.contains("600 ¶"));
        assert!(browser.text("#drift").await.contains("عبّارات نوردليس 2 ×"));
        let direction = "return getComputedStyle(document.querySelector('#drift .rendering bdi')).direction";
        assert_eq!(browser.get::<String>(direction).await, "rtl");
    });
}

#[test]
fn four_hundred_pixels_are_enough() {
    in_browser(async |browser: &Browser| {
        browser.resize(400, 800).await;
        browser.show("index.html", &render_index(&index(5))).await;
        let wide: u32 = browser.get("return document.documentElement.scrollWidth").await;
        assert!(wide <= 400, "{wide}");
    });
}
