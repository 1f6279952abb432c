//! A key that is never shown.

use std::fmt;

use reqwest::header::HeaderValue;

use super::super::{EngineError, ErrorClass};

/// An API key. Neither `Debug` nor any message shows it; the header made of it is marked sensitive.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The key in the environment variable `name`; `None` where it is unset or blank.
    pub fn from_environment(name: &str) -> Option<Self> {
        let text = std::env::var(name).ok()?;
        let text = text.trim();
        (!text.is_empty()).then(|| Self(text.to_owned()))
    }

    /// The value of an `Authorization` header.
    ///
    /// # Errors
    /// As [`Secret::header`].
    pub fn bearer(&self) -> Result<HeaderValue, EngineError> {
        self.header("Bearer ")
    }

    /// A header's value: the key after `prefix`, which is empty for headers that hold the key alone.
    ///
    /// # Errors
    /// Where the key has characters that no header may hold.
    pub fn header(&self, prefix: &str) -> Result<HeaderValue, EngineError> {
        let mut value = HeaderValue::from_str(&format!("{prefix}{}", self.0)).map_err(|_| {
            EngineError::new(ErrorClass::Stop, "the API key has characters that no key has")
                .with_hint("look for a line break or a quotation mark in it")
        })?;
        value.set_sensitive(true);
        Ok(value)
    }

    /// `text` without the key, should an endpoint have said it back.
    pub fn redact(&self, text: &str) -> String {
        text.replace(&self.0, "[key]")
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret([key])")
    }
}
