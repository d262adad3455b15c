//! Gateway sessions: who is logged in, what was sent to them, and what a RESUME replays.
//!
//! See [Discord Docs/Gateway], "Connection Lifecycle".

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use axum::extract::ws::Utf8Bytes;
use serde_json::{Value, json};
use tokio::sync::mpsc;

use crate::id::GuildId;
use crate::log::{Direction, FrameEntry, Logs};
use crate::server::wire::Control;
use crate::topic::Topic;
use crate::world::World;
use crate::world::dispatch::{Audience, intent};

/// What a connection's task is told to do, in order.
#[derive(Debug)]
pub(crate) enum Out {
    Frame(Utf8Bytes),
    /// Frames from here on are compressed.
    Compress,
    /// Wait so many milliseconds of the playground's clock first.
    Pause(i64),
    Close(Option<u16>),
    /// End the stream (FIN) without a close frame.
    HangUp,
}

/// Frames that may wait for a client that does not read; then it is cut off.
const OUTBOX: usize = 16_384;

/// An open socket.
#[derive(Debug)]
pub(crate) struct Connection {
    pub tx: mpsc::Sender<Out>,
    pub control: Arc<Control>,
    pub session: Option<String>,
}

#[derive(Debug)]
pub(crate) struct Session {
    pub id: String,
    pub shard: (u64, u64),
    pub intents: u64,
    pub compress: bool,
    pub seq: u64,
    replay: VecDeque<(u64, Utf8Bytes)>,
    /// The connection it runs on.
    pub connection: Option<u64>,
    /// When its connection was lost.
    pub lost_ms: Option<i64>,
    pub presence: Value,
}

impl Session {
    fn hears(&self, audience: Audience) -> bool {
        let shard = audience
            .guild
            .map_or(0, |guild| shard_of(guild, self.shard.1));
        shard == self.shard.0
            && (audience.intents == intent::NONE || self.intents & audience.intents != 0)
    }
}

/// `(guild_id >> 22) % num_shards` ("Sharding Formula").
pub(crate) fn shard_of(guild: GuildId, shards: u64) -> u64 {
    (guild.0 >> 22) % shards.max(1)
}

#[derive(Debug, Default)]
pub(crate) struct Sessions {
    pub list: Vec<Session>,
    pub connections: HashMap<u64, Connection>,
    next_connection: u64,
    /// Start of the 24 h and IDENTIFYs in it.
    pub identifies: (i64, u32),
    /// The last IDENTIFY per `shard % max_concurrency`.
    last_identify: HashMap<u64, i64>,
    replay_events: usize,
}

impl Sessions {
    pub(crate) fn anyone_hears(&self, audience: Audience) -> bool {
        self.list.iter().any(|session| session.hears(audience))
    }

    /// How many sessions have a live connection.
    pub(crate) fn connected(&self) -> usize {
        self.list
            .iter()
            .filter(|session| session.connection.is_some())
            .count()
    }

    pub(super) fn send(
        &mut self,
        event: &'static str,
        audience: Audience,
        body: &str,
        wants: impl Fn(u64) -> bool,
        logs: &mut Logs,
        at_ms: i64,
    ) {
        for at in 0..self.list.len() {
            if self.list[at].hears(audience) && wants(self.list[at].intents) {
                self.send_to(at, event, body, logs, at_ms);
            }
        }
    }

    fn send_to(&mut self, at: usize, event: &'static str, body: &str, logs: &mut Logs, at_ms: i64) {
        let keep = self.replay_events;
        let session = &mut self.list[at];
        session.seq += 1;
        let seq = session.seq;
        let frame = Utf8Bytes::from(format!(r#"{{"t":"{event}","s":{seq},"op":0,"d":{body}}}"#));
        session.replay.push_back((seq, frame.clone()));
        if session.replay.len() > keep {
            session.replay.pop_front();
        }
        let Some(connection) = session.connection else {
            return;
        };
        logs.frame(FrameEntry {
            number: 0,
            at_ms,
            connection,
            direction: Direction::ToBot,
            op: Some(0),
            event: Some(event),
            seq: Some(seq),
            close: None,
            bytes: frame.len(),
        });
        self.tell(connection, Out::Frame(frame));
    }

    pub(crate) fn tell(&self, connection: u64, out: Out) {
        if let Some(connection) = self.connections.get(&connection) {
            // A task that has ended has no use for it.
            if let Err(mpsc::error::TrySendError::Full(_)) = connection.tx.try_send(out) {
                connection.control.cut();
            }
        }
    }
}

/// What to do with a connection after a frame.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum After {
    Stay,
    /// Close with this code.
    Close(u16),
}

impl World {
    /// A socket was opened: says HELLO, unless a fault withholds it.
    pub(crate) fn open_connection(&mut self, control: Arc<Control>) -> (u64, mpsc::Receiver<Out>) {
        let (tx, rx) = mpsc::channel(OUTBOX);
        self.sessions.next_connection += 1;
        self.sessions.replay_events = self.config.gateway.replay_events;
        let id = self.sessions.next_connection;
        self.sessions.connections.insert(
            id,
            Connection {
                tx,
                control,
                session: None,
            },
        );
        if !self.faults.gateway.withhold_hello {
            let interval = self.config.gateway.heartbeat_interval.as_millis() as u64;
            self.control_frame(
                id,
                10,
                json!({ "heartbeat_interval": interval, "_trace": [] }),
            );
        }
        (id, rx)
    }

