//! Lines: joining a hard-wrapped paragraph into one, and wrapping its translation likewise.
//!
//! Owns columns and line breaks; knows nothing of what the text means.

use unicode_width::UnicodeWidthChar;

use super::unit::{Part, Unit, split};
use crate::document::slice;

/// How a unit's text stands in lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Layout {
    /// On one line.
    Line,
    /// Hard-wrapped.
    Wrapped {
        /// What new line breaks are written as: a line end with what stands before the next line's text
        /// (indentation, `> `); the commonest one of the source.
        newline: String,
        /// The column (in terminal cells, indentation included) that no line of the source exceeds.
        width: usize,
        /// The column that the unit's first line begins at.
        first: usize,
        /// Where the source broke its lines, in order. An answer that begins as the source does is broken there too.
        breaks: Vec<LineBreak>,
    },
}

/// A line break of the source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineBreak {
    /// Its byte offset in the unit's text.
    pub at: usize,
    /// Whether a space stands for it in the text; between characters of Chinese or Japanese, nothing does.
    pub space: bool,
    /// Its bytes: trailing white space, line end, indentation.
    pub raw: String,
}

/// The width of `text` in terminal cells: the sum of its characters', so that it can be added up.
pub(crate) fn cells(text: &str) -> usize {
    text.chars().map(|character| character.width().unwrap_or(0)).sum()
}

/// The width of what stands after the last line end of `raw`.
pub(crate) fn last_line_cells(raw: &str) -> usize {
    raw.rsplit(super::unit::is_line_end).next().map_or(0, cells)
}

/// Whether a line may be broken on either side of this character without a space (scripts written without
/// them that break anywhere: Han, kana, their punctuation; not Hangul, which has spaces).
pub(crate) fn is_ideographic(character: char) -> bool {
    matches!(character,
        '\u{2e80}'..='\u{303e}' | '\u{3041}'..='\u{30ff}' | '\u{3105}'..='\u{312f}' | '\u{3190}'..='\u{4dbf}'
        | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{fe30}'..='\u{fe4f}' | '\u{ff01}'..='\u{ff60}'
        | '\u{20000}'..='\u{3ffff}')
}

/// Whether lines that end and begin with these characters are joined without a space.
pub(crate) fn joins_without_space(before: char, after: char) -> bool {
    is_ideographic(before) && is_ideographic(after)
}

/// Whether a line may be broken between two characters that no space parts (kinsoku: no line begins with
/// closing punctuation or a small kana, none ends with an opening bracket).
fn breaks_between(before: char, after: char) -> bool {
    const NEVER_FIRST: &str =
        "、。，．・：；？！）］｝〕〉》」』】〙〗ーぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶ々〻゛゜〟";
    const NEVER_LAST: &str = "（［｛〔〈《「『【〘〖〝";
    joins_without_space(before, after) && !NEVER_FIRST.contains(after) && !NEVER_LAST.contains(before)
}

/// Lays an answer out as the unit's source is: its characters written by `encode`, placeholders replaced.
/// `hazard` tells words (as written) that must not begin a line.
pub(crate) fn lay_out(
    unit: &Unit,
    answer: &str,
    encode: &mut dyn FnMut(usize, char, &mut String),
    hazard: Option<&dyn Fn(&str) -> bool>,
) -> String {
    let mut lines = match &unit.layout {
        Layout::Line => Lines::new(0, usize::MAX, "", &[], hazard),
        Layout::Wrapped { newline, width, first, breaks } => {
            Lines::new(*first, *width, newline, kept(breaks, &unit.text, answer), hazard)
        }
    };
    let wraps = unit.layout != Layout::Line;
    let mut before = None;
    for part in split(answer) {
        match part {
            Part::Span { at, number, .. } => {
                lines.at(at);
                if let Some(raw) = number.checked_sub(1).and_then(|index| unit.protected.get(index)) {
                    lines.word(raw);
                }
                before = None;
            }
            Part::Text { at, text } => {
                for (offset, character) in text.char_indices() {
                    let here = at + offset;
                    if character == ' ' && wraps {
                        lines.space(here, before, slice(text, offset + 1..text.len()).chars().next());
                    } else {
                        if wraps
                            && !lines.at(here)
                            && before.is_some_and(|before| breaks_between(before, character))
                        {
                            lines.may_break();
                        }
                        lines.character(|out| encode(here, character, out));
                    }
                    before = Some(character);
                }
            }
        }
    }
    lines.finish()
}

