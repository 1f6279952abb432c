use std::time::{Duration, Instant};

use super::*;
use crate::document::Role;
use crate::engine::{Paragraph, SummaryStage};
use crate::language::Language;
use crate::segment;
use crate::summary::SummaryLength;

fn request(language: &str, title: Option<&str>, paragraphs: &[&str], words: usize) -> SummaryRequest {
    SummaryRequest {
        language: Language::parse(language).unwrap(),
        title: title.map(str::to_owned),
        paragraphs: paragraphs
            .iter()
            .zip(10..)
            .map(|(text, id)| Paragraph { block: BlockId(id), role: Role::Body, text: (*text).to_owned() })
            .collect(),
        length: SummaryLength::Short,
        words,
        stage: SummaryStage::Whole,
        attempt: 0,
    }
}

fn texts(sentences: &[SummarySentence]) -> Vec<&str> {
    sentences.iter().map(|sentence| sentence.text.as_str()).collect()
}

const FLOOD: &[&str] = &[
    "RIVERTON, 4 May (Agency) – The council of Riverton approved a new flood wall along the river on Monday.",
    "The flood wall will cost 12 million euros and protect 3,000 homes near the river. “We waited for years. Now it is here,” \
     the mayor said.",
    "Scroll down for video",
    "Work on the flood wall begins in June, the council said. It will take two years.",
    "The new flood wall along the river was approved by the council of Riverton on Monday.",
    "Shops in the old town reported good sales of umbrellas and boots this spring.",
    "Read more: ten walks along the river",
];

#[test]
fn whole_sentences_in_order_with_their_blocks() {
    let summary = summarize(&request("en", None, FLOOD, 45));
    let mut at = (0, 0);
    for sentence in &summary {
        let own = sentence.blocks[0].0 as usize - 10;
        let offset = FLOOD[own].find(&sentence.text).expect("the sentence stands in its own block");
        assert!((own, offset) >= at, "out of order: {:?}", texts(&summary));
        at = (own, offset);
    }
    assert!(summary.len() >= 2, "{:?}", texts(&summary));
}

#[test]
fn the_dateline_goes_and_the_words_stay() {
    let summary = summarize(&request("en", None, FLOOD, 20));
    assert_eq!(
        texts(&summary),
        ["The council of Riverton approved a new flood wall along the river on Monday."]
    );
    for (before, after) in [
        (
            "(CNN) Two heroes survived the earthquake in Nepal.",
            "Two heroes survived the earthquake in Nepal.",
        ),
        ("LONDON (Reuters) - Shares rose on Friday as oil fell.", "Shares rose on Friday as oil fell."),
        ("МОСКВА, 3 дек — Совет принял пятнадцать документов.", "Совет принял пятнадцать документов."),
        (
            "新华社北京12月3日电（记者张三）集体安全条约组织今天批准了十五份重要文件。",
            "集体安全条约组织今天批准了十五份重要文件。",
        ),
        ("The council – elected in May – met on Monday.", "The council – elected in May – met on Monday."),
        (
            "NATO – the alliance of 30 states – met on Monday.",
            "NATO – the alliance of 30 states – met on Monday.",
        ),
        ("(Some) people like to walk along the river.", "(Some) people like to walk along the river."),
    ] {
        assert_eq!(phrases::without_dateline(before), after);
    }
}

#[test]
fn no_furniture_and_nothing_twice() {
    let summary = summarize(&request("en", None, FLOOD, 200));
    let said = texts(&summary).join(" ");
    assert!(!said.contains("Scroll down") && !said.contains("Read more"), "{said}");
    assert_eq!(said.matches("approved").count(), 1, "{said}");
}

#[test]
fn a_block_that_says_the_same_bears_it_out() {
    let summary = summarize(&request("en", None, FLOOD, 20));
    assert_eq!(summary[0].blocks, [BlockId(10), BlockId(14)]);
}

#[test]
fn the_title_is_not_said_again() {
    let paragraphs = ["Council approves flood wall.", FLOOD[1], FLOOD[3], FLOOD[5]];
    let summary = summarize(&request("en", Some("Council approves flood wall"), &paragraphs, 40));
    assert!(!texts(&summary).contains(&"Council approves flood wall."));
}

