//! Replies in the shapes of DeepL's OpenAPI description, refusals in the words of its mock server and its users'
//! reports.

use super::*;
use crate::settings::Connection;

/// The description's own example for several sentences.
const ANSWER: &str = r#"{"translations":[{"detected_source_language":"EN","text":"Der Tisch ist grün. Der Stuhl ist schwarz.","billed_characters":42}]}"#;

const SOURCES: &str = r#"[{"language":"DE","name":"German"},{"language":"EN","name":"English"},{"language":"NB","name":"Norwegian"},{"language":"PT","name":"Portuguese"},{"language":"ZH","name":"Chinese"}]"#;
const TARGETS: &str = r#"[{"language":"DE","name":"German","supports_formality":true},{"language":"EN-GB","name":"English (British)","supports_formality":false},{"language":"EN-US","name":"English (American)","supports_formality":false},{"language":"ES","name":"Spanish","supports_formality":true},{"language":"ES-419","name":"Spanish (Latin American)","supports_formality":true},{"language":"NB","name":"Norwegian","supports_formality":false},{"language":"PT-BR","name":"Portuguese (Brazilian)","supports_formality":true},{"language":"PT-PT","name":"Portuguese (European)","supports_formality":true},{"language":"ZH","name":"Chinese (simplified)","supports_formality":false},{"language":"ZH-HANS","name":"Chinese (simplified)","supports_formality":false},{"language":"ZH-HANT","name":"Chinese (traditional)","supports_formality":false}]"#;

fn unit(id: &str, text: &str) -> RequestUnit {
    RequestUnit { id: id.to_owned(), text: text.to_owned() }
}

