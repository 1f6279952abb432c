//! The model every stage speaks: a decoded source as an ordered list of blocks.
//!
//! Owns no I/O and no format: [`crate::read`] builds documents, [`crate::stitch`] rebuilds text from them.

use std::ops::Range;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::language::Detection;
use crate::read::decode::TextEncoding;
pub use crate::read::unit::Unit;

/// One article file as found on disk. Opened read-only, never changed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Source {
    /// Where to open it.
    pub path: PathBuf,
    /// Its place below the root it was found under; outputs mirror it. Never absolute, never with `..`.
    pub relative: PathBuf,
    /// The format its name tells.
    pub format: Format,
    /// Size in bytes when it was found.
    pub size: u64,
}

/// The formats gloss reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// Plain text, `.txt`.
    Text,
    /// Markdown, `.md`.
    Markdown,
}

/// The number of a block in its document, counted from 0 in reading order. Shown to people counted from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct BlockId(pub u32);

/// What a block is in its format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BlockKind {
    Paragraph,
    /// A heading with its level, 1 to 6.
    Heading(u8),
    ListItem,
    TableCell,
    Quote,
    /// Footnote definition, definition list entry and other prose of its own.
    Note,
    Code,
    Html,
    FrontMatter,
    /// Markup or white space that belongs to no other block (a rule, a link definition, an empty file).
    Markup,
}

/// What a block is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// The article itself.
    Body,
    /// The headline.
    Title,
    /// Place, date and time lines.
    Dateline,
    /// Navigation, "subscribe", share links.
    Boilerplate,
    /// Code, tables of numbers: never sent.
    Verbatim,
}

/// One paragraph, heading, list item, table cell, code block … of a document.
///
/// `range` tiles the document's text: the blocks' ranges are consecutive, start at 0 and end at the
/// text's length. `content` lies inside `range` and is what an answer replaces; the bytes around it
/// (list markers, blank lines, indentation) always come back as they are.
#[derive(Debug, Clone, PartialEq)]
pub struct Block {
    pub id: BlockId,
    pub kind: BlockKind,
    pub role: Role,
    pub range: Range<usize>,
    pub content: Range<usize>,
    /// What must be translated; `None` where nothing of the block is ever sent.
    pub unit: Option<Unit>,
}

/// A decoded source: its text, language and blocks.
#[derive(Debug, Clone)]
pub struct Document {
    pub source: Source,
    /// BLAKE3 of the source's bytes, hex.
    pub digest: String,
    /// How the bytes were read, and so how outputs are encoded.
    pub encoding: TextEncoding,
    /// The decoded text without its byte order mark; line ends as in the source.
    pub text: String,
    pub language: Detection,
    pub blocks: Vec<Block>,
}

impl Block {
    /// The one block of a text in which nothing is a block of its own: white space, say.
    pub fn markup_alone(text: &str) -> Self {
        Self {
            id: BlockId(0),
            kind: BlockKind::Markup,
            role: Role::Verbatim,
            range: 0..text.len(),
            content: 0..0,
            unit: None,
        }
    }
}

impl Document {
    /// The blocks that must be translated, with their units, in reading order.
    pub fn units(&self) -> impl Iterator<Item = (&Block, &Unit)> {
        self.blocks.iter().filter_map(|block| block.unit.as_ref().map(|unit| (block, unit)))
    }

    /// The first block with the role `title`, if one was found.
    pub fn title(&self) -> Option<&Block> {
        self.blocks.iter().find(|block| block.role == Role::Title)
    }
}

/// Checks the law of the model: ranges cover `text` once and in order, contents lie inside.
pub fn tiles(text: &str, blocks: &[Block]) -> bool {
    let mut at = 0;
    for (index, block) in blocks.iter().enumerate() {
        let in_order = block.range.start == at && block.range.end >= at && block.id.0 as usize == index;
        let inside = block.range.start <= block.content.start
            && block.content.start <= block.content.end
            && block.content.end <= block.range.end;
        let on_boundaries = [block.range.end, block.content.start, block.content.end]
            .into_iter()
            .all(|offset| text.is_char_boundary(offset));
        if !(in_order && inside && on_boundaries) {
            return false;
        }
        at = block.range.end;
    }
    at == text.len()
}

/// The part of `text` that `range` names. Every range that gloss makes lies on character boundaries and
/// inside its text; a range that does not is a bug, and stops here rather than in the middle of a word.
///
/// # Panics
/// Where `range` does not lie on character boundaries inside `text`.
#[expect(clippy::string_slice, reason = "the one checked place where text is cut by byte ranges")]
pub fn slice(text: &str, range: Range<usize>) -> &str {
    &text[range]
}
