//! Requests and tokens per minute, as the user's contract with the endpoint names them. Owns the two
//! buckets; it never sleeps: it says when the next request may go.
//!
//! A plain generic cell rate algorithm on tokio's clock rather than the `governor` crate: tokens are an
//! estimate that must be corrected after the reply, and what was taken is given back when the endpoint
//! refuses, and governor has no way to give cells back. Its waiting, too, is on a timer of its own that a
//! paused tokio clock does not drive.

use std::time::Duration;

use tokio::time::Instant;

const MINUTE: Duration = Duration::from_secs(60);

/// One limit per minute.
///
/// What may go at once is a sixtieth of the limit (a second's worth): services enforce minutes in shorter
/// steps. The rate is set so that any 60 s see at most `limit` units, the burst included (one request
/// larger than the burst excepted: it goes once the burst is there, and is paid off afterwards).
#[derive(Debug)]
pub struct Bucket {
    /// Seconds that one unit takes.
    period: f64,
    /// Units that may go at once.
    burst: f64,
    /// When everything taken so far will have been paid off: the "theoretical arrival time".
    paid_at: Instant,
}

impl Bucket {
    #[must_use]
    pub fn per_minute(limit: u64, now: Instant) -> Self {
        let limit = limit.max(1) as f64;
        let burst = (limit / 60.0).ceil();
        Self { period: MINUTE.as_secs_f64() / (limit - burst + 1.0), burst, paid_at: now }
    }

    /// When `units` may go: `now`, or later.
    #[must_use]
    pub fn ready_at(&self, units: u64, now: Instant) -> Instant {
        let head_start = self.burst - (units as f64).min(self.burst);
        let earliest = self.paid_at.checked_sub(self.span(head_start)).unwrap_or(now);
        earliest.max(now)
    }

    /// Takes `units`, whatever is there.
    pub fn take(&mut self, units: u64, now: Instant) {
        self.paid_at = self.paid_at.max(now) + self.span(units as f64);
    }

    /// Changes what was taken as `estimated` units into `actual` ones.
    pub fn correct(&mut self, estimated: u64, actual: u64) {
        if actual >= estimated {
            self.paid_at += self.span((actual - estimated) as f64);
        } else {
            let back = self.span((estimated - actual) as f64);
            self.paid_at = self.paid_at.checked_sub(back).unwrap_or(self.paid_at);
        }
    }

    fn span(&self, units: f64) -> Duration {
        Duration::try_from_secs_f64(units * self.period).unwrap_or(Duration::from_secs(3_600))
    }
}

/// Both limits of an endpoint, either of them absent.
#[derive(Debug)]
pub struct Rates {
    requests: Option<Bucket>,
    tokens: Option<Bucket>,
}

impl Rates {
    #[must_use]
    pub fn new(requests_per_minute: Option<u32>, tokens_per_minute: Option<u64>, now: Instant) -> Self {
        Self {
            requests: requests_per_minute.map(|limit| Bucket::per_minute(limit.into(), now)),
            tokens: tokens_per_minute.map(|limit| Bucket::per_minute(limit, now)),
        }
    }

    #[must_use]
    pub fn are_unlimited(&self) -> bool {
        self.requests.is_none() && self.tokens.is_none()
    }

    /// When a request of `tokens` (estimated) may go: `now`, or later.
    #[must_use]
    pub fn ready_at(&self, tokens: u64, now: Instant) -> Instant {
        let requests = self.requests.as_ref().map_or(now, |bucket| bucket.ready_at(1, now));
        let tokens = self.tokens.as_ref().map_or(now, |bucket| bucket.ready_at(tokens, now));
        requests.max(tokens)
    }

    /// A request goes out.
    pub fn take(&mut self, tokens: u64, now: Instant) {
        if let Some(bucket) = &mut self.requests {
            bucket.take(1, now);
        }
        if let Some(bucket) = &mut self.tokens {
            bucket.take(tokens, now);
        }
    }

    /// The reply says how many tokens it really was. The request itself stays counted: services count
    /// refused ones too.
    pub fn correct(&mut self, estimated: u64, actual: u64) {
        if let Some(bucket) = &mut self.tokens {
            bucket.correct(estimated, actual);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Sends as fast as allowed and gives the instants in seconds since the start.
    fn send(rates: &mut Rates, began: Instant, tokens: u64, requests: usize) -> Vec<f64> {
        let mut now = began;
        (0..requests)
            .map(|_| {
                now = rates.ready_at(tokens, now);
                rates.take(tokens, now);
                (now - began).as_secs_f64()
            })
            .collect()
    }

    fn most_in_a_minute(sent: &[f64]) -> usize {
        sent.iter()
            .map(|from| sent.iter().filter(|at| (*from..*from + 59.999).contains(*at)).count())
            .max()
            .unwrap_or(0)
    }

    #[tokio::test(start_paused = true)]
    async fn no_minute_sees_more_requests_than_the_limit_and_nearly_all_are_used() {
        for limit in [1_u32, 3, 60, 61, 500, 6_000] {
            let now = Instant::now();
            let sent = send(&mut Rates::new(Some(limit), None, now), now, 0, limit as usize * 4 + 1);
            assert!(most_in_a_minute(&sent) <= limit as usize, "limit {limit}: {}", most_in_a_minute(&sent));
            let took = sent.last().unwrap();
            assert!((180.0..=250.0).contains(took), "limit {limit}: {took}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn tokens_are_spread_and_a_request_beyond_the_burst_is_paid_off_afterwards() {
        let now = Instant::now();
        let mut rates = Rates::new(None, Some(60_000), now);
        // 10,000 tokens are ten seconds' worth: one such request every ten seconds.
        let sent = send(&mut rates, now, 10_000, 7);
        for pair in sent.windows(2) {
            assert!((pair[1] - pair[0] - 10.0).abs() < 1.2, "{sent:?}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn an_estimate_is_corrected_both_ways() {
        let now = Instant::now();
        let wait = |actual: u64| {
            let mut rates = Rates::new(None, Some(60_000), now);
            rates.take(6_000, now);
            rates.correct(6_000, actual);
            (rates.ready_at(1_000, now) - now).as_secs_f64()
        };
        assert!((wait(6_000) - 6.0).abs() < 0.2, "{}", wait(6_000));
        assert!((wait(12_000) - 12.0).abs() < 0.3, "{}", wait(12_000));
        assert!(wait(0) < 0.001, "{}", wait(0));
    }

    #[tokio::test(start_paused = true)]
    async fn idle_time_is_not_saved_up() {
        let now = Instant::now();
        let mut rates = Rates::new(Some(60), None, now);
        rates.take(0, now);
        let later = now + Duration::from_secs(600);
        let sent = send(&mut rates, later, 0, 5);
        assert!(sent[4] > 3.9, "{sent:?}");
    }
}
