//! `s-name`: every name in the summary is in the article. A flag.
//!
//! A name is a word with a capital that begins no sentence: people, places, organisations; it is what a model invents
//! when it fills a gap from memory (Nan et al. 2021, "Entity-level factual consistency"). It is in the article where a word there is
//! the same, or begins as it does (inflection, "Russian" for "Russia"), or where it is an acronym of words that
//! stand there in a row. German gives every noun a capital: there only two in a row count.
//! Scripts without capitals are judged by the Latin words in them.

use rustc_hash::{FxHashMap, FxHashSet};

use super::super::{Finding, Severity, SummaryPair};
use super::listed;
use crate::document::slice;
use crate::language::Language;
use crate::segment;

pub(in super::super) const ID: &str = "s-name";

/// Letters that the beginning of two words must share.
const PREFIX: usize = 4;
/// How many letters more one of them may have behind it.
const ENDING: usize = 4;

pub(in super::super) fn summary(pair: &SummaryPair) -> Vec<Finding> {
    let names = names(pair.summary, pair.language);
    if names.is_empty() {
        return Vec::new();
    }
    let article = Words::of(pair.article);
    let mut unknown: Vec<(usize, &str)> = names.into_iter().filter(|(_, name)| !article.have(name)).collect();
    let mut seen = FxHashSet::default();
    unknown.retain(|(_, name)| seen.insert(name.to_lowercase()));
    let Some((at, first)) = unknown.first().copied() else { return Vec::new() };
    let texts: Vec<&str> = unknown.iter().map(|(_, name)| *name).collect();
    let verb = if texts.len() == 1 { "is" } else { "are" };
    let message = format!("{} {verb} not in the article", listed(&texts));
    vec![Finding::new(ID, Severity::Flag, message).at(at..at + first.len())]
}

/// The words with a capital that begin no sentence, with their places in bytes.
fn names<'t>(text: &'t str, language: &Language) -> Vec<(usize, &'t str)> {
    let nouns = matches!(language.primary(), "de" | "lb");
    let mut found = Vec::new();
    let (mut capitals, mut all) = (0, 0);
    for range in segment::sentences(text, language) {
        let sentence = slice(text, range.clone());
        // Where the word before ends, and whether it has a capital of its own.
        let mut before: Option<(usize, bool)> = None;
        // Behind a colon or an opening quotation mark a sentence begins anew.
        let mut begins = true;
        for (at, word) in words(sentence) {
            let gap = slice(sentence, before.map_or(0, |(end, _)| end)..at);
            // In a script without spaces what stands before it is no word, but the sentence has begun.
            begins &= !gap.contains(char::is_alphanumeric);
            begins |= gap.contains(['"', '“', '„', '«', '‘', ':', '¿', '¡', '•', '—', '–']);
            let capital = word.starts_with(char::is_uppercase);
            let beside = gap == " " && before.is_some_and(|(_, capital)| capital);
            all += 1;
            capitals += usize::from(capital);
            // "Dr.", "St.": a title is no name.
            let after = slice(sentence, at + word.len()..sentence.len());
            let title = word.chars().count() <= 3 && after.starts_with('.') && after.len() > 2;
            let long = word.chars().nth(1).is_some();
            if capital && long && !title && !begins && (!nouns || beside) {
                found.push((range.start + at, word));
            }
            before = Some((at + word.len(), capital && !begins));
            begins = false;
        }
    }
    // A text in title case says nothing by its capitals.
    if !nouns && capitals * 2 > all && all > 8 { Vec::new() } else { found }
}

/// Runs of letters with their places; an apostrophe ends one.
fn words(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut start = None;
    text.char_indices().chain([(text.len(), ' ')]).filter_map(move |(at, character)| {
        let inside = character.is_alphabetic() && !is_ideograph(character)
            || matches!(u32::from(character), 0x300..=0x36F | 0x93C..=0x94D);
        if inside {
            start.get_or_insert(at);
            return None;
        }
        start.take().map(|from| (from, slice(text, from..at)))
    })
}

fn is_ideograph(character: char) -> bool {
    matches!(u32::from(character), 0x0E00..=0x0EFF | 0x3041..=0x30FF | 0x3400..=0x9FFF | 0x2_0000..=0x3_23AF)
}

