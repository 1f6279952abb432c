//! The dry run: what a run would ask, and what that would cost. Sends nothing of any article and writes nothing.
//!
//! Reckons with the first engine of each row that has the pair: services that list their pairs are asked for the list.
//! What an engine may refuse and the next one would be asked is not foreseen.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use futures::StreamExt;

use super::ask::summaries::summary_key;
use super::{article, build, find, load_options, off_thread};
use crate::document::{Document, Role};
use crate::engine::{Charges, Engine, ErrorClass, Usage};
use crate::error::Result;
use crate::language::Language;
use crate::memory::{Key, Store};
use crate::plan::lookup::{Ask, Terms, Wanted, chunks, look_up};
use crate::plan::tokens::Tokenizer;
use crate::read;
use crate::report::plan_table::{PlanEngine, PlanRow, PlanView};
use crate::settings::{Boilerplate, EngineEntry, RunSettings};
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

/// Tokens of context that go with a request, low and high: none round a short article's only chunk; a title and 300
/// characters on either side of a chunk in the midst of one, in a script of a token a character or two.
const CONTEXT_TOKENS: (f64, f64) = (0.0, 400.0);

/// Tokens for each word of a summary, low and high, over the languages: a summary may be refused for its length and
/// asked twice more.
const SUMMARY_OUT: (f64, f64) = (0.5, 6.0);

/// Works the plan out.
///
/// # Errors
/// As for a run: no such input, an engine that cannot be had, a memory that cannot be read.
pub async fn plan(settings: RunSettings) -> Result<PlanView> {
    let engines = build(&settings)?;
    let found = find(&settings).await?;
    let root = write::state_root(&settings.inputs, settings.out.as_deref());
    let store = Store::open_existing(&root)?;
    let terms = {
        let (settings, sources) = (settings.clone(), found.sources.clone());
        off_thread(move || Arc::new((read::folder_evidence(&sources), settings))).await?
    };
    let mut sums = Sums::new(&settings, &engines, store);
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
    engines: &'a [Arc<dyn Engine>],
    store: Option<Store>,
    documents: u64,
    rows: Vec<PlanRow>,
    seen: HashSet<Key>,
    summaries: u64,
    accounts: BTreeMap<usize, Account>,
    /// Whether an engine may have a pair, as far as it could say.
    pairs: HashMap<(usize, Language, Language), bool>,
}

/// What one engine would be asked.
#[derive(Debug, Default)]
struct Account {
    requests: u64,
    units: u64,
    tokens: u64,
    characters: u64,
    /// Requests, tokens of articles and words of summaries.
    summaries: u64,
    summary_tokens: u64,
    summary_words: u64,
    /// Translations of summaries that do not stand yet: their words, and how many.
    to_translate: u64,
    translations: u64,
}

/// An engine with its place in the settings.
type Placed<'a> = (usize, &'a EngineEntry, &'a dyn Engine);

impl<'a> Sums<'a> {
    fn new(settings: &'a RunSettings, engines: &'a [Arc<dyn Engine>], store: Option<Store>) -> Self {
        let row = |language: &Language| PlanRow { language: language.to_string(), ..PlanRow::default() };
        let targets = if settings.translate { settings.targets.as_slice() } else { &[] };
        Self {
            settings,
            engines,
            store,
            documents: 0,
            rows: targets.iter().map(row).collect(),
            seen: HashSet::new(),
            summaries: 0,
            accounts: BTreeMap::new(),
            pairs: HashMap::new(),
        }
    }

    /// Whether the engine at `index` may have the pair: no only where it says so itself.
    async fn may_have(&mut self, index: usize, from: &Language, to: &Language) -> bool {
        let Some((_, _, engine)) = self.placed(index) else { return false };
        if !engine.capabilities().names_pairs {
            return true;
        }
        let pair = (index, from.clone(), to.clone());
        if let Some(known) = self.pairs.get(&pair) {
            return *known;
        }
        let said = engine.prepare(from, to, &|_| ()).await;
        let may = !matches!(said, Err(error) if error.class == ErrorClass::NextEngine);
        self.pairs.insert(pair, may);
        may
    }

