//! The page's socket: what changed, for the panes that it shows.
//!
//! Changes are collected for a moment and sent together, each thing once as it is then: two hundred
//! people joining a run cost the page as many redraws as the run's panel has edits. A page that falls
//! too far behind is told to look anew.

use std::collections::BTreeSet;
use std::time::Duration;

use axum::extract::ws::{Message as Frame, WebSocket};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::sync::broadcast::error::RecvError;
use tokio::time::Instant;

use crate::control::{log, view};
use crate::id::{ChannelId, GuildId, MessageId, UserId};
use crate::playground::Playground;
use crate::topic::Change;
use crate::world::World;

/// How long changes are collected.
const COLLECT: Duration = Duration::from_millis(40);
/// Panes that one page may have.
const PANES: usize = 8;

/// What the page says: all that it shows now.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Watching {
    panes: Vec<Pane>,
    /// The drawer shows the log.
    log: bool,
    /// The drawer shows this guild.
    guild: Option<GuildId>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Pane {
    pane: u32,
    persona: UserId,
    guild: Option<GuildId>,
    channel: Option<ChannelId>,
}

/// What happened since the last frame.
#[derive(Debug, Default)]
struct Pending {
    posted: BTreeSet<(MessageId, ChannelId)>,
    messages: BTreeSet<(MessageId, ChannelId)>,
    members: BTreeSet<(GuildId, UserId)>,
    channels: BTreeSet<(GuildId, ChannelId)>,
    guilds: BTreeSet<GuildId>,
    dms: BTreeSet<UserId>,
    commands: bool,
    sessions: bool,
    requests: bool,
    clock: bool,
    missed: bool,
}

impl Pending {
    fn note(&mut self, change: Change) {
        match change {
            Change::Posted(message, channel) => {
                self.posted.insert((message, channel));
            }
            Change::Message(message, channel) => {
                self.messages.insert((message, channel));
            }
            Change::Member(guild, user) => {
                self.members.insert((guild, user));
            }
            Change::Channel(guild, channel) => {
                self.channels.insert((guild, channel));
            }
            Change::Guild(guild) => {
                self.guilds.insert(guild);
            }
            Change::Dm(user) => {
                self.dms.insert(user);
            }
            Change::Commands => self.commands = true,
            Change::Sessions => self.sessions = true,
            Change::Requests => self.requests = true,
            Change::Everything => self.missed = true,
        }
    }
}

/// Serves one page until it goes away.
pub(super) async fn run(playground: Playground, mut socket: WebSocket) {
    let mut changes = playground.world(|world| world.topics.follow());
    let mut clock = playground.clock().subscribe();
    let mut watching = Watching::default();
    let mut pending = Pending::default();
    let (mut logged, mut waiting) = (playground.counters().requests, None);
    loop {
        let due = waiting.unwrap_or_else(Instant::now);
        tokio::select! {
            frame = socket.recv() => match frame {
                Some(Ok(Frame::Text(text))) => {
                    let Ok(said) = serde_json::from_str::<Watching>(&text) else { return };
                    if said.panes.len() > PANES {
                        return;
                    }
                    watching = said;
                    let hello = json!([{ "t": "watching", "now_ms": playground.clock().now() }]);
                    if socket.send(Frame::Text(hello.to_string().into())).await.is_err() {
                        return;
                    }
                }
                Some(Ok(Frame::Ping(_) | Frame::Pong(_))) => {}
                _ => return,
            },
            change = changes.recv() => match change {
                // The log grows with every request; only a drawer that shows it has to know.
                Ok(Change::Requests) if !watching.log => {}
                Ok(change) => {
                    pending.note(change);
                    waiting.get_or_insert_with(|| Instant::now() + COLLECT);
                }
                Err(RecvError::Lagged(_)) => {
                    pending.missed = true;
                    waiting.get_or_insert_with(|| Instant::now() + COLLECT);
                }
                Err(RecvError::Closed) => return,
            },
            moved = clock.changed() => {
                if moved.is_err() {
                    return;
                }
                pending.clock = true;
                waiting.get_or_insert_with(Instant::now);
            }
            () = tokio::time::sleep_until(due), if waiting.is_some() => {
                waiting = None;
                let collected = std::mem::take(&mut pending);
                let events = playground.world(|world| tell(world, &watching, &collected, &mut logged));
                if !events.is_empty() {
                    let text = Value::Array(events).to_string();
                    if socket.send(Frame::Text(text.into())).await.is_err() {
                        return;
                    }
                }
            }
        }
    }
}

