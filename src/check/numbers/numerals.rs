//! Numerals in a text: digits of any script with their separators, and the word behind them that multiplies.
//!
//! Reads and judges nothing. What a numeral means is not always plain ("1.234", "3 pm", "the 90s"), so each has every
//! value it may have, and two numerals are the same where they share one.

use std::ops::Range;

use super::hours::is_hour;
use super::words::{LONG_SCALE, LONGEST_ENDING, scales_like};
use crate::document::slice;
use crate::language::Language;

/// One numeral.
#[derive(Debug, Clone, PartialEq)]
pub(in super::super) struct Numeral {
    /// Where it stands, without the word behind it.
    pub span: Range<usize>,
    /// What it may stand for; the plainest reading first.
    pub values: Vec<f64>,
    /// The whole numbers on both sides of a single mark: "10.30" may be a time.
    pub halves: Option<(f64, f64)>,
}

impl Numeral {
    /// Whether both may be the same number.
    pub fn may_be(&self, other: &Self) -> bool {
        self.values.iter().any(|value| other.values.iter().any(|wanted| same(*value, *wanted)))
    }
}

/// Equal but for the error of a multiplication.
pub(super) fn same(one: f64, other: f64) -> bool {
    (one - other).abs() <= one.abs().max(other.abs()) * 1e-9
}

/// Zeros of the scripts that write numbers with ten digits of their own.
const ZEROS: &[u32] = &[
    0x30, 0x660, 0x6F0, 0x7C0, 0x966, 0x9E6, 0xA66, 0xAE6, 0xB66, 0xBE6, 0xC66, 0xCE6, 0xD66, 0xDE6, 0xE50,
    0xED0, 0xF20, 0x1040, 0x17E0, 0x1810, 0xFF10,
];

/// A character's value as a decimal digit, in any script.
pub(in super::super) fn digit(character: char) -> Option<u32> {
    if character.is_ascii() {
        return character.to_digit(10);
    }
    let code = u32::from(character);
    ZEROS.iter().find(|zero| (**zero..**zero + 10).contains(&code)).map(|zero| code - zero)
}

/// Digits that belong to a numeral, and the mark before them.
#[derive(Debug)]
struct Group {
    before: Option<char>,
    digits: String,
    span: Range<usize>,
}

/// The numerals of `text` in order; those inside `⟦n⟧` are none.
pub(in super::super) fn numerals(text: &str, language: &Language) -> Vec<Numeral> {
    let mut found: Vec<Numeral> = Vec::new();
    let mut characters = text.char_indices().peekable();
    let mut previous = None;
    while let Some((at, character)) = characters.next() {
        if character == '⟦' {
            characters.by_ref().find(|(_, inside)| *inside == '⟧');
        } else if digit(character).is_some() {
            let groups = groups(slice(text, at..text.len()), at);
            let end = groups.last().map_or(at + character.len_utf8(), |group| group.span.end);
            while characters.next_if(|(next, _)| *next < end).is_some() {}
            for mut numeral in interpret(&groups) {
                let minutes = previous == Some(':') && slice(text, numeral.span.clone()) == "00";
                if !minutes {
                    widen(&mut numeral, text, language);
                    found.push(numeral);
                }
            }
        } else if let Some(value) = fraction(character) {
            let span = at..at + character.len_utf8();
            found.push(Numeral { span, values: vec![value], halves: None });
        }
        previous = Some(character);
    }
    join_myriads(text, &mut found);
    found
}

fn fraction(character: char) -> Option<f64> {
    Some(match character {
        '½' => 0.5,
        '¼' => 0.25,
        '¾' => 0.75,
        _ => return None,
    })
}

