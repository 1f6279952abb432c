//! Transports as a connection makes them: bound to an origin, with deadlines, over TLS.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use reqwest::header::HeaderMap;
use rustls::pki_types::PrivateKeyDer;
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use wiremock::matchers::method;
use wiremock::{Mock, MockServer, ResponseTemplate};

use super::*;

const UNSET: &str = "GLOSS_TEST_KEY_THAT_IS_UNSET";

const OK: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";

/// An authority, its PEM in a file, and servers with certificates of its making.
struct Authority {
    issuer: CertifiedIssuer<'static, KeyPair>,
    folder: tempfile::TempDir,
}

impl Authority {
    fn new() -> Self {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let issuer = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
        Self { issuer, folder: tempfile::tempdir().unwrap() }
    }

    #[expect(clippy::disallowed_methods, reason = "a test makes its own file")]
    fn file(&self) -> PathBuf {
        let path = self.folder.path().join("authority.pem");
        std::fs::write(&path, self.issuer.pem()).unwrap();
        path
    }

    /// A server whose certificate is for `name`, changed by `change`; its address.
    fn serve(&self, name: &str, change: impl FnOnce(&mut CertificateParams)) -> String {
        let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
        change(&mut params);
        let key = KeyPair::generate().unwrap();
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        let config = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(
                vec![certificate.der().clone()],
                PrivateKeyDer::try_from(key.serialize_der()).unwrap(),
            )
            .unwrap();
        let config = Arc::new(config);
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("https://localhost:{}/v1", listener.local_addr().unwrap().port());
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let connection = ServerConnection::new(Arc::clone(&config)).unwrap();
                let mut stream = StreamOwned::new(connection, stream);
                // A client that refuses the certificate ends the connection here.
                if stream.read(&mut [0; 4096]).is_ok() {
                    stream.write_all(OK).ok();
                }
            }
        });
        url
    }
}

async fn ask(connection: &Connection) -> std::result::Result<Reply, EngineError> {
    let transport = Transport::for_connection(connection).unwrap();
    let endpoint = transport.endpoint().unwrap().clone();
    transport.post_json(&endpoint, transport.key(), &Value::Null, &transport.limits()).await
}

async fn refusal(connection: &Connection) -> EngineError {
    let error = ask(connection).await.unwrap_err();
    assert!(!error.maybe_charged, "{error:?}");
    error
}

#[tokio::test]
async fn a_server_is_trusted_only_through_its_authority() {
    let authority = Authority::new();
    let url = authority.serve("localhost", |_| {});
    let error = refusal(&Connection::plain(&url, UNSET)).await;
    assert_eq!(error.class, ErrorClass::Stop);
    assert!(error.hint.unwrap().contains("--ca-file"));
    let trusting = Connection { ca_file: Some(authority.file()), ..Connection::plain(&url, UNSET) };
    assert_eq!(ask(&trusting).await.unwrap().body, b"ok");
    let stranger = Authority::new();
    let other = Connection { ca_file: Some(stranger.file()), ..trusting };
    assert_eq!(refusal(&other).await.class, ErrorClass::Stop);
}

#[tokio::test]
async fn a_wrong_name_and_a_wrong_time_are_refused_each_with_its_hint() {
    let authority = Authority::new();
    let expired = |params: &mut CertificateParams| {
        params.not_before = rcgen::date_time_ymd(2019, 1, 1);
        params.not_after = rcgen::date_time_ymd(2020, 1, 1);
    };
    let early = |params: &mut CertificateParams| {
        params.not_before = rcgen::date_time_ymd(2190, 1, 1);
        params.not_after = rcgen::date_time_ymd(2191, 1, 1);
    };
    for (url, part) in [
        (authority.serve("api.example.com", |_| {}), "another name"),
        (authority.serve("localhost", expired), "expired"),
        (authority.serve("localhost", early), "not valid yet"),
    ] {
        let connection = Connection { ca_file: Some(authority.file()), ..Connection::plain(&url, UNSET) };
        let error = refusal(&connection).await;
        assert_eq!(error.class, ErrorClass::Stop, "{error:?}");
        assert!(error.hint.as_deref().unwrap().contains(part), "{error:?}");
    }
}

