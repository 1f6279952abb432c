//! One article through the flow: read, asked for in every target language, summarised, written, recorded.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Instant;

use futures::future::join_all;

use super::ask::{Job, Saved, Settled};
use super::intake::Preparing;
use super::reviewed::{self, Ended};
use super::summarize::{self, Outline};
use super::{Shared, pages, shown, unchanged};
use crate::background;
use crate::check::{Finding, Severity};
use crate::document::{Block, BlockId, BlockKind, Document, Role, Source, Unit, slice};
use crate::error::Result;
use crate::language::Language;
use crate::memory::{DocumentRecord, OutputRecord};
use crate::plan::lookup::Wanted;
use crate::read;
use crate::report::event::{Counts, DocumentState, Event, OutputKind, UnitNote, UnitState, WriteState};
use crate::review::data::{Summary, Translation};
use crate::review::page::index::IndexDocument;
use crate::review::{overview, place};
use crate::segment;
use crate::settings::Boilerplate;
use crate::stitch::{Answer, stitch};
use crate::write::WriteRequest;

/// Words of a unit shown where it is named.
const EXCERPT_CHARS: usize = 80;

/// One language of one document, finished.
#[derive(Debug, Default)]
pub struct LanguageEnd {
    pub counts: Counts,
    pub outputs: Vec<OutputRecord>,
    /// A person's file was kept, so the output does not hold what this run made.
    pub kept_edited: bool,
    /// Why nothing could be made, where that is so.
    pub reason: Option<String>,
    /// Units whose findings are hard, failed ones included.
    pub failed: u64,
    /// The blocks that each engine answered.
    pub engines: BTreeMap<String, Vec<BlockId>>,
    /// What those answers cost when they were made.
    pub spent: Saved,
    /// The same for review: a translation, or a summary.
    pub translation: Option<Translation>,
    pub summary: Option<Summary>,
}

/// Takes `source` through the flow. Its failures are events, not errors. `preparing` ends with its first question.
///
/// # Errors
/// Where the memory or an output cannot be written: then no later document could be either.
pub async fn process(shared: &Arc<Shared>, source: Source, preparing: &Preparing) -> Result<()> {
    let began = Instant::now();
    let path = shown(&source.relative);
    let known = shared.store.documents(vec![source.relative.clone()]).await?.remove(&source.relative);
    if let Some(known) = &known {
        if unchanged::replay(shared, &source, &path, known, began).await? {
            return Ok(());
        }
        if let Some(other) = unchanged::other_origin(&source, known, &shared.root) {
            let reason = format!(
                "its outputs would take the place of those made from `{}`; give another folder with `--out`",
                other.display()
            );
            shared.note_unread(&path, &reason);
            finished(shared, path, DocumentState::Failed, began, Some(reason));
            return Ok(());
        }
    }
    shared.moved.store(true, Ordering::Relaxed);
    let stamp = unchanged::stamp(&source);
    let document = {
        let (reader, source) = (Arc::clone(shared), source.clone());
        match background::run(move || read::load(&source, &reader.load_options())).await? {
            Ok(document) => Arc::new(document),
            Err(error) => {
                shared.note_unread(&path, &error.to_string());
                finished(shared, path, DocumentState::Skipped, began, Some(error.to_string()));
                return Ok(());
            }
        }
    };
    let words = count_words(&document);
    started(shared, &path, &document, &words);

    for (block, text) in dropped_blocks(shared, &document) {
        shared.events.emit(Event::BlockDropped { path: path.clone(), block, text });
    }
    let rest = shared.rest(&source).map(|taken| taken.rest.clone()).unwrap_or_default();
    tell_rest(shared, &path, &words, &rest);
    let translations = join_all(
        shared
            .targets(&source)
            .iter()
            .map(|to| translate(shared, (&path, preparing), (&document, &words), to)),
    );
    let summaries = summarize::summarize(shared, (&path, preparing), &document);
    let (translations, summaries) = tokio::join!(translations, summaries);

    let mut end = End::default();
    let mut translations: Vec<(Language, LanguageEnd)> =
        translations.into_iter().filter_map(Result::transpose).collect::<Result<_>>()?;
    let mut summaries = summaries?;
    let mut ends: Vec<&mut LanguageEnd> =
        translations.iter_mut().map(|(_, end)| end).chain(&mut summaries).collect();
    let mut made = ends.iter().filter_map(|end| end.translation.as_ref());
    let hard = made.any(|translation| reviewed::stands_against_hard(shared, translation));
    let review = reviewed::document(shared, &path, &document, &mut ends).await?;
    for (language, translation) in translations {
        end.languages.push((language, translation.counts, translation.engines.clone()));
        end.add(translation);
    }
    for summary in summaries {
        end.summary_failed |= summary.failed > 0 || summary.reason.is_some();
        end.add(summary);
    }
    let state = end.state();
    let mut index = None;
    if shared.settings.review {
        let mut place = None;
        if end.made > 0 {
            let page = pages::page(shared, &path, &document, &review).await?;
            end.kept_edited |= page.kept_edited;
            end.outputs.extend(page.outputs);
            place = Some(pages::place(shared, &document));
        }
        let reason = end.reason.clone().filter(|_| end.made == 0);
        index = Some(IndexDocument { reason, ..overview::document(&review, place) });
    }
    let edge_lines = read::roles::edge_lines(&document.text);
    // What is not settled is looked at again by the next run, which then says so too.
    let left = rest.languages.iter().any(|(_, counts, _)| counts.failed > 0);
    end.languages.extend(rest.languages);
    let complete = shared.settings.targets.iter().all(|to| {
        let language = &document.language.language;
        language.same_as(to)
            || end.languages.iter().any(|(done, ..)| done == to)
            || !shared.settings.translate
    });
    let settled = state == DocumentState::Done && !end.kept_edited && !left && !hard && complete;
    let record = DocumentRecord {
        path: source.relative.clone(),
        stamp,
        digest: document.digest.clone(),
        fingerprint: if settled {
            shared.fingerprint(&source, &document.language.language, &document.digest, &edge_lines)
        } else {
            Vec::new()
        },
        edge_lines,
        state: if left && state == DocumentState::Done { DocumentState::Partial } else { state },
        summary: unchanged::pack(
            (&document, words.values().sum()),
            &shared.root,
            end.made(),
            dropped_blocks(shared, &document),
            index,
        )?,
    };
    shared.store.record_reviewed(record, end.outputs, &review).await?;
    finished(shared, path, state, began, end.reason);
    Ok(())
}

