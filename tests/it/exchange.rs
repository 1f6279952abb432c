//! What goes out to other tools and what a folder's terms are, through the command line.

use serde_json::{Value, json};

use crate::harness::Sandbox;

fn translated() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox
        .file(
            "articles/news/mill.md",
            "# The mill\n\nThe old mill of `Greyhaven` stands.\n\nThey came to Sorley.\n",
        )
        .file("articles/boat.txt", "The boat came to Sorley at dawn.\n\nThey say that Sorley was glad.\n");
    sandbox.script(&json!({ "reply": "tag" }));
    sandbox.scripted(&["articles", "--from", "en", "--to", "pt,ru", "--no-summary"]).expect(0);
    sandbox
}

#[test]
fn each_article_and_language_becomes_an_xliff_that_no_run_takes_for_a_source() {
    let sandbox = translated();
    let ran = sandbox.gloss(&["export", "articles", "--format", "xliff"]).expect(0);
    assert_eq!(ran.stdout.lines().count(), 4, "{}", ran.stdout);
    let xliff = sandbox.read("articles/news/mill.pt.xlf");
    assert!(
        xliff.contains("original=\"news/mill.md\"") && xliff.contains("target-language=\"pt\""),
        "{xliff}"
    );
    assert!(xliff.contains("<x id=\"1\" equiv-text=\"Greyhaven\"/>"), "{xliff}");
    assert_eq!(xliff.matches("leveraged-mt").count(), 3, "{xliff}");
    sandbox.gloss(&["export", "articles", "--format", "tmx", "--to", "ru"]).expect(0);
    let tmx = sandbox.read("articles/gloss.tmx");
    assert!(tmx.contains("xml:lang=\"ru\"") && !tmx.contains("xml:lang=\"pt\""), "{tmx}");
    let again = sandbox.scripted(&["articles", "--from", "en", "--to", "pt,ru", "--no-summary", "--json"]);
    let found = again.expect(0).events().into_iter().find(|event| event["event"] == "found").unwrap();
    assert_eq!(found["documents"], 2);
}

#[test]
fn an_xliff_that_a_person_changed_is_never_written_over() {
    let sandbox = translated();
    let export = ["export", "articles", "--format", "xliff", "--to", "pt"];
    sandbox.gloss(&export).expect(0);
    let name = "articles/boat.pt.xlf";
    let edited = sandbox.read(name).replacen(
        "<target state=\"needs-review-translation\"",
        "<target state=\"final\"",
        1,
    );
    sandbox.file(name, &edited);
    let ran = sandbox.gloss(&export).expect(1);
    ran.says("boat.pt.xlf").says("left alone").says("--import");
    assert_eq!(sandbox.read(name), edited);
    // One that nobody touched is.
    assert!(ran.stdout.contains("unchanged"), "{}", ran.stdout);
    sandbox.gloss(&[&export[..], &["--force"]].concat()).expect(0);
    assert_ne!(sandbox.read(name), edited);
}

#[test]
fn the_terms_of_a_folder_come_as_a_table_as_json_and_as_a_glossary() {
    let sandbox = translated();
    let table = sandbox.gloss(&["terms", "articles"]).expect(0).stdout;
    assert!(table.contains("Sorley") && table.contains("times in 2 articles"), "{table}");
    let found: Value =
        serde_json::from_str(&sandbox.gloss(&["terms", "articles", "--json"]).expect(0).stdout).unwrap();
    assert_eq!(found[0]["source"], "Sorley");
    assert_eq!(found[0]["count"], 3);
    let out = ["terms", "articles", "--to", "pt", "--out", "names.tsv", "-q"];
    sandbox.gloss(&out).expect(0);
    let glossary = sandbox.read("names.tsv");
    assert!(glossary.contains("Sorley\tSorley\t3 of 3"), "{glossary}");
    sandbox.gloss(&out).expect(1).says("is there already").says("--force");
    sandbox
        .gloss(&["export", "articles", "--format", "glossary", "--glossary", "names.tsv", "--out", "out"])
        .expect(0);
    assert!(sandbox.read("out/glossary.tsv").contains("Sorley\tSorley"));
}

#[test]
fn a_folder_without_a_run_says_what_to_do() {
    let sandbox = Sandbox::new();
    sandbox.file("articles/a.txt", "Text.\n");
    for command in [&["terms", "articles"][..], &["export", "articles", "--format", "tmx"]] {
        sandbox.gloss(command).expect(1).says("nothing was made in this folder yet").says("gloss run");
    }
    let translated = translated();
    translated
        .gloss(&["export", "articles", "--format", "xliff", "--to", "de"])
        .expect(2)
        .says("no such translation");
    translated.gloss(&["export", "articles", "--format", "xliff", "--to", "germn!"]).expect(2).says("--to");
}
