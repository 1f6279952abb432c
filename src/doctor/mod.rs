//! Tries each configured engine once and says what to mend: is its key there and accepted, does it answer, has it
//! the model and the languages, and what does it make of one sentence, in which time.
//!
//! Asks and judges; prints nothing, writes nothing, fetches no model. No key is ever part of a diagnosis.

mod local;
pub(crate) mod remote;
#[cfg(test)]
mod tests;

use std::time::{Duration, Instant};

use futures::future::join_all;
use serde::{Serialize, Serializer};

use crate::check::{self, Pair, Severity};
use crate::document::Role;
use crate::engine::{
    self, Checks, Context, Engine, EngineError, ErrorClass, Form, RequestUnit, TranslationRequest,
};
use crate::error::Error;
use crate::language::Language;
use crate::settings::EngineSettings;

/// What was found, engine by engine in the order of the settings.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Diagnosis {
    pub engines: Vec<EngineDiagnosis>,
}

/// What was found of one engine.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct EngineDiagnosis {
    /// Its name in the settings.
    pub name: String,
    /// What it is and where, for people: `chat at https://host/v1, model m`.
    pub what: String,
    pub checks: Vec<Check>,
}

/// One thing that was looked at.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Check {
    /// `key`, `reachable`, `model`, `models`, `languages`, or a pair: `en-pt`.
    pub name: String,
    pub outcome: Outcome,
    pub detail: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
    /// How long it took, where something was asked for.
    #[serde(
        skip_serializing_if = "Option::is_none",
        serialize_with = "milliseconds",
        rename = "milliseconds"
    )]
    pub took: Option<Duration>,
}

fn milliseconds<S: Serializer>(took: &Option<Duration>, serializer: S) -> Result<S::Ok, S::Error> {
    took.map(|took| took.as_millis() as u64).serialize(serializer)
}

/// How a check came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    Good,
    Failed,
    /// Could not be told, or had no point after another failed.
    Untold,
}

impl Check {
    fn new(name: impl Into<String>, outcome: Outcome, detail: impl Into<String>) -> Self {
        Self { name: name.into(), outcome, detail: detail.into(), hint: None, took: None }
    }

    fn good(name: impl Into<String>, detail: impl Into<String>) -> Self {
        Self::new(name, Outcome::Good, detail)
    }

    fn failed(name: impl Into<String>, detail: impl Into<String>, hint: Option<&str>) -> Self {
        Self { hint: hint.map(str::to_owned), ..Self::new(name, Outcome::Failed, detail) }
    }

    fn untold(name: impl Into<String>, detail: impl Into<String>) -> Self {
        Self::new(name, Outcome::Untold, detail)
    }

    fn of_error(name: &str, error: &Error) -> Self {
        Self::failed(name, error.to_string(), error.hint())
    }

    fn of_engine_error(name: &str, error: &EngineError) -> Self {
        Self::failed(name, error.message.clone(), error.hint.as_deref())
    }

    fn after(self, began: Instant) -> Self {
        Self { took: Some(began.elapsed()), ..self }
    }
}

impl Diagnosis {
    /// Whether nothing failed.
    pub fn is_good(&self) -> bool {
        self.failures() == 0
    }

    pub fn failures(&self) -> usize {
        self.checks().filter(|check| check.outcome == Outcome::Failed).count()
    }

    pub fn checks(&self) -> impl Iterator<Item = &Check> {
        self.engines.iter().flat_map(|engine| &engine.checks)
    }
}

/// The language pairs that are tried.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wanted {
    /// English where `None`, or German where the target is English.
    pub from: Option<Language>,
    pub to: Vec<Language>,
}

impl Wanted {
    fn pairs(&self) -> Vec<(Language, Language)> {
        self.to.iter().filter_map(|to| Some((self.source_for(to)?, to.clone()))).collect()
    }

    fn source_for(&self, to: &Language) -> Option<Language> {
        let usual = if to.primary() == "en" { "de" } else { "en" };
        match &self.from {
            Some(from) if !from.same_as(to) => Some(from.clone()),
            Some(_) => None,
            None => Language::parse(usual).ok(),
        }
    }
}

