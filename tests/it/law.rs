//! The law of identity: an engine that answers each unit with itself gives the source's bytes back.

use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::Config;
use serde_json::json;

use crate::harness::Sandbox;

/// Articles of one run.
const ARTICLES: usize = 48;

#[derive(Debug, Clone, Copy)]
enum Encoding {
    Utf8,
    Utf8Mark,
    Utf16Little,
    Utf16Big,
}

fn encode(text: &str, encoding: Encoding) -> Vec<u8> {
    let utf16 = |order: fn(u16) -> [u8; 2]| {
        std::iter::once(0xFEFF).chain(text.encode_utf16()).flat_map(order).collect::<Vec<u8>>()
    };
    match encoding {
        Encoding::Utf8 => text.as_bytes().to_vec(),
        Encoding::Utf8Mark => ["\u{FEFF}", text].concat().into_bytes(),
        Encoding::Utf16Little => utf16(u16::to_le_bytes),
        Encoding::Utf16Big => utf16(u16::to_be_bytes),
    }
}

fn encoding() -> impl Strategy<Value = Encoding> {
    prop_oneof![
        4 => Just(Encoding::Utf8),
        1 => Just(Encoding::Utf8Mark),
        1 => Just(Encoding::Utf16Little),
        1 => Just(Encoding::Utf16Big),
    ]
}

/// Line ends as a file has them: all of one kind, or both.
fn line_end() -> impl Strategy<Value = &'static str> {
    prop_oneof![3 => Just("\n"), 2 => Just("\r\n"), 1 => Just("\n\r\n")]
}

const TEXT: &[&str] = &[
    "The council met on Monday.",
    "It approved 15 documents, and “nobody” objected – at 3.5% of the cost.",
    "BRUSSELS, 3 December (Wire) – A line that begins as wires do.",
    "Home",
    "Subscribe to us",
    "03 December, 14:20",
    "Москва и Пекин договорились.",
    "北京是中国的首都。上海是最大的城市。",
    "ประเทศไทยมีประชากรมาก",
    "مرحبا بالعالم",
    "   indented, with trailing blanks   ",
    "\ttab\tbetween\t",
    "***",
    "-- ",
    "https://example.org/a?b=c&d=e and name@example.org",
    "a\u{a0}non-breaking\u{2009}space, a soft\u{ad}hyphen, a zero\u{200b}width",
    "⟦1⟧ marks ⟪untranslated⟫ that are the article's own",
    "<u id=\"1\">not markup</u> & not &amp; entities",
    "👩‍👩‍👧 e\u{301} \u{1F1E7}\u{1F1F7}",
    "",
    "",
    " ",
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen",
    "fifteen sixteen seventeen eighteen nineteen twenty twenty-one twenty-two twenty-three",
];

const MARKDOWN: &[&str] = &[
    "# A heading with `code` and *stress*",
    "Setext heading\n=====",
    "## Closed heading ##",
    "A paragraph with [a link](https://example.org/x_(y) \"Title\") and ![image](a.png).",
    "Hard break with two blanks  \nand a backslash\\\nand the end.",
    "- one\n- two\n  - nested `x`\n\n- loose",
    "1. first\n2. second\n   continued lazily\nhere",
    "- [ ] open\n- [x] done",
    "> quote\n> goes on\nlazily\n>\n> - with a list",
    "| a | b |\n|:--|--:|\n| `x \\| y` | **z** |\n|  | escaped \\| pipe |",
    "```python\ndef f():\n    return 1\n```",
    "~~~\nopen fence",
    "    indented code\n\n    goes on",
    "<div class=\"x\">\n\n*inside*\n\n</div>",
    "Inline <b>html</b> and <https://auto.example.org> and https://bare.example.org.",
    "[reference]: https://example.org \"Title\"",
    "See [reference], [text][reference] and a note[^1].\n\n[^1]: The note, with *stress*.",
    "***",
    "\\*not stressed\\* and 2 * 3 * 4 and snake_case_name and ~~struck~~.",
    "Entities &amp; &copy; &#35; stay, and so does a lone & here.",
    "Math $x^2$ and a footnote mark^ and **un*even** stress*.",
    "*a*b**c** _d_ __e__ ***f***",
    "Term\n: not a definition list everywhere",
    "<!-- comment\nover lines -->",
    "  leading blanks and trailing ones   ",
    "“Curly” ‘quotes’ — and 北京。",
];

const FRONT: &[&str] =
    &["", "", "---\ntitle: x\ntags: [a, b]\n---\n", "+++\ntitle = \"x\"\n+++\n", "\u{2028}\n", "\n\n"];

/// Any characters that a text file may hold: no control characters, which make it binary.
fn anything() -> impl Strategy<Value = String> {
    "[^\\p{Cc}\\u{FEFF}\\u{FFFE}\\u{FFFF}]{0,40}"
}

