//! Counting tokens with tiktoken-rs, bounded so that no input can hurt it.

use tiktoken_rs::CoreBPE;

/// Longer texts are counted in pieces of about this many bytes and added up. tiktoken-rs 0.12.1 panics on
/// about a million spaces in a row and is superlinear on one unbroken run (640 KB of one letter: 0.3 s);
/// at 32 KB neither shows. A cut adds at most a token or two, so the sum is never below the true count
/// by more than the merge at each cut.
const PIECE_BYTES: usize = 32 * 1024;

/// Counts tokens as one model's encoding does.
#[derive(Clone, Copy)]
pub struct Tokenizer {
    encoding: &'static CoreBPE,
}

impl std::fmt::Debug for Tokenizer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Tokenizer")
    }
}

impl Tokenizer {
    /// The encoding of `model`; `o200k_base` for models tiktoken-rs does not know, as the newest general one.
    /// Loading takes about 0.3 s the first time.
    pub fn for_model(model: &str) -> Self {
        let encoding =
            tiktoken_rs::bpe_for_model(model).unwrap_or_else(|_| tiktoken_rs::o200k_base_singleton());
        Self { encoding }
    }

    /// The number of tokens in `text`. Linear in its length.
    pub fn count(&self, text: &str) -> usize {
        let mut rest = text;
        let mut sum = 0;
        while rest.len() > PIECE_BYTES {
            let (piece, after) = rest.split_at(rest.floor_char_boundary(PIECE_BYTES));
            sum += self.encoding.count_ordinary(piece);
            rest = after;
        }
        sum + self.encoding.count_ordinary(rest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_like_the_encoding() {
        let tokenizer = Tokenizer::for_model("gpt-4o");
        assert_eq!(tokenizer.count("hello world"), 2);
        assert_eq!(tokenizer.count(""), 0);
    }

    #[test]
    fn unknown_models_use_the_default_encoding() {
        let text = "Москва, 3 декабря. 北京是中国的首都。";
        assert_eq!(Tokenizer::for_model("qwen").count(text), Tokenizer::for_model("gpt-4o").count(text));
        assert_ne!(
            Tokenizer::for_model("qwen").count(text),
            Tokenizer::for_model("gpt-3.5-turbo").count(text)
        );
    }

    #[test]
    fn a_million_blanks_in_a_row_are_counted() {
        let tokenizer = Tokenizer::for_model("gpt-4o");
        for blank in [" ", "\t", "\u{a0}", "a", "。"] {
            let text = blank.repeat(1_200_000);
            assert!(tokenizer.count(&text) > 0);
        }
    }
}
