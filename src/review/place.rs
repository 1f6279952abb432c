//! Where a unit stands: what tells two units of one text apart.

use std::collections::HashMap;

use super::data::SourceUnit;
use crate::document::{BlockId, Document, slice};
use crate::memory::{TextHash, text_hash};

/// A unit's neighbours and its own bytes, as hashes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Place {
    /// Of the canonical text of the unit before it; none at the beginning.
    pub before: Option<TextHash>,
    /// The same of the unit after it.
    pub after: Option<TextHash>,
    /// Of the block's content in the source's own bytes; none where only its text is known.
    pub shape: Option<TextHash>,
}

/// The places of a document's units.
pub fn of_document(document: &Document) -> HashMap<BlockId, Place> {
    let texts: Vec<&str> = document.units().map(|(_, unit)| unit.text.as_str()).collect();
    let places = of_texts(&texts);
    let units = document.units().zip(places).map(|((block, _), place)| {
        let shape = Some(text_hash(slice(&document.text, block.content.clone())));
        (block.id, Place { shape, ..place })
    });
    units.collect()
}

/// The places of a review's units, in their order; without shapes.
pub fn of_units(units: &[SourceUnit]) -> Vec<Place> {
    let texts: Vec<&str> = units.iter().map(|unit| unit.text.as_str()).collect();
    of_texts(&texts)
}

/// The places of texts that follow one another; without shapes.
pub fn of_texts(texts: &[&str]) -> Vec<Place> {
    let hashes: Vec<TextHash> = texts.iter().map(|text| text_hash(text)).collect();
    let at = |index: Option<usize>| index.and_then(|index| hashes.get(index)).copied();
    (0..hashes.len())
        .map(|index| Place { before: at(index.checked_sub(1)), after: at(index.checked_add(1)), shape: None })
        .collect()
}
