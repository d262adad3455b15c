//! What must be seen, now or within a moment.

use std::time::Duration;

use anyhow::{Context, Result};
use muster_playground::{ChannelId, GuildHandle, Message, MessageHandle};
use tokio::time::Instant;

use super::happen::{no_channel, no_role, persona};
use super::script::{Look, MessagePlace};
use super::texts::{holds, said, short};
use super::unmet::Instead;

/// How often to look again.
const LOOK_AGAIN: Duration = Duration::from_millis(20);

/// What a look finds: nothing to say, or what is seen instead.
pub(super) type Seen = Result<(), Instead>;

/// Looks until `check` is content, or the time is over; then what it said last is the answer.
pub(super) async fn until<T, E>(
    within: Duration,
    mut check: impl FnMut() -> Result<T, E>,
) -> Result<T, E> {
    let end = Instant::now() + within;
    loop {
        match check() {
            Ok(found) => return Ok(found),
            Err(instead) if Instant::now() >= end => return Err(instead),
            Err(_) => tokio::time::sleep(LOOK_AGAIN).await,
        }
    }
}

/// Looks once. `message` is the one that the look names, if it names one.
///
/// # Errors
/// The script names somebody or something that is not there.
pub(super) fn look(
    look: &Look,
    guild: &GuildHandle,
    message: Option<&MessageHandle>,
) -> Result<Seen> {
    Ok(match (look, message) {
        (
            Look::Shows {
                handle,
                field,
                text,
                there,
            },
            Some(message),
        ) => shows(message, handle, field.as_deref(), text, *there),
        (Look::NoField { handle, field }, Some(message)) => {
            let now = message.now();
            match now.as_ref().and_then(|message| message.field(field)) {
                None => Ok(()),
                Some(text) => Err(Instead::new(
                    format!("{handle} to have no field \"{field}\""),
                    format!("{field}: {text}"),
                )),
            }
        }
        (
            Look::Offers {
                handle,
                control,
                there,
            },
            Some(message),
        ) => offers(message, handle, control, *there),
        (Look::Gone { handle }, Some(message)) => match message.now() {
            None => Ok(()),
            Some(_) => Err(Instead::new(format!("{handle} to be gone"), drawn(message))),
        },
        (Look::Role { who, role, has }, _) => {
            let roles = guild.roles_of(persona(guild, who)?.id());
            guild.role(role).with_context(|| no_role(role))?;
            let expected = format!(
                "{who} to have {}the role \"{role}\"",
                if *has { "" } else { "not " }
            );
            if roles.contains(role) == *has {
                Ok(())
            } else {
                Err(Instead::new(
                    expected,
                    format!("{who} has: {}", roles.join(", ")),
                ))
            }
        }
        (Look::Nickname { who, name }, _) => {
            let user = persona(guild, who)?;
            let nick = guild.member_state(user.id()).and_then(|member| member.nick);
            let nick = nick.unwrap_or_else(|| user.name());
            if nick == *name {
                Ok(())
            } else {
                let expected = format!("{who} to be named \"{name}\"");
                Err(Instead::new(expected, format!("\"{nick}\"")))
            }
        }
        (
            Look::Sees {
                who,
                channel,
                text,
                there,
            },
            _,
        ) => {
            let there_now = persona(guild, who)?
                .in_channel_named(channel)
                .with_context(|| no_channel(channel))?
                .sees();
            let texts = there_now
                .iter()
                .map(|message| shown(guild, message))
                .collect();
            let expected = format!("{who} to see {}\"{text}\" in {channel}", no(*there));
            among(texts, text, *there, expected)
        }
        (Look::Direct { who, text, there }, _) => {
            let messages = persona(guild, who)?.dms();
            let bot = guild.playground().bot_id();
            let from_bot = messages.iter().filter(|message| message.author == bot);
            let texts = from_bot.map(|message| shown(guild, message)).collect();
            let expected = format!("{who} to get {}a DM with \"{text}\"", no(*there));
            among(texts, text, *there, expected)
        }
        (Look::Message { channel, text }, _) => {
            let id = guild
                .channel(channel)
                .with_context(|| no_channel(channel))?;
            let messages = guild.messages(id);
            let texts = messages
                .iter()
                .map(|message| shown(guild, message))
                .collect();
            among(
                texts,
                text,
                false,
                format!("no message in {channel} with \"{text}\""),
            )
        }
        (
            Look::Logs {
                channel,
                text,
                count,
            },
            _,
        ) => {
            let id = guild
                .channel(channel)
                .with_context(|| no_channel(channel))?;
            logs(&lines(guild, id), channel, text, *count)
        }
        // A look at a message without the message: the stage gives it.
        (_, None) => Err(Instead::new("a message", "none")),
    })
}

