//! Texts of a script: names in braces are replaced, and texts are found in what people see.

use std::collections::HashMap;

use muster_playground::{GuildHandle, MessageHandle};

/// Puts in what has a name: `{run}`, `{@Ann}`, `{#plans}`, `{&Planner}`. What is no name stays.
pub(super) fn filled(text: &str, names: &HashMap<String, String>, guild: &GuildHandle) -> String {
    let mut filled = String::new();
    let mut rest = text;
    while let Some((before, opened)) = rest.split_once('{') {
        filled.push_str(before);
        let Some((inner, after)) = opened.split_once('}') else {
            filled.push('{');
            rest = opened;
            continue;
        };
        match value(inner, names, guild) {
            Some(value) => filled.push_str(&value),
            None => filled.extend(["{", inner, "}"]),
        }
        rest = after;
    }
    filled + rest
}

fn value(inner: &str, names: &HashMap<String, String>, guild: &GuildHandle) -> Option<String> {
    if let Some(name) = inner.strip_prefix('@') {
        return Some(format!("<@{}>", guild.persona(name)?.id()));
    }
    if let Some(name) = inner.strip_prefix('#') {
        return Some(format!("<#{}>", guild.channel(name)?));
    }
    if let Some(name) = inner.strip_prefix('&') {
        return Some(format!("<@&{}>", guild.role(name)?.id));
    }
    names.get(inner).cloned()
}

/// Whether `text` holds `part`, and not as a piece of a longer number.
pub(super) fn holds(text: &str, part: &str) -> bool {
    let is_digit = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
    text.match_indices(part).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let after = text[at + part.len()..].chars().next();
        let cut_before = is_digit(before) && is_digit(part.chars().next());
        let cut_after = is_digit(after) && is_digit(part.chars().next_back());
        !cut_before && !cut_after
    })
}

/// What a message says, as it was sent and as a client shows it.
pub(super) fn said(message: &MessageHandle) -> String {
    let sent = message.now().map(|message| message.text());
    format!("{}\n{}", sent.unwrap_or_default(), message.draw())
}

/// A text on few lines, for errors.
pub(super) fn short(text: &str) -> String {
    const LINES: usize = 30;
    let mut lines: Vec<&str> = text.trim_end().lines().collect();
    if lines.len() > LINES {
        lines.truncate(LINES);
        lines.push("...");
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_not_found_in_a_longer_one() {
        assert!(holds("Helpers: 185", "185"));
        assert!(!holds("Helpers: 1850", "185"));
        assert!(!holds("Helpers: 2185", "185"));
        assert!(holds("**12** of 200", "**12**"));
    }

    #[tokio::test]
    async fn names_in_braces_are_replaced() {
        let playground = muster_playground::Playground::start(Default::default()).await;
        let playground = playground.expect("listens on loopback");
        let spec = muster_playground::GuildSpec::named("Garden");
        let guild = playground.add_guild(&spec).expect("a guild");
        let owner = guild.owner();
        let names = HashMap::from([("plan".to_owned(), "Roses".to_owned())]);
        let text = format!(
            "{{plan}} by {{@{}}}: {{seat joined}} {{choice}} {{",
            owner.name()
        );
        let expected = format!("Roses by <@{}>: {{seat joined}} {{choice}} {{", owner.id());
        assert_eq!(filled(&text, &names, &guild), expected);
    }
}
