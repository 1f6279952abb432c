//! Several engines behind one another, caps on what they may use, and failures taken up again.

use serde_json::{Value, json};

use crate::endpoint::Endpoint;
use crate::harness::Sandbox;

const ARTICLE: &str = "\
Council approves new bridge over the river

The council approved the bridge after a long debate on Monday night.

The secret paragraph tells what nobody was to hear about the mayor.

Work starts in the spring, and the old ferry will run until then.
";

/// Two scripted engines, named in `gloss.toml`: `first` refuses what is secret.
fn two_engines(first: Value, second: Value) -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox
        .file("articles/a.txt", ARTICLE)
        .file("first.json", first.to_string())
        .file("second.json", second.to_string())
        .file(
            "gloss.toml",
            "to = [\"es\"]\nfrom = \"en\"\nsummary = \"none\"\ntranslate = [\"first\", \"second\"]\n\
             [engines.first]\nscript = \"first.json\"\nprice-in = 1000\nprice-out = 1000\n\
             [engines.second]\nscript = \"second.json\"\n",
        );
    sandbox
}

fn first() -> Value {
    json!({ "model": "one", "refuses": ["secret"] })
}

fn second() -> Value {
    json!({ "model": "two" })
}

fn engines(sandbox: &Sandbox) -> Value {
    sandbox.report("articles")["documents"][0]["languages"][0]["engines"].clone()
}

