//! A chat endpoint on loopback that goes wrong as it is told, request by request, and keeps the books: which unit
//! was answered well, and which was asked for again after that.

use std::collections::HashSet;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use rustls::{ServerConfig, ServerConnection, StreamOwned};
use serde_json::{Value, json};

use crate::endpoint::{fenced, spanish, units};

/// What goes wrong with one request.
#[derive(Debug, Clone, PartialEq)]
pub enum Fault {
    /// A status with header lines (each ended) and a body.
    Status(u16, String, String),
    /// 200 and this body as it is.
    Body(String),
    /// 200 and a completion whose one choice is this.
    Choice(Value),
    /// A good answer under this finish reason.
    Finish(Option<&'static str>),
    /// The connection is reset before a word is said.
    ResetBefore,
    /// The connection is reset in the middle of a good reply.
    ResetInside,
    /// A good reply, a byte a second.
    Drip,
    /// Nothing, for as long as the client waits.
    Silence,
    /// Each answer under an id that was not asked.
    WrongIds,
    /// The first answer twice, differently.
    DoubledIds,
    /// The first two answers in one, under the first id.
    MergedUnits,
    /// A good answer between two sentences of prose.
    Prose,
    /// As many bytes as told, announced or not.
    Huge { bytes: u64, announced: bool },
    /// These bytes as a gzipped body.
    Gzip(Arc<Vec<u8>>),
    /// Header lines without end.
    EndlessHeader,
    /// 401 with the key that was sent in its reason.
    RefusesKey,
    /// Good answers, each with the key that was sent at its end.
    SaysKey,
}

/// What goes wrong with the n-th request (from 0), whose user prompt is given.
pub type Plan = Box<dyn Fn(u64, &str) -> Option<Fault> + Send + Sync>;

pub struct FaultServer {
    pub address: SocketAddr,
    books: Arc<Books>,
    stopped: Arc<AtomicBool>,
    tls: Option<Arc<ServerConfig>>,
}

struct Books {
    plan: Mutex<Plan>,
    requests: AtomicU64,
    /// Requests that went wrong as planned.
    faults: AtomicU64,
    /// Units that were answered well in a reply that went out whole.
    delivered: Mutex<HashSet<String>>,
    /// Units asked for after that.
    again: Mutex<Vec<String>>,
    /// Closes the door for good once so many requests were answered.
    dies_after: AtomicU64,
}

impl FaultServer {
    pub fn start(plan: Plan) -> Self {
        Self::with(plan, None)
    }

    pub fn with(plan: Plan, tls: Option<Arc<ServerConfig>>) -> Self {
        let books = Arc::new(Books {
            plan: Mutex::new(plan),
            requests: AtomicU64::new(0),
            faults: AtomicU64::new(0),
            delivered: Mutex::default(),
            again: Mutex::default(),
            dies_after: AtomicU64::new(u64::MAX),
        });
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let server = Self { address, books, stopped: Arc::default(), tls };
        server.listen(listener);
        server
    }

    pub fn url(&self) -> String {
        let scheme = if self.tls.is_some() { "https" } else { "http" };
        format!("{scheme}://localhost:{}/v1", self.address.port())
    }

