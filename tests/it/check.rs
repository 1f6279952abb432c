//! `gloss check`, over translations that nobody's ids tell apart.

use serde_json::{Value, json};

use crate::harness::{Ran, Sandbox};

const EN: &[&str] = &[
    "Bridge to close for repairs",
    "The council met on Monday and approved 15 documents on the repair of the old bridge over the river.",
    "Mayor Ana Torres said that the work would cost 350 thousand euros and take two years in all.",
    "The bridge will be closed until 30 November, and buses will take the road through Villanueva instead.",
    "Residents may write to obras@example.org or ask at the town hall on any morning of the week.",
];
const PT: &[&str] = &[
    "Ponte vai fechar para obras",
    "O conselho reuniu-se na segunda-feira e aprovou 15 documentos sobre a reparação da velha ponte sobre o rio.",
    "A presidente da câmara, Ana Torres, disse que as obras custariam 350 mil euros e levariam dois anos ao todo.",
    "A ponte estará fechada até 30 de novembro, e os autocarros irão pela estrada de Villanueva em vez disso.",
    "Os moradores podem escrever para obras@example.org ou perguntar na câmara em qualquer manhã da semana.",
];

fn text(paragraphs: &[&str]) -> String {
    paragraphs.join("\n\n") + "\n"
}

/// An article and a translation with one paragraph as given.
fn pair(place: usize, paragraph: Option<&str>) -> Sandbox {
    let mut translation = PT.to_vec();
    match paragraph {
        Some(paragraph) => translation[place] = paragraph,
        None => drop(translation.remove(place)),
    }
    let sandbox = Sandbox::new();
    sandbox.file("bridge.txt", text(EN)).file("ponte.txt", text(&translation));
    sandbox
}

fn check(sandbox: &Sandbox, more: &[&str]) -> Ran {
    sandbox.gloss(&[&["check", "bridge.txt", "ponte.txt", "--from", "en", "--to", "pt"], more].concat())
}

#[test]
fn a_good_translation_has_no_finding() {
    let sandbox = pair(0, Some(PT[0]));
    let before = sandbox.files();
    let ran = check(&sandbox, &[]).expect(0);
    assert_eq!(ran.stdout.trim(), "");
    ran.says("1 file checked: 0 hard, 0 flags");
    // The languages are found where they are not told.
    sandbox.gloss(&["check", "bridge.txt", "ponte.txt"]).expect(0);
    assert_eq!(sandbox.files(), before);
    assert!(!sandbox.exists(".gloss"));
}

#[test]
fn a_dropped_paragraph_is_hard_and_named_with_its_place() {
    let ran = check(&pair(2, None), &[]).expect(3);
    assert_eq!(
        ran.stdout.lines().collect::<Vec<_>>(),
        [
            "ponte.txt:3: missing: `Mayor Ana Torres said that the work would cost 350 thousand e…` has no translation \
          (hard, bridge.txt:3)"
        ]
    );
}

#[test]
fn a_paragraph_left_in_the_source_language_is_hard_and_so_is_a_marked_one() {
    let ran = check(&pair(3, Some(EN[3])), &[]).expect(3);
    assert!(ran.stdout.starts_with("ponte.txt:4: identical: "), "{}", ran.stdout);
    let marked = format!("⟪untranslated⟫ {} ⟪/untranslated⟫", EN[3]);
    let ran = check(&pair(3, Some(&marked)), &[]).expect(3);
    assert!(
        ran.stdout.starts_with("ponte.txt:4: untranslated: `The bridge will be closed"),
        "{}",
        ran.stdout
    );
    assert_eq!(ran.stdout.lines().count(), 1, "{}", ran.stdout);
}

#[test]
fn an_added_paragraph_and_changed_places_are_flags() {
    let more = format!("{}\n\nSubscreva a nossa newsletter diária.", PT[2]);
    let ran = check(&pair(2, Some(&more)), &[]).expect(0);
    assert!(ran.stdout.starts_with("ponte.txt:4: extra: `Subscreva a nossa"), "{}", ran.stdout);
    let sandbox = Sandbox::new();
    sandbox.file("bridge.txt", text(EN)).file("ponte.txt", text(&[PT[0], PT[3], PT[2], PT[1], PT[4]]));
    let ran = check(&sandbox, &[]).expect(0);
    assert!(ran.stdout.contains(": order: stands in another place"), "{}", ran.stdout);
}

#[test]
fn a_lost_link_is_told_by_what_it_was() {
    let sandbox = Sandbox::new();
    sandbox
        .file("a.md", "# Plan\n\nRead [the plan](https://example.org/plan) before the *council* meets on Monday.\n")
        .file("a.pt.md", "# Plano\n\nLeia [o plano](https://example.org/outro) antes de o _conselho_ se reunir na segunda.\n");
    let ran = sandbox.gloss(&["check", "a.pt.md"]).expect(3);
    assert!(ran.stdout.contains("a.pt.md:2: markup: "), "{}", ran.stdout);
    assert!(ran.stdout.contains("https://example.org/plan"), "{}", ran.stdout);
    assert!(!ran.stdout.contains('⟦'), "{}", ran.stdout);
}

