//! Stitching: the answers between the source's own bytes, complete or with what is missing marked.

use std::collections::HashMap;
use std::ops::Range;

use crate::document::{Block, BlockId, Document, slice};

/// What stands before a unit that could not be translated. Plain text in every format gloss writes.
pub const MARK_OPEN: &str = "⟪untranslated⟫ ";
/// What stands behind it.
pub const MARK_CLOSE: &str = " ⟪/untranslated⟫";

/// What becomes of one unit in a translation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// Its translation, in the unit's canonical form.
    Text(String),
    /// A person's text as they typed it, in the output's own form: it goes in byte for byte.
    Verbatim(String),
    /// The source's bytes stay.
    Copied,
    /// The block is left out, on purpose and reported.
    Dropped,
    /// The source's bytes stay, between marks.
    Failed,
}

/// A translated document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stitched {
    pub text: String,
    /// The units that stand marked in the source language.
    pub failed: Vec<BlockId>,
    /// Where each unit's content stands in `text`, in order; dropped ones stand nowhere.
    pub spans: Vec<(BlockId, Range<usize>)>,
}

/// Puts `answers` in the places of their units. A unit without an answer, or with one that cannot be put
/// back, is marked and named: nothing is ever missing in silence.
pub fn stitch(document: &Document, answers: &HashMap<BlockId, Answer>) -> Stitched {
    let text = &document.text;
    let mut whole = String::with_capacity(text.len() + text.len() / 4);
    let mut failed = Vec::new();
    let mut spans = Vec::new();
    for block in &document.blocks {
        let Some(unit) = &block.unit else {
            whole.push_str(slice(text, block.range.clone()));
            continue;
        };
        let content = match answers.get(&block.id) {
            Some(Answer::Dropped) => continue,
            Some(Answer::Copied) => Ok(slice(text, block.content.clone()).to_owned()),
            Some(Answer::Verbatim(typed)) => Ok(typed.clone()),
            Some(Answer::Text(answer)) => unit.restore(answer).map_err(|_| ()),
            Some(Answer::Failed) | None => Err(()),
        };
        whole.push_str(slice(text, block.range.start..block.content.start));
        let start = whole.len();
        if let Ok(content) = content {
            whole.push_str(&content);
        } else {
            failed.push(block.id);
            push_marked(&mut whole, text, block);
        }
        spans.push((block.id, start..whole.len()));
        whole.push_str(slice(text, block.content.end..block.range.end));
    }
    Stitched { text: whole, failed, spans }
}

fn push_marked(whole: &mut String, text: &str, block: &Block) {
    whole.push_str(MARK_OPEN);
    whole.push_str(slice(text, block.content.clone()));
    whole.push_str(MARK_CLOSE);
}
