//! The operator's levers: what an admin of the guild does by hand, what goes wrong, and the time.

use std::time::Duration;

use serde::Deserialize;
use serde_json::json;

use crate::control::{Failure, Reply};
use crate::fault::{LimitScope, RestFault};
use crate::guild::GuildHandle;
use crate::id::{ChannelId, GuildId, MessageId, RoleId, UserId};
use crate::model::channel::{Channel, ChannelKind};
use crate::permission::{Overwrite, OverwriteTarget, Permissions};
use crate::playground::Playground;
use crate::rest::{members, roles};
use crate::spec::{GuildSpec, MemberSpec};

/// The clock is moved by a year at most, and only forward.
const LONGEST_MOVE_MS: u64 = 366 * 24 * 60 * 60 * 1000;
/// A name of a role, channel or person.
const NAME_LENGTH: usize = 100;

#[derive(Debug, Deserialize)]
#[serde(tag = "op", rename_all = "snake_case", deny_unknown_fields)]
pub(super) enum Wanted {
    MoveClock {
        by_ms: u64,
    },
    AddGuild {
        name: String,
    },
    AddRole {
        guild: GuildId,
        name: String,
    },
    ChangeRole {
        guild: GuildId,
        role: RoleId,
        name: Option<String>,
        color: Option<u32>,
        hoist: Option<bool>,
        mentionable: Option<bool>,
        permissions: Option<Permissions>,
    },
    /// All roles from the top, without @everyone.
    OrderRoles {
        guild: GuildId,
        order: Vec<RoleId>,
    },
    DeleteRole {
        guild: GuildId,
        role: RoleId,
    },
    GiveRole {
        guild: GuildId,
        user: UserId,
        role: RoleId,
        has: bool,
    },
    Nickname {
        guild: GuildId,
        user: UserId,
        nick: Option<String>,
    },
    Join {
        guild: GuildId,
        name: String,
        #[serde(default)]
        roles: Vec<String>,
    },
    KickMember {
        guild: GuildId,
        user: UserId,
    },
    KickBot {
        guild: GuildId,
    },
    AddBot {
        guild: GuildId,
    },
    AddChannel {
        guild: GuildId,
        name: String,
        parent: Option<ChannelId>,
    },
    SetOverwrite {
        guild: GuildId,
        channel: ChannelId,
        role: Option<RoleId>,
        member: Option<UserId>,
        allow: Permissions,
        deny: Permissions,
    },
    DeleteChannel {
        guild: GuildId,
        channel: ChannelId,
    },
    DeleteMessage {
        message: MessageId,
    },
    Outage {
        guild: GuildId,
        on: bool,
    },
    Gateway {
        fault: GatewayFault,
    },
    Rest {
        /// `POST /channels/{channel.id}/messages`, or `*`.
        route: String,
        fault: Rest,
        times: u32,
    },
    ClearFaults,
    /// Puts a saved state in place of this one.
    Restore {
        /// The whole file.
        saved: String,
    },
}

#[derive(Debug, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub(super) enum GatewayFault {
    /// A TCP reset.
    Drop,
    /// A close frame, with or without a code.
    Close {
        code: Option<u16>,
    },
    /// Op 7.
    Reconnect,
    /// Op 9.
    Invalidate {
        resumable: bool,
    },
    /// Op 1.
    Heartbeat,
    IgnoreHeartbeats {
        on: bool,
    },
    WithholdHello {
        on: bool,
    },
    DelayReady {
        by_ms: u64,
    },
    Slow {
        per_frame_ms: u64,
    },
}

#[derive(Debug, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub(super) enum Rest {
    Status { status: u16 },
    RateLimited { scope: Scope, retry_after_s: f64 },
    ResetBefore,
    ResetAfter,
    Latency { ms: u64 },
    MalformedLimitHeader,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Scope {
    User,
    Global,
    Shared,
}

