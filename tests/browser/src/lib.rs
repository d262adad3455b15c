//! The playground's page in a real browser: Chromium without a window, driven by WebDriver.
//!
//! Nothing here sleeps or polls: the page itself tells when what is waited for is there, by a
//! `MutationObserver`. Without Chromium or its driver a story is skipped, and says so.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use fantoccini::elements::{Element, ElementRef};
use fantoccini::error::CmdError;
use fantoccini::wd::TimeoutConfiguration;
use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};

/// Nothing is waited for longer.
const PATIENCE: Duration = Duration::from_secs(20);
/// How often an element may be drawn anew between finding and pressing it.
const TRIES: usize = 20;

/// Programs by their usual names.
const DRIVERS: [&str; 1] = ["chromedriver"];
const BROWSERS: [&str; 4] = [
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
];

/// Waits until an element of this path is shown and can be used, and gives it.
const WAIT: &str = r"
    const [path, patience, done] = arguments;
    const find = () => {
        const found = document.evaluate(path, document, null, XPathResult.ORDERED_NODE_SNAPSHOT_TYPE, null);
        for (let at = 0; at < found.snapshotLength; at += 1) {
            const element = found.snapshotItem(at);
            if (element.getClientRects().length > 0 && !element.disabled) return element;
        }
        return null;
    };
    const first = find();
    if (first) return done(first);
    const watch = new MutationObserver(() => {
        const element = find();
        if (element) { watch.disconnect(); clearTimeout(timer); done(element); }
    });
    const timer = setTimeout(() => { watch.disconnect(); done(null); }, patience);
    watch.observe(document, { subtree: true, childList: true, characterData: true, attributes: true });
";

/// Waits until no element of this path is shown.
const WAIT_GONE: &str = r"
    const [path, patience, done] = arguments;
    const there = () => {
        const found = document.evaluate(path, document, null, XPathResult.ORDERED_NODE_SNAPSHOT_TYPE, null);
        for (let at = 0; at < found.snapshotLength; at += 1) {
            if (found.snapshotItem(at).getClientRects().length > 0) return true;
        }
        return false;
    };
    if (!there()) return done(true);
    const watch = new MutationObserver(() => {
        if (!there()) { watch.disconnect(); clearTimeout(timer); done(true); }
    });
    const timer = setTimeout(() => { watch.disconnect(); done(false); }, patience);
    watch.observe(document, { subtree: true, childList: true, characterData: true, attributes: true });
";

/// A browser with the page open.
pub struct Browser {
    client: Client,
    pictures: PathBuf,
    _driver: Driver,
    _profile: TempDir,
}

struct Driver {
    _process: Child,
    port: u16,
    /// Read on, so that the driver never writes into a closed pipe.
    _lines: Lines<BufReader<ChildStdout>>,
}

impl Browser {
    /// Opens an address in a window of this size; `None`, with a printed reason, where there is no
    /// browser. Pictures are put into `pictures`.
    pub async fn open(url: &str, width: u32, height: u32, pictures: &str) -> Option<Self> {
        let (Some(driver), Some(browser)) = (found(&DRIVERS), found(&BROWSERS)) else {
            eprintln!(
                "SKIPPED: Chromium or its driver is missing; on Debian: apt-get install chromium chromium-driver"
            );
            return None;
        };
        let driver = Driver::start(&driver).await;
        let profile = tempfile::tempdir().expect("a folder");
        let client = connect(&driver, &browser, profile.path(), width, height).await;
        let timeouts = TimeoutConfiguration::new(Some(PATIENCE * 2), None, None);
        client.update_timeouts(timeouts).await.expect("patience");
        client.goto(url).await.expect("the page opens");
        Some(Self {
            client,
            pictures: Path::new(pictures).join("screenshots"),
            _driver: driver,
            _profile: profile,
        })
    }

