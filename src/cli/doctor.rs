//! `gloss doctor`.

use clap::Args;

use super::flags::SettingFlags;
use crate::doctor::{self, Diagnosis, Wanted};
use crate::error::{Error, Result, exit};
use crate::language::Language;
use crate::report::doctor_table;
use crate::report::printer::Printer;
use crate::settings::engines::Chosen;
use crate::settings::{Key, engines, parse, resolve};

const EXAMPLES: &str = "\
Examples:
  gloss doctor --to pt
      Is the embedded engine ready for Portuguese?
  gloss doctor --url https://api.openai.com/v1 --model gpt-4.1-mini --to pt,de
      Is the key accepted, is the model there, what does a sentence become?

One sentence is sent to each engine for each language of `--to`, and nothing else;
nothing is written or fetched. Exit codes: 0 all good, 1 something is to be mended.";

#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct DoctorArguments {
    #[command(flatten)]
    settings: SettingFlags,
}

/// # Errors
/// Where the settings do not read. What is wrong with an engine is part of the diagnosis.
pub fn execute(arguments: DoctorArguments, printer: &Printer) -> Result<u8> {
    let current = std::env::current_dir().map_err(|source| Error::io(".", source))?;
    let flags = arguments.settings.into_flags();
    let layers = resolve::gather(&flags, super::variable, &current)?;
    let from = layers.parsed(Key::From, parse::language)?;
    let targets = layers.list(Key::To, true, parse::language)?;
    let chosen = engines::choose(&layers)?;
    let engines = engines::every(&layers, &super::variable)?;
    let diagnoses = engines.into_iter().map(|entry| {
        let wanted = Wanted { from: from.clone(), to: asked_of(&entry.name, &chosen, &targets) };
        async move { doctor::diagnose(&[(entry.name, entry.settings)], &wanted).await.engines }
    });
    let diagnosis = super::block_on(async {
        let engines = futures::future::join_all(diagnoses).await.into_iter().flatten().collect();
        Ok(Diagnosis { engines })
    })?;
    printer.result(&diagnosis, || doctor_table::render(&diagnosis))?;
    Ok(if diagnosis.is_good() { exit::GOOD } else { exit::COULD_NOT_RUN })
}

/// The target languages that a run would ask of this engine: those whose row it stands in. One that stands in no row is
/// asked for all.
fn asked_of(name: &str, chosen: &Chosen, targets: &[Language]) -> Vec<Language> {
    if !chosen.names().iter().any(|known| known == name) {
        return targets.to_vec();
    }
    let row = |to: &Language| chosen.translate_to.get(to).unwrap_or(&chosen.translate);
    targets.iter().filter(|to| row(to).iter().any(|known| known == name)).cloned().collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn an_engine_is_tried_for_what_it_would_be_asked() {
        let language = |tag| Language::parse(tag).unwrap();
        let chosen = Chosen {
            translate: vec!["deepl".to_owned()],
            translate_to: BTreeMap::from([(language("ja"), vec!["gpt".to_owned()])]),
            summarize: vec!["local".to_owned()],
            why: String::new(),
        };
        let targets = [language("ja"), language("pt")];
        let asked = |name| asked_of(name, &chosen, &targets);
        assert_eq!(asked("deepl"), [language("pt")]);
        assert_eq!(asked("gpt"), [language("ja")]);
        // It summarises, and needs no model for that.
        assert_eq!(asked("local"), []);
        assert_eq!(asked("spare"), targets);
    }
}
