//! What happens to the guild, the bot or Discord while people act.

use anyhow::{Context, Result, bail};
use muster_playground::{GuildHandle, MemberSpec, Permissions, RestFault};

use super::script::Happening;
use crate::play::HostProcess;

/// Lets it happen.
///
/// # Errors
/// The script names somebody or something that is not there.
pub(super) async fn happen(
    happening: &Happening,
    guild: &GuildHandle,
    bot: Option<&HostProcess>,
) -> Result<()> {
    let playground = guild.playground();
    let faults = playground.faults();
    match happening {
        Happening::Passes(time) => playground.clock().advance(*time),
        Happening::Restart => {
            let bot = bot.context(NO_PROCESS)?;
            bot.restart().await;
            bot.until_ready().await?;
        }
        Happening::Kill => {
            let bot = bot.context(NO_PROCESS)?;
            bot.kill().await;
            bot.until_ready().await?;
        }
        Happening::Refusal {
            status,
            route,
            times,
        } => {
            if !route.starts_with("* ") && !route.contains(" /") {
                bail!("a route is written like `POST /channels/{{channel.id}}/messages`");
            }
            faults.rest(route, RestFault::Status(*status), *times);
        }
        Happening::Disconnect => faults.drop_gateway(),
        Happening::Recovery => faults.clear(),
        Happening::Joins { who, roles } => {
            guild.join(&MemberSpec {
                name: who.clone(),
                roles: roles.clone(),
                ..MemberSpec::default()
            })?;
        }
        Happening::Leaves(who) => persona(guild, who)?.leaves(),
        Happening::Role { who, role, has } => {
            let role = guild.role(role).with_context(|| no_role(role))?.id;
            guild.set_role(persona(guild, who)?.id(), role, *has);
        }
        Happening::ClosesDms { who, closed } => persona(guild, who)?.closes_dms(*closed),
        Happening::DeletesChannel(channel) => {
            let id = guild
                .channel(channel)
                .with_context(|| no_channel(channel))?;
            guild.delete_channel(id);
        }
        Happening::DeletesRole(role) => {
            guild.delete_role(guild.role(role).with_context(|| no_role(role))?.id);
        }
        Happening::Right { permission, has } => {
            let right = Permissions::named(permission)
                .with_context(|| format!("Discord has no permission {permission}"))?;
            let role = guild.bot_role().context("the bot is not in the guild")?;
            guild.change_role(role.id, |role| {
                role.permissions = match has {
                    true => role.permissions | right,
                    false => role.permissions.without(right),
                };
            });
        }
        // Names of messages are the stage's.
        Happening::DeletesMessage(_) => {}
    }
    Ok(())
}

const NO_PROCESS: &str = "the bot runs within this process, and cannot be killed";

/// Somebody of the guild.
pub(super) fn persona(guild: &GuildHandle, name: &str) -> Result<muster_playground::Persona> {
    guild
        .persona(name)
        .with_context(|| format!("the guild has nobody called {name}"))
}

/// Nobody has heard of this channel.
pub(super) fn no_channel(name: &str) -> String {
    format!("the guild has no channel {name}")
}

/// Nobody has heard of this role.
pub(super) fn no_role(name: &str) -> String {
    format!("the guild has no role {name}")
}
