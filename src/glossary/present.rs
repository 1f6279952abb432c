//! Which terms stand in a text. A term is found as [`Stems`] finds it, so that what is sent with a request and what is
//! checked afterwards are the same terms. Pure.

use std::collections::{HashMap, HashSet};

use super::{GlossaryTerm, Stems};
use crate::language::Language;

/// The terms of one pair of languages, ready to be looked for.
#[derive(Debug)]
pub struct PairTerms {
    from: Language,
    terms: Vec<GlossaryTerm>,
    /// The terms by what tells their first words ([`Stems::handles`]), so that a text is compared with few of them.
    by_handle: HashMap<String, Vec<usize>>,
    /// Those that are compared with every text.
    anywhere: Vec<usize>,
}

impl PairTerms {
    pub(super) fn new(from: &Language, terms: Vec<GlossaryTerm>) -> Self {
        let mut by_handle: HashMap<String, Vec<usize>> = HashMap::new();
        let mut anywhere = Vec::new();
        for (index, term) in terms.iter().enumerate() {
            let handles = Stems::of(&term.source, from).handles();
            if handles.is_empty() {
                anywhere.push(index);
            }
            for handle in handles {
                by_handle.entry(handle).or_default().push(index);
            }
        }
        Self { from: from.clone(), terms, by_handle, anywhere }
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
        let stems = Stems::of(text, &self.from);
        let told = stems.traces();
        let mut likely: Vec<usize> =
            told.iter().filter_map(|trace| self.by_handle.get(trace)).flatten().copied().collect();
        likely.extend(&self.anywhere);
        likely.sort_unstable();
        likely.dedup();
        let terms = likely.into_iter().filter_map(|index| self.terms.get(index));
        terms.filter(|term| stems.has(&Stems::of(&term.source, &self.from))).collect()
    }

    /// The terms that stand in any of `texts`, in the glossary's order.
    pub fn present_in<'a>(&self, texts: impl Iterator<Item = &'a str>) -> Vec<GlossaryTerm> {
        if self.terms.is_empty() {
            return Vec::new();
        }
        let sources: HashSet<&str> =
            texts.flat_map(|text| self.present(text)).map(|term| term.source.as_str()).collect();
        self.terms.iter().filter(|term| sources.contains(term.source.as_str())).cloned().collect()
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

#[cfg(test)]
mod tests {
    use super::super::{Glossaries, read};
    use super::*;

    fn present(from: &str, glossary: &str, text: &str) -> Vec<String> {
        let language = |tag| Language::parse(tag).unwrap();
        let pair = Glossaries::new(read(glossary.as_bytes()).unwrap()).pair(&language(from), &language("fr"));
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
        assert_eq!(present("en", "東京\tx\n", "He said 東京 twice"), ["東京"]);
        assert_eq!(present("th", "โรงสี\tx\n", "มีโรงสีเก่าอยู่"), ["โรงสี"]);
    }

    #[test]
    fn a_text_s_signature_is_that_of_its_own_terms() {
        let pair = |text: &str| {
            let language = |tag| Language::parse(tag).unwrap();
            Glossaries::new(read(text.as_bytes()).unwrap()).pair(&language("en"), &language("pt"))
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
