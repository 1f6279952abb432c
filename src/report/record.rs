//! What `report.json` says of one document, and of the run in all. The schema is [`super::event::SCHEMA`].

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::event::{Counts, DocumentState, OutputKind, SentenceRecord, UnitNote, UnitState, WriteState};
use crate::check::Finding;
use crate::document::BlockId;
use crate::engine::Usage;
use crate::language::Language;

/// One document. What was not learnt of it (an unreadable one has no language) is absent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DocumentRecord {
    /// Relative to the output root, with `/`.
    pub path: String,
    pub state: DocumentState,
    /// Why it was skipped or failed.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub reason: Option<String>,
    /// Nothing had changed since an earlier run.
    pub unchanged: bool,
    pub milliseconds: u64,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub source: Option<SourceRecord>,
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub dropped: Vec<DroppedBlock>,
    pub languages: Vec<LanguageRecord>,
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub summaries: Vec<SummaryRecord>,
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub outputs: Vec<OutputRecord>,
}

impl DocumentRecord {
    /// Whether a person should look: something failed, a reply was kept against a hard finding, or a person's
    /// edit stood in the way.
    pub fn troubled(&self) -> bool {
        matches!(self.state, DocumentState::Partial | DocumentState::Failed)
            || self.hard_flagged() > 0
            || self.outputs.iter().any(|output| output.state == WriteState::KeptEdited)
    }

    /// Units and summaries that stand although a hard check fired.
    pub fn hard_flagged(&self) -> u64 {
        let hard = |findings: &[Finding]| {
            findings.iter().any(|finding| finding.severity == crate::check::Severity::Hard)
        };
        let notes = self.languages.iter().flat_map(|language| &language.notes);
        let units = notes.filter(|note| note.state != UnitState::Failed && hard(&note.findings)).count();
        let summaries = self.summaries.iter();
        let summaries =
            summaries.filter(|summary| summary.state != UnitState::Failed && hard(&summary.findings)).count();
        (units + summaries) as u64
    }
}

/// How the source was read.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SourceRecord {
    pub encoding: String,
    pub encoding_guessed: bool,
    pub language: Language,
    #[serde(deserialize_with = "crate::language::finite")]
    pub confidence: f32,
    pub units: u64,
    pub words: u64,
    /// Blocks taken for furniture.
    pub boilerplate: u64,
}

/// A block of furniture that was left out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DroppedBlock {
    pub block: BlockId,
    pub text: String,
}

/// One document in one target language.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LanguageRecord {
    pub language: Language,
    /// The document was in this language already: there is no translation.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub same_language: bool,
    #[serde(default)]
    pub units: Counts,
    #[serde(default)]
    pub words: u64,
    /// From the document's start until this language was over.
    #[serde(default)]
    pub milliseconds: u64,
    /// The blocks that each engine answered, in this run or an earlier one.
    #[serde(skip_serializing_if = "BTreeMap::is_empty", default)]
    pub engines: BTreeMap<String, Vec<BlockId>>,
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub notes: Vec<UnitNote>,
}

/// One summary. `state` is that of a unit: asked for, remembered, failed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SummaryRecord {
    pub language: Language,
    pub engine: String,
    pub state: UnitState,
    pub sentences: Vec<SentenceRecord>,
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub findings: Vec<Finding>,
}

/// One output file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutputRecord {
    pub path: String,
    pub kind: OutputKind,
    pub language: Language,
    pub state: WriteState,
    /// Where ours was put, where a person's edit was kept at `path`; or the person's, where it was overwritten.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub beside: Option<String>,
}

/// A path that is no source, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SkippedPath {
    pub path: String,
    pub reason: String,
    pub unreadable: bool,
}

