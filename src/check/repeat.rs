//! `repeat`: the answer goes round in circles.
//!
//! Three rules:
//!
//! * phrases of four words (eight characters where there are no spaces) that stand at least twice more often than the
//!   source's commonest one (source: Guerreiro et al. 2023, "Looking for a needle in a haystack"), hard where they cover a
//!   third of the answer, information below. Without the share, 129 of 15,456 correct paragraphs of four sentences were
//!   refused: "en el condado de" stands seven times in a correct one;
//! * a piece of 3 to 100 characters that stands three times running, over at least 15 characters, where the source has no
//!   such run (source: OpusFilter);
//! * 3 to 12 words that stand twice running and are begun a third time ("vai escur que vai escur que vai"), where nothing
//!   stands twice running in the source: hard by the same share, a flag below. It fires on no text of the news.
//!
//! With all: 4 of 37,259 correct sentences refused; every sentence said four times over caught, and every loop at the end
//! of an answer (98 % and all of the paragraphs).

use super::prose::{Token, Tokens, tokens};
use super::{Finding, Severity, Sides, SummaryPair};
use crate::document::slice;

pub(super) const ID: &str = "repeat";

/// How much oftener than in the source the commonest phrase may stand.
const MORE_THAN_SOURCE: usize = 2;
/// One in so many words of the answer stands in such phrases when it goes round in circles.
const SHARE: usize = 3;
/// The shortest run of pieces, in characters.
const LEAST_RUN: usize = 15;
/// Lengths of a piece that stands twice and once begun, in words (in characters where there are no spaces, as many to a word
/// as [`Tokens::gram`] has it).
const CYCLE: std::ops::RangeInclusive<usize> = 3..=12;
/// Lengths of a piece, in characters.
const PIECE: std::ops::RangeInclusive<usize> = 3..=100;

pub(super) fn unit(sides: &Sides) -> Vec<Finding> {
    let Sides { source, answer, .. } = sides;
    judge(source.text, answer.text, || source.tokens(), answer.tokens())
}

pub(super) fn summary(pair: &SummaryPair) -> Vec<Finding> {
    let none = tokens("");
    judge("", pair.summary, || &none, &tokens(pair.summary))
}

fn judge<'a>(
    source: &str,
    answer: &str,
    source_words: impl FnOnce() -> &'a Tokens,
    answer_words: &Tokens,
) -> Vec<Finding> {
    match run(answer, LEAST_RUN) {
        Some(piece) if run(source, 0).is_none() => {
            let message = format!("`{}` is repeated over and over", piece.trim());
            vec![Finding::new(ID, Severity::Hard, message)]
        }
        _ => words(source_words, answer, answer_words).into_iter().collect(),
    }
}

fn words<'a>(source: impl FnOnce() -> &'a Tokens, text: &str, answer: &Tokens) -> Option<Finding> {
    let Some((piece, row)) = cycle(answer, answer.gram) else { return phrases(source, text, answer) };
    let source = source();
    if cycle(source, 0).is_some() {
        return phrases(|| source, text, answer);
    }
    let words: Vec<&str> = piece.iter().map(|token| slice(text, token.start..token.end)).collect();
    let piece = words.join(if answer.gram == 4 { " " } else { "" }).to_lowercase();
    let severity = if row * SHARE >= answer.tokens.len() { Severity::Hard } else { Severity::Flag };
    Some(Finding::new(ID, severity, format!("`{piece}` is repeated over and over")))
}

/// The first shortest piece of [`CYCLE`] tokens that stands twice running, and of a third time the first `more` quarters of
/// [`Tokens::gram`]; with how many tokens all of them make. Two words of it are no names: scores and lists repeat themselves.
fn cycle(text: &Tokens, more: usize) -> Option<(&[Token], usize)> {
    let word = text.gram / 4;
    for length in CYCLE.start() * word..=CYCLE.end() * word {
        let mut row = 0;
        for (index, (one, other)) in text.tokens.iter().zip(text.tokens.iter().skip(length)).enumerate() {
            row = if one.hash == other.hash { row + 1 } else { 0 };
            if row >= length + more / 4 {
                let piece = text.tokens.get(index + 1 - row..index + 1 - row + length)?;
                if piece.iter().filter(|token| !token.name).count() >= 2 {
                    return Some((piece, row + length));
                }
            }
        }
    }
    None
}

