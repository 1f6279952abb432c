//! What a reply must pass to be accepted. Never judges by position: only by id.

use std::ops::Range;

use serde::{Deserialize, Serialize};

/// What a finding means for the unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Kept; a fact for the reader.
    Info,
    /// Kept and shown to the reviewer.
    Flag,
    /// The reply is refused.
    Hard,
}

/// One place where a check fired.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// The check's stable id: `ids`, `finish`, `empty`, …
    pub check: String,
    pub severity: Severity,
    /// What was found, for people.
    pub message: String,
    /// Where in the answer, in bytes, when it is one place.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub span: Option<Range<usize>>,
}

impl Finding {
    pub fn new(check: &str, severity: Severity, message: impl Into<String>) -> Self {
        Self { check: check.to_owned(), severity, message: message.into(), span: None }
    }
}
