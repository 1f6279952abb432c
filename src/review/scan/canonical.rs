//! From what a person typed in an output back to a unit's canonical answer.

use std::ops::Range;

use crate::document::{Format, slice};
use crate::read::unit::{Mark, Part, Unit, is_line_end, split};
use crate::read::wrap::joins_without_space;
use crate::read::{markdown, text};

/// A person's answer to a unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Typed {
    /// Canonical, as near as what was typed allows.
    pub answer: String,
    /// What was typed, where putting `answer` back would not give the same bytes.
    pub raw: Option<String>,
}

/// The edited output, as its own format reads it.
#[derive(Debug)]
pub struct Edited<'a> {
    text: &'a str,
    /// The units of a Markdown text with the places of their contents.
    units: Vec<(Range<usize>, Unit)>,
}

impl<'a> Edited<'a> {
    pub fn new(text: &'a str, format: Format) -> Self {
        let units = match format {
            // A paragraph of plain text is known by its place; its lines may look like anything.
            Format::Text => Vec::new(),
            Format::Markdown => markdown::parse(text)
                .into_iter()
                .filter_map(|block| Some((block.content, block.unit?)))
                .collect(),
        };
        Self { text, units }
    }

    /// The answer that was typed at `place` to a unit of which no more is known than its text, `source`. None where that is not
    /// enough: something in one of them is kept out of translation.
    pub fn bare(&self, source: &str, place: Range<usize>) -> Option<Typed> {
        let answer = if self.units.is_empty() {
            one_line(slice(self.text, place))
        } else {
            let (_, own) = self.units.iter().find(|(content, _)| *content == place)?;
            let is_plain =
                own.protected.is_empty() && own.lead.trim().is_empty() && own.tail.trim().is_empty();
            let is_text = |part| matches!(part, Part::Text { .. });
            (is_plain && split(source).all(is_text)).then(|| own.text.clone())?
        };
        Some(Typed { answer, raw: None })
    }

    /// The answer to `unit` that was typed at `place`.
    pub fn answer(&self, unit: &Unit, place: Range<usize>) -> Typed {
        let raw = slice(self.text, place.clone());
        let own = self.units.iter().find(|(content, _)| *content == place).map(|(_, unit)| unit.clone());
        let own = own.or_else(|| text::paragraph(raw).filter(|_| self.units.is_empty()));
        let answer = own.map_or_else(|| one_line(raw), |own| translated(&own, unit));
        let raw = (unit.restore(&answer).as_deref() != Ok(raw)).then(|| raw.to_owned());
        Typed { answer, raw }
    }
}

/// The lines of `raw` as one. Between characters of Chinese or Japanese no space stands for a line end.
fn one_line(raw: &str) -> String {
    let mut line = String::with_capacity(raw.len());
    for piece in raw.split(is_line_end).map(str::trim).filter(|piece| !piece.is_empty()) {
        let (before, after) = (line.chars().next_back(), piece.chars().next());
        if before.zip(after).is_some_and(|(before, after)| !joins_without_space(before, after)) {
            line.push(' ');
        }
        line.push_str(&piece.split_whitespace().collect::<Vec<_>>().join(" "));
    }
    line
}

/// The text of `own` with the numbers that `unit` has for what is kept. What `unit` does not keep stands as it was typed.
fn translated(own: &Unit, unit: &Unit) -> String {
    let mut free: Vec<bool> = vec![true; unit.protected.len()];
    let numbers: Vec<Option<usize>> = own
        .protected
        .iter()
        .zip(&own.marks)
        .map(|(bytes, mark)| {
            let same = |index: &usize| {
                free.get(*index) == Some(&true)
                    && unit.protected.get(*index) == Some(bytes)
                    && unit.marks.get(*index).is_some_and(|other| same_kind(other, mark))
            };
            let found = (0..unit.protected.len()).find(same);
            if let Some(place) = found.and_then(|index| free.get_mut(index)) {
                *place = false;
            }
            found
        })
        .collect();
    let mut answer = String::with_capacity(own.text.len());
    let enclosed = own.lead == unit.lead && own.tail == unit.tail;
    if !enclosed {
        answer.push_str(own.lead.trim());
    }
    for part in split(&own.text) {
        match part {
            Part::Text { text, .. } => answer.push_str(text),
            Part::Span { number, .. } => {
                let index = number.checked_sub(1);
                match index.and_then(|index| numbers.get(index)).copied().flatten() {
                    Some(found) => answer.push_str(&format!("⟦{}⟧", found + 1)),
                    None => answer.push_str(
                        index.and_then(|index| own.protected.get(index)).map_or("", String::as_str),
                    ),
                }
            }
        }
    }
    if !enclosed {
        answer.push_str(own.tail.trim());
    }
    answer
}

fn same_kind(one: &Mark, other: &Mark) -> bool {
    std::mem::discriminant(one) == std::mem::discriminant(other)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The answer typed as the only block of `edited`, to the only unit of `source`.
    fn typed(source: &str, edited: &str, format: Format) -> Typed {
        let parse = |text: &str| match format {
            Format::Text => text::parse(text),
            Format::Markdown => markdown::parse(text),
        };
        let unit = parse(source).into_iter().find_map(|block| block.unit).unwrap();
        let place = match format {
            Format::Text => 0..edited.trim_end().len(),
            Format::Markdown => parse(edited).into_iter().find(|block| block.unit.is_some()).unwrap().content,
        };
        Edited::new(edited, format).answer(&unit, place)
    }

    #[test]
    fn links_and_code_get_the_numbers_that_the_source_gave_them() {
        let source = "See [the report](https://a.example/r) and `run`.\n";
        let found = typed(source, "Use `run`, veja [o relatório](https://a.example/r).\n", Format::Markdown);
        assert_eq!(found, Typed { answer: "Use ⟦3⟧, veja ⟦1⟧o relatório⟦2⟧.".to_owned(), raw: None });
    }

    #[test]
    fn what_the_source_does_not_have_is_kept_as_it_was_typed() {
        let source = "See [the report](https://a.example/r).\n";
        let edited = "Veja [o relatório](https://b.example/pt).\n";
        let found = typed(source, edited, Format::Markdown);
        assert_eq!(found.raw.as_deref(), Some(edited.trim_end()));
        assert!(found.answer.contains("o relatório") && found.answer.contains("b.example"), "{found:?}");
    }

    #[test]
    fn lines_that_a_person_broke_stay_broken() {
        let found = typed("One long line of text.\n", "Uma linha\nde texto.\n", Format::Text);
        assert_eq!(
            found,
            Typed { answer: "Uma linha de texto.".to_owned(), raw: Some("Uma linha\nde texto.".to_owned()) }
        );
        let found = typed("One long line of text.\n", "Uma linha de texto.\n", Format::Text);
        assert_eq!(found.raw, None);
    }

    #[test]
    fn lines_of_chinese_are_joined_without_a_space_and_others_with_one() {
        assert_eq!(one_line("议会周一批准了\r\n  修建新桥的\n计划。"), "议会周一批准了修建新桥的计划。");
        assert_eq!(one_line("在 Lisbon\n的  议会\nCosta"), "在 Lisbon 的 议会 Costa");
    }
}
