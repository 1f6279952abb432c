//! Doubles of translation services on loopback, built from their public descriptions: they refuse what the services
//! refuse, in the same words, and count what they answer.

pub mod apertium;
pub mod deepl;
pub mod libretranslate;

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use serde_json::{Value, json};

/// What a service is asked.
#[derive(Debug)]
pub struct Request {
    pub method: String,
    /// Without its query.
    pub path: String,
    pub query: String,
    /// By their names in lower case.
    pub headers: HashMap<String, String>,
    pub body: Vec<u8>,
}

impl Request {
    /// The body, which must say that it is JSON and be it.
    pub fn json(&self) -> Option<Value> {
        self.headers.get("content-type").filter(|kind| kind.starts_with("application/json"))?;
        serde_json::from_slice(&self.body).ok()
    }
}

/// What it answers.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    /// Nothing stands for an empty body.
    pub body: Option<Value>,
}

impl Answer {
    pub fn ok(body: Value) -> Self {
        Self { status: 200, body: Some(body) }
    }
}

/// A service to be served.
pub trait Service: Send + Sync + 'static {
    fn answer(&self, request: &Request) -> Answer;
}

/// A service, served until it is dropped.
pub struct Served {
    pub url: String,
    stopped: Arc<AtomicBool>,
    posts: Arc<AtomicU64>,
}

impl Served {
    /// An address at which nothing is served.
    pub fn nowhere(port: u16) -> Self {
        Self { url: format!("http://127.0.0.1:{port}"), stopped: Arc::default(), posts: Arc::default() }
    }

    /// Requests that may be charged for: all but those that fetch a list.
    pub fn posts(&self) -> u64 {
        self.posts.load(Ordering::Relaxed)
    }

    pub fn start<S: Service>(service: &Arc<S>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let stopped = Arc::new(AtomicBool::new(false));
        let posts = Arc::new(AtomicU64::new(0));
        let (serving, service, counting) = (Arc::clone(&stopped), Arc::clone(service), Arc::clone(&posts));
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                if serving.load(Ordering::Relaxed) {
                    break;
                }
                let (service, posts) = (Arc::clone(&service), Arc::clone(&counting));
                // A client that was stopped leaves a broken connection: no matter.
                std::thread::spawn(move || {
                    stream.and_then(|stream| serve(stream, service.as_ref(), &posts)).ok()
                });
            }
        });
        Self { url, stopped, posts }
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        self.stopped.store(true, Ordering::Relaxed);
        // Wakes the thread that waits for connections.
        TcpStream::connect(self.url.trim_start_matches("http://")).ok();
    }
}

fn serve(stream: TcpStream, service: &dyn Service, posts: &AtomicU64) -> std::io::Result<()> {
    let mut writer = stream.try_clone()?;
    let mut reader = BufReader::new(stream);
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line)? == 0 {
            return Ok(());
        }
        let mut words = line.split_whitespace().map(str::to_owned);
        let method = words.next().unwrap_or_default();
        let target = words.next().unwrap_or_default();
        let mut headers = HashMap::new();
        loop {
            let mut line = String::new();
            if reader.read_line(&mut line)? == 0 || line.trim().is_empty() {
                break;
            }
            if let Some((name, value)) = line.split_once(':') {
                headers.insert(name.trim().to_lowercase(), value.trim().to_owned());
            }
        }
        let length = headers.get("content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
        let mut body = vec![0; length];
        reader.read_exact(&mut body)?;
        let (path, query) = target.split_once('?').unwrap_or((&target, ""));
        let request = Request { method, path: path.to_owned(), query: query.to_owned(), headers, body };
        posts.fetch_add(u64::from(request.method == "POST"), Ordering::Relaxed);
        let answer = service.answer(&request);
        let text = answer.body.map(|body| body.to_string()).unwrap_or_default();
        write!(
            writer,
            "HTTP/1.1 {} Said\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{text}",
            answer.status,
            text.len()
        )?;
    }
}

/// Every string of `value[field]`.
fn texts(value: &Value, field: &str) -> Vec<String> {
    let items = value[field].as_array().cloned().unwrap_or_default();
    items.iter().map(|item| item.as_str().unwrap_or_default().to_owned()).collect()
}

/// An error in a body's one field.
fn refusal(status: u16, field: &str, words: impl Into<String>) -> Answer {
    Answer { status, body: Some(json!({ field: words.into() })) }
}

/// A translation of markup as such services make it: every tag in its order, and between them a translation of all that
/// stands there, a share of its words for each stretch.
fn between_tags(markup: &str, spoken: impl Fn(&str) -> String) -> String {
    let mut stretches: Vec<(String, String)> = Vec::new();
    for (index, piece) in markup.split('<').enumerate() {
        let (tag, text) = if index == 0 { ("", piece) } else { piece.split_once('>').unwrap_or((piece, "")) };
        let tag = if index == 0 { String::new() } else { format!("<{tag}>") };
        stretches.push((tag, text.to_owned()));
    }
    let plain: String = stretches.iter().map(|(_, text)| text.as_str()).collect();
    let translated = spoken(&plain);
    let mut words = translated.split(' ');
    let counts = |text: &str| text.chars().any(char::is_alphabetic);
    let speaking = stretches.iter().filter(|(_, text)| counts(text)).count();
    let share = (translated.split(' ').count() / speaking.max(1)).max(1);
    let mut spoken_of = 0;
    let mut out = String::new();
    for (tag, text) in &stretches {
        out.push_str(tag);
        if !counts(text) {
            out.push_str(text);
            continue;
        }
        spoken_of += 1;
        let most = if spoken_of == speaking { usize::MAX } else { share };
        let own: Vec<&str> = words.by_ref().take(most).collect();
        let blank = |there: bool| if there { " " } else { "" };
        out.push_str(blank(text.starts_with(' ')));
        out.push_str(&own.join(" "));
        out.push_str(blank(text.ends_with(' ')));
    }
    out
}
