//! Whole runs through doubles of DeepL, LibreTranslate and Apertium: every unit in its place, nothing paid for twice, no key
//! in anything that is left behind.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use crate::doubles::Served;
use crate::doubles::apertium::{Apertium, SENTENCE};
use crate::doubles::deepl::DeepL;
use crate::doubles::libretranslate::LibreTranslate;
use crate::harness::{Ran, Sandbox};

/// The key of every test: to be found nowhere afterwards.
const KEY: &str = "0f1e2d3c-canary-4b5a-6978-8796a5b4c3d2:fx";

const VARIABLES: [&str; 2] = ["DEEPL_API_KEY", "LIBRETRANSLATE_API_KEY"];

/// Four articles and a page with links, code and ampersands.
fn folder() -> Sandbox {
    let sandbox = Sandbox::new();
    for number in 0..4 {
        let text = format!(
            "Article {number} tells that the council of the town met on Monday evening in the old hall.\n\n\
             It approved plan {number} for the long bridge, and nobody in the hall was against it.\n\n\
             The same sentence about the weather on the coast stands in each of the four articles.\n"
        );
        sandbox.file(&format!("articles/{number}.txt"), text);
    }
    sandbox.file(
        "articles/page.md",
        "# The harbour and its tunnel were opened to everybody on Saturday\n\n\
         The [map of the new routes](https://example.org/a?b=1&c=2) was printed by Salt & Sons of the harbour.\n\n\
         Start the `harbour-guide` program if x < 3 & y > 4, and read what the **council** has to say.\n",
    );
    sandbox
}

fn run(sandbox: &Sandbox, engine: &str, served: &Served, key: Option<&str>, more: &[&str]) -> Ran {
    let base = ["run", "articles", "--from", "en", "--no-summary", "--engine", engine, "--url", &served.url];
    let mut command = sandbox.command(&[&base, more].concat());
    for variable in VARIABLES {
        command.env_remove(variable);
        if let Some(key) = key {
            command.env(variable, key);
        }
    }
    let output = command.output().unwrap();
    let ran = Ran {
        code: output.status.code().unwrap_or(-1),
        stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    };
    assert!(!ran.stdout.contains("canary") && !ran.stderr.contains("canary"), "{ran:?}");
    for (path, bytes) in everything(sandbox) {
        assert!(!bytes.windows(6).any(|window| window == b"canary"), "the key is in {path}");
    }
    ran
}

/// Every file of the sandbox, `.gloss` too.
fn everything(sandbox: &Sandbox) -> Vec<(String, Vec<u8>)> {
    let mut folders = vec![sandbox.path("")];
    let mut found = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                found.push((path.display().to_string(), std::fs::read(&path).unwrap()));
            }
        }
    }
    found
}

fn units(sandbox: &Sandbox, state: &str) -> u64 {
    sandbox.report("articles")["totals"]["units"][state].as_u64().unwrap()
}

/// Every paragraph of the sources has a translated one in its place, and the page its links and code.
fn nothing_is_lost(sandbox: &Sandbox) {
    for number in 0..4 {
        let (source, output) = (
            sandbox.read(&format!("articles/{number}.txt")),
            sandbox.read(&format!("articles/{number}.es.txt")),
        );
        assert_eq!(source.lines().count(), output.lines().count(), "{output}");
        for (before, after) in source.lines().zip(output.lines()) {
            assert_eq!(before.is_empty(), after.is_empty(), "{output}");
            assert!(before.is_empty() || before != after, "{output}");
            assert!(!after.contains("⟪untranslated⟫"), "{output}");
        }
    }
    let page = sandbox.read("articles/page.es.md");
    for kept in ["# ", "](https://example.org/a?b=1&c=2)", "`harbour-guide`", "**"] {
        assert!(page.contains(kept), "{kept} is not in {page}");
    }
    assert!(!page.contains(['⟦', '⟪']) && !page.contains("<x"), "{page}");
}

