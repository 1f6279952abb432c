//! A TMX's pairs taken into a folder: people's answers to their texts, wherever those stand.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use serde::Serialize;

use super::Pair;
use crate::error::Result;
use crate::language::Language;
use crate::memory::CorrectionKind;
use crate::review::data::ReviewDocument;
use crate::review::desk::Desk;
use crate::review::exchange::corrections;

/// What came of a TMX.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Taken {
    /// Pairs that count from now on.
    pub kept: usize,
    /// Pairs that did already.
    pub known: usize,
    /// Pairs in languages that this folder has not, and what the file says a machine made.
    pub passed_over: usize,
    /// Paragraphs of the folder that hold the source text of a kept pair.
    pub paragraphs: usize,
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
    let now = jiff::Timestamp::now().as_millisecond();
    let all = corrections(pairs, &here, now);
    let mut taken = Taken { passed_over: pairs.len().saturating_sub(all.len()), ..Taken::default() };
    let mut kept = Vec::new();
    let mut by_pair: BTreeMap<(Language, Language), HashSet<String>> = BTreeMap::new();
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
        by_pair.entry((from.clone(), to.clone())).or_default().insert(correction.source.clone());
        kept.push(correction);
    }
    taken.kept = kept.len();
    store.correct_blocking(kept)?;
    for ((from, to), texts) in &by_pair {
        for review in reviews.iter().filter(|review| review.language == *from) {
            let places = review.units.iter().filter(|unit| texts.contains(&unit.text)).count();
            if places == 0 || review.translations.iter().all(|made| made.language != *to) {
                continue;
            }
            taken.paragraphs += places;
            if let Some(mut article) = desk.article(&review.path)? {
                // What somebody typed in the file comes first: it must be kept.
                desk.scan_of(&mut article, to)?;
                article.refresh(store, to)?;
                desk.settle(&article, to)?;
            }
        }
    }
    Ok(taken)
}
