//! Spans that must come through a model untouched: placeholders, addresses, words it cannot spell.
//!
//! Each is replaced by a stand-in that models copy, and put back where the stand-in came out.

use std::ops::Range;

/// A span kept from the model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Span {
    pub range: Range<usize>,
    /// A `⟦n⟧` of ours, which may stand against a word; or text of the article's.
    pub placeholder: bool,
}

/// How stand-ins are written. Of those measured (240 news sentences, en-pt, one word replaced or one to
/// three words enclosed): `[1]` alone came back in 98 %, `%1` in 100 %, `(1)` in 98 %, `$1` in 58 %,
/// `⟦1⟧`, `{1}`, `<1>` and `#1` hardly ever (their signs are unknown to the model).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum StandIn {
    Bracket,
    Percent,
}

pub(super) const STAND_INS: [StandIn; 2] = [StandIn::Bracket, StandIn::Percent];

impl StandIn {
    fn write(self, number: usize) -> String {
        match self {
            Self::Bracket => format!("[{number}]"),
            Self::Percent => format!("%{number}"),
        }
    }
}

/// The spans of `text` to keep from the model, in order. `known` says whether the model's vocabulary has a character.
pub(super) fn spans(text: &str, known: &dyn Fn(char) -> bool) -> Vec<Span> {
    let mut spans = Vec::new();
    let mut at = 0;
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        if let Some(length) = placeholder(rest) {
            spans.push(Span { range: at..at + length, placeholder: true });
            at += length;
            continue;
        }
        // A word: up to white space or a placeholder.
        let word = rest
            .char_indices()
            .find(|(_, character)| character.is_whitespace() || *character == '⟦')
            .map_or(rest.len(), |(end, _)| end);
        if word == 0 {
            at += rest.chars().next().map_or(1, char::len_utf8);
            continue;
        }
        let word = rest.get(..word).unwrap_or(rest);
        for range in word_spans(word, known) {
            spans.push(Span { range: at + range.start..at + range.end, placeholder: false });
        }
        at += word.len();
    }
    spans
}

/// The length of the placeholder that `text` begins with.
fn placeholder(text: &str) -> Option<usize> {
    let inner = text.strip_prefix('⟦')?;
    let digits = inner.bytes().take_while(u8::is_ascii_digit).count();
    let closed = inner.get(digits..)?.starts_with('⟧');
    (digits > 0 && closed).then_some('⟦'.len_utf8() + digits + '⟧'.len_utf8())
}

/// What of one word is kept: the whole of an address, or the stretch around characters the model does not know.
fn word_spans(word: &str, known: &dyn Fn(char) -> bool) -> Vec<Range<usize>> {
    let trimmed = word.trim_end_matches(|character: char| ".,;:!?)]}>\"'”’»".contains(character));
    let start =
        trimmed.len() - trimmed.trim_start_matches(|character: char| "([{<\"'“‘«".contains(character)).len();
    let bare = trimmed.get(start..).unwrap_or_default();
    if is_address(bare) {
        return std::iter::once(start..trimmed.len()).collect();
    }
    let mut found: Vec<Range<usize>> = Vec::new();
    for (at, character) in word.char_indices() {
        if character.is_ascii_alphanumeric() || known(character) {
            continue;
        }
        let end = at + character.len_utf8();
        // Letters and digits beside it belong to the same name, unless the script has no spaces.
        let joins =
            |character: &char| character.is_alphanumeric() && !is_ideograph(*character) || *character == '_';
        let left: usize =
            word.get(..at).unwrap_or_default().chars().rev().take_while(joins).map(char::len_utf8).sum();
        let right: usize =
            word.get(end..).unwrap_or_default().chars().take_while(joins).map(char::len_utf8).sum();
        match found.last_mut() {
            Some(last) if last.end >= at - left => last.end = end + right,
            _ => found.push(at - left..end + right),
        }
    }
    found
}

fn is_ideograph(character: char) -> bool {
    matches!(u32::from(character), 0x2e80..=0x9fff | 0xac00..=0xd7af | 0xf900..=0xfaff | 0x20000..=0x3ffff | 0xe00..=0xe7f)
}

/// Web and mail addresses, handles and hash tags.
fn is_address(word: &str) -> bool {
    let mail = word.split_once('@').is_some_and(|(name, host)| !name.is_empty() && host.contains('.'));
    let tagged = word.len() > 1 && (word.starts_with('@') || word.starts_with('#'));
    word.contains("://") || word.starts_with("www.") || mail || tagged
}

/// `text` with stand-ins for `spans`, and their numbers' first. Stand-ins stand apart from words, so that
/// the model takes them for words.
pub(super) fn hide(text: &str, spans: &[Span], form: StandIn) -> (String, usize) {
    // Numbers that the text does not have itself.
    let bare: String = text
        .char_indices()
        .filter(|(at, _)| !spans.iter().any(|span| span.range.contains(at)))
        .map(|(_, c)| c)
        .collect();
    let free = |first: &usize| (0..spans.len()).all(|index| !bare.contains(&(first + index).to_string()));
    let first = (1..10_000).find(free).unwrap_or(10_000);
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for (index, span) in spans.iter().enumerate() {
        out.push_str(text.get(at..span.range.start).unwrap_or_default());
        let against = |character: char| character.is_alphanumeric() || character == ']';
        if out.chars().next_back().is_some_and(against) {
            out.push(' ');
        }
        out.push_str(&form.write(first + index));
        if text.get(span.range.end..).and_then(|rest| rest.chars().next()).is_some_and(char::is_alphanumeric)
        {
            out.push(' ');
        }
        at = span.range.end;
    }
    out.push_str(text.get(at..).unwrap_or_default());
    (out, first)
}

