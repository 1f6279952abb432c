//! The index of a folder: what the ledger tells of its articles, and what only its last run knew.
//!
//! Runs write it at their end, and [`super::desk`] when a person has changed something between them.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::overview::INDEX;
use super::page::index::{IndexData, IndexDocument, IndexDrift};
use super::page::render_index;
use crate::error::{Error, Result};
use crate::language::Language;
use crate::memory::Store;
use crate::report::event::OutputKind;
use crate::run::unchanged;
use crate::write::{WriteRequest, Writer};

/// The articles of an index by their paths.
pub type Documents = BTreeMap<String, IndexDocument>;

/// What the last run over the folder leaves for an index that is made without one.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct LastRun {
    /// Its target languages: the first columns.
    pub languages: Vec<Language>,
    /// The articles that it could not read or make anything of, with the reason.
    pub unread: Vec<IndexDocument>,
    pub drift: Vec<IndexDrift>,
}

impl LastRun {
    /// What the last run left; nothing of a version that keeps something else.
    ///
    /// # Errors
    /// Where the memory cannot be read.
    pub fn load(store: &Store) -> Result<Self> {
        let kept = store.last_run_blocking()?;
        Ok(kept.and_then(|json| serde_json::from_str(&json).ok()).unwrap_or_default())
    }
}

/// An article of which nothing could be made.
pub fn unread(path: String, reason: String) -> IndexDocument {
    let reason = Some(reason);
    IndexDocument {
        path,
        title: None,
        language: None,
        page: None,
        reason,
        human_summaries: Vec::new(),
        translations: Vec::new(),
    }
}

/// Writes the index of the folder at `root` and records it, with what the last run left for it.
///
/// # Errors
/// Where the memory cannot be read, or the index cannot be written.
pub fn write(
    (store, writer): (&Store, &Writer),
    root: &Path,
    documents: Documents,
    last: &LastRun,
) -> Result<()> {
    let path = root.join(INDEX);
    let mut records = Vec::new();
    if let Some((language, bytes)) = index(root, documents, last) {
        let request = WriteRequest {
            path: path.clone(),
            bytes,
            kind: OutputKind::Index,
            language,
            // It is made from no one source.
            source: root.to_owned(),
            source_relative: PathBuf::new(),
            theirs: false,
            force: false,
        };
        records = writer.write_blocking(&request)?.records;
    }
    let last = serde_json::to_string(last)
        .map_err(|error| Error::file(&path, error.to_string(), "this is a bug: please report it"))?;
    store.record_index_blocking(last, records)
}

/// What the index tells of the articles on record whose sources still stand.
///
/// # Errors
/// Where the memory cannot be read.
pub fn documents(store: &Store, root: &Path) -> Result<Documents> {
    let mut documents = Documents::new();
    store.each_document_blocking(|record| {
        if let Some(document) = unchanged::in_index(&record, root) {
            documents.insert(document.path.clone(), document);
        }
    })?;
    Ok(documents)
}

/// The index with the language that it is recorded under; none where there is nothing to show.
fn index(root: &Path, documents: Documents, last: &LastRun) -> Option<(Language, Vec<u8>)> {
    let data = data(root, documents, last);
    let of_sources = data.documents.iter().find_map(|document| document.language.as_ref());
    let language = data.languages.first().or(of_sources).cloned();
    let language = language.filter(|_| !data.documents.is_empty())?;
    Some((language, render_index(&data).into_bytes()))
}

/// What an index of the folder at `root` shows.
pub fn data(root: &Path, mut documents: Documents, last: &LastRun) -> IndexData {
    for unread in &last.unread {
        // What earlier runs made of it still stands.
        let place = documents.entry(unread.path.clone()).or_insert_with(|| unread.clone());
        place.reason.clone_from(&unread.reason);
    }
    let documents: Vec<IndexDocument> = documents.into_values().collect();
    let mut languages = last.languages.clone();
    for translation in documents.iter().flat_map(|document| &document.translations) {
        if !languages.contains(&translation.language) {
            languages.push(translation.language.clone());
        }
    }
    let root = root.canonicalize().unwrap_or_else(|_| root.to_owned());
    let name = root.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    IndexData { name, languages, documents, drift: last.drift.clone() }
}
