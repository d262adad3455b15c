//! `muster play --script FILE`: somebody's own story, in the ready-made guild or one of their own.

use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, Result};
use muster_playground::{GuildHandle, GuildSpec, Playground};
use serde_json::json;

use super::{HostProcess, crashes_of};
use crate::EXIT_STORY;
use crate::cli::PlayOptions;
use crate::story::{Narrator, Stage, Story, Unmet};

/// A script, and the guild that it wants.
pub(super) struct Script {
    story: Story,
    guild: Option<GuildSpec>,
}

/// The script or its guild cannot be read.
#[derive(Debug)]
pub struct Unreadable(anyhow::Error);

impl std::fmt::Display for Unreadable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:#}", self.0)
    }
}

impl std::error::Error for Unreadable {}

impl Script {
    /// Reads the script and its guild, if there is one to play.
    pub fn wanted(options: &PlayOptions) -> Result<Option<Self>> {
        let read = |path| Self::read(path, options.guild.as_deref()).map_err(Unreadable);
        Ok(options.script.as_deref().map(read).transpose()?)
    }

    fn read(path: &Path, guild: Option<&Path>) -> Result<Self> {
        let story = Story::open(path)?;
        let guild = guild
            .or_else(|| story.guild())
            .map(read_guild)
            .transpose()?;
        Ok(Self { story, guild })
    }

    /// Makes the script's own guild; none if it is content with what is there.
    pub fn own_guild(&self, playground: &Playground) -> Result<Option<GuildHandle>> {
        let made = self.guild.as_ref().map(|spec| playground.add_guild(spec));
        Ok(made.transpose().map_err(|error| Unreadable(error.into()))?)
    }

    /// Plays it, and says how it went.
    pub async fn play(
        &self,
        guild: GuildHandle,
        host: &HostProcess,
        options: &PlayOptions,
    ) -> Result<ExitCode> {
        let narrator = Narrator::Aloud;
        let (crashes, patience) = crashes_of(options, &self.story);
        let mut stage = Stage::new(guild, narrator, patience)
            .with_bot(host.clone())
            .strict();
        let killing = tokio::spawn(crashes.carry_out(host.clone(), stage.deeds()));
        let played = stage.play(&self.story).await;
        // A crash that was planned for later has nothing left to interrupt.
        killing.abort();
        let problems = match played {
            Ok(()) => {
                host.until_ready().await?;
                stage.finish(&Default::default(), None).await;
                stage.problems().to_vec()
            }
            Err(error) => match error.downcast::<Unmet>() {
                Ok(unmet) => vec![unmet.to_string()],
                Err(error) => return Err(error),
            },
        };
        narrator.line("");
        for problem in &problems {
            narrator.line(problem);
        }
        if problems.is_empty() {
            narrator.line("Everything was seen as it should be.");
        }
        if options.json {
            narrator
                .line(&json!({ "passed": problems.is_empty(), "problems": problems }).to_string());
        }
        Ok(match problems.is_empty() {
            true => ExitCode::SUCCESS,
            false => ExitCode::from(EXIT_STORY),
        })
    }
}

fn read_guild(path: &Path) -> Result<GuildSpec> {
    let text = std::fs::read_to_string(path)
        .with_context(|| format!("cannot read the guild {}", path.display()))?;
    toml::from_str(&text).with_context(|| format!("{} describes no guild", path.display()))
}