fn value(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

const OPTIONS: Options<'_> = Options { source: "EN", target: "DE", formality: None, glossary: None };

fn sent(units: &[RequestUnit], context: &Context, options: &Options<'_>) -> Value {
    serde_json::from_slice(&body(units, context, options).unwrap().0).unwrap()
}

fn fails(status: u16, said: &str, texts: usize) -> EngineError {
    let transport =
        Transport::for_connection(&Connection::plain("http://127.0.0.1:9", "GLOSS_UNSET")).unwrap();
    let reply = Reply {
        status: StatusCode::from_u16(status).unwrap(),
        retry_after: None,
        body: said.as_bytes().to_vec(),
    };
    failure(&Endpoint::parse("http://127.0.0.1:9/v2/translate").unwrap(), &reply, texts, &transport)
}

#[test]
fn plain_texts_go_plain_and_the_context_with_them() {
    let context = Context {
        terms: Vec::new(),
        title: Some("Trade & tide".to_owned()),
        before: Some("See ⟦1⟧the map⟦2⟧.".to_owned()),
        after: None,
    };
    let options = Options { formality: Some("more"), glossary: Some("g-1"), ..OPTIONS };
    let sent = sent(&[unit("4", "Salt & ice < 3."), unit("7", "Two.")], &context, &options);
    assert_eq!(
        sent,
        json!({
            "text": ["Salt & ice < 3.", "Two."],
            "source_lang": "EN",
            "target_lang": "DE",
            "show_billed_characters": true,
            "context": "Trade & tide\nSee the map.",
            "formality": "more",
            "glossary_id": "g-1",
        })
    );
}

#[test]
fn where_a_text_has_tags_everything_is_markup_the_context_too() {
    let context = Context { title: Some("Trade & tide".to_owned()), ..Context::default() };
    let sent = sent(&[unit("1", "Press ⟦1⟧ & go."), unit("2", "A < B")], &context, &OPTIONS);
    assert_eq!(sent["text"], json!(["Press <x id=\"1\"/> &amp; go.", "A &lt; B"]));
    assert_eq!(sent["context"], "Trade &amp; tide");
    assert_eq!((&sent["tag_handling"], &sent["tag_handling_version"]), (&json!("xml"), &json!("v2")));
}

#[test]
fn what_is_more_than_a_request_carries_is_not_sent() {
    let many: Vec<_> = (0..51).map(|number| unit(&number.to_string(), "Home")).collect();
    let none = Context::default();
    assert_eq!(body(&many, &none, &OPTIONS).unwrap_err().class, ErrorClass::Split);
    assert!(body(&many[..50], &none, &OPTIONS).is_ok());
    let large = [unit("1", &"ж".repeat(64 << 10))];
    assert_eq!(body(&large, &none, &OPTIONS).unwrap_err().class, ErrorClass::Split);
}

#[test]
fn answers_are_given_to_the_ids_and_charged_as_billed() {
    let units = [unit("9", "The table is green. The chair is black.")];
    let (answers, usage) = read(ANSWER.as_bytes(), &units, None).unwrap();
    assert_eq!(answers, [("9".to_owned(), "Der Tisch ist grün. Der Stuhl ist schwarz.".to_owned())]);
    assert_eq!(usage.characters, 42);
    let untold = r#"{"translations":[{"text":"Dr&#252;cken <x id=\"1\"/> &amp; los"}]}"#;
    let (answers, usage) = read(untold.as_bytes(), &[unit("1", "Press ⟦1⟧ & go")], Some(STYLE)).unwrap();
    assert_eq!(answers[0].1, "Drücken ⟦1⟧ & los");
    assert_eq!(usage.characters, 14);
}

#[test]
fn another_count_than_asked_is_given_to_nobody_and_is_still_charged() {
    let error = read(ANSWER.as_bytes(), &[unit("1", "a"), unit("2", "b")], None).unwrap_err();
    assert_eq!((error.class, error.usage.characters), (ErrorClass::Split, 42));
}

#[test]
fn what_is_no_reply_is_never_a_translation() {
    for body in [
        "",
        "<html>gateway</html>",
        "{}",
        "[]",
        "null",
        r#"{"translations":null}"#,
        r#"{"translations":[{"text":null}]}"#,
        r#"{"translations":[{"text":["a"]}]}"#,
        r#"{"translations":["a"]}"#,
        r#"{"translations":[{"text":"a"#,
        r#"{"message":"Temporary Error"}"#,
    ] {
        let error = read(body.as_bytes(), &[unit("1", "a")], None).unwrap_err();
        assert_eq!((error.class, error.maybe_charged), (ErrorClass::Retry, true), "{body}");
    }
}

#[test]
fn languages_are_told_apart_as_deepl_does() {
    let languages = languages(&value(SOURCES), &value(TARGETS)).unwrap();
    let pair = |from: &str, to: &str| {
        let (from, to) = (Language::parse(from).unwrap(), Language::parse(to).unwrap());
        languages.pair(&from, &to).map(|(source, target, formal)| format!("{source} {target} {formal}"))
    };
    for (from, to, expected) in [
        ("de", "en", Some("DE EN-US false")),
        ("de", "en-GB", Some("DE EN-GB false")),
        ("de", "en-AU", Some("DE EN-GB false")),
        ("en-GB", "pt", Some("EN PT-PT true")),
        ("en", "pt-BR", Some("EN PT-BR true")),
        ("en", "pt-AO", Some("EN PT-PT true")),
        ("pt-BR", "zh", Some("PT ZH-HANS false")),
        ("en", "zh-TW", Some("EN ZH-HANT false")),
        ("zh-Hant", "de", Some("ZH DE true")),
        ("en", "no", Some("EN NB false")),
        ("en", "es-419", Some("EN ES-419 true")),
        ("en", "es-MX", Some("EN ES true")),
        ("en", "nn", None),
        ("tlh", "de", None),
    ] {
        assert_eq!(pair(from, to).as_deref(), expected, "{from} {to}");
    }
    for wrong in ["{}", "[]", "[{}]", "[{\"language\":1}]"] {
        assert!(super::languages(&value(wrong), &value(TARGETS)).is_err(), "{wrong}");
        assert!(super::languages(&value(SOURCES), &value(wrong)).is_err(), "{wrong}");
    }
}

#[test]
fn what_is_billed_beyond_any_number_stays_the_largest() {
    let units = [unit("1", "a"), unit("2", "b")];
    let one = json!({ "text": "a", "billed_characters": u64::MAX });
    let (_, mut usage) =
        read(json!({ "translations": [one, one] }).to_string().as_bytes(), &units, None).unwrap();
    assert_eq!(usage.characters, u64::MAX);
    usage += usage;
    assert_eq!(usage.characters, u64::MAX);
}

#[test]
fn an_account_without_characters_is_said_before_anything_is_asked() {
    let error = refuse_used_up(&value(r#"{"character_count":500000,"character_limit":500000}"#)).unwrap_err();
    assert_eq!(error.class, ErrorClass::Stop);
    assert_eq!(error.message, "500000 of 500000 characters are used");
    for usage in
        [r#"{"character_count":180118,"character_limit":1250000}"#, "{}", "[]", r#"{"character_count":"x"}"#]
    {
        assert!(refuse_used_up(&value(usage)).is_ok(), "{usage}");
    }
}

#[test]
fn refusals_say_what_to_do() {
    let message = |text: &str| json!({ "message": text }).to_string();
    for (status, said, texts, class) in [
        (456, message("Quota for this billing period has been exceeded."), 1, ErrorClass::Stop),
        (456, message("Quota Exceeded"), 1, ErrorClass::Stop),
        (403, String::new(), 1, ErrorClass::Stop),
        (403, message("Authorization failure, check auth_key"), 1, ErrorClass::Stop),
        (400, message("Value for 'target_lang' not supported."), 1, ErrorClass::NextEngine),
        (
            400,
            message("Bad request. Reason: Value for 'source_lang' not supported."),
            1,
            ErrorClass::NextEngine,
        ),
        (400, message("'formality' is not supported for given 'target_lang'."), 1, ErrorClass::NextEngine),
        (400, message("Tag handling parsing failed, please check input."), 9, ErrorClass::Split),
        (400, message("Tag handling parsing failed, please check input."), 1, ErrorClass::NextEngine),
        (400, message("Too many texts in the request"), 51, ErrorClass::Split),
        (400, message("Invalid or missing Authorization header"), 1, ErrorClass::Stop),
        (404, String::new(), 1, ErrorClass::Stop),
        (413, message("Request Entity Too Large"), 9, ErrorClass::Split),
        (414, String::new(), 9, ErrorClass::Split),
        (429, String::new(), 1, ErrorClass::Wait(None)),
        (429, message("Too many requests"), 1, ErrorClass::Wait(None)),
        (529, String::new(), 1, ErrorClass::Wait(None)),
        (503, message("Temporary Error"), 1, ErrorClass::Wait(None)),
        (500, String::new(), 1, ErrorClass::Retry),
        (504, "<html>".to_owned(), 1, ErrorClass::Retry),
    ] {
        assert_eq!(fails(status, &said, texts).class, class, "{status} {said}");
    }
    assert!(fails(456, "", 1).hint.unwrap().contains("used up"));
    assert!(fails(403, "", 1).hint.unwrap().contains("api-free.deepl.com"));
    let glossary = fails(404, &message("Glossary not found"), 1);
    assert!(glossary.class == ErrorClass::Stop && glossary.hint.unwrap().contains("glossary"));
}
