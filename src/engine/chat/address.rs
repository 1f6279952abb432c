//! How a chat endpoint wants to be spoken to, where exactly, and with which headers: told by its address.
//!
//! Pure; sends nothing. Sources: Azure's "Azure OpenAI in Foundry Models REST API reference" (both URL shapes, the
//! `api-key` header), Anthropic's "Messages" API reference (`x-api-key`, `anthropic-version`).

use reqwest::Url;
use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderName, HeaderValue};

use crate::engine::EngineError;
use crate::engine::transport::{Endpoint, Secret};
use crate::error::Result;
use crate::settings::Dialect;

/// Hosts of Azure's, all of which take `api-key`.
const AZURE: [&str; 3] = [".openai.azure.com", ".cognitiveservices.azure.com", ".services.ai.azure.com"];

/// The version asked for where an address of Azure's older shape names none: the last one that is generally
/// available in that shape.
const AZURE_VERSION: &str = "2024-10-21";

/// The only version of Anthropic's API there has been since 2023.
const ANTHROPIC_VERSION: &str = "2023-06-01";

/// What `url` alone says of the dialect: by its host, and for Claude on Azure by its path.
pub fn dialect_of(url: &str) -> Dialect {
    let Ok(url) = Url::parse(url.trim()) else { return Dialect::OpenAi };
    let host = url.host_str().unwrap_or_default().to_ascii_lowercase();
    let on_azure = AZURE.iter().any(|ending| host.ends_with(ending));
    let anthropic_path = url.path_segments().is_some_and(|mut parts| parts.any(|part| part == "anthropic"));
    if host == "api.anthropic.com" || (on_azure && anthropic_path) {
        Dialect::Anthropic
    } else if on_azure {
        Dialect::Azure
    } else {
        Dialect::OpenAi
    }
}

/// The deployment that an address of Azure's older shape names: there it stands for the model.
pub fn deployment_of(url: &str) -> Option<String> {
    let url = Url::parse(url.trim()).ok()?;
    let mut parts = url.path_segments()?.skip_while(|part| *part != "deployments");
    parts.nth(1).filter(|name| !name.is_empty()).map(str::to_owned)
}

/// Where requests go, from the base address that the settings hold or from a whole one that was pasted.
///
/// # Errors
/// Where `url` is no http or https URL.
pub fn endpoint(url: &str, dialect: Dialect) -> Result<Endpoint> {
    let base = Endpoint::parse(url)?;
    // Parsed a second time, for its parts: what `Endpoint` takes, this takes.
    match Url::parse(url.trim()) {
        Ok(parsed) => Endpoint::parse(whole(parsed, dialect).as_str()),
        Err(_) => Ok(base),
    }
}

/// `url` with the rest of the path, and for Azure's older shape with a version.
fn whole(mut url: Url, dialect: Dialect) -> Url {
    let parts = url.path_segments().map(|parts| parts.filter(|part| !part.is_empty()).map(str::to_owned));
    let mut path: Vec<String> = parts.map(Iterator::collect).unwrap_or_default();
    let names: Vec<&str> = path.iter().map(String::as_str).collect();
    // The bare host, to which the settings add `/v1`, means Azure's newer shape.
    let (replaced, rest): (bool, &[&str]) = match dialect {
        Dialect::Anthropic if names.ends_with(&["messages"]) => (false, &[]),
        Dialect::Anthropic if names.ends_with(&["v1"]) => (false, &["messages"]),
        Dialect::Anthropic => (false, &["v1", "messages"]),
        _ if names.ends_with(&["chat", "completions"]) => (false, &[]),
        Dialect::Azure if matches!(names.as_slice(), [] | ["v1"] | ["openai"]) => {
            (true, &["openai", "v1", "chat", "completions"])
        }
        Dialect::Azure | Dialect::OpenAi => (false, &["chat", "completions"]),
    };
    let versioned = url.query_pairs().any(|(name, _)| name == "api-version");
    let needs_version = dialect == Dialect::Azure && names.contains(&"deployments") && !versioned;
    if replaced {
        path.clear();
    }
    path.extend(rest.iter().map(|part| (*part).to_owned()));
    if !rest.is_empty() {
        url.set_path(&path.join("/"));
    }
    if needs_version {
        url.query_pairs_mut().append_pair("api-version", AZURE_VERSION);
    }
    url
}

/// The headers that a dialect asks for beside those of every JSON request.
///
/// # Errors
/// Where the key has characters that no header may hold.
pub fn headers(dialect: Dialect, key: Option<&Secret>) -> std::result::Result<HeaderMap, EngineError> {
    let mut headers = HeaderMap::new();
    if dialect == Dialect::Anthropic {
        headers.insert(
            HeaderName::from_static("anthropic-version"),
            HeaderValue::from_static(ANTHROPIC_VERSION),
        );
    }
    let Some(key) = key else { return Ok(headers) };
    let (name, value) = match dialect {
        Dialect::OpenAi => (AUTHORIZATION, key.bearer()?),
        Dialect::Azure => (HeaderName::from_static("api-key"), key.header("")?),
        Dialect::Anthropic => (HeaderName::from_static("x-api-key"), key.header("")?),
    };
    headers.insert(name, value);
    Ok(headers)
}

/// How near an endpoint is, for how long it may take to refuse a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Distance {
    /// This machine.
    Here,
    /// A service whose models are known to differ in what they take.
    Hosted,
    /// Anywhere else.
    Elsewhere,
}

