//! Hostile names.

use proptest::prelude::*;

use super::*;
use crate::document::{Format, Source};
use crate::write::{OutputNames, state_root};

fn source(root: &Path, relative: impl Into<PathBuf>) -> Source {
    let relative = relative.into();
    let markdown = relative.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("md"));
    Source {
        path: root.join(&relative),
        relative,
        format: if markdown { Format::Markdown } else { Format::Text },
        size: 0,
    }
}

fn tag(tag: &str) -> Language {
    Language::parse(tag).unwrap()
}

#[test]
fn plain_cases_are_named_as_the_design_says() {
    let root = Path::new("articles");
    let sources = [source(root, "csto.txt"), source(root, "sub/notes.md"), source(root, "a.b.txt")];
    let beside = OutputNames::new(None, root, &sources);
    assert_eq!(beside.translation(&sources[0], &tag("pt")), Path::new("articles/csto.pt.txt"));
    assert_eq!(beside.summary(&sources[0], &tag("zh-hant")), Path::new("articles/csto.zh-Hant.summary.md"));
    assert_eq!(beside.translation(&sources[2], &tag("pt")), Path::new("articles/a.b.pt.txt"));
    assert_eq!(beside.relative(Path::new("articles/sub/notes.md")), Path::new("sub/notes.md"));
    let out = OutputNames::new(Some(Path::new("out")), Path::new("out"), &sources);
    assert_eq!(out.translation(&sources[1], &tag("pt")), Path::new("out/sub/notes.pt.md"));
    assert_eq!(out.summary(&sources[1], &tag("pt")), Path::new("out/sub/notes.pt.summary.md"));
}

#[test]
fn a_stem_that_two_formats_share_gives_two_summaries() {
    let root = tempfile::tempdir().unwrap();
    let sources = [source(root.path(), "a.txt"), source(root.path(), "a.md")];
    let names = OutputNames::new(None, root.path(), &sources);
    let summary = |names: &OutputNames, source| {
        names.summary(source, &tag("pt")).file_name().unwrap().to_str().unwrap().to_owned()
    };
    assert_eq!(summary(&names, &sources[0]), "a.pt.summary.md");
    assert_eq!(summary(&names, &sources[1]), "a.md.pt.summary.md");
    // The same where only one of them is in the run.
    put(&root.path().join("a.txt"), b"");
    let alone = OutputNames::new(None, root.path(), &sources[1..]);
    assert_eq!(summary(&alone, &sources[1]), "a.md.pt.summary.md");
}

#[test]
fn roots_are_found_from_what_was_typed() {
    let folder = tempfile::tempdir().unwrap();
    let base = folder.path().canonicalize().unwrap();
    std::fs::create_dir_all(base.join("x/y")).unwrap();
    std::fs::create_dir_all(base.join("x/z")).unwrap();
    put(&base.join("x/a.txt"), b"");
    let root =
        |inputs: &[&str]| state_root(&inputs.iter().map(|input| base.join(input)).collect::<Vec<_>>(), None);
    assert_eq!(root(&["x/y"]), base.join("x/y"));
    assert_eq!(root(&["x/a.txt"]), base.join("x"));
    assert_eq!(root(&["x/y", "x/z"]), base.join("x"));
    assert_eq!(root(&["x/y", "x/a.txt"]), base.join("x"));
    assert_eq!(root(&["x/y", "x/y/../z"]), base.join("x"));
    assert_eq!(root(&["x", "x/y"]), base.join("x"));
    assert_eq!(state_root(&[base.join("x")], Some(Path::new("out"))), Path::new("out"));
    assert_eq!(state_root(&["a.txt".into()], None), Path::new("."));
}

#[test]
fn no_language_tag_spells_the_ending_of_a_summary() {
    assert!(Language::parse("summary").is_err());
}

/// Names that have broken programs: twins, dots, right-to-left marks, the longest, no UTF-8.
fn hostile() -> impl Strategy<Value = OsString> {
    let stems = prop_oneof![
        4 => prop::sample::select(vec![
            "a", "A", "ß", "ss", "SS", "é", "e\u{301}", "É", "a.md", "a.txt", "a.pt", "..", ".", "...", " ",
            "\u{202e}cod", "a~3f2a91c0d17e", "a~", "-rf", "CON", "a\n", "\u{1b}[2J", "ﬁ", "İ", "σ", "ς", "Σ",
        ]).prop_map(OsString::from),
        1 => "[a-b]{1,2}".prop_map(OsString::from),
        1 => "\\PC{1,40}".prop_map(|text| OsString::from(text.replace(['/', '\\'], "_"))),
        2 => (prop::sample::select(vec!["x", "é", "文", "𝔘"]), 200..256_usize).prop_map(|(part, bytes)| {
            OsString::from(part.repeat(bytes / part.len()))
        }),
        1 => bytes(),
    ];
    (stems, prop::sample::select(vec![".txt", ".md", ".TXT", ".Md"])).prop_map(|(mut stem, extension)| {
        if stem.len() + extension.len() > 255 {
            stem = OsString::from("y".repeat(255 - extension.len()));
        }
        stem.push(extension);
        stem
    })
}

