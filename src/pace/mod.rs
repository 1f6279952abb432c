//! Pace: retry, limits and budget around engines, in one place. Engines make one attempt; what happens
//! between attempts is decided here, by the error's class alone.

pub mod budget;
pub mod retry;
