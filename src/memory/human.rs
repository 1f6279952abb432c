//! What people did, through the handle: corrections, ignored findings, and the reviews in which both are seen.

use std::collections::{HashMap, HashSet};
use std::path::Path;

use super::corrections::{self, Correction, Ignored, PairStamps, TextHash};
use super::ledger::{self, DocumentRecord, OutputRecord};
use super::writer::Change;
use super::{Held, HumanSummary, Store, held, reviews, summaries};
use crate::error::{Error, Result};
use crate::language::Language;
use crate::review::data::ReviewDocument;

impl Store {
    /// The corrections of `texts` (canonical), by text: the newest first, withdrawals among them. Ask for many at
    /// once.
    ///
    /// # Errors
    /// Where the database cannot be read.
    pub async fn corrections_for(
        &self,
        from: &Language,
        to: &Language,
        texts: &[&str],
    ) -> Result<HashMap<String, Vec<Correction>>> {
        let (keys, store) = (text_keys(from, to, texts), self.clone());
        let found = self.read(move |connection| corrections::of_texts(connection, &keys)).await?;
        store.note_unsound(found.unsound);
        Ok(by_text(found.known))
    }

    /// [`Store::corrections_for`] on a thread that may block.
    ///
    /// # Errors
    /// As there.
    pub fn corrections_for_blocking(
        &self,
        from: &Language,
        to: &Language,
        texts: &[&str],
    ) -> Result<HashMap<String, Vec<Correction>>> {
        let keys = text_keys(from, to, texts);
        let found = self.read_blocking(|connection| corrections::of_texts(connection, &keys))?;
        self.note_unsound(found.unsound);
        Ok(by_text(found.known))
    }

    /// The corrections made at one source (relative to the state root, with `/`) into one language, in the order of
    /// their blocks, withdrawals among them.
    ///
    /// # Errors
    /// Where the database cannot be read.
    pub async fn corrections_of_path(&self, path: &str, to: &Language) -> Result<Vec<Correction>> {
        let (path, to, store) = (path.to_owned(), to.clone(), self.clone());
        let found = self.read(move |connection| corrections::of_path(connection, &path, &to)).await?;
        store.note_unsound(found.unsound);
        Ok(found.known)
    }

    /// Hands every correction that counts to `each`, by pair of languages, path and block.
    ///
    /// # Errors
    /// Where the database cannot be read.
    pub fn each_correction_blocking(&self, mut each: impl FnMut(Correction)) -> Result<()> {
        self.read_blocking(|connection| corrections::each(connection, &mut each))
    }

    /// Keeps corrections; on disk when this returns. In one context the newer takes the older's place.
    ///
    /// # Errors
    /// Where the database cannot be written.
    pub fn correct_blocking(&self, corrections: Vec<Correction>) -> Result<()> {
        if corrections.is_empty() { Ok(()) } else { self.change_blocking(Change::Correct(corrections)) }
    }

    /// Takes a correction back where it stands: no person's answer counts in its context any more.
    ///
    /// # Errors
    /// Where the database cannot be written.
    pub fn withdraw_blocking(&self, correction: Correction) -> Result<()> {
        let kind = corrections::CorrectionKind::Withdrawal;
        let withdrawal = Correction { kind, answer: String::new(), raw: None, ..correction };
        self.change_blocking(Change::Correct(vec![withdrawal]))
    }

    /// Notes findings that are to be passed over.
    ///
    /// # Errors
    /// Where the database cannot be written.
    pub fn ignore_blocking(&self, ignored: Vec<Ignored>) -> Result<()> {
        self.change_blocking(Change::Ignore(ignored))
    }

    /// The contrary of [`Store::ignore_blocking`].
    ///
    /// # Errors
    /// Where the database cannot be written.
    pub fn heed_blocking(&self, ignored: Vec<Ignored>) -> Result<()> {
        self.change_blocking(Change::Heed(ignored))
    }

