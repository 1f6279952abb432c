//! One prompt, one answer: sends what the endpoint understands, and learns from what it refuses or ignores.

use std::sync::atomic::Ordering;

use serde_json::Value;

use super::abilities::{Abilities, Asked, Format, lowered};
use super::prompts::Rendered;
use super::said::{self, KeyUse, Said};
use super::wire::{self, Ask, Completion};
use super::{ChatEngine, address, budget};
use crate::engine::{EngineError, ErrorClass, Finish};
use crate::plan::tokens::Tokenizer;
use crate::settings::Dialect;

impl ChatEngine {
    /// One attempt at `prompt`, with at most `reply_tokens` for the answer itself.
    ///
    /// # Errors
    /// As the transport, the endpoint's refusal or the unusable reply has it.
    pub(super) async fn complete(
        &self,
        prompt: &Rendered,
        reply_tokens: usize,
        attempt: u32,
        schema: Option<Value>,
    ) -> Result<Completion, EngineError> {
        // Counting takes a quarter of a request's time in all: it is done where an estimate would not do.
        let about = budget::estimate(&prompt.system) + budget::estimate(&prompt.user);
        let counted = || {
            let tokenizer = Tokenizer::for_model(&self.model);
            tokenizer.count(&prompt.system) + tokenizer.count(&prompt.user)
        };
        let patience = self.patience.load(Ordering::Relaxed);
        let ask = Ask {
            model: &self.model,
            prompt,
            temperature: budget::temperature(self.temperature, attempt),
            max_tokens: budget::limit(self.context_tokens, about, counted, reply_tokens, patience),
            schema,
        };
        let asked = Asked { dialect: self.dialect, max_tokens: ask.max_tokens, format: ask.schema.is_some() };
        let headers = address::headers(self.dialect, self.key.as_ref())?;
        let leave = self.learned.leave(asked.format).await;
        let abilities = self.learned.abilities();
        let body = wire::body(&ask, self.dialect, abilities).to_string().into_bytes();
        let reply = self.transport.post(&self.endpoint, headers, body, &self.limits).await?;
        if reply.status.is_success() {
            self.learned.understood(asked.format);
            drop(leave);
            let completion =
                wire::read(&reply.body, self.dialect, prompt).map_err(|error| self.named(error))?;
            self.learn(&completion, abilities, asked, patience);
            return self.whole(completion, about, counted);
        }
        let key = KeyUse { secret: self.key.as_ref(), variable: &self.key_variable };
        let error = said::failure(&self.endpoint, &reply, &self.model, &key);
        // Each time leaves one option out for good, so this ends.
        Err(match lowered(abilities, reply.status, &Said::read(&reply.body), asked) {
            Some(lower) => {
                self.learned.lower(lower);
                EngineError { class: ErrorClass::Again { answered: false }, hint: None, ..error }
            }
            None => error,
        })
    }

    /// What an answer shows of its endpoint and model.
    fn learn(&self, completion: &Completion, abilities: Abilities, asked: Asked, patience: usize) {
        if completion.reasoned || completion.finish == (Finish::Length { reasoning: true }) {
            let used_up = completion.finish == (Finish::Length { reasoning: true });
            let next = if used_up { patience + 1 } else { 1 };
            self.patience.fetch_max(next, Ordering::Relaxed);
        }
        // A schema that is enforced lets no other answer through.
        let ignored = asked.format && completion.finish == Finish::Stop && !completion.text.starts_with('{');
        if ignored {
            let format = match abilities.format {
                Format::Schema if self.dialect != Dialect::Anthropic => Format::Object,
                _ => Format::Plain,
            };
            self.learned.lower(Abilities { format, ..abilities });
        }
    }

    /// Refuses the answer to a prompt of which the server says itself that it saw only a part.
    fn whole(
        &self,
        completion: Completion,
        about: usize,
        counted: impl Fn() -> usize,
    ) -> Result<Completion, EngineError> {
        let told = completion.usage.tokens_in;
        if !budget::may_be_cut(about, told) {
            return Ok(completion);
        }
        let prompt_tokens = counted();
        if !budget::was_cut(prompt_tokens, told) {
            return Ok(completion);
        }
        let mut error = EngineError::new(
            ErrorClass::Split,
            format!(
                "the server read {told} tokens of a prompt of about {prompt_tokens}: it cut the rest off"
            ),
        )
        .with_hint(
            "give the model a larger window (Ollama: `OLLAMA_CONTEXT_LENGTH`), or tell gloss the one it has \
             with `--context-tokens`",
        );
        error.usage = completion.usage;
        Err(self.named(error))
    }

    /// The error of a reply, which does not know where it came from.
    fn named(&self, mut error: EngineError) -> EngineError {
        if let Some(key) = &self.key {
            error.message = key.redact(&error.message);
        }
        error.message = format!("`{}`: {}", self.endpoint, error.message);
        error
    }
}
