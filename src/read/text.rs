//! Plain text into blocks and units.
//!
//! A block is a paragraph between blank lines, or a line where the lines were not broken at a column: see
//! [`evidence`] for how that is decided. Owns no roles: everything with a letter is `body` here.

mod evidence;
mod lines;

#[cfg(test)]
mod tests;

use crate::document::{Block, BlockId, BlockKind, Role, slice};
use crate::read::unit::{Mixed, Piece, Unit, assemble};
use evidence::Column;
use lines::{Line, groups};

/// Cuts plain text into blocks that cover it once and in order. Blocks without a letter have no unit.
pub fn parse(text: &str) -> Vec<Block> {
    let lines = lines::lines(text);
    let groups = groups(&lines);
    let column = Column::of(&groups);
    let mut paragraphs: Vec<&[Line<'_>]> = Vec::new();
    for group in groups {
        for run in evidence::runs(group) {
            if evidence::is_wrapped(run, &column) {
                paragraphs.push(run);
            } else {
                paragraphs.extend(run.chunks(1));
            }
        }
    }
    let starts: Vec<usize> = paragraphs.iter().skip(1).filter_map(|run| Some(run.first()?.start)).collect();
    let ends = starts.into_iter().chain([text.len()]);
    let mut from = 0;
    let mut blocks = Vec::with_capacity(paragraphs.len().max(1));
    for (paragraph, end) in paragraphs.iter().zip(ends) {
        blocks.push(block(text, blocks.len(), from..end, paragraph));
        from = end;
    }
    if blocks.is_empty() && !text.is_empty() {
        blocks.push(Block::markup_alone(text));
    }
    blocks
}

fn block(text: &str, index: usize, range: std::ops::Range<usize>, paragraph: &[Line<'_>]) -> Block {
    let start = paragraph.first().map_or(range.start, Line::content_start);
    let end = paragraph.last().map_or(range.start, Line::content_end);
    let unit = unit(text, paragraph).filter(has_letters);
    Block {
        id: BlockId(u32::try_from(index).unwrap_or(u32::MAX)),
        kind: BlockKind::Paragraph,
        role: if unit.is_some() { Role::Body } else { Role::Verbatim },
        range,
        content: start..end,
        unit,
    }
}

fn unit(text: &str, paragraph: &[Line<'_>]) -> Option<Unit> {
    let mut pieces = Vec::with_capacity(2 * paragraph.len());
    for (index, line) in paragraph.iter().enumerate() {
        pieces.push(Piece::Text(line.content));
        if let Some(next) = paragraph.get(index + 1) {
            pieces.push(Piece::Break { raw: slice(text, line.content_end()..next.content_start()) });
        }
    }
    Some(assemble(&pieces, paragraph.first()?.indent, Mixed::Protected))
}

/// Whether anything of the unit can be translated.
pub(crate) fn has_letters(unit: &Unit) -> bool {
    unit.text.chars().any(char::is_alphabetic)
}

/// The unit of one paragraph, whatever its lines look like: for a paragraph that is known to be one.
pub(crate) fn paragraph(content: &str) -> Option<Unit> {
    unit(content, &lines::lines(content)).filter(has_letters)
}
