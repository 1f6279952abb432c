//! The review pages in a real browser: headless Chromium, driven through chromedriver.
//!
//! Where chromedriver is missing each test says so and passes, unless `GLOSS_REQUIRE_BROWSER=1` makes its absence a
//! failure. One browser at a time: they are heavy.

mod edits;
mod hostile;
mod index;
mod keys;
mod look;
mod review;
mod served;
mod size;

use std::io::{BufRead as _, BufReader};
use std::panic::AssertUnwindSafe;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use futures::FutureExt as _;
use gloss::review::data::ReviewDocument;
use gloss::review::page::{PageOptions, render};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use thirtyfour::LoggingPrefsLogLevel;
use thirtyfour::prelude::*;

use crate::harness::Sandbox;

/// An article with every state and kind of finding, in Portuguese, Arabic, Chinese and Hebrew.
const ARTICLE: &str = include_str!("browser/article.json");

/// Keys pressed together with another, as DevTools has them.
const CTRL: u32 = 2;
const SHIFT: u32 = 8;

static ONE_AT_A_TIME: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());

fn article() -> ReviewDocument {
    serde_json::from_str(ARTICLE).unwrap()
}

/// A browser with one page, and a folder for it.
struct Browser {
    driver: WebDriver,
    sandbox: Sandbox,
}

/// chromedriver, ended with the test.
struct Driver(Child);

impl Drop for Driver {
    fn drop(&mut self) {
        self.0.kill().ok();
        self.0.wait().ok();
    }
}

/// Runs a test in a browser of its own, and fails it where the page wrote an error to its console.
fn in_browser(test: impl AsyncFnOnce(&Browser)) {
    run(test, &[]);
}

/// The same, where the console may have errors that contain one of `expected`.
fn run(test: impl AsyncFnOnce(&Browser), expected: &[&str]) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        let _alone = ONE_AT_A_TIME.lock().await;
        let Some((driver, port)) = start_driver() else {
            let required = std::env::var("GLOSS_REQUIRE_BROWSER").is_ok_and(|value| value == "1");
            assert!(!required, "GLOSS_REQUIRE_BROWSER=1, and `chromedriver` does not start");
            tell("skipped: no `chromedriver` here");
            return;
        };
        let browser = Browser::open(port).await;
        let outcome = AssertUnwindSafe(async {
            test(&browser).await;
            let errors: Vec<_> = browser
                .driver
                .browser_log()
                .await
                .unwrap()
                .into_iter()
                .filter(|entry| {
                    entry.level == "SEVERE" && !expected.iter().any(|part| entry.message.contains(part))
                })
                .collect();
            assert!(errors.is_empty(), "{errors:#?}");
        })
        .catch_unwind()
        .await;
        browser.driver.quit().await.ok();
        drop(driver);
        if let Err(panic) = outcome {
            std::panic::resume_unwind(panic);
        }
    });
}

/// Says something beside the test's result.
#[expect(clippy::print_stderr, reason = "a test says what it skipped and what it measured")]
fn tell(words: &str) {
    eprintln!("{words}");
}

/// Starts chromedriver on a port of its own choice.
fn start_driver() -> Option<(Driver, u16)> {
    let mut child = Command::new("chromedriver")
        .arg("--port=0")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .ok()?;
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let driver = Driver(child);
    for line in lines.map_while(Result::ok) {
        if let Some((_, rest)) = line.split_once("successfully on port ") {
            return Some((driver, rest.trim_end_matches('.').parse().unwrap()));
        }
    }
    None
}

impl Browser {
    async fn open(port: u16) -> Self {
        // The driver's client is built with the features that gloss's own has, and so needs a provider.
        rustls::crypto::ring::default_provider().install_default().ok();
        let sandbox = Sandbox::new();
        let mut capabilities = DesiredCapabilities::chrome();
        for argument in [
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--disable-dev-shm-usage",
            "--window-size=1440,1000",
            "--lang=en",
            &format!("--user-data-dir={}", sandbox.path("profile").display()),
        ] {
            capabilities.add_arg(argument).unwrap();
        }
        capabilities.set_logging_prefs("browser", LoggingPrefsLogLevel::All).unwrap();
        let driver = WebDriver::new(format!("http://127.0.0.1:{port}"), capabilities).await.unwrap();
        Self { driver, sandbox }
    }

