//! What `gloss review --scan` and `--import` print.

use serde::Serialize;

use super::lines::one_line;
use super::printable::printable;
use crate::review::apply::{Outcome, OutcomeState};
use crate::review::scan::Scanned;
use crate::review::tmx::Taken;

/// What was taken over.
#[derive(Debug, Clone, Default, Serialize)]
pub struct View {
    /// Edited output files.
    pub scanned: Vec<Scanned>,
    /// Files of changes, each with what became of its changes.
    pub imported: Vec<(String, Vec<Outcome>)>,
    /// Translation memories, each with what became of its pairs.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub memories: Vec<(String, Taken)>,
    /// What of a file could not be taken for a change of any paragraph.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub refused: Vec<String>,
}

impl View {
    pub fn outcomes(&self) -> impl Iterator<Item = &Outcome> {
        self.imported.iter().flat_map(|(_, outcomes)| outcomes)
    }
}

/// A line for each edited file, one for each file of changes, and one for each change that needs a word.
pub fn render(view: &View) -> String {
    let mut lines: Vec<String> = view
        .scanned
        .iter()
        .map(|scanned| format!("{}: {}", printable(&scanned.output), one_line(&scanned.sentence())))
        .collect();
    for (file, outcomes) in &view.imported {
        let of = |state| outcomes.iter().filter(|outcome| outcome.state == state).count();
        let unread = view.refused.iter().filter(|refused| refused.starts_with(&format!("{file}: "))).count();
        lines.push(format!(
            "{}: {} taken over, {} known already, {} refused",
            printable(file),
            of(OutcomeState::Done),
            of(OutcomeState::Unchanged),
            of(OutcomeState::Refused) + unread,
        ));
        for outcome in outcomes {
            let Some(message) = &outcome.message else { continue };
            let (path, block) = (printable(&outcome.path), outcome.block.0 + 1);
            lines.push(format!("  {path}, paragraph {block}, {}: {}", outcome.language, one_line(message)));
        }
    }
    for (file, taken) in &view.memories {
        let Taken { kept, known, behind, passed_over, paragraphs, refused } = taken;
        let behind = match behind {
            0 => String::new(),
            pairs => format!("{pairs} kept for other places (here corrections of their own stay), "),
        };
        lines.push(format!(
            "{}: {kept} pairs taken over ({paragraphs} paragraphs here), {behind}{known} known already, {passed_over} passed \
             over, {} refused",
            printable(file),
            refused.len(),
        ));
        lines.extend(refused.iter().map(|refused| format!("  {}", printable(refused))));
    }
    lines.extend(view.refused.iter().map(|refused| format!("  {}", one_line(refused))));
    if lines.is_empty() {
        lines.push("no output was changed by hand".to_owned());
    }
    lines.join("\n")
}
