//! What `gloss config show` prints.

use comfy_table::{Table, TableStyle};

use super::printable::printable;
use crate::settings::show::Shown;

/// The settings as text: name, value, origin.
pub fn render(shown: &Shown) -> String {
    let mut table = Table::new();
    table.load_style(TableStyle::new()).force_no_tty();
    for line in &shown.settings {
        table.add_row([printable(&line.name), printable(&line.value), printable(&line.origin)]);
    }
    let lines: String = table.trim_fmt().lines().map(|line| format!("{}\n", line.trim())).collect();
    format!("settings file: {}\nengine: {}\n\n{lines}", printable(&shown.file), printable(&shown.engine))
}
