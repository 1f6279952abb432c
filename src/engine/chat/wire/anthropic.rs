//! Anthropic's Messages API, `/v1/messages`.
//!
//! Sources: its API reference "Messages" and the pages "Stop reasons and fallback", "Errors" and "Structured outputs"
//! (`output_config.format`, which older models refuse: then the reply's form is asked for by words alone).

use serde_json::{Map, Value, json};

use super::{Ask, End, Parts, count, limit, temperature, unusable};
use crate::engine::chat::abilities::{Abilities, Format};
use crate::engine::{EngineError, Usage};

pub(super) fn body(ask: &Ask<'_>, abilities: Abilities) -> Value {
    let mut body = Map::new();
    body.insert("model".to_owned(), json!(ask.model));
    body.insert("max_tokens".to_owned(), json!(limit(ask, abilities)));
    if !ask.prompt.system.is_empty() {
        body.insert("system".to_owned(), json!(ask.prompt.system));
    }
    body.insert("messages".to_owned(), json!([{ "role": "user", "content": ask.prompt.user }]));
    if abilities.temperature {
        // Its scale ends at 1.
        body.insert("temperature".to_owned(), json!(temperature(ask.temperature).min(1.0)));
    }
    if let (Some(schema), Format::Schema) = (&ask.schema, abilities.format) {
        body.insert(
            "output_config".to_owned(),
            json!({ "format": { "type": "json_schema", "schema": schema } }),
        );
    }
    Value::Object(body)
}

/// What was read from a cache and written to it is not part of `input_tokens`.
pub(super) fn usage(reply: &Value) -> Usage {
    let tokens_in = ["input_tokens", "cache_creation_input_tokens", "cache_read_input_tokens"]
        .iter()
        .fold(0_u64, |sum, field| sum.saturating_add(count(reply, field)));
    Usage { tokens_in, tokens_out: count(reply, "output_tokens"), ..Usage::default() }
}

pub(super) fn read(reply: &Value) -> Result<Parts, EngineError> {
    let blocks = reply
        .get("content")
        .and_then(Value::as_array)
        .ok_or_else(|| unusable("the reply has no content blocks"))?;
    let kind = |block: &Value| block.get("type").and_then(Value::as_str).unwrap_or_default().to_owned();
    let text = blocks
        .iter()
        .filter(|block| kind(block) == "text")
        .filter_map(|block| block.get("text").and_then(Value::as_str))
        .collect();
    let reasoned =
        blocks.iter().any(|block| matches!(kind(block).as_str(), "thinking" | "redacted_thinking"));
    let end = match reply.get("stop_reason").and_then(Value::as_str) {
        Some("end_turn" | "stop_sequence") => End::Stop,
        Some("max_tokens" | "model_context_window_exceeded") => End::Length,
        Some("refusal") => End::Filtered,
        Some(other) => End::Other(other.to_owned()),
        None => End::Unsaid,
    };
    Ok(Parts { text, usage: usage(reply), reasoned, end })
}