/// The newest message of a place that holds a text.
///
/// # Errors
/// The script names somebody or something that is not there.
pub(super) fn message(
    place: &MessagePlace,
    text: &str,
    guild: &GuildHandle,
) -> Result<Result<MessageHandle, Instead>> {
    let (name, messages) = match place {
        MessagePlace::Channel(channel) => {
            let id = guild
                .channel(channel)
                .with_context(|| no_channel(channel))?;
            (channel, guild.messages(id))
        }
        MessagePlace::Direct(who) => (who, persona(guild, who)?.dms()),
    };
    let found = messages
        .iter()
        .rev()
        .find(|message| holds(&shown(guild, message), text))
        .and_then(|message| guild.playground().message(message.id));
    Ok(found.ok_or_else(|| {
        let texts: Vec<String> = messages
            .iter()
            .map(|message| shown(guild, message))
            .collect();
        let expected = match place {
            MessagePlace::Channel(_) => format!("a message in {name} with \"{text}\""),
            MessagePlace::Direct(_) => format!("a direct message to {name} with \"{text}\""),
        };
        Instead::new(expected, newest(&texts))
    }))
}

fn shows(
    message: &MessageHandle,
    handle: &str,
    field: Option<&str>,
    text: &str,
    there: bool,
) -> Seen {
    let now = message.now();
    let found = match field {
        None => holds(&said(message), text),
        Some(field) => {
            let raw = now.as_ref().and_then(|message| message.field(field));
            raw.is_some_and(|raw| holds(raw, text) || holds(&as_shown(message, field), text))
        }
    };
    if found == there && (now.is_some() || !there) {
        return Ok(());
    }
    let place = field.map_or_else(String::new, |field| format!(" in its field \"{field}\""));
    let expected = format!("{handle} to show {}\"{text}\"{place}", no(there));
    Err(Instead::new(expected, drawn(message)))
}

/// The line of a drawn message on which a field stands.
fn as_shown(message: &MessageHandle, field: &str) -> String {
    let drawn = message.draw();
    let lines = drawn.lines().filter(|line| line.contains(field));
    lines.collect::<Vec<_>>().join("\n")
}

fn offers(message: &MessageHandle, handle: &str, control: &str, there: bool) -> Seen {
    let now = message.now();
    let usable = now
        .as_ref()
        .and_then(|message| message.control(control))
        .is_some_and(|control| control["disabled"] != true);
    if usable == there {
        return Ok(());
    }
    let expected = format!("{handle} to offer {}\"{control}\"", no(there));
    Err(Instead::new(expected, drawn(message)))
}

fn among(texts: Vec<String>, text: &str, there: bool, expected: String) -> Seen {
    let found = texts.iter().find(|seen| holds(seen, text));
    match (found, there) {
        (Some(_), true) | (None, false) => Ok(()),
        (Some(seen), false) => Err(Instead::new(expected, short(seen))),
        (None, true) => Err(Instead::new(expected, newest(&texts))),
    }
}

fn logs(lines: &[Logged], channel: &str, text: &str, count: Option<usize>) -> Seen {
    let holding = lines
        .iter()
        .filter(|line| holds(&line.sent, text) || holds(&line.shown, text));
    let found = holding.count();
    let is_right = match count {
        Some(count) => found == count,
        None => found > 0,
    };
    if is_right {
        return Ok(());
    }
    let expected = match count {
        None => format!("{channel} to log \"{text}\""),
        Some(0) => format!("{channel} to log no \"{text}\""),
        Some(count) => format!("{channel} to log \"{text}\" {count} times"),
    };
    let shown: Vec<String> = lines.iter().map(|line| line.shown.clone()).collect();
    let seen = match found {
        0 => newest(&shown),
        found => format!("{found} times, in\n{}", newest(&shown)),
    };
    Err(Instead::new(expected, seen))
}

/// A line that the bot wrote, as it was sent and as a client shows it.
struct Logged {
    sent: String,
    shown: String,
}

/// Lines that the bot wrote in a channel and its threads.
fn lines(guild: &GuildHandle, channel: ChannelId) -> Vec<Logged> {
    let playground = guild.playground();
    let threads = guild.threads().into_iter();
    let threads = threads.filter(|thread| thread.parent == Some(channel));
    let places = std::iter::once(channel).chain(threads.map(|thread| thread.id));
    let messages = places.flat_map(|place| guild.messages(place));
    let mut lines = Vec::new();
    for message in messages.filter(|message| message.author == playground.bot_id()) {
        let mut alone = Message::clone(&message);
        alone.embeds.clear();
        alone.components.clear();
        alone.attachments.clear();
        for sent in message.text().lines() {
            sent.clone_into(&mut alone.content);
            let shown = playground.draw(&alone).trim_end().to_owned();
            let sent = sent.to_owned();
            lines.push(Logged { sent, shown });
        }
    }
    lines
}

/// What a message says, as it was sent and as a client shows it; lines that are alike once.
fn shown(guild: &GuildHandle, message: &Message) -> String {
    let sent = message.text();
    let drawn = guild.playground().draw(message);
    let other = drawn.lines().filter(|line| {
        !sent
            .lines()
            .any(|known| known.trim() == line.trim_start_matches("| ").trim())
    });
    let other: Vec<&str> = other.collect();
    [sent.trim_end(), &other.join("\n")].join("\n")
}

fn newest(texts: &[String]) -> String {
    const KEPT: usize = 5;
    if texts.is_empty() {
        return "nothing".to_owned();
    }
    let from = texts.len().saturating_sub(KEPT);
    let texts: Vec<String> = texts[from..].iter().map(|text| short(text)).collect();
    texts.join("\n")
}

fn drawn(message: &MessageHandle) -> String {
    short(&message.draw())
}

fn no(there: bool) -> &'static str {
    if there { "" } else { "no " }
}
