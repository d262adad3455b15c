//! Where something goes, and how an effect is marked.

use std::fmt;

use serde::Serialize;

use crate::ids::{ChannelId, MessageId, RoleId, UserId};

/// A channel, thread, message or person, as an effect names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place(String);

impl Place {
    /// A channel or thread of this guild.
    pub fn channel(id: ChannelId) -> Self {
        Self(format!("channel:{id}"))
    }

    /// The channel that the guild mapped to a channel key of the manifest.
    pub fn key(key: &str) -> Self {
        Self(format!("key:{key}"))
    }

    /// The direct messages of a member.
    pub fn dm(user: UserId) -> Self {
        Self(format!("dm:{user}"))
    }

    /// What this plugin sent or created under a name of its own.
    pub fn named(name: impl fmt::Display) -> Self {
        Self(format!("name:{name}"))
    }

    /// The message of a panel of this plugin.
    pub fn panel(name: impl fmt::Display) -> Self {
        Self(format!("panel:{name}"))
    }

    /// A message of this guild.
    pub fn message(channel: ChannelId, message: MessageId) -> Self {
        Self(format!("message:{channel}/{message}"))
    }

    /// For panels: the answer to this interaction, seen by the acting member only, live for 15 minutes
    /// after the last press on it.
    pub fn private_answer() -> Self {
        Self("answer".into())
    }

    /// As it crosses to the host.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<ChannelId> for Place {
    fn from(id: ChannelId) -> Self {
        Self::channel(id)
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A role, as an effect names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoleRef(String);

impl RoleRef {
    /// The role that the guild mapped to a role key which the manifest `grants`.
    pub fn key(key: &str) -> Self {
        Self(format!("key:{key}"))
    }

    /// A role that this plugin created under a name of its own.
    pub fn named(name: impl fmt::Display) -> Self {
        Self(format!("name:{name}"))
    }

    /// As it crosses to the host.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<RoleId> for RoleRef {
    fn from(id: RoleId) -> Self {
        Self(format!("role:{id}"))
    }
}

/// What is said about an effect besides what it does: nothing (`()`), a tag (`"nick"`), or both tag and
/// reason.
///
/// ```
/// # use muster_sdk::{Ctx, Handled, Mark, ids::UserId};
/// # fn handle(ctx: &mut Ctx, user: UserId) -> Handled {
/// ctx.kick(user, ())?;
/// ctx.kick(user, "kick")?;
/// ctx.kick(user, Mark::tag("kick").reason("Third warning"))?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mark {
    tag: String,
    reason: Option<String>,
}

#[derive(Serialize)]
struct Reason<'a> {
    reason: &'a str,
}

impl Mark {
    /// How [`Ctx::reply_after`](crate::Ctx::reply_after) and the outcome call the effect.
    pub fn tag(tag: impl Into<String>) -> Self {
        Self {
            tag: tag.into(),
            reason: None,
        }
    }

    /// What stands in Discord's audit log; up to 512 characters.
    #[must_use]
    pub fn reason(mut self, reason: impl Into<String>) -> Self {
        self.reason = Some(reason.into());
        self
    }

    pub(crate) fn as_tag(&self) -> &str {
        &self.tag
    }

    pub(crate) fn options(&self) -> String {
        match &self.reason {
            Some(reason) => crate::ctx::json(&Reason { reason }),
            None => String::new(),
        }
    }
}

impl From<()> for Mark {
    fn from((): ()) -> Self {
        Self::default()
    }
}

impl From<&str> for Mark {
    fn from(tag: &str) -> Self {
        Self::tag(tag)
    }
}
