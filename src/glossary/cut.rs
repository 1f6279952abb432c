//! Terms ready to be looked for in many units.

use super::{GlossaryTerm, Stems};
use crate::language::Language;

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
