//! The settings file: TOML, one flat table, unknown keys refused.

use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::keys::{Key, Shape, nearest};
use super::layers::{Layer, Origin, Raw};
use crate::error::{Error, Result};

/// The settings file's name in the current folder.
pub const NAME: &str = "gloss.toml";

/// The file to read: the one named, else the current folder's if there is one.
///
/// Only the current folder is looked at, never the folders of the articles: whoever provides articles does not
/// configure the run. Where the current folder is itself the articles', its file counts, for there a person
/// went on purpose; `gloss config show` says which file was read.
pub fn locate(named: Option<&Path>, current: &Path) -> Option<PathBuf> {
    match named {
        Some(path) => Some(path.to_owned()),
        None => current.join(NAME).is_file().then(|| PathBuf::from(NAME)),
    }
}

/// Reads the file at `path` (relative to `current`).
///
/// # Errors
/// Where it cannot be read, is no TOML, or has an unknown key or a value of the wrong kind; each names the line.
pub fn read(path: &Path, current: &Path) -> Result<Layer> {
    let text = std::fs::read_to_string(current.join(path)).map_err(|source| {
        let hint = (source.kind() == io::ErrorKind::NotFound)
            .then(|| "`--config` names a file that exists".to_owned());
        Error::Io { path: path.to_owned(), source, hint }
    })?;
    parse(&text, path)
}

/// Reads a settings file's text; `path` is for messages and for paths inside it.
///
/// # Errors
/// As [`read`].
pub fn parse(text: &str, path: &Path) -> Result<Layer> {
    let table = DeTable::parse(text).map_err(|error| {
        let line = error.span().map_or(1, |span| line_at(text, span.start));
        Error::file(path, format!("line {line}: {}", error.message()), "the file is TOML: `key = \"value\"`")
    })?;
    let mut layer = Layer::new();
    for (name, value) in table.get_ref() {
        let line = line_at(text, name.span().start);
        let key = Key::named(name.get_ref()).ok_or_else(|| unknown(name.get_ref(), line, path))?;
        let texts = texts(key, value, path).map_err(|message| {
            Error::file(path, format!("line {line}: `{}` {message}", key.name()), expected(key))
        })?;
        layer.insert(key, Raw { texts, origin: Origin::File(path.to_owned(), line) });
    }
    Ok(layer)
}

fn unknown(name: &str, line: usize, path: &Path) -> Error {
    let hint = match nearest(name, Key::ALL.map(Key::name)) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "`gloss config show` lists every key".to_owned(),
    };
    Error::file(path, format!("line {line}: unknown key `{name}`"), hint)
}

fn expected(key: Key) -> String {
    let name = key.name();
    match key.specification().shape {
        Shape::Many => format!("write `{name} = [\"…\", \"…\"]`"),
        Shape::One | Shape::Path => format!("write `{name} = \"…\"`"),
    }
}

/// The value's texts, as they would be typed after the flag.
fn texts(key: Key, value: &Spanned<DeValue<'_>>, path: &Path) -> std::result::Result<Vec<OsString>, String> {
    let one = |value: &DeValue<'_>| match value {
        DeValue::String(text) => Ok(OsString::from(text.as_ref())),
        DeValue::Integer(number) => Ok(number.as_str().replace('_', "").into()),
        DeValue::Float(number) => Ok(number.as_str().replace('_', "").into()),
        DeValue::Boolean(truth) => Ok(truth.to_string().into()),
        other => Err(format!("cannot be of type {}", other.type_str())),
    };
    match (key.specification().shape, value.get_ref()) {
        (Shape::Many, DeValue::Array(values)) => values.iter().map(|value| one(value.get_ref())).collect(),
        (Shape::Path, value) => {
            let folder = path.parent().unwrap_or(Path::new(""));
            Ok(vec![folder.join(one(value)?).into_os_string()])
        }
        (_, value) => Ok(vec![one(value)?]),
    }
}

/// The line of a byte offset, from 1.
fn line_at(text: &str, offset: usize) -> usize {
    text.bytes().take(offset).filter(|byte| *byte == b'\n').count() + 1
}
