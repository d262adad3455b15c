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

use crate::bound::Budget;
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
/// How many interactions are remembered, whether their token has ended or not.
const INTERACTIONS_KEPT: usize = 20_000;
/// How many files are remembered that people gave to options and modals.
const UPLOADS_KEPT: usize = 1000;
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
    uploads_by_age: Budget<AttachmentId>,
    messages_by_age: Budget<MessageId>,
    /// Files of messages that can still be fetched.
    files_by_age: Budget<(MessageId, AttachmentId)>,
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
            uploads_by_age: Budget::new(UPLOADS_KEPT, config.file_bytes),
            messages_by_age: Budget::new(config.messages_kept, usize::MAX),
            files_by_age: Budget::new(usize::MAX, config.file_bytes),
            nonces: VecDeque::new(),
            oauth: OAuth::default(),
            sessions: session::Sessions::default(),
            limiter: Limiter::new(config.rate_limits.clone()),
            faults: Faults::default(),
            inspectors,
            logs: Logs::new(config.log_entries, config.log_bytes),
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
        if message.is_ephemeral() {
            self.messages.insert(message.id, message.clone());
            self.ephemerals.push_back(message.id);
            if self.ephemerals.len() > EPHEMERALS_KEPT
                && let Some(oldest) = self.ephemerals.pop_front()
            {
                self.messages.remove(&oldest);
            }
            self.note_files(&message);
        } else {
            self.put_message(message.clone());
            if let Some(channel) = self.channels.get_mut(&message.channel) {
                channel.message_count += 1;
            }
        }
        self.tell_message("MESSAGE_CREATE", &message);
        self.topics
            .note(Change::Posted(message.id, message.channel));
        self.message_changed(&message);
        message
    }

    /// Puts a message into its channel, and forgets what there is no more room for.
    pub(crate) fn put_message(&mut self, message: Arc<Message>) {
        if let Some(channel) = self.channels.get_mut(&message.channel) {
            channel.messages.push(message.id);
        }
        self.note_files(&message);
        let forgotten = self.messages_by_age.note(message.id, 0);
        self.messages.insert(message.id, message);
        for id in forgotten {
            self.take_message(id);
        }
    }

    /// Takes a message out of its channel.
    fn take_message(&mut self, id: MessageId) -> Option<Arc<Message>> {
        let message = self.messages.remove(&id)?;
        if let Some(channel) = self.channels.get_mut(&message.channel)
            && let Ok(at) = channel.messages.binary_search(&id)
        {
            channel.messages.remove(at);
        }
        Some(message)
    }

    /// Counts a message's files; the oldest of all lose what is in them when there is too much.
    fn note_files(&mut self, message: &Message) {
        for file in &message.attachments {
            let key = (message.id, file.id);
            for (message, file) in self.files_by_age.note(key, file.data.len()) {
                let message = self.messages.get_mut(&message).map(Arc::make_mut);
                let mut files = message.into_iter().flat_map(|it| &mut it.attachments);
                if let Some(file) = files.find(|known| known.id == file) {
                    file.data = Bytes::new();
                }
            }
        }
    }

    /// Remembers a file that somebody gave to an option or a modal.
    pub(crate) fn put_upload(&mut self, file: Attachment) {
        for forgotten in self.uploads_by_age.note(file.id, file.data.len()) {
            self.uploads.remove(&forgotten);
        }
        self.uploads.insert(file.id, file);
    }

    /// Drops all that belongs to the moment, and every message.
    pub(crate) fn forget_the_moment(&mut self) {
        self.messages.clear();
        self.messages_by_age.clear();
        self.files_by_age.clear();
        self.ephemerals.clear();
        self.interactions.clear();
        self.interactions_by_age.clear();
        self.interactions_by_token.clear();
        self.uploads.clear();
        self.uploads_by_age.clear();
        self.nonces.clear();
        self.oauth = OAuth::default();
    }

    /// After everything was replaced: no id is given twice, and whoever waits looks again.
    pub(crate) fn everything_changed(&mut self) {
        let newest = [
            self.users.keys().map(|id| id.0).max(),
            self.channels.keys().map(|id| id.0).max(),
            self.messages.keys().map(|id| id.0).max(),
            self.commands.keys().map(|id| id.0).max(),
            self.webhooks.keys().map(|id| id.0).max(),
            self.guilds
                .values()
                .flat_map(|guild| guild.roles.keys())
                .map(|id| id.0)
                .max(),
        ];
        newest
            .into_iter()
            .flatten()
            .for_each(|id| self.ids.take(id));
        self.topics.all_changed();
    }

    /// Changes a message, tells the bot, and wakes who waits.
    pub(crate) fn change_message(
        &mut self,
        id: MessageId,
        change: impl FnOnce(&mut Message),
    ) -> Option<Arc<Message>> {
        let message = self.messages.get_mut(&id)?;
        let files: Vec<AttachmentId> = message.attachments.iter().map(|file| file.id).collect();
        change(Arc::make_mut(message));
        let message = message.clone();
        if !message
            .attachments
            .iter()
            .all(|file| files.contains(&file.id))
        {
            self.note_files(&message);
        }
        self.tell_message("MESSAGE_UPDATE", &message);
        self.message_changed(&message);
        Some(message)
    }

    /// Takes a message away, tells the bot, and wakes who waits.
    pub(crate) fn remove_message(&mut self, id: MessageId, tell: bool) -> Option<Arc<Message>> {
        let message = self.take_message(id)?;
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
