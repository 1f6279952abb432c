//! What a reply must pass to be accepted. Never judges by position: only by id.
//!
//! Owns the rules; asks nothing again and changes no text except in [`clean()`], which takes off once what a
//! model wraps round an answer. The caller's order: [`finish()`] on the reply, [`match_ids`] on its ids,
//! [`clean()`] on each answer, [`unit()`] on what is left. A reply is accepted where [`is_hard`] is false.
//!
//! One file per family; [`UNIT_CHECKS`], [`REVIEW_CHECKS`] and [`SUMMARY_CHECKS`] are the whole list of what runs. A new
//! check is a function `fn(&Sides) -> Vec<Finding>` and a line there. What can refuse an answer runs while asking, in [`unit()`];
//! what only tells a reviewer runs when a document is finished, in [`review()`] or [`document()`], with a glossary and
//! what the document's other units tell.
//!
//! Measured on human translations of 62 news articles (NTREX-128; English into 24 languages and other pairs) as correct
//! answers, and on damage made from them: `benches/checks.md` has the figures, `examples/measure_checks.rs` makes them, each
//! file's documentation has its own check's, and [`precision()`] tells how far a finding is to be believed.

mod addresses;
mod clean;
mod control;
mod currency;
mod dates;
mod declines;
mod document;
mod drift;
mod empty;
mod finish;
mod glossary;
mod identical;
mod ids;
mod injection;
mod language;
mod length;
mod markup;
#[cfg(test)]
mod measured;
mod mojibake;
mod numbers;
mod omission;
mod pairs;
mod phrases;
mod placeholder;
mod preamble;
mod precision;
mod prose;
mod refusal;
mod repeat;
mod script;
mod sentences;
mod sides;
mod summary;

use std::ops::Range;

use serde::{Deserialize, Serialize};

pub use clean::{Cleaned, clean, clean_summary};
pub use document::document;
pub use drift::{ID as DRIFT, drift};
pub use finish::finish;
pub use identical::ID as IDENTICAL;
pub use ids::{IdMatch, match_ids};
pub use omission::{Kind as OmissionKind, NAMES as OMISSION_SIGNS, SIGNS, omission_signs};
pub use precision::{Writing, precision};
pub use sides::Sides;
pub use summary::cover::summary as summary_cover;
pub use summary::length::against_asked as summary_length;
pub use summary::novel::ID as COPIED;

use crate::document::Role;
use crate::glossary::Glossary;
use crate::language::Language;

/// What a finding means for the unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Kept; a fact for the reader.
    Info,
    /// Kept and shown to the reviewer.
    Flag,
    /// The reply is refused.
    Hard,
}

/// One place where a check fired.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// The check's stable id: `ids`, `finish`, `empty`, …
    pub check: String,
    pub severity: Severity,
    /// What was found, for people.
    pub message: String,
    /// Where in the answer, in bytes, when it is one place.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub span: Option<Range<usize>>,
    /// Where in the source's unit, in bytes, when it is one place.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub source_span: Option<Range<usize>>,
}

impl Finding {
    /// Messages quote answers: control characters in them become spaces.
    pub fn new(check: &str, severity: Severity, message: impl Into<String>) -> Self {
        let message = message.into().replace(char::is_control, " ");
        Self { check: check.to_owned(), severity, message, span: None, source_span: None }
    }

    #[must_use]
    fn at(mut self, span: Range<usize>) -> Self {
        self.span = Some(span);
        self
    }

    /// With the place in the source that it is about.
    #[must_use]
    pub fn of_source(mut self, span: Range<usize>) -> Self {
        self.source_span = Some(span);
        self
    }
}

/// A unit's text and the answer to it, already [`clean()`]ed.
#[derive(Debug, Clone, Copy)]
pub struct Pair<'a> {
    /// The unit's text, with `⟦n⟧` where something is kept out of translation.
    pub source: &'a str,
    pub answer: &'a str,
    pub from: &'a Language,
    pub to: &'a Language,
    pub role: Role,
}

/// What is known beside the pair itself.
#[derive(Debug, Clone, Copy, Default)]
pub struct Context<'a> {
    /// Letters of an answer over those of its source that are to be expected; none: what the table has for the pair.
    pub length: Option<f64>,
    /// The terms that a person settled.
    pub glossary: Option<&'a Glossary<'a>>,
}

