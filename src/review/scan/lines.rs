//! Which lines of an edited text are those that were written.
//!
//! Lines that are alike but for the white space at their ends stand for one another. The ends that both texts have in
//! common come first, then lines that stand once in each (in the longest order that both keep), and between two of
//! those the same again: `patience diff`, which never takes a blank line for a landmark.

use std::collections::HashMap;
use std::ops::Range;

/// A stretch of both texts, in line numbers from 0.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stretch {
    pub written: Range<usize>,
    pub edited: Range<usize>,
    /// The lines are the same, one by one.
    pub same: bool,
}

/// Cuts both texts into stretches, in order, each line in one.
pub fn compare(written: &[&str], edited: &[&str]) -> Vec<Stretch> {
    let written: Vec<&str> = written.iter().map(|line| line.trim_end()).collect();
    let edited: Vec<&str> = edited.iter().map(|line| line.trim_end()).collect();
    let mut pairs = Vec::new();
    let mut open = vec![(0..written.len(), 0..edited.len())];
    while let Some((left, right)) = open.pop() {
        pair(&written, &edited, (left, right), &mut pairs, &mut open);
    }
    pairs.sort_unstable();
    stretches(&pairs, written.len(), edited.len())
}

/// Pairs what two stretches have at their ends, and leaves what lies between their landmarks open.
fn pair(
    written: &[&str],
    edited: &[&str],
    (mut left, mut right): (Range<usize>, Range<usize>),
    pairs: &mut Vec<(usize, usize)>,
    open: &mut Vec<(Range<usize>, Range<usize>)>,
) {
    let same =
        |one: usize, other: usize| written.get(one).is_some_and(|line| edited.get(other) == Some(line));
    while !left.is_empty() && !right.is_empty() && same(left.start, right.start) {
        pairs.push((left.start, right.start));
        (left.start, right.start) = (left.start + 1, right.start + 1);
    }
    while !left.is_empty() && !right.is_empty() && same(left.end - 1, right.end - 1) {
        (left.end, right.end) = (left.end - 1, right.end - 1);
        pairs.push((left.end, right.end));
    }
    if left.is_empty() || right.is_empty() {
        return;
    }
    let (ours, theirs) = (once(written, left.clone()), once(edited, right.clone()));
    let mut common: Vec<(usize, usize)> =
        ours.into_iter().filter_map(|(line, at)| Some((at?, theirs.get(line).copied().flatten()?))).collect();
    common.sort_unstable();
    let (mut one, mut other) = (left.start, right.start);
    let landmarks = longest_in_order(&common);
    if landmarks.is_empty() {
        return;
    }
    for (at, there) in landmarks {
        pairs.push((at, there));
        open.push((one..at, other..there));
        (one, other) = (at + 1, there + 1);
    }
    open.push((one..left.end, other..right.end));
}

/// Where each line stands that is not blank; `None` for one that stands more than once.
fn once<'a>(lines: &[&'a str], range: Range<usize>) -> HashMap<&'a str, Option<usize>> {
    let mut found = HashMap::new();
    for at in range {
        if let Some(line) = lines.get(at).filter(|line| !line.is_empty()) {
            found.entry(*line).and_modify(|at| *at = None).or_insert(Some(at));
        }
    }
    found
}

/// The longest part of `pairs` (by their first number) in which the second numbers grow too.
fn longest_in_order(pairs: &[(usize, usize)]) -> Vec<(usize, usize)> {
    // For each length the pair with the least second number that ends such a part.
    let mut ends: Vec<usize> = Vec::new();
    let mut before: Vec<Option<usize>> = Vec::with_capacity(pairs.len());
    let second = |index: usize| pairs.get(index).map_or(0, |pair| pair.1);
    for (index, pair) in pairs.iter().enumerate() {
        let place = ends.partition_point(|end| second(*end) < pair.1);
        before.push(place.checked_sub(1).and_then(|place| ends.get(place)).copied());
        match ends.get_mut(place) {
            Some(end) => *end = index,
            None => ends.push(index),
        }
    }
    let mut longest = Vec::new();
    let mut at = ends.last().copied();
    while let Some(index) = at {
        longest.extend(pairs.get(index).copied());
        at = before.get(index).copied().flatten();
    }
    longest.reverse();
    longest
}

fn stretches(pairs: &[(usize, usize)], written: usize, edited: usize) -> Vec<Stretch> {
    let mut all = Vec::new();
    let (mut one, mut other) = (0, 0);
    for (at, there) in pairs.iter().copied().chain([(written, edited)]) {
        if one < at || other < there {
            all.push(Stretch { written: one..at, edited: other..there, same: false });
        }
        if at < written && there < edited {
            all.push(Stretch { written: at..at + 1, edited: there..there + 1, same: true });
        }
        (one, other) = (at + 1, there + 1);
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_in_one_stretch_and_landmarks_hold() {
        for (written, edited, shown) in [
            ("a b c", "a b c", "==="),
            ("a b c", "a x c", "=(1,1)="),
            ("a b c d", "a x b c y d", "=(0,1)==(0,1)="),
            ("a - b - c", "a - - c", "==(1,0)=="),
            ("a b c", "c a b", "(0,1)==(1,0)"),
            ("", "a", "(1,1)"),
            ("a b", "", "(2,1)"),
        ] {
            let cut = |text: &'static str| -> Vec<&'static str> {
                text.split(' ').map(|line| if line == "-" { "" } else { line }).collect()
            };
            let (written, edited) = (cut(written), cut(edited));
            let found = compare(&written, &edited);
            let (mut one, mut other) = (0, 0);
            let mut said = String::new();
            for stretch in &found {
                assert_eq!((stretch.written.start, stretch.edited.start), (one, other));
                (one, other) = (stretch.written.end, stretch.edited.end);
                if stretch.same {
                    assert_eq!(written[stretch.written.start], edited[stretch.edited.start]);
                    said.push('=');
                } else {
                    said += &format!("({},{})", stretch.written.len(), stretch.edited.len());
                }
            }
            assert_eq!((one, other), (written.len(), edited.len()));
            assert_eq!(said, shown, "{written:?} {edited:?}");
        }
    }
}
