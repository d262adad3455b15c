//! Guilds with their roles and members, and users.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::clock::iso8601;
use crate::id::{ChannelId, GuildId, RoleId, UserId};
use crate::permission::{Permissions, Rank};

/// A person or the bot.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct User {
    /// The user's id.
    pub id: UserId,
    /// The name.
    pub name: String,
    /// Whether it is a bot.
    pub bot: bool,
    /// The language of the user's client.
    pub locale: String,
    /// "Allow direct messages from server members" is off, or the bot is blocked (50007).
    pub dms_closed: bool,
}

impl User {
    pub(crate) fn to_json(&self) -> Value {
        json!({
            "id": self.id, "username": self.name, "global_name": (!self.bot).then_some(&self.name),
            "discriminator": if self.bot { "0001" } else { "0" }, "avatar": null, "bot": self.bot,
            "public_flags": 0, "flags": 0, "banner": null, "accent_color": null,
            "avatar_decoration_data": null, "collectibles": null, "primary_guild": null,
        })
    }
}

/// A role of a guild.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Role {
    /// The role's id; @everyone has the guild's.
    pub id: RoleId,
    /// The name.
    pub name: String,
    /// Higher stands above lower; @everyone is 0.
    pub position: i64,
    /// What it allows.
    pub permissions: Permissions,
    /// 0xRRGGBB; 0 for none.
    pub color: u32,
    /// Shown apart in the member list.
    pub hoist: bool,
    /// Anybody may mention it.
    pub mentionable: bool,
    /// Made by an integration: cannot be given by hand.
    pub managed: bool,
    /// The bot whose own role this is.
    pub bot: Option<UserId>,
}

impl Role {
    /// Where the role stands.
    pub fn rank(&self) -> Rank {
        Rank {
            position: self.position,
            role: self.id,
        }
    }

    pub(crate) fn to_json(&self) -> Value {
        let mut role = json!({
            "id": self.id, "name": self.name, "position": self.position,
            "permissions": self.permissions, "color": self.color,
            "colors": { "primary_color": self.color, "secondary_color": null, "tertiary_color": null },
            "hoist": self.hoist, "mentionable": self.mentionable, "managed": self.managed,
            "icon": null, "unicode_emoji": null, "flags": 0,
        });
        if let Some(bot) = self.bot {
            role["tags"] = json!({ "bot_id": bot });
        }
        role
    }
}

/// A user's membership of a guild.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Member {
    /// Who it is.
    pub user: UserId,
    /// The nickname, if any.
    pub nick: Option<String>,
    /// All roles but @everyone.
    pub roles: Vec<RoleId>,
    /// Since when, in Unix milliseconds.
    pub joined_ms: i64,
    /// Until when the member is timed out, in Unix milliseconds.
    pub timed_out_until_ms: Option<i64>,
}

impl Member {
    /// The member as Discord writes it; `user` is left out inside `resolved`.
    pub(crate) fn to_json(&self, user: Option<&User>) -> Value {
        let mut member = json!({
            "nick": self.nick, "avatar": null, "banner": null, "roles": self.roles,
            "joined_at": iso8601(self.joined_ms), "premium_since": null, "deaf": false, "mute": false,
            "flags": 0, "pending": false,
            "communication_disabled_until": self.timed_out_until_ms.map(iso8601),
        });
        if let Some(user) = user {
            member["user"] = user.to_json();
        }
        member
    }
}

/// A guild.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Guild {
    pub id: GuildId,
    pub name: String,
    pub owner: UserId,
    pub locale: String,
    pub roles: BTreeMap<RoleId, Role>,
    pub members: BTreeMap<UserId, Member>,
    pub bans: BTreeMap<UserId, Option<String>>,
    /// Channels without threads, in the order of their making.
    pub channels: Vec<ChannelId>,
    pub threads: Vec<ChannelId>,
    /// Whether the bot is a member.
    pub has_bot: bool,
    /// An outage: the guild exists, but Discord does not serve it.
    #[serde(skip)]
    pub unavailable: bool,
    /// What AutoMod blocks, in lower case.
    pub blocked_words: Vec<String>,
    /// Day (since 1970) and number of commands created on it.
    #[serde(skip)]
    pub command_creates: (i64, u32),
}

impl Guild {
    /// The @everyone role's id.
    pub(crate) fn everyone(&self) -> RoleId {
        RoleId(self.id.0)
    }

    pub(crate) fn is_timed_out(member: &Member, now_ms: i64) -> bool {
        member
            .timed_out_until_ms
            .is_some_and(|until| until > now_ms)
    }

    /// The highest role of a member; @everyone if there is no other.
    pub(crate) fn highest_role(&self, member: &Member) -> Rank {
        let ranks = member
            .roles
            .iter()
            .filter_map(|id| self.roles.get(id))
            .map(Role::rank);
        ranks
            .max_by_key(|rank| (rank.position, std::cmp::Reverse(rank.role)))
            .unwrap_or(Rank {
                position: 0,
                role: self.everyone(),
            })
    }

    /// A member's rights in the guild as a whole.
    pub(crate) fn permissions_of(&self, member: &Member) -> Permissions {
        let of = |id: &RoleId| self.roles.get(id).map(|role| role.permissions);
        let everyone = of(&self.everyone()).unwrap_or_default();
        let roles = member.roles.iter().filter_map(of);
        crate::permission::base(member.user == self.owner, everyone, roles)
    }

    /// The guild object of REST.
    pub(crate) fn to_json(&self) -> Value {
        let roles: Vec<Value> = self.roles.values().map(Role::to_json).collect();
        json!({
            "id": self.id, "name": self.name, "icon": null, "icon_hash": null, "splash": null,
            "discovery_splash": null, "owner_id": self.owner, "region": null, "afk_channel_id": null,
            "afk_timeout": 300, "widget_enabled": false, "widget_channel_id": null,
            "verification_level": 1, "default_message_notifications": 1,
            "explicit_content_filter": 0, "roles": roles, "emojis": [], "features": [],
            "mfa_level": 0, "application_id": null, "system_channel_id": null,
            "system_channel_flags": 0, "rules_channel_id": null, "max_presences": null,
            "max_members": 500_000, "vanity_url_code": null, "description": null, "banner": null,
            "premium_tier": 0, "premium_subscription_count": 0, "preferred_locale": self.locale,
            "public_updates_channel_id": null, "max_video_channel_users": 25,
            "max_stage_video_channel_users": 50, "nsfw_level": 0, "nsfw": false, "stickers": [],
            "premium_progress_bar_enabled": false, "safety_alerts_channel_id": null,
            "incidents_data": null, "hub_type": null,
        })
    }
}
