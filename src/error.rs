//! Errors that end a run, by concern, each with the exit code and the hint a person needs.
//!
//! A failed unit or document is data, not an error: see [`crate::report::event`]. `Err` ends the run.

use std::path::{Path, PathBuf};

use thiserror::Error;

/// Exit codes of `gloss` (documented in the README).
pub mod exit {
    pub const GOOD: u8 = 0;
    pub const COULD_NOT_RUN: u8 = 1;
    pub const USAGE: u8 = 2;
    /// Finished, with failed or hard-flagged units.
    pub const FINISHED_WITH_FAILURES: u8 = 3;
    /// Finished, but some sources could not be read.
    pub const SOURCES_UNREAD: u8 = 4;
    pub const INTERRUPTED: u8 = 130;
}

/// What ends a run.
#[derive(Debug, Error)]
pub enum Error {
    #[error("{message}")]
    Usage { message: String, hint: Option<String> },
    #[error("`{}`: {source}", path.display())]
    Io { path: PathBuf, source: std::io::Error, hint: Option<String> },
    /// A file of ours or of the user's that does not read as it should.
    #[error("`{}`: {message}", path.display())]
    File { path: PathBuf, message: String, hint: Option<String> },
    /// No model, no endpoint, an engine that cannot do what the run needs.
    #[error("{message}")]
    Engine { message: String, hint: Option<String> },
    #[error("memory `{}`: {message}", path.display())]
    Memory { path: PathBuf, message: String, hint: Option<String> },
    #[error("interrupted")]
    Interrupted,
}

pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    pub fn usage(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::Usage { message: message.into(), hint: Some(hint.into()) }
    }

    pub fn io(path: impl AsRef<Path>, source: std::io::Error) -> Self {
        Self::Io { path: path.as_ref().to_owned(), source, hint: None }
    }

    pub fn file(path: impl AsRef<Path>, message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::File { path: path.as_ref().to_owned(), message: message.into(), hint: Some(hint.into()) }
    }

    /// A task of gloss's own that did not come to its end.
    pub fn internal(why: &impl std::fmt::Display) -> Self {
        Self::engine(format!("an internal task failed: {why}"), "this is a bug: please report it")
    }

    pub fn engine(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::Engine { message: message.into(), hint: Some(hint.into()) }
    }

    /// What to do about it, to be printed after `hint:`.
    pub fn hint(&self) -> Option<&str> {
        match self {
            Self::Usage { hint, .. }
            | Self::Io { hint, .. }
            | Self::File { hint, .. }
            | Self::Engine { hint, .. }
            | Self::Memory { hint, .. } => hint.as_deref(),
            Self::Interrupted => Some("run the same command again: only what is missing is asked for"),
        }
    }

    /// The process exit code for this error.
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Usage { .. } => exit::USAGE,
            Self::Interrupted => exit::INTERRUPTED,
            _ => exit::COULD_NOT_RUN,
        }
    }
}
