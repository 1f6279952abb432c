//! What of the page can be told without a browser; the rest is in `tests/it/browser`.

use super::index::{IndexData, IndexDocument, IndexTranslation};
use super::*;
use crate::report::event::DocumentState;
use crate::review::data::SCHEMA;

fn article(path: &str) -> ReviewDocument {
    ReviewDocument {
        schema: SCHEMA,
        path: path.to_owned(),
        digest: "0".repeat(64),
        language: Language::parse("en").unwrap(),
        units: Vec::new(),
        translations: Vec::new(),
        summaries: Vec::new(),
    }
}

fn data_of(page: &str) -> serde_json::Value {
    let (_, rest) = page.split_once("id=\"data\">").unwrap();
    serde_json::from_str(rest.split_once("</script>").unwrap().0).unwrap()
}

#[test]
fn a_page_holds_its_data_and_every_place_is_filled() {
    let page = render(&article("a/b.txt"), &PageOptions::default());
    assert!(!page.contains("{{"), "a place is left over");
    assert!(page.contains("<title>a/b.txt – review</title>"));
    assert_eq!(data_of(&page)["document"]["path"], "a/b.txt");
    assert_eq!(data_of(&page)["languages"]["en"]["name"], "English");
    assert!(data_of(&page).get("server").is_none() && !page.contains("connect-src"));
}

#[test]
fn the_same_data_gives_the_same_bytes() {
    let options = PageOptions { index: Some("../index.html".to_owned()), server: None };
    assert_eq!(render(&article("b.txt"), &options), render(&article("b.txt"), &options));
}

#[test]
fn a_served_page_knows_its_server() {
    let server = Server { token: "t0ken".to_owned(), changes: "./api/changes".to_owned() };
    let page = render(&article("b.txt"), &PageOptions { index: None, server: Some(server) });
    assert_eq!(data_of(&page)["server"]["token"], "t0ken");
    assert!(page.contains("connect-src 'self'"));
}

#[test]
fn a_name_of_a_file_cannot_break_out_of_the_title() {
    let page = render(&article("</title><script>x()</script>.txt"), &PageOptions::default());
    assert_eq!(page.matches("</title>").count(), 1);
    assert_eq!(page.matches("</script>").count(), 2);
}

#[test]
fn right_to_left_languages_are_told_to_the_page() {
    let languages = ["ar", "he", "fa", "ur", "pt", "zh"];
    let index = IndexData {
        languages: languages.iter().map(|tag| Language::parse(tag).unwrap()).collect(),
        ..IndexData::default()
    };
    let data = data_of(&render_index(&index));
    let directions: Vec<_> =
        languages.iter().map(|tag| data["languages"][tag]["dir"].as_str().unwrap()).collect();
    assert_eq!(directions, ["rtl", "rtl", "rtl", "rtl", "ltr", "ltr"]);
}

#[test]
fn an_index_holds_documents_states_and_counts() {
    let portuguese = Language::parse("pt").unwrap();
    let index = IndexData {
        name: "articles".to_owned(),
        languages: vec![portuguese.clone()],
        documents: vec![IndexDocument {
            path: "a.txt".to_owned(),
            title: None,
            language: Some(Language::parse("en").unwrap()),
            page: Some("a.review.html".to_owned()),
            reason: None,
            human_summaries: Vec::new(),
            translations: vec![IndexTranslation {
                language: portuguese,
                state: DocumentState::Partial,
                units: 9,
                failed: 1,
                flagged: 2,
                human: 3,
            }],
        }],
        drift: Vec::new(),
    };
    let page = render_index(&index);
    assert!(!page.contains("{{"));
    let data = data_of(&page);
    assert_eq!(data["index"]["documents"][0]["translations"][0]["state"], "partial");
    assert_eq!(page, render_index(&index));
}
