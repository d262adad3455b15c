//! Why an effect was not carried out: a sentence for the member who waits, and whether trying again or
//! telling the guild's owner helps.

use std::time::Duration;

use muster_core::ports::LookupError;
use muster_store::StoreError;

use crate::rest::{RestError, RestErrorKind};

/// What stands in the way.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Trouble {
    /// Trying again would not help.
    Fail {
        /// What happened and what to do, for the member.
        problem: String,
        /// What the guild's owner has to mend, named so that they are told once.
        cause: Option<String>,
    },
    /// It may succeed later.
    Later {
        problem: String,
        after: Option<Duration>,
        maybe_applied: bool,
    },
}

/// What is tried, in words.
#[derive(Debug, Clone)]
pub(super) struct Deed {
    /// `post in <#5>`.
    pub verb: String,
    /// What helps if Discord refuses.
    pub remedy: String,
    /// Under what the owner is told of a refusal: once for all that the same remedy helps.
    pub cause: String,
}

/// Discord's codes that say more than "no"
/// ([Discord Docs/Opcodes and Status Codes, "JSON"](https://discord.com/developers/docs/topics/opcodes-and-status-codes#json)).
pub(super) mod code {
    pub const UNKNOWN_CHANNEL: i64 = 10003;
    pub const UNKNOWN_GUILD: i64 = 10004;
    pub const UNKNOWN_MEMBER: i64 = 10007;
    pub const UNKNOWN_MESSAGE: i64 = 10008;
    pub const UNKNOWN_ROLE: i64 = 10011;
    pub const UNKNOWN_USER: i64 = 10013;
    pub const UNKNOWN_BAN: i64 = 10026;
    pub const ROLES_USED_UP: i64 = 30005;
    pub const THREAD_ARCHIVED: i64 = 50083;
    pub const CANNOT_DM: [i64; 2] = [50007, 50278];
    pub const THREAD_EXISTS: i64 = 160_004;
    pub const THREAD_LOCKED: i64 = 160_005;
    pub const THREADS_USED_UP: i64 = 160_006;
    pub const AUTOMOD: [i64; 2] = [200_000, 200_001];
}

impl Trouble {
    /// Something that only the member, or nobody, can do something about.
    pub fn fail(problem: impl Into<String>) -> Self {
        Self::Fail {
            problem: problem.into(),
            cause: None,
        }
    }

    /// Something that the guild's owner has to mend.
    pub fn owner(problem: impl Into<String>) -> Self {
        let problem = problem.into();
        Self::Fail {
            cause: Some(problem.clone()),
            problem,
        }
    }

    /// As [`Trouble::owner`], with a name for what is wrong: it stands behind other sentences, too.
    pub fn owner_because(cause: impl Into<String>, problem: impl Into<String>) -> Self {
        Self::Fail {
            problem: problem.into(),
            cause: Some(cause.into()),
        }
    }

    /// Something that may pass by itself.
    pub fn later(problem: impl Into<String>) -> Self {
        Self::Later {
            problem: problem.into(),
            after: None,
            maybe_applied: false,
        }
    }

    /// What Discord's refusal of a deed means.
    pub fn of(error: &RestError, deed: &Deed) -> Self {
        let Deed {
            verb,
            remedy,
            cause,
        } = deed;
        match error.kind() {
            RestErrorKind::Forbidden { code, .. } if code::CANNOT_DM.contains(code) => {
                Self::fail("They do not accept direct messages from this server.")
            }
            RestErrorKind::Forbidden { .. } => {
                Self::owner_because(cause, format!("I may not {verb}. {remedy}"))
            }
            RestErrorKind::Gone { code } => Self::gone(*code, verb),
            RestErrorKind::RateLimited { retry_after } => Self::Later {
                problem: "Discord asks the bot to slow down.".into(),
                after: Some(*retry_after),
                maybe_applied: false,
            },
            RestErrorKind::Unavailable { maybe_applied, .. } => Self::Later {
                problem: "Discord does not answer just now.".into(),
                after: None,
                maybe_applied: *maybe_applied,
            },
            RestErrorKind::Unauthorized => Self::Later {
                problem: "Discord refuses the bot's token.".into(),
                after: Some(Duration::from_secs(60)),
                maybe_applied: false,
            },
            RestErrorKind::Invalid { code, .. } => Self::invalid(*code, error, deed),
            RestErrorKind::AlreadyAnswered => Self::fail(format!("I could not {verb}.")),
        }
    }

