//! `brackets` and `quotes`: what is opened in the source is opened in the answer, and closed.
//!
//! `brackets` (source of the rule: Okapi): unbalanced in the answer where they are balanced in the source; other
//! counts are information. `quotes` (pofilter) is information: a quotation, in any locale's marks, is opened and not closed, where
//! the source's are all closed; or there are fewer than in the source. In human news four of five left open are real faults of punctuation
//! (8 % of Arabic paragraphs), none of them worth a reviewer's stop; and translators turn speech into reported speech in 4 % of correct
//! sentences and 11 % of paragraphs. More quotations than in the source are no finding: titles get marks in many languages.

use super::{Finding, Severity, Sides};
use crate::document::{Role, slice};

pub(super) const BRACKETS: &str = "brackets";
pub(super) const QUOTES: &str = "quotes";

const PAIRS: &[(char, char)] = &[
    ('(', ')'),
    ('[', ']'),
    ('{', '}'),
    ('（', '）'),
    ('［', '］'),
    ('【', '】'),
    ('〔', '〕'),
    ('〈', '〉'),
];

/// The hard part of `brackets`.
pub(super) fn unbalanced(sides: &Sides) -> Vec<Finding> {
    let (source, answer) = (sides.source.text, sides.answer.text);
    let Some((at, bracket)) = first_unbalanced(answer) else { return Vec::new() };
    if sides.role == Role::Verbatim || first_unbalanced(source).is_some() {
        return Vec::new();
    }
    let message = format!("`{bracket}` has no counterpart");
    vec![Finding::new(BRACKETS, Severity::Hard, message).at(at..at + bracket.len_utf8())]
}

/// The information part of `brackets`.
pub(super) fn counts(sides: &Sides) -> Vec<Finding> {
    let count =
        |text: &str| text.chars().filter(|character| PAIRS.iter().any(|(open, _)| open == character)).count();
    let (source, answer) = (count(sides.source.text), count(sides.answer.text));
    if source == answer || first_unbalanced(sides.answer.text).is_some() {
        return Vec::new();
    }
    vec![Finding::new(BRACKETS, Severity::Info, format!("{answer} pairs of brackets for {source}"))]
}

/// The first bracket without a counterpart. Round ones close full-width ones: models and people mix them. A number or letter with a
/// bracket behind it ("1)", "a)") is a list mark, and faces (":)") are none.
fn first_unbalanced(text: &str) -> Option<(usize, char)> {
    let kind = |character: char| match character {
        '（' | '）' => '(',
        '［' | '］' => '[',
        _ => PAIRS
            .iter()
            .find(|(open, close)| *open == character || *close == character)
            .map_or(' ', |(open, _)| *open),
    };
    let mut open: Vec<(usize, char)> = Vec::new();
    let mut previous = ' ';
    let mut before_previous = ' ';
    for (at, character) in text.char_indices() {
        if PAIRS.iter().any(|(opening, _)| *opening == character) {
            if !matches!(previous, ':' | ';') {
                open.push((at, character));
            }
        } else if PAIRS.iter().any(|(_, closing)| *closing == character) {
            match open.last() {
                Some((_, last)) if kind(*last) == kind(character) => {
                    open.pop();
                }
                _ => {
                    let face = matches!(previous, ':' | ';' | '-');
                    let mark = previous.is_alphanumeric()
                        && (!before_previous.is_alphanumeric() || previous.is_numeric());
                    if !face && !mark {
                        return Some((at, character));
                    }
                }
            }
        }
        (before_previous, previous) = (previous, character);
    }
    open.first().copied()
}

pub(super) fn quotes(sides: &Sides) -> Vec<Finding> {
    if sides.role == Role::Verbatim {
        return Vec::new();
    }
    let (source, answer) = (Quotations::of(sides.source.text), Quotations::of(sides.answer.text));

    let message = if !source.is_open() && answer.is_open() {
        "a quotation is not closed".to_owned()
    } else if source.count() > answer.count() {
        format!("{} quotations for {}", answer.count(), source.count())
    } else {
        return Vec::new();
    };
    let mut finding = Finding::new(QUOTES, Severity::Info, message);
    finding.source_span = source.first.clone();
    finding.span = answer.first;
    vec![finding]
}

/// The quotation marks of a text.
#[derive(Debug, Default)]
pub(super) struct Quotations {
    /// Double marks of any kind, opening or closing.
    double: usize,
    /// Single marks that open.
    single: usize,
    first: Option<std::ops::Range<usize>>,
}

