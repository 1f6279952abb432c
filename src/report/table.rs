//! The table at the end of a run.

use comfy_table::{Cell, CellAlignment, Color, LineStyle, Table, TableStyle};

use super::engine_table;
use super::event::{Counts, DocumentState, OutputKind};
use super::lines::count;
use super::printable::{fit, printable};
use super::progress::{duration, grouped, thousands};
use super::record::{DocumentRecord, LanguageRecord, Named, OutputRecord, RunTotals};
use crate::language::Language;

/// Rows of documents; the report has all. About two screens.
const MOST_ROWS: usize = 80;

/// However many languages each has, at least so many documents are shown.
const LEAST_DOCUMENTS: usize = 10;

/// With fewer outputs than this, each is named below the table.
const MOST_NAMED: usize = 12;

/// Cells a row takes beside the document's path.
const BESIDE_PATH: usize = 80;

const STYLE: TableStyle = TableStyle::new().header_separator(LineStyle::none().fill('─').junction('─'));

/// How the table is to look.
#[derive(Debug, Clone, Copy)]
pub struct Look {
    pub colour: bool,
    /// Terminal cells; `None` where there is no terminal, and names stand in full.
    pub width: Option<usize>,
}

/// How many documents are shown one by one in a run into `targets` languages: each has a row a language, and one
/// for the summary in its own.
pub fn most_documents(targets: usize) -> usize {
    (MOST_ROWS / (targets + 1)).max(LEAST_DOCUMENTS)
}

/// The run's outcome: documents by language, totals, what needs a look. `report` is where the whole stands.
pub fn render(documents: &[DocumentRecord], totals: &RunTotals, report: &str, look: Look) -> String {
    let mut text = String::new();
    // The error says it all.
    if totals.error.is_some() && totals.documents.finished() == 0 {
        return text;
    }
    let named: Vec<&DocumentRecord> = documents.iter().filter(|record| !plain_unchanged(record)).collect();
    if !named.is_empty() {
        text.push_str(&rows(&named, totals, look));
        text.push('\n');
    }
    let shown = named.len() as u64;
    let more = totals.documents.finished().saturating_sub(shown + unlisted_unchanged(documents, totals));
    if more > 0 {
        text.push_str(&format!(
            "… and {}; `{}` lists all\n",
            count(more, "more document"),
            printable(report)
        ));
    }
    if !text.is_empty() {
        text.push('\n');
    }
    text.push_str(&outputs(&named, totals));
    text.push_str(&engine_table::render(totals));
    text.push_str(&sums(totals));
    text.push_str(&attention(totals, report));
    text
}

/// Nothing to say of it but that it is still there.
fn plain_unchanged(record: &DocumentRecord) -> bool {
    record.unchanged && !record.troubled()
}

/// Unchanged documents have no row: all of them but the troubled ones that are shown.
fn unlisted_unchanged(documents: &[DocumentRecord], totals: &RunTotals) -> u64 {
    let listed = documents.iter().filter(|record| record.unchanged && record.troubled()).count() as u64;
    totals.documents.unchanged.saturating_sub(listed)
}

