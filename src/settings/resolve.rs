//! From values as typed to [`RunSettings`]: which engine, and whether it all goes together.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use super::keys::{Concern, Key};
use super::layers::{self, Layer, Layers, Origin};
use super::{Boilerplate, ChatSettings, EngineSettings, LocalSettings, RunSettings, file, parse};
use crate::error::{Error, Result};

/// What was typed on the command line.
#[derive(Debug, Clone, Default)]
pub struct Flags {
    pub inputs: Vec<PathBuf>,
    pub values: Layer,
    /// `--config`.
    pub config: Option<PathBuf>,
    pub dry_run: bool,
    pub force: bool,
    /// For tests: answers from this file instead of an engine.
    pub script: Option<PathBuf>,
}

/// A run's settings and what can be said of them.
#[derive(Debug, Clone)]
pub struct Resolved {
    pub run: RunSettings,
    /// Which engine and why, for the first line of output: `engine local: no endpoint is configured`.
    pub engine_reason: String,
}

/// Reads the environment (through `variable`) and the settings file, below the flags.
///
/// # Errors
/// Where the settings file does not read.
pub fn gather(flags: &Flags, variable: impl Fn(&str) -> Option<OsString>, current: &Path) -> Result<Layers> {
    let file = match file::locate(flags.config.as_deref(), current) {
        Some(path) => file::read(&path, current)?,
        None => Layer::new(),
    };
    Ok(Layers { flags: flags.values.clone(), environment: layers::environment(variable), file })
}

/// Settles everything a run needs.
///
/// # Errors
/// Where a value does not parse, something needed is missing, or two things do not go together.
pub fn resolve(
    flags: &Flags,
    variable: impl Fn(&str) -> Option<OsString>,
    current: &Path,
) -> Result<Resolved> {
    let layers = gather(flags, &variable, current)?;
    let translate = layers.parsed(Key::Translation, parse::truth)?.unwrap_or(true);
    let summary = layers.parsed(Key::Summary, parse::summary)?.flatten();
    if !translate && summary.is_none() {
        return Err(Error::usage(
            "no translation and no summary: there is nothing to do",
            "leave out `--no-translation` or `--no-summary`",
        ));
    }
    let mut seen = BTreeSet::new();
    let mut targets = layers.list(Key::To, true, parse::language)?;
    targets.retain(|language| seen.insert(language.clone()));
    if translate && targets.is_empty() {
        return Err(Error::usage(
            "no target language is given",
            "add `--to pt` (or `--to pt,es`), or `--no-translation` for summaries only",
        ));
    }
    let (engine, engine_reason) = engine(flags, &layers, &variable)?;
    let chunk_tokens = layers.parsed(Key::ChunkTokens, parse::number(16_usize, 1_000_000))?;
    if let (EngineSettings::Chat(chat), Some(chunk)) = (&engine, chunk_tokens)
        && chunk >= chat.context_tokens
    {
        return Err(Error::usage(
            format!("chunks of {chunk} tokens do not fit the model's context of {}", chat.context_tokens),
            "raise `--context-tokens` to what the server was started with, or lower `--chunk-tokens`",
        ));
    }
    let run = RunSettings {
        inputs: flags.inputs.clone(),
        targets,
        from: layers.parsed(Key::From, parse::language)?,
        out: layers.path(Key::Out),
        include: layers.list(Key::Include, false, glob)?,
        exclude: layers.list(Key::Exclude, false, glob)?,
        boilerplate: layers.parsed(Key::Boilerplate, boilerplate)?.unwrap_or(Boilerplate::Keep),
        translate,
        summary,
        dry_run: flags.dry_run,
        force: flags.force,
        engine,
        concurrency: layers.parsed(Key::Concurrency, parse::number(1_usize, 4_096))?,
        chunk_tokens,
        max_file_bytes: needed(&layers, Key::MaxFileSize, parse::size)?,
    };
    Ok(Resolved { run, engine_reason })
}

/// Which engine the layers choose: `--engine` where given, else chat where an endpoint is configured. Of the
/// two the one from the higher source counts, so that `--url` overrules `engine = "local"` in a file.
///
/// Gives whether it is chat, and why.
///
/// # Errors
/// Where `engine` names none, or `--engine local` and `--url` stand side by side.
pub fn choose(layers: &Layers) -> Result<(bool, String)> {
    let url = layers.get(Key::Url);
    let named = layers.parsed(Key::Engine, |text| match text.trim() {
        "local" => Ok(false),
        "chat" => Ok(true),
        _ => Err(format!("`{text}` is not an engine\nthere are `local` and `chat`")),
    })?;
    let named_by = layers.origin(Key::Engine);
    Ok(match (named, url) {
        (None, None) => (false, "no endpoint is configured".to_owned()),
        (Some(true), _) => (true, format!("chosen by {named_by}")),
        (Some(false), Some(url)) if url.origin.rank() < named_by.rank() => {
            (true, format!("an endpoint is given by {}", url.origin))
        }
        (Some(false), Some(url)) if url.origin == Origin::Flag("--url".to_owned()) => {
            return Err(Error::usage("`--engine local` has no use for `--url`", "leave out one of the two"));
        }
        (Some(false), _) => (false, format!("chosen by {named_by}")),
        (None, Some(url)) => (true, format!("an endpoint is given by {}", url.origin)),
    })
}

