//! LibreTranslate: a server of one's own, or a hosted one with a key.
//!
//! [`wire`] is pure (a request's body, a reply's meaning), [`crate::engine::transport`] is HTTP; here they are put
//! together. Never sleeps, retries or prints. A call is one request. Where the server says that it takes
//! fewer characters at once than the units have, the call says so after each ([`ErrorClass::Again`]).
//!
//! The key goes in the body, as the service wants it, and so never into a message or an address.

pub(crate) mod wire;

use futures::future::BoxFuture;
use reqwest::header::HeaderMap;
use tokio::sync::OnceCell;

use self::wire::Server;
use super::service::pieces::{Kept, Pieces};
use super::service::{self, named};
use super::transport::{Endpoint, Reply, Transport};
use super::{
    Capabilities, Engine, EngineError, ErrorClass, Finish, Progress, SummaryReply, SummaryRequest,
    TranslationReply, TranslationRequest, Usage,
};
use crate::error::Result;
use crate::language::Language;
use crate::settings::ServiceSettings;

/// The engine's name.
const NAME: &str = "libretranslate";

/// Tokens of unit text in one call: about 1,800 characters of English, under the 2,000 that the public server takes at
/// once. A server translates the texts of a request one after another, so larger requests would gain nothing.
const CHUNK_TOKENS: usize = 400;

/// Requests at once: the threads that a server has where nobody said otherwise (`--threads`, 4).
const CONCURRENCY: usize = 4;

/// Changes when the same text would be asked for in another way.
const IDENTITY: &str = "libretranslate/1";

/// An engine that asks a LibreTranslate server.
#[derive(Debug)]
pub struct LibreTranslate {
    transport: Transport,
    base: Endpoint,
    capabilities: Capabilities,
    /// What the server has and takes, asked once.
    server: OnceCell<Server>,
    kept: Kept,
}

impl LibreTranslate {
    /// An engine for the server that `settings` name. Asks nothing of it yet.
    ///
    /// # Errors
    /// Where the address is none, or the key cannot be read.
    pub fn new(settings: &ServiceSettings) -> Result<Self> {
        let base = service::base(&settings.connection.url, &["/translate", "/languages"]);
        Ok(Self {
            transport: Transport::for_connection(&settings.connection)?,
            base: Endpoint::parse(base)?,
            capabilities: service::capabilities(CHUNK_TOKENS, CONCURRENCY),
            server: OnceCell::new(),
            kept: Kept::default(),
        })
    }

    async fn get(&self, endpoint: &Endpoint) -> std::result::Result<Reply, EngineError> {
        let limits = self.transport.limits();
        self.transport.get(endpoint, HeaderMap::new(), &limits).await
    }

    async fn server(&self) -> std::result::Result<&Server, EngineError> {
        let ask = || async {
            let endpoint = self.base.join(&["languages"]);
            let reply = self.get(&endpoint).await?;
            if !reply.status.is_success() {
                return Err(wire::failure(&endpoint, &reply, 1, &self.transport));
            }
            let pairs = wire::pairs(&reply.body).map_err(|error| named(error, &endpoint, &self.transport))?;
            // Not every server shows its settings; a limit that is not known is found by being refused.
            let settings = self.get(&self.base.join(&["frontend", "settings"])).await?;
            let most = wire::most_characters(&settings.body).filter(|_| settings.status.is_success());
            Ok(Server { pairs, most })
        };
        self.server.get_or_try_init(ask).await
    }

    async fn translate_units(
        &self,
        request: &TranslationRequest,
    ) -> std::result::Result<TranslationReply, EngineError> {
        if request.units.is_empty() {
            return Err(EngineError::new(ErrorClass::Stop, "a request without units"));
        }
        let server = self.server().await?;
        let (source, target) = self.pair(server, &request.from, &request.to)?;
        let html = wire::wants_markup(&request.units);
        let most = server.most.unwrap_or(usize::MAX);
        let pieces = Pieces::new(&request.units, &request.from, most, |text| {
            wire::marked(text, html).chars().count()
        })?;
        let scope = format!("{source} {target} {html}");
        let texts = pieces.next(&self.kept, &scope).unwrap_or_default();
        let usage = Usage { characters: service::characters(&texts), ..Usage::default() };
        let mut answers = Vec::new();
        if !texts.is_empty() {
            let codes = (source, target);
            answers = self.ask(&texts, codes, html, request.units.len()).await?;
        }
        let answers = pieces.answered(&self.kept, &scope, texts, answers)?;
        let units = pieces.join(&request.units, answers, (&request.from, &request.to))?;
        Ok(TranslationReply { units, finish: Finish::Stop, usage })
    }

    /// One request, for a part of `units` units or for all.
    async fn ask(
        &self,
        texts: &[&str],
        codes: (&str, &str),
        html: bool,
        units: usize,
    ) -> std::result::Result<Vec<String>, EngineError> {
        let body = wire::body(texts, codes, html, self.transport.key());
        let endpoint = self.base.join(&["translate"]);
        let limits = self.transport.limits();
        let reply = self.transport.post(&endpoint, HeaderMap::new(), body, &limits).await?;
        if !reply.status.is_success() {
            return Err(wire::failure(&endpoint, &reply, units, &self.transport));
        }
        wire::read(&reply.body, texts.len(), html).map_err(|error| named(error, &endpoint, &self.transport))
    }

    /// The server's codes for a pair.
    fn pair<'server>(
        &self,
        server: &'server Server,
        from: &Language,
        to: &Language,
    ) -> std::result::Result<(&'server str, &'server str), EngineError> {
        server.pairs.find(from, to).ok_or_else(|| {
            let (sources, targets) = (server.pairs.sources(), server.pairs.targets(from));
            service::no_such_pair("LibreTranslate", &self.base, (from, to), &sources, &targets)
        })
    }
}

impl Engine for LibreTranslate {
    fn name(&self) -> &str {
        NAME
    }

    fn model(&self) -> &str {
        ""
    }

    fn translation_identity(&self) -> String {
        IDENTITY.to_owned()
    }

    fn summary_identity(&self) -> String {
        IDENTITY.to_owned()
    }

    fn capabilities(&self) -> &Capabilities {
        &self.capabilities
    }

    fn most_characters(&self) -> Option<usize> {
        self.server.get().and_then(|server| server.most)
    }

    fn prepare<'a>(
        &'a self,
        from: &'a Language,
        to: &'a Language,
        progress: &'a (dyn Fn(Progress) + Send + Sync),
    ) -> BoxFuture<'a, std::result::Result<(), EngineError>> {
        Box::pin(async move {
            self.pair(self.server().await?, from, to)?;
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
