//! A document in one language as XLIFF 1.2, in the elements and the order of the strict schema.

use super::{EARLIER, EXPORTED, NAMESPACE};
use crate::check::Severity;
use crate::document::BlockId;
use crate::language::Language;
use crate::review::data::{ReviewDocument, SourceUnit, TargetState, TargetUnit};
use crate::review::xml::Out;

/// A character that XML cannot hold and that stands as U+FFFD.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replaced {
    pub block: BlockId,
    pub character: char,
}

/// `document` in `language`, and what could not be written as it is. None where it has no such translation.
pub fn write(document: &ReviewDocument, language: &Language) -> Option<(String, Vec<Replaced>)> {
    let translation = document.translations.iter().find(|known| known.language == *language)?;
    let mut out = Out::new();
    let mut replaced = Vec::new();
    out.open("xliff", &[("version", "1.2"), ("xmlns", NAMESPACE)]).line().open(
        "file",
        &[
            ("original", &document.path),
            ("source-language", document.language.as_str()),
            ("target-language", language.as_str()),
            ("datatype", datatype(&document.path)),
            ("xml:space", "preserve"),
        ],
    );
    out.line().open("header", &[]).empty(
        "tool",
        &[("tool-id", "gloss"), ("tool-name", "gloss"), ("tool-version", env!("CARGO_PKG_VERSION"))],
    );
    out.close().line().open("body", &[]);
    for (source, target) in document.units.iter().zip(&translation.units) {
        let before = out.replaced.len();
        unit(&mut out, source, target);
        let new = out.replaced.iter().skip(before);
        replaced.extend(new.map(|character| Replaced { block: source.block, character: *character }));
    }
    let (xml, _) = out.finish();
    Some((xml, replaced))
}

fn datatype(path: &str) -> &'static str {
    let extension = std::path::Path::new(path).extension().and_then(std::ffi::OsStr::to_str);
    if extension.is_some_and(|extension| extension.eq_ignore_ascii_case("md")) {
        "x-markdown"
    } else {
        "plaintext"
    }
}

fn unit(out: &mut Out, source: &SourceUnit, target: &TargetUnit) {
    let id = source.block.0.to_string();
    let human = target.state == TargetState::Human;
    let by_intent = matches!(target.state, TargetState::Copied | TargetState::Dropped);
    let mut attributes = vec![("id", id.as_str()), ("xml:space", "preserve")];
    attributes.extend(human.then_some(("approved", "yes")));
    attributes.extend(by_intent.then_some(("translate", "no")));
    out.line().open("trans-unit", &attributes);
    out.line().open("source", &[]);
    segment(out, &source.text, source);
    out.close();
    let state: &[(&str, &str)] = match target.state {
        TargetState::Human => &[("state", "final")],
        TargetState::Machine => &[("state", "needs-review-translation"), ("state-qualifier", "leveraged-mt")],
        TargetState::Copied => &[("state", "final"), ("state-qualifier", "leveraged-inherited")],
        TargetState::Failed | TargetState::Dropped => &[("state", "new")],
    };
    match &target.text {
        Some(text) => {
            out.line().open("target", state);
            segment(out, text, source);
            out.close();
        }
        None => {
            out.line().empty("target", state);
        }
    }
    notes(out, target);
    if let Some(text) = &target.text {
        let state = if human || by_intent { "final" } else { "needs-review-translation" };
        alternative(out, EXPORTED, None, text, state, source);
    }
    if let Some(earlier) = &target.earlier {
        alternative(out, EARLIER, Some(&earlier.source), &earlier.text, "final", source);
    }
    out.line_close();
}

/// What the checks found, worst first as XLIFF counts (1 is the highest priority), and why there is no answer.
fn notes(out: &mut Out, target: &TargetUnit) {
    if let Some(error) = &target.error {
        out.line().open("note", &[("from", "gloss"), ("priority", "1"), ("annotates", "target")]);
        out.text(error).close();
    }
    for finding in target.findings.iter().filter(|finding| !finding.ignored) {
        let priority = match finding.severity {
            Severity::Hard => "1",
            Severity::Flag => "3",
            Severity::Info => "7",
        };
        out.line().open("note", &[("from", "gloss"), ("priority", priority), ("annotates", "target")]);
        out.text(&finding.check).text(": ").text(&finding.message).close();
    }
}

fn alternative(
    out: &mut Out,
    origin: &str,
    old_source: Option<&str>,
    text: &str,
    state: &str,
    source: &SourceUnit,
) {
    out.line().open("alt-trans", &[("origin", origin), ("tool-id", "gloss")]);
    if let Some(old) = old_source {
        out.open("source", &[]);
        segment(out, old, source);
        out.close();
    }
    out.open("target", &[("state", state)]);
    segment(out, text, source);
    out.close().close();
}

/// Canonical text with `<x/>` for each `⟦n⟧`.
fn segment(out: &mut Out, text: &str, source: &SourceUnit) {
    out.canonical(text, &source.kept, |out, id, shown| {
        let stands_for = (!shown.is_empty()).then_some(("equiv-text", shown));
        let attributes: Vec<_> = [("id", id)].into_iter().chain(stands_for).collect();
        out.empty("x", &attributes);
    });
}
