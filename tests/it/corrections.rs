//! What a person corrects stays, byte for byte, whatever the next run is made with, and nobody is asked for it again.

use std::process::Stdio;
use std::time::Duration;

use gloss::language::Language;
use gloss::memory::Store;
use gloss::review::data::{ReviewDocument, TargetState, TargetUnit};
use serde_json::{Value, json};

use crate::harness::{Ran, Sandbox};

pub const TITLE: &str = "A bridge is opened";
pub const FIRST: &str = "The new bridge over the river was opened on Monday morning.";
pub const SECOND: &str = "It took four years to build, and nobody was hurt.";
pub const THIRD: &str = "The mayor came by boat, as the road was still closed.";

pub const RUN: &[&str] = &["articles", "--from", "en", "--to", "pt", "--no-summary"];

pub fn article(paragraphs: &[&str]) -> String {
    format!("{}\n", paragraphs.join("\n\n"))
}

/// A sandbox in which `a.txt` was translated once.
pub fn sandbox() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.script(&json!({ "reply": "tag" }));
    sandbox.file("articles/a.txt", article(&[TITLE, FIRST, SECOND, THIRD]));
    sandbox.scripted(RUN).expect(0);
    sandbox
}

/// Another model, which refuses to be asked for `texts`: who asks for them all the same has a failed unit.
pub fn other_model(sandbox: &Sandbox, texts: &[&str]) {
    sandbox.script(&json!({ "reply": "tag", "model": "another", "refuses": texts }));
}

pub fn edit(sandbox: &Sandbox, output: &str, from: &str, to: &str) {
    let text = sandbox.read(output);
    assert!(text.contains(from), "{text}");
    sandbox.file(output, text.replace(from, to));
}

pub fn change(block: u32, source: &str, action: Value) -> Value {
    let mut change = json!({ "path": "a.txt", "language": "pt", "block": block, "source": source });
    change.as_object_mut().unwrap().extend(action.as_object().unwrap().clone());
    change
}

pub fn import(sandbox: &Sandbox, changes: &[Value]) -> Ran {
    let file = json!({ "gloss": "changes", "schema": 1, "changes": changes });
    sandbox.file("changes.json", file.to_string());
    sandbox.gloss(&["review", "articles", "--import", "changes.json"])
}

pub fn review(sandbox: &Sandbox, path: &str) -> ReviewDocument {
    Store::open(&sandbox.path("articles")).unwrap().review_blocking(path).unwrap().unwrap()
}

pub fn units(sandbox: &Sandbox, path: &str, to: &str) -> Vec<TargetUnit> {
    let to = Language::parse(to).unwrap();
    let mut all = review(sandbox, path).translations;
    all.retain(|translation| translation.language == to);
    all.remove(0).units
}

pub fn states(sandbox: &Sandbox, path: &str, to: &str) -> Vec<TargetState> {
    units(sandbox, path, to).iter().map(|unit| unit.state).collect()
}

/// The counts of a document's only language in the report.
pub fn counts(sandbox: &Sandbox) -> Value {
    sandbox.report("articles")["totals"]["units"].clone()
}

use TargetState::{Failed, Human, Machine};

#[test]
fn an_edit_in_the_output_survives_another_model_and_is_not_asked_for() {
    let sandbox = sandbox();
    edit(&sandbox, "articles/a.pt.txt", &format!("[pt {FIRST}]"), "A ponte nova abriu na segunda.");
    let edited = sandbox.files();
    other_model(&sandbox, &[FIRST]);
    sandbox.scripted(RUN).expect(0).says("edited   a.pt.txt: 1 paragraph taken over");
    assert_eq!(sandbox.bytes("articles/a.pt.txt"), edited["articles/a.pt.txt"]);
    assert!(!sandbox.exists("articles/a.pt.new.txt"));
    assert_eq!(counts(&sandbox)["human"], 1);
    assert_eq!(states(&sandbox, "a.txt", "pt"), [Machine, Human, Machine, Machine]);

    // The file is gloss's own again: what is changed elsewhere in it is written over it.
    sandbox.script(&json!({ "reply": "tag", "model": "third", "refuses": [FIRST], "answers": { SECOND: "Levou quatro anos." } }));
    let ran = sandbox.scripted(RUN).expect(0);
    assert!(!ran.stderr.contains("edited"), "{}", ran.stderr);
    let text = sandbox.read("articles/a.pt.txt");
    assert!(text.contains("A ponte nova abriu na segunda.") && text.contains("Levou quatro anos."), "{text}");
    assert!(!sandbox.exists("articles/a.pt.new.txt"));

    // Nothing is left to do, and nothing is read.
    sandbox.scripted(RUN).expect(0);
    assert_eq!(sandbox.report("articles")["documents"][0]["unchanged"], true);
}

