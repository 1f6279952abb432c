//! `s-number`: every number of the summary is in the article. One that is not is a flag, two refuse the summary.
//!
//! Source of the rule: HERMAN (Zhao et al. 2020, "Reducing quantity hallucinations in abstractive summarization"): of the
//! facts that summaries make up, quantities are the commonest and the easiest to find. Values are compared, not digits: "1.2 million" is
//! "1,200,000", and "twelve" is 12. A rounder number may stand for one that is at most a twentieth away ("about 3,000" for 2,961), and
//! the difference to a whole for a percentage ("70 %" where the article has 30 %). What the summary spells out is not judged: words like "one" and
//! "second" are mostly no quantities.

use std::collections::BTreeSet;

use super::super::numbers::numerals::{Numeral, numerals};
use super::super::numbers::spelled::Spelled;
use super::super::{Finding, Severity, SummaryPair};
use super::listed;
use crate::document::slice;

pub(in super::super) const ID: &str = "s-number";

/// How far a rounded number may be from the one it stands for.
const ROUNDING: f64 = 0.05;
/// So many numbers that the article has not refuse a summary.
const REFUSED_AT: usize = 2;

pub(in super::super) fn summary(pair: &SummaryPair) -> Vec<Finding> {
    let said = numerals(pair.summary, pair.language);
    if said.is_empty() {
        return Vec::new();
    }
    let known = numerals(pair.article, pair.language);
    let mut unknown: Vec<&Numeral> =
        said.iter().filter(|numeral| !known.iter().any(|other| may_stand_for(numeral, other))).collect();
    if !unknown.is_empty() {
        let spelled = Spelled::of(pair.article, pair.language);
        unknown.retain(|numeral| !spelled.has(numeral));
    }
    let Some(first) = unknown.first() else { return Vec::new() };
    let texts: Vec<&str> = unknown.iter().map(|numeral| slice(pair.summary, numeral.span.clone())).collect();
    // The same wrong number twice is one mistake.
    let different: BTreeSet<&str> = texts.iter().copied().collect();
    let severity = if different.len() >= REFUSED_AT { Severity::Hard } else { Severity::Flag };
    let verb = if different.len() == 1 { "is" } else { "are" };
    let message = format!("{} {verb} not in the article", listed(&different.into_iter().collect::<Vec<_>>()));
    vec![Finding::new(ID, severity, message).at(first.span.clone())]
}

/// Whether the summary's number may be the article's: the same, or a rounder one near it.
fn may_stand_for(said: &Numeral, known: &Numeral) -> bool {
    if said.may_be(known) {
        return true;
    }
    let near = |value: f64, exact: f64| {
        (value - exact).abs() <= exact.abs() * ROUNDING && digits(value) < digits(exact)
    };
    said.values.iter().any(|value| known.values.iter().any(|exact| near(*value, *exact)))
}

/// Significant digits of a number: 3 for 1,250,000.
fn digits(value: f64) -> usize {
    let shown = format!("{value:.4}");
    let shown = shown.trim_end_matches('0').trim_end_matches('.');
    let plain: String = shown.chars().filter(char::is_ascii_digit).collect();
    let plain = plain.trim_start_matches('0');
    if shown.contains('.') { plain.len() } else { plain.trim_end_matches('0').len() }
}

#[cfg(test)]
mod tests {
    use super::super::super::{Severity, SummaryPair};
    use crate::check::language::tests::keep;

    const ARTICLE: &str = "On 2 December the council approved fifteen documents. The bridge will cost 1,960,000 euros, 12.4 percent more \
                           than planned in 2018, and 350 people work on it.";

    fn severity(summary: &str) -> Option<Severity> {
        let pair = SummaryPair { article: ARTICLE, summary, language: keep("en") };
        super::summary(&pair).first().map(|finding| finding.severity)
    }

    #[test]
    fn a_number_that_the_article_has_not_is_flagged_and_two_are_refused() {
        assert_eq!(severity("The bridge employs 530 people."), Some(Severity::Flag));
        assert_eq!(severity("The bridge employs 530 people; 530 in all."), Some(Severity::Flag));
        assert_eq!(severity("In 2016 the council hired 530 people."), Some(Severity::Hard));
    }

    #[test]
    fn rescaled_rounded_and_spelled_numbers_are_the_articles() {
        for summary in [
            "On 2 December 15 documents were approved.",
            "The bridge costs 1.96 million euros.",
            "The bridge costs about 2 million euros, 12% more than in 2018.",
            "350 people work on it.",
            "No number here, but one word.",
        ] {
            assert_eq!(severity(summary), None, "{summary}");
        }
    }

    #[test]
    fn a_more_exact_number_is_no_rounding() {
        assert_eq!(severity("It employs 352 people."), Some(Severity::Flag));
    }
}
