//! What the memory has of a translation: its units side by side as gloss made them, with no need to find out which are each
//! other's.

use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};

use super::pair::{Row, Subject, excerpt};
use super::side::Text;
use super::{UNTRANSLATED, shown};
use crate::check::Severity;
use crate::document::{Document, Source};
use crate::error::Result;
use crate::language::Language;
use crate::memory::{HumanSummary, OutputRecord, Store};
use crate::read::walk;
use crate::report::event::OutputKind;
use crate::review::article::Article;
use crate::review::data::{ReviewDocument, SourceUnit, TargetState, TargetUnit, Translation};
use crate::run::unchanged;
use crate::write::says_the_same;

/// The memory of the folder that is checked, where there is one.
#[derive(Debug)]
pub(super) struct Kept {
    store: Option<Store>,
}

impl Kept {
    /// Opens the memory below `root`; an absent one knows nothing.
    ///
    /// # Errors
    /// Where it is damaged or of a newer gloss: what is on disk can be checked without it.
    pub fn open(root: &Path) -> Result<Self> {
        Ok(Self { store: Store::open_existing(root)? })
    }

    /// Without a memory.
    pub fn none() -> Self {
        Self { store: None }
    }

    /// The summary file that a person wrote for an article as it is, where the memory has one.
    pub fn summary_by_person(&self, document: &Document, language: &Language) -> Option<String> {
        let path = relative(&document.source.relative);
        let all = self.store.as_ref()?.human_summaries_blocking(&path).ok()?;
        let counts =
            |summary: &HumanSummary| summary.language == *language && summary.digest == document.digest;
        all.into_iter().find(counts).map(|summary| summary.file)
    }

    /// The sources of the documents on record that lie outside `root`, which was then a run's `--out`.
    ///
    /// # Errors
    /// Where the memory cannot be read.
    pub fn sources_elsewhere(&self, root: &Path) -> Result<Vec<Source>> {
        let mut sources = Vec::new();
        let Some(store) = &self.store else { return Ok(sources) };
        let real_root = root.canonicalize().unwrap_or_else(|_| root.to_owned());
        store.each_document_blocking(|record| {
            let Some(format) = record.path.file_name().and_then(walk::format_of) else { return };
            let opened = unchanged::source_path(&record, root);
            if !opened.starts_with(root) && !opened.starts_with(&real_root) {
                sources.push(Source { path: opened, relative: record.path, format, size: 0 });
            }
        })?;
        Ok(sources)
    }

    /// What was made of `document`, by its output's path relative to the state root: only outputs that still say what gloss
    /// wrote, of a source that still has the bytes it was read with.
    ///
    /// # Errors
    /// Where the memory cannot be read.
    pub fn of(&self, source: &Source, document: &Document, root: &Path) -> Result<Standing> {
        let Some(store) = &self.store else { return Ok(Standing::default()) };
        let Some(review) = store.review_blocking(&relative(&source.relative))? else {
            return Ok(Standing::default());
        };
        if review.digest != document.digest {
            return Ok(Standing::default());
        }
        let mut standing = HashMap::new();
        for output in store.outputs_of_blocking(&source.relative)? {
            let path = root.join(&output.path);
            let Ok(bytes) = std::fs::read(&path) else { continue };
            let recorded = *blake3::hash(&bytes).as_bytes() == output.hash;
            if recorded && (!output.edited || says_what_is_reviewed(store, root, &output, &bytes)?) {
                standing.insert(relative(&output.path), path);
            }
        }
        Ok(Standing { review: Some(review), standing })
    }
}

/// What the memory says of one source, and which of its outputs that still holds for.
#[derive(Debug, Default)]
pub(super) struct Standing {
    review: Option<ReviewDocument>,
    standing: HashMap<String, PathBuf>,
}

impl Standing {
    /// The translation into `language`, if its file stands as it was written.
    pub fn translation(&self, language: &Language, paths: (String, &Path)) -> Option<Subject> {
        let review = self.review.as_ref()?;
        let translation = review.translations.iter().find(|translation| translation.language == *language)?;
        let output = translation.output.as_ref().filter(|output| self.standing.contains_key(*output))?;
        // The same file as the one that was found by its name.
        let found = self.standing.get(output)?;
        let same = found.canonicalize().ok()? == paths.1.canonicalize().ok()?;
        same.then(|| subject(review, translation, (paths.0, shown(paths.1))))
    }

    /// The blocks that a run left out of the translation into `language` by intent.
    pub fn dropped(&self, language: &Language) -> BTreeSet<usize> {
        let Some(review) = &self.review else { return BTreeSet::new() };
        let translation = review.translations.iter().find(|translation| translation.language == *language);
        let units = translation.map(|translation| translation.units.as_slice()).unwrap_or_default();
        let dropped = review.units.iter().zip(units).filter(|(_, unit)| unit.state == TargetState::Dropped);
        dropped.map(|(unit, _)| unit.block.0 as usize).collect()
    }
}

