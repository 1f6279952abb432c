//! What has changed places: a programme that goes forward only cannot see it.

use super::sequence::{expansion, pair};
use super::{Matched, Reading};

/// How far apart exchanged blocks may stand, in blocks; looking farther costs the square of it.
const REACH: usize = 30;
/// How much better the exchange must fit, in nats: blocks seldom change places.
const EXCHANGE: f64 = 6.0;
/// What two blocks must share, in nats, to be matched out of order, where their lengths do not speak against them.
const FOUND_AGAIN: f64 = 4.0;

/// Exchanges pairs that fit much better the other way round, and matches what is left over.
pub(super) fn undo(reading: &Reading, matched: &mut Matched) {
    exchange(reading, matched);
    find_again(reading, matched);
}

fn exchange(reading: &Reading, matched: &mut Matched) {
    let expansion = expansion(reading, matched);
    let cost = |source: usize, target: usize| {
        pair(reading, &reading.source[source], &reading.target[target], expansion)
    };
    let mut offers: Vec<(f64, usize, usize)> = Vec::new();
    let open: Vec<(usize, usize)> = (0..reading.source.len())
        .filter(|source| !matched.exact[*source])
        .filter_map(|source| Some((source, matched.alone(source)?)))
        .collect();
    for (at, &(one, its)) in open.iter().enumerate() {
        for &(other, theirs) in open.iter().skip(at + 1).take(REACH) {
            let gain = cost(one, its) + cost(other, theirs) - cost(one, theirs) - cost(other, its);
            if gain > EXCHANGE {
                offers.push((gain, one, other));
            }
        }
    }
    offers.sort_by(|left, right| right.0.total_cmp(&left.0));
    let mut done = vec![false; reading.source.len()];
    for (_, one, other) in offers {
        if !done[one] && !done[other] {
            matched.targets.swap(one, other);
            (done[one], done[other]) = (true, true);
        }
    }
}

fn find_again(reading: &Reading, matched: &mut Matched) {
    let expansion = expansion(reading, matched);
    let left: Vec<usize> = (0..reading.source.len()).filter(|at| matched.targets[*at].is_empty()).collect();
    let free: Vec<usize> = (0..reading.target.len()).filter(|at| matched.owners[*at] == 0).collect();
    if left.len().saturating_mul(free.len()) > 1_000_000 {
        return;
    }
    let mut offers: Vec<(f64, usize, usize)> = Vec::new();
    for &source in &left {
        for &target in &free {
            let (one, other) = (&reading.source[source], &reading.target[target]);
            let cost = pair(reading, one, other, expansion);
            if cost < 0.0 && reading.shared(&one.traits, &other.traits) > FOUND_AGAIN {
                offers.push((cost, source, target));
            }
        }
    }
    offers.sort_by(|left, right| left.0.total_cmp(&right.0));
    for (_, source, target) in offers {
        if matched.targets[source].is_empty() && matched.owners[target] == 0 {
            matched.join(source, target);
        }
    }
}
