//! `control`: invisible characters that the source has not are taken out of the answer, and told of as information. In a translation
//! that stands they are a flag, and hard where they may hide or turn what stands there.
//!
//! Source of the rule: Weblate. C0 and C1 controls but tab and line ends, ESC with the terminal sequence it begins, zero-width
//! characters, and the controls of direction: they hide words, reverse them on the screen, or speak to a terminal. What
//! writing needs stays: zero-width joiners between letters of the scripts that join and between emoji, the zero-width space of
//! scripts without spaces, and the marks (not the embeddings) of direction in a text written from right to left.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::{Finding, Severity, Sides};
use crate::document::slice;
use crate::language::Language;

pub(super) const ID: &str = "control";

/// `answer` without them, and what was taken out: one finding for each kind of character.
pub(super) fn removed<'t>(source: &str, answer: &'t str, to: &Language) -> (Cow<'t, str>, Vec<Finding>) {
    if !answer.contains(is_invisible) {
        return (Cow::Borrowed(answer), Vec::new());
    }
    let mut kept = String::with_capacity(answer.len());
    let mut taken: BTreeMap<char, usize> = BTreeMap::new();
    let mut characters = answer.chars().peekable();
    while let Some(character) = characters.next() {
        let neighbours = (kept.chars().next_back(), characters.peek().copied());
        if !is_invisible(character) || source.contains(character) || belongs(character, neighbours, to) {
            kept.push(character);
            continue;
        }
        *taken.entry(character).or_default() += 1;
        if character == '\u{1b}' && characters.next_if_eq(&'[').is_some() {
            while characters.next_if(|next| next.is_ascii_digit() || matches!(next, ';' | '?')).is_some() {}
            characters.next_if(char::is_ascii_alphabetic);
        }
    }
    let findings = taken.into_iter().map(|(character, times)| {
        let message = format!("U+{:04X} was taken out, {times} times", u32::from(character));
        Finding::new(ID, Severity::Info, message)
    });
    let findings = findings.collect();
    (Cow::Owned(kept), findings)
}

/// Those in an answer that stands already.
pub(super) fn unit(sides: &Sides) -> Vec<Finding> {
    let answer = sides.answer.text;
    let (_, taken) = removed(sides.source.text, answer, sides.to);
    if taken.is_empty() {
        return Vec::new();
    }
    let stand =
        answer.char_indices().filter(|(_, one)| is_invisible(*one) && !sides.source.text.contains(*one));
    let mut found: Vec<Finding> = Vec::new();
    for (at, character) in stand {
        let neighbours =
            (slice(answer, 0..at).chars().next_back(), slice(answer, at..answer.len()).chars().nth(1));
        if belongs(character, neighbours, sides.to) {
            continue;
        }
        let turns =
            character.is_control() || matches!(character, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        let severity = if turns { Severity::Hard } else { Severity::Flag };
        let message = format!("U+{:04X}, which is not seen, stands in the answer", u32::from(character));
        if !found.iter().any(|one| one.message == message) {
            found.push(Finding::new(ID, severity, message).at(at..at + character.len_utf8()));
        }
    }
    found
}

fn is_invisible(character: char) -> bool {
    (character.is_control() && !matches!(character, '\n' | '\r' | '\t'))
        || matches!(character, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}' | '\u{61c}')
}

/// Whether writing in `to` needs the character where it stands.
fn belongs(character: char, neighbours: (Option<char>, Option<char>), to: &Language) -> bool {
    match character {
        '\u{200c}' | '\u{200d}' => {
            let joins = |character: Option<char>| {
                character.is_some_and(|character| {
                    matches!(u32::from(character), 0x0600..=0x08FF | 0x0900..=0x0DFF | 0x0E00..=0x109F | 0x1780..=0x18AF | 0x2600..=0x27BF | 0xFE0F | 0xFB50..=0xFEFC | 0x1_F000..=0x1_FAFF)
                })
            };
            joins(neighbours.0)
                && (joins(neighbours.1) || neighbours.1.is_none_or(|next| !next.is_alphanumeric()))
        }
        // A letter read in the wrong encoding: `mojibake` is to see both halves.
        '\u{80}'..='\u{9f}' => neighbours.0.is_some_and(|before| "ÃÄÅÂÐÑØÙâ".contains(before)),
        '\u{200b}' => matches!(to.primary(), "th" | "km" | "lo" | "my" | "bo"),
        '\u{200e}' | '\u{200f}' | '\u{61c}' => to.is_rtl(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {

    use crate::check::clean;
    use crate::check::language::tests::keep;

    fn cleaned(source: &str, answer: &str, to: &str) -> (String, Vec<String>) {
        let cleaned = clean(source, answer, keep(to));
        (cleaned.text, cleaned.findings.into_iter().map(|finding| finding.message).collect())
    }

    #[test]
    fn what_hides_or_reverses_is_taken_out_and_told() {
        assert_eq!(
            cleaned("Hello world", "Olá\u{200b} mun\u{202e}do\u{1b}[31m!\u{7}", "pt"),
            (
                "Olá mundo!".to_owned(),
                ["U+0007", "U+001B", "U+200B", "U+202E"]
                    .map(|code| format!("{code} was taken out, 1 times"))
                    .to_vec()
            )
        );
        assert_eq!(cleaned("Hello", "\u{feff}שלום\u{202b}", "he").0, "שלום");
    }

    #[test]
    fn what_writing_needs_and_what_the_source_has_stays() {
        for (source, answer, to) in [
            ("He goes", "می\u{200c}رود", "fa"),
            ("Law", "क\u{94d}\u{200d}ष", "hi"),
            ("Family", "👨\u{200d}👩\u{200d}👧", "pt"),
            ("Hello", "שלום (C++)\u{200f}", "he"),
            ("Hello", "สวัสดี\u{200b}ครับ", "th"),
            ("a\u{200b}b", "c\u{200b}d", "pt"),
            ("two lines", "duas\n\tlinhas", "pt"),
        ] {
            assert_eq!(cleaned(source, answer, to), (answer.to_owned(), Vec::new()), "{answer:?}");
        }
    }

    #[test]
    fn what_stands_in_a_translation_is_found_where_nothing_took_it_out() {
        use crate::check::Severity;
        use crate::check::language::tests::{pair, sides};
        let found = |source: &str, answer: &str, to: &str| -> Vec<(Severity, usize)> {
            let found = super::unit(&sides(&pair(source, answer, "en", to)));
            found.into_iter().map(|one| (one.severity, one.span.unwrap().start)).collect()
        };
        assert_eq!(found("Pay.", "Pa\u{202e}ga.", "pt"), [(Severity::Hard, 2)]);
        assert_eq!(found("Pay.", "Pa\u{200b}ga\u{200b}.", "pt"), [(Severity::Flag, 2)]);
        assert_eq!(found("Pay.", "\u{1b}[31mPaga.", "pt"), [(Severity::Hard, 0)]);
        assert!(
            found("Pay.", "ادفع\u{200f}.", "ar").is_empty()
                && found("P\u{200b}ay.", "Pa\u{200b}ga.", "pt").is_empty()
        );
    }
}