/// The words of the article.
struct Words {
    whole: FxHashSet<String>,
    /// By their first letters.
    beginnings: FxHashMap<String, Vec<String>>,
    /// The first letters of all words in order, and of those with a capital.
    initials: [String; 2],
}

impl Words {
    fn of(text: &str) -> Self {
        let mut words_of = Self {
            whole: FxHashSet::default(),
            beginnings: FxHashMap::default(),
            initials: [String::new(), String::new()],
        };
        for (_, word) in words(text) {
            let lower = word.to_lowercase();
            let initial = lower.chars().next().unwrap_or_default();
            words_of.initials[0].push(initial);
            if word.starts_with(char::is_uppercase) {
                words_of.initials[1].push(initial);
            }
            if words_of.whole.insert(lower.clone()) {
                let beginning = lower.chars().take(PREFIX).collect();
                words_of.beginnings.entry(beginning).or_default().push(lower);
            }
        }
        words_of
    }

    fn have(&self, name: &str) -> bool {
        let lower = name.to_lowercase();
        if self.whole.contains(&lower) || lower == "i" {
            return true;
        }
        if is_acronym(name) && self.initials.iter().any(|initials| initials.contains(&lower)) {
            return true;
        }
        let beginning: String = lower.chars().take(PREFIX).collect();
        let length = lower.chars().count();
        self.beginnings.get(&beginning).into_iter().flatten().any(|word| {
            let shared = word.chars().zip(lower.chars()).take_while(|(one, other)| one == other).count();
            let (shorter, longer) = (length.min(word.chars().count()), length.max(word.chars().count()));
            // All but a letter of the shorter one: "Tajiks" and "Tajikistan".
            shared >= PREFIX && longer - shared <= ENDING || shared > PREFIX && shared + 1 >= shorter
        })
    }
}

fn is_acronym(word: &str) -> bool {
    word.chars().nth(1).is_some() && word.chars().all(char::is_uppercase)
}

#[cfg(test)]
mod tests {
    use super::super::super::SummaryPair;
    use crate::check::language::tests::keep;

    const ARTICLE: &str = "The Russian president, Vladimir Putin, met the secretary of the Collective Security Treaty Organization in \
                           Yerevan on Monday. Tajikistan takes over next.";

    fn unknown_in(language: &str, article: &str, summary: &str) -> Option<String> {
        let pair = SummaryPair { article, summary, language: keep(language) };
        super::summary(&pair).into_iter().next().map(|finding| finding.message)
    }

    fn unknown(summary: &str) -> Option<String> {
        unknown_in("en", ARTICLE, summary)
    }

    #[test]
    fn an_invented_name_is_flagged() {
        assert_eq!(
            unknown("In Yerevan Putin met Lukashenko."),
            Some("`Lukashenko` is not in the article".to_owned())
        );
        assert_eq!(
            unknown("Putin met Angela Merkel."),
            Some("`Angela`, `Merkel` are not in the article".to_owned())
        );
        assert!(
            unknown_in("de", "Der Kanzler sprach in Berlin.", "Gestern traf Kanzler Olaf Scholz die Presse.")
                .is_some()
        );
        assert!(unknown_in("zh", "普京在会议上发言。", "普京与 Merkel 会面。").is_some());
        assert!(unknown_in("ru", "Путин выступил в Москве.", "Вчера Путин встретил Меркель.").is_some());
    }

    #[test]
    fn the_articles_names_pass_in_any_form() {
        for summary in [
            "Russia's Putin was in Yerevan.",
            "Next the Tajiks take over from Vladimir Putin.",
            "A meeting of the CSTO was held on Monday.",
            "Presidents met. Nobody was named: Someone said so.",
            "“They met,” it said. “Nothing came of it.”",
        ] {
            assert_eq!(unknown(summary), None, "{summary}");
        }
        assert_eq!(unknown_in("ru", "Путин выступил в Москве.", "Речь Путина прозвучала под Москвой."), None);
        assert_eq!(
            unknown_in("de", "Er sprach über die Brücke.", "Die Lage der Stadt ist ein Problem."),
            None
        );
    }
}
