//! Between the words of the SDK and those of the host: what the generated bindings do in a component.

use muster_runtime as host;
use muster_sdk::imports as sdk;
use muster_store as store;

pub fn value_in(value: &sdk::Value) -> store::Value {
    match value {
        sdk::Value::Null => store::Value::Null,
        sdk::Value::Boolean(flag) => store::Value::Boolean(*flag),
        sdk::Value::Integer(number) => store::Value::Integer(*number),
        sdk::Value::Real(number) => store::Value::Real(*number),
        sdk::Value::Text(text) => store::Value::Text(text.clone()),
    }
}

fn value_out(value: store::Value) -> sdk::Value {
    match value {
        store::Value::Null => sdk::Value::Null,
        store::Value::Boolean(flag) => sdk::Value::Boolean(flag),
        store::Value::Integer(number) => sdk::Value::Integer(number),
        store::Value::Real(number) => sdk::Value::Real(number),
        store::Value::Text(text) => sdk::Value::Text(text),
    }
}

pub fn values_in(values: &[sdk::Value]) -> Vec<store::Value> {
    values.iter().map(value_in).collect()
}

pub fn rows_out(rows: store::Rows) -> sdk::Rows {
    let row = |row: Vec<store::Value>| row.into_iter().map(value_out).collect();
    sdk::Rows {
        columns: rows.columns,
        rows: rows.rows.into_iter().map(row).collect(),
    }
}

pub fn statement_in(statement: &sdk::Statement) -> host::Statement {
    host::Statement {
        text: statement.text.clone(),
        parameters: values_in(&statement.parameters),
    }
}

pub fn sql_error(error: host::StatementError) -> sdk::SqlError {
    use store::SqlError as Given;
    let error = match error {
        host::StatementError::Limit(which) => return sdk::SqlError::Limit(which),
        host::StatementError::Sql(error) => error,
    };
    match error {
        Given::Refused(why) => sdk::SqlError::Refused(why),
        Given::Unique(name) => sdk::SqlError::Unique(name),
        Given::ForeignKey(name) => sdk::SqlError::ForeignKey(name),
        Given::Check(name) => sdk::SqlError::Check(name),
        Given::NotNull(name) => sdk::SqlError::NotNull(name),
        Given::Overflow => sdk::SqlError::Overflow,
        Given::Timeout => sdk::SqlError::Timeout,
        Given::TooMuch(which) => sdk::SqlError::Limit(which),
        Given::ReadOnly => sdk::SqlError::ReadOnly,
        Given::Internal(_) => sdk::SqlError::Other("the database failed".into()),
    }
}

pub fn reply_error(error: host::ReplyError) -> sdk::ReplyError {
    match error {
        host::ReplyError::Invalid(why) => sdk::ReplyError::Invalid(why),
        host::ReplyError::NotPossible(why) => sdk::ReplyError::NotPossible(why),
    }
}

pub fn discord_error(error: host::DiscordError) -> sdk::DiscordError {
    use host::DiscordError as Given;
    match error {
        Given::NotFound(what) => sdk::DiscordError::NotFound(what),
        Given::Denied(why) => sdk::DiscordError::Denied(why),
        Given::BotLacks(what) => sdk::DiscordError::BotLacks(what),
        Given::Invalid(why) => sdk::DiscordError::Invalid(why),
        Given::Limit(which) => sdk::DiscordError::Limit(which),
        Given::Unavailable(why) => sdk::DiscordError::Unavailable(why),
    }
}

pub fn panel_error(error: host::PanelError) -> sdk::PanelError {
    match error {
        host::PanelError::BadPlace(why) => sdk::PanelError::BadPlace(why),
        host::PanelError::BadName(why) => sdk::PanelError::BadName(why),
        host::PanelError::Limit(which) => sdk::PanelError::Limit(which),
        host::PanelError::Other(why) => sdk::PanelError::Other(why),
    }
}

pub fn timer_error(error: host::TimerError) -> sdk::TimerError {
    match error {
        host::TimerError::BadName(why) => sdk::TimerError::BadName(why),
        host::TimerError::Limit(which) => sdk::TimerError::Limit(which),
        host::TimerError::Other(why) => sdk::TimerError::Other(why),
    }
}

pub fn event_error(error: host::EventError) -> sdk::EventError {
    match error {
        host::EventError::NotDeclared(why) => sdk::EventError::NotDeclared(why),
        host::EventError::Invalid(why) => sdk::EventError::Invalid(why),
        host::EventError::Limit(which) => sdk::EventError::Limit(which),
        host::EventError::Other(why) => sdk::EventError::Other(why),
    }
}

pub fn audit_error(error: host::AuditError) -> sdk::AuditError {
    match error {
        host::AuditError::Invalid(why) => sdk::AuditError::Invalid(why),
        host::AuditError::Limit(which) => sdk::AuditError::Limit(which),
        host::AuditError::Other(why) => sdk::AuditError::Other(why),
    }
}

pub fn level(level: sdk::Level) -> host::LogLevel {
    match level {
        sdk::Level::Debug => host::LogLevel::Debug,
        sdk::Level::Info => host::LogLevel::Info,
        sdk::Level::Warn => host::LogLevel::Warn,
        sdk::Level::Error => host::LogLevel::Error,
    }
}

pub fn failure(failure: muster_sdk::Failure) -> host::Failure {
    match failure {
        muster_sdk::Failure::Member(text) => host::Failure::Member(text),
        muster_sdk::Failure::Owner(text) => host::Failure::Owner(text),
        muster_sdk::Failure::Internal(text) => host::Failure::Internal(text),
    }
}
