//! One request with its retries, under the limit of requests at once.

use std::sync::atomic::Ordering;
use std::time::Instant;

use super::Asker;
use crate::engine::{EngineError, ErrorClass, Usage};
use crate::pace::retry::with_retry;
use crate::report::event::Event;

/// So many requests in a row that failed with all their retries mean that the endpoint is gone: nothing
/// more is asked of it in this run, rather than each document waiting its retries out.
const GONE_AFTER: usize = 8;

impl Asker {
    /// One request with its retries, under the limit of requests at once. The permit is held for the
    /// attempt alone: who pauses lets others go.
    pub(super) async fn call<Reply, Call>(
        &self,
        units: usize,
        usage_of: impl Fn(&Reply) -> Usage,
        call: impl Fn() -> Call,
    ) -> std::result::Result<Reply, EngineError>
    where
        Call: Future<Output = std::result::Result<Reply, EngineError>>,
    {
        let attempt = || async {
            // The semaphore is never closed, and a stopped engine is not called again by those who queued.
            let _permit = self.permits.acquire().await;
            if let Some(error) = self.stopped.get() {
                return Err(error.clone());
            }
            let began = Instant::now();
            let result = call().await;
            let (usage, error) = match &result {
                Ok(reply) => (usage_of(reply), None),
                Err(error) => (error.usage, Some(error.message.clone())),
            };
            self.events.emit(Event::Request {
                engine: self.engine.name().to_owned(),
                units: units as u64,
                milliseconds: began.elapsed().as_millis() as u64,
                usage,
                error,
            });
            result
        };
        let result = with_retry(self.retry, attempt, |error, pause| {
            self.events.emit(Event::WillRetry {
                engine: self.engine.name().to_owned(),
                reason: error.message.clone(),
                milliseconds: pause.as_millis() as u64,
            });
        })
        .await;
        self.watch(result.as_ref().err());
        result
    }

    /// Notes a request's end, and gives the engine up when it says so itself or is plainly gone.
    fn watch(&self, error: Option<&EngineError>) {
        let passing = |class| matches!(class, ErrorClass::Wait(_) | ErrorClass::Retry);
        match error {
            Some(error) if error.class == ErrorClass::Stop => {
                self.stop(error.clone());
            }
            Some(error) if passing(error.class) => {
                let faults = self.faults_in_a_row.fetch_add(1, Ordering::Relaxed) + 1;
                if faults >= GONE_AFTER {
                    self.stop(EngineError {
                        class: ErrorClass::Stop,
                        message: format!(
                            "{faults} requests in a row failed, the last one: {}",
                            error.message
                        ),
                        hint: error.hint.clone(),
                        usage: Usage::default(),
                        maybe_charged: false,
                    });
                }
            }
            _ => self.faults_in_a_row.store(0, Ordering::Relaxed),
        }
    }

    fn stop(&self, error: EngineError) {
        if self.stopped.set(error.clone()).is_ok() {
            self.events.emit(Event::EngineStopped {
                engine: self.engine.name().to_owned(),
                reason: error.message,
                hint: error.hint,
            });
        }
    }
}
