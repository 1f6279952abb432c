//! How much goes into a request and how much may come back, in tokens.
//!
//! Pure, and loads no tokenizer: what is told here is known before anything is asked.

use minijinja::Value;

use super::prompts::{Prompt, Prompts, Rendered};
use super::texts::CONTEXT_TOKENS;
use crate::engine::{Capabilities, Charges};
use crate::error::Result;
use crate::settings::ChatSettings;

/// Tokens of unit text in one request, where the context window allows more. Three to four paragraphs: at six, fewer
/// answers were acceptable (9 of 12 by tags instead of 11), at twelve an array form had 1 of 12 (`benches/forms.md`).
pub const BEST_CHUNK_TOKENS: usize = 240;

/// Requests under way at once, where the settings say nothing: what hosted endpoints take without refusing, and
/// a local server with fewer slots queues.
const CONCURRENCY: usize = 8;

/// How many more tokens another model's tokenizer may make of a text than the one gloss counts with.
const TOKENIZER_MARGIN: f64 = 1.3;

/// Tokens of a reply for each token of source text. English into Spanish took about 1.2 with its ids; languages whose
/// script a tokenizer hardly knows take more, and a limit that is too high only lets a runaway answer run longer.
const REPLY_FACTOR: usize = 3;

/// Tokens of a summary reply for each word asked.
const TOKENS_A_WORD: usize = 6;

/// The fewest reply tokens asked for.
const FEWEST_REPLY_TOKENS: usize = 64;

/// Tokens allowed for thinking before the answer: none to a model that was not seen to think; then, and where that
/// was not enough, these.
const THINKING_TOKENS: [usize; 3] = [0, 16_384, 65_536];

/// Prompts shorter than this are not suspected of having been cut: no server's window is so small, and the marks that
/// a chat template adds weigh more the shorter a prompt is.
const SUSPECT_FROM: usize = 1_000;

/// A prompt of which the server counted less than this share of our tokens, in percent, was cut. Measured on 12,000
/// characters of news in each of 25 languages, other tokenizers made at least this share of `o200k_base`'s tokens:
/// Qwen 2.5 85 % (Chinese; 287 % of Georgian), Mistral's Tekken 89 % (Korean), Llama 2's 120 %. Ollama keeps half its window
/// of a prompt that does not fit, older versions the whole window. So a prompt that is a little too long for an old
/// version, or one in a language of which the model makes twice our tokens, may still be cut unseen.
const LEAST_PERCENT: usize = 70;

/// Reply tokens for units of `texts` tokens together.
pub fn translation_tokens(texts: usize, units: usize) -> usize {
    texts * REPLY_FACTOR + 24 * units + 64
}

/// Reply tokens for a summary of `words`.
pub fn summary_tokens(words: usize) -> usize {
    words * TOKENS_A_WORD + 128
}

/// The reply tokens to ask for: `reply` and what thinking takes, in what the window of `context` tokens leaves
/// beside a prompt of `about` tokens by [`estimate`], which is counted where the room may be short. `patience` is how often
/// the model was seen to need more for thinking.
pub fn limit(
    context: usize,
    about: usize,
    counted: impl Fn() -> usize,
    reply: usize,
    patience: usize,
) -> usize {
    let room = |prompt: usize| context.saturating_sub((prompt as f64 * TOKENIZER_MARGIN) as usize + 32);
    let thinking = THINKING_TOKENS.get(patience).or(THINKING_TOKENS.last()).copied().unwrap_or_default();
    let wanted = reply + thinking;
    if wanted <= room(about * 2) {
        return wanted.max(FEWEST_REPLY_TOKENS);
    }
    wanted.min(room(counted())).max(FEWEST_REPLY_TOKENS)
}

/// Whether a server that counted `told` tokens in a prompt of which we count `ours` saw only a part of it.
pub fn was_cut(ours: usize, told: u64) -> bool {
    ours >= SUSPECT_FROM && told > 0 && told < (ours * LEAST_PERCENT / 100) as u64
}

/// Whether that is to be suspected of a prompt of `about` tokens by [`estimate`], which is seldom a fifth too low and
/// never half: then it is worth counting.
pub fn may_be_cut(about: usize, told: u64) -> bool {
    about * 2 >= SUSPECT_FROM && told > 0 && told < about as u64
}

/// A second attempt at the same text with temperature 0 would give the same answer.
pub fn temperature(base: f32, attempt: u32) -> f32 {
    let raised = base + 0.3 * attempt.min(10) as f32;
    if attempt == 0 { base } else { raised.min(base.max(1.0)) }
}

