//! Hours as Swahili counts them: from six in the morning and from six in the evening, so that three o'clock is the ninth.

use super::numerals::Numeral;
use crate::check::Sides;
use crate::document::slice;

/// The word before an hour.
const HOUR: &str = "saa";

/// Takes out the pairs that are one time of day on two clocks.
pub(super) fn match_clocks(sides: &Sides, lost: &mut Vec<&Numeral>, gained: &mut Vec<&Numeral>) {
    let swahili = |primary: &str| primary == "sw";
    let (from, to) = (swahili(sides.from.primary()), swahili(sides.to.primary()));
    if from == to {
        return;
    }
    let is_hour = |text: &str, numeral: &Numeral| {
        slice(text, 0..numeral.span.start).to_lowercase().trim_end().ends_with(HOUR)
    };
    lost.retain(|was| {
        let place = gained.iter().position(|is| {
            let told = if to { is_hour(sides.answer.text, is) } else { is_hour(sides.source.text, was) };
            told && six_apart(was, is)
        });
        if let Some(place) = place {
            gained.remove(place);
        }
        place.is_none()
    });
}

fn six_apart(one: &Numeral, other: &Numeral) -> bool {
    let time = |numeral: &Numeral| numeral.halves.or_else(|| numeral.values.first().map(|hour| (*hour, 0.0)));
    let Some(((hour, minutes), (other_hour, other_minutes))) = time(one).zip(time(other)) else {
        return false;
    };
    minutes == other_minutes
        && hour <= 24.0
        && other_hour <= 12.0
        && (hour - other_hour).rem_euclid(12.0) == 6.0
}
