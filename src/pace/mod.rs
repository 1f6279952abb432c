//! Pace: how fast an endpoint is asked, and how often again. Engines make one attempt; what happens between
//! attempts is decided here, by the error's class alone, for all requests to one origin together.
//!
//! [`Pace::request`] is the whole of it. A request queues by priority ([`queue`]), waits for its turn until
//! there is room under the limit ([`limit`], [`adaptive`]) and pause, rates and breaker let it go
//! ([`origin`]), is attempted once, and what came of it moves all of those ([`under_way`]). Then, where the
//! class says so, it is tried again after a pause ([`backoff`]).
//!
//! | class | the endpoint | the request |
//! |---|---|---|
//! | answer | lives; the level may grow | is done |
//! | `Wait` | has no room: the level falls, the pause it names holds everybody | is tried again, `refusals` times |
//! | `Retry` | may be gone: enough of these in a row open the breaker | is tried again, `attempts` times; while the breaker is open none counts, unless others were answered meanwhile |
//! | `Split`, `NextEngine`, `Stop` | lives | ends at once: the caller knows what to do |
//! | `Again` | lives | goes on at once with its next request, which queues before all others |
//!
//! How near this comes to what simulated servers could do, and what it costs, stands in `benches/pace.md`.
//!
//! This module prints nothing, and knows no engine but by its errors.

mod adaptive;
mod backoff;
mod breaker;
pub mod budget;
mod latency;
mod limit;
mod origin;
mod pause;
mod queue;
mod rate;
#[cfg(test)]
mod simulation;
#[cfg(test)]
mod tests;
mod under_way;

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use futures::future::maybe_done;
use futures::poll;
use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;

use crate::engine::{EngineError, ErrorClass, Usage};
use adaptive::AdaptiveSettings;
use backoff::Backoff;
use breaker::Breaker;
pub use breaker::BreakerSettings;
use limit::Limit;
pub use origin::Room;
use origin::{Closed, Origin, State};
use rate::Rates;
use under_way::Again;
pub use under_way::Rest;

/// How one origin is asked.
#[derive(Debug, Clone)]
pub struct PaceSettings {
    /// Requests under way at once, where the user fixed them; otherwise the level finds itself.
    pub concurrency: Option<usize>,
    /// Where the level that finds itself starts.
    pub start: usize,
    /// Where it ends.
    pub ceiling: usize,
    pub requests_per_minute: Option<u32>,
    pub tokens_per_minute: Option<u64>,
    /// Attempts at one request that may end in a fault.
    pub attempts: usize,
    /// Attempts at one request that may be refused for now (429, 503). More than faults: who refuses is alive.
    pub refusals: usize,
    /// The bound of the first pause between two attempts; doubled each time.
    pub first_pause: Duration,
    /// No pause is longer, whatever the endpoint asks for.
    pub longest_pause: Duration,
    pub breaker: BreakerSettings,
    /// Makes the pauses the same in each run.
    pub seed: Option<u64>,
}

impl Default for PaceSettings {
    /// The level starts at 8: against 4, a server of 128 slots and 2 s reached 93 % instead of 91 % of its pace
    /// over two minutes, and one of 3 slots refused 7 requests instead of 3; from 16 on, 95 % and 16.
    ///
    /// Five attempts with pauses of up to 0.5, 1, 2 and 4 s; an endpoint that is gone for longer is the
    /// breaker's business. Twelve refusals take two minutes and more, so that `breaker.patience` is over first.
    fn default() -> Self {
        Self {
            concurrency: None,
            start: 8,
            ceiling: 512,
            requests_per_minute: None,
            tokens_per_minute: None,
            attempts: 5,
            refusals: 12,
            first_pause: Duration::from_millis(500),
            longest_pause: Duration::from_secs(60),
            breaker: BreakerSettings::default(),
            seed: None,
        }
    }
}

