//! What the memory holds: one answer for one question, found again by the hash of the question.

use std::fmt;

use crate::check::Finding;
use crate::engine::Usage;
use crate::language::Language;
use crate::summary::SummaryLength;

/// The BLAKE3 hash of everything that determines an answer: same key, same question.
///
/// Fields are hashed with their lengths before them, so that no two different questions have the same bytes.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Key([u8; 32]);

impl Key {
    /// The key of one unit's translation. `identity` is [`crate::engine::Engine::translation_identity`].
    pub fn translation(identity: &str, from: &Language, to: &Language, text: &str) -> Self {
        Self::over(&["translation", identity, from.as_str(), to.as_str(), text])
    }

    /// The same with what the glossary says of the terms in the text
    /// ([`crate::glossary::PairTerms::signature`]); without any, it is the key without a glossary.
    pub fn translation_with_terms(
        identity: &str,
        from: &Language,
        to: &Language,
        text: &str,
        signature: &str,
    ) -> Self {
        if signature.is_empty() {
            return Self::translation(identity, from, to, text);
        }
        Self::over(&["translation with terms", identity, from.as_str(), to.as_str(), text, signature])
    }

    /// The key of one article's summary in its own language. `identity` is
    /// [`crate::engine::Engine::summary_identity`]; `article_digest` names what is summarised.
    pub fn summary(
        identity: &str,
        language: &Language,
        length: &SummaryLength,
        article_digest: &str,
    ) -> Self {
        Self::over(&["summary", identity, language.as_str(), &length.to_string(), article_digest])
    }

    fn over(fields: &[&str]) -> Self {
        let mut hasher = blake3::Hasher::new();
        for field in fields {
            hasher.update(&(field.len() as u64).to_le_bytes());
            hasher.update(field.as_bytes());
        }
        Self(*hasher.finalize().as_bytes())
    }

    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Key({})", blake3::Hash::from_bytes(self.0).to_hex())
    }
}

/// What kind of question an entry answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum EntryKind {
    Translation,
    Summary,
}

impl EntryKind {
    pub(super) fn code(self) -> i64 {
        match self {
            Self::Translation => 0,
            Self::Summary => 1,
        }
    }
}

/// Who made an answer. A person's answer is never replaced by a machine's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Origin {
    Machine,
    Human,
}

impl Origin {
    pub(super) fn code(self) -> i64 {
        match self {
            Self::Machine => 0,
            Self::Human => 1,
        }
    }

    pub(super) fn from_code(code: i64) -> Self {
        if code == 1 { Self::Human } else { Self::Machine }
    }
}

/// One answer to be kept.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    pub key: Key,
    pub kind: EntryKind,
    /// The engine's and the model's names as in reports; never a URL or a key.
    pub engine: String,
    pub model: String,
    pub from: Language,
    /// For a summary: the same as `from`.
    pub to: Language,
    /// The unit's text as it was asked; for a summary, the article's digest.
    pub source: String,
    /// The accepted answer as it came from the engine, placeholders and all; for a summary, its JSON.
    pub answer: String,
    /// What the checks found in it (none of them hard, or it would not have been accepted).
    pub findings: Vec<Finding>,
    pub origin: Origin,
    /// Unix time in seconds.
    pub created: i64,
    /// This answer's share of its request's tokens; 0 where unknown.
    pub usage: Usage,
}

/// One answer found again.
#[derive(Debug, Clone, PartialEq)]
pub struct Remembered {
    pub answer: String,
    pub findings: Vec<Finding>,
    pub origin: Origin,
    pub engine: String,
    pub model: String,
    /// Unix time in seconds.
    pub created: i64,
    pub usage: Usage,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn language(tag: &str) -> Language {
        Language::parse(tag).unwrap()
    }

    #[test]
    fn fields_cannot_run_into_one_another() {
        let (en, pt) = (language("en"), language("pt"));
        let keys = [
            Key::translation("ab", &en, &pt, "c"),
            Key::translation("a", &en, &pt, "bc"),
            Key::translation("ab", &pt, &en, "c"),
            Key::translation("ab", &en, &pt, "c "),
            Key::translation("ab", &en, &language("pt-BR"), "c"),
            Key::translation_with_terms("ab", &en, &pt, "c", "d"),
            Key::summary("ab", &en, &SummaryLength::Short, "c"),
            Key::summary("ab", &en, &SummaryLength::Long, "c"),
        ];
        for (index, key) in keys.iter().enumerate() {
            assert!(keys.iter().skip(index + 1).all(|other| other != key), "{index}");
        }
    }

    #[test]
    fn without_terms_the_key_is_that_without_a_glossary() {
        let (en, pt) = (language("en"), language("pt"));
        let plain = Key::translation("chat:qwen", &en, &pt, "Hello.");
        assert_eq!(Key::translation_with_terms("chat:qwen", &en, &pt, "Hello.", ""), plain);
        assert_ne!(Key::translation_with_terms("chat:qwen", &en, &pt, "Hello.", "5:Hello"), plain);
    }

    #[test]
    fn the_key_of_a_question_stays_the_same_between_versions() {
        let key = Key::translation("chat:qwen", &language("en"), &language("pt"), "Hello.");
        assert_eq!(key, Key::translation("chat:qwen", &language("en"), &language("pt"), "Hello."));
        insta::assert_snapshot!(format!("{key:?}"), @"Key(9d426796134f6b80b00363250e8883270ef9dabb029ea443a0a5157e82198146)");
    }
}
