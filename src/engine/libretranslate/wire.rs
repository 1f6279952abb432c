//! LibreTranslate's protocol as pure functions: a request's body, a reply's meaning.
//!
//! Source: LibreTranslate's `app.py` (`/translate`, `/languages`, `/frontend/settings`, its error handlers) and
//! translate-html 1.5.3, which it translates markup with.

use std::time::Duration;

use serde_json::{Map, Value, json};

use crate::engine::service::codes::{MOST_PAIRS, Pairs};
use crate::engine::service::markup::{Style, decode, encode};
use crate::engine::service::{counted, json, said, strings, wrong_shape};
use crate::engine::transport::{Endpoint, Reply, Secret, Transport, clean, status_error};
use crate::engine::{EngineError, ErrorClass, RequestUnit};

const STYLE: Style = Style { closed: true, stars: false, entities: false };

/// What a server has and takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Server {
    pub pairs: Pairs,
    /// Characters of one request; `None` where it says nothing or knows no limit.
    pub most: Option<usize>,
}

/// Whether units go as HTML. Markup is translated stretch by stretch between its tags, which keeps every tag in its
/// order (in all of 84 paragraphs with tags at random places, through translate-html 1.5.3 with a stand-in for the model)
/// and hides the whole sentence from the model; so plain text goes as text. There the server decodes entities that were
/// nobody's: hence the ampersand.
pub fn wants_markup(units: &[RequestUnit]) -> bool {
    units.iter().any(|unit| unit.text.contains(['⟦', '&']))
}

/// A text as it is sent.
pub fn marked(text: &str, html: bool) -> String {
    if html { encode(text, STYLE) } else { text.to_owned() }
}

/// The body of a request for several texts.
pub fn body(texts: &[&str], (source, target): (&str, &str), html: bool, key: Option<&Secret>) -> Vec<u8> {
    let texts: Vec<String> = texts.iter().map(|text| marked(text, html)).collect();
    let mut body = Map::new();
    body.insert("q".to_owned(), json!(texts));
    body.insert("source".to_owned(), json!(source));
    body.insert("target".to_owned(), json!(target));
    body.insert("format".to_owned(), json!(if html { "html" } else { "text" }));
    if let Some(key) = key {
        body.insert("api_key".to_owned(), key.in_body());
    }
    Value::Object(body).to_string().into_bytes()
}

/// The texts of a reply of status 200, in the order of the request's.
///
/// # Errors
/// [`ErrorClass::Retry`] where it is no reply, [`ErrorClass::Split`] where it has not as many texts as were asked.
pub fn read(body: &[u8], asked: usize, html: bool) -> Result<Vec<String>, EngineError> {
    let value = json(body)?;
    // Some servers that speak this protocol put their refusals into a reply of status 200.
    if let Some(said) = value.get("error").and_then(Value::as_str) {
        return Err(refused(&clean(said), asked).unwrap_or_else(|| wrong_shape("is an error")));
    }
    let texts = match value.get("translatedText") {
        // One text, from a server that knows no lists.
        Some(Value::String(text)) => vec![text.clone()],
        other => strings(other)?,
    };
    let texts = counted(texts, asked)?;
    Ok(texts.into_iter().map(|text| if html { decode(&text, STYLE) } else { text }).collect())
}

/// What the server translates, of the reply to `/languages`. Servers before 1.3 listed no targets: from every
/// language into every other.
///
/// # Errors
/// [`ErrorClass::Retry`] where it is no such list.
pub fn pairs(body: &[u8]) -> Result<Pairs, EngineError> {
    let value = json(body)?;
    let shape = || wrong_shape("has no list of languages");
    let listed = value.as_array().filter(|listed| !listed.is_empty()).ok_or_else(shape)?;
    if listed.len().saturating_mul(listed.len()) > MOST_PAIRS {
        return Err(wrong_shape(&format!("lists {} languages", listed.len())));
    }
    let code = |item: &Value| item.get("code").and_then(Value::as_str).map(str::to_owned);
    let all: Vec<String> = listed.iter().map(code).collect::<Option<_>>().ok_or_else(shape)?;
    let pairs = listed.iter().zip(&all).map(|(item, source)| {
        let targets = match item.get("targets") {
            None => all.clone(),
            targets => strings(targets)?,
        };
        Ok((source.clone(), targets.into_iter().filter(|target| target != source).collect()))
    });
    Ok(Pairs(pairs.collect::<Result<_, EngineError>>()?))
}

