//! The threads that translate: each model has one owner, which lends it to as many workers as there are cores.
//!
//! Sentences of all requests meet in one queue per model, so that every core has work as long as there is
//! any, whatever request it belongs to. A sentence whose asker has gone is dropped unread.

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use fxtranslate::spm::SpmVocab;
use tokio::sync::oneshot;

use crate::engine::{EngineError, ErrorClass};

use super::decode::Decoder;
use super::models::ModelFiles;

/// The longest sentence the models were trained to take, in tokens without the end mark: the crate cuts
/// off, or cuts through, what is longer (`fxtranslate::segment::MAX_SOURCE_TOKENS`).
pub(super) const LONGEST: usize = 127;

/// Sentences that a worker takes at once.
const BATCH: usize = 16;

/// A model with its threads. Dropping the last handle ends them.
pub(super) struct Translator {
    queue: Arc<Queue>,
    tokens: SpmVocab,
    /// The token of a character that the vocabulary has not; `None` where it spells any character in bytes.
    unknown: Option<u32>,
}

impl fmt::Debug for Translator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Translator").finish_non_exhaustive()
    }
}

/// A sentence waiting for a worker.
struct Job {
    ids: Vec<u32>,
    reply: oneshot::Sender<String>,
}

#[derive(Default)]
struct Queue {
    state: Mutex<State>,
    wake: Condvar,
}

#[derive(Default)]
struct State {
    jobs: VecDeque<Job>,
    closed: bool,
}

impl Queue {
    /// The lock; a worker that panicked held it only between whole operations.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn close(&self) {
        self.lock().closed = true;
        self.wake.notify_all();
    }

    /// The next sentences, of like length; `None` when the model is no longer wanted.
    fn next(&self, threads: usize) -> Option<Vec<Job>> {
        let mut state = self.lock();
        loop {
            if state.closed {
                return None;
            }
            // A share of what waits, so that no worker idles beside one with a full batch.
            let share = state.jobs.len().div_ceil(threads).clamp(1, BATCH);
            let mut batch: Vec<Job> = Vec::new();
            while batch.len() < share {
                let Some(job) = state.jobs.pop_front() else { break };
                if !job.reply.is_closed() {
                    batch.push(job);
                }
            }
            if !batch.is_empty() {
                return Some(batch);
            }
            state = self.wake.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }
}

impl Drop for Translator {
    fn drop(&mut self) {
        self.queue.close();
    }
}

impl Translator {
    /// Loads a model on a thread of its own and starts `threads` workers on it.
    ///
    /// # Errors
    /// Where the files are no model, or no thread can be had.
    pub(super) async fn start(files: ModelFiles, threads: usize) -> Result<Self, String> {
        let tokens = SpmVocab::load(&files.source_vocabulary).map_err(|error| error.to_string())?;
        let queue = Arc::new(Queue::default());
        let (loaded, when_loaded) = oneshot::channel();
        let (shared, end) = (Arc::clone(&queue), tokens.eos_id());
        std::thread::Builder::new()
            .name("gloss-model".to_owned())
            .spawn(move || own(&files, threads.max(1), end, &shared, loaded))
            .map_err(|error| error.to_string())?;
        when_loaded.await.map_err(|_| "the model's thread ended while loading".to_owned())??;
        // No vocabulary has a private-use character.
        let unknown = match tokens.encode("\u{f8ff}").as_slice() {
            [.., last] => Some(*last).filter(|last| tokens.encode("\u{e123}").last() == Some(last)),
            [] => None,
        };
        Ok(Self { queue, tokens, unknown })
    }

    /// The tokens of `text`, without the end mark.
    pub(super) fn encode(&self, text: &str) -> Vec<u32> {
        self.tokens.encode(text)
    }

    /// Whether the vocabulary has a character, as it is or in a form it takes for the same.
    pub(super) fn knows(&self, character: char) -> bool {
        let mut buffer = [0; 4];
        self.unknown
            .is_none_or(|unknown| !self.tokens.encode(character.encode_utf8(&mut buffer)).contains(&unknown))
    }

    /// How many tokens `text` is, without the end mark.
    pub(super) fn count(&self, text: &str) -> usize {
        self.encode(text).len()
    }

    /// The translation of one sentence of at most [`LONGEST`] tokens.
    ///
    /// # Errors
    /// Where the model's threads have died of it.
    pub(super) async fn translate(&self, ids: Vec<u32>) -> Result<String, EngineError> {
        debug_assert!(ids.len() <= LONGEST);
        let mut ids = ids;
        ids.push(self.tokens.eos_id());
        let (reply, answer) = oneshot::channel();
        self.queue.lock().jobs.push_back(Job { ids, reply });
        self.queue.wake.notify_one();
        answer
            .await
            .map_err(|_| EngineError::new(ErrorClass::NextEngine, "the embedded model failed on this text"))
    }
}

/// Owns a model: loads it, lends it to the workers, ends with them.
fn own(
    files: &ModelFiles,
    threads: usize,
    end: u32,
    queue: &Queue,
    loaded: oneshot::Sender<Result<(), String>>,
) {
    let decoder = match Decoder::load(files, end) {
        Ok(decoder) => decoder,
        Err(error) => {
            // Nobody waits any more: the load was given up.
            drop(loaded.send(Err(error)));
            return;
        }
    };
    if loaded.send(Ok(())).is_err() {
        return;
    }
    let decoder = &decoder;
    std::thread::scope(|scope| {
        for _ in 1..threads {
            scope.spawn(move || work(decoder, threads, queue));
        }
        work(decoder, threads, queue);
    });
}

/// Translates what the queue gives until it is closed.
fn work(decoder: &Decoder, threads: usize, queue: &Queue) {
    while let Some(mut batch) = queue.next(threads) {
        let sentences: Vec<Vec<u32>> = batch.iter_mut().map(|job| std::mem::take(&mut job.ids)).collect();
        // A sentence the model cannot take must cost that sentence, not the run: its asker sees the reply
        // dropped. The decoder is read-only, so nothing is left half changed.
        let answers =
            std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| decoder.translate(&sentences)));
        let Ok(answers) = answers else { continue };
        for (job, answer) in batch.into_iter().zip(answers) {
            // An asker that has gone meanwhile wants nothing.
            drop(job.reply.send(answer));
        }
    }
}
