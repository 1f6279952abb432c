//! A page that `gloss review` serves, from the keys that are pressed to the file on disk.

use super::{Browser, CTRL, run};
use crate::review_server::{Serving, reviewed};

#[test]
fn what_is_written_in_a_served_page_is_in_the_file_at_once() {
    run(
        async |browser: &Browser| {
            let sandbox = reviewed();
            let serving = Serving::start(&sandbox);
            browser.visit(&serving.address).await;
            browser.click("a[href*='doc/a.txt']").await;
            let there = "return document.documentElement.dataset.ready !== undefined && document.getElementById('u-1') !== null";
            browser.until(there).await;
            assert!(browser.text("#u-1 .meta").await.contains("machine"));

            browser.click("#u-1 [data-action=edit]").await;
            browser.write("O conselho reuniu-se.").await;
            browser.press("Enter", "Enter", CTRL).await;
            let shown = "return document.querySelector('#u-1 .target .text')?.textContent === 'O conselho reuniu-se.'";
            browser.until(shown).await;
            assert!(browser.text("#u-1 .meta").await.contains("saved"));
            assert!(sandbox.read("articles/a.pt.txt").contains("O conselho reuniu-se."));

            browser.reload().await;
            browser.until(there).await;
            browser.until(shown).await;
            assert!(browser.text("#u-1 .meta").await.contains("human"));

            // Two things done and undone: the machine's answer stands again, on the page and on disk.
            browser.click("#u-2 [data-action=accept]").await;
            browser
                .until("return document.querySelector('#u-2 .meta').textContent.includes('accepted here, saved')")
                .await;
            browser.key("u").await;
            browser
                .until("return document.querySelector('#u-2 .meta').textContent.includes('machine')")
                .await;
            browser.click("#u-1 [data-action=edit]").await;
            browser.write("Outra coisa.").await;
            browser.press("Enter", "Enter", CTRL).await;
            browser
                .until("return document.querySelector('#u-1 .target .text')?.textContent === 'Outra coisa.'")
                .await;
            assert!(sandbox.read("articles/a.pt.txt").contains("Outra coisa."));
            browser.key("u").await;
            browser.until(shown).await;
            assert!(sandbox.read("articles/a.pt.txt").contains("O conselho reuniu-se."));
        },
        &["favicon"],
    );
}
