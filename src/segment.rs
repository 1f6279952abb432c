//! Sentences and words: where one ends, in any language.
//!
//! A sentence ends where `sentencex` and `icu_segmenter` agree (F1 .861 on 119 hand-made boundaries in 37
//! languages and .870 on 71 made afterwards, where alone they reach .816/.791 and .714/.724), less a few ends
//! that both get wrong: after title abbreviations, after initials, and between a closing CJK quotation mark and
//! "he said". Owns no notion of tokens or length limits: [`crate::plan`] packs, [`crate::engine`] splits.
//!
//! Everything here is linear in the text's length, whatever the text.

mod abbreviations;

use std::ops::Range;
use std::sync::OnceLock;

use icu_segmenter::options::{
    SentenceBreakInvariantOptions, SentenceBreakOptions, WordBreakInvariantOptions,
};
use icu_segmenter::{SentenceSegmenter, SentenceSegmenterBorrowed, WordSegmenter, WordSegmenterBorrowed};

use crate::document::slice;
use crate::language::Language;

/// Bytes handed to sentencex at once. It is quadratic in an unbroken Chinese text (10 KB take .5 ms, 160 KB
/// 119 ms), so longer texts are read through a window that moves on from the last sentence end found in it.
const WINDOW: usize = 4096;

/// Ends this close to the window's cut end may lack the context that refuses them.
const MARGIN: usize = 256;

/// The byte ranges of `text`'s sentences, in order. They cover `text` without gaps: white space after a
/// sentence belongs to it, white space before the first one too. A line end alone ends no sentence, an empty
/// line does.
pub fn sentences(text: &str, language: &Language) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut start = 0;
    for end in boundaries(text, language) {
        found.push(start..end);
        start = end;
    }
    if start < text.len() {
        found.push(start..text.len());
    }
    found
}

/// The same, with the sentences inside quotations each by itself: what somebody said in three sentences is one of [`sentences`]
/// where the quotation marks make that plain, and where a mark is missing so is all that follows. `None` where there is no such mark:
/// then [`sentences`] has them.
pub fn sentences_in_quotations(text: &str, language: &Language) -> Option<Vec<Range<usize>>> {
    let bare = without_quotation_marks(text)?;
    let mut found = Vec::new();
    let mut start = 0;
    for end in boundaries(&bare, language) {
        let end = before_opening_marks(text, end);
        if end > start && !speech_goes_on(text, end) {
            found.push(start..end);
            start = end;
        }
    }
    if start < text.len() {
        found.push(start..text.len());
    }
    Some(found)
}

/// `text` with as many bytes of spaces for each quotation mark; `None` where it has none.
fn without_quotation_marks(text: &str) -> Option<String> {
    if !text.contains(is_quotation_mark) {
        return None;
    }
    let mut bare = String::with_capacity(text.len());
    let mut before = None;
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        let inside = |neighbour: Option<char>| neighbour.is_some_and(char::is_alphanumeric);
        // Inside a word it is an apostrophe.
        if is_quotation_mark(character) && !(inside(before) && inside(characters.peek().copied())) {
            bare.extend(std::iter::repeat_n(' ', character.len_utf8()));
        } else {
            bare.push(character);
        }
        before = Some(character);
    }
    Some(bare)
}

/// `offset`, or where the quotation marks that open right before it begin.
fn before_opening_marks(text: &str, offset: usize) -> usize {
    let before = slice(text, 0..offset);
    let marks = before.trim_end_matches(is_quotation_mark);
    let opens = marks.is_empty() || marks.ends_with(char::is_whitespace);
    if opens || before.ends_with(is_opening_mark) { marks.len() } else { offset }
}

fn is_quotation_mark(character: char) -> bool {
    is_opening_mark(character) || matches!(character, '"' | '\'' | '”' | '’' | '»' | '›' | '」' | '』' | '״')
}

fn is_opening_mark(character: char) -> bool {
    matches!(character, '“' | '„' | '‚' | '‘' | '«' | '‹' | '「' | '『')
}

