//! The command line: clap types and one thin file per subcommand.
//!
//! Knows names, help texts and which function a command is; decides nothing that [`crate::settings`] decides.

pub mod check;
pub mod config;
pub mod doctor;
pub mod export;
pub mod flags;
pub mod generate;
pub mod interrupt;
pub mod models;
pub mod review;
pub mod run;
pub mod terms;
#[cfg(test)]
mod tests;

use std::ffi::OsString;
use std::future::Future;

use clap::{Args, Parser, Subcommand};

use crate::error::{Error, Result};
use crate::report::printer::{Printer, Verbosity};

const EXAMPLES: &str = "\
Examples:
  gloss run articles --to pt
      Translate and summarise every .txt and .md below `articles`, with the
      embedded engine: nothing to configure, nothing to pay.
  gloss run articles --to es,de --url http://127.0.0.1:8080/v1 --model qwen
      The same through any OpenAI-compatible endpoint.
  gloss run articles --to pt --dry-run
      Say what would be asked, and what it would cost.

The first run writes `name.pt.txt` and `name.pt.summary.md` beside each
article; the next one asks only for what has changed.

Exit codes: 0 all good, 1 could not run, 2 wrong usage, 3 finished with failed
paragraphs, 4 finished but some sources could not be read, 130 interrupted.";

/// Translate and summarise a folder of articles, and never lose a paragraph in silence.
#[derive(Debug, Parser)]
#[command(name = "gloss", version, about, after_help = EXAMPLES, propagate_version = true)]
#[command(subcommand_required = true, arg_required_else_help = true)]
pub struct Cli {
    #[command(subcommand)]
    pub command: Command,
    #[command(flatten)]
    pub output: OutputFlags,
}

/// How much is said, and in which form.
#[derive(Debug, Clone, Args)]
pub struct OutputFlags {
    /// Say nothing but errors
    #[arg(short, long, global = true, conflicts_with = "verbose", display_order = 900)]
    pub quiet: bool,
    /// Say more: each request, retry and skipped file
    #[arg(short, long, global = true, display_order = 901)]
    pub verbose: bool,
    /// Write JSON to stdout: a run's events one a line, a plan or the settings as one object
    #[arg(long, global = true, display_order = 902)]
    pub json: bool,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Translate and summarise files and folders
    Run(Box<run::RunArguments>),
    /// Serve the review pages, and take over what people changed
    Review(review::ReviewArguments),
    /// Check translations against their sources, offline
    Check(Box<check::CheckArguments>),
    /// List, fetch and add the embedded engine's models
    #[command(subcommand)]
    Models(models::ModelsCommand),
    /// Show the settings and where each came from
    #[command(subcommand)]
    Config(config::ConfigCommand),
    /// Try each configured engine once and say what to mend
    Doctor(Box<doctor::DoctorArguments>),
    /// Write what was translated as XLIFF or TMX, or the glossary in use
    Export(export::ExportArguments),
    /// Propose a glossary: names and recurring terms, and how each was rendered
    Terms(terms::TermsArguments),
    /// Print a completion script for a shell
    Completions(generate::CompletionsArguments),
    /// Print the manual page
    Man,
}

/// Does what was typed; gives the exit code.
///
/// # Errors
/// What ends the command; [`crate::error::Error::exit_code`] is then the exit code.
pub fn execute(cli: Cli) -> Result<u8> {
    let printer = Printer::standard(Verbosity::new(cli.output.quiet, cli.output.verbose), cli.output.json);
    match cli.command {
        Command::Run(arguments) => run::execute(*arguments, &printer),
        Command::Review(arguments) => review::execute(&arguments, &printer),
        Command::Check(arguments) => check::execute(*arguments, &printer),
        Command::Models(command) => models::execute(command, &printer),
        Command::Config(command) => config::execute(command, &printer),
        Command::Doctor(arguments) => doctor::execute(*arguments, &printer),
        Command::Export(arguments) => export::execute(&arguments, &printer),
        Command::Terms(arguments) => terms::execute(&arguments, &printer),
        Command::Completions(arguments) => generate::completions(&arguments, &printer),
        Command::Man => generate::man(&printer),
    }
}

/// The process environment, as settings read it.
fn variable(name: &str) -> Option<OsString> {
    std::env::var_os(name)
}

/// Runs `work` on a runtime of its own. What is still under way when it ends (a request given up, a thread of the
/// embedded engine) is not waited for.
fn block_on<T>(work: impl Future<Output = Result<T>>) -> Result<T> {
    // One TLS library serves all clients; a second installation in this process changes nothing.
    drop(rustls::crypto::ring::default_provider().install_default());
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(|error| {
        Error::engine(format!("no threads to run on: {error}"), "raise the process limit")
    })?;
    let outcome = runtime.block_on(work);
    runtime.shutdown_background();
    outcome
}
