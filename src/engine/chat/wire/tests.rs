use serde_json::json;

use super::*;
use crate::engine::chat::abilities::Format;

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

fn read(bytes: &[u8]) -> Result<Completion, EngineError> {
    super::read(bytes, Dialect::OpenAi, &prompt())
}

const ALL: Abilities =
    Abilities { format: Format::Schema, completion_tokens: false, temperature: true, most_tokens: None };

#[test]
fn a_body_says_what_the_dialect_allows_and_nothing_else() {
    let prompt = prompt();
    let full = body(&ask(&prompt), Dialect::OpenAi, ALL);
    assert_eq!(full["max_tokens"], 99);
    assert_eq!(full["temperature"].to_string(), "0.7");
    assert_eq!(full["response_format"]["type"], "json_schema");
    assert_eq!(full["messages"][1]["content"], "translate");
    let object = Abilities { format: Format::Object, ..ALL };
    let object = body(&ask(&prompt), Dialect::Azure, object);
    assert_eq!(object["response_format"], json!({ "type": "json_object" }));
    let low = Abilities {
        format: Format::Plain,
        completion_tokens: true,
        temperature: false,
        most_tokens: Some(70),
    };
    let least = body(&ask(&prompt), Dialect::OpenAi, low);
    assert_eq!(least["max_completion_tokens"], 70);
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
        ("data: {\"choices\":[]}\n\n", ErrorClass::Retry, "stream"),
        (
            r#"{"choices":[{"message":{"content":"<think>hm</think>"},"finish_reason":"stop"}]}"#,
            ErrorClass::Split,
            "no text",
        ),
    ];
    for (body, class, words) in table {
        let error = read(body.as_bytes()).unwrap_err();
        assert_eq!(error.class, *class, "{body:.60}");
        assert!(error.message.contains(words), "{body:.60}: {}", error.message);
        // An error that the endpoint told is no work done; anything else may be, where no usage is told.
        assert_eq!(error.maybe_charged, !body.contains("\"error\""), "{body:.60}");
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
    assert_eq!(finish(r#"{"content":"Hola"}"#, r#""tool_calls""#), Finish::Other("tool_calls".to_owned()));
    assert_eq!(finish(r#"{"content":"Hola"}"#, r#""eos""#), Finish::Stop);
    assert_eq!(finish(r#"{"content":"Ho"}"#, r#""model_length""#), Finish::Length { reasoning: false });
    assert_eq!(finish(r#"{"content":"Hola"}"#, r#""SAFETY""#), Finish::Filtered);
    let open = r#"{"content":"Hola <think>or"}"#;
    assert_eq!(finish(open, r#""stop""#), Finish::Length { reasoning: true });
}

#[test]
fn thinking_is_no_part_of_the_answer() {
    let text = |content: &str| {
        read(completion(&json!({ "content": content }).to_string(), r#""stop""#).as_bytes()).unwrap().text
    };
    assert_eq!(text("<think>Is it Hola?</think>\n\nHola."), "Hola.");
    let parts = json!({ "content": [
        { "type": "thinking", "thinking": [{ "type": "text", "text": "Is it Hola?" }] },
        { "type": "reasoning", "text": "It is." },
        { "type": "text", "text": "Hola." },
    ] });
    let parted = read(completion(&parts.to_string(), r#""stop""#).as_bytes()).unwrap();
    assert_eq!((parted.text.as_str(), parted.reasoned), ("Hola.", true));
    for field in ["reasoning_content", "reasoning", "thinking"] {
        let message = json!({ "content": "Hola.", field: "Is it Hola?" });
        let told = read(completion(&message.to_string(), r#""stop""#).as_bytes()).unwrap();
        assert_eq!((told.text.as_str(), told.reasoned), ("Hola.", true));
    }
}

#[test]
fn a_cost_that_was_told_is_not_in_doubt() {
    let told = r#"{"choices":[{"message":{"content":""},"finish_reason":"stop"}],"usage":{"prompt_tokens":7,"completion_tokens":0}}"#;
    let error = read(told.as_bytes()).unwrap_err();
    assert_eq!((error.usage.tokens_in, error.maybe_charged), (7, false));
}

/// Replies as Azure, llama.cpp and Ollama give them, from their documentation and trackers.
#[test]
fn replies_of_each_server_behind_the_same_protocol_are_read() {
    let azure = r#"{"choices":[{"content_filter_results":{"hate":{"filtered":false,"severity":"safe"}},"finish_reason":"stop","index":0,"logprobs":null,"message":{"annotations":[],"content":"Hola.","refusal":null,"role":"assistant"}}],"created":1,"id":"c","model":"gpt","object":"chat.completion","prompt_filter_results":[{"prompt_index":0,"content_filter_results":{}}],"usage":{"completion_tokens":3,"completion_tokens_details":{"reasoning_tokens":0},"prompt_tokens":7,"total_tokens":10}}"#;
    let azure_filter = r#"{"choices":[{"content_filter_results":{"violence":{"filtered":true,"severity":"medium"}},"finish_reason":"content_filter","index":0,"message":{"role":"assistant"}}],"usage":{"completion_tokens":3,"prompt_tokens":7}}"#;
    let llama = r#"{"choices":[{"finish_reason":"stop","index":0,"message":{"role":"assistant","reasoning_content":"hm","content":"Hola."}}],"created":1,"model":"qwen","object":"chat.completion","timings":{"prompt_n":7,"predicted_n":3,"predicted_per_second":30.1}}"#;
    let ollama = r#"{"id":"chatcmpl-1","object":"chat.completion","created":1,"model":"qwen3","system_fingerprint":"fp_ollama","choices":[{"index":0,"message":{"role":"assistant","content":"Hola.","reasoning":"hm"},"finish_reason":"stop"}],"usage":{"prompt_tokens":7,"completion_tokens":3,"total_tokens":10}}"#;
    let ollama_unfinished = ollama.replace(r#","finish_reason":"stop""#, "");
    let table = [
        (azure, "Hola.", Finish::Stop, 7, false),
        (azure_filter, "", Finish::Filtered, 7, false),
        (llama, "Hola.", Finish::Stop, 0, true),
        (ollama, "Hola.", Finish::Stop, 7, true),
        (&ollama_unfinished, "Hola.", Finish::Other("no finish reason".to_owned()), 7, true),
    ];
    for (reply, text, finish, tokens_in, reasoned) in table {
        let read = read(reply.as_bytes()).unwrap();
        assert_eq!((read.text.as_str(), &read.finish), (text, &finish), "{reply}");
        assert_eq!((read.usage.tokens_in, read.reasoned), (tokens_in, reasoned), "{reply}");
    }
}

#[test]
fn a_reply_cut_off_anywhere_is_no_answer() {
    let openai = completion(r#"{"content":"Hola, ¿qué tal?"}"#, r#""stop""#);
    let claude = r#"{"content":[{"type":"text","text":"Hola, ¿qué tal?"}],"stop_reason":"end_turn","usage":{"input_tokens":7,"output_tokens":3}}"#;
    for (reply, dialect) in [(openai.as_str(), Dialect::OpenAi), (claude, Dialect::Anthropic)] {
        assert!(super::read(reply.as_bytes(), dialect, &prompt()).is_ok());
        for end in 0..reply.len() {
            let cut = reply.as_bytes().get(..end).unwrap();
            let error = super::read(cut, dialect, &prompt()).unwrap_err();
            assert!(error.class == ErrorClass::Retry && error.maybe_charged, "{end}");
        }
    }
}

proptest::proptest! {
    /// Whatever stands in a reply's fields, an answer has text or a finish that explains why not.
    #[test]
    fn no_shape_of_a_reply_is_an_answer_by_chance(
        content in proptest::sample::select(vec!["null", "7", "\"\"", "\"Hola\"", "[]", "{}", "[{\"text\":\"Hola\"}]", "[{\"type\":\"text\"}]", "\"<think>\""]),
        finish in proptest::sample::select(vec!["null", "7", "\"\"", "\"stop\"", "\"length\"", "\"content_filter\"", "\"end_turn\"", "[]"]),
        usage in proptest::sample::select(vec!["null", "{}", "[]", "{\"prompt_tokens\":-1}", "{\"input_tokens\":1e99}"]),
    ) {
        let openai = format!(r#"{{"choices":[{{"message":{{"content":{content}}},"finish_reason":{finish}}}],"usage":{usage}}}"#);
        let claude = format!(r#"{{"content":{content},"stop_reason":{finish},"usage":{usage}}}"#);
        for (reply, dialect) in [(openai, Dialect::OpenAi), (claude, Dialect::Anthropic)] {
            if let Ok(read) = super::read(reply.as_bytes(), dialect, &prompt()) {
                proptest::prop_assert!(read.finish != Finish::Stop || read.text == "Hola", "{}", reply);
            }
        }
    }
}

mod anthropic {
    use super::*;

    fn read(content: &str, stop: &str) -> Result<Completion, EngineError> {
        let reply = format!(
            r#"{{"id":"msg_1","type":"message","role":"assistant","model":"claude","content":{content},"stop_reason":{stop},"stop_sequence":null,"usage":{{"input_tokens":7,"cache_creation_input_tokens":100,"cache_read_input_tokens":20,"output_tokens":3}}}}"#
        );
        super::super::read(reply.as_bytes(), Dialect::Anthropic, &prompt())
    }

    #[test]
    fn a_body_has_its_system_at_the_top_and_always_a_limit() {
        let prompt = prompt();
        let full = body(&ask(&prompt), Dialect::Anthropic, ALL);
        assert_eq!(
            full,
            json!({
                "model": "m",
                "max_tokens": 99,
                "system": "be exact",
                "messages": [{ "role": "user", "content": "translate" }],
                "temperature": 0.7,
                "output_config": { "format": { "type": "json_schema", "schema": { "type": "object" } } },
            })
        );
        let low = Abilities { format: Format::Plain, temperature: false, completion_tokens: true, ..ALL };
        let least = body(&ask(&prompt), Dialect::Anthropic, low);
        assert_eq!(least.as_object().unwrap().len(), 4, "{least}");
        assert_eq!(least["max_tokens"], 99);
    }

    #[test]
    fn text_blocks_are_the_answer_and_thoughts_are_not() {
        let content = r#"[{"type":"thinking","thinking":"Is it Hola?","signature":"x"},{"type":"redacted_thinking","data":"x"},{"type":"text","text":"Ho"},{"type":"text","text":"la."}]"#;
        let read = read(content, r#""end_turn""#).unwrap();
        assert_eq!((read.text.as_str(), read.finish, read.reasoned), ("Hola.", Finish::Stop, true));
        assert_eq!(read.usage, Usage { tokens_in: 127, tokens_out: 3, ..Usage::default() });
    }

    #[test]
    fn every_reason_to_stop_has_its_meaning() {
        let text = r#"[{"type":"text","text":"Ho"}]"#;
        let thought = r#"[{"type":"thinking","thinking":"hm","signature":"x"}]"#;
        let other = |reason: &str| Finish::Other(reason.to_owned());
        for (content, reason, finish) in [
            (text, r#""end_turn""#, Finish::Stop),
            (text, r#""stop_sequence""#, Finish::Stop),
            (text, r#""max_tokens""#, Finish::Length { reasoning: false }),
            (thought, r#""max_tokens""#, Finish::Length { reasoning: true }),
            (text, r#""model_context_window_exceeded""#, Finish::Length { reasoning: false }),
            ("[]", r#""refusal""#, Finish::Filtered),
            (text, r#""refusal""#, Finish::Filtered),
            (text, r#""pause_turn""#, other("pause_turn")),
            (text, r#""tool_use""#, other("tool_use")),
            (text, "null", other("no finish reason")),
        ] {
            assert_eq!(read(content, reason).unwrap().finish, finish, "{content} {reason}");
        }
    }

    #[test]
    fn what_is_no_message_is_an_error() {
        for (content, stop) in [
            ("[]", r#""end_turn""#),
            ("null", r#""end_turn""#),
            (r#""Hola.""#, r#""end_turn""#),
            (r#"[{"type":"text","text":7}]"#, r#""end_turn""#),
            (r#"[{"type":"thinking","thinking":"hm"}]"#, r#""end_turn""#),
        ] {
            assert!(read(content, stop).is_err(), "{content}");
        }
        let overloaded = br#"{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"},"request_id":"r"}"#;
        let error = super::super::read(overloaded, Dialect::Anthropic, &prompt()).unwrap_err();
        assert_eq!((error.class, error.maybe_charged), (ErrorClass::Wait(None), false));
        for body in [&b""[..], b"<html>", b"{\"content\":[{\"type\":\"te", b"null", b"{}", b"[]"] {
            let error = super::super::read(body, Dialect::Anthropic, &prompt()).unwrap_err();
            assert!(error.maybe_charged && error.class == ErrorClass::Retry, "{error:?}");
        }
    }
}
