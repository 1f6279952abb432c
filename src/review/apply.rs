//! Changes that a person made, applied: by the page's export, the server, an XLIFF.
//!
//! Each change is on disk as a correction before anything else; then the outputs, the reviews and the ledger follow.
//! Must not lose a change in silence: each has an [`Outcome`]. Nor may one take the place of a text that its sender did not
//! see: it is refused with that text.

use serde::Serialize;

use super::article::{Article, Known};
use super::change::{Action, Change};
use super::data::{TargetState, TargetUnit};
use super::desk::Desk;
use super::given;
use super::recall::Choice;
use crate::document::BlockId;
use crate::error::Result;
use crate::language::Language;
use crate::memory::{Correction, CorrectionKind, How, Ignored};
use crate::report::event::WriteState;

/// What became of one change.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Outcome {
    pub path: String,
    pub language: Language,
    /// Where it was applied: the change's own block, or the one that its text stands at by now.
    pub block: BlockId,
    pub state: OutcomeState,
    /// Why it was refused, or what is still to come.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// The unit as it is now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<TargetUnit>,
}

/// See [`Outcome::state`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum OutcomeState {
    /// It counts from now on.
    Done,
    /// It counted already.
    Unchanged,
    /// It cannot be taken; nothing was changed.
    Refused,
}

/// Where changes come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sender {
    pub how: How,
    /// When the file that holds them was saved, Unix time in milliseconds; none where there is none.
    pub saved_ms: Option<i64>,
}

impl From<How> for Sender {
    fn from(how: How) -> Self {
        Self { how, saved_ms: None }
    }
}

/// Applies `changes` in their order; one outcome for each, in the same order. Of each article and language the output is
/// written once, when all of its changes are kept; the folder's index at the end.
///
/// # Errors
/// Where the memory or an output cannot be read or written. What was kept by then stays, and the next run shows it.
pub fn apply_at(desk: &Desk, changes: &[Change], sender: Sender) -> Result<Vec<Outcome>> {
    let mut outcomes: Vec<Option<Outcome>> = vec![None; changes.len()];
    for index in 0..changes.len() {
        let Some(first) = changes.get(index).filter(|_| outcomes.get(index) == Some(&None)) else { continue };
        let group: Vec<(usize, &Change)> = changes
            .iter()
            .enumerate()
            .filter(|(_, change)| change.path == first.path && change.language == first.language)
            .collect();
        let found = apply_group(desk, (&first.path, &first.language), &group, sender)?;
        for ((index, _), outcome) in group.iter().zip(found) {
            if let Some(place) = outcomes.get_mut(*index) {
                *place = Some(outcome);
            }
        }
    }
    let outcomes: Vec<Outcome> = outcomes.into_iter().flatten().collect();
    if outcomes.iter().any(|outcome| outcome.state == OutcomeState::Done) {
        desk.index()?;
    }
    Ok(outcomes)
}

/// What one change came to before the outputs follow.
enum Step {
    Done(usize),
    Unchanged(usize),
    Refused(String),
    /// Another text stands at this unit than its sender saw.
    Overtaken(usize, String),
}

