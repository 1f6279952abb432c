//! How far the run is: a small fold for the eye. Pure: it is told the time and gives text.

use std::collections::VecDeque;

use super::event::Event;
use super::printable::{clip, fit, printable};
use crate::language::Language;

/// The rate is taken over this many seconds, long enough to bridge one slow request.
const RATE_SECONDS: u64 = 30;

/// The run as far as it is known.
#[derive(Debug, Default)]
pub struct Progress {
    targets: u64,
    /// 0 until the walk is over.
    found: u64,
    /// Documents started, or ended without a start.
    seen: u64,
    finished: u64,
    failed_documents: u64,
    units: u64,
    units_done: u64,
    units_failed: u64,
    tokens: u64,
    cost: Option<f64>,
    flights: Vec<Flight>,
    preparing: Option<(String, u64, u64)>,
    samples: VecDeque<(u64, u64)>,
}

/// A document under way.
#[derive(Debug)]
struct Flight {
    path: String,
    units: u64,
    languages: Vec<(Language, u64)>,
    /// Languages that still count: targets less those it is in already.
    wanted: u64,
}

impl Flight {
    fn done(&self) -> u64 {
        self.languages.iter().map(|(_, done)| done).sum()
    }
}

impl Progress {
    /// How many target languages the run has.
    pub fn targets(&self) -> usize {
        usize::try_from(self.targets).unwrap_or(usize::MAX)
    }

    /// Takes one event.
    pub fn apply(&mut self, event: &Event) {
        match event {
            Event::RunStarted { targets, .. } => self.targets = targets.len() as u64,
            Event::Found { documents, .. } => self.found = *documents,
            Event::Preparing { what, done, total } => {
                let over = *total > 0 && done >= total;
                self.preparing = (!over).then(|| (what.clone(), *done, *total));
            }
            Event::DocumentStarted { path, units, .. } => {
                self.preparing = None;
                self.seen += 1;
                self.units += units * self.targets;
                let (path, wanted) = (path.clone(), self.targets);
                self.flights.push(Flight { path, units: *units, languages: Vec::new(), wanted });
            }
            Event::SameLanguage { path, .. } => {
                if let Some(flight) = self.flights.iter_mut().find(|flight| flight.path == *path) {
                    flight.wanted = flight.wanted.saturating_sub(1);
                    self.units = self.units.saturating_sub(flight.units);
                }
            }
            Event::UnitsSettled { path, language, units, .. } => {
                self.settle(path, language, |done| done + units)
            }
            Event::LanguageFinished { path, language, counts, .. } => {
                self.units_failed += counts.failed;
                self.settle(path, language, |_| counts.total());
            }
            Event::Request { usage, cost, .. } | Event::RequestAbandoned { usage, cost, .. } => {
                self.tokens += usage.tokens_in + usage.tokens_out;
                self.cost = super::record::sum(self.cost, *cost);
            }
            Event::DocumentFinished { path, state, .. } => {
                self.finished += 1;
                use super::event::DocumentState::{Failed, Partial};
                self.failed_documents += u64::from(matches!(state, Failed | Partial));
                match self.flights.iter().position(|flight| flight.path == *path) {
                    Some(index) => {
                        // What it leaves undone will not be done in this run.
                        let flight = self.flights.remove(index);
                        let left = (flight.units * flight.wanted).saturating_sub(flight.done());
                        self.units = self.units.saturating_sub(left);
                    }
                    None => self.seen += 1,
                }
            }
            _ => {}
        }
    }

    fn settle(&mut self, path: &str, language: &Language, settled: impl Fn(u64) -> u64) {
        let Some(flight) = self.flights.iter_mut().find(|flight| flight.path == path) else { return };
        let place = match flight.languages.iter().position(|(known, _)| known == language) {
            Some(place) => place,
            None => {
                flight.languages.push((language.clone(), 0));
                flight.languages.len() - 1
            }
        };
        if let Some((_, done)) = flight.languages.get_mut(place) {
            let now = settled(*done).min(flight.units);
            self.units_done = (self.units_done + now).saturating_sub(*done);
            *done = now;
        }
    }

    /// Takes note of the time, in milliseconds since the run began, for the rate.
    pub fn sample(&mut self, at: u64) {
        if self.samples.back().is_none_or(|(last, _)| at >= last + 1_000) {
            self.samples.push_back((at, self.units_done));
        }
        while self.samples.len() > 2
            && self.samples.front().is_some_and(|(first, _)| at > first + RATE_SECONDS * 1_000)
        {
            self.samples.pop_front();
        }
    }

