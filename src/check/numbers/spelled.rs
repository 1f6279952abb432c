//! The numbers that a text may say in words. Excuses only: a value too many makes the check milder, never wrong.

use super::numerals::{Numeral, myriad, same};
use super::words::{COMPOUNDING, LONGEST_ENDING, Lexicon, Words, scales_like, words};
use crate::document::slice;
use crate::language::Language;

/// What is spelled out in one text.
#[derive(Debug)]
pub(in super::super) struct Spelled {
    values: Vec<f64>,
    /// Whether anybody wrote down the words of its language.
    pub known: bool,
}

impl Spelled {
    pub fn of(text: &str, language: &Language) -> Self {
        let mut values = Vec::new();
        let primary = language.primary();
        ideographs(text, &mut values);
        values.extend(roman_numerals(text));
        let Words { numbers, months } = words(primary);
        let known = numbers.is_some() || matches!(primary, "zh" | "ja" | "yue");
        if matches!(primary, "th" | "ko") {
            let said = numbers.iter().flat_map(Lexicon::iter).filter(|(form, _)| text.contains(form));
            values.extend(said.map(|(_, value)| *value));
        }
        let mut number = Number::default();
        let mut said: Vec<f64> = Vec::new();
        let lower = text.to_lowercase();
        for word in lower.split(|character: char| !(character.is_alphanumeric() || is_inner(character))) {
            if word.is_empty() {
                continue;
            }
            said.clear();
            for word in [word].into_iter().chain(stripped(word)) {
                let forms = numbers.as_ref().map_or(&[][..], |numbers| numbers.like(word));
                said.extend(forms.iter().filter(|(form, _)| fits(word, form)).map(|(_, value)| *value));
                let months = months.like(word).iter().filter(|(name, _)| word.starts_with(name));
                values.extend(months.map(|(_, month)| f64::from(*month)));
            }
            let mut scales = scales_like(word).iter();
            let scale = scales.find(|(form, _)| form.chars().nth(1).is_some() && fits(word, form));
            let scale = scale.map(|(_, value)| if word.starts_with("billion") { 1e9 } else { *value });
            if said.is_empty()
                && scale.is_none()
                && COMPOUNDING.contains(&primary)
                && let Some(numbers) = numbers
            {
                for value in compounded(word, numbers) {
                    number.hear(&[value], None, &mut values);
                    said.push(value);
                }
                if !said.is_empty() {
                    number = Number::default();
                    continue;
                }
            }
            number.hear(&said, scale, &mut values);
        }
        Self { values, known }
    }

    /// Every number that may be said.
    pub fn values(&self) -> &[f64] {
        &self.values
    }

    /// With the centuries of the years among `numerals`: the 1980s are of the 20th.
    pub fn with_centuries_of(&self, numerals: &[Numeral]) -> Self {
        let years = numerals.iter().flat_map(|numeral| &numeral.values);
        let centuries =
            years.filter(|year| (1000.0..2100.0).contains(*year)).map(|year| (year / 100.0).floor() + 1.0);
        Self { values: self.values.iter().copied().chain(centuries).collect(), known: self.known }
    }

    /// Whether the text may say this number.
    pub fn has(&self, numeral: &Numeral) -> bool {
        numeral.values.iter().any(|value| self.values.iter().any(|said| same(*said, *value)))
    }
}

/// A number being heard word by word: "two hundred and fifty thousand".
#[derive(Debug, Default)]
struct Number {
    total: f64,
    current: f64,
    last: f64,
    idle: u8,
}

impl Number {
    fn hear(&mut self, said: &[f64], scale: Option<f64>, values: &mut Vec<f64>) {
        values.extend(said);
        match (said.first().copied(), scale) {
            (_, Some(scale)) => {
                self.current = if self.current == 0.0 { 1.0 } else { self.current } * scale;
                values.push(self.current);
                values.push(self.total + self.current);
                if scale >= 1000.0 {
                    self.total += self.current;
                    self.current = 0.0;
                }
                self.idle = 0;
            }
            (Some(value), None) => {
                // Teens and tens of Arabic and Hebrew: "nine ten", "one and twenty".
                let joins = value < 100.0
                    && (self.current % 10.0 == 0.0 || self.current < 10.0 && value % 10.0 == 0.0);
                self.current = if joins { self.current + value } else { value };
                if self.last < 10.0 && value < 100.0 && value % 10.0 == 0.0 {
                    values.push(self.last + value);
                }
                self.last = value;
                values.push(self.current);
                values.push(self.total + self.current);
                self.idle = 0;
            }
            // One small word ("and", "de") may stand between.
            (None, None) => {
                self.idle += 1;
                if self.idle > 1 {
                    *self = Self::default();
                }
            }
        }
    }
}

