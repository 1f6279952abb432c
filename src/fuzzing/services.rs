//! What translation services send: answers, lists of languages, accounts, refusals. And what is told of models.

use std::sync::OnceLock;

use reqwest::StatusCode;
use serde_json::Value;

use super::fit_for_a_message;
use crate::doctor::remote::model_check;
use crate::engine::local::laws;
use crate::engine::service::codes::Pairs;
use crate::engine::service::markup::{self, Style};
use crate::engine::service::{self, no_such_pair};
use crate::engine::transport::{Endpoint, Reply, Transport};
use crate::engine::{EngineError, ErrorClass, RequestUnit, apertium, deepl, libretranslate};
use crate::language::Language;
use crate::settings::Connection;

/// LibreTranslate: `/translate`, `/languages`, `/frontend/settings`, refusals.
pub fn libretranslate_reply(bytes: &[u8]) {
    use libretranslate::wire;
    for (asked, html) in [(1, false), (2, false), (2, true)] {
        let read = wire::read(bytes, asked, html);
        assert_eq!(wire::read(bytes, asked, html), read);
        match read {
            Ok(texts) => {
                let said = strings(bytes, "/translatedText");
                assert_eq!(texts.len(), asked);
                assert_eq!(said.len(), asked, "as many as were answered");
                for (text, said) in texts.iter().zip(&said) {
                    assert!(html || text == said);
                    assert!(
                        placeholders(text) <= placeholders(said) + said.matches("<x").count(),
                        "{text:?}"
                    );
                }
            }
            Err(error) => refusal(&error, &[ErrorClass::Retry, ErrorClass::Split, ErrorClass::NextEngine]),
        }
    }
    listed("LibreTranslate", wire::pairs(bytes), bytes);
    assert!(wire::most_characters(bytes) != Some(0));
    failures(bytes, wire::failure);
}

/// DeepL: `/v2/translate`, `/v2/languages`, `/v2/usage`, refusals.
pub fn deepl_reply(bytes: &[u8]) {
    use deepl::wire;
    for (count, text) in [(1, "One."), (2, "Press ⟦1⟧.")] {
        let units: Vec<RequestUnit> =
            (1..=count).map(|id| RequestUnit { id: format!("u{id}"), text: text.to_owned() }).collect();
        let options = wire::Options { source: "EN", target: "PT-PT", formality: None, glossary: None };
        let Ok((_, style)) = wire::body(&units, &crate::engine::Context::default(), &options) else {
            unreachable!("two short texts fit")
        };
        let read = wire::read(bytes, &units, style);
        assert_eq!(wire::read(bytes, &units, style), read);
        match read {
            Ok((answers, usage)) => {
                let ids: Vec<&str> = answers.iter().map(|(id, _)| id.as_str()).collect();
                assert_eq!(ids, units.iter().map(|unit| unit.id.as_str()).collect::<Vec<_>>());
                let said = strings(bytes, "/translations");
                assert_eq!(said.len(), count);
                for ((_, answer), said) in answers.iter().zip(&said) {
                    assert!(style.is_some() || answer == said);
                }
                let mut twice = usage;
                twice += usage;
                assert!(twice.characters >= usage.characters, "{usage:?}");
            }
            Err(error) => {
                // What came was asked for and may be charged for, readable or not.
                assert!(error.maybe_charged || error.class == ErrorClass::Split, "{error:?}");
                refusal(&error, &[ErrorClass::Retry, ErrorClass::Split]);
            }
        }
    }
    match service::json(bytes) {
        Ok(value) => {
            if let Err(error) = wire::refuse_used_up(&value) {
                refusal(&error, &[ErrorClass::Stop]);
            }
            match wire::languages(&value, &value) {
                Ok(languages) => {
                    for (from, to) in pairs_to_try() {
                        if let Some((source, target, _)) = languages.pair(&from, &to) {
                            assert!(languages.sources.contains(&source));
                            assert!(languages.target_codes().contains(&target));
                        }
                        let error = no_such_pair(
                            "DeepL",
                            endpoint(),
                            (&from, &to),
                            &languages.sources,
                            &languages.target_codes(),
                        );
                        refusal(&error, &[ErrorClass::NextEngine]);
                    }
                }
                Err(error) => refusal(&error, &[ErrorClass::Retry]),
            }
        }
        Err(error) => refusal(&error, &[ErrorClass::Retry]),
    }
    failures(bytes, wire::failure);
}

/// Apertium: `/translate`, `/listPairs`, refusals.
pub fn apertium_reply(bytes: &[u8]) {
    use apertium::wire;
    for (asked, bare) in [(&["One."][..], true), (&["One."], false), (&["One.", "Two *."], false)] {
        let read = wire::read(bytes, asked, bare);
        assert_eq!(wire::read(bytes, asked, bare), read);
        match read {
            Ok(texts) => {
                assert_eq!(texts.len(), asked.len());
                let said = strings(bytes, "/responseData/translatedText");
                let letters = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).collect::<String>();
                let decoded = said.first().map(|said| markup::decode(said, APERTIUM)).unwrap_or_default();
                let (all, whole) = (letters(&texts.concat()), letters(&decoded));
                if bare {
                    assert_eq!(all, whole);
                } else {
                    let mut rest = whole.chars();
                    assert!(all.chars().all(|letter| rest.any(|other| other == letter)), "{texts:?}");
                    // Nothing but the paragraphs' own marks is left: `p`, `id`, a digit, `p` for each.
                    assert_eq!(letters(&decoded).chars().count(), all.chars().count() + 5 * asked.len());
                }
            }
            Err(error) => refusal(&error, &[ErrorClass::Retry, ErrorClass::Split]),
        }
    }
    listed("Apertium", wire::pairs(bytes), bytes);
    failures(bytes, wire::failure);
}

