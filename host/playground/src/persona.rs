//! People: they use commands, press buttons, choose, fill in modals, write, and look.
//!
//! What a Discord client refuses before it sends anything is refused here as [`Refused`]; what the
//! bot makes of the rest is seen on the [`Act`].

mod options;
mod payload;
mod submit;

use std::sync::Arc;

use serde_json::{Value, json};

use crate::act::{Act, ModalHandle};
use crate::check::draft::{Draft, Way};
use crate::id::{ChannelId, GuildId, MessageId, UserId};
use crate::message::MessageHandle;
use crate::model::channel::{Channel, ChannelKind};
use crate::model::command::Command;
use crate::model::guild::User;
use crate::model::interaction::InteractionKind;
use crate::model::message::Message;
use crate::permission::Permissions;
use crate::playground::{Playground, TimedOut};
use crate::rest::{messages, reactions};
use crate::topic::Topic;
use crate::world::World;

use payload::Sending;

/// Why a Discord client would not send what a person tried to do.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// The person does not see such a command here.
    #[error("{who} sees no command {command:?} here")]
    NoSuchCommand {
        /// Who tried.
        who: String,
        /// What was typed.
        command: String,
    },
    /// A command with subcommands was used without one.
    #[error("/{0} is used with one of its subcommands")]
    SubcommandMissing(String),
    /// An option that has to be given was not.
    #[error("the option {0:?} is required")]
    OptionMissing(String),
    /// An option that the command does not have.
    #[error("the command has no option {0:?}")]
    NoSuchOption(String),
    /// A value that does not fit its option or field.
    #[error("{value} does not fit {option:?}: {why}")]
    BadValue {
        /// The option or field.
        option: String,
        /// What was given.
        value: String,
        /// What is wrong with it.
        why: String,
    },
    /// The message is gone, or hidden from this person.
    #[error("{0} does not see this message")]
    MessageUnseen(String),
    /// The message has no such button or menu.
    #[error("the message has no control {control:?}, but {there:?}")]
    NoSuchControl {
        /// What was looked for: custom ID, label or placeholder.
        control: String,
        /// What is there.
        there: Vec<String>,
    },
    /// A disabled control does nothing.
    #[error("{0:?} is disabled")]
    Disabled(String),
    /// A link opens a page; the bot hears nothing.
    #[error("{0:?} is a link")]
    Link(String),
    /// Too few or too many values were chosen.
    #[error("{0:?} takes {1} to {2} values")]
    WrongCount(String, u64, u64),
    /// The person may not do that in this channel.
    #[error("{0} may not do that here")]
    NotAllowed(String),
}

/// Somebody with a Discord client open, in a channel. Cheap to clone; several may be the same user.
#[derive(Clone, Debug)]
pub struct Persona {
    pub(crate) playground: Playground,
    user: UserId,
    guild: Option<GuildId>,
    channel: Option<ChannelId>,
}

impl Persona {
    pub(crate) fn new(
        playground: Playground,
        user: UserId,
        guild: Option<GuildId>,
        channel: Option<ChannelId>,
    ) -> Self {
        Self {
            playground,
            user,
            guild,
            channel,
        }
    }

    /// The user's id.
    pub fn id(&self) -> UserId {
        self.user
    }

    /// The user's name.
    pub fn name(&self) -> String {
        self.playground.world(|world| name_of(world, self.user))
    }

    /// Where the person is typing.
    pub fn channel(&self) -> Option<ChannelId> {
        self.channel
    }

    /// The same person in another channel or thread.
    #[must_use]
    pub fn in_channel(&self, channel: ChannelId) -> Self {
        let guild = self.playground.world(|world| world.guild_of(channel));
        Self {
            channel: Some(channel),
            guild,
            ..self.clone()
        }
    }

    /// The same person in the channel or thread of this name, if the guild has it.
    pub fn in_channel_named(&self, name: &str) -> Option<Self> {
        let guild = self.guild?;
        let channel = self
            .playground
            .world(|world| crate::guild::find_channel(world, guild, name))?;
        Some(self.in_channel(channel))
    }

    /// The same person in their direct messages with the bot.
    #[must_use]
    pub fn in_dm(&self) -> Self {
        let channel = self.playground.world(|world| world.dm_with(self.user));
        Self {
            channel: Some(channel),
            guild: None,
            ..self.clone()
        }
    }

