//! Blocks that say exactly what is expected of them, and the stretches that they leave open.

use rustc_hash::FxHashMap;

use super::sequence::Gap;
use super::{Matched, Reading};

/// Letters from which a text is no other block's by chance, and may have moved.
const MOVABLE: f64 = 12.0;

/// Matches what is the same on both sides: as many times there as here, in their order.
pub(super) fn find(reading: &Reading) -> Matched {
    let mut matched = Matched::none(reading);
    let mut places: FxHashMap<(&str, bool), [Vec<usize>; 2]> = FxHashMap::default();
    for (side, items) in [&reading.source, &reading.target].into_iter().enumerate() {
        for (index, item) in items.iter().enumerate() {
            places.entry((&item.key, item.unit)).or_default()[side].push(index);
        }
    }
    let mut candidates: Vec<Option<usize>> = vec![None; reading.source.len()];
    let mut alone = vec![false; reading.source.len()];
    for ((key, _), [sources, targets]) in &places {
        // Across languages a word or two may be the same by chance.
        let says = reading.same_language || key.chars().count() >= 3;
        if sources.len() == targets.len() && says {
            for (source, target) in sources.iter().zip(targets) {
                candidates[*source] = Some(*target);
                alone[*source] = sources.len() == 1;
            }
        }
    }
    let in_order = longest_ascending(&candidates);
    for (source, target) in candidates.into_iter().enumerate() {
        let Some(target) = target else { continue };
        if in_order[source] || (alone[source] && reading.source[source].letters >= MOVABLE) {
            matched.join(source, target);
            matched.exact[source] = true;
        }
    }
    matched
}

/// What lies between anchors that stand in order, without what is matched already.
pub(super) fn gaps(reading: &Reading, matched: &Matched) -> Vec<Gap> {
    let anchors: Vec<Option<usize>> = (0..reading.source.len()).map(|source| matched.alone(source)).collect();
    let in_order = longest_ascending(&anchors);
    let mut gaps = Vec::new();
    let mut gap = Gap { source: Vec::new(), target: Vec::new() };
    let mut from = 0;
    let free = |range: std::ops::Range<usize>| range.filter(|target| matched.owners[*target] == 0);
    for (source, anchor) in anchors.iter().enumerate() {
        match anchor {
            Some(target) if in_order[source] => {
                gap.target.extend(free(from..*target));
                gaps.push(std::mem::replace(&mut gap, Gap { source: Vec::new(), target: Vec::new() }));
                from = target + 1;
            }
            Some(_) => {}
            None => gap.source.push(source),
        }
    }
    gap.target.extend(free(from..reading.target.len()));
    gaps.push(gap);
    gaps.retain(|gap| !gap.source.is_empty() && !gap.target.is_empty());
    gaps
}

/// Which of `places` belong to a longest selection that rises (two neighbours may be equal). None of those without a place.
pub(super) fn longest_ascending(places: &[Option<usize>]) -> Vec<bool> {
    // The smallest last place of a rising selection of each length, with its index.
    let mut tails: Vec<(usize, usize)> = Vec::new();
    let mut before: Vec<Option<usize>> = vec![None; places.len()];
    for (index, place) in places.iter().enumerate() {
        let Some(place) = *place else { continue };
        let length = tails.partition_point(|(tail, _)| *tail <= place);
        before[index] = length.checked_sub(1).and_then(|at| tails.get(at)).map(|(_, index)| *index);
        match tails.get_mut(length) {
            Some(tail) => *tail = (place, index),
            None => tails.push((place, index)),
        }
    }
    let mut chosen = vec![false; places.len()];
    let mut at = tails.last().map(|(_, index)| *index);
    while let Some(index) = at {
        chosen[index] = true;
        at = before[index];
    }
    chosen
}