#[test]
fn a_scan_takes_edits_over_without_a_run() {
    let sandbox = sandbox();
    edit(&sandbox, "articles/a.pt.txt", &format!("[pt {SECOND}]"), "Ninguém se feriu.");
    let edited = sandbox.bytes("articles/a.pt.txt");
    let ran = sandbox.gloss(&["review", "articles", "--scan"]).expect(0);
    assert!(ran.stdout.contains("a.pt.txt: 1 paragraph taken over"), "{}", ran.stdout);
    assert_eq!(states(&sandbox, "a.txt", "pt"), [Machine, Machine, Human, Machine]);
    let again = sandbox.gloss(&["review", "articles", "--scan"]).expect(0);
    assert!(again.stdout.contains("no output was changed by hand"), "{}", again.stdout);
    other_model(&sandbox, &[SECOND]);
    sandbox.scripted(RUN).expect(0);
    assert_eq!(sandbox.bytes("articles/a.pt.txt"), edited);
}

#[test]
fn what_cannot_be_placed_stays_in_the_file_and_the_rest_counts() {
    let sandbox = sandbox();
    let text = sandbox.read("articles/a.pt.txt");
    let text = text
        .replace(&format!("[pt {FIRST}]"), "A ponte abriu.")
        .replace(&format!("[pt {THIRD}]"), &format!("Um parágrafo que não há.\n\n[pt {THIRD}]"));
    sandbox.file("articles/a.pt.txt", &text);
    sandbox.scripted(RUN).expect(0).says("no paragraph of the source for line 7").says("not overwritten");
    assert_eq!(sandbox.read("articles/a.pt.txt"), text);
    let ours = sandbox.read("articles/a.pt.new.txt");
    assert!(ours.contains("A ponte abriu.") && !ours.contains("Um parágrafo que não há."), "{ours}");

    let before = sandbox.files();
    let ran = sandbox.scripted(RUN).expect(0);
    assert!(!ran.stderr.contains("taken over"), "{}", ran.stderr);
    assert_eq!(sandbox.files(), before);
}

/// What an editor does to white space besides a person's edit puts nothing beside the file, and is never undone.
#[test]
fn an_editor_s_white_space_stays_and_is_no_conflict() {
    type Editor = fn(&str) -> String;
    let editors: [Editor; 5] = [
        |text| text.trim_end().to_owned(),
        |text| text.replace('\n', "\r\n"),
        |text| format!("\u{FEFF}{text}"),
        |text| format!("\n{}\n\n", text.replace("\n\n", "\n\n\n")),
        |text| text.replace("\n\n", "  \n\n"),
    ];
    for (number, editor) in editors.into_iter().enumerate() {
        for edited in [true, false] {
            let sandbox = sandbox();
            let mut text = sandbox.read("articles/a.pt.txt");
            if edited {
                text = text.replace(&format!("[pt {FIRST}]"), "A ponte nova abriu.");
            }
            let text = editor(&text);
            sandbox.file("articles/a.pt.txt", &text);
            let ran = sandbox.scripted(RUN).expect(0);
            assert!(!ran.stderr.contains("not overwritten"), "{number}: {}", ran.stderr);
            assert_eq!(ran.stderr.contains("taken over"), edited, "{number}: {}", ran.stderr);
            assert_eq!(counts(&sandbox)["human"], u64::from(edited), "{number}");
            assert_eq!(sandbox.report("articles")["documents"][0]["outputs"][0]["state"], "unchanged");
            assert_eq!(sandbox.read("articles/a.pt.txt"), text, "{number}");
            assert!(!sandbox.exists("articles/a.pt.new.txt"), "{number}");

            // Later runs have nothing to do; a scan has nothing to say.
            let ran = sandbox.scripted(RUN).expect(0);
            assert!(!ran.stderr.contains("edited"), "{number}: {}", ran.stderr);
            assert_eq!(sandbox.report("articles")["documents"][0]["unchanged"], true, "{number}");
            let ran = sandbox.gloss(&["review", "articles", "--scan"]).expect(0);
            assert!(ran.stdout.contains("no output was changed by hand"), "{number}: {}", ran.stdout);

            // What a later run would change in it goes beside: the file stays, byte for byte.
            sandbox
                .script(&json!({ "reply": "tag", "model": "third", "answers": { SECOND: "Levou anos." } }));
            sandbox.scripted(RUN).expect(0).says("not overwritten");
            assert_eq!(sandbox.read("articles/a.pt.txt"), text, "{number}");
        }
    }
}

