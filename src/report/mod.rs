//! Reporting: the only code that writes to the terminal. A pure fold over the run's events.
//!
//! [`reporter`] is the one task that takes a run's events and hands each to the log (`events.jsonl`), the fold
//! ([`fold`], from which [`json`] writes `report.json` as documents finish), the progress display and, where
//! asked for, stdout. Nothing here asks an engine, opens a source or writes an output.

pub mod doctor_table;
pub mod engine_table;
pub mod event;
pub mod fold;
pub mod json;
pub mod lines;
pub mod log;
pub mod models_table;
pub mod plan_table;
pub mod printable;
pub mod printer;
pub mod progress;
pub mod record;
pub mod reporter;
pub mod review_table;
pub mod settings_table;
pub mod sink;
pub mod table;
pub mod terminal;
#[cfg(test)]
mod tests;
