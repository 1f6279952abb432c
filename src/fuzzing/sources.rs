//! Sources and what is made of their names: decoding, the law of identity, putting answers back, paths.

use std::ffi::OsStr;
use std::path::{Component, Path, PathBuf};

use super::two_texts;
use crate::document::{Block, Format, Source, slice, tiles};
use crate::language::Language;
use crate::read::{decode as decoding, markdown, text};
use crate::write::{OutputNames, output_language};

/// Bytes become text without a loss, or are refused at a byte that is there.
pub fn decode(bytes: &[u8]) {
    match decoding::decode(bytes) {
        Ok((text, encoding)) => {
            assert!(!text.contains('\0'));
            let again = encoding.encode_source(&text);
            // A stateful encoding has several spellings of one text; every other gives the very bytes back.
            if encoding.name != "ISO-2022-JP" && !encoding.guessed {
                assert_eq!(again.as_deref(), Some(bytes), "{encoding:?}");
            }
        }
        Err(error) => assert!(error.offset() <= bytes.len(), "{error}"),
    }
}

/// Plain text: blocks tile it, and each unit's own text brings its bytes back.
pub fn text_identity(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    identity(&text, &text::parse(&text));
}

/// The same for Markdown.
pub fn markdown_identity(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    identity(&text, &markdown::parse(&text));
}

fn identity(text: &str, blocks: &[Block]) {
    assert!(tiles(text, blocks));
    for block in blocks {
        if let Some(unit) = &block.unit {
            assert!(!unit.text.contains('\n'), "{:?}", unit.text);
            assert_eq!(unit.restore(&unit.text).as_deref(), Ok(slice(text, block.content.clone())));
        }
    }
}

/// A document, a zero byte, and an answer to each of its units: put back with everything that was kept out of it, or
/// refused; and a Markdown document has the structure that it had.
pub fn unit_restore(bytes: &[u8]) {
    let (source, answer) = two_texts(bytes);
    for (parse, is_markdown) in [(text::parse as fn(&str) -> Vec<Block>, false), (markdown::parse, true)] {
        for (unit, at) in parse(&source).into_iter().filter_map(|block| Some((block.unit?, block.content))) {
            // The answer as a model would give it, with the unit's placeholders in their order.
            let spans: String = (1..=unit.protected.len()).map(|number| format!("⟦{number}⟧")).collect();
            for answer in [answer.clone(), format!("{answer} {spans}"), format!("{spans}{answer}")] {
                if let Ok(content) = unit.restore(&answer) {
                    for kept in &unit.protected {
                        let visible =
                            |text: &str| text.split_whitespace().collect::<String>().replace('>', "");
                        assert!(visible(&content).contains(&visible(kept)), "{kept:?} is not in {content:?}");
                    }
                    if is_markdown {
                        let after = slice(&source, at.end..source.len());
                        let whole = [slice(&source, 0..at.start), &content, after].concat();
                        assert!(markdown::same_structure(&source, &whole), "{source:?} {whole:?}");
                    }
                }
            }
        }
    }
}

/// A tag that is accepted is safe in a path and stays the same.
pub fn language_tag(bytes: &[u8]) {
    let Ok(language) = Language::parse(&String::from_utf8_lossy(bytes)) else { return };
    let tag = language.as_str();
    assert!((2..=35).contains(&tag.len()), "{tag}");
    assert!(tag.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-'), "{tag}");
    assert!(!tag.starts_with('-') && !tag.ends_with('-') && !tag.contains("--"), "{tag}");
    assert_eq!(Language::parse(tag).as_ref(), Ok(&language));
    assert!(!language.name().is_empty() && tag.starts_with(language.primary()));
    let _: (bool, bool, bool) = (language.is_rtl(), language.is_spaceless(), language.is_known());
    let _: (Option<&str>, Option<&str>) = (language.script(), language.region());
}

/// Names of sources, one a line: every output lies beside its source, is no source, is known again as an output, and
/// no two are the same file.
pub fn output_names(bytes: &[u8]) {
    let root = Path::new("root");
    let mut sources: Vec<Source> = Vec::new();
    for line in bytes.split(|byte| *byte == b'\n').take(6) {
        let relative = relative_path(line);
        let plain = relative.components().all(|part| matches!(part, Component::Normal(_)));
        let short = relative.iter().all(|part| part.len() <= 255);
        // The walk finds no others.
        let known = relative.extension().is_some_and(|extension| extension == "txt" || extension == "md");
        if !plain || !short || !known || line.contains(&0) {
            continue;
        }
        if sources.iter().any(|other| other.relative == relative) {
            continue;
        }
        sources.push(Source { path: root.join(&relative), relative, format: Format::Text, size: 0 });
    }
    let Ok(language) = Language::parse("zh-Hant") else { return };
    let names = OutputNames::new(None, root, &sources);
    let mut all: Vec<PathBuf> = Vec::new();
    for source in &sources {
        for output in [names.translation(source, &language), names.summary(source, &language)] {
            assert_eq!(output.parent(), source.path.parent(), "{output:?}");
            let name = output.file_name().unwrap_or_default();
            assert!(name.len() <= 255, "{name:?}");
            let stands = |name: &OsStr| {
                sources.iter().any(|other| {
                    other.path.parent() == source.path.parent() && other.path.file_name() == Some(name)
                })
            };
            let text =
                source.path.extension().is_some_and(|extension| extension == "txt" || extension == "md");
            if text {
                assert_eq!(output_language(name, stands), Some(language.clone()), "{output:?}");
            }
            all.push(output);
        }
    }
    for (index, output) in all.iter().enumerate() {
        assert!(all.iter().skip(index + 1).all(|other| other != output), "{output:?} twice");
    }
}

#[cfg(unix)]
fn relative_path(line: &[u8]) -> PathBuf {
    PathBuf::from(<OsStr as std::os::unix::ffi::OsStrExt>::from_bytes(line))
}

#[cfg(not(unix))]
fn relative_path(line: &[u8]) -> PathBuf {
    PathBuf::from(String::from_utf8_lossy(line).into_owned())
}