/// Whether a file that a person left says what its review has, but for white space.
fn says_what_is_reviewed(store: &Store, root: &Path, output: &OutputRecord, bytes: &[u8]) -> Result<bool> {
    if output.kind != OutputKind::Translation {
        return Ok(false);
    }
    let Some(article) = Article::load(store, root, &relative(&output.source))? else { return Ok(false) };
    let written = article.stitched(store, &output.language)?;
    let ours = article.document.zip(written).map(|(source, written)| source.encoding.encode(&written.text));
    Ok(ours.is_some_and(|ours| says_the_same(bytes, &ours)))
}

fn relative(path: &Path) -> String {
    let parts = path.components().map(|part| part.as_os_str().to_string_lossy());
    parts.collect::<Vec<_>>().join("/")
}

/// The units of a translation with their answers.
fn subject(review: &ReviewDocument, translation: &Translation, paths: (String, String)) -> Subject {
    let mut subject = Subject {
        source_path: paths.0,
        path: paths.1,
        from: review.language.clone(),
        to: translation.language.clone(),
        terms: translation.terms.clone(),
        rows: Vec::new(),
        found: Vec::new(),
    };
    for (source, target) in review.units.iter().zip(&translation.units) {
        add(&mut subject, source, target);
    }
    subject
}

fn add(subject: &mut Subject, source: &SourceUnit, target: &TargetUnit) {
    // gloss keeps the order of the blocks: a unit's paragraph has the same number on both sides.
    let paragraph = source.block.0 as usize + 1;
    match (target.state, &target.text) {
        (TargetState::Failed, _) | (TargetState::Machine | TargetState::Human, None) => {
            let because = target.error.as_ref().map(|error| format!(": {error}")).unwrap_or_default();
            let message = format!("`{}` was not translated{because}", excerpt(&source.text));
            let finding = subject.placed((paragraph, Some(paragraph)), UNTRANSLATED, Severity::Hard, message);
            subject.found.push(finding);
        }
        (TargetState::Machine | TargetState::Human, Some(text)) => {
            let ignored = target.findings.iter().filter(|finding| finding.ignored);
            subject.rows.push(Row {
                paragraph,
                source_paragraph: paragraph,
                role: source.role,
                source: Text { text: source.text.clone(), kept: source.kept.clone() },
                answer: Text { text: text.clone(), kept: source.kept.clone() },
                ignored: ignored.map(|finding| (finding.check.clone(), finding.message.clone())).collect(),
                human: target.state == TargetState::Human,
            });
        }
        // By intent.
        (TargetState::Copied | TargetState::Dropped, _) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::{BlockId, BlockKind, Role};
    use crate::glossary::Glossaries;
    use crate::review::data::{ReviewFinding, SCHEMA};
    use crate::verify::judge::judge;

    fn unit(block: u32, text: &str) -> SourceUnit {
        let kind = BlockKind::Paragraph;
        SourceUnit { block: BlockId(block), kind, role: Role::Body, text: text.to_owned(), kept: Vec::new() }
    }

    fn answer(state: TargetState, text: Option<&str>, ignored: Option<(&str, &str)>) -> TargetUnit {
        let finding = |(check, message): (&str, &str)| ReviewFinding {
            check: check.to_owned(),
            severity: Severity::Hard,
            message: message.to_owned(),
            span: None,
            source_span: None,
            precision: None,
            ignored: true,
        };
        TargetUnit {
            state,
            text: text.map(str::to_owned),
            engine: None,
            findings: ignored.map(finding).into_iter().collect(),
            error: None,
            earlier: None,
            machine: None,
        }
    }

    #[test]
    fn failed_units_are_hard_and_ignored_findings_stay_so() {
        let language = |tag| Language::parse(tag).unwrap();
        let empty = Some(("empty", "the answer is empty"));
        let units = vec![
            answer(TargetState::Failed, None, None),
            answer(TargetState::Human, Some("…"), empty),
            answer(TargetState::Machine, Some("…"), None),
            answer(TargetState::Dropped, None, None),
        ];
        let translation = Translation { language: language("pt"), output: None, terms: Vec::new(), units };
        let review = ReviewDocument {
            schema: SCHEMA,
            path: "a.txt".to_owned(),
            digest: String::new(),
            language: language("en"),
            units: (0..4).map(|block| unit(block, "One small word.")).collect(),
            translations: vec![translation.clone()],
            summaries: Vec::new(),
        };
        let findings = judge(
            &[subject(&review, &translation, ("a.txt".to_owned(), "a.pt.txt".to_owned()))],
            &Glossaries::default(),
        );
        let told: Vec<(usize, &str, bool)> = findings
            .iter()
            .map(|finding| (finding.paragraph, finding.check.as_str(), finding.ignored))
            .collect();
        assert_eq!(told, [(1, UNTRANSLATED, false), (2, "empty", true), (3, "empty", false)]);
    }
}
