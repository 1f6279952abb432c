//! The ladder: a chunk as packed, then what is missing or refused in smaller chunks, then singly in plain text.
//!
//! A chunk that an engine will not do (a content filter, say) is asked once more unit by unit, since only one of them
//! may be meant; a single unit that is refused is not asked of this engine again.

use futures::future::join_all;

use super::Job;
use super::call::{Bought, Weight};
use super::turn::Turn;
use crate::check::{self, Finding, Pair, Severity};
use crate::engine::{
    Checks, Context, ErrorClass, Form, RequestUnit, TranslationReply, TranslationRequest, Usage,
};
use crate::error::Result;
use crate::glossary::{GlossaryTerm, PairTerms};
use crate::memory::{Entry, EntryKind, Key, Origin};
use crate::plan::lookup::{Ask, chunks};
use crate::report::event::{Event, UnitState};
use crate::run::flight::{Lead, Outcome};

/// Characters of neighbouring text that go with a chunk as context.
const CONTEXT_CHARS: usize = 300;

/// A chunk's second try is cut this much smaller.
const SMALLER: usize = 4;

/// One part's way through the ladder.
pub(super) struct Open {
    pub(super) ask: Ask,
    pub(super) lead: Lead,
    pub(super) findings: Vec<Finding>,
    pub(super) error: Option<String>,
    /// No further try will change it.
    pub(super) hopeless: bool,
    /// The engine refused it in company: asked alone the next time.
    alone: bool,
}

impl Open {
    pub(super) fn new(ask: Ask, lead: Lead) -> Self {
        Self { ask, lead, findings: Vec::new(), error: None, hopeless: false, alone: false }
    }
}

/// How one part ended.
#[derive(Debug, Clone, Default)]
pub(super) struct Ended {
    pub(super) answer: Option<String>,
    /// What the answer cost, if it was bought here.
    pub(super) usage: Usage,
    pub(super) findings: Vec<Finding>,
    pub(super) error: Option<String>,
}

