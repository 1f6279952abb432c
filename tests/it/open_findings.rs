//! A person's text against a hard finding: open in the page, the index, the report and `gloss check` alike, until a person says to
//! pass over it.

use gloss::check::Severity;
use serde_json::{Value, json};

use crate::corrections::{FIRST, RUN, SECOND, article, change, import, index_data, units};
use crate::harness::Sandbox;

const ANSWER: &str = "A nova ponte sobre o rio foi aberta na manhã de segunda-feira.";

/// A sandbox whose engine is held to all checks, and answered well.
fn sandbox() -> Sandbox {
    let sandbox = Sandbox::new();
    let answers = json!({ FIRST: ANSWER, SECOND: "A construção levou quatro anos e ninguém se feriu." });
    sandbox.script(&json!({ "reply": "tag", "checked": true, "answers": answers }));
    sandbox.file("articles/a.txt", article(&[FIRST, SECOND]));
    sandbox.scripted(RUN).expect(0);
    sandbox.gloss(&["check", "articles"]).expect(0);
    sandbox
}

/// Units with open findings as the index counts them.
fn flagged(sandbox: &Sandbox) -> Value {
    index_data(sandbox)["documents"][0]["translations"][0]["flagged"].clone()
}

#[test]
fn a_person_s_text_stays_open_against_a_hard_finding_until_that_is_ignored() {
    let sandbox = sandbox();
    // They left it in the source's language.
    import(&sandbox, &[change(0, FIRST, json!({ "action": "edit", "text": FIRST }))]).expect(0);
    let hard: Vec<_> = units(&sandbox, "a.txt", "pt").remove(0).findings;
    let hard: Vec<_> = hard.into_iter().filter(|finding| finding.severity == Severity::Hard).collect();
    assert!(!hard.is_empty());
    assert_eq!(flagged(&sandbox), 1);
    for _ in 0..2 {
        let ran = sandbox.scripted(RUN).expect(3);
        assert!(ran.stdout.contains("kept against a hard finding"), "{}", ran.stdout);
        assert_eq!(sandbox.report("articles")["totals"]["hard_flagged"], 1);
        assert_eq!(flagged(&sandbox), 1);
    }
    sandbox.gloss(&["check", "articles"]).expect(3);

    let ignore = |finding: &gloss::review::data::ReviewFinding| {
        let action = json!({ "action": "ignore", "check": finding.check, "message": finding.message });
        change(0, FIRST, action)
    };
    let ignores: Vec<Value> = hard.iter().map(ignore).collect();
    import(&sandbox, &ignores).expect(0);
    assert_eq!(flagged(&sandbox), 0);
    sandbox.scripted(RUN).expect(0);
    assert_eq!(flagged(&sandbox), 0);
    sandbox.gloss(&["check", "articles"]).expect(0).says("passed over as people said");
    // So it is in a file that is kept for its white space.
    let text = sandbox.read("articles/a.pt.txt");
    sandbox.file("articles/a.pt.txt", text.replace('\n', "\r\n"));
    sandbox.scripted(RUN).expect(0);
    sandbox.gloss(&["check", "articles"]).expect(0);
    let told = sandbox.gloss(&["check", "articles", "--ignored", "--severity", "hard"]).expect(0);
    assert_eq!(told.stdout.matches("ignored").count(), hard.len(), "{}", told.stdout);
}

/// What is less than hard is theirs to judge.
#[test]
fn a_flag_on_a_person_s_text_is_not_open() {
    let sandbox = sandbox();
    let text = ANSWER.replace("segunda-feira.", "segunda-feira, às 9 h 47, disseram 12 pessoas");
    import(&sandbox, &[change(0, FIRST, json!({ "action": "edit", "text": text }))]).expect(0);
    let findings = units(&sandbox, "a.txt", "pt").remove(0).findings;
    assert!(findings.iter().any(|finding| finding.severity == Severity::Flag), "{findings:?}");
    assert!(findings.iter().all(|finding| finding.severity < Severity::Hard), "{findings:?}");
    assert_eq!(flagged(&sandbox), 0);
    sandbox.scripted(RUN).expect(0);
    let ran = sandbox.gloss(&["check", "articles"]).expect(0);
    assert_eq!(ran.says("0 hard, 0 flags").says("passed over").stdout.trim(), "");
}
