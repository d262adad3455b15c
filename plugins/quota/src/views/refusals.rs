//! What a member reads who was turned away: what happened, and what to do next.

use muster_dungeons::Dungeon;
use muster_sdk::ids::{RoleId, UserId};
use muster_sdk::text::{cut, escape};

use crate::dates::DateError;
use crate::points::Points;

/// A ranking is to be posted, and there is no channel for it.
pub const NO_CHANNEL: &str = "No channel is set for quotas, so there is nowhere to post the ranking. A moderator \
                              can choose one with `/setchannels quota:#channel`.";
/// Staff cannot give themselves points.
pub const NOT_YOURSELF: &str = "Only administrators may adjust their own points. Name a member whom you outrank \
                                in `member`, or ask somebody above you.";
/// Somebody else's panel.
pub const NOT_YOUR_PANEL: &str =
    "Only the user who ran the command can use this. Run the command yourself to get your own.";
/// A message that knows things that are no more.
pub const OUTDATED: &str = "This message is out of date. Use the command again to get a fresh one.";
/// A leaderboard after its five minutes.
pub const BOARD_CLOSED: &str =
    "This leaderboard can no longer be paged. Use `/leaderboard` again to get a fresh one.";
/// An option that no client offers.
pub const NO_SUCH_TYPE: &str = "There is no such leaderboard. Pick one from the list while typing.";
/// A span of time without a moment in it.
pub const SINCE_AFTER_UNTIL: &str =
    "`since` is not before `until`, so nothing can lie between them. Swap the two dates.";
/// A period without a moment in it.
pub const START_AFTER_RESET: &str =
    "The period would start at its reset or after it. Choose a start before the reset.";
/// More runs than one call may read.
pub const TOO_MANY_RUNS: &str = "This period has too many runs to recalculate at once. Reset the period; the next one counts by the \
     settings of today.";

/// No run or key, or far too many.
pub fn bad_amount(most: i64) -> String {
    format!("`amount` is a whole number from -{most} to {most}, and not 0.")
}

/// No points, or far too many.
pub fn bad_points(most: Points) -> String {
    format!(
        "`amount` is a number from -{most} to {most} with at most two decimals, such as 5 or 0.5, and not 0."
    )
}

/// A field of a form holds no amount.
pub fn no_amount(label: &str, typed: &str) -> String {
    format!(
        "{}: \"{}\" is no number of points. Type one from 0 to 1000000, such as 3 or 0.5.",
        escape(label),
        escape(&cut(typed, 50))
    )
}

/// A text that is no date, or the 31st of February.
pub fn no_date(error: &DateError) -> String {
    format!(
        "\"{}\" is no date. Type it in UTC as `YYYY-MM-DD` or `YYYY-MM-DD HH:MM`, such as `2026-01-31 18:00`.",
        escape(&cut(&error.typed, 50))
    )
}

/// A text that says not how often.
pub fn no_recurrence(typed: &str) -> String {
    format!(
        "\"{}\" is not how often a quota can repeat. Type `none`, `daily`, `weekly`, `biweekly`, `monthly`, or a \
         number of days from 1 to 366.",
        escape(&cut(typed, 50))
    )
}

/// Nobody of this guild.
pub fn no_member(user: UserId) -> String {
    format!(
        "{} is not a member of this server. Name somebody who is.",
        user.mention()
    )
}

/// No dungeon of that name.
pub fn no_dungeon(typed: &str) -> String {
    format!(
        "There is no dungeon \"{}\". Pick one from the list while typing.",
        escape(&cut(typed, 50))
    )
}

/// No key of that name opens the dungeon.
pub fn no_key(dungeon: &Dungeon, keys: &[&str]) -> String {
    format!(
        "No such key opens **{}**. It has: {}. Pick one from the list while typing.",
        escape(dungeon.label),
        keys.join(", ")
    )
}

/// The dungeon of the latest run was wanted, and there is none.
pub fn no_latest_run(organizer: UserId) -> String {
    format!(
        "{} has organized no run yet whose dungeon could be meant. Name one in `dungeon`.",
        organizer.mention()
    )
}

/// The role owes nothing.
pub fn no_quota(role: RoleId) -> String {
    format!(
        "{} has no quota. A moderator can set one with `/configquota`.",
        role.mention()
    )
}

/// A ranking is to be posted of a role that owes nothing yet.
pub fn nothing_owed(role: RoleId) -> String {
    format!(
        "{} has no quota yet, so there is nothing to rank. Press **Set Basic Config** first.",
        role.mention()
    )
}

/// The member does not hold the role whose quota was named.
pub fn not_held(member: UserId, role: RoleId) -> String {
    format!(
        "{} does not hold {}, so the points would show nowhere. Name a role of theirs, or leave `role` out.",
        member.mention(),
        role.mention()
    )
}

/// No such period is kept.
pub fn no_period(role: RoleId, all: i64) -> String {
    let role = role.mention();
    match all {
        0 => format!("No period of {role} has ended yet. They are kept from the first reset on."),
        1 => format!("Only one period of {role} is kept. Leave `period` out to see it."),
        all => format!("{all} periods of {role} are kept: name one from 1, the latest, to {all}."),
    }
}

/// The bot may not post in the quota channel. `why`: the host's own sentence.
pub fn no_posting(why: &str) -> String {
    format!(
        "The ranking cannot be posted. {why} An administrator can choose another channel with `/setchannels`."
    )
}
