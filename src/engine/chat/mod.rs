//! Any OpenAI-compatible chat endpoint: units go out with ids and come back by id, one attempt a call.
//!
//! [`wire`] and [`forms`] are pure (a request's body, a reply's meaning), [`prompts`] is what is said,
//! [`crate::engine::transport`] is HTTP. Here they are put together. Never sleeps, retries or prints; the one
//! thing sent twice is a request that the endpoint refused for an option it does not know (`response_format`,
//! `max_tokens`, `temperature`): it is left out from then on.
//!
//! The first try goes by tags, the second by a JSON object keyed by id with a schema (where the endpoint takes one),
//! the last singly and plain. Chosen by measuring with a model of 0.5 billion parameters on llama.cpp, 12 units a row
//! (`benches/forms.md`): at three units a request all ids came back in each form, and of the answers 11 of 12 were
//! acceptable by tags, 8 by keyed object, 6 by an array of `{id, text}` into Spanish; into Portuguese tags and keyed
//! object had 9 each.

pub(crate) mod forms;
mod prompts;
pub(crate) mod wire;

use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use futures::future::BoxFuture;
use minijinja::Value;

use self::forms::WireForm;
use self::prompts::Rendered;
pub use self::prompts::{Prompt, Prompts};
use self::wire::{Ask, Completion, Dialect, KeyUse};
use super::transport::{Endpoint, Limits, MAX_BODY, Secret, Transport};
use super::{
    Capabilities, Charges, Engine, EngineError, ErrorClass, Finish, Form, SummaryReply, SummaryRequest,
    SummarySentence, SummaryStage, TranslationReply, TranslationRequest,
};
use crate::document::slice;
use crate::error::Result;
use crate::language::Language;
use crate::plan::tokens::Tokenizer;
use crate::segment;
use crate::settings::ChatSettings;

/// Tokens of unit text in one request, where the context window allows more. Three to four paragraphs: at six, fewer
/// answers were acceptable (9 of 12 by tags instead of 11), at twelve an array form had 1 of 12 (`benches/forms.md`).
const BEST_CHUNK_TOKENS: usize = 240;

/// Requests under way at once, where the settings say nothing: what hosted endpoints take without refusing, and
/// a local server with fewer slots queues.
const CONCURRENCY: usize = 8;

/// How many more tokens another model's tokenizer may make of a text than the one gloss counts with.
const TOKENIZER_MARGIN: f64 = 1.3;

/// Tokens of a reply for each token of source text. English into Spanish took about 1.2 with its ids; languages whose
/// script a tokenizer hardly knows take more, and a limit that is too high only lets a runaway answer run longer.
const REPLY_FACTOR: usize = 3;

/// Tokens allowed to a model that was seen to think before it answers, on top of its answer.
const REASONING_TOKENS: usize = 16_384;

/// Tokens of a summary reply for each word asked.
const TOKENS_A_WORD: usize = 6;

/// An engine that speaks to a chat endpoint.
pub struct ChatEngine {
    transport: Transport,
    endpoint: Endpoint,
    model: String,
    key: Option<Secret>,
    key_variable: String,
    temperature: f32,
    context_tokens: usize,
    limits: Limits,
    prompts: Prompts,
    capabilities: Capabilities,
    /// What the endpoint was found to understand in this run.
    dialect: Mutex<Dialect>,
    /// Whether the model was seen to spend its tokens on thinking.
    reasons: AtomicBool,
}

impl fmt::Debug for ChatEngine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ChatEngine")
            .field("endpoint", &self.endpoint)
            .field("model", &self.model)
            .finish_non_exhaustive()
    }
}

impl ChatEngine {
    /// An engine for the endpoint that `settings` names. Asks nothing of it yet; the key is read from its
    /// environment variable now.
    ///
    /// # Errors
    /// Where the URL is none, or a prompt of the user's is unsound.
    pub fn new(settings: &ChatSettings, transport: Transport) -> Result<Self> {
        let endpoint = Endpoint::parse(&settings.connection.url)?.join(&["chat", "completions"]);
        let prompts = Prompts::load(settings.prompts_dir.as_deref())?;
        let capabilities = capabilities(settings, &prompts)?;
        Ok(Self {
            endpoint,
            model: settings.model.clone(),
            key: transport.key().cloned(),
            transport,
            key_variable: settings.connection.key.variable.clone(),
            temperature: settings.temperature,
            context_tokens: settings.context_tokens,
            limits: Limits {
                idle: Duration::from_secs(settings.connection.idle_seconds),
                total: Duration::from_secs(settings.connection.total_seconds),
                max_body: MAX_BODY,
            },
            prompts,
            capabilities,
            dialect: Mutex::new(Dialect::default()),
            reasons: AtomicBool::new(false),
        })
    }

