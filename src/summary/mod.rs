//! Summaries: how long, made of what, borne out by which blocks.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// How long a summary is to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum SummaryLength {
    /// About three sentences.
    Short,
    /// About five sentences or a tenth of the article.
    Medium,
    /// About ten sentences or a fifth of the article.
    Long,
    /// This share of the article's words, 1 to 99.
    Percent(u8),
    /// About this many words.
    Words(u32),
}

impl FromStr for SummaryLength {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let refuse = || format!("`{text}` is no summary length: short, medium, long, `10%` or `80 words`");
        let lower = text.trim().to_lowercase();
        Ok(match lower.as_str() {
            "short" => Self::Short,
            "medium" => Self::Medium,
            "long" => Self::Long,
            _ => {
                if let Some(percent) = lower.strip_suffix('%') {
                    match percent.trim().parse() {
                        Ok(percent @ 1..=99) => Self::Percent(percent),
                        _ => return Err(refuse()),
                    }
                } else {
                    let words =
                        lower.strip_suffix("words").or(lower.strip_suffix("word")).ok_or_else(refuse)?;
                    match words.trim().parse() {
                        Ok(words) if words > 0 => Self::Words(words),
                        _ => return Err(refuse()),
                    }
                }
            }
        })
    }
}

impl fmt::Display for SummaryLength {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Short => f.write_str("short"),
            Self::Medium => f.write_str("medium"),
            Self::Long => f.write_str("long"),
            Self::Percent(percent) => write!(f, "{percent}%"),
            Self::Words(words) => write!(f, "{words} words"),
        }
    }
}

impl TryFrom<String> for SummaryLength {
    type Error = String;
    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl From<SummaryLength> for String {
    fn from(length: SummaryLength) -> Self {
        length.to_string()
    }
}