    /// A socket is gone. `by_client` is the close code that the client sent, if it did: 1000 and
    /// 1001 end the session, all else leaves it to be resumed ("Initiating a Disconnect").
    pub(crate) fn close_connection(&mut self, id: u64, by_client: Option<u16>) {
        let now = self.now();
        let Some(connection) = self.sessions.connections.remove(&id) else {
            return;
        };
        self.log_close(id, by_client, Direction::FromBot);
        let Some(session) = connection.session else {
            return;
        };
        if matches!(by_client, Some(1000 | 1001)) {
            self.sessions.list.retain(|known| known.id != session);
        } else if let Some(session) = self
            .sessions
            .list
            .iter_mut()
            .find(|known| known.id == session)
            && session.connection == Some(id)
        {
            session.connection = None;
            session.lost_ms = Some(now);
        }
        self.topics.changed(Topic::Sessions);
    }

    pub(crate) fn log_close(&mut self, connection: u64, close: Option<u16>, direction: Direction) {
        let at_ms = self.now();
        self.logs.frame(FrameEntry {
            number: 0,
            at_ms,
            connection,
            direction,
            op: None,
            event: None,
            seq: None,
            close,
            bytes: 0,
        });
    }

    /// Sends a frame that is no dispatch.
    pub(crate) fn control_frame(&mut self, connection: u64, op: u64, body: Value) {
        let text = if op == 11 {
            // A heartbeat acknowledgement has neither `s` nor `t`.
            r#"{"op":11}"#.to_owned()
        } else {
            json!({ "t": null, "s": null, "op": op, "d": body }).to_string()
        };
        self.logs.frame(FrameEntry {
            number: 0,
            at_ms: self.clock.now(),
            connection,
            direction: Direction::ToBot,
            op: Some(op),
            event: None,
            seq: None,
            close: None,
            bytes: text.len(),
        });
        self.sessions.tell(connection, Out::Frame(text.into()));
    }

    /// A frame from the bot, already parsed.
    pub(crate) fn receive(&mut self, connection: u64, frame: &Value, bytes: usize) -> After {
        let op = frame["op"].as_u64();
        self.logs.frame(FrameEntry {
            number: 0,
            at_ms: self.clock.now(),
            connection,
            direction: Direction::FromBot,
            op,
            event: None,
            seq: None,
            close: None,
            bytes,
        });
        let Some(open) = self.sessions.connections.get(&connection) else {
            return After::Stay;
        };
        let session = open.session.clone();
        let body = &frame["d"];
        match (op, session) {
            (Some(1), _) => {
                if !self.faults.gateway.ignore_heartbeats {
                    self.control_frame(connection, 11, Value::Null);
                }
                After::Stay
            }
            (Some(2 | 6), Some(_)) => After::Close(4005),
            (Some(2), None) => self.identify(connection, body),
            (Some(6), None) => self.resume(connection, body),
            (Some(3 | 4 | 8 | 31 | 43), None) => After::Close(4003),
            (Some(3), Some(session)) => {
                if let Some(session) = self
                    .sessions
                    .list
                    .iter_mut()
                    .find(|known| known.id == session)
                {
                    session.presence = body.clone();
                }
                After::Stay
            }
            (Some(8), Some(session)) => self.request_members(&session, body),
            (Some(4 | 31 | 43), Some(_)) => After::Stay,
            (Some(_), _) => After::Close(4001),
            (None, _) => After::Close(4002),
        }
    }

