//! Engines: what translates, summarises, or both. One object-safe trait, one attempt per call.
//!
//! An engine never sleeps, retries or prints: [`crate::pace`] and [`crate::run`] stand around it.

pub mod apertium;
pub mod chat;
pub mod deepl;
pub mod libretranslate;
pub mod local;
pub mod scripted;
pub(crate) mod service;
pub mod transport;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use futures::future::BoxFuture;
use serde::{Deserialize, Serialize};

use crate::document::{BlockId, Role};
use crate::glossary::GlossaryTerm;
use crate::language::Language;
use crate::settings::EngineSettings;
use crate::summary::SummaryLength;

/// What an engine can do and within which limits.
#[derive(Debug, Clone, PartialEq)]
pub struct Capabilities {
    pub translates: bool,
    pub summarizes: bool,
    /// Tokens of unit text that one translation request may carry, counted with `tokenizer_model`'s encoding.
    pub chunk_tokens: usize,
    /// Tokens of article text that one summary request may carry.
    pub summary_tokens: usize,
    /// The model name by which tiktoken-rs chooses its encoding; unknown names use `o200k_base`.
    pub tokenizer_model: String,
    /// Whether requests cost the endpoint's time (then concurrency is limited by settings) or this machine's cores.
    pub remote: bool,
    /// How many requests are worth having under way at once.
    pub concurrency: usize,
    /// Tokens that go with each request beside its units: prompts, ids. An estimate for `--dry-run`.
    pub overhead_tokens: usize,
    pub charges: Charges,
    /// Whether it knows its language pairs without being asked to translate ([`Engine::prepare`] then says so at
    /// once): they are looked at before the run starts.
    pub names_pairs: bool,
}

impl Capabilities {
    /// What a request for `tokens` of text in `units` units may use at the most. The reply's limit is the chat engine's
    /// own (three tokens for each of the text, 24 for each id); another model's tokenizer counts up to a third more.
    pub fn most_usage(&self, tokens: usize, characters: u64, units: usize) -> Usage {
        match self.charges {
            Charges::Nothing => Usage::default(),
            Charges::Tokens => Usage {
                tokens_in: (self.overhead_tokens + tokens * 4 / 3 + 24 * units) as u64,
                tokens_out: (tokens * 3 + 24 * units + 64) as u64,
                characters: 0,
            },
            Charges::Characters => Usage { characters, ..Usage::default() },
        }
    }
}

/// What an engine charges by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Charges {
    Nothing,
    Tokens,
    Characters,
}

/// One unit inside a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestUnit {
    /// The id that must come back with the answer; unique in the request.
    pub id: String,
    /// The unit's text, with `⟦n⟧` where something is kept out of translation.
    pub text: String,
}

/// How answers are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Form {
    /// Several units with ids, in the engine's structured form.
    Structured,
    /// One unit, its bare translation as the whole reply. The last resort, used for single units only:
    /// the id of the reply is then the id of the request's one unit.
    Plain,
}

/// Text around a chunk, for context only: never translated, best effort.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Context {
    pub title: Option<String>,
    /// The source text just before the chunk.
    pub before: Option<String>,
    /// The source text just after the chunk.
    pub after: Option<String>,
    /// What the glossary says of terms in the chunk; empty for an engine that takes none
    /// ([`Engine::takes_terms`]).
    pub terms: Vec<GlossaryTerm>,
}

/// A request for translation.
#[derive(Debug, Clone, PartialEq)]
pub struct TranslationRequest {
    pub from: Language,
    pub to: Language,
    pub units: Vec<RequestUnit>,
    pub context: Context,
    pub form: Form,
    /// 0 for the first try of these units, then 1, 2 …; engines may vary temperature or wording by it.
    pub attempt: u32,
}

/// Why the engine stopped writing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Finish {
    /// It was done.
    Stop,
    /// The output limit was reached; `reasoning` when the budget went to thinking tokens.
    Length { reasoning: bool },
    /// A content filter, or a refusal field.
    Filtered,
    /// Anything else the endpoint said, verbatim (or that it said nothing).
    Other(String),
}

/// Characters of a token, on the safe side: English has about 4.5.
const MOST_TOKEN: usize = 6;

/// However few characters a service takes, texts are not cut into smaller pieces than this on its account by the
/// plan: the engine cuts them at its own limit.
const LEAST_CHUNK: usize = 64;

/// What a request used, as the endpoint counted it; 0 where it did not say.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Usage {
    pub tokens_in: u64,
    pub tokens_out: u64,
    /// Characters of source text, for services that charge by them.
    #[serde(skip_serializing_if = "is_zero", default)]
    pub characters: u64,
}

