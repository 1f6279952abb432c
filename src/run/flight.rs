//! One question, asked once: of all documents under way that need the same text translated, one asks and
//! the others wait for its answer.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;

use crate::memory::Key;

/// What became of a question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It was answered; the answer is durable in the memory.
    Answered(String),
    /// It was asked, with all retries, and no acceptable answer came; not asked again in this run.
    Refused,
    /// The asker went away before the end: anyone may ask again.
    Abandoned,
}

type Waiters = watch::Receiver<Option<Outcome>>;

/// The questions under way and those refused in this run.
#[derive(Debug, Default, Clone)]
pub struct Flights {
    by_key: Arc<Mutex<HashMap<Key, Waiters>>>,
}

/// What a claim gives.
#[derive(Debug)]
pub enum Claim {
    /// The caller must ask, and [`Lead::land`] the outcome.
    Lead(Lead),
    /// Somebody asks already.
    Follow(Follow),
}

/// The right and the duty to ask.
#[derive(Debug)]
pub struct Lead {
    key: Key,
    sender: watch::Sender<Option<Outcome>>,
    flights: Flights,
}

/// A wait for somebody else's answer.
#[derive(Debug)]
pub struct Follow(Waiters);

impl Flights {
    fn lock(&self) -> MutexGuard<'_, HashMap<Key, Waiters>> {
        self.by_key.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Claims the question `key`.
    pub fn claim(&self, key: Key) -> Claim {
        let mut flights = self.lock();
        if let Some(waiters) = flights.get(&key) {
            return Claim::Follow(Follow(waiters.clone()));
        }
        let (sender, receiver) = watch::channel(None);
        flights.insert(key, receiver);
        Claim::Lead(Lead { key, sender, flights: self.clone() })
    }
}

impl Lead {
    /// Tells everyone who waits. A refusal is remembered for the run; everything else can be asked anew,
    /// or is known to the memory by now.
    pub fn land(self, outcome: Outcome) {
        self.tell(outcome);
    }

    fn tell(&self, outcome: Outcome) {
        if outcome != Outcome::Refused {
            self.flights.lock().remove(&self.key);
        }
        self.sender.send_replace(Some(outcome));
    }
}

impl Drop for Lead {
    fn drop(&mut self) {
        if self.sender.borrow().is_none() {
            self.tell(Outcome::Abandoned);
        }
    }
}

impl Follow {
    /// Waits for the outcome.
    pub async fn outcome(mut self) -> Outcome {
        let outcome = self.0.wait_for(Option::is_some).await.ok().and_then(|outcome| outcome.clone());
        outcome.unwrap_or(Outcome::Abandoned)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(text: &str) -> Key {
        let language = crate::language::Language::parse("en").unwrap();
        Key::translation("test", &language, &language, text)
    }

    #[tokio::test]
    async fn the_second_waits_for_the_first() {
        let flights = Flights::default();
        let Claim::Lead(lead) = flights.claim(key("a")) else { panic!("the first leads") };
        let Claim::Follow(follow) = flights.claim(key("a")) else { panic!("the second follows") };
        assert!(matches!(flights.claim(key("b")), Claim::Lead(_)));
        lead.land(Outcome::Answered("x".into()));
        assert_eq!(follow.outcome().await, Outcome::Answered("x".into()));
    }

    #[tokio::test]
    async fn a_dropped_lead_is_abandoned_and_free_again() {
        let flights = Flights::default();
        let Claim::Lead(lead) = flights.claim(key("a")) else { panic!("the first leads") };
        let Claim::Follow(follow) = flights.claim(key("a")) else { panic!("the second follows") };
        drop(lead);
        assert_eq!(follow.outcome().await, Outcome::Abandoned);
        assert!(matches!(flights.claim(key("a")), Claim::Lead(_)));
    }

    #[tokio::test]
    async fn a_refusal_is_remembered_for_the_run() {
        let flights = Flights::default();
        let Claim::Lead(lead) = flights.claim(key("a")) else { panic!("the first leads") };
        lead.land(Outcome::Refused);
        let Claim::Follow(follow) = flights.claim(key("a")) else { panic!("refused once is enough") };
        assert_eq!(follow.outcome().await, Outcome::Refused);
    }
}
