//! A key that is never shown: where it is found, how it goes into a header, how it is taken out of texts.

use std::fmt;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use reqwest::header::HeaderValue;
use serde_json::Value;
use zeroize::Zeroizing;

use super::super::{EngineError, ErrorClass};
use crate::error::{Error, Result};
use crate::settings::KeySource;

/// Bytes of a key file that are read; a longer file is no key's.
const LARGEST_FILE: u64 = 64 << 10;

/// A key shorter than this is no secret but what a server without keys is told (`none`, `x`, `EMPTY`): to take it out
/// of messages would only garble them.
const SHORTEST_HIDDEN: usize = 8;

/// A key shorter than this may be a word of an article (`lm-studio`), so whole replies are left as they are.
const SHORTEST_SCRUBBED: usize = 16;

/// An API key. Neither `Debug` nor any message shows it, the headers made of it are marked sensitive, and its memory
/// is overwritten when it is given up.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret {
    text: Zeroizing<String>,
    place: Place,
}

/// Where a key was found, for messages.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Place {
    Variable(String),
    File(PathBuf),
    /// In an address, or in a test.
    Elsewhere,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Variable(name) => write!(f, "`{name}`"),
            Self::File(path) => write!(f, "the file `{}`", path.display()),
            Self::Elsewhere => f.write_str("the settings"),
        }
    }
}

impl Secret {
    pub(super) fn hidden(text: impl Into<String>) -> Self {
        Self { text: Zeroizing::new(text.into()), place: Place::Elsewhere }
    }

    /// A key for a test.
    #[cfg(test)]
    pub fn new(text: impl Into<String>) -> Self {
        Self::hidden(text)
    }

    /// The key that `source` names: the file counts first, the environment next; `None` where no file is named and
    /// the variable is unset or blank.
    ///
    /// # Errors
    /// Where the file does not read, is readable by others, or holds anything but one line; where the key has
    /// characters that no header may hold. The key itself is in no error.
    pub fn find(source: &KeySource) -> Result<Option<Self>> {
        let (text, place) = match &source.file {
            Some(path) => (from_file(path)?, Place::File(path.clone())),
            None => match std::env::var_os(&source.variable) {
                Some(value) => {
                    let text = value.into_string().map(Zeroizing::new).map_err(|value| {
                        drop(Zeroizing::new(value.into_encoded_bytes()));
                        unusable(&Place::Variable(source.variable.clone()))
                    })?;
                    (text, Place::Variable(source.variable.clone()))
                }
                None => return Ok(None),
            },
        };
        Self::of(&text, place)
    }

    fn of(text: &str, place: Place) -> Result<Option<Self>> {
        let text = Zeroizing::new(text.trim().to_owned());
        if text.is_empty() {
            return Ok(None);
        }
        if !text.chars().all(|character| character.is_ascii_graphic()) {
            return Err(unusable(&place));
        }
        Ok(Some(Self { text, place }))
    }

    /// What a key file's bytes are held to, for [`crate::fuzzing`]: a key that goes into every header, is shown by
    /// nothing and stays in no reply that says it back, or a refusal.
    #[cfg(any(test, fuzzing))]
    pub(crate) fn law(bytes: &[u8]) {
        let Ok(Ok(Some(secret))) = alone(bytes).map(|text| Self::of(text, Place::File("key".into()))) else {
            return;
        };
        let key = secret.text.as_str();
        assert!(!key.is_empty() && key.bytes().all(|byte| byte.is_ascii_graphic()), "no key");
        for prefix in ["Bearer ", "DeepL-Auth-Key ", ""] {
            assert!(secret.header(prefix).is_ok_and(|value| value.is_sensitive()));
        }
        assert_eq!(format!("{secret:?}"), "Secret([key])");
        // What stands in for a key may complete another one, where the two overlap.
        if key.contains(['[', ']']) {
            return;
        }
        let said = format!("no such key: {key}{key}, {key}");
        assert!(key.len() < SHORTEST_HIDDEN || !secret.redact(&said).contains(key));
        let mut body = serde_json::json!({ "error": said, key: bytes }).to_string().into_bytes();
        secret.scrub(&mut body);
        let left = body.windows(key.len()).any(|window| window == key.as_bytes());
        assert!(key.len() < SHORTEST_SCRUBBED || !left, "the key is left");
    }

    /// Where it was found, for messages: `` `OPENAI_API_KEY` ``, ``the file `key.txt` ``.
    pub fn place(&self) -> String {
        self.place.to_string()
    }

    /// The value of an `Authorization` header.
    ///
    /// # Errors
    /// As [`Secret::header`].
    pub fn bearer(&self) -> std::result::Result<HeaderValue, EngineError> {
        self.header("Bearer ")
    }