/// Tells of the languages that stand and are not taken up again.
fn tell_rest(shared: &Shared, path: &str, words: &UnitWords, rest: &unchanged::Made) {
    let complete = rest.languages.iter().filter(|(_, counts, _)| counts.failed == 0);
    for (language, counts, engines) in complete {
        shared.events.emit(Event::LanguageFinished {
            path: path.to_owned(),
            language: language.clone(),
            counts: counts.known(),
            words: words.values().sum(),
            engines: engines.clone(),
            notes: Vec::new(),
        });
    }
}

/// The furniture that `--boilerplate drop` leaves out of the document's translations.
fn dropped_blocks(shared: &Shared, document: &Document) -> Vec<(BlockId, String)> {
    if shared.settings.boilerplate == Boilerplate::Keep || !shared.settings.translate {
        return Vec::new();
    }
    let dropped = document.units().filter(|(block, _)| block.role == Role::Boilerplate);
    dropped.map(|(block, _)| (block.id, excerpt(slice(&document.text, block.content.clone())))).collect()
}

fn finished(shared: &Shared, path: String, state: DocumentState, began: Instant, reason: Option<String>) {
    let milliseconds = began.elapsed().as_millis() as u64;
    shared.events.emit(Event::DocumentFinished { path, state, milliseconds, unchanged: false, reason });
}

/// What the languages of one document came to.
#[derive(Debug, Default)]
struct End {
    languages: Vec<unchanged::Part>,
    spent: Saved,
    summary_failed: bool,
    outputs: Vec<OutputRecord>,
    kept_edited: bool,
    reason: Option<String>,
    failed: u64,
    made: u64,
}

impl End {
    fn add(&mut self, end: LanguageEnd) {
        self.made += end.outputs.len() as u64;
        self.outputs.extend(end.outputs);
        self.kept_edited |= end.kept_edited;
        self.failed += end.failed;
        for (engine, (units, usage)) in end.spent {
            let (units_sum, usage_sum) = self.spent.entry(engine).or_default();
            *units_sum += units;
            *usage_sum += usage;
        }
        self.reason = self.reason.take().or(end.reason);
    }

    /// What a later run's report repeats.
    fn made(&mut self) -> unchanged::Made {
        unchanged::Made {
            languages: std::mem::take(&mut self.languages),
            spent: std::mem::take(&mut self.spent),
            summary_failed: self.summary_failed,
        }
    }

    fn state(&self) -> DocumentState {
        match (self.failed > 0 || self.reason.is_some(), self.made > 0) {
            (false, _) => DocumentState::Done,
            (true, true) => DocumentState::Partial,
            (true, false) => DocumentState::Failed,
        }
    }
}

