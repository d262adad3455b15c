//! **/config check**: what is unmapped, what is broken, what the bot lacks, each with the way to repair it.

use std::collections::BTreeSet;

use muster_core::Permissions;
use muster_core::guild::GuildSnapshot;
use muster_core::manifest::{KeySpec, Manifest};
use muster_core::roles::{MinimumRole, RoleKey};
use serde_json::{Value, json};

use super::help::chunks;
use super::known;
use super::mappings::{channel_needs, role_warnings};
use super::{HostCommands, Use};

/// Characters of an embed's field.
const FIELD: usize = 1024;

pub(super) fn view(own: &HostCommands, used: &Use<'_>) -> Result<Value, String> {
    let guild = used.snapshot()?;
    let installed = used.installed();
    let enabled: Vec<&Manifest> = installed
        .iter()
        .map(AsRef::as_ref)
        .filter(|manifest| used.config.is_enabled(&manifest.name))
        .collect();
    let parts = [
        ("❌ Broken", broken(used, &guild)),
        (
            "⚠️ Roles without a mapping",
            unmapped_roles(own, used, &enabled),
        ),
        ("⚠️ What I lack", lacking(own, used, &guild, &enabled)),
        ("💤 Optional, not mapped", unmapped_optional(used, &enabled)),
    ];
    let is_fine = parts[..3].iter().all(|(_, lines)| lines.is_empty());
    let mut fields = Vec::new();
    for (name, lines) in parts {
        for text in chunks(&lines, FIELD).into_iter().take(2) {
            fields.push(json!({ "name": name, "value": text }));
        }
    }
    let (title, color) = match is_fine {
        true => ("✅ Everything that is needed is set up", 0x2e_cc_71),
        false => ("Something needs a hand", 0xe6_7e_22),
    };
    Ok(json!({ "embeds": [{ "title": title, "color": color, "fields": fields }] }))
}

/// Mappings to what no longer exists.
fn broken(used: &Use<'_>, guild: &GuildSnapshot) -> Vec<String> {
    let roles = used.config.roles.iter();
    let roles = roles.filter(|(_, role)| !guild.roles.contains_key(role));
    let roles = roles.map(|(key, _)| {
        format!(
            "`{key}`: its role was deleted. `/setroles {key}:@role`, or `/setroles clear:{key}`."
        )
    });
    let channels = used.config.channels.iter();
    let channels = channels.filter(|(_, channel)| !guild.channels.contains_key(channel));
    let channels = channels.map(|(key, _)| {
        format!(
            "`{key}`: its channel was deleted. `/setchannels {key}:#channel`, or `/setchannels clear:{key}`."
        )
    });
    roles.chain(channels).collect()
}

/// Ranks that some command here asks for, and that no role stands for.
fn unmapped_roles(own: &HostCommands, used: &Use<'_>, enabled: &[&Manifest]) -> Vec<String> {
    let by_commands = known::commands(own, used).into_iter();
    let by_commands = by_commands.map(|command| command.minimum_role);
    let by_buttons = enabled.iter().flat_map(|manifest| &manifest.components);
    let by_buttons = by_buttons.map(|component| component.minimum_role);
    let asked: BTreeSet<RoleKey> = by_commands
        .chain(by_buttons)
        .filter_map(|role| match role {
            MinimumRole::Everyone => None,
            MinimumRole::Rank(rank) => Some(rank),
        })
        // Discord's Administrator permission stands in for it.
        .filter(|rank| *rank != RoleKey::Administrator)
        .collect();
    let unmapped = asked.into_iter().rev();
    unmapped
        .filter(|rank| !used.config.roles.contains_key(rank.key()))
        .map(|rank| format!("`{rank}`: `/setroles {rank}:@role`"))
        .collect()
}

/// Keys outside the ranks: what needs one says so itself.
fn unmapped_optional(used: &Use<'_>, enabled: &[&Manifest]) -> Vec<String> {
    let line = |command: &str, mark: char, spec: &KeySpec| {
        format!(
            "`{0}` ({1}): `/{command} {0}:{mark}…`",
            spec.key, spec.description
        )
    };
    let config = used.config;
    let roles = enabled.iter().flat_map(|manifest| &manifest.role_keys);
    let roles = roles.filter(|spec| !config.roles.contains_key(&spec.key));
    let channels = enabled.iter().flat_map(|manifest| &manifest.channel_keys);
    let channels = channels.filter(|spec| !config.channels.contains_key(&spec.key));
    let roles = roles.map(|spec| line("setroles", '@', spec));
    roles
        .chain(channels.map(|spec| line("setchannels", '#', spec)))
        .collect()
}

fn lacking(
    own: &HostCommands,
    used: &Use<'_>,
    guild: &GuildSnapshot,
    enabled: &[&Manifest],
) -> Vec<String> {
    let may = guild.bot_permissions();
    let mut lines = Vec::new();
    for manifest in enabled {
        for spec in &manifest.discord_permissions {
            let needed = Permissions::by_name(&spec.name).unwrap_or_default();
            let missing = may.missing(needed);
            if !missing.is_empty() {
                lines.push(format!(
                    "{missing}: without it, {} (`{}`). Give it to my role in Server Settings, Roles.",
                    spec.without, manifest.name
                ));
            }
        }
        for spec in &manifest.intents {
            if spec.name == "GUILD_MEMBERS" && !own.members_intent {
                lines.push(format!(
                    "Server Members intent: without it, {} (`{}`). The bot's operator switches it on in the \
                     Developer Portal and by `members_intent` in plugins.toml.",
                    spec.without, manifest.name
                ));
            }
        }
    }
    for (key, channel) in &used.config.channels {
        let needed = channel_needs(enabled.iter().copied(), key);
        let missing = guild
            .bot_permissions_in(*channel)
            .map(|may| may.missing(needed));
        if let Some(missing) = missing.filter(|missing| !missing.is_empty()) {
            lines.push(format!(
                "{missing} in <#{channel}> (`{key}`). Give it to my role in the channel's permissions."
            ));
        }
    }
    let granted: BTreeSet<&str> = enabled
        .iter()
        .flat_map(|manifest| &manifest.role_keys)
        .filter(|spec| spec.grants)
        .map(|spec| spec.key.as_str())
        .collect();
    lines.extend(role_warnings(guild, &used.config.roles, &granted));
    lines
}
