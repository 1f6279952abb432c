//! Review: what a person sees of a run's work, and what becomes of what they change in it.
//!
//! ```text
//! run -> [`data::ReviewDocument`] (kept in the memory, one a source) -> page, server, XLIFF, TMX
//!                                                                          |
//!        memory, ledger and output file move together  <-  [`change::Change`]
//! ```
//!
//! * [`data`] is what is shown: each unit with its answer, engine, state and findings.
//! * [`page`] shows it in a browser, and hands on what is done there.
//! * [`change`] is what a person did: the one form in which the page, the server, an edited output file and an XLIFF
//!   say it.
//! * [`given`] has what holds for every text of a person's before it is kept, by whatever way it came.
//! * [`mod@recall`] says which correction counts for a unit, [`place`] where a unit stands, [`mod@earlier`] what was made of
//!   a unit before its source changed.
//! * [`article`] is an article between runs: it follows people's work without an engine; [`scan`] finds what they changed in
//!   the output files themselves.
//! * [`desk`] opens a folder for review; [`mod@apply`] takes changes there, [`import`] reads files of them.
//! * [`xliff`] and [`tmx`] are for other tools ([`xml`] is what they are written in), [`export`] and [`exchange`] the files.
//! * [`build`] makes the data of a document and its answers; [`overview`] what the index tells of it, [`folder`] the index,
//!   [`drifting`] the names in it that are spelled in several ways.
//! * [`server`] shows the same pages on this machine alone, and takes changes as they are made.
//!
//! A correction is found again by the text it belongs to, whatever engine, model or prompt the run has.

pub mod apply;
pub mod article;
pub mod build;
pub mod change;
pub mod data;
pub mod desk;
pub mod drifting;
pub mod earlier;
pub mod exchange;
pub mod export;
pub mod folder;
pub mod given;
pub mod import;
pub mod overview;
pub mod page;
pub mod place;
pub mod recall;
#[cfg(test)]
pub(crate) mod samples;
pub mod scan;
pub mod server;
pub mod similar;
pub mod tmx;
pub mod xliff;
pub mod xml;
