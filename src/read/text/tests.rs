#![expect(clippy::print_stderr, reason = "a test that skips says so")]

use proptest::prelude::*;

use super::*;
use crate::document::tiles;

/// Rebuilds the text with each unit restored by `answer`.
fn rebuilt(text: &str, blocks: &[Block], answer: impl Fn(&Unit) -> String) -> String {
    let mut out = String::new();
    for block in blocks {
        out.push_str(slice(text, block.range.start..block.content.start));
        match &block.unit {
            Some(unit) => out.push_str(&unit.restore(&answer(unit)).expect("restores")),
            None => out.push_str(slice(text, block.content.clone())),
        }
        out.push_str(slice(text, block.content.end..block.range.end));
    }
    out
}

fn identity(text: &str) -> Vec<Block> {
    let blocks = parse(text);
    assert!(tiles(text, &blocks), "{text:?} is not tiled by {blocks:#?}");
    assert_eq!(rebuilt(text, &blocks, |unit| unit.text.clone()), text);
    blocks
}

fn units(text: &str) -> Vec<String> {
    identity(text).into_iter().filter_map(|block| Some(block.unit?.text)).collect()
}

const WRAPPED: &str = "The council met on Tuesday evening to discuss the budget for next year and\n\
    decided, after three hours of debate, to postpone the vote until the figures\n\
    have been checked by the auditors, who are expected to report in March.\n";

#[test]
fn a_paragraph_a_line_stays_a_unit_a_line() {
    let long =
        "A sentence that goes on for quite a while, as sentences in scraped articles do, without any break. ";
    let text = format!("{}\n{}\n{}", long.repeat(3), long.repeat(2), long.repeat(4));
    assert_eq!(units(&text).len(), 3);
}

#[test]
fn a_hard_wrapped_paragraph_is_one_unit_and_is_wrapped_again() {
    let blocks = identity(WRAPPED);
    assert_eq!(blocks.len(), 1);
    let unit = blocks[0].unit.as_ref().unwrap();
    assert!(unit.text.contains("next year and decided, after"));
    let answer = "O conselho reuniu-se na noite de terça-feira para discutir o orçamento do próximo ano e decidiu, \
        após três horas de debate, adiar a votação até que os números sejam verificados.";
    let restored = unit.restore(answer).unwrap();
    assert_eq!(restored.replace('\n', " "), answer);
    assert_eq!(restored.lines().count(), 3);
    assert!(restored.lines().all(|line| cells(line) <= 76), "{restored}");
}

#[test]
fn indentation_and_line_ends_are_those_of_the_source() {
    let text = WRAPPED.replace('\n', "\r\n").replace("decided", "   decided").replace("have", "   have");
    let blocks = identity(&text);
    assert_eq!(blocks.len(), 1);
    let restored = blocks[0].unit.as_ref().unwrap().restore(&"palavra ".repeat(30)).unwrap();
    let lines: Vec<&str> = restored.split("\r\n").collect();
    assert!(lines.len() >= 3 && lines[1..].iter().all(|line| line.starts_with("   palavra")), "{restored}");
}

#[test]
fn chinese_is_joined_without_spaces_and_wrapped_at_characters() {
    let line = "集体安全条约组织集体安全理事会批准了十五份文件其中包括关于建立公正和可持续";
    let text = format!("{line}\n{line}\n{line}\n的世界秩序。\n");
    let blocks = identity(&text);
    assert_eq!(blocks.len(), 1);
    let unit = blocks[0].unit.as_ref().unwrap();
    assert!(!unit.text.contains(' '));
    let restored = unit.restore(&"世界秩序，".repeat(30)).unwrap();
    assert!(restored.lines().all(|line| cells(line) <= 76 && !line.starts_with('，')), "{restored}");
    assert!(restored.lines().count() >= 4);
}

