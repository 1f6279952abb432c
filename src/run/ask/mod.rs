//! Asking: from wanted units to settled ones. People's answers first, then the memory, then the engines of the row one after the other,
//! each for what is still open. What no engine answers is failed, and says so.

pub(super) mod air;
mod call;
pub(super) mod human;
mod ladder;
mod member;
mod origin;
pub(super) mod summaries;
mod turn;

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, OnceLock};

use super::flight::Flights;
use super::intake::Preparing;
use crate::check::Finding;
use crate::document::BlockId;
use crate::engine::{Charges, Checks, Engine, EngineError, Progress, Usage};
use crate::error::Result;
use crate::glossary::{Glossaries, PairTerms};
use crate::language::Language;
use crate::memory::{Key, Origin, Remembered, Store};
use crate::pace::budget::Budget;
use crate::pace::{Pace, Ticket};
use crate::plan::lookup::{Terms, Wanted};
use crate::report::event::{Event, UnitState};
use crate::report::sink::EventSink;
use crate::review::place::Place;
use crate::settings::{Caps, EngineEntry, Rows};
use air::Air;
use human::Misfit;
pub use member::Member;
use turn::Turn;

/// Asks the run's engines, remembering every answer before it counts. Cheap to clone.
#[derive(Clone)]
pub struct Asker {
    members: Arc<Vec<Member>>,
    rows: Arc<Rows>,
    pub store: Store,
    pub events: EventSink,
    budget: Arc<Budget>,
    /// Set once the budget has refused a request.
    capped: Arc<OnceLock<()>>,
    flights: Flights,
    air: Air,
    glossary: Arc<Glossaries>,
}

impl std::fmt::Debug for Job<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Job").field("from", self.from).field("to", self.to).finish_non_exhaustive()
    }
}

impl std::fmt::Debug for Asker {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Asker").field("members", &self.members).finish_non_exhaustive()
    }
}

/// What one call is about.
pub struct Job<'a> {
    pub from: &'a Language,
    pub to: &'a Language,
    pub title: Option<&'a str>,
    /// The source, relative to the state root, with `/`.
    pub path: &'a str,
    /// Where the wanted units stand, in their order.
    pub places: &'a [Place],
    /// Whose requests go first: those of the longest document. Its size in bytes.
    pub priority: u64,
    /// Told when the first questions are planned.
    pub preparing: &'a Preparing,
    /// Hears of units as they are settled: state, units, words.
    pub on_settled: &'a (dyn Fn(UnitState, u64, u64) + Sync),
}

/// One unit, settled.
#[derive(Debug, Clone, PartialEq)]
pub struct Settled {
    pub block: BlockId,
    pub state: UnitState,
    /// The answer in canonical form; `None` exactly where `state` is `Failed`.
    pub text: Option<String>,
    /// The answer as a person typed it in the output, where it is to be put in like that.
    pub raw: Option<String>,
    /// Who answered, as reports name it; `None` where nobody did.
    pub engine: Option<String>,
    /// What the answer cost when it was made.
    pub usage: Usage,
    /// What the checks found in the answer, or in the last one refused.
    pub findings: Vec<Finding>,
    pub error: Option<String>,
    /// A person's text for it that does not fit.
    pub misfit: Option<Misfit>,
    /// What stands there again when a person's answer is taken back.
    pub machine: Option<String>,
}

/// Says whether an answer can be put back in its place: the format's own say beside the checks.
pub type Fits<'a> = dyn Fn(BlockId, &str) -> Option<Finding> + Sync + 'a;

/// Answers from the memory by the engine that gave them: how many, and what they cost then.
pub(in crate::run) type Saved = BTreeMap<String, (u64, Usage)>;

impl Asker {
    /// One engine for each entry, in the same order.
    pub fn new(
        entries: &[EngineEntry],
        engines: Vec<Arc<dyn Engine>>,
        rows: Rows,
        caps: Caps,
        store: Store,
        events: EventSink,
    ) -> Self {
        let mut origins: HashMap<String, Arc<Pace>> = HashMap::new();
        let member = |(entry, engine): (&EngineEntry, Arc<dyn Engine>)| {
            let origin = entry.settings.origin();
            let pace = || Arc::new(origin::pace(entry, engine.capabilities(), events.clone()));
            let pace = match origin {
                Some(origin) => Arc::clone(origins.entry(origin).or_insert_with(pace)),
                None => pace(),
            };
            Member::new(entry.name.clone(), engine, entry.prices, entry.chunk_tokens, pace)
        };
        Self {
            members: Arc::new(entries.iter().zip(engines).map(member).collect()),
            rows: Arc::new(rows),
            store,
            events,
            budget: Arc::new(Budget::new(caps)),
            capped: Arc::default(),
            flights: Flights::default(),
            air: Air::default(),
            glossary: Arc::default(),
        }
    }

    /// The same, its requests under `air`: whoever holds that can stop them.
    pub(super) fn under(self, air: Air) -> Self {
        Self { air, ..self }
    }

