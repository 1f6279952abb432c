#![expect(clippy::print_stderr, reason = "a test that skips says so")]

mod answers;

use std::time::Instant;

use proptest::prelude::*;

use super::*;
use crate::document::tiles;
use crate::read::unit::RestoreError;

/// Rebuilds the text with each unit's answer; where an answer is refused, the source's bytes.
fn rebuilt(text: &str, blocks: &[Block], answer: impl Fn(&Unit) -> Result<String, RestoreError>) -> String {
    let mut out = String::new();
    for block in blocks {
        out.push_str(slice(text, block.range.start..block.content.start));
        let source = slice(text, block.content.clone());
        match &block.unit {
            Some(unit) => out.push_str(&answer(unit).unwrap_or_else(|_| source.to_owned())),
            None => out.push_str(source),
        }
        out.push_str(slice(text, block.content.end..block.range.end));
    }
    out
}

fn identity(text: &str) -> Vec<Block> {
    let blocks = parse(text);
    assert!(tiles(text, &blocks), "{text:?} is not tiled by {blocks:#?}");
    for block in &blocks {
        if let Some(unit) = &block.unit {
            let source = slice(text, block.content.clone());
            assert_eq!(unit.restore(&unit.text).as_deref(), Ok(source), "{unit:#?} in {text:?}");
        }
    }
    blocks
}

fn units(text: &str) -> Vec<String> {
    identity(text).into_iter().filter_map(|block| Some(block.unit?.text)).collect()
}

fn only(text: &str) -> Unit {
    identity(text).into_iter().find_map(|block| block.unit).expect("a unit")
}

#[test]
fn headings_items_cells_quotes_and_notes_are_units_and_the_rest_is_kept() {
    let text = "---\ntitle: A thing\n---\n\n# Top\n\nPara one\nand two[^1].\n\nSetext\n======\n\n- item *one*\n- [ ] todo\n\n\
        1. first\n\n   second\n\n> quoted\n\n| A | B |\n|---|---|\n| cell | 12 |\n\n```rust\nlet x = 1;\n```\n\n\
        <div>html</div>\n\n[label]: http://x.org \"t\"\n\n* * *\n\n    indented code\n\n[^1]: The note.\n";
    let blocks = identity(text);
    let found: Vec<(BlockKind, &str)> = blocks
        .iter()
        .map(|block| (block.kind, block.unit.as_ref().map_or("", |unit| unit.text.as_str())))
        .collect();
    assert_eq!(
        found,
        [
            (BlockKind::FrontMatter, ""),
            (BlockKind::Heading(1), "Top"),
            (BlockKind::Paragraph, "Para one and two⟦1⟧."),
            (BlockKind::Heading(1), "Setext"),
            (BlockKind::ListItem, "item ⟦1⟧one⟦2⟧"),
            (BlockKind::ListItem, "todo"),
            (BlockKind::ListItem, "first"),
            (BlockKind::ListItem, "second"),
            (BlockKind::Quote, "quoted"),
            (BlockKind::TableCell, "A"),
            (BlockKind::TableCell, "B"),
            (BlockKind::TableCell, "cell"),
            (BlockKind::TableCell, ""),
            (BlockKind::Code, ""),
            (BlockKind::Html, ""),
            (BlockKind::Markup, ""),
            (BlockKind::Markup, ""),
            (BlockKind::Code, ""),
            (BlockKind::Note, "The note."),
        ]
    );
}

