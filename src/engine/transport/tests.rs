use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use wiremock::matchers::{header_exists, method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

use super::*;

fn transport() -> Transport {
    Transport::new(Duration::from_secs(5)).unwrap()
}

fn limits() -> Limits {
    Limits { idle: Duration::from_secs(5), total: Duration::from_secs(5), max_body: 1 << 20 }
}

/// A server that answers each connection with `pieces`, pausing after each.
async fn drip(pieces: Vec<Vec<u8>>, pause: Duration) -> Endpoint {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let endpoint = Endpoint::parse(&format!("http://{}/v1", listener.local_addr().unwrap())).unwrap();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let pieces = pieces.clone();
            tokio::spawn(async move {
                let mut request = vec![0; 4096];
                if stream.read(&mut request).await.is_err() {
                    return;
                }
                for piece in pieces {
                    if stream.write_all(&piece).await.is_err() {
                        return;
                    }
                    tokio::time::sleep(pause).await;
                }
            });
        }
    });
    endpoint
}

async fn error_of(endpoint: &Endpoint, limits: &Limits) -> EngineError {
    transport().post_json(endpoint, None, &Value::Null, limits).await.unwrap_err()
}

const HEAD: &str = "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n";

#[tokio::test]
async fn a_byte_now_and_then_ends_at_the_total_deadline() {
    let mut pieces = vec![HEAD.as_bytes().to_vec()];
    pieces.extend((0..100).map(|_| b"x".to_vec()));
    let endpoint = drip(pieces, Duration::from_millis(100)).await;
    let began = std::time::Instant::now();
    let limits = Limits { total: Duration::from_secs(1), ..limits() };
    let error = error_of(&endpoint, &limits).await;
    assert_eq!(error.class, ErrorClass::Retry);
    assert!(error.message.contains("not complete within 1 s"), "{}", error.message);
    assert!(began.elapsed() < Duration::from_secs(4));
}

#[tokio::test]
async fn silence_in_the_middle_ends_at_the_idle_deadline() {
    let endpoint = drip(vec![format!("{HEAD}x").into_bytes()], Duration::from_secs(30)).await;
    let limits = Limits { idle: Duration::from_millis(300), total: Duration::from_secs(20), ..limits() };
    let error = error_of(&endpoint, &limits).await;
    assert_eq!(error.class, ErrorClass::Retry);
    assert!(error.message.contains("nothing more of the reply came within 0.3 s"), "{}", error.message);
}