#[test]
fn what_is_corrected_beside_a_kept_file_outlives_other_edits_of_that_file() {
    let sandbox = sandbox();
    let inserted = "A paragraph of the editor's own.";
    let output = sandbox.read("articles/a.pt.txt");
    let second = output.split("\n\n").nth(2).unwrap().to_owned();
    sandbox.file("articles/a.pt.txt", output.replace(&second, &format!("{inserted}\n\n{second}")));
    sandbox.scripted(RUN).expect(0);
    let text = "A mayor veio de barco.";
    import(&sandbox, &[change(3, THIRD, json!({ "action": "edit", "text": text }))]);
    assert!(sandbox.read("articles/a.pt.new.txt").contains(text));
    // The kept file has the machine's answer in that place still.
    edit(&sandbox, "articles/a.pt.txt", inserted, "Another paragraph of the editor's own.");
    sandbox.scripted(RUN).expect(0);
    assert!(sandbox.read("articles/a.pt.new.txt").contains(text));
    let stands = units(&sandbox, "a.txt", "pt").pop().unwrap();
    assert_eq!((stands.state, stands.text.as_deref()), (TargetState::Human, Some(text)));
}

#[test]
fn a_change_file_edits_accepts_ignores_and_takes_back() {
    let sandbox = sandbox();
    let made = sandbox.bytes("articles/a.pt.txt");
    let accepted = format!("[pt {SECOND}]");
    let changes = [
        change(1, FIRST, json!({ "action": "edit", "text": "A ponte abriu." })),
        change(2, SECOND, json!({ "action": "accept", "text": accepted })),
        // Its text stands elsewhere by now, and nowhere.
        change(0, THIRD, json!({ "action": "edit", "text": "O presidente veio de barco." })),
        change(1, "No such text.", json!({ "action": "edit", "text": "x" })),
        change(1, FIRST, json!({ "action": "edit", "text": "  " })),
    ];
    let ran = import(&sandbox, &changes).expect(3);
    assert!(ran.stdout.contains("3 taken over, 0 known already, 2 refused"), "{}", ran.stdout);
    assert!(ran.stdout.contains("stands nowhere"), "{}", ran.stdout);
    let corrected = sandbox.bytes("articles/a.pt.txt");
    let expected =
        article(&[&format!("[pt {TITLE}]"), "A ponte abriu.", &accepted, "O presidente veio de barco."]);
    assert_eq!(String::from_utf8_lossy(&corrected), expected);
    assert_eq!(states(&sandbox, "a.txt", "pt"), [Machine, Human, Human, Human]);
    let behind = |sandbox: &Sandbox| -> Vec<Option<String>> {
        units(sandbox, "a.txt", "pt").into_iter().map(|unit| unit.machine).collect()
    };
    let machine: Vec<Option<String>> = [None, Some(FIRST), Some(SECOND), Some(THIRD)]
        .map(|text| text.map(|text| format!("[pt {text}]")))
        .to_vec();
    assert_eq!(behind(&sandbox), machine);

    // Another model that would say something else: it is asked for the title alone.
    sandbox.script(&json!({
        "model": "another", "refuses": [FIRST, SECOND, THIRD], "answers": { TITLE: format!("[pt {TITLE}]") },
    }));
    sandbox.scripted(RUN).expect(0);
    assert_eq!(sandbox.bytes("articles/a.pt.txt"), corrected);
    assert_eq!(counts(&sandbox)["human"], 3);
    assert_eq!(behind(&sandbox), machine);

    // Taken back, the machine's answers stand as they were.
    let back = |block, source| change(block, source, json!({ "action": "revert" }));
    let ran = import(&sandbox, &[back(1, FIRST), back(2, SECOND), back(3, THIRD), back(0, TITLE)]).expect(0);
    assert!(ran.stdout.contains("3 taken over, 1 known already, 0 refused"), "{}", ran.stdout);
    assert_eq!(sandbox.bytes("articles/a.pt.txt"), made);
    assert_eq!(states(&sandbox, "a.txt", "pt"), [Machine; 4]);
    assert_eq!(behind(&sandbox), [const { None }; 4]);
    sandbox.script(&json!({ "reply": "tag" }));
    sandbox.scripted(RUN).expect(0);
    assert_eq!(sandbox.bytes("articles/a.pt.txt"), made);
    assert_eq!(counts(&sandbox)["human"], 0);
}