#[test]
fn links_images_code_html_and_addresses_are_placeholders() {
    let unit = only(
        "See [the *book*](http://x.org \"T\"), `f(x)`, <b>x</b>, ![alt](a.png), <http://y.org>, \
        http://z.org/a_b and [`code`][ref].\n\n[ref]: u",
    );
    assert_eq!(unit.text, "See ⟦1⟧the ⟦2⟧book⟦3⟧⟦4⟧, ⟦5⟧, ⟦6⟧x⟦7⟧, ⟦8⟧alt⟦9⟧, ⟦10⟧, ⟦11⟧ and ⟦12⟧.");
    assert_eq!(
        crate::read::unit::plain(&unit),
        "See the book, f(x), x, alt, http://y.org, http://z.org/a_b and code."
    );
    let moved = "⟦12⟧ e ⟦11⟧, ⟦10⟧, ⟦8⟧alt⟦9⟧, ⟦6⟧x⟦7⟧, ⟦5⟧: ⟦1⟧o ⟦2⟧ livro ⟦3⟧⟦4⟧";
    assert_eq!(
        unit.restore(moved).unwrap(),
        "[`code`][ref] e http://z.org/a_b, <http://y.org>, ![alt](a.png), <b>x</b>, `f(x)`: [o *livro*](http://x.org \"T\")"
    );
    let crossed = unit.text.replace("⟦3⟧⟦4⟧", "⟦4⟧⟦3⟧");
    assert_eq!(unit.restore(&crossed), Err(RestoreError::Structure));
}

#[test]
fn a_pair_round_the_whole_text_is_left_out_of_it() {
    let unit = only("- **[The title](http://x.org)**\n");
    assert_eq!(unit.text, "The title");
    assert_eq!(unit.restore("O título").unwrap(), "**[O título](http://x.org)**");
}

#[test]
fn entities_and_escapes_are_decoded_and_spelled_again() {
    let unit = only("Salt &amp; pepper, 2 \\* 3, caf&eacute;&nbsp;au lait\n");
    assert_eq!(unit.text, "Salt & pepper, 2 * 3, café\u{a0}au lait");
    assert_eq!(unit.restore("2 * 3 & é").unwrap(), "2 \\* 3 &amp; &eacute;");
    // Spelled now so, now otherwise.
    identity("a &lt; b < c \\< d, 1\\. x. y. &copy; © &#169;\n");
    assert_eq!(units("1\\. not a list. Yes.\n"), ["1. not a list. Yes."]);
}

#[test]
fn what_would_become_markup_is_escaped_and_nothing_else() {
    let unit = only("plain text\n");
    for (answer, written) in [
        ("# x", "\\# x"),
        ("1. a", "1\\. a"),
        ("- b", "\\- b"),
        ("> q", "\\> q"),
        ("```", "\\`\\`\\`"),
        ("a*b_c", "a*b_c"),
        ("a *b* c", "a \\*b\\* c"),
        ("<div>", "\\<div>"),
        ("[x](y)", "\\[x\\](y)"),
        ("&amp;", "\\&amp;"),
        ("---", "\\---"),
        ("===", "==="),
        ("$5 and C#", "$5 and C#"),
        ("[1] snake_case", "[1] snake_case"),
    ] {
        assert_eq!(unit.restore(answer).as_deref(), Ok(written));
    }
    assert_eq!(only("# a\n").restore("x #").unwrap(), "x \\#");
    assert_eq!(only("- a\n").restore("[x] b").unwrap(), "\\[x\\] b");
    let cell = identity("| a |\n|---|\n| b |\n").pop().unwrap().unit.unwrap();
    assert_eq!(cell.restore("x | y").unwrap(), "x \\| y");
}

#[test]
fn emphasis_that_would_not_be_one_gets_its_spaces() {
    let unit = only("**Note:** the text\n");
    assert_eq!(unit.restore("⟦1⟧注意：⟦2⟧请看").unwrap(), "**注意：** 请看");
    assert_eq!(unit.restore("⟦1⟧ Nota: ⟦2⟧o texto").unwrap(), "**Nota:** o texto");
}

#[test]
fn wrapped_paragraphs_are_wrapped_again_with_what_their_lines_begin_with() {
    let unit =
        only("> A quoted paragraph that was wrapped\n> at forty columns or so, as people do\n> by hand.\n");
    assert_eq!(
        unit.text,
        "A quoted paragraph that was wrapped at forty columns or so, as people do by hand."
    );
    let restored = unit.restore(&"palavra # - ".repeat(12)).unwrap();
    let lines: Vec<&str> = restored.lines().collect();
    assert!(lines.len() > 3, "{restored}");
    assert!(lines[1..].iter().all(|line| line.starts_with("> palavra")), "{restored}");
    assert!(lines.iter().skip(1).all(|line| cells(line) <= 41), "{restored}");
}

