//! `dates`: a date with its month became another date. A flag.
//!
//! Source of the rule: HERMAN. `numbers` sees days and years; this sees the month, whatever it is called: named months of
//! the languages in the tables of `numbers`, and the numeric dates of Chinese, Japanese, Korean and Vietnamese and of
//! the forms 27.09.2018, 27/9/2018, 2018-09-27. A date is a month with a day or a year beside it. Only a date that
//! stands in the source alone, against one that stands in the answer alone, is a finding: a date said in other words ("last Monday") is none.

use std::ops::Range;

use super::numbers::numerals::digit;
use super::numbers::words::{Lexicon, words};
use super::{Finding, Severity, Sides};
use crate::document::slice;
use crate::language::Language;

pub(super) const ID: &str = "dates";

/// A month with what stands beside it.
#[derive(Debug, Clone, PartialEq)]
struct Date {
    span: Range<usize>,
    /// The month, or the two that a numeric date may mean.
    months: Vec<u32>,
    days: Vec<u32>,
    year: Option<u32>,
}

impl Date {
    fn may_be(&self, other: &Self) -> bool {
        let days = self.days.is_empty()
            || other.days.is_empty()
            || self.days.iter().any(|day| other.days.contains(day));
        let months = self.months.iter().any(|month| other.months.contains(month));
        let years = match (self.year, other.year) {
            (Some(one), Some(two)) => one == two || one.abs_diff(two) == 543 || one % 100 == two,
            _ => true,
        };
        days && months && years
    }
}

pub(super) fn unit(sides: &Sides) -> Vec<Finding> {
    let (source, answer) = (sides.source.text, sides.answer.text);
    let here = dates(source, sides.from);
    if here.is_empty() {
        return Vec::new();
    }
    let there = dates(answer, sides.to);
    let lost = here.iter().filter(|date| !there.iter().any(|other| other.may_be(date)));
    let gained = there.iter().filter(|date| !here.iter().any(|other| other.may_be(date)));
    lost.zip(gained)
        .map(|(was, is)| {
            let quote = |text, date: &Date| slice(text, date.span.clone()).trim().to_owned();
            let message = format!("`{}` became `{}`", quote(source, was), quote(answer, is));
            Finding::new(ID, Severity::Flag, message).at(is.span.clone()).of_source(was.span.clone())
        })
        .collect()
}

/// A piece of a text: digits, or letters.
#[derive(Debug)]
struct Piece<'t> {
    range: Range<usize>,
    text: &'t str,
    number: Option<u32>,
}

fn pieces(text: &str) -> Vec<Piece<'_>> {
    let kind = |character: char| {
        if digit(character).is_some() {
            1
        } else if character.is_alphanumeric()
            || matches!(u32::from(character), 0x0900..=0x0DFF | 0x0E31..=0x0E4E)
        {
            2
        } else {
            0
        }
    };
    let mut pieces = Vec::new();
    let (mut start, mut current) = (0, 0);
    for (at, character) in text.char_indices().chain([(text.len(), ' ')]) {
        let next = kind(character);
        if next == current && current != 0 && at < text.len() {
            continue;
        }
        if current != 0 {
            let piece = slice(text, start..at);
            let number = (current == 1)
                .then(|| piece.chars().filter_map(digit).take(9).fold(0, |sum, digit| sum * 10 + digit));
            pieces.push(Piece { range: start..at, text: piece, number });
        }
        (start, current) = (at, next);
    }
    pieces
}

fn dates(text: &str, language: &Language) -> Vec<Date> {
    let months = &words(language.primary()).months;
    let pieces = pieces(text);
    let numeric = matches!(language.primary(), "zh" | "ja" | "ko" | "yue");
    // "4-1" in February is no day, as "4-6" is.
    let is_score = |first: usize| {
        let (Some(one), Some(other)) = (pieces.get(first), pieces.get(first + 1)) else { return false };
        matches!(slice(text, one.range.end..other.range.start), "-" | "–" | ":")
            && one.number.zip(other.number).is_some_and(|(one, other)| one >= other)
    };
    let mut dates = Vec::new();
    for (index, piece) in pieces.iter().enumerate() {
        let number = |offset: isize| {
            let at = index.checked_add_signed(offset)?;
            let scored = is_score(at) || at.checked_sub(1).is_some_and(is_score);
            pieces.get(at).filter(|_| !scored).and_then(|piece| piece.number)
        };
        let word = |offset: isize| {
            index.checked_add_signed(offset).and_then(|at| pieces.get(at)).map_or("", |piece| piece.text)
        };
        if let (None, Some(month)) = (piece.number, month(piece.text, months)) {
            let mut near = vec![number(-1), number(1)];
            if word(-1).chars().count() <= 3 {
                near.push(number(-2));
            }
            if word(1).chars().count() <= 3 || number(1).is_some() {
                near.push(number(2));
            }
            let near: Vec<u32> = near.into_iter().flatten().collect();
            let days: Vec<u32> = near.iter().copied().filter(|day| (1..=31).contains(day)).collect();
            let year = near.iter().copied().find(|year| (1000..3000).contains(year));
            if !days.is_empty() || year.is_some() {
                dates.push(Date { span: piece.range.clone(), months: vec![month], days, year });
            }
        } else if let (true, Some(month @ 1..=12)) = (numeric, piece.number)
            && word(1).starts_with(['月', '월'])
        {
            let days: Vec<u32> = number(2)
                .filter(|day| (1..=31).contains(day) && word(3).starts_with(['日', '일', '号']))
                .into_iter()
                .collect();
            let year = number(-2).filter(|year| (1000..3000).contains(year));
            if !days.is_empty() || year.is_some() {
                dates.push(Date { span: piece.range.clone(), months: vec![month], days, year });
            }
        } else if let (Some(first), Some(second), Some(third)) = (piece.number, number(1), number(2)) {
            let end = pieces.get(index + 2).map_or(piece.range.end, |last| last.range.end);
            let span = piece.range.start..end;
            let mark = slice(text, piece.range.end..span.end).chars().next();
            let marks: usize =
                slice(text, span.clone()).chars().filter(|character| Some(*character) == mark).count();
            if matches!(mark, Some('.' | '/' | '-'))
                && marks == 2
                && slice(text, span.clone()).chars().filter(|c| !c.is_alphanumeric()).count() == 2
            {
                dates.extend(numeric_date(first, second, third, span));
            }
        } else if language.primary() == "vi" && piece.text.eq_ignore_ascii_case("tháng") {
            let months: Vec<u32> = number(1).filter(|month| (1..=12).contains(month)).into_iter().collect();
            let days: Vec<u32> = number(-1).filter(|day| (1..=31).contains(day)).into_iter().collect();
            let year = number(2).or(number(3)).filter(|year| (1000..3000).contains(year));
            if !months.is_empty() && (!days.is_empty() || year.is_some()) {
                let end = pieces.get(index + 1).map_or(piece.range.end, |last| last.range.end);
                dates.push(Date { span: piece.range.start..end, months, days, year });
            }
        }
    }
    dates
}

