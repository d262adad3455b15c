//! All that the playground knows, in one place behind one lock.
//!
//! Every request, frame and act of a persona is one short critical section; nothing awaits inside.

mod audit;
mod dispatch;
mod lookup;
pub(crate) mod session;
mod wire;

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::Arc;

use bytes::Bytes;
use serde_json::Value;

pub use audit::AuditEntry;
pub(crate) use dispatch::{Audience, intent};

use crate::clock::Clock;
use crate::config::{Config, Switches};
use crate::fault::Faults;
use crate::id::{
    AttachmentId, ChannelId, CommandId, GuildId, InteractionId, MessageId, Snowflakes, UserId,
    WebhookId,
};
use crate::inspect::Inspectors;
use crate::log::{Logs, Ring};
use crate::model::channel::{Channel, ChannelKind};
use crate::model::command::Command;
use crate::model::guild::{Guild, User};
use crate::model::interaction::Interaction;
use crate::model::message::{Attachment, Message};
use crate::model::webhook::Webhook;
use crate::oauth::OAuth;
use crate::rate_limit::Limiter;
use crate::rule::{Lenient, Rule};
use crate::topic::{Change, Topic, Topics};

/// How many ephemeral messages are kept; on Discord they are gone after a reload.
const EPHEMERALS_KEPT: usize = 5000;
/// How many interactions are remembered after their token ended.
const INTERACTIONS_KEPT: usize = 50_000;
/// How long `enforce_nonce` finds the earlier message ("a few minutes").
const NONCE_LIVES_MS: i64 = 5 * 60 * 1000;

/// A message sent with a nonce.
#[derive(Debug)]
pub(crate) struct NonceUse {
    pub channel: ChannelId,
    pub nonce: Value,
    pub message: MessageId,
    pub at_ms: i64,
}

#[derive(Debug)]
pub(crate) struct World {
    pub config: Arc<Config>,
    pub switches: Switches,
    pub lenient: Lenient,
    pub clock: Clock,
    /// `http://127.0.0.1:port`.
    pub base_url: String,
    ids: Snowflakes,
    pub users: HashMap<UserId, User>,
    pub guilds: BTreeMap<GuildId, Guild>,
    pub channels: HashMap<ChannelId, Channel>,
    pub messages: HashMap<MessageId, Arc<Message>>,
    pub dms: HashMap<UserId, ChannelId>,
    pub webhooks: BTreeMap<WebhookId, Webhook>,
    pub commands: BTreeMap<CommandId, Command>,
    /// Day (since 1970) and number of global commands created on it.
    pub global_command_creates: (i64, u32),
    pub interactions: HashMap<InteractionId, Interaction>,
    interactions_by_age: VecDeque<InteractionId>,
    pub interactions_by_token: HashMap<Arc<str>, InteractionId>,
    pub ephemerals: VecDeque<MessageId>,
    /// Files that people gave to command options.
    pub uploads: HashMap<AttachmentId, Attachment>,
    pub nonces: VecDeque<NonceUse>,
    pub oauth: OAuth,
    pub sessions: session::Sessions,
    pub limiter: Limiter,
    pub faults: Faults,
    pub inspectors: Inspectors,
    pub logs: Logs,
    pub topics: Topics,
    pub audit: Ring<AuditEntry>,
}

impl World {
    pub(crate) fn new(
        config: Arc<Config>,
        clock: Clock,
        base_url: String,
        inspectors: Inspectors,
    ) -> Self {
        let bot = User {
            id: config.application.bot_user(),
            name: config.application.name.clone(),
            bot: true,
            locale: "en-US".into(),
            dms_closed: false,
        };
        Self {
            switches: config.switches.clone(),
            lenient: config.lenient.clone(),
            clock,
            base_url,
            ids: Snowflakes::default(),
            users: HashMap::from([(bot.id, bot)]),
            guilds: BTreeMap::new(),
            channels: HashMap::new(),
            messages: HashMap::new(),
            dms: HashMap::new(),
            webhooks: BTreeMap::new(),
            commands: BTreeMap::new(),
            global_command_creates: (0, 0),
            interactions: HashMap::new(),
            interactions_by_age: VecDeque::new(),
            interactions_by_token: HashMap::new(),
            ephemerals: VecDeque::new(),
            uploads: HashMap::new(),
            nonces: VecDeque::new(),
            oauth: OAuth::default(),
            sessions: session::Sessions::default(),
            limiter: Limiter::new(config.rate_limits.clone()),
            faults: Faults::default(),
            inspectors,
            logs: Logs::new(config.log_entries),
            topics: Topics::default(),
            audit: Ring::new(config.log_entries),
            config,
        }
    }

    pub(crate) fn now(&self) -> i64 {
        self.clock.now()
    }

    /// Whether a rule of Discord is kept here.
    pub(crate) fn keeps(&self, rule: Rule) -> bool {
        self.lenient.keeps(rule)
    }

    /// A new snowflake.
    pub(crate) fn next_id<T: From<u64>>(&mut self) -> T {
        let now = self.now();
        T::from(self.ids.next(now))
    }

