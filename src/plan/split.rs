//! Splitting the one unit that is alone too big, so that it can be put back together.
//!
//! Cuts at sentence ends first, then at weaker punctuation, then at white space, then at a character
//! boundary; never inside a `⟦n⟧`. Linear in the unit's length.

use std::ops::Range;

use super::tokens::Tokenizer;
use crate::document::slice;
use crate::language::Language;
use crate::segment;

/// What stands between two parts, counted as tokens: a cut can cost a token on each side.
const CUT_TOKENS: usize = 2;

/// Characters in the smallest run that is counted at once when there is nothing better to cut at.
const WINDOW_CHARS: usize = 48;

/// A stretch of a unit that is asked on its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// What is sent: no white space at its ends.
    pub text: String,
    /// The white space between this part and the next, as in the source.
    pub glue: String,
    /// Its tokens as counted.
    pub tokens: usize,
}

/// Bytes a token from which a text is probably over the budget: prose has 3 to 5. Its sentences are counted first, and
/// it whole only where they leave a doubt, for counting is what planning costs.
const PROBABLY_OVER: usize = 4;

/// Bytes a token from which a text is taken to be over the budget without counting it whole.
/// A text of longer tokens that would just have fitted is asked in two parts, which costs it nothing else.
const SURELY_OVER: usize = 6;

/// Cuts `text` into parts of at most `budget` tokens each. A text that fits is one part.
///
/// White space at the very ends of `text` is left out of the parts: [`join`] and the caller's layout put
/// it back.
pub fn split(text: &str, language: &Language, tokenizer: &Tokenizer, budget: usize) -> Vec<Part> {
    let whole = || {
        let tokens = tokenizer.count(text);
        (tokens <= budget).then(|| vec![Part { text: text.to_owned(), glue: String::new(), tokens }])
    };
    if text.len() <= budget * PROBABLY_OVER
        && let Some(whole) = whole()
    {
        return whole;
    }
    let pieces = pieces(text, language, tokenizer, budget.saturating_sub(CUT_TOKENS).max(1));
    let counted: usize = pieces.iter().map(|(_, tokens)| tokens).sum();
    // Less the token that was added to each piece, and the one that its cut costs.
    let least = counted.saturating_sub(pieces.len() * CUT_TOKENS);
    let in_doubt = text.len() > budget * PROBABLY_OVER && text.len() <= budget * SURELY_OVER;
    if in_doubt
        && least <= budget
        && let Some(whole) = whole()
    {
        return whole;
    }
    let mut parts: Vec<Part> = Vec::new();
    let mut start = 0;
    let mut sum = 0;
    let mut end = 0;
    for (range, tokens) in pieces {
        if end > start && sum + tokens > budget {
            push(&mut parts, text, start..end, sum, tokenizer, budget);
            start = range.start;
            sum = 0;
        }
        sum += tokens;
        end = range.end;
    }
    push(&mut parts, text, start..end, sum, tokenizer, budget);
    parts
}

/// Puts the parts' answers back together, with the glue that the target language uses.
pub fn join(parts: &[Part], answers: &[String], from: &Language, to: &Language) -> String {
    let mut whole = String::new();
    for (index, (part, answer)) in parts.iter().zip(answers).enumerate() {
        whole.push_str(answer);
        if index + 1 == parts.len() {
            break;
        }
        match (from.is_spaceless(), to.is_spaceless()) {
            // From a language without spaces into one with them: a part ends where a sentence or a clause
            // does, unless it was cut in the middle of a word.
            (true, false) if part.glue.is_empty() && !part.text.ends_with(char::is_alphanumeric) => {
                whole.push(' ');
            }
            (false, true) => {}
            _ => whole.push_str(&part.glue),
        }
    }
    whole
}

