//! Answers back into Markdown: with as little escaping as their own parse allows.
//!
//! An answer is first written without any escape, then parsed as the unit's block would be. Where it does
//! not come out as the same text with the same elements, it is written again: with escapes where
//! characters mean something, with all punctuation escaped, with spaces round emphasis (which `**注意：**请`
//! needs to be emphasis at all). Where nothing helps, it is refused. A unit's own text always passes the
//! first test, so nothing is escaped that the source does not escape.

use std::collections::HashSet;
use std::ops::Range;
use std::sync::{Arc, LazyLock};

use super::leaves::{Leaf, fragment};
use super::structure::same_structure;
use crate::document::{BlockKind, slice};
use crate::read::unit::{Mark, Part, Piece, RestoreError, Unit, split};

/// Where a unit stands in Markdown.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Markup {
    pub place: Place,
    /// Whether `[x] ` at its beginning would tick a box.
    pub task_item: bool,
    /// The first line of the block where it is a bar alone and no part of the unit's text, as [`key`] has it.
    pub above: String,
    /// Whether the line below the block, a list item's as it stands, would be the second line of a table if there were
    /// a bar in the block's: `- | -`.
    pub over_row: bool,
    pub check: Check,
    /// What [`Check::Unseen`] looks at, and every check of text right below other text.
    pub within: Option<Within>,
    pub labels: Arc<Labels>,
}

/// How answers are parsed again: as whatever gives the source's own text back as it is in its document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Check {
    /// As a block of its own.
    Alone,
    /// As a quote whose lines after the first have lost their mark, where `===` is text; as a cell with a space
    /// after it, which may end with a backslash.
    Loose,
    /// Not by itself. Then every character that may be markup is protected, so that those of an answer can be
    /// escaped unseen, and the answer is looked at [`Within`] its document, where that is small.
    Unseen,
}

/// The document a unit stands in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Within {
    pub document: Arc<str>,
    pub content: Range<usize>,
}

impl Within {
    /// The largest document, in bytes, that is parsed again for one unit: some milliseconds' work. No unit of
    /// 445 READMEs and changelogs needed it.
    pub const LIMIT: usize = 65_536;

    /// Whether the document keeps its structure with `written` in the unit's place.
    fn holds(&self, written: &str) -> bool {
        let document = &self.document;
        let before = slice(document, 0..self.content.start);
        let after = slice(document, self.content.end..document.len());
        same_structure(document, &[before, written, after].concat())
    }
}

/// What kind of block the text stands in, as far as it changes what characters mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Place {
    Paragraph,
    /// After `#` signs.
    Heading,
    /// Above a line of `=` or `-`.
    Underlined {
        double: bool,
    },
    /// In a table; `first` where its line begins with it, without a bar.
    Cell {
        first: bool,
    },
}

/// The labels that a document defines.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Labels {
    links: HashSet<String>,
    notes: HashSet<String>,
}

impl Labels {
    pub fn add_link(&mut self, label: &str) {
        self.links.insert(folded(label));
    }

    pub fn add_note(&mut self, label: &str) {
        self.notes.insert(folded(label));
    }

    pub fn has_link(&self, label: &str) -> bool {
        !self.links.is_empty() && self.links.contains(&folded(label))
    }
}

/// A label as labels are compared: white space and case do not count.
fn folded(label: &str) -> String {
    label.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

/// How much is escaped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Escaping {
    None,
    Where,
    All,
}

