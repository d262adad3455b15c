//! Every import of a plugin is one method of [`CallState`]; here they only meet.

use muster_core::clock::Timestamp;
use muster_store::{Rows, SqlError, Value};

use super::wit;
use crate::guest::Guest;
use crate::lookup::Lookup;
use crate::state::{
    AuditError, CallState, DiscordError, EventError, LogLevel, PanelError, ReplyError, Statement,
    StatementError, TimerError,
};

type Trappable<T> = wasmtime::Result<T>;

/// A plugin that describes itself used an import.
#[derive(Debug, thiserror::Error)]
#[error("`describe` may not call any import: it only says who the plugin is")]
struct NotWhileDescribing;

impl Guest {
    fn call(&mut self) -> Trappable<&mut CallState> {
        self.state
            .as_mut()
            .ok_or_else(|| wasmtime::Error::new(NotWhileDescribing))
    }
}

/// A look-up that must be asked of Discord ends the call; the rest is for the plugin.
fn looked<T, E, F: From<E>>(result: Result<Result<T, E>, Lookup>) -> Trappable<Result<T, F>> {
    match result {
        Ok(answer) => Ok(answer.map_err(F::from)),
        Err(lookup) => Err(wasmtime::Error::new(lookup)),
    }
}

fn told<T, E, F: From<E>>(result: Result<T, E>) -> Trappable<Result<T, F>> {
    Ok(result.map_err(F::from))
}

impl wit::context::context::Host for Guest {
    fn guild_id(&mut self) -> Trappable<u64> {
        Ok(self.call()?.guild_id())
    }
    fn channel_id(&mut self) -> Trappable<Option<u64>> {
        Ok(self.call()?.channel_id())
    }
    fn user_id(&mut self) -> Trappable<Option<u64>> {
        Ok(self.call()?.user_id())
    }
    fn display_name(&mut self) -> Trappable<String> {
        Ok(self.call()?.display_name().to_owned())
    }
    fn member_roles(&mut self) -> Trappable<Vec<u64>> {
        Ok(self.call()?.member_roles())
    }
    fn internal_roles(&mut self) -> Trappable<Vec<String>> {
        Ok(self.call()?.internal_roles())
    }
    fn ranks_at_least(&mut self, rank: String) -> Trappable<bool> {
        Ok(self.call()?.ranks_at_least(&rank))
    }
    fn permissions(&mut self) -> Trappable<u64> {
        Ok(self.call()?.permissions())
    }
    fn locale(&mut self) -> Trappable<String> {
        Ok(self.call()?.locale().to_owned())
    }
    fn now(&mut self) -> Trappable<i64> {
        Ok(self.call()?.now().as_ms())
    }
    fn pressed_message(&mut self) -> Trappable<Option<u64>> {
        Ok(self.call()?.pressed_message())
    }
    fn pressed_panel(&mut self) -> Trappable<Option<String>> {
        Ok(self.call()?.pressed_panel().map(str::to_owned))
    }
    fn panel_opened_by(&mut self) -> Trappable<Option<u64>> {
        Ok(self.call()?.panel_opened_by())
    }
    fn attachments(&mut self) -> Trappable<String> {
        Ok(self.call()?.attachments())
    }
    fn time_zone(&mut self) -> Trappable<String> {
        Ok(self.call()?.time_zone())
    }
    fn setting(&mut self, key: String) -> Trappable<Option<String>> {
        Ok(self.call()?.setting(&key))
    }
}

impl wit::sql::sql::Host for Guest {
    async fn query(
        &mut self,
        text: String,
        parameters: Vec<wit::sql::sql::Value>,
    ) -> Trappable<Result<wit::sql::sql::Rows, wit::sql::sql::SqlError>> {
        let result = self.call()?.sql_query(&text, &values(parameters)).await;
        told(result.map(wit::sql::sql::Rows::from))
    }
    async fn execute(
        &mut self,
        text: String,
        parameters: Vec<wit::sql::sql::Value>,
    ) -> Trappable<Result<u64, wit::sql::sql::SqlError>> {
        told(self.call()?.sql_execute(&text, &values(parameters)).await)
    }
    async fn batch(
        &mut self,
        statements: Vec<wit::sql::sql::Statement>,
    ) -> Trappable<Result<Vec<wit::sql::sql::Rows>, wit::sql::sql::SqlError>> {
        let statements: Vec<Statement> = statements
            .into_iter()
            .map(|given| Statement {
                text: given.text,
                parameters: values(given.parameters),
            })
            .collect();
        let result = self.call()?.sql_batch(&statements).await;
        told(result.map(|all| all.into_iter().map(Into::into).collect()))
    }
    async fn next_id(&mut self, series: String) -> Trappable<Result<i64, wit::sql::sql::SqlError>> {
        told(self.call()?.sql_next_id(&series).await)
    }
}

