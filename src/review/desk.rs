//! A folder opened for review between runs: its lock, memory and writer in one hand.
//!
//! While it is open no run can change anything. Owns that output file, review and ledger move together, and in which
//! order: a correction is on disk before the file that shows it, and both before the ledger says so. A crash in between
//! leaves what the next run brings to the same end.

use std::path::{Path, PathBuf};

use super::article::Article;
use super::folder::{self, LastRun};
use super::overview::{self, way_to_index};
use super::page::{PageOptions, render};
use super::scan::{self, Scanned};
use crate::error::{Error, Result};
use crate::language::Language;
use crate::memory::{OutputRecord, RunLock, Store, state_folder};
use crate::report::event::{OutputKind, WriteState};
use crate::run::unchanged;
use crate::write::{WriteRequest, Writer};

/// A state root opened for review.
#[derive(Debug)]
pub struct Desk {
    root: PathBuf,
    store: Store,
    writer: Writer,
    /// Let go when the desk is.
    _lock: RunLock,
}

/// # Errors
/// Where no run has been in `root`.
pub(super) fn require_run(root: &Path) -> Result<()> {
    if state_folder(root).join("gloss.db").is_file() {
        return Ok(());
    }
    Err(Error::file(
        root,
        "no run of gloss has been here",
        "give the folder that `gloss run` was given, or its `--out`: `.gloss` lies in it",
    ))
}

impl Desk {
    /// Opens `root`, the folder that `.gloss` lies in.
    ///
    /// # Errors
    /// Where no run has been there, a run is going on, or the memory cannot be opened.
    pub fn open(root: &Path) -> Result<Self> {
        require_run(root)?;
        let lock = RunLock::acquire_for(root, &[])?;
        let store = Store::open(root)?;
        let writer = Writer::new(root, store.clone(), &lock, |_| false)?;
        Ok(Self { root: root.to_owned(), store, writer, _lock: lock })
    }

    pub fn root(&self) -> &Path {
        &self.root
    }

    pub fn store(&self) -> &Store {
        &self.store
    }

    /// The article made from one source (relative to the root, with `/`).
    ///
    /// # Errors
    /// Where the memory cannot be read.
    pub fn article(&self, path: &str) -> Result<Option<Article>> {
        Article::load(&self.store, &self.root, path)
    }

    /// Takes over what people changed in the output files, and has the ledger know those again in which all is
    /// accounted for.
    ///
    /// # Errors
    /// Where the memory or an output cannot be read or written.
    pub fn scan(&self) -> Result<Vec<Scanned>> {
        let outputs = scan::edited_outputs(&self.store, &self.root, |_| true)?;
        let scanned: Vec<Scanned> = outputs
            .iter()
            .map(|output| self.scan_output(output).map(|(scanned, _)| scanned))
            .collect::<Result<_>>()?;
        if !scanned.is_empty() {
            self.index()?;
        }
        Ok(scanned)
    }

    /// The same for one article, which follows.
    ///
    /// # Errors
    /// As [`Desk::scan`].
    pub fn scan_of(&self, article: &mut Article, to: &Language) -> Result<Vec<Scanned>> {
        let source = PathBuf::from(&article.review.path);
        let wanted = |output: &OutputRecord| output.source == source && output.language == *to;
        let outputs = scan::edited_outputs(&self.store, &self.root, wanted)?;
        let mut all = Vec::new();
        for output in &outputs {
            let (scanned, followed) = self.scan_output(output)?;
            *article = followed.unwrap_or_else(|| article.clone());
            all.push(scanned);
        }
        Ok(all)
    }

    fn scan_output(&self, output: &OutputRecord) -> Result<(Scanned, Option<Article>)> {
        let scanned = scan::scan(&self.store, &self.root, output)?;
        let article = self.article(&scanned.path)?;
        if scanned.whole
            && let Some(article) = &article
        {
            self.settle(article, &output.language)?;
        }
        Ok((scanned, article))
    }

    /// Writes an article's output in one language and its page as its review has them, then records all of it. `None` where its source is
    /// not at hand: the next run writes it.
    ///
    /// # Errors
    /// Where the output or the ledger cannot be written.
    pub fn settle(&self, article: &Article, to: &Language) -> Result<Option<WriteState>> {
        let written = article.stitched(&self.store, to)?;
        let output = article.translation(to).and_then(|translation| translation.output.clone());
        let (Some(document), Some(written), Some(output)) = (&article.document, written, output) else {
            self.record(article, Vec::new())?;
            return Ok(None);
        };
        let request = |path: PathBuf, kind, bytes, language: &Language| WriteRequest {
            path,
            bytes,
            kind,
            language: language.clone(),
            source: document.source.path.clone(),
            source_relative: document.source.relative.clone(),
            force: false,
        };
        let bytes = document.encoding.encode(&written.text);
        let mut outcome = self.writer.write_blocking(&request(
            self.root.join(output),
            OutputKind::Translation,
            bytes,
            to,
        ))?;
        let pages = self.store.outputs_of_blocking(&document.source.relative)?;
        if let Some(page) = pages.iter().find(|output| output.kind == OutputKind::Review && !output.edited) {
            let index = Some(way_to_index(&page.path));
            let bytes = render(&article.review, &PageOptions { index, server: None }).into_bytes();
            let place = self.root.join(&page.path);
            let written =
                self.writer.write_blocking(&request(place, OutputKind::Review, bytes, &page.language))?;
            outcome.records.extend(written.records);
        }
        self.record(article, outcome.records)?;
        Ok(Some(outcome.state))
    }

    /// Records an article's review, what the index tells of it, and the outputs written for it.
    fn record(&self, article: &Article, outputs: Vec<OutputRecord>) -> Result<()> {
        let review = &article.review;
        match self.store.document_blocking(Path::new(&review.path))? {
            Some(record) => {
                let record = unchanged::with_index(record, |page| overview::document(review, page));
                self.store.record_reviewed_blocking(record, outputs, review)
            }
            None => self.store.settle_blocking(review, outputs),
        }
    }

    /// Has the folder's index follow what was settled, where a run has written one.
    ///
    /// # Errors
    /// Where the memory cannot be read, or the index cannot be written.
    pub fn index(&self) -> Result<()> {
        let of_no_source = self.store.outputs_of_blocking(Path::new(""))?;
        if !of_no_source.iter().any(|output| output.kind == OutputKind::Index && !output.edited) {
            return Ok(());
        }
        let last = LastRun::load(&self.store)?;
        folder::write(
            (&self.store, &self.writer),
            &self.root,
            folder::documents(&self.store, &self.root)?,
            &last,
        )
    }
}
