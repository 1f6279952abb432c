//! A unit: what is sent for one block, and how its answer becomes bytes again.
//!
//! Owns the form that engines see and the way back from it. Knows of no format but through
//! [`Markup`], which says how to check that an answer is still what it was in Markdown.

mod assemble;
mod parts;
mod protect;

#[cfg(test)]
mod tests;

use super::markdown::Markup;
use super::wrap::{self, Layout};
pub(crate) use assemble::{Mixed, Piece, assemble};
pub(crate) use parts::{Part, is_line_end, split};

/// The translatable text of a block, with everything that must not be translated taken out.
///
/// `text` is what engines see: on one line, escapes and entities decoded, with `⟦n⟧` (n from 1) for each
/// protected span. [`Unit::restore`] puts an answer in this form back into the format's own bytes;
/// for the unit's own `text` it gives the source's bytes.
#[derive(Debug, Clone, PartialEq)]
pub struct Unit {
    pub text: String,
    /// What each `⟦n⟧` stands for, in the source's bytes; index n - 1.
    pub protected: Vec<String>,
    /// Characters that the source spells in another way throughout the unit (`&amp;` for `&`, `\*` for `*`),
    /// in order.
    pub spelling: Vec<(char, String)>,
    /// How the text is laid out in lines.
    pub layout: Layout,
    /// What each `⟦n⟧` is; index n - 1.
    pub(crate) marks: Vec<Mark>,
    /// Bytes of the content before and after `text`: markers that enclose all of it.
    pub(crate) lead: String,
    pub(crate) tail: String,
    /// The markers in `lead` and in `tail`.
    pub(crate) edges: [Vec<String>; 2],
    /// Where the unit stands in Markdown; `None` in plain text.
    pub(crate) markup: Option<Markup>,
}

/// What a protected span is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Mark {
    /// Text that stays as it is (an address, a control character, a bracket of our own), as a reader sees it.
    Literal(String),
    /// Inline code with its content, an image without a text, HTML, a footnote reference, a hard break.
    Element(String),
    /// The first half of a pair (link, image, emphasis). `tight` halves touch the text inside them.
    Open { tight: bool },
    /// The second half; it closes the pair opened last.
    Close { tight: bool },
}

/// Why an answer cannot be put back.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RestoreError {
    #[error("`⟦{0}⟧` is missing from the answer")]
    Missing(usize),
    #[error("`⟦{0}⟧` stands in the answer more often than in the source")]
    Extra(usize),
    #[error("the answer would change the document's structure")]
    Structure,
}

impl Unit {
    /// A unit of one line of plain text with nothing to protect but what [`mod@assemble`] finds in it.
    /// `text` must not hold line ends; white space at its edges is kept out of the unit.
    pub fn line(text: &str) -> Self {
        assemble(&[Piece::Text(text)], 0, Mixed::Protected)
    }

    /// Puts an answer back into the bytes of the source's format: placeholders replaced, spelling and line
    /// layout applied again, and what would have become markup escaped. Line ends in the answer become
    /// spaces. For the unit's own `text` the result is the source's content, byte for byte.
    ///
    /// # Errors
    /// [`RestoreError::Missing`] and [`RestoreError::Extra`] where the placeholders are not those of `text`,
    /// each once; [`RestoreError::Structure`] where halves of pairs do not nest, or no spelling of the answer
    /// leaves the document's structure as it was.
    pub fn restore(&self, answer: &str) -> Result<String, RestoreError> {
        let answer = parts::one_line(answer);
        let answer = parts::tidy_pairs(&answer, &self.marks)?;
        match &self.markup {
            None => Ok(self.render(&answer, &mut |at, character, out| self.spell(at, character, out), None)),
            Some(markup) => markup.restore(self, &answer),
        }
    }

    /// Whether an answer can be put back; cheaper than to [`restore`](Unit::restore) it.
    ///
    /// # Errors
    /// As those of [`Unit::restore`].
    pub fn fits(&self, answer: &str) -> Result<(), RestoreError> {
        if self.markup.is_some() {
            return self.restore(answer).map(drop);
        }
        parts::tidy_pairs(&parts::one_line(answer), &self.marks).map(drop)
    }

    /// `answer` with its characters written by `encode`, protected spans put back, laid out in lines.
    /// `hazard` tells words that must not begin a line.
    pub(crate) fn render(
        &self,
        answer: &str,
        encode: &mut dyn FnMut(usize, char, &mut String),
        hazard: Option<&dyn Fn(&str) -> bool>,
    ) -> String {
        let body = wrap::lay_out(self, answer, encode, hazard);
        let mut out = String::with_capacity(self.lead.len() + body.len() + self.tail.len());
        out.push_str(&self.lead);
        out.push_str(&body);
        out.push_str(&self.tail);
        out
    }

    /// Writes a character as the source spells it.
    pub(crate) fn spell(&self, _at: usize, character: char, out: &mut String) {
        let found = self.spelling.binary_search_by_key(&character, |(spelled, _)| *spelled);
        match found.ok().and_then(|index| self.spelling.get(index)) {
            Some((_, raw)) => out.push_str(raw),
            None => out.push(character),
        }
    }
}

/// What a reader would see of the unit: placeholders replaced by inline code's content or the kept text,
/// and by nothing where they are markup. For summaries and detection.
pub fn plain(unit: &Unit) -> String {
    let mut out = String::with_capacity(unit.text.len());
    for part in split(&unit.text) {
        match part {
            Part::Text { text, .. } => out.push_str(text),
            Part::Span { number, .. } => {
                match number.checked_sub(1).and_then(|index| unit.marks.get(index)) {
                    Some(Mark::Literal(shown) | Mark::Element(shown)) => out.push_str(shown),
                    Some(Mark::Open { .. } | Mark::Close { .. }) | None => {}
                }
            }
        }
    }
    out
}
