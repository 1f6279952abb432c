//! The data of a review, from a document and what was settled for it.
//!
//! Everything here depends on the document and the answers alone: what was asked or remembered, and when, leaves no
//! trace. So all checks run anew over what stands in the end, whoever answered.

use std::collections::HashSet;

use super::data::{
    Earlier, ReviewDocument, ReviewFinding, SCHEMA, SourceUnit, Summary, TargetState, TargetUnit, Translation,
};
use crate::check::{self, Finding, Pair};
use crate::document::{Document, Role};
use crate::glossary::{Glossary, GlossaryTerm};
use crate::language::Language;
use crate::memory::{Ignored, TextHash};
use crate::read::unit::Mark;

/// A document without its answers.
pub fn source(document: &Document, path: &str) -> ReviewDocument {
    let units = document.units().map(|(block, unit)| {
        let mut kept: Vec<String> = unit
            .marks
            .iter()
            .map(|mark| match mark {
                Mark::Literal(shown) | Mark::Element(shown) => shown.clone(),
                Mark::Open { .. } | Mark::Close { .. } => String::new(),
            })
            .collect();
        if kept.iter().all(String::is_empty) {
            kept.clear();
        }
        SourceUnit { block: block.id, kind: block.kind, role: block.role, text: unit.text.clone(), kept }
    });
    ReviewDocument {
        schema: SCHEMA,
        path: path.to_owned(),
        digest: document.digest.clone(),
        language: document.language.language.clone(),
        units: units.collect(),
        translations: Vec::new(),
        summaries: Vec::new(),
    }
}

/// Which unit, in which languages.
#[derive(Debug, Clone, Copy)]
pub struct Sides<'a> {
    pub from: &'a Language,
    pub to: &'a Language,
    pub role: Role,
    /// Canonical.
    pub source: &'a str,
}

/// What was settled for one unit.
#[derive(Debug, Clone, PartialEq)]
pub struct Given {
    pub state: TargetState,
    pub text: Option<String>,
    pub engine: Option<String>,
    /// Of an answer that was refused, and those that no check of the text can find.
    pub findings: Vec<Finding>,
    pub error: Option<String>,
    pub earlier: Option<Earlier>,
}

/// A unit as a reviewer sees it, before it is judged ([`judge`]) and anything is passed over ([`pass_over`]).
pub fn unit(to: &Language, given: Given) -> TargetUnit {
    TargetUnit {
        state: given.state,
        text: given.text,
        engine: given.engine,
        findings: given.findings.iter().map(|one| finding(to, one)).collect(),
        error: given.error,
        earlier: given.earlier,
        machine: None,
    }
}

/// Has all answers of one language judged together: what the checks find stands before what the units say of themselves.
/// What an earlier judgement found goes. `sources` are the units in the order of `targets`.
pub fn judge<'a>(
    (from, to): (&Language, &Language),
    sources: impl Iterator<Item = (Role, &'a str)>,
    targets: &mut [TargetUnit],
    terms: &[GlossaryTerm],
) {
    let stands = |target: &TargetUnit| matches!(target.state, TargetState::Machine | TargetState::Human);
    let (found, judged): (Vec<Vec<Finding>>, Vec<usize>) = {
        let rows = sources.zip(&*targets).enumerate().filter(|(_, (_, target))| stands(target));
        let rows = rows.filter_map(|(index, ((role, source), target))| {
            let answer = target.text.as_deref()?;
            Some((Pair { source, answer, from, to, role }, index))
        });
        let (pairs, indexes): (Vec<Pair<'_>>, Vec<usize>) = rows.unzip();
        let glossary = Glossary::new(terms, from, to);
        (check::document(&pairs, Some(&glossary).filter(|_| !terms.is_empty())), indexes)
    };
    for (findings, index) in found.iter().zip(judged) {
        let Some(target) = targets.get_mut(index) else { continue };
        let said = std::mem::take(&mut target.findings)
            .into_iter()
            .filter(|one| !check::judges(&one.check, one.severity));
        target.findings = findings.iter().map(|one| finding(to, one)).chain(said).collect();
    }
}

/// A finding as it is shown, in an answer in `to`.
pub fn finding(to: &Language, finding: &Finding) -> ReviewFinding {
    let span = |range: &std::ops::Range<usize>| [range.start, range.end];
    ReviewFinding {
        check: finding.check.clone(),
        severity: finding.severity,
        message: finding.message.clone(),
        span: finding.span.as_ref().map(span),
        source_span: finding.source_span.as_ref().map(span),
        precision: check::precision(&finding.check, finding.severity, to),
        ignored: false,
    }
}

/// The keys under which the findings of a unit may be passed over, in their order.
pub fn keys(sides: &Sides<'_>, unit: &TargetUnit) -> Vec<TextHash> {
    let Sides { from, to, source, .. } = *sides;
    unit.findings
        .iter()
        .map(|finding| Ignored::key(from, to, source, &finding.check, &finding.message))
        .collect()
}

/// Marks the findings of a unit that a person said to pass over, and no others.
pub fn pass_over(sides: &Sides<'_>, unit: &mut TargetUnit, ignored: &HashSet<TextHash>) {
    let keys = keys(sides, unit);
    for (finding, key) in unit.findings.iter_mut().zip(keys) {
        finding.ignored = ignored.contains(&key);
    }
}

/// Puts what a run made into the review. What earlier runs made of the same source in other languages stays, behind
/// those of `targets`, which come in their order.
pub fn assemble(
    mut review: ReviewDocument,
    (mut translations, mut summaries): (Vec<Translation>, Vec<Summary>),
    before: Option<ReviewDocument>,
    targets: &[Language],
) -> ReviewDocument {
    if let Some(before) =
        before.filter(|before| before.digest == review.digest && before.units == review.units)
    {
        for old in before.translations {
            if translations.iter().all(|new| new.language != old.language) {
                translations.push(old);
            }
        }
        for old in before.summaries {
            if summaries.iter().all(|new| new.language != old.language) {
                summaries.push(old);
            }
        }
    }
    let place = |language: &Language| {
        let at = targets.iter().position(|target| target == language).unwrap_or(targets.len());
        (at, language.clone())
    };
    translations.sort_by_cached_key(|one| place(&one.language));
    summaries.sort_by_cached_key(|one| (one.language != review.language, place(&one.language)));
    review.translations = translations;
    review.summaries = summaries;
    review
}
