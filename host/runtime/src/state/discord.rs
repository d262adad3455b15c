//! `muster:discord`: effects, checked now and carried out after the commit, and look-ups.

use std::time::Duration;

use muster_core::address::Address;
use muster_core::clock::Timestamp;
use muster_core::effect::{Action, Effect, File, FileContent, RoleRef};
use muster_core::ids::{ChannelId, MessageId, UserId};
use muster_core::interaction::Member;
use muster_core::permissions::Permissions;
use serde_json::json;

use super::json::{check_length, check_name, options};
use super::members::{Needed, unavailable};
use super::places::Stop;
use super::{CallState, Looked, READ_ONLY};

/// Why an effect was not queued or a look-up not answered.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.sentence())]
pub enum DiscordError {
    /// The place, role, member or name is not known in this guild.
    NotFound(String),
    /// The plugin or the acting member may not do this.
    Denied(String),
    /// The bot lacks a permission or stands too low.
    BotLacks(String),
    /// A text, number or message breaks a limit.
    Invalid(String),
    /// A budget of this call is used up.
    Limit(String),
    /// Discord could not be asked in time.
    Unavailable(String),
}

impl DiscordError {
    fn sentence(&self) -> &str {
        match self {
            Self::NotFound(text)
            | Self::Denied(text)
            | Self::BotLacks(text)
            | Self::Invalid(text)
            | Self::Limit(text)
            | Self::Unavailable(text) => text,
        }
    }
}

/// Discord's limits ([Discord Docs/Message](https://discord.com/developers/docs/resources/message#create-message),
/// [Discord Docs/Guild](https://discord.com/developers/docs/resources/guild)).
const MAX_FILES: usize = 10;
const MAX_TIMEOUT: Duration = Duration::from_secs(28 * 24 * 3600);
const MAX_DELETE_SECONDS: u32 = 604_800;
const ARCHIVE_MINUTES: [u16; 4] = [60, 1440, 4320, 10_080];
const MAX_REASON: usize = 512;
/// Lines that wait for one place leave as one message, so a line is shorter than a message.
const MAX_LOG_LINE: usize = 1000;

#[derive(Default, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Reason {
    reason: Option<String>,
}

#[derive(Default, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
struct SendOptions {
    reason: Option<String>,
    files: Vec<GivenFile>,
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct GivenFile {
    name: String,
    text: Option<String>,
    received: Option<String>,
}

pub(super) type Queued = Result<(), DiscordError>;

pub(super) fn invalid(problem: String) -> DiscordError {
    DiscordError::Invalid(problem)
}

fn look<T>(result: Result<T, Stop>) -> Looked<T> {
    match result {
        Ok(found) => Ok(Ok(found)),
        Err(Stop::Told(error)) => Ok(Err(error)),
        Err(Stop::Ask(lookup)) => Err(lookup),
    }
}

fn user_id(raw: u64) -> Result<UserId, DiscordError> {
    UserId::new(raw).ok_or_else(|| invalid("0 is no user's id".into()))
}

/// Reads `key:suspended`, `name:helper/42` or `role:123`.
fn role_ref(text: &str) -> Result<RoleRef, DiscordError> {
    let refuse = || {
        let start: String = text.chars().take(60).collect();
        invalid(format!(
            "`{start}` is no role; use `key:<role key>`, `name:<your name>` or `role:<id>`"
        ))
    };
    let (kind, rest) = text.split_once(':').ok_or_else(refuse)?;
    check_name(rest).map_err(|_| refuse())?;
    match kind {
        "key" => Ok(RoleRef::Key(rest.into())),
        "name" => Ok(RoleRef::Name(rest.into())),
        "role" => rest.parse().map(RoleRef::Id).map_err(|_| refuse()),
        _ => Err(refuse()),
    }
}

// Every method is one function of the contract; see `wit/discord/discord.wit` for what it promises.
#[expect(
    clippy::missing_errors_doc,
    reason = "every error is one for the plugin to react to; an outer `Lookup` ends the call"
)]
impl CallState {
    /// Posts a message.
    pub fn send_message(
        &mut self,
        to: &str,
        message: &str,
        name: &str,
        tag: &str,
        options_json: &str,
    ) -> Looked<()> {
        look(self.try_send_message(to, message, name, tag, options_json))
    }

