//! One request with its retries, under the engine's pace and the run's budget.

use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use super::Asker;
use super::air::{Flight, Landing};
use super::member::Member;
use crate::engine::{EngineError, ErrorClass, Usage};
use crate::pace::{Room, Ticket};
use crate::report::event::Event;

/// So many replies in a row without one usable answer are enough. A unit has three tries, and a chunk is tried in
/// parts: a few hard paragraphs in a row stay below it.
const USELESS: usize = 40;

/// What a request weighs.
#[derive(Debug, Clone, Copy)]
pub(super) struct Weight {
    pub(super) units: usize,
    /// Whose request goes first: that of the longest document.
    pub(super) priority: u64,
    /// What it may use at the most.
    pub(super) most: Usage,
}

impl Weight {
    /// About what it takes: prompts are a quarter shorter than they may be, replies a third as long.
    fn usual(&self) -> Usage {
        let Usage { tokens_in, tokens_out, characters } = self.most;
        Usage { tokens_in: tokens_in * 3 / 4, tokens_out: tokens_out / 3, characters }
    }
}

/// A reply and what it cost.
#[derive(Debug)]
pub(super) struct Bought<Reply> {
    pub(super) reply: Reply,
    /// Over all requests that the reply was put together from, as far as the endpoint said.
    pub(super) usage: Usage,
    /// Held until the answers are stored and told of: so long an interrupted run waits.
    landing: Landing,
    /// Held until the answers are stored: so long no other request has it. `None` for an engine on this machine: nothing is paid
    /// there, and it need not wait for the disk.
    room: Option<Room>,
}

impl<Reply> Bought<Reply> {
    /// The reply, and what is to be held until it is stored.
    pub(super) fn into_parts(self) -> (Reply, Landing, Option<Room>) {
        (self.reply, self.landing, self.room)
    }
}

/// What the parts of a reply came to that were had before its last.
type Parts = Mutex<Usage>;

impl Asker {
    /// One request with its retries, or several where the engine needs them. Its place under the limit is held for the
    /// attempt alone: who pauses lets others go.
    pub(super) async fn call<Reply, Call>(
        &self,
        member: &Member,
        weight: Weight,
        usage_of: impl Fn(&Reply) -> Usage,
        call: impl Fn() -> Call,
    ) -> std::result::Result<Bought<Reply>, EngineError>
    where
        Call: Future<Output = std::result::Result<Reply, EngineError>>,
    {
        let parts = Parts::default();
        let attempt = || self.attempt(member, weight, &parts, &usage_of, &call);
        let ticket = Ticket {
            priority: weight.priority,
            tokens: weight.usual().tokens_in + weight.usual().tokens_out,
        };
        let used = |(reply, ..): &(Reply, Usage, Landing)| usage_of(reply);
        let ((reply, usage, landing), room) = self.paced(member, ticket, attempt, used).await?;
        let room = Some(room).filter(|_| member.engine.capabilities().remote);
        Ok(Bought { reply, usage, landing, room })
    }

    /// `attempt` under the pace of the engine's origin. An engine that says that nothing more is to be had of it, or
    /// that is plainly gone, is given up and that is told once.
    pub(super) async fn paced<Reply, Attempt>(
        &self,
        member: &Member,
        ticket: Ticket,
        attempt: impl Fn() -> Attempt,
        usage_of: impl Fn(&Reply) -> Usage,
    ) -> std::result::Result<(Reply, Room), EngineError>
    where
        Attempt: Future<Output = std::result::Result<Reply, EngineError>>,
    {
        let admit = || member.stopped().map_or(Ok(()), |error| Err(error.clone()));
        let before_retry = |error: &EngineError, pause: std::time::Duration| {
            self.events.emit(Event::WillRetry {
                engine: member.name.clone(),
                reason: error.message.clone(),
                milliseconds: pause.as_millis() as u64,
            });
        };
        let heed = |error: Option<&EngineError>| {
            if let Some(error) = error.filter(|error| error.class == ErrorClass::Stop) {
                self.give_up(member, error);
            }
        };
        // Before the request gives its room back: the next would leave into it.
        let attempt = || async {
            let result = attempt().await;
            heed(result.as_ref().err());
            result
        };
        let result = member.pace.request(ticket, admit, attempt, usage_of, before_retry).await;
        heed(result.as_ref().err());
        result
    }

    /// Asks no more of an engine in this run, and tells so once.
    fn give_up(&self, member: &Member, error: &EngineError) {
        if member.stop(error.clone()) {
            self.events.emit(Event::EngineStopped {
                engine: member.name.clone(),
                reason: error.message.clone(),
                hint: error.hint.clone(),
            });
        }
    }

    /// Notes whether anything of a reply could be used. An engine none of whose replies can be is given up: it would be
    /// paid to the end of the folder for nothing.
    pub(super) fn note_use(&self, member: &Member, useful: bool, why: &str) {
        let useless = member.note_use(useful);
        if useless >= USELESS && member.engine.capabilities().remote {
            let message =
                format!("nothing of {useless} replies in a row could be used; of the last one: {why}");
            let hint = "what is done is kept; look at one of its answers with `gloss doctor`";
            self.give_up(member, &EngineError::new(ErrorClass::Stop, message).with_hint(hint));
        }
    }

    /// One attempt, which is one request: the budget asked, the call made, both accounts settled. Gives the reply with what
    /// all its parts used.
    async fn attempt<Reply, Call>(
        &self,
        member: &Member,
        weight: Weight,
        parts: &Parts,
        usage_of: &impl Fn(&Reply) -> Usage,
        call: &impl Fn() -> Call,
    ) -> std::result::Result<(Reply, Usage, Landing), EngineError>
    where
        Call: Future<Output = std::result::Result<Reply, EngineError>>,
    {
        let lock = || parts.lock().unwrap_or_else(PoisonError::into_inner);
        let had = *lock();
        let weight = Weight { most: weight.most.less(had), ..weight };
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
        let flight = member.engine.capabilities().remote.then(|| Flight {
            engine: member.name.clone(),
            units: weight.units as u64,
            usage: weight.usual(),
            cost: member.prices.cost(&weight.usual()),
            left: began,
        });
        let mut landing = self.air.depart(flight).await;
        let result = call().await;
        let news = landing.land();
        let (usage, assumed, error) = match &result {
            // Where the endpoint does not say, about what such a request takes counts: nothing would never reach a cap.
            Ok(reply) if usage_of(reply) == Usage::default() => {
                (weight.usual(), weight.most != Usage::default(), None)
            }
            Ok(reply) => (usage_of(reply), false, None),
            // What may have been charged for is counted as if it was: what was sent, and no reply.
            Err(error) if error.maybe_charged && error.usage == Usage::default() => {
                (Usage { tokens_out: 0, ..weight.most }, true, Some(error.message.clone()))
            }
            Err(EngineError { class: ErrorClass::Again { answered: true }, usage, .. }) => {
                *lock() += *usage;
                (*usage, false, None)
            }
            Err(error) => (error.usage, false, Some(error.message.clone())),
        };
        reservation.settle(&usage);
        if news {
            self.events.emit(Event::Request {
                engine: member.name.clone(),
                units: weight.units as u64,
                milliseconds: began.elapsed().as_millis() as u64,
                usage,
                cost: member.prices.cost(&usage),
                assumed,
                error,
            });
        }
        result.map(|reply| {
            let mut usage = had;
            usage += usage_of(&reply);
            (reply, usage, landing)
        })
    }
}
