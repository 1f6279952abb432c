use super::*;

fn write(root: &Path, names: &[&str]) {
    for name in names {
        let path = root.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        #[expect(clippy::disallowed_methods, reason = "a test's own fixture")]
        fs::write(path, "text").unwrap();
    }
}

fn relatives(found: &Found) -> Vec<String> {
    found.sources.iter().map(|source| source.relative.to_string_lossy().replace('\\', "/")).collect()
}

fn reason(found: &Found, name: &str) -> Option<SkipReason> {
    let skipped = found.skipped.iter().find(|skipped| skipped.path.ends_with(name))?;
    Some(skipped.reason.clone())
}

fn look(root: &Path, options: &WalkOptions) -> Found {
    find(&[root.to_owned()], options).unwrap()
}

#[test]
fn finds_articles_in_order_and_says_what_it_skips() {
    let root = tempfile::tempdir().unwrap();
    let names = [
        "b.txt",
        "a/c.MD",
        "a/B.txt",
        "a-b.txt",
        "x.jpg",
        ".h.txt",
        ".gloss/m.txt",
        ".d/z.txt",
        "a/.git/q.md",
    ];
    write(root.path(), &names);
    let found = look(root.path(), &WalkOptions::default());
    assert_eq!(relatives(&found), ["a/B.txt", "a/c.MD", "a-b.txt", "b.txt"]);
    assert_eq!(reason(&found, "x.jpg"), Some(SkipReason::OtherType));
    assert_eq!(reason(&found, ".h.txt"), Some(SkipReason::Hidden));
    assert_eq!(reason(&found, ".d"), Some(SkipReason::Hidden));
    assert_eq!(reason(&found, "m.txt"), None);
}

#[test]
fn own_outputs_never_become_sources() {
    let root = tempfile::tempdir().unwrap();
    let outputs = [
        "csto.pt.txt",
        "csto.pt-BR.summary.md",
        "csto.pt.new.txt",
        "csto.en.new2.summary.md",
        "long~3f2a91c0d17e.pt.txt",
        "notes.md.pt.summary.md",
    ];
    let articles = ["csto.txt", "csto.notes.txt", "csto.PT.txt", "other.pt.txt", "notes.md", "v.1.0.txt"];
    write(root.path(), &outputs);
    write(root.path(), &articles);
    let found = look(root.path(), &WalkOptions::default());
    let mut expected = articles.map(str::to_owned).to_vec();
    expected.sort();
    assert_eq!(relatives(&found), expected);
    for output in outputs {
        assert!(matches!(reason(&found, output), Some(SkipReason::OwnOutput(_))), "{output}");
    }
}

#[test]
fn globs_hold_against_names_and_paths() {
    let root = tempfile::tempdir().unwrap();
    write(root.path(), &["a.md", "a.txt", "drafts/b.md", "2024/drafts/c.md", "2024/d.md"]);
    let with = |include: &[&str], exclude: &[&str]| {
        let list = |globs: &[&str]| globs.iter().map(|glob| (*glob).to_owned()).collect();
        let options =
            WalkOptions { include: list(include), exclude: list(exclude), ..WalkOptions::default() };
        relatives(&look(root.path(), &options))
    };
    assert_eq!(with(&["*.md"], &["drafts"]), ["2024/d.md", "a.md"]);
    assert_eq!(with(&["2024/*"], &[]), ["2024/d.md", "2024/drafts/c.md"]);
    assert_eq!(with(&[], &["/drafts/", "*.txt"]), ["2024/d.md", "2024/drafts/c.md", "a.md"]);
    let bad = WalkOptions { include: vec!["[".to_owned()], ..WalkOptions::default() };
    assert!(matches!(find(&[root.path().to_owned()], &bad), Err(Error::Usage { .. })));
}

