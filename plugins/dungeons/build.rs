//! Turns `data/*.toml` into tables of constants.
//!
//! A plugin is started anew for every call, so nothing may be parsed at run time. What is wrong with
//! the data stops the build here, by name.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use std::{env, fs};

use serde::Deserialize;

use self::fold::fold;

#[path = "src/fold.rs"]
mod fold;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DungeonFile {
    schema: u32,
    reactions: BTreeMap<String, Reaction>,
    dungeon: Vec<Dungeon>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Reaction {
    name: String,
    label: Option<String>,
    kind: Kind,
    emoji: String,
    exalt_key: bool,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Kind {
    Key,
    SpecialKey,
    Class,
    Item,
    StatusEffect,
    EarlyLocation,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Dungeon {
    key: String,
    label: String,
    category: String,
    exaltation: bool,
    colors: Vec<u32>,
    emoji: String,
    image: Option<String>,
    aliases: Vec<String>,
    bosses: Vec<String>,
    #[serde(default)]
    minibosses: Vec<String>,
    keys: Vec<Asked>,
    others: Vec<Asked>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    reaction: String,
    max_early_location: u8,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ClassFile {
    schema: u32,
    class: Vec<Class>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Class {
    key: String,
    label: String,
    emoji: String,
    weapon: Option<String>,
    armor: Option<String>,
    ability: Option<String>,
}

fn main() {
    let dungeons: DungeonFile = read("data/dungeons.toml");
    let classes: ClassFile = read("data/classes.toml");
    assert_eq!(
        (dungeons.schema, classes.schema),
        (1, 1),
        "an unknown schema"
    );
    check(&dungeons, &classes);

    let tables = tables(&dungeons, &classes);
    let folder = env::var("OUT_DIR").expect("cargo sets OUT_DIR for build scripts");
    fs::write(Path::new(&folder).join("tables.rs"), tables).expect("OUT_DIR can be written to");
}

fn read<T: serde::de::DeserializeOwned>(path: &str) -> T {
    println!("cargo::rerun-if-changed={path}");
    let text = fs::read_to_string(path).unwrap_or_else(|why| panic!("{path}: {why}"));
    toml::from_str(&text).unwrap_or_else(|why| panic!("{path}: {why}"))
}

fn check(dungeons: &DungeonFile, classes: &ClassFile) {
    let mut keys: Vec<&str> = dungeons.dungeon.iter().map(|d| d.key.as_str()).collect();
    keys.extend(classes.class.iter().map(|c| c.key.as_str()));
    keys.sort_unstable();
    for pair in keys.windows(2) {
        assert_ne!(pair[0], pair[1], "a key that is used twice");
    }
    for dungeon in &dungeons.dungeon {
        let key = &dungeon.key;
        assert!(key.len() <= 64, "{key}: keys have at most 64 characters");
        assert!(!dungeon.colors.is_empty(), "{key}: a panel needs a colour");
        let image = dungeon.image.as_deref().unwrap_or("https://");
        assert!(
            image.starts_with("https://"),
            "{key}: the image is no https address"
        );
        for asked in &dungeon.keys {
            let kind = &dungeons.reactions[&asked.reaction].kind;
            let opens = matches!(kind, Kind::Key | Kind::SpecialKey);
            assert!(opens, "{key}: {} is no key", asked.reaction);
        }
    }
    assert!(classes.class.len() <= 25, "Discord's menus hold 25 options");
}

fn tables(dungeons: &DungeonFile, classes: &ClassFile) -> String {
    let mut out = String::new();
    let reactions: Vec<&String> = dungeons.reactions.keys().collect();

    out.push_str("/// Every key, item, class and effect that a dungeon may ask for, by key.\n");
    let _ = writeln!(
        out,
        "pub static REACTIONS: [Reaction; {}] = [",
        reactions.len()
    );
    for (key, reaction) in &dungeons.reactions {
        let Reaction {
            name,
            label,
            kind,
            emoji,
            exalt_key,
        } = reaction;
        let label = label.as_ref().unwrap_or(name);
        let _ = writeln!(
            out,
            "    Reaction {{ key: {key:?}, name: {name:?}, label: {label:?}, \
             kind: ReactionKind::{kind:?}, emoji: {emoji:?}, exalt_key: {exalt_key} }},"
        );
    }
    out.push_str("];\n\n");

    let asked = |list: &[Asked], of: &str| {
        let items: Vec<String> = list
            .iter()
            .map(|asked| {
                let at = reactions.binary_search(&&asked.reaction);
                let at = at.unwrap_or_else(|_| panic!("{of}: no reaction {}", asked.reaction));
                let most = asked.max_early_location;
                format!("Asked {{ reaction: &REACTIONS[{at}], max_early_location: {most} }}")
            })
            .collect();
        format!("&[{}]", items.join(", "))
    };

    out.push_str("/// All dungeons, in the data's own order.\n");
    let _ = writeln!(
        out,
        "pub static DUNGEONS: [Dungeon; {}] = [",
        dungeons.dungeon.len()
    );
    for dungeon in &dungeons.dungeon {
        let Dungeon {
            key,
            label,
            category,
            exaltation,
            colors,
            emoji,
            image,
            ..
        } = dungeon;
        let Dungeon {
            aliases,
            bosses,
            minibosses,
            keys,
            others,
            ..
        } = dungeon;
        let _ = writeln!(
            out,
            "    Dungeon {{ key: {key:?}, label: {label:?}, category: {category:?}, \
             exaltation: {exaltation}, colors: &{colors:?}, emoji: {emoji:?}, image: {image:?}, \
             aliases: &{aliases:?}, bosses: &{bosses:?}, minibosses: &{minibosses:?}, \
             keys: {}, others: {}, folded_label: {:?}, folded_key: {:?}, initials: {:?} }},",
            asked(keys, key),
            asked(others, key),
            fold(label),
            fold(key),
            initials(label),
        );
    }
    out.push_str("];\n\n");

    out.push_str("/// All classes, in the order in which menus show them.\n");
    let _ = writeln!(
        out,
        "pub static CLASSES: [Class; {}] = [",
        classes.class.len()
    );
    for class in &classes.class {
        let Class {
            key,
            label,
            emoji,
            weapon,
            armor,
            ability,
        } = class;
        let _ = writeln!(
            out,
            "    Class {{ key: {key:?}, label: {label:?}, emoji: {emoji:?}, \
             weapon: {weapon:?}, armor: {armor:?}, ability: {ability:?} }},"
        );
    }
    out.push_str("];\n");
    out
}

/// "Lair of Draconis" is "lod" to raiders; a single word has no initials.
fn initials(label: &str) -> String {
    let folded = fold(label);
    let initials: String = folded
        .split(' ')
        .filter_map(|word| word.chars().next())
        .collect();
    if initials.len() > 1 {
        initials
    } else {
        String::new()
    }
}
