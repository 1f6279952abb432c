//! Texts as words, with what is known of each: its stem, its capital, what stands before it.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use snowball_stemmers_rs::Stemmer;

use crate::document::slice;
use crate::language::{Language, stemmer};
use crate::segment;

/// One word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// Equal for words of one stem, within one [`Reader`].
    pub stem: u32,
    /// Bytes in its text, without a possessive `'s`.
    pub range: Range<usize>,
    /// It begins with a capital.
    pub capital: bool,
    /// It begins a sentence, or may: it owes its capital to nothing else.
    pub first: bool,
    /// Something other than a space or a hyphen stands before it.
    pub apart: bool,
    /// It carries no meaning of its own.
    pub stop: bool,
    /// It holds a digit, or is a single letter of a script that has long words.
    pub slight: bool,
}

/// Cuts texts of one language into words and numbers their stems.
pub struct Reader {
    stemmer: Option<Stemmer>,
    stop_words: HashSet<&'static str>,
    spaceless: bool,
    stems: HashMap<String, u32>,
}

impl Reader {
    pub fn new(language: &Language) -> Self {
        let stop_words = stop_words::lookup(language.primary()).unwrap_or_default();
        Self {
            stemmer: stemmer(language),
            stop_words: stop_words.iter().copied().collect(),
            spaceless: language.is_spaceless(),
            stems: HashMap::new(),
        }
    }

    pub fn read(&mut self, text: &str) -> Vec<Word> {
        let mut words: Vec<Word> = Vec::new();
        let mut at = 0;
        for piece in segment::words(text) {
            let start = piece.as_ptr() as usize - text.as_ptr() as usize;
            let gap = slice(text, at..start);
            at = start + piece.len();
            // The number of a `⟦n⟧` is no word.
            if gap.ends_with('⟦') {
                continue;
            }
            let bare = piece.strip_suffix("'s").or_else(|| piece.strip_suffix("’s")).unwrap_or(piece);
            let lower = bare.to_lowercase();
            let capital = bare.starts_with(char::is_uppercase);
            let close = gap.is_empty() || gap == " " || gap == "-" || gap == "·" || gap == "\u{200c}";
            // `Mr. Smith`, `the U.S. Senate`: a full stop after a short capitalised word ends nothing.
            let abbreviated =
                gap == ". " && words.last().is_some_and(|word| word.capital && word.range.len() <= 4);
            let first =
                words.is_empty() || (!close && !abbreviated && gap != ", " && gap != "’ " && gap != "' ");
            let digits = bare.contains(|c: char| c.is_numeric());
            let short = !self.spaceless && bare.chars().nth(1).is_none();
            words.push(Word {
                // What stands in capitals has no endings, and is no other word: `ИИ`, `US`.
                stem: if is_capitals(bare) { self.number(bare.to_owned()) } else { self.stem(&lower) },
                range: start..start + bare.len(),
                capital,
                first,
                apart: !close || words.is_empty(),
                stop: self.stop_words.contains(lower.replace('’', "'").as_str()),
                slight: digits || short,
            });
        }
        words
    }

    fn stem(&mut self, lower: &str) -> u32 {
        let stem = self
            .stemmer
            .as_ref()
            .map_or_else(|| lower.to_owned(), |stemmer| stemmer.stem(lower).into_owned());
        self.number(stem)
    }

    fn number(&mut self, stem: String) -> u32 {
        let next = u32::try_from(self.stems.len()).unwrap_or(u32::MAX);
        *self.stems.entry(stem).or_insert(next)
    }
}

fn is_capitals(word: &str) -> bool {
    word.chars().nth(1).is_some() && word.chars().all(char::is_uppercase)
}

/// The text from the first of `words` to the last.
pub fn span<'t>(text: &'t str, words: &[Word]) -> &'t str {
    match (words.first(), words.last()) {
        (Some(first), Some(last)) => slice(text, first.range.start..last.range.end),
        _ => "",
    }
}
