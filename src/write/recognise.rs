//! Which file names are gloss's own outputs, told by the name and its neighbours alone: a folder's outputs never
//! become sources, ledger or not.

use std::ffi::{OsStr, OsString};
use std::path::Path;

use super::names::{as_tag, is_hashed};
use crate::language::Language;

/// The extensions of the sources that a summary may belong to.
const SOURCE_EXTENSIONS: [&str; 4] = ["txt", "md", "TXT", "MD"];

/// The language of the output that a file of that name is, when `stands` says of a name whether it stands in
/// the same folder. It is one where the source stands beside it (`csto.pt.txt` beside `csto.txt`), and where
/// it bears a hash of gloss's.
///
/// A name that only looks like an output and whose source is not there (`csto.pt.txt` alone) is none.
pub fn output_language(name: &OsStr, stands: impl Fn(&OsStr) -> bool) -> Option<Language> {
    let path = Path::new(name);
    let (stem, extension) = (Path::new(path.file_stem()?), path.extension()?);
    let is_summary = extension.eq_ignore_ascii_case("md") && stem.extension() == Some(OsStr::new("summary"));
    let labels = labels(if is_summary { stem.file_stem()? } else { stem.as_os_str() });
    let has_source = |label: &OsStr| {
        if is_summary {
            let formats = SOURCE_EXTENSIONS.iter().map(OsStr::new);
            stands(label) || formats.into_iter().any(|extension| stands(&joined(label, extension)))
        } else {
            stands(&joined(label, extension))
        }
    };
    labels.into_iter().find(|(label, _)| is_hashed(label) || has_source(label)).map(|(_, language)| language)
}

/// Whether a file of that name is one of gloss's pages: an article's, where its source stands beside it or it bears a hash
/// of gloss's. `stands` as for [`output_language`].
pub fn is_page(name: &OsStr, stands: impl Fn(&OsStr) -> bool) -> bool {
    let Some(stem) = name.to_str().and_then(|name| name.strip_suffix(".html")) else { return false };
    // `.new`, `.new2` … where ours had to stand beside a person's.
    let bare =
        stem.rsplit_once(".new").filter(|(_, number)| number.is_empty() || number.parse::<u32>().is_ok());
    let stem = bare.map_or(stem, |(bare, _)| bare);
    let Some(label) = stem.strip_suffix(".review").map(OsStr::new) else { return false };
    is_hashed(label)
        || stands(label)
        || SOURCE_EXTENSIONS.iter().any(|extension| stands(&joined(label, OsStr::new(extension))))
}

/// What may stand before a language tag, and before a tag and a `new` after it.
fn labels(name: &OsStr) -> Vec<(OsString, Language)> {
    let name = Path::new(name);
    let before_tag = |name: &Path| -> Option<(OsString, Language)> {
        let language = name.extension().and_then(OsStr::to_str).and_then(as_tag)?;
        Some((name.file_stem()?.to_owned(), language))
    };
    let before_new = name.extension().and_then(OsStr::to_str).and_then(|last| {
        let number = last.strip_prefix("new")?;
        let counted = number.is_empty() || number.parse::<u32>().is_ok();
        name.file_stem().filter(|_| counted)
    });
    [before_tag(name), before_new.and_then(|name| before_tag(Path::new(name)))]
        .into_iter()
        .flatten()
        .collect()
}

fn joined(label: &OsStr, extension: &OsStr) -> OsString {
    let mut name = label.to_owned();
    name.push(".");
    name.push(extension);
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_are_known_by_their_neighbours() {
        let stands = |name: &OsStr| ["csto.txt", "notes.md"].iter().any(|file| name == *file);
        let pages = [
            "csto.review.html",
            "notes.review.html",
            "notes.md.review.html",
            "csto.review.new.html",
            "csto.review.new3.html",
            "x~3f2a91c0d17e.review.html",
        ];
        for name in pages {
            assert!(is_page(OsStr::new(name), stands), "{name}");
        }
        for name in ["other.review.html", "csto.html", "review.html", "csto.review.md", "index.html", ".html"]
        {
            assert!(!is_page(OsStr::new(name), stands), "{name}");
        }
    }

    #[test]
    fn outputs_are_known_by_their_neighbours() {
        let folder = ["csto.txt", "notes.md", "new.txt", "a.b.txt"];
        let outputs = [
            "csto.pt.txt",
            "csto.zh-Hant.txt",
            "csto.pt.new.txt",
            "csto.pt.new7.txt",
            "csto.pt.summary.md",
            "csto.pt.new2.summary.md",
            "notes.pt.md",
            "notes.pt.summary.md",
            "notes.md.pt.summary.md",
            "a.b.pt.txt",
            "x~3f2a91c0d17e.pt.txt",
        ];
        let others = [
            "csto.txt",
            "new.txt",
            "other.pt.txt",
            "csto.pt.md",
            "csto.1.txt",
            "csto.new.txt",
            "csto.notes.txt",
            "csto.final-version-2.txt",
            "other.pt.summary.md",
            "summary.md",
            "csto.summary.md",
            "x~3f2a91c0d17e.txt",
            ".txt",
            "pt.txt",
        ];
        let stands = |name: &OsStr| folder.iter().any(|file| name == *file);
        for name in outputs {
            assert!(output_language(OsStr::new(name), stands).is_some(), "{name}");
        }
        for name in others {
            assert!(output_language(OsStr::new(name), stands).is_none(), "{name}");
        }
    }
}
