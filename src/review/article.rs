//! One article between runs: its review, its source if that is still the one reviewed, and what people's work makes of
//! both.
//!
//! Owns how answers become an output again without an engine. Must not write any file.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

use super::build::{self, Given, Sides};
use super::data::{ReviewDocument, TargetState, TargetUnit, Translation};
use super::place::{self, Place};
use super::recall::{self, Choice, HUMAN, choose, machine_of};
use crate::check::{self, Finding, Pair, Severity};
use crate::document::{Block, BlockId, Document, Source, slice};
use crate::error::Result;
use crate::language::Language;
use crate::memory::{Correction, Store, TextHash, text_hash};
use crate::read::roles::FolderEvidence;
use crate::read::unit::Unit;
use crate::read::{self, LoadOptions, walk};
use crate::run::unchanged;
use crate::stitch::{Answer, Stitched, stitch};

/// Why a unit has no answer after its correction was taken back.
const TAKEN_BACK: &str =
    "its correction was taken back, and no engine had answered it; the next run asks for it";

/// One article between runs.
#[derive(Debug, Clone)]
pub struct Article {
    pub review: ReviewDocument,
    /// The source; none where it is gone or another by now.
    pub document: Option<Document>,
    /// What the source is by now, where that is another than was reviewed.
    changed: Option<Document>,
    /// Those of the review's units, in their order.
    places: Vec<Place>,
}

/// Corrections by the text that they are of.
pub type Known = HashMap<String, Vec<Correction>>;

impl Article {
    /// The article that was made from the source at `path`, relative to `root`, with `/`; none where no run has
    /// finished it.
    ///
    /// # Errors
    /// Where the memory cannot be read.
    pub fn load(store: &Store, root: &Path, path: &str) -> Result<Option<Self>> {
        let Some(review) = store.review_blocking(path)? else { return Ok(None) };
        let record = store.document_blocking(Path::new(path))?;
        let opened = record.map(|record| unchanged::source_path(&record, root));
        let opened = opened.filter(|path| path.is_file()).unwrap_or_else(|| root.join(path));
        let document = source(&opened, path).and_then(|source| {
            let evidence = FolderEvidence::default();
            let from = Some(&review.language);
            let options = LoadOptions { from, candidates: &[], evidence: &evidence, max_file_bytes: 0 };
            read::load(&source, &options).ok()
        });
        let texts = |document: &Document| {
            document
                .units()
                .map(|(block, unit)| (block.id, unit.text.clone()))
                .eq(review.units.iter().map(|unit| (unit.block, unit.text.clone())))
        };
        let is_same = |document: &Document| document.digest == review.digest && texts(document);
        let (document, changed) = match document {
            Some(document) if is_same(&document) => (Some(document), None),
            changed => (None, changed),
        };
        let mut places = place::of_units(&review.units);
        if let Some(document) = &document {
            let shaped = place::of_document(document);
            for (place, unit) in places.iter_mut().zip(&review.units) {
                *place = shaped.get(&unit.block).copied().unwrap_or(*place);
            }
        }
        Ok(Some(Self { review, document, changed, places }))
    }

    pub fn translation(&self, to: &Language) -> Option<&Translation> {
        self.review.translations.iter().find(|translation| translation.language == *to)
    }

    /// Where a unit stands.
    pub fn place(&self, index: usize) -> Place {
        self.places.get(index).copied().unwrap_or_default()
    }

    /// Why an answer cannot be put in the place of a unit, if it cannot. Where the source is not at hand, only the
    /// placeholders can be looked at.
    pub fn misfit(&self, to: &Language, index: usize, answer: &str) -> Option<Finding> {
        let reviewed = self.review.units.get(index)?;
        match self.unit(reviewed.block) {
            Some((_, unit)) => {
                let error = unit.fits(answer).err()?;
                Some(Finding::new("markup", Severity::Hard, error.to_string()))
            }
            None => {
                let (source, from, role) = (&reviewed.text, &self.review.language, reviewed.role);
                let pair = Pair { source, answer, from, to, role };
                check::wholeness(&pair).into_iter().find(|finding| finding.severity == Severity::Hard)
            }
        }
    }

    /// A block of the source with its unit.
    pub fn unit(&self, block: BlockId) -> Option<(&Block, &Unit)> {
        let block = self.document.as_ref()?.blocks.get(block.0 as usize)?;
        block.unit.as_ref().map(|unit| (block, unit))
    }

