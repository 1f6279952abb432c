//! `kill -9` at any instant: the next runs end with the bytes of a quiet one, and little is bought twice.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::process::{Child, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use crate::endpoint::Endpoint;
use crate::harness::Sandbox;

/// Kills in the default tests; `GLOSS_KILLS` says how many otherwise.
const KILLS: usize = 60;

/// Requests under way at once.
const CONCURRENCY: usize = 4;

const ARTICLES: usize = 16;

/// Folders worked on side by side: most of a run is waiting for the disk.
const WORKERS: usize = 3;

fn sandbox() -> Sandbox {
    let sandbox = Sandbox::new();
    for number in 0..ARTICLES {
        // Each paragraph names its article, so that a request is known by its units.
        let paragraphs: Vec<String> = (0..5)
            .map(|paragraph| {
                format!(
                    "Article {number} tells in paragraph {paragraph} how the harbour was closed. \
                     A storm was coming, and {} boats stayed outside.",
                    number * 10 + paragraph
                )
            })
            .collect();
        let text = format!("Article {number} on the harbour and its boats\n\n{}\n", paragraphs.join("\n\n"));
        sandbox.file(&format!("articles/{number:02}.txt"), text);
    }
    sandbox
}

fn start(sandbox: &Sandbox, endpoint: &Endpoint) -> Child {
    let concurrency = CONCURRENCY.to_string();
    let arguments = [
        "run",
        "articles",
        "--to",
        "es",
        "--url",
        &endpoint.url,
        "--model",
        "double",
        "--concurrency",
        &concurrency,
        "-q",
    ];
    sandbox.command(&arguments).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
}

/// What a run was about when it was killed, as far as its files tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Phase {
    Starting,
    OpeningTheMemory,
    Asking,
    Writing,
    Finishing,
}

fn phase(sandbox: &Sandbox) -> Phase {
    let outputs = sandbox.files().keys().filter(|name| name.ends_with(".es.txt")).count();
    match outputs {
        0 if !sandbox.exists("articles/.gloss/gloss.db") => Phase::Starting,
        0 if !sandbox.exists("articles/.gloss/gloss.db-wal") => Phase::OpeningTheMemory,
        0 => Phase::Asking,
        ARTICLES => Phase::Finishing,
        _ => Phase::Writing,
    }
}

/// Waits for the moment of a kill. A third fall in the first milliseconds, a third when a file has just been
/// begun, the rest anywhere in the time of a quiet run.
fn wait(sandbox: &Sandbox, random: u64, longest: u64) {
    match random % 3 {
        0 => std::thread::sleep(Duration::from_micros(random / 3 % 40_000)),
        1 => {
            let seen = temporaries(sandbox);
            let began = Instant::now();
            let patience = Duration::from_millis(random / 3 % longest);
            while began.elapsed() < patience || temporaries(sandbox).is_subset(&seen) {
                if began.elapsed() > Duration::from_millis(longest) {
                    return;
                }
                std::thread::sleep(Duration::from_micros(200));
            }
            std::thread::sleep(Duration::from_micros(random / 5 % 1_500));
        }
        _ => std::thread::sleep(Duration::from_millis(random / 3 % longest)),
    }
}

fn temporaries(sandbox: &Sandbox) -> BTreeSet<String> {
    let Ok(entries) = std::fs::read_dir(sandbox.path("articles")) else { return BTreeSet::new() };
    let names = entries.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned());
    names.filter(|name| name.starts_with(".gloss-tmp-")).collect()
}

/// The articles of which a unit was answered more often than once, each as often as its unit answered most.
fn bought_again(answered: &HashMap<String, u64>) -> u64 {
    let mut most: HashMap<&str, u64> = HashMap::new();
    for (text, times) in answered {
        let article = text.split_whitespace().nth(1).unwrap_or_default();
        let known = most.entry(article).or_default();
        *known = (*known).max(times - 1);
    }
    most.values().sum()
}

/// Every output is absent or whole, and the memory was never taken for damaged.
fn check(sandbox: &Sandbox, expected: &BTreeMap<String, Vec<u8>>) {
    for (name, bytes) in sandbox.files().iter().filter(|(name, _)| !name.contains(".gloss-tmp-")) {
        assert_eq!(Some(bytes), expected.get(name), "{name}");
    }
    if let Ok(entries) = std::fs::read_dir(sandbox.path("articles/.gloss")) {
        for entry in entries.flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            assert!(!name.contains("damaged"), "a kill is no damage: {name}");
        }
    }
}

