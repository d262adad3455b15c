//! The audit log: who did what to whom, and why.

use crate::id::{GuildId, UserId};
use crate::world::World;

/// One line of a guild's audit log.
#[derive(Clone, Debug)]
pub struct AuditEntry {
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

impl World {
    /// Notes what the bot did.
    pub(crate) fn note_audit(
        &mut self,
        guild: GuildId,
        action: &'static str,
        target: u64,
        reason: Option<&str>,
    ) {
        let (at_ms, by) = (self.now(), self.bot());
        self.audit.push(AuditEntry {
            at_ms,
            guild,
            by,
            action,
            target,
            reason: reason.map(str::to_owned),
        });
    }
}
