//! The parser's events as leaves: the blocks that hold text or are kept whole, with their inline pieces.

use std::borrow::Cow;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::ops::Range;

use pulldown_cmark::{BrokenLink, CowStr, Event, LinkType, Options, Parser, Tag, TagEnd};

use super::front_matter;
use super::restore::{Labels, Place};
use crate::document::{BlockKind, slice};
use crate::read::unit::{Mark, Piece};

/// A block of the source.
#[derive(Debug)]
pub(super) struct Leaf<'a> {
    pub kind: BlockKind,
    /// Where its text stands; `None` for what is kept whole.
    pub place: Option<Place>,
    /// The bytes of its content.
    pub range: Range<usize>,
    /// Its content in pieces; empty for what is kept whole.
    pub pieces: Vec<Piece<'a>>,
    /// The containers it stands in, as one number.
    pub path: u64,
}

fn options() -> Options {
    Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_GFM
        | Options::ENABLE_MATH
}

/// The leaves of a document in order, and the labels it defines.
pub(super) fn document(text: &str) -> (Vec<Leaf<'_>>, Labels) {
    let readable = with_line_feeds(text);
    let base = front_matter::length(&readable);
    let body = slice(text, base..text.len());
    let events = Parser::new_ext(slice(&readable, base..text.len()), options()).into_offset_iter();
    let mut labels = Labels::default();
    let mut definitions = Vec::new();
    for (label, definition) in events.reference_definitions().iter() {
        labels.add_link(label);
        definitions.push(definition.span.clone());
    }
    let mut walk = Walk::new(body);
    for (event, range) in events {
        if let Event::Start(Tag::FootnoteDefinition(label)) = &event {
            labels.add_note(label);
        }
        walk.event(event, range);
    }
    let mut leaves = walk.finish();
    leaves.extend(definitions.into_iter().map(|range| kept(BlockKind::Markup, range)));
    leaves.sort_by_key(|leaf| leaf.range.start);
    for leaf in &mut leaves {
        leaf.range = leaf.range.start + base..leaf.range.end + base;
    }
    if base > 0 {
        leaves.insert(0, kept(BlockKind::FrontMatter, 0..base));
    }
    (leaves, labels)
}

/// The leaves of a text that stands alone, with `labels` defined.
pub(super) fn fragment<'a>(text: &'a str, labels: &Labels) -> Vec<Leaf<'a>> {
    let resolve = |link: BrokenLink<'_>| {
        labels.has_link(&link.reference).then_some((CowStr::Borrowed("x"), CowStr::Borrowed("")))
    };
    let mut walk = Walk::new(text);
    let readable = with_line_feeds(text);
    let parser = Parser::new_with_broken_link_callback(&readable, options(), Some(resolve));
    for (event, range) in parser.into_offset_iter() {
        walk.event(event, range);
    }
    walk.finish()
}

/// The text with line feeds for carriage returns that end lines alone, which the parser knows only in places.
/// Byte offsets stay the same.
fn with_line_feeds(text: &str) -> Cow<'_, str> {
    let mut bytes = text.bytes().peekable();
    let mut alone = false;
    while let Some(byte) = bytes.next() {
        alone |= byte == b'\r' && bytes.peek() != Some(&b'\n');
    }
    if !alone {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        let lone = character == '\r' && characters.peek() != Some(&'\n');
        out.push(if lone { '\n' } else { character });
    }
    Cow::Owned(out)
}

fn kept<'a>(kind: BlockKind, range: Range<usize>) -> Leaf<'a> {
    Leaf { kind, place: None, range, pieces: Vec::new(), path: 0 }
}

/// A walk over the events.
struct Walk<'a> {
    text: &'a str,
    leaves: Vec<Leaf<'a>>,
    /// Open containers: what a paragraph directly in them is, and the path to them.
    containers: Vec<(BlockKind, u64)>,
    /// The block whose inline content is being read.
    block: Option<(BlockKind, Place)>,
    inline: Option<Inline<'a>>,
    /// Of the open links and images, whether each is written `[label][]`.
    collapsed: Vec<bool>,
    /// How many open tags deep a kept block or link is being passed over.
    skipping: usize,
}

/// The inline content of a block being read.
struct Inline<'a> {
    start: usize,
    /// The end of what is in `pieces`.
    at: usize,
    pieces: Vec<Piece<'a>>,
    /// A line break has begun: where, and whether it is a hard one.
    breaking: Option<(usize, bool)>,
    /// Open pairs: the index of their piece, their start in bytes.
    open: Vec<(usize, usize)>,
}

