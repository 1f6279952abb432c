//! A file from another tool, told by its content: whatever its name says.

use super::tmx::{self, Pair};
use super::xliff::{self, XliffFile};
use super::xml::{XmlError, parse};

/// What a file turned out to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Foreign {
    Xliff(Vec<XliffFile>),
    Tmx(Vec<Pair>),
}

/// Whether the bytes begin as XML does, in any encoding that [`parse`] knows; JSON never does.
pub fn is_xml(bytes: &[u8]) -> bool {
    let blank =
        |byte: &&u8| matches!(byte, 0 | 0xEF | 0xBB | 0xBF | 0xFE | 0xFF | b' ' | b'\t' | b'\r' | b'\n');
    bytes.iter().find(|byte| !blank(byte)) == Some(&b'<')
}

/// Reads an XLIFF or a TMX.
///
/// # Errors
/// Where it is neither, or not within the bounds of [`parse`].
pub fn read(bytes: &[u8]) -> Result<Foreign, XmlError> {
    let root = parse(bytes)?;
    match root.name.as_str() {
        "xliff" => Ok(Foreign::Xliff(xliff::of_root(&root)?)),
        "tmx" => Ok(Foreign::Tmx(tmx::of_root(&root)?)),
        _ => Err(XmlError { message: "neither `<xliff>` nor `<tmx>`".to_owned(), line: root.line }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_content_tells() {
        assert!(matches!(read(b"<xliff version='1.2'/>"), Ok(Foreign::Xliff(files)) if files.is_empty()));
        assert!(
            matches!(read(b"\xEF\xBB\xBF<tmx version='1.4'/>"), Ok(Foreign::Tmx(pairs)) if pairs.is_empty())
        );
        assert!(read(b"<html/>").is_err());
        assert!(
            is_xml(b"\xFF\xFE<\0?\0")
                && is_xml(b"\n <tmx/>")
                && !is_xml(b"{\"gloss\": \"changes\"}")
                && !is_xml(b"")
        );
    }
}
