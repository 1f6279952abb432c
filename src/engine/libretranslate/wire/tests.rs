//! Replies as LibreTranslate's `app.py` makes them.

use reqwest::StatusCode;

use super::*;
use crate::language::Language;
use crate::settings::Connection;

const LANGUAGES: &str = r#"[{"code":"en","name":"English","targets":["en","es","pb","pt","zh-Hans","zh-Hant"]},{"code":"es","name":"Spanish","targets":["en","es"]}]"#;
const OLD_LANGUAGES: &str = r#"[{"code":"en","name":"English"},{"code":"es","name":"Spanish"}]"#;
const SETTINGS: &str = r#"{"charLimit":2000,"frontendTimeout":500,"apiKeys":true,"keyRequired":true,"suggestions":false,"supportedFilesFormat":[".txt"],"language":{"source":{"code":"auto","name":"Auto Detect"},"target":{"code":"en","name":"English"}}}"#;

fn fails(status: u16, said: &str, units: usize) -> EngineError {
    let transport =
        Transport::for_connection(&Connection::plain("http://127.0.0.1:9", "GLOSS_UNSET")).unwrap();
    let reply = Reply {
        status: StatusCode::from_u16(status).unwrap(),
        retry_after: None,
        body: json!({ "error": said }).to_string().into_bytes(),
    };
    failure(&Endpoint::parse("http://127.0.0.1:9/translate").unwrap(), &reply, units, &transport)
}

#[test]
fn texts_go_as_text_and_as_markup_only_where_they_must() {
    let unit = |text: &str| RequestUnit { id: "1".to_owned(), text: text.to_owned() };
    assert!(!wants_markup(&[unit("A < B, 3*4.")]));
    assert!(wants_markup(&[unit("Plain."), unit("Press ⟦1⟧.")]));
    assert!(wants_markup(&[unit("Salt &amp; ice")]));
    let sent = |html| -> Value {
        serde_json::from_slice(&body(&["Press ⟦1⟧ & go", "A < B"], ("en", "es"), html, None)).unwrap()
    };
    assert_eq!(
        sent(true),
        json!({ "q": ["Press <x id=\"1\"></x> &amp; go", "A &lt; B"], "source": "en", "target": "es", "format": "html" })
    );
    assert_eq!(sent(false)["q"], json!(["Press ⟦1⟧ & go", "A < B"]));
    assert_eq!(sent(false)["format"], "text");
}

