//! What each sign of `omission` weighs, and from which sum on an end is taken for lost.
//!
//! Made by `cargo run --release --example fit_omission -- FOLDER tune`: logistic regression on every other article of the news
//! (NTREX-128; English into 24 languages and 16 other pairs), whole, with the last sentence dropped, and cut after two thirds. What it
//! finds at which false alarms is in `benches/checks.md`.

use super::signs::SIGNS;

/// By kind of pair ([`super::Kind`], in order), for sources of one sentence and of more; in the order of [`super::NAMES`].
pub(super) const WEIGHTS: [[[f64; SIGNS]; 2]; 4] = [
    // Alike
    [
        [-4.43, 1.66, -2.04, 0.00, 0.00, 0.00, 5.76, 0.10, 1.49, 1.66, 0.47, 0.55, 0.53],
        [-1.43, 0.51, -0.87, -0.78, 0.83, 0.42, 4.98, 1.11, 1.50, 2.50, 0.53, 0.17, 0.38],
    ],
    // Apart
    [
        [-3.98, 2.02, -1.70, 0.00, 0.00, 0.00, 4.95, -0.37, 1.42, 1.72, 0.54, 0.47, 0.38],
        [-0.90, 0.93, -0.49, -1.02, 0.70, 0.59, 3.75, 0.49, 1.13, 1.77, 0.74, 0.14, 0.32],
    ],
    // Dense
    [
        [-3.80, 1.56, -1.13, 0.00, 0.00, 0.00, 5.51, 0.15, 1.87, 1.51, 0.51, 0.34, 0.25],
        [-1.36, 0.65, -0.35, -0.88, -0.61, 0.33, 4.64, 0.60, 1.16, 2.11, 0.62, 0.46, 0.48],
    ],
    // Unmarked
    [
        [-2.68, 2.18, -0.79, 0.00, 0.00, 0.00, 0.12, 0.51, 1.28, 1.78, 0.72, 0.51, 0.72],
        [-1.16, 1.77, -0.62, -0.82, 0.00, 0.00, 0.01, 0.81, 0.49, 1.41, 0.70, 0.39, 0.41],
    ],
];

/// By kind of pair, for sources of one sentence and of more. Chosen on the same articles, where with them all checks together flag 3.2 % of
/// correct paragraphs in Latin script, 1.8 % in Cyrillic, 4.1 % in Chinese, Japanese, Korean and Thai.
pub(super) const LIMITS: [[f64; 2]; 4] = [[0.0, 0.3], [0.0, -0.6], [-0.6, -2.2], [0.0, -2.2]];

/// Added from one of those languages into another: less is told by the signs, and three in a hundred are to be enough.
pub(super) const OUT_OF_DENSE: f64 = 2.5;
