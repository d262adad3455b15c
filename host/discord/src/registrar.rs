//! The commands that a guild's members see after typing `/`: those of the plugins that are on there,
//! and the host's own.
//!
//! Registered per guild, because plugins differ by guild, and only when they differ from what Discord
//! was told last, so that a start sends nothing
//! ([Discord Docs/Application Commands](https://discord.com/developers/docs/interactions/application-commands)).

use std::collections::HashMap;
use std::fmt::Write as _;
use std::sync::Arc;

use muster_core::guild_config::GuildConfig;
use muster_core::manifest::CommandSpec;
use muster_core::{ApplicationId, GuildId, Manifest, PluginName};
use muster_store::{Store, StoreError};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::rest::{Rest, RestError, RestErrorKind};

/// Slash commands that Discord takes for one guild
/// ([Discord Docs/Application Commands](https://discord.com/developers/docs/interactions/application-commands#registering-a-command)).
const MOST_COMMANDS: usize = 100;

/// Attempts at leaving out what Discord does not take.
const ATTEMPTS: usize = 4;

/// What a guild is to be told.
#[derive(Debug, Clone, PartialEq)]
pub struct CommandSet {
    /// Discord's command objects.
    pub commands: Vec<Value>,
    /// Whose they are, in the same order; `None` for the host's.
    owners: Vec<Option<PluginName>>,
    /// What could not be registered, a sentence each for the guild's owner.
    pub problems: Vec<String>,
}

/// Collects the commands of one guild: the host's own first, then the plugins' in the order of
/// `plugins.toml`. Of two with one name the first stays.
pub fn command_set(
    host: &[CommandSpec],
    installed: &[Arc<Manifest>],
    config: &GuildConfig,
) -> CommandSet {
    let mut set = CommandSet {
        commands: vec![],
        owners: vec![],
        problems: vec![],
    };
    let mut taken: HashMap<&str, Option<&PluginName>> = HashMap::new();
    let own = host.iter().map(|spec| (None, spec));
    let theirs = installed
        .iter()
        .filter(|manifest| config.is_enabled(&manifest.name))
        .flat_map(|manifest| {
            manifest
                .commands
                .iter()
                .map(|spec| (Some(&manifest.name), spec))
        });
    for (owner, spec) in own.chain(theirs) {
        let name = spec.name.as_str();
        if let Some(first) = taken.get(name) {
            let first = first.map_or("the bot itself".to_owned(), |first| {
                format!("the plugin {first}")
            });
            let loser = owner.map_or("the bot itself", PluginName::as_str);
            set.problems.push(format!(
                "`/{name}` belongs to {first}; the command of the same name of the plugin {loser} is left out."
            ));
            continue;
        }
        if set.commands.len() == MOST_COMMANDS {
            set.problems.push(format!(
                "`/{name}` is left out: Discord takes {MOST_COMMANDS} commands for a server."
            ));
            continue;
        }
        taken.insert(name, owner);
        set.commands.push(command_object(spec));
        set.owners.push(owner.cloned());
    }
    set
}

/// Discord's object for a command. Who may use it is decided at the door, by our roles, so Discord
/// shows it to everybody.
fn command_object(spec: &CommandSpec) -> Value {
    json!({
        "type": 1,
        "name": spec.name,
        "description": spec.description,
        "options": spec.options,
        "default_member_permissions": null,
        "contexts": [0],
    })
}

impl CommandSet {
    /// A digest by which two sets of one application can be told apart.
    pub fn digest(&self, application: ApplicationId) -> String {
        let mut hasher = Sha256::new();
        hasher.update(application.get().to_le_bytes());
        for command in &self.commands {
            // serde_json writes the keys of an object in one order.
            hasher.update(command.to_string());
        }
        let mut hex = String::with_capacity(64);
        for byte in hasher.finalize() {
            let _ = write!(hex, "{byte:02x}");
        }
        hex
    }

    /// Leaves out the commands that Discord complained about. False if it complained about none in
    /// particular, or about one of the host's.
    fn leave_out(&mut self, details: &[String]) -> bool {
        let mut places: Vec<usize> = details
            .iter()
            .filter_map(|detail| detail.split(['.', ':']).next()?.parse().ok())
            .filter(|place| *place < self.commands.len())
            .collect();
        places.sort_unstable();
        places.dedup();
        if places.is_empty() || places.iter().any(|place| self.owners[*place].is_none()) {
            return false;
        }
        for place in places.into_iter().rev() {
            let command = self.commands.remove(place);
            let owner = self.owners.remove(place);
            let complaints: Vec<&str> = details
                .iter()
                .filter(|detail| {
                    detail.split(['.', ':']).next() == Some(place.to_string().as_str())
                })
                .map(String::as_str)
                .collect();
            self.problems.push(format!(
                "Discord does not take the command `/{}` of the plugin {}: {}.",
                command["name"].as_str().unwrap_or_default(),
                owner.as_ref().map_or("?", PluginName::as_str),
                complaints.join(", ")
            ));
        }
        true
    }
}

