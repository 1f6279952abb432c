//! `length`: an answer that is too short or too long to be the translation.
//!
//! Letters are counted (an ideograph, a kana or a Hangul syllable is two), from 80 of them in the source on. What is to
//! be expected comes from [`FACTORS`]; [`blended`] mixes in the units of a document. The bounds of the idea's source
//! (0.6 to 1.67 hard, 0.7 to 1.43 a flag) refuse 0.4 % of correct sentences and flag 3 % of them, 7 % from or into Chinese, Japanese,
//! Korean: one sentence of 80 letters may well be said in half of them. Hence bounds that narrow with length, and are
//! wider where one side is written in ideographs or syllables: see [`bounds`].
//!
//! For a pair that the table does not know, only the gross cases are judged, less than a quarter or more than four times.

use super::{Finding, Pair, Severity, Sides};
use crate::language::Language;

pub(super) const ID: &str = "length";

/// Letters of the source from which its length says something.
pub(super) const LEAST_WEIGHT: usize = 80;
/// Letters of the source from which it is a paragraph rather than a sentence.
const PARAGRAPH: usize = 240;

/// And from which it is a long one.
const LONG: usize = 400;

/// The answer's letters times this are at least the source's, and the other way round.
const MOST_TIMES: usize = 4;

/// Units from which a document's own median says something, and how many units the table weighs as.
const LEAST_UNITS: usize = 30;

/// Letters for a hundred of English, the median of 31 news articles in NTREX-128 (sentences and paragraphs of four). Vowel signs of Devanagari and Thai are letters too.
const FACTORS: &[(&str, f64)] = &[
    ("ar", 91.3),
    ("be", 105.7),
    ("ca", 114.7),
    ("de", 121.9),
    ("en", 100.0),
    ("es", 117.5),
    ("fa", 92.1),
    ("fr", 118.3),
    ("he", 79.2),
    ("hi", 96.1),
    ("it", 118.9),
    ("ja", 95.6),
    ("ka", 112.6),
    ("ko", 88.8),
    ("nl", 119.5),
    ("pl", 117.0),
    ("pt", 111.0),
    ("ru", 111.5),
    ("sw", 111.1),
    ("th", 102.4),
    ("tr", 110.3),
    ("uk", 107.4),
    ("vi", 102.7),
    ("zh", 69.7),
];

/// The answer's letters over the source's that are to be expected of the pair.
pub(super) fn expected(from: &Language, to: &Language) -> Option<f64> {
    let factor = |language: &Language| {
        let at = FACTORS.binary_search_by(|(known, _)| (*known).cmp(language.primary())).ok()?;
        FACTORS.get(at).map(|(_, factor)| *factor)
    };
    Some(factor(to)? / factor(from)?)
}

/// `answer` over `source`.
#[expect(clippy::cast_precision_loss, reason = "the letters of a text are far below 2^52")]
pub(super) fn ratio(answer: usize, source: usize) -> f64 {
    answer as f64 / source.max(1) as f64
}

/// What is to be expected of the pair with the units of one document at hand: the table's figure weighs as
/// [`LEAST_UNITS`] of them; that of an unknown pair is the document's median alone. `None` where neither is known.
pub(super) fn blended<'a>(pairs: impl IntoIterator<Item = Pair<'a>>) -> Option<f64> {
    let mut table = None;
    let mut ratios = Vec::new();
    for pair in pairs {
        table = table.or_else(|| expected(pair.from, pair.to));
        let sides = Sides::of(&pair);
        let (source, answer) = (sides.source.weight(), sides.answer.weight());
        if source >= LEAST_WEIGHT && answer > 0 {
            ratios.push(ratio(answer, source));
        }
    }
    if ratios.len() < LEAST_UNITS {
        return table;
    }
    ratios.sort_by(f64::total_cmp);
    let median = ratios.get(ratios.len() / 2).copied()?;
    let share = ratio(ratios.len(), ratios.len() + LEAST_UNITS);
    Some(table.map_or(median, |table| table.powf(1.0 - share) * median.powf(share)))
}

/// What an answer may measure against what is to be expected: hard limits and flags, least and most.
fn bounds(source: usize, dense: bool) -> [(f64, f64); 2] {
    match (source >= PARAGRAPH, dense) {
        (true, false) if source >= LONG => [(0.5, 2.0), (0.8, 1.43)],
        (true, true) if source >= LONG => [(0.5, 2.2), (0.78, 1.6)],
        (true, false) => [(0.5, 2.0), (0.72, 1.43)],
        (true, true) => [(0.5, 2.2), (0.68, 1.6)],
        (false, false) => [(0.35, 2.5), (0.64, 1.67)],
        (false, true) => [(0.35, 2.8), (0.55, 1.85)],
    }
}

