//! Files of other tools: XLIFF, TMX, glossaries.

use super::fit_for_a_message;
use crate::document::{BlockId, BlockKind, Role};
use crate::glossary;
use crate::language::Language;
use crate::review::change::Action;
use crate::review::data::{ReviewDocument, SCHEMA, SourceUnit, TargetState, TargetUnit, Translation};
use crate::review::xml::legal;
use crate::review::{tmx, xliff};

/// XLIFF: read, or refused in words; what is changed in one is changed where the source says so; and whatever a text
/// holds, it is read as it was written.
pub fn xliff_file(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let Some(document) = document(&text) else { return };
    match xliff::read(bytes) {
        Err(error) => fit_for_a_message(&error.to_string()),
        Ok(files) => {
            for file in &files {
                let imported = xliff::changes(file, &document);
                imported.refused.iter().for_each(|refused| fit_for_a_message(refused));
                for change in imported.changes {
                    assert!(document.units.iter().any(|unit| unit.text == change.source));
                    let blank = match &change.action {
                        Action::Edit { text } | Action::Accept { text } => text.trim().is_empty(),
                        _ => false,
                    };
                    assert!(!blank, "an empty answer from {:?}", change.block);
                }
            }
        }
    }
    for translation in &document.translations {
        let Some((xml, replaced)) = xliff::write(&document, &translation.language) else { continue };
        assert!(xliff::is_untouched(xml.as_bytes()), "{xml}");
        let files = xliff::read(xml.as_bytes()).unwrap_or_default();
        let read = files.first().and_then(|file| file.units.first()).map(|unit| unit.source.clone());
        assert_eq!(replaced.is_empty(), text.chars().all(legal));
        if !text.contains('⟦') {
            assert_eq!(read, Some(as_written(&text)));
        }
    }
}

/// TMX: read, or refused in words; no pair without a text; and what was written is read.
pub fn tmx_file(bytes: &[u8]) {
    match tmx::read(bytes) {
        Err(error) => fit_for_a_message(&error.to_string()),
        Ok(pairs) => {
            for pair in pairs {
                assert!(!pair.source.trim().is_empty() && !pair.target.trim().is_empty());
            }
        }
    }
    let text = String::from_utf8_lossy(bytes);
    let Some(document) = document(&text) else { return };
    let written = tmx::write(std::slice::from_ref(&document), &[]);
    let read = tmx::read(written.xml.as_bytes()).unwrap_or_default();
    if !text.contains('⟦') && !text.trim().is_empty() {
        let texts: Vec<String> = read.into_iter().map(|pair| pair.target).collect();
        assert_eq!(texts, [as_written(&text)]);
    }
}

/// A glossary: read, or refused with its line; written anew it reads as the same, and its terms are looked for in any text.
pub fn glossary_file(bytes: &[u8]) {
    let rows = match glossary::read(bytes) {
        Ok(rows) => rows,
        Err(error) => {
            fit_for_a_message(&error.to_string());
            return;
        }
    };
    let written = glossary::write(&rows, &[]);
    match glossary::read(written.as_bytes()) {
        Ok(again) => assert_eq!(glossary::write(&again, &[]), written),
        Err(error) => assert!(rows.is_empty(), "{error} in {written:?}"),
    }
    let (Ok(from), Ok(to)) = (Language::parse("en"), Language::parse("pt")) else { return };
    let pair = glossary::Glossaries::new(rows).pair(&from, &to);
    let text: String = String::from_utf8_lossy(bytes).chars().take(400).collect();
    assert!(pair.present(&text).len() <= pair.terms().len());
}

/// One paragraph with that text and that answer.
fn document(text: &str) -> Option<ReviewDocument> {
    let (from, to) = (Language::parse("en").ok()?, Language::parse("pt").ok()?);
    let unit = SourceUnit {
        block: BlockId(0),
        kind: BlockKind::Paragraph,
        role: Role::Body,
        text: text.to_owned(),
        kept: vec![text.to_owned()],
    };
    let target = TargetUnit {
        state: if text.trim().is_empty() { TargetState::Failed } else { TargetState::Machine },
        text: Some(text.to_owned()).filter(|text| !text.trim().is_empty()),
        engine: None,
        findings: Vec::new(),
        error: None,
        earlier: None,
        machine: None,
    };
    Some(ReviewDocument {
        schema: SCHEMA,
        path: "a.txt".to_owned(),
        digest: String::new(),
        language: from,
        units: vec![unit],
        translations: vec![Translation {
            language: to,
            output: None,
            terms: Vec::new(),
            units: vec![target],
        }],
        summaries: Vec::new(),
    })
}

fn as_written(text: &str) -> String {
    text.chars().map(|c| if legal(c) { c } else { char::REPLACEMENT_CHARACTER }).collect()
}
