//! Our own files as a person, a crash or another version may have left them.

use std::path::Path;

use super::fit_for_a_message;
use crate::check::Finding;
use crate::engine::scripted::Script;
use crate::engine::transport::{Secret, certificates};
use crate::memory::laws;
use crate::report::event::Event;
use crate::report::record::DocumentRecord;
use crate::run::unchanged;
use crate::settings::{file, parse};

/// `gloss.toml` and the values in it: read, or refused in words.
pub fn settings_file(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let layer = match file::parse(&text, Path::new("gloss.toml")) {
        Ok(layer) => layer,
        Err(error) => {
            assert!(!error.to_string().is_empty());
            return;
        }
    };
    for raw in layer.layer.values().chain(layer.engines.values().flat_map(|table| table.layer.values())) {
        for text in raw.texts.iter().filter_map(|text| text.to_str()) {
            value(text);
        }
    }
    value(&text);
}

fn value(text: &str) {
    if let Ok(url) = parse::endpoint(text) {
        // What is shown of an address holds no user and no password, whatever stood in it.
        let shown = reqwest::Url::parse(&parse::shown_url(&url));
        let bare = shown.is_ok_and(|shown| {
            shown.username().is_empty() && shown.password().is_none() && shown.query().is_none()
        });
        assert!(bare, "{url}");
    }
    drop((parse::size(text), parse::seconds(text), parse::truth(text), parse::mirror(text)));
    drop((parse::summary(text), parse::language(text), parse::shown_url(text)));
}

/// A key file and a CA file: a key that is shown by nothing, certificates of which there is one at least, or a refusal.
pub fn trust_files(bytes: &[u8]) {
    Secret::law(bytes);
    match certificates(bytes, Path::new("ca.pem")) {
        Ok(found) => assert!(!found.is_empty()),
        Err(error) => fit_for_a_message(&error.to_string()),
    }
}

/// A script of the scripted engine.
pub fn script_file(bytes: &[u8]) {
    drop(serde_json::from_slice::<Script>(bytes));
}

/// What the ledger and the memory keep as JSON: what reads is written again as the same.
pub fn ledger_json(bytes: &[u8]) {
    unchanged::reads_again(bytes);
    if let Ok(findings) = serde_json::from_slice::<Vec<Finding>>(bytes) {
        let again = serde_json::to_vec(&findings).map(|json| serde_json::from_slice::<Vec<Finding>>(&json));
        assert!(matches!(again, Ok(Ok(same)) if same == findings));
    }
}

/// A line of `events.jsonl`, or one document of `report.json`.
pub fn report_json(bytes: &[u8]) {
    if let Ok(event) = serde_json::from_slice::<Event>(bytes) {
        let json = serde_json::to_string(&event).unwrap_or_default();
        // One event is one line, whatever stands in it.
        assert!(!json.chars().any(|character| character < ' '), "{json:?}");
        assert!(serde_json::from_str::<Event>(&json).is_ok_and(|same| same == event), "{json}");
    }
    if let Ok(record) = serde_json::from_slice::<DocumentRecord>(bytes) {
        let _: (bool, u64) = (record.troubled(), record.hard_flagged());
        let json = serde_json::to_string(&record).unwrap_or_default();
        assert!(serde_json::from_str::<DocumentRecord>(&json).is_ok_and(|same| same == record), "{json}");
    }
}

/// The memory's database, page by page.
pub fn memory_pages(bytes: &[u8]) {
    laws::pages(bytes);
}

/// The memory's log.
pub fn memory_log(bytes: &[u8]) {
    laws::log(bytes);
}

/// The lock file and the memory's seal.
pub fn lock_file(bytes: &[u8]) {
    laws::lock(bytes);
    laws::seal(bytes);
}
