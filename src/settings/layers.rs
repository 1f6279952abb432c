//! Values as typed, each with where it came from, one layer a source; the highest that speaks counts.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fmt;
use std::path::PathBuf;

use super::engines::Kind;
use super::file::Table;
use super::keys::{Key, Shape};
use crate::error::{Error, Result};

/// Where a value came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// A flag, as typed.
    Flag(String),
    /// An environment variable.
    Environment(String),
    /// A settings file and the line, from 1.
    File(PathBuf, usize),
    Default,
}

impl Origin {
    /// 0 for what counts most.
    pub fn rank(&self) -> u8 {
        match self {
            Self::Flag(_) => 0,
            Self::Environment(_) => 1,
            Self::File(..) => 2,
            Self::Default => 3,
        }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flag(flag) => write!(f, "flag {flag}"),
            Self::Environment(name) => write!(f, "env {name}"),
            Self::File(path, line) => write!(f, "{}:{line}", path.display()),
            Self::Default => f.write_str("default"),
        }
    }
}

/// A value as typed. One text, except where the key's shape is [`Shape::Many`] or [`Shape::Paths`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Raw {
    pub texts: Vec<OsString>,
    pub origin: Origin,
}

/// What one source says.
pub type Layer = BTreeMap<Key, Raw>;

/// What every source says, the one that counts most first.
#[derive(Debug, Clone, Default)]
pub struct Layers {
    pub flags: Layer,
    pub environment: Layer,
    pub file: Layer,
    /// The file's `[engines.NAME]` tables.
    pub engines: BTreeMap<String, Table>,
    /// The file's rows for single target languages.
    pub translate_to: Vec<(String, Raw)>,
}

impl Layers {
    /// The value that counts; the default's where no source speaks; `None` where there is no default either.
    pub fn get(&self, key: Key) -> Option<Raw> {
        [&self.flags, &self.environment, &self.file]
            .into_iter()
            .find_map(|layer| layer.get(&key))
            .cloned()
            .or_else(|| {
                let default = key.specification().default?;
                Some(Raw { texts: vec![default.into()], origin: Origin::Default })
            })
    }

    /// These layers as one engine sees them: its table counts before the rest of the file, and what describes
    /// another engine ([`Key::OWN`]) is left out. `names` and `kinds` are all engines of the run.
    pub fn of_engine(&self, name: &str, kind: Kind, names: &[String], kinds: &[Kind]) -> Self {
        let table = self.engines.get(name);
        // Whom a source's `url`, `model`, key and prices describe.
        let described = |layer: &Layer, typed: bool| {
            let first = layer.get(&Key::Engine).and_then(|raw| {
                let texts = raw.texts.iter().filter_map(|text| text.to_str());
                let mut texts = texts.flat_map(|text| text.split(',')).map(str::trim);
                texts.find(|name| *name != Kind::Local.name()).map(str::to_owned)
            });
            let mut remote = names.iter().zip(kinds).filter(|(_, kind)| kind.remote()).map(|(name, _)| name);
            let only = remote.next().filter(|_| remote.next().is_none());
            match (first, only) {
                (Some(first), _) => first,
                (None, Some(only)) if typed => only.clone(),
                (None, _) => Kind::Chat.name().to_owned(),
            }
        };
        let own = |layer: &Layer, typed: bool| {
            let mine = described(layer, typed) == name && (typed || table.is_none());
            let kept = layer.iter().filter(|(key, raw)| {
                // The usual variable of chat endpoints says nothing of other services.
                let foreign =
                    kind != Kind::Chat && raw.origin == Origin::Environment("OPENAI_BASE_URL".to_owned());
                !Key::OWN.contains(key) || (mine && !foreign)
            });
            kept.map(|(key, raw)| (*key, raw.clone())).collect::<Layer>()
        };
        let mut file = own(&self.file, false);
        file.extend(table.map(|table| table.layer.clone()).unwrap_or_default());
        Self {
            flags: own(&self.flags, true),
            environment: own(&self.environment, false),
            file,
            engines: self.engines.clone(),
            translate_to: Vec::new(),
        }
    }

