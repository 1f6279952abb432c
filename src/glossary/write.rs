//! A glossary as TSV, in a form that [`super::read()`] gives back.

use super::Row;

/// The whole file. The column `to` is there where a line needs it, and so are `from` and `forbidden`; `preface` stands
/// above as comments.
pub fn write(rows: &[Row], preface: &[&str]) -> String {
    let mut columns = vec!["source", "target", "comment"];
    columns.extend(rows.iter().any(|row| !row.term.forbidden.is_empty()).then_some("forbidden"));
    columns.extend(rows.iter().any(|row| row.to.is_some()).then_some("to"));
    columns.extend(rows.iter().any(|row| row.from.is_some()).then_some("from"));
    let mut text = String::new();
    for line in preface {
        text.push_str(&format!("# {}\n", line.replace(['\n', '\r'], " ")));
    }
    text.push_str(&columns.join("\t"));
    text.push('\n');
    for row in rows {
        let cells = columns.iter().map(|column| match *column {
            "source" => cell(&row.term.source),
            "target" => cell(&row.term.targets.join("|")),
            "comment" => cell(&row.term.comment),
            "forbidden" => cell(&row.term.forbidden.join("|")),
            "to" => row.to.as_ref().map(|to| to.as_str().to_owned()).unwrap_or_default(),
            _ => row.from.as_ref().map(|from| from.as_str().to_owned()).unwrap_or_default(),
        });
        let cells: Vec<String> = cells.collect();
        text.push_str(&cells.join("\t"));
        text.push('\n');
    }
    text
}

/// On one line, quoted where it would be read as something else.
fn cell(text: &str) -> String {
    // A control character has no place in a term, and could be taken for another encoding's.
    let plain: Vec<&str> =
        text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty()).collect();
    let line = plain.join(" ");
    if line.contains('"') || line.starts_with('#') {
        format!("\"{}\"", line.replace('"', "\"\""))
    } else {
        line
    }
}

#[cfg(test)]
mod tests {
    use super::super::{GlossaryTerm, read};
    use super::*;
    use crate::language::Language;

    #[test]
    fn what_is_written_is_read() {
        let term = |source: &str, targets: &[&str], comment: &str| GlossaryTerm {
            source: source.to_owned(),
            targets: targets.iter().map(|target| (*target).to_owned()).collect(),
            forbidden: Vec::new(),
            comment: comment.to_owned(),
        };
        let to = |tag| Some(Language::parse(tag).unwrap());
        let rows = [
            Row { term: term("#1 \"mill\"", &["moinho", "a, b; c"], ""), from: None, to: to("pt") },
            Row { term: term("mill", &["磨坊"], "seen 3 times: a.txt"), from: None, to: to("zh-Hant") },
        ];
        assert_eq!(read(write(&rows, &["made by gloss terms"]).as_bytes()).unwrap(), rows);
        let mut forbidden = rows.clone();
        forbidden[0].term.forbidden = vec!["azenha".to_owned()];
        forbidden[0].from = to("en");
        assert_eq!(read(write(&forbidden, &[]).as_bytes()).unwrap(), forbidden);
    }
}
