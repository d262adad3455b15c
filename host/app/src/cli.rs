//! The command line.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

use crate::config::LogFormat;

const EXAMPLES: &str = "\
Examples:
  muster play                                   an offline Discord with the bot in it
  muster play --empty                           the same, before anybody has set the bot up
  muster play --story raid-night                an evening in it, told and measured
  muster play --story raid-night --crash 5      the same, while the bot is killed five times
  muster play --script garden.story             a story of your own, in a text file
  muster play --save my.json                    and later: muster play --load my.json
  muster check                                  everything that is wrong with the configuration
  DISCORD_TOKEN_FILE=/run/token muster run      the bot on Discord

Exit codes:
  0  all went well
  1  it failed while running
  2  the command line is wrong
  3  the configuration has problems; all of them are listed
  4  a story ended otherwise than it should, or something else was seen than a script says
  5  a script or its guild cannot be read

Settings stand in plugins.toml, which lists them all, and each can be set in the environment:
MUSTER_HOST_DATABASE is `database` in [host]. Secrets come from the environment only.";

/// A Discord bot made of plugins.
#[derive(Debug, Parser)]
#[command(name = "muster", version, about, after_help = EXAMPLES)]
pub struct Cli {
    /// The file to read instead of plugins.toml (or set MUSTER_CONFIG).
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// How to log.
    #[command(flatten)]
    pub logging: LogOptions,
    /// What to do.
    #[command(subcommand)]
    pub task: Task,
}

/// What stands above `log` and `log_format` of the file.
#[derive(Debug, Clone, Default, Args)]
pub struct LogOptions {
    /// What to log, for example `debug` or `info,muster_discord=debug`.
    #[arg(long, global = true, value_name = "FILTER")]
    pub log: Option<String>,
    /// How to write the log, which goes to standard error.
    #[arg(long, global = true, value_name = "FORMAT")]
    pub log_format: Option<LogFormat>,
}

/// What `muster` can do.
#[derive(Debug, Subcommand)]
pub enum Task {
    /// Open an offline Discord with a ready-made guild and the bot in it. Needs no token.
    Play(PlayOptions),
    /// Run the bot on Discord, by the token in DISCORD_TOKEN or DISCORD_TOKEN_FILE.
    Run,
    /// List everything that is wrong with configuration, plugins, database and token.
    Check(CheckOptions),
    /// The bot as `play` starts it: a process that can be killed.
    #[command(hide = true)]
    Host(HostOptions),
}

/// How to play.
#[derive(Debug, Clone, Default, Args)]
pub struct PlayOptions {
    /// The port on 127.0.0.1; a free one if none is given.
    #[arg(long, value_name = "PORT", default_value_t = 0)]
    pub port: u16,
    /// Serve the page on this address too, for a browser on another machine; by its token only.
    #[arg(long, value_name = "ADDR:PORT", conflicts_with = "story")]
    pub listen: Option<SocketAddr>,
    /// Leave the guild as it is before anybody has set the bot up.
    #[arg(long)]
    pub empty: bool,
    /// Play this story, print it, and leave.
    #[arg(long, value_name = "NAME", group = "played")]
    pub story: Option<String>,
    /// Play this script, and leave: a text file that says what people do and what they must see then.
    /// Its words are explained in host/app/src/story/README.md.
    #[arg(long, value_name = "FILE", group = "played")]
    pub script: Option<PathBuf>,
    /// The guild to play the script in: a TOML file with roles, channels and members, instead of the
    /// ready-made one.
    #[arg(long, value_name = "FILE", requires = "script")]
    pub guild: Option<PathBuf>,
    /// Print the story's figures, or what came of the script, as one JSON object in the last line.
    #[arg(long, requires = "played")]
    pub json: bool,
    /// Kill the bot so often during the story, at random moments.
    #[arg(long, value_name = "N", requires = "played", default_value_t = 0)]
    pub crash: u32,
    /// The seed of the random moments, to see the same again.
    #[arg(long, value_name = "SEED", requires = "crash")]
    pub seed: Option<u64>,
    /// Keep the bot's database in this folder instead of a fresh one.
    #[arg(long, value_name = "FOLDER")]
    pub data: Option<PathBuf>,
    /// Begin with the guilds, people and messages of this file instead of the ready-made ones. What the
    /// bot itself knew is in its database: keep that with --data.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["story", "guild"])]
    pub load: Option<PathBuf>,
    /// Write guilds, people and messages to this file when it is closed, to load them again.
    #[arg(long, value_name = "FILE")]
    pub save: Option<PathBuf>,
}

/// How to check.
#[derive(Debug, Clone, Default, Args)]
pub struct CheckOptions {
    /// Print the problems as a JSON array.
    #[arg(long)]
    pub json: bool,
}

/// What `play` tells the bot that it starts.
#[derive(Debug, Clone, Default, Args)]
pub struct HostOptions {
    /// How far the bot's clock is ahead of the machine's, in milliseconds.
    #[arg(long, default_value_t = 0, allow_negative_numbers = true)]
    pub clock_offset_ms: i64,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_sound() {
        Cli::command().debug_assert();
    }

    #[test]
    fn crashes_need_a_story() {
        assert!(Cli::try_parse_from(["muster", "play", "--crash", "2"]).is_err());
        let cli = Cli::try_parse_from([
            "muster", "play", "--story", "x", "--crash", "2", "--seed", "7",
        ]);
        let Task::Play(options) = cli.expect("fine").task else {
            panic!("play")
        };
        assert_eq!((options.crash, options.seed), (2, Some(7)));
    }
}
