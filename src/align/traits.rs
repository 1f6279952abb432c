//! What of a block is compared: its kind, its length in letters, and its traits: numbers, addresses, words.
//!
//! A trait counts only where both documents have it, and the more the fewer blocks have it.

use rustc_hash::FxHashMap;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::document::{Block, BlockId, BlockKind, Document, slice};
use crate::language::Language;
use crate::read::unit::{Mark, Unit};
use crate::stitch::{MARK_CLOSE, MARK_OPEN};

/// Letters of a prefix by which words of two languages are held for the same: `presidente`, `president`. Simard, Foster
/// and Isabelle (1992) take four; five keep chance out of long articles.
const PREFIX: usize = 5;

/// What a trait says, in nats, beside its rarity: one that both documents have once stands in a block and its counterpart nineteen
/// times in twenty.
const COMPANY: f64 = 3.0;

/// One block made ready for comparison.
#[derive(Debug, Clone)]
pub(super) struct Item {
    pub block: BlockId,
    pub kind: BlockKind,
    /// It has a unit; otherwise its bytes are expected to be the same on both sides.
    pub unit: bool,
    /// What it is expected to say in the target, without regard to white space and the numbers of placeholders.
    pub key: String,
    pub letters: f64,
    /// Numbers in [`Reading::weights`], ascending, each once.
    pub traits: Vec<u32>,
}

/// Both documents made ready.
#[derive(Debug)]
pub(super) struct Reading {
    pub source: Vec<Item>,
    pub target: Vec<Item>,
    /// What sharing a trait says, in nats.
    pub weights: Vec<f64>,
    /// Both texts are of one language, and the one is expected to be the other.
    pub same_language: bool,
    /// How many letters of the target come for one of the source, before the documents are looked at; a logarithm.
    pub expansion: f64,
    /// Scatter of that logarithm in long paragraphs.
    pub scatter: f64,
}

impl Reading {
    pub fn new(source: &Document, target: &Document, written: Option<&[(BlockId, String)]>) -> Self {
        let written: Option<FxHashMap<BlockId, &str>> =
            written.map(|texts| texts.iter().map(|(block, text)| (*block, text.as_str())).collect());
        let (from, to) = (&source.language.language, &target.language.language);
        let same_language = written.is_some() || from.primary() == to.primary();
        let mut vocabulary = FxHashMap::default();
        let mut read = |document: &Document, expected: Option<&FxHashMap<BlockId, &str>>| {
            let blocks = document.blocks.iter().filter(|block| !block.content.is_empty());
            let items = blocks.filter_map(|block| {
                let text = match (&block.unit, expected) {
                    // Left out by intent: nothing can be its counterpart.
                    (Some(_), Some(expected)) => (*expected.get(&block.id)?).to_owned(),
                    (Some(unit), None) => unit.text.clone(),
                    (None, _) => slice(&document.text, block.content.clone()).to_owned(),
                };
                Some(item(block, &text, same_language, &mut vocabulary))
            });
            items.collect::<Vec<_>>()
        };
        let mut items = [read(source, written.as_ref()), read(target, None)];
        let weights = weigh(&mut items, vocabulary.len());
        let [source, target] = items;
        let dense = |language: &Language| matches!(language.primary(), "zh" | "ja" | "ko");
        Self {
            source,
            target,
            weights,
            same_language,
            expansion: if same_language { 0.0 } else { letters_for(to).ln() - letters_for(from).ln() },
            scatter: match (same_language, dense(from) != dense(to)) {
                (true, _) => 0.3,
                (false, true) => 0.2,
                (false, false) => 0.12,
            },
        }
    }

