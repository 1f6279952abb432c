//! Measures that a translator converts: which numbers may be one length, weight or speed in two units.

use super::numerals::Numeral;

/// Names of a unit, and what its measures are multiplied by in the units that others use. A pound is money too, so its
/// name stands in English alone.
const UNITS: &[(&[&str], &[f64])] = &[
    (
        &[
            "mile", "mph", "milla", "milles", "miglia", "miglio", "meile", "mijl", "milha", "миль", "мили",
            "миля",
        ],
        &[1.609],
    ),
    (&["yard", "jard", "ярд"], &[0.9144]),
    (
        &["feet", "foot", "ft", "pies", "pieds", "piedi", "fuß", "voet", "pés", "peus", "фут", "stóp"],
        &[0.3048, 30.48],
    ),
    (&["inch", "pulgada", "pouce", "pollic", "zoll", "polegada", "polzad", "дюйм"], &[2.54, 25.4]),
    (&["pound", "lb"], &[0.4536]),
    (&["stone"], &[6.35]),
    (&["acre"], &[0.4047, 4047.0]),
    (&["square mile"], &[2.59]),
    (&["gallon"], &[3.785]),
    (&["ounce"], &[28.35]),
    (&["pint"], &[0.568]),
];

/// Letters of an ending: "pollic|i", "pulgada|s", "дюйм|ов", "ярд|ами".
const LONGEST_ENDING: usize = 3;

/// Names of degrees, in lower case.
const DEGREES: &[&str] =
    &["°", "ahrenheit", "фаренгейт", "degree", " grad", "degré", "grado", "grau", "градус"];

/// Beginnings of the words for hundredths and thousandths of a metre, and of abbreviations that are whole words.
const SMALL: [(&[&str], &str, f64); 2] = [
    (&["centim", "centím", "zentim", "centym", "centiem", "santim", "сантим"], "cm", 100.0),
    (&["milim", "millim", "milím", "миллим"], "mm", 1000.0),
];

/// How far a rounded measure may be off.
const ROUNDING: f64 = 0.08;

/// The centimetres of so many feet and inches with `between` them ("6-foot-6", "6 ft 6", "6′6″").
pub(super) fn centimetres(feet: &Numeral, between: &str, inches: &Numeral) -> Option<f64> {
    let sign = between.trim_matches(|character: char| character.is_whitespace() || character == '-');
    let is_feet = ["foot", "feet", "ft", "ft.", "'", "’", "′"].contains(&sign);
    let (feet, inches) = (feet.values.first()?, inches.values.first()?);
    (is_feet && *inches < 12.0).then_some(feet * 30.48 + inches * 2.54)
}

/// How many of the unit that a text names make a metre; `None` where it names none of the small ones.
fn in_a_metre(text: &str) -> Option<f64> {
    let mut words = text.split(|character: char| !character.is_alphabetic());
    words.find_map(|word| {
        let named = |(names, short, _): &&(&[&str], &str, f64)| {
            word == *short || names.iter().any(|name| word.starts_with(name))
        };
        SMALL.iter().find(named).map(|(_, _, count)| *count)
    })
}

/// Whether `word` is the name of a unit with at most an ending: "foot" is, "football" is not.
fn is_form(word: &str, name: &str) -> bool {
    word.strip_prefix(name).is_some_and(|ending| ending.chars().count() <= LONGEST_ENDING)
}

fn names_metres(text: &str) -> bool {
    let mut words = text.split(|character: char| !character.is_alphabetic());
    words.any(|word| {
        matches!(word, "m" | "м")
            || ["metr", "mètr", "meter", "метр"].iter().any(|name| word.starts_with(name))
    })
}

/// The factors that the units named in two texts allow.
#[derive(Debug)]
pub(super) struct Units {
    here: Vec<f64>,
    there: Vec<f64>,
    /// Degrees that may be Fahrenheit's in the first text, and in the second.
    degrees: (bool, bool),
}

impl Units {
    pub fn of(source: &str, answer: &str) -> Self {
        let factors = |text: &str| {
            let text = text.to_lowercase();
            let words: Vec<&str> = text.split(|character: char| !character.is_alphabetic()).collect();
            let named = UNITS.iter().filter(|(names, _)| {
                names.iter().any(|name| words.iter().any(|word| is_form(word, name)))
                    || names.contains(&"square mile") && text.contains("square mile")
            });
            named.flat_map(|(_, factors)| factors.iter().copied()).collect::<Vec<f64>>()
        };
        let degrees = |text: &str| {
            let text = text.to_lowercase();
            DEGREES.iter().any(|name| text.contains(name))
        };
        let (mut here, there) = (factors(source), factors(answer));
        // "1,98 m" and "198 cm", "5 cm" and "50 mm".
        let in_a_metre = |text: &str| in_a_metre(&text.to_lowercase());
        let metric = match (in_a_metre(source), in_a_metre(answer)) {
            (Some(one), Some(other)) if one != other => Some(other / one),
            (None, Some(other)) if names_metres(source) => Some(other),
            (Some(one), None) if names_metres(answer) => Some(1.0 / one),
            _ => None,
        };
        here.extend(metric);
        Self { here, there, degrees: (degrees(source), degrees(answer)) }
    }

    /// Whether `is` may be one of the numbers that the first text says in words, or its "a", in another unit ("about a mile").
    pub fn may_say(&self, said: &[f64], is: &Numeral) -> bool {
        let values = said.iter().copied().chain([1.0]).collect();
        !self.here.is_empty() && self.off(&Numeral { span: 0..0, values, halves: None }, is).is_some()
    }

    /// How far `is` is from what `was` is in another unit, as a share of it; `None` where it is no such measure.
    pub fn off(&self, was: &Numeral, is: &Numeral) -> Option<f64> {
        let off = |one: f64, other: f64| (one - other).abs() / other.abs().max(f64::MIN_POSITIVE);
        let of_values = |was: f64, is: f64| {
            let celsius = |fahrenheit: f64| (fahrenheit - 32.0) / 1.8;
            let degrees = self.degrees.0 && (celsius(was) - is).abs() <= 1.0
                || self.degrees.1 && (celsius(is) - was).abs() <= 1.0;
            let here = self.here.iter().map(move |factor| off(is, was * factor));
            let there = self.there.iter().map(move |factor| off(was, is * factor));
            here.chain(there).chain(degrees.then_some(0.0)).fold(f64::INFINITY, f64::min)
        };
        let all = was.values.iter().flat_map(|was| is.values.iter().map(move |is| of_values(*was, *is)));
        Some(all.fold(f64::INFINITY, f64::min)).filter(|off| *off <= ROUNDING)
    }
}
