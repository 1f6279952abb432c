//! Everything about HTTP, once, for every engine that speaks it: one shared client, deadlines, caps, secrets,
//! redirects, and what a status means for the caller.
//!
//! Owns no protocol: engines build bodies and read replies in pure functions of their own. Never retries and
//! never sleeps; a request that fails is an [`EngineError`] with the class that says what to do about it.

mod endpoint;
mod failure;
mod network;
mod patience;
mod secret;
mod trust;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderValue};
use reqwest::{Client, Method, RequestBuilder, StatusCode};
use serde_json::Value;
use tokio::time::{Instant, timeout_at};

pub use endpoint::Endpoint;
use failure::Deadline;
pub use failure::{LONGEST_TOLD, LONGEST_WAIT, clean, describe, status_error};
#[cfg(any(test, fuzzing))]
pub(crate) use patience::wait_asked_for;
pub use secret::Secret;
#[cfg(any(test, fuzzing))]
pub(crate) use trust::certificates;

use super::{EngineError, ErrorClass};
use crate::error::Result;
use crate::settings::Connection;

/// An HTTP client bound to one origin and the key for it. Cloning shares its connections.
#[derive(Clone)]
pub struct Transport {
    client: Client,
    patience: Patience,
    /// `None` in tests alone.
    account: Option<Arc<Account>>,
}

/// How long the parts of a request before its reply may take.
#[derive(Debug, Clone, Copy)]
struct Patience {
    /// To a connection, TLS included.
    connect: Duration,
    /// From handing the request over to the reply's first byte; the total alone where `None`.
    first_byte: Option<Duration>,
}

/// What a transport is bound to.
struct Account {
    endpoint: Endpoint,
    /// Where the key is looked for.
    variable: String,
    key: Option<Secret>,
    /// Everything that no message may show.
    hidden: Vec<Secret>,
    limits: Limits,
}

/// How long each part of one request may take, and how much may come back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Between two pieces of the reply's body. Not the wait for the first: a model that does not stream
    /// is silent until it is done, so that wait is bounded by the total, or by the connection's own deadline for it.
    pub idle: Duration,
    /// The whole request.
    pub total: Duration,
    /// Bytes of the reply after decompression.
    pub max_body: usize,
}

/// Bytes of a reply beyond which it is refused: a chunk's translation is some kilobytes.
pub const MAX_BODY: usize = 16 << 20;

/// Bytes of a refusal's text that are read: of it a line is shown.
const MAX_REFUSAL: usize = 64 << 10;

impl Default for Limits {
    fn default() -> Self {
        Self { idle: Duration::from_secs(60), total: Duration::from_secs(600), max_body: MAX_BODY }
    }
}

/// A reply whose body was read to its end. Any status: [`status_error`] makes an error of a bad one.
#[derive(Debug, Clone)]
pub struct Reply {
    pub status: StatusCode,
    /// What `Retry-After` asks for, capped at [`LONGEST_TOLD`].
    pub retry_after: Option<Duration>,
    pub body: Vec<u8>,
}

impl fmt::Debug for Transport {
    /// The address alone: what reqwest shows of its proxies may hold their passwords.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Transport").field("endpoint", &self.endpoint()).finish_non_exhaustive()
    }
}

impl Transport {
    /// A transport bound to the origin of `connection`: its key goes there and nowhere else, and so does every
    /// request. Nothing is sent yet.
    ///
    /// # Errors
    /// Where the address is none, is plain http without leave, or the key or the CA file cannot be used.
    pub fn for_connection(connection: &Connection) -> Result<Self> {
        let endpoint = Endpoint::parse(&connection.url)?;
        let key = Secret::find(&connection.key)?;
        trust::refuse_in_the_clear(&endpoint, key.as_ref(), connection.allow_http)?;
        let total = Duration::from_secs(connection.total_seconds);
        // Not longer than the whole, so that a connection that does not come is told as that.
        let connect = Duration::from_secs(connection.connect_seconds).min(total);
        let client = trust::client(connect, Some(&endpoint), connection.ca_file.as_deref())?;
        let mut hidden: Vec<Secret> = endpoint.credentials().into_iter().map(Secret::hidden).collect();
        hidden.extend(trust::proxy_passwords());
        hidden.extend(key.clone());
        let limits =
            Limits { idle: Duration::from_secs(connection.idle_seconds), total, ..Limits::default() };
        let first_byte = connection.first_byte_seconds.map(Duration::from_secs);
        let account = Account { endpoint, variable: connection.key.variable.clone(), key, hidden, limits };
        Ok(Self { client, patience: Patience { connect, first_byte }, account: Some(Arc::new(account)) })
    }

