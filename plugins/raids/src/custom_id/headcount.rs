//! Custom ids of headcounts: `hc-join/7`.

use muster_sdk::time::Timestamp;

use crate::headcount::{DraftId, HeadcountId, MenuId};

/// Pick dungeons from one of the menus of `/headcount`.
pub fn pick(draft: DraftId, menu: MenuId) -> String {
    format!("hc-pick/{draft}/{}", menu.number())
}

/// Post what was picked.
pub fn create(draft: DraftId) -> String {
    format!("hc-create/{draft}")
}

/// In, or out again.
pub fn join(id: HeadcountId) -> String {
    format!("hc-join/{id}")
}

/// Say, or say no longer, that one could pop this key. `place`: the dungeon's among those of the headcount,
/// since some dungeons' keys are long and have spaces.
pub fn key(id: HeadcountId, place: usize, key: &str) -> String {
    format!("hc-key/{id}/{place}/{key}")
}

/// Show the organizer's panel.
pub fn organizer(id: HeadcountId) -> String {
    format!("hc-org/{id}")
}

/// Yes, show me the panel of somebody else's headcount.
pub fn take_over(id: HeadcountId) -> String {
    format!("hc-take-over/{id}")
}

/// No, it is theirs.
pub fn keep_out(id: HeadcountId) -> String {
    format!("hc-keep-out/{id}")
}

/// End it.
pub fn end(id: HeadcountId) -> String {
    format!("hc-end/{id}")
}

/// Make a run of it; asks for the dungeon if there are several.
pub fn convert(id: HeadcountId) -> String {
    format!("hc-convert/{id}")
}

/// Make a run of the dungeon that is picked, until then.
pub fn convert_to(id: HeadcountId, until: Timestamp) -> String {
    format!("hc-convert-to/{id}/{}", until.seconds())
}

#[cfg(test)]
mod tests {
    use muster_dungeons::REACTIONS;

    use super::*;

    const SEVEN: HeadcountId = HeadcountId(7);

    #[test]
    fn ids_on_posted_panels_stay_as_they_are() {
        let written = [
            pick(DraftId(3), MenuId::Others2),
            create(DraftId(3)),
            join(SEVEN),
            key(SEVEN, 1, "SHATTERS_KEY"),
            organizer(SEVEN),
            take_over(SEVEN),
            keep_out(SEVEN),
            end(SEVEN),
            convert(SEVEN),
            convert_to(SEVEN, Timestamp::from_seconds(1_700_000_000)),
        ];
        let expected = [
            "hc-pick/3/2",
            "hc-create/3",
            "hc-join/7",
            "hc-key/7/1/SHATTERS_KEY",
            "hc-org/7",
            "hc-take-over/7",
            "hc-keep-out/7",
            "hc-end/7",
            "hc-convert/7",
            "hc-convert-to/7/1700000000",
        ];
        assert_eq!(written, expected);
    }

    #[test]
    fn the_longest_id_leaves_room_for_the_plugins_name() {
        for reaction in &REACTIONS {
            let id = key(HeadcountId(i64::MAX), 9, reaction.key);
            assert!(format!("raids:{id}").len() <= 100, "{id}");
        }
    }
}
