//! Full stops that end no sentence in languages whose abbreviations `sentencex` does not know.

use crate::document::slice;

/// Titles and other abbreviations that stand before a name or a number, lower case, without the full stop.
fn table(language: &str) -> &'static [&'static str] {
    match language {
        "be" => &[
            "г", "гг", "вул", "пр", "праф", "акад", "дац", "ім", "сп", "ст", "тыс", "млн", "млрд", "руб",
            "гл", "інш", "стар", "мал", "св",
        ],
        "uk" => &["проф", "акад", "доц", "ім", "вул", "св", "гр", "тис", "млн", "млрд", "ред"],
        "ru" => &["проф", "акад", "доц", "им", "ул", "св", "гр", "тыс", "млн", "млрд", "ред", "г", "гг"],
        "bn" => &["ড", "ডা", "মো", "মোঃ", "মি", "মিসেস", "অধ্যাপক", "প্রফেসর", "শ্রী", "লে", "মেজর", "নং"],
        "hi" | "mr" | "ne" => &[
            "डॉ",
            "डा",
            "श्री",
            "श्रीमती",
            "प्रो",
            "पं",
            "कु",
            "मो",
            "सौ",
            "रु",
            "क्र",
            "ले",
            "स्व",
            "न्या",
            "ॲड",
            "एड",
            "सं",
            "नं",
        ],
        "gu" => &["ડૉ", "ડો", "શ્રી", "પ્રો", "નં", "રૂ"],
        "ta" => &["டாக்டர்", "திரு", "டி"],
        "vi" => &[
            "ts", "ths", "gs", "pgs", "bs", "ks", "tp", "tx", "p", "q", "đ", "ông", "nxb", "tr", "vs", "cn",
            "ths.bs", "gs.ts", "pgs.ts", "ts.bs",
        ],
        "hu" => &[
            "dr", "ifj", "id", "özv", "prof", "st", "szt", "kb", "stb", "ill", "pl", "ún", "jan", "febr",
            "márc", "ápr", "jún", "júl", "aug", "szept", "okt", "nov", "dec", "sz", "u", "old", "vö",
        ],
        "ro" => &[
            "dl", "dna", "d-na", "d-l", "dr", "prof", "ing", "av", "acad", "sf", "str", "nr", "lt", "col",
            "gen", "cca", "art", "pag", "op", "mr",
        ],
        "cs" | "sk" => &[
            "mudr", "ing", "mgr", "bc", "judr", "phdr", "rndr", "doc", "prof", "dr", "sv", "tzv", "č", "str",
            "tj", "mj", "plk", "gen",
        ],
        "sv" | "da" | "nb" | "no" => &[
            "dr", "prof", "bl.a", "t.ex", "d.v.s", "ca", "kl", "nr", "st", "hr", "fr", "f.d", "s.k", "bl",
            "f.eks", "dvs", "mag",
        ],
        "id" | "ms" => &[
            "dr", "drs", "ir", "prof", "h", "hj", "kh", "jl", "no", "tn", "ny", "sdr", "rp", "pt", "cv",
            "tgk", "st",
        ],
        "tr" | "az" => &[
            "dr", "prof", "doç", "av", "sn", "yrd", "op", "uzm", "müh", "alb", "org", "gen", "no", "vb",
            "vs", "cad", "sok", "mah",
        ],
        "sr" | "hr" | "bs" | "sl" => &[
            "dr", "prof", "mr", "gosp", "sv", "ul", "br", "ing", "akad", "др", "проф", "мр", "св", "ул",
            "бр", "г", "npr", "tzv",
        ],
        "bg" | "mk" => &["проф", "акад", "доц", "д-р", "инж", "г-н", "г-жа", "ул", "св", "гр", "бр", "чл"],
        "lt" | "lv" | "et" => &["prof", "dr", "doc", "g", "pvz", "nr", "šv", "dipl", "hr", "pr", "st"],
        "el" => &["κ", "κκ", "δρ", "καθ", "αγ", "αρ", "σελ", "π.χ", "λ.χ"],
        "he" | "yi" => &["ד\"ר", "פרופ", "ר", "גב"],
        "ko" => &["dr", "mr", "mrs", "ms"],
        _ => &[],
    }
}

/// Whether the full stop before `offset` belongs to an abbreviation or an initial of `language`, so that no
/// sentence ends there.
pub(super) fn refuses(text: &str, offset: usize, language: &str) -> bool {
    let before = slice(text, 0..offset).trim_end();
    let Some(stem) = before.strip_suffix('.').or_else(|| before.strip_suffix('．')) else {
        return false;
    };
    let word = last_word(stem);
    if word.is_empty() {
        return false;
    }
    is_initial(stem, word) || {
        let table = table(language);
        !table.is_empty() && {
            let lower = word.to_lowercase();
            table.contains(&lower.as_str())
        }
    }
}

/// The longest piece at the end of `stem` without white space, opening brackets or quotation marks; empty
/// where it is longer than any abbreviation.
fn last_word(stem: &str) -> &str {
    const LONGEST: usize = 48;
    for (seen, (offset, c)) in stem.char_indices().rev().enumerate() {
        if c.is_whitespace() || "([{“„«‘「\"'-–—".contains(c) {
            return slice(stem, offset + c.len_utf8()..stem.len());
        }
        if seen > LONGEST {
            return "";
        }
    }
    stem
}

/// `А` of "прэзідэнт А. Лукашэнка": one capital letter outside the basic Latin ones, whose initials
/// sentencex knows itself.
fn is_initial(stem: &str, word: &str) -> bool {
    let mut letters = word.chars();
    let single =
        letters.next().is_some_and(|c| c.is_uppercase() && !c.is_ascii()) && letters.next().is_none();
    single && stem.len() > word.len()
}
