//! The level that finds itself: how many requests may be under way at once, learnt from what came of them.
//! Owns the level and the rules by which it moves; it never sleeps, queues or asks.
//!
//! * **Slow start**: each answer raises the level by one, so it doubles with each round trip, until something
//!   is refused or requests begin to queue.
//! * **Refused** (429, 503): the number then under way, less those refused, is what the server takes: the
//!   *shelf*. The level falls to 0.7 of it and climbs back to the shelf, no further. Refusals of requests
//!   that were under way already only lower the shelf.
//! * **Probing**: seldom, the level goes one above the shelf. Accepted for a round trip, the shelf moves up and
//!   the step doubles; refused, everything is as before. Between two probes lies fifty times what one costs.
//! * **Slow**: when a window of round trips is much slower than those before (as vector's adaptive request
//!   concurrency has it), the level falls to 0.9 and is given back by one a round trip.
//! * **Stretched**: when round trips take half as long again as the quickest known, either requests queue at the
//!   server, or it became slow. Latency alone cannot tell; so the level is halved for one window, as a
//!   question. Where round trips shorten too, they were queueing: the level falls to what just keeps the
//!   server busy. Where not, the server is slow: everything is as before, and this is its pace from now on.
//! * **Faults** say nothing about load, unless they are half of a round trip's requests: then the level falls
//!   to 0.7, never below half of the shelf, and climbs back.
//! * The level never exceeds twice what was really under way of late.

use std::time::Duration;

use tokio::time::Instant;

use super::latency::{Judged, RoundTrips};

/// After a refusal, the level as a share of the shelf: TCP CUBIC's factor (RFC 9438, section 4.6).
const REFUSED: f64 = 0.7;
/// After a slow window: vector's `decrease_ratio`.
const SLOW: f64 = 0.9;
/// Two windows tell a queue from slowness when the later had at most this share of the earlier one's requests
/// under way.
const LEAST_DIFFERENCE: f64 = 0.75;
/// A server found to queue gets so many times what it works on at once, and two more.
const HEADROOM: f64 = 1.2;
/// No question is put below this level: half of it would tell too little.
const LEAST_TO_QUESTION: f64 = 6.0;
/// One flight of refusals does not lower the shelf below this share of what was under way: all that are
/// refused together are more likely a quota used up than a server with no room.
const LEAST_OF_A_FLIGHT: f64 = 0.25;
/// A failed probe costs the pause that the endpoint then asks for: probes are this many pauses apart, so that
/// they cost 2 % of the time.
const PAUSES_BETWEEN_PROBES: u32 = 50;
/// The first probe after a refusal comes sooner: the shelf may have been set a little too low.
const PAUSES_BEFORE_FIRST_PROBE: u32 = 10;
/// ... and this many round trips, where no pause is asked for.
const ROUND_TRIPS_BETWEEN_PROBES: u32 = 30;
/// ... and after a level found by latency alone, which may be wrong and costs nothing to try again.
const ROUND_TRIPS_BETWEEN_SOFT_PROBES: u32 = 10;
/// ... and never less than this.
const LEAST_BETWEEN_PROBES: Duration = Duration::from_secs(2);

/// Where the level starts and where it ends.
#[derive(Debug, Clone, Copy)]
pub struct AdaptiveSettings {
    pub start: usize,
    pub ceiling: usize,
}

/// What a request was told when it left, to be shown when it comes back.
#[derive(Debug, Clone, Copy)]
pub struct Departure {
    pub at: Instant,
    /// The number of decreases before it left.
    epoch: u64,
    window: Option<u64>,
    under_way: usize,
}

impl Departure {
    /// Where the level never moves.
    #[must_use]
    pub fn under_a_fixed_limit(now: Instant) -> Self {
        Self { at: now, epoch: 0, window: None, under_way: 0 }
    }
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Phase {
    /// Up by one an answer, to the shelf or the ceiling.
    Climb,
    /// Up by one a round trip, to the shelf.
    GiveBack,
    /// At the shelf.
    Hold,
    /// Below `before`, to see whether requests queue; `asked` is the window it is compared with.
    Question { before: f64, asked: Judged, then: Resume },
    /// From the shelf up to `top`, by `step`; `full_since` is when so many were first under way.
    Probe { step: f64, top: f64, full_since: Option<Instant> },
}

/// What goes on after a question that found no queue.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Resume {
    Climb,
    Hold,
}