fn values(given: Vec<wit::sql::sql::Value>) -> Vec<Value> {
    given.into_iter().map(Value::from).collect()
}

impl From<Rows> for wit::sql::sql::Rows {
    fn from(rows: Rows) -> Self {
        let row = |row: Vec<Value>| row.into_iter().map(Into::into).collect();
        Self {
            columns: rows.columns,
            rows: rows.rows.into_iter().map(row).collect(),
        }
    }
}

impl From<StatementError> for wit::sql::sql::SqlError {
    fn from(error: StatementError) -> Self {
        let error = match error {
            StatementError::Limit(which) => return Self::Limit(which),
            StatementError::Sql(error) => error,
        };
        match error {
            SqlError::Refused(why) => Self::Refused(why),
            SqlError::Unique(name) => Self::Unique(name),
            SqlError::ForeignKey(name) => Self::ForeignKey(name),
            SqlError::Check(name) => Self::Check(name),
            SqlError::NotNull(name) => Self::NotNull(name),
            SqlError::Overflow => Self::Overflow,
            SqlError::Timeout => Self::Timeout,
            SqlError::TooMuch(which) => Self::Limit(which),
            SqlError::ReadOnly => Self::ReadOnly,
            // What the database itself said is for the operator.
            SqlError::Internal(_) => Self::Other("the database failed".into()),
        }
    }
}

type Reply = Trappable<Result<(), wit::reply::reply::ReplyError>>;

impl wit::reply::reply::Host for Guest {
    fn private(&mut self, message: String, options: String) -> Reply {
        told(self.call()?.reply_private(&message, &options))
    }
    fn public(&mut self, message: String, options: String) -> Reply {
        told(self.call()?.reply_public(&message, &options))
    }
    fn update(&mut self, message: String, options: String) -> Reply {
        told(self.call()?.reply_update(&message, &options))
    }
    fn modal(&mut self, modal: String, options: String) -> Reply {
        told(self.call()?.reply_modal(&modal, &options))
    }
    fn choices(&mut self, choices: String) -> Reply {
        told(self.call()?.reply_choices(&choices))
    }
    fn nothing(&mut self) -> Reply {
        told(self.call()?.reply_nothing())
    }
    fn after(&mut self, tags: Vec<String>, within: u64) -> Reply {
        told(self.call()?.reply_after(tags, within))
    }
}

impl From<ReplyError> for wit::reply::reply::ReplyError {
    fn from(error: ReplyError) -> Self {
        match error {
            ReplyError::Invalid(why) => Self::Invalid(why),
            ReplyError::NotPossible(why) => Self::NotPossible(why),
        }
    }
}

type Queued = Trappable<Result<(), wit::discord::discord::DiscordError>>;
type Found<T> = Trappable<Result<T, wit::discord::discord::DiscordError>>;

