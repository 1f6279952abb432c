//! Measures language detection and the guess of code pages on real text.
//!
//! `cargo run --example measure_reading -- languages DIR` where `DIR/LANG/*.txt` are articles;
//! `… -- codepages DIR` where `DIR/ENCODING/LANG/*.txt` are articles in that encoding.
//! `… -- roles DIR` prints the role of each block of the sources in `DIR`.

#![expect(clippy::print_stdout, reason = "a measuring tool prints its table")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Instant;

use gloss::language::{Language, detect};
use gloss::read::decode;

fn main() -> anyhow::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let what = arguments.next().unwrap_or_default();
    let folder = PathBuf::from(arguments.next().unwrap_or_default());
    match what.as_str() {
        "languages" => languages(&folder),
        "codepages" => codepages(&folder),
        "roles" => roles(&folder),
        _ => anyhow::bail!("`languages DIR`, `codepages DIR` or `roles DIR`"),
    }
}

fn children(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let mut all = std::fs::read_dir(folder)?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<Vec<_>, _>>()?;
    all.sort();
    Ok(all)
}

fn name(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

fn right(found: &str, gold: &str) -> bool {
    found.split('-').next() == gold.split('-').next()
}

fn languages(folder: &Path) -> anyhow::Result<()> {
    let mut texts: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for language in children(folder)? {
        for article in children(&language)? {
            texts.entry(name(&language)).or_default().push(std::fs::read_to_string(article)?);
        }
    }
    let mut all = Vec::new();
    for tag in texts.keys().filter(|tag| *tag != "pt-BR") {
        all.push(Language::parse(tag).map_err(anyhow::Error::msg)?);
    }
    println!("language  article: free restricted  line: free restricted");
    let mut sums = [(0_usize, 0_usize); 4];
    for (tag, articles) in &texts {
        let lines: Vec<&str> =
            articles.iter().flat_map(|text| text.lines()).filter(|line| !line.trim().is_empty()).collect();
        let articles: Vec<&str> = articles.iter().map(String::as_str).collect();
        let mut row = Vec::new();
        let mut wrong: BTreeMap<String, usize> = BTreeMap::new();
        for (index, (set, candidates)) in
            [(&articles, &[] as &[Language]), (&articles, &all), (&lines, &[]), (&lines, &all)]
                .into_iter()
                .enumerate()
        {
            let good = set
                .iter()
                .filter(|text| {
                    let found = detect(text, candidates);
                    let found = found.as_ref().map_or("none", |found| found.language.as_str());
                    if !right(found, tag) && index == 0 {
                        *wrong.entry(found.to_owned()).or_default() += 1;
                    }
                    right(found, tag)
                })
                .count();
            sums[index].0 += good;
            sums[index].1 += set.len();
            row.push(format!("{good}/{}", set.len()));
        }
        println!("{tag:8} {} {wrong:?}", row.join("  "));
    }
    println!("all {:?}", sums.map(|(good, of)| format!("{:.4}", good as f64 / of as f64)));
    let all_texts: Vec<&String> = texts.values().flatten().collect();
    for candidates in [&[] as &[Language], &all] {
        let started = Instant::now();
        let found: usize = all_texts.iter().filter_map(|text| detect(text, candidates)).count();
        let each = started.elapsed().as_secs_f64() / found as f64;
        println!("{} candidates: {:.3} ms an article", candidates.len(), each * 1e3);
    }
    Ok(())
}

fn codepages(folder: &Path) -> anyhow::Result<()> {
    for encoding in children(folder)? {
        for language in children(&encoding)? {
            let (mut good, mut all, mut guesses) = (0, 0, BTreeMap::<String, usize>::new());
            for article in children(&language)? {
                let bytes = std::fs::read(article)?;
                let label = encoding_rs::Encoding::for_label(name(&encoding).as_bytes());
                let gold = label.map(|label| label.decode(&bytes).0.into_owned()).unwrap_or_default();
                all += 1;
                match decode::decode(&bytes) {
                    Ok((text, _)) if text == gold => good += 1,
                    Ok((_, guess)) => *guesses.entry(guess.name).or_default() += 1,
                    Err(error) => {
                        *guesses.entry(format!("{error:?}").chars().take(40).collect()).or_default() += 1
                    }
                }
            }
            println!("{:14} {:6} {good}/{all} {guesses:?}", name(&encoding), name(&language));
        }
    }
    Ok(())
}

/// Loads each file as a source and prints `ROLE<TAB>text` for each block, files parted by `# path`.
fn roles(folder: &Path) -> anyhow::Result<()> {
    let options = gloss::read::walk::WalkOptions::default();
    let found = gloss::read::walk::find(&[folder.to_owned()], &options)?;
    let evidence = gloss::read::folder_evidence(&found.sources);
    let load =
        gloss::read::LoadOptions { from: None, candidates: &[], evidence: &evidence, max_file_bytes: 0 };
    for source in &found.sources {
        println!("# {}", source.relative.display());
        let document = gloss::read::load(source, &load)?;
        for block in &document.blocks {
            let content = gloss::document::slice(&document.text, block.content.clone());
            println!("{:?}\t{}", block.role, content.replace('\n', "⏎"));
        }
    }
    Ok(())
}
