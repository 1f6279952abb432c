//! `gloss terms`.

use std::path::PathBuf;

use clap::Args;

use super::export::{languages, reviews};
use crate::error::{Error, Result, exit};
use crate::glossary;
use crate::report::event::WriteState;
use crate::report::printer::Printer;
use crate::report::terms_table;
use crate::terms;
use crate::write::put_export;

const EXAMPLES: &str = "\
Examples:
  gloss terms articles
      Names and recurring terms with how each was rendered; names rendered in
      several ways first.
  gloss terms articles --to pt --out names.tsv
      The same as a glossary: look through it, delete what is of no use, correct
      the rest, then
  gloss run articles --to pt --glossary names.tsv
      Asks again for the paragraphs that hold one of the terms, and no others.";

#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct TermsArguments {
    /// The folder that a run was made in: the one with `.gloss` in it
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    /// Only renderings in these languages; may be repeated [default: every one there is]
    #[arg(long, value_name = "LANG,…")]
    to: Vec<String>,
    /// Proposals at most
    #[arg(long, value_name = "N", default_value_t = terms::MOST)]
    most: usize,
    /// Write the proposals to this file as a glossary, the usual rendering of each as its target
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Replace a file that is there
    #[arg(long)]
    force: bool,
}

/// # Errors
/// Where nothing was made in the folder yet, or the file cannot be written.
pub fn execute(arguments: &TermsArguments, printer: &Printer) -> Result<u8> {
    let languages = languages(&arguments.to)?;
    let proposals = terms::propose(&reviews(&arguments.folder)?, &languages, arguments.most);
    if let Some(path) = &arguments.out {
        let preface = ["proposed by `gloss terms`: correct the targets, delete what is of no use"];
        let text = glossary::write(&terms::glossary(&proposals), &preface);
        if put_export(path, text.as_bytes(), |_| arguments.force)? == WriteState::KeptEdited {
            let hint = "name another file, or replace it with `--force`";
            return Err(Error::file(path, "is there already, and was left alone", hint));
        }
    }
    printer.result(&proposals, || terms_table::render(&proposals))?;
    Ok(exit::GOOD)
}
