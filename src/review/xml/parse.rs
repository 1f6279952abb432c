//! From bytes to a tree, within bounds.

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};
use quick_xml::XmlVersion;
use quick_xml::events::{BytesStart, Event};
use quick_xml::reader::Reader;

use super::{Element, Node, write};

/// Larger files are refused: a translation memory of two million words has about 40 MB, and the tree takes three times
/// its file.
pub const MOST_BYTES: usize = 256 << 20;

/// Elements inside one another. XLIFF nests groups, but nobody nests them so deep; what walks a tree calls itself.
const DEEPEST: usize = 100;

/// Attributes of one element: XLIFF knows about thirty. Names are compared with one another, so that a million would
/// take for ever.
const MOST_ATTRIBUTES: usize = 100;

/// Why bytes are no XML that gloss reads. Lines are counted from 1; the message holds nothing of the file that a
/// terminal could not show.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message} in line {line}")]
pub struct XmlError {
    pub message: String,
    pub line: usize,
}

/// Reads a whole file: UTF-8, UTF-16, or what its declaration names.
///
/// # Errors
/// Where it is not well-formed, beyond the bounds, or wants a document type to be read.
pub fn parse(bytes: &[u8]) -> Result<Element, XmlError> {
    let at_start = |message: String| XmlError { message, line: 1 };
    if bytes.len() > MOST_BYTES {
        return Err(at_start(format!("more than {} MiB", MOST_BYTES >> 20)));
    }
    let text = decoded(bytes).map_err(at_start)?;
    let mut reader = Reader::from_str(&text);
    let mut lines = Lines { text: &text, at: 0, line: 1 };
    let mut tree = Tree::default();
    loop {
        let line = lines.at(reader.buffer_position());
        let failed = |message: String| XmlError { message, line };
        let event = reader.read_event().map_err(|error| failed(shown(&error)))?;
        match event {
            Event::Start(start) => {
                let element = element(&start, line).map_err(failed)?;
                tree.open(element).map_err(failed)?;
            }
            Event::Empty(start) => {
                let element = element(&start, line).map_err(failed)?;
                tree.open(element).and_then(|()| tree.close()).map_err(failed)?;
            }
            Event::End(_) => tree.close().map_err(failed)?,
            Event::Text(text) => tree.text(&text.xml10_content()).map_err(failed)?,
            Event::CData(data) => tree.text(&data.xml10_content()).map_err(failed)?,
            Event::GeneralRef(reference) => {
                let character = match reference.resolve_char_ref().map_err(|error| failed(shown(&error)))? {
                    Some(character) => Some(character.to_string()),
                    None => quick_xml::escape::resolve_predefined_entity(&reference).map(str::to_owned),
                };
                let character =
                    character.ok_or_else(|| failed("an entity that XML itself does not know".to_owned()))?;
                tree.text(&character).map_err(failed)?;
            }
            Event::DocType(document_type) => {
                // The name of a document type that is kept elsewhere is of no consequence: it is not fetched.
                if document_type.contains('[') {
                    return Err(failed(
                        "declarations of its own (`<!DOCTYPE … [`), which gloss does not read".to_owned(),
                    ));
                }
            }
            Event::Comment(_) | Event::PI(_) | Event::Decl(_) => {}
            Event::Eof => return tree.finish().map_err(failed),
        }
    }
}

/// The tree as far as it is read.
#[derive(Default)]
struct Tree {
    open: Vec<Element>,
    root: Option<Element>,
}

impl Tree {
    fn open(&mut self, element: Element) -> Result<(), String> {
        if self.open.is_empty() && self.root.is_some() {
            return Err("a second root element".to_owned());
        }
        if self.open.len() >= DEEPEST {
            return Err(format!("more than {DEEPEST} elements inside one another"));
        }
        self.open.push(element);
        Ok(())
    }

    fn close(&mut self) -> Result<(), String> {
        let element = self.open.pop().ok_or("an end tag without a start")?;
        match self.open.last_mut() {
            Some(parent) => parent.children.push(Node::Element(element)),
            None => self.root = Some(element),
        }
        Ok(())
    }

