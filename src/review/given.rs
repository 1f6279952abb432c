//! What a person gave for a unit, by whatever way, before it is kept: the rules that hold for all of them.

use crate::language::Language;
use crate::read::unit::is_line_end;

/// The text on one line, as canonical text is: an end of line, and blank lines with it, is one space, or nothing in a language
/// that is written without spaces.
pub fn on_one_line(text: &str, to: &Language) -> String {
    let between = if to.is_spaceless() { "" } else { " " };
    let lines = text.split(is_line_end).map(str::trim).filter(|line| !line.is_empty());
    lines.collect::<Vec<_>>().join(between)
}

/// Why a text cannot be kept, if it cannot. Nobody types control characters, but pastes and files bring them, and what shows the
/// text later may obey them. Those that the source has itself (canonical, or in its own bytes) are part of the article.
pub fn refusal(text: &str, source: &str) -> Option<String> {
    if text.trim().is_empty() {
        return Some("the text is empty".to_owned());
    }
    let is_foreign = |c: &char| c.is_control() && !is_line_end(*c) && *c != '\t' && !source.contains(*c);
    let found = text.chars().find(is_foreign)?;
    Some(format!(
        "there is a control character in it (U+{:04X}), which the source does not have",
        u32::from(found)
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_become_one_whatever_is_between_them() {
        let line = |tag: &str, text: &str| on_one_line(text, &Language::parse(tag).unwrap());
        assert_eq!(line("pt", " Uma.\r\n\r\n  \nOutra.\tE mais.\n"), "Uma. Outra.\tE mais.");
        assert_eq!(line("zh", "一行\n\n另一行"), "一行另一行");
        assert_eq!(line("pt", " \n "), "");
    }

    #[test]
    fn control_characters_are_refused_but_for_the_source_s_own() {
        for (text, source, said) in [
            ("Uma\tlinha\nde texto\u{200f}.", "A line.", None),
            (" \n", "A line.", Some("empty")),
            ("Uma\0.", "A line.", Some("U+0000")),
            ("Uma \u{1b}[31m.", "A line.", Some("U+001B")),
            ("Uma \u{7f}.", "A line.", Some("U+007F")),
            ("Uma \u{9b}.", "A \u{1b}.", Some("U+009B")),
            ("Uma \u{c}.", "A \u{c}.", None),
        ] {
            let found = refusal(text, source);
            assert_eq!(found.is_some(), said.is_some(), "{text:?}");
            assert!(found.is_none_or(|found| found.contains(said.unwrap())), "{text:?}");
        }
    }
}
