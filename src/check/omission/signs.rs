//! What speaks for an answer that stops before its source does, as numbers. Weighs nothing: see [`super::weights`].

use super::super::Sides;
use super::super::length::{self, ratio};
use super::super::pairs::Quotations;
use super::super::prose::weight;
use super::super::sentences::{count_pieces, end_of, is_cut, marks_ends};
use super::{Kind, beads, tail};
use crate::document::slice;

/// How many signs there are.
pub const SIGNS: usize = 13;

/// Their names, in the order in which they stand.
pub const NAMES: [&str; SIGNS] = [
    "always",
    "short",
    "long",
    "many sentences",
    "fewer sentences",
    "last left out",
    "end cut",
    "another end",
    "quotation open",
    "quotation missing",
    "numbers",
    "words",
    "known words",
];

/// No sign says more than this, in nats.
pub(super) const MOST: f64 = 8.0;

/// The first of the signs that are read in the words of both texts: they cost as much as all others.
pub(super) const DEAR: usize = 11;

/// What is looked at, and where the end of the source begins.
#[derive(Debug, Clone, Copy)]
pub(super) struct Signs {
    pub values: [f64; SIGNS],
    /// The source's last sentence, or its last third where it has but one.
    pub start: usize,
}

/// The signs of one pair, in the order of [`NAMES`], those from [`DEAR`] on still 0:
///
/// * how much shorter or longer the answer is than is to be expected, over the spread at that length;
/// * the logarithm of how many sentences the source has: the more, the more are joined;
/// * the share of the sentences that it lacks, and what pairing them by length says ([`beads`]);
/// * its last mark: lost, or of another kind (a question, a quotation);
/// * a quotation left open, or one of the source's end of which there is none;
/// * the numbers, the words and the things known by name that stand only in the source's end ([`tail`]).
pub(super) fn signs(sides: &Sides, kind: Kind) -> Signs {
    let (source, answer) = (sides.source.text, sides.answer.text);
    let sentences = sides.source_pieces();
    let several = sentences.len() > 1;
    let start = match sentences {
        [.., last] if several => last.start,
        // The last third.
        _ => tail::last(source, source.chars().count() / 3),
    };
    let end = slice(source, start..source.len());
    let expected = sides.context.length.or_else(|| length::expected(sides.from, sides.to));
    let (ours, theirs) = (sides.source.weight(), sides.answer.weight());
    let mut values = [0.0; SIGNS];
    let mut set = |index: usize, value: f64| {
        if let Some(place) = values.get_mut(index) {
            *place = value.clamp(-MOST, MOST);
        }
    };
    set(0, 1.0);
    if let Some(expected) = expected {
        let spread = kind.spread(tail::as_float(ours));
        let off = (ratio(theirs.max(1), ours) / expected).ln() / spread;
        set(1, (-off).clamp(0.0, 5.0));
        set(2, off.clamp(0.0, 3.0));
        if several && kind != Kind::Unmarked {
            let lengths = |text: &str, ranges: &[std::ops::Range<usize>], factor: f64| {
                ranges
                    .iter()
                    .map(|range| tail::as_float(weight(slice(text, range.clone()))) * factor)
                    .collect::<Vec<_>>()
            };
            let here = lengths(source, sentences, expected);
            let there = lengths(answer, sides.answer_pieces(), 1.0);
            set(5, beads::last_left_out(&here, &there, |length| kind.spread(length)));
        }
    }
    set(3, tail::as_float(sentences.len().max(1)).ln());
    if several && kind != Kind::Unmarked {
        set(4, ratio(sentences.len().saturating_sub(count_pieces(sides)), sentences.len()));
    }
    set(6, f64::from(u8::from(marks_ends(sides.to) && is_cut(sides))));
    set(7, f64::from(u8::from(end_of(source) != end_of(answer))));
    let (all, there) = (Quotations::of(source), Quotations::of(answer));
    set(8, f64::from(u8::from(there.is_open() && !all.is_open())));
    set(9, f64::from(u8::from(Quotations::of(end).count() > 0 && there.count() < all.count())));
    set(10, tail::numbers(sides, start));
    Signs { values, start }
}

impl Signs {
    /// The same with one of those from [`DEAR`] on.
    #[must_use]
    pub fn with_words(mut self, sign: usize, sides: &Sides, kind: Kind) -> Self {
        let value =
            if sign == DEAR { tail::words(sides, self.start, kind) } else { tail::known(sides, self.start) };
        if let Some(place) = self.values.get_mut(sign) {
            *place = value.clamp(-MOST, MOST);
        }
        self
    }
}
