//! Which terms stand in a text.
//!
//! Whole words, case ignored, each word by its stem where the language has a stemmer, so that *mills* is *mill*; a word in
//! capitals (*WHO*, *US*) only where it stands in capitals. In languages without spaces, and for terms in their scripts,
//! any place in the text. Pure.

use std::collections::HashMap;
use std::fmt;

use snowball_stemmers_rs::Stemmer;

use super::GlossaryTerm;
use crate::language::Language;
use crate::segment;
use crate::summary::terms::stemmer;

/// The terms of one pair of languages, ready to be looked for.
pub struct PairTerms {
    terms: Vec<GlossaryTerm>,
    /// The words of each term; none for one that is looked for in any place.
    words: Vec<Vec<Word>>,
    /// By the stem of the first word.
    by_first: HashMap<String, Vec<usize>>,
    /// Those looked for in any place, in lower case.
    anywhere: Vec<(usize, String)>,
    stemmer: Option<Stemmer>,
}

impl fmt::Debug for PairTerms {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PairTerms").field("terms", &self.terms).finish_non_exhaustive()
    }
}

/// One word of a term or of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Word {
    stem: String,
    /// As written, where it is all capitals.
    capitals: Option<String>,
}

impl PairTerms {
    pub(super) fn new(from: &Language, terms: Vec<GlossaryTerm>) -> Self {
        let mut made = Self {
            terms,
            words: Vec::new(),
            by_first: HashMap::new(),
            anywhere: Vec::new(),
            stemmer: stemmer(from),
        };
        for (index, term) in made.terms.iter().enumerate() {
            let words = if from.is_spaceless() || term.source.contains(is_spaceless) {
                Vec::new()
            } else {
                words(&term.source, made.stemmer.as_ref())
            };
            match words.first() {
                Some(first) => made.by_first.entry(first.stem.clone()).or_default().push(index),
                None => made.anywhere.push((index, term.source.to_lowercase())),
            }
            made.words.push(words);
        }
        made
    }

    pub fn is_empty(&self) -> bool {
        self.terms.is_empty()
    }

    /// Every term of the pair, in the glossary's order.
    pub fn terms(&self) -> &[GlossaryTerm] {
        &self.terms
    }

    /// The terms that stand in `text`, in the glossary's order.
    pub fn present(&self, text: &str) -> Vec<&GlossaryTerm> {
        if self.terms.is_empty() {
            return Vec::new();
        }
        let mut found: Vec<usize> = Vec::new();
        if !self.by_first.is_empty() {
            let in_text = words(text, self.stemmer.as_ref());
            for (at, word) in in_text.iter().enumerate() {
                for index in self.by_first.get(&word.stem).into_iter().flatten() {
                    let wanted = self.words.get(*index).map(Vec::as_slice).unwrap_or_default();
                    let here = in_text.get(at..at + wanted.len());
                    if here.is_some_and(|here| here.iter().zip(wanted).all(|(here, wanted)| matches(here, wanted))) {
                        found.push(*index);
                    }
                }
            }
        }
        if !self.anywhere.is_empty() {
            let lower = text.to_lowercase();
            let places = self.anywhere.iter().filter(|(_, term)| stands(&lower, term));
            found.extend(places.map(|(index, _)| *index));
        }
        found.sort_unstable();
        found.dedup();
        found.into_iter().filter_map(|index| self.terms.get(index)).collect()
    }

    /// What a translation of `text` depends on of the glossary, empty where nothing: equal for equal terms, whatever
    /// stands elsewhere in the glossary and in which order.
    pub fn signature(&self, text: &str) -> String {
        signature(self.present(text))
    }

    /// The same for everything there is of the pair.
    pub fn whole_signature(&self) -> String {
        signature(self.terms.iter().collect())
    }
}

fn signature(terms: Vec<&GlossaryTerm>) -> String {
    let mut lines: Vec<String> = terms
        .into_iter()
        .map(|term| {
            // Lengths before texts: no two sets of terms have the same line.
            let field = |text: &String| format!("{}:{text}", text.len());
            let list = |texts: &[String]| texts.iter().map(field).collect::<Vec<_>>().join(",");
            format!("{};{};{}", field(&term.source), list(&term.targets), list(&term.forbidden))
        })
        .collect();
    lines.sort_unstable();
    lines.join("\n")
}

fn matches(here: &Word, wanted: &Word) -> bool {
    here.stem == wanted.stem && (wanted.capitals.is_none() || here.capitals == wanted.capitals)
}

