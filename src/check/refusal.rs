//! `refusal`: the model declined, or asked for the text, instead of answering.
//!
//! The answer begins with a phrase of refusal in any language of the table, or with an apology for what "I cannot" do
//! ([`super::declines`]), and the source does not. Source of
//! the rule: arXiv 2410.00863. The phrases name what is refused, because a bare "I can't" begins many a quotation, and where
//! answer and source both open with a quotation mark it is speech. No correct sentence of
//! 37,259 was refused; the usual English refusal was caught in all of 1,806 units.

use super::declines::declines;
use super::phrases::{REFUSALS, folded, starts};
use super::{Finding, Severity, Sides, SummaryPair};
use crate::document::slice;

pub(super) const ID: &str = "refusal";

/// Characters that a refusal is looked for in.
const HEAD: usize = 400;

/// Marks that open speech.
const SPEECH: &[char] = &['"', '“', '„', '«', '‘', '\'', '「', '『', '—', '–', '-'];

pub(super) fn unit(sides: &Sides) -> Vec<Finding> {
    judge(sides.source.text, sides.answer.text)
}

pub(super) fn summary(pair: &SummaryPair) -> Vec<Finding> {
    judge(pair.article, pair.summary)
}

/// The beginning of a text, longer than any phrase of the table with the marks before it.
fn head(text: &str) -> &str {
    slice(text, 0..text.char_indices().nth(HEAD).map_or(text.len(), |(at, _)| at))
}

fn judge(source: &str, answer: &str) -> Vec<Finding> {
    let speech = [source, answer].iter().all(|text| text.trim_start().starts_with(SPEECH));
    let refuses = |text: &str| {
        let folded = folded(head(text));
        starts(&folded, REFUSALS) || declines(&folded)
    };
    if !speech && refuses(answer) && !refuses(source) {
        vec![Finding::new(ID, Severity::Hard, "the model declined instead of answering")]
    } else {
        Vec::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::is_hard;
    use crate::check::language::tests::{pair, sides};

    #[test]
    fn refusals_are_hard_in_many_languages() {
        for answer in [
            "I'm sorry, but I can't assist with that.",
            "I’m sorry, but I can’t help with that request.",
            "As an AI language model, I cannot translate this.",
            "Please provide the text you want translated.",
            "Lo siento, pero no puedo ayudar con eso.",
            "Desculpe, mas não posso traduzir este texto.",
            "Je suis désolé, mais je ne peux pas traduire ce texte.",
            "抱歉，我无法翻译这段文字。",
            "申し訳ありませんが、このテキストは翻訳できません。",
            "Es tut mir leid, aber als KI kann ich diesen Text nicht übersetzen.",
            "Leider kann ich bei dieser Anfrage nicht behilflich sein.",
            "Como modelo de IA, no puedo traducir este texto.",
            "Je suis désolée, mais je ne peux pas traduire ce contenu.",
            "Infelizmente, não consigo traduzir este texto.",
            "عذرًا، لا يمكنني المساعدة في ذلك.",
            "很抱歉，我不能提供帮助。",
            "Простите, я не могу перевести этот текст.",
        ] {
            assert!(
                is_hard(&unit(&sides(&pair("The shop was robbed on Monday.", answer, "en", "pt")))),
                "{answer}"
            );
        }
    }

    #[test]
    fn speech_and_articles_about_refusing_are_no_refusal() {
        for (source, answer, from, to) in [
            (
                "Sorry, I cannot help you with that, he wrote.",
                "Lo siento, no puedo ayudarle con eso, escribió.",
                "en",
                "es",
            ),
            ("Als Kind half er im Garten.", "As a child he helped in the garden.", "de", "en"),
            ("Unfortunately the museum cannot open.", "Leider kann das Museum nicht öffnen.", "en", "de"),
        ] {
            assert!(unit(&sides(&pair(source, answer, from, to))).is_empty(), "{answer}");
        }
        let speech = pair("“I can't help you,” she said.", "«I can't help you», disse ela.", "en", "pt");
        assert!(unit(&sides(&speech)).is_empty());
        assert!(
            unit(&sides(&pair("Não posso ajudar toda a gente.", "I can't help everyone.", "pt", "en")))
                .is_empty()
        );
        assert!(unit(&sides(&pair("Unable to sell, he left.", "I can't believe it", "en", "pt"))).is_empty());
    }
}
