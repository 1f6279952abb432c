//! Summaries as questions.

use futures::future::BoxFuture;

use super::call::Weight;
use super::member::Member;
use super::{Asker, Saved};
use crate::engine::{
    Engine, EngineError, ErrorClass, Finish, SummaryReply, SummaryRequest, SummarySentence, Usage,
};
use crate::error::Result;
use crate::memory::{Entry, EntryKind, Key, Origin, Remembered, Store};
use crate::summary::compose;

/// Tokens of a summary's reply for each word asked, at the most.
const WORST_TOKENS_A_WORD: usize = 8;

/// One engine of the summarising row.
pub(in crate::run) struct Summarizer<'a> {
    pub(in crate::run) asker: &'a Asker,
    pub(in crate::run) member: &'a Member,
    /// The document's size in bytes.
    pub(in crate::run) priority: u64,
    /// What the checks say of an answer.
    pub(in crate::run) judge: &'a compose::Judge<'a>,
}

impl std::fmt::Debug for Summarizer<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Summarizer").field("member", self.member).finish_non_exhaustive()
    }
}

/// Summaries go the same way: the memory first, then the engine with its retries; what was answered is kept.
impl compose::Asker for Summarizer<'_> {
    fn ask<'a>(
        &'a self,
        request: &'a SummaryRequest,
    ) -> BoxFuture<'a, std::result::Result<SummaryReply, EngineError>> {
        Box::pin(async move {
            let engine = &self.member.engine;
            // What this machine makes in milliseconds is made again rather than kept.
            if !engine.capabilities().remote {
                return engine.summarize(request).await;
            }
            if let Some(error) = self.member.stopped() {
                return Err(error.clone());
            }
            let broken = |error: crate::error::Error| EngineError::new(ErrorClass::Stop, error.to_string());
            let known = recalled(&self.asker.store, engine.as_ref(), request, self.judge).await;
            if let Some((sentences, known)) = known.map_err(broken)? {
                self.asker.remembered(Saved::from([(known.engine.clone(), (1, known.usage))]));
                return Ok(SummaryReply { sentences, finish: Finish::Stop, usage: Usage::default() });
            }
            let call = || engine.summarize(request);
            let characters: usize =
                request.paragraphs.iter().map(|paragraph| paragraph.text.chars().count()).sum();
            let most = Usage {
                tokens_out: (request.words * WORST_TOKENS_A_WORD) as u64,
                // Scripts that tokenizers hardly know take a token a character, others one for four.
                ..engine.capabilities().most_usage(characters / 3, characters as u64, 1)
            };
            let weight = Weight { units: 1, priority: self.priority, most };
            let usage = |reply: &SummaryReply| reply.usage;
            let bought = self.asker.call(self.member, weight, usage, call).await?;
            let (reply, _landing, _room) = bought.into_parts();
            if reply.finish == Finish::Stop {
                let answer = serde_json::to_string(&reply.sentences).unwrap_or_default();
                let entry = Entry {
                    key: summary_key(engine.as_ref(), request),
                    kind: EntryKind::Summary,
                    engine: self.member.name.clone(),
                    model: engine.model().to_owned(),
                    from: request.language.clone(),
                    to: request.language.clone(),
                    source: String::new(),
                    answer,
                    findings: Vec::new(),
                    origin: Origin::Machine,
                    created: jiff::Timestamp::now().as_second(),
                    usage: reply.usage,
                };
                self.asker.store.remember(vec![entry]).await.map_err(broken)?;
            }
            Ok(reply)
        })
    }
}

/// What the memory has for a summary request. A refused answer to the last attempt is no answer: where all that is known
/// was refused, a summary that failed is asked for once more in each run, as a unit is.
///
/// # Errors
/// Where the memory cannot be read.
pub(in crate::run) async fn recalled(
    store: &Store,
    engine: &dyn Engine,
    request: &SummaryRequest,
    judge: &compose::Judge<'_>,
) -> Result<Option<(Vec<SummarySentence>, Remembered)>> {
    let key = summary_key(engine, request);
    let Some(known) = store.recall(&[key]).await?.remove(&key) else { return Ok(None) };
    let Ok(sentences) = serde_json::from_str::<Vec<SummarySentence>>(&known.answer) else { return Ok(None) };
    let stands = request.attempt < compose::SECOND_TRIES || compose::passes(&sentences, judge);
    Ok(stands.then_some((sentences, known)))
}

/// The memory's key of one summary request: everything that its answer depends on.
pub(in crate::run) fn summary_key(engine: &dyn Engine, request: &SummaryRequest) -> Key {
    let mut hasher = blake3::Hasher::new();
    let mut field = |text: &str| {
        hasher.update(&(text.len() as u64).to_le_bytes());
        hasher.update(text.as_bytes());
    };
    field(&format!("{:?} {} {}", request.stage, request.words, request.attempt));
    field(request.title.as_deref().unwrap_or_default());
    for paragraph in &request.paragraphs {
        field(&paragraph.text);
    }
    let digest = hasher.finalize().to_hex();
    Key::summary(&engine.summary_identity(), &request.language, &request.length, digest.as_str())
}
