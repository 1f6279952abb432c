//! What of a document's units is known already, and what must be asked.

use std::collections::HashMap;
use std::ops::Range;

use super::chunk::{self, Item};
use super::split::{self, Part};
use super::tokens::Tokenizer;
use crate::background;
use crate::document::{BlockId, Role};
use crate::error::Result;
use crate::glossary::PairTerms;
use crate::language::Language;
use crate::memory::{Key, Remembered, Store};

/// One unit as planning sees it: a block's text, or a sentence of a summary.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    pub block: BlockId,
    pub role: Role,
    pub heading: bool,
    /// Canonical text, with `⟦n⟧`.
    pub text: String,
    /// Source words.
    pub words: u64,
}

/// A unit in the parts that are asked; nearly always one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InParts {
    pub parts: Vec<Part>,
    pub keys: Vec<Key>,
}

/// What is known and what is not, by the index in the list of wanted units.
#[derive(Debug, Default)]
pub struct Lookup {
    pub known: HashMap<usize, Remembered>,
    pub unknown: HashMap<usize, InParts>,
    /// Parts of unknown units that are known on their own.
    pub known_parts: HashMap<Key, Remembered>,
}

/// How units are keyed and cut: everything that a look-up depends on beside the units.
#[derive(Debug, Clone, Copy)]
pub struct Terms<'a> {
    pub identity: &'a str,
    pub from: &'a Language,
    pub to: &'a Language,
    pub chunk_tokens: usize,
    /// The glossary's terms, for an engine that is told of them.
    pub glossary: Option<&'a PairTerms>,
}

impl Terms<'_> {
    /// The terms in the text are part of the question, so that a change of the glossary asks again exactly where it
    /// matters.
    pub fn key(&self, text: &str) -> Key {
        let signature = self.glossary.map(|glossary| glossary.signature(text)).unwrap_or_default();
        Key::translation_with_terms(self.identity, self.from, self.to, text, &signature)
    }
}

/// Asks the memory for the units of `wanted` at `only`, first whole, then in the parts that too large units are asked in. The
/// tokenizer is made only where something is unknown.
///
/// # Errors
/// Where the memory cannot be read.
pub async fn look_up(
    store: Option<&Store>,
    terms: &Terms<'_>,
    wanted: &[Wanted],
    only: &[usize],
    tokenizer: impl FnOnce() -> Tokenizer,
) -> Result<Lookup> {
    let chosen = only.iter().filter_map(|index| wanted.get(*index));
    let keys: Vec<Key> = chosen.map(|unit| terms.key(&unit.text)).collect();
    let mut recalled = recall(store, &keys).await?;
    let mut lookup = Lookup::default();
    let mut open = Vec::new();
    for (index, key) in only.iter().zip(&keys) {
        match recalled.get(key) {
            Some(known) => {
                lookup.known.insert(*index, known.clone());
            }
            None => open.push((*index, *key)),
        }
    }
    recalled.clear();
    if open.is_empty() {
        return Ok(lookup);
    }
    let tokenizer = tokenizer();
    let budget = terms.chunk_tokens.saturating_sub(chunk::ITEM_TOKENS).max(1);
    let texts: Vec<String> =
        open.iter().filter_map(|(index, _)| Some(wanted.get(*index)?.text.clone())).collect();
    let from = terms.from.clone();
    // Counting tokens is work, and nothing of this document is asked before: replies that come meanwhile go first.
    let cut = background::run(move || {
        texts.iter().map(|text| split::split(text, &from, &tokenizer, budget)).collect::<Vec<_>>()
    });
    let mut of_many = Vec::new();
    for ((index, key), parts) in open.into_iter().zip(cut.await?) {
        let keys = if parts.len() == 1 {
            vec![key]
        } else {
            let keys: Vec<Key> = parts.iter().map(|part| terms.key(&part.text)).collect();
            of_many.extend_from_slice(&keys);
            keys
        };
        lookup.unknown.insert(index, InParts { parts, keys });
    }
    if !of_many.is_empty() {
        lookup.known_parts = recall(store, &of_many).await?;
    }
    Ok(lookup)
}

/// What the memory knows; nothing where there is none yet.
async fn recall(store: Option<&Store>, keys: &[Key]) -> Result<HashMap<Key, Remembered>> {
    match store {
        Some(store) => store.recall(keys).await,
        None => Ok(HashMap::new()),
    }
}

/// A part that must be asked.
#[derive(Debug, Clone)]
pub struct Ask {
    pub key: Key,
    pub text: String,
    pub tokens: usize,
    /// The index of its unit in the list of wanted units.
    pub unit: usize,
    pub heading: bool,
    pub role: Role,
}

impl Lookup {
    /// Everything that must be asked, each text once, in reading order.
    pub fn asks(&self, wanted: &[Wanted]) -> Vec<Ask> {
        let mut seen = std::collections::HashSet::new();
        let mut asks = Vec::new();
        for (index, unit) in wanted.iter().enumerate() {
            let Some(in_parts) = self.unknown.get(&index) else { continue };
            for (part, key) in in_parts.parts.iter().zip(&in_parts.keys) {
                if !self.known_parts.contains_key(key) && seen.insert(*key) {
                    asks.push(Ask {
                        key: *key,
                        text: part.text.clone(),
                        tokens: part.tokens,
                        unit: index,
                        heading: unit.heading,
                        role: unit.role,
                    });
                }
            }
        }
        asks
    }
}

/// Packs `asks` into chunks of at most `budget` tokens.
pub fn chunks(asks: &[Ask], budget: usize) -> Vec<Range<usize>> {
    let items: Vec<Item> = asks.iter().map(|ask| Item { tokens: ask.tokens, heading: ask.heading }).collect();
    chunk::pack(&items, budget)
}
