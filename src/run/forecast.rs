//! The dry run: what a run would ask, and what that would cost. Asks nothing and writes nothing.

use std::collections::HashSet;
use std::sync::Arc;

use futures::StreamExt;

use super::ask::summaries::summary_key;
use super::{article, find, load_options, off_thread};
use crate::document::{Document, Role};
use crate::engine::{self, Engine};
use crate::error::Result;
use crate::language::Language;
use crate::memory::{Key, Store};
use crate::plan::lookup::{Ask, Terms, Wanted, chunks, look_up};
use crate::plan::tokens::Tokenizer;
use crate::read;
use crate::report::plan_table::{PlanRow, PlanView};
use crate::settings::{Boilerplate, EngineSettings, RunSettings};
use crate::summary::{self, compose};
use crate::write;

/// Documents read ahead.
const READ_AHEAD: usize = 4;

/// Tokens in, low and high, over what was counted: another model's tokenizer differs by up to a fifth, and
/// refused units are asked again.
const RANGE_IN: (f64, f64) = (0.8, 1.6);

/// Tokens out over the tokens of the units: a translation into English is about three quarters of a Russian
/// source, and one into Hindi or Thai more than twice an English one.
const RANGE_OUT: (f64, f64) = (0.6, 2.6);

/// Tokens that an answer's id and quotes take in a structured reply.
const ANSWER_TOKENS: f64 = 12.0;

/// Works the plan out.
///
/// # Errors
/// As for a run: no such input, an engine that cannot be had, a memory that cannot be read.
pub async fn plan(settings: RunSettings) -> Result<PlanView> {
    let engine = engine::build(&settings.engine)?;
    let found = find(&settings).await?;
    let root = write::state_root(&settings.inputs, settings.out.as_deref());
    let store = Store::open_existing(&root)?;
    let terms = {
        let (settings, sources) = (settings.clone(), found.sources.clone());
        off_thread(move || Arc::new((read::folder_evidence(&sources), settings))).await?
    };
    let mut sums = Sums::new(&settings, engine.as_ref(), store);
    let documents = futures::stream::iter(found.sources)
        .map(|source| {
            let terms = Arc::clone(&terms);
            off_thread(move || read::load(&source, &load_options(&terms.1, &terms.0)))
        })
        .buffered(READ_AHEAD);
    let mut documents = std::pin::pin!(documents);
    let mut skipped = found.skipped.len() as u64;
    while let Some(document) = documents.next().await {
        match document? {
            Ok(document) => sums.add(&document).await?,
            Err(_) => skipped += 1,
        }
    }
    Ok(sums.view(skipped))
}

/// What has been counted so far.
struct Sums<'a> {
    settings: &'a RunSettings,
    engine: &'a dyn Engine,
    store: Option<Store>,
    chunk_tokens: usize,
    tokenizer: Option<Tokenizer>,
    documents: u64,
    rows: Vec<PlanRow>,
    seen: HashSet<Key>,
    tokens_asked: u64,
    units_asked: u64,
    requests: u64,
    summaries: u64,
    summary_tokens: u64,
    summary_words: u64,
}

impl<'a> Sums<'a> {
    fn new(settings: &'a RunSettings, engine: &'a dyn Engine, store: Option<Store>) -> Self {
        let row = |language: &Language| PlanRow { language: language.to_string(), ..PlanRow::default() };
        let targets = if settings.translate { settings.targets.as_slice() } else { &[] };
        Self {
            settings,
            engine,
            store,
            chunk_tokens: settings.chunk_tokens.unwrap_or(engine.capabilities().chunk_tokens),
            tokenizer: None,
            documents: 0,
            rows: targets.iter().map(row).collect(),
            seen: HashSet::new(),
            tokens_asked: 0,
            units_asked: 0,
            requests: 0,
            summaries: 0,
            summary_tokens: 0,
            summary_words: 0,
        }
    }

    fn tokenizer(&mut self) -> Tokenizer {
        let model = &self.engine.capabilities().tokenizer_model;
        *self.tokenizer.get_or_insert_with(|| Tokenizer::for_model(model))
    }

    async fn add(&mut self, document: &Document) -> Result<()> {
        self.documents += 1;
        let settings = self.settings;
        let from = &document.language.language;
        if settings.translate {
            for (row, to) in settings.targets.iter().enumerate() {
                if !from.same_as(to) {
                    self.add_translation(document, row, from, to).await?;
                }
            }
        }
        if let Some(length) = settings.summary {
            self.add_summary(document, length).await?;
        }
        Ok(())
    }

