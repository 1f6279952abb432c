//! Everything about HTTP, once, for every engine that speaks it: one shared client, deadlines, caps, secrets,
//! redirects, and what a status means for the caller.
//!
//! Owns no protocol: engines build bodies and read replies in pure functions of their own. Never retries and
//! never sleeps; a request that fails is an [`EngineError`] with the class that says what to do about it.

mod failure;
mod secret;

use std::fmt;
use std::sync::OnceLock;
use std::time::Duration;

use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, DATE, HeaderMap, HeaderName};
use reqwest::redirect::{Attempt, Policy};
use reqwest::{Client, StatusCode, Url};
use serde_json::Value;
use tokio::time::{Instant, timeout_at};

pub use failure::{LONGEST_WAIT, clean, describe, status_error};
pub use secret::Secret;

use super::{EngineError, ErrorClass};
use crate::error::{Error, Result};

/// The shared HTTP client. Cloning shares its connections.
#[derive(Debug, Clone)]
pub struct Transport {
    client: Client,
}

/// How long each part of one request may take, and how much may come back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Between two pieces of the reply's body. Not the wait for the first: a model that does not stream
    /// is silent until it is done, so that wait is bounded by `total` alone.
    pub idle: Duration,
    /// The whole request.
    pub total: Duration,
    /// Bytes of the reply after decompression.
    pub max_body: usize,
}

/// Bytes of a reply beyond which it is refused: a chunk's translation is some kilobytes.
pub const MAX_BODY: usize = 16 << 20;

impl Default for Limits {
    fn default() -> Self {
        Self { idle: Duration::from_secs(60), total: Duration::from_secs(600), max_body: MAX_BODY }
    }
}

/// Where requests go: a URL that can be shown because nothing secret is in what it shows.
#[derive(Clone, PartialEq, Eq)]
pub struct Endpoint {
    url: Url,
}

impl Endpoint {
    /// Parses `url`, which must be `http` or `https`.
    ///
    /// # Errors
    /// Where it is no such URL.
    pub fn parse(url: &str) -> Result<Self> {
        let hint = "give it as `http://HOST:PORT/v1` or `https://HOST/v1`";
        let parsed = Url::parse(url.trim()).map_err(|error| {
            // The text is not shown: a URL that does not parse may still hold a password.
            Error::usage(format!("the endpoint's address is not a URL: {error}"), hint)
        })?;
        if !matches!(parsed.scheme(), "http" | "https") || parsed.host_str().is_none() {
            return Err(Error::usage("the endpoint's address is no http or https URL".to_owned(), hint));
        }
        Ok(Self { url: parsed })
    }

    /// This endpoint with `segments` after its path, unless it already ends in them. A query stays.
    #[must_use]
    pub fn join(&self, segments: &[&str]) -> Self {
        let mut url = self.url.clone();
        let have: Vec<&str> = self
            .url
            .path_segments()
            .map(|parts| parts.filter(|part| !part.is_empty()).collect())
            .unwrap_or_default();
        if !have.ends_with(segments)
            && let Ok(mut path) = url.path_segments_mut()
        {
            path.pop_if_empty().extend(segments);
        }
        Self { url }
    }
}

impl fmt::Display for Endpoint {
    /// Without user info, query and fragment: each may hold a key.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = self.url.clone();
        // Neither can fail on a URL that has a host, and every endpoint's has one.
        if shown.set_username("").and(shown.set_password(None)).is_err() {
            return f.write_str("an endpoint");
        }
        shown.set_query(None);
        shown.set_fragment(None);
        f.write_str(shown.as_str())
    }
}

impl fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Endpoint({self})")
    }
}

/// A reply whose body was read to its end. Any status: [`status_error`] makes an error of a bad one.
#[derive(Debug, Clone)]
pub struct Reply {
    pub status: StatusCode,
    /// What `Retry-After` asks for, capped at [`LONGEST_WAIT`].
    pub retry_after: Option<Duration>,
    pub body: Vec<u8>,
}

impl Transport {
    /// `connect` bounds the time to a connection, TLS included.
    ///
    /// # Errors
    /// Where the system's certificates cannot be loaded.
    pub fn new(connect: Duration) -> Result<Self> {
        static PROVIDER: OnceLock<()> = OnceLock::new();
        PROVIDER.get_or_init(|| {
            // An error says that another provider is there already: as good.
            drop(rustls::crypto::ring::default_provider().install_default());
        });
        let client = Client::builder()
            .connect_timeout(connect)
            .redirect(Policy::custom(same_origin))
            .user_agent(concat!("gloss/", env!("CARGO_PKG_VERSION")))
            .referer(false)
            .build()
            .map_err(|error| {
                Error::engine(
                    format!("the HTTP client could not be made: {}", describe(&error)),
                    "are the system's certificates installed?",
                )
            })?;
        Ok(Self { client })
    }

