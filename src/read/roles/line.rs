//! What one line or paragraph looks like: its length, its end, the furniture words and dates in it.
//!
//! Owns the look of a single block's text; its neighbours and its role are [`super`]'s.

use super::lexicon;
use crate::language::Language;

/// Words (or their worth) from which a paragraph counts as an article's own: jusText's `length_low` of 70
/// characters is about twelve.
const SUBSTANTIAL_WORDS: usize = 12;

/// Most words of a line of navigation.
const SHORT_WORDS: usize = 6;

/// Most words of a line of furniture that has more than a known word: related headlines, notices.
const LINK_WORDS: usize = 20;

/// Least share of stop words in prose without a full stop (jusText's lower threshold, set to 0.20 for lines
/// at the edge, is halved: here nothing may be called furniture in doubt).
const PROSE_STOPWORDS: f64 = 0.10;

/// Characters that make one word, about, in Chinese and Japanese, and in Thai and its neighbours.
const IDEOGRAPHS_A_WORD: usize = 2;
const LETTERS_A_WORD: usize = 5;

/// What is seen of one block.
#[derive(Debug, Clone)]
pub(super) struct Line {
    pub(super) words: usize,
    /// Ends as a sentence does: full stop, question or exclamation mark, ellipsis, colon, closing quote after one.
    pub(super) ends: bool,
    /// Ends with a full stop.
    pub(super) stops: bool,
    pub(super) date: bool,
    pub(super) byline: bool,
    /// A known line of furniture wherever it stands.
    pub(super) anywhere: bool,
    /// Begins like, or is, known furniture of the edges.
    pub(super) furniture: bool,
    /// Prose of the article by length and end.
    pub(super) substantial: bool,
    /// Stands at the edges of the folder's other files too.
    pub(super) repeated: bool,
}

impl Line {
    pub(super) fn of(text: &str, language: &Language) -> Self {
        let text = text.trim();
        let lower = text.to_lowercase();
        let words = count_words(text);
        let (ends, stops) = ending(text);
        let bare = lower.trim_matches(|c: char| !c.is_alphanumeric() && c != '©');
        let call = words <= 2 * LINK_WORDS && is_call(bare);
        let notice =
            call || words <= 2 * LINK_WORDS && lexicon::NOTICES.iter().any(|notice| lower.contains(notice));
        let anywhere =
            words <= SHORT_WORDS && lexicon::ANYWHERE.contains(&bare) || words <= LINK_WORDS && call;
        // A sentence that merely begins with such a word ("Home prices rose.") is prose.
        let begins = lexicon::EDGE.iter().chain(lexicon::ANYWHERE).any(|phrase| begins_with(bare, phrase));
        let exact = [lexicon::EDGE, lexicon::SHARING].iter().any(|table| table.contains(&bare)) || anywhere;
        let furniture = notice || exact || (begins && !stops && words <= SHORT_WORDS);
        let date = words <= 10 && !stops && has_date(&lower);
        let long = words >= SUBSTANTIAL_WORDS;
        let prose =
            ends || words >= 3 * SUBSTANTIAL_WORDS && stopword_share(&lower, language) >= PROSE_STOPWORDS;
        let byline = words <= 8 && !ends && lexicon::BYLINES.iter().any(|by| begins_with(&lower, by));
        Self {
            words,
            ends,
            stops,
            date,
            byline,
            anywhere,
            furniture,
            substantial: long && prose && !notice,
            repeated: false,
        }
    }

    /// Short enough to be navigation, with no sentence's end.
    pub(super) fn is_short(&self) -> bool {
        self.words <= SHORT_WORDS && !self.ends
    }

    /// Short enough for a link's text, with no sentence's end.
    pub(super) fn is_link(&self) -> bool {
        self.words <= LINK_WORDS && !self.stops
    }
}

/// Whether a lower-case line calls on its reader to subscribe, to follow or to share: by its verb, and by what of. One
/// alone is no sign ("Follow the ferry", "The newsletter has 900 readers").
fn is_call(bare: &str) -> bool {
    let has = |table: &[&str]| table.iter().any(|word| bare.contains(word));
    let begins = |table: &[&str]| table.iter().any(|phrase| starts_with(bare, phrase));
    let letter = has(lexicon::LETTERS);
    let channel = || has(lexicon::CHANNELS);
    begins(lexicon::GETS) && letter
        || (begins(lexicon::CALLS) || has(lexicon::CALLS_AT_END)) && (letter || channel())
}

