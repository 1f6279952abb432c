//! How long one request waits before its next attempt: exponential backoff with full jitter. Owns the
//! numbers only; who sleeps, and for how many attempts, is decided in [`super`].

use std::time::Duration;

use rand::rngs::SmallRng;
use rand::{RngExt, SeedableRng};

/// Pauses drawn at random, deterministic under a seed.
///
/// Full jitter (uniform from nothing to the exponential bound) rather than a bound plus a little: of the
/// schemes compared in "Exponential Backoff And Jitter" (AWS Architecture Blog, 2015) it makes the fewest
/// calls for nearly the shortest time, because those who failed together do not come back together.
#[derive(Debug)]
pub struct Backoff {
    base: Duration,
    cap: Duration,
    random: SmallRng,
}

impl Backoff {
    /// The bound is `base` after the first failure, doubled after each further one, at most `cap`. Without a
    /// `seed` the pauses differ from run to run.
    #[must_use]
    pub fn new(base: Duration, cap: Duration, seed: Option<u64>) -> Self {
        let random = seed.map_or_else(rand::make_rng, SmallRng::seed_from_u64);
        Self { base, cap, random }
    }

    /// The pause after the `failures`-th failure in a row (from 1): uniform from nothing to the bound. A pause
    /// that the endpoint named (`asked`) is a floor, itself capped.
    pub fn pause(&mut self, failures: usize, asked: Option<Duration>) -> Duration {
        let doublings = u32::try_from(failures.saturating_sub(1)).unwrap_or(u32::MAX).min(31);
        let bound = self.base.saturating_mul(1_u32 << doublings).min(self.cap);
        let drawn = bound.mul_f64(self.random.random::<f64>());
        drawn.max(self.capped(asked).unwrap_or_default())
    }

    /// The pause that the endpoint named, no longer than the cap.
    #[must_use]
    pub fn capped(&self, asked: Option<Duration>) -> Option<Duration> {
        asked.map(|pause| pause.min(self.cap))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BASE: Duration = Duration::from_millis(500);
    const CAP: Duration = Duration::from_secs(60);

    #[test]
    fn pauses_fill_the_whole_range_up_to_a_bound_that_doubles_and_is_capped() {
        let mut backoff = Backoff::new(BASE, CAP, Some(7));
        for (failures, bound) in [(1, 0.5), (2, 1.0), (4, 4.0), (7, 32.0), (8, 60.0), (400, 60.0)] {
            let drawn: Vec<f64> =
                (0..2_000).map(|_| backoff.pause(failures, None).as_secs_f64() / bound).collect();
            let mean = drawn.iter().sum::<f64>() / 2_000.0;
            assert!((0.47..0.53).contains(&mean), "after {failures}: mean {mean}");
            assert!(drawn.iter().all(|share| (0.0..=1.0).contains(share)), "after {failures}");
            assert!(drawn.iter().any(|share| *share < 0.02) && drawn.iter().any(|share| *share > 0.98));
        }
    }

    #[test]
    fn a_seed_repeats_the_pauses_and_another_does_not() {
        let draw = |seed| {
            let mut backoff = Backoff::new(BASE, CAP, Some(seed));
            (1..9).map(|failures| backoff.pause(failures, None)).collect::<Vec<_>>()
        };
        assert_eq!(draw(3), draw(3));
        assert_ne!(draw(3), draw(4));
    }

    #[test]
    fn a_pause_the_endpoint_names_is_a_floor_and_capped() {
        let mut backoff = Backoff::new(BASE, CAP, Some(1));
        for failures in 1..40 {
            assert!(backoff.pause(failures, Some(Duration::from_secs(20))) >= Duration::from_secs(20));
            assert_eq!(backoff.pause(failures, Some(Duration::from_secs(3_600))), CAP);
        }
        // Only a floor: the drawn pause still counts where it is longer.
        assert!((0..40).any(|_| backoff.pause(9, Some(BASE)) > Duration::from_secs(30)));
    }
}