    /// The weight of what two sets of traits share. Both ascending.
    pub fn shared(&self, left: &[u32], right: &[u32]) -> f64 {
        let (mut left, mut right) = (left.iter().peekable(), right.iter().peekable());
        let mut sum = 0.0;
        while let (Some(a), Some(b)) = (left.peek(), right.peek()) {
            match a.cmp(b) {
                std::cmp::Ordering::Less => drop(left.next()),
                std::cmp::Ordering::Greater => drop(right.next()),
                std::cmp::Ordering::Equal => {
                    sum += self.weights.get(**a as usize).copied().unwrap_or_default();
                    left.next();
                    right.next();
                }
            }
        }
        sum
    }
}

/// Letters for one letter of English: medians over the 1,300 longer sentences of the news collection.
fn letters_for(language: &Language) -> f64 {
    match language.primary() {
        "zh" => 0.38,
        "ko" => 0.48,
        "ja" => 0.52,
        "he" => 0.8,
        "ar" => 0.92,
        "fa" => 0.95,
        "en" | "th" | "hi" | "vi" => 1.0,
        _ => 1.12,
    }
}

fn item(block: &Block, text: &str, same: bool, vocabulary: &mut FxHashMap<String, u32>) -> Item {
    let mut found = Vec::new();
    let mut add = |name: String| {
        let next = u32::try_from(vocabulary.len()).unwrap_or(u32::MAX);
        found.push(*vocabulary.entry(name).or_insert(next));
    };
    let (key, letters) = match &block.unit {
        Some(unit) => {
            kept(unit, &mut add);
            let shown = unmarked(text);
            words(&shown, same, &mut add);
            (key(&shown), shown.chars().filter(|character| character.is_alphanumeric()).count())
        }
        None => {
            add(format!("={text}"));
            (key(text), text.chars().filter(|character| character.is_alphanumeric()).count())
        }
    };
    found.sort_unstable();
    found.dedup();
    Item {
        block: block.id,
        kind: block.kind,
        unit: block.unit.is_some(),
        key,
        letters: letters as f64,
        traits: found,
    }
}

/// A unit's text without the marks of a failed one and with its placeholders out.
fn unmarked(text: &str) -> String {
    let text = text.trim();
    let text = text.strip_prefix(MARK_OPEN.trim_end()).unwrap_or(text);
    let text = text.strip_suffix(MARK_CLOSE.trim_start()).unwrap_or(text);
    let mut out = String::with_capacity(text.len());
    let mut inside = false;
    for character in text.chars() {
        match character {
            '⟦' => inside = true,
            '⟧' => {
                inside = false;
                out.push('\u{fffc}');
            }
            _ if inside => {}
            _ => out.push(character),
        }
    }
    out
}

