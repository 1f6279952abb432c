//! From the pieces that a format finds to a unit.

use std::collections::HashMap;

use super::protect::{Stretch, stretches};
use super::{Mark, Unit};
use crate::document::slice;
use crate::read::wrap::{Layout, LineBreak, cells, joins_without_space, last_line_cells};

/// A piece of a block's content, in the order of the source; together they are its bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Piece<'a> {
    /// Shown as written.
    Text(&'a str),
    /// A character spelled in another way.
    Spelled { shown: char, raw: &'a str },
    /// Kept out of translation.
    Span { raw: &'a str, mark: Mark },
    /// A line break inside a paragraph, with the white space around it.
    Break { raw: &'a str },
}

impl<'a> Piece<'a> {
    pub(crate) fn raw(&self) -> &'a str {
        match self {
            Self::Text(raw) | Self::Spelled { raw, .. } | Self::Span { raw, .. } | Self::Break { raw } => raw,
        }
    }

    /// Whether nothing of the piece is shown but white space.
    fn is_blank(&self) -> bool {
        match self {
            Self::Text(text) => text.chars().all(char::is_whitespace),
            Self::Spelled { shown, .. } => shown.is_whitespace(),
            Self::Span { .. } => false,
            Self::Break { .. } => true,
        }
    }
}

/// What becomes of characters that the source spells now in one way, now in another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mixed {
    /// They are shown, and written as their place asks.
    Decoded,
    /// What is not written as itself is kept out of translation.
    Protected,
    /// So is every character that may be markup somewhere.
    Hazards,
}

/// Makes a unit of a block's pieces. `first` is the column in cells that the content begins at.
/// The unit's `text` has no white space at its edges and, where it is all of it, no pair round it.
pub(crate) fn assemble(pieces: &[Piece<'_>], first: usize, mixed: Mixed) -> Unit {
    let pieces = protect(pieces, mixed == Mixed::Hazards);
    let (lead, pieces, tail) = trim(&pieces);
    let spelling = Spelling::of(&pieces);
    let mut unit = Unit {
        text: String::new(),
        protected: Vec::new(),
        spelling: Vec::new(),
        layout: Layout::Line,
        marks: Vec::new(),
        lead: lead.bytes,
        tail: tail.bytes,
        edges: [lead.markers, tail.markers],
        markup: None,
    };
    let mut column = first.saturating_add(cells(&unit.lead));
    let first = column;
    let mut width = 0;
    let mut breaks: Vec<LineBreak> = Vec::new();
    for (index, piece) in pieces.iter().enumerate() {
        match piece {
            Piece::Text(text) => unit.text.push_str(text),
            Piece::Spelled { shown, raw } if mixed == Mixed::Decoded || spelling.holds(*shown, raw) => {
                unit.text.push(*shown)
            }
            Piece::Spelled { shown, raw } => unit.protect(raw, Mark::Literal(shown.to_string())),
            Piece::Span { raw, mark } => unit.protect(raw, mark.clone()),
            Piece::Break { raw } => {
                let before = unit.text.chars().next_back();
                let after = pieces.get(index + 1).and_then(first_shown);
                let space = !matches!((before, after), (Some(before), Some(after)) if joins_without_space(before, after));
                breaks.push(LineBreak { at: unit.text.len(), space, raw: (*raw).to_owned() });
                if space {
                    unit.text.push(' ');
                }
            }
        }
        let raw = piece.raw();
        if raw.contains(super::is_line_end) {
            // The line ends where its own white space begins.
            let line = raw.split(super::is_line_end).next().unwrap_or_default().trim_end();
            width = width.max(column.saturating_add(cells(line)));
            column = last_line_cells(raw);
        } else {
            column = column.saturating_add(cells(raw));
        }
    }
    width = width.max(column);
    unit.spelling = spelling.uniform;
    if !breaks.is_empty() {
        unit.layout = Layout::Wrapped { newline: commonest(&breaks), width, first, breaks };
    }
    unit
}

impl Unit {
    fn protect(&mut self, raw: &str, mark: Mark) {
        self.protected.push(raw.to_owned());
        self.marks.push(mark);
        self.text.push_str(&format!("⟦{}⟧", self.protected.len()));
    }
}

fn first_shown(piece: &Piece<'_>) -> Option<char> {
    match piece {
        Piece::Text(text) => text.chars().next(),
        Piece::Spelled { shown, .. } => Some(*shown),
        Piece::Span { .. } | Piece::Break { .. } => None,
    }
}

/// The bytes that most breaks are written as (of equals, the first), without trailing white space of the line.
fn commonest(breaks: &[LineBreak]) -> String {
    let mut counts: HashMap<&str, (usize, usize)> = HashMap::new();
    for (index, found) in breaks.iter().enumerate() {
        let newline = found.raw.find(super::is_line_end).unwrap_or(0);
        let newline = slice(&found.raw, newline..found.raw.len());
        counts.entry(newline).or_insert((0, index)).0 += 1;
    }
    let best = counts.into_iter().max_by_key(|(_, (count, index))| (*count, std::cmp::Reverse(*index)));
    best.map_or_else(|| "\n".to_owned(), |(newline, _)| newline.to_owned())
}

/// Finds what is kept inside text pieces. An address goes on over characters spelled otherwise.
fn protect<'a>(pieces: &[Piece<'a>], hazards: bool) -> Vec<Piece<'a>> {
    let mut out = Vec::with_capacity(pieces.len());
    for piece in pieces {
        match piece {
            Piece::Text(text) if !hazards => {
                out.extend(stretches(text).into_iter().map(|stretch| match stretch {
                    Stretch::Text(text) => Piece::Text(text),
                    Stretch::Kept(raw) => Piece::Span { raw, mark: Mark::Literal(raw.to_owned()) },
                }))
            }
            Piece::Text(text) if hazards => keep_hazards(text, &mut out),
            Piece::Spelled { shown, raw } if needs_keeping(*shown) => {
                out.push(Piece::Span { raw, mark: Mark::Literal(shown.to_string()) });
            }
            other => out.push(other.clone()),
        }
    }
    out
}

