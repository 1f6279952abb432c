//! Nothing answered is asked again: after a run, after a change, after a kill.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::{Duration, Instant};

use crate::endpoint::Endpoint;
use crate::harness::Sandbox;

const KILLS: u64 = 100;

/// Requests at once in the runs that are killed.
const CONCURRENCY: u64 = 4;

/// Units of an article: a title and six paragraphs. They go in one request.
const UNITS: u64 = 7;

fn article(number: usize) -> String {
    let paragraphs: Vec<String> = (0..6)
        .map(|paragraph| {
            format!(
                "Paragraph {paragraph} of article {number} tells how the town council met again. \
                 It was raining, and {} people stood outside.",
                number * 10 + paragraph
            )
        })
        .collect();
    format!("Council meets for the time number {number}\n\n{}\n", paragraphs.join("\n\n"))
}

fn sandbox(articles: usize) -> Sandbox {
    let sandbox = Sandbox::new();
    for number in 0..articles {
        sandbox.file(&format!("articles/{number:02}.txt"), article(number));
    }
    sandbox
}

fn arguments(url: &str) -> Vec<String> {
    ["run", "articles", "--to", "es", "--url", url, "--model", "double", "--no-summary", "-q"]
        .map(str::to_owned)
        .to_vec()
}

fn run(sandbox: &Sandbox, endpoint: &Endpoint) -> crate::harness::Ran {
    let arguments = arguments(&endpoint.url);
    sandbox.gloss(&arguments.iter().map(String::as_str).collect::<Vec<_>>())
}

#[test]
fn a_second_run_asks_nothing_and_changes_nothing() {
    let endpoint = Endpoint::start(Duration::ZERO);
    let sandbox = sandbox(4);
    run(&sandbox, &endpoint).expect(0);
    assert!(endpoint.requests() > 0);
    let before = sandbox.files();
    endpoint.forget();
    run(&sandbox, &endpoint).expect(0);
    assert_eq!(endpoint.requests(), 0);
    assert_eq!(sandbox.files(), before);
}

#[test]
fn a_copied_folder_runs_as_its_own_and_asks_nothing() {
    let endpoint = Endpoint::start(Duration::ZERO);
    let sandbox = sandbox(2);
    run(&sandbox, &endpoint).expect(0);
    let made = sandbox.read("articles/00.es.txt");
    let whole = sandbox.path("copy");
    copy_folder(&sandbox.path("articles"), &whole.join("articles"));
    endpoint.forget();
    let arguments = arguments(&endpoint.url);
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let in_copy = |arguments: &[&str]| sandbox.command(arguments).current_dir(&whole).output().unwrap();
    let ran = in_copy(&arguments);
    assert_eq!(ran.status.code(), Some(0), "{}", String::from_utf8_lossy(&ran.stderr));
    assert_eq!(endpoint.requests(), 0);
    // From then on each goes its own way.
    sandbox.file("copy/articles/00.txt", format!("{}\nOne more paragraph stands in the copy.\n", article(0)));
    assert_eq!(in_copy(&arguments).status.code(), Some(0));
    assert_ne!(sandbox.read("copy/articles/00.es.txt"), made);
    run(&sandbox, &endpoint).expect(0);
    assert_eq!(sandbox.read("articles/00.es.txt"), made);
}

#[test]
fn a_copy_of_sources_and_their_out_folder_runs_as_its_own() {
    let endpoint = Endpoint::start(Duration::ZERO);
    let sandbox = sandbox(2);
    let arguments = arguments(&endpoint.url);
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).chain(["--out", "out"]).collect();
    sandbox.gloss(&arguments).expect(0);
    let whole = sandbox.path("copy");
    copy_folder(&sandbox.path("articles"), &whole.join("articles"));
    copy_folder(&sandbox.path("out"), &whole.join("out"));
    endpoint.forget();
    let ran = sandbox.command(&arguments).current_dir(&whole).output().unwrap();
    assert_eq!(ran.status.code(), Some(0), "{}", String::from_utf8_lossy(&ran.stderr));
    assert_eq!(endpoint.requests(), 0);
    // Other sources still cannot take turns in one place.
    sandbox.file("other/00.txt", article(7));
    let other: Vec<&str> =
        arguments.iter().map(|word| if *word == "articles" { "other" } else { word }).collect();
    sandbox.gloss(&other).expect(3).says("give another folder with `--out`");
}