/// Moves a lever.
pub(super) fn carry_out(playground: &Playground, wanted: Wanted) -> Reply {
    let guild = |id| guild(playground, id);
    match wanted {
        Wanted::MoveClock { by_ms } if by_ms <= LONGEST_MOVE_MS => {
            playground.clock().advance(Duration::from_millis(by_ms));
        }
        Wanted::MoveClock { .. } => return Err(malformed("the clock is moved a year at most")),
        Wanted::AddGuild { name } => {
            let added = playground.add_guild(&GuildSpec::named(&named(&name)?));
            let added = added.map_err(|error| Failure::Refused(error.to_string()))?;
            return Ok(json!({ "guild": added.id() }));
        }
        Wanted::Outage { guild: id, on } => {
            guild(id)?;
            if on {
                playground.faults().start_outage(id);
            } else {
                playground.faults().end_outage(id);
            }
            playground.world(|world| world.topics.changed(crate::topic::Topic::Guild(id)));
        }
        Wanted::Gateway { fault } => fail_gateway(playground, &fault),
        Wanted::Rest {
            route,
            fault,
            times,
        } => fail_rest(playground, &route, &fault, times)?,
        Wanted::ClearFaults => playground.faults().clear(),
        Wanted::Restore { saved } => {
            let restored = playground.restore(&saved);
            restored.map_err(|error| Failure::Refused(error.to_string()))?;
            playground.world(|world| world.topics.note(crate::topic::Change::Everything));
        }
        Wanted::DeleteMessage { message } => {
            playground
                .world(|world| world.remove_message(message, true))
                .ok_or(Failure::Missing("this message"))?;
        }
        Wanted::KickBot { guild: id } => guild(id)?.kick_bot(),
        Wanted::AddBot { guild: id } => guild(id)?.add_bot(),
        Wanted::AddChannel { .. } | Wanted::SetOverwrite { .. } | Wanted::DeleteChannel { .. } => {
            return of_channels(playground, wanted);
        }
        Wanted::GiveRole { .. }
        | Wanted::Nickname { .. }
        | Wanted::Join { .. }
        | Wanted::KickMember { .. } => return of_members(playground, wanted),
        Wanted::AddRole { .. }
        | Wanted::ChangeRole { .. }
        | Wanted::OrderRoles { .. }
        | Wanted::DeleteRole { .. } => return of_roles(playground, wanted),
    }
    Ok(json!({}))
}

fn guild(playground: &Playground, id: GuildId) -> Result<GuildHandle, Failure> {
    let exists = playground.world(|world| world.guilds.contains_key(&id));
    exists
        .then(|| GuildHandle::new(playground.clone(), id))
        .ok_or(Failure::Missing("this guild"))
}

fn malformed(what: &str) -> Failure {
    Failure::Malformed(what.to_owned())
}

/// A name as it may be given: trimmed, 1 to 100 characters.
fn named(name: &str) -> Result<String, Failure> {
    let name = name.trim();
    if name.is_empty() || name.chars().count() > NAME_LENGTH {
        return Err(malformed("a name has 1 to 100 characters"));
    }
    Ok(name.to_owned())
}

fn of_roles(playground: &Playground, wanted: Wanted) -> Reply {
    match wanted {
        Wanted::AddRole { guild: id, name } => {
            let role = guild(playground, id)?.add_role(&named(&name)?, Permissions::NONE);
            Ok(json!({ "role": role }))
        }
        Wanted::ChangeRole {
            guild: id,
            role,
            name,
            color,
            hoist,
            mentionable,
            permissions,
        } => {
            let name = name.as_deref().map(named).transpose()?;
            let guild = guild(playground, id)?;
            role_of(playground, id, role)?;
            guild.change_role(role, |role| {
                if let Some(name) = name {
                    role.name = name;
                }
                role.color = color.map_or(role.color, |color| color & 0xFF_FFFF);
                role.hoist = hoist.unwrap_or(role.hoist);
                role.mentionable = mentionable.unwrap_or(role.mentionable);
                role.permissions = permissions.unwrap_or(role.permissions);
            });
            Ok(json!({}))
        }
        Wanted::OrderRoles { guild: id, order } => order_roles(playground, id, &order),
        Wanted::DeleteRole { guild: id, role } => {
            let everyone = RoleId(id.0);
            if role == everyone {
                return Err(Failure::Refused("@everyone stays".into()));
            }
            role_of(playground, id, role)?;
            guild(playground, id)?.delete_role(role);
            Ok(json!({}))
        }
        _ => Err(malformed("this is not about roles")),
    }
}

