//! Answers in parts: text and placeholders, and whether the placeholders are the right ones.

use super::{Mark, RestoreError};
use crate::document::slice;

/// A stretch of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part<'a> {
    /// Text, from byte `at`.
    Text { at: usize, text: &'a str },
    /// `⟦number⟧`, from byte `at`. Number 0 stands for a bracket that belongs to no placeholder.
    Span { at: usize, number: usize, len: usize },
}

/// Cuts an answer at its placeholders. Spaces inside the brackets are passed over.
pub(crate) fn split(answer: &str) -> impl Iterator<Item = Part<'_>> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let rest = slice(answer, at..answer.len());
        let first = rest.chars().next()?;
        let from = at;
        if matches!(first, '⟦' | '⟧') {
            let (number, len) = placeholder(rest);
            at += len;
            return Some(Part::Span { at: from, number, len });
        }
        at = rest.find(['⟦', '⟧']).map_or(answer.len(), |found| from + found);
        Some(Part::Text { at: from, text: slice(answer, from..at) })
    })
}

/// The number and the length in bytes of the placeholder that `rest` begins with; number 0 and the length of
/// one bracket where it is none.
fn placeholder(rest: &str) -> (usize, usize) {
    let bracket = '⟦'.len_utf8();
    // 20 bytes hold every number there can be with some spaces around it.
    let inner = rest
        .char_indices()
        .skip(1)
        .take(20)
        .find(|(_, character)| !(character.is_ascii_digit() || *character == ' '));
    let Some((end, '⟧')) = inner.filter(|_| rest.starts_with('⟦')) else { return (0, bracket) };
    match slice(rest, bracket..end).trim().parse() {
        Ok(number) => (number, end + '⟧'.len_utf8()),
        Err(_) => (0, bracket),
    }
}

/// Whether a character ends a line somewhere (Unicode's mandatory breaks).
pub(crate) fn is_line_end(character: char) -> bool {
    matches!(character, '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// The answer on one line: line ends with the white space around them become one space; none at the edges.
pub(super) fn one_line(answer: &str) -> String {
    let trimmed = answer.trim();
    if !trimmed.contains(is_line_end) {
        return trimmed.to_owned();
    }
    let lines: Vec<&str> =
        trimmed.split(is_line_end).map(str::trim).filter(|line| !line.is_empty()).collect();
    lines.join(" ")
}

/// Checks that every placeholder stands in the answer once and that pairs nest, writes placeholders without
/// inner spaces, and moves white space just inside a tight pair (`** bold**`) outside of it.
///
/// # Errors
/// As [`super::Unit::restore`].
pub(super) fn tidy_pairs(answer: &str, marks: &[Mark]) -> Result<String, RestoreError> {
    let mut seen = vec![false; marks.len()];
    let mut open = Vec::new();
    let partners = partners(marks);
    let mut out = String::with_capacity(answer.len());
    let mut owed = "";
    for part in split(answer) {
        match part {
            Part::Text { text, .. } => {
                let kept = if ends_tight_open(&out, marks) { text.trim_start_matches(' ') } else { text };
                let moved = text.len() - kept.len();
                if moved > 0 {
                    let mut bracket = out.len();
                    while ends_tight_open(slice(&out, 0..bracket), marks) {
                        bracket = slice(&out, 0..bracket).rfind('⟦').unwrap_or(0);
                    }
                    if !slice(&out, 0..bracket).ends_with(' ') && bracket > 0 {
                        out.insert(bracket, ' ');
                    }
                }
                if !owed.is_empty() && !kept.starts_with(' ') {
                    out.push_str(owed);
                }
                owed = "";
                out.push_str(kept);
            }
            Part::Span { number, .. } => {
                let Some(index) = number.checked_sub(1).filter(|index| *index < marks.len()) else {
                    return Err(RestoreError::Extra(number));
                };
                if std::mem::replace(&mut seen[index], true) {
                    return Err(RestoreError::Extra(number));
                }
                match marks[index] {
                    Mark::Open { .. } => {
                        open.push(index);
                        out.push_str(std::mem::take(&mut owed));
                    }
                    Mark::Close { tight } => {
                        if open.pop() != partners[index] {
                            return Err(RestoreError::Structure);
                        }
                        let text_before = !out.ends_with('⟧');
                        if tight && text_before && out.ends_with(' ') {
                            out.truncate(out.trim_end_matches(' ').len());
                            owed = " ";
                        }
                    }
                    Mark::Literal(_) | Mark::Element(_) => out.push_str(std::mem::take(&mut owed)),
                }
                out.push_str(&format!("⟦{number}⟧"));
            }
        }
    }
    match seen.iter().position(|seen| !seen) {
        Some(missing) => Err(RestoreError::Missing(missing + 1)),
        None => Ok(out),
    }
}

/// Whether `out` ends in the placeholder of a tight opening half.
fn ends_tight_open(out: &str, marks: &[Mark]) -> bool {
    if !out.ends_with('⟧') {
        return false;
    }
    let number = out.rfind('⟦').map_or(0, |from| placeholder(slice(out, from..out.len())).0);
    matches!(number.checked_sub(1).and_then(|index| marks.get(index)), Some(Mark::Open { tight: true }))
}

/// For each closing half, the index of the half it closes.
pub(super) fn partners(marks: &[Mark]) -> Vec<Option<usize>> {
    let mut open = Vec::new();
    marks
        .iter()
        .enumerate()
        .map(|(index, mark)| match mark {
            Mark::Open { .. } => {
                open.push(index);
                None
            }
            Mark::Close { .. } => open.pop(),
            Mark::Literal(_) | Mark::Element(_) => None,
        })
        .collect()
}