    /// The bot's user id.
    pub(crate) fn bot(&self) -> UserId {
        self.config.application.bot_user()
    }

    /// Remembers an interaction, and forgets the oldest.
    pub(crate) fn put_interaction(&mut self, interaction: Interaction) {
        self.interactions_by_age.push_back(interaction.id);
        self.interactions_by_token
            .insert(interaction.token.clone(), interaction.id);
        self.interactions.insert(interaction.id, interaction);
        if self.interactions_by_age.len() > INTERACTIONS_KEPT
            && let Some(oldest) = self.interactions_by_age.pop_front()
            && let Some(gone) = self.interactions.remove(&oldest)
        {
            self.interactions_by_token.remove(&gone.token);
        }
    }

    /// Puts a new message into its channel, tells the bot, and wakes who waits.
    pub(crate) fn post(&mut self, message: Message) -> Arc<Message> {
        let message = Arc::new(message);
        self.messages.insert(message.id, message.clone());
        if message.is_ephemeral() {
            self.ephemerals.push_back(message.id);
            if self.ephemerals.len() > EPHEMERALS_KEPT
                && let Some(oldest) = self.ephemerals.pop_front()
            {
                self.messages.remove(&oldest);
            }
        } else if let Some(channel) = self.channels.get_mut(&message.channel) {
            channel.messages.push(message.id);
            channel.message_count += 1;
        }
        self.tell_message("MESSAGE_CREATE", &message);
        self.topics
            .note(Change::Posted(message.id, message.channel));
        self.message_changed(&message);
        message
    }

    /// Changes a message, tells the bot, and wakes who waits.
    pub(crate) fn change_message(
        &mut self,
        id: MessageId,
        change: impl FnOnce(&mut Message),
    ) -> Option<Arc<Message>> {
        let message = self.messages.get_mut(&id)?;
        change(Arc::make_mut(message));
        let message = message.clone();
        self.tell_message("MESSAGE_UPDATE", &message);
        self.message_changed(&message);
        Some(message)
    }

    /// Takes a message away, tells the bot, and wakes who waits.
    pub(crate) fn remove_message(&mut self, id: MessageId, tell: bool) -> Option<Arc<Message>> {
        let message = self.messages.remove(&id)?;
        if let Some(channel) = self.channels.get_mut(&message.channel)
            && let Ok(at) = channel.messages.binary_search(&id)
        {
            channel.messages.remove(at);
        }
        if tell && (!message.is_ephemeral() || self.switches.dispatch_ephemeral) {
            let mut body = serde_json::json!({ "id": id, "channel_id": message.channel });
            if let Some(guild) = message.guild {
                body["guild_id"] = serde_json::json!(guild);
            }
            self.dispatch("MESSAGE_DELETE", Audience::messages(message.guild), &body);
        }
        self.message_changed(&message);
        Some(message)
    }

    pub(crate) fn message_changed(&mut self, message: &Message) {
        let change = Change::Message(message.id, message.channel);
        self.topics
            .changed_by(Topic::Channel(message.channel), change);
        if let Some(recipient) = self
            .channels
            .get(&message.channel)
            .and_then(|channel| channel.recipient)
        {
            self.topics.changed(Topic::Dm(recipient));
        }
    }

    /// The direct message channel of the bot with a user, made on first use.
    pub(crate) fn dm_with(&mut self, user: UserId) -> ChannelId {
        if let Some(known) = self.dms.get(&user) {
            return *known;
        }
        let id = self.next_id();
        let mut channel = Channel::new(id, ChannelKind::Dm, None, "");
        channel.recipient = Some(user);
        // No CHANNEL_CREATE: since API v8 it is not sent for direct messages ("Change Log").
        self.channels.insert(id, channel);
        self.dms.insert(user, id);
        self.topics.changed(Topic::Dm(user));
        id
    }

    /// The message that an earlier request with this nonce made, if it is recent.
    pub(crate) fn find_nonce(&mut self, channel: ChannelId, nonce: &Value) -> Option<Arc<Message>> {
        let now = self.now();
        while self
            .nonces
            .front()
            .is_some_and(|used| now - used.at_ms > NONCE_LIVES_MS)
        {
            self.nonces.pop_front();
        }
        let used = self
            .nonces
            .iter()
            .rev()
            .find(|used| used.channel == channel && used.nonce == *nonce)?;
        self.messages.get(&used.message).cloned()
    }

    /// The file with this id on any message.
    pub(crate) fn find_file(
        &self,
        channel: ChannelId,
        file: u64,
    ) -> Option<(Bytes, Option<String>)> {
        let in_channel = self
            .messages
            .values()
            .filter(|message| message.channel == channel);
        let mut files = in_channel.flat_map(|message| &message.attachments);
        let found = files
            .find(|attachment| attachment.id.0 == file)
            .or_else(|| self.uploads.get(&AttachmentId(file)))?;
        Some((found.data.clone(), found.content_type.clone()))
    }
}