    /// Where the value that counts came from.
    pub fn origin(&self, key: Key) -> Origin {
        self.get(key).map_or(Origin::Default, |raw| raw.origin)
    }

    /// The value that counts, as text.
    ///
    /// # Errors
    /// Where it is not UTF-8.
    pub fn text(&self, key: Key) -> Result<Option<(String, Origin)>> {
        let Some(raw) = self.get(key) else { return Ok(None) };
        let Some(text) = raw.texts.first() else { return Ok(None) };
        Ok(Some((utf8(key, text, &raw.origin)?, raw.origin)))
    }

    /// The value that counts, read by `parse`.
    ///
    /// # Errors
    /// Where `parse` refuses it: its message, and where the value came from.
    pub fn parsed<T>(
        &self,
        key: Key,
        parse: impl Fn(&str) -> std::result::Result<T, String>,
    ) -> Result<Option<T>> {
        let Some((text, origin)) = self.text(key)? else { return Ok(None) };
        parse(&text).map(Some).map_err(|message| refused(key, &message, &origin))
    }

    /// The values that count, each read by `parse`; commas separate values inside one text where `commas`.
    ///
    /// # Errors
    /// As [`Layers::parsed`].
    pub fn list<T>(
        &self,
        key: Key,
        commas: bool,
        parse: impl Fn(&str) -> std::result::Result<T, String>,
    ) -> Result<Vec<T>> {
        let Some(raw) = self.get(key) else { return Ok(Vec::new()) };
        let mut values = Vec::new();
        for text in &raw.texts {
            let text = utf8(key, text, &raw.origin)?;
            let parts: Vec<&str> =
                if commas { text.split(',').map(str::trim).collect() } else { vec![&text] };
            for part in parts.into_iter().filter(|part| !part.is_empty()) {
                values.push(parse(part).map_err(|message| refused(key, &message, &raw.origin))?);
            }
        }
        Ok(values)
    }

    /// The values that count, as paths.
    pub fn paths(&self, key: Key) -> Vec<PathBuf> {
        self.get(key).map(|raw| raw.texts.into_iter().map(PathBuf::from).collect()).unwrap_or_default()
    }

    /// The value that counts, as a path.
    pub fn path(&self, key: Key) -> Option<PathBuf> {
        self.get(key).and_then(|raw| raw.texts.into_iter().next()).map(PathBuf::from)
    }
}

/// What the environment says. A variable that is set to nothing says nothing, as is the custom.
pub fn environment(variable: impl Fn(&str) -> Option<OsString>) -> Layer {
    let mut layer = Layer::new();
    for key in Key::ALL {
        let found = key
            .environment()
            .into_iter()
            .find_map(|name| variable(&name).filter(|value| !value.is_empty()).map(|value| (name, value)));
        if let Some((name, value)) = found {
            let texts = match (key.specification().shape, value.to_str()) {
                (Shape::Many | Shape::Paths, Some(text)) => text
                    .split(',')
                    .map(str::trim)
                    .filter(|part| !part.is_empty())
                    .map(OsString::from)
                    .collect(),
                _ => vec![value],
            };
            layer.insert(key, Raw { texts, origin: Origin::Environment(name) });
        }
    }
    layer
}

fn utf8(key: Key, text: &OsString, origin: &Origin) -> Result<String> {
    text.to_str().map(str::to_owned).ok_or_else(|| refused(key, "the value is not UTF-8", origin))
}

/// The error for a value that does not parse. `message` may carry a hint after a line break.
pub(super) fn refused(key: Key, message: &str, origin: &Origin) -> Error {
    let (message, hint) =
        message.split_once('\n').map_or((message, None), |(message, hint)| (message, Some(hint)));
    let place = match origin {
        Origin::Flag(flag) => format!("`{flag}`"),
        Origin::Environment(name) => format!("`{}` from `{name}`", key.name()),
        Origin::File(path, line) => format!("`{}` in `{}` line {line}", key.name(), path.display()),
        Origin::Default => format!("`{}`", key.name()),
    };
    Error::Usage { message: format!("{place}: {message}"), hint: hint.map(str::to_owned) }
}
