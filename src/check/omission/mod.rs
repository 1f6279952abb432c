//! `omission`: the answer stops before its source does.
//!
//! No single sign tells a lost last sentence from two joined ones, or a cut sentence from a terse one: they are weighed together, by a
//! logistic model of some [`mod@signs`] whose weights ([`weights`]) were measured on human translations, cut and whole, and which
//! a person can read. The finding tells the source's last sentence; `sentences` and `ending` are flags only where it agrees.
//!
//! It is for a reviewer and refuses nothing: counting sentences and reading names is too dear while asking, and too often wrong. It
//! knows the commonest words of news in two dozen languages ([`lexicon`]) and no others. What it finds is in `benches/checks.md`.

mod beads;
mod lexicon;
mod signs;
mod tail;
mod weights;

use signs::Signs;
pub use signs::{NAMES, SIGNS};
use weights::{LIMITS, OUT_OF_DENSE, WEIGHTS};

use super::sentences::marks_ends;
use super::{Finding, Pair, Severity, Sides, Writing};
use crate::document::{Role, slice};
use crate::language::Language;

pub(super) const ID: &str = "omission";

/// Letters of the source from which a text has an end to lose.
const LEAST: usize = 8;

/// Pairs of languages that signs are worth the same in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// Latin or Cyrillic on both sides.
    Alike,
    /// Other scripts with spaces between words.
    Apart,
    /// Chinese, Japanese or Korean on one side.
    Dense,
    /// Thai and its kin on one side: no mark ends a sentence.
    Unmarked,
}

impl Kind {
    pub fn of(from: &Language, to: &Language) -> Self {
        let close = |language: &Language| matches!(Writing::of(language), Writing::Latin | Writing::Cyrillic);
        let dense = |language: &Language| matches!(language.primary(), "zh" | "ja" | "ko" | "yue");
        if !marks_ends(from) || !marks_ends(to) {
            Self::Unmarked
        } else if dense(from) || dense(to) {
            Self::Dense
        } else if close(from) && close(to) {
            Self::Alike
        } else {
            Self::Apart
        }
    }

    /// The scatter of the logarithm of an answer's length for so many letters of source: it falls with the root of them.
    fn spread(self, letters: f64) -> f64 {
        let scatter = if self == Self::Alike { 1.7 } else { 2.2 };
        (scatter / letters.max(20.0).sqrt()).max(0.05)
    }
}

/// The finding, with the place of the source's last sentence (or last third).
pub(super) fn unit(sides: &Sides) -> Vec<Finding> {
    let Some(start) = sides.lost() else { return Vec::new() };
    let source = sides.source.text;
    let end = start + slice(source, start..source.len()).trim_end().len();
    let message = "the end of the source seems to be missing from the answer";
    vec![Finding::new(ID, Severity::Flag, message).of_source(start..end)]
}

/// Where the end of the source begins that the answer seems to lack.
pub(super) fn lost(sides: &Sides) -> Option<usize> {
    if sides.role == Role::Verbatim || sides.answer.weight() == 0 || sides.source.weight() < LEAST {
        return None;
    }
    let kind = Kind::of(sides.from, sides.to);
    let cheap = signs::signs(sides, kind);
    let several = usize::from(sides.source_pieces().len() > 1);
    let row = kind as usize;
    let weights = WEIGHTS.get(row)?.get(several)?;
    let out = matches!(kind, Kind::Dense | Kind::Unmarked) && Writing::of(sides.to) != Writing::Cjk;
    let limit = LIMITS.get(row)?.get(several)? + if out { OUT_OF_DENSE } else { 0.0 };
    let score =
        |signs: &Signs| -> f64 { weights.iter().zip(signs.values).map(|(weight, sign)| weight * sign).sum() };
    let mut signs = cheap;
    for sign in signs::DEAR..SIGNS {
        // Most answers are whole whatever their words could say.
        let most: f64 = weights.iter().skip(sign).map(|weight| weight * signs::MOST).sum();
        if score(&signs) + most <= limit {
            return None;
        }
        signs = signs.with_words(sign, sides, kind);
    }
    (score(&signs) > limit).then_some(signs.start)
}

/// What the weights are measured from: the signs of a pair, its kind and whether its source has more than one sentence.
pub fn omission_signs(pair: &Pair) -> (Kind, bool, [f64; SIGNS]) {
    let sides = Sides::of(pair);
    let kind = Kind::of(pair.from, pair.to);
    let cheap = signs::signs(&sides, kind);
    let signs = (signs::DEAR..SIGNS).fold(cheap, |signs, sign| signs.with_words(sign, &sides, kind));
    (kind, sides.source_pieces().len() > 1, signs.values)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::language::tests::{keep, pair, sides};

    const SOURCE: &str = "The council met on Monday evening in the old town hall. It approved the plan for the new bridge. \
                          The work begins in March and lasts a year. Mayor Costa said it would cost 12 million euros.";
    const ANSWER: [&str; 4] = [
        "O conselho reuniu-se na segunda-feira à noite na antiga câmara municipal.",
        "Aprovou o plano para a nova ponte.",
        "As obras começam em março e duram um ano.",
        "O presidente Costa disse que custaria 12 milhões de euros.",
    ];

    fn found(answer: &str, to: &str) -> Option<Finding> {
        unit(&sides(&pair(SOURCE, answer, "en", to))).pop()
    }

    #[test]
    fn a_lost_last_sentence_is_flagged_where_it_stands_in_the_source() {
        let finding = found(&ANSWER[..3].join(" "), "pt").unwrap();
        assert_eq!((finding.check.as_str(), finding.severity), (ID, Severity::Flag));
        assert_eq!(finding.source_span.unwrap(), SOURCE.find("Mayor").unwrap()..SOURCE.len());
        assert_eq!(found(&ANSWER.join(" "), "pt"), None);
    }

    #[test]
    fn an_end_cut_off_is_flagged_and_joined_sentences_are_not() {
        assert!(found(&format!("{} As obras começam em", ANSWER[..2].join(" ")), "pt").is_some());
        let joined = ANSWER.join(" ").replace(". Aprovou", " e aprovou");
        assert_eq!(found(&joined, "pt"), None);
        let one = "The council approved the plan for the new bridge on Monday evening.";
        let cut = |answer: &str| !unit(&sides(&pair(one, answer, "en", "zh"))).is_empty();
        assert!(cut("议会周一晚上批准了"));
        assert!(!cut("议会周一晚上批准了修建新桥的计划。"));
    }

    #[test]
    fn nothing_is_said_of_an_empty_answer_or_of_text_kept_as_it_is() {
        assert_eq!(found("", "pt"), None);
        let verbatim = Pair { role: Role::Verbatim, ..pair(SOURCE, ANSWER[0], "en", "pt") };
        assert_eq!(lost(&sides(&verbatim)), None);
        assert_eq!(lost(&sides(&pair("42", "4", "en", "pt"))), None);
    }

    #[test]
    fn pairs_are_told_apart_by_what_their_signs_are_worth() {
        let kind = |from: &str, to: &str| Kind::of(keep(from), keep(to));
        assert_eq!(kind("en", "ru"), Kind::Alike);
        assert_eq!(kind("ar", "en"), Kind::Apart);
        assert_eq!(kind("ko", "en"), Kind::Dense);
        assert_eq!(kind("en", "th"), Kind::Unmarked);
    }
}
