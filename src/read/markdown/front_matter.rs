//! Front matter: YAML between `---` lines or TOML between `+++` lines, at the very beginning of a file.
//!
//! The parser's own option takes such lines anywhere in a document, where two rules round a paragraph would
//! make it metadata and so keep it from translation.

use crate::document::slice;

/// The length in bytes of the front matter that `text` begins with, its closing line included; 0 if none.
pub(super) fn length(text: &str) -> usize {
    let mut lines = text.split_inclusive('\n');
    let Some(first) = lines.next() else { return 0 };
    let (closing, separator): (&[&str], char) = match first.trim_end() {
        "---" => (&["---", "..."], ':'),
        "+++" => (&["+++"], '='),
        _ => return 0,
    };
    let mut at = first.len();
    let mut has_key = false;
    for line in lines {
        let content = line.trim_end();
        if closing.contains(&content) {
            return if has_key { at + content.len() } else { 0 };
        }
        has_key |= is_key(content, separator);
        at += line.len();
    }
    0
}

/// Whether a line is `key: value` or `key = value`; prose between two rules is not.
fn is_key(line: &str, separator: char) -> bool {
    line.find(separator).is_some_and(|at| {
        let key = slice(line, 0..at).trim();
        let value = slice(line, at + 1..line.len());
        !key.is_empty()
            && key.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '"' | '\''))
            && (separator == '=' || value.is_empty() || value.starts_with([' ', '\t']))
    })
}