/// Whether a language is written in ideographs or syllables, whose count says less.
fn is_dense(language: &Language) -> bool {
    matches!(language.primary(), "zh" | "ja" | "ko" | "yue")
}

/// The hard part.
pub(super) fn hard(sides: &Sides) -> Vec<Finding> {
    judge(sides, Severity::Hard)
}

/// The flags.
pub(super) fn flag(sides: &Sides) -> Vec<Finding> {
    judge(sides, Severity::Flag)
}

/// Whether the answer is outside the limits of a flag.
pub(super) fn is_unusual(sides: &Sides) -> bool {
    sides.length().is_some_and(|length| {
        let [_, (least, most)] = bounds(sides.source.weight(), is_dense(sides.from) || is_dense(sides.to));
        length < least || length > most
    })
}

fn judge(sides: &Sides, severity: Severity) -> Vec<Finding> {
    let (source, answer) = (sides.source.weight(), sides.answer.weight());
    if source < LEAST_WEIGHT {
        return Vec::new();
    }
    let gross = answer * MOST_TIMES < source || answer > source * MOST_TIMES;
    let is_hard = gross
        || sides.length().is_some_and(|length| {
            let [(least, most), _] = bounds(source, is_dense(sides.from) || is_dense(sides.to));
            length < least || length > most
        });
    let what = if sides.length().map_or(answer < source, |length| length < 1.0) { "short" } else { "long" };
    let usual = sides.length().map(|length| (length * 100.0).round());
    let usual = usual.map_or_else(String::new, |usual| format!(", {usual} % of the usual"));
    let message = match severity {
        Severity::Hard if is_hard => {
            format!("the answer is far too {what}: {answer} letters for {source}{usual}")
        }
        Severity::Flag if !is_hard && is_unusual(sides) => {
            format!("the answer is {what}: {answer} letters for {source}{usual}")
        }
        _ => return Vec::new(),
    };
    vec![Finding::new(ID, severity, message)]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::language::tests::{keep, pair, sides};
    use crate::document::Role;

    const SOURCE: &str = "The council met again on Monday evening and, after an hour of talk, approved the plan for the \
                          new bridge over the river.";

    fn fires(source: &str, answer: &str, to: &str) -> bool {
        !hard(&sides(&pair(source, answer, "en", to))).is_empty()
    }

    #[test]
    fn a_word_for_a_paragraph_is_refused_and_so_is_an_essay() {
        assert!(fires(SOURCE, "Olá", "pt"));
        assert!(fires(SOURCE, "olá olá olá olá", "tlh"), "gross in any language");
        let essay = "O conselho voltou a reunir-se na segunda-feira à noite para falar da ponte. ".repeat(9);
        assert!(fires(SOURCE, &essay, "pt"));
    }

    #[test]
    fn half_a_sentence_is_a_flag_and_a_terse_one_passes() {
        let half = "O conselho reuniu-se na segunda e aprovou a ponte.";
        assert!(!fires(SOURCE, half, "pt"));
        let findings = flag(&sides(&pair(SOURCE, half, "en", "pt")));
        assert!(findings[0].message.contains("letters for 95"), "{findings:?}");
        let terse =
            "O conselho reuniu-se na segunda à noite e, após uma hora, aprovou o plano da nova ponte.";
        assert!(flag(&sides(&pair(SOURCE, terse, "en", "pt"))).is_empty());
        assert!(!fires("Read more", "Leia", "pt"));
    }

    #[test]
    fn chinese_is_measured_by_its_own_median() {
        let answer = "议会周一晚上再次开会，经过一个小时的讨论，批准了在河上修建新桥的计划。";
        assert!(flag(&sides(&pair(SOURCE, answer, "en", "zh"))).is_empty());
        assert!(expected(keep("en"), keep("zh")).unwrap() < 0.8);
        assert_eq!(expected(keep("en"), keep("tlh")), None);
    }

    #[test]
    fn a_document_moves_what_is_to_be_expected() {
        let long = format!("{SOURCE} {SOURCE}");
        let pairs = |count: usize, answer: &'static str, to: &'static str| {
            let long = &long;
            (0..count).map(move |_| Pair {
                source: SOURCE,
                answer: if answer.is_empty() { long } else { answer },
                from: keep("en"),
                to: keep(to),
                role: Role::Body,
            })
        };
        let table = expected(keep("en"), keep("pt"));
        assert_eq!(blended(pairs(29, "", "pt")), table);
        let moved = blended(pairs(60, "", "pt")).unwrap();
        assert!(moved > table.unwrap() * 1.3 && moved < 2.0, "{moved}");
        assert_eq!(blended(pairs(30, "", "tlh")), Some(2.0));
        assert_eq!(blended(pairs(3, "", "tlh")), None);
    }

    #[test]
    fn the_table_is_sorted() {
        assert!(FACTORS.windows(2).all(|pair| pair[0].0 < pair[1].0));
    }
}
