//! The pages of a run: one an article, written with its outputs, and the index of all, written last.
//!
//! Owns when a page is written and what the index holds; [`crate::review::page`] owns what they look like. A page of an
//! article on which nothing has changed is not looked at again, and its row in the index is kept with the article's
//! record, so that an index of ten thousand articles opens none of their reviews.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use super::article::LanguageEnd;
use super::{Shared, off_thread, shown, unchanged};
use crate::document::Document;
use crate::error::Result;
use crate::language::Language;
use crate::report::event::{Event, OutputKind, WriteState};
use crate::review::data::ReviewDocument;
use crate::review::overview;
use crate::review::page::index::{IndexData, IndexDocument};
use crate::review::page::{PageOptions, render, render_index};
use crate::write::WriteRequest;

/// The rows of the index, by path.
#[derive(Debug, Default)]
pub struct Rows(Mutex<BTreeMap<String, IndexDocument>>);

impl Rows {
    pub fn add(&self, row: IndexDocument) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(row.path.clone(), row);
    }

    fn take(&self) -> BTreeMap<String, IndexDocument> {
        std::mem::take(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Writes the page of an article, notes it in `end` and gives the article's row. Nothing where no pages are wanted, or
/// nothing was to be made of the article.
///
/// # Errors
/// Where the file or the ledger cannot be written.
pub async fn write(
    shared: &Arc<Shared>,
    document: &Document,
    review: &ReviewDocument,
    end: &mut LanguageEnd,
) -> Result<Option<IndexDocument>> {
    if !shared.settings.review {
        return Ok(None);
    }
    if review.translations.is_empty() && review.summaries.is_empty() {
        let row = overview::row(review, None);
        shared.rows.add(row.clone());
        return Ok(Some(row));
    }
    let target = shared.names.review(&document.source);
    let relative = shown(&shared.names.relative(&target));
    let row = overview::row(review, Some(relative.clone()));
    shared.rows.add(row.clone());
    let options = PageOptions { index: Some(to_index(&relative)), server: None };
    let bytes = {
        let review = review.clone();
        off_thread(move || render(&review, &options).into_bytes()).await?
    };
    let outcome = shared
        .writer
        .write(WriteRequest {
            path: target,
            bytes,
            kind: OutputKind::Review,
            language: review.language.clone(),
            source: document.source.path.clone(),
            source_relative: document.source.relative.clone(),
            force: shared.settings.force,
        })
        .await?;
    shared.events.emit(Event::Written {
        path: review.path.clone(),
        output: relative,
        kind: OutputKind::Review,
        language: review.language.clone(),
        state: outcome.state,
        beside: outcome.beside.map(|path| shown(&shared.names.relative(&path))),
    });
    end.kept_edited |= outcome.state == WriteState::KeptEdited;
    end.outputs.extend(outcome.records);
    Ok(Some(row))
}

/// The way from a page to the index of its run.
pub fn to_index(page: &str) -> String {
    let depth = page.matches('/').count();
    format!("{}index.html", "../".repeat(depth))
}

/// The row of an article that came to nothing.
pub fn without(shared: &Shared, path: &str, reason: Option<&str>) {
    shared.rows.add(overview::without(path, reason.map(str::to_owned)));
}

/// Writes the index: the articles of this run, and those of earlier runs that still stand where they stood.
///
/// # Errors
/// Where the memory cannot be read, or the file or the ledger cannot be written.
pub async fn write_index(shared: &Arc<Shared>) -> Result<()> {
    if !shared.settings.review {
        return Ok(());
    }
    let mut rows = shared.rows.take();
    let store = shared.store.clone();
    let reviewed = off_thread(move || store.reviews_blocking()).await??;
    let others: Vec<PathBuf> =
        reviewed.into_iter().filter(|path| !rows.contains_key(path)).map(PathBuf::from).collect();
    if !others.is_empty() {
        let known = shared.store.documents(others).await?;
        let found = off_thread(move || -> Vec<IndexDocument> {
            let stands = |path: &String| Path::new(path).is_file();
            let records = known.values().map(|known| &known.document);
            let standing = records.filter(|record| unchanged::origin_of(record).as_ref().is_some_and(stands));
            standing.filter_map(unchanged::row).collect()
        })
        .await?;
        rows.extend(found.into_iter().map(|row| (row.path.clone(), row)));
    }
    if rows.is_empty() {
        return Ok(());
    }
    let target = shared.names.index();
    let data = IndexData {
        name: folder_name(&shared.root),
        languages: languages(&shared.settings.targets, rows.values()),
        documents: rows.into_values().collect(),
        drift: Vec::new(),
    };
    let bytes = off_thread(move || render_index(&data).into_bytes()).await?;
    let outcome = shared
        .writer
        .write(WriteRequest {
            path: target.clone(),
            bytes,
            kind: OutputKind::Index,
            language: Language::english(),
            source: PathBuf::new(),
            source_relative: PathBuf::new(),
            force: shared.settings.force,
        })
        .await?;
    shared.events.emit(Event::IndexWritten {
        output: shown(&shared.names.relative(&target)),
        state: outcome.state,
        beside: outcome.beside.map(|path| shown(&shared.names.relative(&path))),
    });
    shared.store.record_outputs(outcome.records).await
}

/// The columns: the languages asked for, in their order, then those of earlier runs.
pub fn languages<'a>(
    targets: &[Language],
    rows: impl Iterator<Item = &'a IndexDocument>,
) -> Vec<Language> {
    let mut languages = targets.to_vec();
    let mut others: Vec<&Language> =
        rows.flat_map(|row| &row.translations).map(|translation| &translation.language).collect();
    others.sort();
    for other in others {
        if !languages.contains(other) {
            languages.push(other.clone());
        }
    }
    languages
}

/// What people call a folder.
pub fn folder_name(root: &Path) -> String {
    let real = root.canonicalize().unwrap_or_else(|_| root.to_owned());
    real.file_name().map_or_else(|| shown(root), |name| name.to_string_lossy().into_owned())
}
