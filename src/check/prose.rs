//! What of a text is prose: the words and letters that checks compare. Judges nothing.

use std::borrow::Cow;
use std::hash::Hasher;
use std::ops::Range;

use rustc_hash::{FxHashMap, FxHasher};

use crate::document::slice;

/// `text` without what belongs to no language: `⟦n⟧`, code spans, URLs, e-mail addresses and digits.
pub(super) fn prose(text: &str) -> String {
    let text = without_code(text);
    let mut kept = String::with_capacity(text.len());
    // A run of ASCII without spaces begins here.
    let mut run = None;
    let mut in_placeholder = false;
    for (at, character) in text.char_indices() {
        if character.is_ascii_graphic() && !in_placeholder {
            run.get_or_insert(at);
            continue;
        }
        if let Some(start) = run.take() {
            push_run(&mut kept, slice(&text, start..at));
        }
        match character {
            '⟦' => in_placeholder = true,
            '⟧' => in_placeholder = false,
            _ if in_placeholder => {}
            _ => kept.push(character),
        }
    }
    if let Some(start) = run {
        push_run(&mut kept, slice(&text, start..text.len()));
    }
    kept.truncate(kept.trim_end().len());
    kept
}

/// Adds a run of ASCII without spaces, unless it is an address.
fn push_run(kept: &mut String, run: &str) {
    let has = |byte| run.as_bytes().contains(&byte);
    let address = has(b':') && run.contains("://") || run.starts_with("www.") || has(b'@') && has(b'.');
    if !address {
        run.split(|character: char| character.is_ascii_digit()).for_each(|piece| kept.push_str(piece));
    }
}

/// `text` without what stands between pairs of backticks.
fn without_code(text: &str) -> Cow<'_, str> {
    let ticks = text.matches('`').count();
    if ticks < 2 {
        return Cow::Borrowed(text);
    }
    let pairs = ticks / 2;
    let pieces = text.split('`').enumerate();
    let kept = pieces.filter(|(index, _)| index % 2 == 0 || index / 2 >= pairs).map(|(_, piece)| piece);
    Cow::Owned(kept.collect::<Vec<_>>().join(" "))
}

/// How much there is to judge a language by: a letter counts one, an ideograph, kana or Hangul syllable two,
/// so that one threshold serves (40 letters, 20 of those).
pub(super) fn weight(text: &str) -> usize {
    text.chars().map(weight_of).sum()
}

/// What one character weighs; nothing where it is no letter.
pub(super) fn weight_of(character: char) -> usize {
    match character.is_alphabetic() {
        false => 0,
        true if is_dense(character) => 2,
        true => 1,
    }
}

/// Characters that carry a syllable or a word each.
fn is_dense(character: char) -> bool {
    // Most characters are before all of them: one comparison is enough for those.
    character >= '\u{3041}'
        && matches!(u32::from(character), 0x3041..=0x30FF | 0x3400..=0x4DBF | 0x4E00..=0x9FFF | 0xAC00..=0xD7A3 | 0x2_0000..=0x3_134F)
}

/// Scripts written without spaces between words.
fn is_unspaced(character: char) -> bool {
    character >= '\u{E00}'
        && matches!(
            u32::from(character),
            0x0E00..=0x0EFF | 0x1000..=0x109F | 0x1780..=0x17FF | 0x3041..=0x30FF | 0x3400..=0x4DBF | 0x4E00..=0x9FFF
                | 0x2_0000..=0x3_134F
        )
}

/// The pieces that are compared: words, or single characters where it is written without spaces.
#[derive(Debug)]
pub(super) struct Tokens {
    pub tokens: Vec<Token>,
    /// How many tokens make a phrase: 4 words, 8 characters of Chinese or Japanese, 20 of Thai.
    pub gram: usize,
}

/// One word, or one character of a text without spaces.
#[derive(Debug, Clone, Copy)]
pub(super) struct Token {
    /// Where it begins and ends in the text, in bytes.
    pub start: usize,
    pub end: usize,
    /// Of its letters in lower case. Two words that are not the same share it once in 2⁶⁴: no text of each is kept.
    pub hash: u64,
    /// Begins with a capital, or with a digit: in most languages a name or a number.
    pub name: bool,
}

/// Cuts `text` into words of letters and digits.
pub(super) fn tokens(text: &str) -> Tokens {
    let (mut letters, mut unspaced, mut dense) = (0, 0, 0);
    for character in text.chars() {
        letters += usize::from(character.is_alphanumeric());
        unspaced += usize::from(is_unspaced(character));
        dense += usize::from(is_dense(character));
    }
    let by_character = letters > 0 && unspaced * 2 > letters;
    let gram = match by_character {
        false => 4,
        true if dense * 2 > unspaced => 8,
        // Thai, Lao, Khmer and Burmese write a word with as many characters as Chinese writes a phrase.
        true => 20,
    };
    Tokens { tokens: if by_character { characters(text) } else { words(text) }, gram }
}

