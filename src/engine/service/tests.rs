//! What the services share, tested on its own.

use proptest::prelude::*;

use super::markup::{Style, decode, encode};
use super::pieces::{Kept, Pieces};
use super::*;
use crate::engine::RequestUnit;
use crate::engine::service::codes::{Pairs, find, language};

const XML: Style = Style { closed: false, stars: true, entities: true };
const HTML: Style = Style { closed: true, stars: false, entities: false };

fn tag(tag: &str) -> Language {
    Language::parse(tag).unwrap()
}

#[test]
fn placeholders_go_as_tags_and_everything_else_as_text() {
    let text = "Press ⟦1⟧ & <b>⟦12⟧</b> 3*4 ⟦x⟧ ⟦";
    let markup = encode(text, XML);
    assert_eq!(markup, "Press <x id=\"1\"/> &amp; &lt;b&gt;<x id=\"12\"/>&lt;/b&gt; 3<s/>4 ⟦x⟧ ⟦");
    assert_eq!(decode(&markup, XML), text);
    assert_eq!(encode("⟦7⟧*", HTML), "<x id=\"7\"></x>*");
}

#[test]
fn tags_are_known_in_every_spelling_and_foreign_ones_are_left() {
    for spelt in ["<x id=\"3\"/>", "<x id=\"3\" />", "<x id='3'></x>", "<x id=\"3\"> </x>", "<x  id=3></x>"] {
        assert_eq!(decode(spelt, XML), "⟦3⟧", "{spelt}");
    }
    for foreign in ["<x id=\"3\"", "<x id=\"\"/>", "<x id=\"3\">text</x>", "<b>", "<x", "a < b"] {
        assert_eq!(decode(foreign, XML), foreign);
    }
}

#[test]
fn entities_are_decoded_once_and_only_where_the_reply_has_them() {
    assert_eq!(decode("&amp;lt; &#8220;a&#x201d; &quot; &unknown; &", XML), "&lt; “a” \" &unknown; &");
    assert_eq!(decode("AT&amp;T", HTML), "AT&amp;T");
}

#[test]
fn codes_of_every_service_are_found() {
    for (wanted, offered, expected) in [
        ("en", &["eng", "spa"][..], Some("eng")),
        ("pt-BR", &["por", "por_BR"], Some("por_BR")),
        ("pt", &["por_BR", "por"], Some("por")),
        ("pt", &["por_BR"], Some("por_BR")),
        ("pt-PT", &["por_BR"], None),
        ("pt-BR", &["pt", "pb"], Some("pb")),
        ("zh-Hant", &["zh", "zt"], Some("zt")),
        ("zh-TW", &["zh-Hans", "zh-Hant"], Some("zh-Hant")),
        ("zh-Hant", &["zh"], None),
        ("zh", &["zh-Hant", "zh-Hans"], Some("zh-Hans")),
        ("nb", &["da", "no"], Some("no")),
        ("no", &["nob", "nno"], Some("nob")),
        ("nn", &["nob", "no"], None),
        ("hr", &["hbs"], Some("hbs")),
        ("hr", &["hbs", "hbs_HR"], Some("hbs_HR")),
        ("sr", &["hbs_SR"], None),
        ("fil", &["tl"], Some("tl")),
        ("de", &["DE", "EN-GB"], Some("DE")),
        ("ca", &["cat_valencia", "cat"], Some("cat")),
        ("en", &["auto", "es"], None),
    ] {
        assert_eq!(find(&tag(wanted), offered.iter().copied()), expected, "{wanted} of {offered:?}");
    }
    assert_eq!(language("auto"), None);
}

