//! Effects on members and roles, and the rules about them, checked once more: what was allowed when the
//! effect was queued may not be any more.

use muster_core::effect::{Action, Effect, RoleRef};
use muster_core::guild::GuildSnapshot;
use muster_core::guild_config::GuildConfig;
use muster_core::ids::{RoleId, UserId};
use muster_core::interaction::Member;
use muster_core::targeting::{self, Target};
use muster_core::{Permissions, Standing, Timestamp};
use muster_store::NamedKind;
use serde_json::{Value, json};

use super::carry::{Carrier, Done, is_gone};
use super::lane::Item;
use super::trouble::{Deed, Trouble, code};
use crate::rest::{Priority, RestError};

pub(super) const UNKNOWN_TARGET: &str = "They are not a member of this server any more.";

impl Carrier<'_> {
    pub(super) async fn act_on_members(&self, effect: &Effect) -> Result<Done, Trouble> {
        let rest = &self.context.rest;
        let guild = self.item.guild;
        let priority = if self.item.is_awaited {
            Priority::Awaited
        } else {
            Priority::Role
        };
        let reason = self.reason(effect);
        let reason = Some(reason.as_str());
        let refused = |error: &RestError, verb: String, needed: Permissions| {
            let remedy = format!(
                "Give my role {needed} and move it above theirs in Server Settings, Roles."
            );
            let cause = remedy.clone();
            Trouble::of(
                error,
                &Deed {
                    verb,
                    remedy,
                    cause,
                },
            )
        };
        match &effect.action {
            Action::MemberRole { user, role, give } => {
                let id = self.role(role).await?;
                self.check_role(effect, *user, id).await?;
                let set = rest
                    .set_member_role(*give, guild, *user, id, reason, priority)
                    .await;
                set.map_err(|error| {
                    let verb = if *give { "give" } else { "take" };
                    refused(
                        &error,
                        format!("{verb} the role <@&{id}>"),
                        Permissions::MANAGE_ROLES,
                    )
                })?;
                return Ok(Done {
                    role: Some(id),
                    ..Done::default()
                });
            }
            Action::Nickname { user, nickname } => {
                self.check_target(
                    effect,
                    *user,
                    Rule {
                        to_oneself: true,
                        to_strangers: false,
                    },
                )
                .await?;
                let body = json!({ "nick": nickname });
                let set = rest
                    .edit_member(guild, *user, &body, reason, priority)
                    .await;
                set.map_err(|error| {
                    let verb = format!("change the nickname of <@{user}>");
                    refused(&error, verb, Permissions::MANAGE_NICKNAMES)
                })?;
            }
            Action::Timeout { user, until } => {
                let until = match until {
                    // It was to end before it could begin.
                    Some(until) if *until <= self.context.store.clock().now() => {
                        return Ok(Done::default());
                    }
                    Some(until) => Value::from(iso8601(*until)),
                    None => Value::Null,
                };
                self.check_target(effect, *user, Rule::OTHERS).await?;
                let body = json!({ "communication_disabled_until": until });
                let set = rest
                    .edit_member(guild, *user, &body, reason, priority)
                    .await;
                set.map_err(|error| {
                    refused(
                        &error,
                        format!("silence <@{user}>"),
                        Permissions::MODERATE_MEMBERS,
                    )
                })?;
            }
            Action::Kick { user } => {
                self.check_target(effect, *user, Rule::OTHERS).await?;
                match rest.kick(guild, *user, reason, priority).await {
                    // An attempt before this one may have done it.
                    Err(error)
                        if self.item.maybe_applied && is_gone(&error, code::UNKNOWN_MEMBER) => {}
                    kicked => kicked.map_err(|error| {
                        refused(&error, format!("kick <@{user}>"), Permissions::KICK_MEMBERS)
                    })?,
                }
            }
            Action::Ban {
                user,
                delete_message_seconds,
            } => {
                self.check_target(
                    effect,
                    *user,
                    Rule {
                        to_oneself: false,
                        to_strangers: true,
                    },
                )
                .await?;
                let banned = rest
                    .ban(guild, *user, *delete_message_seconds, reason, priority)
                    .await;
                banned.map_err(|error| {
                    refused(&error, format!("ban <@{user}>"), Permissions::BAN_MEMBERS)
                })?;
            }
            Action::Unban { user } => {
                self.check_stranger(effect, *user).await?;
                match rest.unban(guild, *user, reason, priority).await {
                    // Who is not banned need not be unbanned.
                    Err(error) if is_gone(&error, code::UNKNOWN_BAN) => {}
                    lifted => lifted.map_err(|error| {
                        refused(
                            &error,
                            format!("lift the ban of <@{user}>"),
                            Permissions::BAN_MEMBERS,
                        )
                    })?,
                }
            }
            Action::RoleCreate {
                name,
                title,
                color,
                mentionable,
            } => {
                let role = match self.role_made_before(title) {
                    Some(role) => role,
                    None => {
                        let made = rest
                            .create_role(guild, title, *color, *mentionable, reason, priority)
                            .await;
                        made.map_err(|error| {
                            refused(&error, "make a role".into(), Permissions::MANAGE_ROLES)
                        })?
                    }
                };
                let done = Done {
                    role: Some(role),
                    ..Done::default()
                };
                self.remember(name, NamedKind::Role, done).await?;
                return Ok(done);
            }
            Action::RoleDelete { name } => {
                if self.named(name).await?.kind == NamedKind::AdoptedRole {
                    return Err(Trouble::fail(format!(
                        "The role `{name}` is the server's own: it was adopted, not made."
                    )));
                }
                let role = self.role(&RoleRef::Name(name.clone())).await?;
                match rest.delete_role(guild, role, reason, priority).await {
                    Err(error) if is_gone(&error, code::UNKNOWN_ROLE) => {}
                    deleted => deleted.map_err(|error| {
                        refused(
                            &error,
                            format!("delete the role <@&{role}>"),
                            Permissions::MANAGE_ROLES,
                        )
                    })?,
                }
                self.context
                    .store
                    .forget_named(guild, &self.item.plugin, name)
                    .await?;
            }
            Action::SendMessage { .. }
            | Action::DeleteMessage { .. }
            | Action::ThreadCreate { .. }
            | Action::ThreadEdit { .. }
            | Action::ThreadDelete { .. }
            | Action::RoleAdopt { .. }
            | Action::RoleForget { .. }
            | Action::LogLine { .. } => unreachable!("not about members"),
        }
        Ok(Done::default())
    }

    async fn role(&self, role: &RoleRef) -> Result<RoleId, Trouble> {
        match role {
            RoleRef::Id(id) => Ok(*id),
            RoleRef::Key(key) => self.config().await?.roles.get(key).copied().ok_or_else(|| {
                Trouble::fail(format!(
                    "No role is mapped to `{key}`. An administrator can map one with `/setroles`."
                ))
            }),
            RoleRef::Name(name) => {
                let named = self.named(name).await?;
                named
                    .role
                    .ok_or_else(|| Trouble::fail(format!("`{name}` is no role.")))
            }
        }
    }

    /// A role that an earlier attempt made, whose success nobody heard of: Discord knows no nonce for
    /// roles, but the gateway tells of new ones.
    fn role_made_before(&self, title: &str) -> Option<RoleId> {
        let since = self.doubtful_since()?;
        let guild = self.context.directory.guild(self.item.guild)?;
        let mut roles = guild.roles.iter();
        roles
            .find(|(id, role)| role.name == title && id.created_at() >= since)
            .map(|(id, _)| *id)
    }

    /// Whether the bot can give or take the role, and the acting member may have it done.
    async fn check_role(&self, effect: &Effect, user: UserId, role: RoleId) -> Result<(), Trouble> {
        let snapshot = self.snapshot()?;
        if let Some(why) = self.adopted_refusal(effect, &snapshot, role).await? {
            return Err(Trouble::owner(why));
        }
        // The gateway may not have told of a role that was made a moment ago.
        if (snapshot.roles.contains_key(&role) || !self.is_named(effect))
            && let Some(why) = snapshot.cannot_give(role)
        {
            return Err(Trouble::owner(why));
        }
        match effect.actor {
            // Timers and events act within grants.
            None => Ok(()),
            Some(actor) if actor == user => Ok(()),
            Some(actor) => {
                let config = self.config().await?;
                let target = self
                    .member(user)
                    .await?
                    .ok_or_else(|| Trouble::fail(UNKNOWN_TARGET))?;
                self.check_rules(&snapshot, &config, actor, &target_of(target))
                    .await
            }
        }
    }

    fn is_named(&self, effect: &Effect) -> bool {
        matches!(
            &effect.action,
            Action::MemberRole {
                role: RoleRef::Name(_),
                ..
            }
        )
    }

    /// Whether the acting member may do this to `user`, and the bot stands high enough.
    async fn check_target(&self, effect: &Effect, user: UserId, rule: Rule) -> Result<(), Trouble> {
        let (snapshot, config) = (self.snapshot()?, self.config().await?);
        let target = match self.member(user).await? {
            Some(member) => target_of(member),
            None if rule.to_strangers => stranger(user),
            None if self.item.maybe_applied => return Ok(()),
            None => return Err(Trouble::fail(UNKNOWN_TARGET)),
        };
        if user == snapshot.owner {
            return Err(Trouble::fail(
                "Discord lets no bot do that to the owner of the server.",
            ));
        }
        match effect.actor {
            Some(actor) if actor == user && rule.to_oneself => {}
            Some(actor) => self.check_rules(&snapshot, &config, actor, &target).await?,
            None => check_protected(&snapshot, &target)?,
        }
        if snapshot.highest_place(&snapshot.bot_roles) <= snapshot.highest_place(&target.roles) {
            let problem = format!(
                "My highest role is not above that of <@{user}>. Move it up in Server Settings, Roles."
            );
            return Err(Trouble::owner_because("stands too low", problem));
        }
        Ok(())
    }

    async fn check_stranger(&self, effect: &Effect, user: UserId) -> Result<(), Trouble> {
        let (snapshot, config) = (self.snapshot()?, self.config().await?);
        match effect.actor {
            Some(actor) => {
                self.check_rules(&snapshot, &config, actor, &stranger(user))
                    .await
            }
            None => check_protected(&snapshot, &stranger(user)),
        }
    }

    /// The targeting rules, for the member on whose behalf it happens.
    async fn check_rules(
        &self,
        snapshot: &GuildSnapshot,
        config: &GuildConfig,
        actor: UserId,
        target: &Target,
    ) -> Result<(), Trouble> {
        let left = || Trouble::fail("Who asked for this is not a member of this server any more.");
        let member = self.member(actor).await?.ok_or_else(left)?;
        let permissions = snapshot.permissions_of(actor, &member.roles);
        let is_administrator = permissions.contains(Permissions::ADMINISTRATOR);
        let is_owner = actor == snapshot.owner;
        let standing = Standing::of(&member.roles, is_administrator, is_owner, &config.roles);
        let refusal = targeting::refusal(snapshot, &config.roles, actor, &standing, target);
        refusal.map_or(Ok(()), |why| Err(Trouble::fail(why)))
    }

    async fn member(&self, user: UserId) -> Result<Option<Member>, Trouble> {
        let Item { guild, .. } = self.item;
        Ok(self.context.lookups.member(*guild, user).await?)
    }
}

