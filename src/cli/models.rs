//! `gloss models`: the embedded engine's models on this machine.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Args, Subcommand};

use crate::engine::local::models::{AvailableModel, InstalledModel, ModelStore};
use crate::error::{Error, Result, exit};
use crate::language::Language;
use crate::report::models_table::{self, Listed};
use crate::report::printable::printable;
use crate::report::printer::Printer;
use crate::report::terminal::Fetching;
use crate::settings::{Flags, Key, Layer, Origin, Raw, engines, parse, resolve};

const EXAMPLES: &str = "\
Examples:
  gloss models list
  gloss models pull en-pt
  gloss models add ~/Downloads/enpt";

#[derive(Debug, Subcommand)]
#[command(after_help = EXAMPLES)]
pub enum ModelsCommand {
    /// List the models here, and those that could be fetched
    List(StoreArguments),
    /// Fetch the model of a language pair (a run does so by itself where one is missing)
    Pull(PullArguments),
    /// Add a model from a folder: model, vocabulary and shortlist files as Mozilla publishes them
    Add(AddArguments),
    /// Print the folder that models are kept in
    Where(StoreArguments),
}

/// Where models are kept and come from.
#[derive(Debug, Clone, Args)]
pub struct StoreArguments {
    /// Where models are kept [default: the user's cache folder]
    #[arg(long, value_name = "DIR")]
    models_dir: Option<OsString>,
    /// A mirror to fetch models from
    #[arg(long, value_name = "URL")]
    models_url: Option<OsString>,
    /// Read this settings file instead of the current folder's `gloss.toml`
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub struct PullArguments {
    /// The pair, source first: `en-pt`. Pairs without English go through it: pull both halves
    #[arg(value_name = "SRC-TRG")]
    pair: String,
    #[command(flatten)]
    store: StoreArguments,
}

#[derive(Debug, Args)]
pub struct AddArguments {
    /// The folder with the model's files
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    #[command(flatten)]
    store: StoreArguments,
}

/// # Errors
/// Where the models' folder does not read, or no source has the pair.
pub fn execute(command: ModelsCommand, printer: &Printer) -> Result<u8> {
    match command {
        ModelsCommand::List(arguments) => {
            let store = store(arguments)?;
            let listed = list(store.installed()?, super::block_on(async { Ok(store.available().await) })?);
            printer.result(&listed, || models_table::render(&listed))?;
        }
        ModelsCommand::Pull(arguments) => {
            let (from, to) = pair(&arguments.pair)?;
            let store = store(arguments.store)?;
            let fetching = Fetching::new(printer);
            let pulled = super::block_on(store.pull(&from, &to, &|progress| fetching.update(&progress)));
            fetching.clear();
            printer.text(&kept(&pulled?))?;
        }
        ModelsCommand::Add(arguments) => {
            let added = store(arguments.store)?.add(&arguments.folder)?;
            printer.text(&kept(&added))?;
        }
        ModelsCommand::Where(arguments) => printer.path(store(arguments)?.root())?,
    }
    Ok(exit::GOOD)
}

fn store(arguments: StoreArguments) -> Result<ModelStore> {
    let mut values = Layer::new();
    for (key, value) in [(Key::ModelsDir, arguments.models_dir), (Key::ModelsUrl, arguments.models_url)] {
        if let Some(value) = value {
            values.insert(key, Raw { texts: vec![value], origin: Origin::Flag(key.flag()) });
        }
    }
    let flags = Flags { values, config: arguments.config, ..Flags::default() };
    let current = std::env::current_dir().map_err(|source| Error::io(".", source))?;
    ModelStore::new(&engines::local(&resolve::gather(&flags, super::variable, &current)?)?)
}

fn kept(model: &InstalledModel) -> String {
    let place = format!("{} in {}", model.name, model.path.display());
    format!("{}-{}: {}", model.from, model.to, printable(&place))
}

/// Both lists as one: what is here first.
fn list(installed: Vec<InstalledModel>, available: Vec<AvailableModel>) -> Vec<Listed> {
    let here: Vec<(Language, Language)> =
        installed.iter().map(|model| (model.from.clone(), model.to.clone())).collect();
    let absent = available
        .into_iter()
        .filter(|model| !here.contains(&(model.from.clone(), model.to.clone())))
        .map(|model| Listed { from: model.from, to: model.to, bytes: None, name: model.origin });
    let installed = installed.into_iter().map(|model| Listed {
        from: model.from,
        to: model.to,
        bytes: Some(model.bytes),
        name: model.name,
    });
    installed.chain(absent).collect()
}

/// The two languages of `en-pt`. A tag may itself have hyphens (`en-zh-Hant`): the first place where both sides
/// are languages counts.
fn pair(text: &str) -> Result<(Language, Language)> {
    let splits = text.match_indices('-').filter_map(|(at, _)| text.split_at_checked(at));
    let mut pairs = splits.filter_map(|(from, to)| {
        Some((parse::language(from).ok()?, parse::language(to.strip_prefix('-')?).ok()?))
    });
    pairs.next().ok_or_else(|| {
        Error::usage(
            format!("`{text}` is not a language pair"),
            "two tags, source first: `gloss models pull en-pt`",
        )
    })
}
