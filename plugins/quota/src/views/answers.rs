//! What a member reads in private after something worked.

use muster_dungeons::{Dungeon, Reaction};
use muster_sdk::ids::{RoleId, UserId};
use muster_sdk::message::{Color, Embed, Message};
use muster_sdk::text::escape;

use super::dungeon_label;
use crate::components::recalculate::Recalculated;
use crate::entry::KeyChange;
use crate::points::Points;
use crate::quota::Quota;

/// After **Update Panel**.
pub const PUBLISHED: &str = "The ranking stands in the quota channel, and is brought up to date.";

/// Runs that were counted by hand.
pub struct LoggedRuns<'a> {
    /// The dungeon's key.
    pub dungeon: &'a str,
    /// Whether it was left out and taken from the latest run.
    pub is_guess: bool,
    /// How many; negative were taken back.
    pub amount: i64,
    /// What that came to.
    pub change: Points,
    /// Whose they are.
    pub organizer: UserId,
    /// Who counted them.
    pub by: UserId,
}

/// After `/logrun`.
pub fn run_logged(logged: &LoggedRuns<'_>) -> Message {
    let (title, runs) = if logged.amount > 0 {
        ("Runs logged", "Runs logged")
    } else {
        ("Runs removed", "Runs removed")
    };
    let mut dungeon = dungeon_label(logged.dungeon);
    if logged.is_guess {
        dungeon.push_str(" (of their latest run)");
    }
    Message::new().embed(
        Embed::new()
            .title(title)
            .color(worked(logged.amount > 0))
            .inline_field("Dungeon", dungeon)
            .inline_field(runs, logged.amount.abs().to_string())
            .inline_field("Points changed", logged.change.signed())
            .inline_field("Organizer", logged.organizer.mention())
            .inline_field("Logged by", logged.by.mention()),
    )
}

/// Keys that were counted by hand.
pub struct LoggedKeys<'a> {
    /// Which dungeon they opened.
    pub dungeon: &'a Dungeon,
    /// Which key.
    pub key: &'a Reaction,
    /// How many were meant; negative to take back.
    pub amount: i64,
    /// What became of it.
    pub change: &'a KeyChange,
    /// Who popped them.
    pub raider: UserId,
    /// Who counted them.
    pub by: UserId,
}

/// After `/logkey`.
pub fn key_logged(logged: &LoggedKeys<'_>) -> Message {
    let changed = logged.change.changed;
    let title = if logged.amount > 0 {
        "Keys logged"
    } else {
        "Keys removed"
    };
    let key = format!("{} {}", logged.key.emoji, escape(logged.key.name));
    let mut embed = Embed::new()
        .title(title)
        .color(worked(logged.amount > 0))
        .inline_field("Dungeon", escape(logged.dungeon.label))
        .inline_field("Keys", format!("{} × {key}", changed.abs()))
        .inline_field("New total", logged.change.total.to_string())
        .inline_field("Raider", logged.raider.mention())
        .inline_field("Logged by", logged.by.mention())
        .inline_field("⭐ Points awarded", logged.change.points.signed());
    if changed != logged.amount {
        embed = embed.footer("A count of keys cannot fall below 0.");
    }
    Message::new().embed(embed)
}

/// Points that were given or taken by hand.
pub struct Adjusted {
    /// Whose.
    pub member: UserId,
    /// How much; negative was taken.
    pub amount: Points,
    /// What they have now.
    pub total: Points,
    /// The role whose quota it counts for.
    pub role: Option<RoleId>,
    /// Why, if it was said.
    pub reason: Option<String>,
    /// Who did it.
    pub by: UserId,
}

/// After `/addpoints` and `/addquotapoints`.
pub fn adjusted(what: &str, adjusted: &Adjusted) -> Message {
    let mut embed = Embed::new()
        .title(format!("{what} adjusted"))
        .color(worked(!adjusted.amount.is_negative()))
        .inline_field("Member", adjusted.member.mention())
        .inline_field("Amount", adjusted.amount.signed())
        .inline_field("New total", adjusted.total.to_string())
        .inline_field("Adjusted by", adjusted.by.mention());
    if let Some(role) = adjusted.role {
        embed = embed.inline_field("Counts for", role.mention());
    }
    if let Some(reason) = &adjusted.reason {
        embed = embed.field("Reason", escape(reason));
    }
    Message::new().embed(embed)
}

/// After **Reset Panel**.
pub fn reset_done(quota: &Quota) -> Message {
    Message::text(format!(
        "A new period of {} has begun. It ends {} ({}). What was earned before is kept: see `/quotahistory`.",
        quota.role.mention(),
        quota.schedule.reset_at.full(),
        quota.schedule.reset_at.relative(),
    ))
}

/// After **Delete Quota**.
pub fn deleted(role: RoleId) -> Message {
    Message::text(format!(
        "{} has no quota any more. What its holders earned is kept.",
        role.mention()
    ))
}

/// After **Recalculate**.
pub fn recalculated(result: &Recalculated) -> Message {
    if result.events == 0 {
        return Message::text(
            "Every run of this period is worth what it should be. Nothing has changed.",
        );
    }
    let lines = result.shifts.iter().map(|(user, dungeon, change)| {
        format!(
            "{} {}: **{}**",
            user.mention(),
            dungeon_label(dungeon),
            change.signed()
        )
    });
    let lines: Vec<String> = lines.collect();
    const SHOWN: usize = 40;
    let mut text = lines[..lines.len().min(SHOWN)].join("\n");
    if lines.len() > SHOWN {
        text.push_str(&format!("\n... and {} more", lines.len() - SHOWN));
    }
    let entries = if result.events == 1 {
        "entry"
    } else {
        "entries"
    };
    Message::new().embed(
        Embed::new()
            .title("Recalculated")
            .color(Color::GREEN)
            .description(text)
            .footer(format!(
                "{} {entries} changed, {} points in all",
                result.events,
                result.change().signed()
            )),
    )
}

fn worked(is_more: bool) -> Color {
    if is_more { Color::GREEN } else { ORANGE.into() }
}

/// Something was taken back.
const ORANGE: u32 = 0xe67e22;