/// The sentence ends inside `text`, without its own end.
fn boundaries(text: &str, language: &Language) -> Vec<usize> {
    let by_icu = icu_boundaries(text, language);
    if by_icu.is_empty() {
        return Vec::new();
    }
    let by_rules = rule_boundaries(text, language.primary(), &by_icu);
    let mut agreed = Vec::with_capacity(by_icu.len().min(by_rules.len()));
    let mut rules = by_rules.into_iter().peekable();
    for offset in by_icu {
        while rules.next_if(|&rule| rule < offset).is_some() {}
        if rules.peek() == Some(&offset)
            && agreed.last() != Some(&offset)
            && !abbreviations::refuses(text, offset, language.primary())
            && !speech_goes_on(text, offset)
        {
            agreed.push(offset);
        }
    }
    agreed
}

/// ICU's sentence ends strictly inside `text`, moved behind white space, each once.
fn icu_boundaries(text: &str, language: &Language) -> Vec<usize> {
    thread_local! {
        /// Greek ends questions with `;`, which the neutral rules do not know.
        static GREEK: Option<SentenceSegmenter> = {
            let locale = icu_locale_core::langid!("el");
            let mut options = SentenceBreakOptions::default();
            options.content_locale = Some(&locale);
            SentenceSegmenter::try_new(options).ok()
        };
    }
    let neutral = SentenceSegmenter::new(SentenceBreakInvariantOptions::default());
    if language.primary() == "el" {
        GREEK.with(|greek| inner_ends(text, greek.as_ref().map_or(neutral, SentenceSegmenter::as_borrowed)))
    } else {
        inner_ends(text, neutral)
    }
}

fn inner_ends(text: &str, segmenter: SentenceSegmenterBorrowed<'_>) -> Vec<usize> {
    let mut ends = Vec::new();
    let mut settled = 0;
    for end in segmenter.segment_str(text) {
        if end == 0 || end < settled {
            continue;
        }
        let end = after_white_space(text, end);
        settled = end;
        if end < text.len() && ends.last() != Some(&end) {
            ends.push(end);
        }
    }
    ends
}

/// sentencex's sentence ends strictly inside `text`, moved behind white space, ascending.
///
/// `candidates` (ICU's ends) say where the window may move on when it holds no end of both kinds.
fn rule_boundaries(text: &str, language: &str, candidates: &[usize]) -> Vec<usize> {
    let segmenter = sentencex::language_factory(language);
    let mut ends: Vec<usize> = Vec::new();
    let mut start = 0;
    while start < text.len() {
        let cut = floor_boundary(text, start.saturating_add(WINDOW));
        let trusted = if cut == text.len() { cut } else { cut.saturating_sub(MARGIN) };
        let mut at = start;
        let mut moved_to = start;
        for sentence in segmenter.segment(slice(text, start..cut)) {
            at += sentence.len();
            let end = after_white_space(text, at);
            if at > trusted || end >= text.len() {
                break;
            }
            if end > moved_to {
                if ends.last().is_none_or(|&last| last < end) {
                    ends.push(end);
                }
                moved_to = end;
            }
        }
        start = if cut == text.len() {
            cut
        } else if moved_to > start && moved_to >= start + WINDOW / 8 {
            moved_to
        } else {
            // Almost nothing ends in this window: go on near its end, where ICU sees an end if it can be.
            let index = candidates.partition_point(|&candidate| candidate <= trusted);
            let candidate = index.checked_sub(1).and_then(|index| candidates.get(index)).copied();
            candidate.filter(|&candidate| candidate >= start + WINDOW / 2).unwrap_or(cut)
        };
    }
    ends
}

/// The first offset at or after `offset` where no white space stands.
fn after_white_space(text: &str, offset: usize) -> usize {
    let rest = slice(text, offset..text.len());
    text.len() - rest.trim_start().len()
}

