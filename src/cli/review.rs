//! `gloss review`: pages served, and changes taken over from files.

use std::path::{Path, PathBuf};

use clap::Args;
use serde::Serialize;

use tokio_util::sync::CancellationToken;

use crate::error::{Error, Result, exit};
use crate::memory::How;
use crate::report::printer::Printer;
use crate::report::review_table;
use crate::review::apply::{OutcomeState, Sender, apply_at};
use crate::review::change::Change;
use crate::review::desk::Desk;
use crate::review::exchange::{self, Foreign};
use crate::review::server::ReviewServer;
use crate::review::{import, tmx};

const EXAMPLES: &str = "\
Examples:
  gloss review articles
      Serve the review pages on this machine and print their address. What is
      done there is kept at once: outputs, reviews and memory follow.
  gloss review articles --import changes.json
      Take the changes that a review page exported: outputs, reviews and memory
      follow, and no later run undoes them.
  gloss review articles --import articles/name.pt.xlf
      Take what was changed or approved in an XLIFF (`gloss export`); a TMX brings
      people's answers to their texts, wherever those stand.
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
    /// Serve on this port of 127.0.0.1 [default: any that is free]
    #[arg(long, value_name = "N", conflicts_with_all = ["scan", "import"])]
    port: Option<u16>,
    /// Open the address in the browser too (a list of processes shows it to others on this machine)
    #[arg(long, conflicts_with_all = ["scan", "import"])]
    open: bool,
    /// Take over what was changed in the output files with an editor
    #[arg(long)]
    scan: bool,
    /// Take over a file: what a review page exported, an XLIFF that was worked on, a TMX of people's translations
    #[arg(long, value_name = "FILE")]
    import: Vec<PathBuf>,
}

/// # Errors
/// Where the folder or a file cannot be used.
pub fn execute(arguments: &ReviewArguments, printer: &Printer) -> Result<u8> {
    if !arguments.scan && arguments.import.is_empty() {
        return serve(arguments, printer);
    }
    let mut read = Vec::new();
    for file in &arguments.import {
        let bytes = std::fs::read(file).map_err(|source| Error::io(file, source))?;
        let brought = if exchange::is_xml(&bytes) {
            let hint = "give an XLIFF 1.2 or a TMX 1.4, as `gloss export` writes them";
            let foreign = exchange::read(&bytes);
            Brought::Foreign(foreign.map_err(|error| Error::file(file, error.to_string(), hint))?)
        } else {
            let (changes, sender) = import::read(file, &bytes, saved_ms(file))?;
            Brought::Changes(changes, sender)
        };
        read.push((file.as_path(), brought));
    }
    let desk = Desk::open(&arguments.folder)?;
    let mut view = review_table::View::default();
    if arguments.scan {
        view.scanned = desk.scan()?;
    }
    for (file, brought) in read {
        match brought {
            Brought::Changes(changes, sender) => {
                view.imported.push((shown(file), apply_at(&desk, &changes, sender)?))
            }
            Brought::Foreign(Foreign::Xliff(files)) => {
                let store = desk.store();
                let imported = exchange::changes(&files, &store.reviews_blocking()?, |path| {
                    store.review_blocking(path)
                })?;
                view.imported.push((shown(file), apply_at(&desk, &imported.changes, How::Xliff.into())?));
                view.refused
                    .extend(imported.refused.iter().map(|refused| format!("{}: {refused}", shown(file))));
            }
            Brought::Foreign(Foreign::Tmx(pairs)) => {
                view.memories.push((shown(file), tmx::take(&desk, &pairs)?))
            }
        }
    }
    let left = view.scanned.iter().any(|scanned| !scanned.whole);
    let refused = !view.refused.is_empty()
        || view.memories.iter().any(|(_, taken)| !taken.refused.is_empty())
        || view.outcomes().any(|outcome| outcome.state == OutcomeState::Refused);
    let table = || review_table::render(&view);
    if left || refused {
        printer.result(&view, table)?;
        return Ok(exit::FINISHED_WITH_FAILURES);
    }
    printer.account(&view, table)?;
    Ok(exit::GOOD)
}

/// What a file holds.
enum Brought {
    Changes(Vec<Change>, Sender),
    Foreign(Foreign),
}

/// When a file was last changed, Unix time in milliseconds, where the file system says.
fn saved_ms(file: &Path) -> Option<i64> {
    let modified = std::fs::metadata(file).and_then(|metadata| metadata.modified()).ok()?;
    jiff::Timestamp::try_from(modified).ok().map(|saved| saved.as_millisecond())
}

/// What is printed when the server listens.
#[derive(Debug, Serialize)]
struct Listening<'a> {
    address: &'a str,
}

/// Serves the pages until Ctrl-C.
fn serve(arguments: &ReviewArguments, printer: &Printer) -> Result<u8> {
    super::block_on(async {
        let server = ReviewServer::bind(&arguments.folder, arguments.port.unwrap_or(0)).await?;
        // Listened for before the address is told: whoever reads it may end us at once.
        let stop = CancellationToken::new();
        let interrupted = {
            let stop = stop.clone();
            async move {
                // Where the system has no such signal there is nothing to wait for.
                if tokio::signal::ctrl_c().await.is_ok() {
                    stop.cancel();
                }
            }
        };
        let listener = tokio::spawn(interrupted);
        tokio::task::yield_now().await;
        let address = server.address();
        printer.result(&Listening { address }, || address.to_owned())?;
        printer.message("serving the review on this machine only; Ctrl-C ends it");
        if arguments.open {
            open(address, printer);
        }
        server.serve(stop).await;
        listener.abort();
        Ok(exit::GOOD)
    })
}

/// Has the system open an address in its browser.
fn open(address: &str, printer: &Printer) {
    let (program, before): (&str, &[&str]) = match std::env::consts::OS {
        "macos" => ("open", &[]),
        "windows" => ("rundll32", &["url.dll,FileProtocolHandler"]),
        _ => ("xdg-open", &[]),
    };
    let quiet = std::process::Stdio::null;
    let started = std::process::Command::new(program)
        .args(before)
        .arg(address)
        .stdin(quiet())
        .stdout(quiet())
        .stderr(quiet())
        .spawn();
    if let Err(error) = started {
        printer.problem(&format!("`{program}` cannot be started ({error}); open the address yourself"));
    }
}

fn shown(file: &Path) -> String {
    file.display().to_string()
}
