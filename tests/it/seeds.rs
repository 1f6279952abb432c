//! The first command of the README: `seeds/` into Portuguese with the embedded model and nothing configured.
//!
//! gloss fetches the model itself, as it does for a user. Where it cannot be had the tests say that they are
//! skipped; with `GLOSS_REQUIRE_MODEL=1` they fail instead.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use pulldown_cmark::{Event, Options, Parser, Tag};
use serde_json::Value;

use crate::harness::{Ran, Sandbox};

const ENGLISH: [&str; 6] = [
    "ferry-fares-and-figures.txt",
    "flood-meadow-quillan.txt",
    "lighthouse-clock.txt",
    "observatory-wire.txt",
    "sourdough-server.md",
    "tide-mill-greyhaven.txt",
];
const PORTUGUESE: [&str; 2] = ["biblioteca-barco.txt", "mosaico-alvarim.txt"];

/// Whether the English-Portuguese model is installed or could be fetched just now; says so where not.
pub fn model_is_here() -> bool {
    static HERE: OnceLock<bool> = OnceLock::new();
    *HERE.get_or_init(|| {
        let pulled = Sandbox::new().gloss(&["models", "pull", "en-pt"]);
        let required = std::env::var_os("GLOSS_REQUIRE_MODEL").is_some_and(|value| value == "1");
        assert!(pulled.code == 0 || !required, "the model is required:\n{}", pulled.stderr);
        if pulled.code != 0 {
            skipped(&format!("the en-pt model can't be had here:\n{}", pulled.stderr));
        }
        pulled.code == 0
    })
}

#[expect(clippy::print_stderr, reason = "who runs the tests is to know what they did not test")]
fn skipped(why: &str) {
    eprintln!("skipped: {why}");
}

fn seeds() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("seeds")
}

/// The one run that the tests look at.
struct FirstRun {
    sandbox: Sandbox,
    ran: Ran,
    report: Value,
}

fn first_run() -> Option<&'static FirstRun> {
    static RUN: OnceLock<Option<FirstRun>> = OnceLock::new();
    RUN.get_or_init(|| {
        if !model_is_here() {
            return None;
        }
        let sandbox = Sandbox::kept("seeds");
        for name in ENGLISH.iter().chain(&PORTUGUESE) {
            sandbox.file(&format!("seeds/{name}"), std::fs::read(seeds().join(name)).unwrap());
        }
        let ran = sandbox.gloss(&["run", "seeds", "--to", "pt", "--out", "out", "-v"]);
        assert!(matches!(ran.code, 0 | 3), "the run did not come to its end:\n{}", ran.stderr);
        let report = sandbox.report("out");
        Some(FirstRun { sandbox, ran, report })
    })
    .as_ref()
}

impl FirstRun {
    fn translation(&self, name: &str) -> String {
        let (stem, extension) = name.rsplit_once('.').unwrap();
        self.sandbox.read(&format!("out/{stem}.pt.{extension}"))
    }

    fn summary(&self, name: &str, language: &str) -> String {
        let (stem, _) = name.rsplit_once('.').unwrap();
        self.sandbox.read(&format!("out/{stem}.{language}.summary.md"))
    }

    fn document(&self, name: &str) -> &Value {
        let documents = self.report["documents"].as_array().unwrap();
        documents.iter().find(|document| document["path"] == name).unwrap()
    }
}

fn source(name: &str) -> String {
    String::from_utf8(std::fs::read(seeds().join(name)).unwrap()).unwrap()
}

/// The paragraphs between blank lines.
fn paragraphs(text: &str) -> Vec<String> {
    let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
    lines
        .split(|line| line.is_empty())
        .filter(|lines| !lines.is_empty())
        .map(|lines| lines.join("\n"))
        .collect()
}

fn counted(pieces: impl Iterator<Item = String>) -> BTreeMap<String, usize> {
    let mut counted = BTreeMap::new();
    for piece in pieces {
        *counted.entry(piece).or_default() += 1;
    }
    counted
}

/// Numbers without their thousands' and decimal marks, which differ between languages, and without ordinals,
/// which languages write in their own ways (`21st century`, `século XXI`).
fn numbers(text: &str) -> BTreeMap<String, usize> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(start) = rest.find(|character: char| character.is_ascii_digit()) {
        let (_, from) = rest.split_at(start);
        let part = |character: char| character.is_ascii_digit() || ".,\u{a0}\u{202f}".contains(character);
        let (number, after) = from.split_at(from.find(|character| !part(character)).unwrap_or(from.len()));
        if !after.starts_with(char::is_alphabetic) {
            found.push(number.chars().filter(char::is_ascii_digit).collect());
        }
        rest = after;
    }
    counted(found.into_iter())
}

