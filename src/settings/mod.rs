//! What the run was told: flags, then `GLOSS_*` and the endpoint's usual environment names, then
//! `gloss.toml`, then defaults. Resolved once into structs without `Option` where a default exists.
//!
//! Two steps: [`layers`] keeps each value as typed, with where it came from; [`mod@resolve`] parses the one that
//! counts, checks the combination and names the origin of whatever is wrong. [`keys`] is the one table of
//! what can be set, by what name, with what default. Nothing here opens anything but the settings file, and
//! no key's value is ever read: only whether its variable is set.

pub mod engines;
pub mod file;
pub mod keys;
pub mod layers;
pub mod parse;
pub mod resolve;
pub mod show;
#[cfg(test)]
mod tests;

pub use keys::Key;
pub use layers::{Layer, Layers, Origin, Raw};
pub use resolve::{Flags, Resolved, resolve};

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::language::Language;
use crate::summary::SummaryLength;

/// Everything a run needs to know, validated.
#[derive(Debug, Clone, PartialEq)]
pub struct RunSettings {
    /// Files and folders as typed.
    pub inputs: Vec<PathBuf>,
    /// Target languages in the order given, each once. May be empty with `translate == false`.
    pub targets: Vec<Language>,
    /// The source language where told; detected otherwise.
    pub from: Option<Language>,
    /// Where outputs go; beside the source where `None`.
    pub out: Option<PathBuf>,
    pub include: Vec<String>,
    pub exclude: Vec<String>,
    pub boilerplate: Boilerplate,
    pub translate: bool,
    /// `None` for `--no-summary`.
    pub summary: Option<SummaryLength>,
    /// Write review pages and their index.
    pub review: bool,
    pub dry_run: bool,
    /// Overwrite outputs that a person changed.
    pub force: bool,
    /// Ask again only for what failed before.
    pub retry: Option<Retry>,
    /// Every engine of the rows, each once.
    pub engines: Vec<EngineEntry>,
    pub rows: Rows,
    pub caps: Caps,
    /// Larger sources are skipped with the reason.
    pub max_file_bytes: u64,
}

impl RunSettings {
    /// The folder that holds the memory, the ledger, `report.json` and `events.jsonl`: `.gloss` in `--out`,
    /// else in the first input (the folder it is, or the folder it lies in).
    pub fn state_dir(&self) -> PathBuf {
        let home = match (&self.out, self.inputs.first()) {
            (Some(out), _) => out.as_path(),
            (None, Some(input)) if input.is_dir() => input.as_path(),
            (None, Some(input)) => match input.parent() {
                Some(parent) if !parent.as_os_str().is_empty() => parent,
                _ => Path::new("."),
            },
            (None, None) => Path::new("."),
        };
        home.join(".gloss")
    }
}

/// What is done with furniture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Boilerplate {
    Keep,
    Drop,
}

/// What `--retry` takes up again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Retry {
    /// Documents with failed or refused units in them, and nothing else.
    Failed,
}

/// One engine of a run.
#[derive(Debug, Clone, PartialEq)]
pub struct EngineEntry {
    /// As `gloss.toml` and the reports name it.
    pub name: String,
    pub settings: EngineSettings,
    /// Requests under way at once, fixed; `None` lets it find its own level.
    pub concurrency: Option<usize>,
    /// Tokens of article text per translation request; `None` lets the engine say.
    pub chunk_tokens: Option<usize>,
    pub requests_per_minute: Option<u32>,
    pub tokens_per_minute: Option<u64>,
    /// How long it may be gone before it is given up.
    pub patience_seconds: u64,
    pub prices: Prices,
}

/// Prices per million, in whatever currency; `None` where not configured.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Prices {
    pub tokens_in: Option<f64>,
    pub tokens_out: Option<f64>,
    pub characters: Option<f64>,
}

impl Prices {
    /// What `usage` costs; `None` where no price is configured. A price that is not configured counts as 0
    /// beside one that is.
    pub fn cost(&self, usage: &crate::engine::Usage) -> Option<f64> {
        let part = |count: u64, price: Option<f64>| price.map(|price| count as f64 * price / 1e6);
        let parts = [
            part(usage.tokens_in, self.tokens_in),
            part(usage.tokens_out, self.tokens_out),
            part(usage.characters, self.characters),
        ];
        parts.into_iter().flatten().reduce(|sum, part| sum + part)
    }
}

/// Which engines do which job: indexes into [`RunSettings::engines`], each asked for what the one before it
/// did not bring.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Rows {
    pub translate: Vec<usize>,
    /// Target languages with a row of their own.
    pub translate_to: BTreeMap<Language, Vec<usize>>,
    pub summarize: Vec<usize>,
}

