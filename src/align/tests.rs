use std::path::PathBuf;

use super::{Alignment, align};
use crate::document::{Block, BlockId, Document, Format, Source};
use crate::language::{Detection, Language};
use crate::read::decode::decode;
use crate::read::{markdown, text};

/// A document of the given text.
pub(super) fn document(text: &str, format: Format, language: &str) -> Document {
    let source = Source { path: PathBuf::new(), relative: PathBuf::new(), format, size: 0 };
    let (text, encoding) = decode(text.as_bytes()).unwrap();
    let blocks: Vec<Block> = match format {
        Format::Text => text::parse(&text),
        Format::Markdown => markdown::parse(&text),
    };
    let language = Detection { language: Language::parse(language).unwrap(), confidence: 1.0 };
    Document { source, digest: String::new(), encoding, text, language, blocks }
}

fn english(paragraphs: &[&str]) -> Document {
    document(&paragraphs.join("\n\n"), Format::Text, "en")
}

fn spanish(paragraphs: &[&str]) -> Document {
    document(&paragraphs.join("\n\n"), Format::Text, "es")
}

/// For each source block the target blocks, and the extra ones.
fn shape(alignment: &Alignment) -> (Vec<Vec<usize>>, Vec<usize>) {
    (alignment.blocks.iter().map(|aligned| aligned.targets.clone()).collect(), alignment.extra.clone())
}

const EN: &[&str] = &[
    "Bridge to close for repairs",
    "The council met on Monday and approved 15 documents on the repair of the old bridge over the river.",
    "Mayor Ana Torres said the work would cost 2.4 million euros.",
    "The bridge will be closed until 30 November, and buses will take the road through Villanueva instead.",
    "Residents may write to obras@example.org.",
];
const ES: &[&str] = &[
    "El puente cerrará por obras",
    "El consejo se reunió el lunes y aprobó 15 documentos sobre la reparación del viejo puente sobre el río.",
    "La alcaldesa Ana Torres dijo que las obras costarían 2,4 millones de euros.",
    "El puente permanecerá cerrado hasta el 30 de noviembre, y los autobuses irán por la carretera de Villanueva.",
    "Los vecinos pueden escribir a obras@example.org.",
];

#[test]
fn a_whole_translation_is_matched_in_order() {
    let found = shape(&align(&english(EN), &spanish(ES), None));
    assert_eq!(found, ((0..5).map(|at| vec![at]).collect(), vec![]));
}

#[test]
fn each_dropped_paragraph_is_missing_and_no_other() {
    for drop in 0..ES.len() {
        let mut rest = ES.to_vec();
        rest.remove(drop);
        let alignment = align(&english(EN), &spanish(&rest), None);
        let missing: Vec<BlockId> = alignment.missing().collect();
        assert_eq!(missing, [BlockId(drop as u32)], "{drop}");
        assert!(alignment.extra.is_empty(), "{drop}");
    }
}

#[test]
fn an_added_paragraph_is_extra() {
    let mut more = ES.to_vec();
    more.insert(2, "Suscríbase a nuestro boletín y reciba las noticias cada mañana.");
    assert_eq!(align(&english(EN), &spanish(&more), None).extra, [2]);
}

#[test]
fn paragraphs_that_changed_places_are_found_and_said_to_have_moved() {
    let mut order = ES.to_vec();
    order.swap(1, 3);
    let alignment = align(&english(EN), &spanish(&order), None);
    assert_eq!(shape(&alignment).0, [vec![0], vec![3], vec![2], vec![1], vec![4]]);
    assert!(alignment.blocks.iter().any(|aligned| aligned.moved));
    assert!(!alignment.blocks[0].moved && !alignment.blocks[4].moved);
}

#[test]
fn two_made_one_share_it_and_one_cut_in_two_has_both() {
    let joined = [ES[0], ES[1], &[ES[2], ES[3]].join(" "), ES[4]];
    let alignment = align(&english(EN), &spanish(&joined), None);
    assert_eq!(shape(&alignment), (vec![vec![0], vec![1], vec![2], vec![2], vec![3]], vec![]));
    assert!(alignment.blocks[2].shared && alignment.blocks[2].alone().is_none());
    assert_eq!(alignment.blocks[1].alone(), Some(1));
    let cut = [
        ES[0],
        ES[1],
        ES[2],
        "El puente permanecerá cerrado hasta el 30 de noviembre.",
        "Los autobuses irán por la carretera de Villanueva.",
        ES[4],
    ];
    let alignment = align(&english(EN), &spanish(&cut), None);
    assert_eq!(shape(&alignment), (vec![vec![0], vec![1], vec![2], vec![3, 4], vec![5]], vec![]));
}

#[test]
fn names_and_numbers_tell_paragraphs_of_another_script_apart() {
    let source = english(&[
        "President Vladimir Putin spoke to the reporters after the meeting in the capital.",
        "Angela Merkel spoke to the reporters after the meeting in the capital too.",
        "The next meeting will be held in Yerevan, with the same people in attendance.",
    ]);
    let russian = [
        "Следующая встреча пройдёт в Ереване, в ней примут участие те же самые люди.",
        "Ангела Меркель также выступила перед журналистами после встречи в столице.",
        "Президент Владимир Путин выступил перед журналистами после встречи в столице.",
    ];
    let target = document(&russian.join("\n\n"), Format::Text, "ru");
    assert_eq!(shape(&align(&source, &target, None)).0, [vec![2], vec![1], vec![0]]);
}

