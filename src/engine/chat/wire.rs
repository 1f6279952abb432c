//! The protocol of `/chat/completions`, as pure functions: a request's body, a reply's meaning.
//!
//! Knows nothing of HTTP beyond the status of a failed request; never guesses what a reply might have meant.

use reqwest::StatusCode;
use serde_json::{Map, Value, json};

use super::prompts::Rendered;
use crate::engine::transport::{Endpoint, Reply, Secret, clean, status_error};
use crate::engine::{EngineError, ErrorClass, Finish, Usage};

/// What an endpoint was found to understand; begins with everything, and is lowered when something is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dialect {
    /// Whether `response_format` may be sent.
    pub response_format: bool,
    /// `max_completion_tokens` instead of `max_tokens` (OpenAI's reasoning models).
    pub completion_tokens: bool,
    /// Whether a temperature may be sent (some models take only their own).
    pub temperature: bool,
}

impl Default for Dialect {
    fn default() -> Self {
        Self { response_format: true, completion_tokens: false, temperature: true }
    }
}

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

/// The body of a request.
pub fn body(ask: &Ask<'_>, dialect: Dialect) -> Value {
    let mut body = Map::new();
    body.insert("model".to_owned(), json!(ask.model));
    let mut messages = Vec::new();
    if !ask.prompt.system.is_empty() {
        messages.push(json!({ "role": "system", "content": ask.prompt.system }));
    }
    messages.push(json!({ "role": "user", "content": ask.prompt.user }));
    body.insert("messages".to_owned(), Value::Array(messages));
    let limit = if dialect.completion_tokens { "max_completion_tokens" } else { "max_tokens" };
    body.insert(limit.to_owned(), json!(ask.max_tokens));
    if dialect.temperature {
        // Two digits: an f32 of 0.7 would be written as 0.699999988079071.
        body.insert("temperature".to_owned(), json!((f64::from(ask.temperature) * 100.0).round() / 100.0));
    }
    if let Some(schema) = ask.schema.as_ref().filter(|_| dialect.response_format) {
        body.insert(
            "response_format".to_owned(),
            json!({
                "type": "json_schema",
                "json_schema": { "name": "units", "strict": true, "schema": schema },
            }),
        );
    }
    Value::Object(body)
}

/// What a reply said.
#[derive(Debug, Clone, PartialEq)]
pub struct Completion {
    /// The answer, without thinking; empty only together with a `finish` that explains it.
    pub text: String,
    pub finish: Finish,
    pub usage: Usage,
}

/// Reads a reply of status 200.
///
/// # Errors
/// [`ErrorClass::Retry`] where it is no completion at all, [`ErrorClass::Split`] where it is one without an
/// answer, and the class of the error that some endpoints put into a reply of status 200.
pub fn read(bytes: &[u8]) -> Result<Completion, EngineError> {
    let unusable = |what: &str| EngineError::new(ErrorClass::Retry, what.to_owned());
    let start = bytes.trim_ascii_start();
    if start.is_empty() {
        return Err(unusable("the reply is empty"));
    }
    if start.first() == Some(&b'<') {
        return Err(unusable("the reply is a web page and not a completion")
            .with_hint("does the URL lead to the API? It usually ends in `/v1`"));
    }
    let value: Value = serde_json::from_slice(bytes).map_err(|error| match error.classify() {
        serde_json::error::Category::Eof => unusable("the reply is cut off"),
        _ => unusable(&format!("the reply is not JSON: {}", clean(&error.to_string()))),
    })?;
    let usage = usage(&value);
    let costing = |mut error: EngineError| {
        error.usage = usage;
        error
    };
    if let Some(error) = value.get("error").filter(|error| !error.is_null()) {
        return Err(costing(refusal(&Said::of(error), StatusCode::OK)));
    }
    let choice = value
        .get("choices")
        .and_then(Value::as_array)
        .and_then(|choices| choices.first())
        .ok_or_else(|| costing(unusable("the reply has no choices")))?;
    let message = choice
        .get("message")
        .filter(|message| message.is_object())
        .ok_or_else(|| costing(unusable("the reply's choice has no message")))?;
    let (text, unclosed_thought) = answer(message).map_err(costing)?;
    let reasoned = unclosed_thought || has_reasoning(&value, message);
    let refused = message.get("refusal").and_then(Value::as_str).is_some_and(|words| !words.is_empty());
    let finish = match choice.get("finish_reason").and_then(Value::as_str) {
        _ if refused => Finish::Filtered,
        Some("stop") => Finish::Stop,
        Some("length") => Finish::Length { reasoning: text.is_empty() || reasoned },
        Some("content_filter") => Finish::Filtered,
        Some(other) => Finish::Other(clean(other)),
        None => Finish::Other("no finish reason".to_owned()),
    };
    if text.is_empty() && matches!(finish, Finish::Stop | Finish::Other(_)) {
        return Err(costing(EngineError::new(ErrorClass::Split, "the reply has no text")));
    }
    Ok(Completion { text, finish, usage })
}

