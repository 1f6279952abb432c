//! A whole document in one language: every unit against everything, with what only all of them together tell.
//!
//! Owns the order in which that is put together, and no rule.

use super::{Context, Finding, Pair, drift, length, review};
use crate::glossary::Glossary;

/// What the checks find in a document's answers, flags and information too: one list a pair, in their order.
///
/// All pairs are of one pair of languages. Lengths are judged by the table blended with these very units
/// where there are enough of them.
pub fn document(pairs: &[Pair], glossary: Option<&Glossary>) -> Vec<Vec<Finding>> {
    let context = Context { length: length::blended(pairs.iter().copied()), glossary };
    let mut findings: Vec<Vec<Finding>> = pairs.iter().map(|pair| review(pair, context)).collect();
    for (index, more) in drift(pairs.iter().copied()) {
        if let Some(findings) = findings.get_mut(index) {
            findings.extend(more);
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::document;
    use crate::check::language::tests::pair;

    #[test]
    fn each_unit_has_its_own_findings_in_order() {
        let pairs = [
            pair("In 2018 he left Porto.", "Em 2018 deixou o Porto.", "en", "pt"),
            pair("He paid 350 euros.", "Pagou 530 euros.", "en", "pt"),
        ];
        let findings = document(&pairs, None);
        assert_eq!(findings.iter().map(Vec::len).collect::<Vec<_>>(), [0, 1]);
        assert_eq!(findings, document(&pairs, None), "the same pairs, the same findings");
        assert!(document(&[], None).is_empty());
    }
}
