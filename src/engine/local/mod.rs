//! The embedded engine: `fxtranslate` models for translation, an extractive summariser. Needs no network
//! once its models are there.
//!
//! A unit goes through [`mod@unit`] (sentences, protected spans, quotation marks), a [`route`] (one model, or two
//! by way of English) and [`nmt`] (the threads); [`models`] keeps the models and [`fetch`] brings them in.

mod decode;
pub mod extract;
mod fetch;
#[cfg(any(test, fuzzing))]
pub(crate) mod laws;
mod layers;
pub mod models;
mod network;
mod nmt;
mod numbers;
mod pieces;
mod protect;
mod quotes;
mod route;
#[cfg(test)]
mod tests;
mod unit;
mod unpack;
mod wheel;

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use futures::FutureExt;
use futures::future::BoxFuture;
use tokio::sync::{Mutex, OnceCell};

use crate::error::Result;
use crate::language::Language;
use crate::settings::LocalSettings;

use super::{
    Capabilities, Charges, Engine, EngineError, ErrorClass, Finish, Progress, SummaryReply, SummaryRequest,
    TranslationReply, TranslationRequest, Usage,
};
use models::{HUB, InstalledModel, ModelFiles, ModelStore};
use nmt::Translator;
use route::{Leg, Route};

/// What changes the answers for the same model: raised whenever sentences, marks or cuts are handled anew.
const PIPELINE: &str = "local/2";

type Pair = (Language, Language);

/// The embedded engine.
#[derive(Debug)]
pub struct LocalEngine {
    store: ModelStore,
    threads: usize,
    capabilities: Capabilities,
    /// Each pair's model, loaded once, however many requests ask for it at the same time.
    translators: Mutex<HashMap<Pair, Arc<OnceCell<Leg>>>>,
    /// The routes that were prepared.
    routes: std::sync::RwLock<HashMap<Pair, Route>>,
    /// The label of the first route prepared.
    label: OnceLock<String>,
}

impl LocalEngine {
    /// An engine with no model loaded yet.
    ///
    /// # Errors
    /// As [`ModelStore::new`].
    pub fn new(settings: &LocalSettings) -> Result<Self> {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let threads = settings.threads.filter(|threads| *threads > 0).unwrap_or(cores);
        let capabilities = Capabilities {
            translates: true,
            summarizes: true,
            // Units are translated one by one, so a chunk is only a step of progress: about a screenful.
            chunk_tokens: 600,
            summary_tokens: usize::MAX / 2,
            tokenizer_model: String::new(),
            remote: false,
            // Enough chunks under way that no core waits for the next to be handed over.
            concurrency: threads + 2,
            overhead_tokens: 0,
            charges: Charges::Nothing,
            names_pairs: false,
        };
        Ok(Self {
            store: ModelStore::new(settings)?,
            threads,
            capabilities,
            translators: Mutex::default(),
            routes: std::sync::RwLock::default(),
            label: OnceLock::new(),
        })
    }

    /// The route from `from` to `to`, its models found or fetched, and loaded.
    async fn route(
        &self,
        from: &Language,
        to: &Language,
        progress: &(dyn Fn(Progress) + Send + Sync),
    ) -> std::result::Result<Route, EngineError> {
        if let Some(route) = self.known(from, to) {
            return Ok(route);
        }
        let refuse = |error: crate::error::Error| {
            let refusal = EngineError::new(ErrorClass::NextEngine, error.to_string());
            match error.hint() {
                Some(hint) => refusal.with_hint(hint),
                None => refusal,
            }
        };
        let through = self.needs_hub(from, to).await;
        let pairs = match &through {
            Some(hub) => vec![(from.clone(), hub.clone()), (hub.clone(), to.clone())],
            None => vec![(from.clone(), to.clone())],
        };
        let mut files = Vec::new();
        for (from, to) in &pairs {
            if self.store.find(from, to).is_none() {
                self.store.pull(from, to, progress).await.map_err(refuse)?;
            }
            files.extend(self.store.find(from, to));
        }
        let mut legs = Vec::new();
        for ((from, to), files) in pairs.into_iter().zip(files) {
            legs.push(self.load(from, to, files).await.map_err(refuse)?);
        }
        let route = Route { legs };
        // Only the first sets it: that is the name of a run with one pair.
        self.label.get_or_init(|| route.label());
        let mut routes = self.routes.write().unwrap_or_else(std::sync::PoisonError::into_inner);
        routes.insert((from.clone(), to.clone()), route.clone());
        Ok(route)
    }

    fn known(&self, from: &Language, to: &Language) -> Option<Route> {
        let routes = self.routes.read().unwrap_or_else(std::sync::PoisonError::into_inner);
        routes.get(&(from.clone(), to.clone())).cloned()
    }