#[test]
fn a_folder_goes_through_deepl_and_is_paid_for_once() {
    let deepl = Arc::new(DeepL::new(KEY));
    deepl.busy.store(2, Ordering::Relaxed);
    let served = Served::start(&deepl);
    let sandbox = folder();
    run(&sandbox, "deepl", &served, Some(KEY), &["--to", "es", "--formality", "more"]).expect(0);
    nothing_is_lost(&sandbox);
    assert_eq!(units(&sandbox, "failed"), 0);
    assert!(deepl.answered.lock().unwrap().values().all(|times| *times == 1));
    let asked = deepl.seen.lock().unwrap().len();
    assert!(deepl.seen.lock().unwrap().iter().all(|body| body["formality"] == "more"));
    // What the service billed stands in the report.
    let billed = deepl.used.load(Ordering::Relaxed);
    assert_eq!(sandbox.report("articles")["totals"]["usage"]["characters"], billed);

    run(&sandbox, "deepl", &served, Some(KEY), &["--to", "es", "--formality", "more"]).expect(0);
    assert_eq!(deepl.seen.lock().unwrap().len(), asked, "the second run asked again");
    // Another formality is another translation.
    run(&sandbox, "deepl", &served, Some(KEY), &["--to", "es"]).expect(0);
    assert!(deepl.seen.lock().unwrap().len() > asked);
}

#[test]
fn more_texts_than_deepl_takes_at_once_arrive_all_the_same() {
    let deepl = Arc::new(DeepL::new(KEY));
    let served = Served::start(&deepl);
    let sandbox = Sandbox::new();
    let items: String = (0..70).map(|number| format!("- Street {number}\n")).collect();
    sandbox.file("articles/list.md", items);
    run(&sandbox, "deepl", &served, Some(KEY), &["--to", "es"]).expect(0);
    assert_eq!(units(&sandbox, "translated"), 70);
    let most = deepl.seen.lock().unwrap().iter().map(|body| body["text"].as_array().unwrap().len()).max();
    assert!(most.unwrap() <= 50 && most.unwrap() > 1, "{most:?}");
    assert!(deepl.answered.lock().unwrap().values().all(|times| *times == 1));
}

#[test]
fn a_key_that_deepl_does_not_know_is_said_and_nothing_is_asked() {
    let deepl = Arc::new(DeepL::new("another"));
    let served = Served::start(&deepl);
    let sandbox = folder();
    let ran = run(&sandbox, "deepl", &served, Some(KEY), &["--to", "es"]);
    assert_ne!(ran.code, 0);
    ran.says("403").says("DEEPL_API_KEY").says("api-free.deepl.com");
    assert!(deepl.seen.lock().unwrap().is_empty());
}

#[test]
fn a_target_that_deepl_has_not_is_said_before_anything_is_asked() {
    let deepl = Arc::new(DeepL::new(KEY));
    let served = Served::start(&deepl);
    let sandbox = folder();
    let ran = run(&sandbox, "deepl", &served, Some(KEY), &["--to", "eu"]);
    assert_ne!(ran.code, 0);
    ran.says("DeepL at").says("does not translate from en to eu").says("PT-BR");
    assert!(deepl.seen.lock().unwrap().is_empty());
}

#[test]
fn a_quota_that_ends_in_the_middle_keeps_what_is_done_and_the_next_run_buys_the_rest() {
    let deepl = Arc::new(DeepL::new(KEY));
    deepl.limit.store(500, Ordering::Relaxed);
    let served = Served::start(&deepl);
    let sandbox = folder();
    let ran = run(&sandbox, "deepl", &served, Some(KEY), &["--to", "es", "--concurrency", "1"]).expect(3);
    ran.says("456").says("used up");
    let (done, failed) = (units(&sandbox, "translated"), units(&sandbox, "failed"));
    assert!(done > 0 && failed > 0, "{done} {failed}");

    deepl.limit.store(500_000, Ordering::Relaxed);
    run(&sandbox, "deepl", &served, Some(KEY), &["--to", "es"]).expect(0);
    nothing_is_lost(&sandbox);
    assert!(deepl.answered.lock().unwrap().values().all(|times| *times == 1), "a text was paid for twice");
}

#[test]
fn an_account_that_is_used_up_is_said_before_anything_is_asked() {
    let deepl = Arc::new(DeepL::new(KEY));
    deepl.used.store(500_000, Ordering::Relaxed);
    let served = Served::start(&deepl);
    let sandbox = folder();
    let ran = run(&sandbox, "deepl", &served, Some(KEY), &["--to", "es"]);
    assert_ne!(ran.code, 0);
    ran.says("500000 of 500000 characters are used").says("run again later");
    assert!(deepl.seen.lock().unwrap().is_empty());
}