#[test]
fn json_is_one_object_with_every_place() {
    let ran = check(&pair(2, None), &["--json"]).expect(3);
    let report: Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!(report["schema"], 1);
    assert_eq!(report["files"], 1);
    let finding = &report["findings"][0];
    assert_eq!(finding["check"], "missing");
    assert_eq!(finding["severity"], "hard");
    assert_eq!((finding["paragraph"].as_u64(), finding["path"].as_str()), (Some(3), Some("ponte.txt")));
    assert_eq!(finding["source"], json!({ "path": "bridge.txt", "paragraph": 3 }));
}

#[test]
fn findings_are_chosen_by_severity_and_by_check() {
    let more = format!("{}\n\nSubscreva a nossa newsletter diária.", PT[2]);
    let sandbox = pair(2, Some(&more));
    assert_eq!(check(&sandbox, &["--severity", "hard"]).expect(0).stdout.trim(), "");
    assert_eq!(check(&sandbox, &["--skip", "extra"]).expect(0).stdout.trim(), "");
    assert_eq!(check(&sandbox, &["--only", "extra"]).expect(0).stdout.lines().count(), 1);
    let dropped = pair(2, None);
    check(&dropped, &["--skip", "missing"]).expect(0);
    check(&dropped, &["--only", "mising"]).expect(2).says("there is no check `mising`");
}

#[test]
fn a_folder_that_gloss_ran_on_is_checked_whole() {
    let sandbox = Sandbox::new();
    sandbox.script(&json!({ "reply": "tag" }));
    sandbox.file("articles/a.txt", text(EN)).file("articles/sub/b.txt", text(&EN[..3]));
    sandbox.scripted(&["articles", "--to", "pt", "--out", "made"]).expect(0);
    let before = sandbox.files();
    let ran = sandbox.gloss(&["check", "articles", "--out", "made"]);
    assert!(ran.stderr.contains("files checked"), "{}", ran.stderr);
    assert_eq!(sandbox.files(), before);
    // A paragraph gone from one of them.
    let kept: Vec<String> = sandbox.read("made/sub/b.pt.txt").split("\n\n").map(str::to_owned).collect();
    sandbox.file("made/sub/b.pt.txt", format!("{}\n\n{}", kept[0], kept[2]));
    let ran = sandbox.gloss(&["check", "articles", "--out", "made", "--only", "missing"]).expect(3);
    assert!(ran.stdout.starts_with("made/sub/b.pt.txt:2: missing: `The council met"), "{}", ran.stdout);
    assert_eq!(ran.stdout.lines().count(), 1);
}

#[test]
fn translations_beside_their_sources_need_no_ledger() {
    let sandbox = Sandbox::new();
    sandbox.file("x/bridge.txt", text(EN)).file("x/bridge.pt.txt", text(&PT[..4]));
    let ran = sandbox.gloss(&["check", "x"]).expect(3);
    assert!(ran.stdout.starts_with("x/bridge.pt.txt:5: missing: "), "{}", ran.stdout);
    sandbox.gloss(&["check", "x", "--to", "es"]).expect(1).says("no translations of `x`");
    sandbox.gloss(&["check", "x/bridge.txt"]).expect(3);
}

#[test]
fn a_summary_is_checked_against_its_article() {
    let sandbox = Sandbox::new();
    let summary = "---\nsource: bridge.txt\nlanguage: en\n---\n\n# Bridge to close for repairs\n\n";
    let good = "The council approved the repair of the bridge, which is closed until 30 November.\n";
    sandbox.file("bridge.txt", text(EN)).file("bridge.en.summary.md", format!("{summary}{good}"));
    sandbox.gloss(&["check", "."]).expect(0).says("1 file checked");
    let bad = "The mayor said: “nobody will ever cross this river again”.\n";
    sandbox.file("bridge.en.summary.md", format!("{summary}{bad}"));
    let ran = sandbox.gloss(&["check", "."]).expect(3);
    assert!(ran.stdout.contains("bridge.en.summary.md:1: s-quote: "), "{}", ran.stdout);
}

#[test]
fn what_cannot_be_read_is_told_and_has_an_exit_code_of_its_own() {
    let sandbox = Sandbox::new();
    sandbox.file("bridge.txt", text(EN)).file("ponte.txt", [0x66, 0x00, 0x01, 0xff, 0x00, 0x02]);
    let ran = check(&sandbox, &[]).expect(4);
    ran.says("`ponte.txt`: ");
    sandbox.gloss(&["check", "nothing.txt"]).expect(1).says("give files or folders that exist");
    sandbox.gloss(&["check", "bridge.txt"]).expect(1).says("no translations of `bridge.txt`");
    sandbox.gloss(&["check", "bridge.txt", "ponte.txt", "--to", "portugués!"]).expect(2);
}

#[test]
fn what_a_file_says_cannot_drive_the_terminal() {
    let mut translation = PT.to_vec();
    let more = "Novo \u{1b}[2J\u{202e} parágrafo de outra origem, com texto que não está em lado nenhum.";
    translation.insert(2, more);
    let sandbox = Sandbox::new();
    sandbox.file("bridge.txt", text(EN)).file("ponte.txt", text(&translation));
    let ran = check(&sandbox, &["--severity", "info"]);
    assert!(!ran.stdout.contains(['\u{1b}', '\u{202e}']), "{:?}", ran.stdout);
    assert!(ran.stdout.contains("extra"), "{:?}", ran.stdout);
}