#[test]
fn what_one_engine_refuses_the_next_one_does() {
    let sandbox = two_engines(first(), second());
    let ran = sandbox.gloss(&["run", "articles"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(sandbox.read("articles/a.es.txt").contains("[es The secret paragraph"));
    assert_eq!(engines(&sandbox), json!({ "first": [0, 1, 3], "second": [2] }));
    let totals = &sandbox.report("articles")["totals"]["engines"];
    // The chunk, then its four units alone; the one that was refused alone is not asked of it again.
    assert_eq!(totals["first"]["requests"], 5, "{totals}");
    assert_eq!(totals["second"]["requests"], 1, "{totals}");
    assert_eq!(totals["second"]["units"], 1, "{totals}");
    assert!(ran.stdout.contains("second"), "{}", ran.stdout);

    let again = sandbox.gloss(&["run", "articles"]);
    assert_eq!(again.code, 0, "{}", again.stderr);
    let totals = &sandbox.report("articles")["totals"];
    assert_eq!(totals["requests"], 0, "{totals}");
    assert_eq!(totals["engines"]["first"]["saved"]["count"], 3, "{totals}");
    assert!(totals["engines"]["first"]["saved"]["cost"].as_f64().unwrap() > 0.0, "{totals}");
    assert_eq!(engines(&sandbox), json!({ "first": [0, 1, 3], "second": [2] }));
}

#[test]
fn what_every_engine_refuses_is_failed_and_says_why_for_each() {
    let sandbox = two_engines(first(), json!({ "model": "two", "refuses": ["secret"] }));
    let ran = sandbox.gloss(&["run", "articles"]);
    assert_eq!(ran.code, 3, "{}", ran.stderr);
    assert!(sandbox.read("articles/a.es.txt").contains("⟪untranslated⟫ The secret paragraph"));
    let note = &sandbox.report("articles")["documents"][0]["languages"][0]["notes"][0];
    assert_eq!(note["error"], "first: the script refuses this text; second: the script refuses this text");
}

#[test]
fn an_engine_without_the_pair_is_passed_over_and_one_that_stops_is_followed() {
    let sandbox = two_engines(json!({ "model": "one", "pairs": ["en-fr"] }), second());
    let ran = sandbox.gloss(&["run", "articles"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(ran.stderr.contains("no en-es from first: the script has no pair en-es"), "{}", ran.stderr);
    assert_eq!(engines(&sandbox), json!({ "second": [0, 1, 2, 3] }));

    let sandbox = two_engines(json!({ "model": "one", "stop_at": 1 }), second());
    let ran = sandbox.gloss(&["run", "articles"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(ran.stderr.contains("engine first stopped"), "{}", ran.stderr);
    assert_eq!(engines(&sandbox), json!({ "second": [0, 1, 2, 3] }));
}

#[test]
fn a_pair_that_nobody_has_is_an_error_before_anything_is_asked() {
    let pairs = json!({ "model": "one", "pairs": ["en-fr"] });
    let sandbox = two_engines(pairs.clone(), pairs);
    // The language is detected.
    let config = sandbox.read("gloss.toml").replace("from = \"en\"\n", "");
    sandbox.file("gloss.toml", config);
    let ran = sandbox.gloss(&["run", "articles", "--to", "fr,es", "--json"]);
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    assert!(ran.stderr.contains("can translate any of these articles into `es`"), "{}", ran.stderr);
    assert!(ran.stderr.contains("hint:"), "{}", ran.stderr);
    assert!(!ran.stdout.contains("\"event\":\"request\""), "{}", ran.stdout);
    assert!(!sandbox.exists("articles/a.fr.txt"));
    assert_eq!(sandbox.gloss(&["run", "articles", "--to", "fr"]).code, 0);
}

#[test]
fn a_cap_on_requests_counts_each_attempt_and_the_rest_is_taken_up_later() {
    let sandbox =
        two_engines(json!({ "model": "one", "chunk_tokens": 30, "faults": { "1": "retry" } }), second());
    let ran =
        sandbox.gloss(&["run", "articles", "--engine", "first", "--max-requests", "3", "--concurrency", "1"]);
    assert_eq!(ran.code, 3, "{}", ran.stderr);
    assert!(ran.stderr.contains("cap of 3 requests is reached"), "{}", ran.stderr);
    let report = sandbox.report("articles");
    let units = &report["totals"]["units"];
    assert_eq!(report["totals"]["requests"], 3);
    let failed = units["failed"].as_u64().unwrap();
    assert!(failed > 0 && failed < 4, "{units}");

    let again = sandbox.gloss(&["run", "articles", "--engine", "first"]);
    assert_eq!(again.code, 0, "{}", again.stderr);
    let units = &sandbox.report("articles")["totals"]["units"];
    assert_eq!(
        (units["translated"].as_u64(), units["remembered"].as_u64()),
        (Some(failed), Some(4 - failed))
    );
}

#[test]
fn a_cap_on_cost_is_never_exceeded_and_the_free_engine_goes_on() {
    let sandbox = two_engines(json!({ "model": "one", "chunk_tokens": 30 }), second());
    // Four units of about 12 words sent and received at 1000 a million.
    let ran = sandbox.gloss(&["run", "articles", "--max-cost", "0.2"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let engines = &sandbox.report("articles")["totals"]["engines"];
    let cost = engines["first"]["spent"]["cost"].as_f64().unwrap_or_default();
    assert!(cost <= 0.2, "{engines}");
    assert!(engines["second"]["units"].as_u64().unwrap() > 0, "{engines}");
    assert!(ran.stderr.contains("the run's cap of 0.2 is reached"), "{}", ran.stderr);
}

#[test]
fn what_refused_answers_cost_is_told() {
    let sandbox = two_engines(json!({ "model": "one", "faults": { "1": "empty" } }), second());
    let ran = sandbox.gloss(&["run", "articles", "--engine", "first"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let first = &sandbox.report("articles")["totals"]["engines"]["first"];
    assert_eq!(first["refused"]["count"], 4, "{first}");
    assert!(first["refused"]["cost"].as_f64().unwrap() > 0.0, "{first}");
    assert!(first["refused"]["cost"].as_f64() < first["spent"]["cost"].as_f64(), "{first}");
}

#[test]
fn only_what_failed_is_asked_again() {
    let sandbox = two_engines(first(), second());
    sandbox.file(
        "articles/fine.txt",
        "A town in the north\n\nNothing of note happened here today, said the mayor.\n",
    );
    let ran = sandbox.gloss(&["run", "articles", "--engine", "first", "--to", "es,fr"]);
    assert_eq!(ran.code, 3, "{}", ran.stderr);
    sandbox.file("first.json", json!({ "model": "one" }).to_string());
    sandbox
        .file("articles/new.txt", "A new article\n\nIt came after the run that failed, so it has to wait.\n");
    let ran =
        sandbox.gloss(&["run", "articles", "--engine", "first", "--to", "es,fr,de", "--retry", "failed"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let report = sandbox.report("articles");
    assert_eq!(report["documents"].as_array().unwrap().len(), 1, "{report}");
    assert_eq!(report["totals"]["units"]["translated"], 2, "{report}");
    assert_eq!(report["totals"]["requests"], 2, "{report}");
    assert!(!sandbox.exists("articles/a.de.txt") && !sandbox.exists("articles/new.es.txt"));
    assert!(sandbox.read("articles/a.fr.txt").contains("[fr The secret paragraph"));

    // Nothing is left to take up; and a changed source is left to a whole run.
    let ran = sandbox.gloss(&["run", "articles", "--engine", "first", "--retry", "failed"]);
    assert_eq!(
        (ran.code, sandbox.report("articles")["totals"]["requests"].clone()),
        (0, json!(0)),
        "{}",
        ran.stderr
    );
}

/// The lowest and highest of a plan, and what the run after it came to.
fn foreseen(sandbox: &Sandbox, arguments: &[&str]) {
    let plan = sandbox.gloss(&[arguments, &["--dry-run", "--json"]].concat());
    assert_eq!(plan.code, 0, "{}", plan.stderr);
    let plan: Value = serde_json::from_str(&plan.stdout).unwrap();
    let ran = sandbox.gloss(arguments);
    assert!(ran.code == 0 || ran.code == 3, "{}", ran.stderr);
    let totals = &sandbox.report("articles")["totals"];
    for (range, spent) in [
        (&plan["tokens_in"], &totals["usage"]["tokens_in"]),
        (&plan["tokens_out"], &totals["usage"]["tokens_out"]),
        (&plan["cost"], &totals["cost"]),
        (&plan["requests"], &totals["requests"]),
    ] {
        let (low, high) = (range[0].as_f64().unwrap(), range[1].as_f64().unwrap());
        let spent = spent.as_f64().unwrap();
        assert!(low <= spent && spent <= high, "{spent} is not in {range}\n{plan}\n{totals}");
    }
}

#[test]
fn a_run_falls_into_the_range_of_its_plan() {
    let prices = ["--price-in", "0.5", "--price-out", "2"];
    for (articles, extra) in [
        (1, &["--no-summary"] as &[&str]),
        (40, &["--no-summary"]),
        (12, &["--summary", "60 words"]),
        (5, &["--to", "es,pt,fr", "--summary", "long"]),
    ] {
        let endpoint = Endpoint::start(std::time::Duration::ZERO);
        let sandbox = Sandbox::new();
        for number in 0..articles {
            let paragraphs = 2 + number % 9;
            let text: Vec<String> = (0..paragraphs)
                .map(|paragraph| {
                    format!(
                        "Report {number}, part {paragraph}: the council of the northern town met on Monday and talked \
                         for {} hours about the old bridge over the river, which was closed last winter.",
                        paragraph + 2
                    )
                })
                .collect();
            sandbox.file(&format!("articles/{number}.txt"), text.join("\n\n"));
        }
        let url =
            ["run", "articles", "--from", "en", "--to", "es", "--url", &endpoint.url, "--model", "double"];
        foreseen(&sandbox, &[&url, &prices as &[&str], extra].concat());
    }
}

#[test]
fn a_plan_reckons_with_the_engine_that_has_the_pair() {
    let sandbox = two_engines(json!({ "model": "one", "pairs": ["en-fr"] }), second());
    let plan = sandbox.gloss(&["run", "articles", "--dry-run", "--json", "--to", "es,fr"]);
    let plan: Value = serde_json::from_str(&plan.stdout).unwrap();
    let asked: Vec<(&str, u64)> = plan["engines"]
        .as_array()
        .unwrap()
        .iter()
        .map(|engine| (engine["name"].as_str().unwrap(), engine["requests"][0].as_u64().unwrap()))
        .collect();
    assert_eq!(asked, [("first", 1), ("second", 1)]);
}

#[test]
fn a_plan_tells_what_may_fall_to_the_next_engine_beside_its_sums() {
    let sandbox = two_engines(first(), second());
    let plan = sandbox.gloss(&["run", "articles", "--dry-run", "--json"]);
    let plan: Value = serde_json::from_str(&plan.stdout).unwrap();
    let [one, two] = plan["engines"].as_array().unwrap().as_slice() else { panic!("{plan}") };
    assert_eq!((&one["requests"][0], &one["fallback"]), (&json!(1), &Value::Null), "{plan}");
    assert_eq!((&two["requests"], &two["fallback"]["units"]), (&json!([0, 0]), &json!(4)), "{plan}");
    let text = sandbox.gloss(&["run", "articles", "--dry-run"]).stdout;
    assert!(text.contains("where those before it bring no answer: 4 units"), "{text}");

    // What is known needs no engine at all.
    sandbox.gloss(&["run", "articles"]);
    let text = sandbox.gloss(&["run", "articles", "--dry-run"]).stdout;
    assert!(!text.contains("bring no answer"), "{text}");
}
