//! One request with its retries, under the engine's pace and the run's budget.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use tokio::sync::Semaphore;

use super::Asker;
use super::member::Member;
use crate::engine::{EngineError, ErrorClass, Usage};
use crate::pace::retry::{RetryPolicy, with_retry};
use crate::report::event::Event;

/// So many requests in a row that failed with all their retries mean that the endpoint is gone: nothing
/// more is asked of it in this run, rather than each document waiting its retries out.
const GONE_AFTER: usize = 8;

/// What stands before an engine.
#[derive(Debug)]
pub struct Gate {
    pub retry: RetryPolicy,
    concurrency: usize,
    permits: Semaphore,
    stopped: OnceLock<EngineError>,
    faults_in_a_row: AtomicUsize,
}

impl Gate {
    pub fn new(concurrency: usize) -> Self {
        Self {
            retry: RetryPolicy::default(),
            concurrency: concurrency.max(1),
            permits: Semaphore::new(concurrency.max(1)),
            stopped: OnceLock::new(),
            faults_in_a_row: AtomicUsize::new(0),
        }
    }

    /// Requests that may be under way at once.
    pub fn limit(&self) -> usize {
        self.concurrency
    }

    pub fn stopped(&self) -> Option<&EngineError> {
        self.stopped.get()
    }
}

/// What a request weighs.
#[derive(Debug, Clone, Copy)]
pub(super) struct Weight {
    pub(super) units: usize,
    /// Whose request goes first: that of the longest document.
    pub(super) priority: u64,
    /// What it may use at the most.
    pub(super) most: Usage,
}

impl Asker {
    /// One request with its retries. The permit is held for the attempt alone: who pauses lets others go.
    pub(super) async fn call<Reply, Call>(
        &self,
        member: &Member,
        weight: Weight,
        usage_of: impl Fn(&Reply) -> Usage,
        call: impl Fn() -> Call,
    ) -> std::result::Result<Reply, EngineError>
    where
        Call: Future<Output = std::result::Result<Reply, EngineError>>,
    {
        let gate = &member.pace;
        let attempt = || async {
            let _ = weight.priority;
            // The semaphore is never closed, and a stopped engine is not called again by those who queued.
            let _permit = gate.permits.acquire().await;
            if let Some(error) = gate.stopped.get() {
                return Err(error.clone());
            }
            self.attempt(member, weight, &usage_of, &call).await
        };
        let result = with_retry(gate.retry, attempt, |error, pause| {
            self.events.emit(Event::WillRetry {
                engine: member.name.clone(),
                reason: error.message.clone(),
                milliseconds: pause.as_millis() as u64,
            });
        })
        .await;
        self.watch(member, result.as_ref().err());
        result
    }

    /// One attempt: the budget asked, the call made, both accounts settled.
    async fn attempt<Reply, Call>(
        &self,
        member: &Member,
        weight: Weight,
        usage_of: &impl Fn(&Reply) -> Usage,
        call: &impl Fn() -> Call,
    ) -> std::result::Result<Reply, EngineError>
    where
        Call: Future<Output = std::result::Result<Reply, EngineError>>,
    {
        let reservation = match self.budget.reserve(&weight.most, &member.prices).await {
            Ok(reservation) => reservation,
            Err(error) => {
                if self.capped.set(()).is_ok() {
                    let (reason, hint) = (error.message.clone(), error.hint.clone());
                    self.events.emit(Event::CapReached { engine: member.name.clone(), reason, hint });
                }
                return Err(error);
            }
        };
        let began = Instant::now();
        let result = call().await;
        let (usage, assumed, error) = match &result {
            Ok(reply) => (usage_of(reply), false, None),
            // What may have been charged for is counted as if it was: what was sent, and no reply.
            Err(error) if error.maybe_charged && error.usage == Usage::default() => {
                (Usage { tokens_out: 0, ..weight.most }, true, Some(error.message.clone()))
            }
            Err(error) => (error.usage, false, Some(error.message.clone())),
        };
        reservation.settle(&usage);
        self.events.emit(Event::Request {
            engine: member.name.clone(),
            units: weight.units as u64,
            milliseconds: began.elapsed().as_millis() as u64,
            usage,
            cost: member.prices.cost(&usage),
            assumed,
            error,
        });
        result
    }

    /// Notes a request's end, and gives the engine up when it says so itself or is plainly gone.
    fn watch(&self, member: &Member, error: Option<&EngineError>) {
        let gate = &member.pace;
        let passing = |class| matches!(class, ErrorClass::Wait(_) | ErrorClass::Retry);
        match error {
            Some(error) if error.class == ErrorClass::Stop => {
                self.stop(member, error.clone());
            }
            Some(error) if passing(error.class) => {
                let faults = gate.faults_in_a_row.fetch_add(1, Ordering::Relaxed) + 1;
                if faults >= GONE_AFTER {
                    let message =
                        format!("{faults} requests in a row failed, the last one: {}", error.message);
                    self.stop(
                        member,
                        EngineError {
                            class: ErrorClass::Stop,
                            message,
                            usage: Usage::default(),
                            ..error.clone()
                        },
                    );
                }
            }
            _ => gate.faults_in_a_row.store(0, Ordering::Relaxed),
        }
    }

    fn stop(&self, member: &Member, error: EngineError) {
        if member.pace.stopped.set(error.clone()).is_ok() {
            self.events.emit(Event::EngineStopped {
                engine: member.name.clone(),
                reason: error.message,
                hint: error.hint,
            });
        }
    }
}
