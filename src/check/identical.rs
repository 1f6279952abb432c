//! `identical`: the source came back, whole or in large part.
//!
//! Whole: answer and source are the same, case folded, with at least 40 characters of prose (source of the
//! rule: bicleaner's `no_identical`). In part: at least a quarter of the answer's words, and at least five, stand in
//! runs of four words (eight characters where there are no spaces) that are runs of the source too. A small model
//! asked for Spanish writes half English, and a language detector looks at the majority only.
//!
//! Excused: the same language on both sides, near and kindred languages in the second rule, date lines, lists of names
//! (fewer than three words that begin small; not in a headline, where English capitalises every word), code and URLs
//! (no prose).
//!
//! No correct sentence of 37,259 was refused. With `language`: 99.5 % of echoed sentences, all echoed paragraphs; left in the
//! source language from the middle on, 94 % of sentences and 97 % of paragraphs, up to the middle 91 % and 98 %.

use rustc_hash::FxHashSet;

use super::language::{kindred, near};
use super::prose::Tokens;
use super::{Finding, Severity, Sides};
use crate::document::Role;

pub const ID: &str = "identical";

/// Characters of prose from which an unchanged text is no accident.
const LEAST_CHARACTERS: usize = 40;
/// Words beginning small from which a text is no list of names.
const LEAST_COMMON_WORDS: usize = 3;
/// Copied words from which a part is no title or borrowed phrase.
const LEAST_COPIED: usize = 5;
/// One in so many words of the answer may stand in copied runs.
const COPIED_SHARE: usize = 4;

pub(super) fn unit(sides: &Sides) -> Vec<Finding> {
    let &Sides { ref source, ref answer, from, to, role, .. } = sides;
    if from.primary() == to.primary() || matches!(role, Role::Dateline | Role::Verbatim) {
        return Vec::new();
    }
    let words = answer.prose_tokens();
    if role != Role::Title && common_words(words) < LEAST_COMMON_WORDS {
        return Vec::new();
    }
    if source.prose().chars().count() >= LEAST_CHARACTERS && same(source.prose(), answer.prose()) {
        return vec![Finding::new(ID, Severity::Hard, "the answer is the source text, unchanged")];
    }
    if near(from, to) || kindred(from, to) {
        return Vec::new();
    }
    let copied = copied_words(source.prose_tokens(), words);
    if copied >= LEAST_COPIED * words.gram / 4 && copied * COPIED_SHARE >= words.tokens.len() {
        let share = copied * 100 / words.tokens.len().max(1);
        let message = format!("{share} % of the answer is copied from the source");
        return vec![Finding::new(ID, Severity::Hard, message)];
    }
    Vec::new()
}

fn same(source: &str, answer: &str) -> bool {
    let fold = |word: &str| word.to_lowercase();
    source.split_whitespace().map(fold).eq(answer.split_whitespace().map(fold))
}

fn common_words(text: &Tokens) -> usize {
    text.tokens.iter().filter(|token| !token.name).count()
}

/// The tokens of `answer`, beginning small, that stand in a phrase the source has too.
fn copied_words(source: &Tokens, answer: &Tokens) -> usize {
    if source.gram != answer.gram {
        return 0;
    }
    let known: FxHashSet<u64> = source.phrases().collect();
    answer.covered(|phrase| known.contains(&phrase), |token| !token.name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::Pair;
    use crate::check::language::tests::{pair, sides};

    const SOURCE: &str =
        "The council approved the budget on Monday, and the bridge will be repaired before winter.";

    fn fires(source: &str, answer: &str, from: &str, to: &str) -> bool {
        super::super::is_hard(&unit(&sides(&pair(source, answer, from, to))))
    }

    #[test]
    fn an_echo_is_hard_in_any_case() {
        assert!(fires(SOURCE, SOURCE, "en", "es"));
        assert!(fires(SOURCE, &SOURCE.to_uppercase().to_lowercase(), "en", "es"));
        assert!(!fires(SOURCE, SOURCE, "en", "en-GB"));
    }

    #[test]
    fn half_left_in_the_source_language_is_hard() {
        let half =
            "El consejo aprobó el presupuesto el lunes, and the bridge will be repaired before winter.";
        assert!(fires(SOURCE, half, "en", "es"));
        let whole = "El consejo aprobó el presupuesto el lunes y el puente se reparará antes del invierno.";
        assert!(!fires(SOURCE, whole, "en", "es"));
    }

    #[test]
    fn names_addresses_and_short_phrases_may_stay() {
        let names = "Maria Oliveira, João Figueira, Ana Brandão (Porto), Rui Teixeira de Sá, Inês Valadares";
        assert!(!fires(names, names, "pt", "en"));
        let address = "https://example.org/a-long-path/that-nobody-translates/ever.html";
        assert!(!fires(address, address, "en", "pt"));
        let title = "O filme «The Last of the First Snow» estreia na quinta-feira em todas as salas da cidade e da região.";
        assert!(!fires(
            "The film “The Last of the First Snow” opens on Thursday in every cinema of the city.",
            title,
            "en",
            "pt"
        ));
    }

    #[test]
    fn an_echoed_headline_is_no_list_of_names() {
        let headline = "Council Approves Spring Budget For Harbour Bridge Repairs";
        let body = pair(headline, headline, "en", "es");
        assert!(super::super::is_hard(&unit(&sides(&Pair { role: Role::Title, ..body }))));
    }

    #[test]
    fn chinese_left_in_a_japanese_answer_is_hard() {
        let source = "市议会星期一批准了预算，并决定在冬天到来之前修复这座桥梁和道路。";
        let answer = "市議会は月曜日に予算を承認し、并决定在冬天到来之前修复这座桥梁和道路。";
        assert!(fires(source, answer, "zh", "ja"));
    }
}
