//! The translation memory and the ledger: one database file, `.gloss/gloss.db`, in the state root.
//!
//! Owns everything that outlives a run except the outputs themselves: answers that were paid for
//! ([`Entry`], by [`Key`]), what people made of them ([`Correction`], [`Ignored`]), what this folder's runs produced ([`DocumentRecord`], [`OutputRecord`]), and the
//! lock that keeps a second run out ([`RunLock`]). What [`Store::remember`] acknowledged is on disk: it
//! survives `kill -9` and, as far as the disk keeps its word, power loss.
//!
//! SQLite (`rusqlite`, bundled, WAL, `synchronous = FULL`) was measured against `redb` 4.6 on 100,000 answers of
//! about 640 bytes with page caches of 8 and 16 MB, on two busy cores and ext4, two runs each (SQLite / redb):
//!
//! | what | SQLite | redb |
//! |---|---|---|
//! | durable commits a second, one row | 411, 193 | 529, 158 |
//! | durable commits a second, eight rows | 567, 190 | 172, 135 |
//! | 64 askers of four rows through one writer, acknowledged a second | 2,994, 2,898 | 1,646, 1,258 |
//! | rows a second in commits of 1,000 | 13,236, 14,009 | 4,530, 11,666 |
//! | look-ups a second, found | 26,766, 68,507 | 18,607, 62,847 |
//! | look-ups a second, not found | 82,803, 213,586 | 18,956, 69,396 |
//! | size on disk, MB | 73 | 109 |
//! | opened by a second process | yes | refused |
//!
//! The machine's noise is a factor of two; grouping, failed look-ups (most of a first run's), size and the second
//! process decide for SQLite. Here, through [`Store`]: 2,351 acknowledged groups of four a second from 64 tasks,
//! 400,000 failed look-ups in 2.1 s (40 a call), 10,000 documents with three outputs each found in 0.36 s
//! (256 a call) or 0.44 s (one a call).
//!
//! Under fault: each row carries a sum ([`row`]) and a closed database a seal ([`seal`]), so that a changed byte is
//! noticed wherever it is ([`health`]); the damaged file is kept aside, and what verifies in it and in its log makes
//! a new one ([`mod@salvage`]). With 200,000 answers (145 MB, about 10,000 documents; two busy cores, test profile)
//! opening what was closed took 0.23 s and closing it 0.28 s; opening what a killed run left, 3.8 s; a salvage, 13 s.
//!
//! Must not write outputs ([`crate::write`] does), decide what is asked for, or delete a database that it
//! cannot read. No SQLite call runs on an async thread.

mod answers;
mod corrections;
mod entry;
mod health;
mod held;
mod human;
#[cfg(any(test, fuzzing))]
pub(crate) mod laws;
mod ledger;
mod lock;
mod log;
mod opening;
mod pages;
mod readers;
mod reviews;
mod row;
mod salvage;
mod schema;
mod seal;
mod store;
mod summaries;
mod writer;

pub use corrections::{Correction, CorrectionKind, How, Ignored, PairStamps, TextHash, text_hash};
pub use entry::{Entry, EntryKind, Key, Origin, Remembered};
pub use held::Held;
pub use ledger::{ContentHash, DocumentRecord, KnownDocument, OutputRecord, Stamp};
pub use lock::RunLock;
pub use salvage::Salvage;
pub use store::Store;
pub use summaries::HumanSummary;

use std::path::{Path, PathBuf};

/// The folder below a state root that holds everything gloss keeps for itself.
pub const STATE_FOLDER: &str = ".gloss";

/// `.gloss` below `state_root`.
pub fn state_folder(state_root: &Path) -> PathBuf {
    state_root.join(STATE_FOLDER)
}

#[cfg(test)]
mod damage;
#[cfg(test)]
mod tests;
