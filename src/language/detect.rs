//! Which language a text is in: scripts first, then `langid-rs` over the languages in play.
//!
//! Owns the model (97 languages, 27 MB once loaded, loaded on first use). It decides nothing about documents.

use std::sync::OnceLock;

use super::vote::winner;
use super::{Detection, Language};

/// Bytes of text that are looked at: enough for each of 1,550 news articles in 25 languages to be told right.
const SAMPLE_BYTES: usize = 2_000;

/// Parts that the sample of a long text is taken from, evenly spread: one quotation does not decide.
const SAMPLE_PARTS: usize = 4;

/// Confidence in a language told by its small words.
const PLAIN_CONFIDENCE: f32 = 0.98;

/// How sharply raw scores (log-probabilities) turn into confidence. The raw ones grow with the text's length,
/// so an exponential of them would be 1 for any article; they are divided by the square root of the length.
/// Chosen by eye, not calibrated.
const TEMPERATURE: f32 = 0.35;

/// The best language of `text` among `candidates` (all known languages where empty), with confidence.
/// `None` where the text has nothing to go by (no letters).
///
/// Candidates that the model does not know are found by their script alone, where no other candidate has it.
pub fn detect(text: &str, candidates: &[Language]) -> Option<Detection> {
    let sample = sample(text);
    let counts = Scripts::count(&sample);
    let (script, share) = counts.main()?;
    let allowed = |code: &str| candidates.is_empty() || candidates.iter().any(|one| model_code(one) == code);
    let found = |code: &str, confidence: f32| {
        let language = named(code, candidates, &sample)?;
        Some(Detection { language, confidence: confidence.clamp(0.0, 1.0) })
    };
    if let Some(only) = script.only_language()
        && allowed(only)
    {
        return found(only, share);
    }
    let fitting: Vec<&Language> = candidates.iter().filter(|one| script.may_write(model_code(one))).collect();
    if let [only] = fitting.as_slice() {
        // One candidate in this script is the answer only as far as candidates go.
        return found(model_code(only), if candidates.len() > 1 { share } else { share * 0.5 });
    }
    if let Some(code) = winner(&sample).filter(|code| allowed(code) && script.may_write(code)) {
        return found(code, share * PLAIN_CONFIDENCE);
    }
    let model = model()?;
    let ranked = model.rank(&sample);
    let scored: Vec<(&str, f32)> = ranked
        .into_iter()
        .filter(|(code, _)| allowed(code))
        .filter(|(code, _)| script.may_write(code))
        .collect();
    let (best, highest) = *scored.first()?;
    #[expect(clippy::cast_precision_loss, reason = "a sample's length is far below 2^24")]
    let scale = TEMPERATURE * (sample.len() as f32).sqrt();
    let sum: f32 = scored.iter().map(|(_, score)| ((score - highest) / scale).exp()).sum();
    found(best, share / sum)
}

/// The language of a document, from the texts of its title and body in order: [`detect`] over all of them
/// together, so that a short heading in another language does not decide.
pub fn detect_document<'a>(
    texts: impl IntoIterator<Item = &'a str>,
    candidates: &[Language],
) -> Option<Detection> {
    let mut joined = String::new();
    for text in texts {
        joined.push_str(text);
        joined.push('\n');
    }
    detect(&joined, candidates)
}

fn model() -> Option<&'static langid_rs::Model> {
    static MODEL: OnceLock<Option<langid_rs::Model>> = OnceLock::new();
    MODEL.get_or_init(|| langid_rs::Model::load(false).ok()).as_ref()
}

/// The model's code for a language.
fn model_code(language: &Language) -> &str {
    match language.primary() {
        "fil" => "tl",
        "yue" => "zh",
        "iw" => "he",
        other => other,
    }
}

