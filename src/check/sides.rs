//! A pair as its checks read it: what more than one of them needs is made once, when the first asks for it.

use std::cell::OnceCell;
use std::ops::Range;

use rustc_hash::FxHashSet;

use super::length::{self, LEAST_WEIGHT};
use super::numbers::numerals::{Numeral, numerals};
use super::numbers::spelled::Spelled;
use super::omission;
use super::prose::{Tokens, prose, tokens, weight};
use super::sentences::{pieces_of, sentences_of};
use super::{Context, Pair};
use crate::document::Role;
use crate::language::Language;

/// A unit's text and its answer, with what has been read in them.
#[derive(Debug)]
pub struct Sides<'a> {
    pub(super) source: Side<'a>,
    pub(super) answer: Side<'a>,
    pub(super) from: &'a Language,
    pub(super) to: &'a Language,
    pub(super) role: Role,
    pub(super) context: Context<'a>,
    names: OnceCell<FxHashSet<&'a str>>,
    lost: OnceCell<Option<usize>>,
}

impl<'a> Sides<'a> {
    pub(super) fn of(pair: &Pair<'a>) -> Self {
        Self::within(pair, Context::default())
    }

    pub(super) fn within(pair: &Pair<'a>, context: Context<'a>) -> Self {
        Self {
            source: Side::of(pair.source),
            answer: Side::of(pair.answer),
            from: pair.from,
            to: pair.to,
            role: pair.role,
            context,
            names: OnceCell::new(),
            lost: OnceCell::new(),
        }
    }

    /// The answer's length over what is to be expected of the pair; `None` below [`LEAST_WEIGHT`] letters in the
    /// source, and where nothing is known of the pair.
    pub(super) fn length(&self) -> Option<f64> {
        let expected = self.context.length.or_else(|| length::expected(self.from, self.to))?;
        let source = self.source.weight();
        (source >= LEAST_WEIGHT).then(|| length::ratio(self.answer.weight(), source) / expected)
    }

    /// The source's sentences that have a letter or digit in them, in bytes.
    pub(super) fn source_sentences(&self) -> &[Range<usize>] {
        self.source.sentences.get_or_init(|| sentences_of(self.source.text, self.from))
    }

    /// The answer's.
    pub(super) fn answer_sentences(&self) -> &[Range<usize>] {
        self.answer.sentences.get_or_init(|| sentences_of(self.answer.text, self.to))
    }

    /// The same with those inside quotations.
    pub(super) fn source_pieces(&self) -> &[Range<usize>] {
        let pieces = self.source.pieces.get_or_init(|| pieces_of(self.source.text, self.from));
        pieces.as_deref().unwrap_or_else(|| self.source_sentences())
    }

    /// The answer's.
    pub(super) fn answer_pieces(&self) -> &[Range<usize>] {
        let pieces = self.answer.pieces.get_or_init(|| pieces_of(self.answer.text, self.to));
        pieces.as_deref().unwrap_or_else(|| self.answer_sentences())
    }

    /// The source's numerals.
    pub(super) fn source_numerals(&self) -> &[Numeral] {
        self.source.numerals.get_or_init(|| numerals(self.source.text, self.from))
    }

    /// The answer's.
    pub(super) fn answer_numerals(&self) -> &[Numeral] {
        self.answer.numerals.get_or_init(|| numerals(self.answer.text, self.to))
    }

    /// The numbers that the source may say in words.
    pub(super) fn source_spelled(&self) -> &Spelled {
        self.source.spelled.get_or_init(|| Spelled::of(self.source.text, self.from))
    }

    /// Those of the answer.
    pub(super) fn answer_spelled(&self) -> &Spelled {
        self.answer.spelled.get_or_init(|| Spelled::of(self.answer.text, self.to))
    }

    /// Where the end of the source begins that the answer seems to lack; see [`omission`].
    pub(super) fn lost(&self) -> Option<usize> {
        *self.lost.get_or_init(|| omission::lost(self))
    }

    /// The words of the source that begin with a capital: names and titles, and each sentence's first word.
    pub(super) fn names(&self) -> &FxHashSet<&'a str> {
        self.names.get_or_init(|| {
            let words = self.source.text.split_whitespace().map(edged);
            words.filter(|word| word.chars().next().is_some_and(char::is_uppercase)).collect()
        })
    }
}

/// A word without the signs round it.
pub(super) fn edged(word: &str) -> &str {
    word.trim_matches(|character: char| !character.is_alphanumeric())
}

/// One of the two texts.
#[derive(Debug)]
pub(super) struct Side<'a> {
    pub text: &'a str,
    prose: OnceCell<(String, usize)>,
    tokens: OnceCell<Tokens>,
    prose_tokens: OnceCell<Tokens>,
    sentences: OnceCell<Vec<Range<usize>>>,
    pieces: OnceCell<Option<Vec<Range<usize>>>>,
    numerals: OnceCell<Vec<Numeral>>,
    spelled: OnceCell<Spelled>,
}

impl<'a> Side<'a> {
    fn of(text: &'a str) -> Self {
        Self {
            text,
            prose: OnceCell::new(),
            tokens: OnceCell::new(),
            prose_tokens: OnceCell::new(),
            sentences: OnceCell::new(),
            pieces: OnceCell::new(),
            numerals: OnceCell::new(),
            spelled: OnceCell::new(),
        }
    }

    fn prose_and_weight(&self) -> &(String, usize) {
        self.prose.get_or_init(|| {
            let prose = prose(self.text);
            let weight = weight(&prose);
            (prose, weight)
        })
    }

    /// See [`prose()`].
    pub fn prose(&self) -> &str {
        &self.prose_and_weight().0
    }

    /// The letters of its prose; see [`weight()`].
    pub fn weight(&self) -> usize {
        self.prose_and_weight().1
    }

    /// The words of the whole text, numbers and all.
    pub fn tokens(&self) -> &Tokens {
        self.tokens.get_or_init(|| tokens(self.text))
    }

    /// The words of its prose.
    pub fn prose_tokens(&self) -> &Tokens {
        self.prose_tokens.get_or_init(|| tokens(self.prose()))
    }
}