impl wit::discord::discord::Host for Guest {
    fn send_message(
        &mut self,
        to: String,
        message: String,
        name: String,
        tag: String,
        options: String,
    ) -> Queued {
        looked(
            self.call()?
                .send_message(&to, &message, &name, &tag, &options),
        )
    }
    fn delete_message(&mut self, message: String, tag: String, options: String) -> Queued {
        told(self.call()?.delete_message(&message, &tag, &options))
    }
    fn thread_create(
        &mut self,
        on: String,
        title: String,
        archive_minutes: u16,
        name: String,
        tag: String,
        options: String,
    ) -> Queued {
        told(
            self.call()?
                .thread_create(&on, &title, archive_minutes, &name, &tag, &options),
        )
    }
    fn thread_archive(
        &mut self,
        thread: String,
        archived: bool,
        tag: String,
        options: String,
    ) -> Queued {
        told(
            self.call()?
                .thread_archive(&thread, archived, &tag, &options),
        )
    }
    fn thread_lock(
        &mut self,
        thread: String,
        locked: bool,
        tag: String,
        options: String,
    ) -> Queued {
        told(self.call()?.thread_lock(&thread, locked, &tag, &options))
    }
    fn thread_delete(&mut self, thread: String, tag: String, options: String) -> Queued {
        told(self.call()?.thread_delete(&thread, &tag, &options))
    }
    fn role_add(&mut self, user: u64, role: String, tag: String, options: String) -> Queued {
        looked(self.call()?.role_add(user, &role, &tag, &options))
    }
    fn role_remove(&mut self, user: u64, role: String, tag: String, options: String) -> Queued {
        looked(self.call()?.role_remove(user, &role, &tag, &options))
    }
    fn nickname(
        &mut self,
        user: u64,
        nickname: Option<String>,
        tag: String,
        options: String,
    ) -> Queued {
        looked(
            self.call()?
                .nickname(user, nickname.as_deref(), &tag, &options),
        )
    }
    fn timeout(&mut self, user: u64, until: Option<i64>, tag: String, options: String) -> Queued {
        looked(
            self.call()?
                .timeout(user, until.map(Timestamp::from_ms), &tag, &options),
        )
    }
    fn kick(&mut self, user: u64, tag: String, options: String) -> Queued {
        looked(self.call()?.kick(user, &tag, &options))
    }
    fn ban(
        &mut self,
        user: u64,
        delete_message_seconds: u32,
        tag: String,
        options: String,
    ) -> Queued {
        looked(
            self.call()?
                .ban(user, delete_message_seconds, &tag, &options),
        )
    }
    fn unban(&mut self, user: u64, tag: String, options: String) -> Queued {
        looked(self.call()?.unban(user, &tag, &options))
    }
    fn role_create(
        &mut self,
        name: String,
        title: String,
        color: u32,
        mentionable: bool,
        tag: String,
        options: String,
    ) -> Queued {
        told(
            self.call()?
                .role_create(&name, &title, color, mentionable, &tag, &options),
        )
    }
    fn role_delete(&mut self, name: String, tag: String, options: String) -> Queued {
        told(self.call()?.role_delete(&name, &tag, &options))
    }
    fn role_adopt(&mut self, name: String, role: u64, tag: String, options: String) -> Queued {
        told(self.call()?.role_adopt(&name, role, &tag, &options))
    }
    fn role_forget(&mut self, name: String, tag: String, options: String) -> Queued {
        told(self.call()?.role_forget(&name, &tag, &options))
    }
    fn log_line(&mut self, to: String, line: String, tag: String) -> Queued {
        looked(self.call()?.log_line(&to, &line, &tag))
    }
    fn member(&mut self, user: u64) -> Found<Option<String>> {
        looked(self.call()?.member(user))
    }
    fn role(&mut self, key: String) -> Trappable<Option<u64>> {
        Ok(self.call()?.role(&key))
    }
    fn channel(&mut self, key: String) -> Trappable<Option<u64>> {
        Ok(self.call()?.channel(&key))
    }
    fn may_act_on(&mut self, user: u64) -> Queued {
        looked(self.call()?.may_act_on(user))
    }
    fn bot_permissions(&mut self, channel: u64) -> Found<u64> {
        told(self.call()?.bot_permissions(channel))
    }
    fn message_exists(&mut self, channel: u64, message: u64) -> Found<bool> {
        looked(self.call()?.message_exists(channel, message))
    }
    fn role_holders(&mut self, key: String) -> Found<Vec<u64>> {
        looked(self.call()?.role_holders(&key))
    }
    fn role_info(&mut self, role: u64) -> Found<Option<String>> {
        told(self.call()?.role_info(role))
    }
    fn holders_of(&mut self, role: u64) -> Found<Vec<u64>> {
        looked(self.call()?.holders_of(role))
    }
    fn bot_user(&mut self) -> Found<u64> {
        told(self.call()?.bot_user())
    }
    fn search_members(&mut self, text: String, limit: u16) -> Found<Vec<String>> {
        looked(self.call()?.search_members(&text, limit))
    }
}

