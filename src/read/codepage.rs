//! Legacy code pages: which one, and whether every byte fits it.
//!
//! Owns the guess. `chardetng` names one candidate from byte statistics; where its text is malformed or looks
//! like no language, the other common code pages are tried and the language detector judges.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{DecoderResult, Encoding, ISO_2022_JP};

/// Bytes that the detector is fed. The whole file is decoded whatever it says.
const FED_BYTES: usize = 256 * 1024;

/// The text and the code page of bytes that are not UTF-8; `None` where no code page gives plain text.
pub fn guess(bytes: &[u8]) -> Option<(String, &'static Encoding)> {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(bytes.get(..FED_BYTES).unwrap_or(bytes), true);
    let guessed = detector.guess(None, Utf8Detection::Deny);
    let text = guessed.decode_without_bom_handling_and_without_replacement(bytes)?.into_owned();
    is_text(&text).then_some((text, guessed))
}

/// ISO-2022-JP is ASCII with escape sequences; only its two to kanji count as evidence.
pub fn iso_2022_jp(bytes: &[u8]) -> Option<String> {
    let escapes = [b"\x1B$B", b"\x1B$@"];
    if !bytes.windows(3).any(|three| escapes.iter().any(|escape| three == *escape)) {
        return None;
    }
    ISO_2022_JP.decode_without_bom_handling_and_without_replacement(bytes).map(std::borrow::Cow::into_owned)
}

/// The offset of the first byte of `bytes` that is malformed in `encoding`; their length where none is.
pub fn first_malformed(encoding: &'static Encoding, bytes: &[u8]) -> usize {
    let mut decoder = encoding.new_decoder_without_bom_handling();
    let mut text = String::with_capacity(4096);
    let mut at = 0;
    loop {
        let rest = bytes.get(at..).unwrap_or_default();
        let (result, read) = decoder.decode_to_string_without_replacement(rest, &mut text, true);
        at += read;
        match result {
            DecoderResult::InputEmpty => return bytes.len(),
            DecoderResult::OutputFull => text.clear(),
            DecoderResult::Malformed(length, after) => {
                return at.saturating_sub(usize::from(length) + usize::from(after));
            }
        }
    }
}

/// Whether a decoded text is one: at most one control character in a hundred (C1 too, which code pages
/// give for bytes that they leave open).
fn is_text(text: &str) -> bool {
    let controls = text.chars().filter(|c| c.is_control() && !c.is_whitespace()).count();
    controls * 100 <= text.chars().count()
}
