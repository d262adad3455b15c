//! What members read in direct messages, and what stands in the channel of early locations.

use muster_sdk::ids::RoleId;
use muster_sdk::message::{Color, Embed, Message};
use muster_sdk::text::escape;

use super::{party_and_location, whereto};
use crate::run::{DetailChange, Run, Tally, needs};

/// To those who joined and want to know: the run goes live.
pub fn run_starts(run: &Run, link: Option<&str>) -> Message {
    notice(
        &format!("🟢 **{}** starts.", dungeon(run)),
        &whereto(run),
        link,
    )
}

/// To the same: it has ended.
pub fn run_is_over(run: &Run) -> Message {
    notice(
        &format!("✅ **{}** has ended.", dungeon(run)),
        "Thank you for coming!",
        None,
    )
}

/// To those who offered a key: where to go.
pub fn early_location(run: &Run, link: Option<&str>) -> Message {
    let place =
        party_and_location(run).unwrap_or_else(|| "Party and location were cleared.".into());
    let why = format!("🔑 You offered a key for **{}**.", dungeon(run));
    notice(&why, &place, link)
}

/// To the organizer: every class that the dungeon asks for is there.
pub fn classes_filled(run: &Run, tally: &Tally, link: Option<&str>) -> Message {
    let filled = needs(run, tally).into_iter().filter_map(|need| {
        let have = need.have?;
        Some(format!("{} {have}/{}", need.reaction.label, need.wanted))
    });
    let filled: Vec<String> = filled.collect();
    let what = format!("✅ All needed classes of **{}** are there:", dungeon(run));
    notice(&what, &format!("{}.", filled.join(", ")), link)
}

/// In the channel for it, party or location are told as soon as they are set. `ping`: who wants to know of
/// this dungeon.
pub fn location_post(
    run: &Run,
    change: &DetailChange,
    ping: Option<RoleId>,
    link: Option<&str>,
) -> Message {
    let (title, color) = match change.before {
        None => ("🟢 Location Set", Color::GREEN),
        Some(_) => ("🟡 Location Updated", Color::YELLOW),
    };
    let text = |text: &Option<String>| text.as_deref().map_or_else(|| "not set".to_owned(), escape);
    let mut embed = Embed::new()
        .title(title)
        .color(color)
        .inline_field("Organizer", run.organizer.mention())
        .inline_field("Dungeon", dungeon(run))
        .inline_field("Party", text(&run.party))
        .inline_field("Location", text(&run.location));
    if let Some(link) = link {
        embed = embed.field("Run", link);
    }
    let message = match ping {
        Some(role) => Message::text(format!("<@&{role}>")).pings_role(role),
        None => Message::new(),
    };
    message.embed(embed)
}

fn notice(what: &str, then: &str, link: Option<&str>) -> Message {
    let link = link.map_or_else(String::new, |link| format!(" {link}"));
    Message::text(format!("{what} {then}{link}"))
}

fn dungeon(run: &Run) -> String {
    escape(&run.dungeon_label)
}
