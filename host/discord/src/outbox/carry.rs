//! One item, carried out: where it goes is looked up, Discord is asked, what was made is remembered.

use std::collections::HashMap;
use std::sync::Arc;

use muster_core::effect::{Action, Effect};
use muster_core::guild::{ChannelKind, GuildSnapshot};
use muster_core::guild_config::GuildConfig;
use muster_core::ids::{ChannelId, MessageId, RoleId, UserId};
use muster_core::ports::{Directory, Lookups};
use muster_core::{Address, Permissions, Timestamp};
use muster_store::{Named, NamedKind, Store};
use parking_lot::Mutex;
use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};

use super::file::Files;
use super::lane::{Item, Work};
use super::member::UNKNOWN_TARGET;
use super::notice::Notices;
use super::trouble::{Deed, Trouble, code};
use crate::panels::PanelKeeper;
use crate::rest::{Priority, Rest, RestError, RestErrorKind};

/// Above this many, channels of direct messages are asked for anew.
const MANY_DMS: usize = 10_000;

/// What all items share.
pub(super) struct Context {
    pub rest: Rest,
    pub store: Store,
    pub directory: Arc<dyn Directory>,
    pub lookups: Arc<dyn Lookups>,
    pub panels: PanelKeeper,
    pub notices: Notices,
    pub files: Files,
    pub dms: Mutex<HashMap<UserId, ChannelId>>,
}

/// What was made or touched.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Done {
    pub channel: Option<ChannelId>,
    pub message: Option<MessageId>,
    pub role: Option<RoleId>,
}

/// One item on its way.
pub(super) struct Carrier<'a> {
    pub context: &'a Context,
    pub item: &'a Item,
}

