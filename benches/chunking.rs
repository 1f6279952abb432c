//! What packing costs beside counting: units into chunks, in MB/s, over bare tiktoken-rs counting of the same
//! text in the same run.
//!
//! `cargo bench --bench chunking`. The text is `seeds/`, made long by numbering its paragraphs.

mod measure;

use std::time::Instant;

use gloss::language::Language;
use gloss::plan::chunk::{Item, pack};
use gloss::plan::split::split;
use gloss::plan::tokens::Tokenizer;

const ROUNDS: usize = 5;
const BYTES: usize = 4_000_000;
const BUDGET: usize = 512;

fn main() {
    let units = units();
    let bytes: usize = units.iter().map(String::len).sum();
    let tokenizer = Tokenizer::for_model("gpt-4o");
    let bpe = tiktoken_rs::o200k_base_singleton();
    let english = Language::parse("en").expect("a language");
    let (mut bare, mut chunking) = (f64::MAX, f64::MAX);
    let mut chunks = 0;
    for _ in 0..ROUNDS {
        let began = Instant::now();
        let tokens: usize = units.iter().map(|unit| bpe.count_ordinary(unit)).sum();
        bare = bare.min(began.elapsed().as_secs_f64());
        assert!(tokens > 0);

        let began = Instant::now();
        let items: Vec<Item> = units
            .iter()
            .flat_map(|unit| split(unit, &english, &tokenizer, BUDGET - 2))
            .map(|part| Item { tokens: part.tokens, heading: false })
            .collect();
        chunks = pack(&items, BUDGET).len();
        chunking = chunking.min(began.elapsed().as_secs_f64());
    }
    let rate = |seconds: f64| bytes as f64 / seconds / 1e6;
    measure::line(&format!(
        "chunking: {:.1} MB into {chunks} chunks of {BUDGET} tokens at {:.1} MB/s; bare counting {:.1} MB/s; ratio {:.2}",
        bytes as f64 / 1e6,
        rate(chunking),
        rate(bare),
        bare / chunking,
    ));
}

fn units() -> Vec<String> {
    let mut paragraphs: Vec<String> = Vec::new();
    let mut paths: Vec<_> =
        std::fs::read_dir("seeds").expect("seeds").flatten().map(|entry| entry.path()).collect();
    paths.sort();
    for path in paths {
        let text = String::from_utf8_lossy(&std::fs::read(path).expect("a seed")).into_owned();
        let units = gloss::read::text::parse(&text).into_iter().filter_map(|block| block.unit);
        paragraphs.extend(units.map(|unit| unit.text));
    }
    let numbered =
        (0..).flat_map(|round| paragraphs.iter().map(move |paragraph| format!("{round} {paragraph}")));
    let mut sum = 0;
    numbered
        .take_while(|unit| {
            sum += unit.len();
            sum < BYTES
        })
        .collect()
}
