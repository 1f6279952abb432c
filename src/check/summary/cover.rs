//! `s-cover`: of an article that was summarised in parts, each part is in the whole. A flag.
//!
//! A part is in it where one of the words that mark it out stands in the summary: names, numbers and words that the part has
//! oftener than its share of the article. Models that merge the summaries of parts drop the later ones first (Liu et al. 2024, "Lost in the
//! middle"). One finding names all the parts that are not represented.

use rustc_hash::{FxHashMap, FxHashSet};

use super::super::{Finding, Severity};
use crate::language::Language;
use crate::summary::terms::{TermKind, Terms};

pub(in super::super) const ID: &str = "s-cover";

/// How many of a part's words are looked for.
const MARKING: usize = 60;
/// How many of them must stand in the summary, and how many where there are more parts than [`FEW_PARTS`]: then less can be said of each.
const LEAST_FOUND: usize = 2;
const LEAST_FOUND_OF_MANY: usize = 1;
const FEW_PARTS: usize = 4;
/// Shorter parts, in terms, are a remnant at the end.
const LEAST_TERMS: usize = 25;

/// What there is to say of a summary of all of `parts`, which are the article's text in order.
pub fn summary(summary: &str, parts: &[String], language: &Language) -> Option<Finding> {
    if parts.len() < 2 {
        return None;
    }
    let mut terms = Terms::new(language);
    let said: FxHashSet<u32> = terms.of(summary).into_iter().map(|term| term.id).collect();
    let counts: Vec<FxHashMap<u32, (usize, f64)>> = parts
        .iter()
        .map(|part| {
            let mut counts: FxHashMap<u32, (usize, f64)> = FxHashMap::default();
            for term in terms.of(part) {
                let weight = match term.kind {
                    TermKind::Word => 1.0,
                    TermKind::Name | TermKind::Number => 1.5,
                };
                let count = counts.entry(term.id).or_insert((0, weight));
                count.0 += 1;
            }
            counts
        })
        .collect();
    let lacking: Vec<String> = (0..parts.len())
        .filter(|part| !is_represented(*part, &counts, &said))
        .map(|part| (part + 1).to_string())
        .collect();
    if lacking.is_empty() {
        return None;
    }
    let message = format!("nothing of part {} of {} is in it", lacking.join(", "), parts.len());
    Some(Finding::new(ID, Severity::Flag, message))
}

fn is_represented(part: usize, counts: &[FxHashMap<u32, (usize, f64)>], said: &FxHashSet<u32>) -> bool {
    let Some(own) = counts.get(part) else { return true };
    if own.len() < LEAST_TERMS {
        return true;
    }
    let elsewhere = |term: &u32| -> usize {
        let others = counts.iter().enumerate().filter(|(index, _)| *index != part);
        others.filter_map(|(_, counts)| counts.get(term)).map(|(count, _)| count).sum()
    };
    let mut marking: Vec<(f64, u32)> = own
        .iter()
        .map(|(term, (count, weight))| {
            let share = *count as f64 / (*count + elsewhere(term)) as f64;
            // What stands in it once is chance; what stands everywhere marks nothing out.
            (share * weight * (*count as f64).sqrt() * if share > 0.6 { 1.0 } else { 0.0 }, *term)
        })
        .collect();
    marking.sort_by(|one, other| other.0.total_cmp(&one.0).then(one.1.cmp(&other.1)));
    let least = if counts.len() > FEW_PARTS { LEAST_FOUND_OF_MANY } else { LEAST_FOUND };
    marking.iter().take(MARKING).filter(|(_, term)| said.contains(term)).count() >= least
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::language::tests::keep;

    fn parts() -> Vec<String> {
        let part = |name: &str, things: &str| {
            let mut text = String::new();
            for thing in things.split(' ') {
                text.push_str(&format!("{name} spoke of the {thing} for an hour. The {thing} was old. "));
            }
            text
        };
        let words = |stem: &str| {
            (0..25).map(|at| format!("{stem}{}", (b'a' + at) as char)).collect::<Vec<_>>().join(" ")
        };
        vec![
            part("Torres", &format!("bridge river {}", words("quay"))),
            part("Okafor", &format!("school pupil {}", words("desk"))),
            part("Lindqvist", &format!("forest wolf {}", words("pine"))),
        ]
    }

    #[test]
    fn a_part_of_which_nothing_is_said_is_named() {
        let finding = summary("Torres wants the bridge, Okafor a school.", &parts(), keep("en")).unwrap();
        assert_eq!(finding.message, "nothing of part 3 of 3 is in it");
    }

    #[test]
    fn a_summary_of_all_parts_passes_and_so_does_an_article_in_one() {
        let whole = "Torres wants the bridge, Okafor a school, and Lindqvist the forest.";
        assert_eq!(summary(whole, &parts(), keep("en")), None);
        assert_eq!(summary("Nothing.", &parts()[..1], keep("en")), None);
    }
}
