//! What there is under the token: the index, a page for each article with its data, and the way in for changes.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Path as Parameters, Request, State};
use axum::http::StatusCode;
use axum::http::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderMap, HeaderValue};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use serde::Serialize;
use tokio::sync::Mutex;

use super::guard::{Gate, guard};
use super::post;
use crate::error::{Error, Result};
use crate::memory::Store;
use crate::review::data::ReviewDocument;
use crate::review::desk::require_run;
use crate::review::folder::{self, Documents, LastRun};
use crate::review::overview;
use crate::review::page::{self, PageOptions, Server};
use crate::run::{off_thread, shown, unchanged};

/// Bytes of a request's body. A change is a paragraph, twice: a thousandth of this.
const BODY_BYTES: usize = 1024 * 1024;

/// After an article's address: its data alone.
const DATA: &str = "/data.json";

/// A folder under review.
#[derive(Debug)]
pub(super) struct Site {
    root: PathBuf,
    /// For looking only; each change opens the folder for itself, under its lock.
    store: Store,
    /// One change at a time: two of one reviewer must not turn each other away.
    changing: Mutex<()>,
    page_policy: HeaderValue,
    index_policy: HeaderValue,
}

impl Site {
    /// # Errors
    /// Where no run has been at `root`, or the memory cannot be opened.
    pub fn open(root: &Path) -> Result<Self> {
        require_run(root)?;
        let policy = |policy: String| {
            // Hashes and keywords: always fit for a header.
            HeaderValue::from_str(&format!("{policy}; frame-ancestors 'none'"))
                .unwrap_or(HeaderValue::from_static("default-src 'none'"))
        };
        Ok(Self {
            root: root.to_owned(),
            store: Store::open(root)?,
            changing: Mutex::new(()),
            page_policy: policy(page::policy()),
            index_policy: policy(page::index_policy()),
        })
    }
}

#[derive(Clone)]
struct Shared {
    site: Arc<Site>,
    gate: Arc<Gate>,
}

/// Everything, behind the guard. A request that takes longer than `patience` is given up.
pub(super) fn router(site: Arc<Site>, gate: Arc<Gate>, patience: Duration) -> Router {
    let hurry = move |request: Request, next: Next| async move {
        tokio::time::timeout(patience, next.run(request))
            .await
            .unwrap_or(StatusCode::REQUEST_TIMEOUT.into_response())
    };
    Router::new()
        .route("/{token}/", get(index))
        .route("/{token}/doc/{*path}", get(document))
        .route("/{token}/api/changes", post(changes))
        .fallback(|| async { StatusCode::NOT_FOUND })
        .layer(DefaultBodyLimit::max(BODY_BYTES))
        .layer(from_fn(hurry))
        .layer(from_fn_with_state(Arc::clone(&gate), guard))
        .with_state(Shared { site, gate })
}

/// The index of every article that has a review and whose source still stands, with what the last run left for it.
async fn index(State(Shared { site, .. }): State<Shared>) -> Response {
    let policy = site.index_policy.clone();
    let made = off_thread(move || -> Result<String> {
        let mut standing = Vec::new();
        site.store.each_document_blocking(|record| {
            if unchanged::source_path(&record, &site.root).is_file() {
                standing.push(shown(&record.path));
            }
        })?;
        let mut documents = Documents::new();
        for path in standing {
            if let Some(review) = site.store.review_blocking(&path)? {
                documents.insert(path.clone(), overview::document(&review, Some(format!("doc/{path}"))));
            }
        }
        let last = LastRun::load(&site.store)?;
        Ok(page::render_index(&folder::data(&site.root, documents, &last)))
    })
    .await;
    html(made.and_then(|made| made), policy)
}

/// An article's page, or its data.
async fn document(
    State(Shared { site, gate }): State<Shared>,
    Parameters((_, path)): Parameters<(String, String)>,
) -> Response {
    let (path, data) = match path.strip_suffix(DATA) {
        Some(path) => (path.to_owned(), true),
        None => (path, false),
    };
    let policy = site.page_policy.clone();
    let found =
        off_thread(move || -> Result<Option<ReviewDocument>> { site.store.review_blocking(&path) }).await;
    match found.and_then(|found| found) {
        Ok(None) => StatusCode::NOT_FOUND.into_response(),
        Ok(Some(review)) if data => json(&review),
        Ok(Some(review)) => html(Ok(page::render(&review, &options(&review.path, gate.token()))), policy),
        Err(error) => failed(&error),
    }
}

/// From the page of `path`, under `doc/`, back to the index and to where changes go.
fn options(path: &str, token: &str) -> PageOptions {
    let up = "../".repeat(path.matches('/').count() + 1);
    PageOptions {
        server: Some(Server { token: token.to_owned(), changes: format!("{up}api/changes") }),
        index: Some(up),
    }
}

/// Takes changes.
async fn changes(State(Shared { site, .. }): State<Shared>, headers: HeaderMap, body: Bytes) -> Response {
    let kind = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let essence = kind.split(';').next().unwrap_or_default().trim();
    if !essence.eq_ignore_ascii_case("application/json") {
        return StatusCode::UNSUPPORTED_MEDIA_TYPE.into_response();
    }
    let posted = match post::read(&body) {
        Ok(posted) => posted,
        Err(reason) => return (StatusCode::BAD_REQUEST, reason).into_response(),
    };
    // On a task of its own: a client that goes away half-way takes nothing back.
    let work = tokio::spawn(async move {
        let _alone = site.changing.lock().await;
        let site = Arc::clone(&site);
        off_thread(move || post::apply(&site.root, &posted)).await
    });
    match work.await {
        Ok(Ok(replies)) => json(&replies),
        Ok(Err(error)) => failed(&error),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

fn html(made: Result<String>, policy: HeaderValue) -> Response {
    match made {
        Ok(page) => {
            let kind = HeaderValue::from_static("text/html; charset=utf-8");
            ([(CONTENT_TYPE, kind), (CONTENT_SECURITY_POLICY, policy)], page).into_response()
        }
        Err(error) => failed(&error),
    }
}

fn json(value: &impl Serialize) -> Response {
    match serde_json::to_vec(value) {
        Ok(bytes) => ([(CONTENT_TYPE, HeaderValue::from_static("application/json"))], bytes).into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

fn failed(error: &Error) -> Response {
    (StatusCode::INTERNAL_SERVER_ERROR, post::reason(error)).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_page_finds_back() {
        for (path, up) in [("a.txt", "../"), ("deep/down/a.txt", "../../../")] {
            let options = options(path, "t");
            assert_eq!(options.index.as_deref(), Some(up));
            assert_eq!(options.server.map(|server| server.changes), Some(format!("{up}api/changes")));
        }
    }
}
