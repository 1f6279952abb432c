//! `gloss review`.

use std::path::{Path, PathBuf};

use clap::Args;

use crate::error::{Error, Result, exit};
use crate::report::printer::Printer;
use crate::report::review_table;
use crate::review::apply::{OutcomeState, apply_at};
use crate::review::desk::Desk;
use crate::review::import;

const EXAMPLES: &str = "\
Examples:
  gloss review articles --import changes.json
      Take the changes that a review page exported: outputs, reviews and memory
      follow, and no later run undoes them.
  gloss review articles --scan
      Take over what was changed in the output files with an editor; `gloss run`
      does so too before anything else.

Exit codes: 0 all good, 3 something could not be taken over.";

#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct ReviewArguments {
    /// The folder that was given to `gloss run`, or its `--out`
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    /// Take over what was changed in the output files with an editor
    #[arg(long)]
    scan: bool,
    /// Take over a file of changes: what a review page exported
    #[arg(long, value_name = "FILE")]
    import: Vec<PathBuf>,
}

/// # Errors
/// Where the folder or a file cannot be used.
pub fn execute(arguments: &ReviewArguments, printer: &Printer) -> Result<u8> {
    if !arguments.scan && arguments.import.is_empty() {
        return Err(Error::usage(
            "nothing to do",
            "say `--scan` to take over edited output files, or `--import FILE` for exported changes",
        ));
    }
    let mut read = Vec::new();
    for file in &arguments.import {
        let bytes = std::fs::read(file).map_err(|source| Error::io(file, source))?;
        read.push((file.as_path(), import::read(file, &bytes)?));
    }
    let desk = Desk::open(&arguments.folder)?;
    let mut view = review_table::View::default();
    if arguments.scan {
        view.scanned = desk.scan()?;
    }
    for (file, (changes, how)) in read {
        view.imported.push((shown(file), apply_at(&desk, &changes, how)?));
    }
    printer.result(&view, || review_table::render(&view))?;
    let left = view.scanned.iter().any(|scanned| !scanned.whole);
    let refused = view.outcomes().any(|outcome| outcome.state == OutcomeState::Refused);
    Ok(if left || refused { exit::FINISHED_WITH_FAILURES } else { exit::GOOD })
}

fn shown(file: &Path) -> String {
    file.display().to_string()
}
