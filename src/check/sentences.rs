//! `sentences` and `ending`: the answer stops before the source does.
//!
//! `sentences` (source of the rule: pofilter's `sentencecount`): fewer sentences than the source is a flag where [`omission`] too
//! holds the end for lost, two or more fewer in an answer that is too short is hard. `ending`: the source ends with a mark that
//! ends sentences and the answer with none of any language; a flag where [`omission`] agrees, information otherwise. Alone either says
//! little: translators join and split sentences, and leave the mark out of a headline. Thai has no such mark: nothing of it is
//! counted, and its ending is not looked at.
//!
//! [`omission`]: super::omission

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
    // Counting sentences is dear, letters are counted already.
    if sides.length().is_none_or(|length| length >= SHORT) {
        return Vec::new();
    }
    judge(sides)
        .filter(|(is_hard, _)| *is_hard)
        .map(|(_, message)| Finding::new(ID, Severity::Hard, message))
        .into_iter()
        .collect()
}

/// The flags: those that are not hard.
pub(super) fn flag(sides: &Sides) -> Vec<Finding> {
    // Two sentences made one are no loss: of correct French paragraphs 11 % have fewer than the English ones.
    let lost = |finding: &(bool, String)| !finding.0 && sides.lost().is_some();
    judge(sides)
        .filter(lost)
        .map(|(_, message)| Finding::new(ID, Severity::Flag, message))
        .into_iter()
        .collect()
}

/// Whether sentences are missing: whether that refuses the answer, and what there is to say.
fn judge(sides: &Sides) -> Option<(bool, String)> {
    if sides.role == Role::Verbatim || !marks_ends(sides.from) || !marks_ends(sides.to) {
        return None;
    }
    let all = sides.source_sentences().len();
    if all < 2 {
        return None;
    }
    let count = count(sides);
    let fewer = all.checked_sub(count).filter(|fewer| *fewer > 0)?;
    let is_hard = fewer >= REFUSED && sides.length().is_some_and(|length| length < SHORT);
    Some((is_hard, format!("{count} sentences for {all}")))
}

/// How many sentences the answer has.
pub(super) fn count(sides: &Sides) -> usize {
    sides.answer_sentences().len().max(ideographic_ends(sides.answer.text, sides.to))
}

/// The same with those inside quotations.
pub(super) fn count_pieces(sides: &Sides) -> usize {
    sides.answer_pieces().len().max(ideographic_ends(sides.answer.text, sides.to))
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
pub(super) fn marks_ends(language: &Language) -> bool {
    !matches!(language.primary(), "th" | "lo" | "km" | "my")
}

pub(super) fn ending(sides: &Sides) -> Vec<Finding> {
    if sides.role == Role::Verbatim || !is_cut(sides) {
        return Vec::new();
    }
    let answer = sides.answer.text;
    let end = answer.trim_end().len();
    let last = slice(answer, 0..end).char_indices().next_back().map_or(end, |(at, _)| at);
    let message = "the source ends its last sentence and the answer does not";
    let source = sides.source.text.trim_end();
    let mark = source.char_indices().next_back().map_or(0, |(at, _)| at);
    // Headlines and lists end as they like: the mark alone is a fact, not a flag.
    let severity = if sides.lost().is_some() { Severity::Flag } else { Severity::Info };
    vec![Finding::new(ENDING, severity, message).at(last..end).of_source(mark..source.len())]
}

/// Whether the source ends its last sentence and the answer does not.
pub(super) fn is_cut(sides: &Sides) -> bool {
    marks_ends(sides.to) && is_ended(sides.source.text) && !is_ended(sides.answer.text) && !both_quote(sides)
}

/// How a text ends, beside a full stop: with a question, a call, a colon; and whether a quotation ends there too.
pub(super) fn end_of(text: &str) -> (u8, bool) {
    let last = |from: usize, to: usize| text.trim_end().chars().rev().skip(from).take(to);
    let quotes = last(0, 3).any(|character| "\"”“»«」』".contains(character));
    let kind = last(0, 3).find_map(|character| match character {
        '?' | '？' | '؟' => Some(1),
        '!' | '！' => Some(2),
        ':' | '：' => Some(3),
        _ => None,
    });
    (kind.unwrap_or(0), quotes)
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
    with_words(text, crate::segment::sentences(text, language))
}

/// The same with those inside quotations each by itself; `None` where there are no quotations.
pub(super) fn pieces_of(text: &str, language: &Language) -> Option<Vec<Range<usize>>> {
    crate::segment::sentences_in_quotations(text, language).map(|pieces| with_words(text, pieces))
}

fn with_words(text: &str, mut sentences: Vec<Range<usize>>) -> Vec<Range<usize>> {
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
