//! What happens in a run, as data. `run` emits these and prints nothing; progress, table, `events.jsonl`
//! and `report.json` are made from them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::check::Finding;
use crate::document::{BlockId, Role};
use crate::engine::Usage;
use crate::language::Language;
use crate::review::scan::Scanned;

/// The version of `report.json` and `events.jsonl`.
pub const SCHEMA: u32 = 1;

/// Every unit ends in exactly one of these.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum UnitState {
    /// Asked for in this run and accepted.
    Translated,
    /// Known from the memory, made by a machine before.
    Remembered,
    /// Known from the memory, made by a person.
    Human,
    /// Left as it is on purpose: nothing to translate in it, or dropped furniture.
    Copied,
    /// No acceptable answer: stands in the source language between visible marks.
    Failed,
}

/// Every document ends in exactly one of these.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DocumentState {
    Done,
    /// Written, with failed units in it.
    Partial,
    /// Nothing usable could be made.
    Failed,
    /// Left alone, with the reason.
    Skipped,
}

/// Units of one document and language by state. The sum is the number of units.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    pub translated: u64,
    pub remembered: u64,
    pub human: u64,
    pub copied: u64,
    pub failed: u64,
}

impl Counts {
    pub fn add(&mut self, state: UnitState) {
        match state {
            UnitState::Translated => self.translated += 1,
            UnitState::Remembered => self.remembered += 1,
            UnitState::Human => self.human += 1,
            UnitState::Copied => self.copied += 1,
            UnitState::Failed => self.failed += 1,
        }
    }

    /// The same, told by a later run, in which nothing was asked.
    #[must_use]
    pub fn known(self) -> Self {
        Self { remembered: self.translated + self.remembered, translated: 0, ..self }
    }

    pub fn total(&self) -> u64 {
        self.translated + self.remembered + self.human + self.copied + self.failed
    }
}

impl std::ops::AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        self.translated += other.translated;
        self.remembered += other.remembered;
        self.human += other.human;
        self.copied += other.copied;
        self.failed += other.failed;
    }
}

/// What one output file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum OutputKind {
    Translation,
    Summary,
    /// An article's review page.
    Review,
    /// The page of a whole folder.
    Index,
}

/// What became of an output file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum WriteState {
    Created,
    Replaced,
    /// The same bytes stood there already, or a person's that say the same but for white space.
    Unchanged,
    /// A person changed the file: theirs was kept, ours stands beside it.
    KeptEdited,
}

/// A unit that needs a person's eye: failed, or accepted with findings.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct UnitNote {
    pub block: BlockId,
    pub role: Role,
    pub state: UnitState,
    /// The first words of the source text.
    pub excerpt: String,
    pub findings: Vec<Finding>,
    /// What the last attempt ran into, where it was an error and not a finding.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub error: Option<String>,
}

/// Whether a count that is rarely more than that is nothing.
pub(super) fn is_none(number: &u64) -> bool {
    *number == 0
}

/// A sentence of a summary and the blocks that bear it out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SentenceRecord {
    pub text: String,
    pub blocks: Vec<BlockId>,
}

/// An engine of the run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EngineRecord {
    /// As the settings name it.
    pub name: String,
    /// `local`, `chat`, `deepl` …
    pub kind: String,
    /// Empty where there is none to name.
    #[serde(skip_serializing_if = "String::is_empty", default)]
    pub model: String,
}