#[test]
fn an_ignored_finding_is_kept_and_said_no_more() {
    let sandbox = Sandbox::new();
    // Only where checks run in full are there findings: a failed unit has one.
    sandbox.script(&json!({ "reply": "tag", "answers": { FIRST: "" } }));
    sandbox.file("articles/a.txt", article(&[TITLE, FIRST]));
    sandbox.scripted(RUN).expect(3);
    let found = units(&sandbox, "a.txt", "pt").remove(1);
    assert_eq!(found.state, Failed);
    let finding = found.findings.first().unwrap_or_else(|| panic!("{found:?}"));
    assert!(!finding.ignored);
    let notes =
        |sandbox: &Sandbox| sandbox.report("articles")["documents"][0]["languages"][0]["notes"].clone();
    assert_eq!(notes(&sandbox)[0]["findings"][0]["check"], finding.check.as_str());
    let ignore = json!({ "action": "ignore", "check": finding.check, "message": finding.message });
    import(&sandbox, &[change(1, FIRST, ignore)]).expect(0);
    assert!(units(&sandbox, "a.txt", "pt")[1].findings[0].ignored);
    // The unit is failed all the same.
    sandbox.scripted(RUN).expect(3);
    assert_eq!(notes(&sandbox)[0]["findings"], json!([]), "{}", notes(&sandbox));
    assert!(units(&sandbox, "a.txt", "pt")[1].findings[0].ignored);
    let heed = json!({ "action": "heed", "check": finding.check, "message": finding.message });
    import(&sandbox, &[change(1, FIRST, heed)]).expect(0);
    assert!(!units(&sandbox, "a.txt", "pt")[1].findings[0].ignored);
}

/// An answer that was kept before and that the checks of today refuse: each run tells it, none asks for it, until a person says
/// what is to become of it.
#[test]
fn a_remembered_answer_against_a_hard_finding_is_told() {
    let sandbox = Sandbox::new();
    sandbox.file("articles/a.txt", article(&[FIRST]));
    // Its engine was held to no checks then, and answered in English.
    sandbox.script(&json!({ "reply": "tag" }));
    sandbox.scripted(RUN).expect(0);
    sandbox.file("articles/a.txt", format!("{}\n", article(&[FIRST])));
    sandbox.script(&json!({ "reply": "tag", "checked": true, "refuses": [FIRST] }));
    for _ in 0..2 {
        let ran = sandbox.scripted(RUN).expect(3);
        assert!(ran.stdout.contains("kept against a hard finding"), "{}", ran.stdout);
        let report = sandbox.report("articles");
        assert_eq!(report["totals"]["units"]["failed"], 0, "{report}");
        assert_eq!(report["totals"]["hard_flagged"], 1, "{report}");
        let note = &report["documents"][0]["languages"][0]["notes"][0];
        assert_eq!(
            (&note["state"], &note["findings"][0]["severity"]),
            (&json!("remembered"), &json!("hard")),
            "{note}"
        );
    }
    let unit = units(&sandbox, "a.txt", "pt").remove(0);
    let hard: Vec<_> =
        unit.findings.iter().filter(|finding| finding.severity == gloss::check::Severity::Hard).collect();
    assert!(!hard.is_empty(), "{unit:?}");
    sandbox.gloss(&["check", "articles"]).expect(3);
    let ignores: Vec<Value> = hard
        .iter()
        .map(|finding| {
            let ignore = json!({ "action": "ignore", "check": finding.check, "message": finding.message });
            change(0, FIRST, ignore)
        })
        .collect();
    import(&sandbox, &ignores).expect(0);
    sandbox.scripted(RUN).expect(0);
    sandbox.gloss(&["check", "articles"]).expect(0);
}

#[test]
fn a_moved_paragraph_takes_its_correction_along() {
    let sandbox = sandbox();
    edit(&sandbox, "articles/a.pt.txt", &format!("[pt {FIRST}]"), "A ponte abriu\nna segunda.");
    sandbox.scripted(RUN).expect(0);
    // Within the file, and into another one.
    sandbox.file("articles/a.txt", article(&[TITLE, SECOND, THIRD, FIRST]));
    sandbox.file("articles/b.txt", article(&["Something else happened", FIRST]));
    other_model(&sandbox, &[FIRST]);
    sandbox.scripted(RUN).expect(0);
    for output in ["articles/a.pt.txt", "articles/b.pt.txt"] {
        assert!(
            sandbox.read(output).ends_with("\n\nA ponte abriu\nna segunda.\n"),
            "{}",
            sandbox.read(output)
        );
    }
    let plan = sandbox.scripted(&[RUN, &["--dry-run", "--json"]].concat()).expect(0);
    let plan: Value = serde_json::from_str(&plan.stdout).unwrap();
    assert_eq!(plan["rows"][0]["to_ask"], 0, "{plan}");
}