    fn text(&mut self, text: &str) -> Result<(), String> {
        if let Some(illegal) = text.chars().find(|character| !write::legal(*character)) {
            return Err(format!("the character U+{:04X}, which XML does not have,", u32::from(illegal)));
        }
        let Some(parent) = self.open.last_mut() else {
            let blank = text.trim_matches([' ', '\t', '\r', '\n', '\u{feff}']).is_empty();
            return if blank { Ok(()) } else { Err("text outside of the root element".to_owned()) };
        };
        match parent.children.last_mut() {
            Some(Node::Text(before)) => before.push_str(text),
            _ => parent.children.push(Node::Text(text.to_owned())),
        }
        Ok(())
    }

    fn finish(self) -> Result<Element, String> {
        if let Some(open) = self.open.last() {
            return Err(format!("the file ends inside an element that begins in line {}; seen", open.line));
        }
        self.root.ok_or_else(|| "no XML element".to_owned())
    }
}

fn element(start: &BytesStart<'_>, line: usize) -> Result<Element, String> {
    let mut attributes = Vec::new();
    for attribute in start.attributes() {
        let attribute = attribute.map_err(|error| shown(&error))?;
        let value = attribute.normalized_value(XmlVersion::Explicit1_0).map_err(|error| shown(&error))?;
        if let Some(illegal) = value.chars().find(|character| !write::legal(*character)) {
            return Err(format!("the character U+{:04X}, which XML does not have,", u32::from(illegal)));
        }
        attributes.push((attribute.key.into_inner().to_owned(), value.into_owned()));
        if attributes.len() > MOST_ATTRIBUTES {
            return Err(format!("an element with more than {MOST_ATTRIBUTES} attributes"));
        }
    }
    let name = start.local_name().into_inner().to_owned();
    Ok(Element { name, attributes, children: Vec::new(), line })
}

/// The text of a file without its byte order mark.
fn decoded(bytes: &[u8]) -> Result<String, String> {
    let (encoding, mark) = match Encoding::for_bom(bytes) {
        Some(known) => known,
        None if bytes.starts_with(b"<\0") => (UTF_16LE, 0),
        None if bytes.starts_with(b"\0<") => (UTF_16BE, 0),
        None => (declared(bytes)?, 0),
    };
    let body = bytes.get(mark..).unwrap_or_default();
    let text = encoding.decode_without_bom_handling_and_without_replacement(body);
    text.map(std::borrow::Cow::into_owned).ok_or_else(|| format!("bytes that are no {}", encoding.name()))
}

/// The encoding that an XML declaration names; UTF-8 without one.
fn declared(bytes: &[u8]) -> Result<&'static Encoding, String> {
    let head = String::from_utf8_lossy(bytes.get(..200.min(bytes.len())).unwrap_or_default());
    let named = head
        .strip_prefix("<?xml")
        .and_then(|rest| rest.split_once("?>"))
        .and_then(|(declaration, _)| declaration.split_once("encoding"))
        .and_then(|(_, rest)| rest.split(['"', '\'']).nth(1));
    match named {
        None => Ok(UTF_8),
        Some(label) => match Encoding::for_label(label.as_bytes()) {
            // Bytes that could be read so far are not UTF-16, whatever they say.
            Some(encoding) if encoding == UTF_16LE || encoding == UTF_16BE => Ok(UTF_8),
            Some(encoding) => Ok(encoding),
            None => Err("an encoding that gloss does not know".to_owned()),
        },
    }
}

/// The line of a byte, looked for from the one before.
struct Lines<'a> {
    text: &'a str,
    at: usize,
    line: usize,
}

impl Lines<'_> {
    fn at(&mut self, position: u64) -> usize {
        let position = usize::try_from(position).unwrap_or(usize::MAX).min(self.text.len());
        let between = self.text.as_bytes().get(self.at..position).unwrap_or_default();
        self.line += between.iter().filter(|byte| **byte == b'\n').count();
        self.at = self.at.max(position);
        self.line
    }
}

