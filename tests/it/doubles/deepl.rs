//! DeepL's `/v2/translate`, `/v2/languages` and `/v2/usage`.
//!
//! From its OpenAPI description (limits, fields, statuses) and its own mock server (order of checks, words of
//! refusals).

use std::collections::HashMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use serde_json::{Value, json};

use super::{Answer, Request, Service, between_tags, refusal, texts};
use crate::endpoint::spanish;

/// Sources, then targets with whether they have formalities.
const SOURCES: [&str; 4] = ["DE", "EN", "ES", "PT"];
const TARGETS: [(&str, bool); 6] =
    [("DE", true), ("EN-GB", false), ("EN-US", false), ("ES", true), ("PT-BR", true), ("PT-PT", true)];

pub struct DeepL {
    pub key: String,
    /// Characters that the account may use.
    pub limit: AtomicU64,
    pub used: AtomicU64,
    /// So many requests for translation are answered with 429 first.
    pub busy: AtomicU64,
    /// Bodies of the requests for translation that came to be looked at.
    pub seen: Mutex<Vec<Value>>,
    /// How often each text was answered, and so charged for.
    pub answered: Mutex<HashMap<String, u64>>,
}

impl DeepL {
    pub fn new(key: &str) -> Self {
        Self {
            key: key.to_owned(),
            limit: AtomicU64::new(500_000),
            used: AtomicU64::new(0),
            busy: AtomicU64::new(0),
            seen: Mutex::default(),
            answered: Mutex::default(),
        }
    }

    fn translate(&self, request: &Request) -> Answer {
        let message = |status, words: &str| refusal(status, "message", words);
        if request.body.len() > 128 * 1024 {
            return message(413, "Request Entity Too Large");
        }
        let Some(body) = request.json() else { return message(400, "Invalid request") };
        self.seen.lock().unwrap().push(body.clone());
        let code = |field: &str| body[field].as_str().unwrap_or_default().to_uppercase();
        let Some((_, formal)) = TARGETS.iter().find(|(target, _)| *target == code("target_lang")) else {
            return message(400, "Value for 'target_lang' not supported.");
        };
        if !SOURCES.contains(&code("source_lang").as_str()) {
            return message(400, "Value for 'source_lang' not supported.");
        }
        let asked = texts(&body, "text");
        if asked.is_empty() {
            return message(400, "Parameter 'text' not specified");
        }
        if asked.len() > 50 {
            return message(400, "Too many texts in the request");
        }
        if matches!(body["formality"].as_str(), Some("more" | "less")) && !formal {
            return message(400, "'formality' is not supported for given 'target_lang'.");
        }
        let markup = body["tag_handling"] == "xml";
        let context = body["context"].as_str().unwrap_or_default();
        if markup && asked.iter().map(String::as_str).chain([context]).any(|text| !well_formed(text)) {
            return message(400, "Tag handling parsing failed, please check input.");
        }
        if self.busy.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |busy| busy.checked_sub(1)).is_ok() {
            return Answer { status: 429, body: None };
        }
        let billed: Vec<u64> = asked.iter().map(|text| plain(text).chars().count() as u64).collect();
        let sum: u64 = billed.iter().sum();
        let used = self.used.fetch_add(sum, Ordering::Relaxed);
        if used + sum > self.limit.load(Ordering::Relaxed) {
            self.used.fetch_sub(sum, Ordering::Relaxed);
            return message(456, "Quota for this billing period has been exceeded.");
        }
        let mut answered = self.answered.lock().unwrap();
        let translations: Vec<Value> = asked
            .iter()
            .zip(billed)
            .map(|(text, billed)| {
                *answered.entry(text.clone()).or_default() += 1;
                let text = if markup { between_tags(text, spanish) } else { spanish(text) };
                json!({ "detected_source_language": "EN", "text": text, "billed_characters": billed })
            })
            .collect();
        Answer::ok(json!({ "translations": translations }))
    }
}

impl Service for DeepL {
    fn answer(&self, request: &Request) -> Answer {
        if request.headers.get("user-agent").is_none_or(String::is_empty) {
            return refusal(400, "message", "User-Agent header missing.");
        }
        let given =
            request.headers.get("authorization").and_then(|value| value.strip_prefix("DeepL-Auth-Key "));
        if given != Some(self.key.as_str()) {
            return Answer { status: 403, body: None };
        }
        match (request.method.as_str(), request.path.as_str()) {
            ("GET", "/v2/usage") => Answer::ok(json!({
                "character_count": self.used.load(Ordering::Relaxed),
                "character_limit": self.limit.load(Ordering::Relaxed),
            })),
            ("GET", "/v2/languages") if request.query == "type=target" => Answer::ok(
                TARGETS
                    .iter()
                    .map(|(code, formal)| json!({ "language": code, "name": code, "supports_formality": formal }))
                    .collect(),
            ),
            ("GET", "/v2/languages") if request.query == "type=source" => {
                Answer::ok(SOURCES.iter().map(|code| json!({ "language": code, "name": code })).collect())
            }
            ("POST", "/v2/translate") => self.translate(request),
            _ => Answer { status: 404, body: None },
        }
    }
}

/// Whether `text` is XML with no tags but empty ones of the form that gloss writes.
fn well_formed(text: &str) -> bool {
    let entity =
        |rest: &str| ["amp;", "lt;", "gt;", "quot;", "apos;"].iter().any(|name| rest.starts_with(name));
    let tag = |rest: &str| {
        rest.strip_prefix("x id=\"")
            .and_then(|rest| rest.split_once("\"/>"))
            .is_some_and(|(id, _)| id.bytes().all(|byte| byte.is_ascii_digit()))
    };
    text.split('&').skip(1).all(entity) && text.split('<').skip(1).all(tag)
}

/// A text without its tags.
fn plain(text: &str) -> String {
    let mut pieces = text.split('<');
    let first = pieces.next().unwrap_or_default().to_owned();
    pieces.fold(first, |plain, piece| plain + piece.split_once('>').map_or("", |(_, rest)| rest))
}
