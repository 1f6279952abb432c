//! `numbers`: every number of the source stands in the answer, and no other does. A flag.
//!
//! Source of the rule: OpusCleaner's number filter. Numerals are compared as a multiset of values (see [`mod@numerals`])
//! whatever their script, separators and multipliers; one that both sides have at all may stand once oftener or less
//! often, for people say "the latter". A word may become a numeral and a numeral a word ([`words`]); Roman ones
//! count as words. What is left on both sides is paired in order: one finding for a number that became another; what
//! is left on one side only has vanished or appeared. Miles that became kilometres, feet and inches that became one
//! length ([`units`]), and a 1 that says who leads are information. An hour may be six off in Swahili ([`hours`]). Up to
//! twelve what one side lacks is excused for a language whose words nobody wrote down.

mod hours;
pub(super) mod numerals;
pub(super) mod spelled;
mod units;
pub(super) mod words;

use super::{Finding, Severity, Sides};
use crate::document::slice;
use numerals::Numeral;
use spelled::Spelled;

pub(super) const ID: &str = "numbers";

/// Up to here numbers are spelled out in many languages.
const USUALLY_SPELLED: f64 = 12.0;

pub(super) fn unit(sides: &Sides) -> Vec<Finding> {
    let &Sides { ref source, ref answer, to, .. } = sides;
    let (source, answer) = (source.text, answer.text);
    let (here, there) = (sides.source_numerals(), sides.answer_numerals());
    if here.is_empty() && there.is_empty() {
        return Vec::new();
    }
    let (mut lost, mut gained) = unmatched(here, there);
    if lost.is_empty() && gained.is_empty() {
        return Vec::new();
    }
    take_halves(&mut lost, &mut gained);
    take_halves(&mut gained, &mut lost);
    // Before words excuse anything: "a" would take an inch away, and its 2.5 centimetres would be nobody's.
    let mut findings = heights(sides, &mut lost, &mut gained);
    findings.extend(converted(sides, &mut lost, &mut gained));
    said_twice(source, here, &mut lost, false);
    said_twice(answer, there, &mut gained, true);
    hours::match_clocks(sides, &mut lost, &mut gained);
    findings.extend(firsts(sides, &mut lost, &mut gained));
    if lost.is_empty() && gained.is_empty() {
        return findings;
    }
    findings.extend(converted_words(sides, &mut gained));
    let said_here = sides.source_spelled().with_centuries_of(here);
    let said_there = sides.answer_spelled().with_centuries_of(there);
    lost.retain(|numeral| !said_there.has(numeral));
    // A full hour has minutes in some languages only.
    gained.retain(|numeral| !said_here.has(numeral) && slice(answer, numeral.span.clone()) != "00");
    // Counters need a number where English has an article or nothing: 過去1年間.
    let counts_one = matches!(to.primary(), "zh" | "ja" | "ko" | "yue");
    gained.retain(|numeral| !(counts_one && slice(answer, numeral.span.clone()) == "1"));
    let mut gained = gained.into_iter();
    let unknown = |words: &Spelled, numeral: &Numeral| {
        !words.known && numeral.values.first().is_some_and(|value| *value <= USUALLY_SPELLED)
    };
    for numeral in lost {
        let was = slice(source, numeral.span.clone());
        if let Some(became) = gained.next() {
            let message = format!("`{was}` became `{}`", slice(answer, became.span.clone()));
            findings.push(
                Finding::new(ID, Severity::Flag, message)
                    .at(became.span.clone())
                    .of_source(numeral.span.clone()),
            );
        } else if !unknown(&said_there, numeral) {
            let message = format!("`{was}` is not in the answer");
            findings.push(Finding::new(ID, Severity::Flag, message).of_source(numeral.span.clone()));
        }
    }
    for numeral in gained.filter(|numeral| !unknown(&said_here, numeral)) {
        let message = format!("`{}` is not in the source", slice(answer, numeral.span.clone()));
        findings.push(Finding::new(ID, Severity::Flag, message).at(numeral.span.clone()));
    }
    findings
}

