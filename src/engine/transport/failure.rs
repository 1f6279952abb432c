//! What went wrong on the way, as errors named by what the caller must do.

use std::error::Error as _;
use std::time::Duration;

use reqwest::StatusCode;

use super::super::{EngineError, ErrorClass};
use super::{Endpoint, Reply};

/// The longest pause that an endpoint can impose with `Retry-After`. A quota that refills tomorrow is better
/// reported than waited for.
pub const LONGEST_WAIT: Duration = Duration::from_secs(300);

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
    EngineError::new(class, format!("`{endpoint}` answers {status}{colon}{said}"))
}

pub(super) fn too_slow(endpoint: &Endpoint, what: &str, limit: Duration) -> EngineError {
    EngineError::new(ErrorClass::Retry, format!("`{endpoint}`: {what} within {} s", limit.as_secs_f64()))
}

pub(super) fn too_large(endpoint: &Endpoint, limit: usize) -> EngineError {
    EngineError::new(ErrorClass::Split, format!("`{endpoint}`: the reply is larger than {limit} bytes"))
}

/// A request that got no reply, or lost it on the way.
pub(super) fn network_error(endpoint: &Endpoint, error: &reqwest::Error) -> EngineError {
    let detail = describe(error);
    let message = format!("`{endpoint}`: {detail}");
    if certificate_refused(error) {
        return EngineError::new(ErrorClass::Stop, message)
            .with_hint("the server's certificate is not one this machine trusts");
    }
    if error.is_builder() {
        return EngineError::new(ErrorClass::Stop, message);
    }
    let error_out = EngineError::new(ErrorClass::Retry, message);
    if error.is_connect() {
        error_out.with_hint("is the server running, and is the address right?")
    } else {
        error_out
    }
}

fn certificate_refused(error: &reqwest::Error) -> bool {
    let mut cause = error.source();
    while let Some(inner) = cause {
        let refused = inner
            .downcast_ref::<rustls::Error>()
            .is_some_and(|error| matches!(error, rustls::Error::InvalidCertificate(_)));
        // hyper hands the TLS error on inside an `io::Error`, whose `source` skips what it holds.
        let held = inner
            .downcast_ref::<std::io::Error>()
            .and_then(std::io::Error::get_ref)
            .and_then(|held| held.downcast_ref::<rustls::Error>())
            .is_some_and(|error| matches!(error, rustls::Error::InvalidCertificate(_)));
        if refused || held {
            return true;
        }
        cause = inner.source();
    }
    false
}

/// The causes of an HTTP error in a row, without the URL (it may hold a password).
pub fn describe(error: &reqwest::Error) -> String {
    let mut parts: Vec<String> = Vec::new();
    let mut cause = error.source();
    while let Some(inner) = cause {
        let text = inner.to_string();
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