#[test]
fn two_rules_round_a_paragraph_are_not_front_matter() {
    assert_eq!(units("Text\n\n---\nHello there\n\n---\nmore\n"), ["Text", "Hello there", "more"]);
    assert_eq!(units("---\nHello there\n\n---\nmore\n"), ["Hello there", "more"]);
    assert_eq!(units("+++\na = 1\n+++\nmore\n"), ["more"]);
}

#[test]
fn prices_are_not_formulas() {
    assert_eq!(units("From $5 for the small one to 10$ more.\n"), ["From $5 for the small one to 10$ more."]);
    assert_eq!(units("The mass $m = E/c^2$ grows.\n"), ["The mass ⟦1⟧ grows."]);
}

#[test]
fn prose_between_dollar_signs_may_go_over_lines() {
    let text = "> From $5 for the small one and  \n> a bit more to 10$ for\n> the large.\n";
    let unit = only(text);
    assert_eq!(unit.text, "From $5 for the small one and a bit more to 10$ for the large.");
    assert_eq!(unit.restore("De $5 a 10$.").unwrap(), "De \\$5 a 10\\$.");
    assert_eq!(units("- a $her\r2 word$ her\r"), ["a $her 2 word$ her"]);
}

#[test]
fn a_changed_structure_is_found() {
    let source = "# A\n\ntext [x](y)\n\n- b\n";
    assert!(same_structure(source, "# O\n\n[z](y) texto\n\n- c\n"));
    assert_eq!(structure_findings(source, "# O\n\ntexto [x](w)\n\n- c\n"), [1]);
    assert_eq!(structure_findings(source, "## O\n\ntexto [x](y)\n\n- c\n"), [0]);
    assert_eq!(structure_findings(source, "# O\n\ntexto [x](y)\n\n- c\n- d\n"), [2]);
}

/// Every README of the crates this one is built with that is on this machine.
#[test]
fn the_readmes_of_our_dependencies_come_back_byte_for_byte() {
    let home = std::env::var_os("CARGO_HOME")
        .map(std::path::PathBuf::from)
        .or_else(|| Some(std::path::PathBuf::from(std::env::var_os("HOME")?).join(".cargo")));
    let folders = home.and_then(|home| std::fs::read_dir(home.join("registry/src")).ok());
    let Some(folders) = folders else {
        eprintln!("skipped: no crates' sources here");
        return;
    };
    let crates =
        folders.flatten().filter_map(|folder| std::fs::read_dir(folder.path()).ok()).flatten().flatten();
    let (mut files, mut units, mut unchecked, mut bytes, mut hostile) = (0, 0, 0, 0, 0);
    let start = Instant::now();
    for folder in crates {
        for name in ["README.md", "CHANGELOG.md"] {
            let Ok(text) = std::fs::read_to_string(folder.path().join(name)) else { continue };
            if text.len() > 300_000 {
                continue;
            }
            let blocks = identity(&text);
            files += 1;
            bytes += text.len();
            for unit in blocks.iter().filter_map(|block| block.unit.as_ref()) {
                units += 1;
                if unit.markup.as_ref().is_some_and(|markup| markup.check != restore::Check::Alone) {
                    unchecked += 1;
                    eprintln!("unchecked: {:?}", unit.text);
                }
            }
            if name == "README.md" {
                let answer = |unit: &Unit| unit.restore(&format!("# 1. {} | - *", unit.text));
                let result = rebuilt(&text, &blocks, answer);
                let findings = structure_findings(&text, &result);
                if !findings.is_empty() {
                    hostile += 1;
                    let block = &blocks[findings[0]];
                    eprintln!("changed: {:?} {:?}", folder.path(), slice(&text, block.content.clone()));
                }
            }
        }
    }
    eprintln!(
        "{files} files, {bytes} bytes, {units} units, {unchecked} unchecked, {hostile} changed, {:?}",
        start.elapsed()
    );
    assert_eq!(hostile, 0);
}

