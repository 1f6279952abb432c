//! How far each finding is to be believed, as measured: `examples/measure_checks.rs` makes the table, `benches/checks.md` tells of it.

use crate::language::Language;

/// Kinds of writing that the checks do not work equally well for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Writing {
    Latin,
    Cyrillic,
    /// Arabic, and Hebrew.
    Arabic,
    /// Chinese, Japanese, Korean and Thai.
    Cjk,
    /// Devanagari and its kin, Georgian, and whatever else.
    Indic,
}

impl Writing {
    /// The kind that a language is written in.
    pub fn of(language: &Language) -> Self {
        use super::script::{Script, scripts};
        match scripts(language).first() {
            Some(Script::Latin) => Self::Latin,
            Some(Script::Cyrillic | Script::Greek) => Self::Cyrillic,
            Some(Script::Arabic | Script::Hebrew) => Self::Arabic,
            Some(
                Script::Han
                | Script::Kana
                | Script::Hangul
                | Script::Thai
                | Script::Lao
                | Script::Burmese
                | Script::Khmer,
            ) => Self::Cjk,
            _ => Self::Indic,
        }
    }
}