fn words(text: &str, stemmer: Option<&Stemmer>) -> Vec<Word> {
    segment::words(text)
        .into_iter()
        .map(|word| {
            let lower = word.to_lowercase().replace('’', "'");
            let lower = lower.strip_suffix("'s").unwrap_or(&lower);
            let stem = stemmer.map_or_else(|| lower.to_owned(), |stemmer| stemmer.stem(lower).into_owned());
            let mut letters = word.chars().filter(|c| c.is_alphabetic());
            let several = letters.clone().nth(1).is_some();
            let capitals = (several && letters.all(char::is_uppercase)).then(|| word.to_owned());
            Word { stem, capitals }
        })
        .collect()
}

/// Whether `term` stands in `text`, not in the midst of a word of Latin letters or digits.
fn stands(text: &str, term: &str) -> bool {
    let joins = |one: Option<char>, other: Option<char>| {
        let plain = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() && !is_spaceless(c));
        plain(one) && plain(other)
    };
    !term.is_empty()
        && text.match_indices(term).any(|(at, _)| {
            let before = text.get(..at).and_then(|before| before.chars().next_back());
            let after = text.get(at + term.len()..).and_then(|after| after.chars().next());
            !joins(before, term.chars().next()) && !joins(term.chars().next_back(), after)
        })
}

/// Letters of scripts that are written without spaces: Thai to Khmer, kana, Han and what belongs to them.
fn is_spaceless(c: char) -> bool {
    matches!(c, '\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}' | '\u{2e80}'..='\u{9fff}'
        | '\u{f900}'..='\u{faff}' | '\u{ff66}'..='\u{ff9f}' | '\u{20000}'..='\u{3ffff}')
}

#[cfg(test)]
mod tests {
    use super::super::{Glossary, read};
    use super::*;

    fn present(from: &str, glossary: &str, text: &str) -> Vec<String> {
        let language = |tag| Language::parse(tag).unwrap();
        let pair = Glossary::new(read(glossary.as_bytes()).unwrap()).pair(&language(from), &language("fr"));
        pair.present(text).into_iter().map(|term| term.source.clone()).collect()
    }

    #[test]
    fn whole_words_in_any_case_and_inflection() {
        let glossary = "tide mill\tx\nMiller\tx\nWHO\tx\nUS\tx\nkeeper\tx\n";
        assert_eq!(present("en", glossary, "The Tide mills of 1860"), ["tide mill"]);
        assert_eq!(present("en", glossary, "The tide was high; the mill stood."), [""; 0]);
        assert_eq!(present("en", glossary, "Windmill, millers' yard"), ["Miller"]);
        assert_eq!(present("en", glossary, "those who told us of the keeper’s lamp"), ["keeper"]);
        assert_eq!(present("en", glossary, "The WHO and the US agreed"), ["WHO", "US"]);
    }

    #[test]
    fn russian_endings_and_arabic_articles_are_seen_through() {
        assert_eq!(present("ru", "маяк\tx\n", "Смотритель маяка вышел к маяку."), ["маяк"]);
        assert_eq!(present("ru", "маяк\tx\n", "Маятник остановился."), [""; 0]);
        assert_eq!(present("ar", "وزير\tx\n", "قال الوزير إن"), ["وزير"]);
    }

    #[test]
    fn scripts_without_spaces_are_searched_in_any_place() {
        assert_eq!(present("zh", "磨坊\tx\nNATO\tx\n", "这座老磨坊靠近NATO总部"), ["磨坊", "NATO"]);
        assert_eq!(present("zh", "AI\tx\n", "他说MAIN不是"), [""; 0]);
        assert_eq!(present("en", "東京\tx\nC++\tx\n", "He said 東京 twice"), ["東京"]);
        assert_eq!(present("th", "โรงสี\tx\n", "มีโรงสีเก่าอยู่"), ["โรงสี"]);
    }

    #[test]
    fn a_text_s_signature_is_that_of_its_own_terms() {
        let pair = |text: &str| {
            let language = |tag| Language::parse(tag).unwrap();
            Glossary::new(read(text.as_bytes()).unwrap()).pair(&language("en"), &language("pt"))
        };
        let one = pair("mill\tmoinho\nboat\tbarco\n");
        let other = pair("boat\tbarco\tnew comment\nmill\tmoinho\nsea\tmar\n");
        assert_eq!(one.signature("The mill and the boat"), other.signature("The boat and the mills"));
        assert_eq!(one.signature("Nothing of it"), "");
        assert_ne!(one.signature("The sea mill"), other.signature("The sea mill"));
        assert_ne!(one.signature("mill"), pair("mill\tazenha\n").signature("mill"));
        assert_ne!(one.signature("mill"), pair("mill\tmoinho\t\tazenha\n").signature("mill"));
    }
}
