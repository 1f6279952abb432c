//! Asking: from wanted units to settled ones. The memory first, then the engine, chunk by chunk, then
//! whatever came back missing or refused alone, then singly in plain text. What still fails is failed, and
//! says so.

mod call;
mod ladder;
pub(super) mod summaries;

use std::collections::HashMap;
use std::sync::atomic::AtomicUsize;
use std::sync::{Arc, OnceLock};

use futures::future::join_all;
use tokio::sync::Semaphore;

use super::flight::{Claim, Flights, Follow, Lead, Outcome};
use crate::check::{self, Finding};
use crate::document::BlockId;
use crate::engine::{Engine, EngineError};
use crate::error::Result;
use crate::language::Language;
use crate::memory::{Key, Origin, Remembered, Store};
use crate::pace::retry::RetryPolicy;
use crate::plan::lookup::{Ask, InParts, Lookup, Terms, Wanted, chunks, look_up};
use crate::plan::split;
use crate::plan::tokens::Tokenizer;
use crate::report::event::UnitState;
use crate::report::sink::EventSink;
use ladder::{Ended, Open};

/// Asks one engine, remembering every answer before it counts. Cheap to clone.
#[derive(Clone)]
pub struct Asker {
    pub engine: Arc<dyn Engine>,
    pub store: Store,
    pub events: EventSink,
    pub retry: RetryPolicy,
    /// Tokens of unit text per request.
    pub chunk_tokens: usize,
    permits: Arc<Semaphore>,
    flights: Flights,
    tokenizer: Arc<OnceLock<Tokenizer>>,
    stopped: Arc<OnceLock<EngineError>>,
    faults_in_a_row: Arc<AtomicUsize>,
}

impl std::fmt::Debug for Job<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Job").field("from", self.from).field("to", self.to).finish_non_exhaustive()
    }
}

impl std::fmt::Debug for Asker {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Asker").field("engine", &self.engine.name()).finish_non_exhaustive()
    }
}

/// What one call is about.
pub struct Job<'a> {
    pub from: &'a Language,
    pub to: &'a Language,
    pub title: Option<&'a str>,
    /// Hears of units as they are settled: state, units, words.
    pub on_settled: &'a (dyn Fn(UnitState, u64, u64) + Sync),
}

/// The questions that this call asks, and those it waits for.
type Claimed = (Vec<(Ask, Lead)>, Vec<(Key, Follow)>);

/// One unit, settled.
#[derive(Debug, Clone, PartialEq)]
pub struct Settled {
    pub block: BlockId,
    pub state: UnitState,
    /// The answer in canonical form; `None` exactly where `state` is `Failed`.
    pub text: Option<String>,
    /// What the checks found in the answer, or in the last one refused.
    pub findings: Vec<Finding>,
    pub error: Option<String>,
}

/// Says whether an answer can be put back in its place: the format's own say beside the checks.
pub type Fits<'a> = dyn Fn(BlockId, &str) -> Option<Finding> + Sync + 'a;

impl Asker {
    pub fn new(
        engine: Arc<dyn Engine>,
        store: Store,
        events: EventSink,
        concurrency: usize,
        chunk_tokens: usize,
    ) -> Self {
        Self {
            engine,
            store,
            events,
            retry: RetryPolicy::default(),
            chunk_tokens,
            permits: Arc::new(Semaphore::new(concurrency.max(1))),
            flights: Flights::default(),
            tokenizer: Arc::default(),
            stopped: Arc::default(),
            faults_in_a_row: Arc::default(),
        }
    }

    /// The tokenizer of the engine's model, loaded on first use.
    pub fn tokenizer(&self) -> Tokenizer {
        *self.tokenizer.get_or_init(|| Tokenizer::for_model(&self.engine.capabilities().tokenizer_model))
    }

    /// Why nothing more can be had from the engine in this run, once that is so.
    pub fn stopped(&self) -> Option<&EngineError> {
        self.stopped.get()
    }

    /// Settles `wanted`: exactly one [`Settled`] for each, in the same order.
    ///
    /// # Errors
    /// Where the memory cannot be read or written. An engine's failure is data, in the settled units.
    pub async fn translate(&self, job: &Job<'_>, wanted: &[Wanted], fits: &Fits<'_>) -> Result<Vec<Settled>> {
        let identity = self.engine.translation_identity_for(job.from, job.to);
        let terms =
            Terms { identity: &identity, from: job.from, to: job.to, chunk_tokens: self.chunk_tokens };
        let mut ended: HashMap<Key, Ended> = HashMap::new();
        let mut lookup = look_up(Some(&self.store), &terms, wanted, || self.tokenizer()).await?;
        for (index, known) in &lookup.known {
            (job.on_settled)(state_of(known), 1, wanted.get(*index).map_or(0, |unit| unit.words));
        }
        let mut to_ask = lookup.asks(wanted);
        // A question that somebody else asked and abandoned is asked again here; bounded, since each round
        // either settles a question or leaves it to another live asker.
        while !to_ask.is_empty() {
            let (leads, follows) = self.claim(&to_ask);
            self.lead(job, wanted, leads, fits, &mut ended).await?;
            to_ask = self.follow(follows, &mut ended, &to_ask).await;
        }
        Ok(wanted
            .iter()
            .enumerate()
            .map(|(index, unit)| self.assemble(job, index, unit, &mut lookup, &ended, fits))
            .collect())
    }