/// Takes out feet with inches that became one metric length, as information.
fn heights(sides: &Sides, lost: &mut Vec<&Numeral>, gained: &mut Vec<&Numeral>) -> Vec<Finding> {
    let (source, answer) = (sides.source.text, sides.answer.text);
    let mut findings = Vec::new();
    let mut index = 0;
    while let Some([feet, inches]) = lost.get(index..index + 2) {
        let between = slice(source, feet.span.end..inches.span.start);
        let place = units::centimetres(feet, between, inches).and_then(|length| {
            let is_it = |value: &f64| (value - length).abs() <= 2.0 || (value * 100.0 - length).abs() <= 2.0;
            gained.iter().position(|numeral| numeral.values.iter().any(is_it))
        });
        let Some(place) = place else {
            index += 1;
            continue;
        };
        let (was, is) = (feet.span.start..inches.span.end, gained.remove(place).span.clone());
        let message = format!(
            "`{}` became `{}` in another unit",
            slice(source, was.clone()),
            slice(answer, is.clone())
        );
        findings.push(Finding::new(ID, Severity::Info, message).at(is).of_source(was));
        lost.drain(index..index + 2);
    }
    findings
}

/// Takes out a 1 that says who leads ("No. 1"), as information: it is often said in other words.
fn firsts(sides: &Sides, lost: &mut Vec<&Numeral>, gained: &mut Vec<&Numeral>) -> Vec<Finding> {
    let leads = |text: &str, numeral: &Numeral| {
        let before = slice(text, 0..numeral.span.start).trim_end();
        let last = before.rsplit(char::is_whitespace).next().unwrap_or_default().to_lowercase();
        let signs = [
            "no.", "no", "n.", "nr.", "nr", "n°", "nº", "n.º", "№", "number", "número", "numéro", "numero",
            "nummer",
        ];
        slice(text, numeral.span.clone()) == "1"
            && signs.contains(&last.trim_start_matches(['"', '“', '«', '(']))
    };
    let mut findings = Vec::new();
    lost.retain(|numeral| {
        let leads = leads(sides.source.text, numeral);
        if leads {
            let message = "`1` is not in the answer";
            findings.push(Finding::new(ID, Severity::Info, message).of_source(numeral.span.clone()));
        }
        !leads
    });
    gained.retain(|numeral| {
        let leads = leads(sides.answer.text, numeral);
        if leads {
            let message = "`1` is not in the source";
            findings.push(Finding::new(ID, Severity::Info, message).at(numeral.span.clone()));
        }
        !leads
    });
    findings
}

/// Takes out the pairs that are one measure in two units, as information.
fn converted(sides: &Sides, lost: &mut Vec<&Numeral>, gained: &mut Vec<&Numeral>) -> Vec<Finding> {
    let (source, answer) = (sides.source.text, sides.answer.text);
    if lost.is_empty() || gained.is_empty() {
        return Vec::new();
    }
    let units = units::Units::of(source, answer);
    let mut findings = Vec::new();
    lost.retain(|was| {
        let near = gained.iter().enumerate().filter_map(|(place, is)| Some((place, units.off(was, is)?)));
        let Some((place, _)) = near.min_by(|one, other| one.1.total_cmp(&other.1)) else { return true };
        let is = gained.remove(place);
        let (was, is) = (was.span.clone(), is.span.clone());
        let message = format!(
            "`{}` became `{}` in another unit",
            slice(source, was.clone()),
            slice(answer, is.clone())
        );
        findings.push(Finding::new(ID, Severity::Info, message).at(is).of_source(was));
        false
    });
    findings
}

/// Takes out measures of the answer that the source says in words and in another unit ("about a mile"), as information.
fn converted_words(sides: &Sides, gained: &mut Vec<&Numeral>) -> Vec<Finding> {
    if gained.is_empty() {
        return Vec::new();
    }
    let (source, answer) = (sides.source.text, sides.answer.text);
    let units = units::Units::of(source, answer);
    let mut findings = Vec::new();
    gained.retain(|numeral| {
        let is_said = units.may_say(sides.source_spelled().values(), numeral);
        if is_said {
            let message =
                format!("`{}` is in another unit than the source's", slice(answer, numeral.span.clone()));
            findings.push(Finding::new(ID, Severity::Info, message).at(numeral.span.clone()));
        }
        !is_said
    });
    findings
}

/// Takes out of `unmatched` what only says in another unit what `text` says in a first one, and the other text too: "30 metres
/// (100 feet)". `all` are the numerals of `text`. Translators add the other unit on either side of a bracket, and leave out only what
/// stands in one.
fn said_twice(text: &str, all: &[Numeral], unmatched: &mut Vec<&Numeral>, added: bool) {
    if unmatched.is_empty() {
        return;
    }
    let units = units::Units::of(text, text);
    let kept: Vec<&Numeral> =
        all.iter().filter(|numeral| !unmatched.iter().any(|other| other.span == numeral.span)).collect();
    let bracketed = |numeral: &Numeral| slice(text, 0..numeral.span.start).ends_with(['(', '（']);
    unmatched.retain(|numeral| {
        !kept.iter().any(|other| {
            bracketed(numeral) && units.off(numeral, other).is_some()
                || added && bracketed(other) && units.off(other, numeral).is_some()
        })
    });
}

