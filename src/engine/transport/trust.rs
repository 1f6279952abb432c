//! Whom a connection trusts: certificates, proxies, and what may go out unencrypted. Makes the HTTP client.
//!
//! Proxies are those of `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY` and `NO_PROXY` as curl reads them, never for this
//! machine itself. Certificates are always verified; `--ca-file` adds authorities to the system's.

use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::Path;
use std::sync::OnceLock;
use std::time::Duration;

use reqwest::redirect::{Attempt, Policy};
use reqwest::{Certificate, Client, StatusCode, Url};

use super::Endpoint;
use super::failure::describe;
use super::secret::Secret;
use crate::error::{Error, Result};

/// Bytes of a CA file that are read: the whole Mozilla bundle has about 220 KB.
const LARGEST_CA_FILE: u64 = 16 << 20;

/// Redirects followed in a row.
const MOST_REDIRECTS: usize = 5;

/// The client for `endpoint`; for any address where there is none.
///
/// # Errors
/// Where the CA file or the system's certificates cannot be used.
pub(super) fn client(
    connect: Duration,
    endpoint: Option<&Endpoint>,
    ca_file: Option<&Path>,
) -> Result<Client> {
    static PROVIDER: OnceLock<()> = OnceLock::new();
    PROVIDER.get_or_init(|| {
        // An error says that another provider is there already: as good.
        drop(rustls::crypto::ring::default_provider().install_default());
    });
    let mut builder = Client::builder()
        .connect_timeout(connect)
        .redirect(Policy::custom(same_origin))
        .user_agent(concat!("gloss/", env!("CARGO_PKG_VERSION")))
        .referer(false);
    let authorities = ca_file.map(authorities).transpose()?.unwrap_or_default();
    if endpoint.is_some_and(Endpoint::is_plain_http) {
        // No certificate is ever looked at: a machine without any can still ask its own server.
        builder = builder.tls_certs_only(authorities);
    } else {
        builder = builder.tls_certs_merge(authorities);
    }
    if endpoint.is_some_and(Endpoint::is_loopback) {
        // Whatever a hosts file says, what is allowed for this machine does not leave it.
        let here: [SocketAddr; 2] = [(Ipv4Addr::LOCALHOST, 0).into(), (Ipv6Addr::LOCALHOST, 0).into()];
        builder = builder.no_proxy().resolve_to_addrs("localhost", &here);
    }
    builder.build().map_err(|error| match ca_file {
        Some(path) => Error::file(path, describe(&error), CA_HINT),
        None => Error::engine(
            format!("the HTTP client could not be made: {}", describe(&error)),
            "install the system's certificates (`ca-certificates`), or name some with `--ca-file`",
        ),
    })
}

const CA_HINT: &str = "`--ca-file` names certificates in PEM: `-----BEGIN CERTIFICATE-----` …";

/// The certificates of a CA file.
fn authorities(path: &Path) -> Result<Vec<Certificate>> {
    let hint = || Some(CA_HINT.to_owned());
    let failed = |source| Error::Io { path: path.to_owned(), source, hint: hint() };
    let size = std::fs::metadata(path).map_err(failed)?.len();
    if size > LARGEST_CA_FILE {
        return Err(Error::file(path, "too large for a file of certificates", CA_HINT));
    }
    certificates(&std::fs::read(path).map_err(failed)?, path)
}

/// The certificates in the bytes of the CA file at `path`: at least one.
pub(crate) fn certificates(pem: &[u8], path: &Path) -> Result<Vec<Certificate>> {
    let found = Certificate::from_pem_bundle(pem)
        .map_err(|error| Error::file(path, format!("no sound PEM: {}", describe(&error)), CA_HINT))?;
    if found.is_empty() {
        return Err(Error::file(path, "there is no certificate in it", CA_HINT));
    }
    Ok(found)
}

