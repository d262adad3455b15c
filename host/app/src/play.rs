//! `muster play`: an offline Discord with a ready-made guild, and the bot in it as a child process.

mod child;
mod crashes;
mod evening;
mod ready_made;
mod records;
mod script;

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use muster_playground::{GuildHandle, Playground};

pub use child::{HostProcess, HostState, Launch};
pub use crashes::Crashes;
pub use script::Unreadable;

use records::BotDatabase;

use crate::cli::{LogOptions, PlayOptions};
use crate::config::{Config, nearest};
use crate::run::asked_to_stop;
use crate::story::{Figures, Killed, Narrator, Patience, Stage, Story};
use crate::{EXIT_STORY, logging};

/// Opens the playground, and plays a story in it or waits for Ctrl-C.
///
/// # Errors
/// The port is taken, the bot does not start, or the story is not known.
pub async fn play(config: &Config, options: &PlayOptions, log: &LogOptions) -> Result<ExitCode> {
    let quiet = if options.story.is_some() || options.script.is_some() {
        "error"
    } else {
        "warn"
    };
    logging::start(log, &config.host, quiet)?;
    let story = options.story.as_deref().map(find_story).transpose()?;
    let script = script::Script::wanted(options)?;
    let set = muster_playground::Config {
        address: SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), options.port),
        page_address: options.listen,
        ..muster_playground::Config::default()
    };
    let playground = match &options.load {
        Some(file) => Playground::load(set, file)
            .await
            .with_context(|| format!("{} cannot be loaded", file.display()))?,
        None => Playground::start(set).await?,
    };
    let own = script.as_ref().map(|script| script.own_guild(&playground));
    let own = own.transpose()?.flatten();
    let guilds = match own.is_some() || options.load.is_some() {
        true => BTreeMap::new(),
        false => ready_made::guilds(&playground)?,
    };
    let folder = Folder::new(options.data.as_deref())?;
    let database = folder.path().join("muster.db");
    playground.set_records(Arc::new(BotDatabase::at(database.clone())));
    playground.set_try_this(evening::suggestions(
        options.empty || options.load.is_some(),
    )?);
    let launch = Launch {
        config: config.file.clone(),
        database,
        api_base: playground.api_url(),
        token: playground.token().to_owned(),
        log: log
            .log
            .clone()
            .or_else(|| config.host.log.clone())
            .unwrap_or_else(|| quiet.to_owned()),
        log_format: log.log_format.unwrap_or(config.host.log_format),
    };
    let narrator = Narrator::Aloud;
    let host = HostProcess::start(launch, playground.clock().clone(), narrator);
    let ended = tokio::select! {
        ended = async {
            host.until_ready().await?;
            if let Some(script) = script {
                let guild = own.or_else(|| playground.guilds().into_iter().next());
                let guild = guild.context("there is no guild to play in")?;
                return script.play(guild, &host, options).await;
            }
            match story {
                Some((plugin, story)) => {
                    let guild = guilds.get(plugin).with_context(|| {
                        format!("the plugin {plugin} brings no guild to play its story in")
                    })?;
                    play_story(&story, guild, &host, options).await
                }
                None => {
                    if !options.empty && options.load.is_none() {
                        let guild_of = |plugin: &str| guilds.get(plugin).cloned();
                        evening::set_up(&playground, guild_of).await?;
                    }
                    serve(&playground, &host).await
                }
            }
        } => ended,
        () = asked_to_stop() => Ok(ExitCode::SUCCESS),
    };
    host.stop().await;
    if let Some(file) = &options.save {
        playground.save(file)?;
        println!("Saved in {}; play on with --load.", file.display());
    }
    playground.stop();
    ended
}

/// Tells where everything is, and lets people play until the bot is beyond help.
async fn serve(playground: &Playground, host: &HostProcess) -> Result<ExitCode> {
    println!("Muster's playground is open: an offline Discord, with the bot in it.");
    println!("  open           {}", playground.page_url());
    if let Some(url) = playground.remote_page_url() {
        println!("  from elsewhere {url}");
        println!("                 Whoever has this address can do everything in this playground.");
    }
    println!(
        "  for bots       {}   (gateway under /gateway)",
        playground.api_url()
    );
    for guild in playground.guilds() {
        let commands: Vec<String> = guild
            .owner()
            .commands()
            .iter()
            .map(|command| format!("/{}", command.name))
            .collect();
        println!("  guild          {} ({})", guild.name(), commands.join(" "));
    }
    for line in ready_made::welcome().lines() {
        println!("  {line}");
    }
    for (_, name, _) in ready_made::stories() {
        println!("  a story        muster play --story {name}");
    }
    println!("Ctrl-C closes it.");
    host.until_beyond_help().await
}

