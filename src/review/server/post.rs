//! What becomes of a change that a page sends.
//!
//! A change counts only over what its sender saw: where another tab, a run or an editor has put something else there since,
//! it is refused with that text, and the page keeps what was typed.

use std::path::Path;

use axum::body::Bytes;
use serde::Serialize;

use crate::error::{Error, Result};
use crate::memory::How;
use crate::review::apply::{Outcome, OutcomeState, apply_at};
use crate::review::change::{Change, ChangeFile, MARK};
use crate::review::data::{SCHEMA, TargetUnit};
use crate::review::desk::Desk;

/// Changes in one request: a page sends one.
const MOST_CHANGES: usize = 100;

/// What is answered: one for each change, in the same order.
#[derive(Debug, Serialize)]
pub(super) struct Replies {
    results: Vec<Reply>,
}

#[derive(Debug, Serialize)]
struct Reply {
    ok: bool,
    /// Why not.
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
    /// It counts, and there is something to know.
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<String>,
    /// The unit as it stands now.
    #[serde(skip_serializing_if = "Option::is_none")]
    unit: Option<TargetUnit>,
}

impl Reply {
    fn refused(error: String, unit: Option<TargetUnit>) -> Self {
        Self { ok: false, error: Some(error), message: None, unit }
    }
}

impl From<Outcome> for Reply {
    fn from(outcome: Outcome) -> Self {
        let Outcome { state, message, unit, .. } = outcome;
        match state {
            OutcomeState::Done | OutcomeState::Unchanged => Self { ok: true, error: None, message, unit },
            OutcomeState::Refused => {
                Self::refused(message.unwrap_or_else(|| "the change was refused".to_owned()), unit)
            }
        }
    }
}

/// Reads a request's body; the error is for whoever sent it.
pub(super) fn read(body: &Bytes) -> std::result::Result<Vec<Change>, String> {
    let posted: ChangeFile = serde_json::from_slice(body).map_err(|error| format!("no changes: {error}"))?;
    if posted.gloss != MARK || posted.schema != SCHEMA {
        return Err("no changes of this version of gloss: open the page again".to_owned());
    }
    if posted.changes.len() > MOST_CHANGES {
        return Err(format!("more than {MOST_CHANGES} changes at once"));
    }
    Ok(posted.changes)
}

/// Makes the changes, in their order. Where the folder cannot be opened, by reason of a run that works on it, all are
/// refused with that reason; so is one of which the memory or the output cannot be written (what was kept of it by then
/// stays, and the next run shows it).
pub(super) fn apply(root: &Path, sent: &[Change]) -> Replies {
    let desk = match Desk::open(root) {
        Ok(desk) => desk,
        Err(error) => {
            let reason = reason(&error);
            let results = sent.iter().map(|_| Reply::refused(reason.clone(), None)).collect();
            return Replies { results };
        }
    };
    let mut results = Vec::with_capacity(sent.len());
    for one in sent {
        results.push(apply_one(&desk, one).unwrap_or_else(|error| Reply::refused(reason(&error), None)));
    }
    Replies { results }
}

fn apply_one(desk: &Desk, change: &Change) -> Result<Reply> {
    let outcomes = apply_at(desk, std::slice::from_ref(change), How::Server.into())?;
    let nothing = || Reply::refused("nothing came of the change".to_owned(), None);
    Ok(outcomes.into_iter().next().map_or_else(nothing, Reply::from))
}

/// An error in a sentence.
pub(super) fn reason(error: &Error) -> String {
    match error.hint() {
        Some(hint) => format!("{error}; {hint}"),
        None => error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::review::change::Action;

    #[test]
    fn a_body_is_a_file_of_changes_or_nothing() {
        let change =
            r#"{"path":"a.txt","language":"pt","block":2,"source":"S.","action":"edit","text":"T."}"#;
        let body = |mark: &str, schema: u32, changes: &str| {
            Bytes::from(format!(r#"{{"gloss":"{mark}","schema":{schema},"changes":[{changes}]}}"#))
        };
        let sent = read(&body("changes", 1, change)).unwrap();
        assert_eq!((sent[0].path.as_str(), &sent[0].seen), ("a.txt", &None));
        let seen = change.replace(r#""block""#, r#""seen":["Old."],"block""#);
        let sent = read(&body("changes", 1, &seen)).unwrap();
        assert_eq!(sent[0].seen, Some(vec!["Old.".to_owned()]));
        assert_eq!(sent[0].action, Action::Edit { text: "T.".to_owned() });
        let many = vec![change; MOST_CHANGES + 1].join(",");
        for body in [
            body("review", 1, change),
            body("changes", 2, change),
            body("changes", 1, &many),
            Bytes::from("{}"),
        ] {
            assert!(read(&body).is_err(), "{body:?}");
        }
    }
}
