//! `currency`: an amount keeps its currency. A flag.
//!
//! Source of the rule: OpusCleaner. Symbols alone would blame every "5 долларов" for a "$5", so each of seven
//! currencies is known by its symbols, its ISO code and its name in the languages of the table. Found where a currency
//! of the source stands nowhere in the answer and the answer has one that the source has not, or where a symbol of the
//! source beside a number has gone without any name for it.

use std::ops::Range;

use super::numbers::numerals::digit;
use super::{Finding, Severity, Sides};
use crate::document::slice;

pub(super) const ID: &str = "currency";

/// A currency: its name here, the signs and codes that stand by a number, and beginnings of its names.
#[derive(Debug)]
struct Currency {
    name: &'static str,
    signs: &'static [&'static str],
    names: &'static [&'static str],
}

const CURRENCIES: &[Currency] = &[
    Currency {
        name: "dollar",
        signs: &["$", "＄", "USD"],
        names: &[
            "dollar",
            "dólar",
            "dòlar",
            "доллар",
            "долар",
            "далар",
            "美元",
            "美金",
            "元",
            "ドル",
            "دولار",
            "دلار",
            "דולר",
            "डॉलर",
            "डालर",
            "ดอลลาร์",
            "달러",
            "đô",
            "dola",
            "დოლარ",
            "dolar",
            "usd",
            "buck",
            "$",
            "澳币",
            "刀",
        ],
    },
    Currency {
        name: "euro",
        signs: &["€", "EUR"],
        names: &[
            "euro",
            "eur",
            "евро",
            "євро",
            "еўра",
            "欧元",
            "歐元",
            "ユーロ",
            "يورو",
            "אירו",
            "יורו",
            "यूरो",
            "ยูโร",
            "유로",
            "ევრო",
            "یورو",
            "yuro",
            "avro",
        ],
    },
    Currency {
        name: "pound",
        signs: &["£", "￡", "GBP"],
        names: &[
            "pound",
            "quid",
            "pfund",
            "livre",
            "libra",
            "lliur",
            "liure",
            "sterlin",
            "esterlin",
            "фунт",
            "funt",
            "镑",
            "鎊",
            "ポンド",
            "جنيه",
            "إسترليني",
            "استرليني",
            "פאונד",
            "לירה",
            "לירות",
            "ליש",
            "שטרלינג",
            "पाउंड",
            "पौंड",
            "पाउण्ड",
            "ปอนด์",
            "파운드",
            "bảng",
            "pauni",
            "ფუნტ",
            "پوند",
            "pond",
            "gbp",
            "£",
            "penny",
            "pence",
        ],
    },
    Currency {
        name: "yen",
        signs: &["¥", "￥", "JPY"],
        names: &[
            "yen",
            "jen",
            "иен",
            "йен",
            "ієн",
            "єн",
            "іен",
            "日元",
            "日圆",
            "円",
            "ين",
            "ין",
            "येन",
            "เยน",
            "엔",
            "yên",
            "იენ",
            "jpy",
            "¥",
            "yuan",
            "юан",
            "元",
            "人民币",
        ],
    },
    Currency {
        name: "yuan",
        signs: &["CNY", "RMB"],
        names: &[
            "yuan",
            "renminbi",
            "юан",
            "元",
            "人民币",
            "人民幣",
            "يوان",
            "یوان",
            "יואן",
            "युआन",
            "หยวน",
            "위안",
            "tệ",
            "იუან",
            "juan",
            "rmb",
            "cny",
            "iuane",
        ],
    },
    Currency {
        name: "rouble",
        signs: &["₽", "RUB"],
        names: &[
            "rouble",
            "ruble",
            "rubel",
            "rubl",
            "рубл",
            "卢布",
            "盧布",
            "ルーブル",
            "روبل",
            "רובל",
            "रूबल",
            "รูเบิล",
            "루블",
            "rúp",
            "რუბლ",
            "rublo",
            "rub",
            "roebel",
        ],
    },
    Currency {
        name: "rupee",
        signs: &["₹", "INR"],
        names: &[
            "rupee",
            "rupi",
            "rupia",
            "roupie",
            "рупи",
            "рупі",
            "卢比",
            "盧比",
            "ルピー",
            "روبية",
            "روپیه",
            "רופי",
            "रुपये",
            "रुपए",
            "रुपय",
            "รูปี",
            "루피",
            "რუპი",
            "roepie",
            "inr",
            "₹",
            "रु",
        ],
    },
];

