//! What a folder's files have in common at their edges.
//!
//! Owns the counting of repeated lines. Files are sampled, so that a folder of a million costs what one of
//! [`SAMPLED_FILES`] does: about 12,000 hashes of eight bytes.

use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};

/// Lines looked at on each edge of a file.
const EDGE_LINES: usize = 12;

/// Longest line, in characters, that may be furniture by repetition.
const LONGEST_LINE: usize = 80;

/// Files in which a line must stand to count as repeated, at least.
const LEAST_FILES: usize = 3;

/// Most files that are looked at, evenly spread over the folder's order.
pub const SAMPLED_FILES: usize = 500;

/// The lines that stand at the edges of several of a folder's files.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FolderEvidence {
    /// Hashes as [`edge_lines`] makes them.
    pub repeated: HashSet<u64>,
}

impl FolderEvidence {
    /// Counts the edge lines of files, each file's given once: what stands in at least three of them, and in
    /// one of a hundred, is repeated.
    pub fn of(files: impl IntoIterator<Item = Vec<u64>>) -> Self {
        let mut counts: HashMap<u64, usize> = HashMap::new();
        let mut all = 0_usize;
        for mut lines in files {
            all += 1;
            lines.sort_unstable();
            lines.dedup();
            for line in lines {
                *counts.entry(line).or_default() += 1;
            }
        }
        let least = LEAST_FILES.max(all.div_ceil(100));
        Self {
            repeated: counts.into_iter().filter(|(_, files)| *files >= least).map(|(line, _)| line).collect(),
        }
    }

    pub(super) fn has(&self, line: &str) -> bool {
        !self.repeated.is_empty() && line_hash(line).is_some_and(|hash| self.repeated.contains(&hash))
    }
}

/// Hashes of the short lines at both edges of a text, without parsing it.
pub fn edge_lines(text: &str) -> Vec<u64> {
    let lines = || text.lines().filter(|line| !line.trim().is_empty());
    lines().take(EDGE_LINES).chain(lines().rev().take(EDGE_LINES)).filter_map(line_hash).collect()
}

/// The hash of a line that is short enough: case aside, every digit alike, so that dates count as one.
fn line_hash(line: &str) -> Option<u64> {
    let line = line.trim();
    if line.is_empty() || line.chars().count() > LONGEST_LINE {
        return None;
    }
    let mut hasher = DefaultHasher::new();
    for letter in line.chars().flat_map(char::to_lowercase) {
        if letter.is_numeric() { '0' } else { letter }.hash(&mut hasher);
    }
    Some(hasher.finish())
}
