//! What stands only in the end of the source, and whether the answer has it: numbers, names and words alike. Judges nothing.

use std::hash::Hasher;

use rustc_hash::{FxHashSet, FxHasher};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::super::Sides;
use super::super::numbers::numerals::Numeral;
use super::Kind;
use super::lexicon::Lexicon;
use crate::align::skeleton;
use crate::document::slice;

/// Letters of a prefix by which words of two languages are held for the same, as in `align`.
const PREFIX: usize = 5;
/// Letters from which a word is compared.
const LEAST: usize = 4;

/// Of a hundred numbers of a source, how many are found in a whole answer, and by chance in one that lacks their sentence.
const NUMBERS: (f64, f64) = (0.95, 0.15);

/// The same of things that both languages' lexicons know.
const KNOWN: (f64, f64) = (0.55, 0.1);

/// How much more of the answer is looked at than the end makes of the source: sentences are joined, and change places.
/// Eight fifths.
const ROOM: (usize, usize) = (8, 5);

/// How many words the part before the end must have to outweigh what is usual.
const USUAL_WEIGHS: f64 = 6.0;

/// What the numbers that stand only behind `start` say for the end being lost, in nats: the logarithm of how much more
/// likely so many hits and misses are in an answer without it.
pub(super) fn numbers(sides: &Sides, start: usize) -> f64 {
    let (head, tail): (Vec<_>, Vec<_>) =
        sides.source_numerals().iter().partition(|numeral| numeral.span.start < start);
    if tail.is_empty() {
        return 0.0;
    }
    let there = sides.answer_numerals();
    let found = |numeral: &Numeral| {
        there.iter().any(|other| other.may_be(numeral)) || sides.answer_spelled().has(numeral)
    };
    let (mut hits, mut misses) = (0, 0);
    for numeral in tail.iter().filter(|numeral| !head.iter().any(|other| other.may_be(numeral))) {
        if found(numeral) {
            hits += 1;
        } else {
            misses += 1;
        }
    }
    likelihood(hits, misses, NUMBERS)
}

/// What the words that stand only behind `start` say, in nats, against how many of the words before it are found.
pub(super) fn words(sides: &Sides, start: usize, kind: Kind) -> f64 {
    let there = keys(sides.answer.text, true);
    let answers: FxHashSet<u64> = there.iter().flat_map(|(_, keys)| keys.iter()).collect();
    if answers.is_empty() {
        return 0.0;
    }
    let names_only = kind != Kind::Alike;
    let words = keys(sides.source.text, !names_only || !has_case(sides.source.text));
    let (head, tail): (Vec<_>, Vec<_>) = words.into_iter().partition(|(at, _)| *at < start);
    let known: FxHashSet<u64> = head.iter().flat_map(|(_, keys)| keys.iter()).collect();
    let is_found = |keys: &Keys| keys.iter().any(|key| answers.contains(&key));
    let hits = |words: &[Keys]| words.iter().filter(|keys| is_found(keys)).count();
    let before: Vec<Keys> = head.into_iter().map(|(_, keys)| keys).collect();
    let only: Vec<Keys> = tail
        .into_iter()
        .map(|(_, keys)| keys)
        .filter(|keys| !keys.iter().any(|key| known.contains(&key)))
        .collect();
    let (usual, chance) = match kind {
        Kind::Alike => (0.3, 0.08),
        Kind::Apart => (0.35, 0.1),
        Kind::Dense | Kind::Unmarked => (0.08, 0.03),
    };
    against_the_rest((hits(&only), only.len()), (hits(&before), before.len()), (usual, chance))
}

/// What the things that only the end behind `start` speaks of say, in nats: whether the answer's end speaks of them too, against how
/// many of those before it are found. Nothing where a language has no lexicon.
pub(super) fn known(sides: &Sides, start: usize) -> f64 {
    let (Some(here), Some(there)) = (Lexicon::of(sides.from), Lexicon::of(sides.to)) else { return 0.0 };
    let (source, answer) = (sides.source.text, sides.answer.text);
    let head = here.concepts(slice(source, 0..start));
    let only = here.concepts(slice(source, start..source.len())).without(&head);
    if only.count() == 0 {
        return 0.0;
    }
    let room = answer.chars().count() * (source.len() - start) * ROOM.0 / (source.len() * ROOM.1);
    let end = there.concepts(slice(answer, last(answer, room)..answer.len()));
    let before = head.within(&there.concepts(answer)).count();
    against_the_rest((only.within(&end).count(), only.count()), (before, head.count()), KNOWN)
}

/// Where the last `most` characters of a text begin.
pub(super) fn last(text: &str, most: usize) -> usize {
    let skipped = text.chars().count().saturating_sub(most);
    text.char_indices().nth(skipped).map_or(text.len(), |(at, _)| at)
}

