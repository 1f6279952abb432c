//! Whom gloss trusts with a key, seen from outside: proxies, certificates, plain http, key files, `gloss doctor`.

use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::Command;
use std::sync::{Arc, Mutex};

use rustls::ServerConfig;
use rustls::pki_types::PrivateKeyDer;

use crate::fault_server::{Fault, FaultServer};
use crate::harness::{Ran, Sandbox};

const CANARY: &str = "sk-canary-0d9c6b27f4e15a38";
const PROXY_CANARY: &str = "proxy-canary-77aa31";

/// A name that no resolver knows: who reaches it went through the proxy.
const HOST: &str = "api.gloss.test";

/// A proxy that opens tunnels, all of them to one address, and writes down the heads of what it was asked.
struct Proxy {
    address: SocketAddr,
    heads: Arc<Mutex<Vec<String>>>,
}

impl Proxy {
    fn start(to: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let proxy = Self { address: listener.local_addr().unwrap(), heads: Arc::default() };
        let heads = Arc::clone(&proxy.heads);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let heads = Arc::clone(&heads);
                std::thread::spawn(move || tunnel(stream, to, &heads).ok());
            }
        });
        proxy
    }

    fn heads(&self) -> Vec<String> {
        self.heads.lock().unwrap().clone()
    }

    fn variable(&self) -> String {
        format!("http://ann:{PROXY_CANARY}@{}", self.address)
    }
}

fn tunnel(stream: TcpStream, to: SocketAddr, heads: &Mutex<Vec<String>>) -> std::io::Result<()> {
    let mut near = stream.try_clone()?;
    // Byte by byte, so that nothing of the tunnel is swallowed.
    let mut reader = BufReader::with_capacity(1, stream);
    let mut head = String::new();
    while reader.read_line(&mut head)? > 2 {}
    let connect = head.starts_with("CONNECT ");
    heads.lock().unwrap().push(head);
    if !connect {
        return near.write_all(b"HTTP/1.1 502 No\r\ncontent-length: 0\r\n\r\n");
    }
    let mut far = TcpStream::connect(to)?;
    near.write_all(b"HTTP/1.1 200 OK\r\n\r\n")?;
    let (mut from_far, mut to_near) = (far.try_clone()?, near.try_clone()?);
    std::thread::spawn(move || std::io::copy(&mut from_far, &mut to_near).ok());
    std::io::copy(&mut near, &mut far)?;
    far.shutdown(std::net::Shutdown::Write)
}

/// A server behind TLS for [`HOST`], and its certificate as PEM.
fn tls_server() -> (FaultServer, String) {
    let made = rcgen::generate_simple_self_signed(vec![HOST.to_owned()]).unwrap();
    let key = PrivateKeyDer::try_from(made.signing_key.serialize_der()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let config = config.with_no_client_auth().with_single_cert(vec![made.cert.der().clone()], key).unwrap();
    (FaultServer::with(Box::new(|_, _| None), Some(Arc::new(config))), made.cert.pem())
}

fn plain_server() -> FaultServer {
    FaultServer::start(Box::new(|_, _| None))
}

/// A command of gloss with the key in its environment and no proxy of ours.
fn command(sandbox: &Sandbox, arguments: &[&str]) -> Command {
    let mut command = sandbox.command(arguments);
    for name in ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"] {
        command.env_remove(name).env_remove(name.to_lowercase());
    }
    // The usual variable of its own hosts and of this machine, and that of any other server.
    command.env("OPENAI_API_KEY", CANARY).env("GLOSS_API_KEY", CANARY);
    command
}

fn ran(mut command: Command) -> Ran {
    let output = command.output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Ran {
        code: output.status.code().unwrap_or(-1),
        stdout: text(&output.stdout),
        stderr: text(&output.stderr),
    }
}

/// Fails the test where a canary stands in what was printed or in a file below the sandbox.
#[track_caller]
fn shows_no_canary(sandbox: &Sandbox, ran: &Ran) {
    let state = ["report.json", "events.jsonl", "gloss.db", "gloss.db-wal"];
    let state =
        state.iter().map(|name| format!("articles/.gloss/{name}")).filter(|name| sandbox.exists(name));
    let files = sandbox.files().into_values().chain(state.map(|name| sandbox.bytes(&name)));
    let printed = [ran.stdout.clone().into_bytes(), ran.stderr.clone().into_bytes()];
    for bytes in files.chain(printed) {
        let text = String::from_utf8_lossy(&bytes);
        assert!(!text.contains(CANARY) && !text.contains(PROXY_CANARY), "{text}");
    }
}

fn article() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.file("articles/a.txt", "The council met on Monday and nobody was against the plan.\n");
    sandbox
}

const RUN: [&str; 9] = ["run", "articles", "--from", "en", "--to", "es", "--no-summary", "--model", "double"];

#[test]
fn a_proxy_is_used_for_what_is_away_and_sees_no_key() {
    let (server, certificate) = tls_server();
    let proxy = Proxy::start(server.address);
    let sandbox = article();
    sandbox.file("authority.pem", certificate);
    let url = format!("https://{HOST}/v1");
    let mut command = command(&sandbox, &[&RUN[..], &["--url", &url, "--ca-file", "authority.pem"]].concat());
    command.env("HTTPS_PROXY", proxy.variable());
    let ran = ran(command);
    shows_no_canary(&sandbox, &ran);
    ran.expect(0);
    assert!(server.requests() > 0 && sandbox.exists("articles/a.es.txt"));
    let heads = proxy.heads();
    assert!(!heads.is_empty());
    for head in heads {
        assert!(head.starts_with(&format!("CONNECT {HOST}:443 ")), "{head}");
        assert!(head.to_lowercase().contains("proxy-authorization: basic "), "{head}");
        assert!(!head.contains(CANARY), "{head}");
    }
}

