//! What the run was told: flags, then `GLOSS_*` and the endpoint's usual environment names, then
//! `gloss.toml`, then defaults. Resolved once into structs without `Option` where a default exists.
//!
//! Two steps: [`layers`] keeps each value as typed, with where it came from; [`mod@resolve`] parses the one that
//! counts, checks the combination and names the origin of whatever is wrong. [`keys`] is the one table of
//! what can be set, by what name, with what default. Nothing here opens anything but the settings file, and
//! no key's value is ever read: only whether its variable is set.

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
    pub dry_run: bool,
    /// Overwrite outputs that a person changed.
    pub force: bool,
    pub engine: EngineSettings,
    /// Requests under way at once; `None` lets the engine say.
    pub concurrency: Option<usize>,
    /// Tokens of article text per translation request; `None` lets the engine say.
    pub chunk_tokens: Option<usize>,
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

/// Which engine, and what it needs.
#[derive(Debug, Clone, PartialEq)]
pub enum EngineSettings {
    Local(LocalSettings),
    Chat(ChatSettings),
    /// For tests: a script file.
    Scripted(PathBuf),
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

/// Settings of an OpenAI-compatible endpoint.
#[derive(Debug, Clone, PartialEq)]
pub struct ChatSettings {
    /// Up to and including `/v1`, without a trailing slash.
    pub url: String,
    pub model: String,
    /// The environment variable that holds the key.
    pub key_env: String,
    pub prompts_dir: Option<PathBuf>,
    /// Context window of the model in tokens.
    pub context_tokens: usize,
    pub temperature: f32,
    pub connect_seconds: u64,
    pub idle_seconds: u64,
    pub total_seconds: u64,
    /// Prices per million tokens, for the plan's cost; `None` where not configured.
    pub price_in: Option<f64>,
    pub price_out: Option<f64>,
}
