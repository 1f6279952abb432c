//! What single flags do, as a user sees it.

use serde_json::{Value, json};

use crate::harness::Sandbox;

fn seed(name: &str) -> String {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("seeds").join(name);
    std::fs::read_to_string(path).unwrap()
}

/// An article as it was scraped, with navigation before and after it.
const WIRE: &str = "observatory-wire.txt";

fn scraped() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.script(&json!({ "reply": "tag" }));
    sandbox.file("articles/wire.txt", seed(WIRE));
    sandbox
}

/// Three plain articles in two folders.
fn articles() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.script(&json!({ "reply": "tag" }));
    for name in ["a.txt", "b.md", "drafts/c.txt"] {
        sandbox.file(&format!("articles/{name}"), "The council met on Monday.\n\nIt approved the plan.\n");
    }
    sandbox
}

/// Navigation. The line with date and time above the headline is none.
const FURNITURE: [&str; 10] = [
    "Main",
    "Regions",
    "Economy",
    "Science",
    "Monday, 9 March",
    "All news",
    "Subscribe to us",
    "Telegram",
    "RSS",
    "Recent news of science",
];

#[test]
fn furniture_is_kept_and_translated_unless_told_otherwise() {
    let sandbox = scraped();
    sandbox.scripted(&["articles", "--to", "pt", "--no-summary"]).expect(0);
    let lines: Vec<String> = sandbox.read("articles/wire.pt.txt").lines().map(str::to_owned).collect();
    for line in FURNITURE {
        assert!(lines.contains(&format!("[pt {line}]")), "{line}: {lines:#?}");
    }
}

#[test]
fn dropped_furniture_is_left_out_and_listed() {
    let sandbox = scraped();
    sandbox.scripted(&["articles", "--to", "pt", "--no-summary", "--boilerplate", "drop"]).expect(0);
    let output = sandbox.read("articles/wire.pt.txt");
    let report = sandbox.report("articles");
    let document = &report["documents"][0];
    let dropped: Vec<&str> =
        document["dropped"].as_array().unwrap().iter().map(|block| block["text"].as_str().unwrap()).collect();
    for line in FURNITURE {
        assert!(!output.contains(&format!("[pt {line}]")), "{line} stands in\n{output}");
        assert!(dropped.contains(&line), "{line} is not in {dropped:?}");
    }
    // Nothing else went with it.
    for line in seed(WIRE).lines().filter(|line| !line.is_empty() && !FURNITURE.contains(line)) {
        assert!(output.contains(&format!("[pt {line}]")), "{line}");
    }
    let units = &document["languages"][0]["units"];
    assert_eq!(units["copied"], dropped.len(), "{units}");
}

#[test]
fn dropped_furniture_is_listed_by_the_report_of_an_unchanged_run_too() {
    let sandbox = scraped();
    let run = ["articles", "--to", "pt", "--no-summary", "--boilerplate", "drop"];
    sandbox.scripted(&run).expect(0);
    let dropped = sandbox.report("articles")["documents"][0]["dropped"].clone();
    sandbox.scripted(&run).expect(0);
    let report = sandbox.report("articles");
    assert_eq!(report["documents"][0]["unchanged"], true);
    assert_eq!(report["documents"][0]["dropped"], dropped);
}

/// The words of the summary that the embedded engine makes of one article, which takes no model.
fn summary_words(length: &str) -> usize {
    let sandbox = Sandbox::new();
    sandbox.file("a.txt", seed("tide-mill-greyhaven.txt"));
    sandbox.gloss(&["run", "a.txt", "--no-translation", "--summary", length, "-q"]).expect(0);
    let text = sandbox.read("a.en.summary.md");
    let body = text.splitn(3, "---\n").nth(2).unwrap();
    body.lines().filter(|line| !line.starts_with('#')).flat_map(str::split_whitespace).count()
}

#[test]
fn summaries_are_as_long_as_asked() {
    let article = seed("tide-mill-greyhaven.txt").split_whitespace().count();
    let [short, medium, long] = ["short", "medium", "long"].map(summary_words);
    assert!(short < medium && medium < long && long < article / 2, "{short} {medium} {long} of {article}");
    let words = summary_words("80 words");
    assert!((50..=110).contains(&words), "{words} for 80");
    let share = summary_words("5%");
    let wanted = article / 20;
    assert!((wanted * 6 / 10..=wanted * 14 / 10).contains(&share), "{share} for {wanted}");
}

#[test]
fn no_summary_leaves_translations_only() {
    let sandbox = articles();
    sandbox.scripted(&["articles", "--from", "en", "--to", "pt", "--no-summary", "--out", "out"]).expect(0);
    let outputs: Vec<String> = sandbox.files().into_keys().filter(|name| name.starts_with("out/")).collect();
    let expected = [
        "out/a.pt.txt",
        "out/a.review.html",
        "out/b.pt.md",
        "out/b.review.html",
        "out/drafts/c.pt.txt",
        "out/drafts/c.review.html",
        "out/index.html",
    ];
    assert_eq!(outputs, expected);
}