    fn claim(&self, asks: &[Ask]) -> Claimed {
        let mut leads = Vec::new();
        let mut follows = Vec::new();
        for ask in asks {
            match self.flights.claim(ask.key) {
                Claim::Lead(lead) => leads.push((ask.clone(), lead)),
                Claim::Follow(follow) => follows.push((ask.key, follow)),
            }
        }
        (leads, follows)
    }

    /// Asks what this call leads, after a second look at the memory: another document may have landed the
    /// answer between this one's first look and its claim.
    async fn lead(
        &self,
        job: &Job<'_>,
        wanted: &[Wanted],
        leads: Vec<(Ask, Lead)>,
        fits: &Fits<'_>,
        ended: &mut HashMap<Key, Ended>,
    ) -> Result<()> {
        if leads.is_empty() {
            return Ok(());
        }
        let keys: Vec<Key> = leads.iter().map(|(ask, _)| ask.key).collect();
        let landed = self.store.recall(&keys).await?;
        let mut open = Vec::new();
        for (ask, lead) in leads {
            if let Some(known) = landed.get(&ask.key) {
                ended.insert(ask.key, Ended { answer: Some(known.answer.clone()), ..Ended::default() });
                lead.land(Outcome::Answered(known.answer.clone()));
            } else {
                open.push(Open { ask, lead, findings: Vec::new(), error: None, hopeless: false });
            }
        }
        let asks: Vec<Ask> = open.iter().map(|open| open.ask.clone()).collect();
        let ranges = chunks(&asks, self.chunk_tokens);
        let mut open = open.into_iter();
        let groups: Vec<Vec<Open>> =
            ranges.into_iter().map(|range| open.by_ref().take(range.len()).collect()).collect();
        let climbs = groups.into_iter().map(|group| self.climb(job, wanted, group, fits));
        for group in join_all(climbs).await {
            ended.extend(group?);
        }
        Ok(())
    }

    async fn follow(
        &self,
        follows: Vec<(Key, Follow)>,
        ended: &mut HashMap<Key, Ended>,
        asks: &[Ask],
    ) -> Vec<Ask> {
        let mut again = Vec::new();
        for (key, follow) in follows {
            match follow.outcome().await {
                Outcome::Answered(text) => {
                    ended.insert(key, Ended { answer: Some(text), ..Ended::default() });
                }
                Outcome::Refused => {
                    let error = Some("the same text was asked in vain before in this run".to_owned());
                    ended.insert(key, Ended { error, ..Ended::default() });
                }
                Outcome::Abandoned => again.extend(asks.iter().find(|ask| ask.key == key).cloned()),
            }
        }
        again
    }

    fn assemble(
        &self,
        job: &Job<'_>,
        index: usize,
        unit: &Wanted,
        lookup: &mut Lookup,
        ended: &HashMap<Key, Ended>,
        fits: &Fits<'_>,
    ) -> Settled {
        let settled =
            |state, text, findings, error| Settled { block: unit.block, state, text, findings, error };
        if let Some(known) = lookup.known.remove(&index) {
            return settled(state_of(&known), Some(known.answer), known.findings, None);
        }
        let Some(in_parts) = lookup.unknown.remove(&index) else {
            let error = Some("the unit was never planned".to_owned());
            return settled(UnitState::Failed, None, Vec::new(), error);
        };
        let gathered = gather(&in_parts, &lookup.known_parts, ended);
        let error = gathered.error;
        let Some(answers) = gathered.answers else {
            return settled(UnitState::Failed, None, gathered.findings, error);
        };
        let text = split::join(&in_parts.parts, &answers, job.from, job.to);
        let mut findings = gathered.findings;
        if in_parts.parts.len() > 1 {
            findings.extend(fits(unit.block, &text));
        }
        if check::is_hard(&findings) {
            return settled(UnitState::Failed, None, findings, error);
        }
        settled(UnitState::Translated, Some(text), findings, None)
    }
}

fn state_of(known: &Remembered) -> UnitState {
    match known.origin {
        Origin::Human => UnitState::Human,
        Origin::Machine => UnitState::Remembered,
    }
}

/// A unit's parts, gathered.
struct Gathered {
    /// `None` where a part is missing.
    answers: Option<Vec<String>>,
    findings: Vec<Finding>,
    error: Option<String>,
}

fn gather(in_parts: &InParts, known: &HashMap<Key, Remembered>, ended: &HashMap<Key, Ended>) -> Gathered {
    let mut answers = Some(Vec::new());
    let mut findings = Vec::new();
    let mut error = None;
    for key in &in_parts.keys {
        let answer = if let Some(known) = known.get(key) {
            findings.extend(known.findings.iter().cloned());
            Some(known.answer.clone())
        } else if let Some(end) = ended.get(key) {
            findings.extend(end.findings.iter().cloned());
            error = error.or_else(|| end.error.clone());
            end.answer.clone()
        } else {
            error.get_or_insert_with(|| "the part was never asked".to_owned());
            None
        };
        match (answer, &mut answers) {
            (Some(answer), Some(answers)) => answers.push(answer),
            _ => answers = None,
        }
    }
    Gathered { answers, findings, error }
}
