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
            "ponte.txt:3: missing: `Mayor Ana Torres said that the work would cost 350 thousand …` has no translation \
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
    sandbox.file("bridge.txt", text(EN)).file("ponte.txt", format!("{}\0{}", PT[1], PT[2]));
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

/// As another tool would write it.
const XLIFF: &str = r#"<?xml version="1.0"?>
<xliff xmlns="urn:oasis:names:tc:xliff:document:1.2" version="1.2">
 <file original="bridge.docx" source-language="en" target-language="pt"><body>
  <trans-unit id="a"><source>Mayor Ana Torres said that the work would cost 350 thousand euros.</source>
   <target>A presidente da câmara, Ana Torres, disse que as obras custariam 530 mil euros.</target></trans-unit>
  <trans-unit id="b"><source>The council met on Monday.</source><target/></trans-unit>
  <trans-unit id="c"><source>Read <ph id="1">{0}</ph> first.</source><target>Leia primeiro.</target></trans-unit>
 </body></file>
</xliff>
"#;

#[test]
fn an_xliff_of_another_tool_is_checked_unit_by_unit() {
    let sandbox = Sandbox::new();
    sandbox.file("bridge.xlf", XLIFF);
    let ran = sandbox.gloss(&["check", "bridge.xlf"]).expect(3);
    let lines: Vec<&str> = ran.stdout.lines().collect();
    assert!(lines[0].starts_with("bridge.xlf:1: numbers: `350"), "{}", ran.stdout);
    assert!(
        lines.iter().any(|line| line.starts_with("bridge.xlf:2: untranslated: `The council met")),
        "{}",
        ran.stdout
    );
    assert!(lines.iter().any(|line| line.starts_with("bridge.xlf:3: markup: ")), "{}", ran.stdout);
    sandbox.file("broken.xlf", "<xliff version=\"1.2\"><file>");
    sandbox.gloss(&["check", "broken.xlf"]).expect(4).says("`broken.xlf`: ");
    sandbox.file("none.xlf", XLIFF.replace(" target-language=\"pt\"", ""));
    sandbox.gloss(&["check", "none.xlf"]).expect(4).says("--to");
    sandbox.gloss(&["check", "none.xlf", "--to", "pt"]).expect(3);
}

#[test]
fn a_wrong_number_is_a_flag_with_both_places() {
    let wrong = PT[2].replace("350", "530");
    let ran = check(&pair(2, Some(&wrong)), &[]).expect(0);
    assert_eq!(ran.stdout.lines().count(), 1, "{}", ran.stdout);
    assert!(ran.stdout.starts_with("ponte.txt:3: numbers: `350"), "{}", ran.stdout);
    assert!(ran.stdout.contains("(flag, ") && ran.stdout.contains("bridge.txt:3)"), "{}", ran.stdout);
}

#[test]
fn a_name_spelled_two_ways_in_a_folder_is_told() {
    let sandbox = Sandbox::new();
    let said = [
        "O governo de Lukachenko caiu hoje.",
        "A resposta de Lukachenko foi curta.",
        "Ninguém viu Loukachenka ontem à noite.",
    ];
    let source = [
        "The government of Lukashenko fell today.",
        "The answer of Lukashenko was short.",
        "Nobody saw Lukashenko last night.",
    ];
    for (index, (source, said)) in source.iter().zip(said).enumerate() {
        sandbox
            .file(&format!("x/{index}.txt"), format!("{source}\n"))
            .file(&format!("x/{index}.pt.txt"), format!("{said}\n"));
    }
    let ran = sandbox.gloss(&["check", "x", "--from", "en"]).expect(0);
    assert!(
        ran.stdout.starts_with("x/2.pt.txt:1: drift: `Lukashenko` is `Loukachenka` here"),
        "{}",
        ran.stdout
    );
}

#[test]
fn a_translation_named_in_several_ways_is_checked_once() {
    let sandbox = Sandbox::new();
    sandbox.file("a.txt", text(EN)).file("a.pt.txt", text(&PT[..4]));
    for paths in [&["a.txt", "a.pt.txt"][..], &["a.pt.txt", "./a.txt"], &["a.pt.txt", "./a.pt.txt", "."]] {
        let ran = sandbox.gloss(&[&["check"], paths].concat()).expect(3);
        assert_eq!(ran.stdout.lines().count(), 1, "{paths:?}: {}", ran.stdout);
        ran.says("1 file checked: 1 hard");
    }
    let ran = sandbox.gloss(&["check", "a.txt", "a.pt.txt"]).expect(3);
    assert!(ran.stdout.starts_with("a.pt.txt:5: missing: "), "{}", ran.stdout);
}