    /// Uses a slash command: `/plan show when:tomorrow`, with the options in the text, in
    /// `options` (an object by name), or both. Users, roles and channels may be given by name; a
    /// file is `{"filename": "a.txt", "content": "text"}`, or with `content_base64` for other bytes.
    ///
    /// # Errors
    /// If a client would not send it.
    pub fn uses(&self, command: &str, options: Value) -> Result<Act, Refused> {
        self.send(|world, channel| {
            let typed = options::typed(world, self, channel, command, &options, None)?;
            Ok(payload::command(world, &typed))
        })
    }

    /// Types in an option with autocomplete: the others as far as they are filled in.
    ///
    /// # Errors
    /// If the command or the option is not there, or has no autocomplete.
    pub fn types(
        &self,
        command: &str,
        option: &str,
        text: &str,
        others: Value,
    ) -> Result<Act, Refused> {
        self.send(|world, channel| {
            let typed =
                options::typed(world, self, channel, command, &others, Some((option, text)))?;
            let mut sending = payload::command(world, &typed);
            sending.kind = InteractionKind::Autocomplete;
            Ok(sending)
        })
    }

    /// Uses a command of a message's context menu.
    ///
    /// # Errors
    /// If a client would not offer it.
    pub fn uses_on_message(
        &self,
        command: &str,
        message: impl Into<MessageId>,
    ) -> Result<Act, Refused> {
        let id = message.into();
        self.send(|world, channel| {
            let command = options::visible(world, self, channel, command, 3)?;
            let message = self.seen(world, id)?;
            Ok(payload::on_message(world, &command, &message))
        })
    }

    /// Uses a command of a member's context menu.
    ///
    /// # Errors
    /// If a client would not offer it.
    pub fn uses_on_member(&self, command: &str, target: &Self) -> Result<Act, Refused> {
        self.send(|world, channel| {
            let command = options::visible(world, self, channel, command, 2)?;
            Ok(payload::on_user(world, &command, self.guild, target.user))
        })
    }

    /// Presses the button with this custom ID or label.
    ///
    /// # Errors
    /// If there is none, or it is disabled, or a link.
    pub fn presses(&self, message: impl Into<MessageId>, button: &str) -> Result<Act, Refused> {
        let id = message.into();
        self.on_message(id).send(|world, _| {
            let message = self.seen(world, id)?;
            let control = usable(&message, button)?;
            if control["type"] != 2 {
                return Err(no_control(&message, button));
            }
            let data = json!({ "custom_id": control["custom_id"], "component_type": 2, "id": control["id"] });
            Ok(Sending::component(data, &message))
        })
    }

    /// Chooses from the menu with this custom ID or placeholder: options by value or label; users,
    /// roles and channels by name or id.
    ///
    /// # Errors
    /// If there is no such menu, or it does not take these values.
    pub fn chooses(
        &self,
        message: impl Into<MessageId>,
        menu: &str,
        values: &[&str],
    ) -> Result<Act, Refused> {
        let id = message.into();
        self.on_message(id).send(|world, _| {
            let message = self.seen(world, id)?;
            let control = usable(&message, menu)?;
            if control["type"] == 2 {
                return Err(no_control(&message, menu));
            }
            let chosen = submit::choose(world, message.guild, control, values, 1)?;
            let mut data = json!({
                "custom_id": control["custom_id"], "component_type": control["type"], "id": control["id"],
                "values": chosen.values,
            });
            if !chosen.resolved.is_null() {
                data["resolved"] = chosen.resolved;
            }
            Ok(Sending::component(data, &message))
        })
    }

    /// Sends a modal that was opened for this person, with the values by custom ID or label.
    ///
    /// # Errors
    /// If a field is missing or does not fit.
    pub fn submits(&self, modal: &ModalHandle, values: Value) -> Result<Act, Refused> {
        let sender = modal
            .channel
            .map_or_else(|| self.clone(), |channel| self.in_channel(channel));
        sender.send(|world, _| {
            let guild = self
                .guild
                .or_else(|| modal.channel.and_then(|channel| world.guild_of(channel)));
            submit::modal(world, guild, modal, &values)
        })
    }

