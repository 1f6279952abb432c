//! The dry run: what a run would ask, and what that would cost. Sends nothing of any article and writes nothing.
//!
//! Reckons with the first engine of each row that has the pair: services that list their pairs are asked for the list.
//! What an engine may refuse cannot be foreseen: what the next one would be asked at the most is told beside the sums.

mod account;
mod remembered;

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use futures::StreamExt;

use self::account::Account;
use self::remembered::had;
use super::ask::Fits;
use super::ask::human::{Human, corrected};
use super::{article, build, find, load_options, off_thread, opening, summarize};
use crate::document::{Document, Role};
use crate::engine::{Engine, ErrorClass};
use crate::error::Result;
use crate::glossary::Glossaries;
use crate::language::Language;
use crate::memory::{Key, Store};
use crate::plan::lookup::{Ask, Terms, Wanted, chunks, look_up};
use crate::plan::tokens::Tokenizer;
use crate::read;
use crate::report::plan_table::{PlanEngine, PlanFallback, PlanRow, PlanView};
use crate::review::place::{self, Place};
use crate::settings::{Boilerplate, EngineEntry, RunSettings};
use crate::summary::{self, compose};
use crate::write;

/// Documents read ahead.
const READ_AHEAD: usize = 4;

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
    let glossary = Glossaries::load(&settings.glossary)?;
    let without_terms = opening::without_terms(&settings, &engines, &glossary);
    let mut sums = Sums::new(&settings, &engines, store, glossary);
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
    Ok(PlanView { engines_without_terms: without_terms, ..sums.view(skipped) })
}

/// What has been counted so far.
struct Sums<'a> {
    settings: &'a RunSettings,
    engines: &'a [Arc<dyn Engine>],
    store: Option<Store>,
    glossary: Glossaries,
    documents: u64,
    rows: Vec<PlanRow>,
    seen: HashSet<Key>,
    summaries: u64,
    summary_requests: u64,
    accounts: BTreeMap<usize, Account>,
    /// What the next engine of a row would be asked where the first brings nothing at all.
    fallbacks: BTreeMap<usize, Account>,
    /// Whether an engine may have a pair, as far as it could say.
    pairs: HashMap<(usize, Language, Language), bool>,
}

/// What is needed to know which of people's answers count.
struct People<'a> {
    path: &'a str,
    places: &'a [Place],
    fits: &'a Fits<'a>,
}

/// An engine with its place in the settings.
type Placed<'a> = (usize, &'a EngineEntry, &'a dyn Engine);