    /// Those of `keys` ([`Ignored::key`]) that are to be passed over.
    ///
    /// # Errors
    /// Where the database cannot be read.
    pub async fn ignored(&self, keys: Vec<TextHash>) -> Result<HashSet<TextHash>> {
        if keys.is_empty() {
            return Ok(HashSet::new());
        }
        let found = self.read(move |connection| corrections::ignored(connection, &keys)).await?;
        Ok(found.into_iter().collect())
    }

    /// [`Store::ignored`] on a thread that may block.
    ///
    /// # Errors
    /// As there.
    pub fn ignored_blocking(&self, keys: &[TextHash]) -> Result<HashSet<TextHash>> {
        let found = self.read_blocking(|connection| corrections::ignored(connection, keys))?;
        Ok(found.into_iter().collect())
    }

    /// A hash for each pair of languages over everything people did in it.
    ///
    /// # Errors
    /// Where the database cannot be read.
    pub async fn pair_stamps(&self) -> Result<PairStamps> {
        self.read(corrections::stamps).await
    }

    /// The review of one source (relative to the state root, with `/`).
    ///
    /// # Errors
    /// Where the database cannot be read. A review of another version's form is as none.
    pub async fn review(&self, path: &str) -> Result<Option<ReviewDocument>> {
        let path = path.to_owned();
        let found = self.read(move |connection| reviews::find(connection, &path)).await?;
        Ok(found.and_then(|data| serde_json::from_str(&data).ok()))
    }

    /// [`Store::review`] on a thread that may block.
    ///
    /// # Errors
    /// As there.
    pub fn review_blocking(&self, path: &str) -> Result<Option<ReviewDocument>> {
        let found = self.read_blocking(|connection| reviews::find(connection, path))?;
        Ok(found.and_then(|data| serde_json::from_str(&data).ok()))
    }

    /// The sources that have a review, in order. Take them one by one: a folder's reviews together are as large as it.
    ///
    /// # Errors
    /// Where the database cannot be read.
    pub fn reviews_blocking(&self) -> Result<Vec<String>> {
        self.read_blocking(reviews::paths)
    }

    /// [`Store::record_document`] with the document's review, in one transaction.
    ///
    /// # Errors
    /// As there.
    pub async fn record_reviewed(
        &self,
        document: DocumentRecord,
        outputs: Vec<OutputRecord>,
        review: &ReviewDocument,
    ) -> Result<()> {
        let row = self.row(review)?;
        self.change(Change::Document(Box::new((document, outputs, Some(row))))).await
    }

    /// Records outputs that were written again between runs, and the review that tells of them, in one transaction.
    ///
    /// # Errors
    /// Where the database cannot be written.
    pub fn settle_blocking(&self, review: &ReviewDocument, outputs: Vec<OutputRecord>) -> Result<()> {
        let row = self.row(review)?;
        self.change_blocking(Change::Settle(Box::new((row, outputs))))
    }

    /// [`Store::record_reviewed`] on a thread that may block.
    ///
    /// # Errors
    /// As there.
    pub fn record_reviewed_blocking(
        &self,
        document: DocumentRecord,
        outputs: Vec<OutputRecord>,
        review: &ReviewDocument,
    ) -> Result<()> {
        let row = self.row(review)?;
        self.change_blocking(Change::Document(Box::new((document, outputs, Some(row)))))
    }

    /// The summaries that people wrote of one article (relative to the state root, with `/`), of its text as it is or was.
    ///
    /// # Errors
    /// Where the database cannot be read.
    pub async fn human_summaries(&self, path: &str) -> Result<Vec<HumanSummary>> {
        let (path, store) = (path.to_owned(), self.clone());
        let found = self.read(move |connection| summaries::of_path(connection, &path)).await?;
        store.note_unsound(found.unsound);
        Ok(found.known)
    }