    /// Units a second, once there is something to go by.
    fn rate(&self) -> Option<f64> {
        let (first_at, first) = self.samples.front()?;
        let (last_at, last) = self.samples.back()?;
        let seconds = last_at.checked_sub(*first_at).filter(|elapsed| *elapsed > 0)? as f64 / 1_000.0;
        let units = last.checked_sub(*first).filter(|units| *units > 0)?;
        Some(units as f64 / seconds)
    }

    /// Units in the whole run, judging the documents not yet read by those that were.
    fn units_expected(&self) -> u64 {
        (self.units * self.found).checked_div(self.seen).unwrap_or(0).max(self.units)
    }

    /// How far the run is, in thousandths.
    pub fn permille(&self) -> u64 {
        let (done, all) = match self.units_expected() {
            0 => (self.finished, self.found),
            units => (self.units_done, units),
        };
        (done * 1_000).checked_div(all).unwrap_or(0).min(1_000)
    }

    fn seconds_left(&self) -> Option<u64> {
        let left = self.units_expected().saturating_sub(self.units_done);
        let rate = self.rate().filter(|_| left > 0)?;
        Some((left as f64 / rate).ceil() as u64)
    }

    /// The run in one line: units, documents, rate, time left, tokens, cost.
    pub fn headline(&self) -> String {
        if let Some((what, done, total)) = &self.preparing {
            let what = printable(what);
            return match total {
                0 => format!("{what}: {}", megabytes(*done)),
                total => format!("{what}: {} of {}", megabytes(*done), megabytes(*total)),
            };
        }
        let mut parts = Vec::new();
        let about = if self.found > self.seen { "~" } else { "" };
        if self.units > 0 {
            parts.push(format!(
                "{}/{about}{} units",
                grouped(self.units_done),
                grouped(self.units_expected())
            ));
        }
        parts.push(match self.found {
            0 => "looking for articles".to_owned(),
            found => format!("{}/{} documents", grouped(self.finished), grouped(found)),
        });
        if self.units_failed + self.failed_documents > 0 {
            parts.push(format!("{} failed", grouped(self.units_failed.max(self.failed_documents))));
        }
        if let Some(cost) = self.cost {
            parts.push(format!("cost {cost:.2}"));
        }
        if let Some(rate) = self.rate() {
            parts.push(if rate < 10.0 { format!("{rate:.1}/s") } else { format!("{rate:.0}/s") });
        }
        if let Some(seconds) = self.seconds_left() {
            parts.push(format!("{} left", clock(seconds)));
        }
        if self.tokens > 0 {
            parts.push(format!("{} tokens", thousands(self.tokens)));
        }
        parts.join(" · ")
    }

    /// The documents under way, the longest under way first, at most `most` lines of at most `width` cells.
    pub fn flights(&self, most: usize, width: usize) -> Vec<String> {
        let more = self.flights.len().saturating_sub(most);
        let shown = if more > 0 { most.saturating_sub(1) } else { most };
        let mut lines: Vec<String> =
            self.flights.iter().take(shown).map(|flight| flight.line(width)).collect();
        if self.flights.len() > shown && most > 0 {
            lines.push(format!("  … and {} more under way", self.flights.len() - shown));
        }
        lines
    }
}

impl Flight {
    fn line(&self, width: usize) -> String {
        let languages: Vec<String> = self
            .languages
            .iter()
            .map(|(language, done)| format!("{language} {done}/{}", self.units))
            .collect();
        let languages = clip(&languages.join(" "), width / 2).into_owned();
        let room = width.saturating_sub(4 + unicode_width::UnicodeWidthStr::width(languages.as_str()));
        format!("  {}  {languages}", fit(&printable(&self.path), room)).trim_end().to_owned()
    }
}

/// `12,345`.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// `950`, `12.3k`, `4.5M`.
pub fn thousands(number: u64) -> String {
    match number {
        0..1_000 => number.to_string(),
        1_000..1_000_000 => format!("{:.1}k", number as f64 / 1e3),
        _ => format!("{:.1}M", number as f64 / 1e6),
    }
}

/// `0:07`, `12:30`, `3:02:11`.
pub fn clock(seconds: u64) -> String {
    let (hours, minutes, seconds) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
    if hours > 0 { format!("{hours}:{minutes:02}:{seconds:02}") } else { format!("{minutes}:{seconds:02}") }
}

/// `310 ms`, `4.2 s`, then as [`clock`].
pub fn duration(milliseconds: u64) -> String {
    match milliseconds {
        0..1_000 => format!("{milliseconds} ms"),
        1_000..60_000 => format!("{:.1} s", milliseconds as f64 / 1e3),
        _ => clock(milliseconds / 1_000),
    }
}

/// `17.0 MB`.
pub fn megabytes(bytes: u64) -> String {
    format!("{:.1} MB", bytes as f64 / 1e6)
}
