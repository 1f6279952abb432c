//! What a person made or changed stands: outputs, sources, files that only look like outputs.

use std::path::Path;
use std::time::SystemTime;

use serde_json::json;

use crate::harness::Sandbox;

const ARTICLE: &str = "A bridge is opened\n\nThe new bridge over the river was opened on Monday morning.\n\n\
                       It took four years to build, and nobody was hurt.\n";

/// A sandbox whose engine puts the language's tag around each unit, with these files below `articles`.
fn sandbox(files: &[&str]) -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.script(&json!({ "reply": "tag" }));
    for name in files {
        sandbox.file(&format!("articles/{name}"), ARTICLE.replace("bridge", &format!("bridge {name}")));
    }
    sandbox
}

const RUN: &[&str] = &["articles", "--from", "en", "--to", "pt", "--no-summary"];

fn modified(path: &Path) -> SystemTime {
    path.metadata().unwrap().modified().unwrap()
}

#[test]
fn an_edited_output_is_kept_and_ours_stands_beside_it() {
    let sandbox = sandbox(&["a.txt"]);
    sandbox.scripted(RUN).expect(0);
    let made = sandbox.bytes("articles/a.pt.txt");
    sandbox.file("articles/a.pt.txt", "A person's own words.\n");

    sandbox.scripted(RUN).expect(0).says("a.pt.txt").says("a.pt.new.txt");
    assert_eq!(sandbox.read("articles/a.pt.txt"), "A person's own words.\n");
    assert_eq!(sandbox.bytes("articles/a.pt.new.txt"), made);
    let output = &sandbox.report("articles")["documents"][0]["outputs"][0];
    assert_eq!(output["state"], "keptedited", "{output}");

    // Said again by each run, and neither file is taken for an article or written a second time.
    let before = sandbox.files();
    sandbox.scripted(RUN).expect(0).says("a.pt.txt");
    assert_eq!(sandbox.files(), before);
}

#[test]
fn an_edited_output_is_kept_when_its_source_changes_too() {
    let sandbox = sandbox(&["a.txt"]);
    sandbox.scripted(RUN).expect(0);
    sandbox.file("articles/a.pt.txt", "A person's own words.\n");
    sandbox.file("articles/a.txt", "Another text altogether stands here now.\n");
    sandbox.scripted(RUN).expect(0);
    assert_eq!(sandbox.read("articles/a.pt.txt"), "A person's own words.\n");
    assert_eq!(sandbox.read("articles/a.pt.new.txt"), "[pt Another text altogether stands here now.]\n");
}

#[test]
fn force_overwrites_an_edited_output() {
    let sandbox = sandbox(&["a.txt"]);
    sandbox.scripted(RUN).expect(0);
    let made = sandbox.files();
    let forced = [RUN, &["--force"]].concat();
    for (number, words) in [(1, "A person's own words.\n"), (2, "Other words of a person's.\n")] {
        sandbox.file("articles/a.pt.txt", words);
        let copy = format!("articles/a.pt.txt.~{number}~");
        sandbox.scripted(&forced).expect(0).says(&format!("a.pt.txt.~{number}~: what stood in"));
        assert_eq!(sandbox.read(&copy), words);
    }
    // The copies are no articles, and nothing is made of them.
    let again = sandbox.scripted(&forced).expect(0);
    assert!(!again.stderr.contains("~1~"), "{}", again.stderr);
    for (name, bytes) in made {
        assert_eq!(sandbox.files().get(&name), Some(&bytes), "{name:?}");
    }
}