fn apply_group(
    desk: &Desk,
    (path, to): (&str, &Language),
    group: &[(usize, &Change)],
    sender: Sender,
) -> Result<Vec<Outcome>> {
    let refuse_all = |reason: &str| -> Vec<Outcome> {
        group
            .iter()
            .map(|(_, change)| outcome(change, Step::Refused(reason.to_owned()), None, None))
            .collect()
    };
    let Some(mut article) = desk.article(path)? else {
        return Ok(refuse_all("no run has finished this source here; run `gloss run` first"));
    };
    if article.translation(to).is_none() {
        return Ok(refuse_all("no run has translated this source into this language"));
    }
    // What somebody typed in the file comes first: it must be kept, and it is older.
    desk.scan_of(&mut article, to)?;
    // Against what stood before any of them: one of two equal paragraphs follows the other.
    let mut known = article.known(desk.store(), to)?;
    let overtaken: Vec<Option<Step>> =
        group.iter().map(|(_, change)| overtaken(&article, &known, to, change, sender)).collect();
    let mut steps = Vec::with_capacity(group.len());
    for ((_, change), overtaken) in group.iter().zip(overtaken) {
        let step = match overtaken {
            Some(step) => step,
            None => keep(desk, (&article, &known), to, change, sender.how)?,
        };
        if matches!(step, Step::Done(_)) {
            // A later change of the group may be of the same text.
            let text = change.source.as_str();
            known.extend(desk.store().corrections_for_blocking(&article.review.language, to, &[text])?);
            article.follow(&known, to, Some(text));
        }
        steps.push(step);
    }
    let mut message = None;
    if steps.iter().any(|step| matches!(step, Step::Done(_))) {
        article.judge(desk.store(), to)?;
        message = match desk.settle(&article, to)? {
            Some(WriteState::KeptEdited) => {
                Some("kept; the output was changed by hand elsewhere too, so ours stands beside it")
            }
            Some(_) => None,
            None => Some("kept; the output follows at the next run, because its source has changed"),
        };
    }
    let units = article.translation(to).map(|translation| translation.units.as_slice()).unwrap_or_default();
    let outcomes = group.iter().zip(steps).map(|((_, change), step)| {
        let index = match step {
            Step::Done(index) | Step::Unchanged(index) | Step::Overtaken(index, _) => Some(index),
            Step::Refused(_) => None,
        };
        let block = index.and_then(|index| article.review.units.get(index)).map(|unit| unit.block);
        let unit = index.and_then(|index| units.get(index)).cloned();
        let mut told = outcome(change, step, block, unit);
        if told.state == OutcomeState::Done {
            told.message = message.map(str::to_owned);
        }
        told
    });
    Ok(outcomes.collect())
}

fn outcome(change: &Change, step: Step, block: Option<BlockId>, unit: Option<TargetUnit>) -> Outcome {
    let (state, message) = match step {
        Step::Done(_) => (OutcomeState::Done, None),
        Step::Unchanged(_) => (OutcomeState::Unchanged, None),
        Step::Refused(reason) | Step::Overtaken(_, reason) => (OutcomeState::Refused, Some(reason)),
    };
    let (path, language) = (change.path.clone(), change.language.clone());
    Outcome { path, language, block: block.unwrap_or(change.block), state, message, unit }
}

/// The unit that a change is of: at its own block, or where its source text stands by now.
fn unit_of(article: &Article, change: &Change) -> Option<usize> {
    let units = &article.review.units;
    let stands = |index: &usize| units.get(*index).is_some_and(|unit| unit.text == change.source);
    let here = units.iter().position(|unit| unit.block == change.block).filter(stands);
    here.or_else(|| (0..units.len()).find(stands))
}

/// The refusal of a change over something that its sender did not see. What an engine answered meanwhile is no reason to
/// refuse what a file brings: that is an answer to the same source.
fn overtaken(
    article: &Article,
    known: &Known,
    to: &Language,
    change: &Change,
    sender: Sender,
) -> Option<Step> {
    let wanted = match &change.action {
        Action::Edit { text } | Action::Accept { text } => Some(text.as_str()),
        Action::Revert => None,
        Action::Ignore { .. } | Action::Heed { .. } => return None,
    };
    let index = unit_of(article, change)?;
    let unit = article.translation(to)?.units.get(index)?;
    let stands = unit.text.as_deref().unwrap_or_default();
    let live = sender.how == How::Server;
    if wanted == Some(stands) || !live && unit.state != TargetState::Human {
        return None;
    }
    let unseen = match (&change.seen, &change.action) {
        (Some(seen), _) => seen.iter().all(|seen| seen != stands),
        (None, _) if live => false,
        // Who accepts a text saw that one.
        (None, Action::Accept { .. }) => true,
        (None, _) => {
            let made = match article.chosen(known, to, index) {
                Choice::Counts(correction, _) => Some(correction.created_ms),
                Choice::Nothing | Choice::Misfit(..) => None,
            };
            made.zip(sender.saved_ms).is_some_and(|(made, saved)| made > saved)
        }
    };
    let again = if live {
        "save again to put yours there"
    } else {
        "save yours on the page as it is now to put it there"
    };
    let reason = match stands {
        "" => format!("the text that you saw was taken away since; {again}"),
        text => format!("it was changed since you saw it, and reads now: “{text}”; {again}"),
    };
    unseen.then_some(Step::Overtaken(index, reason))
}

