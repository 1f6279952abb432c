//! `length`: an answer that is no translation by its length alone.
//!
//! Only the gross cases, which need no knowledge of the pair: at least 80 letters in the source (an ideograph or
//! kana counts as two) and less than a quarter or more than four times as many in the answer. An endpoint that answers
//! each paragraph with "Olá" passes every other check. None of 9,546 correct units of news in 37 pairs is outside
//! (sentences and paragraphs, one in five).

use super::{Finding, Severity, Sides};

pub(super) const ID: &str = "length";

/// Letters of the source from which its length says something.
const LEAST_WEIGHT: usize = 80;

/// The answer's letters times this are at least the source's, and the other way round.
const MOST_TIMES: usize = 4;

pub(super) fn unit(sides: &Sides) -> Vec<Finding> {
    let (source, answer) = (sides.source.weight(), sides.answer.weight());
    if source < LEAST_WEIGHT || answer * MOST_TIMES >= source && answer <= source * MOST_TIMES {
        return Vec::new();
    }
    let what = if answer < source { "short" } else { "long" };
    let message = format!("the answer is far too {what}: {answer} letters for {source}");
    vec![Finding::new(ID, Severity::Hard, message)]
}

#[cfg(test)]
mod tests {
    use super::super::unit;
    use crate::check::language::tests::pair;

    const SOURCE: &str = "The council met again on Monday evening and, after an hour of talk, approved the plan for the \
                          new bridge over the river.";

    fn fires(source: &str, answer: &str) -> bool {
        unit(&pair(source, answer, "en", "pt")).iter().any(|finding| finding.check == super::ID)
    }

    #[test]
    fn a_word_for_a_paragraph_is_refused_and_so_is_an_essay() {
        assert!(fires(SOURCE, "Olá"));
        let essay = "O conselho voltou a reunir-se na segunda-feira à noite para falar da ponte. ".repeat(9);
        assert!(fires(SOURCE, &essay));
    }

    #[test]
    fn a_terse_translation_and_a_short_unit_pass() {
        assert!(!fires(SOURCE, "O conselho reuniu-se segunda à noite e aprovou a nova ponte."));
        assert!(!fires("Read more", "Leia"));
        assert!(!fires("Hello", "Olá"));
    }
}
