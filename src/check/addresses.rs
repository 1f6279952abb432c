//! `urls` and `emails`: each address of the source stands in the answer to the byte, and no other does.
//!
//! Source of the rule: pofilter, Mozilla. Compared as multisets: word order may change the order of two. An
//! address is what begins with `http://`, `https://`, `ftp://` or `www.`, or has an `@` between a name and a
//! domain. Bare domains ("bbc.co.uk") are words that some languages decline, and are not looked at.

use std::ops::Range;

use super::{Finding, Severity, Sides};
use crate::document::slice;

pub(super) const URLS: &str = "urls";
pub(super) const EMAILS: &str = "emails";

pub(super) fn urls(sides: &Sides) -> Vec<Finding> {
    compare(URLS, sides, is_url, |text| text.contains("://") || text.contains("www."))
}

pub(super) fn emails(sides: &Sides) -> Vec<Finding> {
    compare(EMAILS, sides, is_email, |text| text.contains('@'))
}

fn compare(id: &str, sides: &Sides, wanted: fn(&str) -> bool, may_have: fn(&str) -> bool) -> Vec<Finding> {
    let (source, answer) = (sides.source.text, sides.answer.text);
    if !may_have(source) && !may_have(answer) {
        return Vec::new();
    }
    let mut lost = addresses(source, wanted);
    let mut gained = addresses(answer, wanted);
    lost.retain(|range| {
        let place =
            gained.iter().position(|other| slice(answer, other.clone()) == slice(source, range.clone()));
        place.map(|place| gained.remove(place)).is_none()
    });
    let mut gained = gained.into_iter();
    let mut findings = Vec::new();
    for was in lost {
        let address = slice(source, was.clone());
        findings.push(match gained.next() {
            Some(is) => {
                let message = format!("`{address}` became `{}`", slice(answer, is.clone()));
                Finding::new(id, Severity::Hard, message).at(is).of_source(was)
            }
            None => {
                Finding::new(id, Severity::Hard, format!("`{address}` is not in the answer")).of_source(was)
            }
        });
    }
    for is in gained {
        let message = format!("`{}` is not in the source", slice(answer, is.clone()));
        findings.push(Finding::new(id, Severity::Hard, message).at(is));
    }
    findings
}

/// Runs of ASCII that `wanted` takes for an address, without the punctuation round them.
fn addresses(text: &str, wanted: fn(&str) -> bool) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut start = 0;
    for (at, character) in text.char_indices().chain([(text.len(), ' ')]) {
        if character.is_ascii_graphic() && !"<>\"`|".contains(character) {
            continue;
        }
        let run = slice(text, start..at);
        let lead = run.len() - run.trim_start_matches(['(', '[', '{', '\'', '*', '_']).len();
        let run = slice(run, lead..run.len());
        // "Site:https://…"
        let scheme = ["https://", "http://", "ftp://", "www."]
            .iter()
            .filter_map(|scheme| run.find(scheme))
            .min()
            .unwrap_or(0);
        let run = slice(run, scheme..run.len());
        let bare = run.trim_end_matches(['.', ',', ';', ':', '!', '?', ')', ']', '}', '\'', '*', '_', '/']);
        if wanted(bare) {
            let begin = start + lead + scheme;
            found.push(begin..begin + bare.len());
        }
        start = at + character.len_utf8();
    }
    found
}

fn is_url(run: &str) -> bool {
    let rest = ["https://", "http://", "ftp://", "www."].iter().find_map(|scheme| run.strip_prefix(scheme));
    rest.is_some_and(|rest| rest.contains(|character: char| character.is_ascii_alphanumeric()))
}

fn is_email(run: &str) -> bool {
    run.split_once('@').is_some_and(|(name, domain)| {
        !name.is_empty()
            && !run.contains("://")
            && domain.split('.').count() >= 2
            && domain.split('.').all(|part| {
                !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
            })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::language::tests::{pair, sides};

    fn messages(check: fn(&Sides) -> Vec<Finding>, source: &str, answer: &str) -> Vec<String> {
        check(&sides(&pair(source, answer, "en", "pt"))).into_iter().map(|finding| finding.message).collect()
    }

    #[test]
    fn a_broken_address_is_one_hard_finding() {
        let source = "See https://example.org/a?b=1 or www.example.com.";
        assert_eq!(
            messages(urls, source, "Veja https://example.org/a?b=2 ou www.example.com."),
            ["`https://example.org/a?b=1` became `https://example.org/a?b=2`"]
        );
        assert_eq!(
            messages(urls, source, "Veja https://example.org/a?b=1."),
            ["`www.example.com` is not in the answer"]
        );
        assert_eq!(
            messages(urls, "Look.", "Veja http://evil.example."),
            ["`http://evil.example` is not in the source"]
        );
        assert_eq!(
            messages(emails, "Write to a@example.org.", "Escreva a b@example.org."),
            ["`a@example.org` became `b@example.org`"]
        );
    }

    #[test]
    fn addresses_may_change_places_and_punctuation() {
        let source = "See https://example.org/a (or www.example.com).";
        assert!(messages(urls, source, "Veja www.example.com或https://example.org/a。").is_empty());
        assert!(
            messages(emails, "Follow @council, mail a.b@example.org!", "Siga @conselho; a.b@example.org")
                .is_empty()
        );
        assert!(messages(urls, "On bbc.co.uk", "В BBC").is_empty());
    }
}
