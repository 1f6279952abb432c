//! The dynamic programme between two anchors.
//!
//! After Gale and Church (1993), with what the texts share added to the lengths. Costs are in nats: what it costs
//! to believe in a move.

use std::ops::Range;

use super::{Item, Matched, Reading};
use crate::document::BlockKind;

/// A block that has no counterpart. Gale and Church have 1 % of such; a translation that is to be checked may have more.
const SKIP: f64 = 5.0;
/// Two blocks made one, or one cut in two.
const MERGE: f64 = 5.0;
/// Letters of the longer of two blocks from which they can be made one: the lines of a menu are not, and where one of them is missing
/// its neighbours would look like that.
const LEAST_JOINED: f64 = 30.0;
/// Kinds that differ: a heading that became a paragraph.
const OTHER_KIND: f64 = 4.0;
/// A heading of another level.
const OTHER_LEVEL: f64 = 1.0;
/// The most that a length alone can say against a pair.
const WORST_LENGTH: f64 = 14.0;
/// The most that what is shared can say for a pair.
const MOST_SHARED: f64 = 30.0;
/// The square of the scatter that one letter has; sentences of 45 letters scatter by a fifth.
const LETTER_SCATTER: f64 = 1.4;
/// As many pairs as the language's own expansion weighs against the documents'.
const PRIOR_PAIRS: f64 = 4.0;

/// Tables larger than this are only filled near the diagonal.
const WHOLE_TABLE: usize = 250_000;
/// How near, in blocks, at the least.
const BAND: usize = 100;

/// A stretch of both documents that anchors leave open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Gap {
    /// Items of the source, by index.
    pub source: Vec<usize>,
    /// Items of the target, by index.
    pub target: Vec<usize>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Move {
    Pair,
    SkipSource,
    SkipTarget,
    /// Two of the source are one of the target.
    Join,
    /// One of the source is two of the target.
    Cut,
}

/// Matches what belongs together in the gap.
pub(super) fn fill(reading: &Reading, gap: &Gap, matched: &mut Matched) {
    let first = expansion(reading, matched);
    let moves = best(reading, gap, first);
    // Once more with the lengths of what was found.
    let mut trial = matched.clone();
    apply(gap, &moves, &mut trial);
    let second = expansion(reading, &trial);
    let moves = if (second - first).abs() > 0.02 { best(reading, gap, second) } else { moves };
    apply(gap, &moves, matched);
}

/// How many letters of the target come for one of the source, as a logarithm: the languages' own, moved towards what
/// pairs found so far have.
pub(super) fn expansion(reading: &Reading, matched: &Matched) -> f64 {
    if reading.same_language {
        return 0.0;
    }
    let mut found: Vec<f64> = (0..reading.source.len())
        .filter_map(|source| {
            let (one, other) = (&reading.source[source], &reading.target[matched.alone(source)?]);
            (one.unit && one.letters >= 20.0 && other.letters >= 5.0 && one.key != other.key)
                .then(|| (other.letters / one.letters).ln())
        })
        .collect();
    found.sort_by(f64::total_cmp);
    let Some(median) = found.get(found.len() / 2) else { return reading.expansion };
    let count = found.len() as f64;
    (reading.expansion * PRIOR_PAIRS + median * count) / (PRIOR_PAIRS + count)
}

fn apply(gap: &Gap, moves: &[Move], matched: &mut Matched) {
    let (mut source, mut target) = (gap.source.iter().copied(), gap.target.iter().copied());
    for step in moves {
        match step {
            Move::SkipSource => drop(source.next()),
            Move::SkipTarget => drop(target.next()),
            Move::Pair => {
                if let (Some(one), Some(other)) = (source.next(), target.next()) {
                    matched.join(one, other);
                }
            }
            Move::Join => {
                if let (Some(one), Some(two), Some(other)) = (source.next(), source.next(), target.next()) {
                    matched.join(one, other);
                    matched.join(two, other);
                }
            }
            Move::Cut => {
                if let (Some(one), Some(other), Some(third)) = (source.next(), target.next(), target.next()) {
                    matched.join(one, other);
                    matched.join(one, third);
                }
            }
        }
    }
}

