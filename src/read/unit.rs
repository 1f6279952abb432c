//! A unit: what is sent for one block, and how its answer becomes bytes again.

use super::wrap::Layout;

/// The translatable text of a block, with everything that must not be translated taken out.
///
/// `text` is what engines see: on one line, escapes and entities decoded, with `⟦n⟧` (n from 1) for each
/// protected span. [`Unit::restore`] puts an answer in this form back into the format's own bytes;
/// for the unit's own `text` it gives the source's bytes.
#[derive(Debug, Clone, PartialEq)]
pub struct Unit {
    pub text: String,
    /// What each `⟦n⟧` stands for, in the source's bytes; index n - 1.
    pub protected: Vec<String>,
    /// Characters that the source spells in another way throughout the unit (`&amp;` for `&`, `\*` for `*`).
    pub spelling: Vec<(char, String)>,
    /// How the text is laid out in lines.
    pub layout: Layout,
}

/// Why an answer cannot be put back.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RestoreError {
    #[error("`⟦{0}⟧` is missing from the answer")]
    Missing(usize),
    #[error("`⟦{0}⟧` stands in the answer more often than in the source")]
    Extra(usize),
    #[error("the answer would change the document's structure")]
    Structure,
}
