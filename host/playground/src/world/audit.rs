//! The audit log: who did what to whom, and why ([Discord Docs/Audit Log]).

use serde_json::{Value, json};

use crate::id::{GuildId, UserId};
use crate::permission::Permissions;
use crate::world::World;
use crate::world::dispatch::{Audience, intent};

/// Actions by name and number ("Audit Log Events").
const ACTIONS: [(&str, u64); 21] = [
    ("CHANNEL_CREATE", 10),
    ("CHANNEL_UPDATE", 11),
    ("CHANNEL_DELETE", 12),
    ("MEMBER_KICK", 20),
    ("MEMBER_BAN_ADD", 22),
    ("MEMBER_BAN_REMOVE", 23),
    ("MEMBER_UPDATE", 24),
    ("MEMBER_ROLE_UPDATE", 25),
    ("ROLE_CREATE", 30),
    ("ROLE_UPDATE", 31),
    ("ROLE_DELETE", 32),
    ("WEBHOOK_CREATE", 50),
    ("WEBHOOK_UPDATE", 51),
    ("WEBHOOK_DELETE", 52),
    ("MESSAGE_DELETE", 72),
    ("MESSAGE_BULK_DELETE", 73),
    ("MESSAGE_PIN", 74),
    ("MESSAGE_UNPIN", 75),
    ("THREAD_CREATE", 110),
    ("THREAD_UPDATE", 111),
    ("THREAD_DELETE", 112),
];

/// One line of a guild's audit log.
#[derive(Clone, Debug)]
pub struct AuditEntry {
    /// Its own id.
    pub id: u64,
    /// When, in Unix milliseconds.
    pub at_ms: i64,
    /// In which guild.
    pub guild: GuildId,
    /// Who did it.
    pub by: UserId,
    /// What, by Discord's name ("Audit Log Events"), such as `MEMBER_ROLE_UPDATE`.
    pub action: &'static str,
    /// The user, role or channel it was done to, as a number.
    pub target: u64,
    /// The reason given in `X-Audit-Log-Reason`.
    pub reason: Option<String>,
}

impl AuditEntry {
    /// The number in Discord's JSON.
    pub(crate) fn action_type(&self) -> u64 {
        let found = ACTIONS.iter().find(|(name, _)| *name == self.action);
        found.map_or(0, |(_, number)| *number)
    }

    /// The entry as Discord writes it.
    pub(crate) fn to_json(&self) -> Value {
        let mut json = json!({
            "id": self.id.to_string(), "user_id": self.by, "target_id": self.target.to_string(),
            "action_type": self.action_type(),
        });
        if let Some(reason) = &self.reason {
            json["reason"] = json!(reason);
        }
        json
    }
}

impl World {
    /// Notes what the bot did, and tells it so if it may read the log.
    pub(crate) fn note_audit(
        &mut self,
        guild: GuildId,
        action: &'static str,
        target: u64,
        reason: Option<&str>,
    ) {
        let entry = AuditEntry {
            id: self.next_id(),
            at_ms: self.now(),
            guild,
            by: self.bot(),
            action,
            target,
            reason: reason.map(str::to_owned),
        };
        let reads = self.guilds.get(&guild).is_some_and(|guild| {
            self.permissions_in_guild(guild, self.bot())
                .contains(Permissions::VIEW_AUDIT_LOG)
        });
        if reads {
            let mut body = entry.to_json();
            body["guild_id"] = json!(guild);
            let audience = Audience::guild(guild, intent::GUILD_MODERATION);
            self.dispatch("GUILD_AUDIT_LOG_ENTRY_CREATE", audience, &body);
        }
        self.audit.push(entry);
    }
}