#[test]
fn no_quotation_is_left_open() {
    let summary = summarize(&request("en", None, FLOOD, 60));
    for text in texts(&summary) {
        assert!(candidate::quotes_balance(text), "{text}");
    }
    for (text, whole) in [
        ("“We waited for years.", false),
        ("Now it is here,” the mayor said.", false),
        ("“We waited,” the mayor said.", true),
        ("Er sagte: „Wir warten.“", true),
        ("„Wir warten.", false),
        ("«Мы ждали», сказал он.", true),
        ("他说：「我们走吧。", false),
        ("The boys' mothers don't say \"no\".", true),
    ] {
        assert_eq!(candidate::quotes_balance(text), whole, "{text}");
    }
}

#[test]
fn only_body_is_taken() {
    let mut asked = request("en", None, FLOOD, 60);
    for paragraph in &mut asked.paragraphs {
        paragraph.role = Role::Boilerplate;
    }
    assert!(summarize(&asked).is_empty());
}

#[test]
fn small_articles() {
    assert!(summarize(&request("en", None, &[], 60)).is_empty());
    assert!(summarize(&request("en", None, &["", "  "], 60)).is_empty());
    let one = ["The council approved the wall on Monday after a long debate about its cost."];
    assert_eq!(texts(&summarize(&request("en", None, &one, 5))), one);
    assert_eq!(summarize(&request("en", None, &["***"], 60)), []);
}

#[test]
fn the_length_asked_for_is_kept() {
    let paragraphs: Vec<String> = (0..200)
        .map(|n| {
            format!(
                "Speaker number {n} told hall {} that topic{n} matters to region{} now.",
                n % 7,
                n * 31 % 97
            )
        })
        .collect();
    let paragraphs: Vec<&str> = paragraphs.iter().map(String::as_str).collect();
    let language = Language::parse("en").unwrap();
    for words in [30, 60, 150, 600] {
        let summary = summarize(&request("en", None, &paragraphs, words));
        let total: usize = texts(&summary).iter().map(|text| segment::word_count(text, &language)).sum();
        assert!(total * 10 >= words * 8 && total * 10 <= words * 12, "{total} for {words}");
    }
}

#[test]
fn chinese_thai_and_arabic() {
    for (language, paragraphs, subject) in [
        (
            "zh",
            &[
                "市议会星期一批准在河边修建新的防洪墙，以保护三千户居民。防洪墙耗资一千二百万欧元。",
                "老城区的商店今年春天雨伞卖得很好。",
                "防洪墙工程将于六月开始，市议会说。",
            ][..],
            "防洪墙",
        ),
        (
            "th",
            &[
                "สภาเมืองอนุมัติการสร้างกำแพงกั้นน้ำท่วมริมแม่น้ำในวันจันทร์",
                "ร้านค้าในเมืองเก่าขายร่มได้ดี",
                "การสร้างกำแพงกั้นน้ำท่วมจะเริ่มในเดือนมิถุนายน",
            ][..],
            "กำแพงกั้นน้ำท่วม",
        ),
        (
            "ar",
            &[
                "وافق مجلس المدينة يوم الاثنين على بناء جدار جديد للحماية من الفيضانات على طول النهر.",
                "باعت المتاجر في المدينة القديمة مظلات كثيرة هذا الربيع.",
                "يبدأ العمل في جدار الحماية من الفيضانات في يونيو بحسب المجلس.",
            ][..],
            "جدار",
        ),
    ] {
        let summary = summarize(&request(language, None, paragraphs, 18));
        assert!(!summary.is_empty(), "{language}");
        assert!(summary[0].text.contains(subject), "{:?}", texts(&summary));
        assert!(summary.len() < 4, "{:?}", texts(&summary));
    }
}

#[test]
fn a_very_long_article_is_quick() {
    let paragraphs: Vec<String> = (0..4_000)
        .map(|n| {
            let sentence = |k: usize| {
                format!("The river rose in place{} while group{} left town{}. ", n * k % 991, n % 113, n % 37)
            };
            format!("{}{}{}", sentence(3), sentence(7), sentence(11))
        })
        .collect();
    let paragraphs: Vec<&str> = paragraphs.iter().map(String::as_str).collect();
    for words in [60, 50_000] {
        let started = Instant::now();
        assert!(!summarize(&request("en", None, &paragraphs, words)).is_empty());
        let took = started.elapsed();
        assert!(took < Duration::from_secs(20), "{words} words took {took:?}");
    }
}
