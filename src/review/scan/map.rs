//! From an output that a person edited to the units that they changed.
//!
//! What gloss wrote is known to the byte, and where each unit stands in it. Lines that are the same in both texts hold
//! the rest in place. Between them the bytes around the units are looked for as they were written: where all are
//! there, what lies between them is the person's. Where they are not (a paragraph more, two made one), the paragraphs
//! of both sides are paired by their number or else by their likeness, and what has no partner is told by its lines.
//!
//! Must not judge what was typed, or decide what becomes of the file.

#[cfg(test)]
mod tests;

use std::ops::Range;

use super::lines::{Stretch, compare};
use crate::document::{BlockId, slice};
use crate::review::similar::similarity;
use crate::stitch::{MARK_CLOSE, MARK_OPEN};

/// From this likeness on a paragraph is taken for a changed form of another, where their places say nothing.
const LIKE: f64 = 0.4;

/// Among those it must not be much longer or shorter either: two paragraphs made one, or one made two, are no form of
/// the one they are most like. Its length in parts of the other's.
const LENGTHS: std::ops::RangeInclusive<f64> = 0.6..=1.6;

/// Where more pairs than that would have to be compared, nothing is paired by likeness (40,000 take about a second).
const MOST_PAIRS: usize = 40_000;

/// A unit in the text that gloss wrote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    pub block: BlockId,
    /// Its content.
    pub range: Range<usize>,
    /// It must stay on one line: a heading, a cell.
    pub one_line: bool,
}

/// What a person did to an output.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Mapped {
    /// Units with another content than was written, and where it stands in the edited text.
    pub changed: Vec<(BlockId, Range<usize>)>,
    /// Lines of the edited text that belong to no unit, from 1: first and last.
    pub unmapped: Vec<(usize, usize)>,
    /// Units that stand nowhere any more.
    pub gone: Vec<BlockId>,
}

/// Maps `edited`, which was made from `written` with `units` in it, in order.
pub fn map(written: &str, units: &[Written], edited: &str) -> Mapped {
    let (ours, theirs) = (Lines::of(written), Lines::of(edited));
    let mut mapped = Mapped::default();
    let stretches = compare(&ours.texts(), &theirs.texts());
    let units = single_lines(written, units);
    for region in regions(&stretches, &ours, &units) {
        let bytes = ours.bytes(&region.written);
        let inside: Vec<&Written> = units
            .iter()
            .filter(|unit| bytes.start <= unit.range.start && unit.range.end <= bytes.end)
            .collect();
        let region =
            Region { written, edited, before: bytes, after: theirs.bytes(&region.edited), lines: &theirs };
        region.map(&inside, &mut mapped);
    }
    mapped
}

/// The units with `one_line` set also where a second line would be another unit: no blank line is around them, and they
/// have been on one line.
fn single_lines(written: &str, units: &[Written]) -> Vec<Written> {
    let mut before = 0;
    let mut all = Vec::with_capacity(units.len());
    for (index, unit) in units.iter().enumerate() {
        let next = units.get(index + 1).map_or(written.len(), |next| next.range.start);
        let front = slice(written, before..unit.range.start);
        let behind = slice(written, unit.range.end..next);
        let apart = (has_blank_line(front) || index == 0 && front.trim().is_empty())
            && (has_blank_line(behind) || index + 1 == units.len() && behind.trim().is_empty());
        let lines = apart || slice(written, unit.range.clone()).trim().contains('\n');
        all.push(Written { one_line: unit.one_line || !lines, ..unit.clone() });
        before = unit.range.end;
    }
    all
}

/// A text's lines by their places, their ends with them.
struct Lines<'a> {
    text: &'a str,
    ranges: Vec<Range<usize>>,
}

impl<'a> Lines<'a> {
    fn of(text: &'a str) -> Self {
        let mut at = 0;
        let ranges = text.split_inclusive('\n').map(|line| {
            let from = at;
            at += line.len();
            from..at
        });
        Self { text, ranges: ranges.collect() }
    }