impl Turn<'_> {
    /// One chunk up the ladder: as packed; the rest in smaller chunks; the rest singly, in plain text.
    pub(super) async fn climb(&self, chunk: Vec<Open>) -> Result<Vec<(Key, Ended)>> {
        let mut ended = Vec::new();
        let mut open = chunk;
        let stopped = || self.member.stopped();
        for attempt in 0..3 {
            if open.is_empty() || stopped().is_some() {
                break;
            }
            let form = if attempt < 2 { Form::Structured } else { Form::Plain };
            let groups = regroup(open, attempt, self.member.chunk_tokens());
            let groups = match self.member.engine.most_characters() {
                Some(most) => groups.into_iter().flat_map(|group| cut(group, most)).collect(),
                None => groups,
            };
            let tries = groups.into_iter().map(|group| self.try_group(group, form, attempt));
            open = Vec::new();
            for tried in join_all(tries).await {
                let (done, mut rest) = tried?;
                ended.extend(done);
                open.append(&mut rest);
            }
            let (hopeless, rest) = open.into_iter().partition(|open: &Open| open.hopeless);
            ended.extend(give_up(hopeless));
            open = rest;
        }
        if let Some(error) = stopped() {
            for open in &mut open {
                open.error.get_or_insert_with(|| error.message.clone());
                open.hopeless = true;
            }
        }
        ended.extend(give_up(open));
        Ok(ended)
    }

    /// One request: what it settled, and what stays open.
    async fn try_group(
        &self,
        mut group: Vec<Open>,
        form: Form,
        attempt: u32,
    ) -> Result<(Vec<(Key, Ended)>, Vec<Open>)> {
        let request = self.request(&group, form, attempt);
        let call = || self.member.engine.translate(&request);
        let terms = request.context.terms.iter().map(term_tokens);
        let tokens = group.iter().map(|open| open.ask.tokens).chain(terms).sum();
        let characters = request.units.iter().map(|unit| unit.text.chars().count() as u64).sum();
        let weight = Weight {
            units: group.len(),
            priority: self.job.priority,
            most: self.member.engine.capabilities().most_usage(tokens, characters, group.len()),
        };
        let usage = |reply: &TranslationReply| reply.usage;
        match self.asker.call(self.member, weight, usage, call).await {
            Err(error) => {
                let single = group.len() == 1;
                for open in &mut group {
                    open.error = Some(match error.class {
                        ErrorClass::Split | ErrorClass::NextEngine => error.told(),
                        _ => error.message.clone(),
                    });
                    open.findings.clear();
                    open.alone = error.class == ErrorClass::NextEngine;
                    open.hopeless = match error.class {
                        ErrorClass::Wait(_)
                        | ErrorClass::Retry
                        | ErrorClass::Stop
                        | ErrorClass::Again { .. } => true,
                        ErrorClass::NextEngine => single,
                        ErrorClass::Split => single && form == Form::Plain,
                    };
                }
                self.refused(group.len(), error.usage);
                if error.class == ErrorClass::Split {
                    self.asker.note_use(self.member, false, &error.message);
                }
                Ok((Vec::new(), group))
            }
            Ok(bought) => self.judge(group, &request, bought).await,
        }
    }

    /// Tells what was spent on answers that were of no use.
    fn refused(&self, units: usize, usage: Usage) {
        if usage != Usage::default() {
            self.asker.events.emit(Event::AnswersRefused {
                engine: self.member.name.clone(),
                units: units as u64,
                usage,
                cost: self.member.prices.cost(&usage),
            });
        }
    }

    fn request(&self, group: &[Open], form: Form, attempt: u32) -> TranslationRequest {
        let units = group
            .iter()
            .enumerate()
            .map(|(number, open)| RequestUnit { id: (number + 1).to_string(), text: open.ask.text.clone() })
            .collect();
        let before = group.first().and_then(|first| first.ask.unit.checked_sub(1));
        let after = group.last().map(|last| last.ask.unit + 1);
        // A unit that was refused in company is asked without any: its neighbour may be the one that is meant.
        let alone = group.iter().any(|open| open.alone);
        let neighbour =
            |index: Option<usize>| index.filter(|_| !alone).and_then(|index| self.wanted.get(index));
        let glossary = self.asker.terms(self.member, self.job.from, self.job.to);
        let terms = glossary.map(|glossary| terms_of(&glossary, group)).unwrap_or_default();
        TranslationRequest {
            from: self.job.from.clone(),
            to: self.job.to.clone(),
            units,
            context: Context {
                title: self.job.title.filter(|_| !alone).map(str::to_owned),
                before: neighbour(before).map(|unit| last_chars(&unit.text, CONTEXT_CHARS)),
                after: neighbour(after).map(|unit| unit.text.chars().take(CONTEXT_CHARS).collect()),
                terms,
            },
            form,
            attempt,
        }
    }

    /// Accepts by id what passes the checks, durably; the rest stays open with what was found.
    async fn judge(
        &self,
        mut group: Vec<Open>,
        request: &TranslationRequest,
        bought: Bought<TranslationReply>,
    ) -> Result<(Vec<(Key, Ended)>, Vec<Open>)> {
        let usage = bought.usage;
        let (reply, _landing, room) = bought.into_parts();
        if let Some(finding) = check::finish(&reply.finish) {
            for open in &mut group {
                open.error = None;
                open.findings = vec![finding.clone()];
            }
            self.refused(group.len(), usage);
            self.asker.note_use(self.member, false, &finding.message);
            return Ok((Vec::new(), group));
        }
        // At once, with no queue before it: the request keeps its place until its answers are stored, and each place that
        // waits to be judged is a request that does not leave.
        let mut matched = check::match_ids(&request.units, &reply.units);
        let mut accepted = Vec::new();
        let mut rest = Vec::new();
        for (mut open, asked) in group.into_iter().zip(&request.units) {
            open.error = None;
            let Some(answer) = matched.accepted.remove(&asked.id) else {
                open.findings =
                    vec![Finding::new("ids", Severity::Hard, "no answer came back for this unit")];
                open.findings.extend(matched.findings.iter().cloned());
                rest.push(open);
                continue;
            };
            let (answer, findings) = self.check(&open, &answer);
            open.findings = findings;
            if check::is_hard(&open.findings) {
                rest.push(open);
            } else {
                accepted.push((open, answer));
            }
        }
        let why = rest.first().and_then(|open| open.findings.first()).map_or("", |finding| &finding.message);
        self.asker.note_use(self.member, !accepted.is_empty(), why);
        let share = share_of(usage, request.units.len());
        self.refused(rest.len(), times(share, rest.len()));
        let entries = accepted.iter().map(|(open, answer)| self.entry(open, answer, share)).collect();
        self.asker.store.remember_and_let_go(entries, room).await?;
        let mut done = Vec::new();
        for (open, answer) in accepted {
            let unit = self.wanted.get(open.ask.unit).filter(|unit| unit.text == open.ask.text);
            if let Some(unit) = unit {
                (self.job.on_settled)(UnitState::Translated, 1, unit.words);
            }
            open.lead.land(Outcome::Answered(answer.clone()));
            done.push((
                open.ask.key,
                Ended { answer: Some(answer), usage: share, findings: open.findings, error: None },
            ));
        }
        Ok((done, rest))
    }

    fn check(&self, open: &Open, answer: &str) -> (String, Vec<Finding>) {
        let source = &open.ask.text;
        let Job { from, to, .. } = *self.job;
        let pair = |answer| Pair { source, answer, from, to, role: open.ask.role };
        let (answer, mut findings) = match self.member.engine.checks() {
            Checks::Ids => (answer.to_owned(), check::wholeness(&pair(answer))),
            Checks::All => {
                let cleaned = check::clean(source, answer, to);
                let mut findings = check::unit(&pair(&cleaned.text));
                findings.extend(cleaned.findings);
                (cleaned.text, findings)
            }
        };
        let unit = self.wanted.get(open.ask.unit);
        if let Some(unit) = unit.filter(|unit| unit.text == *source) {
            findings.extend((self.fits)(unit.block, &answer));
        }
        (answer, findings)
    }

    fn entry(&self, open: &Open, answer: &str, usage: Usage) -> Entry {
        let Job { from, to, .. } = *self.job;
        Entry {
            key: open.ask.key,
            kind: EntryKind::Translation,
            engine: self.member.name.clone(),
            model: self.member.engine.model_for(from, to),
            from: from.clone(),
            to: to.clone(),
            source: open.ask.text.clone(),
            answer: answer.to_owned(),
            findings: open.findings.clone(),
            origin: Origin::Machine,
            created: jiff::Timestamp::now().as_second(),
            usage,
        }
    }
}