    /// One that is bound to nothing, for the tests of engines. `connect` bounds the time to a connection.
    ///
    /// # Errors
    /// Where the system's certificates cannot be loaded.
    #[cfg(test)]
    pub fn new(connect: Duration) -> Result<Self> {
        let client = trust::client(connect, None, None)?;
        Ok(Self { client, patience: Patience { connect, first_byte: None }, account: None })
    }

    /// The address of the connection.
    pub fn endpoint(&self) -> Option<&Endpoint> {
        self.account.as_ref().map(|account| &account.endpoint)
    }

    /// The connection's key.
    pub fn key(&self) -> Option<&Secret> {
        self.account.as_ref().and_then(|account| account.key.as_ref())
    }

    /// What to do where the service wants another key, or any: a hint that names where ours comes from.
    pub fn key_hint(&self) -> String {
        match self.account.as_deref() {
            Some(Account { key: Some(key), .. }) => {
                format!("the key in {} is not accepted here", key.place())
            }
            Some(Account { variable, .. }) => {
                format!("set `{variable}` to your key, or name its variable with `--key-env`")
            }
            None => "the service wants a key".to_owned(),
        }
    }

    /// The deadlines of the connection, with the usual cap on size.
    pub fn limits(&self) -> Limits {
        self.account.as_ref().map_or_else(Limits::default, |account| account.limits)
    }

    /// `text` without anything that gives access: the key, what stands in the address, proxies' passwords.
    pub fn redact(&self, text: &str) -> String {
        let hidden = self.account.iter().flat_map(|account| &account.hidden);
        hidden.fold(text.to_owned(), |text, secret| secret.redact(&text))
    }

    /// Posts `body` as JSON, with `key` as a bearer's token; one attempt.
    ///
    /// # Errors
    /// Where no whole reply came back in time. A reply of any status is `Ok`.
    pub async fn post_json(
        &self,
        endpoint: &Endpoint,
        key: Option<&Secret>,
        body: &Value,
        limits: &Limits,
    ) -> std::result::Result<Reply, EngineError> {
        let mut headers = HeaderMap::new();
        if let Some(key) = key {
            headers.insert(AUTHORIZATION, key.bearer()?);
        }
        self.post(endpoint, headers, body.to_string().into_bytes(), limits).await
    }

    /// Posts `body`, which is JSON unless `headers` have another content type; one attempt.
    ///
    /// # Errors
    /// Where no whole reply came back in time. A reply of any status is `Ok`.
    pub async fn post(
        &self,
        endpoint: &Endpoint,
        mut headers: HeaderMap,
        body: Vec<u8>,
        limits: &Limits,
    ) -> std::result::Result<Reply, EngineError> {
        headers.entry(CONTENT_TYPE).or_insert(HeaderValue::from_static("application/json"));
        self.send(Method::POST, endpoint, headers, Some(body), limits).await
    }

    /// Gets what stands at `endpoint`; one attempt.
    ///
    /// # Errors
    /// Where no whole reply came back in time. A reply of any status is `Ok`.
    pub async fn get(
        &self,
        endpoint: &Endpoint,
        headers: HeaderMap,
        limits: &Limits,
    ) -> std::result::Result<Reply, EngineError> {
        self.send(Method::GET, endpoint, headers, None, limits).await
    }

