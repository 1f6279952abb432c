//! The pace of whom an engine asks: by the engine's settings, and with a voice.

use std::time::Duration;

use crate::engine::Capabilities;
use crate::pace::{BreakerSettings, Pace, PaceSettings, Rest};
use crate::report::event::Event;
use crate::report::sink::EventSink;
use crate::settings::{EngineEntry, EngineSettings};

/// The pace of the place that `entry` asks, which tells of long pauses.
pub(super) fn pace(entry: &EngineEntry, capabilities: &Capabilities, events: EventSink) -> Pace {
    let origin = entry.settings.origin();
    let host = origin.as_deref().unwrap_or(&entry.name);
    let host = host.split_once("://").map_or(host, |(_, host)| host).to_owned();
    Pace::new(pace_settings(entry, capabilities)).telling(move |rest| events.emit(resting(&host, rest)))
}

/// How an engine is asked, by its settings. One on this machine takes what its cores take; a service finds its own
/// level from the one that it is known for.
fn pace_settings(entry: &EngineEntry, capabilities: &Capabilities) -> PaceSettings {
    if !capabilities.remote {
        return PaceSettings::local(entry.concurrency.unwrap_or(capabilities.concurrency));
    }
    let fixed = matches!(entry.settings, EngineSettings::Scripted(_)).then_some(capabilities.concurrency);
    let defaults = PaceSettings::default();
    let patience = Duration::from_secs(entry.patience_seconds);
    let unanswered_patience = defaults.breaker.unanswered_patience.min(patience);
    PaceSettings {
        concurrency: entry.concurrency.or(fixed),
        start: capabilities.concurrency,
        requests_per_minute: entry.requests_per_minute,
        tokens_per_minute: entry.tokens_per_minute,
        breaker: BreakerSettings { patience, unanswered_patience, ..defaults.breaker },
        ..defaults
    }
}

/// What people are told of a pause that `host` asks for.
fn resting(host: &str, rest: Rest) -> Event {
    let seconds = |time: Duration| time.as_secs_f64().ceil() as u64;
    let waits_seconds = seconds(rest.granted);
    Event::EndpointRests {
        host: host.to_owned(),
        asked_seconds: seconds(rest.asked),
        waits_seconds,
        until: jiff::Timestamp::now().as_second().saturating_add_unsigned(waits_seconds),
    }
}