/// Puts the spans of `source` back into a model's `answer`. `None` where a stand-in is missing or doubled,
/// or the two of a pair changed sides.
pub(super) fn reveal(
    answer: &str,
    source: &str,
    spans: &[Span],
    form: StandIn,
    first: usize,
) -> Option<String> {
    let mut found: Vec<(usize, usize, &Span)> = Vec::new();
    for (index, span) in spans.iter().enumerate() {
        let mark = form.write(first + index);
        let mut places = answer.match_indices(&mark).filter(|(at, _)| {
            let next = answer.get(at + mark.len()..).and_then(|rest| rest.chars().next());
            form == StandIn::Bracket || !next.is_some_and(|next| next.is_ascii_digit())
        });
        let (at, _) = places.next()?;
        if places.next().is_some() {
            return None;
        }
        found.push((at, at + mark.len(), span));
    }
    // Placeholders may open and close something: their order is kept. Addresses and names may move.
    let order: Vec<usize> =
        found.iter().filter(|(_, _, span)| span.placeholder).map(|(at, _, _)| *at).collect();
    if !order.is_sorted() {
        return None;
    }
    // What two of them enclose in the source is not left outside.
    let emptied = found.windows(2).any(|pair| {
        let [(_, end, one), (at, _, other)] = pair else { return false };
        let words = |text: Option<&str>| text.is_some_and(|text| text.chars().any(char::is_alphanumeric));
        let enclosed = one.placeholder && other.placeholder;
        enclosed && words(source.get(one.range.end..other.range.start)) && !words(answer.get(*end..*at))
    });
    if emptied {
        return None;
    }
    found.sort_by_key(|(at, _, _)| *at);
    let mut out = String::with_capacity(answer.len());
    let mut at = 0;
    for (start, end, span) in found {
        let before = source.get(..span.range.start).and_then(|text| text.chars().next_back());
        let after = source.get(span.range.end..).and_then(|text| text.chars().next());
        out.push_str(answer.get(at..start).unwrap_or_default());
        if before.is_some_and(char::is_alphanumeric) {
            let bare = out.trim_end().len();
            out.truncate(bare);
        } else if span.placeholder && out.chars().next_back().is_some_and(char::is_alphanumeric) {
            out.push(' ');
        }
        out.push_str(source.get(span.range.clone()).unwrap_or_default());
        at = end;
        let rest = answer.get(end..).unwrap_or_default();
        let gap = rest.len() - rest.trim_start().len();
        let next = rest.trim_start().chars().next();
        let glued = after.is_some_and(char::is_alphanumeric);
        let stop = next.is_some_and(|next| ".,;:!?)".contains(next));
        if glued || stop && after.is_some_and(|after| !after.is_whitespace()) {
            at += gap;
        } else if gap == 0 && next.is_some_and(char::is_alphanumeric) {
            out.push(' ');
        }
    }
    out.push_str(answer.get(at..).unwrap_or_default());
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(character: char) -> bool {
        character.is_ascii() && !"@#<>{}".contains(character)
    }

    fn through(source: &str, answer: impl Fn(&str) -> String) -> Option<String> {
        let spans = spans(source, &known);
        let (hidden, first) = hide(source, &spans, StandIn::Bracket);
        reveal(&answer(&hidden), source, &spans, StandIn::Bracket, first)
    }

    #[test]
    fn every_span_comes_back_where_its_stand_in_is() {
        let source = "Read ⟦1⟧the report⟦2⟧ at https://a.example/b?c=1, or ask jo@b.example about 日本.";
        let answer =
            through(source, |text| text.replace("Read", "Leia").replace("the report", "o relatório"));
        let wanted = "Leia ⟦1⟧o relatório⟦2⟧ at https://a.example/b?c=1, or ask jo@b.example about 日本.";
        assert_eq!(answer.as_deref(), Some(wanted));
    }

    #[test]
    fn a_lost_doubled_or_turned_placeholder_is_refused() {
        let source = "Read ⟦1⟧it⟦2⟧ now";
        assert_eq!(through(source, |text| text.replace("[1]", "")), None);
        assert_eq!(through(source, |text| format!("{text} [2]")), None);
        assert_eq!(
            through(source, |text| text.replace("[1]", "[9]").replace("[2]", "[1]").replace("[9]", "[2]")),
            None
        );
        assert_eq!(through(source, |_| "Leia isso [1][2] agora".to_owned()), None);
    }

    #[test]
    fn numbers_of_the_text_are_not_taken_for_stand_ins() {
        let source = "Note [1] says ⟦1⟧ in 2 lines";
        assert_eq!(through(source, str::to_owned).as_deref(), Some(source));
    }

    #[test]
    fn words_the_model_cannot_spell_are_kept_whole() {
        let ranges: Vec<&str> = {
            let text = "C# and Müller, über 日本語";
            spans(text, &known).into_iter().map(|span| crate::document::slice(text, span.range)).collect()
        };
        assert_eq!(ranges, ["C#", "Müller", "über", "日本語"]);
    }
}
