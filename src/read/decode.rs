//! From bytes to text, with a record of what was assumed.

use serde::{Deserialize, Serialize};

/// How a source's bytes were read, and so how its outputs are written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TextEncoding {
    /// The encoding's WHATWG name: `UTF-8`, `UTF-16LE`, `windows-1251` …
    pub name: String,
    /// Whether the source began with a byte order mark; outputs then do too.
    pub bom: bool,
    /// Whether the encoding was guessed from the bytes rather than known.
    pub guessed: bool,
}
