//! Units cut and packed for a service that takes so many characters a request, and put together again.

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
        let flat: Vec<&str> = self.parts.iter().flatten().map(|part| part.text.as_str()).collect();
        self.batches.iter().map(move |range| flat.get(range.clone()).unwrap_or_default().to_vec())
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
