use std::time::Duration;

use super::*;
use crate::engine::chat::prompts::Rendered;

fn prompt() -> Rendered {
    Rendered { system: "be exact".to_owned(), user: "translate".to_owned() }
}

fn ask(prompt: &Rendered) -> Ask<'_> {
    Ask { model: "m", prompt, temperature: 0.7, max_tokens: 99, schema: Some(json!({ "type": "object" })) }
}

fn completion(message: &str, finish: &str) -> String {
    format!(
        r#"{{"choices":[{{"message":{message},"finish_reason":{finish}}}],"usage":{{"prompt_tokens":7,"completion_tokens":3}}}}"#
    )
}

#[test]
fn a_body_says_what_the_dialect_allows_and_nothing_else() {
    let prompt = prompt();
    let full = body(&ask(&prompt), Dialect::default());
    assert_eq!(full["max_tokens"], 99);
    assert_eq!(full["temperature"].to_string(), "0.7");
    assert_eq!(full["response_format"]["type"], "json_schema");
    assert_eq!(full["messages"][1]["content"], "translate");
    let low = Dialect { response_format: false, completion_tokens: true, temperature: false };
    let least = body(&ask(&prompt), low);
    assert_eq!(least["max_completion_tokens"], 99);
    for absent in ["max_tokens", "temperature", "response_format"] {
        assert!(least.get(absent).is_none(), "{absent}");
    }
}

