//! Measures what the signs of `omission` weigh, and how many lost ends they find at how many false alarms.
//!
//! `cargo run --release --example fit_omission -- DIR [tune|report]` where `DIR/LANG/*.txt` are articles as `measure_checks` reads them.
//! The weights are always those of the articles for tuning; the curve is of the half that is named.
//! Correct: every sentence, and every run of two, three and four. Lost: the last sentence dropped, and an end cut off after two
//! thirds of the characters. Prints the tables of `check::omission::weights`, and the curve.

#![expect(clippy::print_stdout, reason = "a measuring tool prints its tables")]

use std::collections::BTreeMap;
use std::path::Path;

use gloss::check::{OMISSION_SIGNS, OmissionKind, Pair, SIGNS, omission_signs};
use gloss::document::Role;
use gloss::language::Language;

const PAIRS: &str = "en-ar en-be en-ca en-de en-es en-fa en-fr en-he en-hi en-it en-ja en-ka en-ko en-nl en-pl en-pt en-ru en-sw \
                     en-th en-tr en-uk en-vi en-zh pt-en de-en ru-en zh-en ar-en hi-en th-en ja-en ko-en pt-es es-ca ru-uk ru-be \
                     de-nl fr-it zh-ja ar-fa";

const KINDS: [OmissionKind; 4] =
    [OmissionKind::Alike, OmissionKind::Apart, OmissionKind::Dense, OmissionKind::Unmarked];

/// Times that the weights are made better.
const ROUNDS: usize = 25;

/// Holds weights near nothing where little speaks for them.
const RIDGE: f64 = 2.0;

/// Shares of false alarms that the curve is told at.
const SHARES: [f64; 5] = [0.005, 0.01, 0.02, 0.03, 0.05];

/// One measured unit: its signs, and what was done to it.
struct Sample {
    signs: [f64; SIGNS],
    /// Sentences that went into it.
    size: usize,
    damage: Option<&'static str>,
}

type Samples = BTreeMap<(OmissionKind, bool), Vec<Sample>>;

fn main() -> anyhow::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let folder = arguments.next().unwrap_or_default();
    let half = arguments.next().unwrap_or_default();
    let tuning = samples(Path::new(&folder), 0)?;
    let reported = if half == "report" { Some(samples(Path::new(&folder), 1)?) } else { None };
    println!("pub(super) const WEIGHTS: [[[f64; SIGNS]; 2]; 4] = [");
    let mut models = BTreeMap::new();
    for kind in KINDS {
        println!("    // {kind:?}\n    [");
        for several in [false, true] {
            let weights = fit(tuning.get(&(kind, several)).map(Vec::as_slice).unwrap_or_default());
            println!("        [{}],", weights.map(|weight| format!("{weight:.2}")).join(", "));
            models.insert((kind, several), weights);
        }
        println!("    ],");
    }
    println!("];\n// {}\n", OMISSION_SIGNS.join(", "));
    curve(reported.as_ref().unwrap_or(&tuning), &models);
    Ok(())
}

/// Every unit of one half of the articles, whole and damaged.
fn samples(folder: &Path, half: usize) -> anyhow::Result<Samples> {
    let mut samples = Samples::new();
    for pair in PAIRS.split_whitespace() {
        let Some((from, to)) = pair.split_once('-') else { continue };
        let (sources, answers) = (articles(folder, from, half)?, articles(folder, to, half)?);
        let parse = |tag: &str| Language::parse(tag).map_err(anyhow::Error::msg);
        let (from, to) = (parse(from)?, parse(to)?);
        for (source, answer) in sources.iter().zip(&answers) {
            for size in 1..=4 {
                for (here, there) in source.chunks(size).zip(answer.chunks(size)) {
                    if here.len() == size {
                        add(&mut samples, here, there, (&from, &to));
                    }
                }
            }
        }
    }
    Ok(samples)
}

fn add(samples: &mut Samples, here: &[String], there: &[String], (from, to): (&Language, &Language)) {
    let (source, answer) = (join(here, from), join(there, to));
    let mut measure = |answer: &str, damage| {
        let pair = Pair { source: &source, answer, from, to, role: Role::Body };
        let (kind, several, signs) = omission_signs(&pair);
        samples.entry((kind, several)).or_default().push(Sample { signs, size: here.len(), damage });
    };
    measure(&answer, None);
    let letters = source.chars().filter(|character| character.is_alphabetic()).count();
    if letters >= 60 || letters >= 25 && from.is_spaceless() {
        let kept = answer.chars().count() * 2 / 3;
        let cut: String = answer.chars().take(kept).collect();
        measure(cut.trim_end_matches(|character: char| !character.is_alphanumeric()), Some("truncated"));
    }
    if let [before @ .., _] = there
        && !before.is_empty()
    {
        measure(&join(before, to), Some("dropped"));
    }
}