    /// The whole page.
    pub fn page(&self) -> Place<'_> {
        Place {
            browser: self,
            path: String::new(),
        }
    }

    /// A pane, counted from 1.
    pub fn pane(&self, number: usize) -> Place<'_> {
        Place {
            browser: self,
            path: format!("//main/div[contains(@class, 'pane')][{number}]"),
        }
    }

    /// The operator's drawer.
    pub fn drawer(&self) -> Place<'_> {
        Place {
            browser: self,
            path: "//*[@id = 'drawer']".into(),
        }
    }

    /// Types where the focus is.
    pub async fn types(&self, text: &str) {
        let element = self
            .client
            .active_element()
            .await
            .expect("something has the focus");
        element.send_keys(text).await.expect("it takes keys");
    }

    /// Runs a script in the page, with `done` as its last argument.
    pub async fn script(&self, script: &str, arguments: Vec<Value>) -> Value {
        let result = self.client.execute_async(script, arguments).await;
        result.expect("the script ends")
    }

    /// Keeps a picture of what is seen.
    pub async fn picture(&self, name: &str) {
        let picture = self.client.screenshot().await.expect("a picture");
        std::fs::create_dir_all(&self.pictures).expect("a folder");
        std::fs::write(self.pictures.join(format!("{name}.png")), picture).expect("writable");
    }

    /// Closes the browser.
    pub async fn close(self) {
        self.client.close().await.expect("it closes");
    }
}

async fn connect(
    driver: &Driver,
    browser: &Path,
    profile: &Path,
    width: u32,
    height: u32,
) -> Client {
    let arguments = [
        "--headless".to_owned(),
        "--no-sandbox".to_owned(),
        "--disable-gpu".to_owned(),
        "--disable-quic".to_owned(),
        "--no-first-run".to_owned(),
        "--disable-background-networking".to_owned(),
        "--disable-component-update".to_owned(),
        "--disable-sync".to_owned(),
        "--disable-dev-shm-usage".to_owned(),
        format!("--user-data-dir={}", profile.display()),
        format!("--window-size={width},{height}"),
    ];
    // A window has a least width; a phone's is had by emulation.
    let mut options = json!({ "binary": browser, "args": arguments });
    if width < 500 {
        options["mobileEmulation"] = json!({
            "deviceMetrics": { "width": width, "height": height, "pixelRatio": 1.0, "mobile": true },
        });
    }
    let mut capabilities = serde_json::Map::new();
    capabilities.insert("goog:chromeOptions".into(), options);
    ClientBuilder::new(HttpConnector::new())
        .capabilities(capabilities)
        .connect(&format!("http://127.0.0.1:{}", driver.port))
        .await
        .expect("the driver starts a browser")
}

impl Driver {
    async fn start(program: &Path) -> Self {
        let mut process = Command::new(program)
            .arg("--port=0")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .expect("the driver starts");
        let mut lines = BufReader::new(process.stdout.take().expect("piped")).lines();
        loop {
            let line = lines.next_line().await.expect("readable");
            let line = line.expect("the driver says its port before it ends");
            if let Some((_, port)) = line.split_once("started successfully on port ") {
                let port = port.trim_end_matches('.').parse().expect("a port");
                return Self {
                    _process: process,
                    port,
                    _lines: lines,
                };
            }
        }
    }
}

/// The first of these programs that is on the PATH.
fn found(names: &[&str]) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    let folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
    let all = names
        .iter()
        .flat_map(|name| folders.iter().map(move |folder| folder.join(name)));
    all.into_iter().find(|file| file.is_file())
}

/// A part of the page.
pub struct Place<'a> {
    browser: &'a Browser,
    path: String,
}

