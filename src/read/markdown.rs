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
use restore::{Check, Labels, Place, Within, key};
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
        let above = index.checked_sub(1).and_then(|index| leaves.get(index));
        let touches = above.is_some_and(|above| touches(text, above, leaf));
        let unit = unit(text, leaf, touches, &labels, &document);
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

/// Whether text stands right below other text with nothing between that would begin a block. Only what it says keeps
/// the parser from taking the two for one.
fn touches(text: &str, above: &Leaf<'_>, leaf: &Leaf<'_>) -> bool {
    let texts = matches!(above.place, Some(Place::Paragraph | Place::Cell { .. }))
        && matches!(leaf.place, Some(Place::Paragraph | Place::Underlined { .. }));
    let between = slice(text, above.range.end..leaf.range.start);
    let line = between.rfind(['\n', '\r']).map_or("x", |at| slice(between, at + 1..between.len()));
    texts
        && line.chars().all(|character| matches!(character, ' ' | '\t' | '>'))
        && between.replace("\r\n", "\n").matches(['\n', '\r']).count() == 1
}

fn unit(
    text: &str,
    leaf: &Leaf<'_>,
    touches: bool,
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
    let (bar, pieces) = after_bar(&leaf.pieces);
    let above: String = bar.iter().map(Piece::raw).collect();
    let wraps = pieces.iter().any(|piece| matches!(piece, Piece::Break { .. }));
    let first = if wraps { column(text, leaf.range.start + above.len()) } else { 0 };
    let source = slice(text, leaf.range.clone());
    let padded = !matches!(place, Place::Cell { .. })
        || slice(text, leaf.range.end..text.len()).starts_with([' ', '\t']);
    let over_row = place == Place::Paragraph && is_second_of_table(slice(text, leaf.range.end..text.len()));
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
        let mut unit = assemble(pieces, first, mixed);
        // Below a line of white space alone, indentation means what its containers make of it.
        if check != Check::Unseen && unit.lead.contains(['\n', '\r']) {
            continue;
        }
        let task_item = leaf.kind == BlockKind::ListItem;
        let within = ((check == Check::Unseen || touches) && text.len() <= Within::LIMIT)
            .then(|| Within { document: Arc::clone(document), content: leaf.range.clone() });
        unit.lead.insert_str(0, &above);
        unit.markup = Some(Markup {
            place,
            task_item,
            above: key(bar),
            over_row,
            check,
            within,
            labels: labels.clone(),
        });
        if check == Check::Unseen || unit.restore(&unit.text).is_ok_and(|restored| restored == source) {
            last = Some(unit);
            break;
        }
    }
    last.filter(has_letters)
}

/// The pieces of a first line that is a bar alone, with the break after it, and the rest. Below a table, where every
/// line is another row, that line is none, having no cells: it is what keeps the text below it from being a row. So
/// it stays where it is, whatever becomes of the text.
fn after_bar<'p, 'a>(pieces: &'p [Piece<'a>]) -> (&'p [Piece<'a>], &'p [Piece<'a>]) {
    let end = pieces.iter().position(|piece| piece.raw().contains(['\n', '\r']));
    let Some((line, rest)) = end.and_then(|end| pieces.split_at_checked(end + 1)) else {
        return (&[], pieces);
    };
    let shown: String = line.iter().map(Piece::raw).collect();
    let first = shown.split(['\n', '\r']).next().unwrap_or_default();
    if first.trim() == "|" { (line, rest) } else { (&[], pieces) }
}

/// Whether the line after the one that `rest` begins in reads as the second line of a table, quotation marks aside.
fn is_second_of_table(rest: &str) -> bool {
    let end = rest.find(['\n', '\r']).unwrap_or(rest.len());
    let below = slice(rest, end..rest.len());
    let below = below.strip_prefix("\r\n").unwrap_or_else(|| slice(below, below.len().min(1)..below.len()));
    let line = below.split(['\n', '\r']).next().unwrap_or_default().trim_start_matches([' ', '\t', '>']);
    let drawn = |character: char| matches!(character, '-' | ':' | '|') || character.is_whitespace();
    line.contains('-') && line.contains('|') && line.chars().all(drawn)
}

/// The column in cells at byte `at`.
fn column(text: &str, at: usize) -> usize {
    let line = slice(text, 0..at).rfind(['\n', '\r']).map_or(0, |newline| newline + 1);
    cells(slice(text, line..at))
}
