//! Names of a folder that stand in its translations in more than one spelling, for the index.
//!
//! Owns what of the reviews is looked at; what counts as another spelling is [`crate::check::drift`]'s to say. Holds no more
//! text than [`MOST_BYTES`] for a pair of languages: a folder with more than that shows none.

use std::collections::BTreeMap;

use super::data::{ReviewDocument, TargetState};
use super::page::index::{IndexDocument, IndexDrift, IndexRendering};
use crate::check::{Pair, drift};
use crate::document::{Role, slice};
use crate::language::Language;

/// Bytes of sources and answers that are looked at together in one pair of languages.
const MOST_BYTES: usize = 2 << 20;

/// Documents named with a rendering.
const MOST_DOCUMENTS: usize = 5;

/// One answered paragraph.
#[derive(Debug)]
struct Answered {
    /// Where it stands, as an index into the paths.
    path: usize,
    source: String,
    answer: String,
    role: Role,
}

/// Reviews, taken one by one.
#[derive(Debug, Default)]
pub struct Drifting {
    paths: Vec<String>,
    pairs: BTreeMap<(Language, Language), (usize, Vec<Answered>)>,
}

impl Drifting {
    /// Takes what is answered in a review.
    pub fn add(&mut self, review: &ReviewDocument) {
        let path = self.paths.len();
        self.paths.push(review.path.clone());
        for translation in &review.translations {
            let pair = (review.language.clone(), translation.language.clone());
            let (bytes, answered) = self.pairs.entry(pair).or_default();
            for (unit, target) in review.units.iter().zip(&translation.units) {
                let (TargetState::Machine | TargetState::Human, Some(answer)) = (target.state, &target.text)
                else {
                    continue;
                };
                *bytes += unit.text.len() + answer.len();
                if *bytes > MOST_BYTES {
                    *answered = Vec::new();
                    break;
                }
                let (source, answer) = (unit.text.clone(), answer.clone());
                answered.push(Answered { path, source, answer, role: unit.role });
            }
        }
    }

    /// Whether nothing in a document would be looked at: so much is there already in its pairs of languages that they show none.
    pub fn passes_over(&self, document: &IndexDocument) -> bool {
        let full = |from: &Language, to: &Language| {
            self.pairs.get(&(from.clone(), to.clone())).is_some_and(|(bytes, _)| *bytes > MOST_BYTES)
        };
        let Some(from) = &document.language else { return false };
        document.translations.iter().all(|translation| full(from, &translation.language))
    }

    /// The names that are spelled in more than one way, by language and name.
    pub fn found(&self) -> Vec<IndexDrift> {
        let mut all: Vec<IndexDrift> = self
            .pairs
            .iter()
            .flat_map(|((from, to), (_, answered))| self.of_pair((from, to), answered))
            .collect();
        all.sort_by(|one, other| (&one.language, &one.term).cmp(&(&other.language, &other.term)));
        all
    }

    fn of_pair(&self, (from, to): (&Language, &Language), answered: &[Answered]) -> Vec<IndexDrift> {
        let pairs = answered.iter().map(|one| Pair {
            source: &one.source,
            answer: &one.answer,
            from,
            to,
            role: one.role,
        });
        // By name, the usual spelling and the paragraphs of each other one.
        let mut names: BTreeMap<&str, (String, BTreeMap<&str, Vec<usize>>)> = BTreeMap::new();
        for (index, findings) in drift(pairs) {
            let Some(one) = answered.get(index) else { continue };
            for finding in findings {
                let (Some(source), Some(span)) = (finding.source_span.clone(), finding.span.clone()) else {
                    continue;
                };
                let Some(usual) = usual(&finding.message) else { continue };
                let (_, others) =
                    names.entry(slice(&one.source, source)).or_insert_with(|| (usual, BTreeMap::new()));
                others.entry(slice(&one.answer, span)).or_default().push(index);
            }
        }
        names
            .into_iter()
            .map(|(name, (usual, others))| {
                let saying: Vec<usize> = answered
                    .iter()
                    .enumerate()
                    .filter(|(_, one)| one.source.contains(name) && one.answer.contains(&usual))
                    .map(|(index, _)| index)
                    .collect();
                let mut renderings: Vec<IndexRendering> =
                    others.iter().map(|(text, places)| self.rendering(text, places, answered)).collect();
                renderings.sort_by_key(|rendering| std::cmp::Reverse(rendering.count));
                renderings.insert(0, self.rendering(&usual, &saying, answered));
                IndexDrift { term: name.to_owned(), language: to.clone(), renderings }
            })
            .collect()
    }

