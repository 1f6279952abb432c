//! A glossary's file: TSV or CSV as a spreadsheet or a person writes it.
//!
//! * Tabs separate the columns where the first line has one, else commas, else semicolons. Quotation marks as in CSV.
//! * Lines that begin with `#` are comments; empty lines mean nothing.
//! * The first line names the columns where it has `source` in it: `source`, `target`, `comment`, `forbidden`, `from`,
//!   `to` (also `lang`, `language`), or a language tag for a column of translations into that language. Others are
//!   refused. Without such a line the columns are source, target, comment, forbidden.
//! * `|` separates several targets, the preferred one first, and several forbidden ones.

use crate::language::Language;
use crate::read::decode::decode;

use super::{GlossaryTerm, Row};

/// Larger files are no glossaries: this is a hundred thousand terms.
pub const MOST_BYTES: usize = 8 << 20;

/// Why a file is no glossary. `message` holds nothing that a terminal could not show.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {message}")]
pub struct ParseError {
    /// From 1.
    pub line: u64,
    pub message: String,
    pub hint: String,
}

impl ParseError {
    fn new(line: u64, message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { line, message: message.into(), hint: hint.into() }
    }
}

/// What a column holds.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Column {
    Source,
    Target,
    Comment,
    Forbidden,
    From,
    To,
    /// Translations into one language.
    Into(Language),
}

/// Reads a glossary's bytes.
///
/// # Errors
/// Where it is no text, or a line makes no sense.
pub fn read(bytes: &[u8]) -> Result<Vec<Row>, ParseError> {
    if bytes.len() > MOST_BYTES {
        return Err(ParseError::new(1, "too large for a glossary", "import a translation memory as TMX"));
    }
    let (text, _) =
        decode(bytes).map_err(|error| ParseError::new(1, error.to_string(), "save it as UTF-8 text"))?;
    let first =
        text.lines().find(|line| !line.starts_with('#') && !line.trim().is_empty()).unwrap_or_default();
    let delimiter = [b'\t', b',', b';'].into_iter().find(|delimiter| first.contains(char::from(*delimiter)));
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter.unwrap_or(b'\t'))
        .comment(Some(b'#'))
        .has_headers(false)
        .flexible(true)
        .from_reader(text.as_bytes());
    let mut columns: Option<Vec<Column>> = None;
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|error| {
            let line = error.position().map_or(1, csv::Position::line);
            ParseError::new(line, "no line of a table", "write one term a line: source, tab, target")
        })?;
        let line = record.position().map_or(1, csv::Position::line);
        let cells: Vec<&str> = record.iter().map(trimmed).collect();
        if cells.iter().all(|cell| cell.is_empty()) {
            continue;
        }
        if cells.iter().any(|cell| cell.contains(['\n', '\r'])) {
            let hint = "close it in the same line, or double a quotation mark that is meant: `\"\"`";
            return Err(ParseError::new(line, "a quotation mark that is not closed in its line", hint));
        }
        match &columns {
            None => {
                let named = header(&cells, line)?;
                let is_header = named.is_some();
                let columns = columns.insert(named.unwrap_or_else(by_position));
                if !is_header {
                    rows.extend(row(&cells, columns, line)?);
                }
            }
            Some(columns) => rows.extend(row(&cells, columns, line)?),
        }
    }
    Ok(rows)
}

fn by_position() -> Vec<Column> {
    vec![Column::Source, Column::Target, Column::Comment, Column::Forbidden]
}

/// The columns, where this is the line that names them.
fn header(cells: &[&str], line: u64) -> Result<Option<Vec<Column>>, ParseError> {
    if !cells.iter().any(|cell| cell.eq_ignore_ascii_case("source")) {
        return Ok(None);
    }
    let mut columns = Vec::new();
    for cell in cells {
        let column = match cell.to_lowercase().as_str() {
            "source" => Column::Source,
            "target" => Column::Target,
            "comment" => Column::Comment,
            "forbidden" => Column::Forbidden,
            "from" => Column::From,
            "to" | "lang" | "language" => Column::To,
            name => {
                let known = Language::parse(name).ok().filter(Language::is_known);
                let hint = "the columns are source, target, comment, forbidden, from, to, or a language tag such as `pt`";
                Column::Into(
                    known
                        .ok_or_else(|| ParseError::new(line, format!("no column `{}`", shown(cell)), hint))?,
                )
            }
        };
        if columns.contains(&column) {
            return Err(ParseError::new(line, format!("two columns `{}`", shown(cell)), "leave one out"));
        }
        columns.push(column);
    }
    let is_into = |column: &Column| matches!(column, Column::Into(_));
    let ambiguous = [Column::Target, Column::To, Column::Forbidden];
    if columns.iter().any(is_into) && columns.iter().any(|column| ambiguous.contains(column)) {
        let hint = "write one line a language, with the columns source, target, forbidden, to";
        return Err(ParseError::new(
            line,
            "columns for languages beside `target`, `to` or `forbidden`",
            hint,
        ));
    }
    Ok(Some(columns))
}