fn articles(folder: &Path, language: &str, half: usize) -> anyhow::Result<Vec<Vec<String>>> {
    let mut files: Vec<_> = std::fs::read_dir(folder.join(language))?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<std::io::Result<_>>()?;
    files.sort();
    let half = files.into_iter().skip(half).step_by(2);
    half.map(|file| Ok(std::fs::read_to_string(file)?.lines().step_by(2).map(str::to_owned).collect()))
        .collect()
}

fn join(sentences: &[String], language: &Language) -> String {
    sentences.join(if language.is_spaceless() && language.primary() != "th" { "" } else { " " })
}

fn score(weights: &[f64; SIGNS], signs: &[f64; SIGNS]) -> f64 {
    weights.iter().zip(signs).map(|(weight, sign)| weight * sign).sum()
}

/// Logistic regression by Newton's method; whole and damaged units count the same.
fn fit(samples: &[Sample]) -> [f64; SIGNS] {
    let damaged = samples.iter().filter(|sample| sample.damage.is_some()).count();
    let share = float(damaged) / float(samples.len().max(1));
    let mut weights = [0.0; SIGNS];
    for _ in 0..ROUNDS {
        let mut slope = weights.map(|weight| -RIDGE * weight);
        let mut bend = [[0.0; SIGNS]; SIGNS];
        for (row, line) in bend.iter_mut().enumerate() {
            line[row] = RIDGE;
        }
        for Sample { signs, damage, .. } in samples {
            let chance = 1.0 / (1.0 + (-score(&weights, signs)).exp());
            let (truth, counts) = if damage.is_some() { (1.0, 1.0 - share) } else { (0.0, share) };
            for (row, sign) in signs.iter().enumerate() {
                slope[row] += counts * (truth - chance) * sign;
                for (column, other) in signs.iter().enumerate() {
                    bend[row][column] += counts * chance * (1.0 - chance) * sign * other;
                }
            }
        }
        let step = solve(bend, slope);
        weights.iter_mut().zip(step).for_each(|(weight, step)| *weight += step);
    }
    weights
}

/// Solves a system of equations by elimination.
fn solve(mut matrix: [[f64; SIGNS]; SIGNS], mut right: [f64; SIGNS]) -> [f64; SIGNS] {
    for pivot in 0..SIGNS {
        for row in 0..SIGNS {
            if row != pivot {
                let factor = matrix[row][pivot] / matrix[pivot][pivot];
                let above = matrix[pivot];
                matrix[row].iter_mut().zip(above).for_each(|(cell, above)| *cell -= factor * above);
                right[row] -= factor * right[pivot];
            }
        }
    }
    std::array::from_fn(|row| right[row] / matrix[row][row])
}

#[expect(clippy::cast_precision_loss, reason = "counts of units")]
fn float(count: usize) -> f64 {
    count as f64
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share of a count")]
fn place(count: usize, share: f64) -> usize {
    (float(count) * share) as usize
}

/// What is found at some shares of false alarms, and the score that gives them.
fn curve(samples: &Samples, models: &BTreeMap<(OmissionKind, bool), [f64; SIGNS]>) {
    println!(
        "| pair | sentences | damage | correct | damaged | {} |",
        SHARES.map(|share| format!("{}", share * 100.0)).join(" | ")
    );
    println!("|---|---|---|---|---|{}", "---|".repeat(SHARES.len()));
    for kind in KINDS {
        for size in 1..=4 {
            let of = |damage: Option<&str>| {
                let mut scores = Vec::new();
                for several in [false, true] {
                    let Some(weights) = models.get(&(kind, several)) else { continue };
                    let all = samples.get(&(kind, several)).map(Vec::as_slice).unwrap_or_default();
                    let wanted = all.iter().filter(|sample| sample.size == size && sample.damage == damage);
                    scores.extend(wanted.map(|sample| score(weights, &sample.signs)));
                }
                scores.sort_by(|one, other| other.total_cmp(one));
                scores
            };
            let correct = of(None);
            for damage in ["truncated", "dropped"] {
                let damaged = of(Some(damage));
                if damaged.is_empty() {
                    continue;
                }
                let cells = SHARES.map(|share| {
                    let limit = correct.get(place(correct.len(), share)).copied().unwrap_or_default();
                    let found = damaged.iter().filter(|score| **score > limit).count();
                    format!("{:.1} (from {limit:.2})", float(found) * 100.0 / float(damaged.len()))
                });
                println!(
                    "| {kind:?} | {size} | {damage} | {} | {} | {} |",
                    correct.len(),
                    damaged.len(),
                    cells.join(" | ")
                );
            }
        }
    }
}
