//! The protocols as pure functions: a request's body, a reply's meaning.
//!
//! [`openai`] is `/chat/completions` (Azure's too), [`anthropic`] is `/v1/messages`. Knows nothing of HTTP; never
//! guesses what a reply might have meant: it is an answer with a reason for its end, or an error.

mod anthropic;
mod openai;

use serde_json::Value;

use super::abilities::Abilities;
use super::prompts::Rendered;
use super::said::{Said, refusal};
use super::thoughts;
use crate::engine::transport::clean;
use crate::engine::{EngineError, ErrorClass, Finish, Usage};
use crate::settings::Dialect;

/// One request, before it is JSON.
#[derive(Debug, Clone)]
pub struct Ask<'a> {
    pub model: &'a str,
    pub prompt: &'a Rendered,
    pub temperature: f32,
    pub max_tokens: usize,
    /// A JSON schema that the reply's text must follow.
    pub schema: Option<Value>,
}

/// What a reply said.
#[derive(Debug, Clone, PartialEq)]
pub struct Completion {
    /// The answer, without thinking; empty only together with a `finish` that explains it.
    pub text: String,
    pub finish: Finish,
    pub usage: Usage,
    /// The model was seen to think.
    pub reasoned: bool,
}

/// The body of a request.
pub fn body(ask: &Ask<'_>, dialect: Dialect, abilities: Abilities) -> Value {
    match dialect {
        Dialect::OpenAi | Dialect::Azure => openai::body(ask, abilities),
        Dialect::Anthropic => anthropic::body(ask, abilities),
    }
}

/// Two digits: an `f32` of 0.7 would be written as 0.699999988079071.
fn temperature(temperature: f32) -> f64 {
    (f64::from(temperature) * 100.0).round() / 100.0
}

/// The tokens of a reply to ask for.
fn limit(ask: &Ask<'_>, abilities: Abilities) -> usize {
    abilities.most_tokens.map_or(ask.max_tokens, |most| ask.max_tokens.min(most))
}

/// What a protocol's reply holds, before anything is made of it.
#[derive(Debug, Default, PartialEq)]
struct Parts {
    /// The text of the answer, with whatever thinking the server left in it.
    text: String,
    usage: Usage,
    /// Thinking stood in a field of its own, or was counted.
    reasoned: bool,
    end: End,
}

/// Why a model stopped, in the words of all protocols.
#[derive(Debug, Default, PartialEq)]
enum End {
    Stop,
    Length,
    Filtered,
    Other(String),
    #[default]
    Unsaid,
}

/// Reads a reply of status 200 to the prompt `asked`.
///
/// # Errors
/// [`ErrorClass::Retry`] where it is no completion at all, [`ErrorClass::Split`] where it is one without an
/// answer, and the class of the error that some endpoints put into a reply of status 200. Where the reply does not
/// say what it cost, the error says that it may have cost something.
pub fn read(bytes: &[u8], dialect: Dialect, asked: &Rendered) -> Result<Completion, EngineError> {
    let value = json(bytes).map_err(|error| EngineError { maybe_charged: true, ..error })?;
    let (usage, parts) = match dialect {
        Dialect::OpenAi | Dialect::Azure => (openai::usage(&value), openai::read(&value)),
        Dialect::Anthropic => (anthropic::usage(&value), anthropic::read(&value)),
    };
    let costing = |mut error: EngineError| {
        error.usage = usage;
        error.maybe_charged = usage == Usage::default();
        error
    };
    if let Some(error) = value.get("error").filter(|error| !error.is_null()) {
        return Err(EngineError { usage, ..refusal(&Said::of(error), reqwest::StatusCode::OK) });
    }
    let parts = parts.map_err(costing)?;
    let prompt = format!("{}\n{}", asked.system, asked.user);
    let answer = thoughts::without(&parts.text, &prompt);
    let reasoned = parts.reasoned || answer.thought;
    let finish = match parts.end {
        // A model that stopped of its own accord in the middle of a thought came to no answer either.
        End::Stop if answer.unclosed => Finish::Length { reasoning: true },
        End::Stop => Finish::Stop,
        End::Length => Finish::Length { reasoning: reasoned || answer.text.is_empty() },
        End::Filtered => Finish::Filtered,
        End::Other(reason) => Finish::Other(clean(&reason)),
        End::Unsaid => Finish::Other("no finish reason".to_owned()),
    };
    if answer.text.is_empty() && matches!(finish, Finish::Stop | Finish::Other(_)) {
        return Err(costing(EngineError::new(ErrorClass::Split, "the reply has no text")));
    }
    Ok(Completion { text: answer.text, finish, usage, reasoned })
}

/// The JSON of a reply.
fn json(bytes: &[u8]) -> Result<Value, EngineError> {
    let start = bytes.trim_ascii_start();
    if start.is_empty() {
        return Err(unusable("the reply is empty"));
    }
    if start.first() == Some(&b'<') {
        return Err(unusable("the reply is a web page and not a completion")
            .with_hint("does the URL lead to the API? It usually ends in `/v1`"));
    }
    if start.starts_with(b"data:") || start.starts_with(b"event:") {
        return Err(unusable("the reply is a stream, which was not asked for"));
    }
    serde_json::from_slice(bytes).map_err(|error| match error.classify() {
        serde_json::error::Category::Eof => unusable("the reply is cut off"),
        _ => unusable(&format!("the reply is not JSON: {}", clean(&error.to_string()))),
    })
}

fn unusable(what: &str) -> EngineError {
    EngineError::new(ErrorClass::Retry, what)
}

fn count(value: &Value, field: &str) -> u64 {
    value.get("usage").and_then(|usage| usage.get(field)).and_then(Value::as_u64).unwrap_or_default()
}

#[cfg(test)]
mod tests;
