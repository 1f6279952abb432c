//! `gloss doctor`.

use clap::Args;

use super::flags::SettingFlags;
use crate::doctor::{self, Wanted};
use crate::error::{Error, Result, exit};
use crate::report::doctor_table;
use crate::report::printer::Printer;
use crate::settings::{EngineSettings, Key, engines, parse, resolve};

const EXAMPLES: &str = "\
Examples:
  gloss doctor --to pt
      Is the embedded engine ready for Portuguese?
  gloss doctor --url https://api.openai.com/v1 --model gpt-4.1-mini --to pt,de
      Is the key accepted, is the model there, what does a sentence become?

One sentence is sent to each engine for each language of `--to`, and nothing else;
nothing is written or fetched. Exit codes: 0 all good, 1 something is to be mended.";

#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct DoctorArguments {
    #[command(flatten)]
    settings: SettingFlags,
}

/// # Errors
/// Where the settings do not read. What is wrong with an engine is part of the diagnosis.
pub fn execute(arguments: DoctorArguments, printer: &Printer) -> Result<u8> {
    let current = std::env::current_dir().map_err(|source| Error::io(".", source))?;
    let flags = arguments.settings.into_flags();
    let layers = resolve::gather(&flags, super::variable, &current)?;
    let wanted = Wanted {
        from: layers.parsed(Key::From, parse::language)?,
        to: layers.list(Key::To, true, parse::language)?,
    };
    let engines = configured(&layers)?;
    let diagnosis = super::block_on(async { Ok(doctor::diagnose(&engines, &wanted).await) })?;
    printer.result(&diagnosis, || doctor_table::render(&diagnosis))?;
    Ok(if diagnosis.is_good() { exit::GOOD } else { exit::COULD_NOT_RUN })
}

/// The engines that a run with these settings could ask, and those that the file names beside them.
fn configured(layers: &crate::settings::Layers) -> Result<Vec<(String, EngineSettings)>> {
    let chosen = engines::every(layers, &super::variable)?;
    Ok(chosen.into_iter().map(|entry| (entry.name, entry.settings)).collect())
}
