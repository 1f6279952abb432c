//! Summaries as far as they can be had without asking: from the memory, or made on this machine.

use std::sync::atomic::{AtomicU64, Ordering};

use futures::future::BoxFuture;

use crate::engine::{Engine, EngineError, ErrorClass, Finish, SummaryReply, SummaryRequest, Usage};
use crate::memory::Store;
use crate::run::ask::summaries::recalled;
use crate::summary::compose;

/// Answers summary requests as the run would without sending any.
pub(super) struct Rememberer<'a> {
    pub(super) store: Option<&'a Store>,
    pub(super) engine: &'a dyn Engine,
    pub(super) judge: &'a compose::Judge<'a>,
    /// Requests that would have to be sent; those that follow on their answers are not among them.
    pub(super) open: AtomicU64,
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
