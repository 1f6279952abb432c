//! What an endpoint was found to understand: learnt once in a run, shared by every request.
//!
//! Everything is expected of an endpoint at first, and each thing that it refuses, or takes and ignores, is left out
//! from then on: a JSON schema becomes a mere JSON object, that becomes nothing; `max_tokens` becomes
//! `max_completion_tokens`; a temperature is left to the model; a limit of reply tokens is lowered to the one named.
//!
//! So that many first requests at once do not each pay a refusal, the first goes ahead and the others wait until it is
//! answered, but never longer than a refusal would take: a refusal comes before the model begins to write, so a
//! request that is still out by then was understood.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use reqwest::StatusCode;
use tokio::sync::MutexGuard;
use tokio::time::timeout;

use super::address::{self, Distance};
use super::said::Said;
use crate::settings::Dialect;

/// How the form of a reply is asked for. Each is less than the one before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Format {
    /// By a JSON schema.
    Schema,
    /// Any JSON object (`{"type": "json_object"}`).
    Object,
    /// By words alone.
    Plain,
}

/// What an endpoint understands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Abilities {
    pub format: Format,
    /// `max_completion_tokens` instead of `max_tokens` (OpenAI's reasoning models know no other).
    pub completion_tokens: bool,
    /// Whether a temperature may be sent: some models take only their own (OpenAI's reasoning models, Anthropic's
    /// since Claude Opus 4.7).
    pub temperature: bool,
    /// The most reply tokens that may be asked for, where the endpoint named a limit.
    pub most_tokens: Option<usize>,
}

impl Abilities {
    /// What to expect of an endpoint before it has said anything.
    pub fn expected(url: &str) -> Self {
        // OpenAI documents `max_tokens` as deprecated for every model it serves.
        let completion_tokens = address::is_openai(url);
        Self { format: Format::Schema, completion_tokens, temperature: true, most_tokens: None }
    }

    /// What both leave.
    fn meet(self, other: Self) -> Self {
        Self {
            format: self.format.max(other.format),
            completion_tokens: self.completion_tokens || other.completion_tokens,
            temperature: self.temperature && other.temperature,
            most_tokens: match (self.most_tokens, other.most_tokens) {
                (Some(one), Some(two)) => Some(one.min(two)),
                (one, two) => one.or(two),
            },
        }
    }
}

/// What was asked for beside the text, as far as it may be refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Asked {
    pub dialect: Dialect,
    pub max_tokens: usize,
    /// A form of the reply was asked for, by schema where that is understood.
    pub format: bool,
}

/// What is known so far, and who is finding out.
#[derive(Debug)]
pub struct Learned {
    known: Mutex<Known>,
    /// Held by the request that finds out.
    gate: tokio::sync::Mutex<()>,
    patience: Duration,
}

#[derive(Debug)]
struct Known {
    abilities: Abilities,
    /// Nothing of what every request asks for will be refused any more, as far as can be told.
    basics: bool,
    /// Nor the format.
    format: bool,
}

/// The leave to ask for what is not known to be understood; others wait as long as it lives.
#[derive(Debug)]
pub struct Leave<'a>(#[expect(dead_code, reason = "held, not read")] Option<MutexGuard<'a, ()>>);

impl Learned {
    /// For the endpoint at `url`.
    pub fn about(url: &str) -> Self {
        // A refusal takes a round trip and a glance at the request: llama.cpp refused a schema on loopback within 1 to
        // 6 ms, on a busy machine. Where models are known to differ in what they take, a longer wait is worth it.
        let patience = match address::distance(url) {
            Distance::Here => Duration::from_millis(30),
            Distance::Elsewhere => Duration::from_millis(200),
            Distance::Hosted => Duration::from_secs(1),
        };
        Self {
            known: Mutex::new(Known { abilities: Abilities::expected(url), basics: false, format: false }),
            gate: tokio::sync::Mutex::default(),
            patience,
        }
    }