impl Quotations {
    pub fn of(text: &str) -> Self {
        let mut quotations = Self::default();
        let mut previous = ' ';
        for (at, character) in text.char_indices() {
            let end = at + character.len_utf8();
            let mut following = slice(text, end..text.len()).chars();
            let (next, after) = (following.next().unwrap_or(' '), following.next().unwrap_or(' '));
            let counted = match character {
                // Hebrew writes acronyms with a mark inside, and inches stand behind a number.
                '"' | '״' | '″' => {
                    !(previous.is_alphanumeric() && next.is_alphanumeric()) && character != '″'
                }
                '“' | '”' | '„' | '«' | '»' | '「' | '」' | '『' | '』' | '‟' | '《' | '》' | '＂' => {
                    true
                }
                '\'' | '‘' | '‚' | '‹' => {
                    let opens = !previous.is_alphanumeric() && next.is_alphanumeric();
                    // 's avonds, 't, '90s.
                    let apostrophe = !after.is_alphanumeric()
                        || next.is_numeric()
                        || character == '\'' && !closes(slice(text, end..text.len()));
                    if opens && !apostrophe {
                        quotations.single += 1;
                        quotations.first.get_or_insert(at..end);
                    }
                    false
                }
                _ => false,
            };
            if counted {
                quotations.double += 1;
                quotations.first.get_or_insert(at..end);
            }
            previous = character;
        }
        quotations
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.double.div_ceil(2) + self.single
    }

    /// Whether one is opened and not closed.
    pub fn is_open(&self) -> bool {
        self.double % 2 == 1
    }
}

/// Whether an apostrophe that ends a word follows.
fn closes(rest: &str) -> bool {
    let mut previous = ' ';
    for character in rest.chars().chain([' ']) {
        if matches!(previous, '\'' | '’') && !character.is_alphanumeric() {
            return true;
        }
        previous = character;
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::is_hard;
    use crate::check::language::tests::{pair, sides};

    fn hard(source: &str, answer: &str) -> bool {
        is_hard(&unbalanced(&sides(&pair(source, answer, "en", "pt"))))
    }

    fn severity(source: &str, answer: &str) -> Option<Severity> {
        quotes(&sides(&pair(source, answer, "en", "pt"))).first().map(|finding| finding.severity)
    }

    fn flagged(source: &str, answer: &str) -> bool {
        severity(source, answer).is_some()
    }

    #[test]
    fn a_bracket_that_lost_its_counterpart_is_hard() {
        assert!(hard("The council (of Porto) met.", "O conselho (do Porto reuniu-se."));
        assert!(hard("The council [of Porto] met.", "O conselho do Porto] reuniu-se."));
        assert!(!hard("The council (of Porto) met.", "O conselho（do Porto) reuniu-se."));
        assert!(!hard("The council (of Porto) met.", "O conselho do Porto reuniu-se."));
        assert!(!hard("First: pay.", "1) pague :) e a) saia"));
        assert!(!hard("The council (of Porto met.", "O conselho (do Porto reuniu-se."));
        let info = counts(&sides(&pair("The council (of Porto) met.", "O conselho do Porto.", "en", "pt")));
        assert_eq!(info[0].severity, Severity::Info);
        assert!(counts(&sides(&pair("A (b)", "（b）A", "en", "zh"))).is_empty());
    }

    #[test]
    fn a_quotation_left_open_or_lost_is_information() {
        assert_eq!(severity("\"Go,\" he said.", "«Vá, disse ele."), Some(Severity::Info));
        assert_eq!(severity("“Go,” he said.", "Vá, disse ele."), Some(Severity::Info));
        assert_eq!(severity("He said: 'Go home'.", "Ele disse: vá para casa."), Some(Severity::Info));
    }

    #[test]
    fn any_marks_will_do_and_apostrophes_are_none() {
        assert!(!flagged("“Go,” he said.", "«Vá», disse ele."));
        assert!(!flagged("He said: 'Go home'.", "彼は「帰れ」と言った。"));
        assert!(!flagged("The workers' rights in the '90s, don't ask", "Os direitos nos anos 90"));
        assert!(!flagged("Avatar is a film.", "“Avatar” é um filme."));
        assert!(!flagged("'s avonds was 't koud", "à noite estava frio"));
    }
}
