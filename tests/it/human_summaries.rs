//! A summary that a person wrote, in its file with any editor: it stays, byte for byte, and nobody is asked for another.

use serde_json::{Value, json};

use crate::corrections::{FIRST, SECOND, TITLE, article, index_data, review};
use crate::harness::Sandbox;

const RUN: &[&str] = &["articles", "--from", "en", "--to", "pt,es"];
const THEIRS: &str = "A ponte abriu. Quatro anos levou.\n";

/// A sandbox with summaries of `a.txt` in three languages.
fn sandbox() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.script(&json!({ "reply": "tag" }));
    sandbox.file("articles/a.txt", article(&[TITLE, FIRST, SECOND]));
    sandbox.scripted(RUN).expect(0);
    sandbox
}

/// What the review has of the summary in a language: its engine, its text, and an earlier one.
fn stands(sandbox: &Sandbox, language: &str) -> (String, String, Option<String>) {
    let summaries = review(sandbox, "a.txt").summaries;
    let summary = summaries.into_iter().find(|summary| summary.language.as_str() == language).unwrap();
    let text: Vec<String> = summary.sentences.into_iter().map(|sentence| sentence.text).collect();
    (summary.engine, text.join(" "), summary.earlier)
}

fn theirs() -> (String, String, Option<String>) {
    ("human".to_owned(), THEIRS.trim().to_owned(), None)
}

fn human_summaries(sandbox: &Sandbox) -> Value {
    index_data(sandbox)["documents"][0]["human_summaries"].clone()
}

#[test]
fn an_edited_summary_stays_under_every_engine() {
    let sandbox = sandbox();
    // Its front matter gone, and in its editor's line ends.
    let typed = format!("# Uma ponte\r\n\r\n{}", THEIRS.replace('\n', "\r\n"));
    sandbox.file("articles/a.pt.summary.md", &typed);
    for model in ["scripted", "another"] {
        sandbox.script(&json!({ "reply": "tag", "model": model }));
        let ran = sandbox.scripted(RUN).expect(0);
        assert_eq!(
            ran.stderr.contains("a.pt.summary.md: the summary taken over"),
            model == "scripted",
            "{}",
            ran.stderr
        );
        assert!(!ran.stderr.contains("not overwritten"), "{}", ran.stderr);
        assert_eq!(sandbox.read("articles/a.pt.summary.md"), typed);
        assert_eq!(stands(&sandbox, "pt"), theirs());
        assert_ne!(stands(&sandbox, "es").0, "human");
        assert_eq!(human_summaries(&sandbox), json!(["pt"]));
        assert!(!sandbox.files().keys().any(|name| name.contains(".new")));
        let summaries = &sandbox.report("articles")["documents"][0]["summaries"];
        let states: Vec<_> =
            summaries.as_array().unwrap().iter().filter(|one| one["state"] == "human").collect();
        assert_eq!(states.len(), 1, "{summaries}");
    }
    assert!(sandbox.read("articles/a.es.summary.md").contains("model: another"));
    sandbox.scripted(RUN).expect(0);
    assert_eq!(sandbox.report("articles")["documents"][0]["unchanged"], true);
    // A file that is lost comes back.
    #[expect(clippy::disallowed_methods, reason = "a test plays the person who removes a file")]
    std::fs::remove_file(sandbox.path("articles/a.pt.summary.md")).unwrap();
    sandbox.scripted(RUN).expect(0);
    assert_eq!(sandbox.read("articles/a.pt.summary.md"), typed);
}