/// Tries every engine of `engines` (name and settings), side by side.
pub async fn diagnose(engines: &[(String, EngineSettings)], wanted: &Wanted) -> Diagnosis {
    let engines = join_all(engines.iter().map(|(name, settings)| async move {
        let (what, checks) = match settings {
            EngineSettings::Local(local) => local::diagnose(local, settings, wanted).await,
            EngineSettings::Chat(chat) => {
                let what = format!("model {}", chat.model);
                remote::diagnose("chat", &chat.connection, Some(chat), settings, wanted, &what).await
            }
            EngineSettings::LibreTranslate(service) => {
                remote::diagnose("libretranslate", &service.connection, None, settings, wanted, "").await
            }
            EngineSettings::DeepL(deepl) => {
                remote::diagnose("deepl", &deepl.connection, None, settings, wanted, "").await
            }
            EngineSettings::Apertium(service) => {
                remote::diagnose("apertium", &service.connection, None, settings, wanted, "").await
            }
            EngineSettings::Scripted(path) => {
                let what = format!("answers from `{}`", path.display());
                let checks = match engine::build(settings) {
                    Ok(engine) => translations(engine.as_ref(), &wanted.pairs()).await,
                    Err(error) => vec![Check::of_error("script", &error)],
                };
                (what, checks)
            }
        };
        EngineDiagnosis { name: name.clone(), what, checks }
    }))
    .await;
    Diagnosis { engines }
}

/// What is translated: a sentence that every model of its language knows the words of.
const SENTENCES: [(&str, &str); 12] = [
    ("en", "The town council met on Monday and approved the plan for the new bridge."),
    ("de", "Der Stadtrat trat am Montag zusammen und genehmigte den Plan für die neue Brücke."),
    ("es", "El ayuntamiento se reunió el lunes y aprobó el plan para el nuevo puente."),
    ("fr", "Le conseil municipal s'est réuni lundi et a approuvé le projet du nouveau pont."),
    ("it", "Il consiglio comunale si è riunito lunedì e ha approvato il progetto del nuovo ponte."),
    ("pt", "A câmara municipal reuniu-se na segunda-feira e aprovou o plano para a nova ponte."),
    ("nl", "De gemeenteraad kwam maandag bijeen en keurde het plan voor de nieuwe brug goed."),
    ("pl", "Rada miasta zebrała się w poniedziałek i zatwierdziła plan budowy nowego mostu."),
    ("ru", "Городской совет собрался в понедельник и утвердил план строительства нового моста."),
    ("uk", "Міська рада зібралася в понеділок і затвердила план будівництва нового мосту."),
    ("zh", "市议会星期一开会，批准了新桥的建设计划。"),
    ("ja", "市議会は月曜日に会合を開き、新しい橋の計画を承認した。"),
];

fn sentence(language: &Language) -> Option<&'static str> {
    SENTENCES.iter().find(|(code, _)| *code == language.primary()).map(|(_, text)| *text)
}

/// Each pair made ready and one sentence translated, judged as a run would judge it.
async fn translations(engine: &dyn Engine, pairs: &[(Language, Language)]) -> Vec<Check> {
    join_all(pairs.iter().map(|(from, to)| translation(engine, from, to))).await
}

async fn translation(engine: &dyn Engine, from: &Language, to: &Language) -> Check {
    let name = format!("{from}-{to}");
    if let Err(error) = engine.prepare(from, to, &|_| {}).await {
        return Check::of_engine_error(&name, &error);
    }
    let Some(source) = sentence(from) else {
        return Check::untold(name, "the pair is there; gloss has no sentence to try it with");
    };
    let request = TranslationRequest {
        from: from.clone(),
        to: to.clone(),
        units: vec![RequestUnit { id: "1".to_owned(), text: source.to_owned() }],
        context: Context::default(),
        form: Form::Structured,
        attempt: 0,
    };
    let began = Instant::now();
    let reply = loop {
        match engine.translate(&request).await {
            Err(EngineError { class: ErrorClass::Again { .. }, .. }) => {}
            settled => break settled,
        }
    };
    let reply = match reply {
        Ok(reply) => reply,
        Err(error) => return Check::of_engine_error(&name, &error).after(began),
    };
    let took = |check: Check| check.after(began);
    if let Some(finding) = check::finish(&reply.finish) {
        return took(Check::failed(name, finding.message, None));
    }
    let mut matched = check::match_ids(&request.units, &reply.units);
    let Some(answer) = matched.accepted.remove("1") else {
        return took(Check::failed(
            name,
            "it answers, but not under the id that was asked",
            Some(OTHER_MODEL),
        ));
    };
    let pair = |answer| Pair { source, answer, from, to, role: Role::Body };
    let (answer, findings) = match engine.checks() {
        Checks::Ids => (answer.clone(), check::wholeness(&pair(&answer))),
        Checks::All => {
            let cleaned = check::clean(source, &answer, to);
            let mut findings = check::unit(&pair(&cleaned.text));
            findings.extend(cleaned.findings);
            (cleaned.text, findings)
        }
    };
    took(match findings.into_iter().find(|finding| finding.severity == Severity::Hard) {
        Some(finding) => {
            let detail = format!("its translation would be refused ({}): {answer}", finding.message);
            Check::failed(name, detail, Some(OTHER_MODEL))
        }
        None => Check::good(name, answer),
    })
}

const OTHER_MODEL: &str = "a run asks again and in other ways; where this stays, another model serves better";
