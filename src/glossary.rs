//! The glossary: what a person has settled about a term, and where a term stands in a text.
//!
//! A term is found in any of its forms, by stem, for an inflected language cannot take the dictionary's form everywhere.
//! Owns the match and no file: readers of TSV and CSV, prompts and the `glossary` check use it.

use std::ops::Range;

use serde::{Deserialize, Serialize};
use snowball_stemmers_rs::Stemmer;
use unicode_normalization::char::is_combining_mark;

use crate::document::slice;
use crate::language::{Language, stemmer};

/// What was settled about one term, for one pair of languages.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct GlossaryTerm {
    /// The term in the source language.
    pub source: String,
    /// What it may be in the target language, the preferred one first; none where only `forbidden` is settled.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub targets: Vec<String>,
    /// What it must not be.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub forbidden: Vec<String>,
    /// For people and for the model; empty where nothing was said.
    #[serde(skip_serializing_if = "String::is_empty", default)]
    pub comment: String,
}

/// Terms cut into stems once, for many units in one pair of languages.
#[derive(Debug, Clone, Default)]
pub struct Glossary<'t> {
    pub(crate) entries: Vec<Entry<'t>>,
}

/// One term, ready to be looked for.
#[derive(Debug, Clone)]
pub(crate) struct Entry<'t> {
    pub term: &'t GlossaryTerm,
    pub source: Stems<'t>,
    pub targets: Vec<Stems<'t>>,
    pub forbidden: Vec<Stems<'t>>,
}

impl<'t> Glossary<'t> {
    /// Makes `terms` ready for texts in `from` and answers in `to`.
    pub fn new(terms: &'t [GlossaryTerm], from: &Language, to: &Language) -> Self {
        let stems = |forms: &'t [String]| forms.iter().map(|form| Stems::of(form, to)).collect();
        let entries = terms.iter().map(|term| Entry {
            term,
            source: Stems::of(&term.source, from),
            targets: stems(&term.targets),
            forbidden: stems(&term.forbidden),
        });
        Self { entries: entries.collect() }
    }

    /// The terms that stand in `text`, in the glossary's order: what a prompt is to hold.
    pub fn present(&self, text: &str, from: &Language) -> Vec<&'t GlossaryTerm> {
        let text = Stems::of(text, from);
        self.entries.iter().filter(|entry| text.has(&entry.source)).map(|entry| entry.term).collect()
    }
}

/// A text cut into stems once, in which many terms are looked for. Terms of a text are cut the same way.
#[derive(Debug, Clone)]
pub struct Stems<'t> {
    text: &'t str,
    words: Vec<Word<'t>>,
    loose: bool,
}

#[derive(Debug, Clone)]
struct Word<'t> {
    range: Range<usize>,
    text: &'t str,
    lower: String,
    stem: String,
}

/// Letters that two words must share, and no less than the shorter stem, to be forms of one though their stems differ
/// (the Russian stemmer takes the end of "Газпром" for a case ending).
const LEAST_SHARED: usize = 4;
/// Letters that either word may have after what they share.
const LONGEST_CASE: usize = 3;
/// Letters that may be added to a word where its language has no stemmer.
const LONGEST_ENDING: usize = 4;
/// Letters that may stand before a word in Hebrew and Arabic (and, in, to, the) and belong to it.
const LONGEST_PREFIX: usize = 3;

impl<'t> Stems<'t> {
    /// Cuts `text`, which is in `language`.
    pub fn of(text: &'t str, language: &Language) -> Self {
        let stemmer = stemmer(language);
        let mut words = Vec::new();
        let mut start = 0;
        for (end, character) in text.char_indices().chain([(text.len(), ' ')]) {
            if character.is_alphanumeric() || is_combining_mark(character) {
                continue;
            }
            if start < end {
                words.push(word(text, start..end, stemmer.as_ref()));
            }
            start = end + character.len_utf8();
        }
        // English words that differ in a last letter are two words; where cases end a word, they are mostly one.
        Self { text, words, loose: language.primary() != "en" }
    }

    /// Where `term` stands, as whole words in any form, in order and without overlap. A term in Chinese,
    /// Japanese or Thai, where words are not set apart, is found inside words; one in capitals ("WHO") only in capitals.
    pub fn places(&self, term: &Stems) -> Vec<Range<usize>> {
        if term.words.is_empty() {
            return Vec::new();
        }
        if term.text.contains(is_unspaced) {
            let wanted = term.text.trim();
            return self.text.match_indices(wanted).map(|(at, found)| at..at + found.len()).collect();
        }
        let mut places = Vec::new();
        let mut free = 0;
        for (index, window) in self.words.windows(term.words.len()).enumerate() {
            if index < free || !window.iter().zip(&term.words).all(|(word, wanted)| self.same(word, wanted)) {
                continue;
            }
            if let (Some(first), Some(last)) = (window.first(), window.last()) {
                places.push(first.range.start..last.range.end);
                free = index + window.len();
            }
        }
        places
    }

    /// Whether `term` stands anywhere; see [`Stems::places`].
    pub fn has(&self, term: &Stems) -> bool {
        !self.places(term).is_empty()
    }

