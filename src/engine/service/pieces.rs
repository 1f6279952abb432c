//! Units cut and packed for a service that takes so many characters a request, and put together again.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::engine::{EngineError, ErrorClass, RequestUnit};
use crate::language::Language;
use crate::plan::split::{self, Part};
use crate::plan::tokens::Tokenizer;

/// The units of one request for translation, as they are sent: each whole or in parts, packed into batches.
#[derive(Debug)]
pub struct Pieces {
    /// The parts of each unit.
    parts: Vec<Vec<Part>>,
    /// Ranges of the flat list of parts, each one request to the service.
    batches: Vec<std::ops::Range<usize>>,
}

impl Pieces {
    /// Cuts and packs `units` so that no batch is larger than `limit` by `size`, which says how large a text is as it
    /// is sent. Cuts at sentence ends where it can.
    ///
    /// # Errors
    /// [`ErrorClass::NextEngine`] where a unit cannot be cut so small.
    pub fn new(
        units: &[RequestUnit],
        from: &Language,
        limit: usize,
        size: impl Fn(&str) -> usize,
    ) -> Result<Self, EngineError> {
        let parts: Vec<Vec<Part>> =
            units.iter().map(|unit| cut(&unit.text, from, limit, &size)).collect::<Result<_, _>>()?;
        let mut batches = Vec::new();
        let (mut start, mut sum) = (0, 0);
        for (index, part) in parts.iter().flatten().enumerate() {
            let own = size(&part.text);
            if index > start && sum + own > limit {
                batches.push(start..index);
                (start, sum) = (index, 0);
            }
            sum += own;
        }
        batches.push(start..parts.iter().map(Vec::len).sum());
        Ok(Self { parts, batches })
    }

    /// The texts of each request.
    pub fn batches(&self) -> impl Iterator<Item = Vec<&str>> {
        let flat = self.texts();
        self.batches.iter().map(move |range| flat.get(range.clone()).unwrap_or_default().to_vec())
    }

    fn texts(&self) -> Vec<&str> {
        self.parts.iter().flatten().map(|part| part.text.as_str()).collect()
    }

    /// The texts of the next request: the first that is not answered yet. `scope` is all else that an answer depends on.
    pub fn next(&self, kept: &Kept, scope: &str) -> Option<Vec<&str>> {
        let known = kept.lock();
        let known = known.get(scope);
        let open = |text: &&str| !known.is_some_and(|known| known.contains_key(*text));
        self.batches().find(|texts| texts.iter().any(&open))
    }

    /// Takes the answers to the texts of one request (none where [`Pieces::next`] gave none); gives those to all parts, in order, once they are complete.
    ///
    /// # Errors
    /// [`ErrorClass::Again`] where there are more requests to make.
    pub fn answered(
        &self,
        kept: &Kept,
        scope: &str,
        sent: Vec<&str>,
        answers: Vec<String>,
    ) -> Result<Vec<String>, EngineError> {
        if self.batches.len() == 1 && !sent.is_empty() {
            return Ok(answers);
        }
        let characters = sent.iter().map(|text| text.chars().count() as u64).sum();
        let mut known = kept.lock();
        let known = known.entry(scope.to_owned()).or_default();
        known.extend(sent.into_iter().map(str::to_owned).zip(answers));
        let texts = self.texts();
        let all: Option<Vec<String>> = texts.iter().map(|text| known.get(*text).cloned()).collect();
        if let Some(all) = all {
            texts.iter().for_each(|text| drop(known.remove(*text)));
            return Ok(all);
        }
        let mut error = EngineError::new(ErrorClass::Again { answered: true }, "there is more to be asked");
        error.usage.characters = characters;
        Err(error)
    }

    /// The answers to all parts, in order, as answers to the units.
    ///
    /// # Errors
    /// [`ErrorClass::Split`] where there are not as many as parts.
    pub fn join(
        &self,
        units: &[RequestUnit],
        answers: Vec<String>,
        (from, to): (&Language, &Language),
    ) -> Result<Vec<(String, String)>, EngineError> {
        let asked = self.parts.iter().map(Vec::len).sum();
        let mut answers = super::counted(answers, asked)?.into_iter();
        let joined = units.iter().zip(&self.parts).map(|(unit, parts)| {
            let own: Vec<String> = answers.by_ref().take(parts.len()).collect();
            (unit.id.clone(), split::join(parts, &own, from, to))
        });
        Ok(joined.collect())
    }
}

/// Answers to parts of calls that take several requests, until the call is complete. One that comes to nothing leaves
/// its answers here for the next that needs them, in this run.
#[derive(Debug, Default)]
pub struct Kept(Mutex<HashMap<String, HashMap<String, String>>>);

impl Kept {
    fn lock(&self) -> MutexGuard<'_, HashMap<String, HashMap<String, String>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn cut(
    text: &str,
    from: &Language,
    limit: usize,
    size: &impl Fn(&str) -> usize,
) -> Result<Vec<Part>, EngineError> {
    if size(text) <= limit {
        return Ok(vec![Part { text: text.to_owned(), glue: String::new(), tokens: 0 }]);
    }
    let tokenizer = Tokenizer::for_model("");
    // About four characters a token, as English has; where that is too many, fewer.
    let mut budget = limit / 4;
    while budget >= 4 {
        let parts = split::split(text, from, &tokenizer, budget);
        if parts.iter().all(|part| size(&part.text) <= limit) {
            return Ok(parts);
        }
        budget /= 2;
    }
    Err(EngineError::new(
        ErrorClass::NextEngine,
        format!("a text cannot be cut into parts of {limit} characters, which is all that goes at once"),
    ))
}
