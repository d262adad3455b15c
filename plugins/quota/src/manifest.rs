//! What the plugin says of itself to guild owners.

use muster_sdk::{Ctx, Manifest, migrations};

use crate::recurrence::Zone;

/// The channel where the rankings of quotas are posted.
pub const QUOTA: &str = "quota";

/// The plugin's description of itself.
pub fn manifest() -> Manifest {
    Manifest::new("quota", "Quota of staff, points of raiders, and leaderboards")
        .channel_key(QUOTA, "Where the rankings of quotas stand, and how each period ended")
        .needs_permission("VIEW_CHANNEL", "no ranking is posted")
        .needs_permission("SEND_MESSAGES", "no ranking is posted")
        .needs_permission("EMBED_LINKS", "rankings and answers show nothing")
        .uses_intent(
            "GUILD_MEMBERS",
            "a ranking says how many met their quota, but not out of how many, and keeps those who gave \
             the role back",
        )
        .personal_data("who organized or took part in which run, and when")
        .personal_data("who popped how many keys of which kind")
        .personal_data("what staff did that counts for their quota, and about whom")
        .personal_data("points that were given or taken by hand, by whom and why")
        .personal_data("the name under which a member was last seen, to sort leaderboards by it")
        .migrations(migrations!("../../migrations/quota", ["0001_points"]))
}

/// The guild's time zone; UTC, and `false`, if it set one that does not exist.
pub fn time_zone(ctx: &Ctx) -> (Zone, bool) {
    match Zone::find(&ctx.time_zone()) {
        Some(zone) => (zone, true),
        None => (Zone::utc(), false),
    }
}
