//! What [`TestHost`] does for each import.

use serde_json::{Value as Json, json};

use super::{Request, TestHost};
use crate::Rank;
use crate::imports::{
    AuditError, DiscordError, EventError, Imports, Level, PanelError, ReplyError, Rows, SqlError,
    Statement, TimerError, Value,
};

const LADDER: [Rank; 7] = [
    Rank::VerifiedRaider,
    Rank::Organizer,
    Rank::Security,
    Rank::Officer,
    Rank::HeadOrganizer,
    Rank::Moderator,
    Rank::Administrator,
];

fn no_database<T>() -> Result<T, SqlError> {
    Err(SqlError::Other(
        "TestHost has no database; test this as a built plugin, in tests/plugins".into(),
    ))
}

/// Texts that cross to the host as JSON, read back. An empty one means an empty object.
fn parse(text: &str) -> Json {
    match text {
        "" => json!({}),
        text => serde_json::from_str(text).expect("the SDK writes JSON"),
    }
}

/// Effects write down their parameters by name; those that hold JSON as what it says.
macro_rules! effects {
    ($(fn $name:ident($($parameter:ident: $type:ty),*);)*) => {$(
        fn $name(&mut self, $($parameter: $type),*) -> Result<(), DiscordError> {
            let mut given = json!({ $(stringify!($parameter): $parameter),* });
            if stringify!($name) == "send_message" {
                given["message"] = parse(given["message"].as_str().expect("a text"));
            }
            if let Some(options) = given["options"].as_str() {
                given["options"] = parse(options);
            }
            self.requests.push(Request::Effect(stringify!($name), given));
            Ok(())
        }
    )*};
}

macro_rules! answers {
    ($(fn $name:ident = $function:literal;)*) => {$(
        fn $name(&mut self, body: &str, _options: &str) -> Result<(), ReplyError> {
            self.requests.push(Request::Answer($function, parse(body)));
            Ok(())
        }
    )*};
}

impl Imports for TestHost {
    fn guild_id(&self) -> u64 {
        self.guild
    }

    fn channel_id(&self) -> Option<u64> {
        self.channel
    }

    fn user_id(&self) -> Option<u64> {
        self.user
    }

    fn display_name(&self) -> String {
        self.display_name.clone()
    }

    fn member_roles(&self) -> Vec<u64> {
        self.member_roles.clone()
    }

    fn internal_roles(&self) -> Vec<String> {
        self.role_keys.clone()
    }

    fn ranks_at_least(&self, rank: &str) -> bool {
        let Some(least) = LADDER.iter().position(|known| known.key() == rank) else {
            return false;
        };
        let reaches = |known: &Rank| self.role_keys.iter().any(|held| held == known.key());
        LADDER[least..].iter().any(reaches)
    }

    fn permissions(&self) -> u64 {
        self.permissions
    }

    fn locale(&self) -> String {
        "en-US".into()
    }

    fn now(&self) -> i64 {
        self.now
    }

    fn pressed_message(&self) -> Option<u64> {
        self.pressed_message
    }

    fn pressed_panel(&self) -> Option<String> {
        self.pressed_panel.clone()
    }

    fn panel_opened_by(&self) -> Option<u64> {
        self.panel_opened_by
    }

    fn attachments(&self) -> String {
        "[]".into()
    }

    fn setting(&self, key: &str) -> Option<String> {
        self.settings.get(key).map(Json::to_string)
    }

    fn time_zone(&self) -> String {
        "UTC".into()
    }

    fn query(&mut self, _text: &str, _parameters: &[Value]) -> Result<Rows, SqlError> {
        no_database()
    }

    fn execute(&mut self, _text: &str, _parameters: &[Value]) -> Result<u64, SqlError> {
        no_database()
    }

    fn batch(&mut self, _statements: &[Statement]) -> Result<Vec<Rows>, SqlError> {
        no_database()
    }

    fn next_id(&mut self, _series: &str) -> Result<i64, SqlError> {
        no_database()
    }

    answers! {
        fn reply_private = "private";
        fn reply_public = "public";
        fn reply_update = "update";
        fn reply_modal = "modal";
    }

    fn reply_choices(&mut self, choices: &str) -> Result<(), ReplyError> {
        self.reply_answer("choices", parse(choices))
    }

    fn reply_nothing(&mut self) -> Result<(), ReplyError> {
        self.reply_answer("nothing", Json::Null)
    }

    fn reply_after(&mut self, tags: &[String], within: u64) -> Result<(), ReplyError> {
        self.reply_answer("after", json!({"tags": tags, "within": within}))
    }