fn phrases<'a>(source: impl FnOnce() -> &'a Tokens, text: &str, answer: &Tokens) -> Option<Finding> {
    let counts = answer.phrase_counts();
    let times = counts.values().copied().max()?;
    if times <= MORE_THAN_SOURCE {
        return None;
    }
    let usual = source().phrase_counts().into_values().max().unwrap_or(0).max(1);
    let often = usual + MORE_THAN_SOURCE;
    if times < often {
        return None;
    }
    let count = |phrase: u64| counts.get(&phrase).copied().unwrap_or(0);
    let covered = answer.covered(|phrase| count(phrase) >= often, |_| true);
    let severity = if covered * SHARE >= answer.tokens.len() { Severity::Hard } else { Severity::Info };
    let first = answer.phrases().position(|phrase| count(phrase) == times)?;
    let phrase = answer.phrase(first, text).join(if answer.gram == 4 { " " } else { "" }).to_lowercase();
    Some(Finding::new(ID, severity, format!("`{phrase}` stands {times} times in the answer")))
}

/// The first shortest piece with a letter in it that stands three times running, over `least` characters.
fn run(text: &str, least: usize) -> Option<String> {
    let characters: Vec<char> = text.chars().collect();
    // Letters before each place: a million blanks in a row hold pieces enough to look each of them through.
    let mut letters = Vec::with_capacity(characters.len() + 1);
    letters.push(0_usize);
    for character in &characters {
        letters.push(letters.last().copied().unwrap_or_default() + usize::from(character.is_alphabetic()));
    }
    for length in PIECE {
        let places = characters.len().saturating_sub(length);
        let equal = |index: usize| characters.get(index) == characters.get(index + length);
        // So many characters in a row must be as those a piece further on. Every such row holds a multiple of its
        // least length: looking at those alone takes a fortieth of the time.
        let row = (length * 2).max(least.saturating_sub(length));
        let mut seen = 0;
        for anchor in (0..places).step_by(row) {
            if anchor < seen || !equal(anchor) {
                continue;
            }
            let first = (0..anchor).rev().take_while(|&index| equal(index)).last().unwrap_or(anchor);
            let end = (anchor..places).find(|&index| !equal(index)).unwrap_or(places);
            seen = end;
            for start in first + row..=end {
                if letters.get(start) < letters.get(start + length) {
                    let piece = characters.get(start..start + length).unwrap_or_default();
                    return Some(piece.iter().collect());
                }
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::is_hard;
    use crate::check::language::tests::{pair, sides};

    #[test]
    fn loops_of_words_and_of_characters_are_hard() {
        let source = "The mayor said that the work would begin in March and would cost two million euros.";
        for answer in [
            "O presidente disse que o presidente disse que o presidente disse que o presidente disse que",
            "As obras começam em março, março, março, março, março e custam dois milhões.",
            "A obra começa em março e a obra custa dois milhões, e a obra começa em março mas a obra custa dois milhões, \
             pois a obra começa em março e a obra custa dois milhões.",
        ] {
            assert!(is_hard(&unit(&sides(&pair(source, answer, "en", "pt")))), "{answer}");
        }
        assert!(is_hard(&unit(&sides(&pair(
            source,
            "市长说工程将于三月开始，市长说工程将于三月开始，市长说工程将于三月开始。",
            "en",
            "zh"
        )))));
    }

    #[test]
    fn a_short_cycle_cut_off_in_its_third_round_is_hard() {
        let source = "It will get dark, and then it will rain.";
        for answer in ["Vai escur que vai escur que vai", "E então vai escur que vai escur que vai chover."]
        {
            assert!(is_hard(&unit(&sides(&pair(source, answer, "en", "pt")))), "{answer}");
        }
        // What the source says twice running may be said so too; so may two rounds, and scores.
        let said = "the one by the sea the one by the sea the other";
        let answer = "a que fica junto ao mar a que fica junto ao mar a outra";
        assert!(!is_hard(&unit(&sides(&pair(said, answer, "en", "pt")))));
        for answer in ["Passo a passo a passo vai", "Vai chover vai chover e vai", "6 a 4 6 a 4 6 a 4"] {
            assert!(!is_hard(&unit(&sides(&pair(source, answer, "en", "pt")))), "{answer}");
        }
    }

    #[test]
    fn what_the_source_repeats_the_answer_may_repeat() {
        assert!(
            unit(&sides(&pair("Ha ha ha ha ha, he said.", "Ha, ha, ha, ha, ha, disse ele.", "en", "pt")))
                .is_empty()
        );
        assert!(unit(&sides(&pair("Bye bye bye bye bye", "Xau xau xau xau xau", "en", "pt"))).is_empty());
        let chorus = "We want to go home. We want to go home. We want to go home.";
        let answer = "Queremos ir para casa. Queremos ir para casa. Queremos ir para casa.";
        assert!(unit(&sides(&pair(chorus, answer, "en", "pt"))).is_empty());
    }

    #[test]
    fn rows_of_signs_and_digits_are_no_loop() {
        assert!(
            unit(&sides(&pair("See below", "Ver abaixo ------------- 1000000000000", "en", "pt"))).is_empty()
        );
    }
}
