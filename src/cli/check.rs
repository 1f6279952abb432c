//! `gloss check`.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::check::Severity;
use crate::error::{Error, Result, exit};
use crate::language::Language;
use crate::report::check_lines;
use crate::report::printer::Printer;
use crate::settings::parse;
use crate::verify::{self, Options, Report};

const EXAMPLES: &str = "\
Examples:
  gloss check articles
      Every translation and summary that lies beside its article.
  gloss check articles --out translated --severity hard
      Those below `translated`; only what a run would have refused.
  gloss check article.txt artigo.txt --from en --to pt
      Two files, whoever made the second; paragraphs are found by what they say.

A finding is a line: `file:paragraph: check: what`. Nothing is asked, fetched or
written. Exit codes: 0 nothing hard, 1 nothing to check, 3 hard findings, 4 some
files could not be read.";

#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct CheckArguments {
    /// Articles and folders whose translations lie beside them, the `--out` folder of a run, single translations
    /// (`name.LANG.txt`), XLIFF files, or a source and its translation
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Language of the sources [default: detected in each]
    #[arg(long, value_name = "LANG")]
    from: Option<OsString>,
    /// Check only translations into these languages; of two files, the language of the second
    #[arg(long, value_name = "LANG,…")]
    to: Vec<OsString>,
    /// Where the translations lie, laid out as the sources are [default: beside each source]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Tell only of what is at least as bad
    #[arg(long, value_name = "LEVEL", default_value = "flag")]
    severity: Level,
    /// Only these checks
    #[arg(long, value_name = "ID,…", value_delimiter = ',')]
    only: Vec<String>,
    /// Not these checks
    #[arg(long, value_name = "ID,…", value_delimiter = ',')]
    skip: Vec<String>,
    /// Tell too of findings that a person said to pass over, and of those below hard on a person's text
    #[arg(long)]
    ignored: bool,
    /// Terms that must be kept to, as a TSV or CSV file [default: those of the run]
    #[arg(long, value_name = "FILE")]
    glossary: Vec<PathBuf>,
}

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Level {
    /// A run would have refused it
    Hard,
    /// To be looked at
    Flag,
    /// Facts for the reader
    Info,
}

/// # Errors
/// Where a path does not exist, a language or a check is unknown, or nothing is found that could be checked.
pub fn execute(arguments: CheckArguments, printer: &Printer) -> Result<u8> {
    let report = verify::check(&arguments.into_options()?)?;
    printer.result(&report, || check_lines::findings(&report))?;
    for note in &report.notes {
        printer.message(&check_lines::note(note));
    }
    for unread in &report.unread {
        printer.problem(&check_lines::unread(unread));
    }
    printer.message(&check_lines::totals(&report));
    Ok(exit_code(&report))
}

impl CheckArguments {
    fn into_options(self) -> Result<Options> {
        let to = self
            .to
            .iter()
            .flat_map(|list| list.to_string_lossy().split(',').map(str::to_owned).collect::<Vec<_>>());
        Ok(Options {
            inputs: self.paths,
            from: self.from.map(|from| language(&from.to_string_lossy(), "from")).transpose()?,
            to: to.map(|tag| language(&tag, "to")).collect::<Result<_>>()?,
            out: self.out,
            severity: match self.severity {
                Level::Hard => Severity::Hard,
                Level::Flag => Severity::Flag,
                Level::Info => Severity::Info,
            },
            only: self.only,
            skip: self.skip,
            ignored: self.ignored,
            glossary: self.glossary,
        })
    }
}

fn language(tag: &str, flag: &str) -> Result<Language> {
    parse::language(tag.trim())
        .map_err(|message| Error::usage(format!("`--{flag}`: {message}"), "give BCP-47 tags: `pt`, `pt-BR`"))
}

/// The worst that was found: something hard, something unread, nothing.
fn exit_code(report: &Report) -> u8 {
    if report.count(Severity::Hard) > 0 {
        exit::FINISHED_WITH_FAILURES
    } else if !report.unread.is_empty() {
        exit::SOURCES_UNREAD
    } else {
        exit::GOOD
    }
}
