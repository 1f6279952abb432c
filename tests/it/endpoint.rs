//! A chat endpoint on loopback that answers like a model would, the same each time, and counts what it is
//! asked. A double for counting and for faults; real servers have tests of their own.

use std::collections::{HashMap, HashSet};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

/// Sentences with nothing in common, in the language that most tests translate into.
const SENTENCES: &[&str] = &[
    "El consejo municipal aprobó ayer el documento número {n} después de una larga reunión.",
    "Los vecinos del barrio pidieron {n} árboles nuevos para la plaza principal.",
    "Según la directora del museo, la exposición recibió {n} visitantes durante el verano.",
    "Un equipo de investigadores encontró {n} piezas antiguas cerca del río.",
    "La empresa de transporte anunció que habrá {n} autobuses eléctricos el año que viene.",
    "Muchos alumnos de la escuela plantaron flores junto al camino en la parcela {n}.",
];

/// The same in Portuguese.
const PORTUGUESE: &[&str] = &[
    "A câmara municipal aprovou ontem o documento número {n} depois de uma longa reunião.",
    "Os moradores do bairro pediram {n} árvores novas para a praça principal.",
    "Segundo a diretora do museu, a exposição recebeu {n} visitantes durante o verão.",
    "Uma equipa de investigadores encontrou {n} peças antigas perto do rio.",
];

/// The same in Arabic.
const ARABIC: &[&str] = &[
    "وافق المجلس البلدي أمس على الوثيقة رقم {n} بعد اجتماع طويل.",
    "طلب سكان الحي زراعة {n} شجرة جديدة في الساحة الرئيسية.",
    "قالت مديرة المتحف إن المعرض استقبل {n} زائر خلال فصل الصيف.",
    "عثر فريق من الباحثين على {n} قطعة قديمة بالقرب من النهر.",
];

pub struct Endpoint {
    pub url: String,
    shared: Arc<Shared>,
}

/// What an endpoint does wrong, with each request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// This status, and a reason as such endpoints word it.
    Status(u16),
    /// 200 and a web page: a proxy's, or a wrong address's.
    Page,
    /// Hangs up without a word.
    HangUp,
}

struct Shared {
    requests: AtomicU64,
    /// What goes wrong, with the requests counted so far from the first number on and below the second.
    fault: Mutex<Option<(Fault, u64, u64)>>,
    /// How often each unit's text was answered.
    answered: Mutex<HashMap<String, u64>>,
    /// The same by the language's name and the text.
    asked_into: Mutex<HashSet<(&'static str, String)>>,
    delay: Duration,
    stopped: AtomicBool,
}

impl Endpoint {
    /// Starts answering, each request after `delay`.
    pub fn start(delay: Duration) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/v1", listener.local_addr().unwrap());
        let shared = Arc::new(Shared {
            requests: AtomicU64::new(0),
            fault: Mutex::default(),
            answered: Mutex::default(),
            asked_into: Mutex::default(),
            delay,
            stopped: AtomicBool::new(false),
        });
        let serving = Arc::clone(&shared);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                if serving.stopped.load(Ordering::Relaxed) {
                    break;
                }
                let serving = Arc::clone(&serving);
                // A client that was killed leaves a broken connection: no matter.
                std::thread::spawn(move || stream.and_then(|stream| serve(stream, &serving)).ok());
            }
        });
        Self { url, shared }
    }

    /// Goes wrong with the requests from `from` on, below `to`, counted from 0.
    pub fn fail(&self, fault: Fault, from: u64, to: u64) {
        *self.shared.fault.lock().unwrap() = Some((fault, from, to));
    }

    /// Goes right from now on.
    pub fn mend(&self) {
        *self.shared.fault.lock().unwrap() = None;
    }

    pub fn requests(&self) -> u64 {
        self.shared.requests.load(Ordering::Relaxed)
    }

    /// How often each unit's text was answered.
    pub fn answered(&self) -> HashMap<String, u64> {
        self.shared.answered.lock().unwrap().clone()
    }

    /// Each text that was to be translated, with the English name of the language.
    pub fn asked_into(&self) -> HashSet<(&'static str, String)> {
        self.shared.asked_into.lock().unwrap().clone()
    }

    pub fn forget(&self) {
        self.shared.requests.store(0, Ordering::Relaxed);
        self.shared.asked_into.lock().unwrap().clear();
        self.shared.answered.lock().unwrap().clear();
    }
}

impl Drop for Endpoint {
    fn drop(&mut self) {
        self.shared.stopped.store(true, Ordering::Relaxed);
    }
}

fn serve(stream: TcpStream, shared: &Shared) -> std::io::Result<()> {
    stream.set_nodelay(true)?;
    let mut writer = stream.try_clone()?;
    let mut reader = BufReader::new(stream);
    loop {
        let mut length = 0;
        let mut line = String::new();
        loop {
            line.clear();
            if reader.read_line(&mut line)? == 0 {
                return Ok(());
            }
            if line.trim().is_empty() {
                break;
            }
            if let Some((name, value)) = line.split_once(':')
                && name.eq_ignore_ascii_case("content-length")
            {
                length = value.trim().parse().unwrap_or(0);
            }
        }
        let mut body = vec![0; length];
        reader.read_exact(&mut body)?;
        let due = Instant::now() + shared.delay;
        let number = shared.requests.fetch_add(1, Ordering::Relaxed);
        let fault = *shared.fault.lock().unwrap();
        let fault = fault.filter(|(_, from, to)| (*from..*to).contains(&number)).map(|(fault, ..)| fault);
        // Made before it is due: the delay is all that a request waits for.
        let said = match fault {
            Some(Fault::HangUp) => None,
            Some(Fault::Page) => Some((
                "200 OK".to_owned(),
                "text/html",
                "<!DOCTYPE html><html><head><title>Welcome</title></head><body>Sign in</body></html>"
                    .to_owned(),
            )),
            Some(Fault::Status(status)) => Some((
                format!("{status} No"),
                "application/json",
                json!({ "error": { "message": format!("the double's reason for {status}") } }).to_string(),
            )),
            None => Some(("200 OK".to_owned(), "application/json", reply(&body, shared))),
        };
        std::thread::sleep(due.saturating_duration_since(Instant::now()));
        let Some((status, kind, body)) = said else { return Ok(()) };
        send(&mut writer, &status, kind, &body)?;
    }
}