fn rows(documents: &[&DocumentRecord], totals: &RunTotals, look: Look) -> String {
    let mut table = Table::new();
    table.load_style(STYLE).force_no_tty();
    if look.colour {
        table.enforce_styling();
    }
    let header = ["document", "to", "translated", "remembered", "failed", "words", "time", "files", ""];
    table.set_header(header.map(Cell::new));
    for index in 2..8 {
        if let Some(column) = table.column_mut(index) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    let room = look.width.map_or(usize::MAX, |width| width.saturating_sub(BESIDE_PATH).max(16));
    for document in documents {
        add_document(&mut table, document, room);
    }
    if totals.documents.finished() > 1 {
        let time = duration(totals.milliseconds);
        table.add_row(row("total", "", Some(&totals.units), totals.words, &time, totals.outputs.total(), ""));
    }
    table.trim_fmt()
}

fn add_document(table: &mut Table, document: &DocumentRecord, room: usize) {
    let path = fit(&printable(&document.path), room).into_owned();
    let mut first = true;
    for language in languages(document) {
        let record = document.languages.iter().find(|record| record.language == *language);
        let files = in_a_language(document).filter(|output| output.language == *language).count() as u64;
        let state = if first { state(document) } else { "" };
        let name = if first { path.as_str() } else { "" };
        let time = match record {
            Some(record) if !record.same_language => duration(record.milliseconds),
            _ => String::new(),
        };
        let counted = record.filter(|record| !record.same_language);
        let counts = counted.map(|record| &record.units);
        table.add_row(row(name, language.as_str(), counts, words(counted), &time, files, state));
        first = false;
    }
    if first {
        table.add_row(row(&path, "", None, 0, &duration(document.milliseconds), 0, state(document)));
    }
}

/// Outputs but for the review page, which shows all languages.
fn in_a_language(document: &DocumentRecord) -> impl Iterator<Item = &OutputRecord> {
    let pages = [OutputKind::Review, OutputKind::Index];
    document.outputs.iter().filter(move |output| !pages.contains(&output.kind))
}

/// The languages with a row: those translated into, then those with a file only (the summary in its own).
fn languages(document: &DocumentRecord) -> Vec<&Language> {
    let (same, translated): (Vec<_>, Vec<_>) =
        document.languages.iter().partition(|record| record.same_language);
    let mut languages: Vec<&Language> =
        translated.into_iter().chain(same).map(|record| &record.language).collect();
    for output in in_a_language(document) {
        if !languages.contains(&&output.language) {
            languages.push(&output.language);
        }
    }
    languages
}

fn words(record: Option<&LanguageRecord>) -> u64 {
    record.map_or(0, |record| record.words)
}

fn state(document: &DocumentRecord) -> &'static str {
    match document.state {
        DocumentState::Done if document.hard_flagged() > 0 => "flagged",
        DocumentState::Done => "",
        DocumentState::Partial => "partial",
        DocumentState::Failed => "failed",
        DocumentState::Skipped => "skipped",
    }
}

fn row(
    name: &str,
    language: &str,
    counts: Option<&Counts>,
    words: u64,
    time: &str,
    files: u64,
    state: &str,
) -> Vec<Cell> {
    let number = |value: Option<u64>| value.map_or("–".to_owned(), grouped);
    let failed = counts.map(|counts| counts.failed);
    let mut failed_cell = Cell::new(number(failed));
    if failed.is_some_and(|failed| failed > 0) {
        failed_cell = failed_cell.fg(Color::Red);
    }
    let colour = match state {
        "failed" => Color::Red,
        "partial" | "flagged" => Color::Yellow,
        _ => Color::Reset,
    };
    let state = if state.is_empty() { Cell::new("") } else { Cell::new(state).fg(colour) };
    vec![
        Cell::new(name),
        Cell::new(language),
        Cell::new(number(counts.map(|counts| counts.translated))),
        Cell::new(number(counts.map(|counts| counts.remembered + counts.human))),
        failed_cell,
        Cell::new(number(counts.map(|_| words))),
        Cell::new(time),
        Cell::new(grouped(files)),
        state,
    ]
}

/// A few outputs are named; many are counted.
fn outputs(documents: &[&DocumentRecord], totals: &RunTotals) -> String {
    let written = totals.outputs.created + totals.outputs.replaced;
    if written == 0 || written > MOST_NAMED as u64 {
        return String::new();
    }
    use super::event::WriteState::{Created, Replaced};
    let outputs = documents.iter().flat_map(|document| &document.outputs);
    let outputs = outputs.filter(|output| matches!(output.state, Created | Replaced));
    let names: String = outputs.map(|output| format!("  {}\n", printable(&output.path))).collect();
    format!("wrote:\n{names}\n")
}

