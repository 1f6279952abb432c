//! Words by which a sentence shows that it does not stand alone: datelines, connectives, captions, furniture.
//! Lists of words only; what they weigh is decided in `candidate`.

use crate::document::slice;

/// `text` without an agency's dateline before its first sentence: `MOSCOW, 3 December (BelTA) – `, `(CNN) `,
/// `LONDON (Reuters) - `, `МОСКВА, 3 дек — РИА Новости. `. Only where what is left begins a sentence.
pub(super) fn without_dateline(text: &str) -> &str {
    let without = bracketed_agency(text).or_else(|| place_and_dash(text)).or_else(|| chinese_wire(text));
    match without.map(str::trim_start) {
        Some(rest) if rest.split_whitespace().count() >= 4 || rest.chars().count() >= 20 => rest,
        _ => text,
    }
}

/// `text` without a quotation mark that closes the sentence before it: `” The document notes …`.
pub(super) fn without_stray_mark(text: &str) -> &str {
    let closing = |c: char| matches!(c, '"' | '”' | '\'' | '’' | '»');
    match text.strip_prefix(closing) {
        Some(rest) if rest.starts_with(char::is_whitespace) && !rest.contains(closing) => rest.trim_start(),
        _ => text,
    }
}

/// `(CNN) Two heroes …`, `(CNN)Two heroes …`
fn bracketed_agency(text: &str) -> Option<&str> {
    let (agency, rest) = text.strip_prefix('(')?.split_once(')')?;
    const AGENCIES: &[&str] = &[
        "cnn", "reuters", "ap", "afp", "upi", "bbc", "efe", "dpa", "ansa", "lusa", "xinhua", "belta", "tass",
    ];
    let lower = agency.to_lowercase();
    let capitals =
        agency.chars().filter(|c| c.is_alphabetic()).count() >= 2 && !agency.contains(char::is_lowercase);
    let short = agency.chars().count() <= 24
        && (capitals || AGENCIES.contains(&lower.split([' ', '/']).next().unwrap_or_default()));
    let rest = rest.trim_start_matches(|c: char| c.is_whitespace() || "-–—:".contains(c));
    (short && agency.chars().any(char::is_alphabetic) && rest.starts_with(char::is_alphanumeric))
        .then_some(rest)
}

/// `MOSCOW, 3 December (BelTA) – …`: a dash within the first words, and before it either an agency in
/// brackets or a place in capitals.
fn place_and_dash(text: &str) -> Option<&str> {
    const LONGEST: usize = 90;
    let mut previous = ' ';
    for (index, (offset, c)) in text.char_indices().enumerate() {
        if index > LONGEST {
            return None;
        }
        let dash = matches!(c, '–' | '—' | '―')
            || (c == '-' && previous.is_whitespace())
            || (c == '-' && previous == '-');
        if dash {
            let head = slice(text, 0..offset).trim();
            let rest = slice(text, offset + c.len_utf8()..text.len());
            if c == '-' && !rest.starts_with([' ', '-']) {
                return None;
            }
            let rest = rest.trim_start_matches(['-', ' ', '\u{a0}']);
            return (is_place(head) && !rest.starts_with(char::is_lowercase)).then_some(rest);
        }
        if matches!(c, '.' | '!' | '?' | '。' | ':' | ';' | '“' | '"' | '«') {
            return None;
        }
        previous = c;
    }
    None
}

/// Whether the words before a dash are place, date and agency.
fn is_place(head: &str) -> bool {
    let words: Vec<&str> = head.split_whitespace().collect();
    if words.is_empty() || words.len() > 9 {
        return false;
    }
    let agency = head.ends_with(')') && head.contains('(');
    let first = words.first().copied().unwrap_or_default().trim_end_matches([',', '/']);
    let capitals = first.chars().filter(|c| c.is_alphabetic()).count() >= 3
        && first.chars().filter(|c| c.is_alphabetic()).all(char::is_uppercase);
    let named = first.starts_with(|c: char| !c.is_lowercase());
    (agency && named && words.len() <= 8) || (capitals && (words.len() <= 3 || head.contains(',')))
}

