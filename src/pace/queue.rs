//! Who asks next: one queue for the requests of all documents. Owns the order; when the first may go is
//! decided in [`super::origin`].

use std::cmp::Reverse;
use std::collections::BTreeMap;

use tokio::sync::oneshot;

/// A place in the queue. First those whose requests failed least often as probes of a dead endpoint (a unit
/// that breaks the server must not be its only probe), then the highest priority, then first come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    failed_probes: usize,
    priority: Reverse<u64>,
    number: u64,
}

/// Those who wait, in order.
#[derive(Debug, Default)]
pub struct Queue {
    waiting: BTreeMap<Place, oneshot::Sender<()>>,
    numbers: u64,
}

impl Queue {
    /// A place for a newcomer.
    pub fn place(&mut self, failed_probes: usize, priority: u64) -> Place {
        self.numbers += 1;
        Place { failed_probes, priority: Reverse(priority), number: self.numbers }
    }

    /// Whether nobody waits before `place`.
    #[must_use]
    pub fn would_be_first(&self, place: &Place) -> bool {
        self.waiting.first_key_value().is_none_or(|(first, _)| place < first)
    }

    /// Waits at `place`; the receiver hears when it is this one's turn, or an error when nobody's turn comes
    /// any more.
    pub fn wait(&mut self, place: Place) -> oneshot::Receiver<()> {
        let (call, called) = oneshot::channel();
        self.waiting.insert(place, call);
        called
    }

    /// Calls the first in the queue who is still there. Says whether there was one.
    pub fn call_first(&mut self) -> bool {
        while let Some((_, call)) = self.waiting.pop_first() {
            if call.send(()).is_ok() {
                return true;
            }
        }
        false
    }

    /// Leaves the queue.
    pub fn leave(&mut self, place: &Place) {
        if self.waiting.remove(place).is_none() {
            self.waiting.remove(&Place { failed_probes: 0, ..*place });
        }
    }

    /// The endpoint is back: those who failed as probes go by their priority again.
    pub fn forgive(&mut self) {
        let waiting = std::mem::take(&mut self.waiting);
        let forgiven = |(place, call)| (Place { failed_probes: 0, ..place }, call);
        self.waiting = waiting.into_iter().map(forgiven).collect();
    }

    /// Sends everybody away.
    pub fn close(&mut self) {
        self.waiting.clear();
    }

    /// How many wait.
    #[must_use]
    pub fn waiting(&self) -> usize {
        self.waiting.len()
    }
}