#[test]
fn the_key_goes_in_the_body_and_nowhere_else() {
    let key = Secret::new("canary-1234567890");
    let body = String::from_utf8(body(&["a"], ("en", "es"), false, Some(&key))).unwrap();
    assert!(body.contains(r#""api_key":"canary-1234567890""#), "{body}");
    assert!(!format!("{key:?}").contains("canary"));
}

#[test]
fn texts_come_back_in_order() {
    let body = r#"{"translatedText":["Pulse <x id=\"1\"></x> & siga","A < B"]}"#;
    assert_eq!(read(body.as_bytes(), 2, true).unwrap(), ["Pulse ⟦1⟧ & siga", "A < B"]);
    assert_eq!(read(br#"{"translatedText":"Hola"}"#, 1, false).unwrap(), ["Hola"]);
    for (body, asked) in [
        (r#"{"translatedText":["a"]}"#, 2),
        (r#"{"translatedText":[]}"#, 1),
        (r#"{"translatedText":"a"}"#, 2),
    ] {
        assert_eq!(read(body.as_bytes(), asked, false).unwrap_err().class, ErrorClass::Split, "{body}");
    }
}

#[test]
fn what_is_no_reply_is_never_a_translation() {
    for body in [
        "",
        "<!DOCTYPE html>",
        "{}",
        "[]",
        "7",
        r#"{"translatedText":null}"#,
        r#"{"translatedText":[1]}"#,
        r#"{"translatedText":{"0":"a"}}"#,
        r#"{"translatedText":["a"#,
        r#"{"error":"Something"}"#,
    ] {
        assert_eq!(read(body.as_bytes(), 1, false).unwrap_err().class, ErrorClass::Retry, "{body}");
    }
    let refused = read(br#"{"error":"xx is not supported"}"#, 1, false).unwrap_err();
    assert_eq!(refused.class, ErrorClass::NextEngine);
}

#[test]
fn languages_are_listed_with_their_targets() {
    let tag = |tag: &str| Language::parse(tag).unwrap();
    let listed = pairs(LANGUAGES.as_bytes()).unwrap();
    assert_eq!(listed.find(&tag("en"), &tag("pt-BR")), Some(("en", "pb")));
    assert_eq!(listed.find(&tag("en"), &tag("zh-TW")), Some(("en", "zh-Hant")));
    assert_eq!(listed.find(&tag("es"), &tag("pt")), None);
    assert_eq!(listed.targets(&tag("es")), ["en"]);
    let old = pairs(OLD_LANGUAGES.as_bytes()).unwrap();
    assert_eq!(old.find(&tag("es"), &tag("en")), Some(("es", "en")));
    for wrong in ["", "{}", "[]", r#"[{"name":"English"}]"#, r#"[{"code":"en","targets":"es"}]"#] {
        assert_eq!(pairs(wrong.as_bytes()).unwrap_err().class, ErrorClass::Retry, "{wrong}");
    }
}

#[test]
fn an_error_in_a_reply_of_status_200_is_fit_to_be_shown() {
    let error = read(br#"{"error":"x\u001b[2J is not supported"}"#, 1, false).unwrap_err();
    assert_eq!(error.message, "x [2J is not supported");
}

#[test]
fn a_list_that_would_fill_the_memory_is_refused() {
    let list = |count| {
        let codes: Vec<Value> = (0..count).map(|number| json!({ "code": format!("c{number}") })).collect();
        pairs(Value::Array(codes).to_string().as_bytes())
    };
    assert!(list(300).is_ok());
    assert_eq!(list(400).unwrap_err().message, "the reply lists 400 languages");
}

#[test]
fn the_limit_of_characters_is_taken_where_it_is_said() {
    assert_eq!(most_characters(SETTINGS.as_bytes()), Some(2000));
    for none in [r#"{"charLimit":-1}"#, r#"{"charLimit":0}"#, r#"{"charLimit":"many"}"#, "{}", "<html>", ""] {
        assert_eq!(most_characters(none.as_bytes()), None, "{none}");
    }
}

#[test]
fn refusals_say_what_to_do() {
    let wait = |seconds| ErrorClass::Wait(Some(Duration::from_secs(seconds)));
    for (status, said, units, class) in [
        (400, "Invalid request: request (7063) exceeds text limit (5000)", 3, ErrorClass::Split),
        (400, "xx is not supported", 3, ErrorClass::NextEngine),
        (400, "Thai (th) is not available as a target language from Greek (el)", 3, ErrorClass::NextEngine),
        (400, "Visit https://portal.libretranslate.com to get an API key", 3, ErrorClass::Stop),
        (400, "Please contact the server operator to get an API key", 3, ErrorClass::Stop),
        (400, "Invalid request: missing q parameter", 3, ErrorClass::Stop),
        (403, "Invalid API key", 3, ErrorClass::Stop),
        (403, "Too many request limits violations", 3, ErrorClass::Stop),
        (429, "Slowdown: 30 per 1 minute", 3, wait(60)),
        (429, "Slowdown: 5 per 10 second", 3, wait(10)),
        (429, "Slowdown: 1000 per 1 day", 3, ErrorClass::Stop),
        (429, "", 3, ErrorClass::Wait(None)),
        (500, "Cannot translate text: CUDA out of memory", 3, ErrorClass::Split),
        (500, "Cannot translate text: CUDA out of memory", 1, ErrorClass::NextEngine),
        (
            500,
            "Cannot translate text: 400 Bad Request: Thai (th) is not available as a target language from Greek (el)",
            3,
            ErrorClass::NextEngine,
        ),
        (500, "", 3, ErrorClass::Retry),
        (502, "", 3, ErrorClass::Retry),
        (404, "", 3, ErrorClass::Stop),
    ] {
        let error = fails(status, said, units);
        assert_eq!(error.class, class, "{status} {said}");
        assert!(error.message.contains(said), "{}", error.message);
    }
    for (said, hint) in [("Invalid API key", "GLOSS_UNSET"), ("Too many request limits violations", "banned")]
    {
        assert!(fails(403, said, 1).hint.unwrap().contains(hint));
    }
    assert!(fails(400, "Visit https://x.org to get an API key", 1).hint.unwrap().contains("GLOSS_UNSET"));
}
