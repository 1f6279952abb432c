//! Whether a stitched document still has its source's structure.

use super::leaves::{Leaf, document};
use super::restore::push_span;
use crate::document::slice;
use crate::read::unit::{Mark, Piece};

/// Whether `result` has the same blocks as `source`: kinds, heading levels, nesting, and in each the same
/// links, images, code spans, HTML, footnotes and emphasis, in whatever order.
pub fn same_structure(source: &str, result: &str) -> bool {
    structure_findings(source, result).is_empty()
}

/// The indices of the source's blocks whose counterpart in `result` is another kind of block or has other
/// elements. Where `result` has more blocks or fewer, only the first difference is named: what follows it
/// cannot be told apart.
pub fn structure_findings(source: &str, result: &str) -> Vec<usize> {
    let (ours, theirs) = (document(source).0, document(result).0);
    let mut differing = (0..ours.len().max(theirs.len())).filter(|index| {
        let side = |leaves: &[Leaf<'_>], text: &str| leaves.get(*index).map(|leaf| outline(text, leaf));
        side(&ours, source) != side(&theirs, result)
    });
    if ours.len() == theirs.len() {
        return differing.collect();
    }
    let last = ours.len().saturating_sub(1);
    differing.next().map(|index| index.min(last)).into_iter().collect()
}

/// What must stay the same of a block: its kind and place, and its elements.
fn outline(text: &str, leaf: &Leaf<'_>) -> (String, Vec<String>) {
    let head = format!("{:?} {:?} {}", leaf.kind, leaf.place, leaf.path);
    if leaf.place.is_none() {
        return (head, vec![slice(text, leaf.range.clone()).to_owned()]);
    }
    let mut elements: Vec<String> = leaf
        .pieces
        .iter()
        .filter_map(|piece| match piece {
            Piece::Span { mark: Mark::Literal(_), .. }
            | Piece::Text(_)
            | Piece::Spelled { .. }
            | Piece::Break { .. } => None,
            Piece::Span { raw, mark } => {
                let mut element = String::new();
                push_span(&mut element, raw, mark);
                Some(element)
            }
        })
        .collect();
    elements.sort_unstable();
    (head, elements)
}
