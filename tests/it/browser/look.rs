//! What is shown and how: tabs, direction, marks, filters, order, the summary, print, narrow windows.

use gloss::review::page::{PageOptions, render};
use serde_json::{Value, json};

use super::{Browser, article, in_browser};

#[test]
fn tabs_follow_the_pattern_and_are_remembered() {
    in_browser(async |browser: &Browser| {
        browser.show_article().await;
        let selected = "return document.querySelector('[role=tab][aria-selected=true]').dataset.language";
        assert_eq!(browser.get::<String>(selected).await, "pt");
        assert!(browser.text("#tab-pt").await.contains("failed"), "the counts stand in words too");
        browser.get::<Value>("document.getElementById('tab-pt').focus()").await;
        browser.key("ArrowRight").await;
        assert_eq!(browser.get::<String>(selected).await, "ar");
        browser.key("End").await;
        assert_eq!(browser.get::<String>(selected).await, "he");
        browser.key("ArrowRight").await;
        assert_eq!(browser.get::<String>(selected).await, "pt");
        browser.key("ArrowLeft").await;
        assert_eq!(browser.get::<String>("return location.hash").await, "#he");
        assert_eq!(
            browser
                .get::<Vec<i32>>(
                    "return Array.from(document.querySelectorAll('[role=tab]'), (tab) => tab.tabIndex)"
                )
                .await,
            [-1, -1, -1, 0]
        );
        assert_eq!(
            browser
                .get::<String>("return document.getElementById('panel').getAttribute('aria-labelledby')")
                .await,
            "tab-he"
        );
        browser.reload().await;
        assert_eq!(browser.get::<String>(selected).await, "he");
    });
}

#[test]
fn each_text_has_its_language_and_direction() {
    in_browser(async |browser: &Browser| {
        browser.show_article().await;
        let script = "const node = document.querySelector(arguments[0]); \
                      return [node.closest('[lang]').lang, getComputedStyle(node).direction]";
        for (language, direction) in [("pt", "ltr"), ("ar", "rtl"), ("zh", "ltr"), ("he", "rtl")] {
            browser.click(&format!("[data-language={language}]")).await;
            let target: [String; 2] = browser.get_with(script, vec![json!("#u-3 .target .text")]).await;
            assert_eq!(target, [language, direction]);
            let source: [String; 2] = browser.get_with(script, vec![json!("#u-3 .source .text")]).await;
            assert_eq!(source, ["en", "ltr"]);
            browser.click("#u-3 [data-action=edit]").await;
            let edit: [String; 2] = browser.get_with(script, vec![json!(".box")]).await;
            assert_eq!(edit, [language, direction]);
            browser.key("Escape").await;
        }
        browser.click("[data-language=ar]").await;
        let summary: [String; 2] = browser.get_with(script, vec![json!(".summary:last-child .text")]).await;
        assert_eq!(summary, ["ar", "rtl"]);
        assert_eq!(
            browser
                .get::<String>("return getComputedStyle(document.querySelector('.chip')).unicodeBidi")
                .await,
            "isolate"
        );
    });
}

#[test]
fn marks_stand_where_the_bytes_say() {
    in_browser(async |browser: &Browser| {
        let mut article = article();
        // Characters of one, two, three and four bytes before the span.
        let text = "aé中😀𝒳 41 ⟦1⟧ fim";
        let at = text.find("41").unwrap();
        let kept = text.find("⟦1⟧").unwrap();
        let portuguese = article.translations.first_mut().unwrap();
        let unit = portuguese.units.get_mut(3).unwrap();
        unit.text = Some(text.to_owned());
        let finding = unit.findings.first().unwrap().clone();
        let spans = [[at, at + 2], [at, kept + '⟦'.len_utf8()], [2, 3], [at + 2, at + 2], [900, 901]];
        unit.findings = spans
            .into_iter()
            .map(|span| {
                let mut finding = finding.clone();
                finding.span = Some(span);
                finding.source_span = None;
                finding
            })
            .collect();
        browser.show("article.review.html", &render(&article, &PageOptions::default())).await;
        let marks = "return Array.from(document.querySelectorAll('#u-3 .target mark'), (node) => [node.textContent, node.dataset.of])";
        // A span that ends inside a placeholder takes all of it; one inside a character, or beyond the end, is not drawn.
        let expected =
            [["41", "0 1"], ["‸", "3"], [" ", "1"], ["1", "1"]].map(|pair| pair.map(str::to_owned));
        assert_eq!(browser.get::<Vec<[String; 2]>>(marks).await, expected);
        for (language, found) in [("ar", "87"), ("zh", "2,430")] {
            browser.click(&format!("[data-language={language}]")).await;
            assert_eq!(browser.text(".target mark.flag").await, found, "{language}");
        }
    });
}