    fn gone(code: i64, verb: &str) -> Self {
        match code {
            code::UNKNOWN_CHANNEL => Self::owner(format!(
                "I could not {verb}: the channel or thread no longer exists. If a key stands for it, map \
                 another one with `/setchannels`."
            )),
            code::UNKNOWN_ROLE => Self::owner(format!(
                "I could not {verb}: the role no longer exists. If a key stands for it, map another one \
                 with `/setroles`."
            )),
            code::UNKNOWN_MESSAGE => Self::fail("The message no longer exists."),
            code::UNKNOWN_MEMBER => Self::fail("They are not a member of this server any more."),
            code::UNKNOWN_USER => Self::fail("Discord knows no such user."),
            code::UNKNOWN_GUILD => Self::fail("The bot is not in this server any more."),
            _ => Self::fail(format!("I could not {verb}: it no longer exists.")),
        }
    }

    fn invalid(code: i64, error: &RestError, deed: &Deed) -> Self {
        let Deed { verb, .. } = deed;
        match code {
            code::THREAD_LOCKED => Self::owner(format!(
                "I could not {verb}: the thread is locked, and only those with Manage Threads may write there."
            )),
            code::ROLES_USED_UP => Self::owner(format!(
                "I could not {verb}: this server has as many roles as Discord allows. Delete some."
            )),
            code::THREADS_USED_UP => Self::owner(format!(
                "I could not {verb}: this server has as many open threads as Discord allows. Archive some."
            )),
            code if code::AUTOMOD.contains(&code) => {
                Self::fail("This server's AutoMod does not allow that text.")
            }
            code if code::CANNOT_DM.contains(&code) => {
                Self::fail("They do not accept direct messages from this server.")
            }
            _ => {
                tracing::error!(blame = "plugin", %error, "Discord refuses what a plugin asked for");
                Self::fail(format!("I could not {verb}: Discord refuses it as it is."))
            }
        }
    }
}

impl From<StoreError> for Trouble {
    fn from(error: StoreError) -> Self {
        tracing::error!(%error, "the outbox could not use the database");
        Self::Later {
            problem: "Something broke on our side.".into(),
            after: None,
            maybe_applied: true,
        }
    }
}

impl From<LookupError> for Trouble {
    fn from(error: LookupError) -> Self {
        match error {
            LookupError::Unavailable(_) => Self::later("Discord does not answer just now."),
            LookupError::Denied(why) => Self::owner(why),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn trouble(kind: RestErrorKind) -> Trouble {
        let deed = Deed {
            verb: "post in <#5>".into(),
            remedy: "Allow it.".into(),
            cause: "<#5>".into(),
        };
        Trouble::of(
            &RestError {
                route: "create message",
                kind,
            },
            &deed,
        )
    }

    #[test]
    fn what_the_owner_can_mend_is_told_to_them_and_to_the_member() {
        let missing = RestErrorKind::Forbidden {
            code: 50013,
            message: "Missing Permissions".into(),
        };
        let problem = "I may not post in <#5>. Allow it.".to_owned();
        assert_eq!(
            trouble(missing),
            Trouble::Fail {
                problem,
                cause: Some("<#5>".into())
            }
        );
    }

    #[test]
    fn closed_direct_messages_are_nobodys_to_mend() {
        let closed = RestErrorKind::Forbidden {
            code: 50007,
            message: "Cannot send".into(),
        };
        assert!(matches!(trouble(closed), Trouble::Fail { cause: None, .. }));
    }

    #[test]
    fn only_what_may_pass_is_tried_again() {
        let slow = RestErrorKind::RateLimited {
            retry_after: Duration::from_secs(7),
        };
        assert!(
            matches!(trouble(slow), Trouble::Later { after: Some(wait), .. } if wait.as_secs() == 7)
        );
        for code in [10003, 10008, 10011] {
            assert!(matches!(
                trouble(RestErrorKind::Gone { code }),
                Trouble::Fail { .. }
            ));
        }
        let odd = RestErrorKind::Invalid {
            code: 50035,
            details: Vec::new(),
        };
        assert!(matches!(trouble(odd), Trouble::Fail { cause: None, .. }));
    }
}
