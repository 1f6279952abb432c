//! The checks over translations: each document's units together, and the names of all that are in one pair of languages.

use std::collections::BTreeMap;

use super::Placed;
use super::pair::{Row, Subject};
use crate::check::{self, Finding, Pair, Severity};
use crate::glossary::{Glossaries, Glossary};
use crate::language::Language;

/// Everything there is to say of them: what showed while they were read, and what the checks find.
///
/// `glossary` goes before what a translation was made with, where it has anything for the pair.
pub(super) fn judge(subjects: &[Subject], glossary: &Glossaries) -> Vec<Placed> {
    let mut placed = Vec::new();
    for subject in subjects {
        placed.extend(subject.found.iter().cloned());
        let pairs: Vec<Pair<'_>> = subject.rows.iter().map(|row| pair(subject, row)).collect();
        let told = glossary.pair(&subject.from, &subject.to);
        let terms = if told.is_empty() { subject.terms.as_slice() } else { told.terms() };
        let terms = Some(Glossary::new(terms, &subject.from, &subject.to)).filter(|_| !terms.is_empty());
        for (row, findings) in subject.rows.iter().zip(check::document(&pairs, terms.as_ref())) {
            placed.extend(findings.iter().map(|finding| place(subject, row, finding)));
        }
    }
    // What drifts within a document was told with its document.
    for finding in drift(subjects) {
        if !placed.contains(&finding) {
            placed.push(finding);
        }
    }
    placed
}

/// Names that are rendered one way in one document and another way in another.
fn drift(subjects: &[Subject]) -> Vec<Placed> {
    let mut by_languages: BTreeMap<(&Language, &Language), Vec<&Subject>> = BTreeMap::new();
    for subject in subjects {
        by_languages.entry((&subject.from, &subject.to)).or_default().push(subject);
    }
    let mut placed = Vec::new();
    for subjects in by_languages.into_values().filter(|subjects| subjects.len() > 1) {
        let rows: Vec<(&Subject, &Row)> =
            subjects.iter().flat_map(|subject| subject.rows.iter().map(|row| (*subject, row))).collect();
        for (index, findings) in check::drift(rows.iter().map(|(subject, row)| pair(subject, row))) {
            let Some((subject, row)) = rows.get(index) else { continue };
            placed.extend(findings.iter().map(|finding| place(subject, row, finding)));
        }
    }
    placed
}

fn pair<'a>(subject: &'a Subject, row: &'a Row) -> Pair<'a> {
    Pair {
        source: &row.source.text,
        answer: &row.answer.text,
        from: &subject.from,
        to: &subject.to,
        role: row.role,
    }
}

fn place(subject: &Subject, row: &Row, finding: &Finding) -> Placed {
    let named = row.ignored.iter().any(|(id, message)| *id == finding.check && *message == finding.message);
    // A person's text is theirs to judge, but for what would have been refused.
    let ignored = named || row.human && finding.severity < Severity::Hard;
    let message = row.answer.spelled(&finding.message);
    let place = (row.paragraph, Some(row.source_paragraph));
    let precision = check::precision(&finding.check, finding.severity, &subject.to);
    Placed { ignored, precision, ..subject.placed(place, &finding.check, finding.severity, message) }
}
