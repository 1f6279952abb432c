//! Corrections whose source has changed since, offered beside the unit that took the place of theirs.

use std::collections::{HashMap, HashSet};

use super::data::Earlier;
use super::place::Place;
use super::similar::similarity;
use crate::document::BlockId;
use crate::memory::{Correction, CorrectionKind};

/// From this likeness on a text is taken for a changed form of another.
const LIKE: f64 = 0.6;

/// A unit that no correction counts for.
#[derive(Debug, Clone, Copy)]
pub struct Open<'a> {
    pub block: BlockId,
    /// Canonical.
    pub text: &'a str,
    pub place: Place,
}

/// Gives each open unit the correction made at this source (`made`) that was most likely made for an earlier form of
/// it, each correction once. `standing` are the texts of all the document's units: a correction whose text still
/// stands is nobody's earlier one.
///
/// A unit is the later form where both its neighbours are the same, or where it is alike enough.
pub fn earlier(
    made: &[Correction],
    standing: &HashSet<&str>,
    open: &[Open<'_>],
) -> HashMap<BlockId, Earlier> {
    let lost: Vec<&Correction> = made
        .iter()
        .filter(|one| one.kind != CorrectionKind::Withdrawal && !standing.contains(one.source.as_str()))
        .collect();
    let mut pairs: Vec<(f64, usize, usize)> = Vec::new();
    for (index, correction) in lost.iter().enumerate() {
        for (at, unit) in open.iter().enumerate() {
            let between = correction.before.is_some() || correction.after.is_some();
            let same_place =
                between && (correction.before, correction.after) == (unit.place.before, unit.place.after);
            let like = similarity(&correction.source, unit.text);
            if same_place || like >= LIKE {
                pairs.push((like + f64::from(u8::from(same_place)), at, index));
            }
        }
    }
    pairs.sort_by(|one, other| {
        other.0.total_cmp(&one.0).then_with(|| (one.1, one.2).cmp(&(other.1, other.2)))
    });
    let (mut given, mut taken, mut found) = (HashSet::new(), HashSet::new(), HashMap::new());
    for (_, at, index) in pairs {
        if given.contains(&index) || taken.contains(&at) {
            continue;
        }
        if let (Some(unit), Some(correction)) = (open.get(at), lost.get(index)) {
            given.insert(index);
            taken.insert(at);
            found.insert(unit.block, offered(correction));
        }
    }
    found
}

/// A correction as it is offered.
pub fn offered(correction: &Correction) -> Earlier {
    Earlier { source: correction.source.clone(), text: correction.answer.clone() }
}
