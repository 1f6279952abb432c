//! Cutting a sentence that is longer than a model takes.

use std::ops::Range;

/// Byte ranges that cover `text` once and in order, each of at most `longest` tokens by `count`: the whole
/// where it fits, else cut at the strongest punctuation near the middle, then between words, then between characters.
///
/// A single character of more than `longest` tokens does not exist; were there one, it would be a piece.
pub(super) fn cut(text: &str, longest: usize, count: &dyn Fn(&str) -> usize) -> Vec<Range<usize>> {
    let mut done = Vec::new();
    let mut waiting: Vec<Range<usize>> = std::iter::once(0..text.len()).collect();
    while let Some(range) = waiting.pop() {
        let piece = crate::document::slice(text, range.clone());
        // A token is at least a byte: short pieces need no counting.
        if piece.len() <= longest || count(piece) <= longest {
            done.push(range);
            continue;
        }
        let Some(at) = boundary(piece) else {
            done.push(range);
            continue;
        };
        let middle = range.start + at;
        waiting.push(middle..range.end);
        waiting.push(range.start..middle);
    }
    done
}

/// Where to cut `piece`: the offset after the best boundary, weighing its strength against its distance
/// from the middle. `None` where there is nothing to cut.
fn boundary(piece: &str) -> Option<usize> {
    let half = piece.len() as f64 / 2.0;
    let mut best: Option<(f64, usize)> = None;
    let mut characters = piece.char_indices().peekable();
    while let Some((at, character)) = characters.next() {
        let Some(&(next, following)) = characters.peek() else { break };
        let strength = match character {
            '。' | '！' | '？' => 5.0,
            ';' | ':' | '—' | '–' | '…' | '.' | '!' | '?' if following.is_whitespace() => 4.0,
            '；' | '：' | '、' | '，' => 3.0,
            ',' | ')' | ']' | '"' | '”' | '»' if following.is_whitespace() => 3.0,
            _ if character.is_whitespace() => 1.5,
            _ if following.is_whitespace() => continue,
            _ => 0.0,
        };
        // At the very edge a boundary loses all its worth, in the middle none.
        let worth = strength - 6.0 * ((next as f64 - half).abs() / half).powi(2);
        if best.is_none_or(|(most, _)| worth > most) {
            best = Some((worth, at + character.len_utf8()));
        }
    }
    best.map(|(_, at)| at)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn words(text: &str) -> usize {
        text.split_whitespace().map(|word| word.chars().count().div_ceil(4)).sum()
    }

    #[test]
    fn a_long_sentence_is_cut_at_its_semicolon_first() {
        let text = "one two three four five six; seven eight nine ten eleven twelve";
        let cut = cut(text, 15, &words);
        assert_eq!(cut.len(), 2);
        assert!(crate::document::slice(text, cut[0].clone()).ends_with(';'));
    }

    proptest! {
        #[test]
        fn pieces_cover_the_text_and_fit(text in "[a-z ,;。、漢字é]{0,400}", longest in 3usize..40) {
            let cut = cut(&text, longest, &words);
            let joined: String = cut.iter().map(|range| crate::document::slice(&text, range.clone())).collect();
            prop_assert_eq!(joined, text.as_str());
            for range in cut {
                prop_assert!(words(crate::document::slice(&text, range)) <= longest);
            }
        }
    }
}