#[test]
fn menus_addresses_verses_and_lists_stay_a_unit_a_line() {
    for (text, count) in [
        ("Projects\nGovernment Bodies\nFlag Tuesday, 23 April 2024\nAll news\nPolitics", 5),
        ("Subscribe to us\nTwitter\nRecent news from Belarus", 3),
        ("Mr John Smith\n12 Long Street\nLondon W1 2AB\nUnited Kingdom", 4),
        ("Roses are red,\nViolets are blue,\nSugar is sweet\nAnd so are you.", 4),
        (
            "- buy some milk at the shop on the corner of the street where we live\n- sell the car before the end of the month, as we agreed last week",
            2,
        ),
    ] {
        assert_eq!(units(text).len(), count, "{text}");
    }
}

#[test]
fn a_two_line_paragraph_is_joined_where_the_document_is_wrapped_at_its_column() {
    let two = "Prices rose again in the second quarter, said the bank's economist. The\nCentral Bank will meet soon.\n";
    let text = format!("{WRAPPED}\n{two}\n{WRAPPED}");
    assert_eq!(units(&text).len(), 3);
}

#[test]
fn quoted_items_with_hanging_lines_are_one_unit_each() {
    let text = "1. The council met on Tuesday evening to discuss the budget for next year\n   and \
        decided, after three hours of debate, to postpone the vote until the\n   figures have been checked.\n\
        2. The auditors are expected to report in March, said the mayor.\n";
    assert_eq!(units(text).len(), 2);
}

#[test]
fn lines_without_letters_have_no_unit() {
    let blocks = identity("* * *\n\n12.5\n\nText\n\n\n");
    let kinds: Vec<bool> = blocks.iter().map(|block| block.unit.is_some()).collect();
    assert_eq!(kinds, [false, false, true]);
    assert_eq!(blocks[0].role, Role::Verbatim);
    assert!(identity("").is_empty());
    assert_eq!(identity(" \n\n").len(), 1);
}

#[test]
fn the_scraped_sample_has_a_block_a_line() {
    let Some(shared) = std::env::var_os("GLOSS_SHARED") else {
        eprintln!("skipped: GLOSS_SHARED is not set");
        return;
    };
    let text = std::fs::read_to_string(std::path::Path::new(&shared).join("seeds/csto-belta.txt")).unwrap();
    let units = units(&text);
    assert_eq!(units.len(), 7 + 1 + 10 + 3);
    assert_eq!(units[7], "CSTO Collective Security Council approves 15 documents");
}

fn line_end() -> impl Strategy<Value = &'static str> {
    prop_oneof![
        6 => Just("\n"), 2 => Just("\r\n"), 1 => Just("\r"), 2 => Just("\n\n"), 1 => Just("\u{2028}"),
        1 => Just("\u{85}"), 1 => Just(" \t\n"), 1 => Just("\n   "), 1 => Just("\n\u{a0}\u{3000}"), 1 => Just("\u{c}\n"),
    ]
}

