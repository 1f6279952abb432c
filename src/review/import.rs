//! Files of changes, told apart by what is in them.

use std::path::Path;

use super::apply::Sender;
use super::change::{Change, ChangeFile, MARK};
use super::data::SCHEMA;
use crate::error::{Error, Result};
use crate::memory::How;

/// Reads a file of changes, whatever its name: a page's export. `saved_ms` is when it was saved, Unix time in milliseconds,
/// where that is known.
///
/// # Errors
/// Where it is of no form that gloss knows, or of a newer gloss.
pub fn read(path: &Path, bytes: &[u8], saved_ms: Option<i64>) -> Result<(Vec<Change>, Sender)> {
    let hint = "give what `Export` of a review page saved";
    let start = bytes.iter().find(|byte| !byte.is_ascii_whitespace());
    match start {
        Some(b'{') => changes(path, bytes).map(|changes| (changes, Sender { how: How::Page, saved_ms })),
        _ => Err(Error::file(path, "holds no changes that gloss can read", hint)),
    }
}

fn changes(path: &Path, bytes: &[u8]) -> Result<Vec<Change>> {
    let hint = "export the changes again from the review page";
    let file: ChangeFile = serde_json::from_slice(bytes)
        .map_err(|error| Error::file(path, format!("is no file of changes ({error})"), hint))?;
    if file.gloss != MARK {
        return Err(Error::file(path, "is no file of changes", hint));
    }
    if file.schema > SCHEMA {
        let message = format!("written by a newer gloss (form {}, this one knows {SCHEMA})", file.schema);
        return Err(Error::file(path, message, "use the newer gloss"));
    }
    Ok(file.changes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::review::change::Action;

    #[test]
    fn a_file_of_changes_is_known_by_what_is_in_it() {
        let read = |text: &str| read(Path::new("x"), text.as_bytes(), Some(7));
        let change =
            r#"{"path":"a.txt","language":"pt","block":2,"source":"S.","action":"edit","text":"T."}"#;
        let file = |mark: &str, schema: u32| {
            format!(r#" {{"gloss":"{mark}","schema":{schema},"changes":[{change}]}}"#)
        };
        let (changes, sender) = read(&file("changes", 1)).unwrap();
        assert_eq!((changes.len(), sender), (1, Sender { how: How::Page, saved_ms: Some(7) }));
        assert_eq!(changes[0].action, Action::Edit { text: "T.".to_owned() });
        for (text, said) in [
            (file("review", 1), "no file of changes"),
            (file("changes", 9), "newer gloss"),
            ("{}".to_owned(), "no file of changes"),
            (String::new(), "no changes"),
            ("<tmx/>".to_owned(), "no changes"),
        ] {
            let error = read(&text).unwrap_err();
            assert!(error.to_string().contains(said) && error.hint().is_some(), "{text}: {error}");
        }
    }
}
