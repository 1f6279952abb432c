//! Replies as APY 0.11.7 gave them.

use super::*;
use crate::language::Language;
use crate::settings::Connection;

/// Of `curl -d langpair=en|es -d 'q=The cat is in the house.'`.
const ANSWER: &str = r#"{"responseData": {"translatedText": "El gato es en la casa."}, "responseDetails": null, "responseStatus": 200}"#;

/// Of `/listPairs` with apertium-eng-spa and apertium-es-pt installed.
const PAIRS: &str = r#"{"responseData": [{"sourceLanguage": "spa", "targetLanguage": "eng"}, {"sourceLanguage": "spa", "targetLanguage": "por_BR"}, {"sourceLanguage": "por", "targetLanguage": "spa"}, {"sourceLanguage": "spa", "targetLanguage": "eng_US"}, {"sourceLanguage": "eng", "targetLanguage": "spa"}, {"sourceLanguage": "spa", "targetLanguage": "por"}], "responseDetails": null, "responseStatus": 200}"#;

const NOT_INSTALLED: &str = r#"{"status": "error", "code": 400, "message": "Bad Request", "explanation": "That pair is not installed"}"#;
const INVALID: &str = r#"{"status": "error", "code": 400, "message": "Bad Request", "explanation": "That pair is invalid, use e.g. eng|spa"}"#;
const NO_TEXT: &str =
    r#"{"status": "error", "code": 400, "message": "Bad Request", "explanation": "Missing argument q"}"#;
const STUCK: &str =
    r#"{"status": "error", "code": 503, "message": "Service Unavailable", "explanation": "internal error"}"#;

fn reply(text: &str) -> Vec<u8> {
    serde_json::json!({ "responseData": { "translatedText": text }, "responseDetails": null, "responseStatus": 200 })
        .to_string()
        .into_bytes()
}

fn fails(status: u16, body: &str, texts: usize) -> EngineError {
    let transport =
        Transport::for_connection(&Connection::plain("http://127.0.0.1:2737", "GLOSS_UNSET")).unwrap();
    let reply = Reply {
        status: StatusCode::from_u16(status).unwrap(),
        retry_after: None,
        body: body.as_bytes().to_vec(),
    };
    failure(&Endpoint::parse("http://127.0.0.1:2737/translate").unwrap(), &reply, texts, &transport)
}

#[test]
fn a_request_holds_its_texts_as_numbered_paragraphs() {
    let form = form("eng", "spa", &["Press ⟦1⟧ & go.", "3*4"], false);
    let decoded: Vec<(String, String)> = Url::parse(&format!("http://form.invalid/?{form}"))
        .unwrap()
        .query_pairs()
        .map(|(name, value)| (name.into_owned(), value.into_owned()))
        .collect();
    let field = |name: &str| decoded.iter().find(|(known, _)| known == name).unwrap().1.clone();
    assert_eq!(field("langpair"), "eng|spa");
    assert_eq!(field("markUnknown"), "no");
    assert_eq!(field("format"), "html");
    assert_eq!(field("q"), "<p id=\"1\">Press <x id=\"1\"/> &amp; go.</p><p id=\"2\">3<s/>4</p>");
    assert!(size("3*4") >= "<p id=\"2\">3<s/>4</p>".len());
}

#[test]
fn a_bare_text_is_the_whole_reply() {
    assert_eq!(
        read(ANSWER.as_bytes(), &["The cat is in the house."], true).unwrap(),
        ["El gato es en la casa."]
    );
    assert!(!form("eng", "spa", &["A cat."], true).contains("%3Cp"));
}

#[test]
fn paragraphs_are_taken_by_their_numbers() {
    let texts =
        read(&reply("<p id=\"1\">Uno <x id=\"1\"/> &amp; dos.</p> <p id=\"2\">Tres</p>"), &["a", "b"], false);
    assert_eq!(texts.unwrap(), ["Uno ⟦1⟧ & dos.", "Tres"]);
    for wrong in [
        "<p id=\"1\">Uno</p>",
        "<p id=\"2\">Uno</p><p id=\"1\">Dos</p>",
        "<p id=\"1\">Uno<p id=\"2\">Dos</p>",
        "<p id=\"1\">Uno</p><p id=\"2\">Dos</p><p id=\"3\">Tres</p>",
        "<p id=\"1\">Uno</p>y<p id=\"2\">Dos</p>",
        "Uno Dos",
        "",
    ] {
        let error = read(&reply(wrong), &["a", "b"], false).unwrap_err();
        assert_eq!(error.class, ErrorClass::Split, "{wrong}");
    }
}

