//! What recurs in the sources of one language.

use std::collections::{HashMap, HashSet};

use super::TermKind;
use super::words::{Reader, Word, span};
use crate::document::{BlockId, Role};
use crate::language::Language;
use crate::review::data::ReviewDocument;

/// Words of a name at most: longer runs of capitals are headlines.
const LONGEST_NAME: usize = 6;

/// Words of a term at most.
const LONGEST_TERM: usize = 4;

/// Times that a name must stand in the folder to be worth a line.
const LEAST_NAME: usize = 2;

/// The same for a term, which is more often there by chance.
const LEAST_TERM: usize = 3;

/// Log-likelihood ratio of two neighbours (Dunning 1993): 10.83 is one chance in a thousand for a pair that is looked at
/// alone. Three paragraphs that share a pair of words come to about 20.
const LEAST_TOGETHER: f64 = 15.0;

/// One in so many places must be outside of longer candidates: `North` is a part of `North Korea` nearly everywhere.
const LEAST_FREE: usize = 3;

/// Share of capitalised words from which capitals say nothing: a headline in title case.
const TITLE_CASE: f64 = 0.6;

/// Small words inside names.
const PARTICLES: [&str; 28] = [
    "of", "the", "de", "da", "do", "dos", "das", "del", "la", "las", "los", "le", "les", "du", "des", "di",
    "della", "van", "von", "der", "den", "bin", "ibn", "al", "el", "y", "zu", "af",
];

/// What English writes with a capital and is no name that anybody translates in two ways, with titles that are
/// put before names.
const NO_NAMES: [&str; 34] = [
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
    "jan",
    "feb",
    "aug",
    "sept",
    "oct",
    "nov",
    "dec",
    "mr",
    "mrs",
    "ms",
    "dr",
    "i",
    "st",
    "am",
    "pm",
];

/// A unit of a source.
#[derive(Debug)]
pub struct Unit<'a> {
    pub path: &'a str,
    pub block: BlockId,
    pub text: &'a str,
    pub words: Vec<Word>,
    /// Its capitals say nothing.
    shouted: bool,
}

/// Something that recurs.
#[derive(Debug, Clone)]
pub struct Candidate {
    /// In the form that it has most often.
    pub text: String,
    pub kind: TermKind,
    /// The stems of its words.
    pub stems: Vec<u32>,
    pub occurrences: Vec<Occurrence>,
}

/// Where a candidate stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Occurrence {
    /// Index of the unit.
    pub unit: usize,
    /// Index of its first word.
    pub word: usize,
}

/// The units of `documents`, all of them in the language `from`.
pub fn units<'a>(from: &Language, documents: &[&'a ReviewDocument]) -> Vec<Unit<'a>> {
    let mut reader = Reader::new(from);
    let mut units = Vec::new();
    for document in documents {
        for unit in &document.units {
            // Navigation recurs, but is nothing to settle.
            let words = if unit.role == Role::Boilerplate { Vec::new() } else { reader.read(&unit.text) };
            let long: Vec<&Word> = words.iter().filter(|word| !word.stop).collect();
            let capitals = long.iter().filter(|word| word.capital).count();
            let shouted = long.len() > 2 && capitals as f64 > long.len() as f64 * TITLE_CASE;
            units.push(Unit { path: &document.path, block: unit.block, text: &unit.text, words, shouted });
        }
    }
    units
}