    fn texts(&self) -> Vec<&'a str> {
        self.ranges.iter().map(|range| slice(self.text, range.clone())).collect()
    }

    fn bytes(&self, lines: &Range<usize>) -> Range<usize> {
        let start = self.ranges.get(lines.start).map_or(self.text.len(), |range| range.start);
        let end =
            lines.end.checked_sub(1).and_then(|last| self.ranges.get(last)).map_or(0, |range| range.end);
        start..end.max(start)
    }

    /// The line that a byte stands in, from 0.
    fn line(&self, at: usize) -> usize {
        self.ranges.partition_point(|range| range.end <= at)
    }
}

/// Stretches that differ, each with all of the units that it touches.
fn regions(stretches: &[Stretch], ours: &Lines<'_>, units: &[Written]) -> Vec<Stretch> {
    let mut regions: Vec<Stretch> = Vec::new();
    let mut open: Option<Stretch> = None;
    let mut units = units.iter().peekable();
    for stretch in stretches {
        // Whether a unit reaches over the border before this stretch.
        let border = ours.bytes(&stretch.written).start;
        while units.next_if(|unit| unit.range.end <= border).is_some() {}
        let crossed = units.peek().is_some_and(|unit| unit.range.start < border);
        open = match open {
            Some(before) if crossed || before.same == stretch.same && !stretch.same => Some(Stretch {
                written: before.written.start..stretch.written.end,
                edited: before.edited.start..stretch.edited.end,
                same: before.same && stretch.same,
            }),
            before => {
                regions.extend(before);
                Some(stretch.clone())
            }
        };
    }
    regions.extend(open);
    regions.retain(|region| !region.same);
    regions
}

/// A stretch that differs.
struct Region<'a> {
    written: &'a str,
    edited: &'a str,
    /// Its bytes in the one and in the other.
    before: Range<usize>,
    after: Range<usize>,
    lines: &'a Lines<'a>,
}

