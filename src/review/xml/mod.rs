//! The XML that XLIFF and TMX are written in: a small tree to read, a writer that cannot make anything ill-formed, and
//! the way between inline elements and `⟦n⟧`.
//!
//! Owns no element's meaning: [`super::xliff`] and [`super::tmx`] do. Opens nothing: no address in a file is followed,
//! no entity but the five of XML itself is known, and a document type that declares anything is refused.
//!
//! The events are `quick-xml`'s: it allocates nothing for a file, expands nothing, and is kept up; of the other readers
//! `xml-rs` is several times slower and `roxmltree` (a tree too) expands entities of an internal document type, which
//! then need bounds of their own. What `quick-xml` leaves to its caller is checked in [`mod@parse`]: one root, no
//! characters that XML has not, and bounds on size, depth and attributes.

mod inline;
mod parse;
mod write;

pub use inline::{Piece, canonical, pieces};
pub use parse::{MOST_BYTES, XmlError, parse};
pub use write::{Out, legal};

/// An element as it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Element {
    /// Without its prefix.
    pub name: String,
    /// By their names as written, prefixes and all, entities resolved.
    pub attributes: Vec<(String, String)>,
    pub children: Vec<Node>,
    /// Where it begins, counted from 1.
    pub line: usize,
}

/// What stands in an element.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Node {
    Element(Element),
    /// Text and CDATA between two elements, in one piece.
    Text(String),
}

impl Element {
    pub fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The elements directly in it.
    pub fn elements(&self) -> impl Iterator<Item = &Self> {
        self.children.iter().filter_map(|node| match node {
            Node::Element(element) => Some(element),
            Node::Text(_) => None,
        })
    }

    /// The first element of that name directly in it.
    pub fn child(&self, name: &str) -> Option<&Self> {
        self.elements().find(|element| element.name == name)
    }

    /// Every element of that name below it, in order; not those inside one that was found.
    pub fn descendants<'a>(&'a self, name: &'a str) -> Vec<&'a Self> {
        let mut found = Vec::new();
        for element in self.elements() {
            if element.name == name {
                found.push(element);
            } else {
                found.extend(element.descendants(name));
            }
        }
        found
    }

    /// All text in it, at any depth.
    pub fn text(&self) -> String {
        let mut text = String::new();
        for node in &self.children {
            match node {
                Node::Text(piece) => text.push_str(piece),
                Node::Element(element) => text.push_str(&element.text()),
            }
        }
        text
    }
}
