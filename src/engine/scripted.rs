//! An engine that answers from a script, for tests: replies, delays and faults, the same each time for the
//! same seed. Selected by a hidden flag; never by accident.

use std::collections::HashMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use futures::future::BoxFuture;
use rand::rngs::SmallRng;
use rand::seq::SliceRandom;
use rand::{RngExt, SeedableRng};
use serde::Deserialize;

use super::{
    Capabilities, Charges, Checks, Engine, EngineError, ErrorClass, Finish, Form, Progress, SummaryReply,
    SummaryRequest, SummarySentence, TranslationReply, TranslationRequest, Usage,
};
use crate::error::{Error, Result};
use crate::language::Language;

/// What the engine does, as read from a JSON file.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Script {
    /// Part of the memory's key: another name asks everything anew.
    pub model: String,
    pub chunk_tokens: usize,
    pub concurrency: usize,
    /// How a unit is answered where `answers` does not have it.
    pub reply: ReplyRule,
    /// Answers by source text.
    pub answers: HashMap<String, String>,
    pub delay_milliseconds: u64,
    /// The share of structured replies, 0 to 1, whose ids are dropped, doubled, merged, reordered,
    /// renamed or truncated.
    pub damage: f64,
    /// Whether plain replies are damaged too (emptied), by the same share.
    pub damage_plain: bool,
    pub seed: u64,
    /// Faults by the number of the call, counted from 1.
    pub faults: HashMap<u64, Fault>,
    /// Every call from this one on fails for good.
    pub stop_at: Option<u64>,
    /// Requests with any of these texts in them are refused, as by a content filter.
    pub refuses: Vec<String>,
    /// The only pairs it has (`en-pt`); empty for all.
    pub pairs: Vec<String>,
    /// Whether its answers are held to all checks, as a real engine's are.
    pub checked: bool,
}

/// How a scripted engine makes an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ReplyRule {
    /// The unit's own text. Only ids and markup are checked then.
    Echo,
    /// The unit's own text in square brackets with the target language's tag before it. Only ids and markup
    /// are checked.
    Tag,
}

/// What goes wrong with one call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Fault {
    Retry,
    Wait,
    Split,
    Refuse,
    Length,
    Empty,
}

impl Default for Script {
    fn default() -> Self {
        Self {
            model: "script".to_owned(),
            chunk_tokens: 400,
            concurrency: 8,
            reply: ReplyRule::Tag,
            answers: HashMap::new(),
            delay_milliseconds: 0,
            damage: 0.0,
            damage_plain: false,
            seed: 1,
            faults: HashMap::new(),
            stop_at: None,
            refuses: Vec::new(),
            pairs: Vec::new(),
            checked: false,
        }
    }
}

/// See the module's documentation.
#[derive(Debug)]
pub struct ScriptedEngine {
    script: Script,
    capabilities: Capabilities,
    calls: AtomicU64,
    random: Mutex<SmallRng>,
}

impl ScriptedEngine {
    pub fn new(script: Script) -> Self {
        let capabilities = Capabilities {
            translates: true,
            summarizes: true,
            chunk_tokens: script.chunk_tokens,
            summary_tokens: script.chunk_tokens * 4,
            tokenizer_model: String::new(),
            remote: true,
            concurrency: script.concurrency,
            overhead_tokens: 0,
            charges: Charges::Tokens,
            names_pairs: !script.pairs.is_empty(),
        };
        let random = Mutex::new(SmallRng::seed_from_u64(script.seed));
        Self { script, capabilities, calls: AtomicU64::new(0), random }
    }

    /// Reads a script from a JSON file.
    ///
    /// # Errors
    /// Where the file cannot be read or is no script.
    pub fn from_file(path: &std::path::Path) -> Result<Self> {
        let text = std::fs::read_to_string(path).map_err(|error| Error::io(path, error))?;
        let script = serde_json::from_str(&text)
            .map_err(|error| Error::file(path, error.to_string(), "see `engine::scripted::Script`"))?;
        Ok(Self::new(script))
    }

    /// How many calls were made.
    pub fn calls(&self) -> u64 {
        self.calls.load(Ordering::Relaxed)
    }

    async fn fault(&self) -> std::result::Result<Option<Fault>, EngineError> {
        let call = self.calls.fetch_add(1, Ordering::Relaxed) + 1;
        if self.script.delay_milliseconds > 0 {
            tokio::time::sleep(Duration::from_millis(self.script.delay_milliseconds)).await;
        }
        let error = |class| Err(EngineError::new(class, format!("scripted fault in call {call}")));
        if self.script.stop_at.is_some_and(|stop| call >= stop) {
            return error(ErrorClass::Stop);
        }
        match self.script.faults.get(&call) {
            Some(Fault::Retry) => error(ErrorClass::Retry),
            Some(Fault::Wait) => error(ErrorClass::Wait(Some(Duration::from_millis(1)))),
            Some(Fault::Split) => error(ErrorClass::Split),
            Some(Fault::Refuse) => error(ErrorClass::NextEngine),
            other => Ok(other.copied()),
        }
    }

