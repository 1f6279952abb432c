//! What the translation services have in common: reading JSON, matching answers to ids, languages, parts of texts
//! that are too long for one request, and the errors that all of them word alike.
//!
//! Owns no protocol and speaks to nobody: pure functions for [`super::libretranslate`], [`super::deepl`] and
//! [`super::apertium`].

pub mod codes;
pub mod markup;
pub mod pieces;
#[cfg(test)]
mod tests;

use serde_json::Value;

use super::transport::{Endpoint, Transport, clean};
use super::{Capabilities, Charges, EngineError, ErrorClass};
use crate::language::Language;

/// Targets that a hint lists before it only counts the rest.
const LISTED: usize = 40;

/// What a service that only translates can do. `chunk_tokens` and `concurrency` are the service's own.
pub fn capabilities(chunk_tokens: usize, concurrency: usize) -> Capabilities {
    Capabilities {
        translates: true,
        summarizes: false,
        chunk_tokens,
        summary_tokens: 0,
        tokenizer_model: String::new(),
        remote: true,
        concurrency,
        overhead_tokens: 0,
        charges: Charges::Characters,
        names_pairs: true,
    }
}

/// Reads the body of a reply whose status was a success.
///
/// # Errors
/// [`ErrorClass::Retry`] where it is no JSON: empty, a web page, cut off.
pub fn json(body: &[u8]) -> Result<Value, EngineError> {
    let unusable = |what: String| EngineError::new(ErrorClass::Retry, what);
    let start = body.trim_ascii_start();
    if start.is_empty() {
        return Err(unusable("the reply is empty".to_owned()));
    }
    if start.first() == Some(&b'<') {
        return Err(unusable("the reply is a web page and not JSON".to_owned())
            .with_hint("does the address lead to the service's API?"));
    }
    serde_json::from_slice(body).map_err(|error| match error.classify() {
        serde_json::error::Category::Eof => unusable("the reply is cut off".to_owned()),
        _ => unusable(format!("the reply is not JSON: {}", clean(&error.to_string()))),
    })
}

/// A reply that is JSON and not what was asked for.
pub fn wrong_shape(what: &str) -> EngineError {
    EngineError::new(ErrorClass::Retry, format!("the reply {what}"))
}

/// What a refusal says: the first of `fields` that the body has as text, or the body itself where it is plain text. A
/// web page says nothing.
pub fn said(body: &[u8], fields: &[&str]) -> String {
    match serde_json::from_slice::<Value>(body) {
        Ok(value) => fields
            .iter()
            .find_map(|field| value.pointer(field))
            .map(|field| field.as_str().map_or_else(|| clean(&field.to_string()), clean))
            .unwrap_or_default(),
        Err(_) => {
            let text = String::from_utf8_lossy(body.get(..2000).unwrap_or(body));
            if text.trim_start().starts_with('<') { String::new() } else { clean(&text) }
        }
    }
}

/// The strings of an array, in order.
///
/// # Errors
/// [`ErrorClass::Retry`] where it is no array of strings.
pub fn strings(value: Option<&Value>) -> Result<Vec<String>, EngineError> {
    let strings = value.and_then(Value::as_array).and_then(|items| {
        items.iter().map(|item| item.as_str().map(str::to_owned)).collect::<Option<Vec<_>>>()
    });
    strings.ok_or_else(|| wrong_shape("has no list of texts"))
}

/// `texts` as they are, where there are as many as were asked for. Services answer by position, so where the count
/// differs nothing says which answer belongs to which text.
///
/// # Errors
/// [`ErrorClass::Split`] where the counts differ.
pub fn counted(texts: Vec<String>, asked: usize) -> Result<Vec<String>, EngineError> {
    if texts.len() == asked {
        return Ok(texts);
    }
    Err(EngineError::new(ErrorClass::Split, format!("{} texts came back for {asked} asked", texts.len())))
}

/// The error of a pair that `service` at `endpoint` does not have. `targets` is what it has from `from`, as its own
/// codes; empty where it does not translate from that language at all, and then `sources` are what it does.
pub fn no_such_pair(
    service: &str,
    endpoint: &Endpoint,
    (from, to): (&Language, &Language),
    sources: &[String],
    targets: &[String],
) -> EngineError {
    let message = format!("{service} at `{endpoint}` does not translate from {from} to {to}");
    let hint = if targets.is_empty() {
        format!("it translates from {}", listed(sources))
    } else {
        format!("from {from} it has {}", listed(targets))
    };
    EngineError::new(ErrorClass::NextEngine, message).with_hint(hint)
}

fn listed(codes: &[String]) -> String {
    let mut codes: Vec<String> = codes.iter().map(|code| clean(code)).collect();
    codes.sort_unstable();
    codes.dedup();
    let named = codes.iter().take(LISTED).cloned().collect::<Vec<_>>().join(", ");
    match codes.len() {
        0 => "nothing".to_owned(),
        count if count > LISTED => format!("{named} and {} more", count - LISTED),
        _ => named,
    }
}

/// A request for a summary is another engine's.
pub fn only_translates(service: &str) -> EngineError {
    EngineError::new(ErrorClass::NextEngine, format!("{service} translates and does not summarise"))
        .with_hint("another engine can summarise; `--no-summary` does without")
}

/// An error of a pure reader with the address that the reply came from, and without the key.
pub fn named(mut error: EngineError, endpoint: &Endpoint, transport: &Transport) -> EngineError {
    error.message = transport.redact(&format!("`{endpoint}`: {}", error.message));
    error
}

/// Characters of source text, as services count them: the texts as they are, without what gloss writes round them.
pub fn characters(texts: &[&str]) -> u64 {
    texts.iter().map(|text| text.chars().count() as u64).sum()
}

/// `address` without the path of a method that a person may have copied with it, and without a slash at the end.
pub fn base<'a>(address: &'a str, methods: &[&str]) -> &'a str {
    let address = address.trim().trim_end_matches('/');
    methods
        .iter()
        .find_map(|method| address.strip_suffix(method))
        .map_or(address, |rest| rest.trim_end_matches('/'))
}
