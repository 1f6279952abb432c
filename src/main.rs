//! Parse, run, print the error and its hint, exit code.

use std::process::ExitCode;

use clap::Parser;
use gloss::cli::{self, Cli};
use gloss::report::printer;

fn main() -> ExitCode {
    match cli::execute(Cli::parse()) {
        Ok(code) => ExitCode::from(code),
        Err(error) => {
            printer::print_error(&error);
            ExitCode::from(error.exit_code())
        }
    }
}