    fn listen(&self, listener: TcpListener) {
        let (books, stopped, tls) = (Arc::clone(&self.books), Arc::clone(&self.stopped), self.tls.clone());
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let dead = books.requests.load(Ordering::Relaxed) >= books.dies_after.load(Ordering::Relaxed);
                if dead || stopped.load(Ordering::Relaxed) {
                    // The listener is closed with the loop: who knocks now is refused.
                    break;
                }
                let (books, tls) = (Arc::clone(&books), tls.clone());
                // A client that hangs up is no matter.
                std::thread::spawn(move || stream.and_then(|stream| serve(stream, tls, &books)).ok());
            }
        });
    }

    /// Closes the listener after so many requests.
    pub fn die_after(&self, requests: u64) {
        self.books.dies_after.store(requests, Ordering::Relaxed);
    }

    /// Goes right from now on; comes back at the same address if it had died.
    pub fn mend(&self) {
        *self.books.plan.lock().unwrap() = Box::new(|_, _| None);
        if self.books.dies_after.swap(u64::MAX, Ordering::Relaxed) < u64::MAX {
            // Wakes the loop, should it still wait at the old door.
            drop(TcpStream::connect(self.address));
            let listener = (0..50)
                .find_map(|_| {
                    std::thread::sleep(Duration::from_millis(20));
                    TcpListener::bind(self.address).ok()
                })
                .unwrap();
            self.listen(listener);
        }
    }

    pub fn requests(&self) -> u64 {
        self.books.requests.load(Ordering::Relaxed)
    }

    /// Requests that went wrong as planned.
    pub fn faults(&self) -> u64 {
        self.books.faults.load(Ordering::Relaxed)
    }

    /// Units that were asked for after they had been answered well.
    pub fn paid_twice(&self) -> Vec<String> {
        self.books.again.lock().unwrap().clone()
    }
}

impl Drop for FaultServer {
    fn drop(&mut self) {
        self.stopped.store(true, Ordering::Relaxed);
        drop(TcpStream::connect(self.address));
    }
}

trait Connection: Read + Write {}
impl<T: Read + Write> Connection for T {}

/// A request as far as it matters here.
struct Asked {
    prompt: String,
    system: String,
    key: String,
}

fn serve(stream: TcpStream, tls: Option<Arc<ServerConfig>>, books: &Books) -> std::io::Result<()> {
    stream.set_nodelay(true)?;
    let connection: Box<dyn Connection> = match tls {
        Some(config) => {
            let session = ServerConnection::new(config).map_err(std::io::Error::other)?;
            Box::new(StreamOwned::new(session, stream))
        }
        None => Box::new(stream),
    };
    let mut reader = BufReader::with_capacity(1, connection);
    loop {
        let Some((head, length)) = head(&mut reader)? else { return Ok(()) };
        let number = books.requests.fetch_add(1, Ordering::Relaxed);
        if number >= books.dies_after.load(Ordering::Relaxed) {
            return Ok(());
        }
        // Looked at before the body is read: to close with unread bytes is what resets a connection.
        let blind = (books.plan.lock().unwrap())(number, "");
        if blind == Some(Fault::ResetBefore) {
            books.faults.fetch_add(1, Ordering::Relaxed);
            return Ok(());
        }
        let kept_back = if blind == Some(Fault::ResetInside) { 1 } else { 0 };
        let mut body = vec![0; length - kept_back];
        reader.read_exact(&mut body)?;
        // The one that is kept back is the closing brace.
        body.extend(std::iter::repeat_n(b'}', kept_back));
        let asked = asked(&head, &body);
        let fault = (books.plan.lock().unwrap())(number, &asked.prompt);
        let writer = reader.get_mut();
        match fault {
            None => good(writer, &asked, books)?,
            Some(fault) => {
                books.faults.fetch_add(1, Ordering::Relaxed);
                if !bad(writer, fault, &asked, books)? {
                    return Ok(());
                }
            }
        }
    }
}

/// The head of a request and the length of its body; `None` where the client is done.
fn head(reader: &mut impl BufRead) -> std::io::Result<Option<(String, usize)>> {
    let (mut head, mut length) = (String::new(), 0);
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line)? == 0 {
            return Ok(None);
        }
        if line.trim().is_empty() {
            return Ok(Some((head, length)));
        }
        if let Some((name, value)) = line.split_once(':')
            && name.eq_ignore_ascii_case("content-length")
        {
            length = value.trim().parse().unwrap_or(0);
        }
        head.push_str(&line);
    }
}