    fn placed(&self, index: usize) -> Option<Placed<'a>> {
        Some((index, self.settings.engines.get(index)?, self.engines.get(index)?.as_ref()))
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
        let mut open: Vec<usize> = (0..wanted.len()).collect();
        let mut first: Option<(Placed<'a>, Vec<Ask>)> = None;
        // What any engine of the row answered before is not asked again.
        for index in self.settings.rows.into_language(to) {
            let Some(placed) = self.placed(*index) else { continue };
            let (_, entry, engine) = placed;
            let capabilities = engine.capabilities();
            let chunk_tokens = entry.chunk_tokens.unwrap_or(capabilities.chunk_tokens);
            let identity = engine.translation_identity_for(from, to);
            let terms = Terms { identity: &identity, from, to, chunk_tokens };
            let tokenizer = || Tokenizer::for_model(&capabilities.tokenizer_model);
            let lookup = look_up(self.store.as_ref(), &terms, &wanted, &open, tokenizer).await?;
            open.retain(|index| !lookup.known.contains_key(index));
            if first.is_none() && self.may_have(*index, from, to).await {
                first = Some((placed, lookup.asks(&wanted)));
            }
        }
        let Some(((index, entry, engine), asks)) = first else { return Ok(()) };
        let asks: Vec<Ask> =
            asks.into_iter().filter(|ask| open.contains(&ask.unit) && self.seen.insert(ask.key)).collect();
        let chunk_tokens = entry.chunk_tokens.unwrap_or(engine.capabilities().chunk_tokens);
        let requests = chunks(&asks, chunk_tokens).len() as u64;
        let account = self.accounts.entry(index).or_default();
        account.requests += requests;
        account.units += asks.len() as u64;
        account.tokens += asks.iter().map(|ask| ask.tokens as u64).sum::<u64>();
        account.characters += asks.iter().map(|ask| ask.text.chars().count() as u64).sum::<u64>();
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

    /// Counts a document's summary and its translations, unless the memory has the one request that makes it.
    async fn add_summary(&mut self, document: &Document, length: summary::SummaryLength) -> Result<()> {
        let outline = article::outline(document);
        let text = outline.text();
        let language = &document.language.language;
        let words = crate::segment::word_count(&text, language);
        let Some((index, _, engine)) = self.settings.rows.summarize.first().and_then(|at| self.placed(*at))
        else {
            return Ok(());
        };
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
        let key = summary_key(engine, &compose::whole(&article));
        if let Some(store) = &self.store
            && store.recall(&[key]).await?.contains_key(&key)
        {
            return Ok(());
        }
        self.summaries += 1;
        let capabilities = engine.capabilities();
        let account = self.accounts.entry(index).or_default();
        account.summaries += 1;
        account.summary_words += article.words as u64;
        if capabilities.remote {
            account.summary_tokens += Tokenizer::for_model(&capabilities.tokenizer_model).count(&text) as u64;
        }
        for to in self.settings.targets.iter().filter(|to| !language.same_as(to)) {
            for index in self.settings.rows.into_language(to) {
                if self.may_have(*index, language, to).await {
                    let account = self.accounts.entry(*index).or_default();
                    account.to_translate += article.words as u64;
                    account.translations += 1;
                    break;
                }
            }
        }
        Ok(())
    }

    fn view(self, skipped: u64) -> PlanView {
        let accounts = self.accounts.iter().filter_map(|(index, account)| {
            let (_, entry, engine) = self.placed(*index)?;
            let capabilities = engine.capabilities();
            let (low, high) = account.range(capabilities.overhead_tokens as f64, capabilities.charges);
            Some(PlanEngine {
                name: entry.name.clone(),
                model: engine.model().to_owned(),
                requests: if capabilities.remote { account.requests + account.summaries } else { 0 },
                tokens_in: (low.tokens_in, high.tokens_in),
                tokens_out: (low.tokens_out, high.tokens_out),
                characters: (low.characters, high.characters),
                cost: entry.prices.cost(&low).zip(entry.prices.cost(&high)),
            })
        });
        let engines: Vec<PlanEngine> = accounts.collect();
        let first = self.settings.rows.translate.first().and_then(|index| self.placed(*index));
        let sum = |part: fn(&PlanEngine) -> (u64, u64)| {
            engines.iter().map(part).fold((0, 0), |sum, part| (sum.0 + part.0, sum.1 + part.1))
        };
        let costs = engines.iter().filter_map(|engine| engine.cost);
        PlanView {
            documents: self.documents,
            skipped,
            rows: self.rows,
            summaries_to_ask: self.summaries,
            tokens_in: sum(|engine| engine.tokens_in),
            tokens_out: sum(|engine| engine.tokens_out),
            cost: costs.reduce(|sum, part| (sum.0 + part.0, sum.1 + part.1)),
            engine: first.map(|(_, entry, _)| entry.name.clone()).unwrap_or_default(),
            model: first.map(|(_, _, engine)| engine.model().to_owned()).unwrap_or_default(),
            engines,
        }
    }
}

impl Account {
    /// What it may use, least and most.
    fn range(&self, overhead: f64, charges: Charges) -> (Usage, Usage) {
        let words = self.to_translate as f64;
        // A word of a summary is one to three tokens, by language and tokenizer.
        let summaries = self.summaries as f64;
        let requests = self.requests as f64;
        let translations = self.translations as f64;
        let ids = (self.units as f64) * ANSWER_TOKENS;
        let (tokens, article) = (self.tokens as f64, self.summary_tokens as f64);
        let tokens_in = (
            (tokens + (requests + summaries) * overhead + article) * RANGE_IN.0 + requests * CONTEXT_TOKENS.0,
            // A summary may be refused and asked twice more; its translation takes a request or two.
            (tokens + requests * (overhead + CONTEXT_TOKENS.1) + (article + summaries * overhead) * 3.0)
                * RANGE_IN.1
                + ids
                + words * SUMMARY_OUT.1
                + translations * 2.0 * (overhead + CONTEXT_TOKENS.1),
        );
        let summary_words = self.summary_words as f64;
        let tokens_out = (
            tokens * RANGE_OUT.0 + summary_words * SUMMARY_OUT.0,
            tokens * RANGE_OUT.1
                + ids
                + (summary_words + words) * SUMMARY_OUT.1
                + translations * 10.0 * ANSWER_TOKENS,
        );
        // Refused units go once more in smaller chunks and once alone.
        let characters = (
            self.characters as f64 + words * 2.0,
            self.characters as f64 * 1.5 + words * 12.0 + translations * 200.0,
        );
        let usage = |tokens_in: f64, tokens_out: f64, characters: f64| match charges {
            Charges::Nothing => Usage::default(),
            Charges::Tokens => {
                Usage { tokens_in: tokens_in as u64, tokens_out: tokens_out as u64, characters: 0 }
            }
            Charges::Characters => Usage { characters: characters as u64, ..Usage::default() },
        };
        (usage(tokens_in.0, tokens_out.0, characters.0), usage(tokens_in.1, tokens_out.1, characters.1))
    }
}
