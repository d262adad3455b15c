//! `[host]`, `[discord]` and `[limits]`. The root `plugins.toml` lists every key with its default;
//! a test holds it to that.

use std::path::{Path, PathBuf};

use muster_discord::ApiBase;
use muster_runtime::Limits;
use muster_store::Durability;

use super::Place;
use super::document::Section;

/// How the host is set up on this machine. Paths are seen from the file's folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostSettings {
    /// The SQLite file. Default: `muster.db`.
    pub database: PathBuf,
    /// What a committed change survives. Default: `process`, a killed process.
    pub durability: Durability,
    /// The folder of compiled plugins; it must belong to this user alone. Default: `muster/plugins`
    /// in the user's cache folder.
    pub plugin_cache: Option<PathBuf>,
    /// What is logged, in the words of `tracing`'s filter. Default: what the subcommand logs.
    pub log: Option<String>,
    /// How it is logged. Default: `pretty`.
    pub log_format: LogFormat,
}

/// How the log is written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum LogFormat {
    /// For people.
    #[default]
    Pretty,
    /// One JSON object per line.
    Json,
}

/// How Discord is reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DiscordSettings {
    /// Where REST is; the gateway's address comes from there. Default: Discord itself.
    pub api_base: ApiBase,
    /// Whether to ask for the privileged intent about members, which must be switched on in the
    /// Developer Portal. Default: `false`.
    pub members_intent: bool,
}

impl HostSettings {
    pub(super) fn read(section: &mut Section<'_>, folder: &Path) -> Self {
        let durability = [
            ("process", Durability::Process),
            ("power", Durability::Power),
        ];
        let formats = [("pretty", LogFormat::Pretty), ("json", LogFormat::Json)];
        let database = section
            .text("database")
            .unwrap_or_else(|| "muster.db".to_owned());
        let cache = section.text("plugin_cache").map(|path| folder.join(path));
        Self {
            database: folder.join(database),
            durability: section
                .choice("durability", &durability)
                .unwrap_or_default(),
            plugin_cache: cache.or_else(|| user_cache(section)),
            log: section.text("log"),
            log_format: section.choice("log_format", &formats).unwrap_or_default(),
        }
    }
}

/// Where a user's programs keep what they can make again
/// ([XDG Base Directory Specification](https://specifications.freedesktop.org/basedir-spec/latest/)).
fn user_cache(section: &Section<'_>) -> Option<PathBuf> {
    let environment = section.document().environment();
    let folder = |name: &str| {
        environment
            .text(name)
            .map(PathBuf::from)
            .filter(|path| path.is_absolute())
    };
    let cache = folder("XDG_CACHE_HOME").or_else(|| Some(folder("HOME")?.join(".cache")))?;
    Some(cache.join("muster/plugins"))
}

impl DiscordSettings {
    pub(super) fn read(section: &mut Section<'_>) -> Self {
        let variables = ["DISCORD_API_BASE", "MUSTER_DISCORD_API_BASE"];
        let read = |raw: super::document::Raw<'_>| {
            let text = raw.text().ok_or("an address in quotation marks")?;
            Ok::<_, String>(text.to_owned())
        };
        // The refusal is a sentence of its own, so the address is checked after it was read.
        let found = section.find_in("api_base", &variables, read);
        let place = section.place_of("api_base", &variables);
        let base = found.map_or(Ok(ApiBase::default()), |text| ApiBase::parse(&text));
        let api_base = base.unwrap_or_else(|refusal| {
            section
                .document()
                .tell_at(place, format!("`api_base` {refusal}"));
            ApiBase::default()
        });
        Self {
            api_base,
            members_intent: section.claim("members_intent").unwrap_or(false),
        }
    }
}

/// The limits of a call, in the units of their names.
pub(super) fn read_limits(section: &mut Section<'_>) -> Limits {
    let mut limits = Limits::default();
    section.number("cpu_ms", &mut limits.cpu_ms, 1..=60_000);
    section.number("wall_ms", &mut limits.wall_ms, 10..=60_000);
    section.number(
        "background_wall_ms",
        &mut limits.background_wall_ms,
        10..=600_000,
    );
    section.number("locked_cpu_ms", &mut limits.locked_cpu_ms, 1..=60_000);
    section.number("locked_wall_ms", &mut limits.locked_wall_ms, 1..=60_000);
    section.number("memory_bytes", &mut limits.memory_bytes, 1 << 20..=1 << 30);
    section.number("statements", &mut limits.statements, 1..=100_000);
    section.number("rows", &mut limits.rows, 1..=10_000_000);
    section.number("result_bytes", &mut limits.result_bytes, 1024..=1 << 30);
    section.number("effects", &mut limits.effects, 1..=10_000);
    section.number("value_bytes", &mut limits.value_bytes, 1024..=64 << 20);
    section.number("log_lines", &mut limits.log_lines, 0..=10_000);
    section.number("output_bytes", &mut limits.output_bytes, 0..=1 << 20);
    section.number("lookups", &mut limits.lookups, 0..=10);
    section.number("waiting", &mut limits.waiting, 1..=100_000);
    section.number("instances", &mut limits.instances, 1..=1000);
    section.number(
        "instances_per_guild",
        &mut limits.instances_per_guild,
        1..=1000,
    );
    section.number("file_bytes", &mut limits.file_bytes, 1 << 10..=1 << 30);
    if limits.memory_bytes % (64 << 10) != 0 {
        let place = section.place_of("memory_bytes", &[]);
        let what = "`memory_bytes` in [limits] is a multiple of 65536";
        section.document().tell_at(place, what);
    }
    limits
}

impl Section<'_> {
    /// Where the value of `key` comes from: the first of `variables` that is set, or the file.
    fn place_of(&self, key: &str, variables: &[&str]) -> Place {
        let set = variables
            .iter()
            .find(|name| self.document().environment().text(name).is_some());
        match set {
            Some(name) => Place::Variable((*name).to_owned()),
            None => self.document().place(&self.span_of(key)),
        }
    }
}
