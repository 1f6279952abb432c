//! One article's summaries: made once, in its own language, then translated into every target.

use std::sync::Arc;

use futures::future::join_all;

use super::Shared;
use super::article::{LanguageEnd, failed, not_to_be_had, outline, write_output};
use super::ask::Job;
use crate::check::{self, Finding, SummaryPair};
use crate::document::{BlockId, Document, Role};
use crate::engine::{Checks, Paragraph, SummarySentence};
use crate::error::Result;
use crate::language::Language;
use crate::plan::lookup::Wanted;
use crate::report::event::{Event, OutputKind, SentenceRecord, UnitState};
use crate::segment;
use crate::stitch::{MARK_CLOSE, MARK_OPEN};
use crate::summary::compose::{self, Article, Means};
use crate::summary::{evidence, target_words};
use crate::write::summary::{SummaryFile, keep_date, today};

/// What a summary is made of.
#[derive(Debug, Clone, Default)]
pub struct Outline {
    pub title: Option<String>,
    pub paragraphs: Vec<Paragraph>,
}

impl Outline {
    /// The paragraphs as one text.
    pub fn text(&self) -> String {
        let texts: Vec<&str> = self.paragraphs.iter().map(|paragraph| paragraph.text.as_str()).collect();
        texts.join("\n\n")
    }
}

/// A summary in the article's own language.
struct Made {
    sentences: Vec<SummarySentence>,
    findings: Vec<Finding>,
}

/// Makes, translates and writes the summaries of `document`; nothing where none is asked for, or where there
/// is nothing to summarise.
///
/// # Errors
/// Where the memory or an output cannot be written.
pub async fn summarize(
    shared: &Arc<Shared>,
    path: &str,
    document: &Arc<Document>,
) -> Result<Vec<LanguageEnd>> {
    let Some(length) = shared.settings.summary else { return Ok(Vec::new()) };
    let outline = outline(document);
    let article = outline.text();
    let language = &document.language.language;
    let article_words = segment::word_count(&article, language);
    if article_words == 0 {
        return Ok(Vec::new());
    }
    let wanted = Article {
        language: language.clone(),
        title: outline.title.clone(),
        paragraphs: outline.paragraphs.clone(),
        length,
        words: target_words(length, article_words),
    };
    let made = match make(shared, &wanted, &article).await {
        Ok(mut made) => {
            bear_out(&mut made, &outline.paragraphs, language);
            made
        }
        Err(reason) => {
            event(shared, path, language, Vec::new(), UnitState::Failed, Vec::new());
            let reason = Some(format!("no summary: {reason}"));
            return Ok(vec![LanguageEnd { failed: 1, reason, ..LanguageEnd::default() }]);
        }
    };
    let own = Translated {
        title: outline.title.clone(),
        sentences: made.sentences.iter().map(|sentence| sentence.text.clone()).collect(),
        failed: 0,
        reason: None,
    };
    let records = records(own.sentences.iter(), &made);
    event(shared, path, language, records, UnitState::Translated, made.findings.clone());
    let mut ends = vec![write(shared, path, document, language, &own).await?];
    let targets = shared.settings.targets.iter().filter(|to| !language.same_as(to));
    let translated = targets.map(|to| async {
        let translated = translate(shared, language, to, &outline, &made).await?;
        let state = if translated.failed == 0 { UnitState::Translated } else { UnitState::Failed };
        event(shared, path, to, self::records(translated.sentences.iter(), &made), state, Vec::new());
        write(shared, path, document, to, &translated).await
    });
    for end in join_all(translated).await {
        ends.push(end?);
    }
    Ok(ends)
}

/// Has the summary composed, and judged as a whole.
async fn make(shared: &Arc<Shared>, wanted: &Article, article: &str) -> std::result::Result<Made, String> {
    let language = &wanted.language;
    let asker = &shared.asker;
    let capabilities = asker.engine.capabilities();
    let judge = |summary: &str| check::summary(&SummaryPair { article, summary, language });
    let trusting = |_: &str| Vec::new();
    // An engine on this machine has no window that tokens would have to fit.
    let count = |text: &str| if capabilities.remote { asker.tokenizer().count(text) } else { text.len() };
    let means = Means {
        asker,
        count: &count,
        judge: if asker.engine.checks() == Checks::All { &judge } else { &trusting },
        request_tokens: capabilities.summary_tokens,
    };
    match compose::compose(wanted, means).await {
        Ok(composed) => Ok(Made { sentences: composed.sentences, findings: composed.findings }),
        Err(refused) => Err(refused
            .error
            .map(|error| error.message)
            .or(refused.findings.first().map(|finding| finding.message.clone()))
            .unwrap_or_else(|| "no acceptable answer".to_owned())),
    }
}

