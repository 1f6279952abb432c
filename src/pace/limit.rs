//! How many requests may be under way at once: a number that the user fixed, or one that finds itself.

use std::time::Duration;

use tokio::time::Instant;

use super::adaptive::{Adaptive, AdaptiveSettings, Departure};

/// The limit of one origin.
#[derive(Debug)]
pub enum Limit {
    Fixed { level: usize, round_trip: Option<Duration> },
    Adaptive(Box<Adaptive>),
}

/// What came of a request, as far as the limit is concerned.
#[derive(Debug, Clone, Copy)]
pub enum Outcome {
    Answered,
    /// 429 or 503, with the pause that the endpoint named.
    Refused(Option<Duration>),
    Fault,
    /// Whoever sent it does not wait for it any more.
    GivenUp,
}

impl Limit {
    #[must_use]
    pub fn fixed(level: usize) -> Self {
        Self::Fixed { level: level.max(1), round_trip: None }
    }

    #[must_use]
    pub fn adaptive(settings: AdaptiveSettings, now: Instant) -> Self {
        Self::Adaptive(Box::new(Adaptive::new(settings, now)))
    }

    #[must_use]
    pub fn level(&self) -> usize {
        match self {
            Self::Fixed { level, .. } => *level,
            Self::Adaptive(adaptive) => adaptive.level(),
        }
    }

    /// About how long a request takes, once known.
    #[must_use]
    pub fn round_trip(&self) -> Option<Duration> {
        match self {
            Self::Fixed { round_trip, .. } => *round_trip,
            Self::Adaptive(adaptive) => adaptive.round_trip(),
        }
    }

    /// A request leaves, `under_way` with it.
    pub fn left(&mut self, under_way: usize, now: Instant) -> Departure {
        match self {
            Self::Fixed { .. } => Departure::under_a_fixed_limit(now),
            Self::Adaptive(adaptive) => adaptive.left(under_way, now),
        }
    }

    /// A request is back; `under_way` still includes it.
    pub fn came_back(&mut self, departure: Departure, outcome: Outcome, under_way: usize, now: Instant) {
        match (self, outcome) {
            (Self::Fixed { round_trip, .. }, Outcome::Answered) => {
                let took = now - departure.at;
                *round_trip = Some(round_trip.map_or(took, |before| (before * 7 + took) / 8));
            }
            (Self::Fixed { .. }, _) => {}
            (Self::Adaptive(adaptive), Outcome::Answered) => adaptive.answered(departure, now),
            (Self::Adaptive(adaptive), Outcome::Refused(pause)) => {
                adaptive.refused(departure, under_way, pause, now);
            }
            (Self::Adaptive(adaptive), Outcome::Fault) => adaptive.fault(departure, now),
            (Self::Adaptive(adaptive), Outcome::GivenUp) => adaptive.given_up(departure),
        }
    }

    /// The endpoint is back after it was gone.
    pub fn restart(&mut self) {
        if let Self::Adaptive(adaptive) = self {
            adaptive.restart();
        }
    }
}