/// What it says that so many were found of all that only the end has, where so many were of all before it: the share to be expected of
/// them is blended with what is usual.
fn against_the_rest(only: (usize, usize), before: (usize, usize), (usual, chance): (f64, f64)) -> f64 {
    let share = (as_float(before.0) + usual * USUAL_WEIGHS) / (as_float(before.1) + USUAL_WEIGHS);
    likelihood(only.0, only.1 - only.0, (share.clamp(chance + 0.01, 0.97), chance))
}

/// The logarithm of how much likelier the hits and misses are by chance than in a whole answer.
fn likelihood(hits: usize, misses: usize, (usual, chance): (f64, f64)) -> f64 {
    as_float(hits) * (chance / usual).ln() + as_float(misses) * ((1.0 - chance) / (1.0 - usual)).ln()
}

#[expect(clippy::cast_precision_loss, reason = "words of a unit are far below 2^52")]
pub(super) fn as_float(count: usize) -> f64 {
    count as f64
}

fn has_case(text: &str) -> bool {
    text.contains(char::is_uppercase)
}

/// What a word is compared by, as hashes: its first letters and, for a name or another script, its sounds.
#[derive(Debug, Clone, Copy)]
struct Keys {
    letters: u64,
    sounds: Option<u64>,
}

impl Keys {
    fn iter(&self) -> impl Iterator<Item = u64> + use<> {
        [Some(self.letters), self.sounds].into_iter().flatten()
    }
}

/// The words of a text by their [`Keys`], with where they stand. `all`: words without a capital too.
fn keys(text: &str, all: bool) -> Vec<(usize, Keys)> {
    let mut words = Vec::new();
    let mut start = 0;
    for (end, character) in text.char_indices().chain([(text.len(), ' ')]) {
        if character.is_alphanumeric() || is_combining_mark(character) {
            continue;
        }
        let word = slice(text, start..end);
        let name = word.starts_with(char::is_uppercase);
        if (all || name) && word.chars().nth(LEAST - 1).is_some() && word.contains(char::is_alphabetic) {
            let sounds = if name || !word.is_ascii() { skeleton(word) } else { None };
            // Sounds are no letters, whatever they are written with.
            let sounds = sounds.map(|sounds| hash(sounds.chars().chain(['~'])));
            words.push((start, Keys { letters: folded(word), sounds }));
        }
        start = end + character.len_utf8();
    }
    words
}

/// Of a word's first letters in lower case, without accents.
fn folded(word: &str) -> u64 {
    if word.is_ascii() {
        return hash(word.chars().take(PREFIX).map(|letter| letter.to_ascii_lowercase()));
    }
    let lower = word.chars().flat_map(char::to_lowercase);
    hash(lower.nfd().filter(|character| !is_combining_mark(*character)).take(PREFIX))
}

fn hash(letters: impl Iterator<Item = char>) -> u64 {
    let mut hasher = FxHasher::default();
    letters.for_each(|letter| hasher.write_u32(u32::from(letter)));
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::language::tests::{pair, sides};

    const SOURCE: &str =
        "Mayor Costa spoke in Lisbon in 2017. President Schneider answered with 350 letters.";

    fn start() -> usize {
        SOURCE.find("President").unwrap()
    }

    #[test]
    fn a_number_of_the_end_that_is_missing_speaks_for_a_loss_and_one_found_against() {
        let said = |answer: &str| numbers(&sides(&pair(SOURCE, answer, "en", "pt")), start());
        assert!(said("Costa falou em Lisboa em 2017.") > 1.0);
        assert!(said("Costa falou em Lisboa em 2017. Schneider respondeu com 350 cartas.") < -1.0);
        let spelled =
            pair("He came. She left with 12 dogs.", "Ele veio. Ela partiu com doze cães.", "en", "pt");
        assert!(numbers(&sides(&spelled), 9) < -1.0, "in words");
        let none = "He came. She went.";
        assert!(numbers(&sides(&pair(none, "Ele veio.", "en", "pt")), 9).abs() < 1e-9);
    }

    #[test]
    fn names_of_the_end_are_known_by_their_letters_or_their_sounds() {
        let said = |answer: &str, to: &str, kind: Kind| {
            words(&sides(&pair(SOURCE, answer, "en", to)), start(), kind)
        };
        let whole = "O presidente da câmara Costa falou em Lisboa em 2017. O presidente Schneider respondeu.";
        assert!(said(whole, "pt", Kind::Alike) < 0.0);
        assert!(said("O autarca Costa falou em Lisboa em 2017.", "pt", Kind::Alike) > 0.0);
        let arabic = "تحدث العمدة كوستا في لشبونة عام 2017";
        let sounds = said(&format!("{arabic} ورد الرئيس شنايدر"), "ar", Kind::Apart);
        assert!(sounds < said(arabic, "ar", Kind::Apart), "{sounds}");
    }
}
