//! A message as text, so that a story can print what a person sees:
//!
//! ```text
//! | Garden day                             (green)
//! | Organizer @Ann    Seats 2/30    Starts in 5 min
//! | Helpers  @Ben  @Cid
//!   [Join] [Leave] (Lock)
//! ```
//!
//! Buttons stand in brackets, disabled ones in parentheses; a menu is `[Choose v]`.

use serde_json::Value;

use crate::id::{ChannelId, RoleId, UserId};
use crate::model::message::Message;
use crate::world::World;

/// Where the colour stands.
const COLOR_COLUMN: usize = 41;

/// Draws a message.
pub(crate) fn draw(world: &World, message: &Message) -> String {
    let mut lines = Vec::new();
    if message.is_ephemeral() {
        lines.push("(only you can see this)".to_owned());
    }
    if message.is_loading() {
        lines.push(format!("{} is thinking...", world.config.application.name));
    }
    lines.extend(said(world, message, &message.content));
    for embed in &message.embeds {
        lines.extend(
            draw_embed(world, message, embed)
                .into_iter()
                .map(|line| format!("| {line}")),
        );
    }
    for file in &message.attachments {
        lines.push(format!("<{} {} bytes>", file.filename, file.data.len()));
    }
    for component in &message.components {
        draw_component(world, message, component, "", &mut lines);
    }
    let mut text = lines
        .iter()
        .map(|line| line.trim_end())
        .collect::<Vec<_>>()
        .join("\n");
    text.push('\n');
    text
}

fn said(world: &World, message: &Message, text: &str) -> Vec<String> {
    if text.is_empty() {
        Vec::new()
    } else {
        readable(world, message, text)
            .lines()
            .map(str::to_owned)
            .collect()
    }
}

fn draw_embed(world: &World, message: &Message, embed: &Value) -> Vec<String> {
    let text = |value: &Value| readable(world, message, value.as_str().unwrap_or_default());
    let mut lines = Vec::new();
    if embed["author"]["name"].is_string() {
        lines.push(text(&embed["author"]["name"]));
    }
    if let Some(color) = embed["color"].as_u64() {
        let title = text(&embed["title"]);
        lines.push(format!(
            "{title:<width$}({})",
            color_name(color),
            width = COLOR_COLUMN - 2
        ));
    } else if embed["title"].is_string() {
        lines.push(text(&embed["title"]));
    }
    lines.extend(text(&embed["description"]).lines().map(str::to_owned));
    let mut row: Vec<String> = Vec::new();
    for field in embed["fields"].as_array().into_iter().flatten() {
        let (name, value) = (text(&field["name"]), text(&field["value"]));
        if field["inline"] == true && !value.contains('\n') {
            row.push(format!("{name} {value}"));
            continue;
        }
        flush(&mut row, &mut lines);
        if value.contains('\n') {
            lines.push(name);
            lines.extend(value.lines().map(|line| format!("  {line}")));
        } else {
            lines.push(format!("{name}  {value}"));
        }
    }
    flush(&mut row, &mut lines);
    if embed["footer"]["text"].is_string() {
        lines.push(text(&embed["footer"]["text"]));
    }
    lines
}

fn flush(row: &mut Vec<String>, lines: &mut Vec<String>) {
    if !row.is_empty() {
        lines.push(std::mem::take(row).join("    "));
    }
}

fn draw_component(
    world: &World,
    message: &Message,
    component: &Value,
    indent: &str,
    lines: &mut Vec<String>,
) {
    let children = component["components"]
        .as_array()
        .map_or(&[][..], Vec::as_slice);
    match component["type"].as_u64() {
        Some(1) => {
            let controls: Vec<String> = children.iter().map(draw_control).collect();
            lines.push(format!("{indent}  {}", controls.join(" ")));
        }
        Some(9) => {
            for child in children {
                draw_component(world, message, child, indent, lines);
            }
            if component["accessory"]["type"] == 2 {
                lines.push(format!(
                    "{indent}  {}",
                    draw_control(&component["accessory"])
                ));
            }
        }
        Some(10) => {
            let text = component["content"].as_str().unwrap_or_default();
            lines.extend(
                said(world, message, text)
                    .into_iter()
                    .map(|line| format!("{indent}{line}")),
            );
        }
        Some(14) => lines.push(format!("{indent}---")),
        Some(17) => {
            let indent = format!("{indent}| ");
            for child in children {
                draw_component(world, message, child, &indent, lines);
            }
        }
        _ => {}
    }
}