fn role_of(playground: &Playground, guild: GuildId, role: RoleId) -> Result<(), Failure> {
    let exists = playground.world(|world| world.guilds.get(&guild)?.roles.get(&role).map(|_| ()));
    exists.ok_or(Failure::Missing("this role"))
}

/// Puts the roles in this order, from the top. All of them must be named, @everyone aside.
fn order_roles(playground: &Playground, id: GuildId, order: &[RoleId]) -> Reply {
    playground.world(|world| {
        let guild = world
            .guilds
            .get(&id)
            .ok_or(Failure::Missing("this guild"))?;
        let mut known: Vec<RoleId> = guild.roles.keys().copied().collect();
        known.retain(|role| *role != guild.everyone());
        let mut given = order.to_vec();
        given.sort();
        if given != known {
            return Err(malformed("the order names every role but @everyone, once"));
        }
        let mut changed = Vec::new();
        for (above, role) in order.iter().enumerate() {
            let position = (order.len() - above) as i64;
            if let Some(role) = guild
                .roles
                .get(role)
                .filter(|role| role.position != position)
            {
                let mut role = role.clone();
                role.position = position;
                changed.push(role);
            }
        }
        for role in changed {
            roles::replace(world, id, role);
        }
        Ok(json!({}))
    })
}

fn of_members(playground: &Playground, wanted: Wanted) -> Reply {
    match wanted {
        Wanted::GiveRole {
            guild: id,
            user,
            role,
            has,
        } => {
            guild(playground, id)?;
            role_of(playground, id, role)?;
            playground.world(|world| members::give_role(world, id, user, role, has));
        }
        Wanted::Nickname {
            guild: id,
            user,
            nick,
        } => {
            let nick = nick.map(|nick| nick.trim().to_owned());
            let nick = nick.filter(|nick| !nick.is_empty());
            if nick.as_ref().is_some_and(|nick| nick.chars().count() > 32) {
                return Err(malformed("a nickname has 32 characters at most"));
            }
            playground.world(|world| {
                let guild = world
                    .guilds
                    .get_mut(&id)
                    .ok_or(Failure::Missing("this guild"))?;
                let member = guild.members.get_mut(&user);
                member.ok_or(Failure::Missing("this member"))?.nick = nick;
                world.tell_member("GUILD_MEMBER_UPDATE", id, user);
                Ok(())
            })?;
        }
        Wanted::Join {
            guild: id,
            name,
            roles,
        } => {
            let spec = MemberSpec {
                name: named(&name)?,
                roles,
                ..MemberSpec::default()
            };
            let joined = guild(playground, id)?.join(&spec);
            let joined = joined.map_err(|error| Failure::Refused(error.to_string()))?;
            return Ok(json!({ "user": joined.id() }));
        }
        Wanted::KickMember { guild: id, user } => {
            let handle = guild(playground, id)?;
            if handle.owner().id() == user {
                return Err(Failure::Refused("the owner stays".into()));
            }
            handle.remove_member(user);
        }
        _ => return Err(malformed("this is not about members")),
    }
    Ok(json!({}))
}