#[cfg(unix)]
fn bytes() -> impl Strategy<Value = OsString> {
    use std::os::unix::ffi::OsStringExt;
    prop::collection::vec(prop::sample::select(vec![0xff_u8, 0xfe, b'a', b'A', b'.', 0x80]), 1..240)
        .prop_map(OsString::from_vec)
}

#[cfg(not(unix))]
fn bytes() -> impl Strategy<Value = OsString> {
    Just(OsString::from("a"))
}

fn fold(path: &Path) -> Vec<u8> {
    use unicode_normalization::UnicodeNormalization;
    match path.to_str() {
        Some(text) => text.nfd().collect::<String>().to_lowercase().into_bytes(),
        None => path.as_os_str().as_encoded_bytes().to_ascii_lowercase(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]
    #[test]
    fn outputs_stay_below_the_root_and_never_meet(
        files in prop::collection::hash_set(
            (prop::sample::select(vec!["", "sub", "SUB", "..", "../..", "/etc", "sub/../x", "\u{202e}"]), hostile()),
            1..12,
        ),
        mirrored in any::<bool>(),
        seed in any::<u64>(),
    ) {
        let root = Path::new("/nowhere/articles");
        let mut sources: Vec<Source> = files.into_iter().map(|(folder, name)| {
            let mut found = source(root, Path::new(folder).join(name));
            if !mirrored {
                // Beside the source the folders are what the walk found on disk.
                found.relative = found.relative.components().filter(|part| matches!(part, std::path::Component::Normal(_))).collect();
                found.path = root.join(&found.relative);
            }
            found
        }).collect();
        sources.sort();
        sources.dedup_by(|a, b| a.path == b.path);
        let out = mirrored.then_some(Path::new("/nowhere/out"));
        let home = out.unwrap_or(root);
        let names = OutputNames::new(out, home, &sources);
        let languages = [tag("pt"), tag("pt-BR"), tag("sl-rozaj-biske-1994")];
        let mut taken = HashSet::new();
        let mut all = Vec::new();
        for source in &sources {
            for language in &languages {
                for path in [names.translation(source, language), names.summary(source, language)] {
                    let below = path.strip_prefix(home).map_err(|_| TestCaseError::fail(format!("{path:?}")))?;
                    prop_assert!(below.components().all(|part| matches!(part, std::path::Component::Normal(_))), "{path:?}");
                    let name = path.file_name().unwrap();
                    prop_assert!(name.len() <= 255, "{} bytes: {name:?}", name.len());
                    let kind = if name.as_encoded_bytes().ends_with(b".summary.md") { OutputKind::Summary } else { OutputKind::Translation };
                    let beside = crate::write::files::beside_name(&path, kind, 99);
                    prop_assert!(beside.len() <= 255, "{} bytes: {beside:?}", beside.len());
                    prop_assert!(taken.insert(fold(&path)), "twice: {path:?}");
                    let stands = |name: &std::ffi::OsStr| source.relative.file_name() == Some(name);
                    let ordinary = source.relative.file_stem().is_some_and(|stem| !stem.is_empty())
                        && [".txt", ".md"].iter().any(|end| source.relative.as_os_str().as_encoded_bytes().ends_with(end.as_bytes()));
                    if ordinary {
                        prop_assert!(crate::write::output_language(name, stands).is_some(), "not known again: {name:?}");
                        prop_assert!(crate::write::output_language(&beside, stands).is_some(), "not known again: {beside:?}");
                    }
                    all.push(path);
                }
            }
        }
        // The order of the sources changes nothing.
        let turn = usize::try_from(seed % sources.len() as u64).unwrap();
        sources.rotate_left(turn);
        sources.reverse();
        let again = OutputNames::new(out, home, &sources);
        let turned: HashSet<PathBuf> = sources.iter().flat_map(|source| {
            languages.iter().flat_map(|language| [again.translation(source, language), again.summary(source, language)]).collect::<Vec<_>>()
        }).collect();
        prop_assert_eq!(turned, all.into_iter().collect::<HashSet<_>>());
    }
}
