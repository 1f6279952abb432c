//! Languages: BCP-47 tags, names, direction; detection is in [`detect`](mod@detect).
//!
//! Owns what a tag means. It reads no text but through its `detect` part, and knows no engine.

pub mod detect;
mod names;
mod stem;
mod vote;

use std::fmt;
use std::str::FromStr;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};

pub use detect::{detect, detect_document};
pub use stem::stemmer;
pub use vote::{plainly_each, plainly_in};

/// Longest tag in bytes: RFC 5646 §4.4.1 holds 35 characters to be enough for every tag in use.
const LONGEST_TAG: usize = 35;

/// A valid BCP-47 language tag in canonical case (`pt`, `pt-BR`, `zh-Hant`). Safe to put in a path:
/// ASCII letters, digits and hyphens only.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Language(String);

/// What was detected (or told) of a text's language.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Detection {
    pub language: Language,
    /// 0 to 1; 1 where the user said so.
    #[serde(deserialize_with = "finite")]
    pub confidence: f32,
}

/// Reads a number that can be written again: one beyond an `f32` would become infinite, which JSON does not know.
///
/// # Errors
/// Where it is none such.
pub fn finite<'de, D: Deserializer<'de>>(deserializer: D) -> Result<f32, D::Error> {
    let number = f32::deserialize(deserializer)?;
    if number.is_finite() { Ok(number) } else { Err(D::Error::custom("a number beyond all bounds")) }
}

