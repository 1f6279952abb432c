//! The sentences of an article as candidates for its summary: what each would read like, standing alone.

use crate::document::{BlockId, Role, slice};
use crate::engine::SummaryRequest;
use crate::segment;
use crate::summary::terms::{Term, Terms};

use super::phrases;

/// One sentence and what speaks against it.
#[derive(Debug)]
pub(super) struct Candidate {
    pub block: BlockId,
    /// The sentence as it would be written, without dateline and outer white space.
    pub text: String,
    /// Its length in words, as [`segment::words`] counts them.
    pub words: usize,
    /// Its different terms, ascending.
    pub terms: Vec<Term>,
    /// It leans on the sentence before it: "He said", "But".
    pub leans: bool,
    /// Shares of a whole score that its form costs it; above 1 it is taken only where nothing else is left.
    pub cost: f64,
}

/// Every sentence of the request's body, in order.
pub(super) fn candidates(request: &SummaryRequest, terms: &mut Terms) -> Vec<Candidate> {
    let language = &request.language;
    let mut found = Vec::new();
    let mut ended = 0_usize;
    for paragraph in request.paragraphs.iter().filter(|paragraph| paragraph.role == Role::Body) {
        let ranges = segment::sentences(&paragraph.text, language);
        for range in ranges {
            let whole = slice(&paragraph.text, range).trim();
            if !whole.contains(char::is_alphanumeric) {
                continue;
            }
            let whole = phrases::without_stray_mark(whole);
            let text = if found.len() < 3 { phrases::without_dateline(whole) } else { whole };
            ended += usize::from(ends(text));
            let mut own = terms.of(text);
            own.sort_unstable_by_key(|term| term.id);
            own.dedup_by_key(|term| term.id);
            found.push(Candidate {
                block: paragraph.block,
                text: text.to_owned(),
                words: segment::word_count(text, language),
                terms: own,
                leans: phrases::leans(text, language.primary()),
                cost: 0.0,
            });
        }
    }
    // In Thai, or in a text without full stops at all, a missing one says nothing.
    let punctuated = ended * 3 > found.len();
    for candidate in &mut found {
        candidate.cost = cost(candidate, punctuated, language.primary());
    }
    found
}

/// What the form of a sentence costs it.
fn cost(candidate: &Candidate, punctuated: bool, language: &str) -> f64 {
    let text = candidate.text.as_str();
    let mut cost = 0.0;
    if punctuated && !ends(text) {
        cost += 2.0;
    }
    if phrases::is_furniture(text) || candidate.terms.is_empty() {
        cost += 2.0;
    }
    if !quotes_balance(text) {
        cost += 2.0;
    }
    if !single_quotes_balance(text) {
        cost += 0.4;
    }
    if phrases::is_caption(text) {
        cost += 0.6;
    }
    if phrases::speaks_in_person(text, language) {
        cost += 0.3;
    }
    if text.ends_with(['?', '？', '؟']) {
        cost += 0.3;
    }
    if candidate.words < 7 {
        cost += 0.4;
    }
    if candidate.words > 60 {
        cost += 0.3;
    }
    cost
}

/// Whether `text` ends as a sentence does, behind closing brackets and quotation marks.
pub(super) fn ends(text: &str) -> bool {
    let text = text.trim_end_matches(|c: char| c.is_whitespace() || ")]}»”’\"'」』》）".contains(c));
    text.ends_with(['.', '!', '?', '…', '。', '！', '？', '．', '।', '॥', '؟', '۔', '።', '။', '។', '։', ';'])
        && !text.ends_with(':')
}

/// Whether every quotation that opens in `text` closes in it, and the other way round.
pub(super) fn quotes_balance(text: &str) -> bool {
    let count = |set: &str| text.chars().filter(|&c| set.contains(c)).count();
    // “ closes in German and opens in English, so both of them are counted together.
    let curly = count("“”„‟");
    let corner = count("「『") == count("」』");
    // «…» in French and Russian, »…« in German.
    let angle = count("«") == count("»");
    let straight = count("\"") % 2 == 0;
    let brackets = count("(（") == count(")）") && count("[") == count("]");
    curly % 2 == 0 && corner && angle && straight && brackets
}

/// Single marks are quotation marks only at the edge of a word: `'he went'`, not `don't` or `the boys' `.
fn single_quotes_balance(text: &str) -> bool {
    let characters: Vec<char> = text.chars().collect();
    let mut open = 0_i32;
    for (index, &c) in characters.iter().enumerate() {
        if !matches!(c, '\'' | '‘' | '’') {
            continue;
        }
        let letter =
            |at: Option<usize>| at.and_then(|at| characters.get(at)).is_some_and(|c| c.is_alphanumeric());
        let before = letter(index.checked_sub(1));
        let after = letter(Some(index + 1));
        match (before, after) {
            (true, true) => {}
            (false, true) if c != '’' => open += 1,
            (true, false) => open = (open - 1).max(0),
            (false, false) if open > 0 => open -= 1,
            (false, false) => open += 1,
            _ => {}
        }
    }
    open == 0
}
