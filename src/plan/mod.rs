//! Planning: what is known, what must be asked, in which chunks.
//!
//! Owns no engine and no I/O but the memory look-up; deterministic, so that `--dry-run` prints exactly
//! what a run would ask.

pub mod chunk;
pub mod lookup;
pub mod split;
pub mod tokens;
