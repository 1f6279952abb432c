//! A transport for one connection: its address, key and deadlines.

use std::sync::Arc;
use std::time::Duration;

use reqwest::Method;
use reqwest::header::HeaderMap;

use super::{Endpoint, Limits, MAX_BODY, Reply, Secret, Transport};
use crate::engine::EngineError;
use crate::error::{Error, Result};
use crate::settings::{Connection, KeySource};

/// What a transport is bound to.
#[derive(Debug)]
pub(super) struct Account {
    endpoint: Endpoint,
    variable: String,
    key: Option<Secret>,
    limits: Limits,
}

impl Transport {
    /// A transport for `connection`. Nothing is sent yet.
    ///
    /// # Errors
    /// Where the address is none, or the key file cannot be read.
    pub fn for_connection(connection: &Connection) -> Result<Self> {
        let endpoint = Endpoint::parse(&connection.url)?;
        let key = Secret::find(&connection.key)?;
        let mut transport = Self::new(Duration::from_secs(connection.connect_seconds))?;
        let limits = Limits {
            idle: Duration::from_secs(connection.idle_seconds),
            total: Duration::from_secs(connection.total_seconds),
            max_body: MAX_BODY,
        };
        let variable = connection.key.variable.clone();
        transport.account = Some(Arc::new(Account { endpoint, variable, key, limits }));
        Ok(transport)
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
            Some(Account { key: Some(_), variable, .. }) => {
                format!("the key in `{variable}` is not accepted here")
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

    /// `text` without the key.
    pub fn redact(&self, text: &str) -> String {
        self.key().map_or_else(|| text.to_owned(), |key| key.redact(text))
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
}

impl Secret {
    /// The key that `source` names: the file counts first, the environment next.
    ///
    /// # Errors
    /// Where the file cannot be read.
    pub fn find(source: &KeySource) -> Result<Option<Self>> {
        let Some(path) = &source.file else { return Ok(Self::from_environment(&source.variable)) };
        let text = std::fs::read_to_string(path).map_err(|error| {
            Error::usage(
                format!("the key file `{}` cannot be read: {error}", path.display()),
                "`--key-file` names a file that holds the key alone",
            )
        })?;
        Ok(Some(Self::new(text.trim())))
    }
}
