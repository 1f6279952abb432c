//! What must not be translated, as tags that services carry through, and back.
//!
//! Units hold `⟦n⟧` where code, links and the like were taken out. As plain text they are at a service's mercy: of 84
//! paragraphs with placeholders at random places (round a word, alone, two in a row) Apertium's English-Spanish brought
//! 82 back with all of them, and all 84 with tags.

use crate::document::slice;

/// How a service wants tags written, and what it does with them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Style {
    /// `<x id="1"></x>` instead of `<x id="1"/>`: HTML has no empty elements but its own.
    pub closed: bool,
    /// Asterisks go as a tag `<s/>`, for a service that takes them out.
    pub stars: bool,
    /// Whether replies still have their entities. LibreTranslate decodes them before it answers.
    pub entities: bool,
}

/// `text` as markup: placeholders as tags, and everything that markup would misread as entities.
pub fn encode(text: &str, style: Style) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 8);
    let mut rest = text;
    while let Some(character) = rest.chars().next() {
        if let Some(digits) = placeholder(rest) {
            let end = if style.closed { "></x>" } else { "/>" };
            out.push_str(&format!("<x id=\"{digits}\"{end}"));
            rest = slice(rest, '⟦'.len_utf8() + digits.len() + '⟧'.len_utf8()..rest.len());
            continue;
        }
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '*' if style.stars => out.push_str("<s/>"),
            other => out.push(other),
        }
        rest = slice(rest, character.len_utf8()..rest.len());
    }
    out
}

/// A reply's markup as text: tags as placeholders, entities as what they stand for. Tags that [`encode`] does not
/// write stay as they are, for the checks to find.
pub fn decode(markup: &str, style: Style) -> String {
    let mut out = String::with_capacity(markup.len());
    let mut rest = markup;
    while let Some(character) = rest.chars().next() {
        let found = match character {
            '<' => tag(rest, style),
            '&' if style.entities => entity(rest),
            _ => None,
        };
        let (text, length) = found.unwrap_or_else(|| (character.to_string(), character.len_utf8()));
        out.push_str(&text);
        rest = slice(rest, length..rest.len());
    }
    out
}

/// The digits of the placeholder that `text` begins with.
fn placeholder(text: &str) -> Option<&str> {
    let digits = text.strip_prefix('⟦')?.split_once('⟧')?.0;
    (!digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())).then_some(digits)
}

/// What the tag that `markup` begins with stands for, and its length; `None` where it is none of ours.
fn tag(markup: &str, style: Style) -> Option<(String, usize)> {
    let whole = |rest: &str| markup.len() - rest.len();
    if style.stars
        && let Some(rest) = markup.strip_prefix("<s/>")
    {
        return Some(("*".to_owned(), whole(rest)));
    }
    let rest = markup.strip_prefix("<x")?.trim_start().strip_prefix("id=")?;
    let (quote, rest) = match rest.chars().next()? {
        mark @ ('"' | '\'') => (Some(mark), slice(rest, 1..rest.len())),
        _ => (None, rest),
    };
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    if digits == 0 {
        return None;
    }
    let id = slice(rest, 0..digits);
    let rest = slice(rest, digits..rest.len());
    let rest = match quote {
        Some(mark) => rest.strip_prefix(mark)?,
        None => rest,
    };
    let rest = rest.trim_start();
    let rest = match rest.strip_prefix("/>") {
        Some(rest) => rest,
        None => rest.strip_prefix('>')?.trim_start().strip_prefix("</x>")?,
    };
    Some((format!("⟦{id}⟧"), whole(rest)))
}

/// What the entity that `markup` begins with stands for, and its length. XML's five and numbers: no service is asked
/// in any others.
fn entity(markup: &str) -> Option<(String, usize)> {
    let (name, _) = markup.strip_prefix('&')?.split_once(';').filter(|(name, _)| name.len() <= 8)?;
    let length = name.len() + 2;
    let character = match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => '\u{a0}',
        _ => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hexadecimal) => u32::from_str_radix(hexadecimal, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(code)?
        }
    };
    Some((character.to_string(), length))
}
