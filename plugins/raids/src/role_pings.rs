//! Roles that members give themselves to be pinged by the runs of a dungeon.

use muster_dungeons::{Dungeon, find_dungeon};
use muster_sdk::ids::RoleId;

/// Buttons on one message: five rows of five.
pub const PER_PAGE: usize = 25;

/// The plugin's name for a role that it hands out: one for each role, however many dungeons ping it.
pub fn name(role: RoleId) -> String {
    format!("ping-role/{role}")
}

/// The dungeons that have a role, by their labels. A dungeon that is gone from the data has no button.
pub fn dungeons(mapped: &[(String, RoleId)]) -> Vec<(&'static Dungeon, RoleId)> {
    let known = mapped.iter();
    let known = known.filter_map(|(key, role)| Some((find_dungeon(key)?, *role)));
    let mut known: Vec<_> = known.collect();
    known.sort_by_key(|(dungeon, _)| dungeon.label);
    known
}

/// How many messages so many buttons take.
pub fn pages(buttons: usize) -> u32 {
    u32::try_from(buttons.div_ceil(PER_PAGE)).unwrap_or(u32::MAX)
}

/// Whether some dungeon still pings the role.
pub fn is_used(mapped: &[(String, RoleId)], role: RoleId) -> bool {
    mapped.iter().any(|(_, used)| *used == role)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mapped(keys: &[&str]) -> Vec<(String, RoleId)> {
        keys.iter()
            .map(|&key| (key.to_owned(), RoleId(7)))
            .collect()
    }

    #[test]
    fn dungeons_stand_by_label_and_unknown_ones_not_at_all() {
        let found = dungeons(&mapped(&["GONE", "SHATTERS", "NEST"]));
        let labels: Vec<&str> = found.iter().map(|(dungeon, _)| dungeon.label).collect();
        assert_eq!(labels, ["Nest", "Shatters"]);
    }

    #[test]
    fn a_message_holds_25_buttons() {
        assert_eq!((pages(0), pages(25), pages(26), pages(55)), (0, 1, 2, 3));
    }

    #[test]
    fn a_role_is_used_while_one_dungeon_pings_it() {
        assert!(is_used(&mapped(&["NEST"]), RoleId(7)));
        assert!(!is_used(&mapped(&["NEST"]), RoleId(8)));
        assert!(!is_used(&[], RoleId(7)));
    }
}
