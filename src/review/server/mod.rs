//! The review on this machine: the same pages, served on the loopback address, and changes kept as they are made.
//!
//! Owns the connections. [`guard`] says who may ask at all, [`site`] what there is to ask for, [`post`] what becomes of a
//! change. No file is ever served: pages are made of the reviews in the memory.
//!
//! Any page in the same browser, and any program on this machine, can reach the address. So everything lies under a path
//! that cannot be guessed, the name by which the server is called must be its own, and what comes from elsewhere is
//! turned away. The folder's lock is held while a change is made and no longer: runs may go on between.

mod guard;
mod post;
mod site;

use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::error::{Error, Result};
use guard::Gate;
use site::Site;

/// How long requests under way are waited for at the end.
const LANDING: Duration = Duration::from_secs(2);

/// How long a client may take over the head of a request; also how long a connection may be silent.
const HEAD_SECONDS: u64 = 20;

/// How long a request may take from its head to its reply's head.
const REQUEST_SECONDS: u64 = 60;

/// Bytes of a request's head. hyper takes no buffer of less than 8,192.
const HEAD_BYTES: usize = 16 * 1024;

/// Header fields of a request: browsers send about twenty.
const HEADERS: usize = 64;

/// Connections at once: a browser opens six.
const CONNECTIONS: usize = 64;

/// Bytes of the key that the address holds.
const TOKEN_BYTES: usize = 32;

/// A server that listens and answers nobody yet.
#[derive(Debug)]
pub struct ReviewServer {
    listener: TcpListener,
    router: Router,
    address: String,
}

impl ReviewServer {
    /// Listens on the loopback address for reviewers of `root`, the folder that `.gloss` lies in; `port` 0 is any that is
    /// free.
    ///
    /// # Errors
    /// Where no run has been there, the memory cannot be opened, or the port is taken.
    pub async fn bind(root: &Path, port: u16) -> Result<Self> {
        let site = Site::open(root)?;
        let asked = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        let refused = |source: std::io::Error| {
            Error::engine(
                format!("cannot listen on `{asked}`: {source}"),
                "give another `--port`, or none for any that is free",
            )
        };
        let listener = TcpListener::bind(asked).await.map_err(refused)?;
        let port = listener.local_addr().map_err(refused)?.port();
        let gate = Arc::new(Gate::new(&token(), port));
        let address = format!("http://127.0.0.1:{port}/{}/", gate.token());
        let router = site::router(Arc::new(site), gate, Duration::from_secs(REQUEST_SECONDS));
        Ok(Self { listener, router, address })
    }

    /// Where the index is: to be opened in a browser, and to be told to nobody else.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// Answers until `stop`, and then what is under way, for two seconds at most.
    pub async fn serve(self, stop: CancellationToken) {
        let room = Arc::new(Semaphore::new(CONNECTIONS));
        let connections = TaskTracker::new();
        loop {
            let Ok(place) = Arc::clone(&room).acquire_owned().await else { break };
            let accepted = tokio::select! {
                accepted = self.listener.accept() => accepted,
                () = stop.cancelled() => break,
            };
            let Ok((stream, _)) = accepted else {
                // No file handles left, most often; they come back.
                tokio::time::sleep(Duration::from_millis(50)).await;
                continue;
            };
            let (router, stop) = (self.router.clone(), stop.clone());
            connections.spawn(async move {
                answer(stream, router, &stop).await;
                drop(place);
            });
        }
        connections.close();
        drop(tokio::time::timeout(LANDING, connections.wait()).await);
    }
}

async fn answer(stream: TcpStream, router: Router, stop: &CancellationToken) {
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(Duration::from_secs(HEAD_SECONDS))
        .max_buf_size(HEAD_BYTES)
        .max_headers(HEADERS)
        .serve_connection(TokioIo::new(stream), TowerToHyperService::new(router));
    let mut connection = std::pin::pin!(connection);
    // A client that goes away or talks nonsense concerns nobody else.
    tokio::select! {
        ended = connection.as_mut() => drop(ended),
        () = stop.cancelled() => {
            connection.as_mut().graceful_shutdown();
            drop(connection.await);
        }
    }
}

/// 256 bits of the system's randomness, as a path may hold them.
fn token() -> String {
    use base64::Engine as _;
    let bytes: [u8; TOKEN_BYTES] = rand::random();
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(bytes)
}
