//! DeepL's protocol as pure functions: a request's body, a reply's meaning.
//!
//! Source: DeepL's OpenAPI description, version 3.6 (`/v2/translate`, `/v2/languages`, `/v2/usage`), and its own mock
//! server for the wording of refusals.

use reqwest::StatusCode;
use serde_json::{Map, Value, json};

use crate::engine::service::codes;
use crate::engine::service::markup::{Style, decode, encode};
use crate::engine::service::{counted, json, said, wrong_shape};
use crate::engine::transport::{Endpoint, Reply, Transport, status_error};
use crate::engine::{Context, EngineError, ErrorClass, RequestUnit, Usage};
use crate::language::Language;

/// Texts in one request.
pub const MOST_TEXTS: usize = 50;

/// Bytes of a request's body.
pub const MOST_BYTES: usize = 128 << 10;

const STYLE: Style = Style { closed: false, stars: false, entities: true };

/// What goes with the texts.
#[derive(Debug, Clone, Copy)]
pub struct Options<'a> {
    pub source: &'a str,
    pub target: &'a str,
    pub formality: Option<&'a str>,
    pub glossary: Option<&'a str>,
}

/// The body of a request, and how its texts are marked up. Tags are handled only where a text has some: plain text is
/// then not at the mercy of an XML parser. Where they are, DeepL parses the context too, and so it is escaped with them.
///
/// # Errors
/// [`ErrorClass::Split`] where it is more than a request may carry.
pub fn body(
    units: &[RequestUnit],
    context: &Context,
    options: &Options<'_>,
) -> Result<(Vec<u8>, Option<Style>), EngineError> {
    if units.len() > MOST_TEXTS {
        return Err(EngineError::new(
            ErrorClass::Split,
            format!("{} texts at once, where DeepL takes {MOST_TEXTS}", units.len()),
        ));
    }
    let style = units.iter().any(|unit| unit.text.contains('⟦')).then_some(STYLE);
    let marked = |text: &str| style.map_or_else(|| text.to_owned(), |style| encode(text, style));
    let texts: Vec<String> = units.iter().map(|unit| marked(&unit.text)).collect();
    let mut body = Map::new();
    body.insert("text".to_owned(), json!(texts));
    body.insert("source_lang".to_owned(), json!(options.source));
    body.insert("target_lang".to_owned(), json!(options.target));
    body.insert("show_billed_characters".to_owned(), json!(true));
    if style.is_some() {
        body.insert("tag_handling".to_owned(), json!("xml"));
        body.insert("tag_handling_version".to_owned(), json!("v2"));
    }
    if let Some(context) = context_text(context) {
        body.insert("context".to_owned(), json!(marked(&context)));
    }
    if let Some(formality) = options.formality {
        body.insert("formality".to_owned(), json!(formality));
    }
    if let Some(glossary) = options.glossary {
        body.insert("glossary_id".to_owned(), json!(glossary));
    }
    let body = Value::Object(body).to_string().into_bytes();
    if body.len() > MOST_BYTES {
        return Err(EngineError::new(
            ErrorClass::Split,
            format!("a request of {} bytes, where DeepL takes {MOST_BYTES}", body.len()),
        ));
    }
    Ok((body, style))
}

/// Title and neighbours in reading order, a line each, without placeholders: `None` where there are none. DeepL charges
/// nothing for it.
fn context_text(context: &Context) -> Option<String> {
    let parts = [&context.title, &context.before, &context.after];
    let lines: Vec<String> = parts
        .into_iter()
        .flatten()
        .map(|text| {
            let kept = text.split('⟦').enumerate().map(|(index, piece)| match piece.split_once('⟧') {
                Some((_, rest)) if index > 0 => rest,
                _ => piece,
            });
            kept.collect::<String>().trim().to_owned()
        })
        .filter(|text| !text.is_empty())
        .collect();
    (!lines.is_empty()).then(|| lines.join("\n"))
}

/// The answers of a reply of status 200, by id, and what they cost.
///
/// # Errors
/// [`ErrorClass::Retry`] where it is no reply, [`ErrorClass::Split`] where it has not as many texts as were asked. The
/// texts may have been charged for in both.
pub fn read(
    body: &[u8],
    units: &[RequestUnit],
    style: Option<Style>,
) -> Result<(Vec<(String, String)>, Usage), EngineError> {
    let charged = |error: EngineError| EngineError { maybe_charged: true, ..error };
    let value = json(body).map_err(charged)?;
    let translations = value
        .get("translations")
        .and_then(Value::as_array)
        .ok_or_else(|| charged(wrong_shape("has no translations")))?;
    let texts = translations
        .iter()
        .map(|translation| translation.get("text").and_then(Value::as_str).map(str::to_owned))
        .collect::<Option<Vec<String>>>()
        .ok_or_else(|| charged(wrong_shape("has a translation without text")))?;
    let billed = translations.iter().try_fold(0_u64, |sum, translation| {
        Some(sum.saturating_add(translation.get("billed_characters")?.as_u64()?))
    });
    let sent = || units.iter().map(|unit| unit.text.chars().count() as u64).sum();
    let usage = Usage { characters: billed.unwrap_or_else(sent), ..Usage::default() };
    let texts = counted(texts, units.len()).map_err(|error| EngineError { usage, ..error })?;
    let answers = units.iter().zip(texts).map(|(unit, text)| {
        let text = style.map_or_else(|| text.clone(), |style| decode(&text, style));
        (unit.id.clone(), text)
    });
    Ok((answers.collect(), usage))
}

