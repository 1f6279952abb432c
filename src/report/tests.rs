//! Tests of the report as a whole: from events to words and files.

use proptest::prelude::*;

use super::event::*;
use super::fold::{Fold, Settled};
use super::json::{self, ReportFile};
use super::plan_table::{PlanEngine, PlanFallback, PlanRow, PlanView};
use super::printer::{Printer, Stream, Verbosity};
use super::progress::Progress;
use super::record::{DocumentRecord, RunTotals};
use super::reporter::{Reporter, ReporterSettings};
use super::table::{self, Look};
use super::{lines, plan_table, sink};
use std::collections::BTreeMap;

use crate::check::{Finding, Severity};
use crate::document::{BlockId, Role};
use crate::engine::Usage;
use crate::language::Language;

fn language(tag: &str) -> Language {
    Language::parse(tag).unwrap()
}

fn start(targets: &[&str]) -> Event {
    Event::RunStarted {
        schema: SCHEMA,
        version: "0.0.0".to_owned(),
        targets: targets.iter().map(|tag| language(tag)).collect(),
        engine: "local".to_owned(),
        model: "m".to_owned(),
        engines: vec![EngineRecord {
            name: "local".to_owned(),
            kind: "local".to_owned(),
            model: "m".to_owned(),
        }],
    }
}

fn end(interrupted: bool) -> Event {
    Event::RunFinished { milliseconds: 83_000, interrupted, error: None }
}

fn note(block: u32) -> UnitNote {
    UnitNote {
        block: BlockId(block),
        role: Role::Body,
        state: UnitState::Failed,
        excerpt: "The council".to_owned(),
        findings: vec![Finding::new("language", Severity::Hard, "half English")],
        error: None,
    }
}

/// A document's events. `states` are those of its units, in every target.
fn document(path: &str, targets: &[&str], states: &[UnitState]) -> Vec<Event> {
    let units = states.len() as u64;
    let mut events = vec![Event::DocumentStarted {
        path: path.to_owned(),
        encoding: "UTF-8".to_owned(),
        encoding_guessed: false,
        language: language("en"),
        confidence: 0.98,
        units,
        words: units * 30,
        boilerplate: 0,
    }];
    let mut failed = 0;
    for target in targets {
        let mut counts = Counts::default();
        for state in states {
            counts.add(*state);
            events.push(Event::UnitsSettled {
                path: path.to_owned(),
                language: language(target),
                state: *state,
                units: 1,
                words: 30,
            });
        }
        failed += counts.failed;
        let notes: Vec<UnitNote> = states
            .iter()
            .zip(0..)
            .filter(|(state, _)| **state == UnitState::Failed)
            .map(|(_, block)| note(block))
            .collect();
        events.push(Event::Written {
            path: path.to_owned(),
            output: path.replace(".txt", &format!(".{target}.txt")),
            kind: OutputKind::Translation,
            language: language(target),
            state: WriteState::Created,
            beside: None,
        });
        let (path, language) = (path.to_owned(), language(target));
        let engines =
            BTreeMap::from([("local".to_owned(), (0..counts.translated as u32).map(BlockId).collect())]);
        let words = units * 30;
        events.push(Event::LanguageFinished { path, language, counts, words, engines, notes });
    }
    let state = if failed > 0 { DocumentState::Partial } else { DocumentState::Done };
    events.push(finished(path, state));
    events
}

fn finished(path: &str, state: DocumentState) -> Event {
    let reason = matches!(state, DocumentState::Failed | DocumentState::Skipped).then(|| "binary".to_owned());
    Event::DocumentFinished { path: path.to_owned(), state, milliseconds: 1_500, unchanged: false, reason }
}

fn found(documents: u64) -> Event {
    Event::Found { documents, bytes: 1_000 }
}

/// Folds events a second apart, as the reporter does, into a report file.
fn fold(events: &[Event], sample: usize) -> (RunTotals, Vec<DocumentRecord>, serde_json::Value) {
    let folder = tempfile::tempdir().unwrap();
    let mut report = ReportFile::open(folder.path(), jiff::Timestamp::UNIX_EPOCH).unwrap();
    let mut fold = Fold::default();
    for (event, at) in events.iter().zip(0..) {
        report.describe(event);
        if let Some(settled) = fold.apply(at * 1_000, event) {
            report.add(&settled).unwrap();
        }
    }
    let done = report.finish(fold, jiff::Timestamp::UNIX_EPOCH, sample).unwrap();
    let text = std::fs::read_to_string(folder.path().join(json::NAME)).unwrap();
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "nothing but the report is left");
    (done.totals, done.sample, serde_json::from_str(&text).unwrap())
}

