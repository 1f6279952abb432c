//! Quotation marks, apostrophes, dashes and ellipses across a model that knows only the plain ones.
//!
//! The models' vocabularies hold `"`, `'`, `-` and `...`: a curly quote or a long dash is unknown to them,
//! is dropped, and takes what stands beside it along. So they are given plain marks, and the
//! target language's own are put back, mark by mark in order, only where the source had typographic ones.

/// Which of two nested kinds a quotation mark is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Level {
    Double,
    Single,
}

/// A quotation mark of the source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Mark {
    pub opens: bool,
    pub level: Level,
    /// `"` comes back as it is; anything else as the target's own mark.
    pub straight: bool,
}

/// A sentence in plain marks, with what its typographic ones were.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Plain {
    pub text: String,
    /// One for each `"` in `text`.
    pub marks: Vec<Mark>,
    /// Where each of `marks` stands in the sentence as it was, in bytes.
    pub places: Vec<usize>,
    /// One for each ` - ` in `text` that was a dash.
    pub dashes: Vec<char>,
    /// Whether a number range was written with an en dash.
    ranges: bool,
    apostrophes: bool,
    /// Whether any quotation mark is typographic: then apostrophes are too.
    typographic: bool,
    ellipses: bool,
}

const OPENING: [(char, Level); 7] = [
    ('“', Level::Double),
    ('„', Level::Double),
    ('«', Level::Double),
    ('「', Level::Double),
    ('『', Level::Single),
    ('‚', Level::Single),
    ('‹', Level::Single),
];
const CLOSING: [(char, Level); 5] = [
    ('”', Level::Double),
    ('»', Level::Double),
    ('」', Level::Double),
    ('』', Level::Single),
    ('›', Level::Single),
];

/// Marks that a model may write for the `"` it was given.
fn is_mark(character: char) -> bool {
    matches!(character, '"' | '“' | '”' | '„' | '«' | '»' | '「' | '」')
}

/// Marks that [`plain`] rewrites: the models need not know them.
pub(super) fn is_typographic(character: char) -> bool {
    OPENING.iter().chain(&CLOSING).any(|(mark, _)| *mark == character)
        || matches!(character, '‘' | '’' | '…' | '—' | '–' | '―' | '‒')
}

impl Plain {
    /// Quotation marks round the whole sentence, or only before or after it, are kept from the model: what is
    /// inside is a sentence of its own. Gives the mark before, the text between, and the mark after.
    pub(super) fn outer(&self) -> (Option<Mark>, &str, Option<Mark>) {
        let text = self.text.as_str();
        let inside = text.strip_prefix('"').unwrap_or(text);
        match self.marks.as_slice() {
            [only] if inside.len() < text.len() => (Some(*only), inside, None),
            [only] if text.ends_with('"') => (None, text.strip_suffix('"').unwrap_or(text), Some(*only)),
            [first, last] if inside.len() < text.len() && inside.ends_with('"') => {
                (Some(*first), inside.strip_suffix('"').unwrap_or(inside), Some(*last))
            }
            _ => (None, text, None),
        }
    }

    /// What is left to put back inside once the outer marks are taken off.
    pub(super) fn without_outer(&self, lead: Option<Mark>, trail: Option<Mark>) -> Self {
        let marks = if lead.is_some() || trail.is_some() { Vec::new() } else { self.marks.clone() };
        Self { marks, ..self.clone() }
    }
}

/// Puts the outer marks back.
pub(super) fn wrap(answer: &str, lead: Option<Mark>, trail: Option<Mark>, language: &str) -> String {
    let mark = |mark: Option<Mark>| mark.map_or("", |mark| mark_for(mark, language));
    format!("{}{answer}{}", mark(lead), mark(trail))
}

