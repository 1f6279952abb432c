//! `sentences` and `ending`: the answer stops before the source does.
//!
//! `sentences` (source of the rule: pofilter's `sentencecount`): fewer sentences than the source is a flag, two or
//! more fewer in an answer that is too short as well is hard. `ending`: the source ends with a mark that ends sentences and
//! the answer with none of any language. On paragraphs of four sentences with the last one dropped, all checks together
//! found 82 % in Latin script and 58 % in Chinese, Japanese and Thai (see `benches/checks.md`): translators join and split too much for a
//! count to tell more without blaming every tenth correct paragraph. Thai has no such mark: nothing of it is counted, and its ending is not looked at.

use std::ops::Range;

use super::length::ratio;
use super::{Finding, Severity, Sides, Writing};
use crate::document::{Role, slice};
use crate::language::Language;

pub(super) const ID: &str = "sentences";
pub(super) const ENDING: &str = "ending";

/// An answer of less than this share of the length to be expected is short.
const SHORT: f64 = 0.8;
/// The length is to lack this part of what the lost sentences would make, or they were joined with others: of correct French
/// paragraphs 11 % have fewer sentences than the English ones.
const LOST_SHARE: f64 = 0.05;
/// Likewise where one side is written in neither Latin nor Cyrillic script, and translators join more.
const LOST_SHARE_ELSEWHERE: f64 = 0.25;
/// Sentences fewer from which a short answer is refused.
const REFUSED: usize = 2;

/// The hard part, which is cheap where the answer is not short.
pub(super) fn hard(sides: &Sides) -> Vec<Finding> {
    // Counting sentences is dear, letters are counted already.
    if sides.length().is_none_or(|length| length >= SHORT) {
        return Vec::new();
    }
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
    let count = answer.len().max(ideographic_ends(sides.answer.text, sides.to));
    let Some(fewer) = source.len().checked_sub(count).filter(|fewer| *fewer > 0) else { return Vec::new() };
    let length = sides.length();
    let severity = if fewer >= REFUSED && length.is_some_and(|length| length < SHORT) {
        Severity::Hard
    } else if length.is_none_or(|length| length < most(fewer, source.len(), sides)) {
        Severity::Flag
    } else {
        return Vec::new();
    };
    let message = format!("{count} sentences for {}", source.len());
    vec![Finding::new(ID, severity, message)]
}

/// The length, against what is to be expected, up to which `fewer` of `all` sentences may be lost rather than joined.
fn most(fewer: usize, all: usize, sides: &Sides) -> f64 {
    let is_close = |language: &Language| matches!(Writing::of(language), Writing::Latin | Writing::Cyrillic);
    let share = if is_close(sides.from) && is_close(sides.to) { LOST_SHARE } else { LOST_SHARE_ELSEWHERE };
    1.0 - ratio(fewer, all) * share
}

/// The ends of sentences by their marks alone: people write Chinese and Japanese with quotation marks that no rule makes out.
fn ideographic_ends(text: &str, language: &Language) -> usize {
    if !matches!(language.primary(), "zh" | "ja" | "yue") {
        return 0;
    }
    let is_end = |character: char| "。！？!?".contains(character);
    let ends = text.chars().zip(text.chars().skip(1).chain([' ']));
    ends.filter(|(character, next)| is_end(*character) && !is_end(*next)).count()
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
        || both_quote(sides)
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

/// Whether both end with a quotation mark: then the end is there, and many leave the full stop out beside it.
fn both_quote(sides: &Sides) -> bool {
    let quotes = |text: &str| text.trim_end().ends_with(|character: char| "\"'’”“»«」』".contains(character));
    quotes(sides.source.text) && quotes(sides.answer.text)
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
        let one =
            "O conselho reuniu-se na segunda-feira. Aprovou o plano para a ponte. As obras começam em março.";
        let joined = "O conselho reuniu-se na segunda-feira e aprovou o plano para a nova ponte. As obras começam em março. Custam dois milhões de euros.";
        assert!(flag(&sides(&pair(SOURCE, joined, "en", "pt"))).is_empty(), "joined, not lost");
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
