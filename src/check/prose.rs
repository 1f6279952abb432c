//! What of a text is prose: the words and letters that checks compare. Judges nothing.

use std::collections::HashMap;
use std::hash::{Hash, Hasher};

/// `text` without what belongs to no language: `⟦n⟧`, code spans, URLs, e-mail addresses and digits.
pub(super) fn prose(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut rest = without_code(text);
    rest.push(' ');
    let mut run = String::new();
    let mut in_placeholder = false;
    for character in rest.chars() {
        match character {
            '⟦' => in_placeholder = true,
            '⟧' => in_placeholder = false,
            _ if in_placeholder => {}
            _ if character.is_ascii_graphic() => run.push(character),
            _ => {
                push_run(&mut kept, &run);
                run.clear();
                kept.push(character);
            }
        }
    }
    push_run(&mut kept, &run);
    kept.truncate(kept.trim_end().len());
    kept
}

/// Adds a run of ASCII without spaces, unless it is an address.
fn push_run(kept: &mut String, run: &str) {
    let address = run.contains("://") || run.starts_with("www.") || (run.contains('@') && run.contains('.'));
    if !address {
        kept.extend(run.chars().filter(|character| !character.is_ascii_digit()));
    }
}

/// `text` without what stands between pairs of backticks.
fn without_code(text: &str) -> String {
    let ticks = text.matches('`').count();
    if ticks < 2 {
        return text.to_owned();
    }
    let pairs = ticks / 2;
    text.split('`')
        .enumerate()
        .filter(|(index, _)| index % 2 == 0 || index / 2 >= pairs)
        .map(|(_, piece)| piece)
        .collect::<Vec<_>>()
        .join(" ")
}

/// How much there is to judge a language by: a letter counts one, an ideograph, kana or Hangul syllable two,
/// so that one threshold serves (40 letters, 20 of those).
pub(super) fn weight(text: &str) -> usize {
    text.chars()
        .filter(|character| character.is_alphabetic())
        .map(|character| if is_dense(character) { 2 } else { 1 })
        .sum()
}

/// Characters that carry a syllable or a word each.
fn is_dense(character: char) -> bool {
    matches!(u32::from(character), 0x3041..=0x30FF | 0x3400..=0x4DBF | 0x4E00..=0x9FFF | 0xAC00..=0xD7A3 | 0x2_0000..=0x3_134F)
}

/// Scripts written without spaces between words.
fn is_unspaced(character: char) -> bool {
    matches!(
        u32::from(character),
        0x0E00..=0x0EFF | 0x1000..=0x109F | 0x1780..=0x17FF | 0x3041..=0x30FF | 0x3400..=0x4DBF | 0x4E00..=0x9FFF
            | 0x2_0000..=0x3_134F
    )
}

/// The pieces that are compared: words, or single characters where it is written without spaces.
pub(super) struct Tokens {
    pub tokens: Vec<Token>,
    /// How many tokens make a phrase: 4 words, 8 characters of Chinese or Japanese, 20 of Thai.
    pub gram: usize,
}

/// One word, or one character of a text without spaces. Equal to another by its text.
#[derive(Debug)]
pub(super) struct Token {
    /// Case-folded.
    pub text: String,
    /// Begins with a capital, or with a digit: in most languages a name or a number.
    pub name: bool,
}

impl PartialEq for Token {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for Token {}

impl Hash for Token {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.text.hash(state);
    }
}

/// Cuts `text` into words of letters and digits.
pub(super) fn tokens(text: &str) -> Tokens {
    let letters = text.chars().filter(|character| character.is_alphanumeric()).count();
    let unspaced = text.chars().filter(|&character| is_unspaced(character)).count();
    if letters > 0 && unspaced * 2 > letters {
        // Thai, Lao, Khmer and Burmese write a word with as many characters as Chinese writes a phrase.
        let dense = text.chars().filter(|&character| is_dense(character)).count();
        return Tokens { tokens: characters(text), gram: if dense * 2 > unspaced { 8 } else { 20 } };
    }
    let tokens = text
        .split(|character: char| !character.is_alphanumeric() && !is_mark(character))
        .filter(|word| word.chars().any(char::is_alphanumeric))
        .map(token)
        .collect();
    Tokens { tokens, gram: 4 }
}

/// Each character of a script without spaces, and each word of another script among them.
fn characters(text: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut word = String::new();
    for character in text.chars().chain([' ']) {
        let tone = matches!(u32::from(character), 0x0E47..=0x0E4E);
        if character.is_alphanumeric() && !is_unspaced(character) {
            word.push(character);
            continue;
        }
        if !word.is_empty() {
            tokens.push(token(&word));
            word.clear();
        }
        if character.is_alphanumeric() || tone {
            tokens.push(token(&character.to_string()));
        }
    }
    tokens
}

fn token(word: &str) -> Token {
    let name = word.chars().next().is_some_and(|first| first.is_uppercase() || first.is_numeric());
    Token { text: word.to_lowercase(), name }
}

/// Signs inside words: apostrophes do not count, combining marks and joiners do.
fn is_mark(character: char) -> bool {
    matches!(u32::from(character), 0x0300..=0x036F | 0x0591..=0x05C7 | 0x064B..=0x065F | 0x0900..=0x0DFF | 0x200C..=0x200D)
}

impl Tokens {
    /// Each phrase of `gram` tokens with the number of times it stands in the text.
    pub fn phrases(&self) -> HashMap<&[Token], usize> {
        let mut counts = HashMap::with_capacity(self.tokens.len());
        for window in self.tokens.windows(self.gram) {
            *counts.entry(window).or_insert(0) += 1;
        }
        counts
    }

    /// How many tokens stand in a phrase that `wanted` picks, of those that `counts` picks.
    pub fn covered(&self, wanted: impl Fn(&[Token]) -> bool, counts: impl Fn(&Token) -> bool) -> usize {
        let mut covered = 0;
        let mut done = 0;
        for (start, window) in self.tokens.windows(self.gram).enumerate() {
            if wanted(window) {
                let fresh = window.iter().skip(done.max(start) - start);
                covered += fresh.filter(|token| counts(token)).count();
                done = start + self.gram;
            }
        }
        covered
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