/// Adds `range` as a part. `sum` is its pieces' counts with a token for each cut, which is never below the true
/// count; a single piece that is over all the same (one unbroken run of characters) is halved.
fn push(
    parts: &mut Vec<Part>,
    text: &str,
    range: Range<usize>,
    sum: usize,
    tokenizer: &Tokenizer,
    budget: usize,
) {
    let raw = slice(text, range.clone());
    let trimmed = raw.trim_end();
    let body = trimmed.trim_start();
    if body.is_empty() {
        // Nothing but white space: it belongs to the glue of the part before.
        if let Some(last) = parts.last_mut() {
            last.glue.push_str(raw);
        }
        return;
    }
    let tokens = if sum <= budget { sum } else { tokenizer.count(body) };
    if tokens > budget
        && let Some(middle) = middle_boundary(raw)
    {
        for half in [range.start..range.start + middle, range.start + middle..range.end] {
            let tokens = count_cut(tokenizer, slice(text, half.clone()));
            push(parts, text, half, tokens, tokenizer, budget);
        }
        return;
    }
    if let Some(last) = parts.last_mut() {
        last.glue.push_str(slice(trimmed, 0..trimmed.len() - body.len()));
    }
    let glue = slice(raw, trimmed.len()..raw.len()).to_owned();
    parts.push(Part { text: body.to_owned(), glue, tokens });
}

/// The atomic boundary nearest the middle of `text`, if it has more than one atom.
fn middle_boundary(text: &str) -> Option<usize> {
    let mut best = None;
    for atom in atoms(text) {
        if atom.end >= text.len() {
            break;
        }
        best = Some(atom.end);
        if atom.end >= text.len() / 2 {
            break;
        }
    }
    best
}

/// Consecutive ranges of `text` with their counts, each at most `budget` where an atom allows it.
fn pieces(
    text: &str,
    language: &Language,
    tokenizer: &Tokenizer,
    budget: usize,
) -> Vec<(Range<usize>, usize)> {
    let mut found = Vec::new();
    for sentence in segment::sentences(text, language) {
        let tokens = count_cut(tokenizer, slice(text, sentence.clone()));
        if tokens <= budget {
            found.push((sentence, tokens));
            continue;
        }
        let inner = slice(text, sentence.clone());
        let mut at = 0;
        let mut breaks = segment::weak_breaks(inner, language);
        breaks.push(inner.len());
        for end in breaks {
            if end <= at || inside_placeholder(inner, end) {
                continue;
            }
            let clause = sentence.start + at..sentence.start + end;
            let tokens = count_cut(tokenizer, slice(text, clause.clone()));
            if tokens <= budget {
                found.push((clause, tokens));
            } else {
                windows(text, clause, tokenizer, budget, &mut found);
            }
            at = end;
        }
    }
    found
}

/// Cuts `range` at white space every so many characters, or at a character where there is none.
fn windows(
    text: &str,
    range: Range<usize>,
    tokenizer: &Tokenizer,
    budget: usize,
    found: &mut Vec<(Range<usize>, usize)>,
) {
    let inner = slice(text, range.clone());
    // A character is at most a handful of tokens: small budgets need small windows.
    let most = WINDOW_CHARS.min(budget / 4).max(1);
    let mut start = 0;
    let mut chars = 0;
    let mut last_space = None;
    let mut emit = |from: usize, to: usize| {
        let piece = range.start + from..range.start + to;
        let tokens = count_cut(tokenizer, slice(text, piece.clone()));
        found.push((piece, tokens));
    };
    for atom in atoms(inner) {
        if chars >= most {
            let end = last_space.filter(|&end| end > start).unwrap_or(atom.start);
            emit(start, end);
            chars = slice(inner, end..atom.start).chars().count();
            start = end;
            last_space = None;
        }
        if slice(inner, atom.clone()).chars().all(char::is_whitespace) {
            last_space = Some(atom.end);
        }
        chars += 1;
    }
    if start < inner.len() {
        emit(start, inner.len());
    }
}

fn count_cut(tokenizer: &Tokenizer, text: &str) -> usize {
    tokenizer.count(text) + 1
}

/// The smallest ranges that may be told apart: single characters, and whole `⟦n⟧`.
fn atoms(text: &str) -> impl Iterator<Item = Range<usize>> + '_ {
    let mut at = 0;
    std::iter::from_fn(move || {
        let rest = text.get(at..)?;
        let first = rest.chars().next()?;
        let length = placeholder_length(rest).unwrap_or(first.len_utf8());
        at += length;
        Some(at - length..at)
    })
}

/// The length of the `⟦n⟧` that `text` begins with.
fn placeholder_length(text: &str) -> Option<usize> {
    let inner = text.strip_prefix('⟦')?;
    let digits = inner.bytes().take_while(u8::is_ascii_digit).count();
    (digits > 0 && inner.get(digits..)?.starts_with('⟧')).then_some('⟦'.len_utf8() + digits + '⟧'.len_utf8())
}