/// The candidate that `code` stands for, or the plain language. Chinese gets its script where it is seen.
fn named(code: &str, candidates: &[Language], sample: &str) -> Option<Language> {
    let mut fitting = candidates.iter().filter(|one| model_code(one) == code);
    if code == "zh" {
        let traditional = is_traditional(sample);
        let of_script = candidates
            .iter()
            .find(|one| model_code(one) == "zh" && (one.usual_script() == Some("Hant")) == traditional);
        let plain = if traditional { "zh-Hant" } else { "zh" };
        return of_script.cloned().or_else(|| Language::parse(plain).ok());
    }
    fitting.next().cloned().or_else(|| Language::parse(code).ok())
}

/// Frequent characters that only one of the two Chinese scripts has.
fn is_traditional(sample: &str) -> bool {
    const TRADITIONAL: &str =
        "國們來時個對後會這說學發經過開關與為從當還點無現實長東車話問間應動門見電種業進總體後幾兩將軍選據";
    const SIMPLIFIED: &str =
        "国们来时个对后会这说学发经过开关与为从当还点无现实长东车话问间应动门见电种业进总体几两将军选据";
    let only = |mine: &str, other: &str| {
        sample.chars().filter(|&letter| mine.contains(letter) && !other.contains(letter)).count()
    };
    only(TRADITIONAL, SIMPLIFIED) > only(SIMPLIFIED, TRADITIONAL)
}

/// The text, or evenly spread parts of it.
fn sample(text: &str) -> String {
    if text.len() <= SAMPLE_BYTES {
        return text.to_owned();
    }
    let part = SAMPLE_BYTES / SAMPLE_PARTS;
    let mut sample = String::with_capacity(SAMPLE_BYTES + SAMPLE_PARTS * 4);
    for index in 0..SAMPLE_PARTS {
        let start = text.ceil_char_boundary((text.len() - part) / (SAMPLE_PARTS - 1) * index);
        let end = text.floor_char_boundary((start + part).min(text.len()));
        if let Some(piece) = text.get(start..end) {
            sample.push_str(piece);
            sample.push(' ');
        }
    }
    sample
}

/// Scripts that tell languages apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Script {
    Latin,
    Cyrillic,
    Arabic,
    Hebrew,
    Han,
    Kana,
    Hangul,
    Greek,
    Thai,
    Lao,
    Khmer,
    Burmese,
    Georgian,
    Armenian,
    Devanagari,
    Bengali,
    Gujarati,
    Gurmukhi,
    Odia,
    Tamil,
    Telugu,
    Kannada,
    Malayalam,
    Sinhala,
    Ethiopic,
    Tibetan,
    Other,
}

const SCRIPTS: [Script; 26] = [
    Script::Latin,
    Script::Cyrillic,
    Script::Arabic,
    Script::Hebrew,
    Script::Han,
    Script::Kana,
    Script::Hangul,
    Script::Greek,
    Script::Thai,
    Script::Lao,
    Script::Khmer,
    Script::Burmese,
    Script::Georgian,
    Script::Armenian,
    Script::Devanagari,
    Script::Bengali,
    Script::Gujarati,
    Script::Gurmukhi,
    Script::Odia,
    Script::Tamil,
    Script::Telugu,
    Script::Kannada,
    Script::Malayalam,
    Script::Sinhala,
    Script::Ethiopic,
    Script::Tibetan,
];

