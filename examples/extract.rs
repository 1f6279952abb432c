//! Summarises the articles of a JSON-lines file with the embedded extractive summariser, for measuring it.
//!
//! `cargo run --release --example extract -- ARTICLES.jsonl [WORDS] [KEY=VALUE …] > SUMMARIES.jsonl`
//!
//! Each input line is an object with `article` (paragraphs or sentences on lines of their own) and, optionally,
//! `title` and `language` (English where missing); a number in WORDS is the length asked for (60 where missing).
//! Each output line is an object with `sentences`, their texts, and `blocks`, their source lines. A KEY is a field of
//! `Weights`, to try other values. `benches/rouge.py` scores what comes out.

use std::io::{BufRead, Write};

use gloss::document::{BlockId, Role};
use gloss::engine::local::extract::{Weights, summarize_with};
use gloss::engine::{Paragraph, SummaryRequest, SummaryStage};
use gloss::language::Language;
use gloss::summary::SummaryLength;

fn main() -> anyhow::Result<()> {
    let mut words = 60;
    let mut weights = Weights::default();
    let mut path = None;
    for argument in std::env::args().skip(1) {
        if let Some((key, value)) = argument.split_once('=') {
            let value: f64 = value.parse()?;
            match key {
                "position" => weights.position = value,
                "position_reach" => weights.position_reach = value,
                "title" => weights.title = value,
                "length_power" => weights.length_power = value,
                "redundancy" => weights.redundancy = value,
                "leaning" => weights.leaning = value,
                _ => anyhow::bail!("no weight is called `{key}`"),
            }
        } else if let Ok(number) = argument.parse() {
            words = number;
        } else {
            path = Some(argument);
        }
    }
    let path = path.ok_or_else(|| anyhow::anyhow!("which file?"))?;
    let mut out = std::io::stdout().lock();
    for line in std::io::BufReader::new(std::fs::File::open(path)?).lines() {
        let record: serde_json::Value = serde_json::from_str(&line?)?;
        let text = |key: &str| record.get(key).and_then(serde_json::Value::as_str);
        let language = Language::parse(text("language").unwrap_or("en")).map_err(anyhow::Error::msg)?;
        let article = text("article").unwrap_or_default();
        let request = SummaryRequest {
            language,
            title: text("title").map(str::to_owned),
            paragraphs: paragraphs(article),
            length: SummaryLength::Short,
            words,
            stage: SummaryStage::Whole,
            attempt: 0,
        };
        let sentences = summarize_with(&request, &weights);
        let texts: Vec<&str> = sentences.iter().map(|sentence| sentence.text.as_str()).collect();
        let blocks: Vec<Vec<u32>> =
            sentences.iter().map(|sentence| sentence.blocks.iter().map(|block| block.0).collect()).collect();
        writeln!(out, "{}", serde_json::json!({ "sentences": texts, "blocks": blocks }))?;
    }
    Ok(())
}

/// A paragraph a line where there are no empty lines between them; else what stands between empty lines.
fn paragraphs(article: &str) -> Vec<Paragraph> {
    let lines: Vec<&str> = article.lines().map(str::trim).collect();
    let wrapped = lines.iter().filter(|line| line.is_empty()).count() * 8 > lines.len();
    let pieces: Vec<String> = if wrapped {
        lines.split(|line| line.is_empty()).map(|piece| piece.join(" ")).collect()
    } else {
        lines.into_iter().map(str::to_owned).collect()
    };
    let block = |index: usize| BlockId(u32::try_from(index).unwrap_or(u32::MAX));
    pieces
        .into_iter()
        .enumerate()
        .filter(|(_, text)| !text.is_empty())
        .map(|(index, text)| Paragraph { block: block(index), role: Role::Body, text })
        .collect()
}
