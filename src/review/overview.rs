//! What the index tells of an article, and the ways between it and the pages.

use std::path::Path;

use super::data::{ReviewDocument, Summary, TargetState, TargetUnit, Translation};
use super::page::index::{IndexDocument, IndexTranslation};
use super::recall::HUMAN;
use crate::check::Severity;
use crate::document::Role;
use crate::read::unit::{Part, split};
use crate::report::event::DocumentState;

/// An article in the index. `page` is relative to the state root, where the index lies, with `/`.
pub fn document(review: &ReviewDocument, page: Option<String>) -> IndexDocument {
    let title = review.units.iter().find(|unit| unit.role == Role::Title);
    let words = |text: &str| -> String {
        let parts = split(text).map(|part| match part {
            Part::Text { text, .. } => text,
            Part::Span { .. } => "",
        });
        parts.collect()
    };
    let human = review.summaries.iter().filter(|summary| summary.engine == HUMAN);
    IndexDocument {
        path: review.path.clone(),
        title: title.map(|unit| words(&unit.text)).filter(|title| !title.trim().is_empty()),
        language: Some(review.language.clone()),
        page,
        reason: None,
        human_summaries: human.map(|summary| summary.language.clone()).collect(),
        translations: review.translations.iter().map(|one| translation(one, &review.summaries)).collect(),
    }
}

fn translation(translation: &Translation, summaries: &[Summary]) -> IndexTranslation {
    let flagged = |unit: &TargetUnit| {
        unit.findings.iter().any(|one| unit.is_open(one) && one.severity != Severity::Info)
    };
    let count = |wanted: &dyn Fn(&TargetUnit) -> bool| {
        let found = translation.units.iter().filter(|unit| wanted(unit)).count();
        u32::try_from(found).unwrap_or(u32::MAX)
    };
    let failed = count(&|unit| unit.state == TargetState::Failed);
    let summary = summaries.iter().any(|summary| summary.language == translation.language && summary.failed);
    let state = match (failed > 0 || summary, translation.output.is_some()) {
        (false, _) => DocumentState::Done,
        (true, true) => DocumentState::Partial,
        (true, false) => DocumentState::Failed,
    };
    IndexTranslation {
        language: translation.language.clone(),
        state,
        units: count(&|_| true),
        failed,
        flagged: count(&|unit| unit.state != TargetState::Failed && flagged(unit)),
        human: count(&|unit| unit.state == TargetState::Human),
    }
}

/// The way from a page (relative to the state root) to the index.
pub fn way_to_index(page: &Path) -> String {
    let up = page.components().count().saturating_sub(1);
    format!("{}{INDEX}", "../".repeat(up))
}

/// The file name of a folder's index.
pub const INDEX: &str = "index.html";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_page_finds_the_index() {
        for (page, way) in [("a.review.html", "index.html"), ("deep/down/a.review.html", "../../index.html")]
        {
            assert_eq!(way_to_index(Path::new(page)), way);
        }
    }
}
