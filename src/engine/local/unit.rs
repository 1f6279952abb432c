//! One unit through the models: sentence by sentence, with its marks and protected spans put back.
//!
//! Whatever a model does to a sentence, every placeholder comes back exactly once and in order: where a
//! stand-in or a quotation mark is lost, the sentence is translated in the pieces between them.

use std::ops::Range;

use crate::document::slice;
use crate::engine::EngineError;
use crate::language::Language;
use crate::segment;

use super::numbers;
use super::protect::{self, STAND_INS, Span, StandIn};
use super::quotes::{self, Mark};
use super::route::Route;

/// The translation of a unit's text.
///
/// # Errors
/// Where a model failed on it.
pub(super) async fn translate(
    route: &Route,
    text: &str,
    from: &Language,
    to: &Language,
) -> Result<String, EngineError> {
    let mut parts: Vec<(&str, &str, &str)> = Vec::new();
    for line in text.split_inclusive('\n') {
        for range in segment::sentences(line, from) {
            let sentence = slice(line, range);
            let core = sentence.trim();
            let start = sentence.len() - sentence.trim_start().len();
            let before = sentence.get(..start).unwrap_or_default();
            let after = sentence.get(start + core.len()..).unwrap_or_default();
            parts.push((before, core, after));
        }
    }
    let answers = parts.iter().map(|(_, core, _)| sentence(route, core, from, to));
    let answers = futures::future::try_join_all(answers).await?;
    let last = parts.len().saturating_sub(1);
    let mut out = String::with_capacity(text.len() + text.len() / 4);
    for (index, ((before, _, after), answer)) in parts.iter().zip(answers).enumerate() {
        out.push_str(before);
        out.push_str(&answer);
        if index == last {
            out.push_str(after);
        } else if !spaced(to) && after.chars().all(|character| character == ' ') {
            // Sentences of these scripts follow each other without a space.
        } else if after.is_empty() && !spaced(from) && spaced(to) {
            out.push(' ');
        } else {
            out.push_str(after);
        }
    }
    Ok(out)
}

/// Whether sentences of a language stand apart from each other by a space.
fn spaced(language: &Language) -> bool {
    !matches!(language.primary(), "zh" | "ja")
}

/// Something to translate: a letter outside the spans kept from the model.
fn has_words(text: &str, spans: &[Span]) -> bool {
    text.char_indices().any(|(at, character)| {
        character.is_alphabetic() && !spans.iter().any(|span| span.range.contains(&at))
    })
}

/// The translation of one sentence without surrounding white space. Where the model changed a number, it is asked
/// once more with the number kept from it.
async fn sentence(route: &Route, text: &str, from: &Language, to: &Language) -> Result<String, EngineError> {
    let answer = unglued(text, keeping(route, text, &[], to).await?);
    let lost = numbers::lost(text, &answer);
    if lost.is_empty() {
        return Ok(answer);
    }
    let (localised, kept) = numbers::localised(text, &lost, from.primary(), to.primary());
    let second = unglued(text, keeping(route, &localised, &kept, to).await?);
    let better = numbers::lost(text, &second).len() < lost.len();
    Ok(if better { second } else { answer })
}

/// The answer with a space after each sentence end inside it. A quotation of two sentences goes to the model as
/// one, and it writes them without a space between ("modernos.A resposta").
fn unglued(source: &str, answer: String) -> String {
    let letters: Vec<char> = answer.chars().collect();
    let ends = |text: &[char]| matches!(text, [before, '.' | '!' | '?', after] if before.is_lowercase() && after.is_uppercase());
    if !letters.windows(3).any(ends) {
        return answer;
    }
    let words = answer.split(' ').map(|word| {
        let letters: Vec<char> = word.chars().collect();
        if source.contains(word) || !letters.windows(3).any(ends) {
            return word.to_owned();
        }
        let mut spaced = String::with_capacity(word.len() + 1);
        for (index, letter) in letters.iter().enumerate() {
            if index >= 2 && letters.get(index - 2..=index).is_some_and(ends) {
                spaced.push(' ');
            }
            spaced.push(*letter);
        }
        spaced
    });
    words.collect::<Vec<_>>().join(" ")
}

/// The translation of one sentence with the spans `numbers` kept from the model beside those that always are.
async fn keeping(
    route: &Route,
    text: &str,
    numbers: &[Range<usize>],
    to: &Language,
) -> Result<String, EngineError> {
    let money = currency(text, route);
    let known = |character: char| {
        quotes::is_typographic(character) || Some(character) == money || route.knows(character)
    };
    let mut spans = protect::spans(text, &known);
    let free = |range: &Range<usize>| {
        !spans.iter().any(|span| span.range.start < range.end && range.start < span.range.end)
    };
    let numbers: Vec<Span> = numbers
        .iter()
        .filter(|range| free(range))
        .map(|range| Span { range: range.clone(), placeholder: false })
        .collect();
    spans.extend(numbers);
    spans.sort_by_key(|span| span.range.start);
    if !has_words(text, &spans) {
        return Ok(text.to_owned());
    }
    let forms: &[StandIn] = if spans.is_empty() { &STAND_INS[..1] } else { &STAND_INS };
    for form in forms {
        let (hidden, first) = protect::hide(text, &spans, *form);
        let plain = quotes::plain(&spell(&hidden, money));
        let (lead, body, trail) = plain.outer();
        let answer = route.translate(body).await?;
        let Some(answer) = unspell(&answer, body, money) else { continue };
        let inner = plain.without_outer(lead, trail);
        let Some(answer) = quotes::restore(answer.trim(), &inner, to.as_str()) else { continue };
        let answer = quotes::wrap(&answer, lead, trail, to.as_str());
        if let Some(answer) = protect::reveal(&answer, text, &spans, *form, first) {
            return Ok(answer);
        }
    }
    in_pieces(route, text, &spans, to).await
}

