//! Which files an export makes of a folder's reviews, and what stands in each. Pure: [`crate::write`] puts them on disk.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use super::data::ReviewDocument;
use super::{tmx, xliff};
use crate::language::Language;

/// The name of a folder's TMX.
pub const TMX: &str = "gloss.tmx";

/// One file to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Export {
    /// Relative to the state root, or to what `--out` names.
    pub path: PathBuf,
    pub text: String,
    /// What could not be written as it is, in words.
    pub notes: Vec<String>,
}

/// An XLIFF for each document and each of `languages` (for every language that it has, where there are none):
/// `news/mill.md` into Portuguese is `news/mill.pt.xlf`, or `news/mill.md.pt.xlf` where there is a `news/mill.txt` too.
pub fn xliff(documents: &[ReviewDocument], languages: &[Language]) -> Vec<Export> {
    let mut stems: HashMap<PathBuf, usize> = HashMap::new();
    for document in documents {
        *stems.entry(Path::new(&document.path).with_extension("")).or_default() += 1;
    }
    let mut exports = Vec::new();
    for document in documents {
        let stem = Path::new(&document.path).with_extension("");
        let twins = stems.get(&stem).is_some_and(|count| *count > 1);
        let stem = if twins { PathBuf::from(&document.path) } else { stem };
        for translation in &document.translations {
            let language = &translation.language;
            if !languages.is_empty() && !languages.contains(language) {
                continue;
            }
            let Some((text, replaced)) = xliff::write(document, language) else { continue };
            let mut path = stem.clone().into_os_string();
            path.push(format!(".{language}.xlf"));
            let notes = replaced
                .into_iter()
                .map(|replaced| note(&document.path, replaced.block.0, replaced.character))
                .collect();
            exports.push(Export { path: path.into(), text, notes });
        }
    }
    exports
}

/// One TMX of all pairs; none where there is no pair.
pub fn tmx(documents: &[ReviewDocument], languages: &[Language]) -> Option<Export> {
    let written = tmx::write(documents, languages);
    if written.pairs == 0 {
        return None;
    }
    let notes =
        written.replaced.iter().map(|(path, block, character)| note(path, block.0, *character)).collect();
    Some(Export { path: TMX.into(), text: written.xml, notes })
}

fn note(path: &str, block: u32, character: char) -> String {
    let number = u32::from(character);
    format!("`{path}` paragraph {}: XML has no U+{number:04X}; it stands there as U+FFFD", block + 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::review::samples;

    #[test]
    fn files_stand_beside_their_sources_and_never_take_turns_in_one_place() {
        let one = samples::document();
        let mut twin = samples::document();
        twin.path = "news/mill.txt".to_owned();
        let mut other = samples::document();
        other.path = "boat.v2.md".to_owned();
        let paths = |documents: &[ReviewDocument]| -> Vec<String> {
            xliff(documents, &[])
                .into_iter()
                .map(|export| export.path.to_string_lossy().into_owned())
                .collect()
        };
        assert_eq!(paths(&[one.clone(), other.clone()]), ["news/mill.pt.xlf", "boat.v2.pt.xlf"]);
        assert_eq!(
            paths(&[one.clone(), twin, other]),
            ["news/mill.md.pt.xlf", "news/mill.txt.pt.xlf", "boat.v2.pt.xlf"]
        );
        assert!(xliff(&[one], &[Language::parse("de").unwrap()]).is_empty());
    }

    #[test]
    fn what_xml_cannot_hold_is_told() {
        let mut document = samples::document();
        document.units[2].text.push('\u{8}');
        assert_eq!(
            xliff(&[document.clone()], &[])[0].notes,
            ["`news/mill.md` paragraph 3: XML has no U+0008; it stands there as U+FFFD"]
        );
        // Twice: as a source, and as what stands before the next. That one has no answer, so once.
        assert_eq!(tmx(&[document.clone()], &[]).unwrap().notes.len(), 1);
        assert_eq!(tmx(&[document], &[Language::parse("de").unwrap()]), None);
    }
}
