//! The summary file: Markdown with a small front matter.

use std::fmt::Write as _;

use crate::document::slice;
use crate::language::Language;
use crate::segment;

/// What a summary file says.
#[derive(Debug, Clone)]
pub struct SummaryFile<'a> {
    /// The source's file name.
    pub source: &'a str,
    /// The language of this file.
    pub language: &'a Language,
    /// The language of the article.
    pub source_language: &'a Language,
    /// What made the summary, and what translated it where that is another engine.
    pub engine: &'a str,
    pub model: &'a str,
    /// `YYYY-MM-DD`.
    pub date: &'a str,
    /// `complete`, or `partial` where a sentence could not be translated.
    pub state: &'a str,
    /// The headline in this file's language.
    pub title: Option<&'a str>,
    /// The summary's sentences, in order.
    pub sentences: &'a [String],
}

impl SummaryFile<'_> {
    /// The file's text.
    pub fn render(&self) -> String {
        let mut text = String::from("---\n");
        for (key, value) in [
            ("source", self.source),
            ("language", self.language.as_str()),
            ("source_language", self.source_language.as_str()),
            ("engine", self.engine),
            ("model", self.model),
            ("date", self.date),
            ("state", self.state),
        ] {
            if !value.is_empty() {
                // Writing to a string cannot fail.
                writeln!(text, "{key}: {}", scalar(value)).ok();
            }
        }
        text.push_str("---\n\n");
        if let Some(title) = self.title {
            writeln!(text, "# {}\n", title.trim()).ok();
        }
        let between = if self.language.is_spaceless() { "" } else { " " };
        let sentences: Vec<&str> = self.sentences.iter().map(|sentence| sentence.trim()).collect();
        text.push_str(&sentences.join(between));
        text.push('\n');
        text
    }
}

/// What a summary file says, without its front matter and its headline.
pub fn body(file: &str) -> String {
    let file = file.strip_prefix('\u{feff}').unwrap_or(file).replace("\r\n", "\n");
    let rest = match file.strip_prefix("---\n").map(|rest| (rest, rest.find("\n---\n"))) {
        Some((rest, Some(end))) => slice(rest, end + "\n---\n".len()..rest.len()),
        _ => &file,
    };
    let lines = rest.lines().filter(|line| !line.starts_with("# "));
    lines.collect::<Vec<_>>().join("\n").trim().to_owned()
}

/// The sentences of a summary file, each on one line.
pub fn sentences(file: &str, language: &Language) -> Vec<String> {
    let body = body(file);
    let sentences = segment::sentences(&body, language).into_iter();
    let one_line = |range| slice(&body, range).split_whitespace().collect::<Vec<_>>().join(" ");
    sentences.map(one_line).filter(|sentence| !sentence.is_empty()).collect()
}

/// A YAML scalar: plain where nothing in it could be read otherwise, else in double quotes (JSON's quoting is
/// YAML's).
fn scalar(value: &str) -> String {
    let plain =
        |character: char| character.is_alphanumeric() || matches!(character, '-' | '_' | '.' | '/' | '+');
    let first = value.chars().next().is_some_and(char::is_alphanumeric);
    if first && value.chars().all(plain) {
        value.to_owned()
    } else {
        serde_json::Value::from(value).to_string()
    }
}

/// `new`, or `old` where they differ in nothing but the date: a summary that says the same keeps its day.
pub fn keep_date(old: &str, new: String) -> String {
    let without_date = |text: &str| -> Vec<String> {
        text.lines().filter(|line| !line.starts_with("date: ")).map(str::to_owned).collect()
    };
    if without_date(old) == without_date(&new) { old.to_owned() } else { new }
}

/// The day that outputs are dated with: `SOURCE_DATE_EPOCH` (seconds since 1970, for reproducible outputs)
/// or today, in UTC.
pub fn today() -> String {
    let told = std::env::var("SOURCE_DATE_EPOCH").ok().and_then(|seconds| seconds.parse().ok());
    let moment = told
        .and_then(|seconds| jiff::Timestamp::from_second(seconds).ok())
        .unwrap_or_else(jiff::Timestamp::now);
    moment.to_string().chars().take("YYYY-MM-DD".len()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(date: &str) -> String {
        let language = Language::parse("pt").unwrap();
        let english = Language::parse("en").unwrap();
        SummaryFile {
            source: "a: b.txt",
            language: &language,
            source_language: &english,
            engine: "local",
            model: "enpt",
            date,
            state: "complete",
            title: Some("Título"),
            sentences: &["Uma frase.".to_owned(), "Outra.".to_owned()],
        }
        .render()
    }

    #[test]
    fn front_matter_then_title_then_sentences() {
        let text = file("2026-01-02");
        assert_eq!(
            text,
            "---\nsource: \"a: b.txt\"\nlanguage: pt\nsource_language: en\nengine: local\nmodel: enpt\n\
             date: 2026-01-02\nstate: complete\n---\n\n# Título\n\nUma frase. Outra.\n"
        );
    }

    #[test]
    fn what_was_written_is_read_again() {
        let portuguese = Language::parse("pt").unwrap();
        for text in [file("2026-01-02"), file("2026-01-02").replace('\n', "\r\n")] {
            assert_eq!(body(&text), "Uma frase. Outra.");
            assert_eq!(sentences(&text, &portuguese), ["Uma frase.", "Outra."]);
        }
        assert_eq!(body("# Título\n\nUma\nfrase.\n"), "Uma\nfrase.");
        assert_eq!(sentences("Uma\nfrase. Outra.\n", &portuguese), ["Uma frase.", "Outra."]);
        assert_eq!(body("---\nstate: complete\n---\n\n# Título\n"), "");
    }

    #[test]
    fn the_date_alone_is_no_change() {
        assert_eq!(keep_date(&file("2026-01-01"), file("2026-01-02")), file("2026-01-01"));
        assert_eq!(keep_date("other", file("2026-01-02")), file("2026-01-02"));
    }
}
