//! Drives a run: finds the sources, takes each through the flow with bounded concurrency, emits events,
//! prints nothing.

pub mod article;
pub mod ask;
pub mod flight;
pub mod forecast;
pub mod intake;
mod opening;
pub mod pages;
pub mod retry;
pub mod reviewed;
pub mod summarize;
pub mod survey;
pub mod unchanged;

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

use crate::document::Source;
use crate::engine::{self, Engine};
use crate::error::{Error, Result};
use crate::glossary::Glossaries;
use crate::language::Language;
use crate::memory::{PairStamps, RunLock, Store};
use crate::read::roles::FolderEvidence;
use crate::read::{self, LoadOptions, walk};
use crate::report::event::Event;
use crate::report::sink::EventSink;
use crate::review::page::index::IndexDocument;
use crate::review::{folder, scan};
use crate::settings::{Retry, RunSettings};
use crate::write::{self, OutputNames, Writer};
use ask::Asker;
use ask::air::Air;
pub use forecast::plan;
use intake::Intake;
use retry::{Retried, Taken};

/// Source bytes held by documents under way; a larger source waits until it is alone.
const BYTES_UNDER_WAY: usize = 64 * 1024 * 1024;

/// How long an interrupted run waits for the replies of requests that are under way: they are paid for. The promise is
/// two seconds in all, and the report is written after this.
const LANDING: Duration = Duration::from_millis(1_000);

/// What every output depends on beside its source and settings: raised when the same answers would be
/// written differently.
const OUTPUT_VERSION: u32 = 3;

/// What a finished run comes to, for the exit code.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct RunSummary {
    pub interrupted: bool,
}

/// What all documents of a run share.
#[derive(Debug)]
pub struct Shared {
    pub settings: RunSettings,
    pub store: Store,
    pub events: EventSink,
    pub asker: Asker,
    pub names: OutputNames,
    /// The folder that outputs and ledger speak relative to.
    pub root: PathBuf,
    pub writer: Writer,
    /// How a person wants terms translated.
    pub glossary: Arc<Glossaries>,
    /// What `--retry failed` takes up again; nothing of it in other runs.
    retried: Option<Retried>,
    evidence: FolderEvidence,
    /// Everything but the source and people's work that outputs depend on.
    terms: blake3::Hash,
    /// What people did in each pair of languages.
    people: PairStamps,
    /// Articles of which nothing could be made, with the reason, for the index.
    unread: Mutex<Vec<IndexDocument>>,
    /// Something was made anew: not everything stands as an earlier run left it.
    moved: AtomicBool,
}

impl Shared {
    /// The languages that a source is to be translated into.
    pub fn targets(&self, source: &Source) -> &[Language] {
        match &self.retried {
            _ if !self.settings.translate => &[],
            None => &self.settings.targets,
            Some(retried) => retried.get(&source.relative).map_or(&[], |taken| &taken.languages),
        }
    }

    /// Whether a source is to be summarised, if summaries are made at all.
    pub fn summarizes(&self, source: &Source) -> bool {
        self.retried.as_ref().is_none_or(|all| all.get(&source.relative).is_some_and(|taken| taken.summary))
    }

    /// What stands of a source of which only a part is taken up again.
    pub fn rest(&self, source: &Source) -> Option<&Taken> {
        self.retried.as_ref()?.get(&source.relative)
    }

    /// Notes for the index that nothing could be made of an article.
    fn note_unread(&self, path: &str, reason: &str) {
        let unread = folder::unread(path.to_owned(), reason.to_owned());
        self.unread.lock().unwrap_or_else(PoisonError::into_inner).push(unread);
    }

    /// How sources are read in this run.
    pub fn load_options(&self) -> LoadOptions<'_> {
        load_options(&self.settings, &self.evidence)
    }

    /// What the outputs of `source` depend on, as bytes: equal bytes, equal outputs. `edges` are its edge
    /// lines: those that repeat across the folder decide on roles.
    pub fn fingerprint(&self, source: &Source, from: &Language, digest: &str, edges: &[u64]) -> Vec<u8> {
        let mut hasher = blake3::Hasher::new();
        hasher.update(self.terms.as_bytes());
        hasher.update(digest.as_bytes());
        for edge in edges.iter().filter(|edge| self.evidence.repeated.contains(edge)) {
            hasher.update(&edge.to_le_bytes());
        }
        // Where they go depends on the run's other sources: twins get other names.
        for target in &self.settings.targets {
            hasher.update(self.asker.identity(from, target).as_bytes());
            // The whole of it: which terms stand in the source is not known before it is opened.
            hasher.update(self.glossary.pair(from, target).whole_signature().as_bytes());
            if let Some(stamp) = self.people.get(&(from.clone(), target.clone())) {
                hasher.update(stamp.as_bytes());
            }
            hasher.update(self.names.translation(source, target).as_os_str().as_encoded_bytes());
            hasher.update(self.names.summary(source, target).as_os_str().as_encoded_bytes());
        }
        hasher.finalize().as_bytes().to_vec()
    }
}

