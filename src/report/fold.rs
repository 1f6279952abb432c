//! The pure fold over a run's events: totals, and a record of each document when it is finished.
//!
//! Keeps only documents that are under way, so that memory does not grow with the run. Checks as it goes that
//! every document ends in one state and every unit is counted once; what does not add up is an inconsistency in
//! the totals, never a panic and never a silence.

use std::collections::{BTreeMap, HashMap};

use super::event::{Counts, DocumentState, Event, OutputKind, UnitState};
use super::record::{
    DocumentRecord, DroppedBlock, EngineTotals, LanguageRecord, OutputRecord, RunTotals, SkippedPath,
    SourceRecord, SummaryRecord, sum,
};
use crate::engine::Usage;
use crate::language::Language;

/// Inconsistencies kept in words; further ones are only of more of the same fault.
const MOST_INCONSISTENCIES: usize = 20;

/// What an event settled.
#[derive(Debug, Clone, PartialEq)]
pub enum Settled {
    Document(Box<DocumentRecord>),
    Skipped(SkippedPath),
}

/// The run so far.
#[derive(Debug, Default)]
pub struct Fold {
    totals: RunTotals,
    open: HashMap<String, Open>,
    ended: bool,
}

/// A document under way.
#[derive(Debug, Default)]
struct Open {
    started: u64,
    record: Parts,
}

#[derive(Debug, Default)]
struct Parts {
    source: Option<SourceRecord>,
    dropped: Vec<DroppedBlock>,
    languages: Vec<LanguageRecord>,
    summaries: Vec<SummaryRecord>,
    outputs: Vec<OutputRecord>,
}

impl Fold {
    pub fn totals(&self) -> &RunTotals {
        &self.totals
    }

    /// Takes one event, which happened `at` milliseconds into the run.
    pub fn apply(&mut self, at: u64, event: &Event) -> Option<Settled> {
        match event {
            Event::RunStarted { .. }
            | Event::MemoryDamaged { .. }
            | Event::EditsScanned(_)
            | Event::Preparing { .. }
            | Event::EndpointRests { .. }
            | Event::UnitsSettled { .. } => {}
            Event::Found { documents, bytes } => {
                self.totals.documents.found = *documents;
                self.totals.bytes = *bytes;
            }
            Event::PathSkipped { path, reason, unreadable, leads_out } => {
                self.totals.paths_skipped += 1;
                self.totals.unreadable += u64::from(*unreadable);
                if *leads_out {
                    self.totals.links_out.add(path);
                }
                let (path, reason) = (path.clone(), reason.clone());
                return Some(Settled::Skipped(SkippedPath { path, reason, unreadable: *unreadable }));
            }
            Event::TermsNotTaken { engine } => self.totals.engines_without_terms.push(engine.clone()),
            Event::WillRetry { engine, .. } => {
                self.totals.retries += 1;
                self.engine(engine).retries += 1;
            }
            Event::Request { engine, usage, cost, error, assumed, .. } => {
                self.totals.requests_assumed += u64::from(*assumed);
                self.request(engine, *usage, *cost, error.is_some());
            }
            Event::RequestAbandoned { engine, usage, cost, .. } => {
                self.totals.requests_abandoned += 1;
                self.totals.requests_assumed += 1;
                self.request(engine, *usage, *cost, true);
            }
            Event::AnswersRefused { engine, units, usage, cost } => {
                self.engine(engine).refused.add(*units, *usage, *cost);
            }
            Event::AnswersRemembered { engine, units, usage, cost } => {
                self.engine(engine).saved.add(*units, *usage, *cost);
            }
            Event::RunFinished { milliseconds, interrupted, error } => {
                self.totals.error.clone_from(error);
                self.ended = true;
                self.totals.milliseconds = *milliseconds;
                self.totals.interrupted = *interrupted;
            }
            _ => return self.apply_to_document(at, event),
        }
        None
    }

    fn apply_to_document(&mut self, at: u64, event: &Event) -> Option<Settled> {
        match event {
            Event::DocumentStarted {
                path,
                encoding,
                encoding_guessed,
                language,
                confidence,
                units,
                words,
                boilerplate,
            } => {
                let open = self.document(path, at);
                let earlier = open.record.source.replace(SourceRecord {
                    encoding: encoding.clone(),
                    encoding_guessed: *encoding_guessed,
                    language: language.clone(),
                    confidence: *confidence,
                    units: *units,
                    words: *words,
                    boilerplate: *boilerplate,
                });
                if earlier.is_some() {
                    self.contradiction(format!("`{path}` was started twice"));
                }
            }
            Event::BlockDropped { path, block, text } => {
                self.document(path, at)
                    .record
                    .dropped
                    .push(DroppedBlock { block: *block, text: text.clone() });
            }
            Event::SameLanguage { path, language } => {
                self.add_language(path, at, LanguageRecord { same_language: true, ..empty(language) });
                self.totals.languages.entry(language.clone()).or_default().same_language += 1;
            }
            Event::SummaryMade { path, language, engine, sentences, state, findings } => {
                self.document(path, at).record.summaries.push(SummaryRecord {
                    language: language.clone(),
                    engine: engine.clone(),
                    state: *state,
                    sentences: sentences.clone(),
                    findings: findings.clone(),
                });
                self.totals.summaries += 1;
                self.totals.summaries_failed += u64::from(*state == UnitState::Failed);
            }
            Event::Written { path, output, kind, language, state, beside } => {
                self.document(path, at).record.outputs.push(OutputRecord {
                    path: output.clone(),
                    kind: *kind,
                    language: language.clone(),
                    state: *state,
                    beside: beside.clone(),
                });
                self.totals.outputs.add(*state);
                // A page is of no language.
                if matches!(kind, OutputKind::Translation | OutputKind::Summary) {
                    self.totals.languages.entry(language.clone()).or_default().outputs += 1;
                }
            }
            Event::LanguageFinished { path, language, counts, words, engines, notes } => {
                let milliseconds = at.saturating_sub(self.document(path, at).started);
                self.check_units(path, language, counts, notes.len());
                let record = LanguageRecord {
                    units: *counts,
                    words: *words,
                    milliseconds,
                    engines: engines.clone(),
                    notes: notes.clone(),
                    ..empty(language)
                };
                self.add_language(path, at, record);
                let totals = self.totals.languages.entry(language.clone()).or_default();
                totals.documents += 1;
                totals.units += *counts;
                totals.words += words;
                self.totals.units += *counts;
                for (engine, blocks) in engines {
                    self.engine(engine).units += blocks.len() as u64;
                }
                self.totals.words += words;
            }
            Event::DocumentFinished { path, state, milliseconds, unchanged, reason } => {
                let Parts { source, dropped, languages, summaries, outputs } =
                    self.open.remove(path).unwrap_or_default().record;
                let record = DocumentRecord {
                    path: path.clone(),
                    state: *state,
                    reason: reason.clone(),
                    unchanged: *unchanged,
                    milliseconds: *milliseconds,
                    source,
                    dropped,
                    languages,
                    summaries,
                    outputs,
                };
                self.check_state(&record);
                self.totals.documents.add(*state);
                self.totals.documents.unchanged += u64::from(*unchanged);
                self.totals.hard_flagged += record.hard_flagged();
                return Some(Settled::Document(Box::new(record)));
            }
            _ => {}
        }
        None
    }