/// Keeps every character of `text` that Markdown may read as markup, runs of them as one.
fn keep_hazards<'a>(text: &'a str, out: &mut Vec<Piece<'a>>) {
    let mut before = None;
    let mut from = 0;
    let mut kept = false;
    for (at, character) in text.char_indices() {
        let hazard = match character {
            ',' | ';' | '\'' | '"' | '?' | '(' | '/' | '%' | '@' => false,
            '.' | ')' => before.is_some_and(|before: char| before.is_ascii_digit()),
            '-' => !before.is_some_and(char::is_alphanumeric),
            _ => character.is_ascii_punctuation() || needs_keeping(character),
        };
        if hazard != kept {
            push_stretch(slice(text, from..at), kept, out);
            (from, kept) = (at, hazard);
        }
        before = Some(character);
    }
    push_stretch(slice(text, from..text.len()), kept, out);
}

fn push_stretch<'a>(raw: &'a str, kept: bool, out: &mut Vec<Piece<'a>>) {
    match (raw.is_empty(), kept) {
        (true, _) => {}
        (false, true) => out.push(Piece::Span { raw, mark: Mark::Literal(raw.to_owned()) }),
        (false, false) => out.push(Piece::Text(raw)),
    }
}

/// Whether a character spelled otherwise cannot stand in a unit's text as itself.
fn needs_keeping(shown: char) -> bool {
    matches!(shown, '⟦' | '⟧') || shown.is_control() || super::is_line_end(shown)
}

/// What stands before or after a unit's text: all of it, and the markers in it.
struct Edge {
    bytes: String,
    markers: Vec<String>,
}