fn row(cells: &[&str], columns: &[Column], line: u64) -> Result<Vec<Row>, ParseError> {
    let mut term = GlossaryTerm::default();
    let (mut from, mut to) = (None, None);
    let mut into = Vec::new();
    let language = |tag: &str| {
        let hint = "write a tag such as `pt` or `zh-Hant`, or leave the cell empty for all";
        Language::parse(tag)
            .map(Some)
            .map_err(|_| ParseError::new(line, format!("`{}` is no language tag", shown(tag)), hint))
    };
    for (index, cell) in cells.iter().enumerate().filter(|(_, cell)| !cell.is_empty()) {
        match columns.get(index) {
            Some(Column::Source) => term.source = (*cell).to_owned(),
            Some(Column::Target) => term.targets = several(cell),
            Some(Column::Comment) => term.comment = (*cell).to_owned(),
            Some(Column::Forbidden) => term.forbidden = several(cell),
            Some(Column::From) => from = language(cell)?,
            Some(Column::To) => to = language(cell)?,
            Some(Column::Into(language)) => into.push((language.clone(), several(cell))),
            None => {
                let hint = "quote a text that holds the separator";
                return Err(ParseError::new(line, format!("`{}` stands in no column", shown(cell)), hint));
            }
        }
    }
    if term.source.is_empty() {
        return Err(ParseError::new(
            line,
            "no source term",
            "write it in the first column, or put `#` before a comment",
        ));
    }
    if !into.is_empty() {
        let of = |(language, targets)| {
            let term = GlossaryTerm { targets, ..term.clone() };
            Row { term, from: from.clone(), to: Some(language) }
        };
        return Ok(into.into_iter().map(of).collect());
    }
    if columns.iter().any(|column| matches!(column, Column::Into(_))) {
        return Ok(Vec::new());
    }
    if term.targets.is_empty() && term.forbidden.is_empty() {
        let message = format!("`{}` has neither a target nor a forbidden one", shown(&term.source));
        return Err(ParseError::new(line, message, "write source, tab, target"));
    }
    Ok(vec![Row { term, from, to }])
}

/// Without white space and control characters at its edges: neither belongs to a term.
fn trimmed(text: &str) -> &str {
    text.trim_matches(|character: char| character.is_whitespace() || character.is_control())
}

fn several(cell: &str) -> Vec<String> {
    let mut texts: Vec<String> = Vec::new();
    for text in cell.split('|').map(trimmed).filter(|text| !text.is_empty()) {
        if !texts.iter().any(|known| known == text) {
            texts.push(text.to_owned());
        }
    }
    texts
}

fn shown(text: &str) -> String {
    let short: String = text.chars().take(40).collect();
    crate::report::printable::printable(&short).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> Vec<String> {
        let rows = read(text.as_bytes()).unwrap();
        let told = |row: &Row| {
            let to = row.to.as_ref().map_or("*", Language::as_str);
            let GlossaryTerm { source, targets, forbidden, comment } = &row.term;
            format!("{to}: {source} = {targets:?} not {forbidden:?} ({comment})")
        };
        rows.iter().map(told).collect()
    }

    fn refused(text: &str) -> String {
        read(text.as_bytes()).unwrap_err().to_string()
    }

    #[test]
    fn columns_are_known_by_place_or_by_name() {
        let one = r#"*: tide mill = ["moinho de maré", "azenha"] not ["moinho"] (old)"#;
        for text in [
            "tide mill\tmoinho de maré | azenha\told\tmoinho\n",
            "tide mill,moinho de maré|azenha,old,moinho",
            "tide mill;moinho de maré|azenha;old;moinho\r\n",
            "\u{feff}# mine\n\nforbidden\tTarget\tSOURCE\tcomment\nmoinho\tmoinho de maré|azenha|\ttide mill\told\n",
            "source,target,comment,forbidden\n\"tide mill\",\"moinho de maré|azenha\",old,moinho\n\n",
        ] {
            assert_eq!(told(text), [one], "{text}");
        }
        assert_eq!(told(""), [""; 0]);
        assert_eq!(told("a\tb\n"), [r#"*: a = ["b"] not [] ()"#]);
    }

    #[test]
    fn one_file_serves_several_languages_by_line_or_by_column() {
        let by_line = told("source\ttarget\tto\nmill\tmoinho\tpt\nmill\t磨坊\tzh\n");
        let by_column = told("source\tpt\tzh\nmill\tmoinho\t磨坊\nboat\t\t\n");
        assert_eq!(by_line, by_column);
        assert_eq!(by_line, [r#"pt: mill = ["moinho"] not [] ()"#, r#"zh: mill = ["磨坊"] not [] ()"#]);
    }

    #[test]
    fn what_makes_no_sense_is_refused_with_its_line() {
        for (text, line, what) in [
            ("a\tb\nalone\n", 2, "`alone` has neither"),
            ("a\tb\n\tc\n", 2, "no source term"),
            ("a\tb\tc\td\te\n", 1, "`e` stands in no column"),
            ("source\ttarget\tcolour\n", 1, "no column `colour`"),
            ("source\ttarget\ttarget\n", 1, "two columns"),
            ("source\tpt\tforbidden\n", 1, "columns for languages beside"),
            ("source\ttarget\tto\na\tb\tportugal!\n", 2, "no language tag"),
            ("a\tb\n\"c\td\ne\tf\n", 2, "not closed"),
            ("a\0b\tc", 1, "not text"),
        ] {
            let error = refused(text);
            assert!(
                error.starts_with(&format!("line {line}: ")) && error.contains(what),
                "{text:?}: {error}"
            );
        }
    }
}