/// To whom something may be done.
#[derive(Clone, Copy)]
struct Rule {
    to_oneself: bool,
    to_strangers: bool,
}

impl Rule {
    const OTHERS: Self = Self {
        to_oneself: false,
        to_strangers: false,
    };
}

fn target_of(member: Member) -> Target {
    Target {
        user: member.user,
        is_bot: member.is_bot,
        roles: member.roles,
    }
}

fn stranger(user: UserId) -> Target {
    Target {
        user,
        is_bot: false,
        roles: Vec::new(),
    }
}

/// Whom not even a timer may act on.
fn check_protected(snapshot: &GuildSnapshot, target: &Target) -> Result<(), Trouble> {
    let permissions = snapshot.permissions_of(target.user, &target.roles);
    if target.is_bot {
        Err(Trouble::fail("Bots cannot be the target of this."))
    } else if permissions.contains(Permissions::ADMINISTRATOR) {
        Err(Trouble::fail(
            "Only the owner of the server can do that to an Administrator.",
        ))
    } else {
        Ok(())
    }
}

/// A moment as Discord takes it: `2026-08-06T12:00:00.000Z`
/// ([Discord Docs/Reference, "ISO8601 Date/Time"](https://discord.com/developers/docs/reference#iso8601-datetime)).
fn iso8601(at: Timestamp) -> String {
    let ms = at.as_ms();
    let (days, in_day) = (ms.div_euclid(86_400_000), ms.rem_euclid(86_400_000));
    // Days since 1970 to a date: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms".
    let z = days + 719_468;
    let era = z.div_euclid(146_097);
    let day_of_era = z.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 {
        shifted_month + 3
    } else {
        shifted_month - 9
    };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    let (seconds, ms) = (in_day / 1000, in_day % 1000);
    let (hour, minute, second) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{ms:03}Z")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_written_as_discord_takes_them() {
        assert_eq!(
            iso8601(Timestamp::from_ms(1_790_000_000_123)),
            "2026-09-21T14:13:20.123Z"
        );
        assert_eq!(
            iso8601(Timestamp::from_ms(951_782_400_000)),
            "2000-02-29T00:00:00.000Z"
        );
    }
}