    fn rendering(&self, text: &str, places: &[usize], answered: &[Answered]) -> IndexRendering {
        let mut documents: Vec<String> = Vec::new();
        for path in places.iter().filter_map(|place| self.paths.get(answered.get(*place)?.path)) {
            if documents.len() < MOST_DOCUMENTS && documents.last() != Some(path) {
                documents.push(path.clone());
            }
        }
        let count = u32::try_from(places.len()).unwrap_or(u32::MAX);
        IndexRendering { text: text.to_owned(), count, documents }
    }
}

/// The usual spelling that a finding names last, in backticks: it stands in other paragraphs, so no span tells it.
fn usual(message: &str) -> Option<String> {
    message.rsplit('`').nth(1).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::review::{overview, samples};

    /// A review with one paragraph for each pair of texts.
    fn review(path: &str, paragraphs: &[(&str, &str)]) -> ReviewDocument {
        let mut review = samples::document();
        review.path = path.to_owned();
        let unit = review.units.first().unwrap().clone();
        review.units = paragraphs
            .iter()
            .map(|(source, _)| super::super::data::SourceUnit { text: (*source).to_owned(), ..unit.clone() })
            .collect();
        review.translations.truncate(1);
        review.translations[0].language = Language::parse("ru").unwrap();
        review.translations[0].units = paragraphs
            .iter()
            .map(|(_, answer)| samples::target(TargetState::Machine, Some(answer)))
            .collect();
        review
    }

    #[test]
    fn a_name_is_told_with_its_spellings_and_where_they_stand() {
        let mut drifting = Drifting::default();
        drifting.add(&review(
            "a.txt",
            &[
                ("Yesterday Mr Lukashenko spoke in Minsk.", "Вчера Лукашенко выступил в Минске."),
                ("Then Lukashenko went home.", "Затем Лукашенко уехал домой."),
            ],
        ));
        drifting.add(&review(
            "b.txt",
            &[
                ("The answer of Lukashenko was short.", "Ответ Лукошэнко был краток."),
                ("Nobody asked Lukashenko.", "Никто не спросил Лукашенко."),
            ],
        ));
        let found = drifting.found();
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!((found[0].term.as_str(), found[0].language.as_str()), ("Lukashenko", "ru"));
        let told: Vec<_> = found[0]
            .renderings
            .iter()
            .map(|one| (one.text.as_str(), one.count, one.documents.join(" ")))
            .collect();
        let (both, second) = ("a.txt b.txt".to_owned(), "b.txt".to_owned());
        assert_eq!(told, [("Лукашенко", 3, both), ("Лукошэнко", 1, second)]);
    }

    #[test]
    fn a_folder_with_too_much_text_holds_none_of_it() {
        let mut drifting = Drifting::default();
        let long = "слово ".repeat(MOST_BYTES / 20);
        for path in ["a.txt", "b.txt"] {
            drifting.add(&review(path, &[("One.", &long), ("Two.", &long)]));
        }
        assert!(drifting.pairs.values().all(|(_, answered)| answered.is_empty()));
        let next = |language: &str| {
            let mut next = review("c.txt", &[("One.", "Один.")]);
            next.translations[0].language = Language::parse(language).unwrap();
            overview::document(&next, None)
        };
        assert!(drifting.passes_over(&next("ru")));
        assert!(!drifting.passes_over(&next("pt")));
    }
}