/// What a run came to. `documents.found` is the sum of the states and of those not finished.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct RunTotals {
    pub documents: DocumentCounts,
    /// Units of all documents and languages.
    pub units: Counts,
    /// Source words of those units.
    pub words: u64,
    pub languages: BTreeMap<Language, LanguageTotals>,
    pub summaries: u64,
    pub summaries_failed: u64,
    /// Units and summaries that stand although a hard check fired.
    pub hard_flagged: u64,
    pub outputs: OutputCounts,
    pub paths_skipped: u64,
    /// Of those, the ones that could not be read.
    pub unreadable: u64,
    /// Of those, the links that lead out of their folder.
    #[serde(skip_serializing_if = "Named::is_empty", default)]
    pub links_out: Named,
    /// Engines that translated without being told of the glossary, for they take no terms.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub engines_without_terms: Vec<String>,
    /// Everything that an endpoint may have charged for, failed requests and repetitions included; lists (of languages,
    /// pairs, models, of what is left of a quota) are not.
    pub requests: u64,
    pub requests_failed: u64,
    /// Of the failed ones, those whose reply the run did not wait for; what they used is assumed.
    #[serde(skip_serializing_if = "super::event::is_none", default)]
    pub requests_abandoned: u64,
    /// Of all, those of which the endpoint did not say what they used: it is assumed.
    #[serde(skip_serializing_if = "super::event::is_none", default)]
    pub requests_assumed: u64,
    pub retries: u64,
    pub usage: Usage,
    /// At the configured prices.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub cost: Option<f64>,
    /// By engine, as the settings name it.
    #[serde(default)]
    pub engines: BTreeMap<String, EngineTotals>,
    /// Size of the sources.
    pub bytes: u64,
    pub milliseconds: u64,
    /// The run did not come to its end.
    pub interrupted: bool,
    /// The error that ended it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub error: Option<String>,
    /// Where the events contradict each other: a fault of gloss, reported rather than hidden.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub inconsistencies: Vec<String>,
}

impl RunTotals {
    /// Whether anything was left untranslated or stands against a hard finding.
    pub fn has_failures(&self) -> bool {
        self.units.failed + self.summaries_failed + self.hard_flagged > 0
            || self.documents.partial + self.documents.failed > 0
            || !self.inconsistencies.is_empty()
    }
}

/// How many there are of something, and the first of them by name.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Named {
    pub count: u64,
    /// At most five.
    pub first: Vec<String>,
}

impl Named {
    pub fn add(&mut self, name: &str) {
        self.count += 1;
        if self.first.len() < 5 {
            self.first.push(name.to_owned());
        }
    }

    pub fn is_empty(&self) -> bool {
        self.count == 0
    }
}

/// Documents by state.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocumentCounts {
    pub found: u64,
    pub done: u64,
    pub partial: u64,
    pub failed: u64,
    pub skipped: u64,
    /// Not come to before the run was interrupted.
    pub unfinished: u64,
    /// Of the finished ones, those in which nothing had changed.
    pub unchanged: u64,
}

impl DocumentCounts {
    pub fn add(&mut self, state: DocumentState) {
        match state {
            DocumentState::Done => self.done += 1,
            DocumentState::Partial => self.partial += 1,
            DocumentState::Failed => self.failed += 1,
            DocumentState::Skipped => self.skipped += 1,
        }
    }

    /// Those in a state.
    pub fn finished(&self) -> u64 {
        self.done + self.partial + self.failed + self.skipped
    }
}

/// What one engine did, and what it cost.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct EngineTotals {
    /// Units that stand with its answer, made in this run or an earlier one.
    pub units: u64,
    pub requests: u64,
    pub requests_failed: u64,
    pub retries: u64,
    /// Over all requests, failed ones and repetitions included.
    pub spent: Spent,
    /// On answers that came and could not be used; part of `spent`.
    pub refused: Spent,
    /// What the answers that the memory had cost when they were made.
    pub saved: Spent,
}

/// Tokens, characters and money for a number of requests or answers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct Spent {
    /// Requests in [`EngineTotals::spent`], answers elsewhere.
    pub count: u64,
    #[serde(flatten)]
    pub usage: Usage,
    /// At the configured prices; absent where there are none.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub cost: Option<f64>,
}

impl Spent {
    pub fn add(&mut self, count: u64, usage: Usage, cost: Option<f64>) {
        self.count += count;
        self.usage += usage;
        self.cost = sum(self.cost, cost);
    }
}

/// The sum of what is known of two costs.
pub fn sum(one: Option<f64>, other: Option<f64>) -> Option<f64> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one + other),
        (one, other) => one.or(other),
    }
}

/// One target language over all documents.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LanguageTotals {
    pub documents: u64,
    /// Documents that were in this language already.
    pub same_language: u64,
    pub units: Counts,
    pub words: u64,
    pub outputs: u64,
}

/// Output files by what became of them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutputCounts {
    pub created: u64,
    pub replaced: u64,
    pub unchanged: u64,
    pub kept_edited: u64,
}

impl OutputCounts {
    pub fn add(&mut self, state: WriteState) {
        match state {
            WriteState::Created => self.created += 1,
            WriteState::Replaced => self.replaced += 1,
            WriteState::Unchanged => self.unchanged += 1,
            WriteState::KeptEdited => self.kept_edited += 1,
        }
    }

    pub fn total(&self) -> u64 {
        self.created + self.replaced + self.unchanged + self.kept_edited
    }
}
