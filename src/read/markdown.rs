//! Markdown into blocks and units, by `pulldown-cmark` with source offsets.
//!
//! The source is cut, never rendered again: what is not a unit's text stays as its bytes. An answer is
//! written with as little escaping as its own parse allows, see [`restore`]. Owns no roles.

mod front_matter;
mod leaves;
mod restore;
mod structure;

#[cfg(test)]
mod tests;

use std::cell::LazyCell;
use std::sync::Arc;

use crate::document::{Block, BlockId, BlockKind, Role, slice};
use crate::read::text::has_letters;
use crate::read::unit::{Mixed, Piece, Unit, assemble};
use crate::read::wrap::cells;
use leaves::Leaf;
pub(crate) use restore::Markup;
use restore::{Check, Labels, Place, Within};
pub use structure::{same_structure, structure_findings};

/// Cuts Markdown into blocks that cover it once and in order. Paragraphs, headings, list items, table
/// cells, quotes and notes are units where they have a letter to translate; code, HTML, front matter, rules
/// and link definitions never are.
pub fn parse(text: &str) -> Vec<Block> {
    let (leaves, labels) = leaves::document(text);
    let labels = Arc::new(labels);
    let document = LazyCell::new(|| Arc::from(text));
    let mut from = 0;
    let mut blocks = Vec::with_capacity(leaves.len().max(1));
    for (index, leaf) in leaves.iter().enumerate() {
        let to =
            leaves.get(index + 1).map_or(text.len(), |next| boundary(text, leaf.range.end, next.range.start));
        let unit = unit(text, leaf, &labels, &document);
        blocks.push(Block {
            id: BlockId(u32::try_from(index).unwrap_or(u32::MAX)),
            kind: leaf.kind,
            role: if unit.is_some() { Role::Body } else { Role::Verbatim },
            range: from..to,
            content: leaf.range.clone(),
            unit,
        });
        from = to;
    }
    if blocks.is_empty() && !text.is_empty() {
        blocks.push(Block::markup_alone(text));
    }
    blocks
}

/// Where one block ends and the next begins: at the start of the next one's line, if it has one of its own.
fn boundary(text: &str, end: usize, start: usize) -> usize {
    slice(text, end..start).rfind(['\n', '\r']).map_or(start, |newline| end + newline + 1)
}

fn unit(
    text: &str,
    leaf: &Leaf<'_>,
    labels: &Arc<Labels>,
    document: &LazyCell<Arc<str>, impl FnOnce() -> Arc<str>>,
) -> Option<Unit> {
    let place = leaf.place?;
    let has_words = leaf.pieces.iter().any(|piece| match piece {
        Piece::Text(text) => text.chars().any(char::is_alphabetic),
        Piece::Spelled { shown, .. } => shown.is_alphabetic(),
        Piece::Span { .. } | Piece::Break { .. } => false,
    });
    if !has_words {
        return None;
    }
    let wraps = leaf.pieces.iter().any(|piece| matches!(piece, Piece::Break { .. }));
    let first = if wraps { column(text, leaf.range.start) } else { 0 };
    let source = slice(text, leaf.range.clone());
    let padded = !matches!(place, Place::Cell { .. })
        || slice(text, leaf.range.end..text.len()).starts_with([' ', '\t']);
    let mut last = None;
    // The first way of writing the unit that gives the source's bytes back.
    for (mixed, check) in [
        (Mixed::Decoded, Check::Alone),
        (Mixed::Protected, Check::Alone),
        (Mixed::Decoded, Check::Loose),
        (Mixed::Protected, Check::Loose),
        (Mixed::Hazards, Check::Unseen),
    ] {
        if check == Check::Loose && !padded {
            continue;
        }
        let mut unit = assemble(&leaf.pieces, first, mixed);
        // Below a line of white space alone, indentation means what its containers make of it.
        if check != Check::Unseen && unit.lead.contains(['\n', '\r']) {
            continue;
        }
        let task_item = leaf.kind == BlockKind::ListItem;
        let within = (check == Check::Unseen && text.len() <= Within::LIMIT)
            .then(|| Within { document: Arc::clone(document), content: leaf.range.clone() });
        unit.markup = Some(Markup { place, task_item, check, within, labels: labels.clone() });
        if check == Check::Unseen || unit.restore(&unit.text).is_ok_and(|restored| restored == source) {
            last = Some(unit);
            break;
        }
    }
    last.filter(has_letters)
}

/// The column in cells at byte `at`.
fn column(text: &str, at: usize) -> usize {
    let line = slice(text, 0..at).rfind(['\n', '\r']).map_or(0, |newline| newline + 1);
    cells(slice(text, line..at))
}
