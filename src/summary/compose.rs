//! A summary by a model: of the whole article in one request where it fits, otherwise of its consecutive parts and
//! then of their summaries, in levels until they fit one request.
//!
//! Decides what is asked and whether an answer will do; retries after errors, limits and pauses stand in the
//! [`Asker`]. Says nothing of which blocks bear a sentence out: that is found afterwards.

use futures::future::{BoxFuture, join_all};

use crate::check::{self, Finding, Severity};
use crate::document::slice;
use crate::engine::{
    EngineError, ErrorClass, Finish, Paragraph, SummaryReply, SummaryRequest, SummarySentence, SummaryStage,
    Usage,
};
use crate::language::Language;
use crate::segment;

use super::SummaryLength;

/// Takes one summary request to an engine, with whatever patience the run has.
pub trait Asker: Sync {
    /// # Errors
    /// Where the engine gave no reply in the end; its class says why.
    fn ask<'a>(&'a self, request: &'a SummaryRequest) -> BoxFuture<'a, Result<SummaryReply, EngineError>>;
}

/// What is to be summarised.
#[derive(Debug, Clone, PartialEq)]
pub struct Article {
    pub language: Language,
    pub title: Option<String>,
    /// Body paragraphs and headings in reading order; no boilerplate.
    pub paragraphs: Vec<Paragraph>,
    pub length: SummaryLength,
    /// `length` in words of this article.
    pub words: usize,
}

/// What the checks say of a summary's text.
pub type Judge<'a> = dyn Fn(&str) -> Vec<Finding> + Sync + 'a;

/// What composing needs from the rest of the run.
#[derive(Clone, Copy)]
pub struct Means<'a> {
    pub asker: &'a dyn Asker,
    /// Tokens of a text, by the engine's encoding.
    pub count: &'a (dyn Fn(&str) -> usize + Sync),
    /// What the checks say of a summary's text. A hard finding refuses it.
    pub judge: &'a Judge<'a>,
    /// Tokens of article text that one request may carry.
    pub request_tokens: usize,
}

impl std::fmt::Debug for Means<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Means").field("request_tokens", &self.request_tokens).finish_non_exhaustive()
    }
}

/// A summary, with what it cost.
#[derive(Debug, Clone, PartialEq)]
pub struct Composed {
    /// Blocks are as the engine gave them: empty where it does not know them.
    pub sentences: Vec<SummarySentence>,
    /// What is left to say of it; none of them hard.
    pub findings: Vec<Finding>,
    pub usage: Usage,
    /// Replies that were had, refused ones among them.
    pub replies: u32,
}

/// No summary: what the last attempt ran into, and what was spent.
#[derive(Debug, Clone, PartialEq)]
pub struct NotComposed {
    pub error: Option<EngineError>,
    /// Why the last reply was refused, where it was not an error.
    pub findings: Vec<Finding>,
    pub usage: Usage,
}

/// How often a refused summary is asked again; also the number of the last attempt.
pub const SECOND_TRIES: u32 = 2;

/// A summary may be this many times as long as was asked, in percent, before it is asked again.
const LONGEST_PERCENT: usize = 150;

/// Levels of merging after which the parts must fit; each level at least halves the text, or ends the attempt.
const LEVELS: usize = 8;

/// The fewest words asked of a part's summary: below, models drop what the part is about.
const FEWEST_PART_WORDS: usize = 40;

/// Makes the summary of `article`.
///
/// # Errors
/// Where no acceptable summary was to be had.
pub async fn compose(article: &Article, means: Means<'_>) -> Result<Composed, NotComposed> {
    let mut spent = Spent::default();
    let mut tokens = means.request_tokens.max(64);
    // The endpoint's own tokenizer may count more than ours: what it refuses as too long is cut smaller, twice.
    let mut cuts = 0;
    loop {
        match condense(article, Means { request_tokens: tokens, ..means }, &mut spent).await {
            Ok((sentences, findings)) => {
                return Ok(Composed { sentences, findings, usage: spent.usage, replies: spent.replies });
            }
            Err(Trouble::Error(error)) if error.class == ErrorClass::Split && cuts < 2 && tokens > 128 => {
                cuts += 1;
                tokens /= 2;
            }
            Err(Trouble::Error(error)) => {
                return Err(NotComposed { error: Some(error), findings: Vec::new(), usage: spent.usage });
            }
            Err(Trouble::Refused(findings)) => {
                return Err(NotComposed { error: None, findings, usage: spent.usage });
            }
        }
    }
}

#[derive(Default)]
struct Spent {
    usage: Usage,
    replies: u32,
}