#[tokio::test]
async fn the_wait_for_the_first_byte_is_bounded_by_the_total_alone() {
    let endpoint = drip(
        vec![Vec::new(), b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok".to_vec()],
        Duration::from_millis(600),
    )
    .await;
    let limits = Limits { idle: Duration::from_millis(100), ..limits() };
    let reply = transport().post_json(&endpoint, None, &Value::Null, &limits).await.unwrap();
    assert_eq!(reply.body, b"ok");
}

#[tokio::test]
async fn a_reply_that_breaks_off_or_a_closed_port_may_be_tried_again() {
    let endpoint = drip(vec![format!("{HEAD}x").into_bytes()], Duration::ZERO).await;
    assert_eq!(error_of(&endpoint, &limits()).await.class, ErrorClass::Retry);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let closed = Endpoint::parse(&format!("http://{}/v1", listener.local_addr().unwrap())).unwrap();
    drop(listener);
    let error = error_of(&closed, &limits()).await;
    assert_eq!(error.class, ErrorClass::Retry);
    assert!(error.hint.unwrap().contains("running"));
}

#[tokio::test]
async fn a_huge_reply_is_refused_whether_it_says_so_or_not() {
    let said =
        drip(vec![b"HTTP/1.1 200 OK\r\ncontent-length: 99999999999\r\n\r\n".to_vec()], Duration::ZERO).await;
    let mut endless = vec![b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n".to_vec()];
    endless.extend((0..64).map(|_| vec![b'x'; 1 << 16]));
    let unsaid = drip(endless, Duration::ZERO).await;
    for endpoint in [said, unsaid] {
        let error = error_of(&endpoint, &limits()).await;
        assert_eq!(error.class, ErrorClass::Split);
        assert!(error.message.contains("larger than"), "{}", error.message);
    }
}

#[tokio::test]
async fn the_cap_holds_after_decompression() {
    let server = MockServer::start().await;
    // 4 MiB of zeros, deflated: a few kilobytes on the wire.
    let bomb = {
        let mut encoder = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
        let options = zip::write::SimpleFileOptions::default();
        encoder.start_file("x", options).unwrap();
        std::io::Write::write_all(&mut encoder, &vec![0; 4 << 20]).unwrap();
        let archive = encoder.finish().unwrap().into_inner();
        // The deflate stream follows the local header (30 bytes) and the name; gzip's own header goes before it.
        let mut gzip = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];
        gzip.extend_from_slice(&archive[31..]);
        gzip
    };
    let template = ResponseTemplate::new(200).insert_header("content-encoding", "gzip").set_body_bytes(bomb);
    Mock::given(method("POST")).respond_with(template).mount(&server).await;
    let endpoint = Endpoint::parse(&server.uri()).unwrap();
    let error = error_of(&endpoint, &limits()).await;
    assert!(error.message.contains("larger than"), "{}", error.message);
}

async fn wait_for(name: &str, value: &str, date: Option<&str>) -> Option<Duration> {
    let server = MockServer::start().await;
    let mut template = ResponseTemplate::new(429).insert_header(name, value);
    if let Some(date) = date {
        template = template.insert_header("date", date);
    }
    Mock::given(method("POST")).respond_with(template).mount(&server).await;
    let endpoint = Endpoint::parse(&server.uri()).unwrap();
    let reply = transport().post_json(&endpoint, None, &Value::Null, &limits()).await.unwrap();
    let error = status_error(&endpoint, &reply, "");
    match error.class {
        ErrorClass::Wait(pause) => pause,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn the_pause_asked_for_is_read_in_seconds_and_as_a_date_and_capped() {
    let date = Some("Sun, 06 Nov 1994 08:49:37 GMT");
    let seconds = |count| Some(Duration::from_secs(count));
    assert_eq!(wait_for("retry-after", "7", None).await, seconds(7));
    assert_eq!(wait_for("retry-after", "Sun, 06 Nov 1994 08:49:49 GMT", date).await, seconds(12));
    assert_eq!(wait_for("retry-after", "Sun, 06 Nov 1994 08:49:07 GMT", date).await, seconds(0));
    assert_eq!(wait_for("retry-after-ms", "1500", None).await, Some(Duration::from_millis(1500)));
    assert_eq!(wait_for("retry-after", "999999999", None).await, Some(LONGEST_TOLD));
    assert_eq!(wait_for("retry-after", "-5", None).await, seconds(0));
    assert_eq!(wait_for("retry-after", "soon", None).await, None);
    assert_eq!(wait_for("retry-after", "NaN", None).await, None);
}

#[tokio::test]
async fn a_key_never_follows_a_redirect_to_another_origin() {
    let (first, other) = (MockServer::start().await, MockServer::start().await);
    let to = ResponseTemplate::new(307).insert_header("location", other.uri());
    Mock::given(method("POST")).and(path("/away")).respond_with(to).mount(&first).await;
    Mock::given(method("POST")).respond_with(ResponseTemplate::new(200)).expect(0).mount(&other).await;
    let here = ResponseTemplate::new(308).insert_header("location", "/there");
    Mock::given(method("POST")).and(path("/here")).respond_with(here).mount(&first).await;
    Mock::given(method("POST"))
        .and(path("/there"))
        .and(header_exists("authorization"))
        .respond_with(ResponseTemplate::new(200).set_body_string("ok"))
        .mount(&first)
        .await;
    let key = Secret::new("canary");
    let endpoint = |path: &str| Endpoint::parse(&format!("{}{path}", first.uri())).unwrap();
    let error =
        transport().post_json(&endpoint("/away"), Some(&key), &Value::Null, &limits()).await.unwrap_err();
    assert_eq!(error.class, ErrorClass::Stop);
    assert!(error.message.contains("redirect"), "{}", error.message);
    let reply = transport().post_json(&endpoint("/here"), Some(&key), &Value::Null, &limits()).await.unwrap();
    assert_eq!(reply.body, b"ok");
}

#[test]
fn neither_key_nor_user_info_is_ever_shown() {
    let endpoint = Endpoint::parse("https://user:canary@host:81/v1?api-key=canary#canary").unwrap();
    let joined = endpoint.join(&["chat", "completions"]);
    assert_eq!(joined.to_string(), "https://host:81/v1/chat/completions");
    assert_eq!(joined.join(&["chat", "completions"]), joined, "joined once");
    let key = Secret::new("canary");
    for shown in [format!("{joined:?}"), format!("{key:?}"), format!("{:?}", key.bearer().unwrap())] {
        assert!(!shown.contains("canary"), "{shown}");
    }
    assert!(Secret::new("two\nlines").bearer().is_err());
    for wrong in ["ftp://host/v1", "user:canary@host", "", "http://"] {
        let message = Endpoint::parse(wrong).unwrap_err().to_string();
        assert!(!message.contains("canary"), "{message}");
    }
}

#[test]
fn an_endpoints_words_are_one_printable_line() {
    assert_eq!(clean("a\u{1b}[31m\r\n\tb\u{202e}c"), "a [31m b c");
    assert_eq!(clean(&"x".repeat(1000)).chars().count(), 301);
}