    /// Writes a message, in the channel where the person is.
    ///
    /// # Errors
    /// If they may not write there.
    pub fn writes(&self, text: &str) -> Result<MessageHandle, Refused> {
        let (id, channel) = self.playground.world(|world| {
            let refused = || Refused::NotAllowed(name_of(world, self.user));
            let channel = self
                .channel
                .and_then(|id| world.channels.get(&id))
                .ok_or_else(refused)?;
            let needed = if channel.kind.is_thread() {
                Permissions::SEND_MESSAGES_IN_THREADS
            } else {
                Permissions::SEND_MESSAGES
            };
            let rights = world.permissions_in(self.user, channel);
            let locked = channel.thread.as_ref().is_some_and(|thread| thread.locked);
            if !rights.contains(needed)
                || !channel.kind.holds_messages()
                || locked && !rights.contains(Permissions::MANAGE_THREADS)
            {
                return Err(refused());
            }
            let (channel, body) = (channel.id, json!({ "content": text }));
            let draft = Draft::read(&body, "", &[], Way::Channel, None)
                .map_err(|_| bad("content", text, "it is too long"))?;
            if let Some(guild) = world.guild_of(channel) {
                messages::pass_automod(world, guild, &draft)
                    .map_err(|_| bad("content", text, "AutoMod blocks it"))?;
            }
            messages::revive(world, channel);
            let message = messages::new_message(world, channel, self.user, draft, 0);
            Ok((world.post(message).id, channel))
        })?;
        Ok(MessageHandle::new(self.playground.clone(), id, channel))
    }

    /// Reacts to a message, or takes the reaction back.
    pub fn reacts(&self, message: impl Into<MessageId>, emoji: &str, there: bool) {
        self.playground
            .world(|world| reactions::set(world, message.into(), self.user, emoji, there));
    }

    /// Leaves the guild (GUILD_MEMBER_REMOVE).
    pub fn leaves(&self) {
        if let Some(guild) = self.guild {
            self.playground
                .world(|world| crate::rest::guilds::take_member_out(world, guild, self.user));
        }
    }

    /// Closes or opens their direct messages (50007).
    pub fn closes_dms(&self, closed: bool) {
        self.playground.world(|world| {
            world
                .users
                .entry(self.user)
                .and_modify(|user| user.dms_closed = closed);
        });
    }

    /// The person as a user.
    pub fn user(&self) -> Option<User> {
        self.playground
            .world(|world| world.users.get(&self.user).cloned())
    }

    /// What the person may do where they are.
    pub fn permissions(&self) -> Permissions {
        self.playground.world(|world| {
            let channel = self.channel.and_then(|id| world.channels.get(&id));
            channel.map_or(Permissions::NONE, |channel| {
                world.permissions_in(self.user, channel)
            })
        })
    }

    /// Messages that the person sees where they are, oldest first, their ephemeral ones among them.
    pub fn sees(&self) -> Vec<Arc<Message>> {
        self.playground.world(|world| self.visible_messages(world))
    }

    /// Waits until a message that the person sees where they are fits.
    ///
    /// # Errors
    /// If none comes in time.
    pub async fn waits_for(
        &self,
        fits: impl Fn(&Message) -> bool,
    ) -> Result<MessageHandle, TimedOut> {
        let channel = self.channel.unwrap_or(ChannelId(0));
        let found = |world: &World| {
            let seen = self.visible_messages(world);
            seen.iter()
                .rev()
                .find(|message| fits(message))
                .map(|message| message.id)
        };
        let what = format!("a message that {} sees", self.name());
        let id = self
            .playground
            .wait(Topic::Channel(channel), &what, found)
            .await?;
        Ok(MessageHandle::new(self.playground.clone(), id, channel))
    }

    /// Waits for a direct message from the bot that fits.
    ///
    /// # Errors
    /// If none comes in time.
    pub async fn waits_for_dm(
        &self,
        fits: impl Fn(&Message) -> bool,
    ) -> Result<MessageHandle, TimedOut> {
        let found = |world: &World| {
            let channel = world.channels.get(world.dms.get(&self.user)?)?;
            let fitting =
                |id: &&MessageId| world.messages.get(id).is_some_and(|message| fits(message));
            channel
                .messages
                .iter()
                .rev()
                .find(fitting)
                .map(|id| (*id, channel.id))
        };
        let what = format!("a direct message to {}", self.name());
        let (id, channel) = self
            .playground
            .wait(Topic::Dm(self.user), &what, found)
            .await?;
        Ok(MessageHandle::new(self.playground.clone(), id, channel))
    }

    /// Direct messages with the bot, oldest first.
    pub fn dms(&self) -> Vec<Arc<Message>> {
        self.playground.world(|world| {
            let channel = world
                .dms
                .get(&self.user)
                .and_then(|id| world.channels.get(id));
            let ids = channel.map_or(&[][..], |channel| &channel.messages);
            ids.iter()
                .filter_map(|id| world.messages.get(id))
                .cloned()
                .collect()
        })
    }