/// The last character boundary at or before `offset`.
fn floor_boundary(text: &str, offset: usize) -> usize {
    let mut offset = offset.min(text.len());
    while !text.is_char_boundary(offset) {
        offset -= 1;
    }
    offset
}

/// Whether a quotation that ends before `offset` is carried on by its speaker, as in `“走吧。”他说。`
/// or `「行こう。」と彼は言った。`: then no sentence ends there.
fn speech_goes_on(text: &str, offset: usize) -> bool {
    let mut before = slice(text, 0..offset).chars().rev();
    let mut last = before.next();
    let mut quotes = 0;
    while last.is_some_and(|c| "”’」』》\"".contains(c)) {
        quotes += 1;
        last = before.next();
    }
    if quotes == 0 || !last.is_some_and(|c| "。！？!?…".contains(c)) {
        return false;
    }
    let after = slice(text, offset..text.len());
    if ["と", "って", "との", "という"].iter().any(|particle| after.starts_with(particle)) {
        return true;
    }
    // A short Chinese clause with a verb of saying before any pause.
    let mut clause = String::new();
    for c in after.chars().take(13) {
        if "，。！？：；“「".contains(c) {
            break;
        }
        if !c.is_alphanumeric() && c != '·' {
            return false;
        }
        clause.push(c);
    }
    let verbs = [
        "说", "問", "问", "說", "答", "喊", "叫道", "表示", "指出", "强调", "強調", "写道", "寫道", "补充",
        "告诉",
    ];
    clause.chars().count() < 13 && verbs.iter().any(|verb| clause.contains(verb))
}

/// Offsets after weaker punctuation (`;` `:` `,`, dashes and their kin in other scripts) and the white space
/// behind it, where a sentence that is too long may be cut. Ascending, strictly inside `text`.
pub fn weak_breaks(text: &str, language: &Language) -> Vec<usize> {
    let greek = language.primary() == "el";
    let mut breaks = Vec::new();
    let mut characters = text.char_indices().peekable();
    while let Some((offset, c)) = characters.next() {
        let next = characters.peek().map(|&(_, next)| next);
        let pause = match c {
            // Between letters or digits these belong to a word, a number, a time.
            ',' | ':' | ';' => next.is_none_or(char::is_whitespace),
            '–' | '—' | '―' => true,
            // The Greek semicolon; in Catalan it stands inside words.
            '·' | '\u{387}' => greek,
            '、' | '，' | '；' | '：' | '﹐' | '﹔' | '､' | '،' | '؛' | '۔' | '।' | '॥' | '՝' | '׃' | '፣'
            | '፤' | '፥' | '၊' | '။' | '។' | '៖' => true,
            _ => false,
        };
        if pause {
            let end = after_white_space(text, offset + c.len_utf8());
            if end < text.len() && breaks.last() != Some(&end) {
                breaks.push(end);
            }
        }
    }
    breaks
}

fn word_segmenter() -> WordSegmenterBorrowed<'static> {
    static SEGMENTER: OnceLock<WordSegmenterBorrowed<'static>> = OnceLock::new();
    *SEGMENTER.get_or_init(|| WordSegmenter::new_dictionary(WordBreakInvariantOptions::default()))
}

/// The words of `text` in order: what holds a letter, an ideograph or a digit. Chinese, Japanese, Thai, Khmer,
/// Lao and Burmese are cut by dictionary.
pub fn words(text: &str) -> Vec<&str> {
    words_in(text).collect()
}

/// How many [`words`] `text` has; the same rule in every language, by dictionary where words are not separated.
pub fn word_count(text: &str, _language: &Language) -> usize {
    words_in(text).count()
}

/// ICU's own mark of what is a word misses short Hindi words that end in a vowel sign, so it is not asked.
fn words_in(text: &str) -> impl Iterator<Item = &str> {
    let mut start = 0;
    word_segmenter().segment_str(text).filter_map(move |end| {
        let piece = slice(text, start..end);
        start = end;
        piece.contains(char::is_alphanumeric).then_some(piece)
    })
}

#[cfg(test)]
mod tests;
