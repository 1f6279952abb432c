//! `gloss completions` and `gloss man`.

use clap::{Args, CommandFactory};

use super::Cli;
use crate::error::{Error, Result, exit};
use crate::report::printer::Printer;

const COMPLETIONS_HELP: &str = "\
Examples:
  gloss completions bash > ~/.local/share/bash-completion/completions/gloss
  gloss completions zsh > ~/.zfunc/_gloss
  gloss completions fish > ~/.config/fish/completions/gloss.fish";

#[derive(Debug, Args)]
#[command(after_help = COMPLETIONS_HELP)]
pub struct CompletionsArguments {
    /// Which shell
    shell: clap_complete::Shell,
}

/// # Errors
/// Where stdout does not take it.
pub fn completions(arguments: &CompletionsArguments, printer: &Printer) -> Result<u8> {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut Cli::command(), "gloss", &mut script);
    printer.bytes(&script)?;
    Ok(exit::GOOD)
}

/// The manual: one page for `gloss`, followed by one for each command, as `man -l -` shows them.
///
/// # Errors
/// Where stdout does not take it.
pub fn man(printer: &Printer) -> Result<u8> {
    let mut page = Vec::new();
    let mut commands = vec![Cli::command()];
    if let Some(root) = commands.first_mut() {
        root.build();
    }
    while let Some(command) = commands.pop() {
        let below = command
            .get_subcommands()
            .filter(|command| command.get_name() != "help" && !command.is_hide_set());
        let mut below: Vec<clap::Command> = below.cloned().collect();
        below.reverse();
        commands.extend(below);
        clap_mangen::Man::new(command)
            .manual("gloss manual")
            .render(&mut page)
            .map_err(|source| Error::io("standard output", source))?;
    }
    printer.bytes(&page)?;
    Ok(exit::GOOD)
}