fn started(shared: &Shared, path: &str, document: &Document, words: &UnitWords) {
    let language = &document.language.language;
    shared.events.emit(Event::DocumentStarted {
        path: path.to_owned(),
        encoding: document.encoding.name.clone(),
        encoding_guessed: document.encoding.guessed,
        language: language.clone(),
        confidence: document.language.confidence,
        units: document.units().count() as u64,
        words: words.values().sum(),
        boilerplate: boilerplate(document),
    });
}

/// Source words by unit. Counted once: segmenting is a good part of what a short request costs this machine.
type UnitWords = HashMap<BlockId, u64>;

fn count_words(document: &Document) -> UnitWords {
    let language = &document.language.language;
    document.units().map(|(block, unit)| (block.id, words(&unit.text, language))).collect()
}

/// Blocks that were taken for furniture.
pub fn boilerplate(document: &Document) -> u64 {
    document.blocks.iter().filter(|block| block.role == Role::Boilerplate).count() as u64
}

pub fn words(text: &str, language: &Language) -> u64 {
    segment::word_count(text, language) as u64
}

/// The document in one target language, settled, stitched and written; nothing where it is in it already.
async fn translate(
    shared: &Arc<Shared>,
    (path, preparing): (&str, &Preparing),
    (document, words): (&Arc<Document>, &UnitWords),
    to: &Language,
) -> Result<Option<(Language, LanguageEnd)>> {
    let from = &document.language.language;
    if from.same_as(to) {
        shared.events.emit(Event::SameLanguage { path: path.to_owned(), language: to.clone() });
        return Ok(None);
    }
    let mut answers = HashMap::new();
    let mut dropped = HashSet::new();
    let all_places = place::of_document(document);
    let mut counts = Counts::default();
    let mut wanted = Vec::new();
    for (block, unit) in document.units() {
        if reviewed::is_dropped(shared, block.role) {
            answers.insert(block.id, Answer::Dropped);
            dropped.insert(block.id);
            counts.add(UnitState::Copied);
            continue;
        }
        wanted.push(self::wanted(block, unit, words.get(&block.id).copied().unwrap_or_default()));
    }
    settled_event(shared, path, to, UnitState::Copied, counts.copied, 0);

    let title = document.title().and_then(|block| block.unit.as_ref()).map(read::unit::plain);
    let on_settled = |state, units, words| settled_event(shared, path, to, state, units, words);
    let priority = document.source.size;
    let places: Vec<place::Place> =
        wanted.iter().map(|unit| all_places.get(&unit.block).copied().unwrap_or_default()).collect();
    let title = title.as_deref();
    let job = Job { from, to, title, path, places: &places, priority, preparing, on_settled: &on_settled };
    let fits_place = |id: BlockId, answer: &str| fits(document, id, answer);
    let mut settled = shared.asker.translate(&job, &wanted, &fits_place).await?;
    let mut end = LanguageEnd { counts, ..LanguageEnd::default() };
    for settled in &mut settled {
        // An answer made for the same text in another place may not fit this one.
        let misfit = settled
            .text
            .as_deref()
            .filter(|_| settled.raw.is_none())
            .and_then(|answer| fits(document, settled.block, answer));
        if let Some(misfit) = misfit {
            (settled.state, settled.text, settled.findings) = (UnitState::Failed, None, vec![misfit]);
        }
        end.counts.add(settled.state);
        if settled.state == UnitState::Failed {
            end.failed += 1;
        }
        if let Some(engine) = settled.engine.as_ref().filter(|_| settled.text.is_some()) {
            end.engines.entry(engine.clone()).or_default().push(settled.block);
            if settled.state != UnitState::Human {
                let (units, usage) = end.spent.entry(engine.clone()).or_default();
                *units += 1;
                *usage += settled.usage;
            }
        }
        let answer = match (&settled.raw, &settled.text) {
            (Some(typed), _) => Answer::Verbatim(typed.clone()),
            (None, Some(text)) => Answer::Text(text.clone()),
            (None, None) => Answer::Failed,
        };
        answers.insert(settled.block, answer);
    }
    let target = shared.names.translation(&document.source, to);
    let all_failed = end.failed > 0 && end.failed == end.counts.total() - end.counts.copied;
    let output = (!all_failed).then(|| shown(&shared.names.relative(&target)));
    let terms =
        shared.glossary.pair(from, to).present_in(document.units().map(|(_, unit)| unit.text.as_str()));
    let ended = Ended { to: to.clone(), settled: settled.clone(), dropped, output, terms };
    let (translation, ignored) = reviewed::translation(shared, path, document, ended).await?;
    let mut notes = Vec::new();
    for settled in &mut settled {
        reviewed::heed(document, (to, &ignored), settled.block, &mut settled.findings);
    }
    reviewed::see_hard((shared, document), &translation, &mut settled);
    end.translation = Some(translation);
    for settled in &settled {
        notes.extend(note(document, settled));
    }
    if all_failed {
        let reason = notes
            .first()
            .and_then(|note| note.error.clone().or(note.findings.first().map(|f| f.message.clone())));
        end.reason = reason.or(Some("no unit was answered".to_owned()));
    } else {
        let stitched = stitch(document, &answers);
        let bytes = document.encoding.encode(&stitched.text);
        let output = Output { kind: OutputKind::Translation, language: to, target, bytes, theirs: false };
        write_output(shared, (path, document), output, &mut end).await?;
    }
    shared.events.emit(Event::LanguageFinished {
        path: path.to_owned(),
        language: to.clone(),
        counts: end.counts,
        words: words.values().sum(),
        engines: end.engines.clone(),
        notes,
    });
    Ok(Some((to.clone(), end)))
}

