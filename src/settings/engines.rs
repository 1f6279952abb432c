//! Which engines a run has, and the settings of each.

mod rows;

use std::ffi::OsString;
use std::path::Path;

pub use rows::{Chosen, choose};

use super::file::Table;
use super::keys::{Concern, Key};
use super::layers::{Layers, Origin};
use super::resolve::needed;
use super::{
    ChatSettings, Connection, DeepLSettings, Dialect, EngineEntry, EngineSettings, KeySource, LocalSettings,
    Prices, Rows, ServiceSettings, parse,
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
    /// For tests: answers from a file.
    Scripted,
}

impl Kind {
    /// Those that a person can choose.
    pub const ALL: [Self; 5] = [Self::Local, Self::Chat, Self::LibreTranslate, Self::DeepL, Self::Apertium];

    pub fn name(self) -> &'static str {
        match self {
            Self::Local => "local",
            Self::Chat => "chat",
            Self::LibreTranslate => "libretranslate",
            Self::DeepL => "deepl",
            Self::Apertium => "apertium",
            Self::Scripted => "scripted",
        }
    }

    /// The names of all, for hints.
    pub fn list() -> String {
        let names: Vec<String> = Self::ALL.iter().map(|kind| format!("`{}`", kind.name())).collect();
        names.join(", ")
    }

    /// Whether it speaks HTTP.
    pub fn remote(self) -> bool {
        !matches!(self, Self::Local | Self::Scripted)
    }

    /// Whether it makes summaries.
    pub fn summarizes(self) -> bool {
        matches!(self, Self::Local | Self::Chat | Self::Scripted)
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
            Self::Local | Self::Chat | Self::Scripted => None,
        }
    }
}

/// The engines of a run, and what can be said of them.
#[derive(Debug, Clone)]
pub struct Engines {
    pub entries: Vec<EngineEntry>,
    pub rows: Rows,
    pub reason: String,
}

/// The one engine of a run whose answers come from a file.
pub fn scripted(script: &Path) -> Engines {
    let entry = EngineEntry {
        name: "scripted".to_owned(),
        settings: EngineSettings::Scripted(script.to_owned()),
        concurrency: None,
        chunk_tokens: None,
        requests_per_minute: None,
        tokens_per_minute: None,
        patience_seconds: 120,
        prices: Prices::default(),
    };
    let rows = Rows { translate: vec![0], summarize: vec![0], ..Rows::default() };
    Engines { entries: vec![entry], rows, reason: "engine scripted: answers from a file".to_owned() }
}

/// The run's engines by job.
///
/// # Errors
/// Where a row names no engine, a value does not parse, or something needed is missing.
pub fn engines(layers: &Layers, variable: &dyn Fn(&str) -> Option<OsString>) -> Result<Engines> {
    let chosen = rows::choose(layers)?;
    let names = chosen.names();
    let entries = entries(&names, layers, variable)?;
    let index = |row: &[String]| -> Vec<usize> {
        row.iter().filter_map(|name| names.iter().position(|known| known == name)).collect()
    };
    let rows = Rows {
        translate: index(&chosen.translate),
        translate_to: chosen.translate_to.iter().map(|(to, row)| (to.clone(), index(row))).collect(),
        summarize: index(&chosen.summarize),
    };
    let reason = rows::reason(&chosen, &entries);
    Ok(Engines { entries, rows, reason })
}

/// Every engine of the rows, then those that the settings file names beside them.
///
/// # Errors
/// As [`engines`].
pub fn every(layers: &Layers, variable: &dyn Fn(&str) -> Option<OsString>) -> Result<Vec<EngineEntry>> {
    let mut names = rows::choose(layers)?.names();
    for name in layers.engines.keys() {
        if !names.contains(name) {
            names.push(name.clone());
        }
    }
    entries(&names, layers, variable)
}

fn entries(
    names: &[String],
    layers: &Layers,
    variable: &dyn Fn(&str) -> Option<OsString>,
) -> Result<Vec<EngineEntry>> {
    let kinds = names.iter().map(|name| kind_of(name, layers)).collect::<Result<Vec<Kind>>>()?;
    refuse_idle_flags(layers, &kinds)?;
    let mut entries = Vec::new();
    for (name, kind) in names.iter().zip(&kinds) {
        let own = layers.of_engine(name, *kind, names, &kinds);
        entries.push(entry(name, *kind, &own, layers.engines.get(name), variable)?);
    }
    Ok(entries)
}