impl Language {
    /// Parses and canonicalises a tag.
    ///
    /// # Errors
    /// Where `tag` is no well-formed BCP-47 tag, is `und`, or is longer than 35 bytes.
    pub fn parse(tag: &str) -> Result<Self, String> {
        let locale = icu_locale_core::LanguageIdentifier::from_str(tag.trim())
            .map_err(|_| format!("`{tag}` is not a language tag"))?;
        if locale.language.is_unknown() {
            return Err(format!("`{tag}` names no language"));
        }
        let tag = locale.to_string();
        if tag.len() > LONGEST_TAG {
            return Err(format!("`{tag}` is longer than {LONGEST_TAG} characters"));
        }
        Ok(Self(tag))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The primary subtag: `pt` of `pt-BR`.
    pub fn primary(&self) -> &str {
        self.0.split('-').next().unwrap_or(&self.0)
    }

    /// The script subtag where the tag has one: `Hant` of `zh-Hant-TW`.
    pub fn script(&self) -> Option<&str> {
        self.0
            .split('-')
            .nth(1)
            .filter(|part| part.len() == 4 && part.bytes().all(|byte| byte.is_ascii_alphabetic()))
    }

    /// The region subtag where the tag has one: `BR` of `pt-BR`.
    pub fn region(&self) -> Option<&str> {
        self.0.split('-').skip(1).take(2).find(|part| match part.len() {
            2 => true,
            3 => part.bytes().all(|byte| byte.is_ascii_digit()),
            _ => false,
        })
    }

    /// The English name, for prompts and people (`Portuguese (BR)`); the tag itself
    /// for a language that we have no name for.
    pub fn name(&self) -> String {
        let Some(name) = lookup(self.primary()) else { return self.0.clone() };
        let script = match self.script() {
            Some("Hant") => Some("Traditional"),
            Some("Hans") => Some("Simplified"),
            Some("Latn") => Some("Latin script"),
            Some("Cyrl") => Some("Cyrillic script"),
            other => other,
        };
        let details: Vec<_> = script.into_iter().chain(self.region()).collect();
        if details.is_empty() { name.to_owned() } else { format!("{name} ({})", details.join(", ")) }
    }

    /// Whether the primary subtag is a language that we have a name for.
    pub fn is_known(&self) -> bool {
        lookup(self.primary()).is_some()
    }

    /// Whether the language is written from right to left.
    pub fn is_rtl(&self) -> bool {
        match self.script() {
            Some(script) => matches!(script, "Arab" | "Hebr" | "Thaa" | "Syrc" | "Nkoo" | "Adlm" | "Rohg"),
            None => matches!(
                self.primary(),
                "ar" | "he"
                    | "fa"
                    | "ur"
                    | "yi"
                    | "ps"
                    | "sd"
                    | "ug"
                    | "dv"
                    | "ckb"
                    | "ks"
                    | "arc"
                    | "syr"
                    | "nqo"
            ),
        }
    }

    /// Whether the language is written without spaces between words.
    pub fn is_spaceless(&self) -> bool {
        matches!(self.primary(), "zh" | "yue" | "ja" | "th" | "lo" | "km" | "my" | "bo" | "dz")
    }

    /// Whether a text in one of the two needs no translation into the other: the same language and script,
    /// and not two different regions. So `pt` is as good as `pt-BR`, but from `pt-PT` to `pt-BR` there is
    /// work to do; a bare `zh` is Simplified, and is not `zh-Hant`.
    pub fn same_as(&self, other: &Self) -> bool {
        let regions_agree = match (self.region(), other.region()) {
            (Some(one), Some(two)) => one == two,
            _ => true,
        };
        macro_language(self.primary()) == macro_language(other.primary())
            && self.usual_script() == other.usual_script()
            && regions_agree
    }

    /// The script, said or implied, of the languages that are written in more than one.
    fn usual_script(&self) -> Option<&str> {
        match (self.script(), macro_language(self.primary())) {
            (Some(script), "zh" | "sr" | "uz" | "az" | "kk" | "mn" | "pa" | "ku" | "tg" | "bs") => {
                Some(script)
            }
            (None, "zh") => match self.region() {
                Some("TW" | "HK" | "MO") => Some("Hant"),
                _ => Some("Hans"),
            },
            (None, "sr" | "kk" | "mn" | "tg") => Some("Cyrl"),
            (None, "uz" | "az" | "ku" | "bs") => Some("Latn"),
            (None, "pa") => Some("Guru"),
            _ => None,
        }
    }
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Language {
    type Err = String;
    fn from_str(tag: &str) -> Result<Self, String> {
        Self::parse(tag)
    }
}

impl TryFrom<String> for Language {
    type Error = String;
    fn try_from(tag: String) -> Result<Self, String> {
        Self::parse(&tag)
    }
}

impl From<Language> for String {
    fn from(language: Language) -> Self {
        language.0
    }
}

fn lookup(code: &str) -> Option<&'static str> {
    let at = names::NAMES.binary_search_by(|(known, _)| (*known).cmp(code)).ok()?;
    names::NAMES.get(at).map(|(_, name)| *name)
}

/// One code for languages that go by two.
fn macro_language(code: &str) -> &str {
    match code {
        "nb" => "no",
        "fil" => "tl",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn tag(tag: &str) -> Language {
        Language::parse(tag).unwrap()
    }

    #[test]
    fn names_directions_and_scripts() {
        assert!(names::NAMES.windows(2).all(|pair| pair[0].0 < pair[1].0));
        assert_eq!(tag("pt").name(), "Portuguese");
        assert_eq!(tag("pt-br").name(), "Portuguese (BR)");
        assert_eq!(tag("zh-hant").name(), "Chinese (Traditional)");
        assert_eq!(tag("qaa").name(), "qaa");
        assert!(tag("fa").is_rtl() && tag("az-Arab").is_rtl() && !tag("ku").is_rtl());
        assert!(tag("th").is_spaceless() && !tag("ko").is_spaceless());
    }

    #[test]
    fn the_same_language_is_not_translated_into_itself() {
        for (one, other, same) in [
            ("pt", "pt-BR", true),
            ("pt-PT", "pt-BR", false),
            ("zh", "zh-Hans", true),
            ("zh", "zh-Hant", false),
            ("zh-TW", "zh-Hant", true),
            ("nb", "no", true),
            ("en", "de", false),
            ("sr-Latn", "sr", false),
        ] {
            assert_eq!(tag(one).same_as(&tag(other)), same, "{one} {other}");
            assert_eq!(tag(other).same_as(&tag(one)), same, "{other} {one}");
        }
    }

    proptest! {
        #[test]
        fn an_accepted_tag_is_safe_in_a_path(text in "[a-zA-Z0-9_./\\\\ -]{0,40}|\\PC{0,12}|[a-z]{2,3}(-[a-zA-Z0-9]{2,8}){0,6}") {
            if let Ok(language) = Language::parse(&text) {
                let tag = language.as_str();
                prop_assert!(tag.len() >= 2 && tag.len() <= 35);
                prop_assert!(tag.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-'));
                prop_assert_eq!(Language::parse(tag).unwrap(), language.clone());
            }
        }
    }

    #[test]
    fn a_confidence_beyond_all_bounds_does_not_read() {
        let read = |number: &str| {
            serde_json::from_str::<Detection>(&format!("{{\"language\":\"en\",\"confidence\":{number}}}"))
        };
        assert_eq!(read("0.5").unwrap().confidence, 0.5);
        for number in ["4e90", "-4e90", "4e999", "null"] {
            assert!(read(number).is_err(), "{number}");
        }
    }
}
