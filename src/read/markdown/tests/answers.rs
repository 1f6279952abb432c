//! Answers beside what stands right above, below or before them.

use super::*;

/// The document with `answer` in the place of its unit that has `unit` for its text, and what of its structure differs.
fn answered(text: &str, unit: &str, answer: &str) -> (String, Vec<usize>) {
    let blocks = identity(text);
    assert!(
        blocks.iter().any(|block| block.unit.as_ref().is_some_and(|found| found.text == unit)),
        "{blocks:#?}"
    );
    let result = rebuilt(text, &blocks, |found| {
        if found.text == unit { found.restore(answer) } else { found.restore(&found.text) }
    });
    let findings = structure_findings(text, &result);
    (result, findings)
}

#[test]
fn text_right_below_a_table_does_not_become_a_row_of_it() {
    // GFM: every line below a table is another row; a bar alone has no cells, and so ends it.
    for (text, result) in [
        ("|a|\n|-|\n|\nText below.\n", "|a|\n|-|\n|\nTexto\n"),
        ("|a|\n|-|\n|b|\n| \t\nText below.\n", "|a|\n|-|\n|b|\n| \t\nTexto\n"),
        ("|a|\n|-|\n|  \nText below.\n", "|a|\n|-|\n|  \nTexto\n"),
        ("> |a|\n> |-|\n> |\n> Text below.\n", "> |a|\n> |-|\n> |\n> Texto\n"),
        ("- |a|\n  |-|\n  |\n  Text below.\n", "- |a|\n  |-|\n  |\n  Texto\n"),
        ("|a|\n|-|\n|\nText below.\n===\n", "|a|\n|-|\n|\nTexto\n===\n"),
        ("|a|\r\n|-|\r\n|\r\nText below.", "|a|\r\n|-|\r\n|\r\nTexto"),
        ("> |a|\n> |-|\nText below.\n", "> |a|\n> |-|\nTexto\n"),
        ("|\nText below.\n", "|\nTexto\n"),
    ] {
        assert_eq!(answered(text, "Text below.", "Texto"), (result.to_owned(), vec![]), "{text:?}");
        for answer in ["| Texto |", "-", "Um | dois", "|-|", "a\n|-|"] {
            assert_eq!(answered(text, "Text below.", answer).1, [0; 0], "{text:?} {answer:?}");
        }
    }
    // What is a row stays one.
    assert_eq!(units("|a|\n|-|\nText below.\n||\nMore.\n"), ["a", "Text below.", "More."]);
}

#[test]
fn a_cell_without_bars_does_not_begin_another_block() {
    let table = "|a|\n|-|\nSome text\n";
    for (answer, cell) in [("#", "\\#"), ("# x", "\\# x"), ("- x", "\\- x"), ("1. x", "1\\. x"), ("x", "x")] {
        let result = format!("|a|\n|-|\n{cell}\n");
        assert_eq!(answered(table, "Some text", answer), (result, vec![]), "{answer:?}");
    }
}

#[test]
fn the_mark_of_a_quoted_line_does_not_end_a_declaration() {
    let text = "> A quotation that goes\n> over two lines.\n";
    let unit = "A quotation that goes over two lines.";
    for answer in ["<!P and so on and so on *and so on*", "<? and so on and so on and *so on*"] {
        let (result, findings) = answered(text, unit, answer);
        assert!(findings.is_empty() && result.starts_with("> \\<"), "{result:?}");
    }
}

#[test]
fn a_control_character_moved_to_an_edge_leaves_no_blank_line() {
    let text = "> some\u{b}more words of a quote\n> and the rest\n";
    let unit = "some⟦1⟧more words of a quote and the rest";
    for answer in ["⟦1⟧ uma citação mais longa do que isso", "uma citação mais longa do que isso ⟦1⟧"]
    {
        let (result, findings) = answered(text, unit, answer);
        assert!(findings.is_empty(), "{result:?}");
    }
    assert_eq!(answered(text, unit, "mais⟦1⟧palavras").0, "> mais\u{b}palavras\n");
}

