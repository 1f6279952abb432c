//! What a summary must be beside a text: true to its article.
//!
//! A summary is judged in the article's own language, before it is translated. Every rule here asks whether what the
//! summary says can be found in the article; none asks whether it is well chosen but [`cover`], and that only of articles so long
//! that they were summarised in parts. `benches/summary-checks.md` has how often each is wrong and what each finds.

pub(super) mod cover;
pub(super) mod length;
#[cfg(test)]
mod measured;
pub(super) mod name;
pub(super) mod novel;
pub(super) mod number;
pub(super) mod quote;

/// How many things one message names.
const NAMED: usize = 3;

/// `a`, `b` and 2 more.
fn listed(things: &[&str]) -> String {
    let named: Vec<String> = things.iter().take(NAMED).map(|thing| format!("`{thing}`")).collect();
    match things.len().saturating_sub(NAMED) {
        0 => named.join(", "),
        more => format!("{} and {more} more", named.join(", ")),
    }
}
