//! Checking translations that stand on disk, whoever made them: what `gloss check` does.
//!
//! ```text
//! paths -> [`inputs`] -> a source and a translation of it -> [`pair`]: their paragraphs side by side -> [`judge`]
//!                    -> what the memory has of them ([`kept`]), an XLIFF ([`xliff`]) ----------------^
//! ```
//!
//! Asks nothing of any engine, goes to no network and writes nothing. Paragraphs are found to be each other's by
//! [`crate::align`], for what is on disk bears no ids.
//!
//! What shows without any rule for texts has ids of its own: [`MISSING`], [`EXTRA`], [`ORDER`] and [`UNTRANSLATED`].

mod inputs;
mod judge;
mod kept;
mod pair;
mod same;
mod side;
mod summary;
mod xliff;

use std::path::{Path, PathBuf};

use serde::Serialize;

use crate::check::{self, Severity};
use crate::error::{Error, Result};
use crate::glossary::Glossaries;
use crate::language::Language;

/// A paragraph of the source that the translation has not. Hard; a flag where it is navigation, which may have been left
/// out by intent, and information where gloss itself left it out.
pub const MISSING: &str = "missing";
/// A paragraph of the translation that the source has not. A flag.
pub const EXTRA: &str = "extra";
/// A paragraph that stands in another place than in the source. A flag.
pub const ORDER: &str = "order";
/// A paragraph that gloss left in the source's language and marked. Hard.
pub const UNTRANSLATED: &str = "untranslated";

/// The form of [`Report`] that this version writes.
pub const SCHEMA: u32 = 1;

/// What to check, and what of it to tell.
#[derive(Debug, Clone)]
pub struct Options {
    /// Files and folders as typed.
    pub inputs: Vec<PathBuf>,
    /// The sources' language; detected in each where not told.
    pub from: Option<Language>,
    /// The translations' languages: of a folder's only these are checked; of a pair of files the first is the second file's.
    pub to: Vec<Language>,
    /// Where the translations lie, if not beside their sources.
    pub out: Option<PathBuf>,
    /// Findings below it are left out.
    pub severity: Severity,
    /// Only these checks; all where empty.
    pub only: Vec<String>,
    /// Not these.
    pub skip: Vec<String>,
    /// Those too that a person said to pass over, and those below hard on a person's text.
    pub ignored: bool,
    /// Files of terms, as `--glossary` names them; where they have nothing for a pair, what the run had counts.
    pub glossary: Vec<PathBuf>,
}

/// What was found.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Report {
    pub schema: u32,
    /// How many files were checked against their sources: translations and summaries.
    pub files: usize,
    /// How many pairs of paragraphs, and summaries.
    pub checked: usize,
    /// In order of file and paragraph.
    pub findings: Vec<Placed>,
    /// How many more there are that a person said to pass over, or that are below hard on a person's text.
    pub ignored: usize,
    /// What could not be read, in order of path.
    pub unread: Vec<Unread>,
    /// What a person should know beside, in words.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
}

/// A finding with its place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Placed {
    /// The translation, as it was typed or found below what was typed.
    pub path: String,
    /// Counted from 1. Of what is missing: where it would stand.
    pub paragraph: usize,
    pub language: Language,
    pub check: String,
    pub severity: Severity,
    pub message: String,
    /// Of a hundred such findings, how many were true when it was measured.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub precision: Option<u8>,
    /// Where the text was translated from; none of what is extra.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<SourcePlace>,
    /// A person said to pass over it, or it is below hard on a person's text.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub ignored: bool,
}

/// A paragraph of a source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SourcePlace {
    pub path: String,
    /// Counted from 1.
    pub paragraph: usize,
}

/// A file that could not be read.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Unread {
    pub path: String,
    pub reason: String,
}

impl Report {
    /// How many findings of a severity are not passed over.
    pub fn count(&self, severity: Severity) -> usize {
        self.findings.iter().filter(|finding| finding.severity == severity && !finding.ignored).count()
    }
}

/// Checks what `options` names.
///
/// # Errors
/// Where a path does not exist, or nothing at all is found that could be checked; and where a check is named that there is not.
pub fn check(options: &Options) -> Result<Report> {
    known_checks(options)?;
    let glossary = Glossaries::load(&options.glossary)?;
    let gathered = inputs::gather(options)?;
    let mut report = Report {
        schema: SCHEMA,
        files: 0,
        checked: 0,
        findings: Vec::new(),
        ignored: 0,
        unread: gathered.unread,
        notes: gathered.notes,
    };
    for subject in &gathered.subjects {
        report.files += 1;
        report.checked += subject.rows.len();
    }
    report.findings.extend(judge::judge(&gathered.subjects, &glossary));
    for summary in &gathered.summaries {
        report.files += 1;
        report.checked += 1;
        report.findings.extend(summary::judge(summary));
    }
    report.findings.retain(|finding| is_wanted(finding, options));
    if !options.ignored {
        let all = report.findings.len();
        report.findings.retain(|finding| !finding.ignored);
        report.ignored = all - report.findings.len();
    }
    report.findings.sort_by(|one, other| {
        let key =
            |finding: &Placed| (finding.path.clone(), finding.paragraph, std::cmp::Reverse(finding.severity));
        key(one).cmp(&key(other))
    });
    report.unread.sort();
    Ok(report)
}

fn is_wanted(finding: &Placed, options: &Options) -> bool {
    let named = |list: &[String]| list.contains(&finding.check);
    finding.severity >= options.severity
        && (options.only.is_empty() || named(&options.only))
        && !named(&options.skip)
}

/// The ids that a finding may have.
pub fn ids() -> Vec<&'static str> {
    let own = [MISSING, EXTRA, ORDER, UNTRANSLATED, check::DRIFT];
    let units = check::UNIT_CHECKS.iter().chain(check::REVIEW_CHECKS).map(|check| check.id);
    let summaries = check::SUMMARY_CHECKS.iter().map(|check| check.id);
    let mut ids: Vec<&str> = own.into_iter().chain(units).chain(summaries).collect();
    ids.sort_unstable();
    ids.dedup();
    ids
}

fn known_checks(options: &Options) -> Result<()> {
    let known = ids();
    match options.only.iter().chain(&options.skip).find(|id| !known.contains(&id.as_str())) {
        None => Ok(()),
        Some(id) => {
            Err(Error::usage(format!("there is no check `{id}`"), format!("one of {}", known.join(", "))))
        }
    }
}

/// A path as it is shown.
fn shown(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}