#[track_caller]
fn assert_numbers_kept(source: &str, translation: &str) {
    let there = numbers(translation);
    let missing: Vec<_> =
        numbers(source).into_iter().filter(|(number, times)| there.get(number) < Some(times)).collect();
    assert!(missing.is_empty(), "numbers missing: {missing:?}\n{translation}");
}

#[test]
fn every_seed_is_translated_and_summarised() {
    let Some(run) = first_run() else { return };
    assert_eq!(run.ran.code, 0, "{}{}", run.ran.stdout, run.ran.stderr);
    let mut expected = BTreeSet::from(["out/index.html".to_owned()]);
    for name in ENGLISH {
        let (stem, extension) = name.rsplit_once('.').unwrap();
        expected.insert(format!("out/{stem}.review.html"));
        expected.insert(format!("out/{stem}.pt.{extension}"));
        expected.insert(format!("out/{stem}.en.summary.md"));
        expected.insert(format!("out/{stem}.pt.summary.md"));
    }
    for name in PORTUGUESE {
        let stem = name.trim_end_matches(".txt");
        expected.insert(format!("out/{stem}.review.html"));
        expected.insert(format!("out/{stem}.pt.summary.md"));
    }
    let outputs: BTreeSet<String> =
        run.sandbox.files().into_keys().filter(|name| name.starts_with("out/")).collect();
    assert_eq!(outputs, expected);
}

#[test]
fn every_document_and_every_unit_has_one_state() {
    let Some(run) = first_run() else { return };
    let totals = &run.report["totals"];
    assert_eq!(totals["documents"]["found"], 8, "{totals}");
    assert_eq!(totals["documents"]["done"], 8, "{totals}");
    let sum = |counts: &Value| counts.as_object().unwrap().values().map(|n| n.as_u64().unwrap()).sum::<u64>();
    let mut units = 0;
    for name in ENGLISH {
        let document = run.document(name);
        let languages = document["languages"].as_array().unwrap();
        assert_eq!(languages.len(), 1, "{name}");
        let counted = sum(&languages[0]["units"]);
        assert_eq!(document["source"]["units"], counted, "{name}");
        units += counted;
    }
    assert_eq!(sum(&totals["units"]), units);
    assert_eq!(totals["units"]["failed"], 0);
    assert_eq!(totals.get("inconsistencies"), None);
}

#[test]
fn a_seed_in_portuguese_is_said_to_be_and_only_summarised() {
    let Some(run) = first_run() else { return };
    for name in PORTUGUESE {
        run.ran.says(&format!("{name}: is in pt already"));
        let document = run.document(name);
        assert_eq!(document["languages"][0]["same_language"], true, "{document}");
        assert!(run.summary(name, "pt").contains("source_language: pt"));
    }
    // How it was read is said where it had to be assumed.
    run.ran.says("biblioteca-barco.txt: read as windows-1252");
    assert_eq!(run.document("biblioteca-barco.txt")["source"]["encoding_guessed"], true);
}

#[test]
fn no_paragraph_is_lost_or_added() {
    let Some(run) = first_run() else { return };
    for name in ENGLISH {
        let (before, after) = (source(name), run.translation(name));
        assert_eq!(paragraphs(&after).len(), paragraphs(&before).len(), "{name}:\n{after}");
        assert_eq!(after.ends_with('\n'), before.ends_with('\n'), "{name}");
    }
}

#[test]
fn no_paragraph_is_left_in_english() {
    let Some(run) = first_run() else { return };
    for name in ENGLISH {
        let (before, after) = (paragraphs(&source(name)), paragraphs(&run.translation(name)));
        for (before, after) in before.iter().zip(&after) {
            let prose = before.split_whitespace().count() > 8
                && !before.starts_with("```")
                && !before.starts_with("---");
            let english = after.split(|character: char| !character.is_alphabetic()).filter(|word| {
                ["the", "and", "was", "were", "which", "that", "of"].contains(&word.to_lowercase().as_str())
            });
            let english = english.count();
            assert!(!prose || (before != after && english < 3), "{name}:\n{before}\n{after}");
        }
    }
}

/// What a Markdown text holds beside its prose: kinds, levels and targets, sorted, since a sentence's parts may
/// change places.
fn markup(text: &str) -> Vec<String> {
    let mut code = false;
    let mut found: Vec<String> = Parser::new_ext(text, Options::all())
        .filter_map(|event| match event {
            Event::Start(Tag::Link { dest_url, .. }) => Some(format!("link {dest_url}")),
            Event::Start(Tag::Image { dest_url, .. }) => Some(format!("image {dest_url}")),
            Event::Start(tag) => {
                code = matches!(tag, Tag::CodeBlock(_) | Tag::MetadataBlock(_));
                Some(format!("{tag:?}"))
            }
            Event::End(_) => {
                code = false;
                None
            }
            Event::Text(text) if code => Some(format!("code {text}")),
            Event::Text(_) | Event::SoftBreak => None,
            other => Some(format!("{other:?}")),
        })
        .collect();
    found.sort();
    found
}

