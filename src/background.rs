//! Threads for what no request waits for: reading and cutting documents that are asked later, judging reviews, writing files. They
//! come after those that ask and store.
//!
//! On two cores at concurrency 512 a reply waited for a core while such work had them; now it has what is left of those.

use std::sync::OnceLock;

use tokio::runtime::{Builder, Handle, Runtime};
use tokio::task::JoinError;

use crate::error::{Error, Result};

/// How much is given way: at 10 such a thread has a tenth of another's share of a busy core (`sched(7)`).
#[cfg(target_os = "linux")]
const NICE: i32 = 10;

/// Runs work that takes a core, on one of as many threads as there are cores.
///
/// # Errors
/// Where the work panicked.
pub async fn run<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
    let result = match threads() {
        Some(threads) => threads.spawn(async move { work() }).await,
        None => tokio::task::spawn_blocking(work).await,
    };
    result.map_err(|error| Error::internal(&error))
}

/// Runs work that waits for a disk, on a thread of its own.
///
/// # Errors
/// Where the work panicked.
pub async fn run_blocking<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> std::result::Result<T, JoinError> {
    match threads() {
        Some(threads) => threads.spawn_blocking(work).await,
        None => tokio::task::spawn_blocking(work).await,
    }
}

/// Made with the first work, for as long as the process lives; `None` where the system gives no threads.
fn threads() -> Option<&'static Handle> {
    static THREADS: OnceLock<Option<Runtime>> = OnceLock::new();
    let start = || {
        let mut threads = Builder::new_multi_thread();
        threads.thread_name("gloss-background");
        // Elsewhere niceness is a whole process's.
        #[cfg(target_os = "linux")]
        threads.on_thread_start(|| {
            // One that may not give way works all the same.
            rustix::process::nice(NICE).ok();
        });
        threads.build().ok()
    };
    THREADS.get_or_init(start).as_ref().map(Runtime::handle)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn work_runs_apart_and_a_panic_is_an_error() {
        let name = run(|| std::thread::current().name().map(str::to_owned)).await.unwrap();
        assert_eq!(name.as_deref(), Some("gloss-background"));
        assert!(run(|| panic!("as wanted")).await.is_err());
    }

    #[cfg(target_os = "linux")]
    #[tokio::test]
    async fn its_threads_give_way_and_no_other_does() {
        let nice = || rustix::process::getpriority_process(None).unwrap();
        let here = nice();
        assert_eq!(run(nice).await.unwrap(), (here + NICE).min(19));
        assert_eq!(nice(), here);
    }
}
