//! Before SQLite is let at the files: what is amiss with them is found, and mended.

use rusqlite::types::Value;

use super::health::{self, Files, Health};
use super::salvage::{self, Salvage};
use crate::error::Result;

/// What the look at the files before the opening came to.
#[derive(Default)]
pub(super) struct Checked {
    pub salvage: Option<Salvage>,
    /// Answers of a log's torn end.
    pub tail: Vec<Vec<Value>>,
    /// The log has such an end. It must go before anything is written: what overwrites it in part mixes two
    /// writings.
    pub torn: bool,
}

/// Looks at the files of a database that nobody has open, and mends what is to be mended.
///
/// # Errors
/// Where they cannot be read or written; with `mend` not set, where something is amiss.
pub(super) fn check(files: &Files, mend: bool) -> Result<Checked> {
    if mend {
        salvage::finish(files)?;
    }
    let (log, foreign) = match health::look(files)? {
        Health::Sound(log) => {
            let (tail, unsound) = salvage::tail_of(files, &log)?;
            // Rows whose other pages were still to come are no damage: nobody was told that they are kept.
            if !(unsound && log.commit_cut) {
                return Ok(Checked { salvage: None, tail, torn: !log.tail.is_empty() });
            }
            (log, false)
        }
        Health::Damaged { log, foreign } => (log, foreign),
    };
    if !mend {
        return Err(health::refusal(&files.database));
    }
    let salvage = salvage::salvage(files, &log, foreign)?;
    Ok(Checked { salvage: Some(salvage), ..Checked::default() })
}