/// The numerals of each side that the other has nowhere, each in order.
fn unmatched<'n>(here: &'n [Numeral], there: &'n [Numeral]) -> (Vec<&'n Numeral>, Vec<&'n Numeral>) {
    let missing = |from: &'n [Numeral], to: &[Numeral]| {
        from.iter().filter(|numeral| !to.iter().any(|other| other.may_be(numeral))).collect()
    };
    (missing(here, there), missing(there, here))
}

/// Takes out a numeral of `whole` like "10.30" where `parts` has both of its halves ("10:30").
fn take_halves(whole: &mut Vec<&Numeral>, parts: &mut Vec<&Numeral>) {
    whole.retain(|numeral| {
        let Some((first, second)) = numeral.halves else { return true };
        let place = |parts: &[&Numeral], value: f64| {
            parts.iter().position(|part| part.values.iter().any(|found| numerals::same(*found, value)))
        };
        // Or the hour of the afternoon: "5.30pm".
        let Some(index) = place(parts, first).or_else(|| place(parts, first + 12.0)) else { return true };
        let taken = parts.remove(index);
        if second == 0.0 {
            return false;
        }
        match place(parts, second) {
            Some(other) => {
                parts.remove(other);
                false
            }
            None => {
                parts.insert(index, taken);
                true
            }
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::language::tests::{pair, sides};

    fn messages(source: &str, answer: &str, from: &str, to: &str) -> Vec<String> {
        unit(&sides(&pair(source, answer, from, to))).into_iter().map(|finding| finding.message).collect()
    }

    #[test]
    fn a_wrong_number_is_one_finding_with_both_places() {
        let findings =
            unit(&sides(&pair("He paid 350 euros in 2018.", "Pagou 530 euros em 2018.", "en", "pt")));
        assert_eq!(findings.len(), 1);
        assert_eq!(findings[0].message, "`350` became `530`");
        assert_eq!((findings[0].span.clone(), findings[0].source_span.clone()), (Some(6..9), Some(8..11)));
    }

    #[test]
    fn a_number_neither_vanishes_nor_appears() {
        assert_eq!(messages("In 2018 he left.", "Ele partiu.", "en", "pt"), ["`2018` is not in the answer"]);
        assert_eq!(messages("He left.", "Partiu em 2018.", "en", "pt"), ["`2018` is not in the source"]);
        assert_eq!(
            messages("The 7 men left.", "Os homens partiram.", "en", "pt"),
            ["`7` is not in the answer"]
        );
    }

    #[test]
    fn a_measure_in_another_unit_is_information() {
        let findings = unit(&sides(&pair("It is 200 miles away.", "Fica a 320 quilómetros.", "en", "pt")));
        assert_eq!((findings.len(), findings[0].severity), (1, Severity::Info));
        let findings =
            unit(&sides(&pair("It is 6 to 10 inches deep.", "São 15 a 25 centímetros.", "en", "pt")));
        assert!(findings.iter().all(|finding| finding.severity == Severity::Info), "{findings:?}");
        let findings = unit(&sides(&pair("It is 200 miles away.", "Fica a 360 quilómetros.", "en", "pt")));
        assert_eq!((findings.len(), findings[0].severity), (1, Severity::Flag));
        let findings = unit(&sides(&pair("It is 200 men strong.", "São 320 homens.", "en", "pt")));
        assert_eq!((findings.len(), findings[0].severity), (1, Severity::Flag));
        for (source, answer, from, to, severities) in [
            ("The 6-foot-6 forward", "O avançado com 1,98 m", "en", "pt", &[Severity::Info][..]),
            ("He is 6 ft 6.", "Er ist 198 cm groß.", "en", "de", &[Severity::Info]),
            ("He is 6 ft 6.", "Er ist 189 cm groß.", "en", "de", &[Severity::Info, Severity::Flag]),
            ("6 of 6 men", "1,98 m", "en", "pt", &[Severity::Flag, Severity::Flag]),
            ("Mide 1,98 m.", "Fa 198 cm.", "es", "ca", &[Severity::Info]),
            ("Son 5 centímetros.", "Són 50 mm.", "es", "ca", &[Severity::Info]),
            ("Son 5 centímetros.", "Són 50 cm.", "es", "ca", &[Severity::Flag]),
            ("Ce sont 64 km.", "Sono 40 miglia.", "fr", "it", &[Severity::Info]),
            ("It is about a mile away.", "Es ist etwa 1,6 km entfernt.", "en", "de", &[Severity::Info]),
            ("A two-foot wide brim", "Uma aba de 61 cm", "en", "pt", &[Severity::Info]),
            ("A two-foot wide brim", "Uma aba de 16 cm", "en", "pt", &[Severity::Flag]),
            ("Football for two", "Futebol para 61", "en", "pt", &[Severity::Flag]),
            ("Было 27 градусов.", "It was 80 degrees.", "ru", "en", &[Severity::Info]),
            ("Было 27 градусов.", "It was 90 degrees.", "ru", "en", &[Severity::Flag]),
            ("It is No. 1 in innovation.", "Lidera a inovação.", "en", "pt", &[Severity::Info]),
            ("It is 1 in innovation.", "Lidera a inovação.", "en", "pt", &[Severity::Flag]),
        ] {
            let found: Vec<Severity> = unit(&sides(&pair(source, answer, from, to)))
                .iter()
                .map(|finding| finding.severity)
                .collect();
            assert_eq!(found, severities, "{source} / {answer}");
        }
    }

    #[test]
    fn forms_words_and_times_are_the_same_number() {
        for (source, answer, from, to) in [
            ("3.5 million people", "350万人", "en", "zh"),
            ("$1.2bn", "1,2 Mrd. Dollar", "en", "de"),
            ("two men and 5 dogs", "2 homens e cinco cães", "en", "pt"),
            ("at 3:30pm", "um 15.30 Uhr", "en", "de"),
            ("at 3pm", "à 15 h 00", "en", "fr"),
            ("the 19th century", "XIX век", "en", "ru"),
            ("the 19th century", "au XIXe siècle", "en", "fr"),
            ("in his 40s", "une quarantaine d’années", "en", "fr"),
            ("at 4.40 am", "um 4:40 Uhr", "en", "de"),
            ("In the 1990s", "in den 90er Jahren", "en", "de"),
            ("In the 1980s", "20世纪80年代", "en", "zh"),
            ("In the 1980s", "في الثمانينيات", "en", "ar"),
            ("the 19th century", "القرن التاسع عشر", "en", "ar"),
            ("two decades", "20 anos", "en", "pt"),
            ("5.5 million", "550多万", "en", "zh"),
            ("won 1-0", "gewann 1:0", "en", "de"),
            ("at 5.30pm", "um 17:30 Uhr", "en", "de"),
            ("on January 5", "1月5日", "en", "zh"),
            ("two million dollars", "200万美元", "en", "zh"),
            ("twenty-five years", "25 anos", "en", "pt"),
            ("five hundred houses", "500軒", "en", "ja"),
            ("3 houses", "三軒の家", "en", "ja"),
            ("15 people", "十五人", "en", "zh"),
            ("1,50,000 लोग", "150 000 personnes", "hi", "fr"),
            ("7 men", "wanaume 7", "en", "sw"),
            ("in the early 2000s", "本世纪初", "en", "zh"),
            ("in about 30 meters (100 feet) of water", "水深およそ30メートル", "en", "ja"),
            ("about 10 miles offshore", "à environ 16 km (10 milles) au large", "en", "fr"),
            ("she raised $2 million", "جمعت مليوني دولار", "en", "ar"),
            ("the SS19 collection", "a coleção de 2019", "en", "pt"),
            ("the past year", "過去1年間", "en", "ja"),
            ("doubling its range", "数を2倍にする", "en", "ja"),
            ("at 5.30pm", "午後5時半", "en", "ja"),
            ("£125m", "1億2,500万ポンド", "en", "ja"),
            ("his 21st birthday", "عيد ميلاده الحادي والعشرين", "en", "ar"),
            ("7 men", "7 muži", "en", "cs"),
            ("7 men", "sedm mužů", "en", "cs"),
            ("The 24-year-old said so.", "De vierentwintigjarige zei dat.", "en", "nl"),
            ("Simpson, 20, left.", "Dwudziestoletni Simpson wyszedł.", "en", "pl"),
            ("In the 1980s", "W latach osiemdziesiątych", "en", "pl"),
            ("The victim, in his 40s", "La vittima, un quarantenne", "en", "it"),
            ("a five-year-old of 5", "ein Fünfjähriger", "en", "de"),
            ("at 3 p.m. on Wednesday", "saa 9 mchana siku ya Jumatano", "en", "sw"),
            ("at 4.40 am Thursday", "saa 10.40 asubuhi siku ya Alhamisi", "en", "sw"),
            ("at about 02:30 BST", "saa 8:30 BST", "en", "sw"),
        ] {
            assert_eq!(messages(source, answer, from, to), Vec::<String>::new(), "{source} / {answer}");
        }
    }
}
