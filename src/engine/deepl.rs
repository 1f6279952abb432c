//! DeepL, version 2 of its API.
//!
//! [`wire`] is pure (a request's body, a reply's meaning), [`crate::engine::transport`] is HTTP; here they are put
//! together. Never sleeps, retries or prints. One call is one request, for what was translated is paid for: should a
//! second one fail, the first would be bought again.
//!
//! Languages are asked of the service. A bare `en` becomes `EN-US` and a bare `pt` becomes `PT-PT`, since DeepL wants to
//! be told which; a region it has not (`en-AU`) becomes the nearer of its two. A formality goes with requests into those
//! languages that have one, and with no others.

pub(crate) mod wire;

use futures::future::BoxFuture;
use reqwest::header::{AUTHORIZATION, HeaderMap};
use serde_json::Value;
use tokio::sync::OnceCell;

use self::wire::{Languages, Options};
use super::service::{self, named};
use super::transport::{Endpoint, Secret, Transport};
use super::{
    Capabilities, Engine, EngineError, ErrorClass, Finish, Progress, SummaryReply, SummaryRequest,
    TranslationReply, TranslationRequest,
};
use crate::error::{Error, Result};
use crate::language::Language;
use crate::settings::DeepLSettings;

/// The engine's name.
const NAME: &str = "deepl";

/// Where keys of free accounts go, which end in [`FREE_KEY`], and where all others do.
const FREE_HOST: &str = "https://api-free.deepl.com";
const PAID_HOST: &str = "https://api.deepl.com";
const FREE_KEY: &str = ":fx";

/// Tokens of unit text in one request: some 4,500 characters of English, in 15 to 40 paragraphs, well under the 50 texts
/// and 128 KiB that a request may have. Larger ones would save nothing, since DeepL charges by the character, and a
/// lost reply would cost more.
const CHUNK_TOKENS: usize = 1_000;

/// Requests at once. DeepL publishes no limit; its own clients send one after another and wait on 429, and eight at once
/// is what the chat engine asks of hosted services too.
const CONCURRENCY: usize = 8;

/// An engine that asks DeepL.
#[derive(Debug)]
pub struct DeepL {
    transport: Transport,
    base: Endpoint,
    sources: Endpoint,
    targets: Endpoint,
    formality: Option<String>,
    glossary: Option<String>,
    capabilities: Capabilities,
    /// What the service has, asked once.
    languages: OnceCell<Languages>,
}

impl DeepL {
    /// An engine for the account that the key is for. Asks nothing of it yet.
    ///
    /// # Errors
    /// Where there is neither a key nor an address, the address is none, or the key cannot be read.
    pub fn new(settings: &DeepLSettings) -> Result<Self> {
        let mut connection = settings.connection.clone();
        if connection.url.trim().is_empty() {
            let key = Secret::find(&connection.key)?.ok_or_else(|| {
                Error::usage(
                    "DeepL wants a key",
                    format!(
                        "set `{}` to your key, or name its variable with `--key-env`",
                        connection.key.variable
                    ),
                )
            })?;
            let host = if key.ends_with(FREE_KEY) { FREE_HOST } else { PAID_HOST };
            connection.url = host.to_owned();
        }
        let base = service::base(&connection.url, &["/v2/translate", "/v2"]);
        let languages = |kind| {
            Endpoint::parse(&format!("{base}?type={kind}")).map(|base| base.join(&["v2", "languages"]))
        };
        Ok(Self {
            transport: Transport::for_connection(&connection)?,
            base: Endpoint::parse(base)?,
            sources: languages("source")?,
            targets: languages("target")?,
            formality: settings.formality.clone().filter(|formality| formality != "default"),
            glossary: settings.glossary.clone(),
            capabilities: service::capabilities(CHUNK_TOKENS, CONCURRENCY),
            languages: OnceCell::new(),
        })
    }

