//! `s-quote`: what stands between quotation marks was said in the article in those words. Hard.
//!
//! A quotation that nobody said is the worst thing a summary can hold. Compared by letters and digits alone, without regard to
//! case, punctuation and spaces, so that a comma moved inside the marks is no lie; sentences, and parts between an ellipsis or square
//! brackets, are looked for one by one. A quotation that the article breaks with "he said" is found in what it quotes, taken together. One word
//! between marks is irony or a title more often than speech: that is only a flag. ASCII apostrophes are no quotation marks here, for
//! nothing tells them from those inside words.

use super::super::{Finding, Severity, SummaryPair};
use super::listed;
use crate::document::slice;
use std::ops::Range;

pub(in super::super) const ID: &str = "s-quote";

/// Letters and digits from which a piece between marks is speech rather than a word: about two English words, or four
/// ideographs counted double.
const SPEECH: usize = 8;

/// Opening marks with those that may close them.
const MARKS: &[(char, &[char])] = &[
    ('“', &['”', '“']),
    ('„', &['“', '”']),
    ('«', &['»']),
    ('»', &['«']),
    ('"', &['"']),
    ('‘', &['’']),
    ('‚', &['‘', '’']),
    ('「', &['」']),
    ('『', &['』']),
    ('‹', &['›']),
];

pub(in super::super) fn summary(pair: &SummaryPair) -> Vec<Finding> {
    let quoted = quotations(pair.summary);
    if quoted.is_empty() {
        return Vec::new();
    }
    let article = bare(pair.article);
    let spoken: String =
        quotations(pair.article).into_iter().map(|range| bare(slice(pair.article, range))).collect();
    let said = |piece: &str| {
        let piece = bare(piece);
        piece.is_empty() || article.contains(&piece) || spoken.contains(&piece)
    };
    let mut unsaid: Vec<(Range<usize>, bool)> = Vec::new();
    for range in quoted {
        let text = slice(pair.summary, range.clone());
        // Cut at sentence ends too: between two quotations whose other halves were left out stand whole sentences.
        let pieces = text.split(['…', '[', ']', '(', ')', '.', '!', '?', '。', '！', '？']);
        if !pieces.into_iter().all(said) {
            unsaid.push((range, weight(text) >= SPEECH && several(text)));
        }
    }
    let Some((first, _)) = unsaid.iter().find(|(_, speech)| *speech).or(unsaid.first()) else {
        return Vec::new();
    };
    let severity = if unsaid.iter().any(|(_, speech)| *speech) { Severity::Hard } else { Severity::Flag };
    let texts: Vec<&str> = unsaid.iter().map(|(range, _)| slice(pair.summary, range.clone())).collect();
    let message = format!("quoted, but not in the article: {}", listed(&texts));
    vec![Finding::new(ID, severity, message).at(first.clone())]
}

/// Whether it is more than one word; a script without spaces has no telling, and counts as more.
fn several(text: &str) -> bool {
    text.split_whitespace().nth(1).is_some() || text.chars().any(|character| u32::from(character) > 0x2E80)
}

/// Letters and digits, an ideograph, kana or Hangul syllable twice.
fn weight(text: &str) -> usize {
    let letters = text.chars().filter(|character| character.is_alphanumeric());
    letters.map(|character| if u32::from(character) > 0x2E80 { 2 } else { 1 }).sum()
}

/// Letters and digits alone, in lower case.
fn bare(text: &str) -> String {
    text.chars().filter(|character| character.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// The insides of quotation marks, in order; none within another. A mark without its other half is none.
fn quotations(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut done = 0;
    let mut previous = ' ';
    for (at, mark) in text.char_indices() {
        let before = std::mem::replace(&mut previous, mark);
        if at < done {
            continue;
        }
        let Some((_, closing)) = MARKS.iter().find(|(open, _)| *open == mark) else { continue };
        // An apostrophe, or a mark that closes something.
        if before.is_alphanumeric() && !matches!(mark, '「' | '『' | '“' | '«') {
            continue;
        }
        let start = at + mark.len_utf8();
        let rest = slice(text, start..text.len());
        let Some(length) = end(rest, closing, mark) else { continue };
        found.push(start..start + length);
        done = start + length + closing.first().map_or(1, |mark| mark.len_utf8());
    }
    found
}

/// Where in `rest` the quotation ends. Not in another paragraph, and a single mark only behind a word.
fn end(rest: &str, closing: &[char], opening: char) -> Option<usize> {
    let paragraph = rest.find("\n\n").unwrap_or(rest.len());
    let inside = slice(rest, 0..paragraph);
    let single = matches!(opening, '‘' | '‚');
    inside
        .char_indices()
        .filter(|(_, character)| closing.contains(character))
        .find(|(at, character)| {
            let after = slice(inside, at + character.len_utf8()..inside.len()).chars().next();
            !single || !after.is_some_and(char::is_alphanumeric)
        })
        .map(|(at, _)| at)
}

#[cfg(test)]
mod tests {
    use super::super::super::{Severity, SummaryPair};
    use crate::check::language::tests::keep;

    const ARTICLE: &str = "“We are tired,” the mayor said, “and we will not wait another year for this bridge.” The work, which she called \
                           ‘shameful’, goes on. It’s the council’s turn.";

    fn severity_in(language: &str, article: &str, summary: &str) -> Option<Severity> {
        let pair = SummaryPair { article, summary, language: keep(language) };
        super::summary(&pair).first().map(|finding| finding.severity)
    }

    fn severity(summary: &str) -> Option<Severity> {
        severity_in("en", ARTICLE, summary)
    }

    #[test]
    fn words_that_nobody_said_are_refused() {
        assert_eq!(severity("The mayor said: “We are happy to wait.”"), Some(Severity::Hard));
        assert_eq!(severity("\"We will not wait another day\", she said."), Some(Severity::Hard));
        assert_eq!(severity_in("zh", "市长说：“我们累了。”", "市长说：“我们很高兴。”"), Some(Severity::Hard));
        assert_eq!(severity("She called it “dreadful”."), Some(Severity::Flag));
    }

    #[test]
    fn the_articles_words_pass_in_any_marks() {
        for summary in [
            "The mayor said: \"we will not wait another year\".",
            "The mayor said “we are tired and we will not wait”.",
            "The mayor said “we … will not wait another year”.",
            "«We are tired», she said.",
            "She called it “shameful” and didn't stop.",
            "It’s the mayor’s bridge, not the council’s.",
            "No quotation at all.",
            "An inch is 1\" long.",
        ] {
            assert_eq!(severity(summary), None, "{summary}");
        }
        assert_eq!(severity_in("zh", "市长说：“我们累了，不再等。”", "市长称「我们累了」。"), None);
        assert_eq!(severity_in("de", "Er sagte: „Wir warten nicht.“", "„Wir warten nicht“, sagte er."), None);
    }
}