#[test]
fn markdown_keeps_its_code_links_tables_and_front_matter() {
    let Some(run) = first_run() else { return };
    let name = "sourdough-server.md";
    let (before, after) = (source(name), run.translation(name));
    let front = |text: &str| text.split("---\n").nth(1).unwrap().to_owned();
    assert!(after.starts_with("---\n"), "{after}");
    assert_eq!(front(&after), front(&before));
    let block = |text: &str| text.split("```").nth(1).unwrap().to_owned();
    assert_eq!(block(&after), block(&before));
    let definition = before.lines().find(|line| line.starts_with("[readme]: ")).unwrap();
    assert!(after.lines().any(|line| line == definition), "{after}");
    let expected = markup(&before);
    assert!(expected.iter().any(|piece| piece.starts_with("link ")) && expected.len() > 40, "{expected:?}");
    assert_eq!(markup(&after), expected, "{after}");
}

#[test]
fn numbers_dates_and_addresses_are_kept() {
    let Some(run) = first_run() else { return };
    let name = "ferry-fares-and-figures.txt";
    let (before, after) = (source(name), run.translation(name));
    assert_numbers_kept(&before, &after);
    for whole in [
        "https://ferries.example.org/reports/selkie-year-1?lang=en",
        "timetable@ferries.example.org",
        "12/08/2024",
    ] {
        assert!(after.contains(whole), "{whole}\n{after}");
    }
    // `€` may become a word.
    let signs = |text: &str| ['%', '°', '£'].map(|sign| text.matches(sign).count());
    assert_eq!(signs(&after), signs(&before), "{after}");
}

#[test]
fn quotation_marks_are_kept() {
    let Some(run) = first_run() else { return };
    for name in ENGLISH {
        let (before, after) = (source(name), run.translation(name));
        for mark in ['“', '”', '"', '‘'] {
            if name.ends_with(".md") && mark == '"' {
                continue;
            }
            assert_eq!(after.matches(mark).count(), before.matches(mark).count(), "{name}: {mark}\n{after}");
        }
    }
}

#[test]
fn sentences_do_not_run_into_each_other() {
    let Some(run) = first_run() else { return };
    for name in ENGLISH {
        assert_eq!(glued(&run.translation(name)), glued(&source(name)), "{name}");
    }
}

/// Places where a sentence begins right behind the end of another.
fn glued(text: &str) -> Vec<String> {
    let characters: Vec<char> = text.chars().collect();
    let glued = |window: &&[char]| {
        window[0].is_lowercase() && matches!(window[1], '.' | '!' | '?') && window[2].is_uppercase()
    };
    characters.windows(3).filter(glued).map(|window| window.iter().collect()).collect()
}

/// Lines too short for prose, by their number.
fn furniture(text: &str) -> Vec<(usize, &str)> {
    text.lines().enumerate().filter(|(_, line)| (1..30).contains(&line.chars().count())).collect()
}

#[test]
fn summaries_are_free_of_furniture() {
    let Some(run) = first_run() else { return };
    for name in ["observatory-wire.txt", "flood-meadow-quillan.txt"] {
        let (before, after) = (source(name), run.translation(name));
        assert!(furniture(&before).len() >= 5, "{name}");
        let translated: Vec<&str> = after.lines().collect();
        for (language, lines) in [
            ("en", furniture(&before).into_iter().map(|(_, line)| line).collect::<Vec<_>>()),
            ("pt", furniture(&before).into_iter().map(|(number, _)| translated[number]).collect()),
        ] {
            let summary = run.summary(name, language);
            let text = summary.splitn(3, "---\n").nth(2).unwrap();
            for line in lines {
                let stands = if line.chars().count() > 9 {
                    text.contains(line)
                } else {
                    text.split(['\n', '.']).any(|sentence| sentence.trim() == line)
                };
                assert!(!stands, "{name} {language}: `{line}` in\n{text}");
            }
        }
    }
}

#[test]
fn each_sentence_of_a_summary_is_borne_out_by_a_block() {
    let Some(run) = first_run() else { return };
    for name in ENGLISH {
        let document = run.document(name);
        let text = source(name).split_whitespace().collect::<Vec<_>>().join(" ");
        for summary in document["summaries"].as_array().unwrap() {
            let sentences = summary["sentences"].as_array().unwrap();
            assert!(!sentences.is_empty(), "{name}");
            for sentence in sentences {
                assert!(!sentence["blocks"].as_array().unwrap().is_empty(), "{name}: {sentence}");
                let words = sentence["text"].as_str().unwrap();
                // Extractive: in its own language it stands in the article as it is.
                let own = summary["language"] == "en" && name.ends_with(".txt");
                assert!(!own || text.contains(words), "{name}: {words}");
            }
        }
    }
}