impl<'a> Walk<'a> {
    fn new(text: &'a str) -> Self {
        Self {
            text,
            leaves: Vec::new(),
            containers: Vec::new(),
            block: None,
            inline: None,
            collapsed: Vec::new(),
            skipping: 0,
        }
    }

    fn finish(mut self) -> Vec<Leaf<'a>> {
        self.close();
        self.leaves
    }

    fn event(&mut self, event: Event<'_>, range: Range<usize>) {
        if self.skipping > 0 {
            match event {
                Event::Start(_) => self.skipping += 1,
                Event::End(_) => self.skipping -= 1,
                _ => {}
            }
            return;
        }
        match event {
            Event::Start(tag) => self.start(tag, range),
            Event::End(tag) => self.end(tag, range),
            Event::Rule => {
                self.close();
                let range = trimmed(self.text, range);
                self.push_kept(BlockKind::Markup, range);
            }
            Event::TaskListMarker(_) => {}
            Event::Text(shown) => {
                let text = self.text;
                self.inline(range.start).text(text, range, &shown);
            }
            Event::Code(shown) => self.element(range, shown.into_string()),
            Event::InlineMath(shown) if is_prose(&shown) => self.prose(range),
            Event::InlineMath(shown) | Event::DisplayMath(shown) => self.element(range, shown.into_string()),
            Event::Html(_) | Event::InlineHtml(_) | Event::FootnoteReference(_) => {
                self.element(range, String::new());
            }
            Event::SoftBreak | Event::HardBreak => {
                let text = self.text;
                let hard = event == Event::HardBreak;
                self.inline(range.start).begin_break(text, range, hard);
            }
        }
    }

    fn start(&mut self, tag: Tag<'_>, range: Range<usize>) {
        let text = self.text;
        match tag {
            Tag::Emphasis => self.open(range, 1, true),
            Tag::Strong => self.open(range, 2, true),
            Tag::Strikethrough => {
                let tildes = slice(text, range.clone()).bytes().take_while(|byte| *byte == b'~').count();
                self.open(range, tildes.min(2), true);
            }
            Tag::Link { link_type: LinkType::Autolink | LinkType::Email, dest_url, .. } => {
                self.element(range, dest_url.into_string());
                self.skipping = 1;
            }
            Tag::Link { link_type, .. } => {
                self.open(range, 1, false);
                self.collapsed.push(is_collapsed(link_type));
            }
            Tag::Image { link_type, .. } => {
                self.open(range, 2, false);
                self.collapsed.push(is_collapsed(link_type));
            }
            Tag::CodeBlock(_) => self.keep(BlockKind::Code, range),
            Tag::HtmlBlock => self.keep(BlockKind::Html, range),
            Tag::MetadataBlock(_) => self.keep(BlockKind::FrontMatter, range),
            Tag::Paragraph => {
                self.close();
                self.block = Some((self.paragraph_kind(), Place::Paragraph));
            }
            Tag::Heading { level, .. } => {
                self.close();
                let raw = slice(text, range).trim_end();
                // Only a heading with a line under it has a line end.
                let underline = raw.contains(['\n', '\r']).then(|| raw.ends_with('='));
                let place = match underline {
                    None => Place::Heading,
                    Some(double) => Place::Underlined { double },
                };
                self.block = Some((BlockKind::Heading(level as u8), place));
            }
            Tag::TableCell => {
                self.close();
                // The parser's range may or may not take the bar in.
                let line = slice(text, 0..range.start).trim_end_matches([' ', '\t']);
                let first = !line.ends_with('|') && !slice(text, range).starts_with('|');
                self.block = Some((BlockKind::TableCell, Place::Cell { first }));
            }
            other => {
                self.close();
                let parent = self.containers.last().copied();
                let kind = match other {
                    Tag::Item => BlockKind::ListItem,
                    Tag::BlockQuote(_) => BlockKind::Quote,
                    Tag::FootnoteDefinition(_) => BlockKind::Note,
                    _ => parent.map_or(BlockKind::Paragraph, |(kind, _)| kind),
                };
                let mut hasher = DefaultHasher::new();
                (parent.map_or(0, |(_, path)| path), format!("{:?}", other.to_end())).hash(&mut hasher);
                self.containers.push((kind, hasher.finish()));
            }
        }
    }

    fn end(&mut self, tag: TagEnd, range: Range<usize>) {
        match tag {
            TagEnd::Emphasis => self.shut(range, Some(1), true),
            TagEnd::Strong => self.shut(range, Some(2), true),
            TagEnd::Strikethrough => {
                let tildes =
                    slice(self.text, range.clone()).bytes().rev().take_while(|byte| *byte == b'~').count();
                self.shut(range, Some(tildes.min(2)), true);
            }
            TagEnd::Link | TagEnd::Image => {
                // The parser's range for `[label][]` ends before the empty brackets.
                let collapsed = self.collapsed.pop().unwrap_or(false);
                let more = collapsed && slice(self.text, range.end..self.text.len()).starts_with("[]");
                self.shut(range.start..range.end + if more { 2 } else { 0 }, None, false);
            }
            TagEnd::Paragraph | TagEnd::Heading(_) | TagEnd::TableCell => {
                self.close();
                self.block = None;
            }
            _ => {
                self.close();
                self.containers.pop();
            }
        }
    }

    fn paragraph_kind(&self) -> BlockKind {
        self.containers.last().map_or(BlockKind::Paragraph, |(kind, _)| *kind)
    }

    fn path(&self) -> u64 {
        self.containers.last().map_or(0, |(_, path)| *path)
    }

    fn keep(&mut self, kind: BlockKind, range: Range<usize>) {
        self.close();
        let range = trimmed(self.text, range);
        self.push_kept(kind, range);
        self.skipping = 1;
    }

    fn push_kept(&mut self, kind: BlockKind, range: Range<usize>) {
        let path = self.path();
        self.leaves.push(Leaf { path, ..kept(kind, range) });
    }

    /// The inline content being read; begins it at `start`.
    fn inline(&mut self, start: usize) -> &mut Inline<'a> {
        let text = self.text;
        let inline = self.inline.get_or_insert_with(|| {
            // The parser's text event begins after the backslash of an escape.
            let escaped = start > 0 && text.as_bytes().get(start - 1) == Some(&b'\\');
            let start = if escaped && !slice(text, 0..start - 1).ends_with('\\') { start - 1 } else { start };
            Inline { start, at: start, pieces: Vec::new(), breaking: None, open: Vec::new() }
        });
        inline.advance(text, start);
        inline
    }

    /// Text that the parser took for one thing, which may go over several lines.
    fn prose(&mut self, range: Range<usize>) {
        let text = self.text;
        let mut from = range.start;
        while from < range.end {
            let rest = slice(text, from..range.end);
            let end = rest.find(['\n', '\r']);
            let line = slice(rest, 0..end.unwrap_or(rest.len()));
            let shown = if end.is_some() { line.trim_end() } else { line };
            if !shown.is_empty() {
                self.inline(from).text(text, from..from + shown.len(), shown);
            }
            let Some(end) = end else { break };
            let begun = from + end;
            let newline = if slice(rest, end..rest.len()).starts_with("\r\n") { 2 } else { 1 };
            self.inline(begun).begin_break(text, begun..begun + newline, false);
            // What the next line begins with belongs to the break.
            let next = slice(text, begun + newline..range.end);
            from = range.end - next.trim_start_matches([' ', '\t', '>']).len();
        }
    }

    fn element(&mut self, range: Range<usize>, shown: String) {
        let text = self.text;
        let inline = self.inline(range.start);
        inline.flush(text, range.start);
        inline.pieces.push(Piece::Span { raw: slice(text, range.clone()), mark: Mark::Element(shown) });
        inline.at = range.end;
    }

    fn open(&mut self, range: Range<usize>, length: usize, tight: bool) {
        let text = self.text;
        let inline = self.inline(range.start);
        inline.flush(text, range.start);
        let end = range.start + length;
        inline.open.push((inline.pieces.len(), range.start));
        inline.pieces.push(Piece::Span { raw: slice(text, range.start..end), mark: Mark::Open { tight } });
        inline.at = end;
    }

    /// Closes a pair whose last `length` bytes are its closing half (all that is left of it if not told).
    fn shut(&mut self, range: Range<usize>, length: Option<usize>, tight: bool) {
        let text = self.text;
        let Some(inline) = self.inline.as_mut() else { return };
        let from = length.map_or(inline.at, |length| range.end - length).max(inline.at);
        inline.flush(text, from);
        let Some((index, start)) = inline.open.pop() else { return };
        let inner = inline.pieces.get(index + 1..).unwrap_or_default();
        let only_spans = inner
            .iter()
            .all(|piece| matches!(piece, Piece::Span { mark: Mark::Element(_) | Mark::Literal(_), .. }));
        if only_spans {
            // Nothing in it is translated: one span.
            let shown = inner
                .iter()
                .filter_map(|piece| match piece {
                    Piece::Span { mark: Mark::Element(shown) | Mark::Literal(shown), .. } => {
                        Some(shown.as_str())
                    }
                    _ => None,
                })
                .collect();
            inline.pieces.truncate(index);
            inline
                .pieces
                .push(Piece::Span { raw: slice(text, start..range.end), mark: Mark::Element(shown) });
        } else {
            inline
                .pieces
                .push(Piece::Span { raw: slice(text, from..range.end), mark: Mark::Close { tight } });
        }
        inline.at = range.end;
    }

    /// Ends the inline content, if any, as a leaf.
    fn close(&mut self) {
        let Some(inline) = self.inline.take() else { return };
        let (kind, place) = self.block.unwrap_or((self.paragraph_kind(), Place::Paragraph));
        let path = self.path();
        // After a break of which nothing came (a line of a form feed alone), the block ends before it.
        let range = inline.start..inline.breaking.map_or(inline.at, |(from, _)| from);
        self.leaves.push(Leaf { kind, place: Some(place), range, pieces: inline.pieces, path });
    }
}

