//! APY's protocol as pure functions: a request's form, a reply's meaning.
//!
//! Source: APY 0.11.7, `handlers/translate.py`, `handlers/list_modes.py`, `handlers/base.py`.

use reqwest::{StatusCode, Url};

use crate::engine::service::codes::{MOST_PAIRS, Pairs};
use crate::engine::service::markup::{Style, decode, encode};
use crate::engine::service::{json, said, wrong_shape};
use crate::engine::transport::{Endpoint, Reply, Secret, Transport, status_error};
use crate::engine::{EngineError, ErrorClass};

const STYLE: Style = Style { closed: false, stars: true, entities: true };

/// Characters that a text takes in a request: as markup, in its `<p id="123">`.
pub fn size(text: &str) -> usize {
    encode(text, STYLE).chars().count() + "<p id=\"123\"></p>".len()
}

/// The body of a request, URL-encoded.
pub fn form(source: &str, target: &str, texts: &[&str], bare: bool) -> String {
    let texts = texts.iter().map(|text| encode(text, STYLE));
    let query: String = if bare {
        texts.collect()
    } else {
        texts.enumerate().map(|(index, text)| format!("<p id=\"{}\">{text}</p>", index + 1)).collect()
    };
    let pair = format!("{source}|{target}");
    encoded(&[("langpair", pair.as_str()), ("markUnknown", "no"), ("format", "html"), ("q", query.as_str())])
}

/// `form` with the key that some servers keep counts by.
pub fn with_key(form: String, key: Option<&Secret>) -> String {
    match key.map(Secret::in_body) {
        Some(serde_json::Value::String(key)) => format!("{form}&{}", encoded(&[("key", key.as_str())])),
        _ => form,
    }
}

fn encoded(fields: &[(&str, &str)]) -> String {
    // The one place in our dependencies that writes forms is the query of a URL.
    Url::parse_with_params("http://form.invalid/", fields)
        .ok()
        .and_then(|url| url.query().map(str::to_owned))
        .unwrap_or_default()
}

/// The texts of a reply of status 200, in the order of the request's.
///
/// # Errors
/// [`ErrorClass::Retry`] where it is no reply, [`ErrorClass::Split`] where it has not exactly the paragraphs asked.
pub fn read(body: &[u8], asked: &[&str], bare: bool) -> Result<Vec<String>, EngineError> {
    let value = json(body)?;
    let text = value
        .pointer("/responseData/translatedText")
        .and_then(serde_json::Value::as_str)
        .ok_or_else(|| wrong_shape("has no translated text"))?;
    let texts = if bare { vec![text] } else { paragraphs(text, asked.len())? };
    Ok(texts.into_iter().zip(asked).map(|(text, source)| tidy(&decode(text, STYLE), source)).collect())
}

/// The contents of `<p id="1">` to `<p id="count">`, which must stand in this order with nothing but blanks around.
fn paragraphs(markup: &str, count: usize) -> Result<Vec<&str>, EngineError> {
    let mut rest = markup;
    let mut texts = Vec::new();
    for number in 1..=count {
        let open = format!("<p id=\"{number}\">");
        let inside = rest.trim_start().strip_prefix(open.as_str()).and_then(|rest| rest.split_once("</p>"));
        let Some((text, after)) = inside else {
            return Err(EngineError::new(
                ErrorClass::Split,
                format!("the reply has not paragraph {number} of {count} in its place"),
            ));
        };
        texts.push(text);
        rest = after;
    }
    if rest.trim().is_empty() {
        return Ok(texts);
    }
    Err(EngineError::new(ErrorClass::Split, format!("the reply has more than the {count} paragraphs asked")))
}

/// `text` without what Apertium leaves of its own workings, wherever the source has nothing like it. Of 83 English
/// paragraphs into Spanish 17 had `#` or `@` before a word that its dictionaries could not inflect (`#muro`), 16 a blank
/// after an opening quotation mark or bracket, 6 a blank before a comma or full stop, and many two blanks where a word
/// was left out (`Dijo  que`).
fn tidy(text: &str, source: &str) -> String {
    let text = text.trim();
    let marks: Vec<char> = ['#', '@'].into_iter().filter(|mark| !source.contains(*mark)).collect();
    let doubled = !source.contains("  ");
    let opened = !OPENING.iter().any(|mark| source.contains(&format!("{mark} ")));
    let closed = !CLOSING.iter().any(|mark| source.contains(&format!(" {mark}")));
    let mut out = String::with_capacity(text.len());
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        let last = out.chars().next_back();
        let next = characters.peek();
        let inflection_mark = marks.contains(&character) && next.is_some_and(|next| next.is_alphanumeric());
        let idle_blank = character == ' '
            && (doubled && last == Some(' ')
                || opened && last.is_some_and(|last| OPENING.contains(&last))
                || closed && next.is_some_and(|next| CLOSING.contains(next)));
        if !(inflection_mark || idle_blank) {
            out.push(character);
        }
    }
    out
}

/// Marks after which, and before which, no blank stands. Not `"`, which is both, nor the marks that French writes a
/// blank beside.
const OPENING: [char; 6] = ['“', '‘', '(', '[', '¿', '¡'];
const CLOSING: [char; 5] = [',', '.', ')', ']', '”'];

/// What the server translates, of the reply to `/listPairs`.
///
/// # Errors
/// [`ErrorClass::Retry`] where it is no such list.
pub fn pairs(body: &[u8]) -> Result<Pairs, EngineError> {
    let value = json(body)?;
    let listed = value
        .get("responseData")
        .and_then(serde_json::Value::as_array)
        .ok_or_else(|| wrong_shape("has no list of pairs"))?;
    if listed.len() > MOST_PAIRS {
        return Err(wrong_shape(&format!("lists {} pairs", listed.len())));
    }
    let mut pairs = Pairs::default();
    for pair in listed {
        let code = |field: &str| pair.get(field).and_then(serde_json::Value::as_str).map(str::to_owned);
        let (Some(source), Some(target)) = (code("sourceLanguage"), code("targetLanguage")) else {
            return Err(wrong_shape("has a pair without languages"));
        };
        match pairs.0.iter_mut().find(|(known, _)| *known == source) {
            Some((_, targets)) => targets.push(target),
            None => pairs.0.push((source, vec![target])),
        }
    }
    Ok(pairs)
}

/// The error of a reply whose status is no success. `texts` is how many were asked.
pub fn failure(endpoint: &Endpoint, reply: &Reply, texts: usize, transport: &Transport) -> EngineError {
    let said = transport.redact(&said(&reply.body, &["/explanation", "/message"]));
    let mut error = status_error(endpoint, reply, &said);
    match reply.status {
        StatusCode::BAD_REQUEST if said.contains("pair") => error.class = ErrorClass::NextEngine,
        // A translation that took longer than the server's own time-out, ten seconds unless it was told otherwise.
        StatusCode::SERVICE_UNAVAILABLE if said == "internal error" => {
            error.class = if texts > 1 { ErrorClass::Split } else { ErrorClass::Retry };
        }
        StatusCode::NOT_FOUND => {
            error = error.with_hint("does the address lead to APY? Its own is `http://HOST:2737`");
        }
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => error = error.with_hint(transport.key_hint()),
        _ => {}
    }
    error
}

#[cfg(test)]
mod tests;