/// The kind of a named engine: its table's `kind`, else the kind of that name, else chat.
pub(super) fn kind_of(name: &str, layers: &Layers) -> Result<Kind> {
    let table = layers.engines.get(name);
    match table.and_then(|table| table.kind.as_ref()) {
        Some((kind, line)) => Kind::named(kind).ok_or_else(|| {
            Error::usage(
                format!("`kind = \"{kind}\"` of engine `{name}` (line {line} of the settings file) is no kind of engine"),
                format!("there are {}", Kind::list()),
            )
        }),
        None if table.is_some_and(|table| table.script.is_some()) => Ok(Kind::Scripted),
        None => Ok(Kind::named(name).unwrap_or(Kind::Chat)),
    }
}

fn entry(
    name: &str,
    kind: Kind,
    layers: &Layers,
    table: Option<&Table>,
    variable: &dyn Fn(&str) -> Option<OsString>,
) -> Result<EngineEntry> {
    let chunk_tokens = layers.parsed(Key::ChunkTokens, parse::number(16_usize, 1_000_000))?;
    let settings = match kind {
        Kind::Local => EngineSettings::Local(local(layers)?),
        Kind::Chat => EngineSettings::Chat(chat_settings(name, layers, variable)?),
        Kind::LibreTranslate => EngineSettings::LibreTranslate(ServiceSettings {
            connection: connection(kind, None, layers, variable)?,
        }),
        Kind::Apertium => EngineSettings::Apertium(ServiceSettings {
            connection: connection(kind, None, layers, variable)?,
        }),
        Kind::DeepL => EngineSettings::DeepL(DeepLSettings {
            connection: connection(kind, None, layers, variable)?,
            formality: layers.parsed(Key::Formality, formality)?,
            glossary: layers.text(Key::GlossaryId)?.map(|(id, _)| id),
        }),
        Kind::Scripted => EngineSettings::Scripted(
            table.and_then(|table| table.script.clone()).unwrap_or_else(|| "script.json".into()),
        ),
    };
    if let (EngineSettings::Chat(chat), Some(chunk)) = (&settings, chunk_tokens)
        && chunk >= chat.context_tokens
    {
        return Err(Error::usage(
            format!("chunks of {chunk} tokens do not fit the model's context of {}", chat.context_tokens),
            "raise `--context-tokens` to what the server was started with, or lower `--chunk-tokens`",
        ));
    }
    let price = |key| layers.parsed(key, parse::number(0.0_f64, 1e9));
    Ok(EngineEntry {
        name: name.to_owned(),
        settings,
        concurrency: layers.parsed(Key::Concurrency, parse::number(1_usize, 4_096))?,
        chunk_tokens,
        requests_per_minute: layers.parsed(Key::RequestsPerMinute, parse::number(1_u32, u32::MAX))?,
        tokens_per_minute: layers.parsed(Key::TokensPerMinute, parse::number(1_u64, u64::MAX))?,
        patience_seconds: needed(layers, Key::Patience, parse::seconds)?,
        prices: Prices {
            tokens_in: price(Key::PriceIn)?,
            tokens_out: price(Key::PriceOut)?,
            characters: price(Key::PriceCharacters)?,
        },
    })
}

/// Whether an engine counts in tokens.
pub fn counts_tokens(entry: &EngineEntry) -> bool {
    matches!(entry.settings, EngineSettings::Chat(_) | EngineSettings::Scripted(_))
}

/// The price without which a cap on cost would not bind this engine; `None` where nothing is missing.
pub fn missing_price(entry: &EngineEntry) -> Option<&'static str> {
    let Prices { tokens_in, tokens_out, characters } = entry.prices;
    match &entry.settings {
        EngineSettings::Local(_) | EngineSettings::Scripted(_) => None,
        EngineSettings::Chat(_) if tokens_in.is_none() => Some("`price-in`"),
        EngineSettings::Chat(_) if tokens_out.is_none() => Some("`price-out`"),
        EngineSettings::Chat(_) => None,
        _ if characters.is_none() => Some("`price-characters`"),
        _ => None,
    }
}

