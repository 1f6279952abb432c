//! One article's summaries: made once, in its own language, then translated into every target.

pub mod people;

use std::collections::BTreeSet;
use std::sync::Arc;

use futures::future::join_all;

use super::article::{LanguageEnd, Output, outline, write_output};
use people::People;

use super::ask::summaries::{Summarizer, summary_key};
use super::ask::{Asker, Job, Member};
use super::intake::Preparing;
use super::{Shared, reviewed, shown};
use crate::check::{self, Finding, SummaryPair};
use crate::document::{BlockId, Document, Role};
use crate::engine::{Checks, Paragraph, SummarySentence};
use crate::error::Result;
use crate::language::Language;
use crate::memory::{HumanSummary, Key};
use crate::plan::lookup::Wanted;
use crate::report::event::{Event, OutputKind, SentenceRecord, UnitState};
use crate::review::data::Summary;
use crate::review::place;
use crate::review::recall::HUMAN;
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

    /// The title and the paragraphs as one text: what a summary may speak of.
    pub fn whole_text(&self) -> String {
        let title = self.title.as_deref().into_iter();
        let texts = title.chain(self.paragraphs.iter().map(|paragraph| paragraph.text.as_str()));
        texts.collect::<Vec<_>>().join("\n\n")
    }
}

/// A summary in the article's own language.
struct Made {
    /// Who made it, and with what.
    engine: String,
    model: String,
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
    (path, preparing): (&str, &Preparing),
    document: &Arc<Document>,
) -> Result<Vec<LanguageEnd>> {
    let length = shared.settings.summary.filter(|_| shared.summarizes(&document.source));
    let Some(length) = length else { return Ok(Vec::new()) };
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
    let people = People::load(&shared.store, path, document).await?;
    preparing.done();
    let by_person = people.current(language);
    let made = match by_person {
        Some(summary) => Ok(people::made(summary)),
        None => make(&shared.asker, &wanted, &outline.whole_text(), document.source.size).await,
    };
    let made = match made {
        Ok(mut made) => {
            bear_out(&mut made, &outline.paragraphs, language);
            made
        }
        Err(reason) => {
            event(shared, path, language, String::new(), Vec::new(), UnitState::Failed, Vec::new());
            let reason = Some(format!("no summary: {reason}"));
            let mut summary = reviewed::summary((language, ""), &[], &[], true);
            summary.earlier = people.earlier(language);
            let summary = Some(summary);
            return Ok(vec![LanguageEnd { failed: 1, reason, summary, ..LanguageEnd::default() }]);
        }
    };
    let own = Translated {
        engine: made.engine.clone(),
        model: made.model.clone(),
        title: outline.title.clone(),
        sentences: made.sentences.iter().map(|sentence| sentence.text.clone()).collect(),
        failed: 0,
        reason: None,
    };
    let records = records(own.sentences.iter(), &made);
    let mut review = reviewed::summary((language, &own.engine), &records, &made.findings, false);
    review.earlier = people.earlier(language);
    let engine = own.engine.clone();
    let state = if by_person.is_some() { UnitState::Human } else { UnitState::Translated };
    event(shared, path, language, engine, records, state, made.findings.clone());
    let mut ends = vec![write(shared, path, document, language, (&own, review, by_person)).await?];
    let targets = shared.settings.targets.iter().filter(|to| !language.same_as(to));
    let translated = targets.map(|to| async {
        let by_person = people.current(to);
        let (translated, records) = match by_person {
            Some(summary) => {
                let theirs = people::translated(summary);
                let records = people::records(&theirs, &made);
                (theirs, records)
            }
            None => {
                let translated =
                    translate(shared, (path, preparing), document, (&outline, &made), to).await?;
                let records = self::records(translated.sentences.iter(), &made);
                (translated, records)
            }
        };
        let state = match by_person {
            Some(_) => UnitState::Human,
            None if translated.failed == 0 => UnitState::Translated,
            None => UnitState::Failed,
        };
        let failed = state == UnitState::Failed;
        let mut review = reviewed::summary((to, &translated.engine), &records, &[], failed);
        review.earlier = people.earlier(to);
        event(shared, path, to, translated.engine.clone(), records, state, Vec::new());
        write(shared, path, document, to, (&translated, review, by_person)).await
    });
    for end in join_all(translated).await {
        ends.push(end?);
    }
    Ok(ends)
}

/// Has the summary composed by the first engine of the row that brings an acceptable one.
async fn make(
    asker: &Asker,
    wanted: &Article,
    article: &str,
    priority: u64,
) -> std::result::Result<Made, String> {
    let mut row: Vec<&Member> = asker.summarizers().collect();
    let alone = row.len() == 1;
    if !alone {
        // What a later engine of the row has summarised before is not asked of an earlier one again.
        let whole = compose::whole(wanted);
        let keys: Vec<Key> = row.iter().map(|member| summary_key(member.engine.as_ref(), &whole)).collect();
        let known = asker.store.recall(&keys).await.unwrap_or_default();
        let mut at = keys.iter();
        row.sort_by_cached_key(|_| !at.next().is_some_and(|key| known.contains_key(key)));
    }
    let mut reasons = Vec::new();
    for member in row {
        match make_by((asker, member), wanted, article, priority).await {
            Ok(made) => return Ok(made),
            Err(reason) if alone => return Err(reason),
            Err(reason) => reasons.push(format!("{}: {reason}", member.name)),
        }
    }
    Err(reasons.join("; "))
}

