//! One parser a kind of value. A refusal's hint, where there is one, follows its message after a line break.

use std::str::FromStr;

use crate::language::Language;
use crate::summary::SummaryLength;

/// The two-letter codes of ISO 639-1. Three-letter codes are taken as they come.
const TWO_LETTER: &str = "aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv \
    cy da de dv dz ee el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie \
    ig ii ik io is it iu ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk \
    ml mn mr ms mt my na nb nd ne ng nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se \
    sg sh si sk sl sm sn so sq sr ss st su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa \
    wo xh yi yo za zh zu";

/// What people type for a language, and its tag: English names, and countries' codes that are no language's.
const MEANT: [(&str, &str); 40] = [
    ("arabic", "ar"),
    ("bulgarian", "bg"),
    ("catalan", "ca"),
    ("chinese", "zh"),
    ("croatian", "hr"),
    ("czech", "cs"),
    ("danish", "da"),
    ("dutch", "nl"),
    ("english", "en"),
    ("finnish", "fi"),
    ("french", "fr"),
    ("german", "de"),
    ("greek", "el"),
    ("hebrew", "he"),
    ("hindi", "hi"),
    ("hungarian", "hu"),
    ("indonesian", "id"),
    ("italian", "it"),
    ("japanese", "ja"),
    ("korean", "ko"),
    ("norwegian", "nb"),
    ("persian", "fa"),
    ("polish", "pl"),
    ("portuguese", "pt"),
    ("romanian", "ro"),
    ("russian", "ru"),
    ("spanish", "es"),
    ("swedish", "sv"),
    ("turkish", "tr"),
    ("ukrainian", "uk"),
    ("vietnamese", "vi"),
    ("cn", "zh"),
    ("cz", "cs"),
    ("dk", "da"),
    ("gb", "en"),
    ("gr", "el"),
    ("jp", "ja"),
    ("ua", "uk"),
    ("us", "en"),
    ("vn", "vi"),
];

/// A language that exists, by its BCP-47 tag.
///
/// # Errors
/// Where the tag is malformed, or its first part is no language's code.
pub fn language(text: &str) -> Result<Language, String> {
    let refuse = || {
        let typed = text.trim().to_lowercase();
        let hint = MEANT
            .iter()
            .find(|(name, _)| *name == typed)
            .map_or("a BCP-47 tag: `pt`, `pt-BR`, `zh-Hant`".to_owned(), |(_, tag)| {
                format!("did you mean `{tag}`?")
            });
        format!("`{text}` is not a language tag\n{hint}")
    };
    let language = Language::parse(text).map_err(|_| refuse())?;
    match language.primary().len() {
        2 if TWO_LETTER.split_whitespace().any(|code| code == language.primary()) => Ok(language),
        3 => Ok(language),
        _ => Err(refuse()),
    }
}

/// How long a summary is to be; `None` for none at all.
///
/// # Errors
/// Where the text is no length.
pub fn summary(text: &str) -> Result<Option<SummaryLength>, String> {
    match text.trim() {
        "none" | "false" => Ok(None),
        text => text.parse().map(Some),
    }
}

/// A whole number from `least` to `most`.
pub fn number<T>(least: T, most: T) -> impl Fn(&str) -> Result<T, String>
where
    T: FromStr + PartialOrd + std::fmt::Display,
{
    move |text| match text.trim().parse::<T>() {
        Ok(value) if value >= least && value <= most => Ok(value),
        _ => Err(format!("`{text}` is not a number from {least} to {most}")),
    }
}