impl From<DiscordError> for wit::discord::discord::DiscordError {
    fn from(error: DiscordError) -> Self {
        match error {
            DiscordError::NotFound(what) => Self::NotFound(what),
            DiscordError::Denied(why) => Self::Denied(why),
            DiscordError::BotLacks(what) => Self::BotLacks(what),
            DiscordError::Invalid(why) => Self::Invalid(why),
            DiscordError::Limit(which) => Self::Limit(which),
            DiscordError::Unavailable(why) => Self::Unavailable(why),
        }
    }
}

type Changed = Trappable<Result<(), wit::panels::panels::PanelError>>;

impl wit::panels::panels::Host for Guest {
    fn open(&mut self, name: String, place: String, options: String) -> Changed {
        looked(self.call()?.open_panel(&name, &place, &options))
    }
    fn refresh(&mut self, name: String) -> Changed {
        told(self.call()?.refresh_panel(&name))
    }
    fn rename(&mut self, old: String, new: String) -> Changed {
        told(self.call()?.rename_panel(&old, &new))
    }
    fn repost(&mut self, name: String) -> Changed {
        told(self.call()?.repost_panel(&name))
    }
    fn close(&mut self, name: String) -> Changed {
        told(self.call()?.close_panel(&name))
    }
}

impl From<PanelError> for wit::panels::panels::PanelError {
    fn from(error: PanelError) -> Self {
        match error {
            PanelError::BadPlace(why) => Self::BadPlace(why),
            PanelError::BadName(why) => Self::BadName(why),
            PanelError::Limit(which) => Self::Limit(which),
            PanelError::Other(why) => Self::Other(why),
        }
    }
}

impl wit::timers::timers::Host for Guest {
    fn set(
        &mut self,
        name: String,
        at: i64,
        payload: String,
    ) -> Trappable<Result<(), wit::timers::timers::TimerError>> {
        told(
            self.call()?
                .set_timer(&name, Timestamp::from_ms(at), &payload),
        )
    }
    fn cancel(&mut self, name: String) -> Trappable<Result<(), wit::timers::timers::TimerError>> {
        told(self.call()?.cancel_timer(&name))
    }
}

impl From<TimerError> for wit::timers::timers::TimerError {
    fn from(error: TimerError) -> Self {
        match error {
            TimerError::BadName(why) => Self::BadName(why),
            TimerError::Limit(which) => Self::Limit(which),
            TimerError::Other(why) => Self::Other(why),
        }
    }
}

impl wit::events::events::Host for Guest {
    fn emit(
        &mut self,
        topic: String,
        body: String,
    ) -> Trappable<Result<(), wit::events::events::EventError>> {
        told(self.call()?.emit(&topic, &body))
    }
}

impl From<EventError> for wit::events::events::EventError {
    fn from(error: EventError) -> Self {
        match error {
            EventError::NotDeclared(why) => Self::NotDeclared(why),
            EventError::Invalid(why) => Self::Invalid(why),
            EventError::Limit(which) => Self::Limit(which),
            EventError::Other(why) => Self::Other(why),
        }
    }
}

impl wit::audit::audit::Host for Guest {
    fn write(
        &mut self,
        action: String,
        subject: String,
        meta: String,
    ) -> Trappable<Result<(), wit::audit::audit::AuditError>> {
        told(self.call()?.audit(&action, &subject, &meta))
    }
}

impl From<AuditError> for wit::audit::audit::AuditError {
    fn from(error: AuditError) -> Self {
        match error {
            AuditError::Invalid(why) => Self::Invalid(why),
            AuditError::Limit(which) => Self::Limit(which),
            AuditError::Other(why) => Self::Other(why),
        }
    }
}

impl wit::log::log::Host for Guest {
    fn write(&mut self, level: wit::log::log::Level, message: String) -> Trappable<()> {
        use wit::log::log::Level;
        let level = match level {
            Level::Debug => LogLevel::Debug,
            Level::Info => LogLevel::Info,
            Level::Warn => LogLevel::Warn,
            Level::Error => LogLevel::Error,
        };
        self.call()?.log(level, &message);
        Ok(())
    }
}
