//! The codes by which services know languages, and BCP-47.

use crate::language::Language;

/// ISO 639-3 codes and the two-letter ones that BCP-47 has in their place (RFC 5646, 2.2.1: the shortest), for the
/// languages that Apertium's published pairs are in.
const THREE_TO_TWO: &[(&str, &str)] = &[
    ("afr", "af"),
    ("ara", "ar"),
    ("arg", "an"),
    ("aze", "az"),
    ("bak", "ba"),
    ("bel", "be"),
    ("ben", "bn"),
    ("bos", "bs"),
    ("bre", "br"),
    ("bul", "bg"),
    ("cat", "ca"),
    ("ces", "cs"),
    ("cor", "kw"),
    ("cym", "cy"),
    ("dan", "da"),
    ("deu", "de"),
    ("ell", "el"),
    ("eng", "en"),
    ("epo", "eo"),
    ("est", "et"),
    ("eus", "eu"),
    ("fao", "fo"),
    ("fas", "fa"),
    ("fin", "fi"),
    ("fra", "fr"),
    ("fry", "fy"),
    ("gla", "gd"),
    ("gle", "ga"),
    ("glg", "gl"),
    ("guj", "gu"),
    ("hat", "ht"),
    ("heb", "he"),
    ("hin", "hi"),
    ("hrv", "hr"),
    ("hun", "hu"),
    ("hye", "hy"),
    ("ina", "ia"),
    ("ind", "id"),
    ("isl", "is"),
    ("ita", "it"),
    ("jpn", "ja"),
    ("kat", "ka"),
    ("kaz", "kk"),
    ("khk", "mn"),
    ("kir", "ky"),
    ("kor", "ko"),
    ("lat", "la"),
    ("lav", "lv"),
    ("lit", "lt"),
    ("ltz", "lb"),
    ("lvs", "lv"),
    ("mar", "mr"),
    ("mkd", "mk"),
    ("mlt", "mt"),
    ("msa", "ms"),
    ("nep", "ne"),
    ("nld", "nl"),
    ("nno", "nn"),
    ("nob", "nb"),
    ("nor", "no"),
    ("oci", "oc"),
    ("oss", "os"),
    ("pan", "pa"),
    ("pes", "fa"),
    ("pol", "pl"),
    ("por", "pt"),
    ("roh", "rm"),
    ("ron", "ro"),
    ("rus", "ru"),
    ("sin", "si"),
    ("slk", "sk"),
    ("slv", "sl"),
    ("sme", "se"),
    ("snd", "sd"),
    ("spa", "es"),
    ("sqi", "sq"),
    ("srd", "sc"),
    ("srp", "sr"),
    ("swa", "sw"),
    ("swe", "sv"),
    ("tam", "ta"),
    ("tat", "tt"),
    ("tel", "te"),
    ("tgk", "tg"),
    ("tha", "th"),
    ("tuk", "tk"),
    ("tur", "tr"),
    ("uig", "ug"),
    ("ukr", "uk"),
    ("urd", "ur"),
    ("uzb", "uz"),
    ("vie", "vi"),
    ("zho", "zh"),
    ("zlm", "ms"),
    ("zsm", "ms"),
];

/// The language that a service's `code` stands for: BCP-47 with `-` or `_`, ISO 639-3, and the codes that are neither
/// (`zt` and `pb` of LibreTranslate, `hbs_HR` of Apertium). `None` for a code of something else, such as `auto`.
pub fn language(code: &str) -> Option<Language> {
    let tag = match code {
        "zt" => "zh-Hant".to_owned(),
        "pb" => "pt-BR".to_owned(),
        "hbs_HR" => "hr".to_owned(),
        "hbs_BS" => "bs".to_owned(),
        // Apertium writes Serbian in Latin script, unless the code says otherwise.
        "hbs_SR" => "sr-Latn".to_owned(),
        _ => {
            let code = code.replace(['_', '@'], "-");
            let (primary, rest) = code.split_once('-').map_or((code.as_str(), None), |(a, b)| (a, Some(b)));
            let found = THREE_TO_TWO.binary_search_by(|(three, _)| (*three).cmp(primary));
            let short = found.ok().and_then(|at| THREE_TO_TWO.get(at)).map_or(primary, |(_, two)| *two);
            rest.map_or_else(|| short.to_owned(), |rest| format!("{short}-{rest}"))
        }
    };
    // Words are well-formed tags of five to eight letters to the parser, and languages to nobody.
    Language::parse(&tag).ok().filter(|language| language.primary().len() <= 3)
}

/// The codes of `offered` that `wanted` may go by, the best first: the very language; its bare form, as `pt` for
/// `pt-PT`; another form that does not contradict it, as `pt-BR` for `pt`. Never another script, nor another region.
pub fn ranked<'a>(wanted: &Language, offered: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    let mut found: Vec<(u8, &str)> = Vec::new();
    for code in offered {
        let Some(language) = language(code) else { continue };
        let serbo_croatian = language.as_str() == "hbs" && matches!(wanted.as_str(), "hr" | "bs" | "sr-Latn");
        let rank = if language == *wanted {
            0
        } else if !(language.same_as(wanted) || serbo_croatian) {
            continue;
        } else if language.script().is_none() && language.region().is_none() {
            1
        } else {
            2
        };
        found.push((rank, code));
    }
    found.sort_by_key(|(rank, _)| *rank);
    found.into_iter().map(|(_, code)| code).collect()
}

/// The best of [`ranked`].
pub fn find<'a>(wanted: &Language, offered: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    ranked(wanted, offered).into_iter().next()
}

/// Pairs that a service is believed to have: LibreTranslate with all of its languages has some 2,500, Apertium all in all
/// some 500. A longer list would cost time and memory by the square of it.
pub const MOST_PAIRS: usize = 100_000;

/// Pairs of a service in its own codes: each source with its targets.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Pairs(pub Vec<(String, Vec<String>)>);

impl Pairs {
    /// The codes for a pair; `None` where the service has not got it.
    pub fn find(&self, from: &Language, to: &Language) -> Option<(&str, &str)> {
        self.from(from)
            .into_iter()
            .find_map(|(source, targets)| Some((source, find(to, targets.iter().map(String::as_str))?)))
    }

    /// Everything that the service translates `from` into.
    pub fn targets(&self, from: &Language) -> Vec<String> {
        self.from(from).into_iter().flat_map(|(_, targets)| targets.iter().cloned()).collect()
    }

    /// Everything that it translates from.
    pub fn sources(&self) -> Vec<String> {
        self.0.iter().map(|(source, _)| source.clone()).collect()
    }

    fn from(&self, from: &Language) -> Vec<(&str, &[String])> {
        let sources = ranked(from, self.0.iter().map(|(source, _)| source.as_str()));
        sources
            .into_iter()
            .filter_map(|code| self.0.iter().find(|(source, _)| source == code))
            .map(|(source, targets)| (source.as_str(), targets.as_slice()))
            .collect()
    }
}
