//! Words per second of the embedded engine on all cores, over one thread of the bare crate
//! (`translate_long`, no shortlist) on the same text in the same run. The target on two cores is 4.
//!
//! `cargo bench --bench local`; needs the en-pt model in the store (`gloss models pull en-pt`) and says so
//! where it is not there. `GLOSS_BENCH_TEXT` names another English text.

use std::path::Path;
use std::time::Instant;

use fxtranslate::engine::Engine as Bare;
use gloss::engine::local::LocalEngine;
use gloss::engine::local::models::ModelStore;
use gloss::engine::{Context, Engine, Form, RequestUnit, TranslationRequest};
use gloss::language::Language;
use gloss::settings::LocalSettings;

/// Enough for a steady figure, and a baseline of about twenty seconds.
const WORDS: usize = 6000;

#[expect(clippy::print_stdout, reason = "a bench prints its table")]
fn main() {
    let settings = LocalSettings {
        models_dir: std::env::var_os("GLOSS_MODELS_DIR").map(Into::into),
        models_url: std::env::var("GLOSS_MODELS_URL").ok(),
        threads: None,
    };
    match run(&settings) {
        Ok(table) => println!("{table}"),
        Err(reason) => println!("bench local skipped: {reason}"),
    }
}

fn run(settings: &LocalSettings) -> Result<String, Box<dyn std::error::Error>> {
    let (from, to) = (Language::parse("en")?, Language::parse("pt")?);
    let paragraphs = text()?;
    let words: usize = paragraphs.iter().map(|line| line.split_whitespace().count()).sum();

    let runtime = tokio::runtime::Runtime::new()?;
    let engine = LocalEngine::new(settings)?;
    runtime.block_on(engine.prepare(&from, &to, &|_| {}))?;
    let installed = ModelStore::new(settings)?.installed()?;
    let model =
        installed.iter().find(|model| (&model.from, &model.to) == (&from, &to)).ok_or("no en-pt model")?;
    let bare = bare(&model.path)?;

    let units = paragraphs
        .iter()
        .enumerate()
        .map(|(id, text)| RequestUnit { id: id.to_string(), text: text.clone() });
    let request = TranslationRequest {
        from,
        to,
        units: units.collect(),
        context: Context::default(),
        form: Form::Structured,
        attempt: 0,
    };
    // Once each unmeasured, so that neither pays for cold caches.
    let first = request.units.first().map(|unit| unit.text.clone()).unwrap_or_default();
    drop(bare.translate_long(&first));
    let clock = Instant::now();
    for paragraph in &paragraphs {
        drop(bare.translate_long(paragraph));
    }
    let baseline = words as f64 / clock.elapsed().as_secs_f64();
    let clock = Instant::now();
    runtime.block_on(engine.translate(&request))?;
    let ours = words as f64 / clock.elapsed().as_secs_f64();
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    Ok(format!(
        "embedded engine, en-pt, {words} words, {cores} cores\n\
         bare translate_long, 1 thread   {baseline:>8.0} words/s\n\
         gloss, all cores                {ours:>8.0} words/s\n\
         ratio                           {:>8.2}   (target: 4 on 2 cores)",
        ours / baseline
    ))
}

/// The crate's own engine, as its documentation loads it.
fn bare(folder: &Path) -> Result<Bare, Box<dyn std::error::Error>> {
    let mut model = None;
    let mut vocabulary = None;
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        if name.starts_with("model") {
            model = Some(path);
        } else if name.starts_with("vocab") {
            vocabulary = Some(path);
        }
    }
    let (model, vocabulary) = (model.ok_or("no model file")?, vocabulary.ok_or("no vocabulary")?);
    Ok(Bare::load(&model, &vocabulary, &vocabulary)?)
}

/// English paragraphs: the named text, or the English seeds, repeated up to [`WORDS`].
fn text() -> Result<Vec<String>, Box<dyn std::error::Error>> {
    let mut paragraphs = Vec::new();
    let mut take = |path: &Path| -> std::io::Result<()> {
        // A seed in an old code page is not English, and left out below with the others that are not.
        let text = String::from_utf8_lossy(&std::fs::read(path)?).into_owned();
        paragraphs.extend(text.lines().filter(|line| line.split(' ').count() > 8).map(str::to_owned));
        Ok(())
    };
    if let Some(path) = std::env::var_os("GLOSS_BENCH_TEXT") {
        take(Path::new(&path))?;
    } else {
        let mut seeds: Vec<_> = std::fs::read_dir("seeds")?.flatten().map(|entry| entry.path()).collect();
        seeds.sort();
        for path in seeds.iter().filter(|path| path.extension().is_some_and(|extension| extension == "txt")) {
            take(path)?;
        }
    }
    let english = Language::parse("en")?;
    let portuguese = Language::parse("pt")?;
    let both = [english.clone(), portuguese];
    paragraphs.retain(|text| {
        gloss::language::detect(text, &both).is_none_or(|detection| detection.language == english)
    });
    if paragraphs.is_empty() {
        return Err("no English text in `seeds`".into());
    }
    let mut words = 0;
    let enough = paragraphs.iter().cycle().take_while(|line| {
        let before = words;
        words += line.split_whitespace().count();
        before < WORDS
    });
    Ok(enough.cloned().collect())
}
