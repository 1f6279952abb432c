//! What a run made of a document, as a reviewer will see it.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::Shared;
use super::article::LanguageEnd;
use super::ask::Settled;
use crate::background;
use crate::check::{self, Finding, Severity};
use crate::document::{BlockId, Document, Role};
use crate::error::Result;
use crate::glossary::GlossaryTerm;
use crate::language::Language;
use crate::memory::{Correction, CorrectionKind, How, Ignored, TextHash};
use crate::report::event::UnitState;
use crate::review::build::{self, Given, Sides};
use crate::review::data::{
    Earlier, ReviewDocument, ReviewFinding, Summary, TargetState, TargetUnit, Translation,
};
use crate::review::earlier::{Open, earlier};
use crate::review::place::{self, Place};

/// One language of a document as it was settled, and what people did at it before.
#[derive(Debug)]
pub struct Ended {
    pub to: Language,
    pub settled: Vec<Settled>,
    pub dropped: HashSet<BlockId>,
    /// The output, relative to the state root, where there is one.
    pub output: Option<String>,
    /// The glossary's terms that stand in the document.
    pub terms: Vec<GlossaryTerm>,
}

/// A language for review, and which findings in it are passed over.
///
/// # Errors
/// Where the memory cannot be read, or a task of this process failed.
pub async fn translation(
    shared: &Arc<Shared>,
    path: &str,
    document: &Arc<Document>,
    ended: Ended,
) -> Result<(Translation, HashSet<TextHash>)> {
    let from = document.language.language.clone();
    let mut made = shared.store.corrections_of_path(path, &ended.to).await?;
    if let Some(before) = shared.store.review(path).await? {
        let more = stood_before(&before, &ended.to, &made);
        made.extend(more);
    }
    // What was refused is told too, though no answer is there to be looked at again.
    let mut keys = Vec::new();
    for settled in &ended.settled {
        let text = unit_text(document, settled.block);
        keys.extend(settled.findings.iter().map(|finding| key(&from, &ended.to, text, finding)));
    }
    let (mut translation, more) = {
        let document = Arc::clone(document);
        background::run(move || build_units(&document, ended, &made)).await?
    };
    keys.extend(more);
    let ignored = shared.store.ignored(keys).await?;
    if !ignored.is_empty() {
        for ((block, unit), target) in document.units().zip(&mut translation.units) {
            let sides =
                Sides { from: &from, to: &translation.language, role: block.role, source: &unit.text };
            build::pass_over(&sides, target, &ignored);
        }
    }
    Ok((translation, ignored))
}

fn build_units(document: &Document, ended: Ended, made: &[Correction]) -> (Translation, Vec<TextHash>) {
    let Ended { to, settled, dropped, output, terms } = ended;
    let mut settled: HashMap<BlockId, Settled> = settled.into_iter().map(|one| (one.block, one)).collect();
    let mut earlier = earlier_of(document, &settled, made);
    let from = &document.language.language;
    let mut keys = Vec::new();
    let units = document.units().map(|(block, _)| {
        let mut settled = settled.remove(&block.id);
        let machine = settled.as_mut().and_then(|settled| settled.machine.take());
        let given = given(settled, dropped.contains(&block.id), earlier.remove(&block.id));
        TargetUnit { machine, ..build::unit(&to, given) }
    });
    let mut units: Vec<TargetUnit> = units.collect();
    let sources = || document.units().map(|(block, unit)| (block.role, unit.text.as_str()));
    build::judge((from, &to), sources(), &mut units, &terms);
    for ((role, source), unit) in sources().zip(&units) {
        keys.extend(build::keys(&Sides { from, to: &to, role, source }, unit));
    }
    (Translation { language: to, output, terms, units }, keys)
}

/// What people's work had for this article when it was last reviewed, beside the corrections `made` at its own path: theirs were made at
/// another, for a text that was moved here or stands there too.
fn stood_before(before: &ReviewDocument, to: &Language, made: &[Correction]) -> Vec<Correction> {
    let Some(translation) = before.translations.iter().find(|one| one.language == *to) else {
        return Vec::new();
    };
    let units = before.units.iter().zip(&translation.units).zip(place::of_units(&before.units));
    let stood = units.filter_map(|((unit, target), place)| {
        let (source, answer) = match (target.state, &target.text, &target.earlier) {
            (TargetState::Human, Some(text), _) => (&unit.text, text),
            (_, _, Some(earlier)) => (&earlier.source, &earlier.text),
            _ => return None,
        };
        made.iter().all(|one| one.source != *source).then(|| Correction {
            from: before.language.clone(),
            to: to.clone(),
            source: source.clone(),
            before: place.before,
            after: place.after,
            shape: None,
            path: before.path.clone(),
            block: unit.block,
            kind: CorrectionKind::Edit,
            answer: answer.clone(),
            raw: None,
            machine: None,
            machine_engine: None,
            how: How::File,
            created_ms: 0,
        })
    });
    stood.collect()
}

/// Corrections made here for texts that stand no longer, by the unit that they are offered beside.
fn earlier_of(
    document: &Document,
    settled: &HashMap<BlockId, Settled>,
    made: &[Correction],
) -> HashMap<BlockId, Earlier> {
    if made.is_empty() {
        return HashMap::new();
    }
    let places = place::of_document(document);
    let standing: HashSet<&str> = document.units().map(|(_, unit)| unit.text.as_str()).collect();
    let human = |block: BlockId| settled.get(&block).is_some_and(|one| one.state == UnitState::Human);
    let open: Vec<Open<'_>> = document
        .units()
        .filter(|(block, _)| !human(block.id))
        .map(|(block, unit)| {
            let place = places.get(&block.id).copied().unwrap_or_else(Place::default);
            Open { block: block.id, text: &unit.text, place }
        })
        .collect();
    earlier(made, &standing, &open)
}