/// A run with a bit of everything.
fn mixed_run() -> Vec<Event> {
    use UnitState::{Copied, Failed, Human, Remembered, Translated};
    let mut events = vec![start(&["pt", "es"]), found(5)];
    let unreadable = |path: &str, reason: &str, unreadable| Event::PathSkipped {
        path: path.to_owned(),
        reason: reason.to_owned(),
        unreadable,
        leads_out: false,
    };
    events.push(unreadable("b\u{1b}[2Jad.txt", "permission denied", true));
    events.push(unreadable("picture.png", "not a format gloss reads", false));
    events.extend(document("z.txt", &["pt", "es"], &[Translated, Translated, Remembered, Human]));
    events.extend(document("news/council.txt", &["pt", "es"], &[Translated, Failed, Copied]));
    events.push(finished("data.txt", DocumentState::Skipped));
    let mut unchanged = finished("old.txt", DocumentState::Done);
    if let Event::DocumentFinished { unchanged, .. } = &mut unchanged {
        *unchanged = true;
    }
    events.push(unchanged);
    let mut own = document("a.txt", &["pt"], &[Translated]);
    own.insert(1, Event::SameLanguage { path: "a.txt".to_owned(), language: language("es") });
    own.insert(
        2,
        Event::Written {
            path: "a.txt".to_owned(),
            output: "a.es.summary.md".to_owned(),
            kind: OutputKind::Summary,
            language: language("es"),
            state: WriteState::KeptEdited,
            beside: Some("a.es.summary.new.md".to_owned()),
        },
    );
    events.extend(own);
    let usage = Usage { tokens_in: 1_200, tokens_out: 900, ..Usage::default() };
    events.push(Event::Request {
        engine: "local".to_owned(),
        units: 4,
        milliseconds: 80,
        usage,
        cost: Some(0.003),
        assumed: false,
        error: None,
    });
    let usage = Usage { tokens_in: 300, tokens_out: 225, ..Usage::default() };
    events.push(Event::AnswersRefused { engine: "local".to_owned(), units: 1, usage, cost: Some(0.00075) });
    let usage = Usage { characters: 4_000, ..Usage::default() };
    events.push(Event::AnswersRemembered { engine: "deepl".to_owned(), units: 9, usage, cost: None });
    events.push(end(false));
    events
}

#[test]
fn the_report_of_a_mixed_run() {
    let (totals, sample, report) = fold(&mixed_run(), 40);
    assert_eq!(totals.inconsistencies, [""; 0]);
    let paths: Vec<_> = report["documents"].as_array().unwrap().iter().map(|d| d["path"].clone()).collect();
    assert_eq!(paths, ["a.txt", "data.txt", "news/council.txt", "old.txt", "z.txt"]);
    // Whatever order a `Value` keeps: a crate of the tests decides that for all.
    insta::with_settings!({ sort_maps => true }, { insta::assert_json_snapshot!("report", report) });
    let look = Look { colour: false, width: None };
    insta::assert_snapshot!("table", table::render(&sample, &totals, "out/.gloss/report.json", look));
}

#[test]
fn the_table_stays_short_and_shows_troubled_documents_first() {
    let mut events = vec![start(&["pt"]), found(200)];
    for number in 0..200 {
        let state = if number == 150 { UnitState::Failed } else { UnitState::Translated };
        events.extend(document(&format!("news/{number:03}.txt"), &["pt"], &[state]));
    }
    events.push(end(false));
    let (totals, sample, report) = fold(&events, 3);
    assert_eq!(report["documents"].as_array().unwrap().len(), 200);
    let look = Look { colour: false, width: Some(80) };
    insta::assert_snapshot!("table_capped", table::render(&sample, &totals, ".gloss/report.json", look));
}

#[test]
fn a_run_cut_short_says_what_it_did_not_come_to() {
    let mut events = vec![start(&["pt"]), found(9)];
    events.extend(document("a.txt", &["pt"], &[UnitState::Translated]));
    events.push(document("b.txt", &["pt"], &[UnitState::Translated]).remove(0));
    let (totals, ..) = fold(&events, 40);
    assert!(totals.interrupted);
    assert_eq!((totals.documents.done, totals.documents.unfinished), (1, 8));
    assert_eq!(totals.inconsistencies, [""; 0]);
}

