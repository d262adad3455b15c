//! A plugin's own code without WebAssembly: its imports are the host's methods, called directly.

mod convert;

use std::future::Future;
use std::sync::Arc;

use anyhow::{Context, Result};
use muster_core::call::{Call, CallOutcome, Input};
use muster_core::clock::Timestamp;
use muster_core::manifest::Manifest;
use muster_runtime::{CallState, Known, Looked, Lookup, Runtime};
use muster_sdk::imports::{
    AuditError, DiscordError, EventError, Imports, Level, PanelError, ReplyError, Rows, SqlError,
    Statement, TimerError, Value,
};
use muster_sdk::{Ctx, Plugin};
use tokio::runtime::Handle;
use tokio::task::block_in_place;

/// Runs a press natively, as [`Runtime::call`](muster_core::ports::Plugins::call) runs it in a
/// sandbox. Must not run on a worker thread of the executor, which would have to be replaced.
pub async fn press<P: Plugin>(
    runtime: &Runtime,
    manifest: &Arc<Manifest>,
    call: &Arc<Call>,
) -> Result<CallOutcome> {
    let Input::Button { custom_id } = &call.input else {
        anyhow::bail!("only presses are run natively");
    };
    let handler = async |state: &mut CallState| {
        let mut host = Native {
            state,
            lookup: None,
        };
        let result = P::component(&mut Ctx::new(&mut host), custom_id, r#"{"kind":"button"}"#);
        match host.lookup {
            Some(lookup) => Err(lookup),
            None => Ok(result.map_err(convert::failure)),
        }
    };
    let outcome = runtime
        .call_native(manifest, call, Known::default(), handler)
        .await;
    outcome.context("a press has to ask Discord, which is not measured")
}

/// A call's state, as the SDK sees its host.
struct Native<'a> {
    state: &'a mut CallState,
    /// What must be asked of Discord; the call is over then.
    lookup: Option<Lookup>,
}

impl Native<'_> {
    fn looked<T>(&mut self, result: Looked<T>) -> Result<T, DiscordError> {
        match result {
            Ok(answer) => answer.map_err(convert::discord_error),
            Err(lookup) => {
                self.lookup = Some(lookup);
                Err(DiscordError::Unavailable("it must be asked first".into()))
            }
        }
    }
}

/// Waits as the executor's own `block_on` does, which the calls through WebAssembly wait in.
fn wait<T>(future: impl Future<Output = T>) -> T {
    block_in_place(|| Handle::current().block_on(future))
}

