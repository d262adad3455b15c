//! Where a shard's events arrive, one after another: the directory is brought up to date, then the
//! host is told.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};

use arc_swap::ArcSwapOption;
use muster_core::clock::SharedClock;
use muster_core::guild::{Channel, ChannelKind};
use muster_core::ids::{GuildId, UserId};
use muster_core::interaction::Event;
use muster_core::ports::Directory;
use serenity::model::application::Interaction;
use serenity::model::event::Event as Theirs;
use serenity::model::event::UnknownEvent;
use tokio::sync::mpsc;

use super::Incoming;
use super::convert;
use super::directory::GuildDirectory;
use super::interaction::{Converted, convert as convert_interaction};
use super::status::ShardStatus;

/// Takes what one shard hears.
pub(super) struct Sink {
    pub number: u32,
    pub total: u32,
    pub clock: SharedClock,
    pub directory: Arc<GuildDirectory>,
    pub host: mpsc::UnboundedSender<Incoming>,
    pub status: Arc<ShardStatus>,
    /// The bot's own user, known from READY on.
    pub bot: ArcSwapOption<UserId>,
    pub had_session: AtomicBool,
    pub heard_at_ms: AtomicI64,
}

impl Sink {
    /// Takes one event, on the shard's own thread.
    pub(super) fn take(&self, theirs: &Theirs) {
        self.heard_at_ms
            .store(self.clock.now().as_ms(), Ordering::Relaxed);
        match theirs {
            Theirs::InteractionCreate(event) => {
                self.learn_thread(&event.interaction);
                match convert_interaction(&event.interaction, self.clock.now()) {
                    Converted::Ours(interaction) => self.tell(Event::Interaction(interaction)),
                    Converted::Unsupported(direct) => self.send(Incoming::Unsupported(*direct)),
                    Converted::Ping => {}
                }
            }
            Theirs::Ready(event) => self.ready(&event.ready),
            Theirs::Resumed(_) => {
                self.status.set_ready(true);
                tracing::info!(shard = self.number, "the session goes on");
            }
            Theirs::Unknown(unknown) => self.unknown(unknown),
            _ => self.guild_event(theirs),
        }
    }

    fn ready(&self, ready: &serenity::model::gateway::Ready) {
        let bot = convert::user_id(ready.user.id);
        self.bot.store(Some(Arc::new(bot)));
        let guilds: Vec<GuildId> = ready
            .guilds
            .iter()
            .map(|guild| convert::guild_id(guild.id))
            .collect();
        let is_mine =
            |guild: GuildId| (guild.get() >> 22) % u64::from(self.total) == u64::from(self.number);
        self.directory
            .retain(|guild| !is_mine(guild) || guilds.contains(&guild));
        let first = !self.had_session.swap(true, Ordering::Relaxed);
        self.status.set_ready(true);
        tracing::info!(
            shard = self.number,
            guilds = guilds.len(),
            first,
            "connected to Discord with {} guilds",
            guilds.len()
        );
        self.tell(Event::Ready {
            application: convert::application_id(ready.application.id),
            bot,
            guilds,
            first,
        });
    }

    fn unknown(&self, unknown: &UnknownEvent) {
        let count = self.status.count_unknown(&unknown.kind);
        if unknown.kind == "INTERACTION_CREATE" {
            // Somebody acted and will be told by Discord that the bot did not respond.
            tracing::error!(
                shard = self.number,
                count,
                "an interaction could not be read"
            );
        } else if count == 1 {
            tracing::warn!(
                shard = self.number,
                kind = unknown.kind,
                "events of the kind {} cannot be read; further ones are counted only",
                unknown.kind
            );
        }
    }

    fn guild_event(&self, theirs: &Theirs) {
        let directory = &self.directory;
        match theirs {
            Theirs::GuildCreate(event) => {
                let Some(bot) = self.bot.load_full() else {
                    return;
                };
                let snapshot = convert::guild(&event.guild, *bot);
                directory.put(snapshot.clone());
                self.tell(Event::GuildAvailable(Box::new(snapshot)));
            }
            Theirs::GuildDelete(event) => {
                let guild = convert::guild_id(event.guild.id);
                directory.remove(guild);
                self.tell(if event.guild.unavailable {
                    Event::GuildUnavailable(guild)
                } else {
                    Event::GuildRemoved(guild)
                });
            }
            Theirs::GuildUpdate(event) => {
                let guild = convert::guild_id(event.guild.id);
                let owner = convert::user_id(event.guild.owner_id);
                directory.set_name_and_owner(guild, &event.guild.name, owner);
                let name = event.guild.name.clone();
                self.tell(Event::GuildChanged { guild, name, owner });
            }
            Theirs::GuildRoleCreate(event) => self.put_role(&event.role),
            Theirs::GuildRoleUpdate(event) => self.put_role(&event.role),
            Theirs::GuildRoleDelete(event) => {
                let (guild, role) = (
                    convert::guild_id(event.guild_id),
                    convert::role_id(event.role_id),
                );
                directory.remove_role(guild, role);
                self.tell(Event::RoleDeleted(guild, role));
            }
            Theirs::ChannelCreate(event) => self.put_channel(&event.channel),
            Theirs::ChannelUpdate(event) => self.put_channel(&event.channel),
            Theirs::ThreadCreate(event) => self.put_channel(&event.thread),
            Theirs::ThreadUpdate(event) => self.put_channel(&event.thread),
            Theirs::ThreadListSync(event) => {
                for thread in &event.threads {
                    self.put_channel(thread);
                }
            }
            Theirs::ChannelDelete(event) => {
                self.remove_channel(event.channel.guild_id, event.channel.id);
            }
            Theirs::ThreadDelete(event) => {
                self.remove_channel(event.thread.guild_id, event.thread.id);
            }
            _ => self.member_event(theirs),
        }
    }

