//! Who is acted upon: members of this guild, the targeting rules, and the roles that a plugin may give.

use muster_core::call::Input;
use muster_core::effect::{Action, RoleRef};
use muster_core::guild::GuildSnapshot;
use muster_core::ids::{RoleId, UserId};
use muster_core::interaction::Member;
use muster_core::permissions::Permissions;
use muster_core::ports::LookupError;
use muster_core::targeting::{self, Target};
use serde_json::Value;

use super::places::Stop;
use super::{CallState, DiscordError};

/// What an effect on a member asks for.
pub(super) struct Needed {
    /// What the bot must have in the guild.
    pub permission: Permissions,
    /// The permission's name in Discord's API, as a manifest lists it.
    pub api_name: &'static str,
    /// Whether Discord wants the bot's highest role above the member's.
    pub above: bool,
    /// Whether a member may do it to themselves.
    pub to_oneself: bool,
    /// Whether it can be done to somebody who is no member.
    pub to_strangers: bool,
}

impl Needed {
    pub const KICK: Self = Self {
        permission: Permissions::KICK_MEMBERS,
        api_name: "KICK_MEMBERS",
        above: true,
        to_oneself: false,
        to_strangers: false,
    };
    pub const BAN: Self = Self {
        permission: Permissions::BAN_MEMBERS,
        api_name: "BAN_MEMBERS",
        to_strangers: true,
        ..Self::KICK
    };
    pub const TIMEOUT: Self = Self {
        permission: Permissions::MODERATE_MEMBERS,
        api_name: "MODERATE_MEMBERS",
        ..Self::KICK
    };
    pub const NICKNAME: Self = Self {
        permission: Permissions::MANAGE_NICKNAMES,
        api_name: "MANAGE_NICKNAMES",
        to_oneself: true,
        ..Self::KICK
    };
}

impl CallState {
    /// A member, from what is at hand: who acted, whom the command named, what was asked before.
    pub(super) fn find_member(&self, user: UserId) -> Result<Option<Member>, Stop> {
        if let Some(actor) = self.actor().filter(|actor| actor.member.user == user) {
            return Ok(Some(actor.member.clone()));
        }
        if let Some(named) = self.named_member(user) {
            return Ok(Some(named));
        }
        self.scene
            .known
            .member(user)?
            .map_err(|error| unavailable(error).into())
    }

    /// A member, or the sentence that there is none.
    pub(super) fn require_member(&self, user: UserId) -> Result<Member, Stop> {
        self.find_member(user)?.ok_or_else(|| {
            DiscordError::NotFound(format!(
                "{} is not a member of this server.",
                user.mention()
            ))
            .into()
        })
    }

    /// A member whom the command's options name: Discord sent them along.
    fn named_member(&self, user: UserId) -> Option<Member> {
        let Input::Command { data, .. } = self.input()? else {
            return None;
        };
        let resolved = data.get("resolved")?;
        let id = user.to_string();
        let account = resolved.get("users")?.get(&id)?;
        let member = resolved.get("members")?.get(&id)?;
        let text = |object: &Value, key: &str| object.get(key)?.as_str().map(str::to_owned);
        let username = text(account, "username")?;
        let display_name = text(member, "nick")
            .or_else(|| text(account, "global_name"))
            .unwrap_or_else(|| username.clone());
        let roles = member.get("roles")?.as_array()?;
        let bits = text(member, "permissions").and_then(|bits| bits.parse().ok());
        Some(Member {
            user,
            username,
            display_name,
            is_bot: account.get("bot").and_then(Value::as_bool).unwrap_or(false),
            roles: roles
                .iter()
                .filter_map(|role| role.as_str()?.parse().ok())
                .collect(),
            permissions: Permissions::from_bits(bits.unwrap_or(0)),
        })
    }

    /// Checks an action on a member: the bot's permission and place, and the targeting rules for the
    /// member who acts. Where nobody acts, the manifest must list the permission.
    pub(super) fn check_target(&self, user: UserId, needed: &Needed) -> Result<(), Stop> {
        let snapshot = self.snapshot()?;
        self.check_bot(&snapshot, needed.permission)?;
        let target = match self.find_member(user)? {
            Some(member) => target_of(member),
            None if needed.to_strangers => Target {
                user,
                is_bot: false,
                roles: Vec::new(),
            },
            None => return self.require_member(user).map(drop),
        };
        let oneself = self.actor().is_some_and(|actor| actor.member.user == user);
        if !(oneself && needed.to_oneself) {
            self.check_rules(&snapshot, &target, Some(needed.api_name))?;
        }
        if needed.above && user == snapshot.owner {
            let text = "Discord lets no bot do that to the owner of the server.";
            return Err(DiscordError::BotLacks(text.into()).into());
        }
        let bot_place = snapshot.highest_place(&snapshot.bot_roles);
        if needed.above && bot_place <= snapshot.highest_place(&target.roles) {
            return Err(DiscordError::BotLacks(format!(
                "My highest role is not above that of {}. Move it up in Server Settings, Roles.",
                user.mention()
            ))
            .into());
        }
        Ok(())
    }

    /// Checks an action on somebody who is no member, and so holds no role.
    pub(super) fn check_stranger(&self, user: UserId, needed: &Needed) -> Result<(), Stop> {
        let snapshot = self.snapshot()?;
        self.check_bot(&snapshot, needed.permission)?;
        let target = Target {
            user,
            is_bot: false,
            roles: Vec::new(),
        };
        self.check_rules(&snapshot, &target, Some(needed.api_name))
    }

