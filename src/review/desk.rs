//! A folder opened for review between runs: its lock, memory and writer in one hand.
//!
//! While it is open no run can change anything. Owns that output file, review and ledger move together, and in which
//! order: a correction is on disk before the file that shows it, and both before the ledger says so. A crash in between
//! leaves what the next run brings to the same end.

use std::path::{Path, PathBuf};

use super::article::Article;
use super::data::{Summary, SummarySentence};
use super::folder::{self, LastRun};
use super::overview::{self, way_to_index};
use super::page::{PageOptions, render};
use super::recall::HUMAN;
use super::scan::{self, Scanned, SummaryEdit};
use crate::document::Document;
use crate::error::{Error, Result};
use crate::language::Language;
use crate::memory::{OutputRecord, RunLock, Stamp, Store, state_folder};
use crate::report::event::{OutputKind, WriteState};
use crate::run::unchanged;
use crate::write::summary::sentences;
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
        let mut article = self.article(&scanned.path)?;
        match (&mut article, scanned.summary) {
            (Some(article), Some(SummaryEdit::Taken)) => self.settle_summary(article, output)?,
            (Some(article), None) if scanned.whole && output.kind == OutputKind::Translation => {
                self.settle(article, &output.language)?;
            }
            _ => {}
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
            self.record(article, Vec::new(), true)?;
            return Ok(None);
        };
        let bytes = document.encoding.encode(&written.text);
        let place = self.root.join(output);
        let mut outcome =
            self.writer.write_blocking(&request(document, place, OutputKind::Translation, bytes, to))?;
        outcome.records.extend(self.write_page(article, document)?);
        self.record(article, outcome.records, true)?;
        Ok(Some(outcome.state))
    }

    /// Has an article's review and page follow a summary that a person wrote; the next run has its translations follow.
    fn settle_summary(&self, article: &mut Article, output: &OutputRecord) -> Result<()> {
        let all = self.store.human_summaries_blocking(&article.review.path)?;
        let theirs = all.iter().find(|summary| summary.language == output.language);
        let place = article.review.summaries.iter_mut().find(|summary| summary.language == output.language);
        let (Some(theirs), Some(place)) = (theirs, place) else { return Ok(()) };
        let sentences = sentences(&theirs.file, &theirs.language).into_iter();
        *place = Summary {
            engine: HUMAN.to_owned(),
            failed: false,
            earlier: None,
            sentences: sentences.map(|text| SummarySentence { text, blocks: Vec::new() }).collect(),
            findings: Vec::new(),
            ..place.clone()
        };
        let mut records = match &article.document {
            Some(document) => self.write_page(article, document)?,
            None => Vec::new(),
        };
        let file = self.root.join(&output.path);
        if let Ok(metadata) = std::fs::symlink_metadata(&file) {
            let hash = *blake3::hash(theirs.file.as_bytes()).as_bytes();
            records.push(OutputRecord { hash, stamp: Stamp::of(&metadata), edited: true, ..output.clone() });
        }
        self.record(article, records, false)
    }

    /// Writes an article's page, where a run has written one and nobody changed it.
    fn write_page(&self, article: &Article, document: &Document) -> Result<Vec<OutputRecord>> {
        let outputs = self.store.outputs_of_blocking(&document.source.relative)?;
        let page = outputs.iter().find(|output| output.kind == OutputKind::Review && !output.edited);
        let Some(page) = page else { return Ok(Vec::new()) };
        let index = Some(way_to_index(&page.path));
        let bytes = render(&article.review, &PageOptions { index, server: None }).into_bytes();
        let place = self.root.join(&page.path);
        let request = request(document, place, OutputKind::Review, bytes, &page.language);
        Ok(self.writer.write_blocking(&request)?.records)
    }

    /// Records an article's review, what the index tells of it, and the outputs written for it. Where it is not `complete`, the next
    /// run goes through it again.
    fn record(&self, article: &Article, outputs: Vec<OutputRecord>, complete: bool) -> Result<()> {
        let review = &article.review;
        match self.store.document_blocking(Path::new(&review.path))? {
            Some(record) => {
                let mut record = unchanged::with_index(record, |page| overview::document(review, page));
                if !complete {
                    record.fingerprint.clear();
                }
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

fn request(
    document: &Document,
    path: PathBuf,
    kind: OutputKind,
    bytes: Vec<u8>,
    language: &Language,
) -> WriteRequest {
    WriteRequest {
        path,
        bytes,
        kind,
        language: language.clone(),
        source: document.source.path.clone(),
        source_relative: document.source.relative.clone(),
        theirs: false,
        force: false,
    }
}
