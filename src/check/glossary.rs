//! `glossary`: what was settled about a term is kept to. A flag.
//!
//! Source of the rule: Weblate. A term that stands in the source and none of whose targets stands in the answer, in any form
//! (see [`crate::glossary`]); and a forbidden form that stands in the answer where the term stands in the source.

use super::{Finding, Severity, Sides};
use crate::document::slice;
use crate::glossary::Stems;

pub(super) const ID: &str = "glossary";

pub(super) fn unit(sides: &Sides) -> Vec<Finding> {
    let Some(glossary) = sides.context.glossary.filter(|glossary| !glossary.entries.is_empty()) else {
        return Vec::new();
    };
    let source = Stems::of(sides.source.text, sides.from);
    let answer = Stems::of(sides.answer.text, sides.to);
    let mut findings = Vec::new();
    for entry in &glossary.entries {
        let places = source.places(&entry.source);
        let Some(first) = places.first() else { continue };
        let term = &entry.term.source;
        if !entry.targets.is_empty() && !entry.targets.iter().any(|target| answer.has(target)) {
            let wanted = entry.term.targets.join("` or `");
            let message = format!("`{term}` is to be `{wanted}`");
            let found = |place: &std::ops::Range<usize>| {
                Finding::new(ID, Severity::Flag, &message).of_source(place.clone())
            };
            findings.extend(places.iter().map(found));
        }
        for place in entry.forbidden.iter().flat_map(|form| answer.places(form)) {
            let said = slice(sides.answer.text, place.clone());
            let message = format!("`{term}` is not to be `{said}`");
            findings.push(Finding::new(ID, Severity::Flag, message).at(place).of_source(first.clone()));
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::language::tests::{keep, pair};
    use crate::check::{Context, review};
    use crate::glossary::{Glossary, GlossaryTerm};

    fn messages(source: &str, answer: &str) -> Vec<String> {
        let terms = [GlossaryTerm {
            source: "collective security".to_owned(),
            targets: vec!["коллективная безопасность".to_owned()],
            forbidden: vec!["общая охрана".to_owned()],
            comment: String::new(),
        }];
        let glossary = Glossary::new(&terms, keep("en"), keep("ru"));
        let context = Context { glossary: Some(&glossary), ..Context::default() };
        let findings = review(&pair(source, answer, "en", "ru"), context);
        findings.into_iter().filter(|finding| finding.check == ID).map(|finding| finding.message).collect()
    }

    #[test]
    fn a_term_not_kept_to_and_a_forbidden_form_are_flags() {
        assert_eq!(
            messages("The Collective Security Treaty", "Договор об общей охране"),
            [
                "`collective security` is to be `коллективная безопасность`",
                "`collective security` is not to be `общей охране`"
            ]
        );
    }

    #[test]
    fn an_inflected_target_passes_and_so_does_a_text_without_the_term() {
        assert_eq!(
            messages("The Collective Security Treaty", "Договор о коллективной безопасности"),
            Vec::<String>::new()
        );
        assert_eq!(messages("The treaty", "Общая охрана"), Vec::<String>::new());
    }
}
