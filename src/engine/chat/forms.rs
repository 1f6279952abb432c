//! How units are written into a request and read out of a reply, by id.
//!
//! Pure; never guesses an id, never goes by position. On the wire ids are `1`, `2`, … within the request: a
//! schema then depends on nothing but their number (endpoints compile and keep schemas), and small models copy
//! them best. What an article says cannot pass for a unit of its own, because what it says is escaped (JSON)
//! or checked for the tags' own marks.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value, json};

use crate::engine::transport::clean;
use crate::engine::{EngineError, ErrorClass, RequestUnit};

/// The forms that bring several units back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum WireForm {
    /// `<u id="1">…</u>`, no schema.
    Tags,
    /// One JSON object keyed by id; its schema names exactly the ids asked.
    Keyed,
}

impl WireForm {
    /// The form of the n-th try of the same units.
    pub fn for_attempt(attempt: u32) -> Self {
        if attempt.is_multiple_of(2) { Self::Tags } else { Self::Keyed }
    }

    /// Its name in the template.
    pub fn name(self) -> &'static str {
        match self {
            Self::Tags => "tags",
            Self::Keyed => "keyed",
        }
    }

    /// The schema of its reply for `count` units, where it has one.
    pub fn schema(self, count: usize) -> Option<Value> {
        let keys: Vec<String> = (1..=count).map(|number| number.to_string()).collect();
        let properties: Map<String, Value> =
            keys.iter().map(|key| (key.clone(), json!({ "type": "string" }))).collect();
        match self {
            Self::Tags => None,
            Self::Keyed => Some(json!({
                "type": "object",
                "properties": properties,
                "required": keys,
                "additionalProperties": false,
            })),
        }
    }

    /// The units as they stand in the prompt.
    pub fn write(self, units: &[RequestUnit]) -> String {
        let numbered = units.iter().enumerate().map(|(index, unit)| (index + 1, unit.text.as_str()));
        match self {
            Self::Tags => {
                let lines: Vec<String> = numbered
                    .map(|(number, text)| format!("<u id=\"{number}\">{}</u>", defused(text)))
                    .collect();
                lines.join("\n")
            }
            Self::Keyed => {
                // Written by hand: a map would put "10" before "2".
                let lines: Vec<String> =
                    numbered.map(|(number, text)| format!(" \"{number}\": {}", Value::from(text))).collect();
                format!("{{\n{}\n}}", lines.join(",\n"))
            }
        }
    }
}

/// An article that holds the tags' own marks (one about HTML, or one that means to be taken for another unit) has
/// a space put after their `<`, however they are spelt; the underline element `u` is the only one of HTML's met.
pub fn defused(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('<') {
        safe.push_str(before);
        safe.push_str(if is_tag(after) { "< " } else { "<" });
        rest = after;
    }
    safe + rest
}

/// Whether what follows a `<` makes it one of the tags' own marks.
fn is_tag(after: &str) -> bool {
    let name = after.strip_prefix('/').unwrap_or(after).strip_prefix(['u', 'U']);
    name.is_some_and(|rest| !rest.starts_with(|next: char| next.is_alphanumeric() || next == '-'))
}

/// An answer with the marks of its `source` as they were before they were made harmless.
fn fused(answer: String, source: &str) -> String {
    if defused(source) == source || spaced(source).next().is_some() {
        return answer;
    }
    let mut whole = String::with_capacity(answer.len());
    let mut from = 0;
    for at in spaced(&answer) {
        whole.push_str(answer.get(from..=at).unwrap_or_default());
        from = at + 2;
    }
    whole + answer.get(from..).unwrap_or_default()
}

/// Where marks with a space after their `<` stand.
fn spaced(text: &str) -> impl Iterator<Item = usize> {
    text.match_indices("< ").map(|(at, _)| at).filter(|at| text.get(at + 2..).is_some_and(is_tag))
}

/// The answers in `text` to a request in `form`, each with the id of the unit it was asked under. Ids that were not
/// asked come back as `?ID`, which is no unit's id; doubled ones come back twice.
///
/// The other form is looked for only where nothing of the one asked is there (a model told to write tags may write
/// JSON): tags inside a JSON answer are what the article says.
///
/// # Errors
/// [`ErrorClass::Split`] where no answer with an id can be read out of it.
pub fn read(form: WireForm, text: &str, units: &[RequestUnit]) -> Result<Vec<(String, String)>, EngineError> {
    let by_tags = match form {
        WireForm::Tags => text.contains("<u id="),
        WireForm::Keyed => !text.contains(['{', '[']),
    };
    let found = if by_tags { read_tags(text) } else { read_json(text)? };
    if found.is_empty() {
        return Err(unusable("the reply holds no answer with an id"));
    }
    let answer = |(key, answer): (String, String)| match asked(&key, units) {
        Some(unit) if by_tags => (unit.id.clone(), fused(answer, &unit.text)),
        Some(unit) => (unit.id.clone(), answer),
        None => (format!("?{key}"), answer),
    };
    Ok(found.into_iter().map(answer).collect())
}

fn unusable(what: impl Into<String>) -> EngineError {
    EngineError::new(ErrorClass::Split, clean(&what.into()))
}

