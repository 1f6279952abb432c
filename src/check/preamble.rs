//! `preamble`: what a model says about its answer, before and after it.
//!
//! This file finds it; `clean` takes it off once. What is still found after that is hard. Source of the
//! rule: arXiv 2410.00863. An announcement is a first line, or a beginning up to a colon, of at most 120 characters that
//! begins as announcements do and has a word for translation (or summary) in it, where the beginning of the
//! source has no such word in any language: an article about a translator may begin with the word.

use std::ops::Range;

use super::phrases::{
    ANNOUNCEMENT_STARTS, CLOSINGS, NOTES, OPENERS, SUMMARY, TRANSLATION, folded, has, starts,
};
use super::{Finding, Severity, Sides, SummaryPair};
use crate::document::slice;

pub(super) const ID: &str = "preamble";

/// The longest announcement, in characters.
const LONGEST: usize = 120;

pub(super) fn unit(sides: &Sides) -> Vec<Finding> {
    judge(sides.source.text, sides.answer.text)
}

pub(super) fn summary(pair: &SummaryPair) -> Vec<Finding> {
    judge(pair.article, pair.summary)
}

fn judge(source: &str, answer: &str) -> Vec<Finding> {
    let mut findings = Vec::new();
    if let Some(range) = before(source, answer) {
        findings
            .push(Finding::new(ID, Severity::Hard, "the answer begins with words about itself").at(range));
    }
    if let Some(range) = after(source, answer) {
        findings.push(Finding::new(ID, Severity::Hard, "the answer ends with a note about itself").at(range));
    }
    if answer.trim_start().starts_with("```") && !source.trim_start().starts_with("```") {
        findings.push(Finding::new(ID, Severity::Hard, "the answer stands in a code fence"));
    }
    findings
}

/// The announcement at the beginning of `answer`, with the white space before and after it.
pub(super) fn before(source: &str, answer: &str) -> Option<Range<usize>> {
    let lead = answer.len() - answer.trim_start().len();
    let text = slice(answer, lead..answer.len());
    let end = opener(text).unwrap_or(0);
    let end = announcement(source, slice(text, end..text.len()))
        .map(|more| end + more)
        .or((end > 0).then_some(end))?;
    let rest = slice(text, end..text.len());
    let end = lead + end + (rest.len() - rest.trim_start().len());
    (end < answer.len()).then_some(0..end)
}

/// The length of an opener standing on a line of its own ("Sure!").
fn opener(text: &str) -> Option<usize> {
    let end = text.find('\n')?;
    let line = folded(slice(text, 0..end));
    let line = line.trim_end_matches(|character: char| !character.is_alphanumeric());
    OPENERS.contains(&line).then_some(end + 1)
}

/// The length of an announcement, up to its colon or line end.
fn announcement(source: &str, text: &str) -> Option<usize> {
    let lead = text.len() - text.trim_start().len();
    let body = slice(text, lead..text.len());
    let (at, mark) =
        body.char_indices().take(LONGEST).find(|(_, character)| matches!(character, ':' | '：' | '\n'))?;
    let head = folded(slice(body, 0..at));
    let about = [TRANSLATION, SUMMARY];
    if !starts(&head, ANNOUNCEMENT_STARTS) || !about.iter().any(|words| has(&head, words)) {
        return None;
    }
    let beginning: String = folded(source).chars().take(LONGEST * 2).collect();
    if about.iter().any(|words| has(&beginning, words)) {
        return None;
    }
    let closing = slice(body, at + mark.len_utf8()..body.len());
    let closing = closing.len() - closing.trim_start_matches(['*', '_']).len();
    Some(lead + at + mark.len_utf8() + closing)
}

/// The note that ends `answer`: a last paragraph, or a last bracket about the translation, that begins with a
/// word for "note", or a paragraph of leave-taking; with the white space before it. `None` where the source has a line or bracket like it.
pub(super) fn after(source: &str, answer: &str) -> Option<Range<usize>> {
    let start = answer
        .match_indices('\n')
        .map(|(at, _)| (at, slice(answer, at..answer.len()), false))
        .chain(answer.match_indices('(').map(|(at, _)| (at, slice(answer, at..answer.len()), true)))
        .filter(|(at, rest, bracket)| *at > 0 && is_note(rest, *bracket))
        .map(|(at, _, _)| at)
        .min()?;
    let head = slice(answer, 0..start);
    let source_folded = folded(source);
    if head.trim().is_empty() || has_note(source) || (source.contains('\n') && has(&source_folded, CLOSINGS))
    {
        return None;
    }
    Some(head.trim_end().len()..answer.len())
}

fn is_note(text: &str, bracket: bool) -> bool {
    if text.trim_start().starts_with('`') {
        return false;
    }
    let text = folded(text);
    if !bracket && starts(&text, CLOSINGS) {
        return true;
    }
    let marked = NOTES.iter().any(|word| {
        text.strip_prefix(word)
            .is_some_and(|rest| rest.trim_start_matches(['*', '_', ' ', '\u{a0}']).starts_with([':', '：']))
    });
    marked && (!bracket || (has(&text, TRANSLATION) && text.trim_end().ends_with(')')))
}

fn has_note(source: &str) -> bool {
    source.match_indices([':', '：']).any(|(at, _)| {
        let before = folded(slice(source, 0..at));
        NOTES.iter().any(|word| before.ends_with(word))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn announcements_are_found_in_many_languages() {
        for answer in [
            "Here is the translation: Olá mundo.",
            "Sure! Here's the translated text:\n\nOlá mundo.",
            "Sure!\nOlá mundo.",
            "**Translation:** Olá mundo.",
            "Translation to Portuguese:\nOlá mundo.",
            "Portuguese translation: Olá mundo.",
            "Aquí está la traducción: Hola mundo.",
            "Voici la traduction :\nBonjour le monde.",
            "Hier ist die Übersetzung: Hallo Welt.",
            "Tradução: Olá mundo.",
            "Вот перевод: Здравствуй, мир.",
            "以下是翻译：你好，世界。",
            "翻訳：こんにちは世界。",
            "إليك الترجمة: مرحبا بالعالم.",
        ] {
            assert!(before("Hello world.", answer).is_some(), "{answer}");
        }
    }

    #[test]
    fn an_article_may_speak_of_translations_and_begin_with_sure() {
        assert_eq!(before("Translation: a short history", "Tradução: uma breve história"), None);
        assert_eq!(before("Sure, they won: by one goal.", "Claro, venceram: por um golo."), None);
        assert_eq!(before("Here is what we know:", "Eis o que sabemos:"), None);
        assert_eq!(
            before(
                "The mayor said: no.",
                "In sintesi, il sindaco ha detto che non si farà niente di tutto questo"
            ),
            None
        );
    }

    #[test]
    fn a_note_at_the_end_is_found_unless_the_source_has_one() {
        let answer = "Olá mundo.\n\nNote: I kept the name in English.";
        assert_eq!(after("Hello world.", answer), Some("Olá mundo.".len()..answer.len()));
        assert!(after("Hello world.", "Olá mundo.\nLet me know if you need anything else!").is_some());
        assert!(after("Hello world.", "Olá mundo. (Note: this is a literal translation.)").is_some());
        assert_eq!(after("Hello. (Note: the hall is closed.)", "Olá. (Nota: a sala está fechada.)"), None);
        assert_eq!(after("Hello. Please note.", "Olá. (nota: veja a sala)"), None);
    }
}
