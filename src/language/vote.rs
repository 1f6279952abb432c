//! A quick look before the model is asked: the small words of common languages, counted.
//!
//! Says only "plainly this language" or "not plainly"; [`super::detect()`] decides the rest. One call costs about
//! 5 µs for a paragraph, the model's 600 µs.

use std::sync::OnceLock;

use rustc_hash::FxHashMap;

use super::Language;

/// The languages that vote: common ones that write spaces, with lists long enough. Lesser kin of theirs (`ca`, `gl`)
/// are left out, because no paragraph is plainly one of two such.
const VOTERS: [&str; 19] = [
    "ar", "cs", "da", "de", "en", "es", "fa", "fr", "hi", "id", "it", "nl", "pl", "pt", "ro", "ru", "sv",
    "tr", "uk",
];

/// Their kin with lists of their own, who only stand against [`winner`]s.
const KIN: [&str; 13] = ["bg", "ca", "el", "et", "fi", "gl", "he", "hr", "hu", "lt", "lv", "no", "sk"];

/// The languages that may be found by their small words alone: all kin of theirs that is often met has a list.
const WINNERS: [&str; 6] = ["de", "en", "es", "fr", "it", "pt"];

/// Words from which a vote is taken.
const LEAST_WORDS: usize = 8;

/// Small words among the words, in percent: prose has 35 to 55.
const LEAST_SHARE: usize = 25;

/// How far the winner must be ahead of every other voter, in percent of theirs.
const LEAD: usize = 130;

/// Whether `text` is plainly in `language` and not in `other`, by its small words. `false` says nothing.
pub fn plainly_in(text: &str, language: &Language, other: Option<&Language>) -> bool {
    plainly_each([text].into_iter(), language, other).0
}

/// The same of the sentences of a text: of all of them together, and of each.
pub fn plainly_each<'a>(
    sentences: impl Iterator<Item = &'a str>,
    language: &Language,
    other: Option<&Language>,
) -> (bool, Vec<bool>) {
    let place = |language: &Language| VOTERS.iter().position(|code| *code == language.primary());
    let kin = |own: usize| other.is_some_and(|other| place(other).is_none_or(|other| other == own));
    let Some(own) = place(language).filter(|own| !kin(*own)) else {
        return (false, sentences.map(|_| false).collect());
    };
    let is_ahead = |counts: &Counts, words| ahead(counts.get(..VOTERS.len()).unwrap_or_default(), own, words);
    let (mut all, mut all_words) = (Counts::default(), 0);
    let each = sentences.map(|sentence| {
        let (counts, words) = count(sentence);
        all.iter_mut().zip(counts).for_each(|(all, count)| *all += count);
        all_words += words;
        is_ahead(&counts, words)
    });
    let each = each.collect();
    (is_ahead(&all, all_words), each)
}

/// The language that `text` is in by its small words, where that is beyond doubt. Short texts that the model takes for
/// Latin are told by it: a page of forty English words and three names.
pub(super) fn winner(text: &str) -> Option<&'static str> {
    let (counts, words) = count(text);
    WINNERS.into_iter().find(|code| {
        let own = VOTERS.iter().position(|voter| voter == code);
        own.is_some_and(|own| ahead(&counts, own, words))
    })
}

/// How many words of a text each language has in its list.
type Counts = [usize; VOTERS.len() + KIN.len()];

/// The [`Counts`] of `text`, and all its words.
fn count(text: &str) -> (Counts, usize) {
    let mut counts = Counts::default();
    let mut words = 0;
    for word in text.split_whitespace() {
        let word = word.trim_matches(|character: char| !character.is_alphanumeric());
        if word.is_empty() {
            continue;
        }
        words += 1;
        let mut left = voters(word);
        while left != 0 {
            if let Some(count) = counts.get_mut(left.trailing_zeros() as usize) {
                *count += 1;
            }
            left &= left - 1;
        }
    }
    (counts, words)
}

/// Whether the language at `own` has a good share of the words, and far more of them than any other.
fn ahead(counts: &[usize], own: usize, words: usize) -> bool {
    let mine = counts.get(own).copied().unwrap_or(0);
    let rival = counts.iter().enumerate().filter(|(index, _)| *index != own).map(|(_, count)| *count).max();
    words >= LEAST_WORDS && mine * 100 >= words * LEAST_SHARE && mine * 100 >= rival.unwrap_or(0) * LEAD
}

/// The languages whose lists have a word, one bit each.
fn voters(word: &str) -> u32 {
    static TABLE: OnceLock<FxHashMap<&'static str, u32>> = OnceLock::new();
    let table = TABLE.get_or_init(|| {
        let mut table: FxHashMap<&'static str, u32> = FxHashMap::default();
        for (index, code) in VOTERS.iter().chain(&KIN).enumerate() {
            for word in stop_words::lookup(code).unwrap_or_default() {
                *table.entry(word).or_default() |= 1 << index;
            }
        }
        table
    });
    match table.get(word) {
        Some(voters) => *voters,
        None if word.contains(char::is_uppercase) => {
            table.get(word.to_lowercase().as_str()).copied().unwrap_or(0)
        }
        None => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plainly(text: &str, tag: &str) -> bool {
        plainly_in(text, &Language::parse(tag).unwrap(), None)
    }

    #[test]
    fn prose_is_plainly_its_own_language() {
        for (tag, text) in [
            (
                "en",
                "The council said that it would not be able to pay for the bridge before the end of the year.",
            ),
            (
                "es",
                "El consejo dijo que no iba a poder pagar el puente antes de que terminara el año en curso.",
            ),
            (
                "pt",
                "O conselho disse que não ia conseguir pagar a ponte antes do fim do ano que está em curso.",
            ),
            ("ru", "Совет заявил, что он не сможет заплатить за мост до того, как закончится этот год."),
            ("de", "Der Rat sagte, dass er die Brücke nicht vor dem Ende des Jahres bezahlen könne."),
        ] {
            assert!(plainly(text, tag), "{tag}");
            for other in ["en", "es", "pt", "ru", "de"].into_iter().filter(|other| *other != tag) {
                assert!(!plainly(text, other), "{tag} as {other}");
            }
        }
    }

    #[test]
    fn in_doubt_nothing_is_plain() {
        assert!(!plainly("Lukashenko, Pashinyan, Tokayev, Mamytov, Putin, Rahmon, Zas, Volodin", "en"));
        assert!(!plainly("The bridge", "en"));
        assert!(!plainly("", "en"));
        let mixed =
            "El consejo dijo que no iba a poder pagar el puente, because it would not have the money.";
        assert!(!plainly(mixed, "es") && !plainly(mixed, "en"));
        let catalan = Language::parse("ca").unwrap();
        let spanish = "El consejo dijo que no iba a poder pagar el puente antes de que terminara el año.";
        assert!(
            !plainly_in(spanish, &Language::parse("es").unwrap(), Some(&catalan)),
            "kin that has no vote"
        );
    }
}
