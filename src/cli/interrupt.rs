//! Ctrl-C: the first asks the run to stop, the second, or a run that does not stop in time, ends it.

use std::future::Future;
use std::time::Duration;

use tokio::task::{JoinError, JoinHandle};
use tokio_util::sync::CancellationToken;

use crate::error::{Error, Result};

/// How long a run has to stop; it waits a little less itself, for replies under way. The promise is 2 s in all; the
/// rest is for the report. Work that is given up after it loses no answer, for answers are durable before they count.
const GRACE: Duration = Duration::from_millis(1_500);

/// How long is waited for a run that was given up to tell what it leaves under way.
const LAST_WORDS: Duration = Duration::from_millis(100);

/// The signals of one run.
#[derive(Debug)]
pub struct Signals {
    /// Cancelled by the first Ctrl-C (or by whoever wants the run to stop).
    pub cancel: CancellationToken,
    /// Cancelled by the second.
    at_once: CancellationToken,
    /// To be cancelled when the run is over.
    pub over: CancellationToken,
    listener: JoinHandle<()>,
}

impl Signals {
    /// Begins to listen.
    ///
    /// # Errors
    /// Where the system does not let us.
    pub fn listen() -> Result<Self> {
        let (cancel, at_once) = (CancellationToken::new(), CancellationToken::new());
        let tokens = [cancel.clone(), at_once.clone()];
        let listener = tokio::spawn(async move {
            for token in tokens {
                // Where the system has no such signal there is nothing to wait for.
                if tokio::signal::ctrl_c().await.is_err() {
                    return;
                }
                token.cancel();
            }
        });
        Ok(Self { cancel, at_once, over: CancellationToken::new(), listener })
    }

    /// Runs `work` on a task of its own until it is over, or given up after an interrupt.
    ///
    /// # Errors
    /// What `work` gives; [`Error::Interrupted`] where it was given up.
    pub async fn guard<T: Send + 'static>(
        &self,
        work: impl Future<Output = Result<T>> + Send + 'static,
    ) -> Result<T> {
        let mut work = tokio::spawn(work);
        let stopped = async {
            self.cancel.cancelled().await;
            tokio::select! {
                () = tokio::time::sleep(GRACE) => {}
                () = self.at_once.cancelled() => {}
            }
        };
        let outcome = tokio::select! {
            biased;
            outcome = &mut work => joined(outcome),
            () = stopped => {
                work.abort();
                drop(tokio::time::timeout(LAST_WORDS, &mut work).await);
                Err(Error::Interrupted)
            }
        };
        self.listener.abort();
        outcome
    }
}

/// A task's result; a panic in it goes on here.
pub fn joined<T>(outcome: std::result::Result<Result<T>, JoinError>) -> Result<T> {
    match outcome {
        Ok(result) => result,
        Err(error) if error.is_panic() => std::panic::resume_unwind(error.into_panic()),
        Err(_) => Err(Error::Interrupted),
    }
}
