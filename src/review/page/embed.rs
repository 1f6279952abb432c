//! Puts data into a page so that no text can get out of its place.
//!
//! Owns escaping, the content security policy and the filling of a template. Knows nothing of what the data means.

use std::borrow::Cow;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;
use sha2::{Digest as _, Sha256};

/// What a page is made of. The template has the places `{{policy}}`, `{{title}}`, `{{style}}`, `{{data}}` and
/// `{{script}}`.
pub(super) struct Page<'a> {
    pub template: &'a str,
    pub style: &'a str,
    pub script: &'a str,
    pub title: &'a str,
    /// Whether the script may speak to the origin that it came from.
    pub served: bool,
}

impl Page<'_> {
    /// The page with `data` in it.
    pub fn fill(&self, data: &impl Serialize) -> String {
        let json = json(data);
        let policy = self.policy();
        let title = html(self.title);
        let mut out = String::with_capacity(
            self.template.len()
                + self.style.len()
                + self.script.len()
                + json.len()
                + title.len()
                + policy.len(),
        );
        let mut rest = self.template;
        // One pass: what is put in is never looked at for places again.
        while let Some((before, (name, after))) = next_place(rest) {
            out.push_str(before);
            out.push_str(match name {
                "policy" => &policy,
                "title" => &title,
                "style" => self.style,
                "data" => &json,
                "script" => self.script,
                _ => "",
            });
            rest = after;
        }
        out.push_str(rest);
        out
    }

    /// Nothing may be loaded, run or sent but the one style and the one script that stand in the page, by their
    /// hashes (CSP level 2, `hash-source`), and requests to the page's own origin where it is served.
    pub fn policy(&self) -> String {
        let connect = if self.served { "connect-src 'self'; " } else { "" };
        format!(
            "default-src 'none'; style-src '{}'; script-src '{}'; {connect}base-uri 'none'; form-action 'none'",
            hash(self.style),
            hash(self.script),
        )
    }
}

fn next_place(text: &str) -> Option<(&str, (&str, &str))> {
    let (before, rest) = text.split_once("{{")?;
    Some((before, rest.split_once("}}")?))
}

/// The source expression by which a policy knows an inline element's content.
fn hash(content: &str) -> String {
    format!("sha256-{}", STANDARD.encode(Sha256::digest(content.as_bytes())))
}

/// JSON that may stand in a `<script>` element: without `<`, `>` and `&` nothing in it can end the element, open a
/// comment or be an entity, and without U+2028 and U+2029 it has no line ends that old scripts do not know.
fn json(data: &impl Serialize) -> String {
    // The types of this module's callers have string keys and finite numbers only, so this cannot fail.
    let json = serde_json::to_string(data).unwrap_or_default();
    let mut out = String::with_capacity(json.len() + json.len() / 32);
    for character in json.chars() {
        match character {
            '<' => out.push_str("\\u003c"),
            '>' => out.push_str("\\u003e"),
            '&' => out.push_str("\\u0026"),
            '\u{2028}' => out.push_str("\\u2028"),
            '\u{2029}' => out.push_str("\\u2029"),
            other => out.push(other),
        }
    }
    out
}

/// Text as it may stand in an element or a quoted attribute.
fn html(text: &str) -> Cow<'_, str> {
    if !text.contains(['<', '>', '&', '"', '\'']) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for character in text.chars() {
        match character {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            other => out.push(other),
        }
    }
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_the_data_can_end_its_element() {
        let hostile = ["</script>", "<!--<script>", "]]>", "&lt;", "\u{2028}\u{2029}", "{{script}}"];
        let text = json(&hostile);
        assert!(!text.contains(['<', '>', '&', '\u{2028}', '\u{2029}']), "{text}");
        assert_eq!(serde_json::from_str::<Vec<String>>(&text).unwrap(), hostile);
    }

    #[test]
    fn a_title_is_text() {
        assert_eq!(
            html("a</title><img src='x' onerror=\"y\">&"),
            "a&lt;/title&gt;&lt;img src=&#39;x&#39; onerror=&quot;y&quot;&gt;&amp;"
        );
        assert_eq!(html("plain"), "plain");
    }

    #[test]
    fn places_in_what_is_put_in_stay_text() {
        let page = Page {
            template: "<{{title}}|{{data}}|{{script}}>",
            style: "",
            script: "S{{data}}",
            title: "{{script}}",
            served: false,
        };
        assert_eq!(page.fill(&"{{title}}"), "<{{script}}|\"{{title}}\"|S{{data}}>");
    }

    #[test]
    fn the_policy_names_the_content_by_its_hash() {
        let mut page = Page { template: "", style: "", script: "", title: "", served: false };
        // SHA-256 of nothing.
        assert!(page.policy().contains("script-src 'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='"));
        assert!(!page.policy().contains("connect-src"));
        page.served = true;
        assert!(page.policy().contains("connect-src 'self'"));
        page.script = "x";
        assert!(!page.policy().contains("script-src 'sha256-47DE"));
    }
}
