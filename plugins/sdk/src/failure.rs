//! How a handler says no, and to whom.

use crate::imports::ReplyError;
use crate::imports::{AuditError, DiscordError, EventError, PanelError, SqlError, TimerError};

/// What a handler returns. On an error nothing of what it wrote or queued remains.
pub type Handled = Result<(), Failure>;

/// Why a handler did not succeed, addressed to whoever can act.
///
/// ```
/// use muster_sdk::{Ctx, Failure, Handled, tell_member};
///
/// fn join(ctx: &mut Ctx, locked: bool) -> Handled {
///     if locked {
///         return Err(tell_member("The organizer has locked this run."));
///     }
///     ctx.refresh("run/42")
/// }
/// # let _: fn(&mut Ctx, bool) -> Result<(), Failure> = join;
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// For the member who acted: what happened and what to do next. Shown privately, as it is.
    Member(String),
    /// For the guild's owner: what is missing and where to set it. Shown in the guild's log channel.
    Owner(String),
    /// For whoever runs the bot: what broke. The member sees only a reference to look it up by.
    Internal(String),
}

/// The member who acted reads this sentence.
pub fn tell_member(text: impl Into<String>) -> Failure {
    Failure::Member(text.into())
}

/// The guild's owner reads this sentence.
pub fn tell_owner(text: impl Into<String>) -> Failure {
    Failure::Owner(text.into())
}

/// The operator reads this in the log: what should not have happened, with the details to find out why.
pub fn broken(text: impl Into<String>) -> Failure {
    Failure::Internal(text.into())
}

impl From<SqlError> for Failure {
    fn from(error: SqlError) -> Self {
        broken(error.to_string())
    }
}

impl From<ReplyError> for Failure {
    fn from(error: ReplyError) -> Self {
        broken(error.to_string())
    }
}

impl From<DiscordError> for Failure {
    fn from(error: DiscordError) -> Self {
        match error {
            DiscordError::Denied(sentence) => tell_member(sentence),
            DiscordError::BotLacks(sentence) => tell_owner(sentence),
            DiscordError::Unavailable(_) => {
                tell_member("Discord did not answer in time. Try again in a moment.")
            }
            error => broken(error.to_string()),
        }
    }
}

impl From<PanelError> for Failure {
    fn from(error: PanelError) -> Self {
        match error {
            PanelError::BadPlace(sentence) => tell_owner(sentence),
            error => broken(error.to_string()),
        }
    }
}

impl From<TimerError> for Failure {
    fn from(error: TimerError) -> Self {
        broken(error.to_string())
    }
}

impl From<EventError> for Failure {
    fn from(error: EventError) -> Self {
        broken(error.to_string())
    }
}

impl From<AuditError> for Failure {
    fn from(error: AuditError) -> Self {
        broken(error.to_string())
    }
}
