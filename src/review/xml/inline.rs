//! Between inline elements and `⟦n⟧`.
//!
//! XLIFF 1.2 and TMX 1.4 share most of their inline elements: `ph`, `x`, `bx`, `ex`, `bpt`, `ept`, `it` and `ut` stand for
//! a piece of the original format (what is inside them is that format's code, not text), `g` and `hi` enclose text, and
//! `mrk` only says something of the text inside it.

use std::collections::HashMap;

use super::{Element, Node};

/// A stretch of a segment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    Text(String),
    /// A piece of the original format, by a name that is the same in source and target.
    Code(String),
}

/// What stands in a `<source>`, `<target>` or `<seg>`.
pub fn pieces(element: &Element) -> Vec<Piece> {
    let mut found = Pieces::default();
    found.walk(element);
    found.pieces
}

#[derive(Default)]
struct Pieces {
    pieces: Vec<Piece>,
    /// How many elements of a name had no id, to tell them by.
    nameless: HashMap<String, usize>,
}

impl Pieces {
    fn walk(&mut self, element: &Element) {
        for node in &element.children {
            match node {
                Node::Text(text) => self.pieces.push(Piece::Text(text.clone())),
                Node::Element(inner) => match inner.name.as_str() {
                    "g" | "hi" => {
                        let name = self.name(inner);
                        self.pieces.push(Piece::Code(format!("{name} open")));
                        self.walk(inner);
                        self.pieces.push(Piece::Code(format!("{name} close")));
                    }
                    "x" | "ph" | "bx" | "ex" | "bpt" | "ept" | "it" | "ut" => {
                        let name = self.name(inner);
                        self.pieces.push(Piece::Code(name));
                    }
                    _ => self.walk(inner),
                },
            }
        }
    }

    /// `x` and `ph` are told by their number alone: tools turn one into the other.
    fn name(&mut self, element: &Element) -> String {
        let kind = if element.name == "ph" { "x" } else { element.name.as_str() };
        let number = ["id", "x", "i"].into_iter().find_map(|name| element.attribute(name));
        if let Some(number) = number {
            return format!("{kind} {number}");
        }
        let count = self.nameless.entry(kind.to_owned()).or_default();
        *count += 1;
        format!("{kind} nameless {count}")
    }
}

/// Source and target with `⟦n⟧` for each code: the number that it bears itself where all of them are numbered as gloss
/// numbers them, else by order in the source.
pub fn canonical(source: &[Piece], target: Option<&[Piece]>) -> (String, Option<String>) {
    let mut numbers: HashMap<&str, usize> = HashMap::new();
    let codes: Vec<&str> = source.iter().chain(target.unwrap_or_default()).filter_map(code).collect();
    let own = codes.iter().all(|name| own_number(name).is_some());
    for name in codes {
        let next = numbers.len() + 1;
        numbers.entry(name).or_insert(own_number(name).filter(|_| own).unwrap_or(next));
    }
    let text = |pieces: &[Piece]| {
        let mut text = String::new();
        for piece in pieces {
            match piece {
                Piece::Text(piece) => text.push_str(piece),
                Piece::Code(name) => {
                    let number = numbers.get(name.as_str()).copied().unwrap_or_default();
                    text.push_str(&format!("⟦{number}⟧"));
                }
            }
        }
        text
    };
    (text(source), target.map(text))
}

fn code(piece: &Piece) -> Option<&str> {
    match piece {
        Piece::Code(name) => Some(name),
        Piece::Text(_) => None,
    }
}

/// The number of an `<x id="n"/>` as gloss writes it.
fn own_number(name: &str) -> Option<usize> {
    let number = name.strip_prefix("x ")?;
    let plain =
        number.len() < 8 && number.bytes().all(|byte| byte.is_ascii_digit()) && !number.starts_with('0');
    plain.then(|| number.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::super::parse;
    use super::*;

    fn both(source: &str, target: &str) -> (String, String) {
        let read = |inner: &str| pieces(&parse(format!("<s>{inner}</s>").as_bytes()).unwrap());
        let (source, target) = canonical(&read(source), Some(&read(target)));
        (source, target.unwrap())
    }

    #[test]
    fn our_own_numbers_stay() {
        assert_eq!(
            both("a <x id=\"1\"/> b<x id='2'/>", "<x id='2'/>b <ph id='1'>zzz</ph> a"),
            ("a ⟦1⟧ b⟦2⟧".to_owned(), "⟦2⟧b ⟦1⟧ a".to_owned())
        );
    }

    #[test]
    fn others_are_numbered_by_the_source() {
        let source = "<bpt i='7'>&lt;b&gt;</bpt>bold<ept i='7'>&lt;/b&gt;</ept> and <g id='x1'>link</g><it/>";
        let target = "<g id='x1'>ligação</g> e <bpt i='7'/>negrito<ept i='7'/><it/>";
        assert_eq!(
            both(source, target),
            ("⟦1⟧bold⟦2⟧ and ⟦3⟧link⟦4⟧⟦5⟧".to_owned(), "⟦3⟧ligação⟦4⟧ e ⟦1⟧negrito⟦2⟧⟦5⟧".to_owned())
        );
    }

    #[test]
    fn marks_are_text_and_codes_are_not() {
        let (source, target) = both(
            "<mrk mtype='seg'>One.</mrk> <mrk mtype='seg'>Two <sub>three</sub>.</mrk>",
            "<ph x='1'>code <sub>alt text</sub></ph>Um",
        );
        assert_eq!(source, "One. Two three.");
        assert_eq!(target, "⟦1⟧Um");
    }
}
