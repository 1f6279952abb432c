//! One line for an event, for people: what is said while a run is under way, beside the bar or instead of it.

use super::event::{DocumentState, Event, UnitState, WriteState};
use super::fold::Settled;
use super::printable::{printable, printable_lines};
use super::progress::{duration, grouped, megabytes};
use super::record::{DocumentRecord, LanguageRecord, SkippedPath};

/// How much a line matters, least first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Weight {
    /// Said with `-v` only.
    Detail,
    /// Said with `-v`, and where there is no bar that shows it.
    Routine,
    /// Said unless `-q`: what one would wonder about.
    Notice,
    /// Always said, `-q` or not.
    Problem,
}

/// Units named in a line about a document with failures; the report names all.
const MOST_NAMED: usize = 5;

/// The line for what an event settled.
pub fn settled(settled: &Settled) -> (Weight, String) {
    match settled {
        Settled::Document(record) => document(record),
        Settled::Skipped(skipped) => skipped_path(skipped),
    }
}

/// The line for an event that settles nothing, if it is worth one.
pub fn event(event: &Event) -> Option<(Weight, String)> {
    let text = match event {
        Event::DocumentStarted { path, encoding, encoding_guessed: true, .. } => {
            format!("assumed  {}: read as {encoding}", printable(path))
        }
        Event::Preparing { what, done: 0, total } if *total > 0 => {
            return Some((Weight::Routine, format!("prepare  {}: {}", printable(what), megabytes(*total))));
        }
        Event::SameLanguage { path, language } => {
            let text =
                format!("same     {}: is in {language} already, not translated into it", printable(path));
            return Some((Weight::Routine, text));
        }
        Event::Request { engine, units, milliseconds, usage, error, .. } => {
            let outcome = match error {
                Some(error) => format!("failed: {}", one_line(error)),
                None if usage.characters > 0 => format!("{} characters", grouped(usage.characters)),
                None => format!("{} tokens in, {} out", grouped(usage.tokens_in), grouped(usage.tokens_out)),
            };
            format!("request  {engine}: {}, {}, {outcome}", count(*units, "unit"), duration(*milliseconds))
        }
        Event::RequestAbandoned { engine, units, milliseconds, .. } => {
            let (units, time) = (count(*units, "unit"), duration(*milliseconds));
            format!("request  {engine}: {units}, {time}, not waited for")
        }
        Event::WillRetry { engine, reason, milliseconds } => {
            format!("retry    {engine}: in {}: {}", duration(*milliseconds), one_line(reason))
        }
        Event::EndpointRests { host, asked_seconds, waits_seconds, until } => {
            let (host, asked, at) = (printable(host), rest(*asked_seconds), clock_time(*until));
            let text = if waits_seconds < asked_seconds {
                let waits = rest(*waits_seconds);
                format!(
                    "{host} asks for {asked} of rest; gloss asks again in {waits} (at {at}), for as long as `--patience` says"
                )
            } else {
                format!("{host} asks for {asked} of rest (until {at})")
            };
            return Some((Weight::Notice, text));
        }
        Event::Written { output, state: WriteState::Replaced, beside: Some(beside), .. } => {
            let (output, beside) = (printable(output), printable(beside));
            return Some((
                Weight::Notice,
                format!("kept     {beside}: what stood in `{output}` before it was overwritten"),
            ));
        }
        Event::Written { output, state: WriteState::KeptEdited, beside, .. } => {
            let beside = beside.as_deref().map(printable);
            let ours = beside.map_or(String::new(), |beside| format!("; the new one is `{beside}`"));
            return Some((
                Weight::Problem,
                format!(
                    "kept     {}: changed since gloss wrote it, not overwritten{ours}",
                    printable(output)
                ),
            ));
        }
        Event::TermsNotTaken { engine } => {
            return Some((Weight::Notice, without_terms(engine)));
        }
        Event::EditsScanned(scanned) => {
            let text = format!("edited   {}: {}", printable(&scanned.output), one_line(&scanned.sentence()));
            return Some((Weight::Notice, text));
        }
        Event::MemoryDamaged { kept_aside: Some(aside), answers, human, unsound } => {
            let unsaved = match unsound {
                0 => String::new(),
                rows => format!(", {} could not be", count(*rows, "row")),
            };
            let text = format!(
                "the memory was damaged: {} saved ({} by people){unsaved}; the damaged file is kept as `{}`, and what is missing is asked for again",
                count(*answers, "answer"),
                grouped(*human),
                printable(aside),
            );
            return Some((Weight::Problem, text));
        }
        Event::MemoryDamaged { kept_aside: None, unsound, .. } => {
            let text = format!(
                "the memory is damaged: {} did not verify and went unused; the next run keeps the file aside and uses the rest",
                count(*unsound, "answer"),
            );
            return Some((Weight::Problem, text));
        }
        Event::PairUnavailable { engine, from, to, reason, hint } => {
            let what = format!("no {from}-{to} from {}", printable(engine));
            return Some((Weight::Problem, hinted(&what, reason, hint.as_deref())));
        }
        Event::CapReached { reason, hint, .. } => {
            return Some((Weight::Problem, hinted("cap", reason, hint.as_deref())));
        }
        Event::EngineStopped { engine, reason, hint } => {
            return Some((
                Weight::Problem,
                hinted(&format!("engine {engine} stopped"), reason, hint.as_deref()),
            ));
        }
        _ => return None,
    };
    Some((Weight::Detail, text))
}

