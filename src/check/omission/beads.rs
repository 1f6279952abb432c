//! Whether the sentences of both sides go together better with the source's last one left out. Knows lengths only.
//!
//! Source of the method: Gale and Church (1993), "A program for aligning sentences in bilingual corpora": the cheapest way to pair
//! sentences in order, one with one, one with two and so on, by how far the lengths are off.

/// Sentences of each side that are looked at, from the end: what stands before says nothing of the last one.
const MOST: usize = 24;

/// Sentences of the source and of the answer that go together, and what it costs, in nats.
const BEADS: &[(usize, usize, f64)] =
    &[(1, 1, 0.1), (1, 2, 2.8), (2, 1, 2.8), (2, 2, 4.5), (1, 3, 5.0), (3, 1, 5.0), (0, 1, 7.0), (1, 0, 7.0)];

/// How much cheaper the sentences pair with the source's last one left out, in nats: positive where it looks lost.
///
/// `source` and `answer` are the sentences' lengths, the source's multiplied already by what is to be expected of the pair; `spread`
/// is the scatter of the logarithm of two lengths that belong together.
pub(super) fn last_left_out(source: &[f64], answer: &[f64], spread: impl Fn(f64) -> f64) -> f64 {
    let source = source.get(source.len().saturating_sub(MOST)..).unwrap_or_default();
    let answer = answer.get(answer.len().saturating_sub(MOST)..).unwrap_or_default();
    let width = answer.len() + 1;
    let mut costs = vec![f64::INFINITY; (source.len() + 1) * width];
    for here in 0..=source.len() {
        for there in 0..=answer.len() {
            let cheapest = BEADS.iter().filter_map(|(ours, theirs, cost)| {
                let (before, answered) = (here.checked_sub(*ours)?, there.checked_sub(*theirs)?);
                // The last sentence left alone is the other reading.
                if here == source.len() && *theirs == 0 {
                    return None;
                }
                let length: f64 = source.get(before..here)?.iter().sum();
                let answers: f64 = answer.get(answered..there)?.iter().sum();
                let off = if *ours == 0 || *theirs == 0 {
                    0.0
                } else {
                    ((answers + 1.0) / (length + 1.0)).ln() / spread(length)
                };
                Some(costs.get(before * width + answered)? + cost + off * off / 2.0)
            });
            let cost = if here + there == 0 { 0.0 } else { cheapest.fold(f64::INFINITY, f64::min) };
            if let Some(cell) = costs.get_mut(here * width + there) {
                *cell = cost;
            }
        }
    }
    let cost = |here: usize| costs.get(here * width + answer.len()).copied().unwrap_or(f64::INFINITY);
    let (whole, without) = (cost(source.len()), cost(source.len().saturating_sub(1)));
    if whole.is_finite() && without.is_finite() { whole - without } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spread(length: f64) -> f64 {
        1.7 / length.max(20.0).sqrt()
    }

    #[test]
    fn a_lost_sentence_is_told_from_two_joined_ones() {
        let source = [80.0, 120.0, 60.0, 100.0];
        assert!(last_left_out(&source, &[85.0, 115.0, 62.0], spread) > 4.0);
        assert!(last_left_out(&source, &[85.0, 180.0, 102.0], spread) < -2.0, "two joined");
        assert!(last_left_out(&source, &[85.0, 115.0, 62.0, 95.0], spread) < -4.0);
        assert!(last_left_out(&source, &[85.0, 115.0, 62.0, 45.0, 50.0], spread) < -4.0, "one split");
    }

    #[test]
    fn nothing_is_said_of_nothing() {
        assert!(last_left_out(&[], &[], spread).abs() < 1e-9);
        assert!(last_left_out(&[50.0], &[], spread).is_finite());
    }
}
