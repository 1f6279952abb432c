//! A writer of XML that is well-formed whatever it is given.

use crate::document::slice;
use crate::read::unit::{Part, split};

/// XML as it is made: elements are closed in the order they were opened, and characters that XML does not have become
/// U+FFFD and are told of.
#[derive(Debug, Default)]
pub struct Out {
    text: String,
    open: Vec<&'static str>,
    /// Every character that was replaced, in order.
    pub replaced: Vec<char>,
}

/// Whether XML 1.0 has the character at all (its `Char`), however it is spelt.
pub fn legal(character: char) -> bool {
    matches!(character, '\t' | '\n' | '\r' | '\u{20}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..)
}

impl Out {
    pub fn new() -> Self {
        Self { text: "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n".to_owned(), ..Self::default() }
    }

    /// `<name a="b">`, to be closed by [`Out::close`].
    pub fn open(&mut self, name: &'static str, attributes: &[(&str, &str)]) -> &mut Self {
        self.tag(name, attributes, ">");
        self.open.push(name);
        self
    }

    /// `<name a="b"/>`.
    pub fn empty(&mut self, name: &str, attributes: &[(&str, &str)]) -> &mut Self {
        self.tag(name, attributes, "/>");
        self
    }

    /// The end tag of the element opened last.
    pub fn close(&mut self) -> &mut Self {
        if let Some(name) = self.open.pop() {
            self.text.push_str("</");
            self.text.push_str(name);
            self.text.push('>');
        }
        self
    }

    pub fn text(&mut self, text: &str) -> &mut Self {
        self.escaped(text, false);
        self
    }

    /// Canonical text; `element` writes each `⟦n⟧`, told its number and what of `kept` it stands for, empty where nothing.
    pub fn canonical(&mut self, text: &str, kept: &[String], element: impl Fn(&mut Self, &str, &str)) {
        for part in split(text) {
            match part {
                Part::Text { text, .. } => {
                    self.text(text);
                }
                Part::Span { number: 0, at, len } => {
                    self.text(slice(text, at..at + len));
                }
                Part::Span { number, .. } => {
                    let shown = kept.get(number - 1).map_or("", String::as_str);
                    element(self, &number.to_string(), shown);
                }
            }
        }
    }

    /// A new line, indented as deep as the next element stands. Only where white space has no meaning.
    pub fn line(&mut self) -> &mut Self {
        self.text.push('\n');
        for _ in 0..self.open.len() {
            self.text.push_str("  ");
        }
        self
    }

    /// The end tag on a line of its own.
    pub fn line_close(&mut self) -> &mut Self {
        self.text.push('\n');
        for _ in 1..self.open.len() {
            self.text.push_str("  ");
        }
        self.close()
    }

    /// The whole, with every element closed.
    pub fn finish(mut self) -> (String, Vec<char>) {
        while !self.open.is_empty() {
            self.line_close();
        }
        self.text.push('\n');
        (self.text, self.replaced)
    }

    fn tag(&mut self, name: &str, attributes: &[(&str, &str)], end: &str) {
        self.text.push('<');
        self.text.push_str(name);
        for (name, value) in attributes {
            self.text.push(' ');
            self.text.push_str(name);
            self.text.push_str("=\"");
            self.escaped(value, true);
            self.text.push('"');
        }
        self.text.push_str(end);
    }

    fn escaped(&mut self, text: &str, attribute: bool) {
        for character in text.chars() {
            match character {
                '&' => self.text.push_str("&amp;"),
                '<' => self.text.push_str("&lt;"),
                // In `]]>` it would end what never began.
                '>' => self.text.push_str("&gt;"),
                '"' if attribute => self.text.push_str("&quot;"),
                // Readers make spaces and line feeds of these where they stand as they are. A line separator of
                // Latin-1 or Unicode is safe in XML 1.0.
                '\r' => self.text.push_str("&#13;"),
                '\t' | '\n' if attribute => {
                    self.text.push_str(&format!("&#{};", u32::from(character)));
                }
                character if legal(character) => self.text.push(character),
                character => {
                    self.replaced.push(character);
                    self.text.push(char::REPLACEMENT_CHARACTER);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::parse;
    use super::*;

    #[test]
    fn whatever_is_written_is_read_again() {
        let hard = "a<b>&\"'c]]>\r\n\td\u{85}\u{2028}e\u{1F600}";
        let mut out = Out::new();
        out.open("a", &[("x", hard), ("xml:lang", "pt")]).line().open("b", &[]).text(hard).close();
        out.empty("c", &[("y", "")]);
        let (xml, replaced) = out.finish();
        assert!(replaced.is_empty());
        let root = parse(xml.as_bytes()).unwrap();
        assert_eq!(root.attribute("x"), Some(hard));
        assert_eq!(root.child("b").unwrap().text(), hard);
        assert_eq!(root.child("c").unwrap().attribute("y"), Some(""));
    }

    #[test]
    fn characters_that_xml_has_not_are_replaced_and_told() {
        let mut out = Out::new();
        out.open("a", &[("b", "\u{0}\u{1b}")]).text("x\u{ffff}y").close();
        let (xml, replaced) = out.finish();
        assert_eq!(replaced, ['\u{0}', '\u{1b}', '\u{ffff}']);
        let root = parse(xml.as_bytes()).unwrap();
        assert_eq!(root.attribute("b"), Some("\u{fffd}\u{fffd}"));
        assert_eq!(root.text(), "x\u{fffd}y");
    }
}