fn piece(known: &'static [&'static str]) -> impl Strategy<Value = String> {
    prop_oneof![9 => select(known).prop_map(str::to_owned), 1 => anything(), 1 => "[-#>*_`\\[\\]()!|<&:+=~\\\\ a1\\n]{0,30}"]
}

fn document(
    known: &'static [&'static str],
    front: &'static [&'static str],
) -> impl Strategy<Value = Vec<u8>> {
    let separator =
        prop_oneof![3 => Just("\n\n"), 2 => Just("\n"), 1 => Just("\n \n"), 1 => Just("\n\n\n\n")];
    let pieces = prop::collection::vec((piece(known), separator), 0..14);
    (select(front), pieces, any::<bool>(), line_end(), encoding()).prop_map(
        |(front, pieces, ended, line_end, encoding)| {
            let mut text = front.to_owned();
            let last = pieces.len().saturating_sub(1);
            for (index, (piece, separator)) in pieces.iter().enumerate() {
                text.push_str(piece);
                if index < last || ended {
                    text.push_str(separator);
                }
            }
            encode(&text.replace('\n', line_end), encoding)
        },
    )
}

/// Runs all of `articles` through an echo and compares.
fn echoed(articles: &[Vec<u8>], extension: &str, flags: &[&str]) -> Result<(), TestCaseError> {
    let sandbox = Sandbox::new();
    sandbox.script(&json!({ "reply": "echo", "chunk_tokens": 60 }));
    for (number, bytes) in articles.iter().enumerate() {
        sandbox.file(&format!("in/{number}.{extension}"), bytes);
    }
    let run = ["in", "--out", "out", "--from", "en", "--to", "fi", "--no-summary", "-q"];
    let ran = sandbox.scripted(&[&run, flags].concat());
    prop_assert_eq!(ran.code, 0, "{}", ran.stderr);
    for (number, bytes) in articles.iter().enumerate() {
        let output = sandbox.path(&format!("out/{number}.fi.{extension}"));
        let found = std::fs::read(&output).map_err(|error| {
            TestCaseError::fail(format!("{error}: nothing was made of {:?}", String::from_utf8_lossy(bytes)))
        })?;
        prop_assert!(
            found == *bytes,
            "source {:?}\noutput {:?}",
            String::from_utf8_lossy(bytes),
            String::from_utf8_lossy(&found)
        );
    }
    Ok(())
}

fn few() -> Config {
    Config { cases: 3, max_shrink_iters: 150, failure_persistence: None, ..Config::default() }
}

proptest! {
    #![proptest_config(few())]

    #[test]
    fn plain_text_comes_back_to_the_byte(
        articles in prop::collection::vec(document(TEXT, &[""]), 1..ARTICLES),
    ) {
        echoed(&articles, "txt", &[])?;
    }

    #[test]
    fn markdown_comes_back_to_the_byte(
        articles in prop::collection::vec(document(MARKDOWN, FRONT), 1..ARTICLES),
    ) {
        echoed(&articles, "md", &[])?;
    }

    #[test]
    fn units_over_the_budget_come_back_to_the_byte(
        articles in prop::collection::vec(document(TEXT, &[""]), 1..ARTICLES / 2),
    ) {
        echoed(&articles, "txt", &["--chunk-tokens", "16"])?;
    }
}

#[test]
fn the_seeds_come_back_to_the_byte() {
    let seeds = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("seeds");
    for extension in ["txt", "md"] {
        let mut articles = Vec::new();
        for entry in std::fs::read_dir(&seeds).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|found| found == extension) {
                // Outputs of a source in a code page are in UTF-8: its own article is in the test below.
                articles.extend(std::fs::read_to_string(path).ok().map(String::into_bytes));
            }
        }
        assert!(!articles.is_empty());
        echoed(&articles, extension, &[]).unwrap();
    }
}

#[test]
fn a_legacy_code_page_comes_back_as_the_same_text_in_utf8() {
    let seed = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("seeds/biblioteca-barco.txt");
    let bytes = std::fs::read(seed).unwrap();
    let (text, _, lost) = encoding_rs::WINDOWS_1252.decode(&bytes);
    assert!(!lost && std::str::from_utf8(&bytes).is_err());
    let sandbox = Sandbox::new();
    sandbox.script(&json!({ "reply": "echo" })).file("a.txt", &bytes);
    sandbox.scripted(&["a.txt", "--from", "pt", "--to", "fi", "--no-summary"]).expect(0);
    assert_eq!(sandbox.read("a.fi.txt"), text);
}

#[test]
fn a_million_blanks_and_a_text_without_any_come_back() {
    let articles = [
        format!("Before.{}After.", " ".repeat(1_000_000)).into_bytes(),
        "字".repeat(20_000).into_bytes(),
        "x".repeat(60_000).into_bytes(),
        b"No end of line".to_vec(),
        Vec::new(),
    ];
    echoed(&articles, "txt", &[]).unwrap();
}