    effects! {
        fn send_message(to: &str, message: &str, name: &str, tag: &str, options: &str);
        fn delete_message(message: &str, tag: &str, options: &str);
        fn thread_create(on: &str, title: &str, archive_minutes: u16, name: &str, tag: &str, options: &str);
        fn thread_archive(thread: &str, archived: bool, tag: &str, options: &str);
        fn thread_lock(thread: &str, locked: bool, tag: &str, options: &str);
        fn thread_delete(thread: &str, tag: &str, options: &str);
        fn role_add(user: u64, role: &str, tag: &str, options: &str);
        fn role_remove(user: u64, role: &str, tag: &str, options: &str);
        fn nickname(user: u64, nickname: Option<&str>, tag: &str, options: &str);
        fn timeout(user: u64, until: Option<i64>, tag: &str, options: &str);
        fn kick(user: u64, tag: &str, options: &str);
        fn ban(user: u64, delete_message_seconds: u32, tag: &str, options: &str);
        fn unban(user: u64, tag: &str, options: &str);
        fn role_create(name: &str, title: &str, color: u32, mentionable: bool, tag: &str, options: &str);
        fn role_delete(name: &str, tag: &str, options: &str);
        fn role_adopt(name: &str, role: u64, tag: &str, options: &str);
        fn role_forget(name: &str, tag: &str, options: &str);
        fn log_line(to: &str, line: &str, tag: &str);
    }

    fn member(&mut self, user: u64) -> Result<Option<String>, DiscordError> {
        Ok(self.members.get(&user).map(Json::to_string))
    }

    fn role(&mut self, key: &str) -> Option<u64> {
        self.roles.get(key).copied()
    }

    fn channel(&mut self, key: &str) -> Option<u64> {
        self.channels.get(key).copied()
    }

    fn may_act_on(&mut self, _user: u64) -> Result<(), DiscordError> {
        Ok(())
    }

    fn bot_permissions(&mut self, _channel: u64) -> Result<u64, DiscordError> {
        Ok(u64::MAX)
    }

    fn message_exists(&mut self, _channel: u64, _message: u64) -> Result<bool, DiscordError> {
        Ok(true)
    }

    fn role_holders(&mut self, _key: &str) -> Result<Vec<u64>, DiscordError> {
        Ok(Vec::new())
    }

    fn role_info(&mut self, role: u64) -> Result<Option<String>, DiscordError> {
        Ok(self.role_infos.get(&role).map(Json::to_string))
    }

    fn holders_of(&mut self, _role: u64) -> Result<Vec<u64>, DiscordError> {
        Ok(Vec::new())
    }

    fn bot_user(&mut self) -> Result<u64, DiscordError> {
        Ok(self.bot)
    }

    fn search_members(&mut self, text: &str, limit: u16) -> Result<Vec<String>, DiscordError> {
        let begins = |member: &&Json| {
            let name = member["display_name"].as_str().unwrap_or_default();
            name.to_lowercase().starts_with(&text.to_lowercase())
        };
        let found = self.members.values().filter(begins).take(limit.into());
        Ok(found.map(Json::to_string).collect())
    }

    fn panel_open(&mut self, name: &str, place: &str, _options: &str) -> Result<(), PanelError> {
        self.panel("open", name, place)
    }

    fn panel_refresh(&mut self, name: &str) -> Result<(), PanelError> {
        self.panel("refresh", name, "")
    }

    fn panel_rename(&mut self, old: &str, new: &str) -> Result<(), PanelError> {
        self.panel("rename", old, new)
    }

    fn panel_repost(&mut self, name: &str) -> Result<(), PanelError> {
        self.panel("repost", name, "")
    }

    fn panel_close(&mut self, name: &str) -> Result<(), PanelError> {
        self.panel("close", name, "")
    }

    fn timer_set(&mut self, name: &str, at: i64, payload: &str) -> Result<(), TimerError> {
        let timer = Request::Timer(name.to_owned(), at, payload.to_owned());
        self.requests.push(timer);
        Ok(())
    }

    fn timer_cancel(&mut self, name: &str) -> Result<(), TimerError> {
        self.requests.push(Request::CancelTimer(name.to_owned()));
        Ok(())
    }

    fn event_emit(&mut self, topic: &str, body: &str) -> Result<(), EventError> {
        let event = Request::Event(topic.to_owned(), parse(body));
        self.requests.push(event);
        Ok(())
    }

    fn audit_write(&mut self, action: &str, subject: &str, meta: &str) -> Result<(), AuditError> {
        let line = Request::Audit(action.to_owned(), subject.to_owned(), parse(meta));
        self.requests.push(line);
        Ok(())
    }

    fn log_write(&mut self, level: Level, message: &str) {
        self.requests.push(Request::Log(level, message.to_owned()));
    }
}

impl TestHost {
    fn reply_answer(&mut self, function: &'static str, body: Json) -> Result<(), ReplyError> {
        self.requests.push(Request::Answer(function, body));
        Ok(())
    }

    fn panel(&mut self, change: &'static str, name: &str, to: &str) -> Result<(), PanelError> {
        let request = Request::Panel(change, name.to_owned(), to.to_owned());
        self.requests.push(request);
        Ok(())
    }
}