/// Rewrites a sentence in the marks the models know.
pub(super) fn plain(sentence: &str) -> Plain {
    let characters: Vec<char> = sentence.chars().collect();
    let mut plain = Plain::default();
    // The level of each quotation that is open.
    let mut open: Vec<Level> = Vec::new();
    let at = |index: usize| characters.get(index).copied().unwrap_or(' ');
    let mut skip = 0;
    let mut next_place = 0;
    for (index, &character) in characters.iter().enumerate() {
        let place = next_place;
        next_place += character.len_utf8();
        if skip > 0 {
            skip -= 1;
            continue;
        }
        let marks_before = plain.marks.len();
        let before = if index == 0 { ' ' } else { at(index - 1) };
        let after = at(index + 1);
        let quote = |plain: &mut Plain, opens: bool, level: Level, straight: bool| {
            plain.marks.push(Mark { opens, level, straight });
            plain.places.push(place);
            plain.typographic |= !straight;
            plain.text.push('"');
        };
        if character == '"' {
            let opens = before.is_whitespace() || matches!(before, '(' | '[' | '—' | '–');
            quote(&mut plain, opens, Level::Double, true);
        } else if let Some((_, level)) = OPENING.iter().find(|(mark, _)| *mark == character) {
            // German closes with the mark that English opens with.
            let opens = character != '“' || !open.contains(&Level::Double) || before.is_whitespace();
            quote(&mut plain, opens, *level, false);
            if opens && after == '\u{a0}' {
                skip = 1;
            }
        } else if let Some((_, level)) = CLOSING.iter().find(|(mark, _)| *mark == character) {
            if plain.text.ends_with('\u{a0}') && character == '»' {
                plain.text.pop();
            }
            // Swedish and Finnish open with the mark that English closes with.
            let opens =
                character == '”' && open.is_empty() && before.is_whitespace() && after.is_alphanumeric();
            quote(&mut plain, opens, *level, false);
        } else if character == '‘' {
            let closed = characters.get(index + 1..).is_some_and(|rest| rest.contains(&'’'));
            let word = before.is_alphanumeric();
            if closed && !word && !after.is_ascii_digit() {
                quote(&mut plain, true, Level::Single, false);
            } else {
                plain.apostrophes = true;
                plain.text.push('\'');
            }
        } else if character == '’' {
            if open.last() == Some(&Level::Single) && !after.is_alphanumeric() {
                quote(&mut plain, false, Level::Single, false);
            } else {
                plain.apostrophes = true;
                plain.text.push('\'');
            }
        } else if character == '…' {
            plain.ellipses = true;
            plain.text.push_str("...");
        } else if character == '-' && before.is_whitespace() && after.is_whitespace() {
            plain.dashes.push('-');
            plain.text.push('-');
        } else if matches!(character, '—' | '–' | '―' | '‒') {
            dash(&mut plain, character, before, after);
            if plain.text.ends_with(' ') && after.is_whitespace() {
                skip = 1;
            }
        } else {
            plain.text.push(character);
        }
        if let Some(mark) = plain.marks.get(marks_before) {
            if mark.opens {
                open.push(mark.level);
            } else {
                open.pop();
            }
        }
    }
    plain
}

/// A dash between numbers stays one; any other stands between spaces.
fn dash(plain: &mut Plain, character: char, before: char, after: char) {
    if character == '–' && before.is_alphanumeric() && after.is_alphanumeric() {
        plain.text.push('-');
        plain.ranges = true;
        return;
    }
    if plain.text.is_empty() || matches!(before, '"' | '“' | '«') {
        // A dialogue dash at the front.
        plain.text.push_str("- ");
    } else {
        let bare = plain.text.trim_end().len();
        plain.text.truncate(bare);
        plain.text.push_str(" - ");
    }
    plain.dashes.push(character);
}

/// The double and single marks of a language, opening and closing (CLDR's quotation marks; NBSP inside for French).
fn marks_of(language: &str) -> [&'static str; 4] {
    let primary = language.split('-').next().unwrap_or(language);
    match primary {
        "de" | "cs" | "sk" | "sl" | "is" | "lt" | "et" | "bg" | "ka" => ["„", "“", "‚", "‘"],
        "pl" | "ro" | "hu" | "hr" | "sr" | "bs" => ["„", "”", "‚", "’"],
        "fr" => ["«\u{a0}", "\u{a0}»", "“", "”"],
        "ru" | "uk" | "be" | "kk" => ["«", "»", "„", "“"],
        "el" | "hy" | "fa" | "nb" | "no" | "nn" | "az" => ["«", "»", "‘", "’"],
        "sv" | "fi" => ["”", "”", "’", "’"],
        "ja" => ["「", "」", "『", "』"],
        "zh" if language.contains("Hant") || language.ends_with("TW") || language.ends_with("HK") => {
            ["「", "」", "『", "』"]
        }
        _ => ["“", "”", "‘", "’"],
    }
}

/// How many quotation marks a model's answer has.
pub(super) fn count(answer: &str) -> usize {
    answer.chars().filter(|character| is_mark(*character)).count()
}

/// The mark as the target language writes it.
pub(super) fn mark_for(mark: Mark, language: &str) -> &'static str {
    if mark.straight {
        return "\"";
    }
    let [open, close, open_inner, close_inner] = marks_of(language);
    match (mark.opens, mark.level) {
        (true, Level::Double) => open,
        (false, Level::Double) => close,
        (true, Level::Single) => open_inner,
        (false, Level::Single) => close_inner,
    }
}

/// Puts the source's marks back into a model's answer, as the target language writes them. `None` where the
/// answer has more or fewer quotation marks than the source.
pub(super) fn restore(answer: &str, plain: &Plain, language: &str) -> Option<String> {
    // A sentence without quotations that comes back with some: the model's own choice, left alone.
    if count(answer) != plain.marks.len() && !plain.marks.is_empty() {
        return None;
    }
    let mut marks = plain.marks.iter();
    let mut text = String::with_capacity(answer.len() + 8);
    let mut characters = answer.chars().peekable();
    while let Some(character) = characters.next() {
        let mark = if is_mark(character) { marks.next() } else { None };
        let Some(mark) = mark else {
            text.push(character);
            continue;
        };
        if !mark.opens {
            let bare = text.trim_end().len();
            text.truncate(bare);
        }
        text.push_str(mark_for(*mark, language));
        while mark.opens && characters.peek().is_some_and(|next| next.is_whitespace()) {
            characters.next();
        }
    }
    Some(small_marks(&text, plain, language))
}

