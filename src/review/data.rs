//! What a reviewer sees of one article: the source's units once, and each language's answers beside them.
//!
//! Plain data, and the same for the same answers however a run came to them: an interrupted run that was brought to
//! its end has the bytes of a quiet one. So it holds no times, and no difference between an answer made just now
//! and one remembered.

use serde::{Deserialize, Serialize};

use crate::check::Severity;
use crate::document::{BlockId, BlockKind, Role};
use crate::glossary::GlossaryTerm;
use crate::language::Language;

/// The form of [`ReviewDocument`] and [`super::change::ChangeFile`] that this version writes.
pub const SCHEMA: u32 = 1;

/// One article for review.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ReviewDocument {
    pub schema: u32,
    /// The source, relative to the state root, with `/`.
    pub path: String,
    /// BLAKE3 of the source's bytes, hex.
    pub digest: String,
    /// The source's language.
    pub language: Language,
    /// Every block that has a unit, in reading order.
    pub units: Vec<SourceUnit>,
    /// One for each target language that was asked for and is not the source's, in the order of the settings.
    pub translations: Vec<Translation>,
    /// The summary in the article's own language first, then those in the target languages.
    pub summaries: Vec<Summary>,
}

/// A unit as it stands in the source.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SourceUnit {
    pub block: BlockId,
    pub kind: BlockKind,
    pub role: Role,
    /// Canonical text: `⟦n⟧` where something is kept out of translation. Spans of findings count its bytes.
    pub text: String,
    /// What `⟦1⟧`, `⟦2⟧` … stand for, as it is shown to people; empty for marks that open or close.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub kept: Vec<String>,
}

/// The article in one target language.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Translation {
    pub language: Language,
    /// The output file, relative to the state root, with `/`; none where nothing could be written.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub output: Option<String>,
    /// The glossary's terms that stand in the article.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub terms: Vec<GlossaryTerm>,
    /// As many as [`ReviewDocument::units`], in the same order.
    pub units: Vec<TargetUnit>,
}

/// What stands in the output for a unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TargetState {
    /// No acceptable answer: the source's text stands there, marked.
    Failed,
    /// An engine's answer, made in this run or an earlier one.
    Machine,
    /// A person's text, or an engine's that a person accepted.
    Human,
    /// The source's text by intent.
    Copied,
    /// Left out by intent.
    Dropped,
}

/// One unit in the target language.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TargetUnit {
    pub state: TargetState,
    /// Canonical; none where `state` is `Failed` or `Dropped`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub text: Option<String>,
    /// Who answered, as reports name it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub engine: Option<String>,
    /// Those of the answer, or of the last one refused; ignored ones too.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub findings: Vec<ReviewFinding>,
    /// Why there is no answer.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub error: Option<String>,
    /// A person's text for what stood here before the source was changed.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub earlier: Option<Earlier>,
    /// What stands here again when a person's text is taken back: the machine's answer, canonical, where it is known and fits.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub machine: Option<String>,
}

/// A correction whose source has changed since.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Earlier {
    /// The source's text then, canonical.
    pub source: String,
    /// What the person wrote, canonical.
    pub text: String,
}

/// A finding as the page shows it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ReviewFinding {
    pub check: String,
    pub severity: Severity,
    pub message: String,
    /// Bytes `[start, end)` of the answer's canonical text.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub span: Option<[usize; 2]>,
    /// Bytes `[start, end)` of the source's canonical text.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub source_span: Option<[usize; 2]>,
    /// Of a hundred such findings, how many were true when it was measured.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub precision: Option<u8>,
    /// A person said to pass over it.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub ignored: bool,
}

impl TargetUnit {
    /// Whether a finding of this unit is still to be looked at: nobody said to pass over it, and on a person's text, which
    /// is theirs to judge, it is hard.
    pub fn is_open(&self, finding: &ReviewFinding) -> bool {
        let least = if self.state == TargetState::Human { Severity::Hard } else { Severity::Info };
        !finding.ignored && finding.severity >= least
    }
}

/// One summary.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Summary {
    pub language: Language,
    pub engine: String,
    /// The summary file, relative to the state root, with `/`; none where nothing could be written.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub output: Option<String>,
    pub failed: bool,
    /// What a person's summary said before the article was changed.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub earlier: Option<String>,
    pub sentences: Vec<SummarySentence>,
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub findings: Vec<ReviewFinding>,
}

/// A sentence of a summary, with the blocks that bear it out best.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SummarySentence {
    pub text: String,
    pub blocks: Vec<BlockId>,
}
