//! Which engine a run has, and the settings of each kind.

use std::ffi::OsString;

use super::keys::{Concern, Key};
use super::layers::{Layers, Origin};
use super::resolve::{Flags, needed};
use super::{
    ChatSettings, Connection, DeepLSettings, Dialect, EngineSettings, KeySource, LocalSettings,
    ServiceSettings, parse,
};
use crate::engine::chat;
use crate::error::{Error, Result};

/// The kinds of engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    Local,
    Chat,
    LibreTranslate,
    DeepL,
    Apertium,
}

impl Kind {
    pub const ALL: [Self; 5] = [Self::Local, Self::Chat, Self::LibreTranslate, Self::DeepL, Self::Apertium];

    pub fn name(self) -> &'static str {
        match self {
            Self::Local => "local",
            Self::Chat => "chat",
            Self::LibreTranslate => "libretranslate",
            Self::DeepL => "deepl",
            Self::Apertium => "apertium",
        }
    }

    /// The kind with this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// The environment variable that usually holds its key.
    pub fn key_variable(self, dialect: Option<Dialect>) -> &'static str {
        match (self, dialect) {
            (Self::Chat, Some(Dialect::Azure)) => "AZURE_OPENAI_API_KEY",
            (Self::Chat, Some(Dialect::Anthropic)) => "ANTHROPIC_API_KEY",
            (Self::LibreTranslate, _) => "LIBRETRANSLATE_API_KEY",
            (Self::DeepL, _) => "DEEPL_API_KEY",
            (Self::Apertium, _) => "APERTIUM_API_KEY",
            _ => "OPENAI_API_KEY",
        }
    }

    /// The address where none is given: where the service's own documentation starts it, or its one public host;
    /// for DeepL empty, since that depends on the key.
    fn usual_address(self) -> Option<&'static str> {
        match self {
            Self::LibreTranslate => Some("http://127.0.0.1:5000"),
            Self::Apertium => Some("http://127.0.0.1:2737"),
            Self::DeepL => Some(""),
            Self::Local | Self::Chat => None,
        }
    }
}

/// Which engine the layers choose: `--engine` where given, else chat where an endpoint is configured. Of the
/// two the one from the higher source counts, so that `--url` overrules `engine = "local"` in a file.
///
/// Gives its kind, and why.
///
/// # Errors
/// Where `engine` names none, or `--engine local` and `--url` stand side by side.
pub fn choose(layers: &Layers) -> Result<(Kind, String)> {
    let url = layers.get(Key::Url);
    let named = layers.parsed(Key::Engine, |text| {
        Kind::named(text.trim()).ok_or_else(|| {
            let names: Vec<String> = Kind::ALL.iter().map(|kind| format!("`{}`", kind.name())).collect();
            format!("`{text}` is not an engine\nthere are {}", names.join(", "))
        })
    })?;
    let named_by = layers.origin(Key::Engine);
    Ok(match (named, url) {
        (None, None) => (Kind::Local, "no endpoint is configured".to_owned()),
        (Some(Kind::Local), Some(url)) if url.origin.rank() < named_by.rank() => {
            (Kind::Chat, format!("an endpoint is given by {}", url.origin))
        }
        (Some(Kind::Local), Some(url)) if url.origin == Origin::Flag("--url".to_owned()) => {
            return Err(Error::usage("`--engine local` has no use for `--url`", "leave out one of the two"));
        }
        (Some(kind), _) => (kind, format!("chosen by {named_by}")),
        (None, Some(url)) => (Kind::Chat, format!("an endpoint is given by {}", url.origin)),
    })
}

