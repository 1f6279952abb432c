//! Numbers that a model changed: 8,760 must not become 8.860.
//!
//! Judges digits alone, so that a separator may become the target language's; leaves alone what languages write
//! in other ways (clock times, ordinals, "100 mil" for 100,000).

use std::collections::HashMap;
use std::ops::Range;

/// Shorter numbers are left to the model: `3 p.m.` is rightly `15h`, `2 December` sometimes `dois de dezembro`.
const LEAST_DIGITS: usize = 2;

/// Languages that group thousands with a comma and write decimals with a point; the others here do it the other
/// way round. Source: Unicode CLDR, number symbols.
const POINT_DECIMAL: &[&str] = &["en", "zh", "ja", "ko", "th", "he", "hi", "ms", "sw", "ga", "mt"];

/// A number as it stands in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Number {
    range: Range<usize>,
    digits: String,
}

/// The ranges of the numbers of `source` whose digits the `answer` does not have, or not as often.
pub(super) fn lost(source: &str, answer: &str) -> Vec<Range<usize>> {
    let mut there: HashMap<String, usize> = HashMap::new();
    for number in numbers(answer) {
        *there.entry(number.digits).or_default() += 1;
    }
    let mut lost = Vec::new();
    for number in numbers(source) {
        if number.digits.len() < LEAST_DIGITS || written_otherwise(source, &number.range) {
            continue;
        }
        // `100,000` may come back as `100 mil`, `1,500,000` as `1,5 milhão`.
        let rounded = number.digits.trim_end_matches('0');
        let thousands = number.digits.len() >= rounded.len() + 2;
        let short_form = thousands && there.keys().any(|digits| digits.trim_end_matches('0') == rounded);
        match there.get_mut(&number.digits) {
            Some(left) if *left > 0 => *left -= 1,
            _ if short_form => {}
            _ => lost.push(number.range),
        }
    }
    lost
}

/// `text` with the numbers at `ranges` written with the separators of the language `to`, and where they stand then.
pub(super) fn localised(
    text: &str,
    ranges: &[Range<usize>],
    from: &str,
    to: &str,
) -> (String, Vec<Range<usize>>) {
    let mut out = String::with_capacity(text.len());
    let mut kept = Vec::new();
    let mut at = 0;
    let swap = POINT_DECIMAL.contains(&from) != POINT_DECIMAL.contains(&to);
    for range in ranges {
        out.push_str(text.get(at..range.start).unwrap_or_default());
        let start = out.len();
        let number = text.get(range.clone()).unwrap_or_default();
        out.extend(number.chars().map(|character| match character {
            ',' if swap => '.',
            '.' if swap => ',',
            other => other,
        }));
        kept.push(start..out.len());
        at = range.end;
    }
    out.push_str(text.get(at..).unwrap_or_default());
    (out, kept)
}

/// Runs of ASCII digits with single separators inside.
fn numbers(text: &str) -> Vec<Number> {
    let bytes = text.as_bytes();
    let digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    let mut found = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        if !digit(at) {
            at += 1;
            continue;
        }
        let start = at;
        while digit(at) || matches!(bytes.get(at), Some(b'.' | b',')) && digit(at + 1) {
            at += 1;
        }
        let digits = bytes.get(start..at).unwrap_or_default();
        let digits =
            digits.iter().filter(|byte| byte.is_ascii_digit()).map(|byte| char::from(*byte)).collect();
        found.push(Number { range: start..at, digits });
    }
    found
}

/// Parts of words (`19th`, `1990s`, `A380`), clock times, and placeholders.
fn written_otherwise(text: &str, range: &Range<usize>) -> bool {
    let before = text.get(..range.start).unwrap_or_default();
    let after = text.get(range.end..).unwrap_or_default();
    let beside =
        |character: char| character.is_alphabetic() || matches!(character, ':' | '⟦' | '⟧' | '/' | '_');
    let clock = after.trim_start().to_lowercase();
    before.chars().next_back().is_some_and(beside)
        || after.chars().next().is_some_and(beside)
        || ["a.m", "p.m", "am ", "pm ", "pm."].iter().any(|mark| clock.starts_with(mark))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lost_text<'a>(source: &'a str, answer: &str) -> Vec<&'a str> {
        lost(source, answer).into_iter().map(|range| source.get(range).unwrap()).collect()
    }

    #[test]
    fn changed_and_missing_numbers_are_lost() {
        assert_eq!(lost_text("99.1% of 8,760 crossings", "99,1% de suas 8.860 travessias"), ["8,760"]);
        assert_eq!(lost_text("the Act 2017, article 12", "a Lei, artigo 12"), ["2017"]);
        assert_eq!(lost_text("from 2021 to 2021", "de 2021"), ["2021"]);
    }

    #[test]
    fn what_is_only_written_otherwise_is_not() {
        for (source, answer) in [
            ("1,284,610 passengers", "1.284.610 passageiros"),
            ("100,000 people", "100 mil pessoas"),
            ("1,500,000 euros", "1,5 milhão de euros"),
            ("at 10:30", "às dez e meia"),
            ("at 11 p.m. today", "às 23h de hoje"),
            ("the 19th century", "o século XIX"),
            ("in the 1990s", "nos anos noventa"),
            ("see ⟦12⟧", "veja"),
            ("3 cats", "três gatos"),
        ] {
            assert_eq!(lost_text(source, answer), Vec::<&str>::new(), "{source}");
        }
    }

    #[test]
    fn kept_numbers_get_the_target_languages_separators() {
        let text = "99.1% of 8,760";
        let (swapped, kept) = localised(text, &lost(text, ""), "en", "pt");
        assert_eq!(swapped, "99,1% of 8.760");
        assert_eq!(
            kept.iter().map(|range| swapped.get(range.clone()).unwrap()).collect::<Vec<_>>(),
            ["99,1", "8.760"]
        );
        assert_eq!(localised(text, &lost(text, ""), "en", "zh").0, text);
    }
}
