//! `gloss review DIR`: pages and changes over HTTP, on this machine alone.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::harness::Sandbox;

const FIRST: &str = "The council met on Monday in the old town hall.";
const SECOND: &str = "It decided to repair the bridge before the winter.";

/// A run into Portuguese by an engine that answers in a fixed way, in a folder of two articles.
pub fn reviewed() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.file("articles/a.txt", format!("A title of the article\n\n{FIRST}\n\n{SECOND}\n"));
    sandbox.file("articles/deep/b & c#?.txt", format!("Another title here\n\n{FIRST}\n"));
    sandbox.script(&json!({ "reply": "tag" }));
    run(&sandbox);
    sandbox
}

pub fn run(sandbox: &Sandbox) {
    sandbox.scripted(&["articles", "--from", "en", "--to", "pt", "--no-summary"]).expect(0);
}

/// The binary serving a folder.
pub struct Serving {
    child: Child,
    /// With the token and a `/` at its end.
    pub address: String,
}

impl Serving {
    pub fn start(sandbox: &Sandbox) -> Self {
        let mut command = sandbox.command(&["review", "articles"]);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut address = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut address).unwrap();
        let address = address.trim().to_owned();
        assert!(address.starts_with("http://127.0.0.1:") && address.ends_with('/'), "{address}");
        Self { child, address }
    }

    fn parts(&self) -> (String, String) {
        let rest = self.address.strip_prefix("http://").unwrap();
        let (host, token) = rest.split_once('/').unwrap();
        (host.to_owned(), token.trim_end_matches('/').to_owned())
    }

    fn origin(&self) -> String {
        format!("http://{}", self.parts().0)
    }

    fn token(&self) -> String {
        self.parts().1
    }

    async fn get(&self, path: &str) -> (u16, String) {
        let reply = client().get(format!("{}{path}", self.address)).send().await.unwrap();
        (reply.status().as_u16(), reply.text().await.unwrap())
    }

    /// A change as the page posts it.
    fn posting(&self, body: String) -> reqwest::RequestBuilder {
        client()
            .post(format!("{}api/changes", self.address))
            .header("content-type", "application/json")
            .header("x-gloss-token", self.token())
            .header("origin", self.origin())
            .header("sec-fetch-site", "same-origin")
            .body(body)
    }

    pub async fn change(&self, change: Value) -> Value {
        let body = json!({ "gloss": "changes", "schema": 1, "changes": [change] });
        let reply = self.posting(body.to_string()).send().await.unwrap();
        assert_eq!(reply.status().as_u16(), 200);
        let mut reply: Value = serde_json::from_str(&reply.text().await.unwrap()).unwrap();
        reply["results"][0].take()
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

fn client() -> reqwest::Client {
    rustls::crypto::ring::default_provider().install_default().ok();
    reqwest::Client::builder().no_proxy().timeout(Duration::from_secs(30)).build().unwrap()
}

/// A change to the paragraph with this source text in `a.txt`.
fn to(source: &str, rest: Value) -> Value {
    let block = if source == FIRST { 1 } else { 2 };
    let mut change = json!({ "path": "a.txt", "language": "pt", "block": block, "source": source });
    change.as_object_mut().unwrap().extend(rest.as_object().unwrap().clone());
    change
}

fn edit(source: &str, text: &str) -> Value {
    to(source, json!({ "action": "edit", "text": text }))
}

/// The unit in the served data.
async fn unit(serving: &Serving, source: &str) -> Value {
    let (status, data) = serving.get("doc/a.txt/data.json").await;
    assert_eq!(status, 200);
    let data: Value = serde_json::from_str(&data).unwrap();
    let index = data["units"].as_array().unwrap().iter().position(|unit| unit["text"] == source).unwrap();
    data["translations"][0]["units"][index].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn strangers_are_turned_away() {
    let sandbox = reviewed();
    let serving = Serving::start(&sandbox);
    let (host, token) = serving.parts();
    assert!(token.len() >= 43, "{token}");
    let body = json!({ "gloss": "changes", "schema": 1, "changes": [edit(FIRST, "Roubado.")] }).to_string();
    let port = host.rsplit(':').next().unwrap();
    let status = async |request: reqwest::RequestBuilder| request.send().await.unwrap().status().as_u16();
    // By another name than its own.
    for name in ["evil.example", &format!("evil.example:{port}"), "127.0.0.1"] {
        assert_eq!(status(client().get(&serving.address).header("host", name)).await, 421, "{name}");
        assert_eq!(status(serving.posting(body.clone()).header("host", name)).await, 421, "{name}");
    }
    assert_eq!(status(client().get(&serving.address).header("host", format!("localhost:{port}"))).await, 200);
    // From another page.
    for (name, value) in
        [("origin", "http://evil.example"), ("origin", "null"), ("sec-fetch-site", "cross-site")]
    {
        assert_eq!(status(client().get(&serving.address).header(name, value)).await, 403, "{name}");
        let post = client()
            .post(format!("{}api/changes", serving.address))
            .header("content-type", "application/json")
            .header("x-gloss-token", &token)
            .header(name, value)
            .body(body.clone());
        assert_eq!(status(post).await, 403, "{name}");
    }
    // Without the token, with another, or with what looks like a file.
    let other = token.replacen(token.chars().next().unwrap(), "_", 1);
    for path in [
        "",
        "index.html",
        "favicon.ico",
        "doc/a.txt",
        "api/changes",
        "a.pt.txt",
        &format!("{other}/"),
        ".gloss/gloss.db",
    ] {
        let reply = client().get(format!("{}/{path}", serving.origin())).send().await.unwrap();
        assert_eq!(reply.status().as_u16(), 404, "{path}");
        assert_eq!(reply.text().await.unwrap(), "", "{path}");
    }
    for path in [
        "a.txt",
        "doc/a.pt.txt",
        "doc/../../a.txt",
        "doc/%2e%2e/%2e%2e/script.json",
        "doc/.gloss/gloss.db",
        "doc/",
        "x",
    ] {
        assert_eq!(serving.get(path).await.0, 404, "{path}");
    }
    // A change wants the token in a header, and JSON.
    let post = |kind: &str| {
        client()
            .post(format!("{}api/changes", serving.address))
            .header("content-type", kind)
            .body(body.clone())
    };
    assert_eq!(status(post("application/json")).await, 403);
    assert_eq!(status(post("application/json").header("x-gloss-token", &other)).await, 403);
    assert_eq!(status(post("text/plain").header("x-gloss-token", &token)).await, 415);
    assert_eq!(status(post("application/x-www-form-urlencoded").header("x-gloss-token", &token)).await, 415);
    assert_eq!(status(serving.posting("x".repeat(2 << 20))).await, 413);
    assert_eq!(status(serving.posting("{}".to_owned())).await, 400);
    assert_eq!(status(client().get(&serving.address).header("x-long", "x".repeat(70_000))).await, 431);
    assert_eq!(unit(&serving, FIRST).await["state"], "machine", "nothing of all that counted");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_reply_has_the_headers_that_keep_it_here() {
    let sandbox = reviewed();
    let serving = Serving::start(&sandbox);
    let anywhere = format!("{}/nothing", serving.origin());
    for address in [serving.address.clone(), format!("{}doc/a.txt", serving.address), anywhere] {
        let reply = client().get(&address).send().await.unwrap();
        let header = |name: &str| reply.headers().get(name).map_or("", |value| value.to_str().unwrap());
        let policy = header("content-security-policy");
        assert!(
            policy.starts_with("default-src 'none'") && policy.contains("frame-ancestors 'none'"),
            "{policy}"
        );
        assert!(!policy.contains("unsafe"), "{policy}");
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "no-referrer"),
            ("cache-control", "no-store"),
            ("x-frame-options", "DENY"),
            ("cross-origin-resource-policy", "same-origin"),
            ("cross-origin-opener-policy", "same-origin"),
        ] {
            assert_eq!(header(name), value, "{address}: {name}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_index_leads_to_every_page() {
    let sandbox = reviewed();
    let serving = Serving::start(&sandbox);
    let (status, index) = serving.get("").await;
    assert_eq!(status, 200);
    for page in [r#""page":"doc/a.txt""#, r#""page":"doc/deep/b \u0026 c#?.txt""#] {
        assert!(index.contains(page), "{page}");
    }
    let (status, page) = serving.get("doc/deep/b%20%26%20c%23%3F.txt").await;
    assert_eq!(status, 200);
    assert!(page.contains(r#""changes":"../../api/changes""#) && page.contains(r#""index":"../../""#));
    sandbox.remove("articles/deep");
    assert!(!serving.get("").await.1.contains("c#?.txt"), "its source is gone");
}

/// What only the last run knew stands in the served index as in the one on disk: what could not be read, names that drift.
#[tokio::test(flavor = "multi_thread")]
async fn the_served_index_tells_what_the_last_run_left() {
    let sandbox = Sandbox::new();
    let names = [
        ("Yesterday Mr Lukashenko spoke in Minsk.", "Вчера Лукашенко выступил в Минске."),
        ("Then Lukashenko went home.", "Затем Лукашенко уехал домой."),
        ("The answer of Lukashenko was short.", "Ответ Лукошэнко был краток."),
    ];
    let answers: serde_json::Map<String, Value> =
        names.iter().map(|(source, answer)| ((*source).to_owned(), json!(answer))).collect();
    sandbox.script(&json!({ "reply": "tag", "answers": answers }));
    for (number, (source, _)) in names.iter().enumerate() {
        sandbox.file(&format!("articles/{number}.txt"), format!("{source}\n"));
    }
    sandbox.file("articles/bad.txt", b"\x00\x01\x02\xFF\x00 not a text \x00".as_slice());
    sandbox.scripted(&["articles", "--from", "en", "--to", "ru", "--no-summary"]).expect(4);
    let serving = Serving::start(&sandbox);
    let data = |page: &str| -> Value {
        let (_, data) = page.split_once("<script type=\"application/json\" id=\"data\">").unwrap();
        serde_json::from_str(data.split_once("</script>").unwrap().0).unwrap()
    };
    let served = data(&serving.get("").await.1)["index"].take();
    let mut on_disk = data(&sandbox.read("articles/index.html"))["index"].take();
    assert!(
        served["documents"][3]["reason"].is_string() && served["drift"][0]["term"] == "Lukashenko",
        "{served}"
    );
    // The ways to the pages alone are others.
    for number in 0..names.len() {
        on_disk["documents"][number]["page"] = json!(format!("doc/{number}.txt"));
    }
    assert_eq!(served, on_disk);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_done_is_kept_at_once_and_for_good() {
    let sandbox = reviewed();
    let serving = Serving::start(&sandbox);
    let machine = sandbox.read("articles/a.pt.txt");
    let before = unit(&serving, FIRST).await;
    let text = before["text"].as_str().unwrap().to_owned();

    let reply = serving.change(edit(FIRST, "O conselho reuniu-se na segunda-feira.")).await;
    assert_eq!((&reply["ok"], &reply["unit"]["state"]), (&json!(true), &json!("human")), "{reply}");
    let edited = machine.replace(&text, "O conselho reuniu-se na segunda-feira.");
    assert_ne!(edited, machine);
    assert_eq!(sandbox.read("articles/a.pt.txt"), edited);
    assert_eq!(unit(&serving, FIRST).await, reply["unit"]);

    let second = unit(&serving, SECOND).await["text"].clone();
    let reply = serving.change(to(SECOND, json!({ "action": "accept", "text": second }))).await;
    assert_eq!(reply["unit"]["state"], "human", "{reply}");
    assert_eq!(sandbox.read("articles/a.pt.txt"), edited);

    // Refused, with the reason; nothing moves.
    for change in [edit("A text that stands nowhere.", "X"), edit(FIRST, "  ")] {
        let reply = serving.change(change).await;
        assert!(reply["ok"] == false && !reply["error"].as_str().unwrap().is_empty(), "{reply}");
    }
    assert_eq!(sandbox.read("articles/a.pt.txt"), edited);

    let reply = serving.change(to(FIRST, json!({ "action": "revert" }))).await;
    assert_eq!(
        (&reply["unit"]["state"], &reply["unit"]["text"]),
        (&json!("machine"), &json!(text)),
        "{reply}"
    );
    assert_eq!(sandbox.read("articles/a.pt.txt"), machine);
    serving.change(edit(FIRST, "O conselho reuniu-se na segunda-feira.")).await;
    assert_eq!(sandbox.read("articles/a.pt.txt"), edited);
    drop(serving);

    // Another model is not asked for them: it would refuse the second, and the run would end with 3.
    sandbox.script(&json!({ "reply": "tag", "model": "another", "refuses": [SECOND] }));
    run(&sandbox);
    assert_eq!(sandbox.read("articles/a.pt.txt"), edited);
    assert!(sandbox.report("articles")["documents"].to_string().contains("\"human\":2"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_over_what_was_not_seen_is_refused_with_what_stands_there() {
    let sandbox = reviewed();
    let serving = Serving::start(&sandbox);
    let seen = unit(&serving, FIRST).await["text"].clone();
    let with_seen = |text: &str, seen: &Value| {
        let mut change = edit(FIRST, text);
        change["seen"] = json!([seen]);
        change
    };
    assert_eq!(serving.change(with_seen("Do primeiro.", &seen)).await["ok"], true);
    // As little where its block has another number by now.
    let mut moved = with_seen("Do segundo.", &seen);
    moved["block"] = json!(40);
    assert_eq!(serving.change(moved).await["ok"], false);
    let reply = serving.change(with_seen("Do segundo.", &seen)).await;
    assert_eq!(reply["ok"], false);
    assert!(reply["error"].as_str().unwrap().contains("Do primeiro."), "{reply}");
    assert_eq!(reply["unit"]["text"], "Do primeiro.");
    assert!(sandbox.read("articles/a.pt.txt").contains("Do primeiro."));
    // The same words are no conflict, and whoever has seen the others' may replace them.
    assert_eq!(serving.change(with_seen("Do primeiro.", &seen)).await["ok"], true);
    assert_eq!(serving.change(with_seen("Do segundo.", &json!("Do primeiro."))).await["ok"], true);
    // So it is with an editor.
    let text = sandbox.read("articles/a.pt.txt").replace("Do segundo.", "Do editor.");
    sandbox.file("articles/a.pt.txt", &text);
    let reply = serving.change(with_seen("Do terceiro.", &json!("Do segundo."))).await;
    assert!(reply["error"].as_str().unwrap().contains("Do editor."), "{reply}");
    assert_eq!(sandbox.read("articles/a.pt.txt"), text);
}

#[tokio::test(flavor = "multi_thread")]
async fn changes_at_the_same_time_both_count() {
    let sandbox = reviewed();
    let serving = Serving::start(&sandbox);
    let (first, second) =
        tokio::join!(serving.change(edit(FIRST, "Primeiro.")), serving.change(edit(SECOND, "Segundo.")));
    assert_eq!((&first["ok"], &second["ok"]), (&json!(true), &json!(true)), "{first} {second}");
    let text = sandbox.read("articles/a.pt.txt");
    assert!(text.contains("Primeiro.") && text.contains("Segundo."), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn while_a_run_works_changes_are_refused_and_pages_are_not() {
    let sandbox = reviewed();
    let serving = Serving::start(&sandbox);
    let lock = std::fs::File::options().write(true).open(sandbox.path("articles/.gloss/lock")).unwrap();
    lock.lock().unwrap();
    let reply = serving.change(edit(FIRST, "Enquanto isso.")).await;
    assert!(reply["error"].as_str().unwrap().contains("another run is working on this folder"), "{reply}");
    assert_eq!(serving.get("doc/a.txt").await.0, 200);
    lock.unlock().unwrap();
    assert_eq!(serving.change(edit(FIRST, "Depois.")).await["ok"], true);
    // And a run may work while it is served.
    run(&sandbox);
    assert!(sandbox.read("articles/a.pt.txt").contains("Depois."));
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn ctrl_c_ends_it_well() {
    let sandbox = reviewed();
    let mut serving = Serving::start(&sandbox);
    // With a browser's connection left open.
    let client = client();
    assert_eq!(client.get(&serving.address).send().await.unwrap().status().as_u16(), 200);
    let began = Instant::now();
    let process = serving.child.id().to_string();
    assert!(std::process::Command::new("kill").args(["-INT", &process]).status().unwrap().success());
    let status = serving.child.wait().unwrap();
    assert_eq!(status.code(), Some(0));
    assert!(began.elapsed() < Duration::from_secs(4), "{:?}", began.elapsed());
}

#[test]
fn a_folder_without_a_run_is_told_apart() {
    let sandbox = Sandbox::new();
    sandbox.file("articles/a.txt", "Words.\n");
    sandbox.gloss(&["review", "articles"]).expect(1).says("no run of gloss has been here");
    assert!(!sandbox.exists("articles/.gloss"));
}

#[test]
fn a_port_in_use_is_no_wrong_usage() {
    let sandbox = Sandbox::new();
    sandbox.script(&json!({ "reply": "tag" })).file("articles/a.txt", "A bridge is opened on Monday.\n");
    sandbox.scripted(&["articles", "--from", "en", "--to", "pt", "--no-summary"]).expect(0);
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    sandbox.gloss(&["review", "articles", "--port", &port]).expect(1).says("give another `--port`");
}