impl Markup {
    /// Writes `answer`, whose placeholders are known to be right.
    ///
    /// # Errors
    /// [`RestoreError::Structure`] where no way of writing it keeps the block's elements.
    pub fn restore(&self, unit: &Unit, answer: &str) -> Result<String, RestoreError> {
        let expected = self.above.clone() + &expected(unit, answer);
        let spaced = spaced(unit, answer);
        for answer in [Some(answer), spaced.as_deref()].into_iter().flatten() {
            for escaping in [Escaping::None, Escaping::Where, Escaping::All] {
                // Unseen, all that may be markup is escaped from the start.
                if self.check == Check::Unseen && escaping == Escaping::None {
                    continue;
                }
                let written = self.write(unit, answer, escaping);
                let sound = match (self.check, &self.within) {
                    (Check::Unseen, Some(within)) => within.holds(&written),
                    (Check::Unseen, None) => true,
                    (Check::Alone | Check::Loose, _) => {
                        let declares = escaping == Escaping::None && declares_over_a_quote(answer, &written);
                        !declares
                            && self.comes_out_as(&written, &expected)
                            && self.within.as_ref().is_none_or(|within| within.holds(&written))
                    }
                };
                if sound {
                    return Ok(written);
                }
            }
        }
        Err(RestoreError::Structure)
    }

    fn write(&self, unit: &Unit, answer: &str, escaping: Escaping) -> String {
        let mut encode = |at: usize, character: char, out: &mut String| {
            let spelled = unit.spelling.binary_search_by_key(&character, |(spelled, _)| *spelled).is_ok();
            let escape = character.is_ascii_punctuation()
                && !spelled
                && match escaping {
                    Escaping::None => false,
                    Escaping::Where => self.means_something(answer, at, character),
                    Escaping::All => true,
                };
            if escape {
                out.push('\\');
            }
            unit.spell(at, character, out);
        };
        unit.render(answer, &mut encode, Some(&begins_block))
    }

    /// Whether a character may be markup at byte `at` of the answer.
    fn means_something(&self, answer: &str, at: usize, character: char) -> bool {
        let next = slice(answer, at + 1..answer.len()).chars().next();
        let before = slice(answer, 0..at);
        match character {
            '*' | '`' | '[' | ']' | '<' | '~' | '$' => true,
            '|' => matches!(self.place, Place::Cell { .. }) || at == 0 || self.over_row,
            // A placeholder may begin with anything, a space may become a line end.
            '\\' => next.is_none_or(|next| next.is_ascii_punctuation() || matches!(next, ' ' | '⟦')),
            '!' => next == Some('⟦'),
            '&' => next.is_some_and(|next| next.is_ascii_alphanumeric() || matches!(next, '#' | '⟦')),
            '_' => {
                let inside = before.chars().next_back().is_some_and(char::is_alphanumeric)
                    && next.is_some_and(char::is_alphanumeric);
                !inside
            }
            '#' => at == 0 || self.place == Place::Heading,
            '+' | '-' | '=' | '>' | ':' => at == 0,
            '.' | ')' => (1..=9).contains(&at) && before.bytes().all(|byte| byte.is_ascii_digit()),
            _ => false,
        }
    }

    /// Whether `written`, parsed alone in such a place, is one block with the expected text and elements.
    fn comes_out_as(&self, written: &str, expected: &str) -> bool {
        let mut alone = without_quotes(written);
        if !self.above.is_empty() {
            alone = unindented(&alone);
        }
        if blank_at_an_edge(&alone) {
            return false;
        }
        if self.task_item && (begins_task(&alone) || draws_a_rule(&alone)) || self.over_row && has_bar(&alone)
        {
            return false;
        }
        let space = if self.check == Check::Loose { " " } else { "" };
        match self.place {
            Place::Paragraph if self.check == Check::Loose => self.holds(format!("> {alone}"), 0, expected),
            Place::Paragraph => self.holds(alone, 0, expected),
            Place::Heading => self.holds(format!("# {alone}"), 0, expected),
            Place::Underlined { double } => {
                let line = if double { "===" } else { "---" };
                self.holds(format!("{alone}\n{line}"), 0, expected)
            }
            Place::Cell { first: false } => self.holds(format!("|x|\n|-|\n|{alone}{space}|"), 1, expected),
            // A row of one cell may have no bar at all, and `#` or `-` then begins another block.
            Place::Cell { first: true } => {
                ["|", ""].iter().all(|bar| self.holds(format!("|x|\n|-|\n{alone}{space}{bar}"), 1, expected))
            }
        }
    }

