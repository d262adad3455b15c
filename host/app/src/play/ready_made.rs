//! What plugins bring for the playground: guilds, stories, and a word of welcome. The files stand in
//! each plugin's folder `playground` and are part of the binary.

use std::collections::BTreeMap;

use anyhow::{Context, Result};
use muster_builtin::PLAYGROUND;
use muster_playground::{GuildHandle, GuildSpec, Playground};

/// Makes the guilds, by the plugin that brings them.
pub fn guilds(playground: &Playground) -> Result<BTreeMap<&'static str, GuildHandle>> {
    let mut guilds = BTreeMap::new();
    for file in PLAYGROUND.iter().filter(|file| file.name == "guild.toml") {
        let spec: GuildSpec = toml::from_str(file.text)
            .with_context(|| format!("the guild of the plugin {}", file.plugin))?;
        guilds.insert(file.plugin, playground.add_guild(&spec)?);
    }
    if guilds.is_empty() {
        playground.add_guild(&GuildSpec::named("Playground"))?;
    }
    Ok(guilds)
}

/// The stories: plugin, name and script.
pub fn stories() -> impl Iterator<Item = (&'static str, &'static str, &'static str)> {
    PLAYGROUND.iter().filter_map(|file| {
        let name = file.name.strip_suffix(".story")?;
        Some((file.plugin, name, file.text))
    })
}

/// What newcomers read: who there is to play with, and what they can do.
pub fn welcome() -> String {
    let texts = PLAYGROUND.iter().filter(|file| file.name == "welcome.txt");
    texts.map(|file| file.text).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::story::Story;

    #[test]
    fn every_story_and_guild_can_be_read() {
        for (plugin, name, text) in stories() {
            Story::parse(name, text).unwrap_or_else(|error| panic!("{plugin}: {error}"));
        }
        for file in PLAYGROUND.iter().filter(|file| file.name == "guild.toml") {
            let spec: Result<GuildSpec, _> = toml::from_str(file.text);
            spec.unwrap_or_else(|error| panic!("{}: {error}", file.plugin));
        }
    }
}
