//! TMX 1.x as any tool may have written it.

use crate::language::Language;
use crate::review::xml::{Element, XmlError, canonical, parse, pieces};

/// A text and its translation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pair {
    pub from: Language,
    pub to: Language,
    /// With `⟦n⟧` for inline codes.
    pub source: String,
    pub target: String,
    /// False where gloss wrote the file and a machine the text.
    pub human: bool,
    /// Where its `<tu>` begins, counted from 1.
    pub line: usize,
}

/// Every pair of a TMX: the source of each `<tu>` with each other language in it. Where nothing says which is the source
/// (`srclang="*all*"`), it is the first.
///
/// # Errors
/// Where it is no XML within the bounds of [`parse`], or no TMX.
pub fn read(bytes: &[u8]) -> Result<Vec<Pair>, XmlError> {
    of_root(&parse(bytes)?)
}

pub(crate) fn of_root(root: &Element) -> Result<Vec<Pair>, XmlError> {
    if root.name != "tmx" {
        return Err(XmlError { message: "no `<tmx>` element".to_owned(), line: root.line });
    }
    let header = root.child("header").and_then(|header| header.attribute("srclang"));
    let units = root.child("body").map(|body| body.descendants("tu")).unwrap_or_default();
    Ok(units.into_iter().flat_map(|unit| pairs(unit, header)).collect())
}

fn pairs(unit: &Element, header: Option<&str>) -> Vec<Pair> {
    let variants: Vec<(Language, &Element)> = unit
        .elements()
        .filter(|element| element.name == "tuv")
        .filter_map(|variant| {
            let tag = variant.attribute("xml:lang").or_else(|| variant.attribute("lang"))?;
            // Older tools write `EN_US`.
            let language = Language::parse(&tag.replace('_', "-")).ok()?;
            Some((language, variant.child("seg")?))
        })
        .collect();
    let named =
        unit.attribute("srclang").or(header).and_then(|tag| Language::parse(&tag.replace('_', "-")).ok());
    let at = |wanted: &Language| {
        let exact = variants.iter().position(|(language, _)| language == wanted);
        exact.or_else(|| variants.iter().position(|(language, _)| language.same_as(wanted)))
    };
    let at = named.as_ref().and_then(at).unwrap_or(0);
    let Some((from, source)) = variants.get(at) else { return Vec::new() };
    let source = pieces(source);
    let machine = unit.elements().any(|prop| {
        prop.name == "prop" && prop.attribute("type") == Some("state") && prop.text() == "machine"
    });
    let others = variants.iter().enumerate().filter(|(index, _)| *index != at);
    let pair = |(_, (to, target)): (usize, &(Language, &Element))| {
        let (source, target) = canonical(&source, Some(&pieces(target)));
        let target = target.filter(|target| !target.trim().is_empty() && !source.trim().is_empty())?;
        Some(Pair { from: from.clone(), to: to.clone(), source, target, human: !machine, line: unit.line })
    };
    others.filter_map(pair).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const FOREIGN: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE tmx SYSTEM "tmx14.dtd">
<tmx version="1.4">
<header creationtool="x" creationtoolversion="1" segtype="sentence" o-tmf="x" adminlang="en" srclang="en-US" datatype="html"/>
<body>
<tu><tuv xml:lang="DE"><seg>Hallo <bpt i="1">&lt;b&gt;</bpt>Welt<ept i="1">&lt;/b&gt;</ept></seg></tuv>
    <tuv xml:lang="EN-US"><prop type="x">y</prop><seg>Hello <bpt i="1">&lt;b&gt;</bpt>world<ept i="1">&lt;/b&gt;</ept></seg></tuv>
    <tuv lang="fr_FR"><seg><hi type="b">Bonjour</hi> le monde</seg></tuv></tu>
<tu srclang="*all*"><tuv xml:lang="pt"><seg>um</seg></tuv><tuv xml:lang="en"><seg>one<ut>{\b}</ut></seg></tuv></tu>
<tu><tuv xml:lang="en"><seg>alone</seg></tuv></tu>
<tu><tuv xml:lang="en"><seg>empty</seg></tuv><tuv xml:lang="de"><seg> </seg></tuv></tu>
<tu><tuv xml:lang="en"><seg>bad</seg></tuv><tuv xml:lang="!!"><seg>tag</seg></tuv></tu>
</body></tmx>"#;

    #[test]
    fn what_another_tool_wrote_is_read() {
        let pairs = read(FOREIGN.as_bytes()).unwrap();
        let shown: Vec<String> = pairs
            .iter()
            .map(|pair| format!("{}-{} {} = {}", pair.from, pair.to, pair.source, pair.target))
            .collect();
        assert_eq!(
            shown,
            [
                "en-US-de Hello ⟦1⟧world⟦2⟧ = Hallo ⟦1⟧Welt⟦2⟧",
                "en-US-fr-FR Hello ⟦1⟧world⟦2⟧ = ⟦3⟧Bonjour⟦4⟧ le monde",
                "pt-en um = one⟦1⟧",
            ]
        );
        assert!(pairs.iter().all(|pair| pair.human));
    }

    #[test]
    fn other_formats_are_refused() {
        assert!(read(b"<xliff version='1.2'/>").is_err());
        assert!(read(b"source\ttarget\n").is_err());
    }
}
