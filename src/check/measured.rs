//! False alarms on human translations and recall on damage made from them. Needs the news collection: set
//! `GLOSS_SHARED` to the folder that holds `data/news/LANG/*.txt` (the same line of the same file is the same
//! sentence in every language), and see the figures with `--nocapture`. One unit in [`EVERY`] is judged, all of them
//! where `GLOSS_ALL` is set too; with `GLOSS_SHOW` each finding is printed with its texts.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::language::tests::keep;
use super::{Finding, Pair, Severity, clean, is_hard, unit};
use crate::document::Role;

/// Sentences joined into one paragraph.
const PARAGRAPH: usize = 4;

/// One in so many units is judged, so that the suite stays short.
const EVERY: usize = 5;

/// Languages written without a space between sentences.
const UNSPACED: &[&str] = &["zh", "ja", "th"];

fn news() -> Option<PathBuf> {
    let folder = PathBuf::from(std::env::var_os("GLOSS_SHARED")?).join("data/news");
    folder.is_dir().then_some(folder)
}

fn articles(news: &Path, language: &str) -> BTreeMap<String, Vec<String>> {
    let folder = std::fs::read_dir(news.join(language)).unwrap();
    folder
        .map(|entry| entry.unwrap())
        .map(|entry| {
            let text = std::fs::read_to_string(entry.path()).unwrap();
            let lines = text.lines().step_by(2).map(str::to_owned).collect();
            (entry.file_name().into_string().unwrap(), lines)
        })
        .collect()
}

/// Source and translation of every sentence, or of every paragraph of four.
fn pairs(news: &Path, from: &str, to: &str, paragraph: usize) -> Vec<(String, String)> {
    let (sources, answers) = (articles(news, from), articles(news, to));
    let join =
        |lines: &[String], language: &str| lines.join(if UNSPACED.contains(&language) { "" } else { " " });
    let mut pairs = Vec::new();
    for (name, lines) in &sources {
        let other = &answers[name];
        assert_eq!(lines.len(), other.len(), "{name} {to}");
        for (source, answer) in lines.chunks(paragraph).zip(other.chunks(paragraph)) {
            pairs.push((join(source, from), join(answer, to)));
        }
    }
    pairs
}

fn judge(source: &str, answer: &str, from: &str, to: &str) -> Vec<Finding> {
    let cleaned = clean(source, answer, keep(to));
    let pair = Pair { source, answer: &cleaned.text, from: keep(from), to: keep(to), role: Role::Body };
    let mut findings = cleaned.findings;
    findings.extend(unit(&pair));
    findings
}

fn language_pairs(news: &Path) -> Vec<(String, String)> {
    let mut languages: Vec<String> = std::fs::read_dir(news)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    languages.sort();
    let mut pairs: Vec<(String, String)> = languages
        .iter()
        .filter(|language| *language != "en")
        .map(|to| ("en".to_owned(), to.clone()))
        .collect();
    for (from, to) in [
        ("pt", "en"),
        ("de", "en"),
        ("ru", "en"),
        ("zh", "en"),
        ("ar", "en"),
        ("pt", "es"),
        ("es", "ca"),
        ("ru", "uk"),
        ("ru", "be"),
        ("de", "nl"),
        ("fr", "it"),
        ("zh", "ja"),
        ("ar", "fa"),
    ] {
        pairs.push((from.to_owned(), to.to_owned()));
    }
    pairs
}

#[test]
#[expect(clippy::print_stderr, reason = "figures for the person who measures")]
fn correct_translations_pass() {
    let Some(news) = news() else {
        eprintln!("skipped: GLOSS_SHARED names no folder with data/news");
        return;
    };
    let every = if std::env::var_os("GLOSS_ALL").is_some() { 1 } else { EVERY };
    for size in [1, PARAGRAPH] {
        let (mut total, mut refused) = (0, 0);
        let mut fired: BTreeMap<(String, Severity, String), usize> = BTreeMap::new();
        for (from, to) in language_pairs(&news) {
            for (source, answer) in pairs(&news, &from, &to, size).into_iter().step_by(every) {
                total += 1;
                let findings = judge(&source, &answer, &from, &to);
                refused += usize::from(is_hard(&findings));
                for finding in findings {
                    if std::env::var_os("GLOSS_SHOW").is_some() {
                        eprintln!("{from}-{to} {finding:?}\n  {source}\n  {answer}");
                    }
                    *fired.entry((finding.check, finding.severity, format!("{from}-{to}"))).or_default() += 1;
                }
            }
        }
        let mut checks: BTreeMap<(&str, Severity), usize> = BTreeMap::new();
        for ((check, severity, _), count) in &fired {
            *checks.entry((check, *severity)).or_default() += count;
        }
        eprintln!("{size} sentence(s) a unit: {refused} of {total} correct units refused");
        eprintln!("  by check {checks:?}");
        eprintln!("  by pair {fired:?}");
        assert!(refused * 1000 < total * 5, "{refused} of {total}");
    }
}

