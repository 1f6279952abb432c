//! `script`: most letters of the answer are of the script that the target language is written in.
//!
//! Source of the rule: bicleaner, OpusFilter. Judged on the prose of the answer without the words that stand in the
//! source as they are (names, titles), from twenty letters on. A language written in several scripts has each of them,
//! unless its tag names one. One that is not listed is not judged.

use std::collections::HashSet;

use super::{Finding, Severity, Sides};
use crate::document::Role;
use crate::language::Language;

pub(super) const ID: &str = "script";

/// Letters (a dense one is two) from which a majority says something.
const LEAST_WEIGHT: usize = 20;

/// Scripts, as far as they are told apart here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Script {
    Latin,
    Greek,
    Cyrillic,
    Armenian,
    Hebrew,
    Arabic,
    /// Devanagari, Bengali, Tamil and their kin, each told by the block of its letters.
    Indic(u32),
    Thai,
    Lao,
    Burmese,
    Khmer,
    Georgian,
    Ethiopic,
    Han,
    Kana,
    Hangul,
}

/// The script of a letter; `None` for what is no letter and for scripts that nobody asked for yet.
pub(super) fn script_of(character: char) -> Option<Script> {
    Some(match u32::from(character) {
        0x41..=0x5A | 0x61..=0x7A | 0xAA..=0x24F | 0x1E00..=0x1EFF if character.is_alphabetic() => {
            Script::Latin
        }
        0x370..=0x3FF | 0x1F00..=0x1FFF => Script::Greek,
        0x400..=0x52F => Script::Cyrillic,
        0x531..=0x58A => Script::Armenian,
        0x590..=0x5FF | 0xFB1D..=0xFB4F => Script::Hebrew,
        0x620..=0x64A | 0x66E..=0x6D3 | 0x6FA..=0x77F | 0xFB50..=0xFEFC => Script::Arabic,
        code @ 0x900..=0xDFF if character.is_alphabetic() => Script::Indic(code >> 7),
        0xE00..=0xE7F => Script::Thai,
        0xE80..=0xEFF => Script::Lao,
        0x1000..=0x109F => Script::Burmese,
        0x1780..=0x17FF => Script::Khmer,
        0x10A0..=0x10FF | 0x1C90..=0x1CBF => Script::Georgian,
        0x1200..=0x139F => Script::Ethiopic,
        0x3041..=0x30FF => Script::Kana,
        0x3400..=0x4DBF | 0x4E00..=0x9FFF | 0x2_0000..=0x3_134F => Script::Han,
        0xAC00..=0xD7A3 | 0x1100..=0x11FF => Script::Hangul,
        _ => return None,
    })
}

/// The scripts that a language may be written in; empty where we do not know.
pub(super) fn scripts(language: &Language) -> &'static [Script] {
    match language.script() {
        Some("Latn") => return &[Script::Latin],
        Some("Cyrl") => return &[Script::Cyrillic],
        Some("Arab") => return &[Script::Arabic],
        Some("Hans" | "Hant") | None => {}
        Some(_) => return &[],
    }
    match language.primary() {
        "af" | "ca" | "cs" | "cy" | "da" | "de" | "en" | "es" | "et" | "eu" | "fi" | "fr" | "ga" | "gl"
        | "hu" | "id" | "is" | "it" | "lt" | "lv" | "ms" | "mt" | "nb" | "nl" | "nn" | "no" | "pl" | "pt"
        | "ro" | "sk" | "sl" | "sq" | "sv" | "sw" | "tl" | "fil" | "tr" | "vi" | "hr" | "xh" | "zu"
        | "so" | "ha" | "yo" | "ig" => &[Script::Latin],
        "sr" | "bs" | "uz" | "az" | "kk" => &[Script::Latin, Script::Cyrillic],
        "be" | "bg" | "mk" | "ru" | "uk" | "ky" | "tg" | "mn" => &[Script::Cyrillic],
        "el" => &[Script::Greek],
        "hy" => &[Script::Armenian],
        "ka" => &[Script::Georgian],
        "he" | "yi" => &[Script::Hebrew],
        "ar" | "fa" | "ur" | "ps" | "ckb" | "ug" | "sd" => &[Script::Arabic],
        "hi" | "mr" | "ne" => &[Script::Indic(0x900 >> 7)],
        "bn" | "as" => &[Script::Indic(0x980 >> 7)],
        "pa" => &[Script::Indic(0xA00 >> 7), Script::Arabic],
        "gu" => &[Script::Indic(0xA80 >> 7)],
        "or" => &[Script::Indic(0xB00 >> 7)],
        "ta" => &[Script::Indic(0xB80 >> 7)],
        "te" => &[Script::Indic(0xC00 >> 7)],
        "kn" => &[Script::Indic(0xC80 >> 7)],
        "ml" => &[Script::Indic(0xD00 >> 7)],
        "si" => &[Script::Indic(0xD80 >> 7)],
        "th" => &[Script::Thai],
        "lo" => &[Script::Lao],
        "my" => &[Script::Burmese],
        "km" => &[Script::Khmer],
        "am" | "ti" => &[Script::Ethiopic],
        "zh" | "yue" => &[Script::Han],
        "ja" => &[Script::Kana, Script::Han],
        "ko" => &[Script::Hangul, Script::Han],
        _ => &[],
    }
}