    /// The unit with this text, and its block, in a source that has changed since it was reviewed. None where there are several in
    /// which other things are kept out of translation.
    pub fn unit_now(&self, text: &str) -> Option<(&Block, &Unit)> {
        let mut same = self.changed.as_ref()?.units().filter(|(_, unit)| unit.text == text);
        let first = same.next()?;
        same.all(|(_, unit)| unit.protected == first.1.protected).then_some(first)
    }

    /// [`Place::shape`] of [`Article::unit_now`].
    pub fn shape_now(&self, text: &str) -> Option<TextHash> {
        let (block, _) = self.unit_now(text)?;
        Some(text_hash(slice(&self.changed.as_ref()?.text, block.content.clone())))
    }

    /// A block's content in the source's own bytes, where the source is at hand.
    pub fn source_bytes(&self, block: BlockId) -> Option<&str> {
        let (block, _) = self.unit(block)?;
        Some(slice(&self.document.as_ref()?.text, block.content.clone()))
    }

    /// What people's work has for the texts of this article.
    ///
    /// # Errors
    /// Where the memory cannot be read.
    pub fn known(&self, store: &Store, to: &Language) -> Result<Known> {
        let texts: Vec<&str> = self.review.units.iter().map(|unit| unit.text.as_str()).collect();
        store.corrections_for_blocking(&self.review.language, to, &texts)
    }

