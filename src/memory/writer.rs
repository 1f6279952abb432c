//! The one thread that writes: whatever has gathered while the last commit was under way goes into the next one.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use rusqlite::{Connection, TransactionBehavior};
use tokio::sync::oneshot;

use super::ledger::{self, ContentHash, DocumentRecord, OutputRecord};
use super::{
    Correction, Entry, Held, HumanSummary, Ignored, answers, corrections, held, reviews, schema, summaries,
};
use crate::error::Result;
use crate::language::Language;

/// Jobs that one transaction takes at most, so that the first of them does not wait for ever.
const GROUP: usize = 1024;

/// From the end of a commit of several changes to the next at least: what comes in meanwhile goes with it. A commit costs a flush to
/// the disk however little is in it, and at 2,000 changes a second two went into each. Whoever waits for one change before making the
/// next never waits for this.
const GATHER: Duration = Duration::from_millis(1);

/// One change, and who waits for it.
pub(super) struct Job {
    pub change: Change,
    /// Let go as soon as the change is on disk, before anybody is told: another may be waiting for its place.
    pub held: Option<Box<dyn Send>>,
    pub done: oneshot::Sender<Result<()>>,
}

/// What is to be written.
pub(super) enum Change {
    Remember(Vec<Entry>),
    /// The review's data goes with the record that it belongs to.
    Document(Box<(DocumentRecord, Vec<OutputRecord>, Option<ReviewRow>)>),
    Intend(Vec<(PathBuf, ContentHash)>),
    Correct(Vec<Correction>),
    Ignore(Vec<Ignored>),
    Heed(Vec<Ignored>),
    /// One output written again between runs, and the review that tells of it.
    Settle(Box<(ReviewRow, Vec<OutputRecord>)>),
    Hold(PathBuf, Vec<Held>),
    Summarize(HumanSummary),
    /// A person's summary is taken back.
    Unsummarize(String, Language),
    /// An output that is no longer there.
    Forget(PathBuf),
}

/// A document's review: its path, and its data as JSON.
pub(super) type ReviewRow = (String, String);

/// Writes until nobody is left to ask. After an error, or where something did not verify, the store is `suspect`.
pub(super) fn write_in_groups(
    connection: &mut Connection,
    path: &Path,
    queue: &mpsc::Receiver<Job>,
    suspect: &AtomicBool,
) {
    // When the last commit ended, where it took several changes.
    let mut busy: Option<Instant> = None;
    while let Ok(first) = queue.recv() {
        if let Some(rest) = busy.and_then(|ended| GATHER.checked_sub(ended.elapsed())) {
            std::thread::sleep(rest);
        }
        let mut group = vec![first];
        group.extend(queue.try_iter().take(GROUP - 1));
        let result = commit(connection, &group, suspect.load(Ordering::Relaxed));
        if result.is_err() {
            suspect.store(true, Ordering::Relaxed);
        }
        group.iter_mut().for_each(|job| drop(job.held.take()));
        let several = group.len() > 1;
        for job in group {
            let answer = match &result {
                Ok(()) => Ok(()),
                Err(error) => Err(schema::explain(path, error)),
            };
            // Whoever asked may have gone away; the change is made all the same.
            drop(job.done.send(answer));
        }
        busy = several.then(Instant::now);
    }
}

fn commit(connection: &mut Connection, group: &[Job], careful: bool) -> rusqlite::Result<()> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    for job in group {
        match &job.change {
            Change::Remember(entries) => {
                for entry in entries {
                    answers::put(&transaction, entry, careful)?;
                }
            }
            Change::Document(record) => {
                ledger::put_document(&transaction, &record.0, &record.1)?;
                if let Some(review) = &record.2 {
                    reviews::put(&transaction, review)?;
                }
            }
            Change::Settle(settled) => {
                reviews::put(&transaction, &settled.0)?;
                for output in &settled.1 {
                    ledger::put_output(&transaction, output)?;
                }
            }
            Change::Hold(path, paragraphs) => held::put(&transaction, path, paragraphs)?,
            Change::Summarize(summary) => summaries::put(&transaction, summary)?,
            Change::Unsummarize(path, language) => summaries::remove(&transaction, path, language)?,
            Change::Forget(path) => ledger::remove_output(&transaction, path)?,
            Change::Correct(all) => {
                all.iter().try_for_each(|correction| corrections::put(&transaction, correction))?;
            }
            Change::Ignore(all) => {
                all.iter().try_for_each(|ignored| corrections::put_ignored(&transaction, ignored))?;
            }
            Change::Heed(all) => {
                all.iter().try_for_each(|ignored| corrections::remove_ignored(&transaction, ignored))?;
            }
            Change::Intend(outputs) => {
                for (path, hash) in outputs {
                    ledger::put_intent(&transaction, path, hash)?;
                }
            }
        }
    }
    schema::mark(&transaction)?;
    transaction.commit()
}

#[cfg(test)]
mod tests {
    use super::super::schema::Role;
    use super::*;

    #[test]
    fn a_full_disk_keeps_what_was_acknowledged_and_says_so() {
        let root = tempfile::tempdir().unwrap();
        let path = root.path().join("gloss.db");
        let mut connection = schema::connect(&path, Role::Writer).unwrap();
        schema::migrate(&mut connection, &path).unwrap();
        let intend = |number: u32| Job {
            change: Change::Intend(
                (0..200).map(|part| (PathBuf::from(format!("{number}-{part}")), [0; 32])).collect(),
            ),
            held: None,
            done: oneshot::channel().0,
        };
        let pages: i64 = connection.pragma_query_value(None, "page_count", |row| row.get(0)).unwrap();
        connection.pragma_update(None, "max_page_count", pages + 8).unwrap();
        let mut acknowledged = 0;
        let error = loop {
            match commit(&mut connection, &[intend(acknowledged)], false) {
                Ok(()) => acknowledged += 1,
                Err(error) => break schema::explain(&path, &error),
            }
        };
        assert!(error.to_string().contains("disk is full"), "{error}");
        connection.pragma_update(None, "max_page_count", 100_000).unwrap();
        commit(&mut connection, &[intend(acknowledged)], false).unwrap();
        let kept: u32 = connection.query_row("SELECT count(*) FROM intent", [], |row| row.get(0)).unwrap();
        assert_eq!(kept, 200 * (acknowledged + 1));
    }
}