/// What a sound endpoint says to a request's body.
fn reply(body: &[u8], shared: &Shared) -> String {
    let request: Value = serde_json::from_slice(body).unwrap_or_default();
    let answer = answer(&request, shared);
    json!({
        "choices": [{ "index": 0, "message": { "role": "assistant", "content": answer }, "finish_reason": "stop" }],
        "usage": { "prompt_tokens": body.len() / 4, "completion_tokens": answer.len() / 4 },
    })
    .to_string()
}

/// A whole reply in one packet: `write!` to a socket sends each piece of the format by itself.
fn send(writer: &mut TcpStream, status: &str, kind: &str, body: &str) -> std::io::Result<()> {
    let length = body.len();
    let reply =
        format!("HTTP/1.1 {status}\r\ncontent-type: {kind}\r\ncontent-length: {length}\r\n\r\n{body}");
    writer.write_all(reply.as_bytes())
}

fn answer(request: &Value, shared: &Shared) -> String {
    let message = |index: usize| request["messages"][index]["content"].as_str().unwrap_or_default();
    let (system, user) = (message(0), message(1));
    if !system.contains("translator") {
        return "The council met on Monday and approved the plan. The work begins in the spring.".to_owned();
    }
    let language = ["Portuguese", "Arabic"].into_iter().find(|name| system.contains(&format!("into {name}")));
    let translated = |text: &str| {
        shared.asked_into.lock().unwrap().insert((language.unwrap_or("Spanish"), text.to_owned()));
        match language {
            Some("Portuguese") => sentences(text, PORTUGUESE),
            Some(_) => sentences(text, ARABIC),
            None => spanish(text),
        }
    };
    let units = units(user);
    if units.is_empty() {
        let text = fenced(user);
        let reply = translated(&text);
        *shared.answered.lock().unwrap().entry(text).or_default() += 1;
        return reply;
    }
    let mut reply = String::new();
    for (id, text) in units {
        reply.push_str(&format!("<u id=\"{id}\">{}</u>\n", translated(&text)));
        *shared.answered.lock().unwrap().entry(text).or_default() += 1;
    }
    reply
}

/// The units of a prompt by id.
pub fn units(prompt: &str) -> Vec<(String, String)> {
    prompt
        .split("<u id=\"")
        .skip(1)
        .filter_map(|piece| {
            let (id, rest) = piece.split_once("\">")?;
            let (text, _) = rest.split_once("</u>")?;
            id.parse::<u32>().ok()?;
            Some((id.to_owned(), text.to_owned()))
        })
        .collect()
}

/// The text between the two last equal lines of a prompt.
pub fn fenced(prompt: &str) -> String {
    let lines: Vec<&str> = prompt.trim_end().lines().collect();
    let fence = lines.last().copied().unwrap_or_default();
    let start =
        lines.iter().rev().skip(1).position(|line| *line == fence).map_or(0, |back| lines.len() - 1 - back);
    lines[start..lines.len() - 1].join("\n")
}

/// As many sentences as the source has, or more where those are long, chosen by its text; each with its sentence's numbers, or
/// the text's first where that has none, or numbered by the text where it has none either; the placeholders at the end.
pub fn spanish(text: &str) -> String {
    sentences(text, SENTENCES)
}

fn numbers(text: &str) -> String {
    let digits = text.split(|character: char| !character.is_ascii_digit());
    digits.filter(|digits| !digits.is_empty()).collect::<Vec<_>>().join("; ")
}

fn sentences(text: &str, all: &[&str]) -> String {
    let hash = text.bytes().fold(7u64, |hash, byte| hash.wrapping_mul(31).wrapping_add(u64::from(byte)));
    let spoken = text.matches(['.', '?', '!']).count();
    let count = spoken.max((text.chars().count() + 40) / 80).clamp(1, 2 * all.len());
    let plain: String =
        text.split('⟦').map(|piece| piece.split_once('⟧').map_or(piece, |(_, rest)| rest)).collect();
    let mut spoken = plain.split_inclusive(['.', '?', '!']).map(numbers);
    let first = numbers(&plain).split("; ").next().unwrap_or_default().to_owned();
    let mut sentences: Vec<String> = (0..count)
        .map(|number| {
            let index = (hash as usize + number) % all.len();
            let numbers =
                spoken.next().filter(|numbers| !numbers.is_empty()).unwrap_or_else(|| first.clone());
            let own = ((hash >> 8) % 90_000 + 100 + number as u64).to_string();
            all[index].replace("{n}", if numbers.is_empty() { &own } else { &numbers })
        })
        .collect();
    let placeholders = text.split('⟦').skip(1).filter_map(|piece| piece.split_once('⟧'));
    sentences.extend(placeholders.map(|(number, _)| format!("⟦{number}⟧")));
    sentences.join(" ")
}