/// Runs of digits from the beginning of `text` with single marks between them that may belong to one number.
fn groups(text: &str, offset: usize) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    let mut rest = text;
    let mut before = None;
    loop {
        let digits: String =
            rest.chars().map_while(digit).filter_map(|digit| char::from_digit(digit, 10)).collect();
        let length: usize = rest.chars().take_while(|next| digit(*next).is_some()).map(char::len_utf8).sum();
        let start = offset + text.len() - rest.len();
        if let (Some(' '), Some(first)) = (before, groups.last())
            && (digits.len() != 3 || first.digits.len() > 3)
        {
            break;
        }
        groups.push(Group { before, digits, span: start..start + length });
        rest = slice(rest, length..rest.len());
        let mut next = rest.chars();
        let (Some(mark), Some(after)) = (next.next(), next.next()) else { break };
        before = match mark {
            '.' | '．' => Some('.'),
            ',' | '，' | '\'' | '’' | '٬' | '،' => Some(','),
            '٫' => Some('٫'),
            ' ' | '\u{a0}' | '\u{2009}' | '\u{202f}' => Some(' '),
            _ => None,
        };
        if before.is_none() || digit(after).is_none() {
            break;
        }
        rest = slice(rest, mark.len_utf8()..rest.len());
    }
    groups
}

fn number(digits: &str) -> f64 {
    digits.parse().unwrap_or(0.0)
}

/// What the groups are: one number with thousands and decimals, or several numbers ("27.09.2018", "1,2,3").
fn interpret(groups: &[Group]) -> Vec<Numeral> {
    let Some((first, rest)) = groups.split_first() else { return Vec::new() };
    let span = first.span.start..groups.last().unwrap_or(first).span.end;
    let whole =
        |groups: &[Group]| number(&groups.iter().map(|group| group.digits.as_str()).collect::<String>());
    let decimal = |whole: &[Group], part: &Group| {
        let whole: String = whole.iter().map(|group| group.digits.as_str()).collect();
        number(&format!("{whole}.{}", part.digits))
    };
    let grouped = |first: &Group, rest: &[Group]| {
        let marks_agree =
            rest.windows(2).all(|pair| matches!(pair, [one, other] if one.before == other.before));
        let Some((last, middle)) = rest.split_last() else { return true };
        let by_three = middle.iter().all(|group| group.digits.len() == 3);
        // 12,34,567: lakh and crore.
        let by_two = last.before == Some(',') && middle.iter().all(|group| group.digits.len() == 2);
        marks_agree && last.digits.len() == 3 && first.digits.len() <= 3 && (by_three || by_two)
    };
    let one = |values: Vec<f64>, halves| vec![Numeral { span: span.clone(), values, halves }];
    match rest {
        [] => one(vec![number(&first.digits)], None),
        [second] => {
            let mut values = Vec::new();
            let thousands = grouped(first, rest) && first.digits != "0" && second.before != Some('٫');
            if thousands {
                values.push(whole(groups));
            }
            if second.before != Some(' ') {
                values.push(decimal(std::slice::from_ref(first), second));
            }
            one(values, Some((number(&first.digits), number(&second.digits))))
        }
        [middle @ .., last]
            if grouped(first, rest)
                || (grouped(first, middle)
                    && last.before != middle.last().and_then(|group| group.before)) =>
        {
            if grouped(first, rest) {
                one(vec![whole(groups)], None)
            } else {
                let before = groups.split_last().map(|(_, before)| before).unwrap_or_default();
                one(vec![decimal(before, last)], None)
            }
        }
        _ => groups
            .iter()
            .map(|group| Numeral {
                span: group.span.clone(),
                values: vec![number(&group.digits)],
                halves: None,
            })
            .collect(),
    }
}

