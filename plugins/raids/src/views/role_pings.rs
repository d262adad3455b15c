//! The roles that runs ping: buttons, and what people read about them.

use muster_dungeons::Dungeon;
use muster_sdk::ids::{ChannelId, RoleId};
use muster_sdk::message::{Button, Color, Embed, Message, Row};

/// Buttons for the roles of these dungeons.
pub fn role_pings(dungeons: &[(&'static Dungeon, RoleId)]) -> Message {
    let text = if dungeons.is_empty() {
        "There are no such roles at present.".to_owned()
    } else {
        let lines = dungeons.iter().map(|(dungeon, role)| {
            format!("{} {}: {}", dungeon.emoji, dungeon.label, role.mention())
        });
        format!(
            "Press a dungeon to be pinged when a run of it starts. Press again to stop it.\n\n{}",
            lines.collect::<Vec<_>>().join("\n")
        )
    };
    let embed = Embed::new()
        .title("🔔 Role Pings")
        .description(text)
        .color(Color::BLURPLE);
    let buttons = dungeons.iter().map(|(dungeon, _)| {
        Button::grey(dungeon.label, format!("role-ping/{}", dungeon.key)).emoji(dungeon.emoji)
    });
    Message::new().embed(embed).rows(Row::wrap(buttons))
}

/// After `/configrolepings`. `is_shown`: whether the posted buttons have a place for it.
pub fn ping_role_set(dungeon: &Dungeon, role: Option<RoleId>, is_shown: bool) -> Message {
    let label = dungeon.label;
    let mut text = match role {
        Some(role) => format!("Runs of **{label}** ping {} from now on.", role.mention()),
        None => format!("Runs of **{label}** ping no role any more."),
    };
    if role.is_some() && !is_shown {
        text.push_str(" Use `/sendrolepingembed` to post the buttons with which members get it.");
    }
    Message::text(text)
}

/// After `/sendrolepingembed`.
pub fn role_pings_sent(channel: ChannelId) -> Message {
    Message::text(format!("The buttons are posted in {}.", channel.mention()))
}

/// There is nowhere to post the buttons.
pub fn no_role_ping_channel() -> String {
    "There is no channel for role pings here. Choose one with `/setchannels role_ping`.".to_owned()
}

/// There are no buttons to post.
pub fn no_ping_roles() -> String {
    "No dungeon has a role to ping yet. Choose one with `/configrolepings`.".to_owned()
}

/// A button whose dungeon has no role any more.
pub fn ping_role_gone() -> String {
    "This dungeon has no role any more. Ask a moderator to choose one with `/configrolepings`."
        .to_owned()
}

/// After a button: the role was given or taken.
pub fn ping_role_toggled(given: bool, role: Option<RoleId>) -> Message {
    let role = role.map_or_else(|| "the role".to_owned(), RoleId::mention);
    Message::text(if given {
        format!("You now have {role}. Press again to give it back.")
    } else {
        format!("You no longer have {role}. Press again to get it back.")
    })
}

/// After a button: nothing was given or taken. `problem`: why, in the host's own sentence.
pub fn ping_role_not_toggled(problem: &str) -> Message {
    Message::text(format!("Your roles stay as they are. {problem}"))
}
