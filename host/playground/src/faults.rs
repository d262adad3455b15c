//! Making things go wrong, from the outside.

use std::sync::atomic::Ordering;
use std::time::Duration;

use serde_json::json;

use crate::fault::RestFault;
use crate::id::GuildId;
use crate::playground::Playground;
use crate::topic::Topic;
use crate::world::session::Out;
use crate::world::{Audience, intent};

/// Faults on demand, on the gateway and in REST.
#[derive(Clone, Debug)]
pub struct FaultControl {
    playground: Playground,
}

/// A planned REST fault, to be cancelled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FaultId(u64);

impl FaultControl {
    pub(crate) fn new(playground: Playground) -> Self {
        Self { playground }
    }

    /// Lets a fault hit the next `times` requests on a route, written `METHOD /template` with
    /// Discord's placeholders (`POST /channels/{channel.id}/messages`); `*` stands for any method,
    /// a trailing `*` for any ending, `*` alone for everything.
    pub fn rest(&self, route: &str, fault: RestFault, times: u32) -> FaultId {
        FaultId(
            self.playground
                .world(|world| world.faults.plan(route, fault, times)),
        )
    }

    /// Takes back a planned fault.
    pub fn cancel(&self, fault: FaultId) {
        self.playground.world(|world| world.faults.cancel(fault.0));
    }

    /// Takes back all faults, on the gateway too.
    pub fn clear(&self) {
        self.playground.world(|world| world.faults.clear());
        self.playground
            .shared
            .frame_delay_ms
            .store(0, Ordering::Relaxed);
    }

    /// REST faults that have not struck as often as planned.
    pub fn pending(&self) -> usize {
        self.playground.world(|world| world.faults.pending())
    }

    /// Cuts every gateway connection: the bot sees a TCP reset, the sessions stay resumable.
    pub fn drop_gateway(&self) {
        self.playground.world(|world| {
            world
                .sessions
                .connections
                .values()
                .for_each(|open| open.control.cut())
        });
    }

    /// Ends every gateway connection without a word: the bot sees a FIN, the sessions stay
    /// resumable.
    pub fn hang_up_gateway(&self) {
        self.tell_all(|| Out::HangUp);
    }

    /// Closes every gateway connection with a code, or with an empty close frame.
    pub fn close_gateway(&self, code: Option<u16>) {
        self.tell_all(|| Out::Close(code));
    }

    /// Op 7: asks the bot to reconnect. The sockets are closed after that.
    pub fn reconnect(&self) {
        self.say_to_all(7, &serde_json::Value::Null);
        self.tell_all(|| Out::Close(None));
    }

    /// Op 9: the session is invalid. If it cannot be resumed, it is forgotten here too.
    pub fn invalidate_session(&self, resumable: bool) {
        self.say_to_all(9, &json!(resumable));
        self.playground.world(|world| {
            let connections = world.sessions.connections.values_mut();
            if resumable {
                // The connection must say who it is again.
                connections.for_each(|open| open.session = None);
                world
                    .sessions
                    .list
                    .iter_mut()
                    .for_each(|session| session.connection = None);
            } else {
                connections.for_each(|open| open.session = None);
                world.sessions.list.clear();
            }
            world.topics.changed(Topic::Sessions);
        });
    }

    /// Op 1: asks every connection for a heartbeat at once.
    pub fn request_heartbeat(&self) {
        self.say_to_all(1, &serde_json::Value::Null);
    }

    /// Leaves heartbeats without acknowledgement, or stops doing so.
    pub fn ignore_heartbeats(&self, ignore: bool) {
        self.playground
            .world(|world| world.faults.gateway.ignore_heartbeats = ignore);
    }

    /// Says no HELLO on new connections, or does so again.
    pub fn withhold_hello(&self, withhold: bool) {
        self.playground
            .world(|world| world.faults.gateway.withhold_hello = withhold);
    }

    /// Lets READY come later, by the playground's clock.
    pub fn delay_ready(&self, by: Duration) {
        self.playground
            .world(|world| world.faults.gateway.ready_delay = by);
    }

    /// Holds back every gateway frame for so long in real time.
    pub fn slow_gateway(&self, per_frame: Duration) {
        let ms = u64::try_from(per_frame.as_millis()).unwrap_or(u64::MAX);
        self.playground
            .shared
            .frame_delay_ms
            .store(ms, Ordering::Relaxed);
    }

    /// An outage of a guild: GUILD_DELETE with `unavailable: true`, and nothing from it until
    /// [`FaultControl::end_outage`].
    pub fn start_outage(&self, guild: GuildId) {
        self.playground.world(|world| {
            let body = json!({ "id": guild, "unavailable": true });
            world.dispatch(
                "GUILD_DELETE",
                Audience::guild(guild, intent::GUILDS),
                &body,
            );
            world
                .guilds
                .entry(guild)
                .and_modify(|guild| guild.unavailable = true);
        });
    }

    /// The end of an outage: GUILD_CREATE.
    pub fn end_outage(&self, guild: GuildId) {
        self.playground.world(|world| {
            world
                .guilds
                .entry(guild)
                .and_modify(|guild| guild.unavailable = false);
            world.announce_guild(guild);
        });
    }

    fn say_to_all(&self, op: u64, body: &serde_json::Value) {
        self.playground.world(|world| {
            let ids: Vec<u64> = world.sessions.connections.keys().copied().collect();
            for id in ids {
                world.control_frame(id, op, body.clone());
            }
        });
    }

    fn tell_all(&self, out: impl Fn() -> Out) {
        self.playground.world(|world| {
            for id in world.sessions.connections.keys() {
                world.sessions.tell(*id, out());
            }
        });
    }
}
