//! What `gloss terms` prints: a line a term, its renderings below it.

use unicode_width::UnicodeWidthStr;

use super::printable::{clip, printable};
use crate::terms::{Proposal, Rendered};

/// Cells of a term before it is cut.
const WIDEST: usize = 40;

/// The proposals as text.
pub fn render(proposals: &[Proposal]) -> String {
    if proposals.is_empty() {
        return "no name or term stands in these articles more than once".to_owned();
    }
    let width = proposals.iter().map(|proposal| shown(&proposal.source).width()).max().unwrap_or_default();
    let mut text = String::new();
    for proposal in proposals {
        let source = shown(&proposal.source);
        let pad = width - source.width();
        let places = if proposal.documents == 1 {
            "1 article".to_owned()
        } else {
            format!("{} articles", proposal.documents)
        };
        text.push_str(&format!("{source}{:pad$}  {:>4} times in {places}\n", "", proposal.count));
        for rendered in proposal.renderings.iter().filter(|rendered| !rendered.forms.is_empty()) {
            text.push_str(&format!("    {}\n", forms(rendered)));
        }
        if let Some(place) = proposal.places.first().filter(|_| proposal.drifts()) {
            text.push_str(&format!(
                "    first in {} paragraph {}\n",
                printable(&place.path),
                place.block.0 + 1
            ));
        }
    }
    let drifting = proposals.iter().filter(|proposal| proposal.drifts()).count();
    let terms = if proposals.len() == 1 { "1 term".to_owned() } else { format!("{} terms", proposals.len()) };
    text.push_str(&format!("\n{terms}, {drifting} of them rendered in several ways\n"));
    text
}

/// `pt  moinho de maré (4), azenha (1)  in several ways`
fn forms(rendered: &Rendered) -> String {
    let forms: Vec<String> =
        rendered.forms.iter().map(|form| format!("{} ({})", shown(&form.text), form.count)).collect();
    let known: usize = rendered.forms.iter().map(|form| form.count).sum();
    let rest = rendered.paragraphs.saturating_sub(known);
    let otherwise = if rest > 0 { format!(", otherwise ({rest})") } else { String::new() };
    let several = if rendered.forms.len() > 1 { "  in several ways" } else { "" };
    format!("{}  {}{otherwise}{several}", rendered.to, forms.join(", "))
}

fn shown(text: &str) -> String {
    clip(&printable(text), WIDEST).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::BlockId;
    use crate::language::Language;
    use crate::terms::{Place, Rendering, TermKind};

    #[test]
    fn terms_read_well_and_harm_no_terminal() {
        let language = |tag| Language::parse(tag).unwrap();
        let form = |text: &str, count| Rendering { text: text.to_owned(), count };
        let proposal = |source: &str, forms: Vec<Rendering>| Proposal {
            source: source.to_owned(),
            from: language("en"),
            kind: TermKind::Name,
            count: 7,
            documents: 1,
            renderings: vec![Rendered { to: language("ru"), paragraphs: 6, forms }],
            places: vec![Place { path: "a.txt".to_owned(), block: BlockId(2) }],
        };
        let text = render(&[
            proposal("Kavanaugh", vec![form("Кавано", 4), form("Каванах\u{1b}[2J", 1)]),
            proposal("tide mill", vec![form("приливная мельница", 6)]),
            proposal("nothing known", Vec::new()),
        ]);
        insta::assert_snapshot!(text);
    }
}