#[test]
fn a_finding_is_told_in_words_and_by_more_than_colour() {
    in_browser(async |browser: &Browser| {
        browser.show_article().await;
        let line = browser.text("#u-3 .finding").await;
        for part in ["a", "◆ flag", "numbers", "41.5 became 45.1", "true 8 of 10 times"] {
            assert!(line.contains(part), "{part} in {line}");
        }
        assert!(browser.text("#u-10 .finding").await.contains("true 97 of 100 times"));
        let styles = "return Array.from(document.querySelectorAll('#u-11 mark.hard, #u-3 mark.flag'), \
                      (node) => getComputedStyle(node).textDecorationStyle)";
        assert_eq!(browser.get::<Vec<String>>(styles).await, ["solid", "solid", "wavy"]);
        let letter =
            "return getComputedStyle(document.querySelector('#u-3 .target mark'), '::after').content";
        assert_eq!(browser.get::<String>(letter).await, "\"a\"");
        assert_eq!(
            browser.get::<String>("return document.getElementById('u-3').getAttribute('aria-label')").await,
            "Paragraph 4, machine, 1 finding"
        );
    });
}

#[test]
fn hovering_a_mark_lights_its_finding_on_both_sides() {
    in_browser(async |browser: &Browser| {
        browser.show_article().await;
        browser
            .get::<Value>(
                "document.querySelector('#u-3 .source mark').dispatchEvent(new MouseEvent('mouseover', { bubbles: true }))",
            )
            .await;
        let near = "return Array.from(document.querySelectorAll('.near'), (node) => node.tagName)";
        assert_eq!(browser.get::<Vec<String>>(near).await, ["MARK", "MARK", "LI"]);
        browser.get::<Value>("document.body.querySelector('#u-4 .text').dispatchEvent(new MouseEvent('mouseover', { bubbles: true }))").await;
        assert!(browser.get::<Vec<String>>(near).await.is_empty());
    });
}

#[test]
fn filters_narrow_and_the_worst_come_first() {
    in_browser(async |browser: &Browser| {
        browser.show_article().await;
        let shown = "return Array.from(document.querySelectorAll('.unit:not([hidden])'), \
                     (node) => Number(node.querySelector('.number').textContent))";
        for (field, value, expected) in [
            ("severity", "hard", vec![12]),
            ("severity", "any", vec![4, 5, 11, 12, 13]),
            ("check", "numbers", vec![4, 12]),
            ("state", "human", vec![3]),
            ("state", "failed", vec![12]),
            ("state", "copied", vec![15]),
            ("state", "dropped", vec![16]),
        ] {
            browser.click("#clear").await;
            browser.choose(field, value).await;
            assert_eq!(browser.get::<Vec<u32>>(shown).await, expected, "{field} {value}");
        }
        browser.choose("check", "numbers").await;
        assert!(!browser.get::<bool>("return document.getElementById('none').hidden").await);
        browser.click("#clear").await;
        browser.choose("order", "worst").await;
        // Failed; then flags by how often they are true: 97, 84, 82, 71; then the rest as it stands.
        let worst: Vec<u32> = browser.get(shown).await;
        assert_eq!(worst, [12, 11, 13, 4, 5, 1, 2, 3, 6, 7, 8, 9, 15, 16]);
        browser.key("j").await;
        assert_eq!(browser.current().await, 12, "keys follow the order shown");
        browser.key("n").await;
        browser.key("n").await;
        browser.key("n").await;
        assert_eq!(browser.current().await, 11);
        browser.choose("order", "article").await;
        assert_eq!(browser.get::<Vec<u32>>(shown).await, [1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 12, 13, 15, 16]);
    });
}

