//! What is known about dungeons, what they ask for, and classes.

include!(concat!(env!("OUT_DIR"), "/tables.rs"));

/// A dungeon that runs are posted for.
#[derive(Debug, PartialEq, Eq)]
pub struct Dungeon {
    /// Stable, at most 64 characters; what databases hold. Not for people.
    pub key: &'static str,
    /// What people read.
    pub label: &'static str,
    /// The game's own grouping, such as "Exaltation Dungeons".
    pub category: &'static str,
    /// Whether it is one of the end-game dungeons.
    pub exaltation: bool,
    /// 24-bit RGB, at least one.
    pub colors: &'static [u32],
    /// A Unicode stand-in for the portal's picture.
    pub emoji: &'static str,
    /// An https address of the portal's picture, on somebody else's server.
    pub image: Option<&'static str>,
    /// What raiders call it.
    pub aliases: &'static [&'static str],
    /// Who is met there.
    pub bosses: &'static [&'static str],
    /// Who may stand before the last room; a stage of the run asks which.
    pub minibosses: &'static [&'static str],
    /// What opens it: one button each.
    pub keys: &'static [Asked],
    /// What a run asks people to bring: classes, items, effects.
    pub others: &'static [Asked],
    pub(crate) folded_label: &'static str,
    pub(crate) folded_key: &'static str,
    /// Empty for a label of one word.
    pub(crate) initials: &'static str,
}

/// Something that a dungeon asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Asked {
    /// What it is.
    pub reaction: &'static Reaction,
    /// How many people who bring it are told the location before everybody else; 0: nobody.
    pub max_early_location: u8,
}

/// A key, item, class or effect that people say they bring.
#[derive(Debug, PartialEq, Eq)]
pub struct Reaction {
    /// Stable; what databases hold. Letters, digits and `_`, at most 50.
    pub key: &'static str,
    /// What it is called in the game.
    pub name: &'static str,
    /// What a button says: raiders' short form where there is one.
    pub label: &'static str,
    /// What sort of thing it is.
    pub kind: ReactionKind,
    /// A Unicode stand-in for its picture.
    pub emoji: &'static str,
    /// Whether it is a key that opens an end-game dungeon.
    pub exalt_key: bool,
}

/// What sort of thing people bring.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReactionKind {
    /// Opens a portal.
    Key,
    /// Opens, or helps to open, a portal: a vial, an incantation, a rune.
    SpecialKey,
    /// A class, or a sort of class such as one that rushes.
    Class,
    /// Equipment.
    Item,
    /// What an attack or ability does to enemies or friends.
    StatusEffect,
    /// Nothing in the game: what earns an early location.
    EarlyLocation,
}

/// A character class.
#[derive(Debug, PartialEq, Eq)]
pub struct Class {
    /// Stable; what databases hold.
    pub key: &'static str,
    /// What people read.
    pub label: &'static str,
    /// A Unicode stand-in for its picture.
    pub emoji: &'static str,
    /// Its sort of weapon.
    pub weapon: Option<&'static str>,
    /// Its sort of armor.
    pub armor: Option<&'static str>,
    /// Its sort of ability item.
    pub ability: Option<&'static str>,
}

impl Dungeon {
    /// The colour of its panels.
    pub fn color(&self) -> u32 {
        self.colors.first().copied().unwrap_or(0)
    }

    /// The key of that name, if it opens this dungeon.
    pub fn find_key(&self, key: &str) -> Option<&'static Reaction> {
        let asked = self.keys.iter().find(|asked| asked.reaction.key == key);
        asked.map(|asked| asked.reaction)
    }
}

/// The dungeon with exactly this key. See [`resolve`](crate::resolve) for what people type.
pub fn find_dungeon(key: &str) -> Option<&'static Dungeon> {
    DUNGEONS.iter().find(|dungeon| dungeon.key == key)
}

/// The class with exactly this key.
pub fn find_class(key: &str) -> Option<&'static Class> {
    CLASSES.iter().find(|class| class.key == key)
}

/// What a dungeon may ask for, by its exact key.
pub fn find_reaction(key: &str) -> Option<&'static Reaction> {
    let at = REACTIONS.binary_search_by(|reaction| reaction.key.cmp(key));
    at.ok().map(|at| &REACTIONS[at])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_finds_its_own() {
        for dungeon in &DUNGEONS {
            assert_eq!(find_dungeon(dungeon.key), Some(dungeon));
            for asked in dungeon.keys.iter().chain(dungeon.others) {
                assert_eq!(find_reaction(asked.reaction.key), Some(asked.reaction));
            }
        }
        for class in &CLASSES {
            assert_eq!(find_class(class.key), Some(class));
        }
        assert_eq!(find_dungeon("shatters"), None);
        assert_eq!(find_class(""), None);
        assert_eq!(find_reaction("NOPE"), None);
    }

    #[test]
    fn no_dungeon_is_missing() {
        assert_eq!(
            (DUNGEONS.len(), CLASSES.len(), REACTIONS.len()),
            (55, 19, 95)
        );
        assert_eq!(DUNGEONS.iter().filter(|d| d.exaltation).count(), 14);
    }

    #[test]
    fn every_dungeon_can_be_opened() {
        let shut: Vec<&str> = DUNGEONS
            .iter()
            .filter(|d| d.keys.is_empty())
            .map(|d| d.key)
            .collect();
        assert!(shut.is_empty(), "{shut:?}");
    }

    #[test]
    fn keys_fit_into_custom_ids_and_columns() {
        for reaction in &REACTIONS {
            assert!(reaction.key.len() <= 50, "{}", reaction.key);
            assert!(
                reaction
                    .key
                    .bytes()
                    .all(|b| b.is_ascii_alphanumeric() || b == b'_'),
                "{}",
                reaction.key
            );
        }
    }

    #[test]
    fn a_dungeon_knows_its_own_keys_only() {
        let oryx = find_dungeon("ORYX_3").expect("in the data");
        assert_eq!(oryx.find_key("WC_INC").map(|r| r.label), Some("Inc"));
        assert_eq!(oryx.find_key("SHATTERS_KEY"), None);
        assert_eq!(oryx.minibosses.len(), 4);
        assert_eq!(oryx.color(), 0xb5471b);
    }
}
