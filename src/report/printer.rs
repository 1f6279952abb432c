//! The only road to stdout and stderr.
//!
//! A reader that went away (`gloss man | head`) is no error: what is left is not said. Any other fault of
//! stdout is one, for a result that did not arrive must not look delivered. stderr is for people; a fault there
//! changes nothing.

use std::io::{self, ErrorKind, IsTerminal, Write};
use std::path::Path;

use serde::Serialize;

use super::printable::printable_lines;
use crate::error::{Error, Result};

/// How much is said on stderr.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verbosity {
    /// Errors, and documents with failures.
    Quiet,
    Normal,
    /// Each request, retry and skipped path too.
    Verbose,
}

impl Verbosity {
    pub fn new(quiet: bool, verbose: bool) -> Self {
        match (quiet, verbose) {
            (true, _) => Self::Quiet,
            (false, true) => Self::Verbose,
            (false, false) => Self::Normal,
        }
    }
}

/// What may be done with a stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stream {
    pub terminal: bool,
    pub colour: bool,
}

/// Writes results to stdout and messages to stderr.
#[derive(Debug, Clone)]
pub struct Printer {
    pub verbosity: Verbosity,
    /// Results as JSON.
    pub json: bool,
    pub stdout: Stream,
    pub stderr: Stream,
}

impl Printer {
    /// For this process: colour where a terminal is and `NO_COLOR` (<https://no-color.org>) is unset or empty.
    pub fn standard(verbosity: Verbosity, json: bool) -> Self {
        let plain = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty())
            || std::env::var_os("TERM").is_some_and(|terminal| terminal == "dumb");
        let stream = |terminal| Stream { terminal, colour: terminal && !plain };
        Self {
            verbosity,
            json,
            stdout: stream(io::stdout().is_terminal()),
            stderr: stream(io::stderr().is_terminal()),
        }
    }

    /// A result: `value` as JSON with `--json`, else the text that `render` makes of it; an empty one is no line.
    ///
    /// # Errors
    /// Where stdout does not take it, unless its reader went away.
    pub fn result(&self, value: &impl Serialize, render: impl FnOnce() -> String) -> Result<()> {
        if !self.json {
            let text = render();
            return if text.is_empty() { Ok(()) } else { self.text(&text) };
        }
        let json = serde_json::to_string_pretty(value)
            .map_err(|error| Error::io("standard output", io::Error::other(error)))?;
        self.text(&json)
    }

    /// What a command did without anything that its user must know: as [`Printer::result`], but nothing with `--quiet`, unless
    /// JSON was asked for.
    ///
    /// # Errors
    /// As there.
    pub fn account(&self, value: &impl Serialize, render: impl FnOnce() -> String) -> Result<()> {
        if self.verbosity == Verbosity::Quiet && !self.json { Ok(()) } else { self.result(value, render) }
    }

    /// A result as text; a line end follows.
    ///
    /// # Errors
    /// As [`Printer::result`].
    pub fn text(&self, text: &str) -> Result<()> {
        let mut line = text.trim_end_matches('\n').to_owned();
        line.push('\n');
        self.bytes(line.as_bytes())
    }

    /// A path as the only result, for scripts: to a terminal made safe, else its bytes as they are.
    ///
    /// # Errors
    /// As [`Printer::result`].
    pub fn path(&self, path: &Path) -> Result<()> {
        if self.stdout.terminal {
            return self.text(&printable_lines(&path.to_string_lossy()));
        }
        let mut line = path.as_os_str().as_encoded_bytes().to_vec();
        line.push(b'\n');
        self.bytes(&line)
    }

    /// A result as it is.
    ///
    /// # Errors
    /// As [`Printer::result`].
    pub fn bytes(&self, bytes: &[u8]) -> Result<()> {
        let mut stdout = io::stdout().lock();
        match stdout.write_all(bytes).and_then(|()| stdout.flush()) {
            Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(Error::io("standard output", error)),
            _ => Ok(()),
        }
    }

    /// A message for people, unless `-q`.
    pub fn message(&self, text: &str) {
        if self.verbosity > Verbosity::Quiet {
            to_stderr(text);
        }
    }

    /// A message that stands with `-q` too.
    pub fn problem(&self, text: &str) {
        to_stderr(text);
    }
}

/// Prints what ended the command, and after an empty line what to do about it.
pub fn print_error(error: &Error) {
    to_stderr(&error_text(error));
}

/// The error as it is printed.
pub fn error_text(error: &Error) -> String {
    let mut text = format!("error: {error}");
    if let Some(hint) = error.hint() {
        text.push_str("\n\nhint: ");
        text.push_str(hint);
    }
    printable_lines(&text)
}

fn to_stderr(text: &str) {
    drop(writeln!(io::stderr().lock(), "{text}"));
}