/// Gives each sentence the blocks that bear it out, where the engine did not.
fn bear_out(made: &mut Made, paragraphs: &[Paragraph], language: &Language) {
    for sentence in &mut made.sentences {
        if sentence.blocks.is_empty() {
            sentence.blocks = evidence::bearing(&sentence.text, paragraphs, language);
        }
    }
}

/// Sentences in any language with the blocks of the ones they were made from.
fn records<'a>(sentences: impl Iterator<Item = &'a String>, made: &Made) -> Vec<SentenceRecord> {
    let record = |(text, made): (&String, &SummarySentence)| SentenceRecord {
        text: text.clone(),
        blocks: made.blocks.clone(),
    };
    sentences.zip(&made.sentences).map(record).collect()
}

fn event(
    shared: &Shared,
    path: &str,
    language: &Language,
    sentences: Vec<SentenceRecord>,
    state: UnitState,
    findings: Vec<Finding>,
) {
    shared.events.emit(Event::SummaryMade {
        path: path.to_owned(),
        language: language.clone(),
        engine: shared.asker.engine.name().to_owned(),
        sentences,
        state,
        findings,
    });
}

/// A summary in one language.
struct Translated {
    title: Option<String>,
    sentences: Vec<String>,
    failed: u64,
    reason: Option<String>,
}

async fn translate(
    shared: &Arc<Shared>,
    from: &Language,
    to: &Language,
    outline: &Outline,
    made: &Made,
) -> Result<Translated> {
    let title = outline.title.iter().map(|title| (title.as_str(), Role::Title));
    let sentences = made.sentences.iter().map(|sentence| (sentence.text.as_str(), Role::Body));
    let wanted: Vec<Wanted> = title
        .chain(sentences)
        .enumerate()
        .map(|(index, (text, role))| Wanted {
            block: BlockId(u32::try_from(index).unwrap_or(u32::MAX)),
            role,
            heading: role == Role::Title,
            text: text.to_owned(),
            words: segment::word_count(text, from) as u64,
        })
        .collect();
    let job = Job { from, to, title: outline.title.as_deref(), on_settled: &|_, _, _| () };
    let settled = match shared.prepare(from, to).await {
        Ok(()) => shared.asker.translate(&job, &wanted, &|_, _| None).await?,
        Err(_) => failed(&wanted, &not_to_be_had(from, to), &job),
    };
    let mut translated = Translated { title: None, sentences: Vec::new(), failed: 0, reason: None };
    for (unit, settled) in wanted.iter().zip(settled) {
        let text = settled.text.unwrap_or_else(|| {
            translated.failed += 1;
            let message = settled.findings.first().map(|finding| finding.message.clone());
            translated.reason = translated.reason.take().or(settled.error).or(message);
            format!("{MARK_OPEN}{}{MARK_CLOSE}", unit.text)
        });
        if unit.role == Role::Title {
            translated.title = Some(text);
        } else {
            translated.sentences.push(text);
        }
    }
    Ok(translated)
}

async fn write(
    shared: &Arc<Shared>,
    path: &str,
    document: &Arc<Document>,
    language: &Language,
    summary: &Translated,
) -> Result<LanguageEnd> {
    let mut end = LanguageEnd { failed: summary.failed, ..LanguageEnd::default() };
    if summary.failed > 0 {
        let reason = summary.reason.as_deref().unwrap_or("no answer");
        end.reason = Some(format!("{} of the summary in `{language}` failed: {reason}", summary.failed));
        if summary.failed as usize >= summary.sentences.len() {
            return Ok(end);
        }
    }
    let engine = &shared.asker.engine;
    let name = document.source.relative.file_name().unwrap_or_default().to_string_lossy();
    let from = &document.language.language;
    // Whose words they are: the summary's maker's, or its translator's.
    let model =
        if language == from { engine.summary_model().to_owned() } else { engine.model_for(from, language) };
    let text = SummaryFile {
        source: &name,
        language,
        source_language: from,
        engine: engine.name(),
        model: &model,
        date: &today(),
        state: if summary.failed == 0 { "complete" } else { "partial" },
        title: summary.title.as_deref(),
        sentences: &summary.sentences,
    }
    .render();
    let target = shared.names.summary(&document.source, language);
    let text = match std::fs::read_to_string(&target) {
        Ok(old) => keep_date(&old, text),
        Err(_) => text,
    };
    let kind = OutputKind::Summary;
    write_output(shared, path, document, language, kind, target, text.into_bytes(), &mut end).await?;
    Ok(end)
}