    fn try_send_message(
        &mut self,
        to: &str,
        message: &str,
        name: &str,
        tag: &str,
        options_json: &str,
    ) -> Result<(), Stop> {
        self.may_act()?;
        self.check_size("options", options_json).map_err(invalid)?;
        let options: SendOptions = options(options_json).map_err(invalid)?;
        let to = self.address(to)?;
        match self.check_posting(&to) {
            // Whether somebody is a member is asked when it is sent: a call may write to more people than
            // it may ask about.
            Err(Stop::Ask(_)) => {}
            checked => checked?,
        }
        let bytes = message.len() + options_json.len();
        let message = self.checked_message(message).map_err(invalid)?;
        if !name.is_empty() {
            check_name(name).map_err(invalid)?;
        }
        let files = self.files(options.files)?;
        let name = (!name.is_empty()).then(|| name.to_owned());
        let action = Action::SendMessage {
            to,
            message,
            name,
            files,
        };
        Ok(self.queue(action, tag, options.reason, bytes)?)
    }

    /// Deletes a message of the bot.
    pub fn delete_message(&mut self, message: &str, tag: &str, options: &str) -> Queued {
        self.may_act()?;
        let message = self.address(message)?;
        self.check_message_address(&message)?;
        self.queue_with(Action::DeleteMessage { message }, tag, options)
    }

    /// Opens a thread on a message or in a channel.
    pub fn thread_create(
        &mut self,
        on: &str,
        title: &str,
        archive_minutes: u16,
        name: &str,
        tag: &str,
        options: &str,
    ) -> Queued {
        self.may_act()?;
        let on = self.address(on)?;
        self.check_thread_parent(&on)?;
        check_length("title", title, 1, 100).map_err(invalid)?;
        check_name(name).map_err(invalid)?;
        if !ARCHIVE_MINUTES.contains(&archive_minutes) {
            let problem =
                format!("archive_minutes is {archive_minutes}, not 60, 1440, 4320 or 10080");
            return Err(invalid(problem));
        }
        let (title, name) = (title.to_owned(), name.to_owned());
        let action = Action::ThreadCreate {
            on,
            title,
            archive_minutes,
            name,
        };
        self.queue_with(action, tag, options)
    }

    /// Archives a thread, or opens it again.
    pub fn thread_archive(
        &mut self,
        thread: &str,
        archived: bool,
        tag: &str,
        options: &str,
    ) -> Queued {
        self.edit_thread(thread, Some(archived), None, tag, options)
    }

    /// Locks a thread, or unlocks it.
    pub fn thread_lock(&mut self, thread: &str, locked: bool, tag: &str, options: &str) -> Queued {
        self.edit_thread(thread, None, Some(locked), tag, options)
    }

    /// Deletes a thread that the plugin made.
    pub fn thread_delete(&mut self, thread: &str, tag: &str, options: &str) -> Queued {
        self.may_act()?;
        let Address::Name(name) = self.address(thread)? else {
            return Err(invalid(format!(
                "`{thread}` is no thread of yours; use `name:<your name>`"
            )));
        };
        self.queue_with(Action::ThreadDelete { name }, tag, options)
    }

    fn edit_thread(
        &mut self,
        thread: &str,
        archived: Option<bool>,
        locked: Option<bool>,
        tag: &str,
        options: &str,
    ) -> Queued {
        self.may_act()?;
        let thread = self.address(thread)?;
        self.check_thread_address(&thread)?;
        self.queue_with(
            Action::ThreadEdit {
                thread,
                archived,
                locked,
            },
            tag,
            options,
        )
    }