/// Requests that were under way when the level was last lowered.
#[derive(Debug, Clone, Copy)]
struct Flight {
    size: f64,
    refused: f64,
    probing: bool,
}

/// The adaptive level of one origin.
#[derive(Debug)]
pub struct Adaptive {
    settings: AdaptiveSettings,
    level: f64,
    shelf: Option<f64>,
    /// The shelf was found by latency, not by a refusal.
    soft: bool,
    phase: Phase,
    epoch: u64,
    flight: Option<Flight>,
    round_trips: RoundTrips,
    round_began: Instant,
    /// The most under way in this round trip and in the one before.
    peak: f64,
    peak_before: f64,
    answers: usize,
    faults: usize,
    probe_at: Instant,
}

impl Adaptive {
    #[must_use]
    pub fn new(settings: AdaptiveSettings, now: Instant) -> Self {
        let ceiling = settings.ceiling.max(1);
        let settings = AdaptiveSettings { start: settings.start.clamp(1, ceiling), ceiling };
        Self {
            settings,
            level: settings.start as f64,
            shelf: None,
            soft: false,
            phase: Phase::Climb,
            epoch: 0,
            flight: None,
            round_trips: RoundTrips::default(),
            round_began: now,
            peak: 0.0,
            peak_before: 0.0,
            answers: 0,
            faults: 0,
            probe_at: now,
        }
    }

    /// How many may be under way at once, from 1 to the ceiling.
    #[must_use]
    pub fn level(&self) -> usize {
        (self.level as usize).clamp(1, self.settings.ceiling)
    }

    /// The smoothed round trip, once known.
    #[must_use]
    pub fn round_trip(&self) -> Option<Duration> {
        self.round_trips.typical()
    }

    /// A request leaves, `under_way` with it.
    pub fn left(&mut self, under_way: usize, now: Instant) -> Departure {
        self.peak = self.peak.max(under_way as f64);
        if let Phase::Probe { top, full_since: full_since @ None, .. } = &mut self.phase
            && under_way >= *top as usize
        {
            *full_since = Some(now);
        }
        let window = self.round_trips.left(under_way, self.level, now);
        Departure { at: now, epoch: self.epoch, window, under_way }
    }

    /// An answer came.
    pub fn answered(&mut self, departure: Departure, now: Instant) {
        self.answers += 1;
        let current = departure.epoch == self.epoch;
        let judged = self.round_trips.back(departure.window, departure.at, now);
        self.roll_round(now);
        match judged {
            Some(judged) => self.judge(judged, now),
            None if current => self.grow(now),
            None => {}
        }
    }

    /// The endpoint refused for now, and may have named a pause. `under_way` includes the one refused.
    pub fn refused(&mut self, departure: Departure, under_way: usize, pause: Option<Duration>, now: Instant) {
        self.round_trips.lost(departure.window, departure.at);
        if departure.epoch < self.epoch {
            self.refused_of_same_flight();
            return;
        }
        // As it left or as it came back: of requests that left together, any may be the one refused, and
        // others may have come back before it.
        let size = (under_way.max(departure.under_way) as f64).min(self.level.ceil()).max(1.0);
        let probing = matches!(self.phase, Phase::Probe { .. });
        let before = self.shelf;
        let mut shelf = (size - 1.0).max(1.0);
        if let (Phase::Hold, Some(before)) = (self.phase, before) {
            // It took this many a while ago: fewer now, or it counts later than we do.
            shelf = shelf.min(before - (before / 32.0).max(1.0)).max(1.0);
        }
        self.shelf = Some(shelf);
        self.soft = false;
        self.set(if probing { shelf } else { REFUSED * shelf });
        self.phase = if probing { Phase::Hold } else { Phase::Climb };
        self.flight = Some(Flight { size, refused: 1.0, probing });
        let pauses = if probing { PAUSES_BETWEEN_PROBES } else { PAUSES_BEFORE_FIRST_PROBE };
        let between = (pauses * pause.unwrap_or_default())
            .max(ROUND_TRIPS_BETWEEN_PROBES * self.round_trip().unwrap_or_default())
            .max(LEAST_BETWEEN_PROBES);
        self.probe_at = now + pause.unwrap_or_default() + between;
    }