#[test]
fn a_file_against_itself_is_no_translation() {
    let sandbox = Sandbox::new();
    let mut half = PT.to_vec();
    half[1..4].copy_from_slice(&EN[1..4]);
    sandbox.file("x.txt", text(EN)).file("copy.txt", text(EN)).file("short.txt", "Mayor Ana Torres\n");
    sandbox.file("half.txt", text(&half));
    let ran = sandbox.gloss(&["check", "x.txt", "x.txt"]).expect(3);
    assert_eq!(ran.stdout.matches(": identical: ").count(), EN.len(), "{}", ran.stdout);
    sandbox.gloss(&["check", "x.txt", "copy.txt"]).expect(3);
    sandbox.gloss(&["check", "short.txt", "short.txt"]).expect(3);
    sandbox.gloss(&["check", "short.txt", "short.txt", "--from", "es"]).expect(3);
    // Even where it has translations that could be meant.
    sandbox.file("x.pt.txt", text(PT));
    sandbox.gloss(&["check", "x.txt", "./x.txt"]).expect(3);
    // Who says that both are one language means it.
    sandbox.gloss(&["check", "x.txt", "copy.txt", "--from", "en", "--to", "en-GB"]).expect(0);
    // What is found to be English still has paragraphs that came back.
    let ran = sandbox.gloss(&["check", "x.txt", "half.txt"]).expect(3);
    assert!(ran.stdout.contains("half.txt:2: identical: "), "{}", ran.stdout);
}

#[test]
fn a_menu_line_that_is_missing_is_told() {
    let menu = "Home | News | Sport | Weather | Contact";
    let sandbox = Sandbox::new();
    sandbox.file("a.txt", format!("{menu}\n\n{}", text(EN))).file("a.pt.txt", text(PT));
    let ran = sandbox.gloss(&["check", "a.pt.txt", "--only", "missing"]).expect(0);
    assert!(ran.stdout.contains(&format!("missing: `{menu}` has no translation (flag, ")), "{}", ran.stdout);
    // One of several lines too: its neighbours are not taken for one.
    let sandbox = Sandbox::new();
    sandbox.file("a.txt", format!("Courier\nHome\nNews\nSport\nJobs\nLog in\n\n{}", text(EN)));
    let lines = ["Courier", "Início", "Notícias", "Desporto", "Empregos", "Entrar"];
    for missing in 0..lines.len() {
        let kept: Vec<&str> =
            lines.iter().enumerate().filter(|(at, _)| *at != missing).map(|(_, line)| *line).collect();
        sandbox.file("a.pt.txt", format!("{}\n\n{}", kept.join("\n"), text(PT)));
        let ran = sandbox.gloss(&["check", "a.pt.txt", "--only", "missing"]).expect(0);
        assert_eq!(ran.stdout.matches("has no translation (flag, ").count(), 1, "{missing}: {}", ran.stdout);
    }
    // Unless gloss left it out, as it was told to.
    let sandbox = Sandbox::new();
    sandbox.file("a.txt", format!("{menu}\n\n{}", text(EN))).script(&json!({ "reply": "tag" }));
    sandbox.scripted(&["a.txt", "--to", "pt", "--out", "out", "--boilerplate", "drop"]).expect(0);
    assert!(!sandbox.read("out/a.pt.txt").contains("Weather"));
    let edited = sandbox.read("out/a.pt.txt") + "More.\n";
    sandbox.file("out/a.pt.txt", edited);
    let ran = sandbox.gloss(&["check", "out", "--only", "missing"]);
    assert_eq!(ran.stdout.trim(), "");
    let ran = sandbox.gloss(&["check", "out", "--only", "missing", "--severity", "info"]);
    assert!(ran.stdout.contains("has no translation (info, "), "{}", ran.stdout);
}

#[test]
fn the_outputs_folder_of_a_run_is_checked_against_its_sources() {
    let sandbox = Sandbox::new();
    sandbox.script(&json!({ "reply": "tag" }));
    sandbox.file("articles/a.txt", text(EN)).file("articles/sub/b.txt", text(&EN[..3]));
    sandbox.scripted(&["articles", "--to", "pt", "--out", "made"]).expect(0);
    let both = sandbox.gloss(&["check", "articles", "--out", "made"]);
    let ran = sandbox.gloss(&["check", "made"]);
    assert!(both.stderr.contains("files checked"), "{}", both.stderr);
    assert_eq!((ran.code, &ran.stderr), (both.code, &both.stderr));
    let kept: Vec<String> = sandbox.read("made/sub/b.pt.txt").split("\n\n").map(str::to_owned).collect();
    sandbox.file("made/sub/b.pt.txt", format!("{}\n\n{}", kept[0], kept[2]));
    let ran = sandbox.gloss(&["check", "made", "--only", "missing"]).expect(3);
    assert!(ran.stdout.starts_with("made/sub/b.pt.txt:2: missing: `The council met"), "{}", ran.stdout);
    // A source that is gone is told.
    sandbox.remove("articles/sub");
    sandbox.gloss(&["check", "made", "--only", "missing"]).expect(4).says("the source is gone");
}