impl Place<'_> {
    /// Waits for a path of XPath inside.
    pub async fn has(&self, path: &str) -> Element {
        let path = format!("{}{path}", self.path);
        let patience = u64::try_from(PATIENCE.as_millis()).expect("seconds");
        let found = self
            .browser
            .client
            .execute_async(WAIT, vec![json!(path), json!(patience)])
            .await
            .expect("the page can be asked");
        match found.as_object().and_then(|object| object.values().next()) {
            Some(Value::String(id)) => {
                Element::from_element_id(self.browser.client.clone(), ElementRef::from(id.clone()))
            }
            _ => {
                self.browser.picture("missing").await;
                panic!("it never came: {path} (see missing.png)")
            }
        }
    }

    /// Waits until something with this text is shown.
    pub async fn shows(&self, text: &str) {
        self.has(&with_text("*", text)).await;
    }

    /// Waits until the last message that holds `first` holds `text` too.
    pub async fn message_shows(&self, first: &str, text: &str) {
        let path = format!(
            "//article[contains(., {})][contains(., {})]",
            quoted(first),
            quoted(text)
        );
        self.has(&path).await;
    }

    /// Waits until nothing with this text is shown any more.
    pub async fn loses(&self, text: &str) {
        let path = format!("{}{}", self.path, with_text("*", text));
        let patience = u64::try_from(PATIENCE.as_millis()).expect("seconds");
        let gone = self
            .browser
            .script(WAIT_GONE, vec![json!(path), json!(patience)]);
        assert_eq!(gone.await, json!(true), "{text} is still there");
    }

    /// Presses the button that is called this.
    pub async fn presses(&self, name: &str) {
        let name = quoted(name);
        self.clicks(&format!(
            "//button[normalize-space(.) = {name} or @aria-label = {name}]"
        ))
        .await;
    }

    /// Clicks what this path leads to, also if it is drawn anew meanwhile.
    pub async fn clicks(&self, path: &str) {
        let mut last: Option<CmdError> = None;
        for _ in 0..TRIES {
            match self.has(path).await.click().await {
                Ok(()) => return,
                Err(error) => last = Some(error),
            }
        }
        self.browser.picture("missing").await;
        panic!("{path} cannot be clicked: {last:?}");
    }

    /// Clicks into the line to type in, and types.
    pub async fn types(&self, text: &str) {
        self.clicks("//textarea[contains(@class, 'composer-input')]")
            .await;
        self.browser.types(text).await;
    }

    /// Fills an option of the command that is being typed, and chooses the suggestion of this name.
    pub async fn fills(&self, option: &str, text: &str, suggestion: &str) {
        let field = format!("//input[@data-option = {}]", quoted(option));
        let input = self.has(&field).await;
        input.send_keys(text).await.expect("it takes keys");
        let entry = format!(
            "//*[contains(@class, 'listbox')]//*[@role = 'option'][contains(., {})]",
            quoted(suggestion)
        );
        self.browser.page().clicks(&entry).await;
    }

    /// Adds an optional option to the command that is being typed.
    pub async fn adds(&self, option: &str) {
        let chip = format!(
            "//button[contains(@class, 'option-chip')][normalize-space(.) = {}]",
            quoted(option)
        );
        self.clicks(&chip).await;
    }

    /// Opens a channel of the list.
    pub async fn opens(&self, channel: &str) {
        let name = quoted(channel);
        self.clicks(&format!("//button[@data-channel = {name}]"))
            .await;
        self.has(&format!("//h2[. = {name}]")).await;
    }

    /// Becomes somebody else.
    pub async fn becomes(&self, name: &str) {
        self.becomes_called(name, name).await;
    }

    /// Becomes somebody who is called otherwise here than by their name.
    pub async fn becomes_called(&self, nick: &str, name: &str) {
        self.clicks("//button[contains(@class, 'me-button') or contains(@class, 'who')]")
            .await;
        self.browser.page().chooses(nick).await;
        let label = quoted(&format!("{name}'s client"));
        self.browser
            .page()
            .has(&format!("//*[@role = 'region'][@aria-label = {label}]"))
            .await;
    }

    /// Types into the list that is open, and takes the entry of this name.
    pub async fn chooses(&self, name: &str) {
        self.has("//input[contains(@class, 'menu-search')]").await;
        self.browser.types(name).await;
        let entry = format!(
            "//*[contains(@class, 'menu-box')]//*[@role = 'option'][contains(., {})]",
            quoted(name)
        );
        self.clicks(&entry).await;
    }
}

/// The innermost elements of this tag that hold this text.
fn with_text(tag: &str, text: &str) -> String {
    let text = quoted(text);
    format!(
        "//{tag}[contains(normalize-space(.), {text})][not(*[contains(normalize-space(.), {text})])]"
    )
}

/// A text inside XPath, which knows no escapes.
pub fn quoted(text: &str) -> String {
    if !text.contains('\'') {
        return format!("'{text}'");
    }
    if !text.contains('"') {
        return format!("\"{text}\"");
    }
    let parts: Vec<String> = text.split('\'').map(|part| format!("'{part}'")).collect();
    format!("concat({})", parts.join(", \"'\", "))
}