fn asked(head: &str, body: &[u8]) -> Asked {
    let request: Value = serde_json::from_slice(body).unwrap_or_default();
    let said = |role: &str| {
        let messages = request["messages"].as_array().cloned().unwrap_or_default();
        let of_role = messages.iter().find(|message| message["role"] == role);
        of_role.and_then(|message| message["content"].as_str()).unwrap_or_default().to_owned()
    };
    let key = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("authorization").then(|| value.trim().to_owned())
    });
    Asked { prompt: said("user"), system: said("system"), key: key.unwrap_or_default() }
}

/// The units of a request by id, in whichever form it has; a plain one under an empty id.
fn wanted(asked: &Asked) -> Vec<(String, String)> {
    let tagged = units(&asked.prompt);
    if !tagged.is_empty() || asked.prompt.is_empty() {
        return tagged;
    }
    let keyed = asked.prompt.match_indices('{').find_map(|(at, _)| {
        let rest = asked.prompt.get(at..)?;
        let mut values = serde_json::Deserializer::from_str(rest).into_iter::<Value>();
        let Some(Ok(Value::Object(object))) = values.next() else { return None };
        let pairs = object.into_iter().map(|(id, text)| Some((id, text.as_str()?.to_owned())));
        pairs.collect::<Option<Vec<_>>>().filter(|pairs| !pairs.is_empty())
    });
    keyed.unwrap_or_else(|| vec![(String::new(), fenced(&asked.prompt))])
}

/// A reply's text: each answer under its id, in the form of the request.
fn written(asked: &Asked, answers: &[(String, String)]) -> String {
    if units(&asked.prompt).is_empty() {
        return match answers {
            [(id, answer)] if id.is_empty() => answer.clone(),
            _ => {
                let members = answers.iter().map(|(id, answer)| format!("{}: {}", json!(id), json!(answer)));
                format!("{{{}}}", members.collect::<Vec<_>>().join(", "))
            }
        };
    }
    answers.iter().map(|(id, answer)| format!("<u id=\"{id}\">{answer}</u>\n")).collect()
}

fn answers(wanted: &[(String, String)]) -> Vec<(String, String)> {
    wanted.iter().map(|(id, text)| (id.clone(), spanish(text))).collect()
}

fn completion(text: &str, finish: Value) -> String {
    json!({
        "choices": [{ "index": 0, "message": { "role": "assistant", "content": text }, "finish_reason": finish }],
        "usage": { "prompt_tokens": 40, "completion_tokens": text.len() / 4 },
    })
    .to_string()
}

fn ok(writer: &mut dyn Connection, body: &str) -> std::io::Result<()> {
    write!(
        writer,
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )?;
    writer.flush()
}

/// Answers well and writes it down.
fn good(writer: &mut dyn Connection, asked: &Asked, books: &Books) -> std::io::Result<()> {
    if !asked.system.contains("translator") {
        let summary = "The council met on Monday and approved the plan. The work begins in the spring.";
        return ok(writer, &completion(summary, json!("stop")));
    }
    let wanted = wanted(asked);
    note_asked(&wanted, books);
    ok(writer, &completion(&written(asked, &answers(&wanted)), json!("stop")))?;
    note_delivered(&wanted, books);
    Ok(())
}

fn note_asked(wanted: &[(String, String)], books: &Books) {
    let delivered = books.delivered.lock().unwrap();
    let again = wanted.iter().map(|(_, text)| text).filter(|text| delivered.contains(*text));
    books.again.lock().unwrap().extend(again.cloned());
}

fn note_delivered(wanted: &[(String, String)], books: &Books) {
    books.delivered.lock().unwrap().extend(wanted.iter().map(|(_, text)| text.clone()));
}

