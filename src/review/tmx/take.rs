//! A TMX's pairs taken into a folder: people's answers to their texts, wherever those stand.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde::Serialize;

use super::Pair;
use crate::error::Result;
use crate::language::Language;
use crate::memory::CorrectionKind;
use crate::review::data::ReviewDocument;
use crate::review::desk::Desk;
use crate::review::exchange::corrections;
use crate::review::given;

/// What came of a TMX.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Taken {
    /// Pairs that count from now on.
    pub kept: usize,
    /// Pairs that did already.
    pub known: usize,
    /// Pairs that are kept for other places: in every paragraph here that holds their source text a correction of its own stays.
    pub behind: usize,
    /// Pairs in languages that this folder has not, and what the file says a machine made.
    pub passed_over: usize,
    /// Paragraphs of the folder in which the text of a kept pair stands now.
    pub paragraphs: usize,
    /// Pairs that cannot be kept and why, in words, each with its line.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub refused: Vec<String>,
}

/// Keeps `pairs` and has the outputs follow. A correction made in a paragraph itself stays there: it is nearer.
///
/// # Errors
/// Where the memory or an output cannot be read or written.
pub fn take(desk: &Desk, pairs: &[Pair]) -> Result<Taken> {
    let store = desk.store();
    let mut reviews: Vec<ReviewDocument> = Vec::new();
    for path in store.reviews_blocking()? {
        reviews.extend(store.review_blocking(&path)?);
    }
    let here: BTreeSet<(Language, Language)> = reviews
        .iter()
        .flat_map(|review| {
            review.translations.iter().map(|made| (review.language.clone(), made.language.clone()))
        })
        .collect();
    let mut taken = Taken::default();
    let mut all = Vec::new();
    let now = jiff::Timestamp::now().as_millisecond();
    for pair in pairs {
        let target = given::on_one_line(&pair.target, &pair.to);
        let made = corrections(&[Pair { target, ..pair.clone() }], &here, now);
        match given::refusal(&pair.target, &pair.source) {
            _ if made.is_empty() => taken.passed_over += 1,
            Some(reason) => taken.refused.push(format!("line {}: {reason}", pair.line)),
            None => all.extend(made),
        }
    }
    let mut kept = Vec::new();
    let mut by_pair: BTreeMap<(Language, Language), Answers> = BTreeMap::new();
    for correction in all {
        let (from, to) = (&correction.from, &correction.to);
        let known = store.corrections_for_blocking(from, to, &[&correction.source])?;
        let same = known
            .values()
            .flatten()
            .any(|known| known.answer == correction.answer && known.kind != CorrectionKind::Withdrawal);
        if same {
            taken.known += 1;
            continue;
        }
        let answers = by_pair.entry((from.clone(), to.clone())).or_default();
        let place = Place { answer: correction.answer.clone(), ..Place::default() };
        answers.insert(correction.source.clone(), place);
        kept.push(correction);
    }
    store.correct_blocking(kept)?;
    for ((from, to), answers) in &mut by_pair {
        for review in reviews.iter().filter(|review| review.language == *from) {
            let holds = review.units.iter().any(|unit| answers.contains_key(&unit.text));
            if !holds || review.translations.iter().all(|made| made.language != *to) {
                continue;
            }
            if let Some(mut article) = desk.article(&review.path)? {
                // What somebody typed in the file comes first: it must be kept.
                desk.scan_of(&mut article, to)?;
                article.refresh(store, to)?;
                desk.settle(&article, to)?;
                let targets = article.translation(to).map(|made| made.units.as_slice()).unwrap_or_default();
                for (unit, target) in article.review.units.iter().zip(targets) {
                    let Some(place) = answers.get_mut(&unit.text) else { continue };
                    let stands = target.text.as_ref() == Some(&place.answer);
                    *(if stands { &mut place.stands } else { &mut place.stays }) += 1;
                }
            }
        }
    }
    for place in by_pair.values().flat_map(|answers| answers.values()) {
        let behind = place.stands == 0 && place.stays > 0;
        *(if behind { &mut taken.behind } else { &mut taken.kept }) += 1;
        taken.paragraphs += place.stands;
    }
    Ok(taken)
}

/// The kept pairs of two languages by their source texts.
type Answers = HashMap<String, Place>;

/// What became of a kept pair.
#[derive(Debug, Default)]
struct Place {
    answer: String,
    /// Paragraphs in which it stands.
    stands: usize,
    /// Paragraphs of its source text in which another text stays.
    stays: usize,
}