/// The source's breaks that an answer keeps: those before which, and in the word after which, it says what
/// the source says.
fn kept<'a>(breaks: &'a [LineBreak], text: &str, answer: &str) -> &'a [LineBreak] {
    let same = text.bytes().zip(answer.bytes()).take_while(|(ours, theirs)| ours == theirs).count();
    if same == text.len() && same == answer.len() {
        return breaks;
    }
    let count = breaks.partition_point(|found| found.at + usize::from(found.space) <= same);
    // The word after the last of them must be the same to its end.
    let whole = breaks.get(..count).unwrap_or(breaks);
    let agreed = text.as_bytes().get(..same).unwrap_or_default();
    let last_space = agreed.iter().rposition(|byte| *byte == b' ');
    let keep = whole.partition_point(|found| {
        last_space.is_some_and(|space| if found.space { found.at < space } else { found.at <= space })
    });
    whole.get(..keep).unwrap_or(whole)
}

/// Lines being filled.
struct Lines<'a> {
    out: String,
    /// The column that `out` ends at.
    column: usize,
    /// What is not yet placed: a separator and the word after it.
    gap: Gap,
    word: String,
    width: usize,
    newline: &'a str,
    newline_column: usize,
    /// The source's breaks still to come.
    breaks: std::slice::Iter<'a, LineBreak>,
    hazard: Option<&'a dyn Fn(&str) -> bool>,
    /// Nothing has been placed on this line yet.
    fresh: bool,
}

/// What stands between the last placed word and the next.
enum Gap {
    /// Nothing, and no line may be broken here.
    None,
    /// Nothing, but a line may be broken here.
    Seam,
    /// Spaces.
    Spaces { count: usize, glued: bool },
    /// A break of the source.
    Kept(String),
}

impl<'a> Lines<'a> {
    fn new(
        first: usize,
        width: usize,
        newline: &'a str,
        breaks: &'a [LineBreak],
        hazard: Option<&'a dyn Fn(&str) -> bool>,
    ) -> Self {
        Self {
            out: String::new(),
            column: first,
            gap: Gap::None,
            word: String::new(),
            width,
            newline,
            newline_column: last_line_cells(newline),
            breaks: breaks.iter(),
            hazard,
            fresh: true,
        }
    }

    /// Notes that the answer stands at byte `at`; true where the source broke its line just there.
    fn at(&mut self, at: usize) -> bool {
        let Some(next) = self.breaks.as_slice().first().filter(|next| next.at == at && !next.space) else {
            return false;
        };
        self.place();
        self.gap = Gap::Kept(next.raw.clone());
        self.breaks.next();
        true
    }

    /// A space at byte `at`, between these characters.
    fn space(&mut self, at: usize, before: Option<char>, after: Option<char>) {
        if let Some(next) = self.breaks.as_slice().first().filter(|next| next.at == at && next.space) {
            self.place();
            self.gap = Gap::Kept(next.raw.clone());
            self.breaks.next();
            return;
        }
        if self.word.is_empty()
            && let Gap::Spaces { count, .. } = &mut self.gap
        {
            *count += 1;
            return;
        }
        self.place();
        // Broken here, the two would be read back without their space.
        let glued =
            matches!((before, after), (Some(before), Some(after)) if joins_without_space(before, after));
        self.gap = Gap::Spaces { count: 1, glued };
    }

    fn may_break(&mut self) {
        self.place();
        self.gap = Gap::Seam;
    }

    fn word(&mut self, raw: &str) {
        self.word.push_str(raw);
    }

    fn character(&mut self, write: impl FnOnce(&mut String)) {
        write(&mut self.word);
    }

    /// Places the pending separator and word.
    fn place(&mut self) {
        let gap = std::mem::replace(&mut self.gap, Gap::None);
        // A span of several lines counts with its first.
        let lines = self.word.contains(super::unit::is_line_end);
        let first = self.word.split(super::unit::is_line_end).next().unwrap_or_default();
        let wide = cells(if lines { first.trim_end() } else { first });
        // Up to the last break of the source, lines are as they were.
        let full = |between: usize| {
            self.breaks.as_slice().is_empty()
                && !self.fresh
                && self.column.saturating_add(between).saturating_add(wide) > self.width
                && !self.hazard.is_some_and(|hazard| hazard(&self.word))
        };
        match gap {
            Gap::None => {}
            Gap::Kept(raw) => self.break_line(&raw),
            Gap::Seam => {
                if full(0) {
                    self.break_line(self.newline);
                }
            }
            Gap::Spaces { count, glued } => {
                if !glued && full(count) {
                    self.break_line(self.newline);
                } else {
                    self.out.extend(std::iter::repeat_n(' ', count));
                    self.column = self.column.saturating_add(count);
                }
            }
        }
        if !self.word.is_empty() {
            self.fresh = false;
            self.out.push_str(&self.word);
            self.column = if lines { last_line_cells(&self.word) } else { self.column.saturating_add(wide) };
            self.word.clear();
        }
    }

    fn break_line(&mut self, raw: &str) {
        self.out.push_str(raw);
        self.column = if raw == self.newline { self.newline_column } else { last_line_cells(raw) };
        self.fresh = true;
    }

    fn finish(mut self) -> String {
        self.place();
        self.out
    }
}