/// What a failing model makes of a correct translation; `None` where the damage needs a longer text.
fn damaged(kind: &str, source: &str, answer: &str) -> Option<String> {
    let half = |text: &str, first: bool| {
        let middle = text.chars().count() / 2;
        if first {
            text.chars().take(middle).collect::<String>()
        } else {
            text.chars().skip(middle).collect()
        }
    };
    let long = source.chars().count() >= 60;
    Some(match kind {
        "echo" if long => source.to_owned(),
        "second half left" if long => format!("{} {}", half(answer, true), half(source, false)),
        "first half left" if long => format!("{} {}", half(source, true), half(answer, false)),
        "looped four times" if long => [answer; 4].join(" "),
        "loop at the end" if long => {
            let tail: String = answer.chars().rev().take(12).collect::<Vec<_>>().into_iter().rev().collect();
            format!("{answer}{}", tail.repeat(20))
        }
        "refusal" => "I'm sorry, but I can't assist with that request.".to_owned(),
        "empty" => String::new(),
        _ => return None,
    })
}

#[test]
#[expect(clippy::print_stderr, reason = "figures for the person who measures")]
fn damage_is_refused_and_wrapping_comes_off() {
    let Some(news) = news() else {
        eprintln!("skipped: GLOSS_SHARED names no folder with data/news");
        return;
    };
    for kind in [
        "echo",
        "second half left",
        "first half left",
        "looped four times",
        "loop at the end",
        "refusal",
        "empty",
    ] {
        for size in [1, PARAGRAPH] {
            let (mut total, mut caught) = (0, 0);
            for (from, to) in [
                ("en", "es"),
                ("en", "pt"),
                ("en", "de"),
                ("en", "ru"),
                ("en", "zh"),
                ("en", "ar"),
                ("pt", "en"),
            ] {
                for (source, answer) in pairs(&news, from, to, size).iter().step_by(EVERY) {
                    let Some(answer) = damaged(kind, source, answer) else { continue };
                    total += 1;
                    caught += usize::from(is_hard(&judge(source, &answer, from, to)));
                }
            }
            eprintln!("{kind}, {size} sentence(s): {caught} of {total} refused");
            assert!(caught * 10 >= total * 7, "{kind}: {caught} of {total}");
        }
    }
    let (mut total, mut whole) = (0, 0);
    for (source, answer) in pairs(&news, "en", "pt", 1) {
        for wrapped in [
            format!("Sure! Here is the translation:\n\n{answer}"),
            format!("```\n{answer}\n```"),
            format!("{answer}\n\nNote: the names were left in English."),
            format!("Tradução: {answer}"),
        ] {
            total += 1;
            whole += usize::from(clean(&source, &wrapped, keep("pt")).text == answer);
        }
    }
    eprintln!("wrapping taken off whole: {whole} of {total}");
    assert!(whole * 100 >= total * 99, "{whole} of {total}");
}

/// What each check that runs while asking costs, of all of them: the first that asks for a reading pays for it.
#[test]
#[expect(clippy::print_stderr, reason = "figures for the person who measures")]
fn what_runs_while_asking_costs() {
    let Some(news) = news() else {
        eprintln!("skipped: GLOSS_SHARED names no folder with data/news");
        return;
    };
    let mut spent: BTreeMap<&str, std::time::Duration> = BTreeMap::new();
    let mut units = 0;
    for (from, to) in [("en", "pt"), ("en", "ru"), ("en", "zh")] {
        for (source, answer) in pairs(&news, from, to, PARAGRAPH).iter().step_by(EVERY) {
            let pair = Pair { source, answer, from: keep(from), to: keep(to), role: Role::Body };
            let sides = super::Sides::of(&pair);
            units += 1;
            for check in super::UNIT_CHECKS {
                let start = std::time::Instant::now();
                std::hint::black_box((check.run)(&sides));
                *spent.entry(check.id).or_default() += start.elapsed();
            }
        }
    }
    let all: std::time::Duration = spent.values().sum();
    for (id, spent) in &spent {
        eprintln!("{id}: {:?} a unit, {} %", *spent / units, spent.as_nanos() * 100 / all.as_nanos().max(1));
    }
    assert!(units > 0);
}
