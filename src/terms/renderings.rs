//! What stands in the translations of one language where a candidate stands in the sources.
//!
//! For each candidate, the sequences of words in the translations of its units are scored by Dice's coefficient over
//! units, with what else tells one from its neighbours: likeness of letters (Cyrillic read as Latin), where in the
//! paragraph it stands, its length, its capital, and that no other candidate goes with it better. The best one is a
//! rendering; among the units without it the next is sought, which must be like the first or go with the rest as
//! well.

use std::collections::{HashMap, HashSet};

use super::candidates::{Candidate, Unit, most_frequent};
use super::likeness::{letters, likeness, same_forms};
use super::words::{Reader, Word, span};
use super::{Rendered, Rendering, TermKind};
use crate::language::Language;

/// Words of a rendering more than the candidate has, at most.
const LONGER: usize = 3;

/// The same in languages that a dictionary cuts into words, which cuts names into single characters.
const LONGER_SPACELESS: usize = 6;

/// Units of a candidate that are looked at: more say nothing new.
const MOST_UNITS: usize = 150;

/// A sequence below this score is nothing's rendering.
const LEAST_SCORE: f64 = 0.45;

/// Likeness of two renderings from which they are taken for two spellings of one name.
const ALIKE: f64 = 0.75;

/// One language's translations, as words.
struct Side<'a> {
    texts: Vec<Option<&'a str>>,
    words: Vec<Vec<Word>>,
    /// The units that each stem stands in.
    postings: HashMap<u32, Vec<usize>>,
    spaceless: bool,
}

/// A sequence of words of the translations.
#[derive(Debug, Clone)]
struct Sequence {
    stems: Vec<u32>,
    score: f64,
    units: HashSet<usize>,
    text: String,
}

/// How each of `candidates` was rendered, in the same order; none for those that have no translated paragraph.
pub fn find(
    units: &[Unit<'_>],
    candidates: &[Candidate],
    answers: &[Option<&str>],
    from: &Language,
    to: &Language,
) -> Vec<Option<Rendered>> {
    let side = Side::new(answers, to);
    let sought: Vec<Sought<'_>> =
        candidates.iter().map(|candidate| Sought::new(units, candidate, &side, from)).collect();
    let firsts: Vec<Vec<Sequence>> =
        sought.iter().map(|sought| side.sequences(sought, &sought.units, true)).collect();
    // Which candidate goes best with a sequence.
    let mut owners: HashMap<&[u32], f64> = HashMap::new();
    for sequence in firsts.iter().flat_map(|sequences| sequences.iter().take(5)) {
        let best = owners.entry(&sequence.stems).or_default();
        *best = best.max(sequence.score);
    }
    let owned = |sequence: &Sequence| {
        owners.get(sequence.stems.as_slice()).is_none_or(|best| sequence.score >= best - 0.1)
    };
    sought
        .iter()
        .zip(&firsts)
        .map(|(sought, first)| {
            if sought.units.is_empty() {
                return None;
            }
            let mut forms: Vec<Sequence> = Vec::new();
            let mut left: Vec<usize> = sought.units.clone();
            if let Some(best) = first.iter().find(|sequence| sequence.score >= LEAST_SCORE && owned(sequence))
            {
                let first = if side.spaceless { whole(best, first) } else { best };
                left.retain(|unit| !first.units.contains(unit));
                forms.push(first.clone());
                while let Some(next) = side.next(sought, &forms, &left, &owners) {
                    left.retain(|unit| !next.units.contains(unit));
                    forms.push(next);
                }
            }
            let forms = side.grouped(forms);
            Some(Rendered { to: to.clone(), paragraphs: sought.units.len(), forms })
        })
        .collect()
}

/// A candidate as the translations are searched for it.
struct Sought<'c> {
    candidate: &'c Candidate,
    /// Those of its units that have a translation, each once.
    units: Vec<usize>,
    /// Where in its unit it stands first, 0 to 1.
    places: HashMap<usize, f64>,
    /// Its letters, for likeness.
    letters: String,
    /// The candidate's language has capitals at the beginning of names alone.
    capital: bool,
}