enum Trouble {
    Error(EngineError),
    Refused(Vec<Finding>),
}

type Summary = (Vec<SummarySentence>, Vec<Finding>);

async fn condense(article: &Article, means: Means<'_>, spent: &mut Spent) -> Result<Summary, Trouble> {
    let mut paragraphs = article.paragraphs.clone();
    // The article's text as it was cut first: the whole must have something of each piece.
    let mut first_parts: Vec<String> = Vec::new();
    for level in 0..=LEVELS {
        let parts = parts(&paragraphs, &article.language, means);
        if parts.len() <= 1 {
            let stage = if level == 0 { SummaryStage::Whole } else { SummaryStage::Merge };
            let request = request(article, paragraphs, stage, article.words);
            let (sentences, mut findings) = accepted(&request, means, spent).await?;
            let summary = joined(&sentences);
            findings.extend(check::summary_cover(&summary, &first_parts, &article.language));
            return Ok((sentences, findings));
        }
        if level == 0 {
            first_parts = parts.iter().map(|part| text_of(part)).collect();
        }
        let count = parts.len();
        // Together twice what is asked in the end, so that the merge has something to choose from.
        let words = (article.words * 2 / count).max(FEWEST_PART_WORDS);
        let before: usize = paragraphs.iter().map(|paragraph| (means.count)(&paragraph.text)).sum();
        let requests: Vec<SummaryRequest> = parts
            .into_iter()
            .enumerate()
            .map(|(index, part)| {
                let stage = match level {
                    0 => SummaryStage::Map { part: index + 1, parts: count },
                    _ => SummaryStage::Merge,
                };
                request(article, part, stage, words)
            })
            .collect();
        let asked = requests.iter().map(|request| async {
            let mut own = Spent::default();
            let summary = accepted(request, means, &mut own).await;
            (summary, own)
        });
        let mut next = Vec::new();
        let mut trouble = None;
        for ((summary, own), request) in join_all(asked).await.into_iter().zip(&requests) {
            spent.usage += own.usage;
            spent.replies += own.replies;
            match (summary, request.paragraphs.first()) {
                (Ok((sentences, _)), Some(first)) => {
                    next.push(Paragraph { block: first.block, role: first.role, text: joined(&sentences) });
                }
                (Ok(_), None) => {}
                (Err(error), _) => trouble = trouble.or(Some(error)),
            }
        }
        if let Some(trouble) = trouble {
            return Err(trouble);
        }
        let after: usize = next.iter().map(|paragraph| (means.count)(&paragraph.text)).sum();
        if after * 10 > before * 9 {
            let message = "the summaries of the parts are as long as the parts";
            return Err(Trouble::Error(EngineError::new(ErrorClass::NextEngine, message)));
        }
        paragraphs = next;
    }
    Err(Trouble::Error(EngineError::new(
        ErrorClass::NextEngine,
        "the summaries of the parts never fit one request",
    )))
}

/// The request by which the whole of an article is asked for at once.
pub fn whole(article: &Article) -> SummaryRequest {
    request(article, article.paragraphs.clone(), SummaryStage::Whole, article.words)
}

fn request(
    article: &Article,
    paragraphs: Vec<Paragraph>,
    stage: SummaryStage,
    words: usize,
) -> SummaryRequest {
    SummaryRequest {
        language: article.language.clone(),
        title: article.title.clone(),
        paragraphs,
        length: article.length,
        words,
        stage,
        attempt: 0,
    }
}

/// Asks until a summary passes, at most three times. One whose only fault is its length is kept in the end.
async fn accepted(request: &SummaryRequest, means: Means<'_>, spent: &mut Spent) -> Result<Summary, Trouble> {
    let mut best: Option<(usize, Summary)> = None;
    let mut refused = Vec::new();
    for attempt in 0..=SECOND_TRIES {
        let request = SummaryRequest { attempt, ..request.clone() };
        let reply = match means.asker.ask(&request).await {
            Ok(reply) => reply,
            Err(error) => {
                spent.usage += error.usage;
                return Err(Trouble::Error(error));
            }
        };
        spent.usage += reply.usage;
        spent.replies += 1;
        let text = joined(&reply.sentences);
        let mut findings = (means.judge)(&text);
        if text.is_empty() {
            findings.push(Finding::new("empty", Severity::Hard, "the summary is empty"));
        }
        if let Some(finding) = unfinished(&reply.finish) {
            findings.push(finding);
        }
        if findings.iter().any(|finding| finding.severity == Severity::Hard) {
            refused = findings;
            continue;
        }
        let length = words(&text);
        findings.extend(check::summary_length(length, request.words));
        if length * 100 <= request.words * LONGEST_PERCENT {
            return Ok((reply.sentences, findings));
        }
        if best.as_ref().is_none_or(|(shortest, _)| length < *shortest) {
            best = Some((length, (reply.sentences, findings)));
        }
    }
    best.map(|(_, summary)| summary).ok_or(Trouble::Refused(refused))
}

