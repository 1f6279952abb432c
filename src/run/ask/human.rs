//! People's answers: they come before the memory's and before any engine, whatever the run is made with.

use super::{Asker, Fits, Job, Settled};
use crate::check::{Finding, Severity};
use crate::engine::Usage;
use crate::error::Result;
use crate::language::Language;
use crate::memory::Store;
use crate::plan::lookup::Wanted;
use crate::report::event::UnitState;
use crate::review::data::Earlier;
use crate::review::earlier::offered;
use crate::review::place::Place;
use crate::review::recall::{Choice, HUMAN, choose, machine};

/// A person's text for a unit, that cannot be put where the unit stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Misfit {
    pub earlier: Earlier,
    /// Why.
    pub finding: Finding,
}

/// What people's work has for one unit.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::run) enum Human {
    Nothing,
    Settled(Box<Settled>),
    Misfit(Box<Misfit>),
}

/// What people's work has for `wanted`, one for each, in the same order. `places` are those of `wanted`, in their order.
///
/// # Errors
/// Where the memory cannot be read.
pub(in crate::run) async fn corrected(
    store: &Store,
    (from, to): (&Language, &Language),
    path: &str,
    (wanted, places): (&[Wanted], &[Place]),
    fits: &Fits<'_>,
) -> Result<Vec<Human>> {
    let texts: Vec<&str> = wanted.iter().map(|unit| unit.text.as_str()).collect();
    let known = store.corrections_for(from, to, &texts).await?;
    if known.is_empty() {
        return Ok(vec![Human::Nothing; wanted.len()]);
    }
    let nowhere = Place::default();
    let found = wanted.iter().enumerate().map(|(index, unit)| {
        let all = known.get(&unit.text).map(Vec::as_slice).unwrap_or_default();
        let place = places.get(index).unwrap_or(&nowhere);
        match choose(all, place, path, |answer| fits(unit.block, answer)) {
            Choice::Nothing => Human::Nothing,
            Choice::Counts(correction, raw) => Human::Settled(Box::new(Settled {
                block: unit.block,
                state: UnitState::Human,
                text: Some(correction.answer.clone()),
                raw: correction.raw.clone().filter(|_| raw),
                engine: Some(HUMAN.to_owned()),
                usage: Usage::default(),
                findings: Vec::new(),
                error: None,
                misfit: None,
                machine: machine(all, correction, place, |answer| fits(unit.block, answer))
                    .and_then(|one| one.machine.clone()),
            })),
            Choice::Misfit(correction, finding) => {
                let message =
                    format!("a person's text for this paragraph cannot be put here: {}", finding.message);
                let finding = Finding::new("correction", Severity::Flag, message);
                Human::Misfit(Box::new(Misfit { earlier: offered(correction), finding }))
            }
        }
    });
    Ok(found.collect())
}

impl Asker {
    /// Settles what people have answered; gives what of theirs does not fit, by the index of its unit.
    pub(super) async fn heed_people(
        &self,
        job: &Job<'_>,
        wanted: &[Wanted],
        fits: &Fits<'_>,
        settled: &mut [Option<Settled>],
    ) -> Result<Vec<(usize, Misfit)>> {
        let pair = (job.from, job.to);
        let found = corrected(&self.store, pair, job.path, (wanted, job.places), fits).await?;
        let mut misfits = Vec::new();
        for (index, ((found, place), unit)) in found.into_iter().zip(settled).zip(wanted).enumerate() {
            match found {
                Human::Nothing => {}
                Human::Settled(human) => {
                    (job.on_settled)(UnitState::Human, 1, unit.words);
                    *place = Some(*human);
                }
                Human::Misfit(misfit) => misfits.push((index, *misfit)),
            }
        }
        Ok(misfits)
    }
}