/// Adds what the numeral may stand for beside its digits: multiplied by the word behind it, an hour of the afternoon, a
/// decade, a year counted from another event.
fn widen(numeral: &mut Numeral, text: &str, language: &Language) {
    let plain = numeral.values.clone();
    let after = slice(text, numeral.span.end..text.len());
    let before = slice(text, 0..numeral.span.start);
    for factor in factors(after, before, language) {
        numeral.values.extend(plain.iter().map(|value| value * factor));
    }
    let Some(&value) = plain.first() else { return };

    if value.fract() != 0.0 {
        if (1.0..13.0).contains(&value) && numeral.halves.is_some() && is_hour(after, before) {
            numeral.values.push(value + 12.0);
        }
        return;
    }
    if (1.0..=12.0).contains(&value) && is_hour(after, before) {
        numeral.values.push(value % 12.0 + 12.0);
        numeral.values.push(if value == 12.0 { 0.0 } else { value });
    }
    if ["時半", "点半", "點半", "시 반", " с половиной"].iter().any(|half| after.starts_with(half))
    {
        numeral.values.extend([value + 0.3, value + 0.5, value + 12.3]);
    }
    if value % 100.0 == 0.0 && (1000.0..2100.0).contains(&value) && after.starts_with('s') {
        // The early 2000s are "the beginning of the century" elsewhere.
        numeral.values.push(100.0);
    }
    if (1000.0..2100.0).contains(&value) {
        if value % 10.0 == 0.0 {
            numeral.values.push(value % 100.0);
        }
        if language.primary() == "th" || before.ends_with("พ.ศ. ") {
            // The years of Thailand count from 543 BC.
            numeral.values.push(value - 543.0);
        }
    }
    if (2400.0..2700.0).contains(&value) && language.primary() == "th" {
        numeral.values.push(value - 543.0);
    }
    // "2018-19", "’18", and fashion's "SS19" and "AW19": the century is understood.
    let joined = before.ends_with(['-', '–', '/', '\'', '’'])
        || ["SS", "AW", "FW"].iter().any(|season| before.ends_with(season));
    if (10.0..=99.0).contains(&value) && joined {
        numeral.values.extend([1900.0 + value, 2000.0 + value]);
    }
    for (era, start) in [("平成", 1988.0), ("令和", 2018.0), ("昭和", 1925.0)] {
        if before.ends_with(era) {
            numeral.values.push(start + value);
        }
    }
}

/// What the words behind a numeral multiply it by, and all of it; in Swahili the words stand before it.
fn factors(after: &str, before: &str, language: &Language) -> Vec<f64> {
    let mut factors = Vec::new();
    let mut factor = 1.0;
    let mut rest = after;
    for _ in 0..2 {
        let word_start = rest.trim_start_matches([' ', '\u{a0}', '\u{202f}', '-', '‑']);
        if rest.len() - word_start.len() > 3 {
            break;
        }
        let word: String =
            word_start.chars().take_while(|next| next.is_alphabetic() || is_mark(*next)).collect();
        let Some((scale, used)) = scale(&word, language) else { break };
        factor *= scale;
        factors.push(factor);
        // In a script without spaces the next word begins at once.
        let used = if used == 0 { word.len() } else { used };
        let linked = slice(word_start, used..word_start.len());
        rest = ["de ", "de ", " de "].iter().find_map(|link| linked.strip_prefix(link)).unwrap_or(linked);
    }
    if factors.is_empty()
        && let Some(word) = before.split_whitespace().next_back()
        && language.primary() == "sw"
        && let Some((scale, _)) = scale(&word.to_lowercase(), language)
    {
        factors.push(scale);
    }
    factors
}

fn is_mark(character: char) -> bool {
    matches!(u32::from(character), 0x0900..=0x0DFF | 0x0E31..=0x0E4E | 0x200C..=0x200D)
}

/// What a word multiplies by, and how many bytes of it are the multiplier: 0 for all of them.
fn scale(word: &str, language: &Language) -> Option<(f64, usize)> {
    // "550多万": more than.
    let more = word.chars().next().filter(|first| "多余餘来".contains(*first)).map_or(0, char::len_utf8);
    let first = slice(word, more..word.len()).chars().next()?;
    if let Some(scale) = myriad(first) {
        return Some((scale, more + first.len_utf8()));
    }
    let lower = word.to_lowercase();
    let primary = language.primary();
    if matches!(lower.as_str(), "m" | "b" | "t") {
        return Some((
            if lower == "m" {
                1e6
            } else if lower == "b" {
                1e9
            } else {
                1e12
            },
            0,
        ));
    }
    if ["billion", "billón", "billon", "bilion", "bilió", "biljoen", "bilhõ", "bilioni"]
        .iter()
        .any(|form| lower.starts_with(form))
    {
        let long = LONG_SCALE.contains(&primary)
            || (primary == "pt" && language.region() != Some("BR") && lower.starts_with("biliã"));
        return Some((if long { 1e12 } else { 1e9 }, 0));
    }
    let unspaced = matches!(primary, "th" | "ko");
    let fits = |form: &str| {
        let ending = if form.chars().nth(2).is_none() { 0 } else { LONGEST_ENDING };
        lower.strip_prefix(form).is_some_and(|rest| unspaced || rest.chars().count() <= ending)
    };
    let (form, value) = scales_like(&lower).iter().find(|(form, _)| fits(form))?;
    Some((*value, if unspaced { form.len().min(word.len()) } else { 0 }))
}