pub(super) fn unit(sides: &Sides) -> Vec<Finding> {
    let (source, answer) = (sides.source.text, sides.answer.text);
    let (source_lower, answer_lower) = (source.to_lowercase(), answer.to_lowercase());
    let named = |currency: &Currency, lower: &str| currency.names.iter().any(|name| lower.contains(name));
    let lost: Vec<_> = CURRENCIES
        .iter()
        .filter_map(|currency| Some((currency, sign(source, currency)?)))
        .filter(|(currency, _)| sign(answer, currency).is_none() && !named(currency, &answer_lower))
        .collect();
    let gained: Vec<_> = CURRENCIES
        .iter()
        .filter_map(|currency| Some((currency, sign(answer, currency)?)))
        .filter(|(currency, _)| sign(source, currency).is_none() && !named(currency, &source_lower))
        .collect();
    let mut gained = gained.into_iter();
    let mut findings = Vec::new();
    for (currency, was) in lost {
        findings.push(match gained.next() {
            Some((other, is)) => {
                let message = format!("{} became {}", currency.name, other.name);
                Finding::new(ID, Severity::Flag, message).at(is).of_source(was)
            }
            None => {
                let message = format!("`{}` is not in the answer", slice(source, was.clone()));
                Finding::new(ID, Severity::Flag, message).of_source(was)
            }
        });
    }
    for (_, is) in gained {
        let message = format!("`{}` is not in the source", slice(answer, is.clone()));
        findings.push(Finding::new(ID, Severity::Flag, message).at(is));
    }
    findings
}

/// The first sign or code of `currency` that stands beside a number.
fn sign(text: &str, currency: &Currency) -> Option<Range<usize>> {
    currency
        .signs
        .iter()
        .flat_map(|sign| text.match_indices(sign))
        .map(|(at, sign)| at..at + sign.len())
        .find(|range| {
            let is_digit = |character: Option<char>| character.and_then(digit).is_some();
            let before = slice(text, 0..range.start).trim_end();
            let after = slice(text, range.end..text.len()).trim_start();
            is_digit(before.chars().next_back()) || is_digit(after.chars().next())
        })
}

#[cfg(test)]
mod tests {
    use super::unit;
    use crate::check::language::tests::{pair, sides};

    fn messages(source: &str, answer: &str, to: &str) -> Vec<String> {
        unit(&sides(&pair(source, answer, "en", to))).into_iter().map(|finding| finding.message).collect()
    }

    #[test]
    fn another_currency_or_none_is_a_flag() {
        assert_eq!(messages("It costs $5.", "Custa 5 €.", "pt"), ["dollar became euro"]);
        assert_eq!(messages("It costs £5.", "Custa 5.", "pt"), ["`£` is not in the answer"]);
        assert_eq!(messages("It costs five.", "Custa € 5.", "pt"), ["`€` is not in the source"]);
    }

    #[test]
    fn a_sign_may_become_a_name_and_a_name_a_sign() {
        for (source, answer, to) in [
            ("It costs $5.", "Это стоит 5 долларов.", "ru"),
            ("It costs £5m.", "耗资500万英镑。", "zh"),
            ("It costs five euros.", "Es kostet 5 €.", "de"),
            ("The US$ 5 note", "La nota da 5 dollari", "it"),
            ("A $PATH variable", "Uma variável", "pt"),
        ] {
            assert!(messages(source, answer, to).is_empty(), "{answer}");
        }
    }
}