#[test]
fn a_dry_run_reckons_with_corrections() {
    let sandbox = sandbox();
    import(&sandbox, &[change(1, FIRST, json!({ "action": "edit", "text": "A ponte abriu." }))]).expect(0);
    other_model(&sandbox, &[]);
    let plan = sandbox.scripted(&[RUN, &["--dry-run", "--json"]].concat()).expect(0);
    let plan: Value = serde_json::from_str(&plan.stdout).unwrap();
    assert_eq!((&plan["rows"][0]["to_ask"], &plan["rows"][0]["known"]), (&json!(3), &json!(1)), "{plan}");
}

/// An article's page and the folder's index follow, and are written over by nobody who only opens them.
#[test]
fn pages_follow_what_is_corrected() {
    let sandbox = sandbox();
    sandbox.file("articles/deep/b.txt", article(&["Something else", FIRST]));
    sandbox.scripted(RUN).expect(0);
    let page = sandbox.read("articles/a.review.html");
    assert!(page.contains(FIRST) && sandbox.read("articles/deep/b.review.html").contains("../index.html"));
    let index = sandbox.read("articles/index.html");
    assert!(index.contains("deep/b.review.html") && index.contains(TITLE), "{index}");
    import(&sandbox, &[change(1, FIRST, json!({ "action": "edit", "text": "A ponte abriu." }))]).expect(0);
    assert!(sandbox.read("articles/a.review.html").contains("A ponte abriu."));
    let human = |sandbox: &Sandbox| index_data(sandbox)["documents"][0]["translations"][0]["human"].clone();
    assert_eq!(human(&sandbox), 1);
    edit(&sandbox, "articles/a.pt.txt", &format!("[pt {SECOND}]"), "Levou quatro anos.");
    sandbox.gloss(&["review", "articles", "--scan"]).expect(0);
    assert_eq!(human(&sandbox), 2);
    sandbox.scripted(RUN).expect(0);
    let index = sandbox.read("articles/index.html");
    assert_eq!(human(&sandbox), 2);
    // A run over one of the two leaves the other in the index.
    sandbox.scripted(&["articles/a.txt", "--from", "en", "--to", "pt", "--no-summary"]).expect(0);
    assert_eq!(sandbox.read("articles/index.html"), index);
    assert_eq!(
        sandbox.scripted(&[RUN, &["--json"]].concat()).expect(0).events().last().unwrap()["event"],
        "run_finished"
    );

    let before = sandbox.files();
    sandbox.file("articles/a.review.html", "A person's page.");
    sandbox.file("articles/index.html", "A person's index.");
    sandbox.scripted(RUN).expect(0).says("a.review.html");
    assert_eq!(sandbox.read("articles/a.review.html"), "A person's page.");
    assert_eq!(sandbox.read("articles/index.html"), "A person's index.");
    assert_eq!(sandbox.bytes("articles/a.review.new.html"), before["articles/a.review.html"]);

    let other = Sandbox::new();
    other.script(&json!({ "reply": "tag" }));
    other.file("articles/a.txt", article(&[TITLE, FIRST]));
    other.scripted(&[RUN, &["--no-review"]].concat()).expect(0);
    assert!(!other.files().keys().any(|name| name.ends_with(".html")));
}

/// What the folder's index shows.
pub fn index_data(sandbox: &Sandbox) -> Value {
    let index = sandbox.read("articles/index.html");
    let (_, data) = index.split_once("<script type=\"application/json\" id=\"data\">").unwrap();
    let (data, _) = data.split_once("</script>").unwrap();
    serde_json::from_str::<Value>(data).unwrap()["index"].clone()
}

