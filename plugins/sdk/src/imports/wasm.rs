//! The component's own imports.

use crate::__rt::bindings::muster as wit;

use super::{
    AuditError, DiscordError, EventError, Level, PanelError, ReplyError, Rows, SqlError, Statement,
    TimerError, Value,
};

/// What stands behind [`Ctx`](crate::Ctx) in a component: the methods of [`Imports`](super::Imports), but
/// not behind a `dyn`, so that the linker sees which ones a plugin calls and drops the others.
pub struct Host;

/// Hands each method to the WIT function of the same shape.
macro_rules! forward {
    ($( $package:ident :: $interface:ident {
        $( fn $method:ident / $function:ident ($($self:tt)+) ($($name:ident: $type:ty),*) $(-> $result:ty)?; )*
    } )*) => {
        impl Host {$($(
            pub fn $method($($self)+, $($name: $type),*) $(-> $result)? {
                wit::$package::$interface::$function($($name),*)
            }
        )*)*}
    };
}

forward! {
    context::context {
        fn guild_id / guild_id (&self) () -> u64;
        fn channel_id / channel_id (&self) () -> Option<u64>;
        fn user_id / user_id (&self) () -> Option<u64>;
        fn display_name / display_name (&self) () -> String;
        fn member_roles / member_roles (&self) () -> Vec<u64>;
        fn internal_roles / internal_roles (&self) () -> Vec<String>;
        fn ranks_at_least / ranks_at_least (&self) (rank: &str) -> bool;
        fn permissions / permissions (&self) () -> u64;
        fn locale / locale (&self) () -> String;
        fn now / now (&self) () -> i64;
        fn pressed_message / pressed_message (&self) () -> Option<u64>;
        fn pressed_panel / pressed_panel (&self) () -> Option<String>;
        fn panel_opened_by / panel_opened_by (&self) () -> Option<u64>;
        fn attachments / attachments (&self) () -> String;
        fn setting / setting (&self) (key: &str) -> Option<String>;
        fn time_zone / time_zone (&self) () -> String;
    }
    sql::sql {
        fn query / query (&mut self) (text: &str, parameters: &[Value]) -> Result<Rows, SqlError>;
        fn execute / execute (&mut self) (text: &str, parameters: &[Value]) -> Result<u64, SqlError>;
        fn batch / batch (&mut self) (statements: &[Statement]) -> Result<Vec<Rows>, SqlError>;
        fn next_id / next_id (&mut self) (series: &str) -> Result<i64, SqlError>;
    }
    reply::reply {
        fn reply_private / private (&mut self) (message: &str, options: &str) -> Result<(), ReplyError>;
        fn reply_public / public (&mut self) (message: &str, options: &str) -> Result<(), ReplyError>;
        fn reply_update / update (&mut self) (message: &str, options: &str) -> Result<(), ReplyError>;
        fn reply_modal / modal (&mut self) (modal: &str, options: &str) -> Result<(), ReplyError>;
        fn reply_choices / choices (&mut self) (choices: &str) -> Result<(), ReplyError>;
        fn reply_nothing / nothing (&mut self) () -> Result<(), ReplyError>;
        fn reply_after / after (&mut self) (tags: &[String], within: u64) -> Result<(), ReplyError>;
    }
    discord::discord {
        fn send_message / send_message (&mut self) (to: &str, message: &str, name: &str, tag: &str, options: &str) -> Result<(), DiscordError>;
        fn delete_message / delete_message (&mut self) (message: &str, tag: &str, options: &str) -> Result<(), DiscordError>;
        fn thread_create / thread_create (&mut self) (on: &str, title: &str, archive_minutes: u16, name: &str, tag: &str, options: &str) -> Result<(), DiscordError>;
        fn thread_archive / thread_archive (&mut self) (thread: &str, archived: bool, tag: &str, options: &str) -> Result<(), DiscordError>;
        fn thread_lock / thread_lock (&mut self) (thread: &str, locked: bool, tag: &str, options: &str) -> Result<(), DiscordError>;
        fn thread_delete / thread_delete (&mut self) (thread: &str, tag: &str, options: &str) -> Result<(), DiscordError>;
        fn role_add / role_add (&mut self) (user: u64, role: &str, tag: &str, options: &str) -> Result<(), DiscordError>;
        fn role_remove / role_remove (&mut self) (user: u64, role: &str, tag: &str, options: &str) -> Result<(), DiscordError>;
        fn nickname / nickname (&mut self) (user: u64, nickname: Option<&str>, tag: &str, options: &str) -> Result<(), DiscordError>;
        fn timeout / timeout (&mut self) (user: u64, until: Option<i64>, tag: &str, options: &str) -> Result<(), DiscordError>;
        fn kick / kick (&mut self) (user: u64, tag: &str, options: &str) -> Result<(), DiscordError>;
        fn ban / ban (&mut self) (user: u64, delete_message_seconds: u32, tag: &str, options: &str) -> Result<(), DiscordError>;
        fn unban / unban (&mut self) (user: u64, tag: &str, options: &str) -> Result<(), DiscordError>;
        fn role_create / role_create (&mut self) (name: &str, title: &str, color: u32, mentionable: bool, tag: &str, options: &str) -> Result<(), DiscordError>;
        fn role_delete / role_delete (&mut self) (name: &str, tag: &str, options: &str) -> Result<(), DiscordError>;
        fn role_adopt / role_adopt (&mut self) (name: &str, role: u64, tag: &str, options: &str) -> Result<(), DiscordError>;
        fn role_forget / role_forget (&mut self) (name: &str, tag: &str, options: &str) -> Result<(), DiscordError>;
        fn log_line / log_line (&mut self) (to: &str, line: &str, tag: &str) -> Result<(), DiscordError>;
        fn member / member (&mut self) (user: u64) -> Result<Option<String>, DiscordError>;
        fn role / role (&mut self) (key: &str) -> Option<u64>;
        fn channel / channel (&mut self) (key: &str) -> Option<u64>;
        fn may_act_on / may_act_on (&mut self) (user: u64) -> Result<(), DiscordError>;
        fn bot_permissions / bot_permissions (&mut self) (channel: u64) -> Result<u64, DiscordError>;
        fn message_exists / message_exists (&mut self) (channel: u64, message: u64) -> Result<bool, DiscordError>;
        fn role_holders / role_holders (&mut self) (key: &str) -> Result<Vec<u64>, DiscordError>;
        fn role_info / role_info (&mut self) (role: u64) -> Result<Option<String>, DiscordError>;
        fn holders_of / holders_of (&mut self) (role: u64) -> Result<Vec<u64>, DiscordError>;
        fn bot_user / bot_user (&mut self) () -> Result<u64, DiscordError>;
        fn search_members / search_members (&mut self) (text: &str, limit: u16) -> Result<Vec<String>, DiscordError>;
    }
    panels::panels {
        fn panel_open / open (&mut self) (name: &str, place: &str, options: &str) -> Result<(), PanelError>;
        fn panel_refresh / refresh (&mut self) (name: &str) -> Result<(), PanelError>;
        fn panel_rename / rename (&mut self) (old: &str, new: &str) -> Result<(), PanelError>;
        fn panel_repost / repost (&mut self) (name: &str) -> Result<(), PanelError>;
        fn panel_close / close (&mut self) (name: &str) -> Result<(), PanelError>;
    }
    timers::timers {
        fn timer_set / set (&mut self) (name: &str, at: i64, payload: &str) -> Result<(), TimerError>;
        fn timer_cancel / cancel (&mut self) (name: &str) -> Result<(), TimerError>;
    }
    events::events {
        fn event_emit / emit (&mut self) (topic: &str, body: &str) -> Result<(), EventError>;
    }
    audit::audit {
        fn audit_write / write (&mut self) (action: &str, subject: &str, meta: &str) -> Result<(), AuditError>;
    }
    log::log {
        fn log_write / write (&mut self) (level: Level, message: &str);
    }
}