    /// Op 2 ("Identifying").
    fn identify(&mut self, connection: u64, body: &Value) -> After {
        let Some(token) = body["token"].as_str() else {
            return After::Close(4002);
        };
        if token.strip_prefix("Bot ").unwrap_or(token) != self.config.application.token {
            return After::Close(4004);
        }
        let shard = match &body["shard"] {
            Value::Null => (0, 1),
            shard => match (shard[0].as_u64(), shard[1].as_u64()) {
                (Some(index), Some(count)) if index < count => (index, count),
                _ => return After::Close(4010),
            },
        };
        let served = self.guilds.values().filter(|guild| guild.has_bot);
        if served
            .filter(|guild| shard_of(guild.id, shard.1) == shard.0)
            .count()
            > self.config.gateway.guilds_per_shard
        {
            return After::Close(4011);
        }
        let Some(intents) = body["intents"].as_u64() else {
            return After::Close(4013);
        };
        if intents & !intent::KNOWN != 0 {
            return After::Close(4013);
        }
        let application = &self.config.application;
        let privileged = [
            (intent::GUILD_MEMBERS, application.guild_members_intent),
            (intent::GUILD_PRESENCES, application.guild_presences_intent),
            (intent::MESSAGE_CONTENT, application.message_content_intent),
        ];
        if privileged
            .iter()
            .any(|(bit, granted)| intents & bit != 0 && !granted)
        {
            return After::Close(4014);
        }
        if !self.count_identify(shard.0) {
            self.control_frame(connection, 9, json!(false));
            return After::Stay;
        }
        let id = format!("{:032x}", rand::random::<u128>());
        let compress = body["compress"].as_bool().unwrap_or(false);
        self.sessions.list.push(Session {
            id: id.clone(),
            shard,
            intents,
            compress,
            seq: 0,
            replay: VecDeque::new(),
            connection: Some(connection),
            lost_ms: None,
            presence: body["presence"].clone(),
        });
        self.forget_old_sessions();
        if let Some(open) = self.sessions.connections.get_mut(&connection) {
            open.session = Some(id.clone());
        }
        if compress {
            self.sessions.tell(connection, Out::Compress);
        }
        let delay = self.faults.gateway.ready_delay.as_millis() as i64;
        if delay > 0 {
            self.sessions.tell(connection, Out::Pause(delay));
        }
        self.say_ready(&id);
        self.topics.changed(Topic::Sessions);
        After::Stay
    }

    /// Counts an IDENTIFY against 1000 in 24 h and `max_concurrency` in 5 s.
    fn count_identify(&mut self, shard: u64) -> bool {
        let now = self.now();
        let gateway = &self.config.gateway;
        let sessions = &mut self.sessions;
        if now - sessions.identifies.0 >= 86_400_000 {
            sessions.identifies = (now, 0);
        }
        let key = shard % u64::from(gateway.max_concurrency.max(1));
        let spacing = gateway.identify_spacing.as_millis() as i64;
        let too_soon = sessions
            .last_identify
            .get(&key)
            .is_some_and(|last| now - last < spacing);
        if too_soon || sessions.identifies.1 >= gateway.identifies_per_day {
            return false;
        }
        sessions.identifies.1 += 1;
        sessions.last_identify.insert(key, now);
        true
    }

    fn say_ready(&mut self, session: &str) {
        let Some(at) = self
            .sessions
            .list
            .iter()
            .position(|known| known.id == session)
        else {
            return;
        };
        let Session { shard, intents, .. } = self.sessions.list[at];
        let mine: Vec<GuildId> = self
            .guilds
            .values()
            .filter(|guild| guild.has_bot && shard_of(guild.id, shard.1) == shard.0)
            .map(|guild| guild.id)
            .collect();
        let application = self.application_json();
        let guilds: Vec<Value> = mine
            .iter()
            .map(|id| json!({ "id": id, "unavailable": true }))
            .collect();
        let mut user = self.user_json(self.bot());
        user["verified"] = json!(true);
        user["mfa_enabled"] = json!(true);
        user["email"] = Value::Null;
        let ready = json!({
            "v": 10, "user": user, "guilds": guilds, "session_id": session,
            "resume_gateway_url": self.gateway_url(), "shard": [shard.0, shard.1],
            "application": { "id": application["id"], "flags": application["flags"] },
            "private_channels": [], "relationships": [], "user_settings": {}, "presences": [],
            "guild_join_requests": [], "geo_ordered_rtc_regions": [], "session_type": "normal",
            "user_settings_proto": null, "auth": {}, "_trace": ["playground"],
        });
        let now = self.now();
        self.sessions
            .send_to(at, "READY", &ready.to_string(), &mut self.logs, now);
        if intents & intent::GUILDS == 0 {
            return;
        }
        for id in mine {
            let Some(guild) = self.guilds.get(&id).filter(|guild| !guild.unavailable) else {
                continue;
            };
            let body = self.guild_create_json(guild).to_string();
            self.sessions
                .send_to(at, "GUILD_CREATE", &body, &mut self.logs, now);
        }
    }

    pub(crate) fn gateway_url(&self) -> String {
        format!("{}/gateway", self.base_url.replacen("http", "ws", 1))
    }