/// What could not be read stands in the index with the reason, and stays there when a person corrects something; names
/// that are spelled in two ways likewise.
#[test]
fn the_index_tells_of_articles_that_were_not_read_and_of_names_that_drift() {
    let sandbox = Sandbox::new();
    let names = [
        ("Yesterday Mr Lukashenko spoke in Minsk.", "Вчера Лукашенко выступил в Минске."),
        ("Then Lukashenko went home.", "Затем Лукашенко уехал домой."),
        ("The answer of Lukashenko was short.", "Ответ Лукошэнко был краток."),
        ("Nobody asked Lukashenko.", "Никто не спросил Лукашенко."),
    ];
    let answers: serde_json::Map<String, Value> =
        names.iter().map(|(source, answer)| ((*source).to_owned(), json!(answer))).collect();
    sandbox.script(&json!({ "reply": "tag", "answers": answers, "refuses": [FIRST] }));
    let (one, two) = names.split_at(2);
    sandbox.file("articles/a.txt", article(&one.iter().map(|(source, _)| *source).collect::<Vec<_>>()));
    sandbox.file("articles/b.txt", article(&two.iter().map(|(source, _)| *source).collect::<Vec<_>>()));
    sandbox.file("articles/c.txt", article(&[FIRST]));
    sandbox.file("articles/deep/d.txt", b"\x00\x01\x02\xFF\x00 not a text \x00".as_slice());
    sandbox.file("articles/e.txt", "Long. ".repeat(300));
    let run = ["articles", "--from", "en", "--to", "ru", "--no-summary", "--max-file-size", "1000"];
    sandbox.scripted(&run).expect(3);
    let told = |sandbox: &Sandbox| -> Vec<(String, bool, bool)> {
        let index = index_data(sandbox);
        let all = index["documents"].as_array().unwrap().iter();
        all.map(|one| {
            (one["path"].as_str().unwrap().to_owned(), one["reason"].is_string(), one["page"].is_string())
        })
        .collect()
    };
    let expected = [
        ("a.txt", false, true),
        ("b.txt", false, true),
        ("c.txt", true, false),
        ("deep/d.txt", true, false),
        ("e.txt", true, false),
    ]
    .map(|(path, reason, page)| (path.to_owned(), reason, page));
    assert_eq!(told(&sandbox), expected);
    let index = index_data(&sandbox);
    assert!(index["documents"][4]["reason"].as_str().unwrap().contains("over the limit"), "{index}");
    let drift = &index["drift"][0];
    assert_eq!((&drift["term"], &drift["language"]), (&json!("Lukashenko"), &json!("ru")), "{index}");
    assert_eq!(drift["renderings"][1]["text"], "Лукошэнко");
    assert_eq!(drift["renderings"][1]["documents"], json!(["b.txt"]));

    let mut accepted = change(0, names[0].0, json!({ "action": "accept", "text": names[0].1 }));
    accepted["language"] = json!("ru");
    import(&sandbox, &[accepted]).expect(0);
    let after = index_data(&sandbox);
    assert_eq!(after["documents"][0]["translations"][0]["human"], 1, "{after}");
    assert_eq!((told(&sandbox), &after["drift"]), (expected.to_vec(), &index["drift"]));
    // And where a run finds nothing to do.
    sandbox.scripted(&run).expect(3);
    sandbox.file("articles/c.txt", article(&[names[3].0]));
    sandbox.scripted(&run).expect(4);
    sandbox.scripted(&run).expect(4);
    assert_eq!(sandbox.report("articles")["documents"][0]["unchanged"], true);
    assert_eq!(index_data(&sandbox)["drift"][0]["renderings"][0]["count"], 4);
    assert_eq!(told(&sandbox).iter().filter(|(_, reason, _)| *reason).count(), 2);
}

/// A name that is no UTF-8 stands in the index like any other, as far as it can be written.
#[cfg(unix)]
#[test]
fn an_article_whose_name_is_no_utf8_stands_in_the_index() {
    use std::os::unix::ffi::OsStrExt as _;
    let sandbox = Sandbox::new();
    sandbox.script(&json!({ "reply": "tag" }));
    sandbox.file("articles/a.txt", article(&[TITLE, FIRST]));
    let odd = sandbox.path("articles").join(std::ffi::OsStr::from_bytes(b"b\xff.txt"));
    #[expect(clippy::disallowed_methods, reason = "a test makes its own sources")]
    std::fs::write(&odd, article(&[TITLE, SECOND])).unwrap();
    for _ in 0..2 {
        sandbox.scripted(RUN).expect(0);
        let index = index_data(&sandbox);
        let paths: Vec<_> = index["documents"].as_array().unwrap().iter().map(|one| &one["path"]).collect();
        assert_eq!(paths, ["a.txt", "b\u{fffd}.txt"]);
    }
    assert_eq!(sandbox.report("articles")["documents"][1]["unchanged"], true);
}