#[test]
fn what_does_not_add_up_is_said() {
    let good = document("a.txt", &["pt"], &[UnitState::Translated, UnitState::Translated]);
    let complaint = |events: Vec<Event>, found_documents: u64| {
        let mut all = vec![start(&["pt"]), found(found_documents)];
        all.extend(events);
        all.push(end(false));
        fold(&all, 40).0.inconsistencies.join("; ")
    };
    assert_eq!(complaint(good.clone(), 1), "");
    assert_eq!(complaint(good.clone(), 2), "2 documents found, 1 ended");
    assert_eq!(complaint(good[..4].to_vec(), 1), "`a.txt` has no end; 1 documents found, 0 ended");
    assert_eq!(complaint([good.clone(), good.clone()].concat(), 2), "`a.txt` ended twice");
    let mut lost = good.clone();
    if let Some(Event::LanguageFinished { counts, .. }) = lost.get_mut(4) {
        counts.translated -= 1;
    }
    assert_eq!(complaint(lost, 1), "`a.txt` in pt: 1 of 2 units in a state");
    let mut silent = document("a.txt", &["pt"], &[UnitState::Failed]);
    silent.pop();
    silent.push(finished("a.txt", DocumentState::Done));
    if let Some(Event::LanguageFinished { notes, .. }) = silent.get_mut(3) {
        notes.clear();
    }
    assert_eq!(
        complaint(silent, 1),
        "`a.txt` in pt: 1 units failed, 0 named; `a.txt` is done, with failures in it"
    );
}

fn unit_state() -> impl Strategy<Value = UnitState> {
    use UnitState::{Copied, Failed, Human, Remembered, Translated};
    prop::sample::select(vec![Translated, Remembered, Human, Copied, Failed])
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Documents run side by side: their events interleave in any order that keeps each one's own.
    #[test]
    fn counts_add_up_however_documents_interleave(
        documents in prop::collection::vec(prop::collection::vec(unit_state(), 0..6), 0..8),
        picks in prop::collection::vec(any::<prop::sample::Index>(), 400),
        cut in prop::option::of(0_usize..60),
    ) {
        let mut queues: Vec<Vec<Event>> = documents
            .iter()
            .zip(0..)
            .map(|(states, number)| document(&format!("{number}.txt"), &["pt", "es"], states))
            .map(|mut events| { events.reverse(); events })
            .collect();
        let mut events = vec![start(&["pt", "es"]), found(documents.len() as u64)];
        for pick in picks {
            queues.retain(|queue| !queue.is_empty());
            if queues.is_empty() { break }
            let number = pick.index(queues.len());
            events.extend(queues[number].pop());
        }
        for mut queue in queues {
            queue.reverse();
            events.extend(queue);
        }
        let whole = cut.is_none_or(|cut| cut >= events.len());
        events.truncate(cut.unwrap_or(usize::MAX).max(2));
        if whole {
            events.push(end(false));
        }
        let mut progress = Progress::default();
        let mut settled_documents = 0;
        let mut fold_of_run = Fold::default();
        for (event, at) in events.iter().zip(0..) {
            progress.apply(event);
            progress.sample(at * 700);
            prop_assert!(progress.permille() <= 1_000);
            prop_assert!(!progress.headline().is_empty());
            if let Some(Settled::Document(_)) = fold_of_run.apply(at, event) {
                settled_documents += 1;
            }
        }
        let totals = fold_of_run.finish();
        let counted = totals.documents;
        prop_assert_eq!(&totals.inconsistencies, &Vec::<String>::new());
        prop_assert_eq!(totals.interrupted, !whole);
        prop_assert_eq!(counted.finished(), settled_documents);
        prop_assert_eq!(counted.finished() + counted.unfinished, documents.len() as u64);
        let by_language: u64 = totals.languages.values().map(|language| language.units.total()).sum();
        prop_assert_eq!(by_language, totals.units.total());
        if whole {
            let units: usize = documents.iter().map(Vec::len).sum();
            prop_assert_eq!(totals.units.total(), 2 * units as u64);
            let failed = documents.iter().flatten().filter(|state| **state == UnitState::Failed).count() as u64;
            prop_assert_eq!(totals.units.failed, 2 * failed);
            prop_assert_eq!(totals.has_failures(), failed > 0);
            prop_assert_eq!(counted.unfinished, 0);
        }
    }
}

#[test]
fn a_reason_of_several_lines_is_told_in_one() {
    let reason = "the summary failed: the endpoint said\n  `no`\u{1b}[2J\n";
    let Event::DocumentFinished { path, milliseconds, unchanged, .. } =
        finished("a.txt", DocumentState::Failed)
    else {
        unreachable!("a finished document");
    };
    let state = DocumentState::Failed;
    let event =
        Event::DocumentFinished { path, state, milliseconds, unchanged, reason: Some(reason.to_owned()) };
    let settled = Fold::default().apply(0, &event).unwrap();
    let (_, line) = lines::settled(&settled);
    assert_eq!(line, "failed   a.txt: the summary failed: the endpoint said `no`\\u{1b}[2J");
}

#[test]
fn lines_without_a_bar() {
    let mut fold = Fold::default();
    let mut said = String::new();
    for (event, at) in mixed_run().iter().zip(0..) {
        let settled = fold.apply(at, event);
        if let Some((weight, text)) = settled.as_ref().map(lines::settled).or_else(|| lines::event(event)) {
            assert!(!text.chars().any(char::is_control), "{text:?}");
            said.push_str(&format!("{weight:?}: {text}\n"));
        }
    }
    insta::assert_snapshot!("lines", said);
}

