//! `gloss export`.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use serde::Serialize;

use crate::error::{Error, Result, exit};
use crate::glossary::{self, Glossaries};
use crate::language::Language;
use crate::memory::Store;
use crate::report::event::WriteState;
use crate::report::lines::one_line;
use crate::report::printable::printable;
use crate::report::printer::Printer;
use crate::review::data::ReviewDocument;
use crate::review::export::{self, Export};
use crate::review::xliff;
use crate::settings::{Flags, Key, Layer, Origin, Raw, parse, resolve};
use crate::write::put_export;

const EXAMPLES: &str = "\
Examples:
  gloss export articles --format xliff --to pt
      `name.pt.xlf` beside each article, for any CAT tool; what is changed there
      comes back with `gloss review articles --import name.pt.xlf`.
  gloss export articles --format tmx --out memory
      Every pair of the folder in `memory/gloss.tmx`, those of people first.
  gloss export articles --format glossary --glossary names.csv
      The glossary in use as `glossary.tsv`, its files in one.";

/// What is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ExportFormat {
    /// XLIFF 1.2, a file for each article and language
    Xliff,
    /// TMX 1.4, one file
    Tmx,
    /// The glossary in use, one TSV
    Glossary,
}

#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct ExportArguments {
    /// The folder that a run was made in: the one with `.gloss` in it
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    #[arg(long, value_enum)]
    format: ExportFormat,
    /// Only these languages; may be repeated [default: every one there is]
    #[arg(long, value_name = "LANG,…")]
    to: Vec<String>,
    /// Write below this folder [default: DIR]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Replace files that gloss did not write, or that were changed since
    #[arg(long)]
    force: bool,
    /// Glossaries to export [default: those of `gloss.toml`]
    #[arg(long, value_name = "FILE")]
    glossary: Vec<PathBuf>,
}

/// One file, as told with `--json`.
#[derive(Debug, Serialize)]
struct Written {
    path: String,
    state: WriteState,
}

/// # Errors
/// Where nothing was made in the folder yet, or a file cannot be written or is a person's.
pub fn execute(arguments: &ExportArguments, printer: &Printer) -> Result<u8> {
    let languages = languages(&arguments.to)?;
    let exports = match arguments.format {
        ExportFormat::Xliff | ExportFormat::Tmx => translations(arguments, &languages, printer)?,
        ExportFormat::Glossary => vec![glossary_in_use(arguments, &languages)?],
    };
    let root = arguments.out.as_deref().unwrap_or(&arguments.folder);
    let mut written = Vec::new();
    let mut kept = None;
    for export in exports {
        for note in &export.notes {
            printer.problem(&one_line(note));
        }
        let path = root.join(&export.path);
        let untouched = |there: &[u8]| arguments.force || xliff::is_untouched(there);
        let state = put_export(&path, export.text.as_bytes(), untouched)?;
        if state == WriteState::KeptEdited {
            kept = kept.or(Some(path.clone()));
        }
        written.push(Written { path: path.to_string_lossy().into_owned(), state });
    }
    printer.account(&written, || table(&written))?;
    match kept {
        None => Ok(exit::GOOD),
        Some(path) => Err(Error::file(
            path,
            "holds what gloss did not write, and was left alone",
            "import it first with `gloss review DIR --import FILE`, or replace it with `--force`",
        )),
    }
}

/// The translations of the folder into `languages`; of which of these there is none is said.
///
/// # Errors
/// Where there is none at all.
fn translations(
    arguments: &ExportArguments,
    languages: &[Language],
    printer: &Printer,
) -> Result<Vec<Export>> {
    let reviews = reviews(&arguments.folder)?;
    let exports = match arguments.format {
        ExportFormat::Tmx => Vec::from_iter(export::tmx(&reviews, languages)),
        _ => export::xliff(&reviews, languages),
    };
    let made = |to: &&Language| {
        let mut translations = reviews.iter().flat_map(|review| &review.translations);
        translations.any(|made| made.language == **to)
    };
    let none = |languages: &[&Language]| {
        let tags: Vec<String> = languages.iter().map(|language| format!("`{language}`")).collect();
        let into = if tags.is_empty() { String::new() } else { format!(" into {}", tags.join(", ")) };
        format!("there is no translation{into} in `{}`", arguments.folder.display())
    };
    if exports.is_empty() {
        let hint = "leave `--to` out, or run `gloss run` with that language first";
        return Err(Error::usage(none(&Vec::from_iter(languages)), hint));
    }
    let missing: Vec<&Language> = languages.iter().filter(|to| !made(to)).collect();
    if !missing.is_empty() {
        printer.problem(&printable(&none(&missing)));
    }
    Ok(exports)
}

fn table(written: &[Written]) -> String {
    let word = |state| match state {
        WriteState::Created => "written",
        WriteState::Replaced => "replaced",
        WriteState::Unchanged => "unchanged",
        WriteState::KeptEdited => "kept",
    };
    written.iter().map(|file| format!("{:<9}  {}\n", word(file.state), printable(&file.path))).collect()
}

/// The tags of `--to`, commas and all.
///
/// # Errors
/// Where one is none.
pub fn languages(texts: &[String]) -> Result<Vec<Language>> {
    let tags = texts.iter().flat_map(|text| text.split(',')).map(str::trim).filter(|tag| !tag.is_empty());
    tags.map(|tag| {
        parse::language(tag).map_err(|message| {
            let (message, hint) = message.split_once('\n').unwrap_or((&message, "a BCP-47 tag: `pt`"));
            Error::usage(format!("`--to`: {message}"), hint)
        })
    })
    .collect()
}

/// What was made in a folder.
///
/// # Errors
/// Where there is nothing.
pub fn reviews(folder: &Path) -> Result<Vec<ReviewDocument>> {
    let nothing = || {
        let hint = "run `gloss run` on it first; with `--out`, give that folder";
        Error::file(folder, "nothing was made in this folder yet", hint)
    };
    let store = Store::open_existing(folder)?.ok_or_else(nothing)?;
    let mut reviews = Vec::new();
    for path in store.reviews_blocking()? {
        reviews.extend(store.review_blocking(&path)?);
    }
    if reviews.is_empty() { Err(nothing()) } else { Ok(reviews) }
}

/// The glossaries of the flags, else of the settings, as one.
fn glossary_in_use(arguments: &ExportArguments, languages: &[Language]) -> Result<Export> {
    let current = std::env::current_dir().map_err(|source| Error::io(".", source))?;
    let mut values = Layer::new();
    if !arguments.glossary.is_empty() {
        let texts = arguments.glossary.iter().map(|path| path.clone().into_os_string()).collect();
        values.insert(Key::Glossary, Raw { texts, origin: Origin::Flag("--glossary".to_owned()) });
    }
    let layers = resolve::gather(&Flags { values, ..Flags::default() }, super::variable, &current)?;
    let glossary = Glossaries::load(&layers.paths(Key::Glossary))?;
    let is_wanted = |row: &&glossary::Row| {
        languages.is_empty()
            || row.to.as_ref().is_none_or(|to| languages.iter().any(|wanted| to.same_as(wanted)))
    };
    let rows: Vec<glossary::Row> = glossary.rows().iter().filter(is_wanted).cloned().collect();
    if rows.is_empty() {
        let hint =
            "name one with `--glossary FILE`, or have one proposed: `gloss terms DIR --out glossary.tsv`";
        return Err(Error::usage("there is no glossary to export", hint));
    }
    Ok(Export { path: "glossary.tsv".into(), text: glossary::write(&rows, &[]), notes: Vec::new() })
}
