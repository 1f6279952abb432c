//! Making foreign text safe to print: names, messages and excerpts that came from a disk or an endpoint.

use std::borrow::Cow;

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// `text` without anything that would move, hide or reorder what a terminal shows: control characters (C0, C1,
/// DEL), line and paragraph separators, bidirectional controls (UAX #9) and invisible characters stand as
/// `\u{1b}`. The zero-width joiners stay: Persian, Hindi and emoji are spelt with them.
pub fn printable(text: &str) -> Cow<'_, str> {
    if !text.chars().any(unsafe_to_print) {
        return Cow::Borrowed(text);
    }
    let mut safe = String::with_capacity(text.len() + 16);
    for character in text.chars() {
        if unsafe_to_print(character) {
            safe.extend(character.escape_unicode());
        } else {
            safe.push(character);
        }
    }
    Cow::Owned(safe)
}

/// The same for a text of several lines, whose line feeds stay.
pub fn printable_lines(text: &str) -> String {
    text.split('\n').map(printable).collect::<Vec<_>>().join("\n")
}

fn unsafe_to_print(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// `text` in at most `cells` terminal cells, its middle left out where it is longer: of a path both ends tell.
pub fn fit(text: &str, cells: usize) -> Cow<'_, str> {
    if text.width() <= cells {
        return Cow::Borrowed(text);
    }
    let room = cells.saturating_sub(1);
    let tail_room = room - room / 3;
    let head = take(text.chars(), room - tail_room);
    let tail: String = take(text.chars().rev(), tail_room).chars().rev().collect();
    if cells == 0 { Cow::Borrowed("") } else { Cow::Owned(format!("{head}…{tail}")) }
}

/// `text` in at most `cells` terminal cells, its end left out where it is longer.
pub fn clip(text: &str, cells: usize) -> Cow<'_, str> {
    if text.width() <= cells {
        return Cow::Borrowed(text);
    }
    Cow::Owned(take(text.chars(), cells.saturating_sub(1)) + if cells == 0 { "" } else { "…" })
}

fn take(characters: impl Iterator<Item = char>, cells: usize) -> String {
    let mut used = 0;
    characters
        .take_while(|character| {
            used += character.width().unwrap_or(0);
            used <= cells
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_name_cannot_drive_the_terminal() {
        let canary = "a\u{1b}]0;owned\u{7}b\u{9b}2Jc\rd\u{202e}txt.exe\u{2066}\u{200b}\u{feff}\u{2028}e";
        assert_eq!(
            printable(canary),
            "a\\u{1b}]0;owned\\u{7}b\\u{9b}2Jc\\u{d}d\\u{202e}txt.exe\\u{2066}\\u{200b}\\u{feff}\\u{2028}e"
        );
    }

    #[test]
    fn scripts_of_all_kinds_stay_as_they_are() {
        for name in
            ["статья.txt", "می\u{200c}خواهم.txt", "记事.md", "क्\u{200d}ष", "👩\u{200d}👧", "naïve — “q”"]
        {
            assert_eq!(printable(name), name);
        }
    }

    #[test]
    fn lines_stay_lines() {
        assert_eq!(printable_lines("a\tb\nc\u{1b}[2J\n"), "a\\u{9}b\nc\\u{1b}[2J\n");
    }

    #[test]
    fn a_path_that_is_too_long_keeps_both_ends() {
        assert_eq!(fit("articles/very/long/name.txt", 15), "arti…g/name.txt");
        assert_eq!(fit("short.txt", 15), "short.txt");
        assert_eq!(clip("articles/very", 9), "articles…");
    }

    proptest! {
        #[test]
        fn nothing_printed_controls_or_overflows(text in any::<String>(), cells in 0_usize..40) {
            let safe = printable(&text);
            prop_assert!(!safe.chars().any(unsafe_to_print));
            prop_assert!(fit(&safe, cells).width() <= cells);
            prop_assert!(clip(&safe, cells).width() <= cells);
        }
    }
}