/// The characters that one request may carry, of the reply to `/frontend/settings`; `None` where it says nothing of
/// it, or that there is no limit (-1).
pub fn most_characters(body: &[u8]) -> Option<usize> {
    let value: Value = serde_json::from_slice(body).ok()?;
    let limit = value.get("charLimit")?.as_u64()?;
    usize::try_from(limit).ok().filter(|limit| *limit > 0)
}

/// The error of a reply whose status is no success. `units` is how many were asked.
pub fn failure(endpoint: &Endpoint, reply: &Reply, units: usize, transport: &Transport) -> EngineError {
    let said = transport.redact(&said(&reply.body, &["/error"]));
    let mut error = status_error(endpoint, reply, &said);
    if let Some(known) = refused(&said, units) {
        error.class = known.class;
        error.hint = known.hint;
    }
    match reply.status.as_u16() {
        429 => {
            if let Some(limit) = Window::of(&said).filter(|_| reply.retry_after.is_none()) {
                limit.apply(&mut error);
            }
        }
        403 if said.contains("violations") => {
            error = error.with_hint(
                "the server has banned this address for a while: ask again later, with `--concurrency 1`",
            );
        }
        401 | 403 => error = error.with_hint(transport.key_hint()),
        400 if said.contains("API key") => error = error.with_hint(transport.key_hint()),
        404 | 405 => {
            error = error.with_hint("does the address lead to LibreTranslate? Its own is `http://HOST:5000`");
        }
        _ => {}
    }
    error
}

/// What a refusal in the server's own words means, where the status does not say it.
/// `said` is fit for a message.
fn refused(said: &str, units: usize) -> Option<EngineError> {
    let of = |class| Some(EngineError::new(class, said));
    if said.contains("exceeds text limit") {
        return of(ErrorClass::Split);
    }
    // Its words inside the general "Cannot translate text: 400 Bad Request: …" too.
    if said.contains("is not supported") || said.contains("is not available as a target language") {
        return of(ErrorClass::NextEngine);
    }
    if said.contains("Cannot translate text") {
        return of(if units > 1 { ErrorClass::Split } else { ErrorClass::NextEngine });
    }
    None
}

/// The window of the limit that a refusal names: `Slowdown: 30 per 1 minute`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Window {
    Passing(Duration),
    /// An hour or longer: not waited for.
    Long,
}

impl Window {
    fn of(said: &str) -> Option<Self> {
        let words: Vec<&str> = said.split_whitespace().collect();
        let (count, unit) = words.windows(3).find_map(|words| match words {
            ["per", count, unit] => Some((count.parse::<u64>().ok()?, *unit)),
            _ => None,
        })?;
        let seconds = match unit.trim_end_matches('s') {
            "second" => 1,
            "minute" => 60,
            "hour" | "day" | "month" | "year" => return Some(Self::Long),
            _ => return None,
        };
        Some(Self::Passing(Duration::from_secs(count.clamp(1, 60) * seconds)))
    }

    /// A minute's limit is over in a minute; asking before counts as another violation, and some of them as a ban.
    fn apply(self, error: &mut EngineError) {
        match self {
            Self::Passing(pause) => error.class = ErrorClass::Wait(Some(pause)),
            Self::Long => {
                error.class = ErrorClass::Stop;
                error.hint =
                    Some("the server's limit is used up: what is done is kept, run again later".to_owned());
            }
        }
    }
}

#[cfg(test)]
mod tests;
