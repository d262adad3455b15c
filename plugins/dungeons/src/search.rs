//! What autocomplete offers for a dungeon while its name is being typed.

use std::cmp::Reverse;

use crate::data::{DUNGEONS, Dungeon, find_dungeon};
use crate::fold::fold;
use crate::typo::{errors_to_beginning, most_errors};

/// Discord shows at most this many lines of autocomplete.
const OFFERED: usize = 25;

/// More than any label has; the rest of what was typed says nothing more.
const TYPED: usize = 40;

/// Dungeons for what was typed, the most likely first, at most 25.
///
/// - Nothing typed: those that the guild used last (`recents`: keys, the latest first); none yet:
///   Oryx 3 and then the other exaltation dungeons from A to Z.
/// - What raiders call a dungeon (`lh`, `shatts`, `o3`) finds it before everything else.
/// - Otherwise every dungeon whose label, key or nickname contains the text. A label that begins with
///   it counts 3, contains it 2; a key that begins with it 2, contains it 1; the same for a nickname
///   and for initials. Exaltation dungeons get 100 more and Oryx 3 a thousand: they are what is posted.
/// - Nothing contains it: it may be mistyped, and the fewest errors win.
pub fn search(text: &str, recents: &[impl AsRef<str>]) -> Vec<&'static Dungeon> {
    let typed: String = fold(text).chars().take(TYPED).collect();
    let typed = typed.trim_end();
    if typed.is_empty() {
        return used_last(recents).unwrap_or_else(exaltation);
    }
    let contained = ranked(|dungeon| score(dungeon, typed));
    if contained.is_empty() {
        ranked(|dungeon| nearness(dungeon, typed))
    } else {
        contained
    }
}

/// The one dungeon that a text names: its key, label or nickname in full, however it is written.
///
/// People may send what they typed instead of picking a line of autocomplete.
pub fn resolve(text: &str) -> Option<&'static Dungeon> {
    if let Some(dungeon) = find_dungeon(text) {
        return Some(dungeon);
    }
    let typed = fold(text);
    let named =
        |d: &&Dungeon| d.folded_label == typed || d.folded_key == typed || is_nickname(d, &typed);
    DUNGEONS.iter().find(named)
}

fn used_last(recents: &[impl AsRef<str>]) -> Option<Vec<&'static Dungeon>> {
    let mut used: Vec<&'static Dungeon> = Vec::new();
    for dungeon in recents.iter().filter_map(|key| find_dungeon(key.as_ref())) {
        if used.len() < OFFERED && !used.contains(&dungeon) {
            used.push(dungeon);
        }
    }
    (!used.is_empty()).then_some(used)
}

fn exaltation() -> Vec<&'static Dungeon> {
    ranked(|dungeon| dungeon.exaltation.then(|| boost(dungeon)))
}

/// The dungeons that have a rank, the highest first, equal ones by label.
fn ranked(rank: impl Fn(&Dungeon) -> Option<i32>) -> Vec<&'static Dungeon> {
    let mut found: Vec<(i32, &'static Dungeon)> = DUNGEONS
        .iter()
        .filter_map(|dungeon| Some((rank(dungeon)?, dungeon)))
        .collect();
    found.sort_by_key(|(rank, dungeon)| (Reverse(*rank), dungeon.folded_label));
    found
        .into_iter()
        .take(OFFERED)
        .map(|(_, dungeon)| dungeon)
        .collect()
}

fn score(dungeon: &Dungeon, typed: &str) -> Option<i32> {
    if is_nickname(dungeon, typed) {
        return Some(10_000 + boost(dungeon));
    }
    let nickname = dungeon
        .aliases
        .iter()
        .map(|alias| part_of(alias, typed, 2, 1))
        .max();
    let matched = part_of(dungeon.folded_label, typed, 3, 2)
        + part_of(dungeon.folded_key, typed, 2, 1)
        + nickname.unwrap_or(0)
        + if dungeon.initials == typed { 2 } else { 0 };
    (matched > 0).then(|| matched + boost(dungeon))
}