/// An article and a summary of it in the article's own language.
#[derive(Debug, Clone, Copy)]
pub struct SummaryPair<'a> {
    /// What was to be summarised, its title and its paragraphs, as plain text.
    pub article: &'a str,
    /// The whole summary, its sentences joined.
    pub summary: &'a str,
    pub language: &'a Language,
}

/// One rule for translated units.
#[derive(Debug, Clone, Copy)]
pub struct UnitCheck {
    /// Stable: settings, reports and remembered exceptions name it.
    pub id: &'static str,
    /// The worst it can say.
    pub severity: Severity,
    pub run: fn(&Sides) -> Vec<Finding>,
}

/// One rule for summaries.
#[derive(Debug, Clone, Copy)]
pub struct SummaryCheck {
    pub id: &'static str,
    /// The worst it can say.
    pub severity: Severity,
    pub run: fn(&SummaryPair) -> Vec<Finding>,
}

/// Every check that can refuse the answer to a unit, in the order in which findings are reported.
pub const UNIT_CHECKS: &[UnitCheck] = &[
    UnitCheck { id: empty::ID, severity: Severity::Hard, run: empty::unit },
    UnitCheck { id: markup::ID, severity: Severity::Hard, run: markup::unit },
    UnitCheck { id: placeholder::ID, severity: Severity::Hard, run: placeholder::unit },
    UnitCheck { id: addresses::URLS, severity: Severity::Hard, run: addresses::urls },
    UnitCheck { id: addresses::EMAILS, severity: Severity::Hard, run: addresses::emails },
    UnitCheck { id: mojibake::ID, severity: Severity::Hard, run: mojibake::unit },
    UnitCheck { id: preamble::ID, severity: Severity::Hard, run: preamble::unit },
    UnitCheck { id: refusal::ID, severity: Severity::Hard, run: refusal::unit },
    UnitCheck { id: script::ID, severity: Severity::Hard, run: script::unit },
    UnitCheck { id: identical::ID, severity: Severity::Hard, run: identical::unit },
    UnitCheck { id: language::ID, severity: Severity::Hard, run: language::unit },
    UnitCheck { id: length::ID, severity: Severity::Hard, run: length::hard },
    UnitCheck { id: injection::ID, severity: Severity::Hard, run: injection::unit },
    UnitCheck { id: sentences::ID, severity: Severity::Hard, run: sentences::hard },
    UnitCheck { id: repeat::ID, severity: Severity::Hard, run: repeat::unit },
    UnitCheck { id: pairs::BRACKETS, severity: Severity::Hard, run: pairs::unbalanced },
];

/// What only a reviewer is told, after [`UNIT_CHECKS`]. A check that can do both has a line in each.
pub const REVIEW_CHECKS: &[UnitCheck] = &[
    UnitCheck { id: control::ID, severity: Severity::Hard, run: control::unit },
    UnitCheck { id: length::ID, severity: Severity::Flag, run: length::flag },
    UnitCheck { id: omission::ID, severity: Severity::Flag, run: omission::unit },
    UnitCheck { id: sentences::ID, severity: Severity::Flag, run: sentences::flag },
    UnitCheck { id: sentences::ENDING, severity: Severity::Flag, run: sentences::ending },
    UnitCheck { id: numbers::ID, severity: Severity::Flag, run: numbers::unit },
    UnitCheck { id: dates::ID, severity: Severity::Flag, run: dates::unit },
    UnitCheck { id: currency::ID, severity: Severity::Flag, run: currency::unit },
    UnitCheck { id: pairs::QUOTES, severity: Severity::Info, run: pairs::quotes },
    UnitCheck { id: glossary::ID, severity: Severity::Flag, run: glossary::unit },
    UnitCheck { id: pairs::BRACKETS, severity: Severity::Info, run: pairs::counts },
];

/// Every check of a summary, in the order in which findings are reported.
pub const SUMMARY_CHECKS: &[SummaryCheck] = &[
    SummaryCheck { id: empty::ID, severity: Severity::Hard, run: empty::summary },
    SummaryCheck { id: preamble::ID, severity: Severity::Hard, run: preamble::summary },
    SummaryCheck { id: refusal::ID, severity: Severity::Hard, run: refusal::summary },
    SummaryCheck { id: language::ID, severity: Severity::Hard, run: language::summary },
    SummaryCheck { id: repeat::ID, severity: Severity::Hard, run: repeat::summary },
    SummaryCheck { id: summary::number::ID, severity: Severity::Hard, run: summary::number::summary },
    SummaryCheck { id: summary::quote::ID, severity: Severity::Hard, run: summary::quote::summary },
    SummaryCheck { id: summary::name::ID, severity: Severity::Flag, run: summary::name::summary },
    SummaryCheck { id: summary::length::ID, severity: Severity::Flag, run: summary::length::summary },
    SummaryCheck { id: summary::novel::ID, severity: Severity::Info, run: summary::novel::summary },
];

