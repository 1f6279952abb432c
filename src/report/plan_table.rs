//! What `--dry-run` prints.

use comfy_table::{Cell, CellAlignment, LineStyle, Table, TableStyle};
use serde::{Deserialize, Serialize};

use super::lines::count;
use super::printable::printable;
use super::progress::grouped;

const STYLE: TableStyle = TableStyle::new().header_separator(LineStyle::none().fill('─').junction('─'));

/// A plan in figures. Ranges are lowest and highest estimate.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PlanView {
    pub engine: String,
    pub model: String,
    pub documents: u64,
    pub skipped: u64,
    pub rows: Vec<PlanRow>,
    pub summaries_to_ask: u64,
    pub tokens_in: (u64, u64),
    pub tokens_out: (u64, u64),
    /// At the configured prices; `None` where there are none.
    pub cost: Option<(f64, f64)>,
    /// The same by engine.
    #[serde(default)]
    pub engines: Vec<PlanEngine>,
}

/// One engine's part of a plan.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Default)]
pub struct PlanEngine {
    pub name: String,
    pub model: String,
    pub requests: u64,
    pub tokens_in: (u64, u64),
    pub tokens_out: (u64, u64),
    pub characters: (u64, u64),
    pub cost: Option<(f64, f64)>,
}

/// One target language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct PlanRow {
    pub language: String,
    pub units: u64,
    /// Of those, answered by the memory.
    pub known: u64,
    pub to_ask: u64,
    pub requests: u64,
    /// Source words to ask for.
    pub words: u64,
}

/// The plan as text.
pub fn render(plan: &PlanView) -> String {
    let model =
        if plan.model.is_empty() { String::new() } else { format!(", model {}", printable(&plan.model)) };
    let mut text = format!(
        "plan: {}{}, engine {}{model}; nothing of them has been sent\n\n",
        count(plan.documents, "document"),
        if plan.skipped > 0 { format!(" ({} skipped)", grouped(plan.skipped)) } else { String::new() },
        printable(&plan.engine),
    );
    if !plan.rows.is_empty() {
        text.push_str(&rows(plan));
        text.push_str("\n\n");
    }
    text.push_str(&format!("summaries to ask for: {}\n", grouped(plan.summaries_to_ask)));
    if let [_, _, ..] = plan.engines.as_slice() {
        for engine in &plan.engines {
            text.push_str(&format!("{}:\n", printable(&engine.name)));
            text.push_str(&amounts(
                engine.tokens_in,
                engine.tokens_out,
                engine.characters,
                engine.cost,
                "  ",
            ));
        }
        text.push_str("together:\n");
    }
    let characters = plan.engines.iter().map(|engine| engine.characters);
    let characters = characters.fold((0, 0), |sum, part| (sum.0 + part.0, sum.1 + part.1));
    text.push_str(&amounts(plan.tokens_in, plan.tokens_out, characters, plan.cost, ""));
    text
}

fn amounts(
    tokens_in: (u64, u64),
    tokens_out: (u64, u64),
    characters: (u64, u64),
    cost: Option<(f64, f64)>,
    indent: &str,
) -> String {
    let mut text = String::new();
    if characters == (0, 0) || tokens_in != (0, 0) {
        text.push_str(&format!("{indent}tokens in:  {}\n", range(tokens_in)));
        text.push_str(&format!("{indent}tokens out: {}\n", range(tokens_out)));
    }
    if characters != (0, 0) {
        text.push_str(&format!("{indent}characters: {}\n", range(characters)));
    }
    if let Some((low, high)) = cost {
        text.push_str(&format!("{indent}cost:       {low:.4} to {high:.4}\n"));
    }
    text
}

fn rows(plan: &PlanView) -> String {
    let mut table = Table::new();
    table.load_style(STYLE).force_no_tty();
    table.set_header(["to", "units", "known", "to ask", "requests", "words"].map(Cell::new));
    let mut sum =
        PlanRow { language: "total".to_owned(), units: 0, known: 0, to_ask: 0, requests: 0, words: 0 };
    for row in &plan.rows {
        table.add_row(cells(row));
        sum.units += row.units;
        sum.known += row.known;
        sum.to_ask += row.to_ask;
        sum.requests += row.requests;
        sum.words += row.words;
    }
    if plan.rows.len() > 1 {
        table.add_row(cells(&sum));
    }
    for index in 1..6 {
        if let Some(column) = table.column_mut(index) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    table.trim_fmt()
}

fn cells(row: &PlanRow) -> Vec<Cell> {
    let numbers = [row.units, row.known, row.to_ask, row.requests, row.words];
    let name = std::iter::once(Cell::new(printable(&row.language)));
    name.chain(numbers.into_iter().map(|number| Cell::new(grouped(number)))).collect()
}

fn range((low, high): (u64, u64)) -> String {
    if low == high { grouped(low) } else { format!("{} to {}", grouped(low), grouped(high)) }
}