/// The text by which two blocks are the same: placeholders alike, white space as single spaces.
fn key(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Addresses, code and other things kept out of translation.
fn kept(unit: &Unit, add: &mut impl FnMut(String)) {
    for mark in &unit.marks {
        if let Mark::Literal(shown) | Mark::Element(shown) = mark
            && !shown.trim().is_empty()
        {
            add(format!("={}", shown.trim()));
        }
    }
}

/// Numbers, words, and a few signs that translators keep.
fn words(text: &str, same: bool, add: &mut impl FnMut(String)) {
    signs(text, add);
    let folded: String = text.nfd().filter(|character| !is_combining_mark(*character)).collect();
    let mut word = String::new();
    let mut previous = ' ';
    let mut characters = folded.chars().peekable();
    while let Some(character) = characters.next() {
        let in_number = word.chars().next_back().is_some_and(|last| last.is_ascii_digit())
            && matches!(character, '.' | ',' | '\'' | '’' | '\u{a0}' | '\u{202f}' | '٫' | '٬')
            && characters.peek().is_some_and(|next| digit(*next).is_some());
        if in_number {
            continue;
        }
        if let Some(digit) = digit(character) {
            if !word.is_empty() && !word.ends_with(|last: char| last.is_ascii_digit()) {
                push_word(&mut word, same, add);
            }
            word.push(digit);
        } else if is_dense(character) {
            push_word(&mut word, same, add);
            if is_dense(previous) {
                add([previous, character].into_iter().collect());
            }
        } else if character.is_alphabetic() {
            if word.ends_with(|last: char| last.is_ascii_digit()) {
                push_word(&mut word, same, add);
            }
            word.push(character);
        } else {
            push_word(&mut word, same, add);
        }
        previous = character;
    }
    push_word(&mut word, same, add);
}

fn push_word(word: &mut String, same: bool, add: &mut impl FnMut(String)) {
    let taken = std::mem::take(word);
    if taken.is_empty() {
        return;
    }
    if taken.starts_with(|first: char| first.is_ascii_digit()) {
        add(format!("#{}", taken.trim_start_matches('0')));
        return;
    }
    let length = taken.chars().count();
    let capitals = length >= 2 && taken.chars().all(char::is_uppercase);
    if same || capitals {
        add(taken.to_lowercase());
        return;
    }
    if length >= 4 {
        add(taken.to_lowercase().chars().take(PREFIX).collect());
    }
    if (taken.starts_with(char::is_uppercase) || !taken.is_ascii())
        && let Some(skeleton) = super::sounds::skeleton(&taken)
    {
        add(format!("~{skeleton}"));
    }
}

/// Quotation marks, questions, brackets: rare enough in news to tell paragraphs apart.
fn signs(text: &str, add: &mut impl FnMut(String)) {
    for (name, signs) in [
        ("?", &['?', '？', '؟', ';'][..]),
        ("!", &['!', '！']),
        ("(", &['(', '（']),
        ("%", &['%', '٪', '％']),
        ("\"", &['"', '“', '”', '„', '«', '»', '「', '」', '『']),
        ("$", &['$', '€', '£', '¥']),
    ] {
        if text.contains(signs) {
            add(format!("sign {name}"));
        }
    }
    if text.trim_end().ends_with([':', '：']) {
        add("sign :".to_owned());
    }
}

/// The ASCII digit that a decimal digit of a living script stands for.
fn digit(character: char) -> Option<char> {
    let value = match u32::from(character) {
        code @ 0x30..=0x39 => code - 0x30,
        code @ 0x660..=0x669 => code - 0x660,
        code @ 0x6F0..=0x6F9 => code - 0x6F0,
        code @ 0x966..=0x96F => code - 0x966,
        code @ 0x9E6..=0x9EF => code - 0x9E6,
        code @ 0xE50..=0xE59 => code - 0xE50,
        code @ 0xFF10..=0xFF19 => code - 0xFF10,
        _ => return None,
    };
    char::from_digit(value, 10)
}

/// Characters of scripts without spaces between words; compared in pairs.
fn is_dense(character: char) -> bool {
    matches!(u32::from(character), 0xE00..=0xEFF | 0x3041..=0x30FF | 0x3400..=0x9FFF | 0xAC00..=0xD7A3 | 0x2_0000..=0x3_23AF)
        && character.is_alphabetic()
}

/// Keeps the traits that both sides have, and weighs them by how few blocks have them.
fn weigh(items: &mut [Vec<Item>; 2], known: usize) -> Vec<f64> {
    let mut counts = vec![[0_u32; 2]; known];
    for (side, items) in items.iter().enumerate() {
        for found in items.iter().flat_map(|item| &item.traits) {
            counts[*found as usize][side] += 1;
        }
    }
    let sizes = [items[0].len().max(1) as f64, items[1].len().max(1) as f64];
    let weights = counts.iter().map(|[source, target]| {
        if *source == 0 || *target == 0 {
            return 0.0;
        }
        // How surprising it is to meet it in a block by chance, on the side where it is commoner.
        let chance = (f64::from(*source) / sizes[0]).max(f64::from(*target) / sizes[1]);
        let uneven = f64::from(*source.min(target)) / f64::from(*source.max(target));
        (COMPANY - chance.ln()) * uneven
    });
    let weights: Vec<f64> = weights.collect();
    for item in items.iter_mut().flatten() {
        item.traits.retain(|found| weights[*found as usize] > 0.0);
    }
    weights
}