/// As `cp -r` does.
#[expect(clippy::disallowed_methods, reason = "a test copies its own folder")]
fn copy_folder(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let name = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy_folder(&path, &name);
        } else {
            std::fs::write(name, std::fs::read(&path).unwrap()).unwrap();
        }
    }
}

#[test]
fn one_changed_paragraph_asks_for_one_unit() {
    let endpoint = Endpoint::start(Duration::ZERO);
    let sandbox = sandbox(4);
    run(&sandbox, &endpoint).expect(0);
    endpoint.forget();
    let changed = article(2).replace("Paragraph 3 of article 2", "The third paragraph, written anew,");
    sandbox.file("articles/02.txt", changed);
    run(&sandbox, &endpoint).expect(0);
    let answered = endpoint.answered();
    assert_eq!(answered.len(), 1, "{answered:?}");
    assert!(answered.keys().all(|text| text.starts_with("The third paragraph")), "{answered:?}");
}

#[test]
fn the_same_paragraph_in_many_files_is_asked_once() {
    let endpoint = Endpoint::start(Duration::from_millis(20));
    let sandbox = Sandbox::new();
    for number in 0..12 {
        let own = format!("This is what only file {number} has to say about the matter.");
        let wire = "The agency reported on Monday that the bridge will be closed for a month.";
        sandbox.file(&format!("articles/{number}.txt"), format!("{own}\n\n{wire}\n"));
    }
    run(&sandbox, &endpoint).expect(0);
    let answered = endpoint.answered();
    assert_eq!(answered.len(), 13);
    assert!(answered.values().all(|times| *times == 1), "{answered:?}");
}

#[test]
fn a_hundred_kills_end_with_the_bytes_of_one_quiet_run() {
    let endpoint = Endpoint::start(Duration::from_millis(3));
    let quiet = sandbox(20);
    let began = Instant::now();
    run(&quiet, &endpoint).expect(0);
    let expected = quiet.files();
    // Kills fall evenly over the time that a quiet run takes on this machine.
    let longest = began.elapsed().as_millis() as u64;

    let mut random = 88_172_645_463_325_252_u64;
    let mut killed = 0;
    while killed < KILLS {
        let sandbox = sandbox(20);
        endpoint.forget();
        let mut kills_here = 0;
        loop {
            let concurrency = CONCURRENCY.to_string();
            let arguments = arguments(&endpoint.url);
            let mut arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
            arguments.extend(["--concurrency", &concurrency]);
            let mut child = sandbox
                .command(&arguments)
                .stdout(std::process::Stdio::null())
                .stderr(std::process::Stdio::null())
                .spawn()
                .unwrap();
            random ^= random << 13;
            random ^= random >> 7;
            random ^= random << 17;
            std::thread::sleep(Duration::from_millis(10 + random % longest));
            let done = child.try_wait().unwrap();
            child.kill().ok();
            child.wait().unwrap();
            whole_or_absent(&sandbox.files(), &expected);
            if done.is_some_and(|status| status.success()) {
                break;
            }
            killed += 1;
            kills_here += 1;
            assert!(kills_here < 400, "the runs do not get anywhere");
        }
        run(&sandbox, &endpoint).expect(0);
        assert_eq!(sandbox.files(), expected);
        let repeats: u64 = endpoint.answered().values().map(|times| times - 1).sum();
        // At most what was under way at each kill: a request keeps its place until its answers are stored.
        let under_way = CONCURRENCY * UNITS;
        assert!(repeats <= kills_here * under_way, "{repeats} units bought again after {kills_here} kills");
    }
}

/// Every output is absent or has exactly the bytes it must have; nothing else lies about but gloss's own
/// temporary files.
fn whole_or_absent(found: &BTreeMap<String, Vec<u8>>, expected: &BTreeMap<String, Vec<u8>>) {
    for (name, bytes) in found {
        if name.contains(".gloss-tmp-") {
            continue;
        }
        assert_eq!(Some(bytes), expected.get(name), "{name}");
    }
}
