//! **/setroles** and **/setchannels**: which role and channel of the server stands for which key.
//!
//! Only the given options change. Nobody can lift themselves: without Discord's Administrator permission
//! a key that ranks as high as one's own highest, or higher, stays out of reach.

use std::collections::{BTreeMap, BTreeSet};
use std::str::FromStr;
use std::sync::Arc;

use muster_core::answer::Answer;
use muster_core::effect::{AuditEntry, Emitted};
use muster_core::guild::{ChannelKind, GuildSnapshot};
use muster_core::ids::{ChannelId, RoleId};
use muster_core::manifest::{KeySpec, Manifest};
use muster_core::roles::RoleKey;
use muster_core::{Permissions, Standing};
use muster_store::MappingChange;
use serde::Serialize;
use serde_json::{Value, json};

use super::option_type::{CHANNEL, ROLE, TEXT};
use super::{BOT_LOG, TRY_AGAIN, Use, cut, option_spec, private};

/// Options that a command holds
/// ([Discord Docs/Application Commands](https://discord.com/developers/docs/interactions/application-commands#application-command-object-application-command-structure)).
const MOST_OPTIONS: usize = 25;

/// Every role key of the guild: ranks first, then the plugins' extra keys.
fn role_keys<'a>(plugins: impl Iterator<Item = &'a Arc<Manifest>>) -> Vec<(String, String)> {
    let ranks = RoleKey::LADDER.iter().map(|rank| {
        (
            rank.key().to_owned(),
            format!("The role for the rank {rank}"),
        )
    });
    with_extra(
        ranks.collect(),
        plugins.flat_map(|manifest| &manifest.role_keys),
    )
}

/// Every channel key of the guild.
fn channel_keys<'a>(plugins: impl Iterator<Item = &'a Arc<Manifest>>) -> Vec<(String, String)> {
    let own = (
        BOT_LOG.to_owned(),
        "What the bot has to say to staff".to_owned(),
    );
    with_extra(
        vec![own],
        plugins.flat_map(|manifest| &manifest.channel_keys),
    )
}

fn with_extra<'a>(
    mut keys: Vec<(String, String)>,
    extra: impl Iterator<Item = &'a KeySpec>,
) -> Vec<(String, String)> {
    for spec in extra {
        if !keys.iter().any(|(key, _)| *key == spec.key) {
            keys.push((spec.key.clone(), spec.description.clone()));
        }
    }
    keys.truncate(MOST_OPTIONS - 1);
    keys
}

pub(super) fn role_options<'a>(plugins: impl Iterator<Item = &'a Arc<Manifest>>) -> Vec<Value> {
    let keys = role_keys(plugins);
    let mut options: Vec<Value> = keys
        .iter()
        .map(|(key, about)| option_spec(ROLE, key, &cut(about, 100)))
        .collect();
    options.push(clear_option(&keys));
    options
}

pub(super) fn channel_options<'a>(plugins: impl Iterator<Item = &'a Arc<Manifest>>) -> Vec<Value> {
    let keys = channel_keys(plugins);
    let mut options: Vec<Value> = keys
        .iter()
        .map(|(key, about)| {
            let mut option = option_spec(CHANNEL, key, &cut(about, 100));
            option["channel_types"] = json!([0, 5]);
            option
        })
        .collect();
    options.push(clear_option(&keys));
    options
}

fn clear_option(keys: &[(String, String)]) -> Value {
    let choices: Vec<Value> = keys
        .iter()
        .map(|(key, _)| json!({ "name": key, "value": key }))
        .collect();
    let mut clear = option_spec(TEXT, "clear", "Take this key's mapping away");
    clear["choices"] = choices.into();
    clear
}