/// Has the summary composed by one engine, and judged as a whole.
async fn make_by(
    (asker, member): (&Asker, &Member),
    wanted: &Article,
    article: &str,
    priority: u64,
) -> std::result::Result<Made, String> {
    let language = &wanted.language;
    let Member { name, engine, .. } = member;
    let capabilities = engine.capabilities();
    let judge = |summary: &str| check::summary(&SummaryPair { article, summary, language });
    let trusting = |_: &str| Vec::new();
    // An engine on this machine has no window that tokens would have to fit.
    let count = |text: &str| if capabilities.remote { member.tokenizer().count(text) } else { text.len() };
    let judge: &compose::Judge<'_> = if engine.checks() == Checks::All { &judge } else { &trusting };
    let means = Means {
        asker: &Summarizer { asker, member, priority, judge },
        count: &count,
        judge,
        request_tokens: capabilities.summary_tokens,
    };
    match compose::compose(wanted, means).await {
        Ok(mut composed) => {
            // Its summaries are sentences of the article by design.
            if !capabilities.remote {
                composed.findings.retain(|finding| finding.check != check::COPIED);
            }
            Ok(Made {
                engine: name.clone(),
                model: engine.summary_model().to_owned(),
                sentences: composed.sentences,
                findings: composed.findings,
            })
        }
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
    engine: String,
    sentences: Vec<SentenceRecord>,
    state: UnitState,
    findings: Vec<Finding>,
) {
    shared.events.emit(Event::SummaryMade {
        path: path.to_owned(),
        language: language.clone(),
        engine,
        sentences,
        state,
        findings,
    });
}

/// A summary in one language.
struct Translated {
    /// Those who answered, with commas between them.
    engine: String,
    model: String,
    title: Option<String>,
    sentences: Vec<String>,
    failed: u64,
    reason: Option<String>,
}

/// A summary's title and sentences as units, to be translated.
pub fn wanted(title: Option<&str>, sentences: &[SummarySentence], from: &Language) -> Vec<Wanted> {
    let title = title.iter().map(|title| (*title, Role::Title));
    let sentences = sentences.iter().map(|sentence| (sentence.text.as_str(), Role::Body));
    title
        .chain(sentences)
        .enumerate()
        .map(|(index, (text, role))| Wanted {
            block: BlockId(u32::try_from(index).unwrap_or(u32::MAX)),
            role,
            heading: role == Role::Title,
            text: text.to_owned(),
            words: segment::word_count(text, from) as u64,
        })
        .collect()
}

async fn translate(
    shared: &Arc<Shared>,
    (path, preparing): (&str, &Preparing),
    document: &Document,
    (outline, made): (&Outline, &Made),
    to: &Language,
) -> Result<Translated> {
    let from = &document.language.language;
    let wanted = wanted(outline.title.as_deref(), &made.sentences, from);
    let priority = document.source.size;
    let title = outline.title.as_deref();
    let texts: Vec<&str> = wanted.iter().map(|unit| unit.text.as_str()).collect();
    let places = &place::of_texts(&texts);
    let job = Job { from, to, title, path, places, priority, preparing, on_settled: &|_, _, _| () };
    let settled = shared.asker.translate(&job, &wanted, &|_, _| None).await?;
    let answered: BTreeSet<&str> = settled.iter().filter_map(|unit| unit.engine.as_deref()).collect();
    let members = || shared.asker.translators(to).filter(|member| answered.contains(member.name.as_str()));
    let models = members().map(|member| member.engine.model_for(from, to));
    let mut translated = Translated {
        engine: members().map(|member| member.name.as_str()).collect::<Vec<_>>().join(", "),
        model: models.filter(|model| !model.is_empty()).collect::<Vec<_>>().join(", "),
        title: None,
        sentences: Vec::new(),
        failed: 0,
        reason: None,
    };
    if translated.engine.is_empty() && answered.contains(HUMAN) {
        HUMAN.clone_into(&mut translated.engine);
    }
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
    (summary, review, by_person): (&Translated, Summary, Option<&HumanSummary>),
) -> Result<LanguageEnd> {
    let mut end = LanguageEnd { failed: summary.failed, summary: Some(review), ..LanguageEnd::default() };
    if summary.failed > 0 {
        let reason = summary.reason.as_deref().unwrap_or("no answer");
        end.reason = Some(format!("{} of the summary in `{language}` failed: {reason}", summary.failed));
        if summary.failed as usize >= summary.sentences.len() {
            return Ok(end);
        }
    }
    let name = document.source.relative.file_name().unwrap_or_default().to_string_lossy();
    let from = &document.language.language;
    let text = SummaryFile {
        source: &name,
        language,
        source_language: from,
        // Whose words they are: the summary's maker's, or its translator's.
        engine: &summary.engine,
        model: &summary.model,
        date: &today(),
        state: if summary.failed == 0 { "complete" } else { "partial" },
        title: summary.title.as_deref(),
        sentences: &summary.sentences,
    }
    .render();
    let target = shared.names.summary(&document.source, language);
    if let Some(review) = &mut end.summary {
        review.output = Some(shown(&shared.names.relative(&target)));
    }
    let text = match (by_person, std::fs::read_to_string(&target)) {
        (Some(theirs), _) => theirs.file.clone(),
        (None, Ok(old)) => keep_date(&old, text),
        (None, Err(_)) => text,
    };
    let (kind, theirs) = (OutputKind::Summary, by_person.is_some());
    let output = Output { kind, language, target, bytes: text.into_bytes(), theirs };
    write_output(shared, (path, document), output, &mut end).await?;
    Ok(end)
}
