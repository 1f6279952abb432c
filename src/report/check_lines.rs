//! The findings of `gloss check`, one a line, as compilers print theirs.

use super::lines::one_line;
use super::printable::printable;
use crate::check::Severity;
use crate::verify::{Placed, Report, Unread};

/// `file:paragraph: check: what (severity, …)`, a line for each finding; nothing where there is none.
pub fn findings(report: &Report) -> String {
    report.findings.iter().map(line).collect::<Vec<_>>().join("\n")
}

fn line(finding: &Placed) -> String {
    let mut notes = vec![word(finding.severity).to_owned()];
    notes.extend(finding.precision.map(|precision| format!("right {precision} times in 100")));
    notes.extend(finding.source.as_ref().map(|source| format!("{}:{}", source.path, source.paragraph)));
    notes.extend(finding.ignored.then(|| "ignored".to_owned()));
    let Placed { path, paragraph, check, message, .. } = finding;
    let message = one_line(message);
    printable(&format!("{path}:{paragraph}: {check}: {message} ({})", notes.join(", "))).into_owned()
}

fn word(severity: Severity) -> &'static str {
    match severity {
        Severity::Hard => "hard",
        Severity::Flag => "flag",
        Severity::Info => "info",
    }
}

/// A file that could not be read.
pub fn unread(unread: &Unread) -> String {
    format!("`{}`: {}", printable(&unread.path), one_line(&unread.reason))
}

/// What a person should know beside.
pub fn note(note: &str) -> String {
    one_line(note)
}

/// The last line.
pub fn totals(report: &Report) -> String {
    let count = |severity| report.count(severity);
    let plural =
        |count: usize, one: &str, many: &str| format!("{count} {}", if count == 1 { one } else { many });
    let passed_over = match report.ignored {
        0 => String::new(),
        ignored => format!("; {ignored} passed over as people said (`--ignored` tells them)"),
    };
    format!(
        "{} checked: {} hard, {}{passed_over}",
        plural(report.files, "file", "files"),
        count(Severity::Hard),
        plural(count(Severity::Flag), "flag", "flags"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::Language;
    use crate::verify::{SCHEMA, SourcePlace};

    fn finding(message: &str) -> Placed {
        Placed {
            path: "a\u{1b}.pt.txt".to_owned(),
            paragraph: 3,
            language: Language::parse("pt").unwrap(),
            check: "numbers".to_owned(),
            severity: Severity::Flag,
            message: message.to_owned(),
            precision: Some(91),
            source: Some(SourcePlace { path: "a.txt".to_owned(), paragraph: 4 }),
            ignored: false,
        }
    }

    #[test]
    fn a_finding_is_a_line_that_cannot_drive_the_terminal() {
        let report = Report {
            schema: SCHEMA,
            files: 1,
            checked: 9,
            findings: vec![finding("`350` became `530`\u{202e}\n")],
            ignored: 2,
            unread: Vec::new(),
            notes: Vec::new(),
        };
        assert_eq!(
            findings(&report),
            "a\\u{1b}.pt.txt:3: numbers: `350` became `530`\\u{202e} (flag, right 91 times in 100, a.txt:4)"
        );
        assert_eq!(
            totals(&report),
            "1 file checked: 0 hard, 1 flag; 2 passed over as people said (`--ignored` tells them)"
        );
    }
}
