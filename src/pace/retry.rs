//! Trying again: exponential backoff with jitter, and the endpoint's own word where it names a pause.

use std::time::Duration;

use backon::{ExponentialBuilder, Retryable};

use crate::engine::{EngineError, ErrorClass};

/// How often and how patiently an attempt is repeated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RetryPolicy {
    /// Attempts in all, the first included.
    pub attempts: usize,
    /// The first pause; doubled each time, with a random part of up to as much again.
    pub first_pause: Duration,
    /// No pause is longer, whatever the endpoint asks for.
    pub longest_pause: Duration,
}

impl Default for RetryPolicy {
    /// Five attempts over about 8 to 16 s: a restarted server is back by then, and a dead one has not held
    /// the run for long.
    fn default() -> Self {
        Self { attempts: 5, first_pause: Duration::from_millis(500), longest_pause: Duration::from_secs(60) }
    }
}

/// Calls `attempt` until it answers, fails for good, or the policy's attempts are used up. `before_retry`
/// hears of each pause.
///
/// # Errors
/// The last attempt's error.
pub async fn with_retry<T, Attempt, Future>(
    policy: RetryPolicy,
    attempt: Attempt,
    before_retry: impl FnMut(&EngineError, Duration),
) -> Result<T, EngineError>
where
    Attempt: FnMut() -> Future,
    Future: std::future::Future<Output = Result<T, EngineError>>,
{
    let pauses = ExponentialBuilder::default()
        .with_min_delay(policy.first_pause)
        .with_max_delay(policy.longest_pause)
        .with_max_times(policy.attempts.saturating_sub(1))
        .with_jitter();
    attempt
        .retry(pauses)
        .when(|error| matches!(error.class, ErrorClass::Wait(_) | ErrorClass::Retry))
        .adjust(|error, pause| match (error.class, pause) {
            (ErrorClass::Wait(Some(asked)), Some(pause)) => Some(asked.max(pause).min(policy.longest_pause)),
            (_, pause) => pause,
        })
        .notify(before_retry)
        .await
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    async fn attempts_made(class: ErrorClass) -> (usize, Duration) {
        let made = AtomicUsize::new(0);
        let began = tokio::time::Instant::now();
        let result: Result<(), _> = with_retry(
            RetryPolicy::default(),
            || async {
                made.fetch_add(1, Ordering::Relaxed);
                Err(EngineError::new(class, "no"))
            },
            |_, _| {},
        )
        .await;
        assert!(result.is_err());
        (made.load(Ordering::Relaxed), began.elapsed())
    }

    #[tokio::test(start_paused = true)]
    async fn passing_faults_are_tried_again_and_final_ones_are_not() {
        assert_eq!(attempts_made(ErrorClass::Retry).await.0, 5);
        assert_eq!(attempts_made(ErrorClass::Wait(None)).await.0, 5);
        assert_eq!(attempts_made(ErrorClass::Stop).await.0, 1);
        assert_eq!(attempts_made(ErrorClass::Split).await.0, 1);
        assert_eq!(attempts_made(ErrorClass::NextEngine).await.0, 1);
    }

    #[tokio::test(start_paused = true)]
    async fn the_pause_an_endpoint_names_is_kept_and_capped() {
        let (_, waited) = attempts_made(ErrorClass::Wait(Some(Duration::from_secs(20)))).await;
        assert!(waited >= Duration::from_secs(80) && waited < Duration::from_secs(100), "{waited:?}");
        let (_, waited) = attempts_made(ErrorClass::Wait(Some(Duration::from_secs(3_600)))).await;
        assert!(waited <= Duration::from_secs(4 * 60 + 1), "{waited:?}");
    }
}
