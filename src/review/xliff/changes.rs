//! What a person did to an XLIFF, against what stands now.
//!
//! | target | signed off | not signed off |
//! |---|---|---|
//! | other than exported | edit | edit |
//! | as exported, by a machine | acceptance | nothing |
//! | as exported, by a person | nothing | nothing |
//! | none | nothing | nothing |
//!
//! A file that does not say what was exported (another tool's, or one whose tool dropped the `alt-trans`) is compared with
//! what stands now; there only what is signed off counts, because nothing tells an old machine answer from an edit. What
//! is other than what stands and is not signed off is refused, by name. So is an edit made over a text that a person has
//! corrected since it was exported.

use std::collections::HashMap;

use super::{XliffFile, XliffUnit};
use crate::language::Language;
use crate::review::change::{Action, Change};
use crate::review::data::{ReviewDocument, SourceUnit, TargetState, TargetUnit};
use crate::review::xml::legal;

/// What came of a `<file>`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Imported {
    pub changes: Vec<Change>,
    /// What could not be taken and why, in words, each with its line.
    pub refused: Vec<String>,
}

/// The changes in `file` to `document`, which is the one that [`XliffFile::original`] names. Units are found by their
/// number and source text, and by their source text alone where the number is another tool's.
pub fn changes(file: &XliffFile, document: &ReviewDocument) -> Imported {
    let mut imported = Imported::default();
    let language = file.to.as_deref().map(Language::parse);
    let translation = match &language {
        Some(Ok(language)) => document.translations.iter().find(|known| known.language == *language),
        _ => None,
    };
    let Some(translation) = translation else {
        let named = file.to.as_deref().unwrap_or("no language");
        imported.refused.push(format!("`{}` has no translation into `{}`", file.original, printable(named)));
        return imported;
    };
    let places = Places::new(document, &translation.units);
    for unit in &file.units {
        let Some((source, current)) = places.find(unit) else {
            let has_news =
                unit.exported.is_none() || unit.target != unit.exported.as_ref().map(|e| e.text.clone());
            if unit.target.is_some() && (has_news || unit.signed_off()) {
                imported.refused.push(format!(
                    "line {}: unit `{}`: its source text does not stand in `{}`",
                    unit.line,
                    printable(&unit.id),
                    document.path
                ));
            }
            continue;
        };
        if let Some(reason) = conflict(unit, current) {
            let unit_id = printable(&unit.id);
            imported.refused.push(format!("line {}: unit `{unit_id}`: {reason}", unit.line));
            continue;
        }
        imported.changes.extend(action(unit, current).map(|action| Change {
            path: document.path.clone(),
            language: translation.language.clone(),
            block: source.block,
            source: source.text.clone(),
            seen: None,
            action,
        }));
    }
    imported
}

/// Whether the bytes are an XLIFF of gloss's in which nothing was changed.
pub fn is_untouched(bytes: &[u8]) -> bool {
    let as_exported = |unit: &XliffUnit| match &unit.exported {
        Some(exported) => {
            unit.target.as_ref() == Some(&exported.text) && unit.signed_off() == exported.signed_off
        }
        None => unit.target.is_none() && !unit.signed_off(),
    };
    super::read(bytes).is_ok_and(|files| files.iter().flat_map(|file| &file.units).all(as_exported))
}

/// Why a target can be taken neither for an edit nor for old, where that is so.
fn conflict(unit: &XliffUnit, current: &TargetUnit) -> Option<&'static str> {
    let text = unit.target.as_ref()?;
    let stands = current.text.as_deref().map(as_written)?;
    if stands == *text || !matches!(current.state, TargetState::Machine | TargetState::Human) {
        return None;
    }
    match &unit.exported {
        Some(exported) if current.state == TargetState::Human && exported.text != *text => {
            (exported.text != stands).then_some(
                "a person has corrected it since the file was exported: export again, or give its text in the review",
            )
        }
        Some(_) => None,
        None if !unit.signed_off() => Some(
            "it is other than what stands, not signed off, and the file does not say what was exported: give its \
             target the state `translated`, or approve it",
        ),
        None => None,
    }
}

