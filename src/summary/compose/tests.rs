use std::sync::Mutex;

use super::*;
use crate::document::{BlockId, Role};

/// Answers from a function of the request, and keeps what was asked.
struct Script<F> {
    answer: F,
    asked: Mutex<Vec<SummaryRequest>>,
}

impl<F: Fn(&SummaryRequest) -> Result<SummaryReply, EngineError> + Sync> Script<F> {
    fn new(answer: F) -> Self {
        Self { answer, asked: Mutex::new(Vec::new()) }
    }

    fn stages(&self) -> Vec<SummaryStage> {
        self.asked.lock().unwrap().iter().map(|request| request.stage).collect()
    }
}

impl<F: Fn(&SummaryRequest) -> Result<SummaryReply, EngineError> + Sync> Asker for Script<F> {
    fn ask<'a>(&'a self, request: &'a SummaryRequest) -> BoxFuture<'a, Result<SummaryReply, EngineError>> {
        self.asked.lock().unwrap().push(request.clone());
        let reply = (self.answer)(request);
        Box::pin(async move { reply })
    }
}

fn reply(text: &str) -> SummaryReply {
    SummaryReply {
        sentences: vec![SummarySentence { text: text.to_owned(), blocks: Vec::new() }],
        finish: Finish::Stop,
        usage: Usage { tokens_in: 10, tokens_out: 1, ..Usage::default() },
    }
}

fn article(paragraphs: usize, words_each: usize) -> Article {
    Article {
        language: Language::parse("en").unwrap(),
        title: None,
        paragraphs: (0..paragraphs)
            .map(|index| Paragraph {
                block: BlockId(index as u32),
                role: Role::Body,
                text: format!("p{index} {}", "word ".repeat(words_each - 1)).trim().to_owned(),
            })
            .collect(),
        length: SummaryLength::Words(10),
        words: 10,
    }
}

fn count(text: &str) -> usize {
    text.split_whitespace().count()
}

fn sound(_: &str) -> Vec<Finding> {
    Vec::new()
}

fn means<'a>(asker: &'a dyn Asker, request_tokens: usize) -> Means<'a> {
    Means { asker, count: &count, judge: &sound, request_tokens }
}

#[test]
fn composing_may_move_between_threads() {
    fn moves<T: Send>(_: &T) {}
    let script = Script::new(|_: &SummaryRequest| Ok(reply("Short.")));
    moves(&compose(&article(1, 9), means(&script, 100)));
}

#[tokio::test]
async fn what_fits_is_asked_whole() {
    let script = Script::new(|_: &SummaryRequest| Ok(reply("Short.")));
    let composed = compose(&article(3, 30), means(&script, 100)).await.unwrap();
    assert_eq!(script.stages(), [SummaryStage::Whole]);
    assert_eq!(composed.sentences[0].text, "Short.");
    assert_eq!((composed.replies, composed.usage.tokens_in), (1, 10));
}

#[tokio::test]
async fn what_does_not_fit_is_mapped_in_order_and_merged_once() {
    let script = Script::new(|request: &SummaryRequest| {
        Ok(reply(
            &request
                .paragraphs
                .iter()
                .map(|p| count(&p.text).min(2).to_string())
                .collect::<Vec<_>>()
                .join(" "),
        ))
    });
    let composed = compose(&article(6, 40), means(&script, 100)).await.unwrap();
    let map = |part| SummaryStage::Map { part, parts: 3 };
    assert_eq!(script.stages(), [map(1), map(2), map(3), SummaryStage::Merge]);
    let asked = script.asked.lock().unwrap();
    let firsts: Vec<u32> = asked.iter().map(|request| request.paragraphs[0].block.0).collect();
    assert_eq!(firsts, [0, 2, 4, 0]);
    let carried: usize = asked[..3].iter().map(|request| request.paragraphs.len()).sum();
    assert_eq!(carried, 6, "every paragraph is in one part");
    assert_eq!(asked[3].paragraphs.len(), 3, "the merge gets each part's summary");
    assert_eq!(composed.usage.tokens_in, 40);
}