    /// Threads of the guild that the person sees.
    pub fn threads(&self) -> Vec<Channel> {
        self.playground.world(|world| {
            let guild = self.guild.and_then(|id| world.guilds.get(&id));
            let threads = guild.map_or(&[][..], |guild| &guild.threads);
            let sees = |thread: &&Channel| {
                world
                    .permissions_in(self.user, thread)
                    .contains(Permissions::VIEW_CHANNEL)
            };
            threads
                .iter()
                .filter_map(|id| world.channels.get(id))
                .filter(sees)
                .cloned()
                .collect()
        })
    }

    /// Commands that the person is offered where they are.
    pub fn commands(&self) -> Vec<Command> {
        self.playground.world(|world| {
            let channel = self.channel.and_then(|id| world.channels.get(&id));
            let Some(channel) = channel else {
                return Vec::new();
            };
            world
                .commands
                .values()
                .filter(|command| options::offered(world, self, channel, command))
                .cloned()
                .collect()
        })
    }

    /// The persona at the place of a message.
    fn on_message(&self, id: MessageId) -> Self {
        let channel = self
            .playground
            .world(|world| world.messages.get(&id).map(|message| message.channel));
        channel.map_or_else(|| self.clone(), |channel| self.in_channel(channel))
    }

    fn seen(&self, world: &World, id: MessageId) -> Result<Arc<Message>, Refused> {
        let seen = world
            .messages
            .get(&id)
            .filter(|message| world.can_see(self.user, message));
        seen.cloned()
            .ok_or_else(|| Refused::MessageUnseen(name_of(world, self.user)))
    }

    fn visible_messages(&self, world: &World) -> Vec<Arc<Message>> {
        let Some(channel) = self.channel.and_then(|id| world.channels.get(&id)) else {
            return Vec::new();
        };
        if !world
            .permissions_in(self.user, channel)
            .contains(Permissions::VIEW_CHANNEL)
        {
            return Vec::new();
        }
        let own = world
            .ephemerals
            .iter()
            .filter_map(|id| world.messages.get(id));
        let own = own.filter(|message| {
            message.channel == channel.id && message.visible_to == Some(self.user)
        });
        let public = channel
            .messages
            .iter()
            .filter_map(|id| world.messages.get(id));
        let mut all: Vec<Arc<Message>> = public.chain(own).cloned().collect();
        all.sort_by_key(|message| message.id);
        all
    }

    /// Makes an interaction and dispatches it, all in one step.
    fn send(
        &self,
        make: impl FnOnce(&mut World, &Channel) -> Result<Sending, Refused>,
    ) -> Result<Act, Refused> {
        let id = self.playground.world(|world| {
            let refused = |world: &World| Refused::NotAllowed(name_of(world, self.user));
            let channel = self.channel.and_then(|id| world.channels.get(&id)).cloned();
            let channel = channel.ok_or_else(|| refused(world))?;
            let sees = world
                .permissions_in(self.user, &channel)
                .contains(Permissions::VIEW_CHANNEL);
            if !sees || channel.kind == ChannelKind::Category {
                return Err(refused(world));
            }
            let sending = make(world, &channel)?;
            Ok(payload::dispatch(world, self.user, &channel, sending))
        })?;
        Ok(Act::new(self.clone(), id))
    }
}

fn usable<'a>(message: &'a Message, name: &str) -> Result<&'a Value, Refused> {
    let control = message
        .control(name)
        .ok_or_else(|| no_control(message, name))?;
    if control["disabled"] == true {
        return Err(Refused::Disabled(name.to_owned()));
    }
    if control["type"] == 2 && control["style"] == 5 {
        return Err(Refused::Link(name.to_owned()));
    }
    Ok(control)
}

fn no_control(message: &Message, control: &str) -> Refused {
    let name = |control: &&Value| {
        let names = ["label", "placeholder", "custom_id"]
            .iter()
            .filter_map(|key| control[*key].as_str());
        names.into_iter().next().unwrap_or_default().to_owned()
    };
    Refused::NoSuchControl {
        control: control.to_owned(),
        there: message.controls().iter().map(name).collect(),
    }
}

fn bad(option: &str, value: impl std::fmt::Display, why: impl Into<String>) -> Refused {
    Refused::BadValue {
        option: option.to_owned(),
        value: value.to_string(),
        why: why.into(),
    }
}

fn name_of(world: &World, user: UserId) -> String {
    world
        .users
        .get(&user)
        .map_or_else(|| user.to_string(), |user| user.name.clone())
}
