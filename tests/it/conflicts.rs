//! Two people's texts for one paragraph: neither takes the other's place unseen.

use std::time::Duration;

use serde_json::{Value, json};

use crate::corrections::{FIRST, RUN, SECOND, THIRD, TITLE, article, change, edit, import, sandbox, units};
use crate::harness::Sandbox;

/// A page's export that was made over another text than stands there by now, whoever put that there, does not replace it
/// unseen; what an engine answers meanwhile is no conflict.
#[test]
fn an_import_never_replaces_a_person_s_text_that_was_not_seen() {
    let sandbox = sandbox();
    let machine = format!("[pt {FIRST}]");
    let edit =
        |text: &str, seen: &[&str]| change(1, FIRST, json!({ "action": "edit", "text": text, "seen": seen }));
    // Another model's answer stands there: what a person wrote is an answer to the same source.
    import(&sandbox, &[edit("A primeira ponte.", &["[pt of another model]"])]).expect(0);
    let refused = |sandbox: &Sandbox, change: &Value| {
        let ran = import(sandbox, std::slice::from_ref(change)).expect(3);
        let told = "it was changed since you saw it, and reads now: “A primeira ponte.”";
        assert!(ran.stdout.contains(told), "{}", ran.stdout);
        assert!(sandbox.read("articles/a.pt.txt").contains("A primeira ponte."));
    };
    refused(&sandbox, &edit("A segunda ponte.", &[&machine]));
    refused(&sandbox, &change(1, FIRST, json!({ "action": "accept", "text": machine, "seen": [machine] })));
    refused(&sandbox, &change(1, FIRST, json!({ "action": "revert", "seen": ["A ponte de antes."] })));
    // A file of a page that did not say what was seen: an acceptance says it itself, and of an edit the file's age tells.
    refused(&sandbox, &change(1, FIRST, json!({ "action": "accept", "text": machine })));
    let bare = change(1, FIRST, json!({ "action": "edit", "text": "A terceira ponte." }));
    let file = json!({ "gloss": "changes", "schema": 1, "changes": [bare] });
    sandbox.file("changes.json", file.to_string());
    let old = std::fs::File::options().write(true).open(sandbox.path("changes.json")).unwrap();
    old.set_modified(std::time::SystemTime::now() - Duration::from_secs(3600)).unwrap();
    let ran = sandbox.gloss(&["review", "articles", "--import", "changes.json"]).expect(3);
    assert!(ran.stdout.contains("reads now: “A primeira ponte.”"), "{}", ran.stdout);
    // The same text is no conflict, and who has seen the other may replace it.
    import(&sandbox, &[edit("A primeira ponte.", &[&machine])]).expect(0);
    import(&sandbox, &[edit("A segunda ponte.", &[&machine, "A primeira ponte."])]).expect(0);
    import(&sandbox, &[bare]).expect(0);
    assert!(sandbox.read("articles/a.pt.txt").contains("A terceira ponte."));
}

/// One of two equal paragraphs follows the other, and that is no conflict between what one file has for both.
#[test]
fn changes_of_two_equal_paragraphs_in_one_file_both_count() {
    let sandbox = Sandbox::new();
    sandbox.script(&json!({ "reply": "tag" }));
    sandbox.file("articles/a.txt", article(&[TITLE, FIRST, SECOND, FIRST]));
    sandbox.scripted(RUN).expect(0);
    let seen = json!([format!("[pt {FIRST}]")]);
    let edit =
        |block, text: &str| change(block, FIRST, json!({ "action": "edit", "text": text, "seen": seen }));
    import(&sandbox, &[edit(1, "A ponte abriu."), edit(3, "Abriu a ponte.")]).expect(0);
    let text = sandbox.read("articles/a.pt.txt");
    assert!(text.contains("A ponte abriu.") && text.ends_with("Abriu a ponte.\n"), "{text}");
}

