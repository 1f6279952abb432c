//! An edited output whose source is another by now: what was written is known by its answers alone, not to the byte.
//!
//! Their words as paragraphs are near enough to it to find most edits by. A Markdown output is read as what it is, and its
//! words are compared; what it keeps out of translation is left out on both sides.

use std::ops::Range;

use super::map::{self, Mapped};
use super::{Found, units};
use crate::document::{Format, slice};
use crate::language::Language;
use crate::read::markdown;
use crate::read::unit::{Part, split};
use crate::review::article::Article;
use crate::review::data::{SourceUnit, TargetState, TargetUnit};
use crate::stitch::{MARK_CLOSE, MARK_OPEN, Stitched};

/// Finds in `edited` what a person changed in the article's translation into `to`; none where there is no such translation.
pub(super) fn find(article: &Article, to: &Language, edited: &str, format: Format) -> Option<Found> {
    let translation = article.translation(to)?;
    let answers = article.review.units.iter().zip(&translation.units);
    match format {
        Format::Text => Some(in_text(article, answers, edited)),
        Format::Markdown => Some(in_markdown(article, answers, edited)),
    }
}

fn in_text<'b>(
    article: &Article,
    answers: impl Iterator<Item = (&'b SourceUnit, &'b TargetUnit)>,
    edited: &str,
) -> Found {
    let written = paragraphs(answers, str::to_owned);
    Found::of(article, &written, edited)
}

fn in_markdown<'b>(
    article: &Article,
    answers: impl Iterator<Item = (&'b SourceUnit, &'b TargetUnit)>,
    edited: &str,
) -> Found {
    let written = paragraphs(answers, words);
    let mut bare = String::new();
    let mut places: Vec<(Range<usize>, Range<usize>)> = Vec::new();
    for block in markdown::parse(edited) {
        let Some(unit) = &block.unit else { continue };
        let start = bare.len();
        bare.push_str(&words(&unit.text));
        places.push((start..bare.len(), block.content));
        bare.push_str("\n\n");
    }
    let mut mapped = map::map(&written.text, &units(article, &written), &bare);
    let content =
        |range: &Range<usize>| places.iter().find(|(place, _)| place == range).map(|(_, content)| content);
    let (mut changed, mut gone) = (Vec::new(), std::mem::take(&mut mapped.gone));
    for (block, range) in std::mem::take(&mut mapped.changed) {
        match content(&range) {
            Some(content) => changed.push((block, content.clone())),
            None => gone.push(block),
        }
    }
    let moved = |block| gone.contains(block) || changed.iter().any(|(changed, _)| changed == block);
    let standing = written.spans.iter().filter(|(block, _)| !moved(block)).filter_map(|(block, range)| {
        let same = |place: &Range<usize>| slice(&bare, place.clone()) == slice(&written.text, range.clone());
        let (_, content) = places.iter().find(|(place, _)| same(place))?;
        Some((*block, slice(edited, content.clone()).to_owned()))
    });
    let standing = standing.collect();
    // A paragraph of words is one line, and a blank one.
    let line = |at: usize| slice(edited, 0..at).matches('\n').count() + 1;
    let actual = |bare: usize| places.get((bare - 1) / 2).map(|(_, content)| content.clone());
    let unmapped = mapped
        .unmapped
        .iter()
        .filter_map(|(first, last)| Some((line(actual(*first)?.start), line(actual(*last)?.end))));
    Found { mapped: Mapped { changed, gone, unmapped: unmapped.collect() }, standing }
}

/// The answers of a translation as paragraphs, each in the form that `shown` gives it.
fn paragraphs<'b>(
    answers: impl Iterator<Item = (&'b SourceUnit, &'b TargetUnit)>,
    shown: impl Fn(&str) -> String,
) -> Stitched {
    let mut bare = Stitched { text: String::new(), failed: Vec::new(), spans: Vec::new() };
    for (unit, target) in answers {
        let text = match (target.state, &target.text) {
            (TargetState::Dropped, _) => continue,
            (TargetState::Copied, None) => shown(&unit.text),
            (_, Some(text)) => shown(text),
            (_, None) => format!("{MARK_OPEN}{}{MARK_CLOSE}", shown(&unit.text)),
        };
        let start = bare.text.len();
        bare.text.push_str(&text);
        bare.spans.push((unit.block, start..bare.text.len()));
        bare.text.push_str("\n\n");
    }
    bare
}

/// A canonical text without what is kept out of translation.
fn words(text: &str) -> String {
    let parts = split(text).map(|part| match part {
        Part::Text { text, .. } => text,
        Part::Span { .. } => " ",
    });
    parts.collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ")
}
