//! Summaries on disk, in their article's own language, against the article.

use super::{Placed, SourcePlace};
use crate::check::{self, SummaryPair};
use crate::language::Language;

/// A summary ready to be judged.
#[derive(Debug, Clone)]
pub(super) struct Summary {
    pub path: String,
    pub source_path: String,
    pub language: Language,
    /// Its sentences.
    pub text: String,
    /// The article's title and paragraphs.
    pub article: String,
    /// A person wrote it, by what the memory says: it is theirs to judge.
    pub human: bool,
}

pub(super) fn judge(summary: &Summary) -> Vec<Placed> {
    let pair = SummaryPair { article: &summary.article, summary: &summary.text, language: &summary.language };
    let placed = check::summary(&pair).into_iter().map(|finding| Placed {
        path: summary.path.clone(),
        paragraph: 1,
        language: summary.language.clone(),
        check: finding.check,
        severity: finding.severity,
        message: finding.message,
        precision: None,
        source: Some(SourcePlace { path: summary.source_path.clone(), paragraph: 1 }),
        ignored: summary.human,
    });
    placed.collect()
}