#[test]
fn each_language_has_corrections_of_its_own() {
    let sandbox = Sandbox::new();
    sandbox.script(&json!({ "reply": "tag" }));
    sandbox.file("articles/a.txt", article(&[TITLE, FIRST]));
    let run = ["articles", "--from", "en", "--to", "pt,ar"];
    sandbox.scripted(&run).expect(0);
    edit(&sandbox, "articles/a.ar.txt", &format!("[ar {FIRST}]"), "افتُتح الجسر الجديد صباح الاثنين.");
    let edited = sandbox.bytes("articles/a.ar.txt");
    sandbox.scripted(&run).expect(0);
    assert_eq!(states(&sandbox, "a.txt", "ar"), [Machine, Human]);
    assert_eq!(states(&sandbox, "a.txt", "pt"), [Machine, Machine]);
    assert_eq!(sandbox.bytes("articles/a.ar.txt"), edited);
    // A run into one of them keeps what the review has of the other.
    other_model(&sandbox, &[]);
    sandbox.scripted(&["articles", "--from", "en", "--to", "pt"]).expect(0);
    assert_eq!(states(&sandbox, "a.txt", "ar"), [Machine, Human]);
    let review = review(&sandbox, "a.txt");
    assert_eq!(review.summaries.len(), 3);
    assert!(review.summaries.iter().all(|summary| summary.output.is_some() && !summary.failed));
}

#[test]
fn markdown_is_corrected_with_its_links() {
    let sandbox = Sandbox::new();
    sandbox.script(&json!({ "reply": "tag" }));
    let source = "# The bridge\n\nSee [the report](https://a.example/r) and `run` it.\n\n- One thing\n- Another thing\n";
    sandbox.file("articles/a.md", source);
    sandbox.scripted(RUN).expect(0);
    let made = sandbox.read("articles/a.pt.md");
    let edited = made
        .replace(
            "[pt See [the report](https://a.example/r) and `run` it.]",
            "Corra `run` e veja [o relatório](https://a.example/r).",
        )
        .replace("[pt Another thing]", "Outra [coisa](https://b.example/ \"nova\")");
    let edited = edited.replace(
        "\\[pt See [the report](https://a.example/r) and `run` it.\\]",
        "Corra `run` e veja [o relatório](https://a.example/r).",
    );
    let edited = edited.replace("\\[pt Another thing\\]", "Outra [coisa](https://b.example/ \"nova\")");
    assert!(edited.contains("Corra") && edited.contains("b.example"), "{made}");
    sandbox.file("articles/a.pt.md", &edited);
    other_model(&sandbox, &["the report", "Another thing"]);
    sandbox.scripted(RUN).expect(0).says("2 paragraphs taken over");
    assert_eq!(sandbox.read("articles/a.pt.md"), edited);
    assert_eq!(states(&sandbox, "a.md", "pt"), [Machine, Human, Machine, Human]);
    assert_eq!(units(&sandbox, "a.md", "pt")[1].text.as_deref(), Some("Corra ⟦3⟧ e veja ⟦1⟧o relatório⟦2⟧."),);
    // A change that would lose the link is refused, and says why.
    let source = review(&sandbox, "a.md").units[1].text.clone();
    let mut lost = change(1, &source, json!({ "action": "edit", "text": "Sem nada." }));
    lost["path"] = json!("a.md");
    lost["block"] = json!(review(&sandbox, "a.md").units[1].block);
    let ran = import(&sandbox, &[lost]).expect(3);
    assert!(ran.stdout.contains("`⟦1⟧` is missing"), "{}", ran.stdout);
    assert_eq!(sandbox.read("articles/a.pt.md"), edited);
}