/// What speaks against the answer to one unit: everything hard, and the flags that come with it for nothing.
///
/// A unit whose languages are the same (`pt` into `pt-BR`) is never blamed for staying as it was.
pub fn unit(pair: &Pair) -> Vec<Finding> {
    let sides = Sides::of(pair);
    UNIT_CHECKS.iter().flat_map(|check| (check.run)(&sides)).collect()
}

/// Everything the checks find in the answer to one unit, flags and information too.
///
/// The same pair in the same context has the same findings. Drift and what is to be expected of the document's length need
/// its other units: see [`document()`].
pub fn review(pair: &Pair, context: Context) -> Vec<Finding> {
    let sides = Sides::within(pair, context);
    UNIT_CHECKS.iter().chain(REVIEW_CHECKS).flat_map(|check| (check.run)(&sides)).collect()
}

/// Whether a finding is one that [`document()`] makes of a text and its answer, and not one of how the answer came:
/// [`clean()`] tells as information what it took off.
pub fn judges(check: &str, severity: Severity) -> bool {
    let listed = UNIT_CHECKS.iter().chain(REVIEW_CHECKS).any(|one| one.id == check) || check == DRIFT;
    listed && !(matches!(check, preamble::ID | control::ID) && severity == Severity::Info)
}

/// Everything the checks find in a summary.
pub fn summary(pair: &SummaryPair) -> Vec<Finding> {
    SUMMARY_CHECKS.iter().flat_map(|check| (check.run)(pair)).collect()
}

/// What an answer must be whatever its language: there, with every placeholder in it.
pub fn wholeness(pair: &Pair) -> Vec<Finding> {
    let sides = Sides::of(pair);
    [empty::unit(&sides), markup::unit(&sides)].concat()
}

/// Whether the answer must be refused.
pub fn is_hard(findings: &[Finding]) -> bool {
    findings.iter().any(|finding| finding.severity == Severity::Hard)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_hard_finding_refuses_and_flags_alone_do_not() {
        let flag = Finding::new("language", Severity::Flag, "one sentence");
        let hard = Finding::new("empty", Severity::Hard, "nothing");
        assert!(!is_hard(&[]));
        assert!(!is_hard(std::slice::from_ref(&flag)));
        assert!(is_hard(&[flag, hard]));
    }

    #[test]
    fn no_message_holds_a_control_character_of_the_answer() {
        let (from, to) = (Language::parse("en").unwrap(), Language::parse("pt").unwrap());
        let answer = "piece\u{4}\u{1b}[2J ".repeat(12);
        let pair = Pair { source: "One.", answer: &answer, from: &from, to: &to, role: Role::Body };
        let findings = unit(&pair);
        assert!(!findings.is_empty());
        assert!(
            findings.iter().all(|finding| !finding.message.chars().any(char::is_control)),
            "{findings:?}"
        );
    }

    #[test]
    fn no_list_runs_a_check_twice() {
        for checks in [UNIT_CHECKS, REVIEW_CHECKS] {
            let mut ids: Vec<_> = checks.iter().map(|check| check.id).collect();
            ids.sort_unstable();
            ids.dedup();
            assert_eq!(ids.len(), checks.len());
        }
    }

    #[test]
    fn a_review_tells_what_refuses_and_what_does_not() {
        let (from, to) = (Language::parse("en").unwrap(), Language::parse("pt").unwrap());
        let pair = Pair {
            source: "He paid 350 (euros).",
            answer: "Pagou 530 (euros.",
            from: &from,
            to: &to,
            role: Role::Body,
        };
        let ids =
            |findings: Vec<Finding>| findings.into_iter().map(|finding| finding.check).collect::<Vec<_>>();
        assert_eq!(ids(unit(&pair)), ["brackets"]);
        assert_eq!(ids(review(&pair, Context::default())), ["brackets", "numbers"]);
    }
}