    fn answer(&self, text: &str, request: &TranslationRequest) -> String {
        match (self.script.answers.get(text), self.script.reply) {
            (Some(answer), _) => answer.clone(),
            (None, ReplyRule::Echo) => text.to_owned(),
            (None, ReplyRule::Tag) => format!("[{} {text}]", request.to),
        }
    }

    fn damage(&self, units: &mut Vec<(String, String)>, form: Form) {
        let mut random = self.random.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if units.is_empty() || !random.random_bool(self.script.damage) {
            return;
        }
        if form == Form::Plain {
            if self.script.damage_plain {
                units.iter_mut().for_each(|(_, text)| text.clear());
            }
            return;
        }
        let at = random.random_range(0..units.len());
        match random.random_range(0..7u8) {
            0 => {
                units.remove(at);
            }
            1 => {
                let (id, text) = units[at].clone();
                units.push((id, format!("{text} again")));
            }
            2 if at + 1 < units.len() => {
                let (_, text) = units.remove(at + 1);
                units[at].1.push_str(&text);
            }
            3 => units.shuffle(&mut *random),
            4 => units[at].0.push('x'),
            5 => units.truncate(at),
            _ => {
                let shifted: Vec<String> = units.iter().map(|(id, _)| id.clone()).collect();
                units.iter_mut().zip(shifted.iter().skip(1)).for_each(|((id, _), next)| id.clone_from(next));
            }
        }
    }
}

impl Engine for ScriptedEngine {
    fn name(&self) -> &str {
        "scripted"
    }

    fn model(&self) -> &str {
        &self.script.model
    }

    fn translation_identity(&self) -> String {
        format!("scripted/{}", self.script.model)
    }

    fn summary_identity(&self) -> String {
        self.translation_identity()
    }

    fn capabilities(&self) -> &Capabilities {
        &self.capabilities
    }

    fn checks(&self) -> Checks {
        if self.script.checked { Checks::All } else { Checks::Ids }
    }

    fn prepare<'a>(
        &'a self,
        from: &'a Language,
        to: &'a Language,
        _progress: &'a (dyn Fn(Progress) + Send + Sync),
    ) -> BoxFuture<'a, std::result::Result<(), EngineError>> {
        Box::pin(async move {
            let pair = format!("{from}-{to}");
            if self.script.pairs.is_empty() || self.script.pairs.contains(&pair) {
                return Ok(());
            }
            Err(EngineError::new(ErrorClass::NextEngine, format!("the script has no pair {pair}")))
        })
    }

    fn translate<'a>(
        &'a self,
        request: &'a TranslationRequest,
    ) -> BoxFuture<'a, std::result::Result<TranslationReply, EngineError>> {
        Box::pin(async move {
            let fault = self.fault().await?;
            let refused = |text: &str| self.script.refuses.iter().any(|word| text.contains(word));
            if request.units.iter().any(|unit| refused(&unit.text)) {
                return Err(EngineError::new(ErrorClass::NextEngine, "the script refuses this text"));
            }
            let mut units: Vec<(String, String)> = request
                .units
                .iter()
                .map(|unit| (unit.id.clone(), self.answer(&unit.text, request)))
                .collect();
            self.damage(&mut units, request.form);
            let finish = match fault {
                Some(Fault::Length) => Finish::Length { reasoning: false },
                Some(Fault::Empty) => {
                    units.clear();
                    Finish::Stop
                }
                _ => Finish::Stop,
            };
            let words = |texts: &mut dyn Iterator<Item = &str>| {
                texts.map(|text| text.split_whitespace().count() as u64).sum::<u64>()
            };
            let usage = Usage {
                tokens_in: words(&mut request.units.iter().map(|unit| unit.text.as_str())),
                tokens_out: words(&mut units.iter().map(|(_, text)| text.as_str())),
                ..Usage::default()
            };
            Ok(TranslationReply { units, finish, usage })
        })
    }

    fn summarize<'a>(
        &'a self,
        request: &'a SummaryRequest,
    ) -> BoxFuture<'a, std::result::Result<SummaryReply, EngineError>> {
        Box::pin(async move {
            self.fault().await?;
            let sentences = request
                .paragraphs
                .iter()
                .take(2)
                .map(|paragraph| SummarySentence {
                    text: paragraph.text.clone(),
                    blocks: vec![paragraph.block],
                })
                .collect();
            Ok(SummaryReply { sentences, finish: Finish::Stop, usage: Usage::default() })
        })
    }
}
