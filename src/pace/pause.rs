//! The pause that an endpoint asked for, shared by all requests to it. Owns two instants; it never sleeps.

use std::time::Duration;

use tokio::time::Instant;

/// After a pause nobody is held back for longer than this so that the others may go first.
const LONGEST_SPREAD: Duration = Duration::from_secs(1);

/// One origin's pause. The longest asked for counts.
///
/// When it is over, requests leave one by one, spread over about a round trip, as they would be in the
/// middle of a run: had they left in the same millisecond, a server whose limit fell would refuse nearly all
/// of them at once, where this way the first refusal stops the rest.
#[derive(Debug, Default)]
pub struct Pause {
    until: Option<Instant>,
    /// While this lasts, departures keep their distance.
    spread_until: Option<Instant>,
    next: Option<Instant>,
}

impl Pause {
    /// Holds every request back until `until`. `spread` is the time over which they leave afterwards.
    pub fn hold(&mut self, until: Instant, spread: Duration) {
        if self.until.is_none_or(|held| held < until) {
            self.until = Some(until);
            self.spread_until = Some(until + spread.min(LONGEST_SPREAD));
            self.next = Some(until);
        }
    }

    /// When the next request may leave: `now`, or later.
    pub fn ready_at(&mut self, now: Instant) -> Instant {
        if self.spread_until.is_some_and(|end| end <= now) && self.next.is_none_or(|next| next <= now) {
            *self = Self::default();
        }
        self.next.map_or(now, |next| next.max(now))
    }

    /// A request leaves, one of `level` at most under way.
    pub fn left(&mut self, level: usize, now: Instant) {
        if let (Some(until), Some(spread_until)) = (self.until, self.spread_until) {
            let spread = spread_until - until;
            self.next = Some(now + spread / u32::try_from(level.max(1)).unwrap_or(u32::MAX));
        }
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
}
