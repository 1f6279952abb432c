//! How long an endpoint asks to be left alone.

use std::time::Duration;

use reqwest::header::{DATE, HeaderMap, HeaderName, RETRY_AFTER};

use super::LONGEST_TOLD;

/// The pause a reply asks for: `retry-after-ms` (as some endpoints send), else `Retry-After` as seconds or as a
/// date, the date taken against the reply's own `Date` where it has one, so that a wrong clock here does no harm.
pub(crate) fn wait_asked_for(headers: &HeaderMap) -> Option<Duration> {
    let text = |name: &HeaderName| headers.get(name).and_then(|value| value.to_str().ok()).map(str::trim);
    let milliseconds = text(&HeaderName::from_static("retry-after-ms"))
        .and_then(|value| value.parse::<f64>().ok())
        .map(|value| value / 1000.0);
    let after = text(&RETRY_AFTER);
    let seconds =
        milliseconds.or_else(|| after.and_then(|value| value.parse::<f64>().ok())).or_else(|| {
            let until = http_date(after?)?;
            let now = text(&DATE).and_then(http_date).unwrap_or_else(|| jiff::Timestamp::now().as_second());
            Some((until - now).max(0) as f64)
        })?;
    let seconds = if seconds.is_nan() { return None } else { seconds.clamp(0.0, LONGEST_TOLD.as_secs_f64()) };
    Some(Duration::from_secs_f64(seconds))
}

/// Seconds since the epoch of an HTTP date in the one form that may still be sent (RFC 9110, 5.6.7).
fn http_date(text: &str) -> Option<i64> {
    let parser = jiff::fmt::rfc2822::DateTimeParser::new();
    parser.parse_timestamp(text).ok().map(|timestamp| timestamp.as_second())
}