/// Dashes, ellipses and apostrophes, for a text whose quotation marks are already right.
pub(super) fn small_marks(text: &str, plain: &Plain, language: &str) -> String {
    let mut text = text.to_owned();
    if !plain.dashes.is_empty() {
        text = dashes(&text, &plain.dashes);
    }
    if plain.ranges {
        text = ranges(&text);
    }
    if plain.ellipses {
        text = text.replace("...", if matches!(language, "zh" | "ja") { "……" } else { "…" });
    }
    if plain.apostrophes || plain.typographic {
        text = apostrophes(&text);
    }
    text
}

/// The dashes of the source in place of the hyphens between spaces, in order; where there are more
/// hyphens than dashes, the rest stay.
fn dashes(text: &str, dashes: &[char]) -> String {
    let mut dashes = dashes.iter();
    let mut out = String::with_capacity(text.len() + 8);
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        let alone = (out.is_empty() || out.ends_with(char::is_whitespace))
            && characters.peek().is_none_or(|next| next.is_whitespace());
        match character {
            '-' | '–' | '—' if alone => out.push(dashes.next().copied().unwrap_or(character)),
            _ => out.push(character),
        }
    }
    out
}

/// An en dash between two numbers, where the source wrote its ranges so.
fn ranges(text: &str) -> String {
    let characters: Vec<char> = text.chars().collect();
    let digit = |index: Option<usize>| {
        index.and_then(|index| characters.get(index)).is_some_and(|character| character.is_ascii_digit())
    };
    let between = |index: usize| digit(index.checked_sub(1)) && digit(index.checked_add(1));
    let change = |(index, character): (usize, &char)| {
        if *character == '-' && between(index) { '–' } else { *character }
    };
    characters.iter().enumerate().map(change).collect()
}

/// Curly apostrophes inside and at the end of words.
fn apostrophes(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 4);
    for character in text.chars() {
        let word = out.chars().next_back().is_some_and(char::is_alphanumeric);
        out.push(if character == '\'' && word { '’' } else { character });
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn round(source: &str, answer: &str, language: &str) -> Option<String> {
        restore(answer, &plain(source), language)
    }

    #[test]
    fn curly_quotes_are_straight_for_the_model_and_the_target_s_own_afterwards() {
        let source = "“We can’t,” he said — “not on 12–14 May…”";
        assert_eq!(plain(source).text, "\"We can't,\" he said - \"not on 12-14 May...\"");
        let german = round(source, "\"Wir können's nicht\", sagte er - \"nicht am 12-14. Mai...\"", "de");
        assert_eq!(german.as_deref(), Some("„Wir können’s nicht“, sagte er — „nicht am 12–14. Mai…“"));
        let french = round("“Oui”", "\"Oui\"", "fr");
        assert_eq!(french.as_deref(), Some("«\u{a0}Oui\u{a0}»"));
    }

    #[test]
    fn nested_quotes_keep_their_levels() {
        let source = "He said: “She told me: ‘I can’t’.”";
        let answer = round(source, "Ele disse: \"Ela me disse: \"Não posso\".\"", "pt");
        assert_eq!(answer.as_deref(), Some("Ele disse: “Ela me disse: ‘Não posso’.”"));
    }

    #[test]
    fn straight_quotes_stay_straight() {
        assert_eq!(round("a \"b\" c", "x \"y\" z", "ru").as_deref(), Some("x \"y\" z"));
        assert_eq!(round("it's", "l'eau", "fr").as_deref(), Some("l'eau"));
    }

    #[test]
    fn a_lost_quote_is_noticed() {
        assert_eq!(round("a “b” c", "x y\" z", "pt"), None);
    }

    #[test]
    fn quotes_of_other_languages_are_read() {
        for source in ["„Ja“ und „nein“", "«\u{a0}Ja\u{a0}» und «nein»", "「Ja」 und 『nein』"]
        {
            let plain = plain(source);
            assert_eq!(plain.text, "\"Ja\" und \"nein\"", "{source}");
            assert_eq!(
                plain.marks.iter().map(|mark| mark.opens).collect::<Vec<_>>(),
                [true, false, true, false]
            );
        }
    }

    #[test]
    fn outer_marks_are_kept_from_the_model() {
        let plain = plain("“We will go.”");
        let (lead, text, trail) = plain.outer();
        assert_eq!(text, "We will go.");
        assert_eq!(wrap("Iremos.", lead, trail, "pt"), "“Iremos.”");
    }
}
