//! How near the client comes to an endpoint's own pace: requests a second at concurrency 64 against a local
//! server that answers each after 200 ms (the ideal is 320 a second), and the client's CPU per request. Before and after, a client
//! that only asks and reads does the same: what it reaches is what this machine lets anybody reach.
//!
//! `cargo bench --bench endpoint`; `GLOSS_BENCH_CONCURRENCY` changes the 64, `GLOSS_BENCH_ARTICLES` the length of the run.

#[path = "../tests/it/endpoint.rs"]
#[expect(dead_code, clippy::unwrap_used, reason = "shared with the integration tests")]
mod endpoint;
mod measure;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use futures::future::join_all;
use serde_json::json;

/// At concurrency 64; more for more, so that the run is as long.
const ARTICLES: usize = 400;
const PARAGRAPHS: usize = 16;
const ANSWER_AFTER: Duration = Duration::from_millis(200);
/// Of the client that only asks, in each of its slots.
const BARE_REQUESTS: usize = 100;

fn main() {
    let set = |name| std::env::var(name).ok().and_then(|text| text.parse().ok());
    let concurrency: usize = set("GLOSS_BENCH_CONCURRENCY").unwrap_or(64);
    let articles = set("GLOSS_BENCH_ARTICLES").unwrap_or(ARTICLES * concurrency.div_ceil(64));
    let folder = measure::folder();
    for article in 0..articles {
        let paragraphs: Vec<String> = (0..PARAGRAPHS).map(|number| paragraph(article, number)).collect();
        measure::write(&folder.path().join(format!("in/{article:04}.txt")), &paragraphs.join("\n\n"));
    }
    let server = endpoint::Endpoint::start(ANSWER_AFTER);
    let concurrency_flag = concurrency.to_string();
    let arguments = [
        "run",
        "in",
        "--to",
        "es",
        "--url",
        &server.url,
        "--model",
        "double",
        "--no-summary",
        "-q",
        "--concurrency",
        &concurrency_flag,
    ];
    let bare_before = bare(&server.url, concurrency);
    server.forget();
    // What this program wrote a moment ago is not the client's to bring to the disk.
    std::process::Command::new("sync").status().expect("`sync` is there");
    let (began, before) = (Instant::now(), measure::own_cpu());
    let ran = measure::gloss(folder.path(), &arguments);
    let seconds = began.elapsed().as_secs_f64();
    let requests = server.requests() as f64;
    let server_cpu = measure::own_cpu().saturating_sub(before);
    let bare_rate = f64::midpoint(bare_before, bare(&server.url, concurrency));
    let ideal = concurrency as f64 / ANSWER_AFTER.as_secs_f64();
    measure::line(&format!(
        "endpoint: {requests:.0} requests in {seconds:.1} s at concurrency {concurrency}: {:.0}/s, {:.1} % of the ideal \
         {ideal:.0}/s, {:.1} % of the {bare_rate:.0}/s of a client that only asks; {:.2} ms of CPU a request, {:.2} more for the server; peak {} MB",
        requests / seconds,
        100.0 * requests / seconds / ideal,
        100.0 * requests / seconds / bare_rate,
        ran.cpu.as_secs_f64() * 1_000.0 / requests,
        server_cpu.as_secs_f64() * 1_000.0 / requests,
        ran.peak_kilobytes / 1_024,
    ));
}

/// Requests a second of a client that asks as often at once, with a prompt as long, and does nothing with the replies.
fn bare(url: &str, concurrency: usize) -> f64 {
    drop(rustls::crypto::ring::default_provider().install_default());
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let (client, next) = (reqwest::Client::new(), Arc::new(AtomicUsize::new(0)));
    let requests = concurrency * BARE_REQUESTS;
    let began = Instant::now();
    let slots = (0..concurrency).map(|_| {
        let (client, next, url) = (client.clone(), Arc::clone(&next), format!("{url}/chat/completions"));
        runtime.spawn(async move {
            loop {
                let number = next.fetch_add(1, Ordering::Relaxed);
                if number >= requests {
                    break;
                }
                let half = paragraph(number, PARAGRAPHS);
                let system =
                    format!("You are a translator. {}", "Keep every number as it stands. ".repeat(40));
                let user =
                    format!("<u id=\"1\">{}</u>", half.chars().take(half.len() / 2).collect::<String>());
                let messages = [("system", system), ("user", user)]
                    .map(|(role, content)| json!({ "role": role, "content": content }));
                let asked =
                    client.post(&url).json(&json!({ "model": "double", "messages": messages })).send().await;
                asked.expect("a reply").bytes().await.expect("a whole reply");
            }
        })
    });
    let slots: Vec<_> = slots.collect();
    runtime.block_on(join_all(slots));
    requests as f64 / began.elapsed().as_secs_f64()
}

/// About 235 tokens, no two alike: asked in two parts each.
fn paragraph(article: usize, number: usize) -> String {
    (0..12)
        .map(|sentence| {
            format!(
                "Sentence {sentence} of paragraph {number} in article {article} tells what the council said about \
                 the bridge."
            )
        })
        .collect::<Vec<_>>()
        .join(" ")
}
