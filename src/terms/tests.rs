use super::*;
use crate::document::{BlockKind, Role};
use crate::review::data::{SCHEMA, SourceUnit, TargetUnit, Translation};

/// A document of paragraphs with their translations.
fn document(path: &str, from: &str, to: &str, pairs: &[(&str, &str)]) -> ReviewDocument {
    let language = |tag| Language::parse(tag).unwrap();
    let unit = |(index, (source, _)): (usize, &(&str, &str))| SourceUnit {
        block: BlockId(index as u32),
        kind: BlockKind::Paragraph,
        role: Role::Body,
        text: (*source).to_owned(),
        kept: Vec::new(),
    };
    let target = |(_, text): &(&str, &str)| TargetUnit {
        state: if text.is_empty() { TargetState::Failed } else { TargetState::Machine },
        text: Some((*text).to_owned()).filter(|text| !text.is_empty()),
        engine: None,
        findings: Vec::new(),
        error: None,
        earlier: None,
        machine: None,
    };
    ReviewDocument {
        schema: SCHEMA,
        path: path.to_owned(),
        digest: String::new(),
        language: language(from),
        units: pairs.iter().enumerate().map(unit).collect(),
        translations: vec![Translation {
            terms: Vec::new(),
            language: language(to),
            output: None,
            units: pairs.iter().map(target).collect(),
        }],
        summaries: Vec::new(),
    }
}

fn folder() -> Vec<ReviewDocument> {
    vec![
        document(
            "one.txt",
            "en",
            "ru",
            &[
                (
                    "The keeper Ewan Sorley lit the lamp at dusk.",
                    "Смотритель Юэн Сорли зажёг лампу в сумерках.",
                ),
                ("However, Sorley never slept.", "Однако Сорли никогда не спал."),
                (
                    "The tide gauge stood beside the harbour of Greyhaven.",
                    "Приливная мельница стояла у гавани Грейхейвена.",
                ),
                ("In Greyhaven the boats came in.", "В Грейхейвен пришли лодки."),
            ],
        ),
        document(
            "two.txt",
            "en",
            "ru",
            &[
                ("They gave Sorley a medal for the lamp.", "Сорлею дали медаль за лампу."),
                (
                    "A tide gauge needs no river, they said.",
                    "Приливной мельнице не нужна река, говорили они.",
                ),
                ("Boats left Greyhaven at dawn.", "Лодки покинули Грейхейвен на рассвете."),
                (
                    "Nobody bought the tide gauge of Greyhaven.",
                    "Никто не купил приливную мельницу Грейхейвена.",
                ),
                ("Fog hid Sorley and the sea.", "Туман скрыл Сорли и море."),
            ],
        ),
    ]
}

/// A proposal's source, kind and count, and its renderings with theirs.
type Told = (String, TermKind, usize, Vec<(String, usize)>);

fn proposals(documents: &[ReviewDocument]) -> Vec<Told> {
    let told = |proposal: Proposal| {
        let forms = proposal.renderings.into_iter().flat_map(|rendered| rendered.forms);
        let forms = forms.map(|form| (form.text, form.count)).collect();
        (proposal.source, proposal.kind, proposal.count, forms)
    };
    propose(documents, &[], MOST).into_iter().map(told).collect()
}

#[test]
fn names_and_terms_are_found_with_how_they_were_rendered() {
    let found = proposals(&folder());
    let of = |source: &str| found.iter().find(|(text, ..)| text == source).cloned();
    let (_, kind, count, forms) = of("Greyhaven").unwrap();
    assert_eq!((kind, count), (TermKind::Name, 4));
    // Two cases of one name are one rendering.
    assert_eq!(forms.len(), 1, "{forms:?}");
    assert_eq!(forms[0].1, 4, "{forms:?}");
    let (_, kind, count, _) = of("tide gauge").unwrap();
    assert_eq!((kind, count), (TermKind::Term, 3));
    assert_eq!(of("Sorley").unwrap().2, 4);
    // Words that owe their capital to a sentence's beginning are no names.
    for word in ["However", "Boats", "Nobody", "Fog", "The"] {
        assert!(of(word).is_none(), "{word}: {found:?}");
    }
}

#[test]
fn a_name_rendered_in_two_ways_comes_first_and_says_so() {
    let mut documents = folder();
    let pairs: Vec<(String, String)> = (0..6)
        .map(|n| {
            let name = if n < 4 { "Kavanó" } else { "Kavanaugh" };
            (format!("Judge Kavanaugh spoke of matter {n}."), format!("O juiz {name} falou do assunto {n}."))
        })
        .collect();
    let pairs: Vec<(&str, &str)> = pairs.iter().map(|(one, other)| (one.as_str(), other.as_str())).collect();
    documents.push(document("three.txt", "en", "pt", &pairs));
    let proposals = propose(&documents, &[], MOST);
    let first = proposals.first().unwrap();
    assert!(first.source.ends_with("Kavanaugh") && first.drifts(), "{first:?}");
    let forms: Vec<usize> = first.renderings[0].forms.iter().map(|form| form.count).collect();
    assert_eq!(forms, [4, 2]);
    assert_eq!(first.places, [Place { path: "three.txt".to_owned(), block: BlockId(0) }]);
}

#[test]
fn what_is_proposed_reads_as_a_glossary() {
    let rows = glossary(&propose(&folder(), &[], MOST));
    assert!(!rows.is_empty());
    let text = crate::glossary::write(&rows, &["proposed"]);
    assert_eq!(crate::glossary::read(text.as_bytes()).unwrap(), rows);
}

#[test]
fn chinese_names_are_found_as_characters_that_recur() {
    let zh: Vec<(&str, &str)> = vec![
        ("卡瓦诺法官星期一在参议院作证。", "O juiz Kavanaugh depôs no Senado na segunda-feira."),
        ("他说卡瓦诺不会退出。", "Ele disse que Kavanaugh não desistirá."),
        ("记者问卡瓦诺一个问题。", "Um repórter fez a Kavanaugh uma pergunta."),
    ];
    let found = proposals(&[document("zh.txt", "zh", "pt", &zh)]);
    let kavanaugh = found.iter().find(|(text, ..)| text == "卡瓦诺").unwrap_or_else(|| panic!("{found:?}"));
    assert_eq!(kavanaugh.3, [("Kavanaugh".to_owned(), 3)]);
}

#[test]
fn the_other_language_s_answers_and_failed_units_are_not_looked_at() {
    let documents = folder();
    let none = propose(&documents, &[Language::parse("de").unwrap()], MOST);
    assert!(none.iter().all(|proposal| proposal.renderings.is_empty()));
    let failed =
        document("f.txt", "en", "pt", &[("See Greyhaven now.", ""), ("In Greyhaven.", "Em Greyhaven.")]);
    let proposals = propose(&[failed], &[], MOST);
    assert_eq!(proposals[0].renderings[0].paragraphs, 1);
}