    /// The same, told of the terms of `glossary`.
    #[must_use]
    pub fn with_glossary(self, glossary: Arc<Glossaries>) -> Self {
        Self { glossary, ..self }
    }

    /// The terms that an engine is told of; none where there are none, or it takes none.
    fn terms(&self, member: &Member, from: &Language, to: &Language) -> Option<Arc<PairTerms>> {
        if self.glossary.is_empty() || !member.engine.takes_terms() {
            return None;
        }
        Some(self.glossary.pair(from, to)).filter(|terms| !terms.is_empty())
    }

    fn row<'a>(&'a self, indexes: &'a [usize]) -> impl Iterator<Item = &'a Member> + Clone {
        indexes.iter().filter_map(|index| self.members.get(*index))
    }

    /// The engines that translate into `to`, the one that is asked first before the others.
    pub fn translators<'a>(&'a self, to: &'a Language) -> impl Iterator<Item = &'a Member> + Clone {
        self.row(self.rows.into_language(to))
    }

    /// The engines that summarise, the one that is asked first before the others.
    pub fn summarizers(&self) -> impl Iterator<Item = &Member> + Clone {
        self.row(&self.rows.summarize)
    }

    /// What a pair's translations depend on beside the text: the identities of its row.
    pub fn identity(&self, from: &Language, to: &Language) -> String {
        let identities: Vec<String> = self.translators(to).map(|member| member.identity(from, to)).collect();
        identities.join("\n")
    }

    /// The same for summaries.
    pub fn summary_identity(&self) -> String {
        let identities: Vec<String> =
            self.summarizers().map(|member| member.engine.summary_identity()).collect();
        identities.join("\n")
    }

    /// Requests worth having under way at once, over all engines.
    pub fn concurrency(&self) -> usize {
        self.members.iter().map(|member| member.pace.snapshot().limit).sum::<usize>().max(1)
    }

    /// Requests that wait for their turn, over all engines.
    pub fn queued(&self) -> usize {
        self.members.iter().map(|member| member.pace.snapshot().queued).sum()
    }

    /// What a pair's row says of it before anything is asked: that some engine has it, or why each has not.
    ///
    /// # Errors
    /// The first engine's reason, where none has the pair.
    pub async fn prepare(&self, from: &Language, to: &Language) -> std::result::Result<(), EngineError> {
        let mut first = None;
        for member in self.translators(to) {
            match self.ready(member, from, to).await {
                Ok(()) => return Ok(()),
                Err(error) => first = first.or(Some(error)),
            }
        }
        first.map_or(Ok(()), Err)
    }

    /// Makes one engine ready for a pair.
    ///
    /// # Errors
    /// Why it is not to be had from this engine.
    async fn ready(
        &self,
        member: &Member,
        from: &Language,
        to: &Language,
    ) -> std::result::Result<(), EngineError> {
        if let Some(error) = member.stopped() {
            return Err(error.clone());
        }
        let progress = |step: Progress| {
            self.events.emit(Event::Preparing { what: step.what, done: step.done, total: step.total });
        };
        let prepare = || async {
            let attempt = || member.engine.prepare(from, to, &progress);
            if member.engine.capabilities().names_pairs {
                self.paced(member, Ticket::default(), attempt, |()| Usage::default()).await.map(drop)
            } else {
                attempt().await
            }
        };
        member.ready(from, to, &self.events, prepare).await
    }

    /// Settles `wanted`: exactly one [`Settled`] for each, in the same order.
    ///
    /// # Errors
    /// Where the memory cannot be read or written. An engine's failure is data, in the settled units.
    pub async fn translate(&self, job: &Job<'_>, wanted: &[Wanted], fits: &Fits<'_>) -> Result<Vec<Settled>> {
        let mut settled: Vec<Option<Settled>> = vec![None; wanted.len()];
        let misfits = self.heed_people(job, wanted, fits, &mut settled).await?;
        self.recall(job, wanted, &mut settled).await?;
        let mut troubles: HashMap<usize, Trouble> = HashMap::new();
        for member in self.translators(job.to) {
            let open: Vec<usize> = settled
                .iter()
                .enumerate()
                .filter(|(_, done)| done.is_none())
                .map(|(index, _)| index)
                .collect();
            if open.is_empty() {
                break;
            }
            if let Err(error) = self.ready(member, job.from, job.to).await {
                for index in open {
                    troubles.entry(index).or_default().error(&member.name, error.message.clone());
                }
                continue;
            }
            let turn = Turn { asker: self, member, job, wanted, fits };
            for (index, end) in open.iter().zip(turn.take(&open).await?) {
                if end.state != UnitState::Failed {
                    if let Some(place) = settled.get_mut(*index) {
                        *place = Some(end);
                    }
                    continue;
                }
                let trouble = troubles.entry(*index).or_default();
                if !end.findings.is_empty() {
                    trouble.findings = end.findings;
                }
                if let Some(error) = end.error {
                    trouble.error(&member.name, error);
                }
            }
        }
        let alone = self.translators(job.to).count() == 1;
        let ends = wanted.iter().zip(settled).enumerate().map(|(index, (unit, settled))| {
            settled.unwrap_or_else(|| {
                (job.on_settled)(UnitState::Failed, 1, unit.words);
                troubles.remove(&index).unwrap_or_default().settled(unit.block, alone)
            })
        });
        let mut ends: Vec<Settled> = ends.collect();
        for (index, misfit) in misfits {
            if let Some(end) = ends.get_mut(index) {
                end.findings.push(misfit.finding.clone());
                end.misfit = Some(misfit);
            }
        }
        Ok(ends)
    }

