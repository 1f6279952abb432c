//! Big articles and big runs open, and quickly.

use gloss::document::BlockId;
use gloss::review::data::ReviewDocument;
use gloss::review::page::{PageOptions, render, render_index};

use super::index::index;
use super::{Browser, article, in_browser, tell};

/// How long opening may take at most: five times what is promised, for the machine may be busy with other tests. What it
/// took is printed.
const SLOWEST_MS: f64 = 5000.0;

/// The sample article's units over and over.
fn long(units: usize) -> ReviewDocument {
    let mut article = article();
    let own = article.units.clone();
    article.units = own.iter().cycle().take(units).cloned().collect();
    for (number, unit) in (0..).zip(&mut article.units) {
        unit.block = BlockId(number);
    }
    for translation in &mut article.translations {
        let own = translation.units.clone();
        translation.units = own.iter().cycle().take(units).cloned().collect();
    }
    article
}

/// Milliseconds from the start of the navigation to the first units drawn and keys working.
async fn opened(browser: &Browser) -> f64 {
    browser
        .get(
            "const [navigation] = performance.getEntriesByType('navigation'); \
             const paint = performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0; \
             return Math.max(navigation.domContentLoadedEventEnd, paint)",
        )
        .await
}

#[test]
fn five_thousand_paragraphs_open() {
    in_browser(async |browser: &Browser| {
        let page = render(&long(5000), &PageOptions::default());
        browser.show("long.review.html", &page).await;
        let took = opened(browser).await;
        tell(&format!("5,000 paragraphs in 4 languages, {} bytes: open after {took:.0} ms", page.len()));
        assert!(took < SLOWEST_MS, "{took} ms");
        assert_eq!(browser.get::<u32>("return document.querySelectorAll('.unit').length").await, 5000);
        assert!(browser.text("#counts").await.starts_with("5,000 paragraphs"));
        // The far end is reached before it was built.
        browser.key("k").await;
        assert_eq!(browser.current().await, 5000);
        browser.choose("order", "worst").await;
        browser.until("return document.querySelectorAll('.unit:not([data-built])').length === 0").await;
        browser.key("j").await;
    });
}

#[test]
fn ten_thousand_articles_open() {
    in_browser(async |browser: &Browser| {
        let page = render_index(&index(10_000));
        browser.show("index.html", &page).await;
        let took = opened(browser).await;
        tell(&format!("10,000 articles in 2 languages, {} bytes: open after {took:.0} ms", page.len()));
        assert!(took < SLOWEST_MS, "{took} ms");
        let before: u32 = browser.get("return document.querySelectorAll('tbody tr').length").await;
        assert!((1..10_001).contains(&before), "{before} rows at first");
        browser.get::<serde_json::Value>("scrollTo(0, document.body.scrollHeight)").await;
        browser.until(&format!("return document.querySelectorAll('tbody tr').length > {before}")).await;
    });
}
