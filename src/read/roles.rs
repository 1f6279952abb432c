//! What each block is for: title, dateline, body, furniture.
//!
//! Owns the verdict, from evidence in the text and in its folder. The article's prose is found first; what
//! stands before its first paragraph and after its last are the *edges*, and only there (but for a few lines
//! like "Advertisement", and calls to subscribe) can anything be furniture. In doubt a block is body.
//!
//! Measured: of 25,175 blocks of 1,550 clean articles in 25 languages none was called furniture, and 1,540 titles
//! were found; of 5,093 lines of furniture added to 930 of them in 15 languages 5,033 were found, with 869 titles.
//! 40 web pages stripped of their tags: recall of the article's text 0.985 on the half never looked at (0.950 on
//! the other), precision 0.686 (0.593) where the whole page has 0.595 (0.503): links among a page's prose stay.

mod evidence;
mod lexicon;
mod line;

use std::ops::Range;

pub use evidence::{FolderEvidence, SAMPLED_FILES, edge_lines};

use crate::document::{Block, BlockKind, Role, slice};
use crate::language::Language;
use line::Line;

/// Short lines in a row before the title that count as navigation with no known word among them.
const NAVIGATION_RUN: usize = 3;

/// Most words of a first line that ends in a full stop and is the title nevertheless.
const SENTENCE_TITLE_WORDS: usize = 20;

/// Gives every block of a document its role.
pub fn assign(blocks: &mut [Block], text: &str, language: &Language, evidence: &FolderEvidence) {
    let mut prose = Vec::new();
    for (index, block) in blocks.iter_mut().enumerate() {
        block.role = match block.kind {
            BlockKind::Code | BlockKind::Html | BlockKind::FrontMatter | BlockKind::Markup => Role::Verbatim,
            _ if block.unit.is_none() => Role::Verbatim,
            _ => {
                prose.push(index);
                Role::Body
            }
        };
    }
    let kinds: Vec<BlockKind> =
        prose.iter().filter_map(|index| blocks.get(*index)).map(|block| block.kind).collect();
    let lines: Vec<Line> = prose
        .iter()
        .filter_map(|index| blocks.get(*index))
        .map(|block| {
            let content = slice(text, block.content.clone());
            Line { repeated: evidence.has(content), ..Line::of(content, language) }
        })
        .collect();
    for (index, role) in prose.into_iter().zip(roles(&lines, &kinds)) {
        if let Some(block) = blocks.get_mut(index) {
            block.role = role;
        }
    }
}

/// The roles of the blocks that have text to translate.
fn roles(lines: &[Line], kinds: &[BlockKind]) -> Vec<Role> {
    let mut roles: Vec<Role> =
        lines.iter().map(|line| if line.anywhere { Role::Boilerplate } else { Role::Body }).collect();
    let heading = |level: Option<u8>| {
        kinds.iter().position(
            |kind| matches!(kind, BlockKind::Heading(found) if level.is_none_or(|level| level == *found)),
        )
    };
    let first = lines.iter().position(|line| line.substantial).unwrap_or(lines.len());
    let last = lines.iter().rposition(|line| line.substantial).map_or(lines.len(), |last| last + 1);
    let marked = heading(Some(1)).or_else(|| heading(None).filter(|found| *found <= first));
    let title = marked.or_else(|| title(lines, first));
    let mut set = |index: usize, role: Role| {
        if Some(index) != title
            && !matches!(kinds.get(index), Some(BlockKind::Heading(_)))
            && let Some(place) = roles.get_mut(index)
        {
            *place = role;
        }
    };
    head(lines, first, title, &mut set);
    tail(lines, last.max(title.map_or(0, |title| title + 1)), &mut set);
    if let Some(place) = title.and_then(|title| roles.get_mut(title)) {
        *place = Role::Title;
    }
    roles
}

/// The headline among the lines before the first paragraph: of a headline's length, beside the date or the
/// text, not known furniture. The first of the best.
fn title(lines: &[Line], first: usize) -> Option<usize> {
    let date = |index: Option<usize>| {
        index.and_then(|index| lines.get(index)).is_some_and(|line| line.date || line.byline)
    };
    let score = |index: usize, line: &Line| {
        let headline = (3..=25).contains(&line.words);
        let beside_date = date(index.checked_sub(1)) || date(Some(index + 1));
        let after_furniture = index
            .checked_sub(1)
            .and_then(|before| lines.get(before))
            .is_some_and(|line| line.furniture || line.repeated);
        [
            headline && line.words >= 4,
            headline,
            beside_date,
            beside_date,
            index + 1 == first,
            after_furniture,
            index == 0,
            !line.repeated,
            !line.repeated,
        ]
        .into_iter()
        .filter(|reason| *reason)
        .count()
    };
    let mut best: Option<(usize, usize)> = None;
    let end = first.min(lines.len());
    for (index, line) in lines.iter().enumerate().take(end) {
        let fits = line.words > 0
            && line.words <= 40
            && !line.stops
            && !line.furniture
            && !line.date
            && !line.byline;
        if fits {
            let score = score(index, line);
            if best.is_none_or(|(_, most)| score > most) {
                best = Some((index, score));
            }
        }
    }
    // A lone line is an article without a title. Where no line qualifies, a short first one still does:
    // some headlines are sentences with a full stop.
    let sentence = || {
        let line = lines.first()?;
        let fits = line.words <= SENTENCE_TITLE_WORDS && !line.furniture && !line.date && !line.byline;
        (fits && lines.len() > 2).then_some(0)
    };
    if lines.len() > 1 { best.map(|(index, _)| index).or_else(sentence) } else { None }
}

fn head(lines: &[Line], first: usize, title: Option<usize>, set: &mut impl FnMut(usize, Role)) {
    let end = title.unwrap_or(first).min(lines.len());
    let before = lines.get(..end).unwrap_or_default();
    let short = before.iter().filter(|line| line.is_short() && !line.date).count();
    let evident = before.iter().any(|line| line.furniture || line.repeated || line.date);
    let navigation = title.is_some() && (evident || short >= NAVIGATION_RUN);
    let nearest_date = before.iter().rposition(|line| line.date);
    for (index, line) in before.iter().enumerate() {
        if line.date {
            // Another date further up is the page's ("Flag Tuesday, 23 April 2024"), not the article's.
            set(index, if Some(index) == nearest_date { Role::Dateline } else { Role::Boilerplate });
        } else if line.furniture || (line.repeated && !line.stops) || (navigation && line.is_short()) {
            set(index, Role::Boilerplate);
        }
    }
    let after: Range<usize> = end..first.min(lines.len());
    for index in after {
        let Some(line) = lines.get(index) else { continue };
        if line.date || line.byline {
            set(index, Role::Dateline);
        } else if line.furniture || (line.repeated && line.is_short()) {
            set(index, Role::Boilerplate);
        }
    }
}

fn tail(lines: &[Line], start: usize, set: &mut impl FnMut(usize, Role)) {
    let mut among_furniture = false;
    for (index, line) in lines.iter().enumerate().skip(start) {
        if line.furniture || (line.repeated && line.is_link()) {
            among_furniture = true;
            set(index, Role::Boilerplate);
        } else if among_furniture && line.is_link() {
            set(index, Role::Boilerplate);
        } else if line.date {
            set(index, Role::Dateline);
        }
    }
}

#[cfg(test)]
mod tests;