#[test]
fn what_apertium_leaves_of_its_workings_is_taken_out() {
    for (source, answer, tidied) in [
        ("It was said.", "Dijo  que  sí.", "Dijo que sí."),
        ("The walls of the co-op", "Las #muro del @1890s", "Las muro del 1890s"),
        ("“We lit (a) candle,” he said", "“ Encendimos ( un) velas ,” dijo", "“Encendimos (un) velas,” dijo"),
        ("Number #5 of a@b.org", "Número #5 de a@b.org", "Número #5 de a@b.org"),
        ("a  b", "a  b", "a  b"),
        ("5 # 6", "5 # 6", "5 # 6"),
        ("x", " El CONSEJO ", "El CONSEJO"),
    ] {
        assert_eq!(tidy(answer, source), tidied);
    }
}

#[test]
fn pairs_are_listed_by_source() {
    let pairs = pairs(PAIRS.as_bytes()).unwrap();
    let tag = |tag: &str| Language::parse(tag).unwrap();
    assert_eq!(pairs.find(&tag("en"), &tag("es")), Some(("eng", "spa")));
    assert_eq!(pairs.find(&tag("es"), &tag("pt-BR")), Some(("spa", "por_BR")));
    assert_eq!(pairs.find(&tag("es-MX"), &tag("pt")), Some(("spa", "por")));
    assert_eq!(pairs.find(&tag("en"), &tag("pt")), None);
    assert_eq!(pairs.targets(&tag("en")), ["spa"]);
}

#[test]
fn what_is_no_reply_is_never_a_translation() {
    for body in [
        "",
        "<html>",
        "{}",
        "[]",
        "null",
        r#"{"responseData": null}"#,
        r#"{"responseData": {"translatedText": null}}"#,
        r#"{"responseData": {"translatedText": 3}}"#,
        r#"{"responseData": {"translatedText": "El ga"#,
    ] {
        assert_eq!(read(body.as_bytes(), &["a"], true).unwrap_err().class, ErrorClass::Retry, "{body}");
        assert_eq!(pairs(body.as_bytes()).unwrap_err().class, ErrorClass::Retry, "{body}");
    }
    let half = r#"{"responseData": [{"sourceLanguage": "spa"}]}"#;
    assert_eq!(pairs(half.as_bytes()).unwrap_err().class, ErrorClass::Retry);
}

#[test]
fn a_list_of_pairs_without_end_is_refused() {
    let pair = r#"{"sourceLanguage":"a","targetLanguage":"b"},"#.repeat(100_001);
    let list = format!("{{\"responseData\":[{}]}}", pair.trim_end_matches(','));
    assert_eq!(pairs(list.as_bytes()).unwrap_err().message, "the reply lists 100001 pairs");
}

#[test]
fn refusals_say_what_to_do() {
    for (status, body, texts, class) in [
        (400, NOT_INSTALLED, 1, ErrorClass::NextEngine),
        (400, INVALID, 1, ErrorClass::NextEngine),
        (400, NO_TEXT, 1, ErrorClass::Stop),
        (404, "<html><title>404: Not Found</title><body>404: Not Found</body></html>", 1, ErrorClass::Stop),
        (408, "", 1, ErrorClass::Retry),
        (500, "", 1, ErrorClass::Retry),
        (503, STUCK, 1, ErrorClass::Retry),
        (503, STUCK, 3, ErrorClass::Split),
        (503, "<html>busy</html>", 1, ErrorClass::Wait(None)),
        (429, "", 1, ErrorClass::Wait(None)),
    ] {
        let error = fails(status, body, texts);
        assert_eq!(error.class, class, "{status} {body}");
        assert!(
            error.message.contains(&status.to_string()) && !error.message.contains('<'),
            "{}",
            error.message
        );
    }
    assert!(fails(404, "", 1).hint.unwrap().contains("APY"));
}