/// What the options ask for: key to new value, `None` for a key to clear.
fn asked<T: FromStr>(
    used: &Use<'_>,
    keys: &[(String, String)],
    word: &str,
) -> Result<BTreeMap<String, Option<T>>, String> {
    let mut changes = BTreeMap::new();
    if let Some(key) = used.text("clear") {
        if !keys.iter().any(|(known, _)| known == key) {
            return Err(format!("There is no key `{key}` to clear."));
        }
        changes.insert(key.to_owned(), None);
    }
    for (key, _) in keys {
        if let Some(value) = used.option(key) {
            let id = value.as_str().and_then(|text| text.parse().ok());
            let id = id.ok_or_else(|| format!("`{key}` got no {word}. Pick one from the list."))?;
            changes.insert(key.clone(), Some(id));
        }
    }
    if changes.is_empty() {
        return Err(format!(
            "Pick at least one option: a {word} for a key, or `clear` with a key's name."
        ));
    }
    Ok(changes)
}

/// What the two commands differ in.
struct Kind<T: 'static> {
    title: &'static str,
    word: &'static str,
    action: &'static str,
    change: fn(String, Option<T>) -> MappingChange,
    /// How it is shown, unless it was deleted.
    shown: fn(&GuildSnapshot, &T) -> Option<String>,
}

pub(super) async fn set_roles(used: &Use<'_>) -> Result<Answer, String> {
    let installed = used.installed();
    let enabled = || installed.iter().filter(|m| used.config.is_enabled(&m.name));
    let granted: BTreeSet<&str> = enabled()
        .flat_map(|manifest| &manifest.role_keys)
        .filter(|spec| spec.grants)
        .map(|spec| spec.key.as_str())
        .collect();
    let kind = Kind {
        title: "Role mappings",
        word: "role",
        action: "guild.roles.set",
        change: MappingChange::Role,
        shown: |guild, role| {
            let is_there = guild.roles.contains_key(role);
            is_there.then(|| format!("<@&{role}>"))
        },
    };
    let refusal =
        |guild: &GuildSnapshot, key: &str, role| role_refusal(guild, used.standing, key, role);
    let warnings = |guild: &GuildSnapshot, current: &BTreeMap<String, RoleId>| {
        role_warnings(guild, current, &granted)
    };
    let keys = role_keys(enabled());
    set(used, &kind, &keys, &used.config.roles, refusal, warnings).await
}

pub(super) async fn set_channels(used: &Use<'_>) -> Result<Answer, String> {
    let installed = used.installed();
    let enabled = || installed.iter().filter(|m| used.config.is_enabled(&m.name));
    let kind = Kind {
        title: "Channel mappings",
        word: "channel",
        action: "guild.channels.set",
        change: MappingChange::Channel,
        shown: |guild, channel| {
            let is_there = guild.channels.contains_key(channel);
            is_there.then(|| format!("<#{channel}>"))
        },
    };
    let refusal = |guild: &GuildSnapshot, key: &str, channel: Option<ChannelId>| {
        let found = channel.map(|id| guild.channels.get(&id).map(|channel| channel.kind));
        let is_wrong = matches!(found, Some(kind) if kind != Some(ChannelKind::Text));
        is_wrong.then(|| format!("`{key}` needs a text channel of this server."))
    };
    let warnings = |guild: &GuildSnapshot, current: &BTreeMap<String, ChannelId>| {
        channel_warnings(guild, current, |key| {
            channel_needs(enabled().map(AsRef::as_ref), key)
        })
    };
    let keys = channel_keys(enabled());
    set(used, &kind, &keys, &used.config.channels, refusal, warnings).await
}

/// Changes what was asked for, and shows everything with what is hard about it.
async fn set<T>(
    used: &Use<'_>,
    kind: &Kind<T>,
    keys: &[(String, String)],
    before: &BTreeMap<String, T>,
    refusal: impl Fn(&GuildSnapshot, &str, Option<T>) -> Option<String>,
    warnings: impl Fn(&GuildSnapshot, &BTreeMap<String, T>) -> Vec<String>,
) -> Result<Answer, String>
where
    T: Copy + FromStr + Serialize,
{
    let guild = used.snapshot()?;
    let asked: BTreeMap<String, Option<T>> = asked(used, keys, kind.word)?;
    for (key, target) in &asked {
        if let Some(refusal) = refusal(&guild, key, *target) {
            return Err(refusal);
        }
    }
    let mut current = before.clone();
    apply(&mut current, &asked);
    let changes: Vec<MappingChange> = asked
        .iter()
        .map(|(key, target)| (kind.change)(key.clone(), *target))
        .collect();
    let meta = json!({ "previous": before, "current": current, "updates": asked });
    let audit = used.audit(kind.action, format!("guild:{}", used.guild()), meta);
    let changed: Vec<&str> = asked.keys().map(String::as_str).collect();
    save(used, &changes, &changed, &audit).await?;
    let shown = |key: &str| {
        let target = current.get(key)?;
        let shown = (kind.shown)(&guild, target);
        Some(shown.unwrap_or_else(|| format!("⚠️ deleted {}", kind.word)))
    };
    let warnings = warnings(&guild, &current);
    Ok(private(view(kind.title, keys, shown, &warnings)))
}

