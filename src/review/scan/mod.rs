//! Edits that people made in the output files themselves, with whatever editor.
//!
//! ```text
//! the ledger's outputs -> those whose bytes are not gloss's own -> [`map`]: unit by unit, what was typed
//!     -> [`canonical`]: as an answer -> a correction each, before anything else is done with the file
//! ```
//!
//! What cannot be mapped is told by its lines; the file is left as it is all the same. Must not write outputs: the run
//! that follows, or [`super::desk`], does, and finds that the file says what it would write.

mod bare;
pub mod canonical;
mod lines;
pub mod map;
mod summary;
mod told;

use std::collections::HashMap;
use std::path::Path;

use super::article::Article;
use super::data::TargetState;
use super::given;
use super::recall::Choice;
use crate::document::{BlockId, BlockKind, Format, slice};
use crate::error::Result;
use crate::memory::{ContentHash, Correction, CorrectionKind, Held, How, OutputRecord, Store};
use crate::read::{decode, walk};
use crate::report::event::OutputKind;
use crate::run::shown;
use crate::stitch::Stitched;
use crate::write::says_the_same;
use canonical::{Edited, Typed};
use map::{Mapped, Written};
pub use told::{Refused, Scanned, SummaryEdit};

/// The translations and summaries on record whose files are not as gloss left them, nor as it last saw them left by a person. `wanted`
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
        let kinds = matches!(output.kind, OutputKind::Translation | OutputKind::Summary);
        if kinds && wanted(&output) && !output.stands(root) {
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
    if output.kind == OutputKind::Summary {
        let bytes = std::fs::read(root.join(&output.path));
        return match (store.review_blocking(&path)?, bytes) {
            (Some(review), Ok(bytes)) => summary::scan(store, output, &review, bytes),
            (None, _) => Ok(nothing(output, UNKNOWN)),
            (_, Err(_)) => Ok(nothing(output, "it cannot be read")),
        };
    }
    match Article::load(store, root, &path)? {
        Some(mut article) => scan_article(store, root, output, &mut article),
        None => Ok(nothing(output, UNKNOWN)),
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
    let Ok(bytes) = std::fs::read(root.join(&output.path)) else {
        return Ok(nothing(output, "it cannot be read"));
    };
    let (edited, _) = match decode::decode(&bytes) {
        Ok(decoded) => decoded,
        Err(error) => return Ok(nothing(output, &error.to_string())),
    };
    let found = match article.stitched(store, to)? {
        Some(written) => Found::of(article, &written, &edited),
        None => match bare::find(article, to, &edited, format_of(output)) {
            Some(found) => found,
            None => return Ok(nothing(output, CHANGED)),
        },
    };
    let (corrections, refused) = corrections(store, article, output, &edited, &found.mapped)?;
    let taken: Vec<BlockId> = corrections.iter().map(|correction| correction.block).collect();
    store.correct_blocking(corrections)?;
    article.refresh(store, to)?;
    store.settle_blocking(&article.review, Vec::new())?;
    store.hold_blocking(&output.path, held(article, &found, &edited, &refused))?;
    let now = article.stitched(store, to)?;
    let whole = now
        .as_ref()
        .zip(article.document.as_ref())
        .is_some_and(|(now, document)| says_the_same(&bytes, &document.encoding.encode(&now.text)));
    let overtaken = match now.filter(|_| !whole) {
        Some(now) => map::map(&now.text, &units(article, &now), &edited).changed,
        None => Vec::new(),
    };
    let is_refused = |block: &BlockId| refused.iter().any(|(refused, _)| refused == block);
    let overtaken = overtaken.into_iter().map(|(block, _)| block).filter(|block| !is_refused(block));
    let (twins, overtaken) = overtaken.partition(|block| is_twin(article, *block, &taken));
    let Mapped { unmapped, gone, .. } = found.mapped;
    let scanned = Scanned { taken, unmapped, gone, refused, twins, overtaken, whole, ..nothing(output, "") };
    Ok(match &article.document {
        Some(_) => scanned.told(),
        // What is left in the file cannot be told apart from what the source's change brings.
        None => Scanned { reason: Some(CHANGED.to_owned()), ..scanned },
    })
}

/// An edited output against what was written.
struct Found {
    mapped: Mapped,
    /// The units that nobody changed, each with its content.
    standing: Vec<(BlockId, String)>,
}

impl Found {
    fn of(article: &Article, written: &Stitched, edited: &str) -> Self {
        let mapped = map::map(&written.text, &units(article, written), edited);
        let moved = |block: &BlockId| {
            mapped.gone.contains(block) || mapped.changed.iter().any(|(changed, _)| changed == block)
        };
        let standing = written.spans.iter().filter(|(block, _)| !moved(block));
        let standing =
            standing.map(|(block, range)| (*block, slice(&written.text, range.clone()).to_owned())).collect();
        Self { mapped, standing }
    }
}

/// The format of an output's text: its source's.
fn format_of(output: &OutputRecord) -> Format {
    output.path.file_name().and_then(walk::format_of).unwrap_or(Format::Text)
}

/// The units of a text that gloss wrote.
fn units(article: &Article, written: &Stitched) -> Vec<Written> {
    let one_line = |block: BlockId| {
        let unit = article.review.units.iter().find(|unit| unit.block == block);
        unit.is_some_and(|unit| matches!(unit.kind, BlockKind::Heading(_) | BlockKind::TableCell))
    };
    let spans = written.spans.iter();
    spans
        .map(|(block, range)| Written { block: *block, range: range.clone(), one_line: one_line(*block) })
        .collect()
}

/// Whether a paragraph's source says the same as that of one of `taken`.
fn is_twin(article: &Article, block: BlockId, taken: &[BlockId]) -> bool {
    let text =
        |block: BlockId| article.review.units.iter().find(|unit| unit.block == block).map(|unit| &unit.text);
    text(block).is_some_and(|own| taken.iter().any(|other| text(*other) == Some(own)))
}

/// Why nothing is made of an output at all.
const UNKNOWN: &str = "no run has finished its source since gloss knows of reviews";

/// Why nothing is made of a paragraph whose source is gone.
const UNSURE: &str =
    "its source has changed, and what in it stands for links, code or emphasis cannot be told";

/// Why a file whose source is another by now is not gloss's own again.
const CHANGED: &str = "its source has changed since it was made";

fn nothing(output: &OutputRecord, reason: &str) -> Scanned {
    Scanned {
        path: shown(&output.source),
        language: output.language.clone(),
        output: shown(&output.path),
        taken: Vec::new(),
        unmapped: Vec::new(),
        gone: Vec::new(),
        refused: Vec::new(),
        twins: Vec::new(),
        overtaken: Vec::new(),
        whole: false,
        summary: None,
        overwritten: false,
        reason: Some(reason.to_owned()),
    }
}

/// What the paragraphs of an edited output say, but for those that were refused: those are told again.
fn held(article: &Article, found: &Found, edited: &str, refused: &Refused) -> Vec<Held> {
    let sources: HashMap<BlockId, &str> =
        article.review.units.iter().map(|unit| (unit.block, unit.text.as_str())).collect();
    let is_refused = |block: BlockId| refused.iter().any(|(refused, _)| *refused == block);
    let changed = found.mapped.changed.iter().map(|(block, range)| (*block, slice(edited, range.clone())));
    changed
        .chain(found.standing.iter().map(|(block, content)| (*block, content.as_str())))
        .filter(|(block, _)| !is_refused(*block))
        .filter_map(|(block, content)| Some(Held::of(sources.get(&block)?, content)))
        .collect()
}

/// The corrections that an edit comes to; none for what counts already. In a file that was kept as it is, beside ours, what
/// people have corrected elsewhere since stands on as it was, an engine's answer or a person's: only what the file did not
/// hold at the last look is an edit. And the paragraphs that cannot be kept as they were typed, with the reason.
fn corrections(
    store: &Store,
    article: &Article,
    output: &OutputRecord,
    edited: &str,
    mapped: &Mapped,
) -> Result<(Vec<Correction>, Refused)> {
    let to = &output.language;
    let known = article.known(store, to)?;
    let before = if output.edited { store.held_blocking(&output.path)? } else { None };
    let file = Edited::new(edited, format_of(output));
    let mut now = jiff::Timestamp::now().as_millisecond();
    let (mut corrections, mut refused) = (Vec::new(), Vec::new());
    for (block, range) in &mapped.changed {
        let index = article.review.units.iter().position(|unit| unit.block == *block);
        let Some((index, unit)) = index.and_then(|index| Some((index, article.review.units.get(index)?)))
        else {
            continue;
        };
        let held = Held::of(&unit.text, slice(edited, range.clone()));
        if before.as_ref().is_some_and(|before| held.is_old(before)) {
            continue;
        }
        // Where the source is another by now, the same text in it has the same things kept out of translation.
        let own = article.unit(*block).or_else(|| article.unit_now(&unit.text));
        let typed = match own {
            Some((_, own)) => Some(file.answer(own, range.clone())),
            None => file.bare(&unit.text, range.clone()),
        };
        let Some(Typed { answer, raw }) = typed else {
            refused.push((*block, UNSURE.to_owned()));
            continue;
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
        let shape = place.shape.or_else(|| article.shape_now(&unit.text));
        let (machine, machine_engine) = article.machine(&known, to, index);
        // Never looked through by a gloss that keeps what files held.
        if before.is_none() && output.edited && raw.is_none() && machine.as_ref() == Some(&answer) {
            continue;
        }
        let source = article.source_bytes(*block).unwrap_or(&unit.text);
        if let Some(reason) = given::refusal(raw.as_ref().unwrap_or(&answer), source) {
            refused.push((*block, reason));
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
            shape,
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
    Ok((corrections, refused))
}