/// The cheapest way through the gap.
fn best(reading: &Reading, gap: &Gap, expansion: f64) -> Vec<Move> {
    let (rows, columns) = (gap.source.len(), gap.target.len());
    let mut table = Table::new(rows, columns);
    let source = |index: usize| &reading.source[gap.source[index]];
    let target = |index: usize| &reading.target[gap.target[index]];
    let both = |items: &[Item], order: &[usize]| -> Vec<Option<Item>> {
        order.windows(2).map(|pair| together(items.get(*pair.first()?)?, items.get(*pair.last()?)?)).collect()
    };
    let (joined, halves) = (both(&reading.source, &gap.source), both(&reading.target, &gap.target));
    for row in 0..=rows {
        for column in table.columns(row) {
            let mut cell = if row + column == 0 { (0.0, Move::Pair) } else { (f64::INFINITY, Move::Pair) };
            let mut offer = |from: f64, cost: f64, step: Move| {
                if from + cost < cell.0 {
                    cell = (from + cost, step);
                }
            };
            if row > 0 {
                offer(table.at(row - 1, column), SKIP, Move::SkipSource);
            }
            if column > 0 {
                offer(table.at(row, column - 1), SKIP, Move::SkipTarget);
            }
            if row > 0 && column > 0 {
                let (one, other) = (source(row - 1), target(column - 1));
                offer(table.at(row - 1, column - 1), pair(reading, one, other, expansion), Move::Pair);
                let before = |index: usize| index.checked_sub(2);
                if let (Some(at), Some(Some(both))) = (before(row), before(row).and_then(|at| joined.get(at)))
                {
                    let cost = MERGE + pair(reading, both, other, expansion);
                    offer(table.at(at, column - 1), cost, Move::Join);
                }
                if let (Some(at), Some(Some(both))) =
                    (before(column), before(column).and_then(|at| halves.get(at)))
                {
                    let cost = MERGE + pair(reading, one, both, expansion);
                    offer(table.at(row - 1, at), cost, Move::Cut);
                }
            }
            table.set(row, column, cell);
        }
    }
    table.way_back(rows, columns)
}

/// What it costs to believe that two blocks are each other's.
pub(super) fn pair(reading: &Reading, source: &Item, target: &Item, expansion: f64) -> f64 {
    if source.unit != target.unit {
        return f64::INFINITY;
    }
    let kind = match (source.kind, target.kind) {
        (one, other) if one == other => 0.0,
        (BlockKind::Heading(_), BlockKind::Heading(_)) => OTHER_LEVEL,
        _ => OTHER_KIND,
    };
    let shared = reading.shared(&source.traits, &target.traits);
    let mut cost = kind - shared.min(MOST_SHARED);
    if !source.unit {
        // Nothing of it is translated: one that says something else is another one.
        return cost + if source.key == target.key { 0.0 } else { 2.0 * SKIP };
    }
    let (one, other) = (source.letters.max(1.0), target.letters.max(1.0));
    let scatter = reading.scatter.powi(2) + LETTER_SCATTER / one.min(other / expansion.exp()).max(1.0);
    let off = (other / one).ln() - if source.key == target.key { 0.0 } else { expansion };
    cost += (off * off / scatter / 2.0).min(WORST_LENGTH);
    cost
}

/// Two neighbours as one block, where blocks of their kind can be made one.
fn together(one: &Item, other: &Item) -> Option<Item> {
    let joins = |item: &Item| {
        item.unit
            && matches!(
                item.kind,
                BlockKind::Paragraph | BlockKind::Quote | BlockKind::ListItem | BlockKind::Note
            )
    };
    let labels = one.letters.max(other.letters) < LEAST_JOINED;
    if !joins(one) || !joins(other) || one.kind != other.kind || labels {
        return None;
    }
    let mut traits: Vec<u32> = one.traits.iter().chain(&other.traits).copied().collect();
    traits.sort_unstable();
    traits.dedup();
    let key = format!("{} {}", one.key, other.key);
    Some(Item { key, letters: one.letters + other.letters, traits, ..one.clone() })
}

/// Costs and moves, near the diagonal where the whole would be large.
struct Table {
    width: usize,
    columns: usize,
    starts: Vec<usize>,
    cells: Vec<(f64, Move)>,
}

impl Table {
    fn new(rows: usize, columns: usize) -> Self {
        let whole = (rows + 1).saturating_mul(columns + 1) <= WHOLE_TABLE;
        let half = BAND + rows.abs_diff(columns);
        let width = if whole { columns + 1 } else { (2 * half + 1).min(columns + 1) };
        let start = |row: usize| {
            let centre = row * columns / rows.max(1);
            centre.saturating_sub(half).min(columns + 1 - width)
        };
        let starts = (0..=rows).map(|row| if whole { 0 } else { start(row) }).collect();
        Self { width, columns, starts, cells: vec![(f64::INFINITY, Move::Pair); width * (rows + 1)] }
    }

    fn columns(&self, row: usize) -> Range<usize> {
        let start = self.starts[row];
        start..(start + self.width).min(self.columns + 1)
    }

    fn place(&self, row: usize, column: usize) -> Option<usize> {
        self.columns(row).contains(&column).then(|| row * self.width + column - self.starts[row])
    }

    fn at(&self, row: usize, column: usize) -> f64 {
        self.place(row, column).map_or(f64::INFINITY, |place| self.cells[place].0)
    }

    fn set(&mut self, row: usize, column: usize, cell: (f64, Move)) {
        if let Some(place) = self.place(row, column) {
            self.cells[place] = cell;
        }
    }

    fn way_back(&self, mut row: usize, mut column: usize) -> Vec<Move> {
        let mut moves = Vec::with_capacity(row.max(column));
        while row + column > 0 {
            let Some(place) = self.place(row, column) else { break };
            let step = self.cells[place].1;
            let (rows, columns) = match step {
                Move::Pair => (1, 1),
                Move::SkipSource => (1, 0),
                Move::SkipTarget => (0, 1),
                Move::Join => (2, 1),
                Move::Cut => (1, 2),
            };
            (row, column) = (row - rows, column - columns);
            moves.push(step);
        }
        moves.reverse();
        moves
    }
}