#[test]
fn no_translation_leaves_summaries_only() {
    let sandbox = articles();
    let run = ["articles/a.txt", "--from", "en", "--no-translation", "--out", "out"];
    sandbox.scripted(&run).expect(0);
    let outputs =
        || sandbox.files().into_keys().filter(|name| name.starts_with("out/")).collect::<Vec<String>>();
    let pages = ["out/a.review.html", "out/index.html"];
    assert_eq!(outputs(), [&["out/a.en.summary.md"], &pages[..]].concat());
    sandbox.scripted(&[&run[..], &["--to", "pt"]].concat()).expect(0);
    assert_eq!(outputs(), [&["out/a.en.summary.md", "out/a.pt.summary.md"], &pages[..]].concat());
}

#[test]
fn a_summary_says_what_it_is() {
    let sandbox = articles();
    sandbox.scripted(&["articles/a.txt", "--from", "en", "--to", "pt"]).expect(0);
    let text = sandbox.read("articles/a.pt.summary.md");
    let front: Vec<&str> = text.lines().skip(1).take_while(|line| *line != "---").collect();
    for line in [
        "source: a.txt",
        "language: pt",
        "source_language: en",
        "engine: scripted",
        "model: script",
        "date: 2025-12-01",
        "state: complete",
    ] {
        assert!(front.contains(&line), "{line}: {text}");
    }
    assert!(text.contains("[pt It approved the plan.]"), "{text}");
}