    /// Gives a role.
    pub fn role_add(&mut self, user: u64, role: &str, tag: &str, options: &str) -> Looked<()> {
        look(self.change_role(user, role, true, tag, options))
    }

    /// Takes a role.
    pub fn role_remove(&mut self, user: u64, role: &str, tag: &str, options: &str) -> Looked<()> {
        look(self.change_role(user, role, false, tag, options))
    }

    fn change_role(
        &mut self,
        user: u64,
        role: &str,
        give: bool,
        tag: &str,
        options: &str,
    ) -> Result<(), Stop> {
        self.may_act()?;
        let (user, role) = (user_id(user)?, role_ref(role)?);
        self.check_member_role(user, &role)?;
        Ok(self.queue_with(Action::MemberRole { user, role, give }, tag, options)?)
    }

    /// Sets a nickname; `None` clears it.
    pub fn nickname(
        &mut self,
        user: u64,
        nickname: Option<&str>,
        tag: &str,
        options: &str,
    ) -> Looked<()> {
        let nickname = nickname.map(str::to_owned);
        if let Some(name) = &nickname
            && let Err(problem) = check_length("nickname", name, 1, 32)
        {
            return Ok(Err(invalid(problem)));
        }
        let action = |user| Action::Nickname { user, nickname };
        look(self.act_on(user, &Needed::NICKNAME, action, tag, options))
    }

    /// Silences a member until then; `None` lifts it.
    pub fn timeout(
        &mut self,
        user: u64,
        until: Option<Timestamp>,
        tag: &str,
        options: &str,
    ) -> Looked<()> {
        let now = self.scene.now;
        if until.is_some_and(|until| until <= now || until > now.plus(MAX_TIMEOUT)) {
            return Ok(Err(invalid(
                "a timeout ends in the future, at most 28 days ahead".into(),
            )));
        }
        let action = |user| Action::Timeout { user, until };
        look(self.act_on(user, &Needed::TIMEOUT, action, tag, options))
    }

    /// Removes a member from the guild.
    pub fn kick(&mut self, user: u64, tag: &str, options: &str) -> Looked<()> {
        look(self.act_on(
            user,
            &Needed::KICK,
            |user| Action::Kick { user },
            tag,
            options,
        ))
    }

    /// Bans.
    pub fn ban(
        &mut self,
        user: u64,
        delete_message_seconds: u32,
        tag: &str,
        options: &str,
    ) -> Looked<()> {
        if delete_message_seconds > MAX_DELETE_SECONDS {
            let problem = format!("delete_message_seconds is above {MAX_DELETE_SECONDS} (7 days)");
            return Ok(Err(invalid(problem)));
        }
        let action = |user| Action::Ban {
            user,
            delete_message_seconds,
        };
        look(self.act_on(user, &Needed::BAN, action, tag, options))
    }

    /// Lifts a ban.
    pub fn unban(&mut self, user: u64, tag: &str, options: &str) -> Looked<()> {
        look(self.try_unban(user, tag, options))
    }

    /// Who is banned is no member, so nobody has to be looked up.
    fn try_unban(&mut self, user: u64, tag: &str, options: &str) -> Result<(), Stop> {
        self.may_act()?;
        let user = user_id(user)?;
        self.check_stranger(user, &Needed::BAN)?;
        Ok(self.queue_with(Action::Unban { user }, tag, options)?)
    }

    fn act_on(
        &mut self,
        user: u64,
        needed: &Needed,
        action: impl FnOnce(UserId) -> Action,
        tag: &str,
        options: &str,
    ) -> Result<(), Stop> {
        self.may_act()?;
        let user = user_id(user)?;
        self.check_target(user, needed)?;
        Ok(self.queue_with(action(user), tag, options)?)
    }