/// Refuses an address to which articles and key would go unencrypted over a network.
///
/// # Errors
/// Where `endpoint` is plain http, not this machine, and not allowed. What the key is for, that is: `secret` or
/// credentials in the address.
pub(super) fn refuse_in_the_clear(
    endpoint: &Endpoint,
    secret: Option<&Secret>,
    allow_http: bool,
) -> Result<()> {
    if !endpoint.is_plain_http() || endpoint.is_loopback() || allow_http {
        return Ok(());
    }
    let what = match secret {
        Some(secret) => format!("the key in {} and the articles", secret.place()),
        None if !endpoint.credentials().is_empty() => "the key in its address and the articles".to_owned(),
        None => "the articles".to_owned(),
    };
    Err(Error::usage(
        format!("`{endpoint}` is plain http: {what} could be read on the way"),
        "use `https://`, or add `--allow-http` where the network between is yours",
    ))
}

/// Follows a redirect that repeats the request at the same origin, and no other: what is sent is the article and
/// a key, and both belong to the origin they were meant for.
fn same_origin(attempt: Attempt<'_>) -> reqwest::redirect::Action {
    let repeats = matches!(attempt.status(), StatusCode::TEMPORARY_REDIRECT | StatusCode::PERMANENT_REDIRECT);
    let stays = attempt.previous().first().is_some_and(|first| first.origin() == attempt.url().origin());
    if repeats && stays && attempt.previous().len() <= MOST_REDIRECTS {
        attempt.follow()
    } else {
        attempt.stop()
    }
}

/// The variable whose proxy stands between here and `endpoint`, if one is likely to: `NO_PROXY` is not weighed.
pub(super) fn proxy_variable(endpoint: &Endpoint) -> Option<&'static str> {
    if endpoint.is_loopback() {
        return None;
    }
    let names: &[&str] = if endpoint.is_plain_http() {
        &["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"]
    } else {
        &["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"]
    };
    names.iter().copied().find(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty()))
}

/// Passwords of the proxies that the environment names, to be kept out of every message.
pub(super) fn proxy_passwords() -> Vec<Secret> {
    ["HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"]
        .iter()
        .filter_map(|name| std::env::var(name).ok())
        .filter_map(|text| Url::parse(&text).ok()?.password().map(Secret::hidden))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_http_is_for_this_machine_or_by_permission() {
        let refused = |url: &str, secret: Option<&Secret>, allowed| {
            refuse_in_the_clear(&Endpoint::parse(url).unwrap(), secret, allowed).err()
        };
        let key = Secret::new("sk-canary");
        for url in
            ["https://api.example.com/v1", "http://127.0.0.1:1/v1", "http://localhost/v1", "http://[::1]/"]
        {
            assert!(refused(url, Some(&key), false).is_none(), "{url}");
        }
        let away = "http://192.168.1.5:8080/v1";
        assert!(refused(away, Some(&key), true).is_none());
        for (secret, part) in
            [(Some(&key), "the key in the settings and the articles"), (None, ": the articles ")]
        {
            let error = refused(away, secret, false).unwrap();
            assert!(error.to_string().contains(part), "{error}");
            assert!(error.hint().unwrap().contains("--allow-http"));
            assert_eq!(error.exit_code(), crate::error::exit::USAGE);
        }
        let error = refused("http://ann:canary@host.example/v1?token=canary", None, false).unwrap();
        assert!(
            error.to_string().contains("the key in its address") && !error.to_string().contains("canary")
        );
    }

    #[test]
    #[expect(clippy::disallowed_methods, reason = "a test makes its own files")]
    fn a_bad_ca_file_is_an_error_that_names_it() {
        let folder = tempfile::tempdir().unwrap();
        let endpoint = Endpoint::parse("https://host.example/v1").unwrap();
        let path = folder.path().join("authority.pem");
        for bytes in [
            &b""[..],
            b"no certificate at all\n",
            b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
            b"-----BEGIN CERTIFICATE-----\n!!!\n-----END CERTIFICATE-----\n",
            b"-----BEGIN CERTIFICATE-----\nAAAA\n",
        ] {
            std::fs::write(&path, bytes).unwrap();
            for endpoint in [&endpoint, &Endpoint::parse("http://127.0.0.1/v1").unwrap()] {
                let error = client(Duration::from_secs(1), Some(endpoint), Some(&path)).unwrap_err();
                assert!(error.to_string().contains("authority.pem"), "{error}");
                assert!(error.hint().unwrap().contains("PEM"), "{error:?}");
            }
        }
        let error = client(Duration::from_secs(1), Some(&endpoint), Some(&folder.path().join("none.pem")));
        assert!(error.unwrap_err().to_string().contains("none.pem"));
    }
}