/// What the service has.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Languages {
    pub sources: Vec<String>,
    /// Codes, and whether the language has formalities.
    pub targets: Vec<(String, bool)>,
}

impl Languages {
    /// The codes for a pair and whether its target has formalities; `None` where the service has not got it.
    pub fn pair(&self, from: &Language, to: &Language) -> Option<(String, String, bool)> {
        let source = self.source(from)?;
        let wanted = target(to);
        let code = codes::find(&wanted, self.targets.iter().map(|(code, _)| code.as_str()))
            .or_else(|| codes::find(to, self.targets.iter().map(|(code, _)| code.as_str())))?;
        let formal = self.targets.iter().any(|(known, formal)| known == code && *formal);
        Some((source.to_owned(), code.to_owned(), formal))
    }

    /// The code of a source language. DeepL knows no regions or scripts there: it reads any.
    pub fn source(&self, from: &Language) -> Option<&str> {
        let found = codes::find(from, self.sources.iter().map(String::as_str));
        found.or_else(|| {
            self.sources.iter().find(|code| code.eq_ignore_ascii_case(from.primary())).map(String::as_str)
        })
    }

    pub fn target_codes(&self) -> Vec<String> {
        self.targets.iter().map(|(code, _)| code.clone()).collect()
    }
}

/// `to` as one of the forms that DeepL distinguishes, where it must be told which.
fn target(to: &Language) -> Language {
    let tag = match (to.primary(), to.region(), to.script()) {
        ("en", None | Some("US" | "CA" | "PH" | "PR"), _) => "en-US",
        ("en", Some(_), _) => "en-GB",
        ("pt", Some("BR"), _) => "pt-BR",
        ("pt", _, _) => "pt-PT",
        ("zh", None, None) => "zh-Hans",
        ("zh", Some("TW" | "HK" | "MO"), None) => "zh-Hant",
        _ => return to.clone(),
    };
    Language::parse(tag).unwrap_or_else(|_| to.clone())
}

/// The languages of the two lists that `/v2/languages` has.
///
/// # Errors
/// [`ErrorClass::Retry`] where one of them is no such list.
pub fn languages(sources: &Value, targets: &Value) -> Result<Languages, EngineError> {
    let listed = |value: &Value| {
        let items = value.as_array()?.iter().map(|item| {
            let code = item.get("language")?.as_str()?.to_owned();
            Some((code, item.get("supports_formality").and_then(Value::as_bool).unwrap_or_default()))
        });
        items.collect::<Option<Vec<(String, bool)>>>().filter(|listed| !listed.is_empty())
    };
    let shape = || wrong_shape("has no list of languages");
    let sources = listed(sources).ok_or_else(shape)?.into_iter().map(|(code, _)| code).collect();
    Ok(Languages { sources, targets: listed(targets).ok_or_else(shape)? })
}

const QUOTA_HINT: &str = "the account's characters are used up for this period: what is done is kept, run again later, \
     or raise the limit in the account";

/// Refuses an account that has nothing left, by what `/v2/usage` says of it. What it does not say is no reason to.
///
/// # Errors
/// [`ErrorClass::Stop`] where every character is used.
pub fn refuse_used_up(usage: &Value) -> Result<(), EngineError> {
    let number = |field: &str| usage.get(field).and_then(Value::as_u64);
    match (number("character_count"), number("character_limit")) {
        (Some(count), Some(limit)) if count >= limit => {
            let message = format!("{count} of {limit} characters are used");
            Err(EngineError::new(ErrorClass::Stop, message).with_hint(QUOTA_HINT))
        }
        _ => Ok(()),
    }
}

/// The error of a reply whose status is no success. `texts` is how many were asked.
pub fn failure(endpoint: &Endpoint, reply: &Reply, texts: usize, transport: &Transport) -> EngineError {
    let said = transport.redact(&said(&reply.body, &["/message", "/error/message", "/detail"]));
    let error = status_error(endpoint, reply, &said);
    let of = |class| EngineError { class, ..error.clone() };
    let about = |word: &str| said.contains(word);
    match reply.status.as_u16() {
        456 => of(ErrorClass::Stop).with_hint(QUOTA_HINT),
        401 | 403 => error.with_hint(format!(
            "{}; keys that end in `:fx` belong to `{}`, all others to `{}`",
            transport.key_hint(),
            super::FREE_HOST,
            super::PAID_HOST
        )),
        414 => of(ErrorClass::Split),
        400 if about("target_lang") || about("source_lang") => {
            // Without a source language a glossary is refused in these words, and gloss always says one.
            of(ErrorClass::NextEngine)
        }
        400 if about("Tag handling") || about("Too many") || about("too large") => {
            of(if texts > 1 { ErrorClass::Split } else { ErrorClass::NextEngine })
        }
        400 | 404 if about("lossary") => {
            error.with_hint("is the glossary's id right, and is it for this pair of languages?")
        }
        _ if reply.status == StatusCode::NOT_FOUND => {
            error.with_hint("does the address lead to DeepL's API? Without `--url` gloss takes DeepL's own")
        }
        _ => error,
    }
}

#[cfg(test)]
mod tests;