    /// Makes a role at the lowest place, without permissions.
    pub fn role_create(
        &mut self,
        name: &str,
        title: &str,
        color: u32,
        mentionable: bool,
        tag: &str,
        options: &str,
    ) -> Queued {
        self.may_act()?;
        check_name(name).map_err(invalid)?;
        check_length("title", title, 1, 100).map_err(invalid)?;
        if color > 0xFF_FFFF {
            return Err(invalid("color is more than 24 bits".into()));
        }
        if self.makes_role(name) {
            return Err(invalid(format!(
                "this call makes the role `{name}` already"
            )));
        }
        self.check_bot(&*self.snapshot()?, Permissions::MANAGE_ROLES)?;
        let (name, title) = (name.to_owned(), title.to_owned());
        let action = Action::RoleCreate {
            name,
            title,
            color,
            mentionable,
        };
        self.queue_with(action, tag, options)
    }

    /// Deletes a role that the plugin made.
    pub fn role_delete(&mut self, name: &str, tag: &str, options: &str) -> Queued {
        self.may_act()?;
        check_name(name).map_err(invalid)?;
        self.check_bot(&*self.snapshot()?, Permissions::MANAGE_ROLES)?;
        self.queue_with(Action::RoleDelete { name: name.into() }, tag, options)
    }

    /// A line for a log channel or thread. A key that is not mapped drops the line: logs are optional.
    pub fn log_line(&mut self, to: &str, line: &str, tag: &str) -> Looked<()> {
        look(self.try_log_line(to, line, tag))
    }

    fn try_log_line(&mut self, to: &str, line: &str, tag: &str) -> Result<(), Stop> {
        self.may_act()?;
        check_length("line", line, 1, MAX_LOG_LINE).map_err(invalid)?;
        let to = self.address(to)?;
        if let Address::Key(key) = &to
            && !self.scene.config.channels.contains_key(key)
        {
            return Ok(());
        }
        self.check_posting(&to)?;
        Ok(self.queue(
            Action::LogLine {
                to,
                line: line.into(),
            },
            tag,
            None,
            line.len(),
        )?)
    }

    /// A member as JSON, or `None`.
    pub fn member(&mut self, user: u64) -> Looked<Option<String>> {
        let found = user_id(user)
            .map_err(Stop::from)
            .and_then(|user| self.find_member(user));
        look(found.map(|member| member.as_ref().map(member_json)))
    }

    /// The Discord role mapped to a role key.
    pub fn role(&self, key: &str) -> Option<u64> {
        self.scene.config.roles.get(key).map(|role| role.get())
    }

    /// The channel mapped to a channel key.
    pub fn channel(&self, key: &str) -> Option<u64> {
        self.scene
            .config
            .channels
            .get(key)
            .map(|channel| channel.get())
    }

    /// `Ok` if the member who acts may act on `user`.
    pub fn may_act_on(&mut self, user: u64) -> Looked<()> {
        let user = user_id(user).map_err(Stop::from);
        look(user.and_then(|user| self.check_may_act_on(user)))
    }

    /// What the bot may do in a channel, as permission bits.
    pub fn bot_permissions(&self, channel: u64) -> Result<u64, DiscordError> {
        let unknown = || DiscordError::NotFound("This server has no such channel.".into());
        let channel = ChannelId::new(channel).ok_or_else(unknown)?;
        let bits = self
            .snapshot()?
            .bot_permissions_in(channel)
            .ok_or_else(unknown)?;
        Ok(bits.bits())
    }

    /// Whether a message still stands in a channel of this guild.
    pub fn message_exists(&mut self, channel: u64, message: u64) -> Looked<bool> {
        let unknown = |what: &str| DiscordError::NotFound(format!("0 is no {what}."));
        let ids = || -> Result<_, DiscordError> {
            let channel = ChannelId::new(channel).ok_or_else(|| unknown("channel"))?;
            let message = MessageId::new(message).ok_or_else(|| unknown("message"))?;
            self.check_channel(channel)?;
            Ok((channel, message))
        };
        match ids() {
            Ok((channel, message)) => {
                let found = self.scene.known.message(channel, message)?;
                Ok(found.map_err(unavailable))
            }
            Err(error) => Ok(Err(error)),
        }
    }