    /// The models that the route from `from` to `to` would go through, where they are on this machine.
    fn installed(&self, from: &Language, to: &Language) -> Option<Vec<InstalledModel>> {
        let find = |from: &Language, to: &Language| Some(self.store.find(from, to)?.installed);
        let hub = Language::parse(HUB).ok()?;
        let direct = find(from, to).map(|model| vec![model]);
        direct.or_else(|| Some(vec![find(from, &hub)?, find(&hub, to)?]))
    }

    /// [`Route::label`] of a route that is not loaded.
    fn installed_label(&self, from: &Language, to: &Language) -> Option<String> {
        let installed = self.installed(from, to)?;
        Some(match installed.as_slice() {
            [model] => model.name.clone(),
            models => {
                let pairs: Vec<String> =
                    models.iter().map(|model| format!("{}-{}", model.from, model.to)).collect();
                pairs.join("+")
            }
        })
    }

    /// English, where the pair has no model of its own and neither language is English.
    async fn needs_hub(&self, from: &Language, to: &Language) -> Option<Language> {
        let hub = Language::parse(HUB).ok()?;
        let either = from.primary() == HUB || to.primary() == HUB;
        if either || self.store.find(from, to).is_some() {
            return None;
        }
        let both = self.store.find(from, &hub).is_some() && self.store.find(&hub, to).is_some();
        (both || !self.store.sources.lists(from, to).await).then_some(hub)
    }

    /// The pair's model with its threads: loaded by the first that asks, shared by the rest.
    async fn load(&self, from: Language, to: Language, files: ModelFiles) -> Result<Leg> {
        let cell = {
            let mut translators = self.translators.lock().await;
            Arc::clone(translators.entry((from, to)).or_default())
        };
        let start = || async {
            self.store.verify(&files)?;
            let installed = files.installed.clone();
            let translator = Translator::start(files, self.threads).await.map_err(|error| {
                crate::error::Error::file(
                    &installed.path,
                    error,
                    "remove that folder, so that it is fetched again",
                )
            })?;
            Ok(Leg {
                translator: Arc::new(translator),
                name: installed.name,
                pair: format!("{}-{}", installed.from, installed.to),
            })
        };
        cell.get_or_try_init(start).await.cloned()
    }

    async fn translate_units(
        &self,
        request: &TranslationRequest,
    ) -> std::result::Result<TranslationReply, EngineError> {
        let route = self.route(&request.from, &request.to, &|_| {}).await?;
        let answers = request.units.iter().map(|unit| async {
            let answer = unit::translate(&route, &unit.text, &request.from, &request.to).await?;
            Ok::<_, EngineError>((unit.id.clone(), answer))
        });
        let units = futures::future::try_join_all(answers).await?;
        Ok(TranslationReply { units, finish: Finish::Stop, usage: Usage::default() })
    }
}

impl Engine for LocalEngine {
    fn name(&self) -> &str {
        "local"
    }

    fn model(&self) -> &str {
        self.label.get().map_or("fxtranslate", String::as_str)
    }

    fn translation_identity(&self) -> String {
        PIPELINE.to_owned()
    }

    fn model_for(&self, from: &Language, to: &Language) -> String {
        // A run that asks nothing loads no models, and still names those whose answers it has.
        let label = self.known(from, to).map(|route| route.label());
        label.or_else(|| self.installed_label(from, to)).unwrap_or_else(|| self.model().to_owned())
    }

    fn translation_identity_for(&self, from: &Language, to: &Language) -> String {
        let models = self.known(from, to).map(|route| route.identity()).or_else(|| {
            let installed = self.installed(from, to)?;
            Some(installed.iter().map(|model| model.name.as_str()).collect::<Vec<_>>().join("+"))
        });
        format!("{PIPELINE}/{}", models.unwrap_or_default())
    }

    fn summary_model(&self) -> &str {
        "extractive"
    }

    fn summary_identity(&self) -> String {
        "local/extract/1".to_owned()
    }

    fn capabilities(&self) -> &Capabilities {
        &self.capabilities
    }

    fn prepare<'a>(
        &'a self,
        from: &'a Language,
        to: &'a Language,
        progress: &'a (dyn Fn(Progress) + Send + Sync),
    ) -> BoxFuture<'a, std::result::Result<(), EngineError>> {
        async move { self.route(from, to, progress).await.map(drop) }.boxed()
    }

    fn translate<'a>(
        &'a self,
        request: &'a TranslationRequest,
    ) -> BoxFuture<'a, std::result::Result<TranslationReply, EngineError>> {
        self.translate_units(request).boxed()
    }

    fn summarize<'a>(
        &'a self,
        request: &'a SummaryRequest,
    ) -> BoxFuture<'a, std::result::Result<SummaryReply, EngineError>> {
        async move {
            let sentences = extract::summarize(request);
            Ok(SummaryReply { sentences, finish: Finish::Stop, usage: Usage::default() })
        }
        .boxed()
    }
}