/// The limits that the context window sets, with the prompts as they are.
///
/// # Errors
/// Where a prompt of the user's does not render.
pub fn capabilities(settings: &ChatSettings, prompts: &Prompts) -> Result<Capabilities> {
    let language = || Value::from("Brazilian Portuguese");
    let count = |rendered: &Rendered| estimate(&rendered.system) + estimate(&rendered.user) + 16;
    let translate = count(&prompts.render(
        Prompt::Translate,
        &[
            ("form", Value::from("tags")),
            ("units", Value::from("")),
            ("from", language()),
            ("to", language()),
        ],
    )?);
    let summarize = count(&prompts.render(
        Prompt::Summarize,
        &[("article", Value::from("")), ("words", Value::from(100)), ("language", language())],
    )?);
    // The context window holds the prompt, the units by another tokenizer, and the reply.
    let room = settings.context_tokens.saturating_sub(translate + CONTEXT_TOKENS);
    let fits = (room as f64 / (TOKENIZER_MARGIN + REPLY_FACTOR as f64)) as usize;
    let article = settings.context_tokens.saturating_sub(summarize + settings.context_tokens.min(4096) / 4);
    Ok(Capabilities {
        translates: true,
        summarizes: true,
        chunk_tokens: fits.clamp(64, BEST_CHUNK_TOKENS),
        summary_tokens: ((article as f64 / TOKENIZER_MARGIN) as usize).max(256),
        tokenizer_model: settings.model.clone(),
        remote: true,
        concurrency: CONCURRENCY,
        overhead_tokens: translate,
        charges: Charges::Tokens,
        names_pairs: false,
    })
}

/// About the tokens of a prompt, without the tokenizer, whose loading takes 0.3 s: not worth it where nothing has
/// changed and nothing will be asked. The embedded prompts have 4.6 to 4.9 characters a token.
pub fn estimate(text: &str) -> usize {
    let ascii = text.bytes().filter(u8::is_ascii).count();
    let others = text.chars().filter(|character| !character.is_ascii()).count();
    (ascii * 10).div_ceil(46) + others
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::tokens::Tokenizer;
    use crate::settings::Connection;

    fn limits(context_tokens: usize) -> Capabilities {
        let settings = ChatSettings {
            connection: Connection::plain("http://127.0.0.1:1/v1", "GLOSS_TEST_KEY_THAT_IS_UNSET"),
            dialect: None,
            model: "qwen".to_owned(),
            prompts_dir: None,
            context_tokens,
            temperature: 0.0,
        };
        capabilities(&settings, &Prompts::load(None).unwrap()).unwrap()
    }

    #[test]
    fn limits_follow_the_context_window() {
        let (small, large) = (limits(1024), limits(128_000));
        assert!(small.chunk_tokens < BEST_CHUNK_TOKENS, "{small:?}");
        assert_eq!(large.chunk_tokens, BEST_CHUNK_TOKENS);
        assert!(small.summary_tokens < 700 && large.summary_tokens > 90_000, "{small:?} {large:?}");
        assert!((60..300).contains(&large.overhead_tokens), "{large:?}");
    }

    #[test]
    fn the_estimate_of_a_prompt_is_near_its_count() {
        let prompts = Prompts::load(None).unwrap();
        for prompt in [Prompt::Translate, Prompt::TranslatePlain, Prompt::Summarize, Prompt::SummarizeMerge] {
            let values = ["from", "to", "language"].map(|name| (name, Value::from("Portuguese")));
            let empty = ["units", "text", "article", "fence", "words"].map(|name| (name, Value::from("")));
            let rendered = prompts.render(prompt, &[&values[..], &empty[..]].concat()).unwrap();
            let text = format!("{}\n{}", rendered.system, rendered.user);
            let (guess, count) = (estimate(&text) as f64, Tokenizer::for_model("m").count(&text) as f64);
            assert!(
                (0.85..1.15).contains(&(guess / count)),
                "{prompt:?}: {guess} for {count}, {}",
                text.len()
            );
        }
    }

    #[test]
    fn thinking_gets_more_room_twice_and_never_more_than_the_window() {
        assert_eq!(limit(200_000, 1_000, || 1_000, 900, 0), 900);
        assert_eq!(limit(200_000, 1_000, || 1_000, 900, 1), 900 + 16_384);
        assert_eq!(limit(200_000, 1_000, || 1_000, 900, 2), 900 + 65_536);
        assert_eq!(limit(200_000, 1_000, || 1_000, 900, 9), 900 + 65_536);
        assert!(limit(8_192, 1_000, || 1_000, 900, 2) < 8_192 - 1_000);
        assert_eq!(limit(1_000, 5_000, || 5_000, 900, 0), 64);
    }

    #[test]
    fn a_prompt_that_was_cut_is_told_from_one_that_another_tokenizer_counts() {
        // Ollama's tracker: 7,900 tokens in a window of 4,096 came to 2,050; 5,065 in 2,048 to 2,048.
        assert!(was_cut(7_900, 2_050));
        assert!(was_cut(5_065, 2_048));
        assert!(!was_cut(5_000, 0), "not told");
        assert!(!was_cut(600, 300), "too short to say");
        assert!(!was_cut(4_000, 3_400));
    }
}
