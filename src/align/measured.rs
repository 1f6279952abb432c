//! How often a damage done to one document is found for what it is. Needs the news collection: set `GLOSS_SHARED` to the folder that
//! holds `data/news/LANG/*.txt`, and see the figures with `--nocapture`; by pair too where `GLOSS_SHOW` is set.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::align;
use super::tests::document;
use crate::document::Format;

/// One article in so many is damaged, so that the suite stays short; all where `GLOSS_ALL` is set.
const EVERY: usize = 4;

/// Sentences joined into one paragraph.
const PARAGRAPH: usize = 3;

const DAMAGES: [&str; 7] = ["none", "drop", "join", "cut", "swap neighbours", "swap any", "add"];

fn lines(news: &Path, language: &str, name: &str, size: usize) -> Vec<String> {
    let text = std::fs::read_to_string(news.join(language).join(name)).unwrap();
    let lines: Vec<&str> = text.lines().step_by(2).collect();
    let between = if matches!(language, "zh" | "ja" | "th") { "" } else { " " };
    let (title, body) = lines.split_first().unwrap();
    std::iter::once((*title).to_owned()).chain(body.chunks(size).map(|some| some.join(between))).collect()
}

/// Paragraphs, the target blocks of each source block, and the extra ones.
type Damaged = (Vec<String>, Vec<Vec<usize>>, Vec<usize>);

/// The damaged document and what must be found: for each source block its target blocks, and the extra ones.
fn damage(kind: &str, lines: &[String], at: usize, other: &str) -> Option<Damaged> {
    let mut texts = lines.to_vec();
    let mut truth: Vec<Vec<usize>> = (0..lines.len()).map(|index| vec![index]).collect();
    let mut extra = Vec::new();
    let shift = |truth: &mut Vec<Vec<usize>>, from: usize, by: isize| {
        for target in truth.iter_mut().skip(from).flatten() {
            *target = target.checked_add_signed(by).unwrap();
        }
    };
    match kind {
        "none" => {}
        "drop" => {
            texts.remove(at);
            truth[at].clear();
            shift(&mut truth, at + 1, -1);
        }
        "join" => {
            // The title is not joined to the text.
            let next = texts.remove(at + 1);
            texts[at] = format!("{} {next}", texts[at]);
            shift(&mut truth, at + 1, -1);
        }
        "cut" => {
            let middle = texts[at].char_indices().nth(texts[at].chars().count() / 2)?.0;
            let space = texts[at]
                .char_indices()
                .find(|(place, c)| *place >= middle && (c.is_whitespace() || "。，、".contains(*c)))?;
            let (first, second) = texts[at].split_at(space.0 + space.1.len_utf8());
            let (first, second) = (first.trim().to_owned(), second.trim().to_owned());
            if second.chars().count() < 8 {
                return None;
            }
            texts[at] = first;
            texts.insert(at + 1, second);
            shift(&mut truth, at + 1, 1);
            truth[at].push(at + 1);
        }
        "swap neighbours" => {
            texts.swap(at, at + 1);
            truth.swap(at, at + 1);
        }
        "swap any" => {
            let partner = 1 + (at + lines.len() / 2) % (lines.len() - 1);
            if partner == at {
                return None;
            }
            texts.swap(at, partner);
            truth.swap(at, partner);
        }
        "add" => {
            texts.insert(at, other.to_owned());
            shift(&mut truth, at, 1);
            extra.push(at);
        }
        _ => return None,
    }
    Some((texts, truth, extra))
}

#[test]
#[expect(clippy::print_stderr, reason = "figures for the person who measures")]
fn damage_is_found_for_what_it_is() {
    let Some(shared) = std::env::var_os("GLOSS_SHARED") else {
        eprintln!("skipped: GLOSS_SHARED names no folder with data/news");
        return;
    };
    let news = PathBuf::from(shared).join("data/news");
    let mut pairs: Vec<(String, String)> = std::fs::read_dir(&news)
        .unwrap()
        .map(|entry| ("en".to_owned(), entry.unwrap().file_name().into_string().unwrap()))
        .filter(|(_, to)| to != "en")
        .collect();
    for (from, to) in [
        ("pt", "es"),
        ("ru", "uk"),
        ("zh", "ja"),
        ("ar", "fa"),
        ("de", "nl"),
        ("zh", "en"),
        ("ar", "en"),
        ("ru", "en"),
    ] {
        pairs.push((from.to_owned(), to.to_owned()));
    }
    pairs.sort();
    let mut names: Vec<String> = std::fs::read_dir(news.join("en"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    let every = if std::env::var_os("GLOSS_ALL").is_some() { 1 } else { EVERY };
    for size in [1, PARAGRAPH] {
        let mut table: BTreeMap<(&str, &str), [usize; 2]> = BTreeMap::new();
        let mut by_pair: BTreeMap<(&str, String), [usize; 2]> = BTreeMap::new();
        for (from, to) in &pairs {
            for (number, name) in names.iter().enumerate().step_by(every) {
                let sources = lines(&news, from, name, size);
                let answers = lines(&news, to, name, size);
                let other = lines(&news, to, &names[(number + 1) % names.len()], size);
                if sources.len() < 4 {
                    continue;
                }
                let at = 1 + number * 7 % (sources.len() - 2);
                let source = document(&sources.join("\n\n"), Format::Text, from);
                for kind in DAMAGES {
                    let Some((texts, truth, extra)) = damage(kind, &answers, at, &other[other.len() / 2])
                    else {
                        continue;
                    };
                    let target = document(&texts.join("\n\n"), Format::Text, to);
                    let found = align(&source, &target, None);
                    let targets: Vec<Vec<usize>> =
                        found.blocks.iter().map(|aligned| aligned.targets.clone()).collect();
                    let exact = targets == truth && found.extra == extra;
                    let script = if matches!(to.as_str(), "zh" | "ja" | "ko" | "th") || from == "zh" {
                        "unspaced"
                    } else if matches!(to.as_str(), "ar" | "fa" | "he" | "hi" | "ka" | "ru" | "uk" | "be")
                        != matches!(from.as_str(), "ar" | "ru")
                    {
                        "other script"
                    } else {
                        "same script"
                    };
                    for entry in [
                        table.entry((kind, script)).or_default(),
                        by_pair.entry((kind, format!("{from}-{to}"))).or_default(),
                    ] {
                        entry[0] += usize::from(exact);
                        entry[1] += 1;
                    }
                }
            }
        }
        for ((kind, script), [exact, total]) in &table {
            eprintln!(
                "{size} {kind:16} {script:13} {exact:4} of {total:4} = {:.1} %",
                100.0 * *exact as f64 / *total as f64
            );
        }
        if std::env::var_os("GLOSS_SHOW").is_some() {
            for ((kind, pair), [exact, total]) in &by_pair {
                eprintln!("{size} {kind:16} {pair} {exact} of {total}");
            }
        }
        let rate = |kind| {
            let sums = table.iter().filter(|((name, _), _)| *name == kind).map(|(_, counts)| counts);
            sums.fold([0, 0], |sum, counts| [sum[0] + counts[0], sum[1] + counts[1]])
        };
        let [whole, total] = rate("none");
        assert!(whole * 100 >= total * 90, "{size}: {whole} of {total} undamaged");
        let [found, total] = rate("drop");
        assert!(found * 100 >= total * 75, "{size}: {found} of {total} dropped");
    }
}