/// A part of a sentence that is translated in pieces.
enum Piece<'a> {
    Words(&'a str),
    Kept(&'a str),
    Quote(Mark),
}

/// The sentence's pieces between protected spans and quotation marks, each translated on its own.
async fn in_pieces(route: &Route, text: &str, spans: &[Span], to: &Language) -> Result<String, EngineError> {
    let plain = quotes::plain(text);
    let quotes = plain.places.into_iter().zip(plain.marks).filter_map(|(at, mark)| {
        let width = text.get(at..)?.chars().next()?.len_utf8();
        let kept = spans.iter().any(|span| span.range.contains(&at));
        (!kept).then_some((at..at + width, Piece::Quote(mark)))
    });
    let kept = spans.iter().map(|span| (span.range.clone(), Piece::Kept(slice(text, span.range.clone()))));
    let mut fixed: Vec<(Range<usize>, Piece)> = quotes.chain(kept).collect();
    fixed.sort_by_key(|(range, _)| range.start);
    let mut pieces = Vec::new();
    let mut at = 0;
    for (range, piece) in fixed {
        pieces.push(Piece::Words(slice(text, at..range.start)));
        pieces.push(piece);
        at = range.end;
    }
    pieces.push(Piece::Words(slice(text, at..text.len())));
    let answers = pieces.iter().map(|piece| async move {
        Ok::<String, EngineError>(match piece {
            Piece::Kept(text) => (*text).to_owned(),
            Piece::Quote(mark) => quotes::mark_for(*mark, to.as_str()).to_owned(),
            Piece::Words(text) => fragment(route, text, to).await?,
        })
    });
    Ok(futures::future::try_join_all(answers).await?.concat())
}

/// A piece of a sentence: white space, case of the first letter and want of a full stop stay as they are.
async fn fragment(route: &Route, text: &str, to: &Language) -> Result<String, EngineError> {
    let core = text.trim_matches(|character: char| !character.is_alphanumeric());
    if !core.chars().any(char::is_alphabetic) {
        return Ok(text.to_owned());
    }
    let start = text.find(core).unwrap_or_default();
    let plain = quotes::plain(core);
    let answer = route.translate(&plain.text).await?;
    let answer = quotes::small_marks(answer.trim(), &plain, to.as_str());
    let answer = answer.trim_end_matches(['.', ',', ';', '!', '?', '。', '，']);
    let lower = core.chars().next().is_some_and(char::is_lowercase);
    let mut letters = answer.chars();
    let first = letters.next().map(String::from).unwrap_or_default();
    let first = if lower { first.to_lowercase() } else { first };
    let before = text.get(..start).unwrap_or_default();
    let after = text.get(start + core.len()..).unwrap_or_default();
    Ok(format!("{before}{first}{}{after}", letters.as_str()))
}

/// A currency sign the model does not know, where it is the only one of the sentence: the model is given
/// `$`, which it copies. Left alone it calls pounds and yen euros.
fn currency(text: &str, route: &Route) -> Option<char> {
    let mut signs = text
        .chars()
        .filter(|character| matches!(character, '$' | '€' | '£' | '¥' | '₽' | '₹' | '₩' | '₺' | '₴'));
    let first = signs.next().filter(|sign| *sign != '$' && !route.knows(*sign))?;
    signs.all(|sign| sign == first).then_some(first)
}

fn spell(text: &str, money: Option<char>) -> String {
    money.map_or_else(|| text.to_owned(), |sign| text.replace(sign, "$"))
}

/// The sign back in place of the `$` it was given as. `None` where the model spelt dollars out.
fn unspell(answer: &str, given: &str, money: Option<char>) -> Option<String> {
    let Some(sign) = money else { return Some(answer.to_owned()) };
    if answer.matches('$').count() != given.matches('$').count() {
        return None;
    }
    let sign = sign.to_string();
    let mut text = answer.to_owned();
    for form in ["US $ ", "US$ ", "US $", "US$", "R$ ", "R$", "$ ", "$"] {
        text = text.replace(form, &sign);
    }
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::unglued;

    #[test]
    fn sentences_inside_an_answer_stand_apart() {
        let source = "“We met the threats. The response is possible,” it says. See gloss.Rust.";
        assert_eq!(unglued(source, "ameaças modernos.A resposta é".into()), "ameaças modernos. A resposta é");
        assert_eq!(unglued(source, "veja gloss.Rust. e D.C.".into()), "veja gloss.Rust. e D.C.");
        assert_eq!(unglued(source, "nada.".into()), "nada.");
    }
}