fn action(unit: &XliffUnit, current: &TargetUnit) -> Option<Action> {
    let text = unit.target.clone()?;
    // By intent: nothing is translated there.
    if current.state == TargetState::Dropped || current.state == TargetState::Copied {
        return None;
    }
    let stands = current.text.as_deref().map(as_written);
    let is_current = stands.as_ref() == Some(&text);
    let is_human = current.state == TargetState::Human;
    let action = match &unit.exported {
        Some(exported) if exported.text == text => {
            (unit.signed_off() && !exported.signed_off).then(|| Action::Accept { text: text.clone() })
        }
        Some(_) => Some(Action::Edit { text: text.clone() }),
        None if !unit.signed_off() => match current.state {
            // There was no answer, so that whatever stands there is a person's.
            TargetState::Failed => Some(Action::Edit { text: text.clone() }),
            _ => None,
        },
        None if is_current => Some(Action::Accept { text: text.clone() }),
        None => Some(Action::Edit { text: text.clone() }),
    }?;
    // It stands already.
    if is_current && is_human {
        return None;
    }
    match (action, current.text.as_ref().filter(|_| is_current)) {
        // Word for word what stands, characters and all that XML has not.
        (Action::Accept { .. } | Action::Edit { .. }, Some(stands)) => {
            Some(Action::Accept { text: stands.clone() })
        }
        (action, _) => Some(action),
    }
}

/// The document's units by what an XLIFF may call them.
struct Places<'a> {
    by_number: HashMap<String, (&'a SourceUnit, &'a TargetUnit)>,
    by_text: HashMap<String, (&'a SourceUnit, &'a TargetUnit)>,
}

impl<'a> Places<'a> {
    fn new(document: &'a ReviewDocument, targets: &'a [TargetUnit]) -> Self {
        let mut places = Self { by_number: HashMap::new(), by_text: HashMap::new() };
        for pair in document.units.iter().zip(targets) {
            places.by_number.insert(pair.0.block.0.to_string(), pair);
            places.by_text.entry(as_written(&pair.0.text)).or_insert(pair);
        }
        places
    }

    fn find(&self, unit: &XliffUnit) -> Option<(&'a SourceUnit, &'a TargetUnit)> {
        let by_number =
            self.by_number.get(&unit.id).filter(|(source, _)| as_written(&source.text) == unit.source);
        by_number.or_else(|| self.by_text.get(&unit.source)).copied()
    }
}

/// A text as it reads after it was written as XML.
fn as_written(text: &str) -> String {
    text.chars().map(|c| if legal(c) { c } else { char::REPLACEMENT_CHARACTER }).collect()
}

fn printable(text: &str) -> String {
    crate::report::printable::printable(text).chars().take(80).collect()
}

#[cfg(test)]
mod tests {
    use super::super::{read, write};
    use super::*;
    use crate::check::Severity;
    use crate::review::data::ReviewFinding;
    use crate::review::samples;

    fn portuguese() -> Language {
        Language::parse("pt").unwrap()
    }

    fn exported(document: &ReviewDocument) -> String {
        let (xml, replaced) = write(document, &portuguese()).unwrap();
        assert!(replaced.is_empty());
        xml
    }

    fn imported(document: &ReviewDocument, xml: &str) -> Vec<(u32, Action)> {
        let files = read(xml.as_bytes()).unwrap();
        let imported = changes(&files[0], document);
        assert!(imported.refused.is_empty(), "{:?}", imported.refused);
        imported.changes.into_iter().map(|change| (change.block.0, change.action)).collect()
    }

    fn edit(text: &str) -> Action {
        Action::Edit { text: text.to_owned() }
    }

    #[test]
    fn a_document_is_written_as_the_format_says() {
        let mut document = samples::document();
        document.translations[0].units[1].findings.push(ReviewFinding {
            check: "numbers".to_owned(),
            severity: Severity::Flag,
            message: "`7` is missing".to_owned(),
            span: None,
            source_span: None,
            precision: None,
            ignored: false,
        });
        insta::assert_snapshot!(exported(&document));
    }

    #[test]
    fn what_nobody_touched_changes_nothing() {
        let document = samples::document();
        assert_eq!(imported(&document, &exported(&document)), []);
        assert!(is_untouched(exported(&document).as_bytes()));
        assert!(!is_untouched(exported(&document).replacen("Um moinho", "O moinho", 1).as_bytes()));
        assert!(!is_untouched(b"notes"));
    }

