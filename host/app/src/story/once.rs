//! What must be in the guild exactly once, however often the host was killed.

use std::collections::HashSet;
use std::sync::Arc;

use muster_playground::{ChannelId, GuildHandle, Message};

use super::script::Once;

/// How much was written in all threads.
pub(super) fn written(guild: &GuildHandle) -> usize {
    let threads = guild.threads();
    let written = threads.iter().map(|thread| guild.messages(thread.id).len());
    written.sum()
}

/// What is missing, or there too often.
pub(super) fn problem(guild: &GuildHandle, once: &Once) -> Option<String> {
    let bot = guild.playground().bot_id();
    match once {
        Once::Message { channel, text } => {
            let messages = guild.messages(guild.channel(channel)?);
            let fits =
                |message: &&Arc<Message>| message.author == bot && message.text().contains(text);
            let count = messages.iter().filter(fits).count();
            let what = || format!("{channel} has {count} messages with \"{text}\", not one");
            (count != 1).then(what)
        }
        Once::Thread { channel } => {
            let count = threads(guild, channel).len();
            (count != 1).then(|| format!("{channel} has {count} threads, not one"))
        }
        Once::Lines { channel } => {
            let lines = lines(guild, channel);
            let mut seen = HashSet::new();
            let twice = lines.iter().find(|line| !seen.insert(line.as_str()))?;
            Some(format!(
                "a line in a thread of {channel} is there twice: {twice}"
            ))
        }
        Once::Count {
            channel,
            text,
            count,
        } => {
            let lines = lines(guild, channel);
            let found = lines.iter().filter(|line| line.contains(text)).count();
            let what = || format!("{channel} has {found} lines with \"{text}\", not {count}");
            (found != *count).then(what)
        }
    }
}

fn threads(guild: &GuildHandle, channel: &str) -> Vec<ChannelId> {
    let parent = guild.channel(channel);
    let threads = guild.threads().into_iter();
    threads
        .filter(|thread| thread.parent == parent)
        .map(|thread| thread.id)
        .collect()
}

/// What the bot wrote in the channel's threads, line by line.
fn lines(guild: &GuildHandle, channel: &str) -> Vec<String> {
    let bot = guild.playground().bot_id();
    let threads = threads(guild, channel).into_iter();
    let messages = threads.flat_map(|thread| guild.messages(thread));
    messages
        .filter(|message| message.author == bot)
        .flat_map(|message| {
            let lines = message.content.lines().map(str::to_owned);
            lines.collect::<Vec<_>>()
        })
        .collect()
}