/// Takes white space off both ends, and a pair of spans that encloses everything, as often as they are there.
fn trim<'p, 'a>(pieces: &'p [Piece<'a>]) -> (Edge, Vec<Piece<'a>>, Edge) {
    let mut rest: &'p [Piece<'a>] = pieces;
    let (mut lead, mut tail) = (String::new(), Vec::new());
    let (mut opened, mut shutters) = (Vec::new(), Vec::new());
    let closes = closers(pieces);
    let mut start = 0;
    let mut edges;
    loop {
        edges = (0, 0);
        while let [first, others @ ..] = rest
            && first.is_blank()
        {
            lead.push_str(first.raw());
            (rest, start) = (others, start + 1);
        }
        while let [others @ .., last] = rest
            && last.is_blank()
        {
            tail.push(last.raw().to_owned());
            rest = others;
        }
        if let [Piece::Text(first), ..] = rest {
            edges.0 = first.len() - first.trim_start().len();
        }
        if let [.., Piece::Text(last)] = rest {
            edges.1 = last.len() - last.trim_end().len();
        }
        match rest {
            [first, inner @ .., last] if closes.get(start) == Some(&Some(start + rest.len() - 1)) => {
                lead.push_str(first.raw());
                tail.push(last.raw().to_owned());
                opened.push(first.raw().to_owned());
                shutters.push(last.raw().to_owned());
                (rest, start) = (inner, start + 1);
            }
            _ => break,
        }
    }
    let mut kept = rest.to_vec();
    if let Some(Piece::Text(first)) = kept.first_mut() {
        lead.push_str(slice(first, 0..edges.0));
        *first = slice_of(first, edges.0, first.len());
    }
    if let Some(Piece::Text(last)) = kept.last_mut() {
        let end = last.len() - edges.1;
        tail.push(slice(last, end..last.len()).to_owned());
        *last = slice_of(last, 0, end);
    }
    tail.reverse();
    shutters.reverse();
    (Edge { bytes: lead, markers: opened }, kept, Edge { bytes: tail.concat(), markers: shutters })
}

fn slice_of(text: &str, from: usize, to: usize) -> &str {
    slice(text, from..to)
}

/// For each opening half, the index of the piece that closes it.
fn closers(pieces: &[Piece<'_>]) -> Vec<Option<usize>> {
    let mut found = vec![None; pieces.len()];
    let mut open = Vec::new();
    for (index, piece) in pieces.iter().enumerate() {
        match piece {
            Piece::Span { mark: Mark::Open { .. }, .. } => open.push(index),
            Piece::Span { mark: Mark::Close { .. }, .. } => {
                if let Some(opened) = open.pop() {
                    found[opened] = Some(index);
                }
            }
            _ => {}
        }
    }
    found
}

/// Which characters are spelled in one way, other than as themselves, wherever they are shown.
struct Spelling {
    uniform: Vec<(char, String)>,
}

impl Spelling {
    fn of(pieces: &[Piece<'_>]) -> Self {
        let mut found: HashMap<char, Option<&str>> = HashMap::new();
        for piece in pieces {
            if let Piece::Spelled { shown, raw } = piece {
                let spelled = found.entry(*shown).or_insert(Some(raw));
                if *spelled != Some(raw) {
                    *spelled = None;
                }
            }
        }
        if !found.is_empty() {
            for piece in pieces {
                if let Piece::Text(text) = piece {
                    for character in text.chars() {
                        if let Some(spelled) = found.get_mut(&character) {
                            *spelled = None;
                        }
                    }
                }
            }
        }
        let mut uniform: Vec<(char, String)> =
            found.into_iter().filter_map(|(shown, raw)| Some((shown, raw?.to_owned()))).collect();
        uniform.sort_unstable();
        Self { uniform }
    }

    fn holds(&self, shown: char, raw: &str) -> bool {
        let found = self.uniform.binary_search_by_key(&shown, |(spelled, _)| *spelled);
        found.is_ok_and(|index| self.uniform.get(index).is_some_and(|(_, uniform)| uniform == raw))
    }
}