fn inline() -> impl Strategy<Value = String> {
    prop_oneof![
        10 => "[a-zA-Z]{1,9}[,.:]?",
        1 => "\\*\\*[a-z ]{1,8}\\*\\*|\\*[a-z]{1,8}\\*|_[a-z]{1,5}_|~~[a-z]{1,4}~~|\\*\\*_[a-z]{1,5}_\\*\\*",
        1 => "\\[[a-z ]{1,6}\\]\\(<?u[a-z]{0,4}>?( \"t\")?\\)|\\[[a-z]{1,3}\\]\\[[a-c]\\]|\\[[a-c]\\]|\\[[A-C]\\]\\[\\]",
        1 => "!\\[[a-z]{0,6}\\]\\(u\\)|\\[!\\[b\\]\\(u\\)\\]\\(v\\)|\\[\\^[12]\\]",
        1 => "`[a-z|]{1,5}`|``a`b``|<b>|</b>|<br/>|<!-- c -->|<http://x.org>|<me@x.org>|https://x.org/a_b\\*c|a@b.org",
        1 => "&amp;|&lt;|&copy;|&#35;|&nbsp;|&ngE;|\\\\\\*|\\\\_|\\\\\\[|\\\\|\\\\a|\\\\\\|",
        1 => "[*_`~\\[\\]<>&!#|$\\\\-]{1,3}",
        1 => "\\$x\\^2\\$|\\$5|⟦1⟧|⟦|\u{a0}|\u{4e2d}\u{6587}，|\u{2028}|\t|  ",
        1 => "\\PC{1,3}",
    ]
}

fn prose() -> impl Strategy<Value = String> {
    prop::collection::vec((inline(), prop_oneof![12 => Just(" "), 2 => Just(""), 2 => Just("\n"), 1 => Just("  \n"), 1 => Just("\\\n")]), 1..14)
        .prop_map(|parts| parts.into_iter().map(|(word, end)| word + end).collect())
}

fn block() -> impl Strategy<Value = String> {
    let indented = |prefix: &'static str, first: &'static str| {
        prose().prop_map(move |text| {
            format!("{first}{}\n", text.trim_end().replace('\n', &format!("\n{prefix}")))
        })
    };
    prop_oneof![
        6 => prose().prop_map(|text| format!("{text}\n\n")),
        1 => indented("  ", "- "),
        1 => indented("", "- "),
        1 => indented("    ", "  - "),
        1 => indented("   ", "1. "),
        1 => indented("  ", "- [x] "),
        1 => indented("> ", "> "),
        1 => indented("", "> > "),
        1 => indented(">   ", "> - "),
        1 => prose().prop_map(|text| format!("## {} ##\n", text.replace('\n', " "))),
        1 => prose().prop_map(|text| format!("{}\n===\n", text.trim_end())),
        1 => prose().prop_map(|text| format!("{}\n---\n", text.trim_end())),
        1 => (prose(), prose()).prop_map(|(a, b)| format!("\n| {} | b |\n|:--|---|\n| x|{} |\n\n", a.replace('\n', " "), b.replace('\n', " "))),
        1 => prose().prop_map(|text| format!("| {} |\n|---|\n", text.replace('\n', " "))),
        1 => Just("|\n".to_owned()),
        1 => Just("> | a |\n> |---|\n".to_owned()),
        1 => Just("- | -\n".to_owned()),
        1 => prose().prop_map(|text| format!("```\n{text}\n```\n")),
        1 => prose().prop_map(|text| format!("\n    {text}\n\n")),
        1 => prose().prop_map(|text| format!("<div>\n{text}\n</div>\n\n")),
        1 => prose().prop_map(|text| format!("[^1]: {}\n\n", text.replace('\n', "\n    "))),
        1 => Just("[a]: http://x.org 'T'\n\n".to_owned()),
        1 => Just("[b]: <u v>\n[c]: w\n".to_owned()),
        1 => Just("***\n".to_owned()),
        1 => Just("\n".to_owned()),
    ]
}