#[test]
fn text_right_above_drawn_bars_does_not_become_the_head_of_a_table() {
    for (text, answer, result) in [
        ("Some text\n- | -\n", "Um | dois", "Um \\| dois\n- | -\n"),
        ("Some text\n- |\n", "Um |", "Um \\|\n- |\n"),
        ("- Some text\r\n  - | -\r\n", "Um | dois", "- Um \\| dois\r\n  - | -\r\n"),
        ("Some text\n\n- | -\n", "Um | dois", "Um | dois\n\n- | -\n"),
        ("Some text\n- item\n", "Um | dois", "Um | dois\n- item\n"),
    ] {
        assert_eq!(answered(text, "Some text", answer), (result.to_owned(), vec![]), "{text:?}");
    }
    // Three columns over two are no table: such bars stand as they are, and one more is escaped.
    for text in ["a | b | c\n- | -\n", "a `x|y` | z\n- | -\n", "a \\| b\n- | -\n"] {
        let unit = only(text);
        for answer in [unit.text.clone(), format!("{} | d", unit.text), format!("d | {}", unit.text)] {
            let (result, findings) = answered(text, &unit.text, &answer);
            assert!(findings.is_empty() && result.ends_with("\n- | -\n"), "{answer:?} {result:?}");
        }
    }
}

#[test]
fn below_a_bar_in_a_note_a_line_begins_no_block() {
    let (result, findings) = answered("[^1]: |\n    Some text\n", "Some text", "# Um # dois");
    assert_eq!((result.as_str(), findings), ("[^1]: |\n    \\# Um # dois\n", vec![]));
}

#[test]
fn emphasis_in_a_link_beside_an_image_is_put_back_and_an_emptied_pair_refused() {
    let unit = only("![alt](a) and [a *b* c](d)\n");
    assert_eq!(unit.text, "⟦1⟧alt⟦2⟧ and ⟦3⟧a ⟦4⟧b⟦5⟧ c⟦6⟧");
    for (answer, written) in [
        ("⟦1⟧foto⟦2⟧ e ⟦3⟧um ⟦4⟧dois⟦5⟧ três⟦6⟧", "![foto](a) e [um *dois* três](d)"),
        ("⟦3⟧⟦4⟧Dois⟦5⟧ um⟦6⟧ e a ⟦1⟧foto⟦2⟧.", "[*Dois* um](d) e a ![foto](a)."),
        ("⟦1⟧foto⟦2⟧e⟦3⟧um⟦4⟧ dois ⟦5⟧três⟦6⟧", "![foto](a)e[um *dois* três](d)"),
        ("⟦1⟧图⟦2⟧和⟦3⟧一⟦4⟧“二”⟦5⟧三⟦6⟧", "![图](a)和[一 *“二”* 三](d)"),
        ("⟦3⟧um ⟦4⟧dois⟦5⟧ ⟦1⟧foto⟦2⟧⟦6⟧", "[um *dois* ![foto](a)](d)"),
    ] {
        assert_eq!(unit.restore(answer).as_deref(), Ok(written), "{answer}");
    }
    for lossy in [
        "⟦1⟧⟦2⟧ e ⟦3⟧um ⟦4⟧dois⟦5⟧⟦6⟧",
        "⟦1⟧foto⟦2⟧ e ⟦3⟧um dois ⟦4⟧⟦5⟧⟦6⟧",
        "⟦1⟧foto⟦2⟧ ⟦3⟧um ⟦4⟧dois⟦6⟧⟦5⟧",
    ] {
        assert_eq!(unit.restore(lossy), Err(RestoreError::Structure), "{lossy}");
    }
}

#[test]
fn a_line_does_not_begin_with_a_tab_before_what_begins_a_block() {
    let text = "> A quote of\n> two lines\n";
    for hazard in ["\t#", "\t #", "\t- x", "\t1. x"] {
        for filler in ["palavra", "palavras de", "uma palavra ou"] {
            let (result, findings) =
                answered(text, "A quote of two lines", &format!("{filler} {hazard} e outra"));
            assert!(findings.is_empty(), "{result:?}");
        }
    }
}

#[test]
fn an_item_of_dashes_is_no_rule() {
    for (answer, item) in [("--", "\\--"), ("- -", "\\- -"), ("-- x", "-- x")] {
        assert_eq!(
            answered("- Some text\n", "Some text", answer),
            (format!("- {item}\n"), vec![]),
            "{answer:?}"
        );
    }
}
