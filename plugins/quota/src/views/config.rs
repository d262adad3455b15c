//! A role's quota: the panel of `/configquota`.

use muster_sdk::ids::RoleId;
use muster_sdk::message::{Button, Color, Embed, Message, Row};
use muster_sdk::text::escape;
use muster_sdk::time::Timestamp;

use super::{listed, menu_page};
use crate::names::ConfigView;
use crate::quota::Quota;
use crate::recurrence::Zone;

/// Dungeons that the panel names.
const LISTED: usize = 10;

/// What is set for a role.
pub struct Configured<'a> {
    /// The role.
    pub role: RoleId,
    /// Its name; none if it was deleted.
    pub name: Option<&'a str>,
    /// Its quota, if it has one.
    pub quota: Option<&'a Quota>,
    /// Now.
    pub now: Timestamp,
    /// The guild's time zone.
    pub zone: &'a Zone,
    /// Whether the zone that the guild set exists.
    pub zone_is_known: bool,
}

/// The panel: all settings in short, and what can be done.
pub fn config(shown: &Configured<'_>, view: ConfigView) -> Message {
    let role = shown.role;
    let message = Message::new().embed(settings(shown));
    match view {
        ConfigView::Main => message.rows(main_buttons(role, shown.quota.is_some())),
        ConfigView::Dungeons(page) => {
            let own = shown.quota.map_or(&[][..], |quota| &quota.overrides);
            let menus = menu_page(page, own, |at| format!("pick/{role}/{at}"));
            let mut buttons = vec![Button::grey("Back", turn(role, ConfigView::Main))];
            if page > 0 {
                buttons.push(Button::grey(
                    "◀",
                    turn(role, ConfigView::Dungeons(page - 1)),
                ));
            }
            if menus.has_next {
                buttons.push(Button::grey(
                    "▶",
                    turn(role, ConfigView::Dungeons(page + 1)),
                ));
            }
            message.rows(menus.rows).row(Row::buttons(buttons))
        }
        ConfigView::Reset => confirm(
            message.content(
                "Reset this quota? The present period ends now and is kept; everybody starts at 0.",
            ),
            role,
            Button::red("Reset now", format!("reset/{role}")),
        ),
        ConfigView::Delete => confirm(
            message.content(
                "Delete this quota? Its settings and its ranking go. What members earned is kept.",
            ),
            role,
            Button::red("Delete it", format!("delete/{role}")),
        ),
        ConfigView::Stopped => message,
    }
}

fn confirm(message: Message, role: RoleId, yes: Button) -> Message {
    message.row(Row::buttons([
        yes,
        Button::grey("Back", turn(role, ConfigView::Main)),
    ]))
}

fn turn(role: RoleId, view: ConfigView) -> String {
    format!("show/{role}/{view}")
}

fn main_buttons(role: RoleId, exists: bool) -> [Row; 2] {
    [
        Row::buttons([
            Button::blue("Set Basic Config", format!("basic/{role}")).emoji("⚙️"),
            Button::grey("Base Points", format!("base/{role}")),
            Button::grey("Moderation Points", format!("work/{role}")),
            Button::grey("More Moderation Points", format!("work-more/{role}")),
            Button::grey("Configure Dungeons", turn(role, ConfigView::Dungeons(0))).emoji("🗺️"),
        ]),
        Row::buttons([
            Button::green("Update Panel", format!("publish/{role}")).emoji("🔄"),
            Button::grey("Recalculate", format!("recalculate/{role}")).disabled(!exists),
            Button::red("Reset Panel", turn(role, ConfigView::Reset))
                .emoji("🔁")
                .disabled(!exists),
            Button::red("Delete Quota", turn(role, ConfigView::Delete)).disabled(!exists),
            Button::grey("Stop", format!("stop/{role}")).emoji("🛑"),
        ]),
    ]
}

fn settings(shown: &Configured<'_>) -> Embed {
    let name = shown.name.map_or_else(|| "Deleted role".to_owned(), escape);
    let embed = Embed::new()
        .title(format!("Quota of {name}"))
        .color(Color::BLURPLE);
    let Some(quota) = shown.quota else {
        return embed.description(format!(
            "{} has no quota yet. **Set Basic Config** begins one.",
            shown.role.mention()
        ));
    };
    let period = quota.schedule.period_at(shown.now, shown.zone);
    let end = period.end.map_or_else(
        || "not until a new reset is set".to_owned(),
        |end| format!("{}\n{}", end.full(), end.relative()),
    );
    let mut repeats = quota.schedule.recurrence.to_string();
    if !shown.zone_is_known {
        repeats.push_str("\n⚠️ `time_zone` is set to no zone that exists; UTC is used");
    }
    let work = &quota.staff_work;
    embed
        .description(format!(
            "{}\nA run is credited to one role of its organizer: the one for which it counts most, and \
             among equals the highest.",
            shown.role.mention()
        ))
        .inline_field("Required points", quota.required.to_string())
        .inline_field("Period start", period.start.full())
        .inline_field("Resets", end)
        .inline_field("Repeats", repeats)
        .inline_field(
            "Base points",
            format!("Exaltation: **{}**\nOther: **{}**", quota.base_exalt, quota.base_other),
        )
        .inline_field(
            "Moderation points",
            format!(
                "Verification: **{}**\nWarning: **{}**\nSuspension: **{}**\nModmail reply: **{}**\n\
                 Edited name: **{}**\nNote: **{}**",
                work.verify, work.warn, work.suspend, work.modmail_reply, work.edit_name, work.add_note
            ),
        )
        .field("Dungeons", listed(&quota.overrides, LISTED))
}
