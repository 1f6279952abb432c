//! Taking a model's thinking out of its answer, where the server left it in the text.
//!
//! Rule: what may be thinking never passes for an answer. A thought is cut out with its marks, wherever it stands; one
//! that was never closed takes the rest with it; a mark that closes what was never opened (the chat template opened
//! it, outside the reply) takes what stands before it. An answer that loses a paragraph to this is noticed, since its
//! unit did not come back; a thought that passed for a paragraph might not be.
//!
//! The one exception is a text that speaks of such marks itself: those of its marks that the prompt holds count only
//! where the reply begins with one, for there a template puts them and an article hardly does.

/// Opening and closing marks: DeepSeek, Qwen and most others; prompts and proxies; Mistral's Magistral; ByteDance's
/// Seed; Kimi; Gemma 4.
const MARKS: [(&str, &str); 8] = [
    ("<think>", "</think>"),
    ("<thinking>", "</thinking>"),
    ("<thought>", "</thought>"),
    ("<reasoning>", "</reasoning>"),
    ("[think]", "[/think]"),
    ("<seed:think>", "</seed:think>"),
    ("◁think▷", "◁/think▷"),
    ("<|channel>", "<channel|>"),
];

/// What opens a channel in gpt-oss's format ("harmony"), and what stands between its name and its text.
const CHANNEL: &str = "<|channel|>";
const MESSAGE: &str = "<|message|>";
const ENDS: [&str; 3] = ["<|end|>", "<|return|>", "<|start|>"];

/// An answer without the thinking in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    pub text: String,
    /// There was thinking in the text.
    pub thought: bool,
    /// A thought was never closed: the model did not get to its answer, or not to its end.
    pub unclosed: bool,
}

/// The answer in `reply`, trimmed. `prompt` is what was asked.
pub fn without(reply: &str, prompt: &str) -> Answer {
    let mut answer = Answer { text: reply.trim().to_owned(), thought: false, unclosed: false };
    channels(&mut answer, prompt);
    let prompt = prompt.to_ascii_lowercase();
    for (open, close) in MARKS {
        if prompt.contains(open) || prompt.contains(close) {
            leading(&mut answer, open, close);
        } else {
            every(&mut answer, open, close);
        }
    }
    trim_template_marks(&mut answer, &prompt);
    answer
}

/// Cuts every thought between `open` and `close`.
fn every(answer: &mut Answer, open: &str, close: &str) {
    // Marks are ASCII or have no case, and lowering ASCII moves no byte.
    let lower = answer.text.to_ascii_lowercase();
    if !lower.contains(open) && !lower.contains(close) {
        return;
    }
    let mut marks: Vec<(usize, bool)> = lower.match_indices(open).map(|(at, _)| (at, true)).collect();
    marks.extend(lower.match_indices(close).map(|(at, _)| (at, false)));
    marks.sort_unstable();
    let mut kept = String::new();
    let mut from = 0;
    let mut depth = 0_usize;
    for (at, opens) in marks {
        if opens {
            if depth == 0 {
                kept.push_str(answer.text.get(from..at).unwrap_or_default());
            }
            depth += 1;
        } else {
            // What was never opened here was opened by the template: all before it is thought.
            if depth == 0 {
                kept.clear();
            }
            depth = depth.saturating_sub(1);
            from = at + close.len();
        }
    }
    if depth == 0 {
        kept.push_str(answer.text.get(from..).unwrap_or_default());
    }
    answer.thought = true;
    answer.unclosed |= depth > 0;
    answer.text = kept.trim().to_owned();
}

/// Cuts a thought with which the reply begins, up to the mark that closes it.
fn leading(answer: &mut Answer, open: &str, close: &str) {
    let lower = answer.text.to_ascii_lowercase();
    if !lower.starts_with(open) {
        return;
    }
    answer.thought = true;
    match lower.find(close) {
        Some(at) => {
            answer.text = answer.text.get(at + close.len()..).unwrap_or_default().trim().to_owned();
        }
        None => {
            answer.unclosed = true;
            answer.text.clear();
        }
    }
}

/// gpt-oss: `<|channel|>analysis<|message|>…<|end|><|start|>assistant<|channel|>final<|message|>…<|return|>`, and what
/// is left of that where a server dropped the special tokens: `analysis…assistantfinal…`.
fn channels(answer: &mut Answer, prompt: &str) {
    if answer.text.contains(CHANNEL) && !prompt.contains(CHANNEL) {
        answer.thought = true;
        let last = answer.text.rsplit(CHANNEL).next().unwrap_or_default();
        let text = last
            .strip_prefix("final")
            .and_then(|rest| rest.split_once(MESSAGE))
            .map(|(_, text)| ENDS.iter().fold(text, |text, end| text.split(end).next().unwrap_or_default()));
        answer.unclosed = text.is_none();
        answer.text = text.unwrap_or_default().trim().to_owned();
        return;
    }
    let Some(rest) = answer.text.strip_prefix("analysis") else { return };
    let text = rest.rsplit_once("assistantfinal").map(|(_, text)| text.trim().to_owned());
    // A word that is merely spelt so is followed by no capital letter.
    if text.is_none() && !rest.starts_with(char::is_uppercase) {
        return;
    }
    answer.thought = true;
    answer.unclosed = text.is_none();
    answer.text = text.unwrap_or_default();
}