/// Letters of the shortest number that is heard inside a word; at its beginning, with more behind it, one less will do ("einundzwanzig").
const LEAST_HEARD: usize = 4;

/// The numbers inside a word, in order.
fn compounded(word: &str, numbers: &Lexicon<f64>) -> Vec<f64> {
    let mut found = Vec::new();
    let mut longest = 0;
    let mut rest = word;
    while let Some(next) = rest.chars().next() {
        let least = if rest.len() == word.len() { LEAST_HEARD - 1 } else { LEAST_HEARD };
        let heard = numbers.like(rest).iter().find_map(|(form, value)| {
            let letters = form.chars().count();
            (letters >= least && rest.starts_with(form)).then_some((form.len(), letters, *value))
        });
        let length = heard.map_or(next.len_utf8(), |(length, ..)| length);
        if let Some((_, letters, value)) = heard {
            longest = longest.max(letters);
            found.push(value);
        }
        rest = slice(rest, length..rest.len());
    }
    found.retain(|_| longest >= LEAST_HEARD);
    found
}

/// Whether `word` is a form of the word that begins with `form`.
fn fits(word: &str, form: &str) -> bool {
    let Some(rest) = word.strip_prefix(form) else { return false };
    let ending = if form.chars().nth(2).is_some() { LONGEST_ENDING } else { 0 };
    rest.chars().count() <= ending
}

/// A Hebrew or Arabic word without the letters that stand for "and", "in" or "the", one by one.
fn stripped(word: &str) -> impl Iterator<Item = &str> {
    let prefix = |word: &'_ str| {
        let mut rest = word.chars();
        let first = rest.next()?;
        let length = word.len() - rest.as_str().len();
        ("והבלמכשوبلفكا".contains(first) && rest.next().is_some()).then_some(length)
    };
    std::iter::successors(Some(word), move |word| prefix(word).map(|length| slice(word, length..word.len())))
        .skip(1)
        .take(3)
}

/// Signs inside words: apostrophes, and the marks of Indic scripts and Thai.
fn is_inner(character: char) -> bool {
    matches!(u32::from(character), 0x27 | 0x2019 | 0x0900..=0x0DFF | 0x0E31..=0x0E4E | 0x200C..=0x200D)
}

/// The Roman numerals of a text: "XIX", "XIXe".
fn roman_numerals(text: &str) -> impl Iterator<Item = f64> {
    text.split(|character: char| !character.is_alphanumeric()).filter_map(|word| {
        let length = word.bytes().take_while(|byte| b"IVXLC".contains(byte)).count();
        let ending = slice(word, length..word.len());
        let fits = length > 0
            && ending.len() <= 3
            && !ending.contains(char::is_uppercase)
            && (length > 1 || ending.is_empty());
        fits.then(|| roman(slice(word, 0..length)))
    })
}

fn roman(numeral: &str) -> f64 {
    let worth = |byte: u8| match byte {
        b'I' => 1.0,
        b'V' => 5.0,
        b'X' => 10.0,
        b'L' => 50.0,
        _ => 100.0,
    };
    let mut total = 0.0;
    let mut highest = 0.0;
    for value in numeral.bytes().rev().map(worth) {
        total += if value < highest { -value } else { value };
        highest = f64::max(highest, value);
    }
    total
}

/// The numbers in ideographs: 三, 十五, 二百, 三千五百万, 二〇一八.
fn ideographs(text: &str, values: &mut Vec<f64>) {
    let mut total = 0.0;
    let mut section = 0.0;
    let mut current: Option<f64> = None;
    let mut inside = false;
    for character in text.chars().chain([' ']) {
        if let Some(value) = ideograph(character) {
            values.push(value);
            current = Some(current.map_or(value, |before| before * 10.0 + value));
            inside = true;
        } else if let Some(scale) = myriad(character).filter(|_| !('가'..='힣').contains(&character)) {
            if scale >= 1e4 {
                section += current.take().unwrap_or(0.0);
                total += f64::max(section, 1.0) * scale;
                section = 0.0;
            } else {
                section += current.take().unwrap_or(1.0) * scale;
            }
            inside = true;
            values.push(total + section);
        } else if inside {
            values.push(total + section + current.take().unwrap_or(0.0));
            (total, section, inside) = (0.0, 0.0, false);
        }
        match character {
            '半' => values.push(0.5),
            '世' => values.push(100.0),
            '首' | '初' => values.push(1.0),
            '双' | '雙' | '倍' => values.push(2.0),
            _ => {}
        }
    }
}

fn ideograph(character: char) -> Option<f64> {
    if character < '〇' {
        return None;
    }
    "〇一二三四五六七八九"
        .chars()
        .position(|digit| digit == character)
        .or(match character {
            '零' => Some(0),
            '两' | '兩' => Some(2),
            _ => None,
        })
        .and_then(|value| u32::try_from(value).ok())
        .map(f64::from)
}