/// A flag that none of the run's engines has a use for is a misunderstanding; a value in a file or the environment
/// is not, for those serve many runs.
fn refuse_idle_flags(layers: &Layers, kinds: &[Kind]) -> Result<()> {
    let serves = |key: &Key| kinds.iter().any(|kind| key.specification().concern.serves(*kind));
    let Some(key) = layers.flags.keys().find(|key| !serves(key)) else { return Ok(()) };
    let endpoint = "add `--url http://127.0.0.1:8080/v1` to ask an endpoint, or leave the flag out";
    let (name, hint) = match key.specification().concern {
        Concern::Local => ("the local engine", "leave it out, or choose `--engine local`"),
        Concern::DeepL => ("DeepL", "leave it out, or choose `--engine deepl`"),
        Concern::Remote => ("engines behind an address", endpoint),
        Concern::Any | Concern::Chat => ("the chat engine", endpoint),
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

fn chat_settings(
    name: &str,
    layers: &Layers,
    variable: &dyn Fn(&str) -> Option<OsString>,
) -> Result<ChatSettings> {
    let dialect = layers.parsed(Key::Dialect, dialect)?;
    // A key belongs to one service: the address decides whose variable is looked into.
    let by_address = layers.parsed(Key::Url, parse::endpoint)?.map(|url| chat::dialect_of(&url));
    let spoken = dialect.or(by_address);
    let connection = connection(Kind::Chat, spoken, layers, variable)?;
    let model = layers.text(Key::Model)?.map(|(model, _)| model);
    // Azure's deployments stand for the models they were made of.
    let deployment = || chat::deployment_of(&connection.url).filter(|_| spoken == Some(Dialect::Azure));
    let model = model.or_else(deployment).ok_or_else(|| {
        let at = layers.origin(Key::Url);
        let hint = match layers.engines.contains_key(name) {
            true => format!("write `model = \"…\"` under `[engines.{name}]`; the endpoint lists its models under `/models`"),
            false => "add `--model NAME`, or set GLOSS_MODEL; the endpoint lists its models under `/models`. \
                 To do without the endpoint: `--engine local`"
                .to_owned(),
        };
        Error::usage(format!("the endpoint given by {at} needs a model's name"), hint)
    })?;
    Ok(ChatSettings {
        connection,
        dialect,
        model,
        prompts_dir: layers.path(Key::Prompts),
        context_tokens: needed(layers, Key::ContextTokens, parse::number(256_usize, 100_000_000))?,
        temperature: needed(layers, Key::Temperature, parse::number(0.0_f32, 2.0))?,
    })
}

fn connection(
    kind: Kind,
    dialect: Option<Dialect>,
    layers: &Layers,
    variable: &dyn Fn(&str) -> Option<OsString>,
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
        key: key_source(usual_variable(kind, dialect, &url, &layers.origin(Key::Url)), layers, variable)?,
        url,
        connect_seconds: needed(layers, Key::ConnectTimeout, parse::seconds)?,
        first_byte_seconds: layers.parsed(Key::FirstByteTimeout, parse::seconds)?,
        idle_seconds: needed(layers, Key::IdleTimeout, parse::seconds)?,
        total_seconds: needed(layers, Key::TotalTimeout, parse::seconds)?,
        allow_http: needed(layers, Key::AllowHttp, parse::truth)?,
        ca_file: layers.path(Key::CaFile),
    })
}

/// The variable that holds the key of a service where none is named. A service's usual variable holds the key of that
/// service: it counts for its own hosts, for this machine, and for the address that stands beside it in the environment.
/// Any other server gets what is meant for it, or nothing.
pub fn usual_variable(kind: Kind, dialect: Option<Dialect>, url: &str, given_by: &Origin) -> &'static str {
    let host =
        reqwest::Url::parse(url).ok().and_then(|url| url.host_str().map(str::to_owned)).unwrap_or_default();
    let own: &[&str] = match (kind, dialect) {
        (Kind::Chat, Some(Dialect::Azure)) => &["azure.com"],
        (Kind::Chat, Some(Dialect::Anthropic)) => &["api.anthropic.com"],
        (Kind::Chat, _) => &["api.openai.com"],
        (Kind::DeepL, _) => &["deepl.com", ""],
        _ => return kind.key_variable(dialect),
    };
    let at_home =
        own.iter().any(|own| host == *own || (!own.is_empty() && host.ends_with(&format!(".{own}"))));
    let here = matches!(host.as_str(), "localhost" | "127.0.0.1" | "[::1]" | "0.0.0.0");
    let beside = *given_by == Origin::Environment("OPENAI_BASE_URL".to_owned());
    if at_home || here || beside { kind.key_variable(dialect) } else { ANY_KEY }
}

/// The variable for the key of a server that has none of its own.
pub const ANY_KEY: &str = "GLOSS_API_KEY";

/// Where the key is; a variable that was named and is not set is an error, the usual one may be unset.
fn key_source(
    usual: &str,
    layers: &Layers,
    variable: &dyn Fn(&str) -> Option<OsString>,
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
