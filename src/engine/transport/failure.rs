//! What went wrong on the way, as errors named by what the caller must do.

use std::error::Error as _;
use std::time::Duration;

use reqwest::StatusCode;
use rustls::CertificateError;

use super::super::{EngineError, ErrorClass};
use super::{Endpoint, Reply, trust};

/// An endpoint that asks for a longer pause than this in its own words has a quota that is used up. A quota that
/// refills tomorrow is better reported than waited for.
pub const LONGEST_WAIT: Duration = Duration::from_secs(300);

/// A `Retry-After` that asks for more is read as this. How much of it is waited is the pace's business.
pub const LONGEST_TOLD: Duration = Duration::from_secs(7 * 86_400);

/// Characters of an endpoint's own words that are shown.
const LONGEST_QUOTE: usize = 300;

/// The error of a reply whose status is not a success, by the rules that every HTTP engine shares. `said` is
/// what the endpoint said of it, cleaned; engines that know more of their own protocol look first.
pub fn status_error(endpoint: &Endpoint, reply: &Reply, said: &str) -> EngineError {
    let status = reply.status;
    let class = match status {
        StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => {
            ErrorClass::Wait(reply.retry_after)
        }
        // 425 Too Early asks for the same again; 529 is how some say that they are overloaded.
        StatusCode::REQUEST_TIMEOUT | StatusCode::CONFLICT | StatusCode::TOO_EARLY => ErrorClass::Retry,
        StatusCode::PAYLOAD_TOO_LARGE => ErrorClass::Split,
        _ if status.as_u16() == 529 => ErrorClass::Wait(reply.retry_after),
        StatusCode::NOT_IMPLEMENTED | StatusCode::HTTP_VERSION_NOT_SUPPORTED => ErrorClass::Stop,
        _ if status.is_server_error() => match reply.retry_after {
            Some(pause) => ErrorClass::Wait(Some(pause)),
            None => ErrorClass::Retry,
        },
        _ => ErrorClass::Stop,
    };
    let colon = if said.is_empty() { "" } else { ": " };
    let status = match status.canonical_reason() {
        Some(_) => status.to_string(),
        None => status.as_u16().to_string(),
    };
    EngineError::new(class, format!("`{endpoint}` answers {status}{colon}{said}"))
}

/// The deadlines of a request, each with its own words and flag. The one for connecting is reqwest's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Deadline {
    FirstByte,
    Idle,
    /// The total, before any reply.
    TotalWithoutReply,
    /// The total, in the middle of the reply.
    Total,
}

impl Deadline {
    /// The error of a reply that did not come within `limit`. The request is out by then: it may be charged for.
    pub(super) fn missed(self, endpoint: &Endpoint, limit: Duration) -> EngineError {
        let (what, flag) = match self {
            Self::FirstByte => ("no reply began", "--first-byte-timeout"),
            Self::Idle => ("nothing more of the reply came", "--idle-timeout"),
            Self::TotalWithoutReply => ("no reply", "--total-timeout"),
            Self::Total => ("the reply was not complete", "--total-timeout"),
        };
        let message = format!("`{endpoint}`: {what} within {} s", limit.as_secs_f64());
        charged(EngineError::new(ErrorClass::Retry, message))
            .with_hint(format!("`{flag}` gives it more time; smaller requests (`--chunk-tokens`) take less"))
    }
}

fn charged(error: EngineError) -> EngineError {
    EngineError { maybe_charged: true, ..error }
}

pub(super) fn too_large(endpoint: &Endpoint, limit: usize) -> EngineError {
    charged(EngineError::new(
        ErrorClass::Split,
        format!("`{endpoint}`: the reply is larger than {limit} bytes"),
    ))
}

/// A reply that broke off in its body.
pub(super) fn broken_off(endpoint: &Endpoint, error: &reqwest::Error) -> EngineError {
    let message = format!("`{endpoint}`: the reply broke off: {}", describe(error));
    charged(EngineError::new(ErrorClass::Retry, message))
}

