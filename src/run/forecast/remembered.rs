//! Summaries as far as they can be had without asking: from the memory, or made on this machine.

use std::sync::atomic::{AtomicU64, Ordering};

use futures::future::BoxFuture;

use crate::check::{self, SummaryPair};
use crate::engine::{
    Checks, Engine, EngineError, ErrorClass, Finish, SummaryReply, SummaryRequest, SummarySentence, Usage,
};
use crate::memory::Store;
use crate::plan::tokens::Tokenizer;
use crate::run::ask::summaries::recalled;
use crate::summary::compose;

/// The summary of `article`, as far as it can be had without asking; else the least requests it takes.
pub(super) async fn had(
    store: Option<&Store>,
    engine: &dyn Engine,
    article: &compose::Article,
    text: &str,
) -> std::result::Result<Vec<SummarySentence>, u64> {
    let capabilities = engine.capabilities();
    let language = &article.language;
    let judge = |summary: &str| check::summary(&SummaryPair { article: text, summary, language });
    let trusting = |_: &str| Vec::new();
    let judge: &compose::Judge<'_> = if engine.checks() == Checks::All { &judge } else { &trusting };
    let count = |text: &str| match capabilities.remote {
        true => Tokenizer::for_model(&capabilities.tokenizer_model).count(text),
        false => text.len(),
    };
    let asker = Rememberer { store, engine, judge, open: AtomicU64::new(0) };
    let request_tokens = capabilities.summary_tokens;
    let means = compose::Means { asker: &asker, count: &count, judge, request_tokens };
    match compose::compose(article, means).await {
        Ok(composed) => Ok(composed.sentences),
        // What is made on this machine is made again, and nothing is sent for it.
        Err(_) if !capabilities.remote => Err(0),
        Err(_) => {
            let parts = asker.open.load(Ordering::Relaxed).max(1);
            // The parts' summaries are merged by one more at least.
            Err(if parts > 1 { parts + 1 } else { parts })
        }
    }
}

/// Answers summary requests as the run would without sending any.
struct Rememberer<'a> {
    store: Option<&'a Store>,
    engine: &'a dyn Engine,
    judge: &'a compose::Judge<'a>,
    /// Requests that would have to be sent; those that follow on their answers are not among them.
    open: AtomicU64,
}

impl compose::Asker for Rememberer<'_> {
    fn ask<'a>(
        &'a self,
        request: &'a SummaryRequest,
    ) -> BoxFuture<'a, std::result::Result<SummaryReply, EngineError>> {
        Box::pin(async move {
            if !self.engine.capabilities().remote {
                return self.engine.summarize(request).await;
            }
            let stop = |error: crate::error::Error| EngineError::new(ErrorClass::Stop, error.to_string());
            let known = match self.store {
                Some(store) => recalled(store, self.engine, request, self.judge).await.map_err(stop)?,
                None => None,
            };
            if let Some((sentences, _)) = known {
                return Ok(SummaryReply { sentences, finish: Finish::Stop, usage: Usage::default() });
            }
            self.open.fetch_add(1, Ordering::Relaxed);
            Err(EngineError::new(ErrorClass::Stop, "not known"))
        })
    }
}