impl Carrier<'_> {
    pub async fn carry_out(&self) -> Result<Done, Trouble> {
        let effect = match &self.item.work {
            Work::Lines { to, lines } => return self.post_lines(to, lines).await,
            Work::Effect(effect) => effect,
        };
        match &effect.action {
            Action::SendMessage {
                to,
                message,
                name,
                files,
            } => {
                let files = self
                    .context
                    .files
                    .load(self.context.rest.base(), files)
                    .await?;
                let channel = self.channel(to).await?;
                let nonce = self.nonce();
                let rest = &self.context.rest;
                let priority = self.priority(to);
                let made = rest
                    .create_message(channel, &quiet(message), Some(&nonce), files, priority)
                    .await;
                let made = made.map_err(|error| self.not_posted(&error, channel, to))?;
                let done = Done {
                    channel: Some(made.channel_id),
                    message: Some(made.id),
                    role: None,
                };
                if let Some(name) = name {
                    self.remember(name, NamedKind::Message, done).await?;
                }
                Ok(done)
            }
            Action::DeleteMessage { message } => self.delete_message(effect, message).await,
            Action::ThreadCreate {
                on,
                title,
                archive_minutes,
                name,
            } => {
                let thread = self
                    .open_thread(effect, on, title, *archive_minutes)
                    .await?;
                let done = Done {
                    channel: Some(thread),
                    ..Done::default()
                };
                self.remember(name, NamedKind::Thread, done).await?;
                Ok(done)
            }
            Action::ThreadEdit {
                thread,
                archived,
                locked,
            } => self.edit_thread(effect, thread, *archived, *locked).await,
            Action::ThreadDelete { name } => self.delete_thread(effect, name).await,
            Action::LogLine { to, line } => self.post_lines(to, std::slice::from_ref(line)).await,
            Action::MemberRole { .. }
            | Action::Nickname { .. }
            | Action::Timeout { .. }
            | Action::Kick { .. }
            | Action::Ban { .. }
            | Action::Unban { .. }
            | Action::RoleCreate { .. }
            | Action::RoleDelete { .. } => self.act_on_members(effect).await,
            Action::RoleAdopt { name, role } => self.adopt_role(name, *role).await,
            Action::RoleForget { name } => self.forget_role(name).await,
        }
    }

    /// Posts log lines. Logs are optional: a key that stands for nothing drops them.
    ///
    /// An earlier process may have posted the first of them, together or alone, and died before it
    /// noted so. Then Discord returns that message instead of a new one; what it holds is through, and the
    /// rest follows.
    async fn post_lines(&self, to: &Address, lines: &[String]) -> Result<Done, Trouble> {
        if let Address::Key(key) = to
            && !self.config().await?.channels.contains_key(key)
        {
            return Ok(Done::default());
        }
        let channel = self.channel(to).await?;
        let mut first = 0;
        loop {
            let text = lines[first..].join("\n");
            let body = json!({ "content": text, "allowed_mentions": { "parse": [] } });
            let nonce = self.nonce_of(first);
            let posting = self
                .context
                .rest
                .post_text(channel, &body, &nonce, self.priority(to));
            let posted = posting
                .await
                .map_err(|error| self.not_posted(&error, channel, to))?;
            first += lines_in(&posted.content, &lines[first..]);
            if first == lines.len() {
                return Ok(Done {
                    channel: Some(posted.message.channel_id),
                    message: Some(posted.message.id),
                    role: None,
                });
            }
        }
    }

    async fn delete_message(&self, effect: &Effect, address: &Address) -> Result<Done, Trouble> {
        let (channel, message) = self.message(address).await?;
        let Item { guild, plugin, .. } = self.item;
        if let Address::Panel(name) = address {
            self.context.panels.deleting(*guild, plugin, name);
        }
        let reason = self.reason(effect);
        let rest = &self.context.rest;
        match rest
            .delete_message(channel, message, Some(&reason), self.priority(address))
            .await
        {
            Ok(()) => {}
            // What is gone is deleted.
            Err(error) if is_gone(&error, code::UNKNOWN_MESSAGE) => {}
            Err(error) => {
                let verb = format!("delete a message in <#{channel}>");
                return Err(self.refused(&error, channel, verb, Permissions::MANAGE_MESSAGES));
            }
        }
        if let Address::Name(name) = address {
            self.context
                .store
                .forget_named(*guild, plugin, name)
                .await?;
        }
        Ok(Done {
            channel: Some(channel),
            message: Some(message),
            role: None,
        })
    }

    async fn open_thread(
        &self,
        effect: &Effect,
        on: &Address,
        title: &str,
        archive_minutes: u16,
    ) -> Result<ChannelId, Trouble> {
        let (reason, rest) = (self.reason(effect), &self.context.rest);
        let (reason, priority) = (Some(reason.as_str()), self.priority(on));
        let (channel, made) = if let Address::Channel(_) | Address::Key(_) = on {
            let channel = self.channel(on).await?;
            if let Some(thread) = self.thread_made_before(channel, title) {
                return Ok(thread);
            }
            (
                channel,
                rest.start_thread_in(channel, title, archive_minutes, reason, priority)
                    .await,
            )
        } else {
            let (channel, message) = self.message(on).await?;
            let made = rest
                .start_thread_on(channel, message, title, archive_minutes, reason, priority)
                .await;
            // The thread of a message has the message's number.
            let made = match ChannelId::new(message.get()) {
                Some(thread) if is_invalid(&made, code::THREAD_EXISTS) => Ok(thread),
                _ => made,
            };
            (channel, made)
        };
        made.map_err(|error| {
            let verb = format!("open a thread in <#{channel}>");
            self.refused(&error, channel, verb, Permissions::CREATE_PUBLIC_THREADS)
        })
    }

    /// The thread that an earlier attempt made, whose success nobody heard of. Discord knows no nonce
    /// for threads, but the gateway tells of new ones.
    fn thread_made_before(&self, parent: ChannelId, title: &str) -> Option<ChannelId> {
        let since = self.doubtful_since()?;
        let guild = self.context.directory.guild(self.item.guild)?;
        let is_it = |(id, channel): &(&ChannelId, &muster_core::guild::Channel)| {
            channel.kind == ChannelKind::Thread
                && channel.parent == Some(parent)
                && channel.name == title
                && id.created_at() >= since
        };
        guild.channels.iter().find(is_it).map(|(id, _)| *id)
    }

    /// From when on an earlier attempt may have made what is to be made.
    pub fn doubtful_since(&self) -> Option<Timestamp> {
        let is_doubtful = self.item.recovered.is_some() || self.item.maybe_applied;
        self.item.queued_at.filter(|_| is_doubtful)
    }

    async fn edit_thread(
        &self,
        effect: &Effect,
        thread: &Address,
        archived: Option<bool>,
        locked: Option<bool>,
    ) -> Result<Done, Trouble> {
        let channel = self.channel(thread).await?;
        let done = Done {
            channel: Some(channel),
            ..Done::default()
        };
        let mut body = Map::new();
        body.extend(archived.map(|archived| ("archived".to_owned(), archived.into())));
        body.extend(locked.map(|locked| ("locked".to_owned(), locked.into())));
        if body.is_empty() {
            return Ok(done);
        }
        let reason = self.reason(effect);
        let (rest, priority) = (&self.context.rest, self.priority(thread));
        let edit = async |body: Map<String, Value>| {
            rest.edit_channel(channel, &body.into(), Some(&reason), priority)
                .await
        };
        let mut edited = edit(body.clone()).await;
        if is_invalid(&edited, code::THREAD_ARCHIVED) {
            // An archived thread takes no change but its reopening, so it is opened for a moment.
            edited = edit(Map::from_iter([("archived".to_owned(), false.into())])).await;
            if edited.is_ok() {
                body.insert("archived".to_owned(), archived.unwrap_or(true).into());
                edited = edit(body).await;
            }
        }
        edited.map_err(|error| {
            let verb = format!("change the thread <#{channel}>");
            self.refused(&error, channel, verb, Permissions::MANAGE_THREADS)
        })?;
        Ok(done)
    }

    /// Deletes a thread that the plugin made. What is gone is deleted.
    async fn delete_thread(&self, effect: &Effect, name: &str) -> Result<Done, Trouble> {
        let named = self.named(name).await?;
        let thread = named.channel.filter(|_| named.kind == NamedKind::Thread);
        let channel =
            thread.ok_or_else(|| Trouble::fail(format!("`{name}` is no thread of the bot's.")))?;
        let reason = self.reason(effect);
        let rest = &self.context.rest;
        let deleted = rest
            .delete_channel(channel, Some(&reason), Priority::Message)
            .await;
        match deleted {
            Err(error) if is_gone(&error, code::UNKNOWN_CHANNEL) => {}
            deleted => deleted.map_err(|error| {
                let verb = format!("delete the thread <#{channel}>");
                self.refused(&error, channel, verb, Permissions::MANAGE_THREADS)
            })?,
        }
        let Item { guild, plugin, .. } = self.item;
        self.context
            .store
            .forget_named(*guild, plugin, name)
            .await?;
        Ok(Done {
            channel: Some(channel),
            ..Done::default()
        })
    }

    // Where it goes.

    pub async fn config(&self) -> Result<Arc<GuildConfig>, Trouble> {
        Ok(self.context.store.guild_config(self.item.guild).await?)
    }

    /// The guild, without which roles and ranks cannot be judged.
    pub fn snapshot(&self) -> Result<Arc<GuildSnapshot>, Trouble> {
        let found = self.context.directory.guild(self.item.guild);
        found.ok_or_else(|| Trouble::later("Discord does not tell of this server just now."))
    }

    async fn channel(&self, address: &Address) -> Result<ChannelId, Trouble> {
        match address {
            Address::Channel(channel) => Ok(*channel),
            Address::Key(key) => self.config().await?.channels.get(key).copied().ok_or_else(|| {
                Trouble::fail(format!(
                    "No channel is mapped to `{key}`. An administrator can map one with `/setchannels`."
                ))
            }),
            Address::Dm(user) => self.direct_messages(*user).await,
            Address::Name(name) => {
                let named = self.named(name).await?;
                named.channel.ok_or_else(|| Trouble::fail(format!("`{name}` is no place to post in.")))
            }
            Address::Panel(_) | Address::Message(..) => {
                Err(Trouble::fail(format!("`{address}` is a message, not a place.")))
            }
        }
    }

    async fn message(&self, address: &Address) -> Result<(ChannelId, MessageId), Trouble> {
        let found = match address {
            Address::Message(channel, message) => Some((*channel, *message)),
            Address::Name(name) => {
                let named = self.named(name).await?;
                named.channel.zip(named.message)
            }
            Address::Panel(_) => {
                let posted = self.item.panel.as_ref();
                let posted =
                    posted.ok_or_else(|| Trouble::later("The panel is not posted yet."))?;
                if let Some(problem) = &posted.problem {
                    return Err(Trouble::fail(format!("The panel is not there. {problem}")));
                }
                posted.channel.zip(posted.message)
            }
            Address::Channel(_) | Address::Key(_) | Address::Dm(_) => None,
        };
        found.ok_or_else(|| Trouble::fail(format!("`{address}` is no message.")))
    }

    /// What the plugin made under this name.
    pub async fn named(&self, name: &str) -> Result<Named, Trouble> {
        let made = self.item.uses.as_ref().and_then(|uses| uses.made.as_ref());
        if let Some(made) = made.and_then(|made| made.borrow().clone()) {
            return made.map_err(|problem| {
                Trouble::fail(format!("What it belongs to could not be made. {problem}"))
            });
        }
        let Item { guild, plugin, .. } = self.item;
        let found = self.context.store.named(*guild, plugin, name).await?;
        found.ok_or_else(|| Trouble::fail(format!("There is nothing called `{name}` any more.")))
    }

    /// Remembers what was made, before anybody can use its name.
    pub async fn remember(&self, name: &str, kind: NamedKind, done: Done) -> Result<(), Trouble> {
        let Item { guild, plugin, .. } = self.item;
        let Done {
            channel,
            message,
            role,
        } = done;
        let named = Named {
            kind,
            channel,
            message,
            role,
        };
        self.context
            .store
            .put_named(*guild, plugin, name, &named)
            .await?;
        if let Some(making) = &self.item.making {
            making.tell(Ok(named));
        }
        self.context.panels.name_made(*guild, plugin, name);
        Ok(())
    }

    /// Members only: a plugin must not write to strangers.
    async fn direct_messages(&self, user: UserId) -> Result<ChannelId, Trouble> {
        let member = self.context.lookups.member(self.item.guild, user).await?;
        if member.is_none() {
            return Err(Trouble::fail(UNKNOWN_TARGET));
        }
        if let Some(channel) = self.context.dms.lock().get(&user) {
            return Ok(*channel);
        }
        let deed = Deed {
            verb: "write to them".into(),
            remedy: String::new(),
            cause: "direct messages".into(),
        };
        let priority = self.priority(&Address::Dm(user));
        let channel = self.context.rest.create_dm(user, priority).await;
        let channel = channel.map_err(|error| Trouble::of(&error, &deed))?;
        let mut dms = self.context.dms.lock();
        if dms.len() >= MANY_DMS {
            dms.clear();
        }
        dms.insert(user, channel);
        Ok(channel)
    }

    // How it is said.

    fn priority(&self, to: &Address) -> Priority {
        match to {
            _ if self.item.is_awaited => Priority::Awaited,
            Address::Dm(_) => Priority::Dm,
            _ => Priority::Message,
        }
    }

    /// The audit log's reason: what the plugin says, and for whom it happens
    /// ([Discord Docs/Audit Log](https://discord.com/developers/docs/resources/audit-log): at most 512
    /// characters).
    pub fn reason(&self, effect: &Effect) -> String {
        const MOST: usize = 512;
        let mut tail = format!(" ({}", self.item.plugin);
        if let Some(actor) = effect.actor {
            tail.push_str(&format!(", for member {actor}"));
        }
        tail.push(')');
        let room = MOST - tail.chars().count();
        let given = effect.reason.as_deref().unwrap_or("No reason given");
        let mut reason: String = given.chars().take(room).collect();
        reason.push_str(&tail);
        reason
    }

    /// What makes Discord return the message of an earlier attempt instead of posting a second one
    /// ([Discord Docs/Message, "Create Message"](https://discord.com/developers/docs/resources/message#create-message):
    /// at most 25 characters). Lines that leave together go by the first of them.
    fn nonce(&self) -> String {
        self.nonce_of(0)
    }

    /// The same for a message that begins with the item's effect number `place`.
    fn nonce_of(&self, place: usize) -> String {
        let first = &self.item.refs[place];
        let (guild, row) = first.row;
        let digest = Sha256::digest(format!("outbox/{guild}/{row}/{}", first.place));
        digest[..12]
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect()
    }

    fn not_posted(&self, error: &RestError, channel: ChannelId, to: &Address) -> Trouble {
        if let Address::Dm(user) = to {
            self.context.dms.lock().remove(user);
        }
        let needed =
            Permissions::SEND_MESSAGES | Permissions::EMBED_LINKS | Permissions::ATTACH_FILES;
        self.refused(error, channel, format!("post in <#{channel}>"), needed)
    }

    /// What a refusal in a channel means, naming what the bot lacks there.
    fn refused(
        &self,
        error: &RestError,
        channel: ChannelId,
        verb: String,
        needed: Permissions,
    ) -> Trouble {
        let needed = needed | Permissions::VIEW_CHANNEL;
        let guild = self.context.directory.guild(self.item.guild);
        let has = guild.and_then(|guild| guild.bot_permissions_in(channel));
        let missing = has
            .map(|has| has.missing(needed))
            .filter(|missing| !missing.is_empty());
        let missing = missing.unwrap_or(needed);
        let remedy =
            format!("Allow my role {missing} there (the channel's settings, Permissions).");
        let cause = format!("<#{channel}>: {missing}");
        Trouble::of(
            error,
            &Deed {
                verb,
                remedy,
                cause,
            },
        )
    }
}

