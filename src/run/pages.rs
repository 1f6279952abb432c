//! The pages of a run: one beside each article's outputs, and the index of the folder.

use std::sync::atomic::Ordering;
use std::sync::{Arc, PoisonError};

use super::article::{LanguageEnd, Output, write_output};
use super::{Shared, off_thread, shown};
use crate::document::Document;
use crate::error::Result;
use crate::report::event::OutputKind;
use crate::review::data::ReviewDocument;
use crate::review::drifting::Drifting;
use crate::review::folder::{self, LastRun};
use crate::review::overview::way_to_index;
use crate::review::page::{PageOptions, render};

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
    let output = Output { kind: OutputKind::Review, language, target, bytes, theirs: false };
    write_output(shared, (path, document), output, &mut end).await?;
    Ok(end)
}

/// The page of an article relative to the state root, with `/`.
pub fn place(shared: &Shared, document: &Document) -> String {
    shown(&shared.names.relative(&shared.names.review(&document.source)))
}

/// Writes the index of the folder: what this run was over, and what earlier runs made of sources that still stand.
///
/// # Errors
/// Where the memory cannot be read, or the index cannot be written.
pub async fn index(shared: &Arc<Shared>) -> Result<()> {
    let shared = Arc::clone(shared);
    off_thread(move || write_index(&shared)).await?
}

fn write_index(shared: &Shared) -> Result<()> {
    let mut unread = std::mem::take(&mut *shared.unread.lock().unwrap_or_else(PoisonError::into_inner));
    unread.sort_by(|one, other| one.path.cmp(&other.path));
    let documents = folder::documents(&shared.store, &shared.root)?;
    // A folder's reviews are many: they are read again only where something in them may be new.
    let drift = if shared.moved.load(Ordering::Relaxed) {
        let mut drifting = Drifting::default();
        for (path, document) in &documents {
            if drifting.passes_over(document) {
                continue;
            }
            if let Some(review) = shared.store.review_blocking(path)? {
                drifting.add(&review);
            }
        }
        drifting.found()
    } else {
        LastRun::load(&shared.store)?.drift
    };
    let last = LastRun { languages: shared.settings.targets.clone(), unread, drift };
    folder::write((&shared.store, &shared.writer), &shared.root, documents, &last)
}