fn numeric_date(first: u32, second: u32, third: u32, span: Range<usize>) -> Option<Date> {
    let fits = |day: u32, month: u32| (1..=31).contains(&day) && (1..=12).contains(&month);
    let (one, two, year) = if first >= 1000 { (third, second, first) } else { (first, second, third) };
    if !(1000..3000).contains(&year) || !(fits(one, two) || fits(two, one)) {
        return None;
    }
    let months = [two, one].into_iter().filter(|month| (1..=12).contains(month)).collect();
    Some(Date { span, months, days: vec![one, two], year: Some(year) })
}

/// The month that a word names.
fn month(word: &str, months: &Lexicon<u32>) -> Option<u32> {
    let lower = word.to_lowercase();
    // Hebrew writes "in" together with the month; Thai writes it between other words.
    let bare = lower.strip_prefix(['ב', 'ل', 'ב']).unwrap_or(&lower);
    let is_form = |word: &str, name: &str| {
        let ending = if name.chars().count() > 3 || !name.is_ascii() { 4 } else { 0 };
        word.strip_prefix(name).is_some_and(|rest| rest.chars().count() <= ending)
    };
    let mut begun = [lower.as_str(), bare]
        .into_iter()
        .flat_map(|word| months.like(word).iter().map(move |row| (word, row)));
    let begun = begun.find(|(word, (name, _))| is_form(word, name)).map(|(_, (_, month))| *month);
    let is_thai = |character: char| ('\u{e00}'..='\u{e7f}').contains(&character);
    begun.or_else(|| {
        let mut thai = months.iter().filter(|_| lower.starts_with(is_thai));
        thai.find(|(name, _)| lower.contains(name)).map(|(_, month)| *month)
    })
}

#[cfg(test)]
mod tests {
    use super::unit;
    use crate::check::language::tests::{pair, sides};

    fn messages(source: &str, answer: &str, to: &str) -> Vec<String> {
        unit(&sides(&pair(source, answer, "en", to))).into_iter().map(|finding| finding.message).collect()
    }

    #[test]
    fn another_month_or_day_is_a_flag() {
        assert_eq!(
            messages("on September 27, 2018", "am 27. Oktober 2018", "de"),
            ["`September` became `Oktober`"]
        );
        assert_eq!(messages("on 27 September", "9月28日", "zh"), ["`September` became `9`"]);
        assert_eq!(messages("in March 2018", "в мае 2018 года", "ru"), ["`March` became `мае`"]);
    }

    #[test]
    fn the_same_date_in_another_form_passes() {
        for (answer, to) in [
            ("am 27. September 2018", "de"),
            ("el 27 de septiembre de 2018", "es"),
            ("27 сентября 2018 года", "ru"),
            ("2018年9月27日", "zh"),
            ("2018년 9월 27일", "ko"),
            ("ngày 27 tháng 9 năm 2018", "vi"),
            ("27.09.2018", "de"),
            ("2018-09-27", "sv"),
            ("٢٧ سبتمبر ٢٠١٨", "ar"),
            ("ב-27 בספטמבר 2018", "he"),
            ("เมื่อวันที่ 27 กันยายน 2561", "th"),
            ("no fim do verão", "pt"),
        ] {
            assert_eq!(messages("on September 27, 2018", answer, to), Vec::<String>::new(), "{answer}");
        }
        let score = "since February's 4-1 triumph";
        assert_eq!(messages(score, "depuis son 4-1 de février", "fr"), Vec::<String>::new());
        assert_eq!(messages("I may come in 2018", "kann 2018 im Mai kommen", "de"), Vec::<String>::new());
    }
}
