//! What the host does for a plugin, as one trait: a method for each import in `wit/`.
//!
//! Handlers use [`Ctx`](crate::Ctx), which puts types over this. In a component the methods are the
//! component's imports; natively a test or a benchmark brings a host of its own
//! ([`testing::TestHost`](crate::testing::TestHost) for unit tests).

mod error;
#[cfg(target_family = "wasm")]
pub(crate) mod wasm;

pub use error::{
    AuditError, DiscordError, EventError, PanelError, ReplyError, SqlError, TimerError,
};

/// A value in the database.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// No value.
    Null,
    /// True or false.
    Boolean(bool),
    /// A whole number; also times and ids.
    Integer(i64),
    /// A number with a fraction.
    Real(f64),
    /// Text.
    Text(String),
}

/// What a query returned.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Rows {
    /// The columns' names, in order.
    pub columns: Vec<String>,
    /// The rows; each as long as `columns`.
    pub rows: Vec<Vec<Value>>,
}

/// One statement and its parameters.
#[derive(Clone, Debug, PartialEq)]
pub struct Statement {
    /// SQL, with `$1`, `$2`, ... for the parameters.
    pub text: String,
    /// As many as the text names.
    pub parameters: Vec<Value>,
}

/// How much somebody should care about a line of the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Why something happened.
    Debug,
    /// What happened.
    Info,
    /// It recovered.
    Warn,
    /// Someone should act.
    Error,
}

/// The host's side of a call. See the files in `wit/` for what each function does and where its limits are.
#[expect(
    missing_docs,
    reason = "each method is the WIT function of its name, documented there"
)]
pub trait Imports {
    // muster:context
    fn guild_id(&self) -> u64;
    fn channel_id(&self) -> Option<u64>;
    fn user_id(&self) -> Option<u64>;
    fn display_name(&self) -> String;
    fn member_roles(&self) -> Vec<u64>;
    fn internal_roles(&self) -> Vec<String>;
    fn ranks_at_least(&self, rank: &str) -> bool;
    fn permissions(&self) -> u64;
    fn locale(&self) -> String;
    fn now(&self) -> i64;
    fn pressed_message(&self) -> Option<u64>;
    fn pressed_panel(&self) -> Option<String>;
    fn panel_opened_by(&self) -> Option<u64>;
    fn attachments(&self) -> String;
    fn setting(&self, key: &str) -> Option<String>;
    fn time_zone(&self) -> String;

    // muster:sql
    fn query(&mut self, text: &str, parameters: &[Value]) -> Result<Rows, SqlError>;
    fn execute(&mut self, text: &str, parameters: &[Value]) -> Result<u64, SqlError>;
    fn batch(&mut self, statements: &[Statement]) -> Result<Vec<Rows>, SqlError>;
    fn next_id(&mut self, series: &str) -> Result<i64, SqlError>;

    // muster:reply
    fn reply_private(&mut self, message: &str, options: &str) -> Result<(), ReplyError>;
    fn reply_public(&mut self, message: &str, options: &str) -> Result<(), ReplyError>;
    fn reply_update(&mut self, message: &str, options: &str) -> Result<(), ReplyError>;
    fn reply_modal(&mut self, modal: &str, options: &str) -> Result<(), ReplyError>;
    fn reply_choices(&mut self, choices: &str) -> Result<(), ReplyError>;
    fn reply_nothing(&mut self) -> Result<(), ReplyError>;
    fn reply_after(&mut self, tags: &[String], within: u64) -> Result<(), ReplyError>;