#[test]
fn progress_says_what_is_known_so_far() {
    let events = mixed_run();
    let mut progress = Progress::default();
    let mut said = String::new();
    for (event, at) in events.iter().zip(0_u64..) {
        progress.apply(event);
        progress.sample(at * 1_000);
        let line = progress.headline();
        if !said.ends_with(&format!("{line}\n")) {
            said.push_str(&format!("{:>4} {line}\n", progress.permille()));
        }
    }
    insta::assert_snapshot!("progress", said);
}

#[test]
fn documents_under_way_take_a_bounded_number_of_lines() {
    let mut progress = Progress::default();
    progress.apply(&start(&["pt"]));
    for number in 0..70 {
        progress.apply(
            &document(&format!("{}/{number}.txt", "long".repeat(40)), &["pt"], &[UnitState::Translated])[0],
        );
    }
    let lines = progress.flights(5, 60);
    assert_eq!(lines.len(), 5);
    assert!(lines.iter().all(|line| unicode_width::UnicodeWidthStr::width(line.as_str()) <= 60), "{lines:?}");
    assert_eq!(lines[4], "  … and 66 more under way");
}

#[test]
fn the_plan_in_words() {
    let row = |language: &str| PlanRow {
        language: language.to_owned(),
        units: 1_204,
        known: 300,
        to_ask: 904,
        requests: 71,
        words: 31_400,
    };
    let plan = PlanView {
        engine: "chat".to_owned(),
        model: "qwen".to_owned(),
        documents: 12,
        skipped: 1,
        rows: vec![row("pt"), row("es")],
        summaries_to_ask: 12,
        summary_requests: 12,
        requests: (154, 271),
        tokens_in: (60_000, 72_500),
        tokens_out: (50_000, 50_000),
        cost: Some((0.0412, 0.0561)),
        engines: vec![
            PlanEngine {
                name: "chat".to_owned(),
                model: "qwen".to_owned(),
                requests: (154, 271),
                tokens_in: (60_000, 72_500),
                tokens_out: (50_000, 50_000),
                characters: (0, 0),
                cost: Some((0.0412, 0.0561)),
                fallback: None,
            },
            PlanEngine { name: "deepl".to_owned(), characters: (900, 1_200), ..PlanEngine::default() },
            PlanEngine {
                name: "local".to_owned(),
                fallback: Some(PlanFallback {
                    units: 1_808,
                    summaries: 1,
                    usage: crate::engine::Usage { characters: 90_000, ..Default::default() },
                    cost: Some(0.5),
                    ..PlanFallback::default()
                }),
                ..PlanEngine::default()
            },
        ],
        engines_without_terms: Vec::new(),
    };
    insta::assert_snapshot!("plan", plan_table::render(&plan));
    let plan = PlanView { engines_without_terms: vec!["local".to_owned()], ..plan };
    let last = plan_table::render(&plan).lines().last().unwrap_or_default().to_owned();
    assert!(last.starts_with("glossary local: takes no terms"), "{last}");
}

#[tokio::test]
async fn a_reporter_leaves_log_and_report_and_a_second_run_begins_them_afresh() {
    let folder = tempfile::tempdir().unwrap();
    let state = folder.path().join(".gloss");
    for _ in 0..2 {
        let plain = Stream { terminal: false, colour: false };
        let printer = Printer { verbosity: Verbosity::Quiet, json: false, stdout: plain, stderr: plain };
        let reporter = Reporter::new(ReporterSettings {
            printer,
            folder: state.clone(),
            opening: "engine local".to_owned(),
        });
        let (sink, events) = sink::channel();
        for event in mixed_run() {
            sink.emit(event);
        }
        let over = tokio_util::sync::CancellationToken::new();
        // A clone of the sink outlives the run, as a task that was given up may.
        over.cancel();
        let totals = reporter.follow(events, over, Default::default()).await.unwrap();
        assert_eq!(totals.documents.finished(), 5);
        assert_eq!(totals.cost, Some(0.003));
        drop(sink);
    }
    let log = std::fs::read_to_string(state.join("events.jsonl")).unwrap();
    let logged: Vec<serde_json::Value> =
        log.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(logged.len(), mixed_run().len());
    assert!(logged.iter().all(|event| event["at"].as_str().is_some_and(|at| at.ends_with('Z'))));
    let events: Vec<Event> = logged.into_iter().map(|event| serde_json::from_value(event).unwrap()).collect();
    assert_eq!(events, mixed_run());
    assert!(state.join("report.json").is_file());
}
