//! What round trips say about a server: how long they take now, how much that differs, and whether the
//! server seems to queue. Owns the measured times; what to do about them is decided in [`super::adaptive`].

use std::time::Duration;

use tokio::time::Instant;

/// A window is made of so many requests at least, of as many as may be under way at once where that is more,
/// and of no more than [`LARGEST_WINDOW`]: requests differ in size, and the mean of 32 exponentially
/// distributed times is off by 18 %, of 64 by 13 %.
const WINDOW: usize = 32;
const LARGEST_WINDOW: usize = 64;
/// The first window is as small as this, and waits for all of its requests: a server with three slots that take
/// ten seconds each would otherwise be sent a hundred requests before anything is known of it.
const FIRST_WINDOW: usize = 8;
/// The second window replaces the first, unless its mean is so many times as long: the mean of eight
/// exponentially distributed times is off by 35 %.
const CROWDED: f64 = 2.0;
/// Weight of the newest round trip in the mean of recent ones.
const RECENT: f64 = 0.125;
/// A window is judged when this share of its requests is back; the others count at their age. Judged by those
/// that come back first, a window would hold the short requests alone (measured: half the true mean).
const BACK: f64 = 7.0 / 8.0;
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
/// What a full window said.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Judged {
    /// Its mean, in seconds.
    pub mean: f64,
    /// How many were under way when its requests left, on average.
    pub fill: f64,
    /// It was much slower than the windows before.
    pub slow: bool,
}

/// Requests that left one after another, and what is known of them.
#[derive(Debug)]
struct Window {
    number: u64,
    began: Instant,
    size: usize,
    left: usize,
    back: usize,
    /// The round trips of those back, summed.
    sum: f64,
    /// How many were under way as each left, summed.
    fill: f64,
    /// When those not back left, in seconds since the window began, summed.
    pending: f64,
}

/// The round trips of one origin, in seconds.
#[derive(Debug, Default)]
pub struct RoundTrips {
    windows: u64,
    window: Option<Window>,
    /// The mean of recent round trips, all there is before the first window is judged.
    recent: Option<f64>,
    smoothed: Option<f64>,
    /// All that is known comes from the first window.
    provisional: bool,
    deviation: f64,
    quickest: f64,
}

impl RoundTrips {
    /// A request leaves, `under_way` with it of `level` allowed. Gives the number of the window that it
    /// belongs to, if any.
    pub fn left(&mut self, under_way: usize, level: f64, now: Instant) -> Option<u64> {
        let window = self.window.get_or_insert_with(|| {
            self.windows += 1;
            let size = match self.smoothed {
                None => FIRST_WINDOW,
                Some(_) => (level as usize).clamp(WINDOW, LARGEST_WINDOW),
            };
            Window {
                number: self.windows,
                began: now,
                size,
                left: 0,
                back: 0,
                sum: 0.0,
                fill: 0.0,
                pending: 0.0,
            }
        });
        if window.left == window.size {
            return None;
        }
        window.left += 1;
        window.fill += under_way as f64;
        window.pending += (now - window.began).as_secs_f64();
        Some(window.number)
    }

    /// A request of window `number` is answered. Judges the window when enough of it is back.
    pub fn back(&mut self, number: Option<u64>, left_at: Instant, now: Instant) -> Option<Judged> {
        let took = (now - left_at).as_secs_f64();
        self.recent = Some(self.recent.map_or(took, |recent| recent + RECENT * (took - recent)));
        let window = self.window.as_mut().filter(|window| Some(window.number) == number)?;
        window.pending -= (left_at - window.began).as_secs_f64();
        window.sum += took;
        window.back += 1;
        let enough = if self.smoothed.is_none() { 1.0 } else { BACK };
        if window.left < window.size || (window.back as f64) < enough * window.size as f64 {
            return None;
        }
        let missing =
            (window.left - window.back) as f64 * (now - window.began).as_secs_f64() - window.pending;
        let mean = ((window.sum + missing) / window.left as f64).max(1e-6);
        let fill = window.fill / window.left as f64;
        self.window = None;
        self.judge(mean, fill)
    }

    /// A request of window `number` has no round trip: refused, failed or given up.
    pub fn lost(&mut self, number: Option<u64>, left_at: Instant) {
        if let Some(window) = self.window.as_mut().filter(|window| Some(window.number) == number) {
            window.fill -= window.fill / window.left as f64;
            window.left -= 1;
            window.pending -= (left_at - window.began).as_secs_f64();
        }
    }