/// One in the article's own language is what the others are translated from, and asks nobody to summarise.
#[test]
fn a_summary_in_the_article_s_language_is_translated_as_the_person_wrote_it() {
    let sandbox = sandbox();
    sandbox.file("articles/a.en.summary.md", "The bridge is open. Four years it took.\n");
    let plan = sandbox.scripted(&[RUN, &["--dry-run", "--json"]].concat()).expect(0);
    let plan: Value = serde_json::from_str(&plan.stdout).unwrap();
    assert_eq!(plan["summaries_to_ask"], 0, "{plan}");
    let ran = sandbox.gloss(&["review", "articles", "--scan"]).expect(0);
    assert!(ran.stdout.contains("a.en.summary.md: the summary taken over as a person's"), "{}", ran.stdout);
    assert_eq!(stands(&sandbox, "en").1, "The bridge is open. Four years it took.");
    assert_eq!(human_summaries(&sandbox), json!(["en"]));
    assert!(sandbox.read("articles/a.review.html").contains("Four years it took."));
    let again = sandbox.gloss(&["review", "articles", "--scan"]).expect(0);
    assert!(again.stdout.contains("no output was changed by hand"), "{}", again.stdout);
    // It says what the article does not, and that is theirs to judge.
    sandbox.gloss(&["check", "articles", "--only", "s-number,s-name,s-quote,s-length"]).expect(0);

    sandbox.scripted(RUN).expect(0);
    assert_eq!(sandbox.read("articles/a.en.summary.md"), "The bridge is open. Four years it took.\n");
    let portuguese = sandbox.read("articles/a.pt.summary.md");
    assert!(portuguese.contains("[pt The bridge is open.] [pt Four years it took.]"), "{portuguese}");
    let review = review(&sandbox, "a.txt");
    assert!(review.summaries[0].sentences.iter().any(|sentence| !sentence.blocks.is_empty()));
}

#[test]
fn a_changed_article_asks_anew_and_offers_the_old_one() {
    let sandbox = sandbox();
    sandbox.file("articles/a.pt.summary.md", THEIRS);
    sandbox.scripted(RUN).expect(0);
    sandbox.file("articles/a.txt", article(&[TITLE, &FIRST.replace("Monday", "Tuesday"), SECOND]));
    sandbox.scripted(RUN).expect(0).says("a.pt.summary.md: changed since gloss wrote it, not overwritten");
    assert_eq!(sandbox.read("articles/a.pt.summary.md"), THEIRS);
    assert!(
        sandbox.read("articles/a.pt.new.summary.md").contains("Tuesday")
            || sandbox.read("articles/a.pt.new.summary.md").contains("[pt ")
    );
    let (engine, _, earlier) = stands(&sandbox, "pt");
    assert_ne!(engine, "human");
    assert_eq!(earlier.as_deref(), Some(THEIRS.trim()));
    assert!(human_summaries(&sandbox).is_null());
    assert!(sandbox.read("articles/a.review.html").contains("Quatro anos levou."));
    // Written again for the new article it counts, and ours beside it goes.
    sandbox.file("articles/a.pt.summary.md", format!("{THEIRS}\n"));
    sandbox.scripted(RUN).expect(0);
    assert_eq!(stands(&sandbox, "pt"), theirs());
    assert!(!sandbox.files().keys().any(|name| name.contains(".new")));
}

/// Ours put in its place, or an empty file, takes it back.
#[test]
fn a_summary_is_taken_back() {
    for empty in [true, false] {
        let sandbox = sandbox();
        let made = sandbox.bytes("articles/a.pt.summary.md");
        sandbox.file("articles/a.pt.summary.md", THEIRS);
        sandbox.scripted(RUN).expect(0);
        let back = if empty { Vec::new() } else { made.clone() };
        if !empty {
            // As it stands beside a person's file when the article has changed.
            sandbox.file("articles/a.txt", format!("{}\n", article(&[TITLE, FIRST, SECOND])));
            sandbox.scripted(RUN).expect(0).says("not overwritten");
            assert_eq!(sandbox.bytes("articles/a.pt.new.summary.md"), made);
        }
        sandbox.file("articles/a.pt.summary.md", back);
        sandbox.scripted(RUN).expect(0).says("the summary is no person's any more");
        assert_eq!(sandbox.bytes("articles/a.pt.summary.md"), made);
        assert_ne!(stands(&sandbox, "pt").0, "human");
        assert!(!sandbox.files().keys().any(|name| name.contains(".new")));
        sandbox.scripted(RUN).expect(0);
        assert_eq!(sandbox.report("articles")["documents"][0]["unchanged"], true);
    }
}

#[test]
fn what_is_no_text_is_no_summary() {
    let sandbox = sandbox();
    for (bytes, said) in [(&b"A \xff ponte."[..], "no UTF-8"), (b"A \x1b[31mponte.", "control character")] {
        sandbox.file("articles/a.pt.summary.md", bytes);
        sandbox.scripted(RUN).expect(0).says(said).says("not overwritten");
        assert_eq!(sandbox.bytes("articles/a.pt.summary.md"), bytes);
        assert_ne!(stands(&sandbox, "pt").0, "human");
    }
}
