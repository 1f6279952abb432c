//! False alarms on summaries that people wrote and recall on damage done to them: makes `benches/summary-checks.md`. Needs the summary
//! collection: set `GLOSS_SHARED` to the folder that holds `data/summaries/*.jsonl`, and see the table with `--nocapture`; with
//! `GLOSS_SHOW` each finding on an undamaged summary is printed.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::Deserialize;

use super::super::{Severity, SummaryPair, summary};
use super::{cover, length};
use crate::check::language::tests::keep;
use crate::document::{BlockId, Role, slice};
use crate::engine::local::extract;
use crate::engine::{Paragraph, SummaryRequest, SummaryStage};
use crate::segment;
use crate::summary::{SummaryLength, target_words};

#[derive(Deserialize)]
struct Highlights {
    article: String,
    summary: Vec<String>,
}

#[derive(Deserialize)]
struct Story {
    article: String,
    refs: Vec<String>,
}

/// An article in English and a summary of it.
struct Case {
    article: String,
    summary: String,
}

fn collections() -> Option<BTreeMap<&'static str, Vec<Case>>> {
    let folder = PathBuf::from(std::env::var_os("GLOSS_SHARED")?).join("data/summaries");
    let read = |name: &str| std::fs::read_to_string(folder.join(name)).unwrap();
    let highlights = read("cnndm50.jsonl");
    let highlights = highlights.lines().map(|line| serde_json::from_str::<Highlights>(line).unwrap());
    let highlights: Vec<Case> =
        highlights.map(|case| Case { article: case.article, summary: case.summary.join("\n") }).collect();
    let stories = read("squality12.jsonl");
    let stories = stories.lines().map(|line| serde_json::from_str::<Story>(line).unwrap());
    let stories = stories.flat_map(|story| {
        let article = story.article;
        story.refs.into_iter().map(move |summary| Case { article: article.clone(), summary })
    });
    Some(BTreeMap::from([("highlights", highlights), ("stories", stories.collect())]))
}

fn found(article: &str, text: &str) -> Vec<(String, Severity)> {
    let pair = SummaryPair { article, summary: text, language: keep("en") };
    let findings = summary(&pair);
    if std::env::var_os("GLOSS_SHOW").is_some() {
        for finding in &findings {
            std::io::Write::write_all(&mut std::io::stderr(), format!("{finding:?}\n").as_bytes()).unwrap();
        }
    }
    findings.into_iter().map(|finding| (finding.check, finding.severity)).collect()
}

/// What the embedded summariser makes of the article.
fn extracted(article: &str) -> String {
    let language = keep("en");
    let paragraphs = article.split('\n').filter(|line| !line.trim().is_empty()).zip(0..);
    let request = SummaryRequest {
        language: language.clone(),
        title: None,
        paragraphs: paragraphs
            .map(|(text, block)| Paragraph { block: BlockId(block), role: Role::Body, text: text.to_owned() })
            .collect(),
        length: SummaryLength::Medium,
        words: target_words(SummaryLength::Medium, segment::word_count(article, language)),
        stage: SummaryStage::Whole,
        attempt: 0,
    };
    let sentences = extract::summarize(&request);
    sentences.iter().map(|sentence| sentence.text.trim()).collect::<Vec<_>>().join(" ")
}

/// So many parts of the story, of about one length.
fn parts(article: &str, count: usize) -> Vec<String> {
    let ends = segment::sentences(article, keep("en"));
    ends.chunks(ends.len().div_ceil(count))
        .map(|some| slice(article, some[0].start..some[some.len() - 1].end).to_owned())
        .collect()
}

