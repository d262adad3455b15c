//! What the plugin says of itself to guild owners.

use muster_sdk::{Manifest, migrations};

use crate::acting::SUSPENDED;
use crate::announcements;
use crate::config::Config;

/// The channel where panels of runs are posted.
pub const RAID: &str = "raid";

/// The channel where members find parties.
pub const PARTY_FINDER: &str = "party_finder";

/// The channel with the buttons for the roles that runs ping.
pub const ROLE_PING: &str = "role_ping";

/// The channel where each run has a thread.
pub const RAID_LOG: &str = "raid_log";

/// The channel where parties and locations are told as soon as they are set.
pub const EARLY_LOCATION: &str = "early_loc";

/// The plugin's description of itself.
pub fn manifest() -> Manifest {
    let manifest = Manifest::new("raids", "Runs that members join from a panel")
        .channel_key(RAID, "Where runs are posted; else where `/run` was used")
        .channel_key_needing(
            RAID_LOG,
            "A thread for each run, with everything that happened in it",
            &["CREATE_PUBLIC_THREADS", "SEND_MESSAGES_IN_THREADS"],
        )
        .channel_key(PARTY_FINDER, "Where `/party` posts parties")
        .channel_key(
            ROLE_PING,
            "Where members give themselves the roles that runs ping",
        )
        .channel_key(
            EARLY_LOCATION,
            "Party and location of runs, as soon as they are set",
        )
        .role_key(SUSPENDED, "Held by suspended members, who cannot join runs")
        .needs_permission("VIEW_CHANNEL", "no run is posted and none is logged")
        .needs_permission("SEND_MESSAGES", "no run is posted and none is logged")
        .needs_permission("EMBED_LINKS", "panels show no more than their buttons")
        .needs_permission("MENTION_EVERYONE", "a new run pings nobody")
        .needs_permission(
            "CREATE_PUBLIC_THREADS",
            "runs have no thread in the raid log",
        )
        .needs_permission(
            "SEND_MESSAGES_IN_THREADS",
            "threads in the raid log stay empty",
        )
        .needs_permission(
            "MANAGE_ROLES",
            "nobody gets the roles that runs ping, and runs have none of their own",
        )
        .personal_data("who opened which party, and what they wrote about it")
        .needs_permission("MANAGE_THREADS", "old logs are not deleted")
        .needs_permission("ATTACH_FILES", "screenshots of `/taken` are not logged")
        .personal_data("who organized, joined, benched or left which run, when, and as which class")
        .personal_data("who said to have which key for which run")
        .personal_data("what they were called when they offered a key")
        .personal_data("who was thanked for keys of which run, and by whom")
        .personal_data("the screenshot that an organizer showed with `/taken`")
        .personal_data("which direct messages a member wants")
        .personal_data("who started, ended or cancelled which run")
        .personal_data(
            "who posted, ended or converted which headcount, who came and with which keys",
        )
        .migrations(migrations!(
            "../../migrations/raids",
            [
                "0001_runs",
                "0002_headcounts",
                "0003_parties",
                "0004_run_extras",
                "0005_offer_names"
            ]
        ));
    let manifest = Config::settings()
        .into_iter()
        .fold(manifest, Manifest::setting);
    announcements::TOPICS
        .into_iter()
        .fold(manifest, Manifest::emits)
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    #[test]
    fn the_defaults_that_guilds_are_shown_are_those_that_hold() {
        let manifest: Value = serde_json::from_str(&manifest().to_json()).expect("JSON");
        let settings = manifest["settings"].as_array().expect("a list");
        let default = |key: &str| {
            let setting = settings.iter().find(|setting| setting["key"] == key)?;
            Some(setting["default"].clone())
        };
        assert_eq!(Config::read(default), Config::default());
        assert_eq!(settings.len(), 13);
    }
}
