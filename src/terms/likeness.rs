//! How alike two texts are: as forms of the same words, and by their letters across scripts.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Whether two texts are forms of the same words: each pair is the same but for an ending of three letters, for small words
/// that Arabic and Hebrew write before a word, or, where not both are names, for what makes an adjective of a name.
pub fn same_forms(one: &str, other: &str) -> bool {
    let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
    let (one, other) = (words(one), words(other));
    one.len() == other.len() && one.iter().zip(&other).all(|(one, other)| same_word(one, other))
}

fn same_word(one: &str, other: &str) -> bool {
    let capital = |word: &str| word.starts_with(char::is_uppercase);
    let both_names = capital(one) && capital(other);
    let plain = |word: &str| word.to_lowercase().nfd().filter(|c| !is_combining_mark(*c)).collect::<String>();
    let (one, other) = (plain(one), plain(other));
    let (first, second) = (one.chars().count(), other.chars().count());
    let (long, short) = (first.max(second), first.min(second));
    let shared = one.chars().zip(other.chars()).take_while(|(one, other)| one == other).count();
    let prefixed = |long: &str, short: &str| {
        long.ends_with(short)
            && short.chars().all(|c| matches!(c, '\u{590}'..='\u{6ff}'))
            && short.chars().count() > 2
    };
    one == other
        || (shared + 1 >= short.min(5) && shared >= 3 && long - shared <= 3)
        || (!both_names && shared >= 4)
        || (shared >= 4 && of_a_place(&one, &other))
        || (long - short <= 3 && (prefixed(&one, &other) || prefixed(&other, &one)))
}

/// Whether the longer of two Cyrillic words is the adjective of the shorter one: `Лондоне`, `Лондонской`.
fn of_a_place(one: &str, other: &str) -> bool {
    let (long, short) = if one.len() > other.len() { (one, other) } else { (other, one) };
    let mut rest = long.chars().zip(short.chars().map(Some).chain(std::iter::repeat(None)));
    let rest: String =
        rest.by_ref().skip_while(|(one, other)| Some(*one) == *other).map(|(one, _)| one).collect();
    rest.starts_with("ск")
}

/// How alike two texts are, 0 to 1.
pub fn likeness(one: &str, other: &str) -> f64 {
    if one.is_empty() || other.is_empty() {
        0.0
    } else {
        strsim::normalized_levenshtein(one, other).max(jaro(one, other))
    }
}

/// Jaro's measure alone takes short words for alike too soon.
fn jaro(one: &str, other: &str) -> f64 {
    if one.chars().count().min(other.chars().count()) < 5 { 0.0 } else { strsim::jaro(one, other) - 0.1 }
}

/// A text's letters in lower case without accents, Cyrillic as Latin: what likeness is judged by. Empty for scripts that
/// cannot be compared.
pub fn letters(text: &str) -> String {
    let mut out = String::new();
    for character in text.to_lowercase().nfd().filter(|c| c.is_alphanumeric()) {
        match character {
            'a'..='z' | '0'..='9' => out.push(character),
            'ß' => out.push_str("ss"),
            'ø' => out.push('o'),
            'æ' => out.push_str("ae"),
            'ł' => out.push('l'),
            _ => match CYRILLIC.iter().find(|(letter, _)| *letter == character) {
                Some((_, latin)) => out.push_str(latin),
                None => return String::new(),
            },
        }
    }
    out
}

/// Cyrillic letters as English writes them, roughly: likeness is all that is asked.
const CYRILLIC: [(char, &str); 38] = [
    ('а', "a"),
    ('б', "b"),
    ('в', "v"),
    ('г', "g"),
    ('д', "d"),
    ('е', "e"),
    ('ж', "zh"),
    ('з', "z"),
    ('и', "i"),
    ('к', "k"),
    ('л', "l"),
    ('м', "m"),
    ('н', "n"),
    ('о', "o"),
    ('п', "p"),
    ('р', "r"),
    ('с', "s"),
    ('т', "t"),
    ('у', "u"),
    ('ф', "f"),
    ('х', "h"),
    ('ц', "ts"),
    ('ч', "ch"),
    ('ш', "sh"),
    ('щ', "sh"),
    ('ъ', ""),
    ('ы', "y"),
    ('ь', ""),
    ('э', "e"),
    ('ю', "yu"),
    ('я', "ya"),
    ('є', "e"),
    ('і', "i"),
    ('ґ', "g"),
    ('ў', "u"),
    ('ј', "j"),
    ('љ', "lj"),
    ('њ', "nj"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_of_one_word_are_told_from_two_spellings_of_a_name() {
        for (one, other) in [
            ("Грейхейвен", "Грейхейвена"),
            ("Приливная мельница", "приливной мельнице"),
            ("Лондоне", "Лондонской"),
            ("Америки", "американских"),
            ("Galês", "galesa"),
            ("سينسبري", "لسينسبري"),
        ] {
            assert!(same_forms(one, other), "{one}, {other}");
        }
        for (one, other) in [
            ("Kavanó", "Kavanaugh"),
            ("Пэйлин", "Пейлин"),
            ("Хэмилтон", "Гамильтон"),
            ("Кавано", "Бретт Кавано"),
            ("巴鲁", "帕鲁"),
        ] {
            assert!(!same_forms(one, other), "{one}, {other}");
        }
    }

    #[test]
    fn letters_are_compared_across_scripts() {
        assert!(likeness(&letters("Sorley"), &letters("Сорли")) > 0.6);
        assert!(likeness(&letters("Livingston"), &letters("Ливингстон")) > 0.9);
        assert!(likeness(&letters("Livingston"), &letters("Вашингтон")) < 0.7);
        assert_eq!(letters("São Tomé"), "saotome");
        assert_eq!(likeness(&letters("Trump"), &letters("特朗普")), 0.0);
    }
}
