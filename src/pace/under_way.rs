//! A request that has left: what its end means for limit, pause, rates and breaker. Dropped without an end
//! (the caller was cancelled), it only gives its room back.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use super::adaptive::Departure;
use super::breaker::Say;
use super::limit::Outcome;
use super::origin::{Origin, Room, State};
use crate::engine::EngineError;

/// The spread of departures after a pause while no round trip is known.
const UNKNOWN_ROUND_TRIP: Duration = Duration::from_millis(100);

/// What a request that failed does next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Again {
    /// It counts as an attempt, and the next comes after this pause.
    After(Duration),
    /// The endpoint seems to be gone: the request did not count, and queues as a probe's bearer. The next probe
    /// leaves in about `pause`; so far the endpoint came back `returns` times.
    AsProbe { pause: Duration, returns: usize },
}

/// A pause of all requests to an origin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rest {
    /// What the endpoint asked for.
    pub asked: Duration,
    /// What it gets; no more than that.
    pub granted: Duration,
}

/// One request under way.
#[derive(Debug)]
pub struct UnderWay<'a> {
    origin: &'a Origin,
    departure: Departure,
    tokens: u64,
    probe: bool,
    back: bool,
}

impl<'a> UnderWay<'a> {
    pub fn leave(origin: &'a Origin, tokens: u64) -> Self {
        let mut state = origin.state();
        let now = Instant::now();
        state.under_way += 1;
        let under_way = state.under_way;
        let level = state.limit.level();
        state.pause.left(level, now);
        state.rates.take(tokens, now);
        let probe = state.breaker.left();
        let departure = state.limit.left(under_way, now);
        Self { origin, departure, tokens, probe, back: false }
    }

    /// The endpoint answered, using so many tokens where it said, and there is nothing to store.
    pub fn answered(self, tokens: Option<u64>) {
        self.come_back_answered(tokens, false);
    }

    /// The endpoint answered with something that is to be stored; until it is, the request takes the room that comes back.
    /// `origin` is the one that it left to.
    pub fn answered_to_store(self, origin: &Arc<Origin>, tokens: Option<u64>) -> Room {
        self.come_back_answered(tokens, true);
        Room::new(origin)
    }

    fn come_back_answered(self, tokens: Option<u64>, to_store: bool) {
        let (departure, estimated) = (self.departure, self.tokens);
        self.come_back(|state, now| {
            let under_way = state.under_way;
            state.limit.came_back(departure, Outcome::Answered, under_way, now);
            state.pause.answered();
            if state.breaker.answered() {
                state.back_again();
            }
            if let Some(actual) = tokens {
                state.rates.correct(estimated, actual);
            }
            state.unstored += usize::from(to_store);
        });
    }

    /// The endpoint refused for now and perhaps asked for a pause; this is the request's `refusals`-th time.
    /// Gives the request's own pause, and what everybody's is where that is worth telling.
    ///
    /// # Errors
    /// Where the endpoint is given up for it.
    pub fn refused(
        self,
        error: &EngineError,
        asked: Option<Duration>,
        refusals: usize,
    ) -> Result<(Duration, Option<Rest>), EngineError> {
        let (departure, estimated) = (self.departure, self.tokens);
        self.come_back(|state, now| {
            let wanted = asked;
            let asked = state.backoff.capped(asked);
            let under_way = state.under_way;
            state.limit.came_back(departure, Outcome::Refused(asked), under_way, now);
            state.rates.correct(estimated, 0);
            state.pause.refused(departure.at, now);
            if let Some(asked) = asked {
                let spread = state.limit.round_trip().unwrap_or(UNKNOWN_ROUND_TRIP);
                state.pause.hold(now + asked, spread);
            }
            if state.breaker.refused(error, now)? {
                state.back_again();
            }
            let rest = wanted.zip(asked).map(|(asked, granted)| Rest { asked, granted });
            let rest = rest.filter(|rest| state.pause.is_news(rest.granted, now + rest.granted));
            Ok((state.backoff.pause(refusals, asked), rest))
        })
    }

    /// A fault, the request's `faults`-th.
    ///
    /// # Errors
    /// Where the endpoint is given up for it.
    pub fn fault(self, error: &EngineError, faults: usize) -> Result<Again, EngineError> {
        let (departure, probe) = (self.departure, self.probe);
        self.come_back(|state, now| {
            let under_way = state.under_way;
            state.limit.came_back(departure, Outcome::Fault, under_way, now);
            if !state.breaker.fault(error, probe, now)? {
                return Ok(Again::After(state.backoff.pause(faults, None)));
            }
            let pause = match state.breaker.say() {
                Say::ProbeAt(at) => at.saturating_duration_since(now),
                Say::Go | Say::AwaitProbe => Duration::ZERO,
            };
            Ok(Again::AsProbe { pause, returns: state.returns })
        })
    }

    fn come_back<R>(mut self, end: impl FnOnce(&mut State, Instant) -> R) -> R {
        let mut state = self.origin.state();
        let before = state.breaker.say();
        let ended = end(&mut state, Instant::now());
        self.give_room_back(&mut state, before);
        drop(state);
        self.back = true;
        ended
    }

    fn give_room_back(&self, state: &mut State, before: Say) {
        state.under_way -= 1;
        if self.probe {
            state.breaker.probe_over();
        }
        if state.breaker.say() != before {
            self.origin.breaker_changed();
        }
        state.call_next();
    }
}

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        if !self.back {
            let mut state = self.origin.state();
            let (before, under_way) = (state.breaker.say(), state.under_way);
            state.limit.came_back(self.departure, Outcome::GivenUp, under_way, Instant::now());
            self.give_room_back(&mut state, before);
        }
    }
}
