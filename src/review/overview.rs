//! What the page of a whole run says of each article.
//!
//! Owns the counting. Like the review it is made from, a row is the same however a run came to its answers.

use super::data::{ReviewDocument, ReviewFinding, SourceUnit, TargetState, TargetUnit, Translation};
use super::page::index::{IndexDocument, IndexTranslation};
use crate::check::Severity;
use crate::document::Role;
use crate::report::event::DocumentState;

/// The row of a reviewed article whose page stands at `page` (relative to the index, with `/`).
pub fn row(review: &ReviewDocument, page: Option<String>) -> IndexDocument {
    let title = review.units.iter().find(|unit| unit.role == Role::Title);
    IndexDocument {
        path: review.path.clone(),
        title: title.map(as_read).filter(|title| !title.is_empty()),
        language: Some(review.language.clone()),
        page,
        reason: None,
        translations: review.translations.iter().map(translation).collect(),
    }
}

/// The row of an article of which nothing could be made.
pub fn without(path: &str, reason: Option<String>) -> IndexDocument {
    IndexDocument {
        path: path.to_owned(),
        title: None,
        language: None,
        page: None,
        reason,
        translations: Vec::new(),
    }
}

fn translation(translation: &Translation) -> IndexTranslation {
    let count = |counts: &dyn Fn(&&TargetUnit) -> bool| {
        u32::try_from(translation.units.iter().filter(counts).count()).unwrap_or(u32::MAX)
    };
    let failed = count(&|unit| unit.state == TargetState::Failed);
    let state = match (&translation.output, failed) {
        (None, _) => DocumentState::Failed,
        (Some(_), 0) => DocumentState::Done,
        (Some(_), _) => DocumentState::Partial,
    };
    IndexTranslation {
        language: translation.language.clone(),
        state,
        units: count(&|_| true),
        failed,
        flagged: count(&|unit| unit.state == TargetState::Machine && unit.findings.iter().any(is_open)),
        human: count(&|unit| unit.state == TargetState::Human),
    }
}

fn is_open(finding: &ReviewFinding) -> bool {
    !finding.ignored && finding.severity != Severity::Info
}

/// A unit's text with what its marks stand for.
fn as_read(unit: &SourceUnit) -> String {
    let mut out = String::with_capacity(unit.text.len());
    let mut rest = unit.text.as_str();
    while let Some((before, after)) = rest.split_once('⟦') {
        out.push_str(before);
        let mark = after.split_once('⟧').and_then(|(number, after)| Some((number.parse::<usize>().ok()?, after)));
        match mark {
            Some((number, after)) => {
                let kept = number.checked_sub(1).and_then(|index| unit.kept.get(index));
                out.push_str(kept.map_or("", String::as_str));
                rest = after;
            }
            None => {
                out.push('⟦');
                rest = after;
            }
        }
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::{BlockId, BlockKind};
    use crate::language::Language;
    use crate::review::data::SCHEMA;

    fn target(state: TargetState, severities: &[(Severity, bool)]) -> TargetUnit {
        let finding = |(severity, ignored): &(Severity, bool)| ReviewFinding {
            check: "c".to_owned(),
            severity: *severity,
            message: "m".to_owned(),
            span: None,
            source_span: None,
            precision: None,
            ignored: *ignored,
        };
        let findings = severities.iter().map(finding).collect();
        TargetUnit { state, text: None, engine: None, findings, error: None, earlier: None }
    }

    #[test]
    fn units_are_counted_by_what_they_ask_of_a_reader() {
        let language = |tag| Language::parse(tag).unwrap();
        let units = vec![
            target(TargetState::Failed, &[(Severity::Hard, false)]),
            target(TargetState::Machine, &[(Severity::Flag, false), (Severity::Info, false)]),
            target(TargetState::Machine, &[(Severity::Flag, true)]),
            target(TargetState::Machine, &[(Severity::Info, false)]),
            target(TargetState::Human, &[(Severity::Flag, false)]),
            target(TargetState::Copied, &[]),
        ];
        let title = SourceUnit {
            block: BlockId(0),
            kind: BlockKind::Paragraph,
            role: Role::Title,
            text: "See ⟦1⟧, ⟦2⟧now⟦3⟧ ⟦x⟧".to_owned(),
            kept: vec!["a.org".to_owned(), String::new(), String::new()],
        };
        let mut review = ReviewDocument {
            schema: SCHEMA,
            path: "a.txt".to_owned(),
            digest: String::new(),
            language: language("en"),
            units: vec![title],
            translations: vec![Translation {
                language: language("pt"),
                output: Some("a.pt.txt".to_owned()),
                units,
            }],
            summaries: Vec::new(),
        };
        let counted = row(&review, Some("a.review.html".to_owned()));
        assert_eq!(counted.title.as_deref(), Some("See a.org, now ⟦x⟧"));
        let one = &counted.translations[0];
        assert_eq!((one.units, one.failed, one.flagged, one.human), (6, 1, 1, 1));
        assert_eq!(one.state, DocumentState::Partial);
        review.translations[0].units.remove(0);
        assert_eq!(row(&review, None).translations[0].state, DocumentState::Done);
        review.translations[0].output = None;
        assert_eq!(row(&review, None).translations[0].state, DocumentState::Failed);
    }
}