    // muster:discord, effects
    fn send_message(
        &mut self,
        to: &str,
        message: &str,
        name: &str,
        tag: &str,
        options: &str,
    ) -> Result<(), DiscordError>;
    fn delete_message(
        &mut self,
        message: &str,
        tag: &str,
        options: &str,
    ) -> Result<(), DiscordError>;
    fn thread_create(
        &mut self,
        on: &str,
        title: &str,
        archive_minutes: u16,
        name: &str,
        tag: &str,
        options: &str,
    ) -> Result<(), DiscordError>;
    fn thread_archive(
        &mut self,
        thread: &str,
        archived: bool,
        tag: &str,
        options: &str,
    ) -> Result<(), DiscordError>;
    fn thread_delete(&mut self, thread: &str, tag: &str, options: &str)
    -> Result<(), DiscordError>;
    fn thread_lock(
        &mut self,
        thread: &str,
        locked: bool,
        tag: &str,
        options: &str,
    ) -> Result<(), DiscordError>;
    fn role_add(
        &mut self,
        user: u64,
        role: &str,
        tag: &str,
        options: &str,
    ) -> Result<(), DiscordError>;
    fn role_remove(
        &mut self,
        user: u64,
        role: &str,
        tag: &str,
        options: &str,
    ) -> Result<(), DiscordError>;
    fn nickname(
        &mut self,
        user: u64,
        nickname: Option<&str>,
        tag: &str,
        options: &str,
    ) -> Result<(), DiscordError>;
    fn timeout(
        &mut self,
        user: u64,
        until: Option<i64>,
        tag: &str,
        options: &str,
    ) -> Result<(), DiscordError>;
    fn kick(&mut self, user: u64, tag: &str, options: &str) -> Result<(), DiscordError>;
    fn ban(
        &mut self,
        user: u64,
        delete_message_seconds: u32,
        tag: &str,
        options: &str,
    ) -> Result<(), DiscordError>;
    fn unban(&mut self, user: u64, tag: &str, options: &str) -> Result<(), DiscordError>;
    fn role_create(
        &mut self,
        name: &str,
        title: &str,
        color: u32,
        mentionable: bool,
        tag: &str,
        options: &str,
    ) -> Result<(), DiscordError>;
    fn role_delete(&mut self, name: &str, tag: &str, options: &str) -> Result<(), DiscordError>;
    fn role_adopt(
        &mut self,
        name: &str,
        role: u64,
        tag: &str,
        options: &str,
    ) -> Result<(), DiscordError>;
    fn role_forget(&mut self, name: &str, tag: &str, options: &str) -> Result<(), DiscordError>;
    fn log_line(&mut self, to: &str, line: &str, tag: &str) -> Result<(), DiscordError>;

    // muster:discord, look-ups
    fn member(&mut self, user: u64) -> Result<Option<String>, DiscordError>;
    fn role(&mut self, key: &str) -> Option<u64>;
    fn channel(&mut self, key: &str) -> Option<u64>;
    fn may_act_on(&mut self, user: u64) -> Result<(), DiscordError>;
    fn bot_permissions(&mut self, channel: u64) -> Result<u64, DiscordError>;
    fn message_exists(&mut self, channel: u64, message: u64) -> Result<bool, DiscordError>;
    fn role_holders(&mut self, key: &str) -> Result<Vec<u64>, DiscordError>;
    fn role_info(&mut self, role: u64) -> Result<Option<String>, DiscordError>;
    fn holders_of(&mut self, role: u64) -> Result<Vec<u64>, DiscordError>;
    fn bot_user(&mut self) -> Result<u64, DiscordError>;
    fn search_members(&mut self, text: &str, limit: u16) -> Result<Vec<String>, DiscordError>;

    // muster:panels
    fn panel_open(&mut self, name: &str, place: &str, options: &str) -> Result<(), PanelError>;
    fn panel_refresh(&mut self, name: &str) -> Result<(), PanelError>;
    fn panel_rename(&mut self, old: &str, new: &str) -> Result<(), PanelError>;
    fn panel_repost(&mut self, name: &str) -> Result<(), PanelError>;
    fn panel_close(&mut self, name: &str) -> Result<(), PanelError>;

    // muster:timers, muster:events, muster:audit, muster:log
    fn timer_set(&mut self, name: &str, at: i64, payload: &str) -> Result<(), TimerError>;
    fn timer_cancel(&mut self, name: &str) -> Result<(), TimerError>;
    fn event_emit(&mut self, topic: &str, body: &str) -> Result<(), EventError>;
    fn audit_write(&mut self, action: &str, subject: &str, meta: &str) -> Result<(), AuditError>;
    fn log_write(&mut self, level: Level, message: &str);
}