    /// Opens a page from disk.
    async fn show(&self, name: &str, page: &str) {
        self.sandbox.file(name, page);
        self.visit(&self.url(name)).await;
    }

    fn url(&self, name: &str) -> String {
        format!("file://{}", self.sandbox.path(name).display())
    }

    async fn visit(&self, url: &str) {
        self.driver.goto(url).await.unwrap();
        self.until("return document.documentElement.dataset.ready !== undefined").await;
    }

    /// Opens the sample article, with nothing kept from before.
    async fn show_article(&self) {
        self.show("article.review.html", &render(&article(), &PageOptions::default())).await;
    }

    async fn reload(&self) {
        self.driver.refresh().await.unwrap();
        self.until("return document.documentElement.dataset.ready !== undefined").await;
    }

    /// What a script gives, read as `T`.
    async fn get<T: DeserializeOwned>(&self, script: &str) -> T {
        self.get_with(script, Vec::new()).await
    }

    async fn get_with<T: DeserializeOwned>(&self, script: &str, arguments: Vec<Value>) -> T {
        let value =
            self.driver.execute(script, arguments).await.unwrap_or_else(|error| panic!("{script}: {error}"));
        value.convert().unwrap_or_else(|error| panic!("{script}: {error}"))
    }

    /// The text of the first element that `selector` finds.
    async fn text(&self, selector: &str) -> String {
        self.get_with(
            "const node = document.querySelector(arguments[0]); return node ? node.textContent : 'NOT FOUND'",
            vec![json!(selector)],
        )
        .await
    }

    /// Waits up to ten seconds for a script to give `true`.
    async fn until(&self, script: &str) {
        for _ in 0..200 {
            if self.get::<bool>(script).await {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("never true: {script}");
    }

    async fn click(&self, selector: &str) {
        self.get_with::<Value>("document.querySelector(arguments[0]).click()", vec![json!(selector)]).await;
    }

    async fn choose(&self, id: &str, value: &str) {
        let script = "const field = document.getElementById(arguments[0]); field.value = arguments[1]; \
                      field.dispatchEvent(new Event('change'))";
        self.get_with::<Value>(script, vec![json!(id), json!(value)]).await;
    }

    /// Puts a text in the open edit box, as typing would.
    async fn write(&self, text: &str) {
        let script = "const box = document.querySelector('.box'); box.value = arguments[0]; \
                      box.dispatchEvent(new Event('input', { bubbles: true }))";
        self.get_with::<Value>(script, vec![json!(text)]).await;
    }

    async fn devtools(&self, method: &str, parameters: Value) -> Value {
        self.driver.cdp().send_raw(method, parameters).await.unwrap()
    }

    /// A key as a keyboard gives it: `key` is what the layout makes of the place `code`.
    async fn press(&self, key: &str, code: &str, modifiers: u32) {
        let mut event = json!({ "type": "keyDown", "key": key, "code": code, "modifiers": modifiers });
        if key.chars().count() == 1 && modifiers & CTRL == 0 {
            event["text"] = json!(key);
        }
        self.devtools("Input.dispatchKeyEvent", event).await;
        let up = json!({ "type": "keyUp", "key": key, "code": code, "modifiers": modifiers });
        self.devtools("Input.dispatchKeyEvent", up).await;
    }

    /// A key on a layout of the United States.
    async fn key(&self, key: &str) {
        let code = match key {
            "/" => "Slash".to_owned(),
            letter if letter.chars().count() == 1 => format!("Key{}", letter.to_uppercase()),
            name => name.to_owned(),
        };
        self.press(key, &code, 0).await;
    }

    /// The number of the current unit as people count it; 0 for none.
    async fn current(&self) -> u32 {
        self.get(
            "const node = document.querySelector('.unit[aria-current]'); \
             return node ? Number(node.querySelector('.number').textContent) : 0",
        )
        .await
    }

    /// What the live region said last.
    async fn said(&self) -> String {
        self.text("#say").await
    }

    async fn resize(&self, width: u32, height: u32) {
        let size = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        self.devtools("Emulation.setDeviceMetricsOverride", size).await;
    }
}