    /// Posts `body` as JSON; one attempt.
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

    /// Posts `body`, which is JSON, with `headers`; one attempt.
    ///
    /// # Errors
    /// Where no whole reply came back in time. A reply of any status is `Ok`.
    pub async fn post(
        &self,
        endpoint: &Endpoint,
        headers: HeaderMap,
        body: Vec<u8>,
        limits: &Limits,
    ) -> std::result::Result<Reply, EngineError> {
        let end = Instant::now() + limits.total;
        let sending = self
            .client
            .post(endpoint.url.clone())
            .headers(headers)
            .header(CONTENT_TYPE, "application/json")
            .body(body)
            .send();
        let mut response = match timeout_at(end, sending).await {
            Err(_) => return Err(failure::too_slow(endpoint, "no reply", limits.total)),
            Ok(Err(error)) => return Err(failure::network_error(endpoint, &error)),
            Ok(Ok(response)) => response,
        };
        let status = response.status();
        let retry_after = wait_asked_for(response.headers());
        if response.content_length().is_some_and(|length| length > limits.max_body as u64) {
            return Err(failure::too_large(endpoint, limits.max_body));
        }
        let mut body = Vec::new();
        loop {
            let idle_end = Instant::now() + limits.idle;
            let piece = match timeout_at(end.min(idle_end), response.chunk()).await {
                Err(_) if end <= idle_end => {
                    return Err(failure::too_slow(endpoint, "the reply was not complete", limits.total));
                }
                Err(_) => {
                    return Err(failure::too_slow(endpoint, "nothing more of the reply came", limits.idle));
                }
                Ok(Err(error)) => return Err(failure::network_error(endpoint, &error)),
                Ok(Ok(None)) => break,
                Ok(Ok(Some(piece))) => piece,
            };
            if body.len() + piece.len() > limits.max_body {
                return Err(failure::too_large(endpoint, limits.max_body));
            }
            body.extend_from_slice(&piece);
        }
        if status.is_redirection() {
            return Err(EngineError::new(
                ErrorClass::Stop,
                format!("`{endpoint}` answers with a redirect ({status}) that is not followed"),
            )
            .with_hint("give the address that it leads to, if you trust it with the article and the key"));
        }
        Ok(Reply { status, retry_after, body })
    }
}

/// Follows a redirect that repeats the request at the same origin, and no other: what is sent is the article and
/// a key, and both belong to the origin they were meant for.
fn same_origin(attempt: Attempt<'_>) -> reqwest::redirect::Action {
    let repeats = matches!(attempt.status(), StatusCode::TEMPORARY_REDIRECT | StatusCode::PERMANENT_REDIRECT);
    let stays = attempt.previous().first().is_some_and(|first| first.origin() == attempt.url().origin());
    if repeats && stays && attempt.previous().len() <= 5 { attempt.follow() } else { attempt.stop() }
}

/// The pause a reply asks for: `retry-after-ms` (as some endpoints send), else `Retry-After` as seconds or as a
/// date, the date taken against the reply's own `Date` where it has one, so that a wrong clock here does no harm.
pub(crate) fn wait_asked_for(headers: &HeaderMap) -> Option<Duration> {
    let text = |name: &HeaderName| headers.get(name).and_then(|value| value.to_str().ok()).map(str::trim);
    let milliseconds = text(&HeaderName::from_static("retry-after-ms"))
        .and_then(|value| value.parse::<f64>().ok())
        .map(|value| value / 1000.0);
    let after = text(&reqwest::header::RETRY_AFTER);
    let seconds =
        milliseconds.or_else(|| after.and_then(|value| value.parse::<f64>().ok())).or_else(|| {
            let until = http_date(after?)?;
            let now = text(&DATE).and_then(http_date).unwrap_or_else(|| jiff::Timestamp::now().as_second());
            Some((until - now).max(0) as f64)
        })?;
    let seconds = if seconds.is_nan() { return None } else { seconds.clamp(0.0, LONGEST_WAIT.as_secs_f64()) };
    Some(Duration::from_secs_f64(seconds))
}

/// Seconds since the epoch of an HTTP date in the one form that may still be sent (RFC 9110, 5.6.7).
fn http_date(text: &str) -> Option<i64> {
    let parser = jiff::fmt::rfc2822::DateTimeParser::new();
    parser.parse_timestamp(text).ok().map(|timestamp| timestamp.as_second())
}

#[cfg(test)]
mod tests;