    fn judge(&mut self, mean: f64, fill: f64) -> Option<Judged> {
        let Some(smoothed) = self.smoothed else {
            // As TCP starts (RFC 6298): the deviation is unknown, so half the mean.
            (self.smoothed, self.deviation, self.quickest) = (Some(mean), mean / 2.0, mean);
            self.provisional = true;
            return None;
        };
        if std::mem::take(&mut self.provisional) && mean < CROWDED * smoothed {
            (self.smoothed, self.deviation, self.quickest) = (Some(mean), mean / 2.0, mean);
            return Some(Judged { mean, fill, slow: false });
        }
        let threshold = (DEVIATIONS * self.deviation).max(LEAST_RISE * smoothed);
        let judged = Judged { mean, fill, slow: mean > smoothed + threshold };
        let now = smoothed + ALPHA * (mean - smoothed);
        self.smoothed = Some(now);
        self.deviation += ALPHA * ((mean - smoothed).abs() - self.deviation);
        self.quickest = self.quickest.min(now);
        Some(judged)
    }

    /// Forgets the window under way: it was measured under a level that no longer holds.
    pub fn restart_window(&mut self) {
        self.window = None;
    }

    /// Starts anew from a window measured after the level was changed: what was learnt holds no longer.
    pub fn start_from(&mut self, mean: f64, quickest: f64) {
        (self.smoothed, self.recent, self.quickest) = (Some(mean), Some(mean), quickest);
        self.deviation = self.deviation.max(mean / 4.0);
    }

    /// The quickest smoothed mean known, in seconds.
    #[must_use]
    pub fn quickest(&self) -> f64 {
        self.quickest
    }

    /// The smoothed round trip; before the first window is judged, the recent mean.
    #[must_use]
    pub fn typical(&self) -> Option<Duration> {
        Duration::try_from_secs_f64(self.smoothed.or(self.recent)?).ok()
    }

    /// Whether the latest requests took twice as long as the quickest mean known: sooner seen than
    /// [`RoundTrips::stretched`], and less sure.
    #[must_use]
    pub fn crowded(&self) -> bool {
        self.smoothed.is_some() && self.recent.is_some_and(|recent| recent > CROWDED * self.quickest)
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

    /// A window whose requests leave together and take so long.
    fn window(trips: &mut RoundTrips, milliseconds: u64) -> Option<Judged> {
        let left_at = Instant::now();
        let size = if trips.smoothed.is_some() { WINDOW } else { FIRST_WINDOW };
        let numbers: Vec<_> = (0..size).map(|_| trips.left(4, 4.0, left_at)).collect();
        let back_at = left_at + Duration::from_millis(milliseconds);
        numbers.into_iter().filter_map(|number| trips.back(number, left_at, back_at)).last()
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
    fn a_moderate_rise_is_no_queue_and_a_new_start_forgets_the_old_times() {
        let mut trips = RoundTrips::default();
        window(&mut trips, 100);
        window(&mut trips, 130);
        assert!(!trips.stretched());
        for _ in 0..60 {
            window(&mut trips, 300);
        }
        assert!(trips.stretched());
        trips.start_from(0.3, 0.3);
        assert!(!trips.stretched());
        assert_eq!(trips.typical().unwrap().as_millis(), 300);
    }

    #[test]
    fn short_requests_that_come_back_first_do_not_make_the_window() {
        let mut trips = RoundTrips::default();
        window(&mut trips, 1_650);
        let left_at = Instant::now();
        // Every round trip from 100 ms to 3.2 s once, the shortest back first.
        for _ in 0..2 {
            let numbers: Vec<_> = (0..WINDOW).map(|_| trips.left(4, 4.0, left_at)).collect();
            for (place, number) in numbers.into_iter().enumerate() {
                trips.back(number, left_at, left_at + Duration::from_millis(100 * (place as u64 + 1)));
            }
        }
        let typical = trips.typical().unwrap().as_secs_f64();
        assert!((1.55..1.65).contains(&typical), "{typical}");
    }

    #[test]
    fn the_first_window_is_small_and_gives_way_to_the_second_unless_that_is_far_slower() {
        for (second, typical) in [(150, 150), (900, 420)] {
            let mut trips = RoundTrips::default();
            window(&mut trips, 100);
            assert!(!trips.crowded());
            window(&mut trips, second);
            assert_eq!(trips.typical().unwrap().as_millis(), typical);
            assert_eq!(trips.stretched() && trips.crowded(), second == 900);
        }
    }

    #[test]
    fn requests_without_a_round_trip_leave_the_window_to_others() {
        let mut trips = RoundTrips::default();
        let left_at = Instant::now();
        let lost: Vec<_> = (0..FIRST_WINDOW).map(|_| trips.left(4, 4.0, left_at)).collect();
        assert_eq!(trips.left(4, 4.0, left_at), None);
        for number in lost {
            trips.lost(number, left_at);
        }
        assert!(trips.left(4, 4.0, left_at).is_some());
    }
}