/// What happened. Paths are relative to the run's output root, with `/`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    RunStarted {
        schema: u32,
        version: String,
        targets: Vec<Language>,
        /// The first of those that translate.
        engine: String,
        model: String,
        /// Every engine of the run.
        #[serde(skip_serializing_if = "Vec::is_empty", default)]
        engines: Vec<EngineRecord>,
    },
    /// The memory was found damaged: when it was opened, and then it is kept aside (`kept_aside`) and replaced by
    /// what was sound in it; or in mid-run, and then what did not verify was as unknown.
    MemoryDamaged {
        #[serde(skip_serializing_if = "Option::is_none", default)]
        kept_aside: Option<String>,
        /// Answers saved, and how many of those are a person's.
        answers: u64,
        human: u64,
        /// Rows that were there and did not verify.
        unsound: u64,
    },
    /// A path that is no source, and why.
    PathSkipped {
        path: String,
        reason: String,
        unreadable: bool,
        /// A link out of the folder, to what may be articles.
        #[serde(skip_serializing_if = "std::ops::Not::not", default)]
        leads_out: bool,
    },
    /// There is a glossary, and an engine that translates cannot be told of it: its answers are only checked against it.
    TermsNotTaken { engine: String },
    /// The walk is over.
    Found { documents: u64, bytes: u64 },
    /// A language pair that the engine does not have: nothing is translated by it in this run.
    PairUnavailable {
        engine: String,
        from: Language,
        to: Language,
        reason: String,
        #[serde(skip_serializing_if = "Option::is_none", default)]
        hint: Option<String>,
    },
    /// Nothing more is asked of an engine in this run.
    EngineStopped {
        engine: String,
        reason: String,
        #[serde(skip_serializing_if = "Option::is_none", default)]
        hint: Option<String>,
    },
    /// The run may spend no more: nothing that costs is asked any more.
    CapReached {
        engine: String,
        reason: String,
        #[serde(skip_serializing_if = "Option::is_none", default)]
        hint: Option<String>,
    },
    /// A model is being fetched, say.
    Preparing { what: String, done: u64, total: u64 },
    DocumentStarted {
        path: String,
        encoding: String,
        encoding_guessed: bool,
        language: Language,
        #[serde(deserialize_with = "crate::language::finite")]
        confidence: f32,
        units: u64,
        /// Source words in its units.
        words: u64,
        boilerplate: u64,
    },
    /// A block of furniture left out of the translation (`--boilerplate drop`).
    BlockDropped { path: String, block: BlockId, text: String },
    /// A document already in a target language: not translated into it.
    SameLanguage { path: String, language: Language },
    /// Some units of a document were settled.
    UnitsSettled { path: String, language: Language, state: UnitState, units: u64, words: u64 },
    /// One request to an engine is over.
    Request {
        engine: String,
        units: u64,
        milliseconds: u64,
        usage: Usage,
        /// In the currency of the engine's prices; absent where it has none.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        cost: Option<f64>,
        /// The endpoint did not say what it charged for; `usage` is what may have been.
        #[serde(skip_serializing_if = "std::ops::Not::not", default)]
        assumed: bool,
        #[serde(skip_serializing_if = "Option::is_none", default)]
        error: Option<String>,
    },
    /// A request whose reply the run did not wait for: it was interrupted or ended by an error. `usage` is about what
    /// such a request takes, for the endpoint may charge for it.
    RequestAbandoned {
        engine: String,
        units: u64,
        milliseconds: u64,
        usage: Usage,
        #[serde(skip_serializing_if = "Option::is_none", default)]
        cost: Option<f64>,
    },
    /// Answers that came and could not be used: their share of what their request cost.
    AnswersRefused {
        engine: String,
        units: u64,
        usage: Usage,
        #[serde(skip_serializing_if = "Option::is_none", default)]
        cost: Option<f64>,
    },
    /// Answers that the memory had: what they cost when they were made, and were not bought again.
    AnswersRemembered {
        engine: String,
        units: u64,
        usage: Usage,
        #[serde(skip_serializing_if = "Option::is_none", default)]
        cost: Option<f64>,
    },
    /// An endpoint asks for a long pause, which all requests to it keep.
    EndpointRests {
        host: String,
        /// What it asked for.
        asked_seconds: u64,
        /// What it gets: no more than a minute at a time, then it is asked again.
        waits_seconds: u64,
        /// When that is over, in seconds since 1970.
        until: i64,
    },
    /// An attempt failed and another follows.
    WillRetry { engine: String, reason: String, milliseconds: u64 },
    /// A summary was made.
    SummaryMade {
        path: String,
        language: Language,
        engine: String,
        sentences: Vec<SentenceRecord>,
        state: UnitState,
        findings: Vec<Finding>,
    },
    Written {
        path: String,
        output: String,
        kind: OutputKind,
        language: Language,
        state: WriteState,
        /// Where the other version is: ours, where a person's file was kept; the person's, where it was overwritten.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        beside: Option<String>,
    },
    /// An output that a person changed was looked through before the run.
    EditsScanned(Scanned),
    /// One document in one language is over.
    LanguageFinished {
        path: String,
        language: Language,
        counts: Counts,
        words: u64,
        /// The blocks that each engine answered, in this run or an earlier one.
        #[serde(skip_serializing_if = "BTreeMap::is_empty", default)]
        engines: BTreeMap<String, Vec<BlockId>>,
        notes: Vec<UnitNote>,
    },
    DocumentFinished {
        path: String,
        state: DocumentState,
        milliseconds: u64,
        /// Nothing had changed since an earlier run; nothing was read beyond the source.
        unchanged: bool,
        #[serde(skip_serializing_if = "Option::is_none", default)]
        reason: Option<String>,
    },
    RunFinished {
        milliseconds: u64,
        /// It did not come to its end.
        interrupted: bool,
        /// The error that ended it.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        error: Option<String>,
    },
}
