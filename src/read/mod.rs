//! Reading: from paths to documents. The only stage that opens sources, and only for reading.

pub mod codepage;
pub mod decode;
pub mod markdown;
pub mod roles;
pub mod text;
pub mod unit;
pub mod walk;
pub mod wrap;

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::Path;

use crate::document::{Document, Format, Role, Source};
use crate::language::{Detection, Language, detect_document};
use decode::DecodeError;
use roles::FolderEvidence;

/// Sources larger than this are not looked at for [`folder_evidence`].
const EVIDENCE_BYTES: u64 = 1 << 20;

/// What reading one source depends on.
#[derive(Debug, Clone, Copy)]
pub struct LoadOptions<'a> {
    /// The source language where told.
    pub from: Option<&'a Language>,
    /// The languages to choose among; all where empty.
    pub candidates: &'a [Language],
    /// What the folder's files have in common.
    pub evidence: &'a FolderEvidence,
    /// Larger sources are refused, whatever size they had when found; 0 for no limit.
    pub max_file_bytes: u64,
}

/// Why one source became no document. The others go on.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    #[error("cannot be read: {0}")]
    Io(#[from] io::Error),
    #[error("not a regular file")]
    NotAFile,
    #[error("over the limit of {limit} bytes")]
    TooLarge { limit: u64 },
    #[error(transparent)]
    Decode(#[from] DecodeError),
    #[error("no language was recognised; say which with `--from`")]
    NoLanguage,
}

/// Reads one source into a document with its language and roles.
///
/// # Errors
/// Where it cannot be opened, is no regular file, is too large, is no text, or has no language.
pub fn load(source: &Source, options: &LoadOptions<'_>) -> Result<Document, LoadError> {
    let bytes = bytes_of(&source.path, options.max_file_bytes)?;
    let digest = blake3::hash(&bytes).to_hex().to_string();
    let (text, encoding) = decode::decode(&bytes)?;
    drop(bytes);
    let mut blocks = match source.format {
        Format::Text => text::parse(&text),
        Format::Markdown => markdown::parse(&text),
    };
    let told = options.from.map(|language| Detection { language: language.clone(), confidence: 1.0 });
    let units = || blocks.iter().filter_map(|block| block.unit.as_ref()).map(|unit| unit.text.as_str());
    let language = told
        .or_else(|| detect_document(units(), options.candidates))
        // Nothing but code, numbers or marks: there is nothing to translate, in whatever language.
        .or_else(|| {
            let language = options.candidates.first().cloned().or_else(|| Language::parse("en").ok())?;
            Some(Detection { language, confidence: 0.0 })
        })
        .ok_or(LoadError::NoLanguage)?;
    roles::assign(&mut blocks, &text, &language.language, options.evidence);
    let language = if options.from.is_some() || blocks.iter().all(|block| block.role != Role::Boilerplate) {
        language
    } else {
        // Furniture in the site's own language may have weighed in.
        let article = blocks.iter().filter(|block| matches!(block.role, Role::Body | Role::Title));
        let article = article.filter_map(|block| block.unit.as_ref()).map(|unit| unit.text.as_str());
        detect_document(article, options.candidates).unwrap_or(language)
    };
    Ok(Document { source: source.clone(), digest, encoding, text, language, blocks })
}

/// What the edges of a folder's files have in common, from at most [`roles::SAMPLED_FILES`] of them. Sources
/// that cannot be read say nothing here; [`load`] says why.
pub fn folder_evidence(sources: &[Source]) -> FolderEvidence {
    let step = sources.len().div_ceil(roles::SAMPLED_FILES).max(1);
    let edges = sources.iter().step_by(step).filter_map(|source| {
        let bytes = bytes_of(&source.path, EVIDENCE_BYTES).ok()?;
        let (text, _) = decode::decode(&bytes).ok()?;
        Some(roles::edge_lines(&text))
    });
    FolderEvidence::of(edges)
}

/// The bytes of a regular file of at most `limit` bytes (0: any). What is no regular file is never opened,
/// because opening a FIFO blocks; the opened file is asked again, in case it was exchanged in between.
fn bytes_of(path: &Path, limit: u64) -> Result<Vec<u8>, LoadError> {
    if !fs::metadata(path)?.is_file() {
        return Err(LoadError::NotAFile);
    }
    let file = File::open(path)?;
    let found = file.metadata()?;
    if !found.is_file() {
        return Err(LoadError::NotAFile);
    }
    let limit = if limit == 0 { u64::MAX } else { limit };
    if found.len() > limit {
        return Err(LoadError::TooLarge { limit });
    }
    let mut bytes = Vec::with_capacity(usize::try_from(found.len()).unwrap_or(0));
    // A file that grows while it is read is held to the limit too.
    file.take(limit.saturating_add(1)).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > limit {
        return Err(LoadError::TooLarge { limit });
    }
    Ok(bytes)
}