/// Whether a whole reply passes, but for its length.
pub fn passes(sentences: &[SummarySentence], judge: &Judge<'_>) -> bool {
    let text = joined(sentences);
    !text.is_empty() && !crate::check::is_hard(&judge(&text))
}

fn unfinished(finish: &Finish) -> Option<Finding> {
    let message = match finish {
        Finish::Stop => return None,
        Finish::Length { reasoning: true } => "the model spent its output limit on thinking".to_owned(),
        Finish::Length { reasoning: false } => "the summary was cut off at the output limit".to_owned(),
        Finish::Filtered => "a content filter stopped the summary".to_owned(),
        Finish::Other(reason) => format!("the summary ended with `{reason}`"),
    };
    Some(Finding::new("finish", Severity::Hard, message))
}

fn text_of(paragraphs: &[Paragraph]) -> String {
    let texts: Vec<&str> = paragraphs.iter().map(|paragraph| paragraph.text.as_str()).collect();
    texts.join("\n\n")
}

fn joined(sentences: &[SummarySentence]) -> String {
    let texts: Vec<&str> = sentences.iter().map(|sentence| sentence.text.trim()).collect();
    texts.join(" ").trim().to_owned()
}

/// Words, roughly: runs between white space, and two characters of a script that writes without spaces.
fn words(text: &str) -> usize {
    let unspaced = |character: &char| {
        matches!(*character, '\u{0e00}'..='\u{0eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}'
            | '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{20000}'..='\u{323af}')
    };
    text.split_whitespace().count().max(text.chars().filter(unspaced).count() / 2)
}

/// Consecutive parts that each fit one request. A paragraph that alone does not is cut at sentence ends, a sentence
/// that alone does not in the middle.
fn parts(paragraphs: &[Paragraph], language: &Language, means: Means<'_>) -> Vec<Vec<Paragraph>> {
    let mut parts: Vec<Vec<Paragraph>> = Vec::new();
    let mut room = 0;
    for paragraph in paragraphs {
        for (text, tokens) in pieces(&paragraph.text, language, means) {
            // A blank line between paragraphs is a token of its own.
            let tokens = tokens + 1;
            let piece = Paragraph { text, ..paragraph.clone() };
            match parts.last_mut() {
                Some(part) if tokens <= room => {
                    room -= tokens;
                    part.push(piece);
                }
                _ => {
                    room = means.request_tokens.saturating_sub(tokens);
                    parts.push(vec![piece]);
                }
            }
        }
    }
    parts
}

/// `text` in pieces of at most the tokens of a request, less one, each with its tokens.
fn pieces(text: &str, language: &Language, means: Means<'_>) -> Vec<(String, usize)> {
    let limit = means.request_tokens.saturating_sub(1).max(1);
    let tokens = (means.count)(text);
    if tokens <= limit {
        return vec![(text.to_owned(), tokens)];
    }
    let mut pieces: Vec<(String, usize)> = Vec::new();
    for range in segment::sentences(text, language) {
        let mut queue = vec![slice(text, range)];
        while let Some(sentence) = queue.pop() {
            let tokens = (means.count)(sentence);
            if tokens > limit && sentence.chars().nth(1).is_some() {
                let (left, right) = halves(sentence);
                queue.extend([right, left]);
                continue;
            }
            match pieces.last_mut() {
                Some((piece, have)) if *have + tokens <= limit => {
                    piece.push_str(sentence);
                    *have += tokens;
                }
                _ => pieces.push((sentence.to_owned(), tokens)),
            }
        }
    }
    pieces
}

/// `text` in two, at the white space nearest before the middle where there is some in the second quarter. Neither half is empty
/// where `text` has two characters.
fn halves(text: &str) -> (&str, &str) {
    let middle = text.char_indices().nth(text.chars().count() / 2).map_or(text.len(), |(at, _)| at);
    let space = text
        .char_indices()
        .take_while(|(at, _)| *at < middle)
        .filter(|(at, character)| character.is_whitespace() && *at >= middle / 2)
        .last()
        .map(|(at, character)| at + character.len_utf8());
    text.split_at(space.unwrap_or(middle))
}

#[cfg(test)]
mod tests;