#[test]
fn a_second_run_over_the_seeds_asks_nothing() {
    let Some(run) = first_run() else { return };
    // A folder of its own: other tests read the first run's report.
    let sandbox = Sandbox::new();
    for name in ["lighthouse-clock.txt", "mosaico-alvarim.txt"] {
        sandbox.file(&format!("seeds/{name}"), std::fs::read(seeds().join(name)).unwrap());
    }
    let arguments = ["run", "seeds", "--to", "pt", "--out", "out"];
    sandbox.gloss(&arguments).expect(0);
    let before = sandbox.files();
    sandbox.gloss(&arguments).expect(0);
    let totals = &sandbox.report("out")["totals"];
    assert_eq!(totals["requests"], 0, "{totals}");
    assert_eq!(totals["documents"]["unchanged"], 2, "{totals}");
    assert_eq!(sandbox.files(), before);
    // The same model in the same words, alone or among others.
    assert_eq!(sandbox.read("out/lighthouse-clock.pt.txt"), run.translation("lighthouse-clock.txt"));
}

#[test]
fn byte_order_mark_and_line_ends_are_kept() {
    if !model_is_here() {
        return;
    }
    let text = "\u{FEFF}The bridge is open again\r\n\r\nThe old bridge was opened again on Monday.  \r\n\r\nNobody was hurt.";
    let utf16: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let sandbox = Sandbox::new();
    sandbox.file("a/eight.txt", text).file("a/sixteen.txt", &utf16);
    sandbox.gloss(&["run", "a", "--from", "en", "--to", "pt", "--no-summary", "-q"]).expect(0);
    let eight = sandbox.read("a/eight.pt.txt");
    assert!(eight.starts_with('\u{FEFF}') && !eight.ends_with('\n'), "{eight:?}");
    assert_eq!(eight.matches("\r\n").count(), 4, "{eight:?}");
    assert_eq!(eight.matches('\n').count(), 4, "{eight:?}");
    assert!(eight.contains(".  \r\n"), "{eight:?}");
    let sixteen = sandbox.bytes("a/sixteen.pt.txt");
    assert_eq!(sixteen, eight.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>());
}

#[test]
fn a_scraped_wire_report_is_whole_in_portuguese() {
    let Some(shared) = std::env::var_os("GLOSS_SHARED") else {
        skipped("GLOSS_SHARED, the folder with the wire report, is not set");
        return;
    };
    if !model_is_here() {
        return;
    }
    let path = Path::new(&shared).join("seeds/csto-belta.txt");
    let before = std::fs::read_to_string(&path).unwrap();
    let sandbox = Sandbox::new();
    sandbox.file("csto.txt", &before);
    sandbox.gloss(&["run", "csto.txt", "--to", "pt"]).expect(0);
    let after = sandbox.read("csto.pt.txt");
    let lines = |text: &str| text.lines().filter(|line| !line.trim().is_empty()).count();
    assert_eq!(lines(&after), lines(&before), "{after}");
    let long = |text: &str| text.lines().filter(|line| line.chars().count() > 100).count();
    assert_eq!(long(&before), 10);
    assert_eq!(long(&after), 10, "{after}");
    for mark in ['“', '”', '"'] {
        assert_eq!(after.matches(mark).count(), before.matches(mark).count(), "{mark}\n{after}");
    }
    assert_numbers_kept(&before, &after);
    assert_eq!(glued(&after), glued(&before), "{after}");
    let title = before.lines().position(|line| line.contains("approves 15 documents")).unwrap();
    let title = after.lines().nth(title).unwrap();
    assert!(title.contains("15") && title.contains("documentos"), "{title}");
    assert!(after.contains("2021-2025") || after.contains("2021–2025"), "{after}");
    assert!(after.contains("6 de outubro de 2007"), "{after}");

    let furniture = furniture(&before);
    let translated: Vec<&str> = after.lines().collect();
    for (summary, lines) in [
        ("csto.en.summary.md", furniture.iter().map(|(_, line)| *line).collect::<Vec<_>>()),
        ("csto.pt.summary.md", furniture.iter().map(|(number, _)| translated[*number]).collect()),
    ] {
        let text = sandbox.read(summary);
        let body = text.splitn(3, "---\n").nth(2).unwrap();
        assert!(body.split_whitespace().count() > 30, "{text}");
        for line in lines {
            let alone = body.split(['\n', '.']).any(|sentence| sentence.trim() == line);
            let within = line.chars().count() > 9 && body.contains(line);
            assert!(!alone && !within, "`{line}` in\n{text}");
        }
    }
}