    /// Which correction counts for a unit.
    pub fn chosen<'a>(&self, known: &'a Known, to: &Language, index: usize) -> Choice<'a> {
        let Some(unit) = self.review.units.get(index) else { return Choice::Nothing };
        let all = known.get(&unit.text).map(Vec::as_slice).unwrap_or_default();
        choose(all, &self.place(index), &self.review.path, |answer| self.misfit(to, index, answer))
    }

    /// The output's text with the answers of the review; none where the source is not at hand.
    ///
    /// # Errors
    /// Where the memory cannot be read.
    pub fn stitched(&self, store: &Store, to: &Language) -> Result<Option<Stitched>> {
        let (Some(document), Some(translation)) = (&self.document, self.translation(to)) else {
            return Ok(None);
        };
        let known = self.known(store, to)?;
        let mut answers = HashMap::new();
        for (index, (unit, target)) in self.review.units.iter().zip(&translation.units).enumerate() {
            let text = target.text.clone();
            let answer = match (target.state, text) {
                (TargetState::Dropped, _) => Answer::Dropped,
                (TargetState::Copied, _) => Answer::Copied,
                (TargetState::Failed, _) | (_, None) => Answer::Failed,
                (TargetState::Human, Some(text)) => match self.chosen(&known, to, index) {
                    Choice::Counts(Correction { raw: Some(raw), answer, .. }, true) if *answer == text => {
                        Answer::Verbatim(raw.clone())
                    }
                    _ => Answer::Text(text),
                },
                (TargetState::Machine, Some(text)) => Answer::Text(text),
            };
            answers.insert(unit.block, answer);
        }
        Ok(Some(stitch(document, &answers)))
    }

    /// Has the review's answers in one language follow people's work: as a run would, without asking for anything.
    ///
    /// # Errors
    /// Where the memory cannot be read.
    pub fn refresh(&mut self, store: &Store, to: &Language) -> Result<()> {
        let known = self.known(store, to)?;
        self.follow(&known, to, None);
        self.judge(store, to)
    }

    /// Has the answers follow `known`, in the units of one source text, or in all. What is found in them stays as it was, until
    /// [`Article::judge`].
    pub fn follow(&mut self, known: &Known, to: &Language, text: Option<&str>) {
        let Some(translation) = self.translation(to) else { return };
        let concerned = |index: &usize| {
            text.is_none_or(|text| self.review.units.get(*index).is_some_and(|unit| unit.text == text))
        };
        let indexes = (0..translation.units.len()).filter(concerned);
        let followed: Vec<(usize, TargetUnit)> = indexes
            .filter_map(|index| {
                let standing = translation.units.get(index)?;
                let given = self.followed(known, to, index, standing);
                let mut target = given.map_or_else(|| standing.clone(), |given| build::unit(to, given));
                target.machine = self.behind(known, to, index, &target);
                Some((index, target))
            })
            .collect();
        let place = self.review.translations.iter_mut().find(|one| one.language == *to);
        let mut units = place.map(|translation| &mut translation.units);
        for (index, target) in followed {
            if let Some(unit) = units.as_mut().and_then(|units| units.get_mut(index)) {
                *unit = target;
            }
        }
    }

    /// Looks at all answers in one language anew.
    ///
    /// # Errors
    /// Where the memory cannot be read.
    pub fn judge(&mut self, store: &Store, to: &Language) -> Result<()> {
        let Some(translation) = self.translation(to) else { return Ok(()) };
        let mut units: Vec<TargetUnit> = translation.units.clone();
        let sources = self.review.units.iter().map(|unit| (unit.role, unit.text.as_str()));
        build::judge((&self.review.language, to), sources, &mut units, &translation.terms);
        let mut keys: Vec<TextHash> = Vec::new();
        for (index, target) in units.iter().enumerate() {
            keys.extend(self.sides(to, index).iter().flat_map(|sides| build::keys(sides, target)));
        }
        let ignored: HashSet<TextHash> = store.ignored_blocking(&keys)?;
        for (index, target) in units.iter_mut().enumerate() {
            if let Some(sides) = self.sides(to, index) {
                build::pass_over(&sides, target, &ignored);
            }
        }
        if let Some(place) = self.review.translations.iter_mut().find(|one| one.language == *to) {
            place.units = units;
        }
        Ok(())
    }

    fn sides<'a>(&'a self, to: &'a Language, index: usize) -> Option<Sides<'a>> {
        let unit = self.review.units.get(index)?;
        Some(Sides { from: &self.review.language, to, role: unit.role, source: &unit.text })
    }

    /// What a unit comes to by people's work, where that is something else than it says.
    fn followed(&self, known: &Known, to: &Language, index: usize, target: &TargetUnit) -> Option<Given> {
        let given = |state, text: Option<String>, engine: Option<String>| Given {
            state,
            text,
            engine,
            findings: Vec::new(),
            error: None,
            earlier: None,
        };
        let source = self.review.units.get(index)?;
        let human = target.state == TargetState::Human;
        match (target.state, self.chosen(known, to, index)) {
            (TargetState::Dropped, _) => None,
            (_, Choice::Counts(correction, _)) => {
                let same = human && target.text.as_ref() == Some(&correction.answer);
                let text = Some(correction.answer.clone());
                (!same).then(|| given(TargetState::Human, text, Some(HUMAN.to_owned())))
            }
            _ if human => {
                let place = self.place(index);
                let all = known.get(&source.text).map(Vec::as_slice).unwrap_or_default();
                let correction = machine_of(all, &place);
                let machine = correction.and_then(|one| Some((one.machine.clone()?, one)));
                Some(match machine.filter(|(text, _)| self.misfit(to, index, text).is_none()) {
                    Some((text, one)) => given(TargetState::Machine, Some(text), one.machine_engine.clone()),
                    None => {
                        let error = Some(TAKEN_BACK.to_owned());
                        Given { error, ..given(TargetState::Failed, None, None) }
                    }
                })
            }
            _ => None,
        }
    }

    /// What stands for a person's unit again when it is taken back.
    fn behind(&self, known: &Known, to: &Language, index: usize, target: &TargetUnit) -> Option<String> {
        let Choice::Counts(chosen, _) = self.chosen(known, to, index) else { return None };
        let all =
            known.get(&self.review.units.get(index)?.text).filter(|_| target.state == TargetState::Human)?;
        let fits = |answer: &str| self.misfit(to, index, answer);
        recall::machine(all, chosen, &self.place(index), fits).and_then(|one| one.machine.clone())
    }

    /// The machine's answer that stands for a unit, or stood there before a person's, and whose it is.
    pub fn machine(&self, known: &Known, to: &Language, index: usize) -> (Option<String>, Option<String>) {
        let target = self.translation(to).and_then(|translation| translation.units.get(index));
        match target {
            Some(target) if target.state == TargetState::Machine => {
                (target.text.clone(), target.engine.clone())
            }
            Some(target) if target.state == TargetState::Human => match self.chosen(known, to, index) {
                Choice::Counts(one, _) | Choice::Misfit(one, _) => {
                    (one.machine.clone(), one.machine_engine.clone())
                }
                Choice::Nothing => (None, None),
            },
            _ => (None, None),
        }
    }
}

fn source(opened: &Path, relative: &str) -> Option<Source> {
    let metadata = std::fs::metadata(opened).ok()?;
    let format = walk::format_of(opened.file_name()?)?;
    Some(Source { path: opened.to_owned(), relative: PathBuf::from(relative), format, size: metadata.len() })
}