#[test]
fn other_encodings_and_line_ends_are_kept() {
    let utf16 = |text: &str| -> Vec<u8> {
        let units = std::iter::once(0xFEFF).chain(text.encode_utf16());
        units.flat_map(u16::to_le_bytes).collect()
    };
    let sandbox = Sandbox::new();
    sandbox.script(&json!({ "reply": "tag" }));
    let text = article(&[TITLE, FIRST, SECOND]).replace('\n', "\r\n");
    sandbox.file("articles/a.txt", utf16(&text));
    sandbox.file("articles/b.txt", format!("\u{feff}{text}"));
    sandbox.scripted(RUN).expect(0);
    let edited = article(&[&format!("[pt {TITLE}]"), "A ponte\nabriu.", &format!("[pt {SECOND}]")]);
    let edited = edited.replace('\n', "\r\n");
    sandbox.file("articles/a.pt.txt", utf16(&edited));
    sandbox.file("articles/b.pt.txt", format!("\u{feff}{edited}"));
    let before = sandbox.files();
    other_model(&sandbox, &[FIRST]);
    sandbox.scripted(RUN).expect(0);
    let after = sandbox.files();
    for output in ["articles/a.pt.txt", "articles/b.pt.txt"] {
        assert_eq!(after[output], before[output], "{output}");
    }
    assert!(!after.keys().any(|name| name.contains(".new")), "{:?}", after.keys());
    assert_eq!(states(&sandbox, "a.txt", "pt"), [Machine, Human, Machine]);

    // An editor that leaves out the last line end: the edit counts, and the file stays as it is.
    let without = edited.trim_end().replace("[pt A bridge is opened]", "Uma ponte");
    sandbox.file("articles/b.pt.txt", format!("\u{feff}{without}"));
    sandbox.scripted(RUN).expect(0);
    assert_eq!(sandbox.bytes("articles/b.pt.txt"), format!("\u{feff}{without}").into_bytes());
    assert_eq!(states(&sandbox, "b.txt", "pt"), [Human, Human, Machine]);
}

#[test]
fn a_failed_unit_is_answered_by_a_person_and_asked_for_no_more() {
    let sandbox = Sandbox::new();
    sandbox.script(&json!({ "reply": "tag", "refuses": [SECOND] }));
    sandbox.file("articles/a.txt", article(&[TITLE, FIRST, SECOND]));
    sandbox.scripted(RUN).expect(3);
    let marked = sandbox.read("articles/a.pt.txt");
    // Who only changes the text between the marks has not answered yet.
    sandbox.file("articles/a.pt.txt", marked.replace("nobody", "no one"));
    sandbox.scripted(RUN).expect(3).says("a.pt.txt");
    assert_eq!(states(&sandbox, "a.txt", "pt"), [Machine, Machine, Failed]);
    assert!(sandbox.read("articles/a.pt.txt").contains("no one"));

    let answered = marked.replace(&format!("⟪untranslated⟫ {SECOND} ⟪/untranslated⟫"), "Ninguém se feriu.");
    sandbox.file("articles/a.pt.txt", &answered);
    sandbox.scripted(&[RUN, &["--retry", "failed"]].concat()).expect(0);
    assert_eq!(sandbox.read("articles/a.pt.txt"), answered);
    assert_eq!(states(&sandbox, "a.txt", "pt"), [Machine, Machine, Human]);
}

/// Killed at any moment of an import, the next run ends with the bytes of one that was let be.
#[test]
fn a_killed_import_ends_with_the_same_bytes() {
    let changes = [
        change(1, FIRST, json!({ "action": "edit", "text": "A ponte abriu." })),
        change(3, THIRD, json!({ "action": "edit", "text": "O presidente veio de barco." })),
    ];
    let quiet = sandbox();
    import(&quiet, &changes).expect(0);
    quiet.scripted(RUN).expect(0);
    let wanted = quiet.bytes("articles/a.pt.txt");
    let file = json!({ "gloss": "changes", "schema": 1, "changes": changes }).to_string();
    for round in 0..16 {
        let sandbox = sandbox();
        sandbox.file("changes.json", &file);
        let mut command = sandbox.command(&["review", "articles", "--import", "changes.json"]);
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        std::thread::sleep(Duration::from_millis(round * 4));
        // It may be over already.
        child.kill().ok();
        child.wait().unwrap();
        sandbox.scripted(RUN).expect(0);
        let text = sandbox.bytes("articles/a.pt.txt");
        let kept = Store::open(&sandbox.path("articles")).unwrap();
        let mut corrections = 0;
        kept.each_correction_blocking(|_| corrections += 1).unwrap();
        drop(kept);
        assert_eq!(corrections == 2, text == wanted, "round {round}");
        assert!(!sandbox.files().keys().any(|name| name.contains(".new")), "round {round}");
        // Given again, all of it counts.
        sandbox.gloss(&["review", "articles", "--import", "changes.json"]).expect(0);
        assert_eq!(sandbox.bytes("articles/a.pt.txt"), wanted, "round {round}");
    }
}

#[test]
fn a_review_without_a_run_says_what_to_do() {
    let sandbox = Sandbox::new();
    sandbox.file("articles/a.txt", article(&[TITLE]));
    sandbox
        .gloss(&["review", "articles", "--scan"])
        .expect(1)
        .says("no run of gloss has been here")
        .says("hint:");
    sandbox.gloss(&["review", "articles", "--scan", "--port", "80"]).expect(2).says("--port");
    assert!(!sandbox.exists("articles/.gloss"));
}
