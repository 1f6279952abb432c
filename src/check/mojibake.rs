//! `mojibake`: letters that are bytes of UTF-8 read as another encoding, or U+FFFD, which the source has not. Hard.
//!
//! Source of the rule: bicleaner. `Ã` alone is a letter ("NÃO"): it is found before a sign that only such a misreading puts behind
//! it; likewise `Â`, `Ä`, `Å`, `â€`, and `Ð`, `Ñ`, `Ø`, `Ù` for Cyrillic and Arabic.

use super::{Finding, Severity, Sides};
use crate::document::slice;

pub(super) const ID: &str = "mojibake";

pub(super) fn unit(sides: &Sides) -> Vec<Finding> {
    let answer = sides.answer.text;
    if !may_have(answer) || first(sides.source.text).is_some() {
        return Vec::new();
    }
    let Some(at) = first(answer) else { return Vec::new() };
    let end =
        slice(answer, at..answer.len()).char_indices().nth(2).map_or(answer.len(), |(next, _)| at + next);
    let piece = slice(answer, at..end);
    vec![
        Finding::new(ID, Severity::Hard, format!("`{piece}` is text read in the wrong encoding")).at(at..end),
    ]
}

/// Whether the text has any of the letters that [`first`] looks at, by their bytes: most texts have none.
fn may_have(text: &str) -> bool {
    let pairs = text.as_bytes().windows(2);
    pairs
        .filter_map(|pair| <[u8; 2]>::try_from(pair).ok())
        .any(|pair| matches!(pair, [0xC3, 0x82..=0x85 | 0x90 | 0x91 | 0x98 | 0x99 | 0xA2] | [0xEF, 0xBF]))
}

fn first(text: &str) -> Option<usize> {
    let mut previous = None;
    for (at, character) in text.char_indices() {
        if character == '\u{fffd}' {
            return Some(at);
        }
        if let Some((before, letter)) = previous
            && matches!(letter, 'Ã' | 'Ä' | 'Å' | 'Â' | 'Ð' | 'Ñ' | 'Ø' | 'Ù' | 'â')
            && (is_continuation(character)
                || matches!(letter, 'Ð' | 'Ñ' | 'Ø' | 'Ù') && matches!(character, '«' | '»')
                || letter == 'Ã'
                    && character == '\u{a0}'
                    && !slice(text, 0..before).ends_with(char::is_uppercase)
                || letter == 'â' && matches!(character, '€' | '„'))
        {
            return Some(before);
        }
        previous = Some((at, character));
    }
    None
}

/// What the second byte of a letter becomes when it is read as Latin-1 or Windows-1252. Signs that may follow a
/// letter by right (quotation marks, a no-break space) are left out.
fn is_continuation(character: char) -> bool {
    matches!(character, '\u{80}'..='\u{9f}' | '¡'..='ª' | '¬'..='º' | '¼'..='¿' | '€' | 'ƒ' | '†' | '‡' | '‰' | '™' | 'œ' | 'Œ')
}

#[cfg(test)]
mod tests {
    use super::unit;
    use crate::check::language::tests::{pair, sides};

    fn fires(source: &str, answer: &str) -> bool {
        !unit(&sides(&pair(source, answer, "en", "pt"))).is_empty()
    }

    #[test]
    fn misread_letters_are_hard() {
        for answer in [
            "A decisÃ£o",
            "voilÃ\u{a0} !",
            "Å¼Ã³Å\u{82}w",
            "itâ€™s",
            "5Â°C",
            "Ð¿Ñ€Ð¸Ð²ÐµÑ‚",
            "Ù…Ø±",
            "a\u{fffd}b",
        ] {
            assert!(fires("The decision", answer), "{answer}");
        }
    }

    #[test]
    fn the_letters_themselves_pass_and_so_does_what_the_source_has() {
        assert!(!fires("No!", "NÃO! “NÃ” «Â» Âncora, Ñandú"));
        assert!(!fires("The sign Ã£ is wrong", "O sinal Ã£ está errado"));
    }
}