    async fn add_translation(
        &mut self,
        document: &Document,
        row: usize,
        from: &Language,
        to: &Language,
    ) -> Result<()> {
        let keep = |role| !(self.settings.boilerplate == Boilerplate::Drop && role == Role::Boilerplate);
        let wanted: Vec<Wanted> = document
            .units()
            .filter(|(block, _)| keep(block.role))
            .map(|(block, unit)| article::wanted(block, unit, from))
            .collect();
        let tokenizer = self.tokenizer();
        let identity = self.engine.translation_identity_for(from, to);
        let terms = Terms { identity: &identity, from, to, chunk_tokens: self.chunk_tokens };
        let lookup = look_up(self.store.as_ref(), &terms, &wanted, || tokenizer).await?;
        let asks: Vec<Ask> =
            lookup.asks(&wanted).into_iter().filter(|ask| self.seen.insert(ask.key)).collect();
        let requests = chunks(&asks, self.chunk_tokens).len() as u64;
        self.requests += requests;
        self.tokens_asked += asks.iter().map(|ask| ask.tokens as u64).sum::<u64>();
        self.units_asked += asks.len() as u64;
        if let Some(row) = self.rows.get_mut(row) {
            row.units += wanted.len() as u64;
            row.to_ask += asks.len() as u64;
            row.known += (wanted.len() as u64).saturating_sub(asks.len() as u64);
            row.requests += requests;
            let asked: HashSet<usize> = asks.iter().map(|ask| ask.unit).collect();
            row.words +=
                asked.iter().filter_map(|unit| wanted.get(*unit)).map(|unit| unit.words).sum::<u64>();
        }
        Ok(())
    }

    /// Counts a document's summary unless the memory has the one request that makes it.
    async fn add_summary(&mut self, document: &Document, length: summary::SummaryLength) -> Result<()> {
        let outline = article::outline(document);
        let text = outline.text();
        let language = &document.language.language;
        let words = crate::segment::word_count(&text, language);
        if words == 0 {
            return Ok(());
        }
        let article = compose::Article {
            language: language.clone(),
            title: outline.title,
            paragraphs: outline.paragraphs,
            length,
            words: summary::target_words(length, words),
        };
        let key = summary_key(self.engine, &compose::whole(&article));
        if let Some(store) = &self.store
            && store.recall(&[key]).await?.contains_key(&key)
        {
            return Ok(());
        }
        self.summaries += 1;
        self.summary_words += article.words as u64;
        if self.engine.capabilities().remote {
            self.summary_tokens += self.tokenizer().count(&text) as u64;
        }
        Ok(())
    }

    fn view(self, skipped: u64) -> PlanView {
        let overhead = self.engine.capabilities().overhead_tokens as u64;
        let tokens_in = (self.tokens_asked + self.requests * overhead + self.summary_tokens) as f64;
        let tokens_out = (self.tokens_asked + self.summary_words * 2) as f64;
        let ids = self.units_asked as f64 * ANSWER_TOKENS;
        let tokens_in = ((tokens_in * RANGE_IN.0) as u64, (tokens_in * RANGE_IN.1 + ids) as u64);
        let tokens_out = ((tokens_out * RANGE_OUT.0) as u64, (tokens_out * RANGE_OUT.1 + ids) as u64);
        let remote = self.engine.capabilities().remote;
        PlanView {
            documents: self.documents,
            skipped,
            rows: self.rows,
            summaries_to_ask: self.summaries,
            tokens_in: if remote { tokens_in } else { (0, 0) },
            tokens_out: if remote { tokens_out } else { (0, 0) },
            cost: cost(&self.settings.engine, tokens_in, tokens_out),
            engine: self.engine.name().to_owned(),
            model: self.engine.model().to_owned(),
        }
    }
}

/// In the currency that the prices are configured in; `None` where none are.
fn cost(engine: &EngineSettings, tokens_in: (u64, u64), tokens_out: (u64, u64)) -> Option<(f64, f64)> {
    let EngineSettings::Chat(chat) = engine else { return None };
    let (price_in, price_out) = (chat.price_in?, chat.price_out?);
    let sum = |tokens_in: u64, tokens_out: u64| {
        (tokens_in as f64 * price_in + tokens_out as f64 * price_out) / 1_000_000.0
    };
    Some((sum(tokens_in.0, tokens_out.0), sum(tokens_in.1, tokens_out.1)))
}