/// Why this actor may not map this key to this role.
fn role_refusal(
    guild: &GuildSnapshot,
    standing: &Standing,
    key: &str,
    role: Option<RoleId>,
) -> Option<String> {
    let out_of_reach = RoleKey::by_key(key).is_some_and(|rank| standing.rank <= Some(rank));
    if out_of_reach && !standing.is_administrator {
        return Some(format!(
            "`{key}` ranks as high as you or higher. Only a member with Discord's Administrator \
             permission can change it."
        ));
    }
    let role = role?;
    if role == guild.id.everyone() {
        return Some(format!(
            "`{key}` cannot be `@everyone`: every member would have it."
        ));
    }
    match guild.roles.get(&role) {
        None => Some(format!(
            "The role for `{key}` does not exist on this server."
        )),
        Some(found) if found.managed => Some(format!(
            "{} belongs to an integration; pick another role for `{key}`.",
            found.name
        )),
        Some(_) => None,
    }
}

/// What the mappings make hard, in words; they are saved all the same.
pub(super) fn role_warnings(
    guild: &GuildSnapshot,
    current: &BTreeMap<String, RoleId>,
    granted: &BTreeSet<&str>,
) -> Vec<String> {
    let mut warnings = Vec::new();
    for (key, role) in current {
        let others: Vec<&str> = current
            .iter()
            .filter(|(other, same)| *same == role && *other > key)
            .map(|(other, _)| other.as_str())
            .collect();
        if !others.is_empty() {
            warnings.push(format!(
                "`{key}` and `{}` share one role.",
                others.join("`, `")
            ));
        }
        let is_given = granted.contains(key.as_str()) || *key == RoleKey::VerifiedRaider.key();
        if is_given && let Some(problem) = guild.cannot_give(*role) {
            warnings.push(format!("`{key}`: {problem}"));
        }
    }
    warnings
}

fn channel_warnings(
    guild: &GuildSnapshot,
    current: &BTreeMap<String, ChannelId>,
    needed: impl Fn(&str) -> Permissions,
) -> Vec<String> {
    let mut warnings = Vec::new();
    for (key, channel) in current {
        let Some(may) = guild.bot_permissions_in(*channel) else {
            continue;
        };
        let missing = may.missing(needed(key));
        if !missing.is_empty() {
            warnings.push(format!("`{key}`: I lack {missing} in <#{channel}>."));
        }
    }
    warnings
}

/// What the bot needs in a channel that is mapped to this key.
pub(super) fn channel_needs<'a>(
    plugins: impl Iterator<Item = &'a Manifest>,
    key: &str,
) -> Permissions {
    let specs = plugins.flat_map(|manifest| &manifest.channel_keys);
    let needs = specs
        .filter(|spec| spec.key == key)
        .flat_map(|spec| &spec.needs);
    let basics = Permissions::VIEW_CHANNEL | Permissions::SEND_MESSAGES | Permissions::EMBED_LINKS;
    needs
        .filter_map(|name| Permissions::by_name(name))
        .fold(basics, |all, one| all | one)
}

fn apply<T: Copy>(current: &mut BTreeMap<String, T>, changes: &BTreeMap<String, Option<T>>) {
    for (key, value) in changes {
        match value {
            Some(value) => {
                current.insert(key.clone(), *value);
            }
            None => {
                current.remove(key);
            }
        }
    }
}

