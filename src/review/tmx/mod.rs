//! TMX 1.4: pairs of texts, out to any translation memory and in from one.
//!
//! A pair that comes in is a person's text for a source text, in whatever file that stands.

mod read;
mod take;
mod write;

pub(crate) use read::of_root;
pub use read::{Pair, read};
pub use take::{Taken, take};
pub use write::{Written, write};
