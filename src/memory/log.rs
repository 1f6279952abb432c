//! SQLite's write-ahead log, read without SQLite: which of its frames count, and what comes after them.
//!
//! SQLite takes a log up to its first frame that does not verify and says nothing of the rest. A kill leaves a torn
//! last frame; a damaged byte cuts off commits that were acknowledged. Format:
//! <https://www.sqlite.org/fileformat2.html>, section 4.

use std::collections::HashMap;

use super::pages::{PAGE, number};

/// Bytes of a log's head and of a frame's.
const HEAD: usize = 32;
const FRAME_HEAD: usize = 24;

/// Pages by their numbers, from 1.
pub(super) type PageMap = HashMap<u32, Vec<u8>>;

/// What a log holds.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Log {
    /// The pages of its commits, as SQLite takes them.
    pub committed: PageMap,
    /// The pages of the frames after the last commit that SQLite takes, as far as they are of the same writing.
    pub tail: PageMap,
    /// A commit behind a frame that does not verify: no kill leaves that. One leaves frames without their commit,
    /// and a second kill leaves some of those behind frames of its own.
    pub broken: bool,
    /// The first frame that does not verify says that it ends a commit: its bytes were changed, or a kill came
    /// between its head and its page.
    pub commit_cut: bool,
}

impl Log {
    /// The newest of each page.
    pub fn newest(&self) -> PageMap {
        let pages = self.committed.iter().chain(&self.tail);
        pages.map(|(number, page)| (*number, page.clone())).collect()
    }
}

/// Reads a whole log.
pub(super) fn read(bytes: &[u8]) -> Log {
    let mut log = Log::default();
    let Some((head, frames)) = bytes.split_at_checked(HEAD) else { return log };
    let word = |bytes: &[u8], at: usize| bytes.get(at..at + 4).map_or(0, number);
    // The lowest bit of the magic number says in which order the sums take their bytes.
    let magic = word(head, 0);
    let mut sum = sums([0, 0], head.get(..24).unwrap_or_default(), magic & 1 == 1);
    let sound =
        magic & !1 == 0x377F_0682 && word(head, 8) == PAGE as u32 && sum == [word(head, 24), word(head, 28)];
    let mut follows = sound;
    let mut pending = PageMap::new();
    for frame in frames.chunks(FRAME_HEAD + PAGE) {
        let Some((head_of_frame, page)) = frame.split_at_checked(FRAME_HEAD) else { break };
        // Both salts change when a log is begun anew; a damaged head says nothing of them.
        let own = !sound
            || head_of_frame.get(8..12) == head.get(16..20)
            || head_of_frame.get(12..16) == head.get(20..24);
        let number = word(head_of_frame, 0);
        let commit = word(head_of_frame, 4) != 0 && page.len() == PAGE;
        if follows {
            sum = sums(sum, head_of_frame.get(..8).unwrap_or_default(), magic & 1 == 1);
            sum = sums(sum, page, magic & 1 == 1);
            follows = head_of_frame.get(8..16) == head.get(16..24)
                && number != 0
                && page.len() == PAGE
                && sum == [word(head_of_frame, 16), word(head_of_frame, 20)];
            if follows {
                pending.insert(number, page.to_vec());
                if commit {
                    log.committed.extend(pending.drain());
                }
                continue;
            }
            log.tail.extend(pending.drain());
            log.commit_cut = own && commit;
        } else if own && commit {
            log.broken = true;
        }
        if own && page.len() == PAGE {
            log.tail.insert(number, page.to_vec());
        }
    }
    log.tail.extend(pending);
    log
}

/// Goes on with the two sums of a log over `bytes`, eight at a time.
fn sums([mut first, mut second]: [u32; 2], bytes: &[u8], highest_first: bool) -> [u32; 2] {
    for [a, b, c, d, e, f, g, h] in bytes.as_chunks::<8>().0 {
        let (one, two) = if highest_first {
            (u32::from_be_bytes([*a, *b, *c, *d]), u32::from_be_bytes([*e, *f, *g, *h]))
        } else {
            (u32::from_le_bytes([*a, *b, *c, *d]), u32::from_le_bytes([*e, *f, *g, *h]))
        };
        first = first.wrapping_add(one).wrapping_add(second);
        second = second.wrapping_add(two).wrapping_add(first);
    }
    [first, second]
}
