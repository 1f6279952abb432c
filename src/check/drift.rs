//! `drift`: one name of the source is spelled two ways in the answers of a document, or of a folder. A flag.
//!
//! Source of the idea: DelTA. Nothing says which word of an answer renders a name, so it is looked for: the word that
//! stands in most answers of the units that have the name, in two at least, and seldom in others. Where a unit with the name
//! lacks that word and has one much like it instead ("Лукашэнко" for "Лукашенко"), that is the finding. Another form of the same word
//! (see [`crate::glossary`]) is none, nor is a compound of it; within Latin script the usual rendering must be like the name itself; nor is a word that the answers elsewhere have in their own right.
//!
//! Names are the words that begin with a capital inside a sentence; of scripts without capitals none is known as a source. Answers in
//! Chinese, Thai and their kin, where words are not set apart, are not looked at, but for Japanese runs of katakana.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use strsim::normalized_damerau_levenshtein;

use super::script::{Script, script_of};
use super::{Finding, Pair, Severity};
use crate::document::slice;
use crate::glossary::Stems;
use crate::language::Language;
use crate::segment::sentences;

/// The check's id.
pub const ID: &str = "drift";

/// Letters of a name, and of what it may be rendered as.
const LEAST_LETTERS: usize = 4;
/// Answers that the usual rendering stands in.
const LEAST_USUAL: usize = 2;
/// Of a hundred answers with the usual rendering, how many may be to units without the name.
const MOST_ELSEWHERE: usize = 34;
/// How alike two spellings of one name are (1: the same).
const LEAST_LIKENESS: f64 = 0.6;
/// Letters at the end in which two forms of one word may differ; spellings differ before that.
const LONGEST_ENDING: usize = 3;

/// A word and where it first stands.
type Words<'t> = BTreeMap<String, (Range<usize>, &'t str)>;

/// Findings of the pairs that have one, by their index. All pairs are of one pair of languages.
pub fn drift<'a>(pairs: impl IntoIterator<Item = Pair<'a>>) -> BTreeMap<usize, Vec<Finding>> {
    let pairs: Vec<Pair<'a>> = pairs.into_iter().collect();
    let mut names: BTreeMap<String, BTreeMap<usize, Range<usize>>> = BTreeMap::new();
    for (index, pair) in pairs.iter().enumerate() {
        for (name, range) in source_names(pair.source, pair.from) {
            names.entry(name).or_default().entry(index).or_insert(range);
        }
    }
    names.retain(|_, places| places.len() > LEAST_USUAL);
    let mut found: BTreeMap<usize, Vec<Finding>> = BTreeMap::new();
    let Some(to) = pairs.first().map(|pair| pair.to).filter(|_| !names.is_empty()) else { return found };
    let words: Vec<Words> = pairs.iter().map(|pair| words_of(pair.answer)).collect();
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for word in words.iter().flat_map(BTreeMap::keys) {
        *counts.entry(word).or_default() += 1;
    }
    for (name, places) in &names {
        let Some(usual) = usual(places, &words, &counts) else { continue };
        let Some((_, said)) = places.keys().find_map(|index| words.get(*index)?.get(usual)) else { continue };
        let latin = |text: &str| text.chars().all(|character| script_of(character) == Some(Script::Latin));
        if latin(name) && latin(said) && likeness(&name.to_lowercase(), usual) < LEAST_LIKENESS {
            continue;
        }
        let usual_stems = Stems::of(said, to);
        for (index, source_span) in places {
            let Some((answer, pair)) = words.get(*index).zip(pairs.get(*index)) else { continue };
            if Stems::of(pair.answer, to).has(&usual_stems) {
                continue;
            }
            let other = answer
                .iter()
                .filter(|(word, (_, text))| is_variant(word, text, usual, said, to))
                .filter(|(word, _)| counts.get(word.as_str()).copied().unwrap_or(0) <= places.len())
                .max_by(|(one, _), (other, _)| likeness(one, usual).total_cmp(&likeness(other, usual)));
            if let Some((_, (span, text))) = other {
                let message = format!("`{name}` is `{text}` here and `{said}` elsewhere");
                let finding =
                    Finding::new(ID, Severity::Flag, message).at(span.clone()).of_source(source_span.clone());
                found.entry(*index).or_default().push(finding);
            }
        }
    }
    found
}

/// The word of the answers that renders a name most often.
fn usual<'w>(
    places: &BTreeMap<usize, Range<usize>>,
    words: &'w [Words],
    counts: &BTreeMap<&str, usize>,
) -> Option<&'w str> {
    let mut inside: BTreeMap<&str, usize> = BTreeMap::new();
    for word in places.keys().filter_map(|index| words.get(*index)).flat_map(BTreeMap::keys) {
        *inside.entry(word).or_default() += 1;
    }
    inside
        .into_iter()
        .filter(|(word, times)| {
            let all = counts.get(word).copied().unwrap_or(*times);
            *times >= LEAST_USUAL && times * 2 >= places.len() && (all - times) * 100 <= all * MOST_ELSEWHERE
        })
        .max_by_key(|(word, times)| (*times, word.len()))
        .map(|(word, _)| word)
}

fn likeness(one: &str, other: &str) -> f64 {
    normalized_damerau_levenshtein(one, other)
}