impl Region<'_> {
    fn map(&self, units: &[&Written], mapped: &mut Mapped) {
        let contents = self.between(units).unwrap_or_else(|| self.pair(units, mapped));
        for (unit, content) in units.iter().zip(contents) {
            let Some(content) = content else {
                mapped.gone.push(unit.block);
                continue;
            };
            let (ours, theirs) =
                (slice(self.written, unit.range.clone()), slice(self.edited, content.clone()));
            if !same_words(ours, theirs) {
                mapped.changed.push((unit.block, content));
            }
        }
    }

    /// The bytes around the units, one more than units.
    fn fixed(&self, units: &[&Written]) -> Vec<&str> {
        let mut at = self.before.start;
        let mut fixed = Vec::with_capacity(units.len() + 1);
        for unit in units {
            fixed.push(slice(self.written, at..unit.range.start));
            at = unit.range.end;
        }
        fixed.push(slice(self.written, at..self.before.end));
        fixed
    }

    /// The contents where everything around them stands as it was written.
    fn between(&self, units: &[&Written]) -> Option<Vec<Option<Range<usize>>>> {
        let text = slice(self.edited, self.after.clone());
        let fixed = self.fixed(units);
        let (first, rest) = fixed.split_first()?;
        let mut at = text.starts_with(first).then_some(first.len())?;
        let mut contents = Vec::with_capacity(units.len());
        for (index, (unit, behind)) in units.iter().zip(rest).enumerate() {
            let left = slice(text, at..text.len());
            let length = if index + 1 == units.len() {
                left.ends_with(behind).then(|| left.len() - behind.len())?
            } else if behind.is_empty() {
                return None;
            } else {
                left.find(behind)?
            };
            let content = slice(left, 0..length);
            if !holds(content, slice(self.written, unit.range.clone()), unit) {
                return None;
            }
            let start = self.after.start + at;
            contents.push(Some(start..start + length));
            at += length + behind.len();
        }
        (at == text.len() && !units.is_empty()).then_some(contents)
    }

    /// The contents paragraph by paragraph. What has no partner is noted.
    fn pair(&self, units: &[&Written], mapped: &mut Mapped) -> Vec<Option<Range<usize>>> {
        let fixed = self.fixed(units);
        let inner = fixed.get(1..units.len()).unwrap_or_default();
        let by_line = inner.iter().any(|between| !has_blank_line(between));
        let chunks = self.chunks(by_line);
        let shapes: Vec<Shape<'_>> = units
            .iter()
            .enumerate()
            .map(|(index, unit)| {
                let (front, behind) = (fixed.get(index), fixed.get(index + 1));
                Shape::new(slice(self.written, unit.range.clone()), unit, front.copied(), behind.copied())
            })
            .collect();
        let content = |unit: usize, chunk: usize| -> Option<Range<usize>> {
            let (shape, chunk) = (shapes.get(unit)?, chunks.get(chunk)?);
            let inside = shape.content(slice(self.edited, chunk.clone()))?;
            Some(chunk.start + inside.start..chunk.start + inside.end)
        };
        let like = |unit: usize, chunk: usize| match (content(unit, chunk), shapes.get(unit)) {
            (Some(range), Some(shape))
                if LENGTHS.contains(&(range.len() as f64 / shape.written.len().max(1) as f64)) =>
            {
                similarity(shape.written, slice(self.edited, range))
            }
            _ => 0.0,
        };
        let fit = |unit: usize| content(unit, unit).is_some();
        let partners: Vec<Option<usize>> = if chunks.len() == units.len() {
            (0..units.len()).map(|unit| fit(unit).then_some(unit)).collect()
        } else {
            let mut partners = align(units.len(), chunks.len(), &like);
            self.unpair(&shapes, &chunks, &mut partners);
            partners
        };
        for (index, chunk) in chunks.iter().enumerate() {
            if !partners.contains(&Some(index)) {
                let last = chunk.end.saturating_sub(1).max(chunk.start);
                mapped.unmapped.push((self.lines.line(chunk.start) + 1, self.lines.line(last) + 1));
            }
        }
        partners.iter().enumerate().map(|(unit, chunk)| content(unit, (*chunk)?)).collect()
    }

    /// Takes pairs apart that are halves: where a paragraph without a partner beside one of them makes the other side
    /// more alike, one was cut in two or two were made one.
    fn unpair(&self, shapes: &[Shape<'_>], chunks: &[Range<usize>], partners: &mut [Option<usize>]) {
        let typed = |chunk: usize| chunks.get(chunk).map_or("", |range| slice(self.edited, range.clone()));
        let written = |unit: usize| shapes.get(unit).map_or("", |shape| shape.written);
        let before = partners.to_vec();
        for (unit, partner) in partners.iter_mut().enumerate() {
            let Some(chunk) = *partner else { continue };
            let alone = similarity(written(unit), typed(chunk));
            let sides = [unit.checked_sub(1), Some(unit + 1)].into_iter().flatten();
            let mut gone = sides.filter(|side| before.get(*side) == Some(&None));
            let merged = gone.any(|side| {
                let (first, second) = (unit.min(side), unit.max(side));
                similarity(&format!("{} {}", written(first), written(second)), typed(chunk)) > alone
            });
            let sides = [chunk.checked_sub(1), Some(chunk + 1)].into_iter().flatten();
            let mut loose = sides.filter(|side| *side < chunks.len() && !before.contains(&Some(*side)));
            let cut = loose.any(|side| {
                let (first, second) = (chunk.min(side), chunk.max(side));
                similarity(written(unit), &format!("{} {}", typed(first), typed(second))) > alone
            });
            if merged || cut {
                *partner = None;
            }
        }
    }

    /// The region's paragraphs, or its lines that are not blank.
    fn chunks(&self, by_line: bool) -> Vec<Range<usize>> {
        let mut chunks: Vec<Range<usize>> = Vec::new();
        let mut ends_before = true;
        let mut at = self.after.start;
        for line in slice(self.edited, self.after.clone()).split_inclusive('\n') {
            let range = at..at + line.trim_end().len();
            at += line.len();
            if range.is_empty() {
                ends_before = true;
                continue;
            }
            match chunks.last_mut() {
                Some(last) if !ends_before => last.end = range.end,
                _ => chunks.push(range),
            }
            ends_before = by_line;
        }
        chunks
    }
}