    /// Whether the fragment `text` is, after `skip` blocks, one block with the expected text and elements.
    fn holds(&self, mut text: String, skip: usize, expected: &str) -> bool {
        let notes = self.notes_in(&text);
        for note in &notes {
            text.push_str("\n\n[^");
            text.push_str(note);
            text.push_str("]: x");
        }
        let leaves = fragment(&text, &self.labels);
        let Some(leaf) = leaves.get(skip) else { return false };
        leaves.len() == skip + 1 + notes.len()
            && leaf.place == Some(self.place)
            && (leaf.kind, leaf.path) == self.fragment_kind()
            && key(&leaf.pieces) == expected
    }

    /// What the one block of a fragment is, and the path to it.
    fn fragment_kind(&self) -> (BlockKind, u64) {
        static CELL: LazyLock<u64> = LazyLock::new(|| path_of("|x|\n|-|\n|x|"));
        static QUOTE: LazyLock<u64> = LazyLock::new(|| path_of("> x"));
        match self.place {
            Place::Paragraph if self.check == Check::Loose => (BlockKind::Quote, *QUOTE),
            Place::Paragraph => (BlockKind::Paragraph, 0),
            Place::Heading => (BlockKind::Heading(1), 0),
            Place::Underlined { double } => (BlockKind::Heading(if double { 1 } else { 2 }), 0),
            Place::Cell { .. } => (BlockKind::TableCell, *CELL),
        }
    }

    /// The labels of the document's footnotes that `text` refers to, each once.
    fn notes_in(&self, text: &str) -> Vec<String> {
        let mut found: Vec<String> = Vec::new();
        if self.labels.notes.is_empty() {
            return found;
        }
        let mut seen = HashSet::new();
        for after in text.split("[^").skip(1) {
            let label = after.split([']', '\n', '\r']).next().unwrap_or_default();
            if self.labels.notes.contains(&folded(label)) && seen.insert(folded(label)) {
                found.push(label.to_owned());
            }
        }
        found
    }
}

