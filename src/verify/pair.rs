//! Two documents' paragraphs side by side.

use std::collections::{BTreeMap, BTreeSet};

use super::side::Text;
use super::{EXTRA, MISSING, ORDER, Placed, SourcePlace, UNTRANSLATED};
use crate::align::{Aligned, align};
use crate::check::Severity;
use crate::document::{Document, Role};
use crate::glossary::GlossaryTerm;
use crate::language::Language;
use crate::read::unit::{Unit, plain};
use crate::stitch::{MARK_CLOSE, MARK_OPEN};

/// Characters of a paragraph that a message quotes.
const QUOTED: usize = 60;

/// A translation ready to be judged.
#[derive(Debug, Clone)]
pub(super) struct Subject {
    /// The translation's file, as it is shown.
    pub path: String,
    /// The source's.
    pub source_path: String,
    pub from: Language,
    pub to: Language,
    /// The glossary's terms that it was made with; none where that is not known.
    pub terms: Vec<GlossaryTerm>,
    pub rows: Vec<Row>,
    /// What showed while they were put side by side.
    pub found: Vec<Placed>,
}

/// A text and its translation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Row {
    /// In the translation, counted from 1.
    pub paragraph: usize,
    /// In the source, counted from 1.
    pub source_paragraph: usize,
    pub role: Role,
    pub source: Text,
    pub answer: Text,
    /// Checks and messages that a person said to pass over.
    pub ignored: Vec<(String, String)>,
    /// A person wrote or accepted it.
    pub human: bool,
}

impl Subject {
    pub fn placed(
        &self,
        row: (usize, Option<usize>),
        check: &str,
        severity: Severity,
        message: String,
    ) -> Placed {
        let (paragraph, source) = row;
        Placed {
            path: self.path.clone(),
            paragraph,
            language: self.to.clone(),
            check: check.to_owned(),
            severity,
            message: message.replace(char::is_control, " "),
            precision: None,
            source: source.map(|paragraph| SourcePlace { path: self.source_path.clone(), paragraph }),
            ignored: false,
        }
    }
}

/// Puts `source` and `target` side by side. `paths` are theirs as they are shown; `dropped` are the source's blocks that
/// gloss left out by intent.
pub(super) fn side_by_side(
    source: &Document,
    target: &Document,
    paths: (String, String),
    dropped: &BTreeSet<usize>,
) -> Subject {
    let mut subject = Subject {
        source_path: paths.0,
        path: paths.1,
        from: source.language.language.clone(),
        to: target.language.language.clone(),
        terms: Vec::new(),
        rows: Vec::new(),
        found: Vec::new(),
    };
    let alignment = align(source, target, None);
    // Source blocks by the target blocks they have: two that were made one are one row.
    let mut joined: BTreeMap<Vec<usize>, Vec<&Aligned>> = BTreeMap::new();
    let mut last = 0;
    for aligned in &alignment.blocks {
        match aligned.targets.last() {
            Some(target) => {
                last = target + 1;
                joined.entry(aligned.targets.clone()).or_default().push(aligned);
            }
            None => {
                let by_intent = dropped.contains(&(aligned.block.0 as usize));
                let finding = missing(&subject, source, (aligned, by_intent), last + 1);
                subject.found.push(finding);
            }
        }
    }
    for (targets, sources) in &joined {
        let Some(first) = sources.first() else { continue };
        let place = (targets.first().map_or(0, |target| target + 1), first.block.0 as usize + 1);
        add_row(&mut subject, (source, sources), (target, targets), place);
    }
    for extra in alignment.extra {
        let text =
            target.blocks.get(extra).and_then(|block| block.unit.as_ref()).map(plain).unwrap_or_default();
        let message = format!("`{}` has nothing in the source", excerpt(&text));
        let finding = subject.placed((extra + 1, None), EXTRA, Severity::Flag, message);
        subject.found.push(finding);
    }
    subject
}

fn add_row(
    subject: &mut Subject,
    (source, aligned): (&Document, &[&Aligned]),
    (target, targets): (&Document, &[usize]),
    (paragraph, source_paragraph): (usize, usize),
) {
    let unit = |document: &'_ Document, index: usize| -> Option<Unit> {
        document.blocks.get(index).and_then(|block| block.unit.clone())
    };
    let theirs: Vec<Unit> = targets.iter().filter_map(|index| unit(target, *index)).collect();
    let ours: Vec<Unit> =
        aligned.iter().filter_map(|aligned| unit(source, aligned.block.0 as usize)).collect();
    let role = aligned
        .first()
        .and_then(|aligned| source.blocks.get(aligned.block.0 as usize))
        .map_or(Role::Body, |block| block.role);
    let place = (paragraph, Some(source_paragraph));
    if theirs.iter().any(|unit| is_marked(&unit.text)) {
        let text = theirs.iter().map(plain).collect::<Vec<_>>().join(" ");
        let text = text.replace(MARK_OPEN.trim(), "").replace(MARK_CLOSE.trim(), "");
        let message = format!("`{}` was not translated", excerpt(text.trim()));
        let finding = subject.placed(place, UNTRANSLATED, Severity::Hard, message);
        subject.found.push(finding);
        return;
    }
    if aligned.iter().any(|aligned| aligned.moved) {
        let message = "stands in another place than in the source".to_owned();
        let finding = subject.placed(place, ORDER, Severity::Flag, message);
        subject.found.push(finding);
    }
    let source = Text::of(&ours);
    let answer = Text::of(&theirs).in_numbers_of(&source);
    subject.rows.push(Row {
        paragraph,
        source_paragraph,
        role,
        source,
        answer,
        ignored: Vec::new(),
        human: false,
    });
}

fn missing(
    subject: &Subject,
    source: &Document,
    (aligned, by_intent): (&Aligned, bool),
    paragraph: usize,
) -> Placed {
    let index = aligned.block.0 as usize;
    let block = source.blocks.get(index);
    let text = block.and_then(|block| block.unit.as_ref()).map(plain).unwrap_or_default();
    let message = format!("`{}` has no translation", excerpt(&text));
    let severity = match block.map(|block| block.role) {
        _ if by_intent => Severity::Info,
        Some(Role::Boilerplate) => Severity::Flag,
        _ => Severity::Hard,
    };
    subject.placed((paragraph, Some(index + 1)), MISSING, severity, message)
}

fn is_marked(text: &str) -> bool {
    text.contains(MARK_OPEN.trim())
}

/// The beginning of a text.
pub(super) fn excerpt(text: &str) -> String {
    let mut short: String = text.chars().take(QUOTED).collect();
    if text.chars().nth(QUOTED).is_some() {
        short.push('…');
    }
    short
}