/// The events for what a page shows.
fn tell(world: &World, watching: &Watching, pending: &Pending, logged: &mut u64) -> Vec<Value> {
    if pending.missed {
        return vec![json!({ "t": "missed" })];
    }
    let mut events = Vec::new();
    for pane in &watching.panes {
        tell_messages(world, pane, pending, &mut events);
        tell_places(world, pane, pending, &mut events);
    }
    tell_members(world, watching, pending, &mut events);
    let shown: BTreeSet<GuildId> = watching
        .panes
        .iter()
        .filter_map(|pane| pane.guild)
        .chain(watching.guild)
        .collect();
    for guild in &pending.guilds {
        events.push(json!({ "t": "guild", "guild": guild, "shown": shown.contains(guild) }));
    }
    if watching
        .guild
        .is_some_and(|guild| pending.channels.iter().any(|(of, _)| *of == guild))
    {
        events.push(json!({ "t": "operator_channels", "guild": watching.guild }));
    }
    if pending.commands {
        events.push(json!({ "t": "commands" }));
    }
    if pending.sessions {
        events.push(json!({ "t": "bot", "online": world.sessions.connected() > 0 }));
    }
    if pending.clock {
        events.push(
            json!({ "t": "clock", "now_ms": world.now(), "offset_ms": world.clock.offset() }),
        );
    }
    if watching.log && pending.requests {
        let entries = log::since(world, *logged);
        if let Some(last) = entries.last().and_then(|entry| entry["number"].as_u64()) {
            *logged = last;
        }
        events.push(json!({ "t": "log", "requests": entries }));
    }
    events
}

/// Messages of the pane's channel and ephemeral ones in full; of others only that something came.
fn tell_messages(world: &World, pane: &Pane, pending: &Pending, events: &mut Vec<Value>) {
    for (id, channel) in &pending.messages {
        let message = world.messages.get(id);
        let seen = message.filter(|message| world.can_see(pane.persona, message));
        let is_here = pane.channel == Some(*channel);
        match seen {
            Some(message) if is_here || message.visible_to == Some(pane.persona) => {
                let view = view::message(world, pane.persona, message);
                events.push(json!({ "t": "message", "pane": pane.pane, "message": view }));
            }
            None if is_here => {
                events
                    .push(json!({ "t": "gone", "pane": pane.pane, "channel": channel, "id": id }));
            }
            _ => {}
        }
    }
    for (id, channel) in &pending.posted {
        let message = world.messages.get(id).filter(|message| {
            pane.channel != Some(*channel) && world.can_see(pane.persona, message)
        });
        if let Some(message) = message {
            let view = view::message(world, pane.persona, message);
            events.push(json!({
                "t": "posted", "pane": pane.pane, "channel": channel, "guild": message.guild,
                "pings": view["pings"],
            }));
        }
    }
}

/// Channels and threads of the pane's guild, and direct messages.
fn tell_places(world: &World, pane: &Pane, pending: &Pending, events: &mut Vec<Value>) {
    for (guild, id) in &pending.channels {
        if pane.guild != Some(*guild) {
            continue;
        }
        let channel = world.channels.get(id);
        let seen = channel.and_then(|channel| view::channel(world, channel, Some(pane.persona)));
        events.push(json!({ "t": "channel", "pane": pane.pane, "id": id, "channel": seen }));
    }
    if pending.dms.contains(&pane.persona) {
        events.push(json!({ "t": "home", "pane": pane.pane }));
    }
}

fn tell_members(world: &World, watching: &Watching, pending: &Pending, events: &mut Vec<Value>) {
    for (id, user) in &pending.members {
        let is_shown = watching.panes.iter().any(|pane| pane.guild == Some(*id));
        let is_persona = watching.panes.iter().any(|pane| pane.persona == *user);
        if !is_shown && !is_persona && watching.guild != Some(*id) {
            continue;
        }
        let guild = world.guilds.get(id);
        let member = guild.and_then(|guild| {
            let member = guild.members.get(user)?;
            Some(view::member(world, guild, member))
        });
        events.push(json!({ "t": "member", "guild": id, "user": user, "member": member }));
    }
}