impl<'c> Sought<'c> {
    fn new(units: &[Unit<'_>], candidate: &'c Candidate, side: &Side<'_>, from: &Language) -> Self {
        let mut places = HashMap::new();
        let mut found = Vec::new();
        for occurrence in &candidate.occurrences {
            let answered = side.texts.get(occurrence.unit).is_some_and(Option::is_some);
            if answered && !places.contains_key(&occurrence.unit) {
                let length = units.get(occurrence.unit).map_or(1, |unit| unit.words.len().max(1));
                places.insert(occurrence.unit, occurrence.word as f64 / length as f64);
                found.push(occurrence.unit);
            }
        }
        found.truncate(MOST_UNITS);
        let capital = candidate.kind == TermKind::Name && from.primary() != "de";
        Self { candidate, units: found, places, letters: letters(&candidate.text), capital }
    }
}

impl<'a> Side<'a> {
    fn new(answers: &[Option<&'a str>], to: &Language) -> Self {
        let mut reader = Reader::new(to);
        let words: Vec<Vec<Word>> =
            answers.iter().map(|answer| answer.map(|text| reader.read(text)).unwrap_or_default()).collect();
        let mut postings: HashMap<u32, Vec<usize>> = HashMap::new();
        for (index, words) in words.iter().enumerate() {
            for word in words {
                let units = postings.entry(word.stem).or_default();
                if units.last() != Some(&index) {
                    units.push(index);
                }
            }
        }
        Self { texts: answers.to_vec(), words, postings, spaceless: to.is_spaceless() }
    }

    /// The sequences in `units` that may render what is sought, the best first. `whole` where `units` are all of its units:
    /// then what stands in one of several is no rendering.
    fn sequences(&self, sought: &Sought<'_>, units: &[usize], whole: bool) -> Vec<Sequence> {
        let own = sought.candidate.stems.len();
        let longest = own + if self.spaceless { LONGER_SPACELESS } else { LONGER };
        let mut found: HashMap<Vec<u32>, (HashSet<usize>, f64)> = HashMap::new();
        for unit in units {
            let words = self.words.get(*unit).map(Vec::as_slice).unwrap_or_default();
            let place = sought.places.get(unit).copied().unwrap_or_default();
            for at in 0..words.len() {
                for length in 1..=longest {
                    let Some(sequence) = words.get(at..at + length) else { break };
                    if sequence.iter().skip(1).any(|word| word.apart) {
                        break;
                    }
                    if !self.may_stand_alone(*unit, sequence) {
                        continue;
                    }
                    let distance = (at as f64 / words.len() as f64 - place).abs();
                    let stems = sequence.iter().map(|word| word.stem).collect();
                    let (units, away) = found.entry(stems).or_default();
                    // The nearest of several in a unit counts.
                    if units.insert(*unit) {
                        *away += distance;
                    }
                }
            }
        }
        let least = if whole && units.len() > 3 { 2.max(units.len() / 5) } else { 1 };
        let mut sequences: Vec<Sequence> = found
            .into_iter()
            .filter(|(_, (joint, _))| joint.len() >= least)
            .map(|(stems, (joint, away))| {
                let text = self.most_frequent(&stems, &joint);
                let dice = 2.0 * joint.len() as f64 / (units.len() + self.frequency(&stems)) as f64;
                let away = away / joint.len() as f64;
                let score = dice + self.hints(sought, &stems, &joint, &text) - 0.4 * away;
                Sequence { stems, score, units: joint, text }
            })
            .collect();
        sequences.sort_by(|one, other| {
            other.score.total_cmp(&one.score).then_with(|| one.stems.cmp(&other.stems))
        });
        // A whole name may be long for a translation of one word; see [`whole`].
        let least = if self.spaceless { LEAST_SCORE - 0.2 } else { LEAST_SCORE };
        sequences.retain(|sequence| sequence.score >= least);
        sequences
    }

    /// What speaks for a sequence beside how often it stands there.
    fn hints(&self, sought: &Sought<'_>, stems: &[u32], joint: &HashSet<usize>, text: &str) -> f64 {
        let likeness = likeness(&sought.letters, &letters(text));
        let mut hints = if likeness >= ALIKE { 0.5 * likeness } else { 0.0 };
        if sought.capital && !self.spaceless {
            let unit = joint.iter().min().copied().unwrap_or_default();
            let capital = self.find(unit, stems).is_some_and(|words| {
                words.first().is_some_and(|word| word.capital)
                    && words.last().is_some_and(|word| word.capital)
            });
            hints += if capital { 0.15 } else { 0.0 };
        }
        if !self.spaceless {
            hints -= 0.08 * (stems.len() as f64 - sought.candidate.stems.len() as f64).abs();
        } else {
            // Two characters a word of the source, roughly; single ones are seldom anything.
            let expected = 2.0 * sought.candidate.stems.len() as f64;
            hints -= 0.04 * (text.chars().count() as f64 - expected).abs();
        }
        hints
    }

    /// The next rendering, among the units `left` that have none yet.
    fn next(
        &self,
        sought: &Sought<'_>,
        forms: &[Sequence],
        left: &[usize],
        owners: &HashMap<&[u32], f64>,
    ) -> Option<Sequence> {
        let first = forms.first()?;
        // Two stray paragraphs out of a hundred say nothing; one of three may.
        if left.is_empty() || left.len() * 20 < sought.units.len() {
            return None;
        }
        let known = letters(&first.text);
        self.sequences(sought, left, false).into_iter().take(20).find(|sequence| {
            let of_another =
                owners.get(sequence.stems.as_slice()).is_some_and(|best| *best > sequence.score + 0.1);
            // In one place alone, only another spelling counts.
            let once = sequence.units.len() == 1;
            let untranslated = once && sequence.text == sought.candidate.text;
            let alike = likeness(&known, &letters(&sequence.text)) >= ALIKE
                || likeness(&sought.letters, &letters(&sequence.text)) >= ALIKE
                || (!once && shares_half(&first.stems, &sequence.stems));
            let same_words = forms.iter().any(|form| {
                form.stems.windows(sequence.stems.len().max(1)).any(|window| window == sequence.stems)
            });
            let strong =
                sequence.units.len() >= 3 && sequence.units.len() * 2 >= left.len() && sequence.score >= 0.8;
            !of_another && !same_words && !untranslated && sequence.score >= LEAST_SCORE && (alike || strong)
        })
    }

    /// Renderings that are forms of one another as one, the most frequent first.
    fn grouped(&self, forms: Vec<Sequence>) -> Vec<Rendering> {
        let mut groups: Vec<(Rendering, usize)> = Vec::new();
        for form in forms {
            let count = form.units.len();
            match groups.iter_mut().find(|(known, _)| same_forms(&known.text, &form.text)) {
                Some((known, most)) => {
                    known.count += count;
                    if count > *most {
                        known.text = form.text;
                        *most = count;
                    }
                }
                None => groups.push((Rendering { text: form.text, count }, count)),
            }
        }
        groups.sort_by_key(|(known, _)| std::cmp::Reverse(known.count));
        groups.into_iter().map(|(rendering, _)| rendering).collect()
    }

    /// Whether a sequence can be anything by itself.
    fn may_stand_alone(&self, unit: usize, words: &[Word]) -> bool {
        let edges = [words.first(), words.last()];
        let sound = edges.into_iter().flatten().all(|word| !word.stop && !word.slight);
        let text = self.texts.get(unit).copied().flatten().unwrap_or_default();
        let spaced = !self.spaceless || span(text, words).chars().nth(1).is_some();
        // A dictionary knows no foreign names: their characters are words, and some of them stop words.
        if self.spaceless { spaced && !words.iter().all(|word| word.stop) } else { sound }
    }

    /// In how many units a sequence stands.
    fn frequency(&self, stems: &[u32]) -> usize {
        let rarest = stems.iter().filter_map(|stem| self.postings.get(stem)).min_by_key(|units| units.len());
        rarest.map_or(0, |units| {
            if stems.len() == 1 {
                units.len()
            } else {
                units.iter().filter(|unit| self.find(**unit, stems).is_some()).count()
            }
        })
    }

    fn find(&self, unit: usize, stems: &[u32]) -> Option<&[Word]> {
        let words = self.words.get(unit)?;
        words.windows(stems.len().max(1)).find(|window| window.iter().map(|word| &word.stem).eq(stems))
    }

    fn most_frequent(&self, stems: &[u32], units: &HashSet<usize>) -> String {
        let mut forms: HashMap<String, usize> = HashMap::new();
        for unit in units {
            if let (Some(words), Some(Some(text))) = (self.find(*unit, stems), self.texts.get(*unit)) {
                *forms.entry(span(text, words).to_owned()).or_default() += 1;
            }
        }
        most_frequent(forms)
    }
}

/// The longest sequence that holds `best` and stands nearly wherever that does: a dictionary that knows no name cuts it
/// into pieces, and a piece of it is as faithful as the whole.
fn whole<'s>(best: &'s Sequence, all: &'s [Sequence]) -> &'s Sequence {
    let holds = |other: &&Sequence| {
        other.stems.len() > best.stems.len()
            && other.stems.windows(best.stems.len()).any(|window| window == best.stems)
            && other.units.len() * 100 >= best.units.len() * 85
    };
    all.iter().filter(holds).max_by_key(|other| (other.stems.len(), other.units.len())).unwrap_or(best)
}

/// Whether two sequences have at least half of the longer one's words in common.
fn shares_half(one: &[u32], other: &[u32]) -> bool {
    let shared = one.iter().filter(|stem| other.contains(stem)).count();
    shared * 2 >= one.len().max(other.len())
}