/// Marks such as `<|im_end|>` at the end of a reply are a template's that the server did not take off.
fn trim_template_marks(answer: &mut Answer, prompt: &str) {
    const LONGEST_MARK: usize = 24;
    while answer.text.ends_with("|>") {
        let Some(at) = answer.text.rfind("<|").filter(|at| answer.text.len() - at <= LONGEST_MARK) else {
            return;
        };
        if answer.text.get(at..).is_some_and(|mark| prompt.contains(&mark.to_ascii_lowercase())) {
            return;
        }
        answer.text.truncate(at);
        answer.text.truncate(answer.text.trim_end().len());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(reply: &str) -> (String, bool) {
        let answer = without(reply, "Translate: One.");
        (answer.text, answer.unclosed)
    }

    #[test]
    fn no_thought_is_part_of_an_answer() {
        let whole = [
            "<think>Is it Hola?</think>\n\nHola.",
            "<THINK>Is it Hola?</THINK>Hola.",
            "<thinking>Is it\n\nHola?</thinking> Hola.",
            "<reasoning>Hm.</reasoning>\nHola.",
            "<thought>Hm.</thought>\nHola.",
            "[THINK]Hm.[/THINK]Hola.",
            "<seed:think>Hm.</seed:think>Hola.",
            "◁think▷Hm.◁/think▷Hola.",
            "<|channel>thought\nHm.<channel|>Hola.",
            // The template opened it.
            "The user wants Spanish.\n</think>\n\nHola.",
            // A thought about thoughts, and two of them.
            "<think>I write <think>so</think> and then</think>Hola.",
            "<think>One.</think><think>Two.</think>Hola.",
            "<think></think>\nHola.",
            // gpt-oss, whole, without its first mark, and with the marks dropped on the way.
            "<|channel|>analysis<|message|>Say Hola.<|end|><|start|>assistant<|channel|>final<|message|>Hola.<|return|>",
            "<|start|>assistant<|channel|>final <|constrain|>json<|message|>Hola.",
            "analysisWe need Spanish: Hola.assistantfinalHola.",
            "Hola.<|im_end|>",
            "Hola.<|im_end|>\n<|endoftext|>",
        ];
        for reply in whole {
            assert_eq!(answer(reply), ("Hola.".to_owned(), false), "{reply}");
        }
    }

    #[test]
    fn a_thought_that_never_ends_takes_the_rest_with_it() {
        for reply in [
            "<think>The tags are <u id=\"1\">Hola.</u>",
            "<think>One</think><think>two",
            "<|channel|>analysis<|message|>I write <u id=\"1\">Hola.</u>",
            "<|channel|>commentary<|message|>Hm<|end|>",
            "analysisWe write <u id=\"1\">Hola.</u>",
        ] {
            assert_eq!(answer(reply), (String::new(), true), "{reply}");
        }
        assert_eq!(answer("Hola.\n<think>Was that right?"), ("Hola.".to_owned(), true));
    }

    #[test]
    fn a_thought_that_quotes_the_units_is_not_the_answer() {
        let reply = "<think>So <u id=\"1\">Draft.</u></think><u id=\"1\">Hola.</u>";
        assert_eq!(answer(reply), ("<u id=\"1\">Hola.</u>".to_owned(), false));
    }

    #[test]
    fn an_article_about_thinking_marks_keeps_its_words() {
        let prompt = "<u id=\"1\">Models write <think> first and </think> last.</u>";
        let reply = "<u id=\"1\">Los modelos escriben <think> primero y </think> al final.</u>";
        let kept = without(reply, prompt);
        assert_eq!((kept.text.as_str(), kept.unclosed), (reply, false));
        let thought = format!("<think>Easy.</think>{reply}");
        assert_eq!(without(&thought, prompt).text, reply);
        assert!(without("<think>and so", prompt).unclosed);
    }

    #[test]
    fn words_that_only_look_like_it_are_left() {
        for reply in ["analysis of the budget", "I think so.", "a < b |> c", "Analysis: Hola."] {
            assert_eq!(answer(reply), (reply.to_owned(), false));
        }
    }

    proptest::proptest! {
        #[test]
        fn no_reply_breaks_it(reply in "(<think>|</think>|<\\|channel\\|>|final|analysis|é|Hola|◁think▷|\\|>|<\\|){0,12}") {
            let answer = without(&reply, "");
            proptest::prop_assert!(answer.text.len() <= reply.len());
        }
    }
}
