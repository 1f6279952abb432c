//! What one engine would be asked, and the range of what that may take. Pure.

use crate::engine::{Charges, Usage};

/// Tokens in, low and high, over what was counted: another model's tokenizer differs by up to a fifth, and
/// refused units are asked again.
const RANGE_IN: (f64, f64) = (0.8, 1.6);

/// Tokens out over the tokens of the units: a translation into English is about three quarters of a Russian
/// source, and one into Hindi or Thai more than twice an English one.
const RANGE_OUT: (f64, f64) = (0.6, 2.6);

/// Tokens that an answer's id and quotes take in a structured reply.
const ANSWER_TOKENS: f64 = 12.0;

/// Tokens of context that go with a request, low and high: none round a short article's only chunk; a title and 300
/// characters on either side of a chunk in the midst of one, in a script of a token a character or two.
const CONTEXT_TOKENS: (f64, f64) = (0.0, 400.0);

/// Tokens for each word of a summary, low and high, over the languages: a summary may be refused for its length and
/// asked twice more.
const SUMMARY_OUT: (f64, f64) = (0.5, 6.0);

/// Requests that an endpoint may refuse once a run for an option it does not know.
const PROBES: u64 = 5;

/// Tries of one summary.
const SUMMARY_TRIES: u64 = 3;

/// What one engine would be asked.
#[derive(Debug, Default)]
pub(super) struct Account {
    pub(super) requests: u64,
    pub(super) units: u64,
    pub(super) tokens: u64,
    pub(super) characters: u64,
    /// Summaries that are to be made, their requests, tokens of articles and words.
    pub(super) summaries: u64,
    pub(super) summary_requests: u64,
    pub(super) summary_tokens: u64,
    pub(super) summary_words: u64,
    /// Translations of summaries that do not stand yet: their words, and how many.
    pub(super) to_translate: u64,
    pub(super) translations: u64,
}

impl Account {
    /// Requests, least and most.
    pub(super) fn request_range(&self, charges: Charges) -> (u64, u64) {
        // A summary that is refused is not translated.
        let least = self.requests + self.summary_requests;
        if least + self.translations == 0 {
            return (0, 0);
        }
        let probes = if charges == Charges::Tokens { PROBES } else { 0 };
        // As many units are asked again as the range of tokens has room for, each alone in the worst case.
        let again =
            (self.units as f64 * (RANGE_IN.1 - 1.0)).round() as u64 + 2 * u64::from(self.requests > 0);
        (
            least,
            self.requests + again + self.summary_requests * SUMMARY_TRIES + self.translations * 2 + probes,
        )
    }

    /// What it may use, least and most. `overhead` is what goes with each request beside its text.
    pub(super) fn range(&self, overhead: f64, charges: Charges) -> (Usage, Usage) {
        let words = self.to_translate as f64;
        // A word of a summary is one to three tokens, by language and tokenizer.
        let summaries = self.summary_requests as f64;
        let requests = self.requests as f64;
        let translations = self.translations as f64;
        let ids = (self.units as f64) * ANSWER_TOKENS;
        let (tokens, article) = (self.tokens as f64, self.summary_tokens as f64);
        let tokens_in = (
            (tokens + (requests + summaries) * overhead + article) * RANGE_IN.0 + requests * CONTEXT_TOKENS.0,
            // A summary may be refused and asked twice more; its translation takes a request or two.
            (tokens + requests * (overhead + CONTEXT_TOKENS.1) + (article + summaries * overhead) * 3.0)
                * RANGE_IN.1
                + ids
                + words * SUMMARY_OUT.1
                + translations * 2.0 * (overhead + CONTEXT_TOKENS.1),
        );
        let summary_words = self.summary_words as f64;
        let tokens_out = (
            tokens * RANGE_OUT.0 + summary_words * SUMMARY_OUT.0,
            tokens * RANGE_OUT.1
                + ids
                + (summary_words + words) * SUMMARY_OUT.1
                + translations * 10.0 * ANSWER_TOKENS,
        );
        // Refused units go once more in smaller chunks and once alone.
        let characters = (
            self.characters as f64 + words * 2.0,
            self.characters as f64 * 1.5 + words * 12.0 + translations * 200.0,
        );
        let usage = |tokens_in: f64, tokens_out: f64, characters: f64| match charges {
            Charges::Nothing => Usage::default(),
            Charges::Tokens => {
                Usage { tokens_in: tokens_in as u64, tokens_out: tokens_out as u64, characters: 0 }
            }
            Charges::Characters => Usage { characters: characters as u64, ..Usage::default() },
        };
        (usage(tokens_in.0, tokens_out.0, characters.0), usage(tokens_in.1, tokens_out.1, characters.1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_request_is_in_the_range() {
        let account = Account { requests: 10, units: 40, ..Account::default() };
        assert_eq!(account.request_range(Charges::Characters), (10, 36));
        let account = Account { summary_requests: 2, translations: 4, ..Account::default() };
        assert_eq!(account.request_range(Charges::Tokens), (2, 19));
        assert_eq!(Account::default().request_range(Charges::Tokens), (0, 0));
    }
}