/// Where `url` leads.
pub fn distance(url: &str) -> Distance {
    let parsed = Url::parse(url.trim()).ok();
    let host = parsed.as_ref().and_then(Url::host_str).unwrap_or_default();
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    let loopback = bare.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback());
    if loopback || host == "localhost" {
        Distance::Here
    } else if is_openai(url) || dialect_of(url) != Dialect::OpenAi {
        Distance::Hosted
    } else {
        Distance::Elsewhere
    }
}

/// Whether `url` is OpenAI's own service.
pub fn is_openai(url: &str) -> bool {
    Url::parse(url.trim()).is_ok_and(|url| url.host_str() == Some("api.openai.com"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_host_tells_the_dialect() {
        let table = [
            ("https://news.openai.azure.com/openai/v1/", Dialect::Azure),
            ("https://news.openai.azure.com/openai/deployments/gpt", Dialect::Azure),
            ("https://news.cognitiveservices.azure.com/openai/deployments/gpt", Dialect::Azure),
            ("https://news.services.ai.azure.com/models", Dialect::Azure),
            ("https://news.services.ai.azure.com/anthropic/v1", Dialect::Anthropic),
            ("https://api.anthropic.com/v1", Dialect::Anthropic),
            ("https://API.Anthropic.com", Dialect::Anthropic),
            ("https://api.openai.com/v1", Dialect::OpenAi),
            ("https://openai.azure.com.example.org/v1", Dialect::OpenAi),
            ("http://127.0.0.1:8080/anthropic", Dialect::OpenAi),
            ("no url", Dialect::OpenAi),
        ];
        for (url, dialect) in table {
            assert_eq!(dialect_of(url), dialect, "{url}");
        }
    }

    #[test]
    fn a_deployment_is_read_from_the_address() {
        let named = "https://n.openai.azure.com/openai/deployments/gpt-4.1/chat/completions?api-version=1";
        assert_eq!(deployment_of(named).as_deref(), Some("gpt-4.1"));
        assert_eq!(
            deployment_of("https://n.openai.azure.com/openai/deployments/gpt").as_deref(),
            Some("gpt")
        );
        for none in
            ["https://n.openai.azure.com/openai/deployments/", "https://n.openai.azure.com/openai/v1", ""]
        {
            assert_eq!(deployment_of(none), None, "{none}");
        }
    }

    #[test]
    fn requests_go_where_each_service_takes_them() {
        let old = "https://n.openai.azure.com/openai/deployments/gpt/chat/completions?api-version=2025-01-01";
        let version = "chat/completions?api-version=2024-10-21";
        let table = [
            (Dialect::OpenAi, "http://h:1/v1", "http://h:1/v1/chat/completions"),
            (Dialect::Azure, old, old),
            (
                Dialect::Azure,
                "https://n.openai.azure.com/openai/deployments/gpt",
                &*format!("https://n.openai.azure.com/openai/deployments/gpt/{version}"),
            ),
            (
                Dialect::Azure,
                "https://n.openai.azure.com/openai/v1/",
                "https://n.openai.azure.com/openai/v1/chat/completions",
            ),
            (
                Dialect::Azure,
                "https://n.openai.azure.com/v1",
                "https://n.openai.azure.com/openai/v1/chat/completions",
            ),
            (
                Dialect::Azure,
                "https://n.services.ai.azure.com/models?api-version=2024-05-01-preview",
                "https://n.services.ai.azure.com/models/chat/completions?api-version=2024-05-01-preview",
            ),
            (Dialect::Anthropic, "https://api.anthropic.com/v1", "https://api.anthropic.com/v1/messages"),
            (Dialect::Anthropic, "https://api.anthropic.com", "https://api.anthropic.com/v1/messages"),
            (
                Dialect::Anthropic,
                "https://api.anthropic.com/v1/messages",
                "https://api.anthropic.com/v1/messages",
            ),
            (
                Dialect::Anthropic,
                "http://127.0.0.1:4000/anthropic",
                "http://127.0.0.1:4000/anthropic/v1/messages",
            ),
        ];
        for (dialect, url, expected) in table {
            assert_eq!(whole(Url::parse(url).unwrap(), dialect).as_str(), expected);
        }
        assert!(endpoint("ftp://h", Dialect::Azure).is_err());
    }

    #[test]
    fn each_service_gets_its_key_in_its_own_header_and_no_other() {
        let key = Secret::new("sk-canary");
        for (dialect, name, value) in [
            (Dialect::OpenAi, "authorization", "Bearer sk-canary"),
            (Dialect::Azure, "api-key", "sk-canary"),
            (Dialect::Anthropic, "x-api-key", "sk-canary"),
        ] {
            let headers = headers(dialect, Some(&key)).unwrap();
            assert_eq!(headers[name], value);
            assert!(headers[name].is_sensitive());
            let held = headers.values().filter(|value| value.to_str().unwrap().contains("canary")).count();
            assert_eq!(held, 1, "{dialect:?}");
        }
        assert_eq!(headers(Dialect::Anthropic, None).unwrap()["anthropic-version"], "2023-06-01");
        assert!(headers(Dialect::Azure, None).unwrap().is_empty());
    }

    #[test]
    fn how_far_an_endpoint_is() {
        for url in ["http://127.0.0.1:8080/v1", "http://localhost:11434", "http://[::1]:1/v1"] {
            assert_eq!(distance(url), Distance::Here, "{url}");
        }
        assert_eq!(distance("https://api.openai.com/v1"), Distance::Hosted);
        assert_eq!(distance("https://n.openai.azure.com/"), Distance::Hosted);
        assert_eq!(distance("https://openrouter.ai/api/v1"), Distance::Elsewhere);
    }
}
