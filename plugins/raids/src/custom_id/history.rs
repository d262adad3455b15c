//! Custom ids of the pages of `/viewrun` and `/runhistory`.

use crate::history::Filter;
use crate::run::RunId;

/// That page of the people of a run.
pub fn people(run: RunId, page: u32) -> String {
    format!("view-run/{run}/{page}")
}

/// That page of the guild's runs.
pub fn runs(page: u32, filter: &Filter) -> String {
    format!("history/{page}/{filter}")
}

#[cfg(test)]
mod tests {
    use muster_dungeons::DUNGEONS;
    use muster_sdk::ids::UserId;

    use super::*;

    #[test]
    fn ids_on_posted_messages_stay_as_they_are() {
        let filter = Filter {
            days: 30,
            member: None,
            dungeon: Some("SHATTERS".into()),
        };
        assert_eq!(people(RunId(42), 1), "view-run/42/1");
        assert_eq!(runs(2, &filter), "history/2/30/0/SHATTERS");
    }

    #[test]
    fn the_longest_id_leaves_room_for_the_plugins_name() {
        for dungeon in &DUNGEONS {
            let filter = Filter {
                days: 365,
                member: Some(UserId(u64::MAX)),
                dungeon: Some(dungeon.key.into()),
            };
            let id = runs(u32::MAX, &filter);
            assert!(format!("raids:{id}").len() <= 100, "{id}");
        }
    }
}
