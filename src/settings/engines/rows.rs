//! Who does which job: the row of each, from whatever source counts most.

use std::collections::{BTreeMap, BTreeSet};

use super::{Kind, kind_of};
use crate::error::{Error, Result};
use crate::language::Language;
use crate::settings::keys::{Key, nearest};
use crate::settings::layers::{Layers, Origin, refused};
use crate::settings::{EngineEntry, EngineSettings, parse};

/// The rows by name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chosen {
    pub translate: Vec<String>,
    pub translate_to: BTreeMap<Language, Vec<String>>,
    pub summarize: Vec<String>,
    /// Why these.
    pub why: String,
}

impl Chosen {
    /// Every name once, in the order of the rows.
    pub fn names(&self) -> Vec<String> {
        let mut seen = BTreeSet::new();
        let rows = [&self.translate].into_iter().chain(self.translate_to.values()).chain([&self.summarize]);
        rows.flatten().filter(|name| seen.insert((*name).clone())).cloned().collect()
    }
}

/// A row as a source gives it.
type Row = Option<(Vec<String>, Origin)>;

/// Which engines the layers choose: `engine` for both jobs, `translate` and `summarize` for one, else chat where an
/// endpoint is configured, else local. Of all these the one from the higher source counts, so that `--url` overrules
/// the rows of a file. What cannot summarise is left out of a row that was given for both; where nobody is left, the
/// embedded engine makes the summaries.
///
/// # Errors
/// Where a row names no engine, or `--engine local` and `--url` stand side by side.
pub fn choose(layers: &Layers) -> Result<Chosen> {
    let both = row(layers, Key::Engine)?;
    let translate = higher(row(layers, Key::Translate)?, both.clone());
    let summarize = higher(row(layers, Key::Summarize)?, both.clone());
    let url = layers.get(Key::Url).map(|raw| raw.origin);
    let highest = [&translate, &summarize].into_iter().flatten().map(|(_, origin)| origin.rank()).min();
    let endpoint = url.filter(|url| highest.is_none_or(|rank| url.rank() < rank));
    if let Some(origin) = endpoint {
        let chat = vec![Kind::Chat.name().to_owned()];
        let why = format!("an endpoint is given by {origin}");
        return Ok(Chosen { translate: chat.clone(), translate_to: BTreeMap::new(), summarize: chat, why });
    }
    let typed_url = layers.flags.contains_key(&Key::Url);
    if let Some((names, Origin::Flag(_))) = &both
        && names.iter().all(|name| name == Kind::Local.name())
        && typed_url
    {
        return Err(Error::usage("`--engine local` has no use for `--url`", "leave out one of the two"));
    }
    let local = || vec![Kind::Local.name().to_owned()];
    let why = match translate.as_ref().or(summarize.as_ref()) {
        Some((_, origin)) => format!("chosen by {origin}"),
        None => "no endpoint is configured".to_owned(),
    };
    let by_language = translate.as_ref().is_none_or(|(_, origin)| origin.rank() >= FILE);
    let summaries_given = layers.get(Key::Summarize).is_some();
    let summarize = summarize.map_or_else(local, |(names, _)| names);
    let mut summarizers = Vec::new();
    for name in &summarize {
        let kind = kind_of(name, layers)?;
        if kind.summarizes() {
            summarizers.push(name.clone());
        } else if summaries_given && both.is_none() {
            return Err(Error::usage(
                format!("`{name}` ({}) makes no summaries", kind.name()),
                "name `local` or a chat engine in `summarize`",
            ));
        }
    }
    if summarizers.is_empty() {
        summarizers = local();
    }
    Ok(Chosen {
        translate: translate.map_or_else(local, |(names, _)| names),
        translate_to: if by_language { languages(layers)? } else { BTreeMap::new() },
        summarize: summarizers,
        why,
    })
}

/// The rank of a settings file.
const FILE: u8 = 2;

/// The one from the higher source; of two from one source, the first.
fn higher(first: Row, second: Row) -> Row {
    match (first, second) {
        (Some(first), Some(second)) => Some(if second.1.rank() < first.1.rank() { second } else { first }),
        (first, second) => first.or(second),
    }
}

fn row(layers: &Layers, key: Key) -> Result<Row> {
    let names = layers.list(key, true, |name| known(name, layers))?;
    Ok((!names.is_empty()).then(|| (once(names), layers.origin(key))))
}

fn languages(layers: &Layers) -> Result<BTreeMap<Language, Vec<String>>> {
    let mut rows = BTreeMap::new();
    for (tag, raw) in &layers.translate_to {
        let refuse = |message: String| refused(Key::Translate, &message, &raw.origin);
        let language = parse::language(tag).map_err(refuse)?;
        let names = raw.texts.iter().map(|name| known(&name.to_string_lossy(), layers));
        rows.insert(language, once(names.collect::<std::result::Result<_, _>>().map_err(refuse)?));
    }
    Ok(rows)
}

fn once(names: Vec<String>) -> Vec<String> {
    let mut seen = BTreeSet::new();
    names.into_iter().filter(|name| seen.insert(name.clone())).collect()
}

fn known(name: &str, layers: &Layers) -> std::result::Result<String, String> {
    let name = name.trim();
    if layers.engines.contains_key(name) || Kind::named(name).is_some() {
        return Ok(name.to_owned());
    }
    let all = layers.engines.keys().map(String::as_str).chain(Kind::ALL.map(Kind::name));
    let hint = match nearest(name, all) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("there are {}, and those that `gloss.toml` names", Kind::list()),
    };
    Err(format!("`{name}` is not an engine\n{hint}"))
}

/// What the first line of a run says of its engines.
pub(super) fn reason(chosen: &Chosen, entries: &[EngineEntry]) -> String {
    let Chosen { translate, translate_to, summarize, why } = chosen;
    if let [entry] = entries {
        let (what, at) = described(entry);
        let name = if entry.name == what { what } else { format!("{} ({what})", entry.name) };
        return match at {
            Some(at) => format!("engine {name}: {at} ({why})"),
            None => format!("engine {name}: {why}"),
        };
    }
    let mut parts = vec![format!("translate: {}", translate.join(" → "))];
    parts.extend(translate_to.iter().map(|(to, row)| format!("into {to}: {}", row.join(" → "))));
    parts.push(format!("summarize: {}", summarize.join(" → ")));
    format!("{} ({why})", parts.join(" · "))
}

/// An engine's kind, and its model and address where it has them.
pub fn described(entry: &EngineEntry) -> (String, Option<String>) {
    let at = |url: &str| (!url.is_empty()).then(|| format!("at {}", parse::shown_url(url)));
    match &entry.settings {
        EngineSettings::Local(_) => ("local".to_owned(), None),
        EngineSettings::Scripted(_) => ("scripted".to_owned(), None),
        EngineSettings::Chat(chat) => {
            let address = at(&chat.connection.url).unwrap_or_default();
            ("chat".to_owned(), Some(format!("model {} {address}", chat.model)))
        }
        EngineSettings::LibreTranslate(service) => ("libretranslate".to_owned(), at(&service.connection.url)),
        EngineSettings::Apertium(service) => ("apertium".to_owned(), at(&service.connection.url)),
        EngineSettings::DeepL(deepl) => ("deepl".to_owned(), at(&deepl.connection.url)),
    }
}
