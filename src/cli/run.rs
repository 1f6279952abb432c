//! `gloss run`.

use std::path::PathBuf;

use clap::Args;

use super::flags::SettingFlags;
use super::interrupt;
use crate::error::{Error, Result, exit};
use crate::report::printer::Printer;
use crate::report::record::RunTotals;
use crate::report::reporter::{Reporter, ReporterSettings};
use crate::report::{plan_table, sink};
use crate::run::{self, RunSummary};
use crate::settings::{self, Flags, Resolved, Retry};

const EXAMPLES: &str = "\
Examples:
  gloss run article.txt --to pt
      One article: `article.pt.txt`, `article.pt.summary.md` and the summary in
      its own language appear beside it.
  gloss run articles --to pt,es --out translated
      A folder with all below it; outputs are laid out likewise in `translated`.
  gloss run articles --to de --url https://api.openai.com/v1 --model gpt-4.1-mini
      Through an endpoint; the key is taken from OPENAI_API_KEY.
  gloss run articles --no-translation --summary '80 words'
      Summaries only, each in its article's own language.

Every flag above that takes a value can stand in `gloss.toml` under the same name
(`key-env = \"…\"`) or in the environment (GLOSS_KEY_ENV); flags count most, then
the environment, then the file. `gloss config show` tells what counts and why.";

#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct RunArguments {
    /// Articles (.txt, .md) and folders of them
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Print the plan (what is known, what would be asked, tokens, cost) and ask nothing
    #[arg(long)]
    dry_run: bool,
    /// Overwrite outputs that a person changed; what they changed of a paragraph is taken over first
    #[arg(long)]
    force: bool,
    /// Ask again for what failed or was refused in earlier runs, and for nothing else
    #[arg(long, value_name = "failed", value_parser = ["failed"])]
    retry: Option<String>,
    #[command(flatten)]
    settings: SettingFlags,
    /// For tests: take answers from this file
    #[arg(long, hide = true, value_name = "FILE")]
    script: Option<PathBuf>,
}

impl RunArguments {
    pub(crate) fn into_flags(self) -> Flags {
        Flags {
            inputs: self.paths,
            dry_run: self.dry_run,
            force: self.force,
            retry: self.retry.map(|_| Retry::Failed),
            script: self.script,
            ..self.settings.into_flags()
        }
    }
}

/// # Errors
/// What ends the run.
pub fn execute(arguments: RunArguments, printer: &Printer) -> Result<u8> {
    let current = std::env::current_dir().map_err(|source| Error::io(".", source))?;
    let resolved = settings::resolve(&arguments.into_flags(), super::variable, &current)?;
    super::block_on(async {
        if resolved.run.dry_run {
            let plan = run::plan(resolved.run).await?;
            printer.result(&plan, || plan_table::render(&plan))?;
            return Ok(exit::GOOD);
        }
        let (summary, totals) = follow(resolved, printer).await?;
        Ok(exit_code(&summary, &totals))
    })
}

/// Runs and reports side by side, until the run is over or has been interrupted.
async fn follow(resolved: Resolved, printer: &Printer) -> Result<(RunSummary, RunTotals)> {
    let reporter = Reporter::new(ReporterSettings {
        printer: printer.clone(),
        folder: resolved.run.state_dir(),
        opening: resolved.engine_reason,
    });
    let (sink, events) = sink::channel();
    let signals = interrupt::Signals::listen()?;
    let reporting = tokio::spawn(reporter.follow(events, signals.over.clone(), signals.cancel.clone()));
    let outcome = signals.guard(run::run(resolved.run, sink, signals.cancel.clone())).await;
    signals.over.cancel();
    let totals = interrupt::joined(reporting.await);
    // What ended the run is told before what ended the report of it.
    let summary = outcome?;
    Ok((summary, totals?))
}

fn exit_code(summary: &RunSummary, totals: &RunTotals) -> u8 {
    if summary.interrupted {
        exit::INTERRUPTED
    } else if totals.has_failures() {
        exit::FINISHED_WITH_FAILURES
    } else if totals.unreadable + totals.documents.skipped > 0 {
        exit::SOURCES_UNREAD
    } else {
        exit::GOOD
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::exit::*;
    use crate::report::event::Counts;
    use crate::report::record::DocumentCounts;

    #[test]
    fn exit_codes_say_the_worst_that_happened() {
        let totals = |failed, hard_flagged, unreadable, skipped| RunTotals {
            units: Counts { failed, ..Counts::default() },
            hard_flagged,
            unreadable,
            documents: DocumentCounts { skipped, ..DocumentCounts::default() },
            ..RunTotals::default()
        };
        let to_the_end = RunSummary { interrupted: false };
        for (totals, code) in [
            (totals(0, 0, 0, 0), GOOD),
            (totals(1, 0, 0, 0), FINISHED_WITH_FAILURES),
            (totals(0, 1, 0, 0), FINISHED_WITH_FAILURES),
            (totals(0, 0, 1, 0), SOURCES_UNREAD),
            (totals(0, 0, 0, 1), SOURCES_UNREAD),
            (totals(1, 0, 1, 0), FINISHED_WITH_FAILURES),
        ] {
            assert_eq!(exit_code(&to_the_end, &totals), code, "{totals:?}");
            assert_eq!(exit_code(&RunSummary { interrupted: true }, &totals), INTERRUPTED);
        }
        let odd = RunTotals { inconsistencies: vec!["lost one".to_owned()], ..RunTotals::default() };
        assert_eq!(exit_code(&to_the_end, &odd), FINISHED_WITH_FAILURES);
        assert_eq!(Error::Interrupted.exit_code(), INTERRUPTED);
        assert_eq!(Error::usage("x", "y").exit_code(), USAGE);
        assert_eq!(Error::engine("x", "y").exit_code(), COULD_NOT_RUN);
    }
}
