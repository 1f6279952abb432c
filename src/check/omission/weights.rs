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
        [-4.69, 1.78, -2.06, 0.00, 0.00, 0.00, 5.95, 0.24, 1.60, 1.73, 0.56, 0.61],
        [-1.72, 0.46, -0.92, -0.58, 1.23, 0.53, 4.88, 1.03, 1.17, 2.26, 0.57, 0.33],
    ],
    // Apart
    [
        [-4.10, 2.08, -1.80, 0.00, 0.00, 0.00, 5.11, -0.28, 1.39, 1.68, 0.55, 0.51],
        [-0.91, 0.93, -0.45, -1.05, 0.69, 0.67, 3.63, 0.42, 0.87, 1.58, 0.67, 0.24],
    ],
    // Dense
    [
        [-3.76, 1.61, -1.18, 0.00, 0.00, 0.00, 5.51, 0.19, 1.93, 1.57, 0.58, 0.34],
        [-1.32, 0.61, -0.29, -0.92, -0.32, 0.45, 4.60, 0.24, 0.99, 1.97, 0.73, 0.56],
    ],
    // Unmarked
    [
        [-2.80, 2.53, -0.70, 0.00, 0.00, 0.00, 0.11, 0.61, 1.36, 1.68, 0.84, 0.62],
        [-2.04, 2.17, -0.81, -0.73, 0.00, 0.00, 0.01, 0.97, 0.34, 1.58, 0.92, 0.44],
    ],
];

/// By kind of pair, for sources of one sentence and of more. Chosen on the same articles so that all checks together flag about three
/// correct paragraphs of four sentences in a hundred in Latin and Cyrillic script, nine into Chinese, Japanese, Korean and Thai.
pub(super) const LIMITS: [[f64; 2]; 4] = [[-0.5, 0.6], [-0.3, -0.2], [-0.6, -1.7], [0.0, -1.6]];

/// Added from one of those languages into another: less is told by the signs, and three in a hundred are to be enough.
pub(super) const OUT_OF_DENSE: f64 = 2.5;
