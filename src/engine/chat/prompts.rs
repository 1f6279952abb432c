//! What is said to a model: the templates of `prompts/`, embedded in the binary, each replaceable by a file of
//! the same name in a folder the user names.
//!
//! A template has two blocks, `system` and `user`. Everything that can be wrong with one is found when it is
//! loaded, with the file and the line: a syntax error, a variable that does not exist, a missing block, a
//! variable without which the prompt cannot do its work.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use minijinja::{Environment, Template, UndefinedBehavior, Value};

use crate::error::{Error, Result};

/// The prompts there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Prompt {
    /// Several units with ids.
    Translate,
    /// One unit, its bare translation as the reply.
    TranslatePlain,
    /// A whole article.
    Summarize,
    /// One part of an article.
    SummarizePart,
    /// The summaries of parts.
    SummarizeMerge,
}

/// What is known of a prompt: its file, its own text, and the variables it may and must use.
struct Known {
    prompt: Prompt,
    file: &'static str,
    text: &'static str,
    /// Without these the prompt asks for nothing.
    required: &'static [&'static str],
    optional: &'static [&'static str],
}

macro_rules! embedded {
    ($file:literal) => {
        include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/prompts/", $file))
    };
}

const KNOWN: [Known; 5] = [
    Known {
        prompt: Prompt::Translate,
        file: "translate.j2",
        text: embedded!("translate.j2"),
        required: &["units", "to", "form"],
        optional: &["from", "title", "before", "after", "terms"],
    },
    Known {
        prompt: Prompt::TranslatePlain,
        file: "translate_plain.j2",
        text: embedded!("translate_plain.j2"),
        required: &["text", "to"],
        optional: &["from", "title", "before", "after", "terms", "fence"],
    },
    Known {
        prompt: Prompt::Summarize,
        file: "summarize.j2",
        text: embedded!("summarize.j2"),
        required: &["article", "words", "language"],
        optional: &["title", "fence"],
    },
    Known {
        prompt: Prompt::SummarizePart,
        file: "summarize_part.j2",
        text: embedded!("summarize_part.j2"),
        required: &["article", "words", "language"],
        optional: &["title", "part", "parts", "fence"],
    },
    Known {
        prompt: Prompt::SummarizeMerge,
        file: "summarize_merge.j2",
        text: embedded!("summarize_merge.j2"),
        required: &["article", "words", "language"],
        optional: &["title", "fence"],
    },
];

/// Largest template file read: a prompt is a page, not a book.
const LARGEST_FILE: u64 = 64 << 10;

/// The loaded and checked templates.
pub struct Prompts {
    environment: Environment<'static>,
    /// The text of each, in the order of [`KNOWN`].
    texts: Vec<String>,
}

/// A prompt ready to send.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rendered {
    pub system: String,
    pub user: String,
}

impl Known {
    fn has(&self, name: &str) -> bool {
        self.required.contains(&name) || self.optional.contains(&name)
    }
}

impl fmt::Debug for Prompts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Prompts").field("identity", &self.identity(&[])).finish()
    }
}

impl Prompts {
    /// The embedded templates, with those of `dir` in their place.
    ///
    /// # Errors
    /// Where a template is unsound (file, line and what is wrong), or `dir` cannot be read or holds a
    /// file of another name (hidden files are passed over).
    pub fn load(dir: Option<&Path>) -> Result<Self> {
        let mut replaced: Vec<Option<(PathBuf, String)>> = KNOWN.iter().map(|_| None).collect();
        if let Some(dir) = dir {
            for entry in std::fs::read_dir(dir).map_err(|error| Error::io(dir, error))? {
                let path = entry.map_err(|error| Error::io(dir, error))?.path();
                let name =
                    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
                if name.starts_with('.') {
                    continue;
                }
                let Some(index) = KNOWN.iter().position(|known| known.file == name) else {
                    let names = KNOWN.map(|known| format!("`{}`", known.file)).join(", ");
                    return Err(Error::file(
                        &path,
                        "this is no prompt of gloss",
                        format!("the prompts are {names}"),
                    ));
                };
                let text = read(&path)?;
                if let Some(place) = replaced.get_mut(index) {
                    *place = Some((path, text));
                }
            }
        }
        let mut environment = Environment::new();
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        environment.set_auto_escape_callback(|_| minijinja::AutoEscape::None);
        let mut texts = Vec::new();
        for (known, replacement) in KNOWN.iter().zip(replaced) {
            let (path, text) =
                replacement.unwrap_or_else(|| (Path::new("prompts").join(known.file), known.text.to_owned()));
            check(known, &path, &text)?;
            environment
                .add_template_owned(known.file, text.clone())
                .map_err(|error| template_error(&path, &error))?;
            texts.push(text);
        }
        Ok(Self { environment, texts })
    }