pub(super) fn is_gone(error: &RestError, wanted: i64) -> bool {
    matches!(error.kind(), RestErrorKind::Gone { code } if *code == wanted)
}

fn is_invalid<T>(result: &Result<T, RestError>, wanted: i64) -> bool {
    let kind = result.as_ref().err().map(RestError::kind);
    matches!(kind, Some(RestErrorKind::Invalid { code, .. }) if *code == wanted)
}

/// A message that mentions nobody unless it says so.
fn quiet(message: &Value) -> Value {
    let mut message = message.clone();
    if let Some(fields) = message.as_object_mut() {
        fields
            .entry("allowed_mentions")
            .or_insert_with(|| json!({ "parse": [] }));
    }
    message
}

/// How many of `lines` a message of this content holds, from the first on. All of them if it holds
/// something else: then Discord's content is not as it was sent, and nothing is posted twice for that.
fn lines_in(content: &str, lines: &[String]) -> usize {
    let held = (1..=lines.len()).find(|count| lines[..*count].join("\n").trim() == content.trim());
    held.unwrap_or(lines.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_earlier_message_holds_is_not_posted_again() {
        let lines = ["a", "b", "c"].map(String::from);
        assert_eq!(lines_in("a\nb\nc", &lines), 3);
        assert_eq!(lines_in("a\nb", &lines), 2);
        assert_eq!(lines_in("a ", &lines), 1);
        assert_eq!(lines_in("something else", &lines), 3);
    }
}