#[test]
fn the_out_folder_and_a_glossignore_leave_out() {
    let root = tempfile::tempdir().unwrap();
    write(root.path(), &["a.txt", "out/a.pt.txt", "old/b.txt"]);
    #[expect(clippy::disallowed_methods, reason = "a test's own fixture")]
    fs::write(root.path().join(".glossignore"), "old/\n").unwrap();
    #[expect(clippy::disallowed_methods, reason = "a test's own fixture")]
    fs::write(root.path().join(".gitignore"), "a.txt\n").unwrap();
    let options = WalkOptions { out: Some(root.path().join("out")), ..WalkOptions::default() };
    assert_eq!(relatives(&look(root.path(), &options)), ["a.txt"]);
}

#[test]
fn roots_with_the_same_paths_stay_apart_and_no_file_comes_twice() {
    let root = tempfile::tempdir().unwrap();
    write(root.path(), &["p/a/x.txt", "q/a/x.txt", "q/a/y.txt"]);
    let inputs = ["p/a", "q/a", "q/a/x.txt", "p/a/../a"].map(|name| root.path().join(name));
    let found = find(&inputs, &WalkOptions::default()).unwrap();
    assert_eq!(relatives(&found), ["x.txt", "a/x.txt", "y.txt"]);
}

#[test]
fn sizes_and_missing_inputs() {
    let root = tempfile::tempdir().unwrap();
    write(root.path(), &["a.txt"]);
    let options = WalkOptions { max_file_bytes: 3, ..WalkOptions::default() };
    let found = look(root.path(), &options);
    assert_eq!(reason(&found, "a.txt"), Some(SkipReason::TooLarge { size: 4, limit: 3 }));
    assert!(found.skipped.iter().all(|skipped| skipped.unreadable));
    let missing = find(&[root.path().join("none")], &options).unwrap_err();
    assert!(missing.to_string().contains("none") && missing.hint().is_some());
    let empty = tempfile::tempdir().unwrap();
    assert!(matches!(find(&[empty.path().to_owned()], &options), Err(Error::Usage { .. })));
}

#[cfg(unix)]
#[test]
fn links_fifos_and_strange_names_neither_block_nor_lead_out() {
    use std::os::unix::ffi::OsStrExt;
    use std::os::unix::fs::symlink;
    let outside = tempfile::tempdir().unwrap();
    write(outside.path(), &["secret.txt"]);
    let root = tempfile::tempdir().unwrap();
    write(root.path(), &["a/real.txt", "\u{202E}txt.evil.txt"]);
    symlink(outside.path(), root.path().join("out")).unwrap();
    symlink(outside.path().join("secret.txt"), root.path().join("s.txt")).unwrap();
    symlink("..", root.path().join("a/loop")).unwrap();
    symlink("a/real.txt", root.path().join("twin.txt")).unwrap();
    symlink("nowhere", root.path().join("broken.txt")).unwrap();
    let fifo = root.path().join("pipe.txt");
    assert!(std::process::Command::new("mkfifo").arg(&fifo).status().unwrap().success());
    let long = format!("{}.txt", "n".repeat(251));
    write(root.path(), &[&long]);
    let strange = root.path().join(OsStr::from_bytes(b"\xFF\xFE.txt"));
    #[expect(clippy::disallowed_methods, reason = "a test's own fixture")]
    fs::write(&strange, "text").unwrap();
    let found = look(root.path(), &WalkOptions::default());
    assert_eq!(found.sources.len(), 4);
    assert_eq!(reason(&found, "out"), Some(SkipReason::LinkOutside));
    assert_eq!(reason(&found, "s.txt"), Some(SkipReason::LinkOutside));
    assert_eq!(reason(&found, "a/loop"), Some(SkipReason::LinkInside));
    assert_eq!(reason(&found, "twin.txt"), Some(SkipReason::LinkInside));
    assert_eq!(reason(&found, "broken.txt"), Some(SkipReason::LinkBroken));
    assert_eq!(reason(&found, "pipe.txt"), Some(SkipReason::Special));
    // A root that is itself a link is what the user named.
    let named = tempfile::tempdir().unwrap();
    symlink(root.path(), named.path().join("here")).unwrap();
    assert_eq!(look(&named.path().join("here"), &WalkOptions::default()).sources.len(), 4);
}