    /// A header's value: the key after `prefix`, which ends in a blank where there is one (`DeepL-Auth-Key `) and is
    /// empty for headers that hold the key alone (`api-key`, `x-api-key`). Marked sensitive.
    ///
    /// # Errors
    /// Where the key has characters that no header may hold.
    pub fn header(&self, prefix: &str) -> std::result::Result<HeaderValue, EngineError> {
        let whole = Zeroizing::new(format!("{prefix}{}", *self.text));
        let mut value = HeaderValue::from_str(&whole).map_err(|_| {
            EngineError::new(ErrorClass::Stop, "the API key has characters that no key has")
                .with_hint("look for a line break or a quotation mark in it")
        })?;
        value.set_sensitive(true);
        Ok(value)
    }

    /// The key as a JSON string, for services that want it in a request's body. For nothing else.
    pub fn in_body(&self) -> Value {
        Value::String((*self.text).clone())
    }

    /// Whether the key ends so: some services tell their plans apart by it.
    pub fn ends_with(&self, tail: &str) -> bool {
        self.text.ends_with(tail)
    }

    /// `text` without the key, should an endpoint have said it back.
    pub fn redact(&self, text: &str) -> String {
        if self.text.len() < SHORTEST_HIDDEN { text.to_owned() } else { text.replace(&*self.text, "[key]") }
    }

    /// Takes the key out of a reply, in place, as it is and as JSON may write it. What an endpoint says back would
    /// otherwise reach a translation, and with it memory, report and pages.
    pub(super) fn scrub(&self, body: &mut Vec<u8>) {
        if self.text.len() < SHORTEST_SCRUBBED {
            return;
        }
        let escaped = Zeroizing::new(self.text.replace('/', "\\/"));
        for needle in [self.text.as_bytes(), escaped.as_bytes()] {
            let mut rest = body.as_slice();
            let mut clean = Vec::new();
            while let Some((before, after)) = split_once(rest, needle) {
                clean.extend_from_slice(before);
                clean.extend_from_slice(b"[key]");
                rest = after;
            }
            if rest.len() < body.len() {
                clean.extend_from_slice(rest);
                *body = clean;
            }
        }
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret([key])")
    }
}

fn split_once<'a>(bytes: &'a [u8], needle: &[u8]) -> Option<(&'a [u8], &'a [u8])> {
    let at = bytes.windows(needle.len()).position(|window| window == needle)?;
    Some((bytes.get(..at)?, bytes.get(at + needle.len()..)?))
}

fn unusable(place: &Place) -> Error {
    Error::usage(
        format!("the key in {place} has characters that no key has"),
        "look for a blank, a line break or a quotation mark in it",
    )
}

/// The text of a key file: one line, for its owner's eyes alone.
fn from_file(path: &Path) -> Result<Zeroizing<String>> {
    let mut file = std::fs::File::open(path).map_err(|source| {
        let hint = "`--key-file` names the file that holds the API key".to_owned();
        Error::Io { path: path.to_owned(), source, hint: Some(hint) }
    })?;
    if file.metadata().is_ok_and(|metadata| metadata.is_dir()) {
        let hint =
            format!("`--key-file` names the file itself, say `--key-file {}`", path.join("FILE").display());
        return Err(Error::file(path, "this is a folder, and the key is in a file", hint));
    }
    // The opened file's own mode: what stands at the path may change meanwhile.
    refuse_readable_by_others(&file, path)?;
    let mut bytes = Zeroizing::new(Vec::new());
    file.by_ref().take(LARGEST_FILE + 1).read_to_end(&mut bytes).map_err(|source| Error::io(path, source))?;
    let one_line = "the file holds the key alone, in one line";
    if bytes.len() as u64 > LARGEST_FILE {
        return Err(Error::file(path, "too large for a key", one_line));
    }
    let key = alone(&bytes).map_err(|message| Error::file(path, message, one_line))?;
    Ok(Zeroizing::new(key.to_owned()))
}

/// The key in a file's bytes: its one line. What is wrong with them otherwise shows nothing of them.
fn alone(bytes: &[u8]) -> std::result::Result<&str, &'static str> {
    let text = std::str::from_utf8(bytes).map_err(|_| "the key is not text")?;
    let mut lines =
        text.trim_start_matches('\u{feff}').lines().map(str::trim).filter(|line| !line.is_empty());
    match (lines.next(), lines.next()) {
        (Some(key), None) => Ok(key),
        (None, _) => Err("the file is empty"),
        (Some(_), Some(_)) => Err("the file has more than one line"),
    }
}

#[cfg(unix)]
fn refuse_readable_by_others(file: &std::fs::File, path: &Path) -> Result<()> {
    use std::os::unix::fs::PermissionsExt as _;

    let mode = file.metadata().map_err(|source| Error::io(path, source))?.permissions().mode();
    if mode & 0o077 == 0 {
        return Ok(());
    }
    Err(Error::file(
        path,
        format!("the key is open to others than its owner (mode {:03o})", mode & 0o777),
        format!("`chmod 600 {}`", path.display()),
    ))
}

