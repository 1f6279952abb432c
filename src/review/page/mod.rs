//! The review page: one self-contained HTML file an article, and one for a whole run.
//!
//! Owns how a review looks and what can be done on it. It reads [`ReviewDocument`] and nothing else, writes no file
//! and knows of no time: the same data gives the same bytes.
//!
//! ```text
//! ReviewDocument --JSON--> page.html  <- base.css page.css
//!                              ^------- base.js text.js store.js unit.js editor.js list.js top.js actions.js keys.js main.js
//! what a person does --> Change --> the browser's storage, exported as a ChangeFile; or POSTed at once where served
//! ```
//!
//! * The data stands in the page as JSON in which no character can end the element that holds it ([`embed`]), and
//!   the script makes text nodes of it, never markup. A content security policy names the one style and the one
//!   script by their hashes and forbids everything else, the network included.
//! * Byte offsets of findings are turned into the browser's own in `text.js`.
//! * Units are put in as empty elements, the first thirty filled at once and the rest in slices of ten milliseconds, and
//!   the browser lays out only what is near the window (`content-visibility`). Measured in headless Chromium on two
//!   cores that other work kept busy ninefold: 5,000 units in four languages (4.9 MB) stand on the screen after 0.4 to
//!   0.5 s (0.9 to 1.4 s where the browser itself has only just started), of which the script has 0.06 to 0.1 s.
//!
//! Served by `gloss review`, the page sends each change as a [`super::change::ChangeFile`] with one change in it, under
//! the header `X-Gloss-Token`, and takes `{"results":[{"ok":true}]}` or `{"results":[{"ok":false,"error":"…"}]}`.

mod embed;
pub mod index;

use std::collections::BTreeMap;

use serde::Serialize;

use super::data::ReviewDocument;
use crate::language::Language;
use embed::Page;
pub use index::{index_policy, render_index};

const TEMPLATE: &str = include_str!("assets/page.html");
const STYLE: &str = concat!(include_str!("assets/base.css"), include_str!("assets/page.css"));
const SCRIPT: &str = concat!(
    "\"use strict\";\n(() => {\n",
    include_str!("assets/base.js"),
    include_str!("assets/text.js"),
    include_str!("assets/store.js"),
    include_str!("assets/unit.js"),
    include_str!("assets/editor.js"),
    include_str!("assets/list.js"),
    include_str!("assets/top.js"),
    include_str!("assets/actions.js"),
    include_str!("assets/keys.js"),
    include_str!("assets/main.js"),
    "})();\n",
);

/// Where a page stands and who serves it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PageOptions {
    /// The index, relative to the page, with `/`; no link where none.
    pub index: Option<String>,
    /// Where `gloss review` serves the page; none for a file on disk.
    pub server: Option<Server>,
}

/// Where changes go as they are made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Server {
    /// Sent back with each request in the header `X-Gloss-Token`.
    pub token: String,
    /// Where to `POST` a change: a URL of the page's own origin, relative to the page (`./api/changes`).
    pub changes: String,
}

/// What the page's script reads.
#[derive(Serialize)]
struct Embedded<'a> {
    document: &'a ReviewDocument,
    languages: BTreeMap<&'a str, LanguageFacts>,
    #[serde(skip_serializing_if = "Option::is_none")]
    index: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    server: Option<&'a Server>,
}

/// What the page must know of a language.
#[derive(Serialize)]
struct LanguageFacts {
    name: String,
    dir: &'static str,
    spaceless: bool,
}

impl LanguageFacts {
    fn of(language: &Language) -> Self {
        Self {
            name: language.name(),
            dir: if language.is_rtl() { "rtl" } else { "ltr" },
            spaceless: language.is_spaceless(),
        }
    }
}

/// The content security policy of a page that is served, as a header has it.
pub fn policy() -> String {
    Page { template: TEMPLATE, style: STYLE, script: SCRIPT, title: "", served: true }.policy()
}

/// The page of one article, a whole HTML document.
pub fn render(document: &ReviewDocument, options: &PageOptions) -> String {
    let languages = std::iter::once(&document.language)
        .chain(document.translations.iter().map(|translation| &translation.language))
        .chain(document.summaries.iter().map(|summary| &summary.language))
        .map(|language| (language.as_str(), LanguageFacts::of(language)))
        .collect();
    let embedded =
        Embedded { document, languages, index: options.index.as_deref(), server: options.server.as_ref() };
    Page {
        template: TEMPLATE,
        style: STYLE,
        script: SCRIPT,
        title: &format!("{} – review", document.path),
        served: options.server.is_some(),
    }
    .fill(&embedded)
}

#[cfg(test)]
mod tests;
