//! What a person does on a page from disk: kept in the browser, exported as a file of changes.

use std::time::Duration;

use gloss::check::Severity;
use gloss::document::BlockId;
use gloss::language::Language;
use gloss::review::change::{Action, Change, ChangeFile, MARK};
use gloss::review::data::{SCHEMA, TargetState};
use gloss::review::page::{PageOptions, render};
use serde_json::json;

use super::{Browser, CTRL, article, in_browser};

/// A change to what the sample article has.
fn change(language: &str, block: u32, action: Action) -> Change {
    let article = article();
    let index = article.units.iter().position(|unit| unit.block == BlockId(block)).unwrap();
    let seen = (!matches!(action, Action::Ignore { .. } | Action::Heed { .. }))
        .then(|| vec![article_text(language, index).unwrap_or_default()]);
    Change {
        path: article.path,
        language: Language::parse(language).unwrap(),
        block: BlockId(block),
        source: article.units.get(index).unwrap().text.clone(),
        seen,
        action,
    }
}

/// What the sample article has for a unit.
fn article_text(language: &str, index: usize) -> Option<String> {
    let translations = article().translations;
    let translation = translations.iter().find(|one| one.language.as_str() == language).unwrap();
    translation.units.get(index).unwrap().text.clone()
}

/// Clicks "Export" and reads the file.
async fn exported(browser: &Browser) -> ChangeFile {
    let folder = browser.sandbox.path("downloads");
    let parameters = json!({ "behavior": "allow", "downloadPath": folder.display().to_string() });
    browser.devtools("Browser.setDownloadBehavior", parameters).await;
    browser.click("#export").await;
    let file = folder.join("ferry-strike.changes.json");
    for _ in 0..100 {
        if let Ok(text) = std::fs::read_to_string(&file)
            && let Ok(changes) = serde_json::from_str(&text)
        {
            return changes;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("no {}", file.display());
}

#[test]
fn edits_survive_a_reload_and_are_exported_as_the_file_of_changes() {
    in_browser(async |browser: &Browser| {
        browser.show_article().await;
        // An edit, with markup and marks of direction in it; saved with a line end that becomes a space.
        let text = "O acordo, no valor de 41,5 milhões de coroas, <b>foi</b> aceite & \u{200f}assinado.";
        browser.key("n").await;
        browser.key("Enter").await;
        browser.write(&text.replace("milhões de", "milhões\n de")).await;
        browser.press("Enter", "Enter", CTRL).await;
        assert_eq!(browser.current().await, 5, "save and next");
        assert_eq!(browser.said().await, "Paragraph 4: your text is kept.");
        assert_eq!(browser.text("#u-3 .target .text").await, text);
        // An acceptance, without the box.
        browser.press("Enter", "Enter", CTRL).await;
        assert_eq!(browser.current().await, 6);
        assert!(browser.text("#u-4 .meta").await.contains("human"));
        // A finding ignored, in a unit that stays the machine's; then one heeded again.
        browser.key("n").await;
        assert_eq!(browser.current().await, 11);
        browser.key("n").await;
        browser.press("I", "KeyI", 0).await;
        assert_eq!(browser.said().await, "Finding ending ignored.");
        browser.click("#u-12 [data-action=heed]").await;
        // A human's text taken back, and one in another language.
        browser.click("#u-2 [data-action=revert]").await;
        let machine = "As tripulações votaram na sexta-feira para voltar ao trabalho.";
        assert_eq!(browser.text("#u-2 .target .text").await, machine);
        browser.click("[data-language=he]").await;
        browser.click("#u-14 [data-action=accept]").await;

        browser.reload().await;
        browser.click("[data-language=pt]").await;
        assert_eq!(browser.text("#u-3 .target .text").await, text);
        assert!(browser.text("#u-3 .meta").await.contains("edited here"));
        let accepted = |block: u32, language: &str| {
            let place = article().units.iter().position(|unit| unit.block == BlockId(block)).unwrap();
            change(language, block, Action::Accept { text: article_text(language, place).unwrap() })
        };
        let expected = ChangeFile {
            gloss: MARK.to_owned(),
            schema: SCHEMA,
            changes: vec![
                change("pt", 2, Action::Revert),
                change("pt", 3, Action::Edit { text: text.to_owned() }),
                accepted(4, "pt"),
                change(
                    "pt",
                    10,
                    Action::Ignore {
                        check: "ending".to_owned(),
                        message: "the source ends with a full stop, the translation does not".to_owned(),
                    },
                ),
                change(
                    "pt",
                    12,
                    Action::Heed {
                        check: "drift".to_owned(),
                        message: "“negotiator” is “negociadora” elsewhere in this article".to_owned(),
                    },
                ),
                accepted(14, "he"),
            ],
        };
        assert_eq!(exported(browser).await, expected);
        assert!(browser.text("#where").await.starts_with("6 changes exported"));
    });
}

#[test]
fn undo_takes_back_one_thing_after_another() {
    in_browser(async |browser: &Browser| {
        browser.show_article().await;
        let counts = browser.text("#counts").await;
        browser.key("n").await;
        browser.key("i").await;
        browser.press("Enter", "Enter", CTRL).await;
        assert_eq!(browser.current().await, 5);
        assert_ne!(browser.text("#counts").await, counts);
        browser.press("U", "KeyU", 0).await;
        assert_eq!(browser.said().await, "Undone: accept of paragraph 4.");
        assert_eq!(browser.current().await, 4);
        browser.press("г", "KeyU", 0).await;
        assert_eq!(browser.said().await, "Undone: ignore of paragraph 4.");
        assert_eq!(browser.text("#counts").await, counts);
        browser.key("u").await;
        assert_eq!(browser.said().await, "Nothing to undo.");
        assert!(browser.get::<bool>("return document.getElementById('export').disabled").await);
        browser.reload().await;
        assert_eq!(browser.text("#counts").await, counts);
    });
}

#[test]
fn a_lost_placeholder_is_told_before_the_text_is_saved() {
    in_browser(async |browser: &Browser| {
        browser.show_article().await;
        browser.click("#u-8 [data-action=edit]").await;
        browser.write("O texto está no ⟦1⟧sítio⟦2⟧ ⟦2⟧; perguntas para").await;
        browser.click("#u-8 [data-action=save]").await;
        let warning = browser.text("#u-8 .warning").await;
        assert!(warning.starts_with("⟦2⟧ stands too often, ⟦3⟧ is missing"), "{warning}");
        // The chip puts it back where the caret is.
        browser.write("O texto está no ⟦1⟧sítio⟦2⟧; perguntas para ").await;
        browser
            .get::<serde_json::Value>(
                "const box = document.querySelector('.box'); box.setSelectionRange(99, 99)",
            )
            .await;
        browser.click("#u-8 [data-mark='⟦3⟧']").await;
        browser.click("#u-8 [data-action=save]").await;
        assert_eq!(
            browser.text("#u-8 .target .text").await,
            "O texto está no 1sítio2; perguntas para 3press@sjofolk.example"
        );
        // Said twice, it is saved all the same; an empty text never is.
        browser.click("#u-8 [data-action=edit]").await;
        browser.write(" \n ").await;
        for _ in 0..2 {
            browser.click("#u-8 [data-action=save]").await;
            assert!(browser.text("#u-8 .warning").await.contains("would be empty"));
        }
        browser.write("Sem nada").await;
        browser.click("#u-8 [data-action=save]").await;
        browser.click("#u-8 [data-action=save]").await;
        assert_eq!(browser.text("#u-8 .target .text").await, "Sem nada");
    });
}

#[test]
fn leaving_an_edit_keeps_a_draft_and_saves_nothing() {
    in_browser(async |browser: &Browser| {
        browser.show_article().await;
        browser.key("j").await;
        browser.key("Enter").await;
        browser.write("Meio texto").await;
        browser.key("Escape").await;
        assert!(browser.text("#u-0 .meta").await.contains("unsaved draft"));
        assert!(browser.text("#u-0 .target .text").await.starts_with("Tripulações"));
        assert!(browser.get::<bool>("return document.getElementById('export').disabled").await);
        browser.press("Enter", "NumpadEnter", 0).await;
        assert_eq!(browser.get::<String>("return document.activeElement.value").await, "Meio texto");
        browser.click("#u-0 [data-action=discard]").await;
        assert!(!browser.text("#u-0 .meta").await.contains("draft"));
    });
}

#[test]
fn an_earlier_human_text_is_taken_with_one_press() {
    in_browser(async |browser: &Browser| {
        browser.show_article().await;
        assert_eq!(browser.text("#u-7 .earlier del").await, "21");
        browser.click("#u-7 [data-action=use]").await;
        let text = "Nenhum membro da tripulação trabalha mais de 21 dias sem descanso.";
        assert_eq!(browser.text("#u-7 .target .text").await, text);
        let changes = exported(browser).await.changes;
        assert_eq!(changes, [change("pt", 7, Action::Edit { text: text.to_owned() })]);
    });
}

#[test]
fn a_failed_paragraph_is_written_and_leaves_the_box() {
    in_browser(async |browser: &Browser| {
        browser.show_article().await;
        assert!(browser.text("#failed-head").await.contains("1 paragraph FAILED"));
        browser.click("#failed [data-jump]").await;
        assert_eq!(browser.current().await, 12);
        browser.press("Enter", "Enter", CTRL).await;
        assert!(browser.said().await.contains("no answer to accept"));
        browser.key("Enter").await;
        assert_eq!(browser.get::<String>("return document.activeElement.value").await, "");
        browser.write("Os analistas estimam 96 milhões de coroas.").await;
        browser.press("Enter", "Enter", CTRL).await;
        assert!(browser.get::<bool>("return document.getElementById('failed').hidden").await);
        assert!(!browser.text("#counts").await.contains("FAILED"));
    });
}

#[test]
fn where_the_browser_keeps_nothing_the_page_says_so_and_exports_all_the_same() {
    in_browser(async |browser: &Browser| {
        let source = "Storage.prototype.setItem = () => { throw new Error('full') }";
        browser.devtools("Page.addScriptToEvaluateOnNewDocument", json!({ "source": source })).await;
        browser.show_article().await;
        assert!(browser.get::<bool>("return document.getElementById('unkept').hidden").await);
        browser.click("#u-0 [data-action=accept]").await;
        assert!(!browser.get::<bool>("return document.getElementById('unkept').hidden").await);
        assert_eq!(exported(browser).await.changes.len(), 1);
    });
}

#[test]
fn changes_outlive_a_new_text_of_the_article() {
    in_browser(async |browser: &Browser| {
        browser.show_article().await;
        browser.click("#u-3 [data-action=accept]").await;
        browser.click("#u-4 [data-action=accept]").await;
        let before = exported(browser).await.changes;
        browser.click("#u-0 [data-action=accept]").await;
        // The same file after another run: the article changed, one paragraph went and those after it moved up.
        let mut next = article();
        next.digest = "77".repeat(32);
        next.units.remove(3);
        next.translations.iter_mut().for_each(|translation| drop(translation.units.remove(3)));
        next.units.iter_mut().skip(3).for_each(|unit| unit.block.0 -= 1);
        browser.show("article.review.html", &render(&next, &PageOptions::default())).await;
        assert!(browser.text("#u-3 .meta").await.contains("accepted here"));
        let where_to = browser.text("#where").await;
        assert!(
            where_to.contains("3 changes") && where_to.contains("1 of them belongs to an earlier text"),
            "{where_to}"
        );
        remove_download(browser);
        let after = exported(browser).await.changes;
        assert_eq!(after.len(), 3);
        let (accepted, moved) = (before.first().unwrap(), before.last().unwrap());
        assert_eq!(after.last().unwrap(), accepted, "its text is gone, and it goes where gloss can say so");
        assert_eq!(after.get(1).unwrap(), &Change { block: BlockId(3), ..moved.clone() });
        // Another file of the same name elsewhere has nothing of it.
        next.digest = "88".repeat(32);
        browser.show("elsewhere/article.review.html", &render(&next, &PageOptions::default())).await;
        assert!(browser.get::<bool>("return document.getElementById('export').disabled").await);
    });
}

/// Another person's text came into the page since: it is shown beside what is kept here, and only who saves again has seen it.
#[test]
fn what_another_person_wrote_since_is_shown_and_counts_as_seen_when_saved_again() {
    in_browser(async |browser: &Browser| {
        browser.show_article().await;
        for text in ["Um texto.", "Outro texto."] {
            browser.click("#u-3 [data-action=edit]").await;
            browser.write(text).await;
            browser.click("#u-3 [data-action=save]").await;
        }
        let mut next = article();
        let portuguese = next.translations.iter_mut().find(|one| one.language.as_str() == "pt").unwrap();
        let unit = portuguese.units.get_mut(3).unwrap();
        (unit.state, unit.text) = (TargetState::Human, Some("De outra pessoa.".to_owned()));
        browser.show("article.review.html", &render(&next, &PageOptions::default())).await;
        assert_eq!(browser.text("#u-3 .target .text").await, "Outro texto.");
        assert!(browser.text("#u-3 .remark").await.contains("“De outra pessoa.”"));
        let machine = article_text("pt", 3).unwrap();
        let seen = |texts: &[&str]| Some(texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>());
        let before = exported(browser).await.changes;
        assert_eq!(before.first().unwrap().seen, seen(&[&machine, "Um texto."]));

        browser.click("#u-3 [data-action=edit]").await;
        browser.click("#u-3 [data-action=save]").await;
        assert_eq!(browser.text("#u-3 .remark").await, "NOT FOUND");
        remove_download(browser);
        let after = exported(browser).await.changes;
        let all = seen(&[&machine, "Um texto.", "De outra pessoa.", "Outro texto."]);
        assert_eq!(after.first().unwrap().seen, all);
    });
}

/// Makes room for the next download.
#[expect(clippy::disallowed_methods, reason = "a test clears its own sandbox")]
fn remove_download(browser: &Browser) {
    std::fs::remove_file(browser.sandbox.path("downloads/ferry-strike.changes.json")).unwrap();
}

/// A person's text against a hard finding is open until the finding is ignored; another text is not judged here.
#[test]
fn a_hard_finding_of_a_person_s_text_is_open() {
    in_browser(async |browser: &Browser| {
        let mut article = article();
        let portuguese = article.translations.iter_mut().find(|one| one.language.as_str() == "pt").unwrap();
        let mut finding = portuguese.units.get(3).unwrap().findings.first().unwrap().clone();
        for unit in &mut portuguese.units {
            unit.findings.clear();
        }
        let unit = portuguese.units.get_mut(3).unwrap();
        unit.state = TargetState::Human;
        unit.findings = vec![finding.clone()];
        finding.severity = Severity::Hard;
        unit.findings.push(finding);
        browser.show("article.review.html", &render(&article, &PageOptions::default())).await;
        assert!(
            browser.text("#counts").await.contains("1 hard")
                && !browser.text("#counts").await.contains("flag")
        );
        browser.click("#u-3 [data-action=ignore][data-at='1']").await;
        assert!(browser.text("#counts").await.contains("no open findings"));
        browser.key("u").await;
        assert!(browser.text("#counts").await.contains("1 hard"));
        browser.click("#u-3 [data-action=edit]").await;
        browser.write("Outro texto.").await;
        browser.click("#u-3 [data-action=save]").await;
        assert!(browser.text("#counts").await.contains("no open findings"));
    });
}