#[test]
fn include_and_exclude_choose_the_sources() {
    let sandbox = articles();
    let sources = |flags: &[&str]| {
        let run = ["articles", "--from", "en", "--to", "pt", "--no-summary", "--out", "out"];
        sandbox.scripted(&[&run, flags].concat()).expect(0);
        let report = sandbox.report("out");
        let documents = report["documents"].as_array().unwrap().clone();
        documents.iter().map(|document| document["path"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(sources(&["--include", "*.txt"]), ["a.txt", "drafts/c.txt"]);
    assert_eq!(sources(&["--exclude", "drafts"]), ["a.txt", "b.md"]);
    assert_eq!(sources(&["--include", "*.txt", "--exclude", "drafts/**"]), ["a.txt"]);
    let nothing = ["articles", "--to", "pt", "--include", "*.rst"];
    sandbox.scripted(&nothing).expect(2).says("no articles").says("--include");
}

#[test]
fn from_overrules_detection() {
    let sandbox = articles();
    let language = |flags: &[&str]| {
        sandbox.scripted(&[&["articles/a.txt", "--to", "pt", "--out", "out"], flags].concat()).expect(0);
        sandbox.report("out")["documents"][0]["source"]["language"].clone()
    };
    assert_eq!(language(&[]), "en");
    assert_eq!(language(&["--from", "nl"]), "nl");
}

#[test]
fn a_document_in_the_target_language_is_said_and_summarised() {
    let sandbox = articles();
    sandbox
        .scripted(&["articles/a.txt", "--from", "pt", "--to", "pt", "-v"])
        .expect(0)
        .says("is in pt already");
    assert!(sandbox.exists("articles/a.pt.summary.md"));
    assert!(!sandbox.exists("articles/a.pt.txt"));
    assert_eq!(sandbox.report("articles")["documents"][0]["languages"][0]["same_language"], true);
}

#[test]
fn json_on_stdout_is_one_event_a_line_as_in_the_log() {
    let sandbox = articles();
    let ran = sandbox.scripted(&["articles", "--from", "en", "--to", "pt", "--json"]).expect(0);
    let events = ran.events();
    let names: Vec<&str> = events.iter().map(|event| event["event"].as_str().unwrap()).collect();
    assert_eq!((names.first(), names.last()), (Some(&"run_started"), Some(&"run_finished")));
    for (name, times) in [("document_finished", 3), ("language_finished", 3), ("written", 12)] {
        assert_eq!(names.iter().filter(|found| **found == name).count(), times, "{name}: {names:?}");
    }
    assert_eq!(events[0]["schema"], 1);
    assert_eq!(sandbox.read("articles/.gloss/events.jsonl"), ran.stdout);
}

#[test]
fn quiet_says_nothing_where_all_is_well_and_names_what_is_not() {
    let sandbox = articles();
    let run = ["articles", "--from", "en", "--to", "pt", "-q"];
    let ran = sandbox.scripted(&run).expect(0);
    assert_eq!((ran.stdout.as_str(), ran.stderr.as_str()), ("", ""));
    sandbox.script(&json!({ "model": "other", "stop_at": 1 }));
    let ran = sandbox.scripted(&run).expect(3);
    assert_eq!(ran.stdout, "");
    ran.says("a.txt").says("b.md").says("c.txt");
}

#[test]
fn the_table_at_the_end_has_each_document_and_the_sum() {
    let sandbox = articles();
    let ran = sandbox.scripted(&["articles", "--from", "en", "--to", "pt"]).expect(0);
    for part in
        ["a.txt", "b.md", "drafts/c.txt", "translated", "remembered", "failed", "words", "files", "total"]
    {
        assert!(ran.stdout.contains(part), "{part}:\n{}", ran.stdout);
    }
}

/// Value and origin of each setting as `gloss config show` tells them.
fn shown(sandbox: &Sandbox, environment: &[(&str, &str)], flags: &[&str]) -> Value {
    let output = sandbox
        .command(&[&["config", "show", "--json"], flags].concat())
        .envs(environment.iter().copied())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

fn setting(shown: &Value, name: &str) -> (String, String) {
    let line = shown["settings"].as_array().unwrap().iter().find(|line| line["name"] == name).unwrap();
    let text = |field: &str| line[field].as_str().unwrap().to_owned();
    (text("value"), text("origin"))
}

#[test]
fn flags_come_before_the_environment_before_the_file_before_defaults() {
    let sandbox = Sandbox::new();
    let value = |environment: &[(&str, &str)], flags: &[&str]| {
        setting(&shown(&sandbox, environment, flags), "summary")
    };
    assert_eq!(value(&[], &[]), ("medium".to_owned(), "default".to_owned()));
    sandbox.file("gloss.toml", "# mine\nsummary = \"short\"\n");
    let (found, origin) = value(&[], &[]);
    assert_eq!(found, "short");
    assert!(origin.ends_with("gloss.toml:2"), "{origin}");
    let environment = [("GLOSS_SUMMARY", "long")];
    assert_eq!(value(&environment, &[]), ("long".to_owned(), "env GLOSS_SUMMARY".to_owned()));
    assert_eq!(value(&environment, &["--summary", "9%"]), ("9%".to_owned(), "flag --summary".to_owned()));
}

#[test]
fn what_config_show_tells_is_what_a_run_does() {
    let sandbox = articles();
    sandbox.file("gloss.toml", "to = [\"pt\", \"es\"]\nout = \"out\"\nsummary = \"none\"\nfrom = \"en\"\n");
    sandbox.scripted(&["articles/a.txt"]).expect(0);
    assert!(sandbox.exists("out/a.pt.txt") && sandbox.exists("out/a.es.txt"));
    sandbox.scripted(&["articles/a.txt", "--to", "fr"]).expect(0);
    assert!(sandbox.exists("out/a.fr.txt"));
}

#[test]
fn a_settings_file_among_the_articles_is_not_read() {
    let sandbox = articles();
    sandbox.file("articles/gloss.toml", "out = \"stolen\"\nurl = \"http://203.0.113.1/v1\"\n");
    sandbox.scripted(&["articles", "--from", "en", "--to", "pt"]).expect(0);
    assert!(sandbox.exists("articles/a.pt.txt") && !sandbox.exists("articles/stolen"));
}

#[test]
fn an_unknown_key_of_the_settings_file_is_refused_by_name() {
    let sandbox = articles();
    sandbox.file("gloss.toml", "sumary = \"short\"\n");
    let ran = sandbox.scripted(&["articles", "--to", "pt"]);
    assert!([1, 2].contains(&ran.code), "{}", ran.code);
    ran.says("gloss.toml").says("sumary").says("hint: ");
}

#[test]
fn no_key_is_ever_shown() {
    const CANARY: &str = "sk-canary-71c0ffee";
    let sandbox = Sandbox::new();
    let environment = [
        ("OPENAI_API_KEY", CANARY),
        ("OPENAI_BASE_URL", "https://user:sk-canary-71c0ffee@api.example.org/v1?key=sk-canary-71c0ffee"),
    ];
    for json in [&["--json"][..], &[]] {
        let output =
            sandbox.command(&[&["config", "show"], json].concat()).envs(environment).output().unwrap();
        let said = [output.stdout, output.stderr].concat();
        let said = String::from_utf8(said).unwrap();
        assert!(output.status.success() && said.contains("set in OPENAI_API_KEY"), "{said}");
        assert!(!said.contains("canary"), "{said}");
    }
}

#[test]
fn whatever_is_wrong_in_the_settings_file_ends_with_2() {
    let sandbox = Sandbox::new();
    sandbox.file("a.txt", "A bridge is opened on Monday.\n");
    for wrong in
        ["to = [", "colour = \"red\"\n", "concurrency = {}\n", "concurrency = \"many\"\n", "to = \"x!\"\n"]
    {
        sandbox.file("gloss.toml", wrong);
        let ran = sandbox.gloss(&["run", "a.txt", "--to", "pt", "--dry-run"]);
        let ran =
            if wrong.starts_with("to = \"") { sandbox.gloss(&["run", "a.txt", "--dry-run"]) } else { ran };
        ran.expect(2).says("gloss.toml`").says("line 1");
    }
}
