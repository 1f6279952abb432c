//! Whether a translation that a person saved says the same as ours, but for what editors do to white space.
//!
//! An editor that ends lines its own way, strips the white space at their ends, adds or drops a byte order mark or the
//! line end at the end of the file changes nothing that anybody reads. Then the person's file stands for ours. White
//! space that begins a line is none of this: in Markdown it has a meaning.

use crate::read::decode::decode;
use crate::read::unit::is_line_end;

/// Whether both files have the same lines, blank ones and white space at the ends of lines left out. Files that cannot
/// be decoded do not say the same.
pub(crate) fn says_the_same(one: &[u8], other: &[u8]) -> bool {
    let (Ok((one, _)), Ok((other, _))) = (decode(one), decode(other)) else { return false };
    lines(&one).eq(lines(&other))
}

fn lines(text: &str) -> impl Iterator<Item = &str> {
    // A second mark, from an editor that took the first for a character.
    let text = text.trim_start_matches('\u{FEFF}');
    text.split(is_line_end).map(str::trim_end).filter(|line| !line.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    const OURS: &str = "A ponte\n\n  - aberta na segunda,\n    à tarde.\n\nFim.\n";

    #[test]
    fn what_editors_do_to_white_space_says_the_same() {
        let utf_16: Vec<u8> =
            std::iter::once(0xFEFF).chain(OURS.encode_utf16()).flat_map(u16::to_le_bytes).collect();
        let theirs = [
            OURS.as_bytes().to_vec(),
            OURS.trim_end().as_bytes().to_vec(),
            OURS.replace('\n', "\r\n").into_bytes(),
            OURS.replace('\n', "\r").into_bytes(),
            format!("\u{FEFF}{OURS}").into_bytes(),
            format!("\n{}\n\n", OURS.replace("\n\n", "\n \t\n\n")).into_bytes(),
            OURS.replace("segunda,", "segunda,  ").into_bytes(),
            utf_16,
        ];
        for theirs in theirs {
            assert!(says_the_same(&theirs, OURS.as_bytes()), "{}", String::from_utf8_lossy(&theirs));
        }
    }

    #[test]
    fn everything_else_does_not() {
        let theirs = [
            OURS.replace("segunda", "terça"),
            OURS.replace("  - ", "- "),
            OURS.replace("a tarde", "a  tarde").replace("A ponte", "A  ponte"),
            OURS.replace("segunda,\n    ", "segunda, "),
            OURS.replace("Fim.\n", ""),
            String::new(),
        ];
        for theirs in theirs {
            assert!(!says_the_same(theirs.as_bytes(), OURS.as_bytes()), "{theirs}");
        }
        assert!(!says_the_same(b"\0\x01\xFF\0\0", OURS.as_bytes()));
    }
}