/// The run's engine and what can be said of it.
///
/// # Errors
/// Where a value does not parse, or something needed is missing.
pub fn engine(
    flags: &Flags,
    layers: &Layers,
    variable: impl Fn(&str) -> Option<OsString>,
) -> Result<(EngineSettings, String)> {
    if let Some(script) = &flags.script {
        return Ok((
            EngineSettings::Scripted(script.clone()),
            "engine scripted: answers from a file".to_owned(),
        ));
    }
    let (kind, why) = choose(layers)?;
    refuse_idle_flags(layers, kind)?;
    let at = |connection: &Connection| match connection.url.as_str() {
        "" => String::new(),
        url => format!(" at {}", parse::shown_url(url)),
    };
    Ok(match kind {
        Kind::Local => (EngineSettings::Local(local(layers)?), format!("engine local: {why}")),
        Kind::Chat => {
            let settings = chat_settings(layers, variable)?;
            let address = at(&settings.connection);
            let reason = format!("engine chat: model {}{address} ({why})", settings.model);
            (EngineSettings::Chat(settings), reason)
        }
        Kind::LibreTranslate | Kind::Apertium => {
            let connection = connection(kind, None, layers, variable)?;
            let reason = format!("engine {}{} ({why})", kind.name(), at(&connection));
            let settings = ServiceSettings { connection };
            let libre = kind == Kind::LibreTranslate;
            let settings = if libre {
                EngineSettings::LibreTranslate(settings)
            } else {
                EngineSettings::Apertium(settings)
            };
            (settings, reason)
        }
        Kind::DeepL => {
            let connection = connection(kind, None, layers, variable)?;
            let reason = format!("engine deepl{} ({why})", at(&connection));
            let settings = DeepLSettings {
                connection,
                formality: layers.parsed(Key::Formality, formality)?,
                glossary: layers.text(Key::Glossary)?.map(|(id, _)| id),
            };
            (EngineSettings::DeepL(settings), reason)
        }
    })
}

/// A flag that the chosen engine has no use for is a misunderstanding; a value in a file or the environment is
/// not, for those serve many runs.
fn refuse_idle_flags(layers: &Layers, kind: Kind) -> Result<()> {
    let idle = layers.flags.keys().find(|key| !key.specification().concern.serves(kind));
    let Some(key) = idle else { return Ok(()) };
    let (name, hint) = match key.specification().concern {
        Concern::Local => ("the local engine", "leave it out, or choose `--engine local`"),
        Concern::DeepL => ("DeepL", "leave it out, or choose `--engine deepl`"),
        Concern::Remote => (
            "engines behind an address",
            "add `--url http://127.0.0.1:8080/v1` to ask an endpoint, or leave the flag out",
        ),
        _ => (
            "the chat engine",
            "add `--url http://127.0.0.1:8080/v1` to ask an endpoint, or leave the flag out",
        ),
    };
    Err(Error::usage(format!("`{}` is only for {name}", key.flag()), hint))
}

/// The embedded engine's settings; the `models` commands use them too.
///
/// # Errors
/// Where a value does not parse.
pub fn local(layers: &Layers) -> Result<LocalSettings> {
    Ok(LocalSettings {
        models_dir: layers.path(Key::ModelsDir),
        models_url: layers.parsed(Key::ModelsUrl, parse::mirror)?,
        threads: layers.parsed(Key::Threads, parse::number(1_usize, 1_024))?,
    })
}

fn chat_settings(layers: &Layers, variable: impl Fn(&str) -> Option<OsString>) -> Result<ChatSettings> {
    let dialect = layers.parsed(Key::Dialect, dialect)?;
    // A key belongs to one service: the address decides whose variable is looked into.
    let by_address = layers.parsed(Key::Url, parse::endpoint)?.map(|url| chat::dialect_of(&url));
    let connection = connection(Kind::Chat, dialect.or(by_address), layers, variable)?;
    let model = layers.text(Key::Model)?.map(|(model, _)| model).ok_or_else(|| {
        let at = layers.origin(Key::Url);
        Error::usage(
            format!("the endpoint given by {at} needs a model's name"),
            "add `--model NAME`, or set GLOSS_MODEL; the endpoint lists its models under `/models`. \
             To do without the endpoint: `--engine local`",
        )
    })?;
    Ok(ChatSettings {
        connection,
        dialect,
        model,
        prompts_dir: layers.path(Key::Prompts),
        context_tokens: needed(layers, Key::ContextTokens, parse::number(256_usize, 100_000_000))?,
        temperature: needed(layers, Key::Temperature, parse::number(0.0_f32, 2.0))?,
        price_in: layers.parsed(Key::PriceIn, parse::number(0.0_f64, 1e6))?,
        price_out: layers.parsed(Key::PriceOut, parse::number(0.0_f64, 1e6))?,
    })
}