#[derive(Debug, Default)]
struct Tally {
    phases: BTreeMap<Phase, usize>,
    kills: usize,
    folders: usize,
    requests_again: u64,
}

/// Kills runs on folder after folder until all workers together have killed enough.
fn kill_until(enough: usize, killed: &AtomicUsize, seed: u64, quiet: &Quiet) -> Tally {
    let endpoint = Endpoint::start(Duration::from_millis(3));
    let mut tally = Tally::default();
    let mut random = seed;
    while killed.load(Ordering::Relaxed) < enough {
        let sandbox = sandbox();
        endpoint.forget();
        tally.folders += 1;
        for kills_here in 1..=400 {
            let mut child = start(&sandbox, &endpoint);
            random ^= random << 13;
            random ^= random >> 7;
            random ^= random << 17;
            // On a quiet machine a run is over so soon that most kills come before anything new is done: later ones
            // in the same folder come later, so that it is finished some day.
            wait(&sandbox, random, quiet.milliseconds * (1 + kills_here / 20));
            let over = child.try_wait().unwrap();
            child.kill().ok();
            child.wait().unwrap();
            check(&sandbox, &quiet.files);
            if over.is_some() {
                break;
            }
            killed.fetch_add(1, Ordering::Relaxed);
            tally.kills += 1;
            *tally.phases.entry(phase(&sandbox)).or_default() += 1;
            let again = bought_again(&endpoint.answered());
            assert!(
                again <= kills_here * CONCURRENCY as u64,
                "{again} requests again after {kills_here} kills"
            );
            assert!(kills_here < 400, "the runs do not get anywhere");
        }
        let last = start(&sandbox, &endpoint).wait().unwrap();
        assert!(last.success(), "{last}");
        assert_eq!(sandbox.files(), quiet.files);
        tally.requests_again += bought_again(&endpoint.answered());
    }
    tally
}

struct Quiet {
    files: BTreeMap<String, Vec<u8>>,
    milliseconds: u64,
}

#[test]
#[expect(clippy::print_stderr, reason = "the figures of the long run")]
fn kills_at_any_instant_end_with_the_bytes_of_a_quiet_run() {
    let enough = std::env::var("GLOSS_KILLS").map_or(KILLS, |kills| kills.parse().unwrap());
    let quiet = {
        let (sandbox, endpoint) = (sandbox(), Endpoint::start(Duration::from_millis(3)));
        let began = Instant::now();
        assert!(start(&sandbox, &endpoint).wait().unwrap().success());
        let milliseconds = (began.elapsed().as_millis() as u64).max(50);
        assert_eq!(bought_again(&endpoint.answered()), 0);
        Quiet { files: sandbox.files(), milliseconds }
    };
    // The source, its translation, two summaries and a page; and the index.
    assert_eq!(quiet.files.len(), 5 * ARTICLES + 1);
    let (began, killed) = (Instant::now(), AtomicUsize::new(0));
    let tallies: Vec<Tally> = std::thread::scope(|scope| {
        let workers: Vec<_> = (1..=WORKERS as u64)
            .map(|worker| {
                let (killed, quiet) = (&killed, &quiet);
                scope.spawn(move || kill_until(enough, killed, 88_172_645_463_325_252 * worker, quiet))
            })
            .collect();
        workers.into_iter().map(|worker| worker.join().unwrap()).collect()
    });
    let mut phases: BTreeMap<Phase, usize> = BTreeMap::new();
    for (phase, kills) in tallies.iter().flat_map(|tally| &tally.phases) {
        *phases.entry(*phase).or_default() += kills;
    }
    let kills: usize = tallies.iter().map(|tally| tally.kills).sum();
    let folders: usize = tallies.iter().map(|tally| tally.folders).sum();
    let again: u64 = tallies.iter().map(|tally| tally.requests_again).sum();
    eprintln!(
        "{kills} kills over {folders} folders in {:.0} s: {phases:?}; {again} requests bought again",
        began.elapsed().as_secs_f64()
    );
    assert!(kills >= enough);
    assert!(again <= (kills * CONCURRENCY) as u64);
}