impl PaceSettings {
    /// For an engine on this machine: so many requests at once, one attempt each, and nothing else.
    #[must_use]
    pub fn local(concurrency: usize) -> Self {
        Self {
            concurrency: Some(concurrency),
            attempts: 1,
            refusals: 1,
            breaker: BreakerSettings { faults: usize::MAX, ..BreakerSettings::default() },
            ..Self::default()
        }
    }
}

/// What a request brings to the queue.
#[derive(Debug, Clone, Copy, Default)]
pub struct Ticket {
    /// The highest goes first; the tokens of the whole document, say.
    pub priority: u64,
    /// An estimate of what it will use, prompt and reply together; corrected after the reply.
    pub tokens: u64,
}

/// How things stand, for progress lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PaceSnapshot {
    /// Requests that may be under way at once.
    pub limit: usize,
    pub in_flight: usize,
    /// Requests that wait to leave; those pausing between two attempts are not among them.
    pub queued: usize,
    /// How much longer the endpoint asked everybody to wait.
    pub paused: Option<Duration>,
    /// Faults in a row and the time since the first, while the breaker is open.
    pub failing: Option<(usize, Duration)>,
    pub stopped: bool,
}

/// The pace of one origin. Made once, shared by all that ask it.
#[derive(Debug)]
pub struct Pace {
    origin: Arc<Origin>,
    attempts: usize,
    refusals: usize,
    stopped: OnceLock<EngineError>,
    /// Wakes those who pause between two attempts.
    halt: CancellationToken,
    hear: Hear,
}

/// Who hears of long pauses.
struct Hear(Box<dyn Fn(Rest) + Send + Sync>);

impl std::fmt::Debug for Hear {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Hear")
    }
}

impl Pace {
    #[must_use]
    pub fn new(settings: PaceSettings) -> Self {
        let now = Instant::now();
        let limit = match settings.concurrency {
            Some(level) => Limit::fixed(level),
            None => {
                Limit::adaptive(AdaptiveSettings { start: settings.start, ceiling: settings.ceiling }, now)
            }
        };
        let rates = Rates::new(settings.requests_per_minute, settings.tokens_per_minute, now);
        let backoff = Backoff::new(settings.first_pause, settings.longest_pause, settings.seed);
        let most = settings.concurrency.unwrap_or(settings.ceiling).max(1);
        let state = State::new(limit, most, rates, Breaker::new(settings.breaker), backoff);
        Self {
            origin: Arc::new(Origin::new(state)),
            attempts: settings.attempts.max(1),
            refusals: settings.refusals.max(1),
            stopped: OnceLock::new(),
            halt: CancellationToken::new(),
            hear: Hear(Box::new(|_| {})),
        }
    }

    /// The same, telling `hear` of each long pause that the endpoint asks for: once for all its requests.
    #[must_use]
    pub fn telling(self, hear: impl Fn(Rest) + Send + Sync + 'static) -> Self {
        Self { hear: Hear(Box::new(hear)), ..self }
    }