    /// The prompt with its variables filled in; those not given are none.
    ///
    /// # Errors
    /// Where the template does something with a value that it cannot (only possible with a user's own).
    pub fn render(&self, prompt: Prompt, values: &[(&'static str, Value)]) -> Result<Rendered> {
        let known = known(prompt);
        let wrong = |error: minijinja::Error| template_error(Path::new(known.file), &error);
        let template = self.environment.get_template(known.file).map_err(wrong)?;
        render(&template, known, values).map_err(wrong)
    }

    /// Whether the prompt says anything of terms: one of the user's own need not.
    pub fn takes_terms(&self, prompt: Prompt) -> bool {
        let template = self.environment.get_template(known(prompt).file);
        template.is_ok_and(|template| template.undeclared_variables(false).contains("terms"))
    }

    /// A hash of the texts of `used` (all of them where empty): the part of an engine's identity that says
    /// what was asked.
    pub fn identity(&self, used: &[Prompt]) -> String {
        let mut hasher = blake3::Hasher::new();
        for (known, text) in KNOWN.iter().zip(&self.texts) {
            if used.is_empty() || used.contains(&known.prompt) {
                hasher.update(known.file.as_bytes());
                hasher.update(&(text.len() as u64).to_le_bytes());
                hasher.update(text.as_bytes());
            }
        }
        hasher.finalize().to_hex().chars().take(16).collect()
    }
}

fn known(prompt: Prompt) -> &'static Known {
    // `KNOWN` lists every variant; the first stands in for the impossible.
    KNOWN.iter().find(|known| known.prompt == prompt).unwrap_or(&KNOWN[0])
}

fn render(
    template: &Template<'_, '_>,
    known: &Known,
    values: &[(&'static str, Value)],
) -> std::result::Result<Rendered, minijinja::Error> {
    let names = known.required.iter().chain(known.optional);
    let mut all: BTreeMap<&'static str, Value> = names.map(|name| (*name, Value::from(()))).collect();
    all.extend(values.iter().filter(|(name, _)| known.has(name)).cloned());
    let mut captured = template.render_captured(Value::from(all))?;
    let mut block = |name: &str| captured.with_state_mut(|state| state.render_block(name));
    Ok(Rendered { system: block("system")?.trim().to_owned(), user: block("user")?.trim().to_owned() })
}

fn read(path: &Path) -> Result<String> {
    let size = std::fs::metadata(path).map_err(|error| Error::io(path, error))?.len();
    if size > LARGEST_FILE {
        return Err(Error::file(path, format!("{size} bytes are no prompt"), "a prompt has at most 64 KiB"));
    }
    std::fs::read_to_string(path).map_err(|error| Error::io(path, error))
}

/// Everything that can be wrong with a template before there is anything to fill in.
fn check(known: &Known, path: &Path, text: &str) -> Result<()> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    let template = environment
        .template_from_named_str(known.file, text)
        .map_err(|error| template_error(path, &error))?;
    let used = template.undeclared_variables(false);
    let mut unknown: Vec<&String> = used.iter().filter(|name| !known.has(name)).collect();
    unknown.sort_by_key(|name| (line_of(text, name), (*name).clone()));
    if let Some(name) = unknown.first() {
        let names: Vec<String> =
            known.required.iter().chain(known.optional).map(|name| format!("`{name}`")).collect();
        return Err(Error::file(
            path,
            format!("line {}: unknown variable `{name}`", line_of(text, name)),
            format!("this prompt has {}", names.join(", ")),
        ));
    }
    for block in ["system", "user"] {
        if block_line(text, block).is_none() {
            return Err(Error::file(
                path,
                format!("line 1: there is no block `{block}`"),
                format!("write `{{% block {block} %}} … {{% endblock %}}`"),
            ));
        }
    }
    if let Some(name) = known.required.iter().find(|name| !used.contains(**name)) {
        return Err(Error::file(
            path,
            format!("line {}: the prompt never uses `{name}`", block_line(text, "user").unwrap_or(1)),
            format!("write `{{{{ {name} }}}}` where it belongs"),
        ));
    }
    // Rendered on trial with everything there and with the optional absent: what a value cannot do shows now.
    let sample = |name: &&'static str| (*name, Value::from(if *name == "words" { "100" } else { "sample" }));
    let required: Vec<_> = known.required.iter().map(sample).collect();
    let all: Vec<_> = known.required.iter().chain(known.optional).map(sample).collect();
    for values in [required, all] {
        render(&template, known, &values).map_err(|error| template_error(path, &error))?;
    }
    Ok(())
}

/// The first line, from 1, on which `name` stands as a word of its own inside template marks.
fn line_of(text: &str, name: &str) -> usize {
    let is_word = |character: char| character.is_alphanumeric() || character == '_';
    let stands_in = |line: &str| {
        line.match_indices(name).any(|(at, _)| {
            let before = line.get(..at).and_then(|part| part.chars().next_back());
            let after = line.get(at + name.len()..).and_then(|part| part.chars().next());
            !before.is_some_and(is_word) && !after.is_some_and(is_word)
        }) && line.contains('{')
    };
    text.lines().position(stands_in).map_or(1, |index| index + 1)
}

fn block_line(text: &str, block: &str) -> Option<usize> {
    let opens = |line: &str| {
        line.split("{%").skip(1).any(|tag| {
            let mut words = tag.trim_start_matches(['-', '+']).split_whitespace();
            words.next() == Some("block") && words.next() == Some(block)
        })
    };
    text.lines().position(opens).map(|index| index + 1)
}

fn template_error(path: &Path, error: &minijinja::Error) -> Error {
    let line = error.line().map_or_else(String::new, |line| format!("line {line}: "));
    let what = error.detail().map_or_else(|| error.kind().to_string(), str::to_owned);
    Error::file(path, format!("{line}{what}"), "the templates are written in Jinja2's language")
}

#[cfg(test)]
mod tests;