impl Imports for Native<'_> {
    fn guild_id(&self) -> u64 {
        self.state.guild_id()
    }
    fn channel_id(&self) -> Option<u64> {
        self.state.channel_id()
    }
    fn user_id(&self) -> Option<u64> {
        self.state.user_id()
    }
    fn display_name(&self) -> String {
        self.state.display_name().to_owned()
    }
    fn member_roles(&self) -> Vec<u64> {
        self.state.member_roles()
    }
    fn internal_roles(&self) -> Vec<String> {
        self.state.internal_roles()
    }
    fn ranks_at_least(&self, rank: &str) -> bool {
        self.state.ranks_at_least(rank)
    }
    fn permissions(&self) -> u64 {
        self.state.permissions()
    }
    fn locale(&self) -> String {
        self.state.locale().to_owned()
    }
    fn now(&self) -> i64 {
        self.state.now().as_ms()
    }
    fn pressed_message(&self) -> Option<u64> {
        self.state.pressed_message()
    }
    fn pressed_panel(&self) -> Option<String> {
        self.state.pressed_panel().map(str::to_owned)
    }
    fn panel_opened_by(&self) -> Option<u64> {
        self.state.panel_opened_by()
    }
    fn attachments(&self) -> String {
        self.state.attachments()
    }
    fn setting(&self, key: &str) -> Option<String> {
        self.state.setting(key)
    }
    fn time_zone(&self) -> String {
        self.state.time_zone()
    }

    fn query(&mut self, text: &str, parameters: &[Value]) -> Result<Rows, SqlError> {
        let parameters = convert::values_in(parameters);
        let rows = wait(self.state.sql_query(text, &parameters));
        rows.map(convert::rows_out).map_err(convert::sql_error)
    }
    fn execute(&mut self, text: &str, parameters: &[Value]) -> Result<u64, SqlError> {
        let parameters = convert::values_in(parameters);
        wait(self.state.sql_execute(text, &parameters)).map_err(convert::sql_error)
    }
    fn batch(&mut self, statements: &[Statement]) -> Result<Vec<Rows>, SqlError> {
        let statements: Vec<_> = statements.iter().map(convert::statement_in).collect();
        let all = wait(self.state.sql_batch(&statements)).map_err(convert::sql_error)?;
        Ok(all.into_iter().map(convert::rows_out).collect())
    }
    fn next_id(&mut self, series: &str) -> Result<i64, SqlError> {
        wait(self.state.sql_next_id(series)).map_err(convert::sql_error)
    }

    fn reply_private(&mut self, message: &str, options: &str) -> Result<(), ReplyError> {
        self.state
            .reply_private(message, options)
            .map_err(convert::reply_error)
    }
    fn reply_public(&mut self, message: &str, options: &str) -> Result<(), ReplyError> {
        self.state
            .reply_public(message, options)
            .map_err(convert::reply_error)
    }
    fn reply_update(&mut self, message: &str, options: &str) -> Result<(), ReplyError> {
        self.state
            .reply_update(message, options)
            .map_err(convert::reply_error)
    }
    fn reply_modal(&mut self, modal: &str, options: &str) -> Result<(), ReplyError> {
        self.state
            .reply_modal(modal, options)
            .map_err(convert::reply_error)
    }
    fn reply_choices(&mut self, choices: &str) -> Result<(), ReplyError> {
        self.state
            .reply_choices(choices)
            .map_err(convert::reply_error)
    }
    fn reply_nothing(&mut self) -> Result<(), ReplyError> {
        self.state.reply_nothing().map_err(convert::reply_error)
    }
    fn reply_after(&mut self, tags: &[String], within: u64) -> Result<(), ReplyError> {
        self.state
            .reply_after(tags.to_vec(), within)
            .map_err(convert::reply_error)
    }

    fn send_message(
        &mut self,
        to: &str,
        message: &str,
        name: &str,
        tag: &str,
        options: &str,
    ) -> Result<(), DiscordError> {
        let result = self.state.send_message(to, message, name, tag, options);
        self.looked(result)
    }
    fn delete_message(
        &mut self,
        message: &str,
        tag: &str,
        options: &str,
    ) -> Result<(), DiscordError> {
        let result = self.state.delete_message(message, tag, options);
        result.map_err(convert::discord_error)
    }
    fn thread_create(
        &mut self,
        on: &str,
        title: &str,
        archive_minutes: u16,
        name: &str,
        tag: &str,
        options: &str,
    ) -> Result<(), DiscordError> {
        let result = self
            .state
            .thread_create(on, title, archive_minutes, name, tag, options);
        result.map_err(convert::discord_error)
    }
    fn thread_archive(
        &mut self,
        thread: &str,
        archived: bool,
        tag: &str,
        options: &str,
    ) -> Result<(), DiscordError> {
        let result = self.state.thread_archive(thread, archived, tag, options);
        result.map_err(convert::discord_error)
    }
    fn thread_delete(
        &mut self,
        thread: &str,
        tag: &str,
        options: &str,
    ) -> Result<(), DiscordError> {
        let result = self.state.thread_delete(thread, tag, options);
        result.map_err(convert::discord_error)
    }
    fn thread_lock(
        &mut self,
        thread: &str,
        locked: bool,
        tag: &str,
        options: &str,
    ) -> Result<(), DiscordError> {
        let result = self.state.thread_lock(thread, locked, tag, options);
        result.map_err(convert::discord_error)
    }
    fn role_add(
        &mut self,
        user: u64,
        role: &str,
        tag: &str,
        options: &str,
    ) -> Result<(), DiscordError> {
        let result = self.state.role_add(user, role, tag, options);
        self.looked(result)
    }
    fn role_remove(
        &mut self,
        user: u64,
        role: &str,
        tag: &str,
        options: &str,
    ) -> Result<(), DiscordError> {
        let result = self.state.role_remove(user, role, tag, options);
        self.looked(result)
    }
    fn nickname(
        &mut self,
        user: u64,
        nickname: Option<&str>,
        tag: &str,
        options: &str,
    ) -> Result<(), DiscordError> {
        let result = self.state.nickname(user, nickname, tag, options);
        self.looked(result)
    }
    fn timeout(
        &mut self,
        user: u64,
        until: Option<i64>,
        tag: &str,
        options: &str,
    ) -> Result<(), DiscordError> {
        let result = self
            .state
            .timeout(user, until.map(Timestamp::from_ms), tag, options);
        self.looked(result)
    }
    fn kick(&mut self, user: u64, tag: &str, options: &str) -> Result<(), DiscordError> {
        let result = self.state.kick(user, tag, options);
        self.looked(result)
    }
    fn ban(
        &mut self,
        user: u64,
        delete_message_seconds: u32,
        tag: &str,
        options: &str,
    ) -> Result<(), DiscordError> {
        let result = self.state.ban(user, delete_message_seconds, tag, options);
        self.looked(result)
    }
    fn unban(&mut self, user: u64, tag: &str, options: &str) -> Result<(), DiscordError> {
        let result = self.state.unban(user, tag, options);
        self.looked(result)
    }
    fn role_create(
        &mut self,
        name: &str,
        title: &str,
        color: u32,
        mentionable: bool,
        tag: &str,
        options: &str,
    ) -> Result<(), DiscordError> {
        let result = self
            .state
            .role_create(name, title, color, mentionable, tag, options);
        result.map_err(convert::discord_error)
    }
    fn role_delete(&mut self, name: &str, tag: &str, options: &str) -> Result<(), DiscordError> {
        self.state
            .role_delete(name, tag, options)
            .map_err(convert::discord_error)
    }
    fn role_adopt(
        &mut self,
        name: &str,
        role: u64,
        tag: &str,
        options: &str,
    ) -> Result<(), DiscordError> {
        self.state
            .role_adopt(name, role, tag, options)
            .map_err(convert::discord_error)
    }
    fn role_forget(&mut self, name: &str, tag: &str, options: &str) -> Result<(), DiscordError> {
        self.state
            .role_forget(name, tag, options)
            .map_err(convert::discord_error)
    }
    fn log_line(&mut self, to: &str, line: &str, tag: &str) -> Result<(), DiscordError> {
        let result = self.state.log_line(to, line, tag);
        self.looked(result)
    }
    fn member(&mut self, user: u64) -> Result<Option<String>, DiscordError> {
        let result = self.state.member(user);
        self.looked(result)
    }
    fn role(&mut self, key: &str) -> Option<u64> {
        self.state.role(key)
    }
    fn channel(&mut self, key: &str) -> Option<u64> {
        self.state.channel(key)
    }
    fn may_act_on(&mut self, user: u64) -> Result<(), DiscordError> {
        let result = self.state.may_act_on(user);
        self.looked(result)
    }
    fn bot_permissions(&mut self, channel: u64) -> Result<u64, DiscordError> {
        self.state
            .bot_permissions(channel)
            .map_err(convert::discord_error)
    }
    fn message_exists(&mut self, channel: u64, message: u64) -> Result<bool, DiscordError> {
        let result = self.state.message_exists(channel, message);
        self.looked(result)
    }
    fn role_holders(&mut self, key: &str) -> Result<Vec<u64>, DiscordError> {
        let result = self.state.role_holders(key);
        self.looked(result)
    }
    fn role_info(&mut self, role: u64) -> Result<Option<String>, DiscordError> {
        self.state.role_info(role).map_err(convert::discord_error)
    }
    fn holders_of(&mut self, role: u64) -> Result<Vec<u64>, DiscordError> {
        let result = self.state.holders_of(role);
        self.looked(result)
    }
    fn bot_user(&mut self) -> Result<u64, DiscordError> {
        self.state.bot_user().map_err(convert::discord_error)
    }
    fn search_members(&mut self, text: &str, limit: u16) -> Result<Vec<String>, DiscordError> {
        let result = self.state.search_members(text, limit);
        self.looked(result)
    }

    fn panel_open(&mut self, name: &str, place: &str, options: &str) -> Result<(), PanelError> {
        match self.state.open_panel(name, place, options) {
            Ok(result) => result.map_err(convert::panel_error),
            Err(lookup) => {
                self.lookup = Some(lookup);
                Err(PanelError::Other("it must be asked first".into()))
            }
        }
    }
    fn panel_refresh(&mut self, name: &str) -> Result<(), PanelError> {
        self.state.refresh_panel(name).map_err(convert::panel_error)
    }
    fn panel_rename(&mut self, old: &str, new: &str) -> Result<(), PanelError> {
        self.state
            .rename_panel(old, new)
            .map_err(convert::panel_error)
    }
    fn panel_repost(&mut self, name: &str) -> Result<(), PanelError> {
        self.state.repost_panel(name).map_err(convert::panel_error)
    }
    fn panel_close(&mut self, name: &str) -> Result<(), PanelError> {
        self.state.close_panel(name).map_err(convert::panel_error)
    }

    fn timer_set(&mut self, name: &str, at: i64, payload: &str) -> Result<(), TimerError> {
        let result = self.state.set_timer(name, Timestamp::from_ms(at), payload);
        result.map_err(convert::timer_error)
    }
    fn timer_cancel(&mut self, name: &str) -> Result<(), TimerError> {
        self.state.cancel_timer(name).map_err(convert::timer_error)
    }
    fn event_emit(&mut self, topic: &str, body: &str) -> Result<(), EventError> {
        self.state.emit(topic, body).map_err(convert::event_error)
    }
    fn audit_write(&mut self, action: &str, subject: &str, meta: &str) -> Result<(), AuditError> {
        self.state
            .audit(action, subject, meta)
            .map_err(convert::audit_error)
    }
    fn log_write(&mut self, level: Level, message: &str) {
        self.state.log(convert::level(level), message);
    }
}
