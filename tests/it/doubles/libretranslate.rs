//! LibreTranslate's `/translate`, `/languages` and `/frontend/settings`, from its `app.py`.

use std::collections::HashMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use serde_json::{Value, json};

use super::{Answer, Request, Service, between_tags, refusal, texts};
use crate::endpoint::spanish;

pub struct LibreTranslate {
    /// `None` for a server without keys.
    pub key: Option<String>,
    /// Characters and texts of one request; -1 for none.
    pub most_characters: i64,
    pub most_texts: i64,
    /// So many requests for translation are answered with 429 first.
    pub busy: AtomicU64,
    /// So many of several texts come back with one text too few.
    pub merging: AtomicU64,
    pub seen: Mutex<Vec<Value>>,
    pub refused: AtomicU64,
    pub answered: Mutex<HashMap<String, u64>>,
}

impl Default for LibreTranslate {
    fn default() -> Self {
        Self {
            key: None,
            most_characters: -1,
            most_texts: -1,
            busy: AtomicU64::new(0),
            merging: AtomicU64::new(0),
            seen: Mutex::default(),
            refused: AtomicU64::new(0),
            answered: Mutex::default(),
        }
    }
}

const CODES: [&str; 3] = ["en", "es", "pb"];

fn one_less(count: &AtomicU64) -> bool {
    count.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |count| count.checked_sub(1)).is_ok()
}

impl LibreTranslate {
    fn translate(&self, body: &Value) -> Answer {
        let error = |status, words: String| {
            self.refused.fetch_add(1, Ordering::Relaxed);
            refusal(status, "error", words)
        };
        if let Some(key) = &self.key {
            match body["api_key"].as_str() {
                Some(given) if given == key => {}
                Some(_) => return error(403, "Invalid API key".to_owned()),
                None => {
                    return error(400, "Please contact the server operator to get an API key".to_owned());
                }
            }
        }
        if one_less(&self.busy) {
            return error(429, "Slowdown: 2 per 1 second".to_owned());
        }
        self.seen.lock().unwrap().push(body.clone());
        let asked = texts(body, "q");
        let over = |size: usize, limit: i64| {
            (limit != -1 && size as i64 > limit)
                .then(|| format!("Invalid request: request ({size}) exceeds text limit ({limit})"))
        };
        let characters = asked.iter().map(|text| text.chars().count()).sum();
        if let Some(words) =
            over(asked.len(), self.most_texts).or_else(|| over(characters, self.most_characters))
        {
            return error(400, words);
        }
        for field in ["source", "target"] {
            let code = body[field].as_str().unwrap_or_default();
            if !CODES.contains(&code) {
                return error(400, format!("{code} is not supported"));
            }
        }
        let html = body["format"] == "html";
        let mut answered = self.answered.lock().unwrap();
        let mut translated: Vec<String> = asked
            .iter()
            .map(|text| {
                *answered.entry(text.clone()).or_default() += 1;
                if html {
                    between_tags(text, spanish)
                        .replace("&lt;", "<")
                        .replace("&gt;", ">")
                        .replace("&amp;", "&")
                } else {
                    spanish(&text.replace(['⟦', '⟧'], ""))
                }
            })
            .collect();
        if translated.len() > 1 && one_less(&self.merging) {
            translated.pop();
        }
        Answer::ok(json!({ "translatedText": translated }))
    }
}

impl Service for LibreTranslate {
    fn answer(&self, request: &Request) -> Answer {
        match (request.method.as_str(), request.path.as_str()) {
            ("GET", "/languages") => Answer::ok(
                CODES
                    .iter()
                    .map(|code| json!({ "code": code, "name": code, "targets": ["en", "es"] }))
                    .collect(),
            ),
            ("GET", "/frontend/settings") => Answer::ok(json!({ "charLimit": self.most_characters })),
            ("POST", "/translate") => match request.json() {
                Some(body) => self.translate(&body),
                None => refusal(400, "error", "Invalid JSON format"),
            },
            _ => Answer { status: 404, body: None },
        }
    }
}
