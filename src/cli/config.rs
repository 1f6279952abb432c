//! `gloss config`.

use clap::{Args, Subcommand};

use super::flags::SettingFlags;
use crate::error::{Error, Result, exit};
use crate::report::printer::Printer;
use crate::report::settings_table;
use crate::settings::show;

#[derive(Debug, Subcommand)]
pub enum ConfigCommand {
    /// Show each setting, its value and where it came from; takes the flags of `gloss run`
    Show(Box<ShowArguments>),
}

#[derive(Debug, Args)]
pub struct ShowArguments {
    #[command(flatten)]
    settings: SettingFlags,
}

/// # Errors
/// Where the settings file does not read.
pub fn execute(command: ConfigCommand, printer: &Printer) -> Result<u8> {
    let ConfigCommand::Show(arguments) = command;
    let current = std::env::current_dir().map_err(|source| Error::io(".", source))?;
    let shown = show::show(&arguments.settings.into_flags(), super::variable, &current)?;
    printer.result(&shown, || settings_table::render(&shown))?;
    Ok(exit::GOOD)
}