/// The candidates of `units`, the most frequent first.
pub fn find(units: &[Unit<'_>]) -> Vec<Candidate> {
    let names = names(units);
    let terms = terms(units);
    let mut candidates = occurrences(units, &names, &terms);
    candidates.sort_by(|one, other| {
        (other.occurrences.len(), &one.stems).cmp(&(one.occurrences.len(), &other.stems))
    });
    candidates
}

/// Sequences of capitalised words, by their stems: those that stand somewhere but at the beginning of a sentence.
fn names(units: &[Unit<'_>]) -> HashSet<Vec<u32>> {
    let lower: HashSet<u32> = units
        .iter()
        .flat_map(|unit| &unit.words)
        .filter(|word| !word.capital)
        .map(|word| word.stem)
        .collect();
    let mut names = HashSet::new();
    for unit in units.iter().filter(|unit| !unit.shouted) {
        let mut at = 0;
        while let Some(word) = unit.words.get(at) {
            if !word.capital {
                at += 1;
                continue;
            }
            let end = name_end(unit, at);
            let mut start = at;
            // `The European Union`, `However Trump` at a beginning.
            while let Some(word) = unit.words.get(start).filter(|_| start < end) {
                let owed = word.first && lower.contains(&word.stem);
                if word.stop || owed || is_no_name(unit, word) {
                    start += 1;
                } else {
                    break;
                }
            }
            let words = unit.words.get(start..end).unwrap_or_default();
            let told = words.first().is_some_and(|word| !word.first);
            // At a sentence's beginning the words after the first have their capitals from nothing else.
            let words = if told { words } else { words.get(1..).unwrap_or_default() };
            let slight = words.iter().all(|word| word.slight || is_no_name(unit, word));
            let sound = words.first().is_some_and(|word| word.capital && !word.stop);
            if sound && !slight && words.len() <= LONGEST_NAME {
                names.insert(words.iter().map(|word| word.stem).collect());
            }
            at = end.max(at + 1);
        }
    }
    names
}

/// Where the name that begins at `start` ends.
fn name_end(unit: &Unit<'_>, start: usize) -> usize {
    let capital = |index: usize| unit.words.get(index).is_some_and(|word| word.capital && !word.apart);
    let particle = |index: usize| {
        unit.words.get(index).is_some_and(|word| {
            !word.apart && !word.capital && PARTICLES.contains(&span(unit.text, std::slice::from_ref(word)))
        })
    };
    let mut end = start + 1;
    loop {
        if capital(end) {
            end += 1;
        } else if particle(end) && capital(end + 1) {
            end += 2;
        } else if particle(end) && particle(end + 1) && capital(end + 2) {
            end += 3;
        } else {
            return end;
        }
    }
}

fn is_no_name(unit: &Unit<'_>, word: &Word) -> bool {
    NO_NAMES.contains(&span(unit.text, std::slice::from_ref(word)).to_lowercase().as_str())
}

/// Sequences of words without capitals that recur and belong together, by their stems.
fn terms(units: &[Unit<'_>]) -> HashSet<Vec<u32>> {
    let mut counts: HashMap<Vec<u32>, usize> = HashMap::new();
    let mut single: HashMap<u32, usize> = HashMap::new();
    let mut total = 0_usize;
    for unit in units {
        total += unit.words.len();
        for (at, word) in unit.words.iter().enumerate() {
            *single.entry(word.stem).or_default() += 1;
            for length in 2..=LONGEST_TERM {
                let Some(words) = unit.words.get(at..at + length) else { break };
                let stems: Vec<u32> = words.iter().map(|word| word.stem).collect();
                *counts.entry(stems).or_default() += usize::from(is_term(words, unit.shouted));
            }
        }
    }
    let together = |stems: &[u32], count: usize| {
        let (Some(first), Some(last)) = (stems.first(), stems.last()) else { return 0.0 };
        let of = |stem: &u32| single.get(stem).copied().unwrap_or_default();
        log_likelihood(count, of(first), of(last), total)
    };
    counts
        .into_iter()
        .filter(|(stems, count)| *count >= LEAST_TERM && together(stems, *count) >= LEAST_TOGETHER)
        .map(|(stems, _)| stems)
        .collect()
}

fn is_term(words: &[Word], shouted: bool) -> bool {
    let (Some(first), Some(last)) = (words.first(), words.last()) else { return false };
    let edges = [first, last].iter().all(|word| !word.stop && !word.slight);
    let whole = words.iter().skip(1).all(|word| !word.apart);
    let plain = shouted || words.iter().all(|word| !word.capital || word.first);
    let stops = words.iter().filter(|word| word.stop || word.slight).count();
    edges && whole && plain && stops <= 1
}

/// Dunning's ratio for two things that stand `one` and `other` times among `total`, together `both` times.
fn log_likelihood(both: usize, one: usize, other: usize, total: usize) -> f64 {
    let (both, one, other, total) = (both as f64, one as f64, other as f64, total as f64);
    let cells = [
        (both, one * other / total),
        (one - both, one * (total - other) / total),
        (other - both, (total - one) * other / total),
        (total - one - other + both, (total - one) * (total - other) / total),
    ];
    let part = |(seen, expected): (f64, f64)| {
        if seen > 0.0 && expected > 0.0 { seen * (seen / expected).ln() } else { 0.0 }
    };
    2.0 * cells.into_iter().map(part).sum::<f64>()
}

/// Every place of every name and term; those that stand only inside longer ones are left out.
fn occurrences(units: &[Unit<'_>], names: &HashSet<Vec<u32>>, terms: &HashSet<Vec<u32>>) -> Vec<Candidate> {
    #[derive(Default)]
    struct Found {
        places: Vec<Occurrence>,
        free: usize,
        forms: HashMap<String, usize>,
    }
    let mut found: HashMap<(Vec<u32>, TermKind), Found> = HashMap::new();
    for (index, unit) in units.iter().enumerate() {
        let mut here: Vec<(usize, usize, TermKind)> = Vec::new();
        for at in 0..unit.words.len() {
            for length in 1..=LONGEST_NAME {
                let Some(words) = unit.words.get(at..at + length) else { break };
                if words.iter().skip(1).any(|word| word.apart) {
                    break;
                }
                let stems: Vec<u32> = words.iter().map(|word| word.stem).collect();
                let capital = words.first().is_some_and(|word| word.capital)
                    && words.last().is_some_and(|word| word.capital);
                if capital && names.contains(&stems) {
                    here.push((at, length, TermKind::Name));
                } else if length > 1 && terms.contains(&stems) && is_term(words, unit.shouted) {
                    here.push((at, length, TermKind::Term));
                }
            }
        }
        for (at, length, kind) in &here {
            let inside = |(other, more, _): &(usize, usize, TermKind)| {
                more > length && other <= at && at + length <= other + more
            };
            let words = unit.words.get(*at..at + length).unwrap_or_default();
            let stems = words.iter().map(|word| word.stem).collect();
            let found = found.entry((stems, *kind)).or_default();
            found.places.push(Occurrence { unit: index, word: *at });
            found.free += usize::from(!here.iter().any(inside));
            *found.forms.entry(span(unit.text, words).to_owned()).or_default() += 1;
        }
    }
    let least = |kind| if kind == TermKind::Name { LEAST_NAME } else { LEAST_TERM };
    found
        .into_iter()
        .filter(|((_, kind), found)| {
            let count = found.places.len();
            count >= least(*kind) && found.free * 2 > least(*kind) && found.free * LEAST_FREE >= count
        })
        .map(|((stems, kind), found)| Candidate {
            text: most_frequent(found.forms),
            kind,
            stems,
            occurrences: found.places,
        })
        .collect()
}

/// The text that stands there most often; of several the first by letters.
pub fn most_frequent(forms: HashMap<String, usize>) -> String {
    let best = forms.into_iter().max_by(|(one, count), (other, more)| (count, other).cmp(&(more, one)));
    best.map(|(text, _)| text).unwrap_or_default()
}