/// As [`begins_with`], but that no space follows a word in scripts without them.
fn starts_with(text: &str, phrase: &str) -> bool {
    let spaceless = phrase.chars().all(is_spaceless);
    if spaceless { text.starts_with(phrase) } else { begins_with(text, phrase) }
}

fn begins_with(text: &str, phrase: &str) -> bool {
    text.strip_prefix(phrase)
        .is_some_and(|rest| rest.chars().next().is_none_or(|next| !next.is_alphanumeric()))
}

fn is_spaceless(c: char) -> bool {
    matches!(c, '\u{E00}'..='\u{EFF}' | '\u{1000}'..='\u{109F}' | '\u{1780}'..='\u{17FF}' | '\u{3040}'..='\u{30FF}' | '\u{3400}'..='\u{9FFF}')
}

/// Words by spaces; letters of scripts without them count several to one.
fn count_words(text: &str) -> usize {
    let spaced = text
        .split_whitespace()
        .filter(|word| word.chars().any(char::is_alphanumeric) && !word.chars().all(is_spaceless))
        .count();
    let without = text.chars().filter(|c| is_spaceless(*c));
    let (ideographs, letters) = without.fold((0, 0), |(ideographs, letters), c| {
        if c >= '\u{3040}' { (ideographs + 1, letters) } else { (ideographs, letters + 1) }
    });
    if ideographs + letters == 0 {
        return spaced;
    }
    spaced / 2 + ideographs / IDEOGRAPHS_A_WORD + letters / LETTERS_A_WORD
}

/// Whether `text` ends as a sentence does, and whether with a full stop.
fn ending(text: &str) -> (bool, bool) {
    let closing = |c: char| {
        matches!(c, '"' | '\'' | '”' | '’' | '»' | '“' | ')' | ']' | '」' | '』' | '）' | '›' | '*' | '_')
    };
    match text.trim_end_matches(closing).chars().next_back() {
        Some('.' | '。' | '．' | '।' | '۔' | '።' | '…' | '။' | '։') => (true, true),
        Some('?' | '!' | '？' | '！' | '؟' | ':' | '：' | ';') => (true, false),
        _ => (false, false),
    }
}

fn stopword_share(lower: &str, language: &Language) -> f64 {
    let Some(stop_words) = stop_words::lookup(language.primary()) else { return 1.0 };
    let (mut all, mut stops) = (0_u32, 0_u32);
    for word in
        lower.split(|c: char| !c.is_alphanumeric() && c != '\'').filter(|word| !word.is_empty()).take(200)
    {
        all += 1;
        stops += u32::from(stop_words.contains(&word));
    }
    f64::from(stops) / f64::from(all.max(1))
}

/// Whether a short lower-case line holds a date or a time of day.
fn has_date(lower: &str) -> bool {
    let numbers: Vec<usize> = lower
        .split(|c: char| !c.is_numeric())
        .filter(|part| !part.is_empty())
        .map(|part| part.chars().count())
        .collect();
    if numbers.is_empty() {
        return false;
    }
    let eastern =
        [("年", "月"), ("월", "일")].iter().any(|(one, two)| lower.contains(one) && lower.contains(two));
    let month = lower
        .split(|c: char| !c.is_alphanumeric() && c != '\u{300}')
        .any(|word| lexicon::MONTHS.contains(&word))
        || lower
            .split(|c: char| c.is_whitespace() || ",.".contains(c))
            .any(|word| lexicon::MONTHS.contains(&word));
    let year_in_numbers = numbers.contains(&4) && numbers.len() >= 3;
    eastern || month || ((year_in_numbers || is_clock(lower)) && mostly_numbers(lower))
}

/// `9:19`, `09:19`, `21.30`: two groups of one or two digits.
fn is_clock(lower: &str) -> bool {
    lower.split_whitespace().any(|word| {
        word.trim_matches(|c: char| !c.is_numeric())
            .split_once(':')
            .is_some_and(|(hours, minutes)| [hours, minutes].iter().all(|part| (1..=5).contains(&part.len())))
    })
}

fn mostly_numbers(lower: &str) -> bool {
    let letters = lower.chars().filter(|c| c.is_alphabetic()).count();
    let digits = lower.chars().filter(|c| c.is_numeric()).count();
    letters <= 3 * digits
}
