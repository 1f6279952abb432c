//! Markdown into blocks and units, by `pulldown-cmark` with source offsets.
