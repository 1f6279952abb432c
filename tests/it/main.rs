//! The integration tests, in one binary.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod doubles;
mod edits;
mod endpoint;
mod failures;
mod flags;
mod harness;
mod interrupt;
mod ladder;
mod law;
mod resume;
mod seeds;
mod services;
