use std::time::{Duration, Instant};

use super::*;

fn language(tag: &str) -> Language {
    Language::parse(tag).unwrap()
}

/// The sentences without the white space that belongs to them, after checking that they tile the text.
fn cut<'a>(tag: &str, text: &'a str) -> Vec<&'a str> {
    tiles(text, sentences(text, &language(tag)))
}

fn tiles(text: &str, ranges: Vec<Range<usize>>) -> Vec<&str> {
    let mut at = 0;
    for range in &ranges {
        assert_eq!(range.start, at, "gap or overlap in {text:?}");
        assert!(range.end > range.start, "empty sentence in {text:?}");
        at = range.end;
    }
    assert_eq!(at, text.len());
    ranges.into_iter().map(|range| slice(text, range).trim()).collect()
}

#[test]
fn nothing_is_no_sentence_and_white_space_is_one_piece() {
    assert!(sentences("", &language("en")).is_empty());
    assert_eq!(cut("en", "  \n "), [""]);
}

#[test]
fn abbreviations_numbers_and_initials_end_nothing() {
    for (tag, text, expected) in [
        ("en", "Dr. Smith met the U.S. envoy at 3.5 p.m. on Monday. He left.", 2),
        ("en", "It cost $3.5 million. “Too much,” said J. R. Hartley. No one replied.", 3),
        ("pt", "O Sr. Silva chegou às 10h. A sessão começou.", 2),
        ("ru", "А. Г. Лукашенко прибыл в г. Минск. Он выступил.", 2),
        ("be", "Прэзідэнт А. Лукашэнка прыбыў. Праф. Іваноў выступіў.", 2),
        ("vi", "TS. Nguyễn Văn A đến TP. Hồ Chí Minh. Ông phát biểu.", 2),
        ("hi", "डॉ. सिंह ने कहा। वे चले गए।", 2),
        ("de", "Am 3. Oktober kam Dr. Müller. Er blieb.", 2),
        ("hu", "Dr. Kovács beszélt. Mindenki hallgatta.", 2),
    ] {
        let found = cut(tag, text);
        assert_eq!(found.len(), expected, "{found:?}");
    }
}

#[test]
fn chinese_japanese_arabic_and_greek_ends_are_found() {
    assert_eq!(cut("zh", "会议今天开始。各国领导人出席！结果如何？").len(), 3);
    assert_eq!(cut("ja", "会議が始まった。首相が出席した。"), ["会議が始まった。", "首相が出席した。"]);
    assert_eq!(cut("ar", "وصل الوفد. هل غادر؟ نعم غادر.").len(), 3);
    assert_eq!(cut("el", "Τι είναι αυτό; Είναι βιβλίο.").len(), 2);
}

#[test]
fn a_quotation_and_its_speaker_are_one_sentence() {
    assert_eq!(cut("zh", "“我们走吧。”他说。大家都走了。"), ["“我们走吧。”他说。", "大家都走了。"]);
    assert_eq!(cut("ja", "「行こう。」と彼は言った。皆が去った。").len(), 2);
    assert_eq!(cut("zh", "他说：“我们走吧。”会议随后在北京的人民大会堂正式开幕。").len(), 2);
}

#[test]
fn sentences_in_a_quotation_count_by_themselves_where_they_are_asked_for() {
    for (tag, text, expected) in [
        (
            "en",
            "\"I called him. He was resolute, unequivocal,\" he said.",
            &["\"I called him.", "He was resolute, unequivocal,\" he said."][..],
        ),
        ("en", "He left. \"And nobody could say why.", &["He left.", "\"And nobody could say why."]),
        (
            "en",
            "He said, 'Did you do it?' The mayor's men hadn't.",
            &["He said, 'Did you do it?'", "The mayor's men hadn't."],
        ),
        (
            "fr",
            "« Il pleut. Je reste », dit-elle. L’homme partit.",
            &["« Il pleut.", "Je reste », dit-elle.", "L’homme partit."],
        ),
        (
            "ru",
            "«Он ушёл. Никто не знает почему», — сказал Костин.",
            &["«Он ушёл.", "Никто не знает почему», — сказал Костин."],
        ),
        ("zh", "他说：“今天下雨。我不走。”大家笑了。", &["他说：“今天下雨。", "我不走。”", "大家笑了。"]),
        ("ja", "「雨だ。行こう。」と彼は言った。", &["「雨だ。", "行こう。」と彼は言った。"]),
        ("en", "\"", &["\""]),
    ] {
        assert_eq!(tiles(text, sentences_in_quotations(text, &language(tag)).unwrap()), expected);
    }
    assert_eq!(sentences_in_quotations("No quotation. Two sentences.", &language("en")), None);
}