/// The summary with one thing in it that the article has not.
fn damaged(kind: &str, case: &Case, number: usize) -> Option<String> {
    let text = &case.summary;
    let digits = |text: &str| -> Vec<std::ops::Range<usize>> {
        let mut runs: Vec<std::ops::Range<usize>> = Vec::new();
        for (at, _) in text.char_indices().filter(|(_, character)| character.is_ascii_digit()) {
            match runs.last_mut() {
                Some(run) if run.end == at => run.end = at + 1,
                _ => runs.push(at..at + 1),
            }
        }
        runs
    };
    let replaced = |range: std::ops::Range<usize>, by: &str| {
        format!("{}{by}{}", slice(text, 0..range.start), slice(text, range.end..text.len()))
    };
    match kind {
        "one number changed" => {
            let runs = digits(text);
            let run = runs.get(number % runs.len().max(1))?.clone();
            let value: u64 = slice(text, run.clone()).parse().ok()?;
            // Another of the same size, as a mistaken digit gives.
            Some(replaced(run, &(value + 1 + value * 3 / 10).to_string()))
        }
        "two numbers added" => Some(format!("{text} It has 7349 members in 83 towns.")),
        "name added" => Some(format!("{text} The news was confirmed by Ludmila Ovsepyan.")),
        "quotation added" => {
            Some(format!("{text} A witness said: “nobody had ever told us about any of this before”."))
        }
        "quotation changed" => {
            let words: Vec<&str> = case.article.split_whitespace().collect();
            let start = words.len() * (number % 7) / 9;
            let mut some: Vec<&str> = words.get(start..start + 9)?.to_vec();
            some[4] = "walruses";
            Some(format!("{text} He said: “{}”.", some.join(" ")))
        }
        "copied" => Some(case.article.chars().take(900).collect()),
        "longer than the article" => Some(format!("{} {text}", case.article)),
        _ => None,
    }
}

#[test]
#[expect(clippy::print_stderr, reason = "figures for the person who measures")]
fn summaries_by_people_pass_and_damage_is_found() {
    let Some(collections) = collections() else {
        eprintln!("skipped: GLOSS_SHARED names no folder with data/summaries");
        return;
    };
    for (name, cases) in &collections {
        let mut fired: BTreeMap<(String, Severity), usize> = BTreeMap::new();
        for case in cases {
            let mut once: Vec<_> = found(&case.article, &case.summary);
            once.dedup();
            once.into_iter().for_each(|finding| *fired.entry(finding).or_default() += 1);
        }
        eprintln!("{name}: of {} as they are: {fired:?}", cases.len());
        for kind in [
            "one number changed",
            "two numbers added",
            "name added",
            "quotation added",
            "quotation changed",
            "copied",
            "longer than the article",
        ] {
            let mut caught: BTreeMap<(String, Severity), usize> = BTreeMap::new();
            let mut total = 0;
            for (number, case) in cases.iter().enumerate() {
                let Some(text) = damaged(kind, case, number) else { continue };
                total += 1;
                let mut once = found(&case.article, &text);
                once.dedup();
                once.into_iter().for_each(|finding| *caught.entry(finding).or_default() += 1);
            }
            eprintln!("  {kind}: of {total}: {caught:?}");
        }
        // What the embedded engine makes is never refused.
        let mut extracts: BTreeMap<(String, Severity), usize> = BTreeMap::new();
        let mut off = 0;
        for case in cases {
            let text = extracted(&case.article);
            for finding in found(&case.article, &text) {
                *extracts.entry(finding).or_default() += 1;
            }
            let asked = target_words(SummaryLength::Medium, segment::word_count(&case.article, keep("en")));
            off +=
                usize::from(length::against_asked(segment::word_count(&text, keep("en")), asked).is_some());
        }
        eprintln!("  extracts: {extracts:?}; length off in {off}");
        assert!(extracts.keys().all(|(_, severity)| *severity != Severity::Hard), "{extracts:?}");
    }
}

#[test]
#[expect(clippy::print_stderr, reason = "figures for the person who measures")]
fn a_part_left_out_is_told() {
    let Some(collections) = collections() else {
        eprintln!("skipped: GLOSS_SHARED names no folder with data/summaries");
        return;
    };
    // Four references a story, one after the other.
    let mut sums = [0, 0];
    for count in [4, 8] {
        let (mut alarms, mut references, mut caught, mut stories) = (0, 0, 0, 0);
        for cases in collections["stories"].chunks(4) {
            let parts = parts(&cases[0].article, count);
            references += cases.len();
            let told = |summary: &str| cover::summary(summary, &parts, keep("en")).is_some();
            alarms += cases.iter().filter(|case| told(&case.summary)).count();
            for left_out in [1, count - 1] {
                let kept: Vec<&str> = parts
                    .iter()
                    .enumerate()
                    .filter(|(at, _)| *at != left_out)
                    .map(|(_, part)| part.as_str())
                    .collect();
                stories += 1;
                caught += usize::from(told(&extracted(&kept.join(" "))));
            }
        }
        eprintln!(
            "{count} parts: {alarms} alarms on {references} references; one left out: {caught} of {stories}"
        );
        sums = [sums[0] + caught, sums[1] + stories];
    }
    assert!(sums[0] * 3 >= sums[1], "{sums:?}");
}
