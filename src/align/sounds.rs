//! Names across scripts: the consonants of a word as Latin letters, so that `Путин`, `بوتين` and `Putin` meet.
//!
//! Coarse by intent: voiced and voiceless consonants count as one, vowels not at all. It is evidence between blocks of one
//! document, where few names compete; not for telling whether a name is right.

/// Consonants that must be left for a skeleton to say anything.
const LEAST: usize = 3;

/// The skeleton of a word in Latin, Cyrillic, Greek, Arabic, Hebrew, Georgian or Devanagari letters; none where too
/// little is left of it, or where it is in another script.
pub(crate) fn skeleton(word: &str) -> Option<String> {
    let mut out = String::new();
    let lower = word.to_lowercase();
    let mut characters = lower.chars().peekable();
    while let Some(character) = characters.next() {
        // Latin spells one sound with two letters.
        let next = characters.peek().copied();
        let class = match (character, next) {
            ('p' | 'f', Some('h')) => 'f',
            ('s' | 'c' | 'z', Some('h' | 'z')) => 's',
            ('c', Some('e' | 'i' | 'y')) => 's',
            ('t', Some('h')) => 't',
            ('g', Some('h')) => 'k',
            _ => class(character)?,
        };
        if class != ' ' && !out.ends_with(class) {
            out.push(class);
        }
    }
    (out.chars().count() >= LEAST).then(|| out.chars().take(5).collect())
}

/// The class of a letter: a space for vowels and what is passed over, none for other scripts.
fn class(letter: char) -> Option<char> {
    Some(match letter {
        'b' | 'p' | 'б' | 'п' | 'β' | 'π' | 'ب' | 'پ' | 'ב' | 'פ' | 'ף' | 'ბ' | 'პ' | 'ფ' | 'ब' | 'भ'
        | 'प' => 'p',
        'f' | 'v' | 'w' | 'в' | 'ф' | 'φ' | 'ف' | 'ვ' | 'व' | 'फ' => 'f',
        'd' | 't' | 'д' | 'т' | 'δ' | 'τ' | 'θ' | 'د' | 'ت' | 'ط' | 'ض' | 'ד' | 'ט' | 'ת' | 'დ' | 'ტ'
        | 'თ' | 'द' | 'त' | 'ट' | 'ड' | 'थ' | 'ध' | 'ठ' | 'ढ' => 't',
        'g' | 'k' | 'c' | 'q' | 'г' | 'к' | 'ґ' | 'γ' | 'κ' | 'ك' | 'ک' | 'گ' | 'ق' | 'غ' | 'ג' | 'כ'
        | 'ך' | 'ק' | 'გ' | 'კ' | 'ქ' | 'ღ' | 'ყ' | 'क' | 'ख' | 'ग' | 'घ' => 'k',
        's' | 'z' | 'с' | 'з' | 'ц' | 'ш' | 'щ' | 'ж' | 'ч' | 'σ' | 'ς' | 'ζ' | 'س' | 'ص' | 'ز' | 'ش'
        | 'ث' | 'ذ' | 'ظ' | 'ژ' | 'چ' | 'ז' | 'ס' | 'צ' | 'ץ' | 'ש' | 'ს' | 'ზ' | 'ც' | 'წ' | 'შ' | 'ჟ'
        | 'ჩ' | 'ჭ' | 'ძ' | 'ष' | 'स' | 'श' | 'च' | 'छ' => 's',
        'x' | 'ξ' => 'k',
        'm' | 'м' | 'μ' | 'م' | 'מ' | 'ם' | 'მ' | 'म' => 'm',
        'n' | 'н' | 'ν' | 'ن' | 'נ' | 'ן' | 'ნ' | 'न' | 'ण' => 'n',
        'l' | 'л' | 'λ' | 'ل' | 'ל' | 'ლ' | 'ल' => 'l',
        'r' | 'р' | 'ρ' | 'ر' | 'ר' | 'რ' | 'र' => 'r',
        'j' | 'ج' | 'ჯ' | 'ज' => 'j',
        'h' | 'х' | 'χ' | 'ه' | 'ح' | 'خ' | 'ה' | 'ח' | 'ჰ' | 'ხ' | 'ह' => ' ',
        'a' | 'e' | 'i' | 'o' | 'u' | 'y' => ' ',
        _ => match u32::from(letter) {
            0x00C0..=0x024F | 0x0370..=0x052F | 0x0590..=0x06FF | 0x0900..=0x097F | 0x10A0..=0x10FF => ' ',
            _ => return None,
        },
    })
}
