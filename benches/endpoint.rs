//! How near the client comes to an endpoint's own pace: requests a second at concurrency 64 against a local
//! server that answers each after 200 ms (the ideal is 320 a second), and the client's CPU per request.
//!
//! `cargo bench --bench endpoint`; `GLOSS_BENCH_CONCURRENCY` changes the 64, `GLOSS_BENCH_ARTICLES` the length of the run.

#[path = "../tests/it/endpoint.rs"]
#[expect(dead_code, clippy::unwrap_used, reason = "shared with the integration tests")]
mod endpoint;
mod measure;

use std::time::{Duration, Instant};

/// At concurrency 64; more for more, so that the run is as long.
const ARTICLES: usize = 400;
const PARAGRAPHS: usize = 16;
const ANSWER_AFTER: Duration = Duration::from_millis(200);

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
    // What this program wrote a moment ago is not the client's to bring to the disk.
    std::process::Command::new("sync").status().expect("`sync` is there");
    let (began, before) = (Instant::now(), measure::own_cpu());
    let ran = measure::gloss(folder.path(), &arguments);
    let seconds = began.elapsed().as_secs_f64();
    let requests = server.requests() as f64;
    let ideal = concurrency as f64 / ANSWER_AFTER.as_secs_f64();
    measure::line(&format!(
        "endpoint: {requests:.0} requests in {seconds:.1} s at concurrency {concurrency}: {:.0}/s, {:.1} % of the ideal \
         {ideal:.0}/s; {:.2} ms of CPU a request, {:.2} more for the server; peak {} MB",
        requests / seconds,
        100.0 * requests / seconds / ideal,
        ran.cpu.as_secs_f64() * 1_000.0 / requests,
        measure::own_cpu().saturating_sub(before).as_secs_f64() * 1_000.0 / requests,
        ran.peak_kilobytes / 1_024,
    ));
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