fn of_channels(playground: &Playground, wanted: Wanted) -> Reply {
    match wanted {
        Wanted::AddChannel {
            guild: id,
            name,
            parent,
        } => {
            guild(playground, id)?;
            let name = named(&name)?;
            let added = playground.world(|world| {
                let channel_id = world.next_id();
                let mut channel = Channel::new(channel_id, ChannelKind::Text, Some(id), &name);
                channel.parent = parent.filter(|parent| {
                    let parent = world.channels.get(parent);
                    parent.is_some_and(|parent| parent.kind == ChannelKind::Category)
                });
                if let Some(guild) = world.guilds.get_mut(&id) {
                    channel.position = guild.channels.len() as i64;
                    guild.channels.push(channel_id);
                }
                world.channels.insert(channel_id, channel.clone());
                world.tell_channel("CHANNEL_CREATE", &channel);
                channel_id
            });
            Ok(json!({ "channel": added }))
        }
        Wanted::SetOverwrite {
            guild: id,
            channel,
            role,
            member,
            allow,
            deny,
        } => {
            let target = match (role, member) {
                (Some(role), None) => OverwriteTarget::Role(role),
                (None, Some(user)) => OverwriteTarget::Member(user),
                _ => return Err(malformed("an overwrite is of a role or of a member")),
            };
            let known = channel_of(playground, id, channel)?;
            let mut overwrites = known.overwrites;
            overwrites.retain(|overwrite| overwrite.target != target);
            if allow != Permissions::NONE || deny != Permissions::NONE {
                overwrites.push(Overwrite {
                    target,
                    allow: allow.without(deny),
                    deny,
                });
            }
            guild(playground, id)?.set_overwrites(channel, overwrites);
            Ok(json!({}))
        }
        Wanted::DeleteChannel { guild: id, channel } => {
            channel_of(playground, id, channel)?;
            guild(playground, id)?.delete_channel(channel);
            Ok(json!({}))
        }
        _ => Err(malformed("this is not about channels")),
    }
}

fn channel_of(
    playground: &Playground,
    guild: GuildId,
    channel: ChannelId,
) -> Result<Channel, Failure> {
    playground
        .channel(channel)
        .filter(|known| known.guild == Some(guild))
        .ok_or(Failure::Missing("this channel"))
}

fn fail_gateway(playground: &Playground, fault: &GatewayFault) {
    let faults = playground.faults();
    match *fault {
        GatewayFault::Drop => faults.drop_gateway(),
        GatewayFault::Close { code } => faults.close_gateway(code),
        GatewayFault::Reconnect => faults.reconnect(),
        GatewayFault::Invalidate { resumable } => faults.invalidate_session(resumable),
        GatewayFault::Heartbeat => faults.request_heartbeat(),
        GatewayFault::IgnoreHeartbeats { on } => faults.ignore_heartbeats(on),
        GatewayFault::WithholdHello { on } => faults.withhold_hello(on),
        GatewayFault::DelayReady { by_ms } => faults.delay_ready(Duration::from_millis(by_ms)),
        GatewayFault::Slow { per_frame_ms } => {
            faults.slow_gateway(Duration::from_millis(per_frame_ms));
        }
    }
}

fn fail_rest(
    playground: &Playground,
    route: &str,
    fault: &Rest,
    times: u32,
) -> Result<(), Failure> {
    if route.trim().is_empty() || times == 0 {
        return Err(malformed(
            "a fault needs a route, or *, and how often it strikes",
        ));
    }
    let fault = match *fault {
        Rest::Status { status } if (400..=599).contains(&status) => RestFault::Status(status),
        Rest::Status { .. } => return Err(malformed("a failing status is one of 400 to 599")),
        Rest::RateLimited {
            scope,
            retry_after_s,
        } if (0.0..=3600.0).contains(&retry_after_s) => RestFault::RateLimited {
            scope: match scope {
                Scope::User => LimitScope::User,
                Scope::Global => LimitScope::Global,
                Scope::Shared => LimitScope::Shared,
            },
            retry_after_s,
        },
        Rest::RateLimited { .. } => return Err(malformed("a limit lasts an hour at most")),
        Rest::ResetBefore => RestFault::ResetBefore,
        Rest::ResetAfter => RestFault::ResetAfter,
        Rest::Latency { ms } => RestFault::Latency(Duration::from_millis(ms.min(600_000))),
        Rest::MalformedLimitHeader => RestFault::MalformedLimitHeader,
    };
    playground.faults().rest(route.trim(), fault, times);
    Ok(())
}
