//! What an endpoint says of an error, in the shapes that are met, and what it means for the caller.
//!
//! Pure. Shapes: OpenAI's `{"error": {"message", "type", "code", "param"}}`, which vLLM, llama.cpp (`code` a number) and
//! Ollama share; Azure's with an `innererror`; Anthropic's `{"type": "error", "error": {"type", "message"}}`; FastAPI's
//! `{"detail": …}`; plain text. A web page says nothing.

use std::time::Duration;

use reqwest::StatusCode;
use serde_json::Value;

use crate::engine::transport::{Endpoint, LONGEST_WAIT, Reply, Secret, clean, status_error};
use crate::engine::{EngineError, ErrorClass};

/// How long to wait for a server that is still loading its model, where it does not say: llama.cpp takes from one
/// second to a minute.
const LOADING: Duration = Duration::from_secs(5);

/// What an endpoint said.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Said {
    pub message: String,
    /// `code`, `type`, `param` and the inner error's code, whichever there are.
    pub codes: Vec<String>,
}

impl Said {
    /// Of the body of a reply that is no success.
    pub fn read(body: &[u8]) -> Self {
        let Ok(value) = serde_json::from_slice::<Value>(body) else {
            let text = String::from_utf8_lossy(body.get(..2000).unwrap_or(body));
            let page = text.trim_start().starts_with('<');
            return Self { message: if page { String::new() } else { clean(&text) }, codes: Vec::new() };
        };
        // Some gateways answer with a list that holds the error.
        let value = value.get(0).unwrap_or(&value);
        Self::of(value.get("error").filter(|error| !error.is_null()).unwrap_or(value))
    }

    /// Of an error inside a reply.
    pub fn of(error: &Value) -> Self {
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
        let inner = error.get("innererror").or_else(|| error.get("inner_error"));
        let fields = ["code", "type", "param"].iter().filter_map(|field| error.get(field));
        let codes = fields.chain(inner.and_then(|inner| inner.get("code"))).filter_map(as_text).collect();
        Self { message, codes }
    }

    /// Whether any of `needles`, in lower case, stands in it.
    pub fn mentions(&self, needles: &[&str]) -> bool {
        let text = format!("{} {}", self.codes.join(" "), self.message).to_lowercase();
        needles.iter().any(|needle| text.contains(needle))
    }

    /// The whole numbers in the message.
    pub fn numbers(&self) -> impl Iterator<Item = usize> {
        self.message.split(|character: char| !character.is_ascii_digit()).filter_map(|word| word.parse().ok())
    }

    /// Whether the text was too long for the model.
    pub fn is_about_length(&self) -> bool {
        self.mentions(&[
            "context_length_exceeded",
            "exceed_context_size",
            "maximum context length",
            "context size",
            "context length",
            "context window",
            "prompt is too long",
            "input is too long",
            "request_too_large",
        ])
    }

    /// The pause that the words ask for: Azure's "Please retry after 26 seconds".
    fn pause(&self) -> Option<Duration> {
        let message = self.message.to_lowercase();
        let after = ["retry after ", "try again in "].iter().find_map(|words| message.split_once(words))?.1;
        let number = after.split(|character: char| !character.is_ascii_digit()).next()?.parse().ok()?;
        let rest = after.trim_start_matches(|character: char| character.is_ascii_digit()).trim_start();
        rest.starts_with('s').then(|| Duration::from_secs(number))
    }
}

/// The key that goes with requests, and where it comes from.
#[derive(Debug, Clone, Copy)]
pub struct KeyUse<'a> {
    pub secret: Option<&'a Secret>,
    pub variable: &'a str,
}

