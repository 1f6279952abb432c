//! Holding an origin's requests back together: the pause that the endpoint asked for, and the distance between
//! departures when it goes on refusing. Owns the instants; it never sleeps.

use std::time::Duration;

use tokio::time::Instant;

/// After a pause nobody is held back for longer than this so that the others may go first.
const LONGEST_SPREAD: Duration = Duration::from_secs(1);
/// The first distance between departures, once a second refusal follows on the first.
const FIRST_GAP: Duration = Duration::from_millis(50);
/// No distance is longer.
const LONGEST_GAP: Duration = Duration::from_secs(30);
/// A refusal widens the distance so many times, and each answer shortens it to this share: about one request
/// in nine then meets a refusal.
const WIDENING: f64 = 1.5;
const CLOSING: f64 = 0.95;
/// A pause longer than this is told: shorter ones pass before one wonders.
const TOLD_FROM: Duration = Duration::from_secs(5);
/// A distance shorter than this is none.
const LEAST_GAP: Duration = Duration::from_millis(5);

/// One origin's pause. The longest asked for counts.
///
/// When it is over, requests leave one by one, spread over about a round trip, as they would be in the
/// middle of a run: had they left in the same millisecond, a server whose limit fell would refuse nearly all
/// of them at once, where this way the first refusal stops the rest.
///
/// An endpoint that names no pause, or too short a one, and limits the rate rather than the requests under way
/// would be asked again and again in vain. So a request that leaves after one refusal and is itself refused, with
/// no answer between, sets a distance between departures, and each refusal that follows widens it.
#[derive(Debug, Default)]
pub struct Pause {
    until: Option<Instant>,
    /// While this lasts, departures are spread over `spread`.
    spread_until: Option<Instant>,
    spread: Duration,
    gap: Duration,
    refusals_in_a_row: usize,
    refused_at: Option<Instant>,
    next: Option<Instant>,
    /// The end of the pause that was told last.
    told: Option<Instant>,
}

impl Pause {
    /// Holds every request back until `until`. `spread` is the time over which they leave afterwards.
    pub fn hold(&mut self, until: Instant, spread: Duration) {
        if self.until.is_none_or(|held| held < until) {
            self.spread = spread.min(LONGEST_SPREAD);
            self.until = Some(until);
            self.spread_until = Some(until + self.spread);
            self.next = self.next.max(Some(until));
        }
    }

    /// Whether a pause until `until`, `length` from now, is to be told: a long one, and not much the same as the one that
    /// was told last. The requests that were under way together are told to rest together.
    pub fn is_news(&mut self, length: Duration, until: Instant) -> bool {
        let news = length > TOLD_FROM && self.told.is_none_or(|told| until > told + TOLD_FROM);
        if news {
            self.told = Some(until);
        }
        news
    }

    /// A request that left at `left_at` was refused.
    pub fn refused(&mut self, left_at: Instant, now: Instant) {
        // Those that were under way together count once.
        if self.refused_at.is_none_or(|heard| left_at >= heard) {
            self.refusals_in_a_row += 1;
            if self.refusals_in_a_row >= 2 || self.gap > Duration::ZERO {
                self.gap = self.gap.mul_f64(WIDENING).clamp(FIRST_GAP, LONGEST_GAP);
                self.next = self.next.max(Some(now + self.gap));
            }
            self.refused_at = Some(now);
        }
    }

    /// A request was answered.
    pub fn answered(&mut self) {
        self.refusals_in_a_row = 0;
        self.gap = self.gap.mul_f64(CLOSING);
        if self.gap < LEAST_GAP {
            self.gap = Duration::ZERO;
        }
    }

    /// When the next request may leave: `now`, or later.
    #[must_use]
    pub fn ready_at(&self, now: Instant) -> Instant {
        self.next.map_or(now, |next| next.max(now))
    }

    /// A request leaves, one of `level` at most under way.
    pub fn left(&mut self, level: usize, now: Instant) {
        let spread = self
            .spread_until
            .filter(|end| now < *end)
            .map_or(Duration::ZERO, |_| self.spread / u32::try_from(level.max(1)).unwrap_or(u32::MAX));
        self.next = Some(now + spread.max(self.gap));
    }

    /// How long the pause still lasts, where there is one.
    #[must_use]
    pub fn remaining(&self, now: Instant) -> Option<Duration> {
        self.until.filter(|until| *until > now).map(|until| until - now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[tokio::test(start_paused = true)]
    async fn the_longest_pause_counts() {
        let now = Instant::now();
        let mut pause = Pause::default();
        assert_eq!(pause.ready_at(now), now);
        pause.hold(now + 5 * SECOND, SECOND);
        pause.hold(now + 2 * SECOND, SECOND);
        assert_eq!(pause.ready_at(now), now + 5 * SECOND);
        pause.hold(now + 7 * SECOND, SECOND);
        assert_eq!(pause.ready_at(now + 6 * SECOND), now + 7 * SECOND);
        assert_eq!(pause.remaining(now + 6 * SECOND), Some(SECOND));
    }

    #[tokio::test(start_paused = true)]
    async fn afterwards_requests_leave_one_by_one_for_a_while_and_then_freely() {
        let began = Instant::now();
        let mut pause = Pause::default();
        pause.hold(began + SECOND, SECOND);
        let mut now = began;
        for request in 0_u32..10 {
            now = pause.ready_at(now);
            assert_eq!(now, began + SECOND + SECOND / 10 * request);
            pause.left(10, now);
        }
        now += SECOND;
        for _ in 0..3 {
            assert_eq!(pause.ready_at(now), now);
            pause.left(10, now);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_long_pause_is_told_once_and_the_next_one_again() {
        let now = Instant::now();
        let mut pause = Pause::default();
        assert!(!pause.is_news(3 * SECOND, now + 3 * SECOND));
        assert!(pause.is_news(45 * SECOND, now + 45 * SECOND));
        assert!(!pause.is_news(45 * SECOND, now + 46 * SECOND), "the next of those that left together");
        assert!(pause.is_news(60 * SECOND, now + 60 * SECOND), "a longer one after all");
        assert!(pause.is_news(45 * SECOND, now + 106 * SECOND), "asked for after it was over");
    }

    #[tokio::test(start_paused = true)]
    async fn refusals_one_after_another_keep_requests_apart_until_answers_come() {
        let mut now = Instant::now();
        let mut pause = Pause::default();
        let mut apart = Vec::new();
        for _ in 0..5 {
            let left_at = pause.ready_at(now);
            apart.push((left_at - now).as_millis());
            pause.left(4, left_at);
            now = left_at + Duration::from_millis(1);
            pause.refused(left_at, now);
        }
        assert_eq!(apart, [0, 0, 50, 75, 112]);
        for _ in 0..90 {
            pause.answered();
        }
        now = pause.ready_at(now);
        pause.left(4, now);
        assert_eq!(pause.ready_at(now), now);
    }

    #[tokio::test(start_paused = true)]
    async fn refusals_of_requests_that_were_under_way_together_count_once() {
        let left_at = Instant::now();
        let now = left_at + SECOND;
        let mut pause = Pause::default();
        for _ in 0..20 {
            pause.refused(left_at, now);
        }
        assert_eq!(pause.ready_at(now), now);
    }
}
