//! What this folder's readers of bytes are held to, for [`crate::fuzzing`].

use std::path::{Component, Path};

use super::fetch::{address, model_record, part, read_records};
use super::models::parse_manifest;
use crate::language::Language;

/// A registry's records: files with plain names, below the address that was given.
pub(crate) fn records(bytes: &[u8]) {
    let shown = |text: &str| assert!(!text.chars().any(char::is_control), "{text:?}");
    let records = match read_records(bytes) {
        Ok(records) => records,
        Err(error) => return shown(&error),
    };
    let (Ok(from), Ok(to)) = (Language::parse("en"), Language::parse("pt")) else { return };
    if let Some(found) = model_record(&records, &from, &to) {
        assert!(found.file_type == "model" && found.src.starts_with("en") && found.trg.starts_with("pt"));
    }
    for record in &records {
        match part(record) {
            Ok(_) => {
                let mut parts = Path::new(&record.name).components();
                assert!(matches!((parts.next(), parts.next()), (Some(Component::Normal(_)), None)));
            }
            Err(error) => shown(&error),
        }
        if let Ok(url) = reqwest::Url::parse(&address("https://mirror.example/models", record)) {
            assert_eq!(url.host_str(), Some("mirror.example"), "{record:?}");
        }
    }
}

/// A model's manifest: what reads is written again as the same.
pub(crate) fn manifest(bytes: &[u8]) {
    let Some(manifest) = parse_manifest(bytes) else { return };
    let again = serde_json::to_vec(&manifest).map(|json| parse_manifest(&json));
    assert!(matches!(again, Ok(Some(same)) if same == manifest));
}