/// What a unit's paragraph looks like: its words, and what stands on its lines before and behind them.
struct Shape<'a> {
    written: &'a str,
    unit: &'a Written,
    front: &'a str,
    behind: &'a str,
}

impl<'a> Shape<'a> {
    fn new(written: &'a str, unit: &'a Written, front: Option<&'a str>, behind: Option<&'a str>) -> Self {
        let (front, behind) = (front.unwrap_or_default(), behind.unwrap_or_default());
        let last_line = front.rsplit('\n').next().unwrap_or_default();
        let first_line = behind.split('\n').next().unwrap_or_default();
        Self { written, unit, front: last_line, behind: first_line.trim_end() }
    }

    /// Where in a paragraph this unit's content would stand, if it can be this unit's.
    fn content(&self, chunk: &str) -> Option<Range<usize>> {
        let start = if chunk.starts_with(self.front) {
            self.front.len()
        } else {
            // White space in front of words is no part of anything.
            self.front.trim().is_empty().then(|| chunk.len() - chunk.trim_start().len())?
        };
        let rest = slice(chunk, start..chunk.len());
        let rest = rest.strip_suffix(self.behind)?;
        holds(rest, self.written, self.unit).then(|| start..start + rest.len())
    }
}

/// Whether something typed can be a unit's content: words, no marks of ours, and no more than one paragraph.
fn holds(content: &str, written: &str, unit: &Written) -> bool {
    if content == written {
        return true;
    }
    let marked = [MARK_OPEN, MARK_CLOSE].iter().any(|mark| content.contains(mark.trim()));
    // What stands at the edges of a content belongs to what is around it.
    let bare = !content.is_empty() && content.trim() == content;
    let more_lines = unit.one_line && content.contains('\n');
    bare && !marked && !more_lines && !has_blank_line(content)
}

/// Whether there is an empty line in the text.
fn has_blank_line(text: &str) -> bool {
    let mut lines = text.split('\n').skip(1).peekable();
    while let Some(line) = lines.next() {
        if lines.peek().is_some() && line.trim().is_empty() {
            return true;
        }
    }
    false
}

/// The same but for white space at the ends of lines.
fn same_words(one: &str, other: &str) -> bool {
    one == other || one.lines().map(str::trim_end).eq(other.lines().map(str::trim_end))
}

/// Pairs as many units with paragraphs as are alike, in order; for each unit its paragraph.
fn align(units: usize, chunks: usize, like: &dyn Fn(usize, usize) -> f64) -> Vec<Option<usize>> {
    if units * chunks > MOST_PAIRS {
        return vec![None; units];
    }
    // The best sum of likeness for what follows each pair of places.
    let width = chunks + 1;
    let mut best = vec![0.0_f64; (units + 1) * width];
    let mut gain = vec![0.0_f64; (units + 1) * width];
    let at = |unit: usize, chunk: usize| unit * width + chunk;
    for unit in (0..units).rev() {
        for chunk in (0..chunks).rev() {
            let found = like(unit, chunk);
            gain[at(unit, chunk)] = found;
            let both = if found >= LIKE { found + best[at(unit + 1, chunk + 1)] } else { 0.0 };
            best[at(unit, chunk)] = both.max(best[at(unit + 1, chunk)]).max(best[at(unit, chunk + 1)]);
        }
    }
    let mut partners = vec![None; units];
    let (mut unit, mut chunk) = (0, 0);
    while unit < units && chunk < chunks {
        let (here, found) = (best[at(unit, chunk)], gain[at(unit, chunk)]);
        if found >= LIKE && here <= found + best[at(unit + 1, chunk + 1)] {
            partners[unit] = Some(chunk);
            (unit, chunk) = (unit + 1, chunk + 1);
        } else if here <= best[at(unit + 1, chunk)] {
            unit += 1;
        } else {
            chunk += 1;
        }
    }
    partners
}
