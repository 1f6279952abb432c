//! `s-length`: a summary is as long as was asked, give or take a fifth, and shorter than its article. A flag.
//!
//! Which length was asked is known only where the summary is made; that it is shorter than the article can always be told. Far too long
//! ones are asked again before this is said: see [`crate::summary::compose`].

use super::super::{Finding, Severity, SummaryPair};
use crate::segment;

pub(in super::super) const ID: &str = "s-length";

/// How far from what was asked it may be, in percent.
const TOLERANCE: usize = 20;
/// A few words more or less are nothing.
const FEW_WORDS: usize = 8;

/// What the summary's length alone says.
pub(in super::super) fn summary(pair: &SummaryPair) -> Vec<Finding> {
    let count = |text: &str| segment::word_count(text, pair.language);
    let (summary, article) = (count(pair.summary), count(pair.article));
    if summary < article || summary <= FEW_WORDS {
        return Vec::new();
    }
    let message = format!("{summary} words, and the article has {article}");
    vec![Finding::new(ID, Severity::Flag, message)]
}

/// What there is to say of `words` words where `asked` were asked for; nothing where that is near enough.
pub fn against_asked(words: usize, asked: usize) -> Option<Finding> {
    let slack = (asked * TOLERANCE / 100).max(FEW_WORDS);
    (words.abs_diff(asked) > slack)
        .then(|| Finding::new(ID, Severity::Flag, format!("{words} words where {asked} were asked")))
}

#[cfg(test)]
mod tests {
    use super::super::super::SummaryPair;
    use super::{against_asked, summary};
    use crate::check::language::tests::keep;

    #[test]
    fn a_fifth_more_or_less_is_near_enough() {
        assert_eq!(against_asked(120, 100), None);
        assert_eq!(against_asked(80, 100), None);
        assert_eq!(against_asked(18, 12), None);
        assert!(against_asked(121, 100).is_some());
        assert_eq!(against_asked(79, 100).unwrap().message, "79 words where 100 were asked");
    }

    #[test]
    fn a_summary_as_long_as_its_article_is_flagged() {
        let article = "The council met on Monday and approved the plan for the bridge over the river.";
        let longer = SummaryPair { article, summary: &format!("{article} It did."), language: keep("en") };
        assert_eq!(summary(&longer).len(), 1);
        let shorter = SummaryPair {
            article,
            summary: "The council approved the plan for the new bridge.",
            language: keep("en"),
        };
        assert!(summary(&shorter).is_empty());
    }
}