#[test]
fn a_line_end_alone_ends_no_sentence_and_an_empty_line_does() {
    assert_eq!(cut("en", "The council met on Monday\nand approved the plan.").len(), 1);
    assert_eq!(cut("en", "The council\n\nIt met on Monday.").len(), 2);
}

#[test]
fn thai_is_one_sentence_with_many_words() {
    let text = "ประธานาธิบดีเดินทางถึงกรุงเทพเมื่อวานนี้";
    assert_eq!(cut("th", text).len(), 1);
    assert!(words(text).len() >= 5, "{:?}", words(text));
}

#[test]
fn words_hold_a_letter_or_a_digit() {
    assert_eq!(words("“Don't”, he said – 3.5 times!"), ["Don't", "he", "said", "3.5", "times"]);
    assert_eq!(
        word_count("集体安全条约组织今天开会。", &language("zh")),
        words("集体安全条约组织今天开会。").len()
    );
    assert!(words("集体安全条约组织今天开会").len() < 12);
}

#[test]
fn words_of_scripts_with_vowel_signs_are_whole() {
    assert_eq!(words("शनिवार को दंगाई पुलिस के साथ हुए।"), ["शनिवार", "को", "दंगाई", "पुलिस", "के", "साथ", "हुए"]);
    assert_eq!(words("الوفد المُوَحَّد"), ["الوفد", "المُوَحَّد"]);
}

#[test]
fn weak_breaks_stand_after_pauses_and_never_inside_numbers() {
    let text = "In 2024, at 10:30, he said: no; 1,000 left – gone.";
    let pieces: Vec<&str> = {
        let mut start = 0;
        let mut pieces = Vec::new();
        for end in weak_breaks(text, &language("en")).into_iter().chain([text.len()]) {
            pieces.push(slice(text, start..end));
            start = end;
        }
        pieces
    };
    assert_eq!(pieces, ["In 2024, ", "at 10:30, ", "he said: ", "no; ", "1,000 left – ", "gone."]);
    assert_eq!(weak_breaks("一，二；三、四", &language("zh")).len(), 3);
    assert_eq!(weak_breaks("قال، ثم ذهب؛ وعاد", &language("ar")).len(), 2);
}

#[test]
fn one_megabyte_of_anything_is_quick() {
    for (tag, piece) in [
        ("en", " "),
        ("en", "a"),
        ("en", "a. "),
        ("en", "\n"),
        ("en", "\""),
        ("en", "“"),
        ("en", "("),
        ("en", ". "),
        ("en", ", "),
        ("zh", "会议今天开始"),
        ("zh", "会议。"),
        ("zh", "”"),
        ("th", "ประธานาธิบดี"),
        ("ru", "А. "),
        ("en", "The council met on Monday and approved it. "),
    ] {
        let text = piece.repeat(1_000_000 / piece.len());
        let started = Instant::now();
        cut(tag, &text);
        if let Some(pieces) = sentences_in_quotations(&text, &language(tag)) {
            tiles(&text, pieces);
        }
        weak_breaks(&text, &language(tag));
        let took = started.elapsed();
        assert!(took < Duration::from_secs(5), "{piece:?} took {took:?}");
    }
}

#[test]
fn the_window_finds_the_same_ends_as_short_pieces() {
    let sentence = "President A. Lukashenko met the U.S. envoy in Minsk on Dec. 3 and “agreed,” he said. ";
    let text = sentence.repeat(400);
    assert_eq!(cut("en", &text).len(), 400);
    let chinese = "集体安全条约组织成员国领导人今天在明斯克举行会议，讨论了地区安全问题。".repeat(400);
    assert_eq!(cut("zh", &chinese).len(), 400);
}