fn fragment() -> impl Strategy<Value = String> {
    prop_oneof![
        8 => "[a-zA-Z,.]{1,12}",
        4 => Just("word in a line of ordinary text that is about as long as lines are".to_owned()),
        1 => "[ \\t\u{a0}\u{3000}\u{200b}]{1,4}",
        1 => "[\u{4e00}-\u{4e20}。，]{1,40}",
        1 => Just("https://x.org/a?b=c".to_owned()),
        1 => Just("me@x.org".to_owned()),
        1 => "⟦[0-9]{0,2}⟧?",
        1 => "\\PC{0,4}",
        1 => any::<char>().prop_map(String::from),
        1 => "(- |1\\. |> )",
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn every_text_comes_back_byte_for_byte(parts in prop::collection::vec((fragment(), prop_oneof![3 => Just(" "), 2 => line_end()]), 0..60)) {
        let text: String = parts.iter().map(|(word, end)| format!("{word}{end}")).collect();
        identity(&text);
    }

    #[test]
    fn wrapped_text_comes_back_byte_for_byte(words in prop::collection::vec("[a-z]{1,9}|[\u{4e00}-\u{4e20}]{1,30}", 20..120), column in 40_usize..100, end in "\n|\r\n|\r|\n  ") {
        let mut text = String::new();
        let mut width = 0;
        for word in &words {
            if width > 0 && width + 1 + cells(word) > column {
                text.push_str(&end);
                width = 0;
            } else if width > 0 {
                text.push(' ');
                width += 1;
            }
            text.push_str(word);
            width += cells(word);
        }
        identity(&text);
    }

    #[test]
    fn no_line_of_an_answer_is_wider_than_the_source_unless_one_word_is(answer in "([a-z]{1,12} ){1,80}") {
        let unit = parse(WRAPPED)[0].unit.clone().unwrap();
        let restored = unit.restore(&answer).unwrap();
        prop_assert!(restored.lines().all(|line| cells(line) <= 76));
        prop_assert_eq!(restored.replace('\n', " "), answer.trim());
    }
}

#[test]
fn hostile_sizes_take_linear_time() {
    for text in [
        " ".repeat(1_000_000),
        format!("a{}b", " ".repeat(1_000_000)),
        "word ".repeat(2_000_000),
        "a@".repeat(500_000),
        "www.".repeat(250_000),
        "://".repeat(300_000),
        "⟦1".repeat(300_000),
        "x\n".repeat(500_000),
        format!("{}\n", "word ".repeat(14)).repeat(20_000),
        "字".repeat(1_000_000),
    ] {
        let start = std::time::Instant::now();
        identity(&text);
        assert!(start.elapsed().as_secs() < 20, "{} bytes took {:?}", text.len(), start.elapsed());
    }
}

use crate::read::wrap::cells;

#[test]
fn scraped_news_comes_back_byte_for_byte_with_a_unit_a_paragraph() {
    let Some(shared) = std::env::var_os("GLOSS_SHARED") else {
        eprintln!("skipped: GLOSS_SHARED is not set");
        return;
    };
    let folder = std::path::Path::new(&shared).join("data/news");
    let (mut files, mut units, mut joined) = (0, 0, 0);
    for language in std::fs::read_dir(folder).unwrap().flatten() {
        for file in std::fs::read_dir(language.path()).unwrap().flatten() {
            let Ok(text) = std::fs::read_to_string(file.path()) else { continue };
            files += 1;
            for unit in identity(&text).into_iter().filter_map(|block| block.unit) {
                units += 1;
                if let crate::read::wrap::Layout::Wrapped { breaks, .. } = &unit.layout {
                    joined += breaks.len();
                }
            }
        }
    }
    eprintln!("{files} files, {units} units, {joined} lines joined");
    // Every line of these is a paragraph.
    assert!(files > 0 && joined == 0);
}

/// Wraps each long paragraph of the news at several columns: it must be read back as the one paragraph.
#[test]
fn wrapped_news_is_joined_again() {
    let Some(shared) = std::env::var_os("GLOSS_SHARED") else {
        eprintln!("skipped: GLOSS_SHARED is not set");
        return;
    };
    let folder = std::path::Path::new(&shared).join("data/news");
    let (mut paragraphs, mut read) = (0_usize, 0_usize);
    for language in ["en", "de", "ru", "pt", "ar"] {
        for file in std::fs::read_dir(folder.join(language)).unwrap().flatten() {
            let text = std::fs::read_to_string(file.path()).unwrap();
            for column in [66, 72, 80] {
                let long = text.lines().filter(|line| cells(line) > column);
                let long: Vec<String> = long.map(|line| wrapped(line.trim(), column)).collect();
                let joined = long.join("\n\n");
                let found = identity_contents(&joined, &identity(&joined));
                paragraphs += long.len();
                read += long.iter().filter(|paragraph| found.contains(paragraph)).count();
            }
        }
    }
    eprintln!("{read} of {paragraphs} paragraphs");
    assert!(read * 100 >= paragraphs * 95, "{read} of {paragraphs}");
}

fn identity_contents(text: &str, blocks: &[Block]) -> Vec<String> {
    blocks.iter().map(|block| slice(text, block.content.clone()).to_owned()).collect()
}

fn wrapped(line: &str, column: usize) -> String {
    let (mut out, mut width) = (String::new(), 0);
    for word in line.split_whitespace() {
        if width > 0 && width + 1 + cells(word) > column {
            out.push('\n');
            width = 0;
        } else if width > 0 {
            out.push(' ');
            width += 1;
        }
        out.push_str(word);
        width += cells(word);
    }
    out
}