/// A relative path as events and reports show it: with `/` on every system.
pub fn shown(path: &Path) -> String {
    let parts: Vec<_> = path.components().map(|part| part.as_os_str().to_string_lossy()).collect();
    parts.join("/")
}

/// Carries a run out.
///
/// # Errors
/// Where the run cannot start or go on: settings, the memory, a full disk. What happens to single documents
/// is in the events.
pub async fn run(settings: RunSettings, events: EventSink, cancel: CancellationToken) -> Result<RunSummary> {
    let began = Instant::now();
    let engines = build(&settings)?;
    let glossary = Arc::new(Glossaries::load(&settings.glossary)?);
    let found = find(&settings).await?;
    let root = write::state_root(&settings.inputs, settings.out.as_deref());
    let lock = RunLock::acquire_for(&root, &settings.inputs)?;
    let store = Store::open(&root)?;
    events.emit(opening::started(&settings, &engines));
    for engine in opening::without_terms(&settings, &engines, &glossary) {
        events.emit(Event::TermsNotTaken { engine });
    }
    if let Some(salvage) = store.salvage() {
        events.emit(Event::MemoryDamaged {
            kept_aside: Some(shown(salvage.kept_aside.strip_prefix(&root).unwrap_or(&salvage.kept_aside))),
            answers: salvage.answers + salvage.corrections,
            human: salvage.human + salvage.corrections,
            unsound: salvage.unsound,
        });
    }
    for skipped in &found.skipped {
        events.emit(Event::PathSkipped {
            path: shown(&skipped.path),
            reason: skipped.reason.to_string(),
            unreadable: skipped.unreadable,
            leads_out: skipped.leads_out(),
        });
    }
    if settings.retry.is_none() {
        let bytes = found.sources.iter().map(|source| source.size).sum();
        events.emit(Event::Found { documents: found.sources.len() as u64, bytes });
    }

    let memory = store.clone();
    let air = Air::default();
    let engines = (engines, glossary);
    let unread = opening::unread(&settings.inputs, &found.skipped);
    let work =
        work(settings, engines, (store, air.clone()), events.clone(), (root, &lock), (found.sources, unread));
    let mut work = std::pin::pin!(work);
    // Dropped before `work`, however this ends: what is in the air then is told.
    let last = Last { air: &air, events: &events };
    let finish = |interrupted, error| {
        last.air.abandon(last.events);
        let milliseconds = began.elapsed().as_millis() as u64;
        events.emit(Event::RunFinished { milliseconds, interrupted, error });
    };
    let mut interrupted = false;
    let ended = tokio::select! {
        result = &mut work => Some(result),
        () = cancel.cancelled() => {
            interrupted = true;
            air.ground();
            tokio::select! {
                result = &mut work => Some(result),
                () = sleep(LANDING) => None,
                () = air.clear() => None,
            }
        }
    };
    if let Some(Err(error)) = ended {
        finish(true, Some(error.to_string()));
        return Err(error);
    }
    if memory.unsound() > 0 {
        let (answers, human, unsound) = (0, 0, memory.unsound());
        events.emit(Event::MemoryDamaged { kept_aside: None, answers, human, unsound });
    }
    finish(interrupted, None);
    Ok(RunSummary { interrupted })
}

/// Tells at a run's end what it leaves in the air.
struct Last<'a> {
    air: &'a Air,
    events: &'a EventSink,
}

impl Drop for Last<'_> {
    fn drop(&mut self) {
        self.air.abandon(self.events);
    }
}

/// Makes the engines of a run, in the order of its entries.
///
/// # Errors
/// Where the settings of one cannot be used.
pub fn build(settings: &RunSettings) -> Result<Vec<Arc<dyn Engine>>> {
    settings.engines.iter().map(|entry| engine::build(&entry.settings)).collect()
}

/// How sources are read with these settings.
pub fn load_options<'a>(settings: &'a RunSettings, evidence: &'a FolderEvidence) -> LoadOptions<'a> {
    LoadOptions {
        from: settings.from.as_ref(),
        candidates: &[],
        evidence,
        max_file_bytes: settings.max_file_bytes,
    }
}

/// Walks the inputs, off the async threads.
///
/// # Errors
/// Where an input does not exist or nothing was found.
pub async fn find(settings: &RunSettings) -> Result<walk::Found> {
    let options = walk::WalkOptions {
        include: settings.include.clone(),
        exclude: settings.exclude.clone(),
        max_file_bytes: settings.max_file_bytes,
        out: settings.out.clone(),
    };
    let inputs = settings.inputs.clone();
    off_thread(move || walk::find(&inputs, &options)).await?
}

/// Runs blocking work off the async threads.
///
/// # Errors
/// Where the work panicked.
pub async fn off_thread<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(|error| Error::internal(&error))
}

