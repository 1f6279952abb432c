//! Ten articles in three languages, one of them written from right to left: a paragraph is corrected in each of the four
//! ways, and another model with another prompt changes none of the four and is not asked for them.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::json;

use crate::endpoint::Endpoint;
use crate::harness::Sandbox;
use crate::review_server::Serving;

/// A correction: where it stands and what it says.
struct Corrected {
    output: &'static str,
    language: &'static str,
    source: String,
    text: &'static str,
}

fn paragraph(article: usize, number: usize) -> String {
    let subject = ["harbour", "library", "bridge", "orchard", "theatre"][(article + number) % 5];
    format!("In district {article} the {subject} was opened on day {number} by the mayor of the town.")
}

fn articles(sandbox: &Sandbox) {
    for article in 1..=10 {
        let paragraphs: Vec<String> = (2..=5).map(|number| paragraph(article, number)).collect();
        let text = format!("News of district number {article}\n\n{}\n", paragraphs.join("\n\n"));
        sandbox.file(&format!("articles/{article:02}.txt"), text);
    }
}

fn run(sandbox: &Sandbox, endpoint: &Endpoint, model: &str, more: &[&str]) {
    let fixed =
        ["run", "articles", "--from", "en", "--to", "es,pt,ar", "--url", &endpoint.url, "--model", model];
    sandbox.gloss(&[&fixed, more].concat()).expect(0);
}

/// The paragraphs of an output, by their places.
fn paragraphs(sandbox: &Sandbox, output: &str) -> Vec<String> {
    sandbox.read(output).split("\n\n").map(|text| text.trim_end().to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn corrections_made_in_four_ways_outlive_another_model_and_prompt() {
    let sandbox = Sandbox::new();
    articles(&sandbox);
    let endpoint = Endpoint::start(Duration::ZERO);
    run(&sandbox, &endpoint, "one", &[]);

    // From the page: what it exports.
    let page = Corrected {
        output: "articles/01.es.txt",
        language: "Spanish",
        source: paragraph(1, 2),
        text: "El puerto  del distrito 1 abrió «el día 2», dijo el alcalde.",
    };
    let change = json!({ "path": "01.txt", "language": "es", "block": 1, "source": page.source,
        "action": "edit", "text": page.text });
    let exported = json!({ "gloss": "changes", "schema": 1, "changes": [change] });
    sandbox.file("changes.json", exported.to_string());
    sandbox.gloss(&["review", "articles", "--import", "changes.json"]).expect(0);

    // Through the server, in Arabic.
    let served = Corrected {
        output: "articles/02.ar.txt",
        language: "Arabic",
        source: paragraph(2, 3),
        text: "افتتح العمدة البستان في المنطقة 2 (District) في اليوم 3.",
    };
    let serving = Serving::start(&sandbox);
    let reply = serving
        .change(json!({ "path": "02.txt", "language": "ar", "block": 2, "source": served.source,
            "action": "edit", "text": served.text }))
        .await;
    assert_eq!(reply["ok"], true, "{reply}");
    drop(serving);

    // In the output file itself.
    let typed = Corrected {
        output: "articles/03.pt.txt",
        language: "Portuguese",
        source: paragraph(3, 4),
        text: "No distrito 3, o presidente abriu\ta ponte no dia 4 — com\u{a0}chuva.",
    };
    let old = paragraphs(&sandbox, typed.output)[3].clone();
    sandbox.file(typed.output, sandbox.read(typed.output).replace(&old, typed.text));

    // In an XLIFF.
    let marked = Corrected {
        output: "articles/04.ar.txt",
        language: "Arabic",
        source: paragraph(4, 5),
        text: "المسرح في المنطقة 4 < الخامس & المدينة.",
    };
    sandbox.gloss(&["export", "articles", "--format", "xliff", "--to", "ar"]).expect(0);
    let xliff = sandbox.read("articles/04.ar.xlf");
    let old = paragraphs(&sandbox, marked.output)[4].clone();
    let target = |text: &str| format!("leveraged-mt\">{text}</target>");
    assert_eq!(xliff.matches(&target(&old)).count(), 1, "{xliff}");
    let new = "المسرح في المنطقة 4 &lt; الخامس &amp; المدينة.";
    let edited = xliff.replace(&target(&old), &target(new));
    sandbox.file("articles/04.ar.xlf", edited);
    sandbox.gloss(&["review", "articles", "--import", "articles/04.ar.xlf"]).expect(0);

    let all = [page, served, typed, marked];
    let before: BTreeMap<&str, Vec<u8>> =
        all.iter().map(|one| (one.output, sandbox.bytes(one.output))).collect();
    for one in &all {
        assert!(sandbox.read(one.output).contains(one.text), "{}", one.output);
    }

    // Another model, another prompt: everything else is asked for anew, these four are not.
    let prompt = include_str!("../../prompts/translate.j2");
    let other = prompt.replace("You are a professional translator.", "You are a careful translator of news.");
    assert_ne!(prompt, other);
    sandbox.file("prompts/translate.j2", other);
    endpoint.forget();
    run(&sandbox, &endpoint, "two", &["--prompts", "prompts"]);
    let asked = endpoint.asked_into();
    for one in &all {
        assert!(!asked.contains(&(one.language, one.source.clone())), "{} was asked for", one.output);
        assert_eq!(sandbox.bytes(one.output), before[one.output], "{}", one.output);
    }
    // In the other languages the same paragraphs were asked for, and so was every other one.
    let units = 10 * 5 * 3;
    let documents = asked.iter().filter(|(_, text)| text.contains("istrict")).count();
    assert_eq!(documents, units - all.len());
    let report = sandbox.report("articles");
    assert_eq!(report["totals"]["units"]["human"], 4, "{}", report["totals"]["units"]);

    // And nothing at all the time after.
    endpoint.forget();
    let stands = sandbox.files();
    run(&sandbox, &endpoint, "two", &["--prompts", "prompts"]);
    assert_eq!(endpoint.requests(), 0);
    assert!(sandbox.files() == stands);
}