    /// [`Store::human_summaries`] on a thread that may block.
    ///
    /// # Errors
    /// As there.
    pub fn human_summaries_blocking(&self, path: &str) -> Result<Vec<HumanSummary>> {
        let found = self.read_blocking(|connection| summaries::of_path(connection, path))?;
        self.note_unsound(found.unsound);
        Ok(found.known)
    }

    /// Keeps a person's summary in the place of an earlier one of the same article and language.
    ///
    /// # Errors
    /// Where the database cannot be written.
    pub fn summarize_blocking(&self, summary: HumanSummary) -> Result<()> {
        self.change_blocking(Change::Summarize(summary))
    }

    /// Takes a person's summary back.
    ///
    /// # Errors
    /// Where the database cannot be written.
    pub fn unsummarize_blocking(&self, path: &str, language: &Language) -> Result<()> {
        self.change_blocking(Change::Unsummarize(path.to_owned(), language.clone()))
    }

    /// What an output held when it was last looked through for edits; none where it never was.
    ///
    /// # Errors
    /// Where the database cannot be read.
    pub fn held_blocking(&self, output: &Path) -> Result<Option<Vec<Held>>> {
        self.read_blocking(|connection| held::find(connection, output))
    }

    /// Records what an output holds, after its edits were taken over.
    ///
    /// # Errors
    /// Where the database cannot be written.
    pub fn hold_blocking(&self, output: &Path, paragraphs: Vec<Held>) -> Result<()> {
        self.change_blocking(Change::Hold(output.to_owned(), paragraphs))
    }

    /// Forgets an output (relative to the state root) that was removed.
    ///
    /// # Errors
    /// Where the database cannot be written.
    pub fn forget_blocking(&self, output: &Path) -> Result<()> {
        self.change_blocking(Change::Forget(output.to_owned()))
    }

    /// What the last run left for the folder's index, as [`Store::record_index_blocking`] was given it.
    ///
    /// # Errors
    /// Where the database cannot be read.
    pub fn last_run_blocking(&self) -> Result<Option<String>> {
        self.read_blocking(|connection| reviews::find(connection, reviews::FOLDER))
    }

    /// Records the folder's index as it was written, and what a later one needs of this run, in one transaction.
    ///
    /// # Errors
    /// Where the database cannot be written.
    pub fn record_index_blocking(&self, last_run: String, outputs: Vec<OutputRecord>) -> Result<()> {
        let row = (reviews::FOLDER.to_owned(), last_run);
        self.change_blocking(Change::Settle(Box::new((row, outputs))))
    }

    fn row(&self, review: &ReviewDocument) -> Result<(String, String)> {
        let data = serde_json::to_string(review).map_err(|error| Error::Memory {
            path: self.path().to_owned(),
            message: format!("the review of `{}` cannot be kept ({error})", review.path),
            hint: Some("this is a bug: please report it".to_owned()),
        })?;
        Ok((review.path.clone(), data))
    }

    /// Hands every document on record to `each`, in order of path.
    ///
    /// # Errors
    /// Where the database cannot be read.
    pub fn each_document_blocking(&self, mut each: impl FnMut(DocumentRecord)) -> Result<()> {
        self.read_blocking(|connection| ledger::each_document(connection, &mut each))
    }

    /// Hands every output on record to `each`, in order of path.
    ///
    /// # Errors
    /// Where the database cannot be read.
    pub fn each_output_blocking(&self, mut each: impl FnMut(OutputRecord)) -> Result<()> {
        self.read_blocking(|connection| ledger::each_output(connection, &mut each))
    }
}

fn text_keys(from: &Language, to: &Language, texts: &[&str]) -> Vec<TextHash> {
    let mut keys: Vec<TextHash> = texts.iter().map(|text| Correction::text_key(from, to, text)).collect();
    keys.sort_unstable();
    keys.dedup();
    keys
}

fn by_text(found: HashMap<TextHash, Vec<Correction>>) -> HashMap<String, Vec<Correction>> {
    found.into_values().filter_map(|all| Some((all.first()?.source.clone(), all))).collect()
}
