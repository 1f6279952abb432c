//! Measures that a translator converts: which numbers may be one length, weight or speed in two units.

use super::numerals::Numeral;

/// Names of a unit in English, and what its measures are multiplied by in the units that others use.
const UNITS: &[(&[&str], &[f64])] = &[
    (&["mile", "mph"], &[1.609]),
    (&["yard"], &[0.9144]),
    (&["feet", "foot", " ft"], &[0.3048, 30.48]),
    (&["inch"], &[2.54, 25.4]),
    (&["pound", " lb"], &[0.4536]),
    (&["stone"], &[6.35]),
    (&["acre"], &[0.4047, 4047.0]),
    (&["square mile"], &[2.59]),
    (&["gallon"], &[3.785]),
    (&["ounce"], &[28.35]),
    (&["pint"], &[0.568]),
];

/// How far a rounded measure may be off.
const ROUNDING: f64 = 0.08;

/// The factors that the units named in two texts allow.
#[derive(Debug)]
pub(super) struct Units {
    here: Vec<f64>,
    there: Vec<f64>,
    degrees: bool,
}

impl Units {
    pub fn of(source: &str, answer: &str) -> Self {
        let factors = |text: &str| {
            let text = text.to_lowercase();
            let named = UNITS.iter().filter(|(names, _)| names.iter().any(|name| text.contains(name)));
            named.flat_map(|(_, factors)| factors.iter().copied()).collect::<Vec<f64>>()
        };
        let degrees =
            |text: &str| text.contains('°') || text.contains("ahrenheit") || text.contains("degree");
        Self {
            here: factors(source),
            there: factors(answer),
            degrees: degrees(source) && degrees(answer) || degrees(source),
        }
    }

    /// How far `is` is from what `was` is in another unit, as a share of it; `None` where it is no such measure.
    pub fn off(&self, was: &Numeral, is: &Numeral) -> Option<f64> {
        let off = |one: f64, other: f64| (one - other).abs() / other.abs().max(f64::MIN_POSITIVE);
        let of_values = |was: f64, is: f64| {
            let degrees = self.degrees && ((was - 32.0) / 1.8 - is).abs() <= 1.0;
            let here = self.here.iter().map(move |factor| off(is, was * factor));
            let there = self.there.iter().map(move |factor| off(was, is * factor));
            here.chain(there).chain(degrees.then_some(0.0)).fold(f64::INFINITY, f64::min)
        };
        let all = was.values.iter().flat_map(|was| is.values.iter().map(move |is| of_values(*was, *is)));
        Some(all.fold(f64::INFINITY, f64::min)).filter(|off| *off <= ROUNDING)
    }
}
