//! What stays untranslated inside running text: addresses of pages and people, control characters, and
//! the brackets that placeholders are written with.

use crate::document::slice;

/// A stretch of running text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stretch<'a> {
    /// To be translated.
    Text(&'a str),
    /// To be kept.
    Kept(&'a str),
}

/// Cuts `text` into what is translated and what is kept, in order and without gaps.
pub(super) fn stretches(text: &str) -> Vec<Stretch<'_>> {
    let mut found = Vec::new();
    let mut done = 0;
    let mut at = 0;
    while let Some((start, end)) = next_kept(text, at, done) {
        if start > done {
            found.push(Stretch::Text(slice(text, done..start)));
        }
        found.push(Stretch::Kept(slice(text, start..end)));
        done = end;
        at = end;
    }
    if done < text.len() {
        found.push(Stretch::Text(slice(text, done..text.len())));
    }
    found
}

/// The first kept stretch that is found from `at` on and begins at `floor` or later.
fn next_kept(text: &str, at: usize, floor: usize) -> Option<(usize, usize)> {
    let mut from = at;
    loop {
        let rest = slice(text, from..text.len());
        let found = from + rest.find(|c: char| matches!(c, '⟦' | '⟧' | ':' | '@' | '.') || is_control(c))?;
        let rest = slice(text, found..text.len());
        let character = rest.chars().next()?;
        let range = match character {
            ':' if rest.starts_with("://") => page(text, found, floor),
            '.' => www(text, found, floor),
            '@' => mail(text, found, floor),
            '⟦' | '⟧' => Some((found, found + bracket_length(rest))),
            _ if is_control(character) => Some((found, found + character.len_utf8())),
            _ => None,
        };
        if range.is_some() {
            return range;
        }
        from = found + character.len_utf8();
    }
}

fn is_control(character: char) -> bool {
    (character.is_control() && character != '\t') || matches!(character, '\u{2028}' | '\u{2029}')
}

/// The length of a placeholder that stands literally in the text, or of one bracket.
fn bracket_length(rest: &str) -> usize {
    let bracket = '⟦'.len_utf8();
    let digits = rest.bytes().skip(bracket).take_while(u8::is_ascii_digit).count();
    let whole =
        rest.starts_with('⟦') && digits > 0 && slice(rest, bracket + digits..rest.len()).starts_with('⟧');
    if whole { bracket + digits + '⟧'.len_utf8() } else { bracket }
}

/// `scheme://…` around the colon at `colon`.
fn page(text: &str, colon: usize, floor: usize) -> Option<(usize, usize)> {
    // No registered scheme in common use is longer than 32 letters; without a bound this would be quadratic.
    let scheme = slice(text, floor..colon)
        .bytes()
        .rev()
        .take(32)
        .take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.'))
        .count();
    if scheme == 0 {
        return None;
    }
    let end = address_end(text, colon + 3);
    (end > colon + 3).then_some((colon - scheme, end))
}

/// `www.…` around the dot at `dot`.
fn www(text: &str, dot: usize, floor: usize) -> Option<(usize, usize)> {
    let before = slice(text, floor..dot).as_bytes();
    let word = before.len() >= 3 && before[before.len() - 3..].eq_ignore_ascii_case(b"www");
    let alone =
        before.len() == 3 || !before.get(before.len().wrapping_sub(4)).is_some_and(u8::is_ascii_alphanumeric);
    if !(word && alone) {
        return None;
    }
    let end = address_end(text, dot + 1);
    (end > dot + 1).then_some((dot.saturating_sub(3), end))
}

/// Where the address that goes on at `from` ends: at white space or a character that no address holds, less
/// the punctuation of the sentence around it (as GFM's extended autolinks do).
fn address_end(text: &str, from: usize) -> usize {
    let rest = slice(text, from..text.len());
    let stop = |c: char| {
        c.is_whitespace()
            || is_control(c)
            || matches!(c, '<' | '>' | '"' | '“' | '”' | '„' | '«' | '»' | '⟦' | '⟧' | '`' | '|' | '*' | '\\')
            || matches!(c, '、' | '。' | '，' | '「' | '」' | '（' | '）' | '！' | '？' | '：' | '；')
    };
    let mut end = rest.find(stop).unwrap_or(rest.len());
    // Closing brackets are part of an address where it opened them; counted once, then kept up to date.
    let address = slice(rest, 0..end);
    let count = |wanted: u8| address.bytes().filter(|byte| *byte == wanted).count();
    let (mut round, mut square) =
        (count(b')').saturating_sub(count(b'(')), count(b']').saturating_sub(count(b'[')));
    while let Some(last) = slice(rest, 0..end).chars().next_back() {
        let drop = match last {
            ')' if round > 0 => {
                round -= 1;
                true
            }
            ']' if square > 0 => {
                square -= 1;
                true
            }
            '.' | ',' | ';' | ':' | '!' | '?' | '\'' | '’' | '…' | '_' | '~' | '[' | '(' => true,
            _ => false,
        };
        if !drop {
            break;
        }
        end -= last.len_utf8();
    }
    from + end
}

/// `name@host.tld` around the sign at `sign`.
fn mail(text: &str, sign: usize, floor: usize) -> Option<(usize, usize)> {
    // RFC 5321 allows 64 bytes before the sign and 255 after it.
    let local = slice(text, floor..sign)
        .bytes()
        .rev()
        .take(64)
        .take_while(|byte| byte.is_ascii_alphanumeric() || b"._%+-".contains(byte))
        .count();
    let host: usize = slice(text, sign + 1..text.len())
        .bytes()
        .take(255)
        .take_while(|byte| byte.is_ascii_alphanumeric() || b".-".contains(byte))
        .count();
    let host = slice(text, sign + 1..sign + 1 + host).trim_end_matches(['.', '-']);
    let dotted = host.rsplit_once('.').is_some_and(|(name, top)| !name.is_empty() && top.len() >= 2);
    (local > 0 && dotted).then_some((sign - local, sign + 1 + host.len()))
}