impl Script {
    /// The script of a letter, by Unicode's blocks.
    fn of(letter: char) -> Self {
        match letter as u32 {
            0x41..=0x24F | 0x1E00..=0x1EFF => Self::Latin,
            0x370..=0x3FF | 0x1F00..=0x1FFF => Self::Greek,
            0x400..=0x52F => Self::Cyrillic,
            0x531..=0x58F => Self::Armenian,
            0x590..=0x5FF => Self::Hebrew,
            0x600..=0x77F | 0x8A0..=0x8FF | 0xFB50..=0xFDFF | 0xFE70..=0xFEFF => Self::Arabic,
            0x900..=0x97F => Self::Devanagari,
            0x980..=0x9FF => Self::Bengali,
            0xA00..=0xA7F => Self::Gurmukhi,
            0xA80..=0xAFF => Self::Gujarati,
            0xB00..=0xB7F => Self::Odia,
            0xB80..=0xBFF => Self::Tamil,
            0xC00..=0xC7F => Self::Telugu,
            0xC80..=0xCFF => Self::Kannada,
            0xD00..=0xD7F => Self::Malayalam,
            0xD80..=0xDFF => Self::Sinhala,
            0xE00..=0xE7F => Self::Thai,
            0xE80..=0xEFF => Self::Lao,
            0xF00..=0xFFF => Self::Tibetan,
            0x1000..=0x109F => Self::Burmese,
            0x10A0..=0x10FF | 0x1C90..=0x1CBF => Self::Georgian,
            0x1100..=0x11FF | 0x3130..=0x318F | 0xAC00..=0xD7AF => Self::Hangul,
            0x1200..=0x139F => Self::Ethiopic,
            0x1780..=0x17FF => Self::Khmer,
            0x3040..=0x30FF | 0x31F0..=0x31FF | 0xFF66..=0xFF9F => Self::Kana,
            0x3400..=0x9FFF | 0xF900..=0xFAFF | 0x20000..=0x3134F => Self::Han,
            _ => Self::Other,
        }
    }

    /// The language that the script alone tells, of those that news is written in.
    fn only_language(self) -> Option<&'static str> {
        Some(match self {
            Self::Hebrew => "he",
            Self::Han => "zh",
            Self::Kana => "ja",
            Self::Hangul => "ko",
            Self::Greek => "el",
            Self::Thai => "th",
            Self::Lao => "lo",
            Self::Khmer => "km",
            Self::Burmese => "my",
            Self::Georgian => "ka",
            Self::Armenian => "hy",
            Self::Gujarati => "gu",
            Self::Gurmukhi => "pa",
            Self::Odia => "or",
            Self::Tamil => "ta",
            Self::Telugu => "te",
            Self::Kannada => "kn",
            Self::Malayalam => "ml",
            Self::Sinhala => "si",
            Self::Ethiopic => "am",
            _ => return None,
        })
    }

    /// Whether texts of the language are found in the script.
    fn may_write(self, code: &str) -> bool {
        let scripts: &[Self] = match code {
            "ru" | "uk" | "be" | "bg" | "mk" | "tt" | "ba" | "cv" | "ce" | "ab" | "os" => &[Self::Cyrillic],
            "sr" | "bs" | "uz" | "az" | "sh" => &[Self::Cyrillic, Self::Latin],
            "kk" | "ky" | "mn" | "tg" | "tk" => &[Self::Cyrillic, Self::Latin, Self::Arabic],
            "ar" | "fa" | "ur" | "ps" | "ug" | "sd" | "ckb" => &[Self::Arabic],
            "ku" => &[Self::Arabic, Self::Latin],
            "pa" => &[Self::Gurmukhi, Self::Arabic],
            "ks" => &[Self::Arabic, Self::Devanagari],
            "he" | "yi" => &[Self::Hebrew],
            "zh" => &[Self::Han],
            "ja" => &[Self::Kana, Self::Han],
            "ko" => &[Self::Hangul, Self::Han],
            "el" => &[Self::Greek],
            "th" => &[Self::Thai],
            "lo" => &[Self::Lao],
            "km" => &[Self::Khmer],
            "my" => &[Self::Burmese],
            "ka" => &[Self::Georgian],
            "hy" => &[Self::Armenian],
            "hi" | "mr" | "ne" | "sa" => &[Self::Devanagari],
            "bn" => &[Self::Bengali],
            "as" => &[Self::Bengali],
            "gu" => &[Self::Gujarati],
            "or" => &[Self::Odia],
            "ta" => &[Self::Tamil],
            "te" => &[Self::Telugu],
            "kn" => &[Self::Kannada],
            "ml" => &[Self::Malayalam],
            "si" => &[Self::Sinhala],
            "am" | "ti" => &[Self::Ethiopic],
            "bo" | "dz" => &[Self::Tibetan],
            _ => &[Self::Latin],
        };
        scripts.contains(&self)
    }
}

