//! What a run tells before anything is asked.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::shown;
use crate::engine::Engine;
use crate::glossary::Glossaries;
use crate::read::walk;
use crate::report::event::{EngineRecord, Event, SCHEMA};
use crate::review::folder;
use crate::review::page::index::IndexDocument;
use crate::settings::RunSettings;

/// The event that a run begins with.
pub fn started(settings: &RunSettings, engines: &[Arc<dyn Engine>]) -> Event {
    let records = settings.engines.iter().zip(engines).map(|(entry, engine)| EngineRecord {
        name: entry.name.clone(),
        kind: engine.name().to_owned(),
        model: engine.model().to_owned(),
    });
    let records: Vec<EngineRecord> = records.collect();
    let first = settings.rows.translate.first().and_then(|index| records.get(*index));
    Event::RunStarted {
        schema: SCHEMA,
        version: env!("CARGO_PKG_VERSION").to_owned(),
        targets: settings.targets.clone(),
        engine: first.map(|record| record.name.clone()).unwrap_or_default(),
        model: first.map(|record| record.model.clone()).unwrap_or_default(),
        engines: records,
    }
}

/// The names of the engines that may translate and cannot be told of the glossary, where there is one.
pub fn without_terms(
    settings: &RunSettings,
    engines: &[Arc<dyn Engine>],
    glossary: &Glossaries,
) -> Vec<String> {
    let translates =
        |index: &usize| settings.targets.iter().any(|to| settings.rows.into_language(to).contains(index));
    let all = settings.engines.iter().zip(engines).enumerate();
    let without = all.filter(|(index, (_, engine))| translates(index) && !engine.takes_terms());
    let told = settings.translate && !glossary.is_empty();
    without.filter(|_| told).map(|(_, (entry, _))| entry.name.clone()).collect()
}

/// What of the paths that were left out may be an article, relative to its input, for the index.
pub fn unread(inputs: &[PathBuf], skipped: &[walk::Skipped]) -> Vec<IndexDocument> {
    let below = |path: &Path| {
        let relative = inputs.iter().find_map(|input| path.strip_prefix(input).ok());
        let name = path.file_name().map(Path::new);
        shown(relative.filter(|relative| !relative.as_os_str().is_empty()).or(name).unwrap_or(path))
    };
    let articles = skipped.iter().filter(|skipped| skipped.unreadable);
    articles.map(|skipped| folder::unread(below(&skipped.path), skipped.reason.to_string())).collect()
}
