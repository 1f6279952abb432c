//! XLIFF 1.2: a document in one language, out to any CAT tool and back.
//!
//! ```text
//! ReviewDocument -> write -> name.LANG.xlf -> a person's tool -> read -> XliffFile -> changes -> [`super::change::Change`]
//! ```
//!
//! One `<file>` a document and language, one `trans-unit` a unit, whose id is the block's number. What was exported stands
//! beside each target as `<alt-trans origin="gloss">`, so that a changed text is known for one even where the tool that
//! changed it left the state alone, and an untouched one is never taken for a correction, however old the file is.
//!
//! [`read`] takes files of other tools too; XLIFF 2.x is another format and is refused with advice.

mod changes;
mod read;
mod write;

pub use changes::{Imported, changes};
pub(crate) use read::of_root;
pub use read::read;
pub use write::{Replaced, write};

/// The namespace of XLIFF 1.2 (OASIS, 1 February 2008).
const NAMESPACE: &str = "urn:oasis:names:tc:xliff:document:1.2";

/// The `origin` of what gloss exported, in an `alt-trans`.
const EXPORTED: &str = "gloss";

/// The `origin` of a person's text for what stood there before the source was changed.
const EARLIER: &str = "gloss-earlier";

/// One `<file>`, whoever wrote it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct XliffFile {
    /// As written; gloss writes the source's path relative to the state root.
    pub original: String,
    /// `source-language` and `target-language` as written; the latter may be left out.
    pub from: String,
    pub to: Option<String>,
    pub units: Vec<XliffUnit>,
}

/// One `<trans-unit>`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct XliffUnit {
    pub id: String,
    /// With `⟦n⟧` for inline codes.
    pub source: String,
    /// None where there is none or an empty one.
    pub target: Option<String>,
    /// The target's, as written.
    pub state: Option<String>,
    pub approved: bool,
    /// What gloss exported, where it did.
    pub exported: Option<Exported>,
    /// Where it begins, counted from 1.
    pub line: usize,
}

/// What stood in a target when gloss wrote it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exported {
    pub text: String,
    /// A person had written or accepted it already.
    pub signed_off: bool,
}

impl XliffUnit {
    /// Whether a person says of the target that it is good.
    pub fn signed_off(&self) -> bool {
        self.approved || matches!(self.state.as_deref(), Some("final" | "signed-off" | "translated"))
    }
}