#[test]
fn a_proxy_never_stands_before_this_machine() {
    let server = plain_server();
    let proxy = Proxy::start(server.address);
    for host in ["localhost", "127.0.0.1"] {
        let sandbox = article();
        let url = server.url().replace("localhost", host);
        let mut command = command(&sandbox, &[&RUN[..], &["--url", &url]].concat());
        command.env("HTTP_PROXY", proxy.variable()).env("ALL_PROXY", proxy.variable());
        ran(command).expect(0);
    }
    assert!(proxy.heads().is_empty(), "{:?}", proxy.heads());
}

#[test]
fn no_proxy_is_honoured_and_a_dead_proxy_is_named_without_its_password() {
    let (server, _) = tls_server();
    let proxy = Proxy::start(server.address);
    let sandbox = article();
    let url = format!("https://{HOST}/v1");
    let arguments = ["doctor", "--url", &url, "--model", "double", "--to", "es"];
    let mut around = command(&sandbox, &arguments);
    around.env("HTTPS_PROXY", proxy.variable()).env("NO_PROXY", HOST);
    let around = ran(around).expect(1);
    assert!(proxy.heads().is_empty(), "{:?}", proxy.heads());
    assert!(around.stdout.contains("FAIL  reachable"), "{}", around.stdout);

    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let mut dead = command(&sandbox, &arguments);
    dead.env("HTTPS_PROXY", format!("http://ann:{PROXY_CANARY}@{closed}"));
    let dead = ran(dead).expect(1);
    assert!(dead.stdout.contains("the proxy that `HTTPS_PROXY` names"), "{}", dead.stdout);
    shows_no_canary(&sandbox, &dead);
}

#[test]
fn plain_http_to_another_machine_is_refused_before_anything_is_sent() {
    let sandbox = article();
    // An address of documentation (RFC 5737): nothing is there, and nothing would answer in time.
    let run = [&RUN[..], &["--url", "http://192.0.2.1/v1"]].concat();
    let refused = ran(command(&sandbox, &run));
    refused.says("`GLOSS_API_KEY`").says("hint: ").says("--allow-http");
    shows_no_canary(&sandbox, &refused);
    refused.expect(2);
    assert!(!sandbox.exists("articles/.gloss"));

    let mut without_key = command(&sandbox, &run);
    without_key.env_remove("OPENAI_API_KEY").env_remove("GLOSS_API_KEY");
    ran(without_key).expect(2).says("the articles could be read");
}

#[cfg(unix)]
#[test]
fn a_key_file_is_used_if_it_is_ones_own() {
    use std::os::unix::fs::PermissionsExt as _;

    let server = FaultServer::start(Box::new(|_, _| Some(Fault::RefusesKey)));
    let sandbox = article();
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("key.txt");
    let write = |mode| {
        #[expect(clippy::disallowed_methods, reason = "a test makes its own key file")]
        std::fs::write(&file, format!("{CANARY}\n")).unwrap();
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(mode)).unwrap();
    };
    let url = server.url();
    let run = [&RUN[..], &["--url", &url, "--key-file", file.to_str().unwrap()]].concat();
    write(0o644);
    let open = ran(command(&sandbox, &run));
    open.says("key.txt").says("chmod 600");
    shows_no_canary(&sandbox, &open);
    open.expect(1);
    assert_eq!(server.requests(), 0);

    write(0o600);
    let mut own = command(&sandbox, &run);
    own.env("OPENAI_API_KEY", "another-key-altogether");
    let own = ran(own);
    // The server says back what it was sent, and it was the file's key: it is taken out.
    own.says("401").says("Incorrect API key: Bearer [key]");
    shows_no_canary(&sandbox, &own);
    own.expect(3);
}

#[test]
fn the_doctor_says_what_is_well_and_what_is_not_and_shows_no_key() {
    let server = plain_server();
    let sandbox = article();
    let url = server.url();
    let arguments = ["doctor", "--url", &url, "--model", "double", "--to", "es"];
    let well = ran(command(&sandbox, &arguments)).expect(0);
    for line in ["ok    key", "from `OPENAI_API_KEY`, accepted", "ok    en-es", "nothing to mend"] {
        assert!(well.stdout.contains(line), "`{line}` is not in\n{}", well.stdout);
    }
    shows_no_canary(&sandbox, &well);

    let refusing = FaultServer::start(Box::new(|_, _| Some(Fault::RefusesKey)));
    let url = refusing.url();
    let arguments = ["doctor", "--url", &url, "--model", "double", "--to", "es", "--json"];
    let ill = ran(command(&sandbox, &arguments)).expect(1);
    let diagnosis: serde_json::Value = serde_json::from_str(&ill.stdout).unwrap();
    let checks = diagnosis["engines"][0]["checks"].as_array().unwrap();
    let failed: Vec<&serde_json::Value> =
        checks.iter().filter(|check| check["outcome"] == "failed").collect();
    assert_eq!(failed.len(), 1, "{diagnosis:#}");
    assert!(failed[0]["hint"].as_str().unwrap().contains("OPENAI_API_KEY"), "{diagnosis:#}");
    shows_no_canary(&sandbox, &ill);
    assert!(!sandbox.exists("articles/.gloss"), "the doctor writes nothing");
}