/// Letters of a text by script.
struct Scripts([usize; SCRIPTS.len()]);

impl Scripts {
    fn count(text: &str) -> Self {
        let mut counts = [0; SCRIPTS.len()];
        for letter in text.chars().filter(|letter| letter.is_alphabetic()) {
            if let Some(count) = counts.get_mut(Script::of(letter) as usize) {
                *count += 1;
            }
        }
        Self(counts)
    }

    fn of(&self, script: Script) -> usize {
        self.0.get(script as usize).copied().unwrap_or(0)
    }

    /// The script that most of the text is in, with its share of the letters. Han with a tenth of kana is
    /// Japanese, with a third of Hangul Korean; a Han or kana letter weighs two, for it says about as much as a syllable.
    fn main(&self) -> Option<(Script, f32)> {
        let weigh = |script: Script| match script {
            Script::Han | Script::Kana | Script::Hangul => 2 * self.of(script),
            _ => self.of(script),
        };
        let total: usize = SCRIPTS.into_iter().map(weigh).sum();
        let (han, kana, hangul) = (weigh(Script::Han), weigh(Script::Kana), weigh(Script::Hangul));
        let east = han + kana + hangul;
        let (mut script, mut weight) =
            SCRIPTS.into_iter().map(|script| (script, weigh(script))).max_by_key(|(_, weight)| *weight)?;
        if weight == 0 {
            return None;
        }
        if east >= weight {
            script = if kana * 10 > east {
                Script::Kana
            } else if hangul * 3 > east {
                Script::Hangul
            } else {
                Script::Han
            };
            weight = east;
        }
        #[expect(clippy::cast_precision_loss, reason = "a sample's letters are far below 2^24")]
        let share = weight as f32 / total as f32;
        Some((script, share))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tags(tags: &[&str]) -> Vec<Language> {
        tags.iter().map(|tag| Language::parse(tag).unwrap()).collect()
    }

    fn found(text: &str, candidates: &[&str]) -> Option<String> {
        detect(text, &tags(candidates)).map(|detection| detection.language.to_string())
    }

    #[test]
    fn sentences_are_told_apart() {
        let portuguese = "O conselho aprovou quinze documentos durante a reunião de quinta-feira.";
        let samples = [
            ("en", "The council approved fifteen documents during its meeting on Thursday."),
            ("pt", portuguese),
            ("uk", "Рада схвалила п'ятнадцять документів під час зустрічі у четвер."),
            ("ja", "会議は木曜日に十五の文書を承認した。"),
            ("zh", "理事会星期四批准了十五份文件。"),
            ("zh-Hant", "理事會星期四批准了十五份文件，發言人對記者們說。"),
            ("th", "สภาอนุมัติเอกสารสิบห้าฉบับ"),
        ];
        for (tag, text) in samples {
            assert_eq!(found(text, &[]).as_deref(), Some(tag), "{text}");
        }
        assert_eq!(found(portuguese, &["es", "pt-BR"]).as_deref(), Some("pt-BR"));
        assert_eq!(found("12 — 34: …", &[]), None);
    }

    #[test]
    fn long_texts_cost_what_their_sample_costs_and_confidence_is_a_share() {
        let long = "The council approved the documents. ".repeat(300_000);
        let detection = detect(&long, &[]).unwrap();
        assert_eq!(detection.language.as_str(), "en");
        assert!((0.5..=1.0).contains(&detection.confidence));
        let unsure = detect("ok", &[]).unwrap();
        assert!(unsure.confidence < 0.7, "{unsure:?}");
    }

    #[test]
    fn a_short_page_in_english_is_not_latin() {
        let text = "Guide\nSee the ⟦1⟧small map⟦2⟧ on ⟦3⟧the harbour page⟦4⟧ or in ⟦5⟧the old book⟦6⟧ before you go.";
        let found = detect(text, &[]).unwrap();
        assert_eq!(found.language.as_str(), "en");
    }
}
