//! What a person did in a review, in the one form that every way in speaks: the page's export, the server's requests, an
//! edited output file, an XLIFF.

use serde::{Deserialize, Serialize};

use crate::document::BlockId;
use crate::language::Language;

/// A file of changes, as the page exports it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ChangeFile {
    /// Tells it from any other JSON; always [`MARK`].
    pub gloss: String,
    /// [`super::data::SCHEMA`].
    pub schema: u32,
    pub changes: Vec<Change>,
}

/// The value of [`ChangeFile::gloss`].
pub const MARK: &str = "changes";

/// One thing a person did to one unit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// The source, relative to the state root, with `/`.
    pub path: String,
    /// The target language.
    pub language: Language,
    pub block: BlockId,
    /// The unit's canonical source text as the person saw it: where the source has another text there by now, the
    /// change goes to wherever this text stands, and is refused where it stands nowhere.
    pub source: String,
    /// The answers that the person saw there, canonical, and empty for none: what the page held, and what they gave
    /// before. A change of the answer never takes the place of another person's text that is not among them. None
    /// where what makes changes does not say.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub seen: Option<Vec<String>>,
    #[serde(flatten)]
    pub action: Action,
}

/// What was done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "action", rename_all = "lowercase")]
pub enum Action {
    /// The answer is to be this, in canonical form.
    Edit { text: String },
    /// The answer is good as it stood: `text`.
    Accept { text: String },
    /// An earlier edit or acceptance is taken back: the machine's answer stands again.
    Revert,
    /// A finding is to be passed over from now on, as long as it says the same.
    Ignore { check: String, message: String },
    /// The contrary of [`Action::Ignore`].
    Heed { check: String, message: String },
}