fn asked<'a>(key: &str, units: &'a [RequestUnit]) -> Option<&'a RequestUnit> {
    let canonical = key.parse::<usize>().ok().filter(|number| number.to_string() == key);
    units.get(canonical?.checked_sub(1)?)
}

/// Every `<u id="…">…</u>`. An answer reaches to the last `</u>` before the next opening tag, so that a stray one
/// inside it costs nothing; without any it is not closed, was cut off, and is left out.
fn read_tags(text: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for piece in text.split("<u id=").skip(1) {
        let Some((head, rest)) = piece.split_once('>') else { continue };
        let Some((answer, _)) = rest.rsplit_once("</u>") else { continue };
        let key = head.trim().trim_matches(['"', '\'']).trim();
        found.push((key.to_owned(), answer.trim().to_owned()));
    }
    found
}

/// The first JSON value in `text` (bare, in a code fence, or with prose around it) as answers by id: an object keyed
/// by id, or an array of `{id, text}`, either perhaps as the only member of an object.
fn read_json(text: &str) -> Result<Vec<(String, String)>, EngineError> {
    let mut last_error = None;
    for (at, _) in text.match_indices(['{', '[']).take(8) {
        let rest = text.get(at..).unwrap_or_default();
        match serde_json::Deserializer::from_str(rest).into_iter::<Node>().next() {
            Some(Ok(node)) => {
                // A bracket in the prose before it (`[1]`) may be JSON too; what holds no pair is passed over.
                match answers(node) {
                    Ok(found) if !found.is_empty() => return Ok(found),
                    Ok(_) => {}
                    Err(error) => return Err(error),
                }
            }
            Some(Err(error)) if error.is_eof() => {
                return Err(unusable("the answer's JSON is cut off"));
            }
            Some(Err(error)) => last_error = Some(error),
            None => {}
        }
    }
    let detail = last_error.map_or_else(String::new, |error| format!(": {error}"));
    Err(unusable(format!("the reply holds no JSON that answers by id{detail}")))
}

fn answers(node: Node) -> Result<Vec<(String, String)>, EngineError> {
    match node {
        Node::Object(members) => {
            if let [(_, Node::Array(_) | Node::Object(_))] = members.as_slice() {
                return members
                    .into_iter()
                    .next()
                    .map_or_else(|| Ok(Vec::new()), |(_, inner)| answers(inner));
            }
            if let Some(pair) = pair(&members) {
                return Ok(vec![pair]);
            }
            members
                .into_iter()
                .map(|(key, value)| match value {
                    Node::Text(text) => Ok((key, text.trim().to_owned())),
                    other => Err(unusable(format!("the answer for `{key}` is {}, not text", other.kind()))),
                })
                .collect()
        }
        Node::Array(items) => items
            .into_iter()
            .filter(|item| matches!(item, Node::Object(_)))
            .map(|item| match item {
                Node::Object(members) => pair(&members).ok_or_else(|| {
                    unusable("an item of the answer has no `id` and `text` of the right types")
                }),
                _ => Ok((String::new(), String::new())),
            })
            .collect(),
        _ => Ok(Vec::new()),
    }
}

/// `{"id": …, "text": "…"}`.
fn pair(members: &[(String, Node)]) -> Option<(String, String)> {
    let get = |name: &str| members.iter().find(|(key, _)| key == name).map(|(_, value)| value);
    let key = match get("id")? {
        Node::Text(key) => key.clone(),
        Node::Number(key) => key.clone(),
        _ => return None,
    };
    match get("text")? {
        Node::Text(text) => Some((key, text.trim().to_owned())),
        _ => None,
    }
}

/// JSON that keeps the doubled keys of an object, which `serde_json::Value` does not.
#[derive(Debug, Clone, PartialEq)]
enum Node {
    Null,
    Truth,
    Number(String),
    Text(String),
    Array(Vec<Node>),
    Object(Vec<(String, Node)>),
}

impl Node {
    fn kind(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Truth => "true or false",
            Self::Number(_) => "a number",
            Self::Text(_) => "text",
            Self::Array(_) => "an array",
            Self::Object(_) => "an object",
        }
    }
}

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(NodeVisitor)
    }
}

struct NodeVisitor;

impl<'de> Visitor<'de> for NodeVisitor {
    type Value = Node;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Node, E> {
        Ok(Node::Null)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Node, E> {
        Ok(Node::Truth)
    }

    fn visit_i64<E>(self, number: i64) -> Result<Node, E> {
        Ok(Node::Number(number.to_string()))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Node, E> {
        Ok(Node::Number(number.to_string()))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Node, E> {
        Ok(Node::Number(number.to_string()))
    }

    fn visit_str<E>(self, text: &str) -> Result<Node, E> {
        Ok(Node::Text(text.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Node, A::Error> {
        let mut array = Vec::new();
        while let Some(item) = items.next_element()? {
            array.push(item);
        }
        Ok(Node::Array(array))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Node, A::Error> {
        let mut object = Vec::new();
        while let Some(member) = members.next_entry()? {
            object.push(member);
        }
        Ok(Node::Object(object))
    }
}

#[cfg(test)]
mod tests;
