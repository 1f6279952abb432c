//! The text of one side of a pair: one unit's, or that of units that are one on the other side.

use crate::read::unit::{Part, Unit, split};

/// Text in canonical form, with what its `⟦n⟧` stand for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Text {
    pub text: String,
    /// Index n - 1.
    pub kept: Vec<String>,
}

impl Text {
    pub fn of<'u>(units: impl IntoIterator<Item = &'u Unit>) -> Self {
        let mut whole = Self::default();
        for unit in units {
            if !whole.text.is_empty() {
                whole.text.push(' ');
            }
            let before = whole.kept.len();
            whole.text.push_str(&numbered(&unit.text, |number| number + before));
            whole.kept.extend(unit.protected.iter().cloned());
        }
        whole
    }

    /// The same text with each `⟦n⟧` numbered as `other` numbers what it stands for, so that the two can be compared. What `other` has
    /// not gets numbers that it has not.
    pub fn in_numbers_of(&self, other: &Self) -> Self {
        let mut free: Vec<bool> = vec![true; other.kept.len()];
        let mut kept = other.kept.clone();
        let numbers: Vec<usize> = self
            .kept
            .iter()
            .map(|own| {
                let place = other.kept.iter().zip(&free).position(|(kept, free)| *free && alike(own, kept));
                if let Some(free) = place.and_then(|place| free.get_mut(place)) {
                    *free = false;
                }
                place.map_or_else(
                    || {
                        kept.push(own.clone());
                        kept.len()
                    },
                    |place| place + 1,
                )
            })
            .collect();
        let text = numbered(&self.text, |number| {
            number.checked_sub(1).and_then(|index| numbers.get(index)).copied().unwrap_or(number)
        });
        Self { text, kept }
    }

    /// `message` with what the placeholders stand for in their places.
    pub fn spelled(&self, message: &str) -> String {
        let mut out = String::with_capacity(message.len());
        for part in split(message) {
            match part {
                Part::Text { text, .. } => out.push_str(text),
                Part::Span { number, .. } => {
                    match number.checked_sub(1).and_then(|index| self.kept.get(index)) {
                        Some(kept) => out.push_str(kept.trim()),
                        None => out.push_str(&format!("⟦{number}⟧")),
                    }
                }
            }
        }
        out
    }
}

/// `text` with other numbers in its placeholders.
fn numbered(text: &str, number_of: impl Fn(usize) -> usize) -> String {
    let mut out = String::with_capacity(text.len());
    for part in split(text) {
        match part {
            Part::Text { text, .. } => out.push_str(text),
            Part::Span { number, .. } => out.push_str(&format!("⟦{}⟧", number_of(number))),
        }
    }
    out
}

/// Whether two kept pieces are the same: `_` and `*` mean the same emphasis.
fn alike(one: &str, other: &str) -> bool {
    let emphasis = |text: &str| {
        let trimmed = text.trim();
        let signs = trimmed.chars().all(|sign| matches!(sign, '*' | '_'));
        (signs && !trimmed.is_empty()).then(|| trimmed.chars().count())
    };
    one == other || emphasis(one).is_some_and(|length| emphasis(other) == Some(length))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str, kept: &[&str]) -> Text {
        Text { text: text.to_owned(), kept: kept.iter().map(|kept| (*kept).to_owned()).collect() }
    }

    #[test]
    fn the_translations_placeholders_get_the_sources_numbers() {
        let source = text("See ⟦1⟧ and ⟦2⟧bold⟦3⟧", &["https://a.org", "**", "**"]);
        let target = text("⟦1⟧fett⟦2⟧ und ⟦3⟧, ⟦4⟧", &["__", "__", "https://a.org", "https://b.org"]);
        let same = target.in_numbers_of(&source);
        assert_eq!(same.text, "⟦2⟧fett⟦3⟧ und ⟦1⟧, ⟦4⟧");
        assert_eq!(
            same.spelled("`⟦4⟧` stands too often, `⟦9⟧` not"),
            "`https://b.org` stands too often, `⟦9⟧` not"
        );
    }

    #[test]
    fn two_units_are_one_text() {
        let unit = Unit::line("Write to a@b.org now");
        let both = Text::of([&unit, &unit]);
        assert_eq!(both.text, "Write to ⟦1⟧ now Write to ⟦2⟧ now");
        assert_eq!(both.kept, ["a@b.org", "a@b.org"]);
    }
}
