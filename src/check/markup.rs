//! `markup`: every `⟦n⟧` of the source stands in the answer exactly as often, and no other does.
//!
//! Source of the rule: Weblate's markup check. The placeholders stand for code, links and HTML that were kept out
//! of translation; one lost is a link lost. Their order may change: languages differ in it.

use std::collections::BTreeMap;

use super::{Finding, Severity, Sides};
use crate::document::slice;

pub(super) const ID: &str = "markup";

pub(super) fn unit(sides: &Sides) -> Vec<Finding> {
    let mut balance: BTreeMap<&str, i64> = BTreeMap::new();
    for placeholder in placeholders(sides.source.text) {
        *balance.entry(placeholder).or_default() += 1;
    }
    for placeholder in placeholders(sides.answer.text) {
        *balance.entry(placeholder).or_default() -= 1;
    }
    balance
        .into_iter()
        .filter(|(_, difference)| *difference != 0)
        .map(|(placeholder, difference)| {
            let what = if difference > 0 { "is missing from" } else { "stands too often in" };
            Finding::new(ID, Severity::Hard, format!("`{placeholder}` {what} the answer"))
        })
        .collect()
}

/// The `⟦n⟧` of a text, n being digits.
fn placeholders(text: &str) -> impl Iterator<Item = &str> {
    text.match_indices('⟦').filter_map(|(start, open)| {
        let inside = slice(text, start + open.len()..text.len());
        let digits = inside.chars().take_while(char::is_ascii_digit).count();
        let close = slice(inside, digits..inside.len()).chars().next()?;
        (digits > 0 && close == '⟧')
            .then(|| slice(text, start..start + open.len() + digits + close.len_utf8()))
    })
}

#[cfg(test)]
mod tests {
    use super::super::Severity;
    use super::unit;
    use crate::check::language::tests::{pair, sides};

    #[test]
    fn lost_doubled_and_invented_placeholders_are_hard() {
        let source = "Press ⟦1⟧ to open ⟦2⟧.";
        for (answer, count) in [
            ("Prima ⟦1⟧ para abrir.", 1),
            ("Prima ⟦1⟧ para abrir ⟦2⟧ e ⟦2⟧.", 1),
            ("Prima ⟦1⟧ para abrir ⟦2⟧ ou ⟦3⟧.", 1),
            ("Prima [1] para abrir ⟦2.", 2),
        ] {
            let findings = unit(&sides(&pair(source, answer, "en", "pt")));
            assert_eq!(findings.len(), count, "{answer}");
            assert!(findings.iter().all(|finding| finding.severity == Severity::Hard));
        }
    }

    #[test]
    fn placeholders_may_change_places() {
        assert!(
            unit(&sides(&pair("Press ⟦1⟧ to open ⟦2⟧.", "Para abrir ⟦2⟧, prima ⟦1⟧.", "en", "pt")))
                .is_empty()
        );
    }
}