/// Goes wrong; whether the connection can be used again.
fn bad(writer: &mut dyn Connection, fault: Fault, asked: &Asked, books: &Books) -> std::io::Result<bool> {
    let wanted = wanted(asked);
    note_asked(&wanted, books);
    let mut answers = answers(&wanted);
    let whole = || completion(&written(asked, &self::answers(&wanted)), json!("stop"));
    // How many of the units, from the end, are answered well all the same.
    let mut well = 0;
    let body = match fault {
        Fault::ResetBefore | Fault::Silence => {
            // Until the client hangs up; longer than any deadline of a test in any case.
            let mut byte = [0];
            while writer.read(&mut byte).is_ok_and(|read| read > 0) {}
            return Ok(false);
        }
        Fault::Status(status, headers, body) => {
            write!(writer, "HTTP/1.1 {status} No\r\n{headers}content-length: {}\r\n\r\n{body}", body.len())?;
            return Ok(true);
        }
        Fault::RefusesKey => {
            let reason = json!({ "error": { "message": format!("Incorrect API key: {}", asked.key) } });
            let reason = reason.to_string();
            write!(writer, "HTTP/1.1 401 No\r\ncontent-length: {}\r\n\r\n{reason}", reason.len())?;
            return Ok(true);
        }
        Fault::ResetInside => {
            let body = whole();
            write!(writer, "HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n", body.len())?;
            writer.write_all(body.as_bytes().get(..body.len() / 2).unwrap_or_default())?;
            writer.flush()?;
            std::thread::sleep(Duration::from_millis(50));
            return Ok(false);
        }
        Fault::Drip => {
            let body = whole();
            write!(writer, "HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n", body.len())?;
            for byte in body.bytes() {
                writer.write_all(&[byte])?;
                writer.flush()?;
                std::thread::sleep(Duration::from_secs(1));
            }
            return Ok(true);
        }
        Fault::Huge { bytes, announced } => {
            let length =
                if announced { format!("content-length: {bytes}") } else { "connection: close".to_owned() };
            write!(writer, "HTTP/1.1 200 OK\r\n{length}\r\n\r\n")?;
            let piece = vec![b' '; 1 << 16];
            for _ in 0..bytes >> 16 {
                writer.write_all(&piece)?;
            }
            return Ok(false);
        }
        Fault::Gzip(bytes) => {
            write!(
                writer,
                "HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: {}\r\n\r\n",
                bytes.len()
            )?;
            writer.write_all(&bytes)?;
            return Ok(false);
        }
        Fault::EndlessHeader => {
            write!(writer, "HTTP/1.1 200 OK\r\n")?;
            loop {
                writer.write_all(b"x-more: and more, and more, and more, and more, and more\r\n")?;
            }
        }
        Fault::Body(body) => body,
        Fault::Choice(choice) => json!({ "choices": [choice] }).to_string(),
        Fault::Finish(reason) => completion(&written(asked, &answers), json!(reason)),
        Fault::WrongIds => {
            for (id, _) in &mut answers {
                *id = format!("9{id}");
            }
            completion(&written(asked, &answers), json!("stop"))
        }
        Fault::DoubledIds => {
            well = answers.len().saturating_sub(1);
            let first = answers.first().map(|(id, _)| id.clone()).unwrap_or_default();
            answers.push((first, "Otra cosa muy distinta de la primera.".to_owned()));
            completion(&written(asked, &answers), json!("stop"))
        }
        Fault::MergedUnits => {
            // The unit beside the gap may hold the missing one's text: it is rightly asked again.
            well = answers.len().saturating_sub(3);
            if answers.len() > 1 {
                let second = answers.remove(1).1;
                answers[0].1 = format!("{} {second}", answers[0].1);
            }
            completion(&written(asked, &answers), json!("stop"))
        }
        Fault::Prose => {
            well = answers.len();
            let text = format!(
                "Sure! Here is the translation you asked for:\n\n{}\nLet me know if I can help with anything else.",
                written(asked, &answers)
            );
            completion(&text, json!("stop"))
        }
        Fault::SaysKey => {
            well = answers.len();
            for (_, answer) in &mut answers {
                answer.push_str(&format!(" {}", asked.key));
            }
            completion(&written(asked, &answers), json!("stop"))
        }
    };
    ok(writer, &body)?;
    note_delivered(wanted.get(wanted.len() - well..).unwrap_or_default(), books);
    Ok(true)
}
