//! The integration tests, in one binary.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod edits;
mod endpoint;
mod failures;
mod flags;
mod harness;
mod interrupt;
mod kill;
mod ladder;
mod law;
mod memory;
mod resume;
mod seeds;
