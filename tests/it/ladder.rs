//! Every unit ends in its own place or marked failed, whatever an engine does to ids.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

use gloss::document::{BlockId, Role};
use gloss::engine::scripted::{ReplyRule, Script, ScriptedEngine};
use gloss::language::Language;
use gloss::memory::Store;
use gloss::plan::lookup::Wanted;
use gloss::report::event::UnitState;
use gloss::report::sink::channel;
use gloss::run::ask::{Asker, Job, Settled};
use gloss::run::intake::Intake;
use gloss::settings::engines::scripted;
use gloss::settings::{Caps, EngineEntry};

const RUNS: u64 = 10_000;

fn wanted(run: u64, count: u64) -> Vec<Wanted> {
    (0..count)
        .map(|number| Wanted {
            block: BlockId(number as u32),
            role: Role::Body,
            heading: number % 7 == 0,
            text: format!("Run {run}, paragraph {number} of {count}, and nothing but that."),
            words: 9,
        })
        .collect()
}

async fn settle(asker: &Asker, wanted: &[Wanted]) -> Vec<Settled> {
    let (from, to) = (Language::parse("en").unwrap(), Language::parse("es").unwrap());
    let preparing = Arc::new(Intake::default()).begin();
    let (title, priority) = (None, 0);
    let (path, places, on_settled) = ("a.txt", &[][..], &|_, _, _| ());
    let preparing = &preparing;
    let job = Job { from: &from, to: &to, title, path, places, priority, preparing, on_settled };
    asker.translate(&job, wanted, &|_, _| None).await.unwrap()
}

fn asker(script: Script, store: &Store) -> Asker {
    let chunk_tokens = script.chunk_tokens;
    asker_with(Arc::new(ScriptedEngine::new(script)), store, chunk_tokens)
}

fn asker_with(engine: Arc<ScriptedEngine>, store: &Store, chunk_tokens: usize) -> Asker {
    let chosen = scripted(Path::new("unused"));
    let entries: Vec<EngineEntry> = chosen
        .entries
        .into_iter()
        .map(|entry| EngineEntry { concurrency: Some(8), chunk_tokens: Some(chunk_tokens), ..entry })
        .collect();
    Asker::new(&entries, vec![engine], chosen.rows, Caps::default(), store.clone(), channel().0)
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_thousand_damaged_runs_misplace_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    let mut runs = tokio::task::JoinSet::new();
    let mut states: HashMap<UnitState, u64> = HashMap::new();
    for run in 0..RUNS {
        let store = store.clone();
        runs.spawn(async move {
            let script = Script {
                reply: ReplyRule::Echo,
                damage: 0.6,
                // In every fourth run the last resort is damaged too, so that units do fail.
                damage_plain: run % 4 == 0,
                seed: run,
                chunk_tokens: 60 + (run as usize % 5) * 60,
                ..Script::default()
            };
            let wanted = wanted(run, 1 + run % 13);
            let settled = settle(&asker(script, &store), &wanted).await;
            assert_eq!(settled.len(), wanted.len());
            for (unit, settled) in wanted.iter().zip(&settled) {
                assert_eq!(settled.block, unit.block);
                match &settled.text {
                    Some(text) => assert_eq!(text, &unit.text, "seed {run}"),
                    None => {
                        assert_eq!(settled.state, UnitState::Failed);
                        assert!(!settled.findings.is_empty() || settled.error.is_some(), "seed {run}");
                    }
                }
            }
            settled.into_iter().map(|settled| settled.state).collect::<Vec<_>>()
        });
        if runs.len() > 64 {
            count(&mut states, runs.join_next().await.unwrap().unwrap());
        }
    }
    while let Some(run) = runs.join_next().await {
        count(&mut states, run.unwrap());
    }
    assert!(states[&UnitState::Translated] > RUNS, "{states:?}");
    assert!(states[&UnitState::Failed] > 0, "{states:?}");
}

fn count(states: &mut HashMap<UnitState, u64>, run: Vec<UnitState>) {
    for state in run {
        *states.entry(state).or_default() += 1;
    }
}

#[tokio::test]
async fn what_was_answered_is_not_asked_again() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    let script = Script { chunk_tokens: 60, ..Script::default() };
    let wanted = wanted(0, 9);
    let first = settle(&asker(script.clone(), &store), &wanted).await;
    assert!(first.iter().all(|settled| settled.state == UnitState::Translated));

    let engine = Arc::new(ScriptedEngine::new(script));
    let again = asker_with(engine.clone(), &store, 60);
    let second = settle(&again, &wanted).await;
    assert!(second.iter().all(|settled| settled.state == UnitState::Remembered));
    assert_eq!(engine.calls(), 0);
}

#[tokio::test]
async fn the_same_text_in_many_documents_is_asked_once() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    let script = Script { delay_milliseconds: 20, ..Script::default() };
    let engine = Arc::new(ScriptedEngine::new(script));
    let asker = asker_with(engine.clone(), &store, 400);
    let wanted = wanted(0, 3);
    let documents = futures::future::join_all((0..20).map(|_| settle(&asker, &wanted))).await;
    assert_eq!(documents.len(), 20);
    assert!(documents.iter().flatten().all(|settled| settled.text.is_some()));
    assert_eq!(engine.calls(), 1);
}

#[tokio::test]
async fn a_unit_over_the_budget_is_asked_in_parts_and_comes_back_whole() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    let script = Script { reply: ReplyRule::Echo, chunk_tokens: 40, ..Script::default() };
    let mut unit = wanted(0, 1);
    unit[0].text =
        "The council met again and talked about the bridge for a whole hour.  ".repeat(30).trim().to_owned();
    let settled = settle(&asker(script, &store), &unit).await;
    assert_eq!(settled[0].text.as_deref(), Some(unit[0].text.as_str()));
}

#[tokio::test]
async fn an_endpoint_that_says_stop_is_not_asked_on() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    let script = Script { chunk_tokens: 40, concurrency: 1, stop_at: Some(3), ..Script::default() };
    let engine = Arc::new(ScriptedEngine::new(script));
    let asker = asker_with(engine.clone(), &store, 40);
    let settled = settle(&asker, &wanted(0, 10)).await;
    assert_eq!(engine.calls(), 3);
    let failed: Vec<_> = settled.iter().filter(|settled| settled.text.is_none()).collect();
    assert!(!failed.is_empty() && failed.len() < 10);
    assert!(failed.iter().all(|settled| settled.error.is_some()));
}
