//! The bar: one line for the run, one for each document under way, redrawn as one piece.
//!
//! A single indicatif bar carries all lines, so that they are drawn in one go and lines printed above never
//! meet them half drawn.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::printable::{clip, printable};
use super::printer::{Printer, Verbosity};
use super::progress::Progress;
use crate::engine;

/// Redraws at most this often.
pub const INTERVAL: Duration = Duration::from_millis(125);

/// Documents under way that are shown.
const MOST_FLIGHTS: usize = 6;

const BAR_CELLS: usize = 20;

/// The live display on stderr.
#[derive(Debug)]
pub struct Display {
    bar: ProgressBar,
    terminal: console::Term,
}

impl Display {
    pub fn new() -> Self {
        let terminal = console::Term::stderr();
        let bar = ProgressBar::with_draw_target(Some(1_000), ProgressDrawTarget::term(terminal.clone(), 10));
        let style =
            ProgressStyle::with_template("{bar:20} {msg}").unwrap_or_else(|_| ProgressStyle::default_bar());
        bar.set_style(style.progress_chars("━╾─"));
        Self { bar, terminal }
    }

    /// Shows how far the run is.
    pub fn update(&self, progress: &Progress) {
        let (height, width) = self.terminal.size();
        let width = usize::from(width).max(20) - 1;
        let flights = MOST_FLIGHTS.min(usize::from(height).saturating_sub(4));
        let mut message = clip(&progress.headline(), width - BAR_CELLS.min(width) - 1).into_owned();
        for line in progress.flights(flights, width) {
            message.push('\n');
            message.push_str(&line);
        }
        self.bar.update(|state| state.set_pos(progress.permille()));
        self.bar.set_message(message);
    }

    /// Prints a line above the bar.
    pub fn line(&self, text: &str) {
        self.bar.println(text);
    }

    /// Takes the bar away.
    pub fn clear(&self) {
        self.bar.finish_and_clear();
    }
}

impl Default for Display {
    fn default() -> Self {
        Self::new()
    }
}

/// The bar of a single download, outside a run.
#[derive(Debug)]
pub struct Fetching {
    bar: ProgressBar,
}

impl Fetching {
    /// A bar where `printer` may show one.
    pub fn new(printer: &Printer) -> Self {
        let shown = printer.stderr.terminal && printer.verbosity > Verbosity::Quiet;
        let bar = if shown { ProgressBar::new(0) } else { ProgressBar::hidden() };
        let style =
            ProgressStyle::with_template("{bar:20} {msg} {bytes}/{total_bytes} {bytes_per_sec} {eta}");
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()).progress_chars("━╾─"));
        Self { bar }
    }

    /// Shows how far it is.
    pub fn update(&self, progress: &engine::Progress) {
        self.bar.set_message(printable(&progress.what).into_owned());
        self.bar.set_length(progress.total);
        self.bar.set_position(progress.done);
    }

    /// Takes the bar away.
    pub fn clear(&self) {
        self.bar.finish_and_clear();
    }
}
