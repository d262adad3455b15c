//! A host of memory, for unit tests of handlers: it answers what the test tells it to, and writes down what
//! the handler wanted.
//!
//! It has no database, since a fake one proves nothing: handlers that use SQL are tested as built plugins
//! (`tests/plugins`), rules and views as plain Rust.
//!
//! ```
//! use muster_sdk::{Ctx, Handled, testing::{Request, TestHost}};
//!
//! fn wave(ctx: &mut Ctx) -> Handled {
//!     ctx.reply_private(format!("Hello, {}", ctx.display_name()))
//! }
//!
//! let mut host = TestHost { display_name: "Ann".into(), ..TestHost::default() };
//! wave(&mut host.ctx()).expect("nothing can fail");
//! assert_eq!(host.text_of_answer(), "Hello, Ann");
//! ```

mod imports;

use std::collections::BTreeMap;

use serde_json::Value;

use crate::Ctx;
use crate::imports::Level;

/// A host of memory. Its public fields are what the handler finds.
#[derive(Clone, Debug)]
pub struct TestHost {
    /// The guild.
    pub guild: u64,
    /// Where the member acts.
    pub channel: Option<u64>,
    /// The member who acts.
    pub user: Option<u64>,
    /// What others see of them.
    pub display_name: String,
    /// Their Discord roles.
    pub member_roles: Vec<u64>,
    /// The role keys that they hold; a rank counts for those below it.
    pub role_keys: Vec<String>,
    /// Their permissions.
    pub permissions: u64,
    /// Now, in milliseconds since 1970.
    pub now: i64,
    /// The pressed message.
    pub pressed_message: Option<u64>,
    /// The panel that it shows.
    pub pressed_panel: Option<String>,
    /// Who opened that panel.
    pub panel_opened_by: Option<u64>,
    /// The guild's settings.
    pub settings: BTreeMap<String, Value>,
    /// Mapped roles by key.
    pub roles: BTreeMap<String, u64>,
    /// Mapped channels by key.
    pub channels: BTreeMap<String, u64>,
    /// The bot's own user.
    pub bot: u64,
    /// Roles that look-ups find, as JSON.
    pub role_infos: BTreeMap<u64, Value>,
    /// Members that look-ups find, as JSON.
    pub members: BTreeMap<u64, Value>,
    /// What the handler asked for, in order.
    pub requests: Vec<Request>,
}

/// Something that a handler asked of the host.
#[derive(Clone, Debug, PartialEq)]
pub enum Request {
    /// An answer: the function of `muster:reply`, and what it was given.
    Answer(&'static str, Value),
    /// An effect: the function of `muster:discord`, and its parameters as JSON.
    Effect(&'static str, Value),
    /// A change of a panel: the function of `muster:panels`, the name, and where it goes.
    Panel(&'static str, String, String),
    /// A timer set: name, time, payload.
    Timer(String, i64, String),
    /// A timer cancelled.
    CancelTimer(String),
    /// An event: topic and body.
    Event(String, Value),
    /// A line of the audit: action, subject, meta.
    Audit(String, String, Value),
    /// A line of the log.
    Log(Level, String),
}

impl Default for TestHost {
    fn default() -> Self {
        Self {
            guild: 1,
            channel: Some(2),
            user: Some(3),
            display_name: "Ann".into(),
            member_roles: Vec::new(),
            role_keys: Vec::new(),
            permissions: 0,
            now: 1_700_000_000_000,
            pressed_message: None,
            pressed_panel: None,
            panel_opened_by: None,
            settings: BTreeMap::new(),
            roles: BTreeMap::new(),
            channels: BTreeMap::new(),
            bot: 9,
            role_infos: BTreeMap::new(),
            members: BTreeMap::new(),
            requests: Vec::new(),
        }
    }
}

impl TestHost {
    /// What a handler works with.
    pub fn ctx(&mut self) -> Ctx<'_> {
        Ctx::new(self)
    }

    /// The answer: the function of `muster:reply`, and what it was given.
    pub fn answer(&self) -> Option<(&'static str, &Value)> {
        self.requests
            .iter()
            .rev()
            .find_map(|request| match request {
                Request::Answer(function, body) => Some((*function, body)),
                _ => None,
            })
    }

    /// The text above the embeds of the answer; empty if there is none.
    pub fn text_of_answer(&self) -> &str {
        let text = self.answer().and_then(|(_, body)| body["content"].as_str());
        text.unwrap_or_default()
    }
}
