//! APY's `/listPairs` and `/translate`, from its `handlers` and its `split_for_translation`.

use std::sync::Mutex;

use serde_json::json;

use super::{Answer, Request, Service};

/// What is never cut. The real one cuts longer texts, and beyond ten pieces drops them; this one drops at once.
const NEVER_CUT: usize = 1_000;

/// The one sentence it knows, up to its number, and the same in Spanish.
pub const SENTENCE: (&str, &str) = (
    "The council met on Monday and talked about the bridge number",
    "El consejo se reunió el lunes y habló sobre el puente número",
);

#[derive(Default)]
pub struct Apertium {
    /// The `q` of each request.
    pub seen: Mutex<Vec<String>>,
}

impl Service for Apertium {
    fn answer(&self, request: &Request) -> Answer {
        if request.path == "/listPairs" {
            let pair = json!({ "sourceLanguage": "eng", "targetLanguage": "spa" });
            return Answer::ok(
                json!({ "responseData": [pair], "responseDetails": null, "responseStatus": 200 }),
            );
        }
        let form = String::from_utf8_lossy(&request.body).into_owned();
        let form = reqwest::Url::parse(&format!("http://form.invalid/?{form}")).unwrap();
        let field = |wanted: &str| {
            let found = form.query_pairs().find(|(name, _)| name == wanted);
            found.map(|(_, value)| value.into_owned()).unwrap_or_default()
        };
        let refusal = |explanation: &str| Answer {
            status: 400,
            body: Some(
                json!({ "status": "error", "code": 400, "message": "Bad Request", "explanation": explanation }),
            ),
        };
        if field("langpair") != "eng|spa" {
            return refusal("That pair is not installed");
        }
        let query = field("q");
        if query.is_empty() {
            return refusal("Missing argument q");
        }
        let kept: String = query.trim().chars().take(NEVER_CUT).collect();
        self.seen.lock().unwrap().push(query);
        let mut text = kept.replace(SENTENCE.0, SENTENCE.1);
        if field("markUnknown") == "no" {
            text = text.replace('*', "");
        }
        Answer::ok(json!({
            "responseData": { "translatedText": text }, "responseDetails": null, "responseStatus": 200,
        }))
    }
}
