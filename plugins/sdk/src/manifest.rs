//! What a plugin says of itself.

mod command;
mod setting;

pub use command::{Category, CommandSpec, ComponentSpec, OptionSpec, Rate};
pub use setting::Setting;

use serde::Serialize;

/// The plugin's description of itself, the only one there is: commands, help, permissions, settings and
/// tables all come from here.
///
/// [`plugin!`](crate::plugin) adds the version, the commands, the components and the subscribed topics.
///
/// ```
/// use muster_sdk::{Manifest, Setting};
///
/// fn manifest() -> Manifest {
///     Manifest::new("raids", "Runs, headcounts and keys")
///         .channel_key("raid", "Where run panels are posted")
///         .role_key("raid_ping", "Pinged when a run starts")
///         .granted_role_key("suspended", "Given to suspended members")
///         .setting(Setting::integer("auto_end_minutes", "Minutes until a run ends by itself", 120, 1..=1440))
///         .emits("run.ended")
///         .needs_permission("MANAGE_THREADS", "no log threads are opened")
///         .personal_data("who joined which run, and when")
/// }
/// # assert!(manifest().to_json().contains("auto_end_minutes"));
/// ```
#[derive(Clone, Debug, Serialize)]
pub struct Manifest {
    name: String,
    version: String,
    summary: String,
    commands: Vec<Named<CommandSpec>>,
    components: Vec<Component>,
    channel_keys: Vec<Key>,
    role_keys: Vec<Key>,
    settings: Vec<Setting>,
    migrations: Vec<Migration>,
    subscribes: Vec<String>,
    emits: Vec<String>,
    discord_permissions: Vec<Needed>,
    intents: Vec<Needed>,
    personal_data: Vec<String>,
}

#[derive(Clone, Debug, Serialize)]
struct Named<T> {
    name: String,
    #[serde(flatten)]
    spec: T,
}

#[derive(Clone, Debug, Serialize)]
struct Component {
    action: String,
    #[serde(flatten)]
    spec: ComponentSpec,
}

#[derive(Clone, Debug, Serialize)]
struct Key {
    key: String,
    description: String,
    grants: bool,
    needs: Vec<String>,
}

#[derive(Clone, Debug, Serialize)]
struct Needed {
    name: String,
    without: String,
}

/// One step of the plugin's schema. Written by [`migrations!`](crate::migrations).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Migration {
    number: u32,
    name: String,
    up: String,
    down: String,
}

impl Manifest {
    /// A plugin's name (1 to 32 of `a-z`, `0-9` and `-`) and one line for guild owners.
    pub fn new(name: &str, summary: &str) -> Self {
        Self {
            name: name.to_owned(),
            version: "0.0.0".to_owned(),
            summary: summary.to_owned(),
            commands: Vec::new(),
            components: Vec::new(),
            channel_keys: Vec::new(),
            role_keys: Vec::new(),
            settings: Vec::new(),
            migrations: Vec::new(),
            subscribes: Vec::new(),
            emits: Vec::new(),
            discord_permissions: Vec::new(),
            intents: Vec::new(),
            personal_data: Vec::new(),
        }
    }

    /// The plugin's version, `1.2.3`. [`plugin!`](crate::plugin) takes it from `Cargo.toml`.
    #[must_use]
    pub fn version(mut self, version: &str) -> Self {
        self.version = version.to_owned();
        self
    }

    /// A slash command. [`plugin!`](crate::plugin) calls this.
    #[must_use]
    pub fn command(mut self, name: &str, spec: CommandSpec) -> Self {
        let name = name.to_owned();
        self.commands.push(Named { name, spec });
        self
    }

    /// A button, menu or form. [`plugin!`](crate::plugin) calls this.
    #[must_use]
    pub fn component(mut self, action: &str, spec: ComponentSpec) -> Self {
        let action = action.to_owned();
        self.components.push(Component { action, spec });
        self
    }

    /// A topic that the plugin listens to. [`plugin!`](crate::plugin) calls this.
    #[must_use]
    pub fn subscribes(mut self, topic: &str) -> Self {
        self.subscribes.push(topic.to_owned());
        self
    }

    /// A channel that guilds map with `/setchannels`, and what it is for.
    #[must_use]
    pub fn channel_key(mut self, key: &str, description: &str) -> Self {
        self.channel_keys.push(Key::new(key, description, false));
        self
    }

