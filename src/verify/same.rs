//! A translation in the very language of its source, which nobody told it to be in: the source came back.
//!
//! Where both languages are found to be one, the check [`check::IDENTICAL`] has nothing to go by; what is the same on both
//! sides is told here instead.

use super::pair::Subject;
use crate::check::{self, Severity};
use crate::document::{Document, Role};

/// Adds a hard finding for each paragraph that is its source, unchanged; and one for the whole where the files are the same
/// text, so that a file held against itself never passes.
pub(super) fn tell(subject: &mut Subject, source: &Document, target: &Document) {
    if subject.from.primary() == subject.to.primary() {
        let same = subject.rows.iter().filter(|row| {
            !matches!(row.role, Role::Dateline | Role::Verbatim)
                && row.source.text.chars().any(char::is_alphabetic)
                && words(&row.source.text).eq(words(&row.answer.text))
        });
        let places: Vec<_> = same.map(|row| (row.paragraph, Some(row.source_paragraph))).collect();
        for place in places {
            add(subject, place, "the answer is the source text, unchanged");
        }
    }
    let told = subject.found.iter().any(|finding| finding.check == check::IDENTICAL);
    if !told && words(&source.text).eq(words(&target.text)) {
        add(subject, (1, Some(1)), "the translation is the source, unchanged from beginning to end");
    }
}

fn add(subject: &mut Subject, place: (usize, Option<usize>), message: &str) {
    let finding = subject.placed(place, check::IDENTICAL, Severity::Hard, message.to_owned());
    subject.found.push(finding);
}

fn words(text: &str) -> impl Iterator<Item = String> {
    text.split_whitespace().map(str::to_lowercase)
}
