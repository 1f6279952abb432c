//! From values as typed to [`RunSettings`]: which engine, and whether it all goes together.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use super::keys::Key;
use super::layers::{self, Layer, Layers};
use super::{Boilerplate, Caps, Retry, RunSettings, engines, file, parse};
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
    /// `--retry`.
    pub retry: Option<Retry>,
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
        None => file::File::default(),
    };
    Ok(Layers {
        flags: flags.values.clone(),
        environment: layers::environment(variable),
        file: file.layer,
        engines: file.engines,
        translate_to: file.translate_to,
    })
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
    let chosen = match &flags.script {
        Some(script) => engines::scripted(script),
        None => engines::engines(&layers, &variable)?,
    };
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
        review: layers.parsed(Key::Review, parse::truth)?.unwrap_or(true),
        dry_run: flags.dry_run,
        force: flags.force,
        retry: flags.retry,
        engines: chosen.entries,
        rows: chosen.rows,
        caps: Caps {
            cost: layers.parsed(Key::MaxCost, parse::number(0.0_f64, 1e12))?,
            tokens: layers.parsed(Key::MaxTokens, parse::number(1_u64, u64::MAX))?,
            requests: layers.parsed(Key::MaxRequests, parse::number(1_u64, u64::MAX))?,
        },
        max_file_bytes: needed(&layers, Key::MaxFileSize, parse::size)?,
    };
    if let Some(cap) = run.caps.cost {
        let unpriced = run.engines.iter().find_map(|entry| Some((entry, engines::missing_price(entry)?)));
        if let Some((entry, missing)) = unpriced {
            return Err(Error::usage(
                format!("`--max-cost {cap}` cannot be kept: `{}` has no {missing}", entry.name),
                format!(
                    "give its {missing} (0 where it costs nothing) by flag or in `gloss.toml`, or cap `--max-tokens` or \
                     `--max-requests` instead"
                ),
            ));
        }
    }
    if let Some(cap) = run.caps.tokens
        && !run.engines.iter().any(engines::counts_tokens)
    {
        return Err(Error::usage(
            format!("`--max-tokens {cap}` cannot be kept: no engine of this run counts tokens"),
            "cap `--max-cost` or `--max-requests` instead",
        ));
    }
    Ok(Resolved { run, engine_reason: chosen.reason })
}

/// The value of a key that has a default.
pub(super) fn needed<T>(
    layers: &Layers,
    key: Key,
    parse: impl Fn(&str) -> std::result::Result<T, String>,
) -> Result<T> {
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