#[test]
fn search_looks_at_both_sides() {
    in_browser(async |browser: &Browser| {
        browser.show_article().await;
        browser.key("/").await;
        for (words, count) in [("SOLHEIM", 2), ("camiões", 1), ("nothing has this", 0)] {
            let script = "const field = document.activeElement; field.value = arguments[0]; field.dispatchEvent(new Event('input'))";
            browser.get_with::<Value>(script, vec![json!(words)]).await;
            browser
                .until(&format!("return document.querySelectorAll('.unit:not([hidden])').length === {count}"))
                .await;
        }
        browser.key("Escape").await;
        assert_eq!(
            browser.get::<u32>("return document.querySelectorAll('.unit:not([hidden])').length").await,
            14
        );
    });
}

#[test]
fn the_summary_leads_to_what_bears_it_out() {
    in_browser(async |browser: &Browser| {
        browser.show_article().await;
        browser
            .get::<Value>("document.querySelectorAll('.sentence')[1].dispatchEvent(new MouseEvent('mouseover', { bubbles: true }))")
            .await;
        let bearing = "return Array.from(document.querySelectorAll('.bearing'), (node) => node.id)";
        assert_eq!(browser.get::<Vec<String>>(bearing).await, ["u-3", "u-6"]);
        assert_eq!(browser.get::<u32>("return document.querySelectorAll('.sentence.lit').length").await, 2);
        browser.click("[aria-label='borne out by paragraph 7']").await;
        assert_eq!(browser.current().await, 7);
        assert_eq!(browser.get::<String>("return location.hash").await, "#pt/7");
        browser.reload().await;
        assert_eq!(browser.current().await, 7);
    });
}

#[test]
fn it_prints() {
    in_browser(async |browser: &Browser| {
        browser.show_article().await;
        let printed = browser.devtools("Page.printToPDF", json!({})).await;
        let length = printed["data"].as_str().unwrap().len();
        assert!(length > 20_000, "{length} characters of base64");
        browser.click("#u-5 [data-action=edit]").await;
        browser.devtools("Emulation.setEmulatedMedia", json!({ "media": "print" })).await;
        let shown = "return arguments[0].map((selector) => getComputedStyle(document.querySelector(selector)).display !== 'none')";
        let selectors = json!([".source", ".box", ".finding", ".filters", ".actions", "#export"]);
        let expected = [true, true, true, false, false, false];
        let shown: Vec<bool> = browser.get_with(shown, vec![selectors]).await;
        let hidden_by_parent = "return document.querySelector('#export').offsetParent === null";
        assert_eq!(shown[..5], expected[..5]);
        assert!(browser.get::<bool>(hidden_by_parent).await);
    });
}

#[test]
fn four_hundred_pixels_are_enough() {
    in_browser(async |browser: &Browser| {
        browser.resize(400, 800).await;
        browser.show_article().await;
        for language in ["pt", "ar", "zh"] {
            browser.click(&format!("[data-language={language}]")).await;
            let wide: u32 = browser.get("return document.documentElement.scrollWidth").await;
            assert!(wide <= 400, "{language}: {wide}");
            let stacked = "const [a, b] = ['source', 'target'].map((side) => document.querySelector(`#u-3 .${side}`).getBoundingClientRect()); \
                           return b.top >= a.bottom && Math.abs(a.left - b.left) < 2";
            assert!(browser.get::<bool>(stacked).await, "{language}");
        }
    });
}

#[test]
fn a_summary_of_a_person_s_is_marked_and_an_earlier_one_stands_beside() {
    in_browser(async |browser: &Browser| {
        let mut article = article();
        let [own, other, ..] = article.summaries.as_mut_slice() else { panic!("two summaries") };
        own.engine = "human".to_owned();
        other.earlier = Some("O que dizia <b>antes</b>.".to_owned());
        let (shown, language) = (other.engine.clone(), other.language.to_string());
        browser.show("article.review.html", &render(&article, &PageOptions::default())).await;
        browser.click(&format!("[data-language={language}]")).await;
        let heads = "return Array.from(document.querySelectorAll('#summary .summary .summary-head'), (node) => node.textContent)";
        let heads: Vec<String> = browser.get(heads).await;
        assert!(heads[0].contains("✓ human") && heads[1].contains(&shown), "{heads:?}");
        assert!(browser.text("#summary .earlier").await.contains("O que dizia <b>antes</b>."));
    });
}