    /// Ends the fold: documents under way are unfinished, and the sums are checked.
    pub fn finish(mut self) -> RunTotals {
        if !self.ended {
            self.totals.interrupted = true;
        }
        let documents = self.totals.documents;
        // A run that ended before its walk did has found no more than what it finished.
        self.totals.documents.found = documents.found.max(documents.finished() + self.open.len() as u64);
        self.totals.documents.unfinished = self.totals.documents.found - documents.finished();
        if !self.totals.interrupted {
            let mut left: Vec<&String> = self.open.keys().collect();
            left.sort();
            let left: Vec<String> = left.into_iter().map(|path| format!("`{path}` has no end")).collect();
            left.into_iter().for_each(|message| self.contradiction(message));
            if documents.found != documents.finished() {
                let message = format!("{} documents found, {} ended", documents.found, documents.finished());
                self.contradiction(message);
            }
        }
        self.totals
    }

    /// Records a contradiction that was found outside, among records already settled.
    pub fn contradiction(&mut self, message: String) {
        if self.totals.inconsistencies.len() < MOST_INCONSISTENCIES {
            self.totals.inconsistencies.push(message);
        }
    }

    fn request(&mut self, engine: &str, usage: Usage, cost: Option<f64>, failed: bool) {
        self.totals.requests += 1;
        self.totals.requests_failed += u64::from(failed);
        self.totals.usage += usage;
        self.totals.cost = sum(self.totals.cost, cost);
        let totals = self.engine(engine);
        totals.requests += 1;
        totals.requests_failed += u64::from(failed);
        totals.spent.add(1, usage, cost);
    }

    fn engine(&mut self, name: &str) -> &mut EngineTotals {
        self.totals.engines.entry(name.to_owned()).or_default()
    }

    fn document(&mut self, path: &str, at: u64) -> &mut Open {
        if !self.open.contains_key(path) {
            self.open.insert(path.to_owned(), Open { started: at, ..Open::default() });
        }
        self.open.entry(path.to_owned()).or_default()
    }

    fn add_language(&mut self, path: &str, at: u64, record: LanguageRecord) {
        let languages = &mut self.document(path, at).record.languages;
        let twice = languages.iter().any(|earlier| earlier.language == record.language);
        let language = record.language.clone();
        languages.push(record);
        if twice {
            self.contradiction(format!("`{path}` ended twice in {language}"));
        }
    }

    fn check_units(&mut self, path: &str, language: &Language, counts: &Counts, notes: usize) {
        let units =
            self.open.get(path).and_then(|open| open.record.source.as_ref()).map(|source| source.units);
        if let Some(units) = units
            && units != counts.total()
        {
            self.contradiction(format!(
                "`{path}` in {language}: {} of {units} units in a state",
                counts.total()
            ));
        }
        if (notes as u64) < counts.failed {
            self.contradiction(format!(
                "`{path}` in {language}: {} units failed, {notes} named",
                counts.failed
            ));
        }
    }

    fn check_state(&mut self, record: &DocumentRecord) {
        let failed: u64 = record.languages.iter().map(|language| language.units.failed).sum();
        let failed_summaries =
            record.summaries.iter().filter(|summary| summary.state == UnitState::Failed).count();
        let complaint = match record.state {
            DocumentState::Done if failed > 0 || failed_summaries > 0 => "is done, with failures in it",
            DocumentState::Partial if failed == 0 && failed_summaries == 0 && !record.unchanged => {
                "is partial, with nothing failed in it"
            }
            DocumentState::Failed | DocumentState::Skipped if record.reason.is_none() => {
                "ended without a reason"
            }
            _ => return,
        };
        self.contradiction(format!("`{}` {complaint}", record.path));
    }
}

fn empty(language: &Language) -> LanguageRecord {
    LanguageRecord {
        language: language.clone(),
        same_language: false,
        units: Counts::default(),
        words: 0,
        milliseconds: 0,
        engines: BTreeMap::new(),
        notes: Vec::new(),
    }
}
