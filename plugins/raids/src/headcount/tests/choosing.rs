//! Which dungeons a headcount is about.

use super::*;

fn begun() -> Selection {
    Selection::begin(DraftId(3), ANN, POSTED)
}

fn keys(keys: &[&str]) -> Vec<String> {
    keys.iter().map(|&key| key.to_owned()).collect()
}

fn picked(picked: &[&str]) -> Selection {
    Selection {
        picked: keys(picked),
        ..begun()
    }
}

#[test]
fn every_dungeon_stands_in_one_of_the_menus_and_no_menu_is_too_long() {
    let mut all: Vec<&str> = Vec::new();
    for menu in MenuId::ALL {
        let dungeons = menu.dungeons();
        assert!(
            (1..=25).contains(&dungeons.len()),
            "{menu:?}: {}",
            dungeons.len()
        );
        all.extend(dungeons.iter().map(|dungeon| dungeon.key));
    }
    all.sort_unstable();
    let mut known: Vec<&str> = DUNGEONS.iter().map(|dungeon| dungeon.key).collect();
    known.sort_unstable();
    assert_eq!(all, known);
}

#[test]
fn each_menu_speaks_for_its_own_dungeons_only() {
    let first = begun().pick(MenuId::Exaltation, &keys(&["SHATTERS", "NEST"]));
    assert_eq!(first, ["NEST", "SHATTERS"]);
    let both = picked(&["NEST", "SHATTERS"]).pick(MenuId::Others1, &keys(&["ABYSS_OF_DEMONS"]));
    assert_eq!(both, ["NEST", "SHATTERS", "ABYSS_OF_DEMONS"]);
    let less = picked(&["NEST", "SHATTERS", "ABYSS_OF_DEMONS"]).pick(MenuId::Exaltation, &[]);
    assert_eq!(less, ["ABYSS_OF_DEMONS"]);
}

#[test]
fn what_the_menu_does_not_offer_is_not_picked() {
    let forged = keys(&["SHATTERS", "ABYSS_OF_DEMONS", "NO_SUCH", "a,b"]);
    assert_eq!(begun().pick(MenuId::Exaltation, &forged), ["SHATTERS"]);
}

#[test]
fn one_to_ten_dungeons_make_a_headcount() {
    let all: Vec<&str> = DUNGEONS.iter().map(|dungeon| dungeon.key).collect();
    assert_eq!(begun().finish(after(60)), Err(SelectionError::Nothing));
    assert_eq!(picked(&all[..1]).finish(after(60)).map(|d| d.len()), Ok(1));
    assert_eq!(
        picked(&all[..10]).finish(after(60)).map(|d| d.len()),
        Ok(10)
    );
    assert_eq!(
        picked(&all[..11]).finish(after(60)),
        Err(SelectionError::TooMany(11))
    );
}

#[test]
fn two_minutes_are_for_picking() {
    let selection = picked(&["SHATTERS"]);
    assert_eq!(selection.check_choosing(after(119)), Ok(()));
    assert_eq!(
        selection.check_choosing(after(120)),
        Err(SelectionError::Expired)
    );
    assert_eq!(selection.finish(after(120)), Err(SelectionError::Expired));
}

#[test]
fn what_was_posted_is_not_posted_again() {
    let posted = Selection {
        status: SelectionStatus::Posted,
        ..picked(&["SHATTERS"])
    };
    assert_eq!(posted.finish(after(1)), Err(SelectionError::AlreadyPosted));
    let expired = Selection {
        status: SelectionStatus::Expired,
        ..picked(&["SHATTERS"])
    };
    assert_eq!(expired.finish(after(1)), Err(SelectionError::Expired));
}

#[test]
fn words_of_the_database_are_read_back() {
    for status in [
        SelectionStatus::Choosing,
        SelectionStatus::Posted,
        SelectionStatus::Expired,
    ] {
        assert_eq!(SelectionStatus::parse(status.as_str()), Some(status));
    }
}