#[test]
fn structure_matches_where_words_cannot() {
    let source = "# Plan\n\nWe go first.\n\n- milk\n- bread\n\n```\nlet a = 1;\n```\n\n| a | b |\n|---|---|\n| one | two |\n";
    let target = "# 計画\n\n私たちが先に行きます。\n\n- パン\n\n```\nlet a = 1;\n```\n\n| あ | い |\n|---|---|\n| 一 | 二 |\n";
    let source = document(source, Format::Markdown, "en");
    let target = document(target, Format::Markdown, "ja");
    let alignment = align(&source, &target, None);
    assert_eq!(alignment.missing().count(), 1);
    assert!(alignment.extra.is_empty());
    let kinds =
        |at: usize| (source.blocks[alignment.blocks[at].block.0 as usize].kind, alignment.blocks[at].alone());
    for at in 0..alignment.blocks.len() {
        let (kind, counterpart) = kinds(at);
        if let Some(counterpart) = counterpart {
            assert_eq!(kind, target.blocks[counterpart].kind);
        }
    }
}

fn written(texts: &[&str]) -> Vec<(BlockId, String)> {
    texts.iter().enumerate().map(|(at, text)| (BlockId(at as u32), (*text).to_owned())).collect()
}

#[test]
fn an_edited_output_is_matched_to_what_was_written() {
    let edited = [
        "El puente cierra",
        "El consejo se reunió el lunes y aprobó quince documentos sobre la reparación del puente viejo.",
        ES[3],
        ES[2],
        "Escriban a obras@example.org.",
    ];
    let alignment = align(&english(EN), &spanish(&edited), Some(&written(ES)));
    assert_eq!(shape(&alignment).0, [vec![0], vec![1], vec![3], vec![2], vec![4]]);
    let exact: Vec<bool> = alignment.blocks.iter().map(|aligned| aligned.exact).collect();
    assert_eq!(exact, [false, false, true, true, false]);
}

#[test]
fn a_paragraph_rewritten_from_scratch_keeps_its_place_between_its_neighbours() {
    let mut edited = ES.to_vec();
    edited[2] = "Nada de lo anterior vale: todo es distinto ahora, según fuentes del ayuntamiento.";
    let alignment = align(&english(EN), &spanish(&edited), Some(&written(ES)));
    assert_eq!(shape(&alignment), ((0..5).map(|at| vec![at]).collect(), vec![]));
    assert!(!alignment.blocks[2].exact && alignment.blocks[3].exact);
}

#[test]
fn what_a_person_removed_is_missing_and_what_they_added_is_extra() {
    let edited = [ES[0], ES[1], "Nota de la redacción: corregido.", ES[3], ES[4]];
    let alignment = align(&english(EN), &spanish(&edited), Some(&written(ES)));
    // One is gone and another stands in its place: nothing tells that from a rewriting.
    assert_eq!(shape(&alignment).0[2], [2]);
    let shorter = [ES[0], ES[1], ES[3], ES[4]];
    let alignment = align(&english(EN), &spanish(&shorter), Some(&written(ES)));
    assert_eq!(alignment.missing().collect::<Vec<_>>(), [BlockId(2)]);
}

#[test]
fn blocks_left_out_by_intent_are_not_looked_for() {
    let texts: Vec<_> = written(ES).into_iter().filter(|(block, _)| block.0 != 4).collect();
    let alignment = align(&english(EN), &spanish(&ES[..4]), Some(&texts));
    assert_eq!(alignment.missing().count(), 0);
    assert_eq!(alignment.blocks.len(), 4);
}

#[test]
fn a_unit_marked_untranslated_is_its_sources_counterpart() {
    let marked = format!("⟪untranslated⟫ {} ⟪/untranslated⟫", EN[3]);
    let alignment = align(&english(EN), &spanish(&[ES[0], ES[1], ES[2], &marked, ES[4]]), None);
    assert_eq!(alignment.blocks[3].alone(), Some(3));
    assert!(alignment.blocks[3].exact);
}

#[test]
fn equal_paragraphs_keep_their_order_and_nothing_fits_nothing() {
    let source =
        english(&["Photo: Reuters", "One text about the river.", "Photo: Reuters", "Photo: Reuters"]);
    let same = align(&source, &source, None);
    assert_eq!(shape(&same), ((0..4).map(|at| vec![at]).collect(), vec![]));
    let empty = document("", Format::Text, "es");
    assert_eq!(align(&source, &empty, None).missing().count(), 4);
    assert_eq!(align(&empty, &source, None).extra, [0, 1, 2, 3]);
}

#[test]
fn thousands_of_paragraphs_take_no_square_of_time() {
    let many = |word: &str| {
        let texts: Vec<String> =
            (0..3_000).map(|at| format!("{word} {} {}.", at * 7 % 1_000, word.repeat(at % 9))).collect();
        texts.join("\n\n")
    };
    let source = document(&many("river"), Format::Text, "en");
    let target = document(&many("річка"), Format::Text, "uk");
    let begun = std::time::Instant::now();
    let alignment = align(&source, &target, None);
    assert_eq!(alignment.missing().count(), 0);
    assert!(begun.elapsed().as_secs() < 60, "{:?}", begun.elapsed());
}
