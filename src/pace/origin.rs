//! What is known of one origin, and when the next request to it may leave: limit, pause, rates and breaker
//! put together behind one lock. Never holds the lock while it waits.
//!
//! One request at a time has the *turn*: it is past the queue and waits, if need be, for the pause, the
//! rates or the breaker. Everybody else stays in the queue, in order of priority, until there is room under
//! the limit and the turn is free. So a long pause or a small quota does not mix up the order, and a
//! cancelled request has taken nothing that must be given back.

use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::{Notify, oneshot};
use tokio::time::{Instant, sleep_until};

use super::backoff::Backoff;
use super::breaker::{Breaker, Say};
use super::limit::Limit;
use super::pause::Pause;
use super::queue::{Place, Queue};
use super::rate::Rates;
use super::under_way::UnderWay;
use crate::engine::EngineError;

/// Everything that moves.
#[derive(Debug)]
pub struct State {
    pub limit: Limit,
    pub pause: Pause,
    pub rates: Rates,
    pub breaker: Breaker,
    pub backoff: Backoff,
    /// Requests that left and are not back.
    pub under_way: usize,
    /// How often the endpoint was gone and came back.
    pub returns: usize,
    queue: Queue,
    turn_taken: bool,
    closed: bool,
}

impl State {
    pub fn new(limit: Limit, rates: Rates, breaker: Breaker, backoff: Backoff) -> Self {
        Self {
            limit,
            pause: Pause::default(),
            rates,
            breaker,
            backoff,
            under_way: 0,
            returns: 0,
            queue: Queue::default(),
            turn_taken: false,
            closed: false,
        }
    }

    /// Those who wait for their turn, or have it and wait still.
    pub fn queued(&self) -> usize {
        self.queue.waiting() + usize::from(self.turn_taken)
    }

    fn has_room(&self) -> bool {
        !self.turn_taken && !self.closed && self.under_way < self.limit.level()
    }

    /// The endpoint was gone, and is back.
    pub fn back_again(&mut self) {
        self.limit.restart();
        self.queue.forgive();
        self.returns += 1;
    }

    /// Gives the turn to the first in the queue, where there is room.
    pub fn call_next(&mut self) {
        if self.has_room() {
            self.turn_taken = self.queue.call_first();
        }
    }

    /// When a request of `tokens` may leave; `None` while a probe is under way.
    fn ready_at(&self, tokens: u64, now: Instant) -> Option<Instant> {
        let ready = self.pause.ready_at(now).max(self.rates.ready_at(tokens, now));
        match self.breaker.say() {
            Say::Go => Some(ready),
            Say::ProbeAt(at) => Some(ready.max(at)),
            Say::AwaitProbe => None,
        }
    }
}

/// One origin, shared by all requests to it.
#[derive(Debug)]
pub struct Origin {
    state: Mutex<State>,
    /// Told to who has the turn when the breaker changed its mind.
    changed: Notify,
}

/// The origin was closed: nobody leaves any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Closed;

impl Origin {
    pub fn new(state: State) -> Self {
        Self { state: Mutex::new(state), changed: Notify::new() }
    }

    pub fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits in the queue until it is this request's turn.
    ///
    /// # Errors
    /// When the origin is closed, before or meanwhile.
    pub async fn turn(&self, failed_probes: usize, priority: u64) -> Result<Turn<'_>, Closed> {
        let mut waiting = {
            let mut state = self.state();
            if state.closed {
                return Err(Closed);
            }
            let place = state.queue.place(failed_probes, priority);
            if state.has_room() && state.queue.would_be_first(&place) {
                state.turn_taken = true;
                return Ok(Turn { origin: self });
            }
            Waiting { origin: self, place, called: state.queue.wait(place) }
        };
        (&mut waiting.called).await.map_err(|_| Closed)?;
        Ok(Turn { origin: self })
    }

    /// Makes who has the turn look again: the breaker changed its mind.
    pub fn breaker_changed(&self) {
        self.changed.notify_one();
    }

    /// Lets nobody leave any more and sends away who waits. Who is under way is not touched.
    pub fn close(&self) {
        let mut state = self.state();
        state.closed = true;
        state.queue.close();
        self.changed.notify_one();
    }
}

/// A place in the queue; dropped, it is given up.
struct Waiting<'a> {
    origin: &'a Origin,
    place: Place,
    called: oneshot::Receiver<()>,
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        // After a call was received, the channel is spent and there is nothing to give up.
        if self.called.is_terminated() {
            return;
        }
        let mut state = self.origin.state();
        state.queue.leave(&self.place);
        if self.called.try_recv().is_ok() {
            state.turn_taken = false;
            state.call_next();
        }
    }
}

/// The turn; dropped, it goes to the next.
pub struct Turn<'a> {
    origin: &'a Origin,
}

impl<'a> Turn<'a> {
    /// Waits for pause, rates and breaker, asks `admit` a last time, and leaves.
    ///
    /// # Errors
    /// `Ok(Err(_))` is `admit`'s refusal. [`Closed`] when the origin was closed meanwhile.
    pub async fn leave(
        self,
        tokens: u64,
        admit: impl Fn() -> Result<(), EngineError>,
    ) -> Result<Result<UnderWay<'a>, EngineError>, Closed> {
        self.ready(tokens).await?;
        // Outside the lock: whoever keeps the budget may look at this origin. Nobody else leaves meanwhile.
        if let Err(error) = admit() {
            return Ok(Err(error));
        }
        Ok(Ok(UnderWay::leave(self.origin, tokens)))
    }

    async fn ready(&self, tokens: u64) -> Result<(), Closed> {
        loop {
            let ready = {
                let state = self.origin.state();
                if state.closed {
                    return Err(Closed);
                }
                let now = Instant::now();
                match state.ready_at(tokens, now) {
                    Some(ready) if ready <= now => return Ok(()),
                    ready => ready,
                }
            };
            // A change between the look and the wait is not lost: the notification is kept for one.
            let changed = self.origin.changed.notified();
            match ready {
                Some(ready) => tokio::select! {
                biased;
                                    () = sleep_until(ready) => {}
                                    () = changed => {}
                                },
                None => changed.await,
            }
        }
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        let mut state = self.origin.state();
        state.turn_taken = false;
        state.call_next();
    }
}