    /// `Ok` if the acting member may act on `user`.
    pub(super) fn check_may_act_on(&self, user: UserId) -> Result<(), Stop> {
        let snapshot = self.snapshot()?;
        let target = target_of(self.require_member(user)?);
        self.check_rules(&snapshot, &target, None)
    }

    /// The targeting rules for the member who acts. Without one, the rules that protect bots, the
    /// owner and Administrators still hold, and `permission` must stand in the manifest.
    fn check_rules(
        &self,
        snapshot: &GuildSnapshot,
        target: &Target,
        permission: Option<&str>,
    ) -> Result<(), Stop> {
        let map = &self.scene.config.roles;
        let refusal = if let Some(actor) = self.actor() {
            targeting::refusal(snapshot, map, actor.member.user, &actor.standing, target)
        } else {
            let declared = &self.scene.manifest.discord_permissions;
            let declared = |name: &str| declared.iter().any(|spec| spec.name == name);
            match permission {
                Some(name) if !declared(name) => Some(format!(
                    "Nobody acts in this call, and the manifest does not list {name} under \
                     `discord_permissions`."
                )),
                None => Some("Nobody acts in this call.".into()),
                Some(_) => protected(snapshot, target),
            }
        };
        refusal.map_or(Ok(()), |why| Err(DiscordError::Denied(why).into()))
    }

    /// Refuses what the bot may not do in the whole guild.
    pub(super) fn check_bot(
        &self,
        snapshot: &GuildSnapshot,
        needed: Permissions,
    ) -> Result<(), DiscordError> {
        let missing = snapshot.bot_permissions().missing(needed);
        if missing.is_empty() {
            return Ok(());
        }
        Err(DiscordError::BotLacks(format!(
            "I need the permission {missing} for that. Give it to my role in Server Settings, Roles."
        )))
    }

    /// Checks that a role may be given to or taken from `user`: granted to the plugin or made by it,
    /// below the bot, and, for somebody else than the acting member, by the targeting rules.
    pub(super) fn check_member_role(&self, user: UserId, role: &RoleRef) -> Result<(), Stop> {
        let snapshot = self.snapshot()?;
        match role {
            RoleRef::Key(key) => self.check_granted(&snapshot, key)?,
            RoleRef::Id(id) => self.check_role_id(&snapshot, *id)?,
            // Made by the plugin at the lowest place, so it stands below the bot.
            RoleRef::Name(_) => self.check_bot(&snapshot, Permissions::MANAGE_ROLES)?,
        }
        match self.actor().map(|actor| actor.member.user) {
            // Timers and events act within grants, which were just checked.
            None => Ok(()),
            Some(actor) if actor == user => Ok(()),
            Some(_) => {
                let target = target_of(self.require_member(user)?);
                self.check_rules(&snapshot, &target, None)
            }
        }
    }

    fn check_granted(&self, snapshot: &GuildSnapshot, key: &str) -> Result<(), DiscordError> {
        if !self.grants(key) {
            return Err(DiscordError::Denied(format!(
                "The manifest does not list the role key `{key}` with `grants`."
            )));
        }
        let role = self.scene.config.roles.get(key).copied().ok_or_else(|| {
            DiscordError::NotFound(format!(
                "No role is mapped to `{key}`. Map one with `/setroles`."
            ))
        })?;
        give(snapshot, role)
    }

    fn check_role_id(&self, snapshot: &GuildSnapshot, role: RoleId) -> Result<(), DiscordError> {
        let granted = |(key, mapped): (&String, &RoleId)| *mapped == role && self.grants(key);
        if self.scene.config.roles.iter().any(granted) {
            return give(snapshot, role);
        }
        let text = "This plugin was not granted that role. One that it made goes by its `name:`.";
        Err(DiscordError::Denied(text.into()))
    }

    fn grants(&self, key: &str) -> bool {
        self.scene
            .manifest
            .role_keys
            .iter()
            .any(|spec| spec.key == key && spec.grants)
    }

    /// Whether this call makes a role of this name already.
    pub(super) fn makes_role(&self, wanted: &str) -> bool {
        self.queued.effects.iter().any(
            |effect| matches!(&effect.action, Action::RoleCreate { name, .. } if name == wanted),
        )
    }
}

fn give(snapshot: &GuildSnapshot, role: RoleId) -> Result<(), DiscordError> {
    snapshot
        .cannot_give(role)
        .map_or(Ok(()), |why| Err(DiscordError::BotLacks(why)))
}

fn target_of(member: Member) -> Target {
    Target {
        user: member.user,
        is_bot: member.is_bot,
        roles: member.roles,
    }
}

/// Whom nobody may act on, not even a plugin by itself.
fn protected(snapshot: &GuildSnapshot, target: &Target) -> Option<String> {
    let permissions = snapshot.permissions_of(target.user, &target.roles);
    if target.is_bot {
        Some("Bots cannot be the target of this.".into())
    } else if target.user == snapshot.owner {
        Some("Nobody can do that to the owner of the server.".into())
    } else if permissions.contains(Permissions::ADMINISTRATOR) {
        Some("Only the owner of the server can do that to an Administrator.".into())
    } else {
        None
    }
}

pub(super) fn unavailable(error: LookupError) -> DiscordError {
    match error {
        LookupError::Denied(why) => DiscordError::BotLacks(why),
        LookupError::Unavailable(why) => {
            DiscordError::Unavailable(format!("Discord could not be asked: {why}"))
        }
    }
}