#[test]
fn a_folder_goes_through_libretranslate_within_its_limits() {
    let libre = Arc::new(LibreTranslate {
        key: Some(KEY.to_owned()),
        most_characters: 150,
        ..LibreTranslate::default()
    });
    libre.busy.store(2, Ordering::Relaxed);
    let served = Served::start(&libre);
    let sandbox = folder();
    run(&sandbox, "libretranslate", &served, Some(KEY), &["--to", "es"]).expect(0);
    nothing_is_lost(&sandbox);
    assert_eq!(units(&sandbox, "failed"), 0);
    // The two that came too early, and none for its size.
    assert_eq!(libre.refused.load(Ordering::Relaxed), 2);
    let asked = libre.seen.lock().unwrap().len();
    run(&sandbox, "libretranslate", &served, Some(KEY), &["--to", "es"]).expect(0);
    assert_eq!(libre.seen.lock().unwrap().len(), asked, "the second run asked again");
}

#[test]
fn texts_that_libretranslate_does_not_answer_one_by_one_are_asked_singly() {
    let libre = Arc::new(LibreTranslate { most_texts: 2, ..LibreTranslate::default() });
    libre.merging.store(3, Ordering::Relaxed);
    let served = Served::start(&libre);
    let sandbox = folder();
    run(&sandbox, "libretranslate", &served, None, &["--to", "es"]).expect(0);
    nothing_is_lost(&sandbox);
}

#[test]
fn libretranslate_says_what_it_wants() {
    let sandbox = folder();
    let libre = Arc::new(LibreTranslate { key: Some("another".to_owned()), ..LibreTranslate::default() });
    let served = Served::start(&libre);
    let ran = run(&sandbox, "libretranslate", &served, Some(KEY), &["--to", "es"]).expect(3);
    ran.says("Invalid API key").says("LIBRETRANSLATE_API_KEY");
    let ran = run(&sandbox, "libretranslate", &served, None, &["--to", "es"]).expect(3);
    ran.says("get an API key").says("LIBRETRANSLATE_API_KEY");
    let ran = run(&sandbox, "libretranslate", &served, Some("another"), &["--to", "eu"]);
    assert_ne!(ran.code, 0);
    ran.says("LibreTranslate at").says("does not translate from en to eu").says("from en it has es");
    assert!(libre.answered.lock().unwrap().is_empty());
}

#[test]
fn a_server_that_is_not_there_is_no_missing_pair() {
    let sandbox = folder();
    // Where nobody listens: the port of a server that has just gone.
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let gone = Served::nowhere(port);
    let ran = run(&sandbox, "libretranslate", &gone, None, &["--to", "es"]);
    assert_ne!(ran.code, 0);
    ran.says("is the server running");
    assert!(!ran.stderr.contains("does not translate"), "{}", ran.stderr);
}

/// Apertium loses the end of long texts and every asterisk without a word of it.
#[test]
fn what_apertium_would_drop_in_silence_is_never_sent() {
    let apertium = Arc::new(Apertium::default());
    let served = Served::start(&apertium);
    let sandbox = Sandbox::new();
    let sentence = |words: &str, number: u32| format!("{words} {number} * {number}.");
    let said = |words: &str| (0..300).map(|number| sentence(words, number)).collect::<Vec<_>>().join(" ");
    let source = said(SENTENCE.0);
    assert!(source.len() > 20_000);
    sandbox.file("articles/long.txt", format!("{}\n\n{source}\n", sentence(SENTENCE.0, 500)));
    // Larger chunks than the engine's own, so that cutting is its own business.
    run(&sandbox, "apertium", &served, None, &["--to", "es", "--chunk-tokens", "3000"]).expect(0);
    let expected = format!("{}\n\n{}\n", sentence(SENTENCE.1, 500), said(SENTENCE.1));
    assert_eq!(sandbox.read("articles/long.es.txt"), expected);
    assert!(apertium.seen.lock().unwrap().iter().all(|query| query.chars().count() <= 1_000));

    let ran = run(&sandbox, "apertium", &served, None, &["--to", "eu"]);
    assert_ne!(ran.code, 0);
    ran.says("Apertium at").says("does not translate from en to eu").says("from en it has spa");
}
