//! Which commands a member meets in a guild: the host's own, and those of the plugins that are on there.

use muster_core::PluginName;
use muster_core::manifest::CommandSpec;
use muster_core::roles::MinimumRole;

use super::{HostCommands, Use};

/// A command as it is met in a guild.
pub(super) struct KnownCommand {
    /// Whose it is; `None` for the host's.
    pub owner: Option<PluginName>,
    pub spec: CommandSpec,
    /// Who may use it here.
    pub minimum_role: MinimumRole,
}

/// Every command of the guild: the first who claims a name has it.
pub(super) fn commands(own: &HostCommands, used: &Use<'_>) -> Vec<KnownCommand> {
    let installed = used.installed();
    let host = own.specs(&installed, used.config);
    let theirs = installed
        .iter()
        .filter(|manifest| used.config.is_enabled(&manifest.name))
        .flat_map(|manifest| {
            let name = Some(manifest.name.clone());
            let commands = manifest.commands.iter().cloned();
            commands.map(move |spec| (name.clone(), spec))
        });
    let mut known: Vec<KnownCommand> = Vec::new();
    for (owner, spec) in host.into_iter().map(|spec| (None, spec)).chain(theirs) {
        if !known.iter().any(|other| other.spec.name == spec.name) {
            known.push(KnownCommand {
                owner,
                minimum_role: used.config.minimum_role(&spec),
                spec,
            });
        }
    }
    known
}

/// Those that the member may use.
pub(super) fn usable(own: &HostCommands, used: &Use<'_>) -> Vec<KnownCommand> {
    let mut known = commands(own, used);
    known.retain(|command| {
        let refusal = command
            .minimum_role
            .refusal(used.standing, &used.config.roles);
        refusal.is_none()
    });
    known
}