impl Rows {
    /// The row that translates into `to`.
    pub fn into_language(&self, to: &Language) -> &[usize] {
        self.translate_to.get(to).unwrap_or(&self.translate)
    }
}

/// What a run may use at most; `None` is no limit.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Caps {
    /// In the currency of the prices.
    pub cost: Option<f64>,
    /// Sent and received.
    pub tokens: Option<u64>,
    /// Failed ones and repetitions included.
    pub requests: Option<u64>,
}

/// Which engine, and what it needs.
#[derive(Debug, Clone, PartialEq)]
pub enum EngineSettings {
    Local(LocalSettings),
    Chat(ChatSettings),
    LibreTranslate(ServiceSettings),
    DeepL(DeepLSettings),
    Apertium(ServiceSettings),
    /// For tests: a script file.
    Scripted(PathBuf),
}

impl EngineSettings {
    /// Whom it asks: scheme, host and port. `None` for an engine on this machine, and for one whose address depends
    /// on its key.
    pub fn origin(&self) -> Option<String> {
        let url = match self {
            Self::Local(_) | Self::Scripted(_) => return None,
            Self::Chat(chat) => &chat.connection.url,
            Self::DeepL(deepl) => &deepl.connection.url,
            Self::LibreTranslate(service) | Self::Apertium(service) => &service.connection.url,
        };
        Some(reqwest::Url::parse(url).ok()?.origin().ascii_serialization())
    }
}

/// Settings of the embedded engine.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct LocalSettings {
    /// Where models are kept; the user's cache folder where `None`.
    pub models_dir: Option<PathBuf>,
    /// A mirror of the models (`GLOSS_MODELS_URL`).
    pub models_url: Option<String>,
    /// Worker threads; every core where `None`.
    pub threads: Option<usize>,
}

/// How an HTTP service is reached: what every engine that speaks HTTP shares.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Connection {
    /// The service's base address, without a trailing slash; for a chat endpoint up to and including `/v1`.
    pub url: String,
    pub key: KeySource,
    /// To a connection, TLS included.
    pub connect_seconds: u64,
    /// From the request's end to the reply's first byte; as `total_seconds` where `None`.
    pub first_byte_seconds: Option<u64>,
    /// Between two pieces of a reply.
    pub idle_seconds: u64,
    /// The whole request.
    pub total_seconds: u64,
    /// Whether articles and key may go over plain http to a host that is not this machine.
    pub allow_http: bool,
    /// Certificates (PEM) trusted beside the system's.
    pub ca_file: Option<PathBuf>,
}

impl Connection {
    /// `url` with the usual deadlines, its key in `variable`.
    pub fn plain(url: &str, variable: &str) -> Self {
        Self {
            url: url.to_owned(),
            key: KeySource { variable: variable.to_owned(), file: None },
            connect_seconds: 10,
            first_byte_seconds: None,
            idle_seconds: 60,
            total_seconds: 600,
            allow_http: false,
            ca_file: None,
        }
    }
}

/// Where a key is found. Its value is never part of the settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeySource {
    /// The environment variable.
    pub variable: String,
    /// A file that holds the key alone; counts before the variable.
    pub file: Option<PathBuf>,
}

/// How a chat endpoint wants to be spoken to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// `/chat/completions` as OpenAI, llama.cpp, vLLM, Ollama and most others have it.
    OpenAi,
    /// The same with Azure's addresses and key header.
    Azure,
    /// Anthropic's Messages API.
    Anthropic,
}

/// Settings of a chat endpoint.
#[derive(Debug, Clone, PartialEq)]
pub struct ChatSettings {
    pub connection: Connection,
    /// Told by the address where `None`.
    pub dialect: Option<Dialect>,
    pub model: String,
    pub prompts_dir: Option<PathBuf>,
    /// Context window of the model in tokens.
    pub context_tokens: usize,
    pub temperature: f32,
}

/// Settings of a translation service that needs no more than an address.
#[derive(Debug, Clone, PartialEq)]
pub struct ServiceSettings {
    pub connection: Connection,
}

/// Settings of DeepL. An empty address stands for the free or the paid host, as the key says.
#[derive(Debug, Clone, PartialEq)]
pub struct DeepLSettings {
    pub connection: Connection,
    /// `more`, `less`, `prefer_more`, `prefer_less`.
    pub formality: Option<String>,
    /// The id of a glossary kept with DeepL.
    pub glossary: Option<String>,
}