#[test]
fn force_takes_an_edit_over_before_it_overwrites() {
    let sandbox = sandbox(&["a.txt"]);
    sandbox.scripted(RUN).expect(0);
    let made = sandbox.read("articles/a.pt.txt");
    let line = made.lines().find(|line| line.contains("four years")).unwrap();
    let edited = made.replace(line, "Levou quatro anos, e ninguém se feriu.");
    sandbox.file("articles/a.pt.txt", &edited);
    let forced = [RUN, &["--force"]].concat();
    sandbox.scripted(&forced).expect(0).says("1 paragraph taken over as a person's");
    assert_eq!(sandbox.read("articles/a.pt.txt"), edited);
    // It counts in later runs too, and beside what no paragraph is found for, which alone is overwritten.
    sandbox.file(
        "articles/a.pt.txt",
        format!("{}\nA line of nobody's, far from all.\n", edited.replace("quatro", "4")),
    );
    sandbox.scripted(&forced).expect(0).says("the rest is overwritten, as asked");
    assert_eq!(sandbox.read("articles/a.pt.txt"), edited.replace("quatro", "4"));
    assert!(!sandbox.exists("articles/a.pt.new.txt"));
}

#[test]
fn a_file_that_gloss_did_not_write_is_not_overwritten() {
    let sandbox = sandbox(&["a.txt"]);
    sandbox.file("out/a.pt.txt", "Somebody's translation.\n");
    sandbox.scripted(&[RUN, &["--out", "out"]].concat()).expect(0).says("a.pt.new.txt");
    assert_eq!(sandbox.read("out/a.pt.txt"), "Somebody's translation.\n");
    assert!(sandbox.read("out/a.pt.new.txt").starts_with("[pt A bridge a.txt is opened]\n"));
}

#[test]
fn sources_keep_their_bytes_and_their_time() {
    let sandbox = sandbox(&["a.txt", "b.md", "deep/c.txt"]);
    let names = ["articles/a.txt", "articles/b.md", "articles/deep/c.txt"];
    let state = || names.map(|name| (sandbox.bytes(name), modified(&sandbox.path(name))));
    let before = state();
    sandbox.gloss(&["run", "--script", "script.json", "articles", "--from", "en", "--to", "pt,es"]).expect(0);
    sandbox.scripted(&[RUN, &["--force"]].concat()).expect(0);
    assert_eq!(state(), before);
}

#[test]
fn a_text_and_a_markdown_file_of_one_name_have_outputs_of_their_own() {
    let sandbox = sandbox(&["a.txt", "a.md"]);
    sandbox.scripted(&["articles", "--from", "en", "--to", "pt"]).expect(0);
    assert!(sandbox.read("articles/a.pt.txt").contains("bridge a.txt"));
    assert!(sandbox.read("articles/a.pt.md").contains("bridge a.md"));
    let summaries: Vec<String> =
        sandbox.files().into_keys().filter(|name| name.ends_with(".pt.summary.md")).collect();
    assert_eq!(summaries.len(), 2, "{summaries:?}");
    let of = |source: &str| {
        let told = format!("source: {source}\n");
        summaries.iter().filter(|name| sandbox.read(name).contains(&told)).count()
    };
    assert_eq!((of("a.txt"), of("a.md")), (1, 1));
}

#[test]
fn two_folders_with_equal_names_do_not_meet_in_the_output() {
    let sandbox = sandbox(&[]);
    for root in ["one", "two"] {
        sandbox.file(&format!("{root}/news/a.txt"), ARTICLE.replace("bridge", &format!("bridge of {root}")));
    }
    let run = ["one/news", "two/news", "--from", "en", "--to", "pt", "--no-summary", "--out", "out"];
    sandbox.scripted(&run).expect(0);
    let outputs: Vec<String> = sandbox
        .files()
        .into_iter()
        .filter(|(name, _)| name.starts_with("out/") && name.ends_with(".pt.txt"))
        .map(|(_, bytes)| String::from_utf8(bytes).unwrap())
        .collect();
    assert_eq!(outputs.len(), 2);
    for root in ["one", "two"] {
        let told = format!("bridge of {root} is opened");
        assert_eq!(outputs.iter().filter(|text| text.contains(&told)).count(), 1, "{outputs:?}");
    }
    let before = sandbox.files();
    sandbox.scripted(&run).expect(0);
    assert_eq!(sandbox.files(), before);
}

