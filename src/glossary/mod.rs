//! The glossary: what a person has settled about terms.
//!
//! Owns the file's form ([`read()`], [`write()`]), which terms stand in a text ([`PairTerms`]) and how a term is found in
//! any of its forms ([`Stems`]). A term never forces a form: a model is told of the terms that stand in what it is asked, and
//! may inflect them; a check afterwards compares stems. It asks nothing and translates nothing.
//!
//! A file serves one target language or several:
//!
//! ```text
//! source      target          comment            forbidden
//! tide mill   moinho de maré  the old ones only  azenha|moinho de água
//! ```
//!
//! with a `to` column (and `from`, where the sources are in more than one language) each line says whom it is for, and
//! a column named by a language (`pt`, `zh-Hant`) holds the translations into it. See [`read()`].

mod cut;
mod present;
mod read;
mod stems;
mod write;

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::language::Language;

pub use cut::Glossary;
pub use present::PairTerms;
pub use read::{MOST_BYTES, ParseError, read};
pub use stems::{Stems, stem_present};
pub use write::write;

/// What was settled about one term, for one pair of languages.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct GlossaryTerm {
    /// The term in the source language, in its dictionary's form: it is found in its other forms too.
    pub source: String,
    /// What it may be in the target language, the preferred one first; none where only `forbidden` is settled.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub targets: Vec<String>,
    /// What it must not be.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub forbidden: Vec<String>,
    /// For people: never sent, and no reason to ask again. Empty where nothing was said.
    #[serde(skip_serializing_if = "String::is_empty", default)]
    pub comment: String,
}

/// One line of a glossary.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    #[serde(flatten)]
    pub term: GlossaryTerm,
    /// The sources it is for; all where none.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub from: Option<Language>,
    /// The target language it is for; all where none.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub to: Option<Language>,
}

/// Every line of a run's glossaries.
#[derive(Debug, Default)]
pub struct Glossaries {
    rows: Vec<Row>,
    pairs: Mutex<HashMap<(Language, Language), Arc<PairTerms>>>,
}

impl Glossaries {
    pub fn new(rows: Vec<Row>) -> Self {
        Self { rows, pairs: Mutex::default() }
    }

    /// Reads the files in order.
    ///
    /// # Errors
    /// Where one cannot be read or a line in it makes no sense: the path and the line.
    pub fn load(paths: &[PathBuf]) -> Result<Self> {
        let mut rows = Vec::new();
        for path in paths {
            let size = std::fs::metadata(path).map_err(|error| unread(path, error))?.len();
            if size > MOST_BYTES as u64 {
                let hint = "a glossary lists terms; import a translation memory as TMX";
                return Err(Error::file(path, format!("{size} bytes are no glossary"), hint));
            }
            let bytes = std::fs::read(path).map_err(|error| unread(path, error))?;
            rows.extend(read(&bytes).map_err(|error| {
                Error::file(path, format!("line {}: {}", error.line, error.message), error.hint)
            })?);
        }
        Ok(Self::new(rows))
    }

    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// The terms for one pair, ready to be looked for; made once.
    pub fn pair(&self, from: &Language, to: &Language) -> Arc<PairTerms> {
        let mut pairs = self.pairs.lock().unwrap_or_else(PoisonError::into_inner);
        let made = pairs.entry((from.clone(), to.clone()));
        Arc::clone(made.or_insert_with(|| Arc::new(PairTerms::new(from, self.terms(from, to)))))
    }

    /// The terms of the lines that are for this pair, in their order; a source that stands in several has the targets of
    /// all of them.
    fn terms(&self, from: &Language, to: &Language) -> Vec<GlossaryTerm> {
        let mut terms: Vec<GlossaryTerm> = Vec::new();
        let mut places: HashMap<String, usize> = HashMap::new();
        let is_for = |wanted: &Option<Language>, language: &Language| {
            wanted.as_ref().is_none_or(|wanted| wanted.same_as(language))
        };
        for row in self.rows.iter().filter(|row| is_for(&row.from, from) && is_for(&row.to, to)) {
            let place = *places.entry(row.term.source.clone()).or_insert(terms.len());
            match terms.get_mut(place) {
                None => terms.push(row.term.clone()),
                Some(known) => {
                    add(&mut known.targets, &row.term.targets);
                    add(&mut known.forbidden, &row.term.forbidden);
                }
            }
        }
        terms
    }
}

fn add(known: &mut Vec<String>, more: &[String]) {
    for text in more {
        if !known.contains(text) {
            known.push(text.clone());
        }
    }
}

fn unread(path: &std::path::Path, source: std::io::Error) -> Error {
    let hint = (source.kind() == std::io::ErrorKind::NotFound).then(|| {
        "`--glossary` names a TSV or CSV file; a glossary kept with DeepL is `--glossary-id`".to_owned()
    });
    Error::Io { path: path.to_owned(), source, hint }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn language(tag: &str) -> Language {
        Language::parse(tag).unwrap()
    }

    fn targets(glossary: &Glossaries, from: &str, to: &str, text: &str) -> Vec<String> {
        let pair = glossary.pair(&language(from), &language(to));
        pair.present(text).into_iter().flat_map(|term| term.targets.clone()).collect()
    }

    #[test]
    fn a_line_is_for_whom_it_says() {
        let rows = read(b"source\ttarget\tto\tfrom\nmill\tmoinho\tpt\t\nmill\tmolino\tes\t\nmill\tX\t\tde\n")
            .unwrap();
        let glossary = Glossaries::new(rows);
        assert_eq!(targets(&glossary, "en", "pt-BR", "A mill."), ["moinho"]);
        assert_eq!(targets(&glossary, "en-GB", "es", "A mill."), ["molino"]);
        assert_eq!(targets(&glossary, "de", "fr", "A mill."), ["X"]);
        assert!(targets(&glossary, "en", "fr", "A mill.").is_empty());
    }

    #[test]
    fn a_source_on_two_lines_has_the_targets_of_both() {
        let glossary = Glossaries::new(read(b"mill\tmoinho\nmill\tazenha|moinho\n").unwrap());
        assert_eq!(targets(&glossary, "en", "pt", "A mill."), ["moinho", "azenha"]);
    }

    #[test]
    fn a_file_that_does_not_read_is_named_with_its_line() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("terms.tsv");
        let mut file = std::fs::File::create_new(&path).unwrap();
        std::io::Write::write_all(&mut file, b"# names\nmill\tmoinho\nboat\n").unwrap();
        let error = Glossaries::load(std::slice::from_ref(&path)).unwrap_err();
        assert!(error.to_string().contains("terms.tsv`: line 3: `boat`"), "{error}");
        let missing = Glossaries::load(&[folder.path().join("none.tsv")]).unwrap_err();
        assert!(missing.hint().unwrap().contains("--glossary-id"));
    }

    #[test]
    fn a_term_reads_back_as_it_was_written() {
        let targets = vec!["ОДКБ".to_owned()];
        let term = GlossaryTerm { source: "CSTO".to_owned(), targets, ..Default::default() };
        let json = serde_json::to_string(&term).unwrap();
        assert_eq!(json, r#"{"source":"CSTO","targets":["ОДКБ"]}"#);
        assert_eq!(serde_json::from_str::<GlossaryTerm>(&json).unwrap(), term);
    }
}
