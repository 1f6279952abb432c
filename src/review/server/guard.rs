//! Who may ask: the checks that stand before every reply, and the headers that stand on every one.
//!
//! * The `Host` must be the server's own, or another site's name that was made to point here could read the pages (DNS
//!   rebinding).
//! * `Origin` and `Sec-Fetch-Site` (W3C Fetch Metadata), where a browser sends them, must say that the request is from the
//!   server's own pages or typed by the user.
//! * The first part of the path must be the token; without it there is nothing here, and nothing tells that there is
//!   something else. What changes anything needs the token in a header too: no form and no link can send that.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, HOST, HeaderName, HeaderValue, ORIGIN, REFERRER_POLICY,
    X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

/// The header in which a page sends the token back.
pub(super) const TOKEN_HEADER: &str = "x-gloss-token";

/// What may be loaded by a reply that is no page.
const NOTHING: &str = "default-src 'none'; frame-ancestors 'none'";

/// The server's own names and its token.
#[derive(Debug)]
pub(super) struct Gate {
    token: String,
    /// Compared in place of the token: [`blake3::Hash`] takes the same time for any two.
    digest: blake3::Hash,
    /// `name:port`, each way in which a browser may call the server.
    hosts: [String; 2],
}

impl Gate {
    pub fn new(token: &str, port: u16) -> Self {
        Self {
            token: token.to_owned(),
            digest: blake3::hash(token.as_bytes()),
            // Nobody says the port that an address has without one.
            hosts: ["127.0.0.1", "localhost"].map(|name| match port {
                80 => name.to_owned(),
                port => format!("{name}:{port}"),
            }),
        }
    }

    pub fn token(&self) -> &str {
        &self.token
    }

    fn is_token(&self, given: &[u8]) -> bool {
        blake3::hash(given) == self.digest
    }

    /// Why a request is turned away, if it is.
    fn refuses(&self, method: &Method, path: &str, headers: &HeaderMap) -> Option<StatusCode> {
        let mut hosts = headers.get_all(HOST).iter();
        let host = hosts.next().and_then(|host| host.to_str().ok());
        let own = host.filter(|host| self.hosts.iter().any(|own| own.eq_ignore_ascii_case(host)));
        let (Some(host), None) = (own, hosts.next()) else {
            return Some(StatusCode::MISDIRECTED_REQUEST);
        };
        let first = path.strip_prefix('/').unwrap_or(path).split('/').next().unwrap_or_default();
        if !self.is_token(first.as_bytes()) {
            return Some(StatusCode::NOT_FOUND);
        }
        let from_here = |origin: &HeaderValue| {
            let origin = origin.to_str().ok().and_then(|origin| origin.strip_prefix("http://"));
            origin.is_some_and(|origin| origin.eq_ignore_ascii_case(host))
        };
        let near = |site: &HeaderValue| [&b"same-origin"[..], b"none"].contains(&site.as_bytes());
        if !headers.get_all(ORIGIN).iter().all(from_here)
            || !headers.get_all("sec-fetch-site").iter().all(near)
        {
            return Some(StatusCode::FORBIDDEN);
        }
        let reads = matches!(*method, Method::GET | Method::HEAD);
        let said = headers.get(TOKEN_HEADER).is_some_and(|token| self.is_token(token.as_bytes()));
        (!reads && !said).then_some(StatusCode::FORBIDDEN)
    }
}

/// Turns away who may not ask, and puts the headers on every reply.
pub(super) async fn guard(State(gate): State<Arc<Gate>>, request: Request, next: Next) -> Response {
    let refused = gate.refuses(request.method(), request.uri().path(), request.headers());
    let mut response = match refused {
        Some(status) => status.into_response(),
        None => next.run(request).await,
    };
    let headers = response.headers_mut();
    headers.entry(CONTENT_SECURITY_POLICY).or_insert(HeaderValue::from_static(NOTHING));
    for (name, value) in [
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        // The address holds the token.
        (REFERRER_POLICY, "no-referrer"),
        (CACHE_CONTROL, "no-store"),
        (X_FRAME_OPTIONS, "DENY"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    const OWN: &str = "127.0.0.1:8080";

    fn asked(method: Method, path: &str, headers: &[(&'static str, &str)]) -> Option<u16> {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(*name, HeaderValue::from_str(value).unwrap());
        }
        Gate::new("secret", 8080).refuses(&method, path, &map).map(|status| status.as_u16())
    }

    #[test]
    fn only_the_servers_own_names_are_answered() {
        for host in [OWN, "localhost:8080", "LocalHost:8080"] {
            assert_eq!(asked(Method::GET, "/secret/", &[("host", host)]), None, "{host}");
        }
        for host in [
            "127.0.0.1",
            "127.0.0.1:80",
            "evil.example:8080",
            "localhost:8080.evil.example",
            "",
            "0.0.0.0:8080",
        ] {
            assert_eq!(asked(Method::GET, "/secret/", &[("host", host)]), Some(421), "{host}");
        }
        assert_eq!(asked(Method::GET, "/secret/", &[]), Some(421));
        assert_eq!(asked(Method::GET, "/secret/", &[("host", OWN), ("host", "evil.example")]), Some(421));
    }

    #[test]
    fn without_the_token_there_is_nothing() {
        for path in ["/", "", "/secre/", "/secret1/", "/Secret/", "/x/secret/", "//secret/", "/%73ecret/"] {
            assert_eq!(asked(Method::GET, path, &[("host", OWN)]), Some(404), "{path}");
        }
    }

    #[test]
    fn what_comes_from_elsewhere_is_turned_away() {
        let with = |name, value| asked(Method::GET, "/secret/", &[("host", OWN), (name, value)]);
        for (name, value) in [
            ("origin", "http://127.0.0.1:8080"),
            ("sec-fetch-site", "none"),
            ("sec-fetch-site", "same-origin"),
        ] {
            assert_eq!(with(name, value), None, "{name}: {value}");
        }
        for (name, value) in [
            ("origin", "https://127.0.0.1:8080"),
            ("origin", "http://localhost:8080"),
            ("origin", "http://127.0.0.1:9090"),
            ("origin", "http://evil.example"),
            ("origin", "null"),
            ("sec-fetch-site", "cross-site"),
            ("sec-fetch-site", "same-site"),
            ("sec-fetch-site", ""),
        ] {
            assert_eq!(with(name, value), Some(403), "{name}: {value}");
        }
    }

    #[test]
    fn a_change_needs_the_token_twice() {
        let post = |headers: &[(&'static str, &str)]| asked(Method::POST, "/secret/api/changes", headers);
        assert_eq!(post(&[("host", OWN), ("x-gloss-token", "secret")]), None);
        assert_eq!(post(&[("host", OWN)]), Some(403));
        assert_eq!(post(&[("host", OWN), ("x-gloss-token", "secre")]), Some(403));
        let delete = asked(Method::DELETE, "/secret/", &[("host", OWN)]);
        assert_eq!(delete, Some(403));
    }
}
