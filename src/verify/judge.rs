//! The checks over one translation.

use super::Placed;
use super::pair::{Row, Subject};
use crate::check::{self, Pair};

/// Everything there is to say of it: what showed while it was read, and what the checks find.
pub(super) fn judge(subject: &Subject) -> Vec<Placed> {
    let rows = subject.rows.iter().flat_map(|row| of_row(subject, row));
    subject.found.iter().cloned().chain(rows).collect()
}

fn of_row(subject: &Subject, row: &Row) -> Vec<Placed> {
    let pair = Pair {
        source: &row.source.text,
        answer: &row.answer.text,
        from: &subject.from,
        to: &subject.to,
        role: row.role,
    };
    let findings = check::unit(&pair).into_iter().map(|finding| {
        let ignored =
            row.ignored.iter().any(|(id, message)| *id == finding.check && *message == finding.message);
        let message = row.answer.spelled(&finding.message);
        let place = (row.paragraph, Some(row.source_paragraph));
        Placed { ignored, ..subject.placed(place, &finding.check, finding.severity, message) }
    });
    findings.collect()
}
