//! `plugins.toml`: which plugins are installed, what guilds may use, and how the host is set up.
//!
//! Read once, into typed structs. Serde would stop at the first mistake; an operator wants to see
//! all of them, each with its line. Therefore [`document`] walks the parsed file itself: what nobody
//! asked for is an unknown key, and every refusal is collected.
//!
//! What holds, from strongest to weakest: the command line, the environment
//! (`MUSTER_HOST_DATABASE` for `database` in `[host]`), the file, the default.

mod document;
mod environment;
mod host;
mod nearest;
mod plugins;
mod problem;
mod token;

use std::path::{Path, PathBuf};

use muster_core::PluginName;
use muster_core::guild_config::Policy;

pub use environment::Environment;
pub use host::{DiscordSettings, HostSettings, LogFormat};
pub use nearest::nearest;
pub use plugins::{Choices, GuildPlugins, InstalledPlugin, PluginSource, Plugins, Setting};
pub use problem::{Place, Problem};
pub use token::{token, token_problem};

use document::Document;
use muster_runtime::Limits;

/// The file that is read if none is named.
pub const DEFAULT_FILE: &str = "plugins.toml";

/// What holds where there is no file: the one that comes with Muster.
const SHIPPED: &str = include_str!("../../../plugins.toml");

/// Everything that an operator may choose, secrets apart.
#[derive(Debug, Clone)]
pub struct Config {
    /// The file, if there is one.
    pub file: Option<PathBuf>,
    /// `[host]`.
    pub host: HostSettings,
    /// `[discord]`.
    pub discord: DiscordSettings,
    /// `[limits]`.
    pub limits: Limits,
    /// `[plugins]` and `[guilds]`.
    pub plugins: Plugins,
}

/// A configuration as far as it could be read, and everything that is wrong with it.
#[derive(Debug)]
pub struct Loaded {
    /// What was understood; what was not has its default.
    pub config: Config,
    /// Empty if all is well.
    pub problems: Vec<Problem>,
}

impl Loaded {
    /// The configuration, if nothing is wrong with it.
    ///
    /// # Errors
    /// Every problem at once.
    pub fn into_valid(self) -> Result<Config, Vec<Problem>> {
        if self.problems.is_empty() {
            Ok(self.config)
        } else {
            Err(self.problems)
        }
    }
}

impl Config {
    /// Reads `file`, or [`DEFAULT_FILE`] if it exists, and the environment. Without a file, what comes
    /// with Muster holds: every plugin of `builtin` is installed, with the grants of that file.
    pub fn load(file: Option<&Path>, environment: &Environment, builtin: &[PluginName]) -> Loaded {
        let path = file.unwrap_or(Path::new(DEFAULT_FILE));
        match std::fs::read_to_string(path) {
            Ok(text) => Self::read(Some(path), &text, environment, builtin),
            Err(error) if file.is_none() && error.kind() == std::io::ErrorKind::NotFound => {
                Self::read(None, SHIPPED, environment, builtin)
            }
            Err(error) => {
                let mut loaded = Self::read(None, "", environment, builtin);
                let what = format!("cannot be read: {error}; name another file with --config");
                let place = Place::File(path.display().to_string());
                loaded.problems.insert(0, Problem::new(place, what));
                loaded
            }
        }
    }

    /// Reads `text` as the content of `file`.
    pub fn read(
        file: Option<&Path>,
        text: &str,
        environment: &Environment,
        builtin: &[PluginName],
    ) -> Loaded {
        let shown = file.map_or(DEFAULT_FILE.to_owned(), |file| file.display().to_string());
        let folder = file.and_then(Path::parent).unwrap_or(Path::new(""));
        let document = Document::new(&shown, text, environment);
        let parsed = document.parse();
        let mut root = document.root(&parsed);
        let mut section = root.section("host");
        let host = HostSettings::read(&mut section, folder);
        section.finish();
        let mut section = root.section("discord");
        let discord = DiscordSettings::read(&mut section);
        section.finish();
        let mut section = root.section("limits");
        let limits = host::read_limits(&mut section);
        section.finish();
        let mut plugins = Plugins::read(&mut root, folder);
        root.finish();
        if file.is_none() {
            plugins.complete(builtin);
        }
        plugins.read_environment(&document);
        let config = Self {
            file: file.map(Path::to_owned),
            host,
            discord,
            limits,
            plugins,
        };
        Loaded {
            config,
            problems: document.into_problems(),
        }
    }

    /// What the file says of guilds, as the store resolves it.
    pub fn policy(&self) -> Policy {
        self.plugins.policy()
    }
}

#[cfg(test)]
mod tests;