fn sums(totals: &RunTotals) -> String {
    let documents = totals.documents;
    let mut parts =
        vec![format!("{} in {}", count(documents.finished(), "document"), duration(totals.milliseconds))];
    for (number, word) in [
        (documents.partial, "partial"),
        (documents.failed, "failed"),
        (documents.skipped, "skipped"),
        (documents.unfinished, "not come to"),
        (documents.unchanged, "unchanged"),
    ] {
        if number > 0 {
            parts.push(format!("{} {word}", grouped(number)));
        }
    }
    let outputs = totals.outputs;
    if outputs.created + outputs.replaced > 0 {
        parts.push(format!("{} written", count(outputs.created + outputs.replaced, "file")));
    }
    if totals.requests > 0 && totals.usage.tokens_in + totals.usage.tokens_out > 0 {
        let (sent, received) = (thousands(totals.usage.tokens_in), thousands(totals.usage.tokens_out));
        parts.push(format!("{}: {sent} tokens in, {received} out", count(totals.requests, "request")));
    }
    if let Some(cost) = totals.cost {
        parts.push(format!("cost {cost:.4}"));
    }
    parts.join(" · ") + "\n"
}

fn links_out(links: &Named) -> String {
    let (lead, were, their) =
        if links.count == 1 { ("leads", "was", "its") } else { ("lead", "were", "their") };
    let named: Vec<String> = links.first.iter().map(|path| format!("`{}`", printable(path))).collect();
    let rest = links.count.saturating_sub(named.len() as u64);
    let rest = if rest > 0 { format!(" and {} more", grouped(rest)) } else { String::new() };
    format!(
        "{} {lead} out of the folder and {were} not read: {}{rest}; give {their} target as an input to have it read\n",
        count(links.count, "link"),
        named.join(", "),
    )
}

fn attention(totals: &RunTotals, report: &str) -> String {
    let mut text = String::new();
    let report = printable(report);
    if totals.units.failed > 0 {
        let units = count(totals.units.failed, "unit");
        text.push_str(&format!(
            "{units} failed: marked in the outputs, in the source language (where none was answered, no file is written); `{report}` names each\n"
        ));
    }
    if totals.summaries_failed > 0 {
        text.push_str(&format!(
            "{} failed\n",
            count(totals.summaries_failed, "summary").replace("summarys", "summaries")
        ));
    }
    if totals.hard_flagged > 0 {
        let units = count(totals.hard_flagged, "unit");
        text.push_str(&format!("{units} kept against a hard finding; `{report}` names each\n"));
    }
    if totals.outputs.kept_edited > 0 {
        let files = count(totals.outputs.kept_edited, "file");
        text.push_str(&format!(
            "{files} changed by a person kept; the new text stands beside (`--force` overwrites)\n"
        ));
    }
    if totals.unreadable > 0 {
        text.push_str(&format!(
            "{} could not be read; `{report}` says why\n",
            count(totals.unreadable, "path")
        ));
    }
    if !totals.links_out.is_empty() {
        text.push_str(&links_out(&totals.links_out));
    }
    if totals.requests_abandoned > 0 {
        let (were, them) = if totals.requests_abandoned == 1 { ("was", "it") } else { ("were", "them") };
        text.push_str(&format!(
            "{} {were} still under way and not waited for: the endpoint may charge for {them}, so the sums count {them}, by estimate\n",
            count(totals.requests_abandoned, "request"),
        ));
    }
    if totals.error.is_some() {
        text.push_str("ended by an error: what is done is kept, the next run asks for the rest\n");
    } else if totals.interrupted {
        text.push_str("interrupted: run the same command again, only what is missing is asked for\n");
    }
    for message in &totals.inconsistencies {
        text.push_str(&format!("this does not add up, which is a fault of gloss: {}\n", printable(message)));
    }
    text
}
