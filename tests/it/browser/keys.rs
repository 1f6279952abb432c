//! The keys, in every state of a keyboard.

use super::{Browser, CTRL, SHIFT, in_browser};

#[test]
fn next_and_previous_work_on_any_layout() {
    in_browser(async |browser: &Browser| {
        browser.show_article().await;
        browser.key("j").await;
        assert_eq!(browser.current().await, 1);
        // Caps Lock, Shift, Russian, Arabic, Greek, a Latin letter in another place, full width, an input method.
        let down = [
            ("J", "KeyJ", 0),
            ("J", "KeyJ", SHIFT),
            ("о", "KeyJ", 0),
            ("О", "KeyJ", SHIFT),
            ("ت", "KeyJ", 0),
            ("ξ", "KeyJ", 0),
            ("j", "KeyC", 0),
        ];
        for (key, code, modifiers) in down {
            let before = browser.current().await;
            browser.press(key, code, modifiers).await;
            assert!(browser.current().await > before, "{key} at {code}");
        }
        for (key, code, modifiers) in [("K", "KeyK", 0), ("л", "KeyK", 0), ("ｋ", "KeyK", 0)] {
            let before = browser.current().await;
            browser.press(key, code, modifiers).await;
            assert!(browser.current().await < before, "{key} at {code}");
        }
        // Dvorak has h where the United States have j.
        let before = browser.current().await;
        browser.press("h", "KeyJ", 0).await;
        browser.press("j", "KeyJ", CTRL).await;
        assert_eq!(browser.current().await, before);
        assert!(
            browser.get::<bool>("return document.activeElement.matches('.unit[aria-current=true]')").await
        );
    });
}

#[test]
fn the_ends_are_told() {
    in_browser(async |browser: &Browser| {
        browser.show_article().await;
        browser.key("k").await;
        assert_eq!(browser.current().await, 16, "from nowhere, back is the last");
        browser.key("j").await;
        assert_eq!(browser.said().await, "That was the last paragraph.");
    });
}

#[test]
fn findings_are_walked_in_order_and_both_spans_light_up() {
    in_browser(async |browser: &Browser| {
        browser.show_article().await;
        let lit = "return Array.from(document.querySelectorAll('mark.lit'), (node) => node.textContent)";
        browser.key("n").await;
        assert_eq!(browser.current().await, 4);
        assert_eq!(browser.get::<Vec<String>>(lit).await, ["41.5", "45,1"]);
        assert!(
            browser.get::<bool>("return document.activeElement.matches('[data-finding=\"0\"].lit')").await
        );
        browser.press("т", "KeyN", 0).await;
        assert_eq!(browser.current().await, 5);
        browser.press("P", "KeyP", 0).await;
        assert_eq!(browser.get::<Vec<String>>(lit).await, ["41.5", "45,1"]);
        browser.press("з", "KeyP", 0).await;
        assert_eq!(browser.said().await, "No earlier finding.");
        for _ in 0..20 {
            browser.key("n").await;
        }
        assert_eq!(browser.said().await, "No further finding.");
        assert_eq!(browser.current().await, 13, "the ignored finding is not walked");
    });
}

#[test]
fn nothing_fires_while_typing() {
    in_browser(async |browser: &Browser| {
        browser.show_article().await;
        browser.key("j").await;
        browser.press(".", "Slash", 0).await;
        for key in ["j", "n", "u"] {
            browser.key(key).await;
        }
        assert_eq!(browser.get::<String>("return document.getElementById('search').value").await, "jnu");
        assert_eq!(browser.current().await, 1);
        browser.key("Escape").await;
        assert_eq!(browser.get::<String>("return document.getElementById('search').value").await, "");
        browser.key("Enter").await;
        let before: String = browser.get("return document.activeElement.value").await;
        browser.key("k").await;
        let after: String = browser.get("return document.activeElement.value").await;
        assert_eq!(after.len(), before.len() + 1);
        assert_eq!(browser.current().await, 1);
    });
}

#[test]
fn help_opens_closes_and_can_turn_the_keys_off() {
    in_browser(async |browser: &Browser| {
        browser.show_article().await;
        let open = "return document.getElementById('help').open";
        browser.press(",", "Slash", SHIFT).await;
        assert!(browser.get::<bool>(open).await, "on a Russian layout, by its place");
        browser.key("j").await;
        assert_eq!(browser.current().await, 0, "no key goes past the help");
        browser.click("#close-help").await;
        browser.press("?", "Minus", SHIFT).await;
        assert!(browser.get::<bool>(open).await, "on a German layout, by its sign");
        browser.click("#keys-on").await;
        browser.click("#close-help").await;
        browser.key("j").await;
        assert_eq!(browser.current().await, 0);
        browser.reload().await;
        browser.key("j").await;
        assert_eq!(browser.current().await, 0, "it is remembered");
        browser.click("#keys-on").await;
        browser.key("j").await;
        assert_eq!(browser.current().await, 1);
    });
}
