use super::*;

/// Maps an edit of a text whose units stand between `[` and `]`; shows changed units, unmapped lines, gone units.
fn shown(marked: &str, edited: &str) -> String {
    let (mut written, mut units, mut start) = (String::new(), Vec::new(), 0);
    for character in marked.chars() {
        match character {
            '[' => start = written.len(),
            ']' => {
                let block = BlockId(u32::try_from(units.len()).unwrap());
                units.push(Written { block, range: start..written.len(), one_line: false });
            }
            other => written.push(other),
        }
    }
    let mapped = map(&written, &units, edited);
    let mut said: Vec<String> = mapped
        .changed
        .iter()
        .map(|(block, range)| format!("{}={}", block.0, slice(edited, range.clone())))
        .collect();
    said.extend(mapped.unmapped.iter().map(|(first, last)| format!("?{first}-{last}")));
    said.extend(mapped.gone.iter().map(|block| format!("-{}", block.0)));
    said.join(" | ")
}

const THREE: &str =
    "[Um título]\n\n[A ponte foi aberta na segunda.]\n\n[Ninguém ficou ferido, diz a polícia.]\n";

#[test]
fn changed_paragraphs_are_found_where_everything_else_stands() {
    for (edited, expected) in [
        ("Um título\n\nA ponte foi aberta na segunda.\n\nNinguém ficou ferido, diz a polícia.\n", ""),
        ("Outro\n\nA ponte foi aberta na segunda.\n\nNinguém ficou ferido, diz a polícia.\n", "0=Outro"),
        ("Outro\n\nTudo novo.\n\nE mais.\n", "0=Outro | 1=Tudo novo. | 2=E mais."),
        (
            "Um título\n\nA ponte foi aberta\nna terça.\n\nNinguém ficou ferido, diz a polícia.\n",
            "1=A ponte foi aberta\nna terça.",
        ),
    ] {
        assert_eq!(shown(THREE, edited), expected, "{edited}");
    }
}

#[test]
fn white_space_and_line_ends_alone_are_no_change_of_a_paragraph() {
    for edited in [
        "Um título\n\nA ponte foi aberta na segunda.\n\nNinguém ficou ferido, diz a polícia.",
        "Um título\r\n\r\nA ponte foi aberta na segunda.\r\n\r\nNinguém ficou ferido, diz a polícia.\r\n",
        "Um título  \n\n\n\nA ponte foi aberta na segunda.\n\nNinguém ficou ferido, diz a polícia.\n\n\n",
    ] {
        assert_eq!(shown(THREE, edited), "", "{edited:?}");
    }
    let edited = "Um título\r\n\r\nA ponte abriu.\r\n\r\nNinguém ficou ferido, diz a polícia.";
    assert_eq!(shown(THREE, edited), "1=A ponte abriu.");
}

#[test]
fn what_cannot_be_placed_is_named_and_the_rest_is_mapped() {
    for (edited, expected) in [
        // One paragraph more.
        (
            "Um título\n\nUm parágrafo novo.\n\nA ponte foi aberta na segunda.\n\nNinguém ficou ferido.\n",
            "2=Ninguém ficou ferido. | ?3-3",
        ),
        // One paragraph less.
        ("Um título\n\nNinguém ficou ferido, diz a polícia.\n", "-1"),
        // One made two, of which one is nearly all of it.
        (
            "Um título\n\nA ponte foi aberta na\n\nsegunda.\n\nNinguém ficou ferido, diz a polícia.\n",
            "?3-3 | ?5-5 | -1",
        ),
        // Two made one.
        (
            "Título\n\nA ponte foi aberta na segunda. Ninguém ficou ferido, diz a polícia.\n",
            "0=Título | ?3-3 | -1 | -2",
        ),
        // One made two.
        (
            "Um título\n\nA ponte foi\n\naberta na segunda.\n\nNinguém ficou ferido, diz a polícia.\n",
            "?3-3 | ?5-5 | -1",
        ),
        ("Outra coisa.\n", "?1-1 | -0 | -1 | -2"),
        ("", "-0 | -1 | -2"),
    ] {
        let said = shown(THREE, edited);
        assert_eq!(said, expected, "{edited}");
    }
}

#[test]
fn marks_of_failed_units_are_replaced_or_left_alone() {
    let marked = format!("[{MARK_OPEN}One.{MARK_CLOSE}]\n\n[Dois.]\n");
    assert_eq!(shown(&marked, "Um.\n\nDois.\n"), "0=Um.");
    let left = format!("{MARK_OPEN}Um.{MARK_CLOSE}\n\nDois, pois.\n");
    assert_eq!(shown(&marked, &left), "1=Dois, pois. | ?1-1 | -0");
}

#[test]
fn markers_around_units_hold_them() {
    let list = "# [Título]\n\n- [um]\n- [dois]\n\n| [a] | [b] |\n| --- | --- |\n| [c] | [d] |\n";
    for (edited, expected) in [
        ("# Título\n\n- um\n- dois e meio\n\n| a | b |\n| --- | --- |\n| c | d |\n", "2=dois e meio"),
        ("# Título\n\n- um\n- dois\n\n| a | x y |\n| --- | --- |\n| c2 | d |\n", "4=x y | 5=c2"),
        ("## Título\n\n- um\n- dois\n\n| a | b |\n| --- | --- |\n| c | d |\n", "?1-1 | -0"),
        ("# Título\n\n- um\n- três\n- dois\n\n| a | b |\n| --- | --- |\n| c | d |\n", "?4-4"),
    ] {
        assert_eq!(shown(list, edited), expected, "{edited}");
    }
}

#[test]
fn paragraphs_of_one_line_each_stay_on_one_line() {
    let lines = "[Um.]\n[Dois.]\n[Três.]\n";
    assert_eq!(shown(lines, "Um.\nDuas.\nTrês.\n"), "1=Duas.");
    assert_eq!(shown(lines, "Um.\nDois\nmais.\nTrês.\n"), "?2-3 | -1");
}
