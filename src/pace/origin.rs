//! What is known of one origin, and when the next request to it may leave: limit, pause, rates and breaker
//! put together behind one lock. Never holds the lock while it waits.
//!
//! Who is called from the queue has a *turn*, and leaves at once or waits for the pause, the rates or the breaker. Only one
//! waits so: everybody else stays in the queue, in order of priority. So a long pause or a small quota does not mix up
//! the order, and a cancelled request has taken nothing that must be given back. While there is nothing to wait for, as
//! many are called as there is room for: one after the other, each would leave only when the one before had been
//! scheduled, and 512 replies that come at once would be followed by requests one by one.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

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
    /// Those that are back, with answers that are not stored yet.
    pub unstored: usize,
    /// Under way and unstored together there are never more: no more than that is bought again after a kill.
    most: usize,
    /// How often the endpoint was gone and came back.
    pub returns: usize,
    queue: Queue,
    /// Called, and not left yet.
    turns: usize,
    closed: bool,
}

impl State {
    pub fn new(limit: Limit, most: usize, rates: Rates, breaker: Breaker, backoff: Backoff) -> Self {
        Self {
            limit,
            pause: Pause::default(),
            rates,
            breaker,
            backoff,
            under_way: 0,
            unstored: 0,
            most,
            returns: 0,
            queue: Queue::default(),
            turns: 0,
            closed: false,
        }
    }

    /// Those who wait for their turn, or have it and wait still.
    pub fn queued(&self) -> usize {
        self.queue.waiting() + self.turns
    }

    /// Whether one more may be called.
    fn has_room(&self) -> bool {
        let busy = self.under_way + self.turns;
        let room = busy < self.limit.level() && busy + self.unstored < self.most;
        !self.closed && room && (self.turns == 0 || self.flows(Instant::now()))
    }

    /// Whether nobody has anything to wait for but room.
    fn flows(&self, now: Instant) -> bool {
        self.rates.are_unlimited() && self.ready_at(0, now).is_some_and(|ready| ready <= now)
    }

    /// The endpoint was gone, and is back.
    pub fn back_again(&mut self) {
        self.limit.restart();
        self.queue.forgive();
        self.returns += 1;
    }

    /// Gives turns to the first in the queue, as far as there is room.
    pub fn call_next(&mut self) {
        while self.has_room() && self.queue.call_first() {
            self.turns += 1;
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
    /// Told to who has a turn when the breaker changed its mind.
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
        let waiting = {
            let mut state = self.state();
            if state.closed {
                return Err(Closed);
            }
            let place = state.queue.place(failed_probes, priority);
            if state.has_room() && state.queue.would_be_first(&place) {
                state.turns += 1;
                return Ok(Turn { origin: self, place });
            }
            Waiting { origin: self, place, called: state.queue.wait(place) }
        };
        waiting.turn().await
    }

    /// Makes who has a turn look again: the breaker changed its mind.
    pub fn breaker_changed(&self) {
        self.changed.notify_waiters();
    }

    /// Lets nobody leave any more and sends away who waits. Who is under way is not touched.
    pub fn close(&self) {
        let mut state = self.state();
        state.closed = true;
        state.queue.close();
        self.changed.notify_waiters();
    }
}

/// What a request that is back still takes: dropped once its answers are stored, by whoever stored them.
#[derive(Debug)]
pub struct Room {
    origin: Arc<Origin>,
}

impl Room {
    /// For one of the requests that `state`, of `origin`, counts as unstored.
    pub fn new(origin: &Arc<Origin>) -> Self {
        Self { origin: Arc::clone(origin) }
    }
}

impl Drop for Room {
    fn drop(&mut self) {
        let mut state = self.origin.state();
        state.unstored -= 1;
        state.call_next();
    }
}

/// A place in the queue; dropped, it is given up.
#[derive(Debug)]
struct Waiting<'a> {
    origin: &'a Origin,
    place: Place,
    called: oneshot::Receiver<()>,
}

impl<'a> Waiting<'a> {
    async fn turn(mut self) -> Result<Turn<'a>, Closed> {
        (&mut self.called).await.map_err(|_| Closed)?;
        Ok(Turn { origin: self.origin, place: self.place })
    }
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
            state.turns -= 1;
            state.call_next();
        }
    }
}

/// A turn; dropped, it goes to the next.
#[derive(Debug)]
pub struct Turn<'a> {
    origin: &'a Origin,
    place: Place,
}

impl<'a> Turn<'a> {
    /// Waits for pause, rates and breaker, asks `admit` a last time, and leaves.
    ///
    /// # Errors
    /// `Ok(Err(_))` is `admit`'s refusal. [`Closed`] when the origin was closed meanwhile.
    pub async fn leave(
        mut self,
        tokens: u64,
        admit: impl Fn() -> Result<(), EngineError>,
    ) -> Result<Result<UnderWay<'a>, EngineError>, Closed> {
        while !self.ready(tokens).await? {
            self = self.again()?.turn().await?;
        }
        // Outside the lock: whoever keeps the budget may look at this origin. Nobody else leaves meanwhile.
        if let Err(error) = admit() {
            return Ok(Err(error));
        }
        Ok(Ok(UnderWay::leave(self.origin, tokens)))
    }

    /// Back to its place in the queue.
    fn again(self) -> Result<Waiting<'a>, Closed> {
        let mut state = self.origin.state();
        if state.closed {
            return Err(Closed);
        }
        let (origin, place) = (self.origin, self.place);
        let called = state.queue.wait(place);
        drop(state);
        // Dropping `self` gives the turn back.
        Ok(Waiting { origin, place, called })
    }

    /// Waits until there is nothing to wait for; `false` where others have a turn too, who would wait beside it.
    async fn ready(&self, tokens: u64) -> Result<bool, Closed> {
        loop {
            // A change between the look and the wait is not lost.
            let mut changed = std::pin::pin!(self.origin.changed.notified());
            changed.as_mut().enable();
            let ready = {
                let state = self.origin.state();
                if state.closed {
                    return Err(Closed);
                }
                let now = Instant::now();
                match state.ready_at(tokens, now) {
                    Some(ready) if ready <= now => return Ok(true),
                    _ if state.turns > 1 => return Ok(false),
                    ready => ready,
                }
            };
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
        state.turns -= 1;
        state.call_next();
    }
}
