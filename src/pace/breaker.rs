//! The circuit breaker: whether the endpoint is there at all. Owns the count of failures in a row, the times
//! of probes, and the decision to give an endpoint up; it never sleeps and asks nothing itself.
//!
//! Every answer that is not a fault closes it, a refusal (429, 503) too: who refuses is alive. Refusals
//! alone do not go on for ever either: an endpoint that gave nothing else for `patience` is given up.

use std::time::Duration;

use tokio::time::Instant;

use crate::engine::{EngineError, ErrorClass};

/// When the endpoint is left alone, and when it is given up.
#[derive(Debug, Clone, Copy)]
pub struct BreakerSettings {
    /// So many faults in a row open it.
    pub faults: usize,
    /// The time from opening to the first probe; doubled after each that fails.
    pub first_probe: Duration,
    /// No time between probes is longer.
    pub longest_probe: Duration,
    /// An endpoint that never answered in this run is given up so long after its first fault.
    pub unanswered_patience: Duration,
    /// One that did answer, after so long a time of nothing but faults, or of nothing but refusals.
    pub patience: Duration,
}

impl Default for BreakerSettings {
    /// Five faults: with a server that fails one request in five at random it opens once in 3,000 requests,
    /// and costs half a second then.
    fn default() -> Self {
        Self {
            faults: 5,
            first_probe: Duration::from_millis(500),
            longest_probe: Duration::from_secs(15),
            unanswered_patience: Duration::from_secs(15),
            patience: Duration::from_secs(120),
        }
    }
}

/// What the breaker says of the next request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Say {
    /// It may go.
    Go,
    /// It may go as a probe, not before this instant.
    ProbeAt(Instant),
    /// A probe is under way: nobody goes until it is back.
    AwaitProbe,
}

#[derive(Debug, Clone, Copy)]
struct Open {
    next_probe: Instant,
    interval: Duration,
    probing: bool,
}

/// Failures of one kind in a row.
#[derive(Debug, Clone, Copy)]
struct Row {
    count: usize,
    since: Instant,
    last: Instant,
}

/// Failures further apart than this are no row: nothing was asked in between.
const QUIET: Duration = Duration::from_secs(180);

impl Row {
    fn one_more(row: &mut Option<Self>, now: Instant) -> Self {
        let before = row.filter(|row| now - row.last <= QUIET);
        let grown = Self {
            count: before.map_or(1, |row| row.count + 1),
            since: before.map_or(now, |row| row.since),
            last: now,
        };
        *row = Some(grown);
        grown
    }
}

/// The breaker of one origin.
#[derive(Debug)]
pub struct Breaker {
    settings: BreakerSettings,
    /// The endpoint answered something in this run, be it a refusal.
    answered: bool,
    /// Faults since the last answer of any kind.
    faults: Option<Row>,
    /// Faults and refusals since the last answer that was neither.
    barren: Option<Row>,
    open: Option<Open>,
}

impl Breaker {
    #[must_use]
    pub fn new(settings: BreakerSettings) -> Self {
        Self { settings, answered: false, faults: None, barren: None, open: None }
    }

    #[must_use]
    pub fn say(&self) -> Say {
        match &self.open {
            None => Say::Go,
            Some(open) if open.probing => Say::AwaitProbe,
            Some(open) => Say::ProbeAt(open.next_probe),
        }
    }

    /// A request leaves; says whether it is a probe, which must be told back by [`Breaker::probe_over`].
    pub fn left(&mut self) -> bool {
        match &mut self.open {
            Some(open) => {
                open.probing = true;
                true
            }
            None => false,
        }
    }

    /// The probe ended, in whatever way: the next may be sent, if the breaker is still open.
    pub fn probe_over(&mut self) {
        if let Some(open) = &mut self.open {
            open.probing = false;
        }
    }

    /// The endpoint answered. Says whether that closed the breaker.
    pub fn answered(&mut self) -> bool {
        self.answered = true;
        self.faults = None;
        self.barren = None;
        self.open.take().is_some()
    }

    /// The endpoint refused for now (429, 503): alive, but no use yet. Says whether that closed the breaker.
    ///
    /// # Errors
    /// Where it has done nothing else for too long: the error to give everybody from now on.
    pub fn refused(&mut self, error: &EngineError, now: Instant) -> Result<bool, EngineError> {
        self.answered = true;
        self.faults = None;
        let barren = Row::one_more(&mut self.barren, now);
        if barren.count >= self.settings.faults && now - barren.since >= self.settings.patience {
            return Err(given_up("was refused or failed", barren, error, now));
        }
        Ok(self.open.take().is_some())
    }

    /// A fault. Says whether the breaker is open now.
    ///
    /// # Errors
    /// Where there was nothing but faults for too long: the error to give everybody from now on.
    pub fn fault(&mut self, error: &EngineError, probe: bool, now: Instant) -> Result<bool, EngineError> {
        let barren = Row::one_more(&mut self.barren, now);
        let faults = Row::one_more(&mut self.faults, now);
        let patience = if self.answered { self.settings.patience } else { self.settings.unanswered_patience };
        if faults.count >= self.settings.faults && now - faults.since >= patience {
            return Err(given_up("failed", faults, error, now));
        }
        if barren.count >= self.settings.faults && now - barren.since >= self.settings.patience {
            return Err(given_up("was refused or failed", barren, error, now));
        }
        let (first_probe, longest_probe) = (self.settings.first_probe, self.settings.longest_probe);
        match &mut self.open {
            // Requests that were under way when it opened say nothing new.
            Some(open) if probe => {
                open.interval = (open.interval * 2).min(longest_probe);
                // The last probe goes out as patience ends, not long after.
                open.next_probe = (now + open.interval).min((faults.since + patience).max(now + first_probe));
            }
            None if faults.count >= self.settings.faults => {
                self.open =
                    Some(Open { next_probe: now + first_probe, interval: first_probe, probing: false });
            }
            _ => {}
        }
        Ok(self.open.is_some())
    }

