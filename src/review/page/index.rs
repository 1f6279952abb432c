//! The page of a whole run: documents × languages with their states and counts, and the way to each page.
//!
//! Owns how a run's overview looks; what it shows is [`IndexData`], made of the articles' reviews ([`crate::review::overview`]).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::LanguageFacts;
use super::embed::Page;
use crate::language::Language;
use crate::report::event::DocumentState;

const TEMPLATE: &str = include_str!("assets/index.html");
const STYLE: &str = concat!(include_str!("assets/base.css"), include_str!("assets/index.css"));
const SCRIPT: &str = concat!(
    "\"use strict\";\n(() => {\n",
    include_str!("assets/base.js"),
    include_str!("assets/index.js"),
    "})();\n",
);

/// What the index shows.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct IndexData {
    /// What the run was over, as people know it: the folder's name.
    pub name: String,
    /// The target languages, in the order of the settings: the columns.
    pub languages: Vec<Language>,
    /// In the order of their paths.
    pub documents: Vec<IndexDocument>,
    /// Names and terms that stand in the folder in more than one rendering; empty where nothing looked for them.
    pub drift: Vec<IndexDrift>,
}

/// One source.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct IndexDocument {
    /// The source, relative to the state root, with `/`.
    pub path: String,
    /// Its headline, where it has one.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub title: Option<String>,
    /// The source's language, where it could be read.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub language: Option<Language>,
    /// Its review page, relative to the index, with `/`; none where there is none.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub page: Option<String>,
    /// Why it has no translations: unreadable, skipped.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub reason: Option<String>,
    /// The languages whose summaries people wrote.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub human_summaries: Vec<Language>,
    /// One for each language in which something came of it.
    pub translations: Vec<IndexTranslation>,
}

/// A source in one language.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct IndexTranslation {
    pub language: Language,
    pub state: DocumentState,
    /// All units.
    pub units: u32,
    /// Units without a translation.
    pub failed: u32,
    /// Units with an open finding that is a flag or hard, the failed ones not counted.
    pub flagged: u32,
    /// Units that a person wrote or accepted.
    pub human: u32,
}

/// One name or term that is rendered in more than one way in a language.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct IndexDrift {
    /// As it stands in the sources.
    pub term: String,
    pub language: Language,
    /// The most frequent first.
    pub renderings: Vec<IndexRendering>,
}

/// One way in which a term is rendered.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct IndexRendering {
    pub text: String,
    pub count: u32,
    /// Paths of some documents that have it, as in [`IndexDocument::path`].
    pub documents: Vec<String>,
}

#[derive(Serialize)]
struct Embedded<'a> {
    index: &'a IndexData,
    languages: BTreeMap<&'a str, LanguageFacts>,
}

/// The content security policy of the index, as a header has it.
pub fn index_policy() -> String {
    Page { template: TEMPLATE, style: STYLE, script: SCRIPT, title: "", served: false }.policy()
}

/// The index, a whole HTML document.
pub fn render_index(index: &IndexData) -> String {
    let languages = index
        .languages
        .iter()
        .chain(index.documents.iter().filter_map(|document| document.language.as_ref()))
        .chain(
            index.documents.iter().flat_map(|document| document.translations.iter().map(|one| &one.language)),
        )
        .chain(index.documents.iter().flat_map(|document| &document.human_summaries))
        .chain(index.drift.iter().map(|drift| &drift.language))
        .map(|language| (language.as_str(), LanguageFacts::of(language)))
        .collect();
    Page {
        template: TEMPLATE,
        style: STYLE,
        script: SCRIPT,
        title: &format!("{} – gloss", index.name),
        served: false,
    }
    .fill(&Embedded { index, languages })
}