    /// A fault (5xx, reset, time-out): no word about load, unless most of a round trip's requests end so.
    pub fn fault(&mut self, departure: Departure, now: Instant) {
        self.round_trips.lost(departure.window, departure.at);
        self.faults += 1;
        self.roll_round(now);
    }

    /// The request was given up by whoever sent it.
    pub fn given_up(&mut self, departure: Departure) {
        self.round_trips.lost(departure.window, departure.at);
    }

    /// The endpoint is back after it was gone: starts small, and climbs back by doubling.
    pub fn restart(&mut self) {
        let shelf = self.shelf.unwrap_or(self.level).max(self.level);
        self.shelf = Some(shelf);
        self.set(shelf.min(self.settings.start as f64));
        self.phase = Phase::Climb;
    }

    fn refused_of_same_flight(&mut self) {
        if let Some(flight) = &mut self.flight {
            flight.refused += 1.0;
            let taken = (flight.size - flight.refused).max(flight.size * LEAST_OF_A_FLIGHT).max(1.0);
            let shelf = self.shelf.map_or(taken, |shelf| shelf.min(taken));
            self.shelf = Some(shelf);
            let most = if flight.probing { shelf } else { REFUSED * shelf };
            self.level = self.level.min(most).max(1.0);
        }
    }

    /// Sets the level; what is under way now no longer counts towards growth.
    fn set(&mut self, level: f64) {
        self.level = level.max(1.0);
        self.epoch += 1;
        self.flight = None;
        self.round_trips.restart_window();
    }

    /// A window of round trips is full.
    fn judge(&mut self, judged: Judged, now: Instant) {
        if let Phase::Question { before, asked, then } = self.phase {
            self.answer_question(before, asked, then, judged, now);
        } else if self.in_question() && judged.fill >= LEAST_TO_QUESTION {
            let (before, then) = match self.phase {
                Phase::Climb => (self.level, Resume::Climb),
                Phase::Probe { .. } => (self.shelf.unwrap_or(self.level), Resume::Hold),
                _ => (self.level, Resume::Hold),
            };
            self.question(before, judged, then);
        } else if judged.slow && matches!(self.phase, Phase::Hold | Phase::GiveBack) {
            self.shelf = Some(self.shelf.unwrap_or(self.level).max(self.level));
            self.set(SLOW * self.level);
            self.phase = Phase::GiveBack;
        }
    }

    /// Whether round trips are such that requests may be queueing.
    fn in_question(&self) -> bool {
        let first_climb = self.phase == Phase::Climb && self.shelf.is_none();
        self.round_trips.stretched() || (first_climb && self.round_trips.crowded())
    }

    fn question(&mut self, before: f64, asked: Judged, then: Resume) {
        self.set(asked.fill.min(self.level) / 2.0);
        self.phase = Phase::Question { before, asked, then };
    }

    fn answer_question(&mut self, before: f64, asked: Judged, then: Resume, judged: Judged, now: Instant) {
        let (fill, mean) = (judged.fill / asked.fill, judged.mean / asked.mean);
        if fill > LEAST_DIFFERENCE && judged.fill >= LEAST_TO_QUESTION {
            // As many were under way as before: that says nothing yet.
            self.question(before, judged, then);
        } else if mean < f64::midpoint(1.0, fill) {
            // In a full queue they shorten as `fill` does. By Little's law, the server works on this many at
            // once; the rest stood in the queue.
            let quickest = self.round_trips.quickest().min(judged.mean);
            let working = asked.fill / asked.mean * quickest;
            let shelf = (working * HEADROOM + 2.0).floor().min(before);
            self.round_trips.start_from(judged.mean, quickest);
            self.shelf = Some(shelf);
            self.soft = true;
            self.set(shelf);
            self.phase = Phase::Hold;
            self.probe_at = now + self.between_soft_probes();
        } else {
            self.round_trips.start_from(judged.mean, judged.mean);
            self.set(before);
            self.phase = match then {
                Resume::Climb => Phase::Climb,
                Resume::Hold if self.shelf.is_some_and(|shelf| before < shelf) => Phase::GiveBack,
                Resume::Hold => Phase::Hold,
            };
        }
    }

