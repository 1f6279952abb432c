//! Before the first question: which language pairs the folder needs, and whether the engines have them.
//!
//! Only engines that can say so at once are asked ([`crate::engine::Capabilities::names_pairs`]): a pair that a service
//! does not have is told before anything is paid for, not in the middle of the night.

use std::collections::BTreeSet;
use std::sync::Arc;

use futures::StreamExt;

use super::{Shared, off_thread, unchanged};
use crate::document::Source;
use crate::engine::EngineError;
use crate::error::{Error, Result};
use crate::language::Language;
use crate::read;

/// Documents read ahead.
const READ_AHEAD: usize = 4;

/// Asks for every pair that `sources` need. What single documents miss is told by events; they fail, and the others go on.
///
/// # Errors
/// Where nothing at all can be translated into one of the target languages.
pub async fn survey(shared: &Arc<Shared>, sources: &[Source]) -> Result<()> {
    let settings = &shared.settings;
    let telling =
        |to: &&Language| shared.asker.translators(to).any(|member| member.engine.capabilities().names_pairs);
    if !settings.translate || !settings.targets.iter().any(|to| telling(&to)) {
        return Ok(());
    }
    let languages = match &settings.from {
        Some(from) => BTreeSet::from([from.clone()]),
        None => languages(shared, sources).await?,
    };
    for to in settings.targets.iter().filter(telling) {
        let mut missing: Option<EngineError> = None;
        let mut had = false;
        for from in languages.iter().filter(|from| !from.same_as(to)) {
            match shared.asker.prepare(from, to).await {
                Ok(()) => had = true,
                Err(error) => missing = missing.or(Some(error)),
            }
        }
        if let Some(error) = missing.filter(|_| !had) {
            let hint = error.hint.unwrap_or_else(|| {
                format!("leave `{to}` out of `--to`, or name an engine that has it after this one: `--engine NAME,local`")
            });
            let message = format!("no engine of this run can translate any of these articles into `{to}`");
            return Err(Error::engine(message, hint));
        }
    }
    Ok(())
}

/// The languages of `sources`: from the ledger where a source is as it was, else by reading it.
async fn languages(shared: &Arc<Shared>, sources: &[Source]) -> Result<BTreeSet<Language>> {
    let paths = sources.iter().map(|source| source.relative.clone()).collect();
    let known = Arc::new(shared.store.documents(paths).await?);
    let found = futures::stream::iter(sources.iter().cloned())
        .map(|source| {
            let (shared, known) = (Arc::clone(shared), Arc::clone(&known));
            off_thread(move || {
                let known = known.get(&source.relative).map(|known| &known.document);
                let known = known.filter(|record| unchanged::same_source(&source, record));
                match known.and_then(unchanged::language) {
                    Some(language) => Some(language),
                    // One that cannot be read is told of when its turn comes.
                    None => {
                        read::load(&source, &shared.load_options()).ok().map(|read| read.language.language)
                    }
                }
            })
        })
        .buffer_unordered(READ_AHEAD);
    let mut found = std::pin::pin!(found);
    let mut languages = BTreeSet::new();
    while let Some(language) = found.next().await {
        languages.extend(language?);
    }
    Ok(languages)
}