impl<'a> Inline<'a> {
    /// Accounts for the bytes up to `to`, that no event covers: they belong to a break, or to an escape,
    /// which [`Inline::text`] sees to.
    fn advance(&mut self, text: &'a str, to: usize) {
        if let Some((from, hard)) = self.breaking.take() {
            let gap = slice(text, self.at..to.max(self.at));
            let prefix = gap.len() - usize::from(gap.ends_with('\\'));
            self.at += prefix;
            let raw = slice(text, from..self.at);
            self.pieces.push(if hard {
                Piece::Span { raw, mark: Mark::Element(" ".to_owned()) }
            } else {
                Piece::Break { raw }
            });
        }
    }

    /// Keeps what no event covers, up to `to`.
    fn flush(&mut self, text: &'a str, to: usize) {
        self.advance(text, to);
        if to > self.at {
            let raw = slice(text, self.at..to);
            self.pieces.push(if raw.chars().all(|c| c == ' ' || c == '\t') {
                Piece::Text(raw)
            } else {
                Piece::Span { raw, mark: Mark::Element(String::new()) }
            });
            self.at = to;
        }
    }

    fn begin_break(&mut self, text: &'a str, range: Range<usize>, hard: bool) {
        let gap = slice(text, self.at..range.start.max(self.at));
        self.flush(text, self.at + gap.trim_end().len());
        self.breaking = Some((self.at, hard));
        self.at = range.end;
    }

