//! Tokens: how many a request may carry, and how many its reply may have.
//!
//! Counted with tiktoken-rs, whose encodings are OpenAI's. Other models' tokenizers give other counts, so limits
//! computed here keep a margin, and the endpoint's own count (`usage`) is what is reported.

use tiktoken_rs::{CoreBPE, bpe_for_tokenizer, o200k_base_singleton};

/// Characters counted in one piece, and of white space in a row: tiktoken-rs 0.12.1 panics on about a million
/// spaces, and slows down on long unbroken runs.
const LONGEST_PIECE: usize = 10_000;

/// Tokens of `text` by `model`'s encoding, `o200k_base` for unknown names.
pub fn count(model: &str, text: &str) -> usize {
    let encoding: &CoreBPE = tiktoken_rs::tokenizer::get_tokenizer(model)
        .and_then(|tokenizer| bpe_for_tokenizer(tokenizer).ok())
        .unwrap_or_else(|| o200k_base_singleton());
    if text.len() <= LONGEST_PIECE {
        return encoding.count_ordinary(text);
    }
    let characters: Vec<char> = text.chars().collect();
    characters.chunks(LONGEST_PIECE).map(|piece| encoding.count_ordinary(&String::from_iter(piece))).sum()
}