fn given(settled: Option<Settled>, dropped: bool, earlier: Option<Earlier>) -> Given {
    let nothing = Given {
        state: if dropped { TargetState::Dropped } else { TargetState::Failed },
        text: None,
        engine: None,
        findings: Vec::new(),
        error: None,
        earlier,
    };
    let Some(settled) = settled else { return nothing };
    let state = match settled.state {
        UnitState::Failed => TargetState::Failed,
        UnitState::Human => TargetState::Human,
        UnitState::Copied => TargetState::Copied,
        UnitState::Translated | UnitState::Remembered => TargetState::Machine,
    };
    let (misfit, its_finding) = match settled.misfit {
        Some(misfit) => (Some(misfit.earlier), Some(misfit.finding)),
        None => (None, None),
    };
    // An accepted answer is looked at anew, but for what was taken off it; of a refused one nothing else is left.
    let mut findings = settled.findings;
    if state != TargetState::Failed {
        findings.retain(|one| one.severity == Severity::Info && !check::judges(&one.check, one.severity));
    }
    Given {
        state,
        text: settled.text,
        engine: settled.engine,
        findings: findings.into_iter().chain(its_finding).collect(),
        error: settled.error,
        earlier: misfit.or(nothing.earlier),
    }
}

fn unit_text(document: &Document, block: BlockId) -> &str {
    let block = document.blocks.get(block.0 as usize);
    block.and_then(|block| block.unit.as_ref()).map_or("", |unit| unit.text.as_str())
}

/// The key under which a finding of a unit may be passed over.
fn key(from: &Language, to: &Language, text: &str, finding: &Finding) -> TextHash {
    Ignored::key(from, to, text, &finding.check, &finding.message)
}

/// Takes from `findings` of a unit those that are passed over.
pub fn heed(
    document: &Document,
    (to, ignored): (&Language, &HashSet<TextHash>),
    block: BlockId,
    findings: &mut Vec<Finding>,
) {
    let from = &document.language.language;
    let text = unit_text(document, block);
    findings.retain(|finding| !ignored.contains(&key(from, to, text, finding)));
}

/// Adds to what answers brought with them the hard findings that the review alone sees: on an answer that passed the checks
/// of its time, and between the answers of a document; on a person's text too, until a person says to pass over them.
/// An engine that is not held to all checks, a test's double, is not held to these either, nor is what people made of its
/// answers.
pub fn see_hard(
    (shared, document): (&Shared, &Document),
    translation: &Translation,
    settled: &mut [Settled],
) {
    let units: HashMap<BlockId, &TargetUnit> =
        document.units().map(|(block, _)| block.id).zip(&translation.units).collect();
    for settled in settled {
        let unit = units.get(&settled.block);
        for seen in unit.into_iter().flat_map(|unit| open_hard(shared, (&translation.language, unit))) {
            let known = |one: &Finding| one.check == seen.check && one.message == seen.message;
            if !settled.findings.iter().any(known) {
                let range = |span: [usize; 2]| span[0]..span[1];
                settled.findings.push(Finding {
                    span: seen.span.map(range),
                    source_span: seen.source_span.map(range),
                    ..Finding::new(&seen.check, seen.severity, seen.message.clone())
                });
            }
        }
    }
}

/// Whether an answer stands against a hard finding that nobody said to pass over.
pub fn stands_against_hard(shared: &Shared, translation: &Translation) -> bool {
    translation.units.iter().any(|unit| open_hard(shared, (&translation.language, unit)).next().is_some())
}

fn open_hard<'a>(
    shared: &Shared,
    (to, unit): (&Language, &'a TargetUnit),
) -> impl Iterator<Item = &'a ReviewFinding> {
    let counts = match unit.state {
        TargetState::Machine => shared.asker.is_judged(unit.engine.as_deref()),
        TargetState::Human => shared.asker.judges(to),
        TargetState::Failed | TargetState::Copied | TargetState::Dropped => false,
    };
    let hard = |finding: &&ReviewFinding| finding.severity == Severity::Hard && unit.is_open(finding);
    unit.findings.iter().filter(move |finding| counts && hard(finding))
}

/// One summary for review.
pub fn summary(
    (language, engine): (&Language, &str),
    sentences: &[crate::report::event::SentenceRecord],
    findings: &[Finding],
    failed: bool,
) -> Summary {
    let sentences = sentences.iter().map(|sentence| crate::review::data::SummarySentence {
        text: sentence.text.clone(),
        blocks: sentence.blocks.clone(),
    });
    Summary {
        language: language.clone(),
        engine: engine.to_owned(),
        output: None,
        failed,
        earlier: None,
        sentences: sentences.collect(),
        findings: findings.iter().map(|one| build::finding(language, one)).collect(),
    }
}

/// The review of a document at its end.
///
/// # Errors
/// Where the memory cannot be read.
pub async fn document(
    shared: &Shared,
    path: &str,
    document: &Document,
    ends: &mut [&mut LanguageEnd],
) -> Result<ReviewDocument> {
    let before = shared.store.review(path).await?;
    let translations = ends.iter_mut().filter_map(|end| end.translation.take()).collect();
    let summaries = ends.iter_mut().filter_map(|end| end.summary.take()).collect();
    let source = build::source(document, path);
    Ok(build::assemble(source, (translations, summaries), before, &shared.settings.targets))
}

/// The role that furniture has: it alone is ever left out.
pub fn is_dropped(shared: &Shared, role: Role) -> bool {
    shared.settings.boilerplate == crate::settings::Boilerplate::Drop && role == Role::Boilerplate
}