/// A request that got no reply. `connect` is how long a connection was waited for.
pub(super) fn network_error(endpoint: &Endpoint, error: &reqwest::Error, connect: Duration) -> EngineError {
    let message = format!("`{endpoint}`: {}", describe(error));
    let stop = |hint: &str| EngineError::new(ErrorClass::Stop, message.clone()).with_hint(hint);
    match tls_fault(error) {
        Some(rustls::Error::InvalidCertificate(fault)) => return stop(certificate_hint(fault)),
        Some(rustls::Error::InvalidMessage(_)) => {
            return stop("the server does not speak TLS there: is its address `http://`?");
        }
        _ => {}
    }
    if error.is_builder() {
        return EngineError::new(ErrorClass::Stop, message);
    }
    if !error.is_connect() {
        return charged(EngineError::new(ErrorClass::Retry, message));
    }
    let between = trust::proxy_variable(endpoint);
    if error.is_timeout() {
        let message = format!("`{endpoint}`: no connection within {} s", connect.as_secs_f64());
        return EngineError::new(ErrorClass::Retry, message)
            .with_hint("is the address right? `--connect-timeout` gives it more time");
    }
    // hyper-util's words for a proxy that answers and refuses; its type is not to be had here.
    if message.contains("proxy authorization required") {
        return stop("the proxy wants a user and password: `HTTPS_PROXY=http://USER:PASSWORD@HOST:PORT`");
    }
    EngineError::new(ErrorClass::Retry, message).with_hint(match between {
        Some(name) => format!("is the server running, and the proxy that `{name}` names?"),
        None => "is the server running, and is the address right?".to_owned(),
    })
}

/// What to mend about a certificate that was refused.
fn certificate_hint(fault: &CertificateError) -> &'static str {
    use CertificateError as Fault;
    match fault {
        Fault::UnknownIssuer => {
            "nobody this machine trusts has signed the server's certificate: `--ca-file FILE` names who did (PEM)"
        }
        Fault::NotValidForName | Fault::NotValidForNameContext { .. } => {
            "the server's certificate is for another name: is the address right?"
        }
        Fault::Expired | Fault::ExpiredContext { .. } => {
            "the server's certificate has expired (or this machine's clock is wrong)"
        }
        Fault::NotValidYet | Fault::NotValidYetContext { .. } => {
            "the server's certificate is not valid yet: is this machine's clock right?"
        }
        Fault::Other(_) => {
            "the server's certificate cannot be verified; an authority's own certificate cannot serve as a server's"
        }
        _ => "the server's certificate is not one this machine trusts",
    }
}

/// The TLS library's error among the causes of `error`.
fn tls_fault(error: &reqwest::Error) -> Option<&rustls::Error> {
    let mut cause = error.source();
    while let Some(inner) = cause {
        if let Some(found) = inner.downcast_ref::<rustls::Error>() {
            return Some(found);
        }
        // The TLS error comes inside two `io::Error`s, and the `source` of one skips what it holds.
        let held = inner.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref);
        cause = match held {
            Some(held) => Some(held),
            None => inner.source(),
        };
    }
    None
}

/// The causes of an HTTP error in a row, without the URL (it may hold a password).
pub fn describe(error: &reqwest::Error) -> String {
    let mut parts: Vec<String> = Vec::new();
    let mut cause = error.source();
    while let Some(inner) = cause {
        let text = inner.to_string();
        // hyper-util's word for where it failed; what follows says why.
        if text.starts_with("client error (") && inner.source().is_some() {
            cause = inner.source();
            continue;
        }
        if parts.last().is_none_or(|last| !last.contains(&text)) {
            parts.push(text);
        }
        cause = inner.source();
    }
    if parts.is_empty() {
        let kind = if error.is_timeout() { "timed out" } else { "the request failed" };
        parts.push(kind.to_owned());
    }
    clean(&parts.join(": "))
}

/// An endpoint's own words, fit for a message: one line, no control characters, of bounded length.
pub fn clean(text: &str) -> String {
    let line: String = text
        .chars()
        .map(|character| if is_unprintable(character) { ' ' } else { character })
        .take(LONGEST_QUOTE * 4)
        .collect();
    let words: Vec<&str> = line.split_whitespace().collect();
    let joined = words.join(" ");
    if joined.chars().count() <= LONGEST_QUOTE {
        return joined;
    }
    joined.chars().take(LONGEST_QUOTE).chain(['…']).collect()
}

/// Control characters, and those that change the direction of what follows them.
fn is_unprintable(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}