    /// The holders of a role key, where the members intent allows.
    pub fn role_holders(&mut self, key: &str) -> Looked<Vec<u64>> {
        let Some(role) = self.scene.config.roles.get(key).copied() else {
            let text = format!("No role is mapped to `{key}`. Map one with `/setroles`.");
            return Ok(Err(DiscordError::NotFound(text)));
        };
        self.known_holders(role)
    }

    /// Members whose name begins with `text`, each as in `member`.
    pub fn search_members(&mut self, text: &str, limit: u16) -> Looked<Vec<String>> {
        let checked = check_length("text", text, 1, 100);
        let in_range = (1..=100).contains(&limit).then_some(());
        let checked = checked.and(in_range.ok_or_else(|| "limit is not 1 to 100".into()));
        if let Err(problem) = checked {
            return Ok(Err(invalid(problem)));
        }
        let found = self.scene.known.search(text, limit)?.map_err(unavailable);
        Ok(found.map(|members| members.iter().map(member_json).collect()))
    }

    pub(super) fn may_act(&self) -> Queued {
        if self.scene.writes {
            return Ok(());
        }
        Err(DiscordError::Denied(READ_ONLY.into()))
    }

    pub(super) fn queue_with(&mut self, action: Action, tag: &str, options_json: &str) -> Queued {
        self.check_size("options", options_json).map_err(invalid)?;
        let options: Reason = options(options_json).map_err(invalid)?;
        self.queue(action, tag, options.reason, options_json.len())
    }

    fn queue(&mut self, action: Action, tag: &str, reason: Option<String>, bytes: usize) -> Queued {
        check_length("tag", tag, 0, 100).map_err(invalid)?;
        self.count_queued(bytes).map_err(DiscordError::Limit)?;
        self.queued.effects.push(Effect {
            tag: tag.to_owned(),
            actor: self.actor().map(|actor| actor.member.user),
            // A long reason is cut rather than refused: it is an explanation, not an instruction.
            reason: reason.map(|text| text.chars().take(MAX_REASON).collect()),
            action,
        });
        Ok(())
    }

    fn files(&self, given: Vec<GivenFile>) -> Result<Vec<File>, DiscordError> {
        if given.len() > MAX_FILES {
            return Err(invalid(format!(
                "options.files: at most {MAX_FILES} files go with a message"
            )));
        }
        given.into_iter().map(|file| self.file(file)).collect()
    }

    fn file(&self, given: GivenFile) -> Result<File, DiscordError> {
        check_length("a file's name", &given.name, 1, 100).map_err(invalid)?;
        let content = match (given.text, given.received) {
            (Some(text), None) => FileContent::Text(text),
            (None, Some(id)) => {
                let url = self
                    .received()
                    .and_then(|all| all.get(&id)?.get("url")?.as_str());
                let Some(url) = url else {
                    let text = "This interaction received no such attachment.";
                    return Err(DiscordError::NotFound(text.into()));
                };
                FileContent::Received(url.to_owned())
            }
            _ => return Err(invalid("a file has either `text` or `received`".into())),
        };
        Ok(File {
            name: given.name,
            content,
        })
    }
}

fn member_json(member: &Member) -> String {
    json!({
        "id": member.user,
        "username": member.username,
        "display_name": member.display_name,
        "bot": member.is_bot,
        "roles": member.roles,
    })
    .to_string()
}

#[cfg(test)]
mod tests {
    use muster_core::ids::RoleId;

    use super::*;

    #[test]
    fn a_role_is_named_in_three_ways() {
        assert_eq!(role_ref("key:muted"), Ok(RoleRef::Key("muted".into())));
        assert_eq!(
            role_ref("name:helper/42"),
            Ok(RoleRef::Name("helper/42".into()))
        );
        let id = RoleId::new(7).expect("not 0");
        assert_eq!(role_ref("role:7"), Ok(RoleRef::Id(id)));
        for odd in ["", "7", "role:", "role:x", "user:7", "name:a b"] {
            assert!(role_ref(odd).is_err(), "{odd}");
        }
    }
}
