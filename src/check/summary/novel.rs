//! `s-novel`: a summary that is copied from its article, sentence by sentence. Information.
//!
//! Under one in twenty of its phrases (four words, eight characters of Chinese or Japanese) is new. That is no fault, and what
//! an extractive summariser does by design; of a model that was asked to write it is worth knowing. Source of the measure: See et al.
//! 2017, "Get to the point", figure 6 (share of n-grams that are new).

use rustc_hash::FxHashSet;

use super::super::prose::tokens;
use super::super::{Finding, Severity, SummaryPair};

/// The check's id.
pub const ID: &str = "s-novel";

/// Below this share of new phrases, in percent, it is a copy.
const LEAST_NEW: usize = 5;
/// Phrases from which a share says something.
const LEAST_PHRASES: usize = 20;

pub(in super::super) fn summary(pair: &SummaryPair) -> Vec<Finding> {
    let summary = tokens(pair.summary);
    let mut article = tokens(pair.article);
    // The summary decides what a phrase is: a few Latin names do not make a Chinese text one of words.
    article.gram = summary.gram;
    let known: FxHashSet<u64> = article.phrases().collect();
    let all = summary.phrases().count();
    let new = summary.phrases().filter(|phrase| !known.contains(phrase)).count();
    if all < LEAST_PHRASES || new * 100 >= all * LEAST_NEW {
        return Vec::new();
    }
    let message = format!("copied from the article: {new} of {all} phrases are new");
    vec![Finding::new(ID, Severity::Info, message)]
}

#[cfg(test)]
mod tests {
    use super::super::super::SummaryPair;
    use super::summary;
    use crate::check::language::tests::keep;

    const ARTICLE: &str = "The council met on Monday evening and, after an hour of talk, approved the plan for the new bridge. The work will \
                           begin in March and take two years, in which the old bridge stays open to buses and to people on foot.";

    #[test]
    fn a_copy_is_told_and_a_rewording_is_not() {
        let pair = |summary| SummaryPair { article: ARTICLE, summary, language: keep("en") };
        let copied = "The council met on Monday evening and, after an hour of talk, approved the plan for the new bridge. The work will \
                      begin in March and take two years.";
        assert_eq!(summary(&pair(copied)).len(), 1);
        let reworded = "On Monday evening councillors approved a new bridge after an hour. Work on it, to begin in March, should last \
                        two years, while the old one stays open for buses and pedestrians.";
        assert!(summary(&pair(reworded)).is_empty());
    }
}
