//! How alike two texts are, in any language: the share of letters' neighbourhoods that they have in common.

use std::collections::HashMap;

/// Sørensen-Dice over runs of three characters, case and spaces apart: 1 for equal texts, 0 where nothing is shared.
pub fn similarity(one: &str, other: &str) -> f64 {
    let (one, other) = (runs(one), runs(other));
    let total: usize = one.values().sum::<usize>() + other.values().sum::<usize>();
    if total == 0 {
        return 1.0;
    }
    let common: usize =
        one.iter().map(|(run, count)| (*count).min(other.get(run).copied().unwrap_or_default())).sum();
    2.0 * common as f64 / total as f64
}

fn runs(text: &str) -> HashMap<[char; 3], usize> {
    let mut runs = HashMap::new();
    // A mark at both ends, so that the shortest text has a run.
    let letters = text.chars().filter(|character| !character.is_whitespace()).flat_map(char::to_lowercase);
    let mut last = ['\0'; 2];
    for character in letters.chain(['\0']) {
        let run = [last[0], last[1], character];
        if run != ['\0'; 3] {
            *runs.entry(run).or_default() += 1;
        }
        last = [last[1], character];
    }
    runs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_as_alike_as_their_letters() {
        for (one, other, low, high) in [
            ("", "", 1.0, 1.0),
            ("A", "a ", 1.0, 1.0),
            ("", "a", 0.0, 0.0),
            ("The bridge was opened on Monday.", "The bridge was opened on Tuesday.", 0.75, 0.99),
            ("The bridge was opened on Monday.", "Nobody knows what it cost.", 0.0, 0.2),
            ("大桥于周一正式开通。", "大桥于周二正式开通。", 0.5, 0.9),
        ] {
            let found = similarity(one, other);
            assert!((low..=high).contains(&found), "{one} {other}: {found}");
            assert!((found - similarity(other, one)).abs() < 1e-9);
        }
    }
}
