//! Lines: joining a hard-wrapped paragraph into one, and wrapping its translation likewise.

/// How a unit's text stands in lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Layout {
    /// On one line.
    Line,
    /// Hard-wrapped.
    Wrapped {
        /// The line end between the lines, `\n`, `\r\n` or `\r`, with what stands before the next line's
        /// text (indentation, `> `).
        newline: String,
        /// The column (in terminal cells) that lines were broken at.
        width: usize,
    },
}