    fn same(&self, word: &Word, wanted: &Word) -> bool {
        if is_acronym(wanted.text) {
            return word.text.starts_with(wanted.text) && !is_longer_acronym(word.text, wanted.text);
        }
        let unlike = word.lower.chars().next() != wanted.lower.chars().next();
        if unlike && !is_prefixed(wanted.text) {
            return false;
        }
        if word.stem == wanted.stem {
            return true;
        }
        if !self.loose {
            return false;
        }
        let letters = |text: &str| text.chars().count();
        let (found, sought) = (letters(&word.lower), letters(&wanted.lower));
        let shared =
            word.lower.chars().zip(wanted.lower.chars()).take_while(|(one, other)| one == other).count();
        let stem = letters(&word.stem).min(letters(&wanted.stem)).max(LEAST_SHARED);
        let ending = if sought >= LEAST_SHARED { LONGEST_ENDING } else { 2 };
        let whole = shared == sought || (shared >= LEAST_SHARED && shared + 1 == sought);
        (shared >= stem && shared + LONGEST_CASE >= found.max(sought))
            || (is_endless(wanted.text) && shared >= 2 && whole && found - shared <= ending)
            || (is_prefixed(wanted.text)
                && sought >= 3
                && word.lower.ends_with(&wanted.lower)
                && found - sought <= LONGEST_PREFIX)
    }
}

/// Whether `term` stands in `text`, both in `language`. For many terms in one text, use [`Stems`].
pub fn stem_present(term: &str, text: &str, language: &Language) -> bool {
    Stems::of(text, language).has(&Stems::of(term, language))
}

fn word<'t>(text: &'t str, range: Range<usize>, stemmer: Option<&Stemmer>) -> Word<'t> {
    let word = slice(text, range.clone());
    let lower = word.to_lowercase();
    let stem = stemmer.map_or_else(|| lower.clone(), |stemmer| stemmer.stem(&lower).into_owned());
    Word { range, text: word, lower, stem }
}

fn is_acronym(word: &str) -> bool {
    word.chars().nth(1).is_some() && word.chars().all(char::is_uppercase)
}

/// Whether `word` goes on in capitals after `acronym`: "WHOIS" is no form of "WHO", "NATOn" is one of "NATO".
fn is_longer_acronym(word: &str, acronym: &str) -> bool {
    let rest = word.strip_prefix(acronym).unwrap_or_default();
    rest.chars().count() > LONGEST_ENDING || rest.chars().any(char::is_uppercase)
}

/// Scripts written without spaces between words.
fn is_unspaced(character: char) -> bool {
    matches!(
        u32::from(character),
        0x0E00..=0x0EFF | 0x1000..=0x109F | 0x1780..=0x17FF | 0x3041..=0x30FF | 0x3400..=0x4DBF | 0x4E00..=0x9FFF
            | 0x2_0000..=0x3_134F
    )
}

/// Scripts of languages that hang endings on a word and have no stemmer: Georgian, Hangul, and the Indic ones.
fn is_endless(word: &str) -> bool {
    word.chars().any(
        |character| matches!(u32::from(character), 0x10A0..=0x10FF | 0x1C90..=0x1CBF | 0xAC00..=0xD7A3 | 0x0980..=0x0DFF),
    )
}

/// Scripts that write small words together with the next one.
fn is_prefixed(word: &str) -> bool {
    word.chars().any(|character| matches!(u32::from(character), 0x0590..=0x06FF))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn present(term: &str, text: &str, language: &str) -> bool {
        stem_present(term, text, &Language::parse(language).unwrap())
    }

    #[test]
    fn a_term_is_found_in_its_forms() {
        for (term, text, language) in [
            ("collective security", "The Collective Security Treaty was signed.", "en"),
            ("treaty", "Two treaties were signed.", "en"),
            ("ОДКБ", "Сессия ОДКБ прошла в Москве.", "ru"),
            ("коллективная безопасность", "Организация Договора о коллективной безопасности", "ru"),
            ("Варшава", "зустріч у Варшаві", "uk"),
            ("Sicherheitsrat", "Beschluss des Sicherheitsrates", "de"),
            ("安全理事会", "联合国安全理事会批准了文件。", "zh"),
            ("สหภาพยุโรป", "ผู้นำของสหภาพยุโรปกล่าว", "th"),
            ("서울", "서울에서 열린 회의", "ko"),
            ("თბილისი", "შეხვედრა თბილისში", "ka"),
            ("ירושלים", "הפגנה בירושלים", "he"),
            ("الرياض", "اجتماع بالرياض", "ar"),
            ("NATO", "Naton jäsenet, NATOn johto", "fi"),
        ] {
            assert!(present(term, text, language), "{term} in {text}");
        }
    }

    #[test]
    fn another_word_is_not_taken_for_the_term() {
        for (term, text, language) in [
            ("state", "The statement was read.", "en"),
            ("WHO", "The man who came.", "en"),
            ("WHO", "A WHOIS record.", "en"),
            ("collective security", "security of a collective", "en"),
            ("cat", "The category is new.", "en"),
            ("кот", "который год", "ru"),
            ("", "anything", "en"),
            ("…", "anything…", "en"),
        ] {
            assert!(!present(term, text, language), "{term} in {text}");
        }
    }

    #[test]
    fn places_are_bytes_of_the_text() {
        let language = Language::parse("ru").unwrap();
        let text = "Он — «Газпром», с Газпромом и о Газпроме.";
        let places = Stems::of(text, &language).places(&Stems::of("Газпром", &language));
        let found: Vec<_> = places.into_iter().map(|place| slice(text, place)).collect();
        assert_eq!(found, ["Газпром", "Газпромом", "Газпроме"]);
    }

    #[test]
    fn a_term_reads_back_as_it_was_written() {
        let term = GlossaryTerm {
            source: "CSTO".to_owned(),
            targets: vec!["ОДКБ".to_owned()],
            ..Default::default()
        };
        let json = serde_json::to_string(&term).unwrap();
        assert_eq!(json, r#"{"source":"CSTO","targets":["ОДКБ"]}"#);
        assert_eq!(serde_json::from_str::<GlossaryTerm>(&json).unwrap(), term);
    }
}