async fn work(
    settings: RunSettings,
    (engines, glossary): (Vec<Arc<dyn Engine>>, Arc<Glossaries>),
    (store, air): (Store, Air),
    events: EventSink,
    (root, lock): (PathBuf, &RunLock),
    (sources, unread): (Vec<Source>, Vec<IndexDocument>),
) -> Result<()> {
    // The roles of a document's edge lines depend on every source, whichever are taken up.
    let (mut sources, evidence) = off_thread(move || {
        let evidence = read::folder_evidence(&sources);
        (sources, evidence)
    })
    .await?;
    let names = OutputNames::new(settings.out.as_deref(), &root, &sources);
    let opened: HashSet<PathBuf> = sources.iter().map(|source| source.path.clone()).collect();
    let writer = Writer::new(&root, store.clone(), lock, move |path| opened.contains(path))?;
    let mut retried = None;
    if settings.retry == Some(Retry::Failed) {
        let (kept, taken) = retry::failed(&store, &events, sources, &settings.targets).await?;
        let bytes = kept.iter().map(|source| source.size).sum();
        events.emit(Event::Found { documents: kept.len() as u64, bytes });
        (sources, retried) = (kept, Some(taken));
    }
    // The longest first, so that none of them holds the end of the run.
    sources.sort_by(|one, other| other.size.cmp(&one.size).then_with(|| one.relative.cmp(&other.relative)));
    let RunSettings { engines: entries, rows, caps, .. } = &settings;
    let asker = Asker::new(entries, engines, rows.clone(), *caps, store.clone(), events.clone());
    let asker = asker.under(air).with_glossary(Arc::clone(&glossary));
    let terms = terms(&settings, &asker.summary_identity());
    take_edits((&store, &events), &root, &sources, settings.force).await?;
    let people = store.pair_stamps().await?;
    let shared = Arc::new(Shared {
        settings,
        store,
        events,
        asker,
        names,
        root,
        writer,
        glossary,
        retried,
        evidence,
        terms,
        people,
        unread: Mutex::new(unread),
        moved: AtomicBool::new(false),
    });
    survey::survey(&shared, &sources).await?;
    let bytes = Arc::new(Semaphore::new(BYTES_UNDER_WAY));
    let intake = Arc::new(Intake::default());
    let mut tasks = JoinSet::new();
    for source in sources {
        let weight = u32::try_from(source.size).unwrap_or(u32::MAX).min(BYTES_UNDER_WAY as u32);
        while !intake.is_open(tasks.len(), shared.asker.queued(), shared.asker.concurrency()) {
            tokio::select! {
                Some(done) = tasks.join_next() => finished(done)?,
                () = intake.moved() => {}
            }
        }
        let load = Arc::clone(&bytes).acquire_many_owned(weight).await;
        let shared = Arc::clone(&shared);
        let preparing = intake.begin();
        tasks.spawn(async move {
            let result = article::process(&shared, source, &preparing).await;
            drop(load);
            result
        });
        while let Some(done) = tasks.try_join_next() {
            finished(done)?;
        }
    }
    while let Some(done) = tasks.join_next().await {
        finished(done)?;
    }
    if shared.settings.review { pages::index(&shared).await } else { Ok(()) }
}

/// Takes over what people changed in the outputs of `sources`, before anything of it could be written again; with `force`
/// their files will be.
async fn take_edits(
    (store, events): (&Store, &EventSink),
    root: &Path,
    sources: &[Source],
    force: bool,
) -> Result<()> {
    let wanted: HashSet<PathBuf> = sources.iter().map(|source| source.relative.clone()).collect();
    let (store, events, root) = (store.clone(), events.clone(), root.to_owned());
    off_thread(move || {
        for output in scan::edited_outputs(&store, &root, |output| wanted.contains(&output.source))? {
            let scanned = scan::scan(&store, &root, &output)?;
            events.emit(Event::EditsScanned(scan::Scanned { overwritten: force, ..scanned }));
        }
        Ok(())
    })
    .await?
}

fn finished(done: std::result::Result<Result<()>, tokio::task::JoinError>) -> Result<()> {
    done.map_err(|error| Error::internal(&error))?
}

/// Everything but the source that decides what a document's outputs are.
fn terms(settings: &RunSettings, summary_identity: &str) -> blake3::Hash {
    let mut hasher = blake3::Hasher::new();
    let mut field = |text: &str| {
        hasher.update(&(text.len() as u64).to_le_bytes());
        hasher.update(text.as_bytes());
    };
    field(&OUTPUT_VERSION.to_string());
    field(summary_identity);
    field(settings.from.as_ref().map_or("", |from| from.as_str()));
    field(&format!("{:?} {} {:?}", settings.boilerplate, settings.translate, settings.summary));
    field(&settings.review.to_string());
    for target in &settings.targets {
        field(target.as_str());
    }
    hasher.finalize()
}
