//! What `gloss models list` prints.

use comfy_table::{Table, TableStyle};
use serde::Serialize;

use super::printable::printable;
use crate::language::Language;

/// A model in the list.
#[derive(Debug, Serialize)]
pub struct Listed {
    pub from: Language,
    pub to: Language,
    /// Absent where it is not on this machine.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bytes: Option<u64>,
    /// The model's own name where it is here, else where it would come from.
    pub name: String,
}

/// The models as text: pair, whether it is here and how large, name or origin.
pub fn render(models: &[Listed]) -> String {
    if models.is_empty() {
        return "no model is here, and none could be asked for (`gloss models pull en-pt` tells why)"
            .to_owned();
    }
    let mut table = Table::new();
    table.load_style(TableStyle::new()).force_no_tty();
    for model in models {
        let pair = format!("{}-{}", model.from, model.to);
        let size =
            model.bytes.map_or("to fetch".to_owned(), |bytes| format!("here, {:.1} MB", bytes as f64 / 1e6));
        table.add_row([pair, size, printable(&model.name).into_owned()]);
    }
    table.trim_fmt().lines().map(|line| format!("{}\n", line.trim())).collect()
}
