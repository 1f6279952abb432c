//! Proposals from human translations, to be looked at: needs `GLOSS_SHARED`, the folder with `data/news`.
//!
//! ```text
//! GLOSS_SHARED=… cargo test --lib terms::measured -- --nocapture
//! ```

use std::path::Path;

use super::*;
use crate::document::{BlockKind, Role};
use crate::review::data::{SCHEMA, SourceUnit, TargetUnit, Translation};

/// The articles of `from` that have as many paragraphs in `to`, as reviews of human translations.
fn reviews(shared: &Path, from: &str, to: &str) -> Vec<ReviewDocument> {
    let language = |tag| Language::parse(tag).unwrap();
    let folder = shared.join("data/news");
    let mut names: Vec<_> =
        std::fs::read_dir(folder.join(from)).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    names.sort();
    let paragraphs = |language: &str, name: &std::ffi::OsStr| -> Vec<String> {
        let text = std::fs::read_to_string(folder.join(language).join(name)).unwrap_or_default();
        text.split("\n\n")
            .map(|paragraph| paragraph.trim().to_owned())
            .filter(|text| !text.is_empty())
            .collect()
    };
    let mut documents = Vec::new();
    for name in names {
        let (sources, targets) = (paragraphs(from, &name), paragraphs(to, &name));
        if sources.len() != targets.len() {
            continue;
        }
        let unit = |(index, text): (usize, &String)| SourceUnit {
            block: BlockId(index as u32),
            kind: BlockKind::Paragraph,
            role: if index == 0 { Role::Title } else { Role::Body },
            text: text.clone(),
            kept: Vec::new(),
        };
        let target = |text: &String| TargetUnit {
            state: TargetState::Human,
            text: Some(text.clone()),
            engine: None,
            findings: Vec::new(),
            error: None,
            earlier: None,
            machine: None,
        };
        documents.push(ReviewDocument {
            schema: SCHEMA,
            path: name.to_string_lossy().into_owned(),
            digest: String::new(),
            language: language(from),
            units: sources.iter().enumerate().map(unit).collect(),
            translations: vec![Translation {
                terms: Vec::new(),
                language: language(to),
                output: None,
                units: targets.iter().map(target).collect(),
            }],
            summaries: Vec::new(),
        });
    }
    documents
}

#[test]
#[expect(clippy::print_stderr, reason = "what is measured is for reading")]
fn proposals_from_human_translations() {
    let Some(shared) = std::env::var_os("GLOSS_SHARED") else {
        eprintln!("SKIPPED: GLOSS_SHARED is not set");
        return;
    };
    for (from, to) in [("en", "pt"), ("en", "ru"), ("en", "zh"), ("en", "ar"), ("ru", "en"), ("zh", "en")] {
        let documents = reviews(Path::new(&shared), from, to);
        let began = std::time::Instant::now();
        let proposals = propose(&documents, &[], 50);
        let milliseconds = began.elapsed().as_millis();
        eprintln!("\n{from}-{to}: {} documents, {milliseconds} ms", documents.len());
        for proposal in &proposals {
            let forms = proposal.renderings.iter().flat_map(|rendered| &rendered.forms);
            let forms: Vec<String> = forms.map(|form| format!("{} {}", form.text, form.count)).collect();
            eprintln!(
                "{:?} {} {} ({}): {}",
                proposal.kind,
                proposal.count,
                proposal.source,
                proposal.documents,
                forms.join(" | ")
            );
        }
        assert_eq!(proposals.len(), 50);
        let rendered =
            proposals.iter().filter(|proposal| proposal.renderings.iter().any(|r| !r.forms.is_empty()));
        assert!(rendered.count() >= 35, "{from}-{to}");
    }
}