/// Why a guild's commands were not registered.
#[derive(Debug, thiserror::Error)]
pub enum RegistrarError {
    /// Discord did not take them.
    #[error(transparent)]
    Rest(#[from] RestError),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Registers commands.
#[derive(Clone)]
pub struct Registrar {
    rest: Rest,
    store: Store,
}

impl Registrar {
    /// A registrar over this API and database.
    pub fn new(rest: Rest, store: Store) -> Self {
        Self { rest, store }
    }

    /// Tells Discord the guild's commands, unless it was told the same before. Returns what was left
    /// out, for the guild's owner; nothing if nothing was sent.
    ///
    /// # Errors
    /// Discord or the database failed; trying later is safe.
    pub async fn register(
        &self,
        application: ApplicationId,
        guild: GuildId,
        mut set: CommandSet,
    ) -> Result<Vec<String>, RegistrarError> {
        // Of what was meant, so that a command that Discord refuses is not sent at every start.
        let digest = set.digest(application);
        if self.store.registered_commands(guild).await?.as_deref() == Some(&digest) {
            return Ok(vec![]);
        }
        for attempt in 1.. {
            let commands = Value::Array(set.commands.clone());
            match self
                .rest
                .put_guild_commands(application, guild, &commands)
                .await
            {
                Ok(()) => break,
                Err(RestError {
                    kind: RestErrorKind::Invalid { ref details, .. },
                    ..
                }) if attempt < ATTEMPTS && set.leave_out(details) => {}
                Err(error) => return Err(error.into()),
            }
        }
        self.store.put_registered_commands(guild, &digest).await?;
        tracing::info!(
            guild.id = %guild,
            commands = set.commands.len(),
            "registered {} commands",
            set.commands.len()
        );
        Ok(set.problems)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn manifest(name: &str, commands: &[&str]) -> Arc<Manifest> {
        let commands: Vec<Value> = commands
            .iter()
            .map(|name| json!({ "name": name, "description": "d", "minimum_role": "everyone" }))
            .collect();
        let json =
            json!({ "name": name, "version": "0.1.0", "summary": "s", "commands": commands });
        Arc::new(Manifest::parse(&json.to_string()).expect("valid"))
    }

    fn config(enabled: &[&str]) -> GuildConfig {
        GuildConfig {
            plugins: enabled
                .iter()
                .map(|name| (name.parse().expect("a name"), BTreeMap::new()))
                .collect(),
            ..Default::default()
        }
    }

    fn host() -> Vec<CommandSpec> {
        manifest("any", &["ping"]).commands.clone()
    }

    fn names(set: &CommandSet) -> Vec<&str> {
        set.commands
            .iter()
            .filter_map(|command| command["name"].as_str())
            .collect()
    }

    #[test]
    fn order_decides_clashes_and_the_loser_is_named() {
        let installed = [
            manifest("first", &["run", "ping"]),
            manifest("second", &["run", "key"]),
        ];
        let set = command_set(&host(), &installed, &config(&["first", "second"]));
        assert_eq!(names(&set), ["ping", "run", "key"]);
        assert_eq!(set.problems.len(), 2);
        assert!(set.problems[0].contains("`/ping` belongs to the bot itself"));
        assert!(
            set.problems[1].contains("plugin second is left out"),
            "{:?}",
            set.problems
        );
    }

    #[test]
    fn what_is_off_here_is_not_offered_here() {
        let installed = [manifest("first", &["run"]), manifest("second", &["key"])];
        assert_eq!(
            names(&command_set(&host(), &installed, &config(&["second"]))),
            ["ping", "key"]
        );
    }

    #[test]
    fn the_digest_follows_every_difference() {
        let installed = [manifest("first", &["run"])];
        let application = ApplicationId::new(1).expect("not 0");
        let on = command_set(&host(), &installed, &config(&["first"]));
        let off = command_set(&host(), &installed, &config(&[]));
        assert_eq!(on.digest(application), on.clone().digest(application));
        assert_ne!(on.digest(application), off.digest(application));
        let other = ApplicationId::new(2).expect("not 0");
        assert_ne!(on.digest(application), on.digest(other));
    }

    #[test]
    fn one_bad_plugin_does_not_hinder_the_others() {
        let installed = [manifest("bad", &["run"]), manifest("good", &["key"])];
        let mut set = command_set(&host(), &installed, &config(&["bad", "good"]));
        assert!(set.leave_out(&["1.options.0.name: BASE_TYPE_BAD_LENGTH".into()]));
        assert_eq!(names(&set), ["ping", "key"]);
        assert!(set.problems[0].contains("plugin bad"), "{:?}", set.problems);
        assert!(
            !set.leave_out(&["0.name: X".into()]),
            "the host's own are never left out"
        );
    }
}
