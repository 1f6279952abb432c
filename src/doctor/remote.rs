//! Engines behind an address: key, reach, model, pairs.

use std::time::{Duration, Instant};

use reqwest::StatusCode;
use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderName, HeaderValue};
use serde_json::Value;

use super::{Check, Outcome, Wanted, translation};
use crate::engine::transport::{Endpoint, Limits, Reply, Secret, Transport, clean};
use crate::engine::{self, EngineError};
use crate::language::Language;
use crate::settings::{ChatSettings, Connection, Dialect, EngineSettings, parse};

/// A list of models or languages comes at once or not at all.
const PATIENCE: Duration = Duration::from_secs(30);

/// What the engine is and where, and its checks.
pub(super) async fn diagnose(
    kind: &str,
    connection: &Connection,
    chat: Option<&ChatSettings>,
    settings: &EngineSettings,
    wanted: &Wanted,
    model: &str,
) -> (String, Vec<Check>) {
    let at = if connection.url.is_empty() {
        String::new()
    } else {
        format!(" at {}", parse::shown_url(&connection.url))
    };
    let comma = if model.is_empty() { "" } else { ", " };
    let what = format!("{kind}{at}{comma}{model}");
    let key = match Secret::find(&connection.key) {
        Ok(key) => key,
        Err(error) => return (what, vec![Check::of_error("key", &error)]),
    };
    let mut checks = Vec::new();
    // An engine without an address of its own in the settings (DeepL's depends on the key) is reached by its first pair.
    if !connection.url.is_empty() {
        let transport = match Transport::for_connection(connection) {
            Ok(transport) => transport,
            Err(error) => return (what, vec![Check::of_error("connection", &error)]),
        };
        checks = reach(&transport, kind, chat).await;
    }
    let engine = match engine::build(settings) {
        Ok(engine) => engine,
        Err(error) => {
            checks.push(Check::of_error("engine", &error));
            return (what, checks);
        }
    };
    let reached = !checks.iter().any(|check| check.outcome == Outcome::Failed);
    let mut pairs = wanted.pairs();
    if pairs.is_empty() {
        // Some pair that everyone has, so that the key and the model are tried at all.
        pairs.extend(Language::parse("en").ok().zip(Language::parse("es").ok()));
    }
    let mut translated = false;
    for (from, to) in &pairs {
        let check = if reached {
            translation(engine.as_ref(), from, to).await
        } else {
            Check::untold(format!("{from}-{to}"), "not tried")
        };
        translated |= check.outcome == Outcome::Good;
        checks.push(check);
    }
    checks.insert(0, key_check(key.as_ref(), connection, translated));
    (what, checks)
}

/// Whether there is a key and, once something was translated with it, that it was accepted.
fn key_check(key: Option<&Secret>, connection: &Connection, translated: bool) -> Check {
    match (key, translated) {
        (Some(key), true) => Check::good("key", format!("from {}, accepted", key.place())),
        (Some(key), false) => Check::untold("key", format!("from {}", key.place())),
        (None, true) => Check::good("key", "none, and none is asked for"),
        (None, false) => Check::untold("key", format!("none in `{}`", connection.key.variable)),
    }
}

/// Whether the service answers, and whether it lists the model.
async fn reach(transport: &Transport, kind: &str, chat: Option<&ChatSettings>) -> Vec<Check> {
    let Some(base) = transport.endpoint() else { return Vec::new() };
    let list: &[&str] = match kind {
        "chat" => &["models"],
        "libretranslate" => &["languages"],
        "apertium" => &["listPairs"],
        _ => &[],
    };
    let dialect = chat.map(|chat| chat.dialect.unwrap_or_else(|| dialect_of(base)));
    let headers = match headers(dialect, transport.key()) {
        Ok(headers) => headers,
        Err(error) => return vec![Check::of_engine_error("key", &error)],
    };
    let limits = transport.limits();
    let limits = Limits { total: limits.total.min(PATIENCE), ..limits };
    let began = Instant::now();
    let reply = match transport.get(&base.join(list), headers, &limits).await {
        Ok(reply) => reply,
        Err(error) => return vec![Check::of_engine_error("reachable", &error).after(began)],
    };
    let reachable = Check::good("reachable", "it answers").after(began);
    if matches!(reply.status, StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN) {
        let refused =
            Check::failed("accepted", format!("it answers {}", reply.status), Some(&transport.key_hint()));
        return vec![reachable, refused];
    }
    let mut checks = vec![reachable];
    checks.extend(chat.map(|chat| model_check(&chat.model, &reply)));
    checks
}

/// Whether the model is among those that an endpoint lists: `{"data": [{"id": …}]}`.
pub(crate) fn model_check(model: &str, reply: &Reply) -> Check {
    let listed: Option<Vec<String>> = serde_json::from_slice::<Value>(&reply.body)
        .ok()
        .filter(|_| reply.status.is_success())
        .and_then(|list| {
            let entries = list.get("data")?.as_array()?;
            let id = |entry: &Value| entry.get("id").and_then(Value::as_str).map(str::to_owned);
            Some(entries.iter().filter_map(id).collect())
        });
    let Some(listed) = listed.filter(|listed| !listed.is_empty()) else {
        return Check::untold("model", "the endpoint does not list its models");
    };
    // Ollama lists `name:latest` and answers to `name`.
    let serves = |id: &String| id == model || id.strip_suffix(":latest") == Some(model);
    if listed.iter().any(serves) {
        return Check::good("model", format!("{model} is served"));
    }
    let mut near: Vec<(f64, &String)> =
        listed.iter().map(|id| (strsim::jaro_winkler(id, model), id)).collect();
    near.sort_by(|left, right| right.0.total_cmp(&left.0));
    let names: Vec<String> = near.iter().take(5).map(|(_, id)| format!("`{}`", clean(id))).collect();
    let more = if near.len() > names.len() {
        format!(" and {} more", near.len() - names.len())
    } else {
        String::new()
    };
    // Servers with one model (llama.cpp) answer with it whatever was asked for, so this is no failure yet.
    let hint = format!("`--model` names another; listed: {}{more}", names.join(", "));
    Check { hint: Some(hint), ..Check::untold("model", format!("{model} is not among those listed")) }
}

fn dialect_of(endpoint: &Endpoint) -> Dialect {
    let address = endpoint.to_string();
    let host = address.split('/').nth(2).unwrap_or_default();
    if host == "api.anthropic.com" {
        Dialect::Anthropic
    } else if host.ends_with(".openai.azure.com") {
        Dialect::Azure
    } else {
        Dialect::OpenAi
    }
}

/// How a list is asked for: as <https://docs.anthropic.com/en/api/models-list> has it for Anthropic, by `api-key` on
/// Azure, else with a bearer's token.
fn headers(dialect: Option<Dialect>, key: Option<&Secret>) -> Result<HeaderMap, EngineError> {
    let mut headers = HeaderMap::new();
    if dialect == Some(Dialect::Anthropic) {
        headers.insert(HeaderName::from_static("anthropic-version"), HeaderValue::from_static("2023-06-01"));
    }
    let (Some(key), Some(dialect)) = (key, dialect) else { return Ok(headers) };
    match dialect {
        Dialect::Anthropic => headers.insert(HeaderName::from_static("x-api-key"), key.header("")?),
        Dialect::Azure => headers.insert(HeaderName::from_static("api-key"), key.header("")?),
        Dialect::OpenAi => headers.insert(AUTHORIZATION, key.bearer()?),
    };
    Ok(headers)
}
