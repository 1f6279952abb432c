//! A document for the tests of what is made of one.

use crate::document::{BlockId, BlockKind, Role};
use crate::language::Language;

use super::data::{ReviewDocument, SCHEMA, SourceUnit, TargetState, TargetUnit, Translation};

/// A title that a person translated, a dateline that is copied, a paragraph with code that a machine translated, and one
/// that failed; into Portuguese.
pub(crate) fn document() -> ReviewDocument {
    let language = |tag| Language::parse(tag).unwrap();
    let unit = |block, kind, role, text: &str, kept: &[&str]| SourceUnit {
        block: BlockId(block),
        kind,
        role,
        text: text.to_owned(),
        kept: kept.iter().map(|kept| (*kept).to_owned()).collect(),
    };
    ReviewDocument {
        schema: SCHEMA,
        path: "news/mill.md".to_owned(),
        digest: "00".to_owned(),
        language: language("en"),
        units: vec![
            unit(0, BlockKind::Heading(1), Role::Title, "The tide mill", &[]),
            unit(1, BlockKind::Paragraph, Role::Dateline, "GREYHAVEN & <PORT>", &[]),
            unit(2, BlockKind::Paragraph, Role::Body, "A mill ⟦1⟧ stands there.", &["make"]),
            unit(3, BlockKind::Paragraph, Role::Body, "Seven boats.", &[]),
        ],
        translations: vec![Translation {
            terms: Vec::new(),
            language: language("pt"),
            output: Some("news/mill.pt.md".to_owned()),
            units: vec![
                target(TargetState::Human, Some("O moinho de maré")),
                target(TargetState::Copied, Some("GREYHAVEN & <PORT>")),
                target(TargetState::Machine, Some("Um moinho ⟦1⟧ fica ali.")),
                target(TargetState::Failed, None),
            ],
        }],
        summaries: Vec::new(),
    }
}

pub(crate) fn target(state: TargetState, text: Option<&str>) -> TargetUnit {
    TargetUnit {
        state,
        text: text.map(str::to_owned),
        engine: Some("local".to_owned()),
        findings: Vec::new(),
        error: None,
        earlier: None,
        machine: None,
    }
}