    #[test]
    fn edits_and_acceptances_come_back() {
        let document = samples::document();
        let xml = exported(&document);
        let machine = ">Um moinho <x id=\"1\" equiv-text=\"make\"/> fica ali.</target>\n";
        assert!(xml.contains(machine), "{xml}");
        let edited = xml.replacen(machine, ">O moinho <x id=\"1\"/> está ali.</target>\n", 1);
        // Changed is changed, whatever the tool says of its state.
        assert_eq!(imported(&document, &edited), [(2, edit("O moinho ⟦1⟧ está ali."))]);
        let approved = xml.replacen("id=\"2\" xml:space=\"preserve\"", "id=\"2\" approved=\"yes\"", 1);
        let accepted = Action::Accept { text: "Um moinho ⟦1⟧ fica ali.".to_owned() };
        assert_eq!(imported(&document, &approved), [(2, accepted)]);
        // What failed is answered.
        let failed =
            xml.replacen("<target state=\"new\"/>", "<target state=\"translated\">Sete barcos.</target>", 1);
        assert_eq!(imported(&document, &failed), [(3, edit("Sete barcos."))]);
    }

    #[test]
    fn an_old_file_takes_back_no_later_correction() {
        let mut document = samples::document();
        let xml = exported(&document);
        document.translations[0].units[0].text = Some("Outro título".to_owned());
        document.translations[0].units[2].text = Some("Resposta de outro modelo ⟦1⟧.".to_owned());
        assert_eq!(imported(&document, &xml), []);
    }

    #[test]
    fn an_edit_over_what_was_corrected_since_is_refused() {
        let mut document = samples::document();
        let xml = exported(&document).replacen(">Um moinho", ">O moinho", 1);
        let one = &mut document.translations[0].units[2];
        (one.state, one.text) = (TargetState::Human, Some("Moinho ⟦1⟧.".to_owned()));
        let imported = changes(&read(xml.as_bytes()).unwrap()[0], &document);
        assert_eq!(imported.changes, []);
        assert!(imported.refused[0].contains("corrected it since"), "{:?}", imported.refused);
    }

    #[test]
    fn without_what_was_exported_only_what_is_signed_off_counts() {
        let document = samples::document();
        let plain = |state: &str, text: &str| {
            format!(
                "<xliff version='1.2'><file original='news/mill.md' source-language='en' target-language='pt'><body>\
                 <trans-unit id='a'><source>A mill <x id='1'/> stands there.</source>\
                 <target state='{state}'>{text}</target></trans-unit></body></file></xliff>"
            )
        };
        let same = "Um moinho <x id='1'/> fica ali.";
        let unsure = changes(
            &read(plain("needs-review-translation", "Outro <x id='1'/>.").as_bytes()).unwrap()[0],
            &document,
        );
        assert_eq!(unsure.changes, []);
        assert!(unsure.refused[0].contains("not signed off"), "{:?}", unsure.refused);
        assert_eq!(imported(&document, &plain("final", "Outro <x id='1'/>.")), [(2, edit("Outro ⟦1⟧."))]);
        let accepted = Action::Accept { text: "Um moinho ⟦1⟧ fica ali.".to_owned() };
        assert_eq!(imported(&document, &plain("translated", same)), [(2, accepted)]);
    }

    #[test]
    fn a_unit_whose_source_is_gone_is_named() {
        let document = samples::document();
        let xml =
            exported(&document).replace("A mill ", "Another mill ").replacen("Um moinho", "O moinho", 1);
        let imported = changes(&read(xml.as_bytes()).unwrap()[0], &document);
        assert_eq!(imported.changes, []);
        assert_eq!(imported.refused.len(), 1);
        assert!(imported.refused[0].contains("unit `2`"), "{:?}", imported.refused);
    }

    #[test]
    fn characters_that_xml_has_not_are_told_and_do_not_pass_for_edits() {
        let mut document = samples::document();
        document.units[2].text = "A mill \u{1b}⟦1⟧ stands there.".to_owned();
        document.translations[0].units[2].text = Some("Um moinho \u{ffff}⟦1⟧ fica ali.".to_owned());
        let (xml, replaced) = write(&document, &portuguese()).unwrap();
        assert!(replaced.iter().all(|replaced| replaced.block == BlockId(2)), "{replaced:?}");
        // The target stands there twice.
        assert_eq!(replaced.len(), 3);
        assert_eq!(imported(&document, &xml), []);
        let approved = xml.replacen("id=\"2\" xml:space=\"preserve\"", "id=\"2\" approved=\"yes\"", 1);
        let accepted = Action::Accept { text: "Um moinho \u{ffff}⟦1⟧ fica ali.".to_owned() };
        assert_eq!(imported(&document, &approved), [(2, accepted)]);
    }

    use crate::document::BlockId;
}