    async fn translate_units(
        &self,
        request: &TranslationRequest,
    ) -> std::result::Result<TranslationReply, EngineError> {
        let single = match request.units.as_slice() {
            [] => return Err(EngineError::new(ErrorClass::Stop, "a request without units")),
            [unit] => Some(unit),
            _ => None,
        };
        let texts: usize =
            request.units.iter().map(|unit| Tokenizer::for_model(&self.model).count(&unit.text)).sum();
        let reply_tokens = texts * REPLY_FACTOR + 24 * request.units.len() + 64;
        let names = [("from", Value::from(request.from.name())), ("to", Value::from(request.to.name()))];
        let values = names.into_iter().chain(context_values(request));
        let completion = match (request.form, single) {
            (Form::Plain, Some(unit)) => {
                let fence = fence(&unit.text);
                let own = [("text", Value::from(unit.text.clone())), ("fence", Value::from(fence.clone()))];
                let prompt = self.render(Prompt::TranslatePlain, values.chain(own).collect())?;
                let completion = self.complete(&prompt, reply_tokens, request.attempt, None).await;
                let mut completion = completion.map_err(|error| for_units(error, 1))?;
                completion.text = unfenced(&completion.text, &fence).to_owned();
                completion
            }
            (Form::Plain, None) => {
                return Err(EngineError::new(ErrorClass::Split, "the plain form carries one unit at a time"));
            }
            (Form::Structured, _) => {
                let form = WireForm::for_attempt(request.attempt);
                let own =
                    [("form", Value::from(form.name())), ("units", Value::from(form.write(&request.units)))];
                let prompt = self.render(Prompt::Translate, values.chain(own).collect())?;
                let schema = form.schema(request.units.len());
                let completion = self.complete(&prompt, reply_tokens, request.attempt, schema).await;
                completion.map_err(|error| for_units(error, request.units.len()))?
            }
        };
        let Completion { text, finish, usage } = completion;
        if finish == Finish::Filtered {
            let mut error =
                EngineError::new(ErrorClass::NextEngine, "the endpoint's content filter refused the text");
            error.usage = usage;
            return Err(for_units(error, request.units.len()));
        }
        let units = match (request.form, single) {
            (Form::Plain, Some(_)) if text.is_empty() => Vec::new(),
            (Form::Plain, Some(unit)) => vec![(unit.id.clone(), text)],
            _ => match forms::read(WireForm::for_attempt(request.attempt), &text, &request.units) {
                Ok(units) => units,
                // What was cut off for length need not be readable; the finish says why.
                Err(_) if matches!(finish, Finish::Length { .. }) => Vec::new(),
                Err(error) => return Err(EngineError { usage, ..error }),
            },
        };
        Ok(TranslationReply { units, finish, usage })
    }

    async fn summarize_article(
        &self,
        request: &SummaryRequest,
    ) -> std::result::Result<SummaryReply, EngineError> {
        let paragraphs: Vec<&str> =
            request.paragraphs.iter().map(|paragraph| paragraph.text.as_str()).collect();
        let article = paragraphs.join("\n\n");
        let fence = fence(&article);
        let mut values = vec![
            ("language", Value::from(request.language.name())),
            ("words", Value::from(request.words)),
            ("title", request.title.clone().map_or_else(|| Value::from(()), Value::from)),
            ("article", Value::from(article)),
            ("fence", Value::from(fence.clone())),
        ];
        let prompt = match request.stage {
            SummaryStage::Whole => Prompt::Summarize,
            SummaryStage::Map { part, parts } => {
                values.extend([("part", Value::from(part)), ("parts", Value::from(parts))]);
                Prompt::SummarizePart
            }
            SummaryStage::Merge => Prompt::SummarizeMerge,
        };
        let prompt = self.render(prompt, values)?;
        let reply_tokens = request.words * TOKENS_A_WORD + 128;
        let Completion { text, finish, usage } =
            self.complete(&prompt, reply_tokens, request.attempt, None).await?;
        if finish == Finish::Filtered {
            let mut error =
                EngineError::new(ErrorClass::NextEngine, "the endpoint's content filter refused the article");
            error.usage = usage;
            return Err(error);
        }
        Ok(SummaryReply { sentences: sentences(unfenced(&text, &fence), &request.language), finish, usage })
    }