#[test]
fn an_output_folder_inside_the_sources_is_not_read() {
    let sandbox = sandbox(&["a.txt", "deep/b.txt"]);
    let run = [RUN, &["--out", "articles/out"]].concat();
    sandbox.scripted(&run).expect(0);
    assert!(sandbox.exists("articles/out/a.pt.txt") && sandbox.exists("articles/out/deep/b.pt.txt"));
    let before = sandbox.files();
    sandbox.scripted(&run).expect(0);
    assert_eq!(sandbox.files(), before);
    assert_eq!(sandbox.report("articles/out")["totals"]["documents"]["found"], 2);
}

#[test]
fn outputs_do_not_become_sources_without_a_ledger() {
    let sandbox = sandbox(&["a.txt", "b.md"]);
    let run = ["articles", "--from", "en", "--to", "pt,pt-BR"];
    sandbox.scripted(&run).expect(0);
    let before = sandbox.files();
    sandbox.remove("articles/.gloss");
    sandbox.scripted(&run).expect(0);
    assert_eq!(sandbox.report("articles")["totals"]["documents"]["found"], 2);
    // Without a ledger nothing tells whose the files are; the same bytes need no second file.
    assert_eq!(sandbox.files(), before);
}

#[test]
fn a_person_s_file_is_kept_without_a_ledger() {
    let sandbox = sandbox(&["a.txt"]);
    sandbox.scripted(RUN).expect(0);
    sandbox.file("articles/a.pt.txt", "A person's own words.\n");
    sandbox.remove("articles/.gloss");
    sandbox.scripted(RUN).expect(0);
    assert_eq!(sandbox.read("articles/a.pt.txt"), "A person's own words.\n");
}

/// What was put beside a kept file goes when the file is kept no longer, unless somebody changed it.
#[test]
fn ours_beside_a_kept_file_goes_when_it_is_needed_no_longer() {
    for (by_hand, changed) in [(true, false), (false, false), (false, true)] {
        let sandbox = sandbox(&["a.txt"]);
        sandbox.scripted(&[RUN, &["--no-review"]].concat()).expect(0);
        let made = sandbox.bytes("articles/a.pt.txt");
        sandbox.file("articles/a.pt.txt", "A person's own words.\n");
        sandbox.scripted(RUN).expect(0).says("a.pt.new.txt");
        if changed {
            sandbox.file("articles/a.pt.new.txt", "Changed, too.\n");
        }
        if by_hand {
            sandbox.file("articles/a.pt.txt", &made);
            sandbox.scripted(RUN).expect(0);
        } else {
            sandbox.scripted(&[RUN, &["--force"]].concat()).expect(0);
        }
        assert_eq!(sandbox.bytes("articles/a.pt.txt"), made);
        assert_eq!(sandbox.exists("articles/a.pt.new.txt"), changed);
        // And the ledger waits for it no longer.
        if !changed {
            sandbox.scripted(RUN).expect(0);
            assert_eq!(sandbox.report("articles")["documents"][0]["unchanged"], true);
        }
    }
}

/// One that somebody removed is not waited for either.
#[test]
fn ours_beside_a_kept_file_may_be_removed_by_hand() {
    let sandbox = sandbox(&["a.txt"]);
    sandbox.scripted(RUN).expect(0);
    let made = sandbox.bytes("articles/a.pt.txt");
    sandbox.file("articles/a.pt.txt", "A person's own words.\n");
    sandbox.scripted(RUN).expect(0);
    sandbox.file("articles/a.pt.txt", &made);
    #[expect(clippy::disallowed_methods, reason = "a test plays the person who removes a file")]
    std::fs::remove_file(sandbox.path("articles/a.pt.new.txt")).unwrap();
    sandbox.scripted(RUN).expect(0);
    sandbox.scripted(RUN).expect(0);
    assert_eq!(sandbox.report("articles")["documents"][0]["unchanged"], true);
}
