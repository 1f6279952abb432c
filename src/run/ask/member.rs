//! One engine of the run with what stands around it: its name, its pace, its prices, the pairs it has.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock, PoisonError};

use tokio::sync::{Mutex, OnceCell};

use crate::engine::{Engine, EngineError};
use crate::language::Language;
use crate::pace::Pace;
use crate::plan::tokens::Tokenizer;
use crate::report::event::Event;
use crate::report::sink::EventSink;
use crate::settings::Prices;

type PairResult = Arc<OnceCell<Result<(), EngineError>>>;
type Pair = (Language, Language);

/// One engine of the run.
pub struct Member {
    /// As the settings and the reports name it.
    pub name: String,
    pub engine: Arc<dyn Engine>,
    pub prices: Prices,
    /// Tokens of unit text per request, where the user fixed them.
    chunk_tokens: Option<usize>,
    /// Shared with the other engines of its origin.
    pub(super) pace: Arc<Pace>,
    stopped: OnceLock<EngineError>,
    /// Replies in a row of which nothing could be used.
    useless: AtomicUsize,
    tokenizer: OnceLock<Tokenizer>,
    pairs: Mutex<HashMap<Pair, PairResult>>,
    identities: std::sync::Mutex<HashMap<Pair, String>>,
}

impl std::fmt::Debug for Member {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Member").field("name", &self.name).finish_non_exhaustive()
    }
}

impl Member {
    pub(in crate::run) fn new(
        name: String,
        engine: Arc<dyn Engine>,
        prices: Prices,
        chunk_tokens: Option<usize>,
        pace: Arc<Pace>,
    ) -> Self {
        Self {
            name,
            chunk_tokens,
            engine,
            prices,
            pace,
            stopped: OnceLock::new(),
            useless: AtomicUsize::new(0),
            tokenizer: OnceLock::new(),
            pairs: Mutex::default(),
            identities: std::sync::Mutex::default(),
        }
    }

    /// Tokens of unit text per request.
    pub fn chunk_tokens(&self) -> usize {
        self.chunk_tokens.unwrap_or_else(|| self.engine.chunk_tokens())
    }

    /// Why nothing more can be had from it in this run, once that is so.
    pub fn stopped(&self) -> Option<&EngineError> {
        self.stopped.get().or_else(|| self.pace.stopped())
    }

    /// Gives it up; whether that was news.
    pub(super) fn stop(&self, error: EngineError) -> bool {
        self.stopped.set(error).is_ok()
    }

    /// Notes whether a reply was of use; gives how many in a row were of none.
    pub(super) fn note_use(&self, useful: bool) -> usize {
        if useful {
            self.useless.store(0, Ordering::Relaxed);
            return 0;
        }
        self.useless.fetch_add(1, Ordering::Relaxed) + 1
    }

    /// The tokenizer of the engine's model, loaded on first use.
    pub fn tokenizer(&self) -> Tokenizer {
        *self.tokenizer.get_or_init(|| Tokenizer::for_model(&self.engine.capabilities().tokenizer_model))
    }

    /// What the memory knows the engine by for a pair; looked up once a run.
    pub fn identity(&self, from: &Language, to: &Language) -> String {
        let mut known = self.identities.lock().unwrap_or_else(PoisonError::into_inner);
        let pair = (from.clone(), to.clone());
        known.entry(pair).or_insert_with(|| self.engine.translation_identity_for(from, to)).clone()
    }

    /// Makes the engine ready for a pair by `prepare`, once a run.
    ///
    /// # Errors
    /// Why the pair is not to be had, the same for everyone who asks.
    pub(super) async fn ready<Preparing>(
        &self,
        from: &Language,
        to: &Language,
        events: &EventSink,
        prepare: impl FnOnce() -> Preparing,
    ) -> Result<(), EngineError>
    where
        Preparing: Future<Output = Result<(), EngineError>>,
    {
        let cell = {
            let mut pairs = self.pairs.lock().await;
            Arc::clone(pairs.entry((from.clone(), to.clone())).or_default())
        };
        let once = || async {
            let result = prepare().await;
            // A model that has just been fetched is another one than none.
            self.identities.lock().unwrap_or_else(PoisonError::into_inner).clear();
            if let Err(error) = &result {
                events.emit(Event::PairUnavailable {
                    engine: self.name.clone(),
                    from: from.clone(),
                    to: to.clone(),
                    reason: error.message.clone(),
                    hint: error.hint.clone(),
                });
            }
            result
        };
        cell.get_or_init(once).await.clone()
    }
}
