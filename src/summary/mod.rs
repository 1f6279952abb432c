//! Summaries: how long, made of what, borne out by which blocks.

pub mod compose;
pub mod evidence;
pub mod length;
pub mod terms;

pub use length::{SummaryLength, target_words};
