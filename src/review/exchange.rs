//! A file from another tool, told by its content whatever its name says, and what becomes of it: changes to units, or
//! corrections by text.

use std::collections::BTreeSet;

use super::data::ReviewDocument;
use super::tmx::{self, Pair};
use super::xliff::{self, Imported, XliffFile};
use super::xml::{XmlError, parse};
use crate::document::BlockId;
use crate::error::Result;
use crate::language::Language;
use crate::memory::{Correction, CorrectionKind, How};

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
pub fn read(bytes: &[u8]) -> std::result::Result<Foreign, XmlError> {
    let root = parse(bytes)?;
    match root.name.as_str() {
        "xliff" => Ok(Foreign::Xliff(xliff::of_root(&root)?)),
        "tmx" => Ok(Foreign::Tmx(tmx::of_root(&root)?)),
        _ => Err(XmlError { message: "neither `<xliff>` nor `<tmx>`".to_owned(), line: root.line }),
    }
}

/// The changes that XLIFFs hold, to the documents at `paths`; `review` gives what stands at one. A file whose
/// `original` is a longer path (a tool made it absolute) is for the document that it ends in.
///
/// # Errors
/// Where `review` has one. A file that is for no document is refused in words.
pub fn changes(
    files: &[XliffFile],
    paths: &[String],
    review: impl Fn(&str) -> Result<Option<ReviewDocument>>,
) -> Result<Imported> {
    let mut all = Imported::default();
    for file in files {
        let original = file.original.replace('\\', "/");
        let is_meant = |path: &&String| original == **path || original.ends_with(&format!("/{path}"));
        let path = paths.iter().filter(is_meant).max_by_key(|path| path.len());
        let document = match path {
            Some(path) => review(path)?,
            None => None,
        };
        match document {
            Some(document) => {
                let imported = xliff::changes(file, &document);
                all.changes.extend(imported.changes);
                all.refused.extend(imported.refused);
            }
            None => {
                let original = crate::report::printable::printable(&original).into_owned();
                all.refused.push(format!("`{original}`: nothing was made of such a source in this folder"));
            }
        }
    }
    Ok(all)
}

/// A TMX's pairs as people's answers to their texts, wherever those stand. `pairs_here` are the pairs of languages of the
/// folder: what a tool calls `en-US` is for its `en`. What gloss itself says a machine made is left out, and so is what is
/// in no pair of the folder. `now_ms` is Unix time in milliseconds.
pub fn corrections(
    pairs: &[Pair],
    pairs_here: &BTreeSet<(Language, Language)>,
    now_ms: i64,
) -> Vec<Correction> {
    let of = |pair: &Pair| {
        let here = pairs_here.iter().filter(|(from, to)| pair.from.same_as(from) && pair.to.same_as(to));
        let made = here.map(|(from, to)| Correction {
            from: from.clone(),
            to: to.clone(),
            source: pair.source.clone(),
            before: None,
            after: None,
            shape: None,
            path: String::new(),
            block: BlockId(0),
            kind: CorrectionKind::Edit,
            answer: pair.target.clone(),
            raw: None,
            machine: None,
            machine_engine: None,
            how: How::Tmx,
            created_ms: now_ms,
        });
        made.collect::<Vec<_>>()
    };
    pairs.iter().filter(|pair| pair.human).flat_map(of).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::review::samples;

    #[test]
    fn a_file_finds_its_document_by_the_end_of_its_path() {
        let xliff = |original: &str| {
            let (xml, _) = xliff::write(&samples::document(), &Language::parse("pt").unwrap()).unwrap();
            let xml = xml.replacen("news/mill.md", original, 1).replacen("Um moinho", "O moinho", 1);
            match read(xml.as_bytes()).unwrap() {
                Foreign::Xliff(files) => files,
                Foreign::Tmx(_) => unreachable!(),
            }
        };
        let paths = ["mill.md".to_owned(), "news/mill.md".to_owned()];
        let review = |path: &str| Ok(Some(samples::document()).filter(|document| document.path == path));
        for original in ["news/mill.md", "/home/x/articles/news/mill.md", "C:\\articles\\news\\mill.md"] {
            let imported = changes(&xliff(original), &paths, review).unwrap();
            assert_eq!((imported.changes.len(), imported.refused.len()), (1, 0), "{original}");
        }
        let imported = changes(&xliff("olds/mill.txt"), &paths, review).unwrap();
        assert_eq!((imported.changes.len(), imported.refused.len()), (0, 1));
    }

    #[test]
    fn pairs_are_for_the_languages_of_the_folder() {
        let language = |tag: &str| Language::parse(tag).unwrap();
        let pair = |to: &str, human| Pair {
            from: language("en-US"),
            to: language(to),
            source: "A mill.".to_owned(),
            target: "Um moinho.".to_owned(),
            human,
            line: 1,
        };
        let here = BTreeSet::from([(language("en"), language("pt")), (language("en"), language("ru"))]);
        let made = corrections(&[pair("pt-BR", true), pair("de", true), pair("ru", false)], &here, 7);
        let made: Vec<_> =
            made.iter().map(|made| (made.from.as_str(), made.to.as_str(), made.created_ms)).collect();
        assert_eq!(made, [("en", "pt", 7)]);
    }

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
