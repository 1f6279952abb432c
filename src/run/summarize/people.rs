//! Summaries that people wrote: they come before any engine's, as long as they are of the article as it is.

use super::{Made, Translated};
use crate::document::Document;
use crate::engine::SummarySentence;
use crate::error::Result;
use crate::language::Language;
use crate::memory::{HumanSummary, Store};
use crate::report::event::SentenceRecord;
use crate::review::recall::HUMAN;
use crate::write::summary::{body, sentences};

/// What people wrote of one article.
#[derive(Debug)]
pub struct People {
    all: Vec<HumanSummary>,
    /// The article's, as it is.
    digest: String,
}

impl People {
    /// # Errors
    /// Where the memory cannot be read.
    pub async fn load(store: &Store, path: &str, document: &Document) -> Result<Self> {
        Ok(Self { all: store.human_summaries(path).await?, digest: document.digest.clone() })
    }

    /// Without a memory.
    pub fn none() -> Self {
        Self { all: Vec::new(), digest: String::new() }
    }

    /// The one that counts in a language.
    pub fn current(&self, language: &Language) -> Option<&HumanSummary> {
        self.of(language).filter(|summary| summary.digest == self.digest)
    }

    /// What one says that was written before the article changed.
    pub fn earlier(&self, language: &Language) -> Option<String> {
        self.of(language).filter(|summary| summary.digest != self.digest).map(|summary| body(&summary.file))
    }

    fn of(&self, language: &Language) -> Option<&HumanSummary> {
        self.all.iter().find(|summary| summary.language == *language)
    }
}

/// The sentences of a person's summary; what bears them out is found later.
pub fn sentences_of(summary: &HumanSummary) -> Vec<SummarySentence> {
    let sentences = sentences(&summary.file, &summary.language).into_iter();
    sentences.map(|text| SummarySentence { text, blocks: Vec::new() }).collect()
}

/// A person's summary in the article's own language. It is theirs to judge: nothing is found in it.
pub(super) fn made(summary: &HumanSummary) -> Made {
    Made {
        engine: HUMAN.to_owned(),
        model: String::new(),
        sentences: sentences_of(summary),
        findings: Vec::new(),
    }
}

/// A person's summary in another language.
pub(super) fn translated(summary: &HumanSummary) -> Translated {
    Translated {
        engine: HUMAN.to_owned(),
        model: String::new(),
        title: None,
        sentences: sentences(&summary.file, &summary.language),
        failed: 0,
        reason: None,
    }
}

/// The sentences of a person's summary with the blocks of those that `made` has in the same places, where they are as many.
pub(super) fn records(summary: &Translated, made: &Made) -> Vec<SentenceRecord> {
    let same = summary.sentences.len() == made.sentences.len();
    let blocks = |index: usize| made.sentences.get(index).filter(|_| same).map(|one| one.blocks.clone());
    let sentences = summary.sentences.iter().enumerate();
    sentences
        .map(|(index, text)| SentenceRecord { text: text.clone(), blocks: blocks(index).unwrap_or_default() })
        .collect()
}