/// The message's text without its thinking, and whether a thought was never closed.
fn answer(message: &Value) -> Result<(String, bool), EngineError> {
    let text = match message.get("content") {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => text.clone(),
        // Some endpoints answer in the parts in which questions may be asked.
        Some(Value::Array(parts)) => {
            parts.iter().filter_map(|part| part.get("text").and_then(Value::as_str)).collect()
        }
        Some(_) => return Err(EngineError::new(ErrorClass::Split, "the reply's content is no text")),
    };
    let trimmed = text.trim();
    if let Some(thought) = trimmed.strip_prefix("<think>") {
        return Ok(match thought.split_once("</think>") {
            Some((_, answer)) => (answer.trim().to_owned(), false),
            None => (String::new(), true),
        });
    }
    Ok((trimmed.to_owned(), false))
}

fn has_reasoning(reply: &Value, message: &Value) -> bool {
    let tokens = reply
        .pointer("/usage/completion_tokens_details/reasoning_tokens")
        .and_then(Value::as_u64)
        .is_some_and(|tokens| tokens > 0);
    let words = ["reasoning_content", "reasoning"]
        .iter()
        .any(|field| message.get(field).and_then(Value::as_str).is_some_and(|words| !words.is_empty()));
    tokens || words
}

fn usage(reply: &Value) -> Usage {
    let count = |field: &str| reply.get("usage").and_then(|usage| usage.get(field)).and_then(Value::as_u64);
    Usage {
        tokens_in: count("prompt_tokens").unwrap_or_default(),
        tokens_out: count("completion_tokens").unwrap_or_default(),
        ..Usage::default()
    }
}

/// What an endpoint says of an error, in the shapes that are met.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Said {
    pub message: String,
    /// `code`, `type` and `param`, whichever there are.
    pub codes: Vec<String>,
}

impl Said {
    /// Of the body of a reply that is no success: OpenAI's `{"error": {…}}`, `{"error": "…"}`, `{"message": "…"}`,
    /// `{"detail": …}` (FastAPI), or plain text. A web page says nothing.
    pub fn read(body: &[u8]) -> Self {
        let Ok(value) = serde_json::from_slice::<Value>(body) else {
            let text = String::from_utf8_lossy(body.get(..2000).unwrap_or(body));
            let page = text.trim_start().starts_with('<');
            return Self { message: if page { String::new() } else { clean(&text) }, codes: Vec::new() };
        };
        Self::of(value.get("error").filter(|error| !error.is_null()).unwrap_or(&value))
    }

    fn of(error: &Value) -> Self {
        let as_text = |value: &Value| match value {
            Value::String(text) => Some(clean(text)),
            Value::Number(number) => Some(number.to_string()),
            _ => None,
        };
        let message = match error {
            Value::String(text) => clean(text),
            _ => ["message", "detail", "error_description"]
                .iter()
                .find_map(|field| error.get(field))
                .map(|value| as_text(value).unwrap_or_else(|| clean(&value.to_string())))
                .unwrap_or_default(),
        };
        let codes =
            ["code", "type", "param"].iter().filter_map(|field| error.get(field).and_then(as_text)).collect();
        Self { message, codes }
    }

    fn mentions(&self, needles: &[&str]) -> bool {
        let text = format!("{} {}", self.codes.join(" "), self.message).to_lowercase();
        needles.iter().any(|needle| text.contains(needle))
    }
}

