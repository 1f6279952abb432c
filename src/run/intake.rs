//! How many documents are taken up: enough that requests always wait their turn, and no more. A document that is read
//! and planned long before it can be asked holds memory, and the time of the answers that come back meanwhile.
//!
//! Measured with 3,200 articles of 32 requests each at concurrency 512 (`benches/endpoint.rs`), where twice as many
//! documents as requests were taken up before: see that file.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::timeout;

/// Documents that are read and planned at once: more than cores, since some wait for a disk.
const AT_ONCE: usize = 32;

/// How soon a queue that has run low is seen.
const LOOK: Duration = Duration::from_millis(5);

/// The documents between being taken up and their first question. Cheap to share.
#[derive(Debug, Default)]
pub struct Intake {
    preparing: AtomicUsize,
    moved: Notify,
}

impl Intake {
    /// Whether another document should be taken up, with `under_way` documents taken up and not finished, `queued`
    /// requests that wait for their turn, and `concurrency` requests at once.
    pub fn is_open(&self, under_way: usize, queued: usize, concurrency: usize) -> bool {
        // Twice as many documents as requests keeps the requests busy while some are read or written, even where
        // each has a single one.
        under_way < concurrency * 2
            && queued < concurrency * 2
            && self.preparing.load(Ordering::Relaxed) < AT_ONCE
    }

    /// Counts a document as taken up until [`Preparing::done`].
    pub fn begin(self: &Arc<Self>) -> Preparing {
        self.preparing.fetch_add(1, Ordering::Relaxed);
        Preparing { intake: Arc::clone(self), done: AtomicBool::new(false) }
    }

    /// Waits until a document is prepared, or it is time to look again.
    pub async fn moved(&self) {
        timeout(LOOK, self.moved.notified()).await.ok();
    }
}

/// One document on its way to its first question. Dropped, it is no longer on the way either.
#[derive(Debug)]
pub struct Preparing {
    intake: Arc<Intake>,
    done: AtomicBool,
}

impl Preparing {
    /// Its questions are in the queue. Said more than once, it counts once.
    pub fn done(&self) {
        if !self.done.swap(true, Ordering::Relaxed) {
            self.intake.preparing.fetch_sub(1, Ordering::Relaxed);
            self.intake.moved.notify_one();
        }
    }
}

impl Drop for Preparing {
    fn drop(&mut self) {
        self.done();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_queue_or_many_in_preparation_close_it() {
        let intake = Arc::new(Intake::default());
        assert!(intake.is_open(0, 0, 1));
        assert!(!intake.is_open(2, 0, 1), "as many documents as may be");
        assert!(!intake.is_open(1, 8, 4), "requests enough wait already");
        let under_way: Vec<Preparing> = (0..AT_ONCE).map(|_| intake.begin()).collect();
        assert!(!intake.is_open(AT_ONCE, 0, 512));
        under_way[0].done();
        under_way[0].done();
        assert!(intake.is_open(AT_ONCE, 0, 512));
        assert_eq!(intake.preparing.load(Ordering::Relaxed), AT_ONCE - 1);
        drop(under_way);
        assert_eq!(intake.preparing.load(Ordering::Relaxed), 0);
    }
}