fn engine(
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
    let (chat, why) = choose(layers)?;
    refuse_idle_flags(layers, if chat { Concern::Local } else { Concern::Chat })?;
    if !chat {
        return Ok((EngineSettings::Local(local(layers)?), format!("engine local: {why}")));
    }
    let settings = chat_settings(layers, variable)?;
    let address = parse::shown_url(&settings.url);
    let reason = format!("engine chat: model {} at {address} ({why})", settings.model);
    Ok((EngineSettings::Chat(settings), reason))
}

/// A flag that the chosen engine has no use for is a misunderstanding; a value in a file or the environment is
/// not, for those serve many runs.
fn refuse_idle_flags(layers: &Layers, other: Concern) -> Result<()> {
    let Some(key) = layers.flags.keys().find(|key| key.specification().concern == other) else {
        return Ok(());
    };
    let (name, hint) = match other {
        Concern::Chat => {
            ("chat", "add `--url http://127.0.0.1:8080/v1` to ask an endpoint, or leave the flag out")
        }
        _ => ("local", "leave it out, or choose `--engine local`"),
    };
    Err(Error::usage(format!("`{}` is only for the {name} engine", key.flag()), hint))
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
    let url = layers.parsed(Key::Url, parse::endpoint)?.ok_or_else(|| {
        Error::usage(
            "the chat engine has no endpoint",
            "add `--url http://127.0.0.1:8080/v1`, or set OPENAI_BASE_URL",
        )
    })?;
    let model = layers.text(Key::Model)?.map(|(model, _)| model).ok_or_else(|| {
        let at = layers.origin(Key::Url);
        Error::usage(
            format!("the endpoint given by {at} needs a model's name"),
            "add `--model NAME`, or set GLOSS_MODEL; the endpoint lists its models under `/models`. \
             To do without the endpoint: `--engine local`",
        )
    })?;
    let key_env = needed(layers, Key::KeyEnv, environment_name)?;
    let key_origin = layers.origin(Key::KeyEnv);
    if key_origin != Origin::Default && variable(&key_env).is_none_or(|value| value.is_empty()) {
        return Err(Error::usage(
            format!("`{key_env}` (named by {key_origin}) is not set in the environment"),
            format!("`export {key_env}=…`, or leave `key-env` out for an endpoint that asks for no key"),
        ));
    }
    Ok(ChatSettings {
        url,
        model,
        key_env,
        prompts_dir: layers.path(Key::Prompts),
        context_tokens: needed(layers, Key::ContextTokens, parse::number(256_usize, 100_000_000))?,
        temperature: needed(layers, Key::Temperature, parse::number(0.0_f32, 2.0))?,
        connect_seconds: needed(layers, Key::ConnectTimeout, parse::seconds)?,
        idle_seconds: needed(layers, Key::IdleTimeout, parse::seconds)?,
        total_seconds: needed(layers, Key::TotalTimeout, parse::seconds)?,
        price_in: layers.parsed(Key::PriceIn, parse::number(0.0_f64, 1e6))?,
        price_out: layers.parsed(Key::PriceOut, parse::number(0.0_f64, 1e6))?,
    })
}

/// The value of a key that has a default.
fn needed<T>(layers: &Layers, key: Key, parse: impl Fn(&str) -> std::result::Result<T, String>) -> Result<T> {
    layers.parsed(key, parse)?.ok_or_else(|| {
        Error::usage(format!("`{}` has no value", key.name()), format!("add `{}`", key.flag()))
    })
}

fn boilerplate(text: &str) -> std::result::Result<Boilerplate, String> {
    match text.trim() {
        "keep" => Ok(Boilerplate::Keep),
        "drop" => Ok(Boilerplate::Drop),
        _ => Err(format!("`{text}` is neither `keep` nor `drop`")),
    }
}

fn glob(text: &str) -> std::result::Result<String, String> {
    match globset::Glob::new(text) {
        Ok(_) => Ok(text.to_owned()),
        Err(error) => Err(format!("`{text}` is not a pattern: {}\nfor example `news/**/*.md`", error.kind())),
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