    fn render(
        &self,
        prompt: Prompt,
        values: Vec<(&'static str, Value)>,
    ) -> std::result::Result<Rendered, EngineError> {
        self.prompts.render(prompt, &values).map_err(|error| {
            let stop = EngineError::new(ErrorClass::Stop, error.to_string());
            match error.hint() {
                Some(hint) => stop.with_hint(hint),
                None => stop,
            }
        })
    }

    /// One prompt, one answer.
    async fn complete(
        &self,
        prompt: &Rendered,
        reply_tokens: usize,
        attempt: u32,
        schema: Option<serde_json::Value>,
    ) -> std::result::Result<Completion, EngineError> {
        let prompt_tokens = Tokenizer::for_model(&self.model).count(&prompt.system)
            + Tokenizer::for_model(&self.model).count(&prompt.user);
        let room =
            self.context_tokens.saturating_sub((prompt_tokens as f64 * TOKENIZER_MARGIN) as usize + 32);
        let thinking = if self.reasons.load(Ordering::Relaxed) { REASONING_TOKENS } else { 0 };
        let ask = Ask {
            model: &self.model,
            prompt,
            temperature: temperature(self.temperature, attempt),
            max_tokens: (reply_tokens + thinking).min(room).max(64),
            schema,
        };
        let mut dialect = self.dialect();
        loop {
            let body = wire::body(&ask, dialect);
            let reply =
                self.transport.post_json(&self.endpoint, self.key.as_ref(), &body, &self.limits).await?;
            if reply.status.is_success() {
                let completion = wire::read(&reply.body).map_err(|error| self.named(error))?;
                if matches!(completion.finish, Finish::Length { reasoning: true }) {
                    self.reasons.store(true, Ordering::Relaxed);
                }
                return Ok(completion);
            }
            // Each turn leaves one option out for good, so this ends.
            match wire::lowered(dialect, reply.status, &reply.body, ask.schema.is_some()) {
                Some(lower) => dialect = self.learn(lower),
                None => {
                    let key = KeyUse { secret: self.key.as_ref(), variable: &self.key_variable };
                    return Err(wire::failure(&self.endpoint, &reply, &ask, &key));
                }
            }
        }
    }

    /// The error of a reply, which does not know where it came from.
    fn named(&self, mut error: EngineError) -> EngineError {
        if let Some(key) = &self.key {
            error.message = key.redact(&error.message);
        }
        error.message = format!("`{}`: {}", self.endpoint, error.message);
        error
    }

    fn dialect(&self) -> Dialect {
        *self.dialect.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Remembers what the endpoint does not understand, together with what others have found meanwhile.
    fn learn(&self, lower: Dialect) -> Dialect {
        let mut dialect = self.dialect.lock().unwrap_or_else(PoisonError::into_inner);
        dialect.response_format &= lower.response_format;
        dialect.temperature &= lower.temperature;
        dialect.completion_tokens |= lower.completion_tokens;
        *dialect
    }
}

impl Engine for ChatEngine {
    fn name(&self) -> &str {
        "chat"
    }

    fn model(&self) -> &str {
        &self.model
    }

    fn translation_identity(&self) -> String {
        let prompts = self.prompts.identity(&[Prompt::Translate, Prompt::TranslatePlain]);
        format!("chat/{}/{prompts}", self.model)
    }

    fn summary_identity(&self) -> String {
        let prompts =
            self.prompts.identity(&[Prompt::Summarize, Prompt::SummarizePart, Prompt::SummarizeMerge]);
        format!("chat/{}/{prompts}", self.model)
    }

    fn capabilities(&self) -> &Capabilities {
        &self.capabilities
    }

    fn translate<'a>(
        &'a self,
        request: &'a TranslationRequest,
    ) -> BoxFuture<'a, std::result::Result<TranslationReply, EngineError>> {
        Box::pin(self.translate_units(request))
    }

    fn summarize<'a>(
        &'a self,
        request: &'a SummaryRequest,
    ) -> BoxFuture<'a, std::result::Result<SummaryReply, EngineError>> {
        Box::pin(self.summarize_article(request))
    }
}