/// A file that is kept as a person left it goes on holding what was corrected elsewhere since, a person's text too: another edit
/// of that file does not bring it back. A text that is put there anew counts.
#[test]
fn what_a_kept_file_held_before_is_no_edit() {
    for kept in ["A paragraph of the editor's own.\n\n", ""] {
        let sandbox = sandbox();
        let output = "articles/a.pt.txt";
        edit(&sandbox, output, &format!("[pt {FIRST}]"), "A ponte de antes.");
        // Kept for a paragraph of its own, or for white space.
        let machine = format!("[pt {SECOND}]");
        edit(&sandbox, output, &machine, &format!("{kept}{machine}  "));
        sandbox.scripted(RUN).expect(0);
        let text = |text: &str| change(1, FIRST, json!({ "action": "edit", "text": text }));
        import(&sandbox, &[text("A ponte corrigida.")]).expect(0);
        assert!(sandbox.read(output).contains("A ponte de antes."));
        let stands = |sandbox: &Sandbox, index: usize| units(sandbox, "a.txt", "pt").remove(index).text;

        edit(&sandbox, output, &format!("[pt {THIRD}]"), "De barco.");
        sandbox.scripted(RUN).expect(0).says("1 paragraph taken over");
        assert_eq!(stands(&sandbox, 1).as_deref(), Some("A ponte corrigida."));
        assert_eq!(stands(&sandbox, 3).as_deref(), Some("De barco."));
        assert!(sandbox.read("articles/a.pt.new.txt").contains("A ponte corrigida."));
        assert!(sandbox.read(output).contains("A ponte de antes."));

        // Its source changes: what the file has of it is no answer to the new one.
        let changed = SECOND.replace("four", "five");
        sandbox.file("articles/a.txt", article(&[TITLE, FIRST, &changed, THIRD]));
        sandbox.scripted(RUN).expect(0);
        edit(&sandbox, output, "A ponte de antes.", "A ponte de agora.");
        sandbox.scripted(RUN).expect(0).says("1 paragraph taken over");
        assert_eq!(stands(&sandbox, 1).as_deref(), Some("A ponte de agora."));
        assert_eq!(stands(&sandbox, 2).unwrap(), format!("[pt {changed}]"));
    }
}

/// Blank lines make no double spaces, and control characters are refused by whatever way they come.
#[test]
fn what_is_given_is_on_one_line_and_without_control_characters() {
    let sandbox = sandbox();
    let text = |text: &str| change(1, FIRST, json!({ "action": "edit", "text": text }));
    import(&sandbox, &[text("A ponte\n\n \r\nabriu.\n")]).expect(0);
    let output = "articles/a.pt.txt";
    let made = sandbox.read(output);
    assert!(made.contains("\n\nA ponte abriu.\n\n"), "{made}");
    for (bad, code) in
        [("A ponte\0.", "U+0000"), ("A \u{1b}[31mponte.", "U+001B"), ("A ponte\u{9b}.", "U+009B")]
    {
        let ran = import(&sandbox, &[text(bad)]).expect(3);
        assert!(ran.stdout.contains(code), "{}", ran.stdout);
        assert_eq!(sandbox.read(output), made);
    }
    // In a file it stays as it was typed, counts nowhere else, and is told as long as somebody looks.
    let typed = made
        .replace(&format!("[pt {SECOND}]"), "Quatro \u{1b}[31manos.")
        .replace(&format!("[pt {THIRD}]"), "De barco.");
    sandbox.file(output, &typed);
    let ran = sandbox.scripted(RUN).expect(0);
    ran.says("1 paragraph taken over")
        .says("paragraph 3 not taken over: there is a control character in it (U+001B)");
    assert_eq!(sandbox.read(output), typed);
    assert!(sandbox.read("articles/a.pt.new.txt").contains(&format!("[pt {SECOND}]")));
    edit(&sandbox, output, "De barco.", "Veio de barco.");
    sandbox.scripted(RUN).expect(0).says("1 paragraph taken over").says("paragraph 3 not taken over");
}

/// A correction counts for every paragraph whose source is the same: where a file has one of two edited, that is said.
#[test]
fn an_edit_of_one_of_two_equal_paragraphs_says_what_becomes_of_the_other() {
    let sandbox = Sandbox::new();
    sandbox.script(&json!({ "reply": "tag" }));
    sandbox.file("articles/a.txt", article(&[TITLE, FIRST, SECOND, FIRST]));
    sandbox.scripted(RUN).expect(0);
    let text = sandbox.read("articles/a.pt.txt").replacen(&format!("[pt {FIRST}]"), "A ponte abriu.", 1);
    sandbox.file("articles/a.pt.txt", &text);
    let ran = sandbox.scripted(RUN).expect(0);
    ran.says("1 paragraph taken over").says("it counts for paragraph 4 too, whose source is the same");
    assert!(!ran.stderr.contains("white space"), "{}", ran.stderr);
    assert_eq!(sandbox.read("articles/a.pt.txt"), text);
    assert_eq!(sandbox.read("articles/a.pt.new.txt").matches("A ponte abriu.").count(), 2);
}
