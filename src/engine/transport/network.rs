//! The thread that speaks to the network, apart from those that judge and plan.
//!
//! A connection's task has microseconds of work each time, and on the same threads it queues behind checks of a whole reply:
//! at concurrency 512 on two cores, requests that an endpoint answered after 200 ms took 214 ms there and take 202 ms here.

use std::future::{Future, pending};
use std::sync::OnceLock;

use tokio::runtime::{Builder, Handle};
use tokio_util::task::AbortOnDropHandle;

use crate::engine::{EngineError, ErrorClass};

/// Drives `exchange` on the network's thread. Dropping the future given back gives the exchange up.
///
/// # Errors
/// The exchange's own; or where it panicked.
pub(super) async fn drive<T: Send + 'static>(
    exchange: impl Future<Output = Result<T, EngineError>> + Send + 'static,
) -> Result<T, EngineError> {
    // Without a thread of its own the caller's must do.
    let handle = thread().cloned().unwrap_or_else(Handle::current);
    AbortOnDropHandle::new(handle.spawn(exchange)).await.unwrap_or_else(|error| {
        let message = format!("an internal task failed: {error}");
        Err(EngineError::new(ErrorClass::Stop, message).with_hint("this is a bug: please report it"))
    })
}

/// Made with the first request, for as long as the process lives; `None` where the system gives no thread.
fn thread() -> Option<&'static Handle> {
    static THREAD: OnceLock<Option<Handle>> = OnceLock::new();
    let start = || {
        let runtime = Builder::new_current_thread().enable_all().build().ok()?;
        let handle = runtime.handle().clone();
        let thread = std::thread::Builder::new().name("gloss-network".to_owned());
        thread.spawn(move || runtime.block_on(pending::<()>())).ok()?;
        Some(handle)
    };
    THREAD.get_or_init(start).as_ref()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::Duration;

    use tokio::sync::Notify;
    use tokio::time::timeout;

    use super::*;

    #[tokio::test]
    async fn an_exchange_runs_on_the_networks_thread_and_its_error_comes_back() {
        let here = std::thread::current().id();
        let name = drive(async move {
            assert_ne!(std::thread::current().id(), here);
            Ok(std::thread::current().name().map(str::to_owned))
        });
        assert_eq!(name.await.unwrap().as_deref(), Some("gloss-network"));
        let refused = drive::<()>(async { Err(EngineError::new(ErrorClass::Split, "too long")) });
        assert_eq!(refused.await.unwrap_err().class, ErrorClass::Split);
    }

    #[tokio::test]
    async fn an_exchange_that_nobody_waits_for_ends() {
        struct Ends(Arc<Notify>);
        impl Drop for Ends {
            fn drop(&mut self) {
                self.0.notify_one();
            }
        }
        let ended = Arc::new(Notify::new());
        let ends = Ends(Arc::clone(&ended));
        let endless = drive::<()>(async move {
            let _ends = ends;
            pending().await
        });
        assert!(timeout(Duration::from_millis(20), endless).await.is_err());
        timeout(Duration::from_secs(5), ended.notified()).await.unwrap();
    }
}