/// One unit's share of a request's tokens.
fn share_of(usage: Usage, units: usize) -> Usage {
    let units = units.max(1) as u64;
    Usage {
        tokens_in: usage.tokens_in / units,
        tokens_out: usage.tokens_out / units,
        characters: usage.characters / units,
    }
}

fn times(share: Usage, units: usize) -> Usage {
    let units = units as u64;
    Usage {
        tokens_in: share.tokens_in * units,
        tokens_out: share.tokens_out * units,
        characters: share.characters * units,
    }
}

/// The groups of one rung: as packed, then in smaller chunks, then one by one.
fn regroup(open: Vec<Open>, attempt: u32, chunk_tokens: usize) -> Vec<Vec<Open>> {
    let (alone, open): (Vec<Open>, Vec<Open>) = open.into_iter().partition(|open| open.alone);
    let sizes: Vec<usize> = match attempt {
        0 => vec![open.len()],
        1 => {
            let asks: Vec<Ask> = open.iter().map(|open| open.ask.clone()).collect();
            let half = open.len().div_ceil(2);
            let ranges = chunks(&asks, chunk_tokens / SMALLER);
            // Units that are small beside the budget would come in one chunk again.
            ranges
                .into_iter()
                .flat_map(|range| {
                    let whole = range.len() / half;
                    std::iter::repeat_n(half, whole).chain([range.len() - whole * half])
                })
                .filter(|&size| size > 0)
                .collect()
        }
        _ => vec![1; open.len()],
    };
    let mut open = open.into_iter();
    let groups = sizes.into_iter().map(|size| open.by_ref().take(size).collect());
    groups
        .filter(|group: &Vec<Open>| !group.is_empty())
        .chain(alone.into_iter().map(|one| vec![one]))
        .collect()
}

/// `group` in parts of at most `most` characters each, or of one text.
fn cut(group: Vec<Open>, most: usize) -> Vec<Vec<Open>> {
    let mut parts: Vec<Vec<Open>> = Vec::new();
    let mut room = 0;
    for open in group {
        let size = open.ask.text.chars().count();
        match parts.last_mut() {
            Some(part) if size <= room => {
                room -= size;
                part.push(open);
            }
            _ => {
                room = most.saturating_sub(size);
                parts.push(vec![open]);
            }
        }
    }
    parts
}

/// The end of parts that no try brought an answer for.
fn give_up(open: Vec<Open>) -> Vec<(Key, Ended)> {
    open.into_iter()
        .map(|open| {
            open.lead.land(Outcome::Refused);
            (open.ask.key, Ended { findings: open.findings, error: open.error, ..Ended::default() })
        })
        .collect()
}

/// What a term may take of a request, on the safe side: two characters a token.
fn term_tokens(term: &GlossaryTerm) -> usize {
    let texts = term.targets.iter().chain(&term.forbidden).chain([&term.source]);
    texts.map(|text| text.chars().count() / 2 + 3).sum()
}

/// The glossary's terms that stand in a chunk, and no others.
fn terms_of(glossary: &PairTerms, group: &[Open]) -> Vec<GlossaryTerm> {
    let mut terms: Vec<GlossaryTerm> = Vec::new();
    for term in group.iter().flat_map(|open| glossary.present(&open.ask.text)) {
        if !terms.contains(term) {
            terms.push(term.clone());
        }
    }
    terms
}

fn last_chars(text: &str, most: usize) -> String {
    let skip = text.chars().count().saturating_sub(most);
    text.chars().skip(skip).collect()
}