fn words(text: &str) -> Vec<Token> {
    let mut tokens = Vec::with_capacity(text.len() / 6);
    let mut start = 0;
    // Marks alone are no word.
    let mut has_letters = false;
    for (end, character) in text.char_indices().chain([(text.len(), ' ')]) {
        if character.is_alphanumeric() {
            has_letters = true;
            continue;
        }
        if is_mark(character) {
            continue;
        }
        if std::mem::take(&mut has_letters) {
            tokens.push(token(text, start..end));
        }
        start = end + character.len_utf8();
    }
    tokens
}

/// Each character of a script without spaces, and each word of another script among them.
fn characters(text: &str) -> Vec<Token> {
    let mut tokens = Vec::with_capacity(text.len() / 3);
    let mut start = None;
    for (at, character) in text.char_indices().chain([(text.len(), ' ')]) {
        if character.is_alphanumeric() && !is_unspaced(character) {
            start.get_or_insert(at);
            continue;
        }
        if let Some(start) = start.take() {
            tokens.push(token(text, start..at));
        }
        let tone = matches!(u32::from(character), 0x0E47..=0x0E4E);
        if character.is_alphanumeric() || tone {
            tokens.push(token(text, at..at + character.len_utf8()));
        }
    }
    tokens
}

fn token(text: &str, range: Range<usize>) -> Token {
    let word = slice(text, range.clone());
    let name = word.chars().next().is_some_and(|first| first.is_uppercase() || first.is_numeric());
    let mut hasher = FxHasher::default();
    for character in word.chars() {
        if character.is_ascii() {
            hasher.write_u32(u32::from(character.to_ascii_lowercase()));
        } else {
            character.to_lowercase().for_each(|character| hasher.write_u32(u32::from(character)));
        }
    }
    Token { start: range.start, end: range.end, hash: hasher.finish(), name }
}

/// Signs inside words: apostrophes do not count, combining marks and joiners do.
fn is_mark(character: char) -> bool {
    character >= '\u{300}'
        && matches!(u32::from(character), 0x0300..=0x036F | 0x0591..=0x05C7 | 0x064B..=0x065F | 0x0900..=0x0DFF | 0x200C..=0x200D)
}

impl Tokens {
    /// Each phrase of `gram` tokens in order, by the hash of its words.
    pub fn phrases(&self) -> impl Iterator<Item = u64> {
        self.tokens.windows(self.gram).map(|window| {
            let mut hasher = FxHasher::default();
            window.iter().for_each(|token| hasher.write_u64(token.hash));
            hasher.finish()
        })
    }

    /// How many times each phrase stands in the text.
    pub fn phrase_counts(&self) -> FxHashMap<u64, usize> {
        let mut counts = FxHashMap::default();
        counts.reserve(self.tokens.len());
        for phrase in self.phrases() {
            *counts.entry(phrase).or_insert(0) += 1;
        }
        counts
    }

    /// How many tokens stand in a phrase that `wanted` picks, of those that `counts` picks.
    pub fn covered(&self, wanted: impl Fn(u64) -> bool, counts: impl Fn(&Token) -> bool) -> usize {
        let mut covered = 0;
        let mut done = 0;
        for (start, phrase) in self.phrases().enumerate() {
            if wanted(phrase) {
                let fresh = self.tokens.iter().take(start + self.gram).skip(done.max(start));
                covered += fresh.filter(|token| counts(token)).count();
                done = start + self.gram;
            }
        }
        covered
    }

    /// The words of the phrase at `index` in [`Tokens::phrases`], of the `text` that these are the tokens of.
    pub fn phrase<'t>(&self, index: usize, text: &'t str) -> Vec<&'t str> {
        let window = self.tokens.get(index..index + self.gram).unwrap_or_default();
        window.iter().map(|token| slice(text, token.start..token.end)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_code_digits_and_placeholders_are_no_prose() {
        let text =
            "Run `cargo test` 12 times, see https://example.org/a?b=1, ⟦1⟧ or mail a.b@example.org now";
        assert_eq!(
            prose(text).split_whitespace().collect::<Vec<_>>().join(" "),
            "Run times, see or mail now"
        );
        assert_eq!(prose("详见https://example.org/a。谢谢"), "详见。谢谢");
        assert_eq!(prose("a lone ` tick"), "a lone ` tick");
    }

    #[test]
    fn a_text_without_spaces_is_compared_by_characters() {
        let chinese = tokens("安全理事会批准了15项文件。");
        assert_eq!((chinese.gram, chinese.tokens.len()), (8, 12));
        let english = tokens("The Council's 15 documents");
        assert_eq!((english.gram, english.tokens.len()), (4, 5));
        assert!(english.tokens[0].name && !english.tokens[4].name);
    }

    #[test]
    fn ideographs_weigh_two() {
        assert_eq!(weight("abc 12"), 3);
        assert_eq!(weight("安全ab"), 6);
    }
}