#[test]
fn a_pair_is_found_by_its_target_where_a_source_goes_by_several_codes() {
    let pairs = Pairs(vec![
        ("eng".to_owned(), vec!["spa".to_owned()]),
        ("eng_US".to_owned(), vec!["cat".to_owned()]),
    ]);
    assert_eq!(pairs.find(&tag("en"), &tag("es")), Some(("eng", "spa")));
    assert_eq!(pairs.find(&tag("en"), &tag("ca")), Some(("eng_US", "cat")));
    assert_eq!(pairs.find(&tag("en"), &tag("de")), None);
    assert_eq!(pairs.targets(&tag("en")), ["spa", "cat"]);
}

#[test]
fn what_is_no_json_is_named_as_what_it_is() {
    for (body, says) in [
        ("", "is empty"),
        (" \n", "is empty"),
        ("<!DOCTYPE html><title>Sign in</title>", "web page"),
        ("{\"translations\":[{\"te", "cut off"),
        ("no such thing", "not JSON"),
    ] {
        let error = json(body.as_bytes()).unwrap_err();
        assert_eq!(error.class, ErrorClass::Retry);
        assert!(error.message.contains(says), "{body}: {}", error.message);
    }
    let nested = format!("{}1{}", "[".repeat(100_000), "]".repeat(100_000));
    assert_eq!(json(nested.as_bytes()).unwrap_err().class, ErrorClass::Retry);
}

#[test]
fn a_refusal_is_shown_in_one_clean_line() {
    assert_eq!(said(b"{\"error\":\"Slow\\ndown\\u001b[2J\"}", &["/error"]), "Slow down [2J");
    assert_eq!(said(b"{\"error\":{\"message\":\"no\"}}", &["/message", "/error/message"]), "no");
    assert_eq!(said(b"<html>504</html>", &["/error"]), "");
    assert_eq!(said(b"plain words", &["/error"]), "plain words");
    assert_eq!(said(b"[1]", &["/error"]), "");
}

#[test]
fn an_absent_pair_lists_what_there_is() {
    let endpoint = Endpoint::parse("https://user:pass@example.org/mt?key=1").unwrap();
    let pair = (&tag("en"), &tag("tlh"));
    let some =
        no_such_pair("Mill", &endpoint, pair, &[], &["fr".to_owned(), "de".to_owned(), "de".to_owned()]);
    assert_eq!(some.class, ErrorClass::NextEngine);
    assert_eq!(some.message, "Mill at `https://example.org/mt` does not translate from en to tlh");
    assert_eq!(some.hint.as_deref(), Some("from en it has de, fr"));
    let none = no_such_pair("Mill", &endpoint, pair, &["fr".to_owned()], &[]);
    assert_eq!(none.hint.as_deref(), Some("it translates from fr"));
    let many: Vec<String> = (0..50).map(|number| format!("a{number:02}")).collect();
    let many = no_such_pair("Mill", &endpoint, pair, &[], &many);
    assert!(many.hint.unwrap().ends_with("a39 and 10 more"));
}

#[test]
fn an_address_with_a_method_in_it_is_the_service_s() {
    assert_eq!(base("http://h:5000/translate/", &["/translate"]), "http://h:5000");
    assert_eq!(base(" https://h/v2 ", &["/v2/translate", "/v2"]), "https://h");
    assert_eq!(base("https://h/mt", &["/v2"]), "https://h/mt");
}

fn unit(id: &str, text: &str) -> RequestUnit {
    RequestUnit { id: id.to_owned(), text: text.to_owned() }
}

#[test]
fn a_unit_over_the_limit_is_cut_at_sentences_and_put_together() {
    let long = "The council met again and talked about the bridge. ".repeat(60).trim().to_owned();
    let units = [unit("1", "Short."), unit("2", &long), unit("3", "Also short.")];
    let (from, to) = (tag("en"), tag("es"));
    let pieces = Pieces::new(&units, &from, 500, |text| text.chars().count()).unwrap();
    let mut answers = Vec::new();
    let mut batches = 0;
    for texts in pieces.batches() {
        assert!(texts.iter().map(|text| text.chars().count()).sum::<usize>() <= 500);
        assert!(texts.iter().all(|text| text.ends_with('.')), "{texts:?}");
        answers.extend(texts.iter().map(|text| (*text).to_owned()));
        batches += 1;
    }
    assert!(batches >= 7, "{batches}");
    let joined = pieces.join(&units, answers.clone(), (&from, &to)).unwrap();
    let expected: Vec<_> = units.iter().map(|unit| (unit.id.clone(), unit.text.clone())).collect();
    assert_eq!(joined, expected);
    answers.pop();
    assert_eq!(pieces.join(&units, answers, (&from, &to)).unwrap_err().class, ErrorClass::Split);
}

