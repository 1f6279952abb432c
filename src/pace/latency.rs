//! What round trips say about a server: how long they take now, how much that differs, and whether the
//! server seems to queue. Owns the measured times; what to do about them is decided in [`super::adaptive`].

use std::time::Duration;

/// A window is judged when it has so many round trips, or as many as may be under way at once where that is
/// more: requests differ in size, and the mean of fewer says little (16 exponentially distributed ones: 25 %).
const WINDOW: usize = 16;
/// Weight of the newest window in the smoothed mean and deviation, as vector's adaptive request concurrency
/// has it (`ewma_alpha`).
const ALPHA: f64 = 0.4;
/// A window is slow when its mean is so many mean deviations above the smoothed mean: vector's
/// `rtt_deviation_scale`.
const DEVIATIONS: f64 = 2.5;
/// ... and at least this share above it: without jitter the deviation is nothing, and every ripple is slow.
const LEAST_RISE: f64 = 0.3;
/// Round trips so many times the quickest mean known mean a queue (or a server that became slow).
const STRETCHED: f64 = 1.5;
/// The quickest mean known rises so much a window, so that a server that became slow for good is seen
/// as the normal case after some 35 windows.
const FORGETTING: f64 = 1.02;

/// What a full window said.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Judged {
    /// Much slower than the windows before.
    pub slow: bool,
    /// The smoothed mean before this window as a share of this window's mean: below 1 when it got slower.
    pub kept: f64,
}

/// The round trips of one origin, in seconds.
#[derive(Debug, Default)]
pub struct RoundTrips {
    sum: f64,
    count: usize,
    smoothed: Option<f64>,
    deviation: f64,
    quickest: f64,
}

impl RoundTrips {
    /// Adds a round trip, with `level` allowed under way at once. Judges the window when it is full.
    pub fn add(&mut self, took: Duration, level: f64) -> Option<Judged> {
        self.sum += took.as_secs_f64();
        self.count += 1;
        if self.count < WINDOW.max(level as usize) {
            return None;
        }
        let mean = (self.sum / self.count as f64).max(1e-6);
        (self.sum, self.count) = (0.0, 0);
        let Some(smoothed) = self.smoothed else {
            // As TCP starts (RFC 6298): the deviation is unknown, so half the mean.
            (self.smoothed, self.deviation, self.quickest) = (Some(mean), mean / 2.0, mean);
            return None;
        };
        let threshold = (DEVIATIONS * self.deviation).max(LEAST_RISE * smoothed);
        let judged = Judged { slow: mean > smoothed + threshold, kept: smoothed / mean };
        let now = smoothed + ALPHA * (mean - smoothed);
        self.smoothed = Some(now);
        self.deviation += ALPHA * ((mean - smoothed).abs() - self.deviation);
        self.quickest = now.min(self.quickest * FORGETTING);
        Some(judged)
    }

    /// Forgets the window under way: it was measured under a level that no longer holds.
    pub fn restart_window(&mut self) {
        (self.sum, self.count) = (0.0, 0);
    }

    /// The smoothed round trip; before the first window is full, the mean of what there is.
    #[must_use]
    pub fn typical(&self) -> Option<Duration> {
        let seconds = self.smoothed.or_else(|| (self.count > 0).then(|| self.sum / self.count as f64))?;
        Duration::try_from_secs_f64(seconds).ok()
    }

    /// Whether requests seem to wait in a queue, so that more of them would gain nothing.
    #[must_use]
    pub fn stretched(&self) -> bool {
        self.smoothed.is_some_and(|smoothed| smoothed > STRETCHED * self.quickest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn window(trips: &mut RoundTrips, milliseconds: u64) -> Option<Judged> {
        (0..WINDOW).filter_map(|_| trips.add(Duration::from_millis(milliseconds), 4.0)).last()
    }

    #[test]
    fn a_sudden_rise_is_slow_once_and_then_the_normal_case() {
        let mut trips = RoundTrips::default();
        for _ in 0..10 {
            assert!(window(&mut trips, 100).is_none_or(|judged| !judged.slow));
        }
        assert!(window(&mut trips, 300).unwrap().slow);
        let slow = (0..10).filter(|_| window(&mut trips, 300).unwrap().slow).count();
        assert!(slow <= 1, "{slow}");
        assert!(trips.stretched());
    }

    #[test]
    fn a_slowness_that_stays_is_forgotten_and_a_moderate_one_is_no_queue() {
        let mut trips = RoundTrips::default();
        window(&mut trips, 100);
        window(&mut trips, 130);
        assert!(!trips.stretched());
        for _ in 0..60 {
            window(&mut trips, 300);
        }
        assert!(!trips.stretched());
        assert_eq!(trips.typical().unwrap().as_millis(), 300);
    }

    #[test]
    fn a_window_holds_as_many_round_trips_as_may_be_under_way() {
        let mut trips = RoundTrips::default();
        let judged = (0..2_000).filter_map(|_| trips.add(Duration::from_secs(1), 500.0)).count();
        assert_eq!(judged, 3);
    }
}
