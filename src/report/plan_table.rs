//! What `--dry-run` prints.

use comfy_table::{Cell, CellAlignment, LineStyle, Table, TableStyle};
use serde::{Deserialize, Serialize};

use super::lines::{self, count};
use super::printable::printable;
use super::progress::grouped;
use crate::engine::Usage;

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
    /// The least requests that those take in their own language; their translations are in the rows.
    #[serde(default)]
    pub summary_requests: u64,
    /// Everything that an endpoint may charge for: translations, summaries, and those refused and asked again.
    #[serde(default)]
    pub requests: (u64, u64),
    pub tokens_in: (u64, u64),
    pub tokens_out: (u64, u64),
    /// At the configured prices; `None` where there are none.
    pub cost: Option<(f64, f64)>,
    /// The same by engine.
    #[serde(default)]
    pub engines: Vec<PlanEngine>,
    /// Engines that may translate and cannot be told of the glossary that there is.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub engines_without_terms: Vec<String>,
}

/// One engine's part of a plan.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Default)]
pub struct PlanEngine {
    pub name: String,
    pub model: String,
    pub requests: (u64, u64),
    pub tokens_in: (u64, u64),
    pub tokens_out: (u64, u64),
    pub characters: (u64, u64),
    pub cost: Option<(f64, f64)>,
    /// Not in the sums.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub fallback: Option<PlanFallback>,
}

/// What an engine would be asked at the most should the one before it in the row bring nothing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Default)]
pub struct PlanFallback {
    pub units: u64,
    pub summaries: u64,
    pub requests: u64,
    pub usage: Usage,
    pub cost: Option<f64>,
}

/// One target language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct PlanRow {
    pub language: String,
    pub units: u64,
    /// Of those, answered by the memory.
    pub known: u64,
    pub to_ask: u64,
    /// As they are packed, the translations of summaries included: none refused, none asked again.
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
            if engine.fallback.is_none() || engine.requests.1 > 0 {
                text.push_str(&amounts(engine, "  "));
            }
            if let Some(fallback) = &engine.fallback {
                text.push_str(&may_fall(fallback));
            }
        }
        text.push_str("together:\n");
    }
    let characters = plan.engines.iter().map(|engine| engine.characters);
    let characters = characters.fold((0, 0), |sum, part| (sum.0 + part.0, sum.1 + part.1));
    let sum = PlanEngine {
        requests: plan.requests,
        tokens_in: plan.tokens_in,
        tokens_out: plan.tokens_out,
        characters,
        cost: plan.cost,
        ..PlanEngine::default()
    };
    text.push_str(&amounts(&sum, ""));
    for engine in &plan.engines_without_terms {
        text.push_str(&lines::without_terms(engine));
        text.push('\n');
    }
    text
}

/// `  may be asked, where those before it bring no answer: 120 units at the most, …`.
fn may_fall(fallback: &PlanFallback) -> String {
    let mut parts = vec![count(fallback.units, "unit")];
    if fallback.summaries > 0 {
        parts.push(count(fallback.summaries, "summary").replace("summarys", "summaries"));
    }
    let Usage { tokens_in, tokens_out, characters } = fallback.usage;
    if tokens_in + tokens_out > 0 {
        parts.push(format!("{} tokens in, {} out", grouped(tokens_in), grouped(tokens_out)));
    }
    if characters > 0 {
        parts.push(count(characters, "character"));
    }
    if let Some(cost) = fallback.cost {
        parts.push(format!("cost {cost:.4}"));
    }
    format!("  at most, where those before it bring no answer: {} (not in the sums)\n", parts.join(", "))
}

fn amounts(engine: &PlanEngine, indent: &str) -> String {
    let PlanEngine { requests, tokens_in, tokens_out, characters, cost, .. } = *engine;
    let mut text = String::new();
    if requests.1 > 0 {
        text.push_str(&format!("{indent}requests:   {}\n", range(requests)));
    }
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
    if plan.summary_requests > 0 {
        let (to_ask, requests) = (plan.summaries_to_ask, plan.summary_requests);
        let [to_ask, requests] = [to_ask, requests].map(|number| Cell::new(grouped(number)));
        table.add_row([
            Cell::new("summaries"),
            Cell::new(""),
            Cell::new(""),
            to_ask,
            requests,
            Cell::new(""),
        ]);
        sum.requests += plan.summary_requests;
    }
    if plan.rows.len() > 1 || plan.summary_requests > 0 {
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
