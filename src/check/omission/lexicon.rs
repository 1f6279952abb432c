//! Common words of news in the languages that are translated most: which things a text speaks of, whatever it is written in.
//!
//! One file a language, `lexicon/LANGUAGE.txt`, all with the same [`CONCEPTS`] lines: `name: pattern pattern …`, the usual renderings
//! of one thing in that language, written for this project. A pattern is a word in small letters; `*` at its beginning or end is for
//! letters that may stand there (`polic*`, `*شرطة*`, and `*警察*` in languages without spaces), `_` a space.
//!
//! Judges nothing: [`super::tail`] compares what both sides speak of.

use std::sync::OnceLock;

use aho_corasick::AhoCorasick;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::document::slice;
use crate::language::Language;

/// Lines of each file.
pub(super) const CONCEPTS: usize = 645;

/// The files, by the primary part of the language's tag.
const FILES: &[(&str, &str)] = &[
    ("en", include_str!("lexicon/en.txt")),
    ("ar", include_str!("lexicon/ar.txt")),
    ("be", include_str!("lexicon/be.txt")),
    ("ca", include_str!("lexicon/ca.txt")),
    ("de", include_str!("lexicon/de.txt")),
    ("es", include_str!("lexicon/es.txt")),
    ("fa", include_str!("lexicon/fa.txt")),
    ("fr", include_str!("lexicon/fr.txt")),
    ("he", include_str!("lexicon/he.txt")),
    ("hi", include_str!("lexicon/hi.txt")),
    ("it", include_str!("lexicon/it.txt")),
    ("ja", include_str!("lexicon/ja.txt")),
    ("ka", include_str!("lexicon/ka.txt")),
    ("ko", include_str!("lexicon/ko.txt")),
    ("nl", include_str!("lexicon/nl.txt")),
    ("pl", include_str!("lexicon/pl.txt")),
    ("pt", include_str!("lexicon/pt.txt")),
    ("ru", include_str!("lexicon/ru.txt")),
    ("sw", include_str!("lexicon/sw.txt")),
    ("th", include_str!("lexicon/th.txt")),
    ("tr", include_str!("lexicon/tr.txt")),
    ("uk", include_str!("lexicon/uk.txt")),
    ("vi", include_str!("lexicon/vi.txt")),
    ("zh", include_str!("lexicon/zh.txt")),
];

/// What a text speaks of: one bit a concept.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Concepts([u64; CONCEPTS.div_ceil(64)]);

impl Concepts {
    fn add(&mut self, concept: usize) {
        if let Some(word) = self.0.get_mut(concept / 64) {
            *word |= 1 << (concept % 64);
        }
    }

    /// Those that `other` has not.
    #[must_use]
    pub fn without(mut self, other: &Self) -> Self {
        self.0.iter_mut().zip(other.0).for_each(|(mine, theirs)| *mine &= !theirs);
        self
    }

    /// Those that `other` has too.
    #[must_use]
    pub fn within(mut self, other: &Self) -> Self {
        self.0.iter_mut().zip(other.0).for_each(|(mine, theirs)| *mine &= theirs);
        self
    }

    pub fn count(&self) -> usize {
        self.0.iter().map(|word| word.count_ones() as usize).sum()
    }
}

/// One language's file, ready to be looked for.
#[derive(Debug)]
pub(super) struct Lexicon {
    patterns: AhoCorasick,
    /// Of each pattern.
    meanings: Vec<Meaning>,
}

#[derive(Debug, Clone, Copy)]
struct Meaning {
    concept: usize,
    /// Whether a word must begin, and end, with it.
    begins: bool,
    ends: bool,
}

