//! Edits that people made in the output files themselves, with whatever editor.
//!
//! ```text
//! the ledger's outputs -> those whose bytes are not gloss's own -> [`map`]: unit by unit, what was typed
//!     -> [`canonical`]: as an answer -> a correction each, before anything else is done with the file
//! ```
//!
//! What cannot be mapped is told by its lines; the file is left as it is all the same. Must not write outputs: the run
//! that follows, or [`super::desk`], does, and finds that the file says what it would write.

pub mod canonical;
mod lines;
pub mod map;

use std::path::Path;

use serde::{Deserialize, Serialize};

use super::article::Article;
use super::data::TargetState;
use super::recall::Choice;
use crate::document::{BlockId, BlockKind, Format};
use crate::error::Result;
use crate::language::Language;
use crate::memory::{ContentHash, Correction, CorrectionKind, How, OutputRecord, Store};
use crate::read::{decode, walk};
use crate::report::event::OutputKind;
use crate::run::shown;
use crate::stitch::{MARK_CLOSE, MARK_OPEN, Stitched};
use crate::write::says_the_same;
use canonical::{Edited, Typed};
use map::{Mapped, Written};

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
    /// Everything in the file is accounted for, but for white space around its lines: nothing need stand beside it.
    pub whole: bool,
    /// The run writes the file again, whatever is left in it.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub overwritten: bool,
    /// Why nothing could be mapped, where that is so.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub reason: Option<String>,
}

/// The translations on record whose files are not as gloss left them, nor as it last saw them left by a person. `wanted`
/// says which are to be looked at at all.
///
/// # Errors
/// Where the memory cannot be read.
pub fn edited_outputs(
    store: &Store,
    root: &Path,
    wanted: impl Fn(&OutputRecord) -> bool,
) -> Result<Vec<OutputRecord>> {
    let mut changed = Vec::new();
    store.each_output_blocking(|output| {
        if output.kind == OutputKind::Translation && wanted(&output) && !output.stands(root) {
            changed.push(output);
        }
    })?;
    let mut edited = Vec::new();
    for output in changed {
        let Some(hash) = hash_of(&root.join(&output.path)) else { continue };
        let seen = output.edited && output.hash == hash;
        if !seen && !store.own_hashes_blocking(&output.path)?.contains(&hash) {
            edited.push(output);
        }
    }
    Ok(edited)
}

/// The hash of a regular file's bytes; what is none was not edited.
fn hash_of(path: &Path) -> Option<ContentHash> {
    let regular = std::fs::symlink_metadata(path).is_ok_and(|metadata| metadata.is_file());
    let bytes = regular.then(|| std::fs::read(path).ok()).flatten()?;
    Some(*blake3::hash(&bytes).as_bytes())
}

/// Takes what a person changed in one output as corrections; they are on disk when this returns.
///
/// # Errors
/// Where the memory cannot be read or written.
pub fn scan(store: &Store, root: &Path, output: &OutputRecord) -> Result<Scanned> {
    let path = shown(&output.source);
    match Article::load(store, root, &path)? {
        Some(mut article) => scan_article(store, root, output, &mut article),
        None => Ok(nothing(output, "no run has finished its source since gloss knows of reviews")),
    }
}

/// [`scan`] of an article that is open already; it follows what was found.
///
/// # Errors
/// As there.
pub fn scan_article(
    store: &Store,
    root: &Path,
    output: &OutputRecord,
    article: &mut Article,
) -> Result<Scanned> {
    let to = &output.language;
    let Some(written) = article.stitched(store, to)?.or_else(|| bare(article, to, &output.path)) else {
        return Ok(nothing(output, CHANGED));
    };
    let Ok(bytes) = std::fs::read(root.join(&output.path)) else {
        return Ok(nothing(output, "it cannot be read"));
    };
    let (edited, _) = match decode::decode(&bytes) {
        Ok(decoded) => decoded,
        Err(error) => return Ok(nothing(output, &error.to_string())),
    };
    let one_line = |block: BlockId| {
        let unit = article.review.units.iter().find(|unit| unit.block == block);
        unit.is_some_and(|unit| matches!(unit.kind, BlockKind::Heading(_) | BlockKind::TableCell))
    };
    let units: Vec<Written> = written
        .spans
        .iter()
        .map(|(block, range)| Written { block: *block, range: range.clone(), one_line: one_line(*block) })
        .collect();
    let mapped = map::map(&written.text, &units, &edited);
    let corrections = corrections(store, article, output, &edited, &mapped)?;
    let taken = corrections.iter().map(|correction| correction.block).collect();
    store.correct_blocking(corrections)?;
    article.refresh(store, to)?;
    store.settle_blocking(&article.review, Vec::new())?;
    let now = article.stitched(store, to)?;
    let whole = now
        .zip(article.document.as_ref())
        .is_some_and(|(now, document)| says_the_same(&bytes, &document.encoding.encode(&now.text)));
    let scanned =
        Scanned { taken, unmapped: mapped.unmapped, gone: mapped.gone, whole, ..nothing(output, "") };
    Ok(match &article.document {
        Some(_) => scanned.told(),
        // What is left in the file cannot be told apart from what the source's change brings.
        None => Scanned { reason: Some(CHANGED.to_owned()), ..scanned },
    })
}