#[test]
fn parts_are_asked_one_after_another_and_none_twice() {
    let long = "The council met again and talked about the bridge. ".repeat(9).trim().to_owned();
    let units = [unit("1", &long)];
    let pieces = Pieces::new(&units, &tag("en"), 120, |text| text.chars().count()).unwrap();
    let kept = Kept::default();
    let mut sent = Vec::new();
    let answers = loop {
        // A failure in between costs nothing that was had before it.
        let texts = pieces.next(&kept, "en es").unwrap();
        assert_eq!(pieces.next(&kept, "en es"), Some(texts.clone()));
        sent.push(texts.concat());
        let said = texts.iter().map(|text| text.to_uppercase()).collect();
        match pieces.answered(&kept, "en es", texts, said) {
            Ok(answers) => break answers,
            Err(error) => {
                assert_eq!(error.class, ErrorClass::Again { answered: true });
                assert_eq!(error.usage.characters, sent.last().unwrap().chars().count() as u64);
            }
        }
        assert!(pieces.next(&kept, "en ca").is_some(), "another pair knows nothing of it");
    };
    // The same sentence again and again is asked once.
    assert_eq!(sent.len(), 1 + usize::from(sent.len() > 1), "{sent:?}");
    let joined = pieces.join(&units, answers, (&tag("en"), &tag("es"))).unwrap();
    assert_eq!(joined[0].1, long.to_uppercase());
}

proptest! {
    #[test]
    fn markup_comes_back_as_it_went(text in "(\\PC|⟦[0-9]{1,3}⟧|[&<>*;#\"']|<x id=\"1\"/>|&amp;){0,40}") {
        prop_assert_eq!(decode(&encode(&text, XML), XML), text);
    }

    #[test]
    fn no_reply_makes_a_reader_panic(body in prop::collection::vec(any::<u8>(), 0..200), text in "(<x|id=|\"|[0-9]|/>|>|</x>|&#|x|;|\\PC){0,30}") {
        drop(json(&body));
        said(&body, &["/error"]);
        decode(&text, XML);
        decode(&text, HTML);
    }

    #[test]
    fn pieces_lose_and_reorder_nothing(
        texts in prop::collection::vec("([a-zA-Zа-я]{1,12}[ .,!]|⟦[0-9]⟧ ){0,120}", 1..6), limit in 60usize..400,
    ) {
        let texts: Vec<String> = texts.iter().map(|text| text.trim().to_owned()).collect();
        let units: Vec<_> = texts.iter().enumerate().map(|(index, text)| unit(&index.to_string(), text)).collect();
        let (from, to) = (tag("en"), tag("es"));
        let pieces = Pieces::new(&units, &from, limit, |text| text.chars().count()).unwrap();
        let mut answers = Vec::new();
        for texts in pieces.batches() {
            prop_assert!(texts.len() == 1 || texts.iter().map(|text| text.chars().count()).sum::<usize>() <= limit);
            prop_assert!(texts.iter().all(|text| text.chars().count() <= limit));
            answers.extend(texts.into_iter().map(str::to_owned));
        }
        let joined = pieces.join(&units, answers, (&from, &to)).unwrap();
        for (unit, (id, text)) in units.iter().zip(joined) {
            prop_assert_eq!(&unit.id, &id);
            prop_assert_eq!(&unit.text, &text);
        }
    }
}