/// The path of the block that a fragment holds.
fn path_of(fragment_text: &str) -> u64 {
    fragment(fragment_text, &Labels::default()).last().map_or(0, |leaf: &Leaf<'_>| leaf.path)
}

/// A block's text without white space, its elements as their bytes between control characters.
pub(super) fn key(pieces: &[Piece<'_>]) -> String {
    let mut out = String::new();
    for piece in pieces {
        match piece {
            Piece::Text(text) => push_visible(&mut out, text),
            Piece::Spelled { shown, .. } => push_visible(&mut out, shown.encode_utf8(&mut [0; 4])),
            Piece::Span { raw, mark } => push_span(&mut out, raw, mark),
            Piece::Break { .. } => {}
        }
    }
    out
}

fn expected(unit: &Unit, answer: &str) -> String {
    let mut out = String::new();
    let [lead, tail] = &unit.edges;
    for marker in lead {
        push_span(&mut out, marker, &Mark::Open { tight: false });
    }
    for part in split(answer) {
        match part {
            Part::Text { text, .. } => push_visible(&mut out, text),
            Part::Span { number, .. } => {
                let span = number.checked_sub(1);
                if let Some((raw, mark)) =
                    span.and_then(|index| Some((unit.protected.get(index)?, unit.marks.get(index)?)))
                {
                    push_span(&mut out, raw, mark);
                }
            }
        }
    }
    for marker in tail {
        push_span(&mut out, marker, &Mark::Close { tight: false });
    }
    out
}

pub(super) fn push_span(out: &mut String, raw: &str, mark: &Mark) {
    match mark {
        Mark::Literal(shown) => push_visible(out, shown),
        Mark::Element(_) | Mark::Open { .. } | Mark::Close { .. } => {
            out.push('\u{1}');
            out.extend(raw.chars().filter(|c| !c.is_whitespace() && *c != '>'));
            out.push('\u{2}');
        }
    }
}

fn push_visible(out: &mut String, text: &str) {
    out.extend(text.chars().filter(|c| !c.is_whitespace()));
}

/// The answer with spaces outside of emphasis where a letter or digit touches it; `None` if that is nowhere.
fn spaced(unit: &Unit, answer: &str) -> Option<String> {
    let mut out = String::with_capacity(answer.len() + 16);
    let mut changed = false;
    let mut closed = false;
    for part in split(answer) {
        match part {
            Part::Text { text, .. } => {
                if closed && text.chars().next().is_some_and(char::is_alphanumeric) {
                    out.push(' ');
                    changed = true;
                }
                closed = false;
                out.push_str(text);
            }
            Part::Span { number, .. } => {
                let mark = number.checked_sub(1).and_then(|index| unit.marks.get(index));
                let opens = matches!(mark, Some(Mark::Open { tight: true }));
                if opens && out.chars().next_back().is_some_and(char::is_alphanumeric) {
                    out.push(' ');
                    changed = true;
                }
                closed = matches!(mark, Some(Mark::Close { tight: true }));
                out.push_str(&format!("⟦{number}⟧"));
            }
        }
    }
    changed.then_some(out)
}

/// The text without the quotation marks that its lines begin with in the source.
fn without_quotes(written: &str) -> String {
    without_beginnings(written, |character| character == '>')
}

/// The text without the spaces that its lines begin with: in an item or a note they are the container's, and what looks like deep
/// indentation is none.
fn unindented(text: &str) -> String {
    without_beginnings(text, |character| matches!(character, ' ' | '\t'))
}

/// The text without what `drops` picks of the marks and spaces that its lines, but for the first, begin with.
fn without_beginnings(text: &str, drops: impl Fn(char) -> bool) -> String {
    let mut out = String::with_capacity(text.len());
    let mut beginning = false;
    for character in text.chars() {
        match character {
            '\n' | '\r' => beginning = true,
            _ if beginning && drops(character) => continue,
            ' ' | '\t' => {}
            _ => beginning = false,
        }
        out.push(character);
    }
    out
}

fn begins_task(text: &str) -> bool {
    let mut characters = text.trim_start().chars();
    characters.next() == Some('[')
        && matches!(characters.next(), Some(' ' | '\t' | 'x' | 'X'))
        && characters.next() == Some(']')
}

/// Whether an answer that is written over several quoted lines may begin a declaration (`<!x`) or an instruction
/// (`<?`): the parser takes the mark of the next line for its end.
fn declares_over_a_quote(answer: &str, written: &str) -> bool {
    (answer.contains("<!") || answer.contains("<?")) && without_quotes(written) != written
}

/// Whether of several lines the first or the last is blank, as a form feed that was moved there makes it: alone the
/// block begins below it, but an item or a quote would be an empty one.
fn blank_at_an_edge(text: &str) -> bool {
    let blank = |line: &str| line.chars().all(|c| matches!(c, ' ' | '\t' | '\u{b}' | '\u{c}'));
    let mut lines = text.split(['\n', '\r']);
    lines.next().is_some_and(blank) || lines.next_back().is_some_and(blank)
}

/// Whether the first line, after a list item's mark, would be a rule: `- --`.
fn draws_a_rule(text: &str) -> bool {
    let line = text.split(['\n', '\r']).next().unwrap_or_default();
    line.chars().all(|character| matches!(character, '-' | '*' | '_' | ' ' | '\t'))
}

/// Whether there is a bar that is not escaped.
fn has_bar(text: &str) -> bool {
    let mut escaped = false;
    text.chars().any(|character| {
        let found = character == '|' && !escaped;
        escaped = character == '\\' && !escaped;
        found
    })
}

/// Whether a word, at the beginning of a line, may begin another block or end this one as a heading.
fn begins_block(word: &str) -> bool {
    // A tab before it may be indentation enough to make it text, or not: its width depends on the line's quotation marks.
    let word = word.trim_start();
    let digits = word.bytes().take_while(u8::is_ascii_digit).count();
    let number = digits > 0 && slice(word, digits..word.len()).starts_with(['.', ')']);
    number
        || word.is_empty()
        || word.starts_with(['#', '>', '-', '+', '*', '=', '`', '~', '<', '|', ':', '[', '_', '$'])
}
