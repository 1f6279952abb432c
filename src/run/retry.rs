//! `--retry failed`: what earlier runs left failed, by the ledger, and nothing else.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;

use super::unchanged::{self, Made};
use super::{off_thread, shown};
use crate::document::Source;
use crate::error::Result;
use crate::language::Language;
use crate::memory::{KnownDocument, Store};
use crate::report::event::{DocumentState, Event};
use crate::report::sink::EventSink;

/// What of one document is taken up again.
#[derive(Debug)]
pub struct Taken {
    /// Languages with failed units in them.
    pub languages: Vec<Language>,
    pub summary: bool,
    /// What stands of the others.
    pub rest: Made,
}

/// Documents to take up again, by their path relative to the state root.
pub type Retried = HashMap<PathBuf, Taken>;

/// Of `sources` those that an earlier run left partial or failed, with what failed in them. One that has changed
/// since then is left alone, and named.
///
/// # Errors
/// Where the ledger cannot be read.
pub async fn failed(
    store: &Store,
    events: &EventSink,
    sources: Vec<Source>,
    targets: &[Language],
) -> Result<(Vec<Source>, Retried)> {
    let paths = sources.iter().map(|source| source.relative.clone()).collect();
    let known = Arc::new(store.documents(paths).await?);
    let (kept, changed) = {
        let known = Arc::clone(&known);
        off_thread(move || {
            let failed = |source: &Source| {
                known.get(&source.relative).is_some_and(|known| {
                    matches!(known.document.state, DocumentState::Partial | DocumentState::Failed)
                })
            };
            let sources: Vec<Source> = sources.into_iter().filter(failed).collect();
            let same = |source: &Source| {
                known
                    .get(&source.relative)
                    .is_some_and(|known| unchanged::same_source(source, &known.document))
            };
            sources.into_iter().partition::<Vec<Source>, _>(same)
        })
        .await?
    };
    for source in changed {
        events.emit(Event::PathSkipped {
            path: shown(&source.relative),
            reason: "changed since the run that failed in it; a run without `--retry` takes it up".to_owned(),
            unreadable: false,
            leads_out: false,
        });
    }
    let taken = |known: &KnownDocument| {
        let made = unchanged::made(&known.document)?;
        let failed = |language: &Language| {
            made.languages.iter().any(|(known, counts, _)| known == language && counts.failed > 0)
        };
        let languages: Vec<Language> = targets.iter().filter(|to| failed(to)).cloned().collect();
        let rest = made.languages.iter().filter(|(language, ..)| !languages.contains(language));
        let rest = Made { languages: rest.cloned().collect(), ..made.clone() };
        let any = !languages.is_empty() || made.summary_failed;
        any.then_some(Taken { languages, summary: made.summary_failed, rest })
    };
    let mut retried = Retried::new();
    let mut left = Vec::new();
    for source in kept {
        if let Some(taken) = known.get(&source.relative).and_then(taken) {
            retried.insert(source.relative.clone(), taken);
            left.push(source);
        }
    }
    Ok((left, retried))
}