#[tokio::test]
async fn parts_that_do_not_fit_are_merged_in_levels() {
    let script = Script::new(|request: &SummaryRequest| {
        let have: usize = request.paragraphs.iter().map(|paragraph| count(&paragraph.text)).sum();
        Ok(reply(&"w ".repeat((have / 4).clamp(1, request.words))))
    });
    let composed = compose(&article(40, 50), means(&script, 64)).await.unwrap();
    let stages = script.stages();
    let maps = stages.iter().filter(|stage| matches!(stage, SummaryStage::Map { .. })).count();
    assert_eq!(maps, 40);
    assert!(stages.len() > 41, "more than one level of merging: {}", stages.len());
    assert_eq!(stages.last(), Some(&SummaryStage::Merge));
    assert!(!composed.sentences.is_empty());
    for request in script.asked.lock().unwrap().iter() {
        let tokens: usize = request.paragraphs.iter().map(|paragraph| count(&paragraph.text)).sum();
        assert!(tokens <= 64, "{tokens}");
    }
}

#[tokio::test]
async fn a_refused_summary_is_asked_again_twice_at_most() {
    let judge = |text: &str| match text {
        "Sure, here it is" => vec![Finding::new("preamble", Severity::Hard, "preamble")],
        _ => Vec::new(),
    };
    let script = Script::new(|request: &SummaryRequest| {
        Ok(reply(if request.attempt < 2 { "Sure, here it is" } else { "It rained." }))
    });
    let composed = compose(&article(1, 9), Means { judge: &judge, ..means(&script, 100) }).await.unwrap();
    assert_eq!((composed.replies, composed.sentences[0].text.as_str()), (3, "It rained."));

    let stubborn = Script::new(|_: &SummaryRequest| Ok(reply("Sure, here it is")));
    let failed = compose(&article(1, 9), Means { judge: &judge, ..means(&stubborn, 100) }).await.unwrap_err();
    assert_eq!((failed.findings[0].check.as_str(), failed.usage.tokens_in), ("preamble", 30));
}

#[tokio::test]
async fn the_shortest_of_three_too_long_ones_is_kept_and_flagged() {
    let script = Script::new(|request: &SummaryRequest| {
        Ok(reply(&"word ".repeat([40, 20, 30][request.attempt as usize])))
    });
    let composed = compose(&article(1, 60), means(&script, 100)).await.unwrap();
    assert_eq!(count(&composed.sentences[0].text), 20);
    assert_eq!(composed.findings[0].check, "s-length");
    assert_eq!(composed.findings[0].severity, Severity::Flag);
}

#[tokio::test]
async fn an_empty_or_unfinished_summary_is_none() {
    let empty = Script::new(|_: &SummaryRequest| Ok(SummaryReply { sentences: Vec::new(), ..reply("") }));
    assert_eq!(compose(&article(1, 9), means(&empty, 100)).await.unwrap_err().findings[0].check, "empty");
    let cut = Script::new(|_: &SummaryRequest| {
        Ok(SummaryReply { finish: Finish::Length { reasoning: false }, ..reply("It rai") })
    });
    assert_eq!(compose(&article(1, 9), means(&cut, 100)).await.unwrap_err().findings[0].check, "finish");
}

#[tokio::test]
async fn an_article_the_endpoint_finds_too_long_is_cut_smaller() {
    let script = Script::new(|request: &SummaryRequest| {
        let tokens: usize = request.paragraphs.iter().map(|paragraph| count(&paragraph.text)).sum();
        if tokens > 150 { Err(EngineError::new(ErrorClass::Split, "too long")) } else { Ok(reply("Short.")) }
    });
    let composed = compose(&article(10, 40), means(&script, 400)).await;
    assert!(composed.is_ok());
    assert_eq!(script.stages()[0], SummaryStage::Map { part: 1, parts: 2 });
}

#[tokio::test]
async fn a_text_without_spaces_or_sentences_is_cut_and_nothing_of_it_lost() {
    let count = |text: &str| text.chars().count();
    let text: String = "字".repeat(1000);
    let language = Language::parse("zh").unwrap();
    let script = Script::new(|_: &SummaryRequest| Ok(reply("短")));
    let means = Means { count: &count, ..means(&script, 101) };
    let pieces = pieces(&text, &language, means);
    assert!(pieces.iter().all(|(_, tokens)| *tokens <= 100));
    assert_eq!(pieces.iter().map(|(piece, _)| piece.as_str()).collect::<String>(), text);
}
