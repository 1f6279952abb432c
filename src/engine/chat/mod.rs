//! Any chat endpoint: units go out with ids and come back by id, one attempt a call.
//!
//! Three dialects: OpenAI's, Azure's addresses and key for it, and Anthropic's Messages API ([`address`]). [`wire`],
//! [`said`], [`thoughts`] and [`forms`] are pure (a request's body, a reply's meaning, an error's, what is no answer,
//! units by id), [`prompts`] is what is said, [`crate::engine::transport`] is HTTP. Here and in [`exchange`] they are
//! put together. Never retries or prints. A request that the endpoint refused for an option it does not know
//! (`response_format`, `max_tokens`, `temperature`) is to be sent again ([`ErrorClass::Again`]): the option is left out
//! from then on, and the first requests wait for a moment until one of them has found out ([`abilities`]).
//!
//! The first try goes by tags, the second by a JSON object keyed by id with a schema (where the endpoint takes one),
//! the last singly and plain. Chosen by measuring with a model of 0.5 billion parameters on llama.cpp, 12 units a row
//! (`benches/forms.md`): at three units a request all ids came back in each form, and of the answers 11 of 12 were
//! acceptable by tags, 8 by keyed object, 6 by an array of `{id, text}` into Spanish; into Portuguese tags and keyed
//! object had 9 each.

mod abilities;
mod address;
mod budget;
mod exchange;
pub(crate) mod forms;
pub(crate) mod prompts;
pub(crate) mod said;
mod texts;
mod thoughts;
pub(crate) mod wire;

use std::fmt;
use std::sync::atomic::AtomicUsize;
use std::time::Duration;

use futures::future::BoxFuture;
use minijinja::Value;

use self::abilities::Learned;
pub use self::address::{deployment_of, dialect_of};
use self::forms::WireForm;
use self::prompts::Rendered;
pub use self::prompts::{Prompt, Prompts};
use self::texts::{context_values, fence, sentences, unfenced};
use self::wire::Completion;
use super::transport::{Endpoint, Limits, MAX_BODY, Secret, Transport};
use super::{
    Capabilities, Engine, EngineError, ErrorClass, Finish, Form, SummaryReply, SummaryRequest, SummaryStage,
    TranslationReply, TranslationRequest,
};
use crate::error::Result;
use crate::settings::{ChatSettings, Dialect};

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
    dialect: Dialect,
    /// What the endpoint was found to understand in this run.
    learned: Learned,
    /// Whether the prompts say anything of terms.
    takes_terms: bool,
    /// How often the model was seen to need more tokens for thinking.
    patience: AtomicUsize,
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
        let url = settings.connection.url.as_str();
        let dialect = settings.dialect.unwrap_or_else(|| dialect_of(url));
        let endpoint = address::endpoint(url, dialect)?;
        let prompts = Prompts::load(settings.prompts_dir.as_deref())?;
        let capabilities = budget::capabilities(settings, &prompts)?;
        let takes_terms =
            [Prompt::Translate, Prompt::TranslatePlain].into_iter().all(|prompt| prompts.takes_terms(prompt));
        Ok(Self {
            takes_terms,
            endpoint,
            model: settings.model.clone(),
            key: transport.key().cloned(),
            transport,
            key_variable: match &settings.connection.key.file {
                Some(file) => file.display().to_string(),
                None => settings.connection.key.variable.clone(),
            },
            temperature: settings.temperature,
            context_tokens: settings.context_tokens,
            limits: Limits {
                idle: Duration::from_secs(settings.connection.idle_seconds),
                total: Duration::from_secs(settings.connection.total_seconds),
                max_body: MAX_BODY,
            },
            prompts,
            capabilities,
            dialect,
            learned: Learned::about(url),
            patience: AtomicUsize::new(0),
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
        // A limit for the reply need not be exact; the estimate is least so above, in scripts other than Latin.
        let texts = request.units.iter().map(|unit| budget::estimate(&unit.text)).sum();
        let reply_tokens = budget::translation_tokens(texts, request.units.len());
        let names = [("from", Value::from(request.from.name())), ("to", Value::from(request.to.name()))];
        let values = names.into_iter().chain(context_values(request, self.context_tokens));
        let completion = match (request.form, single) {
            (Form::Plain, Some(unit)) => {
                let fence = fence(&[&unit.text, request.context.title.as_deref().unwrap_or_default()]);
                let own = [("text", Value::from(unit.text.clone())), ("fence", Value::from(fence.clone()))];
                let prompt = self.render(Prompt::TranslatePlain, values.chain(own).collect())?;
                let mut completion = self.complete(&prompt, reply_tokens, request.attempt, None).await?;
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
                self.complete(&prompt, reply_tokens, request.attempt, schema).await?
            }
        };
        let Completion { text, finish, usage, .. } = completion;
        if finish == Finish::Filtered {
            let mut error =
                EngineError::new(ErrorClass::NextEngine, "the endpoint's content filter refused the text");
            error.usage = usage;
            return Err(error);
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
        let fence = fence(&[&article, request.title.as_deref().unwrap_or_default()]);
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
        let reply_tokens = budget::summary_tokens(request.words);
        let Completion { text, finish, usage, .. } =
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

    /// Where one of the user's own prompts says nothing of terms, none are counted on.
    fn takes_terms(&self) -> bool {
        self.takes_terms
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

#[cfg(test)]
mod tests;