/// An error of the reader, which may repeat what stands in the file.
fn shown(error: &impl std::fmt::Display) -> String {
    let text = error.to_string();
    let mut short: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(160).collect();
    if text.chars().nth(160).is_some() {
        short.push('…');
    }
    format!("not well-formed XML: {short};")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(xml: impl AsRef<[u8]>) -> String {
        parse(xml.as_ref()).unwrap_err().to_string()
    }

    #[test]
    fn text_comes_in_one_piece_however_it_is_spelt() {
        let root =
            parse(b"<a x='1 &lt; 2'>one &amp; <![CDATA[<two>]]>&#x20AC;&#10;\r\n<b/><!-- no -->three</a>")
                .unwrap();
        assert_eq!(root.attribute("x"), Some("1 < 2"));
        assert_eq!(root.children.len(), 3);
        assert_eq!(root.children[0], Node::Text("one & <two>€\n\n".to_owned()));
        assert_eq!(root.text(), "one & <two>€\n\nthree");
    }

    #[test]
    fn every_encoding_that_is_marked_or_declared_is_read() {
        let text = "<?xml version=\"1.0\" encoding=\"utf-16\"?><a>żółć 中</a>";
        let little: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
        for bytes in [
            [&b"\xFF\xFE"[..], &little].concat(),
            [&b"\xFE\xFF"[..], &big].concat(),
            little,
            big,
            [&b"\xEF\xBB\xBF"[..], text.as_bytes()].concat(),
        ] {
            assert_eq!(parse(&bytes).unwrap().text(), "żółć 中");
        }
        let cyrillic = b"<?xml version='1.0' encoding='windows-1251'?><a>\xC4\xE0</a>";
        assert_eq!(parse(cyrillic).unwrap().text(), "Да");
        assert!(refused(b"<a>\xC4</a>").contains("no UTF-8"));
        assert!(refused(b"<?xml version='1.0' encoding='klingon'?><a/>").contains("encoding"));
    }

    #[test]
    fn nothing_is_fetched_and_nothing_expanded() {
        let outside = "<!DOCTYPE tmx SYSTEM \"http://127.0.0.1:1/tmx14.dtd\"><tmx/>";
        assert_eq!(parse(outside.as_bytes()).unwrap().name, "tmx");
        let inside = "<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/passwd\">]>\n<a>&x;</a>";
        assert!(refused(inside).contains("declarations of its own"));
        let bomb = "<!DOCTYPE a [<!ENTITY b \"ha\"><!ENTITY c \"&b;&b;\">]><a>&c;</a>";
        assert!(refused(bomb).contains("declarations of its own"));
        assert_eq!(refused("<a>\n&x;</a>"), "an entity that XML itself does not know in line 2");
        assert!(refused("<a b='&x;'/>").contains("not well-formed"));
    }

    #[test]
    fn what_is_no_xml_is_refused_with_its_line() {
        for (xml, line) in [
            ("<a>\n\n<b></a>", 3),
            ("<a>\n", 2),
            ("", 1),
            ("plain", 1),
            ("<a/>\n<b/>", 2),
            ("<a>\u{1}</a>", 1),
            ("<a>&#1;</a>", 1),
            ("<a>\u{ffff}</a>", 1),
            ("<a b='1' b='2'/>", 1),
            ("</a>", 1),
        ] {
            let error = parse(xml.as_bytes()).unwrap_err();
            assert_eq!(error.line, line, "{xml:?}: {error}");
            assert!(!error.message.chars().any(char::is_control), "{error}");
        }
    }

    #[test]
    fn depth_and_attributes_are_bounded() {
        assert!(refused("<a>".repeat(100_000)).contains("inside one another"));
        let attributes: String = (0..200_000).map(|n| format!(" a{n}=''")).collect();
        assert!(refused(format!("<a{attributes}/>")).contains("attributes"));
    }
}
