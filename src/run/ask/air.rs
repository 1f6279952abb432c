//! Requests under way: what has left, what has landed, and what is still in the air when the run is stopped.
//!
//! Owns no request: it only knows of each. Once grounded, nothing leaves any more; what is in the air may land until
//! the run gives it up, and then it is told as what it may have cost.

use std::collections::HashMap;
use std::future::pending;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use tokio::sync::Notify;

use crate::engine::Usage;
use crate::report::event::Event;
use crate::report::sink::EventSink;

/// A request that has left, as it is told if it never lands.
#[derive(Debug, Clone)]
pub(super) struct Flight {
    pub(super) engine: String,
    pub(super) units: u64,
    /// About what such a request takes: nobody will say what this one did.
    pub(super) usage: Usage,
    pub(super) cost: Option<f64>,
    pub(super) left: Instant,
}

/// Everything in the air. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub(in crate::run) struct Air(Arc<Inner>);

#[derive(Debug, Default)]
struct Inner {
    state: Mutex<State>,
    changed: Notify,
}

#[derive(Debug, Default)]
struct State {
    grounded: bool,
    next: u64,
    flying: HashMap<u64, Flight>,
    /// Landed, with answers that are not stored yet.
    unloading: usize,
}

/// One request in the air; to be kept until its answers are stored.
#[derive(Debug)]
pub(super) struct Landing {
    air: Air,
    /// `None` for one that nobody waits for: on this machine nothing is paid.
    number: Option<u64>,
    landed: bool,
}

impl Air {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Lets a request leave. Never comes back once nothing may. `flight` is `None` where nothing is paid.
    pub(super) async fn depart(&self, flight: Option<Flight>) -> Landing {
        if let Some(landing) = self.leave(flight) {
            return landing;
        }
        // Its caller is dropped with the run; an error would have its document written as failed.
        pending().await
    }

    fn leave(&self, flight: Option<Flight>) -> Option<Landing> {
        let mut state = self.lock();
        if state.grounded {
            return None;
        }
        let number = flight.map(|flight| {
            state.next += 1;
            let number = state.next;
            state.flying.insert(number, flight);
            number
        });
        Some(Landing { air: self.clone(), number, landed: false })
    }

    /// Lets nothing leave any more.
    pub(in crate::run) fn ground(&self) {
        self.lock().grounded = true;
    }

    /// Waits until everything has landed and is stored.
    pub(in crate::run) async fn clear(&self) {
        loop {
            let changed = self.0.changed.notified();
            let mut changed = std::pin::pin!(changed);
            changed.as_mut().enable();
            let empty = {
                let state = self.lock();
                state.flying.is_empty() && state.unloading == 0
            };
            if empty {
                return;
            }
            changed.await;
        }
    }

    /// Gives up what is still in the air, and tells of each.
    pub(in crate::run) fn abandon(&self, events: &EventSink) {
        let mut state = self.lock();
        state.grounded = true;
        for (_, flight) in state.flying.drain() {
            events.emit(Event::RequestAbandoned {
                engine: flight.engine,
                units: flight.units,
                milliseconds: flight.left.elapsed().as_millis() as u64,
                usage: flight.usage,
                cost: flight.cost,
            });
        }
    }
}

impl Landing {
    /// The reply, or the failure, is there. Whether that is still to be told: not if the flight was given up before.
    pub(super) fn land(&mut self) -> bool {
        let Some(number) = self.number else { return true };
        let mut state = self.air.lock();
        let told = state.flying.remove(&number).is_none();
        if !told {
            self.landed = true;
            state.unloading += 1;
        }
        !told
    }
}

impl Drop for Landing {
    /// One that is dropped before it landed stays in the air: its caller is gone, and it may have been paid.
    fn drop(&mut self) {
        if self.landed {
            self.air.lock().unloading -= 1;
            self.air.0.changed.notify_waiters();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::time::timeout;

    use super::*;
    use crate::report::sink;

    fn flight(engine: &str) -> Option<Flight> {
        let usage = Usage { tokens_in: 7, ..Usage::default() };
        Some(Flight { engine: engine.to_owned(), units: 1, usage, cost: None, left: Instant::now() })
    }

    #[tokio::test(start_paused = true)]
    async fn what_lands_is_waited_for_until_it_is_stored_and_the_rest_is_told_once() {
        let (sink, mut events) = sink::channel();
        let air = Air::default();
        let mut first = air.depart(flight("first")).await;
        let mut second = air.depart(flight("second")).await;
        air.ground();
        let second_leaves = timeout(Duration::from_secs(9), air.depart(flight("third")));
        assert!(second_leaves.await.is_err(), "nothing leaves any more");
        assert!(first.land());
        assert!(timeout(Duration::from_secs(1), air.clear()).await.is_err(), "two are not down yet");
        drop(first);
        air.abandon(&sink);
        assert!(timeout(Duration::from_secs(1), air.clear()).await.is_ok());
        assert!(!second.land(), "it is told already");
        drop(second);
        air.abandon(&sink);
        drop((air, sink));
        let mut told = Vec::new();
        while let Some(Event::RequestAbandoned { engine, usage, .. }) = events.recv().await {
            told.push((engine, usage.tokens_in));
        }
        assert_eq!(told, [("second".to_owned(), 7)]);
    }

    #[tokio::test(start_paused = true)]
    async fn one_whose_caller_is_gone_is_told_all_the_same() {
        let (sink, mut events) = sink::channel();
        let air = Air::default();
        drop(air.depart(flight("first")).await);
        drop(air.depart(None).await);
        air.abandon(&sink);
        drop(sink);
        assert!(matches!(events.recv().await, Some(Event::RequestAbandoned { .. })));
        assert!(events.recv().await.is_none());
    }
}
