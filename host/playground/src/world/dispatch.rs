//! Telling the bot what happened: which session gets an event, and with what in it.

use serde_json::{Value, json};

use crate::id::{GuildId, UserId};
use crate::model::channel::Channel;
use crate::model::message::Message;
use crate::topic::{Change, Topic};
use crate::world::World;

/// Gateway intents ([Discord Docs/Gateway, "List of Intents"]).
pub(crate) mod intent {
    pub(crate) const GUILDS: u64 = 1 << 0;
    pub(crate) const GUILD_MEMBERS: u64 = 1 << 1;
    pub(crate) const GUILD_MODERATION: u64 = 1 << 2;
    pub(crate) const GUILD_WEBHOOKS: u64 = 1 << 5;
    pub(crate) const GUILD_PRESENCES: u64 = 1 << 8;
    pub(crate) const GUILD_MESSAGES: u64 = 1 << 9;
    pub(crate) const GUILD_MESSAGE_REACTIONS: u64 = 1 << 10;
    pub(crate) const DIRECT_MESSAGES: u64 = 1 << 12;
    pub(crate) const DIRECT_MESSAGE_REACTIONS: u64 = 1 << 13;
    pub(crate) const MESSAGE_CONTENT: u64 = 1 << 15;
    /// Bits 0 to 16, 20, 21, 24 and 25 have a meaning; others close with 4013.
    pub(crate) const KNOWN: u64 = 0x1_FFFF | 1 << 20 | 1 << 21 | 1 << 24 | 1 << 25;
    /// Always sent, whatever was asked for.
    pub(crate) const NONE: u64 = 0;
}

/// Whom an event goes to.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Audience {
    /// Events of a guild go to its shard, others to shard 0.
    pub guild: Option<GuildId>,
    /// Any of these intents; none means always.
    pub intents: u64,
}

impl Audience {
    pub(crate) fn guild(guild: GuildId, intents: u64) -> Self {
        Self {
            guild: Some(guild),
            intents,
        }
    }

    /// For events about messages.
    pub(crate) fn messages(guild: Option<GuildId>) -> Self {
        let intents = if guild.is_some() {
            intent::GUILD_MESSAGES
        } else {
            intent::DIRECT_MESSAGES
        };
        Self { guild, intents }
    }
}

impl World {
    /// Whether the bot hears of a guild at all.
    fn is_heard(&self, audience: Audience) -> bool {
        audience.guild.is_none_or(|id| {
            self.guilds
                .get(&id)
                .is_some_and(|guild| guild.has_bot && !guild.unavailable)
        })
    }

    /// Sends an event to every session that it is for.
    pub(crate) fn dispatch(&mut self, event: &'static str, audience: Audience, body: &Value) {
        if self.is_heard(audience) && self.sessions.anyone_hears(audience) {
            self.inspectors.dispatch(event, body);
            self.send(event, audience, &body.to_string(), |_| true);
        }
    }

    /// Sends MESSAGE_CREATE or MESSAGE_UPDATE; sessions without MESSAGE_CONTENT get other people's
    /// messages emptied. Ephemeral messages are not sent (a switch).
    pub(crate) fn tell_message(&mut self, event: &'static str, message: &Message) {
        let audience = Audience::messages(message.guild);
        if message.is_ephemeral() && !self.switches.dispatch_ephemeral
            || !self.is_heard(audience)
            || !self.sessions.anyone_hears(audience)
        {
            return;
        }
        if let Some(channel) = self.channels.get(&message.channel)
            && message.guild.is_some()
            && !self
                .permissions_in(self.bot(), channel)
                .contains(crate::permission::Permissions::VIEW_CHANNEL)
        {
            return;
        }
        let mut json = self.message_json(message);
        if let Some(guild) = message.guild {
            json["guild_id"] = json!(guild);
            if let Some(member) = self.guild_member(guild, message.author) {
                json["member"] = member.to_json(None);
            }
        }
        self.inspectors.dispatch(event, &json);
        let full = json.to_string();
        if self.content_is_hidden(message, 0) {
            self.send(event, audience, &full, |intents| {
                intents & intent::MESSAGE_CONTENT != 0
            });
            Self::hide_content(&mut json);
            self.send(event, audience, &json.to_string(), |intents| {
                intents & intent::MESSAGE_CONTENT == 0
            });
        } else {
            self.send(event, audience, &full, |_| true);
        }
    }

    /// Tells that a member's roles, nickname or time-out changed. The bot hears of itself even
    /// without GUILD_MEMBERS ("Caveats").
    pub(crate) fn tell_member(&mut self, event: &'static str, guild: GuildId, user: UserId) {
        let Some(member) = self.guild_member(guild, user) else {
            return;
        };
        let mut json = self.member_json(member);
        json["guild_id"] = json!(guild);
        let intents = if user == self.bot() {
            intent::NONE
        } else {
            intent::GUILD_MEMBERS
        };
        self.dispatch(event, Audience::guild(guild, intents), &json);
        self.topics
            .changed_by(Topic::Guild(guild), Change::Member(guild, user));
    }

    /// Tells of a channel or thread.
    pub(crate) fn tell_channel(&mut self, event: &'static str, channel: &Channel) {
        let json = self.channel_json(channel);
        if let Some(guild) = channel.guild {
            self.dispatch(event, Audience::guild(guild, intent::GUILDS), &json);
            let change = Change::Channel(guild, channel.id);
            self.topics.changed_by(Topic::Guild(guild), change);
        }
        self.topics.changed(Topic::Channel(channel.id));
    }

    fn send(
        &mut self,
        event: &'static str,
        audience: Audience,
        body: &str,
        wants: impl Fn(u64) -> bool,
    ) {
        let at_ms = self.now();
        self.sessions
            .send(event, audience, body, wants, &mut self.logs, at_ms);
    }
}
