//! `sentences` and `ending`: the answer stops before the source does.
//!
//! `sentences` (source of the rule: pofilter's `sentencecount`): fewer sentences than the source is a flag, two or
//! more fewer in an answer that is too short as well is hard. `ending`: the source ends with a mark that ends sentences and
//! the answer with none of any language. Thai has no such mark: nothing of it is counted, and its ending is not looked at.

use std::ops::Range;

use super::{Finding, Severity, Sides};
use crate::document::{Role, slice};
use crate::language::Language;

pub(super) const ID: &str = "sentences";
pub(super) const ENDING: &str = "ending";

/// An answer of less than this share of the length to be expected is short.
const SHORT: f64 = 0.8;
/// Sentences fewer from which a short answer is refused.
const REFUSED: usize = 2;

/// The hard part, which is cheap where the answer is not short.
pub(super) fn hard(sides: &Sides) -> Vec<Finding> {
    judge(sides).into_iter().filter(|finding| finding.severity == Severity::Hard).collect()
}

/// The flags: those that are not hard.
pub(super) fn flag(sides: &Sides) -> Vec<Finding> {
    judge(sides).into_iter().filter(|finding| finding.severity != Severity::Hard).collect()
}

fn judge(sides: &Sides) -> Vec<Finding> {
    if sides.role == Role::Verbatim || !marks_ends(sides.from) || !marks_ends(sides.to) {
        return Vec::new();
    }
    let source = sides.source_sentences();
    if source.len() < 2 {
        return Vec::new();
    }
    let answer = sides.answer_sentences();
    if answer.len() >= source.len() {
        return Vec::new();
    }
    let fewer = source.len() - answer.len();
    let short = sides.length().is_some_and(|length| length < SHORT);
    let severity = if fewer >= REFUSED && short { Severity::Hard } else { Severity::Flag };
    let message = format!("{} sentences for {}", answer.len(), source.len());
    vec![Finding::new(ID, severity, message)]
}

/// Whether sentences of the language end with a mark.
fn marks_ends(language: &Language) -> bool {
    !matches!(language.primary(), "th" | "lo" | "km" | "my")
}

pub(super) fn ending(sides: &Sides) -> Vec<Finding> {
    if sides.role == Role::Verbatim
        || !marks_ends(sides.to)
        || !is_ended(sides.source.text)
        || is_ended(sides.answer.text)
    {
        return Vec::new();
    }
    let answer = sides.answer.text;
    let end = answer.trim_end().len();
    let last = slice(answer, 0..end).char_indices().next_back().map_or(end, |(at, _)| at);
    let message = "the source ends its last sentence and the answer does not";
    let source = sides.source.text.trim_end();
    let mark = source.char_indices().next_back().map_or(0, |(at, _)| at);
    vec![Finding::new(ENDING, Severity::Flag, message).at(last..end).of_source(mark..source.len())]
}

/// Whether the text's last mark, quotation marks and brackets aside, ends a sentence.
fn is_ended(text: &str) -> bool {
    let bare = text.trim_end_matches(|character: char| {
        character.is_whitespace() || is_closing(character) || is_kept(character)
    });
    // A mark may stand behind the quotation mark or before it; what was trimmed may hold it too.
    bare.ends_with(|character: char| {
        ".?!…。！？｡．؟۔।॥։።;:".contains(character) && (character != ':' && character != ';')
    }) || slice(text, bare.len()..text.len()).contains(['。', '.'])
}

fn is_closing(character: char) -> bool {
    "\"'’”“»«›)]}）】」』》〉*_`״".contains(character)
}

/// What belongs to a placeholder at the end.
fn is_kept(character: char) -> bool {
    matches!(character, '⟦' | '⟧' | '\u{200e}' | '\u{200f}')
}

/// The sentences of one side that hold a letter or digit; a closing quotation mark alone is none.
pub(super) fn sentences_of(text: &str, language: &Language) -> Vec<Range<usize>> {
    let mut sentences = crate::segment::sentences(text, language);
    sentences.retain(|range| slice(text, range.clone()).contains(char::is_alphanumeric));
    sentences
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::language::tests::{pair, sides};

    const SOURCE: &str = "The council met on Monday. It approved the plan for the bridge. The work begins in March. It will cost two million.";

    #[test]
    fn a_sentence_lost_is_a_flag_and_two_lost_are_hard() {
        let one = "O conselho reuniu-se na segunda-feira e aprovou o plano para a nova ponte. As obras começam em março. Custam dois milhões.";
        let findings = flag(&sides(&pair(SOURCE, one, "en", "pt")));
        assert_eq!(findings[0].message, "3 sentences for 4");
        assert!(hard(&sides(&pair(SOURCE, one, "en", "pt"))).is_empty());
        let two = "O conselho reuniu-se na segunda-feira. Aprovou o plano da ponte.";
        assert!(super::super::is_hard(&hard(&sides(&pair(SOURCE, two, "en", "pt")))));
        let four = "O conselho reuniu-se na segunda. Aprovou o plano. As obras começam em março. Custam dois milhões.";
        assert!(flag(&sides(&pair(SOURCE, four, "en", "pt"))).is_empty());
        assert!(flag(&sides(&pair(SOURCE, "สภาประชุมเมื่อวันจันทร์", "en", "th"))).is_empty());
    }

    #[test]
    fn an_end_cut_off_is_a_flag() {
        for (source, answer, to, fires) in [
            ("He came home.", "Er kam nach", "de", true),
            ("He came home.", "他回家了", "zh", true),
            ("He came home.", "他回家了。", "zh", false),
            ("He came home.", "वह घर आया।", "hi", false),
            ("Did he come?", "هل جاء؟", "ar", false),
            ("“I came home.”", "„Ich kam heim“.", "de", false),
            ("He came home.", "เขากลับบ้าน", "th", false),
            ("Home at last", "Endlich daheim", "de", false),
            ("See ⟦1⟧.", "Siehe ⟦1⟧.", "de", false),
        ] {
            let findings = ending(&sides(&pair(source, answer, "en", to)));
            assert_eq!(!findings.is_empty(), fires, "{answer}");
        }
    }
}