fn connection(
    kind: Kind,
    dialect: Option<Dialect>,
    layers: &Layers,
    variable: impl Fn(&str) -> Option<OsString>,
) -> Result<Connection> {
    let given = match kind {
        Kind::Chat => layers.parsed(Key::Url, parse::endpoint)?,
        _ => layers.parsed(Key::Url, parse::mirror)?,
    };
    let url = given.or_else(|| kind.usual_address().map(str::to_owned)).ok_or_else(|| {
        Error::usage(
            "the chat engine has no endpoint",
            "add `--url http://127.0.0.1:8080/v1`, or set OPENAI_BASE_URL",
        )
    })?;
    Ok(Connection {
        key: key_source(kind.key_variable(dialect), layers, variable)?,
        url,
        connect_seconds: needed(layers, Key::ConnectTimeout, parse::seconds)?,
        first_byte_seconds: layers.parsed(Key::FirstByteTimeout, parse::seconds)?,
        idle_seconds: needed(layers, Key::IdleTimeout, parse::seconds)?,
        total_seconds: needed(layers, Key::TotalTimeout, parse::seconds)?,
        allow_http: needed(layers, Key::AllowHttp, parse::truth)?,
        ca_file: layers.path(Key::CaFile),
    })
}

/// Where the key is; a variable that was named and is not set is an error, the usual one may be unset.
fn key_source(
    usual: &str,
    layers: &Layers,
    variable: impl Fn(&str) -> Option<OsString>,
) -> Result<KeySource> {
    let file = layers.path(Key::KeyFile);
    let Some(named) = layers.parsed(Key::KeyEnv, environment_name)? else {
        return Ok(KeySource { variable: usual.to_owned(), file });
    };
    let origin = layers.origin(Key::KeyEnv);
    if file.is_none() && variable(&named).is_none_or(|value| value.is_empty()) {
        return Err(Error::usage(
            format!("`{named}` (named by {origin}) is not set in the environment"),
            format!("`export {named}=…`, or leave `key-env` out for an endpoint that asks for no key"),
        ));
    }
    Ok(KeySource { variable: named, file })
}

fn dialect(text: &str) -> std::result::Result<Dialect, String> {
    match text.trim() {
        "openai" => Ok(Dialect::OpenAi),
        "azure" => Ok(Dialect::Azure),
        "anthropic" => Ok(Dialect::Anthropic),
        _ => Err(format!("`{text}` is neither `openai` nor `azure` nor `anthropic`")),
    }
}

fn formality(text: &str) -> std::result::Result<String, String> {
    match text.trim() {
        form @ ("more" | "less" | "prefer_more" | "prefer_less" | "default") => Ok(form.to_owned()),
        _ => Err(format!("`{text}` is none of `more`, `less`, `prefer_more`, `prefer_less`")),
    }
}

/// Something pasted as the name of a variable that cannot be one may well be the key itself: it is not repeated.
fn environment_name(text: &str) -> std::result::Result<String, String> {
    let word = |character: char| character.is_ascii_alphanumeric() || character == '_';
    if text.is_empty() || text.starts_with(|first: char| first.is_ascii_digit()) || !text.chars().all(word) {
        return Err("this is not the name of an environment variable\n\
             name the variable that holds the key, not the key: `--key-env OPENAI_API_KEY`"
            .to_owned());
    }
    Ok(text.to_owned())
}
