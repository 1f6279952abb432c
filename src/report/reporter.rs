//! The one task that takes a run's events and hands each to whoever wants it.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use tokio::sync::mpsc::UnboundedReceiver;
use tokio::time::{MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;

use super::event::Event;
use super::fold::{Fold, Settled};
use super::json::{Finished, ReportFile};
use super::lines::{self, Weight};
use super::log::{self, EventLog};
use super::printer::{Printer, Verbosity};
use super::progress::Progress;
use super::record::RunTotals;
use super::table::{self, Look};
use super::terminal::{self, Display};
use crate::error::{Error, Result};

/// Without a terminal, a line at least this often says that the run lives.
const HEARTBEAT: Duration = Duration::from_secs(10);

/// What a reporter is told.
#[derive(Debug, Clone)]
pub struct ReporterSettings {
    pub printer: Printer,
    /// Where `events.jsonl` and `report.json` go; made where it is missing.
    pub folder: PathBuf,
    /// The first line of output: which engine and why.
    pub opening: String,
}

/// Follows one run.
#[derive(Debug)]
pub struct Reporter {
    settings: ReporterSettings,
    begun: Instant,
    fold: Fold,
    progress: Progress,
    display: Option<Display>,
    files: Option<Files>,
    last_line: Instant,
    /// The first fault of our own files; the run is stopped for it.
    fault: Option<Error>,
}

/// The files that follow a run.
#[derive(Debug)]
struct Files {
    log: EventLog,
    report: ReportFile,
}

impl Reporter {
    pub fn new(settings: ReporterSettings) -> Self {
        let printer = &settings.printer;
        // Events as JSON on the same terminal would run into the bar.
        let shared = printer.json && printer.stdout.terminal;
        let bar = printer.stderr.terminal && !shared && printer.verbosity > Verbosity::Quiet;
        Self {
            begun: Instant::now(),
            fold: Fold::default(),
            progress: Progress::default(),
            display: bar.then(Display::new),
            files: None,
            last_line: Instant::now(),
            fault: None,
            settings,
        }
    }

    /// Takes events until the run's side is closed or `over` is cancelled and what was sent is taken; then
    /// writes the report and prints the table. `interrupt` is both listened to (it is said once that the run is
    /// being stopped) and, where our own files cannot be written, cancelled.
    ///
    /// # Errors
    /// Where `events.jsonl` or `report.json` could not be written, or stdout did not take the table.
    pub async fn follow(
        mut self,
        mut events: UnboundedReceiver<Event>,
        over: CancellationToken,
        interrupt: CancellationToken,
    ) -> Result<RunTotals> {
        self.settings.printer.message(&super::printable::printable(&self.settings.opening));
        let mut ticks = interval(terminal::INTERVAL);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut told = false;
        loop {
            tokio::select! {
                biased;
                () = interrupt.cancelled(), if !told => {
                    told = true;
                    if self.fault.is_none() {
                        self.say(Weight::Problem, "stopping: what is done is kept (Ctrl-C again to stop at once)");
                    }
                }
                _ = ticks.tick() => self.tick(&interrupt),
                event = events.recv() => match event {
                    Some(event) => self.take(&event, &interrupt),
                    None => break,
                },
                () = over.cancelled() => {
                    events.close();
                    while let Ok(event) = events.try_recv() {
                        self.take(&event, &interrupt);
                    }
                    break;
                }
            }
        }
        self.finish()
    }

    fn take(&mut self, event: &Event, interrupt: &CancellationToken) {
        self.progress.apply(event);
        let at = u64::try_from(self.begun.elapsed().as_millis()).unwrap_or(u64::MAX);
        let settled = self.fold.apply(at, event);
        if self.fault.is_none()
            && let Err(error) = self.record(event, settled.as_ref())
        {
            self.fault = Some(error);
            interrupt.cancel();
        }
        let line = settled.as_ref().map(lines::settled).or_else(|| lines::event(event));
        if let Some((weight, text)) = line {
            self.say(weight, &text);
        }
    }

    /// The files are begun with the run's first event, which follows its taking the folder's lock: a second
    /// run that has to wait leaves the first one's files alone.
    fn record(&mut self, event: &Event, settled: Option<&Settled>) -> Result<()> {
        let json = self.settings.printer.json;
        let starts = matches!(event, Event::RunStarted { .. });
        if !json && self.files.is_none() && !starts {
            return Ok(());
        }
        let line = log::line(jiff::Timestamp::now(), event);
        if json {
            self.settings.printer.text(&line)?;
        }
        if starts && self.files.is_none() {
            self.files = Some(self.open_files()?);
        }
        if let Some(files) = &mut self.files {
            files.log.append(&line)?;
            files.report.describe(event);
            if let Some(settled) = settled {
                files.report.add(settled)?;
            }
        }
        Ok(())
    }

    fn open_files(&self) -> Result<Files> {
        let folder = &self.settings.folder;
        std::fs::create_dir_all(folder).map_err(|source| Error::io(folder, source))?;
        let report = ReportFile::open(folder, jiff::Timestamp::now())?;
        Ok(Files { log: EventLog::open(folder)?, report })
    }

    fn tick(&mut self, interrupt: &CancellationToken) {
        let at = u64::try_from(self.begun.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.progress.sample(at);
        if let Some(display) = &self.display {
            display.update(&self.progress);
        } else if self.last_line.elapsed() >= HEARTBEAT && self.settings.printer.verbosity > Verbosity::Quiet
        {
            self.last_line = Instant::now();
            self.settings.printer.message(&format!("so far   {}", self.progress.headline()));
        }
        if self.fault.is_none()
            && let Some(files) = &mut self.files
            && let Err(error) = files.log.flush()
        {
            self.fault = Some(error);
            interrupt.cancel();
        }
    }

    /// Prints a line if it matters enough.
    fn say(&mut self, weight: Weight, text: &str) {
        let least = match (self.settings.printer.verbosity, &self.display) {
            (Verbosity::Quiet, _) => Weight::Problem,
            (Verbosity::Normal, Some(_)) => Weight::Notice,
            (Verbosity::Normal, None) => Weight::Routine,
            (Verbosity::Verbose, _) => Weight::Detail,
        };
        if weight < least {
            return;
        }
        self.last_line = Instant::now();
        match &self.display {
            Some(display) => display.line(text),
            None => self.settings.printer.problem(text),
        }
    }

    fn finish(self) -> Result<RunTotals> {
        if let Some(display) = &self.display {
            display.clear();
        }
        if let Some(fault) = self.fault {
            return Err(fault);
        }
        let Some(mut files) = self.files else { return Ok(self.fold.finish()) };
        files.log.flush()?;
        let shown = table::most_documents(self.progress.targets());
        let finished = files.report.finish(self.fold, jiff::Timestamp::now(), shown)?;
        let Finished { totals, sample } = finished;
        let printer = &self.settings.printer;
        if !printer.json && printer.verbosity > Verbosity::Quiet {
            let report = self.settings.folder.join(super::json::NAME);
            let width = printer.stdout.terminal.then(|| usize::from(console::Term::stdout().size().1));
            let look = Look { colour: printer.stdout.colour, width };
            printer.text(&table::render(&sample, &totals, &report.to_string_lossy(), look))?;
        }
        Ok(totals)
    }
}