    fn text(&mut self, text: &'a str, range: Range<usize>, shown: &str) {
        let escaped = self.at + 1 == range.start && text.as_bytes().get(self.at) == Some(&b'\\');
        if !escaped {
            self.flush(text, range.start);
        }
        let raw = slice(text, range.clone());
        if raw != shown {
            let whole = slice(text, self.at..range.end);
            let mut characters = shown.chars();
            self.pieces.push(match (characters.next(), characters.next()) {
                (Some(shown), None) => Piece::Spelled { shown, raw: whole },
                _ => Piece::Span { raw: whole, mark: Mark::Literal(shown.to_owned()) },
            });
        } else if let (true, Some(first)) = (escaped, raw.chars().next()) {
            let end = range.start + first.len_utf8();
            self.pieces.push(Piece::Spelled { shown: first, raw: slice(text, self.at..end) });
            if end < range.end {
                self.pieces.push(Piece::Text(slice(text, end..range.end)));
            }
        } else if !raw.is_empty() {
            self.pieces.push(Piece::Text(raw));
        }
        self.at = range.end;
    }
}

fn is_collapsed(link_type: LinkType) -> bool {
    matches!(link_type, LinkType::Collapsed | LinkType::CollapsedUnknown)
}

/// A block's range without the line end and white space after it.
fn trimmed(text: &str, range: Range<usize>) -> Range<usize> {
    range.start..range.start + slice(text, range).trim_end().len()
}

/// Whether what stands between two dollar signs is prose about money rather than a formula: two words of
/// letters in it, and none of a formula's signs.
fn is_prose(formula: &str) -> bool {
    let words =
        formula.split_whitespace().filter(|word| word.chars().filter(|c| c.is_alphabetic()).count() >= 3);
    !formula.contains(['\\', '^', '_', '=', '{']) && words.take(2).count() == 2
}