const APERTIUM: Style = Style { closed: false, stars: true, entities: true };

/// What is read of models: an endpoint's list, a registry's records, a model's own manifest.
pub fn models_json(bytes: &[u8]) {
    for status in [StatusCode::OK, StatusCode::NOT_FOUND] {
        let reply = Reply { status, retry_after: None, body: bytes.to_vec() };
        let check = model_check("llama", &reply);
        fit_for_a_message(&check.detail);
        let hint = check.hint.unwrap_or_default();
        fit_for_a_message(&hint);
        assert!(hint.chars().count() < 2_500, "{}", hint.len());
    }
    laws::records(bytes);
    laws::manifest(bytes);
}

/// The texts at `pointer`: one, those of a list, or those of a list of objects.
fn strings(bytes: &[u8], pointer: &str) -> Vec<String> {
    let value: Value = serde_json::from_slice(bytes).unwrap_or_default();
    match value.pointer(pointer) {
        Some(Value::String(text)) => vec![text.clone()],
        Some(Value::Array(items)) => items
            .iter()
            .filter_map(|item| item.as_str().or_else(|| item.get("text")?.as_str()))
            .map(str::to_owned)
            .collect(),
        _ => Vec::new(),
    }
}

fn placeholders(text: &str) -> usize {
    text.matches('⟦').count()
}

fn refusal(error: &EngineError, classes: &[ErrorClass]) {
    assert!(classes.contains(&error.class), "{error:?}");
    assert!(!error.message.is_empty());
    fit_for_a_message(&error.told());
    assert!(error.message.chars().count() < 2_000, "{}", error.message.len());
}

/// A list of pairs: whatever is found in it stands in it, and it is not many times larger than what was sent.
fn listed(service: &str, pairs: Result<Pairs, EngineError>, bytes: &[u8]) {
    let pairs = match pairs {
        Ok(pairs) => pairs,
        Err(error) => return refusal(&error, &[ErrorClass::Retry]),
    };
    let held: usize = pairs.0.iter().map(|(_, targets)| targets.len()).sum();
    assert!(held <= bytes.len() || held < 1 << 20, "{held} targets of {} bytes", bytes.len());
    for (from, to) in pairs_to_try() {
        if let Some((source, target)) = pairs.find(&from, &to) {
            let stands = |(known, targets): &(String, Vec<String>)| {
                known == source && targets.iter().any(|other| other == target)
            };
            assert!(pairs.0.iter().any(stands), "{source}-{target}");
        }
        let error = no_such_pair(service, endpoint(), (&from, &to), &pairs.sources(), &pairs.targets(&from));
        refusal(&error, &[ErrorClass::NextEngine]);
    }
}

fn pairs_to_try() -> Vec<(Language, Language)> {
    [("en", "pt"), ("zh-Hant", "sr-Latn"), ("pt-BR", "en")]
        .iter()
        .filter_map(|(from, to)| Some((Language::parse(from).ok()?, Language::parse(to).ok()?)))
        .collect()
}

/// The body as that of a refusal, of a status by its length: an error fit to be shown, without what gives access.
fn failures(bytes: &[u8], failure: impl Fn(&Endpoint, &Reply, usize, &Transport) -> EngineError) {
    const STATUSES: [u16; 11] = [400, 401, 403, 404, 413, 414, 429, 456, 500, 503, 529];
    let status = STATUSES.get(bytes.len() % STATUSES.len()).copied().map(StatusCode::from_u16);
    let Some(Ok(status)) = status else { return };
    let reply = Reply { status, retry_after: None, body: bytes.to_vec() };
    let error = failure(endpoint(), &reply, 2, transport());
    assert!(error.message.contains(status.as_str()), "{error:?}");
    assert!(!error.told().contains(PASSWORD), "{error:?}");
    fit_for_a_message(&error.told());
    assert_eq!(failure(endpoint(), &reply, 2, transport()), error);
}

/// What must not be shown, whoever says it.
const PASSWORD: &str = "canary-0123456789";

fn endpoint() -> &'static Endpoint {
    static ENDPOINT: OnceLock<Endpoint> = OnceLock::new();
    ENDPOINT.get_or_init(|| Endpoint::parse(&address()).unwrap_or_else(|error| unreachable!("{error}")))
}

fn transport() -> &'static Transport {
    static TRANSPORT: OnceLock<Transport> = OnceLock::new();
    TRANSPORT.get_or_init(|| {
        let connection = Connection::plain(&address(), "GLOSS_UNSET");
        Transport::for_connection(&connection).unwrap_or_else(|error| unreachable!("{error}"))
    })
}

fn address() -> String {
    format!("http://:{PASSWORD}@127.0.0.1:9/")
}
