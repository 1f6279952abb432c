//! The settings file: TOML; settings at its top, an `[engines.NAME]` table for each named engine, rows for single
//! target languages under `[translate-to]`. Unknown keys are refused.

use std::collections::BTreeMap;
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
pub fn read(path: &Path, current: &Path) -> Result<File> {
    let text = std::fs::read_to_string(current.join(path)).map_err(|source| {
        let hint = (source.kind() == io::ErrorKind::NotFound)
            .then(|| "`--config` names a file that exists".to_owned());
        Error::Io { path: path.to_owned(), source, hint }
    })?;
    parse(&text, path)
}

/// What a settings file says.
#[derive(Debug, Clone, Default)]
pub struct File {
    pub layer: Layer,
    /// Its `[engines.NAME]` tables.
    pub engines: BTreeMap<String, Table>,
    /// Rows for single target languages, as written.
    pub translate_to: Vec<(String, Raw)>,
}

/// One `[engines.NAME]` table.
#[derive(Debug, Clone, Default)]
pub struct Table {
    /// The line of its name, from 1.
    pub line: usize,
    /// `kind`, and its line.
    pub kind: Option<(String, usize)>,
    /// For tests: a script file.
    pub script: Option<PathBuf>,
    pub layer: Layer,
}

/// Reads a settings file's text; `path` is for messages and for paths inside it.
///
/// # Errors
/// As [`read`].
pub fn parse(text: &str, path: &Path) -> Result<File> {
    let table = DeTable::parse(text).map_err(|error| {
        let line = error.span().map_or(1, |span| line_at(text, span.start));
        wrong(path, format!("line {line}: {}", error.message()), "the file is TOML: `key = \"value\"`")
    })?;
    let mut file = File::default();
    for (name, value) in table.get_ref() {
        let line = line_at(text, name.span().start);
        match (name.get_ref().as_ref(), value.get_ref()) {
            ("engines", DeValue::Table(engines)) => {
                for (name, value) in engines {
                    let line = line_at(text, name.span().start);
                    let DeValue::Table(entries) = value.get_ref() else {
                        let message = format!("line {line}: `engines.{}` is no table", name.get_ref());
                        return Err(wrong(path, message, "write `[engines.NAME]` and its settings below"));
                    };
                    file.engines.insert(name.get_ref().to_string(), engine(entries, line, text, path)?);
                }
            }
            ("translate-to", DeValue::Table(rows)) => {
                for (language, value) in rows {
                    let line = line_at(text, language.span().start);
                    let raw = raw(Key::Translate, value, line, path)?;
                    file.translate_to.push((language.get_ref().to_string(), raw));
                }
            }
            (typed, _) => {
                let key = Key::named(typed).ok_or_else(|| unknown(typed, &TOP, line, path))?;
                file.layer.insert(key, raw(key, value, line, path)?);
            }
        }
    }
    Ok(file)
}

/// Tables that a file may have.
const TOP: [&str; 2] = ["engines", "translate-to"];

fn engine(entries: &DeTable<'_>, line: usize, text: &str, path: &Path) -> Result<Table> {
    let mut table = Table { line, ..Table::default() };
    for (name, value) in entries {
        let line = line_at(text, name.span().start);
        match (name.get_ref().as_ref(), value.get_ref()) {
            ("kind", DeValue::String(kind)) => table.kind = Some((kind.to_string(), line)),
            ("script", DeValue::String(script)) => {
                table.script = Some(path.parent().unwrap_or(Path::new("")).join(script.as_ref()));
            }
            (typed, _) => {
                let key = Key::named(typed)
                    .filter(|key| key.of_an_engine())
                    .ok_or_else(|| unknown(typed, &["kind"], line, path))?;
                table.layer.insert(key, raw(key, value, line, path)?);
            }
        }
    }
    Ok(table)
}

fn raw(key: Key, value: &Spanned<DeValue<'_>>, line: usize, path: &Path) -> Result<Raw> {
    let texts = texts(key, value, path)
        .map_err(|message| wrong(path, format!("line {line}: `{}` {message}", key.name()), expected(key)))?;
    Ok(Raw { texts, origin: Origin::File(path.to_owned(), line) })
}

fn unknown(name: &str, beside: &[&'static str], line: usize, path: &Path) -> Error {
    if Key::named(name).is_some() {
        let hint = "put it at the top of the file: it is no setting of a single engine";
        return wrong(path, format!("line {line}: `{name}` cannot stand in the table of an engine"), hint);
    }
    if TOP.contains(&name) {
        let hint = format!("write `[{name}…]` as a table, as in `gloss.example.toml`");
        return wrong(path, format!("line {line}: `{name}` is no table"), hint);
    }
    let known = Key::ALL.iter().map(|key| key.name()).chain(beside.iter().copied());
    let hint = match nearest(name, known) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "`gloss config show` lists every key".to_owned(),
    };
    wrong(path, format!("line {line}: unknown key `{name}`"), hint)
}

fn expected(key: Key) -> String {
    let name = key.name();
    match key.specification().shape {
        Shape::Many => format!("write `{name} = [\"…\", \"…\"]`"),
        Shape::One | Shape::Path | Shape::Paths => format!("write `{name} = \"…\"`"),
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
    let below = |text: OsString| path.parent().unwrap_or(Path::new("")).join(text).into_os_string();
    match (key.specification().shape, value.get_ref()) {
        (Shape::Many, DeValue::Array(values)) => values.iter().map(|value| one(value.get_ref())).collect(),
        (Shape::Paths, DeValue::Array(values)) => {
            values.iter().map(|value| one(value.get_ref()).map(below)).collect()
        }
        (Shape::Path | Shape::Paths, value) => Ok(vec![below(one(value)?)]),
        (_, value) => Ok(vec![one(value)?]),
    }
}

/// A settings file that does not say what it should is wrong usage, as the same words on the command line are.
fn wrong(path: &Path, message: impl std::fmt::Display, hint: impl Into<String>) -> Error {
    Error::usage(format!("`{}`: {message}", path.display()), hint)
}

/// The line of a byte offset, from 1.
fn line_at(text: &str, offset: usize) -> usize {
    text.bytes().take(offset).filter(|byte| *byte == b'\n').count() + 1
}
