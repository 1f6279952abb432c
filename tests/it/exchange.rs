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
    let quiet = sandbox.gloss(&["export", "articles", "--format", "tmx", "--to", "ru", "-q"]).expect(0);
    assert_eq!((quiet.stdout.as_str(), quiet.stderr.as_str()), ("", ""));
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
    sandbox.gloss(&out).expect(0);
    sandbox.file("names.tsv", glossary + "mill\tmoinho\n");
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
    for format in ["xliff", "tmx"] {
        let export = ["export", "articles", "--format", format, "--to"];
        translated
            .gloss(&[&export[..], &["de,fr"]].concat())
            .expect(2)
            .says("no translation into `de`, `fr`");
        assert!(!translated.exists("articles/gloss.tmx"));
    }
    // Of several, what there is is written, and what there is not is said.
    let some = ["export", "articles", "--format", "tmx", "--to", "pt,de"];
    translated.gloss(&some).expect(0).says("no translation into `de`");
    assert!(translated.read("articles/gloss.tmx").contains("xml:lang=\"pt\""));
    translated.gloss(&["export", "articles", "--format", "xliff", "--to", "germn!"]).expect(2).says("--to");
}

/// The text of the first `<target>` in a state that wants review.
fn first_answer(xliff: &str) -> String {
    let after = xliff.split("leveraged-mt\">").nth(1).unwrap();
    after.split("</target>").next().unwrap().to_owned()
}

#[test]
fn what_is_changed_in_an_xliff_stands_in_the_output_and_under_every_later_model() {
    let sandbox = translated();
    sandbox.gloss(&["export", "articles", "--format", "xliff", "--to", "pt"]).expect(0);
    let name = "articles/boat.pt.xlf";
    let xliff = sandbox.read(name);
    let old = first_answer(&xliff);
    // As an editor does that knows nothing of states.
    let edited = xliff.replacen(
        &format!("leveraged-mt\">{old}<"),
        "leveraged-mt\">O barco de Sorley &amp; filhos.<",
        1,
    );
    assert_ne!(edited, xliff);
    sandbox.file(name, &edited);
    let ran = sandbox.gloss(&["review", "articles", "--import", name]).expect(0);
    assert!(ran.stdout.contains("1 taken over, 0 known already, 0 refused"), "{}", ran.stdout);
    let text = "O barco de Sorley & filhos.";
    assert!(sandbox.read("articles/boat.pt.txt").starts_with(text));
    sandbox.script(&json!({ "reply": "tag", "model": "another" }));
    sandbox.scripted(&["articles", "--from", "en", "--to", "pt,ru", "--no-summary"]).expect(0);
    assert!(sandbox.read("articles/boat.pt.txt").starts_with(text));
    // Once more it is known already, and the new export calls it a person's.
    sandbox.gloss(&["review", "articles", "--import", name]).expect(0);
    sandbox.gloss(&["export", "articles", "--format", "xliff", "--to", "pt", "--force"]).expect(0);
    let again = sandbox.read(name);
    assert!(
        again.contains("approved=\"yes\"")
            && again.contains("<target state=\"final\">O barco de Sorley &amp;"),
        "{again}"
    );
}

#[test]
fn a_memory_of_another_tool_answers_its_texts_wherever_they_stand() {
    let sandbox = translated();
    sandbox.file("articles/other.txt", "They came to Sorley.\n");
    sandbox.scripted(&["articles", "--from", "en", "--to", "pt,ru", "--no-summary"]).expect(0);
    let unit = |to: &str, text: &str| {
        format!(
            "<tu><tuv xml:lang='en-GB'><seg>They came to Sorley.</seg></tuv><tuv xml:lang='{to}'><seg>{text}</seg></tuv></tu>"
        )
    };
    let body = unit("pt-BR", "Vieram a Sorley.") + unit("de", "Sie kamen.").as_str();
    let tmx = format!(
        "<!DOCTYPE tmx SYSTEM 'tmx14.dtd'><tmx version='1.4'><header srclang='en-GB'/><body>{body}</body></tmx>"
    );
    sandbox.file("memory.tmx", &tmx);
    let ran = sandbox.gloss(&["review", "articles", "--import", "memory.tmx"]).expect(0);
    assert!(
        ran.stdout.contains("1 pairs taken over (2 paragraphs here), 0 known already, 1 passed over"),
        "{}",
        ran.stdout
    );
    assert!(sandbox.read("articles/other.pt.txt").starts_with("Vieram a Sorley."));
    assert!(sandbox.read("articles/news/mill.pt.md").contains("Vieram a Sorley."));
    let ran = sandbox.gloss(&["review", "articles", "--import", "memory.tmx"]).expect(0);
    assert!(ran.stdout.contains("0 pairs taken over (0 paragraphs here), 1 known already"), "{}", ran.stdout);
    // A run keeps it, and the next article that has the text gets it too.
    sandbox.file("articles/third.txt", "They came to Sorley.\n");
    sandbox.scripted(&["articles", "--from", "en", "--to", "pt,ru", "--no-summary"]).expect(0);
    assert!(sandbox.read("articles/third.pt.txt").starts_with("Vieram a Sorley."));
    // Where a correction of its own stands, that one stays, and the pair is not said to be taken over there.
    let unit = |text: &str| {
        format!(
            "<tu><tuv xml:lang='en'><seg>They say that Sorley was glad.</seg></tuv><tuv xml:lang='pt'><seg>{text}</seg></tuv></tu>"
        )
    };
    let made = sandbox.read("articles/boat.pt.txt");
    let machine = made.lines().last().unwrap();
    sandbox.file("articles/boat.pt.txt", made.replace(machine, "Sorley alegrou-se."));
    sandbox.gloss(&["review", "articles", "--scan"]).expect(0);
    let head = "<tmx version='1.4'><header srclang='en'/><body>";
    sandbox.file("memory.tmx", format!("{head}{}</body></tmx>", unit("Dizem que sim.")));
    let ran = sandbox.gloss(&["review", "articles", "--import", "memory.tmx"]).expect(0);
    let told = "0 pairs taken over (0 paragraphs here), 1 kept for other places";
    assert!(ran.stdout.contains(told), "{}", ran.stdout);
    assert!(sandbox.read("articles/boat.pt.txt").contains("Sorley alegrou-se."));
    // What nobody types is refused.
    sandbox.file("memory.tmx", format!("{head}\n{}</body></tmx>", unit("Dizem\u{7f} que sim.")));
    let ran = sandbox.gloss(&["review", "articles", "--import", "memory.tmx"]).expect(3);
    assert!(
        ran.stdout.contains("1 refused\n  line 2: there is a control character in it (U+007F)"),
        "{}",
        ran.stdout
    );
    sandbox.file("bad.tmx", "<tmx><body>\n<tu></body></tmx>");
    sandbox.gloss(&["review", "articles", "--import", "bad.tmx"]).expect(1).says("line 2");
}