/// Keeps one change in the memory, durably.
fn keep(
    desk: &Desk,
    (article, known): (&Article, &Known),
    to: &Language,
    change: &Change,
    how: How,
) -> Result<Step> {
    let Some(index) = unit_of(article, change) else {
        let reason = "its source text stands nowhere in this article any more";
        return Ok(Step::Refused(reason.to_owned()));
    };
    let standing = article.translation(to).and_then(|translation| translation.units.get(index));
    if standing.is_none_or(|unit| unit.state == TargetState::Dropped) {
        return Ok(Step::Refused(
            "this paragraph is left out of the translation (`--boilerplate drop`)".to_owned(),
        ));
    }
    match &change.action {
        Action::Edit { text } => {
            keep_answer(desk, (article, known), (to, index), text, (CorrectionKind::Edit, how))
        }
        Action::Accept { text } => {
            keep_answer(desk, (article, known), (to, index), text, (CorrectionKind::Acceptance, how))
        }
        Action::Revert => match article.chosen(known, to, index) {
            Choice::Counts(correction, _) | Choice::Misfit(correction, _) => {
                let mut withdrawal = stamped(article, to, index, correction.clone());
                (withdrawal.machine, withdrawal.machine_engine) = article.machine(known, to, index);
                withdrawal.how = how;
                desk.store().withdraw_blocking(withdrawal)?;
                Ok(Step::Done(index))
            }
            Choice::Nothing => Ok(Step::Unchanged(index)),
        },
        Action::Ignore { check, message } => {
            desk.store().ignore_blocking(vec![ignored(article, to, change, check, message)])?;
            Ok(Step::Done(index))
        }
        Action::Heed { check, message } => {
            desk.store().heed_blocking(vec![ignored(article, to, change, check, message)])?;
            Ok(Step::Done(index))
        }
    }
}

fn keep_answer(
    desk: &Desk,
    (article, known): (&Article, &Known),
    (to, index): (&Language, usize),
    text: &str,
    (kind, how): (CorrectionKind, How),
) -> Result<Step> {
    let Some(unit) = article.review.units.get(index) else {
        return Ok(Step::Refused("there is no such paragraph".to_owned()));
    };
    let text = given::on_one_line(text, to);
    if let Some(reason) = given::refusal(&text, &unit.text) {
        return Ok(Step::Refused(reason));
    }
    let counting = match article.chosen(known, to, index) {
        Choice::Counts(correction, raw) => Some((correction, raw)),
        Choice::Nothing | Choice::Misfit(..) => None,
    };
    let same = counting.filter(|(correction, _)| correction.answer == text);
    if same.is_some_and(|(correction, _)| correction.kind == kind || kind == CorrectionKind::Edit) {
        return Ok(Step::Unchanged(index));
    }
    // What was typed in the file stays as it was typed when it is accepted.
    let raw = same.and_then(|(correction, raw)| correction.raw.clone().filter(|_| raw));
    if raw.is_none()
        && let Some(misfit) = article.misfit(to, index, &text)
    {
        return Ok(Step::Refused(format!("it does not fit: {}", misfit.message)));
    }
    let (machine, machine_engine) = article.machine(known, to, index);
    let correction = Correction {
        from: article.review.language.clone(),
        to: to.clone(),
        source: unit.text.clone(),
        before: None,
        after: None,
        shape: None,
        path: article.review.path.clone(),
        block: unit.block,
        kind,
        answer: text,
        raw,
        machine,
        machine_engine,
        how,
        created_ms: known.get(&unit.text).and_then(|all| all.first()).map_or(0, |newest| newest.created_ms),
    };
    desk.store().correct_blocking(vec![stamped(article, to, index, correction)])?;
    Ok(Step::Done(index))
}

/// A correction made now at this unit: newer than `like`, however the clock was set.
fn stamped(article: &Article, to: &Language, index: usize, like: Correction) -> Correction {
    let place = article.place(index);
    let now = jiff::Timestamp::now().as_millisecond();
    let block = article.review.units.get(index).map_or(like.block, |unit| unit.block);
    Correction {
        to: to.clone(),
        before: place.before,
        after: place.after,
        shape: place.shape,
        path: article.review.path.clone(),
        block,
        created_ms: now.max(like.created_ms.saturating_add(1)),
        ..like
    }
}

fn ignored(article: &Article, to: &Language, change: &Change, check: &str, message: &str) -> Ignored {
    Ignored {
        from: article.review.language.clone(),
        to: to.clone(),
        source: change.source.clone(),
        check: check.to_owned(),
        message: message.to_owned(),
        created_ms: jiff::Timestamp::now().as_millisecond(),
    }
}
