//! The texts that go into a prompt and come out of a reply: what stands around a chunk, fences, sentences.
//!
//! Pure. A fence is made from what it encloses, so the same request is the same bytes each time, and is made again
//! until nothing in the prompt holds it: no article can forge its own.

use minijinja::Value;

use super::forms::defused;
use crate::document::slice;
use crate::engine::{SummarySentence, TranslationRequest};
use crate::glossary::GlossaryTerm;
use crate::language::Language;
use crate::segment;

/// Tokens that the text around a chunk may take, and its characters on either side.
pub const CONTEXT_TOKENS: usize = 300;
const CONTEXT_CHARACTERS: usize = 300;

/// Characters that the terms of a chunk may take: some forty terms. A chunk of four paragraphs has a handful. In a
/// small window, no more than about an eighth of it.
const TERMS_CHARACTERS: usize = 1_500;

/// What stands around a chunk, as values of the templates. It is the article's own words, so the marks of units are
/// as harmless in it as in a unit.
/// `window` is the model's, in tokens.
pub fn context_values(request: &TranslationRequest, window: usize) -> [(&'static str, Value); 4] {
    let value =
        |text: Option<String>| text.map_or_else(|| Value::from(()), |text| Value::from(defused(&text)));
    let context = &request.context;
    [
        ("title", value(context.title.as_deref().map(first_characters))),
        ("before", value(context.before.as_deref().map(last_characters))),
        ("after", value(context.after.as_deref().map(first_characters))),
        ("terms", value(Some(terms(&context.terms, window)).filter(|terms| !terms.is_empty()))),
    ]
}

/// One line a term: `tide mill = moinho de maré / azenha (never: moinho)`. Those that find no room are left out, the
/// last of the glossary first; the check of terms sees them all.
fn terms(terms: &[GlossaryTerm], window: usize) -> String {
    let room = TERMS_CHARACTERS.min(window * 3 / 8);
    let one_line = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut lines = String::new();
    for term in terms {
        let mut line = one_line(&term.source);
        if !term.targets.is_empty() {
            line.push_str(&format!(" = {}", one_line(&term.targets.join(" / "))));
        }
        if !term.forbidden.is_empty() {
            line.push_str(&format!(" (never: {})", one_line(&term.forbidden.join(", "))));
        }
        if lines.chars().count() + line.chars().count() > room {
            break;
        }
        if !lines.is_empty() {
            lines.push('\n');
        }
        lines.push_str(&line);
    }
    lines
}

fn first_characters(text: &str) -> String {
    let line: Vec<&str> = text.split_whitespace().collect();
    let line = line.join(" ");
    let cut: String = line.chars().take(CONTEXT_CHARACTERS).collect();
    if cut.len() < line.len() { format!("{cut}…") } else { cut }
}

fn last_characters(text: &str) -> String {
    let line: Vec<&str> = text.split_whitespace().collect();
    let line = line.join(" ");
    let skip = line.chars().count().saturating_sub(CONTEXT_CHARACTERS);
    let cut: String = line.chars().skip(skip).collect();
    if skip > 0 { format!("…{cut}") } else { cut }
}

/// The line that stands before and after the first of `texts`; none of them holds it.
pub fn fence(texts: &[&str]) -> String {
    let mut hasher = blake3::Hasher::new();
    for text in texts {
        hasher.update(text.as_bytes());
    }
    loop {
        let hash: String = hasher.finalize().to_hex().chars().take(8).collect();
        if !texts.iter().any(|text| text.contains(&hash)) {
            return format!("==={hash}===");
        }
        hasher.update(hash.as_bytes());
    }
}

/// `text` without the fence lines that a model copied along.
pub fn unfenced<'a>(text: &'a str, fence: &str) -> &'a str {
    let text = text.trim();
    let text = text.strip_prefix(fence).unwrap_or(text);
    text.strip_suffix(fence).unwrap_or(text).trim()
}

/// The sentences of a summary, line by line.
pub fn sentences(text: &str, language: &Language) -> Vec<SummarySentence> {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    lines
        .flat_map(|line| {
            segment::sentences(line, language)
                .into_iter()
                .map(|range| slice(line, range).trim().to_owned())
                .filter(|sentence| !sentence.is_empty())
                .collect::<Vec<_>>()
        })
        .map(|text| SummarySentence { text, blocks: Vec::new() })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fence_is_the_same_each_time_and_in_no_text() {
        let first = fence(&["One.", "Title"]);
        assert_eq!(first, fence(&["One.", "Title"]));
        assert_ne!(first, fence(&["Two.", "Title"]));
        // A title that holds what would be the fence, were it made of the text alone.
        let guessed = fence(&["One."]);
        let made = fence(&["One.", &guessed]);
        assert_ne!(made, guessed);
    }

    #[test]
    fn copied_fences_are_taken_off() {
        assert_eq!(unfenced("===1===\n Uno.\n===1===", "===1==="), "Uno.");
        assert_eq!(unfenced("Uno.", "===1==="), "Uno.");
    }

    #[test]
    fn terms_are_told_a_line_each_as_far_as_there_is_room() {
        let term = |source: &str, targets: &[&str], forbidden: &[&str]| GlossaryTerm {
            source: source.to_owned(),
            targets: targets.iter().map(|text| (*text).to_owned()).collect(),
            forbidden: forbidden.iter().map(|text| (*text).to_owned()).collect(),
            comment: "for people".to_owned(),
        };
        let told = terms(
            &[term("tide\nmill", &["moinho de maré", "azenha"], &[]), term("ferry", &[], &["ferryboat"])],
            8192,
        );
        assert_eq!(told, "tide mill = moinho de maré / azenha\nferry (never: ferryboat)");
        let many: Vec<GlossaryTerm> = (0..500).map(|n| term(&format!("term {n}"), &["termo"], &[])).collect();
        assert!(terms(&many, 8192).chars().count() <= TERMS_CHARACTERS);
        assert!(terms(&many, 512).chars().count() <= 192);
        assert_eq!(terms(&[], 8192), "");
    }
}