    /// Runs `attempt` under every rule until it answers, fails for good, or its attempts are used up. The [`Room`] that comes
    /// with the reply is to be kept until what is in it is stored: meanwhile another request has no more room than before.
    ///
    /// `admit` is asked right before each attempt goes out (the budget stands there): its error ends the
    /// request. `usage_of` reads from a reply what it used, zero where the endpoint did not say.
    /// `before_retry` hears of each failure that is tried again, and of the pause. Dropping the future gives
    /// up its place, wherever it stands.
    ///
    /// # Errors
    /// The last attempt's error; `admit`'s; or, once the origin is stopped, why it was.
    pub async fn request<T, Future>(
        &self,
        mut ticket: Ticket,
        admit: impl Fn() -> Result<(), EngineError>,
        attempt: impl Fn() -> Future,
        usage_of: impl Fn(&T) -> Usage,
        before_retry: impl Fn(&EngineError, Duration),
    ) -> Result<(T, Room), EngineError>
    where
        Future: std::future::Future<Output = Result<T, EngineError>>,
    {
        let (mut faults, mut refusals, mut failed_probes, mut returns_seen) = (0, 0, 0, None);
        let queue = |failed_probes, priority| Box::pin(maybe_done(self.origin.turn(failed_probes, priority)));
        let mut queued = None;
        loop {
            let mut turn = queued.take().unwrap_or_else(|| queue(failed_probes, ticket.priority));
            turn.as_mut().await;
            let left = match turn.as_mut().take_output() {
                Some(Ok(turn)) => turn.leave(ticket.tokens, &admit).await,
                Some(Err(Closed)) | None => Err(Closed),
            };
            let Ok(under_way) = left else { return Err(self.reason()) };
            let under_way = under_way?;
            let error = match attempt().await {
                Ok(reply) => {
                    let room = under_way.answered_to_store(&self.origin, counted(usage_of(&reply)));
                    return Ok((reply, room));
                }
                Err(error) => error,
            };
            let again = match error.class {
                ErrorClass::Split | ErrorClass::NextEngine | ErrorClass::Stop => {
                    under_way.answered(counted(error.usage));
                    return Err(error);
                }
                ErrorClass::Again { .. } => {
                    // What is begun is finished first: should a cap end the run, the least is paid for in vain. So it
                    // queues before it gives its room back.
                    ticket.priority = u64::MAX;
                    let mut next = queue(0, ticket.priority);
                    let _in_the_queue = poll!(next.as_mut());
                    queued = Some(next);
                    under_way.answered(counted(error.usage));
                    continue;
                }
                ErrorClass::Wait(asked) => {
                    refusals += 1;
                    under_way.refused(&error, asked, refusals).map(|(pause, rest)| {
                        if let Some(rest) = rest {
                            (self.hear.0)(rest);
                        }
                        Again::After(pause)
                    })
                }
                ErrorClass::Retry => under_way.fault(&error, faults + 1),
            };
            match again {
                Err(given_up) => {
                    self.stop(given_up);
                    return Err(self.reason());
                }
                Ok(Again::AsProbe { pause, returns }) => {
                    failed_probes += 1;
                    // Others were answered since its last failure: the endpoint was not gone then, and that
                    // failure was the request's own.
                    if returns_seen.replace(returns).is_some_and(|seen| seen != returns) {
                        (faults, failed_probes) = (faults + 1, 1);
                        if faults >= self.attempts {
                            return Err(error);
                        }
                    }
                    before_retry(&error, pause);
                }
                Ok(Again::After(pause)) => {
                    faults += usize::from(error.class == ErrorClass::Retry);
                    if faults >= self.attempts || refusals >= self.refusals {
                        return Err(error);
                    }
                    before_retry(&error, pause);
                    if self.halt.run_until_cancelled(sleep(pause)).await.is_none() {
                        return Err(self.reason());
                    }
                }
            }
        }
    }

    /// Why the origin was given up, once it is: every request gets this error, queued ones too.
    #[must_use]
    pub fn stopped(&self) -> Option<&EngineError> {
        self.stopped.get()
    }

    /// Gives the origin up, for the first reason told. Nothing more is asked; who is under way may come back.
    pub fn stop(&self, error: EngineError) {
        self.stopped.get_or_init(|| error);
        self.origin.close();
        self.halt.cancel();
    }

    pub fn snapshot(&self) -> PaceSnapshot {
        let now = Instant::now();
        let state = self.origin.state();
        PaceSnapshot {
            limit: state.limit.level(),
            in_flight: state.under_way,
            queued: state.queued(),
            paused: state.pause.remaining(now),
            failing: state.breaker.open_for(now),
            stopped: self.stopped.get().is_some(),
        }
    }

    fn reason(&self) -> EngineError {
        self.stopped
            .get()
            .cloned()
            .unwrap_or_else(|| EngineError::new(ErrorClass::Stop, "the endpoint was given up"))
    }
}

/// The tokens of a reply, where the endpoint counted them.
fn counted(usage: Usage) -> Option<u64> {
    let tokens = usage.tokens_in + usage.tokens_out;
    (tokens > 0).then_some(tokens)
}
