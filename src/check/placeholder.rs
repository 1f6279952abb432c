//! `placeholder`: what a program will fill in (`{{x}}`, `${x}`, `%s`, `{0}`, `<tag/>`) stands in the answer as often as in
//! the source. Hard.
//!
//! Source of the rule: OmegaT. Rare in articles and fatal in interface texts. `⟦n⟧` are gloss's own: see `markup`.

use std::ops::Range;

use super::{Finding, Severity, Sides};
use crate::document::slice;

pub(super) const ID: &str = "placeholder";

pub(super) fn unit(sides: &Sides) -> Vec<Finding> {
    let (source, answer) = (sides.source.text, sides.answer.text);
    let may_have = |text: &str| text.bytes().any(|byte| matches!(byte, b'{' | b'%' | b'<'));
    if !may_have(source) && !may_have(answer) {
        return Vec::new();
    }
    let mut gained = places(answer);
    let mut findings = Vec::new();
    for was in places(source) {
        let text = slice(source, was.clone());
        match gained.iter().position(|range| slice(answer, range.clone()) == text) {
            Some(place) => {
                gained.remove(place);
            }
            None => {
                let message = format!("`{text}` is not in the answer");
                findings.push(Finding::new(ID, Severity::Hard, message).of_source(was));
            }
        }
    }
    for is in gained {
        let message = format!("`{}` is not in the source", slice(answer, is.clone()));
        findings.push(Finding::new(ID, Severity::Hard, message).at(is));
    }
    findings
}

fn places(text: &str) -> Vec<Range<usize>> {
    let mut places = Vec::new();
    let mut free = 0;
    for (at, character) in text.char_indices() {
        if at < free || !matches!(character, '{' | '$' | '%' | '<') {
            continue;
        }
        let before = slice(text, 0..at).chars().next_back();
        if let Some(length) = length(slice(text, at..text.len()), before) {
            places.push(at..at + length);
            free = at + length;
        }
    }
    places
}

/// The length in bytes of the placeholder that `text` begins with.
fn length(text: &str, before: Option<char>) -> Option<usize> {
    let name = |inside: &str| {
        !inside.is_empty()
            && inside.len() <= 60
            && inside.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_.-: |".contains(&byte))
    };
    let braced = |open: &str, close: &str| {
        let inside = text.strip_prefix(open)?;
        let end = inside.find(close)?;
        name(slice(inside, 0..end)).then(|| open.len() + end + close.len())
    };
    if text.starts_with('<') {
        let inside = text.strip_prefix('<')?;
        let end = inside.find('>')?;
        let tag = slice(inside, 0..end);
        let named = tag.trim_start_matches('/').starts_with(|first: char| first.is_ascii_alphabetic());
        let fits = tag.len() <= 120
            && tag.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' ')
            && !tag.contains('<');
        return (named && fits).then_some(end + 2);
    }
    if text.starts_with('%') {
        // "50%d" and "5 %" are no placeholders.
        if before.is_some_and(char::is_alphanumeric) {
            return None;
        }
        let rest = slice(text, 1..text.len());
        if let Some(inside) = rest.strip_prefix('(') {
            let end = inside.find(')')?;
            let kind = slice(inside, end + 1..inside.len()).chars().next()?;
            return (name(slice(inside, 0..end)) && "sdif".contains(kind)).then(|| end + 4);
        }
        let digits = rest.bytes().take_while(|byte| byte.is_ascii_digit() || *byte == b'$').count();
        let kind = slice(rest, digits..rest.len());
        let alone = !kind.chars().nth(1).is_some_and(char::is_alphanumeric);
        return (kind.starts_with(['s', 'd', 'i', 'f', 'u', '@'])
            && alone
            && (digits == 0 || rest.contains('$')))
        .then_some(digits + 2);
    }
    braced("{{", "}}").or_else(|| braced("${", "}")).or_else(|| braced("{", "}"))
}

#[cfg(test)]
mod tests {
    use super::unit;
    use crate::check::language::tests::{pair, sides};

    fn count(source: &str, answer: &str) -> usize {
        unit(&sides(&pair(source, answer, "en", "pt"))).len()
    }

    #[test]
    fn lost_and_invented_placeholders_are_hard() {
        assert_eq!(count("Hello {{ name }}, %s of %(count)d", "Olá {{ nome }}, %s de %(count)d"), 2);
        assert_eq!(count("Pay ${amount} to {0}", "Pague a {0}"), 1);
        assert_eq!(count("Click <b>here</b>", "Clique <b>aqui"), 1);
        assert_eq!(count("%1$s and %2$s", "%2$s e %1$s"), 0);
    }

    #[test]
    fn per_cents_and_less_than_signs_are_no_placeholders() {
        assert_eq!(count("50% of those under <5 years", "50 % dos menores de 5 anos"), 0);
        assert_eq!(count("a 20% share, 5 %d", "20% da parte, 5 %d"), 0);
        assert_eq!(count("{see below, please!}", "(ver abaixo)"), 0);
    }
}