/// The error of a reply whose status is no success, to a request for `model`.
pub fn failure(endpoint: &Endpoint, reply: &Reply, model: &str, key: &KeyUse<'_>) -> EngineError {
    let mut said = Said::read(&reply.body);
    if let Some(secret) = key.secret {
        said.message = secret.redact(&said.message);
    }
    let general = status_error(endpoint, reply, &said.message);
    let specific = refusal(&said, reply.status);
    let status = reply.status;
    let known_by_words = match specific.class {
        ErrorClass::Split | ErrorClass::NextEngine => true,
        ErrorClass::Stop => status == StatusCode::TOO_MANY_REQUESTS || status == StatusCode::PAYMENT_REQUIRED,
        // Only where the header says nothing.
        ErrorClass::Wait(Some(_)) => matches!(general.class, ErrorClass::Wait(None) | ErrorClass::Retry),
        ErrorClass::Wait(None) | ErrorClass::Retry | ErrorClass::Again { .. } => false,
    };
    if known_by_words {
        return EngineError { message: general.message, ..specific };
    }
    let no_model = || match said.mentions(&["pulling it", "ollama"]) {
        true => format!("`ollama pull {model}` fetches it"),
        false => format!("does the endpoint serve `{model}`? `--model` names another"),
    };
    match status {
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => {
            let hint = match key.secret {
                Some(_) => format!("the key in `{}` is not accepted here", key.variable),
                None => format!("set `{}` to your key, or name its variable with `--key-env`", key.variable),
            };
            general.with_hint(hint)
        }
        StatusCode::NOT_FOUND if said.mentions(&["deploymentnotfound", "deployment"]) => {
            general.with_hint("the address names an Azure deployment that the resource does not have")
        }
        StatusCode::NOT_FOUND if said.mentions(&["model"]) => general.with_hint(no_model()),
        StatusCode::NOT_FOUND | StatusCode::METHOD_NOT_ALLOWED => {
            general.with_hint("does the URL lead to the API? It usually ends in `/v1`")
        }
        StatusCode::BAD_REQUEST if said.mentions(&["model_not_found", "invalid model", "no such model"]) => {
            general.with_hint(no_model())
        }
        _ => general,
    }
}

/// The class of an error by the endpoint's own words: the codes of OpenAI, Azure, Anthropic, llama.cpp, vLLM, Ollama.
/// `status` is that of the reply, which may be 200.
pub fn refusal(said: &Said, status: StatusCode) -> EngineError {
    let message = if said.message.is_empty() { "the endpoint reports an error" } else { &said.message };
    let of = |class| EngineError::new(class, message);
    if said.mentions(&[
        "insufficient_quota",
        "billing_hard_limit",
        "exceeded your current quota",
        "credit balance",
        "billing_error",
    ]) || status == StatusCode::PAYMENT_REQUIRED
    {
        return of(ErrorClass::Stop)
            .with_hint("the account's quota is used up: what is done is kept, run again later");
    }
    if said.is_about_length() {
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
    if said.mentions(&["loading model"]) {
        return of(ErrorClass::Wait(Some(LOADING))).with_hint("the server is still loading its model");
    }
    let number = said.codes.iter().find_map(|code| code.parse::<u16>().ok());
    let by_type = [
        ("rate_limit", 429),
        ("overloaded", 529),
        ("authentication_error", 401),
        ("permission_error", 403),
        ("not_found_error", 404),
        ("invalid_request_error", 400),
    ];
    let typed = || {
        by_type
            .into_iter()
            .find(|(name, _)| said.codes.iter().any(|code| code.starts_with(name)))
            .map(|(_, number)| number)
    };
    let number = if status.is_success() { number.or_else(typed) } else { number };
    match number.unwrap_or(status.as_u16()) {
        429 | 503 | 529 => match said.pause() {
            // Tomorrow, that is: Azure's smallest tier says 86400 seconds.
            Some(pause) if pause > LONGEST_WAIT => of(ErrorClass::Stop).with_hint(format!(
                "the endpoint asks for a pause of {} minutes: what is done is kept, run again then",
                pause.as_secs().div_ceil(60)
            )),
            pause => of(ErrorClass::Wait(pause)),
        },
        400 | 401 | 403 | 404 => of(ErrorClass::Stop),
        _ => of(ErrorClass::Retry),
    }
}

#[cfg(test)]
mod tests;
