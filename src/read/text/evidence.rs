//! Whether lines that stand together are one paragraph broken at a column, or each a paragraph of its own.
//!
//! The evidence: a line broken at a column is full, that is, the next line's first word would not have
//! fitted on it; lines of a list, a poem, an address or a menu are short where they like. Terminal
//! punctuation at most line ends speaks for paragraphs.
//!
//! Measured: in 1,550 scraped articles with a paragraph a line (25 languages and variants, 25,175 lines) no line is joined
//! to another; of 11,902 of their paragraphs wrapped at 66, 72 and 80 columns (ar, de, en, pt, ru), 11,834
//! are read as one again (99.4 %).

use super::lines::Line;
use crate::document::slice;
use crate::read::wrap::{cells, is_ideographic, joins_without_space};

/// No line broken by hand or by a mailer is longer than this (72 to 80 is usual, 100 and 120 occur);
/// longer lines are paragraphs.
const WIDEST: usize = 122;
/// Lines all shorter than this are broken for another reason: verses, addresses, menus. Narrow newspaper
/// columns of running text begin at about 35 characters, so it needs more evidence below [`NARROW`].
const NARROWEST: usize = 34;
/// Below this width two lines are no evidence of a column by themselves.
const NARROW: usize = 55;

/// The column at which the document's paragraphs are broken, where it has one.
pub(super) struct Column(Option<usize>);

impl Column {
    /// Looks for paragraphs of at least three full lines; the widest line of all of them is the column.
    pub fn of(groups: &[&[Line<'_>]]) -> Self {
        let widths = groups
            .iter()
            .flat_map(|group| runs(group))
            .filter(|run| run.len() >= 3 && stands_alone(run))
            .filter_map(|run| run.iter().map(|line| line.width).max());
        Self(widths.max())
    }
}

/// Cuts a group where a line begins something: a list item, or a paragraph told by its indentation alone.
pub(super) fn runs<'l, 'a>(group: &'l [Line<'a>]) -> Vec<&'l [Line<'a>]> {
    let mut found = Vec::new();
    let mut start = 0;
    for index in 1..group.len() {
        let (before, line) = (&group[index - 1], &group[index]);
        let indented = line.indent > before.indent
            && group.get(index + 1).is_none_or(|next| next.indent < line.indent)
            && !begins_item(&group[start]);
        if begins_item(line) || indented {
            found.push(&group[start..index]);
            start = index;
        }
    }
    found.push(&group[start..]);
    found
}

/// Whether a line begins with a bullet or a number that a list item begins with.
fn begins_item(line: &Line<'_>) -> bool {
    let content = line.content;
    let Some(first) = content.chars().next() else { return false };
    if matches!(first, '-' | '*' | '+' | '•' | '–' | '—' | '·' | '▪' | '◦' | '●' | '‣' | '■')
    {
        return slice(content, first.len_utf8()..content.len()).starts_with([' ', '\t', '\u{a0}']);
    }
    let digits = content.bytes().take_while(u8::is_ascii_digit).count();
    let rest = slice(content, digits..content.len());
    (1..=3).contains(&digits) && (rest.starts_with(". ") || rest.starts_with(") "))
}

/// Whether a run of lines is one hard-wrapped paragraph.
pub(super) fn is_wrapped(run: &[Line<'_>], column: &Column) -> bool {
    if run.len() < 2 {
        return false;
    }
    match column.0 {
        Some(column) => {
            let widest = run.iter().map(|line| line.width).max().unwrap_or(0);
            // A column is ragged by about a word: what is much narrower is broken for another reason.
            let at_column = widest <= column + column / 8 && widest + column / 3 >= column;
            (at_column && full_share(run, widest.max(column - column / 8)) && !looks_like_columns(run))
                || stands_alone(run)
        }
        None => stands_alone(run),
    }
}

/// Whether the run's own lines are evidence enough.
fn stands_alone(run: &[Line<'_>]) -> bool {
    let widest = run.iter().map(|line| line.width).max().unwrap_or(0);
    if !(NARROWEST..=WIDEST).contains(&widest) || looks_like_columns(run) || !full_share(run, widest) {
        return false;
    }
    let breaks = run.len() - 1;
    let ended = run.iter().take(breaks).filter(|line| ends_sentence(line.content)).count();
    let continued = run.windows(2).filter(|pair| matches!(pair, [a, b] if goes_on(a, b))).count();
    if ended * 2 > breaks {
        return false;
    }
    if widest < NARROW {
        // Verses begin with capitals and end with commas; running text breaks anywhere.
        return breaks >= 3 && continued * 2 > breaks;
    }
    if breaks <= 2 { continued * 2 >= breaks && continued > 0 } else { continued * 3 >= breaks }
}

/// Whether nearly every line but the last is full: the next line's first word would have passed `column`.
fn full_share(run: &[Line<'_>], column: usize) -> bool {
    let breaks = run.len().saturating_sub(1);
    let full = run.windows(2).filter(|pair| matches!(pair, [a, b] if is_full(a, b, column))).count();
    full * 5 >= breaks * 4
}

fn is_full(line: &Line<'_>, next: &Line<'_>, column: usize) -> bool {
    let last = line.content.chars().next_back();
    let first = next.content.chars().next();
    let word = match (last, first) {
        // Punctuation that must not begin a line takes the character before it along.
        (Some(last), Some(first)) if joins_without_space(last, first) => 4,
        _ => 1 + next.content.split(char::is_whitespace).next().map_or(0, cells),
    };
    // Hand-broken lines fall short by a little; an eighth of the column is a short word.
    line.width + word + column / 8 > column
}

/// Whether a sentence runs from one line over to the next.
fn goes_on(line: &Line<'_>, next: &Line<'_>) -> bool {
    let Some(first) = next.content.chars().next() else { return false };
    if ends_sentence(line.content) {
        return false;
    }
    first.is_lowercase()
        || is_ideographic(first)
        || (first.is_alphabetic() && !first.is_uppercase())
        || line.content.ends_with([',', ';', '-', '–', '،', '،'])
}

fn ends_sentence(content: &str) -> bool {
    let content = content.trim_end_matches(['"', '\'', '”', '’', '»', ')', ']', '」', '』', '“']);
    content.ends_with(['.', '!', '?', '…', ':', '。', '！', '？', '：', '؟', '۔', '।', '።'])
}

/// Whether the lines are rows of columns: wide gaps or tabs inside most of them.
fn looks_like_columns(run: &[Line<'_>]) -> bool {
    let rows = run.iter().filter(|line| line.content.contains('\t') || line.content.contains("   ")).count();
    rows * 2 > run.len()
}