/// `新华社北京12月3日电（记者…）…`, `【明斯克讯】…`
fn chinese_wire(text: &str) -> Option<&str> {
    let head_end = text.char_indices().nth(40).map_or(text.len(), |(offset, _)| offset);
    let head = slice(text, 0..head_end);
    let after = head
        .find("日电")
        .map(|at| at + "日电".len())
        .or_else(|| head.find("日電").map(|at| at + "日電".len()))?;
    if head.chars().take_while(|&c| c != '日').any(|c| "，。！？；".contains(c)) {
        return None;
    }
    let rest = slice(text, after..text.len()).trim_start();
    let rest = match rest.strip_prefix('（') {
        Some(inside) => inside.split_once('）').map(|(_, rest)| rest)?,
        None => rest,
    };
    Some(rest.trim_start_matches(|c: char| c.is_whitespace() || c == '，'))
}

/// Whether the sentence begins by pointing back at the one before it.
pub(super) fn leans(text: &str, language: &str) -> bool {
    let text = text.trim_start_matches(|c: char| !c.is_alphanumeric());
    let starters = match language {
        "en" => EN,
        "pt" | "gl" => PT,
        "es" | "ca" => ES,
        "fr" => FR,
        "de" => DE,
        "it" => IT,
        "nl" => NL,
        "pl" => PL,
        "ru" => RU,
        "uk" => UK,
        "be" => BE,
        "tr" => TR,
        "ar" => AR,
        "fa" => FA,
        "zh" | "ja" | "ko" => {
            return [
                "他",
                "她",
                "它",
                "但",
                "因此",
                "此外",
                "不过",
                "然而",
                "同时",
                "而且",
                "這",
                "这",
                "しかし",
                "また",
                "さらに",
                "だが",
                "彼",
                "그는",
                "그러나",
                "하지만",
                "또한",
                "그녀",
            ]
            .iter()
            .any(|starter| text.starts_with(starter));
        }
        _ => return false,
    };
    let first: String = text
        .chars()
        .take_while(|c| c.is_alphabetic() || matches!(c, '\'' | '’'))
        .flat_map(char::to_lowercase)
        .collect();
    let first = first.split(['\'', '’']).next().unwrap_or_default();
    !first.is_empty() && starters.split(' ').any(|starter| starter == first)
}

const EN: &str = "he she it they but and this that these those his her their its however also so or then \
    meanwhile therefore instead such another still yet nor others moreover furthermore additionally \
    both thus because earlier later afterwards";
const PT: &str = "ele ela eles elas mas e isso isto este esta esse essa porém também entretanto contudo portanto \
    assim então além já ou seu sua todavia";
const ES: &str = "él ella ellos ellas pero y eso esto este esta ese esa además también sin asimismo entonces así \
    o su sus però això aquest aquesta";
const FR: &str = "il elle ils elles mais et cela ce cette ces c son sa ses leur ainsi cependant toutefois donc \
    pourtant";
const DE: &str = "er sie es aber und dies diese dieser dieses das doch jedoch auch außerdem deshalb daher zudem \
    dabei sein seine ihre";
const IT: &str = "egli lui lei essi loro ma e questo questa questi anche inoltre tuttavia però quindi così suo \
    sua";
const NL: &str = "hij zij ze het maar en dit dat deze die ook echter daarom bovendien zijn haar hun";
const PL: &str = "on ona ono oni ale i to ten ta jednak również także dlatego jego jej ich";
const RU: &str = "он она оно они но и а это этот эта эти однако также при поэтому кроме его её ее их кстати таким \
    тогда";
const UK: &str = "він вона воно вони але і й та це цей ця ці однак також тому його її їх";
const BE: &str = "ён яна яно яны але і а гэта гэты гэтая аднак таксама таму яго яе іх";
const TR: &str = "o onlar ama fakat ancak ve bu şu ayrıca bunun onun";
const AR: &str = "لكن ولكن وهو وهي هو هي هذا هذه كما لذلك وقال وأضاف وأوضح وتابع";
const FA: &str = "او اما ولی این آن همچنین وی آنها";