/// The error of a reply whose status is no success.
pub fn failure(endpoint: &Endpoint, reply: &Reply, ask: &Ask<'_>, key: &KeyUse<'_>) -> EngineError {
    let mut said = Said::read(&reply.body);
    if let Some(secret) = key.secret {
        said.message = secret.redact(&said.message);
    }
    let general = status_error(endpoint, reply, &said.message);
    let specific = refusal(&said, reply.status);
    let status = reply.status;
    match specific.class {
        // Known by what was said, whatever the status.
        ErrorClass::Split | ErrorClass::NextEngine => EngineError { message: general.message, ..specific },
        ErrorClass::Stop
            if status == StatusCode::TOO_MANY_REQUESTS || status == StatusCode::PAYMENT_REQUIRED =>
        {
            EngineError { message: general.message, ..specific }
        }
        _ => match status {
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => {
                let hint = match key.secret {
                    Some(_) => format!("the key in `{}` is not accepted here", key.variable),
                    None => {
                        format!("set `{}` to your key, or name its variable with `--key-env`", key.variable)
                    }
                };
                general.with_hint(hint)
            }
            StatusCode::NOT_FOUND if said.mentions(&["model"]) => {
                general.with_hint(format!("does the endpoint serve `{}`? `--model` names another", ask.model))
            }
            StatusCode::NOT_FOUND | StatusCode::METHOD_NOT_ALLOWED => {
                general.with_hint("does the URL lead to the API? It usually ends in `/v1`")
            }
            StatusCode::BAD_REQUEST
                if said.mentions(&["model_not_found", "invalid model", "no such model"]) =>
            {
                general.with_hint(format!("does the endpoint serve `{}`? `--model` names another", ask.model))
            }
            _ => general,
        },
    }
}

/// The key that goes with requests, and where it comes from.
#[derive(Debug, Clone, Copy)]
pub struct KeyUse<'a> {
    pub secret: Option<&'a Secret>,
    pub variable: &'a str,
}

/// The class of an error by the endpoint's own words: the codes of OpenAI, Azure, llama.cpp, vLLM, Ollama.
fn refusal(said: &Said, status: StatusCode) -> EngineError {
    let message = if said.message.is_empty() { "the endpoint reports an error" } else { &said.message };
    let of = |class| EngineError::new(class, message);
    if said.mentions(&[
        "insufficient_quota",
        "billing_hard_limit",
        "exceeded your current quota",
        "credit balance",
    ]) || status == StatusCode::PAYMENT_REQUIRED
    {
        return of(ErrorClass::Stop)
            .with_hint("the account's quota is used up: what is done is kept, run again later");
    }
    if said.mentions(&[
        "context_length_exceeded",
        "exceed_context_size",
        "maximum context length",
        "context size",
        "context length",
        "context window",
        "prompt is too long",
        "input is too long",
    ]) {
        return of(ErrorClass::Split).with_hint("`--context-tokens` tells gloss the model's context window");
    }
    if said.mentions(&[
        "content_filter",
        "content_policy",
        "responsibleaipolicy",
        "content management policy",
    ]) {
        return of(ErrorClass::NextEngine);
    }
    let number = said.codes.iter().find_map(|code| code.parse::<u16>().ok());
    match number.unwrap_or(status.as_u16()) {
        429 | 503 | 529 => of(ErrorClass::Wait(None)),
        400 | 401 | 403 | 404 => of(ErrorClass::Stop),
        _ => of(ErrorClass::Retry),
    }
}

/// What to leave out when a request was refused for something it asked beside its text; `None` where the
/// refusal is about something else. Refused requests cost nothing, so the same text may be sent again at once.
pub fn lowered(dialect: Dialect, status: StatusCode, body: &[u8], asked_schema: bool) -> Option<Dialect> {
    if !matches!(
        status,
        StatusCode::BAD_REQUEST | StatusCode::UNPROCESSABLE_ENTITY | StatusCode::NOT_IMPLEMENTED
    ) {
        return None;
    }
    let said = Said::read(body);
    if !dialect.completion_tokens && said.mentions(&["max_completion_tokens"]) {
        return Some(Dialect { completion_tokens: true, ..dialect });
    }
    if dialect.temperature && said.mentions(&["temperature"]) {
        return Some(Dialect { temperature: false, ..dialect });
    }
    let about_format = said.mentions(&[
        "response_format",
        "json_schema",
        "json schema",
        "schema",
        "grammar",
        "structured output",
        "guided",
    ]);
    // Some proxies refuse without a word: the rarest thing asked is what they are likeliest not to know.
    let wordless = said.message.is_empty() && said.codes.is_empty();
    (asked_schema && dialect.response_format && (about_format || wordless))
        .then_some(Dialect { response_format: false, ..dialect })
}

#[cfg(test)]
mod tests;
