//! A summary file that a person changed: all of it is theirs from then on, as long as the article is what it was.

use super::{Scanned, SummaryEdit, nothing};
use crate::error::Result;
use crate::memory::{HumanSummary, OutputRecord, Stamp, Store};
use crate::report::event::OutputKind;
use crate::review::data::ReviewDocument;
use crate::review::given;
use crate::run::shown;
use crate::write::summary::body;

/// Takes an edited summary file over; it is on disk when this returns. One that was emptied, or that gloss's own was put
/// over, takes the person's back: gloss may write it again.
///
/// # Errors
/// Where the memory cannot be read or written.
pub(super) fn scan(
    store: &Store,
    output: &OutputRecord,
    review: &ReviewDocument,
    bytes: Vec<u8>,
) -> Result<Scanned> {
    let (path, language) = (shown(&output.source), &output.language);
    let mut written = review.summaries.iter().filter(|summary| summary.language == *language);
    if !written.any(|summary| summary.output.as_ref() == Some(&shown(&output.path))) {
        return Ok(nothing(output, "it stands beside the summary that counts"));
    }
    let hash = *blake3::hash(&bytes).as_bytes();
    let is_ours = |other: &OutputRecord| {
        other.kind == OutputKind::Summary
            && other.language == *language
            && !other.edited
            && other.hash == hash
    };
    let ours = store.outputs_of_blocking(&output.source)?.iter().any(is_ours);
    let Ok(file) = String::from_utf8(bytes) else {
        return Ok(nothing(output, "it is no UTF-8"));
    };
    let text = body(&file);
    let done = Scanned { whole: true, reason: None, ..nothing(output, "") };
    if text.is_empty() || ours {
        store.unsummarize_blocking(&path, language)?;
        // Without its time, so that the next run looks at it.
        let record = OutputRecord { hash, stamp: Stamp::default(), edited: false, ..output.clone() };
        store.settle_blocking(review, vec![record])?;
        return Ok(Scanned { summary: Some(SummaryEdit::TakenBack), ..done });
    }
    let all = store.human_summaries_blocking(&path)?;
    if all.iter().any(|one| one.language == *language && one.file == file) {
        return Ok(done);
    }
    if let Some(reason) = given::refusal(&text, "") {
        return Ok(nothing(output, &reason));
    }
    let created_ms = jiff::Timestamp::now().as_millisecond();
    let (language, digest) = (language.clone(), review.digest.clone());
    store.summarize_blocking(HumanSummary { path, language, digest, file, created_ms })?;
    Ok(Scanned { summary: Some(SummaryEdit::Taken), ..done })
}
