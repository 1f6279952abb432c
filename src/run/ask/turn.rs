//! One engine's turn at the units that are open: each question asked once in the run, whoever needs its answer.

use std::collections::HashMap;

use futures::future::join_all;

use super::ladder::{Ended, Open};
use super::member::Member;
use super::{Asker, Fits, Job, Saved, Settled, state_of};
use crate::check::{self, Finding};
use crate::document::BlockId;
use crate::engine::Usage;
use crate::error::Result;
use crate::memory::{Key, Remembered};
use crate::plan::lookup::{Ask, InParts, Lookup, Terms, Wanted, chunks, look_up};
use crate::plan::split;
use crate::report::event::UnitState;
use crate::run::flight::{Claim, Follow, Lead, Outcome};

/// One engine, and the document in one language that it is asked about.
#[derive(Clone, Copy)]
pub(super) struct Turn<'a> {
    pub(super) asker: &'a Asker,
    pub(super) member: &'a Member,
    pub(super) job: &'a Job<'a>,
    /// Every unit of the document: those that are not open are context.
    pub(super) wanted: &'a [Wanted],
    pub(super) fits: &'a Fits<'a>,
}

/// The questions that this turn asks, and those it waits for.
type Claimed = (Vec<(Ask, Lead)>, Vec<(Key, Follow)>);

impl Turn<'_> {
    /// Settles the units at `open`: exactly one [`Settled`] for each, in the same order.
    ///
    /// # Errors
    /// Where the memory cannot be read or written.
    pub(super) async fn take(&self, open: &[usize]) -> Result<Vec<Settled>> {
        let Job { from, to, .. } = *self.job;
        let identity = self.member.identity(from, to);
        let glossary = self.asker.terms(self.member, from, to);
        let chunk_tokens = self.member.chunk_tokens();
        let terms = Terms { identity: &identity, from, to, chunk_tokens, glossary: glossary.as_deref() };
        let store = Some(&self.asker.store);
        let mut lookup = look_up(store, &terms, self.wanted, open, || self.member.tokenizer()).await?;
        let mut ended: HashMap<Key, Ended> = HashMap::new();
        let mut to_ask = lookup.asks(self.wanted);
        // A question that somebody else asked and abandoned is asked again here; bounded, since each round
        // either settles a question or leaves it to another live asker.
        self.job.preparing.done();
        while !to_ask.is_empty() {
            let (leads, follows) = self.claim(&to_ask);
            self.lead(leads, &mut ended).await?;
            to_ask = follow(follows, &mut ended, &to_ask).await;
        }
        let mut saved = Saved::new();
        for known in lookup.known_parts.values() {
            let (units, usage) = saved.entry(known.engine.clone()).or_default();
            *units += 1;
            *usage += known.usage;
        }
        self.asker.remembered(saved);
        Ok(open.iter().map(|index| self.assemble(*index, &mut lookup, &ended)).collect())
    }

    fn claim(&self, asks: &[Ask]) -> Claimed {
        let mut leads = Vec::new();
        let mut follows = Vec::new();
        for ask in asks {
            match self.asker.flights.claim(ask.key) {
                Claim::Lead(lead) => leads.push((ask.clone(), lead)),
                Claim::Follow(follow) => follows.push((ask.key, follow)),
            }
        }
        (leads, follows)
    }

    /// Asks what this turn leads, after a second look at the memory: another document may have landed the
    /// answer between this one's first look and its claim.
    async fn lead(&self, leads: Vec<(Ask, Lead)>, ended: &mut HashMap<Key, Ended>) -> Result<()> {
        if leads.is_empty() {
            return Ok(());
        }
        let keys: Vec<Key> = leads.iter().map(|(ask, _)| ask.key).collect();
        let landed = self.asker.store.recall(&keys).await?;
        let mut open = Vec::new();
        for (ask, lead) in leads {
            if let Some(known) = landed.get(&ask.key) {
                ended.insert(ask.key, Ended { answer: Some(known.answer.clone()), ..Ended::default() });
                lead.land(Outcome::Answered(known.answer.clone()));
            } else {
                open.push(Open::new(ask, lead));
            }
        }
        let asks: Vec<Ask> = open.iter().map(|open| open.ask.clone()).collect();
        let ranges = chunks(&asks, self.member.chunk_tokens());
        let mut open = open.into_iter();
        let groups: Vec<Vec<Open>> =
            ranges.into_iter().map(|range| open.by_ref().take(range.len()).collect()).collect();
        for group in join_all(groups.into_iter().map(|group| self.climb(group))).await {
            ended.extend(group?);
        }
        Ok(())
    }

    fn assemble(&self, index: usize, lookup: &mut Lookup, ended: &HashMap<Key, Ended>) -> Settled {
        let block = self.wanted.get(index).map_or(BlockId(0), |unit| unit.block);
        let name = &self.member.name;
        let mut usage = Usage::default();
        let settled = |state, text: Option<String>, usage, findings, error| {
            let engine = text.is_some().then(|| name.clone());
            Settled {
                block,
                state,
                text,
                raw: None,
                engine,
                usage,
                findings,
                error,
                misfit: None,
                machine: None,
            }
        };
        if let Some(known) = lookup.known.remove(&index) {
            return settled(state_of(&known), Some(known.answer), known.usage, known.findings, None);
        }
        let Some(in_parts) = lookup.unknown.remove(&index) else {
            let error = Some("the unit was never planned".to_owned());
            return settled(UnitState::Failed, None, usage, Vec::new(), error);
        };
        let gathered = gather(&in_parts, &lookup.known_parts, ended);
        usage += gathered.usage;
        let error = gathered.error;
        let Some(answers) = gathered.answers else {
            return settled(UnitState::Failed, None, usage, gathered.findings, error);
        };
        let text = split::join(&in_parts.parts, &answers, self.job.from, self.job.to);
        let mut findings = gathered.findings;
        if in_parts.parts.len() > 1 {
            findings.extend((self.fits)(block, &text));
        }
        if check::is_hard(&findings) {
            return settled(UnitState::Failed, None, usage, findings, error);
        }
        settled(UnitState::Translated, Some(text), usage, findings, None)
    }
}

async fn follow(follows: Vec<(Key, Follow)>, ended: &mut HashMap<Key, Ended>, asks: &[Ask]) -> Vec<Ask> {
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

/// A unit's parts, gathered.
struct Gathered {
    /// `None` where a part is missing.
    answers: Option<Vec<String>>,
    /// What the answers cost.
    usage: Usage,
    findings: Vec<Finding>,
    error: Option<String>,
}

fn gather(in_parts: &InParts, known: &HashMap<Key, Remembered>, ended: &HashMap<Key, Ended>) -> Gathered {
    let mut answers = Some(Vec::new());
    let mut usage = Usage::default();
    let mut findings = Vec::new();
    let mut error = None;
    for key in &in_parts.keys {
        let answer = if let Some(known) = known.get(key) {
            findings.extend(known.findings.iter().cloned());
            usage += known.usage;
            Some(known.answer.clone())
        } else if let Some(end) = ended.get(key) {
            findings.extend(end.findings.iter().cloned());
            usage += end.usage;
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
    Gathered { answers, usage, findings, error }
}