/// The limits that the context window sets, with the prompts as they are.
fn capabilities(settings: &ChatSettings, prompts: &Prompts) -> Result<Capabilities> {
    let language = || Value::from("Brazilian Portuguese");
    let count = |rendered: &Rendered| {
        Tokenizer::for_model(&settings.model).count(&rendered.system)
            + Tokenizer::for_model(&settings.model).count(&rendered.user)
            + 16
    };
    let translate = count(&prompts.render(
        Prompt::Translate,
        &[
            ("form", Value::from("tags")),
            ("units", Value::from("")),
            ("from", language()),
            ("to", language()),
        ],
    )?);
    let summarize = count(&prompts.render(
        Prompt::Summarize,
        &[("article", Value::from("")), ("words", Value::from(100)), ("language", language())],
    )?);
    // The context window holds the prompt, the units by another tokenizer, and the reply.
    let room = settings.context_tokens.saturating_sub(translate + CONTEXT_TOKENS);
    let fits = (room as f64 / (TOKENIZER_MARGIN + REPLY_FACTOR as f64)) as usize;
    let article = settings.context_tokens.saturating_sub(summarize + settings.context_tokens.min(4096) / 4);
    Ok(Capabilities {
        translates: true,
        summarizes: true,
        chunk_tokens: fits.clamp(64, BEST_CHUNK_TOKENS),
        summary_tokens: ((article as f64 / TOKENIZER_MARGIN) as usize).max(256),
        tokenizer_model: settings.model.clone(),
        remote: true,
        concurrency: CONCURRENCY,
        overhead_tokens: translate,
        charges: Charges::Tokens,
        names_pairs: false,
    })
}

/// Tokens that the text around a chunk may take, and its characters on either side.
const CONTEXT_TOKENS: usize = 300;
const CONTEXT_CHARACTERS: usize = 300;

fn context_values(request: &TranslationRequest) -> [(&'static str, Value); 3] {
    let value = |text: Option<String>| text.map_or_else(|| Value::from(()), Value::from);
    let context = &request.context;
    [
        ("title", value(context.title.as_deref().map(first_characters))),
        ("before", value(context.before.as_deref().map(last_characters))),
        ("after", value(context.after.as_deref().map(first_characters))),
    ]
}

fn first_characters(text: &str) -> String {
    let line: Vec<&str> = text.split_whitespace().collect();
    let line = line.join(" ");
    let cut: String = line.chars().take(CONTEXT_CHARACTERS).collect();
    if cut.len() < line.len() { format!("{cut}…") } else { cut }
}

fn last_characters(text: &str) -> String {
    let line: Vec<&str> = text.split_whitespace().collect();
    let line = line.join(" ");
    let skip = line.chars().count().saturating_sub(CONTEXT_CHARACTERS);
    let cut: String = line.chars().skip(skip).collect();
    if skip > 0 { format!("…{cut}") } else { cut }
}

/// A second attempt at the same text with temperature 0 would give the same answer.
fn temperature(base: f32, attempt: u32) -> f32 {
    let raised = base + 0.3 * attempt.min(10) as f32;
    if attempt == 0 { base } else { raised.min(base.max(1.0)) }
}

/// A filter refuses a request for one text in it: the others are asked without it.
fn for_units(mut error: EngineError, units: usize) -> EngineError {
    if error.class == ErrorClass::NextEngine && units > 1 {
        error.class = ErrorClass::Split;
    }
    error
}

/// The line that stands before and after a text. Made from the text, so the same request is the same bytes
/// each time, and no text can hold its own.
fn fence(text: &str) -> String {
    let hash: String = blake3::hash(text.as_bytes()).to_hex().chars().take(8).collect();
    format!("==={hash}===")
}

/// `text` without the fence lines that a model copied along.
fn unfenced<'a>(text: &'a str, fence: &str) -> &'a str {
    let text = text.trim();
    let text = text.strip_prefix(fence).unwrap_or(text);
    text.strip_suffix(fence).unwrap_or(text).trim()
}

fn sentences(text: &str, language: &Language) -> Vec<SummarySentence> {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    lines
        .flat_map(|line| {
            segment::sentences(line, language)
                .into_iter()
                .map(|range| slice(line, range).trim().to_owned())
                .filter(|sentence| !sentence.is_empty())
                .collect::<Vec<_>>()
        })
        .map(|text| SummarySentence { text, blocks: Vec::new() })
        .collect()
}

#[cfg(test)]
mod tests;
