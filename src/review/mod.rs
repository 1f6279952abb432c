//! Review: what a person sees of a run's work, and what becomes of what they change in it.
//!
//! ```text
//! run -> [`data::ReviewDocument`] (kept in the memory, one a source) -> page, server, XLIFF, TMX
//!                                                                          |
//!        memory, ledger and output file move together  <-  [`change::Change`]
//! ```
//!
//! * [`data`] is what is shown: each unit with its answer, engine, state and findings.
//! * [`change`] is what a person did: the one form in which the page, the server, an edited output file and an XLIFF
//!   say it.
//!
//! A correction is found again by the text it belongs to, whatever engine, model or prompt the run has.
//! * [`xliff`] and [`tmx`] are for other tools; [`xml`] is what they are written in.

pub mod change;
pub mod data;
pub mod exchange;
pub mod export;
#[cfg(test)]
pub(crate) mod samples;
pub mod tmx;
pub mod xliff;
pub mod xml;