/// A size in bytes: `16MB` (10⁶), `16MiB` (2²⁰), `500k`, or plain bytes.
///
/// # Errors
/// Where it is none, or 0.
pub fn size(text: &str) -> Result<u64, String> {
    let refuse = || format!("`{text}` is not a size\nwrite `16MB`, `512KiB`, `1GB`");
    let (digits, unit) = split_number(text);
    let factor = match unit.to_lowercase().as_str() {
        "" | "b" => 1,
        "k" | "kb" => 1_000,
        "kib" => 1 << 10,
        "m" | "mb" => 1_000_000,
        "mib" => 1 << 20,
        "g" | "gb" => 1_000_000_000,
        "gib" => 1 << 30,
        _ => return Err(refuse()),
    };
    let count: u64 = digits.parse().map_err(|_| refuse())?;
    count.checked_mul(factor).filter(|bytes| *bytes > 0).ok_or_else(refuse)
}

/// A time-out in seconds: `90`, `90s`, `10m`, `1h`.
///
/// # Errors
/// Where it is none, or 0.
pub fn seconds(text: &str) -> Result<u64, String> {
    let refuse = || format!("`{text}` is not a time\nwrite `90s`, `10m`, or seconds");
    let (digits, unit) = split_number(text);
    let factor = match unit {
        "" | "s" => 1,
        "m" | "min" => 60,
        "h" => 3_600,
        _ => return Err(refuse()),
    };
    let count: u64 = digits.parse().map_err(|_| refuse())?;
    count.checked_mul(factor).filter(|seconds| *seconds > 0).ok_or_else(refuse)
}

/// `true` or `false`.
///
/// # Errors
/// Where it is neither.
pub fn truth(text: &str) -> Result<bool, String> {
    match text.trim() {
        "true" | "1" | "yes" => Ok(true),
        "false" | "0" | "no" => Ok(false),
        _ => Err(format!("`{text}` is neither `true` nor `false`")),
    }
}

/// The base address of an endpoint, up to and including `/v1`, without a slash at the end.
///
/// A bare host gets `/v1`, and the path of the chat call itself is taken off, for both are often pasted.
///
/// # Errors
/// Where it is no http or https address.
pub fn endpoint(text: &str) -> Result<String, String> {
    let text = text.trim();
    let url = web_address(text).map_err(|()| {
        format!(
            "`{}` is not an http or https address\nfor example `http://127.0.0.1:8080/v1`",
            shown_url(text)
        )
    })?;
    let plain = url.query().is_none() && url.fragment().is_none();
    let mut address = url.to_string();
    if plain {
        for tail in ["/", "/chat/completions", "/"] {
            if let Some(rest) = address.strip_suffix(tail) {
                address.truncate(rest.len());
            }
        }
        if url.path() == "/" {
            address.push_str("/v1");
        }
    }
    Ok(address)
}

/// An address of a mirror, without a slash at the end.
///
/// # Errors
/// Where it is no http or https address.
pub fn mirror(text: &str) -> Result<String, String> {
    let text = text.trim();
    match web_address(text) {
        Ok(_) => Ok(text.trim_end_matches('/').to_owned()),
        Err(()) => Err(format!("`{}` is not an http or https address", shown_url(text))),
    }
}

/// An address as it may be shown: without user, password, query and fragment, any of which may hold a key.
pub fn shown_url(text: &str) -> String {
    match reqwest::Url::parse(text) {
        Ok(mut url) if url.has_host() => {
            let bare = url.set_username("").is_ok() && url.set_password(None).is_ok();
            url.set_query(None);
            url.set_fragment(None);
            let shown = url.to_string();
            if bare { shown.trim_end_matches('/').to_owned() } else { "(address not shown)".to_owned() }
        }
        _ if text.contains('@') || text.contains('?') => "(address not shown)".to_owned(),
        _ => text.to_owned(),
    }
}

fn web_address(text: &str) -> Result<reqwest::Url, ()> {
    match reqwest::Url::parse(text) {
        Ok(url) if url.has_host() && matches!(url.scheme(), "http" | "https") => Ok(url),
        _ => Err(()),
    }
}

/// The digits in front and the unit after them.
fn split_number(text: &str) -> (&str, &str) {
    let text = text.trim();
    let end = text.find(|character: char| !character.is_ascii_digit()).unwrap_or(text.len());
    let (digits, unit) = text.split_at(end);
    (digits, unit.trim())
}