impl<'a> Sums<'a> {
    fn new(
        settings: &'a RunSettings,
        engines: &'a [Arc<dyn Engine>],
        store: Option<Store>,
        glossary: Glossaries,
    ) -> Self {
        let row = |language: &Language| PlanRow { language: language.to_string(), ..PlanRow::default() };
        let targets = if settings.translate { settings.targets.as_slice() } else { &[] };
        Self {
            settings,
            engines,
            store,
            glossary,
            documents: 0,
            rows: targets.iter().map(row).collect(),
            seen: HashSet::new(),
            summaries: 0,
            summary_requests: 0,
            accounts: BTreeMap::new(),
            fallbacks: BTreeMap::new(),
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
            .map(|(block, unit)| article::wanted(block, unit, article::words(&unit.text, from)))
            .collect();
        let places = place::of_document(document);
        let places: Vec<Place> =
            wanted.iter().map(|unit| places.get(&unit.block).copied().unwrap_or_default()).collect();
        let path = super::shown(&document.source.relative);
        let fits = |block, answer: &str| article::fits(document, block, answer);
        let people = People { path: &path, places: &places, fits: &fits };
        let Some((asks, requests)) = self.ask(&wanted, &people, from, to).await? else { return Ok(()) };
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

    /// Counts what of `wanted` would be asked, of the first engine of the row that may have the pair, and what the next
    /// such engine would be asked should that one bring nothing; in how many requests. `None` where no engine has the pair.
    async fn ask(
        &mut self,
        wanted: &[Wanted],
        people: &People<'_>,
        from: &Language,
        to: &Language,
    ) -> Result<Option<(Vec<Ask>, u64)>> {
        let mut open: Vec<usize> = (0..wanted.len()).collect();
        if let Some(store) = &self.store {
            let units = (wanted, people.places);
            let answered = corrected(store, (from, to), people.path, units, people.fits).await?;
            open.retain(|index| !matches!(answered.get(*index), Some(Human::Settled(_))));
        }
        let mut first: Option<(Placed<'a>, Vec<Ask>)> = None;
        let mut second = None;
        // What any engine of the row answered before is not asked again.
        for index in self.settings.rows.into_language(to) {
            let Some(placed) = self.placed(*index) else { continue };
            let (_, entry, engine) = placed;
            // First, for a service says by it how much it takes at once.
            let serves = second.is_none() && self.may_have(*index, from, to).await;
            let capabilities = engine.capabilities();
            let chunk_tokens = entry.chunk_tokens.unwrap_or_else(|| engine.chunk_tokens());
            let identity = engine.translation_identity_for(from, to);
            let glossary =
                Some(self.glossary.pair(from, to)).filter(|terms| engine.takes_terms() && !terms.is_empty());
            let terms = Terms { identity: &identity, from, to, chunk_tokens, glossary: glossary.as_deref() };
            let tokenizer = || Tokenizer::for_model(&capabilities.tokenizer_model);
            let lookup = look_up(self.store.as_ref(), &terms, wanted, &open, tokenizer).await?;
            open.retain(|index| !lookup.known.contains_key(index));
            match &first {
                None if serves => first = Some((placed, lookup.asks(wanted))),
                Some(_) if serves => second = Some(placed),
                _ => {}
            }
        }
        let Some((placed, asks)) = first else { return Ok(None) };
        let asks: Vec<Ask> =
            asks.into_iter().filter(|ask| open.contains(&ask.unit) && self.seen.insert(ask.key)).collect();
        let requests = requests(placed, &asks);
        count(self.accounts.entry(placed.0).or_default(), &asks, requests);
        if let Some(second) = second {
            let requests = self::requests(second, &asks);
            count(self.fallbacks.entry(second.0).or_default(), &asks, requests);
        }
        Ok(Some((asks, requests)))
    }

    /// Counts a document's summary, unless it can be had without asking, and its translations.
    async fn add_summary(&mut self, document: &Document, length: summary::SummaryLength) -> Result<()> {
        let outline = article::outline(document);
        let text = outline.whole_text();
        let language = &document.language.language;
        let words = crate::segment::word_count(&outline.text(), language);
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
        let settings = self.settings;
        let row: Vec<Placed<'a>> =
            settings.rows.summarize.iter().filter_map(|index| self.placed(*index)).collect();
        let path = super::shown(&document.source.relative);
        let by_people = match &self.store {
            Some(store) => summarize::people::People::load(store, &path, document).await?,
            None => summarize::people::People::none(),
        };
        let mut open = Vec::new();
        let mut made = by_people.current(language).map(summarize::people::sentences_of);
        for (_, _, engine) in row.iter().filter(|_| made.is_none()) {
            match had(self.store.as_ref(), *engine, &article, &text).await {
                Ok(sentences) => {
                    made = Some(sentences);
                    break;
                }
                Err(requests) => open.push(requests),
            }
        }
        let is_asked = |to: &&Language| !language.same_as(to) && by_people.current(to).is_none();
        let targets: Vec<&Language> = settings.targets.iter().filter(is_asked).collect();
        let place = |to: &Language| settings.targets.iter().position(|target| target == to);
        if let Some(sentences) = made {
            let wanted = summarize::wanted(article.title.as_deref(), &sentences, language);
            let texts: Vec<&str> = wanted.iter().map(|unit| unit.text.as_str()).collect();
            let people = People { path: &path, places: &place::of_texts(&texts), fits: &|_, _| None };
            for to in targets {
                let asked = self.ask(&wanted, &people, language, to).await?;
                if let Some((row, (_, requests))) =
                    place(to).and_then(|row| self.rows.get_mut(row)).zip(asked)
                {
                    row.requests += requests;
                }
            }
            return Ok(());
        }
        let accounts = [&mut self.accounts, &mut self.fallbacks];
        for (((index, _, engine), requests), accounts) in row.iter().zip(&open).zip(accounts) {
            let account = accounts.entry(*index).or_default();
            let capabilities = engine.capabilities();
            account.summaries += 1;
            account.summary_words += article.words as u64;
            account.summary_requests += *requests;
            if capabilities.remote {
                account.summary_tokens +=
                    Tokenizer::for_model(&capabilities.tokenizer_model).count(&text) as u64;
            }
        }
        self.summaries += u64::from(!row.is_empty());
        self.summary_requests += open.first().copied().unwrap_or_default();
        for to in targets {
            for index in settings.rows.into_language(to) {
                if self.may_have(*index, language, to).await {
                    let account = self.accounts.entry(*index).or_default();
                    account.to_translate += article.words as u64;
                    account.translations += 1;
                    if let Some(row) = place(to).and_then(|row| self.rows.get_mut(row)) {
                        row.requests += 1;
                    }
                    break;
                }
            }
        }
        Ok(())
    }

    fn view(self, skipped: u64) -> PlanView {
        let nothing = Account::default();
        let indexes: BTreeSet<usize> = self.accounts.keys().chain(self.fallbacks.keys()).copied().collect();
        let engines = indexes.into_iter().filter_map(|index| {
            let (_, entry, engine) = self.placed(index)?;
            let capabilities = engine.capabilities();
            let (overhead, charges) = (capabilities.overhead_tokens as f64, capabilities.charges);
            let account = self.accounts.get(&index).unwrap_or(&nothing);
            let (low, high) = account.range(overhead, charges);
            let fallback = self.fallbacks.get(&index).map(|account| {
                let (_, most) = account.range(overhead, charges);
                PlanFallback {
                    units: account.units,
                    summaries: account.summaries,
                    requests: account.request_range(charges).1,
                    usage: most,
                    cost: entry.prices.cost(&most),
                }
            });
            Some(PlanEngine {
                name: entry.name.clone(),
                model: engine.model().to_owned(),
                requests: if capabilities.remote { account.request_range(charges) } else { (0, 0) },
                tokens_in: (low.tokens_in, high.tokens_in),
                tokens_out: (low.tokens_out, high.tokens_out),
                characters: (low.characters, high.characters),
                cost: entry.prices.cost(&low).zip(entry.prices.cost(&high)),
                fallback: fallback.filter(|fallback| fallback.units + fallback.summaries > 0),
            })
        });
        let engines: Vec<PlanEngine> = engines.collect();
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
            summary_requests: self.summary_requests,
            requests: sum(|engine| engine.requests),
            tokens_in: sum(|engine| engine.tokens_in),
            tokens_out: sum(|engine| engine.tokens_out),
            cost: costs.reduce(|sum, part| (sum.0 + part.0, sum.1 + part.1)),
            engine: first.map(|(_, entry, _)| entry.name.clone()).unwrap_or_default(),
            model: first.map(|(_, _, engine)| engine.model().to_owned()).unwrap_or_default(),
            engines,
            engines_without_terms: Vec::new(),
        }
    }
}

/// The requests that `asks` would go in.
fn requests((_, entry, engine): Placed<'_>, asks: &[Ask]) -> u64 {
    let ranges = chunks(asks, entry.chunk_tokens.unwrap_or_else(|| engine.chunk_tokens()));
    let Some(most) = engine.most_characters() else { return ranges.len() as u64 };
    let mut requests = 0;
    for range in ranges {
        let mut room = 0;
        for ask in asks.get(range).unwrap_or_default() {
            let size = ask.text.chars().count();
            if size <= room {
                room -= size;
            } else {
                requests += size.div_ceil(most.max(1)).max(1) as u64;
                room = most.saturating_sub(size);
            }
        }
    }
    requests
}

fn count(account: &mut Account, asks: &[Ask], requests: u64) {
    account.requests += requests;
    account.units += asks.len() as u64;
    account.tokens += asks.iter().map(|ask| ask.tokens as u64).sum::<u64>();
    account.characters += asks.iter().map(|ask| ask.text.chars().count() as u64).sum::<u64>();
}
