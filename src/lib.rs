//! gloss translates and summarises a folder of articles and never loses a paragraph in silence.
//!
//! The flow, one module per stage:
//!
//! ```text
//! read -> plan -> ask -> check -> stitch -> write -> report
//! ```
//!
//! * [`read`] finds the sources, decodes them and cuts each into a [`document::Document`] of blocks.
//! * [`plan`] counts tokens, asks the [`memory`] what is known and packs the rest into chunks.
//! * [`engine`] makes one attempt per call; [`pace`] stands around it (retry, limits).
//! * [`check`] accepts a reply unit by unit, by id, or refuses it with findings.
//! * [`stitch`] puts the answers back between the source's own bytes.
//! * [`mod@write`] puts files on disk, atomically, and never over a person's edit.
//! * [`report`] folds the run's events into progress, a table, `report.json`.
//! * [`glossary`] holds the terms a person has settled, for prompts and checks.
//! * [`terms`] proposes a glossary from what was translated.
//! * [`review`] shows a person what came of it, and takes what they change.
//! * [`verify`] checks translations that stand on disk, whoever made them; [`align`] finds which paragraphs are each other's.
//! * [`background`] has the threads for work that nobody waits for.
//! * [`run`] drives all of it; [`settings`] is what it was told.

pub mod align;
pub mod background;
pub mod check;
pub mod cli;
pub mod doctor;
pub mod document;
pub mod engine;
pub mod error;
#[cfg(any(test, fuzzing))]
pub mod fuzzing;
pub mod glossary;
pub mod language;
pub mod memory;
pub mod pace;
pub mod plan;
pub mod read;
pub mod report;
pub mod review;
pub mod run;
pub mod segment;
pub mod settings;
pub mod stitch;
pub mod summary;
pub mod terms;
pub mod verify;
pub mod write;
