//! Who used which command, with what, and how it went: for the log, and, where a guild wants it, for its
//! channel `bot_log`.

use muster_core::host_settings::LOG_COMMANDS;
use muster_core::interaction::{Interaction, InteractionKind};
use muster_store::{CommandLogEntry, Mark, redacted};
use serde_json::json;

use super::{Inner, Verdict, call};
use crate::commands::BOT_LOG;
use crate::rest::Priority;

/// Characters of the options that a line shows.
const MOST_OPTIONS: usize = 300;

impl Inner {
    /// Writes a command down, also one that was refused.
    pub(super) async fn log_command(&self, interaction: &Interaction, verdict: &Verdict) {
        let InteractionKind::Command { name, options } = &interaction.kind else {
            return;
        };
        let now = self.store.clock().now();
        let made = interaction.id.created_at();
        let entry = CommandLogEntry {
            guild: interaction.guild,
            channel: interaction.channel,
            user: interaction.member.user,
            command: name.clone(),
            subcommand: call::subcommand(&options.options),
            options: redacted(&options.options),
            error_code: match verdict {
                Verdict::Fine => None,
                Verdict::Failed(code) => Some((*code).to_owned()),
            },
            latency_ms: i64::try_from(now.since(made).as_millis()).unwrap_or(i64::MAX),
            at: now,
        };
        self.show_command(&entry).await;
        self.store.mark(Mark::CommandUsed(Box::new(entry)));
    }

    /// Shows it to the staff of a guild that wants to see every command.
    async fn show_command(&self, entry: &CommandLogEntry) {
        let Ok(config) = self.store.guild_config(entry.guild).await else {
            return;
        };
        let is_wanted = config.host_setting(LOG_COMMANDS) == Some(true.into());
        let Some(channel) = config.channels.get(BOT_LOG).filter(|_| is_wanted) else {
            return;
        };
        let body = json!({ "content": line(entry), "allowed_mentions": { "parse": [] } });
        let (rest, channel) = (self.rest.clone(), *channel);
        // Nobody waits for it.
        tokio::spawn(async move {
            let sent = rest.create_message(channel, &body, None, Vec::new(), Priority::Message);
            if let Err(error) = sent.await {
                tracing::debug!(%error, "a command could not be shown in the log channel");
            }
        });
    }
}

fn line(entry: &CommandLogEntry) -> String {
    let mut command = entry.command.clone();
    if let Some(subcommand) = &entry.subcommand {
        command.push(' ');
        command.push_str(&subcommand.replace('.', " "));
    }
    let options = match &entry.options {
        serde_json::Value::Array(list) if !list.is_empty() => {
            let text: String = entry
                .options
                .to_string()
                .chars()
                .take(MOST_OPTIONS)
                .collect();
            format!(" `{}`", text.replace('`', "ˋ"))
        }
        _ => String::new(),
    };
    format!(
        "<@{}> used `/{command}` in <#{}>{options}: {}, {} ms",
        entry.user,
        entry.channel,
        entry.error_code.as_deref().unwrap_or("ok"),
        entry.latency_ms
    )
}

#[cfg(test)]
mod tests {
    use muster_core::ids::{ChannelId, UserId};
    use muster_core::{GuildId, Timestamp};

    use super::*;

    #[test]
    fn a_line_says_who_what_and_how_it_went() {
        let entry = CommandLogEntry {
            guild: GuildId::new(1).expect("not 0"),
            channel: ChannelId::new(2).expect("not 0"),
            user: UserId::new(3).expect("not 0"),
            command: "config".into(),
            subcommand: Some("set".into()),
            options: json!([{ "name": "a`b" }]),
            error_code: Some("REFUSED".into()),
            latency_ms: 12,
            at: Timestamp::from_ms(0),
        };
        assert_eq!(
            line(&entry),
            "<@3> used `/config set` in <#2> `[{\"name\":\"aˋb\"}]`: REFUSED, 12 ms"
        );
    }
}
