//! Summaries as questions.

use futures::future::BoxFuture;

use super::Asker;
use crate::engine::{Engine, EngineError, ErrorClass, Finish, SummaryReply, SummaryRequest, Usage};
use crate::memory::{Entry, EntryKind, Key, Origin};
use crate::summary::compose;

/// Summaries go the same way: the memory first, then the engine with its retries; what was answered is kept.
impl compose::Asker for Asker {
    fn ask<'a>(
        &'a self,
        request: &'a SummaryRequest,
    ) -> BoxFuture<'a, std::result::Result<SummaryReply, EngineError>> {
        Box::pin(async move {
            // What this machine makes in milliseconds is made again rather than kept.
            if !self.engine.capabilities().remote {
                return self.engine.summarize(request).await;
            }
            let broken = |error: crate::error::Error| EngineError::new(ErrorClass::Stop, error.to_string());
            let key = summary_key(self.engine.as_ref(), request);
            let known = self.store.recall(&[key]).await.map_err(broken)?;
            let known = known.get(&key).and_then(|known| serde_json::from_str(&known.answer).ok());
            if let Some(sentences) = known {
                return Ok(SummaryReply { sentences, finish: Finish::Stop, usage: Usage::default() });
            }
            let call = || self.engine.summarize(request);
            let reply = self.call(1, |reply: &SummaryReply| reply.usage, call).await?;
            if reply.finish == Finish::Stop {
                let answer = serde_json::to_string(&reply.sentences).unwrap_or_default();
                let entry = Entry {
                    key,
                    kind: EntryKind::Summary,
                    engine: self.engine.name().to_owned(),
                    model: self.engine.model().to_owned(),
                    from: request.language.clone(),
                    to: request.language.clone(),
                    source: String::new(),
                    answer,
                    findings: Vec::new(),
                    origin: Origin::Machine,
                    created: jiff::Timestamp::now().as_second(),
                    usage: reply.usage,
                };
                self.store.remember(vec![entry]).await.map_err(broken)?;
            }
            Ok(reply)
        })
    }
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
