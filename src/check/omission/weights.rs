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
        [-4.34, 1.64, -2.08, 0.00, 0.00, 0.00, 5.81, -0.44, 0.68, 1.03, 0.44, 0.52, 0.54],
        [-1.67, 0.23, -0.51, -0.65, 1.19, 0.59, 6.45, 0.25, 0.80, 1.44, 0.50, 0.34, 0.52],
    ],
    // Apart
    [
        [-3.91, 1.93, -1.61, 0.00, 0.00, 0.00, 5.09, -0.89, 0.81, 1.23, 0.48, 0.43, 0.36],
        [-0.79, 0.70, -0.63, -0.99, 0.69, 0.76, 4.71, -0.03, 1.08, 1.21, 0.54, 0.19, 0.38],
    ],
    // Dense
    [
        [-3.78, 1.59, -1.42, 0.00, 0.00, 0.00, 5.63, -0.48, 0.76, 0.95, 0.48, 0.37, 0.22],
        [-1.05, 0.47, -0.09, -1.13, -1.32, 0.49, 5.34, 0.30, 1.01, 1.87, 0.66, 0.39, 0.58],
    ],
    // Unmarked
    [
        [-2.67, 2.17, -0.79, 0.00, 0.00, 0.00, 0.12, 0.49, 1.30, 1.68, 0.72, 0.50, 0.72],
        [-1.20, 1.85, -0.57, -0.83, 0.00, 0.00, 0.01, 0.74, 0.32, 1.22, 0.81, 0.49, 0.48],
    ],
];

/// By kind of pair, for sources of one sentence and of more. Chosen on the same articles, where with them all checks together flag 2.9 % of
/// correct paragraphs in Latin script, 1.7 % in Cyrillic, 3.4 % in Chinese, Japanese, Korean and Thai, and find 98.5 % of dropped sentences.
pub(super) const LIMITS: [[f64; 2]; 4] = [[0.0, 0.3], [-0.3, -0.6], [-0.9, -2.4], [-0.2, -2.0]];

/// Added from one of those languages into another: less is told by the signs, and three in a hundred are to be enough.
pub(super) const OUT_OF_DENSE: f64 = 2.5;