    /// Back to the shelf, without a refusal.
    fn end_probe(&mut self, now: Instant) {
        let shelf = self.shelf.unwrap_or(self.level);
        self.set(shelf);
        self.phase = Phase::Hold;
        self.probe_at = now + self.between_soft_probes() * 4;
    }

    fn between_soft_probes(&self) -> Duration {
        ROUND_TRIPS_BETWEEN_SOFT_PROBES * self.round_trip().unwrap_or_default()
    }

    /// An answer to a request that left under the present level.
    fn grow(&mut self, now: Instant) {
        let ceiling = self.settings.ceiling as f64;
        let in_use = self.peak.max(self.peak_before);
        match self.phase {
            Phase::Climb => {
                let top = self.shelf.unwrap_or(ceiling).min(ceiling);
                if self.level < 2.0 * in_use && (self.shelf.is_some() || !self.in_question()) {
                    self.level = (self.level + 1.0).min(top);
                }
                if self.shelf.is_some() && self.level >= top {
                    self.phase = Phase::Hold;
                }
            }
            Phase::GiveBack | Phase::Question { .. } => {}
            Phase::Hold => {
                let shelf = self.shelf.unwrap_or(self.level);
                let full = in_use >= self.level.floor();
                if now >= self.probe_at && full && self.level < ceiling && !self.round_trips.stretched() {
                    let step = if self.soft { (shelf / 4.0).max(1.0) } else { (shelf / 32.0).max(1.0) };
                    self.probe(shelf, step);
                }
            }
            Phase::Probe { step, top, full_since: None } => {
                // Little by little: the first refusal stops the rest.
                self.level = (self.level + (step / self.level).max(0.25)).min(top);
            }
            Phase::Probe { step, top, full_since: Some(since) } => {
                let round_trip = self.round_trip().unwrap_or_default();
                if now - since >= round_trip.mul_f64(1.25) {
                    self.shelf = Some(top);
                    if top >= ceiling {
                        self.phase = Phase::Hold;
                    } else if self.round_trips.stretched() {
                        self.end_probe(now);
                    } else {
                        self.probe(top, 2.0 * step);
                    }
                }
            }
        }
    }

    fn probe(&mut self, shelf: f64, step: f64) {
        let step = step.min(shelf);
        let top = (shelf + step).min(self.settings.ceiling as f64);
        self.phase = Phase::Probe { step, top, full_since: None };
    }

    /// Ends a round trip's count when it is over.
    fn roll_round(&mut self, now: Instant) {
        let round_trip = self.round_trip().unwrap_or_default();
        if now - self.round_began < round_trip {
            return;
        }
        if self.faults >= 3 && self.faults >= self.answers {
            // Not below half: a server that fails whatever it is asked does not gain by being asked less.
            let shelf = self.shelf.unwrap_or(self.level).max(self.level);
            self.shelf = Some(shelf);
            self.set((REFUSED * self.level).max(shelf / 2.0));
            self.phase = Phase::Climb;
        } else if self.phase == Phase::GiveBack {
            let shelf = self.shelf.unwrap_or(self.level);
            if self.peak.max(self.peak_before) >= self.level.floor() {
                self.level = (self.level + 1.0).min(shelf);
            }
            if self.level >= shelf {
                self.phase = Phase::Hold;
            }
        }
        self.round_began = now;
        self.peak_before = self.peak;
        self.peak = 0.0;
        (self.answers, self.faults) = (0, 0);
    }
}