fn draw_control(control: &Value) -> String {
    let text = |key: &str| control[key].as_str();
    let label = match control["type"].as_u64() {
        Some(2) => {
            let emoji = control["emoji"]["name"].as_str();
            let parts: Vec<&str> = [emoji, text("label")].into_iter().flatten().collect();
            let link = if control["style"] == 5 { " ->" } else { "" };
            format!("{}{link}", parts.join(" "))
        }
        _ => format!(
            "{} v",
            text("placeholder")
                .or_else(|| text("custom_id"))
                .unwrap_or_default()
        ),
    };
    if control["disabled"] == true {
        format!("({label})")
    } else {
        format!("[{label}]")
    }
}

fn color_name(color: u64) -> String {
    let (red, green, blue) = (color >> 16 & 0xFF, color >> 8 & 0xFF, color & 0xFF);
    let (high, low) = (red.max(green).max(blue), red.min(green).min(blue));
    let name = if high - low < 32 {
        if high < 64 {
            "black"
        } else if high > 200 {
            "white"
        } else {
            "grey"
        }
    } else if red == high && green > blue + 40 {
        if green * 10 > red * 6 {
            "yellow"
        } else {
            "orange"
        }
    } else if red == high {
        if blue * 2 > red { "pink" } else { "red" }
    } else if green == high {
        "green"
    } else if red * 2 > blue {
        "purple"
    } else {
        "blue"
    };
    name.to_owned()
}

/// Text with names in place of ids, and times as people read them.
fn readable(world: &World, message: &Message, text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find('<') {
        let (before, tail) = rest.split_at(start);
        shown.push_str(before);
        let replaced = tail.find('>').and_then(|end| {
            let name = mentioned(world, message, tail.get(1..end)?)?;
            Some((name, end))
        });
        match replaced {
            Some((name, end)) => {
                shown.push_str(&name);
                rest = tail.get(end + 1..).unwrap_or_default();
            }
            None => {
                shown.push('<');
                rest = tail.get(1..).unwrap_or_default();
            }
        }
    }
    shown.push_str(rest);
    shown
}

/// What stands between `<` and `>` ([Discord Docs/API Reference, "Message Formatting"]).
fn mentioned(world: &World, message: &Message, inside: &str) -> Option<String> {
    let guild = message.guild.and_then(|id| world.guilds.get(&id));
    if let Some(role) = inside.strip_prefix("@&") {
        let id: RoleId = role.parse().ok()?;
        let name = guild
            .and_then(|guild| guild.roles.get(&id))
            .map(|role| role.name.as_str());
        return Some(format!("@{}", name.unwrap_or("unknown-role")));
    }
    if let Some(user) = inside.strip_prefix('@') {
        let id: UserId = user.trim_start_matches('!').parse().ok()?;
        let nick = guild
            .and_then(|guild| guild.members.get(&id))
            .and_then(|member| member.nick.as_deref());
        let name = nick.or_else(|| world.users.get(&id).map(|user| user.name.as_str()));
        return Some(format!("@{}", name.unwrap_or("unknown-user")));
    }
    if let Some(channel) = inside.strip_prefix('#') {
        let id: ChannelId = channel.parse().ok()?;
        let name = world.channels.get(&id).map(|channel| channel.name.as_str());
        return Some(format!("#{}", name.unwrap_or("unknown")));
    }
    if let Some(time) = inside.strip_prefix("t:") {
        let (seconds, style) = time.split_once(':').unwrap_or((time, "f"));
        let at_ms = seconds.parse::<i64>().ok()? * 1000;
        return Some(if style == "R" {
            relative(at_ms - world.now())
        } else {
            short_time(at_ms)
        });
    }
    if let Some(command) = inside.strip_prefix('/') {
        return command.split_once(':').map(|(name, _)| format!("/{name}"));
    }
    let emoji = inside
        .strip_prefix("a:")
        .or_else(|| inside.strip_prefix(':'))?;
    emoji.split_once(':').map(|(name, _)| format!(":{name}:"))
}

fn short_time(at_ms: i64) -> String {
    let iso = crate::clock::iso8601(at_ms);
    iso.get(..16).unwrap_or(&iso).replace('T', " ")
}

fn relative(span_ms: i64) -> String {
    let seconds = (span_ms.abs() + 500) / 1000;
    let amount = match seconds {
        0..60 => format!("{seconds} s"),
        60..3600 => format!("{} min", (seconds + 30) / 60),
        3600..86_400 => format!("{} h", (seconds + 1800) / 3600),
        _ => format!("{} days", (seconds + 43_200) / 86_400),
    };
    if span_ms >= 0 {
        format!("in {amount}")
    } else {
        format!("{amount} ago")
    }
}