#[test]
fn a_sound_reply_is_its_text_and_its_cost() {
    let read = read(completion(r#"{"content":" Hola. "}"#, r#""stop""#).as_bytes()).unwrap();
    assert_eq!(read.text, "Hola.");
    assert_eq!(read.finish, Finish::Stop);
    assert_eq!(read.usage, Usage { tokens_in: 7, tokens_out: 3, ..Usage::default() });
}

#[test]
fn what_is_no_completion_is_a_typed_error_and_never_a_translation() {
    let nested = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let table: &[(&str, ErrorClass, &str)] = &[
        ("", ErrorClass::Retry, "empty"),
        ("  \n ", ErrorClass::Retry, "empty"),
        ("<!doctype html><p>Sign in</p>", ErrorClass::Retry, "web page"),
        (r#"{"choices":[{"message":{"content":"Ho"#, ErrorClass::Retry, "cut off"),
        ("Hola.", ErrorClass::Retry, "not JSON"),
        ("null", ErrorClass::Retry, "no choices"),
        ("[]", ErrorClass::Retry, "no choices"),
        (r#"{"choices":[]}"#, ErrorClass::Retry, "no choices"),
        (r#"{"choices":"Hola."}"#, ErrorClass::Retry, "no choices"),
        (r#"{"choices":[{"text":"Hola."}]}"#, ErrorClass::Retry, "no message"),
        (r#"{"choices":[{"message":"Hola."}]}"#, ErrorClass::Retry, "no message"),
        (
            r#"{"choices":[{"message":{"content":null},"finish_reason":"stop"}]}"#,
            ErrorClass::Split,
            "no text",
        ),
        (r#"{"choices":[{"message":{"content":""},"finish_reason":null}]}"#, ErrorClass::Split, "no text"),
        (r#"{"choices":[{"message":{"content":42},"finish_reason":"stop"}]}"#, ErrorClass::Split, "no text"),
        (r#"{"error":{"message":"slow down","code":429}}"#, ErrorClass::Wait(None), "slow down"),
        (r#"{"error":"model crashed"}"#, ErrorClass::Retry, "model crashed"),
        (&nested, ErrorClass::Retry, "not JSON"),
    ];
    for (body, class, words) in table {
        let error = read(body.as_bytes()).unwrap_err();
        assert_eq!(error.class, *class, "{body:.60}");
        assert!(error.message.contains(words), "{body:.60}: {}", error.message);
    }
}

#[test]
fn the_finish_says_when_a_text_is_not_whole() {
    let finish = |message: &str, reason: &str| read(completion(message, reason).as_bytes()).unwrap().finish;
    assert_eq!(finish(r#"{"content":"Ho"}"#, r#""length""#), Finish::Length { reasoning: false });
    assert_eq!(finish(r#"{"content":""}"#, r#""length""#), Finish::Length { reasoning: true });
    assert_eq!(
        finish(r#"{"content":null,"reasoning_content":"hm"}"#, r#""length""#),
        Finish::Length { reasoning: true }
    );
    assert_eq!(
        finish(r#"{"content":"Ho","reasoning_content":"hm"}"#, r#""length""#),
        Finish::Length { reasoning: true }
    );
    assert_eq!(finish(r#"{"content":"<think>hm"}"#, r#""length""#), Finish::Length { reasoning: true });
    assert_eq!(finish(r#"{"content":"Hola"}"#, r#""content_filter""#), Finish::Filtered);
    assert_eq!(finish(r#"{"content":null,"refusal":"no"}"#, r#""stop""#), Finish::Filtered);
    assert_eq!(finish(r#"{"content":"Hola"}"#, "null"), Finish::Other("no finish reason".to_owned()));
}

#[test]
fn thinking_is_no_part_of_the_answer() {
    let text = |content: &str| {
        read(completion(&json!({ "content": content }).to_string(), r#""stop""#).as_bytes()).unwrap().text
    };
    assert_eq!(text("<think>Is it Hola?</think>\n\nHola."), "Hola.");
    assert_eq!(text("The tag <think> is new."), "The tag <think> is new.");
}

fn failed(status: u16, body: &str, key: Option<&Secret>) -> EngineError {
    let prompt = prompt();
    let reply = Reply {
        status: StatusCode::from_u16(status).unwrap(),
        retry_after: Some(Duration::from_secs(3)),
        body: body.as_bytes().to_vec(),
    };
    let endpoint = Endpoint::parse("http://user:pass@127.0.0.1:1/v1?key=abc").unwrap();
    failure(&endpoint, &reply, &ask(&prompt), &KeyUse { secret: key, variable: "MY_KEY" })
}

#[test]
fn each_failure_is_named_by_what_the_caller_must_do() {
    let pause = Some(Duration::from_secs(3));
    let quota = r#"{"error":{"message":"You exceeded your current quota","code":"insufficient_quota"}}"#;
    let long = r#"{"error":{"message":"the request exceeds the available context size","type":"exceed_context_size_error"}}"#;
    let filter = r#"{"error":{"message":"The response was filtered","code":"content_filter"}}"#;
    let table = [
        (429, "{}", ErrorClass::Wait(pause)),
        (503, "<html>busy</html>", ErrorClass::Wait(pause)),
        (429, quota, ErrorClass::Stop),
        (402, "{}", ErrorClass::Stop),
        (408, "", ErrorClass::Retry),
        (409, "", ErrorClass::Retry),
        (413, "", ErrorClass::Split),
        (400, long, ErrorClass::Split),
        (500, long, ErrorClass::Split),
        (400, filter, ErrorClass::NextEngine),
        (400, r#"{"detail":"messages: bad"}"#, ErrorClass::Stop),
        (401, "", ErrorClass::Stop),
        (403, "", ErrorClass::Stop),
        (404, "", ErrorClass::Stop),
        (422, "", ErrorClass::Stop),
        (501, "", ErrorClass::Stop),
    ];
    for (status, body, class) in table {
        assert_eq!(failed(status, body, None).class, class, "{status} {body}");
    }
}

#[test]
fn a_refused_key_or_model_says_what_to_change_and_shows_no_secret() {
    assert!(failed(401, "", None).hint.unwrap().contains("set `MY_KEY`"));
    let key = Secret::new("sk-canary");
    let error =
        failed(401, r#"{"error":{"message":"Incorrect API key provided: sk-canary\u001b[2J"}}"#, Some(&key));
    assert_eq!(
        error.message,
        "`http://127.0.0.1:1/v1` answers 401 Unauthorized: Incorrect API key provided: [key] [2J"
    );
    assert!(error.hint.unwrap().contains("not accepted"));
    let error = failed(404, r#"{"error":"model \"m\" not found, try pulling it first"}"#, None);
    assert!(error.hint.unwrap().contains("`m`"));
    assert!(failed(404, "404 page not found", None).hint.unwrap().contains("/v1"));
}

#[test]
fn an_option_that_is_refused_is_left_out_and_another_refusal_is_not_mistaken_for_it() {
    let all = Dialect::default();
    let lower = |said: &str, schema: bool| {
        let body = json!({ "error": { "message": said } }).to_string();
        lowered(all, StatusCode::BAD_REQUEST, body.as_bytes(), schema)
    };
    assert_eq!(
        lower("'response_format.type' must be 'json_object' or 'text'", true),
        Some(Dialect { response_format: false, ..all })
    );
    assert_eq!(
        lower("Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead.", false),
        Some(Dialect { completion_tokens: true, ..all })
    );
    assert_eq!(
        lower("'temperature' does not support 0.0 with this model", false),
        Some(Dialect { temperature: false, ..all })
    );
    assert_eq!(lower("", true), Some(Dialect { response_format: false, ..all }), "no word of why");
    assert_eq!(lower("the request exceeds the available context size", true), None);
    assert_eq!(lower("response_format is unknown", false), None, "none was sent");
    assert_eq!(lowered(all, StatusCode::INTERNAL_SERVER_ERROR, b"response_format", true), None);
}
