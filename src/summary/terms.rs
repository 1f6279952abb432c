//! What two pieces of text have in common: stems of content words, or character bigrams where words are not
//! separated. Shared by the extractive summariser and the search for evidence. Owns no scoring.

use std::collections::{HashMap, HashSet};
use std::fmt;

use snowball_stemmers_rs::Stemmer;

use crate::language::{Language, stemmer};
use crate::segment;

/// Reads the terms of texts in one language and numbers them.
pub struct Terms {
    stemmer: Option<Stemmer>,
    stop_words: HashSet<&'static str>,
    bigrams: bool,
    numbers: HashMap<String, u32>,
}

impl fmt::Debug for Terms {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Terms").field("known", &self.numbers.len()).finish_non_exhaustive()
    }
}

/// One content word (or bigram) as it stands in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Term {
    /// Equal for words of one stem, within one [`Terms`].
    pub id: u32,
    pub kind: TermKind,
}

/// What a term says about the text it stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TermKind {
    Word,
    /// It holds a digit.
    Number,
    /// It begins with a capital and is not the text's first word.
    Name,
}

impl Terms {
    pub fn new(language: &Language) -> Self {
        let primary = language.primary();
        Self {
            stemmer: stemmer(language),
            stop_words: stop_words::lookup(primary).unwrap_or_default().iter().copied().collect(),
            bigrams: matches!(primary, "zh" | "ja" | "th" | "lo" | "km" | "my" | "yue" | "wuu"),
            numbers: HashMap::new(),
        }
    }

    /// The content terms of `text` in order, stop words left out; a term that stands twice is given twice.
    pub fn of(&mut self, text: &str) -> Vec<Term> {
        if self.bigrams { self.bigrams_of(text) } else { self.words_of(text) }
    }

    fn words_of(&mut self, text: &str) -> Vec<Term> {
        let mut terms = Vec::new();
        for (index, word) in segment::words(text).into_iter().enumerate() {
            let lower = word.to_lowercase().replace('’', "'");
            let lower = lower.strip_suffix("'s").unwrap_or(&lower);
            if self.stop_words.contains(lower) {
                continue;
            }
            let kind = if word.contains(|c: char| c.is_numeric()) {
                TermKind::Number
            } else if index > 0 && word.starts_with(char::is_uppercase) {
                TermKind::Name
            } else {
                TermKind::Word
            };
            if kind == TermKind::Word && lower.chars().nth(1).is_none() {
                continue;
            }
            let id = match &self.stemmer {
                Some(stemmer) if kind != TermKind::Number => {
                    let stem = stemmer.stem(lower).into_owned();
                    self.number(stem)
                }
                _ => self.number(lower.to_owned()),
            };
            terms.push(Term { id, kind });
        }
        terms
    }

    /// Pairs of neighbouring letters; runs of ASCII letters and digits are words of their own.
    fn bigrams_of(&mut self, text: &str) -> Vec<Term> {
        let mut terms = Vec::new();
        let mut run = String::new();
        let mut previous: Option<char> = None;
        for c in text.chars().chain([' ']) {
            if c.is_ascii_alphanumeric() || (c == '.' && run.ends_with(|c: char| c.is_ascii_digit())) {
                run.push(c.to_ascii_lowercase());
                previous = None;
                continue;
            }
            if !run.is_empty() {
                let number = run.contains(|c: char| c.is_ascii_digit());
                let kind = if number { TermKind::Number } else { TermKind::Name };
                let id = self.number(std::mem::take(&mut run));
                terms.push(Term { id, kind });
            }
            if !is_letter_or_mark(c) || PARTICLES.contains(c) {
                previous = None;
                continue;
            }
            if let Some(before) = previous {
                let pair: String = [before, c].into_iter().collect();
                // Pairs of hiragana are endings and particles.
                let ending = pair.chars().all(|c| matches!(c, '\u{3040}'..='\u{309f}'));
                if !ending && !self.stop_words.contains(pair.as_str()) {
                    let id = self.number(pair);
                    terms.push(Term { id, kind: TermKind::Word });
                }
            }
            previous = Some(c);
        }
        terms
    }

    fn number(&mut self, term: String) -> u32 {
        let next = u32::try_from(self.numbers.len()).unwrap_or(u32::MAX);
        *self.numbers.entry(term).or_insert(next)
    }

    /// How many different terms were seen.
    pub fn len(&self) -> usize {
        self.numbers.len()
    }

    pub fn is_empty(&self) -> bool {
        self.numbers.is_empty()
    }
}

/// Chinese characters that join words rather than make them: no pair reaches over one. (The stop word lists
/// hold many more single characters, but also those of 会议 and 中国.)
const PARTICLES: &str = "的了着们也就都而及与和在是之其與們";

/// Thai vowels and tone marks are no letters to `char::is_alphabetic` throughout.
fn is_letter_or_mark(c: char) -> bool {
    c.is_alphabetic() || matches!(c, '\u{e31}'..='\u{e4e}' | '\u{eb1}'..='\u{ece}')
}
