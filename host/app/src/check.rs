//! `muster check`: everything that is wrong, at once, without changing anything.

use std::fs::OpenOptions;
use std::io::Write;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Result;
use muster_core::clock::ShiftedClock;
use muster_core::ports::{Directory, Lookups};
use muster_discord::{BotToken, GuildDirectory, Rest, RestLookups};
use muster_runtime::{Ports, Runtime, Settings};
use muster_store::Store;
use serde_json::json;

use crate::EXIT_CONFIG;
use crate::cli::CheckOptions;
use crate::config::{Config, Environment, Loaded, Place, Problem, token};
use crate::installation;

/// Lists what is wrong with file, environment, token, plugins and database.
///
/// # Errors
/// Nothing could be checked at all.
pub async fn check(
    loaded: Loaded,
    environment: &Environment,
    options: &CheckOptions,
) -> Result<ExitCode> {
    let Loaded {
        config,
        mut problems,
    } = loaded;
    problems.extend(token(environment).err());
    problems.extend(check_plugins(&config).await?);
    problems.sort();
    let told = if options.json {
        as_json(&problems).to_string()
    } else {
        let mut lines: Vec<String> = problems.iter().map(Problem::to_string).collect();
        lines.push(summary(&config, problems.len()));
        lines.join("\n")
    };
    // Whoever closed the pipe has read enough.
    let _ = writeln!(std::io::stdout(), "{told}");
    let found = !problems.is_empty();
    Ok(if found {
        ExitCode::from(EXIT_CONFIG)
    } else {
        ExitCode::SUCCESS
    })
}

fn summary(config: &Config, problems: usize) -> String {
    let file = config.file.as_ref().map_or_else(
        || "no plugins.toml here, so the defaults hold".to_owned(),
        |file| file.display().to_string(),
    );
    let plugins: Vec<&str> = config
        .plugins
        .installed
        .iter()
        .map(|plugin| plugin.name.as_str())
        .collect();
    let plugins = if plugins.is_empty() {
        "none".to_owned()
    } else {
        plugins.join(", ")
    };
    let verdict = match problems {
        0 => "Nothing is wrong".to_owned(),
        1 => "1 problem".to_owned(),
        count => format!("{count} problems"),
    };
    format!(
        "{verdict} ({file}; plugins: {plugins}; Discord at {})",
        config.discord.api_base
    )
}

fn as_json(problems: &[Problem]) -> serde_json::Value {
    let problem = |problem: &Problem| {
        let (file, line) = match &problem.place {
            Place::Line(file, line) => (Some(file), Some(line)),
            Place::File(file) => (Some(file), None),
            Place::Variable(_) | Place::Thing(_) => (None, None),
        };
        json!({ "place": problem.place.to_string(), "file": file, "line": line, "problem": problem.what })
    };
    problems.iter().map(problem).collect()
}

/// Loads every plugin and makes its tables, in a copy of the database.
async fn check_plugins(config: &Config) -> Result<Vec<Problem>> {
    let scratch = tempfile::tempdir()?;
    let mut problems = Vec::new();
    let database = scratch.path().join("muster.db");
    if let Err(problem) = copy_database(&config.host.database, &database) {
        problems.push(problem);
    }
    let clock = Arc::new(ShiftedClock::default());
    let opened = Store::open(
        &database,
        config.host.durability,
        clock.clone(),
        config.policy(),
    )
    .await;
    let store = match opened {
        Ok(store) => store,
        Err(error) => {
            let place = Place::File(config.host.database.display().to_string());
            let source = std::error::Error::source(&error)
                .map_or_else(|| error.to_string(), ToString::to_string);
            let what = format!(
                "is no database of this Muster: {source}; name another file with `database` in [host], or \
                 use the Muster that wrote it"
            );
            problems.push(Problem::new(place, what));
            Store::open(
                &scratch.path().join("empty.db"),
                config.host.durability,
                clock.clone(),
                config.policy(),
            )
            .await?
        }
    };
    // Nothing is asked of Discord here: no call is run.
    let rest = Rest::new(
        config.discord.api_base.clone(),
        &BotToken::new("unused"),
        clock.clone(),
    )?;
    let directory: Arc<dyn Directory> = Arc::new(GuildDirectory::default());
    let lookups: Arc<dyn Lookups> = Arc::new(RestLookups::new(rest, directory.clone()));
    let ports = Ports {
        store,
        directory,
        lookups,
        clock,
    };
    let settings = Settings {
        limits: config.limits.clone(),
        cache: config.host.plugin_cache.clone(),
    };
    let runtime = match Runtime::new(ports, settings) {
        Ok(runtime) => runtime,
        Err(error) => {
            problems.push(Problem::new(
                Place::Thing("[limits]".into()),
                error.to_string(),
            ));
            return Ok(problems);
        }
    };
    let (plugins, refused) = installation::load(config, &runtime).await;
    problems.extend(refused);
    for plugin in plugins {
        let name = plugin.manifest().name.clone();
        if let Err(error) = runtime.install(plugin).await {
            problems.push(Problem::new(
                Place::Thing(format!("plugin {name}")),
                error.to_string(),
            ));
        }
    }
    Ok(problems)
}

/// Copies the database, so that a check migrates nothing; tries whether it can be written.
fn copy_database(from: &Path, to: &Path) -> Result<(), Problem> {
    let problem = |what: String| Problem::new(Place::File(from.display().to_string()), what);
    let remedy = "set `database` in [host] to a file in a folder that this user may write";
    match OpenOptions::new().read(true).write(true).open(from) {
        Ok(_) => {
            let log = |path: &Path| {
                let mut name = path.as_os_str().to_owned();
                name.push("-wal");
                name
            };
            std::fs::copy(from, to).map_err(|error| problem(format!("cannot be read: {error}")))?;
            // There is one only while a host runs, or after it was killed.
            let _ = std::fs::copy(log(from), log(to));
            Ok(())
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            let folder = from
                .parent()
                .filter(|folder| !folder.as_os_str().is_empty());
            let folder = folder.unwrap_or(Path::new("."));
            match tempfile::tempfile_in(folder) {
                Ok(_) => Ok(()),
                Err(error) => Err(problem(format!(
                    "cannot be made in the folder {}: {error}; {remedy}",
                    folder.display()
                ))),
            }
        }
        Err(error) => Err(problem(format!("cannot be written: {error}; {remedy}"))),
    }
}
