//! The embedded engine: are its models on this machine.

use super::{Check, Wanted, translations};
use crate::engine::{self, local::models::ModelStore};
use crate::language::Language;
use crate::settings::{EngineSettings, LocalSettings};

type Pair = (Language, Language);

/// What the engine is, and its checks. A pair whose model is missing is not tried: a run would fetch it, a diagnosis
/// changes nothing.
pub(super) async fn diagnose(
    local: &LocalSettings,
    settings: &EngineSettings,
    wanted: &Wanted,
) -> (String, Vec<Check>) {
    let what = "the embedded engine".to_owned();
    let store = match ModelStore::new(local) {
        Ok(store) => store,
        Err(error) => return (what, vec![Check::of_error("models", &error)]),
    };
    let root = store.root().display();
    let installed: Vec<Pair> = match store.installed() {
        Ok(models) => models.into_iter().map(|model| (model.from, model.to)).collect(),
        Err(error) => return (what, vec![Check::of_error("models", &error)]),
    };
    let mut checks = vec![match installed.len() {
        0 => Check::untold("models", format!("none yet in {root}")),
        1 => Check::good("models", format!("one in {root}")),
        count => Check::good("models", format!("{count} in {root}")),
    }];
    let pairs = match wanted.pairs() {
        // Nothing was asked for: what is here is tried, by one of them.
        none if none.is_empty() => installed.first().cloned().into_iter().collect(),
        pairs => pairs,
    };
    let mut here = Vec::new();
    for (from, to) in pairs {
        let missing = missing(&installed, &from, &to);
        if missing.is_empty() {
            here.push((from, to));
            continue;
        }
        let pulls: Vec<String> =
            missing.iter().map(|(from, to)| format!("`gloss models pull {from}-{to}`")).collect();
        let hint = format!("{} (a run does so by itself, where it may use the network)", pulls.join(" and "));
        checks.push(Check::failed(format!("{from}-{to}"), "its model is not on this machine", Some(&hint)));
    }
    if here.is_empty() {
        return (what, checks);
    }
    match engine::build(settings) {
        Ok(engine) => checks.extend(translations(engine.as_ref(), &here).await),
        Err(error) => checks.push(Check::of_error("engine", &error)),
    }
    (what, checks)
}

/// The models that the pair needs and that are not installed: its own, or those of both halves by way of English.
fn missing(installed: &[Pair], from: &Language, to: &Language) -> Vec<Pair> {
    let has = |from: &Language, to: &Language| {
        let near = |one: &Language, other: &Language| one == other || one.primary() == other.primary();
        installed.iter().any(|pair| near(&pair.0, from) && near(&pair.1, to))
    };
    if has(from, to) {
        return Vec::new();
    }
    let own = vec![(from.clone(), to.clone())];
    let Ok(english) = Language::parse("en") else { return own };
    if [from, to].iter().any(|side| side.primary() == "en") {
        return own;
    }
    [(from.clone(), english.clone()), (english, to.clone())]
        .into_iter()
        .filter(|(from, to)| !has(from, to))
        .collect()
}
