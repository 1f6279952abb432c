//! `empty`: the answer has nothing in it although the source has a letter or a digit.
//!
//! Source of the rule: Okapi, pofilter. "Nothing" is no letter, digit or `⟦n⟧`: an answer of dots, dashes or
//! invisible characters is as empty as a blank one. No case of it in 25 languages of news.

use super::{Finding, Severity, Sides, SummaryPair};

pub(super) const ID: &str = "empty";

pub(super) fn unit(sides: &Sides) -> Vec<Finding> {
    if has_content(sides.source.text) && !has_content(sides.answer.text) {
        vec![Finding::new(ID, Severity::Hard, "the answer is empty")]
    } else {
        Vec::new()
    }
}

pub(super) fn summary(pair: &SummaryPair) -> Vec<Finding> {
    if has_content(pair.summary) {
        Vec::new()
    } else {
        vec![Finding::new(ID, Severity::Hard, "the summary is empty")]
    }
}

/// A placeholder has a digit in it, and so counts.
fn has_content(text: &str) -> bool {
    text.chars().any(char::is_alphanumeric)
}

#[cfg(test)]
mod tests {
    use super::super::{Severity, unit};
    use crate::check::language::tests::pair;

    #[test]
    fn blank_dots_and_invisible_characters_are_empty() {
        for answer in ["", "  \n", "…", "\u{200b}\u{feff}", "```"] {
            let findings = unit(&pair("Read more", answer, "en", "pt"));
            assert!(
                findings.iter().any(|f| f.check == super::ID && f.severity == Severity::Hard),
                "{answer:?}"
            );
        }
    }

    #[test]
    fn punctuation_answers_punctuation() {
        assert!(unit(&pair("***", "***", "en", "pt")).is_empty());
        assert!(unit(&pair("7", "7", "en", "pt")).is_empty());
    }
}
