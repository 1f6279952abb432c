//! An address of a service: where requests go, and what of it may be shown.

use std::fmt;
use std::net::IpAddr;

use reqwest::Url;

use crate::error::{Error, Result};

/// Where requests go: a URL that can be shown because nothing secret is in what it shows.
#[derive(Clone, PartialEq, Eq)]
pub struct Endpoint {
    pub(super) url: Url,
}

impl Endpoint {
    /// Parses `url`, which must be `http` or `https`. User info in it goes out as basic authentication.
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

    /// Whether both have the same scheme, host and port.
    pub fn same_origin(&self, other: &Self) -> bool {
        self.url.origin() == other.url.origin()
    }

    /// Whether what is sent there can be read on the way.
    pub fn is_plain_http(&self) -> bool {
        self.url.scheme() == "http"
    }

    /// Whether it is this machine: `localhost`, 127.0.0.0/8, `::1`, and the unspecified addresses, which servers print
    /// as their own when they listen everywhere and which lead nowhere but here.
    pub fn is_loopback(&self) -> bool {
        let Some(host) = self.url.host_str() else { return false };
        let bare = host.trim_start_matches('[').trim_end_matches(']');
        match bare.parse::<IpAddr>() {
            Ok(address) => {
                let address = address.to_canonical();
                address.is_loopback() || address.is_unspecified()
            }
            Err(_) => bare.eq_ignore_ascii_case("localhost"),
        }
    }

    /// What in the address gives access: user, password, and query values whose name says so.
    pub(super) fn credentials(&self) -> Vec<String> {
        let decoded = |text: &str| {
            // A query value is decoded as user info is, once `+` is kept from meaning a blank.
            let pair = format!("x={}", text.replace('+', "%2B"));
            reqwest::Url::parse(&format!("http://x/?{pair}"))
                .ok()
                .and_then(|url| url.query_pairs().next().map(|(_, value)| value.into_owned()))
        };
        let user = (!self.url.username().is_empty()).then(|| self.url.username());
        let in_front = [self.url.password(), user].into_iter().flatten();
        let mut found: Vec<String> =
            in_front.flat_map(|text| [Some(text.to_owned()), decoded(text)]).flatten().collect();
        let telling = ["key", "token", "secret", "sig", "pass", "auth", "code"];
        found.extend(
            self.url
                .query_pairs()
                .filter(|(name, _)| telling.iter().any(|part| name.to_lowercase().contains(part)))
                .map(|(_, value)| value.into_owned()),
        );
        found.retain(|text| !text.is_empty());
        found.dedup();
        found
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

#[cfg(test)]
mod tests {
    use super::*;

    fn endpoint(url: &str) -> Endpoint {
        Endpoint::parse(url).unwrap()
    }

    #[test]
    fn this_machine_is_known_by_every_name_it_has_and_by_no_other() {
        for here in [
            "http://localhost:8080/v1",
            "http://LOCALHOST",
            "http://127.0.0.1",
            "http://127.8.9.10:1",
            "http://127.1",
            "http://0x7f000001",
            "http://[::1]:8080/v1",
            "http://[::ffff:127.0.0.1]",
            "http://0.0.0.0:8000/v1",
        ] {
            assert!(endpoint(here).is_loopback(), "{here}");
        }
        for away in [
            "http://localhost.example.com",
            "http://127.0.0.1.example.com",
            "http://10.0.0.1",
            "http://192.168.1.5:8080",
            "http://128.0.0.1",
            "http://[::2]",
            "http://user:localhost@example.com",
            "http://notlocalhost",
        ] {
            assert!(!endpoint(away).is_loopback(), "{away}");
        }
    }

    #[test]
    fn an_origin_is_scheme_host_and_port() {
        let base = endpoint("https://api.example.com/v1");
        assert!(base.same_origin(&endpoint("https://user@api.example.com:443/other?x")));
        for other in [
            "http://api.example.com/v1",
            "https://api.example.com:444/v1",
            "https://example.com/v1",
            "https://api.example.com.evil.test/v1",
        ] {
            assert!(!base.same_origin(&endpoint(other)), "{other}");
        }
    }

    #[test]
    fn what_gives_access_is_found_in_an_address() {
        let found = endpoint("https://ann:pa%2Bss@host/v1?api-version=2024&api-key=canary").credentials();
        for part in ["ann", "pa%2Bss", "pa+ss", "canary"] {
            assert!(found.iter().any(|text| text == part), "{part} in {found:?}");
        }
        assert!(!found.iter().any(|text| text == "2024"), "{found:?}");
        assert!(endpoint("https://host/v1?api-version=2024").credentials().is_empty());
    }
}
