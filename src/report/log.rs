//! `events.jsonl`: the events of the last run, one JSON object a line, each with the time it was heard of.
//!
//! Begun afresh by each run, so that it belongs to the `report.json` beside it and does not grow for ever. It is
//! a diary, not a store: the memory is what makes answers durable, so it is flushed often but never synced.

use std::fs::{File, OpenOptions};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::event::Event;
use crate::error::{Error, Result};

/// The log's name in the state folder.
pub const NAME: &str = "events.jsonl";

/// An event with its time.
#[derive(Debug, Serialize)]
struct Line<'a> {
    /// RFC 3339, UTC, milliseconds.
    at: String,
    #[serde(flatten)]
    event: &'a Event,
}

/// The line for an event, without its line end.
pub fn line(at: jiff::Timestamp, event: &Event) -> String {
    let line = Line { at: format!("{at:.3}"), event };
    serde_json::to_string(&line)
        .unwrap_or_else(|error| format!("{{\"event\":\"unwritable\",\"error\":\"{error}\"}}"))
}

/// The open log.
#[derive(Debug)]
pub struct EventLog {
    path: PathBuf,
    writer: BufWriter<File>,
}

impl EventLog {
    /// Begins the log in `folder`, which exists.
    ///
    /// # Errors
    /// Where the file cannot be opened.
    pub fn open(folder: &Path) -> Result<Self> {
        let path = folder.join(NAME);
        let file = OpenOptions::new().create(true).write(true).truncate(true).open(&path);
        let file = file.map_err(|source| Error::io(&path, source))?;
        Ok(Self { path, writer: BufWriter::new(file) })
    }

    /// # Errors
    /// Where the disk does not take it.
    pub fn append(&mut self, line: &str) -> Result<()> {
        self.writer
            .write_all(line.as_bytes())
            .and_then(|()| self.writer.write_all(b"\n"))
            .map_err(|source| Error::io(&self.path, source))
    }

    /// # Errors
    /// Where the disk does not take it.
    pub fn flush(&mut self) -> Result<()> {
        self.writer.flush().map_err(|source| Error::io(&self.path, source))
    }
}