fn is_zero(number: &u64) -> bool {
    *number == 0
}

impl Usage {
    /// What is left of it after `used`.
    #[must_use]
    pub fn less(self, used: Self) -> Self {
        Self {
            tokens_in: self.tokens_in.saturating_sub(used.tokens_in),
            tokens_out: self.tokens_out.saturating_sub(used.tokens_out),
            characters: self.characters.saturating_sub(used.characters),
        }
    }
}

impl std::ops::AddAssign for Usage {
    /// Never beyond the largest number: an endpoint may say anything, and a sum that began anew at 0 would be under
    /// every limit.
    fn add_assign(&mut self, other: Self) {
        self.tokens_in = self.tokens_in.saturating_add(other.tokens_in);
        self.tokens_out = self.tokens_out.saturating_add(other.tokens_out);
        self.characters = self.characters.saturating_add(other.characters);
    }
}

/// What came back, as it came: ids may be missing, doubled or invented. [`crate::check`] judges.
#[derive(Debug, Clone, PartialEq)]
pub struct TranslationReply {
    pub units: Vec<(String, String)>,
    pub finish: Finish,
    pub usage: Usage,
}

/// One paragraph of an article to be summarised.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paragraph {
    pub block: BlockId,
    pub role: Role,
    /// Plain text: markup and placeholders removed.
    pub text: String,
}

/// Where in a map-and-merge a summary request stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SummaryStage {
    /// The paragraphs are the whole article.
    Whole,
    /// The paragraphs are one part (`part` of `parts`, from 1) of an article.
    Map { part: usize, parts: usize },
    /// The paragraphs are the summaries of consecutive parts, to be made into one.
    Merge,
}

/// A request for a summary in the article's own language.
#[derive(Debug, Clone, PartialEq)]
pub struct SummaryRequest {
    pub language: Language,
    pub title: Option<String>,
    /// Body paragraphs (and headings) in reading order; no boilerplate.
    pub paragraphs: Vec<Paragraph>,
    pub length: SummaryLength,
    /// The length in words, worked out from `length` and the article.
    pub words: usize,
    pub stage: SummaryStage,
    pub attempt: u32,
}

/// One sentence of a summary with the blocks that bear it out, where the engine knows them (extractive);
/// otherwise empty, and found afterwards.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SummarySentence {
    pub text: String,
    pub blocks: Vec<BlockId>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct SummaryReply {
    pub sentences: Vec<SummarySentence>,
    pub finish: Finish,
    pub usage: Usage,
}

/// Why an attempt gave no reply, named by what the caller must do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EngineError {
    pub class: ErrorClass,
    /// What happened, for people: no key, no user info of a URL, no control characters.
    pub message: String,
    pub hint: Option<String>,
    /// What the failed attempt cost, where known.
    pub usage: Usage,
    /// The request went out whole and its reply was lost or unreadable: the endpoint may have done the work and
    /// charge for it, although `usage` says nothing.
    pub maybe_charged: bool,
}

/// What the caller must do about an [`EngineError`]. Retry and back-pressure both go by this.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorClass {
    /// The endpoint asked for patience (429, 503); the pause it named, if it did.
    Wait(Option<Duration>),
    /// A passing fault (5xx, reset, time-out): the same request may go through.
    Retry,
    /// The request was too large or its reply unusable: ask for less at once.
    Split,
    /// This engine will not do these units (content filter, no such pair): another may.
    NextEngine,
    /// Nothing more can be had from this engine in this run (bad key, no such model, quota gone).
    Stop,
    /// The same call again, at once: one request of several that it takes is made, and it is nearer its end.
    /// `answered` where the service answered a part (the engine keeps it), not where the endpoint refused an option
    /// that is left out from now on. So every request passes the pace and the caps, and none hides behind another.
    Again { answered: bool },
}

impl fmt::Display for EngineError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for EngineError {}

impl EngineError {
    pub fn new(class: ErrorClass, message: impl Into<String>) -> Self {
        Self { class, message: message.into(), hint: None, usage: Usage::default(), maybe_charged: false }
    }

    /// The message, and what to do about it where that is known.
    pub fn told(&self) -> String {
        match &self.hint {
            Some(hint) => format!("{} ({hint})", self.message),
            None => self.message.clone(),
        }
    }

    #[must_use]
    pub fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

/// Something that translates, summarises, or both.
///
/// Each call is one attempt and sends at most one request that may be charged for: what takes several says
/// [`ErrorClass::Again`]. Requests for lists (languages, pairs, models, what is left of a quota) are not charged for
/// and not counted. Implementations are cheap to share (`Arc<dyn Engine>`) and cancel-safe:
/// dropping the future gives the attempt up.
pub trait Engine: Send + Sync {
    /// The engine's name in settings and reports: `local`, `chat`.
    fn name(&self) -> &str;