#[cfg(not(unix))]
fn refuse_readable_by_others(_: &std::fs::File, _: &Path) -> Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const CANARY: &str = "sk-canary-0123456789/abc+def";

    #[expect(clippy::disallowed_methods, reason = "a test makes its own key file")]
    fn key_file(bytes: &[u8], mode: u32) -> (tempfile::TempDir, KeySource) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key.txt");
        std::fs::write(&path, bytes).unwrap();
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
        }
        // A variable that is always set: the file counts before it.
        (folder, KeySource { variable: "PATH".to_owned(), file: Some(path) })
    }

    #[test]
    fn the_file_counts_before_the_environment_and_is_trimmed() {
        for bytes in [format!("{CANARY}\n"), format!("\u{feff}  {CANARY} \r\n\n"), CANARY.to_owned()] {
            let (_folder, source) = key_file(bytes.as_bytes(), 0o600);
            let secret = Secret::find(&source).unwrap().unwrap();
            assert_eq!(secret.bearer().unwrap().to_str().unwrap(), format!("Bearer {CANARY}"));
            assert!(secret.place().contains("key.txt"), "{}", secret.place());
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_file_that_others_may_read_is_refused_with_the_remedy() {
        for mode in [0o644, 0o640, 0o604, 0o620] {
            let (_folder, source) = key_file(CANARY.as_bytes(), mode);
            let error = Secret::find(&source).unwrap_err();
            assert!(error.to_string().contains("key.txt"), "{error}");
            assert!(error.hint().unwrap().starts_with("`chmod 600 "), "{error:?}");
        }
        let (_folder, source) = key_file(CANARY.as_bytes(), 0o400);
        assert!(Secret::find(&source).unwrap().is_some());
    }

    #[cfg(unix)]
    #[test]
    fn a_folder_is_no_key_file_and_is_not_to_be_made_private() {
        let folder = tempfile::tempdir().unwrap();
        let source = KeySource { variable: "PATH".to_owned(), file: Some(folder.path().to_owned()) };
        let error = Secret::find(&source).unwrap_err();
        assert!(error.to_string().contains("this is a folder"), "{error}");
        assert!(error.hint().unwrap().contains("/FILE`"), "{error:?}");
    }

    #[test]
    fn a_file_without_one_key_is_an_error_that_does_not_show_it() {
        for bytes in [
            &b""[..],
            b"\n \n",
            b"sk-canary\nsk-canary-2",
            b"sk-can ary",
            b"\xff\xfe",
            "clé-canary".as_bytes(),
        ] {
            let (_folder, source) = key_file(bytes, 0o600);
            let error = Secret::find(&source).unwrap_err();
            let shown = format!("{error} {error:?}");
            assert!(shown.contains("key.txt") && !shown.contains("canary"), "{shown}");
        }
        let source = KeySource { variable: "PATH".to_owned(), file: Some("no-such-file".into()) };
        let error = Secret::find(&source).unwrap_err();
        assert!(error.to_string().contains("no-such-file") && error.hint().is_some());
    }

    #[test]
    fn an_unset_variable_is_no_key() {
        let source = KeySource { variable: "GLOSS_TEST_KEY_THAT_IS_UNSET".to_owned(), file: None };
        assert_eq!(Secret::find(&source).unwrap(), None);
    }

    #[test]
    fn headers_of_every_service_are_made_and_hidden() {
        let secret = Secret::new(CANARY);
        for (prefix, whole) in
            [("Bearer ", "Bearer sk-canary"), ("DeepL-Auth-Key ", "DeepL-Auth-Key sk-"), ("", "sk-canary")]
        {
            let value = secret.header(prefix).unwrap();
            assert!(value.to_str().unwrap().starts_with(whole));
            assert!(value.is_sensitive() && !format!("{value:?}").contains("canary"));
        }
        assert!(Secret::new("two\nlines").bearer().is_err());
        assert!(!format!("{secret:?}").contains("canary"));
    }

    #[test]
    fn a_key_said_back_is_taken_out_but_a_mere_word_is_not() {
        let secret = Secret::new(CANARY);
        assert_eq!(secret.redact(&format!("bad key {CANARY}!")), "bad key [key]!");
        let mut body =
            format!("{{\"a\":\"{CANARY}\",\"b\":\"{}\"}}", CANARY.replace('/', "\\/")).into_bytes();
        secret.scrub(&mut body);
        assert_eq!(String::from_utf8(body).unwrap(), "{\"a\":\"[key]\",\"b\":\"[key]\"}");
        assert_eq!(Secret::new("none").redact("there is none"), "there is none");
        let mut body = b"lm-studio is a program".to_vec();
        Secret::new("lm-studio").scrub(&mut body);
        assert_eq!(body, b"lm-studio is a program");
    }
}