fn find_story(name: &str) -> Result<(&'static str, Story)> {
    let stories = || ready_made::stories();
    let Some((plugin, _, text)) = stories().find(|(_, known, _)| *known == name) else {
        let known: Vec<&str> = stories().map(|(_, name, _)| name).collect();
        match nearest(name, known.iter().copied()) {
            Some(near) => bail!("there is no story `{name}`; did you mean `{near}`?"),
            None => bail!(
                "there is no story `{name}`; there are: {}",
                known.join(", ")
            ),
        }
    };
    let story = Story::parse(name, text)?;
    Ok((plugin, story))
}

async fn play_story(
    story: &Story,
    guild: &GuildHandle,
    host: &HostProcess,
    options: &PlayOptions,
) -> Result<ExitCode> {
    let narrator = Narrator::Aloud;
    let (crashes, patience) = crashes_of(options, story);
    let mut stage = Stage::new(guild.clone(), narrator, patience);
    let (seed, deeds) = (crashes.seed(), stage.deeds());
    let killing = tokio::spawn(crashes.carry_out(host.clone(), deeds));
    let played = stage.play(story).await;
    if played.is_err() {
        killing.abort();
    }
    let killed = Killed {
        times: killing.await.unwrap_or(0),
        seed,
    };
    host.until_ready().await?;
    let broken_off = played.as_ref().err().map(|error| format!("{error:#}"));
    let figures = stage.finish(&killed, broken_off.as_deref()).await;
    conclude(&stage, &figures, options, narrator);
    let is_good = figures.panel_correct && (options.crash > 0 || figures.is_flawless());
    Ok(if is_good {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(EXIT_STORY)
    })
}

/// When the bot is killed, and how often people press therefore.
fn crashes_of(options: &PlayOptions, story: &Story) -> (Crashes, Patience) {
    let patience = if options.crash > 0 {
        Patience::UntilDone
    } else {
        Patience::Once
    };
    let crashes = Crashes::plan(options.crash, options.seed, &story.acts());
    if let Some(seed) = crashes.seed() {
        Narrator::Aloud.line(&format!(
            "The bot will be killed {} times; seed {seed}.",
            options.crash
        ));
    }
    (crashes, patience)
}

fn conclude(stage: &Stage, figures: &Figures, options: &PlayOptions, narrator: Narrator) {
    narrator.heading("In the end");
    narrator.line(&format!(
        "   Members were told: {}",
        stage.told().join(", ")
    ));
    for problem in stage.problems() {
        narrator.line(&format!("   WRONG: {problem}"));
    }
    if stage.problems().is_empty() {
        narrator.line("   Every panel shows what members were told, and nothing is doubled.");
    }
    for refusal in stage.refusals() {
        narrator.line(&format!("   refused           {refusal}"));
    }
    figures
        .table()
        .lines()
        .for_each(|line| narrator.line(&format!("   {line}")));
    if options.json {
        let json = serde_json::to_string(figures).expect("numbers and claims");
        narrator.line(&json);
    }
}

/// Where the bot's database is: a folder to keep, or one that goes with us.
enum Folder {
    Kept(PathBuf),
    Fresh(tempfile::TempDir),
}

impl Folder {
    fn new(kept: Option<&Path>) -> Result<Self> {
        match kept {
            Some(path) => {
                std::fs::create_dir_all(path)
                    .with_context(|| format!("cannot make the folder {}", path.display()))?;
                Ok(Self::Kept(path.to_owned()))
            }
            None => Ok(Self::Fresh(
                tempfile::Builder::new().prefix("muster-play-").tempdir()?,
            )),
        }
    }

    fn path(&self) -> &Path {
        match self {
            Self::Kept(path) => path,
            Self::Fresh(folder) => folder.path(),
        }
    }
}