/// Whether the sentence is a call to the reader, a credit or a link rather than part of the article.
pub(super) fn is_furniture(text: &str) -> bool {
    let lower: String = text.chars().take(160).flat_map(char::to_lowercase).collect();
    const ANYWHERE: &[&str] = &[
        "scroll down for video",
        "click here",
        "read more",
        "sign up for our",
        "subscribe to",
        "follow us on",
        "for confidential support",
        "all rights reserved",
        "contributed to this report",
        "sorry we are not currently accepting",
        "leia mais",
        "leia também",
        "clique aqui",
        "читайте также",
        "подписывайтесь",
        "lire aussi",
        "lesen sie auch",
        "leggi anche",
        "lea también",
        "点击",
        "责任编辑",
        "原标题",
    ];
    const AT_START: &[&str] = &[
        "published:",
        "updated:",
        "by ",
        "last updated",
        "image copyright",
        "image caption",
        "photo:",
        "picture:",
        "file photo",
        "video:",
        "watch:",
        "related:",
        "source:",
        "share this",
        "advertisement",
        "editor's note",
        "editor’s note",
        "foto:",
        "фото:",
        "источник:",
        "fonte:",
        "quelle:",
    ];
    let start = lower.trim_start();
    ANYWHERE.iter().any(|phrase| lower.contains(phrase))
        || AT_START.iter().any(|phrase| {
            start.starts_with(phrase)
                && (*phrase != "by " || (text.split_whitespace().count() <= 12 && text.contains(" for ")))
        })
}

/// Whether the sentence describes a picture: `(left)`, `pictured above`, or a label before a colon.
pub(super) fn is_caption(text: &str) -> bool {
    let lower = text.to_lowercase();
    const SIGNS: &[&str] = &[
        "pictured",
        "(left)",
        "(right)",
        "(centre)",
        "(center)",
        "(above)",
        "(below)",
        "(top)",
        "(bottom)",
        "seen here",
        "(shown",
        "file picture",
        "(l)",
        "(r)",
        "на фото",
        "na foto",
        "(à esq",
        "(à dir",
        "(izq",
        "(der",
        "（左",
        "（右",
    ];
    if SIGNS.iter().any(|sign| lower.contains(sign)) {
        return true;
    }
    let Some((label, rest)) = lower.split_once(": ") else { return false };
    let words = label.split_whitespace().count();
    let speaks =
        ["said", "says", "told", "wrote", "added", "disse", "dijo", "сказал", "заявил", "sagte", "dit"]
            .iter()
            .any(|verb| label.contains(verb));
    words <= 4 && !speaks && !rest.starts_with(['"', '“', '\'', '‘', '«'])
}

/// Whether the sentence speaks as "I", "we" or "you" outside quotation marks.
pub(super) fn speaks_in_person(text: &str, language: &str) -> bool {
    let words: &[&str] = match language {
        "en" => &[
            "i", "i'm", "i’m", "we", "we're", "we’re", "you", "my", "our", "your", "me", "us", "i've",
            "i’ve", "we've", "we’ve", "let's",
        ],
        "pt" => &["eu", "nós", "você", "meu", "minha", "nosso", "nossa"],
        "es" => &["yo", "nosotros", "usted", "mi", "nuestro", "nuestra"],
        "fr" => &["je", "nous", "vous", "mon", "ma", "notre", "votre"],
        "de" => &["ich", "wir", "mein", "unser", "mir", "uns"],
        "ru" => &["я", "мы", "вы", "мой", "наш", "нас", "нам", "мне"],
        _ => return false,
    };
    let mut inside = false;
    let mut word = String::new();
    for c in text.chars().flat_map(char::to_lowercase).chain([' ']) {
        if c.is_alphanumeric() || matches!(c, '\'' | '’') && !word.is_empty() {
            word.push(c);
            continue;
        }
        if !inside && words.contains(&word.as_str()) {
            return true;
        }
        word.clear();
        match c {
            '"' => inside = !inside,
            '“' | '«' | '„' => inside = true,
            '”' | '»' => inside = false,
            _ => {}
        }
    }
    false
}