#[tokio::test]
async fn https_to_a_server_without_it_stops_and_says_so() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("https://{}/v1", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").ok();
        }
    });
    let error = refusal(&Connection::plain(&url, UNSET)).await;
    assert_eq!(error.class, ErrorClass::Stop, "{error:?}");
    assert!(error.hint.unwrap().contains("http://"));
}

/// A server that takes connections and never says a word.
fn silent(scheme: &str) -> (String, TcpListener) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    (format!("{scheme}://{}/v1", listener.local_addr().unwrap()), listener)
}

#[tokio::test]
async fn each_deadline_names_itself_and_its_flag() {
    let (https, _https) = silent("https");
    let (http, _http) = silent("http");
    let connect = Connection { connect_seconds: 1, ..Connection::plain(&https, UNSET) };
    let first_byte = Connection { first_byte_seconds: Some(1), ..Connection::plain(&http, UNSET) };
    let total = Connection { total_seconds: 1, ..Connection::plain(&http, UNSET) };
    for (connection, words, flag, charged) in [
        (connect, "no connection within 1 s", "--connect-timeout", false),
        (first_byte, "no reply began within 1 s", "--first-byte-timeout", true),
        (total, "no reply within 1 s", "--total-timeout", true),
    ] {
        let error = ask(&connection).await.unwrap_err();
        assert_eq!(error.class, ErrorClass::Retry);
        assert!(error.message.contains(words), "{error:?}");
        assert!(error.hint.as_deref().unwrap().contains(flag), "{error:?}");
        assert_eq!(error.maybe_charged, charged, "{error:?}");
    }
}

#[tokio::test]
async fn nothing_is_sent_to_another_origin() {
    let (own, other) = (MockServer::start().await, MockServer::start().await);
    for server in [&own, &other] {
        Mock::given(method("GET")).respond_with(ResponseTemplate::new(200)).mount(server).await;
    }
    let transport = Transport::for_connection(&Connection::plain(&own.uri(), UNSET)).unwrap();
    let get = |uri: String| {
        let transport = &transport;
        async move {
            let endpoint = Endpoint::parse(&uri).unwrap();
            transport.get(&endpoint, HeaderMap::new(), &transport.limits()).await
        }
    };
    assert!(get(format!("{}/models", own.uri())).await.unwrap().status.is_success());
    assert_eq!(get(other.uri()).await.unwrap_err().class, ErrorClass::Stop);
    assert!(other.received_requests().await.unwrap().is_empty());
}

#[tokio::test]
async fn a_reply_that_says_the_key_back_arrives_without_it() {
    let server = MockServer::start().await;
    let key = "canary-of-more-than-sixteen";
    let template = ResponseTemplate::new(200).set_body_string(format!("you sent {key}, {key}"));
    Mock::given(method("POST")).respond_with(template).mount(&server).await;
    let url = server.uri().replace("http://", &format!("http://ann:{key}@"));
    let reply = ask(&Connection::plain(&url, UNSET)).await.unwrap();
    assert_eq!(reply.body, b"you sent [key], [key]");
    let sent = &server.received_requests().await.unwrap()[0];
    assert!(sent.headers["authorization"].to_str().unwrap().starts_with("Basic "));
}

#[tokio::test]
async fn a_transport_shows_no_more_than_its_address() {
    let connection = Connection::plain("https://ann:canary@host.example/v1?key=canary", UNSET);
    let shown = format!("{:?}", Transport::for_connection(&connection).unwrap());
    assert!(shown.contains("host.example/v1") && !shown.contains("canary"), "{shown}");
}

#[tokio::test]
async fn what_happens_to_a_refusals_text_changes_nothing_about_it() {
    let (url, listener) = silent("http");
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            assert!(stream.read(&mut [0; 4096]).is_ok_and(|read| read > 0));
            stream
                .write_all(b"HTTP/1.1 429 Slow\r\nretry-after: 7\r\ncontent-length: 99999999999\r\n\r\n{")
                .ok();
        }
    });
    let reply = ask(&Connection::plain(&url, UNSET)).await.unwrap();
    assert_eq!((reply.status.as_u16(), reply.retry_after), (429, Some(Duration::from_secs(7))));
}
