//! What a look at an edited output came to, and how it is told.

use serde::{Deserialize, Serialize};

use crate::document::BlockId;
use crate::language::Language;

/// Paragraphs whose text cannot be kept, each with the reason.
pub type Refused = Vec<(BlockId, String)>;

/// What an edit of a summary file comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SummaryEdit {
    /// It is a person's from now on.
    Taken,
    /// It is a person's no longer: the next run writes an engine's.
    TakenBack,
}

/// What a look at one edited output came to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scanned {
    /// The source, relative to the state root, with `/`.
    pub path: String,
    pub language: Language,
    /// The output, likewise.
    pub output: String,
    /// Paragraphs whose text is a person's from now on, and was not before.
    pub taken: Vec<BlockId>,
    /// Lines that belong to no paragraph of gloss's, from 1: first and last.
    pub unmapped: Vec<(usize, usize)>,
    /// Paragraphs that stand nowhere in the file any more.
    pub gone: Vec<BlockId>,
    /// What stands in the file and counts nowhere else.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub refused: Refused,
    /// Paragraphs whose source says the same as that of one of `taken`: its text counts for them too, and the file has another.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub twins: Vec<BlockId>,
    /// Paragraphs that the file has as they were before somebody corrected them elsewhere.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub overtaken: Vec<BlockId>,
    /// Everything in the file is accounted for, but for white space around its lines: nothing need stand beside it.
    pub whole: bool,
    /// What it comes to where the output is a summary.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub summary: Option<SummaryEdit>,
    /// The run writes the file again, whatever is left in it.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub overwritten: bool,
    /// Why nothing could be mapped, where that is so.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub reason: Option<String>,
}

impl Scanned {
    /// With the reason, where something is left that only the file holds.
    pub(super) fn told(self) -> Self {
        let Self { unmapped, gone, refused, twins, overtaken, .. } = &self;
        let blocks = gone.iter().chain(twins).chain(overtaken).chain(refused.iter().map(|(block, _)| block));
        let rest = !unmapped.is_empty() || blocks.count() > 0;
        let reason = (!self.whole && !rest)
            .then(|| "white space within its lines or its encoding was changed too".to_owned());
        Self { reason, ..self }
    }

    /// What was found, in words for people.
    pub fn sentence(&self) -> String {
        let mut parts = Vec::new();
        if !self.taken.is_empty() {
            let word = if self.taken.len() == 1 { "paragraph" } else { "paragraphs" };
            parts.push(format!("{} {word} taken over as a person's", self.taken.len()));
        }
        match self.summary {
            Some(SummaryEdit::Taken) => parts.push("the summary taken over as a person's".to_owned()),
            Some(SummaryEdit::TakenBack) => {
                parts.push("the summary is no person's any more; the next run writes an engine's".to_owned());
            }
            None => {}
        }
        if !self.unmapped.is_empty() {
            let line = |(first, last): &(usize, usize)| {
                if first == last { first.to_string() } else { format!("{first}-{last}") }
            };
            let lines: Vec<String> = self.unmapped.iter().map(line).collect();
            parts.push(format!("no paragraph of the source for line {}", lines.join(", ")));
        }
        if !self.gone.is_empty() {
            parts.push(format!("nothing left of paragraph {}", numbers(&self.gone)));
        }
        if !self.twins.is_empty() {
            let twins = numbers(&self.twins);
            parts.push(format!(
                "it counts for paragraph {twins} too, whose source is the same, and which is another here"
            ));
        }
        if !self.overtaken.is_empty() {
            let overtaken = numbers(&self.overtaken);
            parts
                .push(format!("paragraph {overtaken} stands here as it was before it was changed elsewhere"));
        }
        for (block, reason) in &self.refused {
            parts.push(format!("paragraph {} not taken over: {reason}", block.0 + 1));
        }
        parts.extend(self.reason.clone());
        if parts.is_empty() {
            parts.push("nothing in it is new".to_owned());
        }
        if !self.whole {
            let then = if self.overwritten {
                "the rest is overwritten, as asked"
            } else {
                "the file stays as it is"
            };
            parts.push(then.to_owned());
        }
        parts.join("; ")
    }
}

/// The numbers that people know blocks by.
fn numbers(blocks: &[BlockId]) -> String {
    blocks.iter().map(|block| (block.0 + 1).to_string()).collect::<Vec<_>>().join(", ")
}
