//! One request with its retries, under the engine's pace and the run's budget.

use std::time::Instant;

use super::Asker;
use super::member::Member;
use crate::engine::{EngineError, ErrorClass, Usage};
use crate::pace::Ticket;
use crate::report::event::Event;

/// What a request weighs.
#[derive(Debug, Clone, Copy)]
pub(super) struct Weight {
    pub(super) units: usize,
    /// Whose request goes first: that of the longest document.
    pub(super) priority: u64,
    /// What it may use at the most.
    pub(super) most: Usage,
}

impl Asker {
    /// One request with its retries. Its place under the limit is held for the attempt alone: who pauses lets
    /// others go.
    pub(super) async fn call<Reply, Call>(
        &self,
        member: &Member,
        weight: Weight,
        usage_of: impl Fn(&Reply) -> Usage,
        call: impl Fn() -> Call,
    ) -> std::result::Result<Reply, EngineError>
    where
        Call: Future<Output = std::result::Result<Reply, EngineError>>,
    {
        let attempt = || self.attempt(member, weight, &usage_of, &call);
        let ticket = Ticket {
            priority: weight.priority,
            // Replies are seldom a third of the most that they may be.
            tokens: weight.most.tokens_in + weight.most.tokens_out / 3,
        };
        self.paced(member, ticket, attempt, &usage_of).await
    }

    /// `attempt` under the pace of the engine's origin. An engine that says that nothing more is to be had of it, or
    /// that is plainly gone, is given up and that is told once.
    pub(super) async fn paced<Reply, Attempt>(
        &self,
        member: &Member,
        ticket: Ticket,
        attempt: impl Fn() -> Attempt,
        usage_of: impl Fn(&Reply) -> Usage,
    ) -> std::result::Result<Reply, EngineError>
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
        let result = member.pace.request(ticket, admit, attempt, usage_of, before_retry).await;
        if let Err(error) = &result
            && error.class == ErrorClass::Stop
            && member.stop(error.clone())
        {
            self.events.emit(Event::EngineStopped {
                engine: member.name.clone(),
                reason: error.message.clone(),
                hint: error.hint.clone(),
            });
        }
        result
    }

    /// One attempt: the budget asked, the call made, both accounts settled.
    async fn attempt<Reply, Call>(
        &self,
        member: &Member,
        weight: Weight,
        usage_of: &impl Fn(&Reply) -> Usage,
        call: &impl Fn() -> Call,
    ) -> std::result::Result<Reply, EngineError>
    where
        Call: Future<Output = std::result::Result<Reply, EngineError>>,
    {
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
        let result = call().await;
        let (usage, assumed, error) = match &result {
            Ok(reply) => (usage_of(reply), false, None),
            // What may have been charged for is counted as if it was: what was sent, and no reply.
            Err(error) if error.maybe_charged && error.usage == Usage::default() => {
                (Usage { tokens_out: 0, ..weight.most }, true, Some(error.message.clone()))
            }
            Err(error) => (error.usage, false, Some(error.message.clone())),
        };
        reservation.settle(&usage);
        self.events.emit(Event::Request {
            engine: member.name.clone(),
            units: weight.units as u64,
            milliseconds: began.elapsed().as_millis() as u64,
            usage,
            cost: member.prices.cost(&usage),
            assumed,
            error,
        });
        result
    }
}