impl Lexicon {
    /// The lexicon of `language`; `None` where there is none. Made when first asked for, in 1 to 16 ms, and at
    /// most 230 KB.
    pub fn of(language: &Language) -> Option<&'static Self> {
        static MADE: [OnceLock<Option<Lexicon>>; FILES.len()] = [const { OnceLock::new() }; FILES.len()];
        let at = FILES.iter().position(|(code, _)| *code == language.primary())?;
        let (_, text) = FILES.get(at)?;
        MADE.get(at)?.get_or_init(|| Self::read(text)).as_ref()
    }

    fn read(text: &str) -> Option<Self> {
        let (mut words, mut meanings) = (Vec::new(), Vec::new());
        for (concept, line) in text.lines().enumerate() {
            let (_, patterns) = line.split_once(':').unwrap_or_default();
            for pattern in patterns.split_whitespace() {
                let word = pattern.trim_matches('*');
                let begins = !pattern.starts_with('*');
                let ends = !pattern.ends_with('*');
                if !word.is_empty() {
                    words.push(folded(&word.replace('_', " ")));
                    meanings.push(Meaning { concept, begins, ends });
                }
            }
        }
        Some(Self { patterns: AhoCorasick::new(words).ok()?, meanings })
    }

    /// What `text` speaks of.
    pub fn concepts(&self, text: &str) -> Concepts {
        let text = folded(text);
        let letter = |character: char| character.is_alphanumeric() || is_combining_mark(character);
        let mut concepts = Concepts::default();
        for found in self.patterns.find_overlapping_iter(&text) {
            let Some(meaning) = self.meanings.get(found.pattern().as_usize()) else { continue };
            let inside = meaning.begins && slice(&text, 0..found.start()).ends_with(letter)
                || meaning.ends && slice(&text, found.end()..text.len()).starts_with(letter);
            if !inside {
                concepts.add(meaning.concept);
            }
        }
        concepts
    }
}

/// In small letters, composed, with those that Arabic and Persian write in several ways written in one.
fn folded(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let plain = |character| match character {
        'أ' | 'إ' | 'آ' => 'ا',
        'ى' | 'ی' => 'ي',
        'ک' => 'ك',
        '’' => '\'',
        other => other,
    };
    text.chars().flat_map(char::to_lowercase).nfc().map(plain).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spoken_of(text: &str, tag: &str) -> Vec<String> {
        let concepts = Lexicon::of(&Language::parse(tag).unwrap()).unwrap().concepts(text);
        let names = FILES[0].1.lines().map(|line| line.split(':').next().unwrap_or_default());
        let has = |index: usize| concepts.0[index / 64] & (1 << (index % 64)) != 0;
        names.enumerate().filter(|(index, _)| has(*index)).map(|(_, name)| name.to_owned()).collect()
    }

    #[test]
    fn every_file_has_the_same_concepts_in_order() {
        let names = |text: &'static str| text.lines().map(|line| line.split(':').next()).collect::<Vec<_>>();
        assert_eq!(names(FILES[0].1).len(), CONCEPTS);
        for (code, text) in FILES {
            assert_eq!(names(text), names(FILES[0].1), "{code}");
            assert!(Lexicon::of(&Language::parse(code).unwrap()).is_some(), "{code}");
        }
        assert!(Lexicon::of(&Language::parse("tlh").unwrap()).is_none());
    }

    #[test]
    fn the_same_things_are_found_in_any_language() {
        let english = "The police arrested the suspect on Friday.";
        for (tag, text) in [
            ("en", english),
            ("pt", "A polícia deteve o suspeito na sexta-feira."),
            ("ar", "وألقت الشرطة القبض على المشتبه به يوم الجمعة."),
            ("zh", "警方周五逮捕了嫌疑人。"),
        ] {
            let concepts = spoken_of(text, tag);
            for wanted in ["police", "friday", "suspect"] {
                assert!(concepts.iter().any(|concept| concept == wanted), "{tag} {wanted}: {concepts:?}");
            }
        }
    }

    #[test]
    fn a_word_is_matched_as_its_pattern_says() {
        assert!(spoken_of("He cares for the carton.", "en").iter().all(|concept| concept != "car"));
        assert!(spoken_of("Two cars.", "en").iter().any(|concept| concept == "car"));
    }

    #[test]
    fn what_one_text_has_and_another_not_is_counted() {
        let lexicon = Lexicon::of(&Language::parse("en").unwrap()).unwrap();
        let (one, other) = (lexicon.concepts("police, hospital, river"), lexicon.concepts("The river"));
        assert_eq!((one.count(), one.without(&other).count(), one.within(&other).count()), (3, 2, 1));
    }
}