fn markdown() -> impl Strategy<Value = String> {
    let end = prop_oneof![4 => Just("\n"), 1 => Just("\r\n"), 1 => Just("\r")];
    let front = prop_oneof![5 => Just(""), 1 => Just("---\na: b\n---\n"), 1 => Just("+++\na = 1\n+++\n\n")];
    (front, prop::collection::vec(block(), 0..8), end, any::<bool>()).prop_map(|(front, blocks, end, cut)| {
        let text = format!("{front}{}", blocks.concat());
        let text = if cut { text.trim_end() } else { &text };
        text.replace('\n', end)
    })
}

fn hostile() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("# x"),
        Just("1. a"),
        Just("- b"),
        Just("> q"),
        Just("```"),
        Just("~~~"),
        Just("a*b_c"),
        Just("*a*"),
        Just("**"),
        Just("<div>"),
        Just("<!--"),
        Just("[x](y)"),
        Just("[a]"),
        Just("[^1]"),
        Just("[^1]:"),
        Just("&amp;"),
        Just("|"),
        Just("---"),
        Just("|-|"),
        Just("==="),
        Just("\\"),
        Just("`"),
        Just("$a$"),
        Just("!["),
        Just("]("),
        Just("]"),
        Just("[x] "),
        Just("+"),
        Just("\n"),
        Just("http://x.org"),
        Just("word"),
        Just("[a]: u"),
        Just("<b>"),
        Just("中文，"),
        Just("  "),
        Just("_"),
        Just("+++"),
        Just("a: b"),
        Just("|\n"),
        Just("a | b"),
    ]
    .prop_map(String::from)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn every_markdown_comes_back_byte_for_byte(text in markdown()) {
        identity(&text);
    }

    #[test]
    fn any_characters_come_back_byte_for_byte(text in "([#>*_`\\[\\]()<>!&;~|=+:\\\\ \\t\\r\\n.a1-]|\\PC){0,60}") {
        identity(&text);
    }

    #[test]
    fn no_answer_changes_the_structure(text in markdown(), junk in prop::collection::vec(hostile(), 1..8)) {
        let blocks = identity(&text);
        let result = rebuilt(&text, &blocks, |unit| {
            // The placeholders as they are, with junk between the words.
            let mut next = junk.iter().cycle();
            let words: Vec<String> =
                unit.text.split(' ').map(|word| format!("{}{word}", next.next().unwrap())).collect();
            unit.restore(&words.join(" "))
        });
        let findings = structure_findings(&text, &result);
        prop_assert!(findings.is_empty(), "{findings:?}\n{text:?}\n{result:?}");
    }
}

#[test]
fn hostile_sizes_take_linear_time() {
    for (name, text) in [
        ("spaces", " ".repeat(1_000_000)),
        ("spaces inside", format!("a{}b", " ".repeat(1_000_000))),
        ("a long line", "word ".repeat(400_000)),
        ("quotes", format!("{}x", ">".repeat(100_000))),
        ("brackets", format!("{}x", "[".repeat(100_000))),
        ("stars", "*a ".repeat(100_000)),
        ("pairs", format!("{}x{}", "*a **b ".repeat(5_000), "** *".repeat(5_000))),
        ("ticks", "a` ``b ".repeat(50_000)),
        ("cells", format!("|{}\n|{}\n|{}\n", "a|".repeat(5_000), "-|".repeat(5_000), "b|".repeat(5_000))),
        ("paragraphs", "text [a] *b*\n\n".repeat(20_000)),
        ("entities", "&amp; & ".repeat(50_000)),
        ("lines", "word and word\n".repeat(50_000)),
    ] {
        let start = Instant::now();
        identity(&text);
        eprintln!("{name}: {} bytes, {:?}", text.len(), start.elapsed());
        assert!(start.elapsed().as_secs() < 20, "{name} took {:?}", start.elapsed());
    }
}

#[test]
fn a_line_of_a_form_feed_alone_is_kept() {
    for text in ["One two.\n\u{c}\n\nThree.\n", "One *two*.\n\u{b}\n", "> one\n> \u{c}", "a  \n\u{c}\n"] {
        for block in parse(text) {
            let Some(unit) = block.unit else { continue };
            assert_eq!(unit.restore(&unit.text).as_deref(), Ok(slice(text, block.content)), "{text:?}");
        }
    }
}
