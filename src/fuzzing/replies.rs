//! What endpoints send: replies of chat servers, the forms inside them, pauses asked for, and the answers
//! themselves on their way through the checks.
//!
//! An engine with a `read` function of its own (bytes or text in, reply or typed error out) gets a function here, a
//! line in [`super::TARGETS`], a file in `fuzz/fuzz_targets` and a folder of seeds.

use reqwest::StatusCode;
use reqwest::header::{DATE, HeaderMap, HeaderValue, RETRY_AFTER};

use super::{fit_for_a_message, two_texts};
use crate::check::{self, clean, is_hard, match_ids};
use crate::document::Role;
use crate::engine::chat::prompts::Rendered;
use crate::engine::chat::{forms, said, wire};
use crate::engine::transport::{LONGEST_TOLD, wait_asked_for};
use crate::engine::{EngineError, ErrorClass, Finish, RequestUnit};
use crate::language::Language;
use crate::settings::Dialect;

/// A whole reply: an answer with text, or one whose finish explains that there is none, or an error fit to be shown.
pub fn chat_reply(bytes: &[u8]) {
    let asked = Rendered { system: String::new(), user: "Translate <u id=\"1\">this</u>.".to_owned() };
    for dialect in [Dialect::OpenAi, Dialect::Azure, Dialect::Anthropic] {
        one_reply(wire::read(bytes, dialect, &asked));
    }
    let said = said::Said::read(bytes);
    fit_for_a_message(&said.message);
    said.codes.iter().for_each(|code| fit_for_a_message(code));
    for status in [StatusCode::OK, StatusCode::BAD_REQUEST, StatusCode::TOO_MANY_REQUESTS] {
        let refusal = said::refusal(&said, status);
        fit_for_a_message(&refusal.told());
        assert!(
            !matches!(refusal.class, ErrorClass::Wait(Some(pause)) if pause > LONGEST_TOLD),
            "{refusal:?}"
        );
    }
}

fn one_reply(read: Result<wire::Completion, EngineError>) {
    match read {
        Ok(completion) => {
            let explained = !matches!(completion.finish, Finish::Stop | Finish::Other(_));
            assert!(!completion.text.is_empty() || explained, "{completion:?}");
            if let Finish::Other(said) = &completion.finish {
                fit_for_a_message(said);
            }
            let mut twice = completion.usage;
            twice += completion.usage;
            assert!(twice.tokens_in >= completion.usage.tokens_in, "{twice:?}");
        }
        Err(error) => fit_for_a_message(&error.message),
    }
}

/// The text of a reply in one of the forms: what comes out is only ever accepted under an id that was asked.
pub fn chat_form(bytes: &[u8]) {
    let Some((choice, text)) = bytes.split_first() else { return };
    let form = if choice % 2 == 0 { forms::WireForm::Tags } else { forms::WireForm::Keyed };
    let asked = asked(usize::from(choice / 2 % 4) + 1);
    match forms::read(form, &String::from_utf8_lossy(text), &asked) {
        Ok(answers) => {
            assert!(!answers.is_empty());
            accepted_by_id_alone(&asked, &answers);
        }
        Err(error) => fit_for_a_message(&error.message),
    }
}

/// Ids in any order, missing, doubled, invented.
pub fn id_matching(bytes: &[u8]) {
    let asked = asked(6);
    let answers: Vec<(String, String)> = bytes
        .chunks(2)
        .map(|pair| {
            let id = match pair.first().copied().unwrap_or_default() {
                number @ 0..=200 => format!("u{}", number % 8),
                other => char::from(other).to_string(),
            };
            (id, format!("answer {}", pair.get(1).copied().unwrap_or_default() % 8))
        })
        .collect();
    accepted_by_id_alone(&asked, &answers);
}

fn asked(count: usize) -> Vec<RequestUnit> {
    (1..=count)
        .map(|number| RequestUnit { id: format!("u{number}"), text: format!("Text {number}.") })
        .collect()
}

/// Every unit asked is accepted or missing, never both, and what is accepted was answered under its own id.
fn accepted_by_id_alone(asked: &[RequestUnit], answers: &[(String, String)]) {
    let matched = match_ids(asked, answers);
    for unit in asked {
        let accepted = matched.accepted.get(&unit.id);
        assert_ne!(accepted.is_some(), matched.missing.contains(&unit.id), "{answers:?}");
        if let Some(text) = accepted {
            assert!(answers.iter().any(|(id, answer)| *id == unit.id && answer == text));
            assert!(!answers.iter().any(|(id, answer)| *id == unit.id && answer != text), "two answers");
        }
    }
    assert_eq!(matched.accepted.len() + matched.missing.len(), asked.len());
    assert_eq!(matched.missing.is_empty(), !is_hard(&matched.findings));
    matched.findings.iter().for_each(|finding| fit_for_a_message(&finding.message));
}

/// `Retry-After` (or `retry-after-ms`) and `Date`: a pause that is finite and capped.
pub fn retry_after(bytes: &[u8]) {
    let mut lines = bytes.split(|byte| *byte == b'\n');
    let mut headers = HeaderMap::new();
    let mut insert = |name: reqwest::header::HeaderName| {
        if let Some(Ok(value)) = lines.next().map(HeaderValue::from_bytes) {
            headers.insert(name, value);
        }
    };
    insert(RETRY_AFTER);
    insert(DATE);
    insert(reqwest::header::HeaderName::from_static("retry-after-ms"));
    if let Some(pause) = wait_asked_for(&headers) {
        assert!(pause <= LONGEST_TOLD, "{pause:?}");
    }
}

/// A source and an answer: cleaning and checking end, cleaning twice says the same, and messages can be shown.
pub fn checks(bytes: &[u8]) {
    let (source, answer) = two_texts(bytes);
    let (Ok(from), Ok(to)) = (Language::parse("en"), Language::parse("pt")) else { return };
    let cleaned = clean(&source, &answer, &to);
    let pair = check::Pair { source: &source, answer: &cleaned.text, from: &from, to: &to, role: Role::Body };
    let findings = check::unit(&pair);
    let reviewed = check::review(&pair, check::Context::default());
    assert_eq!(is_hard(&findings), is_hard(&reviewed), "a review and a reply are judged alike");
    for finding in &reviewed {
        let inside = |text: &str, span: &std::ops::Range<usize>| text.get(span.clone()).is_some();
        assert!(finding.span.as_ref().is_none_or(|span| inside(&cleaned.text, span)), "{finding:?}");
        assert!(finding.source_span.as_ref().is_none_or(|span| inside(&source, span)), "{finding:?}");
    }
    let summary = check::SummaryPair { article: &source, summary: &answer, language: &from };
    for finding in cleaned.findings.iter().chain(&reviewed).chain(&check::summary(&summary)) {
        fit_for_a_message(&finding.message);
    }
    let blank = !cleaned.text.chars().any(char::is_alphanumeric);
    if blank && source.chars().any(char::is_alphanumeric) {
        assert!(is_hard(&findings), "an empty answer passes: {source:?} {answer:?}");
    }
}