    /// Any request; one attempt.
    ///
    /// # Errors
    /// Where `endpoint` is of another origin than the connection's, and where no whole reply came back in time. A
    /// reply of any status is `Ok`.
    pub async fn send(
        &self,
        method: Method,
        endpoint: &Endpoint,
        headers: HeaderMap,
        body: Option<Vec<u8>>,
        limits: &Limits,
    ) -> std::result::Result<Reply, EngineError> {
        let hide = |mut error: EngineError| {
            error.message = self.redact(&error.message);
            error
        };
        if self.endpoint().is_some_and(|own| !own.same_origin(endpoint)) {
            return Err(EngineError::new(
                ErrorClass::Stop,
                format!("`{endpoint}` is not the place that this engine speaks to"),
            ));
        }
        let mut request = self.client.request(method, endpoint.url.clone()).headers(headers);
        if let Some(body) = body {
            request = request.body(body);
        }
        let exchange = exchange(self.patience, endpoint.clone(), request, *limits);
        let mut reply = network::drive(exchange).await.map_err(hide)?;
        for secret in self.account.iter().flat_map(|account| &account.hidden) {
            secret.scrub(&mut reply.body);
        }
        Ok(reply)
    }
}

/// One request and its whole reply.
async fn exchange(
    patience: Patience,
    endpoint: Endpoint,
    request: RequestBuilder,
    limits: Limits,
) -> std::result::Result<Reply, EngineError> {
    let begun = Instant::now();
    let end = begun + limits.total;
    let first_byte = patience.first_byte.filter(|first| *first < limits.total);
    let head_end = first_byte.map_or(end, |first| begun + first);
    let mut response = match timeout_at(head_end, request.send()).await {
        Err(_) => {
            return Err(match first_byte {
                Some(first) => Deadline::FirstByte.missed(&endpoint, first),
                None => Deadline::TotalWithoutReply.missed(&endpoint, limits.total),
            });
        }
        Ok(Err(error)) => return Err(failure::network_error(&endpoint, &error, patience.connect)),
        Ok(Ok(response)) => response,
    };
    let status = response.status();
    let retry_after = patience::wait_asked_for(response.headers());
    if status.is_redirection() {
        return Err(EngineError::new(
            ErrorClass::Stop,
            format!("`{endpoint}` answers with a redirect ({status}) that is not followed"),
        )
        .with_hint("give the address that it leads to, if you trust it with the article and the key"));
    }
    let mut body = Vec::new();
    if status.is_success() {
        read_body(&mut response, &endpoint, &mut body, &limits, end).await?;
    } else {
        // A refusal says what it is by its status: nothing that happens to its text makes it another.
        let limits = Limits { max_body: MAX_REFUSAL.min(limits.max_body), ..limits };
        drop(read_body(&mut response, &endpoint, &mut body, &limits, end).await);
    }
    Ok(Reply { status, retry_after, body })
}

/// Reads a body into `body`, which on an error holds what had come.
async fn read_body(
    response: &mut reqwest::Response,
    endpoint: &Endpoint,
    body: &mut Vec<u8>,
    limits: &Limits,
    end: Instant,
) -> std::result::Result<(), EngineError> {
    if response.content_length().is_some_and(|length| length > limits.max_body as u64) {
        return Err(failure::too_large(endpoint, limits.max_body));
    }
    loop {
        let idle_end = Instant::now() + limits.idle;
        let piece = match timeout_at(end.min(idle_end), response.chunk()).await {
            Err(_) if end <= idle_end => return Err(Deadline::Total.missed(endpoint, limits.total)),
            Err(_) => return Err(Deadline::Idle.missed(endpoint, limits.idle)),
            Ok(Err(error)) => return Err(failure::broken_off(endpoint, &error)),
            Ok(Ok(None)) => return Ok(()),
            Ok(Ok(Some(piece))) => piece,
        };
        if body.len() + piece.len() > limits.max_body {
            return Err(failure::too_large(endpoint, limits.max_body));
        }
        body.extend_from_slice(&piece);
    }
}

#[cfg(test)]
mod connection_tests;
#[cfg(test)]
mod tests;