/// Saves, and tells the plugins that asked to hear of it.
async fn save(
    used: &Use<'_>,
    changes: &[MappingChange],
    keys: &[&str],
    audit: &AuditEntry,
) -> Result<(), String> {
    let (host, guild) = (used.host, used.guild());
    if let Err(error) = host.store.change_mappings(guild, changes, audit).await {
        tracing::error!(%error, "mappings could not be saved");
        return Err(TRY_AGAIN.into());
    }
    let event = Emitted {
        topic: "mapping.changed".into(),
        body: json!({ "keys": keys }),
    };
    crate::host_events::emit(&host.store, host.plugins.as_ref(), guild, &event).await;
    Ok(())
}

fn view(
    title: &str,
    keys: &[(String, String)],
    shown: impl Fn(&str) -> Option<String>,
    warnings: &[String],
) -> Value {
    let lines: Vec<String> = keys
        .iter()
        .map(|(key, _)| format!("`{key}`: {}", shown(key).unwrap_or_else(|| "—".into())))
        .collect();
    let mut embed = json!({ "title": title, "description": lines.join("\n"), "color": 0x58_65_f2 });
    if !warnings.is_empty() {
        let text: String = warnings.join("\n").chars().take(1024).collect();
        embed["fields"] = json!([{ "name": "⚠️ Please check", "value": text }]);
    }
    json!({ "embeds": [embed] })
}

#[cfg(test)]
mod tests {
    use muster_core::GuildId;
    use muster_core::guild::Role;
    use muster_core::ids::UserId;
    use muster_core::roles::RoleMap;

    use super::*;

    fn role(raw: u64) -> RoleId {
        RoleId::new(raw).expect("not 0")
    }

    fn guild() -> GuildSnapshot {
        let plain = |name: &str, position, managed| Role {
            name: name.into(),
            position,
            permissions: Permissions::MANAGE_ROLES,
            managed,
        };
        GuildSnapshot {
            id: GuildId::new(1).expect("not 0"),
            name: "Test".into(),
            owner: UserId::new(100).expect("not 0"),
            roles: [
                (role(1), plain("@everyone", 0, false)),
                (role(10), plain("Low", 1, false)),
                (role(20), plain("Bot", 5, true)),
                (role(30), plain("High", 9, false)),
            ]
            .into(),
            channels: BTreeMap::new(),
            bot: UserId::new(200).expect("not 0"),
            bot_roles: vec![role(20)],
        }
    }

    fn moderator() -> Standing {
        let map: RoleMap = [("moderator".to_owned(), role(10))].into();
        Standing::of(&[role(10)], false, false, &map)
    }

    #[test]
    fn a_moderator_cannot_lift_themselves() {
        let refused = |key| role_refusal(&guild(), &moderator(), key, Some(role(10)));
        for key in ["moderator", "administrator"] {
            assert!(refused(key).expect(key).contains("Administrator"), "{key}");
        }
        assert_eq!(refused("officer"), None);
        assert!(role_refusal(&guild(), &moderator(), "administrator", None).is_some());
    }

    #[test]
    fn a_fresh_guild_is_configured_by_its_owner() {
        let owner = Standing::of(&[], false, true, &RoleMap::new());
        assert_eq!(
            role_refusal(&guild(), &owner, "administrator", Some(role(30))),
            None
        );
    }

    #[test]
    fn everyone_and_managed_roles_are_refused() {
        let owner = Standing::of(&[], false, true, &RoleMap::new());
        for refused in [1, 20, 99] {
            assert!(role_refusal(&guild(), &owner, "organizer", Some(role(refused))).is_some());
        }
    }

    #[test]
    fn warnings_name_shared_roles_and_those_above_the_bot() {
        let current: BTreeMap<String, RoleId> = [("a", 10), ("b", 10), ("c", 30)]
            .map(|(key, raw)| (key.to_owned(), role(raw)))
            .into();
        let warnings = role_warnings(&guild(), &current, &BTreeSet::from(["c"]));
        assert_eq!(warnings.len(), 2, "{warnings:?}");
        assert_eq!(warnings[0], "`a` and `b` share one role.");
        assert!(warnings[1].contains("not above High"), "{warnings:?}");
    }
}