    /// Op 6 ("Resuming").
    fn resume(&mut self, connection: u64, body: &Value) -> After {
        let token = body["token"].as_str().unwrap_or_default();
        if token.strip_prefix("Bot ").unwrap_or(token) != self.config.application.token {
            return After::Close(4004);
        }
        self.forget_old_sessions();
        let id = body["session_id"].as_str().unwrap_or_default();
        let seq = body["seq"].as_u64().unwrap_or(0);
        let Some(at) = self.sessions.list.iter().position(|known| known.id == id) else {
            self.control_frame(connection, 9, json!(false));
            return After::Stay;
        };
        let session = &mut self.sessions.list[at];
        if seq > session.seq {
            return After::Close(4007);
        }
        let oldest = session
            .replay
            .front()
            .map_or(session.seq + 1, |(oldest, _)| *oldest);
        if seq + 1 < oldest {
            // What was missed is no longer in the buffer.
            self.sessions.list.remove(at);
            self.control_frame(connection, 9, json!(false));
            return After::Stay;
        }
        let previous = session.connection.replace(connection);
        session.lost_ms = None;
        let (compress, id) = (session.compress, session.id.clone());
        let missed: Vec<Utf8Bytes> = session
            .replay
            .iter()
            .filter(|(sent, _)| *sent > seq)
            .map(|(_, frame)| frame.clone())
            .collect();
        if let Some(previous) = previous.filter(|previous| *previous != connection) {
            self.sessions.tell(previous, Out::Close(None));
            if let Some(old) = self.sessions.connections.get_mut(&previous) {
                old.session = None;
            }
        }
        if let Some(open) = self.sessions.connections.get_mut(&connection) {
            open.session = Some(id);
        }
        if compress {
            self.sessions.tell(connection, Out::Compress);
        }
        for frame in missed {
            self.sessions.tell(connection, Out::Frame(frame));
        }
        let now = self.now();
        self.sessions.send_to(
            at,
            "RESUMED",
            r#"{"_trace":["playground"]}"#,
            &mut self.logs,
            now,
        );
        self.topics.changed(Topic::Sessions);
        After::Stay
    }

    /// Sessions that were lost too long ago cannot be resumed.
    fn forget_old_sessions(&mut self) {
        let end = self.now() - self.config.gateway.resume_window.as_millis() as i64;
        self.sessions
            .list
            .retain(|session| session.lost_ms.is_none_or(|lost| lost >= end));
    }

    /// Op 8 ("Request Guild Members").
    fn request_members(&mut self, session: &str, body: &Value) -> After {
        let Some(at) = self
            .sessions
            .list
            .iter()
            .position(|known| known.id == session)
        else {
            return After::Stay;
        };
        let guild_id = crate::form::snowflake(&body["guild_id"]).map(GuildId);
        let Some(guild) = guild_id
            .and_then(|id| self.guilds.get(&id))
            .filter(|guild| guild.has_bot)
        else {
            return After::Stay;
        };
        let nonce = body["nonce"].as_str().filter(|nonce| nonce.len() <= 32);
        let asked: Vec<u64> = match &body["user_ids"] {
            Value::Array(ids) => ids
                .iter()
                .filter_map(crate::form::snowflake)
                .take(100)
                .collect(),
            single => crate::form::snowflake(single).into_iter().collect(),
        };
        let query = body["query"].as_str().unwrap_or_default().to_lowercase();
        let limit = body["limit"].as_u64().unwrap_or(0) as usize;
        let whole = asked.is_empty() && query.is_empty() && limit == 0;
        if whole && self.sessions.list[at].intents & intent::GUILD_MEMBERS == 0 {
            return After::Stay;
        }
        let cap = if whole {
            usize::MAX
        } else {
            limit.clamp(1, 100).max(asked.len())
        };
        let name = |user| {
            self.users
                .get(user)
                .map_or("", |user| user.name.as_str())
                .to_lowercase()
        };
        let chosen: Vec<Value> = guild
            .members
            .values()
            .filter(|member| match asked.is_empty() {
                true => name(&member.user).starts_with(&query),
                false => asked.contains(&member.user.0),
            })
            .take(cap)
            .map(|member| self.member_json(member))
            .collect();
        let known = |id: &&u64| !guild.members.contains_key(&crate::id::UserId(**id));
        let not_found: Vec<String> = asked.iter().filter(known).map(u64::to_string).collect();
        let guild_id = guild.id;
        let count = chosen.len().div_ceil(1000).max(1);
        let now = self.now();
        for index in 0..count {
            let members: Vec<&Value> = chosen.iter().skip(index * 1000).take(1000).collect();
            let mut chunk = json!({
                "guild_id": guild_id, "members": members, "chunk_index": index, "chunk_count": count,
                "not_found": not_found,
            });
            if let Some(nonce) = nonce {
                chunk["nonce"] = json!(nonce);
            }
            self.sessions.send_to(
                at,
                "GUILD_MEMBERS_CHUNK",
                &chunk.to_string(),
                &mut self.logs,
                now,
            );
        }
        After::Stay
    }
}
