//! From one language to another: the model for the pair, or two by way of English.

use std::sync::Arc;

use crate::engine::EngineError;

use super::nmt::{LONGEST, Translator};
use super::pieces;

/// The models that a pair goes through, in order: one or two.
#[derive(Debug, Clone)]
pub(super) struct Route {
    pub legs: Vec<Leg>,
}

/// One model of a route.
#[derive(Debug, Clone)]
pub(super) struct Leg {
    pub translator: Arc<Translator>,
    /// The model's own name.
    pub name: String,
    /// `en-pt`.
    pub pair: String,
}

impl Route {
    /// The model's name, or for two models the pairs they go by.
    pub(super) fn label(&self) -> String {
        match self.legs.as_slice() {
            [leg] => leg.name.clone(),
            legs => legs.iter().map(|leg| leg.pair.as_str()).collect::<Vec<_>>().join("+"),
        }
    }

    /// What changes the answers of this route: its models, by their own names.
    pub(super) fn identity(&self) -> String {
        self.legs.iter().map(|leg| leg.name.as_str()).collect::<Vec<_>>().join("+")
    }

    /// Whether the first model's vocabulary has a character.
    pub(super) fn knows(&self, character: char) -> bool {
        self.legs.first().is_none_or(|leg| leg.translator.knows(character))
    }

    /// The bare translation of a sentence. One too long for a model goes through it in pieces.
    ///
    /// # Errors
    /// Where a model failed on it.
    pub(super) async fn translate(&self, sentence: &str) -> Result<String, EngineError> {
        let mut text = sentence.to_owned();
        for leg in &self.legs {
            let cut = pieces::cut(&text, LONGEST, &|piece| leg.translator.count(piece));
            let answers = futures::future::try_join_all(cut.iter().map(|range| {
                let piece = crate::document::slice(&text, range.clone()).trim();
                leg.translator.translate(leg.translator.encode(piece))
            }));
            text = answers.await?.iter().map(|answer| answer.trim()).collect::<Vec<_>>().join(" ");
        }
        Ok(text)
    }
}
