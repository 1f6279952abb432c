//! What `gloss config show` tells: each value and where it came from, never a key.

use std::ffi::OsString;
use std::path::Path;

use serde::Serialize;

use super::engines::{self, Kind};
use super::keys::Key;
use super::layers::{Layers, Origin};
use super::resolve::{self, Flags};
use super::{file, parse};
use crate::error::Result;

/// One line: a setting, its value as it would be typed, and its origin.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Line {
    pub name: String,
    pub value: String,
    pub origin: String,
}

/// Everything there is to tell.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Shown {
    /// Which settings file was read, or that none was.
    pub file: String,
    /// Which engine the settings choose and why.
    pub engine: String,
    pub settings: Vec<Line>,
}

/// Tells each setting. Missing values are no fault here; values that do not parse are shown as typed.
///
/// # Errors
/// Where the settings file does not read, or the engine is not to be told.
pub fn show(flags: &Flags, variable: impl Fn(&str) -> Option<OsString>, current: &Path) -> Result<Shown> {
    let layers = resolve::gather(flags, &variable, current)?;
    let file = match file::locate(flags.config.as_deref(), current) {
        Some(path) if flags.config.is_some() => format!("{} (by --config)", path.display()),
        Some(path) => format!("{} (in the current folder)", path.display()),
        None => format!("none ({} is looked for in the current folder only)", file::NAME),
    };
    let chosen = engines::choose(&layers)?;
    let kind = chosen.translate.first().map_or(Ok(Kind::Local), |name| engines::kind_of(name, &layers))?;
    let mut settings: Vec<Line> = Key::ALL.into_iter().map(|key| line(key, &layers)).collect();
    settings.push(key_line(kind, &layers, variable)?);
    settings.extend(tables(&layers, file.split(' ').next().unwrap_or_default())?);
    Ok(Shown { file, engine: rows(&chosen), settings })
}

fn rows(chosen: &engines::Chosen) -> String {
    let engines::Chosen { translate, translate_to, summarize, why } = chosen;
    let row = |names: &[String]| names.join(" → ");
    if translate_to.is_empty() && translate == summarize {
        return format!("{} ({why})", row(translate));
    }
    let mut parts = vec![format!("translate: {}", row(translate))];
    parts.extend(translate_to.iter().map(|(to, names)| format!("into {to}: {}", row(names))));
    parts.push(format!("summarize: {}", row(summarize)));
    format!("{} ({why})", parts.join(" · "))
}

/// The engines that the file names, each with the kind it is of.
fn tables(layers: &Layers, file: &str) -> Result<Vec<Line>> {
    let line = |(name, table): (&String, &super::file::Table)| {
        let kind = engines::kind_of(name, layers)?;
        let values = table.layer.iter().map(|(key, raw)| {
            let texts: Vec<_> = raw.texts.iter().map(|text| text.to_string_lossy()).collect();
            let value = match key {
                Key::Url | Key::ModelsUrl => parse::shown_url(&texts.join("")),
                _ => texts.join(", "),
            };
            format!("{} {value}", key.name())
        });
        let values: Vec<String> = std::iter::once(kind.name().to_owned()).chain(values).collect();
        Ok(Line {
            name: format!("engines.{name}"),
            value: values.join(", "),
            origin: format!("{file}:{}", table.line),
        })
    };
    layers.engines.iter().map(line).collect()
}

fn line(key: Key, layers: &Layers) -> Line {
    let specification = key.specification();
    let (value, origin) = match layers.get(key) {
        Some(raw) => {
            let texts: Vec<String> =
                raw.texts.iter().map(|text| text.to_string_lossy().into_owned()).collect();
            let value = match key {
                Key::Url => parse::endpoint(&texts.join(""))
                    .map_or_else(|_| parse::shown_url(&texts.join("")), |address| parse::shown_url(&address)),
                Key::ModelsUrl => parse::shown_url(&texts.join("")),
                _ => texts.join(", "),
            };
            (value, raw.origin)
        }
        None => (format!("({})", specification.unset), Origin::Default),
    };
    Line { name: specification.name.to_owned(), value, origin: origin.to_string() }
}

/// Whether there is a key, and where; its value is not looked at.
fn key_line(kind: Kind, layers: &Layers, variable: impl Fn(&str) -> Option<OsString>) -> Result<Line> {
    let line =
        |value: String, origin: Origin| Line { name: "key".to_owned(), value, origin: origin.to_string() };
    if let Some(file) = layers.path(Key::KeyFile) {
        return Ok(line(format!("in the file {}", file.display()), layers.origin(Key::KeyFile)));
    }
    let url = layers.text(Key::Url)?.and_then(|(url, _)| parse::endpoint(&url).ok()).unwrap_or_default();
    let dialect = Some(crate::engine::chat::dialect_of(&url)).filter(|_| !url.is_empty());
    let usual = || {
        let name = engines::usual_variable(kind, dialect, &url, &layers.origin(Key::Url));
        (name.to_owned(), Origin::Default)
    };
    let (name, origin) = layers.text(Key::KeyEnv)?.unwrap_or_else(usual);
    let set = variable(&name).is_some_and(|value| !value.is_empty());
    let value = if set { format!("set in {name}") } else { format!("not set ({name})") };
    Ok(line(value, origin))
}
