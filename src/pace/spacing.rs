//! Room between requests: many places that come free at once are not taken at once. Owns when the next one may leave; never
//! sleeps.
//!
//! An endpoint that takes as long for each request sends the answers to 512 requests that left together back together.
//! They wait for this machine's cores while the endpoint has nothing to do, and the next 512 leave together again. Spread,
//! they stay spread. Source: pacing in TCP (Aggarwal, Savage and Anderson 2000, "Understanding the performance of TCP
//! pacing"; BBR sends a quarter faster than the rate it believes in when it probes).

use std::time::Duration;

use tokio::time::Instant;

/// How much faster than a full round trip's even spread requests may leave: what lost time is caught up by.
const FASTER: f64 = 1.25;

/// The longest room between two requests. More would make few requests wait for nothing.
const LONGEST: Duration = Duration::from_micros(500);

/// What may leave at once: timers tick in milliseconds.
const BURST: Duration = Duration::from_millis(3);

/// When the next request may leave.
#[derive(Debug)]
pub struct Spacing {
    /// When all that left would have left, evenly spread.
    even: Instant,
}

impl Spacing {
    #[must_use]
    pub fn new(now: Instant) -> Self {
        Self { even: now }
    }

    /// When one may leave: `now`, or later.
    #[must_use]
    pub fn ready_at(&self, now: Instant) -> Instant {
        self.even.checked_sub(BURST).unwrap_or(now).max(now)
    }

    /// One leaves, of `level` that may be under way, each for about `round_trip`.
    pub fn left(&mut self, level: usize, round_trip: Option<Duration>, now: Instant) {
        let Some(round_trip) = round_trip else { return };
        let room = round_trip.div_f64(FASTER * level.max(1) as f64).min(LONGEST);
        self.even = self.even.max(now) + room;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_wave_is_spread_over_most_of_a_round_trip() {
        let began = Instant::now();
        let mut spacing = Spacing::new(began);
        let mut now = began;
        for _ in 0..512 {
            now = spacing.ready_at(now);
            spacing.left(512, Some(Duration::from_millis(200)), now);
        }
        let took = now - began;
        assert!((150..165).contains(&took.as_millis()), "{took:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn few_and_slow_requests_hardly_wait() {
        let began = Instant::now();
        let mut spacing = Spacing::new(began);
        for _ in 0..6 {
            assert_eq!(spacing.ready_at(began), began);
            spacing.left(6, Some(Duration::from_secs(10)), began);
        }
        assert!(spacing.ready_at(began) <= began + Duration::from_millis(1));
    }
}