    /// Waits, within reason, until what a request is about to ask for was tried by another.
    pub async fn leave(&self, format: bool) -> Leave<'_> {
        if self.is_settled(format) {
            return Leave(None);
        }
        match timeout(self.patience, self.gate.lock()).await {
            Ok(_) if self.is_settled(format) => Leave(None),
            Ok(guard) => Leave(Some(guard)),
            Err(_) => {
                self.understood(format);
                Leave(None)
            }
        }
    }

    /// What to ask for now.
    pub fn abilities(&self) -> Abilities {
        self.known(|known| known.abilities)
    }

    /// Remembers that a request was understood, with or without a format.
    pub fn understood(&self, format: bool) {
        self.known(|known| {
            known.basics = true;
            known.format |= format;
        });
    }

    /// Remembers what is not understood, together with what others have found meanwhile; gives what is left.
    pub fn lower(&self, found: Abilities) -> Abilities {
        self.known(|known| {
            let before = known.abilities.format;
            known.abilities = known.abilities.meet(found);
            // A lesser format is a new question.
            known.format &= known.abilities.format == before;
            known.abilities
        })
    }

    fn is_settled(&self, format: bool) -> bool {
        self.known(|known| {
            known.basics && (known.format || !format || known.abilities.format == Format::Plain)
        })
    }

    fn known<T>(&self, with: impl FnOnce(&mut Known) -> T) -> T {
        with(&mut self.known.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// What to ask for instead when a request was refused for something it asked beside its text; `None` where the
/// refusal is about something else. Refused requests cost nothing, so the same text may be sent again at once.
pub fn lowered(abilities: Abilities, status: StatusCode, said: &Said, asked: Asked) -> Option<Abilities> {
    let refused = matches!(
        status,
        StatusCode::BAD_REQUEST | StatusCode::UNPROCESSABLE_ENTITY | StatusCode::NOT_IMPLEMENTED
    );
    // llama.cpp said 500 of a schema it could make no grammar of.
    let broken_grammar = status == StatusCode::INTERNAL_SERVER_ERROR && said.mentions(&["grammar", "schema"]);
    if (!refused && !broken_grammar) || said.is_about_length() {
        return None;
    }
    let openai = asked.dialect != Dialect::Anthropic;
    if refused && openai && !abilities.completion_tokens && said.mentions(&["max_completion_tokens"]) {
        return Some(Abilities { completion_tokens: true, ..abilities });
    }
    if refused && abilities.most_tokens.is_none() && said.mentions(&["max_tokens", "max_completion_tokens"]) {
        let limit = said.numbers().filter(|&number| number >= 64 && number < asked.max_tokens).max();
        if limit.is_some() {
            return Some(Abilities { most_tokens: limit, ..abilities });
        }
    }
    if refused && abilities.temperature && said.mentions(&["temperature"]) {
        return Some(Abilities { temperature: false, ..abilities });
    }
    let about_format = said.mentions(&[
        "response_format",
        "json_schema",
        "json_object",
        "json schema",
        "schema",
        "grammar",
        "structured output",
        "guided",
        "output_config",
        "output format",
        "output_format",
    ]);
    // Some proxies refuse without a word: the rarest thing asked is what they are likeliest not to know.
    let wordless = said.message.is_empty() && said.codes.is_empty();
    if !asked.format || abilities.format == Format::Plain || !(about_format || wordless) {
        return None;
    }
    // Who does not know the field knows none of its values.
    let unknown_field = wordless
        || said.mentions(&["extra field", "extra input", "not permitted", "unexpected keyword"])
        || ["unknown", "unrecognized", "unexpected"].iter().any(|word| {
            ["field", "parameter", "argument", "request argument", "key", "name", "property"]
                .iter()
                .any(|noun| said.mentions(&[&format!("{word} {noun}")]))
        });
    let format = match abilities.format {
        Format::Schema if openai && !unknown_field => Format::Object,
        _ => Format::Plain,
    };
    Some(Abilities { format, ..abilities })
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use serde_json::json;

    use super::*;

    const URL: &str = "https://models.example.org/v1";

    fn lower(abilities: Abilities, words: &str, format: bool) -> Option<Abilities> {
        let body = json!({ "error": { "message": words } }).to_string();
        let asked = Asked { dialect: Dialect::OpenAi, max_tokens: 20_000, format };
        lowered(abilities, StatusCode::BAD_REQUEST, &Said::read(body.as_bytes()), asked)
    }

    #[test]
    fn an_option_that_is_refused_is_left_out_and_another_refusal_is_not_mistaken_for_it() {
        let all = Abilities::expected(URL);
        let table = [
            // OpenAI, Azure, DeepSeek, llama.cpp, LM Studio, vLLM and Anthropic in their own words.
            (
                "'response_format.type' must be 'json_object' or 'text'",
                Abilities { format: Format::Object, ..all },
            ),
            ("This response_format type is unavailable now", Abilities { format: Format::Object, ..all }),
            (
                "Unable to generate parser for this template. Automatic parser generation failed: JSON schema error at #: unrecognized type bogus",
                Abilities { format: Format::Object, ..all },
            ),
            ("failed to parse grammar", Abilities { format: Format::Object, ..all }),
            (
                "Unrecognized request argument supplied: response_format",
                Abilities { format: Format::Plain, ..all },
            ),
            ("", Abilities { format: Format::Plain, ..all }),
            (
                "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
                Abilities { completion_tokens: true, ..all },
            ),
            (
                "Unsupported value: 'temperature' does not support 0.0 with this model. Only the default (1) value is supported.",
                Abilities { temperature: false, ..all },
            ),
            ("`temperature` is deprecated for this model.", Abilities { temperature: false, ..all }),
            (
                "max_tokens is too large: 20000. This model supports at most 16384 completion tokens, whereas you provided 20000.",
                Abilities { most_tokens: Some(16_384), ..all },
            ),
            (
                "max_tokens: 20000 > 8192, which is the maximum allowed number of output tokens for claude",
                Abilities { most_tokens: Some(8_192), ..all },
            ),
        ];
        for (words, expected) in table {
            assert_eq!(lower(all, words, true), Some(expected), "{words}");
        }
        for words in [
            "the request exceeds the available context size",
            "'max_tokens' or 'max_completion_tokens' is too large: 9000. This model's maximum context length is 8192 tokens",
            "messages: text content blocks must be non-empty",
        ] {
            assert_eq!(lower(all, words, true), None, "{words}");
        }
        assert_eq!(lower(all, "response_format is unknown", false), None, "none was sent");
    }

    #[test]
    fn a_format_goes_down_to_nothing_and_no_further() {
        let mut abilities = Abilities::expected(URL);
        let words = "this response_format is not supported";
        let mut formats = Vec::new();
        while let Some(next) = lower(abilities, words, true) {
            abilities = next;
            formats.push(abilities.format);
        }
        assert_eq!(formats, [Format::Object, Format::Plain]);
    }

    #[test]
    fn only_a_refusal_teaches() {
        let all = Abilities::expected(URL);
        let said = Said::read(br#"{"error":"response_format"}"#);
        let asked = Asked { dialect: Dialect::OpenAi, max_tokens: 99, format: true };
        for status in
            [StatusCode::INTERNAL_SERVER_ERROR, StatusCode::TOO_MANY_REQUESTS, StatusCode::UNAUTHORIZED]
        {
            assert_eq!(lowered(all, status, &said, asked), None, "{status}");
        }
        let grammar = Said::read(br#"{"error":{"code":500,"message":"failed to parse grammar"}}"#);
        assert!(lowered(all, StatusCode::INTERNAL_SERVER_ERROR, &grammar, asked).is_some());
    }

    #[test]
    fn anthropic_has_no_mere_json_object() {
        let words = r#"{"type":"error","error":{"type":"invalid_request_error","message":"output_config: this model does not support structured outputs"}}"#;
        let asked = Asked { dialect: Dialect::Anthropic, max_tokens: 99, format: true };
        let lower =
            lowered(Abilities::expected(URL), StatusCode::BAD_REQUEST, &Said::read(words.as_bytes()), asked);
        assert_eq!(lower.unwrap().format, Format::Plain);
    }

    /// Refusals that `count` requests at once pay, where each is refused after `refusal` if it asks for a temperature,
    /// and answered after ten seconds if it does not; and the seconds until all are answered.
    async fn stampede(count: usize, url: &str, refusal: Duration) -> (usize, Duration) {
        let learned = Arc::new(Learned::about(url));
        let refused = Arc::new(AtomicUsize::new(0));
        let began = tokio::time::Instant::now();
        let tasks: Vec<_> = (0..count)
            .map(|_| {
                let (learned, refused) = (Arc::clone(&learned), Arc::clone(&refused));
                tokio::spawn(async move {
                    let leave = learned.leave(false).await;
                    let mut abilities = learned.abilities();
                    while abilities.temperature {
                        tokio::time::sleep(refusal).await;
                        refused.fetch_add(1, Ordering::Relaxed);
                        abilities = learned.lower(Abilities { temperature: false, ..abilities });
                    }
                    tokio::time::sleep(Duration::from_secs(10)).await;
                    learned.understood(false);
                    drop(leave);
                })
            })
            .collect();
        for task in tasks {
            task.await.unwrap();
        }
        (refused.load(Ordering::Relaxed), began.elapsed())
    }

    #[tokio::test(start_paused = true)]
    async fn many_first_requests_pay_one_refusal_and_hardly_any_time() {
        let near = Duration::from_millis(5);
        let (refused, took) = stampede(64, "http://127.0.0.1:8080/v1", near).await;
        assert_eq!(refused, 1);
        assert!(took < Duration::from_millis(10_060), "{took:?}");
        let far = Duration::from_millis(120);
        let (refused, took) = stampede(64, URL, far).await;
        assert_eq!(refused, 1);
        assert!(took < Duration::from_millis(10_400), "{took:?}");
        // A refusal that takes longer than the patience is paid by all, once.
        let (refused, _) = stampede(64, URL, Duration::from_millis(500)).await;
        assert_eq!(refused, 64);
    }

    #[tokio::test]
    async fn what_was_tried_holds_nobody_up() {
        let learned = Learned::about(URL);
        let first = learned.leave(false).await;
        learned.understood(false);
        let began = std::time::Instant::now();
        drop(learned.leave(false).await);
        assert!(began.elapsed() < Duration::from_millis(150));
        drop(first);
        // A format is another question.
        assert!(!learned.is_settled(true));
        learned.lower(Abilities { format: Format::Plain, ..learned.abilities() });
        assert!(learned.is_settled(true));
    }
}
