//! An XLIFF, whoever wrote it: its units are pairs already.

use std::path::Path;

use super::pair::{Row, Subject, excerpt};
use super::side::Text;
use super::{Options, UNTRANSLATED, shown};
use crate::check::Severity;
use crate::document::Role;
use crate::language::Language;
use crate::review::xliff::{self, XliffFile};
use crate::settings::parse;

/// Whether a file is named as one.
pub(super) fn is_named(path: &Path) -> bool {
    path.extension().is_some_and(|extension| {
        ["xlf", "xliff", "mxliff", "sdlxliff", "mqxliff"]
            .iter()
            .any(|known| extension.eq_ignore_ascii_case(known))
    })
}

/// The translations in an XLIFF: one for each `<file>`. Paragraphs are its units, counted from 1 in each.
///
/// # Errors
/// Why it cannot be checked, for people.
pub(super) fn subjects(bytes: &[u8], path: &Path, options: &Options) -> Result<Vec<Subject>, String> {
    let files = xliff::read(bytes).map_err(|error| error.to_string())?;
    files.iter().map(|file| subject(file, path, options)).collect()
}

fn subject(file: &XliffFile, path: &Path, options: &Options) -> Result<Subject, String> {
    let language = |told: Option<&Language>, written: &str, flag: &str| match told {
        Some(language) => Ok(language.clone()),
        None => parse::language(written).map_err(|_| {
            format!("it names no language that gloss knows (`{written}`); say which with `--{flag}`")
        }),
    };
    let mut subject = Subject {
        path: shown(path),
        source_path: file.original.clone(),
        from: language(options.from.as_ref(), &file.from, "from")?,
        to: language(options.to.first(), file.to.as_deref().unwrap_or_default(), "to")?,
        terms: Vec::new(),
        rows: Vec::new(),
        found: Vec::new(),
    };
    for (unit, paragraph) in file.units.iter().zip(1..) {
        match &unit.target {
            Some(target) => subject.rows.push(Row {
                paragraph,
                source_paragraph: paragraph,
                role: Role::Body,
                source: Text { text: unit.source.clone(), kept: Vec::new() },
                answer: Text { text: target.clone(), kept: Vec::new() },
                ignored: Vec::new(),
                human: false,
            }),
            // A unit without a letter may stand for itself.
            None if !unit.source.chars().any(char::is_alphabetic) => {}
            None => {
                let message = format!("`{}` has no translation", excerpt(&unit.source));
                let finding =
                    subject.placed((paragraph, Some(paragraph)), UNTRANSLATED, Severity::Hard, message);
                subject.found.push(finding);
            }
        }
    }
    Ok(subject)
}
