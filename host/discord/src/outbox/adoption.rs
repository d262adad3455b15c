//! Roles that a guild lets a plugin hand out: no business of Discord's, but in order with what is.

use muster_core::adoption;
use muster_core::effect::{Action, Effect, RoleRef};
use muster_core::guild::GuildSnapshot;
use muster_core::ids::RoleId;
use muster_store::NamedKind;

use super::carry::{Carrier, Done};
use super::trouble::Trouble;

impl Carrier<'_> {
    /// Remembers the role under the plugin's name for it, if it is still one to be handed out.
    pub(super) async fn adopt_role(&self, name: &str, role: RoleId) -> Result<Done, Trouble> {
        let (snapshot, config) = (self.snapshot()?, self.config().await?);
        if let Some(why) = adoption::refusal(&snapshot, &config.roles, role) {
            return Err(Trouble::fail(why));
        }
        let done = Done {
            role: Some(role),
            ..Done::default()
        };
        self.remember(name, NamedKind::AdoptedRole, done).await?;
        Ok(done)
    }

    /// Forgets an adopted role. What the plugin made itself is deleted, not forgotten.
    pub(super) async fn forget_role(&self, name: &str) -> Result<Done, Trouble> {
        let named = self.named(name).await?;
        if named.kind != NamedKind::AdoptedRole {
            return Err(Trouble::fail(format!("`{name}` is no adopted role.")));
        }
        let (guild, plugin) = (self.item.guild, &self.item.plugin);
        self.context.store.forget_named(guild, plugin, name).await?;
        Ok(Done::default())
    }

    /// Why an adopted role cannot be given any more; `None` if it can, or if it was not adopted. Taken it can
    /// be at any time.
    pub(super) async fn adopted_refusal(
        &self,
        effect: &Effect,
        snapshot: &GuildSnapshot,
        role: RoleId,
    ) -> Result<Option<String>, Trouble> {
        let Action::MemberRole {
            role: RoleRef::Name(name),
            give: true,
            ..
        } = &effect.action
        else {
            return Ok(None);
        };
        if self.named(name).await?.kind != NamedKind::AdoptedRole {
            return Ok(None);
        }
        let config = self.config().await?;
        Ok(adoption::refusal(snapshot, &config.roles, role))
    }
}