/// A block's unit as planning sees it.
pub fn wanted(block: &Block, unit: &Unit, words: u64) -> Wanted {
    Wanted {
        block: block.id,
        role: block.role,
        heading: matches!(block.kind, BlockKind::Heading(_)) || block.role == Role::Title,
        text: unit.text.clone(),
        words,
    }
}

/// Whether an answer can be put back into its block.
pub fn fits(document: &Document, id: BlockId, answer: &str) -> Option<Finding> {
    let unit = document.blocks.get(id.0 as usize)?.unit.as_ref()?;
    let error = unit.fits(answer).err()?;
    Some(Finding::new("markup", Severity::Hard, error.to_string()))
}

fn note(document: &Document, settled: &Settled) -> Option<UnitNote> {
    let worth_a_look = settled.state == UnitState::Failed
        || settled.findings.iter().any(|finding| finding.severity != Severity::Info);
    let block = document.blocks.get(settled.block.0 as usize).filter(|_| worth_a_look)?;
    Some(UnitNote {
        block: settled.block,
        role: block.role,
        state: settled.state,
        excerpt: excerpt(slice(&document.text, block.content.clone())),
        findings: settled.findings.clone(),
        error: settled.error.clone(),
    })
}

fn excerpt(text: &str) -> String {
    let mut short: String = text.chars().take(EXCERPT_CHARS).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short
}

fn settled_event(shared: &Shared, path: &str, language: &Language, state: UnitState, units: u64, words: u64) {
    if units > 0 {
        let (path, language) = (path.to_owned(), language.clone());
        shared.events.emit(Event::UnitsSettled { path, language, state, units, words });
    }
}

/// One output.
#[derive(Debug)]
pub struct Output<'a> {
    pub kind: OutputKind,
    pub language: &'a Language,
    pub target: PathBuf,
    pub bytes: Vec<u8>,
    /// [`WriteRequest::theirs`].
    pub theirs: bool,
}

/// Writes one output of the document at `path` and notes it in `end`.
///
/// # Errors
/// Where the file or the ledger cannot be written.
pub async fn write_output(
    shared: &Arc<Shared>,
    (path, document): (&str, &Document),
    output: Output<'_>,
    end: &mut LanguageEnd,
) -> Result<()> {
    let Output { kind, language, target, bytes, theirs } = output;
    let request = WriteRequest {
        path: target.clone(),
        bytes,
        kind,
        language: language.clone(),
        source: document.source.path.clone(),
        source_relative: document.source.relative.clone(),
        theirs,
        force: shared.settings.force,
    };
    let outcome = shared.writer.write(request).await?;
    let relative = |path: &Path| shown(&shared.names.relative(path));
    shared.events.emit(Event::Written {
        path: path.to_owned(),
        output: relative(&target),
        kind,
        language: language.clone(),
        state: outcome.state,
        beside: outcome.beside.as_deref().map(relative),
    });
    end.kept_edited |= outcome.state == WriteState::KeptEdited;
    end.outputs.extend(outcome.records);
    Ok(())
}

/// The plain outline that summaries are made of: title and body paragraphs.
pub fn outline(document: &Document) -> Outline {
    let title = document.title().and_then(|block| block.unit.as_ref()).map(read::unit::plain);
    let paragraphs = document
        .units()
        .filter(|(block, _)| block.role == Role::Body)
        .map(|(block, unit)| crate::engine::Paragraph {
            block: block.id,
            role: block.role,
            text: read::unit::plain(unit),
        })
        .collect();
    Outline { title, paragraphs }
}