    fn headers(&self) -> std::result::Result<HeaderMap, EngineError> {
        let mut headers = HeaderMap::new();
        if let Some(key) = self.transport.key() {
            headers.insert(AUTHORIZATION, key.header("DeepL-Auth-Key ")?);
        }
        Ok(headers)
    }

    async fn get(&self, endpoint: &Endpoint) -> std::result::Result<Value, EngineError> {
        let limits = self.transport.limits();
        let reply = self.transport.get(endpoint, self.headers()?, &limits).await?;
        if !reply.status.is_success() {
            return Err(wire::failure(endpoint, &reply, 1, &self.transport));
        }
        service::json(&reply.body).map_err(|error| named(error, endpoint, &self.transport))
    }

    /// What the account may still use, and the languages: asked once, before anything is paid for.
    async fn languages(&self) -> std::result::Result<&Languages, EngineError> {
        let ask = || async {
            wire::refuse_used_up(&self.get(&self.base.join(&["v2", "usage"])).await?)
                .map_err(|error| named(error, &self.base, &self.transport))?;
            let sources = self.get(&self.sources).await?;
            let targets = self.get(&self.targets).await?;
            wire::languages(&sources, &targets).map_err(|error| named(error, &self.base, &self.transport))
        };
        self.languages.get_or_try_init(ask).await
    }

    /// The service's codes for a pair, and whether its target has formalities.
    async fn pair(
        &self,
        from: &Language,
        to: &Language,
    ) -> std::result::Result<(String, String, bool), EngineError> {
        let languages = self.languages().await?;
        languages.pair(from, to).ok_or_else(|| {
            let targets =
                if languages.source(from).is_some() { languages.target_codes() } else { Vec::new() };
            service::no_such_pair("DeepL", &self.base, (from, to), &languages.sources, &targets)
        })
    }

    async fn translate_units(
        &self,
        request: &TranslationRequest,
    ) -> std::result::Result<TranslationReply, EngineError> {
        if request.units.is_empty() {
            return Err(EngineError::new(ErrorClass::Stop, "a request without units"));
        }
        let (source, target, formal) = self.pair(&request.from, &request.to).await?;
        let options = Options {
            source: &source,
            target: &target,
            formality: self.formality.as_deref().filter(|_| formal),
            glossary: self.glossary.as_deref(),
        };
        let (body, style) = wire::body(&request.units, &request.context, &options)?;
        let endpoint = self.base.join(&["v2", "translate"]);
        let limits = self.transport.limits();
        let reply = self.transport.post(&endpoint, self.headers()?, body, &limits).await?;
        if !reply.status.is_success() {
            return Err(wire::failure(&endpoint, &reply, request.units.len(), &self.transport));
        }
        let (units, usage) = wire::read(&reply.body, &request.units, style)
            .map_err(|error| named(error, &endpoint, &self.transport))?;
        Ok(TranslationReply { units, finish: Finish::Stop, usage })
    }
}

impl Engine for DeepL {
    fn name(&self) -> &str {
        NAME
    }

    fn model(&self) -> &str {
        ""
    }

    fn translation_identity(&self) -> String {
        let formality = self.formality.as_deref().unwrap_or_default();
        let glossary = self.glossary.as_deref().unwrap_or_default();
        format!("deepl/1/{formality}/{glossary}")
    }

    fn summary_identity(&self) -> String {
        "deepl/1".to_owned()
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
        Box::pin(async move {
            self.pair(from, to).await?;
            progress(Progress { what: format!("{from}-{to}"), done: 1, total: 1 });
            Ok(())
        })
    }

    fn translate<'a>(
        &'a self,
        request: &'a TranslationRequest,
    ) -> BoxFuture<'a, std::result::Result<TranslationReply, EngineError>> {
        Box::pin(self.translate_units(request))
    }

    fn summarize<'a>(
        &'a self,
        _: &'a SummaryRequest,
    ) -> BoxFuture<'a, std::result::Result<SummaryReply, EngineError>> {
        Box::pin(async { Err(service::only_translates(NAME)) })
    }
}
