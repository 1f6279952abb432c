//! Hours: the words that tell one, and hours as Swahili counts them: from six in the morning and from six in the evening, so that
//! three o'clock is the ninth.

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;

use super::numerals::{Numeral, digit};
use crate::check::Sides;
use crate::document::slice;

/// The word before an hour.
const HOUR: &str = "saa";

/// What stands right behind an hour.
const HOUR_BEHIND: &[&str] = &["pm", "p.m", "p. m", "a.m", "am", "soir", "sera"];

/// The same, or a few words further on.
const HOUR_NEAR: &[&str] = &[
    "o'clock",
    "o’clock",
    "tarde",
    "noche",
    "noite",
    "evening",
    "afternoon",
    "вечера",
    "дня",
    "вечора",
    "pomeriggio",
    "مساء",
    "शाम",
    "बजे",
    "chiều",
    "tối",
    "jioni",
    "usiku",
    "საათ",
    "wieczor",
];

/// What stands before an hour.
const HOUR_BEFORE: &[&str] = &["午後", "下午", "晚上", "晚", "오후", "شام", "مساء", "saa ", "שעה "];

/// Characters behind and before a numeral that are looked at.
const HOUR_WITHIN: (usize, usize) = (24, 12);

/// Whether words near a numeral say that it is an hour.
pub(super) fn is_hour(after: &str, before: &str) -> bool {
    static NEAR: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| AhoCorasick::new(HOUR_NEAR).ok());
    static BEFORE: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| AhoCorasick::new(HOUR_BEFORE).ok());
    let finds = |automaton: &Option<AhoCorasick>, text: &str| {
        automaton.as_ref().is_some_and(|automaton| automaton.is_match(text))
    };
    let (behind, ahead) = HOUR_WITHIN;
    let start = before.char_indices().rev().nth(ahead - 1).map_or(0, |(at, _)| at);
    if finds(&BEFORE, slice(before, start..before.len())) {
        return true;
    }
    let end = after.char_indices().nth(behind).map_or(after.len(), |(at, _)| at);
    let after = slice(after, 0..end).to_lowercase();
    let stuck =
        after.trim_start_matches(|character: char| digit(character).is_some() || ":. ".contains(character));
    HOUR_BEHIND.iter().any(|mark| stuck.starts_with(mark)) || finds(&NEAR, &after)
}

/// Takes out the pairs that are one time of day on two clocks.
pub(super) fn match_clocks(sides: &Sides, lost: &mut Vec<&Numeral>, gained: &mut Vec<&Numeral>) {
    let swahili = |primary: &str| primary == "sw";
    let (from, to) = (swahili(sides.from.primary()), swahili(sides.to.primary()));
    if from == to {
        return;
    }
    let is_hour = |text: &str, numeral: &Numeral| {
        slice(text, 0..numeral.span.start).to_lowercase().trim_end().ends_with(HOUR)
    };
    lost.retain(|was| {
        let place = gained.iter().position(|is| {
            let told = if to { is_hour(sides.answer.text, is) } else { is_hour(sides.source.text, was) };
            told && six_apart(was, is)
        });
        if let Some(place) = place {
            gained.remove(place);
        }
        place.is_none()
    });
}

fn six_apart(one: &Numeral, other: &Numeral) -> bool {
    let time = |numeral: &Numeral| numeral.halves.or_else(|| numeral.values.first().map(|hour| (*hour, 0.0)));
    let Some(((hour, minutes), (other_hour, other_minutes))) = time(one).zip(time(other)) else {
        return false;
    };
    minutes == other_minutes
        && hour <= 24.0
        && other_hour <= 12.0
        && (hour - other_hour).rem_euclid(12.0) == 6.0
}
