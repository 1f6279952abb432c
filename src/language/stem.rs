//! Stems: what the forms of one word have in common. Knows which language has a Snowball algorithm, and no text.

use snowball_stemmers_rs::{Algorithm, Stemmer};

use super::Language;

/// The stemmer of a language, which wants words in lower case; `None` where Snowball has none for it.
pub fn stemmer(language: &Language) -> Option<Stemmer> {
    algorithm(language.primary()).map(Stemmer::create)
}

fn algorithm(primary: &str) -> Option<Algorithm> {
    Some(match primary {
        "ar" => Algorithm::Arabic,
        "ca" => Algorithm::Catalan,
        "cs" => Algorithm::Czech,
        "da" => Algorithm::Danish,
        "de" => Algorithm::German,
        "el" => Algorithm::Greek,
        "en" => Algorithm::English,
        "eo" => Algorithm::Esperanto,
        "es" => Algorithm::Spanish,
        "et" => Algorithm::Estonian,
        "eu" => Algorithm::Basque,
        "fa" => Algorithm::Persian,
        "fi" => Algorithm::Finnish,
        "fr" => Algorithm::French,
        "ga" => Algorithm::Irish,
        "hi" => Algorithm::Hindi,
        "hu" => Algorithm::Hungarian,
        "hy" => Algorithm::Armenian,
        "id" | "ms" => Algorithm::Indonesian,
        "it" => Algorithm::Italian,
        "lt" => Algorithm::Lithuanian,
        "nb" | "nn" | "no" => Algorithm::Norwegian,
        "ne" => Algorithm::Nepali,
        "nl" => Algorithm::Dutch,
        "pl" => Algorithm::Polish,
        "pt" => Algorithm::Portuguese,
        "ro" => Algorithm::Romanian,
        // Belarusian has no stemmer of its own; its endings are close to the Russian ones.
        "ru" | "be" => Algorithm::Russian,
        "sr" | "hr" | "bs" => Algorithm::Serbian,
        "sv" => Algorithm::Swedish,
        "ta" => Algorithm::Tamil,
        "tr" => Algorithm::Turkish,
        "uk" => Algorithm::Ukrainian,
        "yi" => Algorithm::Yiddish,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_of_a_word_share_a_stem_where_there_is_a_stemmer() {
        let russian = stemmer(&Language::parse("ru").unwrap()).unwrap();
        assert_eq!(russian.stem("организация"), russian.stem("организацией"));
        assert!(stemmer(&Language::parse("ka").unwrap()).is_none());
    }
}