    fn member_event(&self, theirs: &Theirs) {
        match theirs {
            Theirs::GuildMemberAdd(event) => {
                let guild = convert::guild_id(event.member.guild_id);
                self.tell(Event::MemberJoined(
                    guild,
                    convert::user_id(event.member.user.id),
                ));
            }
            Theirs::GuildMemberRemove(event) => {
                let guild = convert::guild_id(event.guild_id);
                self.tell(Event::MemberLeft(guild, convert::user_id(event.user.id)));
            }
            Theirs::GuildMemberUpdate(event) => {
                let guild = convert::guild_id(event.guild_id);
                let user = convert::user_id(event.user.id);
                let roles = convert::role_ids(&event.roles);
                // About the bot itself it comes without the members intent.
                if self.bot.load().as_deref() == Some(&user) {
                    self.directory.set_bot_roles(guild, roles.clone());
                    self.tell(Event::BotRoles(guild, roles));
                } else {
                    self.tell(Event::MemberRoles(guild, user, roles));
                }
            }
            Theirs::MessageDelete(event) => {
                if let Some(guild) = event.guild_id {
                    self.tell(Event::MessageDeleted(
                        convert::guild_id(guild),
                        convert::channel_id(event.channel_id),
                        convert::message_id(event.message_id),
                    ));
                }
            }
            Theirs::MessageDeleteBulk(event) => {
                let Some(guild) = event.guild_id.map(convert::guild_id) else {
                    return;
                };
                let channel = convert::channel_id(event.channel_id);
                for id in &event.ids {
                    self.tell(Event::MessageDeleted(
                        guild,
                        channel,
                        convert::message_id(*id),
                    ));
                }
            }
            _ => {}
        }
    }

    fn put_role(&self, theirs: &serenity::model::guild::Role) {
        let (guild, id) = (
            convert::guild_id(theirs.guild_id),
            convert::role_id(theirs.id),
        );
        let role = convert::role(theirs);
        self.directory.put_role(guild, id, role.clone());
        self.tell(Event::RolePut(guild, id, role));
    }

    fn put_channel(&self, theirs: &serenity::model::channel::GuildChannel) {
        let (guild, id) = (
            convert::guild_id(theirs.guild_id),
            convert::channel_id(theirs.id),
        );
        let channel = convert::channel(theirs);
        self.directory.put_channel(guild, id, channel.clone());
        self.tell(Event::ChannelPut(guild, id, channel));
    }

    fn remove_channel(
        &self,
        guild: serenity::model::id::GuildId,
        channel: serenity::model::id::ChannelId,
    ) {
        let (guild, channel) = (convert::guild_id(guild), convert::channel_id(channel));
        self.directory.remove_channel(guild, channel);
        self.tell(Event::ChannelDeleted(guild, channel));
    }

    /// A thread that was archived when the session began is unknown until somebody acts in it.
    fn learn_thread(&self, theirs: &Interaction) {
        let (guild, channel) = match theirs {
            Interaction::Command(it) | Interaction::Autocomplete(it) => (it.guild_id, &it.channel),
            Interaction::Component(it) => (it.guild_id, &it.channel),
            Interaction::Modal(it) => (it.guild_id, &it.channel),
            _ => return,
        };
        let (Some(guild), Some(channel)) = (guild, channel) else {
            return;
        };
        let kind = ChannelKind::from_discord(channel.kind.into());
        if kind != ChannelKind::Thread {
            return;
        }
        let (guild, id) = (convert::guild_id(guild), convert::channel_id(channel.id));
        let is_known = self
            .directory
            .guild(guild)
            .is_none_or(|snapshot| snapshot.channels.contains_key(&id));
        if !is_known {
            let thread = Channel {
                name: channel.name.clone().unwrap_or_default(),
                kind,
                parent: channel.parent_id.map(convert::channel_id),
                overwrites: vec![],
            };
            self.directory.put_channel(guild, id, thread);
        }
    }

    fn tell(&self, event: Event) {
        self.send(Incoming::Event(event));
    }

    fn send(&self, incoming: Incoming) {
        // The host stops listening only when the process ends.
        let _ = self.host.send(incoming);
    }
}

#[cfg(test)]
mod tests {
    use muster_core::clock::ShiftedClock;
    use serde_json::json;

    use super::*;

    fn sink() -> (Sink, mpsc::UnboundedReceiver<Incoming>) {
        let (host, heard) = mpsc::unbounded_channel();
        let sink = Sink {
            number: 0,
            total: 1,
            clock: Arc::new(ShiftedClock::default()),
            directory: Arc::default(),
            host,
            status: Arc::default(),
            bot: ArcSwapOption::empty(),
            had_session: AtomicBool::new(false),
            heard_at_ms: AtomicI64::new(0),
        };
        (sink, heard)
    }

    #[test]
    fn what_cannot_be_read_is_counted_and_stops_nothing() {
        let (sink, mut heard) = sink();
        for kind in ["INTERACTION_CREATE", "SOMETHING_NEW", "SOMETHING_NEW"] {
            let frame = json!({ "t": kind, "d": { "id": 1 } });
            sink.take(&serde_json::from_value(frame).expect("serenity keeps it as unknown"));
        }
        let status = super::super::status::GatewayStatus {
            shards: vec![(0, sink.status.clone())],
        };
        let unknown = &status.shards()[0].unknown;
        assert_eq!(unknown["INTERACTION_CREATE"], 1);
        assert_eq!(unknown["SOMETHING_NEW"], 2);
        assert!(heard.try_recv().is_err());
    }
}
