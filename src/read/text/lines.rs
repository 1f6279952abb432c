//! Lines of plain text with their ends and indentation apart.

use crate::document::slice;
use crate::read::unit::is_line_end;
use crate::read::wrap::cells;

/// A line.
#[derive(Debug, Clone, Copy)]
pub(super) struct Line<'a> {
    /// Its byte offset in the text.
    pub start: usize,
    /// The white space before its content.
    pub prefix: &'a str,
    /// The line without its prefix and without white space at the end.
    pub content: &'a str,
    /// The column in cells that its content begins at.
    pub indent: usize,
    /// The column in cells that its content ends at.
    pub width: usize,
}

impl Line<'_> {
    pub fn content_start(&self) -> usize {
        self.start + self.prefix.len()
    }

    pub fn content_end(&self) -> usize {
        self.content_start() + self.content.len()
    }

    fn is_blank(&self) -> bool {
        self.content.is_empty()
    }
}

/// The lines of `text`, whatever ends them.
pub(super) fn lines(text: &str) -> Vec<Line<'_>> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let rest = slice(text, at..text.len());
        let end = rest.find(is_line_end).unwrap_or(rest.len());
        let ending = slice(rest, end..rest.len());
        let ending =
            if ending.starts_with("\r\n") { 2 } else { ending.chars().next().map_or(0, char::len_utf8) };
        found.push(line(at, slice(rest, 0..end)));
        at += end + ending;
    }
    found
}

fn line(start: usize, raw: &str) -> Line<'_> {
    let content = raw.trim_start();
    let prefix = slice(raw, 0..raw.len() - content.len());
    let content = content.trim_end();
    let indent = cells(prefix);
    Line { start, prefix, content, indent, width: indent + cells(content) }
}

/// The runs of lines between blank ones.
pub(super) fn groups<'l, 'a>(lines: &'l [Line<'a>]) -> Vec<&'l [Line<'a>]> {
    lines.split(Line::is_blank).filter(|group| !group.is_empty()).collect()
}
