//! Packing consecutive units into chunks, one request each.

use std::ops::Range;

/// Tokens set aside per item for what stands between items (`\n\n` or an id's quotes) and for counts
/// that do not add up to the last token.
pub const ITEM_TOKENS: usize = 2;

/// One thing to be asked, as far as packing needs to know it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Item {
    /// Its own tokens.
    pub tokens: usize,
    /// Whether a heading stands here: a chunk rather ends before it than after it.
    pub heading: bool,
}

/// Packs `items`, in order, into ranges whose tokens with [`ITEM_TOKENS`] each stay within `budget`. An
/// item that is alone over the budget stands alone: [`super::split`] has made sure that there is none.
///
/// A chunk is closed before a heading once it is half full, and a heading never ends a chunk that
/// another item could have followed.
pub fn pack(items: &[Item], budget: usize) -> Vec<Range<usize>> {
    let mut chunks = Vec::new();
    let mut start = 0;
    let mut sum = 0;
    for (index, item) in items.iter().enumerate() {
        let cost = item.tokens + ITEM_TOKENS;
        let full = sum + cost > budget;
        let good_place = item.heading && sum * 2 >= budget;
        if index > start && (full || good_place) {
            let mut end = index;
            while full && end > start + 1 && items.get(end - 1).is_some_and(|last| last.heading) {
                end -= 1;
            }
            chunks.push(start..end);
            start = end;
            sum = items
                .get(start..index)
                .unwrap_or_default()
                .iter()
                .map(|item| item.tokens + ITEM_TOKENS)
                .sum();
            if index > start && sum + cost > budget {
                chunks.push(start..index);
                start = index;
                sum = 0;
            }
        }
        sum += cost;
    }
    if start < items.len() {
        chunks.push(start..items.len());
    }
    chunks
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::plan::tokens::Tokenizer;

    fn item(tokens: usize) -> Item {
        Item { tokens, heading: false }
    }

    fn heading(tokens: usize) -> Item {
        Item { tokens, heading: true }
    }

    #[test]
    fn fills_up_to_the_budget() {
        assert_eq!(pack(&[item(8), item(8), item(8)], 20), vec![0..2, 2..3]);
        assert_eq!(pack(&[], 20), Vec::<Range<usize>>::new());
    }

    #[test]
    fn a_heading_goes_with_what_follows() {
        assert_eq!(pack(&[item(4), heading(2), item(14)], 22), vec![0..1, 1..3]);
    }

    #[test]
    fn breaks_before_a_heading_once_half_full() {
        assert_eq!(pack(&[item(12), heading(1), item(1)], 24), vec![0..1, 1..3]);
        assert_eq!(pack(&[item(2), heading(1), item(1)], 24), vec![0..3]);
    }

    proptest! {
        #[test]
        fn covers_every_item_once_and_in_order(
            items in prop::collection::vec((1usize..30, any::<bool>()), 0..60), budget in 32usize..100,
        ) {
            let items: Vec<Item> = items.into_iter().map(|(tokens, heading)| Item { tokens, heading }).collect();
            let chunks = pack(&items, budget);
            let flat: Vec<usize> = chunks.iter().cloned().flatten().collect();
            prop_assert_eq!(flat, (0..items.len()).collect::<Vec<_>>());
            for chunk in chunks {
                let sum: usize = items[chunk].iter().map(|item| item.tokens + ITEM_TOKENS).sum();
                prop_assert!(sum <= budget);
            }
        }

        #[test]
        fn a_finished_chunk_counted_afresh_is_within_budget(
            units in prop::collection::vec(
                prop_oneof!["[a-zA-Z ,]{1,80}[.?!”]", "[а-яё ]{1,60}\\.", "[一-龥，]{1,40}。", "\\PC{1,40}"], 1..40),
            budget in 160usize..400,
        ) {
            let tokenizer = Tokenizer::for_model("gpt-4o");
            let items: Vec<Item> = units.iter().map(|unit| item(tokenizer.count(unit))).collect();
            prop_assume!(items.iter().all(|item| item.tokens + ITEM_TOKENS <= budget));
            for chunk in pack(&items, budget) {
                let whole = units[chunk].join("\n\n");
                prop_assert!(tokenizer.count(&whole) <= budget);
            }
        }
    }
}