    /// Settles what the memory has of the units still open: a person's answer first, then that of the engine that would
    /// be asked first.
    async fn recall(&self, job: &Job<'_>, wanted: &[Wanted], settled: &mut [Option<Settled>]) -> Result<()> {
        let mut found: Vec<Option<Remembered>> = vec![None; wanted.len()];
        for member in self.translators(job.to) {
            let identity = member.identity(job.from, job.to);
            let glossary = self.terms(member, job.from, job.to);
            let glossary = glossary.as_deref();
            let terms = Terms { identity: &identity, from: job.from, to: job.to, chunk_tokens: 0, glossary };
            let keys: Vec<Key> = wanted.iter().map(|unit| terms.key(&unit.text)).collect();
            let mut known = self.store.recall(&keys).await?;
            for (place, key) in found.iter_mut().zip(&keys) {
                let better = |answer: &Remembered| {
                    place
                        .as_ref()
                        .is_none_or(|have| have.origin == Origin::Machine && answer.origin == Origin::Human)
                };
                // The same text may stand in one document twice.
                if known.get(key).is_some_and(better) {
                    *place = known.get(key).cloned();
                }
            }
            known.clear();
        }
        let mut saved = Saved::new();
        for ((unit, known), place) in wanted.iter().zip(found).zip(settled) {
            let Some(known) = known.filter(|_| place.is_none()) else { continue };
            (job.on_settled)(state_of(&known), 1, unit.words);
            let usage = self.price_of(&known, unit);
            if known.origin == Origin::Machine {
                let (units, sum) = saved.entry(known.engine.clone()).or_default();
                *units += 1;
                *sum += usage;
            }
            *place = Some(Settled {
                block: unit.block,
                state: state_of(&known),
                text: Some(known.answer),
                raw: None,
                engine: Some(known.engine),
                usage,
                findings: known.findings,
                error: None,
                misfit: None,
                machine: None,
            });
        }
        self.remembered(saved);
        Ok(())
    }

    /// What an answer cost when it was made. Characters are not kept with it: they are those of its text.
    fn price_of(&self, known: &Remembered, unit: &Wanted) -> Usage {
        let by_character = self
            .member(&known.engine)
            .is_some_and(|member| member.engine.capabilities().charges == Charges::Characters);
        let characters = if by_character { unit.text.chars().count() as u64 } else { 0 };
        Usage { characters, ..known.usage }
    }

    /// Tells what the memory saved.
    pub(in crate::run) fn remembered(&self, saved: Saved) {
        for (engine, (units, usage)) in saved {
            let cost = self.member(&engine).and_then(|member| member.prices.cost(&usage));
            self.events.emit(Event::AnswersRemembered { engine, units, usage, cost });
        }
    }

    /// Whether an engine's answers are held to all checks. So are those of an engine that the run does not have.
    pub(in crate::run) fn is_judged(&self, engine: Option<&str>) -> bool {
        let member = engine.and_then(|name| self.member(name));
        member.is_none_or(|member| member.engine.checks() == Checks::All)
    }

    /// Whether any engine that translates into `to` is held to all checks.
    pub(in crate::run) fn judges(&self, to: &Language) -> bool {
        self.translators(to).any(|member| member.engine.checks() == Checks::All)
    }

    fn member(&self, name: &str) -> Option<&Member> {
        self.members.iter().find(|member| member.name == name)
    }
}

fn state_of(known: &Remembered) -> UnitState {
    match known.origin {
        Origin::Human => UnitState::Human,
        Origin::Machine => UnitState::Remembered,
    }
}

/// What each engine of a row ran into with one unit.
#[derive(Debug, Default)]
struct Trouble {
    findings: Vec<Finding>,
    errors: Vec<(String, String)>,
}

impl Trouble {
    fn error(&mut self, engine: &str, message: String) {
        self.errors.push((engine.to_owned(), message));
    }

    /// The unit's end. Engines are named where there is more than one.
    fn settled(self, block: BlockId, alone: bool) -> Settled {
        let said = |(engine, message): (String, String)| {
            if alone { message } else { format!("{engine}: {message}") }
        };
        let errors: Vec<String> = self.errors.into_iter().map(said).collect();
        let error = match (errors.is_empty(), self.findings.is_empty()) {
            (false, _) => Some(errors.join("; ")),
            (true, false) => None,
            (true, true) => Some("no engine was there to be asked".to_owned()),
        };
        Settled {
            block,
            state: UnitState::Failed,
            text: None,
            raw: None,
            engine: None,
            usage: Usage::default(),
            findings: self.findings,
            error,
            misfit: None,
            machine: None,
        }
    }
}