/// `45 s`, `20 min`, `3 h`; rounded up.
fn rest(seconds: u64) -> String {
    match seconds {
        0..=120 => format!("{seconds} s"),
        121..=7_200 => format!("{} min", seconds.div_ceil(60)),
        _ => format!("{} h", seconds.div_ceil(3_600)),
    }
}

/// The time of day where the reader is.
fn clock_time(seconds: i64) -> String {
    let at = jiff::Timestamp::from_second(seconds).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
    jiff::ZonedDateTime::new(at, jiff::tz::TimeZone::system()).strftime("%H:%M:%S").to_string()
}

fn hinted(what: &str, reason: &str, hint: Option<&str>) -> String {
    let hint = hint.map(|hint| format!("\nhint: {}", printable_lines(hint)));
    format!("{what}: {}{}", printable_lines(reason), hint.unwrap_or_default())
}

fn skipped_path(skipped: &SkippedPath) -> (Weight, String) {
    let (weight, word) =
        if skipped.unreadable { (Weight::Problem, "unread  ") } else { (Weight::Detail, "skipped ") };
    (weight, format!("{word} {}: {}", printable(&skipped.path), one_line(&skipped.reason)))
}

fn document(record: &DocumentRecord) -> (Weight, String) {
    let path = printable(&record.path);
    let reason = record.reason.as_deref().map(one_line);
    let reason = reason.map_or(String::new(), |reason| format!(": {reason}"));
    let time = duration(record.milliseconds);
    match record.state {
        DocumentState::Failed => (Weight::Problem, format!("failed   {path}{reason}")),
        DocumentState::Partial => (Weight::Problem, format!("partial  {path}: {}{reason}", failures(record))),
        DocumentState::Skipped => (Weight::Routine, format!("skipped  {path}{reason}")),
        DocumentState::Done if record.unchanged => {
            (Weight::Detail, format!("same     {path}: nothing has changed"))
        }
        DocumentState::Done => (Weight::Routine, format!("done     {path}: {}{time}", successes(record))),
    }
}

fn successes(record: &DocumentRecord) -> String {
    let mut text = String::new();
    for language in record.languages.iter().filter(|language| !language.same_language) {
        let units = language.units;
        let known = units.remembered + units.human;
        text.push_str(&format!("{} {}", language.language, count(units.total(), "unit")));
        if known > 0 {
            text.push_str(&format!(" ({} remembered)", grouped(known)));
        }
        text.push_str(", ");
    }
    text
}

fn failures(record: &DocumentRecord) -> String {
    let mut parts: Vec<String> =
        record.languages.iter().filter(|language| language.units.failed > 0).map(failed_units).collect();
    for summary in record.summaries.iter().filter(|summary| summary.state == UnitState::Failed) {
        parts.push(format!("{} summary failed", summary.language));
    }
    if parts.is_empty() { "as an earlier run left it".to_owned() } else { parts.join("; ") }
}

/// `pt 2 of 14 units failed (block 3: ids, block 7: the endpoint closed the connection)`; blocks count from 1.
fn failed_units(language: &LanguageRecord) -> String {
    let failed: Vec<_> = language.notes.iter().filter(|note| note.state == UnitState::Failed).collect();
    let mut named: Vec<String> = failed
        .iter()
        .take(MOST_NAMED)
        .map(|note| {
            let why = match (&note.error, note.findings.first()) {
                (Some(error), _) => one_line(error),
                (None, Some(finding)) => finding.check.clone(),
                (None, None) => "no answer".to_owned(),
            };
            format!("block {}: {why}", note.block.0 + 1)
        })
        .collect();
    if failed.len() > MOST_NAMED {
        named.push(format!("and {} more", failed.len() - MOST_NAMED));
    }
    let units = language.units;
    let first = failed.first().and_then(|note| note.error.as_deref());
    let why = match first {
        // One reason for all of them is said once.
        Some(error) if failed.len() > 1 && failed.iter().all(|note| note.error.as_deref() == first) => {
            one_line(error)
        }
        _ => named.join(", "),
    };
    format!("{} {} of {} failed ({why})", language.language, units.failed, count(units.total(), "unit"))
}

/// Foreign text in one line, however many it has.
pub fn one_line(text: &str) -> String {
    printable(&text.split_whitespace().collect::<Vec<_>>().join(" ")).into_owned()
}

/// What is told of an engine that cannot be told of the glossary.
pub fn without_terms(engine: &str) -> String {
    format!(
        "glossary {}: takes no terms, so none are sent to it; what it translates is only checked against the glossary",
        printable(engine)
    )
}

/// `1 unit`, `2 units`.
pub fn count(number: u64, noun: &str) -> String {
    format!("{} {noun}{}", grouped(number), if number == 1 { "" } else { "s" })
}
