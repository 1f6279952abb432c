//! What each engine did and what it cost: the small table below the documents.

use comfy_table::{Cell, CellAlignment, LineStyle, Table, TableStyle};

use super::printable::printable;
use super::progress::{grouped, thousands};
use super::record::{EngineTotals, RunTotals, Spent};

const STYLE: TableStyle = TableStyle::new().header_separator(LineStyle::none().fill('─').junction('─'));

/// The table, with a line end after it; empty where there is nothing to tell: one engine that costs nothing.
pub fn render(totals: &RunTotals) -> String {
    let told = |engine: &EngineTotals| engine.requests > 0 || engine.units > 0;
    let engines: Vec<_> = totals.engines.iter().filter(|(_, engine)| told(engine)).collect();
    let asked = engines.iter().any(|(_, engine)| engine.requests > 0);
    let spent = |engine: &EngineTotals| {
        [&engine.spent, &engine.refused, &engine.saved].iter().any(|spent| !amount(spent).is_empty())
    };
    let worth = engines.len() > 1 || (asked && engines.iter().any(|(_, engine)| spent(engine)));
    if !worth {
        return String::new();
    }
    let mut table = Table::new();
    table.load_style(STYLE).force_no_tty();
    table.set_header(
        ["engine", "units", "requests", "failed", "spent", "on refused", "saved by memory"].map(Cell::new),
    );
    for index in 1..4 {
        if let Some(column) = table.column_mut(index) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    for (name, engine) in engines {
        let numbers = [engine.units, engine.requests, engine.requests_failed];
        let name = std::iter::once(Cell::new(printable(name)));
        let numbers = numbers.into_iter().map(|number| Cell::new(grouped(number)));
        let amounts = [&engine.spent, &engine.refused, &engine.saved].map(|spent| Cell::new(amount(spent)));
        table.add_row(name.chain(numbers).chain(amounts));
    }
    table.trim_fmt() + "\n\n"
}

/// `0.0312 (12.3k + 4.5k tokens)`; nothing where nothing was spent.
fn amount(spent: &Spent) -> String {
    let usage = spent.usage;
    let mut parts = Vec::new();
    if usage.tokens_in + usage.tokens_out > 0 {
        parts.push(format!("{} + {} tokens", thousands(usage.tokens_in), thousands(usage.tokens_out)));
    }
    if usage.characters > 0 {
        parts.push(format!("{} characters", thousands(usage.characters)));
    }
    let used = parts.join(", ");
    match spent.cost {
        Some(cost) if used.is_empty() && cost == 0.0 => String::new(),
        Some(cost) => format!("{cost:.4} ({used})"),
        None => used,
    }
}
