//! What is done on Discord after the commit, and what can be looked up before.

mod lookup;
mod new;

pub use new::{NewMessage, NewRole, NewThread};

use std::fmt::Display;

use super::Ctx;
use crate::ids::{RoleId, UserId};
use crate::imports::DiscordError;
use crate::time::Timestamp;
use crate::{Mark, Place, RoleRef};

type Queued = Result<(), DiscordError>;

/// Effects. Each is checked when it is queued; with `?`, what the acting member may not do is told to them,
/// and what the bot lacks to the guild's owner.
impl Ctx<'_> {
    /// Deletes a message of the bot.
    pub fn delete_message(&mut self, message: &Place, mark: impl Into<Mark>) -> Queued {
        let mark = mark.into();
        self.host
            .delete_message(message.as_str(), mark.as_tag(), &mark.options())
    }

    /// Archives a thread, or opens it again.
    pub fn thread_archive(
        &mut self,
        thread: &Place,
        archived: bool,
        mark: impl Into<Mark>,
    ) -> Queued {
        let mark = mark.into();
        self.host
            .thread_archive(thread.as_str(), archived, mark.as_tag(), &mark.options())
    }

    /// Locks a thread, so that only moderators may write, or unlocks it.
    pub fn thread_lock(&mut self, thread: &Place, locked: bool, mark: impl Into<Mark>) -> Queued {
        let mark = mark.into();
        self.host
            .thread_lock(thread.as_str(), locked, mark.as_tag(), &mark.options())
    }

    /// Deletes a thread that this plugin made, with all that stands in it.
    pub fn thread_delete(&mut self, name: impl Display, mark: impl Into<Mark>) -> Queued {
        let (thread, mark) = (Place::named(name), mark.into());
        self.host
            .thread_delete(thread.as_str(), mark.as_tag(), &mark.options())
    }

    /// Gives a role.
    pub fn role_add(
        &mut self,
        user: UserId,
        role: impl Into<RoleRef>,
        mark: impl Into<Mark>,
    ) -> Queued {
        let (role, mark) = (role.into(), mark.into());
        self.host
            .role_add(user.0, role.as_str(), mark.as_tag(), &mark.options())
    }

    /// Takes a role.
    pub fn role_remove(
        &mut self,
        user: UserId,
        role: impl Into<RoleRef>,
        mark: impl Into<Mark>,
    ) -> Queued {
        let (role, mark) = (role.into(), mark.into());
        self.host
            .role_remove(user.0, role.as_str(), mark.as_tag(), &mark.options())
    }

    /// Sets a nickname of 1 to 32 characters; `None` clears it.
    pub fn nickname(
        &mut self,
        user: UserId,
        nickname: Option<&str>,
        mark: impl Into<Mark>,
    ) -> Queued {
        let mark = mark.into();
        self.host
            .nickname(user.0, nickname, mark.as_tag(), &mark.options())
    }

    /// Silences a member until then, at most 28 days ahead; `None` lifts it.
    pub fn timeout(
        &mut self,
        user: UserId,
        until: Option<Timestamp>,
        mark: impl Into<Mark>,
    ) -> Queued {
        let mark = mark.into();
        let until = until.map(Timestamp::millis);
        self.host
            .timeout(user.0, until, mark.as_tag(), &mark.options())
    }

    /// Removes a member from the guild.
    pub fn kick(&mut self, user: UserId, mark: impl Into<Mark>) -> Queued {
        let mark = mark.into();
        self.host.kick(user.0, mark.as_tag(), &mark.options())
    }

    /// Bans, and deletes what they wrote in the last seconds: 0 to 604,800.
    pub fn ban(
        &mut self,
        user: UserId,
        delete_message_seconds: u32,
        mark: impl Into<Mark>,
    ) -> Queued {
        let mark = mark.into();
        self.host.ban(
            user.0,
            delete_message_seconds,
            mark.as_tag(),
            &mark.options(),
        )
    }

    /// Lifts a ban.
    pub fn unban(&mut self, user: UserId, mark: impl Into<Mark>) -> Queued {
        let mark = mark.into();
        self.host.unban(user.0, mark.as_tag(), &mark.options())
    }

    /// Deletes a role that this plugin created.
    pub fn role_delete(&mut self, name: impl Display, mark: impl Into<Mark>) -> Queued {
        let mark = mark.into();
        self.host
            .role_delete(&name.to_string(), mark.as_tag(), &mark.options())
    }

    /// Lets this plugin give and take a role of the guild from now on, as [`RoleRef::named`]. Only in a
    /// command for moderators and above, and only a role that one of its options names; the role must be
    /// mapped to no role key and carry no permission over others.
    ///
    /// # Errors
    /// With `?`, the acting member reads why not.
    pub fn role_adopt(
        &mut self,
        name: impl Display,
        role: RoleId,
        mark: impl Into<Mark>,
    ) -> Queued {
        let mark = mark.into();
        self.host
            .role_adopt(&name.to_string(), role.0, mark.as_tag(), &mark.options())
    }

    /// Gives and takes an adopted role no more. The role stays, and who holds it keeps it.
    pub fn role_forget(&mut self, name: impl Display, mark: impl Into<Mark>) -> Queued {
        let mark = mark.into();
        self.host
            .role_forget(&name.to_string(), mark.as_tag(), &mark.options())
    }

    /// A line for a log channel or thread, up to 1000 characters. Lines that wait for one place leave as
    /// one message; a channel key that is not mapped drops them silently, since logs are optional.
    pub fn log_line(&mut self, to: &Place, line: impl AsRef<str>) -> Queued {
        self.host.log_line(to.as_str(), line.as_ref(), "")
    }
}
