//! XLIFF 1.x as any tool may have written it.

use super::{EXPORTED, Exported, XliffFile, XliffUnit};
use crate::review::xml::{Element, XmlError, canonical, parse, pieces};

/// Every `<file>` of an XLIFF, its units in order; groups are looked into, `alt-trans` and binary units are not.
///
/// # Errors
/// Where it is no XML within the bounds of [`parse`], or no XLIFF 1.x.
pub fn read(bytes: &[u8]) -> Result<Vec<XliffFile>, XmlError> {
    of_root(&parse(bytes)?)
}

pub(crate) fn of_root(root: &Element) -> Result<Vec<XliffFile>, XmlError> {
    let refused = |message: &str| Err(XmlError { message: message.to_owned(), line: root.line });
    if root.name != "xliff" {
        return refused("no `<xliff>` element");
    }
    if root.attribute("version").is_some_and(|version| !version.starts_with("1.")) {
        return refused("XLIFF of another version than 1.x (save it as XLIFF 1.2)");
    }
    Ok(root.descendants("file").into_iter().map(file).collect())
}

fn file(element: &Element) -> XliffFile {
    let attribute = |name: &str| element.attribute(name).filter(|value| !value.trim().is_empty());
    let units = element.child("body").map(|body| body.descendants("trans-unit")).unwrap_or_default();
    let units: Vec<XliffUnit> = units.into_iter().filter_map(unit).collect();
    // Some tools name the language at the target alone.
    let of_target = || {
        let targets = element.descendants("target");
        targets.first().and_then(|target| target.attribute("xml:lang")).map(str::to_owned)
    };
    XliffFile {
        original: attribute("original").unwrap_or_default().to_owned(),
        from: attribute("source-language").unwrap_or_default().to_owned(),
        to: attribute("target-language").map(str::to_owned).or_else(of_target),
        units,
    }
}

fn unit(element: &Element) -> Option<XliffUnit> {
    let source = pieces(element.child("source")?);
    let target_element = element.child("target");
    let target = target_element.map(pieces);
    let exported = element
        .elements()
        .filter(|inner| inner.name == "alt-trans" && inner.attribute("origin") == Some(EXPORTED))
        .find_map(|inner| inner.child("target"));
    let exported = exported.and_then(|exported| {
        let text = canonical(&source, Some(&pieces(exported))).1?;
        Some(Exported { text, signed_off: exported.attribute("state") == Some("final") })
    });
    let (source, target) = canonical(&source, target.as_deref());
    Some(XliffUnit {
        id: element.attribute("id").unwrap_or_default().to_owned(),
        source,
        target: target.filter(|text| !text.trim().is_empty()),
        state: target_element.and_then(|target| target.attribute("state")).map(str::to_owned),
        approved: element.attribute("approved") == Some("yes"),
        exported,
        line: element.line,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As OmegaT, Okapi and memoQ write it: a namespace prefix, groups, a binary unit, segments, inline tags of every
    /// kind, proposals of their own, another order of elements.
    const FOREIGN: &str = r#"<?xml version="1.0"?>
<x:xliff xmlns:x="urn:oasis:names:tc:xliff:document:1.2" version="1.2">
 <x:file original="a/b.docx" source-language="en-GB" target-language="de" datatype="x-docx">
  <x:header/>
  <x:body>
   <x:group id="g"><x:group id="h">
    <x:trans-unit id="tu1" approved="yes">
     <x:alt-trans origin="TM"><x:source>no</x:source><x:target>nein</x:target></x:alt-trans>
     <x:target state="signed-off"><x:g id="1">Hallo</x:g> &amp; <![CDATA[<Welt>]]></x:target>
     <x:source><x:g id="1">Hello</x:g> &amp; &lt;world&gt;</x:source>
     <x:note>x</x:note>
    </x:trans-unit>
    <x:bin-unit id="b"><x:bin-source/></x:bin-unit>
   </x:group></x:group>
   <x:trans-unit id="tu2"><x:source><x:ph id="a">{0}</x:ph> files</x:source><x:seg-source><x:mrk mtype="seg" mid="0">x</x:mrk></x:seg-source>
     <x:target state="translated"><x:mrk mtype="seg" mid="0"><x:ph id="a">{0}</x:ph> Dateien</x:mrk></x:target></x:trans-unit>
   <x:trans-unit id="tu3"><x:source>None</x:source><x:target/></x:trans-unit>
  </x:body>
 </x:file>
 <x:file original="c" source-language="en"><x:body><x:trans-unit id="1"><x:source>A</x:source><x:target xml:lang="fr">B</x:target></x:trans-unit></x:body></x:file>
</x:xliff>"#;

    #[test]
    fn what_another_tool_wrote_is_read() {
        let files = read(FOREIGN.as_bytes()).unwrap();
        assert_eq!(files.len(), 2);
        let units: Vec<_> = files[0]
            .units
            .iter()
            .map(|unit| (unit.id.as_str(), unit.source.as_str(), unit.target.as_deref(), unit.signed_off()))
            .collect();
        assert_eq!(
            units,
            [
                ("tu1", "⟦1⟧Hello⟦2⟧ & <world>", Some("⟦1⟧Hallo⟦2⟧ & <Welt>"), true),
                ("tu2", "⟦1⟧ files", Some("⟦1⟧ Dateien"), true),
                ("tu3", "None", None, false),
            ]
        );
        assert_eq!((files[0].from.as_str(), files[0].to.as_deref()), ("en-GB", Some("de")));
        assert_eq!(files[1].to.as_deref(), Some("fr"));
        let utf16: Vec<u8> = FOREIGN.encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(read(&[&b"\xFF\xFE"[..], &utf16].concat()).unwrap(), files);
    }

    #[test]
    fn other_versions_and_formats_are_refused() {
        assert!(read(b"<xliff version='2.0'/>").unwrap_err().to_string().contains("1.2"));
        assert!(read(b"<tmx version='1.4'/>").is_err());
        assert!(read(b"<!DOCTYPE x [<!ENTITY e 'y'>]><xliff version='1.2'/>").is_err());
    }
}