fn part_of(whole: &str, typed: &str, begins: i32, contains: i32) -> i32 {
    if whole.starts_with(typed) {
        begins
    } else if whole.contains(typed) {
        contains
    } else {
        0
    }
}

fn boost(dungeon: &Dungeon) -> i32 {
    match dungeon {
        Dungeon { key: "ORYX_3", .. } => 1000,
        Dungeon {
            exaltation: true, ..
        } => 100,
        _ => 0,
    }
}

fn is_nickname(dungeon: &Dungeon, typed: &str) -> bool {
    dungeon.aliases.contains(&typed)
}

/// Fewer errors rank higher, whatever the dungeon; among equals the boosts count.
fn nearness(dungeon: &Dungeon, typed: &str) -> Option<i32> {
    let most = most_errors(typed.chars().count());
    if most == 0 {
        return None;
    }
    let label = dungeon.folded_label;
    let word_starts = label.match_indices(' ').map(|(at, _)| &label[at + 1..]);
    let names = [label, dungeon.folded_key].into_iter().chain(word_starts);
    let errors = names
        .chain(dungeon.aliases.iter().copied())
        .filter_map(|name| errors_to_beginning(typed, name, most))
        .min()?;
    let errors = i32::try_from(errors).unwrap_or(i32::MAX / 10_000);
    Some(boost(dungeon) - errors * 10_000)
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::*;

    const NONE: &[&str] = &[];

    fn labels(text: &str) -> Vec<&'static str> {
        search(text, NONE)
            .iter()
            .map(|dungeon| dungeon.label)
            .collect()
    }

    #[test]
    fn nothing_typed_offers_what_the_guild_used_last() {
        let recents = ["NEST", "GONE_DUNGEON", "SNAKE_PIT", "NEST"];
        let found: Vec<&str> = search("  ", &recents).iter().map(|d| d.key).collect();
        assert_eq!(found, ["NEST", "SNAKE_PIT"]);
    }

    #[test]
    fn nothing_typed_and_nothing_used_offers_oryx_and_then_exaltations_from_a_to_z() {
        let all = labels("");
        assert_eq!(
            all[..4],
            [
                "Oryx 3",
                "Advanced Nest",
                "Advanced Steamworks",
                "Cultist Hideout"
            ]
        );
        assert_eq!(all.len(), 14);
        assert!(all[1..].is_sorted());
    }

    #[test]
    fn what_raiders_say_comes_first() {
        for (typed, label) in [
            ("o3", "Oryx 3"),
            ("shatts", "Shatters"),
            ("shat", "Shatters"),
            ("lh", "Lost Halls"),
            ("cult", "Cultist Hideout"),
            ("fc", "Fungal Cavern"),
            ("udl", "Undead Lair"),
            ("mv", "Moonlight Village"),
            ("tomb", "Tomb of the Ancients"),
            ("void", "Void"),
            ("ot", "Ocean Trench"),
            ("lod", "Lair of Draconis"),
            ("wlab", "Woodland Labyrinth"),
            ("tcave", "Cave of a Thousand Treasures"),
            ("adv nest", "Advanced Nest"),
            ("O3", "Oryx 3"),
            (" LH ", "Lost Halls"),
        ] {
            assert_eq!(labels(typed).first(), Some(&label), "{typed}");
        }
    }

    #[test]
    fn initials_need_no_alias() {
        for (typed, label) in [
            ("ic", "Ice Citadel"),
            ("ml", "Mad Lab"),
            ("aod", "Abyss of Demons"),
        ] {
            assert!(
                labels(typed).contains(&label),
                "{typed}: {:?}",
                labels(typed)
            );
        }
    }

    #[test]
    fn typing_errors_are_forgiven() {
        for (typed, label) in [
            ("shaters", "Shatters"),
            ("shattres", "Shatters"),
            ("shatr", "Shatters"),
            ("orix", "Oryx 3"),
            ("orxy 3", "Oryx 3"),
            ("viod", "Void"),
            ("lost hals", "Lost Halls"),
            ("fungel", "Fungal Cavern"),
            ("cavren", "Fungal Cavern"),
            ("steamwroks", "Steamworks"),
            ("stemworks", "Steamworks"),
            ("citadle", "Ice Citadel"),
            ("cultits", "Cultist Hideout"),
            ("moonlite", "Moonlight Village"),
            ("spectrel", "Spectral Penitentiary"),
            ("undeed lair", "Undead Lair"),
            ("abbys", "Abyss of Demons"),
            ("puppetmaster", "Puppet Master's Theatre"),
            ("parasyte", "Parasite Chambers"),
            ("candeland", "Candyland Hunting Grounds"),
        ] {
            let found = labels(typed);
            assert!(
                found.iter().take(3).any(|l| *l == label),
                "{typed}: {found:?}"
            );
        }
    }

    #[test]
    fn the_most_likely_meaning_of_an_error_is_first() {
        for (typed, label) in [
            ("shaters", "Shatters"),
            ("orix", "Oryx 3"),
            ("viod", "Void"),
        ] {
            assert_eq!(labels(typed).first(), Some(&label));
        }
    }

    #[test]
    fn an_error_is_looked_for_only_where_nothing_fits() {
        assert_eq!(labels("reef"), ["Cnidarian Reef"]);
        assert_eq!(labels("snake"), ["Snake Pit"]);
    }

    #[test]
    fn a_label_that_begins_so_beats_one_that_contains_it() {
        assert_eq!(labels("lair")[..2], ["Lair of Draconis", "Lair of Shaitan"]);
        assert_eq!(labels("lair")[2..], ["Heroic Undead Lair", "Undead Lair"]);
    }

    #[test]
    fn exaltation_dungeons_come_before_others_that_fit_better() {
        assert_eq!(labels("ice"), ["Ice Citadel", "Ice Cave", "Ice Tomb"]);
        assert_eq!(labels("o").first(), Some(&"Oryx 3"));
    }

    #[test]
    fn spelling_of_keys_and_apostrophes_does_not_matter() {
        for typed in [
            "davy jones locker",
            "Davy Jones' L",
            "DAVY_JONES",
            "davy-jones",
        ] {
            assert_eq!(labels(typed), ["Davy Jones' Locker"], "{typed}");
        }
    }

    #[test]
    fn nonsense_finds_nothing_and_never_more_than_25() {
        assert!(labels("qqqqqq").is_empty());
        assert!(labels("???").len() <= 25);
        assert_eq!(labels("e").len(), 25);
        assert!(labels(&"x".repeat(6000)).is_empty());
        assert_eq!(labels("🏰"), labels(""), "no letter is nothing typed");
    }

    #[test]
    fn a_full_name_typed_by_hand_is_understood() {
        for typed in ["SHATTERS", "shatters", " Shatters ", "shatts"] {
            assert_eq!(resolve(typed).map(|d| d.key), Some("SHATTERS"), "{typed}");
        }
        assert_eq!(
            resolve("MOONLIGHT VILLAGE").map(|d| d.key),
            Some("MOONLIGHT VILLAGE")
        );
        assert_eq!(resolve("shatter"), None);
        assert_eq!(resolve(""), None);
    }

    #[test]
    fn a_search_takes_less_than_20_ms() {
        let texts = [
            "",
            "s",
            "shaters",
            "lost hals",
            "puppet masters theater",
            "qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq",
        ];
        let mut slowest = Duration::ZERO;
        for text in texts {
            // The machine may be busy: what counts is what the search needs when it is let.
            let fastest = (0..5).map(|_| {
                let start = Instant::now();
                search(text, NONE);
                start.elapsed()
            });
            slowest = slowest.max(fastest.min().unwrap_or_default());
        }
        assert!(slowest < Duration::from_millis(20), "{slowest:?}");
    }
}