pub(super) fn unit(sides: &Sides) -> Vec<Finding> {
    let wanted = scripts(sides.to);
    if wanted.is_empty()
        || sides.role == Role::Verbatim
        || wanted == scripts(sides.from) && sides.answer.text.is_ascii()
    {
        return Vec::new();
    }
    let (mut right, mut wrong) = count(sides.answer.prose(), wanted, |_| true);
    if right >= wrong {
        return Vec::new();
    }
    // Only now, as it is dearer: names and titles left as they were speak for no script.
    let kept: HashSet<&str> = sides.source.prose().split_whitespace().collect();
    (right, wrong) = count(sides.answer.prose(), wanted, |word| !kept.contains(word));
    if right + wrong < LEAST_WEIGHT || right >= wrong {
        return Vec::new();
    }
    let share = wrong * 100 / (right + wrong);
    let message =
        format!("{share} % of the answer's letters are of a script that `{}` is not written in", sides.to);
    vec![Finding::new(ID, Severity::Hard, message)]
}

/// How many letters of the words that `counts` picks are of `wanted`, and how many of others.
fn count(prose: &str, wanted: &[Script], counts: impl Fn(&str) -> bool) -> (usize, usize) {
    let (mut right, mut wrong) = (0, 0);
    for character in prose.split_whitespace().filter(|word| counts(word)).flat_map(str::chars) {
        match script_of(character) {
            Some(script) if wanted.contains(&script) => right += super::prose::weight_of(character),
            Some(_) => wrong += super::prose::weight_of(character),
            None => {}
        }
    }
    (right, wrong)
}

#[cfg(test)]
mod tests {
    use super::unit;
    use crate::check::is_hard;
    use crate::check::language::tests::{pair, sides};

    const SOURCE: &str = "The council approved the plan for the new bridge on Monday.";

    fn fires(source: &str, answer: &str, to: &str) -> bool {
        is_hard(&unit(&sides(&pair(source, answer, "en", to))))
    }

    #[test]
    fn letters_of_another_script_are_hard() {
        assert!(fires(SOURCE, "Sovet utverdil plan stroitelstva novogo mosta v ponedelnik.", "ru"));
        assert!(fires(SOURCE, "Совет утвердил план строительства нового моста.", "zh"));
        assert!(fires(SOURCE, "परिषद ने सोमवार को नए पुल की योजना को मंजूरी दी।", "ar"));
        assert!(fires(SOURCE, "परिषद ने सोमवार को नए पुल की योजना को मंजूरी दी।", "bn"));
    }

    #[test]
    fn names_left_as_they_were_and_mixed_scripts_pass() {
        assert!(!fires(
            "Apple iPhone XS Max, Samsung Galaxy Note",
            "Apple iPhone XS Max、Samsung Galaxy Note",
            "zh"
        ));
        assert!(!fires(SOURCE, "议会周一批准了新桥计划（New Bridge Plan）。", "zh"));
        assert!(!fires(SOURCE, "議会は月曜日に新しい橋の計画を承認した。", "ja"));
        assert!(!fires(SOURCE, "Skupština je u ponedeljak odobrila plan za novi most.", "sr"));
        assert!(!fires(SOURCE, "whatever this language may be, nobody listed it", "tlh"));
    }
}