fn inside_placeholder(text: &str, offset: usize) -> bool {
    let Some(before) = text.get(..offset) else { return true };
    before
        .rfind('⟦')
        .and_then(|start| Some(start + placeholder_length(text.get(start..)?)?))
        .is_some_and(|end| end > offset)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn tokenizer() -> Tokenizer {
        Tokenizer::for_model("gpt-4o")
    }

    fn english() -> Language {
        Language::parse("en").unwrap()
    }

    /// Puts the parts' own texts back together.
    fn rebuilt(parts: &[Part], language: &Language) -> String {
        let texts: Vec<String> = parts.iter().map(|part| part.text.clone()).collect();
        join(parts, &texts, language, language)
    }

    #[test]
    fn a_text_that_fits_is_one_part() {
        let parts = split("One. Two.", &english(), &tokenizer(), 50);
        assert_eq!(parts.len(), 1);
        assert_eq!(parts[0].text, "One. Two.");
    }

    #[test]
    fn cuts_at_sentence_ends_first() {
        let text = "The council met on Monday.  It approved the budget; nobody objected. Then it rose.";
        let parts = split(text, &english(), &tokenizer(), 12);
        assert!(parts.len() >= 2);
        assert!(parts.iter().all(|part| part.text.ends_with('.') || part.text.ends_with(';')), "{parts:?}");
        assert_eq!(rebuilt(&parts, &english()), text);
    }

    #[test]
    fn never_cuts_a_placeholder() {
        let text = "⟦1⟧⟦2⟧⟦3⟧⟦4⟧⟦5⟧⟦6⟧⟦7⟧⟦8⟧⟦9⟧⟦10⟧".repeat(3);
        for part in split(&text, &english(), &tokenizer(), 20) {
            assert_eq!(part.text.matches('⟦').count(), part.text.matches('⟧').count(), "{}", part.text);
        }
    }

    #[test]
    fn text_without_spaces_or_stops_is_cut_at_characters() {
        for (language, text) in [
            ("zh", "安全理事会今天举行了视频会议并批准了文件".repeat(200)),
            ("th", "สภาความมั่นคงอนุมัติเอกสาร".repeat(200)),
            ("en", "abcdefghij".repeat(2_000)),
        ] {
            let language = Language::parse(language).unwrap();
            let parts = split(&text, &language, &tokenizer(), 100);
            assert!(parts.len() > 3);
            assert!(parts.iter().all(|part| tokenizer().count(&part.text) <= 100));
            assert_eq!(rebuilt(&parts, &language), text);
        }
    }

    #[test]
    fn a_million_spaces_are_glue() {
        let text = format!("start.{}end.", " ".repeat(1_000_000));
        let parts = split(&text, &english(), &tokenizer(), 100);
        assert_eq!(rebuilt(&parts, &english()), text);
        assert_eq!(parts.len(), 2);
    }

    #[test]
    fn target_without_spaces_gets_none_and_the_other_way_round() {
        let (english, chinese) = (english(), Language::parse("zh").unwrap());
        let part = |text: &str, glue: &str| Part { text: text.into(), glue: glue.into(), tokens: 1 };
        let answers = vec!["甲。".to_owned(), "乙。".to_owned()];
        assert_eq!(join(&[part("A.", " "), part("B.", "")], &answers, &english, &chinese), "甲。乙。");
        let answers = vec!["A.".to_owned(), "B.".to_owned()];
        assert_eq!(join(&[part("甲。", ""), part("乙。", "")], &answers, &chinese, &english), "A. B.");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(128))]
        #[test]
        fn parts_fit_and_come_back(
            text in prop::collection::vec(
                prop_oneof![
                    "[a-zA-Z ]{1,40}[.?!;,] ?", "[а-яё ]{1,30}\\. ", "[一-龥]{1,30}[。，]", "[ก-๙]{1,30}",
                    "⟦[0-9]{1,2}⟧", "\\PC{1,20}", " {1,200}", "[0-9.,]{1,20}",
                ], 1..60),
            budget in 16usize..200,
        ) {
            let text = text.concat().trim().to_owned();
            prop_assume!(!text.is_empty());
            let parts = split(&text, &english(), &tokenizer(), budget);
            for part in &parts {
                prop_assert!(tokenizer().count(&part.text) <= budget, "{} tokens in {:?}", tokenizer().count(&part.text), part.text);
            }
            prop_assert_eq!(rebuilt(&parts, &english()), text);
        }
    }
}
