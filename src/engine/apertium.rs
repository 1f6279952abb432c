//! Apertium by its web service, APY: rules instead of a model, on one's own machine, for close languages above all.
//!
//! [`wire`] is pure (a request's form, a reply's meaning), [`crate::engine::transport`] is HTTP; here they are put
//! together. Never sleeps, retries or prints. What has more than
//! [`MOST_CHARACTERS`] takes several requests, each a call of its own ([`ErrorClass::Again`]).
//!
//! Measured with APY 0.11.7 and the English-Spanish pair of Debian 12:
//!
//! * APY cuts a long `q` into at most ten pieces and drops the rest without a word when several requests wait: of six
//!   requests of 250 sentences at once, four came back with 120. What is under 1,000 characters is never cut
//!   (`split_for_translation` in its `utils/translation.py`), so no request is longer.
//! * Several paragraphs of one request, each in a `<p id="n">`: of 60 requests all had every id, in order, and each of
//!   their 207 texts was what the paragraph alone is answered with.
//! * `markUnknown=no` takes every asterisk out of the answer, the article's own with it (`3*4` came back as `34`): they
//!   go as tags.
//! * The same text may come back in other words (`Apple`, `Manzana`) from a server that was asked other things since
//!   it was started: something in its pipelines remembers. The memory is what makes a second run give the same bytes.

pub(crate) mod wire;

use futures::future::BoxFuture;
use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderValue};
use tokio::sync::OnceCell;

use super::service::codes::Pairs;
use super::service::pieces::{Kept, Pieces};
use super::service::{self, named};
use super::transport::{Endpoint, Transport};
use super::{
    Capabilities, Engine, EngineError, ErrorClass, Finish, Form, Progress, SummaryReply, SummaryRequest,
    TranslationReply, TranslationRequest, Usage,
};
use crate::error::Result;
use crate::language::Language;
use crate::settings::ServiceSettings;

/// The engine's name.
const NAME: &str = "apertium";

/// Characters of one `q`, markup included. Up to a thousand characters of at most four bytes APY translates in one
/// piece; anything longer it may cut, and anything over five thousand it may lose.
const MOST_CHARACTERS: usize = 1_000;

/// Tokens of unit text in one call: about 800 characters of English, one request.
const CHUNK_TOKENS: usize = 180;

/// Requests at once. One process of APY translates one text of a pair at a time: with 1, 2, 4 and 8 requests at once it
/// answered 50, 49, 48 and 49 a second. Four keep it busy over a network, and an APY of several processes too.
const CONCURRENCY: usize = 4;

/// Changes when the same text would be asked for in another way.
const IDENTITY: &str = "apertium/1";

/// An engine that asks an APY server.
#[derive(Debug)]
pub struct Apertium {
    transport: Transport,
    base: Endpoint,
    translate: Endpoint,
    list: Endpoint,
    capabilities: Capabilities,
    /// What the server has, asked once.
    pairs: OnceCell<Pairs>,
    kept: Kept,
}

impl Apertium {
    /// An engine for the server that `settings` name. Asks nothing of it yet.
    ///
    /// # Errors
    /// Where the address is none, or the key cannot be read.
    pub fn new(settings: &ServiceSettings) -> Result<Self> {
        let transport = Transport::for_connection(&settings.connection)?;
        let base = Endpoint::parse(service::base(&settings.connection.url, &["/translate", "/listPairs"]))?;
        Ok(Self {
            transport,
            translate: base.join(&["translate"]),
            list: base.join(&["listPairs"]),
            base,
            capabilities: service::capabilities(CHUNK_TOKENS, CONCURRENCY),
            pairs: OnceCell::new(),
            kept: Kept::default(),
        })
    }

    async fn pairs(&self) -> std::result::Result<&Pairs, EngineError> {
        let ask = || async {
            let limits = self.transport.limits();
            let reply = self.transport.get(&self.list, HeaderMap::new(), &limits).await?;
            if !reply.status.is_success() {
                return Err(wire::failure(&self.list, &reply, 1, &self.transport));
            }
            wire::pairs(&reply.body).map_err(|error| named(error, &self.list, &self.transport))
        };
        self.pairs.get_or_try_init(ask).await
    }

    /// The server's codes for a pair.
    async fn pair(
        &self,
        from: &Language,
        to: &Language,
    ) -> std::result::Result<(String, String), EngineError> {
        let pairs = self.pairs().await?;
        match pairs.find(from, to) {
            Some((source, target)) => Ok((source.to_owned(), target.to_owned())),
            None => Err(service::no_such_pair(
                "Apertium",
                &self.base,
                (from, to),
                &pairs.sources(),
                &pairs.targets(from),
            )),
        }
    }

    async fn translate_units(
        &self,
        request: &TranslationRequest,
    ) -> std::result::Result<TranslationReply, EngineError> {
        if request.units.is_empty() {
            return Err(EngineError::new(ErrorClass::Stop, "a request without units"));
        }
        let (source, target) = self.pair(&request.from, &request.to).await?;
        let pieces = Pieces::new(&request.units, &request.from, MOST_CHARACTERS, wire::size)?;
        let plain = request.form == Form::Plain;
        let scope = format!("{source} {target} {plain}");
        let texts = pieces.next(&self.kept, &scope).unwrap_or_default();
        let usage = Usage { characters: service::characters(&texts), ..Usage::default() };
        let mut answers = Vec::new();
        if !texts.is_empty() {
            // Alone and plain as the last resort: nothing then depends on how the server treats `<p>`.
            answers = self.ask(&source, &target, &texts, plain && texts.len() == 1).await?;
        }
        let answers = pieces.answered(&self.kept, &scope, texts, answers)?;
        let units = pieces.join(&request.units, answers, (&request.from, &request.to))?;
        Ok(TranslationReply { units, finish: Finish::Stop, usage })
    }

    /// One request.
    async fn ask(
        &self,
        source: &str,
        target: &str,
        texts: &[&str],
        bare: bool,
    ) -> std::result::Result<Vec<String>, EngineError> {
        let form = wire::form(source, target, texts, bare);
        let form = wire::with_key(form, self.transport.key());
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/x-www-form-urlencoded"));
        let limits = self.transport.limits();
        let reply = self.transport.post(&self.translate, headers, form.into_bytes(), &limits).await?;
        if !reply.status.is_success() {
            return Err(wire::failure(&self.translate, &reply, texts.len(), &self.transport));
        }
        wire::read(&reply.body, texts, bare).map_err(|error| named(error, &self.translate, &self.transport))
    }
}

impl Engine for Apertium {
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
        Some(MOST_CHARACTERS)
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