/// Whether `word` may be another spelling of `usual`, and is no form of it.
fn is_variant(word: &str, text: &str, usual: &str, said: &str, language: &Language) -> bool {
    let capital = |text: &str| text.chars().next().is_some_and(char::is_uppercase);
    let shared = word.chars().zip(usual.chars()).take_while(|(one, other)| one == other).count();
    let longest = word.chars().count().max(usual.chars().count());
    let is_form = shared + LONGEST_ENDING >= longest
        || word.contains(usual)
        || usual.contains(word)
        || Stems::of(text, language).has(&Stems::of(said, language));
    // "Südkorea" is no spelling of "Nordkorea".
    let begins_alike = shared > 0;
    begins_alike && capital(text) == capital(said) && !is_form && likeness(word, usual) >= LEAST_LIKENESS
}

/// The words that begin with a capital and not a sentence, without an English genitive.
fn source_names(text: &str, language: &Language) -> Vec<(String, Range<usize>)> {
    let mut names = Vec::new();
    for sentence in sentences(text, language) {
        let words = split(slice(text, sentence.clone()), sentence.start);
        names.extend(
            words.into_iter().skip(1).filter(|(_, word)| word.chars().next().is_some_and(char::is_uppercase)),
        );
    }
    names
        .into_iter()
        .filter(|(_, word)| word.chars().count() >= LEAST_LETTERS && word.chars().any(char::is_lowercase))
        .map(|(range, word)| (word.to_owned(), range))
        .collect()
}

/// The words of an answer that may be names: with a capital where the script has any.
fn words_of(text: &str) -> Words<'_> {
    let mut words = Words::new();
    let mut lower = BTreeSet::new();
    for (range, word) in split(text, 0) {
        let first = word.chars().next().unwrap_or(' ');
        let unspaced = word.chars().any(|character| matches!(u32::from(character), 0x0E00..=0x0EFF | 0x1000..=0x109F | 0x1780..=0x17FF | 0x3041..=0x309F | 0x3400..=0x9FFF));
        if word.chars().count() < LEAST_LETTERS || unspaced {
            continue;
        }
        if first.is_lowercase() {
            lower.insert(word.to_lowercase());
        } else {
            words.entry(word.to_lowercase()).or_insert((range, word));
        }
    }
    words.retain(|word, _| !lower.contains(word));
    words
}

/// The words of `text` with their places, counted from `offset`. Katakana is set apart from other Japanese.
fn split(text: &str, offset: usize) -> Vec<(Range<usize>, &str)> {
    let kind = |character: char| match u32::from(character) {
        0x30A1..=0x30FA | 0x30FC => 2,
        0x0900..=0x0DFF => 1,
        _ if character.is_alphabetic() => 1,
        _ => 0,
    };
    let mut words = Vec::new();
    let (mut start, mut current) = (0, 0);
    for (at, character) in text.char_indices().chain([(text.len(), ' ')]) {
        let next = kind(character);
        if next == current {
            continue;
        }
        if current != 0 {
            words.push((offset + start..offset + at, slice(text, start..at)));
        }
        (start, current) = (at, next);
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::language::tests::pair;

    const SOURCES: [&str; 4] = [
        "Yesterday Mr Lukashenko spoke in Minsk.",
        "Then Lukashenko went home.",
        "The answer of Lukashenko was short.",
        "Nobody asked Lukashenko.",
    ];

    fn found(answers: [&str; 4], to: &str) -> Vec<(usize, String)> {
        let pairs = SOURCES.iter().zip(answers).map(|(source, answer)| pair(source, answer, "en", to));
        drift(pairs)
            .into_iter()
            .flat_map(|(index, findings)| findings.into_iter().map(move |finding| (index, finding.message)))
            .collect()
    }

    #[test]
    fn one_name_spelled_two_ways_is_a_flag() {
        let answers = [
            "Вчера Лукашенко выступил в Минске.",
            "Затем Лукашенко уехал домой.",
            "Ответ Лукошэнко был краток.",
            "Никто не спросил Лукашенко.",
        ];
        assert_eq!(
            found(answers, "ru"),
            [(2, "`Lukashenko` is `Лукошэнко` here and `Лукашенко` elsewhere".to_owned())]
        );
        let answers = [
            "昨日ルカシェンコ氏がミンスクで話した。",
            "ルカシェンコは帰宅した。",
            "ルカシェンカの答えは短かった。",
            "誰もルケシェンカに聞かなかった。",
        ];
        assert_eq!(found(answers, "ja").len(), 1);
    }

    #[test]
    fn cases_pronouns_and_other_names_are_no_drift() {
        let answers = [
            "Wczoraj Łukaszenka przemawiał w Mińsku.",
            "Potem Łukaszenka pojechał do domu.",
            "Odpowiedź Łukaszenki była krótka.",
            "Nikt nie pytał Łukaszenkę.",
        ];
        assert_eq!(found(answers, "pl"), []);
        let answers = [
            "Lukaschenko sprach in Minsk.",
            "Lukaschenko fuhr heim.",
            "Seine Antwort war kurz.",
            "Niemand fragte Müller.",
        ];
        assert_eq!(found(answers, "de"), []);
    }
}