/// Why a file whose source is another by now is not gloss's own again.
const CHANGED: &str = "its source has changed since it was made";

/// A plain text with a translation's answers as its paragraphs: near enough to what was written to find most edits by,
/// where the source that it was written from is gone. Markdown has too much around its paragraphs for that.
fn bare(article: &Article, to: &Language, output: &Path) -> Option<Stitched> {
    let format = walk::format_of(output.file_name()?)?;
    let translation = article.translation(to).filter(|_| format == Format::Text)?;
    let mut bare = Stitched { text: String::new(), failed: Vec::new(), spans: Vec::new() };
    for (unit, target) in article.review.units.iter().zip(&translation.units) {
        let text = match (target.state, &target.text) {
            (TargetState::Dropped, _) => continue,
            (_, Some(text)) => text.clone(),
            (_, None) => format!("{MARK_OPEN}{}{MARK_CLOSE}", unit.text),
        };
        let start = bare.text.len();
        bare.text.push_str(&text);
        bare.spans.push((unit.block, start..bare.text.len()));
        bare.text.push_str("\n\n");
    }
    Some(bare)
}

fn nothing(output: &OutputRecord, reason: &str) -> Scanned {
    Scanned {
        path: shown(&output.source),
        language: output.language.clone(),
        output: shown(&output.path),
        taken: Vec::new(),
        unmapped: Vec::new(),
        gone: Vec::new(),
        whole: false,
        overwritten: false,
        reason: Some(reason.to_owned()),
    }
}

impl Scanned {
    /// With the reason, where something is left that only the file holds.
    fn told(self) -> Self {
        let rest = !self.unmapped.is_empty() || !self.gone.is_empty();
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
        if !self.unmapped.is_empty() {
            let line = |(first, last): &(usize, usize)| {
                if first == last { first.to_string() } else { format!("{first}-{last}") }
            };
            let lines: Vec<String> = self.unmapped.iter().map(line).collect();
            parts.push(format!("no paragraph of the source for line {}", lines.join(", ")));
        }
        if !self.gone.is_empty() {
            let blocks: Vec<String> = self.gone.iter().map(|block| (block.0 + 1).to_string()).collect();
            parts.push(format!("nothing left of paragraph {}", blocks.join(", ")));
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

/// The corrections that an edit comes to; none for what counts already. In a file that was kept as it is, beside ours, a
/// machine's answer that people have corrected elsewhere since stands on: that is no edit.
fn corrections(
    store: &Store,
    article: &Article,
    output: &OutputRecord,
    edited: &str,
    mapped: &Mapped,
) -> Result<Vec<Correction>> {
    let to = &output.language;
    let known = article.known(store, to)?;
    let format = article.document.as_ref().map_or(Format::Text, |document| document.source.format);
    let file = Edited::new(edited, format);
    let mut now = jiff::Timestamp::now().as_millisecond();
    let mut corrections = Vec::new();
    for (block, range) in &mapped.changed {
        let index = article.review.units.iter().position(|unit| unit.block == *block);
        let Some((index, unit)) = index.and_then(|index| Some((index, article.review.units.get(index)?)))
        else {
            continue;
        };
        let Typed { answer, raw } = match article.unit(*block) {
            Some((_, unit)) => file.answer(unit, range.clone()),
            None => file.bare(range.clone()),
        };
        let stands = article.translation(to).and_then(|translation| translation.units.get(index));
        let counts = match article.chosen(&known, to, index) {
            Choice::Counts(one, verbatim) => {
                one.answer == answer && raw.as_ref() == one.raw.as_ref().filter(|_| verbatim)
            }
            Choice::Nothing | Choice::Misfit(..) => {
                let machine = stands.filter(|unit| unit.state == TargetState::Machine);
                raw.is_none() && machine.is_some_and(|unit| unit.text.as_ref() == Some(&answer))
            }
        };
        if counts {
            continue;
        }
        let place = article.place(index);
        let (machine, machine_engine) = article.machine(&known, to, index);
        if output.edited && raw.is_none() && machine.as_ref() == Some(&answer) {
            continue;
        }
        // Newer than whatever it takes the place of, however the clock was set.
        let newest = known.get(&unit.text).and_then(|all| all.iter().map(|one| one.created_ms).max());
        now = now.max(newest.unwrap_or_default().saturating_add(1));
        corrections.push(Correction {
            from: article.review.language.clone(),
            to: to.clone(),
            source: unit.text.clone(),
            before: place.before,
            after: place.after,
            shape: place.shape,
            path: article.review.path.clone(),
            block: *block,
            kind: CorrectionKind::Edit,
            answer,
            raw,
            machine,
            machine_engine,
            how: How::File,
            created_ms: now,
        });
    }
    Ok(corrections)
}