    /// As [`channel_key`](Self::channel_key), and the bot needs these permissions there beside seeing, writing
    /// and embedding, by Discord's API names (`CREATE_PUBLIC_THREADS`).
    #[must_use]
    pub fn channel_key_needing(mut self, key: &str, description: &str, needs: &[&str]) -> Self {
        let mut key = Key::new(key, description, false);
        key.needs = needs.iter().map(|name| (*name).to_owned()).collect();
        self.channel_keys.push(key);
        self
    }

    /// A role outside the ranks that guilds map with `/setroles`, and what it is for.
    #[must_use]
    pub fn role_key(mut self, key: &str, description: &str) -> Self {
        self.role_keys.push(Key::new(key, description, false));
        self
    }

    /// As [`role_key`](Self::role_key), and the plugin may give and take the role.
    #[must_use]
    pub fn granted_role_key(mut self, key: &str, description: &str) -> Self {
        self.role_keys.push(Key::new(key, description, true));
        self
    }

    /// Something that a guild may choose.
    #[must_use]
    pub fn setting(mut self, setting: Setting) -> Self {
        self.settings.push(setting);
        self
    }

    /// The plugin's tables: see [`migrations!`](crate::migrations).
    #[must_use]
    pub fn migrations(mut self, migrations: Vec<Migration>) -> Self {
        self.migrations = migrations;
        self
    }

    /// A topic that the plugin tells the others.
    #[must_use]
    pub fn emits(mut self, topic: &str) -> Self {
        self.emits.push(topic.to_owned());
        self
    }

    /// A Discord permission by its API name (`MANAGE_ROLES`), and what does not work without it.
    #[must_use]
    pub fn needs_permission(mut self, name: &str, without: &str) -> Self {
        self.discord_permissions.push(Needed::new(name, without));
        self
    }

    /// A privileged intent (`GUILD_MEMBERS`), and what does not work without it.
    #[must_use]
    pub fn uses_intent(mut self, name: &str, without: &str) -> Self {
        self.intents.push(Needed::new(name, without));
        self
    }

    /// Something that the plugin stores about people, in words for them.
    #[must_use]
    pub fn personal_data(mut self, what: &str) -> Self {
        self.personal_data.push(what.to_owned());
        self
    }

    /// As `describe` returns it.
    pub fn to_json(&self) -> String {
        crate::ctx::json(self)
    }
}

impl Key {
    fn new(key: &str, description: &str, grants: bool) -> Self {
        Self {
            key: key.to_owned(),
            description: description.to_owned(),
            grants,
            needs: Vec::new(),
        }
    }
}

impl Needed {
    fn new(name: &str, without: &str) -> Self {
        Self {
            name: name.to_owned(),
            without: without.to_owned(),
        }
    }
}

impl Migration {
    /// A step from the name of its files (`0001_runs`) and their texts.
    ///
    /// # Panics
    /// The name does not begin with a number. The host reads the manifest once, at installation.
    pub fn new(file: &str, up: &str, down: &str) -> Self {
        let (number, name) = file.split_once('_').unwrap_or((file, ""));
        Self {
            number: number.parse().expect("migrations are named like 0001_runs"),
            name: name.to_owned(),
            up: up.to_owned(),
            down: down.to_owned(),
        }
    }
}

/// The plugin's migrations, from files `<name>.up.sql` and `<name>.down.sql`. The folder is relative to the
/// plugin's `Cargo.toml`.
///
/// ```
/// # macro_rules! migrations { ($folder:literal, $names:tt $(,)?) => { Vec::new() } }
/// # use muster_sdk::Manifest;
/// # let _ =
/// Manifest::new("raids", "Runs").migrations(migrations!(
///     "../../migrations/raids",
///     ["0001_runs", "0002_keys"],
/// ))
/// # ;
/// ```
#[macro_export]
macro_rules! migrations {
    ($folder:literal, [$($name:literal),* $(,)?] $(,)?) => {
        ::std::vec![$(
            $crate::Migration::new(
                $name,
                ::core::include_str!(::core::concat!(
                    ::core::env!("CARGO_MANIFEST_DIR"), "/", $folder, "/", $name, ".up.sql"
                )),
                ::core::include_str!(::core::concat!(
                    ::core::env!("CARGO_MANIFEST_DIR"), "/", $folder, "/", $name, ".down.sql"
                )),
            )
        ),*]
    };
}
