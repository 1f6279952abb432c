//! The pages of a run: one beside each article's outputs, and the index of the folder.

use std::sync::Arc;

use super::article::{LanguageEnd, write_output};
use super::{Shared, off_thread, shown, unchanged};
use crate::document::Document;
use crate::error::Result;
use crate::memory::OutputRecord;
use crate::report::event::OutputKind;
use crate::review::data::ReviewDocument;
use crate::review::overview::{INDEX, way_to_index};
use crate::review::page::index::{IndexData, IndexDocument};
use crate::review::page::{PageOptions, render, render_index};
use crate::write::WriteRequest;

/// Writes an article's page.
///
/// # Errors
/// Where it cannot be written.
pub async fn page(
    shared: &Arc<Shared>,
    path: &str,
    document: &Document,
    review: &ReviewDocument,
) -> Result<LanguageEnd> {
    let mut end = LanguageEnd::default();
    let target = shared.names.review(&document.source);
    let index = Some(way_to_index(&shared.names.relative(&target)));
    let bytes = render(review, &PageOptions { index, server: None }).into_bytes();
    let language = &document.language.language;
    write_output(shared, path, document, language, OutputKind::Review, target, bytes, &mut end).await?;
    Ok(end)
}

/// The page of an article relative to the state root, with `/`.
pub fn place(shared: &Shared, document: &Document) -> String {
    shown(&shared.names.relative(&shared.names.review(&document.source)))
}

/// Writes the index of the folder: what this run was over, and what earlier runs made of sources that still stand.
///
/// # Errors
/// Where the ledger cannot be read, or the index cannot be written.
pub async fn index(shared: &Arc<Shared>) -> Result<()> {
    let documents = {
        let store = shared.store.clone();
        off_thread(move || {
            let mut documents: Vec<IndexDocument> = Vec::new();
            store.each_document_blocking(|record| documents.extend(unchanged::in_index(&record)))?;
            Ok::<_, crate::error::Error>(documents)
        })
        .await??
    };
    if documents.is_empty() {
        return Ok(());
    }
    let root = shared.root.canonicalize().unwrap_or_else(|_| shared.root.clone());
    let mut languages = shared.settings.targets.clone();
    for translation in documents.iter().flat_map(|document| &document.translations) {
        if !languages.contains(&translation.language) {
            languages.push(translation.language.clone());
        }
    }
    let name = root.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let language = languages.first().or(documents.iter().find_map(|document| document.language.as_ref()));
    let Some(language) = language.cloned() else { return Ok(()) };
    let bytes = render_index(&IndexData { name, languages, documents, drift: Vec::new() }).into_bytes();
    let request = WriteRequest {
        path: shared.root.join(INDEX),
        bytes,
        kind: OutputKind::Index,
        language,
        // It is made from no one source.
        source: shared.root.clone(),
        source_relative: std::path::PathBuf::new(),
        force: false,
    };
    let outcome = shared.writer.write(request).await?;
    let records: Vec<OutputRecord> = outcome.records;
    shared.store.record_outputs(records).await
}
