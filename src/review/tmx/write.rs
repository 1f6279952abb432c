//! Documents as one TMX 1.4.

use crate::document::BlockId;
use crate::language::Language;
use crate::review::data::{ReviewDocument, SourceUnit, TargetState, TargetUnit};
use crate::review::xml::Out;

/// A TMX, and what stands in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    pub xml: String,
    /// Pairs.
    pub pairs: usize,
    /// Characters that XML does not have and that stand as U+FFFD, each with its document's path and its block.
    pub replaced: Vec<(String, BlockId, char)>,
}

/// One pair and where it stands.
struct Place<'a> {
    document: &'a ReviewDocument,
    index: usize,
    source: &'a SourceUnit,
    target: &'a TargetUnit,
    to: &'a Language,
    text: &'a str,
}

/// Every answered pair of `documents` into one of `languages` (into any where it is empty); those of people first,
/// because a tool that keeps one of two for the same text keeps the first or asks. The same pair from several places
/// stands once.
pub fn write(documents: &[ReviewDocument], languages: &[Language]) -> Written {
    let mut places = places(documents, languages);
    places.sort_by_key(|place| place.target.state != TargetState::Human);
    let mut seen = std::collections::HashSet::new();
    places.retain(|place| seen.insert((&place.document.language, place.to, &place.source.text, place.text)));
    let from = documents.first().map(|document| &document.language);
    let one_source = documents.iter().all(|document| Some(&document.language) == from);
    // `*all*` says that each unit has a source of its own.
    let source_language = from.filter(|_| one_source).map_or("*all*", Language::as_str);
    let mut out = Out::new();
    let mut replaced = Vec::new();
    out.open("tmx", &[("version", "1.4")]).line().empty(
        "header",
        &[
            ("creationtool", "gloss"),
            ("creationtoolversion", env!("CARGO_PKG_VERSION")),
            ("segtype", "paragraph"),
            ("o-tmf", "gloss"),
            ("adminlang", "en"),
            ("srclang", source_language),
            ("datatype", "plaintext"),
        ],
    );
    out.line().open("body", &[]);
    for place in &places {
        let before = out.replaced.len();
        unit(&mut out, place);
        let new = out.replaced.iter().skip(before);
        replaced.extend(new.map(|character| (place.document.path.clone(), place.source.block, *character)));
    }
    let (xml, _) = out.finish();
    Written { xml, pairs: places.len(), replaced }
}

fn places<'a>(documents: &'a [ReviewDocument], languages: &[Language]) -> Vec<Place<'a>> {
    let mut places = Vec::new();
    for document in documents {
        let wanted = document.translations.iter();
        for translation in wanted.filter(|known| languages.is_empty() || languages.contains(&known.language))
        {
            for (index, (source, target)) in document.units.iter().zip(&translation.units).enumerate() {
                let answered = matches!(target.state, TargetState::Human | TargetState::Machine);
                let Some(text) = target.text.as_deref().filter(|_| answered) else { continue };
                places.push(Place { document, index, source, target, to: &translation.language, text });
            }
        }
    }
    places
}

fn unit(out: &mut Out, place: &Place<'_>) {
    let human = place.target.state == TargetState::Human;
    let by = if human { "human" } else { place.target.engine.as_deref().unwrap_or("machine") };
    out.line().open("tu", &[("creationid", by), ("srclang", place.document.language.as_str())]);
    property(out, "state", if human { "human" } else { "machine" });
    property(out, "x-document", &place.document.path);
    let neighbour = |index: Option<usize>| index.and_then(|index| place.document.units.get(index));
    for (name, unit) in [
        ("x-context-pre", neighbour(place.index.checked_sub(1))),
        ("x-context-post", neighbour(Some(place.index + 1))),
    ] {
        if let Some(unit) = unit {
            property(out, name, &unit.text);
        }
    }
    for (language, text) in [(&place.document.language, place.source.text.as_str()), (place.to, place.text)] {
        out.line().open("tuv", &[("xml:lang", language.as_str())]).open("seg", &[]);
        segment(out, text, place.source);
        out.close().close();
    }
    out.line_close();
}

fn property(out: &mut Out, name: &str, value: &str) {
    out.line().open("prop", &[("type", name)]).text(value).close();
}

/// Canonical text with `<ph x="n">` for each `⟦n⟧`; what it stands for is its content.
fn segment(out: &mut Out, text: &str, source: &SourceUnit) {
    out.canonical(text, &source.kept, |out, id, shown| {
        out.open("ph", &[("x", id)]).text(shown).close();
    });
}

#[cfg(test)]
mod tests {
    use super::super::read;
    use super::*;
    use crate::review::samples;

    #[test]
    fn pairs_are_written_as_the_format_says() {
        let written = write(&[samples::document()], &[]);
        assert_eq!((written.pairs, written.replaced.len()), (2, 0));
        insta::assert_snapshot!(written.xml);
    }

    #[test]
    fn people_come_first_and_the_same_pair_once() {
        let mut other = samples::document();
        other.path = "other.md".to_owned();
        other.translations[0].units[2].state = TargetState::Human;
        let written = write(&[samples::document(), other], &[]);
        assert_eq!(written.pairs, 2);
        let (human, machine) =
            (written.xml.matches(">human<").count(), written.xml.matches(">machine<").count());
        assert_eq!((human, machine), (2, 0));
        assert_eq!(write(&[samples::document()], &[Language::parse("de").unwrap()]).pairs, 0);
    }

    #[test]
    fn what_is_written_is_read() {
        let pairs = read(write(&[samples::document()], &[]).xml.as_bytes()).unwrap();
        let texts: Vec<_> = pairs.iter().map(|pair| (pair.source.as_str(), pair.target.as_str())).collect();
        assert_eq!(
            texts,
            [("The tide mill", "O moinho de maré"), ("A mill ⟦1⟧ stands there.", "Um moinho ⟦1⟧ fica ali.")]
        );
        assert!(pairs[0].human && !pairs[1].human);
    }
}
