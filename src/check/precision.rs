//! How far each finding is to be believed, as measured: `examples/measure_checks.rs` makes the table, `benches/checks.md` tells of it.

use super::Severity;
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

/// Rows by check and severity: Latin, Cyrillic, Arabic, CJK, Indic; 0 where too few findings were seen to tell.
const PRECISIONS: &[(&str, Severity, [u8; 5])] = &[
    ("brackets", Severity::Hard, [61, 42, 35, 15, 5]),
    ("currency", Severity::Flag, [59, 52, 46, 7, 15]),
    ("dates", Severity::Flag, [77, 43, 44, 55, 42]),
    ("emails", Severity::Hard, [98, 95, 96, 98, 96]),
    ("ending", Severity::Flag, [75, 36, 64, 59, 54]),
    ("identical", Severity::Hard, [99, 96, 96, 98, 96]),
    ("injection", Severity::Hard, [98, 93, 93, 96, 93]),
    ("language", Severity::Flag, [55, 70, 68, 74, 73]),
    ("language", Severity::Hard, [96, 95, 96, 98, 97]),
    ("length", Severity::Flag, [69, 71, 77, 65, 86]),
    ("length", Severity::Hard, [98, 93, 95, 98, 94]),
    ("mojibake", Severity::Hard, [97, 95, 0, 0, 0]),
    ("numbers", Severity::Flag, [71, 85, 71, 66, 89]),
    ("omission", Severity::Flag, [56, 48, 57, 36, 67]),
    ("placeholder", Severity::Hard, [98, 95, 96, 98, 96]),
    ("repeat", Severity::Hard, [98, 94, 95, 97, 95]),
    ("script", Severity::Hard, [98, 94, 95, 97, 95]),
    ("sentences", Severity::Flag, [88, 49, 45, 63, 68]),
    ("sentences", Severity::Hard, [80, 89, 90, 93, 90]),
    ("urls", Severity::Hard, [98, 95, 96, 98, 96]),
];

/// Of a hundred findings of a check in answers in `to`, how many were true when it was measured. `None` for information, and where too
/// few were seen to tell.
///
/// The mix that this is true of: nine paragraphs of human translation, each finding on which is taken for false, and one damaged in
/// one of the ways that `examples/measure_checks.rs` knows, each as likely as another, with the findings that it had not
/// before. A check whose damage is one way of twenty looks worse by it than one that many kinds set off.
pub fn precision(check: &str, severity: Severity, to: &Language) -> Option<u8> {
    let (_, _, row) = PRECISIONS.iter().find(|(id, of, _)| *id == check && *of == severity)?;
    let column = match Writing::of(to) {
        Writing::Latin => 0,
        Writing::Cyrillic => 1,
        Writing::Arabic => 2,
        Writing::Cjk => 3,
        Writing::Indic => 4,
    };
    row.get(column).copied().filter(|precision| *precision > 0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::language::tests::keep;
    use crate::check::{REVIEW_CHECKS, UNIT_CHECKS};

    #[test]
    fn every_row_is_of_a_check_that_there_is() {
        for (id, severity, row) in PRECISIONS {
            let known = UNIT_CHECKS
                .iter()
                .chain(REVIEW_CHECKS)
                .any(|check| check.id == *id && check.severity >= *severity);
            assert!(known, "{id} {severity:?}");
            assert!(row.iter().all(|precision| *precision < 100), "nothing is certain");
        }
    }

    #[test]
    fn precision_is_told_by_writing_and_not_for_what_was_not_measured() {
        assert!(precision("numbers", Severity::Flag, keep("pt")).is_some());
        assert_eq!(precision("numbers", Severity::Hard, keep("pt")), None);
        assert_eq!(precision("ids", Severity::Hard, keep("pt")), None);
        assert_eq!((Writing::of(keep("ja")), Writing::of(keep("sr"))), (Writing::Cjk, Writing::Latin));
    }
}
