//! `ids`: the ids that came back are the ids asked, each once, none extra. Answers are matched by id alone.
//!
//! Source of the rule: line-number keyed replies of llm-subtrans; lingarr's lost subtitles. An id is
//! compared byte for byte, neither trimmed nor case-folded: a model that cannot copy an id is asked again.

use std::collections::{HashMap, HashSet};

use super::{Finding, Severity};
use crate::engine::RequestUnit;

pub(super) const ID: &str = "ids";

/// How many unknown ids a message names.
const NAMED: usize = 3;

/// What came back, sorted by what was asked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct IdMatch {
    /// Answers by id: each id was asked once and answered once (or several times in the same words).
    pub accepted: HashMap<String, String>,
    /// Hard for every id that was asked and has no answer here; a flag for ids nobody asked for.
    pub findings: Vec<Finding>,
    /// The ids asked that have no accepted answer, in the order asked.
    pub missing: Vec<String>,
}

/// Sorts a reply's answers to the ids asked.
///
/// An id answered twice in different words is accepted for neither: which of the two belongs to it cannot be
/// known. Twice in the same words leaves no doubt and is accepted. Two different ids with the same text
/// are both accepted here: articles do repeat themselves.
///
/// A gap makes its neighbours doubtful: a model that merges two paragraphs gives them back under one of
/// their ids, so the units on both sides of a missing one are refused with it. And where ids are missing
/// while others are unknown or doubled, the ids have slipped against the texts: nothing is accepted.
pub fn match_ids(asked: &[RequestUnit], got: &[(String, String)]) -> IdMatch {
    let asked_ids: HashSet<&str> = asked.iter().map(|unit| unit.id.as_str()).collect();
    let mut answers: HashMap<&str, &str> = HashMap::new();
    let mut doubtful: HashSet<&str> = HashSet::new();
    let mut unknown: Vec<&str> = Vec::new();
    for (id, text) in got {
        if !asked_ids.contains(id.as_str()) {
            unknown.push(id);
        } else if answers.insert(id, text).is_some_and(|earlier| earlier != text) {
            doubtful.insert(id);
        }
    }

    let missing: Vec<bool> = asked.iter().map(|unit| !answers.contains_key(unit.id.as_str())).collect();
    let slipped = missing.contains(&true) && !(unknown.is_empty() && doubtful.is_empty());
    let beside_a_gap = |index: usize| {
        let before = index.checked_sub(1).and_then(|before| missing.get(before));
        before == Some(&true) || missing.get(index + 1) == Some(&true)
    };
    let mut matched = IdMatch::default();
    for (index, unit) in asked.iter().enumerate() {
        let id = unit.id.as_str();
        let problem = if doubtful.contains(id) {
            Some("was answered more than once, with different texts")
        } else if missing.get(index) == Some(&true) {
            Some("was not answered")
        } else if slipped {
            Some("may hold another unit's text: ids of the reply are missing and others are wrong")
        } else if beside_a_gap(index) {
            Some("may hold the text of the missing unit beside it")
        } else if let Some(answer) = answers.get(id) {
            matched.accepted.insert(unit.id.clone(), (*answer).to_owned());
            None
        } else {
            Some("was not answered")
        };
        if let Some(problem) = problem {
            matched.findings.push(Finding::new(ID, Severity::Hard, format!("unit `{id}` {problem}")));
            matched.missing.push(unit.id.clone());
        }
    }
    if !unknown.is_empty() {
        matched.findings.push(Finding::new(ID, Severity::Flag, unknown_message(&unknown)));
    }
    matched
}

fn unknown_message(unknown: &[&str]) -> String {
    let named: Vec<String> = unknown.iter().take(NAMED).map(|id| format!("`{}`", printable(id))).collect();
    let rest = match unknown.len().saturating_sub(NAMED) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    format!("answers for ids nobody asked for were left out: {}{rest}", named.join(", "))
}

/// An id as the endpoint wrote it, short and without control characters: messages reach terminals.
fn printable(id: &str) -> String {
    id.chars().filter(|character| !character.is_control()).take(24).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(ids: &[&str]) -> Vec<RequestUnit> {
        ids.iter().map(|id| RequestUnit { id: (*id).to_owned(), text: format!("text {id}") }).collect()
    }

    fn got(answers: &[(&str, &str)]) -> Vec<(String, String)> {
        answers.iter().map(|(id, text)| ((*id).to_owned(), (*text).to_owned())).collect()
    }

    #[test]
    fn answers_in_another_order_are_all_accepted() {
        let matched = match_ids(&asked(&["a", "b", "c"]), &got(&[("c", "3"), ("a", "1"), ("b", "2")]));
        assert_eq!(matched.accepted.len(), 3);
        assert_eq!(matched.accepted["a"], "1");
        assert!(matched.findings.is_empty() && matched.missing.is_empty());
    }

    #[test]
    fn a_missing_id_is_named_and_its_neighbours_are_refused_with_it() {
        let answers = got(&[("a", "1"), ("b", "2 3"), ("d", "4"), ("e", "5")]);
        let matched = match_ids(&asked(&["a", "b", "c", "d", "e"]), &answers);
        assert_eq!(matched.missing, ["b", "c", "d"]);
        assert_eq!(matched.accepted.len(), 2);
        assert!(super::super::is_hard(&matched.findings));
    }

    #[test]
    fn ids_that_slipped_against_the_texts_are_all_refused() {
        for slipped in [[("b", "1"), ("c", "2"), ("d", "3")], [("b", "1"), ("c", "2"), ("c", "3")]] {
            let matched = match_ids(&asked(&["a", "b", "c"]), &got(&slipped));
            assert!(matched.accepted.is_empty(), "{slipped:?}");
            assert_eq!(matched.missing, ["a", "b", "c"]);
        }
    }

    #[test]
    fn an_id_with_two_different_answers_is_accepted_for_neither() {
        let matched = match_ids(&asked(&["a", "b"]), &got(&[("a", "1"), ("a", "2"), ("a", "1"), ("b", "3")]));
        assert!(!matched.accepted.contains_key("a"));
        assert_eq!(matched.missing, ["a"]);
        assert_eq!(matched.accepted["b"], "3");
    }

    #[test]
    fn an_id_answered_twice_in_the_same_words_is_accepted() {
        let matched = match_ids(&asked(&["a"]), &got(&[("a", "1"), ("a", "1")]));
        assert_eq!(matched.accepted["a"], "1");
        assert!(matched.findings.is_empty());
    }

    #[test]
    fn ids_nobody_asked_for_are_left_out_and_are_no_reason_to_refuse() {
        let matched =
            match_ids(&asked(&["a"]), &got(&[("a", "1"), (" a", "2"), ("A", "3"), ("z\u{1b}[2J", "4")]));
        assert_eq!(matched.accepted.len(), 1);
        assert_eq!(matched.findings.len(), 1);
        assert!(!super::super::is_hard(&matched.findings));
        assert!(!matched.findings[0].message.contains('\u{1b}'));
    }
}