    /// The model's name in reports, empty where there is none.
    fn model(&self) -> &str;

    /// Everything that changes what this engine would answer for the same unit: engine, endpoint-independent
    /// model name, prompt texts. Part of the memory's key for translations.
    fn translation_identity(&self) -> String;

    /// [`Engine::model`] for one pair, where the model depends on it.
    fn model_for(&self, from: &Language, to: &Language) -> String {
        let (_, _) = (from, to);
        self.model().to_owned()
    }

    /// [`Engine::translation_identity`] for one pair, where the model depends on it: what the memory's key
    /// for translations is made of.
    fn translation_identity_for(&self, from: &Language, to: &Language) -> String {
        let (_, _) = (from, to);
        self.translation_identity()
    }

    /// What makes its summaries, as summary files name it.
    fn summary_model(&self) -> &str {
        self.model()
    }

    /// The same for summaries.
    fn summary_identity(&self) -> String;

    fn capabilities(&self) -> &Capabilities;

    /// Characters of text that one request may carry, as far as is known by now; `None` where only tokens bound it. A
    /// text that has more goes in several requests.
    fn most_characters(&self) -> Option<usize> {
        None
    }

    /// Tokens of unit text in one request: those of [`Capabilities::chunk_tokens`], or fewer where a service takes so
    /// few characters that a text of that size would not fit.
    fn chunk_tokens(&self) -> usize {
        let most = self.most_characters().map_or(usize::MAX, |most| (most / MOST_TOKEN).max(LEAST_CHUNK));
        self.capabilities().chunk_tokens.min(most)
    }

    /// Whether it can be told how terms are to be translated ([`Context::terms`]). For one that cannot, a glossary changes
    /// no question.
    fn takes_terms(&self) -> bool {
        false
    }

    /// Which checks its replies must pass. Everything that is not a test passes all of them.
    fn checks(&self) -> Checks {
        Checks::All
    }

    /// Called once before a run for each language pair it will be asked for: loads or fetches models, or
    /// says that the pair is not to be had. `progress` gets bytes done and bytes in all.
    ///
    /// # Errors
    /// With class [`ErrorClass::Stop`] or [`ErrorClass::NextEngine`], a message naming the pair, and a hint.
    fn prepare<'a>(
        &'a self,
        from: &'a Language,
        to: &'a Language,
        progress: &'a (dyn Fn(Progress) + Send + Sync),
    ) -> BoxFuture<'a, Result<(), EngineError>> {
        Box::pin(async move {
            progress(Progress { what: format!("{from}-{to}"), done: 1, total: 1 });
            Ok(())
        })
    }

    /// # Errors
    /// One attempt's failure, classified.
    fn translate<'a>(
        &'a self,
        request: &'a TranslationRequest,
    ) -> BoxFuture<'a, Result<TranslationReply, EngineError>>;

    /// # Errors
    /// One attempt's failure, classified.
    fn summarize<'a>(
        &'a self,
        request: &'a SummaryRequest,
    ) -> BoxFuture<'a, Result<SummaryReply, EngineError>>;
}

/// Which checks an engine's replies must pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Checks {
    All,
    /// Ids, finish, empty and markup only: for an engine that by design answers with what it was asked.
    Ids,
}

/// How far [`Engine::prepare`] is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Progress {
    /// What is being done, e.g. `model en-pt`.
    pub what: String,
    pub done: u64,
    /// 0 where unknown.
    pub total: u64,
}

/// Makes the engine that the settings name.
///
/// # Errors
/// Where its settings, prompts, key or script cannot be used.
pub fn build(settings: &EngineSettings) -> crate::error::Result<Arc<dyn Engine>> {
    Ok(match settings {
        EngineSettings::Local(settings) => Arc::new(local::LocalEngine::new(settings)?),
        EngineSettings::Chat(settings) => {
            let transport = transport::Transport::for_connection(&settings.connection)?;
            Arc::new(chat::ChatEngine::new(settings, transport)?)
        }
        EngineSettings::LibreTranslate(settings) => Arc::new(libretranslate::LibreTranslate::new(settings)?),
        EngineSettings::DeepL(settings) => Arc::new(deepl::DeepL::new(settings)?),
        EngineSettings::Apertium(settings) => Arc::new(apertium::Apertium::new(settings)?),
        EngineSettings::Scripted(path) => Arc::new(scripted::ScriptedEngine::from_file(path)?),
    })
}
