//! The integration tests, in one binary.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod browser;
mod changed_sources;
mod chat;
mod check;
mod conflicts;
mod corrections;
mod counts;
mod doubles;
mod edits;
mod endpoint;
mod exchange;
mod failures;
mod fault_server;
mod faults;
mod flags;
mod four_ways;
mod glossary;
mod harness;
mod human_summaries;
mod interrupt;
mod kill;
mod ladder;
mod law;
mod memory;
mod open_findings;
mod resume;
mod review_server;
mod rows;
mod seeds;
mod services;
mod trust;
