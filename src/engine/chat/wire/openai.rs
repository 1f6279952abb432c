//! `/chat/completions` as OpenAI, Azure, llama.cpp, vLLM, Ollama, LM Studio and the gateways have it.

use serde_json::{Map, Value, json};

use super::{Ask, End, Parts, count, limit, temperature, unusable};
use crate::engine::chat::abilities::{Abilities, Format};
use crate::engine::{EngineError, ErrorClass, Usage};

pub(super) fn body(ask: &Ask<'_>, abilities: Abilities) -> Value {
    let mut body = Map::new();
    body.insert("model".to_owned(), json!(ask.model));
    let mut messages = Vec::new();
    if !ask.prompt.system.is_empty() {
        messages.push(json!({ "role": "system", "content": ask.prompt.system }));
    }
    messages.push(json!({ "role": "user", "content": ask.prompt.user }));
    body.insert("messages".to_owned(), Value::Array(messages));
    let name = if abilities.completion_tokens { "max_completion_tokens" } else { "max_tokens" };
    body.insert(name.to_owned(), json!(limit(ask, abilities)));
    if abilities.temperature {
        body.insert("temperature".to_owned(), json!(temperature(ask.temperature)));
    }
    let format = match (&ask.schema, abilities.format) {
        (None, _) | (Some(_), Format::Plain) => None,
        (Some(_), Format::Object) => Some(json!({ "type": "json_object" })),
        (Some(schema), Format::Schema) => Some(json!({
            "type": "json_schema",
            "json_schema": { "name": "units", "strict": true, "schema": schema },
        })),
    };
    if let Some(format) = format {
        body.insert("response_format".to_owned(), format);
    }
    Value::Object(body)
}

pub(super) fn usage(reply: &Value) -> Usage {
    Usage {
        tokens_in: count(reply, "prompt_tokens"),
        tokens_out: count(reply, "completion_tokens"),
        ..Usage::default()
    }
}

pub(super) fn read(reply: &Value) -> Result<Parts, EngineError> {
    let choice = reply
        .get("choices")
        .and_then(Value::as_array)
        .and_then(|choices| choices.first())
        .ok_or_else(|| unusable("the reply has no choices"))?;
    let message = choice
        .get("message")
        .filter(|message| message.is_object())
        .ok_or_else(|| unusable("the reply's choice has no message"))?;
    let text = match message.get("content") {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => text.clone(),
        Some(Value::Array(parts)) => parts.iter().filter_map(text_of).collect(),
        Some(_) => return Err(EngineError::new(ErrorClass::Split, "the reply's content is no text")),
    };
    let refused = message.get("refusal").and_then(Value::as_str).is_some_and(|words| !words.is_empty());
    let end = if refused { End::Filtered } else { end(choice.get("finish_reason").and_then(Value::as_str)) };
    Ok(Parts { text, usage: usage(reply), reasoned: has_reasoning(reply, message), end })
}

/// The text of a part of a content that is a list: Mistral's thoughts are parts of it too.
fn text_of(part: &Value) -> Option<&str> {
    let kind = part.get("type").and_then(Value::as_str).unwrap_or("text");
    matches!(kind, "text" | "output_text").then(|| part.get("text").and_then(Value::as_str)).flatten()
}

/// OpenAI's reasons, and those of TGI, Together, Mistral, Gemini and GLM behind the same protocol.
fn end(reason: Option<&str>) -> End {
    let Some(reason) = reason else { return End::Unsaid };
    match reason.to_ascii_lowercase().as_str() {
        "stop" | "eos" | "eos_token" | "end_turn" | "stop_sequence" => End::Stop,
        "length" | "max_tokens" | "model_length" => End::Length,
        "content_filter" | "safety" | "prohibited_content" | "recitation" | "sensitive" | "refusal" => {
            End::Filtered
        }
        _ => End::Other(reason.to_owned()),
    }
}

/// Whether the model thought: counted by OpenAI and vLLM, told in a field by llama.cpp, DeepSeek and vLLM
/// (`reasoning_content`), OpenRouter and Ollama (`reasoning`), Ollama's own API (`thinking`), or as a part.
fn has_reasoning(reply: &Value, message: &Value) -> bool {
    let tokens = reply
        .pointer("/usage/completion_tokens_details/reasoning_tokens")
        .and_then(Value::as_u64)
        .is_some_and(|tokens| tokens > 0);
    let words = ["reasoning_content", "reasoning", "thinking"]
        .iter()
        .any(|field| message.get(field).and_then(Value::as_str).is_some_and(|words| !words.is_empty()));
    let parts = message.get("content").and_then(Value::as_array).is_some_and(|parts| {
        parts
            .iter()
            .filter_map(|part| part.get("type")?.as_str())
            .any(|kind| kind.starts_with("thinking") || kind.starts_with("reasoning"))
    });
    tokens || words || parts
}