    /// Faults in a row and how long ago they began, while the breaker is open.
    #[must_use]
    pub fn open_for(&self, now: Instant) -> Option<(usize, Duration)> {
        self.open.and(self.faults).map(|row| (row.count, now - row.since))
    }
}

fn given_up(what: &str, row: Row, last: &EngineError, now: Instant) -> EngineError {
    EngineError {
        class: ErrorClass::Stop,
        message: format!(
            "every request {what} for {} s, {} in a row; the last one: {}",
            (now - row.since).as_secs(),
            row.count,
            last.message
        ),
        hint: last.hint.clone(),
        usage: crate::engine::Usage::default(),
        maybe_charged: false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn fault() -> EngineError {
        EngineError::new(ErrorClass::Retry, "connection refused").with_hint("is the server running?")
    }

    fn refusal() -> EngineError {
        EngineError::new(ErrorClass::Wait(None), "status 429")
    }

    fn open(now: Instant) -> Breaker {
        let mut breaker = Breaker::new(BreakerSettings::default());
        for number in 1..=5 {
            assert_eq!(breaker.say(), Say::Go, "fault {number}");
            assert_eq!(breaker.fault(&fault(), false, now), Ok(number == 5));
        }
        breaker
    }

    /// Probes at the times the breaker names, all failing, until it gives up; the times in seconds.
    fn probe_until_given_up(breaker: &mut Breaker, began: Instant) -> (Vec<f64>, EngineError) {
        let mut probes = Vec::new();
        loop {
            let Say::ProbeAt(at) = breaker.say() else { panic!("{:?}", breaker.say()) };
            probes.push((at - began).as_secs_f64());
            assert!(breaker.left());
            assert_eq!(breaker.say(), Say::AwaitProbe);
            let failed = breaker.fault(&fault(), true, at);
            breaker.probe_over();
            if let Err(error) = failed {
                return (probes, error);
            }
        }
    }

    #[tokio::test(start_paused = true)]
    async fn an_endpoint_that_never_answered_is_given_up_after_15_seconds() {
        let now = Instant::now();
        let (probes, error) = probe_until_given_up(&mut open(now), now);
        assert_eq!(probes, [0.5, 1.5, 3.5, 7.5, 15.0]);
        assert_eq!(error.class, ErrorClass::Stop);
        assert_eq!(error.hint.as_deref(), Some("is the server running?"));
        assert_eq!(
            error.message,
            "every request failed for 15 s, 10 in a row; the last one: connection refused"
        );
    }

    #[tokio::test(start_paused = true)]
    async fn one_that_had_answered_is_given_up_after_patience() {
        let now = Instant::now();
        let mut breaker = Breaker::new(BreakerSettings::default());
        breaker.answered();
        for _ in 0..5 {
            breaker.fault(&fault(), false, now).unwrap();
        }
        let (probes, _) = probe_until_given_up(&mut breaker, now);
        assert!((120.0..121.0).contains(probes.last().unwrap()), "{probes:?}");
        assert!(probes.windows(2).all(|pair| pair[1] - pair[0] <= 15.0), "{probes:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn one_success_between_keeps_it_closed_and_one_success_closes_it() {
        let now = Instant::now();
        let mut breaker = Breaker::new(BreakerSettings::default());
        for number in 0..40 {
            assert_eq!(breaker.fault(&fault(), false, now + SECOND * number), Ok(false));
            if number % 4 == 3 {
                assert!(!breaker.answered());
            }
        }
        let mut breaker = open(now);
        assert!(breaker.left());
        assert!(breaker.answered());
        breaker.probe_over();
        assert_eq!(breaker.say(), Say::Go);
        assert_eq!(breaker.open_for(now), None);
    }

    #[tokio::test(start_paused = true)]
    async fn a_refusal_closes_it_but_endless_refusals_end() {
        let now = Instant::now();
        let mut breaker = open(now);
        assert_eq!(breaker.refused(&refusal(), now), Ok(true));
        assert_eq!(breaker.say(), Say::Go);
        let mut breaker = Breaker::new(BreakerSettings::default());
        for second in 0..120 {
            assert_eq!(breaker.refused(&refusal(), now + SECOND * second), Ok(false), "{second}");
        }
        let error = breaker.refused(&refusal(), now + SECOND * 120).unwrap_err();
        assert_eq!(error.class, ErrorClass::Stop);
        assert!(error.message.contains("121 in a row") && error.message.contains("429"), "{error}");
    }

    #[tokio::test(start_paused = true)]
    async fn refusals_and_faults_by_turns_end_too() {
        let now = Instant::now();
        let mut breaker = Breaker::new(BreakerSettings::default());
        breaker.answered();
        let mut ended = None;
        for second in 0..200 {
            let at = now + SECOND * second;
            let result = match second % 2 {
                0 => breaker.refused(&refusal(), at),
                _ => breaker.fault(&fault(), false, at),
            };
            if result.is_err() {
                ended = Some(second);
                break;
            }
        }
        assert_eq!(ended, Some(120));
    }

    #[tokio::test(start_paused = true)]
    async fn an_old_fault_before_a_quiet_time_does_not_give_the_endpoint_up() {
        let now = Instant::now();
        let mut breaker = Breaker::new(BreakerSettings::default());
        breaker.answered();
        for number in 1..=4 {
            assert_eq!(breaker.fault(&fault(), false, now), Ok(false), "{number}");
        }
        for number in 1..=5 {
            assert_eq!(breaker.fault(&fault(), false, now + SECOND * 900), Ok(number == 5));
        }
    }
}
