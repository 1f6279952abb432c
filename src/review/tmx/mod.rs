//! TMX 1.4: pairs of texts, out to any translation memory and in from one.
//!
//! Owns the format alone. A pair that comes in is a person's text for a source text, in whatever file that stands: what
//! becomes of it is the memory's to say.

mod read;
mod write;

pub(crate) use read::of_root;
pub use read::{Pair, read};
pub use write::{Written, write};
