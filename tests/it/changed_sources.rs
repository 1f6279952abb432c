//! What people corrected, and what they edited in outputs, when the source changes.

use gloss::review::data::TargetState::{Human, Machine};
use serde_json::json;

use crate::corrections::{
    FIRST, RUN, SECOND, THIRD, TITLE, article, change, edit, import, other_model, sandbox, states, units,
};
use crate::harness::Sandbox;

#[test]
fn a_changed_paragraph_is_asked_again_and_its_old_correction_offered() {
    let sandbox = sandbox();
    import(&sandbox, &[change(1, FIRST, json!({ "action": "edit", "text": "A ponte abriu." }))]).expect(0);
    let changed = FIRST.replace("Monday", "Tuesday");
    sandbox.file("articles/a.txt", article(&[TITLE, &changed, SECOND, THIRD]));
    sandbox.scripted(RUN).expect(0);
    let unit = &units(&sandbox, "a.txt", "pt")[1];
    assert_eq!((unit.state, unit.text.clone()), (Machine, Some(format!("[pt {changed}]"))));
    let earlier = unit.earlier.as_ref().unwrap();
    assert_eq!((earlier.source.as_str(), earlier.text.as_str()), (FIRST, "A ponte abriu."));
    assert!(units(&sandbox, "a.txt", "pt")[2..].iter().all(|unit| unit.earlier.is_none()));
    // Between the same neighbours even a wholly new text is the later form.
    sandbox.file("articles/a.txt", article(&[TITLE, "Nothing like it.", SECOND, THIRD]));
    sandbox.scripted(RUN).expect(0);
    assert!(units(&sandbox, "a.txt", "pt")[1].earlier.is_some());
}

/// A correction that came along from another article is offered like one that was made here.
#[test]
fn a_correction_made_elsewhere_is_offered_too_when_its_text_changes() {
    let sandbox = sandbox();
    import(&sandbox, &[change(1, FIRST, json!({ "action": "edit", "text": "A ponte abriu." }))]).expect(0);
    sandbox.file("articles/b.txt", article(&["Another title", FIRST, SECOND, THIRD]));
    sandbox.scripted(RUN).expect(0);
    assert_eq!(units(&sandbox, "b.txt", "pt")[1].state, Human);
    sandbox.file(
        "articles/b.txt",
        article(&["Another title", &FIRST.replace("Monday", "Tuesday"), SECOND, THIRD]),
    );
    let offered = || units(&sandbox, "b.txt", "pt").remove(1).earlier.map(|earlier| earlier.text);
    sandbox.scripted(RUN).expect(0);
    assert_eq!(offered().as_deref(), Some("A ponte abriu."));
    // It is until somebody has answered it.
    other_model(&sandbox, &[]);
    sandbox.scripted(RUN).expect(0);
    assert_eq!(offered().as_deref(), Some("A ponte abriu."));
}

/// The output edited and the source changed between two runs: what the person wrote counts where its text still stands,
/// and is offered where it does not.
#[test]
fn an_edit_is_found_although_its_source_has_changed_meanwhile() {
    let sandbox = sandbox();
    edit(&sandbox, "articles/a.pt.txt", &format!("[pt {FIRST}]"), "A ponte abriu.");
    edit(&sandbox, "articles/a.pt.txt", &format!("[pt {THIRD}]"), "O presidente veio de barco.");
    let edited = sandbox.bytes("articles/a.pt.txt");
    let changed = FIRST.replace("Monday", "Tuesday");
    sandbox.file("articles/a.txt", article(&[TITLE, &changed, SECOND, THIRD]));
    other_model(&sandbox, &[THIRD]);
    sandbox.scripted(RUN).expect(0).says("2 paragraphs taken over").says("its source has changed");
    assert_eq!(sandbox.bytes("articles/a.pt.txt"), edited);
    let ours = sandbox.read("articles/a.pt.new.txt");
    assert!(ours.ends_with("O presidente veio de barco.\n") && ours.contains("Tuesday"), "{ours}");
    assert_eq!(states(&sandbox, "a.txt", "pt"), [Machine, Machine, Machine, Human]);
    let unit = units(&sandbox, "a.txt", "pt").remove(1);
    assert_eq!(unit.earlier.unwrap().text, "A ponte abriu.");
}

/// So it is in Markdown, links and all; what only an edited paragraph's old source could tell is told to be left.
#[test]
fn an_edit_of_markdown_is_found_although_its_source_has_changed_meanwhile() {
    let sandbox = Sandbox::new();
    sandbox.script(&json!({ "reply": "tag" }));
    let linked = "See [the report](https://a.example/r) and `run` it.";
    let gone = "Ask [the mayor](https://a.example/m) about it.";
    let source = format!(
        "# The bridge\n\n{linked}\n\n- One thing\n- Another thing\n\n{FIRST}\n\n{gone}\n\n{SECOND}\n"
    );
    sandbox.file("articles/a.md", &source);
    sandbox.scripted(RUN).expect(0);
    let mut text = sandbox.read("articles/a.pt.md");
    for (from, to) in [
        (linked, "Corra `run` e veja [o relatório](https://a.example/r)."),
        ("Another thing", "Outra coisa"),
        (FIRST, "A *ponte* abriu."),
        (gone, "Pergunte [à presidente](https://a.example/m)."),
        (SECOND, "Ninguém\nse feriu."),
    ] {
        let stands = [format!("[pt {from}]"), format!("\\[pt {from}\\]")];
        let stands =
            stands.iter().find(|stands| text.contains(*stands)).unwrap_or_else(|| panic!("{from}: {text}"));
        text = text.replace(stands, to);
    }
    sandbox.file("articles/a.pt.md", &text);
    let changed = source
        .replace("# The bridge", "# The new bridge\n\nA paragraph more.")
        .replace("One thing", "One thing more")
        .replace("about it", "of it")
        .replace("nobody", "no one");
    sandbox.file("articles/a.md", &changed);
    other_model(&sandbox, &[FIRST, "the report", "Another thing"]);
    let ran = sandbox.scripted(RUN).expect(0);
    ran.says("4 paragraphs taken over").says("paragraph 6 not taken over").says("its source has changed");
    assert_eq!(sandbox.read("articles/a.pt.md"), text);
    assert_eq!(
        states(&sandbox, "a.md", "pt"),
        [Machine, Machine, Human, Machine, Human, Human, Machine, Machine]
    );
    let ours = sandbox.read("articles/a.pt.new.md");
    for kept in
        ["Corra `run` e veja [o relatório](https://a.example/r).", "- Outra coisa\n", "A *ponte* abriu."]
    {
        assert!(ours.contains(kept), "{ours}");
    }
    assert_eq!(units(&sandbox, "a.md", "pt").pop().unwrap().earlier.unwrap().text, "Ninguém se feriu.");
    // A file in which nothing else is an edit brings nothing a second time.
    sandbox.file("articles/a.md", format!("{changed}\nAnd one more.\n"));
    let ran = sandbox.scripted(RUN).expect(0);
    assert!(!ran.stderr.contains("taken over"), "{}", ran.stderr);
}