/// Ideographs that multiply what stands before them.
pub(super) fn myriad(character: char) -> Option<f64> {
    Some(match character {
        '十' => 1e1,
        '百' => 1e2,
        '千' => 1e3,
        '万' | '萬' | '만' => 1e4,
        '亿' | '億' | '억' => 1e8,
        '兆' | '조' => 1e12,
        _ => return None,
    })
}

/// "3億5000万", "1만 2천", "2만5000": numerals that follow each other at once, the larger multiplied first, are one number too.
fn join_myriads(text: &str, found: &mut Vec<Numeral>) {
    let mut index = 0;
    while index + 1 < found.len() {
        let (Some(first), Some(second)) = (found.get(index), found.get(index + 1)) else { break };
        let between = slice(text, first.span.end..second.span.start).trim();
        let joined = between.chars().count() <= 2
            && !between.is_empty()
            && between.chars().all(|character| myriad(character).is_some());
        let Some(&high) = first.values.last() else { break };
        // "2,500万" may be read in two ways.
        let values: Vec<f64> =
            second.values.iter().filter(|low| **low < high).map(|low| high + low).collect();
        if joined && first.values.len() > 1 && !values.is_empty() {
            let span = first.span.start..second.span.end;
            found.splice(index..index + 2, [Numeral { span, values, halves: None }]);
        } else {
            index += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(text: &str, language: &str) -> Vec<Vec<f64>> {
        numerals(text, &Language::parse(language).unwrap())
            .into_iter()
            .map(|numeral| numeral.values)
            .collect()
    }

    fn has(text: &str, language: &str, value: f64) -> bool {
        values(text, language).iter().flatten().any(|found| same(*found, value))
    }

    #[test]
    fn the_same_number_in_the_forms_of_many_languages() {
        for (text, language, value) in [
            ("1,234.5", "en", 1234.5),
            ("1億2,500万", "ja", 125_000_000.0),
            ("5時半", "ja", 5.3),
            ("5.30pm", "en", 17.3),
            ("1.234,5", "de", 1234.5),
            ("1 234,5", "fr", 1234.5),
            ("1 234,5", "ru", 1234.5),
            ("12,34,567", "hi", 1_234_567.0),
            ("१२,३४,५६७", "hi", 1_234_567.0),
            ("١٬٢٣٤٫٥", "ar", 1234.5),
            ("۱۲۳", "fa", 123.0),
            ("๑๒๓", "th", 123.0),
            ("350万", "zh", 3_500_000.0),
            ("3億5000万", "ja", 350_000_000.0),
            ("2만5000명", "ko", 25_000.0),
            ("3.5 million", "en", 3_500_000.0),
            ("$1.2bn", "en", 1.2e9),
            ("1,2 Mrd.", "de", 1.2e9),
            ("1.200 millones", "es", 1.2e9),
            ("2 mil millones", "es", 2e9),
            ("5 billones", "es", 5e12),
            ("2 billion", "en", 2e9),
            ("3,5 миллиона", "ru", 3.5e6),
            ("35 लाख", "hi", 3.5e6),
            ("3.5 ล้าน", "th", 3.5e6),
            ("3pm", "en", 15.0),
            ("1990s", "en", 90.0),
            ("平成30年", "ja", 2018.0),
            ("ปี 2561", "th", 2018.0),
            ("２０１８年", "ja", 2018.0),
        ] {
            assert!(has(text, language, value), "{text}: {:?}", values(text, language));
        }
    }

    #[test]
    fn dates_lists_and_times_are_several_numbers() {
        assert_eq!(values("27.09.2018", "de"), [vec![27.0], vec![9.0], vec![2018.0]]);
        assert_eq!(values("at 10:00, 10:30", "ar"), [[10.0].to_vec(), vec![10.0], vec![30.0]]);
        assert_eq!(values("in 2012 300 men", "en").len(), 2);
        assert_eq!(values("press ⟦12⟧ now", "en"), Vec::<Vec<f64>>::new());
        assert_eq!(values("1.234", "de"), [vec![1234.0, 1.234]]);
    }
}
